/* Parts of the search on their own: steps given up early, tails exchanged, places judged by little, stops renumbered, plans
   completed, and a population whose first plans leave stops out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "solve/route/genetic.h"
#include "solve/route/plan.h"
#include "solve/route/renumber.h"
#include "solve/route/tails.h"

enum { STOPS = 40, DEPOTS = 3 };

typedef struct Village {
    RouteProblem problem;
    RouteProfile profile;
    RouteStop *stops;
    RouteWindow *windows;
    RouteVehicle *fleet;
    int32_t *matrix;
    double *x, *y;
} Village;

static void village_places(Arena *arena, Village *v, Random *random, int places)
{
    v->x = NEW_ARRAY(arena, double, (size_t)places);
    v->y = NEW_ARRAY(arena, double, (size_t)places);
    v->matrix = NEW_ARRAY(arena, int32_t, (size_t)places * (size_t)places);
    for (int i = 0; i < places; i++)
        v->x[i] = random_below(random, 1000), v->y[i] = random_below(random, 1000);
    for (int i = 0; i < places; i++)
        for (int j = 0; j < places; j++)
            v->matrix[i * places + j] = (int32_t)ceil(hypot(v->x[i] - v->x[j], v->y[i] - v->y[j]));
    v->profile = (RouteProfile){.time = v->matrix, .distance = v->matrix};
}

/* Several depots, windows, and stops that want certain vehicles; distances rounded up are a metric still. */
static Village *village(Arena *arena, Random *random, int stops, int vehicles)
{
    Village *v = NEW(arena, Village);
    village_places(arena, v, random, stops + DEPOTS);
    v->stops = NEW_ARRAY(arena, RouteStop, (size_t)stops);
    v->windows = NEW_ARRAY(arena, RouteWindow, (size_t)stops);
    v->fleet = NEW_ARRAY(arena, RouteVehicle, (size_t)vehicles);
    for (int i = 0; i < stops; i++) {
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
    v->problem = (RouteProblem){.dims = 1, .place_len = stops + DEPOTS, .x = v->x, .y = v->y, .profiles = &v->profile,
                                .profile_len = 1, .stops = v->stops, .stop_len = (size_t)stops, .vehicles = v->fleet,
                                .vehicle_len = (size_t)vehicles};
    return v;
}

static void is_sound(Arena *arena, const RouteProblem *p, const RoutePlan *plan, uint64_t seed)
{
    RouteFaults faults;
    route_check_plan(arena, p, plan, &faults);
    for (size_t i = 0; i < faults.len; i++)
        print_error("seed %llu: %s: %.*s\n", (unsigned long long)seed, faults.at[i].rule, STR_ARG(faults.at[i].text));
    assert_int_equal(faults.len, 0);
}

/* What stands in r, checked by the rules of the problem. */
static void stands_sound(const RouteProblem *p, Rounds *r, uint64_t seed)
{
    Arena *arena = arena_new();
    Snapshot now = snapshot_new(arena, r->m);
    snapshot_take(&now, r);
    RoutePlan plan = {0};
    plan_build(arena, r->m, &now, &plan);
    plan_explain(arena, r, &plan);
    is_sound(arena, p, &plan, seed);
    int64_t missing = 0;
    for (int i = 0; i < r->absent_len; i++)
        missing += r->m->skip[r->absent[i]];
    assert_int_equal(r->cost, plan.cost + missing);
    arena_free(arena);
}

static void a_step_given_up_early_would_have_been_too_dear(void **state)
{
    (void)state;
    int given_up = 0, finished = 0;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(seed);
        const Model *m = model_new(arena, &village(arena, &random, STOPS, 24)->problem);
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

/* The plain CVRP: one kind of vehicle, nothing but loads. */
static void only_loads(Village *v)
{
    for (size_t i = 0; i < v->problem.stop_len; i++)
        v->stops[i].window_len = 0, v->stops[i].skills = (RouteSkills){0};
    for (size_t i = 0; i < v->problem.vehicle_len; i++) {
        v->fleet[i].start = v->fleet[i].end = 0, v->fleet[i].skills = (RouteSkills){0};
        v->fleet[i].shift.to = v->fleet[i].max_duration = ROUTE_NEVER;
        v->fleet[i].capacity[0] = 120;
    }
}

static void exchanged_tails_keep_every_rule_and_cost_what_was_said(void **state)
{
    (void)state;
    int done = 0, refused = 0, stayed_home = 0;
    for (uint64_t seed = 1; seed <= 24; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(200 + seed);
        Village *v = village(arena, &random, STOPS, 15);
        for (int i = 0; i < 15; i++) {
            v->fleet[i].fixed_cost = seed % 2 ? 300 : 0;
            v->fleet[i].max_duration = seed % 3 ? ROUTE_NEVER : 3000;
            v->fleet[i].capacity[0] = seed % 4 ? 400 : 120;
        }
        if (seed > 20)
            only_loads(v);
        const RouteProblem *p = &v->problem;
        const Model *m = model_new(arena, p);
        assert_true(tails_apply(m));
        assert_int_equal(m->flat, seed > 20);
        Rounds *r = rounds_new(arena, m);
        Ruiner *x = ruiner_new(arena, r, seed);
        recreate(x);
        Snapshot was = snapshot_new(arena, m);
        for (int i = 0; i < 1500; i++) {
            snapshot_take(&was, r);
            Random draw = x->random;
            double limit = (double)was.cost + 3000 * random_unit(&random);
            if (!tails_try(x, limit)) {
                refused++;
                assert_int_equal(r->cost, was.cost);
                continue;
            }
            assert_true((double)r->cost < limit);
            stands_sound(p, r, seed);
            stayed_home += r->used < was.used;
            done++;
            int64_t cost = r->cost;
            rounds_restore(r, &was);
            x->random = draw;
            assert_false(tails_try(x, (double)cost)); /* it knows beforehand what it will cost */
            x->random = draw;
            assert_true(tails_try(x, (double)cost + 0.5));
            assert_int_equal(r->cost, cost);
        }
        arena_free(arena);
    }
    assert_true(done > 200);
    assert_true(refused > 1000);
    assert_true(stayed_home > 0);
}

static void tails_are_left_alone_where_a_rule_is_not_known_to_them(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Random random = random_of(7);
    Village *v = village(arena, &random, STOPS, 6);
    v->stops[3].setup = 10;
    assert_false(tails_apply(model_new(arena, &v->problem)));
    v->stops[3].setup = 0, v->stops[3].pickup[0] = 1; /* goes out and comes in: loads differ on the way */
    assert_false(tails_apply(model_new(arena, &v->problem)));
    v->stops[3].pickup[0] = 0, v->fleet[2].distance_price = 2000000; /* legs cost more in one vehicle */
    assert_false(tails_apply(model_new(arena, &v->problem)));
    v->fleet[2].distance_price = 1000000, v->fleet[2].trips = 2;
    assert_false(tails_apply(model_new(arena, &v->problem)));
    v->fleet[2].trips = 1;
    assert_true(tails_apply(model_new(arena, &v->problem)));
    arena_free(arena);
}

static void a_place_judged_by_little_is_the_place_all_rules_find(void **state)
{
    (void)state;
    int moved = 0;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(300 + seed);
        const RouteProblem *p = &village(arena, &random, STOPS, seed % 2 ? 24 : 9)->problem;
        const Model *m = model_new(arena, p);
        Model *whole = NEW(arena, Model);
        *whole = *m;
        assert_true(m->simple);
        whole->simple = false;
        Ruiner *quick = ruiner_new(arena, rounds_new(arena, m), seed), *slow = ruiner_new(arena, rounds_new(arena, whole), seed);
        quick->placer.near_len = slow->placer.near_len = STOPS / 2; /* so that neighbours are looked at, not every place */
        for (int i = 0; i < 500; i++) {
            int64_t before = quick->r->cost;
            ruin(quick), recreate(quick), ruiner_keep(quick);
            ruin(slow), recreate(slow), ruiner_keep(slow);
            assert_int_equal(quick->r->cost, slow->r->cost);
            moved += quick->r->cost != before;
        }
        stands_sound(p, quick->r, seed);
        arena_free(arena);
    }
    assert_true(moved > 1000);
}

static void what_is_left_out_at_first_finds_room_when_others_move(void **state)
{
    (void)state;
    int mended = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        Arena *arena = arena_new();
        Random random = random_of(400 + seed);
        const RouteProblem *p = &village(arena, &random, STOPS, 9)->problem;
        const Model *m = model_new(arena, p);
        Rounds *r = rounds_new(arena, m);
        Ruiner *x = ruiner_new(arena, r, seed);
        recreate(x);
        ruiner_keep(x);
        Snapshot best = snapshot_new(arena, m);
        snapshot_take(&best, r);
        int left_out = best.absent_len;
        int64_t cost = best.cost;
        Watch watch = {.iteration_limit = 3000};
        anneal_complete(x, &(Anneal){.hot = 100, .cold = 15, .iterations = 3000}, &watch, &best);
        assert_true(best.cost <= cost && best.absent_len <= left_out);
        assert_int_equal(r->cost, best.cost);
        stands_sound(p, r, seed);
        mended += left_out > 0 && best.absent_len == 0;
        arena_free(arena);
    }
    assert_true(mended > 2);
}

typedef struct Heard {
    const RouteProblem *problem;
    int plans;
} Heard;

static bool hear(void *arg, const RouteProgress *now)
{
    Heard *heard = arg;
    if (now->plan) {
        Arena *arena = arena_new();
        is_sound(arena, heard->problem, now->plan, 0);
        arena_free(arena);
        heard->plans++;
    }
    return true;
}

static void many_stops_are_renumbered_inside_and_named_as_before_outside(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Random random = random_of(500);
    Village *v = village(arena, &random, 300, 90);
    route_add_skill(&v->stops[41].skills, 200); /* nobody can */
    static const int32_t planned[] = {7, 250, 19};
    for (int i = 0; i < 3; i++)
        v->stops[planned[i]].skills = (RouteSkills){0}, v->windows[planned[i]] = (RouteWindow){0, 8000};
    v->fleet[5].planned = planned, v->fleet[5].planned_len = 3, v->fleet[5].done_len = 2;
    int32_t *old;
    const RouteProblem *inside = renumber(arena, &v->problem, &old);
    assert_non_null(old);
    int moved = 0;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(inside->stops[i].place, v->stops[old[i]].place);
        moved += old[i] != i;
    }
    assert_true(moved > 200);
    Heard heard = {.problem = &v->problem};
    RoutePlan plan;
    assert_null(route_solve(arena, &v->problem, &(RouteOptions){.iterations = 3000, .seed = 4, .progress = hear, .arg = &heard}, &plan));
    is_sound(arena, &v->problem, &plan, 4);
    assert_true(heard.plans > 0);
    assert_int_equal(plan.left_out_len, 1);
    assert_int_equal(plan.left_out[0].stop, 41);
    assert_int_equal(plan.left_out[0].rule, ROUTE_RULE_SKILLS);
    const RouteLine *line = plan.lines;
    while (line->vehicle != 5)
        line++;
    assert_int_equal(line->visits[1].index, 7);
    assert_int_equal(line->visits[2].index, 250);
    arena_free(arena);
}

static void few_stops_and_shipments_keep_their_numbers(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Random random = random_of(600);
    Village *few = village(arena, &random, STOPS, 4), *many = village(arena, &random, 300, 4);
    int32_t *old;
    assert_ptr_equal(renumber(arena, &few->problem, &old), &few->problem);
    assert_null(old);
    many->stops[4].pair = 9, many->stops[9].pair = 4;
    assert_ptr_equal(renumber(arena, &many->problem, &old), &many->problem);
    assert_null(old);
    arena_free(arena);
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
        const RouteProblem *p = &village(arena, &random, STOPS, seed % 2 ? 24 : 4)->problem;
        RoutePlan plan = bred_plan(arena, p, seed), same = bred_plan(arena, p, seed);
        is_sound(arena, p, &plan, seed);
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
        cmocka_unit_test(exchanged_tails_keep_every_rule_and_cost_what_was_said),
        cmocka_unit_test(tails_are_left_alone_where_a_rule_is_not_known_to_them),
        cmocka_unit_test(a_place_judged_by_little_is_the_place_all_rules_find),
        cmocka_unit_test(what_is_left_out_at_first_finds_room_when_others_move),
        cmocka_unit_test(many_stops_are_renumbered_inside_and_named_as_before_outside),
        cmocka_unit_test(few_stops_and_shipments_keep_their_numbers),
        cmocka_unit_test(a_population_breeds_sound_plans_also_where_not_all_can_be_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
