/* Complex exponential smoothing (Svetunkov, Kourentzes, Ord 2022). */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

typedef struct CesModel {
    double a0, a1, b0, b1;
    bool seasonal;
} CesModel;

/* Chooses between the plain and the full seasonal form by AICc; initial states by running the series backwards. n >= 4. */
void ces_forecast(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon,
                  CesModel *model);
