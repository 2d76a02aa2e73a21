/* Measures and currencies in the words of the Data Food Consortium; what it has no word for is named by UN/ECE Recommendation 20 and
   ISO 4217. */
#include "trade/trade.h"

typedef struct TermOf {
    Str code;
    const char *term;
} TermOf;

/* The first word of a code is the one that is written; all are read. */
static const TermOf units[] = {{STR("KGM"), "Kilogram"},   {STR("GRM"), "Gram"},     {STR("LTR"), "Litre"},     {STR("MLT"), "Millilitre"},
                               {STR("TNE"), "Tonne"},      {STR("C62"), "Piece"},    {STR("DZN"), "Dozen"},     {STR("LBR"), "PoundMass"},
                               {STR("ONZ"), "OunceMass"},  {STR("PR"), "Pair"},      {STR("CLT"), "Centilitre"}, {STR("DLT"), "Decilitre"},
                               {STR("C62"), "Unit"},       {STR("C62"), "Bottle"},   {STR("C62"), "Box"},       {STR("C62"), "Bunch"},
                               {STR("C62"), "Can"},        {STR("C62"), "Carton"},   {STR("C62"), "Case"},      {STR("C62"), "Crate"},
                               {STR("C62"), "Jar"},        {STR("C62"), "Pack"},     {STR("C62"), "Package"},   {STR("C62"), "Sachet"},
                               {STR("C62"), "Tray"},       {STR("C62"), "Tub"},      {STR("C62"), "Cup"},       {STR("C62"), "Bag"}};
static const TermOf currencies[] = {{STR("EUR"), "Euro"},
                                    {STR("GBP"), "PoundSterling"},
                                    {STR("USD"), "USDollar"},
                                    {STR("AUD"), "AustralianDollar"},
                                    {STR("CAD"), "CanadianDollar"}};
#define REC20 "urn:un:unece:uncefact:codelist:standard:UNECE:rec20:"
#define ISO4217 "urn:iso:std:iso:4217:"

static Str code_of(const TermOf *terms, size_t len, Str rest, Str term)
{
    if (str_starts(term, rest))
        return str_slice(term, rest.len, term.len);
    if (!str_starts(term, STR("dfc-m:")))
        return (Str){0};
    for (size_t i = 0; i < len; i++)
        if (str_eq_nocase(str_of(terms[i].term), str_slice(term, 6, term.len)))
            return terms[i].code;
    return (Str){0};
}

static Str term_of(Arena *arena, const TermOf *terms, size_t len, const char *rest, Str code)
{
    for (size_t i = 0; i < len; i++)
        if (str_eq(terms[i].code, code))
            return str_format(arena, "dfc-m:%s", terms[i].term);
    return str_format(arena, "%s%.*s", rest, STR_ARG(code));
}

Str dfc_unit_code(Str term)
{
    return code_of(units, sizeof units / sizeof *units, STR(REC20), term);
}

Str dfc_unit_term(Arena *arena, Str code)
{
    return term_of(arena, units, sizeof units / sizeof *units, REC20, code);
}

Str dfc_currency_code(Str term)
{
    return code_of(currencies, sizeof currencies / sizeof *currencies, STR(ISO4217), term);
}

Str dfc_currency_term(Arena *arena, Str code)
{
    return term_of(arena, currencies, sizeof currencies / sizeof *currencies, ISO4217, code);
}
