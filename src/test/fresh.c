/* Fresh databases for tests. */
#include "fresh.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "db/migrate.h"
#include "db/pq.h"
#include "harness.h"

enum { FOLDERS_MAX = 256, PATH_MAX_BYTES = 256 };

static void give_up(const char *what, const Err *err)
{
    Arena *arena = arena_new();
    fprintf(stderr, "harness: %s: %.*s\n", what, STR_ARG(err ? err_text(arena, err) : STR("failed")));
    exit(1);
}

/* ---- folders ---- */

static char folders[FOLDERS_MAX][PATH_MAX_BYTES];
static size_t folders_len;
static pid_t owner; /* a forked child of a test must not clean up for its parent */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static void remove_folder(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void clean_up(void)
{
    if (getpid() != owner)
        return;
    for (size_t i = 0; i < folders_len; i++)
        remove_folder(folders[i]);
}

static const char *folder_new(const char *base)
{
    if (folders_len == FOLDERS_MAX)
        give_up("too many folders in one test program", NULL);
    if (!folders_len) {
        owner = getpid();
        atexit(clean_up);
    }
    char *folder = folders[folders_len++];
    snprintf(folder, PATH_MAX_BYTES, "%s/millet-test-XXXXXX", base);
    if (!mkdtemp(folder))
        give_up(folder, NULL);
    return folder;
}

static const char *memory_base(void)
{
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

/* ---- PostgreSQL ---- */

static PGconn *admin;
static char database[64];
static int databases_made;

static const char *base_url(void)
{
    const char *url = getenv("MILLET_TEST_PG");
    if (!url || !strstr(url, "/postgres?"))
        give_up("MILLET_TEST_PG is not set; run through tests/run", NULL);
    return url;
}

static const char *url_of(Arena *arena, const char *name)
{
    const char *url = base_url(), *cut = strstr(url, "/postgres?");
    /* A plan that scans a whole table shows in MILLET_DB_TRACE only if every index was preferred to it. */
    return str_z(arena, str_format(arena, "%.*s/%s?%s&options=-c%%20enable_seqscan%%3Doff", (int)(cut - url), url, name,
                                   cut + strlen("/postgres?")));
}

static bool admin_try(const char *sql)
{
    if (!admin) {
        Arena *arena = arena_new();
        Err *err = pq_load(arena);
        if (err)
            give_up("libpq", err);
        arena_free(arena);
        const char *const names[] = {"dbname", NULL}, *const values[] = {base_url(), NULL};
        admin = pq.connectdbParams(names, values, 1);
        if (pq.status(admin) != CONNECTION_OK)
            give_up(pq.errorMessage(admin), NULL);
        pq.clear(pq.exec(admin, "SET client_min_messages = error"));
    }
    PGresult *result = pq.exec(admin, sql);
    bool fine = pq.resultStatus(result) == PGRES_COMMAND_OK || pq.resultStatus(result) == PGRES_TUPLES_OK;
    pq.clear(result);
    return fine;
}

static void admin_do(const char *format, const char *a, const char *b)
{
    char sql[512];
    snprintf(sql, sizeof sql, format, a, b);
    if (!admin_try(sql))
        give_up(pq.errorMessage(admin), NULL);
}

/* Named after the migrations, so that a changed one gets a template of its own. */
static const char *template_name(void)
{
    static char name[64];
    uint64_t sum = 1469598103934665603u; /* FNV-1a */
    for (const Migration *migration = house_migrations; migration->number; migration++)
        for (const char *at = migration->hash; *at; at++)
            sum = (sum ^ (unsigned char)*at) * 1099511628211u;
    snprintf(name, sizeof name, "millet_template_%016llx", (unsigned long long)sum);
    return name;
}

static void template_make(Arena *arena)
{
    const char *name = template_name();
    char made[80];
    snprintf(made, sizeof made, "%s_new", name);
    admin_do("SELECT pg_advisory_lock(1)%s%s", "", "");
    char find[128];
    snprintf(find, sizeof find, "SELECT 1 / (SELECT count(*) FROM pg_database WHERE datname = '%s')", name);
    if (!admin_try(find)) { /* division by zero: it is not there */
        admin_do("DROP DATABASE IF EXISTS %s%s", made, "");
        admin_do("CREATE DATABASE %s TEMPLATE template0%s", made, "");
        StoreOptions options = {.url = url_of(arena, made), .no_sync = true};
        Store *store;
        Err *err = store_open(arena, &options, &store);
        if (err)
            give_up("the migrations do not run on PostgreSQL", err);
        store_close(store);
        admin_do("ALTER DATABASE %s RENAME TO %s", made, name);
    }
    admin_do("SELECT pg_advisory_unlock(1)%s%s", "", "");
}

static const char *database_new(Arena *arena, const char *template)
{
    char name[64];
    snprintf(name, sizeof name, "t%d_%d", (int)getpid(), ++databases_made);
    admin_do("CREATE DATABASE %s TEMPLATE %s", name, template);
    return str_z(arena, str_of(name));
}

static StoreOptions fresh_postgres(Arena *arena)
{
    static bool made;
    if (!made)
        template_make(arena);
    made = true;
    snprintf(database, sizeof database, "%s", database_new(arena, template_name()));
    return (StoreOptions){.url = url_of(arena, database), .no_sync = true};
}

/* ---- SQLite ---- */

static const char *current;

static void sqlite_template(const char *folder)
{
    Arena *arena = arena_new();
    StoreOptions options = {.data = folder, .no_sync = true};
    Store *store;
    Err *err = store_open(arena, &options, &store);
    if (err)
        give_up("the migrations do not run on SQLite", err);
    store_close(store);
    arena_free(arena);
}

static StoreOptions fresh_sqlite(Arena *arena)
{
    static const char *template;
    if (!template) {
        template = folder_new(memory_base());
        sqlite_template(template);
    }
    if (!current)
        current = folder_new(memory_base());
    Str file;
    Err *err = file_read(arena, str_z(arena, str_format(arena, "%s/millet.db", template)), 64 << 20, &file);
    if (!err)
        err = folder_make(arena, current, 0700);
    if (!err)
        err = file_write(arena, str_z(arena, str_format(arena, "%s/millet.db", current)), file, 0600);
    if (err)
        give_up("the template cannot be copied", err);
    return (StoreOptions){.data = current, .no_sync = true};
}

StoreOptions test_fresh(Arena *arena)
{
    return test_on_postgres() ? fresh_postgres(arena) : fresh_sqlite(arena);
}

void test_fresh_drop(void)
{
    if (current)
        remove_folder(current);
    if (*database)
        admin_do("DROP DATABASE IF EXISTS %s WITH (FORCE)%s", database, "");
    *database = '\0';
}

StoreOptions test_store_options(Arena *arena)
{
    if (test_on_postgres())
        return (StoreOptions){.url = url_of(arena, database_new(arena, "template0"))};
    return (StoreOptions){.data = folder_new("/tmp")};
}
