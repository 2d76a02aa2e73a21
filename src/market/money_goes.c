/* Where a buyer's money goes: the same cut an order would freeze, for one piece or one kilogram. */
#include "market/handlers.h"
#include "market/quote.h"

enum { BAR = 1000 };

static Err *receiver_name(Req *r, Id org, Str *name)
{
    MarketText text;
    bool found;
    TRY(seller_name(&r->db, org, lang_of(r), &text, &found));
    *name = found ? text.words : STR("");
    return NULL;
}

static Err *row_add(Req *r, MoneyGoesView *out, Id receiver, Str label, Money amount, Money whole)
{
    MoneyGoesRow *row = &out->rows.at[out->rows.len];
    int64_t width = 0, tenths = 0;
    if (!amount.minor || !mul_div(amount.minor, BAR, whole.minor, &width) || !mul_div(amount.minor, 1000, whole.minor, &tenths))
        return NULL;
    *row = (MoneyGoesRow){.label = label, .amount = amount, .percent = str_format(r->arena, "%.*s %%", STR_ARG(quantity_plain(r->arena, tenths, 1))),
                          .width = width, .number = (int64_t)out->rows.len};
    TRY(receiver_name(r, receiver, &row->receiver));
    for (size_t i = 0; i < out->rows.len; i++)
        row->from += out->rows.at[i].width;
    out->rows.len++;
    return NULL;
}

/* Fees for one whole priced unit of a card; out->rows stays empty where the seller gets all of it and nothing is added. */
Err *money_goes(Req *r, const Card *card, MoneyGoesView *out)
{
    FeeRuleList rules;
    Measure measure = {card->priced_unit, 0, card->priced_unit, 3, 0};
    FeeLine line = fee_line(&measure, card->price, 1, -1);
    TRY(fees_now(&r->db, r->now, &rules));
    FeeTermList terms = fees_of(r->arena, &rules, card->org);
    FeeShare *shares = NEW_ARRAY(r->arena, FeeShare, terms.len + 1);
    size_t len = 0;
    *out = (MoneyGoesView){.unit = card->priced_unit, .whole = card->price};
    for (size_t k = 0; k < terms.len; k++) { /* a fee an order is not of one piece */
        out->an_order |= terms.at[k].base == FEE_ORDER && terms.at[k].on_top;
        if (terms.at[k].base != FEE_ORDER)
            terms.at[len++] = terms.at[k];
    }
    if (!len || card->price.minor <= 0 || !fees_cut(r->arena, &line, 1, terms.at, len, shares))
        return NULL;
    Money seller = card->price;
    for (size_t k = 0; k < len; k++) {
        out->whole.minor += terms.at[k].on_top ? shares[k].amount.minor : 0;
        seller.minor -= terms.at[k].on_top ? 0 : shares[k].amount.minor;
        out->tax.minor += shares[k].tax.minor;
    }
    out->rows.at = NEW_ARRAY(r->arena, MoneyGoesRow, len + 2);
    TRY(row_add(r, out, card->org, tr(r->lang, N_("For the goods")), seller, out->whole));
    for (size_t k = 0; k < len; k++)
        TRY(row_add(r, out, terms.at[k].receiver, fee_label(terms.at[k].label, terms.at[k].kind, lang_of(r)), shares[k].amount, out->whole));
    return NULL;
}
