/* From the ledger's rows to what people read. */
#include "pay/pages.h"

#include "base/text.h"
#include "identity/identity.h"
#include "pay/emv.h"

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

Str chain_words(Arena *arena, const unsigned char hash[32])
{
    static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
    Buf out = buf_new(arena, 64);
    for (int word = 0; word < 4; word++) {
        unsigned bits = (unsigned)hash[2 * word] << 8 | hash[2 * word + 1];
        if (word)
            buf_add_char(&out, ' ');
        buf_add_char(&out, consonants[bits >> 12 & 15]);
        buf_add_char(&out, vowels[bits >> 10 & 3]);
        buf_add_char(&out, consonants[bits >> 6 & 15]);
        buf_add_char(&out, vowels[bits >> 4 & 3]);
        buf_add_char(&out, consonants[bits & 15]);
    }
    return buf_str(&out);
}

/* ---- entries in plain words ---- */

static const struct {
    const char *kind, *in, *out;
} words[] = {
    {"cash_in", N_("Cash brought"), N_("Cash brought")},
    {"cash_out", N_("Cash taken"), N_("Cash taken")},
    {"escrow", N_("Put aside for an order"), N_("Put aside for an order")},
    {"changed", N_("Back from an order that changed"), N_("More for an order that changed")},
    {"top_up", N_("Rest of an order, by the scale"), N_("Rest of an order, by the scale")},
    {"refund", N_("Back from a cancelled order"), N_("Back from a cancelled order")},
    {"release", N_("From an order that was handed over"), N_("From an order that was handed over")},
    {"refund_after", N_("Refund for returned goods"), N_("Refund to a buyer")},
    {"undo", N_("A hand-over was taken back"), N_("A hand-over was taken back")},
    {"bear", N_("Discount that you gave"), N_("Discount that you gave")},
    {"claim_paid", N_("Debt paid"), N_("Debt paid")},
    {"payout", N_("Paid out"), N_("Paid out")},
    {"bounced", N_("A payout came back"), N_("A payout came back")},
    {"deposit", N_("Brought to the bank"), N_("Brought to the bank")},
    {"counted", N_("Difference when counted"), N_("Difference when counted")},
    {"received", N_("Money received"), N_("Money sent back")},
    {"mobile_in", N_("Money from your phone"), N_("Money from your phone")},
    {"opening", N_("Opening balance"), N_("Opening balance")},
};

static Err *entry_words(Req *r, const Entry *entry, Str *out)
{
    const TransferView *t = &entry->transfer;
    if (is(t->kind, "sent")) {
        AccountView other;
        TRY(account_get(&r->db, entry->other, &other));
        TextArg name = {"name", other.person ? person_name(&r->db, r->lang, other.person) : other.name};
        *out = tr_fill(r->arena, tr(r->lang, entry->is_debit ? N_("Sent to {name}") : N_("From {name}")), &name, 1);
        return NULL;
    }
    *out = t->kind;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is(t->kind, words[i].kind))
            *out = tr(r->lang, entry->is_debit ? words[i].out : words[i].in);
    return NULL;
}

Err *entry_views(Req *r, const EntryList *entries, EntryViewList *out)
{
    *out = (EntryViewList){NEW_ARRAY(r->arena, EntryView, entries->len + 1), 0};
    for (size_t i = 0; i < entries->len; i++) {
        const Entry *e = &entries->at[i];
        const TransferView *t = &e->transfer;
        Id order;
        EntryView *view = &out->at[out->len++];
        *view = (EntryView){.amount = {e->is_debit ? -t->amount : t->amount}, .balance = {e->balance}, .at = {t->recorded_ns / 1000000},
                            .held = (t->flags & (TRANSFER_PENDING | TRANSFER_VOID | TRANSFER_EXPIRE)) != 0,
                            .receipt = str_format(r->arena, "/wallet/receipts/%.*s", STR_ARG(uuid_text(r->arena, t->id)))};
        if (str_starts(t->ref, STR("order/")) && id_parse(str_slice(t->ref, 6, t->ref.len), &order))
            view->path = str_format(r->arena, "/money/orders/%.*s", STR_ARG(id_text(r->arena, order)));
        TRY(entry_words(r, e, &view->what));
    }
    return NULL;
}

/* ---- charts ---- */

static Html chart_end(Arena *arena, Buf *svg)
{
    (void)arena;
    buf_add(svg, STR("</svg>"));
    return svg->overflowed ? (Html){0} : (Html){buf_str(svg)};
}

static void chart_text(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '"' || c == '&' || c == '<' || c == '>')
            buf_addf(out, "&#%d;", c);
        else
            buf_add_char(out, c);
    }
}

static Buf chart_begin(Arena *arena, int width, int height, Str label)
{
    Buf svg = buf_new(arena, 32768);
    buf_addf(&svg, "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", width, height);
    chart_text(&svg, label);
    buf_add(&svg, STR("\">"));
    return svg;
}

Html balance_chart(Arena *arena, const EntryViewList *entries, Str label)
{
    enum { WIDTH = 320, HEIGHT = 90, TOP = 6, BOTTOM = 84 };
    int64_t most = 1;
    size_t len = entries->len;
    if (len < 2)
        return (Html){0};
    for (size_t i = 0; i < len; i++)
        most = entries->at[i].balance.minor > most ? entries->at[i].balance.minor : most;
    Buf svg = chart_begin(arena, WIDTH, HEIGHT, label);
    buf_addf(&svg, "<path class=\"axis\" d=\"M0 %dH%d\"/><path class=\"line\" d=\"", BOTTOM, WIDTH);
    for (size_t i = len; i-- > 0;) {
        int64_t y = 0, x = 0, balance = entries->at[i].balance.minor > 0 ? entries->at[i].balance.minor : 0;
        mul_div(BOTTOM - TOP, balance, most, &y);
        mul_div(WIDTH, (int64_t)(len - 1 - i), (int64_t)len, &x);
        buf_addf(&svg, i + 1 == len ? "M%lld %lld" : "H%lldV%lld", (long long)x, (long long)(BOTTOM - y));
    }
    buf_addf(&svg, "H%d\"/>", WIDTH);
    return chart_end(arena, &svg);
}

Html share_chart(Arena *arena, const ShareViewList *shares, Str label)
{
    enum { WIDTH = 320, HEIGHT = 26 };
    int64_t all = 0, at = 0;
    for (size_t i = 0; i < shares->len; i++)
        all += shares->at[i].amount.minor > 0 ? shares->at[i].amount.minor : 0;
    if (all <= 0)
        return (Html){0};
    Buf svg = chart_begin(arena, WIDTH, HEIGHT, label);
    for (size_t i = 0; i < shares->len; i++) {
        int64_t x = 0, end = 0, amount = shares->at[i].amount.minor > 0 ? shares->at[i].amount.minor : 0;
        mul_div(WIDTH, at, all, &x);
        mul_div(WIDTH, at + amount, all, &end);
        at += amount;
        if (end > x)
            buf_addf(&svg, "<rect class=\"%s\" x=\"%lld\" y=\"2\" width=\"%lld\" height=\"22\" rx=\"3\"/>", i ? "other" : "mark", (long long)x,
                     (long long)(end - x > 2 ? end - x - 1 : 1));
    }
    return chart_end(arena, &svg);
}

Html bars_chart(Arena *arena, const Str *labels, const Money *values, size_t len, Str label)
{
    enum { WIDTH = 320, HEIGHT = 120, BOTTOM = 98 };
    int64_t most = 1;
    for (size_t i = 0; i < len; i++)
        most = values[i].minor > most ? values[i].minor : most;
    if (len < 2 || most <= 1) /* one bar, or nothing yet, says nothing */
        return (Html){0};
    Buf svg = chart_begin(arena, WIDTH, HEIGHT, label);
    buf_addf(&svg, "<path class=\"axis\" d=\"M0 %dH%d\"/>", BOTTOM, WIDTH);
    int64_t step = WIDTH / (int64_t)len;
    for (size_t i = 0; i < len; i++) {
        int64_t height = 0;
        mul_div(BOTTOM - 8, values[i].minor > 0 ? values[i].minor : 0, most, &height);
        buf_addf(&svg, "<rect class=\"mark\" x=\"%lld\" y=\"%lld\" width=\"%lld\" height=\"%lld\" rx=\"2\"/><text x=\"%lld\" y=\"114\">",
                 (long long)(step * (int64_t)i + 4), (long long)(BOTTOM - height), (long long)(step - 8), (long long)height,
                 (long long)(step * (int64_t)i + 4));
        chart_text(&svg, labels[i]);
        buf_add(&svg, STR("</text>"));
    }
    return chart_end(arena, &svg);
}

/* ---- small things ---- */

Str org_name(Req *r, Id org)
{
    OrgCard card;
    return org && !org_card(&r->db, org, &card) ? card.name : STR("");
}

static Str last_eight(Arena *arena, Str text)
{
    char *digits = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            digits[len++] = text.at[i];
    return (Str){digits + (len > 8 ? len - 8 : 0), len > 8 ? 8 : len};
}

Err *member_named(Req *r, Str typed, const char *field, Id *out)
{
    PayMemberList found;
    Str text = str_trim(typed), digits = last_eight(r->arena, text);
    TRY(pay_member_find(&r->db, text_fold(r->arena, text), &found));
    if (!found.len && digits.len >= 6)
        TRY(pay_member_find(&r->db, digits, &found));
    if (found.len != 1)
        return err_field(r->arena, "pay.nobody", field);
    *out = found.at[0].id;
    return NULL;
}

Err *need_treasurer(Req *r)
{
    return need_role(r, r->village.org, ROLE_TREASURER);
}

Str merchant_code(Req *r, const MerchantAsk *ask, Err **err)
{
    PaySettings settings;
    Str text = {0};
    *err = pay_settings(&r->db, &settings);
    if (*err || !settings.qr_domain.len || !settings.qr_account.len || !settings.country.len)
        return (Str){0};
    const MerchantQr qr = {.domain = settings.qr_domain, .account = settings.qr_account, .category = STR("0763"), .currency = r->village.currency,
                           .has_amount = ask->amount.minor > 0, .amount = ask->amount, .country = settings.country, .name = ask->name.len ? ask->name : r->village.name,
                           .city = r->village.place.len ? r->village.place : settings.country, .lang = str_slice(r->village.lang, 0, 2), .bill = ask->bill, .reference = ask->reference};
    *err = merchant_qr_write(r->arena, &qr, &text);
    return *err ? (Str){0} : text;
}
