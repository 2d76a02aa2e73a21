/* Random weeks of a hub against a plain model: whatever the interleaving of ordering, cancelling, closing and the clock, places, limits
   and stock stay exact. The seed is printed; MILLET_TEST_SEED repeats a run, MILLET_STEPS makes it longer. */
#include <stdlib.h>

#include "cycle/test_fair.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* ten times slower: what they look for shows early */
enum { STEPS = 10000 };
#else
enum { STEPS = 100000 };
#endif
/* 100,000 steps are half a minute of CPU on SQLite. On PostgreSQL each step waits for another process several times: there it is fewer. */
enum { ORDERS = 40, STEPS_POSTGRES = 1500, CHECKED_EACH = 5000, PLACES = 3 };

typedef struct ModelOrder {
    Id id, pass;
    int64_t eggs;
    int slot; /* -1: none */
    bool held, there;
} ModelOrder;

typedef struct Model {
    Hub hub;
    ModelOrder orders[ORDERS];
    size_t len;
    int64_t taken[2], capacity[2], held, turnover, eggs_free;
    Id pass; /* entered while the door was open; 0: none */
    int64_t entered_ms;
    uint64_t random;
    int64_t done, refused;
} Model;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static int64_t below(Model *m, int64_t limit)
{
    uint64_t z = m->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)limit);
}

/* A week of its own: orders of one after the other, until it is closed. */
static void begin(Model *m, Id *offers, NewSlot *slots)
{
    NewCycle plan = hub_plan(&m->hub, offers, slots);
    plan.slots_len = 2;
    slots[0].capacity = m->capacity[0] = 1 + below(m, PLACES);
    slots[1].capacity = m->capacity[1] = 1 + below(m, PLACES);
    plan.max_orders = below(m, 3) ? 0 : 2 + below(m, 4);
    plan.max_turnover.minor = below(m, 3) ? 0 : 1000 + below(m, 3000);
    plan.close_full = below(m, 2);
    hub_open(&m->hub, &plan);
    m->len = 0;
    m->taken[0] = m->taken[1] = m->held = m->turnover = 0;
    m->pass = 0;
}

static bool may_order(Model *m, const Cycle *cycle, bool passed)
{
    Str state = str_of(cycle_state_now(cycle, m->hub.fair.now));
    if (str_eq(state, STR("open")))
        return true;
    Time door = cycle->has_closing_at ? cycle->closing_at : cycle->closes_at;
    return str_eq(state, STR("closing")) && passed && m->entered_ms < door.ms;
}

static void place(Model *m)
{
    Cycle cycle = hub_cycle(&m->hub);
    int slot = (int)below(m, 3) - 1;
    bool with_pass = m->pass && below(m, 2);
    int64_t eggs = 1 + below(m, 8);
    OrderMade made;
    OrderAsk ask = fair_ask(&m->hub.fair, (const int64_t[]){m->hub.fair.eggs, eggs, 0});
    ask.cycle = m->hub.cycle;
    ask.slot = slot >= 0 ? m->hub.slots[slot] : 0;
    ask.pass = with_pass ? m->pass : 0;
    bool may = may_order(m, &cycle, with_pass), place_left = slot < 0 || m->taken[slot] < m->capacity[slot];
    Err *err = order_place(&m->hub.fair.db, &ask, m->hub.fair.now, &made);
    if (!may || !place_left || m->eggs_free < eggs || m->len == ORDERS) {
        if (m->len == ORDERS && !err)
            fail_msg("more orders than the model holds");
        assert_non_null(err);
        m->refused++;
        return;
    }
    assert_fine(err);
    m->orders[m->len++] = (ModelOrder){.id = made.id, .eggs = eggs, .slot = slot, .held = true, .there = true};
    m->taken[slot < 0 ? 0 : slot] += slot >= 0;
    m->held++;
    m->turnover += eggs * 150;
    m->eggs_free -= eggs;
    m->done++;
}

static void cancel_or_restore(Model *m)
{
    if (!m->len)
        return;
    ModelOrder *o = &m->orders[below(m, (int64_t)m->len)];
    bool fits = o->held || ((o->slot < 0 || m->taken[o->slot] < m->capacity[o->slot]) && m->eggs_free >= o->eggs);
    Err *err = fair_act(&m->hub.fair, o->id, o->held ? "cancel" : "restore");
    if (!fits) {
        assert_non_null(err);
        m->refused++;
        return;
    }
    assert_fine(err);
    int sign = o->held ? -1 : 1;
    o->held = !o->held;
    m->held += sign;
    m->turnover += sign * o->eggs * 150;
    m->eggs_free -= sign * o->eggs;
    if (o->slot >= 0)
        m->taken[o->slot] += sign;
    m->done++;
}

static void enter(Model *m)
{
    Cycle cycle = hub_cycle(&m->hub);
    bool open = str_eq(str_of(cycle_state_now(&cycle, m->hub.fair.now)), STR("open"));
    Id pass;
    Err *err = cycle_enter(m->hub.fair.store, m->hub.fair.arena, m->hub.cycle, 0, m->hub.fair.now, &pass);
    assert_int_equal(err == NULL, open);
    if (open) {
        m->pass = pass;
        m->entered_ms = m->hub.fair.now.ms;
    }
}

static void compare(Model *m)
{
    Cycle cycle = hub_cycle(&m->hub);
    CycleSlotList slots;
    assert_int_equal(cycle.orders, m->held);
    assert_int_equal(cycle.turnover.minor, m->turnover);
    assert_int_equal(fair_free(&m->hub.fair, m->hub.fair.eggs), m->eggs_free);
    assert_fine(cycle_slot_list(&m->hub.fair.db, m->hub.cycle, &slots));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(slots.at[i].taken, m->taken[i]);
        assert_true(slots.at[i].taken <= slots.at[i].capacity);
    }
}

static void random_weeks_keep_places_limits_and_stock_exact(void **state)
{
    static Id offers[3];
    static NewSlot slots[2];
    const char *steps = getenv("MILLET_STEPS");
    Model m = {.hub = hub_make(state), .random = test_seed(), .eggs_free = 60};
    long long limit = steps ? strtoll(steps, NULL, 10) : test_on_postgres() ? STEPS_POSTGRES : STEPS;
    print_message("# cycles at random: MILLET_STEPS=%lld\n", limit);
    Arena *whole = m.hub.fair.arena;
    Db own = m.hub.fair.db;
    begin(&m, offers, slots);
    for (long long i = 1; i <= limit; i++) {
        Arena *arena = arena_new(); /* a step's memory goes with it */
        m.hub.fair.arena = arena;
        assert_fine(db_read(m.hub.fair.store, arena, &m.hub.fair.db));
        int64_t what = below(&m, 20);
        if (what < 9)
            place(&m);
        else if (what < 14)
            cancel_or_restore(&m);
        else if (what < 16)
            enter(&m);
        else if (what < 19)
            m.hub.fair.now.ms += below(&m, 3 * HOUR_MS);
        else
            assert_fine(cycle_tick(m.hub.fair.store, m.hub.fair.arena, m.hub.fair.now));
        compare(&m);
        Cycle cycle = hub_cycle(&m.hub);
        if (str_eq(str_of(cycle_state_now(&cycle, m.hub.fair.now)), STR("closed")) || m.len >= ORDERS - 1) {
            for (size_t k = 0; k < m.len; k++) /* the goods come back for the next week */
                if (m.orders[k].held) {
                    assert_fine(fair_act(&m.hub.fair, m.orders[k].id, "cancel"));
                    m.eggs_free += m.orders[k].eggs;
                }
            begin(&m, offers, slots);
        }
        if (i % CHECKED_EACH == 0) {
            hub_check(m.hub.fair.store, arena);
            fair_check(m.hub.fair.store, arena);
        }
        arena_free(arena);
    }
    m.hub.fair.arena = whole;
    m.hub.fair.db = own;
    print_message("# %lld done, %lld refused\n", (long long)m.done, (long long)m.refused);
    assert_true(m.done > limit / 20 && m.refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_DB(random_weeks_keep_places_limits_and_stock_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
