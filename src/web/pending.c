/* Weak stand-ins so that the program links while db/, core/ and the page side are being written; gone with them. */
#include <string.h>

#include "web/web.h"

__attribute__((weak)) Err *db_read(Store *store, Arena *arena, Db *out)
{
    *out = (Db){.store = store, .arena = arena};
    return NULL;
}

__attribute__((weak)) Err *db_write(Store *store, Arena *arena, WriteFn fn, void *arg)
{
    (void)store, (void)fn, (void)arg;
    return err_detail(arena, ERR_BROKEN, "db.missing", "this build has no database yet");
}

static char kept[128];

__attribute__((weak)) Err *setting_get(Db *db, const char *name, Str fallback, Str *out)
{
    (void)db;
    *out = strcmp(name, "web.key") == 0 && kept[0] ? str_of(kept) : fallback;
    return NULL;
}

__attribute__((weak)) Err *setting_put(Tx *tx, const char *name, Str value)
{
    (void)tx;
    if (strcmp(name, "web.key") == 0 && value.len < sizeof kept)
        memcpy(kept, value.at, value.len);
    return NULL;
}

__attribute__((weak)) Village village(Store *store, Arena *arena)
{
    (void)store, (void)arena;
    return (Village){.currency = STR("CNY"), .currency_places = 2, .zone = STR("Asia/Shanghai"), .lang = STR("en")};
}
