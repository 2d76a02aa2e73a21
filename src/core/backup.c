/* millet backup and millet restore: one archive with the database, the pictures, the keys and the settings. */
#include "core/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "core/config.h"
#include "core/local.h"
#include "core/tar.h"
#include "core/verify.h"

enum { DEPTH_OPEN = 16 };

/* nftw takes no argument of ours, so what it needs stands here; one command of this kind at a time per thread. */
static _Thread_local struct {
    Arena *arena;
    Args *args;
    const char *root;
    int out;
    int64_t files;
    Err *err;
} walk;

/* Notes of how far the data had come (ledger.mark, audit.mark): younger than the copy of the database, so no part of a backup. */
static bool is_mark(const char *name)
{
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".mark") == 0 && !strchr(name, '/');
}

/* Neither the database itself (its copy went in first) nor what only the running process needs. */
static bool left_out(const char *name)
{
    return is_mark(name) || strncmp(name, "millet.db", 9) == 0 || strcmp(name, "millet.lock") == 0 || strcmp(name, "millet.sock") == 0 ||
           strncmp(name, "tmp/", 4) == 0 || !tar_name_safe(name) || strstr(name, ".replaced") || strstr(name, ".tmp");
}

static Err *add_path(Arena *arena, int out, const char *name, const char *path)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
        return NULL; /* swept away meanwhile: nothing refers to it */
    if (fd < 0 || fstat(fd, &info) != 0) {
        Err *err = err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return err;
    }
    Time changed = {(int64_t)info.st_mtim.tv_sec * SECOND_MS};
    Err *err = S_ISREG(info.st_mode) ? tar_add(arena, out, name, fd, info.st_size, changed) : NULL;
    close(fd);
    return err;
}

static int add_file(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)where;
    const char *name = path + strlen(walk.root) + 1;
    if (type != FTW_F || left_out(name))
        return 0;
    Arena *own = arena_new();
    walk.err = err_copy(walk.arena, add_path(own, walk.out, name, path));
    arena_free(own);
    args_progress(walk.args, "files", ++walk.files, 0);
    return walk.err != NULL;
}

static Err *write_archive(Args *args, const char *data, const char *copy, int out, int64_t *files)
{
    TRY(add_path(args->arena, out, "millet.db", copy));
    walk.arena = args->arena;
    walk.args = args;
    walk.root = data;
    walk.out = out;
    walk.files = 1;
    walk.err = NULL;
    if (nftw(data, add_file, DEPTH_OPEN, FTW_PHYS) < 0 && !walk.err)
        walk.err = err_detail(args->arena, ERR_BROKEN, "file.unreadable", "%s: %s", data, strerror(errno));
    *files = walk.files;
    TRY(walk.err);
    TRY(tar_end(args->arena, out));
    if (fsync(out) != 0 && errno != EINVAL && errno != EROFS)
        return err_detail(args->arena, ERR_BROKEN, "file.unwritable", "%s", strerror(errno));
    return NULL;
}

static Err *back_up(Args *args, const char *path, int64_t *files)
{
    const char *data = store_options(args->arena).data;
    const char *copy = str_z(
        args->arena, str_format(args->arena, "%s/tmp/backup-%.*s.db", data, STR_ARG(id_text(args->arena, id_mint()))));
    TRY(folder_make(args->arena, str_z(args->arena, str_format(args->arena, "%s/tmp", data)), 0700));
    bool standard = strcmp(path, "-") == 0;
    int out = standard ? dup(fileno(args->out)) : args_open(args, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (out < 0)
        return err_detail(args->arena, ERR_CONFLICT, errno == EEXIST ? "file.exists" : "file.unwritable", "%s: %s",
                          path, strerror(errno));
    Err *err = store_backup(args->store, args->arena, copy);
    if (!err)
        err = write_archive(args, data, copy, out, files);
    unlink(copy);
    close(out);
    return err;
}

int backup_command(Args *args)
{
    int64_t files = 0;
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    Err *err = back_up(args, args->argv[0], &files);
    if (err)
        return args_failed(args, err);
    fprintf(args->err, "%lld files are in the backup.\n", (long long)files);
    return EXIT_DONE;
}

/* ---- restoring ---- */

/* The marks in this folder: set aside as NAME.replaced, or removed. */
static void drop_marks(Arena *arena, const char *folder, bool keep)
{
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (!is_mark(entry->d_name))
            continue;
        const char *path = str_z(arena, str_format(arena, "%s/%s", folder, entry->d_name));
        if (keep)
            rename(path, str_z(arena, str_format(arena, "%s.replaced", path)));
        else
            unlink(path);
    }
    if (dir)
        closedir(dir);
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

static Err *check_data(Args *args, const char *folder, bool force)
{
    Store *store = NULL;
    int64_t wrong = 0;
    const StoreOptions options = {.data = folder};
    const char *data = str_z(args->arena, config_text("data"));
    TRY(store_check_file(args->arena, str_z(args->arena, str_format(args->arena, "%s/millet.db", folder))));
    TRY(store_open(args->arena, &options, &store));
    TRY(config_set(args->arena, "data", folder)); /* checks that look at files look at these */
    Err *err = verify_all(store, args->arena, args->out, NULL, false, &wrong);
    store_close(store);
    TRY(config_set(args->arena, "data", data));
    if (!err && wrong && !force)
        err = err_new(args->arena, ERR_INVALID, "backup.wrong");
    return err;
}

static int move_file(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)where;
    const char *name = path + strlen(walk.root) + 1, *data = store_options(walk.arena).data;
    if (type != FTW_F || strncmp(name, "millet.", 7) == 0)
        return 0;
    const char *target = str_z(walk.arena, str_format(walk.arena, "%s/%s", data, name));
    const char *slash = strrchr(target, '/');
    walk.err = folder_make(walk.arena, str_z(walk.arena, (Str){target, (size_t)(slash - target)}), 0700);
    if (!walk.err && file_exists(target) && strncmp(name, "media/", 6) != 0)
        rename(target, str_z(walk.arena, str_format(walk.arena, "%s.replaced", target)));
    if (!walk.err && rename(path, target) != 0)
        walk.err = err_detail(walk.arena, ERR_BROKEN, "file.unwritable", "%s: %s", target, strerror(errno));
    return walk.err != NULL;
}

/* Files first, the database last: it never speaks of a picture that is not there. */
static Err *put_in_place(Args *args, const char *folder, const StoreOptions *options)
{
    walk.arena = args->arena;
    walk.root = folder;
    walk.err = NULL;
    if (nftw(folder, move_file, DEPTH_OPEN, FTW_PHYS) < 0 && !walk.err)
        walk.err = err_detail(args->arena, ERR_BROKEN, "file.unreadable", "%s: %s", folder, strerror(errno));
    TRY(walk.err);
    return store_restore(args->arena, options, str_z(args->arena, str_format(args->arena, "%s/millet.db", folder)));
}

static Err *restore_from(Args *args, int in, bool force)
{
    StoreOptions options = store_options(args->arena);
    char *folder = (char *)str_z(args->arena, str_format(args->arena, "%s/tmp/restore-XXXXXX", options.data));
    int64_t files;
    int socket = local_connect(options.data);
    if (socket >= 0) {
        close(socket);
        return err_new(args->arena, ERR_CONFLICT, "db.locked");
    }
    TRY(folder_make(args->arena, str_z(args->arena, str_format(args->arena, "%s/tmp", options.data)), 0700));
    if (!mkdtemp(folder))
        return err_detail(args->arena, ERR_BROKEN, "file.unwritable", "%s: %s", folder, strerror(errno));
    Err *err = tar_extract(args->arena, in, folder, &files);
    drop_marks(args->arena, folder, false); /* of a backup that was made when they still went in */
    if (!err)
        err = check_data(args, folder, force);
    if (!err)
        err = put_in_place(args, folder, &options);
    if (!err)
        drop_marks(args->arena, options.data, true); /* this is the older state that they would find */
    nftw(folder, remove_one, DEPTH_OPEN, FTW_DEPTH | FTW_PHYS);
    return err;
}

int restore_command(Args *args)
{
    bool force = args_flag(args, "force");
    if (!args_done(args, 1, 1))
        return EXIT_USAGE;
    bool standard = strcmp(args->argv[0], "-") == 0;
    int in = standard ? dup(STDIN_FILENO) : args_open(args, args->argv[0], O_RDONLY, 0);
    Err *err = in >= 0 ? restore_from(args, in, force)
                       : err_detail(args->arena, ERR_MISSING, "file.missing", "%s: %s", args->argv[0], strerror(errno));
    if (in >= 0)
        close(in);
    if (err)
        return args_failed(args, err);
    fputs("Restored. What was there before is kept as millet.db.replaced.\n", args->out);
    return EXIT_DONE;
}
