/* Real roads without any outside service: OpenStreetMap files become one memory-mapped road file with a contraction hierarchy
   for each kind of traveller; tables, routes and snapping read it. A pure library.

   Distances are centimetres, times milliseconds, longitudes and latitudes degrees. */
#pragma once
#include "base/base.h"

typedef enum RoadsProfile { ROADS_VAN, ROADS_TRUCK, ROADS_TRACTOR, ROADS_BIKE, ROADS_FOOT, ROADS_PROFILES } RoadsProfile;

enum {
    ROADS_POINTS_MAX = 5000,      /* of one side of a table */
    ROADS_FAR_CM = 30000,         /* a point further from any road than this deserves a warning */
};
#define ROADS_NONE INT32_MAX      /* no way there */

const char *roads_profile_name(RoadsProfile profile);           /* "van", "truck", "tractor", "bike", "foot" */
bool roads_profile_find(Str name, RoadsProfile *out);           /* also VROOM's and OSRM's "car", "driving", "hgv", "bicycle" */

typedef struct RoadsDetour {
    double factor; /* road distance = straight x factor */
    double metres_per_second;
    size_t trips;  /* learned from; 0: nothing was there to learn from */
} RoadsDetour;

/* ---- import ---- */

typedef struct RoadsReport {
    int64_t ways, nodes, restrictions, restrictions_kept; /* read; kept: those whose ways and nodes are all in the file */
    int64_t junctions, edges;
    int64_t connected[ROADS_PROFILES]; /* edges in the largest connected part */
    int64_t shortcuts[ROADS_PROFILES];
    RoadsDetour detour[ROADS_PROFILES];  /* of this map */
    int64_t file_bytes;
    double seconds;                    /* CPU */
} RoadsReport;

typedef struct RoadsImport {
    bool (*progress)(void *arg, const char *doing, double part); /* false cancels (roads.cancelled); NULL: none */
    void *arg;
} RoadsImport;

/* Reads .osm, .osm.gz or .osm.pbf (told apart by content) and writes the road file whole or not at all. Codes: file.missing,
   file.unreadable, disk.full, roads.format (not an OSM file, or a damaged one: detail says where), roads.size (more than
   20 million road nodes), roads.empty (no road in it), roads.cancelled. */
Err *roads_import(Arena *arena, const char *osm_path, const char *out_path, const RoadsImport *options, RoadsReport *report);

/* ---- using a road file ---- */

typedef struct Roads Roads;

/* Maps the file; it stays mapped until the arena is reset. Codes: file.missing, file.unreadable, roads.version (made by another
   version, or where numbers are written the other way round: import again), roads.damaged (checksum). */
Err *roads_open(Arena *arena, const char *path, Roads **out);

typedef struct RoadsBox {
    double west, south, east, north;
} RoadsBox;
RoadsBox roads_box(const Roads *roads);

typedef struct RoadsSnap {
    int32_t edge;      /* -1: no road of this profile within 20 km */
    double part;       /* 0 at the edge's first end, 1 at its last */
    double lon, lat;   /* on the road */
    int64_t away_cm;   /* straight from the point */
    bool far;          /* further than ROADS_FAR_CM: worth a warning */
} RoadsSnap;

/* The nearest road in the largest connected part of the profile. */
RoadsSnap roads_snap(const Roads *roads, RoadsProfile profile, double lon, double lat);

/* Fastest times and the distances along those ways, from_len x to_len numbers row by row; ROADS_NONE where no way leads. Either
   may be NULL. Codes: roads.size, roads.cancelled. */
Err *roads_table(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, size_t from_len,
                 const RoadsSnap *to, size_t to_len, int32_t *time_ms, int32_t *distance_cm, const RoadsImport *watch);

typedef struct RoadsPoint {
    double lon, lat;
} RoadsPoint;

typedef struct RoadsPath {
    int64_t time_ms, distance_cm;
    RoadsPoint *points;
    size_t len;
} RoadsPath;

/* The fastest way. roads.no_way when there is none. */
Err *roads_route(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, const RoadsSnap *to,
                 RoadsPath *out);
/* The same time by Dijkstra's algorithm on the plain network: the oracle of tests and benchmarks. ROADS_NONE: no way. */
int64_t roads_dijkstra(Arena *arena, const Roads *roads, RoadsProfile profile, const RoadsSnap *from, const RoadsSnap *to);

/* Roads inside a box, for drawing a map: calls each with its points until it returns false. kind: 0 largest (motorway) .. 7
   smallest (path). */
void roads_draw(const Roads *roads, RoadsBox box, int smallest_kind,
                bool (*each)(void *arg, int kind, const RoadsPoint *points, size_t len), void *arg);

/* ---- without roads ---- */

double roads_straight_cm(double lon1, double lat1, double lon2, double lat2); /* haversine on the mean Earth radius */

/* What is usual in the country: 1.35, and this traveller's mean speed. */
RoadsDetour roads_usual_detour(RoadsProfile profile);
/* As this map has it, learned at its import: for places beyond its border. */
RoadsDetour roads_detour(const Roads *roads, RoadsProfile profile);
typedef struct RoadsTrip {
    double straight_cm, distance_cm, seconds;
} RoadsTrip;
/* Least squares through the origin; trips shorter than 200 m or absurd (factor outside 1..5, speed outside 1..40 m/s) are not
   used; without any it is the usual one of a van. The honest fallback: whoever plans with it says so. */
RoadsDetour roads_fit_detour(const RoadsTrip *trips, size_t len);
