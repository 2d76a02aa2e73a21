/* Transfers as programs send them: UUIDs in both directions, and the list of the API by its Shape. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "ledger/export.h"
#include "ledger/pages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena *arena;
    Uuid uuid, back;
    if (!arena)
        arena = arena_new();
    Str text = {(const char *)data, size};
    if (uuid_parse(text, &uuid)) {
        Str said = uuid_text(arena, uuid);
        if (!uuid_parse(said, &back) || memcmp(&uuid, &back, sizeof uuid) != 0 || !str_eq_nocase(said, text))
            abort();
    }
    void *room = arena_alloc(arena, transfers_shape.size);
    (void)json_read(arena, text, &transfers_shape, room);
    Transfer line = {.id = text, .kind = text, .ref = text}; /* as a damaged file may hold it */
    unsigned char before[CHAIN_HASH_LEN] = {0}, hash[CHAIN_HASH_LEN];
    chain_hash(before, &line, hash);
    Str name = export_account_name(arena, text, 1);
    for (size_t i = 0; i < name.len; i++) /* nothing that ends a name early in the exported file */
        if ((unsigned char)name.at[i] <= 0x20 || strchr(";\"|()[]", name.at[i]))
            abort();
    arena_reset(arena);
    return 0;
}
