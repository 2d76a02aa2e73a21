/* Closing the year: income and expense go to equity, so that the next year begins with nothing on them. */
#pragma once
#include "ledger/inside.h"

typedef struct ClosingLine {
    Id account;
    Str code, name;
    int64_t amount; /* credits less debits at the end of the day: above zero income, below zero expense */
} ClosingLine;
typedef struct ClosingPlan {
    ClosingLine *at; /* by code; only what is not zero */
    size_t len;
    int64_t result; /* their sum: a surplus above zero, a loss below */
} ClosingPlan;

/* What closing at the end of this day would move: accounts of the main book with a code that begins with 4 (income), 5 or 6 (expense).
   Codes: closing.too_early (the day is not over). */
Err *closing_plan(Db *db, Date day, Time now, ClosingPlan *out);

typedef struct ClosingAct {
    Date day;
    bool has_seen; /* refused when it would come to another result than was looked at: closing.changed */
    int64_t seen;
    Id by;
} ClosingAct;
/* One group of transfers of kind "closing", dated that day, all or none, against account 3020. A second time it moves what was dated back
   to it since, or nothing: closing.nothing. Codes beside: those of closing_plan and transfer_post. */
Err *year_close(Tx *tx, const ClosingAct *act, Time now, Id *made);
/* Takes each of its transfers back, once. Codes: closing.missing, closing.undone, closing.later (one of a later day goes first). */
Err *year_reopen(Tx *tx, Id closing, Id by, Time now);
