/* What straight lines lack against roads: learned by least squares, from a map or from trips that were driven. */
#include "solve/roads/file.h"

enum { LEARN_POINTS = 64 };

RoadsDetour roads_usual_detour(RoadsProfile profile)
{
    static const double speeds[ROADS_PROFILES] = {40 / 3.6, 9.5, 6.5, 4.2, 1.3};
    return (RoadsDetour){1.35, speeds[profile], 0};
}

RoadsDetour roads_fit_detour(const RoadsTrip *trips, size_t len)
{
    RoadsDetour out = roads_usual_detour(ROADS_VAN);
    double cross = 0, square = 0, metres = 0, seconds = 0;
    for (size_t i = 0; i < len; i++) {
        const RoadsTrip *t = &trips[i];
        double factor = t->distance_cm / t->straight_cm, speed = t->distance_cm / 100 / t->seconds;
        if (!(t->straight_cm >= 20000 && factor >= 1 && factor <= 5 && speed >= 1 && speed <= 40))
            continue;
        cross += t->straight_cm * t->distance_cm;
        square += t->straight_cm * t->straight_cm;
        metres += t->distance_cm / 100;
        seconds += t->seconds;
        out.trips++;
    }
    if (out.trips > 0) {
        out.factor = cross / square;
        out.metres_per_second = metres / seconds;
    }
    return out;
}

RoadsDetour roads_detour(const Roads *roads, RoadsProfile profile)
{
    return roads->detour[profile];
}

/* Junctions spread over the map, from each to each. */
RoadsDetour detour_learn(Arena *arena, const Roads *roads, RoadsProfile profile)
{
    enum { N = LEARN_POINTS };
    const RoadsWays *ways = &roads->ways[profile];
    RoadsSnap *at = NEW_ARRAY(arena, RoadsSnap, N);
    RoadsTrip *trips = NEW_ARRAY(arena, RoadsTrip, N * N);
    int32_t *time = NEW_ARRAY(arena, int32_t, N * N), *distance = NEW_ARRAY(arena, int32_t, N * N);
    size_t len = 0, trip_len = 0;
    int64_t connected = 0, seen = 0;
    for (int32_t e = 0; e < roads->edges; e++)
        connected += ways->connected[e];
    for (int32_t e = 0; e < roads->edges && len < N; e++) {
        if (!ways->connected[e] || seen++ * N / (connected + 1) < (int64_t)len)
            continue;
        RoadDot dot = roads->dots[roads->edge[e].dot];
        at[len++] = (RoadsSnap){.edge = e, .lon = dot.lon * 1e-7, .lat = dot.lat * 1e-7};
    }
    if (roads_table(arena, roads, profile, at, len, at, len, time, distance, NULL))
        return roads_usual_detour(profile);
    for (size_t i = 0; i < len * len; i++) {
        const RoadsSnap *a = &at[i / len], *b = &at[i % len];
        if (time[i] != ROADS_NONE && distance[i] != ROADS_NONE && time[i] > 0)
            trips[trip_len++] = (RoadsTrip){roads_straight_cm(a->lon, a->lat, b->lon, b->lat), distance[i], time[i] / 1000.0};
    }
    RoadsDetour learned = roads_fit_detour(trips, trip_len);
    return learned.trips ? learned : roads_usual_detour(profile);
}
