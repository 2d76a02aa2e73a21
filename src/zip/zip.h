/* Zip files, written front to back and read with suspicion. Only zip.c knows minizip. */
#pragma once
#include "base/base.h"

enum { ZIP_NAME_MAX = 240, ZIP_ENTRIES_MAX = 500000, SHA256_TEXT = 64 };

/* ---- writing: the same content gives the same bytes, whenever and wherever it is written ---- */

typedef struct ZipOut ZipOut;

typedef struct ZipSum {
    Str name;
    char sum[SHA256_TEXT + 1]; /* SHA-256 of the content, hexadecimal */
} ZipSum;

typedef struct ZipSumList {
    ZipSum *at;
    size_t len;
} ZipSumList;

/* Writes to fd, which must be a file that can be read and sought; it stays the caller's. Codes: bundle.write, disk.full. */
Err *zip_out_open(Arena *arena, int fd, ZipOut **out);
/* pack: compressed; else kept as it is (pictures are packed already). */
Err *zip_out_begin(ZipOut *zip, const char *name, bool pack);
Err *zip_out_write(ZipOut *zip, Str bytes);
Err *zip_out_end(ZipOut *zip);
ZipSumList zip_out_sums(const ZipOut *zip); /* of what was ended so far */
/* Ends the file. Also to be called after an error, then with *zip unusable and the error ignored. */
Err *zip_out_close(ZipOut *zip);

/* ---- reading ---- */

typedef struct ZipEntry {
    Str name;
    int64_t size, packed;  /* bytes, as the directory says: reading more is refused */
    uint64_t place[2];     /* minizip's */
} ZipEntry;

typedef struct ZipIn {
    Arena *arena;
    ZipEntry *entries; /* by name */
    size_t len;
    int64_t total;     /* of all sizes */
    bool loose;
    void *file;        /* minizip's */
} ZipIn;

/* Reads the directory. Codes: bundle.not_zip; bundle.name (a name that is absolute, leads out, or stands twice), bundle.kind
   (encrypted or an odd compression), bundle.too_many, bundle.damaged, each with arg "file". fd stays the caller's. */
Err *zip_in_open(Arena *arena, int fd, ZipIn **out);
/* Of other programs: folders, names that lead elsewhere and odd compressions are passed over. */
Err *zip_in_open_loose(Arena *arena, int fd, ZipIn **out);
void zip_in_close(ZipIn *zip); /* NULL is allowed */
const ZipEntry *zip_find(const ZipIn *zip, Str name); /* NULL when absent */
/* The content piece by piece; the length and the CRC must be as the directory says: bundle.damaged. */
Err *zip_walk(ZipIn *zip, const ZipEntry *entry, Err *(*piece)(void *arg, Str bytes), void *arg);
/* All of it; more than max_bytes is bundle.damaged. */
Err *zip_read(ZipIn *zip, const ZipEntry *entry, size_t max_bytes, Str *out);
/* SHA-256 of the content. */
Err *zip_sum(ZipIn *zip, const ZipEntry *entry, char out[SHA256_TEXT + 1]);

/* A name as it may stand in a bundle: relative, of plain printing characters, no empty or dotted part. */
bool zip_name_safe(Str name);
