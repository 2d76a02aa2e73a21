/* Listening: one thread accepts for all I/O threads, so that limits are kept before anything is spent on a connection. */
#pragma once
#include <sys/socket.h>

#include "base/err.h"

typedef struct Acceptor Acceptor;

/* Takes over the socket, which is already in the table of connections, or closes it. */
typedef void (*Accepted)(void *arg, int fd, const struct sockaddr *from, socklen_t len);

/* "127.0.0.1:8080", "[::]:8080", ":8080" (all addresses of both families), "systemd" (sockets handed over, LISTEN_FDS).
   tls: a refusal in plain text would only confuse. Code: web.listen. */
Err *acceptor_start(Arena *arena, Str listen, bool tls, Accepted accepted, void *arg, Acceptor **out);
Str acceptor_address(const Acceptor *acceptor); /* "127.0.0.1:8080", with the real port */
void acceptor_stop(Acceptor *acceptor);         /* no new connections after this; NULL is allowed */
