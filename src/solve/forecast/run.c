/* Many series: prepare, forecast, and measure how wrong earlier forecasts were so that the intervals are honest. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "solve/forecast/counts.h"
#include "solve/forecast/intermittent.h"
#include "solve/forecast/prepare.h"
#include "solve/numeric/numeric.h"

enum { ORIGINS_MAX = 24, POOL_WANTED = 1000, GAP_ORIGINS = 12, RARE_LEAST = 5, TEXT_ROOM = 400 };

typedef struct Score { /* one held-out forecast: absolute errors in units of the series' own scale, NaN beyond the end */
    double *error;
} Score;

typedef struct Work {
    double *room; /* n values for prepared.y */
    char text[TEXT_ROOM];
    Prepared prepared;
    Effects effects;
    double scale; /* of the whole series */
    Score scores[ORIGINS_MAX];
    size_t scores_len;
} Work;

typedef struct Run {
    const ForecastSeries *series;
    size_t len;
    const ForecastOptions *options;
    ForecastResult *results;
    Work *work;
    Effects category; /* mean effects over the batch */
    size_t origins;   /* per series */
    double *profile;  /* mean seasonal profile of the regular series by calendar phase, for short ones; or NULL */
    _Atomic size_t next;
    void (*step)(struct Run *, Arena *, size_t);
} Run;

static size_t season_of(const ForecastOptions *options)
{
    return options->periods_len ? options->periods[0] : 1;
}

/* Mean absolute difference to one season before: the unit of MASE (Hyndman and Koehler 2006). */
static double naive_scale(const double *y, size_t n, size_t m)
{
    double sum = 0;
    if (n <= m)
        m = 1;
    for (size_t t = m; t < n; t++)
        sum += fabs(y[t] - y[t - m]);
    return n > m ? sum / (double)(n - m) : 0;
}

/* Mean size of the last errors that are known; 0 when there are none. */
static double recent_error(const double *errors, size_t n, size_t window)
{
    double sum = 0;
    size_t known = 0;
    for (size_t t = n > window ? n - window : 0; t < n; t++)
        if (!isnan(errors[t])) {
            sum += fabs(errors[t]);
            known++;
        }
    return known ? sum / (double)known : 0;
}

/* The unit in which interval errors are pooled over series: differences of the recent past, drawn towards how well the model fitted
   lately (errors: n in-sample ones). Windows, bounds and power were chosen on the odd series of M3, M4 Weekly and the avocados, by MSIS
   and by how near coverage is to the level; docs/performance-insight.md has the even ones. */
static double recent_scale(const double *y, size_t n, size_t m, const double *errors)
{
    bool is_long = m > 24;
    const double least = is_long ? 0.1 : 0.25, most = 1.5, power = is_long ? 0.5 : 0.35;
    size_t lag = is_long ? 1 : m, window = is_long ? 4 * m + 24 : 26 + lag, from = n > window ? n - window : 0;
    double scale = naive_scale(y + from, n - from, lag), error = recent_error(errors, n, is_long ? 26 : 13);
    if (!(scale > 0))
        scale = fmax(naive_scale(y, n, 1), 1e-9);
    return error > 0 ? scale * pow(fmin(fmax(error / scale, least), most), power) : scale;
}

static bool is_regular(DemandKind kind)
{
    return kind == DEMAND_SMOOTH || kind == DEMAND_ERRATIC;
}

static bool is_sparse(DemandKind kind)
{
    return kind == DEMAND_INTERMITTENT || kind == DEMAND_LUMPY;
}

static int64_t phase_of(const ForecastSeries *s, size_t t, size_t m)
{
    int64_t unit = s->step ? s->step : 1, at = s->first / unit + (int64_t)t;
    at %= (int64_t)m;
    return at < 0 ? at + (int64_t)m : at;
}

/* ---- steps over one series each ---- */

/* Steps run on threads with scratch arenas: what must stay is copied into memory made before. */
static void step_prepare(Run *run, Arena *arena, size_t i)
{
    Work *work = &run->work[i];
    prepare(arena, &run->series[i], run->options, run->category.len ? &run->category : NULL, &work->prepared,
            &work->effects);
    memcpy(work->room, work->prepared.y, work->prepared.n * sizeof(double));
    work->prepared.y = work->room;
}

static void forecast_sparse(Run *run, Arena *arena, size_t i, ForecastResult *result)
{
    const Prepared *p = &run->work[i].prepared;
    double *work = NEW_ARRAY(arena, double, p->n);
    IntermittentMethod method = intermittent_best(arena, p->y, p->n, run->options->horizon);
    double value = intermittent_forecast(method, p->y, p->n, work, &result->chance);
    for (size_t h = 0; h < run->options->horizon; h++)
        result->mean[h] = value;
    result->models = str_of(intermittent_name(method));
}

/* The level of the few values times the season that comparable series show. */
static void forecast_short(const Run *run, size_t i, ForecastResult *result)
{
    const Prepared *p = &run->work[i].prepared;
    const ForecastSeries *s = &run->series[i];
    size_t m = season_of(run->options);
    double level = 0;
    for (size_t t = 0; t < p->n; t++) {
        double index = run->profile ? run->profile[phase_of(s, p->skipped + t, m)] : 1;
        level += p->y[t] / fmax(index, 0.05) / (double)p->n;
    }
    for (size_t h = 0; h < run->options->horizon; h++)
        result->mean[h] = level * (run->profile ? run->profile[phase_of(s, s->n + h, m)] : 1);
    result->models = run->profile ? STR("mean level with the season of comparable series") : STR("mean");
}

static void step_forecast(Run *run, Arena *arena, size_t i)
{
    Work *work = &run->work[i];
    ForecastResult *result = &run->results[i];
    const Prepared *p = &work->prepared;
    result->kind = p->kind;
    result->chance = 1;
    if (is_sparse(p->kind))
        forecast_sparse(run, arena, i, result);
    else if (p->kind == DEMAND_SHORT)
        forecast_short(run, i, result);
    else if (p->kind == DEMAND_CONSTANT) {
        for (size_t h = 0; h < run->options->horizon; h++)
            result->mean[h] = p->y[0];
        result->models = STR("constant");
    } else if (p->kind != DEMAND_NONE) {
        ensemble_forecast(arena, p->y, p->n, run->options, result->mean, &result->models, result->fitted_errors + p->skipped);
        unprepare(&run->series[i], run->options, p, &work->effects, result->mean);
    }
    if (p->n)
        work->scale = recent_scale(p->y, p->n, season_of(run->options), result->fitted_errors + p->skipped);
    result->scale = p->n ? naive_scale(p->y, p->n, season_of(run->options)) : 0;
    size_t len = result->models.len < TEXT_ROOM ? result->models.len : TEXT_ROOM;
    if (len)
        memcpy(work->text, result->models.at, len);
    result->models = (Str){work->text, len};
}

/* Forecasts again from earlier ends and keeps how far off they were. */
/* Origins lie a horizon apart where there is room, so that they saw different times: measured on the avocados, a 95 % band from
   origins a quarter of a horizon apart covered 88 %, from these 91 %. */
static size_t gap_of(const Run *run, size_t n, size_t room, size_t last)
{
    size_t span = n / 3 < room ? n / 3 : room; /* models of much shorter histories are worse than the one to be judged */
    span = span > last ? span : last;
    size_t horizon = run->options->horizon, least = horizon / 4 ? horizon / 4 : 1;
    size_t gap = (span - last) / (GAP_ORIGINS - 1);
    return gap < least ? least : gap > horizon ? horizon : gap;
}

/* How the forecast of the newest origin did; the further ones only serve the ranges. */
static void keep_validation(ForecastResult *result, double error, double naive, double unit)
{
    result->mae = error;
    result->naive_mae = naive;
    if (unit > 0) {
        result->mase = error / unit;
        result->naive_mase = naive / unit;
    }
}

static void validate_sparse(Run *run, Arena *arena, size_t i, size_t train, size_t len)
{
    const Prepared *p = &run->work[i].prepared;
    double error = 0, naive = 0, *work = NEW_ARRAY(arena, double, p->n);
    IntermittentMethod method = intermittent_best(arena, p->y, train, run->options->horizon);
    double mean = intermittent_forecast(method, p->y, train, work, NULL);
    for (size_t h = 0; h < len; h++) {
        error += fabs(p->y[train + h] - mean) / (double)len;
        naive += fabs(p->y[train + h] - p->y[train - 1]) / (double)len;
    }
    keep_validation(&run->results[i], error, naive, naive_scale(p->y, train, 1));
}

static void score_regular(Run *run, Arena *arena, size_t i, size_t train, size_t len, double *score, bool newest)
{
    const Prepared *p = &run->work[i].prepared;
    size_t m = season_of(run->options);
    double *out = NEW_ARRAY(arena, double, run->options->horizon), *errors = NEW_ARRAY(arena, double, p->n + 1), error = 0, naive = 0;
    ensemble_forecast(arena, p->y, train, run->options, out, NULL, errors);
    double scale = recent_scale(p->y, train, m, errors);
    for (size_t h = 0; h < len; h++) {
        double truth = p->y[train + h], miss = fabs(truth - out[h]);
        score[h] = miss / scale;
        error += miss / (double)len;
        naive += fabs(truth - p->y[train + h % m - (train >= m ? m : 1)]) / (double)len;
    }
    if (newest)
        keep_validation(&run->results[i], error, naive, naive_scale(p->y, train, m));
}

static void step_score(Run *run, Arena *arena, size_t i)
{
    Work *work = &run->work[i];
    const Prepared *p = &work->prepared;
    size_t horizon = run->options->horizon, m = season_of(run->options), least = m > 1 ? 2 * m : 6;
    size_t room = p->n > least ? p->n - least : 0;
    size_t last = horizon < room ? horizon : room; /* the newest origin leaves a whole horizon when it can */
    size_t gap = gap_of(run, p->n, room, last);
    if (is_sparse(p->kind) && last)
        validate_sparse(run, arena, i, p->n - last, last);
    for (size_t k = 0; k < run->origins && k < ORIGINS_MAX && is_regular(p->kind); k++) {
        size_t held = last + k * gap;
        if (held == 0 || held > room)
            break;
        size_t len = held < horizon ? held : horizon;
        double *score = work->scores[work->scores_len++].error;
        for (size_t h = len; h < horizon; h++)
            score[h] = NAN;
        score_regular(run, arena, i, p->n - held, len, score, k == 0);
    }
}

/* ---- intervals ---- */

static double miss_of(const Run *run, size_t i, size_t level)
{
    double miss = run->series[i].miss[level];
    return miss > 0 ? miss : 1 - run->options->levels[level];
}

/* One held-out error; upto: the weight of this and all smaller ones, once sorted. */
typedef struct Held {
    double error, upto;
} Held;

static int by_error(const void *a, const void *b)
{
    double x = ((const Held *)a)->error, y = ((const Held *)b)->error;
    return (x > y) - (x < y);
}

/* The smallest error that, with all smaller ones, has 1 - miss of the weight of all and of the one to come (which weighs 1): with equal
   weights the ceil((K + 1)(1 - miss))-th smallest. NaN when K is too small for this level. */
static double conformal(const Held *sorted, size_t len, double miss)
{
    double wanted = len ? (sorted[len - 1].upto + 1) * (1 - miss) - 1e-9 : INFINITY;
    size_t low = 0, high = len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle].upto >= wanted)
            high = middle;
        else
            low = middle + 1;
    }
    return low < len ? sorted[low].error : NAN;
}

/* Models of earlier origins saw less and erred more, so an origin counts 0.85 of the next newer one (conformal prediction
   beyond exchangeability: Barber, Candes, Ramdas, Tibshirani 2023), where that leaves enough to go by. The weight was chosen on the odd
   series: MSIS falls with it, and this is the last before coverage leaves its band (docs/performance-insight.md). */
static const double older_counts = 0.85, enough_weight = 200;

static size_t gather(const Run *run, size_t from, size_t to, size_t h, Held *pool)
{
    size_t len = 0;
    double sum = 0;
    for (size_t i = from; i < to; i++)
        for (size_t k = 0; k < run->work[i].scores_len; k++)
            if (!isnan(run->work[i].scores[k].error[h])) {
                pool[len] = (Held){run->work[i].scores[k].error[h], pow(older_counts, (double)k)};
                sum += pool[len++].upto;
            }
    qsort(pool, len, sizeof *pool, by_error);
    for (size_t i = 0; i < len; i++)
        pool[i].upto = (i ? pool[i - 1].upto : 0) + (sum >= enough_weight ? pool[i].upto : 1);
    return len;
}

static void intervals_pooled(Run *run, Arena *arena)
{
    Held *pool = NEW_ARRAY(arena, Held, run->len * ORIGINS_MAX + 1);
    double *widest = NEW_ARRAY(arena, double, run->len * FORECAST_LEVELS_MAX);
    for (size_t h = 0; h < run->options->horizon; h++) {
        size_t pooled = gather(run, 0, run->len, h, pool);
        for (size_t i = 0; i < run->len; i++) {
            const Work *work = &run->work[i];
            Held own[ORIGINS_MAX];
            const Held *sorted = pool;
            size_t len = pooled;
            if (!is_regular(work->prepared.kind))
                continue;
            if (work->scores_len >= 20) {
                len = gather(run, i, i + 1, h, own);
                sorted = own;
            }
            for (size_t l = 0; l < run->options->levels_len; l++) {
                double half = conformal(sorted, len, miss_of(run, i, l)) * work->scale;
                double *most = &widest[i * FORECAST_LEVELS_MAX + l];
                if (!isnan(half))
                    *most = half = fmax(half, *most); /* further ahead is never surer */
                run->results[i].low[l][h] = run->results[i].mean[h] - half;
                run->results[i].high[l][h] = run->results[i].mean[h] + half;
            }
        }
    }
}

/* Too few held-out forecasts: the spread of one-step errors, growing as a level with this much smoothing drifts. */
static void interval_by_variance(const Run *run, size_t i, size_t l)
{
    static const struct {
        double level, z;
    } table[] = {{0.5, 0.6745}, {0.8, 1.2816}, {0.9, 1.6449}, {0.95, 1.96}, {0.99, 2.5758}};
    ForecastResult *r = &run->results[i];
    const Prepared *p = &run->work[i].prepared;
    double sum = 0, level = 1 - miss_of(run, i, l), z = table[0].z;
    size_t count = 0;
    for (size_t t = 0; t < p->n; t++) {
        double e = r->fitted_errors[p->skipped + t];
        if (!isnan(e)) {
            sum += e * e;
            count++;
        }
    }
    if (count < 12)
        return;
    for (size_t k = 1; k < sizeof table / sizeof *table; k++)
        if (level >= table[k - 1].level && level <= table[k].level)
            z = table[k - 1].z + (table[k].z - table[k - 1].z) * (level - table[k - 1].level) / (table[k].level - table[k - 1].level);
    if (level > 0.99)
        z = 2.5758;
    double sigma = sqrt(sum / (double)(count - 2));
    for (size_t h = 0; h < run->options->horizon; h++) {
        double half = z * sigma * sqrt(1 + (double)h * 0.35);
        r->low[l][h] = r->mean[h] - half;
        r->high[l][h] = r->mean[h] + half;
    }
}

/* Rare demand: from 0 to the smallest size seen that holds the level, for every period alike: each period is like the next, and nothing
   lies below 0, so all of the miss is above. Demand comes in whole pieces: such a range usually holds more than was asked. */
static void interval_of_counts(const Run *run, Arena *arena, size_t i)
{
    const Prepared *p = &run->work[i].prepared;
    ForecastResult *r = &run->results[i];
    CountLaw law = count_law(arena, p->y, p->n, r->chance);
    for (size_t l = 0; l < run->options->levels_len && law.len >= RARE_LEAST; l++) {
        double most = count_reaching(&law, 1 - miss_of(run, i, l));
        for (size_t h = 0; h < run->options->horizon; h++) {
            r->low[l][h] = 0;
            r->high[l][h] = most;
        }
    }
}

static void finish(Run *run, Arena *arena, size_t i)
{
    ForecastResult *r = &run->results[i];
    const Prepared *p = &run->work[i].prepared;
    Buf note = buf_new(arena, TEXT_ROOM);
    bool empty = false, nonnegative = true;
    if (is_sparse(p->kind))
        interval_of_counts(run, arena, i);
    for (size_t l = 0; l < run->options->levels_len; l++) {
        if (is_regular(p->kind) && isnan(r->low[l][0]))
            interval_by_variance(run, i, l);
        empty = empty || isnan(r->low[l][0]);
    }
    for (size_t t = 0; t < p->n; t++)
        nonnegative = nonnegative && p->y[t] >= 0;
    for (size_t l = 0; l < run->options->levels_len && nonnegative; l++)
        for (size_t h = 0; h < run->options->horizon; h++)
            r->low[l][h] = r->low[l][h] < 0 ? 0 : r->low[l][h];
    if (p->kind == DEMAND_NONE)
        buf_add(&note, STR("no values: the forecast is 0; "));
    if (empty)
        buf_addf(&note, "too little data (%zu values) for an honest interval; ", p->n);
    if (p->masked)
        buf_addf(&note, "%zu periods with an empty shelf were estimated; ", p->masked);
    if (p->filled)
        buf_addf(&note, "%zu gaps were filled; ", p->filled);
    r->note = str_slice(buf_str(&note), 0, note.len > 2 ? note.len - 2 : 0);
}

/* ---- over all series ---- */

static void *worker(void *arg)
{
    Run *run = arg;
    Arena *arena = arena_new();
    for (size_t i; (i = atomic_fetch_add(&run->next, 1)) < run->len; arena_reset(arena))
        run->step(run, arena, i);
    arena_free(arena);
    return NULL;
}

enum { THREADS_MAX = 16 };

static void run_step(Run *run, void (*step)(Run *, Arena *, size_t))
{
    pthread_t threads[THREADS_MAX];
    int wanted = run->options->threads > THREADS_MAX ? THREADS_MAX : run->options->threads, made = 0;
    run->step = step;
    run->next = 0;
    while (made + 1 < wanted && pthread_create(&threads[made], NULL, worker, run) == 0)
        made++;
    worker(run);
    while (made > 0)
        pthread_join(threads[--made], NULL);
}

/* Mean effects of the batch, weighted by what each series knows. */
static void learn_category(Run *run)
{
    Effects *mean = &run->category;
    for (size_t i = 0; i < run->len; i++)
        for (size_t k = 0; k < run->work[i].effects.len; k++) {
            const Effects *one = &run->work[i].effects;
            mean->len = one->len;
            mean->beta[k] += one->beta[k] * one->evidence[k];
            mean->evidence[k] += one->evidence[k];
        }
    for (size_t k = 0; k < mean->len; k++)
        mean->beta[k] = mean->evidence[k] > 0 ? mean->beta[k] / mean->evidence[k] : 0;
}

static void learn_profile(Run *run, Arena *arena)
{
    size_t m = season_of(run->options), used = 0;
    double *sums = NEW_ARRAY(arena, double, m), *counts = NEW_ARRAY(arena, double, m);
    for (size_t i = 0; i < run->len && m > 1; i++) {
        const Prepared *p = &run->work[i].prepared;
        double mean = 0;
        for (size_t t = 0; t < p->n; t++)
            mean += p->y[t] / (double)p->n;
        if (!is_regular(p->kind) || p->n < 2 * m || mean <= 0)
            continue;
        used++;
        for (size_t t = 0; t < p->n; t++) {
            int64_t phase = phase_of(&run->series[i], p->skipped + t, m);
            sums[phase] += p->y[t] / mean;
            counts[phase]++;
        }
    }
    for (size_t k = 0; k < m && used; k++)
        sums[k] = counts[k] > 0 ? sums[k] / counts[k] : 1;
    run->profile = used ? sums : NULL;
}

static Err *check_options(Arena *arena, const ForecastOptions *o)
{
    bool fine = o->horizon >= 1 && o->horizon <= FORECAST_HORIZON_MAX && o->periods_len <= FORECAST_SEASONS_MAX &&
                o->levels_len <= FORECAST_LEVELS_MAX;
    for (size_t i = 0; fine && i < o->periods_len; i++)
        fine = o->periods[i] >= 1 && o->periods[i] <= FORECAST_PERIOD_MAX && (i == 0 || o->periods[i] > o->periods[i - 1]);
    for (size_t i = 0; fine && i < o->levels_len; i++)
        fine = o->levels[i] > 0 && o->levels[i] < 1;
    return fine ? NULL
                : err_detail(arena, ERR_INVALID, "forecast.options",
                             "horizon 1..%d, up to %d seasons in rising order of at most %d, levels between 0 and 1",
                             FORECAST_HORIZON_MAX, FORECAST_SEASONS_MAX, FORECAST_PERIOD_MAX);
}

static void make_room(Run *run, Arena *arena)
{
    size_t horizon = run->options->horizon;
    for (size_t i = 0; i < run->len; i++) {
        ForecastResult *r = &run->results[i];
        Work *w = &run->work[i];
        *r = (ForecastResult){.mase = NAN, .naive_mase = NAN, .mae = NAN, .naive_mae = NAN, .mean = NEW_ARRAY(arena, double, horizon)};
        r->fitted_errors = NEW_ARRAY(arena, double, run->series[i].n + 1);
        w->room = NEW_ARRAY(arena, double, run->series[i].n + 1);
        for (size_t t = 0; t < run->series[i].n; t++)
            r->fitted_errors[t] = NAN;
        for (size_t l = 0; l < run->options->levels_len; l++) {
            r->low[l] = NEW_ARRAY(arena, double, horizon);
            r->high[l] = NEW_ARRAY(arena, double, horizon);
            for (size_t h = 0; h < horizon; h++)
                r->low[l][h] = r->high[l][h] = NAN;
        }
        for (size_t k = 0; k < run->origins && k < ORIGINS_MAX; k++)
            w->scores[k].error = NEW_ARRAY(arena, double, horizon);
    }
}

Err *forecast_run(Arena *arena, const ForecastSeries *series, size_t len, const ForecastOptions *options,
                  ForecastResult *results)
{
    TRY(check_options(arena, options));
    if (len == 0)
        return NULL;
    Run run = {.series = series, .len = len, .options = options, .results = results};
    run.work = NEW_ARRAY(arena, Work, len);
    run.origins = options->levels_len ? (POOL_WANTED + len - 1) / len : 1;
    make_room(&run, arena);
    run_step(&run, step_prepare);
    if (len > 1) {
        learn_category(&run);
        if (run.category.len)
            run_step(&run, step_prepare);
    }
    learn_profile(&run, arena);
    run_step(&run, step_forecast);
    if (options->levels_len || options->validate)
        run_step(&run, step_score);
    if (options->levels_len)
        intervals_pooled(&run, arena);
    for (size_t i = 0; i < len; i++)
        finish(&run, arena, i);
    return NULL;
}

double forecast_adapt(double miss, double level, bool missed)
{
    double target = 1 - level, next = miss + 0.05 * (target - (missed ? 1 : 0));
    return fmin(fmax(next, 0.002), 0.9);
}
