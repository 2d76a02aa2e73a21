/* Orders for programs. */
#include "market/api.h"
#include "market/rights.h"

#include <string.h>

typedef struct AskLine {
    Id offer;
    int64_t steps;
} AskLine;
static const Field ask_line_fields[] = {
    FIELD(AskLine, offer, FIELD_ID, .required = true),
    FIELD(AskLine, steps, FIELD_INT, .required = true, .min = 1, .max = STEPS_MAX, .label = "A multiple of the offer's step"),
};
static const Shape ask_line_shape = SHAPE(AskLine, "OrderLineAsk", ask_line_fields);

typedef struct AskJson {
    struct { AskLine *at; size_t len; } lines;
    Id pickup, cycle, slot, pass;
    Str payment, name, phone, email, note, coupon, missing, address;
} AskJson;
static const Field ask_fields[] = {
    FIELD(AskJson, lines, FIELD_LIST, .required = true, .min = 1, .max = ORDER_LINES_MAX, .shape = &ask_line_shape),
    FIELD(AskJson, pickup, FIELD_ID, .required = true, .label = "One of /pickups"),
    FIELD(AskJson, cycle, FIELD_ID, .label = "One of /cycles that is open, or none"),
    FIELD(AskJson, slot, FIELD_ID, .label = "One of /cycles/{id}/slots at that pickup, or none"),
    FIELD(AskJson, pass, FIELD_ID, .label = "Of /cycles/{id}/checkouts: lets the order end within the grace after closing"),
    FIELD(AskJson, payment, FIELD_STR, .one_of = "at_pickup|wallet", .label = "at_pickup unless said; members may pay from their wallet"),
    FIELD(AskJson, name, FIELD_STR, .max = 100, .label = "Needed from guests"),
    FIELD(AskJson, phone, FIELD_STR, .max = 40, .label = "Needed from guests"),
    FIELD(AskJson, email, FIELD_STR, .max = 254, .label = "Of guests who want mail about the order"),
    FIELD(AskJson, note, FIELD_STR, .max = ORDER_NOTE_MAX, .label = "To the packers"),
    FIELD(AskJson, coupon, FIELD_STR, .max = 40, .label = "A discount's code"),
    FIELD(AskJson, missing, FIELD_STR, .one_of = "leave|replace|call", .label = "When something is missing; leave unless said"),
    FIELD(AskJson, address, FIELD_STR, .max = ORDER_NOTE_MAX, .label = "Where to bring it, when the pickup is a delivery"),
};
const Shape order_ask_shape = SHAPE(AskJson, "NewOrder", ask_fields);

typedef struct LineJson {
    Id id, offer;
    Str title, pack, unit;
    int64_t scale, steps;
    Money price, amount;
    Str priced_unit;
    Id seller;
    Str state, parcel;
    int64_t ordered_steps, weighed_priced_steps, priced_scale;
    bool has_weighed_priced_steps;
    Money estimate;
} LineJson;
static const Field line_json_fields[] = {
    FIELD(LineJson, id, FIELD_ID),
    FIELD(LineJson, offer, FIELD_ID),
    FIELD(LineJson, title, FIELD_STR),
    FIELD(LineJson, pack, FIELD_STR),
    FIELD(LineJson, unit, FIELD_STR),
    FIELD(LineJson, scale, FIELD_INT),
    FIELD(LineJson, steps, FIELD_INT),
    FIELD(LineJson, price, FIELD_MONEY, .label = "For one whole priced_unit, as it was"),
    FIELD(LineJson, priced_unit, FIELD_STR),
    FIELD(LineJson, amount, FIELD_MONEY),
    FIELD(LineJson, seller, FIELD_ID),
    FIELD(LineJson, state, FIELD_STR, .label = "placed, confirmed, completed, cancelled or expired"),
    FIELD(LineJson, parcel, FIELD_STR, .label = "planned, packed, collected, missed or cancelled"),
    FIELD(LineJson, ordered_steps, FIELD_INT, .label = "As first ordered"),
    FIELD(LineJson, weighed_priced_steps, FIELD_INT, HAS(LineJson, weighed_priced_steps), .label = "What the scale said, in 10^-priced_scale of priced_unit"),
    FIELD(LineJson, priced_scale, FIELD_INT),
    FIELD(LineJson, estimate, FIELD_MONEY, .label = "As first ordered"),
};
static const Shape line_json_shape = SHAPE(LineJson, "OrderLine", line_json_fields);

static const Field charge_json_fields[] = {
    FIELD(QuoteCharge, kind, FIELD_STR, .label = "fee, discount or delivery"),
    FIELD(QuoteCharge, label, FIELD_STR),
    FIELD(QuoteCharge, amount, FIELD_MONEY, .label = "A discount is negative"),
};
static const Shape charge_json_shape = SHAPE(QuoteCharge, "OrderCharge", charge_json_fields);

typedef struct OrderJson {
    Id id;
    Str code, state, payment, payment_method;
    Money total;
    Id pickup, cycle, slot;
    Time placed_at, expires_at;
    bool has_expires_at;
    Str link;
    struct { LineJson *at; size_t len; } lines;
    QuoteChargeList charges;
} OrderJson;
static const Field order_json_fields[] = {
    FIELD(OrderJson, id, FIELD_ID),
    FIELD(OrderJson, code, FIELD_STR, .label = "Six digits to say at the pickup"),
    FIELD(OrderJson, state, FIELD_STR, .label = "placed, packed, completed, cancelled or expired"),
    FIELD(OrderJson, payment, FIELD_STR, .label = "due_at_pickup, held, captured or void"),
    FIELD(OrderJson, payment_method, FIELD_STR),
    FIELD(OrderJson, total, FIELD_MONEY, .label = "What is to be paid, cancelled parts left out"),
    FIELD(OrderJson, pickup, FIELD_ID),
    FIELD(OrderJson, cycle, FIELD_ID, .label = "The order cycle it belongs to, or null"),
    FIELD(OrderJson, slot, FIELD_ID, .label = "Its time of collecting, or null"),
    FIELD(OrderJson, placed_at, FIELD_TIME),
    FIELD(OrderJson, expires_at, FIELD_TIME, HAS(OrderJson, expires_at), .label = "When it lapses unless it is packed"),
    FIELD(OrderJson, link, FIELD_STR, .label = "The buyer's page; whoever has it is the buyer. Empty for staff"),
    FIELD(OrderJson, lines, FIELD_LIST, .shape = &line_json_shape),
    FIELD(OrderJson, charges, FIELD_LIST, .shape = &charge_json_shape, .label = "What is paid beside the lines"),
};
const Shape order_json_shape = SHAPE(OrderJson, "Order", order_json_fields);

const char *order_state_word(const SellerOrderList *parts)
{
    bool open = false, all_packed = true, completed = false, expired = false;
    for (size_t i = 0; i < parts->len; i++) {
        Str placement = parts->at[i].placement;
        bool live = str_eq(placement, STR("placed")) || str_eq(placement, STR("confirmed"));
        open |= live;
        all_packed &= !live || str_eq(parts->at[i].parcel_state, STR("packed"));
        completed |= str_eq(placement, STR("completed"));
        expired |= str_eq(placement, STR("expired"));
    }
    return open ? all_packed ? "packed" : "placed" : completed ? "completed" : expired ? "expired" : "cancelled";
}

static Err *lines_json(Req *r, const OrderSeen *seen, OrderJson *out)
{
    OrderLineList lines;
    TRY(order_lines(&r->db, seen->group.id, &lines));
    out->lines.at = NEW_ARRAY(r->arena, LineJson, lines.len + 1);
    for (size_t i = 0; i < lines.len; i++) {
        const OrderLine *l = &lines.at[i];
        const SellerOrder *part = seen->parts.at;
        while (part->id != l->seller_order)
            part++;
        out->lines.at[out->lines.len++] =
            (LineJson){.id = l->id, .offer = l->offer, .title = l->title, .pack = l->pack, .unit = l->sold_unit, .scale = l->sold_scale,
                       .steps = l->steps, .price = l->price, .priced_unit = l->priced_unit, .amount = l->amount,
                       .seller = part->org, .state = part->placement, .parcel = part->parcel_state, .ordered_steps = l->ordered_steps,
                       .weighed_priced_steps = l->weighed_priced_steps, .has_weighed_priced_steps = l->has_weighed_priced_steps,
                       .priced_scale = l->priced_scale, .estimate = l->estimate};
    }
    return NULL;
}

Err *order_reply(Req *r, int status, const OrderSeen *seen)
{
    const OrderGroup *g = &seen->group;
    OrderJson out = {.id = g->id, .code = g->code, .state = str_of(order_state_word(&seen->parts)), .payment = g->payment,
                     .payment_method = g->payment_method, .total = g->total, .pickup = g->pickup, .placed_at = g->placed_at,
                     .expires_at = g->expires_at, .has_expires_at = g->has_expires_at,
                     .link = seen->buyer ? order_link(r->arena, g->id, g->secret) : STR("")};
    OrderTime time;
    bool joined;
    TRY(times_of_order(&r->db, g->id, &time, &joined));
    out.cycle = joined ? time.cycle : 0;
    out.slot = joined ? time.id : 0;
    TRY(lines_json(r, seen, &out));
    TRY(order_charges_seen(&r->db, &seen->parts, lang_of(r), &out.charges));
    return reply_json(r, status, &order_json_shape, &out);
}

Err *make_order_json(Req *r)
{
    AskJson in = {0};
    OrderMade made;
    OrderSeen seen;
    TRY(take(r, &order_ask_shape, &in));
    OrderAskLine *lines = NEW_ARRAY(r->arena, OrderAskLine, in.lines.len + 1);
    for (size_t i = 0; i < in.lines.len; i++)
        lines[i] = (OrderAskLine){in.lines.at[i].offer, in.lines.at[i].steps};
    OrderAsk order = {.lines = lines, .lines_len = in.lines.len, .buyer = r->who, .name = in.name, .phone = in.phone, .email = in.email,
                      .note = in.note, .lang = lang_of(r), .currency = r->village.currency, .pickup = in.pickup,
                      .cycle = in.cycle, .slot = in.slot, .pass = in.pass,
                      .payment = in.payment.len ? in.payment : STR("at_pickup"), .channel = "api", .coupon = in.coupon,
                      .missing = in.missing, .address = in.address,
                      .key = str_trim(req_header(r, "Idempotency-Key")), .hold_ms = order_hold_ms()};
    if (order.key.len > ORDER_KEY_MAX)
        return err_field(r->arena, "idempotency.too_long", "Idempotency-Key");
    TRY(order_place(&r->db, &order, r->now, &made));
    if (made.again)
        reply_header(r, "Idempotency-Replayed", STR("true"));
    reply_header(r, "Location", str_format(r->arena, "/api/v1/orders/%.*s", STR_ARG(id_text(r->arena, made.id))));
    TRY(order_look(r, str_slice(order_link(r->arena, made.id, made.secret), strlen(ORDER_LINK), SIZE_MAX), &seen));
    return order_reply(r, 201, &seen);
}

Err *show_order_json(Req *r)
{
    OrderSeen seen;
    TRY(order_look(r, take_param(r, 0), &seen));
    return order_reply(r, 200, &seen);
}

typedef struct OrderBrief {
    Id id;
    Str code, payment;
    Money total;
    bool open;
    Time placed_at;
} OrderBrief;
static const Field order_brief_fields[] = {
    FIELD(OrderBrief, id, FIELD_ID),          FIELD(OrderBrief, code, FIELD_STR),  FIELD(OrderBrief, payment, FIELD_STR),
    FIELD(OrderBrief, total, FIELD_MONEY),    FIELD(OrderBrief, open, FIELD_BOOL), FIELD(OrderBrief, placed_at, FIELD_TIME),
};
const Shape order_brief_shape = SHAPE(OrderBrief, "OrderBrief", order_brief_fields);

typedef struct AfterQuery {
    Id after;
    int64_t limit;
    bool has_limit;
} AfterQuery;
static const Field after_query_fields[] = {
    FIELD(AfterQuery, after, FIELD_ID, .label = "The next of the page before"),
    FIELD(AfterQuery, limit, FIELD_INT, HAS(AfterQuery, limit), .min = 1, .max = 100, .label = "20 unless said"),
};
const Shape after_query_shape = SHAPE(AfterQuery, "AfterQuery", after_query_fields);

Err *list_orders_json(Req *r)
{
    AfterQuery query = {0};
    OrderGroupList rows;
    TRY(take_query(r, &after_query_shape, &query));
    size_t limit = query.has_limit ? (size_t)query.limit : 20;
    TRY(order_group_list_by_buyer(&r->db, r->who, query.after ? query.after : INT64_MAX, (int64_t)limit + 1, &rows));
    bool more = rows.len > limit;
    rows.len = more ? limit : rows.len;
    OrderBrief *out = NEW_ARRAY(r->arena, OrderBrief, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out[i] = (OrderBrief){rows.at[i].id, rows.at[i].code, rows.at[i].payment, rows.at[i].total, rows.at[i].open, rows.at[i].placed_at};
    return reply_json_list(r, &order_brief_shape, out, rows.len, more ? id_text(r->arena, out[rows.len - 1].id) : STR(""));
}

/* ---- what happens to an order ---- */

typedef struct Acting {
    OrderAct act;
    Time now;
} Acting;

static Err *act_write(Tx *tx, void *arg)
{
    const Acting *acting = arg;
    return order_act(tx, &acting->act, acting->now);
}

Err *order_act_for(Req *r, const OrderSeen *seen, Id part, const char *verb)
{
    Acting acting = {{.order = seen->group.id, .part = part, .verb = verb, .who = r->who}, r->now};
    return db_write(r->store, r->arena, act_write, &acting);
}

Err *order_cancel_by(Req *r, const OrderSeen *seen)
{
    if (seen->buyer || seen->packer) {
        for (size_t i = 0; i < seen->parts.len && !seen->packer && !seen->seller; i++)
            if (str_eq(seen->parts.at[i].parcel_state, STR("packed")))
                return err_new(r->arena, ERR_CONFLICT, "order.already_packed");
        return order_act_for(r, seen, 0, "cancel");
    }
    for (size_t i = 0; i < seen->parts.len; i++) /* a seller takes back its own part */
        if (sells(r, seen->parts.at[i].org))
            TRY(order_act_for(r, seen, seen->parts.at[i].id, "cancel"));
    return NULL;
}

static Err *reply_now(Req *r, Str key)
{
    OrderSeen seen;
    TRY(order_look(r, key, &seen));
    return order_reply(r, 200, &seen);
}

Err *cancel_order_json(Req *r)
{
    OrderSeen seen;
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(order_cancel_by(r, &seen));
    return reply_now(r, take_param(r, 0));
}

Err *collect_order_json(Req *r)
{
    OrderSeen seen;
    TRY(order_look(r, take_param(r, 0), &seen));
    if (!seen.packer)
        return denied(r);
    TRY(order_act_for(r, &seen, 0, "collect"));
    return reply_now(r, take_param(r, 0));
}

Err *pack_order_json(Req *r)
{
    OrderSeen seen;
    TRY(order_look(r, take_param(r, 0), &seen));
    if (!seen.packer && !seen.seller)
        return denied(r);
    bool any = false;
    for (size_t i = 0; i < seen.parts.len; i++) {
        if (!seen.packer && !sells(r, seen.parts.at[i].org))
            continue;
        if (!state_step("parcel", STR("pack"), seen.parts.at[i].parcel_state))
            continue;
        TRY(order_act_for(r, &seen, seen.parts.at[i].id, "pack"));
        any = true;
    }
    return any ? reply_now(r, take_param(r, 0)) : err_new(r->arena, ERR_CONFLICT, "order.not_now");
}
