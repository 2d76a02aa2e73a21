/* Refunds: what a buyer gets back for goods that were handed over. Facts with states; whoever keeps the money hears of them. */
#include "base/text.h"
#include "market/quote.h"

enum { REASON_MAX = 300 };

static bool one_of(Str word, const char *const *words)
{
    for (; *words; words++)
        if (str_eq(word, str_of(*words)))
            return true;
    return false;
}

/* What was asked for or given back before. */
typedef struct Before {
    int64_t line_steps;
    Money line, part;
} Before;

static void before_sum(const RefundList *rows, Id line, Before *out)
{
    for (size_t i = 0; i < rows->len; i++) {
        if (str_eq(rows->at[i].state, STR("rejected")))
            continue;
        out->part.minor += rows->at[i].amount.minor;
        out->line.minor += rows->at[i].line == line ? rows->at[i].amount.minor : 0;
        out->line_steps += rows->at[i].line == line ? rows->at[i].steps : 0;
    }
}

/* What was paid for a line: its amount and the fees on top of it. */
static Err *paid_for(Db *db, Id order, const OrderLine *line, Money *out)
{
    OrderFeeList fees;
    *out = line->amount;
    TRY(order_fee_list(db, order, &fees));
    for (size_t i = 0; i < fees.len; i++)
        if (fees.at[i].line == line->id && str_eq(fees.at[i].payer, STR("buyer")))
            out->minor += fees.at[i].amount.minor;
    return NULL;
}

/* The whole of the rest for the last steps, so that parts of a line add up to it. */
static Err *amount_of(Arena *arena, const OrderReturn *r, const OrderLine *line, Money paid, Money part_total, const Before *before,
                      Money *amount)
{
    *amount = r->amount;
    bool last = r->steps + before->line_steps == line->steps;
    if (!amount->minor && !last && !mul_div(paid.minor, r->steps, line->steps, &amount->minor))
        return err_field(arena, "refund.amount", "amount");
    if (!r->amount.minor && last)
        amount->minor = paid.minor - before->line.minor;
    int64_t most = paid.minor - before->line.minor, left = part_total.minor - before->part.minor;
    most = most < left ? most : left;
    if (!r->amount.minor && amount->minor > most)
        amount->minor = most;
    return amount->minor <= 0 || amount->minor > most ? err_field(arena, "refund.amount", "amount") : NULL;
}

static Err *event(Tx *tx, Id refund, Str from, Str to, const char *verb, Id who, Time now)
{
    return refund_event_insert(tx, &(RefundEventInsertArgs){.refund = refund, .from_state = from, .to_state = to, .verb = str_of(verb),
                                                            .actor = who ? &who : NULL, .now = now});
}

Err *order_return(Tx *tx, const OrderReturn *r, Time now, Id *refund)
{
    static const char *const causes[] = {"spoiled", "missing", "wrong", "unwanted", "other", NULL};
    Arena *arena = tx->db.arena;
    OrderLine line;
    OrderPartRow part;
    SellerOrderList parts;
    RefundList rows;
    Before before = {0};
    Money paid, amount;
    bool found;
    TRY(order_line_by_id(&tx->db, r->line, &line, &found));
    if (found)
        TRY(order_part_by_id(&tx->db, line.seller_order, &part, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "order.missing");
    if (!str_eq(part.placement, STR("completed")))
        return err_arg(arena, err_new(arena, ERR_CONFLICT, "order.not_now"), "state", part.placement);
    TRY(seller_order_list(&tx->db, part.order_group, &parts));
    for (size_t i = 0; i < parts.len; i++)
        if (parts.at[i].id == part.id && now.ms - parts.at[i].changed_at.ms > RETURN_DAYS * (int64_t)DAY_MS)
            return err_new(arena, ERR_CONFLICT, "refund.too_late");
    if (!one_of(r->cause, causes))
        return err_field(arena, "refund.cause", "cause");
    TRY(refund_list(&tx->db, part.order_group, part.id, &rows));
    before_sum(&rows, line.id, &before);
    if (r->steps <= 0 || r->steps > line.steps - before.line_steps)
        return err_field(arena, "refund.steps", "steps");
    TRY(paid_for(&tx->db, part.order_group, &line, &paid));
    TRY(amount_of(arena, r, &line, paid, part.total, &before, &amount));
    *refund = id_mint();
    TRY(refund_insert(tx, &(RefundInsertArgs){.id = *refund, .order_group = part.order_group, .seller_order = part.id, .line = line.id,
                                              .steps = r->steps, .amount = amount, .cause = r->cause,
                                              .reason = utf8_clean(arena, utf8_cut(str_trim(r->reason), REASON_MAX)),
                                              .goods = STR("kept"), .now = now}));
    TRY(event(tx, *refund, STR(""), STR("requested"), "request", r->who, now));
    TRY(announce(tx, "order.return_asked", part.id, now));
    return audit(tx, now, r->who, "refund.request", *refund, STR(""));
}

/* Goods that came back and are fit to be sold lie on the shelf again. */
static Err *goods_back(Tx *tx, const Refund *row, Id who, Time now)
{
    OrderLine line;
    bool found, done;
    TRY(order_line_by_id(&tx->db, row->line, &line, &found));
    StockAct act = {.stock = line.stock, .kind = "return", .on_hand = row->steps, .subject = row->order_group, .who = who};
    TRY(stock_act_shown(tx, &act, now, &done));
    return done ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "goods could not be put back");
}

Err *refund_act(Tx *tx, const RefundAct *act, Time now)
{
    static const char *const goods[] = {"kept", "back", "thrown", NULL};
    Arena *arena = tx->db.arena;
    Refund row;
    bool found, approve = str_eq(str_of(act->verb), STR("approve")), send = str_eq(str_of(act->verb), STR("send"));
    int64_t count;
    TRY(refund_by_id(&tx->db, act->refund, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "refund.missing");
    const StateStep *step = state_step("refund", str_of(act->verb), row.state);
    if (!step)
        return err_arg(arena, err_new(arena, ERR_CONFLICT, "refund.not_now"), "state", row.state);
    Str becomes = approve && act->goods.len ? act->goods : row.goods;
    if (!one_of(becomes, goods))
        return err_field(arena, "refund.goods", "goods");
    TRY(refund_state_put(tx, row.id, row.state, str_of(step->to), becomes, now, &count));
    if (count != 1)
        return err_detail(arena, ERR_BROKEN, "order.lost_race", "a refund changed while it was changed");
    if (approve && str_eq(becomes, STR("back")))
        TRY(goods_back(tx, &row, act->who, now));
    TRY(event(tx, row.id, row.state, str_of(step->to), act->verb, act->who, now));
    if (approve)
        TRY(announce(tx, "order.refund_due", row.seller_order, now));
    if (send)
        TRY(announce(tx, "order.refunded", row.seller_order, now));
    return audit(tx, now, act->who, "refund.state", row.id, str_of(step->to));
}

Err *order_refunds(Db *db, Id order, Id part, RefundFactList *out)
{
    RefundList rows;
    TRY(refund_list(db, order, part, &rows));
    *out = (RefundFactList){NEW_ARRAY(db->arena, RefundFact, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++) {
        const Refund *r = &rows.at[i];
        out->at[i] = (RefundFact){r->id, r->order_group, r->seller_order, r->line, r->steps, r->amount, r->cause, r->reason, r->goods,
                                  r->state, r->made_at};
    }
    return NULL;
}
