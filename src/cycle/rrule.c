/* Recurrence rules: days are walked one by one, which is cheap (twenty years are 7,305 tests) and has no cases to forget. */
#include "cycle/rrule.h"

enum { WALK_DAYS = 7305 };

static const char *const weekday_names[] = {"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static bool number_in(Str text, int64_t least, int64_t most, int64_t *out)
{
    return text.len && text.len < 10 && str_to_int(text, out) && *out >= least && *out <= most;
}

/* Calls read for each of a list's parts, parted by commas. */
static bool each_part(Rrule *rule, Str list, bool (*read)(Rrule *rule, Str part))
{
    Str part, rest = list;
    bool more = true;
    while (more) {
        more = str_cut(rest, ',', &part, &rest);
        if (!read(rule, part))
            return false;
    }
    return true;
}

static bool read_weekday(Rrule *rule, Str part)
{
    Str name = part.len > 2 ? str_slice(part, part.len - 2, part.len) : part;
    int64_t ordinal = 0;
    if (part.len > 2) {
        Str digits = str_slice(part, part.at[0] == '+' ? 1 : 0, part.len - 2);
        if (!number_in(digits, -5, 5, &ordinal) || !ordinal || (rule->weekdays && rule->ordinal != ordinal))
            return false;
    } else if (rule->weekdays && rule->ordinal) {
        return false; /* one ordinal for all of them: "1SA,SU" is asked for by nobody */
    }
    for (unsigned day = 1; day <= 7; day++)
        if (str_eq(name, str_of(weekday_names[day]))) {
            rule->weekdays |= 1u << day;
            rule->ordinal = (int)ordinal;
            return true;
        }
    return false;
}

static bool read_month_day(Rrule *rule, Str part)
{
    int64_t day;
    if (!number_in(part, -31, 31, &day) || !day)
        return false;
    rule->month_days |= UINT64_C(1) << (day > 0 ? day : 32 - day);
    return true;
}

static bool read_month(Rrule *rule, Str part)
{
    int64_t month;
    if (!number_in(part, 1, 12, &month))
        return false;
    rule->months |= 1u << month;
    return true;
}

/* "20271031" or "20271031T220000Z", of which the day counts. */
static bool read_until(Rrule *rule, Str text)
{
    int64_t number;
    if (text.len < 8 || (text.len > 8 && text.at[8] != 'T') || text.len > 16 ||
        !number_in(str_slice(text, 0, 8), 19000101, 99991231, &number))
        return false;
    int year = (int)(number / 10000), month = (int)(number / 100 % 100), day = (int)(number % 100);
    if (!date_valid(year, month, day))
        return false;
    rule->has_until = true;
    rule->until = date_of(year, month, day);
    return true;
}

static bool read_freq(Rrule *rule, Str value)
{
    static const struct {
        const char *name;
        RruleFreq freq;
    } names[] = {{"DAILY", RRULE_DAILY}, {"WEEKLY", RRULE_WEEKLY}, {"MONTHLY", RRULE_MONTHLY}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(value, str_of(names[i].name)))
            rule->freq = names[i].freq;
    return rule->freq != 0;
}

static bool read_value(Rrule *rule, size_t which, Str value)
{
    int64_t number = 0;
    bool good = true;
    switch (which) {
    case 0: return read_freq(rule, value);
    case 1:
        good = number_in(value, 1, RRULE_INTERVAL_MAX, &number);
        rule->interval = (int)number;
        return good;
    case 2: return each_part(rule, value, read_weekday);
    case 3: return each_part(rule, value, read_month_day);
    case 4: return each_part(rule, value, read_month);
    case 5:
        good = number_in(value, 1, RRULE_COUNT_MAX, &number);
        rule->count = (int)number;
        return good;
    case 6: return read_until(rule, value);
    default: return str_eq(value, STR("MO")); /* WKST: weeks begin on Monday here */
    }
}

static Err *bad(Arena *arena, Str part)
{
    return err_arg(arena, err_field(arena, "rrule.bad", "rrule"), "part", part);
}

/* What the parts say together. */
static Err *whole_check(Arena *arena, const Rrule *rule)
{
    if (!rule->freq)
        return err_field(arena, "rrule.freq", "rrule");
    if (rule->count && rule->has_until)
        return err_field(arena, "rrule.both", "rrule");
    if (rule->ordinal && (rule->freq != RRULE_MONTHLY || rule->month_days))
        return bad(arena, STR("BYDAY"));
    if (rule->month_days && rule->freq != RRULE_MONTHLY)
        return bad(arena, STR("BYMONTHDAY"));
    return NULL;
}

Err *rrule_parse(Arena *arena, Str text, Rrule *out)
{
    static const char *const names[] = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "WKST"};
    enum { NAMES = sizeof names / sizeof *names };
    bool seen[NAMES] = {0}, more = true;
    *out = (Rrule){.interval = 1};
    text = str_trim(text);
    if (text.len > RRULE_TEXT_MAX)
        return bad(arena, str_slice(text, 0, 20));
    if (str_starts(text, STR("RRULE:")))
        text = str_slice(text, 6, text.len);
    while (more) {
        Str part, name, value;
        more = str_cut(text, ';', &part, &text);
        size_t which = 0;
        bool named = str_cut(part, '=', &name, &value);
        while (which < NAMES && !str_eq(name, str_of(names[which])))
            which++;
        if (!named || which == NAMES || seen[which] || !read_value(out, which, value))
            return bad(arena, part);
        seen[which] = true;
    }
    return whole_check(arena, out);
}

/* ---- which days ---- */

static int days_in_month(const Clock *day)
{
    int next = day->month % 12 + 1, year = day->year + (day->month == 12);
    return date_of(year, next, 1).days - date_of(day->year, day->month, 1).days;
}

static bool weekday_fits(const Rrule *rule, const Clock *day)
{
    if (!(rule->weekdays & 1u << day->weekday))
        return false;
    if (rule->ordinal > 0)
        return (day->day - 1) / 7 + 1 == rule->ordinal;
    return !rule->ordinal || (days_in_month(day) - day->day) / 7 + 1 == -rule->ordinal;
}

static bool month_day_fits(const Rrule *rule, const Clock *day)
{
    int from_end = days_in_month(day) - day->day + 1;
    return (rule->month_days & UINT64_C(1) << day->day) || (rule->month_days & UINT64_C(1) << (32 + from_end));
}

static bool fits(const Rrule *rule, const Clock *first, Date first_day, const Clock *day, Date date)
{
    if (rule->months && !(rule->months & 1u << day->month))
        return false;
    if (rule->freq == RRULE_DAILY)
        return (date.days - first_day.days) % rule->interval == 0 && (!rule->weekdays || weekday_fits(rule, day));
    if (rule->freq == RRULE_WEEKLY) {
        int weeks = (date.days - day->weekday - (first_day.days - first->weekday)) / 7;
        return weeks % rule->interval == 0 && (rule->weekdays ? weekday_fits(rule, day) : day->weekday == first->weekday);
    }
    int months = (day->year - first->year) * 12 + day->month - first->month;
    if (months % rule->interval)
        return false;
    if (!rule->weekdays && !rule->month_days)
        return day->day == first->day;
    return (!rule->weekdays || weekday_fits(rule, day)) && (!rule->month_days || month_day_fits(rule, day));
}

bool rrule_next(const Rrule *rule, Date first, Date after, Date *out)
{
    Clock start = date_clock(first);
    int found = 0;
    for (int i = 0; i < WALK_DAYS; i++) {
        Date date = {first.days + i};
        Clock day = date_clock(date);
        if (rule->has_until && date.days > rule->until.days)
            return false;
        if (!fits(rule, &start, first, &day, date))
            continue;
        if (rule->count && ++found > rule->count)
            return false;
        if (date.days > after.days) {
            *out = date;
            return true;
        }
    }
    return false;
}
