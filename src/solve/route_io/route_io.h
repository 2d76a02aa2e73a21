/* Problems and plans in the formats people have: VROOM's JSON, and the files of the public instances. */
#pragma once
#include "solve/roads/roads.h"
#include "solve/route/route.h"

enum { ROUTE_FILE_BYTES_MAX = 64 * 1024 * 1024, ROUTE_JSON_BYTES_MAX = 64 * 1024 * 1024 };

typedef enum RouteFormat {
    ROUTE_VRPLIB,  /* CVRP of CVRPLIB: rounded Euclidean distances */
    ROUTE_SOLOMON, /* windows; distances unrounded */
    ROUTE_LILIM,   /* pickups and deliveries with windows; fewest vehicles first; distances unrounded */
    ROUTE_PYVRP,   /* VRPLIB with PyVRP's sections: depots, skills by vehicle, durations; costs and times x 1000 */
} RouteFormat;

/* A public instance. Its stops are numbered as its .sol files number them. */
typedef struct RouteFile {
    RouteProblem problem;
    RouteFormat format;
    int64_t unit;          /* of cost and time: so many stand for 1 in the file */
    const int32_t *label;  /* by stop: its number in a .sol file */
} RouteFile;

bool route_format(Str name, RouteFormat *out); /* vrplib, solomon, lilim, pyvrp */

/* Codes: route.file (arg "line": what and where), and those of route_check_problem. */
Err *route_read_file(Arena *arena, RouteFormat format, Str text, RouteFile *out);

/* CVRPLIB's solution file: "Route #1: 4 2 7", ..., "Cost 784". */
void route_write_sol(Buf *out, const RouteFile *file, const RoutePlan *plan);
/* By vehicle, the stops in order. "Route #k" is vehicle k; further routes, unknown stops and a stated cost that is not that of the routes
   (where costs are whole numbers) are route.file. */
Err *route_read_sol(Arena *arena, const RouteFile *file, Str text, int32_t ***sequences, size_t **lens);

/* ---- VROOM's JSON (API documentation of VROOM 1.14) ---- */

typedef struct RouteName {
    Str id;          /* a number as it is written again; a text has a quote before it */
    Str description; /* empty: none */
    const char *type; /* job, pickup, delivery */
} RouteName;

/* A trip that was driven: what straight lines lack is learned from it when there are no roads. */
typedef struct RouteTrip {
    int32_t profile; /* -1: of none that a vehicle here has */
    RoadsTrip trip;
} RouteTrip;

typedef struct RouteGround { /* where the places of one profile are on the roads */
    RoadsProfile kind;
    RoadsSnap *at;           /* by place; NULL without roads */
} RouteGround;

typedef struct RouteJson {
    RouteProblem problem;
    RouteName *stop_name;      /* by stop */
    RouteName *vehicle_name;   /* by vehicle */
    RouteName **breaks;        /* by vehicle, by break */
    int64_t cost_unit;         /* internal costs in one of the user's */
    size_t place_len;
    double (*lon_lat)[2];      /* by place; NAN when unknown */
    int32_t *index;            /* by place: its location_index, or -1 */
    const Str *profile_names;  /* by profile */
    bool needs_matrix;         /* coordinates only: the caller fills profiles (time, distance) before solving */
    const RouteTrip *trips;
    size_t trip_len;
    bool geometry;             /* the line of each round is asked for: "options": {"g": true} */
    Roads *roads;              /* set by route_fill_matrix, with what follows; NULL: none */
    RouteGround *grounds;      /* by profile */
    Str *warnings;             /* places far from any road; the first 100 */
    size_t warning_len;
    const char *estimated;     /* how distances were estimated when not from roads or matrices, for the answer; NULL: not */
} RouteJson;

/* Codes: route.json (arg "where": path in the document, detail says what is wrong there), route.size. */
Err *route_read_json(Arena *arena, Str text, RouteJson *out);
/* Fills the matrices of a problem that has coordinates only: by roads (a file of `millet import roads`), or when roads_path
   is NULL by straight lines times a detour learned from the problem's "trips" (1.35 without any), said so in estimated. A place that no
   road comes near is reached by straight lines with the map's own detour, and named in warnings. */
Err *route_fill_matrix(Arena *arena, RouteJson *json, const char *roads_path);
void route_write_json(Buf *out, const RouteJson *json, const RoutePlan *plan);
/* Reads a solution back, ours or VROOM's, for checking. Numbers VROOM does not state are taken from the plan's own sums. */
Err *route_read_solution(Arena *arena, const RouteJson *json, Str text, RoutePlan *out);
