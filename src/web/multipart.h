/* multipart/form-data (RFC 7578), read piece by piece: texts are kept, files go straight to disk. */
#pragma once
#include "web/url.h"
#include "web/web.h"

typedef struct Multipart Multipart;

typedef struct MultipartLimits {
    const char *folder;  /* where files are written; NULL: files are refused ("http.no_upload") */
    int parts;           /* at most so many parts */
    size_t text_bytes;   /* of all parts that are no files, together */
} MultipartLimits;

/* The boundary out of "multipart/form-data; boundary=..."; false when it has none that RFC 2046 allows. */
bool multipart_boundary(Str content_type, Str *boundary);
/* Files are removed when the arena is reset, unless somebody moved them away before. */
Multipart *multipart_new(Arena *arena, Str boundary, const MultipartLimits *limits);
/* Codes: http.bad_multipart, http.too_many_parts, http.too_many_fields, http.too_large, http.no_upload, disk.full,
   file.unwritable. */
Err *multipart_add(Multipart *multipart, Str chunk);
/* "http.bad_multipart" when the closing boundary has not come. */
Err *multipart_end(Multipart *multipart);

Pairs multipart_texts(const Multipart *multipart);
const Upload *multipart_files(const Multipart *multipart, size_t *len);
