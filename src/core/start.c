/* What runs beside the requests, started and stopped in order. */
#include "core/core.h"
#include "core/local.h"
#include "core/log.h"

Err *core_start(Arena *arena, Store *store)
{
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            TRY(house_modules[i]->start(store, arena));
    Err *err = local_start(arena, store, store_options(arena).data);
    if (err && !store_is_postgres(store))
        return err;
    if (err)
        log_error("start",
                  err); /* another process of this folder has the socket: commands reach the database themselves */
    return NULL;
}

bool core_stop(void)
{
    return local_stop((int)config_int("stop_seconds"));
}
