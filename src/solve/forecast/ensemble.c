/* The point forecast of one regular series: several simple, different models and their middle. Which members stand
   together was chosen on the first half of M3 and M4 Weekly and checked on the other (docs/performance.md). */
#include <math.h>
#include <string.h>

#include "solve/forecast/arima.h"
#include "solve/forecast/ces.h"
#include "solve/forecast/ets.h"
#include "solve/forecast/forecast.h"
#include "solve/forecast/season.h"
#include "solve/forecast/stl.h"
#include "solve/forecast/theta.h"
#include "solve/numeric/numeric.h"

enum { MEMBERS_MAX = 8, SHORT_SEASON_MAX = 24 };

typedef struct Ensemble {
    Arena *arena;
    const double *y;
    size_t n, horizon;
    double *member[MEMBERS_MAX];
    size_t len;
    Buf models;
    double *errors; /* of the ETS member, in the units of y */
} Ensemble;

static double *member_add(Ensemble *e)
{
    e->member[e->len] = NEW_ARRAY(e->arena, double, e->horizon);
    if (e->len)
        buf_add(&e->models, STR(" + "));
    return e->member[e->len++];
}

static bool is_positive(const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (y[i] <= 0)
            return false;
    return true;
}

static void add_ets(Ensemble *e, const double *y, size_t period, double *errors)
{
    EtsModel best;
    if (ets_average(e->arena, y, e->n, period, member_add(e), e->horizon, &best, errors))
        buf_addf(&e->models, "%s a=%.2f", ets_name(&best), best.alpha);
    else
        e->len--;
}

/* The single best form: long series leave no doubt about it. */
static void add_ets_best(Ensemble *e, const double *y, double *errors)
{
    EtsModel best;
    if (!ets_best(e->arena, y, e->n, 1, &best))
        return;
    ets_forecast(&best, member_add(e), e->horizon);
    buf_addf(&e->models, "%s a=%.2f", ets_name(&best), best.alpha);
    if (errors)
        memcpy(errors, best.errors, e->n * sizeof *errors);
}

static void add_theta(Ensemble *e, const double *y, double *errors)
{
    ThetaModel model;
    theta_plain(y, e->n, member_add(e), e->horizon, &model, errors);
    buf_addf(&e->models, "DOTM a=%.2f theta=%.1f", model.alpha, model.theta);
}

static void add_ces(Ensemble *e, const double *y, size_t period)
{
    CesModel model;
    ces_forecast(e->arena, y, e->n, period, member_add(e), e->horizon, &model);
    buf_addf(&e->models, "CES%s", model.seasonal ? " seasonal" : "");
}

static void add_arima(Ensemble *e, const double *y)
{
    ArimaModel model;
    double *out = member_add(e);
    if (!arima_forecast(e->arena, y, e->n, out, e->horizon, &model)) {
        e->len--;
        return;
    }
    buf_addf(&e->models, "ARIMA(%d,%d,%d)", model.p, model.d, model.q);
}

/* y without its (shrunk) season, and the season's index for each future step. */
typedef struct Adjusted {
    double *plain, *index;
    bool multiplicative;
} Adjusted;

static Adjusted adjust(Ensemble *e, size_t period)
{
    bool positive = is_positive(e->y, e->n), seasonal = period > 1 && e->n >= 3 * period;
    Adjusted a = {arena_copy(e->arena, e->y, e->n * sizeof *e->y), NULL, positive};
    if (!seasonal)
        return a;
    double *profile = NEW_ARRAY(e->arena, double, period);
    season_profile(e->y, e->n, period, positive, profile);
    season_shrink(e->y, e->n, period, positive, profile);
    for (size_t i = 0; i < period && positive; i++)
        profile[i] = fmax(profile[i], 0.02);
    a.index = NEW_ARRAY(e->arena, double, e->horizon);
    for (size_t t = 0; t < e->n; t++)
        a.plain[t] = positive ? e->y[t] / profile[t % period] : e->y[t] - profile[t % period];
    for (size_t h = 0; h < e->horizon; h++)
        a.index[h] = profile[(e->n + h) % period];
    return a;
}

static void readjust(const Ensemble *e, const Adjusted *a, double *out)
{
    for (size_t h = 0; a->index && h < e->horizon; h++)
        out[h] = a->multiplicative ? out[h] * a->index[h] : out[h] + a->index[h];
}

/* Theta on the logarithm: growth that compounds. */
static void add_log_theta(Ensemble *e, const Adjusted *a)
{
    double *logs = NEW_ARRAY(e->arena, double, e->n);
    for (size_t t = 0; t < e->n; t++)
        logs[t] = log(a->plain[t]);
    add_theta(e, logs, NULL);
    double *out = e->member[e->len - 1], top = logs[0];
    for (size_t t = 1; t < e->n; t++)
        top = fmax(top, logs[t]);
    for (size_t h = 0; h < e->horizon; h++)
        out[h] = exp(fmin(out[h], top + 2));
    readjust(e, a, out);
}

static void short_season(Ensemble *e, size_t period, bool arima)
{
    Adjusted a = adjust(e, period);
    add_ets(e, e->y, period, e->errors);
    add_theta(e, a.plain, NULL);
    readjust(e, &a, e->member[e->len - 1]);
    if (a.index) {
        add_ces(e, e->y, period);
        add_ces(e, a.plain, 1);
        readjust(e, &a, e->member[e->len - 1]);
    } else {
        e->member[e->len] = e->member[e->len - 1]; /* without a season theta counts twice */
        e->len++;
        add_ces(e, a.plain, 1);
    }
    if (a.index && a.multiplicative)
        add_log_theta(e, &a);
    if (arima) {
        add_arima(e, a.plain);
        readjust(e, &a, e->member[e->len - 1]);
    }
}

/* Adds the last year of each seasonal part to members from `first` on. */
static void add_seasons(Ensemble *e, size_t first, double **seasonal, const size_t *periods, size_t periods_len)
{
    for (size_t k = first; k < e->len; k++)
        for (size_t h = 0; h < e->horizon; h++)
            for (size_t i = 0; i < periods_len; i++)
                if (e->n >= periods[i])
                    e->member[k][h] += seasonal[i][e->n - periods[i] + h % periods[i]];
}

/* Takes the seasonal parts out of y; the rest stands in plain. */
static void take_seasons(Ensemble *e, const double *y, const size_t *periods, size_t len, double **seasonal,
                         double *plain)
{
    double *trend = NEW_ARRAY(e->arena, double, e->n);
    for (size_t i = 0; i < len; i++)
        seasonal[i] = NEW_ARRAY(e->arena, double, e->n);
    mstl_decompose(e->arena, y, e->n, periods, len, seasonal, trend);
    memcpy(plain, y, e->n * sizeof *plain);
    for (size_t i = 0; i < len; i++)
        for (size_t t = 0; t < e->n; t++)
            plain[t] -= seasonal[i][t];
}

/* ARIMA on the logarithm without its season: growth that compounds, seasons that scale. */
static void add_log_arima(Ensemble *e, const size_t *periods, size_t len)
{
    double *seasonal[FORECAST_SEASONS_MAX], *plain = NEW_ARRAY(e->arena, double, e->n),
                                            *logs = NEW_ARRAY(e->arena, double, e->n), top = -INFINITY;
    for (size_t t = 0; t < e->n; t++) {
        logs[t] = log(e->y[t]);
        top = fmax(top, logs[t]);
    }
    take_seasons(e, logs, periods, len, seasonal, plain);
    size_t first = e->len;
    add_arima(e, plain);
    add_seasons(e, first, seasonal, periods, len);
    for (size_t h = 0; e->len > first && h < e->horizon; h++)
        e->member[first][h] = exp(fmin(e->member[first][h], top + 2));
}

static void long_season(Ensemble *e, const size_t *periods, size_t len)
{
    double *seasonal[FORECAST_SEASONS_MAX], *plain = NEW_ARRAY(e->arena, double, e->n);
    take_seasons(e, e->y, periods, len, seasonal, plain);
    bool positive = is_positive(e->y, e->n);
    add_arima(e, plain);
    if (!positive || len > 1)
        add_ets_best(e, plain, e->errors);
    if (len > 1) { /* several seasons: every member stands on the adjusted series */
        add_theta(e, plain, NULL);
        add_ces(e, plain, 1);
    }
    add_seasons(e, 0, seasonal, periods, len);
    if (positive)
        add_log_arima(e, periods, len);
    if (len > 1)
        return;
    ThetaModel model;
    theta_forecast(e->arena, e->y, e->n, periods[0], member_add(e), e->horizon, &model);
    buf_addf(&e->models, "DOTM(%zu)", periods[0]);
    add_ces(e, e->y, periods[0]);
    add_ets_best(e, e->y, positive ? e->errors : NULL);
    add_arima(e, e->y);
}

static void combine(const Ensemble *e, bool median, double *out)
{
    for (size_t h = 0; h < e->horizon; h++) {
        double values[MEMBERS_MAX], sum = 0;
        size_t len = 0;
        for (size_t k = 0; k < e->len; k++)
            if (isfinite(e->member[k][h]))
                values[len++] = e->member[k][h];
        for (size_t k = 0; k < len; k++)
            sum += values[k];
        out[h] = !len ? e->y[e->n - 1] : median ? median_of(values, len) : sum / (double)len;
    }
}

/* A forecast far beyond anything seen is a model that ran away. */
static void keep_sane(const Ensemble *e, double *out)
{
    double least = e->y[0], most = e->y[0];
    for (size_t t = 1; t < e->n; t++) {
        least = fmin(least, e->y[t]);
        most = fmax(most, e->y[t]);
    }
    double room = 3 * (most - least);
    for (size_t h = 0; h < e->horizon; h++) {
        out[h] = fmin(fmax(out[h], least - room), most + room);
        if (least >= 0)
            out[h] = fmax(out[h], 0);
    }
}

void ensemble_forecast(Arena *arena, const double *y, size_t n, const ForecastOptions *options, double *out,
                       Str *models, double *fitted_errors)
{
    Ensemble e = {.arena = arena, .y = y, .n = n, .horizon = options->horizon, .models = buf_new(arena, 2000)};
    size_t usable = 0;
    e.errors = fitted_errors;
    for (size_t t = 0; t < n && fitted_errors; t++)
        fitted_errors[t] = NAN;
    while (usable < options->periods_len && n >= 2 * options->periods[usable] && options->periods[usable] > 1)
        usable++;
    bool is_long = usable > 1 || (options->periods_len && options->periods[0] > SHORT_SEASON_MAX && n >= 10);
    if (n < 3) {
        double sum = 0;
        for (size_t t = 0; t < n; t++)
            sum += y[t] / (double)n;
        for (size_t h = 0; h < options->horizon; h++)
            out[h] = sum;
        buf_add(&e.models, STR("mean"));
    } else {
        if (is_long)
            long_season(&e, options->periods, usable);
        else
            short_season(&e, usable ? options->periods[0] : 1, options->arima);
        combine(&e, is_long && usable < 2, out);
        keep_sane(&e, out);
    }
    if (models)
        *models = buf_str(&e.models);
}
