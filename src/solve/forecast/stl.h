/* STL: seasonal-trend decomposition by loess (Cleveland, Cleveland, McRae, Terpenning 1990), and MSTL for several
   seasons (Bandara, Hyndman, Bergmeir 2021). */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

/* Splits y = trend + seasonal + rest, not robust, seasonal loess of degree 0 over window years (odd, >= 7), two inner
   rounds. n >= 2 * period. seasonal and trend: n values each. */
void stl_decompose(Arena *arena, const double *y, size_t n, size_t period, size_t window, double *seasonal,
                   double *trend);
/* Several seasons, shortest first, two rounds; those with n < 2 * period are left at zero. seasonal[i]: n values. */
void mstl_decompose(Arena *arena, const double *y, size_t n, const size_t *periods, size_t periods_len,
                    double **seasonal, double *trend);
