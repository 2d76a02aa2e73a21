/* Pictures inside question files, and places on them in pixels. */
#include "quiz_io/inside.h"

#include <sodium.h>

#include "quiz_io/size.h"

Err *picture_take(Book *book, Str base64, Str *media, int64_t *width, int64_t *height)
{
    size_t comma = str_starts(base64, STR("data:")) ? str_find(base64, STR(",")) : SIZE_MAX, len = 0;
    Str text = comma == SIZE_MAX ? base64 : str_slice(base64, comma + 1, base64.len);
    unsigned char *bytes = arena_alloc(book->arena, text.len + 1);
    bool read = text.len && sodium_base642bin(bytes, text.len, text.at, text.len, " \r\n\t", &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
    if (!read)
        return err_new(book->arena, ERR_INVALID, "book.picture");
    return book_picture(book, (Str){0}, (Str){(char *)bytes, len}, media, width, height);
}

Err *book_picture(Book *book, Str name, Str bytes, Str *media, int64_t *width, int64_t *height)
{
    if (!picture_size(bytes, width, height) || book->pictures_len >= BOOK_PICTURES_MAX)
        return err_new(book->arena, ERR_INVALID, "book.picture");
    if (!book->pictures)
        book->pictures = NEW_ARRAY(book->arena, BookPicture, BOOK_PICTURES_MAX);
    *media = str_format(book->arena, "picture:%zu", book->pictures_len);
    book->pictures[book->pictures_len++] = (BookPicture){.name = name, .bytes = bytes};
    return NULL;
}

bool picture_give(Buf *out, const BookWrite *write, const Question *q, int64_t *width, int64_t *height)
{
    Str bytes;
    if (!write->picture || !write->picture(write->picture_arg, out->arena, q->media, &bytes) || !picture_size(bytes, width, height))
        return false;
    size_t room = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(out->arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.at, bytes.len, sodium_base64_VARIANT_ORIGINAL);
    buf_add(out, str_of(text));
    return true;
}

enum { NUMBERS_MAX = 64 };

/* Numbers between commas and semicolons; how many, 0 when one cannot be read. */
static size_t numbers(Str text, int64_t out[NUMBERS_MAX])
{
    size_t len = 0;
    while (text.len && len < NUMBERS_MAX) {
        size_t end = 0;
        double value;
        while (end < text.len && text.at[end] != ',' && text.at[end] != ';')
            end++;
        if (!str_to_real(str_trim(str_slice(text, 0, end)), &value) || value < -100000 || value > 100000)
            return 0;
        out[len++] = (int64_t)value;
        text = str_slice(text, end + 1, text.len);
    }
    return len;
}

static void area(Option *o, int64_t left, int64_t top, int64_t right, int64_t bottom, int64_t width, int64_t height)
{
    o->x = left * 1000000 / width;
    o->y = top * 1000000 / height;
    o->width = (right - left) * 1000000 / width;
    o->height = (bottom - top) * 1000000 / height;
}

static bool around(const int64_t *n, size_t len, int64_t width, int64_t height, Option *o)
{
    int64_t left = n[0], right = n[0], top = n[1], bottom = n[1];
    if (len < 6 || len % 2)
        return false;
    for (size_t i = 2; i < len; i += 2) {
        left = n[i] < left ? n[i] : left;
        right = n[i] > right ? n[i] : right;
        top = n[i + 1] < top ? n[i + 1] : top;
        bottom = n[i + 1] > bottom ? n[i + 1] : bottom;
    }
    area(o, left, top, right, bottom, width, height);
    return true;
}

static bool circle(const int64_t *n, size_t len, int64_t width, int64_t height, Option *o)
{
    if (len != 3 || n[2] < 1)
        return false;
    o->round = true;
    area(o, n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2], width, height);
    return true;
}

bool region_moodle(Str shape, Str coords, int64_t width, int64_t height, Option *o)
{
    int64_t n[NUMBERS_MAX] = {0};
    size_t len = numbers(coords, n);
    if (str_eq(shape, STR("circle")))
        return circle(n, len, width, height, o);
    if (!str_eq(shape, STR("rectangle")))
        return around(n, len, width, height, o);
    area(o, n[0], n[1], n[0] + n[2], n[1] + n[3], width, height);
    return len == 4;
}

bool region_qti(Str shape, Str coords, int64_t width, int64_t height, Option *o)
{
    int64_t n[NUMBERS_MAX] = {0};
    size_t len = numbers(coords, n);
    if (str_eq(shape, STR("circle")))
        return circle(n, len, width, height, o);
    if (!str_eq(shape, STR("rect")))
        return around(n, len, width, height, o);
    area(o, n[0], n[1], n[2], n[3], width, height);
    return len == 4;
}
