/* What the market does by itself: gives back goods nobody collected, forgets guests, sweeps old baskets. */
#include "market/inside.h"

enum { BATCH = 100, CART_DAYS = 30, KEY_DAYS = 30, CONTACT_DAYS = 90 };

typedef struct Sweep {
    MarketIdList ids;
    Time now;
} Sweep;

static Err *expire_one(Tx *tx, Id order, Time now)
{
    int64_t count;
    Err *err = order_act(tx, &(OrderAct){.order = order, .verb = "expire"}, now);
    if (err_is(err, "order.not_now")) /* its goods are packed: they wait */
        return order_group_hold(tx, order, NULL, &count);
    return err;
}

static Err *expire_all(Tx *tx, void *arg)
{
    const Sweep *sweep = arg;
    for (size_t i = 0; i < sweep->ids.len; i++)
        TRY(expire_one(tx, sweep->ids.at[i].id, sweep->now));
    return NULL;
}

Err *orders_expire(Store *store, Arena *arena, Time now)
{
    Sweep sweep = {.now = now};
    Db db;
    TRY(db_read(store, arena, &db));
    do {
        TRY(order_group_list_due(&db, now, BATCH, &sweep.ids));
        if (sweep.ids.len)
            TRY(db_write(store, arena, expire_all, &sweep));
    } while (sweep.ids.len == BATCH);
    return NULL;
}

static Err *run_expire(JobContext *context)
{
    return orders_expire(context->store, context->arena, context->now);
}

static Err *forget_all(Tx *tx, void *arg)
{
    const Sweep *sweep = arg;
    int64_t count;
    for (size_t i = 0; i < sweep->ids.len; i++)
        TRY(order_contact_erase(tx, sweep->ids.at[i].id, sweep->now, &count));
    return order_key_sweep(tx, (Time){sweep->now.ms - (int64_t)KEY_DAYS * DAY_MS}, &count);
}

static Err *run_forget(JobContext *context)
{
    Sweep sweep = {.now = context->now};
    Db db;
    TRY(db_read(context->store, context->arena, &db));
    TRY(order_contact_list_old(&db, (Time){context->now.ms - (int64_t)CONTACT_DAYS * DAY_MS}, 1000, &sweep.ids));
    return db_write(context->store, context->arena, forget_all, &sweep);
}

static Err *sweep_carts(Tx *tx, void *arg)
{
    const Sweep *sweep = arg;
    int64_t count;
    for (size_t i = 0; i < sweep->ids.len; i++) {
        TRY(cart_lines_drop(tx, sweep->ids.at[i].id, &count));
        TRY(cart_drop(tx, sweep->ids.at[i].id, &count));
    }
    return NULL;
}

static Err *run_carts(JobContext *context)
{
    Sweep sweep = {.now = context->now};
    Db db;
    TRY(db_read(context->store, context->arena, &db));
    TRY(cart_list_stale(&db, (Time){context->now.ms - (int64_t)CART_DAYS * DAY_MS}, 1000, &sweep.ids));
    return sweep.ids.len ? db_write(context->store, context->arena, sweep_carts, &sweep) : NULL;
}

const Job market_jobs[] = {
    {.name = "market.expire", .every_ms = MINUTE_MS, .run = run_expire,
     .about = N_("Gives goods back to the shelf when an order was neither packed nor collected in time.")},
    {.name = "market.forget", .every_ms = HOUR_MS, .run = run_forget,
     .about = N_("Erases names and phone numbers of guests 90 days after their order was done.")},
    {.name = "market.carts", .every_ms = HOUR_MS, .run = run_carts, .about = N_("Clears baskets left alone for 30 days.")},
    {0},
};
