/* What only a socket changes: clients good and hostile. */
#include "web/test_wire.h"

/* ---- well-behaved clients ---- */

static void one_connection_serves_many_requests(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    for (int i = 0; i < 50; i++) {
        say(fd, i % 2 ? "GET /list HTTP/1.1\r\nHost: a\r\n\r\n" : "GET /hello?n=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        Got got = hear(arena, fd, true);
        assert_int_equal(got.status, 200);
        assert_true(got.body.len == (i % 2 ? 15000u : sizeof "hello 127.0.0.1 n=1 0" - 1));
    }
    close(fd);
}

static void many_answers_wait_for_their_writes_and_none_is_mixed_up(void **state)
{
    Arena *arena = test_arena(state);
    int fds[40], before = noted;
    for (int i = 0; i < 40; i++)
        fds[i] = dial();
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 40; i++)
            say(fds[i], i == 7 ? "POST /note HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nno"
                               : str_z(arena, str_format(arena, "POST /note HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n%03d", i)));
        for (int i = 0; i < 40; i++) {
            Got got = hear(arena, fds[i], true);
            assert_int_equal(got.status, i == 7 ? 404 : 201);
            if (i != 7)
                assert_str(got.body, str_z(arena, str_format(arena, "noted %03d 1", i)));
        }
    }
    assert_int_equal(noted - before, 5 * 39);
    for (int i = 0; i < 40; i++)
        close(fds[i]);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    say(fd, "GET /hello?1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            "GET /list HTTP/1.1\r\nHost: a\r\n\r\nGET /hello?4 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(str_find(hear(arena, fd, true).body, STR(" 1 ")) != SIZE_MAX);
    assert_str(hear(arena, fd, true).body, "3:abc");
    assert_int_equal(hear(arena, fd, true).body.len, 15000);
    assert_true(str_find(hear(arena, fd, true).body, STR(" 4 ")) != SIZE_MAX);
    close(fd);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    const char *request = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (const char *at = request; *at; at++) {
        assert_true(put(fd, (Str){at, 1}));
        if ((at - request) % 10 == 0)
            sleep_ms(1);
    }
    assert_str(hear(arena, fd, true).body, "5:abcde");
    close(fd);
}

static void head_says_how_long_and_sends_nothing(void **state)
{
    Arena *arena = test_arena(state);
    static const char *const paths[] = {"/list", "/hello", "/file"};
    for (size_t i = 0; i < 3; i++) {
        int fd = dial();
        say(fd, str_z(arena, str_format(arena, "HEAD %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", paths[i])));
        Got got = hear(arena, fd, false);
        assert_int_equal(got.status, 200);
        assert_true(got_header(&got, "Content-Length").len > 0);
        Buf rest = buf_new(arena, 100);
        assert_int_equal(more_bytes(fd, &rest, 10, PATIENCE_MS), 0);
        close(fd);
    }
}

static void options_and_wrong_methods_name_what_is_allowed(void **state)
{
    Arena *arena = test_arena(state);
    Got got = once(arena, "OPTIONS /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(got.status, 204);
    assert_str(got_header(&got, "Allow"), "POST, OPTIONS");
    got = once(arena, "DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(got.status, 405);
    assert_str(got_header(&got, "Allow"), "GET, HEAD, OPTIONS");
    got = once(arena, "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(got.status, 405);
}

static void a_client_that_asks_first_is_told_to_go_on_or_not(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    Buf first = buf_new(arena, 1000);
    assert_int_equal(more_bytes(fd, &first, 25, PATIENCE_MS), 1);
    assert_true(str_starts(buf_str(&first), STR("HTTP/1.1 100")));
    say(fd, "abc");
    assert_str(hear(arena, fd, true).body, "3:abc");
    close(fd);
    fd = dial();
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(hear(arena, fd, true).status, 413);
    close(fd);
}

#define PART_HEAD "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
#define PART_TAIL "\r\n--xx--\r\n"

static Got upload(Arena *arena, size_t size)
{
    int fd = dial();
    char *bytes = arena_alloc(arena, size + 1);
    memset(bytes, 'x', size);
    say(fd, str_z(arena, str_format(arena, "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
                                           "Content-Length: %zu\r\n\r\n" PART_HEAD,
                                    size + sizeof PART_HEAD - 1 + sizeof PART_TAIL - 1)));
    put(fd, (Str){bytes, size});
    say(fd, PART_TAIL);
    Got got = hear(arena, fd, true);
    close(fd);
    return got;
}

static void an_upload_goes_to_disk_and_one_that_is_too_large_is_told_so(void **state)
{
    Arena *arena = test_arena(state);
    assert_str(upload(arena, 5 * 1024 * 1024).body, "5242880 1");
    assert_int_equal(upload(arena, 6 * 1024 * 1024 + 1).status, 413);
    assert_int_equal(upload(arena, 20 * 1024 * 1024).status, 413);
    all_is_well(arena);
}

static void files_are_sent_in_parts_when_asked(void **state)
{
    Arena *arena = test_arena(state);
    Got whole = once(arena, "GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(whole.body.len, FILE_BYTES);
    assert_str(got_header(&whole, "Accept-Ranges"), "bytes");
    Got part = once(arena, "GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=26-30\r\n\r\n");
    assert_int_equal(part.status, 206);
    assert_str(part.body, "abcde");
    assert_str(got_header(&part, "Content-Range"), "bytes 26-30/4194304");
    assert_str(once(arena, "GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=-3\r\n\r\n").body, "hij");
    assert_int_equal(once(arena, "GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=4194304-\r\n\r\n").status, 416);
    assert_int_equal(once(arena, "GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=9-3\r\n\r\n").status, 200);
    Str etag = got_header(&whole, "ETag");
    const char *same = str_z(arena, str_format(arena, "GET /file HTTP/1.1\r\nHost: a\r\nIf-None-Match: %.*s\r\n\r\n", STR_ARG(etag)));
    assert_int_equal(once(arena, same).status, 304);
    assert_int_equal(once(arena, "GET /file HTTP/1.1\r\nHost: a\r\nRange: bytes=0-3\r\nIf-Range: \"other\"\r\n\r\n").status, 200);
}

static void kept_pages_are_sent_by_the_loops_compressed_and_conditional(void **state)
{
    Arena *arena = test_arena(state);
    once(arena, "GET /list?kept HTTP/1.1\r\nHost: a\r\n\r\n");
    int before = listed;
    Got got = once(arena, "GET /list?kept HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
    assert_str(got_header(&got, "Content-Encoding"), "gzip");
    assert_true(got.body.len < 500);
    assert_true(got_header(&got, "Content-Security-Policy").len > 0);
    Str etag = got_header(&got, "ETag");
    const char *same = str_z(arena, str_format(arena, "GET /list?kept HTTP/1.1\r\nHost: a\r\nIf-None-Match: %.*s\r\n\r\n", STR_ARG(etag)));
    assert_int_equal(once(arena, same).status, 304);
    assert_int_equal(listed, before);
}

/* ---- where a request comes from ---- */

static Str seen_as(Arena *arena, const char *source, const char *headers)
{
    int fd = dial_from(source);
    say(fd, str_z(arena, str_format(arena, "GET /hello HTTP/1.1\r\nHost: a\r\n%s\r\n", headers)));
    Got got = hear(arena, fd, true);
    close(fd);
    return got.body;
}

static void only_trusted_proxies_say_who_the_client_is(void **state)
{
    Arena *arena = test_arena(state);
    const char *headers = "X-Forwarded-For: 6.6.6.6, 203.0.113.5, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n";
    assert_str(seen_as(arena, "127.0.0.1", headers), "hello 127.0.0.1  0");
    assert_str(seen_as(arena, "127.0.0.9", headers), "hello 203.0.113.5  1");
    assert_str(seen_as(arena, "127.0.0.9", "X-Forwarded-For: nonsense\r\n"), "hello 127.0.0.9  0");
    assert_str(seen_as(arena, "127.0.0.9", "X-Forwarded-For: 2001:db8::1\r\n"), "hello 2001:db8::1  0");
}

/* ---- hostile clients ---- */

typedef struct Hostile {
    const char *request; /* ~ stands for a NUL byte */
    int status;          /* 0: just closed is fine too */
} Hostile;

static bool say_hostile(int fd, const char *text)
{
    char bytes[4096];
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        bytes[i] = text[i] == '~' ? 0 : text[i];
    return put(fd, (Str){bytes, len});
}

static void hostile_requests_are_refused_and_cost_nothing(void **state)
{
    Arena *arena = test_arena(state);
    static const Hostile requests[] = {
        {"GET /hello HTTP/1.1\r\n\r\n", 400},                                            /* no Host */
        {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3x\r\n\r\nabc", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nabc", 413},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nabc", 501},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400},
        {"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET hello HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nno colon here\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-Bad: \xff\xfe\r\n\r\n", 400},
        {"GET /hello~ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello~/../x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b~c\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b~c\r\nX-B: d\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", 400},                 /* a folded line */
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
        {"GET /hello HTTP/1.1\r\nHost: a b<>\r\n\r\n", 400},
        {"GET /hello HTTP/1.1 x\r\nHost: a\r\n\r\n", 0},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0},
        {"GET /hello\r\n\r\n", 0},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0},                     /* TLS on the plain port */
        {"GET /hello HTTP/9.9\r\nHost: a\r\n\r\n", 0},
        {"\r\n\r\n\r\n\r\n", 0},
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int fd = dial();
        say_hostile(fd, requests[i].request);
        Got got = hear(arena, fd, true);
        bool closed = got.status == 0 && got.closed;
        if (requests[i].status ? got.status != requests[i].status : !(closed || got.status >= 400)) {
            print_error("%s\nanswered %d, expected %d\n", requests[i].request, got.status, requests[i].status);
            fail();
        }
        close(fd);
    }
    all_is_well(arena);
}

static void after_a_malformed_header_the_connection_ends(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 34\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    Got got = hear(arena, fd, true);
    assert_int_equal(got.status, 400);
    assert_str(got_header(&got, "Connection"), "close");
    Buf rest = buf_new(arena, 1000);
    assert_int_equal(more_bytes(fd, &rest, 100, PATIENCE_MS), 0);
    close(fd);
}

static Got padded(Arena *arena, const char *before, size_t pad, const char *after)
{
    int fd = dial();
    char *bytes = arena_alloc(arena, pad + 1);
    memset(bytes, 'x', pad);
    say(fd, before);
    put(fd, (Str){bytes, pad});
    say(fd, after);
    Got got = hear(arena, fd, true);
    close(fd);
    return got;
}

static void lines_and_headers_have_their_limits(void **state)
{
    Arena *arena = test_arena(state);
    const char *end = " HTTP/1.1\r\nHost: a\r\n\r\n", *header = "GET /hello HTTP/1.1\r\nHost: a\r\nX-Long: ";
    assert_int_equal(padded(arena, "GET /hello?", 8000, end).status, 200);
    assert_int_equal(padded(arena, "GET /hello?", 8192, end).status, 414);
    int huge = padded(arena, "GET /hello?", 100000, end).status;
    assert_true(huge == 414 || huge == 0);
    assert_int_equal(padded(arena, header, 8000, "\r\n\r\n").status, 200);
    assert_int_equal(padded(arena, header, 8192, "\r\n\r\n").status, 431);
    huge = padded(arena, header, 200000, "\r\n\r\n").status;
    assert_true(huge == 431 || huge == 413 || huge == 0);
    Buf many = buf_new(arena, 100000);
    buf_add(&many, STR("GET /hello HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 100; i++)
        buf_addf(&many, "X-%d: 1\r\n", i);
    buf_add(&many, STR("\r\n"));
    assert_int_equal(once(arena, str_z(arena, buf_str(&many))).status, 431);
    many.len = 0;
    buf_add(&many, STR("GET /hello HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < 5; i++)
        buf_addf(&many, "X-%d: %07000d\r\n", i, 1);
    buf_add(&many, STR("\r\n"));
    assert_int_equal(once(arena, str_z(arena, buf_str(&many))).status, 431);
    all_is_well(arena);
}

static void a_refusal_comes_in_the_language_of_the_person(void **state)
{
    Arena *arena = test_arena(state);
    Got got = once(arena, "GET /%zz HTTP/1.1\r\nHost: a\r\nAccept-Language: zh\r\n\r\n");
    assert_int_equal(got.status, 400);
    assert_true(str_find(got.body, STR("地址里有不该出现的字符")) != SIZE_MAX);
    got = once(arena, "GET /api/v1/none HTTP/1.1\r\nHost: a\r\nAccept-Language: zh\r\n\r\n");
    assert_str(got_header(&got, "Content-Type"), "application/problem+json");
}

static void bodies_without_an_end_are_cut(void **state)
{
    Arena *arena = test_arena(state);
    int fd = dial();
    say(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    char chunk[1024 + 8];
    memset(chunk, 'x', sizeof chunk);
    memcpy(chunk, "400\r\n", 5);
    memcpy(chunk + 5 + 1024, "\r\n", 2);
    bool taken = true;
    for (int i = 0; i < 100000 && taken; i++)
        taken = put(fd, (Str){chunk, 5 + 1024 + 2});
    assert_false(taken);
    close(fd);
    all_is_well(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_connection_serves_many_requests),
        TEST(many_answers_wait_for_their_writes_and_none_is_mixed_up),
        TEST(pipelined_requests_are_answered_in_their_order),
        TEST(a_request_may_come_byte_by_byte),
        TEST(head_says_how_long_and_sends_nothing),
        TEST(options_and_wrong_methods_name_what_is_allowed),
        TEST(a_client_that_asks_first_is_told_to_go_on_or_not),
        TEST(an_upload_goes_to_disk_and_one_that_is_too_large_is_told_so),
        TEST(files_are_sent_in_parts_when_asked),
        TEST(kept_pages_are_sent_by_the_loops_compressed_and_conditional),
        TEST(only_trusted_proxies_say_who_the_client_is),
        TEST(hostile_requests_are_refused_and_cost_nothing),
        TEST(after_a_malformed_header_the_connection_ends),
        TEST(lines_and_headers_have_their_limits),
        TEST(a_refusal_comes_in_the_language_of_the_person),
        TEST(bodies_without_an_end_are_cut),
    };
    return cmocka_run_group_tests(tests, house_open, house_close);
}
