/* gzip by zlib. Its state is large (256 KiB), so a few are kept and lent. */
#include "web/encode.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { STATES_MAX = 2, SMALLEST = 1024, GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

typedef struct State {
    struct State *next;
    z_stream stream;
} State;

static struct States {
    pthread_mutex_t lock;
    State *free;
    int len;
} states = {.lock = PTHREAD_MUTEX_INITIALIZER};

const char *encoding_name(Encoding encoding)
{
    return encoding == ENCODING_GZIP ? "gzip" : encoding == ENCODING_BROTLI ? "br" : "";
}

/* "q=0", "q=0.0" and so on: the coding is refused. */
static bool weight_is_zero(Str parameters)
{
    Str name, value;
    if (!str_cut(parameters, '=', &name, &value) || !str_eq_nocase(str_trim(name), STR("q")))
        return false;
    value = str_trim(value);
    for (size_t i = 0; i < value.len; i++)
        if (value.at[i] != '0' && value.at[i] != '.')
            return false;
    return value.len > 0;
}

bool encoding_accepted(Str accept, Encoding encoding)
{
    Str rest = accept, piece, wanted = str_of(encoding_name(encoding));
    bool all = false;
    for (bool more = accept.len > 0; more;) {
        Str name, parameters;
        more = str_cut(rest, ',', &piece, &rest);
        str_cut(piece, ';', &name, &parameters);
        if (str_eq_nocase(str_trim(name), wanted))
            return !weight_is_zero(parameters);
        if (str_eq(str_trim(name), STR("*")))
            all = !weight_is_zero(parameters);
    }
    return all && encoding == ENCODING_GZIP;
}

bool encoding_pays(Str type, size_t bytes)
{
    static const char *const types[] = {"text/",          "application/json",          "application/problem+json",
                                        "image/svg+xml",  "application/xml",           "application/manifest+json",
                                        "text/calendar",  "application/atom+xml",      "application/rss+xml",
                                        "application/ld+json"};
    if (bytes < SMALLEST || str_starts(type, STR("text/event-stream")))
        return false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_starts(type, str_of(types[i])))
            return true;
    return false;
}

static State *state_take(void)
{
    pthread_mutex_lock(&states.lock);
    State *state = states.free;
    if (state) {
        states.free = state->next;
        states.len--;
    }
    pthread_mutex_unlock(&states.lock);
    if (state)
        return state;
    state = calloc(1, sizeof *state);
    if (!state || deflateInit2(&state->stream, 1, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    return state;
}

static void state_give(State *state)
{
    pthread_mutex_lock(&states.lock);
    bool keep = states.len < STATES_MAX;
    if (keep) {
        state->next = states.free;
        states.free = state;
        states.len++;
    }
    pthread_mutex_unlock(&states.lock);
    if (!keep) {
        deflateEnd(&state->stream);
        free(state);
    }
}

bool gzip_make(Arena *arena, Str body, int level, Str *out)
{
    size_t room = body.len - body.len / 10;
    if (!body.len || body.len > 64u * 1024 * 1024)
        return false;
    State *state = state_take();
    z_stream *stream = &state->stream;
    deflateReset(stream);
    stream->next_in = NULL;
    stream->avail_in = 0;
    deflateParams(stream, level, Z_DEFAULT_STRATEGY);
    unsigned char *at = arena_alloc(arena, room);
    stream->next_in = (unsigned char *)(uintptr_t)body.at;
    stream->avail_in = (unsigned)body.len;
    stream->next_out = at;
    stream->avail_out = (unsigned)room;
    bool fits = deflate(stream, Z_FINISH) == Z_STREAM_END;
    size_t len = room - stream->avail_out;
    state_give(state);
    if (fits)
        *out = (Str){(char *)at, len};
    return fits;
}
