/* A member's wallet: what may be spent, what happened, a receipt, a statement to print. */
#include "pay/pages.h"

#include "base/csv.h"
#include "identity/identity.h"
#include "pay/templates.h"

enum { PAGE_LEN = 20, STATEMENT_MAX = 2000 };

static Err *wallet_find(Req *r, AccountView *out, bool *found)
{
    return account_find(&r->db, 0, pay_key(r->arena, "wallet", r->who), out, found);
}

Err *show_wallet(Req *r)
{
    static const SendForm empty;
    static const PayInForm no_in = {.rail = {"momo", 4}};
    static const PayOutForm no_out = {.rail = {"bank", 4}};
    WalletView view = {.send = r->form_shape == &send_form ? r->form_values : &empty, .once = once_new(r),
                       .in_form = r->form_shape == &pay_in_form ? r->form_values : &no_in,
                       .out_form = r->form_shape == &pay_out_form ? r->form_values : &no_out};
    AccountView wallet, claim;
    EntryList entries = {0};
    MonthQuery query = {0};
    bool found;
    if (r->method != METHOD_POST)
        TRY(take_query(r, &month_query, &query));
    TRY(wallet_find(r, &wallet, &found));
    if (found) {
        view.left.minor = wallet.available;
        view.held.minor = wallet.debit_pending;
        TRY(account_entries(&r->db, wallet.id, query.before, PAGE_LEN, &entries));
        TRY(entry_views(r, &entries, &view.entries));
        view.chart = balance_chart(r->arena, &view.entries, tr(r->lang, N_("What was in your wallet")));
        if (entries.next)
            view.next = str_format(r->arena, "/wallet?before=%lld", (long long)entries.next);
    }
    TRY(claim_find(&r->db, r->who, 0, &claim, &found));
    view.owed.minor = found && claim.balance < 0 ? -claim.balance : 0;
    TRY(phone_view(r, &view.phone));
    view.by_phone = view.phone.mpesa || view.phone.momo;
    view.sells = (r->roles & ROLE_SELLER) != 0;
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Wallet")), .place = "/wallet"});
    pay_wallet(page, &view);
    return page_end(page);
}

typedef struct Sending {
    Req *r;
    SendForm form;
    Id to;
} Sending;

static Err *send_write(Tx *tx, void *arg)
{
    Sending *sending = arg;
    TRY(wallet_send(tx, sending->r->who, sending->to, sending->form.amount, sending->form.once, sending->r->now));
    return answer_see(tx, sending->r, "/wallet");
}

Err *send_money(Req *r)
{
    Sending sending = {.r = r};
    Err *err = take(r, &send_form, &sending.form);
    if (!err)
        err = member_named(r, sending.form.to, "to", &sending.to);
    if (!err)
        err = db_write(r->store, r->arena, send_write, &sending);
    if (err)
        return reply_form_again(r, err, show_wallet);
    reply_notice(r, N_("Sent."));
    return reply_answer(r);
}

/* ---- a receipt ---- */

/* Who the account belongs to, as the other side may know it. */
static Err *side_name(Req *r, Id account, Str *out)
{
    AccountView view;
    TRY(account_get(&r->db, account, &view));
    *out = view.person ? person_name(&r->db, r->lang, view.person) : view.org ? org_name(r, view.org) : tr(r->lang, str_z(r->arena, view.name));
    return NULL;
}

/* The treasurer, and whoever owns one of the two accounts. */
static Err *may_see(Req *r, const TransferView *t, bool *may)
{
    AccountView sides[2];
    TRY(account_get(&r->db, t->debit, &sides[0]));
    TRY(account_get(&r->db, t->credit, &sides[1]));
    *may = has_role(r, r->village.org, ROLE_TREASURER);
    for (int i = 0; i < 2; i++)
        *may = *may || (sides[i].person && sides[i].person == r->who) || (sides[i].org && has_role(r, sides[i].org, ROLE_SELLER));
    return NULL;
}

Err *show_receipt(Req *r)
{
    TransferView t;
    ReceiptView view = {.village = r->village.name};
    Entry *entry = NEW(r->arena, Entry);
    EntryList one = {.at = entry, .len = 1};
    EntryViewList words;
    Uuid id;
    bool found = uuid_parse(take_param(r, 0), &id), may = false;
    if (found)
        TRY(transfer_get(&r->db, id, &t, &found));
    if (found)
        TRY(may_see(r, &t, &may));
    if (!may)
        return err_new(r->arena, ERR_MISSING, "pay.no_receipt");
    *entry = (Entry){.transfer = t, .is_debit = true, .other = t.credit};
    TRY(entry_views(r, &one, &words));
    TRY(side_name(r, t.debit, &view.from));
    TRY(side_name(r, t.credit, &view.to));
    view.what = words.at[0].what;
    view.uuid = uuid_text(r->arena, t.id);
    view.words = chain_words(r->arena, t.hash);
    view.amount.minor = t.amount;
    view.at.ms = t.recorded_ns / 1000000;
    view.number = t.seq;
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Receipt")), .place = "/wallet", .back = STR("/wallet")});
    pay_receipt(page, &view);
    return page_end(page);
}

/* ---- a month ---- */

static bool month_read(Str text, int *year, int *month)
{
    int64_t y, m;
    if (text.len != 7 || text.at[4] != '-' || !str_to_int(str_slice(text, 0, 4), &y) || !str_to_int(str_slice(text, 5, 7), &m) || y < 2000 ||
        y > 9000 || m < 1 || m > 12)
        return false;
    *year = (int)y;
    *month = (int)m;
    return true;
}

static Str month_link(Req *r, int year, int month, int step)
{
    int n = year * 12 + month - 1 + step;
    return str_format(r->arena, "/wallet/statement?month=%04d-%02d", n / 12, n % 12 + 1);
}

/* What happened in the account between two moments, newest first. */
static Err *entries_between(Req *r, Id account, Time from, Time until, EntryList *out)
{
    int64_t before = 0;
    *out = (EntryList){NEW_ARRAY(r->arena, Entry, STATEMENT_MAX), 0, 0};
    do {
        EntryList page;
        TRY(account_entries(&r->db, account, before, 200, &page));
        for (size_t i = 0; i < page.len; i++) {
            int64_t ms = page.at[i].transfer.recorded_ns / 1000000;
            if (ms < from.ms || out->len == STATEMENT_MAX)
                return NULL;
            if (ms < until.ms)
                out->at[out->len++] = page.at[i];
        }
        before = page.next;
    } while (before);
    return NULL;
}

static Err *statement_read(Req *r, StatementView *view)
{
    MonthQuery query = {0};
    AccountView wallet;
    EntryList entries = {0};
    bool found;
    Clock today = time_clock(r->now, r->village.zone);
    int year = today.year, month = today.month;
    TRY(take_query(r, &month_query, &query));
    if (query.month.len && !month_read(query.month, &year, &month))
        return err_field(r->arena, "pay.month", "month");
    view->from = date_of(year, month, 1);
    view->until = (Date){(month == 12 ? date_of(year + 1, 1, 1) : date_of(year, month + 1, 1)).days - 1};
    Time from = time_of(r->village.zone, view->from, 0, 0), until = time_of(r->village.zone, (Date){view->until.days + 1}, 0, 0);
    TRY(wallet_find(r, &wallet, &found));
    if (found)
        TRY(entries_between(r, wallet.id, from, until, &entries));
    TRY(entry_views(r, &entries, &view->entries));
    size_t len = 0;
    for (size_t i = 0; i < view->entries.len; i++) {
        EntryView *e = &view->entries.at[i];
        if (e->held) /* moved nothing */
            continue;
        *(e->amount.minor < 0 ? &view->out : &view->in) = (Money){(e->amount.minor < 0 ? view->out : view->in).minor + e->amount.minor};
        view->entries.at[len++] = *e;
    }
    view->entries.len = len;
    if (len) {
        view->closing = view->entries.at[0].balance;
        view->opening.minor = view->entries.at[len - 1].balance.minor - view->entries.at[len - 1].amount.minor;
    } else if (found) {
        TRY(account_balance_on(&r->db, wallet.id, view->until, &view->closing.minor));
        view->opening = view->closing;
    }
    view->village = r->village.name;
    view->name = r->who_name;
    view->prev = month_link(r, year, month, -1);
    view->next = year * 12 + month < today.year * 12 + today.month ? month_link(r, year, month, 1) : STR("");
    view->csv = str_format(r->arena, "/wallet/statement.csv?month=%04d-%02d", year, month);
    return NULL;
}

Err *show_statement(Req *r)
{
    StatementView view = {0};
    TRY(statement_read(r, &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Statement")), .place = "/wallet", .back = STR("/wallet")});
    pay_statement(page, &view);
    return page_end(page);
}

Err *show_statement_csv(Req *r)
{
    StatementView view = {0};
    TRY(statement_read(r, &view));
    Buf out = buf_new(r->arena, 1 << 20);
    int places = r->village.currency_places;
    const char *const head[] = {"time", "what", "amount", "balance", "currency"};
    for (size_t i = 0; i < 5; i++)
        csv_write(&out, str_of(head[i]), i == 4);
    for (size_t i = view.entries.len; i-- > 0;) {
        const EntryView *e = &view.entries.at[i];
        csv_write(&out, time_text(r->arena, e->at), false);
        csv_write(&out, e->what, false);
        csv_write_plain(&out, money_plain(r->arena, e->amount, places), false);
        csv_write_plain(&out, money_plain(r->arena, e->balance, places), false);
        csv_write(&out, r->village.currency, true);
    }
    return reply_file(r, "text/csv; charset=utf-8", STR("wallet.csv"), buf_str(&out));
}
