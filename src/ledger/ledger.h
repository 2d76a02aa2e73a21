/* The ledger: double-entry accounts that cannot lose a cent. What other modules may call; the rules are in README.md.
   All amounts are minor units of the book's currency. Debit and credit as book-keepers say it: a transfer debits one account
   and credits another by the same amount; a member's wallet (a liability of the co-operative) grows by credits, a cash box (an
   asset) by debits. */
#pragma once
#include <stdio.h>

#include "db/db.h"

/* ---- names of transfers, made by whoever asks for them: asked again with the same id, nothing happens twice ---- */

typedef struct Uuid {
    unsigned char at[16];
} Uuid;
enum { UUID_TEXT_LEN = 36 };
bool uuid_parse(Str text, Uuid *out); /* 8-4-4-4-12 hexadecimal digits; the nil UUID is refused */
Str uuid_text(Arena *arena, Uuid uuid);
Uuid uuid_mint(void); /* version 7: time-ordered, the rest random */
/* Version 8, the same for the same words: "order/0abc.../release/2". A flow that may run twice names its transfers so. */
Uuid uuid_named(Str words);

/* ---- books ---- */

/* The village's own book, made at the first use in the currency of the village (at its founding it may not be there yet). */
Err *book_main(Tx *tx, Time now, Id *book);
Err *book_main_find(Db *db, Id *book); /* 0 when nothing was ever booked */
typedef struct NewBook {
    Str name;     /* unique: book.taken */
    Str currency; /* ISO 4217: book.currency */
} NewBook;
Err *book_open(Tx *tx, const NewBook *book, Id by, Time now, Id *out);

/* ---- accounts ---- */

typedef enum AccountFlag {
    ACCOUNT_NO_OVERDRAFT = 1 << 0,  /* posted and held debits never exceed posted credits: wallets, escrow */
    ACCOUNT_NO_OVERCREDIT = 1 << 1, /* posted and held credits never exceed posted debits: cash boxes */
    ACCOUNT_FROZEN = 1 << 2,        /* nothing moves, but what is held may be given back */
    ACCOUNT_CLOSED = 1 << 3,        /* nothing moves for good */
} AccountFlag;

typedef struct NewAccount {
    Id book;        /* 0: the main one */
    Str key;        /* the program's own name, unique in the book: "wallet/0abc..."; empty: none */
    Id person, org; /* whose; 0: nobody's, only the treasurer sees it */
    Str code;       /* "2010"; may be empty */
    Str name;       /* for people; never the name of a person (it could not be erased) */
    unsigned flags; /* NO_OVERDRAFT, NO_OVERCREDIT */
} NewAccount;
enum { ACCOUNT_NAME_MAX = 200, ACCOUNT_CODE_MAX = 20, ACCOUNT_KEY_MAX = 100 };

/* Codes: account.name, account.code, account.key_taken (ERR_CONFLICT), book.missing. */
Err *account_open(Tx *tx, const NewAccount *account, Id by, Time now, Id *out);
/* The account of this key, opened as described when there is none yet. */
Err *account_need(Tx *tx, const NewAccount *account, Id by, Time now, Id *out);

typedef struct AccountView {
    Id id, book, person, org; /* person, org: 0 for none */
    Str key, code, name;
    unsigned flags;
    int64_t debit, credit;                 /* posted, in total */
    int64_t debit_pending, credit_pending; /* held */
    int64_t balance;                       /* credit - debit */
    int64_t available;                     /* what may still be debited under NO_OVERDRAFT: credit - debit - debit_pending */
    int64_t last_seq;                      /* its newest transfer; 0: none */
    Time opened_at;
} AccountView;
typedef struct AccountViewList {
    AccountView *at;
    size_t len;
} AccountViewList;

Err *account_get(Db *db, Id id, AccountView *out);                            /* account.missing */
Err *account_find(Db *db, Id book, Str key, AccountView *out, bool *found);   /* book 0: the main one */
Err *accounts_of_person(Db *db, Id person, AccountViewList *out);
Err *accounts_of_org(Db *db, Id org, AccountViewList *out);
/* By code, then id, behind (code, after): "" and 0 from the start. */
Err *accounts_list(Db *db, Id book, Str code, Id after, int64_t limit, AccountViewList *out);

/* Frozen or not. Closed for good: only when the balance is zero and nothing is held (account.not_empty). */
Err *account_freeze(Tx *tx, Id account, bool frozen, Id by, Time now);
Err *account_close(Tx *tx, Id account, Id by, Time now);

/* ---- transfers ---- */

typedef enum TransferFlag {
    TRANSFER_PENDING = 1 << 0,  /* holds the amount, moves nothing yet */
    TRANSFER_POST = 1 << 1,     /* moves what .refers holds, all of it (amount 0) or less; the rest is given back */
    TRANSFER_VOID = 1 << 2,     /* gives back what .refers holds */
    TRANSFER_EXPIRE = 1 << 3,   /* a void that the house made because the time was over */
    TRANSFER_REVERSE = 1 << 4,  /* takes .refers back, all of it (amount 0) or less, at most once */
    TRANSFER_BALANCE_DEBIT = 1 << 5,  /* moves at most amount (0: no bound), as much as the debit account has */
    TRANSFER_BALANCE_CREDIT = 1 << 6, /* the same for what the credit account owes */
} TransferFlag;

typedef struct NewTransfer {
    Uuid id;
    Id debit, credit;   /* 0 for POST, VOID and REVERSE: as .refers says */
    int64_t amount;
    Str kind;           /* a word, a to z and _: "payment"; empty: "transfer" */
    unsigned flags;
    Uuid refers;        /* of POST, VOID and REVERSE */
    int64_t timeout_ms; /* of PENDING: given back by itself after so long; 0: never */
    bool has_effective_on;
    Date effective_on;  /* the business day; today when not said */
    Str group;          /* neighbours in the list with the same word, happen all or none; empty: alone */
    Str ref;            /* what it is about, at most 200 bytes; opaque ids and hashes, no names */
} NewTransfer;
enum { TRANSFERS_MAX = 8190, TRANSFER_REF_MAX = 200, TRANSFER_KIND_MAX = 30, TRANSFER_GROUP_MAX = 64 };

typedef struct Done { /* what became of one transfer */
    int64_t seq;         /* its place in the journal; 0 when refused */
    int64_t amount;      /* what was moved or held */
    int64_t recorded_ns; /* since 1970 */
    bool again;          /* the same was asked before: this is what happened then */
    Err *refused;        /* why not, or NULL; in the arena of the call */
} Done;

/* All of them or none: the first refusal is returned with its place in field ("2.amount"; with len 1 "amount"), and nothing
   was changed. done may be NULL, else it has len places. actor: who does it, 0 for the house. Codes:
   transfer.id, transfer.other_content (422: the same id with another content), transfer.kind, transfer.ref, transfer.amount,
   transfer.same_account, transfer.flags, transfer.group, transfer.too_many, transfer.refers (no such transfer),
   transfer.not_pending, transfer.resolved (posted, voided or expired before), transfer.expired, transfer.more_than_held,
   transfer.reversed, transfer.not_reversible, transfer.more_than_original, transfer.nothing_left, transfer.books,
   transfer.overflow, transfer.date, account.missing, account.frozen, account.closed, account.overdraft, account.overcredit.
   May be called several times in one transaction. */
Err *transfer_post(Tx *tx, const NewTransfer *list, size_t len, Id actor, Time now, Done *done);
/* Each group alone: what is refused says so in its Done, the others happen. */
Err *transfer_post_each(Tx *tx, const NewTransfer *list, size_t len, Id actor, Time now, Done *done);

/* Outside of a transaction: one durable commit together with everybody who asks at the same moment; the quickest way when the
   transfers are all there is to write. then (may be NULL) runs in the same transaction behind them, maybe twice, and sees done. */
typedef struct Submission {
    const NewTransfer *list;
    size_t len; /* at most TRANSFERS_MAX */
    Id actor;
    Time now;
    Done *done; /* len places */
    Err *(*then)(Tx *tx, void *arg);
    void *arg;
} Submission;
Err *ledger_submit(Store *store, Arena *arena, const Submission *submission);

typedef struct TransferView {
    int64_t seq;
    Uuid id;
    Id debit, credit;
    int64_t amount;
    Str kind, ref;
    unsigned flags;
    int64_t refers, group; /* sequence numbers; 0: none */
    Date effective_on;
    int64_t recorded_ns;
    Id actor;
    int64_t debit_balance, credit_balance; /* credits less debits of the two accounts after it, posted */
    unsigned char hash[32];
} TransferView;
Err *transfer_get(Db *db, Uuid id, TransferView *out, bool *found);
Err *transfer_at(Db *db, int64_t seq, TransferView *out, bool *found);

typedef struct Entry { /* a transfer as one of its two accounts sees it */
    TransferView transfer;
    bool is_debit;
    Id other;        /* the account on the other side */
    int64_t balance; /* of this account after it: credits less debits */
} Entry;
typedef struct EntryList {
    Entry *at;
    size_t len;
    int64_t next; /* the following page begins with this one; 0: no more */
} EntryList;
/* Newest first; before: 0, or the next of the page before (ledger.cursor when it is not of this account). */
Err *account_entries(Db *db, Id account, int64_t before, int64_t limit, EntryList *out);

/* ---- balances at a point in time ---- */

typedef struct BalanceRow {
    Id account;
    int64_t debit, credit; /* posted in total */
} BalanceRow;
typedef struct BalanceList {
    BalanceRow *at; /* by account */
    size_t len;
} BalanceList;
/* Every account of every book at the end of a business day, with what was back-dated to it since. */
Err *balances_on(Db *db, Date day, BalanceList *out);
/* As the journal stood after transfer number seq. */
Err *balances_at_seq(Db *db, int64_t seq, BalanceList *out);
Err *account_balance_on(Db *db, Id account, Date day, int64_t *balance); /* credits less debits */
/* The last transfer that was recorded by then; 0 when none was. */
Err *seq_at(Db *db, Time time, int64_t *seq);

/* Gives back what is held beyond its time; runs as a job each minute. Never before the time, whatever clocks do. */
Err *holds_expire(Store *store, Arena *arena, Time now, int64_t *expired);

/* ---- closing a day, leaving ---- */

/* Once a day: a second time changes nothing (*made is false). Code: anchor.too_early (the day is not over). */
Err *anchor_make(Store *store, Arena *arena, Date day, Time now, bool *made);
typedef enum ExportFormat { EXPORT_HLEDGER = 1, EXPORT_LEDGER, EXPORT_BEANCOUNT } ExportFormat;

/* Writes everything as it is now to out; the last lines assert every balance, so that the program itself refuses a file that
   was changed. *lines: transfers written. Code: disk.full. progress may be NULL. */
Err *ledger_export(Db *db, ExportFormat format, FILE *out, int64_t *lines, void (*progress)(void *arg, int64_t done, int64_t of), void *arg);
/* "Liabilities:2010:0akw...": how an account is called in the file. */
Str export_account_name(Arena *arena, Str code, Id id);
