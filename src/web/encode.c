/* gzip by zlib, whole or joined from pieces. zlib's state is large (256 KiB), so a few are kept and lent. */
#include "web/encode.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { STATES_MAX = 2, SMALLEST = 1024, RAW_WINDOW = -15, MEMORY_LEVEL = 8 };

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
    if (!state || deflateInit2(&state->stream, 1, Z_DEFLATED, RAW_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
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

/* ---- gzip (RFC 1952) of blocks (RFC 1951) ---- */

typedef struct Out {
    unsigned char *at;
    size_t len, room;
    bool full;
} Out;

static void out_add(Out *out, const void *bytes, size_t len)
{
    out->full = out->full || len > out->room - out->len;
    if (out->full || !len)
        return;
    memcpy(out->at + out->len, bytes, len);
    out->len += len;
}

static void out_add_le(Out *out, unsigned long number, size_t bytes)
{
    unsigned char le[4];
    for (size_t i = 0; i < bytes; i++)
        le[i] = (unsigned char)(number >> 8 * i);
    out_add(out, le, bytes);
}

static void out_deflate(Out *out, z_stream *stream, Str text, int flush)
{
    if (out->full || (!text.len && flush != Z_FINISH))
        return;
    stream->next_in = (unsigned char *)(uintptr_t)text.at;
    stream->avail_in = (unsigned)text.len;
    stream->next_out = out->at + out->len;
    stream->avail_out = (unsigned)(out->room - out->len);
    int done = deflate(stream, flush);
    out->full = flush == Z_FINISH ? done != Z_STREAM_END : done != Z_OK || stream->avail_in || !stream->avail_out;
    out->len = out->room - stream->avail_out;
}

static z_stream *begin(State *state, int level)
{
    deflateReset(&state->stream);
    state->stream.next_in = NULL;
    state->stream.avail_in = 0;
    deflateParams(&state->stream, level, Z_DEFAULT_STRATEGY);
    return &state->stream;
}

/* The first token goes in as it is, in a block of its own; wherever it stands again the blocks behind refer back to it. */
static void out_add_pressed(Out *out, const Pressed *pressed, Str text)
{
    out_add(out, pressed->before.at, pressed->before.len);
    if (!pressed->gap)
        return;
    out_add_le(out, 0, 1);
    out_add_le(out, (unsigned long)pressed->gap, 2);
    out_add_le(out, ~(unsigned long)pressed->gap, 2);
    Str token = str_slice(text, pressed->at, pressed->at + pressed->gap);
    out_add(out, token.at, token.len);
    out_add(out, pressed->after.at, pressed->after.len);
}

/* ---- what many pages end with: the drawings of their icons ---- */

enum { TAILS_MAX = 24, TAIL_BYTES_MAX = 32 * 1024 };

static struct Tails {
    pthread_mutex_t lock;
    Arena *arena;
    struct Tail {
        Str text, blocks; /* the last ones of a stream */
    } of[TAILS_MAX];
    size_t len;
} tails = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool tail_find(Str text, Str *blocks)
{
    for (size_t i = 0; i < tails.len; i++)
        if (str_eq(tails.of[i].text, text)) {
            *blocks = tails.of[i].blocks;
            return true;
        }
    return false;
}

/* The first pages that end so are remembered for good; there are as many such ends as sets of icons, a few for each role. */
static bool tail_blocks(State *state, Str text, Str *blocks)
{
    pthread_mutex_lock(&tails.lock);
    bool found = tail_find(text, blocks);
    if (!found && tails.len < TAILS_MAX && text.len && text.len <= TAIL_BYTES_MAX) {
        if (!tails.arena)
            tails.arena = arena_new();
        Out to = {.room = text.len + 1024};
        to.at = arena_alloc(tails.arena, to.room);
        out_deflate(&to, begin(state, GZIP_MANY_READERS), text, Z_FINISH);
        *blocks = (Str){(char *)to.at, to.len};
        found = !to.full;
        if (found)
            tails.of[tails.len++] = (struct Tail){str_copy(tails.arena, text), *blocks};
    }
    pthread_mutex_unlock(&tails.lock);
    return found;
}

bool gzip_join(Arena *arena, Str body, const Ready *ready, int level, Str *out)
{
    static const unsigned char head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    if (!body.len || body.len > 64u * 1024 * 1024)
        return false;
    Out to = {.room = body.len - body.len / 10};
    to.at = arena_alloc(arena, to.room);
    State *state = state_take();
    out_add(&to, head, sizeof head);
    size_t from = 0;
    if (ready && ready->len) {
        out_deflate(&to, begin(state, level), str_slice(body, 0, ready->from), Z_SYNC_FLUSH);
        from = ready->from + ready->len;
        out_add_pressed(&to, &ready->pressed, str_slice(body, ready->from, from));
    }
    Str tail;
    if (ready && ready->tail > from && tail_blocks(state, str_slice(body, ready->tail, SIZE_MAX), &tail)) {
        out_deflate(&to, begin(state, level), str_slice(body, from, ready->tail), Z_SYNC_FLUSH);
        out_add(&to, tail.at, tail.len);
    } else {
        out_deflate(&to, begin(state, level), str_slice(body, from, SIZE_MAX), Z_FINISH);
    }
    state_give(state);
    out_add_le(&to, crc32(0, (const unsigned char *)body.at, (unsigned)body.len), 4);
    out_add_le(&to, (unsigned long)body.len, 4);
    if (!to.full)
        *out = (Str){(char *)to.at, to.len};
    return !to.full;
}

bool gzip_make(Arena *arena, Str body, int level, Str *out)
{
    return gzip_join(arena, body, NULL, level, out);
}

/* ---- parts that many bodies have in common ---- */

enum { GAP_MAX = 256 };

/* Bytes of no text, and hardly ever three of them in the same order; another byte at each place than unlike has there. */
static Str stand_in(char out[GAP_MAX], size_t len, const char *unlike)
{
    static const char rare[] = "\1\2\3\4\5\6\7\10\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37";
    for (size_t i = 0; i < len; i++)
        do
            out[i] = rare[randombytes_uniform(sizeof rare - 1)];
        while (unlike && out[i] == unlike[i]);
    return (Str){out, len};
}

static Str with_tokens(Arena *arena, Str text, const size_t *tokens, size_t tokens_len, Str token)
{
    Buf out = buf_new(arena, text.len + tokens_len * token.len + 1);
    size_t from = 0;
    for (size_t i = 0; i < tokens_len; i++) {
        buf_add(&out, str_slice(text, from, tokens[i]));
        buf_add(&out, token);
        from = tokens[i];
    }
    buf_add(&out, str_slice(text, from, SIZE_MAX));
    return buf_str(&out);
}

/* Whether the pieces become the right text with another token, too, that differs at each byte: zlib promises no such thing, it only
   nearly always refers to the whole token before. */
static bool fits_any_token(Arena *arena, const Pressed *pressed, Str wanted)
{
    Out blocks = {.room = pressed->before.len + pressed->after.len + pressed->gap + 16};
    unsigned char *got = arena_alloc(arena, wanted.len + 1);
    z_stream stream = {0};
    blocks.at = arena_alloc(arena, blocks.room);
    out_add_pressed(&blocks, pressed, wanted);
    if (inflateInit2(&stream, RAW_WINDOW) != Z_OK)
        return false;
    stream.next_in = blocks.at;
    stream.avail_in = (unsigned)blocks.len;
    stream.next_out = got;
    stream.avail_out = (unsigned)wanted.len + 1;
    int done = inflate(&stream, Z_SYNC_FLUSH);
    size_t len = wanted.len + 1 - stream.avail_out;
    inflateEnd(&stream);
    return done == Z_OK && len == wanted.len && memcmp(got, wanted.at, len) == 0;
}

bool press(Arena *arena, Str text, const size_t *tokens, size_t tokens_len, size_t gap, int level, Pressed *out)
{
    char one[GAP_MAX], another[GAP_MAX];
    if (!text.len || gap > GAP_MAX || text.len > 16u * 1024 * 1024)
        return false;
    Pressed made = {.at = tokens_len ? tokens[0] : text.len, .gap = tokens_len ? gap : 0};
    Str whole = with_tokens(arena, text, tokens, tokens_len, stand_in(one, gap, NULL));
    Out to = {.room = whole.len + 1024};
    to.at = arena_alloc(arena, to.room);
    State *state = state_take();
    z_stream *stream = begin(state, level);
    size_t begun = made.gap ? made.at : whole.len;
    out_deflate(&to, stream, str_slice(whole, 0, begun), Z_SYNC_FLUSH);
    made.before = (Str){(char *)to.at, to.len};
    if (made.gap) {
        size_t end = to.len;
        out_deflate(&to, stream, str_slice(whole, begun, begun + gap), Z_SYNC_FLUSH); /* seen, and thrown away */
        to.len = end;
        out_deflate(&to, stream, str_slice(whole, begun + gap, SIZE_MAX), Z_SYNC_FLUSH);
        made.after = (Str){(char *)to.at + end, to.len - end};
    }
    state_give(state);
    if (to.full || !fits_any_token(arena, &made, with_tokens(arena, text, tokens, tokens_len, stand_in(another, gap, one))))
        return false;
    *out = made;
    return true;
}

void press_copy(Arena *arena, const Pressed *from, Pressed *out)
{
    *out = *from;
    out->before = str_copy(arena, from->before);
    out->after = str_copy(arena, from->after);
}
