/* Monday after: what this week will likely sell, learned from the week that was; the next honey is promised by it. */
#include "core/core.h"
#include "cycle/cycle.h"
#include "insight/insight.h"
#include "week/inside.h"

enum { NEXT_WEEK = 7 };

static Date next_monday(const Week *week)
{
    return time_date((Time){week->begins.ms + NEXT_WEEK * (int64_t)DAY_MS}, STR("Asia/Shanghai"));
}

static void good_say(Week *week, const WeekGood *good, int64_t ordered, const Outlook *outlook)
{
    const char *unit = good->sold[0] == 'G' ? "g" : good->pack;
    if (outlook->range)
        week_say(week, "  %-17s %7lld ordered, %7lld likely, %lld to %lld %s. %.*s", good->en, (long long)ordered, (long long)outlook->likely,
                 (long long)outlook->low, (long long)outlook->high, unit, STR_ARG(outlook->reason));
    else
        week_say(week, "  %-17s %7lld ordered, %7lld likely %s; no range yet. %.*s", good->en, (long long)ordered, (long long)outlook->likely, unit,
                 STR_ARG(outlook->reason));
}

/* One week is all there is to go by: what comes out can only be what was ordered, and must say that it knows no better. */
static Err *goods_look(Week *week, Arena *arena, Outlook *honey)
{
    Db db;
    Date from = next_monday(week), until = {from.days + NEXT_WEEK};
    TRY(db_read(week->store, arena, &db));
    for (int i = 0; i < WEEK_GOODS; i++) {
        WeekOrdered ordered;
        Outlook outlook;
        bool found;
        TRY(week_ordered(&db, week->offers[i], &ordered));
        TRY(insight_outlook(&db, lang_at(0), week->offers[i], from, until, &outlook, &found));
        week->outlooks += found;
        if (!found)
            continue;
        week_same_count(week, week_goods[i].en, ordered.steps, "expected after one week", outlook.likely);
        good_say(week, &week_goods[i], ordered.steps, &outlook);
        if (i == WEEK_HONEY)
            *honey = outlook;
    }
    return NULL;
}

typedef struct Promise {
    Week *week;
    NewForecast forecast;
} Promise;

static Err *promise_write(Tx *tx, void *arg)
{
    Promise *promise = arg;
    return forecast_add(tx, &promise->forecast, promise->week->admin, promise->week->now, &promise->week->next_forecast);
}

/* Without a range nobody knows better than the one number. */
static Err *promise_again(Week *week, const Outlook *honey)
{
    int64_t likely = honey->likely;
    Promise promise = {.week = week};
    promise.forecast = (NewForecast){.offer = week->offers[WEEK_HONEY], .day = {next_monday(week).days + 4},
                                     .closes_at = {week->begins.ms + (NEXT_WEEK + 3) * (int64_t)DAY_MS + 12 * HOUR_MS}, .low = honey->low, .likely = likely,
                                     .high = honey->high, .rule = STR("pro_rata")};
    forecast_seed(week->arena, &promise.forecast.seed, &promise.forecast.seed_hash);
    TRY(db_write(week->store, week->arena, promise_write, &promise));
    week_say(week, "The orchard promises %lld jars for Friday, as many as Millet holds likely.", (long long)likely);
    return NULL;
}

Err *week_look_ahead(Week *week)
{
    Outlook honey = {0};
    Arena *own = arena_new();
    week_until(week, NEXT_WEEK, 9, 30);
    Err *err = insight_fit(week->store, own, week->now);
    if (!err) {
        week_say(week, "Monday: what will likely sell this week, by the orders of the last one:");
        err = goods_look(week, own, &honey);
    }
    if (!err && honey.likely > 0)
        err = promise_again(week, &honey);
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}
