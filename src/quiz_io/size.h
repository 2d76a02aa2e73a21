/* How large a picture is, from its first bytes. */
#pragma once
#include "base/base.h"

/* PNG, GIF and JPEG; false: none of them, or broken. Sizes are 1 to 100,000 pixels. */
bool picture_size(Str bytes, int64_t *width, int64_t *height);
