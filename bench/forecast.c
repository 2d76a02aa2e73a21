/* Forecast comparisons that need more than the two commands: forecast croston TRAIN TEST (rare demand beside Croston's method, flat
   forecasts over the same points), forecast counts TRAIN TEST (are ranges of rare demand wider than whole pieces ask for), forecast golden TRAIN GOLDEN (chosen ETS forms, AICc and forecasts beside those of R forecast 8.20;
   GOLDEN: lines id;form;aicc;ets forecasts;theta forecasts), with the season as the third argument. CPU seconds of one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "solve/forecast/counts.h"
#include "solve/forecast/ets.h"
#include "solve/forecast/intermittent.h"
#include "solve/forecast/table.h"

enum { READ_MAX = 1 << 30, HORIZON_MAX = 64 };

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void read_table(Arena *arena, const char *path, SeriesTable *out)
{
    Str text;
    Err *err = file_read(arena, path, READ_MAX, &text);
    if (!err)
        err = table_read(arena, text, "y", out);
    if (err) {
        fprintf(stderr, "%s: %s\n", path, str_z(arena, err_text(arena, err)));
        exit(1);
    }
}

static const ForecastSeries *series_find(const SeriesTable *table, Str id)
{
    for (size_t i = 0; i < table->len; i++)
        if (str_eq(table->at[i].id, id))
            return &table->at[i];
    return NULL;
}

typedef struct Misses {
    double mase, rmsse;
    size_t series;
} Misses;

static void miss_add(Misses *out, const ForecastSeries *train, const ForecastSeries *test, const double *mean)
{
    double plain = 0, square = 0, error = 0, squares = 0;
    for (size_t t = 1; t < train->n; t++) {
        plain += fabs(train->y[t] - train->y[t - 1]) / (double)(train->n - 1);
        square += pow(train->y[t] - train->y[t - 1], 2) / (double)(train->n - 1);
    }
    if (!(plain > 0))
        return;
    for (size_t h = 0; h < test->n; h++) {
        error += fabs(test->y[h] - mean[h]) / (double)test->n;
        squares += pow(test->y[h] - mean[h], 2) / (double)test->n;
    }
    out->mase += error / plain;
    out->rmsse += sqrt(squares / square);
    out->series++;
}

static int croston(Arena *arena, const char *train_path, const char *test_path)
{
    SeriesTable train, test;
    Misses theirs = {0}, ours = {0};
    read_table(arena, train_path, &train);
    read_table(arena, test_path, &test);
    size_t horizon = test.len ? test.at[0].n : 1;
    double *work = NEW_ARRAY(arena, double, FORECAST_N_MAX), mean[HORIZON_MAX], begin = cpu_seconds();
    for (size_t i = 0; i < train.len; i++) {
        const ForecastSeries *truth = series_find(&test, train.at[i].id);
        double rate = intermittent_forecast(INTERMITTENT_CROSTON, train.at[i].y, train.at[i].n, work, NULL);
        for (size_t h = 0; h < HORIZON_MAX; h++)
            mean[h] = rate;
        if (truth && truth->n <= HORIZON_MAX)
            miss_add(&theirs, &train.at[i], truth, mean);
    }
    double cost = cpu_seconds() - begin;
    begin = cpu_seconds();
    ForecastResult *results = NEW_ARRAY(arena, ForecastResult, train.len + 1);
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = horizon};
    if (forecast_run(arena, train.at, train.len, &options, results))
        return 1;
    double our_cost = cpu_seconds() - begin;
    for (size_t i = 0; i < train.len; i++) {
        const ForecastSeries *truth = series_find(&test, train.at[i].id);
        if (truth && truth->n <= horizon)
            miss_add(&ours, &train.at[i], truth, results[i].mean);
    }
    printf("%zu series: Croston MASE %.4f RMSSE %.4f (%.2f CPU-s); ours MASE %.4f RMSSE %.4f (%.2f CPU-s)\n", ours.series,
           theirs.mase / (double)theirs.series, theirs.rmsse / (double)theirs.series, cost, ours.mase / (double)ours.series,
           ours.rmsse / (double)ours.series, our_cost);
    return 0;
}

/* Whether ranges of rare demand are wider than need be: what the smallest range of whole pieces that holds the level holds by the law
   it was made from, what it held, and what a range of broken pieces would have held (the top piece counted by the part of it that the
   level still asks for; the non-randomised form of Czado, Gneiting, Held 2009): that is the level itself where the law is right. */
static int counts(Arena *arena, const char *train_path, const char *test_path)
{
    SeriesTable train, test;
    const double level[] = {0.8, 0.95};
    double promised[2] = {0}, held[2] = {0}, whole[2] = {0};
    size_t points = 0;
    read_table(arena, train_path, &train);
    read_table(arena, test_path, &test);
    ForecastResult *results = NEW_ARRAY(arena, ForecastResult, train.len + 1);
    ForecastOptions options = {.periods = {12}, .periods_len = 1, .horizon = test.len ? test.at[0].n : 1, .levels = {0.8, 0.95}, .levels_len = 2};
    if (forecast_run(arena, train.at, train.len, &options, results))
        return 1;
    for (size_t i = 0; i < train.len; i++) {
        const ForecastSeries *truth = series_find(&test, train.at[i].id);
        bool sparse = results[i].kind == DEMAND_INTERMITTENT || results[i].kind == DEMAND_LUMPY;
        CountLaw law = count_law(arena, train.at[i].y, train.at[i].n, results[i].chance);
        for (size_t h = 0; truth && sparse && h < truth->n && !isnan(results[i].high[0][0]); h++, points++)
            for (size_t l = 0; l < 2; l++) {
                double below = count_below(&law, truth->y[h]), upto = count_upto(&law, truth->y[h]);
                promised[l] += count_upto(&law, results[i].high[l][0]);
                held[l] += truth->y[h] <= results[i].high[l][0];
                whole[l] += upto <= level[l] ? 1 : below >= level[l] ? 0 : (level[l] - below) / (upto - below);
            }
    }
    for (size_t l = 0; l < 2; l++)
        printf("level %.0f: %zu points; whole pieces hold %.2f %% by their own law, held %.2f %%; broken pieces would have held %.2f %%\n", level[l] * 100, points,
               100 * promised[l] / (double)points, 100 * held[l] / (double)points, 100 * whole[l] / (double)points);
    return 0;
}

/* ---- beside R ---- */

typedef struct Golden { /* counts of series, sums */
    size_t series, same_form, same_value, ours_better, ours_worse, other_form, near_tie, theirs_refitted, theirs_better, not_allowed;
    double apart_same, points_same, apart_other, points_other, gain;
    double worst;
    Str worst_id;
} Golden;

typedef struct GoldenRow {
    Str id, form, forecasts;
    double aicc;
} GoldenRow;

/* "ETS(M,Ad,N)" to its parts. */
static bool form_read(Str form, EtsError *error, EtsTrend *trend, EtsSeason *season)
{
    Str e, t, s;
    if (!str_starts(form, STR("ETS(")) || !str_cut(str_slice(form, 4, form.len - 1), ',', &e, &t) || !str_cut(t, ',', &t, &s))
        return false;
    *error = str_eq(e, STR("M")) ? ETS_ERROR_MUL : ETS_ERROR_ADD;
    *trend = str_eq(t, STR("N")) ? ETS_TREND_NONE : str_eq(t, STR("A")) ? ETS_TREND_ADD : ETS_TREND_DAMPED;
    *season = str_eq(s, STR("N")) ? ETS_SEASON_NONE : str_eq(s, STR("A")) ? ETS_SEASON_ADD : ETS_SEASON_MUL;
    return true;
}

static void distance_add(const EtsModel *model, Str forecasts, double *apart, double *points)
{
    double mean[HORIZON_MAX], theirs;
    Str word;
    ets_forecast(model, mean, HORIZON_MAX);
    for (size_t h = 0; forecasts.len && h < HORIZON_MAX; h++) {
        str_cut(forecasts, ' ', &word, &forecasts);
        if (str_to_real(word, &theirs) && fabs(theirs) + fabs(mean[h]) > 0) {
            *apart += 200 * fabs(theirs - mean[h]) / (fabs(theirs) + fabs(mean[h]));
            (*points)++;
        }
    }
}

/* Another form than R's: is ours truly better by AICc, and do we agree about the form that R chose? */
static void other_form(Arena *work, Golden *g, const GoldenRow *row, const ForecastSeries *series, size_t season, const EtsModel *ours)
{
    EtsModel theirs;
    EtsError error;
    EtsTrend trend;
    EtsSeason seasonal;
    g->other_form++;
    g->near_tie += fabs(row->aicc - ours->aicc) < 2;
    g->gain += row->aicc - ours->aicc;
    distance_add(ours, row->forecasts, &g->apart_other, &g->points_other);
    if (!form_read(row->form, &error, &trend, &seasonal) || !ets_fit(work, series->y, series->n, seasonal ? season : 1, error, trend, seasonal, &theirs))
        g->not_allowed++;
    else
        g->theirs_refitted += theirs.aicc <= row->aicc + 0.01;
    g->theirs_better += row->aicc < ours->aicc - 0.01;
}

static void golden_row(Arena *work, Golden *g, const GoldenRow *row, const ForecastSeries *series, size_t season)
{
    EtsModel model;
    if (!ets_best(work, series->y, series->n, season, &model))
        return;
    g->series++;
    if (model.aicc - row->aicc > g->worst) {
        g->worst = model.aicc - row->aicc;
        g->worst_id = row->id;
    }
    if (!str_eq(row->form, str_of(ets_name(&model)))) {
        other_form(work, g, row, series, season, &model);
        return;
    }
    g->same_form++;
    g->same_value += fabs(model.aicc - row->aicc) <= 0.01;
    g->ours_better += model.aicc < row->aicc - 0.01;
    g->ours_worse += model.aicc > row->aicc + 0.01;
    distance_add(&model, row->forecasts, &g->apart_same, &g->points_same);
}

static int golden(Arena *arena, const char *train_path, const char *golden_path, size_t season)
{
    SeriesTable train;
    Str text, line, rest, word;
    Golden g = {0};
    double begin = cpu_seconds();
    read_table(arena, train_path, &train);
    if (file_read(arena, golden_path, READ_MAX, &text))
        return 1;
    Arena *work = arena_new();
    while (text.len) {
        GoldenRow row;
        str_cut(text, '\n', &line, &text);
        str_cut(line, ';', &row.id, &rest);
        str_cut(rest, ';', &row.form, &rest);
        str_cut(rest, ';', &word, &rest);
        str_cut(rest, ';', &row.forecasts, &rest);
        const ForecastSeries *series = series_find(&train, row.id);
        if (series && str_to_real(word, &row.aicc) && series->n)
            golden_row(work, &g, &row, series, season);
        arena_reset(work);
    }
    arena_free(work);
    printf("%zu series in %.2f CPU-s. Same form in %zu: AICc equal to 0.01 in %zu, ours lower in %zu, higher in %zu; forecasts %.3f sMAPE apart\n", g.series,
           cpu_seconds() - begin, g.same_form, g.same_value, g.ours_better, g.ours_worse, g.apart_same / fmax(g.points_same, 1));
    printf("another form in %zu: our AICc is lower in %zu (by %.2f on average), %zu are ties within 2; fitted by us, R's own form reaches R's AICc in %zu\n",
           g.other_form, g.other_form - g.theirs_better, g.gain / fmax((double)g.other_form, 1), g.near_tie, g.theirs_refitted);
    printf("(data does not allow R's form here: %zu); forecasts %.3f sMAPE apart. Greatest AICc above R's: %.2f (%.*s)\n", g.not_allowed,
           g.apart_other / fmax(g.points_other, 1), g.worst, STR_ARG(g.worst_id));
    return 0;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    int status = 2;
    if (argc == 4 && strcmp(argv[1], "croston") == 0)
        status = croston(arena, argv[2], argv[3]);
    else if (argc == 4 && strcmp(argv[1], "counts") == 0)
        status = counts(arena, argv[2], argv[3]);
    else if (argc == 5 && strcmp(argv[1], "golden") == 0)
        status = golden(arena, argv[2], argv[3], (size_t)atoi(argv[4]));
    else
        fputs("forecast croston TRAIN TEST | forecast counts TRAIN TEST | forecast golden TRAIN GOLDEN SEASON\n", stderr);
    arena_free(arena);
    return status;
}
