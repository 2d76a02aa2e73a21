/* QR codes as drawings in a page. Only qr.c knows libqrencode. */
#pragma once
#include "web/web.h"

enum { QR_TEXT_BYTES_MAX = 1000 };

/* An inline SVG, black on white with its quiet zone, as wide as what it stands in (class "qr"); label is what a screen
   reader says. Error correction M: 15 % may be dirty. A text that is too long gives an empty drawing. */
Html qr_svg(Arena *arena, Str text, Str label);
