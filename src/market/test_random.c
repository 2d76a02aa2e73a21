/* Random lives of orders against a plain model: whatever the interleaving, stock and orders stay whole.
   The seed is printed; MILLET_SEED repeats a run, MILLET_STEPS makes it longer. */
#include <stdlib.h>

#include "market/test_fair.h"

enum { OFFERS = 4, ORDERS_MAX = 60, LINES_MAX = 3 };

typedef enum Placement { FREE, PLACED, PACKED, COMPLETED, CANCELLED, EXPIRED, MISSED } Placement;

typedef struct ModelOrder {
    Placement state;
    bool held; /* until a day: then it lapses unless it is packed */
    Id id;
    int64_t wanted[OFFERS];
    Time placed_at;
} ModelOrder;

typedef struct Model {
    Fair fair;
    Id offers[OFFERS];
    int64_t step[OFFERS], on_hand[OFFERS], reserved[OFFERS];
    ModelOrder orders[ORDERS_MAX];
    uint64_t random;
    int64_t done[10], refused[10];
} Model;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(Model *m)
{
    uint64_t z = m->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int64_t below(Model *m, int64_t limit)
{
    return (int64_t)(next(m) % (uint64_t)limit);
}

static void place(Model *m, ModelOrder *order)
{
    int64_t pairs[2 * LINES_MAX + 1] = {0}, wanted[OFFERS] = {0};
    int64_t lines = 1 + below(m, LINES_MAX);
    bool fits = true;
    for (int64_t i = 0; i < lines; i++) {
        int64_t offer = below(m, OFFERS), steps = m->step[offer] * (1 + below(m, 8));
        pairs[2 * i] = m->offers[offer];
        pairs[2 * i + 1] = steps;
        wanted[offer] += steps;
        fits = fits && m->on_hand[offer] - m->reserved[offer] >= wanted[offer];
    }
    OrderMade made;
    Err *err = fair_order(&m->fair, pairs, &made);
    if (!fits) {
        assert_err(err, "stock.sold_out");
        m->refused[0]++;
        return;
    }
    assert_fine(err);
    *order = (ModelOrder){.state = PLACED, .held = true, .id = made.id, .placed_at = m->fair.now};
    for (int i = 0; i < OFFERS; i++) {
        order->wanted[i] = wanted[i];
        m->reserved[i] += wanted[i];
    }
    m->done[0]++;
}

static void move_goods(Model *m, const ModelOrder *order, int on_hand, int reserved)
{
    for (int i = 0; i < OFFERS; i++) {
        m->on_hand[i] += on_hand * order->wanted[i];
        m->reserved[i] += reserved * order->wanted[i];
    }
}

static bool goods_free(const Model *m, const ModelOrder *order)
{
    for (int i = 0; i < OFFERS; i++)
        if (m->on_hand[i] - m->reserved[i] < order->wanted[i])
            return false;
    return true;
}

static void act(Model *m, ModelOrder *order, int which)
{
    static const struct {
        const char *verb;
        unsigned from; /* bits of Placement */
        Placement to;
        int on_hand, reserved;
    } verbs[] = {
        {"pack", 1 << PLACED, PACKED, 0, 0},
        {"unpack", 1 << PACKED, PLACED, 0, 0},
        {"collect", 1 << PLACED | 1 << PACKED | 1 << MISSED, COMPLETED, -1, -1},
        {"uncollect", 1 << COMPLETED, PACKED, 1, 1},
        {"cancel", 1 << PLACED | 1 << PACKED | 1 << MISSED, CANCELLED, 0, -1},
        {"restore", 1 << CANCELLED, PLACED, 0, 1},
        {"expire", 1 << PLACED, EXPIRED, 0, -1},
        {"miss", 1 << PLACED | 1 << PACKED, MISSED, 0, 0},
    };
    Err *err = fair_act(&m->fair, order->id, verbs[which].verb);
    if (!(verbs[which].from & 1u << order->state)) {
        assert_err(err, "order.not_now");
        m->refused[which + 1]++;
    } else if (which == 5 && !goods_free(m, order)) {
        assert_err(err, "stock.sold_out_since");
        m->refused[which + 1]++;
    } else {
        assert_fine(err);
        order->state = verbs[which].to;
        order->held = order->held && order->state != PACKED;
        move_goods(m, order, verbs[which].on_hand, verbs[which].reserved);
        m->done[which + 1]++;
    }
}

typedef struct Counting {
    Id offer;
    int64_t steps;
    Time now;
} Counting;

static Err *count_write(Tx *tx, void *arg)
{
    const Counting *c = arg;
    return offer_stock_count(tx, c->offer, c->steps, 0, c->now);
}

static void count(Model *m)
{
    int64_t i = below(m, OFFERS), steps = m->step[i] * below(m, 60);
    if (below(m, 3)) /* mostly new goods come */
        steps = m->on_hand[i] + m->step[i] * below(m, 30);
    Err *err = db_write(m->fair.store, m->fair.arena, count_write, &(Counting){m->offers[i], steps, m->fair.now});
    if (steps < m->reserved[i]) {
        assert_err(err, "stock.below_reserved");
        m->refused[9]++;
    } else {
        assert_fine(err);
        m->on_hand[i] = steps;
        m->done[9]++;
    }
}

/* Days pass: what was never packed lapses, in the sweep. */
static void wait(Model *m)
{
    m->fair.now.ms += below(m, 3 * (int64_t)DAY_MS);
    assert_fine(orders_expire(m->fair.store, m->fair.arena, m->fair.now));
    for (int i = 0; i < ORDERS_MAX; i++) {
        ModelOrder *order = &m->orders[i];
        bool due = m->fair.now.ms >= order->placed_at.ms + 7 * (int64_t)DAY_MS;
        if (!order->held || !due)
            continue;
        if (order->state == PLACED) {
            order->state = EXPIRED;
            move_goods(m, order, 0, -1);
        }
        order->held = order->state != MISSED; /* the sweep saw that its goods stand packed */
    }
}

static void compare(Model *m)
{
    for (int i = 0; i < OFFERS; i++) {
        Offer offer = fair_offer(&m->fair, m->offers[i]);
        assert_int_equal(offer.on_hand, m->on_hand[i]);
        assert_int_equal(offer.reserved, m->reserved[i]);
    }
}

static void step(Model *m)
{
    int64_t chance = below(m, 100);
    ModelOrder *order = &m->orders[below(m, ORDERS_MAX)];
    if (chance < 2)
        wait(m);
    else if (chance < 8)
        count(m);
    else if (order->state == FREE || order->state == EXPIRED || (chance < 30 && order->state >= COMPLETED))
        place(m, order);
    else
        act(m, order, (int)below(m, 8));
}

static void whatever_happens_stock_and_orders_stay_whole(void **state)
{
    Fair fair = fair_make(state);
    Model *m = NEW(fair.arena, Model);
    m->fair = fair;
    const char *seed = getenv("MILLET_SEED"), *steps_text = getenv("MILLET_STEPS");
    m->random = seed ? strtoull(seed, NULL, 10) : (uint64_t)time_real().ms;
    int64_t steps = steps_text ? strtoll(steps_text, NULL, 10) : test_on_postgres() ? 1500 : 10000;
    print_message("# MILLET_SEED=%llu MILLET_STEPS=%lld\n", (unsigned long long)m->random, (long long)steps);
    const Id offers[OFFERS] = {fair.eggs, fair.rice, fair.chicken, fair.apples};
    for (int i = 0; i < OFFERS; i++) {
        m->offers[i] = offers[i];
        Offer offer = fair_offer(&fair, offers[i]);
        m->on_hand[i] = offer.on_hand;
        m->step[i] = offer.step;
    }
    for (int64_t i = 1; i <= steps; i++) {
        Arena *arena = arena_new(); /* a step's memory goes with it */
        m->fair.arena = arena;
        assert_fine(db_read(fair.store, arena, &m->fair.db));
        step(m);
        if (i % 10 == 0)
            compare(m);
        if (i % 1000 == 0)
            fair_check(fair.store, arena);
        arena_free(arena);
    }
    m->fair.arena = fair.arena;
    m->fair.db = fair.db;
    compare(m);
    static const char *const names[] = {"place", "pack", "unpack", "collect", "uncollect", "cancel", "restore", "expire", "miss", "count"};
    for (int i = 0; i < 10; i++)
        print_message("# %s: %lld done, %lld refused\n", names[i], (long long)m->done[i], (long long)m->refused[i]);
    for (int i = 0; i < 10; i++)
        assert_true(m->done[i] > 0 && m->refused[i] > 0); /* every way was walked */
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_DB(whatever_happens_stock_and_orders_stay_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
