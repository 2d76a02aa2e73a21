/* What other rooms ask: the outlook of an offer between two days, and the farmer's own number. */
#include <math.h>

#include "insight/inside.h"

/* Days of the week that begins on week, between from and until. */
static int64_t overlap(Date week, Date from, Date until)
{
    int64_t begin = week.days > from.days ? week.days : from.days;
    int64_t end = week.days + WEEK_DAYS < until.days ? week.days + WEEK_DAYS : until.days;
    return end > begin ? end - begin : 0;
}

Err *insight_outlook(Db *db, const Lang *lang, Id offer, Date from, Date until, Outlook *out, bool *found)
{
    ForecastWeekList weeks;
    ForecastGood good;
    double likely = 0, below = 0, above = 0;
    int64_t covered = 0;
    *out = (Outlook){.range = true};
    *found = false;
    if (until.days <= from.days)
        return NULL;
    TRY(forecast_good(db, offer, str_of(lang_tag(lang)), &good, found));
    if (!*found)
        return NULL;
    TRY(forecast_weeks(db, offer, week_of(from), PAST_WEEKS, &weeks));
    for (size_t i = 0; i < weeks.len; i++) {
        const ForecastWeek *week = &weeks.at[i];
        int64_t days = overlap(week->week, from, until);
        double share = (double)days / WEEK_DAYS, middle = (double)(week->has_farmer ? week->farmer : week->likely);
        if (!days)
            continue;
        covered += days;
        likely += share * middle;
        out->corrected |= week->has_farmer;
        out->range &= week->has_low && week->has_high;
        if (week->has_low && week->has_high) { /* the farmer's number moves the range with it */
            below += share * share * pow((double)(week->likely - week->low), 2);
            above += share * share * pow((double)(week->high - week->likely), 2);
        }
    }
    *found = covered == until.days - from.days;
    out->likely = llround(likely);
    out->low = out->range ? llround(fmax(0, likely - sqrt(below))) : out->likely;
    out->high = out->range ? llround(likely + sqrt(above)) : out->likely;
    out->reason = insight_reason(db->arena, lang, good.reason, good.reason_value);
    return NULL;
}

Err *insight_correct(Tx *tx, Id offer, Date week, int64_t steps, Id who, Time now)
{
    enum { STEPS_MOST = 1000000000 };
    int64_t count;
    if (steps > STEPS_MOST)
        return err_field(tx->db.arena, "outlook.amount", "amount");
    bool said = steps >= 0;
    TRY(forecast_week_farmer(tx, offer, week, said ? &steps : NULL, said ? &who : NULL, said ? &now : NULL, &count));
    if (count == 0)
        return err_new(tx->db.arena, ERR_MISSING, "outlook.week");
    return audit(tx, now, who, said ? "insight.correct" : "insight.uncorrect", offer, STR(""));
}
