/* The table of connections and its watchdog. libmicrohttpd's own timeout starts again with each byte, so a client that sends
   one byte a second would stay for ever: here the time of a phase and the bytes the kernel has counted decide. */
#include "web/conns.h"

#include <netinet/in.h>
#include <linux/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "web/net.h"

enum { FDS_MAX = 1 << 17, NETS_MAX = 64, TICK_MS = 500 };

typedef struct AddressCount { /* an open hash, twice as large as there may be connections */
    Address address;
    int count;
} AddressCount;

static struct Conns {
    pthread_mutex_t lock;
    _Atomic(Conn *) *of; /* by socket; changed under the lock */
    int open;
    ConnLimits limits;
    Net nets[NETS_MAX];
    int nets_len;
    AddressCount *counts;
    size_t counts_room;
    pthread_t watchdog;
    _Atomic bool stopping;
} conns = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t now_us(void)
{
    return time_monotonic_us();
}

/* ---- how many of an address ---- */

static AddressCount *count_of(Address address)
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < 16; i++)
        hash = (hash ^ address.at[i]) * 1099511628211u;
    size_t at = (size_t)(hash % conns.counts_room);
    while (conns.counts[at].count && memcmp(&conns.counts[at].address, &address, sizeof address) != 0)
        at = (at + 1) % conns.counts_room;
    conns.counts[at].address = address;
    return &conns.counts[at];
}

/* Taking an entry out of an open hash: those after it that had to step over it are put in again. */
static void count_down(Address address)
{
    AddressCount *count = count_of(address);
    if (--count->count > 0)
        return;
    size_t at = (size_t)(count - conns.counts);
    for (size_t next = (at + 1) % conns.counts_room; conns.counts[next].count; next = (next + 1) % conns.counts_room) {
        AddressCount moved = conns.counts[next];
        conns.counts[next].count = 0;
        *count_of(moved.address) = moved;
    }
}

bool address_trusted(Str text)
{
    Address address;
    if (!address_parse(text, &address))
        return false;
    for (int i = 0; i < conns.nets_len; i++)
        if (net_has(conns.nets[i], address))
            return true;
    return false;
}

/* ---- open and close ---- */

/* Nothing when another connection has the socket's number by now: then this one was taken out when that one came. */
static void entry_remove(Conn *conn)
{
    Address address;
    if (conns.of[conn->fd] != conn)
        return;
    if (address_parse(str_of(conn->address), &address))
        count_down(address);
    conns.of[conn->fd] = NULL;
    conns.open--;
}

Conn *conn_open(int fd, const struct sockaddr *from)
{
    Address address = address_of(from);
    Conn *conn = calloc(1, sizeof *conn);
    if (!conn || fd < 0 || fd >= FDS_MAX) {
        free(conn);
        return NULL;
    }
    address_write(address, conn->address);
    conn->trusted = address_trusted(str_of(conn->address));
    bool exempt = conn->trusted || address_is_loopback(address);
    conn->fd = fd;
    conn->fresh = true;
    conn->since_us = conn->request_us = now_us();
    pthread_mutex_lock(&conns.lock);
    bool fits = conns.open < conns.limits.all;
    if (fits && count_of(address)->count >= conns.limits.per_address && !exempt)
        fits = false;
    if (fits) {
        if (conns.of[fd])
            entry_remove(conns.of[fd]); /* its socket is closed already, its loop has not said so yet */
        count_of(address)->count++;
        conns.open++;
        conns.of[fd] = conn;
    }
    pthread_mutex_unlock(&conns.lock);
    if (!fits) {
        free(conn);
        return NULL;
    }
    return conn;
}

Conn *conn_of(int fd)
{
    return fd < 0 || fd >= FDS_MAX ? NULL : atomic_load(&conns.of[fd]);
}

void conn_close(Conn *conn)
{
    pthread_mutex_lock(&conns.lock);
    entry_remove(conn);
    pthread_mutex_unlock(&conns.lock);
    free(conn->target);
    free(conn);
}

bool conn_target(Conn *conn, Str target)
{
    if (target.len > conn->target_room) {
        char *at = realloc(conn->target, target.len);
        if (!at)
            return false;
        conn->target = at;
        conn->target_room = target.len;
    }
    if (target.len)
        memcpy(conn->target, target.at, target.len);
    conn->target_len = target.len;
    return true;
}

void conn_phase(Conn *conn, Phase phase)
{
    int64_t now = now_us();
    if (phase == PHASE_HEADER || phase == PHASE_IDLE) {
        atomic_store_explicit(&conn->request_us, now, memory_order_relaxed);
        atomic_store_explicit(&conn->fresh, false, memory_order_relaxed);
    }
    if (phase == PHASE_IDLE)
        atomic_store_explicit(&conn->upload, false, memory_order_relaxed);
    atomic_store_explicit(&conn->since_us, now, memory_order_relaxed);
    atomic_store_explicit(&conn->phase, (int)phase, memory_order_release);
}

int conns_open(void)
{
    pthread_mutex_lock(&conns.lock);
    int open = conns.open;
    pthread_mutex_unlock(&conns.lock);
    return open;
}

int conns_busy(void)
{
    int busy = 0;
    pthread_mutex_lock(&conns.lock);
    for (int fd = 0, left = conns.open; fd < FDS_MAX && left; fd++)
        if (conns.of[fd]) {
            int phase = atomic_load(&conns.of[fd]->phase);
            busy += phase != PHASE_IDLE && phase != PHASE_STREAM;
            left--;
        }
    pthread_mutex_unlock(&conns.lock);
    return busy;
}

/* ---- the watchdog ---- */

static bool socket_bytes(int fd, int64_t *in, int64_t *out)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    *in = (int64_t)info.tcpi_bytes_received;
    *out = (int64_t)info.tcpi_bytes_acked;
    return true;
}

/* Bytes a second over the whole phase, once it has lasted longer than the grace. */
static bool too_slow(int64_t bytes, int64_t lasted_us)
{
    return lasted_us > conns.limits.grace_s * 1000000LL && bytes * 1000000 / lasted_us < conns.limits.rate;
}

static const char *overdue(Conn *conn, int64_t now)
{
    int64_t since = atomic_load(&conn->since_us), lasted = now - since, in = 0, out = 0;
    int phase = atomic_load(&conn->phase);
    if (phase == PHASE_WORKING || phase == PHASE_STREAM || !socket_bytes(conn->fd, &in, &out))
        return NULL;
    if (conn->seen_since_us != since) { /* a new phase: from here on its bytes count */
        conn->seen_since_us = since;
        conn->in_before = conn->fresh && phase == PHASE_IDLE ? 0 : in;
        conn->out_before = out;
    }
    int64_t header = conns.limits.header_s * 1000000LL;
    if (phase == PHASE_IDLE) {
        if (in > conn->in_before && lasted > header)
            return "header";
        return lasted > (conn->fresh ? header : conns.limits.idle_s * 1000000LL) ? "idle" : NULL;
    }
    if (phase == PHASE_HEADER)
        return lasted > header ? "header" : NULL;
    if (phase == PHASE_SENDING)
        return too_slow(out - conn->out_before, lasted) ? "reading" : NULL;
    bool whole = !atomic_load(&conn->upload) && now - atomic_load(&conn->request_us) > conns.limits.request_s * 1000000LL;
    return whole || too_slow(in - conn->in_before, lasted) ? "body" : NULL;
}

/* The event loop sees the end and closes; what the client has not read yet is not kept for it. */
static void cut(int fd)
{
    const struct linger at_once = {.l_onoff = 1};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    shutdown(fd, SHUT_RDWR);
}

static void watch(void)
{
    int64_t now = now_us();
    for (int fd = 0, left = conns_open(); fd < FDS_MAX && left > 0; fd++) {
        if (!conns.of[fd])
            continue;
        pthread_mutex_lock(&conns.lock); /* for one at a time: opening and closing must not wait for a whole round */
        Conn *conn = conns.of[fd];
        const char *why = conn ? overdue(conn, now) : NULL;
        if (why)
            cut(fd);
        pthread_mutex_unlock(&conns.lock);
        left--;
        if (why)
            metric_add("millet_connections_cut_total", why, 1);
    }
}

void conns_hang_up_idle(void)
{
    pthread_mutex_lock(&conns.lock);
    for (int fd = 0; fd < FDS_MAX; fd++)
        if (conns.of[fd]) {
            int phase = atomic_load(&conns.of[fd]->phase);
            if (phase == PHASE_IDLE || phase == PHASE_STREAM)
                shutdown(fd, SHUT_RDWR);
        }
    pthread_mutex_unlock(&conns.lock);
}

static void *watchdog(void *unused)
{
    (void)unused;
    while (!atomic_load(&conns.stopping)) {
        struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
        nanosleep(&tick, NULL);
        watch();
    }
    return NULL;
}

void conns_start(const ConnLimits *limits)
{
    conns.limits = *limits;
    conns.counts_room = (size_t)limits->all * 2 + 1;
    conns.of = calloc(FDS_MAX, sizeof *conns.of);
    conns.counts = calloc(conns.counts_room, sizeof *conns.counts);
    if (!conns.of || !conns.counts)
        abort();
    conns.nets_len = 0;
    Str rest = limits->trusted, piece;
    for (bool more = rest.len > 0; more && conns.nets_len < NETS_MAX;) {
        more = str_cut(rest, ',', &piece, &rest);
        if (net_parse(piece, &conns.nets[conns.nets_len]))
            conns.nets_len++;
        else
            log_line("web", "trusted_proxies: not an address or network: %.*s", STR_ARG(piece));
    }
    atomic_store(&conns.stopping, false);
    if (pthread_create(&conns.watchdog, NULL, watchdog, NULL) != 0)
        abort();
}

void conns_stop(void)
{
    atomic_store(&conns.stopping, true);
    pthread_join(conns.watchdog, NULL);
    free(conns.of); /* the loops have closed every connection before */
    free(conns.counts);
    conns.of = NULL;
    conns.counts = NULL;
    conns.open = 0;
}
