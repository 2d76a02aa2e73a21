/* What the readers of instance files share. */
#pragma once
#include "solve/route_io/route_io.h"

typedef struct Lines {
    Str text, rest;
    size_t line; /* the last one read, from 1 */
} Lines;

bool lines_next(Lines *lines, Str *out);                      /* trimmed; blank ones are skipped */
size_t line_numbers(Str line, double *out, size_t max);       /* until something that is no number */
bool whole(double value, double min, double max);
Err *file_bad(Arena *arena, const Lines *lines, const char *what);

typedef struct Draft {
    int len; /* places, depots first */
    double *x, *y;
    RouteStop *stops;
    RouteWindow *windows; /* by place */
    const int32_t *matrix;
} Draft;

Draft draft_new(Arena *arena, int len);
bool file_matrix(Arena *arena, Draft *draft, double scale);
void file_finish(Arena *arena, const Draft *draft, int depots, RouteVehicle *vehicles, size_t vehicle_len, RouteFile *out);
RouteVehicle file_vehicle(int64_t capacity, int64_t closes);
Err *read_vrplib(Arena *arena, Lines *lines, RouteFile *out);
