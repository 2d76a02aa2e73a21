/* A load of HTTP/1.1 clients on keep-alive connections to this machine, for races, kill tests and benchmarks:
     load --port P --clients N [--count M] [--seconds S] [--token T] [--prefix K] [--log FILE] [--together] get PATH
     load ... [--more "Cookie: a=b"] get PATH      (--more: a header line, or several with CR LF between them)
     load ... [--more JSON] order OFFER PICKUP      (--more: further members, beginning with a comma)
     load ... transfer DEBIT CREDIT
   count is of all requests together. Each order carries the Idempotency-Key PREFIX-client-number; when it is answered
   201, the line "KEY ORDER-ID" goes to the log at once. --together holds the first requests until all are connected.
   Prints "status 201 7" lines, "refused N" for broken connections, then rate and latency. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 4096, IN_MAX = 256 * 1024, OUT_MAX = 4096, LATENCIES_MAX = 4000000 };

typedef struct Client {
    int fd, number;
    long sent; /* requests so far */
    bool connected, waiting;
    char key[80];
    char out[OUT_MAX];
    size_t out_len, out_at;
    char *in;
    size_t in_len;
    int64_t began_us;
} Client;

static struct {
    int port, clients;
    long count, seconds;
    const char *token, *prefix, *log, *more, *what, *path, *pickup;
    bool together;
} option = {.clients = 1, .count = 1L << 60, .seconds = 3600, .token = "", .prefix = "load", .more = ""};

static Client *clients;
static long statuses[600], refused, begun, answered, bytes;
static int connected, loop;
static uint32_t *latency;
static FILE *log_file;
static int64_t start_us, stop_us;

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void watch(Client *c, uint32_t events, int how)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(loop, how, c->fd, &event) != 0)
        die("epoll_ctl");
}

static void client_close(Client *c)
{
    if (c->fd < 0)
        return;
    if (c->waiting)
        refused++;
    close(c->fd);
    c->fd = -1;
    c->waiting = false;
}

static bool over(void)
{
    return begun >= option.count || now_us() >= stop_us;
}

static void client_open(Client *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)option.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0)
        die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->connected = false;
    c->in_len = 0;
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0 && errno != EINPROGRESS) {
        refused++;
        client_close(c);
        return;
    }
    watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

static void client_ask(Client *c)
{
    char body[600] = "";
    bool order = strcmp(option.what, "order") == 0, transfer = strcmp(option.what, "transfer") == 0;
    begun++;
    c->sent++;
    snprintf(c->key, sizeof c->key, "%s-%d-%ld", option.prefix, c->number, c->sent);
    if (order)
        snprintf(body, sizeof body, "{\"lines\":[{\"offer\":\"%s\",\"steps\":1}],\"pickup\":\"%s\",\"payment\":\"at_pickup\"%s}",
                 option.path, option.pickup, option.more);
    if (transfer) /* ids in order of time, as a careful client makes them */
        snprintf(body, sizeof body,
                 "{\"id\":\"%08x-%04x-7%03x-8%03x-%012llx\",\"debit\":\"%s\",\"credit\":\"%s\",\"amount_minor\":1}",
                 (unsigned)(time(NULL) >> 16), (unsigned)time(NULL) & 0xffff, (unsigned)(c->sent & 0xfff), (unsigned)c->number & 0xfff,
                 (unsigned long long)now_us() & 0xffffffffffff, option.path, option.pickup);
    int len = order || transfer
                  ? snprintf(c->out, sizeof c->out,
                             "POST /api/v1/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
                             "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                             transfer ? "transfers" : "orders", option.token, c->key, strlen(body), body)
                    : snprintf(c->out, sizeof c->out, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%s%s%s%s\r\n", option.path, option.more, *option.more ? "\r\n" : "",
                               *option.token ? "Authorization: Bearer " : "", option.token, *option.token ? "\r\n" : "");
    c->out_len = (size_t)len;
    c->out_at = 0;
    c->in_len = 0;
    c->waiting = true;
    c->began_us = now_us();
}

static void client_write(Client *c)
{
    while (c->out_at < c->out_len) {
        ssize_t wrote = send(c->fd, c->out + c->out_at, c->out_len - c->out_at, MSG_NOSIGNAL);
        if (wrote < 0 && errno == EAGAIN)
            return;
        if (wrote <= 0) {
            client_close(c);
            return;
        }
        c->out_at += (size_t)wrote;
    }
}

/* Length of a complete reply in c->in, or 0. */
static size_t reply_len(Client *c, int *status)
{
    c->in[c->in_len] = 0;
    char *body = strstr(c->in, "\r\n\r\n");
    if (!body)
        return 0;
    char *length = strcasestr(c->in, "\r\nContent-Length:");
    size_t len = (size_t)(body + 4 - c->in) + (length && length < body ? strtoul(length + 17, NULL, 10) : 0);
    *status = atoi(c->in + 9);
    return c->in_len >= len ? len : 0;
}

static void note_order(const Client *c)
{
    const char *id = strstr(c->in, "\"id\":\"");
    if (id && log_file) {
        fprintf(log_file, "%s %.13s\n", c->key, id + 6);
        fflush(log_file);
    }
}

static void client_read(Client *c)
{
    for (;;) {
        ssize_t got = recv(c->fd, c->in + c->in_len, IN_MAX - 1 - c->in_len, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            client_close(c);
            return;
        }
        c->in_len += (size_t)got;
        int status = 0;
        size_t len = reply_len(c, &status);
        if (!len || !c->waiting)
            continue;
        c->waiting = false;
        bytes += (long)len;
        if (answered < LATENCIES_MAX)
            latency[answered] = (uint32_t)(now_us() - c->began_us);
        answered++;
        statuses[status >= 0 && status < 600 ? status : 0]++;
        if (status == 201)
            note_order(c);
        if (over())
            return;
        client_ask(c);
        client_write(c);
        if (c->fd < 0)
            return;
    }
}

static void client_ready(Client *c, uint32_t events)
{
    if (!c->connected && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))) {
        int problem = 0;
        socklen_t size = sizeof problem;
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
        if (problem) {
            refused++;
            client_close(c);
            return;
        }
        c->connected = true;
        connected++;
        watch(c, EPOLLIN, EPOLL_CTL_MOD);
        if (!option.together && !over()) {
            client_ask(c);
            client_write(c);
        }
        if (option.together && connected == option.clients) {
            start_us = now_us();
            for (int i = 0; i < option.clients; i++)
                if (clients[i].fd >= 0 && begun < option.count) {
                    client_ask(&clients[i]);
                    client_write(&clients[i]);
                }
        }
        return;
    }
    if (c->connected && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        client_read(c);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void print_result(void)
{
    double seconds = (double)(now_us() - start_us) / 1e6;
    size_t len = (size_t)(answered < LATENCIES_MAX ? answered : LATENCIES_MAX);
    for (int i = 0; i < 600; i++)
        if (statuses[i])
            printf("status %d %ld\n", i, statuses[i]);
    printf("refused %ld\n", refused);
    qsort(latency, len, sizeof *latency, compare);
    if (len)
        printf("rate %.0f /s, p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms, %.0f bytes a reply, %.2f s\n",
               (double)answered / seconds, latency[len / 2] / 1e3, latency[len * 95 / 100] / 1e3, latency[len * 99 / 100] / 1e3,
               latency[len - 1] / 1e3, (double)bytes / (double)answered, seconds);
}

static void read_options(int argc, char **argv)
{
    int i = 1;
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        const char *name = argv[i] + 2;
        if (strcmp(name, "together") == 0) {
            option.together = true;
            continue;
        }
        const char *value = argv[++i];
        if (strcmp(name, "port") == 0)
            option.port = atoi(value);
        else if (strcmp(name, "clients") == 0)
            option.clients = atoi(value);
        else if (strcmp(name, "count") == 0)
            option.count = atol(value);
        else if (strcmp(name, "seconds") == 0)
            option.seconds = atol(value);
        else if (strcmp(name, "token") == 0)
            option.token = value;
        else if (strcmp(name, "prefix") == 0)
            option.prefix = value;
        else if (strcmp(name, "more") == 0)
            option.more = value;
        else if (strcmp(name, "log") == 0)
            option.log = value;
        else {
            fprintf(stderr, "load: unknown option --%s\n", name);
            exit(2);
        }
    }
    option.what = i < argc ? argv[i] : "";
    option.path = i + 1 < argc ? argv[i + 1] : "";
    option.pickup = i + 2 < argc ? argv[i + 2] : "";
    bool order = strcmp(option.what, "order") == 0 || strcmp(option.what, "transfer") == 0;
    if (option.port <= 0 || option.clients < 1 || option.clients > CLIENTS_MAX || (!order && strcmp(option.what, "get") != 0) ||
        !*option.path || (order && !*option.pickup)) {
        fputs("load: --port P [--clients N] ... get PATH | order OFFER PICKUP | transfer DEBIT CREDIT\n", stderr);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct rlimit files = {CLIENTS_MAX + 64, CLIENTS_MAX + 64};
    read_options(argc, argv);
    setrlimit(RLIMIT_NOFILE, &files);
    loop = epoll_create1(EPOLL_CLOEXEC);
    clients = calloc((size_t)option.clients, sizeof *clients);
    latency = calloc(LATENCIES_MAX, sizeof *latency);
    log_file = option.log ? fopen(option.log, "a") : NULL;
    if (loop < 0 || !clients || !latency || (option.log && !log_file))
        die("load");
    start_us = now_us();
    stop_us = start_us + option.seconds * 1000000;
    for (int i = 0; i < option.clients; i++) {
        clients[i].number = i;
        clients[i].in = malloc(IN_MAX);
        if (!clients[i].in)
            die("malloc");
        client_open(&clients[i]);
    }
    struct epoll_event events[256];
    for (;;) {
        int busy = 0, open = 0;
        for (int i = 0; i < option.clients; i++) {
            open += clients[i].fd >= 0;
            busy += clients[i].fd >= 0 && (clients[i].waiting || !clients[i].connected);
        }
        if (open == 0 || (over() && busy == 0) || now_us() > stop_us + 30000000)
            break;
        int len = epoll_wait(loop, events, 256, 100);
        for (int i = 0; i < len; i++)
            if (((Client *)events[i].data.ptr)->fd >= 0)
                client_ready(events[i].data.ptr, events[i].events);
    }
    print_result();
    return 0;
}
