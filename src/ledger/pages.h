/* What the ledger's handlers and pages share. */
#pragma once
#include "ledger/ledger.h"
#include "web/web.h"

/* Whether this request may see, or move, what everybody has: the founding co-operative's treasurer. */
bool is_treasurer(const Req *r);
/* Whether the account is this person's, or of an organisation that they speak for. */
bool owns(const Req *r, const AccountView *account);

typedef struct TrialRow {
    Id account;
    Str code, name;
    int64_t debit_minor, credit_minor;
} TrialRow;
typedef struct Trial {
    Str at;
    struct {
        TrialRow *at;
        size_t len;
    } rows; /* by code, then account */
    int64_t total_debit_minor, total_credit_minor;
} Trial;
/* at: "2026-11-21" (the end of that business day), a time of RFC 3339 (as the journal stood then), or empty: today, with
   everything that was booked. Code: trial.at. */
Err *trial_take(Req *r, Str at, Trial *out);

/* ---- handlers ---- */
Err *make_transfers_json(Req *r);
Err *show_transfer_json(Req *r);
Err *make_account_json(Req *r);
Err *list_accounts_json(Req *r);
Err *show_account_json(Req *r);
Err *list_entries_json(Req *r);
Err *show_trial_json(Req *r);

extern const Shape transfers_shape, transfer_json_shape, account_new_shape, account_made_shape, account_json_shape, page_query_shape,
    entry_json_shape, trial_query_shape, trial_shape;
