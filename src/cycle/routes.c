/* The cycles' routes and their Module record. */
#include "cycle/inside.h"
#include "web/web.h"

static Err *start(Store *store, Arena *arena)
{
    (void)store;
    (void)arena;
    cycle_join_start();
    return NULL;
}

static const Route routes[] = {
};
const Module cycle_module = MODULE("cycle", routes, .errors = cycle_errors, .jobs = cycle_jobs, .checks = cycle_checks,
                                   .hears = cycle_hears, .start = start);
