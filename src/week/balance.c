/* The money of the week against the ledger: every account that must be empty is, and every total is found twice. */
#include "core/core.h"
#include "ledger/ledger.h"
#include "week/inside.h"

/* Credits less debits of all accounts of this code. */
static Money code_sum(const WeekAccountList *accounts, const char *code)
{
    Money sum = {0};
    for (size_t i = 0; i < accounts->len; i++)
        sum.minor += str_eq(accounts->at[i].code, str_of(code)) ? accounts->at[i].balance : 0;
    return sum;
}

static Money minus(Money a)
{
    return (Money){-a.minor};
}

static void parts_add(WeekPartSum *all, const WeekPartSum *one)
{
    all->funded.minor += one->funded.minor;
    all->seller.minor += one->seller.minor;
    all->others.minor += one->others.minor;
    all->tax.minor += one->tax.minor;
    all->refunded.minor += one->refunded.minor;
    all->wallet.minor += one->wallet.minor;
    all->cash.minor += one->cash.minor;
    all->cash_back.minor += one->cash_back.minor;
}

static Err *producers_paid(Week *week, Db *db, WeekPartSum *all)
{
    WeekPartSumList parts;
    int64_t payouts = 0;
    TRY(week_part_sums(db, &parts));
    for (size_t i = 0; i < parts.len; i++) {
        WeekRefunded paid;
        WeekOrg org;
        TRY(week_paid_to(db, parts.at[i].org, &paid));
        TRY(week_org_name(db, parts.at[i].org, &org));
        week_same(week, str_z(week->arena, org.name), parts.at[i].seller, "was paid by bank file", paid.amount);
        payouts += paid.rows;
        parts_add(all, &parts.at[i]);
    }
    week_same_count(week, "farms that sold", (int64_t)parts.len, "payments that arrived", payouts);
    return NULL;
}

static Err *sources(Week *week, Db *db, const WeekAccountList *accounts, const WeekPartSum *all)
{
    WeekRefunded completed, given;
    Money wallets = code_sum(accounts, "2010");
    TRY(week_completed(db, &completed));
    TRY(week_refunded(db, &given));
    Money kept = {all->seller.minor + all->others.minor + all->tax.minor}, back = {given.amount.minor + week->complaint.minor};
    week_same(week, "put aside for orders", all->funded, "went to everybody or back", (Money){kept.minor + all->refunded.minor});
    week_same(week, "orders handed over", completed.amount, "farms, fees, tax and money back", (Money){kept.minor + back.minor});
    week_same(week, "brought and transferred by members", (Money){week->cash_in.minor + week->bank_in.minor}, "in wallets and spent from them",
              (Money){wallets.minor + all->wallet.minor - (all->refunded.minor - all->cash_back.minor)});
    week_same(week, "fees of the co-operative", code_sum(accounts, "4010"), "cut from orders", all->others);
    return NULL;
}

static void emptied(Week *week, const WeekAccountList *accounts)
{
    static const struct {
        const char *code, *what;
    } empty[] = {{"2030", "held in escrow (2030)"}, {"2040", "producers have to get (2040)"}, {"1040", "on its way (1040)"},
                 {"2090", "receipts nobody can name (2090)"}, {"1010", "cash in the till (1010)"}, {"1200", "owed to the co-operative (1200)"}};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
        week_same(week, empty[i].what, code_sum(accounts, empty[i].code), "nothing", (Money){0});
    week_same(week, "the bank says", week->bank.balance, "the book says (1020)", minus(code_sum(accounts, "1020")));
    week_same(week, "found missing in the till", week->till_short, "booked as short (5030)", minus(code_sum(accounts, "5030")));
    week_same(week, "the bank's fee", (Money){1200}, "booked as fee (5020)", minus(code_sum(accounts, "5020")));
}

Err *week_money_adds_up(Week *week, Db *db)
{
    WeekAccountList accounts;
    WeekBankLineList open;
    BalanceList balances;
    WeekPartSum all = {0};
    Money debit = {0}, credit = {0};
    int64_t last;
    TRY(week_accounts(db, &accounts));
    TRY(week_lines_open(db, &open));
    TRY(producers_paid(week, db, &all));
    TRY(sources(week, db, &accounts, &all));
    emptied(week, &accounts);
    week_same_count(week, "lines of statements not explained", (int64_t)open.len, "nothing", 0);
    TRY(seq_at(db, week->now, &last));
    TRY(balances_at_seq(db, last, &balances));
    for (size_t i = 0; i < balances.len; i++) {
        debit.minor += balances.at[i].debit;
        credit.minor += balances.at[i].credit;
    }
    week_same(week, "all debits", debit, "all credits", credit);
    return NULL;
}
