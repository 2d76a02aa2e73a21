/* Fuzzing the readers of instance files: the first byte chooses the format. */
#include "solve/route_io/route_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena *arena = arena_new();
    RouteFile file;
    route_read_file(arena, (RouteFormat)(data[0] & 3), (Str){(const char *)data + 1, size - 1}, &file);
    arena_free(arena);
    return 0;
}
