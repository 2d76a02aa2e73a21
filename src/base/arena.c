/* Arena: a chain of blocks; the first is reused after a reset. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
#else
#define POISON(at, size) ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#endif

enum { BLOCK_BYTES = 16 * 1024, ALIGN = 16 };

typedef struct Block {
    struct Block *next;
    size_t size, used;
} Block;

typedef struct Cleanup {
    struct Cleanup *next;
    void (*release)(void *);
    void *thing;
} Cleanup;

struct Arena {
    Block *block;
    Cleanup *cleanups;
    size_t used;
};

static void *get(size_t size)
{
    void *at = malloc(size);
    if (!at) {
        fputs("millet: out of memory\n", stderr);
        abort();
    }
    return at;
}

static char *block_data(Block *block)
{
    return (char *)block + ((sizeof(Block) + ALIGN - 1) / ALIGN) * ALIGN;
}

static Block *block_new(size_t size)
{
    Block *block = get(((sizeof(Block) + ALIGN - 1) / ALIGN) * ALIGN + size);
    *block = (Block){.size = size};
    POISON(block_data(block), size);
    return block;
}

Arena *arena_new(void)
{
    Arena *arena = get(sizeof *arena);
    *arena = (Arena){.block = block_new(BLOCK_BYTES)};
    return arena;
}

size_t array_bytes(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        fputs("millet: an array is too large\n", stderr);
        abort();
    }
    return bytes;
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) {
        fputs("millet: an allocation is too large\n", stderr);
        abort();
    }
    size = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (!size)
        size = ALIGN;
    if (arena->block->size - arena->block->used < size) {
        Block *block = block_new(size > BLOCK_BYTES / 2 ? size : BLOCK_BYTES);
        if (size > BLOCK_BYTES / 2 && arena->block->next) { /* a big one goes behind: the open block stays open */
            block->next = arena->block->next;
            arena->block->next = block;
            block->used = size;
            arena->used += size;
            UNPOISON(block_data(block), size);
            return memset(block_data(block), 0, size);
        }
        block->next = arena->block;
        arena->block = block;
    }
    char *at = block_data(arena->block) + arena->block->used;
    arena->block->used += size;
    arena->used += size;
    UNPOISON(at, size);
    return memset(at, 0, size);
}

void *arena_copy(Arena *arena, const void *from, size_t size)
{
    void *to = arena_alloc(arena, size);
    if (size)
        memcpy(to, from, size);
    return to;
}

void arena_on_reset(Arena *arena, void (*release)(void *), void *thing)
{
    Cleanup *cleanup = NEW(arena, Cleanup);
    *cleanup = (Cleanup){arena->cleanups, release, thing};
    arena->cleanups = cleanup;
}

static void run_cleanups(Arena *arena)
{
    while (arena->cleanups) {
        Cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->release(cleanup->thing);
    }
}

void arena_reset(Arena *arena)
{
    run_cleanups(arena);
    Block *keep = NULL;
    for (Block *block = arena->block, *next; block; block = next) {
        next = block->next;
        if (!keep && block->size == BLOCK_BYTES)
            keep = block;
        else {
            UNPOISON(block_data(block), block->size);
            free(block);
        }
    }
    keep->next = NULL; /* the first block has BLOCK_BYTES, so there always is one */
    keep->used = 0;
    POISON(block_data(keep), keep->size);
    arena->block = keep;
    arena->used = 0;
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    UNPOISON(block_data(arena->block), arena->block->size);
    free(arena->block);
    free(arena);
}

size_t arena_used(const Arena *arena)
{
    return arena->used;
}
