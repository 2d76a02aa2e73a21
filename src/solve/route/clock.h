/* When to stop, and telling how far the search is. */
#pragma once
#include "solve/route/model.h"
#include "solve/route/tour.h"

typedef struct Watch Watch;
struct Watch {
    double limit;           /* CPU seconds of this thread; 0: none */
    int64_t iterations, iteration_limit; /* counted by all parts of the search alike; 0: none */
    const _Atomic bool *cancel;
    bool stopped;           /* cancelled, or the caller has had enough */
    double begun;
    Snapshot *global;       /* the best plan of all parts of the search, when there are several; NULL: the one at hand */
    double last_report;
    bool (*report)(Watch *watch, const Snapshot *best, double now); /* false: enough; NULL: nobody listens */
    void *arg;
};

double cpu_seconds(void); /* of this thread */
static inline double watch_seconds(const Watch *w)
{
    return cpu_seconds() - w->begun;
}
/* To be asked every few hundred steps: true when time, iterations or patience are over. */
bool watch_over(Watch *w, const Snapshot *best);
/* How much of the budget is used, 0 to 1. */
double watch_part(const Watch *w);
