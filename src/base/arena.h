/* Memory that lives as long as one request, job or test, and is given back all at once. */
#pragma once
#include <stddef.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);  /* NULL is allowed */
void arena_reset(Arena *arena); /* everything allocated becomes invalid; one block is kept for reuse */

/* Zeroed, aligned to 16 bytes, never NULL: out of memory aborts (every input is bounded at the door). */
void *arena_alloc(Arena *arena, size_t size);
void *arena_copy(Arena *arena, const void *from, size_t size);

/* Runs release(thing) when the arena is reset or freed, newest first. */
void arena_on_reset(Arena *arena, void (*release)(void *), void *thing);

size_t arena_used(const Arena *arena); /* bytes handed out since the last reset */

/* Aborts with a sentence when count * size overflows. */
size_t array_bytes(size_t count, size_t size);

#define NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))
#define NEW_ARRAY(arena, Type, count) ((Type *)arena_alloc((arena), array_bytes((count), sizeof(Type))))
