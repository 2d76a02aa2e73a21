/* Forecast comparisons that need more than the two commands: forecast croston TRAIN TEST (rare demand beside Croston's method, flat
   forecasts over the same points), forecast golden TRAIN GOLDEN (chosen ETS forms, AICc and forecasts beside those of R forecast 8.20;
   GOLDEN: lines id;form;aicc;ets forecasts;theta forecasts), with the season as the third argument. CPU seconds of one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
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

static int golden(Arena *arena, const char *train_path, const char *golden_path, size_t season)
{
    SeriesTable train;
    Str text, line, form, rest, word;
    size_t count = 0, same = 0, as_good = 0;
    double difference = 0, distance = 0, points = 0, begin = cpu_seconds();
    read_table(arena, train_path, &train);
    if (file_read(arena, golden_path, READ_MAX, &text))
        return 1;
    Arena *work = arena_new();
    while (text.len) {
        Str id;
        double aicc;
        EtsModel model;
        str_cut(text, '\n', &line, &text);
        str_cut(line, ';', &id, &rest);
        str_cut(rest, ';', &form, &rest);
        str_cut(rest, ';', &word, &rest);
        const ForecastSeries *series = series_find(&train, id);
        if (!series || !str_to_real(word, &aicc) || !ets_best(work, series->y, series->n, season, &model))
            continue;
        double mean[HORIZON_MAX];
        ets_forecast(&model, mean, HORIZON_MAX);
        str_cut(rest, ';', &line, &rest);
        for (size_t h = 0; line.len && h < HORIZON_MAX; h++) {
            double theirs;
            str_cut(line, ' ', &word, &line);
            if (str_to_real(word, &theirs) && fabs(theirs) + fabs(mean[h]) > 0) {
                distance += 200 * fabs(theirs - mean[h]) / (fabs(theirs) + fabs(mean[h]));
                points++;
            }
        }
        count++;
        same += str_eq(form, str_of(ets_name(&model)));
        as_good += model.aicc <= aicc + 0.01;
        difference += model.aicc - aicc;
        arena_reset(work);
    }
    arena_free(work);
    printf("%zu series: same form %zu, AICc at least as good %zu (mean difference %.2f); forecasts %.2f sMAPE apart; %.2f CPU-s\n", count, same,
           as_good, difference / (double)count, distance / points, cpu_seconds() - begin);
    return 0;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    int status = 2;
    if (argc == 4 && strcmp(argv[1], "croston") == 0)
        status = croston(arena, argv[2], argv[3]);
    else if (argc == 5 && strcmp(argv[1], "golden") == 0)
        status = golden(arena, argv[2], argv[3], (size_t)atoi(argv[4]));
    else
        fputs("forecast croston TRAIN TEST | forecast golden TRAIN GOLDEN SEASON\n", stderr);
    arena_free(arena);
    return status;
}
