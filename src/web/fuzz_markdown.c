/* Fuzzes the stories people write: whatever they are, the page gets no script and no picture of another host. */
#include <stdlib.h>

#include "web/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has(Str html, Str what)
{
    return str_find(html, what) != SIZE_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str html = markdown(arena, (Str){(const char *)data, size}).raw;
    if (has(html, STR("<script")) || has(html, STR("href=\"javascript:")) || has(html, STR("src=\"http")) ||
        has(html, STR("src=\"//")) || has(html, STR("<iframe")) || has(html, STR("src=\"data:")))
        abort();
    arena_free(arena);
    return 0;
}
