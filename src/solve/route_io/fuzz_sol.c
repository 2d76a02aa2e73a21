/* Fuzzing the reader of .sol files, and the check of what they say, against a small instance. */
#include "solve/route_io/route_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char instance[] = "DIMENSION : 6\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 10\nVEHICLES : 3\nNODE_COORD_SECTION\n1 0 0\n2 0 10\n3 0 20\n4 10 0\n5 20 0\n6 7 7\n"
                               "DEMAND_SECTION\n1 0\n2 5\n3 5\n4 5\n5 5\n6 1\nTIME_WINDOW_SECTION\n1 0 200\n2 0 50\n3 5 90\n4 0 99\n5 0 99\n6 0 99\nDEPOT_SECTION\n1\n-1\nEOF\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    RouteFile file;
    RouteFaults faults;
    int32_t **sequences;
    size_t *lens;
    int64_t cost;
    if (route_read_file(arena, ROUTE_VRPLIB, str_of(instance), &file))
        __builtin_trap();
    if (!route_read_sol(arena, &file, (Str){(const char *)data, size}, &sequences, &lens))
        route_check_order(arena, &file.problem, (const int32_t *const *)sequences, lens, &faults, &cost);
    arena_free(arena);
    return 0;
}
