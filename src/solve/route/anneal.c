/* Simulated annealing over ruin and recreate. */
#include "solve/route/anneal.h"

#include <math.h>
#include <string.h>

enum { CHECK_EVERY = 128 };

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

int64_t anneal(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best)
{
    Rounds *r = x->r;
    double begun = watch_seconds(watch), heat = how->hot;
    int64_t done = 0;
    for (;; done++) {
        if (done % CHECK_EVERY == 0) {
            double now = how->until > 0 ? watch_seconds(watch) : 0;
            if ((how->iterations > 0 && done >= how->iterations) || (how->until > 0 && now >= how->until) ||
                watch_over(watch, best))
                break;
            heat = temperature(how, done, begun, now);
        }
        watch->iterations++;
        int64_t old = r->cost;
        ruin(x);
        recreate(x);
        if (better(r, best)) {
            snapshot_take(best, r);
            ruiner_keep(x);
        } else if ((double)(r->cost - old) < heat * draw_exponential(x))
            ruiner_keep(x);
        else
            ruiner_undo(x);
    }
    return done;
}
