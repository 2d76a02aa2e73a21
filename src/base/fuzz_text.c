/* Any bytes as text: cleaning gives valid UTF-8 and is done once; folding, search words, slugs and cuts stay valid. */
#include <stdlib.h>

#include "base/text.h"

static void check(bool fine)
{
    if (!fine)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    Str clean = utf8_clean(arena, text);
    check(utf8_valid(clean) && str_eq(utf8_clean(arena, clean), clean));
    check(utf8_count(text) <= size);
    Buf copy = buf_new(arena, size * 3 + 1);
    size_t at = 0, last = 0;
    for (int32_t c; (c = utf8_next(text, &at)) >= 0; last = at) {
        check(at > last && at <= size);
        utf8_put(&copy, c);
    }
    check(!utf8_valid(text) || str_eq(buf_str(&copy), text));
    Str search = text_search(arena, text), slug = text_slug(arena, text, 30);
    check(utf8_valid(text_fold(arena, text)) && utf8_valid(search) && utf8_valid(slug));
    check(slug.len <= 30 && !str_starts(slug, STR("-")) && !str_ends(slug, STR("-")));
    check(!str_starts(search, STR(" ")) && !str_ends(search, STR(" ")) && str_find(search, STR("  ")) == SIZE_MAX);
    check(str_eq(text_search(arena, search), search));
    for (size_t max = 0; max <= clean.len && max < 64; max++) {
        Str cut = utf8_cut(clean, max);
        check(cut.len <= max && cut.len + 4 > (max < clean.len ? max : clean.len) && utf8_valid(cut));
    }
    arena_free(arena);
    return 0;
}
