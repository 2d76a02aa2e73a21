/* The whole search of one thread: a first plan at once, then better ones until the watch says stop. */
#pragma once
#include "solve/route/anneal.h"

/* r stands at what was planned (maybe nothing); best ends at the best plan. Deterministic for a seed while the watch ends the
   search by iterations. */
void search_run(Arena *arena, Rounds *r, uint64_t seed, Watch *watch, Snapshot *best);
