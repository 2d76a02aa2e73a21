/* Judging a whole sequence the slow and exact way, where constant time does not suffice. */
#include "solve/route/sequence.h"

#include "solve/route/tour.h"

typedef struct Drive {
    const Model *m;
    const Kind *kind;
    int vehicle;
    const int32_t *nodes;
    int len;
} Drive;

static int64_t release_from(const Drive *d, int at)
{
    const Model *m = d->m;
    int64_t release = 0;
    for (; at < d->len && m->node[d->nodes[at]].kind != NODE_RELOAD; at++)
        if (d->nodes[at] < m->n)
            release = larger(release, m->problem->stops[d->nodes[at]].release);
    return release;
}

static int32_t leg_between(const Drive *d, int from, int to)
{
    return d->kind->time[d->m->node[from].row * d->m->rows + d->m->node[to].row];
}

/* When service begins at nodes[until] (until == len: arrival at the end) on leaving at start or as soon as possible after;
   FAR_FUTURE or more when a rule breaks before. */
static int64_t drive_until(const Drive *d, int64_t start, int until)
{
    const Model *m = d->m;
    int from = start_node(m, d->vehicle), end = end_node(m, d->vehicle);
    int64_t t = larger(start, m->releases ? release_from(d, 0) : 0);
    for (int i = 0; i <= d->len; i++) {
        int stop = i;
        while (stop < d->len && m->node[d->nodes[stop]].kind == NODE_BREAK)
            stop++;
        int target = stop < d->len ? d->nodes[stop] : end;
        int64_t leg = leg_between(d, from, target);
        if (leg == NO_ROAD)
            return 2 * FAR_FUTURE;
        for (; i < stop; i++) {
            int64_t begin = node_begin(m, d->nodes[i], t);
            if (begin >= FAR_FUTURE || i == until)
                return begin;
            leg = larger(leg - (begin - t), 0);
            t = begin + m->node[d->nodes[i]].service;
        }
        int64_t begin = node_begin(m, target, t + leg + setup_at(m, from, target));
        if (begin >= FAR_FUTURE || stop == until)
            return begin;
        t = begin + m->node[target].service;
        if (m->releases && m->node[target].kind == NODE_RELOAD)
            t = larger(t, release_from(d, i + 1));
        from = target;
    }
    return t;
}

static int64_t drive_from(const Drive *d, int64_t start)
{
    return drive_until(d, start, d->len);
}

/* The latest start in [low, high] with which service at nodes[until] begins by `by`; low itself must do. */
static int64_t latest_start(const Drive *d, int64_t low, int64_t high, int until, int64_t by)
{
    while (low < high) { /* nothing begins earlier when one leaves later */
        int64_t middle = low + (high - low + 1) / 2;
        if (drive_until(d, middle, until) <= by)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* The shortest tour leaves either as early as it may, or so that somewhere service begins just as a window opens: tried in
   turn until one is at most `enough`. */
static void try_openings(const Drive *d, int64_t first, int64_t last, int64_t enough, int64_t *start, int64_t *duration)
{
    const Model *m = d->m;
    for (int i = 0; i < d->len && *duration > enough; i++) {
        const Node *node = &m->node[d->nodes[i]];
        for (int k = 0; k < node->window_len && *duration > enough; k++) {
            int64_t opens = node->window_len == 1 ? node->open : m->windows[node->window_at + k].from;
            if (drive_until(d, first, i) > opens)
                continue;
            int64_t leave = latest_start(d, first, smaller(last, opens), i, opens), finish = drive_from(d, leave);
            if (finish < FAR_FUTURE && finish - leave < *duration)
                *duration = finish - leave, *start = leave;
        }
    }
}

static bool best_start(const Drive *d, int64_t enough, int64_t *start, int64_t *duration)
{
    const Model *m = d->m;
    int64_t first = m->node[start_node(m, d->vehicle)].open, last = m->node[start_node(m, d->vehicle)].close;
    if (m->releases)
        first = larger(first, release_from(d, 0));
    int64_t finish = drive_from(d, first);
    if (finish >= FAR_FUTURE)
        return false;
    *start = latest_start(d, first, smaller(last, finish), d->len, finish);
    *duration = finish - *start;
    if (m->several_windows || m->breaks || m->releases) /* with single windows the first is the shortest */
        try_openings(d, first, last, enough, start, duration);
    return true;
}

bool sequence_best_start(const Model *m, int vehicle, const int32_t *nodes, int len, int64_t *start, int64_t *duration)
{
    const Kind *kind = &m->kind[m->kind_of[vehicle]];
    Drive d = {m, kind, vehicle, nodes, len};
    /* Without a limit the plan that is home earliest is the one people want. */
    return best_start(&d, kind->max_duration == ROUTE_NEVER ? INT64_MAX : kind->max_duration, start, duration);
}

bool sequence_in_time(const Model *m, int vehicle, const int32_t *nodes, int len)
{
    const Kind *kind = &m->kind[m->kind_of[vehicle]];
    Drive d = {m, kind, vehicle, nodes, len};
    int64_t start, duration;
    if (kind->max_duration == ROUTE_NEVER)
        return drive_from(&d, m->node[start_node(m, vehicle)].open) < FAR_FUTURE;
    return best_start(&d, kind->max_duration, &start, &duration) && duration <= kind->max_duration;
}

static bool trip_fits(const Model *m, int vehicle, const int32_t *nodes, int len, int k)
{
    int32_t capacity = m->kind[m->kind_of[vehicle]].capacity[k], aboard = 0;
    int32_t level = 0;
    for (int i = 0; i < len; i++)
        level += m->delivery[nodes[i] * m->dims + k];
    if (level > capacity)
        return false;
    for (int i = 0; i < len; i++) {
        int at = nodes[i] * m->dims + k;
        if (m->node[nodes[i]].kind == NODE_BREAK) {
            if (level > m->problem->vehicles[vehicle].breaks[nodes[i] - m->break_at[vehicle]].max_load[k])
                return false;
            continue;
        }
        level += m->change[at] + m->pickup[at] - m->delivery[at];
        aboard += m->change[at];
        if (level > capacity)
            return false;
    }
    return aboard == 0; /* nothing of a shipment stays in across a reload */
}

/* A shipment without amounts still may not pass a reload. */
static bool pairs_whole(const Model *m, const int32_t *nodes, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (nodes[i] >= m->n || m->node[nodes[i]].pair < 0)
            continue;
        bool found = false;
        for (int j = from; j < to && !found; j++)
            found = nodes[j] == m->node[nodes[i]].pair;
        if (!found)
            return false;
    }
    return true;
}

bool sequence_loads_fit(const Model *m, int vehicle, const int32_t *nodes, int len)
{
    for (int from = 0; from <= len;) {
        int to = from;
        while (to < len && m->node[nodes[to]].kind != NODE_RELOAD)
            to++;
        for (int k = 0; k < m->dims; k++)
            if (!trip_fits(m, vehicle, &nodes[from], to - from, k))
                return false;
        if (m->paired && m->reloads && !pairs_whole(m, nodes, from, to))
            return false;
        from = to + 1;
    }
    return true;
}

bool sequence_lengths_fit(const Model *m, int vehicle, const int32_t *nodes, int len)
{
    const Kind *kind = &m->kind[m->kind_of[vehicle]];
    int from = start_node(m, vehicle);
    int64_t travel = 0, distance = 0;
    for (int i = 0; i <= len; i++) {
        int node = i < len ? nodes[i] : end_node(m, vehicle);
        if (m->node[node].row < 0)
            continue;
        travel += kind->time[m->node[from].row * m->rows + m->node[node].row];
        distance += kind->distance[m->node[from].row * m->rows + m->node[node].row];
        from = node;
    }
    return travel <= kind->max_travel && distance <= kind->max_distance;
}
