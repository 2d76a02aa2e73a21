/* How an order joins a cycle and takes its place: what the market asks this room (market.h, OrderTimes). */
#include "cycle/inside.h"

typedef struct Joining {
    const OrderAsk *ask;
    Id order;
    Money total;
    Time now;
    Id cycle;
} Joining;

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

static Err *closed_err(Arena *arena, const Cycle *cycle, Time now)
{
    const char *state = cycle_state_now(cycle, now);
    bool early = is(str_of(state), "draft") || is(str_of(state), "scheduled");
    Err *err = early ? err_new(arena, ERR_CONFLICT, "cycle.not_open") : err_new(arena, ERR_CONFLICT, "cycle.closed");
    err->field = STR("cycle");
    return err_arg(arena, err, "name", cycle->name);
}

/* The checkout of this ask was entered before the door closed. */
static Err *pass_find(Db *db, const OrderAsk *ask, const Cycle *cycle, bool *passed)
{
    CyclePass pass;
    bool found = false;
    if (ask->pass)
        TRY(cycle_pass_by_id(db, ask->pass, &pass, &found));
    else if (ask->cart)
        TRY(cycle_pass_by_cart(db, cycle->id, ask->cart, &pass, &found));
    Time door = cycle->has_closing_at ? cycle->closing_at : cycle->closes_at;
    *passed = found && pass.cycle == cycle->id && pass.entered_at.ms < door.ms;
    return NULL;
}

/* Open, or in its grace for who entered before. */
static Err *door_check(Db *db, const OrderAsk *ask, const Cycle *cycle, Time now, bool *passed)
{
    Str state = str_of(cycle_state_now(cycle, now));
    *passed = false;
    if (is(state, "open"))
        return NULL;
    if (is(state, "closing"))
        TRY(pass_find(db, ask, cycle, passed));
    return *passed ? NULL : closed_err(db->arena, cycle, now);
}

static Err *slot_err(Arena *arena, ErrKind kind, const char *code)
{
    Err *err = kind == ERR_CONFLICT ? err_new(arena, ERR_CONFLICT, "cycle.slot_full") : err_new(arena, kind, code);
    err->field = STR("slot");
    return err;
}

static Cycle looked_cycle(const CycleLook *look)
{
    return (Cycle){.id = look->id, .name = look->name, .state = look->state, .opens_at = look->opens_at, .closes_at = look->closes_at,
                   .grace_minutes = look->grace_minutes, .has_closing_at = look->has_closing_at, .closing_at = look->closing_at};
}

static Err *look_check(Db *db, const OrderAsk *ask, const CycleLook *look, Time now)
{
    bool passed;
    Cycle cycle = looked_cycle(look);
    TRY(door_check(db, ask, &cycle, now, &passed));
    if (!ask->slot)
        return NULL;
    if (!look->has_slot || look->pickup != ask->pickup)
        return slot_err(db->arena, ERR_INVALID, "cycle.slot");
    return look->taken < look->capacity ? NULL : slot_err(db->arena, ERR_CONFLICT, "cycle.slot_full");
}

/* Cycles that refused an order a moment ago. While all goes well the order's transaction is where it is decided, and nothing is
   asked before; in the rush after a door closed, what is hopeless ends before the writer's queue. */
enum { REFUSED = 16 };
static _Atomic Id refused[REFUSED];

static bool refused_lately(Id cycle)
{
    return refused[(uint64_t)cycle % REFUSED] == cycle;
}

static Err *times_check(Db *db, const OrderAsk *ask, Time now)
{
    CycleLook look;
    bool found;
    if (!ask->cycle)
        return ask->slot ? slot_err(db->arena, ERR_INVALID, "cycle.slot") : NULL;
    if (!refused_lately(ask->cycle))
        return NULL;
    TRY(cycle_look(db, ask->cycle, ask->slot, &look, &found));
    Err *err = found ? look_check(db, ask, &look, now) : err_field(db->arena, "cycle.unknown", "cycle");
    if (!err)
        refused[(uint64_t)ask->cycle % REFUSED] = 0;
    return err;
}

/* An open cycle that sells all lines of this order; 0: none. */
static Err *cycle_for_order(Tx *tx, const Joining *joining, Id *out)
{
    CycleList open;
    *out = 0;
    TRY(cycle_list_public(&tx->db, 100, &open));
    for (size_t i = 0; i < open.len && !*out; i++) {
        CycleOutside outside;
        bool lacks = false, passed;
        if (door_check(&tx->db, joining->ask, &open.at[i], joining->now, &passed))
            continue;
        if (!open.at[i].everything)
            TRY(cycle_order_outside(&tx->db, joining->order, open.at[i].id, &outside, &lacks));
        if (!lacks)
            *out = open.at[i].id;
    }
    return NULL;
}

static Err *slot_take(Tx *tx, const Joining *joining)
{
    CycleSlot slot;
    bool found;
    int64_t count;
    TRY(cycle_slot_take(tx, joining->ask->slot, joining->cycle, joining->ask->pickup, &count));
    if (count)
        return NULL;
    TRY(cycle_slot_by_id(&tx->db, joining->ask->slot, &slot, &found));
    if (!found || slot.cycle != joining->cycle || slot.pickup != joining->ask->pickup)
        return slot_err(tx->db.arena, ERR_INVALID, "cycle.slot");
    return slot_err(tx->db.arena, ERR_CONFLICT, "cycle.slot_full");
}

/* The last order that a limit allows closes the door behind it. */
static Err *limits_look(Tx *tx, const Joining *joining, const CycleTaken *taken)
{
    CyclePlaces places;
    bool reached = (taken->has_max_orders && taken->orders >= taken->max_orders) ||
                   (taken->has_max_turnover && taken->turnover.minor >= taken->max_turnover.minor);
    if (!reached && taken->close_full && joining->ask->slot) {
        TRY(cycle_places(&tx->db, joining->cycle, &places));
        reached = places.slots && !places.free;
    }
    return reached && is(taken->state, "open") ? cycle_act(tx, joining->cycle, "close", 0, joining->now) : NULL;
}

/* Not simply open: the clock may have to move it first, or this checkout has a pass; else says why not. */
static Err *take_anyway(Tx *tx, const Joining *joining, CycleTaken *taken)
{
    Arena *arena = tx->db.arena;
    Cycle cycle;
    CycleOutside outside;
    bool lacks = false, passed, done;
    TRY(cycle_by_id(&tx->db, joining->cycle, &cycle, &done));
    if (!done)
        return err_field(arena, "cycle.unknown", "cycle");
    TRY(cycle_move_due(tx, &cycle, joining->now));
    TRY(door_check(&tx->db, joining->ask, &cycle, joining->now, &passed));
    if (!cycle.everything)
        TRY(cycle_order_outside(&tx->db, joining->order, cycle.id, &outside, &lacks));
    if (lacks) {
        Err *err = err_arg(arena, err_new(arena, ERR_INVALID, "cycle.offer_outside"), "title", outside.title);
        err->field = str_format(arena, "lines.%lld", (long long)outside.position);
        return err;
    }
    TRY(cycle_take(tx, cycle.id, joining->order, joining->total, passed, joining->now, taken, &done));
    return done ? NULL : closed_err(arena, &cycle, joining->now);
}

static Err *take_place(Tx *tx, const Joining *joining)
{
    const OrderAsk *ask = joining->ask;
    CycleTaken taken;
    bool done;
    TRY(cycle_take(tx, joining->cycle, joining->order, joining->total, false, joining->now, &taken, &done));
    if (!done)
        TRY(take_anyway(tx, joining, &taken));
    if (ask->slot)
        TRY(slot_take(tx, joining));
    TRY(cycle_order_insert(tx, joining->order, joining->cycle, ask->slot ? &ask->slot : NULL, joining->total, joining->now));
    return limits_look(tx, joining, &taken);
}

static Err *join(Tx *tx, const Joining *joining)
{
    Err *err = take_place(tx, joining);
    if (err)
        refused[(uint64_t)joining->cycle % REFUSED] = joining->cycle;
    return err;
}

static Err *times_joined(Tx *tx, const OrderAsk *ask, Id order, Money total, Time now)
{
    Joining joining = {.ask = ask, .order = order, .total = total, .now = now};
    CycleId only;
    bool bound;
    Id cycle = ask->cycle;
    if (!cycle) {
        TRY(cycle_order_only(&tx->db, order, &only, &bound));
        if (!bound)
            return NULL;
        TRY(cycle_for_order(tx, &joining, &cycle));
        if (!cycle)
            return err_new(tx->db.arena, ERR_CONFLICT, "cycle.only");
    }
    joining.cycle = cycle;
    return join(tx, &joining);
}

/* ---- an order is taken back, or comes back ---- */

/* An order that came back may be the one that reaches a limit. */
static Err *limit_follow(Tx *tx, Id id, Time now)
{
    Cycle cycle;
    TRY(cycle_read(&tx->db, id, &cycle));
    bool reached = (cycle.has_max_orders && cycle.orders >= cycle.max_orders) ||
                   (cycle.has_max_turnover && cycle.turnover.minor >= cycle.max_turnover.minor);
    return reached && is(cycle.state, "open") ? cycle_act(tx, id, "close", 0, now) : NULL;
}

/* The order of a part as its cycle counts it, and what it comes to now. Not found: it is in no cycle. */
static Err *counted_order(Db *db, Id part, CycleOrder *row, CycleWorth *worth, bool *found)
{
    TRY(cycle_order_by_part(db, part, row, found));
    return *found ? cycle_order_worth(db, row->order_group, worth) : NULL;
}

/* Brings a cycle's numbers and the slot in line with what is left of the order. */
Err *order_left(Tx *tx, Id part, Time now)
{
    CycleOrder row;
    CycleWorth worth;
    bool found;
    int64_t count;
    TRY(counted_order(&tx->db, part, &row, &worth, &found));
    if (!found)
        return NULL;
    bool held = worth.parts > 0;
    TRY(cycle_order_put(tx, row.order_group, held, worth.total, &count));
    TRY(cycle_count_add(tx, row.cycle, held - row.held, (Money){worth.total.minor - row.amount.minor}, &count));
    TRY(sheets_follow(tx, row.cycle, now));
    if (held && !row.held)
        TRY(limit_follow(tx, row.cycle, now));
    if (held == row.held || !row.has_slot)
        return NULL;
    if (held)
        TRY(cycle_slot_again(tx, row.slot, &count));
    else
        TRY(cycle_slot_give(tx, row.slot, &count));
    return count ? NULL : slot_err(tx->db.arena, ERR_CONFLICT, "cycle.slot_full");
}

/* What it comes to changed; it stands in its place as before. */
static Err *worth_follow(Tx *tx, Id part, Time now, bool amended)
{
    CycleOrder row;
    CycleWorth worth;
    bool found;
    int64_t count;
    TRY(counted_order(&tx->db, part, &row, &worth, &found));
    if (!found)
        return NULL;
    Money more = {worth.total.minor - row.amount.minor};
    if (amended && more.minor > 0) { /* behind the closed door the producers know what is wanted */
        Cycle cycle;
        TRY(cycle_read(&tx->db, row.cycle, &cycle));
        if (!is(str_of(cycle_state_now(&cycle, now)), "open"))
            return closed_err(tx->db.arena, &cycle, now);
    }
    if (more.minor) {
        TRY(cycle_order_put(tx, row.order_group, row.held, worth.total, &count));
        TRY(cycle_count_add(tx, row.cycle, 0, more, &count));
    }
    if (amended)
        TRY(sheets_follow(tx, row.cycle, now));
    return more.minor > 0 ? limit_follow(tx, row.cycle, now) : NULL;
}

static Err *order_amended(Tx *tx, Id part, Time now)
{
    return worth_follow(tx, part, now, true);
}

/* Weighing and running short are the seller's own doing: no sheet is told of them. */
static Err *order_worth_changed(Tx *tx, Id part, Time now)
{
    return worth_follow(tx, part, now, false);
}

/* ---- what the checkout offers ---- */

static Err *basket_fits(Db *db, const OrderAsk *ask, const Cycle *cycle, bool *fits)
{
    *fits = true;
    for (size_t i = 0; i < ask->lines_len && *fits && !cycle->everything; i++) {
        CycleId there;
        TRY(cycle_offer_has(db, cycle->id, ask->lines[i].offer, &there, fits));
    }
    return NULL;
}

static Err *slots_offer(Db *db, const Cycle *cycle, Time now, OrderTimeChoices *out)
{
    CycleSlotList slots;
    TRY(cycle_slot_list(db, cycle->id, &slots));
    for (size_t i = 0; i < slots.len && out->len < ORDER_TIMES_MAX; i++)
        if (slots.at[i].until_at.ms > now.ms)
            out->at[out->len++] = (OrderTime){.id = slots.at[i].id, .cycle = cycle->id, .pickup = slots.at[i].pickup,
                                              .name = cycle->name, .from = slots.at[i].from_at, .until = slots.at[i].until_at,
                                              .left = slots.at[i].capacity - slots.at[i].taken, .closes_at = cycle->closes_at};
    return NULL;
}

static Err *times_offered(Db *db, const OrderAsk *ask, Time now, OrderTimeChoices *out)
{
    CycleList open;
    *out = (OrderTimeChoices){.at = NEW_ARRAY(db->arena, OrderTime, ORDER_TIMES_MAX)};
    for (size_t i = 0; i < ask->lines_len && !out->only; i++) {
        CycleId only;
        TRY(cycle_only_is(db, ask->lines[i].offer, &only, &out->only));
    }
    TRY(cycle_list_public(db, 100, &open));
    for (size_t i = 0; i < open.len; i++) {
        bool fits, passed;
        TRY(basket_fits(db, ask, &open.at[i], &fits));
        if (!fits)
            continue;
        Str state = str_of(cycle_state_now(&open.at[i], now));
        if (is(state, "scheduled") && (!out->has_opens_at || open.at[i].opens_at.ms < out->opens_at.ms)) {
            out->has_opens_at = true;
            out->opens_at = open.at[i].opens_at;
        }
        if (door_check(db, ask, &open.at[i], now, &passed))
            continue;
        out->open = true;
        TRY(slots_offer(db, &open.at[i], now, out));
    }
    return NULL;
}

typedef struct Entering {
    const OrderAsk *ask;
    const Id *cycles;
    size_t len;
    Id pass;
    Time now;
} Entering;

static Err *enter_write(Tx *tx, void *arg)
{
    const Entering *e = arg;
    int64_t count;
    for (size_t i = 0; i < e->len; i++)
        TRY(cycle_pass_insert(tx, e->pass && e->len == 1 ? e->pass : id_mint(), e->cycles[i],
                              e->ask->cart ? &e->ask->cart : NULL, e->now, &count));
    return NULL;
}

/* Notes that the basket entered the checkout, once for each cycle it could join. */
static Err *times_entered(Db *db, const OrderAsk *ask, const OrderTimeChoices *choices, Time now)
{
    Id cycles[8];
    Entering entering = {.ask = ask, .cycles = cycles, .now = now};
    for (size_t i = 0; i < choices->len; i++) {
        CyclePass pass;
        bool there = false;
        for (size_t k = 0; k < entering.len; k++)
            there = there || cycles[k] == choices->at[i].cycle;
        if (!there)
            TRY(cycle_pass_by_cart(db, choices->at[i].cycle, ask->cart, &pass, &there));
        if (!there && entering.len < 8)
            cycles[entering.len++] = choices->at[i].cycle;
    }
    return entering.len ? db_write(db->store, db->arena, enter_write, &entering) : NULL;
}

Err *cycle_enter(Store *store, Arena *arena, Id cycle, Id cart, Time now, Id *pass)
{
    Db db;
    Cycle row;
    bool passed;
    OrderAsk ask = {.cart = cart};
    TRY(db_read(store, arena, &db));
    TRY(cycle_read(&db, cycle, &row));
    TRY(door_check(&db, &ask, &row, now, &passed));
    *pass = id_mint();
    Entering entering = {.ask = &ask, .cycles = &cycle, .len = 1, .pass = *pass, .now = now};
    return db_write(store, arena, enter_write, &entering);
}

/* The id of a slot chosen where a pickup place is asked for names all three. */
static Err *times_chosen(Db *db, Id chosen, Time now, OrderAsk *ask)
{
    CycleLook look;
    bool found;
    TRY(cycle_look(db, 0, chosen, &look, &found));
    if (!found)
        return NULL;
    ask->cycle = look.id;
    ask->slot = look.slot;
    ask->pickup = look.pickup;
    ask->looked = true;
    return look_check(db, ask, &look, now);
}

static Err *times_of_order(Db *db, Id order, OrderTime *out, bool *found)
{
    CycleOrder row;
    Cycle cycle;
    CycleSlot slot;
    bool slotted = false;
    TRY(cycle_order_by_group(db, order, &row, found));
    if (!*found)
        return NULL;
    TRY(cycle_read(db, row.cycle, &cycle));
    *out = (OrderTime){.cycle = row.cycle, .name = cycle.name, .closes_at = cycle.closes_at};
    if (row.has_slot)
        TRY(cycle_slot_by_id(db, row.slot, &slot, &slotted));
    if (slotted) {
        out->id = slot.id;
        out->pickup = slot.pickup;
        out->from = slot.from_at;
        out->until = slot.until_at;
    }
    return NULL;
}

static const OrderTimes times = {.check = times_check, .joined = times_joined, .offered = times_offered, .entered = times_entered,
                                 .chosen = times_chosen, .of_order = times_of_order};

void cycle_join_start(void)
{
    order_times_set(&times);
}

const Hear cycle_hears[] = {
    {"order.cancelled", order_left},
    {"order.expired", order_left},
    {"order.restored", order_left},
    {"order.restocked", order_left},
    {"order.donated", order_left},
    {"order.amended", order_amended},
    {"order.weighed", order_worth_changed},
    {"order.short", order_worth_changed},
    {"order.substituted", order_worth_changed},
    {0},
};
