/* Sequences as linked lists and what is known about each node of them. */
#include "solve/route/tour.h"

#include <string.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

Rounds *rounds_new(Arena *arena, const Model *m)
{
    Rounds *r = NEW(arena, Rounds);
    r->m = m;
    r->link = ARRAY(arena, Link, m->nodes);
    r->moment = ARRAY(arena, Moment, m->nodes);
    r->row = ARRAY(arena, int32_t, m->nodes);
    r->flag = ARRAY(arena, uint8_t, m->nodes);
    r->tour = ARRAY(arena, Tour, m->vehicles);
    r->empty = ARRAY(arena, int32_t, m->kinds);
    r->absent = ARRAY(arena, int32_t, m->n + 1);
    r->absent_at = ARRAY(arena, int32_t, m->n + 1);
    r->scratch = ARRAY(arena, int32_t, m->nodes + 4);
    if (m->durations) {
        r->head = ARRAY(arena, Segment, m->nodes);
        r->tail = ARRAY(arena, Segment, m->nodes);
    }
    if (m->loads) {
        r->level = ARRAY(arena, int32_t, m->nodes * (m->dims + 1));
        r->before = ARRAY(arena, int32_t, m->nodes * (m->dims + 1));
        r->after = ARRAY(arena, int32_t, m->nodes * (m->dims + 1));
    }
    for (int i = 0; i < m->nodes; i++)
        r->row[i] = m->node[i].row;
    rounds_clear(r);
    return r;
}

static inline void set_leg(Rounds *r, int from, int to, int32_t cost)
{
    r->link[from].cost_out = r->link[to].cost_in = cost;
}

static void set_vehicle(Rounds *r, int node, int v)
{
    r->link[node].vehicle = v;
    r->link[node].kind = r->m->kind_of[v];
}

static void chain(Rounds *r, int a, int b)
{
    r->link[a].next = b;
    r->link[a].next_row = r->row[b];
    r->link[b].prev = a;
    r->link[b].prev_row = r->row[a];
}

void rounds_clear(Rounds *r)
{
    const Model *m = r->m;
    for (int i = 0; i < m->nodes; i++)
        r->link[i] = (Link){.prev = -1, .next = -1, .vehicle = -1};
    memset(r->flag, 0, (size_t)m->nodes);
    r->cost = r->used = r->absent_len = 0;
    r->used_max = INT32_MAX;
    for (int v = 0; v < m->vehicles; v++) {
        int last = start_node(m, v);
        set_vehicle(r, last, v);
        set_vehicle(r, end_node(m, v), v);
        for (int b = m->break_at[v]; b < m->break_at[v + 1]; b++) {
            set_vehicle(r, b, v);
            chain(r, last, b);
            last = b;
        }
        chain(r, last, end_node(m, v));
        r->tour[v] = (Tour){0};
        if (!m->flat)
            rounds_refresh(r, v);
    }
    for (int i = 0; i < m->n; i++)
        if (m->node[i].pair < 0 || m->node[i].first)
            rounds_set_absent(r, i);
    rounds_find_empty(r);
}

void rounds_set_absent(Rounds *r, int stop)
{
    r->absent_at[stop] = r->absent_len;
    r->absent[r->absent_len++] = stop;
    r->cost += r->m->skip[stop];
}

void rounds_set_present(Rounds *r, int stop)
{
    int at = r->absent_at[stop], last = r->absent[--r->absent_len];
    r->absent[at] = last;
    r->absent_at[last] = at;
    r->cost -= r->m->skip[stop];
}

static int find_empty(const Rounds *r, int kind)
{
    for (int v = 0; v < r->m->vehicles; v++)
        if (r->m->kind_of[v] == kind && r->tour[v].len == 0)
            return v;
    return -1;
}

void rounds_find_empty(Rounds *r)
{
    for (int k = 0; k < r->m->kinds; k++)
        r->empty[k] = r->used < r->used_max ? find_empty(r, k) : -1;
}

static void tour_filled(Rounds *r, int v)
{
    int kind = r->m->kind_of[v];
    r->used++;
    if (r->used_max < r->m->vehicles)
        rounds_find_empty(r);
    else if (r->empty[kind] == v)
        r->empty[kind] = find_empty(r, kind);
}

static void tour_emptied(Rounds *r, int v)
{
    int kind = r->m->kind_of[v];
    r->used--;
    if (r->used_max < r->m->vehicles)
        rounds_find_empty(r);
    else if (r->empty[kind] < 0 || v < r->empty[kind])
        r->empty[kind] = v;
}

static void tour_load(Rounds *r, int node, int v, int sign)
{
    const Model *m = r->m;
    for (int k = 0; k < m->dims; k++)
        r->tour[v].load[k] += sign * (m->delivery[node * m->dims + k] + m->pickup[node * m->dims + k]);
}

/* The CVRP keeps its costs while linking, all else computes them with the times. */
static void flat_link(Rounds *r, int node, int before, int after)
{
    Tour *tour = &r->tour[r->link[after].vehicle];
    const int32_t *cost = r->m->kind[0].cost;
    int rows = r->m->rows;
    int32_t in = cost[r->row[after] * rows + r->row[node]], out = cost[r->row[node] * rows + r->row[before]];
    int64_t delta = (int64_t)in + out - r->link[before].cost_in + (tour->len == 0 ? tour_fixed_cost(r->m, 0) : 0);
    set_leg(r, after, node, in);
    set_leg(r, node, before, out);
    tour->cost += delta;
    r->cost += delta;
}

void rounds_link(Rounds *r, int node, int after)
{
    int v = r->link[after].vehicle, before = r->link[after].next;
    Tour *tour = &r->tour[v];
    if (r->m->flat)
        flat_link(r, node, before, after);
    chain(r, after, node);
    chain(r, node, before);
    set_vehicle(r, node, v);
    if (node >= r->m->n) {
        tour->reloads += r->m->node[node].kind == NODE_RELOAD;
        return;
    }
    tour_load(r, node, v, 1);
    if (tour->len++ == 0)
        tour_filled(r, v);
}

void rounds_unlink(Rounds *r, int node)
{
    Link at = r->link[node];
    Tour *tour = &r->tour[at.vehicle];
    chain(r, at.prev, at.next);
    r->link[node].vehicle = -1;
    if (r->m->flat) {
        int32_t leg = tour->len == 1 ? 0 : r->m->kind[0].cost[r->row[at.prev] * r->m->rows + r->row[at.next]];
        int64_t delta = (int64_t)leg - at.cost_in - r->link[at.next].cost_in -
                        (tour->len == 1 ? tour_fixed_cost(r->m, 0) : 0);
        set_leg(r, at.prev, at.next, leg);
        tour->cost += delta;
        r->cost += delta;
    }
    if (node >= r->m->n) {
        tour->reloads -= r->m->node[node].kind == NODE_RELOAD;
        return;
    }
    tour_load(r, node, at.vehicle, -1);
    if (--tour->len == 0)
        tour_emptied(r, at.vehicle);
}

/* ---- times ---- */

int64_t rounds_drive_breaks(const Rounds *r, int64_t t, int64_t leg, int node, int until)
{
    for (; node != until; node = r->link[node].next) {
        int64_t begin = node_begin(r->m, node, t);
        if (begin >= FAR_FUTURE)
            return 2 * FAR_FUTURE;
        leg = larger(leg - (begin - t), 0); /* drives on until the break begins */
        t = begin + r->m->node[node].service;
    }
    return t + leg;
}

/* The release of a trip: the latest among its stops. */
static int64_t trip_release(const Rounds *r, int node)
{
    int64_t release = 0;
    for (node = r->link[node].next; r->m->node[node].kind != NODE_END && r->m->node[node].kind != NODE_RELOAD;
         node = r->link[node].next)
        if (node < r->m->n)
            release = larger(release, r->m->problem->stops[node].release);
    return release;
}

static void forward(Rounds *r, int v, const Kind *kind)
{
    const Model *m = r->m;
    int from = start_node(m, v), end = end_node(m, v);
    Tour *tour = &r->tour[v];
    int64_t t = m->node[from].open, cost = 0, travel = 0, distance = 0;
    if (m->releases)
        t = larger(t, trip_release(r, from));
    r->moment[from].ready = t;
    while (from != end) {
        int node = real_next(r, from), leg = r->row[from] * m->rows + r->row[node];
        int32_t price = tour->len ? kind->cost[leg] : 0;
        set_leg(r, from, node, price);
        cost += price;
        travel += kind->time[leg];
        if (m->lengths)
            distance += kind->distance[leg];
        t = rounds_drive(r, kind, from, t, r->link[from].next, node, node) + setup_at(m, from, node);
        t = node_begin(m, node, t) + m->node[node].service;
        if (m->releases && m->node[node].kind == NODE_RELOAD)
            t = larger(t, trip_release(r, node));
        r->moment[node].ready = t;
        from = node;
    }
    if (tour->len)
        cost += tour_fixed_cost(m, v);
    else
        travel = distance = 0;
    r->cost += cost - tour->cost;
    tour->cost = cost, tour->travel = travel, tour->distance = distance;
}

static int64_t latest_begin(const Model *m, int node, int64_t t)
{
    const Node *at = &m->node[node];
    if (t < at->open)
        return -1;
    if (at->window_len == 1)
        return t < at->close ? t : at->close;
    int64_t best = -1;
    for (int i = at->window_at; i < at->window_at + at->window_len && m->windows[i].from <= t; i++)
        best = smaller(t, m->windows[i].to);
    return best;
}

/* The latest departure from a real node that still reaches the next real one by `by`, breaks in between held. */
static int64_t latest_departure(const Rounds *r, const Kind *kind, int from, int next, int64_t by)
{
    int first = r->link[from].next;
    if (first == next) {
        int32_t leg = kind->time[r->row[from] * r->m->rows + r->row[next]];
        return leg == NO_ROAD ? -1 : by - leg;
    }
    int64_t low = -1, high = by;
    while (low < high) { /* arrival does not fall when departure rises */
        int64_t middle = low + (high - low + 1) / 2;
        if (rounds_drive(r, kind, from, middle, first, next, next) <= by)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static void backward(Rounds *r, int v, const Kind *kind)
{
    const Model *m = r->m;
    int node = end_node(m, v), start = start_node(m, v);
    int64_t latest = m->node[node].close;
    r->moment[node].latest = latest;
    while (node != start) {
        int from = real_prev(r, node);
        int64_t leave = latest < 0 ? -1 : latest_departure(r, kind, from, node, latest - setup_at(m, from, node));
        latest = leave < m->node[from].service ? -1 : latest_begin(m, from, leave - (from == start ? 0 : m->node[from].service));
        r->moment[from].latest = latest;
        node = from;
    }
}

static Segment node_segment(const Model *m, int node)
{
    const Node *at = &m->node[node];
    return segment_of(at->open, at->close, at->service);
}

/* Setup counts as part of the leg; breaks and several windows are judged by driving the sequence instead. */
static void segments(Rounds *r, int v, const Kind *kind)
{
    const Model *m = r->m;
    int start = start_node(m, v), end = end_node(m, v);
    r->head[start] = node_segment(m, start);
    for (int from = start; from != end;) {
        int node = real_next(r, from);
        int64_t leg = kind->time[r->row[from] * m->rows + r->row[node]] + setup_at(m, from, node);
        r->head[node] = segment_join(r->head[from], leg, node_segment(m, node));
        from = node;
    }
    r->tail[end] = node_segment(m, end);
    for (int node = end; node != start;) {
        int from = real_prev(r, node);
        int64_t leg = kind->time[r->row[from] * m->rows + r->row[node]] + setup_at(m, from, node);
        r->tail[from] = segment_join(node_segment(m, from), leg, r->tail[node]);
        node = from;
    }
}

/* ---- loads ---- */

static bool trip_ends(const Model *m, int node)
{
    return m->node[node].kind == NODE_END || m->node[node].kind == NODE_RELOAD;
}

/* A break with a load limit weighs as much more as its limit is below the capacity. */
static int32_t break_weight(const Model *m, int v, int node, int k)
{
    const RouteBreak *rest = &m->problem->vehicles[v].breaks[node - m->break_at[v]];
    int64_t capacity = m->kind[m->kind_of[v]].capacity[k];
    return rest->max_load[k] >= capacity ? 0 : (int32_t)(capacity - rest->max_load[k]);
}

static void dimension_loads(Rounds *r, int v, int k)
{
    const Model *m = r->m;
    int dims = m->dims, end = end_node(m, v), trip = start_node(m, v);
    for (;;) {
        int32_t level = 0;
        for (int node = r->link[trip].next; !trip_ends(m, node); node = r->link[node].next)
            level += m->delivery[node * dims + k];
        int32_t most = level;
        r->level[trip * dims + k] = r->before[trip * dims + k] = level;
        int node = trip;
        do {
            node = r->link[node].next;
            int at = node * dims + k;
            if (!trip_ends(m, node))
                level += m->change[at] + m->pickup[at] - m->delivery[at];
            int32_t weight = m->node[node].kind == NODE_BREAK ? level + break_weight(m, v, node, k) : level;
            most = weight > most ? weight : most;
            r->level[at] = level, r->before[at] = most, r->after[at] = weight;
        } while (!trip_ends(m, node));
        int next_trip = node;
        most = r->after[node * dims + k];
        for (node = r->link[node].prev; node != trip; node = r->link[node].prev) {
            most = most > r->after[node * dims + k] ? most : r->after[node * dims + k];
            r->after[node * dims + k] = most;
        }
        if (next_trip == end)
            return;
        trip = next_trip;
    }
}

void rounds_refresh(Rounds *r, int vehicle)
{
    const Kind *kind = &r->m->kind[r->m->kind_of[vehicle]];
    forward(r, vehicle, kind);
    backward(r, vehicle, kind);
    if (r->m->durations)
        segments(r, vehicle, kind);
    if (r->m->loads)
        for (int k = 0; k < r->m->dims; k++)
            dimension_loads(r, vehicle, k);
}

/* ---- one new stop ---- */

static void put_cost(Rounds *r, int v, const Kind *kind, int node)
{
    const Model *m = r->m;
    Tour *tour = &r->tour[v];
    Link at = r->link[node];
    bool first = tour->len == 1;
    int in = r->row[at.prev] * m->rows + r->row[node], out = r->row[node] * m->rows + r->row[at.next];
    int around = r->row[at.prev] * m->rows + r->row[at.next];
    int64_t delta = (int64_t)kind->cost[in] + kind->cost[out] - r->link[at.next].cost_in + (first ? tour_fixed_cost(m, v) : 0);
    set_leg(r, at.prev, node, kind->cost[in]);
    set_leg(r, node, at.next, kind->cost[out]);
    tour->cost += delta;
    r->cost += delta;
    tour->travel += (int64_t)kind->time[in] + kind->time[out] - (first ? 0 : kind->time[around]);
    if (m->lengths)
        tour->distance += (int64_t)kind->distance[in] + kind->distance[out] - (first ? 0 : kind->distance[around]);
}

/* Onwards from node until nothing changes any more: where a vehicle waits it is soon as before. */
static void put_moments(Rounds *r, const Kind *kind, int node)
{
    const Model *m = r->m;
    for (int at = node, from = r->link[node].prev; from < m->n || m->node[from].kind != NODE_END; from = at, at = r->link[at].next) {
        int32_t leg = kind->time[r->row[from] * m->rows + r->row[at]];
        int64_t t = (leg == NO_ROAD ? 2 * FAR_FUTURE : r->moment[from].ready + leg) + setup_at(m, from, at);
        t = node_begin(m, at, t) + m->node[at].service;
        bool same = at != node && r->moment[at].ready == t;
        r->moment[at].ready = t;
        if (same)
            break;
    }
    for (int at = node, next = r->link[node].next; at >= 0; next = at, at = r->link[at].prev) {
        int32_t leg = kind->time[r->row[at] * m->rows + r->row[next]];
        int64_t latest = r->moment[next].latest, service = m->node[at].kind == NODE_START ? 0 : m->node[at].service;
        int64_t leave = latest < 0 || leg == NO_ROAD ? -1 : latest - setup_at(m, at, next) - leg;
        latest = leave < m->node[at].service ? -1 : latest_begin(m, at, leave - service);
        bool same = at != node && r->moment[at].latest == latest;
        r->moment[at].latest = latest;
        if (same)
            break;
    }
}

static bool segments_equal(const Segment *a, const Segment *b)
{
    return a->duration == b->duration && a->warp == b->warp && a->early == b->early && a->late == b->late;
}

static void put_segments(Rounds *r, const Kind *kind, int node)
{
    const Model *m = r->m;
    for (int at = node, from = r->link[node].prev; from < m->n || m->node[from].kind != NODE_END; from = at, at = r->link[at].next) {
        int64_t leg = kind->time[r->row[from] * m->rows + r->row[at]] + setup_at(m, from, at);
        Segment joined = segment_join(r->head[from], leg, node_segment(m, at));
        bool same = at != node && segments_equal(&joined, &r->head[at]);
        r->head[at] = joined;
        if (same)
            break;
    }
    for (int at = node, next = r->link[node].next; at >= 0; next = at, at = r->link[at].prev) {
        int64_t leg = kind->time[r->row[at] * m->rows + r->row[next]] + setup_at(m, at, next);
        Segment joined = segment_join(node_segment(m, at), leg, r->tail[next]);
        bool same = at != node && segments_equal(&joined, &r->tail[at]);
        r->tail[at] = joined;
        if (same)
            break;
    }
}

void rounds_refresh_put(Rounds *r, int node)
{
    int v = r->link[node].vehicle;
    const Kind *kind = &r->m->kind[r->m->kind_of[v]];
    if (!r->m->stepwise) {
        rounds_refresh(r, v);
        return;
    }
    put_cost(r, v, kind, node);
    put_moments(r, kind, node);
    if (r->m->durations)
        put_segments(r, kind, node);
}

/* ---- snapshots ---- */

Snapshot snapshot_new(Arena *arena, const Model *m)
{
    return (Snapshot){.next = ARRAY(arena, int32_t, m->nodes)};
}

void snapshot_take(Snapshot *to, const Rounds *from)
{
    for (int i = 0; i < from->m->nodes; i++)
        to->next[i] = from->link[i].vehicle < 0 ? -1 : from->link[i].next;
    to->cost = from->cost, to->used = from->used, to->absent_len = from->absent_len;
}

void snapshot_copy(const Model *m, Snapshot *to, const Snapshot *from)
{
    memcpy(to->next, from->next, (size_t)m->nodes * sizeof *to->next);
    to->cost = from->cost, to->used = from->used, to->absent_len = from->absent_len;
}

void rounds_restore(Rounds *r, const Snapshot *from)
{
    const Model *m = r->m;
    for (int v = 0; v < m->vehicles; v++) /* breaks leave first: the snapshot says where they go */
        for (int b = m->break_at[v]; b < m->break_at[v + 1]; b++)
            if (r->link[b].vehicle >= 0)
                rounds_unlink(r, b);
    for (int i = 0; i < m->nodes; i++)
        if (r->link[i].vehicle >= 0 && (i < m->n || m->node[i].kind == NODE_RELOAD)) {
            rounds_unlink(r, i);
            if (i < m->n && (m->node[i].pair < 0 || m->node[i].first))
                rounds_set_absent(r, i);
        }
    for (int v = 0; v < m->vehicles; v++) {
        int last = start_node(m, v), end = end_node(m, v);
        for (int node = from->next[last]; node != end; node = from->next[node]) {
            rounds_link(r, node, last);
            if (node < m->n && (m->node[node].pair < 0 || m->node[node].first))
                rounds_set_present(r, node);
            last = node;
        }
        if (!m->flat)
            rounds_refresh(r, v);
    }
}
