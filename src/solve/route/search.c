/* The whole search of one thread. */
#include "solve/route/search.h"

#include "solve/route/baseline.h"
#include "solve/route/genetic.h"

enum {
    STEPS_PER_STOP = 20000, /* when a small problem has seen enough */
    NEAR_LEN = 60,          /* neighbours looked at in larger problems */
    NEAR_TIMED = 30,        /* with windows most of them come too early or too late anyway */
    REMOVED_TIMED = 14,     /* stops taken out in a step, on average, in larger problems with windows */
    GENETIC_MAX = 250,      /* stops; beyond, one long annealing is better in seconds */
};

/* Places what is absent: savings when nothing is there yet and nothing forbids it, then one stop after another. */
static void construct(Arena *arena, Ruiner *x)
{
    Rounds *r = x->r;
    const Model *m = x->m;
    if (r->used == 0 && !m->paired && !m->breaks && !m->reloads && !m->pinned)
        savings_build(arena, r);
    for (int left = m->n + 1; r->absent_len > 0 && r->absent_len < left;) {
        left = r->absent_len;
        ruiner_keep(x);
        recreate(x);
    }
}

static Anneal plan_of(const Model *m, const Watch *watch)
{
    double typical = (double)m->mean_edge;
    double hot = m->flat ? 3.0 : m->timed && m->n > GENETIC_MAX ? 3.0 : 1.0;
    Anneal how = {.hot = hot * typical, .cold = (m->flat ? 0.03 : 0.01) * typical, .until = watch->limit,
                  .iterations = watch->iteration_limit};
    int64_t enough = (int64_t)STEPS_PER_STOP * (m->n + 1);
    if (how.iterations == 0 || enough < how.iterations)
        how.iterations = enough;
    return how;
}

/* A third of the budget for fewer vehicles. */
static void shrink_fleet(Ruiner *x, Anneal how, Watch *watch, Snapshot *best)
{
    how.until *= 0.35;
    how.iterations = how.iterations * 35 / 100 + 1;
    anneal_fleet(x, &how, watch, best);
}

void search_run(Arena *arena, Rounds *r, uint64_t seed, Watch *watch, Snapshot *best)
{
    const Model *m = r->m;
    Ruiner *x = ruiner_new(arena, r, seed);
    if (x->placer.near_len > NEAR_LEN && m->n > 150)
        x->placer.near_len = NEAR_LEN;
    if (m->timed && m->n > GENETIC_MAX) { /* measured on the site-dependent and multi-depot sets */
        x->placer.near_len = NEAR_TIMED;
        x->mean_removed = REMOVED_TIMED;
        x->longest_string = REMOVED_TIMED;
    }
    construct(arena, x);
    snapshot_take(best, r);
    if (m->n == 0 || watch_over(watch, best))
        return;
    Anneal how = plan_of(m, watch);
    if (m->problem->fewest_vehicles && best->absent_len == 0)
        shrink_fleet(x, how, watch, best);
    if (m->n <= GENETIC_MAX && m->n > 8 && best->absent_len == 0 && !m->pinned)
        genetic_run(arena, x, &how, watch, best);
    else
        anneal(x, &how, watch, best);
}
