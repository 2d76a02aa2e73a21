/* Making and reading X.509 certificates on P-256. Only certificate.c knows OpenSSL. */
#pragma once
#include "base/base.h"

typedef struct KeyPair {
    Str key, certificate; /* PEM; the certificate of a server is followed by its authority's */
} KeyPair;

typedef struct Certificate {
    Str subject;   /* its common name */
    StrList names; /* DNS names and addresses it is good for; for an authority: what it may vouch for ("10.0.0.0/8") */
    Time from, until;
    bool authority;
    unsigned char fingerprint[32]; /* SHA-256 of the DER form, as phones show it */
    Str der;
} Certificate;

enum { AUTHORITY_DAYS = 3652, SERVER_DAYS = 397 /* browsers refuse public ones beyond 398, phones ours beyond 825 */ };

/* An authority that may vouch only for private addresses, names that never leave a village (.local, .lan, .home.arpa,
   .internal, localhost) and hosts. Valid from a day before now. Codes: tls.host, tls.crypto. */
Err *authority_make(Arena *arena, Str name, StrList hosts, Time now, KeyPair *out);

/* A server's certificate for hosts (names and addresses), signed by the authority. Never outlives it.
   Codes: tls.host (no name or address), tls.outside (the authority may not vouch for it), tls.key (the authority's key
   or certificate cannot be read, or they do not belong together), tls.expired, tls.crypto. */
Err *server_make(Arena *arena, const KeyPair *authority, StrList hosts, Time now, int days, KeyPair *out);

/* The first certificate of a PEM text. Code: tls.certificate. */
Err *certificate_read(Arena *arena, Str pem, Certificate *out);

/* A name of letters, digits, '-' and '.', or an IPv4 or IPv6 address. */
bool host_valid(Str host);
bool host_is_address(Str host);
