/* What changes in an order after it was placed: weighing, other amounts, too little, something else instead. */
#include "base/text.h"
#include "market/quote.h"

enum { REASON_MAX = 300 };

typedef struct Changing {
    OrderLine line;      /* as it was */
    const char *kind;
    int64_t steps;       /* as it becomes */
    int64_t weighed;     /* priced steps; < 0: not weighed */
    bool lost;           /* what is missing is not there at all */
    OfferForOrder offer; /* of the line that is added */
    Id add;              /* 0: none */
    int64_t add_steps;
    Money most;          /* the added line never costs more; < 0: what it costs */
    Str reason;
    Id order, who;
    Time now;
    bool emptied;        /* out: nothing is left in the part */
} Changing;

static Err *line_find(Tx *tx, Id id, Changing *c)
{
    OrderPartRow part;
    bool found;
    TRY(order_line_by_id(&tx->db, id, &c->line, &found));
    if (found)
        TRY(order_part_by_id(&tx->db, c->line.seller_order, &part, &found));
    if (!found)
        return err_new(tx->db.arena, ERR_MISSING, "order.missing");
    c->order = part.order_group;
    c->reason = utf8_clean(tx->db.arena, utf8_cut(str_trim(c->reason), REASON_MAX));
    return NULL;
}

/* ---- stock behind a line ---- */

static Err *stock_move(Tx *tx, const Changing *c, Id stock, const char *kind, int64_t on_hand, int64_t reserved)
{
    bool done;
    StockAct act = {.stock = stock, .kind = kind, .on_hand = on_hand, .reserved = reserved, .subject = c->order, .who = c->who};
    TRY(stock_act_shown(tx, &act, c->now, &done));
    return done ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "stock.sold_out_since");
}

/* Holds as many steps for the line as it now has. */
static Err *hold_follow(Tx *tx, const Changing *c)
{
    const OrderLine *l = &c->line;
    int64_t more = c->steps - l->steps, count = 1;
    if (more > 0)
        TRY(stock_move(tx, c, l->stock, "reserve", 0, more));
    else if (more < 0)
        TRY(stock_move(tx, c, l->stock, c->lost ? "spoil" : "release", c->lost ? more : 0, more));
    if (!more)
        return NULL;
    if (!c->steps)
        TRY(reservation_drop(tx, l->id, l->stock, &count));
    else if (!l->steps)
        TRY(reservation_insert(tx, l->id, l->stock, c->steps));
    else
        TRY(reservation_put(tx, l->id, l->stock, c->steps, &count));
    return count == 1 ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "a line holds other goods than it says");
}

static Err *line_rewrite(Tx *tx, const Changing *c)
{
    LineFacts facts = line_facts(&c->line);
    Money amount;
    int64_t count;
    facts.steps = c->steps;
    facts.weighed = c->weighed;
    if (!line_amount(&facts, &amount))
        return err_new(tx->db.arena, ERR_INVALID, "order.too_dear");
    TRY(order_line_put(tx, &(OrderLinePutArgs){.id = c->line.id, .was = c->line.steps, .steps = c->steps,
                                               .weighed = c->weighed >= 0 ? &c->weighed : NULL, .amount = amount,
                                               .tax = tax_inside(amount, c->line.tax_ppm)}, &count));
    return count == 1 ? NULL : err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "a line changed while it was changed");
}

/* ---- one more line ---- */

/* The price at which it costs no more than most. */
static bool price_within(const Measure *measure, int64_t steps, Money most, Money *price, Money *amount)
{
    if (!measure_cost(measure, *price, steps, amount))
        return false;
    if (most.minor < 0 || amount->minor <= most.minor)
        return true;
    if (!mul_div(price->minor, most.minor, amount->minor, &price->minor))
        return false;
    while (price->minor > 0 && measure_cost(measure, *price, steps, amount) && amount->minor > most.minor)
        price->minor--;
    return measure_cost(measure, *price, steps, amount) && amount->minor <= most.minor;
}

static Err *line_append(Tx *tx, const Changing *c, const SellerOrder *part)
{
    const OfferForOrder *o = &c->offer;
    Measure measure = offer_measure(o);
    Money price = o->price, amount;
    OrderLineList lines;
    Id id = id_mint();
    TRY(order_lines(&tx->db, c->order, &lines));
    if (lines.len >= ORDER_LINES_MAX)
        return err_new(tx->db.arena, ERR_CONFLICT, "order.too_many_lines");
    if (!price_within(&measure, c->add_steps, c->most, &price, &amount))
        return err_new(tx->db.arena, ERR_INVALID, "order.too_dear");
    Buf rows = rows_begin(tx->db.arena);
    order_line_row(&rows, &(NewLine){id, part->id, lines.at[lines.len - 1].position + 1, o, c->add_steps, price, amount});
    TRY(order_lines_write(tx, &rows, c->order));
    TRY(stock_move(tx, c, o->stock, "reserve", 0, c->add_steps));
    return reservation_insert(tx, id, o->stock, c->add_steps);
}

static Err *added_read(Tx *tx, Changing *c, Id offer, int64_t steps)
{
    Arena *arena = tx->db.arena;
    OrderGroup group;
    bool found;
    TRY(order_group_by_id(&tx->db, c->order, &group, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "order.missing");
    TRY(offer_read(&tx->db, offer, group.lang, steps, group.has_buyer ? group.buyer : 0, &c->offer, &found));
    if (!found)
        return err_field(arena, "order.line", "offer");
    TRY(order_line_check(arena, steps, &c->offer, 0));
    int64_t free = stock_free(c->offer.on_hand, c->offer.reserved, c->offer.oversell);
    c->add = offer;
    c->add_steps = steps;
    return free < steps ? order_sold_out(arena, &c->offer, 0, free) : NULL;
}

/* ---- applying ---- */

static Err *change_part(Tx *tx, const SellerOrder *part, void *arg)
{
    Changing *c = arg;
    OrderLineList lines;
    if (c->line.id) {
        TRY(hold_follow(tx, c));
        TRY(line_rewrite(tx, c));
    }
    if (c->add)
        TRY(line_append(tx, c, part));
    PartChange change = {.kind = c->kind, .line = c->line.id, .steps_before = c->line.id ? c->line.steps : 0,
                         .steps_after = c->line.id ? c->steps : c->add_steps, .reason = c->reason, .who = c->who};
    TRY(part_follow(tx, c->order, part->id, &change, c->now));
    TRY(order_lines(&tx->db, c->order, &lines));
    c->emptied = true;
    for (size_t i = 0; i < lines.len; i++)
        c->emptied = c->emptied && (lines.at[i].seller_order != part->id || lines.at[i].steps == 0);
    return NULL;
}

static Err *change_apply(Tx *tx, Changing *c, Id part)
{
    OrderAct act = {.order = c->order, .part = part, .verb = c->kind, .who = c->who};
    TRY(order_act_with(tx, &act, c->now, change_part, c));
    if (!c->emptied)
        return NULL;
    act.verb = "cancel"; /* nothing is left to hand over */
    return order_act(tx, &act, c->now);
}

Err *order_weigh(Tx *tx, const OrderWeigh *w, Time now)
{
    Arena *arena = tx->db.arena;
    Changing c = {.kind = "weigh", .weighed = w->priced_steps, .who = w->who, .now = now};
    int64_t expected, limit;
    TRY(line_find(tx, w->line, &c));
    LineFacts facts = line_facts(&c.line);
    c.steps = c.line.steps;
    if (!measure_expected(&facts.measure, facts.steps, facts.tolerance_ppm, &expected, &limit) || !c.steps)
        return err_new(arena, ERR_CONFLICT, "weigh.not_by_weight");
    if (w->priced_steps <= 0 || w->priced_steps > STEPS_MAX)
        return err_field(arena, "weigh.range", "priced_steps");
    int64_t least = 2 * expected - limit; /* as far below as the limit is above */
    if (!w->sure && (w->priced_steps > limit || w->priced_steps < least)) {
        Err *err = err_new(arena, ERR_CONFLICT, "weigh.unlikely");
        err->field = STR("priced_steps");
        err_arg(arena, err, "estimate", quantity_plain(arena, expected, facts.measure.priced_scale));
        return err_arg(arena, err, "weighed", quantity_plain(arena, w->priced_steps, facts.measure.priced_scale));
    }
    return change_apply(tx, &c, c.line.seller_order);
}

/* Another amount of a line that is there: as an order would be checked, without the minimum of stock it holds already. */
static Err *amend_line(Tx *tx, const OrderAmend *a, Changing *c)
{
    Arena *arena = tx->db.arena;
    OrderGroup group;
    bool found;
    TRY(line_find(tx, a->line, c));
    if (a->order && c->order != a->order)
        return err_new(arena, ERR_MISSING, "order.missing");
    if (a->steps <= c->line.steps && a->steps >= 0) { /* less is always possible, down to nothing */
        OfferForOrder *o = &c->offer;
        TRY(order_group_by_id(&tx->db, c->order, &group, &found));
        TRY(offer_read(&tx->db, c->line.offer, group.lang, 1, 0, o, &found));
        return a->steps && found ? order_line_check(arena, a->steps, o, 0) : NULL;
    }
    OrderLine line = c->line;
    int64_t more = a->steps - line.steps;
    if (a->steps < 0)
        return err_field(arena, "order.steps", "lines.0.steps");
    TRY(order_group_by_id(&tx->db, c->order, &group, &found));
    TRY(offer_read(&tx->db, line.offer, group.lang, a->steps, group.has_buyer ? group.buyer : 0, &c->offer, &found));
    if (!found)
        return err_field(arena, "order.line", "lines.0.offer");
    TRY(order_line_check(arena, a->steps, &c->offer, 0));
    int64_t free = stock_free(c->offer.on_hand, c->offer.reserved, c->offer.oversell);
    return free < more ? order_sold_out(arena, &c->offer, 0, free + line.steps) : NULL;
}

Err *order_amend(Tx *tx, const OrderAmend *a, Time now)
{
    Changing c = {.kind = "amend", .steps = a->steps, .weighed = -1, .most = {-1}, .who = a->who, .order = a->order, .now = now};
    if (a->line) {
        TRY(amend_line(tx, a, &c));
        return c.steps == c.line.steps ? NULL : change_apply(tx, &c, c.line.seller_order);
    }
    SellerOrderList parts;
    TRY(added_read(tx, &c, a->offer, a->steps));
    TRY(seller_order_list(&tx->db, c.order, &parts));
    for (size_t i = 0; i < parts.len; i++)
        if (parts.at[i].org == c.offer.org)
            return change_apply(tx, &c, parts.at[i].id);
    return err_field(tx->db.arena, "order.other_seller", "offer");
}

Err *order_short(Tx *tx, const OrderShort *s, Time now)
{
    Changing c = {.kind = "short", .steps = s->steps, .weighed = -1, .lost = s->lost, .reason = s->reason, .who = s->who, .now = now};
    TRY(line_find(tx, s->line, &c));
    if (s->steps < 0 || s->steps >= c.line.steps)
        return err_arg(tx->db.arena, err_field(tx->db.arena, "order.short_steps", "steps"), "ordered",
                       quantity_plain(tx->db.arena, c.line.steps, c.line.sold_scale));
    return change_apply(tx, &c, c.line.seller_order);
}

Err *order_substitute(Tx *tx, const OrderSubstitute *s, Time now)
{
    OrderPartRow part;
    bool found;
    Changing c = {.kind = "substitute", .weighed = -1, .lost = s->lost, .reason = s->reason, .who = s->who, .now = now};
    TRY(line_find(tx, s->line, &c));
    TRY(added_read(tx, &c, s->offer, s->steps));
    TRY(order_part_by_id(&tx->db, c.line.seller_order, &part, &found));
    if (!found || part.org != c.offer.org)
        return err_field(tx->db.arena, "order.other_seller", "offer");
    if (!c.line.steps || c.line.offer == s->offer)
        return err_field(tx->db.arena, "order.line", "offer");
    c.most = c.line.amount;
    return change_apply(tx, &c, c.line.seller_order);
}
