/* ETS: likelihood by one forward pass, its gradient by one reverse pass, minimised with L-BFGS. The recursions are those
   of Hyndman et al. (2008), table 2.1 in error-correction form; they are the same for both error kinds. */
#include "solve/forecast/ets.h"

#include <math.h>
#include <string.h>

#include "solve/forecast/season.h"
#include "solve/numeric/numeric.h"

enum { PARAMS_MAX = MINIMISE_DIMS_MAX, SEASON_MAX = 24 };

/* Free parameters are logits within their bounds; initial states are in units of scale around a first guess. */
typedef struct Fit {
    const double *y;
    size_t n, m;
    EtsError error;
    EtsTrend trend;
    EtsSeason season;
    double scale, guess_level, guess_slope, guess_season[SEASON_MAX];
    double *q, *s, *b, *e, *f; /* per step: level before, season used, slope before, error, one-step forecast */
    /* decoded */
    double alpha, beta, gamma, phi, level, slope, seasonal[SEASON_MAX];
    size_t at_beta, at_gamma, at_phi, at_level, at_slope, at_season, dims;
} Fit;

static const double low = 1e-4, high = 0.9999, phi_low = 0.8, phi_high = 0.98;

static double logistic(double x)
{
    return 1 / (1 + exp(-x));
}

static void fit_decode(Fit *fit, const double *x)
{
    fit->alpha = low + (high - low) * logistic(x[0]);
    fit->beta = fit->trend ? low + (fit->alpha - low) * logistic(x[fit->at_beta]) : 0;
    fit->gamma = fit->season ? low + (1 - fit->alpha - low) * logistic(x[fit->at_gamma]) : 0;
    fit->phi = fit->trend == ETS_TREND_DAMPED ? phi_low + (phi_high - phi_low) * logistic(x[fit->at_phi]) : 1;
    fit->level = fit->guess_level + fit->scale * x[fit->at_level];
    fit->slope = fit->trend ? fit->guess_slope + 0.1 * fit->scale * x[fit->at_slope] : 0;
    if (!fit->season)
        return;
    /* m - 1 free seasonal states; the last makes them sum to 0 or to m */
    double unit = fit->season == ETS_SEASON_ADD ? fit->scale : 0.2, sum = 0;
    for (size_t i = 0; i + 1 < fit->m; i++) {
        fit->seasonal[i] = fit->guess_season[i] + unit * x[fit->at_season + i];
        sum += fit->seasonal[i];
    }
    fit->seasonal[fit->m - 1] = (fit->season == ETS_SEASON_ADD ? 0 : (double)fit->m) - sum;
}

/* One pass; leaves the final states in *level, *slope, ring. Returns -2 log L up to a constant, infinity outside. */
static inline __attribute__((always_inline)) double run_form(Fit *fit, const EtsError error, const bool trended,
                                                             const EtsSeason season, double *level, double *slope,
                                                             double *ring)
{
    double l = fit->level, b = fit->slope, squares = 0, logs = 0;
    const double alpha = fit->alpha, beta = fit->beta, gamma = fit->gamma, phi = fit->phi;
    size_t place = 0;
    double product = 1;
    for (size_t t = 0; t < fit->n; t++) {
        double y = fit->y[t], q = trended ? l + phi * b : l, s = 0, p = y, forecast = q;
        if (season == ETS_SEASON_ADD) {
            s = ring[place];
            p = y - s;
            forecast = q + s;
        } else if (season == ETS_SEASON_MUL) {
            s = ring[place];
            if (s < 1e-6 || q < 1e-9)
                return INFINITY;
            p = y / s;
            forecast = q * s;
        }
        double e = y - forecast;
        if (error == ETS_ERROR_MUL) {
            if (forecast < 1e-9)
                return INFINITY;
            e /= forecast;
            product *= forecast; /* one logarithm per few steps */
            if (product > 1e200 || product < 1e-200) {
                logs += log(product);
                product = 1;
            }
        }
        squares += e * e;
        fit->q[t] = q;
        fit->b[t] = b;
        fit->s[t] = s;
        fit->e[t] = e;
        fit->f[t] = forecast;
        l = q + alpha * (p - q);
        if (trended)
            b = phi * b + beta * (p - q);
        if (season) {
            double target = season == ETS_SEASON_ADD ? y - q : y / q;
            ring[place] = s + gamma * (target - s);
            place = place + 1 == fit->m ? 0 : place + 1;
        }
    }
    *level = l;
    *slope = b;
    if (error == ETS_ERROR_MUL)
        logs += log(product);
    if (!(squares > 1e-300))
        squares = 1e-300;
    fit->e[fit->n] = squares;
    return (double)fit->n * log(squares) + 2 * logs;
}

static double fit_run(Fit *fit, double *level, double *slope, double *ring)
{
    bool trended = fit->trend != ETS_TREND_NONE;
    switch (((int)fit->error * 2 + trended) * 3 + (int)fit->season) {
#define CASE(error, trended, season)                                                                                   \
    case ((int)(error)*2 + (trended)) * 3 + (int)(season):                                                                       \
        return run_form(fit, error, trended, season, level, slope, ring);
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_NONE)
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_ADD)
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_MUL)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_NONE)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_ADD)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_MUL)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_NONE)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_ADD)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_MUL)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_NONE)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_ADD)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_MUL)
#undef CASE
    }
    return INFINITY;
}

typedef struct Adjoint {
    double alpha, beta, gamma, phi, level, slope, seasonal[SEASON_MAX];
} Adjoint;

/* Reverse pass: derivatives of the value of run_form by the parameters and the initial states. a_l, a_b, a_s are the
   derivatives by the states after step t while walking back. */
static inline __attribute__((always_inline)) void adjoint_form(const Fit *fit, const EtsError error, const bool trended,
                                                               const EtsSeason season, Adjoint *out)
{
    const double alpha = fit->alpha, beta = fit->beta, gamma = fit->gamma, phi = fit->phi;
    double a_l = 0, a_b = 0, *a_s = out->seasonal;
    double by_square = 2 * (double)fit->n / fit->e[fit->n];
    size_t place = fit->n % fit->m;
    for (size_t t = fit->n; t-- > 0;) {
        double y = fit->y[t], q = fit->q[t], s = fit->s[t], b = fit->b[t], e = fit->e[t], f = fit->f[t];
        double p = season == ETS_SEASON_ADD ? y - s : season == ETS_SEASON_MUL ? y / s : y;
        double by_f = error == ETS_ERROR_ADD ? -by_square * e : -by_square * e * y / (f * f) + 2 / f;
        double by_p = alpha * a_l, by_q = (1 - alpha) * a_l, by_s = 0, by_b = 0;
        out->alpha += a_l * (p - q);
        if (trended) {
            by_p += beta * a_b;
            by_q -= beta * a_b;
            by_b = phi * a_b;
            out->beta += a_b * (p - q);
            out->phi += a_b * b;
        }
        if (season) {
            place = place == 0 ? fit->m - 1 : place - 1;
            double target = season == ETS_SEASON_ADD ? y - q : y / q, by_state = a_s[place];
            by_s = (1 - gamma) * by_state;
            out->gamma += by_state * (target - s);
            by_q -= gamma * by_state * (season == ETS_SEASON_ADD ? 1 : target / q);
            by_q += by_f * (season == ETS_SEASON_MUL ? s : 1);
            by_s += by_f * (season == ETS_SEASON_MUL ? q : 1);
            by_s -= by_p * (season == ETS_SEASON_ADD ? 1 : p / s);
            a_s[place] = by_s;
        } else
            by_q += by_f;
        a_l = by_q;
        if (trended) {
            a_b = by_b + phi * by_q;
            out->phi += by_q * b;
        }
    }
    out->level = a_l;
    out->slope = a_b;
}

static void fit_adjoint(const Fit *fit, Adjoint *out)
{
    memset(out, 0, sizeof *out);
    bool trended = fit->trend != ETS_TREND_NONE;
    switch (((int)fit->error * 2 + trended) * 3 + (int)fit->season) {
#define CASE(error, trended, season)                                                                                   \
    case ((int)(error)*2 + (trended)) * 3 + (int)(season):                                                                       \
        adjoint_form(fit, error, trended, season, out);                                                                \
        break;
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_NONE)
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_ADD)
        CASE(ETS_ERROR_ADD, 0, ETS_SEASON_MUL)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_NONE)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_ADD)
        CASE(ETS_ERROR_ADD, 1, ETS_SEASON_MUL)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_NONE)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_ADD)
        CASE(ETS_ERROR_MUL, 0, ETS_SEASON_MUL)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_NONE)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_ADD)
        CASE(ETS_ERROR_MUL, 1, ETS_SEASON_MUL)
#undef CASE
    }
}

/* The bounds of beta and gamma move with alpha, so alpha's derivative gathers theirs. */
static double fit_value(const double *x, double *gradient, void *arg)
{
    Fit *fit = arg;
    double level, slope, ring[SEASON_MAX];
    fit_decode(fit, x);
    memcpy(ring, fit->seasonal, sizeof ring);
    double value = fit_run(fit, &level, &slope, ring);
    if (!isfinite(value))
        return INFINITY;
    Adjoint by;
    fit_adjoint(fit, &by);
    double a = logistic(x[0]), by_alpha = by.alpha;
    if (fit->trend) {
        double share = logistic(x[fit->at_beta]);
        gradient[fit->at_beta] = by.beta * (fit->alpha - low) * share * (1 - share);
        by_alpha += by.beta * share;
    }
    if (fit->season) {
        double share = logistic(x[fit->at_gamma]);
        gradient[fit->at_gamma] = by.gamma * (1 - fit->alpha - low) * share * (1 - share);
        by_alpha -= by.gamma * share;
    }
    gradient[0] = by_alpha * (high - low) * a * (1 - a);
    if (fit->trend == ETS_TREND_DAMPED) {
        double share = logistic(x[fit->at_phi]);
        gradient[fit->at_phi] = by.phi * (phi_high - phi_low) * share * (1 - share);
    }
    gradient[fit->at_level] = by.level * fit->scale;
    if (fit->trend)
        gradient[fit->at_slope] = by.slope * 0.1 * fit->scale;
    double unit = fit->season == ETS_SEASON_ADD ? fit->scale : 0.2;
    for (size_t i = 0; fit->season && i + 1 < fit->m; i++)
        gradient[fit->at_season + i] = (by.seasonal[i] - by.seasonal[fit->m - 1]) * unit;
    return value;
}

/* ---- first guesses ---- */

static void line_through(const double *y, size_t n, double *at_zero, double *slope)
{
    double mean = 0, top = 0, bottom = 0, middle = ((double)n + 1) / 2;
    for (size_t i = 0; i < n; i++)
        mean += y[i] / (double)n;
    for (size_t i = 0; i < n; i++) {
        top += ((double)i + 1 - middle) * (y[i] - mean);
        bottom += ((double)i + 1 - middle) * ((double)i + 1 - middle);
    }
    *slope = bottom > 0 ? top / bottom : 0;
    *at_zero = mean - *slope * middle;
}

static void guess_states(Arena *arena, Fit *fit)
{
    const double *y = fit->y;
    double *plain = NEW_ARRAY(arena, double, fit->n), mean = 0, spread = 0;
    memcpy(plain, y, fit->n * sizeof *y);
    if (fit->season) {
        double profile[SEASON_MAX];
        season_profile(y, fit->n, fit->m, fit->season == ETS_SEASON_MUL, profile);
        for (size_t i = 0; i < fit->m; i++)
            fit->guess_season[i] = fit->season == ETS_SEASON_MUL ? fmax(profile[i], 0.02) : profile[i];
        for (size_t i = 0; i < fit->n; i++)
            plain[i] = fit->season == ETS_SEASON_MUL ? y[i] / fit->guess_season[i % fit->m]
                                                     : y[i] - fit->guess_season[i % fit->m];
    }
    size_t first = 2 * fit->m > 10 ? 2 * fit->m : 10;
    if (first > fit->n)
        first = fit->n;
    double at_zero, slope;
    line_through(plain, first, &at_zero, &slope);
    for (size_t i = 0; i < fit->n; i++)
        mean += y[i] / (double)fit->n;
    for (size_t i = 0; i < fit->n; i++)
        spread += (y[i] - mean) * (y[i] - mean) / (double)fit->n;
    fit->scale = fmax(0.3 * sqrt(spread), 1e-8 * (fabs(mean) + 1e-8));
    fit->guess_slope = slope;
    fit->guess_level = at_zero;
    if (!fit->trend) {
        fit->guess_level = 0;
        for (size_t i = 0; i < first; i++)
            fit->guess_level += plain[i] / (double)first;
    }
    if (fit->season == ETS_SEASON_MUL || fit->error == ETS_ERROR_MUL)
        fit->guess_level = fmax(fit->guess_level, 0.05 * fabs(mean));
}

static bool data_allows(const double *y, size_t n, EtsError error, EtsSeason season)
{
    for (size_t i = 0; (error == ETS_ERROR_MUL || season == ETS_SEASON_MUL) && i < n; i++)
        if (y[i] <= 0)
            return false;
    return true;
}

static double logit(double share)
{
    return log(share / (1 - share));
}

static void fit_start(Fit *fit, double *x)
{
    size_t dims = 1;
    fit->at_beta = dims;
    dims += fit->trend != ETS_TREND_NONE;
    fit->at_gamma = dims;
    dims += fit->season != ETS_SEASON_NONE;
    fit->at_phi = dims;
    dims += fit->trend == ETS_TREND_DAMPED;
    fit->at_level = dims++;
    fit->at_slope = dims;
    dims += fit->trend != ETS_TREND_NONE;
    fit->at_season = dims;
    dims += fit->season ? fit->m - 1 : 0;
    fit->dims = dims;
    memset(x, 0, dims * sizeof *x);
    x[0] = logit(fit->m > 1 ? 0.2 : 0.35);
    if (fit->trend)
        x[fit->at_beta] = logit(0.1);
    if (fit->season)
        x[fit->at_gamma] = logit(0.1);
    if (fit->trend == ETS_TREND_DAMPED)
        x[fit->at_phi] = logit(0.9);
}

bool ets_fit(Arena *arena, const double *y, size_t n, size_t period, EtsError error, EtsTrend trend, EtsSeason season,
             EtsModel *model)
{
    size_t m = season ? period : 1;
    if (n < 3 || (season && (m < 2 || m > SEASON_MAX || n < 2 * m)) || !data_allows(y, n, error, season))
        return false;
    Fit fit = {.y = y, .n = n, .m = m, .error = error, .trend = trend, .season = season};
    double x[PARAMS_MAX];
    fit_start(&fit, x);
    size_t counted = fit.dims + 1; /* and the variance */
    if (n <= counted + 1)
        return false;
    fit.q = NEW_ARRAY(arena, double, n);
    fit.s = NEW_ARRAY(arena, double, n);
    fit.b = NEW_ARRAY(arena, double, n);
    fit.f = NEW_ARRAY(arena, double, n);
    fit.e = NEW_ARRAY(arena, double, n + 1);
    guess_states(arena, &fit);
    double value = minimise_gradient(fit_value, &fit, x, fit.dims, 1e-7, 200);
    if (!isfinite(value))
        return false;
    fit_decode(&fit, x);
    *model = (EtsModel){.error = error, .trend = trend, .season = season, .period = m};
    double *ring = NEW_ARRAY(arena, double, m);
    memcpy(ring, fit.seasonal, m * sizeof *ring);
    model->log_likelihood2 = fit_run(&fit, &model->level, &model->slope, ring);
    model->seasonal = NEW_ARRAY(arena, double, m);
    for (size_t i = 0; i < m; i++)
        model->seasonal[i] = ring[(n + i) % m];
    model->alpha = fit.alpha;
    model->beta = fit.beta;
    model->gamma = fit.gamma;
    model->phi = fit.phi;
    model->first_level = fit.level;
    model->first_slope = fit.slope;
    model->sigma2 = fit.e[n] / (double)(n > counted ? n - counted + 1 : 1);
    model->errors = NEW_ARRAY(arena, double, n);
    for (size_t t = 0; t < n; t++)
        model->errors[t] = y[t] - fit.f[t];
    double k = (double)counted, count = (double)n;
    model->aicc = model->log_likelihood2 + 2 * k + 2 * k * (k + 1) / (count - k - 1);
    return true;
}

/* Fits all admissible forms into models (room for ETS_FORMS) and returns how many there are. */
enum { ETS_FORMS = 15 };
static size_t ets_all(Arena *arena, const double *y, size_t n, size_t period, EtsModel *models)
{
    size_t len = 0;
    for (int error = 0; error < 2; error++)
        for (int trend = 0; trend < 3; trend++)
            for (int season = 0; season < 3; season++) {
                if (season && (period < 2 || period > SEASON_MAX))
                    continue;
                if (error == ETS_ERROR_ADD && season == ETS_SEASON_MUL)
                    continue;
                len += ets_fit(arena, y, n, period, (EtsError)error, (EtsTrend)trend, (EtsSeason)season, &models[len]);
            }
    if (len == 0 && n >= 3) { /* too short for any counted form: the last level */
        models[0] = (EtsModel){.period = 1, .level = y[n - 1], .phi = 1, .seasonal = NEW_ARRAY(arena, double, 1)};
        models[0].errors = NEW_ARRAY(arena, double, n);
        for (size_t t = 1; t < n; t++)
            models[0].errors[t] = y[t] - y[t - 1];
        len = 1;
    }
    return len;
}

static const EtsModel *ets_smallest(const EtsModel *models, size_t len)
{
    const EtsModel *best = models;
    for (size_t i = 1; i < len; i++)
        if (models[i].aicc < best->aicc)
            best = &models[i];
    return best;
}

bool ets_best(Arena *arena, const double *y, size_t n, size_t period, EtsModel *model)
{
    EtsModel models[ETS_FORMS];
    size_t len = ets_all(arena, y, n, period, models);
    if (len)
        *model = *ets_smallest(models, len);
    return len > 0;
}

bool ets_average(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon, EtsModel *best,
                 double *errors)
{
    EtsModel models[ETS_FORMS];
    double *one = NEW_ARRAY(arena, double, horizon), total = 0;
    size_t len = ets_all(arena, y, n, period, models);
    if (len == 0)
        return false;
    *best = *ets_smallest(models, len);
    memset(out, 0, horizon * sizeof *out);
    for (size_t i = 0; i < len; i++) {
        double weight = exp(-0.25 * (models[i].aicc - best->aicc));
        ets_forecast(&models[i], one, horizon);
        for (size_t h = 0; h < horizon; h++)
            out[h] += weight * one[h];
        total += weight;
    }
    for (size_t h = 0; h < horizon; h++)
        out[h] /= total;
    if (errors)
        memcpy(errors, best->errors, n * sizeof *errors);
    return true;
}

void ets_forecast(const EtsModel *model, double *out, size_t horizon)
{
    double damp = 1, slopes = 0;
    for (size_t h = 0; h < horizon; h++) {
        if (model->trend) {
            damp *= model->phi;
            slopes += damp;
        }
        out[h] = model->level + slopes * model->slope;
        if (model->season == ETS_SEASON_ADD)
            out[h] += model->seasonal[h % model->period];
        if (model->season == ETS_SEASON_MUL)
            out[h] *= model->seasonal[h % model->period];
    }
}

const char *ets_name(const EtsModel *model)
{
    static const char *const names[2][3][3] = {
        {{"ETS(A,N,N)", "ETS(A,N,A)", "ETS(A,N,M)"},
         {"ETS(A,A,N)", "ETS(A,A,A)", "ETS(A,A,M)"},
         {"ETS(A,Ad,N)", "ETS(A,Ad,A)", "ETS(A,Ad,M)"}},
        {{"ETS(M,N,N)", "ETS(M,N,A)", "ETS(M,N,M)"},
         {"ETS(M,A,N)", "ETS(M,A,A)", "ETS(M,A,M)"},
         {"ETS(M,Ad,N)", "ETS(M,Ad,A)", "ETS(M,Ad,M)"}},
    };
    return names[model->error][model->trend][model->season];
}
