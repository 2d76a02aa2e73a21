/* HTTPS where there is no internet: a certificate authority of the village's own, in the folder data/tls. */
#pragma once
#include "tls/certificate.h"

enum { FINGERPRINT_WORDS = 8, RENEW_DAYS = 60 };

/* Files: ca.key (0600), ca.crt, server.pem (0600: the server's key, its certificate, the authority's). `serve` uses
   server.pem for HTTPS when it is there and no other certificate is set. */
Str tls_path(Arena *arena, Str data, const char *file);

/* Makes the authority unless there is one (fresh: makes a new one in any case, which every phone must trust anew), and
   a certificate for hosts and all that tls_here finds. name: what phones call the authority. Codes: those of
   certificate.h, tls.clock (the machine's clock is not set), disk.full, file.unwritable. */
Err *tls_init(Arena *arena, Str data, Str name, StrList hosts, bool fresh, Time now);
/* A new server certificate for the names of the old one and what tls_here finds now, when it has less than RENEW_DAYS
   left or an address of this machine is missing in it; now_or_never: in any case. *renewed says whether. */
Err *tls_renew(Arena *arena, Str data, bool now_or_never, Time now, bool *renewed);

/* What the folder holds. Code: file.missing when there is no authority. */
Err *tls_authority(Arena *arena, Str data, Certificate *out, Str *pem);
Err *tls_server(Arena *arena, Str data, Certificate *out);

/* Names and private addresses by which this machine is reached now: its host name, host.local, interfaces, localhost.
 */
StrList tls_here(Arena *arena);

/* Eight words for the first eight bytes of a SHA-256: 64 bits, enough to compare aloud. */
Str fingerprint_words(Arena *arena, const unsigned char *fingerprint, bool chinese);
Str fingerprint_hex(Arena *arena, const unsigned char *fingerprint); /* all of it, "A1:B2:..." */
/* The configuration profile that an iPhone or a Mac installs to know the authority (Apple's .mobileconfig). */
Str tls_profile(Arena *arena, const Certificate *authority);
