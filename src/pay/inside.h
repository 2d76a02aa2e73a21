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
extern const Hear pay_hears[];

/* ---- till.c ---- */
/* Whether the till may hold so much more. room NULL: pay.till_full when it may not. */
Err *till_room(Db *db, Id till, Money more, bool *room);

/* ---- payout.c ---- */
/* A member wants money out of the own wallet: held at once, in a list of its own that a treasurer approves and sends. Codes:
   pay.wish_open (one is under way), pay.too_little, pay.amount, and those of destination_set. */
typedef struct PayoutWish {
    Id person;
    Str rail, name, number, bank;
    Money amount;
} PayoutWish;
Err *payout_wish(Tx *tx, const PayoutWish *wish, Time now, Id *batch);
Err *payout_paid(Tx *tx, Id payout, Id by, Time now);
Err *payout_unknown(Tx *tx, Id payout, Time now);
Err *payout_reconciled(Tx *tx, Id payout, Str name, Id by, Time now); /* the rail's statement shows it */
Err *payout_bounced(Tx *tx, Id payout, Str reason, Str name, Id by, Time now);

/* ---- settings.c ---- */
extern const Shape pay_settings_shape;

/* ---- rail_settings.c ---- */
typedef struct RailSettings {
    Str url, user, secret;            /* of the service; who we are there */
    Str short_code, passkey;          /* M-Pesa */
    Str callback;                     /* our public address for its messages */
    Str initiator, credential;        /* M-Pesa, to pay out */
    Str hook;                         /* signs addresses that only the service is given; made here, never shown */
    Str in_key, out_key, environment; /* MoMo */
    bool forget;                      /* of a form: disconnect */
} RailSettings;
extern const Shape rail_settings_shape;
Err *rail_settings(Db *db, Str rail, RailSettings *out);
void rail_settings_hide(RailSettings *settings); /* empties what is secret, for a page */
/* An empty secret stays as it was. Codes: rail.url, rail.spaces, pay.rail. */
Err *rail_settings_put(Tx *tx, Str rail, const RailSettings *settings, Id by, Time now);
Str rail_base(Str callback); /* "https://village.example" of "https://village.example/pay/rails/mpesa"; empty: another form */
bool rail_settings_whole(Str rail, const RailSettings *settings, bool out);

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
