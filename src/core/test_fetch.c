/* Fetching from a web service of our own on the loopback: what it answers, what it must not be asked, where it ends. */
#include "loopback.h"
#include "test/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "core/fetch.h"

static bool is_public(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return address_public((struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return address_public((struct sockaddr *)&v6);
}

static void only_addresses_of_everybodys_network_are_public(void **state)
{
    static const char *const open_[] = {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "193.0.6.139", "2001:4860:4860::8888", "2a00:1450::1", "64:ff9b::808:808", "2002:808:808::1"};
    static const char *const closed[] = {"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
                                         "192.0.0.1", "192.0.2.7", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "255.255.255.255",
                                         "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
                                         "2002:7f00:1::1", "2001:db8::1", "2001:0:1::1", "100::1"};
    (void)state;
    for (size_t i = 0; i < sizeof open_ / sizeof *open_; i++)
        assert_true(is_public(open_[i]));
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        if (is_public(closed[i]))
            print_error("%s\n", closed[i]);
        assert_false(is_public(closed[i]));
    }
    struct sockaddr other = {.sa_family = AF_UNIX};
    assert_false(address_public(&other));
}

static void when_to_come_back_is_read_as_seconds_or_a_date(void **state)
{
    Arena *arena = test_arena(state);
    Time now = {INT64_C(784111777) * 1000}; /* Sun, 06 Nov 1994 08:49:37 GMT */
    assert_int_equal(retry_after(arena, STR("120"), now), 120);
    assert_int_equal(retry_after(arena, STR(" 0 "), now), 0);
    assert_int_equal(retry_after(arena, STR("Sun, 06 Nov 1994 09:49:37 GMT"), now), 3600);
    assert_int_equal(retry_after(arena, STR("Sun, 06 Nov 1994 07:49:37 GMT"), now), 0);
    assert_int_equal(retry_after(arena, STR("-5"), now), 0);
    assert_int_equal(retry_after(arena, STR("tomorrow"), now), 0);
}

static void reply(int fd, const char *text)
{
    loopback_say(fd, text, strlen(text));
}

#define CLOSE "Connection: close\r\n\r\n"

static void zeros_packed(int fd, size_t unpacked, const char *head)
{
    static unsigned char packed[256 * 1024], zeros[64 * 1024];
    z_stream z = {.next_out = packed, .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    for (size_t done = 0; done < unpacked; done += sizeof zeros) {
        z.next_in = zeros;
        z.avail_in = sizeof zeros;
        assert_int_equal(deflate(&z, done + sizeof zeros >= unpacked ? Z_FINISH : Z_NO_FLUSH) >= 0, 1);
    }
    reply(fd, head);
    loopback_say(fd, (const char *)packed, sizeof packed - z.avail_out);
    deflateEnd(&z);
}

static void endless(int fd)
{
    static char piece[64 * 1024];
    memset(piece, 'x', sizeof piece);
    reply(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" CLOSE);
    for (int i = 0; i < 400; i++) {
        reply(fd, "10000\r\n");
        loopback_say(fd, piece, sizeof piece);
        reply(fd, "\r\n");
    }
}

/* What each path answers. */
static void answer(Loopback *server, int fd, const char *request)
{
    char line[300];
    if (strstr(request, "GET /same") && strstr(request, "If-None-Match: W/\"v1\""))
        reply(fd, "HTTP/1.1 304 Not Modified\r\nETag: W/\"v1\"\r\nCache-Control: max-age=7200\r\n" CLOSE);
    else if (strstr(request, "GET /same"))
        reply(fd, "HTTP/1.1 200 OK\r\nETag: W/\"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/xml; charset=\"GB2312\"\r\nContent-Length: 4\r\n" CLOSE "body");
    else if (strstr(request, "GET /for-good") || strstr(request, "GET /today")) {
        snprintf(line, sizeof line, "HTTP/1.1 %s X\r\nLocation: /same\r\nContent-Length: 0\r\n" CLOSE, strstr(request, "/today") ? "302" : "301");
        reply(fd, line);
    } else if (strstr(request, "GET /round"))
        reply(fd, "HTTP/1.1 302 X\r\nLocation: /round\r\nContent-Length: 0\r\n" CLOSE);
    else if (strstr(request, "GET /file"))
        reply(fd, "HTTP/1.1 302 X\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n" CLOSE);
    else if (strstr(request, "GET /bomb"))
        zeros_packed(fd, 20 << 20, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" CLOSE);
    else if (strstr(request, "GET /packed"))
        zeros_packed(fd, 128 << 10, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" CLOSE);
    else if (strstr(request, "GET /endless"))
        endless(fd);
    else if (strstr(request, "GET /cut"))
        reply(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n" CLOSE "only this");
    else if (strstr(request, "GET /late"))
        while (recv(fd, line, sizeof line, 0) > 0) /* says nothing until the other side gives up */
            ;
    else if (strstr(request, "GET /busy"))
        reply(fd, "HTTP/1.1 503 X\r\nRetry-After: 90\r\nContent-Length: 0\r\n" CLOSE);
    else
        reply(fd, "HTTP/1.1 404 X\r\nContent-Length: 0\r\n" CLOSE);
    (void)server;
}

typedef struct Asked {
    Err *err;
    FetchResult got;
} Asked;

static Asked ask_at(Arena *arena, const Loopback *server, const char *path, bool inside)
{
    Asked a;
    const FetchAsk ask = {.url = str_format(arena, "http://127.0.0.1:%d%s", server->port, path), .accept = STR("*/*"), .agent = STR("Millet test"), .inside = inside};
    a.err = fetch(arena, &ask, &a.got);
    return a;
}

static void what_is_there_comes_with_what_to_ask_the_next_time(void **state)
{
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    server.reply = answer;
    Asked a = ask_at(arena, &server, "/same", true);
    assert_fine(a.err);
    assert_int_equal(a.got.status, 200);
    assert_str(a.got.body, "body");
    assert_str(a.got.etag, "W/\"v1\"");
    assert_str(a.got.modified, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_str(a.got.charset, "gb2312");
    FetchAsk again = {.url = str_format(arena, "http://127.0.0.1:%d/same", server.port), .etag = a.got.etag, .modified = a.got.modified, .accept = STR("*/*"), .agent = STR("Millet test"), .inside = true};
    assert_fine(fetch(arena, &again, &a.got));
    assert_int_equal(a.got.status, 304);
    assert_int_equal(a.got.wait_s, 7200);
    assert_int_equal(a.got.body.len, 0);
    assert_int_equal(ask_at(arena, &server, "/busy", true).got.wait_s, 90);
    assert_int_equal(ask_at(arena, &server, "/nothing", true).got.status, 404);
    loopback_close(&server);
    assert_non_null(strstr(server.heard, "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_non_null(strstr(server.heard, "User-Agent: Millet test"));
}

static void redirections_are_followed_five_times_and_only_on_the_web(void **state)
{
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    server.reply = answer;
    Asked a = ask_at(arena, &server, "/for-good", true);
    assert_fine(a.err);
    assert_str(a.got.body, "body");
    assert_true(str_ends(a.got.moved, STR("/same")));
    a = ask_at(arena, &server, "/today", true);
    assert_fine(a.err);
    assert_str(a.got.body, "body");
    assert_int_equal(a.got.moved.len, 0);
    assert_err(ask_at(arena, &server, "/file", true).err, "fetch.address");
    int before = server.requests;
    assert_err(ask_at(arena, &server, "/round", true).err, "fetch.redirects");
    loopback_close(&server);
    assert_int_equal(server.requests - before, 1 + FETCH_REDIRECTS_MAX);
}

static void what_is_too_large_is_cut_off(void **state)
{
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    server.reply = answer;
    assert_err(ask_at(arena, &server, "/endless", true).err, "fetch.too_large");
    assert_err(ask_at(arena, &server, "/bomb", true).err, "fetch.too_large");
    Asked a = ask_at(arena, &server, "/packed", true);
    assert_fine(a.err);
    assert_int_equal(a.got.body.len, 128 << 10);
    assert_err(ask_at(arena, &server, "/cut", true).err, "fetch.unreachable");
    loopback_close(&server);
}

static void nobody_waits_for_ever(void **state)
{
    Arena *arena = test_arena(state);
    Loopback server;
    FetchResult got;
    loopback_open(&server, false);
    server.reply = answer;
    const FetchAsk late = {.url = str_format(arena, "http://127.0.0.1:%d/late", server.port), .accept = STR("*/*"), .agent = STR("t"), .inside = true, .limit_ms = 300};
    assert_err(fetch(arena, &late, &got), "fetch.unreachable");
    loopback_close(&server);
}

static void inner_addresses_are_never_connected_to(void **state)
{
    static const char *const forms[] = {"http://127.0.0.1:%d/same", "http://localhost:%d/same", "http://[::ffff:127.0.0.1]:%d/same", "http://2130706433:%d/same",
                                        "http://0x7f.1:%d/same", "http://0.0.0.0:%d/same", "http://169.254.169.254:%d/same", "ftp://127.0.0.1:%d/same", "file:///etc/passwd?%d"};
    Arena *arena = test_arena(state);
    Loopback server;
    loopback_open(&server, false);
    server.reply = answer;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char url[100];
        FetchResult got;
        snprintf(url, sizeof url, forms[i], server.port);
        const FetchAsk ask = {.url = str_of(url), .accept = STR("*/*"), .agent = STR("t")};
        assert_err(fetch(arena, &ask, &got), "fetch.address");
    }
    loopback_close(&server);
    assert_int_equal(server.requests, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_addresses_of_everybodys_network_are_public),
        TEST(when_to_come_back_is_read_as_seconds_or_a_date),
        TEST(what_is_there_comes_with_what_to_ask_the_next_time),
        TEST(redirections_are_followed_five_times_and_only_on_the_web),
        TEST(what_is_too_large_is_cut_off),
        TEST(nobody_waits_for_ever),
        TEST(inner_addresses_are_never_connected_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
