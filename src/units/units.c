/* Reading and saying amounts in people's own measures. */
#include "units/units.h"

#include "base/text.h"
#include "units/queries.h"

enum { TYPED_MAX = 60, PLACES = 6 };

/* The number in front and the word behind it. */
static bool split(Arena *arena, Str typed, Str *number, Str *word)
{
    char plain[TYPED_MAX];
    size_t len = 0;
    Str text = str_trim(typed);
    if (!text.len || text.len >= sizeof plain)
        return false;
    while (len < text.len && ((text.at[len] >= '0' && text.at[len] <= '9') || text.at[len] == '.' || text.at[len] == ',')) {
        plain[len] = text.at[len] == ',' ? '.' : text.at[len]; /* many keyboards offer only the comma */
        len++;
    }
    *number = str_format(arena, "%.*s", (int)len, plain);
    *word = text_fold(arena, str_trim(str_slice(text, len, text.len)));
    return len > 0;
}

/* "crates" is "crate", too. */
static bool names(Arena *arena, Str word, Str name)
{
    Str folded = text_fold(arena, name);
    return folded.len && (str_eq(word, folded) || (str_starts(word, folded) && (str_eq(str_slice(word, folded.len, word.len), STR("s")) ||
                                                                                str_eq(str_slice(word, folded.len, word.len), STR("es")))));
}

/* amount (millionths) of a measure of micro millionths of base, as steps of target; exact or nothing. */
static bool convert(int64_t amount, int64_t micro, const Unit *base, const Unit *target, int64_t scale, int64_t *steps)
{
    __int128 top = amount, bottom = (__int128)target->micro * 1000000 * 1000000;
    if (base->kind != target->kind || __builtin_mul_overflow(top, (__int128)micro, &top) || __builtin_mul_overflow(top, (__int128)base->micro, &top))
        return false;
    for (int64_t i = 0; i < scale; i++)
        if (__builtin_mul_overflow(top, (__int128)10, &top))
            return false;
    if (top % bottom || top / bottom > INT64_MAX)
        return false;
    *steps = (int64_t)(top / bottom);
    return true;
}

Err *measure_typed(Db *db, Str typed, Str unit, int64_t scale, int64_t *steps, bool *good)
{
    Str number, word;
    int64_t amount;
    UnitsRowList rows;
    const Unit *target = unit_find(unit);
    *good = false;
    if (!target || !split(db->arena, typed, &number, &word))
        return NULL;
    if (!word.len) {
        *good = quantity_parse(number, scale, steps);
        return NULL;
    }
    if (!quantity_parse(number, PLACES, &amount))
        return NULL;
    for (size_t i = 0; unit_at(i) && !*good; i++)
        if (names(db->arena, word, str_of(unit_at(i)->symbol)) || names(db->arena, word, str_of(unit_at(i)->name)))
            *good = convert(amount, 1000000, unit_at(i), target, scale, steps);
    if (*good)
        return NULL;
    TRY(units_all(db, &rows));
    for (size_t i = 0; i < rows.len && !*good; i++)
        if ((names(db->arena, word, rows.at[i].name) || names(db->arena, word, rows.at[i].slug)) && unit_find(rows.at[i].unit))
            *good = convert(amount, rows.at[i].micro, unit_find(rows.at[i].unit), target, scale, steps);
    return NULL;
}

static bool reads(const UnitsRow *row, Str lang)
{
    return !row->lang.len || str_eq(row->lang, lang);
}

Err *measures_shown(Db *db, Str lang, Measures *out)
{
    UnitsRowList rows;
    size_t len = 0;
    TRY(units_all(db, &rows));
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].priced && reads(&rows.at[i], lang))
            rows.at[len++] = rows.at[i];
    *out = (Measures){rows.at, len};
    return NULL;
}

Str measure_local(Arena *arena, const Measures *measures, Quantity q)
{
    const Unit *from = unit_find(q.unit);
    for (size_t i = 0; from && i < measures->len; i++) {
        const UnitsRow *row = &measures->at[i];
        const Unit *base = unit_find(row->unit);
        if (!base || base->kind != from->kind || base->kind == UNIT_COUNT)
            continue;
        __int128 top = (__int128)q.steps * from->micro * 1000 * 1000000, bottom = (__int128)row->micro * base->micro;
        for (int64_t k = 0; k < q.scale; k++)
            bottom *= 10;
        __int128 milli = (top + bottom / 2) / bottom;
        if (milli > 0 && milli < INT64_MAX)
            return str_format(arena, "%.*s %.*s", STR_ARG(quantity_plain(arena, (int64_t)milli, 3)), STR_ARG(row->name));
    }
    return STR("");
}

Err *units_for(Db *db, Str lang, Str unit, StrList *out)
{
    UnitsRowList rows;
    const Unit *target = unit_find(unit);
    TRY(units_all(db, &rows));
    *out = (StrList){NEW_ARRAY(db->arena, Str, rows.len + 1), 0};
    for (size_t i = 0; target && i < rows.len; i++) {
        const Unit *base = unit_find(rows.at[i].unit);
        bool same = base == target && rows.at[i].micro == 1000000;
        if (base && base->kind == target->kind && reads(&rows.at[i], lang) && !same)
            out->at[out->len++] = rows.at[i].name;
    }
    return NULL;
}
