/* Timing a vehicle's sequence: it leaves as late as it can and still be home as early as it can. */
#include "solve/route/plan.h"

#include <string.h>

#include "solve/route/sequence.h"

typedef struct Writer {
    const Model *m;
    const RouteProblem *p;
    const RouteVehicle *vehicle;
    const Kind *kind;
    int v;
    const int32_t *nodes;
    int len;
    RouteLine *line;
    int64_t t, travel, distance;
    int64_t level[ROUTE_DIMS_MAX];
} Writer;

static RouteVisit *add_visit(Writer *w, RouteVisitKind kind, int index, int place, int64_t arrival)
{
    RouteVisit *visit = &w->line->visits[w->line->visit_len++];
    *visit = (RouteVisit){.kind = kind, .index = index, .place = place, .arrival = arrival, .travel = w->travel,
                          .distance = w->distance};
    memcpy(visit->load, w->level, sizeof visit->load);
    return visit;
}

/* What is loaded for the trip that begins before nodes[at]. */
static void load_trip(Writer *w, int at)
{
    const Model *m = w->m;
    memset(w->level, 0, sizeof w->level);
    for (; at < w->len && m->node[w->nodes[at]].kind != NODE_RELOAD; at++)
        for (int k = 0; k < m->dims; k++)
            w->level[k] += m->delivery[w->nodes[at] * m->dims + k];
}

static void change_load(Writer *w, int node)
{
    const Model *m = w->m;
    for (int k = 0; k < m->dims; k++) {
        int at = node * m->dims + k;
        w->level[k] += m->change[at] + m->pickup[at] - m->delivery[at];
    }
}

static int64_t release_of(const Writer *w, int at)
{
    int64_t release = 0;
    for (; at < w->len && w->m->node[w->nodes[at]].kind != NODE_RELOAD; at++)
        if (w->nodes[at] < w->m->n)
            release = larger(release, w->p->stops[w->nodes[at]].release);
    return release;
}

/* Breaks nodes[i..stop) on the way of `leg` time; returns what is left to drive. */
static int64_t write_breaks(Writer *w, int i, int stop, int64_t leg)
{
    const Model *m = w->m;
    for (; i < stop; i++) {
        int node = w->nodes[i];
        int64_t begin = node_begin(m, node, w->t), driven = smaller(leg, begin - w->t);
        leg -= driven;
        w->travel += driven;
        RouteVisit *visit = add_visit(w, ROUTE_BREAK, node - m->break_at[w->v], -1, w->t + driven);
        visit->wait = begin - visit->arrival;
        visit->service = m->node[node].service;
        w->line->wait += visit->wait;
        w->line->service += visit->service;
        w->t = begin + visit->service;
    }
    return leg;
}

static void write_place(Writer *w, int from, int node, int at)
{
    const Model *m = w->m;
    RouteVisitKind kind = node < m->n ? ROUTE_STOP : m->node[node].kind == NODE_RELOAD ? ROUTE_RELOAD : ROUTE_END;
    if (kind == ROUTE_STOP)
        change_load(w, node);
    RouteVisit *visit = add_visit(w, kind, kind == ROUTE_STOP ? node : -1, m->node[node].place, w->t);
    visit->setup = setup_at(m, from, node);
    int64_t begin = node_begin(m, node, w->t + visit->setup);
    visit->wait = begin - visit->setup - w->t;
    visit->service = m->node[node].service;
    w->t = begin + visit->service;
    if (kind == ROUTE_RELOAD) {
        int64_t release = release_of(w, at + 1);
        if (release > w->t) { /* waits for the goods, then loads */
            visit->wait += release - w->t;
            w->t = release;
        }
        load_trip(w, at + 1);
        memcpy(visit->load, w->level, sizeof visit->load);
    }
    w->line->wait += visit->wait;
    w->line->setup += visit->setup;
    w->line->service += visit->service;
}

static int64_t leg_distance(const Writer *w, int from, int to)
{
    int a = w->m->node[from].place, b = w->m->node[to].place;
    if (a < 0 || b < 0)
        return 0;
    return w->p->profiles[w->vehicle->profile].distance[(size_t)a * (size_t)w->p->place_len + (size_t)b];
}

void plan_line(Arena *arena, const Model *m, int vehicle, const int32_t *nodes, int len, RouteLine *out)
{
    *out = (RouteLine){.vehicle = vehicle, .visits = NEW_ARRAY(arena, RouteVisit, (size_t)len + 2)};
    Writer w = {.m = m, .p = m->problem, .vehicle = &m->problem->vehicles[vehicle],
                .kind = &m->kind[m->kind_of[vehicle]], .v = vehicle, .nodes = nodes, .len = len, .line = out};
    int64_t duration = 0;
    w.t = m->node[start_node(m, vehicle)].open;
    sequence_best_start(m, vehicle, nodes, len, &w.t, &duration);
    out->begin = w.t;
    load_trip(&w, 0);
    int from = start_node(m, vehicle), end = end_node(m, vehicle);
    add_visit(&w, ROUTE_START, -1, m->node[from].place, w.t);
    for (int i = 0; i <= len; i++) {
        int stop = i;
        while (stop < len && m->node[nodes[stop]].kind == NODE_BREAK)
            stop++;
        int node = stop < len ? nodes[stop] : end;
        int leg_at = m->node[from].row * m->rows + m->node[node].row;
        int64_t leg = write_breaks(&w, i, stop, w.kind->time[leg_at]);
        w.travel += leg;
        w.t += leg;
        w.distance += leg_distance(&w, from, node);
        out->cost += w.kind->cost[leg_at];
        write_place(&w, from, node, stop);
        from = node;
        i = stop;
    }
    out->finish = w.t;
    out->travel = w.travel;
    out->distance = w.distance;
    out->fixed_cost = m->kind[m->kind_of[vehicle]].fixed_cost;
    out->cost += out->fixed_cost;
}

void plan_build(Arena *arena, const Model *m, const Snapshot *from, RoutePlan *out)
{
    out->lines = NEW_ARRAY(arena, RouteLine, (size_t)m->vehicles);
    out->left_out = NEW_ARRAY(arena, RouteLeftOut, (size_t)m->n + 1);
    out->line_len = out->left_out_len = 0;
    out->cost = out->distance = out->travel = 0;
    int32_t *nodes = NEW_ARRAY(arena, int32_t, (size_t)m->nodes + 1);
    for (int v = 0; v < m->vehicles; v++) {
        int len = 0;
        bool used = false;
        for (int node = from->next[start_node(m, v)]; node != end_node(m, v); node = from->next[node]) {
            used |= node < m->n;
            nodes[len++] = node;
        }
        if (!used)
            continue;
        RouteLine *line = &out->lines[out->line_len++];
        plan_line(arena, m, v, nodes, len, line);
        out->cost += line->cost;
        out->distance += line->distance;
        out->travel += line->travel;
    }
    for (int i = 0; i < m->n; i++)
        if (from->next[i] < 0 && (m->node[i].pair < 0 || m->node[i].first)) {
            out->left_out[out->left_out_len++] = (RouteLeftOut){.stop = i, .vehicle = -1};
            if (m->problem->stops[i].need == ROUTE_OPTIONAL)
                out->cost += m->skip[i];
        }
}
