/* Tables of series from anywhere: never a crash, every kept series bounded and forecast to numbers. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "solve/forecast/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SeriesTable table;
    Arena *arena = arena_new();
    if (size <= 4096 && !table_read(arena, (Str){(const char *)data, size}, "y", &table)) {
        ForecastOptions options = {.periods = {4}, .periods_len = 1, .horizon = 3, .levels = {0.8}, .levels_len = 1, .holidays = true};
        size_t total = 0;
        for (size_t i = 0; i < table.len; i++)
            total += table.at[i].n;
        if (total <= 2000) {
            ForecastResult *results = NEW_ARRAY(arena, ForecastResult, table.len);
            if (!forecast_run(arena, table.at, table.len, &options, results))
                for (size_t i = 0; i < table.len; i++)
                    if (!isfinite(results[i].mean[0]))
                        abort();
        }
    }
    arena_free(arena);
    return 0;
}
