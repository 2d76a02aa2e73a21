/* Reading an order before it is placed: lines, prices, fees, discounts, delivery. Nothing is written here. */
#include "market/quote.h"

#include <sodium.h>
#include <string.h>

#include "base/json.h"

static Err *line_err(Arena *arena, ErrKind kind, const char *code, size_t line, const char *member)
{
    Err *err = err_new(arena, kind, code);
    err->field = member ? str_format(arena, "lines.%zu.%s", line, member) : str_format(arena, "lines.%zu", line);
    return err;
}

Err *order_sold_out(Arena *arena, const OfferForOrder *offer, size_t line, int64_t left)
{
    Err *err = err_arg(arena, line_err(arena, ERR_CONFLICT, "stock.sold_out", line, NULL), "title", offer->title);
    int64_t usable = left < offer->min_steps ? 0 : left - left % offer->step;
    return err_arg(arena, err, "left", quantity_plain(arena, usable, offer->sold_scale));
}

static Str order_body_hash(Arena *arena, const OrderAsk *ask)
{
    Buf text = buf_new(arena, 65536);
    buf_addf(&text, "%lld;%.*s;", (long long)ask->pickup, STR_ARG(ask->payment));
    for (size_t i = 0; i < ask->lines_len; i++)
        buf_addf(&text, "%lld:%lld;", (long long)ask->lines[i].offer, (long long)ask->lines[i].steps);
    buf_addf(&text, "%zu %.*s %zu %.*s %zu %.*s", ask->name.len, STR_ARG(ask->name), ask->phone.len, STR_ARG(ask->phone),
             ask->note.len, STR_ARG(ask->note));
    if (ask->cycle || ask->slot)
        buf_addf(&text, ";%lld:%lld", (long long)ask->cycle, (long long)ask->slot);
    if (ask->coupon.len || ask->missing.len || ask->address.len)
        buf_addf(&text, " %zu %.*s %zu %.*s %zu %.*s", ask->coupon.len, STR_ARG(ask->coupon), ask->missing.len, STR_ARG(ask->missing),
                 ask->address.len, STR_ARG(ask->address));
    unsigned char *hash = arena_alloc(arena, crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash, (const unsigned char *)text.at, text.len);
    return (Str){(const char *)hash, crypto_hash_sha256_BYTES};
}

static Err *key_find(Db *db, Id buyer, Str key, OrderKey *row, OrderMade *made)
{
    OrderGroup group;
    bool found = false;
    *made = (OrderMade){0};
    if (key.len)
        TRY(order_key_by_key(db, buyer, key, row, &found));
    if (!found)
        return NULL;
    TRY(order_group_by_id(db, row->order_group, &group, &found));
    if (!found)
        return err_detail(db->arena, ERR_BROKEN, "order.missing", "an order key without its order");
    *made = (OrderMade){.id = group.id, .secret = group.secret, .code = group.code, .again = true};
    return NULL;
}

Err *order_of_key(Db *db, Id buyer, Str key, OrderMade *made)
{
    OrderKey row;
    return key_find(db, buyer, key, &row, made);
}

Err *order_key_look(Db *db, const Prepared *p, OrderMade *made)
{
    OrderKey row;
    TRY(key_find(db, p->ask->buyer, p->ask->key, &row, made));
    if (!made->again || str_eq(row.body, p->body))
        return NULL;
    Err *err = err_new(db->arena, ERR_INVALID, "idempotency.other_body");
    err->field = STR("Idempotency-Key");
    return err;
}

Err *order_line_check(Arena *arena, int64_t steps, const OfferForOrder *offer, size_t i)
{
    if (steps <= 0 || steps > STEPS_MAX)
        return line_err(arena, ERR_INVALID, "order.steps", i, "steps");
    if (steps % offer->step)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.step", i, "steps"), "step",
                       quantity_plain(arena, offer->step, offer->sold_scale));
    if (steps < offer->min_steps)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.minimum", i, "steps"), "minimum",
                       quantity_plain(arena, offer->min_steps, offer->sold_scale));
    int64_t most = offer->has_max_steps ? offer->max_steps : STEPS_MAX;
    if (offer->has_limit_steps && offer->limit_steps < most)
        most = offer->limit_steps;
    if (steps > most)
        return err_arg(arena, line_err(arena, ERR_INVALID, "order.maximum", i, "steps"), "maximum",
                       quantity_plain(arena, most, offer->sold_scale));
    return NULL;
}

Measure offer_measure(const OfferForOrder *offer)
{
    return (Measure){offer->sold_unit, offer->sold_scale, offer->priced_unit, offer->priced_scale,
                     offer->has_nominal_priced_steps ? offer->nominal_priced_steps : 0};
}

int64_t order_demand(const Prepared *p, size_t i)
{
    int64_t steps = 0;
    for (size_t k = 0; k <= i; k++)
        if (p->offers[k].stock == p->offers[i].stock)
            steps += p->ask->lines[k].steps;
    return steps;
}

Err *offer_read(Db *db, Id id, Str lang, int64_t steps, Id buyer, OfferForOrder *out, bool *found)
{
    OfferForOrderList list;
    TRY(offers_for_order(db, str_format(db->arena, "[[%lld,%lld]]", (long long)id, (long long)steps), lang, buyer, 0, &list));
    *found = list.len == 1;
    if (*found)
        *out = list.at[0];
    return NULL;
}

static Err *line_good(Db *db, Prepared *p, size_t i)
{
    Arena *arena = db->arena;
    const OrderAskLine *line = &p->ask->lines[i];
    const OfferForOrder *offer = &p->offers[i];
    if (!offer->id)
        return line->steps > 0 ? line_err(arena, ERR_INVALID, "order.line", i, "offer") : line_err(arena, ERR_INVALID, "order.steps", i, "steps");
    TRY(order_line_check(arena, line->steps, offer, i));
    int64_t free = stock_free(offer->on_hand, offer->reserved, offer->oversell), wanted = order_demand(p, i);
    if (free < wanted)
        return order_sold_out(arena, offer, i, free - (wanted - line->steps));
    Measure measure = offer_measure(offer);
    if (!measure_cost(&measure, offer->price, line->steps, &p->amounts[i]))
        return line_err(arena, ERR_INVALID, "order.too_dear", i, "steps");
    p->line_ids[i] = id_mint();
    return NULL;
}

/* All lines, and the place they go to, in one statement. */
static Err *lines_read(Db *db, Prepared *p)
{
    OfferForOrderList list;
    Buf asked = buf_new(db->arena, 1 << 16);
    for (size_t i = 0; i < p->ask->lines_len; i++)
        buf_addf(&asked, "%s[%lld,%lld]", i ? "," : "[", (long long)p->ask->lines[i].offer, (long long)p->ask->lines[i].steps);
    buf_add_char(&asked, ']');
    TRY(offers_for_order(db, buf_str(&asked), p->ask->lang, p->ask->buyer, p->ask->pickup, &list));
    for (size_t i = 0; i < list.len; i++)
        p->offers[list.at[i].line] = list.at[i];
    for (size_t i = 0; i < p->ask->lines_len; i++)
        TRY(line_good(db, p, i));
    return NULL;
}

static Err *sellers_sum(Arena *arena, Prepared *p)
{
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        size_t s = 0;
        while (s < p->sellers_len && p->sellers[s] != p->offers[i].org)
            s++;
        if (s == p->sellers_len) {
            p->sums[s].seller = p->sellers[p->sellers_len++] = p->offers[i].org;
            p->parts[s] = id_mint();
        }
        if (!money_add(p->sums[s].goods, p->amounts[i], &p->sums[s].goods) || !money_add(p->goods, p->amounts[i], &p->goods))
            return err_new(arena, ERR_INVALID, "order.too_dear");
    }
    return NULL;
}

/* ---- fees and discounts ---- */

FeeLine fee_line(const Measure *m, Money amount, int64_t steps, int64_t weighed)
{
    const Unit *sold = unit_find(m->sold_unit), *priced = unit_find(m->priced_unit);
    FeeLine line = {.amount = amount};
    int64_t sold_steps = 1, priced_steps = 1, expected, limit;
    for (int64_t i = 0; i < m->sold_scale; i++)
        sold_steps *= 10;
    for (int64_t i = 0; i < m->priced_scale; i++)
        priced_steps *= 10;
    if (sold && sold->kind == UNIT_COUNT && !mul_div(steps, sold->micro / 1000, sold_steps, &line.milli))
        line.milli = 0;
    bool weight = priced && priced->kind == UNIT_MASS && measure_expected(m, steps, 0, &expected, &limit);
    if (weight && !mul_div(weighed >= 0 ? weighed : expected, priced->micro, 1000 * priced_steps, &line.grams))
        line.grams = 0;
    return line;
}

static Err *part_fees(Arena *arena, Prepared *p, const FeeRuleList *rules, size_t s)
{
    FeeLine *lines = NEW_ARRAY(arena, FeeLine, p->ask->lines_len + 1);
    size_t len = 0;
    p->terms[s] = fees_of(arena, rules, p->sellers[s]);
    const FeeTermList *terms = &p->terms[s];
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        Measure measure = offer_measure(&p->offers[i]);
        if (p->offers[i].org == p->sellers[s])
            lines[len++] = fee_line(&measure, p->amounts[i], p->ask->lines[i].steps, -1);
    }
    p->shares[s] = NEW_ARRAY(arena, FeeShare, len * terms->len + 1);
    if (!fees_cut(arena, lines, len, terms->at, terms->len, p->shares[s]))
        return err_new(arena, ERR_INVALID, "order.too_dear");
    for (size_t i = 0; i < len * terms->len; i++)
        if (terms->at[i % terms->len].on_top)
            p->sums[s].fees.minor += p->shares[s][i].amount.minor;
    return NULL;
}

static Err *fees_read(Db *db, Prepared *p)
{
    FeeRuleList rules;
    TRY(fees_now(db, p->now, &rules));
    Money *goods = NEW_ARRAY(db->arena, Money, p->sellers_len + 1);
    for (size_t s = 0; s < p->sellers_len; s++) {
        TRY(part_fees(db->arena, p, &rules, s));
        goods[s] = p->sums[s].goods;
    }
    DiscountAsk ask = {p->ask->buyer, p->ask->coupon, p->sellers, goods, p->sellers_len};
    if (rules.discounts || ask.code.len)
        TRY(discounts_find(db, &ask, p->now, &p->cuts));
    for (size_t i = 0; i < p->cuts.len; i++)
        p->sums[p->cuts.at[i].part].discount.minor += p->cuts.at[i].amount.minor;
    return NULL;
}

/* ---- where it goes ---- */

/* Kilograms of the whole order, rounded up: what a carrier charges by. */
static int64_t whole_kilograms(const Prepared *p)
{
    int64_t grams = 0;
    for (size_t i = 0; i < p->ask->lines_len; i++) {
        Measure measure = offer_measure(&p->offers[i]);
        grams += fee_line(&measure, p->amounts[i], p->ask->lines[i].steps, -1).grams;
    }
    return (grams + 999) / 1000;
}

static Err *delivery_reckon(Arena *arena, Prepared *p, const OfferForOrder *rule)
{
    int64_t *weights = NEW_ARRAY(arena, int64_t, p->sellers_len + 1);
    Money *parts = NEW_ARRAY(arena, Money, p->sellers_len + 1);
    if (p->goods.minor < rule->min_goods.minor)
        return err_arg(arena, err_field(arena, "order.delivery_minimum", "pickup"), "minimum", str_format(arena, "%lld", (long long)rule->min_goods.minor));
    if (!str_trim(p->ask->address).len)
        return err_field(arena, "order.address", "address");
    if (!rule->has_free_from || p->goods.minor < rule->free_from.minor)
        p->delivery.minor = rule->charge.minor + rule->per_kg.minor * whole_kilograms(p);
    p->carrier = rule->carrier;
    p->carrier_tax = rule->delivery_tax_ppm;
    for (size_t s = 0; s < p->sellers_len; s++)
        weights[s] = p->sums[s].goods.minor;
    money_split(p->delivery, weights, p->sellers_len, parts);
    for (size_t s = 0; s < p->sellers_len; s++)
        p->sums[s].delivery = parts[s];
    return NULL;
}

/* The pickup place must be open and serve every seller of the order. */
static Err *pickup_check(Arena *arena, Prepared *p)
{
    for (size_t i = 0; i < p->ask->lines_len; i++)
        if (!p->offers[i].served)
            return err_field(arena, "order.pickup", "pickup");
    return p->offers[0].has_charge ? delivery_reckon(arena, p, &p->offers[0]) : NULL;
}

static Err *form_check(Arena *arena, const OrderAsk *ask, bool placing)
{
    if (!ask->lines_len)
        return err_field(arena, "order.empty", "lines");
    if (ask->lines_len > ORDER_LINES_MAX)
        return err_field(arena, "order.too_many_lines", "lines");
    if (!placing)
        return NULL;
    if (!str_eq(ask->payment, STR("at_pickup")) && !str_eq(ask->payment, STR("wallet")))
        return err_field(arena, "order.payment", "payment");
    if (!ask->buyer && str_eq(ask->payment, STR("wallet")))
        return err_field(arena, "order.payment_guest", "payment");
    if (!ask->buyer && !str_trim(ask->name).len)
        return err_field(arena, "order.contact", "name");
    if (!ask->buyer && !str_trim(ask->phone).len)
        return err_field(arena, "order.contact", "phone");
    return NULL;
}

/* False when the sums leave the numbers we can hold. */
static bool total_up(Prepared *p)
{
    bool good = true;
    for (size_t s = 0; s < p->sellers_len; s++) {
        const QuotePart *q = &p->sums[s];
        good = good && money_add(p->total, q->goods, &p->total) && money_add(p->total, q->fees, &p->total) &&
               money_sub(p->total, q->discount, &p->total) && money_add(p->total, q->delivery, &p->total);
    }
    return good;
}

static void prepared_make(Arena *arena, const OrderAsk *ask, Time now, Prepared *p)
{
    size_t len = ask->lines_len;
    *p = (Prepared){.ask = ask, .now = now, .offers = NEW_ARRAY(arena, OfferForOrder, len), .amounts = NEW_ARRAY(arena, Money, len),
                    .line_ids = NEW_ARRAY(arena, Id, len), .sellers = NEW_ARRAY(arena, Id, len), .parts = NEW_ARRAY(arena, Id, len),
                    .sums = NEW_ARRAY(arena, QuotePart, len), .terms = NEW_ARRAY(arena, FeeTermList, len),
                    .shares = NEW_ARRAY(arena, FeeShare *, len), .body = order_body_hash(arena, ask)};
}

static Err *prepare(Db *db, bool placing, Prepared *p)
{
    Arena *arena = db->arena;
    const OrderAsk *ask = p->ask;
    TRY(lines_read(db, p));
    TRY(sellers_sum(arena, p));
    TRY(fees_read(db, p));
    if (ask->pickup || placing)
        TRY(pickup_check(arena, p));
    if (!total_up(p))
        return err_new(arena, ERR_INVALID, "order.too_dear");
    if (ask->has_seen && ask->seen.minor != p->total.minor - p->delivery.minor)
        return err_new(arena, ERR_CONFLICT, "order.price_changed");
    return placing ? times_check(db, ask, p->now) : NULL;
}

Err *order_prepare(Db *db, const OrderAsk *ask, Time now, Prepared *p, OrderMade *made)
{
    *made = (OrderMade){0};
    TRY(form_check(db->arena, ask, true));
    prepared_make(db->arena, ask, now, p);
    Err *err = prepare(db, true, p);
    if (err && ask->key.len && err->kind != ERR_BROKEN && err->kind != ERR_BUSY) { /* sold out, perhaps to this very key */
        TRY(order_key_look(db, p, made));
        return made->again ? NULL : err;
    }
    return err;
}

/* ---- the quote, for those who only want to know ---- */

void charge_sum(QuoteChargeList *out, const char *kind, Str label, Money amount)
{
    size_t i = 0;
    while (i < out->len && !(str_eq(out->at[i].kind, str_of(kind)) && str_eq(out->at[i].label, label)))
        i++;
    if (i == out->len)
        out->at[out->len++] = (QuoteCharge){str_of(kind), label, {0}};
    out->at[i].amount.minor += amount.minor;
}

Str fee_label(Str label, Str kind, Str lang)
{
    return label.len ? label : tr(lang_find(lang), fee_kind_name(kind));
}

Err *order_quote(Db *db, const OrderAsk *ask, Time now, OrderQuote *out)
{
    Prepared p;
    TRY(form_check(db->arena, ask, false));
    prepared_make(db->arena, ask, now, &p);
    TRY(prepare(db, false, &p));
    *out = (OrderQuote){.parts = p.sums, .parts_len = p.sellers_len, .goods = p.goods, .delivery = p.delivery, .total = p.total};
    out->charges.at = NEW_ARRAY(db->arena, QuoteCharge, p.sellers_len * FEE_TERMS_MAX + p.cuts.len + 2);
    for (size_t s = 0; s < p.sellers_len; s++)
        for (size_t i = 0, k = 0; i < ask->lines_len; i++) {
            if (p.offers[i].org != p.sellers[s])
                continue;
            for (size_t t = 0; t < p.terms[s].len; t++, k++) {
                const FeeTerm *term = &p.terms[s].at[t];
                if (term->on_top && p.shares[s][k].amount.minor)
                    charge_sum(&out->charges, "fee", fee_label(term->label, term->kind, ask->lang), p.shares[s][k].amount);
            }
        }
    for (size_t i = 0; i < p.cuts.len; i++)
        charge_sum(&out->charges, "discount", p.cuts.at[i].label, (Money){-p.cuts.at[i].amount.minor});
    if (p.carrier)
        charge_sum(&out->charges, "delivery", tr(lang_find(ask->lang), N_("Delivery")), p.delivery);
    return NULL;
}
