/* Tours of two vehicles exchange everything behind a point. */
#include "solve/route/tails.h"

enum { PARTNERS = 20 }; /* nearest stops that may follow */

bool tails_apply(const Model *m)
{
    return m->plain && (m->timed || m->flat) && m->one_cost && m->near_len > 0 && !m->setups;
}

/* Behind i in vehicle v shall come j, of vehicle w, with what follows it; behind j's predecessor what followed i. */
typedef struct Exchange {
    const Rounds *r;
    int v, i, behind_i;
    int w, j, before_j;
} Exchange;

static int32_t leg_cost(const Rounds *r, int from, int to)
{
    return r->m->kind[0].cost[r->row[from] * r->m->rows + r->row[to]];
}

/* What the end of the tour costs more when the tail that ends in last is brought home by `to` instead of `from`. */
static int64_t homeward(const Rounds *r, int last, int from, int to)
{
    return (int64_t)leg_cost(r, last, end_node(r->m, to)) - leg_cost(r, last, end_node(r->m, from));
}

static int64_t exchange_delta(const Exchange *e)
{
    const Rounds *r = e->r;
    const Model *m = r->m;
    int end_v = end_node(m, e->v), end_w = end_node(m, e->w);
    bool same_home = r->row[end_v] == r->row[end_w], tail = e->behind_i != end_v;
    int64_t delta = (int64_t)leg_cost(r, e->i, e->j) - r->link[e->i].cost_out - r->link[e->j].cost_in;
    if (tail)
        delta += leg_cost(r, e->before_j, e->behind_i);
    else if (e->before_j != start_node(m, e->w))
        delta += leg_cost(r, e->before_j, end_w);
    else
        delta -= tour_fixed_cost(m, e->w); /* stays at home */
    if (!same_home) {
        delta += homeward(r, r->link[end_w].prev, e->w, e->v);
        if (tail)
            delta += homeward(r, r->link[end_v].prev, e->v, e->w);
    }
    return delta;
}

/* Whether vehicle v can go on from `last`, of its own tour, with the stops from `first` to the end of their tour. */
static bool can_take(const Rounds *r, int v, int last, int first)
{
    const Model *m = r->m;
    int kind_at = m->kind_of[v];
    const Kind *kind = &m->kind[kind_at];
    int32_t load[ROUTE_DIMS_MAX] = {0};
    for (int node = last; node < m->n; node = r->link[node].prev)
        for (int k = 0; k < m->dims; k++)
            load[k] += m->delivery[node * m->dims + k] + m->pickup[node * m->dims + k];
    int64_t t = r->moment[last].ready;
    Segment all = m->durations ? r->head[last] : (Segment){0};
    for (int from = last, node = first;; from = node, node = r->link[node].next) {
        bool home = node >= m->n;
        int to = home ? end_node(m, v) : node;
        int32_t leg = kind->time[r->row[from] * m->rows + r->row[to]];
        const Node *at = &m->node[to];
        t = larger(t + leg, at->open);
        if (m->timed && t > at->close)
            return false;
        t += at->service;
        if (m->durations)
            all = segment_join(all, leg, segment_of(at->open, at->close, at->service));
        if (home)
            return kind->max_duration == ROUTE_NEVER || (all.warp == 0 && all.duration <= kind->max_duration);
        if (!m->served_by[node * m->kinds + kind_at])
            return false;
        for (int k = 0; k < m->dims; k++) {
            load[k] += m->delivery[node * m->dims + k] + m->pickup[node * m->dims + k];
            if (load[k] > kind->capacity[k])
                return false;
        }
    }
}

static int take_tail(Rounds *r, int first, int32_t *tail)
{
    int len = 0;
    for (int node = first; node < r->m->n;) {
        int next = r->link[node].next;
        rounds_unlink(r, node);
        tail[len++] = node;
        node = next;
    }
    return len;
}

static void put_tail(Rounds *r, int after, const int32_t *tail, int len)
{
    for (int i = 0; i < len; i++) {
        rounds_link(r, tail[i], after);
        after = tail[i];
    }
}

static void carry_out(Rounds *r, const Exchange *e)
{
    int32_t *one = r->scratch;
    int one_len = take_tail(r, e->j, one);
    int32_t *two = one + one_len;
    int two_len = take_tail(r, e->behind_i, two);
    put_tail(r, e->i, one, one_len);
    put_tail(r, e->before_j, two, two_len);
    if (!r->m->flat) {
        rounds_refresh(r, e->v);
        rounds_refresh(r, e->w);
    }
}

bool tails_try(Ruiner *x, double limit)
{
    const Model *m = x->m;
    Rounds *r = x->r;
    int i = random_below(&x->random, m->n);
    int j = m->near[i * m->near_len + random_below(&x->random, m->near_len < PARTNERS ? m->near_len : PARTNERS)];
    Exchange e = {.r = r, .v = r->link[i].vehicle, .i = i, .behind_i = r->link[i].next,
                  .w = r->link[j].vehicle, .j = j, .before_j = r->link[j].prev};
    if (e.v < 0 || e.w < 0 || e.v == e.w || (double)(r->cost + exchange_delta(&e)) >= limit)
        return false;
    bool other_drives = e.behind_i < m->n || e.before_j < m->n;
    if (!can_take(r, e.v, i, j) || (other_drives && !can_take(r, e.w, e.before_j, e.behind_i)))
        return false;
    carry_out(r, &e);
    return true;
}
