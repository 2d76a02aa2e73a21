/* The treasurer's books, as a person sees them. */
#include <string.h>

#include "ask.h"
#include "identity/identity.h"
#include "ledger/inside.h"

typedef struct Office {
    App *app;
    Arena *arena;
    User *treasurer;
    Id cash, bank, ana;
} Office;

typedef struct Filling {
    Office *office;
    Id person;
    Time now;
} Filling;

static Err *fill_write(Tx *tx, void *arg)
{
    Filling *f = arg;
    Office *o = f->office;
    TRY(account_open(tx, &(NewAccount){.name = STR("Cash box"), .code = STR("1010")}, 0, f->now, &o->cash));
    TRY(account_open(tx, &(NewAccount){.name = STR("Bank"), .code = STR("1020")}, 0, f->now, &o->bank));
    TRY(account_open(tx, &(NewAccount){.name = STR("Wallet"), .code = STR("2010"), .person = f->person, .flags = ACCOUNT_NO_OVERDRAFT}, 0, f->now, &o->ana));
    NewTransfer list[] = {{.id = uuid_mint(), .debit = o->cash, .credit = o->ana, .amount = 12345, .kind = STR("deposit"), .ref = STR("till 1")},
                          {.id = uuid_mint(), .debit = o->bank, .credit = o->cash, .amount = 5000, .kind = STR("to_bank")}};
    return transfer_post(tx, list, 2, 0, f->now, NULL);
}

static Office office_of(void **state)
{
    Office office = {.app = app_of(state), .arena = test_arena(state)};
    Filling filling = {&office, user_id(user(office.app, "Ana", 0, ROLE_MEMBER)), time_now()};
    office.treasurer = user(office.app, "Tao", 0, ROLE_TREASURER);
    assert_fine(db_write(app_store(office.app), office.arena, fill_write, &filling));
    return office;
}

static const char *at(Office *office, const char *before, Id id, const char *after)
{
    return str_z(office->arena, str_format(office->arena, "%s%.*s%s", before, STR_ARG(id_text(office->arena, id)), after));
}

static void a_treasurer_sees_that_the_books_close(void **state)
{
    Office o = office_of(state);
    const Answer *books = ask(o.app, o.treasurer, "GET", "/ledger", NULL);
    assert_status(books, 200);
    assert_says(books, "The books close");
    assert_says(books, "Member wallets");
    assert_says(books, "123.45");
    assert_says(books, "73.45");
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger?at=2020-01-01", NULL), "Nothing was booked by then");
    assert_status(ask(o.app, o.treasurer, "GET", "/ledger?at=soon", NULL), 422);
    const Answer *csv = ask(o.app, o.treasurer, "GET", "/ledger.csv", NULL);
    assert_says(csv, "code,account,name,debit,credit,balance");
    assert_says(csv, "123.45,50.00,73.45");
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger/codes/2010", NULL), "Ana");
}

static void an_account_is_shown_line_by_line_and_frozen(void **state)
{
    Office o = office_of(state);
    const Answer *page = ask(o.app, o.treasurer, "GET", at(&o, "/ledger/accounts/", o.cash, ""), NULL);
    assert_says(page, "deposit");
    assert_says(page, "till 1");
    assert_says(page, "Bank");
    assert_says(ask(o.app, o.treasurer, "GET", at(&o, "/ledger/accounts/", o.cash, "/entries.csv"), NULL), "deposit,till 1");
    assert_says(follow(o.app, o.treasurer, ask(o.app, o.treasurer, "POST", at(&o, "/ledger/accounts/", o.ana, "/freeze"), "")), "Frozen");
    assert_says(follow(o.app, o.treasurer, ask(o.app, o.treasurer, "POST", at(&o, "/ledger/accounts/", o.ana, "/thaw"), "")), "Free again");
}

static void an_entry_by_hand_is_booked_once(void **state)
{
    Office o = office_of(state);
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger/entry", NULL), "1020 Bank");
    Str debit = id_text(o.arena, o.bank), credit = id_text(o.arena, o.cash);
    const char *body = str_z(o.arena, str_format(o.arena, "once=abc&debit=%.*s&credit=%.*s&amount=10.00&note=slip+7", STR_ARG(debit), STR_ARG(credit)));
    assert_goes_to(ask(o.app, o.treasurer, "POST", "/ledger/entry", body), "/ledger/accounts/");
    assert_goes_to(ask(o.app, o.treasurer, "POST", "/ledger/entry", body), "/ledger/accounts/"); /* pressed twice */
    const Answer *page = ask(o.app, o.treasurer, "GET", at(&o, "/ledger/accounts/", o.bank, ""), NULL);
    assert_says(page, "60.00");
    assert_silent(page, "70.00");
    const char *same = str_z(o.arena, str_format(o.arena, "once=abd&debit=%.*s&credit=%.*s&amount=10.00", STR_ARG(debit), STR_ARG(debit)));
    const Answer *again = ask(o.app, o.treasurer, "POST", "/ledger/entry", same);
    assert_status(again, 422);
    assert_says(again, "the same account");
}

static void nobody_else_sees_the_books(void **state)
{
    Office o = office_of(state);
    User *admin = user(o.app, "Chief", 0, ROLE_ADMIN), *member = user(o.app, "Ben", 0, ROLE_MEMBER);
    assert_status(ask(o.app, admin, "GET", "/ledger", NULL), 403);
    assert_status(ask(o.app, member, "GET", "/ledger.csv", NULL), 403);
    assert_status(ask(o.app, admin, "GET", at(&o, "/ledger/accounts/", o.cash, ""), NULL), 403);
    assert_status(ask(o.app, admin, "POST", "/ledger/entry", "debit=1"), 403);
    assert_status(ask(o.app, member, "POST", at(&o, "/ledger/accounts/", o.ana, "/freeze"), ""), 403);
}

/* ---- the year's end ---- */

typedef struct Earned {
    Id cash, fees, costs;
    Date day;
    Time now;
} Earned;

static Err *earned_write(Tx *tx, void *arg)
{
    Earned *e = arg;
    TRY(account_open(tx, &(NewAccount){.name = STR("Market fees"), .code = STR("4010")}, 0, e->now, &e->fees));
    TRY(account_open(tx, &(NewAccount){.name = STR("Cash over or short"), .code = STR("5030")}, 0, e->now, &e->costs));
    NewTransfer list[] = {{.id = uuid_mint(), .debit = e->cash, .credit = e->fees, .amount = 9900, .has_effective_on = true, .effective_on = e->day},
                          {.id = uuid_mint(), .debit = e->costs, .credit = e->cash, .amount = 1000, .has_effective_on = true, .effective_on = e->day}};
    return transfer_post(tx, list, 2, 0, e->now, NULL);
}

static void the_year_is_closed_and_opened_again_by_a_treasurer_alone(void **state)
{
    Office o = office_of(state);
    User *admin = user(o.app, "Ada", 0, ROLE_ADMIN);
    Earned e = {.cash = o.cash, .day = date_of(2024, 5, 1), .now = time_now()};
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger/closing", NULL), "Nothing to close");
    assert_fine(db_write(app_store(o.app), o.arena, earned_write, &e));
    assert_status(ask(o.app, admin, "GET", "/ledger/closing?day=2024-12-31", NULL), 403);
    assert_status(ask(o.app, admin, "POST", "/ledger/closing", "day=2024-12-31&result=8900"), 403);
    const Answer *preview = ask(o.app, o.treasurer, "GET", "/ledger/closing?day=2024-12-31", NULL);
    assert_says(preview, "Surplus");
    assert_says(preview, "89.00");
    assert_says(preview, "Cash over or short");
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger/closing?day=9998-12-31", NULL), "This day is not over yet");
    assert_status(ask(o.app, o.treasurer, "POST", "/ledger/closing", "day=9998-12-31"), 422);
    assert_status(ask(o.app, o.treasurer, "POST", "/ledger/closing", "day=2024-12-31&result=8901"), 409); /* not what was looked at */
    assert_goes_to(ask(o.app, o.treasurer, "POST", "/ledger/closing", "day=2024-12-31&result=8900"), "/ledger/closing");
    assert_status(ask(o.app, o.treasurer, "POST", "/ledger/closing", "day=2024-12-31&result=8900"), 409);
    assert_int_equal(test_int(app_store(o.app), "SELECT count(*) FROM audit WHERE action = 'ledger.year_closed'"), 1);
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger?at=2024-12-31", NULL), "Results of past years");
    const Answer *done = ask(o.app, o.treasurer, "GET", "/ledger/closing?day=2024-12-31", NULL);
    assert_says(done, "Closed years");
    assert_says(done, "Take it back");
    assert_says(done, "Nothing to close");
    Id closing = test_int(app_store(o.app), "SELECT id FROM closing");
    assert_status(ask(o.app, admin, "POST", at(&o, "/ledger/closing/", closing, "/undo"), ""), 403);
    assert_goes_to(ask(o.app, o.treasurer, "POST", at(&o, "/ledger/closing/", closing, "/undo"), ""), "/ledger/closing");
    assert_status(ask(o.app, o.treasurer, "POST", at(&o, "/ledger/closing/", closing, "/undo"), ""), 409);
    assert_says(ask(o.app, o.treasurer, "GET", "/ledger/closing?day=2024-12-31", NULL), "taken back by Tao");
    assert_int_equal(test_int(app_store(o.app), "SELECT cr_posted - dr_posted FROM account WHERE account_key = 'results'"), 0);
    assert_int_equal(test_int(app_store(o.app), "SELECT count(*) FROM audit WHERE action = 'ledger.year_reopened'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_treasurer_sees_that_the_books_close),
        TEST_DB(an_account_is_shown_line_by_line_and_frozen),
        TEST_DB(an_entry_by_hand_is_booked_once),
        TEST_DB(nobody_else_sees_the_books),
        TEST_DB(the_year_is_closed_and_opened_again_by_a_treasurer_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
