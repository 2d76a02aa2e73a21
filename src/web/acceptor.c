/* The accepting thread. */
#include "web/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/core.h"
#include "web/conns.h"
#include "web/net.h"

enum { LISTEN_MAX = 8, BACKLOG = 4096, SYSTEMD_FIRST_FD = 3 };

struct Acceptor {
    int fds[LISTEN_MAX];
    nfds_t len;
    int stop_event;
    bool tls;
    char address[ADDRESS_TEXT_MAX + 16];
    Accepted accepted;
    void *arg;
    pthread_t thread;
};

static Err *cannot_listen(Arena *arena, Str listen, const char *why)
{
    Err *err = err_detail(arena, ERR_BROKEN, "web.listen", "%s", why);
    return err_arg(arena, err, "address", listen);
}

static int listen_on(const struct addrinfo *at)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* The last colon divides address and port; an address with colons stands in brackets. */
static bool split(Str listen, Str *host, Str *port)
{
    size_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':')
        colon--;
    if (colon == 0)
        return false;
    *host = str_slice(listen, 0, colon - 1);
    *port = str_slice(listen, colon, SIZE_MAX);
    if (host->len >= 2 && host->at[0] == '[' && host->at[host->len - 1] == ']')
        *host = str_slice(*host, 1, host->len - 1);
    int64_t number;
    return str_to_int(*port, &number) && number >= 0 && number <= 65535;
}

static Err *open_sockets(Arena *arena, Acceptor *acceptor, Str text)
{
    Str host, port;
    if (!split(text, &host, &port))
        return cannot_listen(arena, text, "an address looks like 127.0.0.1:8080 or [::]:8080");
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    int failed = getaddrinfo(host.len ? str_z(arena, host) : NULL, str_z(arena, port), &hints, &found);
    if (failed)
        return cannot_listen(arena, text, gai_strerror(failed));
    int error = 0;
    for (struct addrinfo *at = found; at && acceptor->len < LISTEN_MAX; at = at->ai_next) {
        int fd = listen_on(at);
        if (fd >= 0)
            acceptor->fds[acceptor->len++] = fd;
        else
            error = errno;
    }
    freeaddrinfo(found);
    return acceptor->len ? NULL : cannot_listen(arena, text, strerror(error));
}

/* sd_listen_fds(3): sockets from 3 on, when LISTEN_PID names this process. */
static Err *take_sockets(Arena *arena, Acceptor *acceptor)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    int64_t whose = 0, len = 0;
    if (!pid || !count || !str_to_int(str_of(pid), &whose) || !str_to_int(str_of(count), &len) || whose != getpid() ||
        len < 1)
        return cannot_listen(arena, STR("systemd"), "no sockets were handed over (LISTEN_PID, LISTEN_FDS)");
    for (int i = 0; i < len && i < LISTEN_MAX; i++)
        acceptor->fds[acceptor->len++] = SYSTEMD_FIRST_FD + i;
    for (nfds_t i = 0; i < acceptor->len; i++)
        if (fcntl(acceptor->fds[i], F_SETFL, O_NONBLOCK) != 0)
            return cannot_listen(arena, STR("systemd"), strerror(errno));
    return NULL;
}

static void address_read(Acceptor *acceptor)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    if (getsockname(acceptor->fds[0], (struct sockaddr *)&at, &len) != 0)
        return;
    struct sockaddr_in6 port; /* the port stands at the same place in both families */
    memcpy(&port, &at, sizeof port);
    char text[ADDRESS_TEXT_MAX];
    address_write(address_of((struct sockaddr *)&at), text);
    snprintf(acceptor->address, sizeof acceptor->address, strchr(text, ':') ? "[%s]:%d" : "%s:%d", text,
             ntohs(port.sin6_port));
}

static void turn_away(const Acceptor *acceptor, int fd)
{
    static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
                               "Retry-After: 5\r\nContent-Length: 46\r\nConnection: close\r\n\r\n"
                               "Too many connections just now. Try again soon.";
    if (!acceptor->tls && send(fd, full, sizeof full - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        metric_add("millet_connections_refused_unsent_total", NULL, 1);
    close(fd);
    metric_add("millet_connections_refused_total", NULL, 1);
}

typedef enum Accept { TOOK, NOBODY, NO_ROOM } Accept;

static Accept accept_one(const Acceptor *acceptor, int listener)
{
    struct sockaddr_storage from;
    socklen_t len = sizeof from;
    int fd = accept4(listener, (struct sockaddr *)&from, &len, SOCK_CLOEXEC | SOCK_NONBLOCK), one = 1;
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM ? NO_ROOM : NOBODY;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (conn_open(fd, (struct sockaddr *)&from))
        acceptor->accepted(acceptor->arg, fd, (struct sockaddr *)&from, len);
    else
        turn_away(acceptor, fd);
    return TOOK;
}

static void *accepting(void *arg)
{
    Acceptor *acceptor = arg;
    struct pollfd polled[LISTEN_MAX + 1];
    for (nfds_t i = 0; i < acceptor->len; i++)
        polled[i] = (struct pollfd){.fd = acceptor->fds[i], .events = POLLIN};
    polled[acceptor->len] = (struct pollfd){.fd = acceptor->stop_event, .events = POLLIN};
    for (;;) {
        if (poll(polled, acceptor->len + 1, -1) < 0 && errno != EINTR)
            break;
        if (polled[acceptor->len].revents)
            break;
        for (nfds_t i = 0; i < acceptor->len; i++)
            if (polled[i].revents && accept_one(acceptor, polled[i].fd) == NO_ROOM) {
                struct timespec pause = {.tv_nsec = 20 * 1000000L}; /* meanwhile some are closed */
                nanosleep(&pause, NULL);
            }
    }
    for (nfds_t i = 0; i < acceptor->len; i++) /* those the kernel has already let in are not lost by stopping */
        for (int left = BACKLOG; left && accept_one(acceptor, acceptor->fds[i]) == TOOK; left--)
            continue;
    return NULL;
}

Err *acceptor_start(Arena *arena, Str listen, bool tls, Accepted accepted, void *arg, Acceptor **out)
{
    Acceptor *acceptor = calloc(1, sizeof *acceptor);
    if (!acceptor)
        abort();
    *acceptor = (Acceptor){.tls = tls, .accepted = accepted, .arg = arg};
    Err *err = str_eq(listen, STR("systemd")) ? take_sockets(arena, acceptor) : open_sockets(arena, acceptor, listen);
    if (err) {
        free(acceptor);
        return err;
    }
    address_read(acceptor);
    acceptor->stop_event = eventfd(0, EFD_CLOEXEC);
    if (acceptor->stop_event < 0 || pthread_create(&acceptor->thread, NULL, accepting, acceptor) != 0)
        abort();
    *out = acceptor;
    return NULL;
}

Str acceptor_address(const Acceptor *acceptor)
{
    return str_of(acceptor->address);
}

void acceptor_stop(Acceptor *acceptor)
{
    if (!acceptor)
        return;
    uint64_t one = 1;
    if (write(acceptor->stop_event, &one, sizeof one) != sizeof one)
        abort();
    pthread_join(acceptor->thread, NULL);
    for (nfds_t i = 0; i < acceptor->len; i++)
        close(acceptor->fds[i]);
    close(acceptor->stop_event);
    free(acceptor);
}
