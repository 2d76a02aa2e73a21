/* What pay's pages show, and what people type into them. */
#pragma once
#include "pay/inside.h"
#include "pay/statement.h"
#include "web/web.h"

/* ---- forms ---- */
typedef struct SendForm {
    Str to, once;
    Money amount;
} SendForm;
extern const Shape send_form;
typedef struct CashForm {
    Str who, way, once;
    Money amount;
    Id org;
} CashForm;
extern const Shape cash_form;
typedef struct CountForm {
    Str witness, note, once;
    Money counted;
} CountForm;
extern const Shape count_form;
typedef struct DepositForm {
    Money amount;
    Str once;
} DepositForm;
extern const Shape deposit_form;
typedef struct TillForm {
    Str name, agent;
    Money most, per_person;
} TillForm;
extern const Shape till_form;
typedef struct DestinationForm {
    Str rail, name, number, bank;
    Id org;
} DestinationForm;
extern const Shape destination_form;
typedef struct ComplainForm {
    Str words;
    Id part;
} ComplainForm;
extern const Shape complain_form;
typedef struct RulingForm {
    Money refund;
} RulingForm;
extern const Shape ruling_form;
typedef struct BatchForm {
    Str rail;
    Date pay_on;
} BatchForm;
extern const Shape batch_form;
typedef struct BounceForm {
    Str reason;
} BounceForm;
extern const Shape bounce_form;
typedef struct MonthQuery {
    Str month; /* 2026-11 */
    int64_t before;
    Id org;
} MonthQuery;
extern const Shape month_query;

typedef struct PayInForm {
    Str rail, phone, once;
    Money amount;
} PayInForm;
extern const Shape pay_in_form;
typedef struct PayOutForm {
    Str rail, number, once;
    Money amount;
} PayOutForm;
extern const Shape pay_out_form;

/* ---- views ---- */
typedef struct PhoneRow {
    Id id;
    Str words, rail, reason;
    const char *badge;
    Money amount;
    Time at;
    bool out, may_drop;
} PhoneRow;
typedef struct PhoneRowList {
    PhoneRow *at;
    size_t len;
} PhoneRowList;
typedef struct PhoneView {
    PhoneRowList rows;
    Str once;
    bool mpesa, momo, waits; /* may come in by; something is under way */
} PhoneView;
typedef struct CallView {
    Id id;
    Str rail, who, phone, state;
    const char *badge;
    Money amount;
    int64_t tries;
    Time at, next;
    bool has_next, out, open, may_give_up;
} CallView;
typedef struct CallViewList {
    CallView *at;
    size_t len;
} CallViewList;
typedef struct CallsView {
    CallViewList rows;
    int64_t unknown;
} CallsView;
typedef struct RailView {
    Str rail, name;
    bool mpesa, in, out, kept, can_enrol;
    const RailSettings *form;
} RailView;
typedef struct RailViewList {
    RailView *at;
    size_t len;
} RailViewList;
typedef struct RailsView {
    RailViewList rows;
} RailsView;

typedef struct EntryView {
    Str what, path; /* path: of the order it is about, or empty */
    Str receipt;    /* path */
    Money amount;   /* negative: went out */
    Money balance;
    Time at;
    bool held;
} EntryView;
typedef struct EntryViewList {
    EntryView *at;
    size_t len;
} EntryViewList;

typedef struct WalletView {
    Money left, held, owed;
    EntryViewList entries;
    Str next, once;
    Html chart;
    const SendForm *send;
    PhoneView phone;
    const PayInForm *in_form;
    const PayOutForm *out_form;
    bool sells, by_phone;
} WalletView;

typedef struct ReceiptView {
    Str village, what, uuid, words, from, to;
    Money amount;
    Time at;
    int64_t number;
    bool is_mine_in;
} ReceiptView;

typedef struct StatementView {
    Str village, name, title, csv, prev, next;
    Date from, until;
    Money opening, closing, in, out;
    EntryViewList entries;
} StatementView;

typedef struct ShareView {
    Str who, what;
    Money amount;
    int64_t percent;
} ShareView;
typedef struct ShareViewList {
    ShareView *at;
    size_t len;
} ShareViewList;

typedef struct MoneyPart {
    Id part;
    Str seller, state;
    const char *badge;
    Money paid, back;
    ShareViewList shares;
    Html chart;
    bool can_complain, complained, can_withdraw, ruled;
    Id dispute;
    Str words;
    bool has_due_at;
    Time due_at;
} MoneyPart;
typedef struct MoneyPartList {
    MoneyPart *at;
    size_t len;
} MoneyPartList;
typedef struct MoneyView {
    Id order;
    Str code, back;
    Money total;
    MoneyPartList parts;
    bool wallet;
    const ComplainForm *form;
    Html qr;          /* merchant code, empty when the co-operative has none */
    bool open;
    Money left;          /* in the buyer's wallet */
    bool can_pay;        /* from it, now */
    bool short_of;       /* it holds too little for that */
} MoneyView;
typedef struct PayOrderForm {
    Money total; /* as the buyer saw it */
} PayOrderForm;
extern const Shape pay_order_form;

typedef struct EarnedRow {
    Str code, state;
    const char *badge;
    Money paid, seller, others, tax, refunded;
    Time at;
} EarnedRow;
typedef struct EarnedRowList {
    EarnedRow *at;
    size_t len;
} EarnedRowList;
typedef struct OrgChoice {
    Id id;
    Str name;
    bool here;
} OrgChoice;
typedef struct OrgChoiceList {
    OrgChoice *at;
    size_t len;
} OrgChoiceList;
typedef struct EarnedView {
    Id org;
    Str name, rail, number, next;
    Money due, held, owed;
    EarnedRowList rows;
    OrgChoiceList orgs;
    Html chart;
    const DestinationForm *form;
    bool has_destination;
} EarnedView;

typedef struct TillView {
    Id id;
    Str name, once, agent;
    Money there, most, per_person, room;
    bool counted;
    Time counted_at;
    Money counted_difference;
    const CashForm *cash;
    const CountForm *count;
    const DepositForm *deposit;
    OrgChoiceList orgs;
    EntryViewList entries;
} TillView;
typedef struct TillViewList {
    TillView *at;
    size_t len;
} TillViewList;

typedef struct BatchView {
    Id id;
    Str rail, state, made_by, approved_by;
    const char *badge;
    Money total;
    int64_t payouts;
    Date pay_on;
    bool draft, approved, sent, mine, bank;
} BatchView;
typedef struct BatchViewList {
    BatchView *at;
    size_t len;
} BatchViewList;
typedef struct PayoutView {
    Id id;
    Str name, number, state, reason;
    const char *badge;
    Money amount;
    bool sent, paid;
} PayoutView;
typedef struct PayoutViewList {
    PayoutView *at;
    size_t len;
} PayoutViewList;
typedef struct BatchPage {
    BatchView batch;
    PayoutViewList payouts;
} BatchPage;
typedef struct DisputeView {
    Id id;
    Str seller, words, answer, proposed_by;
    Money funded, refund;
    bool proposed, mine;
} DisputeView;
typedef struct DisputeViewList {
    DisputeView *at;
    size_t len;
} DisputeViewList;
typedef struct TrialRow {
    Str code, name;
    Money debit, credit;
} TrialRow;
typedef struct TrialRowList {
    TrialRow *at;
    size_t len;
} TrialRowList;
typedef struct TreasuryView {
    TillViewList tills;
    BatchViewList batches;
    DisputeViewList disputes;
    TrialRowList trial;
    ShareViewList lies, belongs;
    Html lies_chart, belongs_chart;
    Money debit, credit, due;
    int64_t unmatched, calls; /* calls: of mobile money, whose outcome nobody knows */
    Date today;
    const TillForm *till;
    const BatchForm *batch;
    const RulingForm *ruling;
    bool even;
} TreasuryView;
typedef struct SettingsView {
    const PaySettings *form;
} SettingsView;

/* ---- reconciliation ---- */
typedef struct Guess {
    Str what;      /* of table pay_line */
    Id subject;
    Str words;     /* for people */
    Str posting;   /* what it would book: "1020 Bank 12.00 to 2010 Wallet" */
} Guess;
typedef struct GuessList {
    Guess *at;
    size_t len;
} GuessList;
typedef struct LineView {
    Id id;
    Date booked_on;
    Money amount;
    Str party, words, ref, source;
    bool matched;
    Str what;
    GuessList guesses;
} LineView;
typedef struct LineViewList {
    LineView *at;
    size_t len;
} LineViewList;
typedef struct CellList {
    StrList *at;
    size_t len;
} CellList;
typedef struct ReconcileView {
    LineViewList open, matched;
    LineViewList unseen;  /* told by a service, and missing on its statement */
    Money book, bank;     /* what the ledger says is at the bank, and what the last file says */
    bool has_bank, same;
    Str last_file;
    Str error;
} ReconcileView;
typedef struct MappingView {
    Str file;
    Id id;
    CellList rows;
    int64_t columns;
    const BankProfile *form;
} MappingView;

/* ---- handlers ---- */
Err *show_wallet(Req *r);
Err *send_money(Req *r);
Err *show_receipt(Req *r);
Err *show_statement(Req *r);
Err *show_statement_csv(Req *r);
Err *show_order_money(Req *r);
Err *complain(Req *r);
Err *withdraw_complaint(Req *r);
Err *show_earned(Req *r);
Err *set_destination(Req *r);
Err *show_till(Req *r);
Err *take_cash(Req *r);
Err *count_till(Req *r);
Err *deposit_cash(Req *r);
Err *show_treasury(Req *r);
Err *open_till(Req *r);
Err *make_batch(Req *r);
Err *show_batch(Req *r);
Err *approve_batch(Req *r);
Err *drop_batch(Req *r);
Err *send_batch(Req *r);
Err *show_batch_file(Req *r);
Err *mark_paid(Req *r);
Err *mark_bounced(Req *r);
Err *propose_ruling(Req *r);
Err *confirm_ruling(Req *r);
Err *show_pay_settings(Req *r);
Err *change_pay_settings(Req *r);
Err *show_reconcile(Req *r);
Err *import_statement(Req *r);
Err *show_mapping(Req *r);
Err *import_mapped(Req *r);
extern const Shape match_form;
Err *match_line(Req *r);
Err *unmatch_line(Req *r);
Err *hear_rail(Req *r);
Err *hear_payment(Req *r);
Err *hear_outcome(Req *r);
Err *enrol_rail(Req *r);
Err *pay_order(Req *r);
typedef struct StallQuery {
    Money amount;
    Id org;
} StallQuery;
extern const Shape stall_query;
typedef struct StallView {
    Id org;
    Str name, village, code;
    Money amount;
    Html qr;
    OrgChoiceList orgs;
    const StallQuery *form;
    bool treasurer;
} StallView;
Err *show_stall(Req *r);
Err *phone_view(Req *r, PhoneView *view);
Err *pay_in(Req *r);
Err *pay_out(Req *r);
Err *drop_pay_out(Req *r);
Err *show_calls(Req *r);
Err *ask_call(Req *r);
Err *give_up_call(Req *r);
Err *show_rails(Req *r);
Err *change_rail(Req *r);
Err *try_rail(Req *r);
Err *pay_today(Req *r, Today *today);

/* ---- view.c ---- */
/* Four words of five letters that hold the first 64 bits of a hash (proquints, Wilkerson 2009): to read out and compare. */
Str chain_words(Arena *arena, const unsigned char hash[32]);
Err *entry_views(Req *r, const EntryList *entries, EntryViewList *out);
/* Balances after each entry as steps, oldest first; empty with fewer than two. */
Html balance_chart(Arena *arena, const EntryViewList *entries, Str label);
Html share_chart(Arena *arena, const ShareViewList *shares, Str label);
Html bars_chart(Arena *arena, const Str *labels, const Money *values, size_t len, Str label);
Str org_name(Req *r, Id org);
/* The member that words name: a sign-in name, a phone number or a name; pay.nobody at the field when there is not just one. */
Err *member_named(Req *r, Str words, const char *field, Id *out);
/* Money moves by hand only when signed in with a browser and the right role; see need_role. */
Err *need_treasurer(Req *r);
typedef struct MerchantAsk {
    Money amount;         /* 0: the payer types it */
    Str bill, reference;  /* may be empty */
    Str name;             /* empty: the co-operative's */
} MerchantAsk;
/* Empty when no payment service is set. */
Str merchant_code(Req *r, const MerchantAsk *ask, Err **err);
