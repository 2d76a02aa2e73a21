/* sMAPE, MASE, OWA, MSIS as the M4 competition defines them (Makridakis, Spiliotis, Assimakopoulos 2020). */
#include "solve/forecast/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "solve/forecast/season.h"

typedef struct Point {
    Str id, time;
    double mean, low[FORECAST_LEVELS_MAX], high[FORECAST_LEVELS_MAX];
} Point;

static int by_id_time(const void *a, const void *b)
{
    const Point *x = a, *y = b;
    int order = str_compare(x->id, y->id);
    return order ? order : str_compare(x->time, y->time);
}

static int by_id(const void *a, const void *b)
{
    return str_compare(((const ForecastSeries *)a)->id, ((const ForecastSeries *)b)->id);
}

static Err *read_points(Arena *arena, Str text, Scores *scores, Point **points, size_t *len)
{
    Csv csv = csv_open(arena, text, ',');
    StrList row;
    bool more;
    size_t room = 1024;
    TRY(csv_row(&csv, &row, &more));
    if (row.len < 3 || !str_eq(row.at[2], STR("forecast")))
        return err_detail(arena, ERR_INVALID, "table.columns", "the forecast table starts with unique_id,ds,forecast");
    for (size_t i = 3; i + 1 < row.len && scores->levels_len < FORECAST_LEVELS_MAX; i += 2) {
        double level;
        if (!str_starts(row.at[i], STR("lo-")) || !str_to_real(str_slice(row.at[i], 3, row.at[i].len), &level))
            return err_detail(arena, ERR_INVALID, "table.columns", "after forecast come pairs lo-80,hi-80");
        scores->level[scores->levels_len++] = level / 100;
    }
    *points = NEW_ARRAY(arena, Point, room);
    *len = 0;
    for (;;) {
        TRY(csv_row(&csv, &row, &more));
        if (!more)
            break;
        if (*len == room) {
            Point *wider = NEW_ARRAY(arena, Point, room * 2);
            memcpy(wider, *points, room * sizeof *wider);
            *points = wider;
            room *= 2;
        }
        Point *p = &(*points)[(*len)++];
        p->id = str_copy(arena, row.at[0]);
        p->time = row.len > 1 ? str_copy(arena, row.at[1]) : (Str){0};
        if (row.len < 3 || !str_to_real(row.at[2], &p->mean))
            return err_detail(arena, ERR_INVALID, "table.number", "line %zu: forecast is not a number", csv.line);
        for (size_t l = 0; l < scores->levels_len; l++) {
            p->low[l] = p->high[l] = NAN;
            if (row.len > 4 + 2 * l) {
                str_to_real(row.at[3 + 2 * l], &p->low[l]);
                str_to_real(row.at[4 + 2 * l], &p->high[l]);
            }
        }
    }
    qsort(*points, *len, sizeof **points, by_id_time);
    return NULL;
}

static double naive_difference(const double *y, size_t n, size_t m, bool squared)
{
    double sum = 0;
    size_t count = 0;
    if (n <= m)
        m = 1;
    for (size_t t = m; t < n; t++) {
        double d = y[t] - y[t - m];
        if (isnan(d))
            continue;
        sum += squared ? d * d : fabs(d);
        count++;
    }
    return count ? sum / (double)count : 0;
}

/* Naive2: the last value, seasonally adjusted by multiplicative indices when the test at 90 % finds a season. */
static double naive2(const double *y, size_t n, size_t m, const double *profile, size_t h)
{
    return profile ? y[n - 1] / profile[(n - 1) % m] * profile[(n + h) % m] : y[n - 1];
}

typedef struct Sums {
    double smape, mase, naive_smape, naive_mase;
    size_t points;
} Sums;

static double symmetric(double truth, double forecast)
{
    double size = fabs(truth) + fabs(forecast);
    return size > 0 ? 200 * fabs(truth - forecast) / size : 0;
}

static void score_interval(Scores *scores, const Point *p, double truth, double scale)
{
    for (size_t l = 0; l < scores->levels_len; l++) {
        double miss = 1 - scores->level[l];
        if (isnan(p->low[l]) || isnan(p->high[l]) || !(scale > 0))
            continue;
        double cost = p->high[l] - p->low[l];
        cost += truth < p->low[l] ? 2 / miss * (p->low[l] - truth) : 0;
        cost += truth > p->high[l] ? 2 / miss * (truth - p->high[l]) : 0;
        scores->msis[l] += cost / scale;
        scores->coverage[l] += truth >= p->low[l] && truth <= p->high[l];
        scores->covered_points[l]++;
    }
}

static void score_series(Arena *arena, Scores *scores, const ForecastSeries *train, const ForecastSeries *test,
                         const Point *points, size_t len, size_t season, Sums *sums)
{
    double scale = naive_difference(train->y, train->n, season, false);
    double square = sqrt(naive_difference(train->y, train->n, 1, true)), *profile = NULL, error = 0, bias = 0, squares = 0;
    Sums mine = {0};
    bool positive = true;
    for (size_t t = 0; t < train->n; t++)
        positive = positive && train->y[t] > 0;
    if (season > 1 && positive && season_present(train->y, train->n, season, 1.645)) {
        profile = NEW_ARRAY(arena, double, season);
        season_profile(train->y, train->n, season, true, profile);
    }
    for (size_t h = 0; h < test->n; h++) {
        Point key = {.id = test->id, .time = series_time(arena, test, (int64_t)h)};
        if (isnan(test->y[h]))
            continue;
        const Point *p = bsearch(&key, points, len, sizeof *points, by_id_time);
        if (!p) {
            scores->missing++;
            continue;
        }
        double truth = test->y[h], naive = naive2(train->y, train->n, season, profile, h);
        mine.smape += symmetric(truth, p->mean);
        mine.naive_smape += symmetric(truth, naive);
        error += fabs(truth - p->mean);
        squares += (truth - p->mean) * (truth - p->mean);
        bias += p->mean - truth;
        mine.naive_mase += fabs(truth - naive);
        mine.points++;
        score_interval(scores, p, truth, scale);
    }
    if (mine.points == 0)
        return;
    double count = (double)mine.points;
    scores->series++;
    scores->points += mine.points;
    scores->smape_points += mine.smape;
    scores->smape += mine.smape / count;
    sums->naive_smape += mine.naive_smape / count;
    if (scale > 0) {
        sums->points++;
        scores->mase += error / count / scale;
        sums->naive_mase += mine.naive_mase / count / scale;
    }
    if (square > 0) {
        scores->rmsse += sqrt(squares / count) / square;
        scores->bias += bias / count / square;
    }
}

Err *scores_of(Arena *arena, const SeriesTable *train, const SeriesTable *test, Str forecast, size_t season, Scores *out)
{
    Point *points = NULL;
    size_t len = 0;
    Sums sums = {0};
    *out = (Scores){0};
    TRY(read_points(arena, forecast, out, &points, &len));
    ForecastSeries *sorted = arena_copy(arena, train->at, train->len * sizeof *sorted);
    qsort(sorted, train->len, sizeof *sorted, by_id);
    for (size_t i = 0; i < test->len; i++) {
        const ForecastSeries *found = bsearch(&test->at[i], sorted, train->len, sizeof *sorted, by_id);
        if (!found)
            return err_detail(arena, ERR_INVALID, "table.series", "series %.*s of the test file is not in the training file",
                              STR_ARG(test->at[i].id));
        score_series(arena, out, found, &test->at[i], points, len, season, &sums);
    }
    if (out->series == 0)
        return err_detail(arena, ERR_INVALID, "table.series", "no forecast matches a test point: compare unique_id and ds");
    double count = (double)out->series, scaled = sums.points ? (double)sums.points : 1;
    out->smape_points /= (double)out->points;
    out->smape /= count;
    out->mase /= scaled;
    out->rmsse /= scaled;
    out->bias /= scaled;
    out->owa = 0.5 * (out->smape / (sums.naive_smape / count) + out->mase / (sums.naive_mase / scaled));
    for (size_t l = 0; l < out->levels_len; l++) {
        double covered = out->covered_points[l] ? (double)out->covered_points[l] : NAN;
        out->msis[l] /= covered;
        out->coverage[l] /= covered;
    }
    return NULL;
}
