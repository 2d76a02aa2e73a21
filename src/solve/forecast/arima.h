/* ARIMA(p,d,q) chosen stepwise (Hyndman and Khandakar 2008), fitted by conditional sum of squares. */
#pragma once
#include <stdbool.h>

#include "base/arena.h"

enum { ARIMA_ORDER_MAX = 5 };

typedef struct ArimaModel {
    int p, d, q;
    bool constant;
    double ar[ARIMA_ORDER_MAX], ma[ARIMA_ORDER_MAX], mean;
    double aicc, sigma2;
} ArimaModel;

/* d by repeated KPSS tests at 5 %. False when n < 10 or nothing could be fitted. */
bool arima_forecast(Arena *arena, const double *y, size_t n, double *out, size_t horizon, ArimaModel *model);
