/* Non-seasonal ARIMA: the conditional likelihood and its gradient by forward recursion, stepwise search by AICc. */
#include "solve/forecast/arima.h"

#include <math.h>
#include <string.h>

#include "solve/numeric/numeric.h"

enum { DIMS_MAX = 2 * ARIMA_ORDER_MAX + 1 };

typedef struct Css {
    const double *w; /* differenced and scaled to unit variance */
    size_t n;
    int p, q;
    bool constant;
    double *e, *by; /* errors; their derivatives, DIMS_MAX per step */
} Css;

/* n log(sum of squared errors) with gradient; x = ar..., ma..., mean. */
static double css_value(const double *x, double *gradient, void *arg)
{
    Css *css = arg;
    size_t p = (size_t)css->p, q = (size_t)css->q, dims = p + q + css->constant, start = p;
    double mean = css->constant ? x[p + q] : 0, sum = 0, ar_sum = 0, grad[DIMS_MAX] = {0};
    for (size_t i = 0; i < p; i++)
        ar_sum += x[i];
    memset(css->e, 0, css->n * sizeof *css->e);
    memset(css->by, 0, start * DIMS_MAX * sizeof *css->by);
    for (size_t t = start; t < css->n; t++) {
        double e = css->w[t] - mean, *by = css->by + t * DIMS_MAX;
        for (size_t i = 0; i < p; i++) {
            double lagged = css->w[t - 1 - i] - mean;
            e -= x[i] * lagged;
            by[i] = -lagged;
        }
        for (size_t j = 0; j < q; j++)
            by[p + j] = t > j ? -css->e[t - 1 - j] : 0;
        if (css->constant)
            by[p + q] = ar_sum - 1;
        for (size_t j = 0; j < q && t > j; j++) {
            const double *before = css->by + (t - 1 - j) * DIMS_MAX;
            e -= x[p + j] * css->e[t - 1 - j];
            for (size_t k = 0; k < dims; k++)
                by[k] -= x[p + j] * before[k];
        }
        if (!(fabs(e) < 1e8))
            return INFINITY;
        css->e[t] = e;
        sum += e * e;
        for (size_t k = 0; k < dims; k++)
            grad[k] += e * by[k];
    }
    double count = (double)(css->n - start);
    sum = fmax(sum, 1e-12);
    for (size_t k = 0; k < dims; k++)
        gradient[k] = count * 2 * grad[k] / sum;
    return count * log(sum / count);
}

/* All roots outside the unit circle, by the step-down recursion on 1 - a1 z - ... */
static bool is_stable(const double *coefficients, int order, double sign)
{
    double a[ARIMA_ORDER_MAX], next[ARIMA_ORDER_MAX];
    for (int i = 0; i < order; i++)
        a[i] = sign * coefficients[i];
    for (int k = order; k > 0; k--) {
        double reflection = a[k - 1];
        if (!(fabs(reflection) < 0.995))
            return false;
        for (int i = 0; i < k - 1; i++)
            next[i] = (a[i] + reflection * a[k - 2 - i]) / (1 - reflection * reflection);
        memcpy(a, next, sizeof a);
    }
    return true;
}

static bool css_fit(Css *css, int p, int q, bool constant, double full_n, ArimaModel *model)
{
    double x[DIMS_MAX] = {0};
    size_t dims = (size_t)(p + q) + constant;
    css->p = p;
    css->q = q;
    css->constant = constant;
    if (css->n < 3 * (dims + 1) + (size_t)p)
        return false;
    double value = css_value(x, (double[DIMS_MAX]){0}, css);
    if (dims) {
        for (int i = 0; i < p; i++)
            x[i] = i == 0 ? 0.1 : 0;
        value = minimise_gradient(css_value, css, x, dims, 1e-7, 150);
    }
    if (!isfinite(value) || !is_stable(x, p, 1) || !is_stable(x + p, q, -1))
        return false;
    double count = (double)css->n - p, k = (double)dims + 1;
    double likelihood = full_n * value / count; /* the same number of observations for every order */
    model->aicc = likelihood + 2 * k + 2 * k * (k + 1) / (full_n - k - 1);
    model->p = p;
    model->q = q;
    model->constant = constant;
    model->sigma2 = exp(value / count);
    memcpy(model->ar, x, (size_t)p * sizeof *x);
    memcpy(model->ma, x + p, (size_t)q * sizeof *x);
    model->mean = constant ? x[p + q] : 0;
    return true;
}

/* KPSS level-stationarity test at 5 % (Kwiatkowski et al. 1992), lag 4 (n / 100)^(1/4). */
static bool needs_difference(const double *y, size_t n)
{
    double mean = 0, variance = 0, partial = 0, sums = 0;
    for (size_t t = 0; t < n; t++)
        mean += y[t] / (double)n;
    for (size_t t = 0; t < n; t++) {
        partial += y[t] - mean;
        sums += partial * partial;
        variance += (y[t] - mean) * (y[t] - mean);
    }
    size_t lags = (size_t)(4 * pow((double)n / 100, 0.25));
    for (size_t k = 1; k <= lags && k < n; k++) {
        double covariance = 0;
        for (size_t t = k; t < n; t++)
            covariance += (y[t] - mean) * (y[t - k] - mean);
        variance += 2 * (1 - (double)k / ((double)lags + 1)) * covariance;
    }
    return variance > 0 && sums / ((double)n * variance) > 0.463;
}

static void consider(Css *css, int p, int q, bool constant, double n, ArimaModel *best, bool *found, bool *moved,
                     bool (*tried)[ARIMA_ORDER_MAX + 1][2])
{
    if (p < 0 || q < 0 || p > ARIMA_ORDER_MAX || q > ARIMA_ORDER_MAX || tried[p][q][constant])
        return;
    tried[p][q][constant] = true;
    ArimaModel model = {.d = best->d};
    if (!css_fit(css, p, q, constant, n, &model) || (*found && model.aicc >= best->aicc))
        return;
    *best = model;
    *found = true;
    *moved = true;
}

static bool stepwise(Css *css, int d, ArimaModel *best)
{
    static const int starts[4][2] = {{2, 2}, {0, 0}, {1, 0}, {0, 1}};
    static const int steps[8][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}};
    bool tried[ARIMA_ORDER_MAX + 1][ARIMA_ORDER_MAX + 1][2] = {0}, found = false, moved = true;
    bool constant = d < 2;
    double n = (double)css->n;
    best->d = d;
    for (int i = 0; i < 4; i++)
        consider(css, starts[i][0], starts[i][1], constant, n, best, &found, &moved, tried);
    consider(css, 0, 0, false, n, best, &found, &moved, tried);
    while (moved && found) {
        ArimaModel from = *best;
        moved = false;
        for (int i = 0; i < 8; i++)
            consider(css, from.p + steps[i][0], from.q + steps[i][1], from.constant, n, best, &found, &moved, tried);
        if (d < 2)
            consider(css, from.p, from.q, !from.constant, n, best, &found, &moved, tried);
    }
    return found;
}

static void extend(const Css *css, const ArimaModel *m, const double *e, double *w, size_t horizon)
{
    for (size_t h = 0; h < horizon; h++) {
        size_t t = css->n + h;
        double value = m->mean;
        for (size_t i = 0; i < (size_t)m->p && t > i; i++)
            value += m->ar[i] * (w[t - 1 - i] - m->mean);
        for (size_t j = h; j < (size_t)m->q && t > j; j++) /* errors after n are zero */
            value += m->ma[j] * e[t - 1 - j];
        w[t] = value;
    }
}

bool arima_forecast(Arena *arena, const double *y, size_t n, double *out, size_t horizon, ArimaModel *model)
{
    if (n < 10)
        return false;
    double *levels[3], *w = NEW_ARRAY(arena, double, n + horizon), scale = 0;
    int d = 0;
    size_t len = n;
    levels[0] = arena_copy(arena, y, n * sizeof *y);
    while (d < 2 && needs_difference(levels[d], len)) {
        levels[d + 1] = NEW_ARRAY(arena, double, len);
        for (size_t t = 1; t < len; t++)
            levels[d + 1][t - 1] = levels[d][t] - levels[d][t - 1];
        len--;
        d++;
    }
    for (size_t t = 0; t < len; t++)
        scale += levels[d][t] * levels[d][t] / (double)len;
    scale = scale > 0 ? sqrt(scale) : 1;
    for (size_t t = 0; t < len; t++)
        w[t] = levels[d][t] / scale;
    Css css = {.w = w, .n = len, .e = NEW_ARRAY(arena, double, len), .by = NEW_ARRAY(arena, double, len * DIMS_MAX)};
    *model = (ArimaModel){0};
    if (!stepwise(&css, d, model))
        return false;
    css.p = model->p;
    css.q = model->q;
    css.constant = model->constant;
    double x[DIMS_MAX], gradient[DIMS_MAX];
    memcpy(x, model->ar, (size_t)model->p * sizeof *x);
    memcpy(x + model->p, model->ma, (size_t)model->q * sizeof *x);
    x[model->p + model->q] = model->mean;
    css_value(x, gradient, &css); /* the errors of the chosen model */
    extend(&css, model, css.e, w, horizon);
    for (size_t h = 0; h < horizon; h++)
        out[h] = w[len + h] * scale;
    for (int k = d; k-- > 0;) { /* undo the differences */
        double last = levels[k][n - 1 - (size_t)k];
        for (size_t h = 0; h < horizon; h++)
            last = out[h] += last;
    }
    model->sigma2 *= scale * scale;
    return true;
}
