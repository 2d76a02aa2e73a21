/* Random weeks of a hub against a plain model: whatever the interleaving of ordering (by program and from baskets), weighing, running short,
   amending, cancelling, lapsing, closing and the clock, places, limits, stock, money and baskets stay exact. The seed is printed; MILLET_TEST_SEED repeats a run, MILLET_STEPS makes it longer. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cycle/test_fair.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* ten times slower: what they look for shows early */
enum { STEPS = 10000 };
#else
enum { STEPS = 100000 };
#endif
/* 100,000 steps are half a minute of CPU on SQLite. On PostgreSQL each step waits for another process several times: there it is fewer. */
enum { ORDERS = 40, STEPS_POSTGRES = 1500, CHECKED_EACH = 10000, COMPARED_EACH = 4, PLACES = 3, CARTS = 2, CHICKENS = 24, EGGS = 60 };
enum { EGG_PRICE = 150, CHICKEN_GRAMS = 1800, CHICKEN_PRICE = 3200, CART_DAYS = 30 };
enum { WAY_ORDER, WAY_CANCEL, WAY_RESTORE, WAY_WEIGH, WAY_SHORT, WAY_AMEND, WAY_LAPSE, WAY_BASKET, WAYS };

typedef struct ModelOrder {
    Id id;
    int64_t eggs, chickens, grams; /* grams: what is paid for, once weighed; 0: not weighed */
    int slot;                      /* -1: none */
    Time until;                    /* then it lapses */
    bool held, over;               /* over: lapsed or emptied, nothing to restore */
} ModelOrder;

typedef struct ModelCart {
    Id id;
    int64_t eggs, chickens;
    bool entered;
    int64_t entered_ms;
} ModelCart;

typedef struct Model {
    Hub hub;
    ModelOrder orders[ORDERS];
    size_t len;
    ModelCart carts[CARTS];
    int64_t taken[2], capacity[2], held, turnover, eggs_free, chickens_free, eggs_there, chickens_there;
    Id pass; /* entered while the door was open; 0: none */
    int64_t entered_ms;
    uint64_t random;
    int64_t done[WAYS], refused[WAYS];
} Model;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static int64_t below(Model *m, int64_t limit)
{
    uint64_t z = m->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)limit);
}

static Err *plain_write(Tx *tx, void *arg)
{
    const Statement statement = {.name = "plain", .sqlite = arg, .postgres = arg, .writes = true};
    return db_run(tx, &statement, NULL, NULL);
}

__attribute__((format(printf, 2, 3))) static void write_sql(Model *m, const char *format, ...)
{
    char sql[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    assert_fine(db_write(m->hub.fair.store, m->hub.fair.arena, plain_write, sql));
}

/* A week of its own: orders of one after the other, until it is closed. */
static void begin(Model *m, Id *offers, NewSlot *slots)
{
    NewCycle plan = hub_plan(&m->hub, offers, slots);
    plan.slots_len = 2;
    slots[0].capacity = m->capacity[0] = 1 + below(m, PLACES);
    slots[1].capacity = m->capacity[1] = 1 + below(m, PLACES);
    plan.max_orders = below(m, 3) ? 0 : 2 + below(m, 4);
    plan.max_turnover.minor = below(m, 3) ? 0 : 1000 + below(m, 30000);
    plan.close_full = below(m, 2);
    hub_open(&m->hub, &plan);
    m->len = 0;
    m->taken[0] = m->taken[1] = m->held = m->turnover = 0;
    m->pass = 0;
    for (int i = 0; i < CARTS; i++)
        m->carts[i].entered = false; /* passes are of a cycle */
}

static int64_t worth(const ModelOrder *o)
{
    int64_t grams = o->grams ? o->grams : o->chickens * CHICKEN_GRAMS;
    return o->eggs * EGG_PRICE + (grams * CHICKEN_PRICE + 500) / 1000;
}

static bool closed_since(const Model *m, const Cycle *cycle, int64_t entered_ms)
{
    Time door = cycle->has_closing_at ? cycle->closing_at : cycle->closes_at;
    (void)m;
    return entered_ms >= door.ms;
}

static bool may_order(Model *m, const Cycle *cycle, bool passed, int64_t entered_ms)
{
    Str state = str_of(cycle_state_now(cycle, m->hub.fair.now));
    return str_eq(state, STR("open")) || (str_eq(state, STR("closing")) && passed && !closed_since(m, cycle, entered_ms));
}

static void took(Model *m, ModelOrder *o, int sign)
{
    o->held = sign > 0;
    m->held += sign;
    m->turnover += sign * worth(o);
    m->eggs_free -= sign * o->eggs;
    m->chickens_free -= sign * o->chickens;
    if (o->slot >= 0)
        m->taken[o->slot] += sign;
}

static bool goods_fit(const Model *m, const ModelOrder *o)
{
    return m->eggs_free >= o->eggs && m->chickens_free >= o->chickens;
}

/* By a program (cart NULL, perhaps with its pass) or from a basket that may have been at the checkout before the door closed. */
static void place(Model *m, ModelCart *cart)
{
    Cycle cycle = hub_cycle(&m->hub);
    ModelOrder o = {.slot = (int)below(m, 3) - 1, .eggs = cart ? cart->eggs : below(m, 8), .chickens = cart ? cart->chickens : below(m, 3)};
    bool with_pass = cart ? cart->entered : m->pass && below(m, 2);
    if (!cart && !o.chickens)
        o.eggs++;
    int64_t pairs[5] = {m->hub.fair.eggs, o.eggs, m->hub.fair.chicken, o.chickens, 0}, hours = below(m, 4) ? 12 + below(m, 48) : 1;
    if (!o.eggs)
        pairs[0] = pairs[2], pairs[1] = pairs[3];
    if (!o.eggs || !o.chickens)
        pairs[2] = 0;
    if (!o.eggs && !o.chickens)
        pairs[0] = 0;
    OrderMade made;
    OrderAsk ask = fair_ask(&m->hub.fair, pairs);
    ask.cycle = m->hub.cycle;
    ask.slot = o.slot >= 0 ? m->hub.slots[o.slot] : 0;
    ask.pass = !cart && with_pass ? m->pass : 0;
    ask.cart = cart ? cart->id : 0;
    ask.hold_ms = hours * HOUR_MS;
    o.until.ms = m->hub.fair.now.ms + ask.hold_ms;
    bool may = may_order(m, &cycle, with_pass, cart ? cart->entered_ms : m->entered_ms) && (o.eggs || o.chickens);
    bool place_left = o.slot < 0 || m->taken[o.slot] < m->capacity[o.slot];
    Err *err = order_place(&m->hub.fair.db, &ask, m->hub.fair.now, &made);
    if (!may || !place_left || !goods_fit(m, &o)) {
        assert_non_null(err);
        m->refused[cart ? WAY_BASKET : WAY_ORDER]++;
        return;
    }
    assert_fine(err);
    o.id = made.id;
    took(m, &o, 1);
    m->orders[m->len++] = o;
    if (cart)
        cart->eggs = cart->chickens = 0;
    m->done[cart ? WAY_BASKET : WAY_ORDER]++;
}

static ModelOrder *any_order(Model *m)
{
    return m->len ? &m->orders[below(m, (int64_t)m->len)] : NULL;
}

static void cancel_or_restore(Model *m)
{
    ModelOrder *o = any_order(m);
    if (!o)
        return;
    int way = o->held ? WAY_CANCEL : WAY_RESTORE;
    bool fits = o->held || (!o->over && (o->slot < 0 || m->taken[o->slot] < m->capacity[o->slot]) && goods_fit(m, o));
    Err *err = fair_act(&m->hub.fair, o->id, o->held ? "cancel" : "restore");
    if (!fits) {
        assert_non_null(err);
        m->refused[way]++;
        return;
    }
    assert_fine(err);
    took(m, o, o->held ? -1 : 1);
    m->done[way]++;
}

/* ---- what is in an order changes ---- */

typedef struct Changing {
    OrderWeigh weigh;
    OrderShort shortage;
    OrderAmend amend;
    Time now;
} Changing;

static Err *weigh_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_weigh(tx, &c->weigh, c->now);
}

static Err *short_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_short(tx, &c->shortage, c->now);
}

static Err *amend_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_amend(tx, &c->amend, c->now);
}

static Id line_of(Model *m, const ModelOrder *o, Id offer)
{
    OrderLineList lines;
    assert_fine(order_lines(&m->hub.fair.db, o->id, &lines));
    for (size_t i = 0; i < lines.len; i++)
        if (lines.at[i].offer == offer)
            return lines.at[i].id;
    return 0;
}

/* Far below, below, within, above and far above what is expected: sure or not. */
static void weigh(Model *m)
{
    ModelOrder *o = any_order(m);
    Changing c = {.now = m->hub.fair.now};
    if (!o || !(c.weigh.line = line_of(m, o, m->hub.fair.chicken)))
        return;
    int64_t expected = o->chickens * CHICKEN_GRAMS, limit = expected * 6 / 5, least = expected * 4 / 5;
    c.weigh.priced_steps = 1 + below(m, o->chickens ? 2 * expected : 3 * CHICKEN_GRAMS);
    c.weigh.sure = below(m, 2);
    bool within = c.weigh.priced_steps >= least && c.weigh.priced_steps <= limit;
    Err *err = db_write(m->hub.fair.store, m->hub.fair.arena, weigh_write, &c);
    if (!o->held || !o->chickens || !(within || c.weigh.sure)) {
        assert_non_null(err);
        m->refused[WAY_WEIGH]++;
        return;
    }
    assert_fine(err);
    m->turnover -= worth(o);
    o->grams = c.weigh.priced_steps < limit ? c.weigh.priced_steps : limit; /* more is never paid */
    m->turnover += worth(o);
    m->done[WAY_WEIGH]++;
}

static void line_changed(Model *m, ModelOrder *o, bool egg, int64_t steps, bool lost)
{
    int64_t *there = egg ? &o->eggs : &o->chickens, less = *there - steps;
    m->turnover -= worth(o);
    *there = steps;
    if (!egg)
        o->grams = 0; /* weighed again, or as expected */
    m->turnover += worth(o);
    *(egg ? &m->eggs_free : &m->chickens_free) += lost ? 0 : less;
    *(egg ? &m->eggs_there : &m->chickens_there) -= lost ? less : 0;
    if (!o->eggs && !o->chickens) {
        took(m, o, -1);
        o->over = true;
    }
}

static void run_short(Model *m)
{
    ModelOrder *o = any_order(m);
    bool egg = below(m, 2);
    Changing c = {.now = m->hub.fair.now};
    if (!o || !(c.shortage.line = line_of(m, o, egg ? m->hub.fair.eggs : m->hub.fair.chicken)))
        return;
    int64_t there = egg ? o->eggs : o->chickens;
    c.shortage.steps = below(m, there + 1);
    c.shortage.lost = below(m, 2);
    c.shortage.reason = STR("frost");
    Err *err = db_write(m->hub.fair.store, m->hub.fair.arena, short_write, &c);
    if (!o->held || c.shortage.steps >= there) {
        assert_non_null(err);
        m->refused[WAY_SHORT]++;
        return;
    }
    assert_fine(err);
    line_changed(m, o, egg, c.shortage.steps, c.shortage.lost);
    m->done[WAY_SHORT]++;
}

/* Less at any time until it is packed; more only while the cycle is open. */
static void amend(Model *m)
{
    ModelOrder *o = any_order(m);
    Changing c = {.now = m->hub.fair.now};
    if (!o || !(c.amend.line = line_of(m, o, m->hub.fair.eggs)))
        return;
    int64_t steps = below(m, 9), more = steps - o->eggs;
    c.amend.order = o->id;
    c.amend.steps = steps;
    Cycle cycle = hub_cycle(&m->hub);
    bool open = str_eq(str_of(cycle_state_now(&cycle, m->hub.fair.now)), STR("open"));
    Err *err = db_write(m->hub.fair.store, m->hub.fair.arena, amend_write, &c);
    if (!more) {
        assert_true(!err || !o->held);
    } else if (!o->held || (more > 0 && (m->eggs_free < more || !open))) {
        assert_non_null(err);
        m->refused[WAY_AMEND]++;
    } else {
        assert_fine(err);
        line_changed(m, o, true, steps, false);
        m->done[WAY_AMEND]++;
    }
}

/* ---- time ---- */

static void enter(Model *m)
{
    Cycle cycle = hub_cycle(&m->hub);
    bool open = str_eq(str_of(cycle_state_now(&cycle, m->hub.fair.now)), STR("open"));
    ModelCart *cart = below(m, 2) ? &m->carts[below(m, CARTS)] : NULL;
    Id pass;
    Err *err = cycle_enter(m->hub.fair.store, m->hub.fair.arena, m->hub.cycle, cart ? cart->id : 0, m->hub.fair.now, &pass);
    bool again = cart && cart->entered && may_order(m, &cycle, true, cart->entered_ms); /* within the grace it may enter again */
    assert_int_equal(err == NULL, open || again);
    if (open && !cart) {
        m->pass = pass;
        m->entered_ms = m->hub.fair.now.ms;
    } else if (open && !cart->entered) {
        cart->entered = true;
        cart->entered_ms = m->hub.fair.now.ms;
    }
}

static void lapse(Model *m)
{
    bool any = false;
    assert_fine(orders_expire(m->hub.fair.store, m->hub.fair.arena, m->hub.fair.now));
    for (size_t i = 0; i < m->len; i++) {
        ModelOrder *o = &m->orders[i];
        if (!o->held || o->until.ms > m->hub.fair.now.ms)
            continue;
        took(m, o, -1);
        o->over = any = true;
    }
    (any ? m->done : m->refused)[WAY_LAPSE]++;
}

/* ---- baskets hold nothing, keep what is in them, and go when they are left alone ---- */

static void cart_make(Model *m, ModelCart *cart)
{
    *cart = (ModelCart){.id = id_mint()};
    write_sql(m, "INSERT INTO cart (id, token, person, changed_at) VALUES (%lld, NULL, NULL, %lld)", (long long)cart->id, (long long)m->hub.fair.now.ms);
}

static void fill_cart(Model *m)
{
    ModelCart *cart = &m->carts[below(m, CARTS)];
    bool egg = below(m, 2);
    int64_t steps = below(m, egg ? 9 : 4);
    *(egg ? &cart->eggs : &cart->chickens) = steps;
    if (steps)
        write_sql(m, "INSERT INTO cart_line (cart, offer, steps, added_at) VALUES (%lld, %lld, %lld, %lld) ON CONFLICT (cart, offer) DO UPDATE SET steps = excluded.steps",
                  (long long)cart->id, (long long)(egg ? m->hub.fair.eggs : m->hub.fair.chicken), (long long)steps, (long long)m->hub.fair.now.ms);
    else
        write_sql(m, "DELETE FROM cart_line WHERE cart = %lld AND offer = %lld", (long long)cart->id, (long long)(egg ? m->hub.fair.eggs : m->hub.fair.chicken));
}

static void leave_cart(Model *m)
{
    ModelCart *cart = &m->carts[below(m, CARTS)];
    int64_t days = below(m, 2 * CART_DAYS);
    MarketCount left;
    write_sql(m, "UPDATE cart SET changed_at = %lld WHERE id <> %lld", (long long)m->hub.fair.now.ms, (long long)cart->id);
    write_sql(m, "UPDATE cart SET changed_at = %lld WHERE id = %lld", (long long)(m->hub.fair.now.ms - days * (int64_t)DAY_MS - 1), (long long)cart->id);
    for (const Job *job = market_jobs; job->name; job++)
        if (str_eq(str_of(job->name), STR("market.carts")))
            assert_fine(job->run(&(JobContext){m->hub.fair.store, m->hub.fair.arena, m->hub.fair.now}));
    assert_fine(cart_size(&m->hub.fair.db, cart->id, &left));
    assert_int_equal(left.total, days >= CART_DAYS ? 0 : (cart->eggs > 0) + (cart->chickens > 0));
    if (days >= CART_DAYS)
        cart_make(m, cart);
}

static void compare(Model *m)
{
    Cycle cycle = hub_cycle(&m->hub);
    CycleSlotList slots;
    Offer chicken = fair_offer(&m->hub.fair, m->hub.fair.chicken), eggs = fair_offer(&m->hub.fair, m->hub.fair.eggs);
    assert_int_equal(cycle.orders, m->held);
    assert_int_equal(cycle.turnover.minor, m->turnover);
    assert_int_equal(eggs.on_hand, m->eggs_there);
    assert_int_equal(eggs.on_hand - eggs.reserved, m->eggs_free);
    assert_int_equal(chicken.on_hand, m->chickens_there);
    assert_int_equal(chicken.on_hand - chicken.reserved, m->chickens_free);
    assert_fine(cycle_slot_list(&m->hub.fair.db, m->hub.cycle, &slots));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(slots.at[i].taken, m->taken[i]);
        assert_true(slots.at[i].taken <= slots.at[i].capacity);
    }
    for (int i = 0; i < CARTS; i++) {
        MarketCount lines;
        assert_fine(cart_size(&m->hub.fair.db, m->carts[i].id, &lines));
        assert_int_equal(lines.total, (m->carts[i].eggs > 0) + (m->carts[i].chickens > 0));
    }
}

static Err *restock(Tx *tx, void *arg)
{
    Model *m = arg;
    TRY(offer_stock_count(tx, m->hub.fair.eggs, EGGS, 0, m->hub.fair.now));
    return offer_stock_count(tx, m->hub.fair.chicken, CHICKENS, 0, m->hub.fair.now);
}

/* The goods of this week come back, what was lost grows again. */
static void next_week(Model *m, Id *offers, NewSlot *slots)
{
    for (size_t k = 0; k < m->len; k++)
        if (m->orders[k].held)
            assert_fine(fair_act(&m->hub.fair, m->orders[k].id, "cancel"));
    assert_fine(db_write(m->hub.fair.store, m->hub.fair.arena, restock, m));
    m->eggs_free = m->eggs_there = EGGS;
    m->chickens_free = m->chickens_there = CHICKENS;
    begin(m, offers, slots);
}

static void step(Model *m)
{
    int64_t what = below(m, 40);
    if (what < 11)
        place(m, NULL);
    else if (what < 15)
        place(m, &m->carts[below(m, CARTS)]);
    else if (what < 20)
        cancel_or_restore(m);
    else if (what < 23)
        weigh(m);
    else if (what < 25)
        run_short(m);
    else if (what < 28)
        amend(m);
    else if (what < 31)
        fill_cart(m);
    else if (what < 34)
        enter(m);
    else if (what < 38)
        m->hub.fair.now.ms += below(m, 3 * HOUR_MS);
    else if (what < 39)
        lapse(m);
    else if (below(m, 4))
        assert_fine(cycle_tick(m->hub.fair.store, m->hub.fair.arena, m->hub.fair.now));
    else
        leave_cart(m);
}

static void random_weeks_keep_places_limits_stock_money_and_baskets_exact(void **state)
{
    static Id offers[3];
    static NewSlot slots[2];
    const char *steps = getenv("MILLET_STEPS");
    Model m = {.hub = hub_make(state), .random = test_seed()};
    long long limit = steps ? strtoll(steps, NULL, 10) : test_on_postgres() ? STEPS_POSTGRES : STEPS;
    print_message("# cycles at random: MILLET_STEPS=%lld\n", limit);
    Arena *whole = m.hub.fair.arena;
    Db own = m.hub.fair.db;
    for (int i = 0; i < CARTS; i++)
        cart_make(&m, &m.carts[i]);
    next_week(&m, offers, slots);
    for (long long i = 1; i <= limit; i++) {
        Arena *arena = arena_new(); /* a step's memory goes with it */
        m.hub.fair.arena = arena;
        assert_fine(db_read(m.hub.fair.store, arena, &m.hub.fair.db));
        step(&m);
        if (i % COMPARED_EACH == 0)
            compare(&m);
        Cycle cycle = hub_cycle(&m.hub);
        if (str_eq(str_of(cycle_state_now(&cycle, m.hub.fair.now)), STR("closed")) || m.len >= ORDERS - 1)
            if (m.len >= ORDERS - 1 || below(&m, 8) == 0) /* after closing it goes on for a while */
                next_week(&m, offers, slots);
        if (i % CHECKED_EACH == 0) {
            hub_check(m.hub.fair.store, arena);
            fair_check(m.hub.fair.store, arena);
        }
        arena_free(arena);
    }
    m.hub.fair.arena = whole;
    m.hub.fair.db = own;
    static const char *const names[WAYS] = {"order", "cancel", "restore", "weigh", "short", "amend", "lapse", "basket"};
    for (int i = 0; i < WAYS; i++) {
        print_message("# %s: %lld done, %lld refused\n", names[i], (long long)m.done[i], (long long)m.refused[i]);
        assert_true(m.done[i] > 0 && (m.refused[i] > 0 || i == WAY_CANCEL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_DB(random_weeks_keep_places_limits_stock_money_and_baskets_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
