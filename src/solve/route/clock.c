/* CPU time of a thread, and the end of a search. */
#include "solve/route/clock.h"

#include <time.h>

double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool watch_over(Watch *w, const Snapshot *best)
{
    if (w->stopped || (w->cancel && *w->cancel))
        return w->stopped = true;
    if (w->iteration_limit > 0 && w->iterations >= w->iteration_limit)
        return true;
    if (w->limit <= 0 && !w->report)
        return false;
    double now = watch_seconds(w);
    if (w->report && now - w->last_report >= 0.2) {
        w->last_report = now;
        if (!w->report(w, w->global ? w->global : best, now))
            return w->stopped = true;
    }
    return w->limit > 0 && now >= w->limit;
}

double watch_part(const Watch *w)
{
    double part = w->limit > 0 ? watch_seconds(w) / w->limit : 0;
    if (w->iteration_limit > 0) {
        double done = (double)w->iterations / (double)w->iteration_limit;
        part = done > part ? done : part;
    }
    return part < 1 ? part : 1;
}
