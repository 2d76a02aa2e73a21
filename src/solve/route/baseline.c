/* Plans people make without a solver, so that a saving is a measured fact. */
#include "solve/route/baseline.h"

#include "solve/route/place.h"
#include "solve/route/plan.h"

#include <stdlib.h>

enum { SAVINGS_ALL_MAX = 1200 };

static Err *refuse_rich(Arena *arena, const Model *m)
{
    if (m->paired || m->breaks || m->reloads || m->pinned)
        return err_detail(arena, ERR_INVALID, "route.baseline",
                          "shipments, breaks, reloads and done stops have no nearest-next-stop or savings plan");
    return NULL;
}

static Err *finish(Arena *arena, const Model *m, Rounds *r, RoutePlan *out)
{
    Snapshot all = snapshot_new(arena, m);
    snapshot_take(&all, r);
    *out = (RoutePlan){0};
    plan_build(arena, m, &all, out);
    plan_explain(arena, r, out);
    return NULL;
}

static void put(Rounds *r, int stop, int after)
{
    int v = r->link[after].vehicle;
    rounds_link(r, stop, after);
    rounds_set_present(r, stop);
    if (!r->m->flat)
        rounds_refresh(r, v);
}

/* Whether stop may come last in vehicle v. */
static bool fits_last(Placer *placer, int stop, int v)
{
    const Rounds *r = placer->r;
    const Model *m = r->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    int32_t sequence[ROUTE_STOPS_MAX];
    int len = 0;
    if (!kind->serves[stop] || r->tour[v].len >= kind->max_stops)
        return false;
    for (int node = r->link[start_node(m, v)].next; node != end_node(m, v); node = r->link[node].next)
        sequence[len++] = node;
    sequence[len++] = stop;
    return sequence_loads_fit(m, v, sequence, len) && (!m->timed || sequence_in_time(m, v, sequence, len)) &&
           (!m->lengths || sequence_lengths_fit(m, v, sequence, len));
}

Err *route_nearest(Arena *arena, const RouteProblem *problem, RoutePlan *out)
{
    TRY(route_check_problem(arena, problem));
    const Model *m = model_new(arena, problem);
    TRY(refuse_rich(arena, m));
    Rounds *r = rounds_new(arena, m);
    Placer placer = placer_new(arena, r, 1, 0);
    for (int v = 0; v < m->vehicles; v++) {
        const Kind *kind = &m->kind[m->kind_of[v]];
        for (int last = start_node(m, v);;) {
            int best = -1;
            int32_t best_cost = NO_ROAD;
            for (int i = 0; i < r->absent_len; i++) {
                int stop = r->absent[i];
                int32_t cost = kind->cost[r->row[last] * m->rows + stop];
                if ((cost < best_cost || (cost == best_cost && stop < best)) && fits_last(&placer, stop, v))
                    best = stop, best_cost = cost;
            }
            if (best < 0)
                break;
            put(r, best, last);
            last = best;
        }
    }
    return finish(arena, m, r, out);
}

/* ---- Clarke and Wright ---- */

typedef struct Saving {
    int64_t saving;
    int32_t from, to;
} Saving;

static int by_saving(const void *a, const void *b)
{
    const Saving *x = a, *y = b;
    if (x->saving != y->saving)
        return x->saving > y->saving ? -1 : 1;
    return x->from != y->from ? x->from - y->from : x->to - y->to;
}

/* Chains of stops that will each become one vehicle's sequence; joined end to start while the first kind of vehicle that can
   drive the whole chain exists. */
typedef struct Chains {
    const Model *m;
    int32_t *next, *head, *tail; /* by stop; head by tail, tail by head */
    bool *is_head, *is_tail;
    int32_t *sequence;
} Chains;

static int write_chain(const Chains *c, int head, int len)
{
    for (int stop = head; stop >= 0; stop = c->next[stop])
        c->sequence[len++] = stop;
    return len;
}

static bool drivable(const Chains *c, int v, int len)
{
    const Model *m = c->m;
    const Kind *kind = &m->kind[m->kind_of[v]];
    if (len > kind->max_stops)
        return false;
    for (int i = 0; i < len; i++)
        if (!kind->serves[c->sequence[i]])
            return false;
    return sequence_loads_fit(m, v, c->sequence, len) && (!m->timed || sequence_in_time(m, v, c->sequence, len)) &&
           (!m->lengths || sequence_lengths_fit(m, v, c->sequence, len));
}

static void join(Chains *c, const Saving *s)
{
    if (!c->is_tail[s->from] || !c->is_head[s->to] || c->head[s->from] == s->to)
        return;
    int head = c->head[s->from], tail = c->tail[s->to];
    int len = write_chain(c, s->to, write_chain(c, head, 0));
    bool possible = false;
    for (int k = 0; k < c->m->kinds && !possible; k++)
        possible = drivable(c, c->m->kind[k].vehicle, len);
    if (!possible)
        return;
    c->next[s->from] = s->to;
    c->is_tail[s->from] = c->is_head[s->to] = false;
    c->head[tail] = head;
    c->tail[head] = tail;
}

static void add_saving(const Model *m, Saving *all, int *len, int i, int j)
{
    const Kind *kind = &m->kind[0];
    int32_t leg = kind->cost[i * m->rows + j];
    if (i == j || leg == NO_ROAD)
        return;
    int64_t saving = (int64_t)kind->cost[i * m->rows + kind->end_row] + kind->cost[kind->start_row * m->rows + j] - leg;
    if (saving > 0)
        all[(*len)++] = (Saving){saving, i, j};
}

/* All pairs; of large problems, where that would take gigabytes, those of neighbours. */
static Saving *all_savings(Arena *arena, const Model *m, int *len)
{
    bool few = m->n <= SAVINGS_ALL_MAX;
    int others = few ? m->n : m->near_len;
    Saving *all = NEW_ARRAY(arena, Saving, (size_t)m->n * (size_t)others + 1);
    *len = 0;
    for (int i = 0; i < m->n; i++)
        for (int j = 0; j < others; j++)
            add_saving(m, all, len, i, few ? j : m->near[i * m->near_len + j]);
    qsort(all, (size_t)*len, sizeof *all, by_saving);
    return all;
}

/* Each chain goes to the vehicle that drives it cheapest; what no free vehicle can drive is placed stop by stop. */
static void assign(const Chains *c, Rounds *r)
{
    const Model *m = c->m;
    for (int head = 0; head < m->n; head++) {
        if (!c->is_head[head])
            continue;
        int len = write_chain(c, head, 0), best = -1;
        int64_t best_cost = INT64_MAX;
        for (int k = 0; k < m->kinds; k++) {
            int v = r->empty[k];
            if (v < 0 || !drivable(c, v, len))
                continue;
            const Kind *kind = &m->kind[k];
            int64_t cost = kind->fixed_cost + kind->cost[kind->start_row * m->rows + head] +
                           kind->cost[c->sequence[len - 1] * m->rows + kind->end_row];
            if (cost < best_cost)
                best = v, best_cost = cost;
        }
        for (int i = 0, last = best < 0 ? -1 : start_node(m, best); i < len && best >= 0; i++) {
            put(r, c->sequence[i], last);
            last = c->sequence[i];
        }
    }
}

static void place_rest(Arena *arena, Rounds *r)
{
    Placer placer = placer_new(arena, r, 1, 0);
    for (bool moved = true; moved && r->absent_len > 0;) {
        moved = false;
        for (int i = r->absent_len - 1; i >= 0; i--) {
            Place place = place_find(&placer, r->absent[i]);
            if (place.after < 0 || place.delta >= r->m->skip[r->absent[i]])
                continue;
            put(r, r->absent[i], place.after);
            moved = true;
        }
    }
}

void savings_build(Arena *arena, Rounds *r)
{
    const Model *m = r->m;
    size_t n = (size_t)m->n + 1;
    Arena *own = arena_new();
    Chains c = {.m = m, .next = NEW_ARRAY(own, int32_t, n), .head = NEW_ARRAY(own, int32_t, n),
                .tail = NEW_ARRAY(own, int32_t, n), .is_head = NEW_ARRAY(own, bool, n),
                .is_tail = NEW_ARRAY(own, bool, n), .sequence = NEW_ARRAY(own, int32_t, n)};
    for (int i = 0; i < m->n; i++) {
        c.next[i] = -1;
        c.head[i] = c.tail[i] = i;
        c.is_head[i] = c.is_tail[i] = true;
    }
    int len;
    const Saving *all = all_savings(own, m, &len);
    for (int i = 0; i < len; i++)
        join(&c, &all[i]);
    assign(&c, r);
    place_rest(arena, r);
    arena_free(own);
}

Err *route_savings(Arena *arena, const RouteProblem *problem, RoutePlan *out)
{
    TRY(route_check_problem(arena, problem));
    const Model *m = model_new(arena, problem);
    TRY(refuse_rich(arena, m));
    Rounds *r = rounds_new(arena, m);
    savings_build(arena, r);
    return finish(arena, m, r, out);
}
