/* Str: a slice of bytes, usually UTF-8, that owns nothing. Buf: text being built, with a limit. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct Str {
    const char *at; /* not NUL-ended; may be NULL when len is 0 */
    size_t len;
} Str;

typedef struct StrList {
    Str *at;
    size_t len;
} StrList;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) ((int)(s).len), ((s).at ? (s).at : "") /* for "%.*s"; texts are far below 2 GiB */

Str str_of(const char *text); /* NULL gives the empty Str */
bool str_eq(Str a, Str b);
bool str_eq_nocase(Str a, Str b); /* ASCII letters only */
int str_compare(Str a, Str b);    /* by bytes, like memcmp, the shorter first */
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
size_t str_find(Str s, Str needle); /* index, or SIZE_MAX when absent */
Str str_slice(Str s, size_t from, size_t to); /* clamped to the text */
Str str_trim(Str s);                          /* ASCII white space at both ends */
bool str_cut(Str s, char at, Str *before, Str *after); /* at the first such byte; false: before = s, after empty */

Str str_copy(Arena *arena, Str s);
const char *str_z(Arena *arena, Str s); /* NUL-ended copy */
Str str_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str str_lower(Arena *arena, Str s); /* ASCII letters only; base/text.h folds Unicode */

/* The whole text must be the number; else false and *out untouched. */
bool str_to_int(Str s, int64_t *out);
bool str_to_real(Str s, double *out); /* finite, '.' as the point, whatever the locale */

/* ---- Buf ---- */

typedef struct Buf {
    Arena *arena;
    char *at;
    size_t len, room, limit;
    bool overflowed; /* something did not fit: check once, at the end */
} Buf;

Buf buf_new(Arena *arena, size_t limit_bytes);
void buf_add(Buf *buf, Str s);
void buf_add_char(Buf *buf, char c);
void buf_add_int(Buf *buf, int64_t value);
/* As text or within double quotes in XML; the control characters that XML cannot hold are left out. */
void buf_add_xml(Buf *buf, Str s);
void buf_addf(Buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(Buf *buf, const char *format, va_list args);
Str buf_str(const Buf *buf); /* a view: valid until the next add */
