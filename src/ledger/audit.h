/* Proving the ledger: anchors, the watermark, the walk of verify. */
#pragma once
#include "ledger/inside.h"

typedef struct AnchorSums {
    int64_t debit, credit, accounts;
} AnchorSums;
/* rows: by account. */
AnchorSums anchor_root(Date day, int64_t seq, const unsigned char hash[CHAIN_HASH_LEN], const BalanceRow *rows, size_t len,
                       unsigned char root[CHAIN_HASH_LEN]);
Err *anchor_job(JobContext *context);

typedef struct Watermark {
    bool there;
    int64_t seq;
    unsigned char hash[CHAIN_HASH_LEN];
} Watermark;
Err *watermark_write(Db *db, Str folder);
Err *watermark_read(Db *db, Str folder, Watermark *out); /* not there when the file is missing or of other data */
Err *watermark_job(JobContext *context);

/* ---- walk.c: the whole journal, folded again from nothing ---- */

typedef struct WalkAccount {
    Account row; /* as the database says it is now */
    int64_t dr_posted, cr_posted, dr_pending, cr_pending, last_seq; /* as the journal says */
    int64_t dr_folded, cr_folded;                                   /* at ledger_head.folded */
    int64_t dr_days, cr_days;                                       /* what account_day says of that */
} WalkAccount;

typedef struct WalkHold {
    int64_t seq, amount, expires_at;
    Id debit, credit;
} WalkHold;

typedef struct DaySum {
    Date day;
    int64_t debit, credit;
} DaySum;

typedef struct WalkReversal {
    int64_t seq, refers, amount;
    Id debit, credit;
} WalkReversal;

typedef struct IdWalk { /* the index of ids, read from its beginning to its end */
    Uuid last;
    int64_t rows;
    uint64_t sum;
    bool ordered;
} IdWalk;

typedef struct Walk {
    Db *db;
    Arena *arena; /* its own: the walk runs beside the reading thread */
    Findings *findings;
    LedgerHead head;
    AnchorList anchors;
    size_t anchor_next;
    Watermark mark;
    WalkAccount *accounts; /* by id */
    size_t accounts_len, accounts_room;
    int32_t *slots; /* open hash of accounts: index + 1 */
    size_t slots_len;
    WalkHold *open; /* open hash of holds by seq; seq 0: free */
    size_t open_len, open_room;
    DaySum *days; /* posted up to folded; by day, in order */
    size_t days_len, days_room;
    WalkReversal *reversals;
    size_t reversals_len, reversals_room;
    int64_t seq, recorded_at, transfers, pendings, settled, reversed, group;
    Date latest_on;
    unsigned char hash[CHAIN_HASH_LEN];
    uint64_t ids; /* a sum over the ids and places of all transfers */
    IdWalk index;
    bool broken; /* the chain: said once */
} Walk;

/* Calls prove with each line of the journal in order, on a thread of its own while this one reads. arena must not be db's. */
Err *journal_prove(Db *db, Arena *arena, void (*prove)(void *arg, const Transfer *line), void *arg);
/* The highest number in the journal, in db's view of it. */
Err *journal_last(Db *db, int64_t *last);
uint64_t walk_id_sum(Str id, int64_t seq);
Err *walk_run(Walk *walk, Db *db, Findings *findings);
WalkAccount *walk_account(Walk *walk, Id id); /* NULL when there is none */
