/* Classical decomposition and the test for a season. */
#include <math.h>
#include <string.h>

#include "solve/forecast/season.h"

/* Centred moving average of length m (2 x m for even m); NaN-free range is [m/2, n - m/2). */
static double centred(const double *y, size_t t, size_t m)
{
    size_t half = m / 2;
    double sum = 0;
    if (m % 2) {
        for (size_t i = t - half; i <= t + half; i++)
            sum += y[i];
        return sum / (double)m;
    }
    for (size_t i = t - half + 1; i < t + half; i++)
        sum += y[i];
    return (sum + 0.5 * (y[t - half] + y[t + half])) / (double)m;
}

void season_profile(const double *y, size_t n, size_t m, bool multiplicative, double *profile)
{
    double total = 0;
    for (size_t i = 0; i < m; i++) {
        double sum = 0;
        size_t count = 0;
        for (size_t t = i; t < n; t += m) {
            if (t < m / 2 || t + m / 2 >= n)
                continue;
            double middle = centred(y, t, m);
            if (multiplicative && fabs(middle) < 1e-12)
                continue;
            sum += multiplicative ? y[t] / middle : y[t] - middle;
            count++;
        }
        profile[i] = count ? sum / (double)count : multiplicative;
        total += profile[i];
    }
    for (size_t i = 0; i < m; i++) {
        if (multiplicative)
            profile[i] *= total != 0 ? (double)m / total : 1;
        else
            profile[i] -= total / (double)m;
    }
}

bool season_present(const double *y, size_t n, size_t m, double critical)
{
    if (m < 2 || n < 3 * m)
        return false;
    double mean = 0, variance = 0, squares = 0, correlation = 0;
    for (size_t t = 0; t < n; t++)
        mean += y[t] / (double)n;
    for (size_t t = 0; t < n; t++)
        variance += (y[t] - mean) * (y[t] - mean);
    if (variance <= 0)
        return false;
    for (size_t k = 1; k <= m; k++) {
        correlation = 0;
        for (size_t t = k; t < n; t++)
            correlation += (y[t] - mean) * (y[t - k] - mean);
        correlation /= variance;
        if (k < m)
            squares += correlation * correlation;
    }
    return fabs(correlation) > critical * sqrt((1 + 2 * squares) / (double)n);
}

void season_shrink(const double *y, size_t n, size_t m, bool multiplicative, double *profile)
{
    double neutral = multiplicative ? 1 : 0, spread = 0, noise = 0, years = (double)n / (double)m - 1;
    size_t freedom = 0;
    if (m < 4 || years <= 0)
        return;
    for (size_t i = 0; i < m; i++)
        spread += (profile[i] - neutral) * (profile[i] - neutral) / (double)(m - 1);
    for (size_t i = 0; i < m; i++) {
        double sum = 0, squares = 0;
        size_t count = 0;
        for (size_t t = i; t < n; t += m) {
            if (t < m / 2 || t + m / 2 >= n)
                continue;
            double middle = centred(y, t, m), value = multiplicative ? y[t] / middle : y[t] - middle;
            sum += value;
            squares += value * value;
            count++;
        }
        if (count > 1) {
            noise += squares - sum * sum / (double)count;
            freedom += count - 1;
        }
    }
    if (freedom == 0 || spread <= 0)
        return;
    double weight = (double)(m - 3) * (noise / (double)freedom / years) / ((double)(m - 1) * spread);
    weight = fmin(fmax(weight, 0), 1);
    for (size_t i = 0; i < m; i++)
        profile[i] = neutral + (1 - weight) * (profile[i] - neutral);
}
