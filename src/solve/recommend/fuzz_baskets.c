/* Any bytes as interactions: never a crash, every number inside its book. */
#include <stdint.h>
#include <stdlib.h>

#include "solve/recommend/baskets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    NameBook *users = names_new(arena), *items = names_new(arena);
    Baskets x, train, held;
    size_t refused;
    Str first;
    if (!baskets_read(arena, (Str){(const char *)data, size}, users, items, &x, &refused, &first)) {
        if (x.users != names_len(users) || x.items != names_len(items))
            abort();
        for (size_t i = 0; i < x.start[x.users]; i++)
            if (x.item[i] >= x.items)
                abort();
        baskets_split(arena, &x, 0.3, &train, &held);
        if (train.start[x.users] + held.start[x.users] != x.start[x.users])
            abort();
    }
    arena_free(arena);
    return 0;
}
