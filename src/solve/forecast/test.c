/* Forecasts: what a person may rely on. Oracles: exact recursions, symmetry, brute force, known calendar dates. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solve/forecast/arima.h"
#include "solve/forecast/ces.h"
#include "solve/forecast/ets.h"
#include "solve/forecast/counts.h"
#include "solve/forecast/intermittent.h"
#include "solve/forecast/prepare.h"
#include "solve/forecast/score.h"
#include "solve/forecast/season.h"
#include "solve/forecast/stl.h"
#include "solve/forecast/theta.h"
#include "solve/numeric/numeric.h"

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

#define near(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* A farm's months: level 100, growth 1 a month, a July peak, noise of size sd. */
static void farm_months(double *y, size_t n, double sd, uint64_t seed)
{
    Rng rng = rng_new(seed, 1);
    for (size_t t = 0; t < n; t++)
        y[t] = (100 + (double)t) * (1 + 0.3 * cos(6.283185307179586 * ((double)(t % 12) - 6) / 12)) + sd * rng_normal(&rng);
}

static double farm_truth(size_t t)
{
    return (100 + (double)t) * (1 + 0.3 * cos(6.283185307179586 * ((double)(t % 12) - 6) / 12));
}

static void a_season_with_growth_is_carried_on(void **state)
{
    (void)state;
    double y[60], out[12];
    farm_months(y, 60, 1, 7);
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = 12};
    ensemble_forecast(arena, y, 60, &options, out, NULL, NULL);
    for (size_t h = 0; h < 12; h++)
        near(out[h], farm_truth(60 + h), 0.06 * farm_truth(60 + h));
}

static void the_same_input_gives_the_same_bits_on_one_and_on_four_threads(void **state)
{
    (void)state;
    ForecastSeries series[9];
    for (size_t i = 0; i < 9; i++) {
        double *y = NEW_ARRAY(arena, double, 48);
        farm_months(y, 48, 5, i);
        series[i] = (ForecastSeries){.id = str_format(arena, "s%zu", i), .y = y, .n = 48, .step = 1};
    }
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = 6, .levels = {0.8}, .levels_len = 1, .threads = 1};
    ForecastResult one[9], four[9];
    assert_null(forecast_run(arena, series, 9, &options, one));
    options.threads = 4;
    assert_null(forecast_run(arena, series, 9, &options, four));
    for (size_t i = 0; i < 9; i++) {
        assert_memory_equal(one[i].mean, four[i].mean, 6 * sizeof(double));
        assert_memory_equal(one[i].low[0], four[i].low[0], 6 * sizeof(double));
    }
}

/* The likelihood of the simplest form, written out again, must be at its smallest where ets_fit stopped. */
static double plain_smoothing(const double *y, size_t n, double alpha, double level)
{
    double sum = 0;
    for (size_t t = 0; t < n; t++) {
        double e = y[t] - level;
        sum += e * e;
        level += alpha * e;
    }
    return (double)n * log(sum);
}

static void simple_smoothing_finds_the_best_alpha_and_start(void **state)
{
    (void)state;
    double y[80], least = INFINITY;
    Rng rng = rng_new(3, 3);
    double level = 50;
    for (size_t t = 0; t < 80; t++) {
        level += 2 * rng_normal(&rng);
        y[t] = level + 4 * rng_normal(&rng);
    }
    EtsModel model;
    assert_true(ets_fit(arena, y, 80, 1, ETS_ERROR_ADD, ETS_TREND_NONE, ETS_SEASON_NONE, &model));
    for (double alpha = 0.0001; alpha < 1; alpha += 0.002)
        for (double start = 30; start < 70; start += 0.25)
            least = fmin(least, plain_smoothing(y, 80, alpha, start));
    near(model.log_likelihood2, plain_smoothing(y, 80, model.alpha, model.first_level), 1e-6);
    assert_true(model.log_likelihood2 <= least + 1e-3);
}

static void every_form_fits_the_same_model_in_other_units(void **state)
{
    (void)state;
    double y[60];
    farm_months(y, 60, 4, 11);
    for (int error = 0; error < 2; error++)
        for (int trend = 0; trend < 3; trend++)
            for (int season = 0; season < 3; season++) {
                EtsModel model, again;
                if (!ets_fit(arena, y, 60, 12, (EtsError)error, (EtsTrend)trend, (EtsSeason)season, &model))
                    continue;
                double scaled[60];
                for (size_t t = 0; t < 60; t++)
                    scaled[t] = 10 * y[t]; /* other units: the same model */
                assert_true(ets_fit(arena, scaled, 60, 12, (EtsError)error, (EtsTrend)trend, (EtsSeason)season, &again));
                double shift = 60 * log(100); /* n log(scale^2): of the squared errors, or of the forecasts they are relative to */
                near(again.log_likelihood2 - model.log_likelihood2, shift, 0.02 * fabs(model.log_likelihood2));
            }
}

static void the_seasonal_states_of_an_additive_season_sum_to_zero_and_forecasts_repeat(void **state)
{
    (void)state;
    double y[72], out[24];
    for (size_t t = 0; t < 72; t++)
        y[t] = 20 + (t % 4 == 0 ? 8 : t % 4 == 1 ? -3 : t % 4 == 2 ? -4 : -1) + 0.01 * (double)((t * 37) % 11);
    EtsModel model;
    assert_true(ets_fit(arena, y, 72, 4, ETS_ERROR_ADD, ETS_TREND_NONE, ETS_SEASON_ADD, &model));
    ets_forecast(&model, out, 24);
    for (size_t h = 0; h < 20; h++) {
        near(out[h], out[h + 4], 1e-9);
        near(out[h], 20 + (h % 4 == 0 ? 8 : h % 4 == 1 ? -3 : h % 4 == 2 ? -4 : -1), 0.2);
    }
}

static void multiplicative_forms_are_refused_for_zeros(void **state)
{
    (void)state;
    double y[40] = {0};
    EtsModel model;
    assert_false(ets_fit(arena, y, 40, 1, ETS_ERROR_MUL, ETS_TREND_NONE, ETS_SEASON_NONE, &model));
    assert_false(ets_fit(arena, y, 2, 1, ETS_ERROR_ADD, ETS_TREND_NONE, ETS_SEASON_NONE, &model));
}

static void theta_follows_a_straight_line(void **state)
{
    (void)state;
    double y[40], out[10];
    ThetaModel model;
    for (size_t t = 0; t < 40; t++)
        y[t] = 5 + 3 * (double)t;
    theta_forecast(arena, y, 40, 1, out, 10, &model);
    for (size_t h = 0; h < 10; h++)
        near(out[h], 5 + 3 * (double)(40 + h), 3.5);
}

static void ces_and_arima_follow_a_constant_with_noise(void **state)
{
    (void)state;
    double y[60], out[5];
    Rng rng = rng_new(5, 5);
    CesModel ces;
    ArimaModel arima;
    for (size_t t = 0; t < 60; t++)
        y[t] = 30 + rng_normal(&rng);
    ces_forecast(arena, y, 60, 1, out, 5, &ces);
    for (size_t h = 0; h < 5; h++)
        near(out[h], 30, 2);
    assert_true(arima_forecast(arena, y, 60, out, 5, &arima));
    for (size_t h = 0; h < 5; h++)
        near(out[h], 30, 2);
}

static void arima_finds_an_autoregression(void **state)
{
    (void)state;
    double y[400], out[3], x = 0;
    Rng rng = rng_new(9, 2);
    ArimaModel model;
    for (size_t t = 0; t < 400; t++)
        y[t] = x = 0.6 * x + rng_normal(&rng);
    assert_true(arima_forecast(arena, y, 400, out, 3, &model));
    near(out[0], 0.6 * y[399], 0.6);
    assert_int_equal(model.d, 0);
}

static void stl_takes_a_season_apart(void **state)
{
    (void)state;
    double y[312], seasonal[312], trend[312];
    for (size_t t = 0; t < 312; t++)
        y[t] = 0.1 * (double)t + 10 * sin(6.283185307179586 * (double)t / 52);
    stl_decompose(arena, y, 312, 52, 11, seasonal, trend);
    for (size_t t = 52; t < 260; t++) {
        near(seasonal[t], 10 * sin(6.283185307179586 * (double)t / 52), 1);
        near(trend[t] + seasonal[t], y[t], 0.5);
    }
}

static void a_pattern_without_season_is_not_called_seasonal(void **state)
{
    (void)state;
    double y[120];
    Rng rng = rng_new(21, 1);
    for (size_t t = 0; t < 120; t++)
        y[t] = 50 + rng_normal(&rng);
    assert_false(season_present(y, 120, 12, 1.645));
    farm_months(y, 120, 1, 1);
    assert_true(season_present(y, 120, 12, 1.645));
}

static void demand_is_classified_by_gaps_and_sizes(void **state)
{
    (void)state;
    double adi, cv2;
    double smooth[] = {5, 6, 5, 6, 5, 6, 5, 6}, sparse[] = {0, 0, 3, 0, 0, 3, 0, 0, 3, 0}, lumpy[] = {0, 0, 1, 0, 0, 30, 0, 0, 2, 0};
    double erratic[] = {1, 30, 1, 40, 1, 1, 60, 1}, constant[] = {2, 2, 2, 2, 2, 2, 2, 2};
    assert_int_equal(demand_classify(smooth, 8, &adi, &cv2), DEMAND_SMOOTH);
    assert_int_equal(demand_classify(sparse, 10, &adi, &cv2), DEMAND_INTERMITTENT);
    near(adi, 10.0 / 3, 1e-12);
    assert_int_equal(demand_classify(lumpy, 10, &adi, &cv2), DEMAND_LUMPY);
    assert_int_equal(demand_classify(erratic, 8, &adi, &cv2), DEMAND_ERRATIC);
    assert_int_equal(demand_classify(constant, 8, &adi, &cv2), DEMAND_CONSTANT);
    assert_int_equal(demand_classify(smooth, 3, &adi, &cv2), DEMAND_SHORT);
    assert_int_equal(demand_classify(smooth, 0, &adi, &cv2), DEMAND_NONE);
}

static void sparse_demand_is_forecast_near_its_mean_rate(void **state)
{
    (void)state;
    double y[200], work[200], chance;
    Rng rng = rng_new(77, 1);
    for (size_t t = 0; t < 200; t++)
        y[t] = rng_unit(&rng) < 0.25 ? 4 : 0;
    for (size_t m = 0; m < INTERMITTENT_METHODS; m++) {
        double rate = intermittent_forecast((IntermittentMethod)m, y, 200, work, &chance);
        assert_true(rate > 0.5 && rate < 1.7);
        assert_true(chance > 0.05 && chance < 0.6);
    }
    double dead[200] = {0};
    memcpy(dead, y, 60 * sizeof *y); /* sold no more for a long time: TSB sees it, Croston does not */
    assert_true(intermittent_forecast(INTERMITTENT_TSB, dead, 200, work, NULL) < 0.1);
    assert_true(intermittent_forecast(INTERMITTENT_CROSTON, dead, 200, work, NULL) > 0.3);
}

static void a_range_of_rare_demand_is_the_smallest_of_whole_pieces_that_holds_its_share(void **state)
{
    (void)state;
    double y[40] = {0};
    y[3] = 2, y[9] = 6, y[17] = 2, y[30] = 4; /* 1 in 10; half of them 2, a quarter 4, a quarter 6 */
    CountLaw law = count_law(arena, y, 40, 0.1);
    near(count_reaching(&law, 0.90), 0, 0);
    near(count_reaching(&law, 0.95), 2, 0); /* 0.9 + 0.05 */
    near(count_reaching(&law, 0.951), 4, 0);
    near(count_reaching(&law, 0.975), 4, 0);
    near(count_reaching(&law, 0.999), 6, 0);
    near(count_below(&law, 0), 0, 0);
    near(count_upto(&law, 0), 0.9, 1e-12);
    near(count_below(&law, 2), 0.9, 1e-12);
    near(count_upto(&law, 2), 0.95, 1e-12);
    near(count_upto(&law, 3), 0.95, 1e-12);
    near(count_below(&law, 100), 1, 1e-12);
    CountLaw never = count_law(arena, y, 3, 0.1);
    near(count_reaching(&never, 0.99), 0, 0);
    near(count_upto(&never, 0), 1, 0);
}

static void the_range_of_rare_demand_is_flat_and_its_forecast_is_checked_against_the_last_weeks(void **state)
{
    (void)state;
    double y[80];
    for (size_t t = 0; t < 80; t++)
        y[t] = t % 5 == 2 ? 3 : 0;
    ForecastSeries series = {.id = STR("rare"), .y = y, .n = 80, .step = 1};
    ForecastResult r;
    ForecastOptions options = {.horizon = 5, .levels = {0.5, 0.95}, .levels_len = 2};
    assert_null(forecast_run(arena, &series, 1, &options, &r));
    assert_int_equal(r.kind, DEMAND_INTERMITTENT);
    for (size_t h = 0; h < 5; h++) {
        near(r.low[0][h], 0, 0);
        near(r.high[0][h], 0, 0); /* four weeks of five */
        near(r.low[1][h], 0, 0);
        near(r.high[1][h], 3, 0);
    }
    near(r.mae, 0.96, 0.2); /* 0.6 a week: off by 0.6 four times and by 2.4 once */
    assert_true(!isnan(r.mase) && !isnan(r.naive_mae));
}

static void how_well_a_forecast_did_is_known_without_ranges_when_asked(void **state)
{
    (void)state;
    double y[60];
    farm_months(y, 60, 4, 5);
    ForecastSeries series = {.id = STR("a"), .y = y, .n = 60, .step = 1};
    ForecastResult plain, checked;
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = 6};
    assert_null(forecast_run(arena, &series, 1, &options, &plain));
    options.validate = true;
    assert_null(forecast_run(arena, &series, 1, &options, &checked));
    assert_true(isnan(plain.mase) && checked.mase > 0 && checked.mase < 2);
    near(plain.mean[5], checked.mean[5], 0);
}

static void intervals_cover_what_they_promise(void **state)
{
    (void)state;
    enum { SERIES = 60, N = 72, H = 6 };
    ForecastSeries series[SERIES];
    ForecastResult *results = NEW_ARRAY(arena, ForecastResult, SERIES);
    double *all[SERIES];
    size_t inside = 0;
    for (size_t i = 0; i < SERIES; i++) {
        all[i] = NEW_ARRAY(arena, double, N + H);
        farm_months(all[i], N + H, 8, 1000 + i);
        series[i] = (ForecastSeries){.id = str_format(arena, "%zu", i), .y = all[i], .n = N, .step = 1};
    }
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = H, .levels = {0.8, 0.95}, .levels_len = 2};
    assert_null(forecast_run(arena, series, SERIES, &options, results));
    for (size_t i = 0; i < SERIES; i++)
        for (size_t h = 0; h < H; h++) {
            inside += all[i][N + h] >= results[i].low[0][h] && all[i][N + h] <= results[i].high[0][h];
            assert_true(results[i].low[1][h] <= results[i].low[0][h] && results[i].high[0][h] <= results[i].high[1][h]);
        }
    near((double)inside / (SERIES * H), 0.8, 0.09);
}

static void too_little_data_leaves_the_interval_empty_but_gives_a_number(void **state)
{
    (void)state;
    double y[4] = {3, 4, 5, 4}, none[3] = {NAN, NAN, NAN};
    ForecastSeries series[2] = {{.id = STR("a"), .y = y, .n = 4, .step = 1}, {.id = STR("b"), .y = none, .n = 3, .step = 1}};
    ForecastResult results[2];
    ForecastOptions options = {.horizon = 2, .levels = {0.95}, .levels_len = 1};
    assert_null(forecast_run(arena, series, 2, &options, results));
    near(results[0].mean[1], 4, 1e-9);
    assert_true(isnan(results[0].low[0][0]));
    assert_true(results[0].note.len > 0);
    assert_int_equal(results[1].kind, DEMAND_NONE);
    near(results[1].mean[0], 0, 0);
}

static void an_empty_shelf_is_not_read_as_no_demand(void **state)
{
    (void)state;
    double y[120];
    bool stock[120];
    for (size_t t = 0; t < 120; t++) {
        stock[t] = t % 5 != 0 || t < 20;
        y[t] = stock[t] ? 40 + (double)(t % 3) : 0;
    }
    ForecastSeries told = {.id = STR("x"), .y = y, .in_stock = stock, .n = 120, .step = 1}, untold = told;
    untold.in_stock = NULL;
    ForecastOptions options = {.horizon = 5};
    ForecastResult with, without;
    assert_null(forecast_run(arena, &told, 1, &options, &with));
    assert_null(forecast_run(arena, &untold, 1, &options, &without));
    near(with.mean[2], 41, 2);
    assert_true(without.mean[2] < with.mean[2] - 3);
}

static void a_holiday_peak_is_learnt_and_comes_back_on_its_moving_date(void **state)
{
    (void)state;
    enum { N = 1300 };
    double *y = NEW_ARRAY(arena, double, N);
    Date start = date_of(2021, 1, 1), day;
    for (size_t t = 0; t < N; t++) {
        y[t] = 50 + (double)((t * 7) % 5);
        for (int year = 2021; year <= 2026; year++)
            if (holiday_lunar_new_year(year, &day)) {
                int64_t left = day.days - (start.days + (int64_t)t);
                if (left >= 1 && left <= 7)
                    y[t] *= 2;
            }
    }
    size_t n = (size_t)(date_of(2024, 1, 25).days - start.days); /* new year 2024 is 10 February */
    ForecastSeries series = {.id = STR("x"), .y = y, .n = n, .dated = true, .first = start.days, .step = 1};
    ForecastOptions options = {.horizon = 20, .holidays = true};
    ForecastResult result;
    assert_null(forecast_run(arena, &series, 1, &options, &result));
    double before = result.mean[2], week = result.mean[date_of(2024, 2, 6).days - date_of(2024, 1, 25).days];
    assert_true(week > 1.5 * before);
}

static void sums_fit_after_reconciliation(void **state)
{
    (void)state;
    double y[4][60];
    for (size_t i = 0; i < 3; i++)
        farm_months(y[i], 60, 6, 50 + i);
    for (size_t t = 0; t < 60; t++)
        y[3][t] = y[0][t] + y[1][t] + y[2][t];
    ForecastSeries series[4];
    for (size_t i = 0; i < 4; i++)
        series[i] = (ForecastSeries){.id = str_format(arena, "%zu", i), .y = y[i], .n = 60, .step = 1};
    int64_t parent[4] = {3, 3, 3, -1}, loop[2] = {1, 0};
    size_t n[4] = {60, 60, 60, 60};
    Hierarchy tree = {parent, 4}, bad = {loop, 2};
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = 6};
    for (int mint = 0; mint < 2; mint++) {
        ForecastResult results[4];
        bool used = true;
        assert_null(forecast_run(arena, series, 4, &options, results));
        if (mint)
            assert_null(reconcile_mint(arena, &tree, n, 48, 6, results, &used));
        else
            assert_null(reconcile_bottom_up(arena, &tree, 6, results));
        assert_true(used);
        for (size_t h = 0; h < 6; h++)
            near(results[3].mean[h], results[0].mean[h] + results[1].mean[h] + results[2].mean[h], 1e-6 * results[3].mean[h]);
    }
    ForecastResult two[2] = {{0}, {0}};
    assert_true(err_is(reconcile_bottom_up(arena, &bad, 1, two), "forecast.hierarchy"));
}

static void calendar_dates_are_right(void **state)
{
    (void)state;
    Date day;
    assert_true(holiday_lunar_new_year(2027, &day) && day.days == date_of(2027, 2, 6).days);
    assert_true(holiday_lunar_new_year(2030, &day) && day.days == date_of(2030, 2, 3).days);
    assert_true(holiday_mid_autumn(2024, &day) && day.days == date_of(2024, 9, 17).days);
    assert_int_equal(holiday_easter(2024).days, date_of(2024, 3, 31).days);
    assert_int_equal(holiday_easter(2038).days, date_of(2038, 4, 25).days);
    assert_false(holiday_lunar_new_year(1999, &day));
    for (int year = 2000; year <= 2050; year++) {
        assert_true(holiday_lunar_new_year(year, &day));
        assert_true(day.days >= date_of(year, 1, 21).days && day.days <= date_of(year, 2, 20).days);
    }
}

static void tables_take_any_order_and_name_every_bad_line(void **state)
{
    (void)state;
    SeriesTable table;
    assert_null(table_read(arena, STR("unique_id,ds,y\na,2026-01-03,3\na,2026-01-01,1\nb,2026-01-01,x\na,2026-01-01,9\n,2026-01-01,1\n"
                                      "a,12,1\na,2026-01-04,\nb,2026-02-31,1\nb,2026-01-01,7\n"),
                           "y", &table));
    assert_int_equal(table.len, 2);
    assert_int_equal(table.at[0].n, 4);
    near(table.at[0].y[0], 1, 0);
    assert_true(isnan(table.at[0].y[1]));
    near(table.at[0].y[2], 3, 0);
    assert_true(isnan(table.at[0].y[3]));
    assert_int_equal(table.refused, 5);
    assert_int_equal(table.complaints[0].line, 4);
    assert_true(err_is(table_read(arena, STR("id,when\n1,2\n"), "y", &table), "table.columns"));
    assert_true(err_is(table_read(arena, STR("unique_id,ds,y\n"), "y", &table), "table.empty"));
    assert_true(err_is(table_read(arena, STR("\xFF\xFEu\0n\0"), "y", &table), "table.encoding"));
}

static void steps_are_recognised_by_the_calendar(void **state)
{
    (void)state;
    SeriesTable table;
    assert_null(table_read(arena, STR("unique_id,ds,y\nm,2026-01-31,1\nm,2026-02-28,2\nm,2026-03-31,3\nw,2026-01-05,1\nw,2026-01-12,2\nw,2026-01-26,3\n"
                                      "q,2025-01-01,1\nq,2025-04-01,2\nq,2025-10-01,4\n"),
                           "y", &table));
    assert_int_equal(table.at[0].months, 1);
    assert_int_equal(table.at[1].step, 7);
    assert_int_equal(table.at[1].n, 4);
    assert_int_equal(table.at[2].months, 3);
    assert_int_equal(table.at[2].n, 4);
    Str next = series_time(arena, &table.at[0], 3);
    assert_true(str_eq(next, STR("2026-04-30")));
}

static void scores_are_those_of_a_hand_calculation(void **state)
{
    (void)state;
    SeriesTable train, test;
    Scores s;
    assert_null(table_read(arena, STR("unique_id,ds,y\na,1,10\na,2,12\na,3,11\na,4,13\n"), "y", &train));
    assert_null(table_read(arena, STR("unique_id,ds,y\na,5,14\na,6,15\n"), "y", &test));
    assert_null(scores_of(arena, &train, &test, STR("unique_id,ds,forecast,lo-80,hi-80\na,5,12,11,13\na,6,15,14,16\n"), 1, &s));
    near(s.mase, 1 / (5.0 / 3), 1e-9); /* mean error 1; naive differences 2, 1, 2 */
    near(s.smape, (200 * 2 / 26.0 + 0) / 2, 1e-9);
    near(s.coverage[0], 0.5, 1e-12);
    near(s.msis[0], ((2 + 2 / 0.2 * 1) + 2) / 2 / (5.0 / 3), 1e-9);
    near(s.owa, 0.5 * (s.smape / ((200 / 27.0 + 400 / 28.0) / 2) + s.mase / (1.5 / (5.0 / 3))), 1e-9);
}

static void impossible_options_are_refused(void **state)
{
    (void)state;
    double y[3] = {1, 2, 3};
    ForecastSeries series = {.id = STR("a"), .y = y, .n = 3, .step = 1};
    ForecastResult result;
    ForecastOptions none = {0}, seasons = {.horizon = 1, .periods = {12, 7}, .periods_len = 2}, level = {.horizon = 1, .levels = {1.5}, .levels_len = 1};
    assert_true(err_is(forecast_run(arena, &series, 1, &none, &result), "forecast.options"));
    assert_true(err_is(forecast_run(arena, &series, 1, &seasons, &result), "forecast.options"));
    assert_true(err_is(forecast_run(arena, &series, 1, &level, &result), "forecast.options"));
}

static void odd_series_never_give_anything_but_numbers(void **state)
{
    (void)state;
    Rng rng = rng_new(4242, 1);
    for (int round = 0; round < 150; round++) {
        size_t n = rng_below(&rng, 70);
        double *y = NEW_ARRAY(arena, double, n + 1);
        for (size_t t = 0; t < n; t++)
            switch (rng_below(&rng, 7)) {
            case 0: y[t] = 0; break;
            case 1: y[t] = NAN; break;
            case 2: y[t] = 1e12 * rng_normal(&rng); break;
            case 3: y[t] = -5; break;
            case 4: y[t] = 1e-9; break;
            default: y[t] = 10 + rng_normal(&rng);
            }
        ForecastSeries series = {.id = STR("odd"), .y = y, .n = n, .step = 1};
        ForecastOptions options = {.periods = {rng_below(&rng, 40) + 2}, .periods_len = 1, .horizon = 9, .levels = {0.8}, .levels_len = 1};
        ForecastResult result;
        assert_null(forecast_run(arena, &series, 1, &options, &result));
        for (size_t h = 0; h < 9; h++)
            assert_true(isfinite(result.mean[h]));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_season_with_growth_is_carried_on),
        TEST(the_same_input_gives_the_same_bits_on_one_and_on_four_threads),
        TEST(simple_smoothing_finds_the_best_alpha_and_start),
        TEST(every_form_fits_the_same_model_in_other_units),
        TEST(the_seasonal_states_of_an_additive_season_sum_to_zero_and_forecasts_repeat),
        TEST(multiplicative_forms_are_refused_for_zeros),
        TEST(theta_follows_a_straight_line),
        TEST(ces_and_arima_follow_a_constant_with_noise),
        TEST(arima_finds_an_autoregression),
        TEST(stl_takes_a_season_apart),
        TEST(a_pattern_without_season_is_not_called_seasonal),
        TEST(demand_is_classified_by_gaps_and_sizes),
        TEST(sparse_demand_is_forecast_near_its_mean_rate),
        TEST(a_range_of_rare_demand_is_the_smallest_of_whole_pieces_that_holds_its_share),
        TEST(the_range_of_rare_demand_is_flat_and_its_forecast_is_checked_against_the_last_weeks),
        TEST(how_well_a_forecast_did_is_known_without_ranges_when_asked),
        TEST(intervals_cover_what_they_promise),
        TEST(too_little_data_leaves_the_interval_empty_but_gives_a_number),
        TEST(an_empty_shelf_is_not_read_as_no_demand),
        TEST(a_holiday_peak_is_learnt_and_comes_back_on_its_moving_date),
        TEST(sums_fit_after_reconciliation),
        TEST(calendar_dates_are_right),
        TEST(tables_take_any_order_and_name_every_bad_line),
        TEST(steps_are_recognised_by_the_calendar),
        TEST(scores_are_those_of_a_hand_calculation),
        TEST(impossible_options_are_refused),
        TEST(odd_series_never_give_anything_but_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
