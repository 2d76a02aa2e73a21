/* Fee rules: made and ended, never edited, so that what an order froze can always be explained. */
#include "base/text.h"
#include "core/core.h"
#include "fee/inside.h"

enum { LABEL_MAX = 80 };

static const struct {
    const char *kind, *name;
} kinds[] = {{"packing", N_("Packing")}, {"transport", N_("Transport")}, {"admin", N_("Administration")},
             {"sales", N_("Selling")},   {"fund", N_("Village fund")},   {"platform", N_("Platform")}};

const char *fee_kind_name(Str kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(kind, str_of(kinds[i].kind)))
            return kinds[i].name;
    return "";
}

static FeeTerm term_of(const FeeRow *row)
{
    FeeTerm term = {.rule = row->id, .receiver = row->receiver, .kind = row->kind, .label = row->label,
                    .on_top = str_eq(row->payer, STR("buyer")), .rate = row->rate, .tax_ppm = row->tax_ppm};
    fee_base_find(row->base, &term.base);
    return term;
}

Err *fees_now(Db *db, Time now, FeeRuleList *out)
{
    FeeRowList rows;
    TRY(fee_rules_now(db, now, &rows));
    *out = (FeeRuleList){.at = NEW_ARRAY(db->arena, FeeRuleBrief, rows.len + 1)};
    for (size_t i = 0; i < rows.len; i++) {
        if (rows.at[i].id)
            out->at[out->len++] = (FeeRuleBrief){term_of(&rows.at[i]), rows.at[i].seller};
        else
            out->discounts = rows.at[i].rate;
    }
    return NULL;
}

FeeTermList fees_of(Arena *arena, const FeeRuleList *rules, Id seller)
{
    FeeTermList out = {NEW_ARRAY(arena, FeeTerm, FEE_TERMS_MAX), 0};
    for (size_t i = 0; i < rules->len && out.len < FEE_TERMS_MAX; i++)
        if (!rules->at[i].seller || rules->at[i].seller == seller)
            out.at[out.len++] = rules->at[i].term;
    return out;
}

/* No seller may have more rules than an order can hold, nor give away more than its whole price. */
static Err *room_check(Tx *tx, const NewFee *fee, FeeBase base, Time now)
{
    FeeRuleList rules;
    int64_t percent = !fee->on_top && base == FEE_PERCENT ? fee->rate : 0;
    TRY(fees_now(&tx->db, now, &rules));
    if (rules.len >= FEE_TERMS_MAX)
        return err_new(tx->db.arena, ERR_CONFLICT, "fee.too_many");
    for (size_t i = 0; i < rules.len; i++) {
        const FeeTerm *t = &rules.at[i].term;
        bool together = !fee->seller || !rules.at[i].seller || rules.at[i].seller == fee->seller;
        if (together && !t->on_top && t->base == FEE_PERCENT)
            percent += t->rate;
    }
    return percent > 1000000 ? err_field(tx->db.arena, "fee.over", "rate") : NULL;
}

Err *fee_add(Tx *tx, const NewFee *fee, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    FeeBase base = FEE_PERCENT;
    if (!*fee_kind_name(fee->kind))
        return err_field(arena, "fee.kind", "kind");
    if (!fee_base_find(fee->base, &base))
        return err_field(arena, "fee.base", "base");
    if (fee->rate <= 0 || fee->rate > (base == FEE_PERCENT ? 1000000 : INT64_C(1000000000)))
        return err_field(arena, "fee.rate", "rate");
    if (fee->tax_ppm < 0 || fee->tax_ppm > 1000000)
        return err_field(arena, "fee.tax", "tax");
    TRY(room_check(tx, fee, base, now));
    *made = id_mint();
    TRY(fee_rule_insert(tx, &(FeeRuleInsertArgs){.id = *made, .receiver = fee->receiver, .seller = fee->seller ? &fee->seller : NULL,
                                                 .kind = fee->kind, .label = utf8_clean(arena, utf8_cut(str_trim(fee->label), LABEL_MAX)),
                                                 .payer = fee->on_top ? STR("buyer") : STR("seller"), .base = fee->base,
                                                 .rate = fee->rate, .tax_ppm = fee->tax_ppm, .now = now}));
    return audit(tx, now, who, "fee.add", *made, STR(""));
}

Err *fee_end(Tx *tx, Id rule, Id who, Time now)
{
    int64_t count;
    TRY(fee_rule_end(tx, rule, now, &count));
    return count ? audit(tx, now, who, "fee.end", rule, STR("")) : err_new(tx->db.arena, ERR_MISSING, "fee.missing");
}
