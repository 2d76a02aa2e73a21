/* The demo valley's roads, made by us: written as an OpenStreetMap file and imported like a real one. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "core/demo.h"
#include "rounds/inside.h"

enum { ACROSS = 26, DOWN = 24, OSM_BYTES = 1 << 20 };
static const double west = 119.452, north = 28.482, step = 0.0026;

static int64_t node_of(int x, int y)
{
    return 1 + y * ACROSS + x;
}

static void nodes_write(Demo *demo, Buf *out)
{
    for (int y = 0; y < DOWN; y++)
        for (int x = 0; x < ACROSS; x++) {
            double bend = 0.9 * step * sin(x * 0.35 + y * 0.2); /* the valley is not straight */
            double lon = west + x * step + (double)(demo_random(demo, 1000) - 500) / 1000 * 0.55 * step;
            double lat = north - y * step + bend + (double)(demo_random(demo, 1000) - 500) / 1000 * 0.55 * step;
            buf_addf(out, "<node id=\"%lld\" lat=\"%.6f\" lon=\"%.6f\"/>\n", (long long)node_of(x, y), lat, lon);
        }
}

static void way_write(Buf *out, int64_t id, const char *kind, int64_t a, int64_t b)
{
    buf_addf(out, "<way id=\"%lld\"><nd ref=\"%lld\"/><nd ref=\"%lld\"/><tag k=\"highway\" v=\"%s\"/></way>\n", (long long)id, (long long)a,
             (long long)b, kind);
}

/* A valley road from north to south, one across, lanes between fields of which some are missing, and a river with three bridges. */
static void ways_write(Demo *demo, Buf *out)
{
    int64_t id = 1;
    for (int y = 0; y < DOWN; y++)
        for (int x = 0; x < ACROSS; x++) {
            bool valley = x == 12, across = y == 11, bridge = x == 5 || x == 12 || x == 20;
            if (x + 1 < ACROSS && (across || demo_random(demo, 100) < 72))
                way_write(out, id++, across ? "secondary" : y % 4 == 0 ? "tertiary" : "unclassified", node_of(x, y), node_of(x + 1, y));
            bool river = y == 14; /* between row 14 and 15 */
            if (y + 1 < DOWN && (river ? bridge : valley || demo_random(demo, 100) < 72))
                way_write(out, id++, valley ? "secondary" : x % 5 == 0 ? "tertiary" : "track", node_of(x, y), node_of(x, y + 1));
        }
}

Err *rounds_network(Demo *demo)
{
    Buf out = buf_new(demo->arena, OSM_BYTES);
    Str data = config_text("data");
    const char *osm = str_z(demo->arena, str_format(demo->arena, "%.*s/roads.osm", STR_ARG(data)));
    RoadsReport report;
    buf_add(&out, STR("<?xml version=\"1.0\"?>\n<osm version=\"0.6\">\n"));
    nodes_write(demo, &out);
    ways_write(demo, &out);
    buf_add(&out, STR("</osm>\n"));
    TRY(file_write(demo->arena, osm, buf_str(&out), 0600));
    Err *err = roads_import(demo->arena, osm, rounds_roads_path(demo->arena), NULL, &report);
    unlink(osm);
    return err;
}
