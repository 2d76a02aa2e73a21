/* Timing given sequences for the check. Like check.c this shares nothing with the solver. */
#include <string.h>

#include "solve/route/route.h"

typedef struct Order {
    const RouteProblem *p;
    const RouteVehicle *vehicle;
    const int32_t *stops;
    size_t len;
} Order;

static int64_t leg(const Order *o, int32_t from, int32_t to, bool distance)
{
    if (from < 0 || to < 0)
        return 0;
    const RouteProfile *profile = &o->p->profiles[o->vehicle->profile];
    int64_t at = (int64_t)from * o->p->place_len + to;
    if (distance)
        return profile->distance[at];
    return ((int64_t)profile->time[at] * 1000000 + o->vehicle->speed_ppm / 2) / o->vehicle->speed_ppm;
}

static int64_t leg_cost(const Order *o, int32_t from, int32_t to)
{
    if (from < 0 || to < 0)
        return 0;
    const RouteProfile *profile = &o->p->profiles[o->vehicle->profile];
    if (profile->cost)
        return profile->cost[(int64_t)from * o->p->place_len + to];
    __int128_t cost = (__int128_t)leg(o, from, to, false) * o->vehicle->time_price +
                      (__int128_t)leg(o, from, to, true) * o->vehicle->distance_price;
    return (int64_t)((cost + 500000) / 1000000);
}

/* Goes through the visits as early as possible from a start; late service is left for the checker to find. */
static void drive(const Order *o, int64_t start, RouteLine *line)
{
    int64_t t = start;
    int32_t place = o->vehicle->start;
    line->begin = start;
    line->visit_len = 0;
    line->travel = line->distance = line->wait = line->service = line->setup = 0;
    line->cost = line->fixed_cost = o->vehicle->fixed_cost;
    line->visits[line->visit_len++] = (RouteVisit){.kind = ROUTE_START, .index = -1, .place = place, .arrival = t};
    for (size_t i = 0; i <= o->len; i++) {
        const RouteStop *stop = i < o->len ? &o->p->stops[o->stops[i]] : NULL;
        int32_t to = stop ? stop->place : o->vehicle->end;
        line->travel += leg(o, place, to, false);
        line->distance += leg(o, place, to, true);
        line->cost += leg_cost(o, place, to);
        t += leg(o, place, to, false);
        RouteVisit visit = {.kind = stop ? ROUTE_STOP : ROUTE_END, .index = stop ? o->stops[i] : -1, .place = to,
                            .arrival = t, .travel = line->travel, .distance = line->distance};
        if (stop) {
            visit.setup = place != to ? stop->setup : 0;
            visit.service = stop->service;
            for (size_t k = 0; k < stop->window_len; k++)
                if (t + visit.setup <= stop->windows[k].to) {
                    if (t + visit.setup < stop->windows[k].from)
                        visit.wait = stop->windows[k].from - t - visit.setup;
                    break;
                }
        }
        t += visit.setup + visit.wait + visit.service;
        line->wait += visit.wait, line->setup += visit.setup, line->service += visit.service;
        line->visits[line->visit_len++] = visit;
        place = to;
    }
    line->finish = t;
}

/* Loads by the rule of the problem: deliveries of single stops are on board from the start. */
static void set_loads(const Order *o, RouteLine *line)
{
    int64_t level[ROUTE_DIMS_MAX] = {0};
    for (size_t i = 0; i < o->len; i++)
        for (int k = 0; k < o->p->dims && o->p->stops[o->stops[i]].pair < 0; k++)
            level[k] += o->p->stops[o->stops[i]].delivery[k];
    for (size_t i = 0; i < line->visit_len; i++) {
        if (line->visits[i].kind == ROUTE_STOP)
            for (int k = 0; k < o->p->dims; k++)
                level[k] += o->p->stops[line->visits[i].index].pickup[k] - o->p->stops[line->visits[i].index].delivery[k];
        memcpy(line->visits[i].load, level, sizeof level);
    }
}

/* Leaves as late as it can without finishing later. */
static void time_line(const Order *o, RouteLine *line)
{
    int64_t start = o->vehicle->shift.from;
    for (size_t i = 0; i < o->len; i++)
        if (o->p->stops[o->stops[i]].release > start)
            start = o->p->stops[o->stops[i]].release;
    drive(o, start, line);
    int64_t slack = INT64_MAX, waited = 0;
    for (size_t i = 1; i + 1 < line->visit_len; i++) {
        const RouteVisit *visit = &line->visits[i];
        const RouteStop *stop = &o->p->stops[visit->index];
        waited += visit->wait;
        int64_t begin = visit->arrival + visit->wait + visit->setup, room = INT64_MAX;
        for (size_t k = 0; k < stop->window_len; k++)
            if (begin >= stop->windows[k].from && begin <= stop->windows[k].to)
                room = stop->windows[k].to - begin;
        if (room != INT64_MAX && room + waited < slack) /* waiting on the way takes up a later start */
            slack = room + waited;
    }
    int64_t later = slack < waited ? slack : waited;
    if (later > 0)
        drive(o, start + later, line);
    set_loads(o, line);
}

void route_check_order(Arena *arena, const RouteProblem *problem, const int32_t *const *sequences, const size_t *lens,
                       RouteFaults *out, int64_t *cost)
{
    RoutePlan plan = {.lines = NEW_ARRAY(arena, RouteLine, problem->vehicle_len + 1)};
    for (size_t v = 0; v < problem->vehicle_len; v++) {
        if (lens[v] == 0)
            continue;
        Order o = {problem, &problem->vehicles[v], sequences[v], lens[v]};
        RouteLine *line = &plan.lines[plan.line_len++];
        *line = (RouteLine){.vehicle = (int32_t)v, .visits = NEW_ARRAY(arena, RouteVisit, lens[v] + 2)};
        time_line(&o, line);
        plan.cost += line->cost;
        plan.distance += line->distance;
        plan.travel += line->travel;
    }
    *cost = plan.cost;
    route_check_plan(arena, problem, &plan, out);
}
