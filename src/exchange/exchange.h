/* Leaving and moving in: the bundle, one zip with everything a co-operative needs to go on elsewhere. */
#pragma once
#include "db/db.h"

typedef struct Bundle {
    Store *store;
    Arena *arena;
    int fd;       /* the zip: a file that can be sought */
    bool sign_in; /* writing: password hashes, recovery codes and tokens of programs (as hashes) are carried too */
    bool trial;   /* reading: everything is tried, nothing stays */
    bool force;   /* reading: taken in although the checks of `millet verify` find something wrong */
    void (*progress)(void *arg, const char *doing, int64_t done, int64_t of); /* NULL: nobody looks */
    void *progress_arg;
    int64_t tables, rows, files; /* out */
    Str mark;                    /* out: SHA-256 of the list of checksums: two bundles with one mark are equal */
    Str findings;                /* out: what the checks found, when bundle.wrong */
} Bundle;

/* The whole data as it is at this moment. Codes: bundle.write, disk.full, bundle.text, bundle.circle. */
Err *bundle_write(Bundle *bundle);

/* Into an installation in which nobody and nothing was made yet (bundle.not_empty). All or nothing: names, sizes, checksums
   and every line are looked at before a byte is written; then files, rows, and the checks of `millet verify` in one
   transaction. No row says that there was an import. Codes: those of zip_in_open; bundle.checksum, bundle.missing,
   bundle.unknown, bundle.format, bundle.newer, bundle.older, bundle.row, bundle.rows, bundle.wrong, bundle.large,
   disk.full. */
Err *bundle_read(Bundle *bundle);
