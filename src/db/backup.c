/* Backup, check and restore of SQLite's file. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "db/driver.h"
#include "db/migrate.h"
#include "db/vfs.h"

static Err *use_pg_dump(Arena *arena)
{
    return err_detail(arena, ERR_INVALID, "db.use_pg_dump", "the data is in PostgreSQL: use pg_dump and pg_restore");
}

static Err *refused(Arena *arena, const char *path, sqlite3 *db)
{
    int code = sqlite3_errcode(db);
    bool full = code == SQLITE_FULL || (code == SQLITE_IOERR && sqlite3_system_errno(db) == ENOSPC);
    if (sqlite3_extended_errcode(db) == SQLITE_IOERR_DATA)
        return err_detail(arena, ERR_BROKEN, "db.damaged", "%s", vfs_damage());
    return err_detail(arena, ERR_BROKEN, full ? "disk.full" : "db.unreadable", "%s: %s", path, sqlite3_errmsg(db));
}

/* ---- copying: the backup API in one step is one read transaction, so a snapshot ---- */

static Err *copy_into(Arena *arena, sqlite3 *from, const char *from_path, sqlite3 *to, const char *to_path)
{
    /* Pages are copied as they are: they carry sums where they come from, or they have no room for them. */
    int sums = -1;
    if (sqlite3_file_control(from, "main", VFS_CONTROL_SUMS, &sums) != SQLITE_OK || sqlite3_file_control(to, "main", VFS_CONTROL_SUMS, &sums) != SQLITE_OK)
        return refused(arena, to_path, to);
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return refused(arena, to_path, to);
    int step = sqlite3_backup_step(backup, -1), end = sqlite3_backup_finish(backup);
    if (step != SQLITE_DONE || end != SQLITE_OK)
        return refused(arena, sqlite3_errcode(to) ? to_path : from_path, sqlite3_errcode(to) ? to : from);
    /* One file, that needs no log beside it and can be read from where nothing can be written. */
    if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return refused(arena, to_path, to);
    return NULL;
}

static Err *open_source(Arena *arena, const char *path, sqlite3 **out)
{
    *out = NULL;
    if (!file_exists(path))
        return err_detail(arena, ERR_MISSING, "file.missing", "%s", path);
    if (sqlite3_open_v2(path, out, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, vfs_name()) != SQLITE_OK)
        return refused(arena, path, *out);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_busy_timeout(*out, 5000);
    return NULL;
}

static Err *sync_path(Arena *arena, const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    Err *err = file < 0 || fsync(file) ? err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", path, strerror(errno)) : NULL;
    if (file >= 0)
        close(file);
    return err;
}

static const char *folder_of(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? "." : slash == path ? "/" : str_z(arena, (Str){path, (size_t)(slash - path)});
}

static Err *copy_file(Arena *arena, const char *from, const char *to)
{
    sqlite3 *source = NULL, *target = NULL;
    unlink(to);
    int file = open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return err_detail(arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s", to, strerror(errno));
    close(file);
    Err *err = open_source(arena, from, &source);
    if (!err && sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs_name()) != SQLITE_OK)
        err = refused(arena, to, target);
    if (!err)
        err = copy_into(arena, source, from, target, to);
    sqlite3_close(source);
    sqlite3_close(target);
    return err ? err : sync_path(arena, to, O_RDONLY);
}

/* Puts the whole file new where path is; an old one is replaced in the same moment. */
static Err *put_in_place(Arena *arena, const char *new, const char *path)
{
    if (rename(new, path))
        return err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", path, strerror(errno));
    return sync_path(arena, folder_of(arena, path), O_RDONLY | O_DIRECTORY);
}

Err *store_backup(Store *store, Arena *arena, const char *path)
{
    if (store->postgres)
        return use_pg_dump(arena);
    const char *new = str_z(arena, str_format(arena, "%s.new", path));
    Err *err = copy_file(arena, store->path, new);
    if (!err)
        err = put_in_place(arena, new, path);
    if (err)
        unlink(new);
    return err;
}

/* ---- checking ---- */

typedef struct Report {
    Arena *arena;
    const char *path;
    Err *err;
} Report;

static int on_integrity(void *arg, int len, char **values, char **names)
{
    (void)len, (void)names;
    Report *report = arg;
    if (strcmp(values[0] ? values[0] : "", "ok") != 0)
        report->err = err_detail(report->arena, ERR_BROKEN, "db.damaged", "%s: %s", report->path, values[0]);
    return report->err != NULL;
}

static int on_reference(void *arg, int len, char **values, char **names)
{
    (void)len, (void)names;
    Report *report = arg;
    report->err = err_detail(report->arena, ERR_BROKEN, "db.damaged", "%s: a row of %s refers to one of %s that is gone", report->path,
                             values[0], values[2]);
    return 1;
}

static int on_migration(void *arg, int len, char **values, char **names)
{
    (void)len, (void)names;
    Report *report = arg;
    const Migration *migration = house_migrations;
    while (migration->number && strcmp(migration->name, values[0]) != 0)
        migration++;
    const char *code = !migration->number ? "db.newer" : strcmp(migration->hash, values[1]) != 0 ? "db.migration_changed" : NULL;
    if (code)
        report->err = err_arg(report->arena, err_detail(report->arena, ERR_CONFLICT, code, "%s: migration %s", report->path, values[0]),
                              "migration", str_of(values[0]));
    return code != NULL;
}

static Err *check_open(Arena *arena, const char *path, sqlite3 *db)
{
    static const struct {
        const char *sql;
        int (*row)(void *, int, char **, char **);
    } steps[] = {
        {"PRAGMA integrity_check(1)", on_integrity},
        {"SELECT name, hash FROM migration ORDER BY number", on_migration},
        {"PRAGMA foreign_key_check", on_reference},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        Report report = {arena, path, NULL};
        int code = sqlite3_exec(db, steps[i].sql, steps[i].row, &report, NULL);
        if (report.err)
            return report.err;
        if (code == SQLITE_ERROR && i == 1)
            return err_detail(arena, ERR_INVALID, "db.not_ours", "%s has no table of migrations", path);
        if (code != SQLITE_OK)
            return refused(arena, path, db);
    }
    return NULL;
}

Err *store_check_file(Arena *arena, const char *path)
{
    sqlite3 *db = NULL;
    PageList pages;
    Err *err = open_source(arena, path, &db);
    if (!err)
        err = pages_check(arena, path, &pages);
    if (!err && pages.wrong)
        err = err_detail(arena, ERR_BROKEN, "db.damaged", "%s: %lld pages are not as they were written, the first is %lld", path, (long long)pages.wrong, (long long)pages.at[0]);
    if (!err)
        err = check_open(arena, path, db);
    sqlite3_close(db);
    return err;
}

/* ---- restoring ---- */

/* What the log still holds goes into the old file, and the log away: else it would be read into the new one. An old file
   that is too broken for that (a reason to restore) keeps its log beside it, under the name that fits. */
static void settle_log(const char *path)
{
    sqlite3 *db = NULL;
    char from[4096], to[4096];
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs_name()) == SQLITE_OK)
        sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    sqlite3_close(db);
    snprintf(from, sizeof from, "%s-wal", path);
    snprintf(to, sizeof to, "%s.replaced-wal", path);
    rename(from, to); /* not there: it went into the file */
    snprintf(from, sizeof from, "%s-shm", path);
    unlink(from);
}

/* The old file under a second name. Its log, if it must keep one, follows in settle_log. */
static Err *keep_old(Arena *arena, const char *path)
{
    const char *kept = str_z(arena, str_format(arena, "%s.replaced", path));
    unlink(kept);
    unlink(str_z(arena, str_format(arena, "%s-wal", kept)));
    if (link(path, kept))
        return err_detail(arena, ERR_BROKEN, "file.unwritable", "%s: %s", kept, strerror(errno));
    return NULL;
}

static Err *restore_locked(Arena *arena, const char *folder, const char *from)
{
    const char *path = str_z(arena, str_format(arena, "%s/millet.db", folder));
    const char *new = str_z(arena, str_format(arena, "%s.new", path));
    Err *err = copy_file(arena, from, new);
    if (!err)
        err = store_check_file(arena, new); /* the copy, because that is what will be used */
    if (!err && file_exists(path)) {
        err = keep_old(arena, path);
        if (!err)
            settle_log(path);
    }
    if (!err)
        log_mark_forget(arena, path); /* it is of the old file */
    if (!err)
        err = put_in_place(arena, new, path);
    if (err)
        unlink(new);
    return err;
}

Err *store_restore(Arena *arena, const StoreOptions *options, const char *path)
{
    if (options->url && strcmp(options->url, ":memory:") != 0)
        return use_pg_dump(arena);
    Store shell = {.folder = options->data ? options->data : "data", .lock_file = -1};
    TRY(store_check_file(arena, path));
    TRY(folder_make(arena, shell.folder, 0700));
    Err *err = lock_take(&shell, arena);
    if (!err)
        err = restore_locked(arena, shell.folder, path);
    if (shell.lock_file >= 0)
        close(shell.lock_file);
    return err;
}
