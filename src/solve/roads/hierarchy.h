/* Contraction hierarchy (Geisberger, Sanders, Schultes and Delling 2008): nodes in order of importance, shortcuts over those
   contracted earlier. */
#pragma once
#include "solve/roads/graph.h"

typedef struct UpArc {
    int32_t node;  /* the more important end */
    int32_t time, distance;
    int32_t via;   /* the node between, or -1 - directed edge */
} UpArc;

typedef struct Hierarchy {
    int32_t *up_first, *down_first; /* by node */
    UpArc *up, *down;               /* up: node -> more important; down: more important -> node */
    int32_t up_len, down_len;
    int64_t shortcuts;
} Hierarchy;

Err *hierarchy_build(Arena *arena, const Graph *g, const int32_t *length_cm_of_edge, size_t stride, NetworkWatch *watch,
                     double part_from, double part_len, Hierarchy *out);
