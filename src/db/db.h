/* One API over SQLite and PostgreSQL. Db reads, Tx writes; only db_write hands out a Tx. */
#pragma once
#include "base/base.h"

typedef struct Statement Statement;
typedef struct Store Store;   /* one open database: its writer thread and its readers */
typedef struct DbConn DbConn; /* one connection; drivers know what is inside */

typedef struct Db {
    Store *store;
    DbConn *conn;
    Arena *arena; /* results live here */
} Db;

typedef struct Tx {
    Db db; /* reads inside the transaction: &tx->db */
} Tx;

typedef struct StoreOptions {
    const char *data;   /* data folder; SQLite's file is data/millet.db */
    const char *url;    /* "postgres://..." or NULL for SQLite; ":memory:" for a private in-memory SQLite (tests) */
    int readers;        /* reading connections; 0: one per worker of the machine */
    bool no_sync;       /* tests only: synchronous=OFF */
    int queue_max;      /* writes that may wait; 0: 4096 */
    int query_ms;       /* a read that takes longer is stopped: "db.slow"; 0: 30000 */
    int read_wait_ms;   /* how long db_read waits for a free connection; 0: 5000 */
} StoreOptions;

/* Opens, takes the lock file (one process per SQLite file: code "db.locked"), migrates, starts the writer.
   A migration file that changed after it ran is refused: "db.migration_changed". */
Err *store_open(Arena *arena, const StoreOptions *options, Store **out);
void store_close(Store *store); /* finishes waiting writes, checkpoints; NULL is allowed */
bool store_is_postgres(const Store *store);

/* Borrows a reading connection until the arena is reset (query_only: writing through it fails). Each statement sees the
   newest committed data. Asked again with the same arena it gives the same connection. "db.busy" when none is free within
   the time limit. */
Err *db_read(Store *store, Arena *arena, Db *out);

/* From here until the connection goes back, all reads through db see the data as it is now: for checks and exports that
   compare what several queries say. They may take as long as they need (query_ms does not hold), but SQLite's log grows
   meanwhile. */
Err *db_snapshot(Db *db);
/* True inside a write: what it wrote until now no other connection sees, so reading must not be shared among several. */
bool db_is_write(const Db *db);

/* One transaction. Returns when it is durably on disk, or an error with nothing written. fn may run twice (group
   commit, serialization retry): it touches only tx, arg and tx->db.arena, reads no clock, sends nothing; what must happen
   afterwards is an outbox row. The error is copied into arena. A statement that failed (db.duplicate, ...) fails the whole
   transaction, also when fn overlooks it. Codes of its own: "db.busy" (queue full), "disk.full". */
typedef Err *(*WriteFn)(Tx *tx, void *arg);
Err *db_write(Store *store, Arena *arena, WriteFn fn, void *arg);

/* The same without waiting: done is called once, by the writer's thread when the write is durable or has failed, and must be
   short. Until then arena and arg belong to the writer: a call that returns NULL is the caller's last touch of them. An error
   (db.busy) means that nothing was taken and done is never called. */
typedef struct LaterWrite {
    WriteFn fn;
    void *arg;
    void (*done)(void *who, Err *err);
    void *who;
} LaterWrite;
Err *db_write_later(Store *store, Arena *arena, const LaterWrite *write);

/* Goes up with every commit of this process that changed a row, before the writer of that row hears "done". What was
   rendered at the same version is still true, as far as the data goes; with PostgreSQL other processes write too. */
uint64_t store_version(const Store *store);
/* The same for the tables of one folder alone, of which `own` is the first statement: goes up with every write through a statement
   of that folder or through one of no folder (a bundle being read). */
uint64_t store_version_of(const Store *store, const Statement *own);

/* How many statements this thread (its writes included) has asked of any database: tests hold pages to a number. */
int64_t db_statements_run(void);
void db_statements_count(int64_t more);

/* ---- care of the data; on PostgreSQL backup and restore refuse with "db.use_pg_dump", which knows better ---- */

/* A consistent copy of everything as it is now, while others go on reading and writing; one file, 0600, that replaces path
   only when it is whole and on disk. */
Err *store_backup(Store *store, Arena *arena, const char *path);
/* Reads a whole SQLite file without changing it: sound, made by this program or an older one (its migrations), every
   reference in place. Codes: file.missing, db.unreadable, db.not_ours, db.newer, db.migration_changed, db.damaged. */
Err *store_check_file(Arena *arena, const char *path);
/* Checks path, then puts a copy of it in the place of the data, whose old file stays as millet.db.replaced. Nobody may have
   the data open: "db.locked". A power cut leaves the old or the new data, whole. */
Err *store_restore(Arena *arena, const StoreOptions *options, const char *path);
/* Gives the space of deleted rows back and counts anew what the planner goes by. Writes wait meanwhile; SQLite needs as much
   free disk again as the data takes. */
Err *store_vacuum(Store *store, Arena *arena);

typedef struct PageList {
    int64_t *at; /* numbers of pages that the disk changed, from 1, in order; the first 1,000 */
    size_t len;
    int64_t checked, wrong;
} PageList;
/* Reads every page of the data file and compares it with its checksum. PostgreSQL looks after its own: checked is 0. */
Err *store_pages_check(Store *store, Arena *arena, PageList *out);

/* ---- the schema as data, for whoever must carry all of it (src/exchange) ---- */

typedef struct TableColumn {
    const char *name;
    const char *word;       /* of the migrations: "ID", "TIME" ...; KEY is "ID" */
    bool null, has_default;
    int key;                /* its place in the primary key from 1; 0: not in it */
    const char *references; /* table, or NULL */
} TableColumn;

typedef struct TableDef {
    const char *name;
    const char *mark;  /* the word that stands alone in the last line above it: "derived", "secret", "passing"; or "" */
    const char *about; /* what stands above it */
    const TableColumn *columns;
    size_t columns_len; /* 0: a virtual table */
} TableDef;
extern const TableDef house_tables[]; /* generated, by name, ends with {0}; without the table of migrations */

/* ---- for generated code and drivers ---- */

typedef enum ColumnType { COL_INT = 1, COL_REAL, COL_TEXT, COL_BLOB, COL_BOOL, COL_DATE } ColumnType; /* ID, MONEY, TIME are COL_INT */

typedef struct Param {
    ColumnType type;
    bool null;
    int64_t integer; /* also bool and date */
    double real;
    Str text;        /* also blob */
} Param;

typedef struct Column {
    const char *name;
    ColumnType type;
    size_t offset;     /* into the row struct */
    size_t has_offset; /* of its has_x bool, or 0 when never null */
} Column;

struct Statement {
    const char *name;     /* of the generated function */
    const char *sqlite;   /* ?1 ?2 ... */
    const char *postgres; /* $1 $2 ... */
    bool writes;
    const ColumnType *params;
    size_t params_len;
    const Column *columns;
    size_t columns_len;
    size_t row_size;
    int index; /* filled at start, dense over the whole program from 1: the slot of its prepared form in each connection;
                  0: of no generated table, prepared anew each time */
    int folder; /* filled at start, from 1; 0: none */
};

typedef struct StatementSet {
    Statement *at;
    const size_t *len;
} StatementSet;

extern const StatementSet house_statements[]; /* one per folder with a queries.sql; generated; ends with {0} */

typedef struct Rows {
    void *at; /* an array of row structs */
    size_t len;
} Rows;

enum { DB_ROWS_MAX = 200000 }; /* a query that yields more is refused: "db.too_many_rows" */

Err *db_query(Db *db, const Statement *statement, const Param *params, Rows *out);
/* At most one row. None: *found is false, or, when found is NULL, ERR_MISSING "db.missing" with the arg "query". Two or
   more are a bug: ERR_BROKEN "db.not_one". */
Err *db_one(Db *db, const Statement *statement, const Param *params, void *out, bool *found);
/* changed: rows that were inserted, updated or deleted; NULL when nobody asks. */
Err *db_run(Tx *tx, const Statement *statement, const Param *params, int64_t *changed);
/* One row at a time, for exports and checks that must not hold all of it: each is called with a row that is valid only
   during the call; an error from each stops the walk and is returned. */
Err *db_each(Db *db, const Statement *statement, const Param *params, Err *(*each)(void *arg, const void *row), void *arg);
