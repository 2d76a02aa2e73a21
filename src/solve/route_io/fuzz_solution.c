/* Fuzzing the reader of VROOM's solutions, and the check of what they say, against a small problem with every kind of step. */
#include "solve/route_io/route_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char problem[] =
    "{\"vehicles\":[{\"id\":1,\"start_index\":0,\"end_index\":0,\"capacity\":[9],\"skills\":[1],\"time_window\":[0,90000],\"trips\":3,"
    "\"breaks\":[{\"id\":7,\"time_windows\":[[1000,20000]],\"service\":300}]},{\"id\":\"b\",\"start_index\":1,\"costs\":{\"per_hour\":1800.5}},"
    "{\"id\":3,\"end_index\":1}],\"jobs\":[{\"id\":10,\"service\":300,\"setup\":9,\"delivery\":[1],\"location_index\":1,\"time_windows\":[[600,4000]]},"
    "{\"id\":11,\"location_index\":2,\"pickup\":[2],\"skip_cost\":50},{\"id\":\"x\",\"location_index\":2,\"skills\":[3]}],"
    "\"shipments\":[{\"amount\":[1],\"pickup\":{\"id\":4,\"location_index\":2},\"delivery\":{\"id\":5,\"location_index\":1}}],"
    "\"matrices\":{\"car\":{\"durations\":[[0,500,700],[500,0,400],[700,400,0]]}}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    RouteJson json;
    RoutePlan plan;
    RouteFaults faults;
    if (route_read_json(arena, str_of(problem), &json))
        __builtin_trap();
    if (!route_read_solution(arena, &json, (Str){(const char *)data, size}, &plan))
        route_check_plan(arena, &json.problem, &plan, &faults);
    arena_free(arena);
    return 0;
}
