/* Rules over the whole of a problem: names that stand twice, fields whose meaning a plan would not keep, windows as VROOM means them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/route_io/json_read.h"

enum { TRIPS_MAX = 100000 };

Err *json_refuse(const Reader *r, const Tree *from, const char *const *names)
{
    for (; *names; names++)
        if (tree_get(from, *names))
            return json_bad(r, str_z(r->arena, str_format(r->arena, "%s is not known here; a plan would not keep to it", *names)));
    return NULL;
}

/* ---- names ---- */

typedef struct Named {
    const char *type;
    Str id;
} Named;

static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    int type = strcmp(x->type, y->type);
    return type ? type : str_compare(x->id, y->id);
}

static Err *no_doubles(Reader *r, Named *names, size_t len)
{
    qsort(names, len, sizeof *names, by_name);
    for (size_t i = 1; i < len; i++)
        if (by_name(&names[i - 1], &names[i]) == 0) {
            Str id = names[i].id;
            snprintf(r->where, sizeof r->where, "%s %.*s%s", names[i].type, (int)(id.len > 20 ? 20 : id.len), id.at, id.len && id.at[0] == '"' ? "\"" : "");
            return json_bad(r, "two have this id");
        }
    return NULL;
}

static void collect(Named *out, const RouteName *names, size_t len, const char *type)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (Named){type ? type : names[i].type, names[i].id};
}

Err *json_no_doubles(Reader *r, size_t vehicle_len)
{
    Named *names = NEW_ARRAY(r->arena, Named, r->stop_len + vehicle_len + ROUTE_BREAKS_MAX + 1);
    collect(names, r->out->stop_name, r->stop_len, NULL);
    TRY(no_doubles(r, names, r->stop_len));
    collect(names, r->out->vehicle_name, vehicle_len, "vehicle");
    TRY(no_doubles(r, names, vehicle_len));
    for (size_t v = 0; v < vehicle_len; v++) {
        size_t len = 0;
        for (size_t i = 0; i < r->vehicles[v].break_len; i++)
            if (r->out->breaks[v][i].id.len)
                names[len++] = (Named){"break", r->out->breaks[v][i].id};
        TRY(no_doubles(r, names, len));
    }
    return NULL;
}

/* ---- prices ---- */

Err *json_prices_known(Reader *r, const Tree *vehicles)
{
    for (size_t v = 0; v < vehicles->len && !r->out->needs_matrix; v++) {
        const RouteVehicle *vehicle = &r->vehicles[v];
        const Tree *costs = tree_get(&vehicles->items[v], "costs");
        json_where(r, "vehicles", v);
        if (r->priced[vehicle->profile] && (tree_get(costs, "per_hour") || tree_get(costs, "per_km")))
            return json_bad(r, "its profile has a matrix of costs: per_hour and per_km would not count");
        if (!r->measured[vehicle->profile] && (vehicle->distance_price > 0 || vehicle->max_distance != ROUTE_NEVER))
            return json_bad(r, "per_km and max_distance need a matrix of distances for its profile");
    }
    return NULL;
}

/* ---- windows ---- */

static bool *shared_places(const Reader *r, size_t vehicle_len)
{
    bool *seen = NEW_ARRAY(r->arena, bool, r->out->place_len + 1), *shared = NEW_ARRAY(r->arena, bool, r->out->place_len + 1);
    for (size_t v = 0; v < vehicle_len; v++)
        if (r->vehicles[v].start >= 0)
            shared[r->vehicles[v].start] = true;
    for (size_t i = 0; i < r->stop_len; i++) {
        shared[r->stops[i].place] |= seen[r->stops[i].place];
        seen[r->stops[i].place] = true;
    }
    return shared;
}

/* VROOM's window is for the moment when setting up begins, ours for when service does. Where a vehicle can come from the same place, and so
   need no setup, only moments that are right in both cases are taken (unless there are none). */
void json_shift_windows(Reader *r, size_t vehicle_len)
{
    const bool *shared = shared_places(r, vehicle_len);
    for (size_t i = 0; i < r->stop_len; i++) {
        RouteStop *stop = &r->stops[i];
        if (!stop->setup || !stop->window_len)
            continue;
        RouteWindow *windows = arena_copy(r->arena, stop->windows, stop->window_len * sizeof *windows);
        for (size_t k = 0; k < stop->window_len; k++) {
            int64_t from = windows[k].from + stop->setup, to = windows[k].to + stop->setup;
            if (shared[stop->place] && windows[k].to >= from)
                to = windows[k].to;
            windows[k] = (RouteWindow){from < ROUTE_TIME_MAX ? from : ROUTE_TIME_MAX, to < ROUTE_TIME_MAX ? to : ROUTE_TIME_MAX};
        }
        stop->windows = windows;
    }
}

/* ---- recorded trips ---- */

static bool point_of(const Tree *at, double out[2])
{
    if (!at || at->kind != TREE_LIST || at->len != 2)
        return false;
    for (int i = 0; i < 2; i++) {
        if (at->items[i].kind != TREE_INT && at->items[i].kind != TREE_REAL)
            return false;
        out[i] = at->items[i].real;
    }
    return fabs(out[0]) <= 180 && fabs(out[1]) <= 90;
}

static int32_t profile_named(const Reader *r, const Tree *name)
{
    Str wanted = name && name->kind == TREE_TEXT ? name->text : STR("car");
    for (int i = 0; i < r->profile_len; i++)
        if (str_eq(r->profiles[i], wanted))
            return i;
    return -1;
}

/* "trips": [{"from": [lon, lat], "to": [lon, lat], "distance": metres, "duration": seconds, "profile": "car"}] */
Err *json_trips(Reader *r, const Tree *root)
{
    const Tree *list = tree_get(root, "trips");
    snprintf(r->where, sizeof r->where, "trips");
    if (!list)
        return NULL;
    if (list->kind != TREE_LIST || list->row || list->len > TRIPS_MAX)
        return json_bad(r, "a list of up to 100,000 was expected");
    RouteTrip *trips = NEW_ARRAY(r->arena, RouteTrip, list->len + 1);
    for (size_t i = 0; i < list->len; i++) {
        const Tree *one = &list->items[i];
        double from[2], to[2];
        int64_t metres = 0, seconds = 0;
        json_where(r, "trips", i);
        if (!point_of(tree_get(one, "from"), from) || !point_of(tree_get(one, "to"), to))
            return json_bad(r, "from and to are [longitude, latitude]");
        TRY(json_whole(r, one, "distance", 1, ROUTE_EDGE_MAX, &metres));
        TRY(json_whole(r, one, "duration", 1, ROUTE_EDGE_MAX, &seconds));
        if (!metres || !seconds)
            return json_bad(r, "distance in metres and duration in seconds are needed");
        trips[i].profile = profile_named(r, tree_get(one, "profile"));
        trips[i].trip = (RoadsTrip){roads_straight_cm(from[0], from[1], to[0], to[1]), (double)metres * 100, (double)seconds};
    }
    r->out->trips = trips;
    r->out->trip_len = list->len;
    return NULL;
}
