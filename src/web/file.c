/* Opening a file for an answer. */
#include "web/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/inside.h"

RangeKind range_read(Str header, int64_t size, int64_t *from, int64_t *len)
{
    Str unit, spec, first, last;
    int64_t begin, end;
    if (!str_cut(header, '=', &unit, &spec) || !str_eq_nocase(str_trim(unit), STR("bytes")) ||
        !str_cut(str_trim(spec), '-', &first, &last))
        return RANGE_ALL;
    first = str_trim(first);
    last = str_trim(last);
    if (!first.len) { /* the last so many bytes */
        if (!str_to_int(last, &end) || end < 0)
            return RANGE_ALL;
        if (end == 0 || size == 0)
            return RANGE_OUTSIDE;
        *len = end < size ? end : size;
        *from = size - *len;
        return RANGE_PART;
    }
    if (!str_to_int(first, &begin) || begin < 0)
        return RANGE_ALL;
    end = size - 1;
    if (last.len && (!str_to_int(last, &end) || end < begin))
        return RANGE_ALL;
    if (begin >= size)
        return RANGE_OUTSIDE;
    if (end >= size)
        end = size - 1;
    *from = begin;
    *len = end - begin + 1;
    return RANGE_PART;
}

static void close_left(void *arg)
{
    Inside *in = arg;
    if (in->fd >= 0)
        close(in->fd);
    in->fd = -1;
}

int file_take(Req *r)
{
    if (!r->in->has_file)
        return -1;
    int fd = r->in->fd;
    r->in->fd = -1;
    return fd;
}

/* If-Range: a range is only good for the file it was begun with. */
static void choose_range(Req *r, int64_t size, Str etag)
{
    Inside *in = r->in;
    Str range = req_header(r, "Range"), condition = req_header(r, "If-Range");
    in->file_from = 0;
    in->file_len = size;
    reply_header(r, "Accept-Ranges", STR("bytes"));
    if (!range.len || (condition.len && !str_eq(condition, etag)))
        return;
    RangeKind kind = range_read(range, size, &in->file_from, &in->file_len);
    if (kind == RANGE_PART) {
        r->reply->status = 206;
        reply_header(r, "Content-Range",
                     str_format(r->arena, "bytes %lld-%lld/%lld", (long long)in->file_from,
                                (long long)(in->file_from + in->file_len - 1), (long long)size));
    } else if (kind == RANGE_OUTSIDE) {
        r->reply->status = 416;
        in->file_len = 0;
        reply_header(r, "Content-Range", str_format(r->arena, "bytes */%lld", (long long)size));
    }
}

Err *file_open(Req *r)
{
    Inside *in = r->in;
    struct stat about;
    int fd = open(r->reply->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))) {
        close(fd);
        fd = -1;
        errno = ENOENT;
    }
    if (fd < 0) {
        bool missing = errno == ENOENT;
        return err_detail(r->arena, missing ? ERR_MISSING : ERR_BROKEN, missing ? "web.missing" : "file.unreadable", "%s",
                          r->reply->path);
    }
    in->fd = fd;
    in->has_file = true;
    arena_on_reset(r->arena, close_left, in);
    Str etag = str_format(r->arena, "\"%llx-%llx-%llx\"", (unsigned long long)about.st_size,
                          (unsigned long long)about.st_mtim.tv_sec, (unsigned long long)about.st_mtim.tv_nsec);
    reply_header(r, "ETag", etag);
    if (etag_among(req_header(r, "If-None-Match"), etag)) {
        in->file_len = 0;
        r->reply->status = 304;
        return NULL;
    }
    choose_range(r, about.st_size, etag);
    return NULL;
}
