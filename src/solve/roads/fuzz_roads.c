/* Fuzzing the whole import: what the readers accept becomes a network, is contracted, written, opened and asked; each answer by the hierarchy
   must be that of plain Dijkstra. The first byte chooses .osm.pbf or XML, as in fuzz_osm.c; here only small files are of use. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "solve/roads/roads.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(Arena *arena, const Roads *roads, RoadsProfile profile)
{
    RoadsBox box = roads_box(roads);
    RoadsSnap ends[3];
    for (int i = 0; i < 3; i++)
        ends[i] = roads_snap(roads, profile, box.west + (box.east - box.west) * i / 2, box.south + (box.north - box.south) * (i % 2));
    for (int i = 0; i < 9; i++) {
        int32_t time, distance;
        RoadsPath path;
        int64_t truth = roads_dijkstra(arena, roads, profile, &ends[i / 3], &ends[i % 3]);
        if (roads_table(arena, roads, profile, &ends[i / 3], 1, &ends[i % 3], 1, &time, &distance, NULL))
            abort();
        Err *err = roads_route(arena, roads, profile, &ends[i / 3], &ends[i % 3], &path);
        if (truth < ROADS_NONE && (time != truth || err || path.time_ms != truth))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Arena *arena = arena_new();
    int file = memfd_create("osm", 0);
    RoadsReport report;
    Roads *roads;
    const char *in = str_z(arena, str_format(arena, "/proc/self/fd/%d", file)), *out = str_z(arena, str_format(arena, "/dev/shm/fuzz-roads-%d", (int)getpid()));
    if (file < 0 || write(file, data + 1, size - 1) != (ssize_t)(size - 1))
        abort();
    if (!roads_import(arena, in, out, NULL, &report)) {
        if (roads_open(arena, out, &roads))
            abort();
        for (int p = 0; p < ROADS_PROFILES; p++)
            ask(arena, roads, (RoadsProfile)p);
        unlink(out);
    }
    close(file);
    arena_free(arena);
    return 0;
}
