/* The key of a picture: made, read, turned into addresses. */
#include <sodium.h>
#include <string.h>

#include "media/inside.h"

void picture_hash(Str bytes, char out[HASH_TEXT + 1])
{
    /* A change in what is made of a picture changes this line, and with it every address: browsers keep them for ever.
     */
    static const char version[] = "millet picture 1";
    unsigned char hash[HASH_TEXT / 2];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const unsigned char *)version, sizeof version);
    crypto_generichash_update(&state, (const unsigned char *)bytes.at, bytes.len);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, HASH_TEXT + 1, hash, sizeof hash);
}

static bool all_hex(Str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f')))
            return false;
    return true;
}

bool key_parse(Str key, KeyParts *out)
{
    Str rest, size, width, height;
    *out = (KeyParts){0};
    bool fine = key.len <= MEDIA_KEY_MAX && str_cut(key, '-', &out->hash, &rest) &&
                str_cut(rest, '-', &size, &out->colour) && str_cut(size, 'x', &width, &height) &&
                str_to_int(width, &out->width) && str_to_int(height, &out->height);
    return fine && out->hash.len == HASH_TEXT && all_hex(out->hash) && out->colour.len == 6 && all_hex(out->colour) &&
           out->width > 0 && out->width <= BOX_WIDTH && out->height > 0 && out->height <= BOX_WIDTH * TALL_MAX;
}

Str key_make(Arena *arena, const char *hash, const RenditionHead *widest, const PictureInfo *info)
{
    return str_format(arena, "%s-%ux%u-%02x%02x%02x", hash, widest->width, widest->height, info->red, info->green,
                      info->blue);
}

size_t key_widths(const KeyParts *parts, int64_t out[RENDITION_WIDTHS])
{
    size_t len = 0;
    for (size_t i = 0; i < RENDITION_WIDTHS && rendition_widths[i] < parts->width; i++)
        out[len++] = rendition_widths[i];
    out[len++] = parts->width;
    return len;
}

Str picture_file(Arena *arena, Str hash, int64_t width, const char *format)
{
    return str_of(str_z(arena, str_format(arena, "%.*s/media/%.2s/%.*s-%lld.%s", STR_ARG(config_text("data")), hash.at,
                                          (int)hash.len - 2, hash.at + 2, (long long)width, format)));
}

static void add_url(Buf *out, Str hash, int64_t width, const char *format)
{
    buf_addf(out, "/media/%.*s-%lld.%s", STR_ARG(hash), (long long)width, format);
}

Str media_url(Arena *arena, Str key, int width, const char *format)
{
    KeyParts parts;
    int64_t widths[RENDITION_WIDTHS];
    if (!key_parse(key, &parts))
        return (Str){0};
    size_t len = key_widths(&parts, widths), at = 0;
    while (at + 1 < len && widths[at] < width)
        at++;
    Buf out = buf_new(arena, 128);
    add_url(&out, parts.hash, widths[at], format);
    return buf_str(&out);
}

/* Two bits of each part of the colour name one of 64 classes of media.css: a style attribute would need a weaker
   Content-Security-Policy. */
static Str tone_of(Arena *arena, Str colour)
{
    char digits[3];
    for (int i = 0; i < 3; i++) {
        char c = colour.at[2 * i];
        int nibble = c <= '9' ? c - '0' : c - 'a' + 10;
        digits[i] = (char)('0' + nibble / 4);
    }
    return str_format(arena, "tone-%.3s", digits);
}

Picture picture_of(Arena *arena, Str key, Str alt, const char *sizes)
{
    KeyParts parts;
    int64_t widths[RENDITION_WIDTHS];
    Picture picture = {.sizes = sizes, .width = 4, .height = 3, .alt = alt};
    if (!key_parse(key, &parts))
        return picture;
    size_t len = key_widths(&parts, widths);
    picture.files = (PictureFileList){NEW_ARRAY(arena, PictureFile, len), len};
    for (size_t i = 0; i < len; i++)
        picture.files.at[i] =
            (PictureFile){str_format(arena, "%.*s-%lld.webp", STR_ARG(parts.hash), (long long)widths[i]), widths[i]};
    picture.key = key;
    picture.src = media_url(arena, key, strstr(sizes, "100vw") ? 640 : 320, "jpg");
    picture.width = parts.width;
    picture.height = parts.height;
    picture.tone = tone_of(arena, parts.colour);
    return picture;
}
