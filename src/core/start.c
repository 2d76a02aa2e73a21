/* What runs beside the requests, started and stopped in order. */
#include "core/core.h"
#include "core/jobs.h"
#include "core/local.h"
#include "core/log.h"

Err *core_start(Arena *arena, Store *store)
{
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            TRY(house_modules[i]->start(store, arena));
    TRY(jobs_start(arena, store));
    Err *err = local_start(arena, store, store_options(arena).data);
    if (err && !store_is_postgres(store))
        return err;
    if (err) /* another process of this folder has the socket: commands reach the database themselves */
        log_error("start", err);
    return NULL;
}

bool core_stop(void)
{
    int64_t until = time_monotonic_us() / SECOND_MS + config_int("stop_seconds") * SECOND_MS;
    bool quiet = local_stop((int)config_int("stop_seconds"));
    int64_t left = until - time_monotonic_us() / SECOND_MS;
    return jobs_stop(left > SECOND_MS ? (int)(left / SECOND_MS) : 1) && quiet;
}
