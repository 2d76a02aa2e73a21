/* Balances at a point in time, and whether verify finds what was tampered with. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/audit.h"
#include "test_till.h"

static int64_t day_balance(Till *till, Date day, Id account)
{
    BalanceList list;
    assert_fine(balances_on(&till->db, day, &list));
    for (size_t i = 0; i < list.len; i++)
        if (list.at[i].account == account)
            return list.at[i].credit - list.at[i].debit;
    return 0;
}

static void what_is_dated_back_counts_from_its_day_on(void **state)
{
    Till till = till_make(state);
    Date first = date_of(2026, 11, 1), later = date_of(2026, 11, 10);
    NewTransfer list[] = {till_line(till.cash, till.ana, 100), till_line(till.ana, till.ben, 30), till_line(till.cash, till.ana, 7)};
    for (size_t i = 0; i < 3; i++)
        list[i].has_effective_on = true;
    list[0].effective_on = first, list[1].effective_on = later, list[2].effective_on = first;
    assert_fine(till_post(&till, list, 3, NULL));
    assert_int_equal(day_balance(&till, (Date){first.days - 1}, till.ana), 0);
    assert_int_equal(day_balance(&till, first, till.ana), 107);
    assert_int_equal(day_balance(&till, (Date){later.days - 1}, till.ana), 107);
    assert_int_equal(day_balance(&till, later, till.ana), 77);
    int64_t balance;
    assert_fine(account_balance_on(&till.db, till.ana, first, &balance));
    assert_int_equal(balance, 107);
    BalanceList as_recorded;
    assert_fine(balances_at_seq(&till.db, 1, &as_recorded)); /* before the line that was dated back */
    int64_t debits = 0, credits = 0;
    for (size_t i = 0; i < as_recorded.len; i++)
        debits += as_recorded.at[i].debit, credits += as_recorded.at[i].credit;
    assert_int_equal(debits, 100);
    assert_int_equal(credits, 100);
}

/* More than FOLD_EVERY, so that the derived table takes part; checked against a plain sum. */
static void the_balances_of_each_day_are_right_after_many_transfers(void **state)
{
    Till till = till_make(state);
    Id wallets[] = {till.ana, till.ben, till.cho};
    int64_t model[3][40] = {{0}};
    NewTransfer *list = NEW_ARRAY(till.arena, NewTransfer, 6000);
    uint64_t random = 88172645463325252u;
    for (int batch = 0; batch < 3; batch++) {
        for (int i = 0; i < 6000; i++) {
            random ^= random << 13, random ^= random >> 7, random ^= random << 17;
            int who = (int)(random % 3), day = (int)(random / 3 % 40);
            int64_t amount = (int64_t)(random / 120 % 1000) + 1;
            list[i] = till_line(till.cash, wallets[who], amount);
            list[i].has_effective_on = true;
            list[i].effective_on = (Date){date_of(2026, 10, 1).days + day};
            model[who][day] += amount;
        }
        assert_fine(till_post(&till, list, 6000, NULL));
    }
    assert_true(test_int(till.store, "SELECT folded FROM ledger_head") >= FOLD_EVERY);
    assert_true(test_int(till.store, "SELECT count(*) FROM account_day") > 100);
    for (int who = 0; who < 3; who++) {
        int64_t sum = 0;
        for (int day = 0; day < 40; day++) {
            sum += model[who][day];
            assert_int_equal(day_balance(&till, (Date){date_of(2026, 10, 1).days + day}, wallets[who]), sum);
        }
    }
}

static void the_journal_tells_how_far_it_was_at_a_time(void **state)
{
    Till till = till_make(state);
    int64_t seq;
    for (int i = 0; i < 9; i++) {
        assert_fine(till_move(&till, till.cash, till.ana, 1, NULL));
        till.now.ms += HOUR_MS;
    }
    assert_fine(seq_at(&till.db, (Time){till_day.ms - 1}, &seq));
    assert_int_equal(seq, 0);
    assert_fine(seq_at(&till.db, (Time){till_day.ms + 4 * HOUR_MS}, &seq));
    assert_int_equal(seq, 5);
    assert_fine(seq_at(&till.db, (Time){till_day.ms + INT64_C(400) * DAY_MS}, &seq));
    assert_int_equal(seq, 9);
}

static void closing_a_day_twice_changes_nothing(void **state)
{
    Till till = till_make(state);
    Date day = time_date(till.now, STR("UTC"));
    bool made;
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_err(anchor_make(till.store, till.arena, day, till.now, &made), "anchor.too_early");
    Time next = {till.now.ms + 2 * (int64_t)DAY_MS};
    assert_fine(anchor_make(till.store, till.arena, day, next, &made));
    assert_true(made);
    till.now = next;
    assert_fine(till_move(&till, till.cash, till.ana, 5, NULL));
    assert_fine(anchor_make(till.store, till.arena, day, next, &made));
    assert_false(made);
    assert_int_equal(test_int(till.store, "SELECT last_seq FROM anchor"), 1);
    assert_int_equal(test_int(till.store, "SELECT dr_total FROM anchor"), 100);
}

/* ---- tampering: an administrator with the database in their hands ---- */

static int64_t wrong_after(Till *till, const char *sql)
{
    Findings findings = {.out = buf_new(till->arena, 1 << 16)};
    Arena *arena = arena_new();
    Db db;
    assert_fine(test_sql(till->store, till->arena, sql));
    assert_fine(db_read(till->store, arena, &db));
    Err *err = ledger_checks[0].run(&db, &findings);
    arena_free(arena);
    return err ? -1 : findings.wrong;
}

static void put_back(Till *till)
{
    assert_fine(test_sql(till->store, till->arena, "DELETE FROM transfer"));
    assert_fine(test_sql(till->store, till->arena, "INSERT INTO transfer SELECT * FROM kept"));
}

static void a_changed_line_is_found_wherever_it_is_changed(void **state)
{
    static const char *const columns[] = {"amount = amount + 1",      "debit = debit + 1",          "credit = credit + 1",     "kind = 'gift'",
                                          "ref = 'x'",                "effective_on = effective_on + 1", "actor = 7",          "flags = 32",
                                          "recorded_at = recorded_at - 1", "expires_at = 5",        "group_seq = 2",           "dr_prev = 0",
                                          "dr_after = dr_after + 1",  "refers = 1"};
    Till till = till_make(state);
    for (int i = 0; i < 6; i++)
        assert_fine(till_move(&till, till.cash, i % 2 ? till.ana : till.ben, 100 + i, NULL));
    assert_fine(test_sql(till.store, till.arena, "CREATE TABLE kept AS SELECT * FROM transfer"));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        Str sql = str_format(till.arena, "UPDATE transfer SET %s WHERE seq = 3", columns[i]);
        assert_true(wrong_after(&till, str_z(till.arena, sql)) != 0);
        put_back(&till);
    }
    assert_int_equal(wrong_after(&till, "DROP TABLE kept"), 0);
}

static Err *rebuild_write(Tx *tx, void *arg)
{
    (void)arg;
    return ledger_checks[0].rebuild(tx, NULL);
}

static void sums_of_days_that_were_changed_are_found_and_mended(void **state)
{
    /* From one day to another: the account's sum stays. */
    static const char moved[] = "UPDATE account_day SET dr = dr + 5 WHERE day = (SELECT min(day) FROM account_day) AND cr = 0; "
                                "UPDATE account_day SET dr = dr - 5 WHERE day = (SELECT max(day) FROM account_day) AND cr = 0";
    static const char *const wrongs[] = {
        "UPDATE account_day SET dr = dr + 1 WHERE day = (SELECT min(day) FROM account_day) AND cr = 0",
        "DELETE FROM account_day WHERE day = (SELECT max(day) FROM account_day)",
        "INSERT INTO account_day (day, account, dr, cr) VALUES (5, 77, 1, 1)",
        "UPDATE account_span SET cr = cr + 1 WHERE dr = 0",
        "UPDATE account_span SET span = span + 1 WHERE span = (SELECT max(span) FROM account_span)",
        "DELETE FROM account_span WHERE dr = 0",
        "INSERT INTO account_span (account, span, dr, cr) VALUES (77, 1, 1, 1)",
        moved,
    };
    Till till = till_make(state);
    NewTransfer *list = NEW_ARRAY(till.arena, NewTransfer, 8190);
    for (int batch = 0; batch < 3; batch++) {
        for (int i = 0; i < 8190; i++) {
            list[i] = till_line(till.cash, i % 2 ? till.ana : till.ben, 1 + i % 7);
            list[i].has_effective_on = true;
            list[i].effective_on = (Date){date_of(2026, 10, 1).days + i % 50};
        }
        assert_fine(till_post(&till, list, 8190, NULL));
    }
    assert_true(test_int(till.store, "SELECT count(*) FROM account_span") >= 6);
    assert_int_equal(wrong_after(&till, "SELECT 1"), 0);
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        Str rest = str_of(wrongs[i]), one;
        for (Str next; rest.len; rest = next) { /* one statement at a time */
            str_cut(rest, ';', &one, &next);
            assert_fine(test_sql(till.store, till.arena, str_z(till.arena, one)));
        }
        if (wrong_after(&till, "SELECT 1") <= 0)
            fail_msg("not found: %s", wrongs[i]);
        assert_fine(db_write(till.store, till.arena, rebuild_write, NULL));
        assert_int_equal(wrong_after(&till, "SELECT 1"), 0);
    }
}

static void a_journal_cut_short_or_patched_is_found(void **state)
{
    Till till = till_make(state);
    for (int i = 0; i < 6; i++)
        assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_fine(test_sql(till.store, till.arena, "CREATE TABLE kept AS SELECT * FROM transfer"));
    assert_true(wrong_after(&till, "DELETE FROM transfer WHERE seq = 6") != 0);
    put_back(&till);
    assert_true(wrong_after(&till, "DELETE FROM transfer WHERE seq = 3") != 0);
    put_back(&till);
    assert_fine(test_sql(till.store, till.arena, "DROP TABLE kept"));
}

static void a_balance_edited_by_hand_is_found(void **state)
{
    Till till = till_make(state);
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_true(wrong_after(&till, "UPDATE account SET cr_posted = cr_posted + 1 WHERE cr_posted = 100") > 0);
    assert_int_equal(wrong_after(&till, "UPDATE account SET cr_posted = 100 WHERE cr_posted = 101"), 0);
}

static void an_older_state_that_was_put_back_is_found_by_the_mark(void **state)
{
    Till till = till_make(state);
    char folder[] = "/tmp/ledger-mark-XXXXXX";
    Watermark mark;
    assert_non_null(mkdtemp(folder));
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_fine(till_move(&till, till.cash, till.ana, 100, NULL));
    assert_fine(watermark_write(&till.db, str_of(folder)));
    assert_fine(watermark_read(&till.db, str_of(folder), &mark));
    assert_true(mark.there);
    assert_int_equal(mark.seq, 2);
    Transfer last;
    bool found;
    assert_fine(transfer_by_seq(&till.db, 2, &last, &found));
    assert_memory_equal(mark.hash, last.hash.at, CHAIN_HASH_LEN);
    assert_fine(file_write(till.arena, str_z(till.arena, str_format(till.arena, "%s/ledger.mark", folder)), STR("nonsense"), 0600));
    assert_fine(watermark_read(&till.db, str_of(folder), &mark));
    assert_false(mark.there);
    unlink(str_z(till.arena, str_format(till.arena, "%s/ledger.mark", folder)));
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(what_is_dated_back_counts_from_its_day_on),
        TEST_DB(the_balances_of_each_day_are_right_after_many_transfers),
        TEST_DB(the_journal_tells_how_far_it_was_at_a_time),
        TEST_DB(closing_a_day_twice_changes_nothing),
        TEST_DB(a_changed_line_is_found_wherever_it_is_changed),
        TEST_DB(sums_of_days_that_were_changed_are_found_and_mended),
        TEST_DB(a_journal_cut_short_or_patched_is_found),
        TEST_DB(a_balance_edited_by_hand_is_found),
        TEST_DB(an_older_state_that_was_put_back_is_found_by_the_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
