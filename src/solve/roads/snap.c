/* The nearest road, straight distances, and drawing. */
#include <math.h>

#include "solve/roads/file.h"
#include "solve/roads/grid.h"

#define EARTH_CM 637100880.0
#define SNAP_MAX_CM 2000000.0

double roads_straight_cm(double lon1, double lat1, double lon2, double lat2)
{
    double degree = M_PI / 180, dlat = (lat2 - lat1) * degree / 2, dlon = (lon2 - lon1) * degree / 2;
    double h = sin(dlat) * sin(dlat) + cos(lat1 * degree) * cos(lat2 * degree) * sin(dlon) * sin(dlon);
    return 2 * EARTH_CM * asin(fmin(1, sqrt(h)));
}

typedef struct Search {
    const Roads *roads;
    RoadsProfile profile;
    double lon, lat;         /* 1e-7 degrees */
    double x_cm, y_cm;       /* of 1e-7 degrees, around the point */
    double best_cm;
    int32_t edge;
    double along_cm;         /* flat length from the edge's first end */
    double on_lon, on_lat;
} Search;

/* On the flat map around the point, which is exact enough for the distances one walks to a road. */
static void try_edge(Search *s, int32_t e)
{
    const FileEdge *edge = &s->roads->edge[e];
    if (!s->roads->ways[s->profile].connected[e])
        return;
    double along = 0;
    for (uint32_t d = 1; d < edge->dot_len; d++) {
        RoadDot a = s->roads->dots[edge->dot + d - 1], b = s->roads->dots[edge->dot + d];
        double ax = (a.lon - s->lon) * s->x_cm, ay = (a.lat - s->lat) * s->y_cm;
        double bx = (b.lon - s->lon) * s->x_cm, by = (b.lat - s->lat) * s->y_cm;
        double dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
        double t = square > 0 ? -(ax * dx + ay * dy) / square : 0;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        double away = hypot(ax + t * dx, ay + t * dy), length = sqrt(square);
        if (away < s->best_cm) {
            s->best_cm = away;
            s->edge = e;
            s->along_cm = along + t * length;
            s->on_lon = a.lon + t * ((double)b.lon - a.lon);
            s->on_lat = a.lat + t * ((double)b.lat - a.lat);
        }
        along += length;
    }
}

static double flat_length(const Search *s, int32_t e)
{
    const FileEdge *edge = &s->roads->edge[e];
    double length = 0;
    for (uint32_t d = 1; d < edge->dot_len; d++) {
        RoadDot a = s->roads->dots[edge->dot + d - 1], b = s->roads->dots[edge->dot + d];
        length += hypot(((double)b.lon - a.lon) * s->x_cm, ((double)b.lat - a.lat) * s->y_cm);
    }
    return length > 0 ? length : 1;
}

static void try_cell(Search *s, int32_t column, int32_t row)
{
    const RoadsGrid *g = &s->roads->grid;
    if (column < 0 || row < 0 || column >= g->columns || row >= g->rows)
        return;
    int32_t cell = row * g->columns + column;
    for (int32_t i = s->roads->cell_first[cell]; i < s->roads->cell_first[cell + 1]; i++)
        try_edge(s, s->roads->cell_edges[i]);
}

/* Rings of cells outwards until nothing nearer can come. */
static void search(Search *s)
{
    const RoadsGrid *g = &s->roads->grid;
    double column_e = floor((s->lon - g->west) / g->cell_lon), row_e = floor((s->lat - g->south) / g->cell_lat);
    double limit = (double)g->columns + g->rows;
    if (column_e < -limit * 4 - 1000 || column_e > limit * 4 + 1000 || row_e < -limit * 4 - 1000 || row_e > limit * 4 + 1000)
        return;
    int32_t column = (int32_t)column_e, row = (int32_t)row_e;
    double cell_cm = fmin(g->cell_lon * s->x_cm, g->cell_lat * s->y_cm);
    for (int32_t ring = 0; (ring - 1) * cell_cm < s->best_cm; ring++) {
        for (int32_t i = -ring; i <= ring; i++) {
            try_cell(s, column + i, row - ring);
            if (ring > 0)
                try_cell(s, column + i, row + ring);
        }
        for (int32_t i = -ring + 1; i < ring; i++) {
            try_cell(s, column - ring, row + i);
            try_cell(s, column + ring, row + i);
        }
    }
}

RoadsSnap roads_snap(const Roads *roads, RoadsProfile profile, double lon, double lat)
{
    RoadsSnap out = {.edge = -1, .far = true};
    if (!(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90))
        return out;
    Search s = {.roads = roads, .profile = profile, .lon = lon * 1e7, .lat = lat * 1e7, .best_cm = SNAP_MAX_CM, .edge = -1};
    s.y_cm = EARTH_CM * M_PI / 180 * 1e-7;
    s.x_cm = s.y_cm * fmax(cos(lat * M_PI / 180), 0.01);
    search(&s);
    if (s.edge < 0)
        return out;
    out.edge = s.edge;
    out.part = fmin(1, s.along_cm / flat_length(&s, s.edge));
    out.lon = s.on_lon * 1e-7, out.lat = s.on_lat * 1e-7;
    out.away_cm = llround(s.best_cm);
    out.far = out.away_cm > ROADS_FAR_CM;
    return out;
}

/* ---- drawing ---- */

static bool draw_edge(const Roads *roads, int32_t e, Arena *arena, bool (*each)(void *, int, const RoadsPoint *, size_t),
                      void *arg)
{
    const FileEdge *edge = &roads->edge[e];
    RoadsPoint *points = NEW_ARRAY(arena, RoadsPoint, edge->dot_len);
    for (uint32_t d = 0; d < edge->dot_len; d++)
        points[d] = (RoadsPoint){roads->dots[edge->dot + d].lon * 1e-7, roads->dots[edge->dot + d].lat * 1e-7};
    return each(arg, (int)edge->kind, points, edge->dot_len);
}

void roads_draw(const Roads *roads, RoadsBox box, int smallest_kind,
                bool (*each)(void *arg, int kind, const RoadsPoint *points, size_t len), void *arg)
{
    const RoadsGrid *g = &roads->grid;
    Arena *arena = arena_new();
    bool *drawn = NEW_ARRAY(arena, bool, (size_t)roads->edges);
    bool more = true;
    int32_t c2 = grid_column(g, box.east * 1e7), r2 = grid_row(g, box.north * 1e7);
    for (int32_t row = grid_row(g, box.south * 1e7); row <= r2 && more; row++)
        for (int32_t column = grid_column(g, box.west * 1e7); column <= c2 && more; column++) {
            int32_t cell = row * g->columns + column;
            for (int32_t i = roads->cell_first[cell]; i < roads->cell_first[cell + 1] && more; i++) {
                int32_t e = roads->cell_edges[i];
                if (drawn[e] || (int)roads->edge[e].kind > smallest_kind)
                    continue;
                drawn[e] = true;
                more = draw_edge(roads, e, arena, each, arg);
            }
        }
    arena_free(arena);
}
