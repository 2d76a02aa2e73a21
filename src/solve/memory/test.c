/* FSRS-6 against the golden vector of the reference, the badge and the queue. */
#include "harness.h"
#include "solve/memory/memory.h"

#include <math.h>

#define assert_near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static void six_reviews_give_the_golden_vector(void **state)
{
    static const struct { Rating rating; double s, d; int64_t days; } golden[] = {
        {3, 2.306500, 2.118104, 3},  {3, 13.826903, 2.111214, 14}, {3, 56.956710, 2.104331, 57},
        {1, 3.188125, 7.389976, 3},  {3, 8.080777, 7.377814, 8},   {3, 19.134762, 7.365665, 19},
    };
    MemorySettings settings = memory_settings();
    settings.same_day = false;
    Memory memory = {0};
    int64_t days = 0;
    (void)state;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        memory = memory_review(&settings, memory, (double)days, golden[i].rating, &days);
        assert_near(memory.stability, golden[i].s, 1e-5);
        assert_near(memory.difficulty, golden[i].d, 1e-5);
        assert_int_equal(days, golden[i].days);
    }
}

static void after_one_stability_nine_of_ten_are_known(void **state)
{
    MemorySettings settings = memory_settings();
    (void)state;
    assert_near(memory_retrievability(&settings, 12.5, 12.5), 0.9, 1e-6);
    assert_near(memory_retrievability(&settings, 12.5, 0), 1, 0);
    assert_near(memory_retrievability(&settings, 12.5, -3), 1, 0);
    assert_near(memory_retrievability(&settings, 0, 3), 0, 0);
}

static void an_interval_never_exceeds_the_season(void **state)
{
    MemorySettings settings = memory_settings();
    settings.max_days = 180;
    Memory memory = {0};
    int64_t days = 0;
    (void)state;
    for (int i = 0; i < 12; i++)
        memory = memory_review(&settings, memory, (double)days, RATING_GOOD, &days);
    assert_true(days >= 180 && days <= 182); /* good and easy stay behind each other */
    assert_true(memory.stability > 180);
}

static void who_wants_to_keep_more_is_asked_sooner(void **state)
{
    MemorySettings less = memory_settings(), more = memory_settings();
    int64_t days_less, days_more;
    Memory known = {.stability = 40, .difficulty = 5};
    (void)state;
    less.retention = 0.8;
    more.retention = 0.95;
    memory_review(&less, known, 30, RATING_GOOD, &days_less);
    memory_review(&more, known, 30, RATING_GOOD, &days_more);
    assert_true(days_more < days_less);
}

static void a_lapse_never_makes_it_firmer(void **state)
{
    MemorySettings settings = memory_settings();
    (void)state;
    for (double s = 0.1; s < 5000; s *= 1.7)
        for (double d = 1; d <= 10; d += 1.5) {
            int64_t days;
            Memory after = memory_review(&settings, (Memory){s, d}, s, RATING_AGAIN, &days);
            assert_true(after.stability <= s + 1e-9);
            assert_true(after.difficulty >= d - 0.02); /* it reverts a thousandth to the mean */
            assert_true(days >= 1);
        }
}

static void wrong_is_never_entered_as_hard(void **state)
{
    (void)state;
    assert_int_equal(memory_rating(false, true, true), RATING_AGAIN);
    assert_int_equal(memory_rating(true, true, false), RATING_HARD);
    assert_int_equal(memory_rating(true, false, true), RATING_HARD);
    assert_int_equal(memory_rating(true, false, false), RATING_GOOD);
}

static void the_badge_needs_m_of_n_and_memory(void **state)
{
    Criterion criterion = criterion_default();
    Window window = {0};
    (void)state;
    for (int i = 0; i < 3; i++)
        window = window_add(window, true);
    assert_false(mastery_reached(&criterion, window, 1)); /* three of three are not four of five */
    window = window_add(window, false);
    window = window_add(window, true);
    assert_int_equal(window_right(window, 5), 4);
    assert_true(mastery_reached(&criterion, window, 0.85));
    assert_false(mastery_reached(&criterion, window, 0.849));
    window = window_add(window, false);
    assert_false(mastery_reached(&criterion, window, 1));
    for (int i = 0; i < 40; i++)
        window = window_add(window, true);
    assert_int_equal(window.len, 32);
    assert_int_equal(window_right(window, 32), 32);
}

static void a_backlog_is_forgiven_and_the_most_forgotten_come_first(void **state)
{
    DueItem items[] = {{1, 0.9, -2}, {2, 0.5, 3}, {3, 0.8, 0}, {4, 0.2, 40}, {5, 0.5, 1}};
    (void)state;
    assert_int_equal(memory_queue(items, 5, 3), 3);
    assert_int_equal(items[0].id, 4);
    assert_int_equal(items[1].id, 2);
    assert_int_equal(items[2].id, 5);
    assert_int_equal(items[4].id, 1);
    assert_int_equal(memory_queue(items, 5, 10), 4);
    assert_int_equal(memory_queue(NULL, 0, 10), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(six_reviews_give_the_golden_vector),
        TEST(after_one_stability_nine_of_ten_are_known),
        TEST(an_interval_never_exceeds_the_season),
        TEST(who_wants_to_keep_more_is_asked_sooner),
        TEST(a_lapse_never_makes_it_firmer),
        TEST(wrong_is_never_entered_as_hard),
        TEST(the_badge_needs_m_of_n_and_memory),
        TEST(a_backlog_is_forgiven_and_the_most_forgotten_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
