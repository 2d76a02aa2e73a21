/* Planning what is left of a day while it is driven. */
#include "rounds/inside.h"

enum { PROMISE_S = 15 * 60, DAY_S = 24 * 3600 };
static const double try_seconds = 0.3; /* CPU time for each measure of lateness */

/* Where one vehicle is. */
typedef struct Standing {
    const Round *round;  /* NULL: it has none today */
    RoundStopList stops; /* of that round */
    int32_t spot;        /* where it is or comes from */
    int64_t from;        /* it can leave then, seconds since midnight */
    int64_t reported;    /* stops its driver has reported */
    int64_t driven_m, driven_s;
} Standing;

typedef struct Rest {
    Replan *replan;
    Work *work;
    RoundList rounds;
    ConsignmentList cargo; /* in the order of work->shipments */
    Standing *standing;    /* by vehicle of the problem */
    int64_t *promised;     /* by stop of the problem, seconds since midnight; 0: nothing */
    int64_t *earliest;     /* likewise: nobody opens the door before */
    int64_t now_s;
} Rest;

static const RoundStop *stop_at(const Standing *s, int64_t position)
{
    for (size_t i = 0; s && i < s->stops.len; i++)
        if (s->stops.at[i].position == position)
            return &s->stops.at[i];
    return NULL;
}

static bool reported(const RoundStop *stop)
{
    return !str_eq(stop->state, STR("planned"));
}

static int32_t spot_of(const Work *work, Id place)
{
    for (size_t i = 0; i < work->spots_len; i++)
        if (work->spots[i].id == place)
            return (int32_t)i;
    return -1;
}

/* ---- where everybody is ---- */

static void drive_on(Rest *rest, Standing *s, const RouteVehicle *vehicle, int32_t spot)
{
    const RouteProfile *ways = &rest->work->problem.profiles[vehicle->profile];
    size_t at = (size_t)s->spot * rest->work->spots_len + (size_t)spot;
    if (spot < 0)
        return;
    if (ways->distance[at] < INT32_MAX) {
        s->driven_m += ways->distance[at];
        s->driven_s += ways->time[at];
    }
    s->spot = spot;
}

static Err *standing_find(Db *db, Rest *rest, size_t v)
{
    Work *work = rest->work;
    Standing *s = &rest->standing[v];
    const RouteVehicle *vehicle = &work->problem.vehicles[v];
    *s = (Standing){.spot = vehicle->start, .from = vehicle->shift.from > rest->now_s ? vehicle->shift.from : rest->now_s};
    for (size_t i = 0; i < rest->rounds.len; i++)
        if (rest->rounds.at[i].vehicle == work->vehicles.at[v].id)
            s->round = &rest->rounds.at[i];
    if (!s->round)
        return NULL;
    TRY(round_stop_list(db, s->round->id, work->lang, &s->stops));
    for (size_t i = 0; i < s->stops.len; i++)
        if (reported(&s->stops.at[i])) {
            drive_on(rest, s, vehicle, spot_of(work, s->stops.at[i].place));
            s->reported++;
        }
    if (!s->reported) { /* not on the road yet: it leaves when it was told to */
        int64_t told = (s->round->leaves_at.ms - work_time(work, 0).ms) / SECOND_MS;
        s->from = told > rest->now_s ? told : rest->now_s;
    }
    return NULL;
}

/* Goods on board of a vehicle that is out of use cannot be planned for: somebody must say what becomes of them. */
static Err *nobody_stranded(Db *db, const Rest *rest)
{
    const Work *work = rest->work;
    for (size_t i = 0; i < rest->rounds.len; i++) {
        const Round *round = &rest->rounds.at[i];
        bool drives = false;
        for (size_t v = 0; v < work->vehicles.len; v++)
            drives |= work->vehicles.at[v].id == round->vehicle;
        Standing s = {0};
        if (drives)
            continue;
        TRY(round_stop_list(db, round->id, work->lang, &s.stops));
        for (size_t k = 0; k < rest->cargo.len; k++) {
            const Consignment *c = &rest->cargo.at[k];
            if (!c->has_round || c->round != round->id)
                continue;
            const RoundStop *fetch = stop_at(&s, c->fetch_stop), *bring = stop_at(&s, c->bring_stop);
            if (fetch && bring && reported(fetch) && !reported(bring) && !str_eq(fetch->state, STR("failed")))
                return err_arg(work->arena, err_new(work->arena, ERR_CONFLICT, "round.aboard"), "name", round->name);
        }
    }
    return NULL;
}

static bool all_reported(const Rest *rest)
{
    for (size_t v = 0; v < rest->work->vehicles.len; v++)
        if ((size_t)rest->standing[v].reported < rest->standing[v].stops.len)
            return false;
    return true;
}

/* ---- the problem that is left ---- */

static int32_t carrier_of(const Rest *rest, const Consignment *c)
{
    for (size_t v = 0; c->has_round && v < rest->work->vehicles.len; v++)
        if (rest->standing[v].round && rest->standing[v].round->id == c->round)
            return (int32_t)v;
    return -1;
}

/* When a pickup place was told its goods would be there, at the latest. */
static int64_t promise_of(const Rest *rest, const RoundStop *bring, const Spot *spot)
{
    int64_t told = bring ? (bring->arrives_at.ms - work_time(rest->work, 0).ms) / SECOND_MS + PROMISE_S : 0;
    return told > spot->opens * 60 ? told : spot->opens * 60;
}

/* Takes a shipment's stops over from the whole day's problem: both, the second alone when it is on board, or none. */
static void keep_shipment(Rest *rest, size_t i, const RouteProblem *day, RouteStop *stops, size_t *len)
{
    Work *work = rest->work;
    Shipment *s = &work->shipments[i];
    const Consignment *c = &rest->cargo.at[i];
    int32_t carrier = carrier_of(rest, c), first = s->stop;
    const Standing *at = carrier >= 0 ? &rest->standing[carrier] : NULL;
    const RoundStop *fetch = stop_at(at, c->fetch_stop), *bring = stop_at(at, c->bring_stop);
    s->stop = -1;
    if (first < 0 || !c->has_round || (bring && reported(bring)) || (fetch && str_eq(fetch->state, STR("failed"))))
        return;
    bool aboard = fetch && reported(fetch);
    s->stop = (int32_t)*len;
    for (int32_t k = aboard ? 1 : 0; k < 2; k++) {
        RouteStop stop = day->stops[first + k];
        stop.pair = aboard ? -1 : (int32_t)*len + (k ? -1 : 1);
        stop.window_len = 0;
        if (aboard) {
            stop.vehicle = carrier;
            stop.skills = (RouteSkills){0};
        }
        work->owner[*len] = (int32_t)i;
        work->brings[*len] = k == 1;
        rest->earliest[*len] = k == 1 && work->spots[s->to].windows_len ? work->spots[s->to].windows[0].from : 0;
        rest->promised[*len] = k == 1 ? promise_of(rest, bring, &work->spots[s->to]) : 0;
        stops[(*len)++] = stop;
    }
}

static void rest_make(Rest *rest)
{
    Work *work = rest->work;
    RouteProblem day = work->problem;
    RouteStop *stops = NEW_ARRAY(work->arena, RouteStop, day.stop_len + 1);
    RouteVehicle *vehicles = NEW_ARRAY(work->arena, RouteVehicle, day.vehicle_len + 1);
    rest->promised = NEW_ARRAY(work->arena, int64_t, day.stop_len + 1);
    rest->earliest = NEW_ARRAY(work->arena, int64_t, day.stop_len + 1);
    work->owner = NEW_ARRAY(work->arena, int32_t, day.stop_len + 1);
    work->brings = NEW_ARRAY(work->arena, bool, day.stop_len + 1);
    size_t len = 0;
    for (size_t i = 0; i < work->shipments_len; i++)
        keep_shipment(rest, i, &day, stops, &len);
    for (size_t v = 0; v < day.vehicle_len; v++) {
        vehicles[v] = day.vehicles[v];
        vehicles[v].start = rest->standing[v].spot;
        vehicles[v].shift.from = rest->standing[v].from;
        if (vehicles[v].shift.to < vehicles[v].shift.from)
            vehicles[v].shift.to = vehicles[v].shift.from;
    }
    work->problem.stops = stops;
    work->problem.stop_len = len;
    work->problem.vehicles = vehicles;
}

/* Goods on board cannot be left out: a plan that has no place for them, whatever the hour, is none. */
static Err *nothing_aboard_left_out(const Rest *rest)
{
    const Work *work = rest->work;
    for (size_t i = 0; i < work->best.left_out_len; i++) {
        const RouteStop *stop = &work->problem.stops[work->best.left_out[i].stop];
        if (stop->pair < 0)
            return err_arg(work->arena, err_new(work->arena, ERR_CONFLICT, "round.no_way_on"), "name", work->vehicles.at[stop->vehicle].name);
    }
    return NULL;
}

/* Promises first; where they cannot be kept, as little later as can be, and vehicles are out as much longer. The last measure of
   lateness is no limit at all: what is left in the evening is still brought. */
static Err *rest_solve(Rest *rest)
{
    const int64_t later[] = {0, 15 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600, 8 * 3600, rest->now_s > 0 ? rest->now_s + DAY_S : DAY_S};
    Work *work = rest->work;
    RouteStop *stops = NEW_ARRAY(work->arena, RouteStop, work->problem.stop_len + 1);
    RouteVehicle *vehicles = NEW_ARRAY(work->arena, RouteVehicle, work->problem.vehicle_len + 1);
    RouteWindow *windows = NEW_ARRAY(work->arena, RouteWindow, work->problem.stop_len + 1);
    RouteProblem whole = work->problem;
    for (size_t k = 0; k < sizeof later / sizeof *later; k++) {
        for (size_t i = 0; i < whole.stop_len; i++) {
            stops[i] = whole.stops[i];
            windows[i] = (RouteWindow){rest->earliest[i], rest->promised[i] + later[k]};
            if (windows[i].to < windows[i].from)
                windows[i].to = windows[i].from;
            if (rest->promised[i] > 0)
                stops[i].windows = &windows[i], stops[i].window_len = 1;
        }
        for (size_t v = 0; v < whole.vehicle_len; v++) {
            vehicles[v] = whole.vehicles[v];
            vehicles[v].shift.to += later[k];
        }
        work->problem.stops = stops;
        work->problem.vehicles = vehicles;
        TRY(work_solve(work, try_seconds));
        if (!work->best.left_out_len)
            break;
    }
    TRY(nothing_aboard_left_out(rest));
    for (size_t i = 0; i < work->best.line_len; i++)
        for (size_t k = 0; k < work->best.lines[i].visit_len; k++) {
            const RouteVisit *visit = &work->best.lines[i].visits[k];
            if (visit->kind != ROUTE_STOP || !rest->promised[visit->index])
                continue;
            int64_t late = (visit->arrival + visit->wait - rest->promised[visit->index] + 59) / 60;
            rest->replan->late_min = late > rest->replan->late_min ? late : rest->replan->late_min;
        }
    return NULL;
}

/* ---- writing ---- */

/* What is reported keeps its place at the front, numbered without gaps; its goods are told the new numbers. */
static Err *reported_number(Tx *tx, const Rest *rest, const Standing *s)
{
    int64_t number = 0, count;
    for (size_t i = 0; i < s->stops.len; i++) {
        const RoundStop *stop = &s->stops.at[i];
        if (!reported(stop) || ++number == stop->position)
            continue;
        TRY(round_stop_number(tx, stop->id, number, &count));
        for (size_t k = 0; k < rest->cargo.len; k++) {
            const Consignment *c = &rest->cargo.at[k];
            if (!c->has_round || c->round != s->round->id)
                continue;
            if (c->fetch_stop == stop->position)
                TRY(consignment_fetched(tx, c->id, number, &count));
            if (c->bring_stop == stop->position)
                TRY(consignment_bring(tx, c->id, number, &count));
        }
    }
    return NULL;
}

static Str whole_path(const Rest *rest, size_t v, const RouteLine *line)
{
    const Work *work = rest->work;
    const Standing *s = &rest->standing[v];
    const Vehicle *vehicle = &work->vehicles.at[v];
    const Spot **spots = NEW_ARRAY(work->arena, const Spot *, s->stops.len + (line ? line->visit_len : 0) + 3);
    size_t len = 0;
    int32_t home = spot_of(work, vehicle->org);
    spots[len++] = &work->spots[home];
    for (size_t i = 0; i < s->stops.len; i++) {
        int32_t at = reported(&s->stops.at[i]) ? spot_of(work, s->stops.at[i].place) : -1;
        if (at >= 0)
            spots[len++] = &work->spots[at];
    }
    for (size_t i = 0; line && i < line->visit_len; i++)
        if (line->visits[i].place >= 0)
            spots[len++] = &work->spots[line->visits[i].place];
    if (!line)
        spots[len++] = &work->spots[home];
    return work_path(work, (RoadsProfile)work->problem.vehicles[v].profile, spots, len);
}

static const RouteLine *line_of(const Work *work, size_t v)
{
    for (size_t i = 0; i < work->best.line_len; i++)
        if (work->best.lines[i].vehicle == (int32_t)v)
            return &work->best.lines[i];
    return NULL;
}

static Err *round_rest_write(Tx *tx, Rest *rest, size_t v, DayPlanAgainArgs *day)
{
    Work *work = rest->work;
    Standing *s = &rest->standing[v];
    const RouteLine *line = line_of(work, v);
    const Vehicle *vehicle = &work->vehicles.at[v];
    int64_t count;
    if (!line && !s->round)
        return NULL;
    if (!line && s->reported)
        drive_on(rest, s, &work->problem.vehicles[v], spot_of(work, vehicle->org)); /* home */
    RoundAddArgs row = {.plan = work->plan.id, .vehicle = vehicle->id, .driver = vehicle->has_driver ? &vehicle->driver : NULL, .distance_m = s->driven_m + (line ? line->distance : 0), .drive_s = s->driven_s + (line ? line->travel : 0),
                           .back_at = work_time(work, line ? line->finish : s->from), .path = whole_path(rest, v, line)};
    row.emitted_grams = work_grams(work, v, row.distance_m);
    if (s->round) {
        row.id = s->round->id;
        TRY(round_change(tx, &(RoundChangeArgs){row.id, row.distance_m, row.drive_s, row.emitted_grams, row.back_at, row.path}, &count));
        TRY(reported_number(tx, rest, s));
    } else {
        row.id = id_mint();
        row.leaves_at = work_time(work, line->begin);
        TRY(round_add(tx, &row));
    }
    day->distance_m += row.distance_m;
    day->drive_s += row.drive_s;
    day->emitted_grams += row.emitted_grams;
    return line ? work_stops_write(tx, work, line, row.id, s->reported, &s->stops) : NULL;
}

static Err *rest_write(Tx *tx, void *arg)
{
    Rest *rest = arg;
    Work *work = rest->work;
    int64_t count;
    DayPlanAgainArgs row = {.id = work->plan.id, .cost = work->best.cost, .late_min = rest->replan->late_min, .now = rest->replan->now,
                            .revision = work->plan.revision};
    TRY(round_stop_clear_planned(tx, work->plan.id, &count));
    TRY(consignment_not_fetched(tx, work->plan.id, &count));
    for (size_t v = 0; v < work->vehicles.len; v++)
        TRY(round_rest_write(tx, rest, v, &row));
    Work left = *work;
    left.shipments_len = 0; /* only what the search left out: what is no part of the rest has its place */
    TRY(work_left_out_write(tx, &left));
    TRY(round_drop_empty(tx, work->plan.id, &count));
    TRY(rounds_share_write(tx, work->plan.id));
    TRY(day_plan_again(tx, &row, &count));
    if (!count)
        return err_new(tx->db.arena, ERR_CONFLICT, "round.changed");
    return audit(tx, rest->replan->now, rest->replan->who, "rounds.replan", work->plan.id, STR(""));
}

Err *rounds_replan(Store *store, Replan *replan)
{
    Work *work = replan->work;
    Rest rest = {.replan = replan, .work = work};
    Db db;
    TRY(db_read(store, work->arena, &db));
    TRY(work_again(&db, work));
    TRY(work_problem(&db, work));
    TRY(round_list(&db, work->plan.id, &rest.rounds));
    TRY(consignment_list(&db, work->plan.id, work->lang, &rest.cargo));
    rest.now_s = (replan->now.ms - work_time(work, 0).ms) / SECOND_MS;
    rest.standing = NEW_ARRAY(work->arena, Standing, work->vehicles.len + 1);
    for (size_t v = 0; v < work->vehicles.len; v++)
        TRY(standing_find(&db, &rest, v));
    TRY(nobody_stranded(&db, &rest));
    rest_make(&rest);
    replan->nothing = !work->problem.stop_len && all_reported(&rest);
    if (replan->nothing)
        return NULL;
    if (work->problem.stop_len)
        TRY(rest_solve(&rest));
    return db_write(store, work->arena, rest_write, &rest);
}
