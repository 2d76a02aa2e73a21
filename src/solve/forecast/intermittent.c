/* Croston's family. Smoothing constants are chosen on a small grid by squared one-step error of the cumulative rate:
   with so few events a finer search would fit noise. */
#include "solve/forecast/intermittent.h"

#include <math.h>

static const double grid[] = {0.05, 0.1, 0.2, 0.3};

const char *intermittent_name(IntermittentMethod method)
{
    static const char *const names[] = {"Croston", "SBA", "TSB", "ADIDA", "IMAPA"};
    return method < INTERMITTENT_METHODS ? names[method] : "";
}

/* Croston's size over interval; *error gathers squared one-step errors. */
static double croston(const double *y, size_t n, double alpha, double *error)
{
    double size = 0, gap = 1, since = 1;
    bool begun = false;
    *error = 0;
    for (size_t t = 0; t < n; t++) {
        double rate = begun ? size / gap : 0;
        if (begun)
            *error += (y[t] - rate) * (y[t] - rate);
        if (y[t] > 0) {
            size = begun ? size + alpha * (y[t] - size) : y[t];
            gap = begun ? gap + alpha * (since - gap) : since;
            since = 1;
            begun = true;
        } else
            since++;
    }
    return begun ? size / gap : 0;
}

static double tsb(const double *y, size_t n, double alpha, double beta, double *error, double *chance)
{
    double size = 0, p = 0, seen = 0;
    size_t first = n < 12 ? n : 12;
    for (size_t t = 0; t < first; t++) {
        p += (y[t] > 0) / (double)first;
        size += y[t];
        seen += y[t] > 0;
    }
    size = seen > 0 ? size / seen : 0;
    *error = 0;
    for (size_t t = 0; t < n; t++) {
        double rate = p * size;
        *error += (y[t] - rate) * (y[t] - rate);
        p += beta * ((y[t] > 0) - p);
        if (y[t] > 0)
            size = size > 0 ? size + alpha * (y[t] - size) : y[t];
    }
    *chance = p;
    return p * size;
}

static double smooth(const double *y, size_t n, double alpha, double *error)
{
    double level = y[0];
    *error = 0;
    for (size_t t = 1; t < n; t++) {
        *error += (y[t] - level) * (y[t] - level);
        level += alpha * (y[t] - level);
    }
    return level;
}

static double smooth_best(const double *y, size_t n)
{
    double best = INFINITY, value = 0, error;
    for (size_t i = 0; i < sizeof grid / sizeof *grid; i++) {
        double at = smooth(y, n, grid[i], &error);
        if (error < best) {
            best = error;
            value = at;
        }
    }
    return value;
}

static size_t mean_gap(const double *y, size_t n)
{
    size_t seen = 0;
    for (size_t t = 0; t < n; t++)
        seen += y[t] > 0;
    size_t gap = seen ? (n + seen / 2) / seen : n;
    return gap ? gap : 1;
}

/* Sums of blocks of level periods, the newest block complete; smoothed; per period. */
static double aggregated(const double *y, size_t n, size_t level, double *work)
{
    size_t blocks = n / level, skip = n - blocks * level;
    if (blocks == 0)
        return 0;
    for (size_t b = 0; b < blocks; b++) {
        work[b] = 0;
        for (size_t i = 0; i < level; i++)
            work[b] += y[skip + b * level + i];
    }
    return smooth_best(work, blocks) / (double)level;
}

double intermittent_forecast(IntermittentMethod method, const double *y, size_t n, double *work, double *chance)
{
    double best = INFINITY, value = 0, error, p, best_p = 0;
    double unused;
    tsb(y, n, 0.1, 0.1, &unused, &best_p);
    if (n == 0)
        return 0;
    if (method == INTERMITTENT_CROSTON || method == INTERMITTENT_SBA) {
        for (size_t i = 0; i < sizeof grid / sizeof *grid; i++) {
            double at = croston(y, n, grid[i], &error) * (method == INTERMITTENT_SBA ? 1 - grid[i] / 2 : 1);
            if (error < best) {
                best = error;
                value = at;
            }
        }
    } else if (method == INTERMITTENT_TSB) {
        for (size_t i = 0; i < sizeof grid / sizeof *grid; i++)
            for (size_t j = 0; j < sizeof grid / sizeof *grid; j++) {
                double at = tsb(y, n, grid[i], grid[j], &error, &p);
                if (error < best) {
                    best = error;
                    value = at;
                    best_p = p;
                }
            }
    } else {
        size_t gap = mean_gap(y, n), levels = 0;
        if (gap > n / 2)
            gap = n / 2 ? n / 2 : 1;
        if (method == INTERMITTENT_ADIDA)
            value = aggregated(y, n, gap, work);
        for (size_t level = 1; method == INTERMITTENT_IMAPA && level <= gap; level++, levels++)
            value += aggregated(y, n, level, work);
        if (levels)
            value /= (double)levels;
    }
    if (chance)
        *chance = best_p;
    return value;
}

IntermittentMethod intermittent_best(Arena *arena, const double *y, size_t n, size_t horizon)
{
    double *work = NEW_ARRAY(arena, double, n ? n : 1), cost[INTERMITTENT_METHODS] = {0};
    size_t origins = n / 3 < 12 ? n / 3 : 12, best = INTERMITTENT_TSB;
    for (size_t k = 1; k <= origins; k++) {
        size_t train = n - k, len = k < horizon ? k : horizon;
        double actual = 0;
        for (size_t t = train; t < train + len; t++)
            actual += y[t] / (double)len;
        for (size_t m = INTERMITTENT_SBA; m < INTERMITTENT_METHODS; m++) {
            double miss = intermittent_forecast((IntermittentMethod)m, y, train, work, NULL) - actual;
            cost[m] += miss * miss;
        }
    }
    for (size_t m = INTERMITTENT_SBA; m < INTERMITTENT_METHODS; m++)
        if (cost[m] < cost[best])
            best = m;
    return (IntermittentMethod)best;
}
