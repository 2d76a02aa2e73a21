/* Writing a bundle: one snapshot of all rows, then the files, then what tells of them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "exchange/exchange.h"
#include "exchange/manifest.h"
#include "exchange/row.h"
#include "media/media.h"

enum { PIECE = 64 * 1024, PROGRESS_ROWS = 1000 };

typedef struct Writing {
    Bundle *bundle;
    ZipOut *zip;
    const TableDef *def;
    Arena *row; /* given back after each row */
    int64_t rows;
} Writing;

static void show(const Bundle *bundle, const char *doing, int64_t done, int64_t of)
{
    if (bundle->progress)
        bundle->progress(bundle->progress_arg, doing, done, of);
}

/* ---- tables ---- */

static Err *write_row(void *arg, const void *row)
{
    Writing *writing = arg;
    Buf line = buf_new(writing->row, LINE_MAX_BYTES);
    Err *err = row_write(writing->row, &line, writing->def, row);
    if (!err && line.overflowed)
        err = err_arg(writing->row, err_new(writing->row, ERR_BROKEN, "bundle.large"), "file", str_of(writing->def->name));
    if (!err)
        err = zip_out_write(writing->zip, buf_str(&line));
    err = err_copy(writing->bundle->arena, err);
    arena_reset(writing->row);
    if (++writing->rows % PROGRESS_ROWS == 0)
        show(writing->bundle, writing->def->name, writing->rows, 0);
    return err;
}

static Err *write_table(Writing *writing, Db *db, const PlanTable *table, int64_t *rows)
{
    Arena *arena = writing->bundle->arena;
    writing->def = table->def;
    writing->rows = 0;
    TRY(zip_out_begin(writing->zip, str_z(arena, str_format(arena, "tables/%s.ndjson", table->def->name)), true));
    TRY(db_each(db, plan_select(arena, table), NULL, write_row, writing));
    *rows = writing->rows;
    writing->bundle->rows += writing->rows;
    return zip_out_end(writing->zip);
}

/* ---- files ---- */

static Err *copy_file(Writing *writing, int fd, const char *path)
{
    char *room = arena_alloc(writing->row, PIECE);
    for (;;) {
        ssize_t len = read(fd, room, PIECE);
        if (len < 0 && errno == EINTR)
            continue;
        if (len < 0)
            return err_detail(writing->bundle->arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
        if (len == 0)
            return NULL;
        TRY(zip_out_write(writing->zip, (Str){room, (size_t)len}));
    }
}

static Err *write_file(void *arg, const char *name, const char *path)
{
    Writing *writing = arg;
    Arena *arena = writing->bundle->arena;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return NULL; /* swept meanwhile: no row speaks of it */
    if (fd < 0)
        return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
    Err *err = zip_out_begin(writing->zip, str_z(arena, str_format(arena, "files/%s", name)), false);
    if (!err)
        err = copy_file(writing, fd, path);
    if (!err)
        err = zip_out_end(writing->zip);
    close(fd);
    arena_reset(writing->row);
    show(writing->bundle, "files", ++writing->bundle->files, 0);
    return err;
}

static Err *write_text(ZipOut *zip, const char *name, Str text)
{
    TRY(zip_out_begin(zip, name, true));
    TRY(zip_out_write(zip, text));
    return zip_out_end(zip);
}

static Err *write_sums(Writing *writing)
{
    Arena *arena = writing->bundle->arena;
    ZipSumList sums = zip_out_sums(writing->zip);
    TRY(zip_out_begin(writing->zip, SUMS_NAME, true));
    for (size_t i = 0; i < sums.len; i++) {
        TRY(zip_out_write(writing->zip, str_format(writing->row, "%s  %.*s\n", sums.at[i].sum, STR_ARG(sums.at[i].name))));
        arena_reset(writing->row);
    }
    TRY(zip_out_end(writing->zip));
    sums = zip_out_sums(writing->zip);
    writing->bundle->mark = str_copy(arena, str_of(sums.at[sums.len - 1].sum));
    return NULL;
}

static Err *write_all(Writing *writing)
{
    Bundle *bundle = writing->bundle;
    Plan plan;
    Db db;
    TRY(plan_make(bundle->arena, bundle->sign_in, &plan));
    Manifest manifest = manifest_of(bundle->arena, &plan, bundle->sign_in);
    TRY(db_read(bundle->store, bundle->arena, &db));
    TRY(db_snapshot(&db));
    for (size_t i = 0; i < plan.len; i++)
        TRY(write_table(writing, &db, &plan.tables[i], &manifest.tables.at[i].rows));
    bundle->tables = (int64_t)plan.len;
    TRY(files_each(bundle->arena, store_options(bundle->arena).data, write_file, writing));
    TRY(write_text(writing->zip, MANIFEST_NAME, manifest_write(bundle->arena, &manifest)));
    TRY(write_text(writing->zip, README_NAME, str_of(readme_text)));
    return write_sums(writing);
}

Err *bundle_write(Bundle *bundle)
{
    Writing writing = {.bundle = bundle, .row = arena_new()};
    Err *err = zip_out_open(bundle->arena, bundle->fd, &writing.zip);
    if (!err) {
        int lock = media_hold(bundle->arena); /* nothing is swept between the rows and the files */
        err = write_all(&writing);
        Err *closed = zip_out_close(writing.zip);
        err = err ? err : closed;
        if (lock >= 0)
            close(lock);
    }
    arena_free(writing.row);
    if (!err && fsync(bundle->fd) != 0 && errno != EINVAL && errno != EROFS)
        err = err_detail(bundle->arena, ERR_BROKEN, "bundle.write", "%s", strerror(errno));
    return err;
}
