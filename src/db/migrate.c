/* Running migrations. */
#include "db/migrate.h"

#include <string.h>

#include "db/driver.h"

typedef struct Ran {
    int64_t number;
    Str name, hash;
} Ran;

static const Column ran_columns[] = {{.name = "number", .type = COL_INT, .offset = offsetof(Ran, number)},
                                     {.name = "name", .type = COL_TEXT, .offset = offsetof(Ran, name)},
                                     {.name = "hash", .type = COL_TEXT, .offset = offsetof(Ran, hash)}};
static const Statement ran_list = {.name = "migration_list",
                                   .sqlite = "SELECT number, name, hash FROM migration ORDER BY number",
                                   .postgres = "SELECT number, name, hash FROM migration ORDER BY number",
                                   .columns = ran_columns,
                                   .columns_len = 3,
                                   .row_size = sizeof(Ran)};
static const ColumnType add_params[] = {COL_INT, COL_TEXT, COL_TEXT, COL_INT};
static const Statement ran_add = {.name = "migration_add",
                                  .sqlite = "INSERT INTO migration (number, name, hash, ran_at) VALUES (?1, ?2, ?3, ?4)",
                                  .postgres = "INSERT INTO migration (number, name, hash, ran_at) VALUES ($1, $2, $3, $4)",
                                  .writes = true,
                                  .params = add_params,
                                  .params_len = 4};

static const char table_sqlite[] = "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                                   "hash TEXT NOT NULL, ran_at INTEGER NOT NULL) STRICT";
static const char table_postgres[] = "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS migration (number BIGINT "
                                     "PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, ran_at BIGINT NOT NULL)";

static const Ran *ran_find(const Rows *rows, int64_t number)
{
    const Ran *ran = rows->at;
    for (size_t i = 0; i < rows->len; i++)
        if (ran[i].number == number)
            return &ran[i];
    return NULL;
}

static const Migration *migration_find(const Migration *migrations, int64_t number)
{
    for (; migrations->number; migrations++)
        if (migrations->number == number)
            return migrations;
    return NULL;
}

static Err *refuse(Arena *arena, const char *code, Str name)
{
    return err_arg(arena, err_detail(arena, ERR_CONFLICT, code, "migration %.*s", STR_ARG(name)), "migration", name);
}

static Err *compare(Arena *arena, const Rows *rows, const Migration *migrations)
{
    const Ran *ran = rows->at;
    for (size_t i = 0; i < rows->len; i++) {
        const Migration *migration = migration_find(migrations, ran[i].number);
        if (!migration)
            return refuse(arena, "db.newer", ran[i].name);
        if (!str_eq(ran[i].hash, str_of(migration->hash)))
            return refuse(arena, "db.migration_changed", ran[i].name);
    }
    return NULL;
}

static Err *run_pending(Db *db, const Rows *rows, const Migration *migrations)
{
    const Driver *driver = db->store->driver;
    Tx tx = {*db};
    for (const Migration *migration = migrations; migration->number; migration++) {
        if (ran_find(rows, migration->number))
            continue;
        Err *err = driver->exec(db->conn, db->arena, db->store->postgres ? migration->postgres : migration->sqlite);
        if (err)
            return err_detail(db->arena, ERR_BROKEN, "db.migration", "%s: %.*s", migration->name, STR_ARG(err_text(db->arena, err)));
        Param params[] = {{.type = COL_INT, .integer = migration->number},
                          {.type = COL_TEXT, .text = str_of(migration->name)},
                          {.type = COL_TEXT, .text = str_of(migration->hash)},
                          {.type = COL_INT, .integer = time_real().ms}};
        TRY(db_run(&tx, &ran_add, params, NULL));
    }
    return NULL;
}

/* Tables that are made anew drop their old form, which foreign keys would forbid: they are checked at the end instead. */
static Err *check_references(Db *db)
{
    typedef struct Broken {
        Str table;
    } Broken;
    static const Column columns[] = {{.name = "table", .type = COL_TEXT, .offset = offsetof(Broken, table)}};
    static const Statement find = {.name = "foreign_key_check",
                                   .sqlite = "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1",
                                   .columns = columns,
                                   .columns_len = 1,
                                   .row_size = sizeof(Broken)};
    Rows rows;
    TRY(db_query(db, &find, NULL, &rows));
    if (rows.len)
        return err_detail(db->arena, ERR_BROKEN, "db.migration", "rows of table %.*s refer to rows that are gone",
                          STR_ARG(((Broken *)rows.at)->table));
    return NULL;
}

static Err *run_all(Db *db, const Migration *migrations)
{
    const Driver *driver = db->store->driver;
    Rows rows;
    TRY(driver->exec(db->conn, db->arena, db->store->postgres ? table_postgres : table_sqlite));
    TRY(db_query(db, &ran_list, NULL, &rows));
    TRY(compare(db->arena, &rows, migrations));
    size_t len = 0;
    for (const Migration *migration = migrations; migration->number; migration++)
        len++;
    if (len == rows.len)
        return NULL;
    TRY(driver->begin(db->conn, db->arena));
    Err *err = run_pending(db, &rows, migrations);
    if (!err && !db->store->postgres && rows.len)
        err = check_references(db);
    if (!err)
        err = driver->commit(db->conn, db->arena);
    if (err)
        driver->rollback(db->conn);
    return err;
}

Err *migrations_run(Db *db, const Migration *migrations)
{
    const Driver *driver = db->store->driver;
    bool postgres = db->store->postgres;
    /* Two processes that start at once on one PostgreSQL: the second waits, then finds nothing to do. */
    TRY(driver->exec(db->conn, db->arena, postgres ? "SELECT pg_advisory_lock(4713)" : "PRAGMA foreign_keys=OFF"));
    Err *err = run_all(db, migrations);
    db->conn->failed = NULL;
    Err *after = driver->exec(db->conn, db->arena, postgres ? "SELECT pg_advisory_unlock(4713)" : "PRAGMA foreign_keys=ON");
    return err ? err : after;
}
