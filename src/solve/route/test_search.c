/* Parts of the search on their own: steps given up early, and a population whose first plans leave stops out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "solve/route/genetic.h"
#include "solve/route/plan.h"
#include "solve/route/ruin.h"

enum { STOPS = 40, DEPOTS = 3, PLACES = STOPS + DEPOTS };

typedef struct Village {
    RouteProblem problem;
    RouteProfile profile;
    RouteStop stops[STOPS];
    RouteWindow windows[STOPS];
    RouteVehicle fleet[24];
    int32_t matrix[PLACES * PLACES];
    double x[PLACES], y[PLACES];
} Village;

/* Several depots, windows, and stops that want certain vehicles; distances rounded up are a metric still. */
static Village *village(Arena *arena, Random *random, int vehicles)
{
    Village *v = NEW(arena, Village);
    for (int i = 0; i < PLACES; i++)
        v->x[i] = random_below(random, 1000), v->y[i] = random_below(random, 1000);
    for (int i = 0; i < PLACES; i++)
        for (int j = 0; j < PLACES; j++)
            v->matrix[i * PLACES + j] = (int32_t)ceil(hypot(v->x[i] - v->x[j], v->y[i] - v->y[j]));
    v->profile = (RouteProfile){.time = v->matrix, .distance = v->matrix};
    for (int i = 0; i < STOPS; i++) {
        int64_t from = random_below(random, 4000);
        v->windows[i] = (RouteWindow){from, from + 500 + random_below(random, 1500)};
        v->stops[i] = (RouteStop){.place = DEPOTS + i, .pair = -1, .vehicle = -1, .service = 60, .windows = &v->windows[i],
                                  .window_len = 1, .delivery = {1 + random_below(random, 30)}};
        if (random_below(random, 2))
            route_add_skill(&v->stops[i].skills, random_below(random, 2));
    }
    for (int i = 0; i < vehicles; i++) {
        v->fleet[i] = (RouteVehicle){.start = i % DEPOTS, .end = i % DEPOTS, .capacity = {120}, .shift = {0, 8000},
                                     .max_duration = 6000, .max_travel = ROUTE_NEVER, .max_distance = ROUTE_NEVER,
                                     .max_stops = INT32_MAX, .distance_price = 1000000, .speed_ppm = 1000000, .trips = 1};
        route_add_skill(&v->fleet[i].skills, 0);
        if (i % 2)
            route_add_skill(&v->fleet[i].skills, 1);
    }
    v->problem = (RouteProblem){.dims = 1, .place_len = PLACES, .x = v->x, .y = v->y, .profiles = &v->profile, .profile_len = 1,
                                .stops = v->stops, .stop_len = STOPS, .vehicles = v->fleet, .vehicle_len = (size_t)vehicles};
    return v;
}

static void a_step_given_up_early_would_have_been_too_dear(void **state)
{
    (void)state;
    int given_up = 0, finished = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(seed);
        const Model *m = model_new(arena, &village(arena, &random, 24)->problem);
        Rounds *r = rounds_new(arena, m);
        Ruiner *x = ruiner_new(arena, r, seed);
        recreate(x);
        ruiner_keep(x);
        for (int i = 0; i < 400; i++) {
            Random was = x->random;
            Placer placer = x->placer;
            int64_t cost = r->cost, absent = r->absent_len;
            double limit = (double)cost + 200 * random_unit(&random);
            ruin(x);
            if (recreate_below(x, limit)) {
                finished++;
                if ((double)r->cost <= limit)
                    ruiner_keep(x);
                else
                    ruiner_undo(x);
                continue;
            }
            given_up++;
            ruiner_undo(x);
            assert_int_equal(r->cost, cost);
            assert_int_equal(r->absent_len, absent);
            if (absent > 0)
                continue; /* those left out are tried in another order the second time */
            x->random = was;
            x->placer = placer;
            ruin(x);
            recreate(x);
            assert_true((double)r->cost > limit);
            ruiner_undo(x);
        }
        arena_free(arena);
    }
    assert_true(given_up > 100);
    assert_true(finished > 100);
}

static RoutePlan bred_plan(Arena *arena, const RouteProblem *problem, uint64_t seed)
{
    const Model *m = model_new(arena, problem);
    Rounds *r = rounds_new(arena, m);
    Ruiner *x = ruiner_new(arena, r, seed);
    Snapshot best = snapshot_new(arena, m);
    snapshot_take(&best, r); /* nothing is served yet */
    Watch watch = {.iteration_limit = 8000};
    Anneal how = {.hot = 400, .cold = 15, .iterations = 8000};
    genetic_run(arena, x, &how, &watch, &best);
    RoutePlan plan = {0};
    plan_build(arena, m, &best, &plan);
    rounds_restore(r, &best);
    plan_explain(arena, r, &plan);
    return plan;
}

static void a_population_breeds_sound_plans_also_where_not_all_can_be_served(void **state)
{
    (void)state;
    size_t left_out = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(100 + seed);
        const RouteProblem *p = &village(arena, &random, seed % 2 ? 24 : 4)->problem;
        RoutePlan plan = bred_plan(arena, p, seed), same = bred_plan(arena, p, seed);
        RouteFaults faults;
        route_check_plan(arena, p, &plan, &faults);
        for (size_t i = 0; i < faults.len; i++)
            print_error("seed %llu: %s: %.*s\n", (unsigned long long)seed, faults.at[i].rule, STR_ARG(faults.at[i].text));
        assert_int_equal(faults.len, 0);
        assert_int_equal(plan.cost, same.cost);
        for (size_t i = 0; i < plan.left_out_len; i++)
            assert_int_not_equal(plan.left_out[i].rule, ROUTE_RULE_NONE);
        left_out += plan.left_out_len;
        arena_free(arena);
    }
    assert_true(left_out > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_given_up_early_would_have_been_too_dear),
        cmocka_unit_test(a_population_breeds_sound_plans_also_where_not_all_can_be_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
