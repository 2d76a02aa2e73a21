/* Files and series as people really bring them: each gets a number or a sentence, never a crash. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "solve/forecast/table.h"

static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* One good line in front, so that the file as a whole can be read. */
static SeriesTable read_after_good(const char *lines)
{
    SeriesTable table;
    assert_null(table_read(arena, str_format(arena, "unique_id,ds,y\ngood,2026-01-01,1\n%s", lines), "y", &table));
    return table;
}

static void refused_at(const SeriesTable *table, size_t line, const char *why)
{
    assert_true(table->refused >= 1);
    assert_int_equal(table->complaints[0].line, line);
    assert_true(str_find(table->complaints[0].what, str_of(why)) != SIZE_MAX);
}

static ForecastResult run(const double *y, size_t n)
{
    const ForecastSeries series = {.id = STR("one"), .y = y, .n = n, .step = 1};
    const ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = 6, .levels = {0.95}, .levels_len = 1};
    ForecastResult result;
    assert_null(forecast_run(arena, &series, 1, &options, &result));
    for (size_t h = 0; h < 6; h++)
        assert_true(isfinite(result.mean[h]));
    return result;
}

static void nan_is_a_gap_and_infinity_is_refused_by_its_line(void **state)
{
    (void)state;
    SeriesTable table = read_after_good("good,2026-01-02,NaN\ngood,2026-01-03,inf\ngood,2026-01-04,2\n");
    assert_int_equal(table.refused, 1);
    refused_at(&table, 4, "not a usable number: inf");
    assert_int_equal(table.at[0].n, 4);
    assert_true(isnan(table.at[0].y[1]));
    const double all_nan[] = {NAN, NAN, NAN};
    ForecastResult r = run(all_nan, 3);
    assert_int_equal(r.kind, DEMAND_NONE);
    assert_true(r.mean[0] == 0 && isnan(r.low[0][0]) && str_starts(r.note, STR("no values")));
}

static void negative_values_are_forecast_as_they_are(void **state)
{
    (void)state;
    double y[48];
    for (size_t t = 0; t < 48; t++)
        y[t] = -100 + (double)(t % 5);
    ForecastResult r = run(y, 48);
    for (size_t h = 0; h < 6; h++)
        assert_true(r.mean[h] < -80 && r.mean[h] > -120 && r.low[0][h] <= r.mean[h] && r.high[0][h] >= r.mean[h]);
    SeriesTable table;
    assert_null(table_read(arena, STR("unique_id,ds,y,price\na,1,5,2\na,2,5,-2\n"), "y", &table));
    refused_at(&table, 3, "price must be a number of at least 0");
}

static void a_constant_goes_on_and_is_called_so(void **state)
{
    (void)state;
    double y[30];
    for (size_t t = 0; t < 30; t++)
        y[t] = 7;
    ForecastResult r = run(y, 30);
    assert_int_equal(r.kind, DEMAND_CONSTANT);
    assert_true(r.mean[0] == 7 && r.mean[5] == 7);
}

static void two_points_give_a_number_and_an_empty_interval_that_says_why(void **state)
{
    (void)state;
    const double y[] = {3, 5};
    ForecastResult r = run(y, 2);
    assert_true(r.mean[0] >= 3 && r.mean[0] <= 5);
    assert_true(isnan(r.low[0][0]) && isnan(r.high[0][0]));
    assert_true(str_starts(r.note, STR("too little data (2 values)")));
}

static void a_second_value_at_the_same_time_is_refused_by_its_line(void **state)
{
    (void)state;
    SeriesTable table = read_after_good("good,2026-01-02,2\ngood,2026-01-01,9\n");
    refused_at(&table, 4, "already has a value at this time; the first one stays");
    assert_true(table.at[0].y[0] == 1);
}

static void unsorted_lines_are_put_in_order(void **state)
{
    (void)state;
    SeriesTable table = read_after_good("good,2026-01-04,4\nb,2026-01-02,1\ngood,2026-01-02,2\ngood,2026-01-03,3\n");
    assert_int_equal(table.refused, 0);
    for (size_t t = 0; t < 4; t++)
        assert_true(table.at[0].y[t] == (double)t + 1);
}

static void other_encodings_are_named(void **state)
{
    (void)state;
    SeriesTable table;
    assert_true(err_is(table_read(arena, STR("\xFF\xFEu\0"), "y", &table), "table.encoding"));
    assert_true(err_is(table_read(arena, STR("\xFE\xFF\0u"), "y", &table), "table.encoding"));
    table = read_after_good("k\xE4se,2026-01-01,1\n"); /* Latin-1 */
    refused_at(&table, 3, "not UTF-8");
    assert_null(table_read(arena, STR("\xEF\xBB\xBFunique_id;ds;y\r\na;2026-01-01;1\r\n"), "y", &table)); /* as spreadsheets write it */
    assert_int_equal(table.len, 1);
}

static void mixed_times_and_impossible_days_are_refused_by_their_lines(void **state)
{
    (void)state;
    SeriesTable table = read_after_good("good,17,2\n");
    refused_at(&table, 3, "the same kind in every line");
    table = read_after_good("good,2026-02-30,2\n");
    refused_at(&table, 3, "ds must be a date");
    table = read_after_good("good,2026-01-02,\"2\n");
    refused_at(&table, 3, "a quote is not closed");
    assert_true(err_is(table_read(arena, STR("unique_id,ds,y\na,1,1\na,2,1\na,4000000000,1\n"), "y", &table), "table.empty"));
    assert_true(table.refused == 1 && str_find(table.complaints[0].what, STR("check its times")) != SIZE_MAX);
}

static void many_rows_are_read_and_only_the_first_complaints_are_kept(void **state)
{
    (void)state;
    enum { ROWS = 200000 };
    Buf text = buf_new(arena, 64 << 20);
    buf_add(&text, STR("unique_id,ds,y\n"));
    for (int i = 0; i < ROWS; i++)
        buf_addf(&text, "s%d,%d,%s\n", i % 200, i / 200, i % 2 ? "1" : "x");
    SeriesTable table;
    size_t before = arena_used(arena);
    assert_null(table_read(arena, buf_str(&text), "y", &table));
    assert_true(arena_used(arena) - before < 8 << 20); /* a sentence for each bad line would be more */
    assert_int_equal(table.refused, ROWS / 2);
    assert_int_equal(table.len, 100);
    assert_int_equal(table.complaints_len, TABLE_COMPLAINTS_MAX);
    assert_int_equal(table.complaints[0].line, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(nan_is_a_gap_and_infinity_is_refused_by_its_line),
        TEST(negative_values_are_forecast_as_they_are),
        TEST(a_constant_goes_on_and_is_called_so),
        TEST(two_points_give_a_number_and_an_empty_interval_that_says_why),
        TEST(a_second_value_at_the_same_time_is_refused_by_its_line),
        TEST(unsorted_lines_are_put_in_order),
        TEST(other_encodings_are_named),
        TEST(mixed_times_and_impossible_days_are_refused_by_their_lines),
        TEST(many_rows_are_read_and_only_the_first_complaints_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
