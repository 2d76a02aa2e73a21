/* Drives a finished plan again from the problem alone. This file must share no code with the solver: it reads route.h only. */
#include <stdio.h>
#include <string.h>

#include "solve/route/route.h"

enum { FAULTS_MAX = 100 };

typedef struct Check {
    Arena *arena;
    const RouteProblem *p;
    const RoutePlan *plan;
    RouteFaults *out;
    int32_t *served; /* by stop: how often */
    int32_t *driver; /* by stop: the vehicle */
    const RouteLine *line;
    const RouteVehicle *vehicle;
    int64_t aboard[ROUTE_DIMS_MAX];
    int64_t clock;
    int32_t place; /* where it was last, -1 nowhere */
    int64_t place_travel, place_distance;
    size_t breaks_seen;
    int32_t trips, stops;
    int64_t cost, wait, service, setup;
} Check;

static void fault(Check *c, int32_t stop, const char *rule, const char *text)
{
    if (c->out->len >= FAULTS_MAX)
        return;
    int32_t vehicle = c->line ? c->line->vehicle : -1;
    Str sentence = stop >= 0 ? str_format(c->arena, "vehicle %d, stop %d: %s", vehicle, stop, text)
                             : str_format(c->arena, "vehicle %d: %s", vehicle, text);
    c->out->at[c->out->len++] = (RouteFault){vehicle, stop, rule, sentence};
}

static void expect(Check *c, bool good, int32_t stop, const char *rule, const char *text)
{
    if (!good)
        fault(c, stop, rule, text);
}

static bool in_some_window(const RouteWindow *windows, size_t len, int64_t t)
{
    for (size_t i = 0; i < len; i++)
        if (t >= windows[i].from && t <= windows[i].to)
            return true;
    return len == 0;
}

static int64_t drive_time(const Check *c, int32_t from, int32_t to)
{
    int64_t time = c->p->profiles[c->vehicle->profile].time[(int64_t)from * c->p->place_len + to];
    if (c->vehicle->speed_ppm == 1000000)
        return time;
    return (time * 1000000 + c->vehicle->speed_ppm / 2) / c->vehicle->speed_ppm;
}

static int64_t drive_cost(const Check *c, int32_t from, int32_t to)
{
    const RouteProfile *profile = &c->p->profiles[c->vehicle->profile];
    int64_t at = (int64_t)from * c->p->place_len + to;
    if (profile->cost)
        return profile->cost[at];
    __int128_t cost = (__int128_t)drive_time(c, from, to) * c->vehicle->time_price +
                      (__int128_t)profile->distance[at] * c->vehicle->distance_price;
    return (int64_t)((cost + 500000) / 1000000);
}

/* The leg from the last place to this visit's. */
static void check_leg(Check *c, const RouteVisit *visit, int32_t stop)
{
    int64_t travel = visit->travel - c->place_travel, distance = visit->distance - c->place_distance;
    int64_t time = 0, way = 0;
    if (c->place >= 0 && visit->place >= 0) {
        const RouteProfile *profile = &c->p->profiles[c->vehicle->profile];
        int64_t at = (int64_t)c->place * c->p->place_len + visit->place;
        expect(c, profile->time[at] <= ROUTE_EDGE_MAX && profile->distance[at] <= ROUTE_EDGE_MAX, stop, "road",
               "there is no road from the place before");
        time = drive_time(c, c->place, visit->place);
        way = profile->distance[at];
        c->cost += drive_cost(c, c->place, visit->place);
    }
    expect(c, travel == time, stop, "travel", "the driving time is not that of the matrix");
    expect(c, distance == way, stop, "distance", "the distance is not that of the matrix");
    c->place_travel = visit->travel;
    c->place_distance = visit->distance;
}

static void check_load(Check *c, const RouteVisit *visit, int32_t stop)
{
    for (int k = 0; k < c->p->dims; k++) {
        expect(c, c->aboard[k] >= 0 && c->aboard[k] <= c->vehicle->capacity[k], stop, "capacity",
               "more is on board than the vehicle holds");
        expect(c, visit->load[k] == c->aboard[k], stop, "load", "the load stated is not the load on board");
    }
}

/* What is loaded at the depot for the stops up to the next reload. */
static void load_up(Check *c, size_t from)
{
    memset(c->aboard, 0, sizeof c->aboard);
    for (size_t i = from + 1; i < c->line->visit_len && c->line->visits[i].kind != ROUTE_RELOAD; i++) {
        const RouteVisit *visit = &c->line->visits[i];
        if (visit->kind != ROUTE_STOP || visit->index < 0 || (size_t)visit->index >= c->p->stop_len)
            continue;
        const RouteStop *stop = &c->p->stops[visit->index];
        for (int k = 0; k < c->p->dims && stop->pair < 0; k++)
            c->aboard[k] += stop->delivery[k];
        expect(c, c->line->visits[from].arrival + c->line->visits[from].wait + c->line->visits[from].service >=
                      stop->release, visit->index, "release", "it was not ready when the vehicle left");
    }
}

static void check_pairs_on_trip(Check *c, size_t at)
{
    const RouteStop *stop = &c->p->stops[c->line->visits[at].index];
    if (stop->pair < c->line->visits[at].index)
        return; /* looked at from the pickup */
    bool found = false;
    for (size_t i = at + 1; i < c->line->visit_len && c->line->visits[i].kind != ROUTE_RELOAD && !found; i++)
        found = c->line->visits[i].kind == ROUTE_STOP && c->line->visits[i].index == stop->pair;
    expect(c, found, c->line->visits[at].index, "order", "its delivery does not follow in the same trip");
}

static void check_stop_visit(Check *c, size_t at, const RouteVisit *visit)
{
    if (visit->index < 0 || (size_t)visit->index >= c->p->stop_len) {
        fault(c, visit->index, "stop", "there is no such stop");
        return;
    }
    const RouteStop *stop = &c->p->stops[visit->index];
    c->served[visit->index]++;
    c->driver[visit->index] = c->line->vehicle;
    c->stops++;
    expect(c, visit->place == stop->place, visit->index, "place", "the plan visits another place");
    expect(c, stop->vehicle < 0 || stop->vehicle == c->line->vehicle, visit->index, "pin", "it is pinned to another vehicle");
    for (int i = 0; i < 4; i++)
        expect(c, (stop->skills.bits[i] & ~c->vehicle->skills.bits[i]) == 0, visit->index, "skills",
               "the vehicle lacks a skill");
    expect(c, visit->setup == (c->place != visit->place ? stop->setup : 0), visit->index, "setup", "its setup time is wrong");
    expect(c, visit->service == stop->service, visit->index, "service", "its service time is wrong");
    expect(c, in_some_window(stop->windows, stop->window_len, visit->arrival + visit->wait + visit->setup), visit->index,
           "window", "service begins outside its windows");
    for (int k = 0; k < c->p->dims; k++)
        c->aboard[k] += stop->pickup[k] - stop->delivery[k];
    check_load(c, visit, visit->index);
    check_pairs_on_trip(c, at);
}

static void check_break_visit(Check *c, const RouteVisit *visit)
{
    if (visit->index < 0 || (size_t)visit->index >= c->vehicle->break_len || (size_t)visit->index != c->breaks_seen) {
        fault(c, -1, "break", "a break is missing, doubled or out of order");
        return;
    }
    const RouteBreak *rest = &c->vehicle->breaks[c->breaks_seen++];
    expect(c, in_some_window(rest->windows, rest->window_len, visit->arrival + visit->wait), -1, "break",
           "a break begins outside its windows");
    expect(c, visit->service == rest->service, -1, "break", "a break has the wrong length");
    for (int k = 0; k < c->p->dims; k++)
        expect(c, c->aboard[k] <= rest->max_load[k], -1, "break", "too much is on board during a break");
    check_load(c, visit, -1);
}

static void check_reload_visit(Check *c, size_t at, const RouteVisit *visit)
{
    expect(c, visit->place == c->vehicle->start, -1, "reload", "it reloads elsewhere than at its start");
    expect(c, ++c->trips <= c->vehicle->trips, -1, "reload", "it leaves more often than it may");
    expect(c, visit->service == c->vehicle->reload_time, -1, "reload", "loading takes longer or less");
    load_up(c, at);
    check_load(c, visit, -1);
}

static void check_visit(Check *c, size_t at)
{
    const RouteVisit *visit = &c->line->visits[at];
    int32_t stop = visit->kind == ROUTE_STOP ? visit->index : -1;
    expect(c, visit->wait >= 0 && visit->setup >= 0 && visit->service >= 0, stop, "time", "a time is negative");
    if (at > 0) {
        int64_t driven = visit->travel - c->line->visits[at - 1].travel;
        expect(c, driven >= 0 && visit->arrival == c->clock + driven, stop, "time", "it arrives at another time than it drives");
    }
    if (visit->kind == ROUTE_BREAK) {
        check_break_visit(c, visit);
    } else {
        if (at > 0)
            check_leg(c, visit, stop);
        if (visit->kind == ROUTE_STOP)
            check_stop_visit(c, at, visit);
        if (visit->kind == ROUTE_RELOAD)
            check_reload_visit(c, at, visit);
        c->place = visit->place;
    }
    c->clock = visit->arrival + visit->wait + visit->setup + visit->service;
    c->wait += visit->wait;
    c->service += visit->service;
    c->setup += visit->setup;
}

static void check_done(Check *c)
{
    size_t want = 0;
    for (size_t i = 0; i < c->line->visit_len && want < c->vehicle->done_len; i++)
        if (c->line->visits[i].kind == ROUTE_STOP) {
            expect(c, c->line->visits[i].index == c->vehicle->planned[want], c->vehicle->planned[want], "done",
                   "what is driven or promised already was changed");
            want++;
        }
    expect(c, want == c->vehicle->done_len, -1, "done", "a stop that is driven or promised already is gone");
}

static void check_totals(Check *c)
{
    const RouteLine *line = c->line;
    const RouteVisit *last = &line->visits[line->visit_len - 1];
    const RouteVehicle *v = c->vehicle;
    expect(c, line->begin >= v->shift.from && line->finish <= v->shift.to, -1, "shift", "it is on the road outside its shift");
    expect(c, line->begin == line->visits[0].arrival && line->finish == c->clock, -1, "time", "begin or finish is wrong");
    expect(c, line->finish - line->begin <= v->max_duration, -1, "duration", "it is on the road too long");
    expect(c, last->travel <= v->max_travel, -1, "travel", "it drives too long");
    expect(c, last->distance <= v->max_distance, -1, "distance", "it drives too far");
    expect(c, c->stops <= v->max_stops, -1, "stops", "it has too many stops");
    expect(c, c->breaks_seen == v->break_len, -1, "break", "a break is missing");
    expect(c, line->travel == last->travel && line->distance == last->distance && line->wait == c->wait &&
               line->service == c->service && line->setup == c->setup, -1, "sums", "a sum is wrong");
    expect(c, line->fixed_cost == v->fixed_cost && line->cost == c->cost + v->fixed_cost, -1, "cost", "its cost is wrong");
    check_done(c);
}

static void check_line(Check *c, const RouteLine *line)
{
    c->line = line;
    if (line->vehicle < 0 || (size_t)line->vehicle >= c->p->vehicle_len || line->visit_len < 2) {
        fault(c, -1, "vehicle", "there is no such vehicle, or it has no visits");
        return;
    }
    c->vehicle = &c->p->vehicles[line->vehicle];
    c->breaks_seen = 0;
    c->trips = 1;
    c->stops = 0;
    c->cost = c->wait = c->service = c->setup = 0;
    c->place = c->vehicle->start;
    c->place_travel = c->place_distance = 0;
    bool ends = line->visits[0].kind == ROUTE_START && line->visits[line->visit_len - 1].kind == ROUTE_END;
    expect(c, ends && line->visits[0].place == c->vehicle->start &&
               line->visits[line->visit_len - 1].place == c->vehicle->end, -1, "ends", "it begins or ends elsewhere");
    load_up(c, 0);
    check_load(c, &line->visits[0], -1);
    for (size_t i = 0; i < line->visit_len; i++)
        check_visit(c, i);
    check_totals(c);
}

static void check_everyone(Check *c)
{
    c->line = NULL;
    int64_t cost = 0, distance = 0, travel = 0;
    for (size_t i = 0; i < c->plan->line_len; i++) {
        cost += c->plan->lines[i].cost;
        distance += c->plan->lines[i].distance;
        travel += c->plan->lines[i].travel;
        for (size_t j = 0; j < i; j++)
            expect(c, c->plan->lines[j].vehicle != c->plan->lines[i].vehicle, -1, "vehicle", "a vehicle drives twice");
    }
    for (size_t i = 0; i < c->plan->left_out_len; i++) {
        int32_t stop = c->plan->left_out[i].stop;
        if (stop < 0 || (size_t)stop >= c->p->stop_len) {
            fault(c, stop, "stop", "a stop is left out that is not there");
            continue;
        }
        expect(c, c->plan->left_out[i].rule != ROUTE_RULE_NONE, stop, "reason", "it is left out without a reason");
        expect(c, c->served[stop] == 0, stop, "stop", "it is served and left out");
        c->served[stop] = 1;
        if (c->p->stops[stop].pair >= 0)
            c->served[c->p->stops[stop].pair]++;
        if (c->p->stops[stop].need == ROUTE_OPTIONAL)
            cost += c->p->stops[stop].skip_cost;
    }
    for (size_t i = 0; i < c->p->stop_len; i++) {
        expect(c, c->served[i] == 1, (int32_t)i, "stop", c->served[i] ? "it is served twice" : "it is silently gone");
        int32_t pair = c->p->stops[i].pair;
        expect(c, pair < 0 || c->driver[i] == c->driver[pair], (int32_t)i, "order", "pickup and delivery are in different vehicles");
    }
    expect(c, cost == c->plan->cost && distance == c->plan->distance && travel == c->plan->travel, -1, "sums",
           "the plan's cost, distance or driving time is not the sum of its lines");
}

void route_check_plan(Arena *arena, const RouteProblem *problem, const RoutePlan *plan, RouteFaults *out)
{
    *out = (RouteFaults){.at = NEW_ARRAY(arena, RouteFault, FAULTS_MAX)};
    Check c = {.arena = arena, .p = problem, .plan = plan, .out = out};
    c.served = NEW_ARRAY(arena, int32_t, problem->stop_len + 1);
    c.driver = NEW_ARRAY(arena, int32_t, problem->stop_len + 1);
    for (size_t i = 0; i < problem->stop_len; i++)
        c.driver[i] = -1;
    for (size_t i = 0; i < plan->line_len; i++)
        check_line(&c, &plan->lines[i]);
    check_everyone(&c);
}
