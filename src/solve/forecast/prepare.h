/* One series made ready: masked, filled, classified, freed of calendar effects; and the way back. */
#pragma once
#include "solve/forecast/forecast.h"

enum { EFFECTS_MAX = 7 + FORECAST_EVENTS_MAX };

typedef struct Effects { /* multiplicative effects on 1 + y */
    size_t len;
    double beta[EFFECTS_MAX];
    double evidence[EFFECTS_MAX]; /* diagonal of X'X: how much the data says about each */
} Effects;

typedef struct Prepared {
    double *y;    /* n values without gaps and effects */
    size_t n;     /* after dropping leading gaps */
    size_t skipped;
    size_t masked, filled; /* stock-outs and gaps replaced by estimates */
    DemandKind kind;
    bool has_effects;
    double last_price; /* log of it against the median, for the future; 0 without prices */
} Prepared;

/* shrink_to: effects to pull towards (means over the category), or NULL for none; effects: what was learnt. */
void prepare(Arena *arena, const ForecastSeries *series, const ForecastOptions *options, const Effects *shrink_to,
             Prepared *out, Effects *effects);
/* Puts the effects of future days back on a forecast. */
void unprepare(const ForecastSeries *series, const ForecastOptions *options, const Prepared *prepared,
               const Effects *effects, double *forecast);
