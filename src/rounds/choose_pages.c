/* What a person decides about a day before anybody drives: which loads go along and where they are fetched, which vehicles drive and who
   drives them, where a door is; or that the day is not driven so at all. And what waits on the page Today. */
#include <stdlib.h>

#include "rounds/handlers.h"
#include "rounds/templates.h"

static int by_farm(const void *a, const void *b)
{
    const CargoView *x = a, *y = b;
    int order = str_compare(x->org, y->org);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static Err *loads_fill(Req *r, Id plan, ChooseView *view)
{
    ConsignmentList cargo;
    TRY(consignment_list(&r->db, plan, str_of(lang_tag(r->lang)), &cargo));
    view->loads.at = NEW_ARRAY(r->arena, CargoView, cargo.len + 1);
    for (size_t i = 0; i < cargo.len; i++)
        view->loads.at[view->loads.len++] = rounds_cargo_view(r, &cargo.at[i]);
    qsort(view->loads.at, view->loads.len, sizeof *view->loads.at, by_farm);
    return NULL;
}

/* Those that can drive at all: in use, with a gate to start from. */
static bool can_drive(const Vehicle *v)
{
    return v->active && v->has_latitude && v->has_longitude;
}

static Err *vehicles_fill(Req *r, Id plan, ChooseView *view)
{
    VehicleList vehicles;
    DayVehicleList chosen;
    DriverList drivers;
    TRY(vehicle_list(&r->db, &vehicles));
    TRY(day_vehicle_list(&r->db, plan, &chosen));
    TRY(driver_list(&r->db, r->now, &drivers));
    view->vehicles.at = NEW_ARRAY(r->arena, ChooseVehicle, vehicles.len + 1);
    for (size_t i = 0; i < vehicles.len; i++) {
        const Vehicle *v = &vehicles.at[i];
        Id driver = v->has_driver ? v->driver : 0;
        if (!can_drive(v))
            continue;
        ChooseVehicle *one = &view->vehicles.at[view->vehicles.len++];
        *one = (ChooseVehicle){.id = v->id, .name = v->name, .what = rounds_vehicle_says(r, v), .drives = true};
        for (size_t k = 0; k < chosen.len; k++)
            if (chosen.at[k].vehicle == v->id) {
                one->drives = !chosen.at[k].rests;
                driver = chosen.at[k].has_driver ? chosen.at[k].driver : 0;
            }
        one->drivers.at = NEW_ARRAY(r->arena, Choice, drivers.len + 1);
        for (size_t k = 0; k < drivers.len; k++)
            one->drivers.at[one->drivers.len++] = (Choice){drivers.at[k].id, drivers.at[k].name, drivers.at[k].id == driver};
    }
    return NULL;
}

Err *show_choose(Req *r)
{
    DayPlan plan;
    TRY(rounds_open_plan_of(r, &plan));
    ChooseView view = {.id = plan.id, .day = plan.day, .hub = r->village.name};
    TRY(vehicles_fill(r, plan.id, &view));
    TRY(loads_fill(r, plan.id, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("What goes along")), .place = "/rounds",
                                           .back = str_format(r->arena, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)))});
    rounds_choose(page, &view);
    return page_end(page);
}

typedef struct Choosing {
    Req *r;
    Id plan;
    DayVehicle *vehicles;
    size_t vehicles_len;
    Consignment *loads; /* with what was chosen */
    size_t loads_len;
} Choosing;

static Str typed_of(Req *r, const char *what, Id id)
{
    return str_trim(take_typed(r, str_z(r->arena, str_format(r->arena, "%s-%.*s", what, STR_ARG(id_text(r->arena, id))))));
}

static Err *vehicles_take(Req *r, Choosing *c)
{
    VehicleList vehicles;
    DriverList drivers;
    bool any = false;
    TRY(vehicle_list(&r->db, &vehicles));
    TRY(driver_list(&r->db, r->now, &drivers));
    c->vehicles = NEW_ARRAY(r->arena, DayVehicle, vehicles.len + 1);
    for (size_t i = 0; i < vehicles.len; i++) {
        if (!can_drive(&vehicles.at[i]))
            continue;
        DayVehicle one = {.vehicle = vehicles.at[i].id, .rests = !typed_of(r, "drives", vehicles.at[i].id).len};
        Str driver = typed_of(r, "driver", one.vehicle);
        for (size_t k = 0; k < drivers.len && driver.len; k++)
            if (str_eq(driver, id_text(r->arena, drivers.at[k].id))) {
                one.driver = drivers.at[k].id;
                one.has_driver = true;
            }
        if (driver.len && !one.has_driver)
            return err_new(r->arena, ERR_INVALID, "round.driver");
        any |= !one.rests;
        c->vehicles[c->vehicles_len++] = one;
    }
    return any ? NULL : err_new(r->arena, ERR_INVALID, "round.nothing_drives");
}

static Err *loads_take(Req *r, Choosing *c)
{
    ConsignmentList cargo;
    TRY(consignment_list(&r->db, c->plan, str_of(lang_tag(r->lang)), &cargo));
    for (size_t i = 0; i < cargo.len; i++) {
        Str word = typed_of(r, "load", cargo.at[i].id);
        if (!word.len) /* it came in while somebody chose */
            continue;
        cargo.at[i].kept = str_eq(word, STR("none"));
        cargo.at[i].at_hub = str_eq(word, STR("hub"));
    }
    c->loads = cargo.at;
    c->loads_len = cargo.len;
    return NULL;
}

static Err *choice_write(Tx *tx, void *arg)
{
    const Choosing *c = arg;
    int64_t count;
    for (size_t i = 0; i < c->vehicles_len; i++)
        TRY(day_vehicle_put(tx, c->plan, c->vehicles[i].vehicle, c->vehicles[i].rests, c->vehicles[i].has_driver ? &c->vehicles[i].driver : NULL));
    for (size_t i = 0; i < c->loads_len; i++)
        TRY(consignment_choose(tx, c->loads[i].id, c->plan, c->loads[i].kept, c->loads[i].at_hub, &count));
    return audit(tx, c->r->now, c->r->who, "rounds.choose", c->plan, STR(""));
}

static Err *plan_anew(Req *r, const DayPlan *plan)
{
    Work *work = rounds_work_new(r, plan);
    TRY(work_again(&r->db, work));
    TRY(rounds_solve_and_store(r, work, false));
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan->id)));
}

Err *choose_rounds(Req *r)
{
    DayPlan plan;
    Choosing c = {.r = r};
    TRY(rounds_open_plan_of(r, &plan));
    c.plan = plan.id;
    TRY(vehicles_take(r, &c));
    TRY(loads_take(r, &c));
    TRY(db_write(r->store, r->arena, choice_write, &c));
    reply_notice(r, N_("Planned with what you chose."));
    return plan_anew(r, &plan);
}

/* ---- doors ---- */

typedef struct Dooring {
    DoorForm form;
    double latitude, longitude;
    Id who;
    Time now;
} Dooring;

static Err *door_write(Tx *tx, void *arg)
{
    const Dooring *d = arg;
    int64_t count;
    TRY(round_door_put(tx, d->form.order, d->latitude, d->longitude, d->now, &count));
    return audit(tx, d->now, d->who, "rounds.door", d->form.order, STR(""));
}

/* Only of an order that this plan brings to a door. */
Err *set_door(Req *r)
{
    DayPlan plan;
    ConsignmentList cargo;
    Dooring d = {.who = r->who, .now = r->now};
    bool found = false;
    TRY(rounds_open_plan_of(r, &plan));
    TRY(take(r, &round_door_form, &d.form));
    TRY(consignment_list(&r->db, plan.id, str_of(lang_tag(r->lang)), &cargo));
    for (size_t i = 0; i < cargo.len; i++)
        found |= cargo.at[i].door && cargo.at[i].door == d.form.order;
    if (!found)
        return err_new(r->arena, ERR_MISSING, "round.missing");
    TRY(rounds_gate_parse(r, d.form.at, &d.latitude, &d.longitude));
    TRY(db_write(r->store, r->arena, door_write, &d));
    reply_notice(r, N_("Saved. The next order of this buyer to the same address finds the way by itself."));
    return plan_anew(r, &plan);
}

/* ---- not at all ---- */

typedef struct Discard {
    Id plan, who;
    Time now;
} Discard;

static Err *discard_write(Tx *tx, void *arg)
{
    const Discard *d = arg;
    int64_t count;
    TRY(round_clear_stops(tx, d->plan, &count));
    TRY(round_clear(tx, d->plan, &count));
    TRY(consignment_part_clear(tx, d->plan, &count));
    TRY(consignment_clear(tx, d->plan, &count));
    TRY(day_vehicle_clear(tx, d->plan, &count));
    TRY(day_nearest_clear(tx, d->plan, &count));
    TRY(day_plan_drop(tx, d->plan, &count));
    if (!count) /* locked meanwhile: all of it is undone */
        return err_new(tx->db.arena, ERR_CONFLICT, "round.locked");
    return audit(tx, d->now, d->who, "rounds.discard", d->plan, STR(""));
}

Err *discard_rounds(Req *r)
{
    DayPlan plan;
    TRY(rounds_open_plan_of(r, &plan));
    Discard d = {plan.id, r->who, r->now};
    TRY(db_write(r->store, r->arena, discard_write, &d));
    reply_notice(r, N_("The plan is gone. Its orders wait for any other day; plan the same day again to have it back."));
    return reply_see(r, "/rounds");
}

/* ---- Today ---- */

static Err *today_plans(Req *r, Today *today)
{
    DayPlanList plans;
    Date day = time_date(r->now, r->village.zone);
    TRY(day_plan_list(&r->db, 10, &plans));
    for (size_t i = 0; i < plans.len; i++) {
        const DayPlan *plan = &plans.at[i];
        if (plan->day.days < day.days || plan->day.days > day.days + 1 || !str_eq(plan->state, STR("open")))
            continue;
        TextArg args[] = {{"day", say_date(r->arena, r->lang, plan->day)}};
        today_add(today, (TodayItem){tr_fill(r->arena, tr(r->lang, N_("The rounds of {day} are not locked: drivers do not see them yet")), args, 1),
                                     str_z(r->arena, str_format(r->arena, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan->id)))), "route", 30});
    }
    return NULL;
}

static Err *today_drives(Req *r, Today *today)
{
    RoundList rows;
    Date day = time_date(r->now, r->village.zone);
    TRY(round_of_driver(&r->db, r->who, time_of(r->village.zone, day, 0, 0), time_of(r->village.zone, (Date){day.days + 2}, 0, 0), &rows));
    for (size_t i = 0; i < rows.len; i++) {
        if (rows.at[i].open_stops == 0)
            continue;
        TextArg args[] = {{"vehicle", rows.at[i].name}, {"time", say_time(r->arena, r->lang, rows.at[i].leaves_at, r->village.zone)}};
        today_add(today, (TodayItem){tr_fill(r->arena, tr(r->lang, N_("You drive: {vehicle}, {time}")), args, 2),
                                     str_z(r->arena, str_format(r->arena, "/drive/%.*s", STR_ARG(id_text(r->arena, rows.at[i].id)))), "truck", 20});
    }
    return NULL;
}

Err *rounds_today(Req *r, Today *today)
{
    if (has_role(r, r->village.org, PLANNERS))
        TRY(today_plans(r, today));
    return r->roles & ROLE_DRIVER ? today_drives(r, today) : NULL;
}
