/* The SQLite driver: connections, prepared statements, rows. Only the db folder knows SQLite. */
#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/driver.h"
#include "db/vfs.h"

enum { BUSY_MS = 5000, PROGRESS_STEPS = 100000, SCAN_STEPS = 100, CHECKPOINT_PAGES = 1000, WAL_PAGES_MAX = 4000, RESTART_MS = 50, SQL_BYTES_MAX = 100 * 1000, VALUE_BYTES_MAX = 16 << 20 };

typedef struct SqliteConn {
    DbConn base;
    sqlite3 *db;
    sqlite3_stmt **prepared; /* by Statement.index */
    sqlite3_stmt *begin, *job_begin, *job_keep, *job_undo, *commit;
    int64_t deadline_us;     /* of the running read; 0: not looked at yet */
    int wal_pages;           /* in the log since it last started over */
    int next_try;            /* at how many pages to checkpoint again after one that readers kept from finishing */
} SqliteConn;

static SqliteConn *mine(DbConn *conn)
{
    return (SqliteConn *)conn;
}

/* ---- errors ---- */

static Err *failure(SqliteConn *conn, Arena *arena, const char *what)
{
    int code = sqlite3_extended_errcode(conn->db);
    const char *text = sqlite3_errmsg(conn->db);
    bool full = code == SQLITE_FULL || ((code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(conn->db) == ENOSPC);
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID)
            return err_detail(arena, ERR_CONFLICT, "db.duplicate", "%s: %s", what, text);
        if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
            return err_detail(arena, ERR_CONFLICT, "db.reference", "%s: %s", what, text);
        return err_detail(arena, ERR_BROKEN, "db.constraint", "%s: %s", what, text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_detail(arena, ERR_BUSY, "db.busy", "%s: %s", what, text);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return err_detail(arena, ERR_BROKEN, "db.unreadable", "%s: %s: %s", conn->base.store->path, what, text);
    case SQLITE_INTERRUPT:
        return err_detail(arena, ERR_BUSY, "db.slow", "%s: stopped after %d ms", what, conn->base.store->query_ms);
    case SQLITE_TOOBIG:
        return err_detail(arena, ERR_INVALID, "field.too_long", "%s: %s", what, text);
    case SQLITE_IOERR:
        if (code == SQLITE_IOERR_DATA)
            return err_detail(arena, ERR_BROKEN, "db.page_damaged", "%s: %s", what, vfs_damage());
        /* After a failed fsync nobody knows what the disk holds, and a second fsync may claim success for lost pages. */
        if (conn->base.writes && !(full && (code >> 8) == (SQLITE_IOERR_WRITE >> 8)))
            conn->base.trouble = TROUBLE_DISK;
        break;
    default:
        break;
    }
    return err_detail(arena, ERR_BROKEN, full ? "disk.full" : "db.failed", "%s: %s (SQLite %d)", what, text, code);
}

/* ---- opening ---- */

static int count_wal_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    SqliteConn *conn = arg;
    if (pages < conn->wal_pages) /* the log started over */
        conn->next_try = 0;
    conn->wal_pages = pages;
    return SQLITE_OK;
}

static Err *sqlite_exec(DbConn *base, Arena *arena, const char *sql)
{
    SqliteConn *conn = mine(base);
    if (sqlite3_exec(conn->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return failure(conn, arena, "SQL");
    return NULL;
}

static Err *prepare(SqliteConn *conn, Arena *arena, const char *sql, unsigned flags, sqlite3_stmt **out)
{
    if (sqlite3_prepare_v3(conn->db, sql, -1, flags, out, NULL) != SQLITE_OK)
        return failure(conn, arena, sql);
    return NULL;
}

/* Called now and then while a statement runs; the clock starts with its first call. */
static int too_slow(void *arg)
{
    SqliteConn *conn = arg;
    int64_t now = time_monotonic_us();
    if (conn->base.snapshot)
        return 0;
    if (!conn->deadline_us)
        conn->deadline_us = now + conn->base.store->query_ms * 1000LL;
    return now > conn->deadline_us;
}

static void set_limits(SqliteConn *conn)
{
    sqlite3_limit(conn->db, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    sqlite3_limit(conn->db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
    sqlite3_limit(conn->db, SQLITE_LIMIT_ATTACHED, 1);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(conn->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    if (!conn->base.writes) {
        sqlite3_db_config(conn->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        sqlite3_progress_handler(conn->db, PROGRESS_STEPS, too_slow, conn);
    }
    sqlite3_busy_timeout(conn->db, BUSY_MS);
}

/* wal_autocheckpoint=0 everywhere: two connections that write or checkpoint at once can corrupt the file with the SQLite
   of Debian 12 (WAL reset, mended in 3.51.3), so the writer alone checkpoints, by its own call. */
static Err *set_pragmas(SqliteConn *conn, Arena *arena)
{
    int reserved = PAGE_SUM_BYTES /* of a new file; one that is there knows */, synced = !conn->base.store->no_sync;
    if (conn->base.writes && (sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) != SQLITE_OK ||
                              sqlite3_file_control(conn->db, "main", VFS_CONTROL_NOTE, &synced) != SQLITE_OK))
        return failure(conn, arena, "reserving the checksums");
    TRY(sqlite_exec(&conn->base, arena,
                    "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
                    "PRAGMA cell_size_check=ON; PRAGMA case_sensitive_like=ON; "
                    "PRAGMA journal_size_limit=16777216"));
    TRY(sqlite_exec(&conn->base, arena, conn->base.store->no_sync ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=FULL"));
    if (!conn->base.writes)
        return sqlite_exec(&conn->base, arena, "PRAGMA query_only=ON");
    TRY(prepare(conn, arena, "BEGIN IMMEDIATE", SQLITE_PREPARE_PERSISTENT, &conn->begin));
    TRY(prepare(conn, arena, "SAVEPOINT job", SQLITE_PREPARE_PERSISTENT, &conn->job_begin));
    TRY(prepare(conn, arena, "RELEASE job", SQLITE_PREPARE_PERSISTENT, &conn->job_keep));
    TRY(prepare(conn, arena, "ROLLBACK TO job", SQLITE_PREPARE_PERSISTENT, &conn->job_undo));
    TRY(prepare(conn, arena, "COMMIT", SQLITE_PREPARE_PERSISTENT, &conn->commit));
    sqlite3_wal_hook(conn->db, count_wal_pages, conn);
    return NULL;
}

static void sqlite_close(DbConn *base)
{
    SqliteConn *conn = mine(base);
    sqlite3_stmt *own[] = {conn->begin, conn->job_begin, conn->job_keep, conn->job_undo, conn->commit};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sqlite3_finalize(own[i]);
    for (int i = 0; i < statements_count(); i++)
        sqlite3_finalize(conn->prepared[i]);
    sqlite3_close_v2(conn->db);
    free(conn->prepared);
    free(conn);
}

/* Nobody reads SQLite's memory statistics, whose lock every allocation of every thread would take. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* sha256_hex(text): lets one statement read the trail's last hash and write the next (PostgreSQL has sha256 of its own). */
static void sha256_hex(sqlite3_context *context, int len, sqlite3_value **values)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof hash + 1];
    (void)len;
    const unsigned char *text = sqlite3_value_text(values[0]);
    crypto_hash_sha256(hash, text, text ? (unsigned long long)sqlite3_value_bytes(values[0]) : 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    sqlite3_result_text(context, hex, -1, SQLITE_TRANSIENT);
}

static Err *sqlite_open(Store *store, Arena *arena, bool writes, DbConn **out)
{
    static pthread_once_t configured = PTHREAD_ONCE_INIT;
    pthread_once(&configured, configure);
    SqliteConn *conn = calloc(1, sizeof *conn);
    if (conn)
        conn->prepared = calloc((size_t)statements_count(), sizeof(sqlite3_stmt *));
    if (!conn || !conn->prepared)
        abort();
    conn->base = (DbConn){.store = store, .writes = writes};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (writes ? SQLITE_OPEN_CREATE : 0);
    Err *err = NULL;
    if (sqlite3_open_v2(store->path, &conn->db, flags, vfs_name()) != SQLITE_OK) {
        err = err_detail(arena, ERR_BROKEN, "db.unreadable", "%s: %s", store->path, sqlite3_errmsg(conn->db));
    } else {
        set_limits(conn);
        err = set_pragmas(conn, arena);
        if (!err && sqlite3_create_function(conn->db, "sha256_hex", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, sha256_hex, NULL, NULL) != SQLITE_OK)
            err = failure(conn, arena, "sha256_hex");
    }
    if (err) {
        sqlite_close(&conn->base);
        return err;
    }
    *out = &conn->base;
    return NULL;
}

/* ---- statements ---- */

/* *own: to be finalized after use, because it has no slot or its slot is busy in an outer db_each. */
static Err *take(SqliteConn *conn, Arena *arena, const Statement *statement, sqlite3_stmt **out, bool *own)
{
    sqlite3_stmt **slot = &conn->prepared[statement->index];
    conn->deadline_us = 0;
    *own = statement->index == 0 || (*slot && sqlite3_stmt_busy(*slot));
    if (*own || !*slot) {
        sqlite3_stmt *made = NULL;
        if (sqlite3_prepare_v3(conn->db, statement->sqlite, -1, *own ? 0 : SQLITE_PREPARE_PERSISTENT, &made, NULL) != SQLITE_OK)
            return failure(conn, arena, statement->name);
        if (*own) {
            *out = made;
            return NULL;
        }
        *slot = made;
    }
    *out = *slot;
    return NULL;
}

/* A scan of more rows than a page shows is said once it has happened: SQLite counts the steps. */
static void trace_scan(sqlite3_stmt *prepared, const Statement *statement)
{
    int steps = sqlite3_stmt_status(prepared, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    if (steps > SCAN_STEPS)
        fprintf(stderr, "db_scan statement=%s steps=%d\n", statement->name, steps);
}

static void give_back(const SqliteConn *conn, const Statement *statement, sqlite3_stmt *prepared, bool own)
{
    if (conn->base.store->trace)
        trace_scan(prepared, statement);
    if (own) {
        sqlite3_finalize(prepared);
        return;
    }
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared); /* they point into an arena that goes away */
}

static void bind(sqlite3_stmt *prepared, const Statement *statement, const Param *params)
{
    for (size_t i = 0; i < statement->params_len; i++) {
        const Param *param = &params[i];
        int at = (int)i + 1;
        if (param->null)
            sqlite3_bind_null(prepared, at);
        else if (param->type == COL_REAL)
            sqlite3_bind_double(prepared, at, param->real);
        else if (param->type == COL_TEXT)
            sqlite3_bind_text64(prepared, at, param->text.len ? param->text.at : "", param->text.len, SQLITE_STATIC, SQLITE_UTF8);
        else if (param->type == COL_BLOB)
            sqlite3_bind_blob64(prepared, at, param->text.len ? param->text.at : "", param->text.len, SQLITE_STATIC);
        else
            sqlite3_bind_int64(prepared, at, param->integer);
    }
}

static const char *storage_name(int storage)
{
    return storage == SQLITE_INTEGER ? "an integer" : storage == SQLITE_FLOAT ? "a real number" : storage == SQLITE_TEXT ? "text" : "a blob";
}

/* copy: texts go into the arena; else they point into SQLite until the next step. */
static Err *read_column(Arena *arena, const Statement *statement, sqlite3_stmt *prepared, int i, char *row, bool copy)
{
    const Column *column = &statement->columns[i];
    sqlite3_value *found = sqlite3_column_value(prepared, i); /* looked up once: the connection is one thread's, so this is safe */
    int storage = sqlite3_value_type(found);
    if (storage == SQLITE_NULL)
        return row_set_null(arena, statement, column, row);
    switch (column->type) {
    case COL_REAL:
        if (storage != SQLITE_FLOAT && storage != SQLITE_INTEGER)
            break;
        *(double *)row_field(column, row) = sqlite3_value_double(found);
        return NULL;
    case COL_TEXT:
    case COL_BLOB: {
        if (storage != (column->type == COL_TEXT ? SQLITE_TEXT : SQLITE_BLOB))
            break;
        Str value = {storage == SQLITE_TEXT ? (const char *)sqlite3_value_text(found) : sqlite3_value_blob(found), 0};
        value.len = (size_t)sqlite3_value_bytes(found);
        *(Str *)row_field(column, row) = copy ? str_copy(arena, value) : value;
        return NULL;
    }
    default:
        if (storage != SQLITE_INTEGER)
            break;
        row_set_int(column, row, sqlite3_value_int64(found));
        return NULL;
    }
    return row_wrong_type(arena, statement, column, storage_name(storage));
}

static Err *read_row(Arena *arena, const Statement *statement, sqlite3_stmt *prepared, char *row, bool copy)
{
    if ((size_t)sqlite3_column_count(prepared) != statement->columns_len)
        return err_detail(arena, ERR_BROKEN, "db.failed", "%s gives %d columns instead of %zu", statement->name,
                          sqlite3_column_count(prepared), statement->columns_len);
    for (int i = 0; i < (int)statement->columns_len; i++)
        TRY(read_column(arena, statement, prepared, i, row, copy));
    return NULL;
}

static Err *sqlite_query(Db *db, const Statement *statement, const Param *params, Rows *out)
{
    SqliteConn *conn = mine(db->conn);
    sqlite3_stmt *prepared;
    bool own;
    TRY(take(conn, db->arena, statement, &prepared, &own));
    bind(prepared, statement, params);
    RowList list = {.arena = db->arena, .statement = statement};
    Err *err = NULL;
    int step;
    while ((step = sqlite3_step(prepared)) == SQLITE_ROW && !err) {
        char *row;
        err = row_add(&list, &row);
        if (!err)
            err = read_row(db->arena, statement, prepared, row, true);
    }
    if (!err && step != SQLITE_DONE)
        err = failure(conn, db->arena, statement->name);
    give_back(conn, statement, prepared, own);
    *out = (Rows){list.at, list.len};
    return err;
}

static Err *sqlite_run(Db *db, const Statement *statement, const Param *params, int64_t *changed)
{
    SqliteConn *conn = mine(db->conn);
    sqlite3_stmt *prepared;
    bool own;
    TRY(take(conn, db->arena, statement, &prepared, &own));
    bind(prepared, statement, params);
    int step;
    while ((step = sqlite3_step(prepared)) == SQLITE_ROW)
        continue;
    Err *err = step == SQLITE_DONE ? NULL : failure(conn, db->arena, statement->name);
    *changed = sqlite3_changes64(conn->db);
    give_back(conn, statement, prepared, own);
    return err;
}

static Err *sqlite_each(Db *db, const Statement *statement, const Param *params, Err *(*each)(void *, const void *), void *arg)
{
    SqliteConn *conn = mine(db->conn);
    sqlite3_stmt *prepared;
    bool own;
    TRY(take(conn, db->arena, statement, &prepared, &own));
    bind(prepared, statement, params);
    char *row = arena_alloc(db->arena, statement->row_size);
    Err *err = NULL;
    int step = SQLITE_DONE;
    while (!err && (step = sqlite3_step(prepared)) == SQLITE_ROW) {
        memset(row, 0, statement->row_size);
        err = read_row(db->arena, statement, prepared, row, false);
        if (!err)
            err = each(arg, row);
        conn->deadline_us = 0; /* the time is for one row: who takes them may be slow */
    }
    if (!err && step != SQLITE_DONE)
        err = failure(conn, db->arena, statement->name);
    give_back(conn, statement, prepared, own);
    return err;
}

static Err *sqlite_describe(Db *db, const Statement *statement)
{
    sqlite3_stmt *prepared;
    bool own;
    SqliteConn *conn = mine(db->conn);
    TRY(take(conn, db->arena, statement, &prepared, &own));
    Err *err = NULL;
    for (int i = 0; i < sqlite3_column_count(prepared) && !err; i++)
        err = column_check(db->arena, statement, (size_t)i, sqlite3_column_name(prepared, i));
    give_back(conn, statement, prepared, own);
    return err;
}

/* ---- transactions ---- */

static Err *step_once(SqliteConn *conn, Arena *arena, sqlite3_stmt *prepared)
{
    Err *err = sqlite3_step(prepared) == SQLITE_DONE ? NULL : failure(conn, arena, sqlite3_sql(prepared));
    sqlite3_reset(prepared);
    return err;
}

static Err *sqlite_begin(DbConn *base, Arena *arena)
{
    return step_once(mine(base), arena, mine(base)->begin);
}

static Err *sqlite_job_begin(DbConn *base, Arena *arena)
{
    return step_once(mine(base), arena, mine(base)->job_begin);
}

static Err *sqlite_job_end(DbConn *base, Arena *arena, bool keep)
{
    SqliteConn *conn = mine(base);
    if (sqlite3_get_autocommit(conn->db)) { /* a full or failing disk makes SQLite undo the whole transaction by itself */
        if (!base->trouble)
            base->trouble = TROUBLE_GONE;
        return NULL;
    }
    if (!keep)
        TRY(step_once(conn, arena, conn->job_undo));
    return step_once(conn, arena, conn->job_keep);
}

static Err *sqlite_commit(DbConn *base, Arena *arena)
{
    SqliteConn *conn = mine(base);
    Err *err = step_once(conn, arena, conn->commit);
    if (err && !base->trouble)
        base->trouble = TROUBLE_GONE;
    return err;
}

static void sqlite_rollback(DbConn *base)
{
    if (!sqlite3_get_autocommit(mine(base)->db))
        sqlite3_exec(mine(base)->db, "ROLLBACK", NULL, NULL, NULL);
}

/* PASSIVE never waits; but readers that never pause keep the log from starting over, so past a bound the writer waits for
   them, shortly: one that holds a snapshot for long (an export) must not stop all writing, so the log grows meanwhile. */
static void sqlite_rest(DbConn *base, bool idle)
{
    SqliteConn *conn = mine(base);
    int due = conn->next_try > CHECKPOINT_PAGES ? conn->next_try : CHECKPOINT_PAGES, pages = 0, moved = 0;
    if (conn->wal_pages == 0 || (!idle && conn->wal_pages < due))
        return;
    bool restart = conn->wal_pages > WAL_PAGES_MAX;
    if (restart)
        sqlite3_busy_timeout(conn->db, RESTART_MS);
    int code = sqlite3_wal_checkpoint_v2(conn->db, NULL, restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
    if (restart)
        sqlite3_busy_timeout(conn->db, BUSY_MS);
    if ((code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(conn->db) != ENOSPC)
        base->trouble = TROUBLE_DISK;
    bool whole = code == SQLITE_OK && pages == moved;
    conn->next_try = whole ? 0 : conn->wal_pages + CHECKPOINT_PAGES;
    if (whole && (idle || restart))
        conn->wal_pages = 0;
    else if (whole)
        conn->next_try = conn->wal_pages + CHECKPOINT_PAGES; /* the hook says a small number as soon as it starts over */
}

static Err *sqlite_vacuum(DbConn *base, Arena *arena)
{
    TRY(sqlite_exec(base, arena, "VACUUM"));
    sqlite_rest(base, true);
    return NULL;
}

const Driver sqlite_driver = {
    .batch_max = 256,
    .snapshot = "BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1",
    .open = sqlite_open,
    .close = sqlite_close,
    .exec = sqlite_exec,
    .query = sqlite_query,
    .run = sqlite_run,
    .each = sqlite_each,
    .describe = sqlite_describe,
    .begin = sqlite_begin,
    .job_begin = sqlite_job_begin,
    .job_end = sqlite_job_end,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .vacuum = sqlite_vacuum,
    .rest = sqlite_rest,
};
