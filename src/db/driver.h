/* Inside the database layer only: what the store, the writer and the two drivers share. */
#pragma once
#include <pthread.h>

#include "db/db.h"

enum { FOLDERS_MAX = 64 };

typedef enum Trouble {
    TROUBLE_NONE,
    TROUBLE_RETRY,   /* serialization failure or deadlock: the batch must run again */
    TROUBLE_BEFORE,  /* no transaction began (somebody else has the file): no job is at fault */
    TROUBLE_GONE,    /* the transaction was undone under our hands; nothing of the batch is written */
    TROUBLE_UNKNOWN, /* the connection broke during COMMIT: ask the driver's settle */
    TROUBLE_DISK,    /* the disk failed: what it holds is uncertain, so no more writing until a restart */
} Trouble;

/* The first member of each driver's own connection. */
struct DbConn {
    Store *store;
    DbConn *next;    /* among the free readers, or the lent ones */
    Arena *lent_to;  /* whose reset gives it back */
    bool writes;     /* the writer's own */
    bool snapshot;   /* db_snapshot holds a read transaction open */
    bool changed;    /* the writer's: some row has changed since the version was counted up */
    uint64_t folders; /* the writer's: bits of the folders whose statements changed one; bit 0: of none */
    const char *last; /* name of the last statement, for the trace */
    Trouble trouble; /* set by the driver, cleared by the writer */
    Err *failed;     /* the first error inside the running write: it sticks, because PostgreSQL would refuse what follows */
};

typedef struct Driver {
    size_t batch_max;     /* jobs in one commit */
    const char *snapshot; /* SQL that begins a read transaction and takes its snapshot */
    Err *(*open)(Store *store, Arena *arena, bool writes, DbConn **out);
    void (*close)(DbConn *conn);
    Err *(*exec)(DbConn *conn, Arena *arena, const char *sql); /* plain SQL, several statements */
    Err *(*query)(Db *db, const Statement *statement, const Param *params, Rows *out);
    Err *(*run)(Db *db, const Statement *statement, const Param *params, int64_t *changed);
    Err *(*each)(Db *db, const Statement *statement, const Param *params, Err *(*each)(void *, const void *), void *arg);
    /* Prepares it and compares its columns with what generated code expects; runs nothing. */
    Err *(*describe)(Db *db, const Statement *statement);
    Err *(*begin)(DbConn *conn, Arena *arena);
    Err *(*job_begin)(DbConn *conn, Arena *arena);
    Err *(*job_end)(DbConn *conn, Arena *arena, bool keep);
    Err *(*commit)(DbConn *conn, Arena *arena);
    void (*rollback)(DbConn *conn); /* allowed without a transaction */
    Err *(*vacuum)(DbConn *conn, Arena *arena); /* the writer's, outside of transactions */
    void (*rest)(DbConn *conn, bool idle); /* the writer, after owners were woken: checkpoint */
} Driver;

extern const Driver sqlite_driver, postgres_driver;

typedef struct Writer Writer;

/* The node number of this process's ids (node.h). After the store is open only the writer's thread touches it. */
typedef struct NodeLease {
    Id holder; /* drawn at random */
    Id node;
    bool held;
    Time now;
} NodeLease;

struct Store {
    Arena *arena; /* lives as long as the store */
    const Driver *driver;
    bool postgres, no_sync;
    bool trace; /* MILLET_DB_TRACE: slow writes and scans without an index go to standard error */
    const char *folder, *path, *url; /* SQLite: path; PostgreSQL: url */
    bool temporary;                  /* the folder goes away with the store */
    int lock_file;                   /* or -1 */
    DbConn *writing;
    Writer *writer;
    NodeLease node;
    _Atomic uint64_t version; /* counted up by each batch that changed something, before its owners wake */
    _Atomic uint64_t versions[FOLDERS_MAX]; /* the same for each folder's statements */

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t returned;
    DbConn *free;
    DbConn *lent_list; /* by next */
    int opened, lent;
    bool closed;
    int readers_max, read_wait_ms, query_ms, queue_max; /* never change */
};

/* ---- pages.c ---- */
Err *pages_prepare(const Store *store, Arena *arena); /* before SQLite opens store->path; db.page_damaged, db.log_damaged, db.log_lost */

/* ---- store.c ---- */
Err *lock_take(Store *store, Arena *arena); /* on store->folder; also for a restore, which opens nothing */
int statements_count(void); /* how many slots for prepared statements a connection needs: indexes are below it */

/* ---- writer.c ---- */
/* Runs this alone on the writer's connection, between batches and outside of any transaction. */
Err *writer_alone(Store *store, Arena *arena, Err *(*alone)(DbConn *conn, Arena *arena));
Err *writer_start(Store *store, Arena *arena);
void writer_stop(Store *store); /* after the waiting jobs are done */

/* ---- row.c: values into row structs ---- */
typedef struct RowList {
    Arena *arena;
    const Statement *statement;
    char *at;
    size_t len, room;
} RowList;
Err *row_add(RowList *list, char **row); /* a fresh zeroed row; db.too_many_rows */
void *row_field(const Column *column, char *row);
void row_set_int(const Column *column, char *row, int64_t value); /* COL_INT, COL_BOOL, COL_DATE */
Err *row_set_null(Arena *arena, const Statement *statement, const Column *column, char *row); /* refused where never null */
Err *row_wrong_type(Arena *arena, const Statement *statement, const Column *column, const char *found);
/* name: as the database calls column i; "total Int" is total. */
Err *column_check(Arena *arena, const Statement *statement, size_t i, const char *name);
Err *params_check(Arena *arena, const Statement *statement, const Param *params); /* texts without U+0000 */
