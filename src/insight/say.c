/* Sentences: why a forecast is what it is, and how far to trust it. They are chosen by numbers, never generated. */
#include <math.h>

#include "insight/inside.h"
#include "solve/forecast/forecast.h"

bool season_has(int64_t months, Date day)
{
    return months == 0 || (months >> (date_clock(day).month - 1) & 1);
}

static double mean_of(const double *values, size_t len)
{
    double sum = 0;
    size_t known = 0;
    for (size_t i = 0; i < len; i++)
        if (!isnan(values[i])) {
            sum += values[i];
            known++;
        }
    return known ? sum / (double)known : NAN;
}

/* The week that begins so, or one of the two after, leads to the lunar new year or the mid-autumn day. */
static bool feast_ahead(Date week, bool *new_year)
{
    int year = date_clock(week).year;
    for (int y = year; y <= year + 1; y++) {
        Date day;
        if (holiday_lunar_new_year(y, &day) && day.days >= week.days && day.days < week.days + 21) {
            *new_year = true;
            return true;
        }
        if (holiday_mid_autumn(y, &day) && day.days >= week.days && day.days < week.days + 14) {
            *new_year = false;
            return true;
        }
    }
    return false;
}

static const char *season_reason(const ReasonAsk *ask, int64_t *value)
{
    if (!season_has(ask->season_months, (Date){ask->week.days + 3})) {
        int month = date_clock((Date){ask->week.days + 3}).month;
        for (int i = 1; i <= 12; i++)
            if (ask->season_months >> ((month - 1 + i) % 12) & 1) {
                *value = (month - 1 + i) % 12 + 1;
                return N_("Out of season until {month}.");
            }
    }
    return NULL;
}

const char *reason_of(const ReasonAsk *ask, int64_t *value)
{
    const char *season = season_reason(ask, value);
    if (season)
        return season;
    double sold = 0;
    for (size_t i = 0; i < ask->past_len; i++)
        sold += isnan(ask->past[i]) ? 0 : ask->past[i];
    if (sold <= 0 || str_eq(ask->demand, STR("none")))
        return N_("Nothing was sold yet, so nothing can be said.");
    if (str_eq(ask->demand, STR("short")) || ask->past_len < 8) {
        *value = (int64_t)ask->past_len;
        return N_("Only {count} weeks of sales so far: this is little more than their average.");
    }
    bool rare = str_eq(ask->demand, STR("intermittent")) || str_eq(ask->demand, STR("lumpy"));
    if (rare && ask->chance < 0.7) {
        *value = llround(ask->chance * 100);
        return N_("Sells now and then: in about {percent} weeks of a hundred.");
    }
    size_t recent = ask->past_len < 4 ? ask->past_len : 4, next = ask->ahead_len < 5 ? ask->ahead_len : 5;
    double before = mean_of(ask->past + ask->past_len - recent, recent), after = mean_of(ask->ahead + 1, next - 1);
    double change = before > 0 ? after / before - 1 : 0;
    bool new_year;
    *value = llround(fabs(change) * 100);
    if (isnan(change) || isnan(before))
        return N_("It was not on the shelf in the last weeks: the number comes from the time before.");
    if (change > 0.1 && feast_ahead(ask->week, &new_year))
        return new_year ? N_("More than in the last four weeks by {percent} %: the lunar new year is near.")
                        : N_("More than in the last four weeks by {percent} %: the mid-autumn day is near.");
    if (change > 0.1)
        return N_("More than in the last four weeks by {percent} %, judging by the weeks before.");
    if (change < -0.1)
        return N_("Less than in the last four weeks by {percent} %, judging by the weeks before.");
    return N_("About as much as in the last four weeks.");
}

static const char *const months[] = {N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
                                     N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December")};

Str insight_reason(Arena *arena, const Lang *lang, Str reason, int64_t value)
{
    const TextArg args[] = {{"percent", str_format(arena, "%lld", (long long)value)},
                            {"count", str_format(arena, "%lld", (long long)value)},
                            {"month", value >= 1 && value <= 12 ? tr(lang, months[value - 1]) : STR("")}};
    return reason.len ? tr_fill(arena, tr(lang, str_z(arena, reason)), args, 3) : reason;
}

Str insight_sentence(Arena *arena, const Lang *lang, const InsightModel *model)
{
    const TextArg args[] = {{"ours", str_format(arena, "%.0f", model->has_score ? model->score * 100 : 0.0)},
                            {"theirs", str_format(arena, "%.0f", model->has_plain_score ? model->plain_score * 100 : 0.0)}};
    return tr_fill(arena, tr(lang, str_z(arena, model->sentence)), args, 2);
}
