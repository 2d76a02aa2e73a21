/* Building the search's view of a problem. */
#include "solve/route/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/route/rows.h"

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

/* ---- nodes ---- */

static void set_windows(Model *m, Node *node, const RouteWindow *windows, size_t len, RouteWindow *pool, int *pool_len)
{
    node->open = len ? windows[0].from : 0;
    node->close = len ? windows[len - 1].to : FAR_FUTURE;
    if (node->close > FAR_FUTURE)
        node->close = FAR_FUTURE;
    node->window_at = *pool_len;
    node->window_len = len ? (int32_t)len : 1;
    if (len > 1)
        m->several_windows = true;
    for (size_t i = 0; i < len; i++)
        pool[(*pool_len)++] = windows[i];
}

static void add_stops(Model *m, Node *nodes, RouteWindow *pool, int *pool_len)
{
    const RouteProblem *p = m->problem;
    for (int i = 0; i < m->n; i++) {
        const RouteStop *stop = &p->stops[i];
        Node *node = &nodes[i];
        *node = (Node){.service = stop->service, .setup = stop->setup, .row = i, .place = stop->place,
                       .pair = stop->pair, .first = stop->pair > i, .kind = NODE_STOP};
        set_windows(m, node, stop->windows, stop->window_len, pool, pool_len);
        m->paired |= stop->pair >= 0;
        m->setups |= stop->setup > 0;
        m->releases |= stop->release > 0;
        m->optional |= stop->need == ROUTE_OPTIONAL;
        m->timed |= stop->window_len > 0 || stop->release > 0;
    }
}

static void add_vehicles(Model *m, Node *nodes, int32_t *break_at, int32_t *reload_at, RouteWindow *pool, int *pool_len)
{
    const RouteProblem *p = m->problem;
    int at = m->n + 2 * m->vehicles;
    for (int v = 0; v < m->vehicles; v++) {
        const RouteVehicle *vehicle = &p->vehicles[v];
        int64_t close = vehicle->shift.to > FAR_FUTURE ? FAR_FUTURE : vehicle->shift.to;
        Node edge = {.open = vehicle->shift.from, .close = close, .pair = -1, .window_len = 1};
        edge.kind = NODE_START, edge.place = vehicle->start;
        nodes[start_node(m, v)] = edge;
        edge.kind = NODE_END, edge.place = vehicle->end;
        nodes[end_node(m, v)] = edge;
        break_at[v] = at;
        for (size_t b = 0; b < vehicle->break_len; b++) {
            Node *node = &nodes[at++];
            *node = (Node){.service = vehicle->breaks[b].service, .row = -1, .place = -1, .pair = -1, .kind = NODE_BREAK};
            bool several = m->several_windows;
            set_windows(m, node, vehicle->breaks[b].windows, vehicle->breaks[b].window_len, pool, pool_len);
            m->several_windows = several;
            m->breaks = true;
        }
        m->timed |= vehicle->shift.from > 0 || close < FAR_FUTURE || vehicle->max_duration != ROUTE_NEVER;
        m->durations |= vehicle->max_duration != ROUTE_NEVER;
        m->lengths |= vehicle->max_travel != ROUTE_NEVER || vehicle->max_distance != ROUTE_NEVER;
        m->reloads |= vehicle->trips > 1;
        m->pinned |= vehicle->done_len > 0;
    }
    break_at[m->vehicles] = at;
    for (int v = 0; v < m->vehicles; v++) {
        reload_at[v] = at;
        for (int t = 1; t < p->vehicles[v].trips; t++)
            nodes[at++] = (Node){.open = p->vehicles[v].shift.from, .close = nodes[end_node(m, v)].close,
                                 .service = p->vehicles[v].reload_time, .place = p->vehicles[v].start, .pair = -1,
                                 .window_len = 1, .kind = NODE_RELOAD};
    }
    reload_at[m->vehicles] = at;
    m->timed |= m->breaks;
}

static void build_nodes(Arena *arena, Model *m)
{
    const RouteProblem *p = m->problem;
    size_t windows = 0;
    m->nodes = m->n + 2 * m->vehicles;
    for (size_t i = 0; i < p->stop_len; i++)
        windows += p->stops[i].window_len;
    for (size_t v = 0; v < p->vehicle_len; v++) {
        m->nodes += (int)p->vehicles[v].break_len + p->vehicles[v].trips - 1;
        for (size_t b = 0; b < p->vehicles[v].break_len; b++)
            windows += p->vehicles[v].breaks[b].window_len;
    }
    Node *nodes = ARRAY(arena, Node, m->nodes);
    RouteWindow *pool = ARRAY(arena, RouteWindow, windows + 1);
    int32_t *break_at = ARRAY(arena, int32_t, m->vehicles + 1), *reload_at = ARRAY(arena, int32_t, m->vehicles + 1);
    int pool_len = 0;
    add_stops(m, nodes, pool, &pool_len);
    add_vehicles(m, nodes, break_at, reload_at, pool, &pool_len);
    m->rows = rows_assign(m, nodes);
    m->node = nodes, m->windows = pool, m->break_at = break_at, m->reload_at = reload_at;
}

static void build_amounts(Arena *arena, Model *m)
{
    const RouteProblem *p = m->problem;
    size_t len = (size_t)m->nodes * (size_t)(m->dims ? m->dims : 1);
    int32_t *delivery = ARRAY(arena, int32_t, len), *pickup = ARRAY(arena, int32_t, len);
    int32_t *change = ARRAY(arena, int32_t, len);
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->dims; k++) {
            const RouteStop *stop = &p->stops[i];
            int at = i * m->dims + k;
            if (stop->pair >= 0) {
                change[at] = (int32_t)(stop->pickup[k] - stop->delivery[k]);
                continue;
            }
            delivery[at] = (int32_t)stop->delivery[k];
            pickup[at] = (int32_t)stop->pickup[k];
        }
    m->delivery = delivery, m->pickup = pickup, m->change = change;
    /* A dimension with both directions needs the load at every moment; one with a single direction only its sum. */
    for (int k = 0; k < m->dims; k++) {
        bool out = false, in = false;
        for (int i = 0; i < m->n; i++) {
            out |= delivery[i * m->dims + k] > 0;
            in |= pickup[i * m->dims + k] > 0;
        }
        m->backhaul |= out && in;
    }
}

/* ---- kinds ---- */

static bool vehicle_is_named(const Model *m, int v)
{
    if (m->problem->vehicles[v].done_len > 0)
        return true;
    for (int i = 0; i < m->n; i++)
        if (m->problem->stops[i].vehicle == v)
            return true;
    return false;
}

static bool breaks_alike(const RouteVehicle *a, const RouteVehicle *b, int dims)
{
    if (a->break_len != b->break_len)
        return false;
    for (size_t i = 0; i < a->break_len; i++) {
        const RouteBreak *x = &a->breaks[i], *y = &b->breaks[i];
        if (x->window_len != y->window_len || x->service != y->service ||
            memcmp(x->windows, y->windows, x->window_len * sizeof *x->windows) != 0 ||
            memcmp(x->max_load, y->max_load, (size_t)dims * sizeof *x->max_load) != 0)
            return false;
    }
    return true;
}

static bool vehicles_alike(const RouteVehicle *a, const RouteVehicle *b, int dims)
{
    return a->profile == b->profile && a->start == b->start && a->end == b->end &&
           memcmp(a->capacity, b->capacity, (size_t)dims * sizeof *a->capacity) == 0 &&
           a->shift.from == b->shift.from && a->shift.to == b->shift.to && a->max_duration == b->max_duration &&
           a->max_travel == b->max_travel && a->max_distance == b->max_distance && a->max_stops == b->max_stops &&
           a->fixed_cost == b->fixed_cost && a->time_price == b->time_price &&
           a->distance_price == b->distance_price && a->speed_ppm == b->speed_ppm &&
           memcmp(&a->skills, &b->skills, sizeof a->skills) == 0 && a->trips == b->trips &&
           a->reload_time == b->reload_time && breaks_alike(a, b, dims);
}

static void kind_fill(Arena *arena, Model *m, Kind *kind, int v)
{
    const RouteProblem *p = m->problem;
    const RouteVehicle *vehicle = &p->vehicles[v];
    *kind = (Kind){.vehicle = v, .len = 1, .start_row = m->node[start_node(m, v)].row,
                   .end_row = m->node[end_node(m, v)].row, .fixed_cost = vehicle->fixed_cost,
                   .max_duration = vehicle->max_duration, .max_travel = vehicle->max_travel,
                   .max_distance = vehicle->max_distance, .max_stops = vehicle->max_stops, .trips = vehicle->trips,
                   .open = vehicle->shift.from, .close = m->node[end_node(m, v)].close};
    for (int k = 0; k < m->dims; k++)
        kind->capacity[k] = vehicle->capacity[k] > ROUTE_AMOUNT_MAX ? (int32_t)ROUTE_AMOUNT_MAX : (int32_t)vehicle->capacity[k];
    bool *serves = ARRAY(arena, bool, m->n + 1);
    for (int i = 0; i < m->n; i++) {
        serves[i] = route_has_skills(vehicle->skills, p->stops[i].skills) &&
                    (p->stops[i].vehicle < 0 || p->stops[i].vehicle == v);
        for (int k = 0; k < m->dims; k++)
            serves[i] &= p->stops[i].delivery[k] <= kind->capacity[k] && p->stops[i].pickup[k] <= kind->capacity[k];
    }
    kind->serves = serves;
}

static void build_kinds(Arena *arena, Model *m)
{
    Kind *kinds = ARRAY(arena, Kind, m->vehicles);
    int32_t *kind_of = ARRAY(arena, int32_t, m->vehicles);
    bool *named = ARRAY(arena, bool, m->vehicles);
    for (int v = 0; v < m->vehicles; v++) {
        const RouteVehicle *vehicle = &m->problem->vehicles[v];
        named[v] = vehicle_is_named(m, v);
        int k = 0;
        while (k < m->kinds && (named[v] || named[kinds[k].vehicle] ||
                                !vehicles_alike(vehicle, &m->problem->vehicles[kinds[k].vehicle], m->dims)))
            k++;
        if (k < m->kinds)
            kinds[k].len++;
        else
            kind_fill(arena, m, &kinds[m->kinds++], v);
        kind_of[v] = k;
    }
    bool *served_by = ARRAY(arena, bool, m->n * m->kinds + 1);
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->kinds; k++) {
            served_by[i * m->kinds + k] = kinds[k].serves[i];
            m->choosy |= !kinds[k].serves[i];
        }
    m->kind = kinds, m->kind_of = kind_of, m->served_by = served_by;
    rows_fill(arena, m, kinds);
}

/* ---- the whole ---- */

static void build_skips(Arena *arena, Model *m, int32_t longest)
{
    const RouteProblem *p = m->problem;
    int64_t dearest = 0;
    for (int k = 0; k < m->kinds; k++)
        if (m->kind[k].fixed_cost > dearest)
            dearest = m->kind[k].fixed_cost;
    /* Weights kept small enough that their sum over all stops fits: serving one stop can never cost more than missing,
       and no plan's legs together more than extra. */
    m->missing = 4 * (int64_t)longest + dearest + 1;
    if (m->missing > ROUTE_EDGE_MAX)
        m->missing = ROUTE_EDGE_MAX;
    int64_t rank = m->n + 1;
    if (p->fewest_vehicles) {
        m->extra = (int64_t)longest * (m->n + 2);
        if (m->extra > INT64_C(1000000000000))
            m->extra = INT64_C(1000000000000);
        m->missing += 2 * m->extra;
        rank = 1;
    }
    int64_t *skip = ARRAY(arena, int64_t, m->n + 1);
    for (int i = 0; i < m->n; i++) {
        const RouteStop *stop = &p->stops[i];
        if (stop->pair >= 0 && stop->pair < i)
            continue;
        skip[i] = stop->need == ROUTE_OPTIONAL ? stop->skip_cost : m->missing * (1 + stop->priority * rank);
    }
    m->skip = skip;
}

static void classify(Model *m)
{
    bool limited = false, pinned = m->pinned;
    for (int k = 0; k < m->kinds; k++)
        limited |= m->kind[k].max_stops < m->n;
    m->loads = m->backhaul || m->paired || m->reloads || m->breaks;
    m->plain = !m->paired && !m->breaks && !m->reloads && !m->releases && !m->several_windows && !m->lengths &&
               !m->backhaul && !m->optional && !pinned && !limited && !m->gaps && m->n > 0;
    m->stepwise = !m->loads && !m->releases;
    m->flat = m->plain && !m->timed && m->kinds == 1 && m->dims == 1;
    for (int i = 0; i < m->n && m->flat; i++)
        m->flat = m->kind[0].serves[i] && m->pickup[i] == 0;
}

const Model *model_new(Arena *arena, const RouteProblem *problem)
{
    Model *m = NEW(arena, Model);
    m->problem = problem;
    m->n = (int)problem->stop_len;
    m->vehicles = (int)problem->vehicle_len;
    m->dims = problem->dims;
    build_nodes(arena, m);
    build_amounts(arena, m);
    build_kinds(arena, m);
    int32_t longest = rows_measure(m);
    build_skips(arena, m, longest);
    classify(m);
    m->simple = m->plain && m->timed && m->symmetric && !m->setups && rows_times_even(m);
    rows_neighbours(arena, m);
    return m;
}
