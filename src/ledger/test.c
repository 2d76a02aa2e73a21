/* Rules of transfers. */
#include <string.h>

#include "test_till.h"

static void what_one_account_loses_the_other_gains(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 1000, NULL));
    assert_fine(till_move(&till, till.ana, till.ben, 300, NULL));
    assert_int_equal(till_balance(&till, till.cash), -1000);
    assert_int_equal(till_balance(&till, till.ana), 700);
    assert_int_equal(till_balance(&till, till.ben), 300);
    AccountView ana = till_view(&till, till.ana);
    assert_int_equal(ana.debit, 300);
    assert_int_equal(ana.credit, 1000);
    assert_int_equal(ana.last_seq, 2);
}

static void a_wallet_never_goes_below_zero(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 500, NULL));
    assert_err(till_move(&till, till.ana, till.ben, 501, NULL), "account.overdraft");
    assert_fine(till_move(&till, till.ana, till.ben, 500, NULL));
    assert_err(till_move(&till, till.ana, till.ben, 1, NULL), "account.overdraft");
    assert_int_equal(till_balance(&till, till.ana), 0);
}

static void a_cash_box_never_gives_more_than_it_holds(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 500, NULL));
    Id bank = till_account(&till, "Bank", "1020", 0);
    assert_err(till_move(&till, bank, till.cash, 501, NULL), "account.overcredit");
    assert_fine(till_move(&till, bank, till.cash, 500, NULL));
}

static void the_same_transfer_sent_again_happens_once(void **state)
{
    Till till = till_make(state);
    NewTransfer line = till_line(till.cash, till.ana, 700);
    Done first, again;
    assert_fine(till_post(&till, &line, 1, &first));
    till.now.ms += DAY_MS;
    assert_fine(till_post(&till, &line, 1, &again));
    assert_true(again.again);
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.recorded_ns, first.recorded_ns);
    assert_int_equal(till_balance(&till, till.ana), 700);
}

static void the_same_id_with_another_content_is_refused(void **state)
{
    Till till = till_make(state);
    NewTransfer line = till_line(till.cash, till.ana, 700), other;
    assert_fine(till_post(&till, &line, 1, NULL));
    other = line, other.amount = 701;
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    other = line, other.credit = till.ben;
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    other = line, other.kind = STR("fee");
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    other = line, other.flags = TRANSFER_PENDING;
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    other = line, other.ref = STR("x");
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    other = line, other.has_effective_on = true, other.effective_on = date_of(2020, 1, 1);
    assert_err(till_post(&till, &other, 1, NULL), "transfer.other_content");
    assert_int_equal(till_balance(&till, till.ana), 700);
}

static void a_group_happens_whole_or_not_at_all(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer list[] = {till_line(till.ana, till.ben, 60), till_line(till.ana, till.cho, 60), till_line(till.cash, till.cho, 5),
                          till_line(till.cash, till.ben, 7)};
    list[0].group = list[1].group = STR("sale");
    Done done[4];
    assert_fine(till_post_each(&till, list, 4, done));
    assert_err(done[0].refused, "transfer.group_refused");
    assert_err(done[1].refused, "account.overdraft");
    assert_null(done[2].refused);
    assert_null(done[3].refused);
    assert_int_equal(till_balance(&till, till.ana), 100);
    assert_int_equal(till_balance(&till, till.ben), 7);
    assert_int_equal(till_balance(&till, till.cho), 5);
    assert_int_equal(done[2].seq, 2);
    list[1].amount = 40;
    assert_fine(till_post_each(&till, list, 2, done));
    assert_int_equal(till_balance(&till, till.ana), 0);
}

static void a_list_posted_at_once_names_the_place_of_what_was_refused(void **state)
{
    Till till = till_make(state);
    NewTransfer list[] = {till_line(till.cash, till.ana, 60), till_line(till.ana, till.cho, 61)};
    Err *err = till_post(&till, list, 2, NULL);
    assert_err(err, "account.overdraft");
    assert_str(err->field, "1.amount_minor");
    assert_int_equal(till_balance(&till, till.ana), 0);
    assert_int_equal(test_int(till.store, "SELECT count(*) FROM transfer"), 0);
}

static void what_is_held_cannot_be_spent_twice(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer hold = till_line(till.ana, till.ben, 80);
    hold.flags = TRANSFER_PENDING;
    assert_fine(till_post(&till, &hold, 1, NULL));
    AccountView ana = till_view(&till, till.ana);
    assert_int_equal(ana.balance, 100);
    assert_int_equal(ana.debit_pending, 80);
    assert_int_equal(ana.available, 20);
    assert_err(till_move(&till, till.ana, till.cho, 21, NULL), "account.overdraft");
    assert_err(till_move(&till, till.ben, till.cho, 1, NULL), "account.overdraft"); /* not there yet */
    assert_fine(till_move(&till, till.ana, till.cho, 20, NULL));
}

static NewTransfer settling(Uuid hold, unsigned flag, int64_t amount)
{
    return (NewTransfer){.id = uuid_mint(), .refers = hold, .flags = flag, .amount = amount};
}

static void a_hold_is_posted_in_part_and_the_rest_given_back(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer hold = till_line(till.ana, till.ben, 80);
    hold.flags = TRANSFER_PENDING;
    assert_fine(till_post(&till, &hold, 1, NULL));
    NewTransfer more = settling(hold.id, TRANSFER_POST, 81), post = settling(hold.id, TRANSFER_POST, 50);
    assert_err(till_post(&till, &more, 1, NULL), "transfer.more_than_held");
    assert_fine(till_post(&till, &post, 1, NULL));
    assert_int_equal(till_balance(&till, till.ana), 50);
    assert_int_equal(till_balance(&till, till.ben), 50);
    assert_int_equal(till_view(&till, till.ana).available, 50);
    NewTransfer twice = settling(hold.id, TRANSFER_POST, 10), void_ = settling(hold.id, TRANSFER_VOID, 0);
    assert_err(till_post(&till, &twice, 1, NULL), "transfer.resolved");
    assert_err(till_post(&till, &void_, 1, NULL), "transfer.resolved");
    assert_fine(till_post(&till, &post, 1, NULL)); /* the same again */
    assert_int_equal(till_balance(&till, till.ben), 50);
}

static void a_hold_that_is_voided_leaves_nothing(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer both[2] = {till_line(till.ana, till.ben, 80)};
    both[0].flags = TRANSFER_PENDING;
    both[1] = settling(both[0].id, TRANSFER_VOID, 0);
    assert_fine(till_post(&till, both, 2, NULL)); /* in one call: the second finds the first */
    assert_int_equal(till_view(&till, till.ana).available, 100);
    assert_int_equal(till_view(&till, till.ben).credit_pending, 0);
}

static void a_hold_expires_after_its_time_and_never_before(void **state)
{
    Till till = till_make(state);
    int64_t expired;
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer hold = till_line(till.ana, till.ben, 80);
    hold.flags = TRANSFER_PENDING;
    hold.timeout_ms = 60000;
    assert_fine(till_post(&till, &hold, 1, NULL));
    assert_fine(holds_expire(till.store, till.arena, (Time){till.now.ms + 59999}, &expired));
    assert_int_equal(expired, 0);
    assert_fine(holds_expire(till.store, till.arena, (Time){till.now.ms - INT64_C(366) * DAY_MS}, &expired));
    assert_int_equal(expired, 0);
    till.now.ms += 60000;
    NewTransfer post = settling(hold.id, TRANSFER_POST, 0);
    assert_err(till_post(&till, &post, 1, NULL), "transfer.expired");
    assert_fine(holds_expire(till.store, till.arena, till.now, &expired));
    assert_int_equal(expired, 1);
    assert_int_equal(till_view(&till, till.ana).available, 100);
    assert_err(till_post(&till, &post, 1, NULL), "transfer.resolved");
    assert_fine(holds_expire(till.store, till.arena, till.now, &expired));
    assert_int_equal(expired, 0);
}

static void a_transfer_is_taken_back_once_by_a_new_one(void **state)
{
    Till till = till_make(state);
    Uuid made;
    assert_fine(till_move(&till, till.cash, till.ana, 100, &made));
    NewTransfer more = settling(made, TRANSFER_REVERSE, 101), back = settling(made, TRANSFER_REVERSE, 0), again = settling(made, TRANSFER_REVERSE, 1);
    assert_err(till_post(&till, &more, 1, NULL), "transfer.more_than_original");
    assert_fine(till_post(&till, &back, 1, NULL));
    assert_int_equal(till_balance(&till, till.ana), 0);
    assert_err(till_post(&till, &again, 1, NULL), "transfer.reversed");
    assert_int_equal(test_int(till.store, "SELECT count(*) FROM transfer"), 2);
}

static void what_was_spent_cannot_be_taken_back(void **state)
{
    Till till = till_make(state);
    Uuid made;
    assert_fine(till_move(&till, till.cash, till.ana, 100, &made));
    assert_fine(till_move(&till, till.ana, till.ben, 40, NULL));
    NewTransfer back = settling(made, TRANSFER_REVERSE, 0);
    assert_err(till_post(&till, &back, 1, NULL), "account.overdraft");
    back.amount = 60;
    assert_fine(till_post(&till, &back, 1, NULL));
    assert_int_equal(till_balance(&till, till.ana), 0);
}

static void a_balancing_transfer_moves_what_is_there(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer all = till_line(till.ana, till.ben, 0), some = till_line(till.ben, till.cho, 30);
    all.flags = some.flags = TRANSFER_BALANCE_DEBIT;
    Done done;
    assert_fine(till_post(&till, &all, 1, &done));
    assert_int_equal(done.amount, 100);
    assert_fine(till_post(&till, &some, 1, &done));
    assert_int_equal(done.amount, 30);
    some.id = uuid_mint(), some.amount = 1000;
    assert_fine(till_post(&till, &some, 1, &done));
    assert_int_equal(done.amount, 70);
    some.id = uuid_mint();
    assert_err(till_post(&till, &some, 1, &done), "transfer.nothing_left");
    NewTransfer owed = till_line(till.cho, till.cash, 0); /* the cash box, until it is empty */
    owed.flags = TRANSFER_BALANCE_CREDIT;
    assert_fine(till_post(&till, &owed, 1, &done));
    assert_int_equal(done.amount, 100);
}

typedef struct Shut {
    Id account;
    bool close, frozen;
    Time now;
} Shut;

static Err *shut_write(Tx *tx, void *arg)
{
    Shut *shut = arg;
    return shut->close ? account_close(tx, shut->account, 0, shut->now) : account_freeze(tx, shut->account, shut->frozen, 0, shut->now);
}

static void a_frozen_account_stands_still_but_gives_holds_back(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    NewTransfer hold = till_line(till.ana, till.ben, 80), post, back;
    hold.flags = TRANSFER_PENDING;
    assert_fine(till_post(&till, &hold, 1, NULL));
    Shut freeze = {till.ana, false, true, till.now};
    assert_fine(db_write(till.store, till.arena, shut_write, &freeze));
    assert_err(till_move(&till, till.ana, till.cho, 1, NULL), "account.frozen");
    assert_err(till_move(&till, till.cash, till.ana, 1, NULL), "account.frozen");
    post = settling(hold.id, TRANSFER_POST, 0), back = settling(hold.id, TRANSFER_VOID, 0);
    assert_err(till_post(&till, &post, 1, NULL), "account.frozen");
    assert_fine(till_post(&till, &back, 1, NULL));
    freeze.frozen = false;
    assert_fine(db_write(till.store, till.arena, shut_write, &freeze));
    assert_fine(till_move(&till, till.ana, till.cho, 1, NULL));
}

static void only_an_empty_account_is_closed_and_stays_so(void **state)
{
    Till till = till_make(state);
    Shut close = {till.ana, true, false, till.now}, freeze = {till.ana, false, true, till.now};
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_err(db_write(till.store, till.arena, shut_write, &close), "account.not_empty");
    assert_fine(till_move(&till, till.ana, till.ben, 100, NULL));
    assert_fine(db_write(till.store, till.arena, shut_write, &close));
    assert_err(till_move(&till, till.cash, till.ana, 1, NULL), "account.closed");
    assert_err(db_write(till.store, till.arena, shut_write, &freeze), "account.closed");
}

static void times_of_recording_increase_when_the_clock_goes_back(void **state)
{
    Till till = till_make(state);
    NewTransfer line = till_line(till.cash, till.ana, 1);
    Done first, second;
    assert_fine(till_post(&till, &line, 1, &first));
    till.now.ms -= INT64_C(366) * DAY_MS;
    line.id = uuid_mint();
    assert_fine(till_post(&till, &line, 1, &second));
    assert_int_equal(second.recorded_ns, first.recorded_ns + 1);
}

static void what_is_plainly_wrong_is_refused(void **state)
{
    Till till = till_make(state);
    struct Wrong {
        NewTransfer line;
        const char *code;
    } wrong[] = {
        {till_line(till.cash, till.ana, 0), "transfer.amount"},
        {till_line(till.cash, till.ana, -5), "transfer.amount"},
        {till_line(till.ana, till.ana, 5), "transfer.same_account"},
        {till_line(till.cash, 12345, 5), "account.missing"},
        {{.debit = till.cash, .credit = till.ana, .amount = 1}, "transfer.id"},
        {{.id = uuid_mint(), .debit = till.cash, .credit = till.ana, .amount = 1, .kind = {"Fee!", 4}}, "transfer.kind"},
        {{.id = uuid_mint(), .debit = till.cash, .credit = till.ana, .amount = 1, .flags = TRANSFER_PENDING | TRANSFER_POST}, "transfer.flags"},
        {{.id = uuid_mint(), .debit = till.cash, .credit = till.ana, .amount = 1, .flags = 1 << 20}, "transfer.flags"},
        {{.id = uuid_mint(), .debit = till.cash, .credit = till.ana, .amount = 1, .timeout_ms = 5}, "transfer.flags"},
        {{.id = uuid_mint(), .flags = TRANSFER_POST}, "transfer.refers"},
        {{.id = uuid_mint(), .flags = TRANSFER_POST, .refers = uuid_mint()}, "transfer.refers"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_err(till_post(&till, &wrong[i].line, 1, NULL), wrong[i].code);
    assert_int_equal(test_int(till.store, "SELECT count(*) FROM transfer"), 0);
}

static void sums_beyond_64_bits_are_refused(void **state)
{
    Till till = till_make(state);
    Id world = till_account(&till, "World", "9000", 0);
    assert_fine(till_move(&till, world, till.ana, INT64_MAX - 10, NULL));
    assert_err(till_move(&till, world, till.ana, 11, NULL), "transfer.overflow");
    NewTransfer hold = till_line(world, till.ben, 11);
    hold.flags = TRANSFER_PENDING;
    assert_err(till_post(&till, &hold, 1, NULL), "transfer.overflow");
    assert_fine(till_move(&till, world, till.ana, 10, NULL));
}

static Err *other_book_write(Tx *tx, void *arg)
{
    TillAccount *making = arg;
    NewBook book = {STR("shillings"), STR("KES")};
    TRY(book_open(tx, &book, 0, making->now, &making->account.book));
    return account_open(tx, &making->account, 0, making->now, &making->id);
}

static void money_never_crosses_from_one_book_to_another(void **state)
{
    Till till = till_make(state);
    TillAccount making = {.account = {.name = STR("Shillings"), .code = STR("1010")}, .now = till.now};
    assert_fine(db_write(till.store, till.arena, other_book_write, &making));
    assert_err(till_move(&till, making.id, till.ana, 1, NULL), "transfer.books");
    assert_err(db_write(till.store, till.arena, other_book_write, &making), "book.taken");
}

static void entries_are_read_from_the_newest_page_by_page(void **state)
{
    Till till = till_make(state);
    EntryList page;
    for (int i = 1; i <= 7; i++) {
        assert_fine(till_move(&till, till.cash, till.ana, i, NULL));
        assert_fine(till_move(&till, till.cash, till.ben, 1, NULL));
    }
    assert_fine(account_entries(&till.db, till.ana, 0, 3, &page));
    assert_int_equal(page.len, 3);
    assert_int_equal(page.at[0].transfer.amount, 7);
    assert_int_equal(page.at[0].balance, 28);
    assert_int_equal(page.at[2].balance, 15);
    assert_int_equal(page.at[0].other, till.cash);
    assert_fine(account_entries(&till.db, till.ana, page.next, 10, &page));
    assert_int_equal(page.len, 4);
    assert_int_equal(page.at[3].balance, 1);
    assert_int_equal(page.next, 0);
    assert_err(account_entries(&till.db, till.ana, 2, 10, &page), "ledger.cursor");
}

static void the_same_words_make_the_same_name(void **state)
{
    Arena *arena = test_arena(state);
    Uuid a = uuid_named(STR("order/1/fund")), b = uuid_named(STR("order/1/fund")), c = uuid_named(STR("order/2/fund")), back;
    assert_memory_equal(&a, &b, sizeof a);
    assert_memory_not_equal(&a, &c, sizeof a);
    assert_true(uuid_parse(uuid_text(arena, a), &back));
    assert_memory_equal(&a, &back, sizeof a);
    assert_false(uuid_parse(STR("00000000-0000-0000-0000-000000000000"), &back));
    assert_false(uuid_parse(STR("123e4567-e89b-12d3-a456-42661417400g"), &back));
    Uuid last = uuid_mint();
    for (int i = 0; i < 1000; i++) {
        Uuid next = uuid_mint();
        assert_true(memcmp(last.at, next.at, sizeof next.at) < 0);
        last = next;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(what_one_account_loses_the_other_gains),
        TEST_DB(a_wallet_never_goes_below_zero),
        TEST_DB(a_cash_box_never_gives_more_than_it_holds),
        TEST_DB(the_same_transfer_sent_again_happens_once),
        TEST_DB(the_same_id_with_another_content_is_refused),
        TEST_DB(a_group_happens_whole_or_not_at_all),
        TEST_DB(a_list_posted_at_once_names_the_place_of_what_was_refused),
        TEST_DB(what_is_held_cannot_be_spent_twice),
        TEST_DB(a_hold_is_posted_in_part_and_the_rest_given_back),
        TEST_DB(a_hold_that_is_voided_leaves_nothing),
        TEST_DB(a_hold_expires_after_its_time_and_never_before),
        TEST_DB(a_transfer_is_taken_back_once_by_a_new_one),
        TEST_DB(what_was_spent_cannot_be_taken_back),
        TEST_DB(a_balancing_transfer_moves_what_is_there),
        TEST_DB(a_frozen_account_stands_still_but_gives_holds_back),
        TEST_DB(only_an_empty_account_is_closed_and_stays_so),
        TEST_DB(times_of_recording_increase_when_the_clock_goes_back),
        TEST_DB(what_is_plainly_wrong_is_refused),
        TEST_DB(sums_beyond_64_bits_are_refused),
        TEST_DB(money_never_crosses_from_one_book_to_another),
        TEST_DB(entries_are_read_from_the_newest_page_by_page),
        TEST(the_same_words_make_the_same_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
