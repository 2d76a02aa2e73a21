/* Ruin and recreate: take strings of stops near one another out of a plan, put them back greedily in a random order with
   some places overlooked, keep or undo by simulated annealing. After Christiaens and Vanden Berghe, "Slack Induction by
   String Removals for Vehicle Routing Problems" (Transportation Science 2020). */
#pragma once
#include "solve/route/place.h"

enum { EXPONENTIAL_BITS = 10 };

typedef struct Change { /* one step, so that it can be undone */
    int32_t node, after;
    bool linked;
} Change;

typedef struct Ruiner {
    const Model *m;
    Rounds *r;
    Placer placer;
    Random random;
    Change *log;
    int log_len, log_room;
    int32_t *touched; /* vehicles changed in this step */
    int touched_len;
    int32_t *seen;    /* by vehicle: the last step that touched it */
    int32_t step;
    int32_t *ruined;  /* by vehicle: the last step that took a string of it */
    int64_t *key;     /* by stop: sort key of this step */
    int32_t *order;
    int32_t *weight;  /* by stop: amounts of all dimensions, scaled, for the order by demand */
    double mean_removed;
    int longest_string;
    double exponential[1 << EXPONENTIAL_BITS]; /* -ln of evenly spread draws */
} Ruiner;

Ruiner *ruiner_new(Arena *arena, Rounds *r, uint64_t seed);

void ruin(Ruiner *x);
/* Takes every stop out of one vehicle but what is stuck. */
void ruin_tour(Ruiner *x, int vehicle);
void recreate(Ruiner *x);
/* The same, but ends with false as soon as the plan must come to more than limit: putting a stop in makes no plan cheaper.
   (Where roads are no metric it can, a little; such a plan is then missed.) */
bool recreate_below(Ruiner *x, double limit);
void ruiner_keep(Ruiner *x); /* forget how to undo */
void ruiner_undo(Ruiner *x);

/* A step of one's own: begin, take and put, then settle: times are set, tours that broke a rule by losing a stop are emptied. */
void ruiner_begin(Ruiner *x);
void ruiner_settle(Ruiner *x);
void ruiner_take_all(Ruiner *x, int vehicle);
/* Recording moves; for others that change the plan the same way. */
void ruiner_take(Ruiner *x, int stop); /* a shipment's partner too */
void ruiner_put(Ruiner *x, int stop, const Place *place);
