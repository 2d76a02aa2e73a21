/* A house of its own that serves in this process, for tests of what only a socket changes. */
#pragma once
#include "test/client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "core/config.h"
#include "web/server.h"
#include "web/web.h"

enum { FILE_BYTES = 4 * 1024 * 1024 };

/* ---- the house that is asked ---- */

/* How patient the house is with its clients: test_slow.c tries what it does when that is over, all others are never so slow. */
#ifdef IMPATIENT
#define HEADER_SECONDS "2"
#define IDLE_SECONDS "4"
#define REQUEST_SECONDS "8"
#define GRACE_SECONDS "1"
#else
#define HEADER_SECONDS "10"
#define IDLE_SECONDS "60"
#define REQUEST_SECONDS "120"
#define GRACE_SECONDS "60"
#endif

static _Atomic int listed;
static _Atomic bool slow_may_end;
static char big_file[128];

static Err *say_hello(Req *r)
{
    return reply_bytes(r, 200, "text/plain",
                       str_format(r->arena, "hello %.*s %.*s %d", STR_ARG(r->address), STR_ARG(r->query), r->https));
}

static Err *say_again(Req *r)
{
    return reply_bytes(r, 200, "text/plain", str_format(r->arena, "%zu:%.*s", r->body.len, STR_ARG(str_slice(r->body, 0, 100))));
}

static Err *take_upload_(Req *r)
{
    const Upload *upload = take_upload(r, "file");
    if (!upload)
        return err_field(r->arena, "field.required", "file");
    return reply_bytes(r, 200, "text/plain",
                       str_format(r->arena, "%lld %d", (long long)upload->bytes, file_exists(upload->path)));
}

static Err *show_file(Req *r)
{
    return reply_path(r, "video/mp4", big_file, 3600);
}

static Err *show_slowly(Req *r)
{
    while (!slow_may_end)
        sleep_ms(1);
    return reply_bytes(r, 200, "text/plain", STR("slow but sure"));
}

static Err *show_list(Req *r)
{
    listed++;
    Buf out = buf_new(r->arena, 100000);
    for (int i = 0; i < 1000; i++)
        buf_add(&out, STR("rice and bread "));
    return reply_bytes(r, 200, "text/html; charset=utf-8", buf_str(&out));
}

static Err *show_events(Req *r)
{
    return sse_open(r, "kitchen");
}

static _Atomic int noted;

static Err *note(Tx *tx, void *arg)
{
    const Str *what = arg;
    if (str_eq(*what, STR("no")))
        return err_new(tx->db.arena, ERR_MISSING, "web.missing");
    noted++;
    return NULL;
}

static Err *say_noted(Req *r)
{
    const Str *what = r->for_later;
    return reply_bytes(r, 201, "text/plain", str_format(r->arena, "noted %.*s %d", STR_ARG(*what), r->db.conn == NULL));
}

static Err *take_note(Req *r)
{
    return reply_later(r, note, &r->body, say_noted);
}

static const Route routes[] = {
    GET("/hello", say_hello, ANYONE, "Hello."),
    POST("/echo", say_again, ANYONE, "Says how long the body is.", .raw = true, .no_csrf = true),
    POST("/note", take_note, ANYONE, "Writes it down.", .raw = true, .no_csrf = true),
    POST("/upload", take_upload_, ANYONE, "Takes a file.", .upload = true, .no_csrf = true),
    GET("/file", show_file, ANYONE, "A file."),
    GET("/slow", show_slowly, ANYONE, "Takes as long as the test likes."),
    GET("/list", show_list, ANYONE, "The same for all.", .shared = true),
    GET("/events", show_events, ANYONE, "Events."),
};
static const Module wire_module = MODULE("wire", routes);
extern const Module core_module, web_module;
const Module *const house_modules[] = {&core_module, &web_module, &wire_module, NULL};

static struct {
    void *test;
    Server *server;
    Arena *arena;
} house;

static void serve(void)
{
    assert_fine(server_start(house.arena, test_store(&house.test), &house.server));
    Str address = server_address(house.server);
    size_t colon = address.len;
    while (address.at[colon - 1] != ':')
        colon--;
    int64_t port;
    assert_true(str_to_int(str_slice(address, colon, SIZE_MAX), &port));
    client_port((uint16_t)port);
}

static int house_open(void **state)
{
    (void)state;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (test_setup_db(&house.test))
        return -1;
    house.arena = arena_new();
    Str data = str_of(test_store_options(house.arena).data);
    static const char *const settings[][2] = {{"listen", "127.0.0.1:0"}, {"header_seconds", HEADER_SECONDS}, {"idle_seconds", IDLE_SECONDS},
                                              {"connections", "1300"},   {"rate_grace_seconds", GRACE_SECONDS},  {"min_body_rate", "20000"},
                                              {"request_seconds", REQUEST_SECONDS},  {"trusted_proxies", "127.0.0.9, 10.0.0.0/8"},
                                              {"max_upload", "6M"},      {"log", "errors"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_fine(config_set(house.arena, settings[i][0], settings[i][1]));
    assert_fine(config_set(house.arena, "data", str_z(house.arena, data)));
    for (size_t i = 0; house_modules[i]; i++)
        if (house_modules[i]->start)
            assert_fine(house_modules[i]->start(test_store(&house.test), house.arena));
    snprintf(big_file, sizeof big_file, "%.*s/big", STR_ARG(data));
    char *content = arena_alloc(house.arena, FILE_BYTES);
    for (size_t i = 0; i < FILE_BYTES; i++)
        content[i] = (char)('a' + i % 26);
    assert_fine(file_write(house.arena, big_file, (Str){content, FILE_BYTES}, 0600));
    serve();
    return 0;
}

static int house_close(void **state)
{
    (void)state;
    server_stop(house.server, 5);
    arena_free(house.arena);
    return test_teardown(&house.test);
}

static void all_is_well(Arena *arena)
{
    Got got = once(arena, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(got.status, 200);
}
