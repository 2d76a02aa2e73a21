/* The agent's till: cash in and out of wallets, counting with a witness, cash to the bank. */
#include "identity/identity.h"
#include "pay/pages.h"
#include "pay/templates.h"

enum { LAST = 10 };

static Err *my_till(Req *r, PayTill *till, AccountView *cash)
{
    bool found;
    TRY(pay_till_of_agent(&r->db, r->who, till, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "pay.no_till");
    return account_get(&r->db, till->account, cash);
}

Err *show_till(Req *r)
{
    static const CashForm cash = {.way = STR("in")};
    static const CountForm count;
    static const DepositForm deposit;
    PayTill till;
    AccountView account;
    PayCount last;
    EntryList entries;
    bool found;
    TRY(pay_till_of_agent(&r->db, r->who, &till, &found));
    TillView view = {.cash = r->form_shape == &cash_form ? r->form_values : &cash, .count = r->form_shape == &count_form ? r->form_values : &count,
                     .deposit = r->form_shape == &deposit_form ? r->form_values : &deposit, .once = once_new(r)};
    if (found) {
        TRY(account_get(&r->db, till.account, &account));
        view.id = till.id;
        view.name = till.name;
        view.there.minor = -account.balance;
        view.most = till.most;
        view.per_person = till.per_person;
        view.room.minor = till.most.minor - view.there.minor;
        TRY(pay_count_last(&r->db, till.id, &last, &view.counted));
        if (view.counted) {
            view.counted_at = last.at;
            view.counted_difference.minor = last.counted.minor - last.expected.minor;
        }
        TRY(account_entries(&r->db, till.account, 0, LAST, &entries));
        TRY(entry_views(r, &entries, &view.entries));
        for (size_t i = 0; i < view.entries.len; i++) /* a till is seen as cash that lies there */
            view.entries.at[i].amount.minor = -view.entries.at[i].amount.minor;
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Till")), .place = "/till"});
    pay_till(page, &view);
    return page_end(page);
}

typedef struct AtTill {
    Req *r;
    CashAct cash;
    CountAct count;
    DepositForm deposit;
    Id till;
    Money difference;
} AtTill;

static Err *cash_write(Tx *tx, void *arg)
{
    AtTill *at = arg;
    TRY(cash_act(tx, &at->cash, at->r->now));
    return answer_see(tx, at->r, "/till");
}

Err *take_cash(Req *r)
{
    AtTill at = {.r = r};
    CashForm form = {0};
    PayTill till;
    AccountView account;
    TRY(my_till(r, &till, &account));
    Err *err = take(r, &cash_form, &form);
    at.cash = (CashAct){.till = till.id, .org = form.org, .amount = form.amount, .out = str_eq(form.way, STR("out")), .by = r->who, .key = form.once};
    if (!err && !form.org)
        err = member_named(r, form.who, "who", &at.cash.person);
    if (!err)
        err = db_write(r->store, r->arena, cash_write, &at);
    if (err)
        return reply_form_again(r, err, show_till);
    reply_notice(r, at.cash.out ? N_("Booked. Hand out the cash.") : N_("Booked. It is in the wallet."));
    return reply_answer(r);
}

static Err *count_write(Tx *tx, void *arg)
{
    AtTill *at = arg;
    TRY(till_count(tx, &at->count, at->r->now, &at->difference));
    return answer_see(tx, at->r, "/till");
}

Err *count_till(Req *r)
{
    AtTill at = {.r = r};
    CountForm form = {0};
    PayTill till;
    AccountView account;
    TRY(my_till(r, &till, &account));
    Err *err = take(r, &count_form, &form);
    at.count = (CountAct){.till = till.id, .by = r->who, .counted = form.counted, .note = form.note, .key = form.once};
    if (!err)
        err = member_named(r, form.witness, "witness", &at.count.witness);
    if (!err)
        err = db_write(r->store, r->arena, count_write, &at);
    if (err)
        return reply_form_again(r, err, show_till);
    reply_notice(r, at.difference.minor ? N_("Counted. The difference is booked with both your names.") : N_("Counted. It is right to the cent."));
    return reply_answer(r);
}

static Err *deposit_write(Tx *tx, void *arg)
{
    AtTill *at = arg;
    TRY(till_deposit(tx, at->till, at->deposit.amount, at->r->who, at->deposit.once, at->r->now));
    return answer_see(tx, at->r, "/till");
}

Err *deposit_cash(Req *r)
{
    AtTill at = {.r = r};
    PayTill till;
    AccountView account;
    TRY(my_till(r, &till, &account));
    at.till = till.id;
    Err *err = take(r, &deposit_form, &at.deposit);
    if (!err)
        err = db_write(r->store, r->arena, deposit_write, &at);
    if (err)
        return reply_form_again(r, err, show_till);
    reply_notice(r, N_("Booked as on its way to the bank."));
    return reply_answer(r);
}
