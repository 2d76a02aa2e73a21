/* What the readers of VROOM's JSON share. */
#pragma once
#include <stdio.h>

#include "solve/route_io/route_io.h"
#include "solve/route_io/tree.h"

typedef struct Reader {
    Arena *arena;
    RouteJson *out;
    char where[64];
    int dims; /* -1: not known yet */
    int64_t skills[ROUTE_SKILL_MAX + 1];
    int skill_len;
    RouteStop *stops;
    size_t stop_len;
    int64_t *pin; /* by stop: the id of the vehicle it is pinned to, or -1 */
    RouteVehicle *vehicles;
    Str *profiles;
    int profile_len;
    size_t place_room;
    bool indexed, placed; /* places were named by matrix row, by coordinates */
    bool *measured, *priced; /* by profile: its matrices have distances, have costs */
} Reader;

Err *json_bad(const Reader *r, const char *what);
void json_where(Reader *r, const char *list, size_t at);
Err *json_whole(const Reader *r, const Tree *from, const char *name, int64_t min, int64_t max, int64_t *out);
Err *json_amounts(Reader *r, const Tree *from, const char *name, int64_t out[ROUTE_DIMS_MAX]);
Err *json_window(const Reader *r, const Tree *list, RouteWindow *out);
Err *json_windows(const Reader *r, const Tree *from, const RouteWindow **out, size_t *len);
Err *json_skills(Reader *r, const Tree *from, RouteSkills *out);
Str json_id(const Reader *r, const Tree *from); /* of its "id" */
Str json_id_of(const Reader *r, const Tree *id); /* as RouteName.id */
Err *json_place(Reader *r, const Tree *from, const char *name, int32_t *out);
Err *json_vehicles(Reader *r, const Tree *vehicles);

/* ---- json_rules.c: what would be told wrongly otherwise ---- */
Err *json_refuse(const Reader *r, const Tree *from, const char *const *names); /* fields that a plan would not heed; NULL ends the list */
Err *json_no_doubles(Reader *r, size_t vehicle_len);
Err *json_prices_known(Reader *r, const Tree *vehicles);
void json_shift_windows(Reader *r, size_t vehicle_len);
Err *json_trips(Reader *r, const Tree *root);
