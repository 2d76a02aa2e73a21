/* Gaps, empty shelves, kinds of demand, and the effects of holidays, local events and prices. */
#include "solve/forecast/prepare.h"

#include <math.h>
#include <string.h>

#include "solve/numeric/numeric.h"

enum { WINDOW_MAX = 61 };

const char *demand_kind_name(DemandKind kind)
{
    static const char *const names[] = {"", "smooth", "erratic", "intermittent", "lumpy", "constant", "short", "none"};
    return names[kind];
}

DemandKind demand_classify(const double *y, size_t n, double *adi, double *cv2)
{
    size_t seen = 0;
    double mean = 0, variance = 0;
    bool constant = true;
    for (size_t t = 0; t < n; t++) {
        constant = constant && y[t] == y[0];
        if (y[t] != 0) {
            seen++;
            mean += y[t];
        }
    }
    mean = seen ? mean / (double)seen : 0;
    for (size_t t = 0; t < n; t++)
        if (y[t] != 0)
            variance += (y[t] - mean) * (y[t] - mean) / (double)seen;
    *adi = seen ? (double)n / (double)seen : INFINITY;
    *cv2 = mean != 0 ? variance / (mean * mean) : 0;
    if (n == 0)
        return DEMAND_NONE;
    if (n < 8)
        return DEMAND_SHORT;
    if (constant)
        return DEMAND_CONSTANT;
    if (*adi < 1.32)
        return *cv2 < 0.49 ? DEMAND_SMOOTH : DEMAND_ERRATIC;
    return *cv2 < 0.49 ? DEMAND_INTERMITTENT : DEMAND_LUMPY;
}

/* ---- calendar regressors ---- */

static double window_share(int64_t first, int64_t days, int64_t event, int from, int to)
{
    int64_t begin = event + from > first ? event + from : first;
    int64_t end = event + to < first + days - 1 ? event + to : first + days - 1;
    return end >= begin ? (double)(end - begin + 1) / (double)days : 0;
}

static size_t event_names(const ForecastOptions *options, Str *names)
{
    size_t len = 0;
    for (size_t i = 0; i < options->events_len; i++) {
        size_t k = 0;
        while (k < len && !str_eq(names[k], options->events[i].name))
            k++;
        if (k == len && len < FORECAST_EVENTS_MAX)
            names[len++] = options->events[i].name;
    }
    return len;
}

/* The row of regressors of the period that begins at day first. */
static size_t regressors(const ForecastOptions *options, int64_t first, int64_t days, double log_price, double *row)
{
    size_t len = 0;
    int year = date_clock((Date){(int32_t)first}).year;
    memset(row, 0, EFFECTS_MAX * sizeof *row);
    row[len++] = log_price;
    if (options->holidays) {
        Date day;
        for (int y = year - 1; y <= year + 1; y++) {
            if (holiday_lunar_new_year(y, &day)) {
                row[len] += window_share(first, days, day.days, -14, -8);
                row[len + 1] += window_share(first, days, day.days, -7, -1);
                row[len + 2] += window_share(first, days, day.days, 0, 7);
            }
            if (holiday_mid_autumn(y, &day))
                row[len + 3] += window_share(first, days, day.days, -7, 0);
            if (y >= 1583)
                row[len + 4] += window_share(first, days, holiday_easter(y).days, -7, 0);
        }
        for (int i = 0; holiday_ramadan_start(i, &day); i++)
            row[len + 5] += window_share(first, days, day.days, 0, 29);
        len += 6;
    }
    Str names[FORECAST_EVENTS_MAX];
    size_t kinds = event_names(options, names);
    for (size_t i = 0; i < options->events_len; i++)
        for (size_t k = 0; k < kinds; k++)
            if (str_eq(options->events[i].name, names[k]))
                row[len + k] += window_share(first, days, options->events[i].day.days, 0, 0);
    return len + kinds;
}

/* ---- cleaning ---- */

/* Mean of the same season in the neighbouring years, else a straight line between the neighbours. */
static void fill_gaps(Arena *arena, double *y, size_t n, size_t period)
{
    double *known = arena_copy(arena, y, n * sizeof *y);
    for (size_t t = 0; t < n; t++) {
        if (!isnan(known[t]))
            continue;
        size_t left = t, right = t;
        while (left > 0 && isnan(known[left]))
            left--;
        while (right + 1 < n && isnan(known[right]))
            right++;
        double a = known[left], b = known[right];
        double line = isnan(a) ? b : isnan(b) ? a : a + (b - a) * (double)(t - left) / (double)(right - left);
        bool before = period > 1 && t >= period && !isnan(known[t - period]);
        bool after = period > 1 && t + period < n && !isnan(known[t + period]);
        if (right - left > 2 && (before || after))
            line = before && after ? (known[t - period] + known[t + period]) / 2
                                   : known[before ? t - period : t + period];
        y[t] = line;
    }
}

static double running_median(const double *x, size_t n, size_t t, size_t half)
{
    double window[WINDOW_MAX];
    size_t len = 0, from = t > half ? t - half : 0;
    for (size_t i = from; i <= t + half && i < n; i++)
        window[len++] = x[i];
    return median_of(window, len);
}

/* log(1 + y) around its running median, weekday by weekday for daily data. */
static void residuals(Arena *arena, const double *y, size_t n, int64_t step, double *r)
{
    double *logs = NEW_ARRAY(arena, double, n), weekday[7] = {0};
    size_t half = step == 1 ? 30 : 6, counts[7] = {0};
    for (size_t t = 0; t < n; t++)
        logs[t] = log1p(y[t]);
    for (size_t t = 0; t < n; t++) {
        r[t] = logs[t] - running_median(logs, n, t, half);
        weekday[t % 7] += r[t];
        counts[t % 7]++;
    }
    for (size_t t = 0; t < n && step == 1; t++)
        r[t] -= weekday[t % 7] / (double)counts[t % 7];
}

static bool effects_possible(const ForecastSeries *s, const ForecastOptions *options, const double *y, size_t n)
{
    bool wanted = s->price || ((options->holidays || options->events_len) && s->dated && !s->months);
    if (!wanted || (s->step != 1 && s->step != 7) || n < (s->step == 1 ? 90 : 30))
        return false;
    for (size_t t = 0; t < n; t++)
        if (y[t] < 0)
            return false;
    return true;
}

/* Log of the price against the median price; unknown prices hold the last known. */
static bool log_prices(Arena *arena, const ForecastSeries *s, size_t skipped, size_t n, double *out)
{
    double *known = NEW_ARRAY(arena, double, n), last = NAN;
    size_t len = 0;
    for (size_t t = 0; s->price && t < n; t++)
        if (s->price[skipped + t] > 0)
            known[len++] = s->price[skipped + t];
    if (len == 0)
        return false;
    double middle = median_of(known, len);
    for (size_t t = 0; t < n; t++) {
        double price = s->price[skipped + t];
        if (price > 0)
            last = log(price / middle);
        out[t] = isnan(last) ? 0 : last;
    }
    return true;
}

static void learn_effects(Arena *arena, const ForecastSeries *s, const ForecastOptions *options,
                          const Effects *shrink_to, Prepared *p, Effects *effects)
{
    double *r = NEW_ARRAY(arena, double, p->n), *prices = NEW_ARRAY(arena, double, p->n);
    double xx[EFFECTS_MAX * EFFECTS_MAX] = {0}, xr[EFFECTS_MAX] = {0}, row[EFFECTS_MAX];
    residuals(arena, p->y, p->n, s->step, r);
    log_prices(arena, s, p->skipped, p->n, prices);
    p->last_price = prices[p->n - 1];
    size_t len = 0;
    for (size_t t = 0; t < p->n; t++) {
        int64_t day = s->first + (int64_t)(p->skipped + t) * s->step;
        len = regressors(options, s->dated ? day : 0, s->step, prices[t], row);
        for (size_t i = 0; i < len; i++) {
            xr[i] += row[i] * r[t];
            for (size_t j = 0; j < len; j++)
                xx[i * len + j] += row[i] * row[j];
        }
    }
    effects->len = len;
    for (size_t i = 0; i < len; i++) {
        effects->evidence[i] = xx[i * len + i];
        xx[i * len + i] += 1; /* one whole period of evidence pulls halfway */
        xr[i] += shrink_to && i < shrink_to->len ? shrink_to->beta[i] : 0;
    }
    if (!solve_spd(xx, xr, len))
        return;
    for (size_t i = 0; i < len; i++)
        effects->beta[i] = effects->evidence[i] > 1e-9 ? fmin(fmax(xr[i], -3), 3) : 0;
    p->has_effects = true;
    for (size_t t = 0; t < p->n; t++) {
        int64_t day = s->first + (int64_t)(p->skipped + t) * s->step;
        double effect = 0;
        regressors(options, s->dated ? day : 0, s->step, prices[t], row);
        for (size_t i = 0; i < len; i++)
            effect += effects->beta[i] * row[i];
        p->y[t] = fmax(expm1(log1p(p->y[t]) - effect), 0);
    }
}

void prepare(Arena *arena, const ForecastSeries *series, const ForecastOptions *options, const Effects *shrink_to,
             Prepared *out, Effects *effects)
{
    double *y = NEW_ARRAY(arena, double, series->n + 1), adi, cv2;
    size_t skipped = 0, n = 0;
    *out = (Prepared){0};
    *effects = (Effects){0};
    while (skipped < series->n && isnan(series->y[skipped]))
        skipped++;
    for (size_t t = skipped; t < series->n; t++) {
        bool empty_shelf = series->in_stock && !series->in_stock[t];
        out->masked += empty_shelf;
        y[n++] = empty_shelf ? NAN : series->y[t];
    }
    out->y = y;
    out->n = n;
    out->skipped = skipped;
    size_t known = 0;
    for (size_t t = 0; t < n; t++)
        known += isnan(y[t]) ? 0 : 1;
    if (known == 0) {
        out->n = 0;
        out->kind = DEMAND_NONE;
        return;
    }
    out->filled = n - known - (out->masked < n - known ? out->masked : n - known);
    fill_gaps(arena, y, n, options->periods_len ? options->periods[0] : 1);
    out->kind = demand_classify(y, n, &adi, &cv2);
    bool regular = out->kind == DEMAND_SMOOTH || out->kind == DEMAND_ERRATIC;
    if (regular && effects_possible(series, options, y, n))
        learn_effects(arena, series, options, shrink_to, out, effects);
}

void unprepare(const ForecastSeries *series, const ForecastOptions *options, const Prepared *prepared,
               const Effects *effects, double *forecast)
{
    double row[EFFECTS_MAX];
    for (size_t h = 0; prepared->has_effects && h < options->horizon; h++) {
        int64_t day = series->first + (int64_t)(series->n + h) * series->step;
        double effect = 0;
        regressors(options, series->dated ? day : 0, series->step, prepared->last_price, row);
        for (size_t i = 0; i < effects->len; i++)
            effect += effects->beta[i] * row[i];
        forecast[h] = fmax(expm1(log1p(fmax(forecast[h], 0)) + effect), 0);
    }
}
