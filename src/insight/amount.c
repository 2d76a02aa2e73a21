/* Amounts as people say them. */
#include "insight/amount.h"

enum { GRAMS = 3 };

static bool grams(Str unit, int64_t scale)
{
    return str_eq(unit, STR("GRM")) && scale == 0;
}

Quantity amount_of(int64_t steps, Str unit, int64_t scale)
{
    if (!grams(unit, scale))
        return (Quantity){steps, unit, scale};
    int64_t to = steps >= 10000 ? 500 : steps >= 1000 ? 100 : 10;
    return (Quantity){(steps + to / 2) / to * to, STR("KGM"), GRAMS};
}

Str amount_say(Req *r, int64_t steps, Str unit, int64_t scale)
{
    return say_quantity(r->arena, r->lang, amount_of(steps, unit, scale));
}

Str amount_local(Req *r, const Measures *measures, int64_t steps, Str unit, int64_t scale)
{
    return measure_local(r->arena, measures, amount_of(steps, unit, scale));
}

Str amount_range(Req *r, int64_t low, int64_t high, Str unit, int64_t scale)
{
    Quantity from = amount_of(low, unit, scale);
    const TextArg args[] = {{"low", say_decimal(r->arena, r->lang, from.steps, from.scale)}, {"high", amount_say(r, high, unit, scale)}};
    return tr_fill(r->arena, tr(r->lang, NP_("amount", "{low}–{high}")), args, 2);
}

Str amount_typed(Arena *arena, int64_t steps, Str unit, int64_t scale)
{
    return grams(unit, scale) ? quantity_plain(arena, steps, GRAMS) : quantity_plain(arena, steps, scale);
}

Str amount_unit(Str unit)
{
    return str_eq(unit, STR("GRM")) ? STR("KGM") : unit;
}

bool amount_take(Str typed, Str unit, int64_t scale, int64_t *steps)
{
    return quantity_parse(typed, grams(unit, scale) ? GRAMS : scale, steps);
}
