/* Pictures made by the tests themselves: nothing of anybody else's is shipped. */
#pragma once
#include "base/base.h"

/* 0xRRGGBB at a place */
typedef uint32_t (*Paint)(int x, int y, int width, int height);
uint32_t paint_corners(int x, int y, int width, int height); /* red, green / blue, yellow: shows which way is up */
uint32_t paint_noise(int x, int y, int width, int height);   /* the hardest to compress */

Str png_make(Arena *arena, int width, int height, Paint paint);
/* A few hundred bytes that claim to be so large; the pixels are all there, compressed, when whole. */
Str png_bomb(Arena *arena, int width, int height, bool whole);
Str gif_make(Arena *arena, int width, int height, int frames); /* frame 0 red, the others blue */
/* A JPEG with EXIF put in front: the orientation 1..8, a camera, a place in Tanzania. */
Str jpeg_exif(Arena *arena, Str jpeg, int orientation);
