/* A plan being worked on: each vehicle's sequence as a linked list of nodes, with what is needed to judge an insertion in
   constant time (earliest departure, latest arrival, loads before and after, time-warp segments). */
#pragma once
#include "solve/route/model.h"
#include "solve/route/random.h"
#include "solve/route/segment.h"

typedef struct Link {
    int32_t prev, next;
    int32_t vehicle; /* -1: not in any sequence */
    int32_t kind;    /* of that vehicle */
    int32_t cost_in, cost_out;  /* of the legs from the previous row to this one and on to the next */
    int32_t prev_row, next_row; /* of prev and next; all in one line of the cache, for every place looked at reads them */
} Link;

typedef struct Moment {
    int64_t ready;  /* earliest departure */
    int64_t latest; /* latest arrival, setup included, that the rest of the sequence can bear; -1: none */
} Moment;

/* Of what is driven already: a stuck stop stays where it is, behind a sealed node nothing comes in between. */
enum { STUCK = 1, SEALED = 2 };

typedef struct Tour {
    int32_t len;     /* stops */
    int32_t reloads; /* in the sequence */
    int32_t load[ROUTE_DIMS_MAX]; /* deliveries and pickups together */
    int64_t cost, travel, distance;
} Tour;

typedef struct Rounds {
    const Model *m;
    Link *link;      /* nodes */
    Moment *moment;  /* nodes */
    Segment *head, *tail; /* nodes; only when durations are limited */
    int32_t *row;    /* nodes */
    uint8_t *flag;   /* nodes: STUCK, SEALED */
    int32_t *level, *before, *after; /* nodes x dims, only when m->loads: load on leaving; greatest until, greatest from here */
    Tour *tour;      /* vehicles */
    int32_t *empty;  /* by kind: a vehicle without stops, or -1 */
    int32_t *absent; /* stops not served; of a shipment the first */
    int32_t *absent_at;
    int absent_len;
    int used;        /* vehicles with stops */
    int used_max;    /* no empty vehicle is offered beyond this */
    int64_t cost;    /* tours, and skips of absent stops */
    int32_t *scratch; /* a sequence, nodes long */
} Rounds;

/* Everything absent. */
Rounds *rounds_new(Arena *arena, const Model *m);
void rounds_clear(Rounds *r);

/* The moment service can begin at node when arriving at t; past every window: FAR_FUTURE or more. */
static inline int64_t node_begin(const Model *m, int node, int64_t t)
{
    const Node *at = &m->node[node];
    if (at->window_len == 1) {
        if (t <= at->open)
            return at->open;
        return t <= at->close ? t : 2 * FAR_FUTURE;
    }
    for (int i = at->window_at; i < at->window_at + at->window_len; i++)
        if (t <= m->windows[i].to)
            return t < m->windows[i].from ? m->windows[i].from : t;
    return 2 * FAR_FUTURE;
}

/* The nearest nodes that are places, skipping breaks. */
static inline int real_prev(const Rounds *r, int node)
{
    do
        node = r->link[node].prev;
    while (r->row[node] < 0);
    return node;
}

static inline int real_next(const Rounds *r, int node)
{
    do
        node = r->link[node].next;
    while (r->row[node] < 0);
    return node;
}

/* Arrival at target when leaving from at t, with the breaks node, next[node], ... up to but without until taken on the way;
   2 * FAR_FUTURE when a break cannot be held or there is no road. Setup at target is not included. */
int64_t rounds_drive_breaks(const Rounds *r, int64_t t, int64_t leg, int node, int until);

static inline int64_t rounds_drive(const Rounds *r, const Kind *kind, int from, int64_t t, int node, int until, int target)
{
    int64_t leg = kind->time[r->row[from] * r->m->rows + r->row[target]];
    if (leg == NO_ROAD)
        return 2 * FAR_FUTURE;
    return node == until ? t + leg : rounds_drive_breaks(r, t, leg, node, until);
}

static inline int64_t setup_at(const Model *m, int from, int target)
{
    return m->setups && m->node[from].place != m->node[target].place ? m->node[target].setup : 0;
}

/* What a vehicle is charged for being used. */
static inline int64_t tour_fixed_cost(const Model *m, int vehicle)
{
    return m->kind[m->kind_of[vehicle]].fixed_cost + m->extra;
}

/* Links node behind after (in after's sequence), or unlinks it; costs and loads follow, times do not: rounds_refresh. */
void rounds_link(Rounds *r, int node, int after);
void rounds_unlink(Rounds *r, int node);
void rounds_refresh(Rounds *r, int vehicle);
/* The same after nothing but node was linked. */
void rounds_refresh_put(Rounds *r, int node);

/* A stop leaves or joins the absent list. */
void rounds_set_absent(Rounds *r, int stop);
void rounds_set_present(Rounds *r, int stop);

/* Which vehicles of each kind are empty, from scratch. */
void rounds_find_empty(Rounds *r);

/* Snapshots: the links alone say everything. */
typedef struct Snapshot {
    int32_t *next;   /* nodes; of each sequence */
    int64_t cost;
    int used, absent_len;
} Snapshot;
Snapshot snapshot_new(Arena *arena, const Model *m);
void snapshot_take(Snapshot *to, const Rounds *from);
void snapshot_copy(const Model *m, Snapshot *to, const Snapshot *from);
void rounds_restore(Rounds *r, const Snapshot *from);
