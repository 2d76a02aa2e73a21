/* Which compression a client takes, and gzip. */
#pragma once
#include "base/str.h"

typedef enum Encoding { ENCODING_PLAIN, ENCODING_GZIP, ENCODING_BROTLI, ENCODINGS } Encoding;

/* Whether Accept-Encoding names this coding with a weight above zero ("*" counts for gzip). */
bool encoding_accepted(Str accept_encoding, Encoding encoding);
const char *encoding_name(Encoding encoding); /* "gzip"; "" for plain */
/* Whether bodies of this type become smaller. */
bool encoding_pays(Str content_type, size_t bytes);
/* level 1..9. False, with *out untouched, when it would not save a tenth. */
bool gzip_make(Arena *arena, Str body, int level, Str *out);
