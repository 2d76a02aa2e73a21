/* Bytes from outside as forms, queries, paths and percent-encoded text. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)arena_copy(arena, data, size), size}, decoded;
    Pairs pairs;
    if (!pairs_read(arena, text, &pairs)) {
        if (pairs.len > PAIRS_MAX)
            abort();
        for (size_t i = 0; i < pairs.len; i++) /* what is let in is text, and is found again by its name */
            if (!utf8_valid(pairs.at[i].name) || !utf8_valid(pairs.at[i].value) || !pairs_find(&pairs, pairs.at[i].name))
                abort();
    }
    if (url_decode(arena, text, false, &decoded)) {
        Buf again = buf_new(arena, size * 3 + 1); /* encoding what was decoded and decoding it again changes nothing */
        Str twice;
        url_encode(&again, decoded);
        if (!url_decode(arena, buf_str(&again), false, &twice) || !str_eq(twice, decoded))
            abort();
    }
    if (!path_check(arena, text) && (text.at[0] != '/' || str_find(text, STR("/../")) != SIZE_MAX))
        abort();
    arena_free(arena);
    return 0;
}
