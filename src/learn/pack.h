/* Inside learning: a course in one signed file. */
#pragma once
#include "learn/course.h"

enum { PACK_BYTES_MAX = 256 << 20, PACK_OBJECTS_MAX = 5000 };

/* "millet-pack 1\n", a line with the manifest as JSON, a line "<signature> <public key>" in hex (Ed25519 over the manifest's bytes),
   then the objects one behind the other in the manifest's order, each named there by its SHA-256 and length. */

typedef struct PackMade {
    Str bytes, key;
    size_t objects;
} PackMade;
/* course: its slug. Codes: course.missing, pack.too_large. */
Err *pack_write(Store *store, Arena *arena, Str course, Time now, PackMade *out);

typedef struct PackTaken {
    size_t objects, missing;
    Str key, course; /* who signed; the slug here */
} PackTaken;
/* Keeps whole objects in data/packs until all are there, then makes the course in one transaction. key: who must have signed,
   or empty. Codes: pack.format, pack.signature, pack.key, pack.object (its bytes are not what its name says). */
Err *pack_read(Store *store, Arena *arena, Str bytes, Str channel, Str key, Time now, PackTaken *out);
