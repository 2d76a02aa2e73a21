/* The road file: a header, then sections of plain arrays, mapped and used in place. */
#pragma once
#include "solve/roads/hierarchy.h"

enum { ROADS_VERSION = 2 };

typedef struct FileEdge {
    int32_t from, to;
    uint32_t dot, dot_len;
    int32_t length_cm;
    uint32_t kind;
} FileEdge;

typedef struct RoadsGrid {
    int32_t west, south;       /* 1e-7 degrees */
    int32_t cell_lon, cell_lat;
    int32_t columns, rows;
} RoadsGrid;

/* One profile's sections. */
typedef struct RoadsWays {
    int32_t nodes;
    const int32_t *time, *head;      /* by directed edge */
    const int32_t *copy_first;       /* by junction */
    const int32_t *arc_first;
    const GraphArc *arcs;
    const uint8_t *connected;        /* by edge */
    const int32_t *up_first, *down_first;
    const UpArc *up, *down;
} RoadsWays;

struct Roads {
    void *map;
    size_t map_len;
    RoadsBox box;
    RoadsGrid grid;
    int32_t junctions, edges;
    const RoadDot *junction;
    const FileEdge *edge;
    const RoadDot *dots;
    const int32_t *cell_first; /* by cell, and one more */
    const int32_t *cell_edges;
    RoadsWays ways[ROADS_PROFILES];
    RoadsDetour detour[ROADS_PROFILES];
};

RoadsDetour detour_learn(Arena *arena, const Roads *roads, RoadsProfile profile);

Err *roads_file_write(Arena *arena, const char *path, const Network *net, const Graph *graphs, const Hierarchy *hierarchies,
                      RoadsReport *report);
