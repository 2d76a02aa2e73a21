/* The server: sockets in, web_handle in the middle, bytes out. */
#pragma once
#include "core/core.h"

typedef struct Server Server;

/* Reads the settings (listen, workers, tls_cert, limits ...), listens and serves until server_stop. Codes: web.listen,
   web.tls. */
Err *server_start(Arena *arena, Store *store, Server **out);
/* Where it listens, as a link: "http://127.0.0.1:8080"; port 0 in the settings is answered with the real one. */
Str server_address(const Server *server);
/* No new connections; requests that have begun are finished, for so long at most. NULL is allowed. */
void server_stop(Server *server, int seconds);
