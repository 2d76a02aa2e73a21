/* libpq, opened when a PostgreSQL address is used and not before: docs/decisions/libpq-when-needed.md. */
#pragma once
#include <libpq-fe.h>

#include "db/db.h"

#define PQ_FUNCTIONS(X)                                                                                                \
    X(connectdbParams) X(finish) X(status) X(errorMessage) X(serverVersion) X(transactionStatus) X(setNoticeProcessor)   \
    X(exec) X(execParams) X(prepare) X(execPrepared) X(resultStatus) X(resultErrorField) X(resultErrorMessage) X(clear)  \
    X(ntuples) X(nfields) X(fname) X(describePrepared) X(getisnull) X(getvalue) X(getlength) X(cmdTuples) X(cmdStatus) X(parameterStatus)

#define PQ_MEMBER(name) __typeof__(PQ##name) *name;
typedef struct Pq {
    PQ_FUNCTIONS(PQ_MEMBER)
} Pq;
#undef PQ_MEMBER

extern Pq pq; /* empty until pq_load */

/* Opens libpq once; a second call does nothing. Code: db.no_libpq. */
Err *pq_load(Arena *arena);
