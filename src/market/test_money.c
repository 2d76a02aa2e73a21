/* Rules of measures and prices. */
#include "harness.h"
#include "market/market.h"

static Money cost(Measure m, int64_t price, int64_t steps)
{
    Money out = {-1};
    assert_true(measure_cost(&m, (Money){price}, steps, &out));
    return out;
}

static const Measure jar = {{"C62", 3}, 0, {"C62", 3}, 0, 0};
static const Measure rice = {{"GRM", 3}, 0, {"KGM", 3}, 3, 0};
static const Measure fine_rice = {{"KGM", 3}, 3, {"KGM", 3}, 3, 0};
static const Measure chicken = {{"C62", 3}, 0, {"KGM", 3}, 3, 1800};

static void a_jar_costs_its_price(void **state)
{
    (void)state;
    assert_int_equal(cost(jar, 3800, 3).minor, 11400);
}

static void rice_by_the_gram_is_rounded_half_up_once(void **state)
{
    (void)state;
    assert_int_equal(cost(rice, 1250, 1000).minor, 1250);
    assert_int_equal(cost(rice, 1250, 50).minor, 63); /* 62.5 */
    assert_int_equal(cost(rice, 1249, 50).minor, 62); /* 62.45 */
    assert_int_equal(cost(fine_rice, 1250, 1250).minor, 1563); /* 1562.5 */
}

static void a_chicken_is_estimated_by_its_average_weight(void **state)
{
    (void)state;
    assert_int_equal(cost(chicken, 3200, 2).minor, 11520);
    Money weighed;
    assert_true(measure_weighed_cost(&chicken, (Money){3200}, 3455, &weighed));
    assert_int_equal(weighed.minor, 11056);
}

static void units_that_cannot_be_converted_need_a_weight(void **state)
{
    Arena *arena = test_arena(state);
    Measure bad = chicken;
    bad.nominal_priced_steps = 0;
    assert_err(measure_check(arena, &bad), "measure.kinds");
    bad.sold_unit = STR("XYZ");
    assert_err(measure_check(arena, &bad), "measure.unit");
    assert_fine(measure_check(arena, &chicken));
}

static void an_absurd_sum_is_refused_not_wrapped(void **state)
{
    (void)state;
    Money out;
    assert_false(measure_cost(&jar, (Money){INT64_MAX}, 2, &out));
    assert_false(measure_cost(&chicken, (Money){INT64_MAX}, INT64_MAX, &out));
    assert_false(measure_cost(&jar, (Money){-1}, 2, &out));
}

static void the_price_of_a_kilogram_is_shown_where_it_says_more(void **state)
{
    (void)state;
    Money out;
    Str unit;
    assert_true(measure_unit_price(&jar, (Money){3800}, STR("KGM"), 500, &out, &unit));
    assert_int_equal(out.minor, 7600);
    assert_str(unit, "KGM");
    assert_false(measure_unit_price(&jar, (Money){3800}, STR(""), 0, &out, &unit));
    assert_false(measure_unit_price(&rice, (Money){3800}, STR(""), 0, &out, &unit));
    Measure per_gram = {STR("GRM"), 0, STR("GRM"), 0, 0};
    assert_true(measure_unit_price(&per_gram, (Money){5}, STR(""), 0, &out, &unit));
    assert_int_equal(out.minor, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_jar_costs_its_price),
        TEST(rice_by_the_gram_is_rounded_half_up_once),
        TEST(a_chicken_is_estimated_by_its_average_weight),
        TEST(units_that_cannot_be_converted_need_a_weight),
        TEST(an_absurd_sum_is_refused_not_wrapped),
        TEST(the_price_of_a_kilogram_is_shown_where_it_says_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
