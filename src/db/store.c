/* The store: opening, the lock file, the pool of reading connections, and the calls of generated code. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "db/node.h"

enum { READERS_STANDARD = 8, READ_WAIT_MS = 5000, QUERY_MS = 30000, QUEUE_MAX = 4096 };

/* ---- statements get their numbers ---- */

static int statements_next = 1;

static void number_statements(void)
{
    int folder = 1;
    for (const StatementSet *set = house_statements; set->at; set++, folder++)
        for (size_t i = 0; i < *set->len; i++) {
            set->at[i].index = statements_next++;
            set->at[i].folder = folder < FOLDERS_MAX ? folder : 0; /* one too many counts as changing everything */
        }
}

int statements_count(void)
{
    return statements_next;
}

static _Thread_local int64_t statements_run;

int64_t db_statements_run(void)
{
    return statements_run;
}

void db_statements_count(int64_t more)
{
    statements_run += more;
}

/* ---- opening ---- */

Err *lock_take(Store *store, Arena *arena)
{
    const char *path = str_z(arena, str_format(arena, "%s/millet.lock", store->folder));
    store->lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock_file < 0)
        return err_detail(arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s", path, strerror(errno));
    char pid[24] = "";
    if (flock(store->lock_file, LOCK_EX | LOCK_NB)) {
        ssize_t len = read(store->lock_file, pid, sizeof pid - 1);
        Str holder = str_trim((Str){pid, len > 0 ? (size_t)len : 0});
        return err_arg(arena, err_detail(arena, ERR_CONFLICT, "db.locked", "%s is held by process %.*s", path, STR_ARG(holder)),
                       "pid", holder);
    }
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(store->lock_file, 0) || pwrite(store->lock_file, pid, (size_t)len, 0) != len)
        return err_detail(arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s", path, strerror(errno));
    return NULL;
}

/* Private, in memory where the machine has /dev/shm; gone when the store closes. */
static Err *temporary_folder(Store *store, Arena *arena)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    char *folder = (char *)str_z(store->arena, str_format(arena, "%s/millet-XXXXXX", base));
    if (!mkdtemp(folder))
        return err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", folder, strerror(errno));
    store->folder = folder;
    store->temporary = true;
    return NULL;
}

static void temporary_remove(const Store *store)
{
    static const char *const names[] = {"millet.db", "millet.db-wal", "millet.db-shm", "millet.db-last", "millet.lock"};
    char path[4096];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", store->folder, names[i]);
        unlink(path);
    }
    rmdir(store->folder);
}

static Err *place_sqlite(Store *store, Arena *arena, const StoreOptions *options)
{
    if (options->url && strcmp(options->url, ":memory:") == 0)
        TRY(temporary_folder(store, arena));
    else
        store->folder = str_z(store->arena, str_of(options->data ? options->data : "data"));
    TRY(folder_make(arena, store->folder, 0700));
    TRY(lock_take(store, arena));
    store->path = str_z(store->arena, str_format(arena, "%s/millet.db", store->folder));
    int file = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* people's data: SQLite would make it readable by all */
    if (file < 0)
        return err_detail(arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s", store->path, strerror(errno));
    close(file);
    store->driver = &sqlite_driver;
    return pages_prepare(store, arena);
}

static bool is_postgres_url(const char *url)
{
    return url && (strncmp(url, "postgres:", 9) == 0 || strncmp(url, "postgresql:", 11) == 0 || strchr(url, '='));
}

static Err *open_all(Store *store, Arena *arena, const StoreOptions *options)
{
    if (is_postgres_url(options->url)) {
        store->postgres = true;
        store->url = str_z(store->arena, str_of(options->url));
        store->driver = &postgres_driver;
    } else if (options->url && strcmp(options->url, ":memory:") != 0) {
        return err_detail(arena, ERR_INVALID, "db.url", "--db takes postgres://...; without it SQLite lives in the data folder");
    } else {
        TRY(place_sqlite(store, arena, options));
    }
    TRY(store->driver->open(store, arena, true, &store->writing));
    Db db = {store, store->writing, arena};
    TRY(migrations_run(&db, house_migrations));
    node_draw(store);
    TRY(writer_start(store, arena));
    return node_take(store, arena);
}

Err *store_open(Arena *arena, const StoreOptions *options, Store **out)
{
    static pthread_once_t numbered = PTHREAD_ONCE_INIT;
    pthread_once(&numbered, number_statements);
    Arena *own = arena_new();
    Store *store = NEW(own, Store);
    store->arena = own;
    store->lock_file = -1;
    static _Atomic uint64_t opened;
    store->versions[0] = ++opened << 32; /* what one opening kept never seems true to another */
    store->no_sync = options->no_sync;
    store->trace = getenv("MILLET_DB_TRACE") != NULL;
    store->readers_max = options->readers > 0 ? options->readers : READERS_STANDARD;
    store->read_wait_ms = options->read_wait_ms > 0 ? options->read_wait_ms : READ_WAIT_MS;
    store->query_ms = options->query_ms > 0 ? options->query_ms : QUERY_MS;
    store->queue_max = options->queue_max > 0 ? options->queue_max : QUEUE_MAX;
    pthread_mutex_init(&store->mutex, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&store->returned, &clock);
    pthread_condattr_destroy(&clock);
    Err *err = open_all(store, arena, options);
    if (err) {
        store_close(store);
        return err;
    }
    *out = store;
    return NULL;
}

bool store_is_postgres(const Store *store)
{
    return store->postgres;
}

static void store_free(Store *store)
{
    if (store->writing)
        store->driver->close(store->writing); /* last: it alone may checkpoint */
    if (store->temporary)
        temporary_remove(store);
    if (store->lock_file >= 0)
        close(store->lock_file);
    pthread_mutex_destroy(&store->mutex);
    pthread_cond_destroy(&store->returned);
    arena_free(store->arena);
}

/* A reader that is still lent keeps the store until its arena is reset. */
void store_close(Store *store)
{
    if (!store)
        return;
    node_leave(store);
    writer_stop(store);
    pthread_mutex_lock(&store->mutex);
    store->closed = true;
    for (DbConn *conn = store->free, *next; conn; conn = next) {
        next = conn->next;
        store->driver->close(conn);
    }
    store->free = NULL;
    bool idle = store->lent == 0;
    pthread_mutex_unlock(&store->mutex);
    if (idle)
        store_free(store);
}

/* ---- readers ---- */

static void reader_return(void *thing)
{
    DbConn *conn = thing;
    Store *store = conn->store;
    if (conn->snapshot)
        store->driver->rollback(conn);
    conn->snapshot = false;
    pthread_mutex_lock(&store->mutex);
    DbConn **at = &store->lent_list;
    while (*at != conn)
        at = &(*at)->next;
    *at = conn->next;
    conn->lent_to = NULL;
    store->lent--;
    bool closed = store->closed, last = closed && store->lent == 0;
    if (!closed) {
        conn->next = store->free;
        store->free = conn;
        pthread_cond_signal(&store->returned);
    }
    pthread_mutex_unlock(&store->mutex);
    if (closed)
        store->driver->close(conn);
    if (last)
        store_free(store);
}

static void lend(Store *store, DbConn *conn, Arena *arena)
{
    conn->lent_to = arena;
    conn->next = store->lent_list;
    store->lent_list = conn;
}

static DbConn *lent_already(const Store *store, const Arena *arena)
{
    DbConn *conn = store->lent_list;
    while (conn && conn->lent_to != arena)
        conn = conn->next;
    return conn;
}

/* With the mutex held: a free connection, or permission to open one, or neither after waiting. */
static DbConn *reader_wait(Store *store, bool *may_open)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += store->read_wait_ms / 1000;
    until.tv_nsec += store->read_wait_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    while (!store->free && store->opened >= store->readers_max)
        if (pthread_cond_timedwait(&store->returned, &store->mutex, &until) == ETIMEDOUT)
            break;
    DbConn *conn = store->free;
    if (conn)
        store->free = conn->next;
    *may_open = !conn && store->opened < store->readers_max;
    store->opened += *may_open;
    store->lent += conn || *may_open;
    return conn;
}

static Err *reader_open(Store *store, Arena *arena, DbConn **out)
{
    Err *err = store->driver->open(store, arena, false, out);
    pthread_mutex_lock(&store->mutex);
    if (err) {
        store->opened--;
        store->lent--;
        pthread_cond_signal(&store->returned);
    } else {
        lend(store, *out, arena);
    }
    pthread_mutex_unlock(&store->mutex);
    return err;
}

Err *db_read(Store *store, Arena *arena, Db *out)
{
    bool may_open = false;
    pthread_mutex_lock(&store->mutex);
    DbConn *conn = lent_already(store, arena), *known = conn;
    if (!conn) {
        conn = reader_wait(store, &may_open);
        if (conn)
            lend(store, conn, arena);
    }
    pthread_mutex_unlock(&store->mutex);
    if (may_open)
        TRY(reader_open(store, arena, &conn));
    if (!conn)
        return err_detail(arena, ERR_BUSY, "db.busy", "no reading connection became free within %d ms", store->read_wait_ms);
    if (!known)
        arena_on_reset(arena, reader_return, conn);
    *out = (Db){store, conn, arena};
    return NULL;
}

Err *store_vacuum(Store *store, Arena *arena)
{
    return writer_alone(store, arena, store->driver->vacuum);
}

Err *db_snapshot(Db *db)
{
    if (db->conn->snapshot || db->conn->writes)
        return NULL; /* a write sees one state anyway */
    TRY(db->store->driver->exec(db->conn, db->arena, db->store->driver->snapshot));
    db->conn->snapshot = true;
    return NULL;
}

bool db_is_write(const Db *db)
{
    return db->conn->writes;
}

/* ---- what generated code calls ---- */

/* In a write the first failure sticks: PostgreSQL refuses everything after it, so SQLite shall, too. */
static Err *remember(Db *db, Err *err)
{
    if (err && db->conn->writes)
        db->conn->failed = err;
    return err;
}

static void note_change(DbConn *conn, const Statement *statement)
{
    conn->changed = true;
    conn->folders |= UINT64_C(1) << statement->folder;
}

static void begin_statement(Db *db, const Statement *statement)
{
    statements_run++;
    db->conn->last = statement->name;
}

Err *db_query(Db *db, const Statement *statement, const Param *params, Rows *out)
{
    *out = (Rows){0};
    if (db->conn->failed)
        return db->conn->failed;
    begin_statement(db, statement);
    Err *err = params_check(db->arena, statement, params);
    err = remember(db, err ? err : db->store->driver->query(db, statement, params, out));
    if (statement->writes && out->len)
        note_change(db->conn, statement);
    return err;
}

Err *db_one(Db *db, const Statement *statement, const Param *params, void *out, bool *found)
{
    Rows rows;
    TRY(db_query(db, statement, params, &rows));
    if (rows.len > 1)
        return remember(db, err_detail(db->arena, ERR_BROKEN, "db.not_one", "%s gives %zu rows", statement->name, rows.len));
    if (found)
        *found = rows.len == 1;
    else if (!rows.len)
        return err_arg(db->arena, err_new(db->arena, ERR_MISSING, "db.missing"), "query", str_of(statement->name));
    if (rows.len)
        memcpy(out, rows.at, statement->row_size);
    else
        memset(out, 0, statement->row_size);
    return NULL;
}

Err *db_run(Tx *tx, const Statement *statement, const Param *params, int64_t *changed)
{
    Db *db = &tx->db;
    int64_t count = 0;
    if (db->conn->failed)
        return db->conn->failed;
    begin_statement(db, statement);
    Err *err = params_check(db->arena, statement, params);
    err = remember(db, err ? err : db->store->driver->run(db, statement, params, &count));
    if (changed)
        *changed = count;
    if (count)
        note_change(db->conn, statement);
    return err;
}

uint64_t store_version_of(const Store *store, const Statement *own)
{
    return atomic_load(&store->versions[own->folder]) + atomic_load(&store->versions[0]);
}

uint64_t store_version(const Store *store)
{
    return atomic_load(&store->version);
}

Err *db_each(Db *db, const Statement *statement, const Param *params, Err *(*each)(void *arg, const void *row), void *arg)
{
    if (db->conn->failed)
        return db->conn->failed;
    begin_statement(db, statement);
    TRY(params_check(db->arena, statement, params));
    return db->store->driver->each(db, statement, params, each, arg);
}
