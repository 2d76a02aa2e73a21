/* The dispatcher's pages: a day's rounds, made, moved, locked, printed. */
#include "rounds/handlers.h"
#include "rounds/templates.h"

static const double first_seconds = 0.25; /* CPU time until the first plan is shown; a job goes on from there */
enum { PLANS_SHOWN = 30 };

Err *list_rounds(Req *r)
{
    RoundsView view = {0};
    DayPlanList plans;
    VehicleList vehicles;
    RoundGateAt gate;
    bool found;
    TRY(day_plan_list(&r->db, PLANS_SHOWN, &plans));
    TRY(vehicle_list(&r->db, &vehicles));
    TRY(round_gate_of(&r->db, r->village.org, &gate, &found));
    Date today = time_date(r->now, r->village.zone);
    view.tomorrow = date_text(r->arena, (Date){today.days + 1});
    view.no_vehicles = vehicles.len == 0;
    view.no_gates = !found;
    view.plans.at = NEW_ARRAY(r->arena, PlanRow, plans.len + 1);
    for (size_t i = 0; i < plans.len; i++) {
        const DayPlan *p = &plans.at[i];
        bool compared = p->has_nearest_m && p->nearest_m > p->distance_m && p->nearest_m > 0;
        view.plans.at[view.plans.len++] = (PlanRow){p->id, p->day, str_eq(p->state, STR("locked")), say_km(r, p->distance_m),
                                                    compared ? str_format(r->arena, "%lld %%", (long long)((p->nearest_m - p->distance_m) * 100 / p->nearest_m)) : (Str){0}};
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Rounds")), .place = "/rounds"});
    rounds_rounds(page, &view);
    return page_end(page);
}

/* ---- planning ---- */

Work *rounds_work_new(Req *r, const DayPlan *plan)
{
    Work *work = NEW(r->arena, Work);
    *work = (Work){.arena = r->arena, .plan = *plan, .zone = r->village.zone, .lang = str_of(lang_tag(r->lang))};
    return work;
}

Err *rounds_solve_and_store(Req *r, Work *work, bool fresh)
{
    TRY(work_problem(&r->db, work));
    if (!fresh)
        TRY(work_warm(&r->db, work));
    TRY(work_plan(work, first_seconds));
    TRY(work_nearest(work));
    PlanStore store = {.work = work, .fresh = fresh, .improve_ms = IMPROVE_MS, .who = r->who, .now = r->now};
    TRY(db_write(r->store, r->arena, rounds_plan_store, &store));
    return store.stale ? err_new(r->arena, ERR_CONFLICT, "round.changed") : NULL;
}

typedef struct NewPlan {
    Id id;
    Date day;
    Time now;
} NewPlan;

static Err *plan_add(Tx *tx, void *arg)
{
    const NewPlan *made = arg;
    return day_plan_add(tx, made->id, made->day, (made->id & 0xffffff) + 1, 0, made->now);
}

static Err *make_try(Req *r, Id *id)
{
    DayForm form = {0};
    DayPlan plan;
    bool found;
    TRY(take(r, &round_day_form, &form));
    Date today = time_date(r->now, r->village.zone);
    if (form.day.days < today.days || form.day.days > today.days + 60)
        return err_field(r->arena, "round.day", "day");
    TRY(day_plan_of(&r->db, form.day, &plan, &found));
    if (!found) {
        NewPlan made = {id_mint(), form.day, r->now};
        TRY(db_write(r->store, r->arena, plan_add, &made));
        TRY(day_plan_of(&r->db, form.day, &plan, &found));
    }
    *id = plan.id;
    if (str_eq(plan.state, STR("locked")))
        return NULL;
    Work *work = rounds_work_new(r, &plan);
    TRY(work_gather(&r->db, work));
    return rounds_solve_and_store(r, work, true);
}

Err *make_rounds(Req *r)
{
    Id id = 0;
    Err *err = make_try(r, &id);
    if (err)
        return reply_form_again(r, err, list_rounds);
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, id)));
}

Err *rounds_plan_of(Req *r, DayPlan *plan)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(day_plan_by_id(&r->db, id, plan, &found));
    return found ? NULL : err_new(r->arena, ERR_MISSING, "round.missing");
}

Err *rounds_open_plan_of(Req *r, DayPlan *plan)
{
    TRY(rounds_plan_of(r, plan));
    return str_eq(plan->state, STR("open")) ? NULL : err_new(r->arena, ERR_CONFLICT, "round.locked");
}

/* What a person chose for goods before: their vehicle, staying back, lying at the hub. */
static void chosen_stay(Work *work, const ConsignmentList *old)
{
    for (size_t i = 0; i < work->shipments_len; i++)
        for (size_t k = 0; k < old->len; k++) {
            Shipment *s = &work->shipments[i];
            const Consignment *c = &old->at[k];
            if (c->org != s->org || c->pickup != s->pickup || c->door != s->door)
                continue;
            s->pinned = c->has_pinned ? c->pinned : 0;
            s->kept = c->kept;
            s->at_hub = c->at_hub;
        }
}

/* What was ordered since is taken in; what a person chose stays. */
Err *rounds_again(Req *r)
{
    DayPlan plan;
    ConsignmentList old;
    TRY(rounds_open_plan_of(r, &plan));
    Work *work = rounds_work_new(r, &plan);
    TRY(consignment_list(&r->db, plan.id, work->lang, &old));
    TRY(work_gather(&r->db, work));
    if (!work->shipments_len && old.len) { /* nobody wants a plan wiped out by asking for a better one */
        reply_notice(r, N_("No order is open for this day any more. The plan stays as it was."));
        return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)));
    }
    chosen_stay(work, &old);
    TRY(rounds_solve_and_store(r, work, true));
    reply_notice(r, N_("Planned anew from the orders as they are now."));
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)));
}

/* ---- showing ---- */

static Err *moved_fill(Req *r, const DayPlan *plan, PlanView *view)
{
    PlanQuery query = {0};
    TRY(take_query(r, &rounds_plan_query, &query));
    if (!query.was)
        return NULL;
    int64_t more = plan->distance_m - query.was;
    view->moved = true;
    view->longer = more > 0;
    view->moved_km = say_km(r, more < 0 ? -more : more);
    view->moved_what = query.what;
    view->moved_from = query.from;
    return NULL;
}

Err *show_rounds(Req *r)
{
    DayPlan plan;
    PlanView view;
    TRY(rounds_plan_of(r, &plan));
    TRY(rounds_plan_read(r, &plan, true, &view));
    TRY(moved_fill(r, &plan, &view));
    view.revision = str_format(r->arena, "%lld", (long long)plan.revision);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Rounds of the day")), .place = "/rounds", .back = STR("/rounds"), .script = "rounds.js"});
    rounds_plan(page, &view);
    return page_end(page);
}

typedef struct PlanJson {
    Id id;
    Date day;
    Str state;
    int64_t revision, distance_m, drive_s, nearest_m, looked_s, look_s;
    bool improving, straight;
} PlanJson;
static const Field json_fields[] = {
    FIELD(PlanJson, id, FIELD_ID), FIELD(PlanJson, day, FIELD_DATE), FIELD(PlanJson, state, FIELD_STR), FIELD(PlanJson, revision, FIELD_INT),
    FIELD(PlanJson, distance_m, FIELD_INT), FIELD(PlanJson, drive_s, FIELD_INT), FIELD(PlanJson, nearest_m, FIELD_INT, .label = N_("By always driving to the nearest next stop; 0: no such plan keeps the rules")),
    FIELD(PlanJson, improving, FIELD_BOOL), FIELD(PlanJson, looked_s, FIELD_INT, .label = N_("Seconds of search spent")), FIELD(PlanJson, look_s, FIELD_INT, .label = N_("Seconds of search there are")), FIELD(PlanJson, straight, FIELD_BOOL, .label = N_("Made without roads, by straight lines")),
};
const Shape rounds_plan_json = SHAPE(PlanJson, "DayPlan", json_fields);

Err *show_rounds_json(Req *r)
{
    DayPlan plan;
    TRY(rounds_plan_of(r, &plan));
    PlanJson out = {plan.id, plan.day, plan.state, plan.revision, plan.distance_m, plan.drive_s, plan.has_nearest_m ? plan.nearest_m : 0,
                    (IMPROVE_MS - plan.improve_ms) / 1000, IMPROVE_MS / 1000, plan.improve_ms > 0, plan.straight};
    return reply_json(r, 200, &rounds_plan_json, &out);
}

Err *show_round_sheet(Req *r)
{
    DayPlan plan;
    SheetView view = {.village = r->village.name};
    TRY(rounds_plan_of(r, &plan));
    TRY(rounds_plan_read(r, &plan, false, &view.plan));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Round sheets")), .place = "/rounds", .bare = true});
    rounds_sheet(page, &view);
    return page_end(page);
}

/* ---- changing ---- */

enum { GOODS_MAX = 200 }; /* moved at once: those of one stop */

typedef struct Goods {
    Id at[GOODS_MAX];
    size_t len;
} Goods;

/* "id,id": round.missing unless each is one. */
static Err *goods_parse(Req *r, Str list, Goods *out)
{
    Str one, rest = list;
    *out = (Goods){0};
    while (rest.len) {
        str_cut(rest, ',', &one, &rest);
        if (out->len == GOODS_MAX || !id_parse(one, &out->at[out->len]))
            return err_new(r->arena, ERR_MISSING, "round.missing");
        out->len++;
    }
    return out->len ? NULL : err_new(r->arena, ERR_MISSING, "round.missing");
}

static bool goods_have(const Goods *goods, Id id)
{
    for (size_t i = 0; i < goods->len; i++)
        if (goods->at[i] == id)
            return true;
    return false;
}

typedef struct Pin {
    Id plan, vehicle;
    const Goods *goods;
    Id who;
    Time now;
    int64_t count;
} Pin;

static Err *pin_write(Tx *tx, void *arg)
{
    Pin *pin = arg;
    pin->count = 0;
    for (size_t i = 0; i < pin->goods->len; i++) {
        int64_t count;
        TRY(consignment_pin(tx, pin->goods->at[i], pin->plan, pin->vehicle ? &pin->vehicle : NULL, &count));
        pin->count += count;
    }
    if (pin->count != (int64_t)pin->goods->len)
        return err_new(tx->db.arena, ERR_MISSING, "round.missing");
    return audit(tx, pin->now, pin->who, "rounds.move", pin->plan, STR(""));
}

/* Everything else stays in its vehicle; only the order of stops is found anew. */
static void others_stay(Work *work, const ConsignmentList *cargo, const RoundList *rounds, const Goods *moved)
{
    for (size_t i = 0; i < work->shipments_len; i++) {
        Shipment *s = &work->shipments[i];
        for (size_t k = 0; k < cargo->len && !goods_have(moved, s->id) && !s->pinned; k++)
            for (size_t v = 0; v < rounds->len && cargo->at[k].id == s->id && cargo->at[k].has_round; v++)
                if (rounds->at[v].id == cargo->at[k].round)
                    s->pinned = rounds->at[v].vehicle;
    }
}

static Id vehicle_now(const ConsignmentList *cargo, const RoundList *rounds, Id consignment)
{
    for (size_t k = 0; k < cargo->len; k++)
        for (size_t v = 0; v < rounds->len; v++)
            if (cargo->at[k].id == consignment && cargo->at[k].has_round && cargo->at[k].round == rounds->at[v].id)
                return rounds->at[v].vehicle;
    return 0;
}

Err *move_consignment(Req *r)
{
    DayPlan plan;
    MoveForm form = {0};
    ConsignmentList cargo;
    RoundList rounds;
    Goods goods;
    TRY(rounds_open_plan_of(r, &plan));
    TRY(take(r, &round_move_form, &form));
    TRY(goods_parse(r, form.consignment, &goods));
    Work *work = rounds_work_new(r, &plan);
    TRY(consignment_list(&r->db, plan.id, work->lang, &cargo));
    TRY(round_list(&r->db, plan.id, &rounds));
    Pin pin = {.plan = plan.id, .vehicle = form.vehicle, .goods = &goods, .who = r->who, .now = r->now};
    Id from = vehicle_now(&cargo, &rounds, goods.at[0]);
    TRY(db_write(r->store, r->arena, pin_write, &pin));
    TRY(work_again(&r->db, work));
    others_stay(work, &cargo, &rounds, &goods);
    TRY(rounds_solve_and_store(r, work, false));
    return reply_see(r, "/rounds/%.*s?was=%lld&what=%.*s&from=%.*s", STR_ARG(id_text(r->arena, plan.id)), (long long)plan.distance_m,
                     STR_ARG(form.consignment), STR_ARG(id_text(r->arena, from)));
}

/* ---- what moving would cost, before anybody lets go of the mouse ---- */

static const double cost_seconds = 0.08; /* CPU time: an answer while something hovers */

static Err *cost_try(Req *r, const DayPlan *plan, const CostQuery *query, CostAnswer *out)
{
    ConsignmentList cargo;
    RoundList rounds;
    Goods goods;
    TRY(goods_parse(r, query->what, &goods));
    Work *work = rounds_work_new(r, plan);
    TRY(consignment_list(&r->db, plan->id, work->lang, &cargo));
    TRY(round_list(&r->db, plan->id, &rounds));
    TRY(work_again(&r->db, work));
    size_t found = 0;
    for (size_t i = 0; i < work->shipments_len; i++)
        if (goods_have(&goods, work->shipments[i].id)) {
            work->shipments[i].pinned = query->vehicle;
            found++;
        }
    if (found != goods.len)
        return err_new(r->arena, ERR_MISSING, "round.missing");
    others_stay(work, &cargo, &rounds, &goods);
    TRY(work_problem(&r->db, work));
    TRY(work_warm(&r->db, work));
    TRY(work_solve(work, cost_seconds));
    out->metres = work->best.distance - plan->distance_m;
    out->seconds = work->best.travel - plan->drive_s;
    out->fits = true;
    for (size_t i = 0; i < work->best.left_out_len; i++)
        if (goods_have(&goods, work->shipments[work->owner[work->best.left_out[i].stop]].id)) {
            out->fits = false;
            out->why = say_left_out(r, &work->best.left_out[i]);
        }
    return NULL;
}

Err *show_move_cost(Req *r)
{
    DayPlan plan;
    CostQuery query = {0};
    CostAnswer answer = {0};
    TRY(rounds_open_plan_of(r, &plan));
    TRY(take_query(r, &rounds_cost_query, &query));
    TRY(cost_try(r, &plan, &query, &answer));
    int64_t minutes = (answer.seconds < 0 ? -answer.seconds : answer.seconds) / 60;
    TextArg args[] = {{"km", say_km(r, answer.metres < 0 ? -answer.metres : answer.metres)}, {"n", say_int(r->arena, r->lang, minutes)}};
    const char *text = answer.metres < 0    ? answer.seconds < 0 ? N_("{km} shorter, {n} min less driving") : N_("{km} shorter, {n} min more driving")
                       : answer.seconds < 0 ? N_("{km} longer, {n} min less driving")
                                            : N_("{km} longer, {n} min more driving");
    answer.text = answer.fits ? tr_fill(r->arena, tr(r->lang, text), args, 2) : answer.why;
    return reply_json(r, 200, &rounds_cost_json, &answer);
}

/* ---- on the road ---- */

Err *rounds_rest_again(Req *r)
{
    DayPlan plan;
    TRY(rounds_plan_of(r, &plan));
    if (!str_eq(plan.state, STR("locked")))
        return err_new(r->arena, ERR_CONFLICT, "round.not_locked");
    Replan replan = {.work = rounds_work_new(r, &plan), .who = r->who, .now = r->now};
    TRY(rounds_replan(r->store, &replan));
    reply_notice(r, replan.nothing ? N_("Nothing is left to drive.")
                    : replan.late_min ? N_("Planned again from where everybody is. Some goods come later than promised.")
                                      : N_("Planned again from where everybody is. Every promise is kept."));
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)));
}

typedef struct StateChange {
    Id plan, who;
    const char *state;
    Time now;
} StateChange;

static Err *state_write(Tx *tx, void *arg)
{
    const StateChange *change = arg;
    int64_t count;
    TRY(day_plan_state(tx, change->plan, str_of(change->state), change->now, &count));
    if (count && change->state[0] == 'l')
        TRY(rounds_share_write(tx, change->plan));
    return count ? audit(tx, change->now, change->who, change->state[0] == 'l' ? "rounds.lock" : "rounds.open", change->plan, STR("")) : NULL;
}

/* Once a driver has reported, opening would take away what was done: the rest is planned again instead. */
static Err *nothing_begun(Req *r, Id plan)
{
    RoundBegun begun;
    bool found;
    TRY(day_plan_begun(&r->db, plan, &begun, &found));
    return found && begun.reports ? err_new(r->arena, ERR_CONFLICT, "round.begun") : NULL;
}

static Err *state_set(Req *r, const char *state, const char *notice)
{
    DayPlan plan;
    TRY(rounds_plan_of(r, &plan));
    if (state[0] == 'o')
        TRY(nothing_begun(r, plan.id));
    StateChange change = {plan.id, r->who, state, r->now};
    TRY(db_write(r->store, r->arena, state_write, &change));
    reply_notice(r, notice);
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)));
}

Err *lock_rounds(Req *r)
{
    return state_set(r, "locked", N_("Locked. The drivers see their rounds now."));
}

Err *open_rounds(Req *r)
{
    return state_set(r, "open", N_("Open again. The drivers see nothing until you lock it."));
}

typedef struct DriverChange {
    DriverForm form;
    Round round;
    Id who;
    Time now;
} DriverChange;

/* For the round, and for that vehicle on that day: a better plan found later keeps its driver. */
static Err *driver_write(Tx *tx, void *arg)
{
    const DriverChange *change = arg;
    const Id *driver = change->form.driver ? &change->form.driver : NULL;
    int64_t count;
    TRY(round_driver_set(tx, change->round.id, driver, &count));
    TRY(day_vehicle_put(tx, change->round.plan, change->round.vehicle, false, driver));
    return audit(tx, change->now, change->who, "rounds.driver", change->round.id, STR(""));
}

Err *set_round_driver(Req *r)
{
    DayPlan plan;
    DriverForm form = {0};
    Round round;
    DriverList drivers;
    bool found, known = false;
    TRY(rounds_plan_of(r, &plan));
    TRY(take(r, &round_driver_form, &form));
    TRY(round_by_id(&r->db, form.round, &round, &found));
    TRY(driver_list(&r->db, r->now, &drivers));
    for (size_t i = 0; i < drivers.len; i++)
        known |= drivers.at[i].id == form.driver;
    if (!found || round.plan != plan.id)
        return err_new(r->arena, ERR_MISSING, "round.missing");
    if (form.driver && !known)
        return err_field(r->arena, "round.driver", "driver");
    DriverChange change = {form, round, r->who, r->now};
    TRY(db_write(r->store, r->arena, driver_write, &change));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/rounds/%.*s", STR_ARG(id_text(r->arena, plan.id)));
}
