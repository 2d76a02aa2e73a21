/* Two minimisers: one without derivatives, one with. */
#include <math.h>
#include <string.h>

#include "solve/numeric/numeric.h"

typedef struct Simplex {
    double point[MINIMISE_DIMS_MAX + 1][MINIMISE_DIMS_MAX];
    double value[MINIMISE_DIMS_MAX + 1];
    size_t dims;
    Objective f;
    void *arg;
    int calls;
} Simplex;

static double simplex_value(Simplex *s, const double *x)
{
    s->calls++;
    double value = s->f(x, s->arg);
    return isnan(value) ? INFINITY : value;
}

static void simplex_order(const Simplex *s, size_t *best, size_t *worst, size_t *second)
{
    *best = 0;
    *worst = 0;
    for (size_t i = 1; i <= s->dims; i++) {
        if (s->value[i] < s->value[*best])
            *best = i;
        if (s->value[i] >= s->value[*worst])
            *worst = i;
    }
    *second = *worst == 0 ? 1 : 0;
    for (size_t i = 0; i <= s->dims; i++)
        if (i != *worst && s->value[i] > s->value[*second])
            *second = i;
}

/* The point at centre + scale * (worst - centre), kept when better than the worst. */
static double simplex_try(Simplex *s, const double *centre, size_t worst, double scale)
{
    double x[MINIMISE_DIMS_MAX];
    for (size_t d = 0; d < s->dims; d++)
        x[d] = centre[d] + scale * (s->point[worst][d] - centre[d]);
    double value = simplex_value(s, x);
    if (value < s->value[worst]) {
        memcpy(s->point[worst], x, s->dims * sizeof *x);
        s->value[worst] = value;
    }
    return value;
}

static void simplex_shrink(Simplex *s, size_t best)
{
    for (size_t i = 0; i <= s->dims; i++) {
        if (i == best)
            continue;
        for (size_t d = 0; d < s->dims; d++)
            s->point[i][d] = 0.5 * (s->point[i][d] + s->point[best][d]);
        s->value[i] = simplex_value(s, s->point[i]);
    }
}

double minimise_simplex(Objective f, void *arg, double *x, const double *step, size_t dims, double tolerance,
                        int max_calls)
{
    Simplex s = {.dims = dims, .f = f, .arg = arg};
    size_t best, worst, second;
    for (size_t i = 0; i <= dims; i++) {
        memcpy(s.point[i], x, dims * sizeof *x);
        if (i)
            s.point[i][i - 1] += step[i - 1];
        s.value[i] = simplex_value(&s, s.point[i]);
    }
    for (;;) {
        simplex_order(&s, &best, &worst, &second);
        double spread = s.value[worst] - s.value[best];
        if (s.calls >= max_calls || spread <= tolerance * (fabs(s.value[best]) + tolerance))
            break;
        double centre[MINIMISE_DIMS_MAX] = {0};
        for (size_t i = 0; i <= dims; i++)
            for (size_t d = 0; d < dims && i != worst; d++)
                centre[d] += s.point[i][d] / (double)dims;
        double old_worst = s.value[worst];
        double value = simplex_try(&s, centre, worst, -1);
        if (value < s.value[best])
            simplex_try(&s, centre, worst, 2);
        else if (value >= s.value[second]) {
            double before = s.value[worst];
            if (simplex_try(&s, centre, worst, 0.5) >= before && before >= old_worst)
                simplex_shrink(&s, best);
        }
    }
    memcpy(x, s.point[best], dims * sizeof *x);
    return s.value[best];
}

enum { PAIRS = 7 };

typedef struct Memory {
    double step[PAIRS][MINIMISE_DIMS_MAX], change[PAIRS][MINIMISE_DIMS_MAX], rho[PAIRS];
    size_t len, next;
} Memory;

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Two-loop recursion: direction = -H gradient. */
static void memory_direction(const Memory *m, const double *gradient, double *direction, size_t dims)
{
    double weight[PAIRS];
    for (size_t d = 0; d < dims; d++)
        direction[d] = -gradient[d];
    for (size_t i = 0; i < m->len; i++) {
        size_t at = (m->next + PAIRS - 1 - i) % PAIRS;
        weight[at] = m->rho[at] * dot(m->step[at], direction, dims);
        for (size_t d = 0; d < dims; d++)
            direction[d] -= weight[at] * m->change[at][d];
    }
    if (m->len) {
        size_t last = (m->next + PAIRS - 1) % PAIRS;
        double scale = 1 / (m->rho[last] * dot(m->change[last], m->change[last], dims));
        for (size_t d = 0; d < dims; d++)
            direction[d] *= scale;
    }
    for (size_t i = m->len; i-- > 0;) {
        size_t at = (m->next + PAIRS - 1 - i) % PAIRS;
        double back = m->rho[at] * dot(m->change[at], direction, dims);
        for (size_t d = 0; d < dims; d++)
            direction[d] += m->step[at][d] * (weight[at] - back);
    }
}

static void memory_add(Memory *m, const double *x, const double *fresh, const double *gradient,
                       const double *fresh_gradient, size_t dims)
{
    double curvature = 0;
    for (size_t d = 0; d < dims; d++) {
        m->step[m->next][d] = fresh[d] - x[d];
        m->change[m->next][d] = fresh_gradient[d] - gradient[d];
        curvature += m->step[m->next][d] * m->change[m->next][d];
    }
    if (curvature <= 1e-12)
        return;
    m->rho[m->next] = 1 / curvature;
    m->next = (m->next + 1) % PAIRS;
    m->len += m->len < PAIRS;
}

double minimise_gradient(ObjectiveGradient f, void *arg, double *x, size_t dims, double tolerance, int max_calls)
{
    double gradient[MINIMISE_DIMS_MAX], direction[MINIMISE_DIMS_MAX], fresh[MINIMISE_DIMS_MAX],
        fresh_gradient[MINIMISE_DIMS_MAX];
    Memory memory = {0};
    double value = f(x, gradient, arg);
    int calls = 1, small = 0;
    while (calls < max_calls && isfinite(value)) {
        memory_direction(&memory, gradient, direction, dims);
        double slope = dot(direction, gradient, dims), length = sqrt(dot(direction, direction, dims));
        if (slope >= 0) { /* the memory misleads: start again from the gradient */
            if (memory.len == 0)
                break;
            memory = (Memory){0};
            continue;
        }
        double pace = memory.len ? 1 : 0.5 / length, fresh_value = INFINITY;
        if (pace * length > 4)
            pace = 4 / length;
        for (int tries = 0; tries < 20 && calls < max_calls; tries++, pace *= 0.35) {
            for (size_t d = 0; d < dims; d++)
                fresh[d] = x[d] + pace * direction[d];
            fresh_value = f(fresh, fresh_gradient, arg);
            calls++;
            if (fresh_value <= value + 1e-4 * pace * slope)
                break;
            fresh_value = INFINITY;
        }
        if (!isfinite(fresh_value)) {
            if (memory.len == 0)
                break;
            memory = (Memory){0};
            continue;
        }
        memory_add(&memory, x, fresh, gradient, fresh_gradient, dims);
        small = value - fresh_value < tolerance * (fabs(value) + tolerance) ? small + 1 : 0;
        memcpy(x, fresh, dims * sizeof *x);
        memcpy(gradient, fresh_gradient, dims * sizeof *gradient);
        value = fresh_value;
        if (small == 2)
            break;
    }
    return value;
}
