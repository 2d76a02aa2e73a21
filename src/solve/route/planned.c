/* Plans people bring: stops in order; breaks and reloads are put in here. */
#include "solve/route/planned.h"

#include <string.h>

#include "solve/route/plan.h"
#include "solve/route/sequence.h"

enum { TRIES_MAX = 20000 };

typedef struct Fit {
    const Model *m;
    int vehicle, len;
    int32_t *nodes;
    int tries;
} Fit;

static void insert_at(Fit *f, int at, int node)
{
    memmove(&f->nodes[at + 1], &f->nodes[at], (size_t)(f->len - at) * sizeof *f->nodes);
    f->nodes[at] = node;
    f->len++;
}

static void remove_at(Fit *f, int at)
{
    f->len--;
    memmove(&f->nodes[at], &f->nodes[at + 1], (size_t)(f->len - at) * sizeof *f->nodes);
}

/* Breaks in their order, each as late as possible first: a break just before the end is rarely what people want, but the
   first way found that keeps every rule will do; the search moves breaks on its own. */
static bool fit_breaks(Fit *f, int next_break, int from)
{
    const Model *m = f->m;
    if (next_break == m->break_at[f->vehicle + 1])
        return sequence_in_time(m, f->vehicle, f->nodes, f->len) && sequence_loads_fit(m, f->vehicle, f->nodes, f->len);
    for (int at = from; at <= f->len; at++) {
        if (++f->tries > TRIES_MAX)
            return false;
        insert_at(f, at, next_break);
        if (fit_breaks(f, next_break + 1, at + 1))
            return true;
        remove_at(f, at);
    }
    return false;
}

/* A reload before the first stop that the trip cannot take any more. */
static void put_reloads(Fit *f)
{
    const Model *m = f->m;
    int spare = m->reload_at[f->vehicle], from = 0;
    for (int to = 1; to <= f->len && spare < m->reload_at[f->vehicle + 1]; to++) {
        if (sequence_loads_fit(m, f->vehicle, &f->nodes[from], to - from) || to - 1 == from)
            continue;
        bool paired = false; /* while a shipment is on board the end of the trip is judged too early */
        for (int i = from; i < to; i++)
            paired |= m->node[f->nodes[i]].pair >= 0;
        if (paired)
            continue;
        insert_at(f, to - 1, spare++);
        from = to;
        to = from;
    }
}

bool planned_sequence(const Model *m, int vehicle, const int32_t *stops, int stop_len, int32_t *nodes, int *len)
{
    const Kind *kind = &m->kind[m->kind_of[vehicle]];
    Fit f = {.m = m, .vehicle = vehicle, .len = stop_len, .nodes = nodes};
    if (stop_len > kind->max_stops)
        return false;
    for (int i = 0; i < stop_len; i++) {
        nodes[i] = stops[i];
        bool before = m->node[stops[i]].pair < 0 || m->node[stops[i]].first;
        bool behind = before && m->node[stops[i]].pair >= 0;
        for (int j = 0; j < stop_len && m->node[stops[i]].pair >= 0; j++) {
            before |= j < i && stops[j] == m->node[stops[i]].pair;
            behind &= !(j > i && stops[j] == m->node[stops[i]].pair);
        }
        if (!kind->serves[stops[i]] || !before || behind)
            return false;
    }
    if (m->reloads)
        put_reloads(&f);
    if (m->lengths && !sequence_lengths_fit(m, vehicle, nodes, f.len))
        return false;
    if (!fit_breaks(&f, m->break_at[vehicle], 0))
        return false;
    *len = f.len;
    return true;
}

static void link_all(Rounds *r, int v, const int32_t *nodes, int len)
{
    for (int b = r->m->break_at[v]; b < r->m->break_at[v + 1]; b++)
        rounds_unlink(r, b);
    int last = start_node(r->m, v);
    for (int i = 0; i < len; i++) {
        rounds_link(r, nodes[i], last);
        if (nodes[i] < r->m->n && (r->m->node[nodes[i]].pair < 0 || r->m->node[nodes[i]].first))
            rounds_set_present(r, nodes[i]);
        last = nodes[i];
    }
    if (!r->m->flat)
        rounds_refresh(r, v);
}

static void seal(Rounds *r, int v, size_t done)
{
    int node = start_node(r->m, v);
    while (done > 0) {
        r->flag[node] |= SEALED;
        node = r->link[node].next;
        r->flag[node] |= STUCK;
        done -= node < r->m->n;
    }
    /* The rest of a shipment that is on board already has to stay in this vehicle. */
    for (int i = 0; i < r->m->n; i++)
        if ((r->flag[i] & STUCK) && r->m->node[i].pair >= 0)
            r->flag[r->m->node[i].pair] |= STUCK;
}

static int32_t *wanted(Arena *arena, const Model *m, const RouteVehicle *vehicle, int *len)
{
    int32_t *stops = NEW_ARRAY(arena, int32_t, (size_t)m->n + vehicle->planned_len + 1);
    *len = 0;
    for (size_t i = 0; i < vehicle->planned_len; i++)
        stops[(*len)++] = vehicle->planned[i];
    for (size_t i = 0; i < vehicle->done_len; i++) {
        int pair = m->node[vehicle->planned[i]].pair;
        bool there = pair < 0;
        for (int j = 0; j < *len && !there; j++)
            there = stops[j] == pair;
        if (!there)
            stops[(*len)++] = pair;
    }
    return stops;
}

/* Drops the last stop that may go; false when nothing may. */
static bool drop_last(const Model *m, int32_t *stops, int *len, int keep)
{
    for (int i = *len - 1; i >= keep; i--) {
        int pair = m->node[stops[i]].pair;
        bool bound = false;
        for (int j = 0; j < keep; j++)
            bound |= stops[j] == pair;
        if (bound)
            continue;
        int32_t gone = stops[i];
        int to = 0;
        for (int j = 0; j < *len; j++)
            if (stops[j] != gone && stops[j] != pair)
                stops[to++] = stops[j];
        *len = to;
        return true;
    }
    return false;
}

Err *planned_load(Arena *arena, Rounds *r)
{
    const Model *m = r->m;
    int32_t *nodes = NEW_ARRAY(arena, int32_t, (size_t)m->nodes + 8);
    for (int v = 0; v < m->vehicles; v++) {
        const RouteVehicle *vehicle = &m->problem->vehicles[v];
        if (vehicle->planned_len == 0)
            continue;
        int len, node_len = 0;
        int32_t *stops = wanted(arena, m, vehicle, &len);
        while (len > 0 && !planned_sequence(m, v, stops, len, nodes, &node_len))
            if (!drop_last(m, stops, &len, (int)vehicle->done_len)) {
                Err *err = err_detail(arena, ERR_INVALID, "route.planned",
                                      "vehicle %d: what is done already breaks a rule", v);
                return err_arg(arena, err, "where", str_format(arena, "vehicle %d", v));
            }
        if (len > 0)
            link_all(r, v, nodes, node_len);
        seal(r, v, vehicle->done_len);
    }
    rounds_find_empty(r);
    return NULL;
}

Err *route_plan_of(Arena *arena, const RouteProblem *problem, const int32_t *const *sequences, const size_t *lens,
                   RoutePlan *out)
{
    TRY(route_check_problem(arena, problem));
    const Model *m = model_new(arena, problem);
    Rounds *r = rounds_new(arena, m);
    int32_t *nodes = NEW_ARRAY(arena, int32_t, (size_t)m->nodes + 8);
    bool *seen = NEW_ARRAY(arena, bool, (size_t)m->n + 1);
    for (int v = 0; v < m->vehicles; v++) {
        bool known = lens[v] <= (size_t)m->n;
        for (size_t i = 0; i < lens[v] && known; i++) {
            known = sequences[v][i] >= 0 && sequences[v][i] < m->n && !seen[sequences[v][i]];
            if (known)
                seen[sequences[v][i]] = true;
        }
        int len;
        if (lens[v] == 0)
            continue;
        if (!known || !planned_sequence(m, v, sequences[v], (int)lens[v], nodes, &len)) {
            Err *err = err_detail(arena, ERR_CONFLICT, "route.planned", "vehicle %d: this order breaks a rule", v);
            return err_arg(arena, err, "where", str_format(arena, "vehicle %d", v));
        }
        link_all(r, v, nodes, len);
    }
    rounds_find_empty(r);
    Snapshot all = snapshot_new(arena, m);
    snapshot_take(&all, r);
    *out = (RoutePlan){0};
    plan_build(arena, m, &all, out);
    plan_explain(arena, r, out);
    return NULL;
}
