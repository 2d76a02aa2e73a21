/* How money, numbers, quantities, dates and times read in a language. Every pattern is a message, so that a new language is
   a new .po file and nothing else. */
#include <string.h>

#include "core/core.h"
#include "core/lang.h"

/* ---- numbers ---- */

typedef struct NumberStyle { /* read off a sample: "1,234,567.8", "12,34,567.8", "1 234 567,8" */
    Str group, point;
    size_t first, others; /* digits in the last group, and in those before */
} NumberStyle;

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static NumberStyle number_style(const Lang *lang)
{
    Str sample = tr(lang, NP_("number", "1,234,567.8"));
    NumberStyle style = {STR(","), STR("."), 3, 3};
    if (str_eq(sample, STR("1,234,567.8")))
        return style;
    size_t lens[8] = {0}, parts = 0;
    Str marks[8] = {{0}};
    for (size_t i = 0; i < sample.len && parts < 8;) {
        if (digit(sample.at[i])) {
            lens[parts]++;
            i++;
            continue;
        }
        size_t from = i;
        while (i < sample.len && !digit(sample.at[i]))
            i++;
        marks[parts++] = str_slice(sample, from, i);
    }
    if (parts < 2 || parts > 6)
        return style;
    style.point = marks[parts - 1];
    style.group = marks[0];
    style.first = lens[parts - 1];
    style.others = parts > 2 ? lens[parts - 2] : style.first;
    return style;
}

/* digits: "1234567"; fraction without point, may be empty. */
static Str number_join(Arena *arena, const Lang *lang, bool negative, Str digits, Str fraction)
{
    NumberStyle style = number_style(lang);
    char room[64];
    Buf out = {.arena = arena, .at = room, .room = sizeof room, .limit = 256}; /* nearly always enough: one copy at the end */
    if (negative)
        buf_add_char(&out, '-');
    for (size_t i = 0; i < digits.len; i++) {
        size_t left = digits.len - i;
        if (i && left >= style.first && (left - style.first) % (style.others ? style.others : 3) == 0)
            buf_add(&out, style.group);
        buf_add_char(&out, digits.at[i]);
    }
    if (fraction.len) {
        buf_add(&out, style.point);
        buf_add(&out, fraction);
    }
    return str_copy(arena, buf_str(&out));
}

/* "1234.50" to "1,234.50" */
static Str number_dress(Arena *arena, const Lang *lang, Str plain)
{
    bool negative = plain.len && plain.at[0] == '-';
    Str digits, fraction;
    str_cut(str_slice(plain, negative ? 1 : 0, plain.len), '.', &digits, &fraction);
    if (digits.len <= 3 && !fraction.len)
        return plain;
    return number_join(arena, lang, negative, digits, fraction);
}

Str say_int(Arena *arena, const Lang *lang, int64_t value)
{
    if (value > -1000 && value < 1000)
        return str_format(arena, "%lld", (long long)value);
    return number_dress(arena, lang, str_format(arena, "%lld", (long long)value));
}

Str say_decimal(Arena *arena, const Lang *lang, int64_t steps, int64_t scale)
{
    return number_dress(arena, lang, quantity_plain(arena, steps, scale));
}

/* ---- money ---- */

Str currency_symbol(Arena *arena, Str code)
{
    static const char *const symbols[][2] = {
        {"CNY", "¥"},    {"JPY", "¥"},    {"EUR", "€"},    {"USD", "$"},    {"GBP", "£"},    {"INR", "₹"},
        {"KES", "KSh "}, {"UGX", "USh "}, {"TZS", "TSh "}, {"RWF", "FRw "}, {"NGN", "₦"},    {"GHS", "GH₵"},
        {"ZAR", "R "},   {"ETB", "Br "},  {"BRL", "R$ "},  {"MXN", "$"},    {"COP", "$"},    {"PEN", "S/ "},
        {"PHP", "₱"},    {"VND", "₫"},    {"THB", "฿"},    {"KRW", "₩"},    {"IDR", "Rp "},  {"MYR", "RM "},
        {"BDT", "৳"},    {"NPR", "Rs "},  {"LKR", "Rs "},  {"PKR", "Rs "},  {"XOF", "CFA "}, {"XAF", "FCFA "},
        {"CHF", "CHF "}, {"AUD", "$"},    {"CAD", "$"},    {"NZD", "$"},    {"TWD", "NT$"},  {"HKD", "HK$"},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (str_eq(code, str_of(symbols[i][0])))
            return str_of(symbols[i][1]);
    return str_format(arena, "%.*s ", STR_ARG(code));
}

Str say_money(Arena *arena, const Lang *lang, Money amount, Str currency)
{
    Str plain = money_plain(arena, amount, currency_places(currency));
    bool negative = plain.len && plain.at[0] == '-';
    Str symbol = currency_symbol(arena, currency);
    Str number = number_dress(arena, lang, str_slice(plain, negative ? 1 : 0, plain.len));
    Str pattern = tr(lang, NP_("money", "{symbol}{amount}"));
    if (str_eq(pattern, STR("{symbol}{amount}"))) {
        Buf out = buf_new(arena, 512);
        buf_add(&out, negative ? STR("-") : (Str){0});
        buf_add(&out, symbol);
        buf_add(&out, number);
        return buf_str(&out);
    }
    const TextArg args[] = {{"symbol", symbol}, {"amount", number}};
    Str text = tr_fill(arena, pattern, args, 2);
    return negative ? str_format(arena, "-%.*s", STR_ARG(text)) : text;
}

/* ---- quantities ---- */

/* Units that are words, counted: "3 pieces". The others have a symbol. */
#define COUNTED(code, one, many) {code, one, many} /* marks both as one text with a plural */
static const char *const counted[][3] = {
    COUNTED("C62", "{n} piece", "{n} pieces"),
    COUNTED("DZN", "{n} dozen", "{n} dozen"),
    COUNTED("PR", "{n} pair", "{n} pairs"),
    COUNTED("DAY", "{n} day", "{n} days"),
};

/* Symbols as they stand in the unit table, marked for translators. */
#define UNIT_MARKS                                                                                                     \
    NP_("unit", "piece"), NP_("unit", "dozen"), NP_("unit", "pair"), NP_("unit", "day"), NP_("unit", "kg"),            \
        NP_("unit", "g"), NP_("unit", "t"), NP_("unit", "lb"), NP_("unit", "oz"), NP_("unit", "L"), NP_("unit", "ml"), \
        NP_("unit", "m"), NP_("unit", "cm"), NP_("unit", "m²"), NP_("unit", "ha"), NP_("unit", "h")
static const char *const unit_marks[] = {UNIT_MARKS};

Str say_unit(Arena *arena, const Lang *lang, Str code)
{
    static const char *const words[][2] = {{"C62", "piece"}, {"DZN", "dozen"}, {"PR", "pair"}, {"DAY", "day"}};
    const Unit *unit = unit_find(code);
    Str symbol = unit ? str_of(unit->symbol) : code;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(code, str_of(words[i][0])))
            symbol = str_of(words[i][1]);
    for (size_t i = 0; i < sizeof unit_marks / sizeof *unit_marks; i++)
        if (str_eq(symbol, str_of(unit_marks[i] + sizeof "unit")))
            return tr(lang, unit_marks[i]);
    return str_copy(arena, symbol);
}

/* Nobody says ten thousand grams: from a thousand on it is kilograms and litres. */
static Quantity in_large(Quantity quantity)
{
    bool grams = str_eq(quantity.unit, STR("GRM")), millilitres = str_eq(quantity.unit, STR("MLT"));
    int64_t thousand = 1000;
    for (int64_t i = 0; i < quantity.scale; i++)
        thousand *= 10;
    if ((grams || millilitres) && quantity.scale + 3 <= SCALE_MAX && (quantity.steps >= thousand || quantity.steps <= -thousand))
        return (Quantity){quantity.steps, grams ? STR("KGM") : STR("LTR"), quantity.scale + 3};
    return quantity;
}

Str say_quantity(Arena *arena, const Lang *lang, Quantity quantity)
{
    quantity = in_large(quantity);
    Str number = say_decimal(arena, lang, quantity.steps, quantity.scale);
    const TextArg args[] = {{"n", number}, {"unit", say_unit(arena, lang, quantity.unit)}};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        if (!str_eq(quantity.unit, str_of(counted[i][0])))
            continue;
        int64_t whole = 2; /* a fraction takes the form of many */
        str_to_int(quantity_plain(arena, quantity.steps, quantity.scale), &whole);
        return tr_fill(arena, tr_plural(lang, counted[i][1], counted[i][2], whole), args, 1);
    }
    return tr_fill(arena, tr(lang, NP_("quantity", "{n} {unit}")), args, 2);
}

/* ---- dates and times ---- */

static const char *const weekdays[] = {
    NP_("weekday", "Mon"), NP_("weekday", "Tue"), NP_("weekday", "Wed"), NP_("weekday", "Thu"),
    NP_("weekday", "Fri"), NP_("weekday", "Sat"), NP_("weekday", "Sun"),
};
static const char *const months[] = {
    NP_("month", "Jan"), NP_("month", "Feb"), NP_("month", "Mar"), NP_("month", "Apr"),
    NP_("month", "May"), NP_("month", "Jun"), NP_("month", "Jul"), NP_("month", "Aug"),
    NP_("month", "Sep"), NP_("month", "Oct"), NP_("month", "Nov"), NP_("month", "Dec"),
};
static const char *const long_months[] = {
    NP_("month in full", "January"),   NP_("month in full", "February"), NP_("month in full", "March"),
    NP_("month in full", "April"),     NP_("month in full", "May"),      NP_("month in full", "June"),
    NP_("month in full", "July"),      NP_("month in full", "August"),   NP_("month in full", "September"),
    NP_("month in full", "October"),   NP_("month in full", "November"), NP_("month in full", "December"),
};

static Str date_fill(Arena *arena, const Lang *lang, const char *pattern, const char *const *month_names, Clock c)
{
    const TextArg args[] = {
        {"weekday", tr(lang, weekdays[c.weekday - 1])},
        {"day", str_format(arena, "%d", c.day)},
        {"month", tr(lang, month_names[c.month - 1])},
        {"year", str_format(arena, "%d", c.year)},
    };
    return tr_fill(arena, tr(lang, pattern), args, 4);
}

Str say_date(Arena *arena, const Lang *lang, Date date)
{
    Clock c = date_clock(date);
    bool this_year = time_clock(time_now(), STR("UTC")).year == c.year;
    return date_fill(arena, lang, this_year ? NP_("date", "{weekday} {day} {month}") : NP_("date", "{weekday} {day} {month} {year}"),
                     months, c);
}

Str say_date_full(Arena *arena, const Lang *lang, Date date)
{
    return date_fill(arena, lang, NP_("date in full", "{day} {month} {year}"), long_months, date_clock(date));
}

static Str clock_fill(Arena *arena, const Lang *lang, const char *pattern, Clock c)
{
    const TextArg args[] = {{"hour", str_format(arena, "%d", c.hour)}, {"minute", str_format(arena, "%02d", c.minute)}};
    return tr_fill(arena, tr(lang, pattern), args, 2);
}

Str say_clock(Arena *arena, const Lang *lang, Time time, Str zone)
{
    return clock_fill(arena, lang, NP_("clock", "{hour}:{minute}"), time_clock(time, zone));
}

static Str day_and(Arena *arena, const Lang *lang, Date date, Str clock)
{
    const TextArg args[] = {{"date", say_date(arena, lang, date)}, {"time", clock}};
    return tr_fill(arena, tr(lang, NP_("day and time", "{date}, {time}")), args, 2);
}

Str say_time(Arena *arena, const Lang *lang, Time time, Str zone)
{
    return day_and(arena, lang, time_date(time, zone), say_clock(arena, lang, time, zone));
}

Str say_span(Arena *arena, const Lang *lang, Time from, Time until, Str zone)
{
    Date day = time_date(from, zone), last = time_date(until, zone);
    const char *pattern = NP_("span", "{from}–{until}");
    if (day.days != last.days) {
        const TextArg days[] = {{"from", say_time(arena, lang, from, zone)}, {"until", say_time(arena, lang, until, zone)}};
        return tr_fill(arena, tr(lang, NP_("span of days", "{from} – {until}")), days, 2);
    }
    Clock a = time_clock(from, zone), b = time_clock(until, zone);
    bool whole = !a.minute && !b.minute; /* "9–11" where the language speaks so */
    const char *clock = whole ? NP_("whole hour in a span", "{hour}") : NP_("clock", "{hour}:{minute}");
    const TextArg ends[] = {{"from", clock_fill(arena, lang, clock, a)}, {"until", clock_fill(arena, lang, clock, b)}};
    return day_and(arena, lang, day, tr_fill(arena, tr(lang, pattern), ends, 2));
}
