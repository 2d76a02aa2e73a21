/* Clients over TCP for tests of the wire: they say what they like and hear what comes back. */
#pragma once
#include "harness.h"

enum { PATIENCE_MS = 120 * 1000 }; /* no test may fail because the machine is busy: this is for what never comes */

typedef struct Got {
    int status; /* 0: closed without an answer, -1: nothing came in time */
    Str head, body;
    bool closed; /* by the server, after or instead of the answer */
} Got;

void client_port(uint16_t port);          /* of 127.0.0.1, where everybody dials */
int dial(void);
int dial_from(const char *source);        /* another loopback address */
bool put(int fd, Str text);               /* false when the other side has closed meanwhile */
bool say(int fd, const char *text);
Got hear(Arena *arena, int fd, bool has_body); /* one answer and no byte of the next; 100 is passed over */
Str got_header(const Got *got, const char *name);
Got once(Arena *arena, const char *request);   /* dials, says, hears, closes */
/* Bytes added to buf: 1, 0 at the end, -1 when none comes in time. */
int more_bytes(int fd, Buf *buf, size_t max, int patience_ms);
/* Whether the server closes this connection within so long; what it still says is thrown away. */
bool closes(Arena *arena, int fd, int patience_ms);
void sleep_ms(int ms);
