/* Finding what is due, taking its lease, running it. */
#include "core/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "core/core.h"
#include "core/log.h"
#include "core/queries.h"

enum { RUNNERS = 2, LEASE_MS = 60 * SECOND_MS, RENEW_S = 15, LOOK_MS = 2000 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Store *store;
    _Atomic bool stopping;
    int alive;
    struct {
        const Job *job; /* what this process runs now; NULL: nothing */
        Id ticket;
    } running[RUNNERS];
} jobs = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* ---- one run ---- */

typedef struct Run {
    const Job *job;
    Time seen, now, real;
    Id ticket;
    int64_t took_ms, count;
    Err *failed;
} Run;

static Err *take_lease(Tx *tx, void *arg)
{
    Run *run = arg;
    return job_take(tx,
                    &(JobTakeArgs){.name = str_of(run->job->name),
                                   .seen = run->seen,
                                   .real = run->real,
                                   .until = {run->real.ms + LEASE_MS},
                                   .ticket = run->ticket,
                                   .now = run->now},
                    &run->count);
}

static Err *renew_lease(Tx *tx, void *arg)
{
    Run *run = arg;
    return job_renew(tx, str_of(run->job->name), run->ticket, (Time){run->real.ms + LEASE_MS}, &run->count);
}

static Err *end_lease(Tx *tx, void *arg)
{
    Run *run = arg;
    return job_end(tx, str_of(run->job->name), run->ticket, run->took_ms, run->failed != NULL,
                   str_of(run->failed ? run->failed->code : ""), &run->count);
}

static Err *add_row(Tx *tx, void *arg)
{
    Run *run = arg;
    return job_first(tx, str_of(run->job->name), run->seen);
}

/* A job nobody has seen before: by its period it is due at once, of a daily one the next day's minute counts. */
static Err *row_of(Store *store, Arena *arena, const Job *job, Time now, JobRow *row)
{
    Db db;
    bool found;
    Arena *own = arena_new();
    Err *err = db_read(store, own, &db);
    if (!err)
        err = job_find(&db, str_of(job->name), row, &found);
    if (!err && !found) {
        Run run = {.job = job, .seen = job->every_ms ? (Time){0} : now};
        *row = (JobRow){.last_at = run.seen};
        err = db_write(store, own, add_row, &run);
    }
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

/* Threads that run jobs have a place where the keeper finds them; a test's or a command's run has none and is short. */
static void note_running(int place, const Job *job, Id ticket)
{
    if (place < 0)
        return;
    pthread_mutex_lock(&jobs.lock);
    jobs.running[place].job = job;
    jobs.running[place].ticket = ticket;
    pthread_mutex_unlock(&jobs.lock);
}

static Err *run_leased(Store *store, Arena *arena, Run *run)
{
    const char *label = str_z(arena, str_format(arena, "job=%s", run->job->name));
    JobContext context = {.store = store, .arena = arena_new(), .now = run->now};
    int64_t start = time_monotonic_us();
    run->failed = err_copy(arena, run->job->run(&context));
    int64_t took_us = time_monotonic_us() - start;
    arena_free(context.arena);
    run->took_ms = took_us / 1000;
    metric_add("millet_job_runs_total", label, 1);
    metric_time("millet_job_seconds", label, took_us);
    if (run->failed) {
        metric_add("millet_job_failures_total", label, 1);
        log_error(run->job->name, run->failed);
    }
    TRY(db_write(store, arena, end_lease, run));
    return run->failed;
}

/* *taken is false when somebody else has the lease, or ran it since seen. */
static Err *try_run(Store *store, Arena *arena, Run *run, int place, bool *taken)
{
    run->ticket = id_mint();
    run->real = time_real();
    TRY(db_write(store, arena, take_lease, run));
    *taken = run->count == 1;
    if (!*taken)
        return NULL;
    note_running(place, run->job, run->ticket);
    Err *err = run_leased(store, arena, run);
    note_running(place, NULL, 0);
    return err;
}

Err *job_run(Store *store, Arena *arena, const Job *job, Time now)
{
    JobRow row;
    bool taken;
    TRY(row_of(store, arena, job, now, &row));
    Run run = {.job = job, .seen = row.last_at, .now = now};
    TRY(try_run(store, arena, &run, -1, &taken));
    return taken ? NULL : err_arg(arena, err_new(arena, ERR_BUSY, "job.running"), "name", str_of(job->name));
}

/* ---- what is due ---- */

Time job_due(const Job *job, Time last_at, Str zone)
{
    if (job->every_ms > 0)
        return (Time){last_at.ms + job->every_ms};
    Date day = time_date(last_at, zone);
    for (;; day.days++) {
        Time due = time_of(zone, day, job->daily_minute / 60, job->daily_minute % 60);
        if (due.ms > last_at.ms)
            return due;
    }
}

const Job *job_named(const char *name)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const Job *job = house_modules[i]->jobs; job && job->name; job++)
            if (strcmp(job->name, name) == 0)
                return job;
    return NULL;
}

static const JobRow *row_named(const JobRowList *rows, const char *name)
{
    for (size_t i = 0; i < rows->len; i++)
        if (str_eq(rows->at[i].name, str_of(name)))
            return &rows->at[i];
    return NULL;
}

/* Due, and nobody at it. A clock that was set back does not keep a job waiting for its old time. */
static bool ready(const Job *job, const JobRow *row, Time now, Str zone)
{
    if (!row)
        return true; /* row_of makes it; whether it runs is decided then */
    if (row->lease_until.ms > time_real().ms)
        return false;
    if (row->lease_by)
        return true; /* whoever began it died before its end */
    return row->last_at.ms > now.ms || job_due(job, row->last_at, zone).ms <= now.ms;
}

static Err *run_if_due(Store *store, Arena *arena, const Job *job, Time now, int place, bool *taken)
{
    JobRow row;
    *taken = false;
    TRY(row_of(store, arena, job, now, &row));
    if (!ready(job, &row, now, village(store, arena).zone))
        return NULL;
    Run run = {.job = job, .seen = row.last_at, .now = now};
    Err *err = try_run(store, arena, &run, place, taken);
    return *taken ? NULL : err; /* a job's own failure was logged; the next one still runs */
}

/* The next job after *from (a count over all modules' jobs) that is ready; NULL when none is. */
static Err *find_ready(Store *store, Arena *arena, Time now, size_t *from, const Job **out)
{
    Db db;
    JobRowList rows;
    Str zone = village(store, arena).zone;
    size_t index = 0;
    *out = NULL;
    Arena *own = arena_new(); /* the connection goes back before the job runs */
    Err *err = db_read(store, own, &db);
    if (!err)
        err = job_list(&db, &rows);
    for (size_t i = 0; !err && house_modules[i] && !*out; i++)
        for (const Job *job = house_modules[i]->jobs; job && job->name && !*out; job++, index++)
            if (index >= *from && ready(job, row_named(&rows, job->name), now, zone)) {
                *out = job;
                *from = index + 1;
            }
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

static Err *run_all(Store *store, Arena *arena, Time now, int place, int *ran)
{
    size_t from = 0;
    for (*ran = 0;;) {
        const Job *job;
        bool taken;
        TRY(find_ready(store, arena, now, &from, &job));
        if (!job || (place >= 0 && jobs.stopping))
            return NULL;
        TRY(run_if_due(store, arena, job, now, place, &taken));
        *ran += taken;
    }
}

Err *jobs_run_due(Store *store, Arena *arena, Time now, int *ran)
{
    return run_all(store, arena, now, -1, ran);
}

/* ---- threads ---- */

bool jobs_stopping(void)
{
    return jobs.stopping;
}

/* Waits so long with the lock held, or until something changes; false when the time is over. */
static bool wait_locked(const struct timespec *until)
{
    return pthread_cond_clockwait(&jobs.changed, &jobs.lock, CLOCK_MONOTONIC, until) != ETIMEDOUT;
}

static struct timespec after(int64_t milliseconds)
{
    int64_t ms = time_monotonic_us() / 1000 + milliseconds;
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
}

static void rest(int milliseconds)
{
    struct timespec until = after(milliseconds);
    pthread_mutex_lock(&jobs.lock);
    while (!jobs.stopping && wait_locked(&until))
        ;
    pthread_mutex_unlock(&jobs.lock);
}

static void leave(void)
{
    pthread_mutex_lock(&jobs.lock);
    jobs.alive--;
    pthread_cond_broadcast(&jobs.changed);
    pthread_mutex_unlock(&jobs.lock);
}

static void *runner(void *number)
{
    int place = (int)(intptr_t)number, ran;
    Arena *arena = arena_new();
    rest(place * LOOK_MS / RUNNERS); /* not all at the same moment */
    while (!jobs.stopping) {
        Err *err = run_all(jobs.store, arena, time_now(), place, &ran);
        if (err)
            log_error("jobs", err);
        arena_reset(arena);
        rest(LOOK_MS);
    }
    arena_free(arena);
    leave();
    return NULL;
}

static void renew(Arena *arena, const Job *job, Id ticket)
{
    Run run = {.job = job, .ticket = ticket, .real = time_real()};
    Err *err = db_write(jobs.store, arena, renew_lease, &run);
    if (err)
        log_error("jobs", err);
    else if (run.count == 0)
        log_line("jobs", "job=%s lease=lost", job->name);
}

static void renew_all(Arena *arena)
{
    for (int i = 0; i < RUNNERS; i++) {
        pthread_mutex_lock(&jobs.lock);
        const Job *job = jobs.running[i].job;
        Id ticket = jobs.running[i].ticket;
        pthread_mutex_unlock(&jobs.lock);
        if (job)
            renew(arena, job, ticket);
    }
}

/* Ends after the runners, because the last run still needs its lease. */
static void *keeper(void *unused)
{
    (void)unused;
    Arena *arena = arena_new();
    for (bool over = false; !over;) {
        struct timespec until = after(RENEW_S * SECOND_MS);
        pthread_mutex_lock(&jobs.lock);
        bool waiting = true;
        while (waiting && !(jobs.stopping && jobs.alive == 1))
            waiting = wait_locked(&until);
        over = jobs.stopping && jobs.alive == 1;
        pthread_mutex_unlock(&jobs.lock);
        if (!over)
            renew_all(arena);
        arena_reset(arena);
    }
    arena_free(arena);
    leave();
    return NULL;
}

static bool start_thread(void *(*body)(void *), int number)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, (void *)(intptr_t)number) != 0)
        return false;
    pthread_detach(thread);
    pthread_mutex_lock(&jobs.lock);
    jobs.alive++;
    pthread_mutex_unlock(&jobs.lock);
    return true;
}

Err *jobs_start(Arena *arena, Store *store)
{
    jobs.store = store;
    jobs.stopping = false;
    bool fine = start_thread(keeper, 0);
    for (int i = 0; i < RUNNERS; i++)
        fine = fine && start_thread(runner, i);
    return fine ? NULL
                : err_detail(arena, ERR_BROKEN, "start.threads", "the threads of the scheduled jobs cannot be made");
}

bool jobs_stop(int seconds)
{
    struct timespec until = after((int64_t)seconds * SECOND_MS);
    pthread_mutex_lock(&jobs.lock);
    jobs.stopping = true;
    pthread_cond_broadcast(&jobs.changed);
    bool waiting = true;
    while (jobs.alive > 0 && waiting)
        waiting = wait_locked(&until);
    bool quiet = jobs.alive == 0;
    pthread_mutex_unlock(&jobs.lock);
    return quiet;
}
