/* Weak stand-ins so that the program links while db/ and core/lang.c are being written; gone with them. */
#include "core/core.h"

__attribute__((weak)) Err *store_open(Arena *arena, const StoreOptions *options, Store **out)
{
    (void)options, (void)out;
    return err_detail(arena, ERR_BROKEN, "db.missing", "this build has no database yet");
}

__attribute__((weak)) void store_close(Store *store)
{
    (void)store;
}

__attribute__((weak)) bool store_is_postgres(const Store *store)
{
    (void)store;
    return false;
}
