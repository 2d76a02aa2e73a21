/* Methods for demand with many zeros. Each forecast is flat: the expected demand per period. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef enum IntermittentMethod {
    INTERMITTENT_CROSTON, /* Croston 1972; the yardstick, never chosen */
    INTERMITTENT_SBA,     /* Syntetos and Boylan 2005 */
    INTERMITTENT_TSB,     /* Teunter, Syntetos, Babai 2011 */
    INTERMITTENT_ADIDA,   /* Nikolopoulos et al. 2011 */
    INTERMITTENT_IMAPA,   /* Petropoulos and Kourentzes 2015 */
    INTERMITTENT_METHODS,
} IntermittentMethod;

const char *intermittent_name(IntermittentMethod method);
/* chance may be NULL; P(demand > 0) in the next period. work: n doubles. */
double intermittent_forecast(IntermittentMethod method, const double *y, size_t n, double *work, double *chance);
/* The method with the smallest rolling-origin absolute error of the mean over the next periods (last third of the data). */
IntermittentMethod intermittent_best(Arena *arena, const double *y, size_t n, size_t horizon);
