/* Pictures that nothing uses are deleted after a day, and files that no row speaks of too. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "media/inside.h"

enum { SWEEP_MAX = 500 };

int media_lock(Arena *arena, bool alone)
{
    const char *path = str_z(arena, str_format(arena, "%.*s/media/.lock", STR_ARG(config_text("data"))));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0 && flock(fd, alone ? LOCK_EX : LOCK_SH) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int media_hold(Arena *arena)
{
    return media_lock(arena, false);
}

typedef struct Gone {
    Str hash;
    Time before;
    int64_t count;
} Gone;

static Err *delete_row(Tx *tx, void *arg)
{
    Gone *gone = arg;
    return picture_delete(tx, gone->hash, gone->before, &gone->count);
}

static void delete_files(Arena *arena, const KeyParts *parts)
{
    int64_t widths[RENDITION_WIDTHS];
    size_t len = key_widths(parts, widths);
    for (size_t i = 0; i < len; i++) {
        unlink(picture_file(arena, parts->hash, widths[i], "webp").at);
        unlink(picture_file(arena, parts->hash, widths[i], "jpg").at);
    }
}

/* The row goes first: a file without a row is swept later, a row without files would be a broken page. */
static Err *sweep_rows(JobContext *context, Time before)
{
    PictureRowList unused;
    Db db;
    TRY(db_read(context->store, context->arena, &db));
    TRY(picture_list_unused(&db, before, SWEEP_MAX, &unused));
    for (size_t i = 0; i < unused.len; i++) {
        KeyParts parts;
        Gone gone = {unused.at[i].hash, before, 0};
        TRY(db_write(context->store, context->arena, delete_row, &gone));
        if (gone.count && key_parse(unused.at[i].key, &parts))
            delete_files(context->arena, &parts);
    }
    return NULL;
}

/* folder "ab", file "cdef...-320.webp" give the hash "abcdef..." */
static bool hash_of_file(const char *folder, const char *file, char out[HASH_TEXT + 1])
{
    const char *dash = strchr(file, '-');
    if (!dash || dash - file != HASH_TEXT - 2)
        return false;
    memcpy(out, folder, 2);
    memcpy(out + 2, file, HASH_TEXT - 2);
    out[HASH_TEXT] = 0;
    return true;
}

static Err *sweep_folder(Db *db, int parent, const char *folder, Time before)
{
    int fd = openat(parent, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    Err *err = NULL;
    for (struct dirent *entry; dir && !err && (entry = readdir(dir));) {
        char hash[HASH_TEXT + 1];
        struct stat info;
        PictureRow row;
        bool used = false;
        if (entry->d_name[0] == '.' || fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
            (int64_t)info.st_mtime * SECOND_MS > before.ms)
            continue;
        bool half = str_ends(str_of(entry->d_name), STR(".tmp"));
        if (!half && hash_of_file(folder, entry->d_name, hash))
            err = picture_by_hash(db, str_of(hash), &row, &used);
        if (!err && !used && unlinkat(fd, entry->d_name, 0) == 0)
            log_line("media", "swept=%s/%s", folder, entry->d_name);
    }
    if (dir)
        closedir(dir);
    return err;
}

/* Left behind when the power went between the files and their row. */
static Err *sweep_files(JobContext *context, Time before)
{
    Db db;
    const char *root = str_z(context->arena, str_format(context->arena, "%.*s/media", STR_ARG(config_text("data"))));
    TRY(db_read(context->store, context->arena, &db));
    DIR *dir = opendir(root);
    Err *err = NULL;
    for (struct dirent *entry; dir && !err && (entry = readdir(dir));)
        if (strlen(entry->d_name) == 2 && entry->d_name[0] != '.')
            err = sweep_folder(&db, dirfd(dir), entry->d_name, before);
    if (dir)
        closedir(dir);
    return err;
}

Err *sweep_pictures(JobContext *context)
{
    Time before = {context->now.ms - UNUSED_KEPT_MS};
    int lock = media_lock(context->arena, true);
    if (lock < 0)
        return NULL; /* no folder yet: no picture was ever taken */
    Err *err = sweep_rows(context, before);
    if (!err)
        err = sweep_files(context, before);
    close(lock);
    return err;
}

/* ---- millet verify ---- */

typedef struct Looking {
    Arena *arena;
    Findings *findings;
} Looking;

static Err *look_at(void *arg, const PictureRow *row)
{
    const Looking *looking = arg;
    KeyParts parts;
    int64_t widths[RENDITION_WIDTHS];
    looking->findings->checked++;
    if (!key_parse(row->key, &parts) || !str_eq(parts.hash, row->hash)) {
        finding(looking->findings, "picture %s has a key that is not its own", str_z(looking->arena, row->hash));
        return NULL;
    }
    size_t len = key_widths(&parts, widths);
    for (size_t i = 0; i < 2 * len; i++) {
        const char *path = picture_file(looking->arena, parts.hash, widths[i / 2], i % 2 ? "jpg" : "webp").at;
        if (!file_exists(path))
            finding(looking->findings, "the file of a picture is missing: %s", path);
    }
    arena_reset(looking->arena);
    return NULL;
}

Err *check_pictures(Db *db, Findings *findings)
{
    Looking looking = {arena_new(), findings};
    Err *err = picture_each(db, look_at, &looking);
    arena_free(looking.arena);
    return err;
}
