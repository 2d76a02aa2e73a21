/* What a file is, by its content. */
#include <string.h>

#include "media/wire.h"

/* ISO base media: 4 bytes of length, "ftyp", the major brand. HEVC stills and bursts are taken; AVIF and video are not.
 */
static bool is_heic(Str bytes)
{
    static const char brands[][5] = {"heic", "heix", "heim", "heis", "hevc", "hevx"};
    if (bytes.len < 12 || memcmp(bytes.at + 4, "ftyp", 4) != 0)
        return false;
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (memcmp(bytes.at + 8, brands[i], 4) == 0)
            return true;
    /* "mif1" says only "some still": the brands it is compatible with follow */
    size_t end = (unsigned char)bytes.at[3] < bytes.len ? (unsigned char)bytes.at[3] : bytes.len;
    for (size_t at = 16; memcmp(bytes.at + 8, "mif1", 4) == 0 && at + 4 <= end; at += 4)
        if (memcmp(bytes.at + at, "heic", 4) == 0 || memcmp(bytes.at + at, "heix", 4) == 0)
            return true;
    return false;
}

PictureKind picture_kind(Str bytes)
{
    if (str_starts(bytes, STR("\xFF\xD8\xFF")))
        return KIND_JPEG;
    if (str_starts(bytes, STR("\x89PNG\r\n\x1A\n")))
        return KIND_PNG;
    if (str_starts(bytes, STR("GIF87a")) || str_starts(bytes, STR("GIF89a")))
        return KIND_GIF;
    if (bytes.len >= 12 && str_starts(bytes, STR("RIFF")) && memcmp(bytes.at + 8, "WEBP", 4) == 0)
        return KIND_WEBP;
    return is_heic(bytes) ? KIND_HEIC : KIND_UNKNOWN;
}
