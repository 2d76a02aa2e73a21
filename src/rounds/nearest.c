/* The round of somebody without a plan: always on to the nearest next stop. What a plan saves is measured against it. */
#include "rounds/inside.h"

typedef struct Driving {
    const Work *work;
    uint8_t *done;       /* by stop */
    int64_t load[DIMS];
    int32_t *sequence;
    size_t len;
} Driving;

static bool may_go(const Driving *d, const RouteVehicle *vehicle, size_t i)
{
    const RouteStop *stop = &d->work->problem.stops[i];
    if (d->done[i])
        return false;
    if ((size_t)stop->pair < i) /* bringing: it must be on board, that is fetched on this very round */
        return d->done[stop->pair] == 2;
    for (int k = 0; k < DIMS; k++)
        if (d->load[k] + stop->pickup[k] > vehicle->capacity[k])
            return false;
    return route_has_skills(vehicle->skills, stop->skills);
}

static void drive(Driving *d, int32_t v)
{
    const RouteProblem *p = &d->work->problem;
    const RouteVehicle *vehicle = &p->vehicles[v];
    const int32_t *time = p->profiles[vehicle->profile].time;
    int32_t at = vehicle->start;
    for (;;) {
        size_t best = SIZE_MAX;
        int32_t nearest = INT32_MAX;
        for (size_t i = 0; i < p->stop_len; i++) {
            int32_t way = time[(size_t)at * (size_t)p->place_len + (size_t)p->stops[i].place];
            if (way < nearest && may_go(d, vehicle, i)) {
                nearest = way;
                best = i;
            }
        }
        if (best == SIZE_MAX)
            break;
        const RouteStop *stop = &p->stops[best];
        for (int k = 0; k < DIMS; k++)
            d->load[k] += stop->pickup[k] - stop->delivery[k];
        d->done[best] = 2;
        d->sequence[d->len++] = (int32_t)best;
        at = stop->place;
    }
    for (size_t i = 0; i < p->stop_len; i++)
        d->done[i] = d->done[i] ? 1 : 0;
}

Err *work_nearest(Work *work)
{
    const RouteProblem *p = &work->problem;
    const int32_t **sequences = NEW_ARRAY(work->arena, const int32_t *, p->vehicle_len + 1);
    size_t *lens = NEW_ARRAY(work->arena, size_t, p->vehicle_len + 1), served = 0;
    uint8_t *done = NEW_ARRAY(work->arena, uint8_t, p->stop_len + 1);
    for (size_t v = 0; v < p->vehicle_len; v++) {
        Driving d = {.work = work, .done = done, .sequence = NEW_ARRAY(work->arena, int32_t, p->stop_len + 1)};
        drive(&d, (int32_t)v);
        sequences[v] = d.sequence;
        lens[v] = d.len;
        served += d.len;
    }
    RoutePlan plan;
    Err *err = served == p->stop_len ? route_plan_of(work->arena, p, sequences, lens, &plan) : NULL;
    work->has_nearest = served == p->stop_len && !err;
    work->nearest_m = work->has_nearest ? plan.distance : 0;
    work->nearest_s = work->has_nearest ? plan.travel : 0;
    work->nearest_grams = 0;
    for (size_t i = 0; work->has_nearest && i < plan.line_len; i++)
        work->nearest_grams += work_grams(work, (size_t)plan.lines[i].vehicle, plan.lines[i].distance);
    return NULL; /* a plan that breaks a rule is no plan to compare with */
}
