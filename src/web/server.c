/* Starting and stopping what serves: the table of connections, the workers, a loop for HTTP and one for HTTPS. */
#include "web/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "tls/tls.h"
#include "web/acceptor.h"
#include "web/cache.h"
#include "web/conns.h"
#include "web/pool.h"
#include "web/server_mhd.h"
#include "web/sse.h"

enum { QUEUE_MAX = 4096, RETIRED_MAX = 8, PEM_BYTES_MAX = 1024 * 1024, CERTIFICATE_LOOK_S = 60, BEAT_S = 15, GRACE_MS = 300 };

typedef struct Certificates {
    Str cert, key; /* empty: none */
    const char *path;
    struct timespec changed;
} Certificates;

struct Server {
    Store *store;
    Pool *pool;
    Loop *plain;
    Acceptor *plain_acceptor, *tls_acceptor;
    pthread_mutex_t lock; /* guards tls and retired */
    Loop *tls, *retired[RETIRED_MAX]; /* a renewed certificate serves new connections; old ones end with their loop */
    int retired_len;
    struct timespec certificate_changed;
    pthread_t keeper;
    pthread_mutex_t keeping; /* guards stopping, which ends the keeper's sleep at once */
    pthread_cond_t stop;
    bool stopping;
    char *address;
};

static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 16 ? 16 : (int)count;
}

/* ---- certificates ---- */

/* tls_cert and tls_key as set, or what `millet tls init` made; none is fine. */
static Err *certificates_read(Arena *arena, Certificates *out)
{
    *out = (Certificates){0};
    Str cert = config_text("tls_cert"), key = config_text("tls_key");
    const char *own = str_z(arena, tls_path(arena, config_text("data"), "server.pem"));
    if (!cert.len && !file_exists(own))
        return NULL;
    out->path = cert.len ? str_z(arena, cert) : own;
    struct stat about;
    if (stat(out->path, &about) == 0)
        out->changed = about.st_mtim;
    TRY(file_read(arena, out->path, PEM_BYTES_MAX, &out->cert));
    out->key = out->cert; /* one file may hold both */
    return cert.len && key.len ? file_read(arena, str_z(arena, key), PEM_BYTES_MAX, &out->key) : NULL;
}

static Err *loop_make(Arena *arena, Server *server, const Certificates *certificates, Loop **out)
{
    LoopOptions options = {.store = server->store,
                           .pool = server->pool,
                           .threads = processors(),
                           .connections = (int)config_int("connections"),
                           .cert = certificates ? certificates->cert : (Str){0},
                           .key = certificates ? certificates->key : (Str){0}};
    return loop_start(arena, &options, out);
}

/* A certificate that was renewed is taken up without a restart. */
static void certificate_look(Server *server)
{
    Arena *arena = arena_new();
    Certificates certificates;
    Loop *fresh = NULL;
    Err *err = certificates_read(arena, &certificates);
    bool changed = !err && certificates.cert.len && server->retired_len < RETIRED_MAX &&
                   memcmp(&certificates.changed, &server->certificate_changed, sizeof certificates.changed) != 0;
    if (changed) {
        err = loop_make(arena, server, &certificates, &fresh);
        server->certificate_changed = certificates.changed; /* a bad file is complained of once */
    }
    if (err)
        log_line("error", "text=\"the new certificate is not used\" code=%s", err->code);
    if (fresh) {
        pthread_mutex_lock(&server->lock);
        server->retired[server->retired_len++] = server->tls;
        server->tls = fresh;
        pthread_mutex_unlock(&server->lock);
        log_line("tls", "text=\"a new certificate is in use\"");
    }
    arena_free(arena);
}

static bool sleep_a_second(Server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    pthread_mutex_lock(&server->keeping);
    while (!server->stopping && pthread_cond_timedwait(&server->stop, &server->keeping, &until) == 0)
        continue;
    bool on = !server->stopping;
    pthread_mutex_unlock(&server->keeping);
    return on;
}

static void keeper_stop(Server *server)
{
    pthread_mutex_lock(&server->keeping);
    server->stopping = true;
    pthread_cond_signal(&server->stop);
    pthread_mutex_unlock(&server->keeping);
    if (server->address) /* it was started last */
        pthread_join(server->keeper, NULL);
}

/* What has to be done from time to time beside the requests. */
static void *keeping(void *arg)
{
    Server *server = arg;
    for (int second = 1; sleep_a_second(server); second++) {
        if (second % BEAT_S == 0)
            streams_beat();
        if (second % CERTIFICATE_LOOK_S == 0 && server->tls_acceptor)
            certificate_look(server);
        metric_set("millet_requests_waiting", NULL, (int64_t)pool_waiting(server->pool));
        metric_set("millet_connections", NULL, conns_open());
        metric_set("millet_streams", NULL, streams_open());
    }
    return NULL;
}

/* ---- listening ---- */

static void accepted_plain(void *arg, int fd, const struct sockaddr *from, socklen_t len)
{
    Server *server = arg;
    loop_add(server->plain, fd, from, len);
}

static void accepted_tls(void *arg, int fd, const struct sockaddr *from, socklen_t len)
{
    Server *server = arg;
    pthread_mutex_lock(&server->lock);
    Loop *loop = server->tls;
    pthread_mutex_unlock(&server->lock);
    loop_add(loop, fd, from, len);
}

/* listen_tls, or port 8443 of the address of listen. */
static Str tls_listen(Arena *arena)
{
    Str set = config_text("listen_tls"), listen = config_text("listen");
    size_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':')
        colon--;
    if (set.len)
        return set;
    return str_format(arena, "%.*s8443", colon ? (int)colon : 1, colon ? listen.at : ":");
}

static void conns_configure(void)
{
    ConnLimits limits = {.all = (int)config_int("connections"),
                         .per_address = (int)config_int("connections_address"),
                         .header_s = (int)config_int("header_seconds"),
                         .idle_s = (int)config_int("idle_seconds"),
                         .request_s = (int)config_int("request_seconds"),
                         .rate = (int)config_int("min_body_rate"),
                         .grace_s = (int)config_int("rate_grace_seconds"),
                         .trusted = config_text("trusted_proxies")};
    conns_start(&limits);
}

static Err *start_all(Arena *arena, Server *server)
{
    Certificates certificates;
    TRY(certificates_read(arena, &certificates));
    if (config_bool("https_redirect") && !certificates.cert.len && !str_starts(config_text("public_url"), STR("https://")))
        return err_new(arena, ERR_INVALID, "http.no_https");
    TRY(loop_make(arena, server, NULL, &server->plain));
    if (certificates.cert.len) {
        TRY(loop_make(arena, server, &certificates, &server->tls));
        server->certificate_changed = certificates.changed;
        TRY(acceptor_start(arena, tls_listen(arena), true, accepted_tls, server, &server->tls_acceptor));
    }
    TRY(acceptor_start(arena, config_text("listen"), false, accepted_plain, server, &server->plain_acceptor));
    if (pthread_create(&server->keeper, NULL, keeping, server) != 0)
        abort();
    Str plain = acceptor_address(server->plain_acceptor);
    Str tls = server->tls ? acceptor_address(server->tls_acceptor) : (Str){0};
    Str both = str_format(arena, "http://%.*s%s%.*s", STR_ARG(plain), tls.len ? " and https://" : "", STR_ARG(tls));
    server->address = strdup(str_z(arena, both));
    return NULL;
}

Err *server_start(Arena *arena, Store *store, Server **out)
{
    Server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->store = store;
    pthread_mutex_init(&server->lock, NULL);
    pthread_mutex_init(&server->keeping, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&server->stop, &clock);
    pthread_condattr_destroy(&clock);
    conns_configure();
    int workers = (int)config_int("workers");
    server->pool = pool_start(workers ? workers : processors() * 8, QUEUE_MAX, exchange_work);
    Err *err = start_all(arena, server);
    if (err) {
        server_stop(server, 0);
        return err;
    }
    *out = server;
    return NULL;
}

Str server_address(const Server *server)
{
    return str_of(server->address);
}

/* ---- stopping ---- */

static void pause_ms(int ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

/* Waits until nothing is being answered, or until the time is over. */
static void wait_for_answers(int64_t ms)
{
    int64_t end = time_monotonic_us() + ms * 1000;
    while (conns_busy() > 0 && time_monotonic_us() < end)
        pause_ms(5);
}

static void loops_closing(Server *server)
{
    if (server->plain)
        loop_closing(server->plain);
    if (server->tls)
        loop_closing(server->tls);
    for (int i = 0; i < server->retired_len; i++)
        loop_closing(server->retired[i]);
}

void server_stop(Server *server, int seconds)
{
    if (!server)
        return;
    acceptor_stop(server->plain_acceptor);
    acceptor_stop(server->tls_acceptor);
    loops_closing(server);
    streams_end();
    if (seconds && conns_open() > 0) {
        pause_ms(GRACE_MS); /* what is on its way on an open connection is still answered, with "Connection: close" */
        wait_for_answers(seconds * 1000LL);
    }
    conns_hang_up_idle();
    keeper_stop(server);
    while (exchanges_writing()) /* the writer ends each of them soon */
        pause_ms(1);
    pool_stop(server->pool);
    loop_stop(server->plain);
    loop_stop(server->tls);
    for (int i = 0; i < server->retired_len; i++)
        loop_stop(server->retired[i]);
    conns_stop();
    cache_clear();
    pthread_mutex_destroy(&server->lock);
    pthread_mutex_destroy(&server->keeping);
    pthread_cond_destroy(&server->stop);
    free(server->address);
    free(server);
}
