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

/* ---- PostgreSQL: databases are made slowly (a second), so one is kept for the run and brought back to its beginning ---- */

static PGconn *admin; /* on the database "postgres" */
static PGconn *kept;  /* on the one that tests use */

static const char *base_url(void)
{
    const char *url = getenv("MILLET_TEST_PG");
    if (!url || !strstr(url, "/postgres?"))
        give_up("MILLET_TEST_PG is not set; run through tests/run", NULL);
    return url;
}

/* With scans of whole tables as the last choice, so that MILLET_DB_TRACE shows where an index is missing. */
static const char *url_of(Arena *arena, const char *name, const char *schema)
{
    const char *url = base_url(), *cut = strstr(url, "/postgres?");
    return str_z(arena, str_format(arena, "%.*s/%s?%s&options=-c%%20enable_seqscan%%3Doff%%20-c%%20search_path%%3D%s",
                                   (int)(cut - url), url, name, cut + strlen("/postgres?"), schema));
}

static PGconn *pg_connect(const char *url)
{
    Arena *arena = arena_new();
    Err *err = pq_load(arena);
    if (err)
        give_up("libpq", err);
    const char *const names[] = {"dbname", NULL}, *const given[] = {url, NULL};
    PGconn *conn = pq.connectdbParams(names, given, 1);
    if (pq.status(conn) != CONNECTION_OK)
        give_up(pq.errorMessage(conn), NULL);
    pq.clear(pq.exec(conn, "SET client_min_messages = error"));
    arena_free(arena);
    return conn;
}

/* Runs it; "t" tells whether the first value is true. */
static bool pg_do(PGconn *conn, const char *sql)
{
    PGresult *result = pq.exec(conn, sql);
    ExecStatusType status = pq.resultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fprintf(stderr, "harness: %s\n", sql);
        give_up(pq.errorMessage(conn), NULL);
    }
    bool yes = status == PGRES_TUPLES_OK && pq.ntuples(result) > 0 && strcmp(pq.getvalue(result, 0, 0), "t") == 0;
    pq.clear(result);
    return yes;
}

static const char *sql_of(Arena *arena, const char *before, const char *name, const char *after)
{
    return str_z(arena, str_format(arena, "%s%s%s", before, name, after));
}

/* What the migrations made, kept so that every test can begin there. */
static const char keep_sql[] =
    "CREATE SCHEMA seed;"
    "CREATE TABLE seed.kept AS SELECT c.oid, c.relname AS name, false AS filled,"
    " (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute a"
    "   WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns"
    " FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace;"
    "CREATE FUNCTION seed.keep() RETURNS void LANGUAGE plpgsql AS $$ DECLARE k record; BEGIN"
    " FOR k IN SELECT * FROM seed.kept LOOP EXECUTE format('CREATE TABLE seed.%I AS SELECT %s FROM public.%I', 'of_' || k.name, k.columns, k.name);"
    "  EXECUTE format('UPDATE seed.kept SET filled = true WHERE oid = %s AND EXISTS (SELECT 1 FROM public.%I)', k.oid, k.name);"
    " END LOOP; END $$;"
    "CREATE FUNCTION seed.reset() RETURNS void LANGUAGE plpgsql AS $$ DECLARE k record; BEGIN"
    " FOR k IN SELECT relname FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    "   AND NOT EXISTS (SELECT 1 FROM seed.kept s WHERE s.oid = c.oid) LOOP EXECUTE format('DROP TABLE public.%I CASCADE', k.relname); END LOOP;"
    " SET LOCAL session_replication_role = replica;" /* no foreign keys meanwhile */
    " FOR k IN SELECT * FROM seed.kept WHERE pg_relation_size(oid) > 0 LOOP" /* what nobody ever wrote to is empty */
    "  IF pg_relation_size(k.oid) > 1000000 THEN EXECUTE format('TRUNCATE public.%I CASCADE', k.name);"
    "  ELSE EXECUTE format('DELETE FROM public.%I', k.name); END IF; END LOOP;"
    " FOR k IN SELECT * FROM seed.kept WHERE filled LOOP"
    "  EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM seed.%I', k.name, k.columns, k.columns, 'of_' || k.name); END LOOP;"
    " END $$; SELECT seed.keep()";

static void kept_make(Arena *arena, const char *name)
{
    Store *store;
    StoreOptions options = {.url = url_of(arena, name, "public"), .no_sync = true};
    pg_do(admin, sql_of(arena, "CREATE DATABASE ", name, " TEMPLATE template0"));
    Err *err = store_open(arena, &options, &store);
    if (err)
        give_up("the migrations do not run on PostgreSQL", err);
    store_close(store);
    PGconn *conn = pg_connect(options.url);
    pg_do(conn, keep_sql);
    pq.finish(conn);
}

/* Named after the migrations, so that changed ones get a database of their own; numbered, so that programs that run at the
   same time do not share one: an advisory lock says which is taken. */
static const char *kept_name(Arena *arena)
{
    uint64_t sum = 1469598103934665603u; /* FNV-1a */
    for (const Migration *migration = house_migrations; migration->number; migration++)
        for (const char *at = migration->hash; *at; at++)
            sum = (sum ^ (unsigned char)*at) * 1099511628211u;
    for (int number = 1; number < 100; number++) {
        const char *name = str_z(arena, str_format(arena, "test_%016llx_%d", (unsigned long long)sum, number));
        if (!pg_do(admin, sql_of(arena, "SELECT pg_try_advisory_lock(hashtext('", name, "'))")))
            continue;
        if (pg_do(admin, sql_of(arena, "SELECT count(*) = 0 FROM pg_database WHERE datname = '", name, "'")))
            kept_make(arena, name);
        return name;
    }
    give_up("no database is free", NULL);
    return NULL;
}

static StoreOptions fresh_postgres(Arena *arena)
{
    static char name[64];
    if (!admin)
        admin = pg_connect(base_url());
    if (!*name)
        snprintf(name, sizeof name, "%s", kept_name(arena));
    const char *url = url_of(arena, name, "public");
    if (!kept)
        kept = pg_connect(url);
    pg_do(kept, "SELECT seed.reset()");
    return (StoreOptions){.url = url, .no_sync = true};
}

static StoreOptions empty_postgres(Arena *arena)
{
    static int made;
    char schema[64];
    if (!admin)
        admin = pg_connect(base_url());
    snprintf(schema, sizeof schema, "t%d_%d", (int)getpid(), ++made);
    pg_do(admin, sql_of(arena, "CREATE SCHEMA ", schema, ""));
    return (StoreOptions){.url = url_of(arena, "postgres", schema)};
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

/* No test fails because the machine is busy: what has a limit on the clock gets minutes. */
static StoreOptions patient(StoreOptions options)
{
    options.query_ms = options.read_wait_ms = 600 * 1000;
    return options;
}

StoreOptions test_fresh(Arena *arena)
{
    return patient(test_on_postgres() ? fresh_postgres(arena) : fresh_sqlite(arena));
}

void test_fresh_drop(void)
{
    if (current)
        remove_folder(current);
}

StoreOptions test_store_options(Arena *arena)
{
    return patient(test_on_postgres() ? empty_postgres(arena) : (StoreOptions){.data = folder_new("/tmp")});
}
