/* Reconciliation of bank and mobile money statements with the ledger. */
#pragma once
#include "pay/inside.h"
#include "pay/statement.h"

typedef struct ImportAct {
    Str source;              /* bank, mpesa or momo */
    Str name, hash;          /* of the file */
    const BankStatement *statement;
    Id by;
    Time now;
} ImportAct;
/* Lines seen before, in any file, are passed over; what carries our own payment number is matched at once. */
Err *statement_import(Tx *tx, const ImportAct *act, Id *made, int64_t *fresh);

/* For each line its number among those before it that say the same, from 1. */
int64_t *line_occurrences(Arena *arena, const Str *keys, size_t len);

typedef struct Maybe {
    const char *what;
    Id subject;
    Str name;
} Maybe;
typedef struct MaybeList {
    Maybe *at;
    size_t len;
} MaybeList;
/* The likely explanations, the likeliest first; "unidentified" is always among them. */
Err *line_guesses(Db *db, const PayLine *line, MaybeList *out);

/* payout.c: the statement line of a payout was unmatched. */
Err *payout_unseen(Tx *tx, Id payout, bool bounced, Time now);
