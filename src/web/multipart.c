/* The multipart reader: a window of bytes in which the next boundary is looked for, never the whole body. */
#include "web/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

enum { WINDOW = 32 * 1024, HEADER_MAX = 8 * 1024, BOUNDARY_MAX = 70, FILE_NAME_MAX = 200 };

typedef enum State { PREAMBLE, AFTER_BOUNDARY, HEADER, TEXT, FILE_DATA, EPILOGUE } State;

struct Multipart {
    Arena *arena;
    MultipartLimits limits;
    char delimiter[BOUNDARY_MAX + 5]; /* CRLF -- boundary */
    size_t delimiter_len;
    State state;
    char window[WINDOW];
    size_t held;
    int parts;
    size_t text_bytes;
    Pairs texts;
    size_t texts_room;
    Upload *files;
    size_t files_len, files_room;
    Str name; /* of the part that is being read */
    Buf text;
    int fd;
};

static Err *bad(Multipart *m, const char *detail)
{
    return err_detail(m->arena, ERR_INVALID, "http.bad_multipart", "%s", detail);
}

bool multipart_boundary(Str content_type, Str *boundary)
{
    Str kind, rest, piece;
    str_cut(content_type, ';', &kind, &rest);
    if (!str_eq_nocase(str_trim(kind), STR("multipart/form-data")))
        return false;
    for (bool more = true; more;) {
        more = str_cut(rest, ';', &piece, &rest);
        Str name, value;
        if (!str_cut(piece, '=', &name, &value) || !str_eq_nocase(str_trim(name), STR("boundary")))
            continue;
        value = str_trim(value);
        if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
            value = str_slice(value, 1, value.len - 1);
        if (value.len == 0 || value.len > BOUNDARY_MAX)
            return false;
        for (size_t i = 0; i < value.len; i++)
            if ((unsigned char)value.at[i] < 0x20 || (unsigned char)value.at[i] > 0x7e)
                return false;
        *boundary = value;
        return true;
    }
    return false;
}

static void release(void *thing)
{
    Multipart *m = thing;
    if (m->fd >= 0)
        close(m->fd);
    for (size_t i = 0; i < m->files_len; i++)
        unlink(m->files[i].path); /* already moved away: nothing to do */
}

Multipart *multipart_new(Arena *arena, Str boundary, const MultipartLimits *limits)
{
    Multipart *m = NEW(arena, Multipart);
    m->arena = arena;
    m->limits = *limits;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.at, boundary.len);
    m->delimiter_len = boundary.len + 4;
    memcpy(m->window, "\r\n", 2); /* so that the first boundary looks like all the others */
    m->held = 2;
    m->fd = -1;
    arena_on_reset(arena, release, m);
    return m;
}

/* name="..." or name=word out of a Content-Disposition; %22 is how browsers write a quote. */
static bool parameter(Arena *arena, Str header, const char *name, Str *out)
{
    Str rest = header;
    size_t name_len = strlen(name);
    while (rest.len) {
        size_t semicolon = 0;
        bool quoted = false;
        while (semicolon < rest.len && (quoted || rest.at[semicolon] != ';')) {
            if (rest.at[semicolon] == '"' && !(quoted && semicolon && rest.at[semicolon - 1] == '\\'))
                quoted = !quoted;
            semicolon++;
        }
        Str piece = str_trim(str_slice(rest, 0, semicolon));
        rest = str_slice(rest, semicolon + 1, SIZE_MAX);
        if (piece.len <= name_len || piece.at[name_len] != '=' ||
            !str_eq_nocase(str_slice(piece, 0, name_len), str_of(name)))
            continue;
        Str value = str_slice(piece, name_len + 1, SIZE_MAX);
        if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
            value = str_slice(value, 1, value.len - 1);
        Buf buf = buf_new(arena, value.len + 1);
        for (size_t i = 0; i < value.len; i++) {
            Str left = str_slice(value, i, SIZE_MAX);
            if (str_starts(left, STR("%22"))) {
                buf_add_char(&buf, '"');
                i += 2;
            } else if (value.at[i] != '\\' || i + 1 == value.len || (value.at[i + 1] != '"' && value.at[i + 1] != '\\'))
                buf_add_char(&buf, value.at[i]);
        }
        *out = buf_str(&buf);
        return true;
    }
    return false;
}

/* Only the last part of a path, as old browsers send "C:\photos\egg.jpg". */
static Str file_name(Arena *arena, Str name)
{
    for (size_t i = name.len; i-- > 0;)
        if (name.at[i] == '/' || name.at[i] == '\\') {
            name = str_slice(name, i + 1, SIZE_MAX);
            break;
        }
    return utf8_cut(utf8_clean(arena, name), FILE_NAME_MAX);
}

static Err *file_open(Multipart *m, Str name, Str type)
{
    if (!m->limits.folder)
        return err_field(m->arena, "http.no_upload", str_z(m->arena, m->name));
    if (m->files_len == m->files_room) {
        m->files_room = m->files_room ? m->files_room * 2 : 4;
        Upload *files = NEW_ARRAY(m->arena, Upload, m->files_room);
        if (m->files_len)
            memcpy(files, m->files, m->files_len * sizeof *files);
        m->files = files;
    }
    char *path = (char *)str_z(m->arena, str_format(m->arena, "%s/upload-XXXXXX", m->limits.folder));
    m->fd = mkostemp(path, O_CLOEXEC);
    if (m->fd < 0)
        return err_detail(m->arena, ERR_BROKEN, errno == ENOSPC ? "disk.full" : "file.unwritable", "%s: %s",
                          m->limits.folder, strerror(errno));
    m->files[m->files_len++] = (Upload){.field = m->name, .name = name, .type = type, .path = path};
    return NULL;
}

/* One header line: what the part is called, and whether it is a file. */
static Err *header_line(Multipart *m, Str line, bool *is_file, Str *file, Str *type)
{
    Str name, value;
    if (!str_cut(line, ':', &name, &value))
        return bad(m, "a part has a header without a colon");
    value = str_trim(value);
    if (str_eq_nocase(str_trim(name), STR("content-disposition"))) {
        if (!parameter(m->arena, value, "name", &m->name))
            return bad(m, "a part has no name");
        *is_file = parameter(m->arena, value, "filename", file);
    } else if (str_eq_nocase(str_trim(name), STR("content-type")))
        *type = utf8_clean(m->arena, utf8_cut(value, FILE_NAME_MAX));
    return NULL;
}

static Err *part_begin(Multipart *m, Str header)
{
    if (++m->parts > m->limits.parts)
        return err_new(m->arena, ERR_INVALID, "http.too_many_parts");
    m->name = (Str){0};
    bool is_file = false;
    Str file = {0}, type = {0}, rest = header;
    while (rest.len) {
        size_t end = str_find(rest, STR("\r\n"));
        Str line = str_slice(rest, 0, end);
        rest = end == SIZE_MAX ? (Str){0} : str_slice(rest, end + 2, SIZE_MAX);
        if (line.len)
            TRY(header_line(m, line, &is_file, &file, &type));
    }
    if (m->name.len == 0 || !utf8_valid(m->name))
        return bad(m, "a part has no name");
    if (is_file && file.len) {
        m->state = FILE_DATA;
        return file_open(m, file_name(m->arena, file), type);
    }
    /* A file field that was left empty comes with an empty file name: it is a text without content. */
    m->state = TEXT;
    m->text = buf_new(m->arena, m->limits.text_bytes + 1);
    return NULL;
}

static Err *file_data(Multipart *m, Str data)
{
    if (!fd_write(m->fd, data))
        return err_detail(m->arena, ERR_BROKEN, errno == ENOSPC || errno == EDQUOT ? "disk.full" : "file.unwritable", "an upload: %s",
                          strerror(errno));
    m->files[m->files_len - 1].bytes += (int64_t)data.len;
    return NULL;
}

static Err *part_data(Multipart *m, Str data)
{
    if (m->state == FILE_DATA)
        return file_data(m, data);
    if (m->state != TEXT)
        return NULL; /* the preamble means nothing */
    m->text_bytes += data.len;
    if (m->text_bytes > m->limits.text_bytes)
        return err_new(m->arena, ERR_INVALID, "http.too_large");
    buf_add(&m->text, data);
    return NULL;
}

static Err *part_end(Multipart *m)
{
    if (m->state == FILE_DATA) {
        int closed = close(m->fd);
        m->fd = -1;
        return closed == 0 ? NULL : err_detail(m->arena, ERR_BROKEN, "file.unwritable", "an upload: %s", strerror(errno));
    }
    if (m->state != TEXT)
        return NULL;
    Str value = buf_str(&m->text);
    if (!utf8_valid(value))
        return err_field(m->arena, "http.bad_encoding", str_z(m->arena, m->name));
    if (m->texts.len == m->texts_room) {
        m->texts_room = m->texts_room ? m->texts_room * 2 : 16;
        Pair *texts = NEW_ARRAY(m->arena, Pair, m->texts_room);
        if (m->texts.len)
            memcpy(texts, m->texts.at, m->texts.len * sizeof *texts);
        m->texts.at = texts;
    }
    m->texts.at[m->texts.len++] = (Pair){m->name, value};
    return NULL;
}

static void drop(Multipart *m, size_t count)
{
    memmove(m->window, m->window + count, m->held - count);
    m->held -= count;
}

/* Data up to the next boundary, or as much of it as surely holds none. */
static Err *step_data(Multipart *m, bool *more)
{
    Str window = {m->window, m->held};
    size_t at = str_find(window, (Str){m->delimiter, m->delimiter_len});
    if (at != SIZE_MAX) {
        TRY(part_data(m, str_slice(window, 0, at)));
        TRY(part_end(m));
        drop(m, at + m->delimiter_len);
        m->state = AFTER_BOUNDARY;
        return NULL;
    }
    *more = false;
    if (m->held < m->delimiter_len)
        return NULL;
    size_t sure = m->held - (m->delimiter_len - 1);
    TRY(part_data(m, str_slice(window, 0, sure)));
    drop(m, sure);
    return NULL;
}

static Err *step_after_boundary(Multipart *m, bool *more)
{
    size_t blank = 0;
    while (blank < m->held && (m->window[blank] == ' ' || m->window[blank] == '\t'))
        blank++;
    if (blank > BOUNDARY_MAX) /* however the body is cut into pieces */
        return bad(m, "too much white space after a boundary");
    if (m->held < blank + 2) {
        *more = false;
        return NULL;
    }
    if (blank == 0 && memcmp(m->window, "--", 2) == 0) {
        m->state = EPILOGUE;
        m->held = 0;
        *more = false;
        return NULL;
    }
    if (memcmp(m->window + blank, "\r\n", 2) != 0)
        return bad(m, "a boundary is followed by something else than a line end");
    drop(m, blank); /* the CRLF stays: a header may be empty, then its end is CRLF CRLF from here */
    m->state = HEADER;
    return NULL;
}

static Err *step_header(Multipart *m, bool *more)
{
    Str window = {m->window, m->held};
    size_t end = str_find(window, STR("\r\n\r\n"));
    if (end == SIZE_MAX) {
        *more = false;
        return m->held > HEADER_MAX + 3 ? bad(m, "the header of a part is too long") : NULL; /* its end may have come but for a byte */
    }
    if (end > HEADER_MAX)
        return bad(m, "the header of a part is too long");
    TRY(part_begin(m, str_copy(m->arena, str_slice(window, 0, end))));
    drop(m, end + 4);
    return NULL;
}

static Err *window_read(Multipart *m)
{
    for (bool more = true; more;) {
        switch (m->state) {
        case PREAMBLE:
        case TEXT:
        case FILE_DATA:
            TRY(step_data(m, &more));
            break;
        case AFTER_BOUNDARY:
            TRY(step_after_boundary(m, &more));
            break;
        case HEADER:
            TRY(step_header(m, &more));
            break;
        case EPILOGUE:
            m->held = 0;
            more = false;
            break;
        }
    }
    return NULL;
}

Err *multipart_add(Multipart *m, Str chunk)
{
    while (chunk.len) {
        size_t take_len = WINDOW - m->held < chunk.len ? WINDOW - m->held : chunk.len;
        memcpy(m->window + m->held, chunk.at, take_len);
        m->held += take_len;
        chunk = str_slice(chunk, take_len, SIZE_MAX);
        TRY(window_read(m));
    }
    return NULL;
}

Err *multipart_end(Multipart *m)
{
    return m->state == EPILOGUE ? NULL : bad(m, "the closing boundary is missing");
}

Pairs multipart_texts(const Multipart *m)
{
    return m->texts;
}

const Upload *multipart_files(const Multipart *m, size_t *len)
{
    *len = m->files_len;
    return m->files;
}
