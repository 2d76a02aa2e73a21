/* The list of listeners. */
#include "web/sse.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "web/inside.h"

enum { CHANNEL_MAX = 96, EVENT_BYTES_MAX = 16 * 1024 };

struct Stream {
    Stream *next, **before;
    char channel[CHANNEL_MAX];
    char *bytes;
    size_t len, room;
    bool ended;
    void (*wake)(void *); /* set while the event loop sleeps on this stream */
    void *arg;
};

static struct Streams {
    pthread_mutex_t lock; /* one for all: events are few, and copying them takes microseconds */
    Stream *first;
    int len;
} streams = {.lock = PTHREAD_MUTEX_INITIALIZER};

Stream *stream_new(const char *channel)
{
    Stream *stream = calloc(1, sizeof *stream);
    if (!stream || strlen(channel) >= CHANNEL_MAX) {
        free(stream);
        return NULL;
    }
    memcpy(stream->channel, channel, strlen(channel) + 1);
    pthread_mutex_lock(&streams.lock);
    bool fits = streams.len < STREAMS_MAX;
    if (fits) {
        stream->next = streams.first;
        stream->before = &streams.first;
        if (stream->next)
            stream->next->before = &stream->next;
        streams.first = stream;
        streams.len++;
    }
    pthread_mutex_unlock(&streams.lock);
    if (!fits) {
        free(stream);
        return NULL;
    }
    return stream;
}

void stream_free(Stream *stream)
{
    if (!stream)
        return;
    pthread_mutex_lock(&streams.lock);
    *stream->before = stream->next;
    if (stream->next)
        stream->next->before = stream->before;
    streams.len--;
    pthread_mutex_unlock(&streams.lock);
    free(stream->bytes);
    free(stream);
}

static void stream_wake(Stream *stream)
{
    if (stream->wake)
        stream->wake(stream->arg);
    stream->wake = NULL;
}

/* A listener that does not keep up is let go: its page asks again and gets what is true then. */
static void stream_add(Stream *stream, Str text)
{
    if (stream->ended)
        return;
    if (stream->len + text.len > STREAM_BYTES_MAX)
        stream->ended = true;
    else {
        if (stream->len + text.len > stream->room) {
            size_t room = stream->room ? stream->room * 2 : 1024;
            while (room < stream->len + text.len)
                room *= 2;
            char *bytes = realloc(stream->bytes, room);
            if (!bytes)
                abort();
            stream->bytes = bytes;
            stream->room = room;
        }
        memcpy(stream->bytes + stream->len, text.at, text.len);
        stream->len += text.len;
    }
    stream_wake(stream);
}

long stream_read(Stream *stream, char *out, size_t max, void (*park)(void *), void (*wake)(void *), void *arg)
{
    long got = 0;
    pthread_mutex_lock(&streams.lock);
    if (stream->len) {
        size_t len = stream->len < max ? stream->len : max;
        memcpy(out, stream->bytes, len);
        memmove(stream->bytes, stream->bytes + len, stream->len - len);
        stream->len -= len;
        got = (long)len;
    } else if (stream->ended)
        got = -1;
    else {
        stream->wake = wake;
        stream->arg = arg;
        park(arg);
    }
    pthread_mutex_unlock(&streams.lock);
    return got;
}

void streams_beat(void)
{
    pthread_mutex_lock(&streams.lock);
    for (Stream *stream = streams.first; stream; stream = stream->next)
        if (!stream->len) /* one that still has to read needs no reminder */
            stream_add(stream, STR(":\n\n"));
    pthread_mutex_unlock(&streams.lock);
}

void streams_end(void)
{
    pthread_mutex_lock(&streams.lock);
    for (Stream *stream = streams.first; stream; stream = stream->next) {
        stream->ended = true;
        stream_wake(stream);
    }
    pthread_mutex_unlock(&streams.lock);
}

int streams_open(void)
{
    pthread_mutex_lock(&streams.lock);
    int len = streams.len;
    pthread_mutex_unlock(&streams.lock);
    return len;
}

/* ---- what modules use ---- */

static void free_left(void *arg)
{
    Inside *in = arg;
    stream_free(in->stream); /* NULL once the event loop has taken it */
    in->stream = NULL;
}

Err *sse_open(Req *r, const char *channel)
{
    Stream *stream = stream_new(channel);
    if (!stream)
        return err_new(r->arena, ERR_BUSY, "web.too_many_streams");
    stream_add(stream, STR("retry: 3000\n\n"));
    r->in->stream = stream;
    arena_on_reset(r->arena, free_left, r->in);
    reply_header(r, "Cache-Control", STR("no-store"));
    reply_header(r, "X-Accel-Buffering", STR("no")); /* nginx would hold events back */
    return reply_bytes(r, 200, "text/event-stream", (Str){0});
}

/* A line end inside data begins a new data line (HTML Living Standard, 9.2.6). */
static void event_write(Buf *out, const char *event, Str data)
{
    buf_addf(out, "event: %s\n", event);
    Str rest = data, line;
    for (bool more = true; more;) {
        more = str_cut(rest, '\n', &line, &rest);
        if (line.len && line.at[line.len - 1] == '\r')
            line.len--;
        buf_add(out, STR("data: "));
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

int sse_send(const char *channel, const char *event, Str data)
{
    Arena *arena = arena_new();
    Buf out = buf_new(arena, EVENT_BYTES_MAX);
    event_write(&out, event, data);
    int heard = 0;
    pthread_mutex_lock(&streams.lock);
    for (Stream *stream = streams.first; stream && !out.overflowed; stream = stream->next)
        if (strcmp(stream->channel, channel) == 0) {
            stream_add(stream, buf_str(&out));
            heard++;
        }
    pthread_mutex_unlock(&streams.lock);
    if (out.overflowed)
        log_line("error", "channel=%s text=\"an event of more than %d bytes is not sent\"", channel, EVENT_BYTES_MAX);
    arena_free(arena);
    return heard;
}
