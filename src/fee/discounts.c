/* Discounts and coupons: found by reading, taken by conditional updates, so that a budget is exact however many come at once. */
#include <string.h>

#include "base/text.h"
#include "fee/inside.h"

enum { LABEL_MAX = 80, CODE_MAX = 40, TAG_MAX = 40 };

static Str word_of(Arena *arena, Str text, size_t max)
{
    return str_trim(utf8_clean(arena, utf8_cut(text_fold(arena, str_trim(text)), max)));
}

static Err *tiers_check(Arena *arena, const NewDiscount *d)
{
    if (!d->tiers_len || d->tiers_len > DISCOUNT_TIERS_MAX)
        return err_field(arena, "discount.tiers", "tiers");
    for (size_t i = 0; i < d->tiers_len; i++)
        if (d->tiers[i].from_goods.minor < 0 || d->tiers[i].rate <= 0 || d->tiers[i].rate > 1000000 ||
            (i && d->tiers[i].from_goods.minor <= d->tiers[i - 1].from_goods.minor))
            return err_field(arena, "discount.tiers", "tiers");
    return NULL;
}

static Err *discount_check(Arena *arena, const NewDiscount *d)
{
    bool percent = str_eq(d->base, STR("percent")), fixed = str_eq(d->base, STR("fixed"));
    if (!str_trim(d->label).len)
        return err_field(arena, "discount.label", "label");
    if (!percent && !fixed && !str_eq(d->base, STR("tiered")))
        return err_field(arena, "discount.base", "base");
    if ((percent || fixed) && (d->rate <= 0 || d->rate > (percent ? 1000000 : INT64_C(100000000000))))
        return err_field(arena, "discount.rate", "rate");
    if (!percent && !fixed)
        TRY(tiers_check(arena, d));
    if (d->min_goods.minor < 0 || d->budget < 0 || d->uses_max < 0 || d->person_max < 0)
        return err_field(arena, "discount.rate", "budget");
    if (d->to.ms && d->to.ms <= d->from.ms)
        return err_field(arena, "discount.days", "to");
    return NULL;
}

Err *discount_add(Tx *tx, const NewDiscount *d, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    FeeCount taken = {0};
    TRY(discount_check(arena, d));
    Str code = word_of(arena, d->code, CODE_MAX);
    if (code.len)
        TRY(discount_code_taken(&tx->db, code, &taken));
    if (taken.total)
        return err_field(arena, "discount.code_taken", "code");
    *made = id_mint();
    TRY(discount_insert(tx, &(DiscountInsertArgs){
                                .id = *made, .org = d->org, .seller = d->seller ? &d->seller : NULL,
                                .label = utf8_clean(arena, utf8_cut(str_trim(d->label), LABEL_MAX)), .code = code,
                                .tag = word_of(arena, d->tag, TAG_MAX), .base = d->base, .rate = d->rate, .min_goods = d->min_goods,
                                .budget = d->budget ? &(Money){d->budget} : NULL, .uses_max = d->uses_max ? &d->uses_max : NULL,
                                .person_max = d->person_max ? &d->person_max : NULL, .valid_from = d->from,
                                .valid_to = d->to.ms ? &d->to : NULL, .now = now}));
    for (size_t i = 0; i < d->tiers_len; i++)
        TRY(discount_tier_insert(tx, *made, d->tiers[i].from_goods, d->tiers[i].rate));
    return audit(tx, now, who, "discount.add", *made, STR(""));
}

Err *discount_stop(Tx *tx, Id discount, Id who, Time now)
{
    int64_t count;
    TRY(discount_end(tx, discount, now, &count));
    return count ? audit(tx, now, who, "discount.end", discount, STR("")) : err_new(tx->db.arena, ERR_MISSING, "discount.missing");
}

Err *buyer_tag_put(Tx *tx, Id org, Id person, Str tag, bool has, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Str word = word_of(arena, tag, TAG_MAX);
    int64_t count;
    if (!word.len)
        return err_field(arena, "discount.tag", "tag");
    if (has)
        TRY(buyer_tag_insert(tx, org, person, word, now, &count));
    else
        TRY(buyer_tag_drop(tx, org, person, word, &count));
    return count ? audit(tx, now, who, has ? "buyer.tag" : "buyer.untag", person, STR("")) : NULL;
}

/* ---- finding the best ---- */

typedef struct Found {
    const Discount *row;
    Money all;       /* over all parts it is for */
    Money goods;     /* of those */
    int64_t rate;    /* of the step that was reached */
} Found;

static int64_t tier_rate(const DiscountTierRowList *tiers, Id discount, Money goods)
{
    int64_t rate = 0;
    for (size_t i = 0; i < tiers->len; i++) /* they come in rising order */
        if (tiers->at[i].discount == discount && tiers->at[i].from_goods.minor <= goods.minor)
            rate = tiers->at[i].rate;
    return rate;
}

static Found reckon(const Discount *row, const DiscountTierRowList *tiers, const DiscountAsk *ask)
{
    Found out = {.row = row};
    for (size_t i = 0; i < ask->len; i++)
        if (!row->has_seller || row->seller == ask->sellers[i])
            out.goods.minor += ask->goods[i].minor;
    bool fixed = str_eq(row->base, STR("fixed"));
    out.rate = str_eq(row->base, STR("tiered")) ? tier_rate(tiers, row->id, out.goods) : row->rate;
    if (fixed)
        out.all.minor = out.rate < out.goods.minor ? out.rate : out.goods.minor;
    else if (!money_rate(out.goods, out.rate, &out.all))
        out.all.minor = 0;
    return out;
}

static Err *used_up_err(Arena *arena)
{
    Err *err = err_new(arena, ERR_CONFLICT, "coupon.used_up");
    err->field = STR("coupon");
    return err;
}

static bool used_up(const Found *f)
{
    const Discount *d = f->row;
    return (d->has_budget && d->spent.minor + f->all.minor > d->budget.minor) || (d->has_uses_max && d->uses >= d->uses_max) ||
           (d->has_person_max && d->person_uses >= d->person_max);
}

/* The discount's amount over its parts, by what their goods come to. */
static void cut_parts(Arena *arena, const Found *f, const DiscountAsk *ask, DiscountCutList *out)
{
    int64_t *weights = NEW_ARRAY(arena, int64_t, ask->len + 1);
    Money *parts = NEW_ARRAY(arena, Money, ask->len + 1);
    const Discount *d = f->row;
    bool fixed = str_eq(d->base, STR("fixed"));
    for (size_t i = 0; i < ask->len; i++)
        weights[i] = !d->has_seller || d->seller == ask->sellers[i] ? ask->goods[i].minor : 0;
    money_split(f->all, weights, ask->len, parts);
    for (size_t i = 0; i < ask->len; i++)
        if (parts[i].minor > 0)
            out->at[out->len++] = (DiscountCut){.discount = d->id, .org = d->org, .label = d->label,
                                                .base = fixed ? STR("fixed") : STR("percent"), .rate = fixed ? parts[i].minor : f->rate,
                                                .part = i, .amount = parts[i]};
}

static Err *coupon_check(Arena *arena, const DiscountAsk *ask, const Found *f)
{
    if (!f->row)
        return err_field(arena, "coupon.unknown", "coupon");
    if (f->row->has_person_max && !ask->buyer)
        return err_field(arena, "coupon.sign_in", "coupon");
    if (f->goods.minor < f->row->min_goods.minor || f->all.minor <= 0)
        return err_arg(arena, err_field(arena, "coupon.minimum", "coupon"), "minimum", str_format(arena, "%lld", (long long)f->row->min_goods.minor));
    return used_up(f) ? used_up_err(arena) : NULL;
}

Err *discounts_find(Db *db, const DiscountAsk *asked, Time now, DiscountCutList *out)
{
    DiscountList rows;
    DiscountTierRowList tiers = {0};
    DiscountAsk ask = *asked;
    Found open = {0}, coupon = {0};
    ask.code = word_of(db->arena, asked->code, CODE_MAX);
    TRY(discounts_held(db, ask.buyer, ask.code, now, &rows));
    for (size_t i = 0; i < rows.len && !tiers.at; i++)
        if (str_eq(rows.at[i].base, STR("tiered")))
            TRY(discount_tiers_held(db, now, &tiers));
    for (size_t i = 0; i < rows.len; i++) {
        Found f = reckon(&rows.at[i], &tiers, &ask);
        if (rows.at[i].code.len)
            coupon = f;
        else if (f.goods.minor >= rows.at[i].min_goods.minor && !used_up(&f) && (ask.buyer || !rows.at[i].has_person_max) &&
                 f.all.minor > open.all.minor)
            open = f;
    }
    if (ask.code.len)
        TRY(coupon_check(db->arena, &ask, &coupon));
    *out = (DiscountCutList){NEW_ARRAY(db->arena, DiscountCut, 2 * ask.len + 1), 0};
    if (open.all.minor)
        cut_parts(db->arena, &open, &ask, out);
    /* Both together never take more than the goods: the coupon is reckoned from what is left. */
    if (ask.code.len) {
        Money *left = NEW_ARRAY(db->arena, Money, ask.len + 1);
        memcpy(left, ask.goods, ask.len * sizeof *left);
        for (size_t i = 0; i < out->len; i++)
            left[out->at[i].part].minor -= out->at[i].amount.minor;
        ask.goods = left;
        Found f = reckon(coupon.row, &tiers, &ask);
        cut_parts(db->arena, &f, &ask, out);
    }
    return NULL;
}

/* ---- taking and giving back ---- */

static Err *spend(Tx *tx, Id discount, Money amount, Id person)
{
    int64_t done;
    TRY(discount_spend(tx, discount, amount, &done));
    if (done && person) {
        TRY(discount_person_row(tx, discount, person));
        TRY(discount_person_spend(tx, discount, person, &done));
    }
    return done ? NULL : used_up_err(tx->db.arena);
}

Err *discounts_take(Tx *tx, const DiscountCutList *cuts, Id order, Id buyer)
{
    for (size_t i = 0; i < cuts->len; i++) {
        bool first = true;
        Money all = {0};
        for (size_t k = 0; k < cuts->len; k++) {
            first &= k >= i || cuts->at[k].discount != cuts->at[i].discount;
            all.minor += cuts->at[k].discount == cuts->at[i].discount ? cuts->at[k].amount.minor : 0;
        }
        if (!first)
            continue;
        TRY(spend(tx, cuts->at[i].discount, all, buyer));
        TRY(discount_use_put(tx, cuts->at[i].discount, order, buyer ? &buyer : NULL, all));
    }
    return NULL;
}

Err *discounts_give_back(Tx *tx, Id order)
{
    DiscountUseList uses;
    int64_t count;
    TRY(discount_uses(&tx->db, order, &uses));
    for (size_t i = 0; i < uses.len; i++) {
        const DiscountUse *u = &uses.at[i];
        TRY(discount_use_live(tx, u->discount, order, false, &count));
        if (!count)
            continue;
        TRY(discount_unspend(tx, u->discount, u->amount, &count));
        if (u->has_person)
            TRY(discount_person_unspend(tx, u->discount, u->person, &count));
    }
    return NULL;
}

Err *discounts_take_again(Tx *tx, Id order)
{
    DiscountUseList uses;
    int64_t count;
    TRY(discount_uses(&tx->db, order, &uses));
    for (size_t i = 0; i < uses.len; i++) {
        const DiscountUse *u = &uses.at[i];
        TRY(discount_use_live(tx, u->discount, order, true, &count));
        if (count)
            TRY(spend(tx, u->discount, u->amount, u->has_person ? u->person : 0));
    }
    return NULL;
}

Err *fee_erase_person(Tx *tx, Id person, Time now)
{
    (void)now;
    TRY(buyer_tags_forget(tx, person));
    TRY(discount_persons_forget(tx, person));
    return discount_uses_forget(tx, person);
}
