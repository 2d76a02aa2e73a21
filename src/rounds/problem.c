/* A day as a routing problem: every consignment is a pair of stops, fetched at a gate and brought to a pickup place. */
#include <math.h>
#include <sys/stat.h>

#include "rounds/inside.h"

/* Metres a second without roads: insight reference, 3.2. */
static const double speeds[ROADS_PROFILES] = {11.0, 9.5, 6.5, 4.2, 1.3};

const char *rounds_roads_path(Arena *arena)
{
    Str data = config_text("data");
    return str_z(arena, str_format(arena, "%.*s/roads.mil", STR_ARG(data)));
}

Time work_time(const Work *work, int64_t seconds)
{
    Time midnight = time_of(work->zone, work->plan.day, 0, 0);
    return (Time){midnight.ms + seconds * SECOND_MS};
}

/* ---- places ---- */

int32_t spot_add(Work *work, Id id, bool known, double latitude, double longitude, int64_t opens)
{
    if (!known)
        return -1;
    for (size_t i = 0; i < work->spots_len; i++)
        if (work->spots[i].id == id)
            return (int32_t)i;
    work->spots[work->spots_len] = (Spot){.id = id, .latitude = latitude, .longitude = longitude, .opens = opens};
    return (int32_t)work->spots_len++;
}

static int32_t gate_spot(Work *work, const RoundGateList *gates, Id org)
{
    for (size_t i = 0; i < gates->len; i++)
        if (gates->at[i].org == org) {
            int32_t spot = spot_add(work, org, gates->at[i].has_latitude && gates->at[i].has_longitude, gates->at[i].latitude,
                                    gates->at[i].longitude, -1);
            if (spot >= 0)
                work->spots[spot].narrow = gates->at[i].narrow;
            return spot;
        }
    return -1;
}

/* Goods must be there when the place opens, or when the first of them is to be collected. */
static int32_t pickup_spot(Work *work, const RoundPickupList *pickups, Id pickup)
{
    for (size_t i = 0; i < pickups->len; i++) {
        const RoundPickup *p = &pickups->at[i];
        int64_t opens = p->has_slot_at ? (p->slot_at.ms - work_time(work, 0).ms) / MINUTE_MS : p->opens;
        if (p->id == pickup)
            return spot_add(work, pickup, p->has_latitude && p->has_longitude, p->latitude, p->longitude, opens);
    }
    return -1;
}

/* When a door may be rung at: the time its buyer chose, else the hours of its zone. */
static Err *door_hours(Db *db, const Work *work, const Shipment *s, const RoundZoneHoursList *hours, Spot *spot)
{
    RoundSlot slot;
    bool chosen;
    int64_t midnight = work_time(work, 0).ms;
    TRY(round_slot_of(db, s->door, &slot, &chosen));
    if (chosen && slot.until_at.ms > midnight && slot.from_at.ms >= midnight)
        spot->windows[spot->windows_len++] = (RouteWindow){(slot.from_at.ms - midnight) / SECOND_MS, (slot.until_at.ms - midnight) / SECOND_MS};
    for (size_t i = 0; i < hours->len && !chosen && spot->windows_len < HOURS_MAX; i++)
        if (hours->at[i].pickup == s->pickup && (!spot->windows_len || spot->windows[spot->windows_len - 1].to < hours->at[i].from_minute * 60))
            spot->windows[spot->windows_len++] = (RouteWindow){hours->at[i].from_minute * 60, hours->at[i].to_minute * 60};
    spot->opens = spot->windows_len ? spot->windows[spot->windows_len - 1].to / 60 : -1;
    return NULL;
}

static Err *door_spot(Db *db, Work *work, const RoundZoneHoursList *hours, Shipment *s)
{
    RoundDoorAt at;
    bool found;
    size_t before = work->spots_len;
    TRY(round_door_at(db, s->door, &at, &found));
    if (!found)
        TRY(round_door_before(db, s->door, &at, &found));
    s->to = found ? spot_add(work, s->door, true, at.latitude, at.longitude, -1) : -1;
    return work->spots_len > before ? door_hours(db, work, s, hours, &work->spots[s->to]) : NULL;
}

static Err *spots_find(Db *db, Work *work)
{
    RoundGateList gates;
    RoundPickupList pickups;
    RoundZoneHoursList hours;
    work->hub = village_at(db).org;
    TRY(round_gate_list(db, work->lang, &gates));
    TRY(round_pickup_list(db, date_weekday(work->plan.day), work->plan.day, work->lang, &pickups));
    TRY(round_zone_hours(db, date_weekday(work->plan.day), &hours));
    work->spots = NEW_ARRAY(work->arena, Spot, work->vehicles.len + 2 * work->shipments_len + 1);
    work->spots_len = 0;
    for (size_t i = 0; i < work->vehicles.len; i++)
        spot_add(work, work->vehicles.at[i].org, true, work->vehicles.at[i].latitude, work->vehicles.at[i].longitude, -1);
    for (size_t i = 0; i < work->shipments_len; i++) {
        Shipment *s = &work->shipments[i];
        s->from = gate_spot(work, &gates, s->at_hub ? work->hub : s->org);
        if (s->door)
            TRY(door_spot(db, work, &hours, s));
        else
            s->to = pickup_spot(work, &pickups, s->pickup);
    }
    return NULL;
}

/* ---- tables ---- */

static void straight_table(const Work *work, int profile, int32_t *time, int32_t *distance)
{
    size_t n = work->spots_len;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const Spot *a = &work->spots[i], *b = &work->spots[j];
            double metres = roads_straight_cm(a->longitude, a->latitude, b->longitude, b->latitude) / 100 * DETOUR_PPM / 1e6;
            metres = metres < 1e8 ? metres : 1e8;
            distance[i * n + j] = (int32_t)lround(metres);
            time[i * n + j] = (int32_t)lround(metres / speeds[profile]);
        }
}

static Err *road_table(const Work *work, RoadsProfile profile, int32_t *time, int32_t *distance)
{
    size_t n = work->spots_len;
    RoadsSnap *at = NEW_ARRAY(work->arena, RoadsSnap, n + 1);
    for (size_t i = 0; i < n; i++)
        at[i] = roads_snap(work->roads, profile, work->spots[i].longitude, work->spots[i].latitude);
    TRY(roads_table(work->arena, work->roads, profile, at, n, at, n, time, distance, NULL));
    for (size_t i = 0; i < n * n; i++) { /* what has no way stays INT32_MAX: the solver says so */
        time[i] = time[i] == ROADS_NONE ? INT32_MAX : (time[i] + 500) / 1000;
        distance[i] = distance[i] == ROADS_NONE ? INT32_MAX : (distance[i] + 50) / 100;
    }
    return NULL;
}

/* What a leg costs: a second of driving 1, a metre 0.1 (fuel and wear of a van beside its driver's hour), and what it takes to park once
   more, so that nobody stops twice at a place that could be served at once. */
static void cost_table(size_t n, const int32_t *time, const int32_t *distance, int32_t *cost)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            size_t at = i * n + j;
            int64_t sum = (int64_t)time[at] + distance[at] / 10 + (i == j ? 0 : PARK_S);
            cost[at] = time[at] == INT32_MAX || sum > ROUTE_EDGE_MAX ? INT32_MAX : (int32_t)sum;
        }
}

Err *work_tables(Work *work)
{
    size_t n = work->spots_len;
    RouteProfile *profiles = NEW_ARRAY(work->arena, RouteProfile, ROADS_PROFILES);
    bool used[ROADS_PROFILES] = {false};
    for (size_t i = 0; i < work->vehicles.len; i++) {
        RoadsProfile kind;
        if (roads_profile_find(work->vehicles.at[i].profile, &kind))
            used[kind] = true;
    }
    for (int p = 0; p < ROADS_PROFILES; p++) {
        int32_t *time = NEW_ARRAY(work->arena, int32_t, n * n + 1), *distance = NEW_ARRAY(work->arena, int32_t, n * n + 1);
        if (used[p] && work->roads)
            TRY(road_table(work, (RoadsProfile)p, time, distance));
        else if (used[p])
            straight_table(work, p, time, distance);
        int32_t *cost = NEW_ARRAY(work->arena, int32_t, n * n + 1);
        cost_table(n, time, distance, cost);
        profiles[p] = (RouteProfile){.time = time, .distance = distance, .cost = cost};
    }
    work->problem.profiles = profiles;
    work->problem.profile_len = ROADS_PROFILES;
    return NULL;
}

/* ---- stops and vehicles ---- */

static int32_t vehicle_index(const Work *work, Id vehicle)
{
    for (size_t i = 0; i < work->vehicles.len; i++)
        if (work->vehicles.at[i].id == vehicle)
            return (int32_t)i;
    return -1;
}

static void stops_make(Work *work)
{
    RouteStop *stops = NEW_ARRAY(work->arena, RouteStop, 2 * work->shipments_len + 1);
    RouteWindow *windows = NEW_ARRAY(work->arena, RouteWindow, work->shipments_len + 1);
    work->owner = NEW_ARRAY(work->arena, int32_t, 2 * work->shipments_len + 1);
    work->brings = NEW_ARRAY(work->arena, bool, 2 * work->shipments_len + 1);
    size_t len = 0;
    for (size_t i = 0; i < work->shipments_len; i++) {
        Shipment *s = &work->shipments[i];
        s->stop = -1;
        if (s->from < 0 || s->to < 0 || s->kept)
            continue;
        s->stop = (int32_t)len;
        RouteStop stop = {.setup = PARK_S, .service = s->crates * CRATE_S, .need = ROUTE_REQUIRED, .vehicle = vehicle_index(work, s->pinned)};
        RouteStop fetch = stop, bring = stop;
        for (int bit = 0; bit < SKILLS_LEN; bit++)
            if ((s->skills | (work->spots[s->from].narrow ? SKILL_NARROW : 0u)) & (1u << bit))
                route_add_skill(&fetch.skills, bit);
        bring.skills = fetch.skills;
        fetch.place = s->from;
        fetch.pair = (int32_t)len + 1;
        fetch.pickup[0] = bring.delivery[0] = s->grams;
        fetch.pickup[1] = bring.delivery[1] = s->crates;
        fetch.pickup[2] = bring.delivery[2] = s->cold_crates;
        bring.place = s->to;
        bring.pair = (int32_t)len;
        if (work->spots[s->to].windows_len) {
            bring.windows = work->spots[s->to].windows;
            bring.window_len = work->spots[s->to].windows_len;
        } else if (work->spots[s->to].opens >= 0) {
            windows[i] = (RouteWindow){0, work->spots[s->to].opens * 60};
            bring.windows = &windows[i];
            bring.window_len = 1;
        }
        work->owner[len] = work->owner[len + 1] = (int32_t)i;
        work->brings[len + 1] = true;
        stops[len++] = fetch;
        stops[len++] = bring;
    }
    work->problem.stops = stops;
    work->problem.stop_len = len;
}

static void vehicles_make(Work *work)
{
    RouteVehicle *vehicles = NEW_ARRAY(work->arena, RouteVehicle, work->vehicles.len + 1);
    for (size_t i = 0; i < work->vehicles.len; i++) {
        const Vehicle *v = &work->vehicles.at[i];
        RoadsProfile kind = ROADS_VAN;
        (void)roads_profile_find(v->profile, &kind);
        int32_t gate = spot_add(work, v->org, true, v->latitude, v->longitude, -1); /* there already */
        vehicles[i] = (RouteVehicle){.profile = (int32_t)kind, .start = gate, .end = gate,
                                     .capacity = {v->kilograms * 1000, v->crates, v->cold_crates},
                                     .shift = {v->from_minute * 60, v->to_minute * 60},
                                     .max_duration = ROUTE_NEVER, .max_travel = ROUTE_NEVER, .max_distance = ROUTE_NEVER,
                                     .max_stops = INT32_MAX, .time_price = 1000000, .distance_price = 100000,
                                     .speed_ppm = 1000000, .trips = 1};
        for (int bit = 0; bit < SKILLS_LEN; bit++)
            if (v->skills & (1 << bit))
                route_add_skill(&vehicles[i].skills, bit);
    }
    work->problem.vehicles = vehicles;
    work->problem.vehicle_len = work->vehicles.len;
}

/* The vehicles that drive on this day, with those who drive them then. */
static Err *vehicles_find(Db *db, Work *work)
{
    VehicleList all;
    DayVehicleList chosen;
    TRY(vehicle_list(db, &all));
    TRY(day_vehicle_list(db, work->plan.id, &chosen));
    for (size_t i = 0; i < all.len; i++)
        for (size_t k = 0; k < chosen.len; k++)
            if (chosen.at[k].vehicle == all.at[i].id) {
                all.at[i].active = all.at[i].active && !chosen.at[k].rests;
                all.at[i].driver = chosen.at[k].driver;
                all.at[i].has_driver = chosen.at[k].has_driver;
            }
    work->vehicles.at = NEW_ARRAY(work->arena, Vehicle, all.len + 1);
    work->vehicles.len = 0;
    for (size_t i = 0; i < all.len; i++)
        if (all.at[i].active && all.at[i].has_latitude && all.at[i].has_longitude)
            work->vehicles.at[work->vehicles.len++] = all.at[i];
    return work->vehicles.len ? NULL : err_new(work->arena, ERR_CONFLICT, "round.no_vehicle");
}

Err *work_problem(Db *db, Work *work)
{
    struct stat there;
    const char *path = rounds_roads_path(work->arena);
    TRY(vehicles_find(db, work));
    TRY(spots_find(db, work));
    work->roads = NULL;
    if (stat(path, &there) == 0)
        TRY(roads_open(work->arena, path, &work->roads));
    work->problem = (RouteProblem){.dims = DIMS};
    vehicles_make(work);
    stops_make(work);
    TRY(work_tables(work));
    work->problem.place_len = (int32_t)work->spots_len;
    double *x = NEW_ARRAY(work->arena, double, work->spots_len + 1), *y = NEW_ARRAY(work->arena, double, work->spots_len + 1);
    for (size_t i = 0; i < work->spots_len; i++) { /* only for who is near whom */
        x[i] = work->spots[i].longitude * cos(work->spots[i].latitude * M_PI / 180);
        y[i] = work->spots[i].latitude;
    }
    work->problem.x = x;
    work->problem.y = y;
    return NULL;
}
