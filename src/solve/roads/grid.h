/* Cells of about 280 m with the edges that touch them. */
#pragma once
#include "solve/roads/file.h"

typedef struct GridLists {
    RoadsGrid grid;
    int32_t *cell_first, *cell_edges;
} GridLists;

GridLists grid_build(Arena *arena, const Network *net);
int32_t grid_column(const RoadsGrid *grid, double lon_e7); /* clamped to the grid */
int32_t grid_row(const RoadsGrid *grid, double lat_e7);
