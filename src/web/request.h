/* From what stands on the wire to a Req: the target, the client behind trusted proxies. */
#pragma once
#include "web/conns.h"
#include "web/web.h"

/* headers and method are there; fills path, query, address, https. tls: the connection itself is encrypted. */
void request_place(Req *r, const Conn *conn, bool tls);
