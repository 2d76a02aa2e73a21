/* The whole search of one thread. */
#include "solve/route/search.h"

#include "solve/route/baseline.h"
#include "solve/route/genetic.h"

enum {
    STEPS_PER_STOP = 20000, /* when a small problem has seen enough */
    NEAR_LEN = 60,          /* neighbours looked at in larger problems */
    REMOVED_TIMED = 14,     /* stops taken out in a step, on average, in larger problems with windows */
    LARGE_MIN = 150,        /* stops; with windows and much time the ways of larger problems are better from here on */
    GENETIC_MAX = 250,      /* stops; beyond, one long annealing is better in seconds, */
    GENETIC_LONG = 450,     /* with windows and much time up to here */
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

/* Whether there are as many seconds (or what is done in them: 50,000 steps in each) for each stop. */
static bool has_time(const Model *m, const Watch *watch, double each)
{
    if (watch->limit > 0 && watch->limit < each * m->n)
        return false;
    return watch->iteration_limit <= 0 || (double)watch->iteration_limit >= 50000 * each * m->n;
}

/* Large enough, for the time there is, to be searched like the site-dependent and multi-depot sets. */
static bool is_large(const Model *m, const Watch *watch)
{
    return m->timed && (m->n > GENETIC_MAX || (m->n > LARGE_MIN && has_time(m, watch, 0.1)));
}

/* Whether a population is worth its time. */
static bool breeds(const Model *m, const Watch *watch)
{
    if (m->pinned || m->n <= 8)
        return false;
    return m->n <= GENETIC_MAX || (m->timed && m->n <= GENETIC_LONG && has_time(m, watch, 0.1));
}

/* Temperatures in typical legs. Large problems with windows decide while they are hot which vehicle goes where, when there is
   time for it, and stand still below a tenth (measured on the site-dependent and multi-depot sets). */
static Anneal plan_of(const Model *m, const Watch *watch)
{
    double typical = (double)m->mean_edge, hot = m->flat ? 3.0 : 1.0, cold = m->flat ? 0.03 : 0.01;
    if (is_large(m, watch)) {
        bool time = has_time(m, watch, 0.05);
        hot = breeds(m, watch) ? 4.0 : time ? 5.0 : 3.0;
        cold = time ? 0.15 : 0.05;
    }
    Anneal how = {.hot = hot * typical, .cold = cold * typical, .until = watch->limit, .iterations = watch->iteration_limit};
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

/* At most a tenth of the budget for a plan that leaves nothing out; a population can begin only there. */
static void complete(Ruiner *x, Anneal how, Watch *watch, Snapshot *best)
{
    how.until *= 0.1;
    how.iterations = how.iterations / 10 + 1;
    anneal_complete(x, &how, watch, best);
}

void search_run(Arena *arena, Rounds *r, uint64_t seed, Watch *watch, Snapshot *best)
{
    const Model *m = r->m;
    Ruiner *x = ruiner_new(arena, r, seed);
    if (x->placer.near_len > NEAR_LEN && m->n > 150)
        x->placer.near_len = NEAR_LEN;
    if (is_large(m, watch)) { /* measured on the site-dependent and multi-depot sets */
        x->mean_removed = REMOVED_TIMED;
        x->longest_string = REMOVED_TIMED;
    }
    construct(arena, x);
    snapshot_take(best, r);
    if (m->n == 0 || watch_over(watch, best))
        return;
    Anneal how = plan_of(m, watch);
    if (best->absent_len > 0 && !m->optional)
        complete(x, how, watch, best);
    if (m->problem->fewest_vehicles && best->absent_len == 0)
        shrink_fleet(x, how, watch, best);
    if (breeds(m, watch) && (best->absent_len == 0 || is_large(m, watch)))
        genetic_run(arena, x, &how, watch, best);
    else
        anneal(x, &how, watch, best);
}
