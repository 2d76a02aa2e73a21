/* CES: a level and its "information potential" as one complex number; the seasonal form keeps a second such number per
   season. Starting states come from smoothing the reversed series ("backcasting"). */
#include "solve/forecast/ces.h"

#include <math.h>
#include <string.h>

#include "solve/numeric/numeric.h"

typedef struct Ces {
    const double *y;
    size_t n, m; /* m = 0: no season */
    double level, potential;
    double *season, *season_potential; /* rings of m */
    double scale;
} Ces;

/* One step of both parts for an error e. */
static void ces_update(Ces *ces, const double *x, double e, size_t place)
{
    double l = ces->level, c = ces->potential;
    ces->level = l - (1 - x[1]) * c + (x[0] - x[1]) * e;
    ces->potential = l + (1 - x[0]) * c + (x[0] + x[1]) * e;
    if (ces->m) {
        double s = ces->season[place], k = ces->season_potential[place];
        ces->season[place] = s - (1 - x[3]) * k + (x[2] - x[3]) * e;
        ces->season_potential[place] = s + (1 - x[2]) * k + (x[2] + x[3]) * e;
    }
}

static double ces_pass(Ces *ces, const double *x, bool backwards)
{
    double sum = 0;
    for (size_t i = 0; i < ces->n; i++) {
        size_t t = backwards ? ces->n - 1 - i : i, place = ces->m ? t % ces->m : 0;
        double e = ces->y[t] - ces->level - (ces->m ? ces->season[place] : 0);
        sum += e * e;
        ces_update(ces, x, e, place);
        if (!(fabs(ces->level) < 1e15))
            return INFINITY;
    }
    return sum;
}

static void ces_begin(Ces *ces)
{
    double mean = 0;
    size_t first = ces->m ? ces->m : ces->n < 10 ? ces->n : 10;
    for (size_t i = 0; i < first; i++)
        mean += ces->y[i] / (double)first;
    ces->level = mean;
    ces->potential = mean / 1.1;
    for (size_t i = 0; i < ces->m; i++) {
        ces->season[i] = ces->y[i] - mean;
        ces->season_potential[i] = ces->season[i] / 1.1;
    }
}

static double ces_run(const double *x, void *arg)
{
    Ces *ces = arg;
    if (x[0] < -1 || x[0] > 4 || fabs(x[1]) > 4 || (ces->m && (fabs(x[2]) > 4 || fabs(x[3]) > 4)))
        return INFINITY;
    ces_begin(ces);
    for (int turn = 0; turn < 2; turn++) {
        if (!isfinite(ces_pass(ces, x, false)) || !isfinite(ces_pass(ces, x, true)))
            return INFINITY;
    }
    return ces_pass(ces, x, false);
}

static double ces_fit(Ces *ces, double *x)
{
    size_t dims = ces->m ? 4 : 2;
    double step[4] = {0.2, 0.1, 0.2, 0.1};
    double sum = minimise_simplex(ces_run, ces, x, step, dims, 1e-6, ces->m ? 250 : 150);
    double n = (double)ces->n, k = (double)dims + 1;
    if (n <= k + 1)
        return INFINITY;
    return n * log(fmax(sum, 1e-300)) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

static void ces_extend(Ces *ces, const double *x, double *out, size_t horizon)
{
    ces_run(x, ces);
    for (size_t h = 0; h < horizon; h++) {
        size_t place = ces->m ? (ces->n + h) % ces->m : 0;
        out[h] = ces->level + (ces->m ? ces->season[place] : 0);
        ces_update(ces, x, 0, place);
    }
}

void ces_forecast(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon,
                  CesModel *model)
{
    Ces plain = {.y = y, .n = n};
    double x[4] = {1.3, 1, 0, 0};
    double cost = ces_fit(&plain, x);
    *model = (CesModel){x[0], x[1], 0, 0, false};
    if (period >= 2 && n >= 2 * period + 3) {
        Ces full = {.y = y, .n = n, .m = period, .season = NEW_ARRAY(arena, double, period),
                    .season_potential = NEW_ARRAY(arena, double, period)};
        double z[4] = {1.3, 1, 1.0, 1.0};
        if (ces_fit(&full, z) < cost) {
            ces_extend(&full, z, out, horizon);
            *model = (CesModel){z[0], z[1], z[2], z[3], true};
            return;
        }
    }
    ces_extend(&plain, x, out, horizon);
}
