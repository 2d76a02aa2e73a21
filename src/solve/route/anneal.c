/* Simulated annealing over ruin and recreate. */
#include "solve/route/anneal.h"

#include <math.h>
#include <string.h>

#include "solve/route/tails.h"

enum {
    CHECK_EVERY = 128,
    TAILS_TRIED = 20, /* before each ruin; together they take a tenth of its time, */
    TAILS_FLAT = 12,  /* of which the CVRP has less */
};

/* -ln of a uniform draw, from a table: the acceptance needs no more precision. */
static double draw_exponential(Ruiner *x)
{
    return x->exponential[random_next(&x->random) >> (64 - EXPONENTIAL_BITS)];
}

/* Temperature by how much of the budget is used. */
static double temperature(const Anneal *how, int64_t done, double begun, double now)
{
    double part = how->iterations > 0 ? (double)done / (double)how->iterations : 0;
    if (how->until > 0) {
        double by_time = (now - begun) / (how->until - begun + 1e-9);
        part = by_time > part ? by_time : part;
    }
    if (part > 1)
        part = 1;
    return how->hot * pow(how->cold / how->hot, part);
}

static bool better(const Rounds *r, const Snapshot *best)
{
    return r->cost < best->cost;
}

static void note_best(const Ruiner *x, Watch *watch, Snapshot *best)
{
    snapshot_take(best, x->r);
    if (watch->global && best->cost < watch->global->cost)
        snapshot_copy(x->m, watch->global, best);
}

static void exchange_tails(Ruiner *x, double heat, Watch *watch, Snapshot *best)
{
    for (int i = x->m->flat ? TAILS_FLAT : TAILS_TRIED; i > 0; i--)
        if (tails_try(x, (double)x->r->cost + heat * draw_exponential(x)) && better(x->r, best))
            note_best(x, watch, best);
}

int64_t anneal(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best)
{
    Rounds *r = x->r;
    double begun = watch_seconds(watch), heat = how->hot;
    int64_t done = 0;
    bool tails = tails_apply(x->m);
    for (;; done++) {
        if (done % CHECK_EVERY == 0) {
            double now = how->until > 0 ? watch_seconds(watch) : 0;
            if ((how->iterations > 0 && done >= how->iterations) || (how->until > 0 && now >= how->until) ||
                watch_over(watch, best))
                break;
            heat = temperature(how, done, begun, now);
        }
        watch->iterations++;
        if (tails)
            exchange_tails(x, heat, watch, best);
        double limit = (double)r->cost + heat * draw_exponential(x); /* drawn before, so that a plan past it is given up early */
        ruin(x);
        if (!recreate_below(x, limit)) {
            ruiner_undo(x);
            continue;
        }
        if (better(r, best)) {
            note_best(x, watch, best);
            ruiner_keep(x);
        } else if ((double)r->cost < limit)
            ruiner_keep(x);
        else
            ruiner_undo(x);
    }
    return done;
}

/* ---- fewer vehicles ---- */

typedef struct Fleet {
    Ruiner *x;
    int64_t *absence; /* by stop: how often it was left over */
} Fleet;

static int64_t absence_of_absent(const Fleet *f)
{
    int64_t sum = 0;
    for (int i = 0; i < f->x->r->absent_len; i++)
        sum += 1 + f->absence[f->x->r->absent[i]];
    return sum;
}

/* The tour whose stops were left over least often is the easiest to do without. -1: none can go. */
static int easiest_tour(const Fleet *f)
{
    const Rounds *r = f->x->r;
    const Model *m = r->m;
    int best = -1;
    int64_t best_sum = INT64_MAX;
    for (int v = 0; v < m->vehicles; v++) {
        int64_t sum = 0;
        bool stuck = r->tour[v].len == 0;
        for (int node = r->link[start_node(m, v)].next; node != end_node(m, v); node = r->link[node].next) {
            stuck |= (r->flag[node] & STUCK) != 0;
            sum += node < m->n ? 1 + f->absence[node] : 0;
        }
        if (!stuck && sum < best_sum)
            best = v, best_sum = sum;
    }
    return best;
}

static bool drop_tour(Fleet *f)
{
    int v = easiest_tour(f);
    if (v < 0 || f->x->r->used <= 1)
        return false;
    ruin_tour(f->x, v);
    ruiner_keep(f->x);
    f->x->r->used_max = f->x->r->used;
    rounds_find_empty(f->x->r);
    return true;
}

/* One step; true when nothing is left over any more. */
static bool fleet_step(Fleet *f, double heat)
{
    Ruiner *x = f->x;
    Rounds *r = x->r;
    int64_t old_cost = r->cost, old_sum = absence_of_absent(f), old_len = r->absent_len;
    ruin(x);
    recreate(x);
    if (r->absent_len == 0) {
        ruiner_keep(x);
        return true;
    }
    int64_t sum = absence_of_absent(f);
    for (int i = 0; i < r->absent_len; i++)
        f->absence[r->absent[i]]++;
    bool fewer = r->absent_len < old_len || sum < old_sum;
    bool alike = r->absent_len == old_len && sum == old_sum && (double)(r->cost - old_cost) < heat * draw_exponential(x);
    if (fewer || alike)
        ruiner_keep(x);
    else
        ruiner_undo(x);
    return false;
}

static bool fleet_over(const Anneal *how, int64_t done, Watch *watch, const Snapshot *best)
{
    if (done % CHECK_EVERY != 0)
        return false;
    return (how->iterations > 0 && done >= how->iterations) || watch_over(watch, best) ||
           (how->until > 0 && watch_seconds(watch) >= how->until);
}

int64_t anneal_complete(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best)
{
    Rounds *r = x->r;
    Arena *own = arena_new();
    Fleet f = {x, NEW_ARRAY(own, int64_t, (size_t)x->m->n + 1)};
    int64_t done = 0;
    for (; r->absent_len > 0 && !fleet_over(how, done, watch, best); done++) {
        watch->iterations++;
        fleet_step(&f, how->cold);
        if (better(r, best))
            snapshot_take(best, r);
    }
    rounds_restore(r, best);
    rounds_find_empty(r);
    arena_free(own);
    return done;
}

int64_t anneal_fleet(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best)
{
    Rounds *r = x->r;
    Arena *own = arena_new();
    Fleet f = {x, NEW_ARRAY(own, int64_t, (size_t)x->m->n + 1)};
    int64_t done = 0;
    bool going = r->absent_len == 0 && drop_tour(&f);
    for (; going; done++) {
        if (fleet_over(how, done, watch, best))
            break;
        watch->iterations++;
        if (!fleet_step(&f, how->cold))
            continue;
        snapshot_take(best, r);
        going = drop_tour(&f);
    }
    r->used_max = best->used > 0 ? best->used : 1;
    rounds_restore(r, best);
    rounds_find_empty(r);
    arena_free(own);
    return done;
}
