/* Percent-encoding, form and query pairs, and which paths are fit to look at. */
#pragma once
#include "base/err.h"

typedef struct Pair {
    Str name, value;
} Pair;

typedef struct Pairs {
    Pair *at;
    size_t len;
} Pairs;

enum { PAIRS_MAX = 200 };

/* Decodes %xx, and + as a space when plus. False for a broken escape, for U+0000 and for bytes that are not UTF-8. */
bool url_decode(Arena *arena, Str s, bool plus, Str *out);
/* Everything but letters, digits and -._~ becomes %XX. */
void url_encode(Buf *out, Str s);
/* "http.bad_path" unless it begins with / and holds no broken escape, control, backslash, "." or ".." segment (also
   when written as %2e), and is UTF-8 once decoded. */
Err *path_check(Arena *arena, Str path);
/* application/x-www-form-urlencoded, also a query string. Codes: http.bad_encoding, http.too_many_fields. */
Err *pairs_read(Arena *arena, Str encoded, Pairs *out);
/* The value of the last pair with this name; NULL when absent. */
const Pair *pairs_find(const Pairs *pairs, Str name);
