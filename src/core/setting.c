/* Settings in the database, and the village: those every page needs, remembered. */
#include <pthread.h>
#include <string.h>

#include "core/core.h"
#include "core/log.h"
#include "core/queries.h"

/* Other processes change settings too: what is remembered is read again after five seconds, and at once for two seconds
   after this process changed something, since that change is not yet committed when we hear of it. */
enum { KEEP_US = 5000000, UNSETTLED_US = 2000000 };

static struct {
    pthread_mutex_t lock;
    const Store *store; /* whose village this is */
    Arena *arena;
    Village village;
    int64_t read_us, changed_us;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

Err *setting_get(Db *db, const char *name, Str fallback, Str *out)
{
    SettingValue row;
    bool found;
    TRY(setting_find(db, str_of(name), &row, &found));
    *out = found ? row.value : fallback;
    return NULL;
}

Err *setting_put(Tx *tx, const char *name, Str value)
{
    pthread_mutex_lock(&cache.lock);
    cache.changed_us = time_monotonic_us();
    pthread_mutex_unlock(&cache.lock);
    return setting_store(tx, str_of(name), value);
}

static Village standard_village(void)
{
    return (Village){.currency = STR("CNY"), .zone = STR("Asia/Shanghai"), .lang = STR("en"), .currency_places = 2};
}

static void set_member(Village *village, Str name, Str value)
{
    if (str_eq(name, STR("village.org")))
        id_parse(value, &village->org);
    else if (str_eq(name, STR("village.name")))
        village->name = value;
    else if (str_eq(name, STR("village.place")))
        village->place = value;
    else if (str_eq(name, STR("village.currency")))
        village->currency = value;
    else if (str_eq(name, STR("village.zone")))
        village->zone = value;
    else if (str_eq(name, STR("village.lang")))
        village->lang = value;
}

static Err *read_village(Db *db, Village *out)
{
    SettingList rows;
    TRY(setting_list_village(db, &rows));
    *out = standard_village();
    for (size_t i = 0; i < rows.len; i++)
        set_member(out, rows.at[i].name, rows.at[i].value);
    out->currency_places = currency_places(out->currency);
    return NULL;
}

static Village copy_village(Arena *arena, const Village *from)
{
    Village village = *from;
    village.name = str_copy(arena, from->name);
    village.place = str_copy(arena, from->place);
    village.currency = str_copy(arena, from->currency);
    village.zone = str_copy(arena, from->zone);
    village.lang = str_copy(arena, from->lang);
    return village;
}

static bool remembered(const Store *store, Arena *arena, Village *out)
{
    int64_t now = time_monotonic_us();
    pthread_mutex_lock(&cache.lock);
    bool fresh = cache.store == store && now - cache.read_us < KEEP_US && cache.read_us - cache.changed_us > UNSETTLED_US;
    if (fresh)
        *out = copy_village(arena, &cache.village);
    pthread_mutex_unlock(&cache.lock);
    return fresh;
}

static void remember(const Store *store, const Village *found, int64_t now)
{
    pthread_mutex_lock(&cache.lock);
    if (!cache.arena)
        cache.arena = arena_new(); /* lives as long as the program */
    arena_reset(cache.arena);
    cache.village = copy_village(cache.arena, found);
    cache.store = store;
    cache.read_us = now;
    pthread_mutex_unlock(&cache.lock);
}

/* When the database cannot be read: what was known last. */
static Village last_known(const Store *store, Arena *arena)
{
    pthread_mutex_lock(&cache.lock);
    Village found = cache.store == store ? copy_village(arena, &cache.village) : standard_village();
    pthread_mutex_unlock(&cache.lock);
    return found;
}

Village village_at(Db *db)
{
    Village found;
    if (remembered(db->store, db->arena, &found))
        return found;
    int64_t now = time_monotonic_us();
    Err *err = read_village(db, &found);
    if (err) {
        log_error("village", err);
        return last_known(db->store, db->arena);
    }
    remember(db->store, &found, now);
    return found;
}

Village village(Store *store, Arena *arena)
{
    Village found;
    if (remembered(store, arena, &found))
        return found;
    Db db;
    Arena *own = arena_new(); /* gives the connection back at once */
    Err *err = db_read(store, own, &db);
    if (err) {
        log_error("village", err);
        found = last_known(store, arena);
    } else {
        found = village_at(&db);
        found = copy_village(arena, &found);
    }
    arena_free(own);
    return found;
}
