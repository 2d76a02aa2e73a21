/* The village simulator: a short life, twice the same. */
#include "harness.h"

#include "pay/simulate.h"

#include <stdlib.h>
#include <unistd.h>

static SimulateResult lived(void **state, uint64_t seed, int64_t days)
{
    char folder[] = "/tmp/millet-test-simulate-XXXXXX";
    SimulateResult result;
    assert_non_null(mkdtemp(folder));
    const SimulateOptions options = {.seed = seed, .days = days, .data = folder};
    assert_fine(simulate(test_arena(state), &options, &result));
    print_message("# seed %llu: %lld orders, %lld transfers, %lld payouts, %lld lines, %lld refusals\n", (unsigned long long)seed,
                  (long long)result.orders, (long long)result.transfers, (long long)result.payouts, (long long)result.lines, (long long)result.refusals);
    if (result.wrong)
        print_error("%.*s", STR_ARG(result.findings));
    assert_int_equal(system(str_z(test_arena(state), str_format(test_arena(state), "rm -rf %s", folder))), 0);
    return result;
}

static void a_village_lives_and_its_books_are_right_every_day(void **state)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        SimulateResult result = lived(state, seed, 40);
        assert_int_equal(result.wrong, 0);
        assert_int_equal(result.days, 40);
        assert_true(result.orders > 50 && result.transfers > 200 && result.payouts > 5 && result.lines > 0 && result.refusals > 40);
    }
}

static void power_cuts_and_a_lying_service_cost_nothing(void **state)
{
    int64_t torn = 0, lies = 0;
    for (uint64_t seed = 11; seed <= 12; seed++) {
        SimulateResult result = lived(state, seed, 100);
        assert_int_equal(result.wrong, 0);
        torn += result.torn;
        lies += result.lies;
        assert_true(result.phone > 10 && result.asked > result.phone);
    }
    assert_true(torn > 0 && lies > 20);
}

static void the_same_seed_lives_the_same_life(void **state)
{
    SimulateResult one = lived(state, 77, 30), two = lived(state, 77, 30), other = lived(state, 78, 30);
    assert_int_equal(one.orders, two.orders);
    assert_int_equal(one.transfers, two.transfers);
    assert_int_equal(one.refusals, two.refusals);
    assert_true(other.transfers != one.transfers);
    assert_int_equal(one.wallets.minor, two.wallets.minor);
    assert_int_equal(one.bank.minor, two.bank.minor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_village_lives_and_its_books_are_right_every_day),
        TEST(power_cuts_and_a_lying_service_cost_nothing),
        TEST(the_same_seed_lives_the_same_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
