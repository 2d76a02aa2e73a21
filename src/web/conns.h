/* Every open connection, by its socket: who it is, what it is doing and since when; the limits on how many there may be,
   and the watchdog that cuts those that trickle. */
#pragma once
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/base.h"

typedef enum Phase {
    PHASE_IDLE,    /* nothing of a request has come */
    PHASE_HEADER,  /* the request line is there */
    PHASE_BODY,
    PHASE_WORKING, /* ours to answer */
    PHASE_SENDING,
    PHASE_STREAM,  /* server-sent events: stays open */
} Phase;

typedef struct Conn {
    int fd;
    char address[64];
    bool trusted; /* a trusted proxy */
    _Atomic bool fresh; /* no request has come yet */
    _Atomic int phase;
    _Atomic int64_t since_us;   /* in this phase */
    _Atomic int64_t request_us; /* since the request began */
    _Atomic bool upload;        /* the route allows large bodies: only the rate counts */
    char *target;    /* request target as it came, of the event loop alone */
    size_t target_len, target_room;
    int64_t in_before, out_before; /* bytes of the socket when the phase began; the watchdog's own */
    int64_t seen_since_us;
} Conn;

typedef struct ConnLimits {
    int all, per_address;
    int header_s, idle_s, request_s; /* seconds */
    int rate, grace_s;               /* bytes a second, looked at once the phase has lasted so long */
    Str trusted; /* networks with commas */
} ConnLimits;

void conns_start(const ConnLimits *limits);
void conns_stop(void);
/* NULL: too many, in all or of this address. */
Conn *conn_open(int fd, const struct sockaddr *address);
Conn *conn_of(int fd); /* NULL when there is none */
void conn_close(Conn *conn); /* before the socket is closed */
bool conn_target(Conn *conn, Str target); /* keeps a copy; false: out of memory */
void conn_phase(Conn *conn, Phase phase);
int conns_open(void);
int conns_busy(void); /* those with a request that is not answered yet */
void conns_hang_up_idle(void);
bool address_trusted(Str address); /* one of the trusted proxies */
