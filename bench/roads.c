/* Roads measured on a file of one's own: bench/roads FILE.mil [QUERIES]. Random pairs by the hierarchy against plain Dijkstra (every
   time must be equal), a 200 x 200 table, and 200 stops for 8 vehicles with windows and two depots from nothing to a first plan.
   Prints "key value" lines; status 1 when anything differs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solve/roads/roads.h"
#include "solve/route/route.h"

static uint64_t state = 7;

static uint64_t next(void) /* splitmix64 */
{
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Somewhere in the region, at most 300 m from a road. */
static RoadsSnap somewhere(const Roads *roads, RoadsProfile profile, RoadsPoint *point)
{
    RoadsBox box = roads_box(roads);
    for (;;) {
        double x = (double)(next() >> 11) * 0x1p-53, y = (double)(next() >> 11) * 0x1p-53;
        *point = (RoadsPoint){box.west + x * (box.east - box.west), box.south + y * (box.north - box.south)};
        RoadsSnap snap = roads_snap(roads, profile, point->lon, point->lat);
        if (snap.edge >= 0 && !snap.far)
            return snap;
    }
}

static int queries(const Roads *roads, int len)
{
    Arena *arena = arena_new();
    RoadsSnap *ends = NEW_ARRAY(arena, RoadsSnap, 2 * (size_t)len);
    RoadsPath *paths = NEW_ARRAY(arena, RoadsPath, (size_t)len);
    RoadsPoint unused;
    int wrong = 0, none = 0;
    for (int i = 0; i < 2 * len; i++)
        ends[i] = somewhere(roads, (RoadsProfile)(i / 2 % ROADS_PROFILES), &unused);
    double begun = seconds();
    Arena *lines = arena_new();
    for (int i = 0; i < len; i++) {
        if (roads_route(lines, roads, (RoadsProfile)(i % ROADS_PROFILES), &ends[2 * i], &ends[2 * i + 1], &paths[i]))
            paths[i].time_ms = ROADS_NONE;
        if (i % 100 == 99)
            arena_reset(lines);
    }
    double route = seconds() - begun;
    begun = seconds();
    int32_t *times = NEW_ARRAY(arena, int32_t, (size_t)len);
    for (int i = 0; i < len; i++)
        roads_table(arena, roads, (RoadsProfile)(i % ROADS_PROFILES), &ends[2 * i], 1, &ends[2 * i + 1], 1, &times[i], NULL, NULL);
    double single = seconds() - begun;
    begun = seconds();
    for (int i = 0; i < len; i++) {
        int64_t truth = roads_dijkstra(arena, roads, (RoadsProfile)(i % ROADS_PROFILES), &ends[2 * i], &ends[2 * i + 1]);
        wrong += truth != paths[i].time_ms || truth != times[i];
        none += truth == ROADS_NONE;
    }
    printf("queries %d\nroute_us %.1f\ntime_us %.1f\ndijkstra_us %.1f\nwithout_a_way %d\nnot_equal_to_dijkstra %d\n", len, 1e6 * route / len,
           1e6 * single / len, 1e6 * (seconds() - begun) / len, none, wrong);
    arena_free(lines);
    arena_free(arena);
    return wrong;
}

static void table(const Roads *roads)
{
    enum { N = 200 };
    static RoadsSnap at[N];
    static int32_t time_ms[N * N], cm[N * N];
    RoadsPoint unused;
    Arena *arena = arena_new();
    for (int i = 0; i < N; i++)
        at[i] = somewhere(roads, ROADS_VAN, &unused);
    double begun = seconds();
    Err *err = roads_table(arena, roads, ROADS_VAN, at, N, at, N, time_ms, cm, NULL);
    printf("table_200_s %.4f\n", err ? -1 : seconds() - begun);
    arena_free(arena);
}

enum { POINTS = 202, STOPS = 200, VEHICLES = 8 };

/* 200 stops of 20 to 100 kg, most with a window of two hours, two depots with four vans each; as the page plans: tables by road, first plan. */
static int first_plan(const Roads *roads, double until)
{
    static int32_t time_s[POINTS * POINTS], metres[POINTS * POINTS];
    static RouteStop stops[STOPS];
    static RouteWindow windows[STOPS];
    static RouteVehicle vehicles[VEHICLES];
    static RoadsPoint at[POINTS];
    Arena *arena = arena_new();
    RoadsSnap snaps[POINTS];
    double x[POINTS], y[POINTS];
    for (int i = 0; i < POINTS; i++)
        snaps[i] = somewhere(roads, ROADS_VAN, &at[i]);
    double begun = seconds();
    for (int i = 0; i < POINTS; i++)
        snaps[i] = roads_snap(roads, ROADS_VAN, at[i].lon, at[i].lat);
    Err *err = roads_table(arena, roads, ROADS_VAN, snaps, POINTS, snaps, POINTS, time_s, metres, NULL);
    double table = seconds() - begun;
    for (int i = 0; i < POINTS * POINTS && !err; i++) {
        time_s[i] = time_s[i] == ROADS_NONE ? INT32_MAX : (time_s[i] + 500) / 1000;
        metres[i] = metres[i] == ROADS_NONE ? INT32_MAX : (metres[i] + 50) / 100;
    }
    for (int i = 0; i < POINTS; i++)
        x[i] = at[i].lon * 0.64, y[i] = at[i].lat;
    for (int i = 0; i < STOPS; i++) {
        stops[i] = (RouteStop){.place = 2 + i, .pair = -1, .vehicle = -1, .setup = 60, .service = 60, .delivery = {20000 + (int64_t)(next() % 81) * 1000}};
        windows[i].from = 6 * 3600 + (int64_t)(next() % 7) * 3600;
        windows[i].to = windows[i].from + 7200;
        if (next() % 4)
            stops[i].windows = &windows[i], stops[i].window_len = 1;
    }
    for (int i = 0; i < VEHICLES; i++)
        vehicles[i] = (RouteVehicle){.start = i % 2, .end = i % 2, .capacity = {2000000}, .shift = {5 * 3600, 17 * 3600}, .max_duration = ROUTE_NEVER,
                                     .max_travel = ROUTE_NEVER, .max_distance = ROUTE_NEVER, .max_stops = INT32_MAX, .time_price = 1000000,
                                     .distance_price = 100000, .speed_ppm = 1000000, .trips = 1};
    RouteProfile profile = {.time = time_s, .distance = metres};
    RouteProblem problem = {.dims = 1, .place_len = POINTS, .x = x, .y = y, .profiles = &profile, .profile_len = 1, .stops = stops, .stop_len = STOPS,
                            .vehicles = vehicles, .vehicle_len = VEHICLES};
    RoutePlan plan = {0};
    RouteFaults faults = {0};
    RouteOptions options = {.seconds = until, .seed = 1};
    begun = seconds();
    if (!err)
        err = route_solve(arena, &problem, &options, &plan);
    double solve = seconds() - begun;
    if (!err)
        route_check_plan(arena, &problem, &plan, &faults);
    printf("plan_table_s %.3f\nplan_first_s %.3f\nplan_left_out %zu\nplan_vehicles %zu\nplan_km %.1f\nplan_hours %.1f\nplan_faults %zu\n", table, solve,
           plan.left_out_len, plan.line_len, (double)plan.distance / 1000, (double)plan.travel / 3600, faults.len);
    if (err)
        fprintf(stderr, "plan: %s %.*s\n", err->code, STR_ARG(err->detail));
    arena_free(arena);
    return err || faults.len;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    Roads *roads;
    int wanted = argc > 2 ? atoi(argv[2]) : 10000;
    if (argc < 2 || wanted < 1) {
        fputs("usage: roads FILE.mil [QUERIES]\n", stderr);
        return 2;
    }
    Err *err = roads_open(arena, argv[1], &roads);
    if (err) {
        fprintf(stderr, "%s: %s\n", argv[1], err->code);
        return 1;
    }
    int wrong = queries(roads, wanted);
    table(roads);
    wrong += first_plan(roads, 0.25); /* as long as the page lets one wait */
    arena_free(arena);
    return wrong > 0;
}
