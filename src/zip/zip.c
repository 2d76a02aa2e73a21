/* minizip behind our own words: streams over a descriptor, fixed times, bounded reading. */
#include "zip/zip.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unzip.h>
#include <zip.h>

#include "base/text.h"

enum { PIECE = 64 * 1024, PLAIN_FILE = 0100644, UTF8_NAMES = 1 << 11, MADE_BY_UNIX = 3 << 8 | 45, ENCRYPTED = 1 };

/* ---- streams of minizip over a descriptor ---- */

static voidpf stream_open(voidpf opaque, const void *name, int mode)
{
    (void)name;
    int fd = dup(*(const int *)opaque);
    FILE *file = fd < 0 ? NULL : fdopen(fd, mode & ZLIB_FILEFUNC_MODE_CREATE ? "w+" : "r");
    if (!file && fd >= 0)
        close(fd);
    return file;
}

static uLong stream_read(voidpf opaque, voidpf stream, void *into, uLong size)
{
    (void)opaque;
    return fread(into, 1, size, stream);
}

static uLong stream_write(voidpf opaque, voidpf stream, const void *from, uLong size)
{
    (void)opaque;
    return fwrite(from, 1, size, stream);
}

static ZPOS64_T stream_tell(voidpf opaque, voidpf stream)
{
    (void)opaque;
    return (ZPOS64_T)ftello(stream);
}

static long stream_seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin)
{
    (void)opaque;
    return offset > INT64_MAX || fseeko(stream, (off_t)offset, origin) != 0 ? -1 : 0;
}

static int stream_close(voidpf opaque, voidpf stream)
{
    (void)opaque;
    return fclose(stream);
}

static int stream_error(voidpf opaque, voidpf stream)
{
    (void)opaque;
    return ferror((FILE *)stream);
}

static zlib_filefunc64_def streams(int *fd)
{
    return (zlib_filefunc64_def){stream_open, stream_read, stream_write, stream_tell, stream_seek, stream_close, stream_error, fd};
}

/* ---- writing ---- */

struct ZipOut {
    Arena *arena;
    zipFile file;
    Str name; /* of the entry that is open */
    crypto_hash_sha256_state sum;
    ZipSumList sums;
    size_t room;
};

static Err *unwritten(const ZipOut *zip)
{
    return err_detail(zip->arena, ERR_BROKEN, errno == ENOSPC || errno == EDQUOT ? "disk.full" : "bundle.write", "%.*s: %s",
                      STR_ARG(zip->name), strerror(errno));
}

Err *zip_out_open(Arena *arena, int fd, ZipOut **out)
{
    ZipOut *zip = NEW(arena, ZipOut);
    zlib_filefunc64_def functions = streams(&fd);
    zip->arena = arena;
    errno = 0;
    zip->file = zipOpen2_64("bundle", APPEND_STATUS_CREATE, NULL, &functions);
    if (!zip->file)
        return unwritten(zip);
    *out = zip;
    return NULL;
}

Err *zip_out_begin(ZipOut *zip, const char *name, bool pack)
{
    /* The first moment a zip can name: when a bundle was made is nobody's business, and no two would be equal. */
    zip_fileinfo info = {.dosDate = 1 << 21 | 1 << 16, .external_fa = (uLong)PLAIN_FILE << 16};
    zip->name = str_of(str_z(zip->arena, str_of(name)));
    crypto_hash_sha256_init(&zip->sum);
    errno = 0;
    int status = zipOpenNewFileInZip4_64(zip->file, zip->name.at, &info, NULL, 0, NULL, 0, NULL, pack ? Z_DEFLATED : 0,
                                         Z_DEFAULT_COMPRESSION, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, NULL, 0,
                                         MADE_BY_UNIX, UTF8_NAMES, 1);
    return status == ZIP_OK ? NULL : unwritten(zip);
}

Err *zip_out_write(ZipOut *zip, Str bytes)
{
    errno = 0;
    while (bytes.len) {
        Str piece = str_slice(bytes, 0, PIECE);
        crypto_hash_sha256_update(&zip->sum, (const unsigned char *)piece.at, piece.len);
        if (zipWriteInFileInZip(zip->file, piece.at, (unsigned)piece.len) != ZIP_OK)
            return unwritten(zip);
        bytes = str_slice(bytes, piece.len, bytes.len);
    }
    return NULL;
}

static void sum_text(crypto_hash_sha256_state *state, char out[SHA256_TEXT + 1])
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(state, sum);
    sodium_bin2hex(out, SHA256_TEXT + 1, sum, sizeof sum);
}

Err *zip_out_end(ZipOut *zip)
{
    errno = 0;
    if (zipCloseFileInZip(zip->file) != ZIP_OK)
        return unwritten(zip);
    if (zip->sums.len == zip->room) {
        zip->room = zip->room ? 2 * zip->room : 64;
        ZipSum *at = NEW_ARRAY(zip->arena, ZipSum, zip->room);
        if (zip->sums.len)
            memcpy(at, zip->sums.at, zip->sums.len * sizeof *at);
        zip->sums.at = at;
    }
    ZipSum *sum = &zip->sums.at[zip->sums.len++];
    sum->name = zip->name;
    sum_text(&zip->sum, sum->sum);
    return NULL;
}

ZipSumList zip_out_sums(const ZipOut *zip)
{
    return zip->sums;
}

Err *zip_out_close(ZipOut *zip)
{
    errno = 0;
    int status = zip->file ? zipClose(zip->file, NULL) : ZIP_OK;
    zip->file = NULL;
    return status == ZIP_OK ? NULL : unwritten(zip);
}

/* ---- reading ---- */

bool zip_name_safe(Str name)
{
    Str rest = name, part;
    if (!name.len || name.len > ZIP_NAME_MAX || !utf8_valid(name))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.at[i] < 0x20 || name.at[i] == 0x7F || strchr("\\:*?\"<>|", name.at[i]))
            return false;
    while (str_cut(rest, '/', &part, &rest), part.len && part.at[0] != '.')
        if (!rest.len)
            return name.at[name.len - 1] != '/';
    return false;
}

static Err *refused(Arena *arena, const char *code, Str file)
{
    return err_arg(arena, err_new(arena, ERR_INVALID, code), "file", utf8_clean(arena, utf8_cut(file, 100)));
}

static int by_name(const void *a, const void *b)
{
    return str_compare(((const ZipEntry *)a)->name, ((const ZipEntry *)b)->name);
}

static Err *entry_read(ZipIn *zip, ZipEntry *entry)
{
    char name[ZIP_NAME_MAX + 2];
    unz_file_info64 info;
    unz64_file_pos place;
    if (unzGetCurrentFileInfo64(zip->file, &info, name, sizeof name, NULL, 0, NULL, 0) != UNZ_OK ||
        unzGetFilePos64(zip->file, &place) != UNZ_OK)
        return err_new(zip->arena, ERR_INVALID, "bundle.not_zip");
    size_t len = info.size_filename < sizeof name ? info.size_filename : sizeof name;
    entry->name = str_copy(zip->arena, (Str){name, len});
    if (!zip_name_safe(entry->name))
        return refused(zip->arena, "bundle.name", entry->name);
    if ((info.flag & ENCRYPTED) || (info.compression_method != 0 && info.compression_method != Z_DEFLATED))
        return refused(zip->arena, "bundle.kind", entry->name);
    if (info.uncompressed_size > INT64_MAX / 4 || info.compressed_size > INT64_MAX / 4)
        return refused(zip->arena, "bundle.damaged", entry->name);
    entry->size = (int64_t)info.uncompressed_size;
    entry->packed = (int64_t)info.compressed_size;
    entry->place[0] = place.pos_in_zip_directory;
    entry->place[1] = place.num_of_file;
    return NULL;
}

/* Files that overlap, so that a small zip unpacks without end, have more packed bytes together than there are. */
static Err *directory_check(ZipIn *zip, int64_t file_size)
{
    int64_t packed = 0;
    qsort(zip->entries, zip->len, sizeof *zip->entries, by_name);
    for (size_t i = 0; i < zip->len; i++) {
        const ZipEntry *entry = &zip->entries[i];
        if (i && str_eq(entry->name, entry[-1].name))
            return refused(zip->arena, "bundle.name", entry->name);
        if (__builtin_add_overflow(packed, entry->packed, &packed) ||
            __builtin_add_overflow(zip->total, entry->size, &zip->total) || packed > file_size)
            return refused(zip->arena, "bundle.damaged", entry->name);
    }
    return NULL;
}

static Err *directory_read(ZipIn *zip)
{
    size_t seen = 0;
    unz_global_info64 info;
    if (unzGetGlobalInfo64(zip->file, &info) != UNZ_OK)
        return err_new(zip->arena, ERR_INVALID, "bundle.not_zip");
    if (info.number_entry > ZIP_ENTRIES_MAX)
        return err_new(zip->arena, ERR_INVALID, "bundle.too_many");
    zip->entries = NEW_ARRAY(zip->arena, ZipEntry, info.number_entry + 1);
    int status = info.number_entry ? unzGoToFirstFile(zip->file) : UNZ_END_OF_LIST_OF_FILE;
    for (; status == UNZ_OK && seen < info.number_entry; status = unzGoToNextFile(zip->file)) {
        Err *err = entry_read(zip, &zip->entries[zip->len]);
        if (err && !zip->loose)
            return err;
        zip->len += !err;
        seen++;
    }
    bool whole = status == UNZ_END_OF_LIST_OF_FILE || seen == info.number_entry;
    return whole ? NULL : err_new(zip->arena, ERR_INVALID, "bundle.not_zip");
}

static Err *in_open(Arena *arena, int fd, bool loose, ZipIn **out)
{
    ZipIn *zip = NEW(arena, ZipIn);
    zlib_filefunc64_def functions = streams(&fd);
    off_t size = lseek(fd, 0, SEEK_END);
    *out = NULL;
    zip->arena = arena;
    zip->loose = loose;
    zip->file = size < 0 ? NULL : unzOpen2_64("bundle", &functions);
    if (!zip->file)
        return err_new(arena, ERR_INVALID, "bundle.not_zip");
    Err *err = directory_read(zip);
    if (!err)
        err = directory_check(zip, size);
    if (err) {
        zip_in_close(zip);
        return err;
    }
    *out = zip;
    return NULL;
}

Err *zip_in_open(Arena *arena, int fd, ZipIn **out)
{
    return in_open(arena, fd, false, out);
}

Err *zip_in_open_loose(Arena *arena, int fd, ZipIn **out)
{
    return in_open(arena, fd, true, out);
}

void zip_in_close(ZipIn *zip)
{
    if (zip && zip->file)
        unzClose(zip->file);
    if (zip)
        zip->file = NULL;
}

const ZipEntry *zip_find(const ZipIn *zip, Str name)
{
    ZipEntry key = {.name = name};
    return bsearch(&key, zip->entries, zip->len, sizeof key, by_name);
}

static Err *pieces(ZipIn *zip, const ZipEntry *entry, Err *(*piece)(void *arg, Str bytes), void *arg)
{
    char *room = malloc(PIECE);
    int64_t left = entry->size;
    Err *err = NULL;
    int len = 1;
    while (room && !err && (len = unzReadCurrentFile(zip->file, room, PIECE)) > 0) {
        left -= len;
        err = left < 0 ? refused(zip->arena, "bundle.damaged", entry->name) : piece(arg, (Str){room, (size_t)len});
    }
    free(room);
    if (!err && (!room || len < 0 || left != 0))
        err = refused(zip->arena, "bundle.damaged", entry->name);
    return err;
}

Err *zip_walk(ZipIn *zip, const ZipEntry *entry, Err *(*piece)(void *arg, Str bytes), void *arg)
{
    unz64_file_pos place = {entry->place[0], entry->place[1]};
    if (unzGoToFilePos64(zip->file, &place) != UNZ_OK || unzOpenCurrentFile(zip->file) != UNZ_OK)
        return refused(zip->arena, "bundle.damaged", entry->name);
    Err *err = pieces(zip, entry, piece, arg);
    if (unzCloseCurrentFile(zip->file) != UNZ_OK && !err) /* the CRC */
        err = refused(zip->arena, "bundle.damaged", entry->name);
    return err;
}

static Err *add_piece(void *arg, Str bytes)
{
    buf_add(arg, bytes);
    return NULL;
}

Err *zip_read(ZipIn *zip, const ZipEntry *entry, size_t max_bytes, Str *out)
{
    Buf buf = buf_new(zip->arena, max_bytes);
    if ((uint64_t)entry->size > max_bytes)
        return refused(zip->arena, "bundle.damaged", entry->name);
    TRY(zip_walk(zip, entry, add_piece, &buf));
    *out = buf_str(&buf);
    return NULL;
}

static Err *sum_piece(void *arg, Str bytes)
{
    crypto_hash_sha256_update(arg, (const unsigned char *)bytes.at, bytes.len);
    return NULL;
}

Err *zip_sum(ZipIn *zip, const ZipEntry *entry, char out[SHA256_TEXT + 1])
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    TRY(zip_walk(zip, entry, sum_piece, &state));
    sum_text(&state, out);
    return NULL;
}
