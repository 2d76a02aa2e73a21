/* What the files of the ledger share. */
#pragma once
#include "core/core.h"
#include "ledger/ledger.h"
#include "ledger/queries.h"

enum { CHAIN_HASH_LEN = 32, FOLD_EVERY = 16384 };

/* hash_n = SHA-256("VL1" || hash_n-1 || canonical(transfer n)): numbers as 8 bytes little-endian, texts with their length in
   front. Of the first transfer the hash before is 32 zero bytes. */
void chain_hash(const unsigned char before[CHAIN_HASH_LEN], const Transfer *transfer, unsigned char out[CHAIN_HASH_LEN]);

/* 32 hexadecimal digits over what an account is and never changes: stands in the trail of changes, which is chained. */
Str account_seal(Arena *arena, const Account *row);

AccountView account_view(const Account *row);
TransferView transfer_view(const Transfer *row);
bool word_valid(Str word, size_t max); /* a to z, 0 to 9, _ . - */

/* ---- engine.c: one call's accounts and new rows in memory, until they are written ---- */

typedef struct EngineAccount {
    AccountState row;
    bool dirty;
    int64_t unit; /* the unit that touched it last */
} EngineAccount;

typedef struct Engine {
    Tx *tx;
    Arena *arena;
    Id actor;
    Time now;
    Str zone;
    Date today;
    LedgerHead head;
    unsigned char hash[CHAIN_HASH_LEN]; /* of the head */
    EngineAccount *accounts;
    size_t accounts_len, accounts_room;
    int32_t *slots; /* open hash of accounts: index + 1 */
    size_t slots_len;
    Transfer *rows; /* new ones */
    unsigned char (*hashes)[CHAIN_HASH_LEN];
    size_t rows_len, rows_room;
    int32_t *ids; /* open hash of the rows' ids: index + 1; NULL when there is one row at most */
    size_t ids_len;
    Hold *holds; /* changed ones, the newest last */
    size_t holds_len, holds_room;
    Reversal *reversals;
    size_t reversals_len;
    EngineAccount *undo; /* how accounts were when the unit began */
    int32_t *undo_at;
    size_t undo_len;
    int64_t unit; /* counts up: the group or single transfer at hand */
} Engine;

typedef struct EngineMark { /* where a unit began */
    size_t rows_len, holds_len, reversals_len;
    LedgerHead head;
    unsigned char hash[CHAIN_HASH_LEN];
} EngineMark;

Err *engine_start(Engine *engine, Tx *tx, size_t transfers, Id actor, Time now);
void engine_for(Engine *engine, Id actor, Time now); /* who and when from here on */
EngineMark engine_mark(Engine *engine);
void engine_undo(Engine *engine, const EngineMark *mark);
/* account.missing. The pointer is valid until the next call. */
Err *engine_account(Engine *engine, Id id, const char *field, AccountState **out);
void engine_touch(Engine *engine, const AccountState *account); /* before its first change in a unit */
Err *engine_transfer(Engine *engine, Uuid id, Transfer *out, bool *found); /* also among the new ones */
Err *engine_hold(Engine *engine, int64_t seq, Hold *out);
void engine_hold_put(Engine *engine, const Hold *hold);
Err *engine_reversed(Engine *engine, int64_t seq, bool *reversed);
/* Numbers, times, chains and keeps it. */
void engine_add(Engine *engine, Transfer *transfer);
Err *engine_write(Engine *engine); /* everything that is new, into the transaction */

/* ---- many.c ---- */
Err *write_many(Engine *engine); /* PostgreSQL: the new rows of the journal in one statement, the accounts' counters in a second */

/* ---- transfer.c ---- */
Err *post_each(Engine *engine, const NewTransfer *list, size_t len, Done *done); /* refusals stand in done; engine_write is next */

/* ---- trial.c ---- */
Err *fold_days(Tx *tx, int64_t folded, int64_t upto); /* brings account_day from one sequence number to another */

extern const ErrText ledger_errors[];
extern const Check ledger_checks[];
extern const Job ledger_jobs[];
