/* A population in the manner of Vidal (2022): fitness is rank by cost plus rank by distance from the others (broken pairs), so
   that good plans that are different stay. Crossing takes some tours of one parent into the other (after the selective route
   exchange of Nagata and Braeysy, 2009); education is a short annealed ruin and recreate, which keeps every rule a problem may
   have, so that children are always sound. */
#include "solve/route/genetic.h"

#include <math.h>
#include <string.h>

enum { FIRST_PLANS = 4, PLANS_MAX = 10, ELITE = 3, CLOSE = 3 };

typedef struct Person {
    Snapshot plan;
    double fitness;
    bool alive;
} Person;

typedef struct Population {
    const Model *m;
    Ruiner *x;
    Watch *watch;
    Snapshot *best;
    Person person[PLANS_MAX + 1];
    int len;
    Snapshot child;
    int32_t *tour_of; /* by stop: the vehicle in the child */
    int32_t *prev;    /* scratch of distance */
} Population;

/* ---- distance and fitness ---- */

static int follower(const Model *m, const Snapshot *plan, int stop)
{
    int next = plan->next[stop];
    while (next >= m->n && (m->node[next].kind == NODE_BREAK || m->node[next].kind == NODE_RELOAD))
        next = plan->next[next];
    return next < 0 ? -2 : next >= m->n ? -1 : next;
}

/* Share of stops followed by another one, in either direction where ways back are alike. */
static double distance(Population *p, const Snapshot *a, const Snapshot *b)
{
    const Model *m = p->m;
    int broken = 0;
    for (int i = 0; i < m->n; i++)
        p->prev[i] = -1;
    for (int i = 0; i < m->n; i++) {
        int next = follower(m, b, i);
        if (next >= 0)
            p->prev[next] = i;
    }
    for (int i = 0; i < m->n; i++) {
        int next = follower(m, a, i);
        broken += next != follower(m, b, i) && !(m->symmetric && !m->timed && next == p->prev[i]);
    }
    return (double)broken / m->n;
}

/* Mean distance to the closest few others. */
static double difference(Population *p, int at)
{
    double closest[CLOSE];
    int len = 0;
    for (int i = 0; i < p->len; i++) {
        if (i == at)
            continue;
        double d = distance(p, &p->person[at].plan, &p->person[i].plan);
        int k = len < CLOSE ? len++ : CLOSE;
        for (; k > 0 && closest[k - 1] > d; k--)
            if (k < CLOSE)
                closest[k] = closest[k - 1];
        if (k < CLOSE)
            closest[k] = d;
    }
    double sum = 0;
    for (int k = 0; k < len; k++)
        sum += closest[k];
    return len ? sum / len : 1;
}

static void rank(Population *p)
{
    double different[PLANS_MAX + 1];
    for (int i = 0; i < p->len; i++)
        different[i] = difference(p, i);
    for (int i = 0; i < p->len; i++) {
        int by_cost = 0, by_difference = 0;
        for (int j = 0; j < p->len; j++) {
            by_cost += p->person[j].plan.cost < p->person[i].plan.cost;
            by_difference += different[j] > different[i];
        }
        double elite = p->len > ELITE ? 1 - (double)ELITE / p->len : 0;
        p->person[i].fitness = by_cost + elite * by_difference + (different[i] == 0 ? p->len : 0);
    }
}

static void drop_worst(Population *p)
{
    int worst = -1;
    int64_t least = INT64_MAX;
    for (int i = 0; i < p->len; i++)
        least = p->person[i].plan.cost < least ? p->person[i].plan.cost : least;
    bool kept_best = false;
    for (int i = 0; i < p->len; i++) {
        if (p->person[i].plan.cost == least && !kept_best) {
            kept_best = true;
            continue;
        }
        if (worst < 0 || p->person[i].fitness > p->person[worst].fitness)
            worst = i;
    }
    Person gone = p->person[worst];
    p->person[worst] = p->person[--p->len];
    p->person[p->len] = gone; /* its arrays are used again */
}

static void add(Population *p, const Snapshot *plan)
{
    snapshot_copy(p->m, &p->person[p->len++].plan, plan);
    rank(p);
    if (p->len > PLANS_MAX)
        drop_worst(p);
    rank(p);
}

static int tournament(Population *p)
{
    int a = random_below(&p->x->random, p->len), b = random_below(&p->x->random, p->len);
    return p->person[a].fitness <= p->person[b].fitness ? a : b;
}

/* ---- crossing ---- */

static bool swappable(const Model *m, int v, int w)
{
    return m->kind_of[v] == m->kind_of[w];
}

/* The child's vehicle of the same kind that shares most stops with the donor's tour v. */
static int counterpart(Population *p, const Snapshot *donor, int v, const bool *taken)
{
    const Model *m = p->m;
    int best = -1, best_shared = -1;
    int32_t *shared = p->x->r->scratch;
    memset(shared, 0, (size_t)m->vehicles * sizeof *shared);
    for (int node = donor->next[start_node(m, v)]; node != end_node(m, v); node = donor->next[node])
        if (node < m->n && p->x->r->link[node].vehicle >= 0)
            shared[p->x->r->link[node].vehicle]++;
    for (int w = 0; w < m->vehicles; w++)
        if (swappable(m, v, w) && !taken[w] && shared[w] > best_shared)
            best = w, best_shared = shared[w];
    return best;
}

/* A break or reload of vehicle v is the like-numbered one of w. */
static int translated(const Model *m, int node, int v, int w)
{
    if (m->node[node].kind == NODE_BREAK)
        return node - m->break_at[v] + m->break_at[w];
    if (m->node[node].kind == NODE_RELOAD)
        return node - m->reload_at[v] + m->reload_at[w];
    return node;
}

/* The child's tour w becomes the donor's tour v. Stops that were elsewhere in the child leave their place. */
static void take_tour(Population *p, const Snapshot *donor, int v, int w)
{
    const Model *m = p->m;
    Ruiner *x = p->x;
    Rounds *r = x->r;
    for (int node = donor->next[start_node(m, v)]; node != end_node(m, v); node = donor->next[node])
        if (node < m->n)
            ruiner_take(x, node);
    ruiner_take_all(x, w);
    for (int b = m->break_at[w]; b < m->break_at[w + 1]; b++)
        rounds_unlink(r, b);
    int last = start_node(m, w);
    for (int node = donor->next[start_node(m, v)]; node != end_node(m, v); node = donor->next[node]) {
        int mine = translated(m, node, v, w);
        rounds_link(r, mine, last);
        if (mine < m->n && (m->node[mine].pair < 0 || m->node[mine].first))
            rounds_set_present(r, mine);
        last = mine;
    }
    if (!m->flat)
        rounds_refresh(r, w);
}

/* Tours of the donor near one another: that of a random stop, then those of its neighbours. */
static int choose_tours(Population *p, const Snapshot *donor, int want, int32_t *out)
{
    const Model *m = p->m;
    int len = 0, seed = random_below(&p->x->random, m->n);
    for (int v = 0; v < m->vehicles; v++)
        for (int node = donor->next[start_node(m, v)]; node != end_node(m, v); node = donor->next[node])
            if (node < m->n)
                p->tour_of[node] = v;
    for (int i = -1; i < m->near_len && len < want; i++) {
        int stop = i < 0 ? seed : m->near[seed * m->near_len + i];
        bool known = donor->next[stop] < 0;
        for (int k = 0; k < len && !known; k++)
            known = out[k] == p->tour_of[stop];
        if (!known)
            out[len++] = p->tour_of[stop];
    }
    return len;
}

static void cross(Population *p, const Snapshot *mother, const Snapshot *father)
{
    const Model *m = p->m;
    Ruiner *x = p->x;
    Arena *own = arena_new();
    int32_t *tours = NEW_ARRAY(own, int32_t, (size_t)m->vehicles + 1);
    bool *taken = NEW_ARRAY(own, bool, (size_t)m->vehicles);
    rounds_restore(x->r, mother);
    ruiner_begin(x);
    int want = 1 + random_below(&x->random, father->used > 2 ? father->used / 2 : 1);
    int len = choose_tours(p, father, want, tours);
    for (int i = 0; i < len; i++) {
        int w = counterpart(p, father, tours[i], taken);
        if (w < 0)
            continue;
        take_tour(p, father, tours[i], w);
        taken[w] = true;
    }
    ruiner_settle(x);
    rounds_find_empty(x->r);
    recreate(x);
    ruiner_keep(x);
    snapshot_take(&p->child, x->r);
    arena_free(own);
}

/* ---- the whole ---- */

static void educate(Population *p, const Anneal *how)
{
    snapshot_take(&p->child, p->x->r);
    anneal(p->x, how, p->watch, &p->child);
    add(p, &p->child);
}

/* Plans of their own: each from scratch by the first plan's way, the annealing does the rest. */
static void first_plans(Population *p, const Anneal *how, const Snapshot *start)
{
    for (int i = 0; i < FIRST_PLANS && !watch_over(p->watch, p->best); i++) {
        Anneal one = *how;
        double now = watch_seconds(p->watch);
        one.iterations = how->iterations / 10;
        one.until = how->until > 0 ? now + (how->until - now) * 0.4 / (FIRST_PLANS - 0.4 * i) : 0;
        rounds_restore(p->x->r, start);
        educate(p, &one);
    }
}

void genetic_run(Arena *arena, Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best)
{
    const Model *m = x->m;
    Population p = {.m = m, .x = x, .watch = watch, .best = best, .child = snapshot_new(arena, m)};
    p.tour_of = NEW_ARRAY(arena, int32_t, (size_t)m->n + 1);
    p.prev = NEW_ARRAY(arena, int32_t, (size_t)m->n + 1);
    for (int i = 0; i <= PLANS_MAX; i++)
        p.person[i].plan = snapshot_new(arena, m);
    Snapshot start = snapshot_new(arena, m);
    snapshot_take(&start, x->r);
    watch->global = best;
    first_plans(&p, how, &start);
    int64_t begun = watch->iterations;
    while (!watch_over(watch, best) && p.len > 1 && (how->iterations == 0 || watch->iterations - begun < how->iterations)) {
        int mother = tournament(&p), father = tournament(&p);
        cross(&p, &p.person[mother].plan, &p.person[father].plan);
        Anneal one = {.hot = how->hot * 0.1, .cold = how->cold, .iterations = 60 * (int64_t)m->n + 2000};
        educate(&p, &one);
    }
}
