/* What the cycles do by themselves: open and close on time, make the next ones of a series. */
#include "cycle/inside.h"

enum { DUE_BATCH = 100 };

typedef struct Due {
    Id cycle;
    Time now;
} Due;

static Err *move_one(Tx *tx, void *arg)
{
    const Due *due = arg;
    Cycle cycle;
    TRY(cycle_read(&tx->db, due->cycle, &cycle));
    return cycle_move_due(tx, &cycle, due->now);
}

static Err *cycles_move(Store *store, Arena *arena, Time now)
{
    Db db;
    CycleIdList due;
    TRY(db_read(store, arena, &db));
    TRY(cycle_list_due(&db, now, DUE_BATCH, &due));
    for (size_t i = 0; i < due.len; i++) {
        Due one = {due.at[i].id, now};
        Err *err = db_write(store, arena, move_one, &one);
        if (err && err->kind >= ERR_BUSY)
            return err;
        if (err) /* one that cannot open (no goods) keeps nobody else waiting; its page says why */
            log_line("cycle.move", "cycle=%lld error=%s", (long long)one.cycle, err->code);
    }
    return NULL;
}

Err *cycle_tick(Store *store, Arena *arena, Time now)
{
    TRY(series_make_due(store, arena, now));
    TRY(cycles_move(store, arena, now));
    TRY(standing_run_due(store, arena, now));
    return group_buys_end(store, arena, now);
}

static Err *run_tick(JobContext *context)
{
    return cycle_tick(context->store, context->arena, context->now);
}

static Err *sweep_write(Tx *tx, void *arg)
{
    const Time *before = arg;
    int64_t count;
    return cycle_pass_sweep(tx, *before, &count);
}

static Err *run_sweep(JobContext *context)
{
    Time before = {context->now.ms - (int64_t)PASS_DAYS * DAY_MS};
    return db_write(context->store, context->arena, sweep_write, &before);
}

const Job cycle_jobs[] = {
    {.name = "cycle.tick", .every_ms = MINUTE_MS, .run = run_tick,
     .about = N_("Opens and closes order cycles on time, makes the next ones and orders standing orders.")},
    {.name = "cycle.sweep", .every_ms = HOUR_MS, .run = run_sweep, .about = N_("Forgets checkouts that were begun a week ago.")},
    {0},
};
