/* The whole week on both databases: the first place where something shows that only stands out once everything is played. */
#include "ask.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "week/week.h"

enum { SECONDS_MAX = 40, QUIET_LOAD = 2 };

static int64_t lines_said;

static void listen_in(void *arg, const char *line)
{
    (void)arg;
    lines_said++;
    if (strstr(line, "WRONG"))
        print_error("%s\n", line);
}

static Week played(void **state, uint64_t seed)
{
    Week week = {.store = test_store(state), .arena = test_arena(state), .begins = {1794787200000}, .seed = seed, .say = listen_in};
    double load = 0;
    int64_t began = time_monotonic_us();
    clock_t cpu = clock();
    assert_fine(week_play(&week));
    assert_true((clock() - cpu) / CLOCKS_PER_SEC < SECONDS_MAX);
    if (getloadavg(&load, 1) == 1 && load < QUIET_LOAD) /* the clock on the wall says something only where others let us work */
        assert_true(time_monotonic_us() - began < SECONDS_MAX * INT64_C(1000000));
    return week;
}

static void a_week_ends_with_every_total_reconciled(void **state)
{
    lines_said = 0;
    Week week = played(state, 0);
    assert_int_equal(week.wrong, 0);
    assert_true(week.checked > 1000);
    assert_int_equal(week.orders, WEEK_ORDERS);
    assert_true(week.shortened > 10);
    assert_true(week.weighed > 20);
    assert_true(week.wallet_orders > 40 && week.wallet_orders < week.orders); /* some from wallets, some in cash */
    assert_true(week.preorders > 10);
    assert_int_equal(week.collected + week.missed, test_int(week.store, "SELECT count(*) FROM order_group"));
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM pay_part WHERE till <> 0 AND state = 'released'") > 20, 1);
    assert_int_equal(week.payouts, WEEK_FARMS + 1); /* one came back and went out again */
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM pay_payout WHERE state = 'bounced'"), 1);
    assert_int_equal(test_int(week.store, "SELECT coalesce(sum(cr_posted - dr_posted), 0) FROM account WHERE code IN ('2030', '2040', '1040', '2090')"), 0);
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM account WHERE code = '2030' AND cr_posted <> dr_posted"), 0);
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM anchor"), 9);
    assert_int_equal(week.programs, 3); /* hledger, Ledger and Beancount: tools/packages/test has them */
    assert_int_equal(week.outlooks, WEEK_GOODS); /* the forecasts have learned from this week's orders */
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM forecast_week WHERE low IS NOT NULL OR high IS NOT NULL"), 0); /* one week supports no range */
    assert_true(week.next_forecast != 0);
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM forecast"), 2);
    assert_true(week.missed >= 5);
    assert_int_equal(week.refunds, 3);
    assert_true(week.given_back.minor > 0 && week.given_back.minor < week.paid.minor);
    assert_true(lines_said > 20);
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM order_group WHERE open = 1"), 0);
    assert_int_equal(test_int(week.store, "SELECT count(*) FROM cycle WHERE state = 'settled'"), 1);
}

static void weeks_of_other_chance_add_up_too(void **state)
{
    Week week = played(state, 7);
    assert_int_equal(week.wrong, 0);
    assert_int_equal(week.programs, 3);
    assert_true(week.orders > 100);
}

static void somebody_elses_village_is_not_played_over(void **state)
{
    App *app = app_of(state);
    Week week = {.store = app_store(app), .arena = app_arena(app), .begins = {1794787200000}};
    assert_err(week_play(&week), "start.done");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM order_group"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_week_ends_with_every_total_reconciled),
        TEST_DB(weeks_of_other_chance_add_up_too),
        TEST_DB(somebody_elses_village_is_not_played_over),
    };
    return cmocka_run_group_tests_name("week", tests, NULL, NULL);
}
