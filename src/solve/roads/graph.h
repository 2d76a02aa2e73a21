/* One profile's directed network. A junction with turn restrictions or a barrier has several copies: where one stands depends on
   the edge one came by, and each copy leads on only where one may go from there. */
#pragma once
#include "solve/roads/network.h"

typedef struct GraphArc {
    int32_t to;   /* copy */
    int32_t edge; /* 2 * edge + 1 when driven backwards */
} GraphArc;

typedef struct Graph {
    int32_t nodes;           /* copies */
    int32_t *copy_first;     /* by junction; copies of one stand together */
    int32_t *time;           /* by directed edge; ROADS_NONE: not allowed */
    int32_t *head;           /* by directed edge: the copy one arrives at, -1 */
    int32_t *arc_first;      /* by copy */
    GraphArc *arcs;
    int32_t arc_len;
    uint8_t *connected;      /* by edge: in the largest connected part */
    int64_t connected_len;
} Graph;

/* What it allocates lives in the arena. */
Graph graph_build(Arena *arena, const Network *net, RoadsProfile profile);
