/* A recurrence rule as people say it: "Every second Saturday, in April and May, until 31 October 2027". */
#include "cycle/view.h"

enum { NAMES_MAX = 63 };

static const char *const weekday_words[] = {N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")};
static const char *const month_words[] = {N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
                                          N_("August"), N_("September"), N_("October"), N_("November"), N_("December")};

/* "a", "a and b", "a, b and c". */
static Str listed(Arena *arena, const Lang *lang, const Str *names, size_t len)
{
    Buf out = buf_new(arena, 2000);
    for (size_t i = 0; i < len; i++) {
        if (i)
            buf_add(&out, tr(lang, i + 1 < len ? NP_("in a list", ", ") : NP_("at the end of a list", " and ")));
        buf_add(&out, names[i]);
    }
    return buf_str(&out);
}

static Str filled(Arena *arena, const Lang *lang, const char *pattern, const char *name, Str value)
{
    TextArg arg = {name, value};
    return tr_fill(arena, tr(lang, pattern), &arg, 1);
}

static Str weekdays_say(Arena *arena, const Lang *lang, unsigned weekdays)
{
    Str names[7];
    size_t len = 0;
    for (unsigned day = 1; day <= 7; day++)
        if (weekdays & 1u << day)
            names[len++] = tr(lang, weekday_words[day - 1]);
    return listed(arena, lang, names, len);
}

static Str month_days_say(Arena *arena, const Lang *lang, uint64_t days)
{
    Str names[NAMES_MAX];
    size_t len = 0;
    for (int day = 1; day <= 31; day++)
        if (days & UINT64_C(1) << day)
            names[len++] = filled(arena, lang, N_("day {n}"), "n", say_int(arena, lang, day));
    for (int day = 1; day <= 31; day++)
        if (days & UINT64_C(1) << (32 + day))
            names[len++] = day == 1 ? tr(lang, N_("the last day")) : filled(arena, lang, N_("day {n} from the end"), "n", say_int(arena, lang, day));
    return listed(arena, lang, names, len);
}

/* "every month", "every 2 months" and the like, as the interval says. */
static Str pace_say(Arena *arena, const Lang *lang, const Rrule *rule)
{
    Str n = say_int(arena, lang, rule->interval);
    bool each = rule->interval <= 1;
    if (rule->freq == RRULE_DAILY)
        return each ? tr(lang, N_("Every day")) : filled(arena, lang, N_("Every {n} days"), "n", n);
    if (rule->freq == RRULE_WEEKLY)
        return each ? tr(lang, N_("Every week")) : filled(arena, lang, N_("Every {n} weeks"), "n", n);
    return each ? tr(lang, N_("Every month")) : filled(arena, lang, N_("Every {n} months"), "n", n);
}

/* Which days within the week or month: "the first Saturday", "Saturday", "day 1 and the last day"; empty: all of them. */
static Str days_say(Arena *arena, const Lang *lang, const Rrule *rule)
{
    static const char *const from_front[] = {N_("the first {days}"), N_("the second {days}"), N_("the third {days}"), N_("the fourth {days}"), N_("the fifth {days}")};
    Str days = weekdays_say(arena, lang, rule->weekdays);
    if (rule->month_days && rule->weekdays) {
        TextArg both[] = {{"days", days}, {"dates", month_days_say(arena, lang, rule->month_days)}};
        return tr_fill(arena, tr(lang, N_("{days} when it is {dates}")), both, 2);
    }
    if (rule->month_days)
        return month_days_say(arena, lang, rule->month_days);
    if (rule->ordinal == -1)
        return filled(arena, lang, N_("the last {days}"), "days", days);
    if (rule->ordinal < 0) {
        TextArg from_end[] = {{"n", say_int(arena, lang, -rule->ordinal)}, {"days", days}};
        return tr_fill(arena, tr(lang, N_("{days}, number {n} from the end")), from_end, 2);
    }
    return rule->ordinal ? filled(arena, lang, from_front[rule->ordinal - 1], "days", days) : days;
}

Str rrule_say(Arena *arena, const Lang *lang, const Rrule *asked, Date first)
{
    Rrule rule = *asked;
    Buf out = buf_new(arena, 4000);
    Clock day = date_clock(first);
    if (!rule.weekdays && !rule.month_days && rule.freq == RRULE_WEEKLY) /* what the rule leaves open its first day says */
        rule.weekdays = 1u << day.weekday;
    if (!rule.weekdays && !rule.month_days && rule.freq == RRULE_MONTHLY)
        rule.month_days = UINT64_C(1) << day.day;
    Str days = days_say(arena, lang, &rule);
    TextArg args[] = {{"pace", pace_say(arena, lang, &rule)}, {"days", days}};
    if (rule.freq == RRULE_WEEKLY && rule.interval <= 2)
        buf_add(&out, filled(arena, lang, rule.interval == 2 ? N_("Every second {days}") : N_("Every {days}"), "days", days));
    else
        buf_add(&out, days.len ? tr_fill(arena, tr(lang, N_("{pace} on {days}")), args, 2) : args[0].value);
    if (rule.months) {
        Str names[12];
        size_t len = 0;
        for (unsigned month = 1; month <= 12; month++)
            if (rule.months & 1u << month)
                names[len++] = tr(lang, month_words[month - 1]);
        buf_add(&out, filled(arena, lang, N_(", in {months}"), "months", listed(arena, lang, names, len)));
    }
    if (rule.count)
        buf_add(&out, filled(arena, lang, N_(", {n} times in all"), "n", say_int(arena, lang, rule.count)));
    if (rule.has_until)
        buf_add(&out, filled(arena, lang, N_(", until {day}"), "day", say_date_full(arena, lang, rule.until)));
    return buf_str(&out);
}
