/* Stops numbered along a walk from each to the nearest not yet seen: what is looked at together then lies together in memory.
   On 960 stops a step of the search takes a fifth less time. */
#pragma once
#include "solve/route/route.h"

/* The same problem with its stops in another order; old[i] is what stop i was called. Problems that gain nothing (few stops)
   or whose order says something (shipments) come back as they are, with old NULL. */
const RouteProblem *renumber(Arena *arena, const RouteProblem *problem, int32_t **old);
/* The plan of a renumbered problem, in the words of the one that was asked. */
void renumber_back(RoutePlan *plan, const int32_t *old);
