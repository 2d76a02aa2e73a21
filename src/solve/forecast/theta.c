/* DOTM in the recursive form of Fiorucci et al. (2016), equations 16 to 20. */
#include "solve/forecast/theta.h"

#include <math.h>

#include "solve/forecast/season.h"
#include "solve/numeric/numeric.h"

typedef struct Theta {
    const double *y;
    size_t n;
    double scale;
    double level, mean, slope, intercept, power; /* after step n; power = (1 - alpha)^n */
    double *errors;                              /* filled when not NULL */
} Theta;

static double theta_step(double level, double theta, double alpha, double power, double intercept, double slope)
{
    return level + (1 - 1 / theta) * (power * intercept + (1 - power * (1 - alpha)) / alpha * slope);
}

/* Sum of squares from the third value on; x = level / scale, alpha, theta. */
static double theta_run(const double *x, void *arg)
{
    Theta *th = arg;
    double alpha = x[1], theta = x[2], sum = 0;
    if (alpha < 0.01 || alpha > 0.99 || theta < 1 || theta > 1e5)
        return INFINITY;
    double level = x[0] * th->scale, mean = 0, slope = 0, intercept = 0, power = 1;
    for (size_t t = 1; t <= th->n; t++) {
        double y = th->y[t - 1], count = (double)t;
        double forecast = t == 1 ? y : theta_step(level, theta, alpha, power, intercept, slope);
        if (th->errors)
            th->errors[t - 1] = y - forecast;
        if (t >= 3)
            sum += (y - forecast) * (y - forecast);
        level = alpha * y + (1 - alpha) * level;
        double old_mean = mean;
        mean = ((count - 1) * mean + y) / count;
        slope = t == 1 ? 0 : ((count - 2) * slope + 6 * (y - old_mean) / count) / (count + 1);
        intercept = mean - slope * (count + 1) / 2;
        power *= 1 - alpha;
    }
    th->level = level;
    th->mean = mean;
    th->slope = slope;
    th->intercept = intercept;
    th->power = power;
    return sum;
}

static void theta_extend(Theta *th, double alpha, double theta, double *out, size_t horizon)
{
    for (size_t h = 0; h < horizon; h++) {
        double count = (double)(th->n + h + 1);
        double y = theta_step(th->level, theta, alpha, th->power, th->intercept, th->slope), old_mean = th->mean;
        out[h] = y;
        th->level = alpha * y + (1 - alpha) * th->level;
        th->mean = ((count - 1) * th->mean + y) / count;
        th->slope = ((count - 2) * th->slope + 6 * (y - old_mean) / count) / (count + 1);
        th->intercept = th->mean - th->slope * (count + 1) / 2;
        th->power *= 1 - alpha;
    }
}

void theta_plain(const double *y, size_t n, double *out, size_t horizon, ThetaModel *model, double *errors)
{
    double size = 0;
    for (size_t i = 0; i < n; i++)
        size += fabs(y[i]) / (double)n;
    Theta th = {.y = y, .n = n, .scale = size > 0 ? size : 1};
    double x[3] = {y[0] / 2 / th.scale, 0.5, 2}, step[3] = {0.3, 0.2, 1};
    minimise_simplex(theta_run, &th, x, step, 3, 1e-8, 600);
    th.errors = errors;
    theta_run(x, &th);
    theta_extend(&th, x[1], x[2], out, horizon);
    *model = (ThetaModel){.first_level = x[0] * th.scale, .alpha = x[1], .theta = x[2]};
}

void theta_forecast(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon,
                    ThetaModel *model)
{
    double *plain = NEW_ARRAY(arena, double, n), *profile = NULL;
    model->multiplicative = true;
    for (size_t i = 0; i < n; i++)
        model->multiplicative = model->multiplicative && y[i] > 0;
    model->seasonal = season_present(y, n, period, 1.645);
    if (model->seasonal) {
        profile = NEW_ARRAY(arena, double, period);
        season_profile(y, n, period, model->multiplicative, profile);
        for (size_t i = 0; i < period && model->multiplicative; i++)
            if (profile[i] < 0.01) { /* a month almost without sales: dividing by it would explode */
                model->multiplicative = false;
                season_profile(y, n, period, false, profile);
            }
    }
    for (size_t i = 0; i < n; i++)
        plain[i] = !profile ? y[i] : model->multiplicative ? y[i] / profile[i % period] : y[i] - profile[i % period];
    ThetaModel fitted;
    theta_plain(plain, n, out, horizon, &fitted, NULL);
    for (size_t h = 0; profile && h < horizon; h++)
        out[h] = model->multiplicative ? out[h] * profile[(n + h) % period] : out[h] + profile[(n + h) % period];
    model->first_level = fitted.first_level;
    model->alpha = fitted.alpha;
    model->theta = fitted.theta;
}
