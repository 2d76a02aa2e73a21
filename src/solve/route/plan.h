/* From sequences of nodes to a plan with times, loads and costs. */
#pragma once
#include "solve/route/tour.h"

/* The sequences of a snapshot, timed; cost, distance, travel and left_out (reasons not yet known) set. */
void plan_build(Arena *arena, const Model *m, const Snapshot *from, RoutePlan *out);
/* One vehicle's sequence, which must keep every rule. */
void plan_line(Arena *arena, const Model *m, int vehicle, const int32_t *nodes, int len, RouteLine *out);
/* Sets rule and relaxation of everything left out; r stands as the plan does. */
void plan_explain(Arena *arena, Rounds *r, RoutePlan *plan);
