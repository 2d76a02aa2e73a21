/* Small numerical tools the solvers share: minimisers, order statistics, little linear systems, a random source. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- minimisation ---- */

typedef double (*Objective)(const double *x, void *arg);                      /* may return infinity outside its domain */
typedef double (*ObjectiveGradient)(const double *x, double *gradient, void *arg);

enum { MINIMISE_DIMS_MAX = 64 };

/* Nelder and Mead (1965) with the coefficients 1, 2, 1/2, 1/2; x: start in, best point out; step: initial size per
   dimension. Stops when the simplex values differ by less than tolerance relatively, or after max_calls. Returns the
   best value. dims <= MINIMISE_DIMS_MAX. */
double minimise_simplex(Objective f, void *arg, double *x, const double *step, size_t dims, double tolerance,
                        int max_calls);

/* L-BFGS (Nocedal and Wright, Numerical Optimization, alg. 7.4 and 7.5), seven pairs, backtracking line search with
   the weak Wolfe decrease. Stops at a relative decrease below tolerance over two steps, or after max_calls. */
double minimise_gradient(ObjectiveGradient f, void *arg, double *x, size_t dims, double tolerance, int max_calls);

/* ---- order statistics; these reorder their input ---- */
double median_of(double *values, size_t len);                 /* NaN for len 0 */
double quantile_of(double *values, size_t len, double share); /* type 7 of Hyndman and Fan (1996) */
void sort_doubles(double *values, size_t len);

/* ---- linear systems, row-major ---- */
/* Solves the symmetric positive definite n x n system a x = b in place (a becomes its Cholesky factor, b becomes x).
   False when a pivot is not positive. */
bool solve_spd(double *a, double *b, size_t n);
/* Ridge regression: minimises |y - X beta|^2 + ridge |beta|^2 (the first column, the constant, unpenalised).
   rows x columns; work: columns * (columns + 1) doubles. */
bool least_squares(const double *x, const double *y, size_t rows, size_t columns, double ridge, double *beta,
                   double *work);

/* ---- randomness: PCG32 (O'Neill 2014), the same on every machine ---- */
typedef struct Rng {
    uint64_t state, stream;
} Rng;
Rng rng_new(uint64_t seed, uint64_t stream);
uint32_t rng_next(Rng *rng);
uint32_t rng_below(Rng *rng, uint32_t bound); /* unbiased; bound > 0 */
double rng_unit(Rng *rng);                    /* [0, 1) with 53 bits */
double rng_normal(Rng *rng);
