/* Order statistics, little linear systems, randomness. */
#include "solve/numeric/numeric.h"

#include <math.h>
#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sort_doubles(double *values, size_t len)
{
    if (len > 24) {
        qsort(values, len, sizeof *values, compare_doubles);
        return;
    }
    for (size_t i = 1; i < len; i++) {
        double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

double quantile_of(double *values, size_t len, double share)
{
    if (len == 0)
        return NAN;
    sort_doubles(values, len);
    double place = share * (double)(len - 1);
    size_t low = (size_t)place;
    if (low + 1 >= len)
        return values[len - 1];
    return values[low] + (place - (double)low) * (values[low + 1] - values[low]);
}

double median_of(double *values, size_t len)
{
    return quantile_of(values, len, 0.5);
}

bool solve_spd(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double pivot = a[j * n + j];
        for (size_t k = 0; k < j; k++)
            pivot -= a[j * n + k] * a[j * n + k];
        if (!(pivot > 0))
            return false;
        pivot = sqrt(pivot);
        a[j * n + j] = pivot;
        for (size_t i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = sum / pivot;
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return true;
}

bool least_squares(const double *x, const double *y, size_t rows, size_t columns, double ridge, double *beta,
                   double *work)
{
    for (size_t i = 0; i < columns * columns; i++)
        work[i] = 0;
    for (size_t i = 0; i < columns; i++)
        beta[i] = 0;
    for (size_t r = 0; r < rows; r++) {
        const double *row = x + r * columns;
        for (size_t i = 0; i < columns; i++) {
            beta[i] += row[i] * y[r];
            for (size_t j = 0; j <= i; j++)
                work[i * columns + j] += row[i] * row[j];
        }
    }
    for (size_t i = 1; i < columns; i++)
        work[i * columns + i] += ridge;
    return solve_spd(work, beta, columns);
}

Rng rng_new(uint64_t seed, uint64_t stream)
{
    Rng rng = {0, stream << 1 | 1};
    rng_next(&rng);
    rng.state += seed;
    rng_next(&rng);
    return rng;
}

uint32_t rng_next(Rng *rng)
{
    uint64_t old = rng->state;
    rng->state = old * 6364136223846793005u + rng->stream;
    uint32_t shifted = (uint32_t)((old >> 18 ^ old) >> 27), turn = (uint32_t)(old >> 59);
    return shifted >> turn | shifted << (-turn & 31);
}

uint32_t rng_below(Rng *rng, uint32_t bound)
{
    uint32_t least = -bound % bound, value;
    do
        value = rng_next(rng);
    while (value < least);
    return value % bound;
}

double rng_unit(Rng *rng)
{
    uint64_t high = rng_next(rng) >> 5, low = rng_next(rng) >> 6;
    return (double)(high << 26 | low) / 9007199254740992.0;
}

double rng_normal(Rng *rng)
{
    double radius = sqrt(-2 * log(1 - rng_unit(rng)));
    return radius * cos(6.283185307179586 * rng_unit(rng));
}
