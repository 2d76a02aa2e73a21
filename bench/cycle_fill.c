/* A hub's cycle for benchmarks: cycle_fill DATA ORG PICKUP N SECONDS makes N products and a cycle of them that closes after SECONDS with
   a minute of grace, and prints what planning, opening and counting cost; cycle_fill DATA count CYCLE says how many orders it has. */
#include <stdio.h>
#include <stdlib.h>

#include "cycle/cycle.h"
#include "db/db.h"
#include "market/market.h"

enum { BATCH = 500, PRODUCTS_MAX = 20000 };

typedef struct Fill {
    Id org, pickup, cycle, offers[PRODUCTS_MAX];
    int from, to, all;
    Time now, closes;
} Fill;

static Err *goods_write(Tx *tx, void *arg)
{
    Fill *f = arg;
    for (int i = f->from; i < f->to; i++) {
        LangText texts[] = {{STR("en"), str_format(tx->db.arena, "Goods %d", i), STR("Grown on the south slope.")}};
        NewVariant variant = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .price = {300 + i * 37 % 9000}, .on_hand_steps = 100000};
        Id made;
        TRY(product_add(tx, &(NewProduct){.org = f->org, .texts = {texts, 1}, .variants = {&variant, 1}}, 0, f->now, &made));
        f->offers[i] = variant.offer;
    }
    return NULL;
}

static Err *plan_write(Tx *tx, void *arg)
{
    Fill *f = arg;
    NewCycle plan = {.org = f->org, .day = {time_date(f->now, STR("UTC")).days + 1}, .name = STR("The last minute"), .opens_at = f->now,
                     .closes_at = f->closes, .grace_minutes = 1, .offers = f->offers, .offers_len = (size_t)f->all};
    return cycle_add(tx, &plan, 0, f->now, &f->cycle);
}

static Err *open_write(Tx *tx, void *arg)
{
    const Fill *f = arg;
    return cycle_act(tx, f->cycle, "open", 0, f->now);
}

static Err *timed(Store *store, Arena *arena, const char *what, WriteFn fn, Fill *f)
{
    int64_t before = time_monotonic_us();
    TRY(db_write(store, arena, fn, f));
    printf("%s_ms %.1f\n", what, (double)(time_monotonic_us() - before) / 1000);
    return NULL;
}

static Err *fill_all(Store *store, Arena *arena, Fill *f, int64_t seconds)
{
    f->now = time_now();
    for (f->from = 0; f->from < f->all; f->from = f->to) {
        f->to = f->from + BATCH < f->all ? f->from + BATCH : f->all;
        Arena *one = arena_new();
        Err *err = err_copy(arena, db_write(store, one, goods_write, f));
        arena_free(one);
        TRY(err);
    }
    f->now = time_now();
    f->closes = (Time){f->now.ms + seconds * SECOND_MS};
    TRY(timed(store, arena, "plan", plan_write, f));
    TRY(timed(store, arena, "open", open_write, f));
    Str cycle = id_text(arena, f->cycle), offer = id_text(arena, f->offers[0]);
    printf("cycle %.*s\noffer %.*s\ncloses %lld\n", STR_ARG(cycle), STR_ARG(offer), (long long)(f->closes.ms / SECOND_MS));
    return NULL;
}

static Err *count_orders(Store *store, Arena *arena, Id cycle)
{
    Db db;
    CycleBrief brief;
    TRY(db_read(store, arena, &db));
    TRY(cycle_brief(&db, cycle, time_now(), &brief));
    printf("orders %lld\nstate %.*s\n", (long long)brief.orders, STR_ARG(brief.state));
    return NULL;
}

int main(int argc, char **argv)
{
    static Fill fill;
    Arena *arena = arena_new();
    Store *store;
    bool counts = argc == 4 && str_eq(str_of(argv[2]), STR("count"));
    if (counts ? !id_parse(str_of(argv[3]), &fill.cycle)
               : argc != 6 || !id_parse(str_of(argv[2]), &fill.org) || !id_parse(str_of(argv[3]), &fill.pickup) || atoi(argv[4]) > PRODUCTS_MAX) {
        fputs("usage: cycle_fill DATA ORG PICKUP N SECONDS | cycle_fill DATA count CYCLE\n", stderr);
        return 2;
    }
    Err *err = store_open(arena, &(StoreOptions){.data = argv[1]}, &store);
    fill.all = counts ? 0 : atoi(argv[4]);
    if (!err)
        err = counts ? count_orders(store, arena, fill.cycle) : fill_all(store, arena, &fill, atoi(argv[5]));
    if (err) {
        Str text = err_text(arena, err);
        fprintf(stderr, "cycle_fill: %.*s\n", STR_ARG(text));
        return 1;
    }
    store_close(store);
    arena_free(arena);
    return 0;
}
