/* What a part comes to: its fees, discounts and delivery, written with the order and reckoned anew when its lines change. */
#include "base/json.h"
#include "market/quote.h"

LineFacts line_facts(const OrderLine *l)
{
    return (LineFacts){{l->sold_unit, l->sold_scale, l->priced_unit, l->priced_scale, l->has_nominal_priced_steps ? l->nominal_priced_steps : 0},
                       l->price, l->steps, l->tolerance_ppm, l->has_weighed_priced_steps ? l->weighed_priced_steps : -1};
}

bool line_amount(const LineFacts *f, Money *out)
{
    int64_t expected, limit;
    if (f->weighed < 0)
        return measure_cost(&f->measure, f->price, f->steps, out);
    if (!measure_expected(&f->measure, f->steps, f->tolerance_ppm, &expected, &limit))
        return false;
    return measure_weighed_cost(&f->measure, f->price, f->weighed < limit ? f->weighed : limit, out);
}

/* ---- rows as JSON: one statement writes all of them ---- */

static void fee_row(Buf *out, Id line, size_t position, Id part, const FeeTerm *t, const FeeShare *share)
{
    buf_addf(out, "%s[%lld,%zu,%lld,%lld,%lld,", out->len > 1 ? "," : "", (long long)line, position, (long long)part, (long long)t->rule,
             (long long)t->receiver);
    json_write_str(out, t->kind);
    buf_add_char(out, ',');
    json_write_str(out, t->label);
    buf_addf(out, ",\"%s\",\"%s\",%lld,%lld,%lld,%lld]", t->on_top ? "buyer" : "seller", fee_base_word(t->base), (long long)t->rate,
             (long long)share->amount.minor, (long long)t->tax_ppm, (long long)share->tax.minor);
}

static void charge_row(Buf *out, Id id, Id part, const char *kind, Str label, Id receiver, Money amount, int64_t tax_ppm)
{
    buf_addf(out, "%s[%lld,%lld,\"%s\",", out->len > 1 ? "," : "", (long long)id, (long long)part, kind);
    json_write_str(out, label);
    buf_addf(out, ",%lld,%lld,%lld,%lld]", (long long)receiver, (long long)amount.minor, (long long)tax_ppm,
             (long long)tax_inside(amount, tax_ppm).minor);
}

Buf rows_begin(Arena *arena)
{
    Buf out = buf_new(arena, 4 << 20);
    buf_add_char(&out, '[');
    return out;
}

Err *rows_write(Tx *tx, Buf *out, Err *(*insert)(Tx *tx, Str packed, int64_t *count))
{
    int64_t count;
    if (out->len <= 1)
        return NULL;
    buf_add_char(out, ']');
    if (out->overflowed)
        return err_new(tx->db.arena, ERR_INVALID, "order.too_many_lines");
    return insert(tx, buf_str(out), &count);
}

static void new_fees(const Prepared *p, Buf *out)
{
    for (size_t s = 0; s < p->sellers_len; s++)
        for (size_t i = 0, k = 0; i < p->ask->lines_len; i++)
            for (size_t t = 0; p->offers[i].org == p->sellers[s] && t < p->terms[s].len; t++, k++)
                fee_row(out, p->line_ids[i], t, p->parts[s], &p->terms[s].at[t], &p->shares[s][k]);
}

Err *order_charges_write(Tx *tx, const Prepared *p, Id group)
{
    Arena *arena = tx->db.arena;
    Buf fees = rows_begin(arena), charges = rows_begin(arena);
    Id *ids = NEW_ARRAY(arena, Id, p->cuts.len + 1);
    new_fees(p, &fees);
    for (size_t i = 0; i < p->cuts.len; i++) {
        const DiscountCut *cut = &p->cuts.at[i];
        ids[i] = id_mint();
        charge_row(&charges, ids[i], p->parts[cut->part], "discount", cut->label, cut->org, (Money){-cut->amount.minor}, 0);
    }
    for (size_t s = 0; s < p->sellers_len; s++)
        if (p->sums[s].delivery.minor)
            charge_row(&charges, id_mint(), p->parts[s], "delivery", STR(""), p->carrier, p->sums[s].delivery, p->carrier_tax);
    TRY(rows_write(tx, &fees, order_fees_insert));
    TRY(rows_write(tx, &charges, order_charges_insert));
    for (size_t i = 0; i < p->cuts.len; i++)
        TRY(order_discount_insert(tx, ids[i], p->cuts.at[i].discount, p->cuts.at[i].base, p->cuts.at[i].rate, p->cuts.at[i].amount));
    return discounts_take(tx, &p->cuts, group, p->ask->buyer);
}

/* ---- reckoning anew ---- */

/* The terms a part was sold at, as its first line froze them. */
static FeeTermList terms_of(Arena *arena, const OrderFeeList *rows, Id part)
{
    FeeTermList out = {NEW_ARRAY(arena, FeeTerm, FEE_TERMS_MAX), 0};
    Id line = 0;
    for (size_t i = 0; i < rows->len && out.len < FEE_TERMS_MAX; i++) {
        const OrderFee *f = &rows->at[i];
        if (f->seller_order != part || (line && f->line != line))
            continue;
        line = f->line;
        FeeTerm *t = &out.at[out.len++];
        *t = (FeeTerm){.rule = f->rule, .receiver = f->receiver, .kind = f->kind, .label = f->label,
                       .on_top = str_eq(f->payer, STR("buyer")), .rate = f->rate, .tax_ppm = f->tax_ppm};
        fee_base_find(f->base, &t->base);
    }
    return out;
}

/* Writes the fees of a part anew; *on_top is what the buyer pays of them. */
static Err *fees_follow(Tx *tx, Id order, Id part, const OrderLineList *lines, Money *on_top)
{
    Arena *arena = tx->db.arena;
    OrderFeeList rows;
    int64_t count;
    TRY(order_fee_list(&tx->db, order, &rows));
    FeeTermList terms = terms_of(arena, &rows, part);
    FeeLine *facts = NEW_ARRAY(arena, FeeLine, lines->len + 1);
    Id *ids = NEW_ARRAY(arena, Id, lines->len + 1);
    size_t len = 0;
    for (size_t i = 0; i < lines->len; i++) {
        LineFacts f = line_facts(&lines->at[i]);
        if (lines->at[i].seller_order != part)
            continue;
        ids[len] = lines->at[i].id;
        facts[len++] = fee_line(&f.measure, lines->at[i].amount, f.steps, f.weighed);
    }
    FeeShare *shares = NEW_ARRAY(arena, FeeShare, len * terms.len + 1);
    if (!terms.len)
        return NULL;
    if (!fees_cut(arena, facts, len, terms.at, terms.len, shares))
        return err_new(arena, ERR_INVALID, "order.too_dear");
    Buf out = rows_begin(arena);
    for (size_t i = 0; i < len * terms.len; i++) {
        const FeeTerm *t = &terms.at[i % terms.len];
        fee_row(&out, ids[i / terms.len], i % terms.len, part, t, &shares[i]);
        on_top->minor += t->on_top ? shares[i].amount.minor : 0;
    }
    TRY(order_fees_drop(tx, part, &count));
    return rows_write(tx, &out, order_fees_insert);
}

/* Discounts shrink with the goods and never grow; both together never exceed them. Delivery stays while there are goods. */
static Err *charges_follow(Tx *tx, Id order, Id part, Money goods, Money *charges)
{
    OrderChargeList rows;
    Money left = goods;
    int64_t count;
    TRY(order_charge_list(&tx->db, order, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        const OrderCharge *c = &rows.at[i];
        Money now = c->amount;
        if (c->seller_order != part)
            continue;
        if (c->has_base) {
            if (str_eq(c->base, STR("fixed")))
                now.minor = c->rate;
            else if (!money_rate(left, c->rate, &now))
                return err_new(tx->db.arena, ERR_INVALID, "order.too_dear");
            now.minor = now.minor > c->granted.minor ? c->granted.minor : now.minor;
            now.minor = now.minor > left.minor ? left.minor : now.minor;
            left.minor -= now.minor;
            now.minor = -now.minor;
        }
        if (now.minor != c->amount.minor)
            TRY(order_charge_put(tx, c->id, now, tax_inside(now, c->tax_ppm), &count));
        charges->minor += now.minor;
    }
    return NULL;
}

Err *part_follow(Tx *tx, Id order, Id part, const PartChange *change, Time now)
{
    OrderLineList lines;
    OrderPartRow row;
    Money goods = {0}, charges = {0};
    int64_t count;
    bool found;
    TRY(order_part_by_id(&tx->db, part, &row, &found));
    TRY(order_lines(&tx->db, order, &lines));
    for (size_t i = 0; i < lines.len; i++)
        if (lines.at[i].seller_order == part && !money_add(goods, lines.at[i].amount, &goods))
            return err_new(tx->db.arena, ERR_INVALID, "order.too_dear");
    TRY(fees_follow(tx, order, part, &lines, &charges));
    TRY(charges_follow(tx, order, part, goods, &charges));
    TRY(seller_order_sums_put(tx, part, row.total, goods, charges, now, &count));
    if (!found || count != 1)
        return err_detail(tx->db.arena, ERR_BROKEN, "order.lost_race", "a part changed inside a transaction that had read it");
    return order_change_insert(tx, &(OrderChangeInsertArgs){
                                       .seller_order = part, .order_group = order, .line = change->line ? &change->line : NULL,
                                       .kind = str_of(change->kind), .before = row.total, .after = {goods.minor + charges.minor},
                                       .steps_before = change->steps_before, .steps_after = change->steps_after,
                                       .reason = change->reason, .actor = change->who ? &change->who : NULL, .now = now});
}

static bool stands(const SellerOrderList *parts, Id part)
{
    for (size_t i = 0; i < parts->len; i++)
        if (parts->at[i].id == part)
            return !str_eq(parts->at[i].placement, STR("cancelled")) && !str_eq(parts->at[i].placement, STR("expired"));
    return false;
}

Err *order_charges_seen(Db *db, const SellerOrderList *parts, Str lang, QuoteChargeList *out)
{
    OrderFeeList fees;
    OrderChargeList charges;
    *out = (QuoteChargeList){0};
    if (!parts->len)
        return NULL;
    TRY(order_fee_list(db, parts->at[0].order_group, &fees));
    TRY(order_charge_list(db, parts->at[0].order_group, &charges));
    out->at = NEW_ARRAY(db->arena, QuoteCharge, fees.len + charges.len + 1);
    for (size_t i = 0; i < fees.len; i++)
        if (str_eq(fees.at[i].payer, STR("buyer")) && stands(parts, fees.at[i].seller_order) && fees.at[i].amount.minor)
            charge_sum(out, "fee", fee_label(fees.at[i].label, fees.at[i].kind, lang), fees.at[i].amount);
    for (size_t i = 0; i < charges.len; i++) {
        bool delivery = str_eq(charges.at[i].kind, STR("delivery"));
        if (stands(parts, charges.at[i].seller_order))
            charge_sum(out, delivery ? "delivery" : "discount", delivery ? tr(lang_find(lang), N_("Delivery")) : charges.at[i].label, charges.at[i].amount);
    }
    return NULL;
}

/* ---- what other rooms ask ---- */

Err *order_part(Db *db, Id part, OrderPart *out)
{
    OrderPartRow row;
    bool found;
    TRY(order_part_by_id(db, part, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "order.missing");
    *out = (OrderPart){.id = row.id, .order = row.order_group, .org = row.org, .pickup = row.pickup, .buyer = row.has_buyer ? row.buyer : 0,
                       .placement = row.placement, .parcel = row.parcel_state, .payment = row.payment,
                       .payment_method = row.payment_method, .currency = row.currency, .code = row.code, .goods = row.goods,
                       .charges = row.charges, .total = row.total, .order_total = row.order_total};
    return NULL;
}

static PartShare *share_of(PartShareList *out, Id receiver, Str kind, Str label, bool on_top)
{
    for (size_t i = 0; i < out->len; i++) {
        PartShare *s = &out->at[i];
        if (s->receiver == receiver && str_eq(s->kind, kind) && str_eq(s->label, label) && s->on_top == on_top)
            return s;
    }
    out->at[out->len] = (PartShare){.receiver = receiver, .kind = kind, .label = label, .on_top = on_top};
    return &out->at[out->len++];
}

Err *order_part_shares(Db *db, Id part, PartShareList *out)
{
    OrderPart whole;
    OrderFeeList fees;
    OrderChargeList charges;
    OrderLineList lines;
    TRY(order_part(db, part, &whole));
    TRY(order_fee_list(db, whole.order, &fees));
    TRY(order_charge_list(db, whole.order, &charges));
    TRY(order_lines(db, whole.order, &lines));
    *out = (PartShareList){NEW_ARRAY(db->arena, PartShare, fees.len + charges.len + 1), 0};
    PartShare *goods = share_of(out, whole.org, STR("goods"), STR(""), false);
    goods->amount = whole.goods;
    for (size_t i = 0; i < lines.len; i++)
        goods->tax.minor += lines.at[i].seller_order == part ? lines.at[i].tax.minor : 0;
    for (size_t i = 0; i < fees.len; i++) {
        const OrderFee *f = &fees.at[i];
        if (f->seller_order != part)
            continue;
        bool on_top = str_eq(f->payer, STR("buyer"));
        PartShare *share = share_of(out, f->receiver, f->kind, f->label, on_top);
        share->amount.minor += f->amount.minor;
        share->tax.minor += f->tax.minor;
        goods->amount.minor -= on_top ? 0 : f->amount.minor;
    }
    for (size_t i = 0; i < charges.len; i++) {
        const OrderCharge *c = &charges.at[i];
        if (c->seller_order != part)
            continue;
        PartShare *share = share_of(out, c->has_receiver ? c->receiver : 0, c->kind, c->label, true);
        share->amount.minor += c->amount.minor;
        share->tax.minor += c->tax.minor;
    }
    return NULL;
}
