/* VROOM's vehicles: costs, breaks, limits, and a plan they begin with. */
#include <math.h>
#include <string.h>

#include "solve/route_io/json_read.h"

static Err *read_breaks(Reader *r, const Tree *one, size_t v)
{
    const Tree *list = tree_get(one, "breaks");
    RouteVehicle *vehicle = &r->vehicles[v];
    if (!list)
        return NULL;
    if (list->kind != TREE_LIST || list->len > ROUTE_BREAKS_MAX)
        return json_bad(r, "breaks is a list of up to 8");
    RouteBreak *breaks = NEW_ARRAY(r->arena, RouteBreak, list->len + 1);
    r->out->breaks[v] = NEW_ARRAY(r->arena, RouteName, list->len + 1);
    for (size_t i = 0; i < list->len; i++) {
        for (int k = 0; k < ROUTE_DIMS_MAX; k++)
            breaks[i].max_load[k] = ROUTE_NEVER;
        const Tree *description = tree_get(&list->items[i], "description");
        r->out->breaks[v][i] = (RouteName){.id = json_id(r, &list->items[i]), .type = "break"};
        if (description && description->kind == TREE_TEXT)
            r->out->breaks[v][i].description = description->text;
        TRY(json_windows(r, &list->items[i], &breaks[i].windows, &breaks[i].window_len));
        TRY(json_whole(r, &list->items[i], "service", 0, ROUTE_TIME_MAX, &breaks[i].service));
        TRY(json_amounts(r, &list->items[i], "max_load", breaks[i].max_load));
        if (breaks[i].window_len == 0) { /* whenever it suits */
            RouteWindow *any = NEW(r->arena, RouteWindow);
            *any = vehicle->shift;
            breaks[i].windows = any, breaks[i].window_len = 1;
        }
    }
    vehicle->breaks = breaks;
    vehicle->break_len = list->len;
    return NULL;
}

static double cost_of(const Tree *one, const char *name, double otherwise)
{
    const Tree *value = tree_get(tree_get(one, "costs"), name);
    if (!value)
        return otherwise;
    return value->kind == TREE_INT || value->kind == TREE_REAL ? value->real : NAN;
}

/* An hour of driving costs per_hour (3,600 when not stated: a second costs 1), a kilometre per_km. */
static Err *read_costs(Reader *r, const Tree *one, RouteVehicle *vehicle)
{
    static const char *const unknown[] = {"per_task_hour", NULL};
    TRY(json_refuse(r, tree_get(one, "costs"), unknown));
    double unit = (double)r->out->cost_unit;
    double fixed = cost_of(one, "fixed", 0) * unit, hour = cost_of(one, "per_hour", 3600) * unit * 1e6 / 3600;
    double kilometre = cost_of(one, "per_km", 0) * unit * 1e6 / 1000;
    double max = (double)ROUTE_EDGE_MAX;
    if (!(fixed >= 0 && fixed <= max && hour >= 0 && hour <= max && kilometre >= 0 && kilometre <= max))
        return json_bad(r, "costs: fixed, per_hour and per_km are numbers from 0 to about 20,000");
    vehicle->fixed_cost = llround(fixed);
    vehicle->time_price = llround(hour);
    vehicle->distance_price = llround(kilometre);
    return NULL;
}

static Err *read_limits(Reader *r, const Tree *one, RouteVehicle *vehicle)
{
    int64_t tasks = INT32_MAX, trips = 1;
    TRY(json_whole(r, one, "max_tasks", 0, INT32_MAX, &tasks));
    TRY(json_whole(r, one, "max_travel_time", 0, ROUTE_TIME_MAX, &vehicle->max_travel));
    TRY(json_whole(r, one, "max_distance", 0, ROUTE_TIME_MAX, &vehicle->max_distance));
    TRY(json_whole(r, one, "max_duration", 0, ROUTE_TIME_MAX, &vehicle->max_duration));
    TRY(json_whole(r, one, "trips", 1, ROUTE_TRIPS_MAX, &trips));
    TRY(json_whole(r, one, "reload_time", 0, ROUTE_TIME_MAX, &vehicle->reload_time));
    vehicle->max_stops = (int32_t)tasks;
    vehicle->trips = (int32_t)trips;
    const Tree *speed = tree_get(one, "speed_factor");
    double factor = !speed ? 1 : speed->kind == TREE_INT || speed->kind == TREE_REAL ? speed->real : NAN;
    if (!(factor >= 0.01 && factor <= 100))
        return json_bad(r, "speed_factor is a number from 0.01 to 100");
    vehicle->speed_ppm = llround(factor * 1e6);
    return NULL;
}

static Err *read_profile_name(Reader *r, const Tree *one, RouteVehicle *vehicle)
{
    const Tree *name = tree_get(one, "profile");
    Str wanted = name && name->kind == TREE_TEXT ? name->text : STR("car");
    int i = 0;
    while (i < r->profile_len && !str_eq(r->profiles[i], wanted))
        i++;
    if (i == r->profile_len)
        r->profiles[r->profile_len++] = wanted;
    if (r->profile_len > 20)
        return json_bad(r, "more than 20 profiles");
    vehicle->profile = i;
    return NULL;
}

static int32_t stop_named(const Reader *r, Str type, Str id)
{
    for (size_t i = 0; i < r->stop_len; i++)
        if (str_eq(type, str_of(r->out->stop_name[i].type)) && str_eq(id, r->out->stop_name[i].id))
            return (int32_t)i;
    return -1;
}

/* "steps": a plan to begin with. A step with "done": true, and all before it, is driven or promised already. */
static Err *read_steps(Reader *r, const Tree *one, RouteVehicle *vehicle)
{
    const Tree *steps = tree_get(one, "steps");
    if (!steps)
        return NULL;
    if (steps->kind != TREE_LIST || steps->row || steps->len > 2 * ROUTE_STOPS_MAX)
        return json_bad(r, "steps is a list");
    int32_t *planned = NEW_ARRAY(r->arena, int32_t, steps->len + 1);
    for (size_t i = 0; i < steps->len; i++) {
        const Tree *type = tree_get(&steps->items[i], "type"), *done = tree_get(&steps->items[i], "done");
        if (!type || type->kind != TREE_TEXT)
            return json_bad(r, "a step needs its type");
        if (str_eq(type->text, STR("start")) || str_eq(type->text, STR("end")) || str_eq(type->text, STR("break")))
            continue;
        int32_t stop = stop_named(r, type->text, json_id(r, &steps->items[i]));
        if (stop < 0)
            return json_bad(r, "a step names a job or shipment that is not there");
        planned[vehicle->planned_len++] = stop;
        if (done && done->kind == TREE_BOOL && done->truth)
            vehicle->done_len = vehicle->planned_len;
    }
    vehicle->planned = planned;
    return NULL;
}

static Err *read_vehicle(Reader *r, const Tree *one, size_t v)
{
    RouteVehicle *vehicle = &r->vehicles[v];
    RouteName *name = &r->out->vehicle_name[v];
    *vehicle = (RouteVehicle){.shift = {0, ROUTE_NEVER}, .max_duration = ROUTE_NEVER, .max_travel = ROUTE_NEVER,
                              .max_distance = ROUTE_NEVER};
    name->id = json_id(r, one);
    if (name->id.len == 0)
        return json_bad(r, "id is missing");
    const Tree *description = tree_get(one, "description"), *shift = tree_get(one, "time_window");
    if (description && description->kind == TREE_TEXT)
        name->description = description->text;
    TRY(json_place(r, one, "start", &vehicle->start));
    TRY(json_place(r, one, "end", &vehicle->end));
    if (vehicle->start < 0 && vehicle->end < 0)
        return json_bad(r, "start or end is needed");
    for (int k = 0; k < ROUTE_DIMS_MAX; k++)
        vehicle->capacity[k] = tree_get(one, "capacity") ? 0 : ROUTE_NEVER;
    TRY(json_amounts(r, one, "capacity", vehicle->capacity));
    if (shift)
        TRY(json_window(r, shift, &vehicle->shift));
    TRY(json_skills(r, one, &vehicle->skills));
    TRY(read_profile_name(r, one, vehicle));
    TRY(read_costs(r, one, vehicle));
    TRY(read_limits(r, one, vehicle));
    TRY(read_breaks(r, one, v));
    return read_steps(r, one, vehicle);
}

/* Whole prices need no finer unit than the user's own; others get a thousandth. */
static void choose_unit(Reader *r, const Tree *vehicles)
{
    for (size_t v = 0; v < vehicles->len; v++) {
        double hour = cost_of(&vehicles->items[v], "per_hour", 3600), kilometre = cost_of(&vehicles->items[v], "per_km", 0);
        double fixed = cost_of(&vehicles->items[v], "fixed", 0);
        if (fmod(hour, 3600) != 0 || fmod(kilometre, 1000) != 0 || fixed != floor(fixed))
            r->out->cost_unit = 100;
    }
}

static Err *resolve_pins(Reader *r, size_t vehicle_len)
{
    for (size_t i = 0; i < r->stop_len; i++) {
        Str id = str_format(r->arena, "%lld", (long long)r->pin[i]);
        for (size_t v = 0; v < vehicle_len && r->pin[i] >= 0 && r->stops[i].vehicle < 0; v++)
            if (str_eq(r->out->vehicle_name[v].id, id))
                r->stops[i].vehicle = (int32_t)v;
        if (r->pin[i] >= 0 && r->stops[i].vehicle < 0) {
            snprintf(r->where, sizeof r->where, "stop %zu", i);
            return json_bad(r, "it is pinned to a vehicle that is not there");
        }
    }
    return NULL;
}

Err *json_vehicles(Reader *r, const Tree *vehicles)
{
    choose_unit(r, vehicles);
    for (size_t i = 0; i < r->stop_len; i++) /* skip costs are in the user's unit */
        r->stops[i].skip_cost = r->stops[i].skip_cost > ROUTE_EDGE_MAX / r->out->cost_unit
                                    ? ROUTE_EDGE_MAX : r->stops[i].skip_cost * r->out->cost_unit;
    for (size_t v = 0; v < vehicles->len; v++) {
        json_where(r, "vehicles", v);
        TRY(read_vehicle(r, &vehicles->items[v], v));
    }
    return resolve_pins(r, vehicles->len);
}
