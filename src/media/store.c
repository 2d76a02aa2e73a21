/* Takes pictures in: a file of a stranger becomes files of ours and one row. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "media/inside.h"

typedef struct NewPicture {
    PictureAddArgs row;
    Str key; /* of the row that is there in the end */
} NewPicture;

/* ---- files ---- */

static Err *unwritable(Arena *arena, const char *path)
{
    const char *code = errno == ENOSPC || errno == EDQUOT ? "disk.full" : "file.unwritable";
    return err_detail(arena, ERR_BROKEN, code, "%s: %s", path, strerror(errno));
}

static Err *write_one(Arena *arena, const char *path, Str bytes)
{
    /* a name of its own: two people may send the same picture at the same moment */
    const char *fresh = str_z(arena, str_format(arena, "%s.%llx.tmp", path, (unsigned long long)id_mint()));
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return unwritable(arena, fresh);
    bool fine = true;
    while (bytes.len && fine) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        fine = put > 0;
        bytes = str_slice(bytes, fine ? (size_t)put : 0, bytes.len);
    }
    fine = fine && fsync(fd) == 0;
    fine = close(fd) == 0 && fine;
    if (fine && rename(fresh, path) == 0)
        return NULL;
    Err *err = unwritable(arena, path);
    unlink(fresh);
    return err;
}

/* All files and then their folder are on disk before any row speaks of them. */
static Err *write_files(Arena *arena, Str hash, const Decoded *decoded)
{
    const char *folder = str_z(arena, str_format(arena, "%.*s/media/%.2s", STR_ARG(config_text("data")), hash.at));
    TRY(folder_make(arena, folder, 0755));
    for (size_t i = 0; i < decoded->len; i++) {
        const Rendition *file = &decoded->files[i];
        const char *format = file->head.format == FORMAT_WEBP ? "webp" : "jpg";
        TRY(write_one(arena, picture_file(arena, hash, file->head.width, format).at, file->bytes));
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return unwritable(arena, folder);
    bool fine = fsync(fd) == 0;
    close(fd);
    return fine ? NULL : unwritable(arena, folder);
}

static bool files_there(Arena *arena, Str key)
{
    KeyParts parts;
    int64_t widths[RENDITION_WIDTHS];
    if (!key_parse(key, &parts))
        return false;
    size_t len = key_widths(&parts, widths);
    for (size_t i = 0; i < len; i++)
        if (!file_exists(picture_file(arena, parts.hash, widths[i], "webp").at) ||
            !file_exists(picture_file(arena, parts.hash, widths[i], "jpg").at))
            return false;
    return true;
}

/* ---- rows ---- */

static Err *add_row(Tx *tx, void *arg)
{
    NewPicture *picture = arg;
    PictureRow row;
    bool found;
    int64_t count;
    TRY(picture_add(tx, &picture->row, &count));
    if (count == 0)
        TRY(picture_touch(tx, picture->row.hash, picture->row.now)); /* a day more for whoever is about to use it */
    TRY(picture_by_hash(&tx->db, picture->row.hash, &row, &found));
    picture->key = str_copy(tx->db.arena, row.key);
    return NULL;
}

static Err *touch_row(Tx *tx, void *arg)
{
    const PictureAddArgs *row = arg;
    return picture_touch(tx, row->hash, row->now);
}

static Err *keep_decoded(Store *store, Arena *arena, const char *hash, const Decoded *decoded, Time now, Str *key)
{
    NewPicture picture = {.row = {.id = id_mint(),
                                  .hash = str_of(hash),
                                  .key = key_make(arena, hash, &decoded->widest, &decoded->info),
                                  .width = decoded->info.width,
                                  .height = decoded->info.height,
                                  .now = now}};
    for (size_t i = 0; i < decoded->len; i++)
        picture.row.bytes += (int64_t)decoded->files[i].bytes.len;
    TRY(folder_make(arena, str_z(arena, str_format(arena, "%.*s/media", STR_ARG(config_text("data")))), 0755));
    int lock = media_lock(arena, false);
    if (lock < 0)
        return unwritable(arena, "media/.lock");
    Err *err = write_files(arena, str_of(hash), decoded);
    if (!err)
        err = db_write(store, arena, add_row, &picture);
    close(lock);
    *key = str_copy(arena, picture.key);
    return err;
}

static Err *take_bytes(Store *store, Arena *arena, uint32_t ask, Str bytes, Time now, Str *key)
{
    char *hash = arena_alloc(arena, HASH_TEXT + 1);
    Db db;
    PictureRow row;
    bool found;
    picture_hash(bytes, hash);
    TRY(db_read(store, arena, &db));
    TRY(picture_by_hash(&db, str_of(hash), &row, &found));
    if (found && files_there(arena, row.key)) {
        PictureAddArgs touched = {.hash = str_of(hash), .now = now};
        *key = row.key;
        return db_write(store, arena, touch_row, &touched);
    }
    Decoded *decoded = NEW(arena, Decoded);
    TRY(picture_decode(arena, ask, bytes, decoded));
    return keep_decoded(store, arena, hash, decoded, now, key);
}

/* ---- what other modules call ---- */

static Err *too_large(Arena *arena)
{
    return err_new(arena, ERR_INVALID, "media.too_large");
}

Err *media_take_bytes(Store *store, Arena *arena, Str bytes, Time now, Str *key)
{
    if (bytes.len > PICTURE_BYTES_MAX)
        return too_large(arena);
    if (picture_kind(bytes) == KIND_UNKNOWN) /* without waking the child */
        return err_new(arena, ERR_INVALID, "media.kind");
    return take_bytes(store, arena, ASK_PICTURE, bytes, now, key);
}

Err *media_take_drawing(Store *store, Arena *arena, Str svg, Time now, Str *key)
{
    return take_bytes(store, arena, ASK_DRAWING, svg, now, key);
}

static Err *read_upload(Arena *arena, const Upload *upload, Str *bytes)
{
    Err *err =
        upload->bytes > PICTURE_BYTES_MAX ? too_large(arena) : file_read(arena, upload->path, PICTURE_BYTES_MAX, bytes);
    if (!err && bytes->len == 0)
        err = err_new(arena, ERR_INVALID, "media.damaged");
    return err;
}

static Err *at_field(Arena *arena, Err *err, const Upload *upload)
{
    if (err && err->kind == ERR_INVALID)
        err->field = str_copy(arena, upload->field);
    return err;
}

Err *media_take(Req *r, const Upload *upload, Str *key)
{
    Str bytes;
    Err *err = read_upload(r->arena, upload, &bytes);
    if (!err)
        err = media_take_bytes(r->store, r->arena, bytes, r->now, key);
    return at_field(r->arena, err, upload);
}

Err *media_decode_code(Req *r, const Upload *upload, Code *out)
{
    Str bytes;
    Err *err = read_upload(r->arena, upload, &bytes);
    if (!err && picture_kind(bytes) == KIND_UNKNOWN)
        err = err_new(r->arena, ERR_INVALID, "media.kind");
    if (!err)
        err = code_decode(r->arena, bytes, out);
    return at_field(r->arena, err, upload);
}

Err *media_keep(Tx *tx, Str key)
{
    KeyParts parts;
    int64_t count = 0;
    if (!key.len)
        return NULL;
    if (key_parse(key, &parts))
        TRY(picture_keep(tx, parts.hash, &count));
    return count ? NULL : err_new(tx->db.arena, ERR_INVALID, "media.missing");
}

Err *media_drop(Tx *tx, Str key, Time now)
{
    KeyParts parts;
    int64_t count;
    return key_parse(key, &parts) ? picture_drop(tx, parts.hash, now, &count) : NULL;
}

Err *media_bytes(Arena *arena, Str key, Str *out)
{
    Str url = media_url(arena, key, 1 << 20, "jpg"), name = str_slice(url, 7, url.len); /* behind "/media/" */
    *out = (Str){0};
    if (name.len < 3)
        return NULL;
    Str path = str_format(arena, "%.*s/media/%.2s/%.*s", STR_ARG(config_text("data")), name.at, (int)name.len - 2, name.at + 2);
    return file_read(arena, str_z(arena, path), 32u << 20, out);
}
