/* Addresses and networks; IPv4 is kept as IPv4-mapped IPv6. */
#pragma once
#include <sys/socket.h>

#include "base/str.h"

typedef struct Address {
    unsigned char at[16];
} Address;

typedef struct Net {
    Address address;
    int bits; /* of 128 */
} Net;

enum { ADDRESS_TEXT_MAX = 64 };

Address address_of(const struct sockaddr *from); /* zeros for other families */
bool address_parse(Str text, Address *out);      /* "10.0.0.1", "::1", "[::1]"; no port */
void address_write(Address address, char out[ADDRESS_TEXT_MAX]);
bool address_is_loopback(Address address);
bool net_parse(Str text, Net *out); /* "10.0.0.0/8", "::1" */
bool net_has(Net net, Address address);
