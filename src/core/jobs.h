/* The scheduled jobs of all modules. A lease in the database sees to it that of many processes one alone runs a job; a run
   that was missed while nothing ran is caught up once. */
#pragma once
#include "core/module.h"

/* Two threads that run what is due, and one that keeps their leases. */
Err *jobs_start(Arena *arena, Store *store);
/* Lets running jobs finish. False: one still runs after so many seconds. */
bool jobs_stop(int seconds);
/* Long jobs ask now and then, and end early where that leaves nothing half done. */
bool jobs_stopping(void);

/* When a job that last began at last_at is due again: last_at + every_ms, or the next such minute of a local day. */
Time job_due(const Job *job, Time last_at, Str zone);
const Job *job_named(const char *name); /* NULL when no module has it */
/* Runs one job now, due or not, if nobody else is at it ("job.running"). The job's own failure is returned. */
Err *job_run(Store *store, Arena *arena, const Job *job, Time now);
/* Runs every job that is due at now, one after the other: for tests, the demo and simulations. */
Err *jobs_run_due(Store *store, Arena *arena, Time now, int *ran);
