/* Vehicles, and where each organisation's gate is. */
#include "rounds/handlers.h"
#include "rounds/templates.h"

enum { DAY_MINUTES = 24 * 60 };

Str rounds_vehicle_says(Req *r, const Vehicle *v)
{
    RoadsProfile profile = ROADS_VAN;
    (void)roads_profile_find(v->profile, &profile); /* the table allows no other */
    Buf more = buf_new(r->arena, 300);
    TextArg cold = {"n", say_int(r->arena, r->lang, v->cold_crates)};
    if (v->cold_crates)
        buf_addf(&more, " · %.*s", STR_ARG(tr_fill(r->arena, tr(r->lang, N_("{n} of them cold")), &cold, 1)));
    if (v->skills & SKILL_ANIMALS)
        buf_addf(&more, " · %.*s", STR_ARG(tr(r->lang, N_("live animals"))));
    if (v->skills & SKILL_NARROW)
        buf_addf(&more, " · %.*s", STR_ARG(tr(r->lang, N_("narrow lanes"))));
    TextArg args[] = {{"kind", tr(r->lang, vehicle_kinds[profile])}, {"kg", say_int(r->arena, r->lang, v->kilograms)}, {"n", say_int(r->arena, r->lang, v->crates)}};
    Str base = tr_fill(r->arena, tr(r->lang, N_("{kind}, {kg} kg, {n} crates")), args, 3);
    return str_format(r->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(buf_str(&more)));
}

Err *list_vehicles(Req *r)
{
    VehiclesView view = {0};
    VehicleList rows;
    TRY(vehicle_list(&r->db, &rows));
    view.vehicles.at = NEW_ARRAY(r->arena, VehicleRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view.vehicles.at[view.vehicles.len++] = (VehicleRow){
            rows.at[i].id, rows.at[i].name, rows.at[i].has_driver ? person_name(&r->db, r->lang, rows.at[i].driver) : (Str){0},
            rounds_vehicle_says(r, &rows.at[i]), rows.at[i].active};
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Vehicles")), .place = "/rounds", .back = STR("/rounds")});
    rounds_vehicles(page, &view);
    return page_end(page);
}

static Err *edit_page(Req *r, Str action, Str name, const VehicleForm *form)
{
    VehicleEditView view = {.action = action, .name = name, .fresh = !name.len,
                            .form = r->form_shape == &vehicle_form ? r->form_values : form};
    DriverList drivers;
    RoundGateList gates;
    TRY(driver_list(&r->db, r->now, &drivers));
    TRY(round_gate_list(&r->db, str_of(lang_tag(r->lang)), &gates));
    view.drivers.at = NEW_ARRAY(r->arena, Choice, drivers.len + 1);
    for (size_t i = 0; i < drivers.len; i++)
        view.drivers.at[view.drivers.len++] = (Choice){drivers.at[i].id, drivers.at[i].name, drivers.at[i].id == view.form->driver};
    view.orgs.at = NEW_ARRAY(r->arena, Choice, gates.len + 1);
    Id home = view.form->org ? view.form->org : r->village.org;
    for (size_t i = 0; i < gates.len; i++)
        view.orgs.at[view.orgs.len++] = (Choice){gates.at[i].org, gates.at[i].name, gates.at[i].org == home};
    Page *page = page_begin(r, &(PageHead){.title = name.len ? name : tr(r->lang, N_("New vehicle")), .place = "/rounds", .back = STR("/vehicles")});
    rounds_vehicle(page, &view);
    return page_end(page);
}

Err *show_new_vehicle(Req *r)
{
    static const VehicleForm usual = {.profile = {"van", 3}, .kilograms = 800, .crates = 40, .co2_grams = 200, .from = {"5:30", 4}, .to = {"13:00", 5}};
    return edit_page(r, STR("/vehicles/new"), STR(""), &usual);
}

static bool minute_of(Str text, int64_t *out)
{
    Str hours, minutes;
    int64_t h, m = 0;
    bool colon = str_cut(str_trim(text), ':', &hours, &minutes);
    if (!str_to_int(hours, &h) || (colon && !str_to_int(minutes, &m)) || h < 0 || m < 0 || m > 59 || h * 60 + m > DAY_MINUTES)
        return false;
    *out = h * 60 + m;
    return true;
}

static Str minute_text(Arena *arena, int64_t minute)
{
    return str_format(arena, "%lld:%02lld", (long long)minute / 60, (long long)minute % 60);
}

typedef struct Keeping {
    VehicleForm form;
    int64_t from, to;
    Id id, org, who;
    bool fresh;
    Time now;
} Keeping;

static Err *vehicle_write(Tx *tx, void *arg)
{
    const Keeping *k = arg;
    const VehicleForm *f = &k->form;
    int64_t count;
    const Id *driver = f->driver ? &f->driver : NULL;
    int64_t skills = (f->animals ? SKILL_ANIMALS : 0) | (f->narrow ? SKILL_NARROW : 0);
    if (k->fresh)
        TRY(vehicle_add(tx, &(VehicleAddArgs){k->id, k->org, f->name, f->profile, f->kilograms, f->crates, k->from, k->to, f->co2_grams, driver, !f->resting, f->cold_crates, skills, k->now}));
    else
        TRY(vehicle_change(tx, &(VehicleChangeArgs){k->id, f->name, f->profile, f->kilograms, f->crates, k->from, k->to, f->co2_grams, driver, !f->resting, f->cold_crates, skills}, &count));
    return audit(tx, k->now, k->who, k->fresh ? "rounds.vehicle_add" : "rounds.vehicle_change", k->id, STR(""));
}

static Err *keep(Req *r, Id id, Id org)
{
    Keeping k = {.id = id ? id : id_mint(), .org = org, .who = r->who, .fresh = !id, .now = r->now};
    OrgCard card;
    DriverList drivers;
    bool known = false;
    TRY(take(r, &vehicle_form, &k.form));
    if (!minute_of(k.form.from, &k.from))
        return err_field(r->arena, "round.clock", "from");
    if (!minute_of(k.form.to, &k.to) || k.to <= k.from)
        return err_field(r->arena, "round.clock", "to");
    if (k.fresh && k.form.org)
        k.org = k.form.org;
    TRY(org_card(&r->db, k.org, &card));
    TRY(driver_list(&r->db, r->now, &drivers));
    for (size_t i = 0; i < drivers.len; i++)
        known |= drivers.at[i].id == k.form.driver;
    if (k.form.driver && !known)
        return err_field(r->arena, "round.driver", "driver");
    return db_write(r->store, r->arena, vehicle_write, &k);
}

Err *make_vehicle(Req *r)
{
    Err *err = keep(r, 0, r->village.org);
    if (err)
        return reply_form_again(r, err, show_new_vehicle);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/vehicles");
}

static Err *vehicle_at(Req *r, Vehicle *out)
{
    Id id;
    VehicleList rows;
    TRY(take_id(r, 0, &id));
    TRY(vehicle_list(&r->db, &rows));
    for (size_t i = 0; i < rows.len; i++)
        if (rows.at[i].id == id) {
            *out = rows.at[i];
            return NULL;
        }
    return err_new(r->arena, ERR_MISSING, "round.missing");
}

Err *show_vehicle(Req *r)
{
    Vehicle v;
    TRY(vehicle_at(r, &v));
    VehicleForm form = {.name = v.name, .profile = v.profile, .kilograms = v.kilograms, .crates = v.crates, .co2_grams = v.co2_grams,
                        .from = minute_text(r->arena, v.from_minute), .to = minute_text(r->arena, v.to_minute),
                        .driver = v.has_driver ? v.driver : 0, .org = v.org, .resting = !v.active,
                        .cold_crates = v.cold_crates, .animals = v.skills & SKILL_ANIMALS, .narrow = v.skills & SKILL_NARROW};
    return edit_page(r, str_format(r->arena, "/vehicles/%.*s", STR_ARG(id_text(r->arena, v.id))), v.name, &form);
}

Err *change_vehicle(Req *r)
{
    Vehicle v;
    TRY(vehicle_at(r, &v));
    Err *err = keep(r, v.id, v.org);
    if (err)
        return reply_form_again(r, err, show_vehicle);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/vehicles");
}

/* ---- gates ---- */

Err *list_gates(Req *r)
{
    GatesView view = {0};
    RoundGateList rows;
    TRY(round_gate_list(&r->db, str_of(lang_tag(r->lang)), &rows));
    view.gates.at = NEW_ARRAY(r->arena, GateRow, rows.len + 1);
    const GateForm *typed = r->form_shape == &round_gate_form ? r->form_values : NULL;
    for (size_t i = 0; i < rows.len; i++) {
        const RoundGate *g = &rows.at[i];
        Str at = g->has_latitude ? str_format(r->arena, "%.5f, %.5f", g->latitude, g->longitude) : (Str){0};
        if (typed && typed->org == g->org)
            at = typed->at;
        view.gates.at[view.gates.len++] = (GateRow){g->org, g->name, g->place, at, typed && typed->org == g->org ? typed->narrow : g->narrow};
    }
    if (r->form_error) {
        view.error = err_say(r->arena, r->lang, r->form_error);
        view.wrong = typed ? typed->org : 0;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Gates")), .place = "/rounds", .back = STR("/rounds")});
    rounds_gates(page, &view);
    return page_end(page);
}

typedef struct Gating {
    Id org, who;
    double latitude, longitude;
    bool narrow;
    Time now;
} Gating;

Err *rounds_gate_put(Tx *tx, Id org, double latitude, double longitude, bool narrow, Id who, Time now)
{
    if (!(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180))
        return err_field(tx->db.arena, "round.place", "at");
    TRY(round_gate_put(tx, org, latitude, longitude, narrow, now));
    return audit(tx, now, who, "rounds.gate", org, STR(""));
}

static Err *gate_write(Tx *tx, void *arg)
{
    const Gating *g = arg;
    return rounds_gate_put(tx, g->org, g->latitude, g->longitude, g->narrow, g->who, g->now);
}

Err *rounds_gate_parse(Req *r, Str at, double *latitude, double *longitude)
{
    Str lat, lon;
    bool read = str_cut(at, ',', &lat, &lon) && str_to_real(str_trim(lat), latitude) && str_to_real(str_trim(lon), longitude);
    if (!read || !(*latitude >= -90 && *latitude <= 90 && *longitude >= -180 && *longitude <= 180))
        return err_field(r->arena, "round.place", "at");
    return NULL;
}

static Err *gate_try(Req *r)
{
    GateForm form = {0};
    OrgCard card;
    TRY(take(r, &round_gate_form, &form));
    Gating g = {.org = form.org, .narrow = form.narrow, .who = r->who, .now = r->now};
    TRY(org_card(&r->db, form.org, &card));
    TRY(rounds_gate_parse(r, form.at, &g.latitude, &g.longitude));
    return db_write(r->store, r->arena, gate_write, &g);
}

Err *set_gate(Req *r)
{
    Err *err = gate_try(r);
    if (err)
        return reply_form_again(r, err, list_gates);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/rounds/gates");
}

/* ---- what goods need ---- */

Err *list_needs(Req *r)
{
    NeedsView view = {0};
    RoundCategoryList rows;
    TRY(round_need_list_all(&r->db, str_of(lang_tag(r->lang)), &rows));
    view.categories.at = NEW_ARRAY(r->arena, NeedRow, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view.categories.at[view.categories.len++] = (NeedRow){rows.at[i].id, rows.at[i].name, rows.at[i].shelf, str_eq(rows.at[i].need, STR("cold")),
                                                              str_eq(rows.at[i].need, STR("animals"))};
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("What goods need")), .place = "/rounds", .back = STR("/rounds"), .script = "rounds.js"});
    rounds_needs(page, &view);
    return page_end(page);
}

typedef struct Needing {
    NeedForm form;
    Id who;
    Time now;
} Needing;

static Err *need_write(Tx *tx, void *arg)
{
    const Needing *n = arg;
    int64_t count;
    if (str_eq(n->form.need, STR("none")))
        TRY(round_need_clear(tx, n->form.category, &count));
    else
        TRY(round_need_put(tx, n->form.category, n->form.need));
    return audit(tx, n->now, n->who, "rounds.need", n->form.category, n->form.need);
}

Err *set_need(Req *r)
{
    Needing n = {.who = r->who, .now = r->now};
    RoundCategoryList rows;
    bool known = false;
    TRY(take(r, &round_need_form, &n.form));
    TRY(round_need_list_all(&r->db, str_of(lang_tag(r->lang)), &rows));
    for (size_t i = 0; i < rows.len; i++)
        known |= rows.at[i].id == n.form.category;
    if (!known)
        return err_new(r->arena, ERR_MISSING, "round.missing");
    TRY(db_write(r->store, r->arena, need_write, &n));
    reply_notice(r, N_("Saved. The next plan heeds it."));
    return reply_see(r, "/rounds/needs");
}
