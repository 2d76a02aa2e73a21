/* Integer money. */
#include "base/money.h"

#include <stdlib.h>

bool money_add(Money a, Money b, Money *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a.minor, b.minor, &sum))
        return false;
    out->minor = sum;
    return true;
}

bool money_sub(Money a, Money b, Money *out)
{
    int64_t rest;
    if (__builtin_sub_overflow(a.minor, b.minor, &rest))
        return false;
    out->minor = rest;
    return true;
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

/* What each share lost by rounding down, times the sum of weights. */
static __int128 remainder_of(__int128 amount, int64_t weight, __int128 sum)
{
    return amount * weight % sum;
}

static size_t count_above(__int128 amount, const int64_t *weights, size_t len, __int128 sum, __int128 bound)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += remainder_of(amount, weights[i], sum) > bound;
    return count;
}

/* The smallest bound that no more than left remainders exceed: by halving, so that splitting among n takes n log sum.
 */
static __int128 find_bound(__int128 amount, const int64_t *weights, size_t len, __int128 sum, __int128 left)
{
    __int128 low = 0, high = sum;
    while (low < high) {
        __int128 middle = low + (high - low) / 2;
        if ((__int128)count_above(amount, weights, len, sum, middle) <= left)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void money_split(Money total, const int64_t *weights, size_t len, Money *parts)
{
    __int128 sum = 0, given = 0;
    for (size_t i = 0; i < len; i++)
        sum += weights[i];
    for (size_t i = 0; i < len; i++)
        parts[i].minor = 0;
    if (sum == 0) {
        parts[0] = total;
        return;
    }
    bool negative = total.minor < 0;
    __int128 amount = negative ? -(__int128)total.minor : total.minor;
    for (size_t i = 0; i < len; i++)
        given += amount * weights[i] / sum;
    /* Fewer than len units are left: one each to the largest remainders, those at the bound in their order. */
    __int128 left = amount - given, bound = find_bound(amount, weights, len, sum, left);
    __int128 at_bound = left - (__int128)count_above(amount, weights, len, sum, bound);
    for (size_t i = 0; i < len; i++) {
        __int128 part = amount * weights[i] / sum, rest = remainder_of(amount, weights[i], sum);
        bool one_more = rest > bound || (rest == bound && at_bound > 0);
        at_bound -= one_more && rest == bound;
        part += one_more;
        parts[i].minor = (int64_t)(negative ? -part : part);
    }
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

/* Takes the sign and one currency mark off the front. */
static Str strip_marks(Str text, bool *negative)
{
    static const char *const marks[] = {"¥", "￥", "£", "€", "$"};
    *negative = text.len && text.at[0] == '-';
    if (*negative)
        text = str_slice(text, 1, text.len);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_starts(text, str_of(marks[i])))
            return str_slice(text, str_of(marks[i]).len, text.len);
    return text;
}

static bool add_digits(Str digits, int64_t *value)
{
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.at[i];
        if (c < '0' || c > '9' || __builtin_mul_overflow(*value, 10, value) ||
            __builtin_add_overflow(*value, c - '0', value))
            return false;
    }
    return true;
}

/* "1250" or "1,250": groups of three behind a first of one to three; "12,5" is refused, not guessed. */
static bool read_whole(Str text, int64_t *value)
{
    Str group, rest = text;
    bool grouped = str_find(text, STR(",")) != SIZE_MAX, more = true;
    for (bool first = true; more; first = false) {
        more = str_cut(rest, ',', &group, &rest);
        bool fits = first ? group.len >= 1 && group.len <= 3 : group.len == 3;
        if ((grouped && !fits) || !add_digits(group, value))
            return false;
    }
    return true;
}

bool money_parse(Str text, int places, Money *out)
{
    int64_t value = 0;
    bool negative;
    Str whole, decimals;
    text = strip_marks(str_trim(text), &negative);
    str_cut(text, '.', &whole, &decimals);
    if (whole.len + decimals.len == 0 || decimals.len > (size_t)places || !read_whole(whole, &value) ||
        !add_digits(decimals, &value))
        return false;
    for (size_t i = decimals.len; i < (size_t)places; i++)
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    out->minor = negative ? -value : value;
    return true;
}
