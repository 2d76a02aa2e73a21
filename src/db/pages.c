/* Bringing a data file to pages with sums (vfs.c), and looking at all of them. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/driver.h"
#include "db/vfs.h"

/* ---- opening ---- */

static Err *refused(Arena *arena, sqlite3 *db, const char *path)
{
    int code = sqlite3_errcode(db);
    bool full = code == SQLITE_FULL || (code == SQLITE_IOERR && sqlite3_system_errno(db) == ENOSPC);
    return err_detail(arena, ERR_BROKEN, full ? "disk.full" : "db.unreadable", "giving each page of %s a checksum: %s", path, sqlite3_errmsg(db));
}

static Err *copy_with_sums(Arena *arena, const char *path, const char *new)
{
    sqlite3 *db = NULL;
    int reserved = PAGE_SUM_BYTES;
    char *sql = sqlite3_mprintf("PRAGMA journal_mode=DELETE; VACUUM INTO %Q", new);
    Err *err = NULL;
    if (!sql)
        abort();
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs_name()) != SQLITE_OK ||
        sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) != SQLITE_OK || sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        err = refused(arena, db, path);
    sqlite3_free(sql);
    sqlite3_close(db);
    return err;
}

static Err *sync_path(Arena *arena, const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    Err *err = file < 0 || fsync(file) ? err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", path, strerror(errno)) : NULL;
    if (file >= 0)
        close(file);
    return err;
}

/* The copy takes the old file's place in one moment: a power cut leaves either, whole. */
static Err *give_sums(const Store *store, Arena *arena)
{
    const char *new = str_z(arena, str_format(arena, "%s.new", store->path));
    struct stat status = {0};
    stat(store->path, &status);
    fprintf(stderr, "%s: giving each page a checksum, once (%lld MiB)\n", store->path, (long long)status.st_size >> 20);
    unlink(new);
    int file = open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return err_detail(arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s", new, strerror(errno));
    close(file);
    Err *err = copy_with_sums(arena, store->path, new);
    if (!err)
        err = sync_path(arena, new, O_RDONLY);
    if (!err && rename(new, store->path))
        err = err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", store->path, strerror(errno));
    if (err)
        unlink(new);
    return err ? err : sync_path(arena, store->folder, O_RDONLY | O_DIRECTORY);
}

Err *pages_prepare(const Store *store, Arena *arena)
{
    PagesKind kind = pages_kind(store->path);
    /* Once there was a commit the header is there and says that pages carry sums: anything else is damage. */
    if (kind != PAGES_SUMMED && log_mark_there(arena, store->path))
        return err_detail(arena, ERR_BROKEN, "db.page_damaged", "%s: page 1 is not as it was written%s", store->path,
                          kind == PAGES_NONE ? ": the file is empty or gone" : "");
    TRY(log_mark_check(arena, store->path));
    return kind == PAGES_PLAIN ? give_sums(store, arena) : NULL;
}

/* ---- looking at all of them ---- */

static Err *log_into_file(DbConn *conn, Arena *arena)
{
    (void)arena;
    conn->store->driver->rest(conn, true);
    return NULL;
}

/* A page may have been read while it was being written, or be torn since a power cut with its whole self still in the log: so what
   looks wrong is looked at again when the log is in the file. */
static Err *again(Store *store, Arena *arena, PageList *list)
{
    size_t len = list->len, kept = 0;
    TRY(writer_alone(store, arena, log_into_file));
    int file = open(store->path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", store->path, strerror(errno));
    for (size_t i = 0; i < len; i++)
        if (!page_check(file, list->at[i]))
            list->at[kept++] = list->at[i];
    close(file);
    list->len = kept;
    list->wrong -= (int64_t)(len - kept);
    return NULL;
}

Err *store_pages_check(Store *store, Arena *arena, PageList *out)
{
    *out = (PageList){0};
    if (store->postgres)
        return NULL;
    TRY(pages_check(arena, store->path, out));
    for (int i = 0; i < 3 && out->len; i++)
        TRY(again(store, arena, out));
    return NULL;
}
