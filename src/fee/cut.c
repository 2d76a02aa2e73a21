/* Cutting fees: all products in 128 bits (mul_div), rounded half up once, shares by largest remainder (base/money.h). */
#include "fee/fee.h"

static const struct {
    const char *word;
    FeeBase base;
} bases[] = {{"percent", FEE_PERCENT}, {"order", FEE_ORDER}, {"line", FEE_LINE}, {"unit", FEE_UNIT}, {"weight", FEE_WEIGHT}};

const char *fee_base_word(FeeBase base)
{
    return bases[base].word;
}

bool fee_base_find(Str word, FeeBase *base)
{
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        if (str_eq(word, str_of(bases[i].word))) {
            *base = bases[i].base;
            return true;
        }
    return false;
}

Money tax_inside(Money amount, int64_t tax_ppm)
{
    Money parts[2];
    money_split(amount, (const int64_t[]){1000000, tax_ppm}, 2, parts);
    return parts[1];
}

/* What a term that is no percent of the price comes to on one line; an order's fee is cut over all lines beforehand. */
static bool fixed_amount(const FeeTerm *term, const FeeLine *line, Money of_order, Money *out)
{
    *out = (Money){0};
    if (line->amount.minor == 0)
        return true;
    switch (term->base) {
    case FEE_PERCENT:
        return money_rate(line->amount, term->rate, out);
    case FEE_ORDER:
        *out = of_order;
        return true;
    case FEE_LINE:
        out->minor = term->rate;
        return true;
    case FEE_UNIT:
        return mul_div(term->rate, line->milli, 1000, &out->minor);
    case FEE_WEIGHT:
        return mul_div(term->rate, line->grams, 1000, &out->minor);
    }
    return false;
}

/* A fee an order, cut over its lines by their amounts; nothing when all of them are nothing. */
static Money *order_cut(Arena *arena, const FeeTerm *term, const FeeLine *lines, size_t len)
{
    int64_t *weights = NEW_ARRAY(arena, int64_t, len + 1), sum = 0;
    Money *parts = NEW_ARRAY(arena, Money, len + 1);
    for (size_t i = 0; i < len; i++) {
        weights[i] = lines[i].amount.minor;
        sum |= weights[i];
    }
    if (term->base == FEE_ORDER && sum && len)
        money_split((Money){term->rate}, weights, len, parts);
    return parts;
}

/* Percents that are taken out of one line: cut together with what is left, so that all of it is the amount. */
static int64_t percents_out(const FeeTerm *terms, size_t len, const FeeLine *line, FeeShare *shares)
{
    int64_t weights[FEE_TERMS_MAX + 1] = {0}, sum = 0;
    Money parts[FEE_TERMS_MAX + 1];
    for (size_t k = 0; k < len; k++) {
        weights[k + 1] = !terms[k].on_top && terms[k].base == FEE_PERCENT ? terms[k].rate : 0;
        sum += weights[k + 1];
    }
    weights[0] = sum < 1000000 ? 1000000 - sum : 0;
    money_split(line->amount, weights, len + 1, parts);
    for (size_t k = 0; k < len; k++)
        if (weights[k + 1])
            shares[k].amount = parts[k + 1];
    return parts[0].minor;
}

bool fees_cut(Arena *arena, const FeeLine *lines, size_t len, const FeeTerm *terms, size_t terms_len, FeeShare *shares)
{
    Money *of_order[FEE_TERMS_MAX];
    if (terms_len > FEE_TERMS_MAX)
        return false;
    for (size_t k = 0; k < terms_len; k++)
        of_order[k] = order_cut(arena, &terms[k], lines, len);
    for (size_t i = 0; i < len; i++) {
        FeeShare *row = shares + i * terms_len;
        for (size_t k = 0; k < terms_len; k++)
            row[k] = (FeeShare){0};
        int64_t left = percents_out(terms, terms_len, &lines[i], row);
        for (size_t k = 0; k < terms_len; k++) {
            bool out = !terms[k].on_top;
            if ((!out || terms[k].base != FEE_PERCENT) && !fixed_amount(&terms[k], &lines[i], of_order[k][i], &row[k].amount))
                return false;
            if (out && terms[k].base != FEE_PERCENT) { /* a fixed part takes no more than there is */
                if (row[k].amount.minor > left)
                    row[k].amount.minor = left;
                left -= row[k].amount.minor;
            }
            row[k].tax = tax_inside(row[k].amount, terms[k].tax_ppm);
        }
    }
    return true;
}
