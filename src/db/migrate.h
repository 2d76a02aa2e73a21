/* Migrations: numbered over the whole house, forward only, each recorded with its hash. */
#pragma once
#include "db/db.h"

typedef struct Migration {
    int64_t number;
    const char *name; /* "0040_product" */
    const char *hash; /* SHA-256 of its file */
    const char *sqlite, *postgres;
} Migration;

extern const Migration house_migrations[]; /* generated, by number, ends with {0} */

/* Runs what has not run yet, in one transaction. Codes: db.migration_changed (a file differs from what ran),
   db.newer (the data was made by a newer program), each with arg "migration". db is the writer's connection. */
Err *migrations_run(Db *db, const Migration *migrations);
