/* Small writers of PNG and GIF, and EXIF by hand. */
#include "pictures.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

uint32_t paint_corners(int x, int y, int width, int height)
{
    static const uint32_t colours[] = {0xE02020, 0x20C020, 0x2020E0, 0xE0E020};
    return colours[(y * 2 >= height) * 2 + (x * 2 >= width)];
}

uint32_t paint_noise(int x, int y, int width, int height)
{
    uint32_t n = (uint32_t)(y * width + x + height) * 2654435761u;
    n ^= n >> 15;
    n *= 2246822519u;
    n ^= n >> 13;
    return n & 0xFFFFFF;
}

/* ---- PNG ---- */

static void add_u32(Buf *out, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_add_char(out, (char)(value >> shift));
}

static void add_chunk(Buf *out, const char *type, Str data)
{
    uLong crc = crc32(0, (const Bytef *)type, 4);
    if (data.len)
        crc = crc32(crc, (const Bytef *)data.at, (uInt)data.len);
    add_u32(out, (uint32_t)data.len);
    buf_add(out, (Str){type, 4});
    buf_add(out, data);
    add_u32(out, (uint32_t)crc);
}

static Str header(Arena *arena, int width, int height, char colour_type)
{
    Buf out = buf_new(arena, 13);
    add_u32(&out, (uint32_t)width);
    add_u32(&out, (uint32_t)height);
    buf_add_char(&out, 8);
    buf_add_char(&out, colour_type);
    for (int i = 0; i < 3; i++)
        buf_add_char(&out, 0);
    return buf_str(&out);
}

static Str png_of(Arena *arena, Str head, Str pixels)
{
    Buf out = buf_new(arena, pixels.len + 1000);
    buf_add(&out, STR("\x89PNG\r\n\x1A\n"));
    add_chunk(&out, "IHDR", head);
    add_chunk(&out, "IDAT", pixels);
    add_chunk(&out, "IEND", (Str){0});
    return buf_str(&out);
}

static Str pack(Arena *arena, Str raw)
{
    uLongf len = compressBound(raw.len);
    Bytef *at = arena_alloc(arena, len);
    if (compress2(at, &len, (const Bytef *)raw.at, raw.len, 6) != Z_OK)
        abort();
    return (Str){(const char *)at, len};
}

Str png_make(Arena *arena, int width, int height, Paint paint)
{
    size_t line = (size_t)width * 3 + 1;
    char *raw = arena_alloc(arena, line * (size_t)height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            uint32_t colour = paint(x, y, width, height);
            char *at = raw + line * (size_t)y + 1 + (size_t)x * 3;
            at[0] = (char)(colour >> 16);
            at[1] = (char)(colour >> 8);
            at[2] = (char)colour;
        }
    return png_of(arena, header(arena, width, height, 2), pack(arena, (Str){raw, line * (size_t)height}));
}

Str png_bomb(Arena *arena, int width, int height, bool whole)
{
    size_t len = whole ? ((size_t)width + 1) * (size_t)height : 100;
    return png_of(arena, header(arena, width, height, 0), pack(arena, (Str){arena_alloc(arena, len), len}));
}

/* ---- GIF: every pixel is its own code after a "clear", so that codes stay three bits wide ---- */

typedef struct Bits {
    Buf bytes;
    unsigned held, count;
} Bits;

static void add_code(Bits *bits, unsigned code)
{
    bits->held |= code << bits->count;
    bits->count += 3;
    while (bits->count >= 8) {
        buf_add_char(&bits->bytes, (char)bits->held);
        bits->held >>= 8;
        bits->count -= 8;
    }
}

static void add_frame(Arena *arena, Buf *out, int width, int height, unsigned colour)
{
    enum { CLEAR = 4, END = 5, BLOCK = 255 };
    Bits bits = {.bytes = buf_new(arena, (size_t)width * (size_t)height + 16)};
    for (int i = 0; i < width * height; i++) {
        add_code(&bits, CLEAR);
        add_code(&bits, colour);
    }
    add_code(&bits, END);
    add_code(&bits, 0);
    add_code(&bits, 0);
    const char place[] = {',', 0, 0, 0, 0, (char)width, (char)(width >> 8), (char)height, (char)(height >> 8), 0, 2};
    buf_add(out, (Str){place, sizeof place});
    Str data = buf_str(&bits.bytes);
    while (data.len) {
        Str block = str_slice(data, 0, BLOCK);
        buf_add_char(out, (char)block.len);
        buf_add(out, block);
        data = str_slice(data, block.len, data.len);
    }
    buf_add_char(out, 0);
}

Str gif_make(Arena *arena, int width, int height, int frames)
{
    Buf out = buf_new(arena, 4u << 20);
    const char head[] = {
        'G',        'I', 'F', '8', '9', 'a', (char)width, (char)(width >> 8), (char)height, (char)(height >> 8),
        (char)0xF1, 0,   0};
    static const char colours[12] = {0,    0,    0,          (char)0xE0, 0x20,       0x20,
                                     0x20, 0x20, (char)0xE0, (char)0xFF, (char)0xFF, (char)0xFF};
    buf_add(&out, (Str){head, sizeof head});
    buf_add(&out, (Str){colours, sizeof colours});
    for (int i = 0; i < frames; i++)
        add_frame(arena, &out, width, height, i == 0 ? 1 : 2);
    buf_add_char(&out, ';');
    return buf_str(&out);
}

/* ---- EXIF: TIFF, little-endian ---- */

static void add_le(Buf *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_add_char(out, (char)(value >> (8 * i)));
}

static void add_entry(Buf *out, uint32_t tag, uint32_t type, uint32_t count, uint32_t value)
{
    add_le(out, tag, 2);
    add_le(out, type, 2);
    add_le(out, count, 4);
    add_le(out, value, 4);
}

Str jpeg_exif(Arena *arena, Str jpeg, int orientation)
{
    enum { SHORT = 3, LONG = 4, TEXT = 2, RATIONAL = 5, CAMERA_AT = 50, GPS_AT = 64, PLACE_AT = 94 };
    Buf tiff = buf_new(arena, 1000);
    buf_add(&tiff, STR("II*\0\x08\0\0\0"));
    add_le(&tiff, 3, 2); /* three entries in the first directory: 8 + 2 + 36 + 4 = 50 */
    add_entry(&tiff, 0x010F, TEXT, 14, CAMERA_AT);
    add_entry(&tiff, 0x0112, SHORT, 1, (uint32_t)orientation);
    add_entry(&tiff, 0x8825, LONG, 1, GPS_AT);
    add_le(&tiff, 0, 4);
    buf_add(&tiff, STR("SecretCamera\0\0"));
    add_le(&tiff, 2, 2); /* two entries in the one of the place: 64 + 2 + 24 + 4 = 94 */
    add_entry(&tiff, 0x0001, TEXT, 2, 'S');
    add_entry(&tiff, 0x0002, RATIONAL, 3, PLACE_AT);
    add_le(&tiff, 0, 4);
    for (uint32_t i = 0; i < 3; i++) {
        add_le(&tiff, 6 + i, 4);
        add_le(&tiff, 1, 4);
    }
    Str body = buf_str(&tiff);
    Buf out = buf_new(arena, jpeg.len + body.len + 100);
    buf_add(&out, STR("\xFF\xD8\xFF\xE1"));
    buf_add_char(&out, (char)((body.len + 8) >> 8));
    buf_add_char(&out, (char)(body.len + 8));
    buf_add(&out, STR("Exif\0\0"));
    buf_add(&out, body);
    buf_add(&out, str_slice(jpeg, 2, jpeg.len));
    return buf_str(&out);
}
