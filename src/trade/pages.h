/* What the import pages show. */
#pragma once
#include "web/web.h"

typedef struct SellerView {
    Id id;
    Str name;
    bool chosen;
} SellerView;

typedef struct SellerViewList {
    SellerView *at;
    size_t len;
} SellerViewList;

typedef struct PlatformView {
    Id seller;
    Str seller_name, name, url, why, read_at;
    bool takes, waits, read;
    int64_t made, changed, refused;
} PlatformView;

typedef struct PlatformViewList {
    PlatformView *at;
    size_t len;
} PlatformViewList;

typedef struct ImportView {
    SellerViewList sellers;
    PlatformViewList platforms;
    Str error;
} ImportView;

typedef struct ImportLineView {
    int64_t line;
    Str column, text, level;
    const char *tone; /* a class */
} ImportLineView;

typedef struct ImportLineViewList {
    ImportLineView *at;
    size_t len;
} ImportLineViewList;

typedef struct PreviewView {
    Str format, seller_name, hash;
    Id seller;
    int64_t lines, kept, refused, warned, more;
    int64_t made, changed, same, drafts;
    ImportLineViewList report;
    bool skip, can;
} PreviewView;
