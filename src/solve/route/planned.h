/* Plans people bring: yesterday's rounds as a warm start, what is driven already, a stop dragged to another round. */
#pragma once
#include "solve/route/tour.h"

/* Writes stops with breaks and reloads put where they fit; false when no way was found. Returns the length in *len. */
bool planned_sequence(const Model *m, int vehicle, const int32_t *stops, int stop_len, int32_t *nodes, int *len);
/* Links the planned stops of all vehicles as far as they keep the rules; what is done must keep them (route.planned). */
Err *planned_load(Arena *arena, Rounds *r);
