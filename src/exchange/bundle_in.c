/* Writing what a bundle holds: files first, then all rows and the house's own checks in one transaction. */
#include "exchange/bundle_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "core/core.h"

enum { FINDINGS_MAX = 64 * 1024 };

/* ---- files ---- */

typedef struct Placing {
    Reading *reading;
    int fd;
    const char *path;
} Placing;

static Err *unwritable(Arena *arena, const char *path)
{
    return err_detail(arena, ERR_BROKEN, errno == ENOSPC || errno == EDQUOT ? "disk.full" : "file.unwritable", "%s: %s", path,
                      strerror(errno));
}

static Err *place_piece(void *arg, Str bytes)
{
    const Placing *placing = arg;
    while (bytes.len) {
        ssize_t put = write(placing->fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return unwritable(placing->reading->arena, placing->path);
        bytes = str_slice(bytes, (size_t)put, bytes.len);
    }
    return NULL;
}

static const char *path_of(Arena *arena, const ZipEntry *entry)
{
    return str_z(arena, str_format(arena, "%s/%.*s", store_options(arena).data, (int)entry->name.len - 6, entry->name.at + 6));
}

/* O_EXCL: what stands there already is never touched, nor followed when it is a link. */
static Err *place_file(Reading *reading, const ZipEntry *entry)
{
    Placing placing = {.reading = reading, .path = path_of(reading->arena, entry)};
    const char *slash = strrchr(placing.path, '/');
    TRY(folder_make(reading->arena, str_z(reading->arena, (Str){placing.path, (size_t)(slash - placing.path)}), 0755));
    placing.fd = open(placing.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (placing.fd < 0 && errno == EEXIST)
        return err_arg(reading->arena, err_new(reading->arena, ERR_CONFLICT, "bundle.file_there"), "file", entry->name);
    if (placing.fd < 0)
        return unwritable(reading->arena, placing.path);
    Err *err = zip_walk(reading->zip, entry, place_piece, &placing);
    if (!err && fsync(placing.fd) != 0)
        err = unwritable(reading->arena, placing.path);
    close(placing.fd);
    if (err)
        unlink(placing.path);
    return err;
}

static Err *place_files(Reading *reading, size_t *placed)
{
    for (; *placed < reading->zip->len; ++*placed)
        if (str_starts(reading->zip->entries[*placed].name, STR("files/"))) {
            TRY(place_file(reading, &reading->zip->entries[*placed]));
            reading_show(reading, "files", ++reading->bundle->files, 0);
        }
    return NULL;
}

static void take_files_back(Reading *reading, size_t placed)
{
    for (size_t i = 0; i < placed; i++)
        if (str_starts(reading->zip->entries[i].name, STR("files/")))
            unlink(path_of(reading->arena, &reading->zip->entries[i]));
}

/* ---- an empty place ---- */

static Err *run_sql(Tx *tx, const char *sql)
{
    const Statement statement = {.name = "bundle", .sqlite = sql, .postgres = sql, .writes = true};
    return db_run(tx, &statement, NULL, NULL);
}

/* Nobody is there and nothing was ever done. What a first start makes by itself (shelves, settings) does not count. */
static Err *empty_check(Db *db)
{
    static const Column columns[] = {{.name = "n", .type = COL_INT}};
    static const Statement count = {.name = "bundle_empty",
                                    .sqlite = "SELECT (SELECT count(*) FROM org) + (SELECT count(*) FROM person) + "
                                              "(SELECT count(*) FROM audit) AS n",
                                    .postgres = "SELECT (SELECT count(*) FROM org) + (SELECT count(*) FROM person) + "
                                                "(SELECT count(*) FROM audit) AS n",
                                    .columns = columns,
                                    .columns_len = 1,
                                    .row_size = sizeof(int64_t)};
    int64_t n;
    TRY(db_one(db, &count, NULL, &n, NULL));
    return n ? err_new(db->arena, ERR_CONFLICT, "bundle.not_empty") : NULL;
}

static Err *clear(Tx *tx, const Plan *plan)
{
    Arena *arena = tx->db.arena;
    for (size_t i = plan->len; i-- > 0;) {
        const PlanTable *table = &plan->tables[i];
        for (size_t k = 0; k < table->def->columns_len; k++)
            if (table->late[k])
                TRY(run_sql(tx, str_z(arena, str_format(arena, "UPDATE \"%s\" SET \"%s\" = NULL", table->def->name,
                                                        table->def->columns[k].name))));
    }
    for (size_t i = plan->len; i-- > 0;) {
        const PlanTable *table = &plan->tables[i];
        TRY(run_sql(tx, str_z(arena, str_format(arena, "DELETE FROM \"%s\"%s%s", table->def->name, table->where ? " WHERE " : "",
                                                table->where ? table->where : ""))));
    }
    return NULL;
}

/* ---- rows ---- */

typedef struct Filling {
    Tx *tx;
    const ReadTable *table;
    Arena *arena; /* of the rows that wait; given back with each batch */
    Param *params;
    size_t rows, rows_max; /* that wait; together in one statement */
    const Statement *whole; /* of rows_max rows */
    const Statement *fill;
} Filling;

/* What the database refuses is the bundle's fault: said with the table, the database's words in the detail. */
static Err *of_table(const Filling *filling, Err *err)
{
    Arena *arena = filling->tx->db.arena;
    if (!err || (err->kind != ERR_CONFLICT && !err_is(err, "db.constraint")))
        return err;
    return err_arg(arena,
                   err_detail(arena, ERR_INVALID, "bundle.rows", "%.*s", STR_ARG(err_text(arena, err))), "file",
                   filling->table->entry->name);
}

static Err *flush(Filling *filling)
{
    Err *err = NULL;
    if (filling->rows == filling->rows_max)
        err = db_run(filling->tx, filling->whole, filling->params, NULL);
    else if (filling->rows)
        err = db_run(filling->tx, plan_insert(filling->arena, filling->table->plan, filling->table->given, filling->rows),
                     filling->params, NULL);
    err = of_table(filling, err);
    filling->rows = 0;
    arena_reset(filling->arena);
    return err;
}

static Err *add_row(void *arg, Arena *arena, const Cell *cells)
{
    (void)arena;
    Filling *filling = arg;
    const PlanTable *plan = filling->table->plan;
    Param *param = filling->params + filling->rows * filling->table->given_len;
    for (size_t i = 0; i < plan->def->columns_len; i++) {
        if (!filling->table->given[i])
            continue;
        Cell cell = cells[i];
        cell.has = cell.has && !plan->late[i];
        cell.text = cell.text.len ? str_copy(filling->arena, cell.text) : (Str){0};
        *param++ = plan_param(&plan->def->columns[i], &cell);
    }
    filling->rows++;
    return filling->rows == filling->rows_max ? flush(filling) : NULL;
}

static Err *fill_row(void *arg, Arena *arena, const Cell *cells)
{
    Filling *filling = arg;
    const PlanTable *plan = filling->table->plan;
    Param *params = NEW_ARRAY(arena, Param, 2 * plan->def->columns_len);
    size_t len = 0;
    bool any = false;
    for (int key = 0; key < 2; key++)
        for (size_t i = 0; i < plan->def->columns_len; i++)
            if (key ? plan->def->columns[i].key > 0 : plan->late[i]) {
                any = any || (!key && cells[i].has);
                params[len++] = plan_param(&plan->def->columns[i], &cells[i]);
            }
    return any ? of_table(filling, db_run(filling->tx, filling->fill, params, NULL)) : NULL;
}

static Err *fill_table(Reading *reading, Tx *tx, const ReadTable *table, bool late)
{
    Filling filling = {.tx = tx, .table = table, .arena = arena_new()};
    size_t most = PLAN_PARAMS_MAX / table->given_len;
    filling.rows_max = most ? most : 1;
    filling.params = NEW_ARRAY(tx->db.arena, Param, filling.rows_max * table->given_len);
    filling.whole = plan_insert(tx->db.arena, table->plan, table->given, filling.rows_max);
    filling.fill = late ? plan_fill(tx->db.arena, table->plan) : NULL;
    Err *err = read_rows(reading, table, late ? fill_row : add_row, &filling);
    if (!err && !late)
        err = flush(&filling);
    arena_free(filling.arena);
    return err;
}

/* ---- derived tables and the house's promises ---- */

static Err *make_again(Tx *tx)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++)
            if (check->rebuild)
                TRY(check->rebuild(tx, NULL));
    return NULL;
}

static Err *promises_check(Reading *reading, Tx *tx)
{
    Findings findings = {.out = buf_new(reading->arena, FINDINGS_MAX)};
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++)
            TRY(check->run(&tx->db, &findings));
    reading->bundle->findings = buf_str(&findings.out);
    return findings.wrong && !reading->bundle->force ? err_new(tx->db.arena, ERR_INVALID, "bundle.wrong") : NULL;
}

static Err *write_rows(Tx *tx, void *arg)
{
    Reading *reading = arg;
    TRY(empty_check(&tx->db));
    TRY(clear(tx, &reading->plan));
    for (int late = 0; late < 2; late++)
        for (size_t i = 0; i < reading->len; i++)
            if (reading->tables[i].entry && (!late || reading->tables[i].plan->any_late)) {
                reading_show(reading, "tables", (int64_t)i, (int64_t)reading->len);
                TRY(fill_table(reading, tx, &reading->tables[i], late));
            }
    TRY(make_again(tx));
    TRY(promises_check(reading, tx));
    return reading->bundle->trial ? err_new(tx->db.arena, ERR_CONFLICT, "bundle.trial") : NULL;
}

static Err *write_all(Reading *reading)
{
    size_t placed = 0;
    Db db;
    TRY(db_read(reading->bundle->store, reading->arena, &db));
    TRY(empty_check(&db)); /* before a file is put anywhere */
    Err *err = place_files(reading, &placed);
    if (!err)
        err = db_write(reading->bundle->store, reading->arena, write_rows, reading);
    if (err)
        take_files_back(reading, placed);
    return err_is(err, "bundle.trial") ? NULL : err;
}

Err *bundle_read(Bundle *bundle)
{
    Reading reading = {.bundle = bundle, .arena = bundle->arena};
    TRY(zip_in_open(bundle->arena, bundle->fd, &reading.zip));
    Err *err = bundle_look(&reading);
    if (!err)
        err = write_all(&reading);
    zip_in_close(reading.zip);
    return err;
}
