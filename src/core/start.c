/* What runs beside the requests, started and stopped in order. */
#include "core/core.h"
#include "core/jobs.h"
#include "core/local.h"
#include "core/log.h"
#include "core/outbox.h"

Err *core_start(Arena *arena, Store *store)
{
    TRY(house_furnish(store, arena));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            TRY(house_modules[i]->start(store, arena));
    TRY(jobs_start(arena, store));
    TRY(outbox_start(arena, store));
    Err *err = local_start(arena, store, store_options(arena).data);
    if (err && !store_is_postgres(store))
        return err;
    if (err) /* another process of this folder has the socket: commands reach the database themselves */
        log_error("start", err);
    return NULL;
}

/* What is left of stop_seconds, at least one. */
static int seconds_left(int64_t start_us)
{
    int64_t left = config_int("stop_seconds") - (time_monotonic_us() - start_us) / 1000000;
    return left > 1 ? (int)left : 1;
}

bool core_stop(void)
{
    int64_t start = time_monotonic_us();
    bool commands = local_stop(seconds_left(start));
    bool jobs = jobs_stop(seconds_left(start));
    bool outbox = outbox_stop(seconds_left(start));
    return commands && jobs && outbox;
}
