/* Roads of our own making: a village grid with one-way streets, a forbidden turn, a bollard and an island. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "solve/roads/osm.h"
#include "solve/roads/roads.h"

enum { SIDE = 14 };

static Arena *arena;
static char folder[] = "/tmp/millet-roads-XXXXXX";
static uint64_t seed = 5;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t z = (seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *path_of(const char *name)
{
    return str_z(arena, str_format(arena, "%s/%s", folder, name));
}

/* Nodes 1.. of a crooked grid about 200 m apart; rows are tertiary roads, columns residential, some of them one-way. */
static Str village(void)
{
    Buf xml = buf_new(arena, 1 << 20);
    buf_add(&xml, STR("<?xml version=\"1.0\"?><osm version=\"0.6\">\n"));
    for (int i = 0; i < SIDE * SIDE; i++)
        buf_addf(&xml, "<node id=\"%d\" lon=\"%.7f\" lat=\"%.7f\"/>\n", i + 1, 113 + i % SIDE * 0.002 + (i * 37 % 11) * 0.00005,
                 28 + i / SIDE * 0.002 + (i * 53 % 13) * 0.00005);
    buf_add(&xml, STR("<node id=\"9001\" lon=\"113.1\" lat=\"28.1\"/><node id=\"9002\" lon=\"113.101\" lat=\"28.1\"/>"));
    for (int line = 0; line < 2 * SIDE; line++) {
        bool row = line < SIDE;
        buf_addf(&xml, "<way id=\"%d\">", 100 + line);
        for (int k = 0; k < SIDE; k++)
            buf_addf(&xml, "<nd ref=\"%d\"/>", (row ? line * SIDE + k : k * SIDE + line - SIDE) + 1);
        buf_addf(&xml, "<tag k=\"highway\" v=\"%s\"/>", row ? "tertiary" : "residential");
        if (!row && line % 3 == 0)
            buf_addf(&xml, "<tag k=\"oneway\" v=\"%s\"/>", line % 2 ? "yes" : "-1");
        buf_add(&xml, STR("</way>\n"));
    }
    buf_add(&xml, STR("<way id=\"200\"><nd ref=\"9001\"/><nd ref=\"9002\"/><tag k=\"highway\" v=\"service\"/></way>"));
    for (int k = 0; k < 12; k++) /* turns from a row into a column */
        buf_addf(&xml, "<relation id=\"%d\"><member type=\"way\" ref=\"%d\" role=\"from\"/><member type=\"node\" ref=\"%d\" role=\"via\"/>"
                 "<member type=\"way\" ref=\"%d\" role=\"to\"/><tag k=\"type\" v=\"restriction\"/><tag k=\"restriction\" v=\"%s\"/>"
                 "</relation>\n", 300 + k, 100, k + 2, 100 + SIDE + k + 1, k % 2 ? "no_left_turn" : "no_right_turn");
    buf_add(&xml, STR("</osm>\n"));
    return buf_str(&xml);
}

static Roads *opened(Str osm, RoadsReport *report)
{
    Roads *roads = NULL;
    assert_null(file_write(arena, path_of("a.osm"), osm, 0600));
    assert_null(roads_import(arena, path_of("a.osm"), path_of("a.mil"), NULL, report));
    assert_null(roads_open(arena, path_of("a.mil"), &roads));
    return roads;
}

static RoadsSnap random_snap(const Roads *roads, RoadsProfile profile)
{
    double lon = 113 + (double)(random_bits() % 28000) * 1e-6, lat = 28 + (double)(random_bits() % 28000) * 1e-6;
    return roads_snap(roads, profile, lon, lat);
}

static void every_way_is_as_fast_as_dijkstra_says(void **state)
{
    (void)state;
    RoadsReport report;
    Roads *roads = opened(village(), &report);
    assert_true(report.edges > 300);
    for (int i = 0; i < 1500; i++) {
        RoadsProfile profile = (RoadsProfile)(i % ROADS_PROFILES);
        RoadsSnap from = random_snap(roads, profile), to = random_snap(roads, profile);
        int64_t truth = roads_dijkstra(arena, roads, profile, &from, &to);
        int32_t time, distance;
        RoadsPath path;
        assert_null(roads_table(arena, roads, profile, &from, 1, &to, 1, &time, &distance, NULL));
        assert_int_equal(time, truth);
        assert_null(roads_route(arena, roads, profile, &from, &to, &path));
        assert_int_equal(path.time_ms, truth);
        double cm = 0;
        for (size_t k = 1; k < path.len; k++)
            cm += roads_straight_cm(path.points[k - 1].lon, path.points[k - 1].lat, path.points[k].lon, path.points[k].lat);
        assert_true(fabs(cm - (double)path.distance_cm) < 200 + 0.005 * cm); /* the line is as long as it says */
    }
}

static void a_table_equals_its_single_ways(void **state)
{
    (void)state;
    enum { N = 30 };
    RoadsReport report;
    Roads *roads = opened(village(), &report);
    RoadsSnap points[N];
    int32_t time[N * N];
    for (int i = 0; i < N; i++)
        points[i] = random_snap(roads, ROADS_VAN);
    assert_null(roads_table(arena, roads, ROADS_VAN, points, N, points, N, time, NULL, NULL));
    for (int i = 0; i < N * N; i++)
        assert_int_equal(time[i], roads_dijkstra(arena, roads, ROADS_VAN, &points[i / N], &points[i % N]));
}

static void one_way_streets_and_forbidden_turns_make_a_detour(void **state)
{
    (void)state;
    RoadsReport report;
    Str osm = STR("<osm><node id='1' lon='113' lat='28'/><node id='2' lon='113.01' lat='28'/><node id='3' lon='113.02' lat='28'/>"
                  "<node id='4' lon='113.01' lat='28.01'/><node id='5' lon='113.02' lat='28.01'/>"
                  "<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='2'><nd ref='2'/><nd ref='3'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='3'><nd ref='2'/><nd ref='4'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='4'><nd ref='3'/><nd ref='5'/><nd ref='4'/><tag k='highway' v='tertiary'/></way>"
                  "<relation id='1'><member type='way' ref='1' role='from'/><member type='node' ref='2' role='via'/>"
                  "<member type='way' ref='3' role='to'/><tag k='type' v='restriction'/><tag k='restriction' v='no_left_turn'/>"
                  "</relation></osm>");
    Roads *roads = opened(osm, &report);
    assert_int_equal(report.restrictions_kept, 1);
    RoadsSnap from = roads_snap(roads, ROADS_VAN, 113.005, 28), to = roads_snap(roads, ROADS_VAN, 113.01, 28.005);
    RoadsPath van, foot;
    assert_null(roads_route(arena, roads, ROADS_VAN, &from, &to, &van));
    assert_null(roads_route(arena, roads, ROADS_FOOT, &from, &to, &foot));
    assert_true(van.distance_cm > 2 * foot.distance_cm); /* walkers may turn */
}

/* A street that may be entered from nowhere: the relation names both streets that lead to it. */
static void a_forbidden_entry_holds_for_each_way_to_it(void **state)
{
    (void)state;
    RoadsReport report;
    Str osm = STR("<osm><node id='1' lon='113' lat='28'/><node id='2' lon='113.01' lat='28'/><node id='3' lon='113.02' lat='28'/>"
                  "<node id='4' lon='113.01' lat='28.01'/><node id='5' lon='113.02' lat='28.01'/><node id='6' lon='113' lat='28.01'/>"
                  "<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='2'><nd ref='2'/><nd ref='3'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='3'><nd ref='2'/><nd ref='4'/><tag k='highway' v='tertiary'/></way>"
                  "<way id='4'><nd ref='3'/><nd ref='5'/><nd ref='4'/><nd ref='6'/><nd ref='1'/><tag k='highway' v='tertiary'/></way>"
                  "<relation id='1'><member type='way' ref='1' role='from'/><member type='way' ref='2' role='from'/><member type='node' ref='2' role='via'/>"
                  "<member type='way' ref='3' role='to'/><tag k='type' v='restriction'/><tag k='restriction' v='no_entry'/>"
                  "</relation></osm>");
    Roads *roads = opened(osm, &report);
    assert_int_equal(report.restrictions_kept, 1);
    RoadsSnap to = roads_snap(roads, ROADS_VAN, 113.01, 28.005);
    for (int side = 0; side < 2; side++) {
        RoadsSnap from = roads_snap(roads, ROADS_VAN, side ? 113.015 : 113.005, 28);
        RoadsPath van, foot;
        assert_null(roads_route(arena, roads, ROADS_VAN, &from, &to, &van));
        assert_null(roads_route(arena, roads, ROADS_FOOT, &from, &to, &foot));
        assert_true(van.distance_cm > 2 * foot.distance_cm);
        assert_int_equal(van.time_ms, roads_dijkstra(arena, roads, ROADS_VAN, &from, &to));
    }
}

/* Two carriageways: 1-2-3 eastwards, 6-5-4 westwards below it; 2-7-5 joins them, with a dead end from 7 to 8. */
static Str two_carriageways(const char *kind, bool with_rule)
{
    Buf out = buf_new(arena, 1 << 14);
    buf_add(&out, STR("<osm><node id='1' lon='113' lat='28.001'/><node id='2' lon='113.01' lat='28.001'/><node id='3' lon='113.02' lat='28.001'/>"
                      "<node id='4' lon='113' lat='28'/><node id='5' lon='113.01' lat='28'/><node id='6' lon='113.02' lat='28'/>"
                      "<node id='7' lon='113.01' lat='28.0005'/><node id='8' lon='113.011' lat='28.0005'/>"
                      "<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='tertiary'/><tag k='oneway' v='yes'/></way>"
                      "<way id='2'><nd ref='2'/><nd ref='3'/><tag k='highway' v='tertiary'/><tag k='oneway' v='yes'/></way>"
                      "<way id='3'><nd ref='6'/><nd ref='5'/><tag k='highway' v='tertiary'/><tag k='oneway' v='yes'/></way>"
                      "<way id='4'><nd ref='5'/><nd ref='4'/><tag k='highway' v='tertiary'/><tag k='oneway' v='yes'/></way>"
                      "<way id='6'><nd ref='2'/><nd ref='7'/><nd ref='5'/><tag k='highway' v='tertiary'/></way>"
                      "<way id='7'><nd ref='7'/><nd ref='8'/><tag k='highway' v='service'/></way>"
                      "<way id='8'><nd ref='3'/><nd ref='6'/><tag k='highway' v='tertiary'/></way>"
                      "<way id='9'><nd ref='4'/><nd ref='1'/><tag k='highway' v='tertiary'/></way>"
                      "<node id='10' lon='113.01' lat='27.995'/>"
                      "<way id='10'><nd ref='4'/><nd ref='10'/><nd ref='6'/><tag k='highway' v='tertiary'/></way>"));
    if (with_rule)
        buf_addf(&out, "<relation id='1'><member type='way' ref='1' role='from'/><member type='way' ref='6' role='via'/>"
                       "<member type='way' ref='4' role='to'/><tag k='type' v='restriction'/><tag k='restriction' v='%s'/></relation>", kind);
    buf_add(&out, STR("</osm>"));
    return buf_str(&out);
}

static int64_t metres(const Roads *roads, double lon1, double lat1, double lon2, double lat2)
{
    RoadsSnap from = roads_snap(roads, ROADS_VAN, lon1, lat1), to = roads_snap(roads, ROADS_VAN, lon2, lat2);
    RoadsPath path;
    assert_null(roads_route(arena, roads, ROADS_VAN, &from, &to, &path));
    assert_int_equal(path.time_ms, roads_dijkstra(arena, roads, ROADS_VAN, &from, &to));
    return path.distance_cm / 100;
}

static void a_turn_forbidden_over_a_way_is_not_made_and_nothing_else_is_forbidden(void **state)
{
    (void)state;
    RoadsReport report;
    Roads *roads = opened(two_carriageways("", false), &report);
    int64_t back = metres(roads, 113.005, 28.001, 113.005, 28);
    assert_true(back > 1000 && back < 1150); /* over the link */
    roads = opened(two_carriageways("no_u_turn", true), &report);
    assert_int_equal(report.restrictions_kept, 1);
    int64_t around = metres(roads, 113.005, 28.001, 113.005, 28);
    assert_true(around > 1200 && around < 1400); /* by the dead end at 8, where one may turn */
    assert_true(metres(roads, 113.005, 28.001, 113.01, 28.0003) < 700); /* onto the link one may drive */
    assert_true(metres(roads, 113.005, 28.001, 113.0109, 28.0005) < 800); /* and off it half way */
    assert_true(metres(roads, 113.01, 28.0008, 113.005, 28) < 700); /* who begins on the link did not come from there */
    assert_true(metres(roads, 113.015, 28, 113.005, 28) < 1050);
}

static void a_turn_that_is_the_only_one_over_a_way_must_be_made(void **state)
{
    (void)state;
    RoadsReport report;
    Roads *roads = opened(two_carriageways("only_u_turn", true), &report);
    assert_int_equal(report.restrictions_kept, 1);
    assert_true(metres(roads, 113.005, 28.001, 113.005, 28) < 1150);
    assert_true(metres(roads, 113.005, 28.001, 113.0109, 28.0005) > 3000); /* not off half way: from the other side */
}

static void a_point_far_from_any_road_is_said_to_be_far(void **state)
{
    (void)state;
    RoadsReport report;
    Roads *roads = opened(village(), &report);
    assert_false(roads_snap(roads, ROADS_VAN, 113.005, 28.0001).far);
    assert_true(roads_snap(roads, ROADS_VAN, 113.05, 28.05).far);
    assert_int_equal(roads_snap(roads, ROADS_VAN, 10, 50).edge, -1);
    RoadsSnap island = roads_snap(roads, ROADS_VAN, 113.1005, 28.1);
    assert_true(island.far); /* the island is no part of the connected roads */
}

static Err *open_bytes(Str bytes)
{
    Roads *roads;
    assert_null(file_write(arena, path_of("b.mil"), bytes, 0600));
    return roads_open(arena, path_of("b.mil"), &roads);
}

static void a_damaged_road_file_does_not_open(void **state)
{
    (void)state;
    RoadsReport report;
    opened(village(), &report);
    Str bytes;
    Roads *roads;
    assert_null(file_read(arena, path_of("a.mil"), 1 << 26, &bytes));
    char *copy = arena_copy(arena, bytes.at, bytes.len);
    assert_null(open_bytes((Str){copy, bytes.len}));
    for (int i = 0; i < 120; i++) { /* one bit anywhere */
        size_t at = i < 40 ? (size_t)i : (size_t)(random_bits() % bytes.len);
        char bit = (char)(1 << random_bits() % 8);
        copy[at] ^= bit;
        Err *err = open_bytes((Str){copy, bytes.len});
        assert_true(err_is(err, "roads.damaged") || (at >= 8 && at < 16 && err_is(err, "roads.version"))); /* the version's own bytes */
        copy[at] ^= bit;
    }
    for (size_t len = 0; len < bytes.len; len += len < 2000 ? 199 : bytes.len / 23)
        assert_true(err_is(open_bytes((Str){copy, len}), "roads.damaged"));
    char *longer = arena_alloc(arena, bytes.len + 8);
    memcpy(longer, copy, bytes.len);
    assert_true(err_is(open_bytes((Str){longer, bytes.len + 8}), "roads.damaged"));
    assert_true(err_is(open_bytes(village()), "roads.damaged"));
    assert_true(err_is(roads_open(arena, path_of("none.mil"), &roads), "file.missing"));
}

/* Behind the eight letters at its head stands the version, a number of four bytes. */
static void a_road_file_of_another_version_or_byte_order_says_so(void **state)
{
    (void)state;
    RoadsReport report;
    opened(village(), &report);
    Str bytes;
    assert_null(file_read(arena, path_of("a.mil"), 1 << 26, &bytes));
    char *copy = arena_copy(arena, bytes.at, bytes.len);
    uint32_t version, other;
    memcpy(&version, copy + 8, sizeof version);
    const uint32_t others[] = {version - 1, version + 1, 0, __builtin_bswap32(version)};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        other = others[i];
        memcpy(copy + 8, &other, sizeof other);
        Err *err = open_bytes((Str){copy, bytes.len});
        assert_true(err_is(err, "roads.version"));
        assert_true(str_find(err->detail, STR("import it again")) < err->detail.len);
        assert_true(str_find(err->detail, i < 3 ? STR("this program reads version") : STR("the other way round")) < err->detail.len);
    }
}

static void files_that_are_no_map_are_refused(void **state)
{
    (void)state;
    RoadsReport report;
    static const char *const bad[] = {"hello", "<osm><node", "<gpx/>", "<osm><way id='1'><nd ref='x'/></way></osm>", "\x1f\x8b\x08garbage"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_null(file_write(arena, path_of("bad.osm"), str_of(bad[i]), 0600));
        assert_true(err_is(roads_import(arena, path_of("bad.osm"), path_of("bad.mil"), NULL, &report), "roads.format"));
    }
    assert_null(file_write(arena, path_of("bad.osm"), STR("<osm></osm>"), 0600));
    assert_true(err_is(roads_import(arena, path_of("bad.osm"), path_of("bad.mil"), NULL, &report), "roads.empty"));
    assert_false(file_exists(path_of("bad.mil")));
}

/* ---- a tiny .osm.pbf, written by hand ---- */

static void put_varint(Buf *out, uint64_t value)
{
    for (; value >= 128; value >>= 7)
        buf_add_char(out, (char)(value | 128));
    buf_add_char(out, (char)value);
}

static void put_bytes(Buf *out, uint64_t number, Str bytes)
{
    put_varint(out, number << 3 | 2);
    put_varint(out, bytes.len);
    buf_add(out, bytes);
}

static void put_number(Buf *out, uint64_t number, uint64_t value)
{
    put_varint(out, number << 3);
    put_varint(out, value);
}

static uint64_t zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static void put_blob(Buf *out, Str type, Str data)
{
    Buf blob = buf_new(arena, 1 << 16), header = buf_new(arena, 1 << 10);
    uLongf len = compressBound(data.len);
    char *packed = arena_alloc(arena, len);
    compress((Bytef *)packed, &len, (const Bytef *)data.at, data.len);
    put_number(&blob, 2, data.len);
    put_bytes(&blob, 3, (Str){packed, len});
    put_bytes(&header, 1, type);
    put_number(&header, 3, blob.len);
    uint8_t size[4] = {0, 0, (uint8_t)(header.len >> 8), (uint8_t)header.len};
    buf_add(out, (Str){(char *)size, 4});
    buf_add(out, buf_str(&header));
    buf_add(out, buf_str(&blob));
}

static Str tiny_pbf(void)
{
    Buf out = buf_new(arena, 1 << 16), head = buf_new(arena, 1 << 10), block = buf_new(arena, 1 << 14);
    Buf words = buf_new(arena, 1 << 10), group = buf_new(arena, 1 << 12), dense = buf_new(arena, 1 << 10);
    put_bytes(&head, 4, STR("OsmSchema-V0.6"));
    put_bytes(&head, 4, STR("DenseNodes"));
    put_blob(&out, STR("OSMHeader"), buf_str(&head));
    put_bytes(&words, 1, STR(""));
    put_bytes(&words, 1, STR("highway"));
    put_bytes(&words, 1, STR("residential"));
    put_bytes(&block, 1, buf_str(&words));
    Buf ids = buf_new(arena, 100), lats = buf_new(arena, 100), lons = buf_new(arena, 100), refs = buf_new(arena, 100);
    for (int i = 0; i < 3; i++) {
        put_varint(&ids, zigzag(1));
        put_varint(&lats, zigzag(i ? 0 : 280000000));
        put_varint(&lons, zigzag(i ? 10000 : 1130000000));
        put_varint(&refs, zigzag(1));
    }
    put_bytes(&dense, 1, buf_str(&ids));
    put_bytes(&dense, 8, buf_str(&lats));
    put_bytes(&dense, 9, buf_str(&lons));
    put_bytes(&group, 2, buf_str(&dense));
    Buf way = buf_new(arena, 1000);
    put_number(&way, 1, 7);
    put_bytes(&way, 2, STR("\x01"));
    put_bytes(&way, 3, STR("\x02"));
    put_bytes(&way, 8, buf_str(&refs));
    put_bytes(&group, 3, buf_str(&way));
    put_bytes(&block, 2, buf_str(&group));
    put_blob(&out, STR("OSMData"), buf_str(&block));
    return buf_str(&out);
}

static void a_pbf_file_gives_the_same_roads(void **state)
{
    (void)state;
    RoadsReport report;
    Str pbf = tiny_pbf();
    Roads *roads = opened(pbf, &report);
    assert_int_equal(report.ways, 1);
    assert_int_equal(report.edges, 1);
    RoadsSnap from = roads_snap(roads, ROADS_VAN, 113.0, 28), to = roads_snap(roads, ROADS_VAN, 113.002, 28);
    RoadsPath path;
    assert_null(roads_route(arena, roads, ROADS_VAN, &from, &to, &path));
    assert_true(fabs((double)path.distance_cm - 19636) < 30);
    for (size_t cut = 1; cut < pbf.len; cut += 3) { /* cut anywhere it is refused or empty, never worse */
        assert_null(file_write(arena, path_of("cut.pbf"), str_slice(pbf, 0, cut), 0600));
        assert_non_null(roads_import(arena, path_of("cut.pbf"), path_of("cut.mil"), NULL, &report));
    }
}

/* What would take more memory or patience than a file of its size may ask for. */
static void blocks_of_absurd_sizes_are_refused(void **state)
{
    (void)state;
    RoadsReport report;
    Buf head = buf_new(arena, 100), none = buf_new(arena, 1 << 20), way = buf_new(arena, 1 << 20), blob = buf_new(arena, 1000), header = buf_new(arena, 1000);
    put_bytes(&head, 4, STR("OsmSchema-V0.6"));
    put_blob(&none, STR("OSMHeader"), buf_str(&head));
    size_t begun = none.len;
    /* a block said to hold 1 GiB */
    put_number(&blob, 2, 1 << 30);
    put_bytes(&blob, 3, STR("xx"));
    put_bytes(&header, 1, STR("OSMData"));
    put_number(&header, 3, blob.len);
    buf_add(&none, ((Str){(char[]){0, 0, 0, (char)header.len}, 4}));
    buf_add(&none, buf_str(&header));
    buf_add(&none, buf_str(&blob));
    assert_null(file_write(arena, path_of("bad.osm"), buf_str(&none), 0600));
    assert_true(err_is(roads_import(arena, path_of("bad.osm"), path_of("bad.mil"), NULL, &report), "roads.format"));
    /* a way of 100,001 places in a few hundred bytes */
    none.len = begun;
    char *refs = arena_alloc(arena, 100001);
    memset(refs, 2, 100001);
    Buf group = buf_new(arena, 1 << 18), block = buf_new(arena, 1 << 18);
    put_number(&way, 1, 7);
    put_bytes(&way, 8, (Str){refs, 100001});
    put_bytes(&group, 3, buf_str(&way));
    put_bytes(&block, 2, buf_str(&group));
    put_blob(&none, STR("OSMData"), buf_str(&block));
    assert_true(none.len < 1000);
    assert_null(file_write(arena, path_of("bad.osm"), buf_str(&none), 0600));
    Err *err = roads_import(arena, path_of("bad.osm"), path_of("bad.mil"), NULL, &report);
    assert_true(err_is(err, "roads.format"));
    assert_true(str_find(err->detail, STR("absurdly long")) < err->detail.len);
    assert_false(file_exists(path_of("bad.mil")));
}

static bool enough(void *arg, const char *doing, double part)
{
    double *last = arg;
    assert_non_null(doing);
    assert_true(part >= *last && part <= 1);
    *last = part;
    return part < 0.4;
}

static void an_import_tells_how_far_it_is_and_ends_when_one_has_enough(void **state)
{
    (void)state;
    RoadsReport report;
    double last = 0;
    RoadsImport listening = {.progress = enough, .arg = &last};
    assert_null(file_write(arena, path_of("a.osm"), village(), 0600));
    unlink(path_of("bad.mil"));
    assert_true(err_is(roads_import(arena, path_of("a.osm"), path_of("bad.mil"), &listening, &report), "roads.cancelled"));
    assert_true(last >= 0.4);
    assert_false(file_exists(path_of("bad.mil")));
}

/* A grid of streets: from corner to corner one drives along two sides. */
static void a_map_knows_how_much_longer_its_roads_are_than_straight_lines(void **state)
{
    (void)state;
    RoadsReport report;
    Roads *roads = opened(village(), &report);
    RoadsDetour van = roads_detour(roads, ROADS_VAN), foot = roads_detour(roads, ROADS_FOOT);
    assert_true(van.trips > 1000 && van.factor > 1.15 && van.factor < 1.45);
    assert_true(foot.factor <= van.factor); /* whoever walks heeds no one-way street */
    assert_true(van.metres_per_second > 7 && van.metres_per_second < 15 && foot.metres_per_second > 1.3 && foot.metres_per_second < 1.5);
    assert_true(report.detour[ROADS_VAN].trips == van.trips);
}

static void a_detour_is_learned_from_trips(void **state)
{
    (void)state;
    RoadsTrip trips[] = {{100000, 140000, 140}, {200000, 280000, 280}, {100, 900000, 1}};
    RoadsDetour detour = roads_fit_detour(trips, 3);
    assert_int_equal(detour.trips, 2);
    assert_true(fabs(detour.factor - 1.4) < 1e-9 && fabs(detour.metres_per_second - 10) < 1e-9);
    assert_true(roads_fit_detour(NULL, 0).factor == 1.35);
}

static int begin_all(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int end_all(void **state)
{
    (void)state;
    static const char *const files[] = {"a.osm", "a.mil", "b.mil", "bad.osm", "cut.pbf"};
    arena = arena_new();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(path_of(files[i]));
    arena_free(arena);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_way_is_as_fast_as_dijkstra_says, begin, end),
        cmocka_unit_test_setup_teardown(a_table_equals_its_single_ways, begin, end),
        cmocka_unit_test_setup_teardown(one_way_streets_and_forbidden_turns_make_a_detour, begin, end),
        cmocka_unit_test_setup_teardown(a_forbidden_entry_holds_for_each_way_to_it, begin, end),
        cmocka_unit_test_setup_teardown(a_turn_forbidden_over_a_way_is_not_made_and_nothing_else_is_forbidden, begin, end),
        cmocka_unit_test_setup_teardown(a_turn_that_is_the_only_one_over_a_way_must_be_made, begin, end),
        cmocka_unit_test_setup_teardown(a_point_far_from_any_road_is_said_to_be_far, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_road_file_does_not_open, begin, end),
        cmocka_unit_test_setup_teardown(a_road_file_of_another_version_or_byte_order_says_so, begin, end),
        cmocka_unit_test_setup_teardown(blocks_of_absurd_sizes_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(an_import_tells_how_far_it_is_and_ends_when_one_has_enough, begin, end),
        cmocka_unit_test_setup_teardown(a_map_knows_how_much_longer_its_roads_are_than_straight_lines, begin, end),
        cmocka_unit_test_setup_teardown(files_that_are_no_map_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_pbf_file_gives_the_same_roads, begin, end),
        cmocka_unit_test_setup_teardown(a_detour_is_learned_from_trips, begin, end),
    };
    return cmocka_run_group_tests(tests, begin_all, end_all);
}
