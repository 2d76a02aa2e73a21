/* What the files of media share in the serving process. */
#pragma once
#include "media/media.h"
#include "media/queries.h"
#include "media/wire.h"

enum { HASH_TEXT = 40, BOX_WIDTH = 1280, FILES_MAX = 2 * RENDITION_WIDTHS };

/* ---- key.c ---- */
typedef struct KeyParts {
    Str hash;              /* HASH_TEXT hexadecimal digits */
    int64_t width, height; /* of the widest rendition */
    Str colour;            /* rrggbb */
} KeyParts;

void picture_hash(Str bytes, char out[HASH_TEXT + 1]);
bool key_parse(Str key, KeyParts *out);
Str key_make(Arena *arena, const char *hash, const RenditionHead *widest, const PictureInfo *info);
size_t key_widths(const KeyParts *parts, int64_t out[RENDITION_WIDTHS]);     /* that were made, the narrowest first */
Str picture_file(Arena *arena, Str hash, int64_t width, const char *format); /* in the data folder; NUL-ended */

/* ---- ask.c ---- */
typedef struct Rendition {
    RenditionHead head;
    Str bytes;
} Rendition;

typedef struct Decoded {
    PictureInfo info;
    Rendition files[FILES_MAX];
    size_t len;
    RenditionHead widest;
} Decoded;

/* Has the child decode a picture (ASK_PICTURE) or a drawing of ours, and checks every word of its answer. */
Err *picture_decode(Arena *arena, uint32_t ask, Str bytes, Decoded *out);
Err *code_decode(Arena *arena, Str photo, Code *out);

/* ---- sweep.c ---- */
enum { UNUSED_KEPT_MS = DAY_MS };
/* While files and row of a picture are made nothing may sweep, and the other way round, also between processes. -1 when
   the folder cannot be locked; closing the descriptor unlocks. */
int media_lock(Arena *arena, bool alone);
Err *sweep_pictures(JobContext *context);
Err *check_pictures(Db *db, Findings *findings);
