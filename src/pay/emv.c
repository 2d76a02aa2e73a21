/* EMV merchant QR: writing and reading. */
#include "pay/emv.h"

#include <string.h>

#include "base/text.h"

enum { NAME_CHARS = 25, CITY_CHARS = 15, REFERENCE_CHARS = 25, AMOUNT_CHARS = 13, TAGS = 100 };

static const struct {
    const char *letters, *number;
} numbers[] = {
    {"AED", "784"}, {"ARS", "032"}, {"AUD", "036"}, {"BDT", "050"}, {"BHD", "048"}, {"BIF", "108"}, {"BOB", "068"}, {"BRL", "986"},
    {"CAD", "124"}, {"CDF", "976"}, {"CHF", "756"}, {"CLP", "152"}, {"CNY", "156"}, {"COP", "170"}, {"CZK", "203"}, {"DKK", "208"},
    {"EGP", "818"}, {"ETB", "230"}, {"EUR", "978"}, {"GBP", "826"}, {"GHS", "936"}, {"GNF", "324"}, {"GTQ", "320"}, {"HKD", "344"},
    {"HNL", "340"}, {"HUF", "348"}, {"IDR", "360"}, {"ILS", "376"}, {"INR", "356"}, {"IQD", "368"}, {"ISK", "352"}, {"JOD", "400"},
    {"JPY", "392"}, {"KES", "404"}, {"KHR", "116"}, {"KMF", "174"}, {"KRW", "410"}, {"KWD", "414"}, {"KZT", "398"}, {"LAK", "418"},
    {"LKR", "144"}, {"MAD", "504"}, {"MGA", "969"}, {"MMK", "104"}, {"MNT", "496"}, {"MWK", "454"}, {"MXN", "484"}, {"MYR", "458"},
    {"MZN", "943"}, {"NGN", "566"}, {"NIO", "558"}, {"NOK", "578"}, {"NPR", "524"}, {"NZD", "554"}, {"OMR", "512"}, {"PEN", "604"},
    {"PHP", "608"}, {"PKR", "586"}, {"PLN", "985"}, {"PYG", "600"}, {"RON", "946"}, {"RUB", "643"}, {"RWF", "646"}, {"SAR", "682"},
    {"SEK", "752"}, {"SGD", "702"}, {"SLE", "925"}, {"THB", "764"}, {"TND", "788"}, {"TRY", "949"}, {"TWD", "901"}, {"TZS", "834"},
    {"UAH", "980"}, {"UGX", "800"}, {"USD", "840"}, {"UYU", "858"}, {"UZS", "860"}, {"VND", "704"}, {"XAF", "950"}, {"XOF", "952"},
    {"ZAR", "710"}, {"ZMW", "967"}, {"ZWL", "932"},
};

Str currency_number(Str letters)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (str_eq(letters, str_of(numbers[i].letters)))
            return str_of(numbers[i].number);
    return (Str){0};
}

static Str currency_letters(Str number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (str_eq(number, str_of(numbers[i].number)))
            return str_of(numbers[i].letters);
    return (Str){0};
}

uint16_t crc16_ccitt(Str bytes)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned)(unsigned char)bytes.at[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
    }
    return (uint16_t)crc;
}

/* ---- writing ---- */

static bool printable(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < 0x20 || s.at[i] > 0x7E)
            return false;
    return true;
}

static bool of_kind(Str s, size_t len, char from, char to)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < from || s.at[i] > to)
            return false;
    return s.len == len;
}

static Str cut_chars(Str s, size_t most)
{
    size_t at = 0;
    for (size_t n = 0; n < most && at < s.len; n++)
        utf8_next(s, &at);
    return str_trim(str_slice(s, 0, at));
}

/* The length of a value counts characters, which matters for names in other scripts. */
static void put(Buf *out, int tag, Str value)
{
    if (value.len)
        buf_addf(out, "%02d%02zu%.*s", tag, utf8_count(value), STR_ARG(value));
}

static Err *check(Arena *arena, const MerchantQr *qr)
{
    if (!qr->domain.len || qr->domain.len > 32 || !printable(qr->domain))
        return err_field(arena, "qr.domain", "domain");
    if (!qr->account.len || qr->account.len > 32 || !printable(qr->account))
        return err_field(arena, "qr.account", "account");
    if (!of_kind(qr->category, 4, '0', '9'))
        return err_field(arena, "qr.category", "category");
    if (!currency_number(qr->currency).len)
        return err_field(arena, "qr.currency", "currency");
    if (!of_kind(qr->country, 2, 'A', 'Z'))
        return err_field(arena, "qr.country", "country");
    if (!str_trim(qr->name).len || !utf8_valid(qr->name))
        return err_field(arena, "qr.name", "name");
    if (!str_trim(qr->city).len || !utf8_valid(qr->city))
        return err_field(arena, "qr.city", "city");
    if (qr->bill.len > REFERENCE_CHARS || qr->reference.len > REFERENCE_CHARS || !printable(qr->bill) || !printable(qr->reference))
        return err_field(arena, "qr.reference", "reference");
    return NULL;
}

/* Phones of any maker can show ASCII; a name in another script stands in tag 64 beside it. */
static Str plain_or(Str text, Str otherwise)
{
    return printable(text) ? text : otherwise;
}

Err *merchant_qr_write(Arena *arena, const MerchantQr *qr, Str *out)
{
    TRY(check(arena, qr));
    Buf text = buf_new(arena, 4 * MERCHANT_QR_MAX), inner = buf_new(arena, MERCHANT_QR_MAX);
    put(&text, 0, STR("01"));
    put(&text, 1, qr->has_amount ? STR("12") : STR("11"));
    put(&inner, 0, qr->domain);
    put(&inner, 1, qr->account);
    put(&text, 26, buf_str(&inner));
    put(&text, 52, qr->category);
    put(&text, 53, currency_number(qr->currency));
    if (qr->has_amount) {
        Str amount = money_plain(arena, qr->amount, currency_places(qr->currency));
        if (qr->amount.minor <= 0 || amount.len > AMOUNT_CHARS)
            return err_field(arena, "qr.amount", "amount");
        put(&text, 54, amount);
    }
    Str name = cut_chars(str_trim(qr->name), NAME_CHARS), city = cut_chars(str_trim(qr->city), CITY_CHARS);
    put(&text, 58, qr->country);
    put(&text, 59, plain_or(name, cut_chars(qr->account, NAME_CHARS)));
    put(&text, 60, plain_or(city, qr->country));
    inner = buf_new(arena, MERCHANT_QR_MAX);
    put(&inner, 1, qr->bill);
    put(&inner, 5, qr->reference);
    put(&text, 62, buf_str(&inner));
    if (qr->lang.len == 2 && (!printable(name) || !printable(city))) {
        inner = buf_new(arena, MERCHANT_QR_MAX);
        put(&inner, 0, qr->lang);
        put(&inner, 1, name);
        put(&inner, 2, city);
        put(&text, 64, buf_str(&inner));
    }
    buf_add(&text, STR("6304"));
    buf_addf(&text, "%04X", crc16_ccitt(buf_str(&text)));
    *out = buf_str(&text);
    return NULL;
}

/* ---- reading ---- */

typedef struct Tlv {
    Str values[TAGS]; /* by tag; the first one of a tag counts */
} Tlv;

static bool two_digits(Str s, size_t at, size_t *out)
{
    if (at + 2 > s.len || s.at[at] < '0' || s.at[at] > '9' || s.at[at + 1] < '0' || s.at[at + 1] > '9')
        return false;
    *out = (size_t)(s.at[at] - '0') * 10 + (size_t)(s.at[at + 1] - '0');
    return true;
}

static bool tlv_read(Str text, Tlv *out)
{
    *out = (Tlv){0};
    for (size_t at = 0; at < text.len;) {
        size_t tag, chars;
        if (!two_digits(text, at, &tag) || !two_digits(text, at + 2, &chars))
            return false;
        size_t from = at += 4;
        for (; chars; chars--) {
            if (at >= text.len)
                return false;
            utf8_next(text, &at);
        }
        if (!out->values[tag].len)
            out->values[tag] = str_slice(text, from, at);
    }
    return true;
}

/* The checksum is the last element; nothing may follow it. */
static bool crc_good(Str text)
{
    char wanted[5];
    if (text.len < 8 || !str_eq(str_slice(text, text.len - 8, text.len - 4), STR("6304")))
        return false;
    const char *digits = "0123456789ABCDEF";
    unsigned crc = crc16_ccitt(str_slice(text, 0, text.len - 4));
    for (int i = 0; i < 4; i++)
        wanted[i] = digits[crc >> (12 - 4 * i) & 15];
    return str_eq_nocase(str_slice(text, text.len - 4, text.len), (Str){wanted, 4});
}

static Err *syntax(Arena *arena)
{
    return err_new(arena, ERR_INVALID, "qr.syntax");
}

/* Templates 26 to 51 hold accounts; the first that names its domain is ours to read. */
static bool account_read(const Tlv *all, MerchantQr *out)
{
    for (int tag = 26; tag <= 51; tag++) {
        Tlv inner;
        if (all->values[tag].len && tlv_read(all->values[tag], &inner) && inner.values[0].len && inner.values[1].len) {
            out->domain = inner.values[0];
            out->account = inner.values[1];
            return true;
        }
    }
    return false;
}

Err *merchant_qr_read(Arena *arena, Str text, MerchantQr *out)
{
    Tlv all, inner;
    *out = (MerchantQr){0};
    text = str_trim(text);
    if (text.len > 4 * MERCHANT_QR_MAX || !utf8_valid(text))
        return syntax(arena);
    if (!crc_good(text))
        return err_new(arena, ERR_INVALID, "qr.crc");
    if (!tlv_read(text, &all) || !str_eq(all.values[0], STR("01")) || !account_read(&all, out))
        return syntax(arena);
    out->category = all.values[52];
    out->currency = currency_letters(all.values[53]);
    if (!out->currency.len)
        return err_new(arena, ERR_INVALID, "qr.currency");
    out->has_amount = all.values[54].len > 0;
    if (out->has_amount && (!money_parse(all.values[54], currency_places(out->currency), &out->amount) || out->amount.minor <= 0))
        return err_new(arena, ERR_INVALID, "qr.amount");
    out->country = all.values[58];
    out->name = all.values[59];
    out->city = all.values[60];
    if (all.values[62].len && !tlv_read(all.values[62], &inner))
        return syntax(arena);
    if (all.values[62].len) {
        out->bill = inner.values[1];
        out->reference = inner.values[5];
    }
    if (all.values[64].len && tlv_read(all.values[64], &inner) && inner.values[1].len) {
        out->lang = inner.values[0];
        out->name = inner.values[1];
        out->city = inner.values[2].len ? inner.values[2] : out->city;
    }
    return NULL;
}
