/* A count is 0, or one of the sizes seen: shares and quantiles of that law. */
#include "solve/forecast/counts.h"

#include <math.h>

#include "solve/numeric/numeric.h"

CountLaw count_law(Arena *arena, const double *y, size_t n, double chance)
{
    double *sizes = NEW_ARRAY(arena, double, n + 1);
    size_t len = 0;
    for (size_t t = 0; t < n; t++)
        if (y[t] != 0)
            sizes[len++] = y[t];
    sort_doubles(sizes, len);
    return (CountLaw){.none = len ? 1 - chance : 1, .sizes = sizes, .len = len};
}

static double with(const CountLaw *law, size_t sizes)
{
    return sizes == law->len ? 1 : law->none + (1 - law->none) * (double)sizes / (double)law->len;
}

double count_below(const CountLaw *law, double value)
{
    size_t smaller = 0;
    while (smaller < law->len && law->sizes[smaller] < value)
        smaller++;
    return value > 0 ? with(law, smaller) : 0;
}

double count_upto(const CountLaw *law, double value)
{
    size_t most = 0;
    while (most < law->len && law->sizes[most] <= value)
        most++;
    return value >= 0 ? with(law, most) : 0;
}

double count_reaching(const CountLaw *law, double share)
{
    const double rounding = 1e-12;
    if (law->len == 0 || law->none >= share - rounding)
        return 0;
    size_t k = (size_t)ceil((share - law->none) / (1 - law->none) * (double)law->len - 1e-9);
    return law->sizes[k > law->len ? law->len - 1 : k ? k - 1 : 0];
}
