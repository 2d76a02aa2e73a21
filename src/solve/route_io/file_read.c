/* The public instances: Solomon, Li and Lim, CVRPLIB, and CVRPLIB with PyVRP's sections. */
#include "solve/route_io/file_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Err *file_bad(Arena *arena, const Lines *lines, const char *what)
{
    Err *err = err_detail(arena, ERR_INVALID, "route.file", "line %zu: %s", lines->line, what);
    return err_arg(arena, err, "line", str_format(arena, "%zu", lines->line));
}

bool lines_next(Lines *lines, Str *out)
{
    while (lines->rest.len > 0) {
        Str line, rest;
        str_cut(lines->rest, '\n', &line, &rest);
        lines->rest = rest;
        lines->line++;
        *out = str_trim(line);
        if (out->len > 0)
            return true;
    }
    return false;
}

size_t line_numbers(Str line, double *out, size_t max)
{
    size_t len = 0;
    while (line.len > 0 && len < max) {
        size_t end = 0;
        while (end < line.len && line.at[end] != ' ' && line.at[end] != '\t' && line.at[end] != '\r' && line.at[end] != ',')
            end++;
        if (end > 0) {
            if (!str_to_real(str_slice(line, 0, end), &out[len]))
                return len;
            len++;
        }
        line = str_slice(line, end + 1, line.len);
    }
    return len;
}

bool whole(double value, double min, double max)
{
    return value >= min && value <= max && value == floor(value);
}

/* Distances between all places, times scale, rounded to the nearest; false when one is too long. */
bool file_matrix(Arena *arena, Draft *draft, double scale)
{
    size_t len = (size_t)draft->len;
    int32_t *matrix = NEW_ARRAY(arena, int32_t, len * len + 1);
    for (size_t i = 0; i < len; i++)
        for (size_t j = 0; j < len; j++) {
            double distance = hypot(draft->x[i] - draft->x[j], draft->y[i] - draft->y[j]) * scale;
            if (!(distance <= (double)ROUTE_EDGE_MAX))
                return false;
            matrix[i * len + j] = (int32_t)floor(distance + 0.5);
        }
    draft->matrix = matrix;
    return true;
}

Draft draft_new(Arena *arena, int len)
{
    size_t n = (size_t)len + 1;
    return (Draft){.len = len,
                   .x = NEW_ARRAY(arena, double, n),
                   .y = NEW_ARRAY(arena, double, n),
                   .stops = NEW_ARRAY(arena, RouteStop, n),
                   .windows = NEW_ARRAY(arena, RouteWindow, n)};
}

/* One profile, all vehicles alike, stops = places that are no depot. */
void file_finish(Arena *arena, const Draft *draft, int depots, RouteVehicle *vehicles, size_t vehicle_len, RouteFile *out)
{
    RouteProfile *profile = NEW(arena, RouteProfile);
    *profile = (RouteProfile){.time = draft->matrix, .distance = draft->matrix};
    size_t n = (size_t)(draft->len - depots);
    int32_t *label = NEW_ARRAY(arena, int32_t, n + 1);
    for (size_t i = 0; i < n; i++)
        label[i] = (int32_t)i + depots;
    out->label = label;
    out->problem = (RouteProblem){.dims = 1, .place_len = draft->len, .x = draft->x, .y = draft->y, .profiles = profile,
                                  .profile_len = 1, .stops = draft->stops, .stop_len = n, .vehicles = vehicles,
                                  .vehicle_len = vehicle_len};
}

RouteVehicle file_vehicle(int64_t capacity, int64_t closes)
{
    RouteVehicle vehicle = {.shift = {0, closes}, .max_duration = ROUTE_NEVER, .max_travel = ROUTE_NEVER,
                            .max_distance = ROUTE_NEVER, .max_stops = INT32_MAX, .distance_price = 1000000,
                            .speed_ppm = 1000000, .trips = 1};
    vehicle.capacity[0] = capacity;
    return vehicle;
}

/* ---- Solomon, Li and Lim: number, x, y, demand, ready, due, service[, pickup, delivery] ---- */

enum { TABLE_UNIT = 1000000, TABLE_MAX = 4000 };

typedef struct Row {
    double at[9];
} Row;

static Err *table_stop(Arena *arena, const Lines *lines, Draft *draft, int i, const Row *row, bool pairs)
{
    const double *at = row->at;
    draft->x[i] = at[1], draft->y[i] = at[2];
    if (!(fabs(at[1]) < 1e6 && fabs(at[2]) < 1e6) || !whole(at[3], -1e9, 1e9) || !(at[4] >= 0) || !(at[5] >= at[4]) ||
        !(at[5] < 1e6) || !(at[6] >= 0 && at[6] < 1e6))
        return file_bad(arena, lines, "coordinates, demand, window or service time out of range");
    if (i == 0)
        return NULL;
    RouteStop *stop = &draft->stops[i - 1];
    draft->windows[i] = (RouteWindow){llround(at[4] * TABLE_UNIT), llround(at[5] * TABLE_UNIT)};
    *stop = (RouteStop){.place = i, .pair = -1, .vehicle = -1, .windows = &draft->windows[i], .window_len = 1,
                        .service = llround(at[6] * TABLE_UNIT)};
    if (!pairs) {
        if (at[3] < 0)
            return file_bad(arena, lines, "a demand is negative");
        stop->delivery[0] = (int64_t)at[3];
        return NULL;
    }
    double partner = at[7] > 0 ? at[7] : at[8];
    if (!whole(partner, 1, TABLE_MAX) || (at[7] > 0) == (at[8] > 0))
        return file_bad(arena, lines, "each task has a pickup or a delivery");
    stop->pair = (int32_t)partner - 1;
    if (at[3] >= 0)
        stop->pickup[0] = (int64_t)at[3];
    else
        stop->delivery[0] = -(int64_t)at[3];
    return NULL;
}

static Err *table_rows(Arena *arena, Lines *lines, Row **rows, int *len, size_t columns)
{
    int room = 128;
    *rows = NEW_ARRAY(arena, Row, (size_t)room);
    *len = 0;
    for (Str line; lines_next(lines, &line);) {
        Row row = {0};
        if (line_numbers(line, row.at, 9) < columns)
            return file_bad(arena, lines, "a row has too few numbers");
        if (!whole(row.at[0], 0, TABLE_MAX) || (int)row.at[0] != *len)
            return file_bad(arena, lines, "rows are numbered 0, 1, 2, ... up to 4,000");
        if (*len == room) {
            Row *more = NEW_ARRAY(arena, Row, (size_t)room * 2);
            memcpy(more, *rows, (size_t)room * sizeof **rows);
            *rows = more;
            room *= 2;
        }
        (*rows)[(*len)++] = row;
    }
    return *len > 0 ? NULL : file_bad(arena, lines, "there is no depot");
}

/* A Li-Lim pair names its pickup first in our problem whatever the order in the file; stops keep their numbers, so a pair
   whose delivery has the lower number is swapped in place by giving both a new position. */
static void order_pairs(RouteFile *out, RouteStop *stops, int32_t *label, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int32_t pair = stops[i].pair;
        if (pair < (int32_t)i || (size_t)pair >= n || stops[i].pickup[0] > 0 || stops[pair].pair != (int32_t)i)
            continue;
        RouteStop other = stops[i];
        stops[i] = stops[pair];
        stops[pair] = other;
        stops[i].pair = pair;
        stops[pair].pair = (int32_t)i;
        int32_t number = label[i];
        label[i] = label[pair];
        label[pair] = number;
    }
    out->label = label;
}

static Err *read_table(Arena *arena, Lines *lines, bool pairs, double vehicle_len, double capacity, RouteFile *out)
{
    Row *rows;
    int len;
    if (!whole(vehicle_len, 1, ROUTE_VEHICLES_MAX) || !whole(capacity, 0, 1e9))
        return file_bad(arena, lines, "the number of vehicles is 1 to 2,000, the capacity 0 to 1,000,000,000");
    TRY(table_rows(arena, lines, &rows, &len, pairs ? 9 : 7));
    Draft draft = draft_new(arena, len);
    for (int i = 0; i < len; i++)
        TRY(table_stop(arena, lines, &draft, i, &rows[i], pairs));
    if (!file_matrix(arena, &draft, TABLE_UNIT))
        return file_bad(arena, lines, "places are too far apart");
    RouteVehicle *vehicles = NEW_ARRAY(arena, RouteVehicle, (size_t)vehicle_len);
    for (size_t v = 0; v < (size_t)vehicle_len; v++)
        vehicles[v] = file_vehicle((int64_t)capacity, llround(rows[0].at[5] * TABLE_UNIT));
    file_finish(arena, &draft, 1, vehicles, (size_t)vehicle_len, out);
    out->unit = TABLE_UNIT;
    if (pairs) {
        order_pairs(out, draft.stops, arena_copy(arena, out->label, out->problem.stop_len * sizeof *out->label),
                    out->problem.stop_len);
        out->problem.fewest_vehicles = true;
    }
    return NULL;
}

static Err *read_solomon(Arena *arena, Lines *lines, RouteFile *out)
{
    double numbers[2] = {0};
    Str line;
    while (lines_next(lines, &line))
        if (line_numbers(line, numbers, 2) == 2)
            break;
    while (lines_next(lines, &line)) {
        double first;
        if (line_numbers(line, &first, 1) == 1) { /* the depot's row: read it again with the others */
            size_t back = (size_t)(line.at - lines->text.at);
            lines->rest = str_slice(lines->text, back, lines->text.len);
            lines->line--;
            break;
        }
    }
    return read_table(arena, lines, false, numbers[0], numbers[1], out);
}

static Err *read_lilim(Arena *arena, Lines *lines, RouteFile *out)
{
    double numbers[3] = {0};
    Str line;
    if (!lines_next(lines, &line) || line_numbers(line, numbers, 3) < 2)
        return file_bad(arena, lines, "the first line is: vehicles capacity speed");
    return read_table(arena, lines, true, numbers[0], numbers[1], out);
}

bool route_format(Str name, RouteFormat *out)
{
    static const char *const names[] = {"vrplib", "solomon", "lilim", "pyvrp"};
    for (int i = 0; i < 4; i++)
        if (str_eq(name, str_of(names[i]))) {
            *out = (RouteFormat)i;
            return true;
        }
    return false;
}

Err *route_read_file(Arena *arena, RouteFormat format, Str text, RouteFile *out)
{
    Lines lines = {.text = text, .rest = text};
    *out = (RouteFile){.format = format, .unit = 1};
    if (format == ROUTE_SOLOMON)
        TRY(read_solomon(arena, &lines, out));
    else if (format == ROUTE_LILIM)
        TRY(read_lilim(arena, &lines, out));
    else
        TRY(read_vrplib(arena, &lines, out));
    return route_check_problem(arena, &out->problem);
}
