/* The round of somebody without a plan: always on to the nearest next stop. What a plan saves is measured against it, with the same
   goods: what the plan leaves out, this one leaves out too. */
#include "rounds/inside.h"

enum { WAITS, FETCHED_BEFORE, ON_BOARD };

typedef struct Driving {
    const Work *work;
    uint8_t *done; /* by stop; a stop that is fetched on this very round is ON_BOARD */
    int64_t load[DIMS];
    int64_t clock, late_s; /* seconds since midnight; how much too late at most */
    int64_t metres, seconds;
    size_t len;
} Driving;

static bool may_go(const Driving *d, const RouteVehicle *vehicle, size_t i)
{
    const RouteStop *stop = &d->work->problem.stops[i];
    if (d->done[i])
        return false;
    if ((size_t)stop->pair < i) /* bringing: it must be on board, that is fetched on this very round */
        return d->done[stop->pair] == ON_BOARD;
    for (int k = 0; k < DIMS; k++)
        if (d->load[k] + stop->pickup[k] > vehicle->capacity[k])
            return false;
    return route_has_skills(vehicle->skills, stop->skills);
}

/* Waits until somebody opens; too late is counted, not refused: that is what happens to people without a plan. */
static void serve(Driving *d, const RouteStop *stop, bool there)
{
    for (size_t k = 0; k < stop->window_len; k++) {
        const RouteWindow *window = &stop->windows[k];
        if (d->clock <= window->to) {
            d->clock = d->clock < window->from ? window->from : d->clock;
            break;
        }
        if (k + 1 == stop->window_len && d->clock - window->to > d->late_s)
            d->late_s = d->clock - window->to;
    }
    d->clock += stop->service + (there ? 0 : stop->setup);
    for (int k = 0; k < DIMS; k++)
        d->load[k] += stop->pickup[k] - stop->delivery[k];
}

static int32_t go(Driving *d, const RouteProfile *ways, int32_t from, int32_t to)
{
    size_t way = (size_t)from * (size_t)d->work->problem.place_len + (size_t)to;
    if (ways->time[way] < INT32_MAX) {
        d->clock += ways->time[way];
        d->seconds += ways->time[way];
        d->metres += ways->distance[way];
    }
    return to;
}

static void drive(Driving *d, int32_t v)
{
    const RouteProblem *p = &d->work->problem;
    const RouteVehicle *vehicle = &p->vehicles[v];
    const RouteProfile *ways = &p->profiles[vehicle->profile];
    int32_t at = vehicle->start;
    d->clock = vehicle->shift.from;
    for (;;) {
        size_t best = SIZE_MAX;
        int32_t nearest = INT32_MAX;
        for (size_t i = 0; i < p->stop_len; i++) {
            int32_t way = ways->time[(size_t)at * (size_t)p->place_len + (size_t)p->stops[i].place];
            if (way < nearest && may_go(d, vehicle, i)) {
                nearest = way;
                best = i;
            }
        }
        if (best == SIZE_MAX)
            break;
        const RouteStop *stop = &p->stops[best];
        bool there = d->len && at == stop->place;
        at = go(d, ways, at, stop->place);
        serve(d, stop, there);
        d->done[best] = ON_BOARD;
        d->len++;
    }
    if (d->len) {
        go(d, ways, at, vehicle->end);
        if (d->clock - vehicle->shift.to > d->late_s)
            d->late_s = d->clock - vehicle->shift.to;
    }
    for (size_t i = 0; i < p->stop_len; i++)
        d->done[i] = d->done[i] ? FETCHED_BEFORE : WAITS;
}

Err *work_nearest(Work *work)
{
    const RouteProblem *p = &work->problem;
    uint8_t *done = NEW_ARRAY(work->arena, uint8_t, p->stop_len + 1);
    size_t served = 0;
    for (size_t i = 0; i < work->best.left_out_len; i++) {
        int32_t stop = work->best.left_out[i].stop, pair = p->stops[stop].pair;
        served += pair >= 0 ? 2 : 1;
        done[stop] = FETCHED_BEFORE;
        if (pair >= 0)
            done[pair] = FETCHED_BEFORE;
    }
    bool anything = served < p->stop_len;
    work->nearest = NEW_ARRAY(work->arena, DayNearest, p->vehicle_len + 1);
    work->nearest_len = 0;
    work->nearest_m = work->nearest_s = work->nearest_grams = work->nearest_late_s = 0;
    for (size_t v = 0; v < p->vehicle_len; v++) {
        Driving d = {.work = work, .done = done};
        drive(&d, (int32_t)v);
        if (!d.len)
            continue;
        DayNearest one = {.vehicle = work->vehicles.at[v].id, .distance_m = d.metres, .drive_s = d.seconds, .emitted_grams = work_grams(work, v, d.metres)};
        work->nearest[work->nearest_len++] = one;
        work->nearest_m += one.distance_m;
        work->nearest_s += one.drive_s;
        work->nearest_grams += one.emitted_grams;
        work->nearest_late_s = d.late_s > work->nearest_late_s ? d.late_s : work->nearest_late_s;
        served += d.len;
    }
    work->has_nearest = anything && served == p->stop_len;
    if (!work->has_nearest)
        work->nearest_m = work->nearest_s = work->nearest_grams = work->nearest_late_s = 0, work->nearest_len = 0;
    return NULL;
}
