/* Accounts, entries and the trial balance for programs. Transfers: api_transfer.c. */
#include <stdlib.h>

#include "ledger/inside.h"
#include "ledger/pages.h"

bool is_treasurer(const Req *r)
{
    return r->who && has_role(r, r->village.org, ROLE_TREASURER);
}

bool owns(const Req *r, const AccountView *account)
{
    return r->who && (account->person == r->who ||
                      (account->org && has_role(r, account->org, ROLE_SELLER | ROLE_ADMIN | ROLE_TREASURER) && account->org != r->village.org));
}

/* ---- opening ---- */

typedef struct AccountIn {
    Str name, code, key;
    StrList flags;
    Id person, org;
} AccountIn;
static const Field account_in_fields[] = {
    FIELD(AccountIn, name, FIELD_STR, .required = true, .max = ACCOUNT_NAME_MAX, .label = "What it is called; no names of people"),
    FIELD(AccountIn, code, FIELD_STR, .max = ACCOUNT_CODE_MAX, .digits = true, .label = "In the chart of accounts: \"2010\""),
    FIELD(AccountIn, flags, FIELD_STRS, .max = 4, .label = "no_overdraft: debits never exceed credits; no_overcredit: the other way round"),
    FIELD(AccountIn, key, FIELD_STR, .max = ACCOUNT_KEY_MAX, .label = "Your own name for it, unique; may be left out"),
    FIELD(AccountIn, person, FIELD_ID, .label = "Whose it is: they may see it and pay from it"),
    FIELD(AccountIn, org, FIELD_ID, .label = "Or the organisation whose it is"),
};
const Shape account_new_shape = SHAPE(AccountIn, "NewAccount", account_in_fields);

typedef struct AccountMade {
    Id id;
} AccountMade;
static const Field account_made_fields[] = {FIELD(AccountMade, id, FIELD_ID)};
const Shape account_made_shape = SHAPE(AccountMade, "AccountMade", account_made_fields);

typedef struct Opening {
    Req *r;
    NewAccount account;
    AccountMade made;
} Opening;

static Err *open_write(Tx *tx, void *arg)
{
    Opening *opening = arg;
    Req *r = opening->r;
    TRY(account_open(tx, &opening->account, r->who, r->now, &opening->made.id));
    return answer_json(tx, r, 201, &account_made_shape, &opening->made);
}

static Err *flags_read(Req *r, StrList words, unsigned *flags)
{
    for (size_t i = 0; i < words.len; i++) {
        if (str_eq(words.at[i], STR("no_overdraft")))
            *flags |= ACCOUNT_NO_OVERDRAFT;
        else if (str_eq(words.at[i], STR("no_overcredit")))
            *flags |= ACCOUNT_NO_OVERCREDIT;
        else
            return err_field(r->arena, "account.flags", "flags");
    }
    return NULL;
}

Err *make_account_json(Req *r)
{
    AccountIn in = {0};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(take(r, &account_new_shape, &in));
    Opening opening = {.r = r, .account = {.key = in.key, .person = in.person, .org = in.org, .code = in.code, .name = in.name}};
    TRY(flags_read(r, in.flags, &opening.account.flags));
    Err *err = db_write(r->store, r->arena, open_write, &opening);
    if (err_is(err, "db.reference"))
        return err_field(r->arena, "account.owner", in.person ? "person" : "org");
    if (err)
        return err;
    reply_header(r, "Location", str_format(r->arena, "/api/v1/accounts/%.*s", STR_ARG(id_text(r->arena, opening.made.id))));
    return reply_answer(r);
}

/* ---- looking ---- */

typedef struct AccountJson {
    Id id;
    Str name, code;
    int64_t debit_minor, credit_minor, debit_pending_minor, credit_pending_minor;
    StrList flags;
    Str currency;
} AccountJson;
static const Field account_json_fields[] = {
    FIELD(AccountJson, id, FIELD_ID),
    FIELD(AccountJson, name, FIELD_STR),
    FIELD(AccountJson, code, FIELD_STR),
    FIELD(AccountJson, debit_minor, FIELD_INT, .label = "Posted in total, minor units"),
    FIELD(AccountJson, credit_minor, FIELD_INT),
    FIELD(AccountJson, debit_pending_minor, FIELD_INT, .label = "Held, not moved yet"),
    FIELD(AccountJson, credit_pending_minor, FIELD_INT),
    FIELD(AccountJson, flags, FIELD_STRS, .label = "no_overdraft, no_overcredit, frozen, closed"),
    FIELD(AccountJson, currency, FIELD_STR, .label = "Of its book"),
};
const Shape account_json_shape = SHAPE(AccountJson, "Account", account_json_fields);

static Err *account_json(Req *r, const AccountView *view, AccountJson *out)
{
    static const struct {
        unsigned flag;
        Str word;
    } words[] = {{ACCOUNT_NO_OVERDRAFT, STR("no_overdraft")},
                 {ACCOUNT_NO_OVERCREDIT, STR("no_overcredit")},
                 {ACCOUNT_FROZEN, STR("frozen")},
                 {ACCOUNT_CLOSED, STR("closed")}};
    Book book;
    bool found;
    TRY(book_by_id(&r->db, view->book, &book, &found));
    *out = (AccountJson){.id = view->id,
                         .name = view->name,
                         .code = view->code,
                         .debit_minor = view->debit,
                         .credit_minor = view->credit,
                         .debit_pending_minor = view->debit_pending,
                         .credit_pending_minor = view->credit_pending,
                         .flags = {NEW_ARRAY(r->arena, Str, 4), 0},
                         .currency = found ? book.currency : (Str){0}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (view->flags & words[i].flag)
            out->flags.at[out->flags.len++] = words[i].word;
    return NULL;
}

/* The account of the path, if this person may see it. */
static Err *account_take(Req *r, AccountView *view)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(account_get(&r->db, id, view));
    return is_treasurer(r) || owns(r, view) ? NULL : denied(r);
}

Err *show_account_json(Req *r)
{
    AccountView view;
    AccountJson out;
    TRY(account_take(r, &view));
    TRY(account_json(r, &view, &out));
    return reply_json(r, 200, &account_json_shape, &out);
}

typedef struct PageQuery {
    Str after;
    int64_t limit;
    bool has_limit;
} PageQuery;
static const Field page_query_fields[] = {
    FIELD(PageQuery, after, FIELD_STR, .max = 40, .label = "The next of the page before"),
    FIELD(PageQuery, limit, FIELD_INT, HAS(PageQuery, limit), .min = 1, .max = 100, .label = "20 unless said"),
};
const Shape page_query_shape = SHAPE(PageQuery, "LedgerPage", page_query_fields);

/* A treasurer's list goes by code; a member's own are few. */
static Err *accounts_visible(Req *r, const PageQuery *query, int64_t limit, AccountViewList *out)
{
    Id after = 0;
    AccountView last = {0};
    if (!is_treasurer(r))
        return accounts_of_person(&r->db, r->who, out);
    if (query->after.len && !id_parse(query->after, &after))
        return err_field(r->arena, "field.not_id", "after");
    if (after)
        TRY(account_get(&r->db, after, &last));
    return accounts_list(&r->db, 0, last.code, after, limit + 1, out);
}

Err *list_accounts_json(Req *r)
{
    PageQuery query = {0};
    AccountViewList views;
    TRY(take_query(r, &page_query_shape, &query));
    int64_t limit = query.has_limit ? query.limit : 20;
    TRY(accounts_visible(r, &query, limit, &views));
    bool more = is_treasurer(r) && views.len > (size_t)limit;
    size_t len = more ? (size_t)limit : views.len;
    AccountJson *rows = NEW_ARRAY(r->arena, AccountJson, len + 1);
    for (size_t i = 0; i < len; i++)
        TRY(account_json(r, &views.at[i], &rows[i]));
    return reply_json_list(r, &account_json_shape, rows, len, more ? id_text(r->arena, rows[len - 1].id) : STR(""));
}

typedef struct EntryJson {
    int64_t seq;
    Str id, side, kind, state;
    int64_t amount_minor, balance_minor;
    Id other;
    Date effective_on;
    Time recorded_at;
    Str ref;
} EntryJson;
static const Field entry_json_fields[] = {
    FIELD(EntryJson, seq, FIELD_INT, .label = "Place in the journal"),
    FIELD(EntryJson, id, FIELD_STR, .label = "Of the transfer"),
    FIELD(EntryJson, side, FIELD_STR, .label = "debit or credit"),
    FIELD(EntryJson, kind, FIELD_STR),
    FIELD(EntryJson, state, FIELD_STR, .label = "posted, pending, voided or expired"),
    FIELD(EntryJson, amount_minor, FIELD_INT),
    FIELD(EntryJson, balance_minor, FIELD_INT, .label = "Posted credits less debits after it"),
    FIELD(EntryJson, other, FIELD_ID, .label = "The account on the other side"),
    FIELD(EntryJson, effective_on, FIELD_DATE),
    FIELD(EntryJson, recorded_at, FIELD_TIME),
    FIELD(EntryJson, ref, FIELD_STR),
};
const Shape entry_json_shape = SHAPE(EntryJson, "Entry", entry_json_fields);

static EntryJson entry_json(Arena *arena, const Entry *entry)
{
    const TransferView *t = &entry->transfer;
    const char *state = t->flags & TRANSFER_PENDING  ? "pending"
                        : t->flags & TRANSFER_VOID   ? "voided"
                        : t->flags & TRANSFER_EXPIRE ? "expired"
                                                     : "posted";
    return (EntryJson){.seq = t->seq,
                       .id = uuid_text(arena, t->id),
                       .side = entry->is_debit ? STR("debit") : STR("credit"),
                       .kind = t->kind,
                       .state = str_of(state),
                       .amount_minor = t->amount,
                       .balance_minor = entry->balance,
                       .other = entry->other,
                       .effective_on = t->effective_on,
                       .recorded_at = {t->recorded_ns / 1000000},
                       .ref = t->ref};
}

Err *list_entries_json(Req *r)
{
    PageQuery query = {0};
    AccountView view;
    EntryList list;
    int64_t from = 0;
    TRY(account_take(r, &view));
    TRY(take_query(r, &page_query_shape, &query));
    if (query.after.len && (!str_to_int(query.after, &from) || from <= 0))
        return err_field(r->arena, "ledger.cursor", "after");
    TRY(account_entries(&r->db, view.id, from, query.has_limit ? query.limit : 20, &list));
    EntryJson *rows = NEW_ARRAY(r->arena, EntryJson, list.len + 1);
    for (size_t i = 0; i < list.len; i++)
        rows[i] = entry_json(r->arena, &list.at[i]);
    return reply_json_list(r, &entry_json_shape, rows, list.len,
                           list.next ? str_format(r->arena, "%lld", (long long)list.next) : STR(""));
}

/* ---- the trial balance ---- */

typedef struct TrialQuery {
    Str at;
} TrialQuery;
static const Field trial_query_fields[] = {
    FIELD(TrialQuery, at, FIELD_STR, .max = 40, .label = "A business day, or a time of recording; all that is booked unless said"),
};
const Shape trial_query_shape = SHAPE(TrialQuery, "TrialQuery", trial_query_fields);

static const Field trial_row_fields[] = {
    FIELD(TrialRow, account, FIELD_ID),         FIELD(TrialRow, code, FIELD_STR),
    FIELD(TrialRow, name, FIELD_STR),           FIELD(TrialRow, debit_minor, FIELD_INT, .label = "Posted in total by then"),
    FIELD(TrialRow, credit_minor, FIELD_INT),
};
static const Shape trial_row_shape = SHAPE(TrialRow, "TrialRow", trial_row_fields);
static const Field trial_fields[] = {
    FIELD(Trial, at, FIELD_STR, .label = "As asked, or today"),
    FIELD(Trial, rows, FIELD_LIST, .shape = &trial_row_shape),
    FIELD(Trial, total_debit_minor, FIELD_INT),
    FIELD(Trial, total_credit_minor, FIELD_INT),
};
const Shape trial_shape = SHAPE(Trial, "TrialBalance", trial_fields);

static Err *balances_take(Req *r, Str at, Trial *out, BalanceList *balances)
{
    Date day;
    Time time;
    int64_t seq;
    out->at = at.len ? at : date_text(r->arena, time_date(r->now, r->village.zone));
    if (!at.len)
        return balances_on(&r->db, date_of(9999, 12, 31), balances);
    if (date_parse(at, &day))
        return balances_on(&r->db, day, balances);
    if (!time_parse(at, &time))
        return err_field(r->arena, "trial.at", "at");
    TRY(seq_at(&r->db, time, &seq));
    return balances_at_seq(&r->db, seq, balances);
}

static int by_code(const void *a, const void *b)
{
    const TrialRow *x = a, *y = b;
    int order = str_compare(x->code, y->code);
    return order ? order : x->account < y->account ? -1 : x->account > y->account;
}

Err *trial_take(Req *r, Str at, Trial *out)
{
    BalanceList balances;
    AccountBriefList accounts;
    Id main;
    *out = (Trial){0};
    TRY(book_main_find(&r->db, &main));
    TRY(balances_take(r, at, out, &balances));
    TRY(account_briefs(&r->db, &accounts));
    out->rows.at = NEW_ARRAY(r->arena, TrialRow, balances.len + 1);
    for (size_t i = 0, a = 0; i < balances.len; i++) {
        const BalanceRow *b = &balances.at[i];
        while (a < accounts.len && accounts.at[a].id < b->account)
            a++;
        bool known = a < accounts.len && accounts.at[a].id == b->account;
        if ((!b->debit && !b->credit) || (known && accounts.at[a].book != main))
            continue;
        out->rows.at[out->rows.len++] = (TrialRow){b->account, known ? accounts.at[a].code : (Str){0},
                                                   known ? accounts.at[a].name : (Str){0}, b->debit, b->credit};
        out->total_debit_minor += b->debit;
        out->total_credit_minor += b->credit;
    }
    if (out->rows.len)
        qsort(out->rows.at, out->rows.len, sizeof *out->rows.at, by_code);
    return NULL;
}

Err *show_trial_json(Req *r)
{
    TrialQuery query = {0};
    Trial trial;
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(take_query(r, &trial_query_shape, &query));
    TRY(trial_take(r, query.at, &trial));
    return reply_json(r, 200, &trial_shape, &trial);
}
