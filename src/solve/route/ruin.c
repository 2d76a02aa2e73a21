/* Ruin and recreate on linked sequences, undone by a log of steps. */
#include "solve/route/ruin.h"
#include "solve/route/place_pair.h"

#include <math.h>
#include <string.h>

#define ARRAY(arena, Type, len) NEW_ARRAY(arena, Type, (size_t)(len))

enum { ABSENT_TRIED_MAX = 60 }; /* per step, beyond those just removed */

Ruiner *ruiner_new(Arena *arena, Rounds *r, uint64_t seed)
{
    const Model *m = r->m;
    Ruiner *x = NEW(arena, Ruiner);
    *x = (Ruiner){.m = m, .r = r, .random = random_of(seed), .mean_removed = 10, .longest_string = 10};
    x->placer = placer_new(arena, r, seed ^ 0x5bd1e995, 0.01);
    x->log_room = 8 * m->nodes + 64;
    x->log = ARRAY(arena, Change, x->log_room);
    x->touched = ARRAY(arena, int32_t, m->vehicles);
    x->seen = ARRAY(arena, int32_t, m->vehicles);
    x->ruined = ARRAY(arena, int32_t, m->vehicles);
    x->key = ARRAY(arena, int64_t, m->n + 1);
    x->order = ARRAY(arena, int32_t, m->n + 1);
    x->weight = ARRAY(arena, int32_t, m->n + 1);
    for (int i = 0; i < 1 << EXPONENTIAL_BITS; i++)
        x->exponential[i] = -log((i + 0.5) / (1 << EXPONENTIAL_BITS));
    for (int k = 0; k < m->dims; k++) {
        int64_t total = 1;
        for (int i = 0; i < m->n; i++)
            total += m->problem->stops[i].delivery[k] + m->problem->stops[i].pickup[k];
        for (int i = 0; i < m->n; i++)
            x->weight[i] += (int32_t)((m->problem->stops[i].delivery[k] + m->problem->stops[i].pickup[k]) * 100000 / total);
    }
    return x;
}

static void touch(Ruiner *x, int vehicle)
{
    if (x->seen[vehicle] == x->step)
        return;
    x->seen[vehicle] = x->step;
    x->touched[x->touched_len++] = vehicle;
}

void ruiner_begin(Ruiner *x)
{
    x->step++;
    x->log_len = x->touched_len = 0;
}

static void take_node(Ruiner *x, int node)
{
    touch(x, x->r->link[node].vehicle);
    x->log[x->log_len++] = (Change){node, x->r->link[node].prev, false};
    rounds_unlink(x->r, node);
}

static void put_node(Ruiner *x, int node, int after)
{
    rounds_link(x->r, node, after);
    touch(x, x->r->link[after].vehicle);
    x->log[x->log_len++] = (Change){node, after, true};
}

static bool counts(const Model *m, int node)
{
    return node < m->n && (m->node[node].pair < 0 || m->node[node].first);
}

/* A trip without stops is no trip: its reload goes. */
static void drop_idle_reloads(Ruiner *x, int vehicle)
{
    Rounds *r = x->r;
    const Model *m = x->m;
    for (int node = m->reload_at[vehicle]; node < m->reload_at[vehicle + 1]; node++) {
        if (r->link[node].vehicle < 0)
            continue;
        int before = real_prev(r, node), behind = real_next(r, node);
        if (before >= m->n || behind >= m->n)
            take_node(x, node);
    }
}

void ruiner_take(Ruiner *x, int stop)
{
    int vehicle = x->r->link[stop].vehicle, pair = x->m->node[stop].pair;
    if (vehicle < 0)
        return;
    take_node(x, stop);
    if (pair >= 0)
        take_node(x, pair);
    rounds_set_absent(x->r, pair >= 0 && !x->m->node[stop].first ? pair : stop);
    if (x->r->tour[vehicle].reloads)
        drop_idle_reloads(x, vehicle);
}

void ruiner_put(Ruiner *x, int stop, const Place *place)
{
    int vehicle = x->r->link[place->after].vehicle;
    int spare = place->reload == RELOAD_NONE ? -1 : reload_spare(x->r, vehicle);
    put_node(x, stop, place->after);
    if (x->m->node[stop].pair >= 0)
        put_node(x, x->m->node[stop].pair, place->second);
    if (place->reload == RELOAD_FIRST)
        put_node(x, spare, place->after);
    if (place->reload == RELOAD_THEN)
        put_node(x, spare, stop);
    rounds_set_present(x->r, stop);
    if (!x->m->flat)
        rounds_refresh_put(x->r, stop);
}

void ruiner_keep(Ruiner *x)
{
    x->log_len = 0;
}

void ruiner_undo(Ruiner *x)
{
    Rounds *r = x->r;
    while (x->log_len > 0) {
        Change c = x->log[--x->log_len];
        if (c.linked) {
            rounds_unlink(r, c.node);
            if (counts(x->m, c.node))
                rounds_set_absent(r, c.node);
        } else {
            rounds_link(r, c.node, c.after);
            if (counts(x->m, c.node))
                rounds_set_present(r, c.node);
        }
    }
    for (int i = 0; i < x->touched_len && !x->m->flat; i++)
        rounds_refresh(r, x->touched[i]);
}

/* ---- ruin ---- */

/* How many movable stops stand in a row before (or behind) node, at most limit. */
static int reach(const Rounds *r, int node, int limit, bool backwards)
{
    int len = 0;
    for (;;) {
        node = backwards ? r->link[node].prev : r->link[node].next;
        while (r->m->node[node].kind == NODE_BREAK || r->m->node[node].kind == NODE_RELOAD)
            node = backwards ? r->link[node].prev : r->link[node].next;
        if (node >= r->m->n || len == limit || (r->flag[node] & STUCK))
            return len;
        len++;
    }
}

static int step_stop(const Rounds *r, int node, bool backwards)
{
    do
        node = backwards ? r->link[node].prev : r->link[node].next;
    while (r->m->node[node].kind == NODE_BREAK || r->m->node[node].kind == NODE_RELOAD);
    return node;
}

/* Takes len stops around stop, of which `kept` in a row in the middle stay. */
static void take_string(Ruiner *x, int stop, int len, int kept)
{
    const Rounds *r = x->r;
    int whole = len + kept, before = reach(r, stop, whole - 1, true), behind = reach(r, stop, whole - 1, false);
    int least = whole - 1 - behind > 0 ? whole - 1 - behind : 0; /* how far back it must and may begin */
    int back = before > least ? least + random_below(&x->random, before - least + 1) : before;
    int node = stop;
    for (int i = 0; i < back; i++)
        node = step_stop(r, node, true);
    int from = kept ? 1 + random_below(&x->random, len > 1 ? len - 1 : 1) : whole;
    int32_t taken[64];
    int count = 0;
    for (int i = 0; i < whole && node < x->m->n && count < 64; i++) {
        if ((i < from || i >= from + kept) && !(r->flag[node] & STUCK))
            taken[count++] = node;
        node = step_stop(r, node, false);
    }
    for (int i = 0; i < count; i++)
        ruiner_take(x, taken[i]); /* a partner may have gone already */
}

static void ruin_around(Ruiner *x, int stop, double string_max)
{
    int v = x->r->link[stop].vehicle, tour_len = x->r->tour[v].len;
    double limit = tour_len < string_max ? tour_len : string_max;
    int len = (int)(1 + random_unit(&x->random) * limit), kept = 0;
    if (len > tour_len)
        len = tour_len;
    if (len > 1 && len < tour_len && random_below(&x->random, 2)) {
        kept = 1;
        while (len + kept < tour_len && len + kept < 40 && random_below(&x->random, 100) == 0)
            kept++;
    }
    take_string(x, stop, len, kept);
    x->ruined[v] = x->step;
}

static void refresh_touched(Ruiner *x)
{
    for (int i = 0; i < x->touched_len && !x->m->flat; i++)
        rounds_refresh(x->r, x->touched[i]);
}

/* Whether the sequence of v keeps the rules of time and load as it stands. */
static bool tour_holds(Ruiner *x, int v)
{
    const Model *m = x->m;
    Rounds *r = x->r;
    int len = 0;
    if (r->moment[start_node(m, v)].latest < 0)
        return false;
    for (int node = r->link[start_node(m, v)].next; node != end_node(m, v); node = r->link[node].next)
        r->scratch[len++] = node;
    return sequence_loads_fit(m, v, r->scratch, len) &&
           ((m->kind[m->kind_of[v]].max_duration == ROUTE_NEVER && !m->releases) ||
            sequence_in_time(m, v, r->scratch, len));
}

/* Breaks cost nothing wherever they stand, so each touched vehicle tries another order of stops and breaks. */
static void shift_breaks(Ruiner *x)
{
    const Model *m = x->m;
    for (int i = 0; i < x->touched_len; i++) {
        int v = x->touched[i];
        int before = start_node(m, v);
        for (int b = m->break_at[v]; b < m->break_at[v + 1]; b++) {
            int gaps = 0, chosen = before;
            for (int node = before; node != end_node(m, v); node = x->r->link[node].next)
                if (node != b && !(x->r->flag[node] & SEALED) && random_below(&x->random, ++gaps) == 0)
                    chosen = node;
            if (x->r->link[b].prev != chosen && !(x->r->flag[b] & STUCK)) {
                int old = x->r->link[b].prev;
                take_node(x, b);
                put_node(x, b, chosen);
                rounds_refresh(x->r, v);
                if (!tour_holds(x, v)) { /* that order is impossible */
                    take_node(x, b);
                    put_node(x, b, old);
                    rounds_refresh(x->r, v);
                }
            }
            before = b;
        }
    }
}

/* Without a stop a tour can get worse where roads are no metric: the way straight on may be longer than the one around, or
   missing, and a trip that begins later may miss a break. Such a tour is given up whole. */
static bool tour_broken(Ruiner *x, int v)
{
    const Model *m = x->m;
    const Tour *tour = &x->r->tour[v];
    const Kind *kind = &m->kind[m->kind_of[v]];
    if (tour->len == 0)
        return false;
    if (x->r->moment[start_node(m, v)].latest < 0 || tour->travel > kind->max_travel || tour->distance > kind->max_distance)
        return true;
    if (m->releases || (m->reloads && m->breaks) ||
        (kind->max_duration != ROUTE_NEVER && (m->several_windows || m->breaks)))
        return !tour_holds(x, v);
    return kind->max_duration != ROUTE_NEVER && x->r->head[end_node(m, v)].duration > kind->max_duration;
}

void ruiner_take_all(Ruiner *x, int vehicle)
{
    for (int node = start_node(x->m, vehicle);;) {
        int next = step_stop(x->r, node, false);
        if (next >= x->m->n)
            return;
        if (x->r->flag[next] & STUCK)
            node = next;
        else
            ruiner_take(x, next);
    }
}

static void give_up_broken(Ruiner *x)
{
    for (int i = 0; i < x->touched_len && !x->m->flat; i++) {
        int v = x->touched[i];
        if (tour_broken(x, v)) {
            ruiner_take_all(x, v);
            rounds_refresh(x->r, v);
        }
    }
}

void ruiner_settle(Ruiner *x)
{
    refresh_touched(x);
    give_up_broken(x);
}

void ruin(Ruiner *x)
{
    const Model *m = x->m;
    Rounds *r = x->r;
    ruiner_begin(x);
    if (r->used == 0)
        return;
    int present = m->n - r->absent_len;
    double mean_len = (double)present / r->used;
    double string_max = mean_len < x->longest_string ? mean_len : x->longest_string;
    double strings_max = 4 * x->mean_removed / (1 + string_max) - 1;
    int strings = (int)(1 + random_unit(&x->random) * (strings_max > 0 ? strings_max : 0));
    int seed = random_below(&x->random, m->n);
    bool meet = m->choosy && random_below(&x->random, 3) > 0; /* only tours that could take the seed, so that stops can change tours */
    for (int i = -1; i < m->near_len && strings > 0; i++) {
        int stop = i < 0 ? seed : m->near[seed * m->near_len + i], v = r->link[stop].vehicle;
        if (v < 0 || x->ruined[v] == x->step || (r->flag[stop] & STUCK))
            continue;
        if (meet && !m->served_by[seed * m->kinds + r->link[stop].kind])
            continue;
        ruin_around(x, stop, string_max);
        strings--;
    }
    ruiner_settle(x);
    if (m->breaks)
        shift_breaks(x);
}

void ruin_tour(Ruiner *x, int vehicle)
{
    ruiner_begin(x);
    ruiner_take_all(x, vehicle);
    refresh_touched(x);
}

/* ---- recreate ---- */

typedef enum Order { ORDER_RANDOM, ORDER_DEMAND, ORDER_FAR, ORDER_NEAR, ORDER_WIDTH, ORDER_EARLY, ORDER_LATE } Order;

/* Weights of the paper: random 4, demand 4, far 2, near 1; with windows also narrow 2, early 2, late 2. */
static Order choose_order(Ruiner *x)
{
    static const Order all[] = {ORDER_RANDOM, ORDER_RANDOM, ORDER_RANDOM, ORDER_RANDOM, ORDER_DEMAND, ORDER_DEMAND,
                                ORDER_DEMAND, ORDER_DEMAND, ORDER_FAR,    ORDER_FAR,    ORDER_NEAR,   ORDER_WIDTH,
                                ORDER_WIDTH,  ORDER_EARLY,  ORDER_EARLY,  ORDER_LATE,   ORDER_LATE};
    return all[random_below(&x->random, x->m->timed ? 17 : 11)];
}

static int64_t order_key(Ruiner *x, Order order, int stop)
{
    const Model *m = x->m;
    const Node *node = &m->node[stop];
    const Kind *kind = &m->kind[0];
    switch (order) {
    case ORDER_DEMAND:
        return -x->weight[stop];
    case ORDER_FAR:
        return -kind->cost[kind->start_row * m->rows + stop];
    case ORDER_NEAR:
        return kind->cost[kind->start_row * m->rows + stop];
    case ORDER_WIDTH:
        return node->close - node->open;
    case ORDER_EARLY:
        return node->open;
    case ORDER_LATE:
        return -node->close;
    case ORDER_RANDOM:
    default:
        return (int64_t)(random_next(&x->random) >> 2);
    }
}

/* Absent stops in the order to be placed; priority first whatever the order. */
static int sort_absent(Ruiner *x)
{
    const Rounds *r = x->r;
    Order order = choose_order(x);
    int len = 0, limit = x->log_len + ABSENT_TRIED_MAX;
    int from = r->absent_len > limit ? random_below(&x->random, r->absent_len) : 0;
    for (int i = 0; i < r->absent_len && len < limit; i++) {
        int stop = r->absent[(from + r->absent_len - 1 - i) % r->absent_len];
        int64_t key = order_key(x, order, stop);
        int at = len++;
        for (; at > 0 && x->key[at - 1] > key; at--) {
            x->key[at] = x->key[at - 1];
            x->order[at] = x->order[at - 1];
        }
        x->key[at] = key;
        x->order[at] = stop;
    }
    return len;
}

bool recreate_below(Ruiner *x, double limit)
{
    const int64_t *skip = x->m->skip;
    int len = sort_absent(x);
    int64_t waiting = 0; /* what the cost holds for stops whose turn is still to come */
    for (int i = 0; i < len; i++)
        waiting += skip[x->order[i]];
    for (int i = 0; i < len; i++) {
        if ((double)(x->r->cost - waiting) > limit)
            return false;
        int stop = x->order[i];
        waiting -= skip[stop];
        Place place = place_find(&x->placer, stop);
        if (place.after >= 0 && place.delta < skip[stop])
            ruiner_put(x, stop, &place);
    }
    return true;
}

void recreate(Ruiner *x)
{
    recreate_below(x, INFINITY);
}
