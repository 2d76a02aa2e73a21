/* The measures of the M competitions, computed from three tables. */
#pragma once
#include "solve/forecast/table.h"

typedef struct Scores {
    size_t series, points, missing; /* missing: test points without a forecast */
    double smape_points, smape, mase, owa; /* smape: mean over series; smape_points: over all points; owa against Naive2 */
    double rmsse, bias;
    size_t levels_len;
    double level[FORECAST_LEVELS_MAX], msis[FORECAST_LEVELS_MAX], coverage[FORECAST_LEVELS_MAX];
    size_t covered_points[FORECAST_LEVELS_MAX]; /* points that had an interval at all */
} Scores;

/* forecast: the text table_write makes. season: m of MASE, Naive2 and MSIS. */
Err *scores_of(Arena *arena, const SeriesTable *train, const SeriesTable *test, Str forecast, size_t season, Scores *out);
