/* Reading a bundle: what is looked at first, and what is then written. */
#pragma once
#include "exchange/exchange.h"
#include "exchange/manifest.h"
#include "exchange/row.h"

typedef struct ReadTable { /* as the bundle has it */
    const PlanTable *plan;
    const ZipEntry *entry;
    bool *given; /* by column of def */
    size_t given_len;
    int64_t rows;
} ReadTable;

typedef struct Reading {
    Bundle *bundle;
    Arena *arena;
    ZipIn *zip;
    Plan plan;
    ReadTable *tables; /* in the order of the plan */
    size_t len;
} Reading;

/* Names, sizes, checksums, the manifest, and every line. Writes nothing. */
Err *bundle_look(Reading *reading);
/* The rows of a table one by one; cells and their texts are valid during the call only. Code: bundle.row (args "file", "line",
   "why"), bundle.rows when there are more or fewer than the manifest says. */
Err *read_rows(Reading *reading, const ReadTable *table, Err *(*each)(void *arg, Arena *arena, const Cell *cells), void *arg);
void reading_show(const Reading *reading, const char *doing, int64_t done, int64_t of);
