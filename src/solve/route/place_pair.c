/* Placing both stops of a shipment: each position of the first, then forward as long as time and load allow. */
#include "solve/route/place_pair.h"

int reload_spare(const Rounds *r, int vehicle)
{
    for (int node = r->m->reload_at[vehicle]; node < r->m->reload_at[vehicle + 1]; node++)
        if (r->link[node].vehicle < 0)
            return node;
    return -1;
}

/* One search: the shipment, the vehicle, and where its first stop stands. */
typedef struct Pair {
    Placer *p;
    const Rounds *r;
    const Kind *kind;
    int v, first, second, after; /* the first stop behind after */
    Place *best;
} Pair;

static bool room_between(const Pair *s, int node)
{
    const Model *m = s->r->m;
    for (int k = 0; k < m->dims; k++) {
        int32_t level = s->r->level[node * m->dims + k];
        if (m->node[node].kind == NODE_BREAK) {
            int64_t limit = m->problem->vehicles[s->v].breaks[node - m->break_at[s->v]].max_load[k];
            if (level + m->change[s->first * m->dims + k] > limit)
                return false;
        }
        if (level + m->change[s->first * m->dims + k] > s->kind->capacity[k])
            return false;
    }
    return true;
}

/* The slow exact check, for limits that constant time does not cover. */
static bool whole_allows(const Pair *s, int second_after)
{
    const Rounds *r = s->r;
    const Model *m = r->m;
    bool slow = s->kind->max_duration != ROUTE_NEVER || m->releases || m->lengths;
    if (!slow)
        return true;
    int len = 0, start = start_node(m, s->v), end = end_node(m, s->v);
    for (int node = start; node != end; node = r->link[node].next) {
        if (node != start)
            r->scratch[len++] = node;
        if (node == s->after)
            r->scratch[len++] = s->first;
        if (node == second_after || (node == s->after && second_after == s->first))
            r->scratch[len++] = s->second;
    }
    if (m->lengths && !sequence_lengths_fit(m, s->v, r->scratch, len))
        return false;
    return sequence_in_time(m, s->v, r->scratch, len);
}

static int32_t leg_cost(const Pair *s, int from, int to)
{
    return s->kind->cost[s->r->row[from] * s->r->m->rows + s->r->row[to]];
}

/* The second stop behind `behind` (the last real node or break passed), having left real node `from` at t. */
static void second_try(const Pair *s, int from, int64_t t, int breaks_from, int behind, int64_t delta)
{
    const Rounds *r = s->r;
    const Model *m = r->m;
    int chain = behind == s->first ? r->link[s->after].next : r->link[behind].next;
    int next = chain;
    while (r->row[next] < 0)
        next = r->link[next].next;
    int32_t in = leg_cost(s, from, s->second), out = leg_cost(s, s->second, next), old = leg_cost(s, from, next);
    if (in == NO_ROAD || out == NO_ROAD)
        return;
    if (behind == s->first || from == s->first)
        delta += (int64_t)in + out; /* the leg from the first stop on was not counted yet */
    else
        delta += (int64_t)in + out - old;
    if (delta >= s->best->delta)
        return;
    if (m->timed) {
        t = rounds_drive(r, s->kind, from, t, breaks_from, chain, s->second) + setup_at(m, from, s->second);
        t = node_begin(m, s->second, t);
        if (t > m->node[s->second].close)
            return;
        t = rounds_drive(r, s->kind, s->second, t + m->node[s->second].service, chain, next, next);
        if (t + setup_at(m, s->second, next) > r->moment[next].latest)
            return;
    }
    if (whole_allows(s, behind))
        *s->best = (Place){.delta = delta, .after = s->after, .second = behind};
}

/* Walks on from the first stop, trying the second behind each node in turn. */
static void walk(const Pair *s, int64_t t, int64_t delta)
{
    const Rounds *r = s->r;
    const Model *m = r->m;
    int from = s->first, chain = r->link[s->after].next, breaks_from = chain;
    int next = chain;
    while (r->row[next] < 0)
        next = r->link[next].next;
    int64_t old = r->tour[s->v].len ? leg_cost(s, r->row[s->after] < 0 ? real_prev(r, s->after) : s->after, next) : 0;
    int64_t base = delta - old;
    second_try(s, from, t, breaks_from, s->first, base);
    int32_t onward = leg_cost(s, s->first, next);
    if (onward == NO_ROAD)
        return;
    for (int node = chain; m->node[node].kind == NODE_STOP || m->node[node].kind == NODE_BREAK; node = r->link[node].next) {
        if (!room_between(s, node))
            return;
        if (r->row[node] >= 0) {
            if (m->timed) {
                t = rounds_drive(r, s->kind, from, t, breaks_from, node, node) + setup_at(m, from, node);
                if (t > r->moment[node].latest)
                    return;
                t = node_begin(m, node, t) + m->node[node].service;
                if (t > m->node[s->second].close)
                    return;
            }
            from = node;
            breaks_from = r->link[node].next;
        }
        if (r->flag[node] & SEALED)
            continue;
        second_try(s, from, t, breaks_from, node, from == s->first ? base : base + onward);
    }
}

static void first_try(const Pair *s)
{
    const Rounds *r = s->r;
    const Model *m = r->m;
    int a = r->row[s->after] < 0 ? real_prev(r, s->after) : s->after, chain = r->link[s->after].next;
    int32_t in = leg_cost(s, a, s->first);
    if (in == NO_ROAD)
        return;
    int64_t delta = in + (r->tour[s->v].len ? 0 : tour_fixed_cost(m, s->v)), t = r->moment[a].ready;
    for (int k = 0; k < m->dims; k++)
        if (r->level[s->after * m->dims + k] + m->change[s->first * m->dims + k] > s->kind->capacity[k])
            return;
    if (m->timed) {
        t = rounds_drive(r, s->kind, a, t, r->link[a].next, chain, s->first) + setup_at(m, a, s->first);
        t = node_begin(m, s->first, t);
        if (t > m->node[s->first].close)
            return;
        t += m->node[s->first].service;
        /* Even alone the first stop must leave time for what follows. */
        int b = real_next(r, s->after);
        if (rounds_drive(r, s->kind, s->first, t, chain, b, b) > r->moment[b].latest && !m->gaps)
            return;
    }
    walk(s, t, delta);
}

static bool blinks_pair(Placer *p)
{
    if (--p->blink > 0)
        return false;
    p->blink = 1 + p->pause[random_next(&p->random) & 1023];
    return p->blink_rate > 0;
}

void pair_try(Placer *placer, int first, int vehicle, Place *best)
{
    const Rounds *r = placer->r;
    const Model *m = r->m;
    Pair s = {placer, r, &m->kind[m->kind_of[vehicle]], vehicle, first, m->node[first].pair, -1, best};
    if (!s.kind->serves[first] || !s.kind->serves[s.second] || r->tour[vehicle].len + 2 > s.kind->max_stops)
        return;
    for (int node = start_node(m, vehicle), end = end_node(m, vehicle); node != end; node = r->link[node].next) {
        if (m->timed && r->row[node] >= 0 && r->moment[node].ready > m->node[first].close)
            return;
        if ((r->flag[node] & SEALED) || blinks_pair(placer))
            continue;
        s.after = node;
        first_try(&s);
    }
    if (m->reloads && r->tour[vehicle].len > 0)
        pair_try_new_trip(placer, first, vehicle, best);
}

/* A trip of its own at the end, behind a reload: nothing else can then stand between pickup and delivery. */
void pair_try_new_trip(Placer *placer, int first, int vehicle, Place *best)
{
    const Rounds *r = placer->r;
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[vehicle]];
    int end = end_node(m, vehicle), last = r->link[end].prev, spare = reload_spare(r, vehicle);
    int from = real_prev(r, end);
    if (spare < 0 || (r->flag[last] & SEALED))
        return;
    int rows = m->rows, second = m->node[first].pair, depot = kind->start_row;
    int32_t legs[] = {kind->cost[r->row[from] * rows + depot], kind->cost[depot * rows + first],
                      kind->cost[first * rows + second], kind->cost[second * rows + r->row[end]]};
    int64_t delta = -(int64_t)r->link[end].cost_in;
    for (int i = 0; i < 4; i++) {
        if (legs[i] == NO_ROAD)
            return;
        delta += legs[i];
    }
    if (delta >= best->delta)
        return;
    int len = 0;
    for (int node = r->link[start_node(m, vehicle)].next; node != end; node = r->link[node].next)
        r->scratch[len++] = node;
    r->scratch[len++] = spare;
    r->scratch[len++] = first;
    r->scratch[len++] = second;
    if ((!m->lengths || sequence_lengths_fit(m, vehicle, r->scratch, len)) &&
        sequence_loads_fit(m, vehicle, r->scratch, len) && sequence_in_time(m, vehicle, r->scratch, len))
        *best = (Place){.delta = delta, .after = last, .second = first, .reload = RELOAD_FIRST};
}

static void add_vehicle(Placer *p, int *len, int v)
{
    if (v >= 0 && p->mark[v] != p->marks) {
        p->mark[v] = p->marks;
        p->list[(*len)++] = v;
    }
}

Place pair_find(Placer *p, int first)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    Place best = {.delta = INT64_MAX, .after = -1};
    int len = 0, second = m->node[first].pair;
    p->marks++;
    bool few = m->vehicles <= 40 || p->near_len >= m->n - 1;
    for (int i = 0; i < p->near_len && !few && len < 24; i++) {
        add_vehicle(p, &len, r->link[m->near[first * m->near_len + i]].vehicle);
        add_vehicle(p, &len, r->link[m->near[second * m->near_len + i]].vehicle);
    }
    for (int v = 0; v < m->vehicles && few; v++)
        if (r->tour[v].len > 0)
            add_vehicle(p, &len, v);
    for (int k = 0; k < m->kinds; k++)
        add_vehicle(p, &len, r->empty[k]);
    for (int i = 0; i < len; i++)
        pair_try(p, first, p->list[i], &best);
    for (int v = 0; v < m->vehicles && best.after < 0 && !few; v++)
        if (r->tour[v].len > 0 && p->mark[v] != p->marks)
            pair_try(p, first, v, &best);
    return best;
}
