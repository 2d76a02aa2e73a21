/* What happens to an order after it was placed, for programs. */
#include "market/api.h"
#include "market/change.h"

#include <string.h>

/* ---- weighing ---- */

typedef struct WeighJson {
    int64_t priced_steps;
    bool has_priced_steps;
    Str label;
    bool sure;
} WeighJson;
static const Field weigh_json_fields[] = {
    FIELD(WeighJson, priced_steps, FIELD_INT, HAS(WeighJson, priced_steps), .min = 1, .max = STEPS_MAX,
          .label = "Net weight in 10^-priced_scale of priced_unit; or send label"),
    FIELD(WeighJson, label, FIELD_STR, .max = 13, .label = "A scale's EAN-13 with the weight in it"),
    FIELD(WeighJson, sure, FIELD_BOOL, .label = "It is right, though outside the tolerance"),
};
const Shape weigh_json_shape = SHAPE(WeighJson, "Weighing", weigh_json_fields);

typedef struct WeighedJson {
    Id order, line;
    int64_t priced_steps;
    Str priced_unit;
    int64_t priced_scale;
    Money estimate, amount, part_total, total;
} WeighedJson;
static const Field weighed_json_fields[] = {
    FIELD(WeighedJson, order, FIELD_ID),         FIELD(WeighedJson, line, FIELD_ID),
    FIELD(WeighedJson, priced_steps, FIELD_INT), FIELD(WeighedJson, priced_unit, FIELD_STR),
    FIELD(WeighedJson, priced_scale, FIELD_INT), FIELD(WeighedJson, estimate, FIELD_MONEY, .label = "As ordered"),
    FIELD(WeighedJson, amount, FIELD_MONEY, .label = "What is paid for the line now"),
    FIELD(WeighedJson, part_total, FIELD_MONEY, .label = "This seller's part"),
    FIELD(WeighedJson, total, FIELD_MONEY, .label = "The whole order"),
};
const Shape weighed_json_shape = SHAPE(WeighedJson, "Weighed", weighed_json_fields);

typedef struct Changing {
    OrderWeigh weigh;
    OrderShort shortage;
    OrderSubstitute substitute;
    OrderReturn ret;
    RefundAct refund;
    OrderAmend *amends;
    size_t amends_len;
    Id made;
    Time now;
} Changing;

static Err *weigh_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return order_weigh(tx, &c->weigh, c->now);
}

Err *weigh_line_json(Req *r)
{
    WeighJson in = {0};
    LineSeen seen;
    Id line;
    TRY(take(r, &weigh_json_shape, &in));
    TRY(take_id(r, 1, &line));
    TRY(line_staff(r, take_param(r, 0), line, "weigh_my_lines", &seen));
    if (in.label.len && (!scale_label_read(in.label, &in.priced_steps) ||
                         !weight_read(in.label, seen.line.priced_unit, seen.line.priced_scale, &in.priced_steps)))
        return err_field(r->arena, "weigh.label", "label");
    if (!in.has_priced_steps && !in.label.len)
        return err_field(r->arena, "field.required", "priced_steps");
    Changing c = {.weigh = {line, in.priced_steps, in.sure, r->who}, .now = r->now};
    TRY(db_write(r->store, r->arena, weigh_write, &c));
    TRY(line_staff(r, take_param(r, 0), line, "weigh_my_lines", &seen));
    WeighedJson out = {seen.order.group.id, line, seen.line.weighed_priced_steps, seen.line.priced_unit, seen.line.priced_scale,
                       seen.line.estimate, seen.line.amount, seen.part.total, seen.order.group.total};
    return reply_json(r, 200, &weighed_json_shape, &out);
}

/* ---- other amounts ---- */

typedef struct AmendLine {
    Id line, offer;
    int64_t steps;
} AmendLine;
static const Field amend_line_fields[] = {
    FIELD(AmendLine, line, FIELD_ID, .label = "A line of the order; or offer, for one more"),
    FIELD(AmendLine, offer, FIELD_ID),
    FIELD(AmendLine, steps, FIELD_INT, .required = true, .min = 0, .max = STEPS_MAX, .label = "As it shall be; 0 takes it out"),
};
static const Shape amend_line_shape = SHAPE(AmendLine, "AmendLine", amend_line_fields);
typedef struct AmendJson {
    struct { AmendLine *at; size_t len; } lines;
} AmendJson;
static const Field amend_json_fields[] = {
    FIELD(AmendJson, lines, FIELD_LIST, .required = true, .min = 1, .max = ORDER_LINES_MAX, .shape = &amend_line_shape),
};
const Shape amend_json_shape = SHAPE(AmendJson, "Amendment", amend_json_fields);

static Err *amend_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    for (size_t i = 0; i < c->amends_len; i++) {
        Err *err = order_amend(tx, &c->amends[i], c->now);
        if (err && str_starts(err->field, STR("lines.0")))
            err->field = str_format(tx->db.arena, "lines.%zu%.*s", i, STR_ARG(str_slice(err->field, strlen("lines.0"), err->field.len)));
        TRY(err);
    }
    return NULL;
}

Err *amend_order_json(Req *r)
{
    AmendJson in = {0};
    OrderSeen seen;
    TRY(take(r, &amend_json_shape, &in));
    TRY(order_look(r, take_param(r, 0), &seen));
    if (!seen.buyer && !seen.packer)
        return denied(r);
    Changing c = {.amends = NEW_ARRAY(r->arena, OrderAmend, in.lines.len + 1), .amends_len = in.lines.len, .now = r->now};
    for (size_t i = 0; i < in.lines.len; i++)
        c.amends[i] = (OrderAmend){seen.group.id, in.lines.at[i].line, in.lines.at[i].line ? 0 : in.lines.at[i].offer, in.lines.at[i].steps, r->who};
    TRY(db_write(r->store, r->arena, amend_write, &c));
    return show_order_json(r);
}

typedef struct ShortJson {
    int64_t steps;
    Id offer;
    bool lost;
    Str reason;
} ShortJson;
static const Field short_json_fields[] = {
    FIELD(ShortJson, steps, FIELD_INT, .required = true, .min = 0, .max = STEPS_MAX, .label = "What there is of it; with offer, steps of that"),
    FIELD(ShortJson, offer, FIELD_ID, .label = "Something else of the same seller in its place"),
    FIELD(ShortJson, lost, FIELD_BOOL, .label = "What is missing is not there at all, so stock falls"),
    FIELD(ShortJson, reason, FIELD_STR, .max = 300, .label = "For the buyer"),
};
const Shape short_json_shape = SHAPE(ShortJson, "Shortage", short_json_fields);

static Err *short_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return c->substitute.line ? order_substitute(tx, &c->substitute, c->now) : order_short(tx, &c->shortage, c->now);
}

Err *short_line_json(Req *r)
{
    ShortJson in = {0};
    LineSeen seen;
    Id line;
    TRY(take(r, &short_json_shape, &in));
    TRY(take_id(r, 1, &line));
    TRY(line_staff(r, take_param(r, 0), line, "edit_my_lines", &seen));
    Changing c = {.shortage = {line, in.steps, in.lost, in.reason, r->who}, .now = r->now};
    if (in.offer)
        c.substitute = (OrderSubstitute){line, in.offer, in.steps, in.lost, in.reason, r->who};
    TRY(db_write(r->store, r->arena, short_write, &c));
    TRY(line_staff(r, take_param(r, 0), line, "edit_my_lines", &seen)); /* as it is now */
    return order_reply(r, 200, &seen.order);
}

/* ---- money back ---- */

typedef struct ReturnJson {
    Id line;
    int64_t steps;
    Str cause, reason;
    Money amount;
    bool has_amount;
} ReturnJson;
static const Field return_json_fields[] = {
    FIELD(ReturnJson, line, FIELD_ID, .required = true),
    FIELD(ReturnJson, steps, FIELD_INT, .required = true, .min = 1, .max = STEPS_MAX),
    FIELD(ReturnJson, cause, FIELD_STR, .required = true, .one_of = "spoiled|missing|wrong|unwanted|other"),
    FIELD(ReturnJson, reason, FIELD_STR, .max = 300),
    FIELD(ReturnJson, amount, FIELD_MONEY, HAS(ReturnJson, amount), .min = 0, .max = PRICE_MAX, .label = "What was paid for so much of it unless said"),
};
const Shape return_json_shape = SHAPE(ReturnJson, "Return", return_json_fields);

static const Field refund_json_fields[] = {
    FIELD(RefundFact, id, FIELD_ID),        FIELD(RefundFact, order, FIELD_ID),
    FIELD(RefundFact, part, FIELD_ID),      FIELD(RefundFact, line, FIELD_ID),
    FIELD(RefundFact, steps, FIELD_INT),    FIELD(RefundFact, amount, FIELD_MONEY),
    FIELD(RefundFact, cause, FIELD_STR),    FIELD(RefundFact, reason, FIELD_STR),
    FIELD(RefundFact, goods, FIELD_STR, .label = "kept, back (on the shelf again) or thrown"),
    FIELD(RefundFact, state, FIELD_STR, .label = "requested, approved, sent, confirmed or rejected"),
    FIELD(RefundFact, made_at, FIELD_TIME),
};
const Shape refund_json_shape = SHAPE(RefundFact, "Refund", refund_json_fields);

static Err *return_write(Tx *tx, void *arg)
{
    Changing *c = arg;
    return order_return(tx, &c->ret, c->now, &c->made);
}

static Err *refund_reply(Req *r, int status, Id order, Id refund)
{
    RefundFactList rows;
    TRY(order_refunds(&r->db, order, 0, &rows));
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].id == refund)
            return reply_json(r, status, &refund_json_shape, &rows.at[i]);
    return err_new(r->arena, ERR_MISSING, "refund.missing");
}

Err *return_goods_json(Req *r)
{
    ReturnJson in = {0};
    LineSeen seen;
    TRY(take(r, &return_json_shape, &in));
    TRY(line_look(r, take_param(r, 0), in.line, &seen));
    if (in.has_amount && !seen.seller) /* a buyer asks for goods, not for sums */
        return denied(r);
    Changing c = {.ret = {in.line, in.steps, in.amount, in.cause, in.reason, r->who}, .now = r->now};
    TRY(db_write(r->store, r->arena, return_write, &c));
    return refund_reply(r, 201, seen.order.group.id, c.made);
}

Err *list_refunds_json(Req *r)
{
    OrderSeen seen;
    RefundFactList rows;
    TRY(order_look(r, take_param(r, 0), &seen));
    TRY(order_refunds(&r->db, seen.group.id, 0, &rows));
    return reply_json_list(r, &refund_json_shape, rows.at, rows.len, STR(""));
}

typedef struct RefundActJson {
    Str verb, goods;
} RefundActJson;
static const Field refund_act_json_fields[] = {
    FIELD(RefundActJson, verb, FIELD_STR, .required = true, .one_of = "approve|reject|send|confirm"),
    FIELD(RefundActJson, goods, FIELD_STR, .one_of = "kept|back|thrown", .label = "With approve"),
};
const Shape refund_act_json_shape = SHAPE(RefundActJson, "RefundAct", refund_act_json_fields);

static Err *refund_write(Tx *tx, void *arg)
{
    const Changing *c = arg;
    return refund_act(tx, &c->refund, c->now);
}

Err *act_on_refund_json(Req *r)
{
    RefundActJson in = {0};
    Refund row;
    OrderPartRow part;
    Id id;
    bool found;
    TRY(take(r, &refund_act_json_shape, &in));
    TRY(take_id(r, 0, &id));
    TRY(refund_by_id(&r->db, id, &row, &found));
    if (found)
        TRY(order_part_by_id(&r->db, row.seller_order, &part, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "refund.missing");
    bool buyer = part.has_buyer && part.buyer == r->who;
    if (!sells(r, part.org) && !(buyer && str_eq(in.verb, STR("confirm"))))
        return buyer ? denied(r) : err_new(r->arena, ERR_MISSING, "refund.missing");
    Changing c = {.refund = {id, str_z(r->arena, in.verb), in.goods, r->who}, .now = r->now};
    TRY(db_write(r->store, r->arena, refund_write, &c));
    return refund_reply(r, 200, row.order_group, id);
}

/* ---- states ---- */

static Err *parts_act(Req *r, const char *verb, bool packers)
{
    OrderSeen seen;
    bool any = false;
    TRY(order_look(r, take_param(r, 0), &seen));
    if (!seen.seller && !seen.packer)
        return denied(r);
    for (size_t i = 0; i < seen.parts.len; i++) {
        if (!sells(r, seen.parts.at[i].org) && !(packers && seen.packer))
            continue;
        Err *err = order_act_for(r, &seen, seen.parts.at[i].id, verb);
        if (err && !err_is(err, "order.not_now"))
            return err;
        any |= !err;
    }
    return any ? show_order_json(r) : err_new(r->arena, ERR_CONFLICT, "order.not_now");
}

Err *confirm_order_json(Req *r)
{
    return parts_act(r, "confirm", false);
}

Err *miss_order_json(Req *r)
{
    return parts_act(r, "miss", true);
}
