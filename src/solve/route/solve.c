/* Solving: threads, progress and the plan at the end. */
#include <pthread.h>
#include <stdlib.h>

#include "solve/route/plan.h"
#include "solve/route/planned.h"
#include "solve/route/renumber.h"
#include "solve/route/search.h"

typedef struct Job {
    const Model *m;
    const int32_t *old; /* what its stops are called outside; NULL: the same */
    const RouteOptions *options;
    Arena *arena;
    Rounds *r;
    Snapshot best;
    Watch watch;
    uint64_t seed;
    int64_t first_cost, told_cost; /* of the plans told to the caller */
    _Atomic bool *enough;          /* shared: the caller has had enough */
} Job;

static void plan_for_caller(Arena *arena, Job *job, Rounds *r, const Snapshot *best, RoutePlan *out)
{
    *out = (RoutePlan){0};
    plan_build(arena, job->m, best, out);
    rounds_restore(r, best);
    plan_explain(arena, r, out);
    if (job->old)
        renumber_back(out, job->old);
}

static bool report(Watch *watch, const Snapshot *best, double now)
{
    Job *job = watch->arg;
    Arena *arena = arena_new();
    RoutePlan plan = {0};
    if (job->first_cost < 0)
        job->first_cost = best->cost;
    RouteProgress progress = {.cost = best->cost, .first_cost = job->first_cost, .left_out = best->absent_len,
                              .vehicles_used = best->used, .iterations = watch->iterations, .seconds = now};
    if (best->cost != job->told_cost) {
        job->told_cost = best->cost;
        plan_for_caller(arena, job, rounds_new(arena, job->m), best, &plan);
        plan.iterations = watch->iterations;
        progress.plan = &plan;
    }
    bool more = job->options->progress(job->options->arg, &progress);
    arena_free(arena);
    if (!more)
        *job->enough = true;
    return more;
}

static void *work(void *arg)
{
    Job *job = arg;
    job->watch.begun = cpu_seconds();
    search_run(job->arena, job->r, job->seed, &job->watch, &job->best);
    return NULL;
}

static Err *job_begin(Arena *arena, Job *job, const RouteOptions *options, uint64_t seed)
{
    const Model *m = job->m;
    job->options = options;
    job->arena = arena_new();
    job->seed = seed;
    job->first_cost = job->told_cost = -1;
    job->r = rounds_new(job->arena, m);
    job->best = snapshot_new(job->arena, m);
    job->watch = (Watch){.limit = options->seconds, .iteration_limit = options->iterations, .cancel = options->cancel};
    if (options->seconds <= 0 && options->iterations <= 0)
        job->watch.limit = 5;
    return planned_load(arena, job->r);
}

static bool listens(Watch *watch, const Snapshot *best, double now)
{
    (void)best, (void)now;
    return !*((Job *)watch->arg)->enough;
}

/* The second thread is worth as much as the first; the better plan wins, on a tie the first thread's. */
static Err *run_jobs(Job *jobs, int len, _Atomic bool *enough)
{
    pthread_t second;
    for (int i = 0; i < len; i++) {
        jobs[i].enough = enough;
        jobs[i].watch.arg = &jobs[i];
        jobs[i].watch.report = i > 0 ? listens : jobs[i].options->progress ? report : NULL;
    }
    bool two = len > 1 && pthread_create(&second, NULL, work, &jobs[1]) == 0;
    work(&jobs[0]);
    if (two)
        pthread_join(second, NULL);
    else if (len > 1)
        jobs[1].best.cost = INT64_MAX; /* no thread to be had: one must do */
    return NULL;
}

Err *route_solve(Arena *arena, const RouteProblem *problem, const RouteOptions *options, RoutePlan *out)
{
    TRY(route_check_problem(arena, problem));
    Arena *own = arena_new();
    int32_t *old = NULL;
    const Model *m = model_new(own, renumber(own, problem, &old));
    int threads = options->threads == 2 ? 2 : 1;
    Job jobs[2] = {0};
    _Atomic bool enough = false; /* the listener is asked once more after the search */
    Err *err = NULL;
    for (int i = 0; i < threads && !err; i++) {
        jobs[i].m = m, jobs[i].old = old;
        err = job_begin(arena, &jobs[i], options, options->seed * 2 + (uint64_t)i);
    }
    if (!err)
        err = run_jobs(jobs, threads, &enough);
    if (!err) {
        Job *won = threads > 1 && jobs[1].best.cost < jobs[0].best.cost ? &jobs[1] : &jobs[0];
        plan_for_caller(arena, won, won->r, &won->best, out);
        out->iterations = jobs[0].watch.iterations + jobs[1].watch.iterations;
        if (jobs[0].watch.report == report)
            report(&jobs[0].watch, &won->best, watch_seconds(&jobs[0].watch));
    }
    for (int i = 0; i < 2; i++)
        arena_free(jobs[i].arena);
    arena_free(own);
    return err;
}
