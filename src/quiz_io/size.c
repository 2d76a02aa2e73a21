/* Width and height out of the headers of PNG, GIF and JPEG; the picture itself is decoded elsewhere, in a child. */
#include "quiz_io/size.h"

static int64_t big(Str s, size_t at, size_t len)
{
    int64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | (unsigned char)s.at[at + i];
    return value;
}

static bool jpeg_size(Str s, int64_t *width, int64_t *height)
{
    for (size_t at = 2; at + 9 < s.len;) {
        unsigned char mark = (unsigned char)s.at[at + 1];
        if ((unsigned char)s.at[at] != 0xFF)
            return false;
        if (mark >= 0xC0 && mark <= 0xCF && mark != 0xC4 && mark != 0xC8 && mark != 0xCC) {
            *height = big(s, at + 5, 2);
            *width = big(s, at + 7, 2);
            return true;
        }
        at += 2 + (size_t)big(s, at + 2, 2);
    }
    return false;
}

bool picture_size(Str s, int64_t *width, int64_t *height)
{
    *width = *height = 0;
    if (s.len >= 24 && str_starts(s, STR("\x89PNG\r\n\x1a\n"))) {
        *width = big(s, 16, 4);
        *height = big(s, 20, 4);
    } else if (s.len >= 10 && str_starts(s, STR("GIF8"))) {
        *width = (unsigned char)s.at[6] | (unsigned char)s.at[7] << 8;
        *height = (unsigned char)s.at[8] | (unsigned char)s.at[9] << 8;
    } else if (s.len >= 4 && str_starts(s, STR("\xFF\xD8"))) {
        if (!jpeg_size(s, width, height))
            return false;
    }
    return *width > 0 && *height > 0 && *width <= 100000 && *height <= 100000;
}
