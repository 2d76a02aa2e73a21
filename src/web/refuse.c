/* From an error to the answer: a status, and a sentence in the person's language as problem+json or as a page. */
#include <string.h>

#include "base/json.h"
#include "core/log.h"
#include "web/inside.h"
#include "web/pages.h"

typedef struct StatusOf {
    const char *code;
    int status;
} StatusOf;

/* Mistakes of HTTP itself have statuses of their own; everything else goes by kind. */
static const StatusOf statuses[] = {
    {"http.bad_path", 400},         {"http.bad_header", 400},     {"http.bad_encoding", 400},
    {"http.bad_multipart", 400},    {"http.bad_host", 400},       {"http.doubled_header", 400},
    {"http.too_many_fields", 413},  {"http.too_many_parts", 413}, {"http.too_large", 413},
    {"http.uri_too_long", 414},     {"http.bad_type", 415},       {"http.no_upload", 415},
    {"http.header_too_large", 431}, {"http.method", 405},         {"http.bad_length", 400},
    {"http.transfer_coding", 501},  {"json.syntax", 400},         {"json.depth", 400},
    {"disk.full", 507},             {"http.slow", 408},           {NULL, 0},
};

int err_status(const Req *r, const Err *err)
{
    for (const StatusOf *row = statuses; row->code; row++)
        if (strcmp(row->code, err->code) == 0)
            return row->status;
    switch (err->kind) {
    case ERR_INVALID:
        return 422;
    case ERR_DENIED:
        return r->who || strncmp(err->code, "access.", 7) != 0 ? 403 : 401;
    case ERR_MISSING:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_BUSY:
        return strncmp(err->code, "limit.", 6) == 0 ? 429 : 503;
    case ERR_BROKEN:
        break;
    }
    return 500;
}

static const char *status_title(int status)
{
    switch (status) {
    case 400:
        return N_("This request cannot be read");
    case 401:
        return N_("Please sign in");
    case 403:
        return N_("Not allowed");
    case 404:
        return N_("Not found");
    case 405:
        return N_("This cannot be done here");
    case 409:
        return N_("Something has changed meanwhile");
    case 413:
        return N_("Too large");
    case 422:
        return N_("Something needs to be corrected");
    case 429:
        return N_("Too many at once");
    case 503:
        return N_("Busy just now");
    case 507:
        return N_("The disk is full");
    default:
        return status >= 500 ? N_("Something went wrong on our side") : N_("This request cannot be answered");
    }
}

static void problem_json(Req *r, const Err *err, int status)
{
    Buf out = buf_new(r->arena, 64 * 1024);
    buf_add(&out, STR("{\"type\":\"about:blank\",\"title\":"));
    json_write_str(&out, tr(r->lang, status_title(status)));
    buf_addf(&out, ",\"status\":%d,\"code\":", status);
    json_write_str(&out, str_of(err->code));
    if (err->field.len) {
        buf_add(&out, STR(",\"field\":"));
        json_write_str(&out, err->field);
    }
    buf_add(&out, STR(",\"detail\":"));
    json_write_str(&out, err_say(r->arena, r->lang, err));
    buf_add(&out, STR(",\"request\":"));
    json_write_str(&out, r->number);
    buf_add_char(&out, '}');
    (void)reply_bytes(r, status, "application/problem+json", buf_str(&out));
}

static void add_escaped(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.at[i]) {
        case '<':
            buf_add(out, STR("&lt;"));
            break;
        case '>':
            buf_add(out, STR("&gt;"));
            break;
        case '&':
            buf_add(out, STR("&amp;"));
            break;
        case '"':
            buf_add(out, STR("&quot;"));
            break;
        default:
            buf_add_char(out, text.at[i]);
        }
}

/* For when even the frame of a page cannot be made (the database is away, or the page itself failed). */
static void problem_plain_page(Req *r, const Err *err, int status)
{
    Buf out = buf_new(r->arena, 64 * 1024);
    buf_addf(&out, "<!doctype html><html lang=\"%s\"><meta charset=\"utf-8\">", lang_tag(r->lang));
    buf_add(&out, STR("<meta name=\"viewport\" content=\"width=device-width\"><title>"));
    add_escaped(&out, tr(r->lang, status_title(status)));
    buf_add(&out, STR("</title><h1>"));
    add_escaped(&out, tr(r->lang, status_title(status)));
    buf_add(&out, STR("</h1><p>"));
    add_escaped(&out, err_say(r->arena, r->lang, err));
    buf_addf(&out, "</p><p><small>%.*s</small></p><p><a href=\"/\">", STR_ARG(r->number));
    add_escaped(&out, tr(r->lang, N_("To the first page")));
    buf_add(&out, STR("</a></p></html>"));
    (void)reply_bytes(r, status, "text/html; charset=utf-8", buf_str(&out));
}

/* The page that a form was sent from, or near it: a change cannot be asked for again by a link. */
static Str page_of_form(const Req *r)
{
    Str path = r->path;
    while (path.len > 1) {
        Found found;
        router_find(METHOD_GET, path, &found);
        if (found.route)
            return path;
        while (path.len > 1 && path.at[path.len - 1] != '/')
            path.len--;
        path.len--;
    }
    return STR("/");
}

/* Somebody who must sign in first, or give the password once more, comes back afterwards. */
static void ask_for(Req *r, const char *page)
{
    bool look = r->method == METHOD_GET || r->method == METHOD_HEAD;
    Buf back = buf_new(r->arena, 4096);
    url_encode(&back, look ? r->path : page_of_form(r));
    if (look && r->query.len) {
        buf_add(&back, STR("%3F"));
        url_encode(&back, r->query);
    }
    (void)reply_see(r, "%s?back=%.*s", page, STR_ARG(!back.overflowed ? buf_str(&back) : STR("%2F")));
}

void refuse(Req *r, Err *err)
{
    int status = err_status(r, err);
    if (!r->village.currency.len && r->store) /* refused before anything was asked: the page still wears the village's name */
        r->village = village(r->store, r->arena);
    /* Headers that a handler had set belong to the answer it did not give; cookies stay. */
    size_t kept = 0;
    for (size_t i = 0; i < r->reply->headers_len; i++)
        if (str_eq_nocase(r->reply->headers[i].name, STR("set-cookie")))
            r->reply->headers[kept++] = r->reply->headers[i];
    r->reply->headers_len = kept;
    r->reply->path = NULL;
    if (err->kind == ERR_BROKEN || err->detail.len)
        log_error("error", err);
    if (r->api || r->wants_json)
        problem_json(r, err, status);
    else if (status == 401)
        ask_for(r, "/sign-in");
    else if (strcmp(err->code, "access.confirm") == 0 && r->session)
        ask_for(r, "/confirm");
    else if (!r->village.currency.len || problem_page(r, err, status, status_title(status)))
        problem_plain_page(r, err, status); /* the village is unknown or the frame itself failed */
    if (status == 503 || status == 429)
        reply_header(r, "Retry-After", status == 429 ? STR("30") : STR("2"));
    if (status == 401 && (r->api || r->wants_json))
        reply_header(r, "WWW-Authenticate", STR("Bearer"));
}
