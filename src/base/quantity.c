/* Quantities and the units we know. Factors: UN/ECE Recommendation 20. */
#include "base/quantity.h"

#include "base/err.h"
#include "base/money.h"

static const Unit units[] = {
    {"C62", UNIT_COUNT, 1000000, "", N_("piece")},
    {"DZN", UNIT_COUNT, 12000000, "dozen", N_("dozen")},
    {"PR", UNIT_COUNT, 2000000, "pair", N_("pair")},
    {"KGM", UNIT_MASS, 1000000, "kg", N_("kilogram")},
    {"GRM", UNIT_MASS, 1000, "g", N_("gram")},
    {"TNE", UNIT_MASS, 1000000000, "t", N_("tonne")},
    {"LBR", UNIT_MASS, 453592, "lb", N_("pound")},
    {"ONZ", UNIT_MASS, 28350, "oz", N_("ounce")},
    {"LTR", UNIT_VOLUME, 1000000, "L", N_("litre")},
    {"MLT", UNIT_VOLUME, 1000, "ml", N_("millilitre")},
    {"MTR", UNIT_LENGTH, 1000000, "m", N_("metre")},
    {"CMT", UNIT_LENGTH, 10000, "cm", N_("centimetre")},
    {"MTK", UNIT_AREA, 1000000, "m²", N_("square metre")},
    {"HAR", UNIT_AREA, 10000000000, "ha", N_("hectare")},
    {"HUR", UNIT_TIME, 1000000, "h", N_("hour")},
    {"DAY", UNIT_TIME, 24000000, "d", N_("day")},
};

const Unit *unit_at(size_t index)
{
    return index < sizeof units / sizeof *units ? &units[index] : NULL;
}

const Unit *unit_find(Str code)
{
    for (size_t i = 0; unit_at(i); i++)
        if (str_eq(code, str_of(units[i].code)))
            return &units[i];
    return NULL;
}

static int64_t power_of_ten(int64_t exponent)
{
    int64_t value = 1;
    while (exponent-- > 0)
        value *= 10;
    return value;
}

Str quantity_plain(Arena *arena, int64_t steps, int64_t scale)
{
    Str text = money_plain(arena, (Money){steps}, (int)scale);
    if (scale > 0) {
        while (text.at[text.len - 1] == '0')
            text.len--;
        if (text.at[text.len - 1] == '.')
            text.len--;
    }
    return text;
}

bool quantity_parse(Str text, int64_t scale, int64_t *steps)
{
    Money amount;
    text = str_trim(text);
    if (text.len == 0 || ((text.at[0] < '0' || text.at[0] > '9') && text.at[0] != '.') || scale < 0 ||
        scale > SCALE_MAX || !money_parse(text, (int)scale, &amount))
        return false;
    *steps = amount.minor;
    return true;
}

bool quantity_convert(Quantity from, Str to_unit, int64_t to_scale, int64_t *steps)
{
    const Unit *a = unit_find(from.unit), *b = unit_find(to_unit);
    if (!a || !b || a->kind != b->kind || from.scale < 0 || from.scale > SCALE_MAX || to_scale < 0 ||
        to_scale > SCALE_MAX)
        return false;
    __int128 top = (__int128)from.steps * a->micro, bottom = b->micro;
    if (to_scale >= from.scale)
        top *= power_of_ten(to_scale - from.scale);
    else
        bottom *= power_of_ten(from.scale - to_scale);
    if (top % bottom != 0 || top / bottom > INT64_MAX || top / bottom < INT64_MIN)
        return false;
    *steps = (int64_t)(top / bottom);
    return true;
}
