/* Matrices for problems that give only coordinates: along roads, or by straight lines and said so. */
#include <math.h>

#include "solve/route_io/route_io.h"

enum { WARNINGS_MAX = 100, TABLE_CELLS_MAX = 50000000 };

typedef struct Fill {
    Arena *arena;
    RouteJson *json;
    RouteGround *ground;  /* of the profile at hand */
    RoadsDetour detour;
    int32_t *time, *distance;
} Fill;

static void warn(const Fill *f, size_t place, Str what)
{
    RouteJson *json = f->json;
    if (json->warning_len == WARNINGS_MAX)
        return;
    if (!json->warnings)
        json->warnings = NEW_ARRAY(f->arena, Str, WARNINGS_MAX);
    json->warnings[json->warning_len++] = str_format(f->arena, "[%.6f,%.6f] %.*s", json->lon_lat[place][0], json->lon_lat[place][1], STR_ARG(what));
}

static void straight(const Fill *f, size_t i, size_t j)
{
    const double *a = f->json->lon_lat[i], *b = f->json->lon_lat[j];
    double metres = roads_straight_cm(a[0], a[1], b[0], b[1]) / 100 * f->detour.factor;
    size_t at = i * f->json->place_len + j;
    f->distance[at] = (int32_t)lround(fmin(metres, (double)ROUTE_EDGE_MAX));
    f->time[at] = (int32_t)lround(fmin(metres / f->detour.metres_per_second, (double)ROUTE_EDGE_MAX));
}

/* ---- without roads ---- */

/* Learned from the profile's own recorded trips; the way's length from anybody's; else what is usual. */
static RoadsDetour learn(const Fill *f, size_t profile)
{
    const RouteJson *json = f->json;
    RoadsTrip *trips = NEW_ARRAY(f->arena, RoadsTrip, json->trip_len + 1);
    RoadsDetour usual = roads_usual_detour(json->grounds[profile].kind);
    size_t own = 0;
    for (size_t i = 0; i < json->trip_len; i++)
        if (json->trips[i].profile == (int32_t)profile)
            trips[own++] = json->trips[i].trip;
    RoadsDetour learned = roads_fit_detour(trips, own);
    if (learned.trips)
        return learned;
    for (size_t i = 0; i < json->trip_len; i++)
        trips[i] = json->trips[i].trip;
    learned = roads_fit_detour(trips, json->trip_len);
    if (learned.trips)
        usual.factor = learned.factor, usual.trips = learned.trips;
    return usual;
}

static void estimate(Fill *f, size_t profile, Buf *said)
{
    size_t n = f->json->place_len;
    f->detour = learn(f, profile);
    for (size_t i = 0; i < n * n; i++)
        straight(f, i / n, i % n);
    buf_addf(said, "%s%.*s x %.2f at %.0f km/h", profile ? ", " : "straight lines, not roads: ", STR_ARG(f->json->profile_names[profile]),
             f->detour.factor, f->detour.metres_per_second * 3.6);
    if (f->detour.trips)
        buf_addf(said, " (learned from %zu trips)", f->detour.trips);
}

/* ---- along roads ---- */

static void snap_all(const Fill *f)
{
    const char *who = roads_profile_name(f->ground->kind);
    for (size_t i = 0; i < f->json->place_len; i++) {
        RoadsSnap *at = &f->ground->at[i];
        *at = roads_snap(f->json->roads, f->ground->kind, f->json->lon_lat[i][0], f->json->lon_lat[i][1]);
        if (at->edge < 0)
            warn(f, i, str_format(f->arena, "has no road for a %s within 20 km: straight lines x %.2f at %.0f km/h instead", who, f->detour.factor,
                                  f->detour.metres_per_second * 3.6));
        else if (at->far)
            warn(f, i, str_format(f->arena, "is %lld m from the nearest road for a %s, which count as a straight line", (long long)(at->away_cm / 100), who));
    }
}

/* From where a road ends to a place that is far from any. */
static void add_beyond(const Fill *f, size_t i, size_t j)
{
    const RoadsSnap *ends[] = {&f->ground->at[i], &f->ground->at[j]};
    size_t at = i * f->json->place_len + j;
    for (int k = 0; k < 2 && i != j && f->time[at] != INT32_MAX; k++) {
        double metres = ends[k]->far ? (double)ends[k]->away_cm / 100 : 0;
        f->distance[at] += (int32_t)lround(metres);
        f->time[at] += (int32_t)lround(metres / f->detour.metres_per_second);
    }
}

/* Times in seconds and distances in metres along roads. */
static Err *by_roads(Fill *f)
{
    RouteJson *json = f->json;
    size_t n = json->place_len;
    f->detour = roads_detour(json->roads, f->ground->kind);
    f->ground->at = NEW_ARRAY(f->arena, RoadsSnap, n + 1);
    snap_all(f);
    TRY(roads_table(f->arena, json->roads, f->ground->kind, f->ground->at, n, f->ground->at, n, f->time, f->distance, NULL));
    for (size_t i = 0; i < n * n; i++) { /* ROADS_NONE stays: no road */
        f->time[i] = f->time[i] == ROADS_NONE ? INT32_MAX : (f->time[i] + 500) / 1000;
        f->distance[i] = f->distance[i] == ROADS_NONE ? INT32_MAX : (f->distance[i] + 50) / 100;
        if (f->ground->at[i / n].edge < 0 || f->ground->at[i % n].edge < 0)
            straight(f, i / n, i % n);
        else
            add_beyond(f, i / n, i % n);
    }
    return NULL;
}

/* Which of our travellers each profile is; one that is none travels like a van when there are no roads to ask. */
static Err *find_kinds(const Fill *f, bool roads)
{
    RouteJson *json = f->json;
    json->grounds = NEW_ARRAY(f->arena, RouteGround, json->problem.profile_len + 1);
    for (size_t p = 0; p < json->problem.profile_len; p++) {
        json->grounds[p].kind = ROADS_VAN;
        if (roads_profile_find(json->profile_names[p], &json->grounds[p].kind) || !roads)
            continue;
        Err *err = err_detail(f->arena, ERR_INVALID, "route.json", "profile \"%.*s\" is none of van (car), truck (hgv), tractor, bike, foot",
                              STR_ARG(json->profile_names[p]));
        return err_arg(f->arena, err, "where", STR("vehicles"));
    }
    return NULL;
}

Err *route_fill_matrix(Arena *arena, RouteJson *json, const char *roads_path)
{
    size_t n = json->place_len, cells = n * n + 1;
    RouteProfile *profiles = NEW_ARRAY(arena, RouteProfile, json->problem.profile_len + 1);
    Buf said = buf_new(arena, 10000);
    Fill f = {.arena = arena, .json = json};
    if (n * n * json->problem.profile_len > TABLE_CELLS_MAX)
        return err_detail(arena, ERR_INVALID, "route.size", "%zu places for %zu kinds of vehicles: their tables would take over %d MB", n, json->problem.profile_len,
                          TABLE_CELLS_MAX / 125000);
    TRY(find_kinds(&f, roads_path));
    if (roads_path)
        TRY(roads_open(arena, roads_path, &json->roads));
    for (size_t p = 0; p < json->problem.profile_len; p++) {
        f.ground = &json->grounds[p];
        f.time = NEW_ARRAY(arena, int32_t, cells), f.distance = NEW_ARRAY(arena, int32_t, cells);
        if (roads_path)
            TRY(by_roads(&f));
        else
            estimate(&f, p, &said);
        profiles[p] = (RouteProfile){.time = f.time, .distance = f.distance};
    }
    if (!roads_path)
        json->estimated = str_z(arena, buf_str(&said));
    json->problem.profiles = profiles;
    json->needs_matrix = false;
    return route_check_problem(arena, &json->problem);
}
