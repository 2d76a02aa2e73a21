/* Matrices by row, and neighbours. */
#include "solve/route/rows.h"

#include <stdlib.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

enum { NEAR_MAX = 100 };
#define APART INT64_C(1000000000000000000) /* farther than any two that may meet */

int rows_assign(const Model *m, Node *nodes)
{
    /* Few distinct depots in practice; a linear look is enough for 2,000 vehicles. */
    int rows = m->n, last = m->n + 2 * m->vehicles;
    for (int i = m->n; i < m->nodes; i++) {
        if (nodes[i].kind == NODE_BREAK)
            continue;
        int row = -1;
        for (int j = m->n; j < i && j < last && row < 0; j++)
            if (nodes[j].place == nodes[i].place && nodes[j].kind != NODE_BREAK)
                row = nodes[j].row;
        nodes[i].row = row < 0 ? rows++ : row;
    }
    return rows;
}

/* By row, the place; -1 for nowhere. */
static int32_t *row_places(Arena *arena, const Model *m)
{
    int32_t *places = ARRAY(arena, int32_t, m->rows);
    for (int i = 0; i < m->nodes; i++)
        if (m->node[i].row >= 0)
            places[m->node[i].row] = m->node[i].place;
    return places;
}

static int32_t clip(int64_t value)
{
    return value > ROUTE_EDGE_MAX ? (int32_t)ROUTE_EDGE_MAX : (int32_t)value;
}

static int32_t leg_time(const RouteVehicle *v, int32_t time)
{
    if (v->speed_ppm == 1000000)
        return clip(time);
    return clip(((int64_t)time * 1000000 + v->speed_ppm / 2) / v->speed_ppm);
}

typedef enum Wanted { WANT_TIME, WANT_COST, WANT_DISTANCE } Wanted;

static int32_t leg_value(const RouteProfile *profile, const RouteVehicle *v, size_t at, Wanted wanted)
{
    int32_t time = profile->time[at], distance = profile->distance[at];
    if (time > ROUTE_EDGE_MAX || distance > ROUTE_EDGE_MAX)
        return NO_ROAD;
    if (wanted == WANT_TIME)
        return leg_time(v, time);
    if (wanted == WANT_DISTANCE)
        return distance;
    if (profile->cost)
        return clip(profile->cost[at]);
    __int128_t cost = (__int128_t)leg_time(v, time) * v->time_price + (__int128_t)distance * v->distance_price;
    cost = (cost + 500000) / 1000000;
    return cost > ROUTE_EDGE_MAX ? (int32_t)ROUTE_EDGE_MAX : (int32_t)cost;
}

static const int32_t *fill(Arena *arena, const Model *m, const int32_t *places, const RouteVehicle *v, Wanted wanted)
{
    const RouteProfile *profile = &m->problem->profiles[v->profile];
    int32_t *matrix = ARRAY(arena, int32_t, m->rows * m->rows);
    for (int i = 0; i < m->rows; i++)
        for (int j = 0; j < m->rows; j++)
            if (places[i] >= 0 && places[j] >= 0)
                matrix[i * m->rows + j] =
                    leg_value(profile, v, (size_t)places[i] * (size_t)m->problem->place_len + (size_t)places[j], wanted);
    return matrix;
}

/* The time-only and distance-only prices make cost the very matrix that is there already. */
static bool costs_alike(const RouteVehicle *a, const RouteVehicle *b)
{
    return a->profile == b->profile && a->time_price == b->time_price && a->distance_price == b->distance_price &&
           (a->time_price == 0 || a->speed_ppm == b->speed_ppm);
}

static bool cost_is_time(const RouteProblem *p, const RouteVehicle *v)
{
    const RouteProfile *profile = &p->profiles[v->profile];
    if (profile->cost)
        return false;
    return (v->time_price == 1000000 && v->distance_price == 0) ||
           (profile->time == profile->distance && v->speed_ppm == 1000000 && v->time_price + v->distance_price == 1000000);
}

void rows_fill(Arena *arena, Model *m, Kind *kinds)
{
    const RouteProblem *p = m->problem;
    const int32_t *places = row_places(arena, m);
    for (int k = 0; k < m->kinds; k++) {
        const RouteVehicle *v = &p->vehicles[kinds[k].vehicle];
        for (int j = 0; j < k; j++) {
            const RouteVehicle *w = &p->vehicles[kinds[j].vehicle];
            if (costs_alike(v, w))
                kinds[k].cost = kinds[j].cost;
            if (v->profile == w->profile && v->speed_ppm == w->speed_ppm)
                kinds[k].time = kinds[j].time;
            if (v->profile == w->profile)
                kinds[k].distance = kinds[j].distance;
        }
        if (!kinds[k].time)
            kinds[k].time = fill(arena, m, places, v, WANT_TIME);
        if (!kinds[k].cost)
            kinds[k].cost = cost_is_time(p, v) ? kinds[k].time : fill(arena, m, places, v, WANT_COST);
        if (!kinds[k].distance && m->lengths)
            kinds[k].distance = fill(arena, m, places, v, WANT_DISTANCE);
    }
}

int32_t rows_measure(Model *m)
{
    int32_t longest = 1;
    m->symmetric = m->one_cost = true;
    for (int k = 0; k < m->kinds; k++) {
        const int32_t *cost = m->kind[k].cost;
        m->one_cost &= cost == m->kind[0].cost;
        if (k > 0 && cost == m->kind[k - 1].cost)
            continue;
        for (int i = 0; i < m->rows; i++)
            for (int j = 0; j < m->rows; j++) {
                int32_t c = cost[i * m->rows + j];
                if (c == NO_ROAD)
                    m->gaps = true;
                else if (c > longest)
                    longest = c;
                m->symmetric &= c == cost[j * m->rows + i];
            }
    }
    return longest;
}

bool rows_times_even(const Model *m)
{
    for (int k = 0; k < m->kinds; k++) {
        const int32_t *time = m->kind[k].time;
        for (int i = 0; i < m->rows && (k == 0 || time != m->kind[k - 1].time); i++)
            for (int j = 0; j < i; j++)
                if (time[i * m->rows + j] != time[j * m->rows + i])
                    return false;
    }
    return true;
}

typedef struct Near {
    int64_t distance;
    int32_t stop;
} Near;

static int near_order(const void *a, const void *b)
{
    const Near *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return x->stop - y->stop;
}

/* Nearness from i to j: cost, and with windows 0.2 of the waiting and all of the lateness that going straight from i to j
   cannot avoid (Vidal et al. 2013), both turned into cost at the typical rate. */
static int64_t nearness(const Model *m, const Kind *kind, int i, int j, double rate)
{
    int32_t cost = kind->cost[i * m->rows + j];
    if (!m->timed || cost == NO_ROAD)
        return cost;
    const Node *a = &m->node[i], *b = &m->node[j];
    int64_t leg = kind->time[i * m->rows + j] + a->service;
    int64_t wait = b->open - (a->close + leg), late = a->open + leg - b->close;
    double extra = (wait > 0 ? 0.2 * (double)wait : 0) + (late > 0 ? (double)late : 0);
    extra = rate * extra;
    return cost + (extra > 1e15 ? INT64_C(1000000000000000) : (int64_t)extra);
}

/* By stop, the kinds that may serve it, as bits. Of more than 64 kinds several share a bit: too few stops then count as apart. */
static const uint64_t *kinds_of_stops(Arena *arena, const Model *m)
{
    uint64_t *kinds = ARRAY(arena, uint64_t, m->n + 1);
    for (int i = 0; i < m->n; i++)
        for (int k = 0; k < m->kinds; k++)
            kinds[i] |= m->served_by[i * m->kinds + k] ? UINT64_C(1) << (k % 64) : 0;
    return kinds;
}

/* Stops that no vehicle may serve both come last: they are never neighbours in a tour. */
static void stop_neighbours(const Model *m, int i, double rate, const uint64_t *kinds, Near *all, int32_t *near)
{
    const Kind *kind = &m->kind[0];
    int len = 0;
    for (int j = 0; j < m->n; j++) {
        if (j == i)
            continue;
        int64_t to = nearness(m, kind, i, j, rate), from = nearness(m, kind, j, i, rate);
        int64_t least = to < from ? to : from;
        all[len++] = (Near){least + (kinds[i] & kinds[j] ? 0 : APART), j};
    }
    qsort(all, (size_t)len, sizeof *all, near_order);
    for (int k = 0; k < m->near_len; k++)
        near[k] = all[k].stop;
}

void rows_neighbours(Arena *arena, Model *m)
{
    const Kind *kind = &m->kind[0];
    double cost = 1, time = 1;
    for (int i = 0; i < m->n; i++)
        for (int j = 0; j < m->n; j++)
            if (kind->cost[i * m->rows + j] != NO_ROAD) {
                cost += kind->cost[i * m->rows + j];
                time += kind->time[i * m->rows + j];
            }
    m->near_len = m->n - 1 < NEAR_MAX ? m->n - 1 : NEAR_MAX;
    if (m->near_len < 0)
        m->near_len = 0;
    Near *all = ARRAY(arena, Near, m->n + 1);
    int32_t *near = ARRAY(arena, int32_t, m->n * m->near_len + 1);
    const uint64_t *kinds = kinds_of_stops(arena, m);
    double sum = 0;
    for (int i = 0; i < m->n; i++) {
        stop_neighbours(m, i, cost / time, kinds, all, &near[i * m->near_len]);
        for (int k = 0; k < m->near_len && k < 5; k++)
            sum += kind->cost[i * m->rows + near[i * m->near_len + k]];
    }
    m->mean_edge = m->near_len ? (int64_t)(sum / (m->n * (m->near_len < 5 ? m->near_len : 5))) + 1 : 1;
    m->near = near;
}
