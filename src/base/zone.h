/* How far a zone's local time is from UTC. Only time.c and its tests need this; people use base/time.h. */
#pragma once
#include "base/time.h"

typedef struct Zone Zone;

const Zone *zone_find(Str name);                            /* UTC when unknown; lives as long as the program */
int32_t zone_offset(const Zone *zone, int64_t utc_seconds); /* seconds east of UTC at that moment */
Zone *zone_read(Arena *arena, Str data);                    /* a TZif file (RFC 8536); NULL when malformed */
