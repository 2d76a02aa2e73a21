/* An event loop: threads that read requests and write answers. Everything about libmicrohttpd stands behind this. */
#pragma once
#include <sys/socket.h>

#include "core/core.h"
#include "web/pool.h"

typedef struct Loop Loop;
typedef struct Exchange Exchange;

typedef struct LoopOptions {
    Store *store;
    Pool *pool;      /* its work is exchange_work */
    int threads;
    int connections; /* more are never added */
    Str cert, key;   /* PEM; empty: plain HTTP */
} LoopOptions;

/* Codes: web.tls (certificate or key will not do), web.loop. */
Err *loop_start(Arena *arena, const LoopOptions *options, Loop **out);
/* The socket is already in the table of connections (conns.h); it belongs to the loop from here on. */
void loop_add(Loop *loop, int fd, const struct sockaddr *from, socklen_t len);
/* Answers say "Connection: close" from here on. */
void loop_closing(Loop *loop);
void loop_stop(Loop *loop); /* NULL is allowed */

/* What the workers do: answers one request. */
void exchange_work(void *exchange);
/* Whether answers wait for a write that is on its way. While it says so, the pool must go on. */
bool exchanges_writing(void);
