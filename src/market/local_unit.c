/* Local units as data: jin and mu, crate and bunch. Prices are shown for one of them; orders know only UN/ECE units. */
#include "market/change.h"
#include "units/units.h"

static const struct {
    const char *slug, *lang, *name, *unit;
    int64_t micro;
    bool priced;
} standards[] = {
    {"jin", "zh-CN", "斤", "KGM", 500000, true},
    {"liang", "zh-CN", "两", "KGM", 50000, false},
    {"dan", "zh-CN", "担", "KGM", 50000000, false},
    {"mu", "zh-CN", "亩", "MTK", 666666667, false},
    {"jin", "en", "jin", "KGM", 500000, false},
    {"mu", "en", "mu", "MTK", 666666667, false},
    {"crate", "en", "crate", "C62", 1000000, false},
    {"crate", "zh-CN", "筐", "C62", 1000000, false},
    {"bunch", "en", "bunch", "C62", 1000000, false},
    {"bunch", "zh-CN", "把", "C62", 1000000, false},
    {"box", "en", "graded box", "C62", 1000000, false},
    {"box", "zh-CN", "分级箱", "C62", 1000000, false},
};

static Err *standards_insert(Tx *tx, void *unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++)
        TRY(local_unit_insert(tx, &(LocalUnitInsertArgs){.id = id_mint(), .slug = str_of(standards[i].slug), .lang = str_of(standards[i].lang),
                                                         .name = str_of(standards[i].name), .unit = str_of(standards[i].unit),
                                                         .micro = standards[i].micro, .priced = standards[i].priced, .position = (int64_t)i}));
    return NULL;
}

Err *local_units_start(Store *store, Arena *arena)
{
    Db db;
    LocalUnitList rows;
    TRY(db_read(store, arena, &db));
    TRY(local_unit_list(&db, STR(""), &rows));
    return rows.len ? NULL : db_write(store, arena, standards_insert, NULL);
}

bool local_price(const LocalUnit *local, Money price, Str priced_unit, Money *out)
{
    const Unit *priced = unit_find(priced_unit), *base = unit_find(local->unit);
    int64_t micro;
    if (!local->priced || !priced || !base || priced->kind != base->kind || !mul_div(local->micro, base->micro, 1000000, &micro) ||
        micro == priced->micro)
        return false;
    return mul_div(price.minor, micro, priced->micro, &out->minor);
}

Err *local_prices(Req *r, const CardList *cards, VariantViewList *variants)
{
    LocalUnitList units;
    TRY(local_unit_list(&r->db, lang_of(r), &units));
    for (size_t i = 0; i < variants->len; i++)
        if (!variants->at[i].pieces)
            TRY(units_for(&r->db, lang_of(r), variants->at[i].unit, &variants->at[i].measures));
    for (size_t i = 0; i < cards->len && i < variants->len; i++)
        for (size_t k = 0; k < units.len && !variants->at[i].local.len; k++)
            if (local_price(&units.at[k], cards->at[i].price, cards->at[i].priced_unit, &variants->at[i].local_price))
                variants->at[i].local = units.at[k].name;
    return NULL;
}

/* ---- for programs ---- */

static const Field local_unit_fields[] = {
    FIELD(LocalUnit, slug, FIELD_STR, .label = "jin, mu, crate ..."),
    FIELD(LocalUnit, lang, FIELD_STR, .label = "Of its readers; empty: all"),
    FIELD(LocalUnit, name, FIELD_STR, .label = "As they write it"),
    FIELD(LocalUnit, unit, FIELD_STR, .label = "UN/ECE Rec 20 code it is reckoned in"),
    FIELD(LocalUnit, micro, FIELD_INT, .label = "Millionths of that unit"),
    FIELD(LocalUnit, id, FIELD_ID),
};
const Shape local_unit_json_shape = SHAPE(LocalUnit, "LocalUnit", local_unit_fields);

Err *list_units_json(Req *r)
{
    LocalUnitList rows;
    TRY(local_unit_list(&r->db, STR(""), &rows));
    return reply_json_list(r, &local_unit_json_shape, rows.at, rows.len, STR(""));
}
