/* Files embedded in the program: stylesheet, scripts, pictures. Made at build time by tools/embed: all .css files become
   one "style.css" (web first); each is compressed once; the name carries a hash, so a browser may keep it forever. */
#pragma once
#include "base/str.h"

typedef struct Asset {
    const char *name; /* "market.js"; the one stylesheet is "style.css" */
    Str url;          /* "/assets/market.4f1c2a9b.js" */
    Str type;         /* "text/javascript; charset=utf-8" */
    Str plain, gzip, brotli; /* gzip and brotli are empty where they would not be smaller */
} Asset;

extern const Asset *const house_assets[]; /* generated; sorted by url; ends with NULL */
extern const size_t house_assets_len;

/* For the server: NULL when there is none. Send "Cache-Control: public, max-age=31536000, immutable" and Vary:
   Accept-Encoding. */
const Asset *asset_at_url(Str url);
/* By file name; NULL when there is none. Templates use {{ asset "market.js" }}, checked when they are compiled. */
const Asset *asset_find(Str name);
/* The url, or "" when there is no such asset (logged as a fault of ours). */
Str asset_url(const char *name);

typedef struct Icon {
    const char *name; /* "basket" */
    Str symbol;       /* <symbol id="i-basket" ...>...</symbol> */
} Icon;
extern const Icon house_icons[]; /* generated from src/web/assets/icons.svg; sorted by name */
extern const size_t house_icons_len;
/* The number of an icon for tpl_icon; -1 when there is none. */
int icon_find(Str name);
enum { ICONS_MAX = 256 };
