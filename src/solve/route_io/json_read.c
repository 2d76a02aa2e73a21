/* VROOM's problem: jobs, shipments, vehicles, matrices. */
#include "solve/route_io/json_read.h"

#include <math.h>
#include <string.h>

Err *json_bad(const Reader *r, const char *what)
{
    Err *err = err_detail(r->arena, ERR_INVALID, "route.json", "%s: %s", r->where, what);
    return err_arg(r->arena, err, "where", str_of(r->where));
}

void json_where(Reader *r, const char *list, size_t at)
{
    snprintf(r->where, sizeof r->where, "%s[%zu]", list, at);
}

/* ---- numbers and lists ---- */

Err *json_whole(const Reader *r, const Tree *from, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const Tree *value = tree_get(from, name);
    if (!value)
        return NULL;
    double real = value->kind == TREE_INT || value->kind == TREE_REAL ? value->real : NAN;
    if (!(real >= (double)min && real <= (double)max))
        return json_bad(r, str_z(r->arena, str_format(r->arena, "%s must be a number from %lld to %lld", name,
                                                      (long long)min, (long long)max)));
    *out = value->kind == TREE_INT ? value->number : llround(real);
    return NULL;
}

Err *json_amounts(Reader *r, const Tree *from, const char *name, int64_t out[ROUTE_DIMS_MAX])
{
    const Tree *list = tree_get(from, name);
    if (!list)
        return NULL;
    if (list->kind != TREE_LIST || list->len > ROUTE_DIMS_MAX)
        return json_bad(r, "an amount is a list of up to 8 whole numbers");
    if (r->dims >= 0 && (size_t)r->dims != list->len)
        return json_bad(r, "amounts and capacities must all have as many numbers");
    r->dims = (int)list->len;
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i].kind != TREE_INT || list->items[i].number < 0 || list->items[i].number > ROUTE_AMOUNT_MAX)
            return json_bad(r, "amounts are whole numbers from 0 to 1,000,000,000");
        out[i] = list->items[i].number;
    }
    return NULL;
}

Err *json_window(const Reader *r, const Tree *list, RouteWindow *out)
{
    if (list->kind != TREE_LIST || list->len != 2 || list->items[0].kind != TREE_INT || list->items[1].kind != TREE_INT ||
        list->items[0].number < 0 || list->items[1].number < list->items[0].number ||
        list->items[1].number > ROUTE_TIME_MAX)
        return json_bad(r, "a time window is [from, to] in seconds, to not before from");
    *out = (RouteWindow){list->items[0].number, list->items[1].number};
    return NULL;
}

Err *json_windows(const Reader *r, const Tree *from, const RouteWindow **out, size_t *len)
{
    const Tree *list = tree_get(from, "time_windows");
    if (!list)
        return NULL;
    if (list->kind != TREE_LIST || list->len > ROUTE_WINDOWS_MAX)
        return json_bad(r, "time_windows is a list of up to 32 windows");
    RouteWindow *windows = NEW_ARRAY(r->arena, RouteWindow, list->len + 1);
    for (size_t i = 0; i < list->len; i++) {
        TRY(json_window(r, &list->items[i], &windows[i]));
        if (i > 0 && windows[i].from <= windows[i - 1].to)
            return json_bad(r, "time_windows must be in order and apart");
    }
    *out = windows;
    *len = list->len;
    return NULL;
}

/* Skills of any number are numbered 0, 1, 2 ... as they are met. */
Err *json_skills(Reader *r, const Tree *from, RouteSkills *out)
{
    const Tree *list = tree_get(from, "skills");
    if (!list)
        return NULL;
    if (list->kind != TREE_LIST || list->row)
        return json_bad(r, "skills is a list of up to 256 whole numbers");
    for (size_t i = 0; i < list->len; i++) {
        if (list->items[i].kind != TREE_INT)
            return json_bad(r, "skills is a list of whole numbers");
        int skill = 0;
        while (skill < r->skill_len && r->skills[skill] != list->items[i].number)
            skill++;
        if (skill > ROUTE_SKILL_MAX)
            return json_bad(r, "more than 256 different skills");
        if (skill == r->skill_len)
            r->skills[r->skill_len++] = list->items[i].number;
        route_add_skill(out, skill);
    }
    return NULL;
}

Str json_id_of(const Reader *r, const Tree *id)
{
    if (id && id->kind == TREE_INT)
        return str_format(r->arena, "%lld", (long long)id->number);
    if (id && id->kind == TREE_TEXT)
        return str_format(r->arena, "\"%.*s", STR_ARG(id->text));
    return (Str){0};
}

Str json_id(const Reader *r, const Tree *from)
{
    return json_id_of(r, tree_get(from, "id"));
}

/* ---- places ---- */

static void place_key(Reader *r, int32_t place, double lon, double lat, int64_t index)
{
    r->out->lon_lat[place][0] = lon;
    r->out->lon_lat[place][1] = lat;
    r->out->index[place] = (int32_t)index;
}

/* The place of `name` ("location", "start", "end") with "<name>_index": by matrix row when given, else by coordinates. */
Err *json_place(Reader *r, const Tree *from, const char *name, int32_t *out)
{
    char index_name[40];
    snprintf(index_name, sizeof index_name, "%s_index", name);
    const Tree *at = tree_get(from, name);
    int64_t index = -1;
    TRY(json_whole(r, from, index_name, 0, ROUTE_PLACES_MAX - 1, &index));
    double lon = NAN, lat = NAN;
    *out = -1;
    if (at) {
        bool good = at->kind == TREE_LIST && at->len == 2;
        for (int i = 0; i < 2 && good; i++)
            good = at->items[i].kind == TREE_INT || at->items[i].kind == TREE_REAL;
        if (!good || !(fabs(at->items[0].real) <= 180) || !(fabs(at->items[1].real) <= 90))
            return json_bad(r, "a location is [longitude, latitude]");
        lon = at->items[0].real, lat = at->items[1].real;
    }
    if (!at && index < 0)
        return NULL;
    size_t place = 0;
    if (index >= 0) {
        place = (size_t)index;
        if (place >= r->place_room)
            return json_bad(r, "a location_index is outside the matrices");
        r->indexed = true;
        if (!at)
            lon = r->out->lon_lat[place][0], lat = r->out->lon_lat[place][1];
        place_key(r, (int32_t)place, lon, lat, index);
        if (r->out->place_len <= place)
            r->out->place_len = place + 1;
    } else {
        r->placed = true;
        while (place < r->out->place_len && !(r->out->lon_lat[place][0] == lon && r->out->lon_lat[place][1] == lat))
            place++;
        if (place == r->place_room)
            return err_detail(r->arena, ERR_INVALID, "route.size", "more than 5,000 places");
        if (place == r->out->place_len)
            place_key(r, (int32_t)r->out->place_len++, lon, lat, -1);
    }
    *out = (int32_t)place;
    return NULL;
}

/* ---- jobs and shipments ---- */

static Err *read_task(Reader *r, const Tree *task, const char *type, RouteStop *stop)
{
    static const char *const unknown[] = {"setup_per_type", "service_per_type", NULL};
    RouteName *name = &r->out->stop_name[r->stop_len];
    if (task->kind != TREE_OBJECT)
        return json_bad(r, "an object was expected");
    *stop = (RouteStop){.pair = -1, .vehicle = -1, .place = -1};
    *name = (RouteName){.id = json_id(r, task), .type = type};
    if (name->id.len == 0)
        return json_bad(r, "id is missing");
    TRY(json_refuse(r, task, unknown));
    const Tree *description = tree_get(task, "description");
    if (description && description->kind == TREE_TEXT)
        name->description = description->text;
    TRY(json_place(r, task, "location", &stop->place));
    if (stop->place < 0)
        return json_bad(r, "location or location_index is missing");
    TRY(json_whole(r, task, "service", 0, ROUTE_TIME_MAX, &stop->service));
    TRY(json_whole(r, task, "setup", 0, ROUTE_TIME_MAX, &stop->setup));
    TRY(json_whole(r, task, "release", 0, ROUTE_TIME_MAX, &stop->release));
    return json_windows(r, task, &stop->windows, &stop->window_len);
}

/* Fields that a job and a shipment have alike. skip_cost is ours: what leaving it out may cost; without it it is required. */
static Err *read_wishes(Reader *r, const Tree *task, RouteStop *stop)
{
    int64_t priority = 0, skip = -1, vehicle = -1;
    TRY(json_skills(r, task, &stop->skills));
    TRY(json_whole(r, task, "priority", 0, ROUTE_PRIORITY_MAX, &priority));
    TRY(json_whole(r, task, "skip_cost", 0, ROUTE_EDGE_MAX, &skip));
    TRY(json_whole(r, task, "vehicle", 0, ROUTE_TIME_MAX, &vehicle));
    stop->priority = (int32_t)priority;
    if (skip >= 0) {
        stop->need = ROUTE_OPTIONAL;
        stop->skip_cost = skip;
    }
    if (vehicle >= 0)
        r->pin[r->stop_len] = vehicle;
    return NULL;
}

static Err *read_jobs(Reader *r, const Tree *jobs)
{
    for (size_t i = 0; jobs && i < jobs->len; i++) {
        json_where(r, "jobs", i);
        const Tree *task = &jobs->items[i];
        RouteStop *stop = &r->stops[r->stop_len];
        r->pin[r->stop_len] = -1;
        TRY(read_task(r, task, "job", stop));
        TRY(read_wishes(r, task, stop));
        TRY(json_amounts(r, task, tree_get(task, "amount") && !tree_get(task, "delivery") ? "amount" : "delivery",
                         stop->delivery));
        TRY(json_amounts(r, task, "pickup", stop->pickup));
        r->stop_len++;
    }
    return NULL;
}

static Err *read_shipments(Reader *r, const Tree *shipments)
{
    for (size_t i = 0; shipments && i < shipments->len; i++) {
        json_where(r, "shipments", i);
        const Tree *both = &shipments->items[i], *pickup = tree_get(both, "pickup"), *delivery = tree_get(both, "delivery");
        if (!pickup || !delivery)
            return json_bad(r, "pickup and delivery are needed");
        RouteStop *first = &r->stops[r->stop_len], *second = first + 1;
        r->pin[r->stop_len] = r->pin[r->stop_len + 1] = -1;
        RouteStop wishes = {0};
        TRY(read_wishes(r, both, &wishes));
        TRY(read_task(r, pickup, "pickup", first));
        first->skills = wishes.skills, first->priority = wishes.priority;
        first->need = wishes.need, first->skip_cost = wishes.skip_cost;
        TRY(json_amounts(r, both, "amount", first->pickup));
        r->stop_len++;
        TRY(read_task(r, delivery, "delivery", second));
        second->skills = wishes.skills, second->priority = wishes.priority;
        second->need = wishes.need, second->skip_cost = wishes.skip_cost;
        memcpy(second->delivery, first->pickup, sizeof second->delivery);
        r->pin[r->stop_len] = r->pin[r->stop_len - 1];
        first->pair = (int32_t)r->stop_len;
        second->pair = (int32_t)r->stop_len - 1;
        r->stop_len++;
    }
    return NULL;
}

/* ---- matrices ---- */

static Err *read_matrix(Reader *r, const Tree *list, const int32_t **out)
{
    size_t n = r->out->place_len;
    if (list->kind != TREE_LIST || list->row || list->len < n)
        return json_bad(r, "a matrix has fewer rows than places are used");
    int32_t *matrix = NEW_ARRAY(r->arena, int32_t, n * n + 1);
    for (size_t i = 0; i < n; i++) {
        const Tree *row = &list->items[i];
        if (row->kind != TREE_LIST || row->len != list->len)
            return json_bad(r, "a matrix is not square");
        for (size_t j = 0; j < n; j++) {
            const Tree *item = row->row ? NULL : &row->items[j];
            bool none = item ? item->kind == TREE_NULL : isnan(row->row[j]), number = !item || item->kind == TREE_INT || item->kind == TREE_REAL;
            double value = item ? item->real : row->row[j];
            if (none)
                matrix[i * n + j] = INT32_MAX; /* no road */
            else if (number && value >= 0 && value <= (double)ROUTE_EDGE_MAX)
                matrix[i * n + j] = (int32_t)llround(value);
            else
                return json_bad(r, "a matrix holds numbers from 0 to 2,000,000,000, or null where no road leads");
        }
    }
    *out = matrix;
    return NULL;
}

static Err *read_profile(Reader *r, const Tree *matrices, Str name, RouteProfile *profile)
{
    const Tree *one = tree_get(matrices, str_z(r->arena, name));
    snprintf(r->where, sizeof r->where, "matrices.%.*s", (int)(name.len > 30 ? 30 : name.len), name.at);
    const Tree *durations = tree_get(one, "durations"), *distances = tree_get(one, "distances"), *costs = tree_get(one, "costs");
    if (!durations)
        return json_bad(r, "durations is missing (each profile of a vehicle needs a matrix)");
    TRY(read_matrix(r, durations, &profile->time));
    r->measured[profile - r->out->problem.profiles] = distances;
    r->priced[profile - r->out->problem.profiles] = costs;
    if (distances)
        TRY(read_matrix(r, distances, &profile->distance));
    else
        profile->distance = NEW_ARRAY(r->arena, int32_t, r->out->place_len * r->out->place_len + 1);
    if (costs)
        TRY(read_matrix(r, costs, &profile->cost));
    return NULL;
}

static Err *read_matrices(Reader *r, const Tree *root)
{
    const Tree *matrices = tree_get(root, "matrices"), *matrix = tree_get(root, "matrix");
    RouteProfile *profiles = NEW_ARRAY(r->arena, RouteProfile, (size_t)r->profile_len + 1);
    r->out->problem.profiles = profiles;
    r->out->problem.profile_len = (size_t)r->profile_len;
    r->out->profile_names = r->profiles;
    r->measured = NEW_ARRAY(r->arena, bool, (size_t)r->profile_len + 1);
    r->priced = NEW_ARRAY(r->arena, bool, (size_t)r->profile_len + 1);
    if (!matrices && !matrix) {
        snprintf(r->where, sizeof r->where, "matrices");
        if (r->indexed)
            return json_bad(r, "location_index needs matrices");
        r->out->needs_matrix = true;
        return NULL;
    }
    if (r->placed) {
        snprintf(r->where, sizeof r->where, "matrices");
        return json_bad(r, "with matrices each location needs its location_index");
    }
    for (int i = 0; i < r->profile_len; i++) {
        if (matrices)
            TRY(read_profile(r, matrices, r->profiles[i], &profiles[i]));
        else {
            snprintf(r->where, sizeof r->where, "matrix");
            TRY(read_matrix(r, matrix, &profiles[i].time));
            profiles[i].distance = NEW_ARRAY(r->arena, int32_t, r->out->place_len * r->out->place_len + 1);
        }
    }
    return NULL;
}

/* ---- the whole ---- */

static Err *list_of(Reader *r, const Tree *root, const char *name, size_t max, const Tree **out)
{
    *out = tree_get(root, name);
    snprintf(r->where, sizeof r->where, "%s", name);
    if (*out && ((*out)->kind != TREE_LIST || (*out)->row))
        return json_bad(r, "a list of objects was expected");
    if (*out && (*out)->len > max)
        return err_detail(r->arena, ERR_INVALID, "route.size", "%s has %zu entries; %zu are possible", name, (*out)->len, max);
    return NULL;
}

static void allocate(Reader *r, size_t stops, size_t vehicles)
{
    r->place_room = ROUTE_PLACES_MAX;
    r->stops = NEW_ARRAY(r->arena, RouteStop, stops + 1);
    r->pin = NEW_ARRAY(r->arena, int64_t, stops + 1);
    r->out->stop_name = NEW_ARRAY(r->arena, RouteName, stops + 1);
    r->vehicles = NEW_ARRAY(r->arena, RouteVehicle, vehicles + 1);
    r->out->vehicle_name = NEW_ARRAY(r->arena, RouteName, vehicles + 1);
    r->out->breaks = NEW_ARRAY(r->arena, RouteName *, vehicles + 1);
    r->out->lon_lat = arena_alloc(r->arena, array_bytes(r->place_room, sizeof *r->out->lon_lat));
    r->out->index = NEW_ARRAY(r->arena, int32_t, r->place_room);
    r->profiles = NEW_ARRAY(r->arena, Str, vehicles + 1);
    for (size_t i = 0; i < r->place_room; i++)
        place_key(r, (int32_t)i, NAN, NAN, -1);
}

Err *route_read_json(Arena *arena, Str text, RouteJson *out)
{
    Tree root;
    *out = (RouteJson){.cost_unit = 1};
    Reader r = {.arena = arena, .out = out, .dims = -1};
    const Tree *jobs, *shipments, *vehicles;
    TRY(tree_read(arena, text, &root));
    TRY(list_of(&r, &root, "jobs", ROUTE_STOPS_MAX, &jobs));
    TRY(list_of(&r, &root, "shipments", ROUTE_STOPS_MAX / 2, &shipments));
    TRY(list_of(&r, &root, "vehicles", ROUTE_VEHICLES_MAX, &vehicles));
    if (!vehicles || vehicles->len == 0)
        return json_bad(&r, "at least one vehicle is needed");
    size_t stops = (jobs ? jobs->len : 0) + 2 * (shipments ? shipments->len : 0);
    if (stops > ROUTE_STOPS_MAX)
        return err_detail(arena, ERR_INVALID, "route.size", "%zu stops; 4,000 are possible", stops);
    allocate(&r, stops, vehicles->len);
    TRY(read_jobs(&r, jobs));
    TRY(read_shipments(&r, shipments));
    TRY(json_vehicles(&r, vehicles));
    TRY(json_no_doubles(&r, vehicles->len));
    json_shift_windows(&r, vehicles->len);
    TRY(read_matrices(&r, &root));
    TRY(json_prices_known(&r, vehicles));
    TRY(json_trips(&r, &root));
    const Tree *line = tree_get(tree_get(&root, "options"), "g");
    out->geometry = line && line->kind == TREE_BOOL && line->truth;
    out->problem.dims = r.dims < 0 ? 0 : r.dims;
    out->problem.place_len = (int32_t)out->place_len;
    out->problem.stops = r.stops;
    out->problem.stop_len = r.stop_len;
    out->problem.vehicles = r.vehicles;
    out->problem.vehicle_len = vehicles->len;
    return out->needs_matrix ? NULL : route_check_problem(arena, &out->problem);
}
