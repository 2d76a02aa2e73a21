/* The week itself: what people do from the opening to the refunds. Everything goes through the doors the pages use. */
#include "cycle/cycle.h"
#include "market/market.h"
#include "pay/pay.h"
#include "week/inside.h"

enum { SLOTS = 3, SLOT_PLACES = 60, SHORT_PERCENT = 70, NO_SHOW_OF = 20, LINES_MOST = 5 };

/* ---- opening ---- */

static Time at(const Week *week, int day, int hour)
{
    return (Time){week->begins.ms + day * (int64_t)DAY_MS + (hour - 8) * (int64_t)HOUR_MS};
}

static Err *open_cycle(Tx *tx, void *arg)
{
    Week *week = arg;
    NewSlot slots[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        slots[i] = (NewSlot){week->pickup, at(week, 5, 9 + i), at(week, 5, 10 + i), SLOT_PLACES};
    NewCycle cycle = {.org = week->coop, .day = time_date(at(week, 5, 12), STR("Asia/Shanghai")), .name = STR("Saturday box"),
                      .opens_at = at(week, 0, 9), .closes_at = at(week, 3, 20), .grace_minutes = 15, .offers = week->offers,
                      .offers_len = WEEK_HONEY, .slots = slots, .slots_len = SLOTS};
    TRY(cycle_add(tx, &cycle, week->admin, week->now, &week->cycle));
    return cycle_act(tx, week->cycle, "schedule", week->admin, week->now);
}

static Err *expect_state(Week *week, const char *state)
{
    CycleBrief brief;
    Arena *own = arena_new();
    Db db;
    Err *err = db_read(week->store, own, &db);
    if (!err)
        err = cycle_brief(&db, week->cycle, week->now, &brief);
    if (!err && !str_eq(brief.state, str_of(state)))
        err = err_detail(own, ERR_BROKEN, "week.wrong", "the cycle is %.*s and not %s", STR_ARG(brief.state), state);
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

Err *week_open(Week *week)
{
    TRY(db_write(week->store, week->arena, open_cycle, week));
    week_until(week, 0, 9, 0);
    TRY(cycle_tick(week->store, week->arena, week->now));
    week_say(week, "The cycle \"Saturday box\" opens: %d goods, %d times of collecting.", WEEK_HONEY, SLOTS);
    TRY(week_promise(week));
    return expect_state(week, "open");
}

/* ---- ordering ---- */

static size_t choose_lines(Week *week, OrderAskLine *lines)
{
    bool taken[WEEK_HONEY] = {false};
    size_t len = 0, wanted = 2 + (size_t)week_chance(week, LINES_MOST - 1);
    for (int tries = 0; tries < 30 && len < wanted; tries++) {
        int good = (int)week_chance(week, WEEK_HONEY);
        if (tries == 0)
            good = 0; /* everybody wants tomatoes */
        if (taken[good])
            continue;
        taken[good] = true;
        int64_t most = week_goods[good].sold[0] == 'G' ? 4 : week_goods[good].nominal ? 1 : 2;
        lines[len++] = (OrderAskLine){week->offers[good], week_goods[good].step * (1 + week_chance(week, most))};
    }
    return len;
}

/* Who has money in the wallet pays from it. */
static Err *wallet_chosen(Db *db, OrderAsk *ask)
{
    Money left = {0};
    if (ask->buyer)
        TRY(wallet_left(db, ask->buyer, &left));
    if (left.minor)
        ask->payment = STR("wallet");
    return NULL;
}

/* One order as the shop would send it. What is sold out meanwhile is left out and the rest asked again. */
static Err *order_once(Week *week, int number, bool late, bool *placed)
{
    OrderAskLine lines[LINES_MOST + 1];
    Arena *own = arena_new();
    bool guest = number % 6 == 5;
    OrderAsk ask = {.lines = lines, .lines_len = choose_lines(week, lines), .lang = number % 3 ? STR("zh-CN") : STR("en"), .currency = STR("CNY"),
                    .pickup = week->pickup, .payment = STR("at_pickup"), .channel = number % 4 ? "shop" : "phone", .cycle = week->cycle};
    SlotBriefList slots;
    OrderMade made;
    Db db;
    if (late) /* of what there is plenty of */
        lines[0] = (OrderAskLine){week->offers[5], week_goods[5].step}, ask.lines_len = 1;
    if (guest)
        ask.name = STR("A guest"), ask.phone = str_format(own, "1390000%04d", number);
    else
        ask.buyer = week->members[week_chance(week, WEEK_MEMBERS)];
    Err *err = db_read(week->store, own, &db);
    if (!err)
        err = wallet_chosen(&db, &ask);
    if (!err)
        err = cycle_slot_briefs(&db, week->cycle, &slots);
    if (!err && slots.len)
        ask.slot = slots.at[week_chance(week, (int64_t)slots.len)].id;
    for (bool again = true; !err && again;) {
        err = order_place(&db, &ask, week->now, &made);
        bool sold_out = err_is(err, "stock.sold_out") && ask.lines_len > 1, too_little = err_is(err, "pay.too_little");
        again = sold_out || too_little;
        if (sold_out) /* the first, which everybody wants */
            ask.lines++, ask.lines_len--, err = NULL;
        if (too_little) /* then in cash */
            ask.payment = STR("at_pickup"), err = NULL;
    }
    *placed = !err;
    week->wallet_orders += !err && str_eq(ask.payment, STR("wallet"));
    if (err_is(err, "stock.sold_out"))
        err = NULL;
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

Err *week_order(Week *week)
{
    bool placed;
    for (int i = 0; i < WEEK_ORDERS; i++) {
        int minute = i * (3 * 24 * 60 + 10 * 60) / WEEK_ORDERS; /* from Monday nine o'clock to Thursday evening */
        week_until(week, 0, 9, 5 + minute);
        TRY(order_once(week, i, false, &placed));
        week->orders += placed;
        if (i % 3 == 1)
            TRY(week_preorder(week, week->members[week_chance(week, WEEK_MEMBERS)], &placed));
    }
    week_say(week, "%lld orders came in, %lld of them paid from wallets into escrow; %lld more for honey that is not there yet.", (long long)week->orders,
             (long long)week->wallet_orders, (long long)week->preorders);
    week_until(week, 3, 20, 1);
    TRY(cycle_tick(week->store, week->arena, week->now));
    Err *late = order_once(week, 0, true, &placed);
    if (!late || placed)
        return err_detail(week->arena, ERR_BROKEN, "week.wrong", "an order came in after closing");
    week_say(week, "20:01: closed. One more order is refused (%s).", late->code);
    week_until(week, 3, 20, 16);
    TRY(cycle_tick(week->store, week->arena, week->now));
    return expect_state(week, "closed");
}

/* ---- the harvest ---- */

Err *week_lines_read(Week *week, Arena *arena, WeekLineList *out)
{
    Db db;
    TRY(db_read(week->store, arena, &db));
    return week_lines(&db, week->cycle, out);
}

typedef struct Act { /* one write of the script */
    Week *week;
    const char *verb;
    OrderShort shortage;
    OrderWeigh weigh;
    OrderAct act;
    OrderReturn ret;
    Id refund;
} Act;

static Err *write_cycle(Tx *tx, void *arg)
{
    const Act *act = arg;
    return cycle_act(tx, act->week->cycle, act->verb, act->week->admin, act->week->now);
}

static Err *cycle_step(Week *week, const char *verb)
{
    return db_write(week->store, week->arena, write_cycle, &(Act){.week = week, .verb = verb});
}

static Err *write_short(Tx *tx, void *arg)
{
    const Act *act = arg;
    return order_short(tx, &act->shortage, act->week->now);
}

/* Only so much of what was ordered grew: everybody gets a share in proportion. */
static Err *share_tomatoes(Week *week, Arena *arena, const WeekLineList *lines)
{
    Claim *claims = NEW_ARRAY(arena, Claim, lines->len + 1);
    int64_t wanted = 0, step = week_goods[0].step;
    size_t len = 0;
    for (size_t i = 0; i < lines->len; i++)
        if (lines->at[i].variant == week->variants[0]) {
            claims[len++] = (Claim){.id = lines->at[i].id, .at = lines->at[i].placed_at, .member = lines->at[i].buyer != 0, .wanted = lines->at[i].steps};
            wanted += lines->at[i].steps;
        }
    int64_t harvest = wanted * SHORT_PERCENT / 100 / step * step;
    int64_t given = allocate(arena, ALLOCATE_PRO_RATA, STR("week"), harvest, step, 0, claims, len);
    if (given > harvest)
        return err_detail(week->arena, ERR_BROKEN, "week.wrong", "more was given than grew");
    for (size_t i = 0; i < len; i++) {
        Act act = {.week = week, .shortage = {.line = claims[i].id, .steps = claims[i].got, .lost = true, .reason = STR("Hail on Wednesday"), .who = week->admin}};
        if (claims[i].got < claims[i].wanted) {
            TRY(db_write(week->store, week->arena, write_short, &act));
            week->shortened++;
        }
    }
    week_say(week, "Hail: %lld g of %lld g of tomatoes could be picked; %lld orders get less, in proportion.", (long long)harvest,
             (long long)wanted, (long long)week->shortened);
    return NULL;
}

Err *week_harvest(Week *week)
{
    WeekLineList lines;
    Arena *own = arena_new();
    TRY(cycle_step(week, "consolidate"));
    week_until(week, 4, 6, 0);
    TRY(cycle_step(week, "harvest"));
    Err *err = week_lines_read(week, own, &lines);
    if (!err)
        err = share_tomatoes(week, own, &lines);
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

/* ---- weighing and packing ---- */

static Err *write_weigh(Tx *tx, void *arg)
{
    const Act *act = arg;
    return order_weigh(tx, &act->weigh, act->week->now);
}

static bool is_over(Str placement)
{
    return str_eq(placement, STR("cancelled")) || str_eq(placement, STR("expired"));
}

static Err *weigh_all(Week *week, const WeekLineList *lines)
{
    for (size_t i = 0; i < lines->len; i++) {
        const WeekLine *line = &lines->at[i];
        if (!line->nominal || !line->steps || is_over(line->placement))
            continue;
        int64_t grams = line->nominal * line->steps * (900 + week_chance(week, 220)) / 1000;
        Act act = {.week = week, .weigh = {.line = line->id, .priced_steps = grams, .sure = true, .who = week->admin}};
        TRY(db_write(week->store, week->arena, write_weigh, &act));
        week->weighed++;
    }
    return NULL;
}

Err *week_weigh(Week *week)
{
    WeekLineList lines;
    Arena *own = arena_new();
    week_until(week, 4, 14, 0);
    Err *err = week_lines_read(week, own, &lines);
    if (!err)
        err = weigh_all(week, &lines);
    if (!err)
        week_say(week, "%lld chickens and fish go over the scale.", (long long)week->weighed);
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

static Err *write_act(Tx *tx, void *arg)
{
    const Act *act = arg;
    return order_act(tx, &act->act, act->week->now);
}

static Err *act_on(Week *week, Id order, const char *verb)
{
    return db_write(week->store, week->arena, write_act, &(Act){.week = week, .act = {.order = order, .verb = verb, .who = week->admin}});
}

static Err *orders_read(Week *week, Arena *arena, WeekOrderList *out)
{
    Db db;
    TRY(db_read(week->store, arena, &db));
    return week_all_orders(&db, out);
}

static Err *each_order(Week *week, Err *(*each)(Week *week, const WeekOrder *order, size_t i))
{
    WeekOrderList orders;
    Arena *own = arena_new();
    Err *err = orders_read(week, own, &orders);
    for (size_t i = 0; !err && i < orders.len; i++)
        if (orders.at[i].parts)
            err = each(week, &orders.at[i], i);
    err = err_copy(week->arena, err);
    arena_free(own);
    return err;
}

static Err *pack_one(Week *week, const WeekOrder *order, size_t i)
{
    (void)i;
    return act_on(week, order->id, "pack");
}

Err *week_pack(Week *week)
{
    week_until(week, 4, 18, 0);
    TRY(cycle_step(week, "pack"));
    TRY(each_order(week, pack_one));
    week_say(week, "Friday evening: everything is packed.");
    return NULL;
}

/* ---- handing over ---- */

static Err *hand_one(Week *week, const WeekOrder *order, size_t i)
{
    bool comes = i % NO_SHOW_OF != 7;
    TRY(act_on(week, order->id, comes ? "collect" : "miss"));
    week->collected += comes;
    week->missed += !comes;
    return NULL;
}

static Err *left_one(Week *week, const WeekOrder *order, size_t i)
{
    if (i % NO_SHOW_OF != 7)
        return NULL;
    return act_on(week, order->id, i % 2 ? "restock" : "donate");
}

Err *week_hand_over(Week *week)
{
    week_until(week, 5, 9, 0);
    TRY(cycle_step(week, "distribute"));
    TRY(each_order(week, hand_one));
    week_until(week, 5, 13, 0);
    week_say(week, "Saturday: %lld orders collected, %lld did not come.", (long long)week->collected, (long long)week->missed);
    TRY(each_order(week, left_one));
    week_say(week, "What was not collected goes back on the shelf or to the school kitchen.");
    return NULL;
}

/* ---- money back ---- */

static Err *write_refund(Tx *tx, void *arg)
{
    Act *act = arg;
    Week *week = act->week;
    TRY(order_return(tx, &act->ret, week->now, &act->refund)); /* agreed to, the money is back in the wallet or out of the till at once */
    return refund_act(tx, &(RefundAct){.refund = act->refund, .verb = "approve", .goods = STR("thrown"), .who = week->admin}, week->now);
}

static Err *refund_some(Week *week, const WeekLineList *lines)
{
    for (size_t i = 0; i < lines->len && week->refunds < 3; i++) {
        const WeekLine *line = &lines->at[i];
        if (line->variant != week->variants[3] || !str_eq(line->placement, STR("completed")))
            continue;
        Act act = {.week = week, .ret = {.line = line->id, .steps = 1, .cause = STR("spoiled"), .reason = STR("Two eggs were broken"), .who = line->buyer}};
        TRY(db_write(week->store, week->arena, write_refund, &act));
        week->refunds++;
    }
    return NULL;
}

Err *week_refund(Week *week)
{
    WeekLineList lines;
    Arena *own = arena_new();
    week_until(week, 5, 18, 0);
    Err *err = week_lines_read(week, own, &lines);
    if (!err)
        err = refund_some(week, &lines);
    if (!err)
        week_say(week, "%lld boxes of eggs had broken ones: money back, recorded.", (long long)week->refunds);
    err = err_copy(week->arena, err);
    arena_free(own);
    if (!err)
        err = cycle_step(week, "settle");
    return err;
}
