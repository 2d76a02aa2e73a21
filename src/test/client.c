/* Clients over TCP. */
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct {
    uint16_t port;
} client;

void client_port(uint16_t port)
{
    client.port = port;
}

int dial_from(const char *source)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(client.port)};
    inet_pton(AF_INET, source, &from.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int dial(void)
{
    return dial_from("127.0.0.1");
}

bool put(int fd, Str text)
{
    while (text.len) {
        ssize_t sent = send(fd, text.at, text.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text = str_slice(text, (size_t)sent, SIZE_MAX);
    }
    return true;
}

bool say(int fd, const char *text)
{
    return put(fd, str_of(text));
}

Str got_header(const Got *got, const char *name)
{
    Str rest = got->head, line;
    for (bool more = true; more;) {
        Str key, value;
        more = str_cut(rest, '\n', &line, &rest);
        if (str_cut(line, ':', &key, &value) && str_eq_nocase(key, str_of(name)))
            return str_trim(value);
    }
    return (Str){0};
}

int more_bytes(int fd, Buf *buf, size_t max, int patience_ms)
{
    char chunk[65536];
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    if (poll(&polled, 1, patience_ms) <= 0)
        return -1;
    ssize_t got = recv(fd, chunk, max < sizeof chunk ? max : sizeof chunk, 0);
    if (got <= 0)
        return 0;
    buf_add(buf, (Str){chunk, (size_t)got});
    return 1;
}

Got hear(Arena *arena, int fd, bool has_body)
{
    Got got = {0};
    Buf head = buf_new(arena, 64 * 1024), body = buf_new(arena, 16 * 1024 * 1024);
    while (!str_ends(buf_str(&head), STR("\r\n\r\n"))) {
        int came = more_bytes(fd, &head, 1, PATIENCE_MS);
        if (came <= 0) {
            got.closed = came == 0;
            got.status = came;
            return got;
        }
    }
    got.head = buf_str(&head);
    int64_t status = 0, length = 0;
    str_to_int(str_slice(got.head, 9, 12), &status);
    got.status = (int)status;
    if (got.status == 100)
        return hear(arena, fd, has_body);
    str_to_int(got_header(&got, "Content-Length"), &length);
    while (has_body && (int64_t)body.len < length)
        if (more_bytes(fd, &body, (size_t)(length - (int64_t)body.len), PATIENCE_MS) <= 0)
            break;
    got.body = buf_str(&body);
    return got;
}

bool closes(Arena *arena, int fd, int patience_ms)
{
    Buf rest = buf_new(arena, 64 * 1024 * 1024);
    int64_t end = time_monotonic_us() + patience_ms * 1000LL;
    while (time_monotonic_us() < end) {
        int came = more_bytes(fd, &rest, 65536, (int)((end - time_monotonic_us()) / 1000) + 1);
        if (came == 0)
            return true;
        rest.len = 0;
    }
    return false;
}

Got once(Arena *arena, const char *request)
{
    int fd = dial();
    say(fd, request);
    Got got = hear(arena, fd, true);
    close(fd);
    return got;
}

void sleep_ms(int ms)
{
    struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}
