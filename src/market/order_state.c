/* What may happen to an order: one table of steps, and the one function that applies them. */
#include "fee/fee.h"
#include "market/inside.h"

/* Three axes: placement of each seller's part, its parcel, and the payment of the whole order. A verb moves each axis that
   names it; a part is touched when its placement or its parcel can move. */
/* clang-format off */
const StateStep state_steps[] = {
    /* axis        verb         from             to             */
    {"placement", "place",     "",              "placed"},
    {"parcel",    "place",     "",              "planned"},
    {"payment",   "place",     "none",          "due_at_pickup"},

    {"placement", "confirm",   "placed",        "confirmed"},

    {"parcel",    "pack",      "planned",       "packed"},
    {"parcel",    "unpack",    "packed",        "planned"},

    {"placement", "collect",   "placed",        "completed"},
    {"placement", "collect",   "confirmed",     "completed"},
    {"parcel",    "collect",   "planned",       "collected"},
    {"parcel",    "collect",   "packed",        "collected"},
    {"parcel",    "collect",   "missed",        "collected"},
    {"payment",   "collect",   "due_at_pickup", "captured"},

    {"placement", "uncollect", "completed",     "confirmed"},
    {"parcel",    "uncollect", "collected",     "packed"},
    {"payment",   "uncollect", "captured",      "due_at_pickup"},

    {"placement", "cancel",    "placed",        "cancelled"},
    {"placement", "cancel",    "confirmed",     "cancelled"},
    {"parcel",    "cancel",    "planned",       "cancelled"},
    {"parcel",    "cancel",    "packed",        "cancelled"},
    {"parcel",    "cancel",    "missed",        "cancelled"},
    {"payment",   "cancel",    "due_at_pickup", "void"},
    {"payment",   "cancel",    "due_at_pickup", "captured"},   /* the other parts were handed over before */

    {"placement", "restore",   "cancelled",     "placed"},
    {"parcel",    "restore",   "cancelled",     "planned"},
    {"payment",   "restore",   "void",          "due_at_pickup"},
    {"payment",   "restore",   "captured",      "due_at_pickup"},

    {"placement", "expire",    "placed",        "expired"},
    {"placement", "expire",    "confirmed",     "expired"},
    {"parcel",    "expire",    "planned",       "cancelled"},
    {"payment",   "expire",    "due_at_pickup", "void"},
    {"payment",   "expire",    "due_at_pickup", "captured"},

    {"parcel",    "miss",      "planned",       "missed"},
    {"parcel",    "miss",      "packed",        "missed"},
    {"parcel",    "unmiss",    "missed",        "packed"},

    /* What nobody came for: back to the shelf, or given to somebody who needs it. */
    {"placement", "restock",   "placed",        "cancelled"},
    {"placement", "restock",   "confirmed",     "cancelled"},
    {"parcel",    "restock",   "missed",        "cancelled"},
    {"payment",   "restock",   "due_at_pickup", "void"},
    {"payment",   "restock",   "due_at_pickup", "captured"},
    {"placement", "donate",    "placed",        "cancelled"},
    {"placement", "donate",    "confirmed",     "cancelled"},
    {"parcel",    "donate",    "missed",        "cancelled"},
    {"payment",   "donate",    "due_at_pickup", "void"},
    {"payment",   "donate",    "due_at_pickup", "captured"},

    /* Changes of what is in it: the state stays. */
    {"parcel",    "weigh",     "planned",       "planned"},
    {"parcel",    "weigh",     "packed",        "packed"},
    {"parcel",    "amend",     "planned",       "planned"},
    {"parcel",    "short",     "planned",       "planned"},
    {"parcel",    "substitute","planned",       "planned"},

    {"refund",    "request",   "",              "requested"},
    {"refund",    "approve",   "requested",     "approved"},
    {"refund",    "reject",    "requested",     "rejected"},
    {"refund",    "send",      "approved",      "sent"},
    {"refund",    "confirm",   "sent",          "confirmed"},

    /* an order paid from a wallet: its money lies in escrow while anything is open */
    {"payment",   "pay_ahead", "due_at_pickup", "held"},
    {"payment",   "place",     "none",          "held"},
    {"payment",   "collect",   "held",          "captured"},
    {"payment",   "uncollect", "captured",      "held"},
    {"payment",   "cancel",    "held",          "void"},
    {"payment",   "cancel",    "held",          "captured"},
    {"payment",   "restore",   "void",          "held"},
    {"payment",   "restore",   "captured",      "held"},
    {"payment",   "expire",    "held",          "void"},
    {"payment",   "expire",    "held",          "captured"},
    {"payment",   "restock",   "held",          "void"},
    {"payment",   "restock",   "held",          "captured"},
    {"payment",   "donate",    "held",          "void"},
    {"payment",   "donate",    "held",          "captured"},
    {NULL, NULL, NULL, NULL},
};

/* What a verb does to the goods, what it is called once done, and which axes must be able to move with it. */
static const struct VerbRow {
    const char *verb, *event;
    const char *from, *to;       /* state of reservations; NULL: the goods stay as they are */
    const char *move;            /* kind of stock move */
    int on_hand, reserved;       /* times the reserved steps */
    bool placement, parcel;      /* both axes, or one */
} verb_rows[] = {
    {"confirm",   "order.confirmed",   NULL,       NULL,       NULL,       0,  0, true,  false},
    {"pack",      "order.packed",      NULL,       NULL,       NULL,       0,  0, false, true},
    {"unpack",    "order.unpacked",    NULL,       NULL,       NULL,       0,  0, false, true},
    {"collect",   "order.collected",   "open",     "sold",     "sale",    -1, -1, true,  true},
    {"uncollect", "order.uncollected", "sold",     "open",     "return",   1,  1, true,  true},
    {"cancel",    "order.cancelled",   "open",     "released", "release",  0, -1, true,  true},
    {"restore",   "order.restored",    "released", "open",     "reserve",  0,  1, true,  true},
    {"expire",    "order.expired",     "open",     "released", "release",  0, -1, true,  true},
    {"miss",      "order.missed",      NULL,       NULL,       NULL,       0,  0, false, true},
    {"unmiss",    "order.unmissed",    NULL,       NULL,       NULL,       0,  0, false, true},
    {"restock",   "order.restocked",   "open",     "released", "release",  0, -1, true,  true},
    {"donate",    "order.donated",     "open",     "released", "spoil",   -1, -1, true,  true},
    {"weigh",     "order.weighed",     NULL,       NULL,       NULL,       0,  0, false, true},
    {"amend",     "order.amended",     NULL,       NULL,       NULL,       0,  0, false, true},
    {"short",     "order.short",       NULL,       NULL,       NULL,       0,  0, false, true},
    {"substitute","order.substituted", NULL,       NULL,       NULL,       0,  0, false, true},
};
/* clang-format on */

Str payment_while_open(Str method)
{
    return str_eq(method, STR("wallet")) ? STR("held") : STR("due_at_pickup");
}

const StateStep *state_step(const char *axis, Str verb, Str from)
{
    for (const StateStep *step = state_steps; step->axis; step++)
        if (str_eq(str_of(step->axis), str_of(axis)) && str_eq(str_of(step->verb), verb) && str_eq(str_of(step->from), from))
            return step;
    return NULL;
}

static const struct VerbRow *verb_find(Str verb)
{
    for (size_t i = 0; i < sizeof verb_rows / sizeof *verb_rows; i++)
        if (str_eq(str_of(verb_rows[i].verb), verb))
            return &verb_rows[i];
    return NULL;
}

typedef struct Acting {
    const OrderAct *act;
    const struct VerbRow *verb;
    Time now;
    const Id *who; /* NULL: a guest or the house */
    Err *(*change)(Tx *tx, const SellerOrder *part, void *arg); /* NULL: nothing more */
    void *arg;
} Acting;

static Err *event_add(Tx *tx, const Acting *acting, Id part, const char *axis, Str from, Str to)
{
    return order_event_insert(tx, &(OrderEventInsertArgs){.order_group = acting->act->order,
                                                          .seller_order = part ? &part : NULL, .axis = str_of(axis),
                                                          .from_state = from, .to_state = to, .verb = str_of(acting->verb->verb),
                                                          .actor = acting->who, .now = acting->now});
}

static Err *lost_race(Tx *tx)
{
    return err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "a state changed inside a transaction that had read it");
}

/* Moves the goods of one part: reservations of the same stock together, since each change is checked by itself. */
static Err *goods_move(Tx *tx, const Acting *acting, const SellerOrder *part)
{
    const struct VerbRow *verb = acting->verb;
    ReservationList all;
    int64_t count;
    TRY(reservation_list(&tx->db, part->id, &all));
    for (size_t i = 0; i < all.len;) {
        Id stock = all.at[i].stock;
        int64_t steps = 0;
        for (; i < all.len && all.at[i].stock == stock; i++) {
            if (!str_eq(all.at[i].state, str_of(verb->from)))
                continue;
            TRY(reservation_state_put(tx, all.at[i].line, stock, str_of(verb->from), str_of(verb->to), &count));
            if (count != 1)
                return lost_race(tx);
            steps += all.at[i].steps;
        }
        bool done = true;
        StockAct move = {.stock = stock, .kind = verb->move, .on_hand = verb->on_hand * steps,
                         .reserved = verb->reserved * steps, .subject = acting->act->order, .who = acting->act->who};
        if (steps)
            TRY(stock_act_shown(tx, &move, acting->now, &done));
        if (!done)
            return err_new(tx->db.arena, ERR_CONFLICT, "stock.sold_out_since");
    }
    return NULL;
}

/* Nothing to restore where nothing was held, and no taking back of a sale that money was asked back for. */
static Err *may_undo(Tx *tx, const Acting *acting, const SellerOrder *part, bool *may)
{
    Str verb = str_of(acting->verb->verb);
    ReservationList held;
    RefundList refunds;
    *may = true;
    if (str_eq(verb, STR("restore"))) {
        TRY(reservation_list(&tx->db, part->id, &held));
        *may = held.len > 0;
    }
    if (str_eq(verb, STR("uncollect"))) {
        TRY(refund_list(&tx->db, part->order_group, part->id, &refunds));
        *may = refunds.len == 0;
    }
    return NULL;
}

static Err *part_move(Tx *tx, const Acting *acting, const SellerOrder *part, const StateStep *placement, const StateStep *parcel)
{
    int64_t count;
    if (placement) {
        TRY(seller_order_placement_put(tx, part->id, part->placement, str_of(placement->to), acting->now, &count));
        if (count != 1)
            return lost_race(tx);
        TRY(event_add(tx, acting, part->id, "placement", part->placement, str_of(placement->to)));
    }
    if (parcel) {
        TRY(parcel_state_put(tx, part->parcel, part->parcel_state, str_of(parcel->to), acting->now, &count));
        if (count != 1)
            return lost_race(tx);
        TRY(event_add(tx, acting, part->id, "parcel", part->parcel_state, str_of(parcel->to)));
    }
    if (acting->verb->from)
        TRY(goods_move(tx, acting, part));
    if (acting->change)
        TRY(acting->change(tx, part, acting->arg));
    if (str_eq(str_of(acting->verb->verb), STR("collect")))
        TRY(order_lines_fulfil(tx, part->id, &count));
    if (str_eq(str_of(acting->verb->verb), STR("uncollect")))
        TRY(order_lines_unfulfil(tx, part->id, &count));
    return announce(tx, acting->verb->event, part->id, acting->now);
}

/* The order as a whole follows from its parts: what is to be paid, whether it is paid, whether anything is left to do. */
static Err *group_follow(Tx *tx, const Acting *acting, const OrderGroup *group)
{
    SellerOrderList parts;
    int64_t total = 0, count;
    bool open = false, completed = false;
    TRY(seller_order_list(&tx->db, group->id, &parts));
    for (size_t i = 0; i < parts.len; i++) {
        bool over = str_eq(parts.at[i].placement, STR("cancelled")) || str_eq(parts.at[i].placement, STR("expired"));
        bool done = str_eq(parts.at[i].placement, STR("completed"));
        total += over ? 0 : parts.at[i].total.minor;
        completed |= done;
        open |= !over && !done;
    }
    Str payment = open ? payment_while_open(group->payment_method) : completed ? STR("captured") : STR("void");
    bool moved = !str_eq(payment, group->payment);
    if (moved) {
        const StateStep *step = NULL;
        for (const StateStep *s = state_steps; s->axis && !step; s++)
            if (str_eq(str_of(s->axis), STR("payment")) && str_eq(str_of(s->verb), str_of(acting->verb->verb)) &&
                str_eq(str_of(s->from), group->payment) && str_eq(str_of(s->to), payment))
                step = s;
        if (!step)
            return err_detail(tx->db.arena, ERR_BROKEN, "order.payment_step", "%.*s to %.*s by %s", STR_ARG(group->payment),
                              STR_ARG(payment), acting->verb->verb);
        TRY(event_add(tx, acting, 0, "payment", group->payment, payment));
    }
    TRY(order_group_put(tx, &(OrderGroupPutArgs){.id = group->id, .was = group->payment, .payment = payment,
                                                 .total = (Money){total}, .open = open, .now = acting->now}, &count));
    return count == 1 ? NULL : lost_race(tx);
}

static Err *not_now(Arena *arena, const OrderAct *act, Str state)
{
    Err *err = err_arg(arena, err_new(arena, ERR_CONFLICT, "order.not_now"), "verb", str_of(act->verb));
    return err_arg(arena, err, "state", state);
}

/* Applies the verb to every part it fits; *state is that of a part it did not fit. */
static Err *parts_move(Tx *tx, const Acting *acting, const SellerOrderList *parts, size_t *moved, Str *state)
{
    const struct VerbRow *verb = acting->verb;
    for (size_t i = 0; i < parts->len; i++) {
        const SellerOrder *part = &parts->at[i];
        if (acting->act->part && part->id != acting->act->part)
            continue;
        const StateStep *placement = verb->placement ? state_step("placement", str_of(verb->verb), part->placement) : NULL;
        const StateStep *parcel = verb->parcel ? state_step("parcel", str_of(verb->verb), part->parcel_state) : NULL;
        bool may;
        TRY(may_undo(tx, acting, part, &may));
        if (!may || (verb->placement && !placement) || (verb->parcel && !parcel)) {
            *state = verb->placement && (!may || !placement) ? part->placement : part->parcel_state;
            continue;
        }
        TRY(part_move(tx, acting, part, placement, parcel));
        (*moved)++;
    }
    return NULL;
}

/* Coupons go back with the last part that is cancelled, and are taken again when one is restored. */
static Err *coupons_follow(Tx *tx, const Acting *acting, Id order)
{
    Str verb = str_of(acting->verb->verb);
    bool back = str_eq(verb, STR("cancel")) || str_eq(verb, STR("expire")) || str_eq(verb, STR("restock")) || str_eq(verb, STR("donate"));
    SellerOrderList parts;
    if (str_eq(verb, STR("restore")))
        return discounts_take_again(tx, order);
    if (!back)
        return NULL;
    TRY(seller_order_list(&tx->db, order, &parts));
    for (size_t i = 0; i < parts.len; i++)
        if (!str_eq(parts.at[i].placement, STR("cancelled")) && !str_eq(parts.at[i].placement, STR("expired")))
            return NULL;
    return discounts_give_back(tx, order);
}

Err *order_act(Tx *tx, const OrderAct *act, Time now)
{
    return order_act_with(tx, act, now, NULL, NULL);
}

Err *order_act_with(Tx *tx, const OrderAct *act, Time now, Err *(*change)(Tx *tx, const SellerOrder *part, void *arg), void *arg)
{
    Arena *arena = tx->db.arena;
    OrderGroup group;
    SellerOrderList parts;
    bool found;
    Acting acting = {.act = act, .verb = verb_find(str_of(act->verb)), .now = now, .who = act->who ? &act->who : NULL,
                     .change = change, .arg = arg};
    if (!acting.verb)
        return err_detail(arena, ERR_BROKEN, "order.verb", "%s", act->verb);
    TRY(order_group_by_id(&tx->db, act->order, &group, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "order.missing");
    TRY(seller_order_list(&tx->db, group.id, &parts));
    size_t moved = 0;
    Str state = {0};
    TRY(parts_move(tx, &acting, &parts, &moved, &state));
    if (!moved)
        return not_now(arena, act, state);
    TRY(group_follow(tx, &acting, &group));
    TRY(coupons_follow(tx, &acting, group.id));
    bool packed = str_eq(str_of(act->verb), STR("pack")) || str_eq(str_of(act->verb), STR("unmiss")) ||
                  str_eq(str_of(act->verb), STR("uncollect"));
    if (packed) { /* packed goods wait for their buyer, however late */
        int64_t count;
        TRY(order_group_hold(tx, group.id, NULL, &count));
    }
    return audit(tx, now, act->who, acting.verb->event, group.id, act->part ? id_text(arena, act->part) : STR(""));
}

Err *order_pay_ahead(Tx *tx, Id order, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    OrderGroup group;
    SellerOrderList parts;
    bool found;
    int64_t count = 0;
    const OrderAct act = {.order = order, .verb = "pay_ahead", .who = who};
    TRY(order_group_by_id(&tx->db, order, &group, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "order.missing");
    TRY(seller_order_list(&tx->db, order, &parts));
    bool handed = false; /* in part: that part was paid when it was collected */
    for (size_t i = 0; i < parts.len; i++)
        handed = handed || str_eq(parts.at[i].placement, STR("completed"));
    if (!handed)
        TRY(order_group_pay_ahead(tx, order, now, &count));
    if (count != 1)
        return not_now(arena, &act, group.payment);
    TRY(order_event_insert(tx, &(OrderEventInsertArgs){.order_group = order, .axis = STR("payment"), .from_state = group.payment, .to_state = STR("held"),
                                                       .verb = STR("pay_ahead"), .actor = who ? &who : NULL, .now = now}));
    for (size_t i = 0; i < parts.len; i++)
        if (str_eq(parts.at[i].placement, STR("placed")) || str_eq(parts.at[i].placement, STR("confirmed")))
            TRY(announce(tx, "order.paid_ahead", parts.at[i].id, now));
    return audit(tx, now, who, "order.paid_ahead", order, STR(""));
}
