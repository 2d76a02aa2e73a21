/* Refusing what cannot be a problem, before anything is built on it. */
#include <stdio.h>

#include "solve/route/route.h"

static Err *refuse(Arena *arena, const char *code, const char *what, size_t index, const char *why)
{
    Err *err = err_detail(arena, ERR_INVALID, code, "%s %zu: %s", what, index, why);
    return err_arg(arena, err, "where", str_format(arena, "%s %zu", what, index));
}

static bool time_good(int64_t time)
{
    return time >= 0 && time <= ROUTE_TIME_MAX;
}

static bool limit_good(int64_t limit)
{
    return limit == ROUTE_NEVER || time_good(limit);
}

static bool windows_good(const RouteWindow *windows, size_t len)
{
    if (len > ROUTE_WINDOWS_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!time_good(windows[i].from) || !limit_good(windows[i].to) || windows[i].to < windows[i].from)
            return false;
        if (i > 0 && windows[i].from <= windows[i - 1].to)
            return false;
    }
    return true;
}

static Err *check_sizes(Arena *arena, const RouteProblem *p)
{
    if (p->stop_len > ROUTE_STOPS_MAX)
        return refuse(arena, "route.size", "stops", p->stop_len, "more than 4,000 stops; plan them in several rounds");
    if (p->vehicle_len > ROUTE_VEHICLES_MAX)
        return refuse(arena, "route.size", "vehicles", p->vehicle_len, "more than 2,000 vehicles");
    if (p->vehicle_len == 0)
        return refuse(arena, "route.size", "vehicles", 0, "at least one vehicle is needed");
    if (p->place_len < 0 || p->place_len > ROUTE_PLACES_MAX)
        return refuse(arena, "route.size", "places", (size_t)p->place_len, "more than 5,000 places");
    if (p->dims < 0 || p->dims > ROUTE_DIMS_MAX)
        return refuse(arena, "route.size", "dimensions", (size_t)p->dims, "more than 8 kinds of amount");
    if (p->profile_len == 0 || p->profile_len > 100)
        return refuse(arena, "route.size", "profiles", p->profile_len, "between 1 and 100 are possible");
    return NULL;
}

static Err *check_profiles(Arena *arena, const RouteProblem *p)
{
    for (size_t f = 0; f < p->profile_len; f++) {
        size_t len = (size_t)p->place_len * (size_t)p->place_len;
        for (size_t i = 0; i < len; i++) {
            const RouteProfile *profile = &p->profiles[f];
            if (profile->time[i] < 0 || profile->distance[i] < 0 || (profile->cost && profile->cost[i] < 0))
                return refuse(arena, "route.edge", "profile", f, "a time, distance or cost is negative");
        }
    }
    return NULL;
}

static Err *check_stop(Arena *arena, const RouteProblem *p, size_t i, int64_t totals[ROUTE_DIMS_MAX])
{
    const RouteStop *stop = &p->stops[i];
    if (stop->place < 0 || stop->place >= p->place_len)
        return refuse(arena, "route.place", "stop", i, "its place is not in the matrices");
    if (!windows_good(stop->windows, stop->window_len))
        return refuse(arena, "route.window", "stop", i, "its windows must be in order, apart, and end after they begin");
    if (!time_good(stop->service) || !time_good(stop->setup) || !time_good(stop->release))
        return refuse(arena, "route.window", "stop", i, "a time is negative or too large");
    if (stop->pair != -1) {
        if (stop->pair < 0 || (size_t)stop->pair >= p->stop_len || (size_t)stop->pair == i ||
            (size_t)p->stops[stop->pair].pair != i)
            return refuse(arena, "route.pair", "stop", i, "pickup and delivery must name each other");
    }
    if (stop->vehicle < -1 || (stop->vehicle >= 0 && (size_t)stop->vehicle >= p->vehicle_len))
        return refuse(arena, "route.vehicle", "stop", i, "it is pinned to a vehicle that is not there");
    if (stop->priority < 0 || stop->priority > ROUTE_PRIORITY_MAX || stop->skip_cost < 0 ||
        stop->skip_cost > ROUTE_EDGE_MAX)
        return refuse(arena, "route.amount", "stop", i, "priority is 0 to 100, the cost of leaving it out 0 to 2,000,000,000");
    for (int k = 0; k < p->dims; k++) {
        if (stop->delivery[k] < 0 || stop->pickup[k] < 0 || stop->delivery[k] > ROUTE_AMOUNT_MAX ||
            stop->pickup[k] > ROUTE_AMOUNT_MAX)
            return refuse(arena, "route.amount", "stop", i, "an amount is negative or above 1,000,000,000");
        totals[k] += stop->delivery[k] + stop->pickup[k];
        if (totals[k] > ROUTE_AMOUNT_MAX)
            return refuse(arena, "route.amount", "stop", i, "amounts add up to more than 1,000,000,000; use a larger unit");
    }
    return NULL;
}

/* The first stop of a pair is the one with the pickup; what comes in must go out. */
static Err *check_pair(Arena *arena, const RouteProblem *p, size_t i)
{
    const RouteStop *a = &p->stops[i];
    if (a->pair < 0)
        return NULL;
    const RouteStop *b = &p->stops[a->pair];
    const RouteStop *first = (int32_t)i < a->pair ? a : b, *second = first == a ? b : a;
    for (int k = 0; k < p->dims; k++)
        if (first->delivery[k] != 0 || second->pickup[k] != 0 || first->pickup[k] != second->delivery[k])
            return refuse(arena, "route.pair", "stop", i, "a shipment delivers exactly what it picked up, pickup listed first");
    if (a->need != b->need || a->vehicle != b->vehicle)
        return refuse(arena, "route.pair", "stop", i, "both stops of a shipment are needed alike and ride in one vehicle");
    return NULL;
}

static Err *check_vehicle(Arena *arena, const RouteProblem *p, size_t i)
{
    const RouteVehicle *v = &p->vehicles[i];
    if (v->profile < 0 || (size_t)v->profile >= p->profile_len)
        return refuse(arena, "route.vehicle", "vehicle", i, "its profile is not there");
    if (v->start < -1 || v->end < -1 || v->start >= p->place_len || v->end >= p->place_len)
        return refuse(arena, "route.place", "vehicle", i, "its start or end is not in the matrices");
    RouteWindow shift = v->shift;
    if (!windows_good(&shift, 1))
        return refuse(arena, "route.window", "vehicle", i, "its shift ends before it begins");
    if (!limit_good(v->max_duration) || !limit_good(v->max_travel) || !limit_good(v->max_distance) || v->max_stops < 0)
        return refuse(arena, "route.vehicle", "vehicle", i, "a limit is negative");
    if (v->fixed_cost < 0 || v->fixed_cost > ROUTE_EDGE_MAX || v->time_price < 0 || v->distance_price < 0 ||
        v->time_price > ROUTE_EDGE_MAX || v->distance_price > ROUTE_EDGE_MAX)
        return refuse(arena, "route.vehicle", "vehicle", i, "a cost is negative or above 2,000,000,000");
    if (v->speed_ppm < 10000 || v->speed_ppm > 100000000)
        return refuse(arena, "route.vehicle", "vehicle", i, "its speed factor must be 0.01 to 100");
    if (v->trips < 1 || v->trips > ROUTE_TRIPS_MAX || !time_good(v->reload_time) || (v->trips > 1 && v->start < 0))
        return refuse(arena, "route.vehicle", "vehicle", i, "1 to 20 trips, and a start place to load at");
    if (v->break_len > ROUTE_BREAKS_MAX)
        return refuse(arena, "route.size", "vehicle", i, "more than 8 breaks");
    for (size_t b = 0; b < v->break_len; b++)
        if (v->breaks[b].window_len == 0 || !windows_good(v->breaks[b].windows, v->breaks[b].window_len) ||
            !time_good(v->breaks[b].service))
            return refuse(arena, "route.window", "vehicle", i, "a break needs windows in order that end after they begin");
    for (int k = 0; k < p->dims; k++)
        if (v->capacity[k] < 0 || (v->capacity[k] > ROUTE_AMOUNT_MAX && v->capacity[k] != ROUTE_NEVER))
            return refuse(arena, "route.amount", "vehicle", i, "a capacity is negative or above 1,000,000,000");
    return NULL;
}

static Err *check_planned(Arena *arena, const RouteProblem *p)
{
    bool *seen = NEW_ARRAY(arena, bool, p->stop_len + 1);
    for (size_t i = 0; i < p->vehicle_len; i++) {
        const RouteVehicle *v = &p->vehicles[i];
        if (v->done_len > v->planned_len)
            return refuse(arena, "route.planned", "vehicle", i, "more stops are done than planned");
        for (size_t k = 0; k < v->planned_len; k++) {
            int32_t stop = v->planned[k];
            if (stop < 0 || (size_t)stop >= p->stop_len)
                return refuse(arena, "route.planned", "vehicle", i, "it plans a stop that is not there");
            if (seen[stop])
                return refuse(arena, "route.planned", "stop", (size_t)stop, "it is planned twice");
            seen[stop] = true;
        }
    }
    return NULL;
}

Err *route_check_problem(Arena *arena, const RouteProblem *problem)
{
    TRY(check_sizes(arena, problem));
    TRY(check_profiles(arena, problem));
    int64_t totals[ROUTE_DIMS_MAX] = {0};
    for (size_t i = 0; i < problem->stop_len; i++)
        TRY(check_stop(arena, problem, i, totals));
    for (size_t i = 0; i < problem->stop_len; i++)
        TRY(check_pair(arena, problem, i));
    for (size_t i = 0; i < problem->vehicle_len; i++)
        TRY(check_vehicle(arena, problem, i));
    return check_planned(arena, problem);
}

bool route_has_skills(RouteSkills vehicle, RouteSkills needed)
{
    uint64_t missing = 0;
    for (int i = 0; i < 4; i++)
        missing |= needed.bits[i] & ~vehicle.bits[i];
    return missing == 0;
}

void route_add_skill(RouteSkills *skills, int skill)
{
    if (skill >= 0 && skill <= ROUTE_SKILL_MAX)
        skills->bits[skill / 64] |= UINT64_C(1) << (skill % 64);
}
