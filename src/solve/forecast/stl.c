/* STL after the 1990 paper; loess with tricube weights. */
#include "solve/forecast/stl.h"

#include <math.h>
#include <string.h>

/* Loess of degree 0 or 1 at position x over points 1..n (y[0] is position 1), q nearest neighbours. */
static double loess_at(const double *y, size_t n, double x, size_t q, int degree)
{
    size_t width = q < n ? q : n;
    double left = x - ((double)width - 1) / 2;
    size_t first = left <= 1 ? 0 : (size_t)(left - 1 + 0.5);
    if (first + width > n)
        first = n - width;
    double reach = fmax(x - (double)(first + 1), (double)(first + width) - x);
    if (q > n)
        reach += (double)((q - n) / 2);
    double sum_w = 0, sum_wx = 0, sum_wy = 0, sum_wxx = 0, sum_wxy = 0;
    for (size_t i = first; i < first + width; i++) {
        double d = (double)(i + 1) - x, r = fabs(d) / reach;
        if (r > 0.999)
            continue;
        double w = 1;
        if (r > 0.001) {
            double c = 1 - r * r * r;
            w = c * c * c;
        }
        sum_w += w;
        sum_wy += w * y[i];
        sum_wx += w * d;
        sum_wxx += w * d * d;
        sum_wxy += w * d * y[i];
    }
    if (sum_w <= 0)
        return y[first];
    double mean_x = sum_wx / sum_w, mean_y = sum_wy / sum_w, spread = sum_wxx / sum_w - mean_x * mean_x;
    if (degree == 0 || sqrt(fmax(spread, 0)) <= 0.001 * ((double)n - 1))
        return mean_y;
    return mean_y - mean_x * (sum_wxy / sum_w - mean_x * mean_y) / spread;
}

/* Loess on a grid of jumps with straight lines between. */
static void loess(const double *y, size_t n, size_t q, int degree, double *out)
{
    size_t jump = q / 10 + 1;
    for (size_t i = 0; i < n; i += jump)
        out[i] = loess_at(y, n, (double)(i + 1), q, degree);
    size_t last = (n - 1) / jump * jump;
    if (last != n - 1)
        out[n - 1] = loess_at(y, n, (double)n, q, degree);
    for (size_t i = 0; i + 1 < n; i += jump) {
        size_t next = i + jump < n ? i + jump : n - 1;
        for (size_t k = i + 1; k < next; k++)
            out[k] = out[i] + (out[next] - out[i]) * (double)(k - i) / (double)(next - i);
    }
}

static size_t moving_average(const double *y, size_t n, size_t width, double *out)
{
    double sum = 0;
    for (size_t i = 0; i < width; i++)
        sum += y[i];
    size_t len = n - width + 1;
    for (size_t i = 0; i < len; i++) {
        out[i] = sum / (double)width;
        if (i + width < n)
            sum += y[i + width] - y[i];
    }
    return len;
}

static size_t next_odd(double x)
{
    size_t up = (size_t)ceil(x);
    return up % 2 ? up : up + 1;
}

typedef struct Work {
    double *detrended, *cycle, *one, *two, *sub, *smooth;
} Work;

/* Smooths each cycle-subseries and extends it by one period at both ends: cycle has n + 2 * period values. */
static void smooth_cycles(const Work *w, size_t n, size_t period, size_t window)
{
    for (size_t p = 0; p < period; p++) {
        size_t len = (n - p + period - 1) / period;
        for (size_t i = 0; i < len; i++)
            w->sub[i] = w->detrended[p + i * period];
        for (size_t i = 0; i < len; i++)
            w->smooth[i + 1] = loess_at(w->sub, len, (double)(i + 1), window, 0);
        w->smooth[0] = loess_at(w->sub, len, 0, window, 0);
        w->smooth[len + 1] = loess_at(w->sub, len, (double)(len + 1), window, 0);
        for (size_t i = 0; i < len + 2; i++)
            w->cycle[p + i * period] = w->smooth[i];
    }
}

void stl_decompose(Arena *arena, const double *y, size_t n, size_t period, size_t window, double *seasonal,
                   double *trend)
{
    size_t room = n + 3 * period + 3;
    Work w = {NEW_ARRAY(arena, double, n),    NEW_ARRAY(arena, double, room), NEW_ARRAY(arena, double, room),
              NEW_ARRAY(arena, double, room), NEW_ARRAY(arena, double, room), NEW_ARRAY(arena, double, room)};
    size_t trend_window = next_odd(1.5 * (double)period / (1 - 1.5 / (double)window)), low_window = next_odd((double)period);
    memset(trend, 0, n * sizeof *trend);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < n; i++)
            w.detrended[i] = y[i] - trend[i];
        smooth_cycles(&w, n, period, window);
        size_t len = moving_average(w.cycle, n + 2 * period, period, w.one);
        len = moving_average(w.one, len, period, w.two);
        len = moving_average(w.two, len, 3, w.one);
        loess(w.one, len, low_window, 1, w.two);
        for (size_t i = 0; i < n; i++) {
            seasonal[i] = w.cycle[period + i] - w.two[i];
            w.detrended[i] = y[i] - seasonal[i];
        }
        loess(w.detrended, n, trend_window, 1, trend);
    }
}

void mstl_decompose(Arena *arena, const double *y, size_t n, const size_t *periods, size_t periods_len,
                    double **seasonal, double *trend)
{
    double *rest = arena_copy(arena, y, n * sizeof *y);
    for (size_t i = 0; i < periods_len; i++)
        memset(seasonal[i], 0, n * sizeof *rest);
    memcpy(trend, y, n * sizeof *trend);
    for (int round = 0; round < (periods_len > 1 ? 2 : 1); round++)
        for (size_t i = 0; i < periods_len; i++) {
            if (n < 2 * periods[i])
                continue;
            for (size_t t = 0; t < n; t++)
                rest[t] += seasonal[i][t];
            stl_decompose(arena, rest, n, periods[i], 11 + 4 * i, seasonal[i], trend);
            for (size_t t = 0; t < n; t++)
                rest[t] -= seasonal[i][t];
        }
}
