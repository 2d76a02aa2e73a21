/* Weak stand-ins so that the program links while db/, core/ and the page side are being written; gone with them. */
#include "web/asset.h"
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

__attribute__((weak)) Err *setting_get(Db *db, const char *name, Str fallback, Str *out)
{
    (void)db, (void)name;
    *out = fallback;
    return NULL;
}

__attribute__((weak)) Err *setting_put(Tx *tx, const char *name, Str value)
{
    (void)tx, (void)name, (void)value;
    return NULL;
}

__attribute__((weak)) Village village(Store *store, Arena *arena)
{
    (void)store, (void)arena;
    return (Village){.currency = STR("CNY"), .currency_places = 2, .zone = STR("Asia/Shanghai"), .lang = STR("en")};
}

__attribute__((weak)) const Asset *asset_at_url(Str url)
{
    (void)url;
    return NULL;
}
