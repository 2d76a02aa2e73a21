/* Random lives of orders against a plain model: whatever the interleaving, stock and orders stay whole.
   The seed is printed; MILLET_TEST_SEED repeats a run, MILLET_STEPS makes it longer. */
#include <stdlib.h>

#include "market/test_fair.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) /* ten times slower: what they look for shows early */
enum { STEPS = 10000 };
#else
enum { STEPS = 100000 };
#endif
enum { OFFERS = 4, ORDERS_MAX = 60, LINES_MAX = 3, WAYS = 17 };

typedef enum Placement { FREE, PLACED, PACKED, COMPLETED, CANCELLED, EXPIRED, MISSED } Placement;

typedef struct ModelOrder {
    Placement state;
    bool held; /* until a day: then it lapses unless it is packed */
    Id id;
    bool emptied;  /* its lines were taken out one by one: nothing to restore */
    bool returned; /* money was asked back: the sale stands */
    int64_t wanted[OFFERS];
    Time placed_at;
} ModelOrder;

typedef struct Model {
    Fair fair;
    Id offers[OFFERS];
    int64_t step[OFFERS], on_hand[OFFERS], reserved[OFFERS];
    ModelOrder orders[ORDERS_MAX];
    uint64_t random;
    int64_t done[WAYS], refused[WAYS];
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
        {"unmiss", 1 << MISSED, PACKED, 0, 0},
        {"restock", 1 << MISSED, CANCELLED, 0, -1},
        {"donate", 1 << MISSED, CANCELLED, -1, -1},
    };
    static const int ways[] = {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12};
    Err *err = fair_act(&m->fair, order->id, verbs[which].verb);
    int way = ways[which];
    if (!(verbs[which].from & 1u << order->state) || (which == 5 && order->emptied) || (which == 3 && order->returned)) {
        assert_err(err, "order.not_now");
        m->refused[way]++;
    } else if (which == 5 && !goods_free(m, order)) {
        assert_err(err, "stock.sold_out_since");
        m->refused[way]++;
    } else {
        assert_fine(err);
        order->state = verbs[which].to;
        order->held = order->held && order->state != PACKED;
        move_goods(m, order, verbs[which].on_hand, verbs[which].reserved);
        m->done[way]++;
    }
}

/* ---- what is in an order changes ---- */

typedef struct Changing {
    OrderAmend amend;
    OrderShort shortage;
    OrderWeigh weigh;
    OrderReturn ret;
    RefundAct refund;
    Id made;
    Time now;
} Changing;

static Err *amend_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_amend(tx, &c->amend, c->now);
}

static Err *short_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_short(tx, &c->shortage, c->now);
}

static Err *weigh_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_weigh(tx, &c->weigh, c->now);
}

static Err *return_write(Tx *tx, void *arg)
{
    Changing *c = arg;
    TRY(order_return(tx, &c->ret, c->now, &c->made));
    c->refund = (RefundAct){.refund = c->made, .verb = "approve", .goods = STR("back")};
    return refund_act(tx, &c->refund, c->now);
}

/* The parts of two sellers may stand differently once lines were taken out: the model keeps to the farm's goods then. */
static void lines_changed(Model *m, ModelOrder *order, int offer, int64_t more, bool lost)
{
    order->wanted[offer] += more;
    m->reserved[offer] += more;
    m->on_hand[offer] += lost ? more : 0;
    int64_t left = 0;
    for (int i = 0; i < OFFERS; i++)
        left |= order->wanted[i];
    if (!left) {
        order->state = CANCELLED;
        order->emptied = true;
    }
}

static int offer_number(const Model *m, Id offer)
{
    int i = 0;
    while (m->offers[i] != offer)
        i++;
    return i;
}

/* All lines of an order are of one seller here, so that its parts never part. */
static bool one_seller(const ModelOrder *order)
{
    return !order->wanted[3] || !(order->wanted[0] | order->wanted[1] | order->wanted[2]);
}

static void tally(Model *m, int way, const Err *err)
{
    (err ? m->refused : m->done)[way]++;
}

static void change(Model *m, ModelOrder *order)
{
    OrderLineList lines;
    Changing c = {.now = m->fair.now};
    assert_fine(order_lines(&m->fair.db, order->id, &lines));
    const OrderLine *line = &lines.at[below(m, (int64_t)lines.len)];
    int offer = offer_number(m, line->offer), what = (int)below(m, 4);
    int64_t steps = m->step[offer] * below(m, 10), more = steps - line->steps;
    bool open = order->state == PLACED;
    if (what == 0 && (one_seller(order) || steps)) {
        c.amend = (OrderAmend){order->id, line->id, 0, steps, 0};
        Err *err = db_write(m->fair.store, m->fair.arena, amend_write, &c);
        tally(m, 13, err);
        if (!more)
            assert_fine(err);
        else if (more > 0 && m->on_hand[offer] - m->reserved[offer] < more)
            assert_err(err, "stock.sold_out");
        else if (!open)
            assert_err(err, "order.not_now");
        else
            lines_changed(m, order, offer, more, false);
        if (open && more && !(more > 0 && err))
            assert_fine(err);
    } else if (what == 1 && more < 0 && (one_seller(order) || steps)) {
        c.shortage = (OrderShort){line->id, steps, below(m, 2), STR("too little"), 0};
        Err *err = db_write(m->fair.store, m->fair.arena, short_write, &c);
        tally(m, 14, err);
        if (!open) {
            assert_err(err, "order.not_now");
        } else {
            assert_fine(err);
            lines_changed(m, order, offer, more, c.shortage.lost);
        }
    } else if (what == 2) {
        c.weigh = (OrderWeigh){line->id, 1 + below(m, 9000), true, 0};
        Err *err = db_write(m->fair.store, m->fair.arena, weigh_write, &c);
        tally(m, 15, err);
        if (line->offer == m->offers[0] || !line->steps)
            assert_err(err, "weigh.not_by_weight"); /* eggs, or a line that was taken out */
        else if (!open && order->state != PACKED)
            assert_err(err, "order.not_now");
        else
            assert_fine(err);
    } else if (what == 3 && line->steps && one_seller(order)) {
        c.ret = (OrderReturn){line->id, 1 + below(m, line->steps), {0}, STR("spoiled"), STR(""), 0};
        Err *err = db_write(m->fair.store, m->fair.arena, return_write, &c);
        tally(m, 16, err);
        if (order->state != COMPLETED) {
            assert_err(err, "order.not_now");
        } else if (!err) {
            order->returned = true;
            m->on_hand[offer] += c.ret.steps;
        } else {
            assert_true(str_starts(str_of(err->code), STR("refund.")));
        }
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
    else if (chance < 55)
        change(m, order);
    else
        act(m, order, (int)below(m, 11));
}

static void whatever_happens_stock_and_orders_stay_whole(void **state)
{
    Fair fair = fair_make(state);
    Model *m = NEW(fair.arena, Model);
    m->fair = fair;
    const char *steps_text = getenv("MILLET_STEPS");
    m->random = test_seed();
    int64_t steps = steps_text ? strtoll(steps_text, NULL, 10) : test_on_postgres() ? 1500 : STEPS; /* there each step waits for another process */
    print_message("# MILLET_STEPS=%lld\n", (long long)steps);
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
        if (i % 5000 == 0)
            fair_check(fair.store, arena);
        arena_free(arena);
    }
    m->fair.arena = fair.arena;
    m->fair.db = fair.db;
    compare(m);
    static const char *const names[] = {"place", "pack", "unpack", "collect", "uncollect", "cancel", "restore", "expire", "miss", "count",
                                        "unmiss", "restock", "donate", "amend", "short", "weigh", "return"};
    for (int i = 0; i < WAYS; i++)
        print_message("# %s: %lld done, %lld refused\n", names[i], (long long)m->done[i], (long long)m->refused[i]);
    for (int i = 0; i < WAYS; i++)
        assert_true(m->refused[i] > 0 && (m->done[i] > 0 || steps < 10000)); /* a walk of full length went every way */
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_DB(whatever_happens_stock_and_orders_stay_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
