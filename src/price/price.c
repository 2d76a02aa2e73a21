/* Making and ending special prices, and the tax inside a price. */
#include "price/price.h"

#include "base/text.h"
#include "core/core.h"
#include "price/queries.h"

enum { SPECIALS_MAX = 50, TAG_MAX = 40 };

Err *special_add(Tx *tx, const NewSpecial *special, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    Str tag = str_trim(utf8_clean(arena, utf8_cut(text_fold(arena, str_trim(special->tag)), TAG_MAX))); /* as buyer_tag_put keeps it */
    PriceOffer offer;
    PriceSpecialList there;
    bool found;
    int64_t ended;
    TRY(price_offer(&tx->db, special->offer, STR("en"), &offer, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    if (!tag.len && special->min_steps <= 0)
        return err_field(arena, "price.standard", "from");
    if (special->min_steps < 0 || special->min_steps % (offer.step ? offer.step : 1))
        return err_field(arena, "price.step", "from");
    if (special->amount.minor < 0 || (offer.has_standard && special->amount.minor >= offer.standard.minor))
        return err_field(arena, "price.not_lower", "price");
    TRY(price_special_replace(tx, special->offer, tag, special->min_steps, now, &ended));
    TRY(price_special_list(&tx->db, special->offer, &there));
    if (there.len >= SPECIALS_MAX)
        return err_new(arena, ERR_CONFLICT, "price.too_many");
    *made = id_mint();
    TRY(price_special_put(tx, &(PriceSpecialPutArgs){.id = *made, .offer = special->offer, .tag = tag, .min_steps = special->min_steps,
                                                     .amount = special->amount, .now = now, .actor = who}));
    return audit(tx, now, who, "price.special", special->offer, STR(""));
}

Err *special_end(Tx *tx, Id offer, Id price, Id who, Time now)
{
    int64_t count;
    TRY(price_special_end(tx, offer, price, now, &count));
    return count ? audit(tx, now, who, "price.special_end", offer, STR("")) : err_new(tx->db.arena, ERR_MISSING, "price.missing");
}

Err *product_tax_set(Tx *tx, Id product, int64_t tax_ppm, Id who, Time now)
{
    if (tax_ppm < 0 || tax_ppm > 1000000)
        return err_field(tx->db.arena, "price.tax", "tax");
    TRY(tax_ppm ? price_tax_put(tx, product, tax_ppm) : price_tax_drop(tx, product));
    return audit(tx, now, who, "price.tax", product, STR(""));
}

Err *price_steps(Db *db, Id product, PriceStepList *out)
{
    PriceStepRowList rows;
    TRY(price_steps_of(db, product, &rows));
    *out = (PriceStepList){NEW_ARRAY(db->arena, PriceStep, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (PriceStep){rows.at[i].offer, rows.at[i].min_steps, rows.at[i].amount};
    return NULL;
}
