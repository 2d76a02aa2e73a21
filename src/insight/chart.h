/* Drawing a good's weeks. */
#pragma once
#include "insight/pages.h"

typedef struct ChartAsk {
    const int64_t *past; /* steps a week, negative: the shelf was empty; oldest first */
    size_t past_len;
    Date first;          /* Monday of past[0] */
    ForecastWeekList weeks; /* this week and those after */
    Str unit;
    int64_t scale;
} ChartAsk;
void chart_draw(Req *r, const ChartAsk *ask, ChartView *out);
