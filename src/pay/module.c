/* The Module record of pay. */
#include "pay/inside.h"

static Err *run_release(JobContext *context)
{
    int64_t released;
    return parts_release_due(context->store, context->arena, context->now, &released);
}

static const Job jobs[] = {
    {.name = "pay.release", .every_ms = 10 * MINUTE_MS, .run = run_release, .about = N_("Gives sellers their money when nobody complained in time.")},
    {0},
};

const Module pay_module = {.name = "pay", .errors = pay_errors, .hears = pay_hears, .jobs = jobs, .checks = pay_checks};
