/* Random problems with every kind of rule: whatever the solver returns passes the independent check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/route/random.h"
#include "solve/route/route.h"

typedef struct Mix { /* which rules a random problem may have */
    bool windows, several, pairs, backhaul, breaks, reloads, releases, durations, lengths, skills, optional, setups, open_ends,
        planned, gaps, fewest, pins;
} Mix;

static int chance(Random *random, int percent)
{
    return random_below(random, 100) < percent;
}

static int32_t *random_matrix(Arena *arena, Random *random, const double *x, const double *y, int n, bool gaps)
{
    int32_t *matrix = NEW_ARRAY(arena, int32_t, (size_t)n * (size_t)n);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            matrix[i * n + j] = i == j ? 0 : (int32_t)(hypot(x[i] - x[j], y[i] - y[j]) * (1 + 0.2 * random_unit(random)));
    for (int k = 0; gaps && k < n; k++)
        matrix[random_below(random, n) * n + random_below(random, n)] = INT32_MAX;
    return matrix;
}

static const RouteWindow *random_windows(Arena *arena, Random *random, int len, size_t *out_len)
{
    RouteWindow *windows = NEW_ARRAY(arena, RouteWindow, (size_t)len);
    int64_t t = random_below(random, 4000);
    for (int i = 0; i < len; i++) {
        windows[i].from = t;
        windows[i].to = t + 300 + random_below(random, 3000);
        t = windows[i].to + 1 + random_below(random, 2000);
    }
    *out_len = (size_t)len;
    return windows;
}

static void random_stop(Arena *arena, Random *random, const Mix *mix, RouteProblem *p, RouteStop *stop)
{
    *stop = (RouteStop){.place = 2 + random_below(random, p->place_len - 2), .pair = -1, .vehicle = -1,
                        .service = random_below(random, 200), .priority = chance(random, 20) ? random_below(random, 101) : 0};
    for (int k = 0; k < p->dims; k++) {
        bool in = mix->backhaul && chance(random, 30);
        (in ? stop->pickup : stop->delivery)[k] = random_below(random, 30);
        if (mix->backhaul && chance(random, 10))
            stop->pickup[k] = random_below(random, 10), stop->delivery[k] = random_below(random, 10);
    }
    if (mix->windows && chance(random, 60))
        stop->windows = random_windows(arena, random, mix->several && chance(random, 50) ? 3 : 1, &stop->window_len);
    if (mix->releases && chance(random, 30))
        stop->release = random_below(random, 3000);
    if (mix->setups)
        stop->setup = random_below(random, 100);
    if (mix->skills && chance(random, 40))
        route_add_skill(&stop->skills, random_below(random, 3));
    if (mix->optional && chance(random, 40)) {
        stop->need = ROUTE_OPTIONAL;
        stop->skip_cost = random_below(random, 3000);
    }
    if (mix->pins && chance(random, 10))
        stop->vehicle = random_below(random, (int)p->vehicle_len);
}

static void make_pair(RouteStop *stops, int i, int dims)
{
    RouteStop *first = &stops[i], *second = &stops[i + 1];
    first->pair = i + 1, second->pair = i;
    second->need = first->need, second->skip_cost = first->skip_cost, second->vehicle = first->vehicle;
    second->priority = first->priority;
    for (int k = 0; k < dims; k++) {
        first->pickup[k] += first->delivery[k];
        first->delivery[k] = second->pickup[k] = 0;
        second->delivery[k] = first->pickup[k];
    }
}

static void random_vehicle(Arena *arena, Random *random, const Mix *mix, const RouteProblem *p, RouteVehicle *v)
{
    int64_t from = random_below(random, 1000);
    *v = (RouteVehicle){.profile = random_below(random, (int)p->profile_len), .start = random_below(random, 2),
                        .shift = {from, from + 8000 + random_below(random, 6000)}, .max_duration = ROUTE_NEVER,
                        .max_travel = ROUTE_NEVER, .max_distance = ROUTE_NEVER, .max_stops = INT32_MAX,
                        .time_price = 1000000, .distance_price = random_below(random, 2000000), .speed_ppm = 1000000,
                        .trips = 1, .fixed_cost = chance(random, 50) ? random_below(random, 2000) : 0};
    v->end = chance(random, 80) ? v->start : random_below(random, 2);
    if (mix->open_ends && chance(random, 40)) {
        if (chance(random, 50))
            v->end = -1;
        else
            v->start = -1;
    }
    for (int k = 0; k < p->dims; k++)
        v->capacity[k] = 40 + random_below(random, 100);
    if (mix->durations && chance(random, 60))
        v->max_duration = 3000 + random_below(random, 6000);
    if (mix->lengths && chance(random, 60))
        v->max_travel = 2000 + random_below(random, 5000), v->max_distance = 2000 + random_below(random, 6000);
    if (mix->lengths && chance(random, 30))
        v->max_stops = 2 + random_below(random, 6);
    if (chance(random, 20))
        v->speed_ppm = 500000 + random_below(random, 1000000);
    for (int s = 0; s < 3 && mix->skills; s++)
        if (chance(random, 70))
            route_add_skill(&v->skills, s);
    if (mix->reloads && v->start >= 0 && chance(random, 60))
        v->trips = 2 + random_below(random, 3), v->reload_time = random_below(random, 200);
    if (mix->breaks && chance(random, 70)) {
        v->break_len = (size_t)(1 + random_below(random, 2));
        RouteBreak *breaks = NEW_ARRAY(arena, RouteBreak, v->break_len);
        for (size_t b = 0; b < v->break_len; b++) {
            RouteWindow *w = NEW_ARRAY(arena, RouteWindow, 1);
            w->from = v->shift.from + (int64_t)b * 3000 + random_below(random, 2000);
            w->to = w->from + random_below(random, 3000);
            breaks[b] = (RouteBreak){.windows = w, .window_len = 1, .service = random_below(random, 600)};
            for (int k = 0; k < ROUTE_DIMS_MAX; k++)
                breaks[b].max_load[k] = chance(random, 20) ? random_below(random, 60) : ROUTE_NEVER;
        }
        v->breaks = breaks;
    }
}

static RouteProblem random_problem(Arena *arena, Random *random, const Mix *mix)
{
    int n = 4 + random_below(random, 24), vehicles = 1 + random_below(random, 6), places = 2 + 2 + random_below(random, 30);
    RouteProblem p = {.dims = 1 + random_below(random, 3), .place_len = places, .profile_len = 1 + (size_t)chance(random, 30),
                      .stop_len = (size_t)n, .vehicle_len = (size_t)vehicles, .fewest_vehicles = mix->fewest};
    double *x = NEW_ARRAY(arena, double, (size_t)places), *y = NEW_ARRAY(arena, double, (size_t)places);
    for (int i = 0; i < places; i++)
        x[i] = random_below(random, 1000), y[i] = random_below(random, 1000);
    p.x = x, p.y = y;
    RouteProfile *profiles = NEW_ARRAY(arena, RouteProfile, p.profile_len);
    for (size_t f = 0; f < p.profile_len; f++) {
        profiles[f].time = random_matrix(arena, random, x, y, places, mix->gaps);
        profiles[f].distance = random_matrix(arena, random, x, y, places, false);
        if (chance(random, 20))
            profiles[f].cost = random_matrix(arena, random, x, y, places, false);
    }
    RouteStop *stops = NEW_ARRAY(arena, RouteStop, p.stop_len);
    RouteVehicle *fleet = NEW_ARRAY(arena, RouteVehicle, p.vehicle_len);
    for (int i = 0; i < n; i++)
        random_stop(arena, random, mix, &p, &stops[i]);
    for (int i = 0; mix->pairs && i + 1 < n; i += 2)
        if (chance(random, 60))
            make_pair(stops, i, p.dims);
    p.profiles = profiles;
    for (int v = 0; v < vehicles; v++)
        if (v > 0 && chance(random, 50))
            fleet[v] = fleet[v - 1];
        else
            random_vehicle(arena, random, mix, &p, &fleet[v]);
    p.stops = stops;
    p.vehicles = fleet;
    return p;
}

static void no_faults(Arena *arena, const RouteProblem *p, const RoutePlan *plan, uint64_t seed)
{
    RouteFaults faults;
    route_check_plan(arena, p, plan, &faults);
    for (size_t i = 0; i < faults.len; i++)
        print_error("seed %llu: %s: %.*s\n", (unsigned long long)seed, faults.at[i].rule, STR_ARG(faults.at[i].text));
    assert_int_equal(faults.len, 0);
}

static bool plans_equal(const RoutePlan *a, const RoutePlan *b)
{
    if (a->cost != b->cost || a->line_len != b->line_len || a->left_out_len != b->left_out_len)
        return false;
    for (size_t i = 0; i < a->line_len; i++) {
        if (a->lines[i].vehicle != b->lines[i].vehicle || a->lines[i].visit_len != b->lines[i].visit_len)
            return false;
        for (size_t j = 0; j < a->lines[i].visit_len; j++)
            if (a->lines[i].visits[j].index != b->lines[i].visits[j].index ||
                a->lines[i].visits[j].arrival != b->lines[i].visits[j].arrival)
                return false;
    }
    return true;
}

/* A plan solved again from its own sequences, the first half of each done already. */
static void warm_start(Arena *arena, Random *random, RouteProblem *p, const RoutePlan *plan, uint64_t seed)
{
    RouteVehicle *fleet = arena_copy(arena, p->vehicles, p->vehicle_len * sizeof *fleet);
    for (size_t i = 0; i < plan->line_len; i++) {
        const RouteLine *line = &plan->lines[i];
        int32_t *planned = NEW_ARRAY(arena, int32_t, line->visit_len);
        size_t len = 0;
        for (size_t j = 0; j < line->visit_len; j++)
            if (line->visits[j].kind == ROUTE_STOP)
                planned[len++] = line->visits[j].index;
        fleet[line->vehicle].planned = planned;
        fleet[line->vehicle].planned_len = len;
        fleet[line->vehicle].done_len = (size_t)random_below(random, (int)len + 1);
    }
    p->vehicles = fleet;
    RouteOptions options = {.iterations = 200, .seed = seed};
    RoutePlan again;
    Err *err = route_solve(arena, p, &options, &again);
    if (err && err_is(err, "route.planned"))
        return; /* breaks and reloads have several ways to stand; the one that was found need not be the one tried */
    assert_null(err);
    no_faults(arena, p, &again, seed);
}

static void run_mix(const Mix *mix, int problems, uint64_t base)
{
    for (int i = 0; i < problems; i++) {
        uint64_t seed = base + (uint64_t)i;
        Arena *arena = arena_new();
        Random random = random_of(seed);
        RouteProblem p = random_problem(arena, &random, mix);
        RouteOptions options = {.iterations = 400, .seed = seed};
        RoutePlan plan, same;
        Err *err = route_solve(arena, &p, &options, &plan);
        if (err)
            print_error("seed %llu: %.*s\n", (unsigned long long)seed, STR_ARG(err_text(arena, err)));
        assert_null(err);
        no_faults(arena, &p, &plan, seed);
        if (i % 10 == 0) {
            assert_null(route_solve(arena, &p, &options, &same));
            assert_true(plans_equal(&plan, &same));
        }
        if (mix->planned)
            warm_start(arena, &random, &p, &plan, seed);
        arena_free(arena);
    }
}

static void plain_problems_get_sound_plans(void **state)
{
    (void)state;
    run_mix(&(Mix){0}, 30, 1000);
    run_mix(&(Mix){.windows = true, .skills = true, .durations = true}, 30, 2000);
}

static void shipments_are_picked_up_before_they_are_delivered(void **state)
{
    (void)state;
    run_mix(&(Mix){.pairs = true, .windows = true}, 40, 3000);
    run_mix(&(Mix){.pairs = true, .backhaul = true, .several = true, .windows = true, .durations = true}, 30, 3500);
}

static void several_windows_setups_and_releases_are_kept(void **state)
{
    (void)state;
    run_mix(&(Mix){.windows = true, .several = true, .setups = true, .releases = true}, 40, 4000);
    run_mix(&(Mix){.windows = true, .several = true, .releases = true, .durations = true}, 30, 4500);
}

static void breaks_are_taken_in_their_windows(void **state)
{
    (void)state;
    run_mix(&(Mix){.breaks = true, .windows = true}, 40, 5000);
    run_mix(&(Mix){.breaks = true, .durations = true, .several = true, .windows = true, .pairs = true}, 30, 5500);
}

static void vehicles_that_reload_never_carry_too_much(void **state)
{
    (void)state;
    run_mix(&(Mix){.reloads = true}, 40, 6000);
    run_mix(&(Mix){.reloads = true, .windows = true, .breaks = true, .releases = true, .backhaul = true, .pairs = true}, 40, 6500);
}

static void what_cannot_be_served_is_named_with_a_reason(void **state)
{
    (void)state;
    run_mix(&(Mix){.optional = true, .gaps = true, .skills = true, .lengths = true, .windows = true}, 40, 7000);
    run_mix(&(Mix){.optional = true, .gaps = true, .pairs = true, .open_ends = true, .pins = true}, 40, 7500);
}

static void every_rule_at_once_still_gives_sound_plans(void **state)
{
    (void)state;
    run_mix(&(Mix){.windows = true, .several = true, .pairs = true, .backhaul = true, .breaks = true, .reloads = true,
                   .releases = true, .durations = true, .lengths = true, .skills = true, .optional = true, .setups = true,
                   .open_ends = true, .gaps = true, .pins = true}, 60, 8000);
    run_mix(&(Mix){.fewest = true, .windows = true, .pairs = true}, 40, 8500);
}

static void what_is_done_already_stays(void **state)
{
    (void)state;
    run_mix(&(Mix){.planned = true, .windows = true}, 30, 9000);
    run_mix(&(Mix){.planned = true, .windows = true, .pairs = true, .breaks = true, .reloads = true, .durations = true}, 30, 9500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_problems_get_sound_plans),
        cmocka_unit_test(shipments_are_picked_up_before_they_are_delivered),
        cmocka_unit_test(several_windows_setups_and_releases_are_kept),
        cmocka_unit_test(breaks_are_taken_in_their_windows),
        cmocka_unit_test(vehicles_that_reload_never_carry_too_much),
        cmocka_unit_test(what_cannot_be_served_is_named_with_a_reason),
        cmocka_unit_test(every_rule_at_once_still_gives_sound_plans),
        cmocka_unit_test(what_is_done_already_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
