/* The event loop: the only file that knows libmicrohttpd. Its threads read and write; what is kept ready they answer by
   themselves; every other complete request is suspended, answered by a worker, and resumed. */
#include "web/server_mhd.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/cache.h"
#include "web/conns.h"
#include "web/file.h"
#include "web/inside.h"
#include "web/request.h"
#include "web/sse.h"

enum {
    FREE_EXCHANGES = 64,
    POOL_BYTES = 48 * 1024,       /* of a connection: the largest header that reaches our own refusals */
    DISCARD_BYTES = 1024 * 1024,  /* of a refused body, read so that the client sees the refusal */
    SAFETY_TIMEOUT_S = 75,        /* longer than any of the watchdog's */
    STREAM_BLOCK = 4096,
    THREAD_STACK = 1024 * 1024,
};

typedef enum Stage { AT_BODY, AT_KEPT, AT_WORK, AT_WRITTEN, AT_REPLY, AT_SENT } Stage;

struct Exchange { /* one request and its answer */
    Exchange *next; /* in the list of free ones */
    Loop *loop;
    struct MHD_Connection *connection;
    Conn *conn;
    Arena *arena;
    Req req;
    Stage stage;
    CacheEntry *kept;
    bool early;  /* answered before the body was read */
    bool ending; /* the connection ends with this answer: where the next request begins is not sure */
    int64_t discarded;
    Err *of_write;
};

static _Atomic int writes_waiting; /* answers that wait for their write, of all loops */

struct Loop {
    Store *store;
    Pool *pool;
    struct MHD_Daemon *daemon;
    struct MHD_Response *busy;
    bool tls;
    _Atomic bool closing;
    pthread_mutex_t lock; /* guards what follows */
    Exchange *free;
    int free_len;
};

/* ---- exchanges ---- */

static Exchange *exchange_take(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    Exchange *x = loop->free;
    if (x) {
        loop->free = x->next;
        loop->free_len--;
    }
    pthread_mutex_unlock(&loop->lock);
    if (!x) {
        x = calloc(1, sizeof *x);
        if (!x)
            abort();
        x->arena = arena_new();
    }
    Arena *arena = x->arena;
    *x = (Exchange){.loop = loop, .arena = arena};
    x->req = (Req){.arena = arena, .store = loop->store};
    return x;
}

static void exchange_free(Exchange *x)
{
    arena_free(x->arena);
    free(x);
}

static void exchange_give(Exchange *x)
{
    Loop *loop = x->loop;
    cache_give(x->kept);
    arena_reset(x->arena);
    pthread_mutex_lock(&loop->lock);
    bool keep = loop->free_len < FREE_EXCHANGES;
    if (keep) {
        x->next = loop->free;
        loop->free = x;
        loop->free_len++;
    }
    pthread_mutex_unlock(&loop->lock);
    if (!keep)
        exchange_free(x);
}

/* ---- from libmicrohttpd's request to ours ---- */

typedef struct Gather {
    Header *at;
    size_t len, room;
} Gather;

static enum MHD_Result gather(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value,
                              size_t value_len)
{
    (void)kind;
    Gather *headers = arg;
    if (headers->len == headers->room)
        return MHD_NO;
    headers->at[headers->len++] = (Header){{name, name_len}, {value, value_len}};
    return MHD_YES;
}

static void request_read(Exchange *x, const char *method)
{
    Req *r = &x->req;
    int count = MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, NULL, NULL);
    Gather headers = {.room = (size_t)(count > 0 ? count : 0)};
    headers.at = NEW_ARRAY(x->arena, Header, headers.room + 1);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, gather, &headers);
    r->headers = headers.at;
    r->headers_len = headers.len;
    r->method = method_parse(str_of(method));
    request_place(r, x->conn, x->loop->tls);
}

/* libmicrohttpd reads the header in place and takes a NUL for the end of a text: what stands behind one would be hidden
   from us, but not from a proxy before us. So the pieces must lie as close together as a header has them: one space in the
   request line, a line end between headers. A folded line (RFC 9112, 5.2) does not lie so either, and is refused with them. */
static bool nothing_hidden(const Exchange *x, const char *method, const char *url, const char *version)
{
    const Req *r = &x->req;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const char *at = version + strlen(version), *end = method + (info ? info->header_size : 0);
    if (url != method + strlen(method) + 1 || version != url + x->conn->target_len + 1)
        return false;
    for (size_t i = 0; i < r->headers_len; i++) {
        const Header *header = &r->headers[i];
        if (header->name.at <= at || header->name.at - at > 2)
            return false;
        at = header->value.at + header->value.len;
    }
    return end > at && end - at <= 4;
}

/* ---- answers ---- */

static struct MHD_Response *response_bytes(Str body, const Header *headers, size_t len)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)(body.at ? body.at : ""), MHD_RESPMEM_PERSISTENT);
    char name[128], value[8192];
    for (size_t i = 0; response && i < len; i++) {
        snprintf(name, sizeof name, "%.*s", STR_ARG(headers[i].name));
        snprintf(value, sizeof value, "%.*s", STR_ARG(headers[i].value));
        MHD_add_response_header(response, name, value);
    }
    return response;
}

static void headers_add(struct MHD_Response *response, const Req *r)
{
    for (size_t i = 0; i < r->reply->headers_len; i++)
        MHD_add_response_header(response, str_z(r->arena, r->reply->headers[i].name),
                                str_z(r->arena, r->reply->headers[i].value));
}

/* ---- streams of events ---- */

typedef struct Listening {
    Stream *stream;
    struct MHD_Connection *connection;
} Listening;

static void listening_park(void *arg)
{
    MHD_suspend_connection(((Listening *)arg)->connection);
}

static void listening_wake(void *arg)
{
    MHD_resume_connection(((Listening *)arg)->connection);
}

static ssize_t listening_read(void *arg, uint64_t at, char *out, size_t max)
{
    (void)at;
    Listening *listening = arg;
    long got = stream_read(listening->stream, out, max, listening_park, listening_wake, listening);
    return got < 0 ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)got;
}

static void listening_free(void *arg)
{
    Listening *listening = arg;
    stream_free(listening->stream);
    free(listening);
}

static struct MHD_Response *response_stream(Exchange *x)
{
    Listening *listening = calloc(1, sizeof *listening);
    if (!listening)
        abort();
    *listening = (Listening){x->req.in->stream, x->connection};
    x->req.in->stream = NULL;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, listening_read, listening, listening_free);
}

static struct MHD_Response *response_of(Exchange *x)
{
    Req *r = &x->req;
    struct MHD_Response *response;
    int fd = file_take(r);
    if (r->in->stream)
        response = response_stream(x);
    else if (fd >= 0)
        response = MHD_create_response_from_fd_at_offset64((uint64_t)r->in->file_len, fd, (uint64_t)r->in->file_from);
    else /* the body lives in the arena until libmicrohttpd says that the request is over */
        response = MHD_create_response_from_buffer(
            r->reply->body.len, (void *)(uintptr_t)(r->reply->body.at ? r->reply->body.at : ""), MHD_RESPMEM_PERSISTENT);
    if (response)
        headers_add(response, r);
    return response;
}

static enum MHD_Result queue(Exchange *x, int status, struct MHD_Response *response)
{
    conn_phase(x->conn, PHASE_SENDING);
    x->stage = AT_SENT;
    return MHD_queue_response(x->connection, (unsigned)status, response);
}

static enum MHD_Result send_reply(Exchange *x)
{
    bool stream = x->req.in->stream != NULL;
    struct MHD_Response *response = response_of(x);
    if (!response)
        return MHD_NO;
    if (x->loop->closing || x->early || x->ending)
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = queue(x, x->req.reply->status, response);
    if (stream)
        conn_phase(x->conn, PHASE_STREAM);
    MHD_destroy_response(response); /* lives on until it is sent */
    return queued;
}

/* Kept pages and files are answered here, without a worker. Their response is made once and shared by all. */
static enum MHD_Result send_kept(Exchange *x)
{
    CacheForm *form = cache_form(x->kept, &x->req);
    int64_t began = time_monotonic_us();
    if (!form) {
        const Header header = {STR("ETag"), cache_etag(x->kept)};
        struct MHD_Response *same = response_bytes((Str){0}, &header, 1);
        enum MHD_Result queued = same ? queue(x, MHD_HTTP_NOT_MODIFIED, same) : MHD_NO;
        MHD_destroy_response(same);
        request_note(&x->req, 304, 0, time_monotonic_us() - began);
        return queued;
    }
    struct MHD_Response *response = atomic_load(&form->prepared);
    if (!response) {
        void *made = response_bytes(form->body, form->headers, form->headers_len), *none = NULL;
        if (!made)
            return MHD_NO;
        if (!atomic_compare_exchange_strong(&form->prepared, &none, made)) /* another loop was first */
            MHD_destroy_response(made);
        response = atomic_load(&form->prepared);
    }
    request_note(&x->req, 200, form->body.len, time_monotonic_us() - began);
    return queue(x, MHD_HTTP_OK, response);
}

static void kept_release(void *prepared)
{
    MHD_destroy_response(prepared);
}

static void answered(Exchange *x)
{
    x->stage = AT_REPLY;
    MHD_resume_connection(x->connection);
}

static void end_work(Exchange *x)
{
    web_handle_end(&x->req, x->of_write);
    answered(x);
}

/* By the writer's thread, which must not be kept: a worker makes the reply. */
static void written(void *who, Err *err)
{
    Exchange *x = who;
    x->of_write = err;
    x->stage = AT_WRITTEN;
    if (!pool_add(x->loop->pool, x)) /* the queue is full: better slow than never */
        end_work(x);
    atomic_fetch_sub(&writes_waiting, 1);
}

void exchange_work(void *job)
{
    Exchange *x = job;
    LaterWrite write;
    if (x->stage == AT_WRITTEN) {
        end_work(x);
        return;
    }
    if (web_handle_begin(&x->req, &write)) {
        answered(x);
        return;
    }
    write.done = written;
    write.who = x;
    atomic_fetch_add(&writes_waiting, 1);
    Err *refused = db_write_later(x->loop->store, x->arena, &write); /* from here x is the writer's, unless it refused */
    if (refused) {
        atomic_fetch_sub(&writes_waiting, 1);
        x->of_write = refused;
        end_work(x);
    }
}

bool exchanges_writing(void)
{
    return atomic_load(&writes_waiting) > 0;
}

static enum MHD_Result submit(Exchange *x)
{
    conn_phase(x->conn, PHASE_WORKING);
    x->stage = AT_WORK;
    MHD_suspend_connection(x->connection);
    if (pool_add(x->loop->pool, x))
        return MHD_YES;
    MHD_resume_connection(x->connection);
    metric_add("millet_requests_turned_away_total", NULL, 1);
    return queue(x, MHD_HTTP_SERVICE_UNAVAILABLE, x->loop->busy);
}

/* ---- what libmicrohttpd calls ---- */

typedef struct Line { /* the request line, in place */
    const char *method, *url, *version;
} Line;

static enum MHD_Result on_header(Loop *loop, struct MHD_Connection *connection, Line line, void **slot)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (!info || !info->socket_context)
        return MHD_NO;
    Exchange *x = exchange_take(loop);
    *slot = x;
    x->connection = connection;
    x->conn = info->socket_context;
    request_read(x, line.method);
    Str length = req_header(&x->req, "Content-Length");
    x->req.hidden = !nothing_hidden(x, line.method, line.url, line.version);
    if (!loop->closing && !length.len && !req_header(&x->req, "Transfer-Encoding").len && !x->req.hidden) {
        x->kept = cache_take(&x->req);
        if (x->kept) {
            x->stage = AT_KEPT;
            return MHD_YES;
        }
    }
    Err *refused = web_open(&x->req);
    int64_t announced = 0;
    (void)str_to_int(length, &announced);
    atomic_store(&x->conn->upload, x->req.route && (x->req.route->upload || x->req.route->max_body));
    conn_phase(x->conn, PHASE_BODY);
    x->ending = refused && (strncmp(refused->code, "http.", 5) == 0) && !err_is(refused, "http.method");
    if (refused && (announced > DISCARD_BYTES || err_is(refused, "http.transfer_coding"))) {
        x->early = true;
        return submit(x);
    }
    return MHD_YES;
}

static enum MHD_Result on_body(Exchange *x, const char *data, size_t *size)
{
    Str chunk = {data, *size};
    *size = 0;
    if (x->kept || (!x->req.in->refused && !web_body(&x->req, chunk)))
        return MHD_YES;
    x->discarded += (int64_t)chunk.len;
    return x->discarded > DISCARD_BYTES ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **slot)
{
    Exchange *x = *slot;
    if (!x)
        return on_header(arg, connection, (Line){method, url, version}, slot);
    switch (x->stage) {
    case AT_BODY:
        if (*size)
            return on_body(x, data, size);
        (void)web_body_end(&x->req);
        return submit(x);
    case AT_KEPT:
        return *size ? on_body(x, data, size) : send_kept(x);
    case AT_REPLY:
        return send_reply(x);
    case AT_WORK:
    case AT_WRITTEN:
    case AT_SENT:
        break;
    }
    return MHD_YES;
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode why)
{
    (void)arg, (void)connection, (void)why;
    Exchange *x = *slot;
    *slot = NULL;
    if (!x)
        return;
    conn_phase(x->conn, PHASE_IDLE);
    exchange_give(x);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    (void)arg;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = info ? conn_of(info->connect_fd) : NULL;
    } else if (*context) {
        conn_close(*context);
        *context = NULL;
    }
}

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    (void)arg;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    Conn *conn = info ? info->socket_context : NULL;
    if (conn && conn_target(conn, str_of(target)))
        conn_phase(conn, PHASE_HEADER);
    return NULL;
}

/* The target is kept as it came; decoding is ours, strict and in one place. */
static size_t on_unescape(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg, (void)connection;
    return strlen(text);
}

static void on_log(void *arg, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void on_log(void *arg, const char *format, va_list args)
{
    (void)arg;
    char line[512];
    vsnprintf(line, sizeof line, format, args);
    metric_add("millet_http_complaints_total", NULL, 1); /* mostly about what clients sent: not worth a line each */
    if (web_settings.log_requests)
        log_line("http", "text=\"%.*s\"", (int)strcspn(line, "\n"), line);
}

/* ---- start and stop ---- */

static struct MHD_Response *busy_response(void)
{
    static const Header headers[] = {
        {{"Content-Type", 12}, {"text/plain; charset=utf-8", 25}}, {{"Retry-After", 11}, {"2", 1}}, {{"Cache-Control", 13}, {"no-store", 8}}};
    struct MHD_Response *response = response_bytes(STR("Too many requests just now. Please try again in a moment."), headers, 3);
    if (!response)
        abort();
    return response;
}

Err *loop_start(Arena *arena, const LoopOptions *options, Loop **out)
{
    Loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        abort();
    *loop = (Loop){.store = options->store, .pool = options->pool, .tls = options->cert.len > 0};
    pthread_mutex_init(&loop->lock, NULL);
    loop->busy = busy_response();
    cache_on_free(kept_release);
    const char *cert = str_z(arena, options->cert), *key = str_z(arena, options->key);
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, options->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET |
                     MHD_USE_ERROR_LOG | (loop->tls ? MHD_USE_TLS : 0u);
    loop->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, loop, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)options->connections * (unsigned)options->threads, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)SAFETY_TIMEOUT_S, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape,
        NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)THREAD_STACK, MHD_OPTION_ARRAY, loop->tls ? tls : &tls[3], MHD_OPTION_ARRAY,
        options->threads > 1 ? pool : &pool[1], MHD_OPTION_END);
    if (!loop->daemon) {
        bool own = loop->tls;
        loop_stop(loop);
        return err_detail(arena, ERR_BROKEN, own ? "web.tls" : "web.loop", "libmicrohttpd does not start");
    }
    *out = loop;
    return NULL;
}

void loop_add(Loop *loop, int fd, const struct sockaddr *from, socklen_t len)
{
    Conn *conn = conn_of(fd);
    if (MHD_add_connection(loop->daemon, fd, from, len) != MHD_YES && conn)
        conn_close(conn); /* libmicrohttpd has closed the socket */
}

void loop_closing(Loop *loop)
{
    loop->closing = true;
}

void loop_stop(Loop *loop)
{
    if (!loop)
        return;
    if (loop->daemon)
        MHD_stop_daemon(loop->daemon);
    MHD_destroy_response(loop->busy);
    while (loop->free) {
        Exchange *x = loop->free;
        loop->free = x->next;
        exchange_free(x);
    }
    pthread_mutex_destroy(&loop->lock);
    free(loop);
}
