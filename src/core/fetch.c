/* The serving side of fetching: asks the child, judges nothing itself. And which addresses are public. */
#include "core/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "worker/worker.h"

enum { WALL_SECONDS = 75, RESTART_AFTER = 200, WAITING = 8 };

static const Field ask_fields[] = {FIELD(FetchAsk, url, FIELD_STR), FIELD(FetchAsk, etag, FIELD_STR), FIELD(FetchAsk, modified, FIELD_STR),
                                   FIELD(FetchAsk, accept, FIELD_STR), FIELD(FetchAsk, agent, FIELD_STR), FIELD(FetchAsk, inside, FIELD_BOOL),
                                   FIELD(FetchAsk, limit_ms, FIELD_INT, .max = FETCH_MS)};
const Shape fetch_ask_shape = SHAPE(FetchAsk, "FetchAsk", ask_fields);

static const Field result_fields[] = {
    FIELD(FetchResult, status, FIELD_INT), FIELD(FetchResult, moved, FIELD_STR), FIELD(FetchResult, etag, FIELD_STR),
    FIELD(FetchResult, modified, FIELD_STR), FIELD(FetchResult, wait_s, FIELD_INT), FIELD(FetchResult, charset, FIELD_STR),
    FIELD(FetchResult, code, FIELD_STR), FIELD(FetchResult, detail, FIELD_STR),
};
const Shape fetch_result_shape = SHAPE(FetchResult, "FetchResult", result_fields);

/* ---- addresses ---- */

typedef struct Net4 {
    uint32_t address;
    int bits;
} Net4;

static bool public4(uint32_t address)
{
    /* RFC 6890 and its additions: nothing of these is somebody else's public server */
    static const Net4 closed[] = {{0x00000000, 8}, {0x0A000000, 8}, {0x64400000, 10}, {0x7F000000, 8}, {0xA9FE0000, 16}, {0xAC100000, 12},
                                  {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xC6336400, 24},
                                  {0xCB007100, 24}, {0xE0000000, 3}};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if ((address ^ closed[i].address) >> (32 - closed[i].bits) == 0)
            return false;
    return true;
}

static uint32_t four(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool public6(const unsigned char *a)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
        return public4(four(a + 12));
    if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
        return public4(four(a + 2));
    if (a[0] == 0x20 && a[1] == 0x01 && (a[2] == 0 || (a[2] == 0x0d && a[3] == 0xb8))) /* Teredo, documentation */
        return false;
    return (a[0] & 0xe0) == 0x20; /* 2000::/3 is all that is given out */
}

bool address_public(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return public4(ntohl(v4.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        return public6(v6.sin6_addr.s6_addr);
    }
    return false;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", the one form that RFC 9110 lets servers send. */
int64_t retry_after(Arena *arena, Str value, Time now)
{
    int64_t seconds = 0;
    struct tm parts = {0};
    if (str_to_int(str_trim(value), &seconds))
        return seconds > 0 ? seconds : 0;
    const char *end = strptime(str_z(arena, str_trim(value)), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end)
        return 0;
    seconds = timegm(&parts) - now.ms / SECOND_MS;
    return seconds > 0 ? seconds : 0;
}

/* ---- asking the child ---- */

static Worker *worker;
static pthread_once_t worker_once = PTHREAD_ONCE_INIT;

static void worker_make(void)
{
    static const char *const names[] = {"SSL_CERT_FILE", "SSL_CERT_DIR"}; /* and no proxy: see deliver_child.c */
    static const char *lines[sizeof names / sizeof *names + 1];
    static Arena *arena; /* lives as long as the program */
    arena = arena_new();
    size_t len = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            lines[len++] = str_z(arena, str_format(arena, "%s=%s", names[i], getenv(names[i])));
    const WorkerOptions options = {.name = "fetch", .restart_after = RESTART_AFTER, .waiting_max = WAITING, .environment = lines,
                                   .wall_seconds = WALL_SECONDS, .answer_bytes = FETCH_BYTES_MAX + 64 * 1024};
    worker = worker_new(&options);
}

static Err *error_of(Arena *arena, const FetchResult *result)
{
    static const char *const known[] = {"fetch.address", "fetch.unreachable", "fetch.too_large", "fetch.redirects"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(result->code, str_of(known[i])))
            return err_detail(arena, i == 1 ? ERR_BUSY : ERR_INVALID, known[i], "%.*s", STR_ARG(result->detail));
    return result->code.len ? err_new(arena, ERR_BUSY, "fetch.unreachable") : NULL;
}

Err *fetch(Arena *arena, const FetchAsk *ask, FetchResult *out)
{
    Buf question = buf_new(arena, 64 * 1024);
    MessageList answer;
    *out = (FetchResult){0};
    pthread_once(&worker_once, worker_make);
    json_write(&question, &fetch_ask_shape, ask, (Str){0});
    Err *err = worker_ask(worker, arena, FETCH_ASK, buf_str(&question), &answer);
    if (err)
        return err_detail(arena, ERR_BUSY, "fetch.unreachable", "%.*s", STR_ARG(err_text(arena, err)));
    if (answer.len < 1 || answer.at[0].type != FETCH_HEAD)
        return err_detail(arena, ERR_BUSY, "fetch.unreachable", "the fetching child answered nonsense");
    TRY(json_read(arena, answer.at[0].body, &fetch_result_shape, out));
    if (answer.len == 2 && answer.at[1].type == FETCH_BODY)
        out->body = answer.at[1].body;
    return error_of(arena, out);
}
