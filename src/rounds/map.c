/* A day's rounds on a map drawn by us. */
#include <math.h>
#include <stdlib.h>

#include "rounds/pages.h"

enum { WIDE = 1000, HIGH_MAX = 900, HIGH_MIN = 360, ROADS_BYTES = 90 * 1024, MAP_BYTES = 400 * 1024, KINDS = 8, BESIDE = 24 /* map.js knows it */ };

typedef struct Map {
    Arena *arena;
    Buf *out;
    RoadsBox box;
    double scale_x, scale_y; /* units a degree */
    int high;
    Buf kinds[KINDS];
    size_t room;
} Map;

static int map_x(const Map *map, double lon)
{
    return (int)lround((lon - map->box.west) * map->scale_x);
}

static int map_y(const Map *map, double lat)
{
    return (int)lround((map->box.north - lat) * map->scale_y);
}

static void box_take(RoadsBox *box, double lon, double lat)
{
    box->west = fmin(box->west, lon);
    box->east = fmax(box->east, lon);
    box->south = fmin(box->south, lat);
    box->north = fmax(box->north, lat);
}

static void path_walk(Str path, void (*each)(void *, double, double), void *arg)
{
    Str rest = path, point, lon, lat;
    double x, y;
    while (rest.len) {
        str_cut(rest, ' ', &point, &rest);
        if (str_cut(point, ',', &lon, &lat) && str_to_real(lon, &x) && str_to_real(lat, &y))
            each(arg, x, y);
    }
}

static void path_box(void *arg, double lon, double lat)
{
    box_take(arg, lon, lat);
}

typedef struct Line {
    const Map *map;
    Buf *out;
    int x, y;
    bool begun;
} Line;

static void line_to(void *arg, double lon, double lat)
{
    Line *line = arg;
    int x = map_x(line->map, lon), y = map_y(line->map, lat);
    if (line->begun && x == line->x && y == line->y)
        return;
    if (line->begun)
        buf_addf(line->out, "l%d %d", x - line->x, y - line->y);
    else
        buf_addf(line->out, "M%d %d", x, y);
    line->begun = true;
    line->x = x;
    line->y = y;
}

static bool road(void *arg, int kind, const RoadsPoint *points, size_t len)
{
    Map *map = arg;
    Line line = {.map = map, .out = &map->kinds[kind < KINDS ? kind : KINDS - 1]};
    for (size_t i = 0; i < len; i++)
        line_to(&line, points[i].lon, points[i].lat);
    return !line.out->overflowed;
}

/* As many kinds of roads, from the largest, as fit into the page. */
static void roads_add(Map *map, Arena *arena, const Roads *roads)
{
    for (int smallest = KINDS - 1; smallest >= 0; smallest--) {
        size_t bytes = 0;
        bool whole = true;
        for (int k = 0; k < KINDS; k++)
            map->kinds[k] = buf_new(arena, ROADS_BYTES);
        roads_draw(roads, map->box, smallest, road, map);
        for (int k = 0; k < KINDS; k++) {
            bytes += map->kinds[k].len;
            whole &= !map->kinds[k].overflowed;
        }
        if (whole && bytes <= ROADS_BYTES)
            break;
        for (int k = 0; k < KINDS; k++)
            map->kinds[k] = (Buf){0};
    }
    for (int k = KINDS - 1; k >= 0; k--)
        if (map->kinds[k].len) {
            buf_addf(map->out, "<path class=\"way way-%d\" d=\"", k);
            buf_add(map->out, buf_str(&map->kinds[k]));
            buf_add(map->out, STR("\"/>"));
        }
}

static bool frame(Map *map, const RoundList *rounds, const RoundStopList *stops)
{
    map->box = (RoadsBox){180, 90, -180, -90};
    for (size_t i = 0; i < rounds->len; i++)
        path_walk(rounds->at[i].path, path_box, &map->box);
    for (size_t i = 0; i < stops->len; i++)
        box_take(&map->box, stops->at[i].longitude, stops->at[i].latitude);
    if (map->box.west > map->box.east)
        return false;
    double wide = fmax(map->box.east - map->box.west, 0.004), high = fmax(map->box.north - map->box.south, 0.004);
    map->box = (RoadsBox){map->box.west - wide * 0.08, map->box.south - high * 0.08, map->box.east + wide * 0.08, map->box.north + high * 0.08};
    map->scale_x = WIDE / (map->box.east - map->box.west);
    map->scale_y = map->scale_x / cos((map->box.north + map->box.south) / 2 * M_PI / 180); /* so that a square field is square */
    map->high = (int)((map->box.north - map->box.south) * map->scale_y);
    if (map->high > HIGH_MAX || map->high < HIGH_MIN) { /* a long valley: room at its sides */
        double want = map->high > HIGH_MAX ? HIGH_MAX : HIGH_MIN, factor = want / map->high;
        if (factor < 1) {
            double more = (map->box.east - map->box.west) * (1 / factor - 1) / 2;
            map->box.west -= more;
            map->box.east += more;
            map->scale_x *= factor;
            map->scale_y *= factor;
        } else {
            double more = (map->box.north - map->box.south) * (factor - 1) / 2;
            map->box.north += more;
            map->box.south -= more;
        }
        map->high = (int)want;
    }
    return true;
}

static int round_number(const RoundList *rounds, Id round)
{
    for (size_t i = 0; i < rounds->len; i++)
        if (rounds->at[i].id == round)
            return (int)i;
    return 0;
}

static void text_add(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        Str as = c == '<' ? STR("&lt;") : c == '>' ? STR("&gt;") : c == '&' ? STR("&amp;") : c == '"' ? STR("&quot;") : (Str){&text.at[i], 1};
        buf_add(out, as);
    }
}

/* How many stops before this one stand at the same point of the map: each further one moves aside. */
static int stands_beside(const Map *map, const RoundStopList *stops, size_t i)
{
    int beside = 0;
    for (size_t k = 0; k < i; k++)
        beside += abs(map_x(map, stops->at[k].longitude) - map_x(map, stops->at[i].longitude)) < 6 &&
                  abs(map_y(map, stops->at[k].latitude) - map_y(map, stops->at[i].latitude)) < 6;
    return beside;
}

static void stops_add(const Map *map, const RoundList *rounds, const RoundStopList *stops)
{
    for (size_t i = 0; i < stops->len; i++) {
        const RoundStop *s = &stops->at[i];
        int beside = stands_beside(map, stops, i), x = map_x(map, s->longitude) + BESIDE * beside, y = map_y(map, s->latitude);
        bool done = str_eq(s->state, STR("done")), failed = str_eq(s->state, STR("failed"));
        buf_addf(map->out, "<g class=\"spot tour-%d%s%s\" data-at=\"%.*s\" data-beside=\"%d\"><title>%lld ", round_number(rounds, s->round) % 6 + 1, done ? " done" : "", failed ? " failed" : "",
                 STR_ARG(id_text(map->arena, s->id)), beside, (long long)s->position);
        text_add(map->out, s->name);
        buf_addf(map->out, "</title><circle cx=\"%d\" cy=\"%d\" r=\"13\"/><text x=\"%d\" y=\"%d\">%lld</text></g>", x, y, x, y, (long long)s->position);
    }
}

Html rounds_map(Arena *arena, const Roads *roads, const RoundList *rounds, const RoundStopList *stops, Str label)
{
    Buf out = buf_new(arena, MAP_BYTES);
    Map map = {.arena = arena, .out = &out};
    if (!frame(&map, rounds, stops))
        return (Html){0};
    buf_addf(&out, "<svg class=\"map\" data-map data-west=\"%.6f\" data-north=\"%.6f\" data-x=\"%.3f\" data-y=\"%.3f\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%.*s\">",
             map.box.west, map.box.north, map.scale_x, map.scale_y, WIDE, map.high, STR_ARG(label));
    if (roads)
        roads_add(&map, arena, roads);
    for (size_t i = 0; i < rounds->len; i++) {
        Line line = {.map = &map, .out = &out};
        buf_addf(&out, "<path class=\"tour tour-%zu\" d=\"", i % 6 + 1);
        path_walk(rounds->at[i].path, line_to, &line);
        buf_add(&out, STR("\"/>"));
        if (rounds->at[i].has_latitude && rounds->at[i].has_longitude)
            buf_addf(&out, "<g class=\"home\"><rect x=\"%d\" y=\"%d\" width=\"18\" height=\"18\"/></g>", map_x(&map, rounds->at[i].longitude) - 9,
                     map_y(&map, rounds->at[i].latitude) - 9);
    }
    stops_add(&map, rounds, stops);
    buf_add(&out, STR("</svg>"));
    return out.overflowed ? (Html){0} : (Html){buf_str(&out)};
}
