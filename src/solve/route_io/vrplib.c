/* VRPLIB: "KEY : value" lines, then sections of numbered rows. Node 1 .. depots are the depots. */
#include <math.h>
#include <string.h>

#include "solve/route_io/file_read.h"

enum { PYVRP_UNIT = 1000 };

typedef struct Vrp {
    Arena *arena;
    Lines *lines;
    RouteFile *out;
    bool pyvrp;
    int len, depots, vehicle_len;
    double capacity, max_duration, max_distance, service_all; /* capacity below 0, others 0: not stated */
    Draft draft;
    int64_t *demand, *service, *release;
    bool windowed, euclidean;
    Str weight_format;
    int64_t *vehicle_capacity, *vehicle_fixed; /* by vehicle; below 0: not stated, as the next two */
    int64_t *vehicle_distance, *vehicle_duration;
    int32_t *vehicle_depot;
    uint8_t *allowed; /* vehicle x node */
    int coordinates;
} Vrp;

static Err *bad(const Vrp *v, const char *what)
{
    return file_bad(v->arena, v->lines, what);
}

static Err *set_size(Vrp *v, double value)
{
    if (v->len > 0 || !whole(value, 1, ROUTE_STOPS_MAX))
        return bad(v, "DIMENSION is 1 to 4,000, and stated once");
    v->len = (int)value;
    v->draft = draft_new(v->arena, v->len);
    v->demand = NEW_ARRAY(v->arena, int64_t, (size_t)v->len);
    v->service = NEW_ARRAY(v->arena, int64_t, (size_t)v->len);
    v->release = NEW_ARRAY(v->arena, int64_t, (size_t)v->len);
    return NULL;
}

static Err *set_vehicles(Vrp *v, double value)
{
    if (v->vehicle_len > 0 || !whole(value, 1, ROUTE_VEHICLES_MAX))
        return bad(v, "VEHICLES is 1 to 2,000, and stated once");
    v->vehicle_len = (int)value;
    int64_t **lists[] = {&v->vehicle_capacity, &v->vehicle_fixed, &v->vehicle_distance, &v->vehicle_duration};
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        *lists[k] = NEW_ARRAY(v->arena, int64_t, (size_t)v->vehicle_len);
        memset(*lists[k], 0xff, (size_t)v->vehicle_len * sizeof **lists[k]);
    }
    v->vehicle_depot = NEW_ARRAY(v->arena, int32_t, (size_t)v->vehicle_len);
    return NULL;
}

static const char *const keys_known[] = {"NAME", "COMMENT", "TYPE", "DIMENSION", "VEHICLES", "CAPACITY", "VEHICLES_MAX_DURATION", "VEHICLES_MAX_DISTANCE",
                                         "SERVICE_TIME", "DISTANCE", "EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE",
                                         "BEST_KNOWN", NULL};
static const char *const sections_known[] = {"NODE_COORD_SECTION", "DEMAND_SECTION", "LINEHAUL_SECTION", "DEPOT_SECTION", "EDGE_WEIGHT_SECTION",
                                             "SERVICE_TIME_SECTION", "TIME_WINDOW_SECTION", "RELEASE_TIME_SECTION", "CAPACITY_SECTION",
                                             "VEHICLES_DEPOT_SECTION", "VEHICLES_ALLOWED_CLIENTS_SECTION", "VEHICLES_FIXED_COST_SECTION",
                                             "VEHICLES_MAX_DISTANCE_SECTION", "VEHICLES_MAX_DURATION_SECTION", NULL};

static bool known_word(Str word, const char *const *known)
{
    while (*known && !str_eq(word, str_of(*known)))
        known++;
    return *known != NULL;
}

static Err *read_key(Vrp *v, Str key, Str value)
{
    double number = 0;
    bool numeric = str_to_real(value, &number);
    if (str_eq(key, STR("DIMENSION")))
        return numeric ? set_size(v, number) : bad(v, "DIMENSION is a number");
    if (str_eq(key, STR("VEHICLES")))
        return numeric ? set_vehicles(v, number) : bad(v, "VEHICLES is a number");
    if (str_eq(key, STR("CAPACITY"))) {
        if (!numeric || !whole(number, 0, 1e9))
            return bad(v, "CAPACITY is 0 to 1,000,000,000");
        v->capacity = number;
    }
    double *const limits[] = {&v->max_duration, &v->max_distance, &v->service_all, &v->max_duration};
    static const char *const limit_keys[] = {"VEHICLES_MAX_DURATION", "VEHICLES_MAX_DISTANCE", "SERVICE_TIME", "DISTANCE"};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (str_eq(key, str_of(limit_keys[i]))) {
            if (!numeric || !(number >= 0 && number < 1e9))
                return bad(v, str_z(v->arena, str_format(v->arena, "%s is a positive number", limit_keys[i])));
            *limits[i] = number;
        }
    if (str_eq(key, STR("EDGE_WEIGHT_TYPE"))) {
        v->euclidean = str_eq(value, STR("EUC_2D"));
        if (!v->euclidean && !str_eq(value, STR("EXPLICIT")))
            return bad(v, "EDGE_WEIGHT_TYPE is EUC_2D or EXPLICIT");
    }
    if (str_eq(key, STR("EDGE_WEIGHT_FORMAT")))
        v->weight_format = value;
    return known_word(key, keys_known) ? NULL : bad(v, str_z(v->arena, str_format(v->arena, "%.*s is not known here; a plan would not keep to it", STR_ARG(key))));
}

static Err *node_row(Vrp *v, Str section, const double *at, size_t len)
{
    if (!whole(at[0], 1, v->len))
        return bad(v, "a node's number is not within DIMENSION");
    int i = (int)at[0] - 1;
    if (str_eq(section, STR("NODE_COORD_SECTION")) && len >= 3) {
        if (!(fabs(at[1]) < 1e8 && fabs(at[2]) < 1e8))
            return bad(v, "a coordinate is out of range");
        v->draft.x[i] = at[1], v->draft.y[i] = at[2];
        v->coordinates++;
        return NULL;
    }
    if ((str_eq(section, STR("DEMAND_SECTION")) || str_eq(section, STR("LINEHAUL_SECTION"))) && len >= 2 && whole(at[1], 0, 1e9)) {
        v->demand[i] = (int64_t)at[1];
        return NULL;
    }
    double scale = v->pyvrp ? PYVRP_UNIT : 1;
    if (str_eq(section, STR("SERVICE_TIME_SECTION")) && len >= 2 && at[1] >= 0 && at[1] < 1e9) {
        v->service[i] = llround(at[1] * scale);
        return NULL;
    }
    if (str_eq(section, STR("RELEASE_TIME_SECTION")) && len >= 2 && at[1] >= 0 && at[1] < 1e9) {
        v->release[i] = llround(at[1] * scale);
        return NULL;
    }
    if (str_eq(section, STR("TIME_WINDOW_SECTION")) && len >= 3 && at[1] >= 0 && at[2] >= at[1] && at[2] < 1e9) {
        v->draft.windows[i] = (RouteWindow){llround(at[1] * scale), llround(at[2] * scale)};
        v->windowed = true;
        return NULL;
    }
    return bad(v, "a row of this section has a number missing or out of range");
}

static Err *vehicle_row(Vrp *v, Str section, const double *at, size_t len)
{
    if (!whole(at[0], 1, v->vehicle_len) || len < 2)
        return bad(v, "a vehicle's number is not within VEHICLES, or its value is missing");
    int i = (int)at[0] - 1;
    if (str_eq(section, STR("CAPACITY_SECTION"))) {
        if (!whole(at[1], 0, 1e9))
            return bad(v, "a capacity is 0 to 1,000,000,000");
        v->vehicle_capacity[i] = (int64_t)at[1];
    } else if (str_eq(section, STR("VEHICLES_DEPOT_SECTION"))) {
        if (!whole(at[1], 1, v->len))
            return bad(v, "a vehicle's depot is not a node");
        v->vehicle_depot[i] = (int32_t)at[1] - 1;
    } else if (!str_eq(section, STR("VEHICLES_ALLOWED_CLIENTS_SECTION"))) {
        int64_t *list = str_eq(section, STR("VEHICLES_FIXED_COST_SECTION"))     ? v->vehicle_fixed
                        : str_eq(section, STR("VEHICLES_MAX_DISTANCE_SECTION")) ? v->vehicle_distance
                                                                                : v->vehicle_duration;
        double scaled = at[1] * (v->pyvrp ? PYVRP_UNIT : 1);
        if (!(scaled >= 0 && scaled <= (double)ROUTE_EDGE_MAX))
            return bad(v, "a vehicle's cost or limit is negative or above 2,000,000,000");
        list[i] = llround(scaled);
    } else {
        if (!v->allowed)
            v->allowed = NEW_ARRAY(v->arena, uint8_t, (size_t)v->vehicle_len * (size_t)v->len);
        for (size_t k = 1; k < len; k++) {
            if (!whole(at[k], 1, v->len))
                return bad(v, "a vehicle may serve a node that is not there");
            v->allowed[i * v->len + (int)at[k] - 1] = 1;
        }
    }
    return NULL;
}

static Err *depot_row(Vrp *v, const double *at, size_t len)
{
    for (size_t k = 0; k < len; k++) {
        if (at[k] == -1)
            return NULL;
        if (!whole(at[k], 1, v->len) || (int)at[k] != v->depots + 1)
            return bad(v, "depots are the first nodes, in order");
        v->depots++;
    }
    return NULL;
}

static Err *read_row(Vrp *v, Str section, Str line, double *at)
{
    if (v->len == 0)
        return bad(v, "DIMENSION must come before the sections");
    size_t len = line_numbers(line, at, (size_t)v->len + 1);
    if (len == 0)
        return bad(v, "a row of numbers, a section or EOF was expected");
    if (str_eq(section, STR("DEPOT_SECTION")))
        return depot_row(v, at, len);
    bool vehicles = str_eq(section, STR("CAPACITY_SECTION")) || str_starts(section, STR("VEHICLES_"));
    return vehicles ? vehicle_row(v, section, at, len) : node_row(v, section, at, len);
}

/* EDGE_WEIGHT_SECTION: as many numbers as the format says, however they are broken into lines. */
static Err *read_weights(Vrp *v)
{
    bool full = str_eq(v->weight_format, STR("FULL_MATRIX")), lower = str_eq(v->weight_format, STR("LOWER_ROW"));
    if (v->len == 0 || (!full && !lower))
        return bad(v, "EDGE_WEIGHT_FORMAT is FULL_MATRIX or LOWER_ROW, and DIMENSION comes first");
    size_t n = (size_t)v->len, want = full ? n * n : n * (n - 1) / 2, got = 0;
    int32_t *matrix = NEW_ARRAY(v->arena, int32_t, n * n + 1);
    double *row = NEW_ARRAY(v->arena, double, n * n + 1);
    size_t i = full ? 0 : 1, j = 0;
    Str line;
    while (got < want && lines_next(v->lines, &line)) {
        size_t len = line_numbers(line, row, want - got);
        if (len == 0)
            return bad(v, "the matrix is too short");
        for (size_t k = 0; k < len; k++, got++) {
            if (!(row[k] >= 0 && row[k] <= (double)ROUTE_EDGE_MAX))
                return bad(v, "a distance is negative or above 2,000,000,000");
            matrix[i * n + j] = (int32_t)floor(row[k] * (v->pyvrp ? PYVRP_UNIT : 1) + 0.5);
            if (lower)
                matrix[j * n + i] = matrix[i * n + j];
            if (++j == (full ? n : i))
                i++, j = 0;
        }
    }
    v->draft.matrix = matrix;
    return got == want ? NULL : bad(v, "the matrix is too short");
}

static Err *read_lines(Vrp *v)
{
    Str line, section = {0};
    double *row = NULL;
    while (lines_next(v->lines, &line)) {
        Str key, value;
        if (str_eq(line, STR("EOF")))
            break;
        if (str_ends(line, STR("_SECTION"))) {
            section = line;
            if (!known_word(section, sections_known))
                return bad(v, str_z(v->arena, str_format(v->arena, "%.*s is not known here; a plan would not keep to it", STR_ARG(section))));
            if (str_eq(section, STR("EDGE_WEIGHT_SECTION")))
                TRY(read_weights(v));
            continue;
        }
        if (section.len == 0 || (line.at[0] >= 'A' && line.at[0] <= 'Z')) {
            if (!str_cut(line, ':', &key, &value))
                return bad(v, "\"KEY : value\" was expected");
            TRY(read_key(v, str_trim(key), str_trim(value)));
            continue;
        }
        if (!row)
            row = NEW_ARRAY(v->arena, double, ROUTE_STOPS_MAX + 2);
        TRY(read_row(v, section, line, row));
    }
    return NULL;
}

static bool serves_alike(const Vrp *v, int a, int b)
{
    return memcmp(&v->allowed[a * v->len], &v->allowed[b * v->len], (size_t)v->len * sizeof *v->allowed) == 0;
}

/* Vehicles that may serve the same nodes are of one sort. Skill s means "of another sort than s": a node asks for that of each sort
   which may not serve it, so that there are as many skills as sorts, however many sets of them the nodes name. */
static Err *set_skills(Vrp *v, RouteVehicle *vehicles)
{
    int sorts = 0;
    int32_t *first = NEW_ARRAY(v->arena, int32_t, (size_t)v->vehicle_len + 1); /* a vehicle of each sort */
    for (int k = 0; k < v->vehicle_len; k++) {
        int sort = 0;
        while (sort < sorts && !serves_alike(v, k, first[sort]))
            sort++;
        if (sort == sorts) {
            if (sorts > ROUTE_SKILL_MAX)
                return bad(v, "more than 256 sorts of vehicles");
            first[sorts++] = k;
        }
        for (int other = 0; other <= ROUTE_SKILL_MAX; other++)
            if (other != sort)
                route_add_skill(&vehicles[k].skills, other);
    }
    for (int i = v->depots; i < v->len; i++)
        for (int sort = 0; sort < sorts; sort++)
            if (!v->allowed[first[sort] * v->len + i])
                route_add_skill(&v->draft.stops[i - v->depots].skills, sort);
    return NULL;
}

static void make_stops(Vrp *v)
{
    for (int i = v->depots; i < v->len; i++) {
        RouteStop *stop = &v->draft.stops[i - v->depots];
        *stop = (RouteStop){.place = i, .pair = -1, .vehicle = -1, .service = v->service[i], .release = v->release[i]};
        stop->delivery[0] = v->demand[i];
        if (v->windowed)
            stop->windows = &v->draft.windows[i], stop->window_len = 1;
    }
}

static Err *make_vehicles(Vrp *v, RouteVehicle **out)
{
    double scale = v->pyvrp ? PYVRP_UNIT : 1, total = 0;
    for (int i = 0; i < v->len; i++)
        total += (double)v->demand[i];
    if (v->vehicle_len == 0) { /* the CVRP leaves the fleet free: enough for any plan worth making */
        double want = v->capacity > 0 && !v->windowed && v->max_duration == 0 && v->max_distance == 0 ? ceil(1.3 * total / v->capacity) + 3 : v->len;
        want = fmin(fmin(want, v->len - 1), ROUTE_VEHICLES_MAX);
        TRY(set_vehicles(v, want > 1 ? want : 1));
    }
    RouteVehicle *vehicles = NEW_ARRAY(v->arena, RouteVehicle, (size_t)v->vehicle_len);
    for (int k = 0; k < v->vehicle_len; k++) {
        int64_t capacity = v->vehicle_capacity[k] >= 0 ? v->vehicle_capacity[k] : v->capacity >= 0 ? (int64_t)v->capacity : ROUTE_NEVER;
        int64_t duration = v->vehicle_duration[k], distance = v->vehicle_distance[k];
        int depot = v->vehicle_depot[k];
        if (depot >= v->depots)
            return bad(v, "a vehicle's depot is not in DEPOT_SECTION");
        RouteWindow *open = &v->draft.windows[depot];
        vehicles[k] = file_vehicle(capacity, v->windowed ? open->to : ROUTE_NEVER);
        vehicles[k].shift.from = open->from;
        vehicles[k].start = vehicles[k].end = depot;
        if (duration >= 0 || v->max_duration > 0)
            vehicles[k].max_duration = duration >= 0 ? duration : llround(v->max_duration * scale);
        if (distance >= 0 || v->max_distance > 0)
            vehicles[k].max_distance = distance >= 0 ? distance : llround(v->max_distance * scale);
        vehicles[k].fixed_cost = v->vehicle_fixed[k] > 0 ? v->vehicle_fixed[k] : 0;
    }
    *out = vehicles;
    return NULL;
}

Err *read_vrplib(Arena *arena, Lines *lines, RouteFile *out)
{
    Vrp v = {.arena = arena, .lines = lines, .out = out, .pyvrp = out->format == ROUTE_PYVRP, .euclidean = true, .capacity = -1};
    TRY(read_lines(&v));
    if (v.len == 0)
        return bad(&v, "DIMENSION is needed");
    for (int i = v.depots > 0 ? v.depots : 1; i < v.len && v.service_all > 0; i++)
        v.service[i] = v.service[i] ? v.service[i] : llround(v.service_all * (v.pyvrp ? PYVRP_UNIT : 1));
    if (v.depots == 0)
        v.depots = 1; /* some files leave DEPOT_SECTION out when node 1 is the only one */
    if (v.euclidean && v.coordinates < v.len)
        return bad(&v, "a node has no coordinates");
    if (v.euclidean && !file_matrix(arena, &v.draft, v.pyvrp ? PYVRP_UNIT : 1))
        return bad(&v, "places are too far apart");
    if (!v.draft.matrix)
        return bad(&v, "EDGE_WEIGHT_SECTION is missing");
    RouteVehicle *vehicles = NULL;
    TRY(make_vehicles(&v, &vehicles));
    make_stops(&v);
    if (v.allowed)
        TRY(set_skills(&v, vehicles));
    file_finish(arena, &v.draft, v.depots, vehicles, (size_t)v.vehicle_len, out);
    return NULL;
}
