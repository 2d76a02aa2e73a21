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

/* ---- pages of the treasurer ---- */
typedef struct ChartRow { /* one line of the trial balance: every account of a code */
    Str code, name;
    int64_t accounts;
    Money debit, credit; /* the balance, on its side; the other is 0 */
    bool is_debit;
    Str path;
} ChartRow;
typedef struct TrialView {
    Str at, today; /* "2026-11-21" for the form; empty: all that is booked */
    Date day;
    struct {
        ChartRow *at;
        size_t len;
    } rows;
    Money debit, credit;
    bool closes;
    Str csv;
} TrialView;

typedef struct AccountRowView {
    Id id;
    Str name, owner;
    Money balance;
    bool minus, frozen, closed;
} AccountRowView;
typedef struct AccountsView {
    Str code, title;
    struct {
        AccountRowView *at;
        size_t len;
    } rows;
    Str next;
} AccountsView;

typedef struct EntryRowView {
    Date on;
    Time recorded_at;
    Str kind, ref, other, other_path;
    Money debit, credit, balance;
    bool is_debit, minus, held, given_back, back_dated;
    int64_t seq;
} EntryRowView;
typedef struct AccountPageView {
    Id id;
    Str name, owner, code;
    Money balance, debit, credit, held;
    bool minus, frozen, closed, no_overdraft;
    struct {
        EntryRowView *at;
        size_t len;
    } rows;
    Str next, csv;
    bool later; /* not the first page */
} AccountPageView;

typedef struct EntryForm {
    Str debit, credit, note;
    Money amount;
    Date on;
    bool has_on;
} EntryForm;
extern const Shape entry_form, ledger_query_shape;
typedef struct ChoiceView {
    Id id;
    Str label;
    bool chosen_debit, chosen_credit;
} ChoiceView;
typedef struct NewEntryView {
    const EntryForm *form;
    struct {
        ChoiceView *at;
        size_t len;
    } accounts;
    Str once;
} NewEntryView;

typedef struct ClosingForm {
    Date day;
    int64_t result; /* as the treasurer saw it */
    bool has_result;
} ClosingForm;
typedef struct ClosingQuery {
    Date day;
    bool has_day;
} ClosingQuery;
extern const Shape closing_form, closing_query;
typedef struct ClosingRowView {
    Id id;
    Str code, name;
    Money income, expense;
} ClosingRowView;
typedef struct ClosingDoneView {
    Id id;
    Date day;
    Time made_at;
    Money result;
    bool loss, undone, may_undo;
    Str by, undone_by;
} ClosingDoneView;
typedef struct ClosingView {
    Date day;
    Str day_text, error;
    struct {
        ClosingRowView *at;
        size_t len;
    } rows;
    Money income, expense, result;
    int64_t result_minor;
    bool loss, too_early;
    struct {
        ClosingDoneView *at;
        size_t len;
    } done; /* newest first */
} ClosingView;

/* "Member wallets" for "2010"; the code itself when it is not of the standard chart. */
Str chart_name(const Lang *lang, Str code);
Str account_label(Req *r, const AccountView *account); /* "Wallet · Lin Mei" */

/* ---- handlers ---- */
Err *show_ledger(Req *r);
Err *show_ledger_csv(Req *r);
Err *show_code(Req *r);
Err *show_account_page(Req *r);
Err *show_account_csv(Req *r);
Err *freeze_account(Req *r);
Err *thaw_account(Req *r);
Err *show_new_entry(Req *r);
Err *make_entry(Req *r);
Err *show_closing(Req *r);
Err *close_year(Req *r);
Err *reopen_year(Req *r);
Err *make_transfers_json(Req *r);
Err *show_transfer_json(Req *r);
Err *make_account_json(Req *r);
Err *list_accounts_json(Req *r);
Err *show_account_json(Req *r);
Err *list_entries_json(Req *r);
Err *show_trial_json(Req *r);

extern const Shape transfers_shape, transfer_json_shape, account_new_shape, account_made_shape, account_json_shape, page_query_shape,
    entry_json_shape, trial_query_shape, trial_shape;
