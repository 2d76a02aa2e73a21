/* What stands in a bundle besides rows and files, and which files of the data folder are carried. */
#pragma once
#include "exchange/plan.h"
#include "zip/zip.h"

enum { BUNDLE_VERSION = 1, MANIFEST_MAX = 4 << 20, SUMS_MAX = 160 << 20, LINE_MAX_BYTES = 24 << 20 };
#define MANIFEST_NAME "manifest.json"
#define README_NAME "README.txt"
#define SUMS_NAME "SHA256SUMS"

typedef struct ManifestColumn {
    Str name, type;
    bool optional;
} ManifestColumn;

typedef struct ManifestColumnList {
    ManifestColumn *at;
    size_t len;
} ManifestColumnList;

typedef struct ManifestTable {
    Str name, about;
    int64_t rows;
    ManifestColumnList columns;
} ManifestTable;

typedef struct ManifestTableList {
    ManifestTable *at;
    size_t len;
} ManifestTableList;

typedef struct ManifestLeft {
    Str table, why;
} ManifestLeft;

typedef struct ManifestLeftList {
    ManifestLeft *at;
    size_t len;
} ManifestLeftList;

typedef struct Manifest {
    Str format; /* "millet-bundle" */
    int64_t version;
    bool sign_in;
    ManifestTableList tables;
    ManifestLeftList left_out;
} Manifest;

Manifest manifest_of(Arena *arena, const Plan *plan, bool sign_in); /* rows are 0 */
Str manifest_write(Arena *arena, const Manifest *manifest);
/* Codes: bundle.format (not ours, or of another version), and those of json_read. */
Err *manifest_read(Arena *arena, Str text, Manifest *out);
extern const char readme_text[];

/* A file of the data folder that belongs to the co-operative: not the database, its keys, locks, settings of the machine. */
bool file_carried(Str name);
/* Calls each for every such file, by name, with a path that can be opened. */
typedef Err *(*FileEach)(void *arg, const char *name, const char *path);
Err *files_each(Arena *arena, const char *folder, FileEach each, void *arg);
