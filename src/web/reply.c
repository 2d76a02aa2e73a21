/* The replies a handler can give. */
#include <stdarg.h>
#include <string.h>

#include "base/json.h"
#include "web/inside.h"

/* A line end in a header value would let a text of a person write headers of its own. */
static Str header_safe(Arena *arena, Str value)
{
    char *copy = arena_copy(arena, value.at, value.len);
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)copy[i] < 0x20 || copy[i] == 0x7f)
            copy[i] = ' ';
    return (Str){copy, value.len};
}

static void header_add(Req *r, const char *name, Str value)
{
    Reply *reply = r->reply;
    if (reply->headers_len == r->in->headers_room)
        return; /* 48 are far more than any handler sets */
    reply->headers[reply->headers_len++] = (Header){str_of(name), header_safe(r->arena, value)};
}

void reply_header(Req *r, const char *name, Str value)
{
    for (size_t i = 0; i < r->reply->headers_len; i++)
        if (str_eq_nocase(r->reply->headers[i].name, str_of(name))) {
            r->reply->headers[i].value = header_safe(r->arena, value);
            return;
        }
    header_add(r, name, value);
}

void reply_cookie(Req *r, const char *name, Str value, int64_t max_age_s)
{
    Buf out = buf_new(r->arena, 4096);
    buf_addf(&out, "%s%s=", r->https ? "__Host-" : "", name);
    for (size_t i = 0; i < value.len; i++) /* cookie-octet of RFC 6265 */
        if ((unsigned char)value.at[i] > 0x20 && (unsigned char)value.at[i] < 0x7f && !strchr("\",;\\", value.at[i]))
            buf_add_char(&out, value.at[i]);
    buf_addf(&out, "; Path=/; HttpOnly; SameSite=Lax%s", r->https ? "; Secure" : "");
    if (max_age_s)
        buf_addf(&out, "; Max-Age=%lld", max_age_s < 0 ? 0LL : (long long)max_age_s);
    header_add(r, "Set-Cookie", buf_str(&out));
}

/* A notice travels percent-encoded, so that it may hold any text. */
void reply_notice(Req *r, const char *text)
{
    Buf encoded = buf_new(r->arena, 2048);
    url_encode(&encoded, tr(r->lang, text));
    reply_cookie(r, "notice", buf_str(&encoded), 60);
}

Str take_notice(Req *r)
{
    Str raw = req_cookie(r, "notice"), text;
    if (req_header(r, "X-Kept").len) /* a page fetched to be kept for later: nobody reads it now */
        return (Str){0};
    if (raw.len == 0 || !url_decode(r->arena, raw, false, &text))
        return (Str){0};
    reply_cookie(r, "notice", (Str){0}, -1);
    return text;
}

Err *reply_bytes(Req *r, int status, const char *type, Str body)
{
    r->reply->status = status;
    r->reply->body = body;
    r->reply->path = NULL;
    reply_header(r, "Content-Type", str_of(type));
    return NULL;
}

Err *reply_empty(Req *r, int status)
{
    r->reply->status = status;
    r->reply->body = (Str){0};
    r->reply->path = NULL;
    return NULL;
}

/* A text of a person must not send anybody to another site. */
Str path_of_ours(Str to, bool cut_short)
{
    bool elsewhere = to.len == 0 || to.at[0] != '/' || (to.len > 1 && (to.at[1] == '/' || to.at[1] == '\\'));
    return cut_short || elsewhere ? STR("/") : to;
}

Err *reply_see(Req *r, const char *format, ...)
{
    Buf path = buf_new(r->arena, 4096);
    va_list args;
    va_start(args, format);
    buf_addv(&path, format, args);
    va_end(args);
    reply_header(r, "Location", path_of_ours(buf_str(&path), path.overflowed));
    return reply_empty(r, 303);
}

static Err *too_large(Req *r)
{
    return err_detail(r->arena, ERR_BROKEN, "web.reply_too_large", "%.*s", STR_ARG(r->path));
}

Err *reply_json(Req *r, int status, const Shape *shape, const void *value)
{
    Buf out = buf_new(r->arena, REPLY_BYTES_MAX);
    json_write(&out, shape, value, r->village.currency);
    if (out.overflowed)
        return too_large(r);
    return reply_bytes(r, status, "application/json", buf_str(&out));
}

Err *reply_json_list(Req *r, const Shape *shape, const void *rows, size_t len, Str next)
{
    Buf out = buf_new(r->arena, REPLY_BYTES_MAX);
    buf_add(&out, STR("{\"items\":["));
    for (size_t i = 0; i < len; i++) {
        if (i)
            buf_add_char(&out, ',');
        json_write(&out, shape, (const char *)rows + i * shape->size, r->village.currency);
    }
    buf_add(&out, STR("],\"next\":"));
    if (next.len)
        json_write_str(&out, next);
    else
        buf_add(&out, STR("null"));
    buf_add_char(&out, '}');
    if (out.overflowed)
        return too_large(r);
    return reply_bytes(r, 200, "application/json", buf_str(&out));
}

/* The name in both forms of RFC 6266: plain for old programs, UTF-8 for all others. */
static void disposition(Req *r, Str name)
{
    Buf out = buf_new(r->arena, 4096);
    buf_add(&out, STR("attachment; filename=\""));
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.at[i];
        buf_add_char(&out, c > 0x1f && c < 0x7f && c != '"' && c != '\\' ? (char)c : '_');
    }
    buf_add(&out, STR("\"; filename*=UTF-8''"));
    url_encode(&out, name);
    reply_header(r, "Content-Disposition", buf_str(&out));
}

Err *reply_file(Req *r, const char *type, Str download_name, Str body)
{
    disposition(r, download_name);
    return reply_bytes(r, 200, type, body);
}

Err *reply_path(Req *r, const char *type, const char *path, int64_t max_age_s)
{
    r->reply->status = 200;
    r->reply->body = (Str){0};
    r->reply->path = str_z(r->arena, str_of(path));
    reply_header(r, "Content-Type", str_of(type));
    if (max_age_s > 0)
        reply_header(r, "Cache-Control", str_format(r->arena, "private, max-age=%lld", (long long)max_age_s));
    return NULL;
}

Err *reply_form_again(Req *r, Err *err, Handler show)
{
    bool mendable = err->kind == ERR_INVALID || err->kind == ERR_CONFLICT || err->kind == ERR_BUSY;
    if (r->api || r->wants_json || !mendable)
        return err;
    r->form_error = err;
    Err *again = show(r);
    if (again)
        return again;
    r->reply->status = err_status(r, err);
    if (err->kind == ERR_BUSY)
        reply_header(r, "Retry-After", STR("30"));
    return NULL;
}
