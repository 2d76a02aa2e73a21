/* What users of VROOM count on: the same words in and out, windows meant as there, and nothing told wrongly because a field was overlooked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "solve/route_io/route_io.h"
#include "solve/route_io/tree.h"

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

/* " is written '. */
static Str quoted(const char *parts)
{
    char *text = arena_copy(arena, parts, strlen(parts) + 1);
    for (char *at = text; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    return str_of(text);
}

/* A problem of these vehicles and tasks on a square of places 0 .. 3, ten minutes from each to the next. */
static Str problem(const char *parts)
{
    return quoted(str_z(arena, str_format(arena, "{%s,'matrices':{'car':{'durations':[[0,600,1200,600],[600,0,600,1200],[1200,600,0,600],[600,1200,600,0]]}}}", parts)));
}

static Str solved(Str text, RouteJson *json, RoutePlan *plan)
{
    RouteOptions options = {.iterations = 300, .seed = 1};
    RouteFaults faults;
    assert_null(route_read_json(arena, text, json));
    if (json->needs_matrix)
        assert_null(route_fill_matrix(arena, json, NULL));
    assert_null(route_solve(arena, &json->problem, &options, plan));
    route_check_plan(arena, &json->problem, plan, &faults);
    assert_int_equal(faults.len, 0);
    Buf out = buf_new(arena, 1 << 20);
    route_write_json(&out, json, plan);
    Tree tree;
    assert_null(tree_read(arena, buf_str(&out), &tree)); /* it is JSON */
    return buf_str(&out);
}

static bool says(Str text, const char *words)
{
    return str_find(text, quoted(words)) < text.len;
}

static size_t faults_of(const RouteJson *json, const char *solution)
{
    RoutePlan plan;
    RouteFaults faults;
    assert_null(route_read_solution(arena, json, quoted(solution), &plan));
    route_check_plan(arena, &json->problem, &plan, &faults);
    return faults.len;
}

static void refused(const char *parts, const char *where, const char *why)
{
    RouteJson json;
    Err *err = route_read_json(arena, problem(parts), &json);
    assert_true(err_is(err, "route.json"));
    if (str_find(err->detail, str_of(where)) > err->detail.len || str_find(err->detail, str_of(why)) > err->detail.len)
        fail_msg("said \"%.*s\" instead of \"%s: ... %s\"", STR_ARG(err->detail), where, why);
}

static void names_that_stand_twice_are_refused(void **state)
{
    (void)state;
    refused("'vehicles':[{'id':1,'start_index':0},{'id':1,'start_index':0}]", "vehicle 1", "two have this id");
    refused("'vehicles':[{'id':1,'start_index':0}],'jobs':[{'id':7,'location_index':1},{'id':8,'location_index':1},{'id':7,'location_index':2}]", "job 7", "two have");
    refused("'vehicles':[{'id':1,'start_index':0,'breaks':[{'id':3},{'id':3}]}]", "break 3", "two have");
    RouteJson json; /* a pickup may be called as a job is */
    assert_null(route_read_json(arena, problem("'vehicles':[{'id':1,'start_index':0}],'jobs':[{'id':1,'location_index':1}],"
                                               "'shipments':[{'pickup':{'id':1,'location_index':1},'delivery':{'id':1,'location_index':2}}]"), &json));
}

static void fields_that_a_plan_would_not_keep_to_are_refused(void **state)
{
    (void)state;
    refused("'vehicles':[{'id':1,'start_index':0}],'jobs':[{'id':7,'location_index':1,'service_per_type':{'a':5}}]", "jobs[0]", "service_per_type");
    refused("'vehicles':[{'id':1,'start_index':0,'costs':{'per_task_hour':5}}]", "vehicles[0]", "per_task_hour");
    refused("'vehicles':[{'id':1,'start_index':0,'costs':{'per_km':5}}]", "vehicles[0]", "need a matrix of distances");
    refused("'vehicles':[{'id':1,'start_index':0},{'id':2,'start_index':0,'max_distance':500}]", "vehicles[1]", "need a matrix of distances");
    RouteJson json;
    Err *err = route_read_json(arena, quoted("{'vehicles':[{'id':1,'start_index':0,'costs':{'per_hour':7200}}],"
                                             "'matrices':{'car':{'durations':[[0]],'costs':[[0]]}}}"), &json);
    assert_true(err_is(err, "route.json") && says(err->detail, "would not count"));
}

static void names_are_written_as_they_came(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan;
    Str out = solved(problem("'vehicles':[{'id':'12','start_index':0,'description':'blue','breaks':[{'id':5,'description':'tea','time_windows':[[0,900]]}]}],"
                             "'jobs':[{'id':7,'location_index':1,'description':'eggs'},{'id':'7','location_index':2}]"), &json, &plan);
    assert_true(says(out, "'vehicle':'12'") && says(out, "'description':'blue'"));
    assert_true(says(out, "'id':7,") && says(out, "'id':'7',") && says(out, "'description':'eggs'"));
    assert_true(says(out, "'id':5,'description':'tea'"));
}

/* The window is for the moment when setting up begins; set up is only where the vehicle was not before. */
static void a_window_is_for_the_beginning_of_the_setup(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan;
    const char *late = "'vehicles':[{'id':1,'start_index':0,'end_index':0}],'jobs':[{'id':7,'location_index':1,'setup':300,'service':60,'time_windows':[[600,600]]}]";
    solved(problem(late), &json, &plan);
    assert_int_equal(plan.left_out_len, 0); /* there at 600, service at 900 */
    solved(problem("'vehicles':[{'id':1,'start_index':0,'end_index':0,'time_window':[0,9000]}],'jobs':[{'id':7,'location_index':1,'setup':300,'time_windows':[[900,1000]]}]"), &json, &plan);
    const RouteVisit *visit = &plan.lines[0].visits[1];
    assert_in_range(visit->arrival + visit->wait, 900, 1000);
    assert_null(route_read_json(arena, problem(late), &json));
    static const char solution[] = "{'summary':{'cost':1200},'routes':[{'vehicle':1,'cost':1200,'steps':[{'type':'start','arrival':0,'load':[]},"
                                   "{'type':'job','id':7,'setup':300,'service':60,'arrival':%d,'duration':600},{'type':'end','arrival':%d,'duration':1200}]}]}";
    assert_int_equal(faults_of(&json, str_z(arena, str_format(arena, solution, 600, 1560))), 0);
    assert_true(faults_of(&json, str_z(arena, str_format(arena, solution, 601, 1561))) > 0);
    /* two at one place: only what is right with and without setting up */
    solved(problem("'vehicles':[{'id':1,'start_index':0,'end_index':0}],'jobs':[{'id':7,'location_index':1,'setup':300,'time_windows':[[600,2000]]},"
                   "{'id':8,'location_index':1,'setup':300,'service':100,'time_windows':[[600,2000]]}]"), &json, &plan);
    assert_int_equal(plan.left_out_len, 0);
    for (size_t i = 1; i < 3; i++)
        assert_in_range(plan.lines[0].visits[i].arrival + plan.lines[0].visits[i].wait, 600, 2000);
}

static void who_begins_or_ends_anywhere_has_no_such_step(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan, again;
    RouteFaults faults;
    Str out = solved(problem("'vehicles':[{'id':1,'start_index':0,'capacity':[3]}],'jobs':[{'id':7,'location_index':1,'pickup':[2]}]"), &json, &plan);
    assert_true(says(out, "'start'") && !says(out, "'type':'end'"));
    assert_null(route_read_solution(arena, &json, out, &again));
    route_check_plan(arena, &json.problem, &again, &faults);
    assert_int_equal(faults.len, 0);
    out = solved(problem("'vehicles':[{'id':1,'end_index':0,'capacity':[3]}],'jobs':[{'id':7,'location_index':1,'delivery':[2]}]"), &json, &plan);
    assert_true(!says(out, "'type':'start'") && says(out, "'end'"));
    assert_null(route_read_solution(arena, &json, out, &again));
    route_check_plan(arena, &json.problem, &again, &faults);
    assert_int_equal(faults.len, 0);
}

static void a_solution_that_states_another_cost_is_found_out(void **state)
{
    (void)state;
    RouteJson json;
    assert_null(route_read_json(arena, problem("'vehicles':[{'id':1,'start_index':0,'end_index':0}],'jobs':[{'id':7,'location_index':1}]"), &json));
    static const char solution[] = "{'summary':{'cost':%d},'routes':[{'vehicle':1,'cost':%d,'steps':[{'type':'start'},"
                                   "{'type':'job','id':7,'arrival':600,'duration':600},{'type':'end','arrival':1200,'duration':1200}]}]}";
    assert_int_equal(faults_of(&json, str_z(arena, str_format(arena, solution, 1200, 1200))), 0);
    assert_true(faults_of(&json, str_z(arena, str_format(arena, solution, 1100, 1200))) > 0);
    assert_true(faults_of(&json, str_z(arena, str_format(arena, solution, 1100, 1100))) > 0);
    RoutePlan plan;
    assert_true(err_is(route_read_solution(arena, &json, quoted("{'routes':[{'vehicle':1,'steps':[{'type':'start','load':[-1]}]}]}"), &plan), "route.json"));
    assert_true(err_is(route_read_solution(arena, &json, quoted("{'routes':[{'vehicle':2,'steps':[{'type':'start'}]}]}"), &plan), "route.json"));
}

static void priority_decides_who_is_left_out_and_max_tasks_how_many(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan;
    Str out = solved(problem("'vehicles':[{'id':1,'start_index':0,'end_index':0,'max_tasks':2}],'jobs':[{'id':1,'location_index':1},"
                             "{'id':2,'location_index':2,'priority':100},{'id':3,'location_index':3,'priority':50}]"), &json, &plan);
    assert_int_equal(plan.left_out_len, 1);
    assert_true(says(out, "'unassigned':[{'id':1,'type':'job'"));
    assert_true(says(out, "'priority':150"));
}

static void two_profiles_drive_by_their_own_matrices(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan;
    Str out = solved(quoted("{'vehicles':[{'id':1,'start_index':0,'end_index':0},{'id':2,'profile':'bike','start_index':0,'end_index':0,'skills':[4]}],"
                            "'jobs':[{'id':7,'location_index':1,'skills':[4]},{'id':8,'location_index':1}],"
                            "'matrices':{'car':{'durations':[[0,100],[100,0]]},'bike':{'durations':[[0,900],[900,0]]}}}"), &json, &plan);
    assert_int_equal(plan.cost, 1800); /* both by bike: the car need not go */
    assert_true(says(out, "'vehicle':2"));
    assert_false(says(out, "'vehicle':1,"));
}

static void a_detour_is_learned_from_the_trips_of_the_problem(void **state)
{
    (void)state;
    RouteJson json;
    RoutePlan plan;
    static const char text[] = "{'vehicles':[{'id':1,'start':[113.1,28.2]}],'jobs':[{'id':1,'location':[113.2,28.2]}]%s}";
    solved(quoted(str_z(arena, str_format(arena, text, ""))), &json, &plan);
    assert_true(says(str_of(json.estimated), "x 1.35 at 40 km/h") && says(str_of(json.estimated), "not roads"));
    int64_t usual = plan.distance;
    Str out = solved(quoted(str_z(arena, str_format(arena, text, ",'trips':[{'from':[113.1,28.2],'to':[113.2,28.2],'distance':19600,'duration':1960}]"))), &json, &plan);
    assert_true(says(out, "x 2.00 at 36 km/h (learned from 1 trips)"));
    assert_true(llabs(plan.distance - usual * 200 / 135) < 50);
    Err *err = route_read_json(arena, quoted("{'vehicles':[{'id':1,'start':[113.1,28.2]}],'trips':[{'from':[1,2]}]}"), &json);
    assert_true(err_is(err, "route.json") && says(err->detail, "trips[0]"));
}

/* ---- documents ---- */

static void json_is_read_as_it_is_written(void **state)
{
    (void)state;
    Tree tree;
    assert_null(tree_read(arena, STR(" {\"a\" : [1, -2.5e1, null, true, false, \"\\u00e9\\ud83d\\ude00\\n\\\"x\", {}, []], \"\\u0062\":9007199254740993}\r\n"), &tree));
    const Tree *list = tree_get(&tree, "a"), *large = tree_get(&tree, "b");
    assert_int_equal(list->len, 8);
    assert_true(list->items[0].kind == TREE_INT && list->items[0].number == 1 && list->items[0].real == 1);
    assert_true(list->items[1].kind == TREE_REAL && list->items[1].real == -25);
    assert_true(list->items[2].kind == TREE_NULL && list->items[3].truth && list->items[4].kind == TREE_BOOL && !list->items[4].truth);
    assert_true(str_eq(list->items[5].text, STR("\xc3\xa9\xf0\x9f\x98\x80\n\"x")));
    assert_true(list->items[6].kind == TREE_OBJECT && list->items[6].len == 0 && list->items[7].kind == TREE_LIST);
    assert_int_equal(large->number, 9007199254740993);
    static const char *const wrong[] = {"", " ", "1", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "[01]", "[1.]", "[.5]", "[+1]", "[1e]", "[--1]", "[nul]", "[truex]", "[\"a]",
                                        "[\"\\x\"]", "[\"\\u00\"]", "[\"\\ud800\"]", "[\"\\udc00\"]", "[\"\\u0000\"]", "[\"\t\"]", "[\"\xff\"]", "[1]2", "[1e999]",
                                        "[99999999999999999999]", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[", "{", "[\"\\"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (!err_is(tree_read(arena, str_of(wrong[i]), &tree), "route.json"))
            fail_msg("%s was taken", wrong[i]);
    Err *err = tree_read(arena, STR("{\n \"a\": x}"), &tree);
    assert_true(str_find(err->detail, STR("line 2, column 7")) < err->detail.len);
}

static void long_rows_of_numbers_take_little_memory(void **state)
{
    (void)state;
    enum { LEN = 20000 };
    Arena *own = arena_new();
    char *text = arena_alloc(arena, 5 * LEN + 10), *at = text;
    *at++ = '[';
    for (int i = 0; i < LEN; i++)
        at += sprintf(at, i == 7 ? "null," : "%d,", i % 1000);
    at[-1] = ']';
    Tree tree;
    assert_null(tree_read(own, (Str){text, (size_t)(at - text)}, &tree));
    assert_int_equal(tree.len, LEN);
    assert_non_null(tree.row);
    assert_true(isnan(tree.row[7]) && tree.row[LEN - 1] == (LEN - 1) % 1000 && tree.row[0] == 0);
    assert_true(arena_used(own) < 9 * LEN);
    arena_free(own);
    memcpy(at - 1, ",1]", 4);
    Err *err = tree_read(arena, str_of(text), &tree);
    assert_true(err_is(err, "route.json") && says(err->detail, "more than 20,000 numbers"));
    memcpy(at - 4, "{}]", 4);
    err = tree_read(arena, str_of(text), &tree);
    assert_true(err_is(err, "route.json") && says(err->detail, "holds something else"));
}

static void what_would_need_too_much_memory_is_refused(void **state)
{
    (void)state;
    enum { PARTS = 2000001 };
    Tree tree;
    char *many = malloc(3 * PARTS + 2);
    assert_non_null(many);
    many[0] = '[';
    for (size_t i = 0; i < PARTS; i++)
        memcpy(many + 1 + 3 * i, "[],", 3);
    many[3 * PARTS] = ']';
    Arena *own = arena_new();
    Err *err = tree_read(own, (Str){many, 3 * PARTS + 1}, &tree);
    assert_true(err_is(err, "route.json") && says(err->detail, "2,000,000 parts"));
    arena_free(own);
    free(many);
    Buf jobs = buf_new(arena, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_addf(&jobs, "%s{'id':%d,'location':[%.4f,28]}", i ? "," : "", i, 100 + i * 0.001);
    RouteJson json; /* a thousand places are little for one kind of vehicle, too much for twenty */
    Buf vehicles = buf_new(arena, 10000);
    for (int i = 0; i < 20; i++)
        buf_addf(&vehicles, "%s{'id':%d,'profile':'p%d','start':[100,28]}", i ? "," : "", i, i);
    assert_null(route_read_json(arena, quoted(str_z(arena, str_format(arena, "{'vehicles':[%.*s],'jobs':[%.*s]}", STR_ARG(buf_str(&vehicles)), STR_ARG(buf_str(&jobs))))), &json));
    assert_true(err_is(route_fill_matrix(arena, &json, NULL), "route.size"));
}

/* ---- on roads ---- */

static const char *map_file(char *folder)
{
    RoadsReport report;
    assert_non_null(mkdtemp(folder));
    const char *osm = str_z(arena, str_format(arena, "%s/a.osm", folder)), *mil = str_z(arena, str_format(arena, "%s/a.mil", folder));
    assert_null(file_write(arena, osm, STR("<osm><node id='1' lon='113' lat='28'/><node id='2' lon='113.01' lat='28'/><node id='3' lon='113.01' lat='28.01'/>"
                                           "<way id='1'><nd ref='1'/><nd ref='2'/><nd ref='3'/><tag k='highway' v='tertiary'/></way></osm>"), 0600));
    assert_null(roads_import(arena, osm, mil, NULL, &report));
    unlink(osm);
    return mil;
}

static void lines_of_rounds_follow_the_roads_when_asked_for(void **state)
{
    (void)state;
    char folder[] = "/tmp/millet-vroom-XXXXXX";
    const char *mil = map_file(folder);
    RouteJson json;
    RoutePlan plan;
    RouteOptions options = {.iterations = 50, .seed = 1};
    for (int asked = 0; asked < 2; asked++) {
        assert_null(route_read_json(arena, quoted(asked ? "{'options':{'g':true},'vehicles':[{'id':1,'start':[113,28]}],'jobs':[{'id':1,'location':[113.01,28.01]}]}"
                                                        : "{'vehicles':[{'id':1,'start':[113,28]}],'jobs':[{'id':1,'location':[113.01,28.01]}]}"), &json));
        assert_null(route_fill_matrix(arena, &json, mil));
        assert_null(route_solve(arena, &json.problem, &options, &plan));
        Buf out = buf_new(arena, 100000);
        route_write_json(&out, &json, &plan);
        assert_int_equal(says(buf_str(&out), "'geometry':"), asked);
        assert_false(says(buf_str(&out), "'warnings'"));
        if (asked) /* (28, 113), (28, 113.01), (28.01, 113.01) */
            assert_true(says(buf_str(&out), "'geometry':'_w{iD_iupT?o}@o}@?'"));
    }
    unlink(mil);
    rmdir(folder);
}

static void places_far_from_any_road_are_named(void **state)
{
    (void)state;
    char folder[] = "/tmp/millet-vroom-XXXXXX";
    const char *mil = map_file(folder);
    RouteJson json;
    RoutePlan plan;
    RouteOptions options = {.iterations = 50, .seed = 1};
    assert_null(route_read_json(arena, quoted("{'vehicles':[{'id':1,'start':[113,28],'end':[113,28]}],'jobs':[{'id':1,'location':[113.01,28.02]},{'id':2,'location':[114,28]}]}"), &json));
    assert_null(route_fill_matrix(arena, &json, mil));
    assert_int_equal(json.warning_len, 2);
    assert_null(route_solve(arena, &json.problem, &options, &plan));
    assert_int_equal(plan.left_out_len, 0);
    assert_true(plan.distance > 2 * 98000); /* the one beyond the map is 98 km away */
    Buf out = buf_new(arena, 100000);
    route_write_json(&out, &json, &plan);
    assert_true(says(buf_str(&out), "'warnings':['[113.010000,28.020000] is 1111 m from the nearest road for a van"));
    assert_true(says(buf_str(&out), "[114.000000,28.000000] has no road for a van within 20 km"));
    assert_null(route_read_json(arena, quoted("{'vehicles':[{'id':1,'profile':'rocket','start':[113,28]}]}"), &json));
    Err *err = route_fill_matrix(arena, &json, mil);
    assert_true(err_is(err, "route.json") && says(err->detail, "rocket"));
    unlink(mil);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_that_stand_twice_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(fields_that_a_plan_would_not_keep_to_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(names_are_written_as_they_came, begin, end),
        cmocka_unit_test_setup_teardown(a_window_is_for_the_beginning_of_the_setup, begin, end),
        cmocka_unit_test_setup_teardown(who_begins_or_ends_anywhere_has_no_such_step, begin, end),
        cmocka_unit_test_setup_teardown(a_solution_that_states_another_cost_is_found_out, begin, end),
        cmocka_unit_test_setup_teardown(priority_decides_who_is_left_out_and_max_tasks_how_many, begin, end),
        cmocka_unit_test_setup_teardown(two_profiles_drive_by_their_own_matrices, begin, end),
        cmocka_unit_test_setup_teardown(a_detour_is_learned_from_the_trips_of_the_problem, begin, end),
        cmocka_unit_test_setup_teardown(json_is_read_as_it_is_written, begin, end),
        cmocka_unit_test_setup_teardown(long_rows_of_numbers_take_little_memory, begin, end),
        cmocka_unit_test_setup_teardown(what_would_need_too_much_memory_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(lines_of_rounds_follow_the_roads_when_asked_for, begin, end),
        cmocka_unit_test_setup_teardown(places_far_from_any_road_are_named, begin, end),
    };
    return cmocka_run_group_tests_name("vroom", tests, NULL, NULL);
}
