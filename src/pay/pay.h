/* Pay: wallets, escrow, tills, payouts, statements. What other modules may call; the rules are in README.md. All money lies in the
   ledger; every function that writes does so in the caller's transaction, together with what it pays for. */
#pragma once
#include "db/db.h"

/* Where a person's money lies; opened when there is none yet. */
Err *wallet_need(Tx *tx, Id person, Time now, Id *account);
/* What a producer has earned and was not paid yet. */
Err *earnings_need(Tx *tx, Id org, Time now, Id *account);
/* What may be spent of a wallet; 0 when there is none. */
Err *wallet_left(Db *db, Id person, Money *left);

/* Between members. words: opaque, for both; ref of the ledger. Codes: pay.too_little (ERR_CONFLICT; args "left"), pay.amount,
   pay.self. */
Err *wallet_send(Tx *tx, Id from, Id to, Money amount, Str key, Time now);

/* ---- what the treasurer sets ---- */
typedef struct PaySettings {
    int64_t release_days; /* silence after handing over before money is released; 0: at once */
    bool cash_orders;     /* cash of orders collected at the co-operative's places goes through the first till */
    Str bank_name, bank_account, bank_bic;
    Str qr_domain, qr_account, country;
    Str webhook_url, webhook_secret; /* empty url: nobody is told */
} PaySettings;
Err *pay_settings(Db *db, PaySettings *out);
Err *pay_settings_put(Tx *tx, const PaySettings *settings, Id by, Time now);

/* Gives sellers what nobody complained about in time; a job does it every ten minutes. */
Err *parts_release_due(Store *store, Arena *arena, Time now, int64_t *released);

/* ---- complaints: a buyer speaks, two officers rule ---- */
Err *dispute_open(Tx *tx, Id part, Id buyer, Str words, Time now, Id *made);
Err *dispute_answer(Tx *tx, Id dispute, Str answer, Id by, Time now);
Err *dispute_withdraw(Tx *tx, Id dispute, Id buyer, Time now);
Err *dispute_propose(Tx *tx, Id dispute, Money refund, Id officer, Time now);
Err *dispute_rule(Tx *tx, Id dispute, Id officer, Time now); /* by another officer than proposed it */

/* ---- cash: tills in agents' care ---- */
typedef struct NewTill {
    Str name;
    Id agent;
    Money most, per_person;
} NewTill;
Err *till_open(Tx *tx, const NewTill *till, Id by, Time now, Id *made);
typedef struct CashAct {
    Id till, person, org; /* whose money: a member's wallet, or an organisation's earnings (out only) */
    Money amount;
    bool out;
    Id by;
    Str key;              /* made by the form: once only */
} CashAct;
Err *cash_act(Tx *tx, const CashAct *act, Time now);
typedef struct CountAct {
    Id till, by, witness;
    Money counted;
    Str note, key;
} CountAct;
Err *till_count(Tx *tx, const CountAct *act, Time now, Money *difference);
Err *till_deposit(Tx *tx, Id till, Money amount, Id by, Str key, Time now); /* on its way to the bank */

/* ---- payouts: written by one, approved by another, sent, found on the statement ---- */
typedef struct NewDestination {
    Id person, org;
    Str rail, name, number, bank;
} NewDestination;
Err *destination_set(Tx *tx, const NewDestination *destination, Id by, Time now);
/* Everything that producers have earned and that goes by this rail. pay.nothing_due when there is nothing. */
Err *batch_make(Tx *tx, Str rail, Date pay_on, Id by, Time now, Id *made);
Err *batch_approve(Tx *tx, Id batch, Id by, Time now);
Err *batch_send(Tx *tx, Id batch, Id by, Time now); /* exported: the bank has the file, or the calls are made */
Err *batch_drop(Tx *tx, Id batch, Id by, Time now); /* only before it is sent */
Err *batch_file(Db *db, Id batch, Str *xml);

/* ---- statements ---- */

typedef struct StatementFile {
    Str source;    /* bank, mpesa or momo */
    Str name, xml; /* camt.052, 053 or 054 */
    Id by;
} StatementFile;
/* Lines that came in any file before are passed over; what carries our own payment number is matched at once. Codes: those of
   camt_read, pay.rail. */
Err *statement_file_import(Tx *tx, const StatementFile *file, Time now, int64_t *lines, int64_t *fresh);

typedef struct MatchAct {
    Id line;
    const char *what; /* "payout" "bounce" "call" "wallet" "cash" "fee" "unidentified" "opening" */
    Id subject;       /* payout, call or person of that */
    Id by;
} MatchAct;
/* Codes: pay.no_line, pay.match (it cannot be that), pay.nobody, pay.changed_meanwhile. */
Err *line_match(Tx *tx, const MatchAct *act, Time now);
Err *line_unmatch(Tx *tx, Id line, Id by, Time now);
/* What this line most likely is, as the page of reconciliation puts first. */
Err *line_likeliest(Db *db, Id line, MatchAct *out);
