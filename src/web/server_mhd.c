/* The event loops: the only file that knows libmicrohttpd. Its threads read and write; a complete request is suspended,
   answered by a worker, and resumed. */
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "web/acceptor.h"
#include "web/conns.h"
#include "web/inside.h"
#include "web/net.h"
#include "web/pool.h"
#include "web/server.h"

enum { FREE_EXCHANGES = 64, POOL_BYTES = 48 * 1024, DISCARD_BYTES = 1024 * 1024, SAFETY_TIMEOUT_S = 75 };

typedef enum Stage { AT_BODY, AT_WORK, AT_REPLY, AT_SENT } Stage;

typedef struct Exchange { /* one request and its answer */
    struct Exchange *next; /* in the list of free ones */
    struct Server *server;
    struct MHD_Connection *connection;
    Conn *conn;
    Arena *arena;
    Req req;
    Stage stage;
    bool early;      /* answered before the body was read: the connection ends with it */
    int64_t discarded;
} Exchange;

struct Server {
    Store *store;
    struct MHD_Daemon *daemon;
    Acceptor *acceptor;
    Pool *pool;
    struct MHD_Response *busy;
    bool tls;
    _Atomic bool stopping;
    pthread_mutex_t lock;
    Exchange *free;
    int free_len;
    char *address;
};

/* ---- exchanges ---- */

static Exchange *exchange_take(Server *server)
{
    pthread_mutex_lock(&server->lock);
    Exchange *x = server->free;
    if (x) {
        server->free = x->next;
        server->free_len--;
    }
    pthread_mutex_unlock(&server->lock);
    if (!x) {
        x = calloc(1, sizeof *x);
        if (!x)
            abort();
        x->arena = arena_new();
    }
    Arena *arena = x->arena;
    *x = (Exchange){.server = server, .arena = arena};
    x->req = (Req){.arena = arena, .store = server->store};
    return x;
}

static void exchange_give(Exchange *x)
{
    Server *server = x->server;
    arena_reset(x->arena);
    pthread_mutex_lock(&server->lock);
    bool keep = server->free_len < FREE_EXCHANGES;
    if (keep) {
        x->next = server->free;
        server->free = x;
        server->free_len++;
    }
    pthread_mutex_unlock(&server->lock);
    if (!keep) {
        arena_free(x->arena);
        free(x);
    }
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

/* The target as it came, without the scheme and host that a proxy's absolute form has. */
static void target_split(Req *r, Str target)
{
    if (str_starts(target, STR("http://")) || str_starts(target, STR("https://"))) {
        target = str_slice(target, str_find(target, STR("://")) + 3, SIZE_MAX);
        size_t slash = str_find(target, STR("/"));
        target = slash == SIZE_MAX ? STR("/") : str_slice(target, slash, SIZE_MAX);
    }
    str_cut(target, '?', &r->path, &r->query);
}

/* The client as the trusted proxies name it: from the right, the first that is not one of them. */
static void client_find(Exchange *x)
{
    Req *r = &x->req;
    r->address = str_of(x->conn->address);
    r->https = x->server->tls;
    if (!x->conn->trusted)
        return;
    if (str_eq_nocase(str_trim(req_header(r, "X-Forwarded-Proto")), STR("https")))
        r->https = true;
    Str rest = req_header(r, "X-Forwarded-For");
    while (rest.len) {
        size_t comma = rest.len;
        while (comma > 0 && rest.at[comma - 1] != ',')
            comma--;
        Str one = str_trim(str_slice(rest, comma, SIZE_MAX));
        rest = comma ? str_slice(rest, 0, comma - 1) : (Str){0};
        Address address;
        if (!address_parse(one, &address))
            return;
        char *text = arena_alloc(x->arena, ADDRESS_TEXT_MAX);
        address_write(address, text);
        r->address = str_of(text);
        if (!address_trusted(r->address))
            return;
    }
}

static Err *exchange_begin(Exchange *x, const char *method)
{
    Req *r = &x->req;
    int count = MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, NULL, NULL);
    Gather headers = {.room = (size_t)(count > 0 ? count : 0)};
    headers.at = NEW_ARRAY(x->arena, Header, headers.room + 1);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, gather, &headers);
    r->headers = headers.at;
    r->headers_len = headers.len;
    r->method = method_parse(str_of(method));
    target_split(r, (Str){x->conn->target, x->conn->target_len});
    client_find(x);
    return web_open(r);
}

/* ---- answering ---- */

static void work(void *job)
{
    Exchange *x = job;
    web_handle(&x->req);
    x->stage = AT_REPLY;
    MHD_resume_connection(x->connection);
}

static enum MHD_Result send_busy(Exchange *x)
{
    x->stage = AT_SENT;
    metric_add("millet_requests_turned_away_total", NULL, 1);
    return MHD_queue_response(x->connection, MHD_HTTP_SERVICE_UNAVAILABLE, x->server->busy);
}

static enum MHD_Result submit(Exchange *x)
{
    conn_phase(x->conn, PHASE_WORKING);
    x->stage = AT_WORK;
    MHD_suspend_connection(x->connection);
    if (pool_add(x->server->pool, x))
        return MHD_YES;
    MHD_resume_connection(x->connection);
    return send_busy(x);
}

static struct MHD_Response *response_of(Exchange *x)
{
    Reply *reply = x->req.reply;
    /* The body lives in the exchange's arena until libmicrohttpd says that the request is over. */
    struct MHD_Response *response = MHD_create_response_from_buffer(
        reply->body.len, (void *)(uintptr_t)(reply->body.at ? reply->body.at : ""), MHD_RESPMEM_PERSISTENT);
    for (size_t i = 0; response && i < reply->headers_len; i++)
        MHD_add_response_header(response, str_z(x->arena, reply->headers[i].name),
                                str_z(x->arena, reply->headers[i].value));
    return response;
}

static enum MHD_Result send_reply(Exchange *x)
{
    struct MHD_Response *response = response_of(x);
    if (!response)
        return MHD_NO;
    if (x->server->stopping || x->early)
        MHD_add_response_header(response, "Connection", "close");
    conn_phase(x->conn, PHASE_SENDING);
    x->stage = AT_SENT;
    enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)x->req.reply->status, response);
    MHD_destroy_response(response); /* lives on until it is sent */
    return queued;
}

/* ---- what libmicrohttpd calls ---- */

static enum MHD_Result on_header(Server *server, struct MHD_Connection *connection, const char *method, void **slot)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (!info || !info->socket_context)
        return MHD_NO;
    Exchange *x = exchange_take(server);
    *slot = x;
    x->connection = connection;
    x->conn = info->socket_context;
    Err *refused = exchange_begin(x, method);
    int64_t announced = 0;
    str_to_int(req_header(&x->req, "Content-Length"), &announced);
    atomic_store(&x->conn->upload, x->req.route && (x->req.route->upload || x->req.route->max_body));
    conn_phase(x->conn, PHASE_BODY);
    /* A small body is read and dropped, so that the client sees the refusal instead of a broken connection. */
    if (refused && announced > DISCARD_BYTES) {
        x->early = true;
        return submit(x);
    }
    return MHD_YES;
}

static enum MHD_Result on_body(Exchange *x, const char *data, size_t *size)
{
    Str chunk = {data, *size};
    *size = 0;
    if (!x->req.in->refused && !web_body(&x->req, chunk))
        return MHD_YES;
    x->discarded += (int64_t)chunk.len;
    return x->discarded > DISCARD_BYTES ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *size, void **slot)
{
    (void)url, (void)version;
    Exchange *x = *slot;
    if (!x)
        return on_header(arg, connection, method, slot);
    switch (x->stage) {
    case AT_BODY:
        if (*size)
            return on_body(x, data, size);
        (void)web_body_end(&x->req);
        return submit(x);
    case AT_REPLY:
        return send_reply(x);
    case AT_WORK:
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
        conn_close(((Conn *)*context)->fd);
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
    log_line("http", "text=%.*s", STR_ARG(str_trim(str_of(line))));
}

static void on_accepted(void *arg, int fd, const struct sockaddr *from, socklen_t len)
{
    Server *server = arg;
    if (MHD_add_connection(server->daemon, fd, from, len) != MHD_YES)
        conn_close(fd); /* libmicrohttpd has closed the socket */
}

/* ---- start and stop ---- */

static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 16 ? 16 : (int)count;
}

static struct MHD_Response *busy_response(void)
{
    static char text[] = "Too many requests just now. Please try again in a moment.";
    struct MHD_Response *response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    if (!response)
        abort();
    MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(response, "Retry-After", "2");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    return response;
}

static Err *daemon_start(Arena *arena, Server *server)
{
    Str cert = {0}, key = {0};
    if (server->tls) {
        TRY(file_read(arena, str_z(arena, config_text("tls_cert")), 1024 * 1024, &cert));
        TRY(file_read(arena, str_z(arena, config_text("tls_key")), 1024 * 1024, &key));
    }
    const char *cert_z = str_z(arena, cert), *key_z = str_z(arena, key);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_NO_LISTEN_SOCKET |
                     MHD_USE_ERROR_LOG | (server->tls ? MHD_USE_TLS : 0u);
    int threads = processors();
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)cert_z},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key_z},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)config_int("connections") + 64u, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SAFETY_TIMEOUT_S,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)(1024 * 1024), MHD_OPTION_ARRAY, server->tls ? tls : &tls[3], MHD_OPTION_ARRAY,
        threads > 1 ? pool : &pool[1], MHD_OPTION_END);
    if (server->daemon)
        return NULL;
    return server->tls ? err_detail(arena, ERR_BROKEN, "web.tls", "certificate or key is not accepted")
                       : err_detail(arena, ERR_BROKEN, "web.listen", "libmicrohttpd: %s", strerror(errno));
}

static void conns_configure(void)
{
    ConnLimits limits = {.all = (int)config_int("connections"),
                         .per_address = (int)config_int("connections_address"),
                         .header_s = (int)config_int("header_seconds"),
                         .idle_s = (int)config_int("idle_seconds"),
                         .request_s = (int)config_int("request_seconds"),
                         .rate = (int)config_int("min_body_rate"),
                         .trusted = config_text("trusted_proxies")};
    conns_start(&limits);
}

Err *server_start(Arena *arena, Store *store, Server **out)
{
    Server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->store = store;
    server->tls = config_text("tls_cert").len > 0;
    pthread_mutex_init(&server->lock, NULL);
    router_start();
    conns_configure();
    int workers = (int)config_int("workers");
    server->pool = pool_start(workers ? workers : processors() * 8, 4096, work);
    server->busy = busy_response();
    Err *err = daemon_start(arena, server);
    if (!err)
        err = acceptor_start(arena, config_text("listen"), server->tls, on_accepted, server, &server->acceptor);
    if (err) {
        server_stop(server, 0);
        return err;
    }
    Str at = acceptor_address(server->acceptor);
    server->address = strdup(str_z(arena, str_format(arena, "%s://%.*s", server->tls ? "https" : "http", STR_ARG(at))));
    *out = server;
    return NULL;
}

Str server_address(const Server *server)
{
    return str_of(server->address);
}

/* Waits until nothing is being answered, or until the time is over. */
static void wait_for_answers(int seconds)
{
    int64_t end = time_monotonic_us() + seconds * 1000000LL;
    while (conns_busy() > 0 && time_monotonic_us() < end) {
        struct timespec pause = {.tv_nsec = 5 * 1000000L};
        nanosleep(&pause, NULL);
    }
}

void server_stop(Server *server, int seconds)
{
    if (!server)
        return;
    acceptor_stop(server->acceptor);
    server->stopping = true; /* answers say "Connection: close" from here on */
    wait_for_answers(seconds);
    conns_hang_up_idle();
    wait_for_answers(seconds > 0);
    pool_stop(server->pool);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    conns_stop();
    MHD_destroy_response(server->busy);
    while (server->free) {
        Exchange *x = server->free;
        server->free = x->next;
        arena_free(x->arena);
        free(x);
    }
    pthread_mutex_destroy(&server->lock);
    free(server->address);
    free(server);
}
