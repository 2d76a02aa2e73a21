/* Streams of server-sent events: who listens to what, with a bounded buffer each. The event loop reads them. */
#pragma once
#include "base/str.h"

typedef struct Stream Stream;

enum { STREAMS_MAX = 1000, STREAM_BYTES_MAX = 32 * 1024 };

/* NULL: STREAMS_MAX are open. */
Stream *stream_new(const char *channel);
void stream_free(Stream *stream);
/* Up to max bytes of what waits; 0: nothing, and wake(arg) will be called once when there is more (park is called first, under
   the lock, so that no wake can be missed); -1: the stream has ended. */
long stream_read(Stream *stream, char *out, size_t max, void (*park)(void *), void (*wake)(void *), void *arg);
/* A comment to each listener, so that a dead connection is noticed and a proxy keeps a living one. */
void streams_beat(void);
void streams_end(void); /* all of them: the server stops */
int streams_open(void);
