/* What an amount of goods costs. All products are formed in 128 bits and rounded half up in one place. */
#include "market/market.h"

static __int128 power_of_ten(int64_t exponent)
{
    __int128 value = 1;
    while (exponent-- > 0)
        value *= 10;
    return value;
}

static bool scale_good(int64_t scale)
{
    return scale >= 0 && scale <= SCALE_MAX;
}

Err *measure_check(Arena *arena, const Measure *m)
{
    const Unit *sold = unit_find(m->sold_unit), *priced = unit_find(m->priced_unit);
    if (!sold)
        return err_arg(arena, err_field(arena, "measure.unit", "unit"), "unit", m->sold_unit);
    if (!priced)
        return err_arg(arena, err_field(arena, "measure.unit", "priced_unit"), "unit", m->priced_unit);
    if (!scale_good(m->sold_scale))
        return err_field(arena, "measure.scale", "scale");
    if (!scale_good(m->priced_scale))
        return err_field(arena, "measure.scale", "priced_scale");
    if (m->nominal_priced_steps < 0)
        return err_field(arena, "measure.nominal", "nominal_priced_steps");
    if (m->nominal_priced_steps == 0 && sold->kind != priced->kind)
        return err_field(arena, "measure.kinds", "priced_unit");
    return NULL;
}

/* top / bottom of a price, half up; prices and amounts are never negative. */
static bool divide(__int128 top, __int128 bottom, Money *out)
{
    __int128 value = (top + bottom / 2) / bottom;
    if (top < 0 || bottom <= 0 || value > INT64_MAX)
        return false;
    out->minor = (int64_t)value;
    return true;
}

static bool multiply(__int128 *value, __int128 by)
{
    return !__builtin_mul_overflow(*value, by, value);
}

bool measure_cost(const Measure *m, Money price, int64_t steps, Money *out)
{
    const Unit *sold = unit_find(m->sold_unit), *priced = unit_find(m->priced_unit);
    if (!sold || !priced || price.minor < 0 || steps < 0 || !scale_good(m->sold_scale) || !scale_good(m->priced_scale))
        return false;
    __int128 top = price.minor, bottom = power_of_ten(m->sold_scale);
    if (!multiply(&top, steps))
        return false;
    if (m->nominal_priced_steps > 0) {
        bottom *= power_of_ten(m->priced_scale);
        return multiply(&top, m->nominal_priced_steps) && divide(top, bottom, out);
    }
    if (sold->kind != priced->kind)
        return false;
    if (sold != priced) {
        bottom *= priced->micro;
        if (!multiply(&top, sold->micro))
            return false;
    }
    return divide(top, bottom, out);
}

bool measure_weighed_cost(const Measure *m, Money price, int64_t priced_steps, Money *out)
{
    __int128 top = price.minor;
    return price.minor >= 0 && priced_steps >= 0 && scale_good(m->priced_scale) && multiply(&top, priced_steps) &&
           divide(top, power_of_ten(m->priced_scale), out);
}

bool measure_expected(const Measure *m, int64_t steps, int64_t tolerance_ppm, int64_t *expected, int64_t *limit)
{
    const Unit *sold = unit_find(m->sold_unit), *priced = unit_find(m->priced_unit);
    if (!sold || !priced || (priced->kind != UNIT_MASS && priced->kind != UNIT_VOLUME) || !scale_good(m->sold_scale) ||
        !scale_good(m->priced_scale) || steps < 0)
        return false;
    __int128 top = steps, bottom = power_of_ten(m->sold_scale);
    if (m->nominal_priced_steps > 0) {
        top *= m->nominal_priced_steps;
    } else if (sold->kind == priced->kind) {
        bottom *= priced->micro;
        if (!multiply(&top, sold->micro) || !multiply(&top, power_of_ten(m->priced_scale)))
            return false;
    } else {
        return false;
    }
    Money rounded;
    if (!divide(top, bottom, &rounded))
        return false;
    *expected = rounded.minor;
    __int128 most = (__int128)rounded.minor * (1000000 + (tolerance_ppm > 0 ? tolerance_ppm : WEIGH_TOLERANCE_PPM)) / 1000000;
    *limit = most > INT64_MAX ? INT64_MAX : (int64_t)most;
    return true;
}

bool measure_unit_price(const Measure *m, Money price, Str content_unit, int64_t content_milli, Money *out, Str *unit)
{
    const Unit *priced = unit_find(m->priced_unit);
    if (!priced || price.minor < 0)
        return false;
    __int128 top = price.minor;
    if (priced->kind == UNIT_COUNT && content_milli > 0) {
        *unit = content_unit;
        return multiply(&top, (__int128)1000 * priced->micro / 1000000) && divide(top, content_milli, out);
    }
    if ((priced->kind != UNIT_MASS && priced->kind != UNIT_VOLUME) || priced->micro == 1000000)
        return false;
    *unit = priced->kind == UNIT_MASS ? STR("KGM") : STR("LTR");
    return multiply(&top, 1000000) && divide(top, priced->micro, out);
}
