/* Fetching a document of another site (a feed): by the child that alone knows libcurl, from public addresses only. */
#pragma once
#include <sys/socket.h>

#include "base/command.h"
#include "core/core.h"
#include "worker/worker.h"

enum { FETCH_BYTES_MAX = 10 << 20, FETCH_RATIO_MAX = 50, FETCH_REDIRECTS_MAX = 5, FETCH_MS = 60 * 1000, FETCH_ASK = WORKER_FIRST, FETCH_HEAD, FETCH_BODY };

typedef struct FetchAsk {
    Str url;            /* http or https */
    Str etag, modified; /* of the last time, sent back as they came; may be empty */
    Str accept, agent;
    bool inside;        /* private, loopback and link-local addresses may be asked too */
    int64_t limit_ms;   /* for all of it; 0: a minute, which is also the most */
} FetchAsk;
extern const Shape fetch_ask_shape;

typedef struct FetchResult {
    int64_t status;     /* of the last answer: 200, 304, 404 ... */
    Str moved;          /* where it has moved for good (every step of the way 301 or 308), or empty */
    Str etag, modified; /* to be sent the next time */
    int64_t wait_s;     /* the longest of Cache-Control max-age and Retry-After in seconds; 0: nothing said */
    Str charset;        /* of Content-Type, or empty */
    Str code;           /* the child's own word for what went wrong; empty: nothing */
    Str detail;         /* for the log */
    Str body;           /* of a 200; at most FETCH_BYTES_MAX, unpacked */
} FetchResult;
extern const Shape fetch_result_shape;

/* Codes: fetch.address (not http(s), or an address that is not public), fetch.unreachable, fetch.too_large (also an archive that
   unpacks to more than 50 times its size), fetch.redirects. Any HTTP status is an answer, not an error. */
Err *fetch(Arena *arena, const FetchAsk *ask, FetchResult *out);

/* Not private, loopback, link-local, multicast, shared, reserved, nor such an address inside an IPv6 one (mapped, NAT64, 6to4). */
bool address_public(const struct sockaddr *address);
/* "120" or an HTTP date, as seconds from now; 0: unreadable or past. */
int64_t retry_after(Arena *arena, Str value, Time now);

int fetch_child(Args *args); /* `millet worker fetch` */
