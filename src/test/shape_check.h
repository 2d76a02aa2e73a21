/* Whether a JSON text is what a Shape promises. */
#pragma once
#include "base/shape.h"

/* Every field of the Shape is there, of its type, and no other; list: {"items":[...],"next"}. why says what is not so. */
bool shape_matches(Str json, const Shape *shape, bool list, char *why, size_t why_size);
