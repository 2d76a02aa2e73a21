/* The problem laid out for search: one row per stop in compact matrices, vehicles that are alike grouped into kinds,
   neighbours in order of nearness. Read-only once built, so threads share it. */
#pragma once
#include "solve/route/route.h"

#define NO_ROAD INT32_MAX
#define FAR_FUTURE INT64_C(1000000000000000) /* later than any moment a bounded problem reaches */

/* Nodes are what a vehicle's sequence is made of: stops 0..n-1, then starts, ends, breaks and reloads of vehicles. */
typedef enum NodeKind { NODE_STOP, NODE_START, NODE_END, NODE_BREAK, NODE_RELOAD } NodeKind;

typedef struct Node {
    int64_t open, close; /* first and last moment service may begin */
    int64_t service, setup;
    int32_t row;         /* of the matrices; -1 for a break */
    int32_t place;
    int32_t pair;        /* the other stop of the shipment, or -1 */
    int32_t window_at;   /* into Model.windows */
    int32_t window_len;  /* 1: open and close say it all */
    uint8_t kind;
    bool first;          /* the stop of a shipment where things enter */
} Node;

typedef struct Kind {
    int32_t vehicle;     /* one of them, to read the rest from */
    int32_t len;
    int32_t start_row, end_row;
    int64_t fixed_cost, max_duration, max_travel, max_distance;
    int32_t max_stops, trips;
    int64_t open, close; /* the shift */
    int32_t capacity[ROUTE_DIMS_MAX];
    const int32_t *cost, *time, *distance; /* rows x rows; time NULL when time does not matter, distance when no limit */
    const bool *serves;  /* by stop */
} Kind;

typedef struct Model {
    const RouteProblem *problem;
    int n, vehicles, kinds, dims, rows, nodes;
    bool timed;    /* windows, shifts, durations or breaks matter */
    bool gaps;     /* some pairs of rows have no road */
    bool paired, breaks, reloads, setups, releases, several_windows, durations, lengths, backhaul, optional, pinned;
    bool flat;     /* capacity only: one dimension, one kind, everything required: the CVRP */
    bool loads;    /* the load must be known at every moment: backhaul, pairs, reloads or breaks with a load limit */
    bool plain;    /* the genetic search with time warp can hold it: no pairs, breaks, reloads, releases, ... */
    bool simple;   /* plain, timed, as long and as dear there as back, no setups: a place is judged by little (place.c) */
    bool symmetric;
    bool choosy;   /* some kind may not serve some stop */
    bool one_cost; /* every kind of vehicle pays the same for a leg */
    bool stepwise; /* what is known of a sequence can be mended around one new stop */
    const Node *node;        /* nodes */
    const RouteWindow *windows;
    const int32_t *delivery; /* nodes x dims: from the depot */
    const int32_t *pickup;   /* nodes x dims: to the depot */
    const int32_t *change;   /* nodes x dims: of shipments, what enters (+) or leaves (-) */
    const int64_t *skip;     /* by stop: what leaving it out costs; a shipment's on its first stop */
    const Kind *kind;
    const int32_t *kind_of;  /* by vehicle */
    const bool *served_by;   /* stops x kinds: what the kinds' serves say, a stop's in one place */
    const int32_t *break_at; /* by vehicle: its first break node; vehicle + 1 ends them */
    const int32_t *reload_at;
    const int32_t *near;     /* n x near_len: other stops, nearest first */
    int near_len;
    int64_t missing;         /* what leaving out one required stop of priority 0 weighs */
    int64_t extra;           /* what using a vehicle weighs when the fewest are wanted, else 0 */
    int64_t mean_edge;       /* a typical leg's cost */
} Model;

static inline int start_node(const Model *m, int vehicle)
{
    return m->n + vehicle;
}

static inline int end_node(const Model *m, int vehicle)
{
    return m->n + m->vehicles + vehicle;
}

/* The problem must have passed route_check_problem. Never fails. */
const Model *model_new(Arena *arena, const RouteProblem *problem);
