/* Which compression a client takes, and gzip. */
#pragma once
#include "base/str.h"

typedef enum Encoding { ENCODING_PLAIN, ENCODING_GZIP, ENCODING_BROTLI, ENCODINGS } Encoding;

/* Whether Accept-Encoding names this coding with a weight above zero ("*" counts for gzip). */
bool encoding_accepted(Str accept_encoding, Encoding encoding);
enum { GZIP_ONE_READER = 2, GZIP_MANY_READERS = 6 }; /* 2: measured best of time and size together */
const char *encoding_name(Encoding encoding); /* "gzip"; "" for plain */
/* Whether bodies of this type become smaller. */
bool encoding_pays(Str content_type, size_t bytes);
/* level 1..9. False, with *out untouched, when it would not save a tenth. */
bool gzip_make(Arena *arena, Str body, int level, Str *out);

/* A text that stands in many bodies, compressed once: whole blocks, with room between them for the first form token of each reader. */
typedef struct Pressed {
    Str before, after; /* before.len 0: nothing */
    size_t at, gap;    /* where the first token stands, and its length; gap 0: none, and all is in before */
} Pressed;
/* What of a body need not be compressed for this reader alone. */
typedef struct Ready {
    size_t from, len; /* where the pressed text stands, tokens included; len 0: nowhere */
    Pressed pressed;
    size_t tail;      /* from here on it is one of few texts that many bodies end with; 0: it is not */
} Ready;
/* text without tokens, tokens: where in it they belong. False when it cannot be done; the bytes live in arena. */
bool press(Arena *arena, Str text, const size_t *tokens, size_t tokens_len, size_t gap, int level, Pressed *out);
void press_copy(Arena *arena, const Pressed *from, Pressed *out);
/* gzip_make for a body of which parts are compressed already; ready NULL: none is. */
bool gzip_join(Arena *arena, Str body, const Ready *ready, int level, Str *out);
