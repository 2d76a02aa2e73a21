/* Any bytes as a file that claims to be a picture, as the key of one, and as a WebP to strip: what the server itself looks at before the
   child does. The corpus is also sent through the child, in test_child.c. */
#include "media/child.h"
#include "media/inside.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena *arena;
    if (!arena)
        arena = arena_new();
    Str text = {(const char *)data, size};
    PictureKind kind = picture_kind(text);
    Picture picture = picture_of(arena, text, text, SIZES_CARD);
    KeyParts parts;
    if (key_parse(text, &parts) != (picture.key.len > 0))
        __builtin_trap();
    if (kind == KIND_WEBP && webp_bare(arena, text).len > size)
        __builtin_trap();
    arena_reset(arena);
    return 0;
}
