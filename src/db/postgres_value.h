/* Values on their way to PostgreSQL and back. */
#pragma once
#include "db/driver.h"
#include "db/pq.h"

enum { PG_PARAMS_MAX = 100 };

/* What PQexecPrepared wants; everything goes in binary, so that no text needs an end and no number is printed. */
typedef struct PgParams {
    int len;
    Oid types[PG_PARAMS_MAX];
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX], formats[PG_PARAMS_MAX];
    uint64_t numbers[PG_PARAMS_MAX]; /* in network order */
} PgParams;

Err *pg_params(Arena *arena, const Statement *statement, const Param *params, PgParams *out);

/* Row i of a text result into a row struct; texts are copied into the arena. */
Err *pg_row(Arena *arena, const Statement *statement, const PGresult *result, int i, char *row);
