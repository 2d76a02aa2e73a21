/* Honey is sold before it is there: promised up to what is likely, shared by a rule that everybody could read before. */
#include "cycle/cycle.h"
#include "market/market.h"
#include "week/inside.h"

enum { HARVESTED = 22 }; /* jars: less than was promised */

typedef struct Promise {
    Week *week;
    NewForecast forecast;
    NewPreorder wish;
    Id made;
} Promise;

static Err *promise_write(Tx *tx, void *arg)
{
    Promise *promise = arg;
    return forecast_add(tx, &promise->forecast, promise->week->admin, promise->week->now, &promise->week->forecast);
}

Err *week_promise(Week *week)
{
    Promise promise = {.week = week};
    promise.forecast = (NewForecast){.offer = week->offers[WEEK_HONEY], .day = time_date((Time){week->begins.ms + 4 * (int64_t)DAY_MS}, STR("Asia/Shanghai")),
                                     .closes_at = {week->begins.ms + 3 * (int64_t)DAY_MS + 12 * HOUR_MS}, .low = 20, .likely = 30, .high = 40,
                                     .rule = STR("pro_rata")};
    forecast_seed(week->arena, &promise.forecast.seed, &promise.forecast.seed_hash);
    TRY(db_write(week->store, week->arena, promise_write, &promise));
    week_say(week, "The orchard promises honey for Friday: 20 jars for sure, 30 likely, 40 at best.");
    return NULL;
}

static Err *wish_write(Tx *tx, void *arg)
{
    Promise *promise = arg;
    return preorder_add(tx, &promise->wish, promise->week->now, &promise->made);
}

/* Not placed: this member asked before, or everything that is likely is promised. */
Err *week_preorder(Week *week, Id buyer, bool *placed)
{
    Promise promise = {.week = week, .wish = {.forecast = week->forecast, .buyer = buyer, .pickup = week->pickup, .member = true}};
    Arena *own = arena_new();
    promise.wish.steps = 1 + week_chance(week, 2);
    Err *err = db_write(week->store, own, wish_write, &promise);
    *placed = !err;
    week->preorders += *placed;
    week->preorders_full += err_is(err, "forecast.full");
    if (err_is(err, "forecast.full") || err_is(err, "forecast.again") || err_is(err, "forecast.closed"))
        err = NULL;
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

static Err *share_write(Tx *tx, void *arg)
{
    const Promise *promise = arg;
    const Week *week = promise->week;
    NewLot lot = {.code = STR("H-23")};
    TRY(offer_stock_receive(tx, week->offers[WEEK_HONEY], HARVESTED, &lot, week->admin, week->now));
    return forecast_share_out(tx, week->forecast, HARVESTED, week->admin, week->now);
}

Err *week_share(Week *week)
{
    Promise promise = {.week = week};
    WeekPromised sums;
    Arena *own = arena_new();
    Db db;
    week_until(week, 4, 10, 0);
    Err *err = db_write(week->store, own, share_write, &promise);
    if (!err)
        err = db_read(week->store, own, &db);
    if (!err)
        err = week_promised(&db, week->forecast, &sums);
    if (!err) {
        week_say(week, "Honey: %lld jars promised to %lld members, %d came in; %lld orders were made of it.", (long long)sums.wanted,
                 (long long)sums.wishes, HARVESTED, (long long)sums.orders);
        week_same_count(week, "jars that came in", HARVESTED < sums.wanted ? HARVESTED : sums.wanted, "jars that were shared", sums.got);
        week_same_count(week, "jars that were shared", sums.got, "jars in the orders", sums.ordered);
    }
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}
