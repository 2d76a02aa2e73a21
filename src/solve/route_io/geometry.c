/* The line of a round as an encoded polyline (Google's algorithm, five digits), as VROOM's -g gives it: along the roads, or straight where
   there are none. */
#include <math.h>

#include "solve/route_io/json_write.h"

typedef struct Line {
    Buf *out;
    int64_t lat, lon; /* 1e-5 degrees, the last point */
    bool begun;
} Line;

static void add_number(Buf *out, int64_t delta)
{
    uint64_t value = (uint64_t)delta << 1;
    if (delta < 0)
        value = ~value;
    for (; value >= 0x20; value >>= 5)
        buf_add_char(out, (char)((value & 0x1f) + 0x20 + 63));
    buf_add_char(out, (char)(value + 63));
}

static void add_point(Line *line, double lon, double lat)
{
    int64_t x = llround(lon * 1e5), y = llround(lat * 1e5);
    if (line->begun && x == line->lon && y == line->lat)
        return;
    add_number(line->out, y - line->lat);
    add_number(line->out, x - line->lon);
    line->lon = x, line->lat = y, line->begun = true;
}

static void add_leg(Arena *arena, const RouteJson *json, const RouteGround *ground, int32_t from, int32_t to, Line *line)
{
    RoadsPath path = {0};
    bool on_roads = json->roads && ground->at[from].edge >= 0 && ground->at[to].edge >= 0 &&
                    !roads_route(arena, json->roads, ground->kind, &ground->at[from], &ground->at[to], &path);
    add_point(line, json->lon_lat[from][0], json->lon_lat[from][1]);
    for (size_t i = 0; on_roads && i < path.len; i++)
        add_point(line, path.points[i].lon, path.points[i].lat);
    add_point(line, json->lon_lat[to][0], json->lon_lat[to][1]);
}

void json_add_geometry(Buf *out, const RouteJson *json, const RouteLine *round)
{
    Arena *arena = arena_new();
    Buf polyline = buf_new(arena, ROUTE_JSON_BYTES_MAX);
    Line line = {.out = &polyline};
    const RouteGround *ground = json->grounds ? &json->grounds[json->problem.vehicles[round->vehicle].profile] : NULL;
    int32_t last = -1;
    for (size_t i = 0; i < round->visit_len; i++) {
        int32_t place = round->visits[i].place;
        if (place < 0 || isnan(json->lon_lat[place][0]))
            continue;
        if (last >= 0)
            add_leg(arena, json, ground, last, place, &line);
        last = place;
    }
    buf_add(out, STR(",\"geometry\":"));
    json_write_str(out, buf_str(&polyline));
    arena_free(arena);
}
