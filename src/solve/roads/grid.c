/* A uniform grid over the network, in two passes: count, then fill. */
#include "solve/roads/grid.h"

#include <math.h>

enum { CELL_LAT = 25000, CELLS_MAX = 4000000 };

static int32_t clamp(double value, int32_t below)
{
    if (!(value > 0))
        return 0;
    return value >= below ? below - 1 : (int32_t)value;
}

int32_t grid_column(const RoadsGrid *grid, double lon_e7)
{
    return clamp((lon_e7 - grid->west) / grid->cell_lon, grid->columns);
}

int32_t grid_row(const RoadsGrid *grid, double lat_e7)
{
    return clamp((lat_e7 - grid->south) / grid->cell_lat, grid->rows);
}

static RoadsGrid grid_over(const Network *net)
{
    int32_t west = INT32_MAX, south = INT32_MAX, east = INT32_MIN, north = INT32_MIN;
    for (size_t i = 0; i < net->dots.len; i++) {
        RoadDot dot = net->dots.at[i];
        west = dot.lon < west ? dot.lon : west, east = dot.lon > east ? dot.lon : east;
        south = dot.lat < south ? dot.lat : south, north = dot.lat > north ? dot.lat : north;
    }
    double middle = ((double)south + north) / 2 * 1e-7 * M_PI / 180, lat = CELL_LAT;
    double narrow = cos(middle) > 0.05 ? cos(middle) : 0.05;
    double columns, rows;
    for (;; lat *= 2) {
        columns = floor(((double)east - west) / (lat / narrow)) + 1;
        rows = floor(((double)north - south) / lat) + 1;
        if (columns * rows <= CELLS_MAX)
            break;
    }
    return (RoadsGrid){west, south, (int32_t)(lat / narrow), (int32_t)lat, (int32_t)columns, (int32_t)rows};
}

/* Calls for each cell that the box of one stretch of an edge touches: more than needed for slanting ones, never less. */
static void stretch_cells(const RoadsGrid *grid, RoadDot a, RoadDot b, int32_t edge, int32_t *cell_first, int32_t *cell_edges,
                          int32_t *last)
{
    int32_t c1 = grid_column(grid, a.lon < b.lon ? a.lon : b.lon), c2 = grid_column(grid, a.lon < b.lon ? b.lon : a.lon);
    int32_t r1 = grid_row(grid, a.lat < b.lat ? a.lat : b.lat), r2 = grid_row(grid, a.lat < b.lat ? b.lat : a.lat);
    for (int32_t row = r1; row <= r2; row++)
        for (int32_t column = c1; column <= c2; column++) {
            int32_t cell = row * grid->columns + column;
            if (last[cell] == edge)
                continue;
            last[cell] = edge;
            if (cell_edges)
                cell_edges[cell_first[cell + 1]++] = edge;
            else
                cell_first[cell + 2]++;
        }
}

GridLists grid_build(Arena *arena, const Network *net)
{
    GridLists out = {.grid = grid_over(net)};
    size_t cells = (size_t)out.grid.columns * (size_t)out.grid.rows;
    out.cell_first = NEW_ARRAY(arena, int32_t, cells + 2);
    Arena *own = arena_new();
    int32_t *last = NEW_ARRAY(own, int32_t, cells);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t c = 0; c < cells; c++)
            last[c] = -1;
        for (size_t e = 0; e < net->edges.len; e++) {
            const RoadEdge *edge = &net->edges.at[e];
            for (uint32_t d = 1; d < edge->dot_len; d++)
                stretch_cells(&out.grid, net->dots.at[edge->dot + d - 1], net->dots.at[edge->dot + d], (int32_t)e,
                              out.cell_first, out.cell_edges, last);
        }
        if (pass == 0) {
            for (size_t c = 2; c < cells + 2; c++)
                out.cell_first[c] += out.cell_first[c - 1];
            out.cell_edges = NEW_ARRAY(arena, int32_t, (size_t)out.cell_first[cells + 1] + 1);
        }
    }
    arena_free(own);
    return out;
}
