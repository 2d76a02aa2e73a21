/* Exponential smoothing in state-space form, chosen by AICc (Hyndman, Koehler, Ord, Snyder 2008). */
#pragma once
#include "base/arena.h"
#include "solve/forecast/forecast.h"

typedef enum EtsError { ETS_ERROR_ADD, ETS_ERROR_MUL } EtsError;
typedef enum EtsTrend { ETS_TREND_NONE, ETS_TREND_ADD, ETS_TREND_DAMPED } EtsTrend;
typedef enum EtsSeason { ETS_SEASON_NONE, ETS_SEASON_ADD, ETS_SEASON_MUL } EtsSeason;

typedef struct EtsModel {
    EtsError error;
    EtsTrend trend;
    EtsSeason season;
    size_t period;
    double alpha, beta, gamma, phi;
    double level, slope;   /* after the last observation */
    double *seasonal;      /* period values, the next period's first */
    double first_level, first_slope;
    double log_likelihood2; /* -2 log L up to a constant, as R's forecast counts it */
    double aicc;
    double sigma2;          /* of the one-step errors (relative ones for multiplicative error) */
    double *errors;         /* n one-step errors y - forecast */
} EtsModel;

/* Fits one form by maximum likelihood with exact gradients, initial states included. False when the data forbids it
   (too short; multiplicative with values <= 0). y: n values, no gaps. */
bool ets_fit(Arena *arena, const double *y, size_t n, size_t period, EtsError error, EtsTrend trend, EtsSeason season,
             EtsModel *model);
/* The admissible family without multiplicative trend; forms with infinite variance (A,*,M) are left out. period > 24 or
   n < 2 * period: no season. False only when n < 3. */
bool ets_best(Arena *arena, const double *y, size_t n, size_t period, EtsModel *model);
/* All admissible forms, weighted by exp(-AICc difference / 4): half the usual exponent, because the candidates' AICc are
   themselves estimates. best: the form with the smallest AICc; errors (may be NULL): its one-step errors, n values. */
bool ets_average(Arena *arena, const double *y, size_t n, size_t period, double *out, size_t horizon, EtsModel *best,
                 double *errors);
void ets_forecast(const EtsModel *model, double *out, size_t horizon);
const char *ets_name(const EtsModel *model); /* "ETS(M,Ad,N)" */
