/* Bounded reading and durable writing of whole files. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static Err *file_error(Arena *arena, const char *path)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return err_detail(arena, ERR_BROKEN, "disk.full", "%s", path);
    if (errno == ENOENT)
        return err_detail(arena, ERR_MISSING, "file.missing", "%s", path);
    return err_detail(arena, ERR_BROKEN, "file.unreadable", "%s: %s", path, strerror(errno));
}

static Err *too_large(Arena *arena, const char *path, size_t max_bytes)
{
    Err *err = err_detail(arena, ERR_INVALID, "file.too_large", "%s", path);
    return err_arg(arena, err, "max", str_format(arena, "%zu", max_bytes));
}

size_t fd_read(int fd, void *into, size_t len)
{
    char *at = into;
    size_t have = 0;
    while (have < len) {
        ssize_t got = read(fd, at + have, len - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += (size_t)got;
    }
    return have;
}

bool fd_write(int fd, Str content)
{
    while (content.len) {
        ssize_t wrote = write(fd, content.at, content.len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        content = str_slice(content, (size_t)wrote, content.len);
    }
    return true;
}

/* Reads to the end, at most max_bytes + 1 bytes: one more than allowed tells that there is more. */
static bool read_all(Arena *arena, int fd, size_t max_bytes, Str *out)
{
    struct stat info = {0};
    size_t room = 64 * 1024, len = 0;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0)
        room = (size_t)info.st_size + 1;
    if (room > max_bytes + 1)
        room = max_bytes + 1;
    char *at = arena_alloc(arena, room);
    for (;;) {
        if (len == room && room == max_bytes + 1)
            break;
        if (len == room) {
            room = room * 2 > max_bytes + 1 ? max_bytes + 1 : room * 2;
            char *more = arena_alloc(arena, room);
            at = memcpy(more, at, len);
        }
        ssize_t got = read(fd, at + len, room - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *out = (Str){at, len};
    return true;
}

Err *file_read_fd(Arena *arena, int fd, const char *path, size_t max_bytes, Str *out)
{
    Str content = {0};
    bool fine = read_all(arena, fd, max_bytes, &content);
    Err *err = fine ? NULL : file_error(arena, path);
    close(fd);
    if (!err && content.len > max_bytes)
        err = too_large(arena, path, max_bytes);
    if (!err)
        *out = content;
    return err;
}

Err *file_read(Arena *arena, const char *path, size_t max_bytes, Str *out)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_error(arena, path);
    return file_read_fd(arena, fd, path, max_bytes, out);
}

static bool write_durably(int fd, Str content)
{
    return fd_write(fd, content) && (fsync(fd) == 0 || errno == EINVAL || errno == EROFS); /* a pipe cannot be synced */
}

static Err *write_error(Arena *arena, const char *path)
{
    const char *code = errno == ENOSPC || errno == EDQUOT ? "disk.full" : "file.unwritable";
    return err_detail(arena, ERR_BROKEN, code, "%s: %s", path, strerror(errno));
}

Err *file_write_fd(Arena *arena, int fd, const char *path, Str content)
{
    bool fine = write_durably(fd, content);
    Err *err = fine ? NULL : write_error(arena, path);
    if (close(fd) != 0 && !err)
        err = write_error(arena, path);
    return err;
}

static void folder_sync(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? str_z(arena, (Str){path, (size_t)(slash - path) + 1}) : ".";
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

Err *file_write(Arena *arena, const char *path, Str content, unsigned mode)
{
    const char *fresh = str_z(arena, str_format(arena, "%s.tmp", path));
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0)
        return write_error(arena, path);
    bool fine = write_durably(fd, content);
    fine = close(fd) == 0 && fine;
    if (!fine || rename(fresh, path) != 0) {
        Err *err = write_error(arena, path);
        unlink(fresh);
        return err;
    }
    folder_sync(arena, path);
    return NULL;
}

bool file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

Err *folder_make(Arena *arena, const char *path, unsigned mode)
{
    char *copy = arena_copy(arena, path, strlen(path) + 1);
    for (char *at = copy + 1; *at; at++)
        if (*at == '/') {
            *at = 0;
            if (mkdir(copy, (mode_t)mode) != 0 && errno != EEXIST)
                return write_error(arena, copy);
            *at = '/';
        }
    if (mkdir(copy, (mode_t)mode) != 0 && errno != EEXIST)
        return write_error(arena, path);
    return NULL;
}
