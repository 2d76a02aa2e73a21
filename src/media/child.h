/* Inside the child: bytes of strangers in, pictures and codes out. */
#pragma once
#include "media/vips.h"
#include "media/wire.h"

/* Codes: media.kind, media.damaged, media.too_large, media.encode. */
Err *child_picture(const Vips *vips, WorkerReply *answer, Str bytes);
Err *child_drawing(const Vips *vips, WorkerReply *answer, Str svg);
/* Also media.no_code, media.no_scanner (zbar NULL). */
Err *child_code(const Vips *vips, const Zbar *zbar, WorkerReply *answer, Str bytes);
/* Refuses what is not a picture of the known kinds, or has too many pixels. profile: it carries its own colours. */
Err *child_check(const Vips *vips, Arena *arena, Str bytes, PictureInfo *info, bool *profile);
Str webp_bare(Arena *arena, Str webp); /* a file that libvips wrote */
