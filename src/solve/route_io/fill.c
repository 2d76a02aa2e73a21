/* Matrices for problems that give only coordinates. */
#include <math.h>

#include "solve/roads/roads.h"
#include "solve/route_io/route_io.h"

/* Mean detour of rural roads against the straight line, and a rural mean speed; see docs/performance-routing.md. */
#define DETOUR 1.35
#define METRES_PER_SECOND (40 / 3.6)
#define EARTH_METRES 6371008.8

static double straight(const double a[2], const double b[2])
{
    double degree = M_PI / 180, dlat = (b[1] - a[1]) * degree / 2, dlon = (b[0] - a[0]) * degree / 2;
    double h = sin(dlat) * sin(dlat) + cos(a[1] * degree) * cos(b[1] * degree) * sin(dlon) * sin(dlon);
    return 2 * EARTH_METRES * asin(fmin(1, sqrt(h)));
}

static void estimate(Arena *arena, RouteJson *json, RouteProfile *profiles)
{
    size_t n = json->place_len;
    int32_t *time = NEW_ARRAY(arena, int32_t, n * n + 1), *distance = NEW_ARRAY(arena, int32_t, n * n + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double metres = straight(json->lon_lat[i], json->lon_lat[j]) * DETOUR;
            distance[i * n + j] = (int32_t)lround(metres);
            time[i * n + j] = (int32_t)lround(metres / METRES_PER_SECOND);
        }
    for (size_t p = 0; p < json->problem.profile_len; p++)
        profiles[p] = (RouteProfile){.time = time, .distance = distance};
    json->estimated = "straight lines x 1.35 at 40 km/h, not roads";
}

/* Times in seconds and distances in metres along roads. */
static Err *by_roads(Arena *arena, RouteJson *json, const char *path, RouteProfile *profiles)
{
    Roads *roads;
    size_t n = json->place_len;
    TRY(roads_open(arena, path, &roads));
    RoadsSnap *at = NEW_ARRAY(arena, RoadsSnap, n + 1);
    for (size_t f = 0; f < json->problem.profile_len; f++) {
        RoadsProfile kind;
        if (!roads_profile_find(json->profile_names[f], &kind))
            return err_detail(arena, ERR_INVALID, "route.json", "profile \"%.*s\" is none of van, truck, tractor, bike, foot",
                              STR_ARG(json->profile_names[f]));
        for (size_t i = 0; i < n; i++)
            at[i] = roads_snap(roads, kind, json->lon_lat[i][0], json->lon_lat[i][1]);
        int32_t *time = NEW_ARRAY(arena, int32_t, n * n + 1), *distance = NEW_ARRAY(arena, int32_t, n * n + 1);
        TRY(roads_table(arena, roads, kind, at, n, at, n, time, distance, NULL));
        for (size_t i = 0; i < n * n; i++) { /* ROADS_NONE stays: no road */
            time[i] = time[i] == ROADS_NONE ? INT32_MAX : (time[i] + 500) / 1000;
            distance[i] = distance[i] == ROADS_NONE ? INT32_MAX : (distance[i] + 50) / 100;
        }
        profiles[f] = (RouteProfile){.time = time, .distance = distance};
    }
    return NULL;
}

Err *route_fill_matrix(Arena *arena, RouteJson *json, const char *roads_path)
{
    RouteProfile *profiles = NEW_ARRAY(arena, RouteProfile, json->problem.profile_len + 1);
    if (roads_path)
        TRY(by_roads(arena, json, roads_path, profiles));
    else
        estimate(arena, json, profiles);
    json->problem.profiles = profiles;
    json->needs_matrix = false;
    return route_check_problem(arena, &json->problem);
}
