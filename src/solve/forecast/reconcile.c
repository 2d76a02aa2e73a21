/* Making a family of forecasts add up. */
#include <math.h>
#include <string.h>

#include "solve/forecast/forecast.h"
#include "solve/numeric/numeric.h"

enum { HIERARCHY_MINT_MAX = 600 };

/* Order in which every child comes before its parent; error on a loop or a bad index. */
static Err *bottom_first(Arena *arena, const Hierarchy *h, size_t *order)
{
    int *depth = NEW_ARRAY(arena, int, h->len);
    size_t placed = 0;
    for (size_t i = 0; i < h->len; i++) {
        int64_t at = (int64_t)i;
        while (h->parent[at] >= 0 && depth[i] <= (int)h->len) {
            if ((size_t)h->parent[at] >= h->len)
                return err_detail(arena, ERR_INVALID, "forecast.hierarchy", "row %zu names a parent that is not there", i);
            at = h->parent[at];
            depth[i]++;
        }
        if (depth[i] > (int)h->len)
            return err_detail(arena, ERR_INVALID, "forecast.hierarchy", "row %zu is its own ancestor", i);
    }
    for (int d = (int)h->len; d >= 0; d--)
        for (size_t i = 0; i < h->len; i++)
            if (depth[i] == d)
                order[placed++] = i;
    return NULL;
}

static void move_to(ForecastResult *r, size_t h, double mean)
{
    double shift = mean - r->mean[h];
    for (size_t l = 0; l < FORECAST_LEVELS_MAX; l++)
        if (r->low[l]) {
            r->low[l][h] += shift;
            r->high[l][h] += shift;
            if (mean >= 0 && r->low[l][h] < 0 && r->low[l][h] - shift >= 0)
                r->low[l][h] = 0;
        }
    r->mean[h] = mean;
}

Err *reconcile_bottom_up(Arena *arena, const Hierarchy *hierarchy, size_t horizon, ForecastResult *results)
{
    size_t *order = NEW_ARRAY(arena, size_t, hierarchy->len);
    TRY(bottom_first(arena, hierarchy, order));
    double *sum = NEW_ARRAY(arena, double, hierarchy->len);
    bool *is_parent = NEW_ARRAY(arena, bool, hierarchy->len);
    for (size_t h = 0; h < horizon; h++) {
        memset(sum, 0, hierarchy->len * sizeof *sum);
        for (size_t k = 0; k < hierarchy->len; k++) {
            size_t i = order[k];
            if (is_parent[i])
                move_to(&results[i], h, sum[i]);
            if (hierarchy->parent[i] >= 0) {
                sum[hierarchy->parent[i]] += results[i].mean[h];
                is_parent[hierarchy->parent[i]] = true;
            }
        }
    }
    return NULL;
}

/* W: covariance of the errors, off-diagonals shrunk by the intensity of Schaefer and Strimmer (2005), sec. 2.4. */
static bool shrunk_covariance(Arena *arena, const double *errors, size_t len, size_t count, double *w)
{
    double *z = NEW_ARRAY(arena, double, len * count), *sd = NEW_ARRAY(arena, double, len), top = 0, bottom = 0;
    for (size_t i = 0; i < len; i++) {
        double sum = 0;
        for (size_t t = 0; t < count; t++)
            sum += errors[i * count + t] * errors[i * count + t];
        sd[i] = sqrt(sum / (double)count);
        if (!(sd[i] > 0))
            return false;
        for (size_t t = 0; t < count; t++)
            z[i * count + t] = errors[i * count + t] / sd[i];
    }
    double n = (double)count;
    for (size_t i = 0; i < len; i++)
        for (size_t j = 0; j < i; j++) {
            double mean = 0, variance = 0;
            for (size_t t = 0; t < count; t++)
                mean += z[i * count + t] * z[j * count + t] / n;
            for (size_t t = 0; t < count; t++) {
                double d = z[i * count + t] * z[j * count + t] - mean;
                variance += d * d;
            }
            top += n / ((n - 1) * (n - 1) * (n - 1)) * variance;
            bottom += mean * mean;
            w[i * len + j] = w[j * len + i] = mean;
        }
    double keep = bottom > 0 ? 1 - fmin(fmax(top / bottom, 0), 1) : 0;
    for (size_t i = 0; i < len; i++)
        for (size_t j = 0; j < len; j++)
            w[i * len + j] = (i == j ? 1 : keep * w[i * len + j]) * sd[i] * sd[j];
    return true;
}

/* The newest count errors of each series; false when one is missing. */
static bool gather_errors(const ForecastResult *results, const size_t *n, size_t len, size_t count, double *errors)
{
    for (size_t i = 0; i < len; i++)
        for (size_t t = 0; t < count; t++) {
            if (n[i] < count || isnan(results[i].fitted_errors[n[i] - count + t]))
                return false;
            errors[i * count + t] = results[i].fitted_errors[n[i] - count + t];
        }
    return true;
}

Err *reconcile_mint(Arena *arena, const Hierarchy *hierarchy, const size_t *n, size_t errors_len, size_t horizon,
                    ForecastResult *results, bool *used)
{
    size_t len = hierarchy->len, rows = 0, *order = NEW_ARRAY(arena, size_t, len);
    TRY(bottom_first(arena, hierarchy, order));
    *used = false;
    if (len > HIERARCHY_MINT_MAX || errors_len < 8)
        return reconcile_bottom_up(arena, hierarchy, horizon, results);
    double *errors = NEW_ARRAY(arena, double, len *errors_len), *w = NEW_ARRAY(arena, double, len *len);
    if (!gather_errors(results, n, len, errors_len, errors) || !shrunk_covariance(arena, errors, len, errors_len, w))
        return reconcile_bottom_up(arena, hierarchy, horizon, results);
    /* C y = 0: one row per parent, +1 itself, -1 its children. y - W C' (C W C')^-1 C y is S (S' W^-1 S)^-1 S' W^-1 y. */
    double *c = NEW_ARRAY(arena, double, len *len);
    for (size_t p = 0; p < len; p++) {
        bool has_child = false;
        for (size_t i = 0; i < len; i++)
            if (hierarchy->parent[i] == (int64_t)p) {
                c[rows * len + i] = -1;
                has_child = true;
            }
        if (has_child)
            c[rows++ * len + p] = 1;
    }
    double *wc = NEW_ARRAY(arena, double, len *rows + 1), *cwc = NEW_ARRAY(arena, double, rows *rows + 1),
           *factor = NEW_ARRAY(arena, double, rows *rows + 1), *gap = NEW_ARRAY(arena, double, rows + 1);
    for (size_t i = 0; i < len; i++)
        for (size_t r = 0; r < rows; r++)
            for (size_t k = 0; k < len; k++)
                wc[i * rows + r] += w[i * len + k] * c[r * len + k];
    for (size_t a = 0; a < rows; a++)
        for (size_t b = 0; b < rows; b++)
            for (size_t k = 0; k < len; k++)
                cwc[a * rows + b] += c[a * len + k] * wc[k * rows + b];
    for (size_t h = 0; h < horizon; h++) {
        memset(gap, 0, rows * sizeof *gap);
        for (size_t r = 0; r < rows; r++)
            for (size_t k = 0; k < len; k++)
                gap[r] += c[r * len + k] * results[k].mean[h];
        memcpy(factor, cwc, rows * rows * sizeof *cwc);
        if (!solve_spd(factor, gap, rows))
            return reconcile_bottom_up(arena, hierarchy, horizon, results);
        for (size_t i = 0; i < len; i++) {
            double mean = results[i].mean[h];
            for (size_t r = 0; r < rows; r++)
                mean -= wc[i * rows + r] * gap[r];
            move_to(&results[i], h, mean);
        }
    }
    *used = true;
    return NULL;
}
