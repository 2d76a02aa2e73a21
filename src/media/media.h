/* Pictures: taken in from uploads, stored by content, shown at the size a screen needs. */
#pragma once
#include "web/web.h"

/* A picture is known to other modules by its key, a text that says all a page needs
   ("<hash>-<width>x<height>-<colour>"), so a list of products needs no other table to show its pictures. A module that
   writes a key into a row of its own calls media_keep in the same transaction, and media_drop when it takes it away: an
   unkept picture is deleted after a day. */
enum { MEDIA_KEY_MAX = 80 };

/* Takes an uploaded file in: decoded in a child without rights, turned upright, emptied of all it says about place and
   camera, and written as WebP and JPEG at several widths. The same file again gives the same key. Not inside db_write:
   it takes up to seconds. Codes: media.kind (no JPEG, PNG, WebP, HEIC or GIF), media.damaged, media.too_large (50
   megapixels, or the file), media.encode, worker.busy, worker.timeout, worker.crashed, worker.broken, disk.full; the
   field is the upload's. */
Err *media_take(Req *r, const Upload *upload, Str *key);
/* The same for bytes from elsewhere (an import's local files). */
Err *media_take_bytes(Store *store, Arena *arena, Str bytes, Time now, Str *key);
/* An SVG drawn by this program, never one of a stranger. */
Err *media_take_drawing(Store *store, Arena *arena, Str svg, Time now, Str *key);

/* One more row holds this key; one fewer. An empty key is allowed and does nothing. Code: media.missing (ERR_INVALID)
   when keeping what is not there (any more). */
Err *media_keep(Tx *tx, Str key);
Err *media_drop(Tx *tx, Str key, Time now);

/* Nothing is swept until the descriptor is closed: for who copies rows and files. -1 when there are no pictures yet. */
int media_hold(Arena *arena);

/* ---- showing ---- */

typedef struct PictureFile {
    Str name; /* in /media/ */
    int64_t width;
} PictureFile;

typedef struct PictureFileList {
    PictureFile *at;
    size_t len;
} PictureFileList;

/* For {{ include media:picture p }}. */
typedef struct Picture {
    Str key;               /* empty: there is none, and the partial draws a quiet placeholder */
    Str src;               /* a JPEG for browsers that know no WebP */
    PictureFileList files; /* WebP at its widths, the narrowest first */
    const char *sizes;     /* how wide it is shown, as HTML's sizes attribute */
    int64_t width, height; /* its proportions: nothing jumps when it comes */
    Str tone;              /* a class that paints its place in its main colour meanwhile */
    Str alt;               /* empty: decorative */
    bool first;            /* at the top of the page: loaded at once */
} Picture;

/* How wide pictures are shown in the usual places. */
#define SIZES_CARD "(min-width: 70em) 16em, (min-width: 40em) 30vw, 46vw"
#define SIZES_PAGE "(min-width: 70em) 34em, 100vw"
#define SIZES_SMALL "5em"

/* Any text may come as a key; one that is none gives an empty picture. */
Picture picture_of(Arena *arena, Str key, Str alt, const char *sizes);
/* The address of one file: the narrowest rendition of at least width, or the widest there is. Empty for no key. */
Str media_url(Arena *arena, Str key, int width, const char *format /* "webp" or "jpg" */);

/* The widest JPEG that is kept of a picture, for files that people carry away. Codes of file_read; empty for no key. */
Err *media_bytes(Arena *arena, Str key, Str *out);

/* ---- codes ---- */

typedef struct Code {
    bool qr;  /* else EAN-13 or EAN-8 */
    Str text; /* as it was read: any bytes */
} Code;

/* Reads the QR or bar code in a photo, for phones that cannot scan (no HTTPS, no camera rights). Codes: media.no_code,
   and those of media_take. */
Err *media_decode_code(Req *r, const Upload *upload, Code *out);
