/* The PostgreSQL driver: connections, statements, SERIALIZABLE transactions. Only the db folder knows libpq. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/postgres_value.h"

enum { VERSION_MIN = 130000, SETTLE_MS_MAX = 30000, EACH_ROWS = 500 };

typedef struct PgConn {
    DbConn base;
    PGconn *pg;
    bool *prepared; /* by Statement.index */
    char xid[32];   /* of the running write: whether it still runs can be asked after a lost COMMIT */
    int64_t mark;   /* of the running write: whether it is committed can be asked, see table commit_mark */
    bool job_open;  /* the savepoint "job" stands; released with the next one's beginning */
    int cursors;
    bool unheard;   /* libpq could not reach the server, though it may not count the connection as bad yet */
} PgConn;

static PgConn *mine(DbConn *conn)
{
    return (PgConn *)conn;
}

static bool is_lost(const PgConn *conn)
{
    return conn->unheard || pq.status(conn->pg) != CONNECTION_OK;
}

/* ---- errors ---- */

typedef struct StateRow {
    const char *state; /* SQLSTATE, or its first letters */
    ErrKind kind;
    const char *code;
    Trouble trouble; /* in a write */
} StateRow;

/* PostgreSQL manual, appendix A. */
static const StateRow states[] = {
    {"23505", ERR_CONFLICT, "db.duplicate", TROUBLE_NONE},    {"23503", ERR_CONFLICT, "db.reference", TROUBLE_NONE},
    {"23", ERR_BROKEN, "db.constraint", TROUBLE_NONE},        {"22021", ERR_INVALID, "field.not_text", TROUBLE_NONE},
    {"40001", ERR_BUSY, "db.busy", TROUBLE_RETRY},            {"40P01", ERR_BUSY, "db.busy", TROUBLE_RETRY},
    {"53100", ERR_BROKEN, "disk.full", TROUBLE_NONE},         {"57014", ERR_BUSY, "db.slow", TROUBLE_NONE},
    {"53", ERR_BUSY, "db.busy", TROUBLE_NONE},                {"57P", ERR_BUSY, "db.busy", TROUBLE_RETRY},
    {"08", ERR_BUSY, "db.busy", TROUBLE_RETRY},
};

static Err *failure(PgConn *conn, Arena *arena, const char *what, PGresult *result)
{
    const char *state = pq.resultErrorField(result, PG_DIAG_SQLSTATE), *text = pq.resultErrorMessage(result);
    StateRow row = {"", ERR_BROKEN, "db.failed", TROUBLE_NONE};
    for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
        if (strncmp(state, states[i].state, strlen(states[i].state)) == 0) {
            row = states[i];
            break;
        }
    conn->unheard |= !state; /* without a state it is libpq that speaks, not the server */
    if (is_lost(conn))
        row = (StateRow){"", ERR_BUSY, "db.busy", TROUBLE_RETRY};
    if (conn->base.writes && row.trouble)
        conn->base.trouble = row.trouble;
    Str said = str_trim(str_of(text && *text ? text : pq.errorMessage(conn->pg)));
    return err_detail(arena, row.kind, row.code, "%s: %.*s (%s)", what, STR_ARG(said), state ? state : "no connection");
}

/* Frees the result; an error unless it is of this status. */
static Err *finish(PgConn *conn, Arena *arena, const char *what, PGresult *result)
{
    ExecStatusType status = pq.resultStatus(result);
    Err *err = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? NULL : failure(conn, arena, what, result);
    pq.clear(result);
    return err;
}

static Err *pg_exec(DbConn *base, Arena *arena, const char *sql)
{
    return finish(mine(base), arena, "SQL", pq.exec(mine(base)->pg, sql));
}

/* ---- opening ---- */

static void ignore_notice(void *arg, const char *message)
{
    (void)arg, (void)message;
}

#define SESSION_SQL "SET client_min_messages = warning; SET timezone = 'UTC'; SET bytea_output = hex; SET extra_float_digits = 1; SET jit = off;"
#define READER_SQL SESSION_SQL "SET default_transaction_read_only = on; SET statement_timeout = %d"
/* "on" at least; a server that waits for its replicas goes on doing so. */
static const char writer_sql[] =
    SESSION_SQL "SET idle_in_transaction_session_timeout = 60000;"
                "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";
static const char careless_sql[] = SESSION_SQL "SET synchronous_commit = off";

static Err *set_session(PgConn *conn, Arena *arena)
{
    const char *encoding = pq.parameterStatus(conn->pg, "server_encoding");
    if (pq.serverVersion(conn->pg) < VERSION_MIN)
        return err_detail(arena, ERR_BROKEN, "db.version", "PostgreSQL 13 or newer is needed, this is %d", pq.serverVersion(conn->pg) / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return err_detail(arena, ERR_BROKEN, "db.encoding", "the database must be made with ENCODING 'UTF8', this has %s",
                          encoding ? encoding : "none");
    if (conn->base.store->trace) /* else EXPLAIN would fold the nulls it is given */
        TRY(pg_exec(&conn->base, arena, "SET plan_cache_mode = force_generic_plan"));
    if (!conn->base.writes)
        return pg_exec(&conn->base, arena, str_z(arena, str_format(arena, READER_SQL, conn->base.store->query_ms)));
    return pg_exec(&conn->base, arena, conn->base.store->no_sync ? careless_sql : writer_sql);
}

static Err *connect_again(PgConn *conn, Arena *arena)
{
    /* What stands in the address wins: it is given last. */
    static const char *const names[] = {"application_name", "connect_timeout", "tcp_user_timeout", "client_encoding", "dbname", NULL};
    const char *values[] = {"millet", "5", "15000", "UTF8", conn->base.store->url, NULL};
    if (conn->pg)
        pq.finish(conn->pg);
    memset(conn->prepared, 0, (size_t)statements_count() * sizeof *conn->prepared);
    conn->job_open = conn->unheard = false;
    conn->cursors = 0;
    conn->pg = pq.connectdbParams(names, values, 1);
    if (!conn->pg)
        abort(); /* out of memory */
    if (is_lost(conn))
        return err_detail(arena, ERR_BUSY, "db.unreachable", "%.*s", STR_ARG(str_trim(str_of(pq.errorMessage(conn->pg)))));
    pq.setNoticeProcessor(conn->pg, ignore_notice, NULL);
    return set_session(conn, arena);
}

static void pg_close(DbConn *base)
{
    PgConn *conn = mine(base);
    if (conn->pg)
        pq.finish(conn->pg);
    free(conn->prepared);
    free(conn);
}

static Err *pg_open(Store *store, Arena *arena, bool writes, DbConn **out)
{
    TRY(pq_load(arena));
    PgConn *conn = calloc(1, sizeof *conn);
    if (conn)
        conn->prepared = calloc((size_t)statements_count(), sizeof *conn->prepared);
    if (!conn || !conn->prepared)
        abort();
    conn->base = (DbConn){.store = store, .writes = writes};
    Err *err = connect_again(conn, arena);
    if (err) {
        pg_close(&conn->base);
        return err;
    }
    *out = &conn->base;
    return NULL;
}

/* ---- statements ---- */

static void slot_name(const Statement *statement, char out[32])
{
    snprintf(out, 32, "s%d", statement->index);
}

/* With enable_seqscan=off in the address a plan that still scans a table has no index to use. */
static void trace_scan(PgConn *conn, const Statement *statement, const char *name, int params)
{
    char sql[64 + 6 * PG_PARAMS_MAX];
    int len = snprintf(sql, sizeof sql, "EXPLAIN (COSTS OFF) EXECUTE %s", name);
    for (int i = 0; i < params; i++)
        len += snprintf(sql + len, sizeof sql - (size_t)len, "%sNULL%s", i ? "," : "(", i + 1 == params ? ")" : "");
    PGresult *result = pq.exec(conn->pg, sql);
    for (int i = 0; i < pq.ntuples(result); i++) {
        const char *scan = strstr(pq.getvalue(result, i, 0), "Seq Scan on ");
        if (scan)
            fprintf(stderr, "db_scan statement=%s table=%s\n", statement->name, scan + strlen("Seq Scan on "));
    }
    pq.clear(result);
}

static Err *prepare(PgConn *conn, Arena *arena, const Statement *statement, const PgParams *params, const char *name)
{
    if (conn->prepared[statement->index])
        return NULL;
    TRY(finish(conn, arena, statement->name, pq.prepare(conn->pg, name, statement->postgres, params->len, params->types)));
    conn->prepared[statement->index] = true;
    if (conn->base.store->trace)
        trace_scan(conn, statement, name, params->len);
    return NULL;
}

static Err *execute(PgConn *conn, Arena *arena, const Statement *statement, const PgParams *params, PGresult **out)
{
    char name[32];
    PGresult *result;
    slot_name(statement, name);
    if (statement->index == 0) {
        result = pq.execParams(conn->pg, statement->postgres, params->len, params->types, params->values, params->lengths,
                               params->formats, 0);
    } else {
        TRY(prepare(conn, arena, statement, params, name));
        result = pq.execPrepared(conn->pg, name, params->len, params->values, params->lengths, params->formats, 0);
    }
    ExecStatusType status = pq.resultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return finish(conn, arena, statement->name, result);
    *out = result;
    return NULL;
}

/* A reader whose server went away connects again and asks once more; a writer's whole batch runs again instead. */
static Err *ask(Db *db, const Statement *statement, const Param *given, PGresult **out)
{
    PgConn *conn = mine(db->conn);
    PgParams params;
    TRY(pg_params(db->arena, statement, given, &params));
    bool alone = pq.transactionStatus(conn->pg) == PQTRANS_IDLE || is_lost(conn);
    Err *err = execute(conn, db->arena, statement, &params, out);
    if (err && is_lost(conn) && !conn->base.writes && alone && !conn->base.snapshot) {
        TRY(connect_again(conn, db->arena));
        err = execute(conn, db->arena, statement, &params, out);
    }
    return err;
}

static Err *read_rows(Db *db, const Statement *statement, const PGresult *result, Rows *out)
{
    RowList list = {.arena = db->arena, .statement = statement};
    for (int i = 0; i < pq.ntuples(result); i++) {
        char *row;
        TRY(row_add(&list, &row));
        TRY(pg_row(db->arena, statement, result, i, row));
    }
    *out = (Rows){list.at, list.len};
    return NULL;
}

static Err *pg_query(Db *db, const Statement *statement, const Param *params, Rows *out)
{
    PGresult *result;
    TRY(ask(db, statement, params, &result));
    Err *err = read_rows(db, statement, result, out);
    pq.clear(result);
    return err;
}

static Err *pg_run(Db *db, const Statement *statement, const Param *params, int64_t *changed)
{
    PGresult *result;
    TRY(ask(db, statement, params, &result));
    if (!str_to_int(str_of(pq.cmdTuples(result)), changed))
        *changed = 0;
    pq.clear(result);
    return NULL;
}

static Err *pg_describe(Db *db, const Statement *statement)
{
    PgConn *conn = mine(db->conn);
    Param none[PG_PARAMS_MAX] = {0};
    PgParams params;
    char name[32];
    slot_name(statement, name);
    TRY(pg_params(db->arena, statement, none, &params));
    TRY(prepare(conn, db->arena, statement, &params, name));
    PGresult *result = pq.describePrepared(conn->pg, name);
    Err *err = NULL;
    for (int i = 0; i < pq.nfields(result) && !err; i++)
        err = column_check(db->arena, statement, (size_t)i, pq.fname(result, i));
    Err *failed = finish(conn, db->arena, statement->name, result);
    return failed ? failed : err;
}

/* ---- db_each: a cursor, so that the callback may ask other things meanwhile ---- */

static Err *cursor_open(Db *db, const Statement *statement, const Param *given, int number)
{
    PgConn *conn = mine(db->conn);
    PgParams params;
    TRY(pg_params(db->arena, statement, given, &params));
    const char *sql = str_z(db->arena, str_format(db->arena, "DECLARE walk%d NO SCROLL CURSOR FOR %s", number, statement->postgres));
    return finish(conn, db->arena, statement->name,
                  pq.execParams(conn->pg, sql, params.len, params.types, params.values, params.lengths, params.formats, 0));
}

static Err *cursor_walk(Db *db, const Statement *statement, int number, Err *(*each)(void *, const void *), void *arg)
{
    PgConn *conn = mine(db->conn);
    char fetch[64];
    snprintf(fetch, sizeof fetch, "FETCH %d FROM walk%d", EACH_ROWS, number);
    Arena *arena = arena_new(); /* for the rows of one fetch */
    Err *err = NULL;
    for (int len = EACH_ROWS; !err && len == EACH_ROWS; arena_reset(arena)) {
        PGresult *result = pq.exec(conn->pg, fetch);
        if (pq.resultStatus(result) != PGRES_TUPLES_OK) {
            err = finish(conn, db->arena, statement->name, result);
            break;
        }
        len = pq.ntuples(result);
        for (int i = 0; i < len && !err; i++) {
            char *row = arena_alloc(arena, statement->row_size);
            err = err_copy(db->arena, pg_row(arena, statement, result, i, row));
            if (!err)
                err = each(arg, row);
        }
        pq.clear(result);
    }
    arena_free(arena);
    return err;
}

static Err *pg_each(Db *db, const Statement *statement, const Param *params, Err *(*each)(void *, const void *), void *arg)
{
    PgConn *conn = mine(db->conn);
    bool own = pq.transactionStatus(conn->pg) == PQTRANS_IDLE;
    int number = ++conn->cursors;
    char close[32];
    snprintf(close, sizeof close, "CLOSE walk%d", number);
    Err *err = own ? pg_exec(db->conn, db->arena, "BEGIN") : NULL;
    if (!err)
        err = cursor_open(db, statement, params, number);
    if (!err)
        err = cursor_walk(db, statement, number, each, arg);
    if (own)
        pq.clear(pq.exec(conn->pg, "ROLLBACK"));
    else if (pq.transactionStatus(conn->pg) == PQTRANS_INTRANS)
        pq.clear(pq.exec(conn->pg, close));
    conn->cursors--;
    return err;
}

/* ---- transactions ---- */

static Err *pg_begin(DbConn *base, Arena *arena)
{
    PgConn *conn = mine(base);
    if (is_lost(conn)) {
        Err *err = connect_again(conn, arena);
        if (err) {
            base->trouble = TROUBLE_RETRY;
            return err;
        }
    }
    conn->job_open = false;
    PGresult *result = pq.exec(conn->pg, "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT pg_current_xact_id()::text");
    if (pq.resultStatus(result) == PGRES_TUPLES_OK)
        snprintf(conn->xid, sizeof conn->xid, "%s", pq.getvalue(result, 0, 0));
    return finish(conn, arena, "BEGIN", result);
}

static Err *pg_job_begin(DbConn *base, Arena *arena)
{
    PgConn *conn = mine(base);
    Err *err = pg_exec(base, arena, conn->job_open ? "RELEASE SAVEPOINT job; SAVEPOINT job" : "SAVEPOINT job");
    conn->job_open = !err;
    return err;
}

static Err *pg_job_end(DbConn *base, Arena *arena, bool keep)
{
    if (keep)
        return NULL; /* released together with the next one's beginning, or by COMMIT: a round trip less */
    mine(base)->job_open = false;
    return pg_exec(base, arena, "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job");
}

/* Writes the batch's mark and commits, in one message. Before the store has taken its node there is no table for it. */
static PGresult *commit_marked(PgConn *conn)
{
    const NodeLease *node = &conn->base.store->node;
    char sql[200];
    if (!node->held)
        return pq.exec(conn->pg, "COMMIT");
    conn->mark++;
    snprintf(sql, sizeof sql,
             "INSERT INTO commit_mark (holder, mark, at) VALUES (%" PRId64 ",%" PRId64 ",%" PRId64
             ") ON CONFLICT (holder) DO UPDATE SET mark = excluded.mark, at = excluded.at; COMMIT",
             node->holder, conn->mark, time_real().ms);
    return pq.exec(conn->pg, sql);
}

typedef enum Fate { FATE_COMMITTED, FATE_UNDONE, FATE_RUNNING, FATE_UNKNOWN } Fate;

static Fate fate_of(PgConn *conn, Arena *arena, Err **err)
{
    const NodeLease *node = &conn->base.store->node;
    const char *const values[] = {conn->xid};
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT mark FROM commit_mark WHERE holder = %" PRId64, node->holder);
    PGresult *result;
    if (node->held) {
        result = pq.exec(conn->pg, sql);
        bool known = pq.resultStatus(result) == PGRES_TUPLES_OK;
        bool there = known && pq.ntuples(result) == 1 && strtoll(pq.getvalue(result, 0, 0), NULL, 10) == conn->mark;
        *err = finish(conn, arena, "commit_mark", result);
        if (!known || there)
            return there ? FATE_COMMITTED : FATE_UNKNOWN;
    }
    result = pq.execParams(conn->pg, "SELECT pg_xact_status($1::text::xid8)", 1, NULL, values, NULL, NULL, 0);
    const char *state = pq.resultErrorField(result, PG_DIAG_SQLSTATE);
    bool future = state && strcmp(state, "22023") == 0; /* a crashed server has forgotten that it gave this number out */
    bool told = pq.resultStatus(result) == PGRES_TUPLES_OK && !pq.getisnull(result, 0, 0);
    char status[16];
    snprintf(status, sizeof status, "%s", told ? pq.getvalue(result, 0, 0) : "");
    *err = finish(conn, arena, "pg_xact_status", result);
    if (told && strcmp(status, "in progress") == 0)
        return FATE_RUNNING;
    if (!told && !future)
        return FATE_UNKNOWN;
    return !node->held && strcmp(status, "committed") == 0 ? FATE_COMMITTED : FATE_UNDONE;
}

/* What became of a transaction whose COMMIT was not answered. NULL: it is committed. */
static Err *settle(PgConn *conn, Arena *arena)
{
    Err *err = NULL;
    for (int64_t waited = 0, pause = 50; waited < SETTLE_MS_MAX; waited += pause, pause = pause < 1000 ? pause * 2 : 1000) {
        nanosleep(&(struct timespec){pause / 1000, pause % 1000 * 1000000}, NULL);
        if (is_lost(conn) && (err = connect_again(conn, arena)))
            continue;
        Fate fate = fate_of(conn, arena, &err);
        conn->base.trouble = fate == FATE_COMMITTED ? TROUBLE_NONE : TROUBLE_RETRY;
        if (fate == FATE_COMMITTED)
            return NULL;
        if (fate == FATE_UNDONE)
            return err_detail(arena, ERR_BUSY, "db.busy", "the connection broke during COMMIT; nothing was written");
        /* else still in progress: its old server process has not noticed yet */
    }
    conn->base.trouble = TROUBLE_UNKNOWN;
    return err_detail(arena, ERR_BROKEN, "db.unknown", "the connection broke during COMMIT of transaction %s: %.*s", conn->xid,
                      STR_ARG(err ? err_text(arena, err) : STR("it is still running")));
}

static Err *pg_commit(DbConn *base, Arena *arena)
{
    PgConn *conn = mine(base);
    conn->job_open = false;
    PGresult *result = commit_marked(conn);
    /* A COMMIT of a failed transaction is answered with ROLLBACK and no error. */
    bool undone = pq.resultStatus(result) == PGRES_COMMAND_OK && pq.transactionStatus(conn->pg) == PQTRANS_IDLE &&
                  strcmp(pq.cmdStatus(result), "ROLLBACK") == 0;
    Err *err = finish(conn, arena, "COMMIT", result);
    if (undone)
        err = err_detail(arena, ERR_BROKEN, "db.failed", "COMMIT was answered with ROLLBACK");
    if (!err)
        return NULL;
    if (is_lost(conn))
        return settle(conn, arena);
    if (!base->trouble)
        base->trouble = TROUBLE_GONE;
    return err;
}

static void pg_rollback(DbConn *base)
{
    PgConn *conn = mine(base);
    conn->job_open = false;
    if (!is_lost(conn) && pq.transactionStatus(conn->pg) != PQTRANS_IDLE)
        pq.clear(pq.exec(conn->pg, "ROLLBACK"));
}

static Err *pg_vacuum(DbConn *base, Arena *arena)
{
    if (is_lost(mine(base)))
        TRY(connect_again(mine(base), arena));
    return pg_exec(base, arena, "VACUUM (ANALYZE)");
}

static void pg_rest(DbConn *base, bool idle)
{
    (void)base, (void)idle;
}

const Driver postgres_driver = {
    .batch_max = 60, /* more savepoints would spill PostgreSQL's list of subtransactions (64 a session) */
    .snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; SELECT 1",
    .open = pg_open,
    .close = pg_close,
    .exec = pg_exec,
    .query = pg_query,
    .run = pg_run,
    .each = pg_each,
    .describe = pg_describe,
    .begin = pg_begin,
    .job_begin = pg_job_begin,
    .job_end = pg_job_end,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .vacuum = pg_vacuum,
    .rest = pg_rest,
};
