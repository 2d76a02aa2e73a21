/* Rewrites a WebP so that it holds only its pixels: libvips 8.14 writes an EXIF chunk even when told not to. */
#include <string.h>

#include "media/child.h"

enum { HEAD = 12, CHUNK_HEAD = 8, FLAG_ALPHA = 0x10 };

static uint32_t little_endian(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The next chunk with its padding; false at the end or when it is cut short. */
static bool next_chunk(Str *rest, Str *chunk)
{
    if (rest->len < CHUNK_HEAD)
        return false;
    size_t len = little_endian(rest->at + 4);
    len += len % 2 + CHUNK_HEAD;
    if (len > rest->len)
        return false;
    *chunk = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len, rest->len);
    return true;
}

Str webp_bare(Arena *arena, Str webp)
{
    Buf out = buf_new(arena, webp.len + 1);
    Str rest = str_slice(webp, HEAD, webp.len), chunk;
    bool alpha = str_find(webp, STR("ALPH")) != SIZE_MAX;
    buf_add(&out, str_slice(webp, 0, HEAD));
    while (next_chunk(&rest, &chunk)) {
        size_t at = out.len;
        bool extended = str_starts(chunk, STR("VP8X"));
        if ((extended && alpha) || str_starts(chunk, STR("ALPH")) || str_starts(chunk, STR("VP8 ")) ||
            str_starts(chunk, STR("VP8L")))
            buf_add(&out, chunk);
        if (extended && alpha) {
            char *flags = out.at + at + CHUNK_HEAD;
            *flags = (char)(*flags & FLAG_ALPHA);
        }
    }
    uint32_t size = (uint32_t)out.len - CHUNK_HEAD;
    for (int i = 0; i < 4; i++)
        out.at[4 + i] = (char)(size >> (8 * i));
    return buf_str(&out);
}
