/* The treasurer's books: the trial balance of any day, the accounts of a code, an account line by line. */
#include <string.h>

#include "base/csv.h"
#include "identity/identity.h"
#include "ledger/inside.h"
#include "ledger/pages.h"
#include "ledger/templates.h"

enum { PAGE_LEN = 50, CSV_LINES_MAX = 60000, CSV_BYTES_MAX = 7 << 20 };

static const struct {
    const char *code, *name;
} chart[] = {
    {"1010", N_("Cash boxes")},          {"1020", N_("Bank")},
    {"1030", N_("Mobile money")},        {"1040", N_("Money on its way")},
    {"1100", N_("Loans")},               {"1110", N_("Interest due to us")},
    {"1120", N_("Penalties due to us")}, {"1190", N_("Allowance for bad loans")},
    {"2010", N_("Member wallets")},      {"2020", N_("Savings")},
    {"2030", N_("Held for orders")},     {"2040", N_("Owed to producers")},
    {"2050", N_("Tax")},                 {"2090", N_("Receipts nobody could name yet")},
    {"3010", N_("Opening balances")},    {"3020", N_("Results of past years")},
    {"4010", N_("Market fees")},
    {"4020", N_("Interest earned")},     {"4030", N_("Penalties earned")},
    {"4040", N_("Loans recovered")},     {"5010", N_("Loans lost")},
    {"5020", N_("Fees of banks and mobile money")}, {"5030", N_("Cash over or short")},
};

Str chart_name(const Lang *lang, Str code)
{
    for (size_t i = 0; i < sizeof chart / sizeof *chart; i++)
        if (str_eq(code, str_of(chart[i].code)))
            return tr(lang, chart[i].name);
    return code.len ? code : tr(lang, N_("Without a code"));
}

Str account_label(Req *r, const AccountView *account)
{
    OrgCard org;
    Str name = tr(r->lang, str_z(r->arena, account->name)), owner = {0};
    if (account->person)
        owner = person_name(&r->db, r->lang, account->person);
    else if (account->org && !org_card(&r->db, account->org, &org))
        owner = org.name;
    return owner.len ? str_format(r->arena, "%.*s · %.*s", STR_ARG(name), STR_ARG(owner)) : name;
}

/* What the house has or spends grows by debits, everything else by credits: a balance is shown as more than nothing on that side. */
static int64_t shown_balance(Str code, int64_t credits_less_debits)
{
    bool by_debits = code.len && (code.at[0] == '1' || code.at[0] == '5' || code.at[0] == '6');
    return by_debits ? -credits_less_debits : credits_less_debits;
}

static Money size_of(int64_t amount)
{
    return (Money){amount < 0 ? -amount : amount};
}

typedef struct LedgerQuery {
    Str at, after;
} LedgerQuery;
static const Field ledger_query_fields[] = {
    FIELD(LedgerQuery, at, FIELD_STR, .max = 40),
    FIELD(LedgerQuery, after, FIELD_STR, .max = 40),
};
const Shape ledger_query_shape = SHAPE(LedgerQuery, "LedgerQuery", ledger_query_fields);

/* ---- the trial balance ---- */

static void side(int64_t debit_less_credit, Money *debit, Money *credit)
{
    *debit = (Money){debit_less_credit > 0 ? debit_less_credit : 0};
    *credit = (Money){debit_less_credit < 0 ? -debit_less_credit : 0};
}

/* Rows come by code, so those of one code are neighbours. */
static void chart_rows(Req *r, const Trial *trial, TrialView *view)
{
    view->rows.at = NEW_ARRAY(r->arena, ChartRow, trial->rows.len + 1);
    for (size_t i = 0; i < trial->rows.len;) {
        const TrialRow *first = &trial->rows.at[i];
        int64_t balance = 0, accounts = 0;
        for (; i < trial->rows.len && str_eq(trial->rows.at[i].code, first->code); i++, accounts++)
            balance += trial->rows.at[i].debit_minor - trial->rows.at[i].credit_minor;
        ChartRow *row = &view->rows.at[view->rows.len++];
        *row = (ChartRow){.code = first->code, .name = chart_name(r->lang, first->code), .accounts = accounts, .is_debit = balance > 0};
        side(balance, &row->debit, &row->credit);
        row->path = accounts == 1 ? str_format(r->arena, "/ledger/accounts/%.*s", STR_ARG(id_text(r->arena, first->account)))
                                  : str_format(r->arena, "/ledger/codes/%.*s", STR_ARG(first->code.len ? first->code : STR("-")));
        view->debit.minor += row->debit.minor;
        view->credit.minor += row->credit.minor;
    }
    view->closes = view->debit.minor == view->credit.minor;
}

static Err *trial_asked(Req *r, LedgerQuery *query, Trial *trial)
{
    Date day;
    TRY(take_query(r, &ledger_query_shape, query));
    if (query->at.len && !date_parse(query->at, &day))
        return err_field(r->arena, "trial.at", "at");
    return trial_take(r, query->at, trial);
}

Err *show_ledger(Req *r)
{
    LedgerQuery query = {0};
    Trial trial;
    TrialView view = {0};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(trial_asked(r, &query, &trial));
    view.day = time_date(r->now, r->village.zone);
    view.today = date_text(r->arena, view.day);
    view.at = query.at.len ? query.at : view.today;
    if (query.at.len)
        date_parse(query.at, &view.day);
    view.csv = query.at.len ? str_format(r->arena, "/ledger.csv?at=%.*s", STR_ARG(query.at)) : STR("/ledger.csv");
    chart_rows(r, &trial, &view);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Books")), .place = "/ledger"});
    ledger_trial(page, &view);
    return page_end(page);
}

static void csv_money(Buf *out, Req *r, int64_t minor, bool last)
{
    csv_write_plain(out, money_plain(r->arena, (Money){minor}, r->village.currency_places), last);
}

Err *show_ledger_csv(Req *r)
{
    LedgerQuery query = {0};
    Trial trial;
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(trial_asked(r, &query, &trial));
    Buf out = buf_new(r->arena, CSV_BYTES_MAX);
    buf_add(&out, STR("code,account,name,debit,credit,balance\r\n"));
    for (size_t i = 0; i < trial.rows.len; i++) {
        const TrialRow *row = &trial.rows.at[i];
        csv_write(&out, row->code, false);
        csv_write(&out, id_text(r->arena, row->account), false);
        csv_write(&out, row->name, false);
        csv_money(&out, r, row->debit_minor, false);
        csv_money(&out, r, row->credit_minor, false);
        csv_money(&out, r, row->debit_minor - row->credit_minor, true);
    }
    if (out.overflowed)
        return err_new(r->arena, ERR_BROKEN, "ledger.too_long");
    return reply_file(r, "text/csv; charset=utf-8", str_format(r->arena, "trial-balance-%.*s.csv", STR_ARG(trial.at)), buf_str(&out));
}

/* ---- the accounts of one code ---- */

Err *show_code(Req *r)
{
    LedgerQuery query = {0};
    AccountViewList list;
    AccountsView view = {.code = take_param(r, 0)};
    Id after = 0;
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(take_query(r, &ledger_query_shape, &query));
    if (query.after.len && !id_parse(query.after, &after))
        return err_field(r->arena, "field.not_id", "after");
    Str code = str_eq(view.code, STR("-")) ? STR("") : view.code;
    TRY(accounts_list(&r->db, 0, code, after, PAGE_LEN + 1, &list));
    view.rows.at = NEW_ARRAY(r->arena, AccountRowView, PAGE_LEN);
    for (size_t i = 0; i < list.len && str_eq(list.at[i].code, code); i++) {
        const AccountView *a = &list.at[i];
        if (view.rows.len == PAGE_LEN) {
            Id last = view.rows.at[PAGE_LEN - 1].id;
            view.next = str_format(r->arena, "/ledger/codes/%.*s?after=%.*s", STR_ARG(view.code), STR_ARG(id_text(r->arena, last)));
            break;
        }
        int64_t balance = shown_balance(a->code, a->balance);
        view.rows.at[view.rows.len++] = (AccountRowView){.id = a->id,
                                                         .name = account_label(r, a),
                                                         .balance = size_of(balance),
                                                         .minus = balance < 0,
                                                         .frozen = a->flags & ACCOUNT_FROZEN,
                                                         .closed = a->flags & ACCOUNT_CLOSED};
    }
    view.title = chart_name(r->lang, code);
    Page *page = page_begin(r, &(PageHead){.title = view.title, .place = "/ledger", .back = STR("/ledger")});
    ledger_accounts(page, &view);
    return page_end(page);
}

/* ---- one account ---- */

static Err *entry_row(Req *r, Str code, const Entry *entry, EntryRowView *out)
{
    const TransferView *t = &entry->transfer;
    AccountView other;
    Time at = {t->recorded_ns / 1000000};
    int64_t balance = shown_balance(code, entry->balance);
    TRY(account_get(&r->db, entry->other, &other));
    *out = (EntryRowView){.on = t->effective_on,
                          .recorded_at = at,
                          .kind = t->kind,
                          .ref = t->ref,
                          .other = account_label(r, &other),
                          .other_path = str_format(r->arena, "/ledger/accounts/%.*s", STR_ARG(id_text(r->arena, other.id))),
                          .debit = {entry->is_debit ? t->amount : 0},
                          .credit = {entry->is_debit ? 0 : t->amount},
                          .balance = size_of(balance),
                          .is_debit = entry->is_debit,
                          .minus = balance < 0,
                          .held = t->flags & TRANSFER_PENDING,
                          .given_back = t->flags & (TRANSFER_VOID | TRANSFER_EXPIRE),
                          .back_dated = t->effective_on.days != time_date(at, r->village.zone).days,
                          .seq = t->seq};
    return NULL;
}

static Err *account_asked(Req *r, AccountView *account, int64_t *from)
{
    LedgerQuery query = {0};
    Id id;
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(take_query(r, &ledger_query_shape, &query));
    TRY(take_id(r, 0, &id));
    *from = 0;
    if (query.after.len && (!str_to_int(query.after, from) || *from <= 0))
        return err_field(r->arena, "ledger.cursor", "after");
    return account_get(&r->db, id, account);
}

Err *show_account_page(Req *r)
{
    AccountView account;
    EntryList entries;
    int64_t from;
    TRY(account_asked(r, &account, &from));
    TRY(account_entries(&r->db, account.id, from, PAGE_LEN, &entries));
    Str id = id_text(r->arena, account.id);
    int64_t balance = shown_balance(account.code, account.balance);
    AccountPageView view = {.id = account.id,
                            .name = account_label(r, &account),
                            .code = account.code,
                            .balance = size_of(balance),
                            .debit = {account.debit},
                            .credit = {account.credit},
                            .held = {account.debit_pending},
                            .minus = balance < 0,
                            .frozen = account.flags & ACCOUNT_FROZEN,
                            .closed = account.flags & ACCOUNT_CLOSED,
                            .no_overdraft = account.flags & ACCOUNT_NO_OVERDRAFT,
                            .later = from > 0,
                            .csv = str_format(r->arena, "/ledger/accounts/%.*s/entries.csv", STR_ARG(id))};
    view.rows.at = NEW_ARRAY(r->arena, EntryRowView, entries.len + 1);
    for (size_t i = 0; i < entries.len; i++)
        TRY(entry_row(r, account.code, &entries.at[i], &view.rows.at[view.rows.len++]));
    if (entries.next)
        view.next = str_format(r->arena, "/ledger/accounts/%.*s?after=%lld", STR_ARG(id), (long long)entries.next);
    Page *page = page_begin(r, &(PageHead){.title = view.name, .place = "/ledger", .back = STR("/ledger")});
    ledger_account(page, &view);
    return page_end(page);
}

Err *show_account_csv(Req *r)
{
    AccountView account;
    int64_t from, lines = 0;
    TRY(account_asked(r, &account, &from));
    Buf out = buf_new(r->arena, CSV_BYTES_MAX);
    buf_add(&out, STR("seq,day,recorded,kind,ref,other,state,debit,credit,balance\r\n"));
    do {
        EntryList entries;
        TRY(account_entries(&r->db, account.id, from, 1000, &entries));
        for (size_t i = 0; i < entries.len; i++) {
            const TransferView *t = &entries.at[i].transfer;
            bool is_debit = entries.at[i].is_debit;
            buf_addf(&out, "%lld,", (long long)t->seq);
            csv_write_plain(&out, date_text(r->arena, t->effective_on), false);
            csv_write_plain(&out, time_text(r->arena, (Time){t->recorded_ns / 1000000}), false);
            csv_write(&out, t->kind, false);
            csv_write(&out, t->ref, false);
            csv_write_plain(&out, id_text(r->arena, entries.at[i].other), false);
            csv_write_plain(&out, t->flags & TRANSFER_PENDING ? STR("held") : STR("booked"), false);
            csv_money(&out, r, is_debit ? t->amount : 0, false);
            csv_money(&out, r, is_debit ? 0 : t->amount, false);
            csv_money(&out, r, entries.at[i].balance, true);
        }
        lines += (int64_t)entries.len;
        from = entries.next;
    } while (from && lines < CSV_LINES_MAX && !out.overflowed);
    if (from || out.overflowed)
        return err_new(r->arena, ERR_INVALID, "ledger.too_long");
    return reply_file(r, "text/csv; charset=utf-8", str_format(r->arena, "account-%.*s.csv", STR_ARG(id_text(r->arena, account.id))), buf_str(&out));
}

/* ---- freezing ---- */

typedef struct Freezing {
    Id account, who;
    bool frozen;
    Time now;
} Freezing;

static Err *freeze_write(Tx *tx, void *arg)
{
    const Freezing *freezing = arg;
    return account_freeze(tx, freezing->account, freezing->frozen, freezing->who, freezing->now);
}

static Err *freeze(Req *r, bool frozen)
{
    Freezing freezing = {.who = r->who, .frozen = frozen, .now = r->now};
    TRY(need_role(r, r->village.org, ROLE_TREASURER));
    TRY(take_id(r, 0, &freezing.account));
    TRY(db_write(r->store, r->arena, freeze_write, &freezing));
    reply_notice(r, frozen ? N_("Frozen. Nothing moves on this account until you let it go.") : N_("Free again."));
    return reply_see(r, "/ledger/accounts/%.*s", STR_ARG(id_text(r->arena, freezing.account)));
}

Err *freeze_account(Req *r)
{
    return freeze(r, true);
}

Err *thaw_account(Req *r)
{
    return freeze(r, false);
}
