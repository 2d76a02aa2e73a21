/* The hybrid genetic search: a small population of plans, crossed by exchanging tours and educated by ruin and recreate. */
#pragma once
#include "solve/route/anneal.h"

/* x stands at a first plan that best holds. Ends by the watch, with best at the best plan seen. */
void genetic_run(Arena *arena, Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best);
