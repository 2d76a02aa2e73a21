/* The dynamic optimised theta method (Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler 2016). */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

typedef struct ThetaModel {
    double alpha, theta, first_level;
    bool seasonal, multiplicative;
} ThetaModel;

/* The recursion alone on data without a season; errors (may be NULL): n one-step errors. n >= 3. */
void theta_plain(const double *y, size_t n, double *out, size_t horizon, ThetaModel *model, double *errors);

/* Deseasonalises when the season test says so (multiplicative where all values are positive), fits l0, alpha and theta
   by least squares and iterates the recursion. n >= 3. */
void theta_forecast(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon,
                    ThetaModel *model);
