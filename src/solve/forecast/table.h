/* Series as a table in CSV: unique_id, ds, y and optionally price, in_stock; and the forecasts as a table. */
#pragma once
#include "solve/forecast/forecast.h"

enum { TABLE_COMPLAINTS_MAX = 50 };

typedef struct Complaint { /* one refused line */
    size_t line;
    Str what;
} Complaint;

typedef struct SeriesTable {
    ForecastSeries *at;
    size_t len;
    Complaint complaints[TABLE_COMPLAINTS_MAX];
    size_t complaints_len, refused; /* refused counts those past the first fifty too */
} SeriesTable;

/* ds is a date (2026-11-21) or a whole number, the same kind in the whole file; rows in any order; gaps between the
   first and last time of a series become missing values; y empty, NA or NaN is missing. Daily, weekly and calendar
   steps (month, quarter, year) are recognised per series. A line that cannot be used is refused and named; the others
   stay. Errors: table.columns, table.encoding, table.empty. value: name of the y column ("y"). */
Err *table_read(Arena *arena, Str text, const char *value, SeriesTable *out);
/* The time of the step-th value after the last: "2026-11-28" or "53". */
Str series_time(Arena *arena, const ForecastSeries *series, int64_t index);
/* Header and rows unique_id,ds,forecast,lo-80,hi-80,...; an empty field where there is no honest interval. */
void table_write(Buf *out, const ForecastSeries *series, const ForecastResult *results, size_t len,
                 const ForecastOptions *options);
