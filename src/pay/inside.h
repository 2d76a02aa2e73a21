/* What the files of pay share with each other and with nobody else. */
#pragma once
#include "core/core.h"
#include "ledger/ledger.h"
#include "pay/pay.h"
#include "pay/queries.h"

/* ---- errors.c ---- */
extern const ErrText pay_errors[];

/* ---- accounts.c: the chart ---- */

typedef enum HouseAccount {
    HOUSE_BANK,         /* 1020 */
    HOUSE_MPESA,        /* 1030 */
    HOUSE_MOMO,         /* 1030 */
    HOUSE_TRANSIT_BANK, /* 1040: on its way between us and a rail */
    HOUSE_TRANSIT_MPESA,
    HOUSE_TRANSIT_MOMO,
    HOUSE_TRANSIT_CASH,
    HOUSE_TAX,          /* 2050 */
    HOUSE_UNIDENTIFIED, /* 2090 */
    HOUSE_OPENING,      /* 3010 */
    HOUSE_FEES,         /* 4010 */
    HOUSE_RAIL_FEES,    /* 5020 */
    HOUSE_OVER_SHORT,   /* 5030 */
    HOUSE_ACCOUNTS,
} HouseAccount;
Err *house_account(Tx *tx, HouseAccount which, Time now, Id *account);
Err *house_view(Db *db, HouseAccount which, AccountView *out, bool *found);
/* "bank", "mpesa", "momo": the account where the money of a rail lies, and what is on its way there. False: no such rail. */
bool rail_accounts(Str rail, HouseAccount *lies, HouseAccount *transit);
/* 1200: what a person or an organisation (the other one 0) owes after a refund that their account could not bear. */
Err *claim_need(Tx *tx, Id person, Id org, Time now, Id *account);
Err *claim_find(Db *db, Id person, Id org, AccountView *out, bool *found);

typedef struct Posting {
    Id debit, credit;
    Money amount; /* zero: left out */
} Posting;
/* All or nothing. name: the program's own, the same again does nothing twice; kind: a word; ref: what it is about. */
typedef struct Posted {
    Str name, ref;
    const char *kind;
    Id actor;
} Posted;
Err *pay_post(Tx *tx, const Posting *list, size_t len, const Posted *how, Time now);
/* Moves amount out of an account of a person or organisation; what it does not have becomes their debt (1200), never a
   negative balance. n tells several takings of one name apart. */
typedef struct Taking {
    Id from, to, person, org;
    Money amount;
    Posted how;
} Taking;
Err *take_or_claim(Tx *tx, const Taking *taking, Time now);
/* Pays what its owner owes as far as the account has it. */
Err *claim_settle(Tx *tx, Id account, Posted how, Time now);
Str pay_key(Arena *arena, const char *what, Id id); /* "wallet/0abc..." */
Err *too_little(Arena *arena, Money left, Village home, const char *field); /* pay.too_little */

/* ---- escrow.c ---- */
Err *part_release(Tx *tx, Id part, Money refund, Id actor, Time now); /* of a part that is held, due or disputed */
Err *part_refund_after(Tx *tx, Id part, Money refund, Id actor, Time now); /* of a released one */
Err *parts_release_due(Store *store, Arena *arena, Time now, int64_t *released);
extern const Hear pay_hears[];

/* ---- dispute.c ---- */
Err *dispute_open(Tx *tx, Id part, Id buyer, Str words, Time now, Id *made);
Err *dispute_answer(Tx *tx, Id dispute, Str answer, Id by, Time now);
Err *dispute_withdraw(Tx *tx, Id dispute, Id buyer, Time now);
Err *dispute_propose(Tx *tx, Id dispute, Money refund, Id officer, Time now);
Err *dispute_rule(Tx *tx, Id dispute, Id officer, Time now); /* by another officer than proposed it */

/* ---- till.c ---- */
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

/* ---- payout.c ---- */
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
Err *payout_paid(Tx *tx, Id payout, Id by, Time now);
Err *payout_unknown(Tx *tx, Id payout, Time now);
Err *payout_reconciled(Tx *tx, Id payout, Str name, Id by, Time now); /* the rail's statement shows it */
Err *payout_bounced(Tx *tx, Id payout, Str reason, Str name, Id by, Time now);

/* ---- settings.c ---- */
typedef struct PaySettings {
    int64_t release_days; /* silence after handing over before money is released; 0: at once */
    Str bank_name, bank_account, bank_bic;
    Str qr_domain, qr_account, country;
    Str webhook_url, webhook_secret; /* empty url: nobody is told */
} PaySettings;
extern const Shape pay_settings_shape;
Err *pay_settings(Db *db, PaySettings *out);
Err *pay_settings_put(Tx *tx, const PaySettings *settings, Id by, Time now);

/* ---- demo.c ---- */
Err *pay_demo(Demo *demo);

/* Tells the program that the treasurer named, after this transaction: a signed POST, tried again until it is taken (core's
   outbox). event: "payout.paid"; ids and amounts only, never names. */
typedef struct PayEvent {
    const char *event;
    Id subject;
    Money amount;
} PayEvent;
Err *pay_tell(Tx *tx, const PayEvent *event, Time now);

/* ---- verify.c ---- */
extern const Check pay_checks[];
