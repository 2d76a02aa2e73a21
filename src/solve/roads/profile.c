/* Profiles as data. Speeds are what one drives on average on such a road outside towns, limits and surfaces only lower them.
   Highway, access, surface and tracktype values as the OpenStreetMap wiki defines them. */
#include "solve/roads/profile.h"

#include <stdlib.h>
#include <string.h>

typedef struct HighwayRow {
    const char *value;
    uint8_t kind;
    uint8_t speed[ROADS_PROFILES]; /* van, truck, tractor, bike, foot; 0: only where access tags allow it */
} HighwayRow;

static const HighwayRow highways[] = {
    {"motorway", 0, {110, 80, 0, 0, 0}},      {"motorway_link", 0, {55, 45, 0, 0, 0}},
    {"trunk", 1, {85, 75, 35, 0, 0}},         {"trunk_link", 1, {45, 40, 30, 0, 0}},
    {"primary", 2, {70, 60, 35, 16, 5}},      {"primary_link", 2, {40, 35, 30, 16, 5}},
    {"secondary", 3, {62, 55, 35, 17, 5}},    {"secondary_link", 3, {38, 33, 28, 17, 5}},
    {"tertiary", 4, {52, 46, 32, 18, 5}},     {"tertiary_link", 4, {33, 30, 25, 18, 5}},
    {"unclassified", 5, {42, 36, 30, 18, 5}}, {"road", 5, {35, 30, 25, 16, 5}},
    {"residential", 5, {28, 24, 22, 17, 5}},  {"living_street", 6, {10, 10, 10, 12, 5}},
    {"service", 6, {17, 14, 14, 15, 5}},      {"track", 6, {14, 11, 18, 13, 5}},
    {"pedestrian", 7, {0, 0, 0, 7, 5}},       {"cycleway", 7, {0, 0, 0, 18, 5}},
    {"path", 7, {0, 0, 0, 12, 4}},            {"footway", 7, {0, 0, 0, 6, 5}},
    {"bridleway", 7, {0, 0, 0, 9, 4}},        {"steps", 7, {0, 0, 0, 0, 2}},
};

typedef struct SurfaceRow {
    const char *key, *value;
    uint8_t most[ROADS_PROFILES]; /* km/h at most */
} SurfaceRow;

static const SurfaceRow surfaces[] = {
    {"surface", "compacted", {45, 35, 30, 16, 5}},    {"surface", "fine_gravel", {40, 30, 28, 15, 5}},
    {"surface", "gravel", {32, 25, 25, 12, 5}},       {"surface", "unpaved", {30, 22, 25, 12, 5}},
    {"surface", "ground", {22, 15, 20, 11, 4}},       {"surface", "dirt", {20, 13, 20, 11, 4}},
    {"surface", "earth", {20, 13, 20, 11, 4}},        {"surface", "grass", {12, 8, 15, 8, 4}},
    {"surface", "sand", {12, 8, 12, 6, 4}},           {"surface", "mud", {8, 5, 12, 5, 3}},
    {"surface", "cobblestone", {25, 22, 20, 10, 5}},  {"surface", "sett", {32, 28, 25, 13, 5}},
    {"surface", "pebblestone", {22, 18, 18, 9, 4}},   {"tracktype", "grade1", {35, 28, 28, 17, 5}},
    {"tracktype", "grade2", {25, 20, 24, 14, 5}},     {"tracktype", "grade3", {16, 12, 20, 11, 5}},
    {"tracktype", "grade4", {10, 7, 16, 9, 4}},       {"tracktype", "grade5", {7, 5, 12, 7, 4}},
    {"smoothness", "bad", {30, 22, 22, 12, 5}},       {"smoothness", "very_bad", {15, 10, 15, 8, 4}},
    {"smoothness", "horrible", {8, 5, 12, 5, 4}},     {"smoothness", "very_horrible", {0, 0, 8, 0, 3}},
    {"smoothness", "impassable", {0, 0, 0, 0, 3}},
};

/* The tags that say who may use a road, from the general to the special: the last one present counts. */
static const char *const access_keys[ROADS_PROFILES][5] = {
    [ROADS_VAN] = {"access", "vehicle", "motor_vehicle", "motorcar", "goods"}, /* goods: up to 3.5 t */
    [ROADS_TRUCK] = {"access", "vehicle", "motor_vehicle", "hgv", NULL},
    [ROADS_TRACTOR] = {"access", "vehicle", "motor_vehicle", "agricultural", NULL},
    [ROADS_BIKE] = {"access", "vehicle", "bicycle", NULL, NULL},
    [ROADS_FOOT] = {"access", "foot", NULL, NULL, NULL},
};

/* What a traveller measures: where less is allowed it does not pass. Metres and tonnes. */
static const struct {
    const char *key;
    double own[ROADS_PROFILES];
} sizes[] = {
    {"maxheight", {2.7, 3.4, 3.2, 1.9, 0}},
    {"maxwidth", {2.1, 2.5, 2.5, 1.0, 0}},
    {"maxlength", {6.0, 8.5, 11.0, 2.5, 0}},
    {"maxweight", {3.5, 7.5, 9.0, 0.3, 0}},
    {"maxweightrating", {3.5, 7.5, 0, 0, 0}}, /* by papers; signs that a farm vehicle is not meant by */
};

static const char *const names[ROADS_PROFILES] = {"van", "truck", "tractor", "bike", "foot"};
static const struct {
    const char *name;
    RoadsProfile profile;
} other_names[] = {{"car", ROADS_VAN},      {"driving", ROADS_VAN}, {"driving-car", ROADS_VAN}, {"auto", ROADS_VAN},
                   {"hgv", ROADS_TRUCK},    {"driving-hgv", ROADS_TRUCK}, {"bicycle", ROADS_BIKE}, {"cycling", ROADS_BIKE},
                   {"cycling-regular", ROADS_BIKE}, {"walking", ROADS_FOOT}, {"foot-walking", ROADS_FOOT}, {"pedestrian", ROADS_FOOT}};

const char *roads_profile_name(RoadsProfile profile)
{
    return names[profile];
}

bool roads_profile_find(Str name, RoadsProfile *out)
{
    for (int p = 0; p < ROADS_PROFILES; p++)
        if (str_eq(name, str_of(names[p]))) {
            *out = (RoadsProfile)p;
            return true;
        }
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (str_eq(name, str_of(other_names[i].name))) {
            *out = other_names[i].profile;
            return true;
        }
    return false;
}

typedef enum Access { ACCESS_SILENT, ACCESS_NO, ACCESS_YES } Access;

static bool one_of(Str value, const char *const *list)
{
    for (; *list; list++)
        if (str_eq(value, str_of(*list)))
            return true;
    return false;
}

static Access access_one(Str value, RoadsProfile profile)
{
    static const char *const yes[] = {"yes", "permissive", "designated", "destination", "customers", "delivery",
                                      "official", "residents", "permit", NULL};
    static const char *const no[] = {"no", "private", "military", "use_sidepath", "dismount", "emergency", "psv", "bus", "taxi", NULL};
    static const char *const farm[] = {"agricultural", "forestry", NULL};
    if (one_of(value, farm))
        return profile == ROADS_TRACTOR ? ACCESS_YES : ACCESS_NO;
    if (one_of(value, yes))
        return ACCESS_YES;
    return one_of(value, no) ? ACCESS_NO : ACCESS_SILENT;
}

/* "agricultural;delivery": whoever is meant by one of them may. */
static Access access_word(Str value, RoadsProfile profile)
{
    Access access = ACCESS_SILENT;
    while (value.len > 0) {
        Str word, rest;
        str_cut(value, ';', &word, &rest);
        Access said = access_one(str_trim(word), profile);
        access = said > access ? said : access;
        value = rest;
    }
    return access;
}

static Access access_of(const OsmElement *element, RoadsProfile profile)
{
    Access access = ACCESS_SILENT;
    for (int i = 0; i < 5 && access_keys[profile][i]; i++) {
        Access said = access_word(osm_tag(element, access_keys[profile][i]), profile);
        access = said == ACCESS_SILENT ? access : said;
    }
    return access;
}

/* "50", "30 mph", "walk", "DE:urban"; 0 when it does not say. */
static int limit_of(Str value)
{
    if (str_eq(value, STR("walk")) || str_ends(value, STR(":living_street")))
        return 7;
    if (str_ends(value, STR(":urban")))
        return 50;
    int number = 0;
    size_t i = 0;
    for (; i < value.len && i < 3 && value.at[i] >= '0' && value.at[i] <= '9'; i++)
        number = number * 10 + value.at[i] - '0';
    return str_ends(value, STR("mph")) ? number * 8 / 5 : number;
}

/* "3.5", "3.5 t", "7,5", "2.2 m"; -1 when it does not say, or in feet, pounds or words. */
static double size_of(Str value)
{
    double number = 0, part = 1;
    size_t i = 0;
    for (; i < value.len && i < 6 && ((value.at[i] >= '0' && value.at[i] <= '9') || value.at[i] == '.' || value.at[i] == ','); i++) {
        if (value.at[i] == '.' || value.at[i] == ',')
            part = part < 1 ? part : 0.1;
        else if (part < 1)
            number += part * (value.at[i] - '0'), part /= 10;
        else
            number = number * 10 + (value.at[i] - '0');
    }
    Str unit = str_trim(str_slice(value, i, value.len));
    bool known = unit.len == 0 || str_eq(unit, STR("t")) || str_eq(unit, STR("m"));
    return i > 0 && known ? number : -1;
}

static bool fits(const OsmElement *element, RoadsProfile profile)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        double most = size_of(osm_tag(element, sizes[i].key));
        if (most >= 0 && most < sizes[i].own[profile] - 1e-6)
            return false;
    }
    return true;
}

static int lower(int a, int b)
{
    return a < b ? a : b;
}

static int base_speed(const OsmElement *way, const HighwayRow *row, RoadsProfile profile)
{
    Access access = access_of(way, profile);
    int speed = row->speed[profile];
    bool motorroad = str_eq(osm_tag(way, "motorroad"), STR("yes")) && profile >= ROADS_TRACTOR; /* nothing slow */
    if (access == ACCESS_NO || motorroad || !fits(way, profile))
        return 0;
    if (speed == 0 && access == ACCESS_YES && profile != ROADS_FOOT && strcmp(row->value, "steps") != 0)
        speed = profile == ROADS_BIKE ? 12 : 10; /* a footway or path opened to this traveller */
    if (speed == 0 && access == ACCESS_YES && profile == ROADS_FOOT)
        speed = 5;
    for (size_t i = 0; i < sizeof surfaces / sizeof *surfaces; i++)
        if (str_eq(osm_tag(way, surfaces[i].key), str_of(surfaces[i].value)))
            speed = lower(speed, surfaces[i].most[profile]);
    Str own_limit = profile == ROADS_TRUCK ? osm_tag(way, "maxspeed:hgv") : (Str){0};
    int limit = limit_of(own_limit.len ? own_limit : osm_tag(way, "maxspeed"));
    if (limit > 0 && profile <= ROADS_TRACTOR)
        speed = lower(speed, limit * 9 / 10 > 1 ? limit * 9 / 10 : 1); /* one drives a little below the limit */
    return speed;
}

/* 1: forward only, -1: backward only, 0: both. */
static int one_way(const OsmElement *way, const HighwayRow *row, RoadsProfile profile)
{
    Str value = osm_tag(way, "oneway");
    if (profile == ROADS_FOOT)
        return 0;
    if (profile == ROADS_BIKE) {
        if (str_eq(osm_tag(way, "oneway:bicycle"), STR("no")) || str_starts(osm_tag(way, "cycleway"), STR("opposite")) ||
            str_starts(osm_tag(way, "cycleway:left"), STR("opposite")) || str_starts(osm_tag(way, "cycleway:right"), STR("opposite")))
            return 0;
    }
    if (str_eq(value, STR("yes")) || str_eq(value, STR("true")) || str_eq(value, STR("1")))
        return 1;
    if (str_eq(value, STR("-1")) || str_eq(value, STR("reverse")))
        return -1;
    if (str_eq(value, STR("no")))
        return 0;
    Str junction = osm_tag(way, "junction");
    bool round = str_eq(junction, STR("roundabout")) || str_eq(junction, STR("circular"));
    return round || strcmp(row->value, "motorway") == 0 ? 1 : 0;
}

static bool ferry_speeds(const OsmElement *way, WaySpeed *out)
{
    static const HighwayRow ferry = {"ferry", 5, {10, 10, 0, 10, 10}};
    if (!str_eq(osm_tag(way, "route"), STR("ferry")))
        return false;
    bool any = false;
    out->kind = ferry.kind;
    for (int p = 0; p < ROADS_PROFILES; p++) {
        bool motor = p <= ROADS_TRACTOR && access_of(way, (RoadsProfile)p) != ACCESS_YES;
        out->forward[p] = out->backward[p] = motor || access_of(way, (RoadsProfile)p) == ACCESS_NO ? 0 : ferry.speed[p];
        any |= out->forward[p] > 0;
    }
    return any;
}

bool way_speeds(const OsmElement *way, WaySpeed *out)
{
    *out = (WaySpeed){0};
    Str highway = osm_tag(way, "highway");
    if (highway.len == 0)
        return ferry_speeds(way, out);
    if (str_eq(osm_tag(way, "area"), STR("yes")))
        return false;
    const HighwayRow *row = NULL;
    for (size_t i = 0; i < sizeof highways / sizeof *highways && !row; i++)
        if (str_eq(highway, str_of(highways[i].value)))
            row = &highways[i];
    if (!row)
        return false;
    bool any = false;
    out->kind = row->kind;
    for (int p = 0; p < ROADS_PROFILES; p++) {
        int speed = base_speed(way, row, (RoadsProfile)p), direction = one_way(way, row, (RoadsProfile)p);
        out->forward[p] = direction < 0 ? 0 : (uint8_t)speed;
        out->backward[p] = direction > 0 ? 0 : (uint8_t)speed;
        any |= speed > 0;
    }
    return any;
}

unsigned node_blocks(const OsmElement *node)
{
    static const char *const motor[] = {"bollard", "block", "cycle_barrier", "jersey_barrier", "motorcycle_barrier", "chain",
                                        "planter", "log", "debris", "bus_trap", "sump_buster", NULL};
    static const char *const walkers[] = {"stile", "kissing_gate", "turnstile", "full-height_turnstile", NULL};
    Str barrier = osm_tag(node, "barrier");
    unsigned blocks = 0, all_motor = 1u << ROADS_VAN | 1u << ROADS_TRUCK | 1u << ROADS_TRACTOR;
    if (barrier.len == 0)
        return 0;
    if (one_of(barrier, motor))
        blocks = all_motor;
    if (one_of(barrier, walkers))
        blocks = all_motor | 1u << ROADS_BIKE;
    if (str_eq(osm_tag(node, "locked"), STR("yes")))
        blocks = (1u << ROADS_PROFILES) - 1;
    for (int p = 0; p < ROADS_PROFILES; p++) {
        Access access = access_of(node, (RoadsProfile)p);
        if (access == ACCESS_YES)
            blocks &= ~(1u << p);
        if (access == ACCESS_NO || !fits(node, (RoadsProfile)p))
            blocks |= 1u << p;
    }
    return blocks;
}

unsigned restriction_binds(const OsmElement *relation)
{
    unsigned binds = 1u << ROADS_VAN | 1u << ROADS_TRUCK | 1u << ROADS_TRACTOR | 1u << ROADS_BIKE;
    Str except = osm_tag(relation, "except");
    Str own = osm_tag(relation, "restriction:hgv");
    if (osm_tag(relation, "restriction").len == 0)
        return own.len ? 1u << ROADS_TRUCK : 0;
    if (str_find(except, STR("bicycle")) != SIZE_MAX)
        binds &= ~(1u << ROADS_BIKE);
    if (str_find(except, STR("motorcar")) != SIZE_MAX || str_find(except, STR("motor_vehicle")) != SIZE_MAX)
        binds &= ~(1u << ROADS_VAN);
    if (str_find(except, STR("hgv")) != SIZE_MAX || str_find(except, STR("motor_vehicle")) != SIZE_MAX)
        binds &= ~(1u << ROADS_TRUCK);
    if (str_find(except, STR("agricultural")) != SIZE_MAX || str_find(except, STR("motor_vehicle")) != SIZE_MAX)
        binds &= ~(1u << ROADS_TRACTOR);
    return binds;
}
