/* Stops in an order that is kind to the processor's caches. */
#include "solve/route/renumber.h"

enum { FEW = 250 }; /* all of it fits near the processor anyway */

static bool gains(const RouteProblem *p)
{
    if (p->stop_len <= FEW)
        return false;
    for (size_t i = 0; i < p->stop_len; i++)
        if (p->stops[i].pair >= 0)
            return false;
    return true;
}

/* walk[k]: the k-th stop of the walk. */
static void walk_along(const RouteProblem *p, int32_t *walk)
{
    const int32_t *distance = p->profiles[0].distance;
    int32_t len = (int32_t)p->stop_len;
    for (int32_t i = 0; i < len; i++)
        walk[i] = i;
    for (int32_t k = 1; k < len; k++) {
        const int32_t *row = &distance[(size_t)p->stops[walk[k - 1]].place * (size_t)p->place_len];
        int32_t best = k;
        for (int32_t i = k + 1; i < len; i++)
            if (row[p->stops[walk[i]].place] < row[p->stops[walk[best]].place])
                best = i;
        int32_t next = walk[best];
        walk[best] = walk[k];
        walk[k] = next;
    }
}

static const RouteVehicle *vehicles_renumbered(Arena *arena, const RouteProblem *p, const int32_t *new_of)
{
    RouteVehicle *vehicles = NEW_ARRAY(arena, RouteVehicle, p->vehicle_len + 1);
    for (size_t v = 0; v < p->vehicle_len; v++) {
        vehicles[v] = p->vehicles[v];
        int32_t *planned = NEW_ARRAY(arena, int32_t, vehicles[v].planned_len + 1);
        for (size_t i = 0; i < vehicles[v].planned_len; i++)
            planned[i] = new_of[p->vehicles[v].planned[i]];
        vehicles[v].planned = planned;
    }
    return vehicles;
}

const RouteProblem *renumber(Arena *arena, const RouteProblem *problem, int32_t **old)
{
    *old = NULL;
    if (!gains(problem))
        return problem;
    int32_t *walk = NEW_ARRAY(arena, int32_t, problem->stop_len), *new_of = NEW_ARRAY(arena, int32_t, problem->stop_len);
    RouteStop *stops = NEW_ARRAY(arena, RouteStop, problem->stop_len);
    walk_along(problem, walk);
    for (size_t i = 0; i < problem->stop_len; i++) {
        stops[i] = problem->stops[walk[i]];
        new_of[walk[i]] = (int32_t)i;
    }
    RouteProblem *renumbered = NEW(arena, RouteProblem);
    *renumbered = *problem;
    renumbered->stops = stops;
    renumbered->vehicles = vehicles_renumbered(arena, problem, new_of);
    *old = walk;
    return renumbered;
}

void renumber_back(RoutePlan *plan, const int32_t *old)
{
    for (size_t i = 0; i < plan->line_len; i++)
        for (size_t k = 0; k < plan->lines[i].visit_len; k++) {
            RouteVisit *visit = &plan->lines[i].visits[k];
            if (visit->kind == ROUTE_STOP)
                visit->index = old[visit->index];
        }
    for (size_t i = 0; i < plan->left_out_len; i++)
        plan->left_out[i].stop = old[plan->left_out[i].stop];
}
