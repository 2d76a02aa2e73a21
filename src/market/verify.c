/* What must always be true of the market; `millet verify` and the test harness ask. */
#include "fee/fee.h"
#include "market/inside.h"

static bool is(Str state, const char *word)
{
    return str_eq(state, str_of(word));
}

/* ---- stock: every row equals its moves and its open promises ---- */

static Err *stock_row_check(void *arg, const StockSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->on_hand != s->moved_on_hand || s->reserved != s->moved_reserved)
        finding(f, "stock %lld has %lld on hand and %lld reserved, but its moves add up to %lld and %lld", (long long)s->id,
                (long long)s->on_hand, (long long)s->reserved, (long long)s->moved_on_hand, (long long)s->moved_reserved);
    if (s->moves != s->moves_there || s->moves != s->last_seq)
        finding(f, "stock %lld counts %lld moves, %lld are there and the last is number %lld", (long long)s->id,
                (long long)s->moves, (long long)s->moves_there, (long long)s->last_seq);
    if (s->reserved != s->promised)
        finding(f, "stock %lld has %lld reserved, but open reservations add up to %lld", (long long)s->id,
                (long long)s->reserved, (long long)s->promised);
    if (s->reserved < 0 || (!s->oversell && s->reserved > s->on_hand))
        finding(f, "stock %lld promises %lld of %lld", (long long)s->id, (long long)s->reserved, (long long)s->on_hand);
    return NULL;
}

static Err *check_stock(Db *db, Findings *findings)
{
    return verify_stock_moves(db, stock_row_check, findings);
}

/* ---- orders: totals are the sums of their parts ---- */

static Err *seller_order_check(void *arg, const SellerOrderSums *s)
{
    Findings *f = arg;
    f->checked++;
    if (s->goods.minor != s->lines_amount.minor || s->charges.minor != s->charges_amount.minor + s->fees_amount.minor ||
        s->total.minor != s->goods.minor + s->charges.minor)
        finding(f, "seller order %lld: goods %lld, charges %lld, total %lld; lines %lld, charge lines %lld", (long long)s->id,
                (long long)s->goods.minor, (long long)s->charges.minor, (long long)s->total.minor,
                (long long)s->lines_amount.minor, (long long)(s->charges_amount.minor + s->fees_amount.minor));
    if (!s->lines)
        finding(f, "seller order %lld has no line", (long long)s->id);
    if (!s->parcels)
        finding(f, "seller order %lld has no parcel", (long long)s->id);
    bool over = is(s->placement, "cancelled") || is(s->placement, "expired");
    if (s->parcels && over != is(s->parcel_state, "cancelled"))
        finding(f, "seller order %lld is %.*s and its parcel is %.*s", (long long)s->id, STR_ARG(s->placement), STR_ARG(s->parcel_state));
    if (s->parcels && is(s->placement, "completed") != is(s->parcel_state, "collected"))
        finding(f, "seller order %lld is %.*s and its parcel is %.*s", (long long)s->id, STR_ARG(s->placement), STR_ARG(s->parcel_state));
    return NULL;
}

static Err *order_group_check(void *arg, const OrderGroupSums *g)
{
    Findings *f = arg;
    Str payment = g->open_parts ? payment_while_open(g->payment_method) : g->completed ? STR("captured") : STR("void");
    f->checked++;
    if (!g->parts)
        finding(f, "order %lld has no part", (long long)g->id);
    if (g->total.minor != g->parts_total.minor)
        finding(f, "order %lld: total %lld, its parts %lld", (long long)g->id, (long long)g->total.minor, (long long)g->parts_total.minor);
    if (g->open != (g->open_parts > 0))
        finding(f, "order %lld says it is %s", (long long)g->id, g->open ? "open, with nothing left to do" : "done, with work left");
    if (!str_eq(g->payment, payment))
        finding(f, "order %lld: payment is %.*s, should be %.*s", (long long)g->id, STR_ARG(g->payment), STR_ARG(payment));
    return NULL;
}

static Err *order_line_check(void *arg, const LineSums *l)
{
    Findings *f = arg;
    Measure measure = {l->sold_unit, l->sold_scale, l->priced_unit, l->priced_scale,
                       l->has_nominal_priced_steps ? l->nominal_priced_steps : 0};
    Money estimate = {-1}, amount = {-1};
    f->checked++;
    if (!measure_cost(&measure, l->price, l->ordered_steps, &estimate) || estimate.minor != l->estimate.minor)
        finding(f, "order line %lld: estimate %lld, should be %lld", (long long)l->id, (long long)l->estimate.minor, (long long)estimate.minor);
    LineFacts facts = {measure, l->price, l->steps, l->tolerance_ppm, l->has_weighed_priced_steps ? l->weighed_priced_steps : -1};
    bool good = line_amount(&facts, &amount);
    if (!good || amount.minor != l->amount.minor)
        finding(f, "order line %lld: amount %lld, should be %lld", (long long)l->id, (long long)l->amount.minor, (long long)amount.minor);
    const char *held = is(l->placement, "completed") ? "sold"
                       : is(l->placement, "cancelled") || is(l->placement, "expired") ? "released" : "open";
    if (l->tax.minor != tax_inside(l->amount, l->tax_ppm).minor || l->taken.minor > l->amount.minor)
        finding(f, "order line %lld of %lld: tax %lld, %lld taken out of it", (long long)l->id, (long long)l->amount.minor, (long long)l->tax.minor,
                (long long)l->taken.minor);
    if (l->held_steps != l->steps || (l->steps && !is(l->held_state, held)))
        finding(f, "order line %lld of %lld steps in a %.*s order holds %lld, %.*s", (long long)l->id, (long long)l->steps,
                STR_ARG(l->placement), (long long)l->held_steps, STR_ARG(l->held_state));
    return NULL;
}

/* ---- changes and refunds: each follows from the one before ---- */

typedef struct ChangeWalk {
    Findings *findings;
    Id part;
    int64_t seq;
    Money after, total;
} ChangeWalk;

static void changes_end(ChangeWalk *w)
{
    if (w->part && w->after.minor != w->total.minor)
        finding(w->findings, "seller order %lld: its last change made it %lld, it is %lld", (long long)w->part, (long long)w->after.minor,
                (long long)w->total.minor);
}

static Err *change_check(void *arg, const ChangeStep *c)
{
    ChangeWalk *w = arg;
    bool first = c->seller_order != w->part;
    w->findings->checked++;
    if (first)
        changes_end(w);
    if (c->seq != (first ? 1 : w->seq + 1) || (!first && c->before.minor != w->after.minor))
        finding(w->findings, "seller order %lld: change %lld does not follow from the one before", (long long)c->seller_order, (long long)c->seq);
    *w = (ChangeWalk){w->findings, c->seller_order, c->seq, c->after, c->total};
    return NULL;
}

static Err *refund_check(void *arg, const RefundSums *r)
{
    Findings *f = arg;
    f->checked++;
    if (!is(r->state_now, "requested") && !is(r->state_now, "rejected") && !is(r->state_now, "approved") && !is(r->state_now, "sent") &&
        !is(r->state_now, "confirmed"))
        finding(f, "refund %lld is in the state %.*s", (long long)r->id, STR_ARG(r->state_now));
    if (!str_eq(r->state, r->state_now) || r->events != r->events_there)
        finding(f, "refund %lld is %.*s, its %lld events end in %.*s", (long long)r->id, STR_ARG(r->state), (long long)r->events_there, STR_ARG(r->state_now));
    if (r->all_amount.minor > r->total.minor || r->all_steps > r->steps)
        finding(f, "refund %lld: %lld of %lld and %lld of %lld steps are given back", (long long)r->id, (long long)r->all_amount.minor,
                (long long)r->total.minor, (long long)r->all_steps, (long long)r->steps);
    if (!is(r->placement, "completed"))
        finding(f, "refund %lld is for goods that are %.*s", (long long)r->id, STR_ARG(r->placement));
    return NULL;
}

static Err *check_orders(Db *db, Findings *findings)
{
    MarketIdList lost;
    ChangeWalk changes = {.findings = findings};
    TRY(verify_order_changes(db, change_check, &changes));
    changes_end(&changes);
    TRY(verify_refunds(db, refund_check, findings));
    TRY(verify_seller_orders(db, seller_order_check, findings));
    TRY(verify_order_groups(db, order_group_check, findings));
    TRY(verify_order_lines(db, order_line_check, findings));
    TRY(verify_order_keys(db, &lost));
    for (size_t i = 0; i < lost.len; i++)
        finding(findings, "a client's key names order %lld, which is not there", (long long)lost.at[i].id);
    return NULL;
}

/* ---- events: each order's history is whole, legal, and ends where the order stands ---- */

typedef struct Walk {
    Findings *findings;
    Id group, part;
    char axis[16], state[32], state_now[32]; /* of the event before; rows are valid only during the call */
} Walk;

static void keep(char *out, size_t size, Str text)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;
    for (size_t i = 0; i < len; i++)
        out[i] = text.at[i];
    out[len] = 0;
}

static void walk_end(Walk *w)
{
    if (w->group && !is(str_of(w->state), w->state_now))
        finding(w->findings, "order %lld: the events of %s end in %s, it is %s", (long long)w->group, w->axis, w->state, w->state_now);
}

static bool step_legal(const EventStep *e)
{
    for (const StateStep *s = state_steps; s->axis; s++)
        if (is(e->axis, s->axis) && is(e->verb, s->verb) && is(e->from_state, s->from) && is(e->to_state, s->to))
            return true;
    return false;
}

static Err *event_check(void *arg, const EventStep *e)
{
    Walk *w = arg;
    Id part = e->has_seller_order ? e->seller_order : 0;
    bool first = e->order_group != w->group || part != w->part || !is(e->axis, w->axis);
    w->findings->checked++;
    if (first)
        walk_end(w);
    if (!step_legal(e))
        finding(w->findings, "order %lld, event %lld: %.*s of %.*s from %.*s to %.*s is not allowed", (long long)e->order_group,
                (long long)e->seq, STR_ARG(e->verb), STR_ARG(e->axis), STR_ARG(e->from_state), STR_ARG(e->to_state));
    if (first ? !is(e->verb, "place") : !is(e->from_state, w->state))
        finding(w->findings, "order %lld, event %lld: begins in %.*s, not where %.*s was", (long long)e->order_group,
                (long long)e->seq, STR_ARG(e->from_state), STR_ARG(e->axis));
    w->group = e->order_group;
    w->part = part;
    keep(w->axis, sizeof w->axis, e->axis);
    keep(w->state, sizeof w->state, e->to_state);
    keep(w->state_now, sizeof w->state_now, e->state_now);
    return NULL;
}

static Err *event_count_check(void *arg, const EventCount *e)
{
    Findings *f = arg;
    f->checked++;
    if (!e->events || e->events != e->last_seq)
        finding(f, "order %lld has %lld events, the last is number %lld", (long long)e->id, (long long)e->events, (long long)e->last_seq);
    return NULL;
}

static Err *check_events(Db *db, Findings *findings)
{
    Walk walk = {.findings = findings};
    TRY(verify_order_events(db, event_check, &walk));
    walk_end(&walk);
    return verify_event_counts(db, event_count_check, findings);
}

/* ---- the shelf: shows what may be bought, and nothing else ---- */

static Err *shelf_row_check(void *arg, const ShelfRow *s)
{
    Findings *f = arg;
    bool shown = is(s->offer_state, "open") && is(s->product_state, "live") && is(s->variant_state, "live") && s->has_price;
    f->checked++;
    if (!s->has_price)
        finding(f, "offer %lld has no price", (long long)s->id);
    if (shown != s->has_listed_price)
        finding(f, "offer %lld is %s", (long long)s->id, shown ? "open but not on the shelf" : "on the shelf but not open");
    else if (shown && s->listed_price.minor != s->price.minor)
        finding(f, "offer %lld costs %lld, the shelf says %lld", (long long)s->id, (long long)s->price.minor, (long long)s->listed_price.minor);
    else if (shown && s->rank != shelf_rank(s->id, s->available >= s->min_steps))
        finding(f, "offer %lld with %lld free stands in the wrong place on the shelf", (long long)s->id, (long long)s->available);
    return NULL;
}

static Err *check_shelf(Db *db, Findings *findings)
{
    return verify_shelf(db, shelf_row_check, findings);
}

const Check market_checks[] = {
    {.name = "market.stock", .run = check_stock},
    {.name = "market.orders", .run = check_orders},
    {.name = "market.events", .run = check_events},
    {.name = "market.shelf", .run = check_shelf, .rebuild = listing_rebuild},
    {0},
};
