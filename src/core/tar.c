/* Writing and reading archives, block by block. */
#include "core/tar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { CHUNK = 64 * 1024, NAME_AT = 0, SIZE_AT = 124, TIME_AT = 136, SUM_AT = 148, TYPE_AT = 156, MAGIC_AT = 257 };

static Err *trouble(Arena *arena, const char *name, bool writing)
{
    bool full = errno == ENOSPC || errno == EDQUOT;
    return err_detail(arena, ERR_BROKEN,
                      full      ? "disk.full"
                      : writing ? "file.unwritable"
                                : "file.unreadable",
                      "%s: %s", name, strerror(errno));
}

static unsigned checksum(const char block[TAR_BLOCK])
{
    unsigned sum = 0;
    for (int i = 0; i < TAR_BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + 8 ? ' ' : (unsigned char)block[i];
    return sum;
}

/* Eleven octal digits, or from 8 GiB on the base-256 form that GNU and BSD tar write. */
static void put_size(char *at, int64_t size)
{
    if (size < INT64_C(1) << 33) {
        snprintf(at, 12, "%011llo", (unsigned long long)size);
        return;
    }
    memset(at, 0, 12);
    at[0] = (char)0x80;
    for (int i = 11; size; i--, size >>= 8)
        at[i] = (char)(size & 255);
}

static bool get_size(const char *at, int64_t *size)
{
    *size = 0;
    if ((unsigned char)at[0] == 0x80) {
        for (int i = 4; i < 12; i++)
            *size = (int64_t)((uint64_t)*size << 8 | (unsigned char)at[i]);
        return *size >= 0;
    }
    for (int i = 0; i < 12 && at[i] && at[i] != ' '; i++) {
        if (at[i] < '0' || at[i] > '7')
            return false;
        *size = *size << 3 | (at[i] - '0');
    }
    return true;
}

bool tar_name_safe(const char *name)
{
    size_t len = strlen(name);
    if (len == 0 || len > TAR_NAME_MAX || name[0] == '/' || name[len - 1] == '/')
        return false;
    for (const char *at = name; *at; at++) {
        bool begins = at == name || at[-1] == '/';
        if (*at < ' ' || *at == 0x7F || *at == '\\' || (begins && (*at == '.' || *at == '/')))
            return false; /* hidden files, "." and ".." are none of ours */
    }
    return true;
}

static Err *copy_bytes(Arena *arena, int out, int in, int64_t size, const char *name)
{
    char chunk[CHUNK];
    for (int64_t left = size; left > 0;) {
        size_t want = left < CHUNK ? (size_t)left : CHUNK;
        errno = EIO;
        if (fd_read(in, chunk, want) < want)
            return trouble(arena, name, false);
        if (!fd_write(out, (Str){chunk, want}))
            return trouble(arena, name, true);
        left -= (int64_t)want;
    }
    return NULL;
}

Err *tar_add(Arena *arena, int out, const char *name, int file, int64_t size, Time changed)
{
    char block[TAR_BLOCK] = {0};
    if (!tar_name_safe(name))
        return err_detail(arena, ERR_BROKEN, "backup.name", "%s", name);
    memcpy(block + NAME_AT, name, strlen(name));
    snprintf(block + 100, 8, "%07o", 0600u);
    snprintf(block + 108, 8, "%07o", 0u);
    snprintf(block + 116, 8, "%07o", 0u);
    put_size(block + SIZE_AT, size);
    put_size(block + TIME_AT, changed.ms > 0 ? changed.ms / SECOND_MS : 0);
    block[TYPE_AT] = '0';
    memcpy(block + MAGIC_AT, "ustar\00000", 8);
    snprintf(block + SUM_AT, 8, "%06o", checksum(block));
    block[SUM_AT + 7] = ' ';
    if (!fd_write(out, (Str){block, sizeof block}))
        return trouble(arena, name, true);
    TRY(copy_bytes(arena, out, file, size, name));
    static const char zeros[TAR_BLOCK];
    size_t rest = (size_t)(size % TAR_BLOCK);
    return rest && !fd_write(out, (Str){zeros, TAR_BLOCK - rest}) ? trouble(arena, name, true) : NULL;
}

Err *tar_end(Arena *arena, int out)
{
    static const char zeros[2 * TAR_BLOCK];
    return fd_write(out, (Str){zeros, sizeof zeros}) ? NULL : trouble(arena, "the backup's end", true);
}

bool tar_header(const char block[TAR_BLOCK], TarEntry *out)
{
    unsigned sum = 0;
    for (int i = SUM_AT; i < SUM_AT + 8 && block[i] && block[i] != ' '; i++)
        sum = sum << 3 | (unsigned)(block[i] - '0');
    if (sum != checksum(block) || memcmp(block + MAGIC_AT, "ustar", 5) != 0 || block[TAR_NAME_MAX] ||
        (block[TYPE_AT] != '0' && block[TYPE_AT]) || block[345]) /* a prefix: we write none */
        return false;
    memcpy(out->name, block + NAME_AT, TAR_NAME_MAX + 1);
    return get_size(block + SIZE_AT, &out->size) && tar_name_safe(out->name);
}

static Err *extract_one(Arena *arena, int in, const char *folder, const TarEntry *entry)
{
    const char *path = str_z(arena, str_format(arena, "%s/%s", folder, entry->name));
    const char *slash = strrchr(path, '/');
    TRY(folder_make(arena, str_z(arena, (Str){path, (size_t)(slash - path)}), 0700));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return trouble(arena, path, true);
    Err *err = copy_bytes(arena, fd, in, entry->size, entry->name);
    if (!err && fsync(fd) != 0)
        err = trouble(arena, path, true);
    close(fd);
    char padding[TAR_BLOCK];
    size_t rest = (size_t)(entry->size % TAR_BLOCK);
    if (!err && rest && fd_read(in, padding, TAR_BLOCK - rest) < TAR_BLOCK - rest)
        err = err_new(arena, ERR_INVALID, "backup.cut");
    return err_is(err, "file.unreadable") ? err_new(arena, ERR_INVALID, "backup.cut") : err;
}

Err *tar_extract(Arena *arena, int in, const char *folder, int64_t *files)
{
    static const char zeros[TAR_BLOCK];
    char block[TAR_BLOCK];
    for (*files = 0;; ++*files) {
        TarEntry entry;
        if (fd_read(in, block, sizeof block) < sizeof block)
            return err_new(arena, ERR_INVALID, "backup.cut");
        if (memcmp(block, zeros, sizeof block) == 0)
            return NULL;
        if (!tar_header(block, &entry))
            return err_detail(arena, ERR_INVALID, "backup.damaged", "behind %lld files", (long long)*files);
        TRY(extract_one(arena, in, folder, &entry));
    }
}
