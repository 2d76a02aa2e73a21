/* Reading problems as people have them, and refusing what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "solve/route_io/route_io.h"

static Arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static RoutePlan solved(const RouteProblem *p)
{
    RoutePlan plan = {0};
    RouteOptions options = {.iterations = 500, .seed = 1};
    assert_null(route_solve(arena, p, &options, &plan));
    RouteFaults faults;
    route_check_plan(arena, p, &plan, &faults);
    assert_int_equal(faults.len, 0);
    return plan;
}

static const char small_cvrp[] = "NAME : t\nTYPE : CVRP\nDIMENSION : 5\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 10\n"
                                 "NODE_COORD_SECTION\n1 0 0\n2 0 10\n3 0 20\n4 10 0\n5 20 0\n"
                                 "DEMAND_SECTION\n1 0\n2 5\n3 5\n4 5\n5 5\nDEPOT_SECTION\n1\n-1\nEOF\n";

static void a_vrplib_file_is_solved_and_its_sol_file_checks(void **state)
{
    (void)state;
    RouteFile file;
    assert_null(route_read_file(arena, ROUTE_VRPLIB, str_of(small_cvrp), &file));
    RoutePlan plan = solved(&file.problem);
    assert_int_equal(plan.cost, 80);
    Buf out = buf_new(arena, 10000);
    route_write_sol(&out, &file, &plan);
    int32_t **sequences;
    size_t *lens;
    assert_null(route_read_sol(arena, &file, buf_str(&out), &sequences, &lens));
    RouteFaults faults;
    int64_t cost;
    route_check_order(arena, &file.problem, (const int32_t *const *)sequences, lens, &faults, &cost);
    assert_int_equal(faults.len, 0);
    assert_int_equal(cost, 80);
}

static void an_overloaded_or_incomplete_sol_file_is_found_out(void **state)
{
    (void)state;
    RouteFile file;
    int32_t **sequences;
    size_t *lens;
    RouteFaults faults;
    int64_t cost;
    assert_null(route_read_file(arena, ROUTE_VRPLIB, str_of(small_cvrp), &file));
    assert_null(route_read_sol(arena, &file, STR("Route #1: 1 2 3 4\nCost 72\n"), &sequences, &lens));
    route_check_order(arena, &file.problem, (const int32_t *const *)sequences, lens, &faults, &cost);
    assert_true(faults.len > 0);
    assert_string_equal(faults.at[0].rule, "capacity");
    assert_null(route_read_sol(arena, &file, STR("Route #1: 1 2\nCost 40\n"), &sequences, &lens));
    route_check_order(arena, &file.problem, (const int32_t *const *)sequences, lens, &faults, &cost);
    assert_int_equal(faults.len, 2);
    assert_string_equal(faults.at[0].rule, "stop");
    assert_true(err_is(route_read_sol(arena, &file, STR("Route #1: 9\n"), &sequences, &lens), "route.file"));
}

static void solomon_and_li_lim_tables_are_read_unrounded(void **state)
{
    (void)state;
    RouteFile file;
    Str solomon = STR("T\n\nVEHICLE\nNUMBER CAPACITY\n 2 20\n\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND READY DUE SERVICE\n\n"
                      "0 0 0 0 0 100 0\n1 1 1 10 0 50 5\n2 2 1 10 0 50 5\n");
    assert_null(route_read_file(arena, ROUTE_SOLOMON, solomon, &file));
    assert_int_equal(file.problem.stop_len, 2);
    assert_int_equal(solved(&file.problem).cost, 1414214 + 1000000 + 2236068);
    Str lilim = STR("2 20 1\n0 0 0 0 0 100 0 0 0\n1 2 0 -5 0 90 1 2 0\n2 1 0 5 0 90 1 0 1\n");
    assert_null(route_read_file(arena, ROUTE_LILIM, lilim, &file));
    RoutePlan plan = solved(&file.problem);
    assert_int_equal(plan.cost, 4000000);
    assert_int_equal(file.label[plan.lines[0].visits[1].index], 2); /* the pickup has the higher number in this file */
}

static void damaged_instances_are_refused_with_their_line(void **state)
{
    (void)state;
    RouteFile file;
    static const char *const bad[] = {"", "DIMENSION : 99999999\n", "DIMENSION : 3\nNODE_COORD_SECTION\n9 0 0\n",
                                      "DIMENSION : 2\nDEMAND_SECTION\n1 -4\n", "DIMENSION : x\n", "DIMENSION : 2\nEOF\n",
                                      "DIMENSION : 2\nNODE_COORD_SECTION\n1 0 0\n2 1e300 0\nEOF\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(err_is(route_read_file(arena, ROUTE_VRPLIB, str_of(bad[i]), &file), "route.file"));
    Err *err = route_read_file(arena, ROUTE_LILIM, STR("2 20 1\n0 0 0 0 0 100 0 0 0\n1 2 0 -5 0 90 1 77 0\n"), &file);
    assert_true(err_is(err, "route.pair"));
}

static const char vroom[] =
    "{\"vehicles\":[{\"id\":1,\"start_index\":0,\"end_index\":0,\"capacity\":[4],\"skills\":[1,14],\"time_window\":[0,9000],"
    "\"breaks\":[{\"id\":7,\"time_windows\":[[1000,2000]],\"service\":300}]}],"
    "\"jobs\":[{\"id\":10,\"service\":300,\"delivery\":[1],\"location_index\":1,\"skills\":[1],\"time_windows\":[[600,4000]]},"
    "{\"id\":11,\"location_index\":2,\"delivery\":[9]},{\"id\":12,\"location_index\":2,\"skills\":[3]}],"
    "\"shipments\":[{\"amount\":[1],\"pickup\":{\"id\":4,\"location_index\":2},\"delivery\":{\"id\":5,\"location_index\":1}}],"
    "\"matrices\":{\"car\":{\"durations\":[[0,500,700],[500,0,400],[700,400,0]]}}}";

static void vroom_json_is_solved_and_what_is_left_out_says_why(void **state)
{
    (void)state;
    RouteJson json;
    assert_null(route_read_json(arena, str_of(vroom), &json));
    RoutePlan plan = solved(&json.problem);
    assert_int_equal(plan.line_len, 1);
    assert_int_equal(plan.left_out_len, 2);
    assert_int_equal(plan.left_out[0].rule, ROUTE_RULE_CAPACITY);
    assert_int_equal(plan.left_out[0].relax, ROUTE_RELAX_LOAD);
    assert_int_equal(plan.left_out[0].amount, 5);
    assert_int_equal(plan.left_out[1].rule, ROUTE_RULE_SKILLS);
    Buf out = buf_new(arena, 100000);
    route_write_json(&out, &json, &plan);
    assert_true(str_find(buf_str(&out), STR("\"cost\":1600")) < out.len);
    assert_true(str_find(buf_str(&out), STR("\"reason\":\"capacity\"")) < out.len);
    RoutePlan again;
    assert_null(route_read_solution(arena, &json, buf_str(&out), &again));
    RouteFaults faults;
    route_check_plan(arena, &json.problem, &again, &faults);
    assert_int_equal(faults.len, 0);
}

static void a_lone_late_stop_names_the_minutes_it_lacks(void **state)
{
    (void)state;
    RouteJson json;
    Str text = STR("{\"vehicles\":[{\"id\":1,\"start_index\":0,\"end_index\":0}],\"jobs\":[{\"id\":1,\"location_index\":1,"
                   "\"time_windows\":[[0,400]]}],\"matrices\":{\"car\":{\"durations\":[[0,1000],[1000,0]]}}}");
    assert_null(route_read_json(arena, text, &json));
    RoutePlan plan = solved(&json.problem);
    assert_int_equal(plan.left_out_len, 1);
    assert_int_equal(plan.left_out[0].rule, ROUTE_RULE_WINDOW);
    assert_int_equal(plan.left_out[0].amount, 600);
}

static void problems_with_coordinates_only_say_that_distances_are_estimated(void **state)
{
    (void)state;
    RouteJson json;
    Str text = STR("{\"vehicles\":[{\"id\":1,\"start\":[113.1,28.2]}],\"jobs\":[{\"id\":1,\"location\":[113.2,28.2]}]}");
    assert_null(route_read_json(arena, text, &json));
    assert_true(json.needs_matrix);
    assert_null(route_fill_matrix(arena, &json, NULL));
    assert_non_null(json.estimated);
    RoutePlan plan = solved(&json.problem);
    assert_in_range(plan.distance, 12000, 15000);
}

static void json_that_is_no_problem_is_refused_by_name(void **state)
{
    (void)state;
    RouteJson json;
    static const char *const bad[] = {
        "", "[]", "{}", "{\"vehicles\":[]}", "{\"vehicles\":[{}]}", "{\"vehicles\":[{\"id\":1}]}",
        "{\"vehicles\":[{\"id\":1,\"start\":[999,0]}]}", "{\"vehicles\":[{\"id\":1,\"start_index\":0}],\"jobs\":5}",
        "{\"vehicles\":[{\"id\":1,\"start_index\":0,\"time_window\":[5,1]}]}",
        "{\"vehicles\":[{\"id\":1,\"start_index\":0}],\"matrices\":{\"car\":{\"durations\":[[0,1]]}}}",
        "{\"vehicles\":[{\"id\":1,\"start_index\":0}],\"matrices\":{\"car\":{\"durations\":[[-1]]}}}",
        "{\"vehicles\":[{\"id\":1,\"start_index\":4999}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(err_is(route_read_json(arena, str_of(bad[i]), &json), "route.json"));
    Buf deep = buf_new(arena, 10000);
    for (int i = 0; i < 100; i++)
        buf_add(&deep, STR("{\"a\":"));
    buf_add(&deep, STR("1"));
    for (int i = 0; i < 100; i++)
        buf_add_char(&deep, '}');
    assert_true(err_is(route_read_json(arena, buf_str(&deep), &json), "route.json"));
}

static bool stop_at_once(void *arg, const RouteProgress *now)
{
    (void)now;
    ++*(int *)arg;
    return false;
}

static void two_threads_and_a_listener_that_has_enough(void **state)
{
    (void)state;
    RouteFile file;
    int calls = 0;
    assert_null(route_read_file(arena, ROUTE_VRPLIB, str_of(small_cvrp), &file));
    RouteOptions options = {.seconds = 20, .threads = 2, .progress = stop_at_once, .arg = &calls};
    RoutePlan plan;
    assert_null(route_solve(arena, &file.problem, &options, &plan));
    assert_int_equal(plan.cost, 80);
    assert_true(calls >= 1);
}

static void baselines_are_sound_plans_and_never_better(void **state)
{
    (void)state;
    RouteFile file;
    RoutePlan plan;
    RouteFaults faults;
    assert_null(route_read_file(arena, ROUTE_VRPLIB, str_of(small_cvrp), &file));
    assert_null(route_nearest(arena, &file.problem, &plan));
    route_check_plan(arena, &file.problem, &plan, &faults);
    assert_int_equal(faults.len, 0);
    assert_true(plan.cost >= 80);
    assert_null(route_savings(arena, &file.problem, &plan));
    route_check_plan(arena, &file.problem, &plan, &faults);
    assert_int_equal(faults.len, 0);
    assert_true(plan.cost >= 80);
}

static void a_sol_file_that_states_another_cost_is_found_out(void **state)
{
    (void)state;
    RouteFile file;
    int32_t **sequences;
    size_t *lens;
    assert_null(route_read_file(arena, ROUTE_VRPLIB, str_of(small_cvrp), &file));
    assert_null(route_read_sol(arena, &file, STR("Route #1: 1 2\nRoute #2: 3 4\nCost 80\n"), &sequences, &lens));
    assert_null(route_read_sol(arena, &file, STR("Route #1: 1 2\nRoute #2: 3 4\nCost: 80\n"), &sequences, &lens));
    assert_null(route_read_sol(arena, &file, STR("Route #1: 1 2\nRoute #2: 3 4\n"), &sequences, &lens));
    Err *err = route_read_sol(arena, &file, STR("Route #1: 1 2\nRoute #2: 3 4\nCost 79\n"), &sequences, &lens);
    assert_true(err_is(err, "route.file"));
    assert_true(str_find(err->detail, STR("line 3: its routes cost 80, it says 79")) < err->detail.len);
}

static Err *read_with(RouteFormat format, const char *lines, RouteFile *file)
{
    Str whole = str_format(arena, "%.*s%sEOF\n", (int)(sizeof small_cvrp - 1 - strlen("EOF\n")), small_cvrp, lines);
    return route_read_file(arena, format, whole, file);
}

static void what_an_instance_asks_for_is_kept_or_refused_by_name(void **state)
{
    (void)state;
    RouteFile file;
    static const char *const unknown[] = {"PRIZE_SECTION\n1 5\n", "BACKHAUL_SECTION\n1 5\n", "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n", "VEHICLES_MAX_RELOADS : 3\n",
                                          "MUTUALLY_EXCLUSIVE_GROUP_SECTION\n1 2\n", "WISHES : 7\n"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        Err *err = read_with(ROUTE_PYVRP, unknown[i], &file);
        assert_true(err_is(err, "route.file"));
        assert_true(str_find(err->detail, STR("is not known here")) < err->detail.len);
        assert_true(str_find(err->detail, str_slice(str_of(unknown[i]), 0, 6)) < err->detail.len);
    }
    assert_null(read_with(ROUTE_VRPLIB, "DISTANCE : 30\nSERVICE_TIME : 7\n", &file)); /* a round of 30, stops included */
    assert_int_equal(file.problem.vehicles[0].max_duration, 30);
    assert_int_equal(file.problem.stops[1].service, 7);
    assert_int_equal(solved(&file.problem).left_out_len, 2); /* the two that are 20 away */
    assert_null(read_with(ROUTE_PYVRP, "VEHICLES : 4\nVEHICLES_MAX_DISTANCE : 25\nVEHICLES_FIXED_COST_SECTION\n1 0\n2 3\n3 0\n4 0\nVEHICLES_MAX_DISTANCE_SECTION\n1 40\n"
                                       "RELEASE_TIME_SECTION\n2 9\n", &file));
    assert_int_equal(file.problem.vehicles[0].max_distance, 40000);
    assert_int_equal(file.problem.vehicles[3].max_distance, 25000);
    assert_int_equal(file.problem.vehicles[1].fixed_cost, 3000);
    assert_int_equal(file.problem.stops[0].release, 9000);
    assert_true(err_is(read_with(ROUTE_PYVRP, "VEHICLES_FIXED_COST_SECTION\n1 0\n", &file), "route.file")); /* of how many vehicles? */
    assert_null(route_read_file(arena, ROUTE_PYVRP, STR("DIMENSION : 3\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\nDEMAND_SECTION\n2 5\n3 5\nEOF\n"), &file));
    assert_int_equal(solved(&file.problem).cost, 20000); /* no CAPACITY: no limit */
}

/* Ten sorts of vehicles, each of 1,000 stops with its own of the 1,023 sets of them: as many skills as sorts must do. */
static void hundreds_of_different_sets_of_vehicles_are_read(void **state)
{
    (void)state;
    enum { SORTS = 10, STOPS = 1000 };
    RouteFile file;
    Buf out = buf_new(arena, 1 << 20);
    buf_addf(&out, "NAME : many\nTYPE : SDVRPTW\nEDGE_WEIGHT_TYPE : EUC_2D\nDIMENSION : %d\nVEHICLES : %d\nNODE_COORD_SECTION\n1 0 0\n", STOPS + 1, SORTS);
    for (int i = 0; i < STOPS; i++)
        buf_addf(&out, "%d %d %d\n", i + 2, i % 40, i / 40);
    buf_add(&out, STR("CAPACITY : 100000\nDEMAND_SECTION\n"));
    for (int i = 0; i <= STOPS; i++)
        buf_addf(&out, "%d %d\n", i + 1, i > 0);
    buf_add(&out, STR("VEHICLES_ALLOWED_CLIENTS_SECTION\n"));
    for (int v = 0; v < SORTS; v++) {
        buf_addf(&out, "%d", v + 1);
        for (int i = 0; i < STOPS; i++)
            if ((i + 1) >> v & 1)
                buf_addf(&out, " %d", i + 2);
        buf_add(&out, STR("\n"));
    }
    buf_add(&out, STR("DEPOT_SECTION\n1\n-1\nEOF\n"));
    assert_null(route_read_file(arena, ROUTE_PYVRP, buf_str(&out), &file));
    assert_int_equal(file.problem.stop_len, STOPS);
    for (int v = 0; v < SORTS; v++)
        for (int i = 0; i < STOPS; i++)
            assert_int_equal(route_has_skills(file.problem.vehicles[v].skills, file.problem.stops[i].skills), (i + 1) >> v & 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_vrplib_file_is_solved_and_its_sol_file_checks, begin, end),
        cmocka_unit_test_setup_teardown(an_overloaded_or_incomplete_sol_file_is_found_out, begin, end),
        cmocka_unit_test_setup_teardown(solomon_and_li_lim_tables_are_read_unrounded, begin, end),
        cmocka_unit_test_setup_teardown(a_sol_file_that_states_another_cost_is_found_out, begin, end),
        cmocka_unit_test_setup_teardown(what_an_instance_asks_for_is_kept_or_refused_by_name, begin, end),
        cmocka_unit_test_setup_teardown(hundreds_of_different_sets_of_vehicles_are_read, begin, end),
        cmocka_unit_test_setup_teardown(damaged_instances_are_refused_with_their_line, begin, end),
        cmocka_unit_test_setup_teardown(vroom_json_is_solved_and_what_is_left_out_says_why, begin, end),
        cmocka_unit_test_setup_teardown(a_lone_late_stop_names_the_minutes_it_lacks, begin, end),
        cmocka_unit_test_setup_teardown(problems_with_coordinates_only_say_that_distances_are_estimated, begin, end),
        cmocka_unit_test_setup_teardown(json_that_is_no_problem_is_refused_by_name, begin, end),
        cmocka_unit_test_setup_teardown(two_threads_and_a_listener_that_has_enough, begin, end),
        cmocka_unit_test_setup_teardown(baselines_are_sound_plans_and_never_better, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
