/* The cheapest feasible place for a stop: constant time per position, neighbours first, every position only when that fails. */
#include "solve/route/place.h"

#include <math.h>
#include <string.h>

#include "solve/route/place_pair.h"

Placer placer_new(Arena *arena, Rounds *r, uint64_t seed, double blink_rate)
{
    Placer p = {.r = r, .random = random_of(seed), .blink_rate = blink_rate};
    p.near_len = r->m->near_len;
    p.mark = NEW_ARRAY(arena, int32_t, (size_t)r->m->vehicles);
    p.list = NEW_ARRAY(arena, int32_t, (size_t)r->m->vehicles);
    for (int i = 0; i < 1024; i++) {
        double draw = blink_rate > 0 ? log((i + 0.5) / 1024) / log(1 - blink_rate) : 32000;
        p.pause[i] = (int16_t)(draw > 32000 ? 32000 : draw);
    }
    p.blink = 1000;
    return p;
}

/* True about blink_rate of the time. */
static inline bool blinks(Placer *p)
{
    if (--p->blink > 0)
        return false;
    p->blink = 1 + p->pause[random_next(&p->random) & 1023];
    return p->blink_rate > 0;
}

/* Out to the stop and home again. */
static int64_t alone_cost(const Model *m, int stop, const Kind *kind)
{
    int32_t in = kind->cost[kind->start_row * m->rows + stop], out = kind->cost[stop * m->rows + kind->end_row];
    return (int64_t)in + out + tour_fixed_cost(m, kind->vehicle);
}

/* ---- the CVRP: one row of the matrix, loads by vehicle ---- */

static inline void flat_try(Placer *p, Place *best, int64_t delta, int after)
{
    if (delta < best->delta && !blinks(p)) {
        best->delta = delta;
        best->after = after;
    }
}

static void flat_empty(Placer *p, int stop, Place *best)
{
    const Rounds *r = p->r;
    if (r->empty[0] < 0)
        return;
    flat_try(p, best, alone_cost(r->m, stop, &r->m->kind[0]), start_node(r->m, r->empty[0]));
}

static Place flat_anywhere(Placer *p, int stop)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    const int32_t *cost = m->kind[0].cost;
    Place best = {.delta = INT64_MAX, .after = -1};
    int32_t room = m->kind[0].capacity[0] - m->delivery[stop];
    for (int v = 0; v < m->vehicles; v++) {
        if (r->tour[v].len == 0 || r->tour[v].load[0] > room)
            continue;
        for (int node = start_node(m, v), end = end_node(m, v); node != end; node = r->link[node].next) {
            int next = r->link[node].next;
            int64_t delta = (int64_t)cost[r->row[node] * m->rows + stop] + cost[stop * m->rows + r->row[next]] -
                            r->link[next].cost_in;
            flat_try(p, &best, delta, node);
        }
    }
    flat_empty(p, stop, &best);
    return best;
}

static Place flat_near(Placer *p, int stop)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    const Link *link = r->link;
    const int32_t *near = &m->near[stop * m->near_len], *out = &m->kind[0].cost[stop * m->rows];
    const int32_t *cost = m->kind[0].cost;
    Place best = {.delta = INT64_MAX, .after = -1};
    int32_t room = m->kind[0].capacity[0] - m->delivery[stop];
    for (int i = 0; i < p->near_len; i++) {
        int other = near[i];
        Link at = link[other];
        if (at.vehicle < 0 || r->tour[at.vehicle].load[0] > room)
            continue;
        int32_t back = m->symmetric ? out[other] : cost[other * m->rows + stop];
        flat_try(p, &best, (int64_t)back + out[at.next_row] - at.cost_out, other);
        int32_t from = m->symmetric ? out[at.prev_row] : cost[at.prev_row * m->rows + stop];
        flat_try(p, &best, (int64_t)from + out[other] - at.cost_in, at.prev);
    }
    flat_empty(p, stop, &best);
    return best;
}

/* ---- every rule ---- */

static bool loads_allow(const Rounds *r, int stop, int v, int after)
{
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    int next = r->link[after].next;
    for (int k = 0; k < m->dims; k++) {
        int32_t out = m->delivery[stop * m->dims + k], in = m->pickup[stop * m->dims + k];
        int32_t level = r->level[after * m->dims + k], ahead = r->after[next * m->dims + k];
        if (r->before[after * m->dims + k] + out > kind->capacity[k] ||
            (level > ahead ? level : ahead) + in > kind->capacity[k])
            return false;
    }
    return true;
}

/* What no position can mend: skills, sums of load, numbers of stops. */
static bool tour_allows(const Rounds *r, int stop, int v)
{
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    if (!kind->serves[stop] || r->tour[v].len >= kind->max_stops)
        return false;
    if (m->loads)
        return true;
    for (int k = 0; k < m->dims; k++)
        if (r->tour[v].load[k] + m->delivery[stop * m->dims + k] + m->pickup[stop * m->dims + k] > kind->capacity[k])
            return false;
    return true;
}

/* The sequence of v with stop behind after; reload nodes as asked. Returns its length. */
static int write_sequence(const Rounds *r, int v, int stop, int after, PlaceReload reload)
{
    const Model *m = r->m;
    int len = 0, spare = -1;
    if (reload != RELOAD_NONE)
        spare = reload_spare(r, v);
    for (int node = start_node(m, v), end = end_node(m, v); node != end; node = r->link[node].next) {
        if (node != start_node(m, v))
            r->scratch[len++] = node;
        if (node == after) {
            if (reload == RELOAD_FIRST)
                r->scratch[len++] = spare;
            r->scratch[len++] = stop;
            if (reload == RELOAD_THEN)
                r->scratch[len++] = spare;
        }
    }
    return len;
}

static bool lengths_allow(const Rounds *r, const Kind *kind, int v, int a, int stop, int b)
{
    const Model *m = r->m;
    int rows = m->rows, i = r->row[a], j = r->row[stop], l = r->row[b];
    bool bare = r->tour[v].len == 0;
    int64_t travel = (int64_t)kind->time[i * rows + j] + kind->time[j * rows + l] - (bare ? 0 : kind->time[i * rows + l]);
    int64_t distance =
        (int64_t)kind->distance[i * rows + j] + kind->distance[j * rows + l] - (bare ? 0 : kind->distance[i * rows + l]);
    return r->tour[v].travel + travel <= kind->max_travel && r->tour[v].distance + distance <= kind->max_distance;
}

static bool duration_allows(const Rounds *r, const Kind *kind, int v, int a, int stop, int b)
{
    const Model *m = r->m;
    if (m->several_windows || m->breaks || m->releases)
        return sequence_in_time(m, v, r->scratch, write_sequence(r, v, stop, a, RELOAD_NONE));
    const Node *at = &m->node[stop];
    int64_t in = kind->time[r->row[a] * m->rows + stop] + setup_at(m, a, stop);
    int64_t out = kind->time[stop * m->rows + r->row[b]] + setup_at(m, stop, b);
    Segment s = segment_join(r->head[a], in, segment_of(at->open, at->close, at->service));
    s = segment_join(s, out, r->tail[b]);
    return s.warp == 0 && s.duration <= kind->max_duration;
}

/* Time, loads and limits for stop behind after (a node of v; maybe a break). */
static bool position_allows(const Rounds *r, int stop, int v, int after)
{
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    int a = r->row[after] < 0 ? real_prev(r, after) : after, b = real_next(r, after);
    if (m->timed) {
        int64_t t = rounds_drive(r, kind, a, r->moment[a].ready, r->link[a].next, r->link[after].next, stop);
        t = node_begin(m, stop, t + setup_at(m, a, stop));
        if (t > m->node[stop].close)
            return false;
        t = rounds_drive(r, kind, stop, t + m->node[stop].service, r->link[after].next, b, b) + setup_at(m, stop, b);
        if (t > r->moment[b].latest)
            return false;
    }
    if (m->loads && !loads_allow(r, stop, v, after))
        return false;
    if (m->lengths && !lengths_allow(r, kind, v, a, stop, b))
        return false;
    if (m->releases)
        return sequence_in_time(m, v, r->scratch, write_sequence(r, v, stop, after, RELOAD_NONE));
    return kind->max_duration == ROUTE_NEVER || duration_allows(r, kind, v, m->breaks ? after : a, stop, b);
}

static int64_t position_delta(const Rounds *r, int stop, int v, int after)
{
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    int a = r->row[after] < 0 ? real_prev(r, after) : after, b = real_next(r, after);
    int32_t in = kind->cost[r->row[a] * m->rows + stop], out = kind->cost[stop * m->rows + r->row[b]];
    if (in == NO_ROAD || out == NO_ROAD)
        return INT64_MAX;
    return (int64_t)in + out - r->link[b].cost_in + (r->tour[v].len ? 0 : tour_fixed_cost(m, v));
}

static inline void position_try(Placer *p, int stop, int v, int after, Place *best)
{
    const Rounds *r = p->r;
    if (r->flag[after] & SEALED)
        return;
    int64_t delta = position_delta(r, stop, v, after);
    if (delta < best->delta && !blinks(p) && position_allows(r, stop, v, after))
        *best = (Place){.delta = delta, .after = after};
}

/* A new trip that begins or ends with this stop; judged the slow way, as few vehicles reload. */
static void reload_try(Placer *p, int stop, int v, int after, PlaceReload reload, Place *best)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    if (r->flag[after] & SEALED)
        return;
    int a = r->row[after] < 0 ? real_prev(r, after) : after, b = real_next(r, after), depot = kind->start_row;
    int first = reload == RELOAD_FIRST ? depot : stop, then = reload == RELOAD_FIRST ? stop : depot;
    if (r->row[a] == depot && reload == RELOAD_FIRST)
        return;
    const int32_t *cost = kind->cost;
    int32_t one = cost[r->row[a] * m->rows + first], two = cost[first * m->rows + then];
    int32_t three = cost[then * m->rows + r->row[b]];
    if (one == NO_ROAD || two == NO_ROAD || three == NO_ROAD)
        return;
    int64_t delta = (int64_t)one + two + three - r->link[b].cost_in;
    if (delta >= best->delta || blinks(p))
        return;
    int len = write_sequence(r, v, stop, after, reload);
    if (m->lengths && !sequence_lengths_fit(m, v, r->scratch, len))
        return;
    if (sequence_loads_fit(m, v, r->scratch, len) && sequence_in_time(m, v, r->scratch, len))
        *best = (Place){.delta = delta, .after = after, .reload = reload};
}

static void tour_try(Placer *p, int stop, int v, Place *best)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    if (!tour_allows(r, stop, v))
        return;
    bool again = m->reloads && r->tour[v].len > 0 && r->tour[v].reloads + 1 < m->kind[m->kind_of[v]].trips;
    for (int node = start_node(m, v), end = end_node(m, v); node != end; node = r->link[node].next) {
        if (m->timed && r->row[node] >= 0 && r->moment[node].ready > m->node[stop].close)
            break; /* it only gets later */
        position_try(p, stop, v, node, best);
        if (again) {
            reload_try(p, stop, v, node, RELOAD_FIRST, best);
            reload_try(p, stop, v, node, RELOAD_THEN, best);
        }
    }
}

static void empties_try(Placer *p, int stop, Place *best)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    for (int k = 0; k < m->kinds; k++)
        if (r->empty[k] >= 0 && m->served_by[stop * m->kinds + k] &&
            alone_cost(m, stop, &m->kind[k]) < best->delta)
            tour_try(p, stop, r->empty[k], best);
}

/* position_allows where one window, sums of loads and a limit on the duration are all there is (m->simple). */
static inline bool simple_allows(const Rounds *r, int stop, int kind_at, int a, int row_a, int b, int row_b)
{
    const Model *m = r->m;
    const Kind *kind = &m->kind[kind_at];
    const Node *at = &m->node[stop];
    const int32_t *time = &kind->time[stop * m->rows]; /* as long there as back */
    int64_t t = larger(r->moment[a].ready + time[row_a], at->open);
    if (t > at->close || t + at->service + time[row_b] > r->moment[b].latest)
        return false;
    if (kind->max_duration == ROUTE_NEVER)
        return true;
    Segment s = segment_join(r->head[a], time[row_a], segment_of(at->open, at->close, at->service));
    s = segment_join(s, time[row_b], r->tail[b]);
    return s.warp == 0 && s.duration <= kind->max_duration;
}

static inline bool even_allows(const Rounds *r, int stop, const Link *at, int other, bool behind)
{
    int after = behind ? other : at->prev;
    if (!r->m->simple)
        return position_allows(r, stop, at->vehicle, after);
    return behind ? simple_allows(r, stop, at->kind, other, r->row[other], at->next, at->next_row)
                  : simple_allows(r, stop, at->kind, at->prev, at->prev_row, other, r->row[other]);
}

/* The usual case, one row of the matrix at hand: ways are as long back, cost the same for every vehicle, and lead everywhere.
   Neighbours in vehicles that may not serve the stop do not count: where goods need certain vehicles, the next ones are looked at. */
static Place single_near_even(Placer *p, int stop)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    const Link *link = r->link;
    const int32_t *near = &m->near[stop * m->near_len], *out = &m->kind[0].cost[stop * m->rows];
    const bool *served_by = &m->served_by[stop * m->kinds];
    Place best = {.delta = INT64_MAX, .after = -1};
    for (int i = 0, left = p->near_len; i < m->near_len && left > 0; i++) {
        int other = near[i];
        Link at = link[other];
        if (at.vehicle < 0 || !served_by[at.kind])
            continue;
        left--;
        int64_t behind = (int64_t)out[other] + out[at.next_row] - at.cost_out;
        int64_t before = (int64_t)out[other] + out[at.prev_row] - at.cost_in;
        if ((behind >= best.delta && before >= best.delta) || !tour_allows(r, stop, at.vehicle))
            continue;
        if (behind < best.delta && !(r->flag[other] & SEALED) && !blinks(p) && even_allows(r, stop, &at, other, true))
            best = (Place){.delta = behind, .after = other};
        if (before < best.delta && !(r->flag[at.prev] & SEALED) && !blinks(p) && even_allows(r, stop, &at, other, false))
            best = (Place){.delta = before, .after = at.prev};
    }
    empties_try(p, stop, &best);
    return best;
}

static Place single_near(Placer *p, int stop)
{
    const Rounds *r = p->r;
    const Model *m = r->m;
    const int32_t *near = &m->near[stop * m->near_len];
    Place best = {.delta = INT64_MAX, .after = -1};
    if (m->symmetric && m->one_cost && !m->gaps && !m->breaks)
        return single_near_even(p, stop);
    for (int i = 0; i < p->near_len; i++) {
        int v = r->link[near[i]].vehicle;
        if (v < 0 || !tour_allows(r, stop, v))
            continue;
        position_try(p, stop, v, near[i], &best);
        position_try(p, stop, v, r->link[near[i]].prev, &best);
    }
    empties_try(p, stop, &best);
    return best;
}

static Place single_anywhere(Placer *p, int stop)
{
    const Rounds *r = p->r;
    Place best = {.delta = INT64_MAX, .after = -1};
    for (int v = 0; v < r->m->vehicles; v++)
        if (r->tour[v].len > 0)
            tour_try(p, stop, v, &best);
    empties_try(p, stop, &best);
    return best;
}

Place place_find(Placer *placer, int stop)
{
    const Model *m = placer->r->m;
    if (m->node[stop].pair >= 0)
        return pair_find(placer, stop);
    bool all = m->reloads || placer->near_len >= m->n - 1;
    if (m->flat) {
        Place best = flat_near(placer, stop);
        return best.after < 0 && !all ? flat_anywhere(placer, stop) : best;
    }
    if (all)
        return single_anywhere(placer, stop);
    Place best = single_near(placer, stop);
    return best.after < 0 ? single_anywhere(placer, stop) : best;
}

Place place_find_in(Placer *placer, int stop, int vehicle)
{
    Place best = {.delta = INT64_MAX, .after = -1};
    if (placer->r->m->node[stop].pair >= 0)
        pair_try(placer, stop, vehicle, &best);
    else
        tour_try(placer, stop, vehicle, &best);
    return best;
}
