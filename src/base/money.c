/* Integer money. */
#include "base/money.h"

#include <stdlib.h>

bool money_add(Money a, Money b, Money *out)
{
    return !__builtin_add_overflow(a.minor, b.minor, &out->minor);
}

bool money_sub(Money a, Money b, Money *out)
{
    return !__builtin_sub_overflow(a.minor, b.minor, &out->minor);
}

bool mul_div(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    __int128 product = (__int128)a * b, divisor = c;
    if (divisor < 0) {
        product = -product;
        divisor = -divisor;
    }
    __int128 half = divisor / 2, rest = product % divisor, value = product / divisor;
    if (rest > 0 && rest >= divisor - half)
        value++;
    if (rest < 0 && -rest >= divisor - half)
        value--;
    if (value > INT64_MAX || value < INT64_MIN)
        return false;
    *out = (int64_t)value;
    return true;
}

bool money_rate(Money amount, int64_t rate_ppm, Money *out)
{
    return mul_div(amount.minor, rate_ppm, 1000000, &out->minor);
}

void money_split(Money total, const int64_t *weights, size_t len, Money *parts)
{
    __int128 sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += weights[i];
    for (size_t i = 0; i < len; i++)
        parts[i].minor = 0;
    if (sum == 0) {
        parts[0] = total;
        return;
    }
    bool negative = total.minor < 0;
    __int128 amount = negative ? -(__int128)total.minor : total.minor, given = 0;
    for (size_t i = 0; i < len; i++) {
        parts[i].minor = (int64_t)(amount * weights[i] / sum);
        given += parts[i].minor;
    }
    /* Fewer than len units are left: hand one to each of the largest remainders. */
    for (__int128 left = amount - given; left > 0; left--) {
        size_t best = len;
        __int128 best_rest = -1;
        for (size_t i = 0; i < len; i++) {
            __int128 rest = amount * weights[i] - (__int128)parts[i].minor * sum; /* < 0 once it got its unit */
            if (rest > best_rest) {
                best_rest = rest;
                best = i;
            }
        }
        parts[best].minor++;
    }
    for (size_t i = 0; negative && i < len; i++)
        parts[i].minor = -parts[i].minor;
}

static const struct {
    char code[4];
    int places;
} currencies[] = {
    {"AED", 2}, {"ARS", 2}, {"AUD", 2}, {"BDT", 2}, {"BOB", 2}, {"BRL", 2}, {"CAD", 2}, {"CHF", 2}, {"CLP", 0},
    {"CNY", 2}, {"COP", 2}, {"CZK", 2}, {"DKK", 2}, {"EGP", 2}, {"ETB", 2}, {"EUR", 2}, {"GBP", 2}, {"GHS", 2},
    {"HKD", 2}, {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"ISK", 0}, {"JPY", 0}, {"KES", 2}, {"KHR", 2},
    {"KRW", 0}, {"KZT", 2}, {"LAK", 2}, {"LKR", 2}, {"MAD", 2}, {"MMK", 2}, {"MNT", 2}, {"MXN", 2}, {"MYR", 2},
    {"MZN", 2}, {"NGN", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2},
    {"PLN", 2}, {"PYG", 0}, {"RON", 2}, {"RUB", 2}, {"RWF", 0}, {"SEK", 2}, {"SGD", 2}, {"THB", 2}, {"TRY", 2},
    {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"UYU", 2}, {"UZS", 2}, {"VND", 0}, {"XAF", 0},
    {"XOF", 0}, {"ZAR", 2}, {"ZMW", 2}, {"KWD", 3}, {"BHD", 3}, {"JOD", 3}, {"TND", 3},
};

static int currency_find(Str code)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (str_eq(code, str_of(currencies[i].code)))
            return (int)i;
    return -1;
}

int currency_places(Str code)
{
    int found = currency_find(code);
    return found < 0 ? 2 : currencies[found].places;
}

bool currency_known(Str code)
{
    return currency_find(code) >= 0;
}

Str money_plain(Arena *arena, Money amount, int places)
{
    uint64_t size = amount.minor < 0 ? 0 - (uint64_t)amount.minor : (uint64_t)amount.minor, unit = 1;
    for (int i = 0; i < places; i++)
        unit *= 10;
    const char *sign = amount.minor < 0 ? "-" : "";
    if (places == 0)
        return str_format(arena, "%s%llu", sign, (unsigned long long)size);
    return str_format(arena, "%s%llu.%0*llu", sign, (unsigned long long)(size / unit), places,
                      (unsigned long long)(size % unit));
}

bool money_parse(Str text, int places, Money *out)
{
    int64_t value = 0;
    int decimals = -1;
    bool negative = false, seen = false;
    text = str_trim(text);
    if (text.len && text.at[0] == '-') {
        negative = true;
        text = str_slice(text, 1, text.len);
    }
    if (str_starts(text, STR("¥")) || str_starts(text, STR("£")))
        text = str_slice(text, 2, text.len);
    else if (str_starts(text, STR("￥")) || str_starts(text, STR("€")))
        text = str_slice(text, 3, text.len);
    else if (str_starts(text, STR("$")))
        text = str_slice(text, 1, text.len);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c == ',' && decimals < 0 && seen && text.len - i > 3) /* grouping only; "12,5" is refused, not guessed */
            continue;
        if (c < '0' || c > '9' || (decimals >= 0 && ++decimals > places))
            return false;
        seen = true;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
            return false;
    }
    if (!seen)
        return false;
    for (int i = decimals < 0 ? 0 : decimals; i < places; i++)
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    out->minor = negative ? -value : value;
    return true;
}
