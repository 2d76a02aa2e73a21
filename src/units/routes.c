/* The page on which the co-operative keeps its own measures. */
#include "base/text.h"
#include "units/pages.h"
#include "units/templates.h"
#include "units/units.h"

enum { MICRO_PLACES = 6, UNITS_MAX = 200 };

static const char *const unit_labels[] = {N_("kilograms"), N_("litres"), N_("pieces"), N_("square metres")};
static const char *const lang_labels[] = {N_("Everybody"), "English", "中文"};
static const Field units_fields[] = {
    FIELD(UnitsForm, name, FIELD_STR, .required = true, .max = 40, .label = N_("What people call it"), .help = N_("Like 斤, crate or bunch.")),
    FIELD(UnitsForm, amount, FIELD_STR, .required = true, .max = 20, .input = "number", .label = N_("One of it is so much"), .help = N_("Like 0.5 or 12.")),
    FIELD(UnitsForm, unit, FIELD_STR, .required = true, .one_of = "KGM|LTR|C62|MTK", .one_of_labels = unit_labels, .input = "select", .label = N_("of what?")),
    FIELD(UnitsForm, lang, FIELD_STR, .one_of = "all|en|zh-CN", .one_of_labels = lang_labels, .input = "select", .label = N_("Shown to readers of")),
    FIELD(UnitsForm, priced, FIELD_BOOL, .label = N_("Show prices and amounts in it, too")),
};
const Shape units_form = SHAPE(UnitsForm, "LocalUnitForm", units_fields);

static UnitsItem item_of(Req *r, const UnitsRow *row)
{
    Str amount = quantity_plain(r->arena, row->micro, MICRO_PLACES);
    UnitsItem out = {.id = row->id, .name = row->name, .priced = row->priced,
                     .is = say_quantity(r->arena, r->lang, (Quantity){row->micro, row->unit, MICRO_PLACES}),
                     .who = !row->lang.len ? tr(r->lang, N_("Everybody")) : str_eq(row->lang, STR("zh-CN")) ? STR("中文") : STR("English"),
                     .form = {row->name, amount, row->unit, row->lang.len ? row->lang : STR("all"), row->priced}};
    return out;
}

static Err *show_units(Req *r)
{
    static const UnitsForm none = {.unit = {"KGM", 3}, .lang = {"all", 3}};
    UnitsRowList rows;
    Id refused = 0;
    const UnitsForm *typed = r->form_shape == &units_form ? r->form_values : NULL;
    TRY(units_all(&r->db, &rows));
    if (typed && str_eq(str_of(r->route->path), STR("/units/{id}")))
        TRY(take_id(r, 0, &refused));
    UnitsView view = {.items = {NEW_ARRAY(r->arena, UnitsItem, rows.len + 1), rows.len}, .form = typed && !refused ? typed : &none, .open = typed && !refused};
    for (size_t i = 0; i < rows.len; i++) {
        UnitsItem *item = &view.items.at[i];
        *item = item_of(r, &rows.at[i]);
        item->open = item->id == refused;
        item->shown = item->open ? typed : &item->form;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Our own measures")), .place = "/units"});
    units_units(page, &view);
    return page_end(page);
}

typedef struct Keeping {
    Id id, who;
    Str slug, lang, name, unit;
    int64_t micro;
    bool priced, fresh, drop;
    Time now;
} Keeping;

static Err *keep_write(Tx *tx, void *arg)
{
    const Keeping *k = arg;
    int64_t count = 1;
    UnitsCount same;
    if (k->drop) {
        TRY(units_drop(tx, k->id, &count));
    } else {
        TRY(units_same(&tx->db, k->name, k->lang, k->id, &same));
        if (same.total)
            return err_field(tx->db.arena, "units.taken", "name");
        if (k->fresh)
            TRY(units_add(tx, &(UnitsAddArgs){.id = k->id, .slug = k->slug, .lang = k->lang, .name = k->name, .unit = k->unit, .micro = k->micro, .priced = k->priced}));
        else
            TRY(units_put(tx, &(UnitsPutArgs){.id = k->id, .lang = k->lang, .name = k->name, .unit = k->unit, .micro = k->micro, .priced = k->priced}, &count));
    }
    return count ? audit(tx, k->now, k->who, k->drop ? "units.drop" : k->fresh ? "units.add" : "units.change", k->id, STR(""))
                 : err_new(tx->db.arena, ERR_MISSING, "units.missing");
}

static Err *keep_try(Req *r, Keeping *k)
{
    UnitsForm form = {0};
    UnitsRowList rows;
    Arena *arena = r->arena;
    TRY(take(r, &units_form, &form));
    TRY(units_all(&r->db, &rows));
    if (k->fresh && rows.len >= UNITS_MAX)
        return err_new(arena, ERR_CONFLICT, "units.many");
    if (!quantity_parse(str_trim(form.amount), MICRO_PLACES, &k->micro) || k->micro <= 0 || k->micro > INT64_C(1000000000000))
        return err_field(arena, "units.amount", "amount");
    k->name = utf8_clean(arena, str_trim(form.name));
    if (!k->name.len || (k->name.at[0] >= '0' && k->name.at[0] <= '9'))
        return err_field(arena, "units.name", "name");
    k->unit = form.unit;
    k->lang = str_eq(form.lang, STR("all")) ? STR("") : form.lang;
    k->priced = form.priced;
    k->slug = id_text(arena, k->id);
    return db_write(r->store, arena, keep_write, k);
}

static Err *kept(Req *r, Keeping *k)
{
    Err *err = keep_try(r, k);
    if (err && err->kind != ERR_MISSING)
        return reply_form_again(r, err, show_units);
    TRY(err);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/units");
}

static Err *add_unit(Req *r)
{
    return kept(r, &(Keeping){.id = id_mint(), .who = r->who, .fresh = true, .now = r->now});
}

static Err *change_unit(Req *r)
{
    Keeping k = {.who = r->who, .now = r->now};
    TRY(take_id(r, 0, &k.id));
    return kept(r, &k);
}

static Err *drop_unit(Req *r)
{
    Keeping k = {.who = r->who, .drop = true, .now = r->now};
    TRY(take_id(r, 0, &k.id));
    TRY(db_write(r->store, r->arena, keep_write, &k));
    reply_notice(r, N_("Taken away."));
    return reply_see(r, "/units");
}

static const ErrText errors[] = {
    {"units.taken", N_("There is a measure of this name already.")},
    {"units.many", N_("There are 200 measures already. Take one away first.")},
    {"units.amount", N_("Write the amount as a number above zero, like 0.5.")},
    {"units.name", N_("Write a name that does not begin with a number.")},
    {"units.missing", N_("This measure is not here any more.")},
    {0},
};
static const Place places[] = {
    {.path = "/units", .label = N_("Our own measures"), .icon = "scale", .order = 42, .roles = ROLE_ADMIN, .kind = PLACE_VILLAGE},
    {0},
};
static const Route routes[] = {
    GET("/units", show_units, HAS_ROLE, "Measures people use beside the metric ones.", .roles = ROLE_ADMIN),
    POST("/units", add_unit, HAS_ROLE, "One more measure.", .roles = ROLE_ADMIN, .takes = &units_form),
    POST("/units/{id}", change_unit, HAS_ROLE, "Changes one.", .roles = ROLE_ADMIN, .takes = &units_form),
    POST("/units/{id}/remove", drop_unit, HAS_ROLE, "Takes one away.", .roles = ROLE_ADMIN),
};
const Module units_module = MODULE("units", routes, .errors = errors, .places = places);
