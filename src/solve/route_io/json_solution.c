/* Reading a solution back, so that any solver's plan can be checked. */
#include <string.h>

#include "solve/route_io/json_read.h"

typedef struct Solution {
    Reader r;
    const RouteJson *json;
    RoutePlan *plan;
} Solution;

static Err *whole_or(const Solution *s, const Tree *from, const char *name, int64_t otherwise, int64_t *out)
{
    *out = otherwise;
    return json_whole(&s->r, from, name, 0, ROUTE_TIME_MAX, out);
}

static int32_t find_name(const RouteName *names, size_t len, const char *type, Str id)
{
    for (size_t i = 0; i < len; i++)
        if (str_eq(names[i].id, id) && (!type || strcmp(names[i].type, type) == 0))
            return (int32_t)i;
    return -1;
}

static Err *read_kind(const Solution *s, const Tree *step, const RouteLine *line, int breaks, RouteVisit *visit)
{
    static const char *const kinds[] = {"start", "", "break", "reload", "end"};
    const Tree *type = tree_get(step, "type");
    const RouteVehicle *vehicle = &s->json->problem.vehicles[line->vehicle];
    if (!type || type->kind != TREE_TEXT)
        return json_bad(&s->r, "a step needs its type");
    *visit = (RouteVisit){.kind = ROUTE_STOP, .index = -1, .place = -1};
    for (int i = 0; i < 5; i++)
        if (str_eq(type->text, str_of(kinds[i])))
            visit->kind = (RouteVisitKind)i;
    if (visit->kind == ROUTE_BREAK)
        visit->index = breaks;
    if (visit->kind == ROUTE_START || visit->kind == ROUTE_RELOAD)
        visit->place = vehicle->start;
    if (visit->kind == ROUTE_END)
        visit->place = vehicle->end;
    if (visit->kind != ROUTE_STOP)
        return NULL;
    visit->index = find_name(s->json->stop_name, s->json->problem.stop_len, str_z(s->r.arena, type->text),
                             json_id(&s->r, step));
    if (visit->index < 0)
        return json_bad(&s->r, "a step names a job or shipment that is not in the problem");
    visit->place = s->json->problem.stops[visit->index].place;
    return NULL;
}

static Err *read_step(const Solution *s, const Tree *step, RouteLine *line, int breaks, RouteVisit *visit)
{
    TRY(read_kind(s, step, line, breaks, visit));
    TRY(whole_or(s, step, "arrival", 0, &visit->arrival));
    TRY(whole_or(s, step, "waiting_time", 0, &visit->wait));
    TRY(whole_or(s, step, "setup", 0, &visit->setup));
    TRY(whole_or(s, step, "service", 0, &visit->service));
    TRY(whole_or(s, step, "duration", 0, &visit->travel));
    TRY(whole_or(s, step, "distance", 0, &visit->distance));
    const Tree *load = tree_get(step, "load");
    for (size_t k = 0; load && load->kind == TREE_LIST && !load->row && k < load->len && k < ROUTE_DIMS_MAX; k++) {
        const Tree *amount = &load->items[k];
        if (amount->kind != TREE_INT || amount->number < 0 || amount->number > ROUTE_TIME_MAX)
            return json_bad(&s->r, "a load is a list of whole numbers from 0");
        visit->load[k] = amount->number;
    }
    return NULL;
}

/* The sums a line states are checked against its steps; its cost against what the problem says. */
static void sum_line(RouteLine *line)
{
    for (size_t i = 0; i < line->visit_len; i++) {
        line->wait += line->visits[i].wait;
        line->setup += line->visits[i].setup;
        line->service += line->visits[i].service;
    }
    const RouteVisit *last = &line->visits[line->visit_len - 1];
    line->begin = line->visits[0].arrival;
    line->finish = last->arrival + last->wait + last->setup + last->service;
    line->travel = last->travel;
    line->distance = last->distance;
}

/* VROOM has no step "start" or "end" for a vehicle that begins or ends anywhere; a plan here has one that takes no time. */
static void add_ends(const Solution *s, RouteLine *line)
{
    const RouteVehicle *vehicle = &s->json->problem.vehicles[line->vehicle];
    RouteVisit first = line->visits[0], last = line->visits[line->visit_len - 1];
    if (vehicle->start < 0 && first.kind != ROUTE_START) {
        memmove(&line->visits[1], &line->visits[0], line->visit_len++ * sizeof first);
        RouteVisit begin = {.kind = ROUTE_START, .index = -1, .place = -1, .arrival = first.arrival};
        for (int k = 0; k < ROUTE_DIMS_MAX; k++) {
            const RouteStop *stop = first.kind == ROUTE_STOP ? &s->json->problem.stops[first.index] : NULL;
            begin.load[k] = first.load[k] + (stop ? stop->delivery[k] - stop->pickup[k] : 0);
        }
        line->visits[0] = begin;
    }
    if (vehicle->end < 0 && last.kind != ROUTE_END) {
        RouteVisit end = {.kind = ROUTE_END, .index = -1, .place = -1, .arrival = last.arrival + last.wait + last.setup + last.service,
                          .travel = last.travel, .distance = last.distance};
        memcpy(end.load, last.load, sizeof end.load);
        line->visits[line->visit_len++] = end;
    }
}

static Err *read_route(Solution *s, const Tree *route, RouteLine *line)
{
    const Tree *steps = tree_get(route, "steps");
    line->vehicle = find_name(s->json->vehicle_name, s->json->problem.vehicle_len, NULL, json_id_of(&s->r, tree_get(route, "vehicle")));
    if (line->vehicle < 0)
        return json_bad(&s->r, "its vehicle is not in the problem");
    if (!steps || steps->kind != TREE_LIST || steps->row || steps->len < 1)
        return json_bad(&s->r, "steps are missing");
    line->visits = NEW_ARRAY(s->r.arena, RouteVisit, steps->len + 2);
    int breaks = 0;
    for (size_t i = 0; i < steps->len; i++) {
        TRY(read_step(s, &steps->items[i], line, breaks, &line->visits[i]));
        breaks += line->visits[i].kind == ROUTE_BREAK;
    }
    line->visit_len = steps->len;
    add_ends(s, line);
    sum_line(line);
    return NULL;
}

/* What the whole is said to cost must be what its rounds are said to cost, each rounded by itself. */
static Err *read_total(Solution *s, const Tree *root)
{
    int64_t stated, unit = s->json->cost_unit, slack = unit * ((int64_t)s->plan->line_len + 1);
    snprintf(s->r.where, sizeof s->r.where, "summary");
    TRY(whole_or(s, tree_get(root, "summary"), "cost", -1, &stated));
    if (stated < 0 || stated > ROUTE_TIME_MAX)
        return NULL;
    int64_t off = s->plan->cost - stated * unit;
    if (off > slack || off < -slack)
        s->plan->cost = stated * unit; /* for the check to find */
    return NULL;
}

/* The user's cost is rounded per route, so it is compared in the user's unit and then taken as exact. */
static Err *read_cost(Solution *s, const Tree *route, RouteLine *line)
{
    const RouteProblem *p = &s->json->problem;
    const RouteVehicle *v = &p->vehicles[line->vehicle];
    int64_t stated, unit = s->json->cost_unit;
    TRY(whole_or(s, route, "cost", -1, &stated));
    int64_t exact = line->fixed_cost = v->fixed_cost;
    int32_t from = v->start;
    for (size_t i = 1; i < line->visit_len; i++) {
        int32_t to = line->visits[i].place;
        if (line->visits[i].kind == ROUTE_BREAK)
            continue;
        if (from >= 0 && to >= 0) {
            const RouteProfile *profile = &p->profiles[v->profile];
            size_t at = (size_t)from * (size_t)p->place_len + (size_t)to;
            int64_t time = ((int64_t)profile->time[at] * 1000000 + v->speed_ppm / 2) / v->speed_ppm;
            __int128_t cost = (__int128_t)time * v->time_price + (__int128_t)profile->distance[at] * v->distance_price;
            exact += profile->cost ? profile->cost[at] : (int64_t)((cost + 500000) / 1000000);
        }
        from = to;
    }
    int64_t off = exact - stated * unit;
    line->cost = stated >= 0 && (off > unit || off < -unit) ? stated * unit : exact;
    return NULL;
}

static Err *read_unassigned(Solution *s, const Tree *list)
{
    const RouteProblem *p = &s->json->problem;
    s->plan->left_out = NEW_ARRAY(s->r.arena, RouteLeftOut, (list ? list->len : 0) + 1);
    for (size_t i = 0; list && i < list->len; i++) {
        json_where(&s->r, "unassigned", i);
        const Tree *type = tree_get(&list->items[i], "type");
        const char *kind = type && type->kind == TREE_TEXT ? str_z(s->r.arena, type->text) : NULL;
        int32_t stop = find_name(s->json->stop_name, p->stop_len, kind, json_id(&s->r, &list->items[i]));
        if (stop < 0)
            return json_bad(&s->r, "it is not in the problem");
        if (p->stops[stop].pair >= 0 && p->stops[stop].pair < stop)
            continue;
        s->plan->left_out[s->plan->left_out_len++] =
            (RouteLeftOut){.stop = stop, .rule = ROUTE_RULE_BUSY, .vehicle = -1}; /* VROOM gives no reasons */
        if (p->stops[stop].need == ROUTE_OPTIONAL)
            s->plan->cost += p->stops[stop].skip_cost;
    }
    return NULL;
}

Err *route_read_solution(Arena *arena, const RouteJson *json, Str text, RoutePlan *out)
{
    Tree root;
    *out = (RoutePlan){0};
    Solution s = {.r = {.arena = arena, .dims = -1}, .json = json, .plan = out};
    TRY(tree_read(arena, text, &root));
    const Tree *routes = tree_get(&root, "routes"), *unassigned = tree_get(&root, "unassigned");
    snprintf(s.r.where, sizeof s.r.where, "routes");
    if (!routes || routes->kind != TREE_LIST || routes->row || routes->len > ROUTE_VEHICLES_MAX ||
        (unassigned && (unassigned->kind != TREE_LIST || unassigned->row)))
        return json_bad(&s.r, "a solution has a list of routes, and maybe one of unassigned");
    out->lines = NEW_ARRAY(arena, RouteLine, routes->len + 1);
    for (size_t i = 0; i < routes->len; i++) {
        json_where(&s.r, "routes", i);
        TRY(read_route(&s, &routes->items[i], &out->lines[i]));
        TRY(read_cost(&s, &routes->items[i], &out->lines[i]));
        out->line_len++;
        out->cost += out->lines[i].cost;
        out->distance += out->lines[i].distance;
        out->travel += out->lines[i].travel;
    }
    TRY(read_unassigned(&s, unassigned));
    return read_total(&s, &root);
}
