/* Fuzzing the reader of VROOM's JSON, and a short solve of what it accepts. */
#include "solve/route_io/route_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    RouteJson json;
    RoutePlan plan;
    Err *err = route_read_json(arena, (Str){(const char *)data, size}, &json);
    if (!err && json.needs_matrix)
        err = route_fill_matrix(arena, &json, NULL);
    RouteOptions options = {.iterations = 20, .seed = 1};
    if (!err && json.problem.stop_len < 20 && json.problem.vehicle_len < 10)
        route_solve(arena, &json.problem, &options, &plan);
    arena_free(arena);
    return 0;
}
