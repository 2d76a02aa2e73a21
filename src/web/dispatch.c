/* The way of a request: checks of its header, route, body, who, access, CSRF, limits, language, handler, answer.
   Everything that a handler could forget happens here, from the route table. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/log.h"
#include "web/cache.h"
#include "web/file.h"
#include "web/https.h"
#include "web/inside.h"

void web_begin(Req *r)
{
    if (r->in)
        return;
    r->in = NEW(r->arena, Inside);
    r->in->started_us = time_monotonic_us();
    r->in->headers_room = REPLY_HEADERS_MAX;
    r->reply = NEW(r->arena, Reply);
    r->reply->headers = NEW_ARRAY(r->arena, Header, REPLY_HEADERS_MAX);
    r->now = time_now();
    r->in->number = id_mint();
    r->number = id_text(r->arena, r->in->number);
    r->api = str_starts(r->path, STR("/api/"));
    Str accept = req_header(r, "Accept");
    r->wants_json = str_starts(accept, STR("application/json")) || str_starts(accept, STR("application/problem+json"));
    r->lang = lang_find(req_cookie(r, "lang"));
    if (!r->lang)
        r->lang = lang_negotiate(req_header(r, "Accept-Language"));
}

/* ---- the header ---- */

static Err *route_check(Req *r)
{
    TRY(path_check(r->arena, r->path));
    Str ignored;
    if (!url_decode(r->arena, r->query, true, &ignored))
        return err_new(r->arena, ERR_INVALID, "http.bad_encoding");
    Found found;
    router_find(r->method, r->path, &found);
    r->route = found.route;
    r->in->module = found.module;
    r->in->methods = found.methods;
    memcpy(r->params, found.params, sizeof r->params);
    if (r->route)
        return NULL;
    return found.methods ? err_new(r->arena, ERR_INVALID, "http.method") : err_new(r->arena, ERR_MISSING, "web.missing");
}

static int64_t body_limit(const Req *r)
{
    if (r->route->max_body)
        return r->route->max_body;
    switch (r->in->body_kind) {
    case BODY_MULTIPART:
        return r->route->upload ? web_settings.upload_bytes : web_settings.form_bytes;
    case BODY_JSON:
    case BODY_OTHER:
        return web_settings.json_bytes;
    case BODY_NONE:
    case BODY_FORM:
        break;
    }
    return web_settings.form_bytes;
}

static Err *multipart_open(Req *r)
{
    Str boundary;
    if (!multipart_boundary(req_header(r, "Content-Type"), &boundary))
        return err_detail(r->arena, ERR_INVALID, "http.bad_multipart", "no boundary in Content-Type");
    MultipartLimits limits = {.folder = r->route->upload ? web_settings.upload_folder : NULL,
                              .parts = web_settings.parts,
                              .text_bytes = (size_t)web_settings.form_bytes};
    r->in->multipart = multipart_new(r->arena, boundary, &limits);
    return NULL;
}

static Err *open_checked(Req *r)
{
    TRY(header_check(r));
    if (r->method == METHOD_OPTIONS) {
        Err *none = route_check(r);
        return none && strcmp(none->code, "http.method") == 0 ? NULL : none;
    }
    TRY(route_check(r));
    r->in->body_kind = body_kind(req_header(r, "Content-Type"));
    r->in->body_max = body_limit(r);
    r->in->body = buf_new(r->arena, (size_t)r->in->body_max + 1);
    int64_t announced;
    if (str_to_int(req_header(r, "Content-Length"), &announced) && announced > r->in->body_max)
        return err_new(r->arena, ERR_INVALID, "http.too_large");
    if (r->in->body_kind == BODY_MULTIPART && !r->route->raw) {
        TRY(disk_check(r->arena)); /* before the first byte of an upload is kept */
        return multipart_open(r);
    }
    return NULL;
}

Err *web_open(Req *r)
{
    web_begin(r);
    r->in->opened = true;
    r->in->refused = open_checked(r);
    return r->in->refused;
}

Err *web_body(Req *r, Str chunk)
{
    Inside *in = r->in;
    if (in->refused || !r->route)
        return in->refused;
    in->body_seen += (int64_t)chunk.len;
    if (in->body_seen > in->body_max)
        in->refused = err_new(r->arena, ERR_INVALID, "http.too_large");
    else if (in->multipart)
        in->refused = multipart_add(in->multipart, chunk);
    else
        buf_add(&in->body, chunk);
    return in->refused;
}

static Err *body_end_checked(Req *r)
{
    Inside *in = r->in;
    if (in->multipart) {
        if (in->body_seen == 0 && r->method == METHOD_GET)
            return NULL;
        TRY(multipart_end(in->multipart));
        in->form = multipart_texts(in->multipart);
        in->has_form = true;
        r->uploads = multipart_files(in->multipart, &r->uploads_len);
        return NULL;
    }
    r->body = buf_str(&in->body);
    if (in->body_kind == BODY_FORM && !r->route->raw) {
        TRY(pairs_read(r->arena, r->body, &in->form));
        in->has_form = true;
    }
    return NULL;
}

Err *web_body_end(Req *r)
{
    if (!r->in->refused && r->route)
        r->in->refused = body_end_checked(r);
    return r->in->refused;
}

/* ---- who, and may they ---- */

static Err *authenticate(Req *r)
{
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->authenticate)
            TRY(house_modules[i]->authenticate(r));
    r->roles = 0;
    for (size_t i = 0; i < r->grants.len; i++)
        r->roles |= r->grants.at[i].roles;
    return NULL;
}

static Err *access_check(Req *r)
{
    if (r->route->access == ANYONE)
        return NULL;
    if (!r->who)
        return err_new(r->arena, ERR_DENIED, "access.sign_in");
    if (r->route->access == HAS_ROLE && !(r->roles & r->route->roles))
        return err_new(r->arena, ERR_DENIED, r->asleep & r->route->roles ? "access.confirm" : "access.role");
    return NULL;
}

static Err *scope_check(Req *r)
{
    if (!r->bearer || (r->route->access == ANYONE && !r->route->scope)) /* what anyone may do, unless it is done in a name */
        return NULL;
    bool reads = r->method == METHOD_GET || r->method == METHOD_HEAD;
    Str wanted = r->route->scope ? str_of(r->route->scope) : reads ? STR("read") : STR("write");
    for (size_t i = 0; i < r->scopes.len; i++)
        if (str_eq(r->scopes.at[i], wanted) || str_eq(r->scopes.at[i], STR("*")))
            return NULL;
    return err_arg(r->arena, err_new(r->arena, ERR_DENIED, "access.scope"), "scope", wanted);
}

static void language_choose(Req *r)
{
    const Lang *chosen = lang_find(req_cookie(r, "lang")); /* a choice made on this device wins */
    if (chosen)
        r->lang = chosen;
    else if (!r->who && req_header(r, "Accept-Language").len == 0 && lang_find(r->village.lang))
        r->lang = lang_find(r->village.lang);
}

static Err *options(Req *r)
{
    return reply_empty(r, 204);
}

/* A reading connection is lent until an arena is reset. The request's own lives until its answer has reached the client, which
   may be a slow one, so each thread has an arena for lending alone. */
static pthread_once_t lending_once = PTHREAD_ONCE_INIT;
static pthread_key_t lending_key;

static void lending_free(void *arena)
{
    arena_free(arena);
}

static void lending_make(void)
{
    if (pthread_key_create(&lending_key, lending_free) != 0)
        abort();
}

static Arena *lending(void)
{
    pthread_once(&lending_once, lending_make);
    Arena *arena = pthread_getspecific(lending_key);
    if (!arena) {
        arena = arena_new();
        if (pthread_setspecific(lending_key, arena) != 0)
            abort();
    }
    return arena;
}

static Err *run_end(Req *r, Err *err)
{
    limits_finish(r, err || r->reply->status >= 400);
    if (!err && !r->reply->status)
        return err_detail(r->arena, ERR_BROKEN, "web.no_reply", "%s", r->route->path);
    return err;
}

Err *reply_later(Req *r, WriteFn fn, void *arg, Handler then)
{
    r->in->write = (LaterWrite){.fn = fn, .arg = arg};
    r->in->then = then;
    r->for_later = arg;
    r->in->may_wait &= !r->route->idempotent;
    return NULL;
}

static Err *then_reply(Req *r, Err *err)
{
    r->in->write.fn = NULL;
    r->db = (Db){0};
    return err ? err : r->in->then(r);
}

static Err *run(Req *r)
{
    if (r->in->refused)
        return r->in->refused;
    if (https_redirected(r))
        return NULL;
    if (r->method == METHOD_OPTIONS)
        return options(r);
    Err *busy = db_read(r->store, lending(), &r->db);
    if (busy)
        return err_copy(r->arena, busy);
    r->db.arena = r->arena;
    r->village = village_at(&r->db);
    TRY(authenticate(r));
    if (r->reply->status) /* it has answered: before the first start every page leads there */
        return NULL;
    language_choose(r);
    TRY(access_check(r));
    TRY(scope_check(r));
    csrf_start(r);
    TRY(csrf_check(r));
    if (r->method != METHOD_GET && r->method != METHOD_HEAD)
        TRY(disk_check(r->arena));
    TRY(limits_take(r));
    if (r->reply->status)
        return NULL; /* authenticate has answered */
    bool answered;
    Err *err = once_start(r, &answered);
    if (!err && !answered)
        err = r->route->handler(r);
    if (!err && r->in->write.fn && !r->in->may_wait)
        err = then_reply(r, db_write(r->store, r->arena, r->in->write.fn, r->in->write.arg));
    if (!err && r->in->write.fn)
        return NULL;
    once_finish(r, err || answered);
    return run_end(r, err);
}

static void allow(Req *r)
{
    Buf out = buf_new(r->arena, 128);
    for (int method = METHOD_GET; method <= METHOD_DELETE; method++)
        if (r->in->methods & 1u << method)
            buf_addf(&out, "%s, ", method_name((Method)method));
    if (r->in->methods & 1u << METHOD_GET)
        buf_add(&out, STR("HEAD, "));
    buf_add(&out, STR("OPTIONS"));
    reply_header(r, "Allow", buf_str(&out));
}

static void give_back(void *entry)
{
    cache_give(entry);
}

/* The reply is the kept form; it stays alive with the request. */
static void reply_cached(Req *r, CacheEntry *entry)
{
    arena_on_reset(r->arena, give_back, entry);
    CacheForm *form = cache_form(entry, r);
    if (!form) { /* 304: only what a cache needs to know */
        r->reply->headers_len = 0;
        (void)reply_empty(r, 304);
        reply_header(r, "ETag", cache_etag(entry));
        return;
    }
    r->reply->status = 200;
    r->reply->body = form->body;
    r->reply->headers_len = 0;
    for (size_t i = 0; i < form->headers_len; i++)
        reply_header(r, str_z(r->arena, form->headers[i].name), form->headers[i].value);
    reply_header(r, "X-Request-Id", r->number);
}

static const Ready *ready_of(const Req *r)
{
    const Ready *ready = &r->in->ready;
    size_t len = r->reply->body.len;
    bool its_own = r->in->ready_body == r->reply->body.at && ready->from + ready->len <= len && ready->tail <= len;
    return its_own ? ready : NULL;
}

static void compress(Req *r)
{
    Str small, vary = reply_find(r->reply, "Vary");
    if (r->reply->path || !encoding_pays(reply_find(r->reply, "Content-Type"), r->reply->body.len))
        return;
    if (!vary.len)
        reply_header(r, "Vary", STR("Accept-Encoding"));
    if (reply_find(r->reply, "Content-Encoding").len ||
        !encoding_accepted(req_header(r, "Accept-Encoding"), ENCODING_GZIP) ||
        !gzip_join(r->arena, r->reply->body, ready_of(r), GZIP_ONE_READER, &small))
        return;
    r->reply->body = small;
    reply_header(r, "Content-Encoding", STR("gzip"));
}

static void answer_end(Req *r, Err *err)
{
    if (!err && r->reply->path)
        err = file_open(r);
    if (err)
        refuse(r, err);
    if (r->in->methods && (r->reply->status == 405 || r->method == METHOD_OPTIONS))
        allow(r);
    csrf_finish(r);
    headers_finish(r);
}

/* false: the reply waits for a write. */
static bool answer(Req *r)
{
    Err *err = run(r);
    bool done = err || !r->in->write.fn;
    if (done)
        answer_end(r, err);
    arena_reset(lending());
    return done;
}

void request_note(const Req *r, int status, size_t bytes, int64_t took_us)
{
    static const char *const names[] = {"status=1xx", "status=2xx", "status=3xx", "status=4xx", "status=5xx"};
    metric_time("millet_request_seconds", NULL, took_us);
    metric_add("millet_requests_total", status >= 100 && status < 600 ? names[status / 100 - 1] : NULL, 1);
    if (web_settings.log_requests)
        log_line("request", "method=%s route=%s status=%d us=%lld bytes=%zu", method_name(r->method),
                 r->route ? r->route->path : "(kept)", status, (long long)took_us, bytes);
}

static void handled(Req *r)
{
    request_note(r, r->reply->status, r->reply->body.len, time_monotonic_us() - r->in->started_us);
    log_request(0);
}

/* false: the reply waits for a write. */
static bool handle(Req *r)
{
    log_request(r->in->number);
    if (!r->in->opened && !web_open(r) && !web_body(r, r->body))
        (void)web_body_end(r);
    bool shared = !r->in->refused && r->route && r->route->shared;
    CacheEntry *entry = shared ? cache_take(r) : NULL;
    if (!entry) {
        r->in->version = store_version(r->store);
        if (!answer(r)) {
            log_request(0);
            return false;
        }
        entry = shared ? cache_keep(r, r->in->version) : NULL;
    }
    if (entry)
        reply_cached(r, entry);
    else
        compress(r);
    handled(r);
    return true;
}

void web_handle(Req *r)
{
    web_begin(r);
    (void)handle(r);
}

bool web_handle_begin(Req *r, LaterWrite *write)
{
    web_begin(r);
    r->in->may_wait = true;
    if (handle(r))
        return true;
    *write = r->in->write;
    return false;
}

void web_handle_end(Req *r, Err *of_write)
{
    log_request(r->in->number);
    Err *err = run_end(r, then_reply(r, of_write));
    if (err && !db_read(r->store, lending(), &r->db)) /* a refusal may be a page, and pages read */
        r->db.arena = r->arena;
    answer_end(r, err);
    arena_reset(lending());
    compress(r);
    handled(r);
}
