/* What the picture child and its parent say to each other. */
#pragma once
#include "worker/worker.h"

enum {
    /* questions */
    ASK_PICTURE = WORKER_FIRST, /* a file as it was uploaded */
    ASK_DRAWING,                /* an SVG of our own, never of a stranger */
    ASK_CODE,                   /* a photo of a QR code or a bar code */
    /* answers */
    TELL_INFO,      /* PictureInfo */
    TELL_RENDITION, /* RenditionHead and the file's bytes */
    TELL_CODE,      /* one byte of CodeKind and the text */
};

typedef struct PictureInfo {
    uint32_t width, height;          /* of the original, as it is seen (after EXIF rotation) */
    uint8_t red, green, blue, alpha; /* its main colour; whether it has holes */
} PictureInfo;

enum { FORMAT_WEBP = 1, FORMAT_JPEG = 2 };

typedef struct RenditionHead {
    uint32_t format, width, height;
} RenditionHead;

enum {
    PIXELS_MAX = 50 * 1000 * 1000,   /* of one uploaded picture */
    PICTURE_BYTES_MAX = 32 << 20,    /* of its file */
    RENDITIONS_BYTES_MAX = 16 << 20, /* of everything made from it */
    TALL_MAX = 4,                    /* a rendition is at most so many times as high as its width */
};

/* Widths that are made; an original that is narrower gives its own width as the last. */
static const int rendition_widths[] = {160, 320, 640, 1280};
enum { RENDITION_WIDTHS = sizeof rendition_widths / sizeof *rendition_widths };

typedef enum PictureKind { KIND_UNKNOWN, KIND_JPEG, KIND_PNG, KIND_WEBP, KIND_GIF, KIND_HEIC } PictureKind;

/* By its first bytes, whatever its name says. */
PictureKind picture_kind(Str bytes);
