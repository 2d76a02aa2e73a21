/* Unicode: checking, folding for search, cutting, slugs. Only text.c knows utf8proc. */
#pragma once
#include "base/str.h"

bool utf8_valid(Str s);                       /* well formed, no U+0000 */
Str utf8_clean(Arena *arena, Str s);          /* bad bytes become U+FFFD; controls but tab and newline are dropped; NFC */
size_t utf8_count(Str s);                     /* code points */
Str utf8_cut(Str s, size_t max_bytes);        /* never inside a code point */
Str text_fold(Arena *arena, Str s);           /* NFKC, case folded, diacritics dropped: for comparing and search */
bool text_is_han(int32_t code_point);
/* Folded words separated by single spaces with each Han character its own word, so that a phrase search finds 米 or
   鸡蛋: "有机鸡蛋 Rice" gives "有 机 鸡 蛋 rice". Anything but letters, digits and marks separates. */
Str text_search(Arena *arena, Str s);
Str text_slug(Arena *arena, Str s, size_t max_bytes); /* "a-b-c" of letters and digits; Han kept; may be empty */
/* Next code point at *at (moves it), or -1 at the end; a bad byte reads as U+FFFD. */
int32_t utf8_next(Str s, size_t *at);
void utf8_put(Buf *out, int32_t code_point);
