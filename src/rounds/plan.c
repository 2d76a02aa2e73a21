/* Searching for a plan, writing it down, making it better afterwards. */
#include "core/jobs.h"
#include "rounds/inside.h"

enum {
    PATH_POINTS_MAX = 600,
    SPARE_S = 30 * 60,   /* goods come so much before they are due, vehicles back before they must, where that can be */
    LEAVE_GRAIN_S = 300, /* minutes of leaving nobody can tell apart */
};

/* A server that stops does not wait for a better plan. */
static bool go_on(void *arg, const RouteProgress *now)
{
    (void)arg;
    (void)now;
    return !jobs_stopping();
}

/* An independent judge of every plan we keep. */
static Err *checked(const Work *work)
{
    RouteFaults faults;
    route_check_plan(work->arena, &work->problem, &work->best, &faults);
    return faults.len ? err_detail(work->arena, ERR_BROKEN, "round.unsound", "%.*s", STR_ARG(faults.at[0].text)) : NULL;
}

Err *work_solve(Work *work, double seconds)
{
    RouteOptions options = {.seconds = work->looks ? 0 : seconds, .iterations = work->looks, .seed = (uint64_t)work->plan.seed, .threads = 1, .progress = go_on};
    TRY(route_solve(work->arena, &work->problem, &options, &work->best));
    return checked(work);
}

/* ---- nobody gets up earlier than need be ---- */

typedef struct Later {
    Work *work;
    RouteProblem problem;  /* with all to be there so much earlier, and one vehicle leaving later */
    RouteVehicle *vehicles;
    const int32_t **sequences;
    size_t *lens;
} Later;

static bool drives_in_time(const Later *l, size_t v, int64_t from)
{
    RoutePlan plan;
    int64_t was = l->vehicles[v].shift.from;
    l->vehicles[v].shift.from = from;
    bool fine = route_plan_of(l->work->arena, &l->problem, l->sequences, l->lens, &plan) == NULL;
    l->vehicles[v].shift.from = was;
    return fine;
}

static void sequences_fill(Later *l)
{
    const RoutePlan *best = &l->work->best;
    for (size_t i = 0; i < best->line_len; i++) {
        const RouteLine *line = &best->lines[i];
        int32_t *sequence = NEW_ARRAY(l->work->arena, int32_t, line->visit_len + 1);
        size_t len = 0;
        for (size_t k = 0; k < line->visit_len; k++)
            if (line->visits[k].kind == ROUTE_STOP)
                sequence[len++] = line->visits[k].index;
        l->sequences[line->vehicle] = sequence;
        l->lens[line->vehicle] = len;
    }
}

/* Everything is due SPARE_S earlier, as far as the plan is that early. */
static RouteStop *stops_early(const Work *work)
{
    const RouteProblem *p = &work->problem;
    RouteStop *stops = NEW_ARRAY(work->arena, RouteStop, p->stop_len + 1);
    RouteWindow *windows = NEW_ARRAY(work->arena, RouteWindow, p->stop_len * HOURS_MAX + 1);
    for (size_t i = 0; i < p->stop_len; i++)
        stops[i] = p->stops[i];
    for (size_t i = 0; i < work->best.line_len; i++)
        for (size_t k = 0; k < work->best.lines[i].visit_len; k++) {
            const RouteVisit *visit = &work->best.lines[i].visits[k];
            RouteStop *stop = visit->kind == ROUTE_STOP ? &stops[visit->index] : NULL;
            int64_t begins = visit->arrival + visit->wait + visit->setup;
            for (size_t w = 0; stop && w < stop->window_len; w++) {
                RouteWindow *early = &windows[(size_t)visit->index * HOURS_MAX + w];
                *early = stop->windows[w];
                if (early->from <= begins && begins <= early->to)
                    early->to = early->to - SPARE_S > begins ? early->to - SPARE_S : begins;
            }
            if (stop && stop->window_len)
                stop->windows = &windows[(size_t)visit->index * HOURS_MAX];
        }
    return stops;
}

/* The same rounds, each leaving as late as it can with half an hour to spare: the search lets them leave as early as they may. */
static Err *work_leave_late(Work *work)
{
    const RouteProblem *p = &work->problem;
    Later l = {.work = work, .problem = *p, .vehicles = NEW_ARRAY(work->arena, RouteVehicle, p->vehicle_len + 1),
               .sequences = NEW_ARRAY(work->arena, const int32_t *, p->vehicle_len + 1), .lens = NEW_ARRAY(work->arena, size_t, p->vehicle_len + 1)};
    RoutePlan late;
    for (size_t v = 0; v < p->vehicle_len; v++)
        l.vehicles[v] = p->vehicles[v];
    for (size_t i = 0; i < work->best.line_len; i++) {
        RouteVehicle *vehicle = &l.vehicles[work->best.lines[i].vehicle];
        int64_t back = work->best.lines[i].finish;
        vehicle->shift.to = vehicle->shift.to - SPARE_S > back ? vehicle->shift.to - SPARE_S : back;
    }
    sequences_fill(&l);
    l.problem.vehicles = l.vehicles;
    l.problem.stops = stops_early(work);
    for (size_t i = 0; i < work->best.line_len; i++) {
        size_t v = (size_t)work->best.lines[i].vehicle;
        int64_t fits = l.vehicles[v].shift.from, beyond = l.vehicles[v].shift.to + 1;
        while (beyond - fits > LEAVE_GRAIN_S) {
            int64_t middle = fits + (beyond - fits) / 2;
            *(drives_in_time(&l, v, middle) ? &fits : &beyond) = middle;
        }
        l.vehicles[v].shift.from = fits;
    }
    Err *err = route_plan_of(work->arena, &l.problem, l.sequences, l.lens, &late);
    if (err || late.line_len != work->best.line_len || late.distance != work->best.distance)
        return NULL; /* what stands stands */
    for (size_t i = 0; i < late.line_len; i++)
        work->best.lines[i] = late.lines[i];
    return checked(work);
}

Err *work_plan(Work *work, double seconds)
{
    TRY(work_solve(work, seconds));
    return work_leave_late(work);
}

/* ---- the stored rounds as a beginning ---- */

static void warm_stop(const Work *work, const RoundStop *row, int32_t v, uint8_t *taken, int32_t *planned, size_t *len)
{
    bool fetch = str_eq(row->kind, STR("collect"));
    for (size_t i = 0; i < work->shipments_len; i++) {
        const Shipment *s = &work->shipments[i];
        uint8_t bit = fetch ? 1 : 2;
        if (s->stop < 0 || work->spots[fetch ? s->from : s->to].id != row->place || (taken[i] & bit) || (!fetch && !(taken[i] & 1)))
            continue;
        if (work->problem.stops[s->stop].vehicle >= 0 && work->problem.stops[s->stop].vehicle != v)
            continue;
        taken[i] |= bit;
        planned[(*len)++] = s->stop + (fetch ? 0 : 1);
    }
}

Err *work_warm(Db *db, Work *work)
{
    RoundList rounds;
    RouteVehicle *vehicles = NEW_ARRAY(work->arena, RouteVehicle, work->problem.vehicle_len + 1);
    uint8_t *taken = NEW_ARRAY(work->arena, uint8_t, work->shipments_len + 1);
    TRY(round_list(db, work->plan.id, &rounds));
    for (size_t v = 0; v < work->problem.vehicle_len; v++) {
        vehicles[v] = work->problem.vehicles[v];
        int32_t *planned = NEW_ARRAY(work->arena, int32_t, work->problem.stop_len + 1);
        size_t len = 0;
        for (size_t i = 0; i < rounds.len; i++) {
            RoundStopList stops;
            if (rounds.at[i].vehicle != work->vehicles.at[v].id)
                continue;
            TRY(round_stop_list(db, rounds.at[i].id, work->lang, &stops));
            for (size_t k = 0; k < stops.len; k++)
                warm_stop(work, &stops.at[k], (int32_t)v, taken, planned, &len);
        }
        size_t kept = 0; /* a stop whose other half is on no round any more is no beginning */
        for (size_t i = 0; i < len; i++) {
            int32_t pair = work->problem.stops[planned[i]].pair;
            bool both = false;
            for (size_t k = 0; k < len; k++)
                both |= planned[k] == pair;
            if (both)
                planned[kept++] = planned[i];
        }
        vehicles[v].planned = planned;
        vehicles[v].planned_len = kept;
    }
    work->problem.vehicles = vehicles;
    return NULL;
}

/* ---- writing ---- */

/* The way between two places, for the map; a straight line without roads. Every step-th point. */
static void path_add(Buf *out, const Work *work, RoadsProfile profile, const Spot *from, const Spot *to)
{
    RoadsPath path;
    if (work->roads) {
        RoadsSnap a = roads_snap(work->roads, profile, from->longitude, from->latitude);
        RoadsSnap b = roads_snap(work->roads, profile, to->longitude, to->latitude);
        if (a.edge >= 0 && b.edge >= 0 && !roads_route(work->arena, work->roads, profile, &a, &b, &path)) {
            size_t step = path.len / PATH_POINTS_MAX + 1;
            for (size_t i = 0; i < path.len; i += step)
                buf_addf(out, "%.5f,%.5f ", path.points[i].lon, path.points[i].lat);
        }
    }
    buf_addf(out, "%.5f,%.5f ", to->longitude, to->latitude);
}

Str work_path(const Work *work, RoadsProfile profile, const Spot *const *spots, size_t len)
{
    Buf out = buf_new(work->arena, 512 * 1024);
    for (size_t i = 0; i < len; i++)
        if (i == 0)
            buf_addf(&out, "%.5f,%.5f ", spots[i]->longitude, spots[i]->latitude);
        else if (spots[i] != spots[i - 1])
            path_add(&out, work, profile, spots[i - 1], spots[i]);
    return str_trim(buf_str(&out));
}

static Str path_of(const Work *work, const RouteLine *line)
{
    const Spot **spots = NEW_ARRAY(work->arena, const Spot *, line->visit_len + 1);
    size_t len = 0;
    for (size_t i = 0; i < line->visit_len; i++)
        if (line->visits[i].place >= 0)
            spots[len++] = &work->spots[line->visits[i].place];
    return work_path(work, (RoadsProfile)work->problem.vehicles[line->vehicle].profile, spots, len);
}

int64_t work_grams(const Work *work, size_t vehicle, int64_t metres)
{
    return metres * work->vehicles.at[vehicle].co2_grams / 1000;
}

static const Shipment *shipment_at(const Work *work, int32_t stop)
{
    return &work->shipments[work->owner[stop]];
}

/* ---- stops ---- */

typedef struct StopWriter {
    Tx *tx;
    const Work *work;
    const RouteLine *line;
    const RoundStopList *old;
    bool *taken; /* of old */
    size_t first; /* visit with which the stop begins */
    Time due;
    RoundStopAddArgs stop;
} StopWriter;

static int64_t way_between(const StopWriter *w, int32_t from, int32_t to)
{
    const RouteProblem *p = &w->work->problem;
    if (from < 0 || to < 0)
        return 0;
    int32_t metres = p->profiles[p->vehicles[w->line->vehicle].profile].distance[(size_t)from * (size_t)p->place_len + (size_t)to];
    return metres == INT32_MAX ? 0 : metres;
}

/* How much longer the round is for the stop of visits first .. next - 1. */
static int64_t more_way(const StopWriter *w, size_t next)
{
    const RouteVisit *visits = w->line->visits;
    int32_t before = w->first ? visits[w->first - 1].place : -1, here = visits[w->first].place, after = next < w->line->visit_len ? visits[next].place : -1;
    int64_t more = way_between(w, before, here) + way_between(w, here, after) - way_between(w, before, after);
    return more > 0 ? more : 0;
}

static Id stop_name(const StopWriter *w)
{
    for (size_t i = 0; w->old && i < w->old->len; i++)
        if (!w->taken[i] && w->old->at[i].place == w->stop.place && str_eq(w->old->at[i].kind, w->stop.kind) &&
            str_eq(w->old->at[i].state, STR("planned"))) {
            w->taken[i] = true;
            return w->old->at[i].id;
        }
    return id_mint();
}

static Err *stop_write(StopWriter *w, size_t next)
{
    if (!w->stop.place)
        return NULL;
    w->stop.id = stop_name(w);
    w->stop.more_m = more_way(w, next);
    w->stop.due_at = w->due.ms ? &w->due : NULL;
    return round_stop_add(w->tx, &w->stop);
}

/* Visits of one place one after the other become one stop: nobody parks twice. */
Err *work_stops_write(Tx *tx, const Work *work, const RouteLine *line, Id round, int64_t position, const RoundStopList *old)
{
    StopWriter w = {.tx = tx, .work = work, .line = line, .old = old, .taken = NEW_ARRAY(work->arena, bool, (old ? old->len : 0) + 1), .stop = {.position = position}};
    for (size_t i = 0; i < line->visit_len; i++) {
        const RouteVisit *visit = &line->visits[i];
        if (visit->kind != ROUTE_STOP)
            continue;
        const Shipment *s = shipment_at(work, visit->index);
        bool bring = work->brings[visit->index];
        Str kind = bring ? STR("deliver") : STR("collect");
        const Spot *spot = &work->spots[visit->place];
        Time from = work_time(work, visit->arrival + visit->wait), until = work_time(work, visit->arrival + visit->wait + visit->setup + visit->service);
        if (w.stop.place != spot->id || !str_eq(w.stop.kind, kind)) {
            TRY(stop_write(&w, i));
            w.first = i;
            w.due = bring && spot->opens >= 0 ? work_time(work, spot->opens * 60) : (Time){0};
            w.stop = (RoundStopAddArgs){.plan = work->plan.id, .round = round, .position = w.stop.position + 1, .kind = kind, .place = spot->id,
                                        .latitude = spot->latitude, .longitude = spot->longitude, .arrives_at = from};
        }
        w.stop.grams += s->grams;
        w.stop.crates += s->crates;
        w.stop.cold_crates += s->cold_crates;
        w.stop.orders += s->orders;
        w.stop.leaves_at = until;
        int64_t placed;
        if (bring)
            TRY(consignment_bring(tx, s->id, w.stop.position, &placed));
        else
            TRY(consignment_fetch(tx, s->id, round, w.stop.position, &placed));
    }
    return stop_write(&w, line->visit_len ? line->visit_len - 1 : 0);
}

static Err *round_write(Tx *tx, const Work *work, const RouteLine *line)
{
    const Vehicle *vehicle = &work->vehicles.at[line->vehicle];
    Id id = id_mint();
    RoundAddArgs row = {.id = id, .plan = work->plan.id, .vehicle = vehicle->id, .driver = vehicle->has_driver ? &vehicle->driver : NULL,
                        .distance_m = line->distance, .drive_s = line->travel, .emitted_grams = work_grams(work, (size_t)line->vehicle, line->distance), .leaves_at = work_time(work, line->begin),
                        .back_at = work_time(work, line->finish), .path = path_of(work, line)};
    TRY(round_add(tx, &row));
    return work_stops_write(tx, work, line, id, 0, NULL);
}

const char *rounds_rule_word(RouteRule rule)
{
    switch (rule) {
    case ROUTE_RULE_CAPACITY: return "capacity";
    case ROUTE_RULE_UNREACHABLE: return "unreachable";
    case ROUTE_RULE_WINDOW: return "window";
    case ROUTE_RULE_SHIFT: return "shift";
    case ROUTE_RULE_FULL: return "full";
    case ROUTE_RULE_BUSY: return "busy";
    case ROUTE_RULE_SKILLS: return "skills";
    case ROUTE_RULE_PRICE:
    case ROUTE_RULE_NONE: break;
    }
    return "busy";
}

/* The one a vehicle lacks that people would name first. */
static const char *skill_word(const Work *work, const Shipment *s)
{
    return s->skills & SKILL_ANIMALS ? "animals" : s->from >= 0 && work->spots[s->from].narrow ? "narrow" : "";
}

Err *work_left_out_write(Tx *tx, const Work *work)
{
    for (size_t i = 0; i < work->best.left_out_len; i++) {
        const RouteLeftOut *left = &work->best.left_out[i];
        const Shipment *s = shipment_at(work, left->stop);
        const char *relax = "";
        int64_t amount = left->amount, placed;
        if (left->relax == ROUTE_RELAX_LOAD) {
            static const char *const rooms[DIMS] = {"load", "crates", "cold"};
            relax = rooms[left->dim];
            amount = left->dim == DIM_GRAMS ? (amount + 999) / 1000 : amount;
        } else if (left->relax == ROUTE_RELAX_WINDOW || left->relax == ROUTE_RELAX_SHIFT) {
            relax = left->relax == ROUTE_RELAX_WINDOW ? "window" : "shift";
            amount = (amount + 59) / 60;
        } else if (left->relax == ROUTE_RELAX_VEHICLE) {
            relax = "vehicle";
        } else if (left->relax == ROUTE_RELAX_SKILL) {
            relax = skill_word(work, s);
        }
        TRY(consignment_place(tx, s->id, NULL, str_of(rounds_rule_word(left->rule)), str_of(relax), amount, &placed));
    }
    for (size_t i = 0; i < work->shipments_len; i++) {
        const Shipment *s = &work->shipments[i];
        int64_t placed;
        Str rule = s->kept ? STR("kept") : s->from < 0 ? STR("no_gate") : s->door ? STR("no_door") : STR("no_place");
        if (s->stop < 0)
            TRY(consignment_place(tx, s->id, NULL, rule, STR(""), 0, &placed));
    }
    return NULL;
}

static Err *consignments_write(Tx *tx, const Work *work)
{
    int64_t gone;
    TRY(consignment_part_clear(tx, work->plan.id, &gone));
    TRY(consignment_clear(tx, work->plan.id, &gone));
    for (size_t i = 0; i < work->shipments_len; i++) {
        const Shipment *s = &work->shipments[i];
        TRY(consignment_add(tx, &(ConsignmentAddArgs){.id = s->id, .plan = work->plan.id, .org = s->org, .pickup = s->pickup, .grams = s->grams,
                                                      .crates = s->crates, .cold_crates = s->cold_crates, .skills = s->skills, .orders = s->orders, .pinned = s->pinned ? &s->pinned : NULL,
                                                      .kept = s->kept, .at_hub = s->at_hub, .door = s->door}));
        for (size_t k = 0; k < s->parts_len; k++)
            TRY(consignment_part_add(tx, s->parts[k], s->id));
    }
    return consignment_clear_idle(tx, &gone);
}

static Err *nearest_write(Tx *tx, const Work *work)
{
    int64_t gone;
    TRY(day_nearest_clear(tx, work->plan.id, &gone));
    for (size_t i = 0; i < work->nearest_len; i++) {
        const DayNearest *n = &work->nearest[i];
        TRY(day_nearest_add(tx, work->plan.id, n->vehicle, n->distance_m, n->drive_s, n->emitted_grams));
    }
    return NULL;
}

Err *rounds_plan_store(Tx *tx, void *arg)
{
    PlanStore *store = arg;
    const Work *work = store->work;
    int64_t count;
    DayPlanSetArgs row = {.id = work->plan.id, .straight = !work->roads, .detour_ppm = work->roads ? 0 : DETOUR_PPM,
                          .improve_ms = store->improve_ms, .cost = work->best.cost, .distance_m = work->best.distance,
                          .drive_s = work->best.travel, .nearest_m = work->has_nearest ? &work->nearest_m : NULL, .nearest_s = work->nearest_s,
                          .nearest_grams = work->nearest_grams, .nearest_late_min = (work->nearest_late_s + 59) / 60,
                          .first_m = store->first_m ? store->first_m : work->best.distance, .first_s = store->first_s ? store->first_s : work->best.travel, .now = store->now,
                          .revision = work->plan.revision};
    for (size_t i = 0; i < work->best.line_len; i++)
        row.emitted_grams += work_grams(work, (size_t)work->best.lines[i].vehicle, work->best.lines[i].distance);
    TRY(day_plan_set(tx, &row, &count));
    store->stale = count == 0;
    if (store->stale)
        return NULL;
    TRY(round_clear_stops(tx, work->plan.id, &count));
    TRY(round_clear(tx, work->plan.id, &count));
    if (store->fresh)
        TRY(consignments_write(tx, work));
    for (size_t i = 0; i < work->best.line_len; i++)
        TRY(round_write(tx, work, &work->best.lines[i]));
    TRY(nearest_write(tx, work));
    TRY(work_left_out_write(tx, work));
    return store->who ? audit(tx, store->now, store->who, "rounds.plan", work->plan.id, STR("")) : NULL;
}

/* ---- better, while people look ---- */

typedef struct Slice {
    Id plan;
    int64_t left;
} Slice;

static Err *slice_write(Tx *tx, void *arg)
{
    const Slice *slice = arg;
    int64_t count;
    return day_plan_slice(tx, slice->plan, slice->left, &count);
}

static Err *improve_try(Db *db, Work *work, int64_t slice_ms)
{
    TRY(work_again(db, work));
    TRY(work_problem(db, work));
    TRY(work_warm(db, work));
    TRY(work_plan(work, (double)slice_ms / 1000));
    return work_nearest(work);
}

/* Short at first, so that somebody who looks sees something better within seconds; longer later, where it is harder to find. */
static int64_t slice_of(int64_t left)
{
    int64_t slice = IMPROVE_MS - left + IMPROVE_SLICE_MS;
    return slice < IMPROVE_SLICE_MS ? IMPROVE_SLICE_MS : slice > left ? left : slice;
}

/* A job: a slice of search on the plan that waits for one, begun from what stands. What is no better is not written, so that
   stops keep their names. */
Err *rounds_improve(JobContext *context)
{
    Db db;
    DayPlanList waiting;
    Work *work = NEW(context->arena, Work);
    TRY(db_read(context->store, context->arena, &db));
    TRY(day_plan_better(&db, &waiting));
    if (!waiting.len)
        return NULL;
    Village here = village_at(&db);
    *work = (Work){.arena = context->arena, .plan = waiting.at[0], .zone = here.zone, .lang = here.lang};
    int64_t slice_ms = slice_of(work->plan.improve_ms), left = work->plan.improve_ms - slice_ms;
    work->plan.seed += left; /* another beginning of chance for each slice */
    Err *err = improve_try(&db, work, slice_ms);
    if (err || work->best.cost >= work->plan.cost) {
        Slice slice = {work->plan.id, err ? 0 : left}; /* after a failure what stands stays, and nobody waits for ever */
        Err *second = db_write(context->store, context->arena, slice_write, &slice);
        return second ? second : err;
    }
    PlanStore store = {.work = work, .improve_ms = left, .first_m = work->plan.first_m, .first_s = work->plan.first_s, .now = context->now};
    return db_write(context->store, context->arena, rounds_plan_store, &store);
}
