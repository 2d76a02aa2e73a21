/* Id: a time-ordered 63-bit number minted by the program, shown as 13 base-32 characters. */
#pragma once
#include <stdint.h>

#include "base/str.h"

typedef int64_t Id; /* 0 is "none" */

/* 41 bits of milliseconds since 2024-01-01 UTC, 8 bits of node, 14 bits of sequence. Strictly increasing within a
   process, also when the clock steps back. Safe from any thread. */
Id id_mint(void);
void id_set_node(int node); /* 0..255; each process that shares a database has its own */
int64_t id_time_ms(Id id);  /* UTC milliseconds when it was minted */

enum { ID_TEXT_LEN = 13 };
Str id_text(Arena *arena, Id id);
void id_write(Id id, char out[ID_TEXT_LEN]);
/* Crockford base 32: case is ignored, I and L read as 1, O as 0. False unless 13 characters and a positive id. */
bool id_parse(Str text, Id *out);
