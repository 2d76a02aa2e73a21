/* What `millet verify` looks at: weeks begin on Mondays, ranges hold what is likely, a farmer's number has a farmer. */
#include "insight/inside.h"

static Err *week_check(void *arg, const ForecastWeekCheck *row)
{
    Findings *findings = arg;
    findings->checked++;
    bool range = row->has_low == row->has_high && (!row->has_low || (row->low <= row->likely && row->likely <= row->high));
    if (!range)
        finding(findings, "offer %lld, day %d: the range does not hold what is likely", (long long)row->offer, (int)row->week.days);
    if (date_weekday(row->week) != 1)
        finding(findings, "offer %lld, day %d: a week that begins on no Monday", (long long)row->offer, (int)row->week.days);
    if (row->has_farmer != row->has_farmer_by)
        finding(findings, "offer %lld, day %d: a farmer's number without a farmer", (long long)row->offer, (int)row->week.days);
    if (row->offers != 1)
        finding(findings, "offer %lld, day %d: a forecast without its model", (long long)row->offer, (int)row->week.days);
    return NULL;
}

static Err *check_weeks(Db *db, Findings *findings)
{
    return insight_verify_weeks(db, week_check, findings);
}

const Check insight_checks[] = {
    {"insight.weeks", check_weeks, NULL},
    {0},
};
