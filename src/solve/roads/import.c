/* From an OpenStreetMap file to a road file. */
#include <time.h>

#include "solve/roads/file.h"

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static Err *build(Arena *arena, Arena *own, const Network *net, NetworkWatch *watch, const char *out_path, RoadsReport *report)
{
    Graph graphs[ROADS_PROFILES];
    Hierarchy hierarchies[ROADS_PROFILES];
    for (int p = 0; p < ROADS_PROFILES; p++) {
        graphs[p] = graph_build(own, net, (RoadsProfile)p);
        TRY(hierarchy_build(own, &graphs[p], &net->edges.at[0].length_cm, sizeof(RoadEdge), watch,
                            0.5 + 0.49 * p / ROADS_PROFILES, 0.49 / ROADS_PROFILES, &hierarchies[p]));
        report->connected[p] = graphs[p].connected_len;
        report->shortcuts[p] = hierarchies[p].shortcuts;
    }
    TRY(network_told(watch, "writing", 0.99));
    return roads_file_write(arena, out_path, net, graphs, hierarchies, report);
}

Err *roads_import(Arena *arena, const char *osm_path, const char *out_path, const RoadsImport *options, RoadsReport *report)
{
    double begun = cpu_seconds();
    Network net;
    NetworkWatch watch = {.options = options, .arena = arena};
    *report = (RoadsReport){0};
    Arena *own = arena_new();
    Err *err = network_read(arena, osm_path, &watch, &net, report);
    if (!err)
        err = build(arena, own, &net, &watch, out_path, report);
    err = err_copy(arena, err);
    network_free(&net);
    arena_free(own);
    report->seconds = cpu_seconds() - begun;
    return err ? err : network_told(&watch, "done", 1);
}
