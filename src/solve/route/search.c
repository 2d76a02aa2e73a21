/* The whole search of one thread. */
#include "solve/route/search.h"

#include "solve/route/baseline.h"

enum { STEPS_PER_STOP = 20000 }; /* when a small problem has seen enough */

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

void search_run(Arena *arena, Rounds *r, uint64_t seed, Watch *watch, Snapshot *best)
{
    const Model *m = r->m;
    Ruiner *x = ruiner_new(arena, r, seed);
    if (x->placer.near_len > 40 && m->n > 150)
        x->placer.near_len = 40;
    construct(arena, x);
    snapshot_take(best, r);
    if (m->n == 0 || watch_over(watch, best))
        return;
    Anneal how = {.hot = 1.0 * (double)m->mean_edge, .cold = 0.01 * (double)m->mean_edge, .until = watch->limit,
                  .iterations = watch->iteration_limit};
    int64_t enough = (int64_t)STEPS_PER_STOP * (m->n + 1);
    if (how.iterations == 0 || enough < how.iterations)
        how.iterations = enough;
    anneal(x, &how, watch, best);
}
