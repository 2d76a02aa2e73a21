/* Pages that are the same for every guest (routes that say .shared) and embedded files, kept ready to send.
   A page is kept until anything is written (store_version), five seconds at most (two with PostgreSQL, where other processes
   write too), within 8 MiB. */
#pragma once
#include "web/encode.h"
#include "web/web.h"

typedef struct CacheForm {
    Str body;
    Header *headers;
    size_t headers_len;
    void *_Atomic prepared; /* the server's own; given back to cache_on_free */
} CacheForm;

typedef struct CachePart { /* a part of a page that is the same for everybody: web/part.c */
    Str text;             /* without the form tokens */
    const size_t *tokens; /* where in text the reader's form token belongs, in order */
    size_t tokens_len;
    uint64_t icons[4];
    int forms_before, forms_after; /* Page.forms */
    Pressed pressed;               /* the same for who takes gzip; before.len 0: not yet */
} CachePart;

typedef struct CacheEntry CacheEntry;

/* What this request may be answered with, or NULL. Needs method, path, query, headers, https and store only, so that an
   event loop can ask. Give it back with cache_give. */
CacheEntry *cache_take(const Req *r);
void cache_give(CacheEntry *entry);
/* The best form for this client; NULL: what it has already is the same (304). */
CacheForm *cache_form(CacheEntry *entry, const Req *r);
Str cache_etag(const CacheEntry *entry);

/* After the handler: keeps r->reply when it may be kept, and gives it as cache_take would; else NULL. version:
   store_version before the handler ran. */
CacheEntry *cache_keep(const Req *r, uint64_t version);
/* The same for the part of that name in the page that r asks for: by path, query, language and https alone. */
CacheEntry *cache_take_part(const Req *r, const char *name);
const CachePart *cache_part(const CacheEntry *entry);
void cache_keep_part(const Req *r, const char *name, uint64_t version, const CachePart *part);
/* The same part, now with more to it: as old as it was. */
void cache_keep_part_again(const Req *r, const char *name, const CacheEntry *before, const CachePart *part);

void cache_on_free(void (*release)(void *prepared));
void cache_clear(void);
