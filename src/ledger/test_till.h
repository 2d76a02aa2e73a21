/* A small ledger for tests: a cash box, three wallets, one escrow. */
#pragma once
#include "harness.h"
#include "ledger/inside.h"

typedef struct Till {
    Arena *arena;
    Store *store;
    Db db; /* the one reading connection of the test */
    Id cash, ana, ben, cho, escrow;
    Time now;
} Till;

static const Time till_day = {1795000000000}; /* 18 November 2026 */

/* Every test ends with the ledger's checks. */
__attribute__((unused)) static void till_check(Store *store, Arena *arena)
{
    Findings findings = {.out = buf_new(arena, 1 << 16)};
    Db db;
    assert_fine(db_read(store, arena, &db));
    for (const Check *check = ledger_checks; check->name; check++)
        assert_fine(check->run(&db, &findings));
    if (findings.wrong)
        print_error("%.*s", STR_ARG(buf_str(&findings.out)));
    assert_int_equal(findings.wrong, 0);
}

typedef struct TillAccount {
    NewAccount account;
    Time now;
    Id id;
} TillAccount;

static Err *till_account_write(Tx *tx, void *arg)
{
    TillAccount *making = arg;
    return account_open(tx, &making->account, 0, making->now, &making->id);
}

__attribute__((unused)) static Id till_account(Till *till, const char *name, const char *code, unsigned flags)
{
    TillAccount making = {.account = {.name = str_of(name), .code = str_of(code), .flags = flags}, .now = till->now};
    assert_fine(db_write(till->store, till->arena, till_account_write, &making));
    return making.id;
}

typedef struct TillPost {
    const NewTransfer *list;
    size_t len;
    Time now;
    Done *done;
    bool each;
} TillPost;

static Err *till_post_write(Tx *tx, void *arg)
{
    TillPost *post = arg;
    return (post->each ? transfer_post_each : transfer_post)(tx, post->list, post->len, 0, post->now, post->done);
}

__attribute__((unused)) static Err *till_post(Till *till, const NewTransfer *list, size_t len, Done *done)
{
    TillPost post = {list, len, till->now, done, false};
    return db_write(till->store, till->arena, till_post_write, &post);
}

__attribute__((unused)) static Err *till_post_each(Till *till, const NewTransfer *list, size_t len, Done *done)
{
    TillPost post = {list, len, till->now, done, true};
    return db_write(till->store, till->arena, till_post_write, &post);
}

__attribute__((unused)) static NewTransfer till_line(Id debit, Id credit, int64_t amount)
{
    return (NewTransfer){.id = uuid_mint(), .debit = debit, .credit = credit, .amount = amount};
}

/* One transfer; its id is in *made when that is not NULL. */
__attribute__((unused)) static Err *till_move(Till *till, Id debit, Id credit, int64_t amount, Uuid *made)
{
    NewTransfer line = till_line(debit, credit, amount);
    if (made)
        *made = line.id;
    return till_post(till, &line, 1, NULL);
}

__attribute__((unused)) static AccountView till_view(Till *till, Id account)
{
    AccountView view;
    assert_fine(account_get(&till->db, account, &view));
    return view;
}

__attribute__((unused)) static int64_t till_balance(Till *till, Id account)
{
    return till_view(till, account).balance;
}

__attribute__((unused)) static Till till_make(void **state)
{
    Till till = {.arena = test_arena(state), .store = test_store(state), .now = till_day};
    test_after_each(till_check);
    assert_fine(db_read(till.store, till.arena, &till.db));
    till.cash = till_account(&till, "Cash box", "1010", ACCOUNT_NO_OVERCREDIT);
    till.ana = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.ben = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.cho = till_account(&till, "Wallet", "2010", ACCOUNT_NO_OVERDRAFT);
    till.escrow = till_account(&till, "Order", "2030", ACCOUNT_NO_OVERDRAFT);
    return till;
}
