/* Judging a whole sequence of nodes (without start and end; breaks and reloads included) of a vehicle, exactly. */
#pragma once
#include "solve/route/model.h"

/* Every rule of time: windows, shift, duration, breaks, releases. */
bool sequence_in_time(const Model *m, int vehicle, const int32_t *nodes, int len);
/* The latest start with the least duration; false when not in time (the limit on duration is not asked here). */
bool sequence_best_start(const Model *m, int vehicle, const int32_t *nodes, int len, int64_t *start, int64_t *duration);
/* Loads at every moment, and no shipment across a reload. */
bool sequence_loads_fit(const Model *m, int vehicle, const int32_t *nodes, int len);
/* Driving time and distance. */
bool sequence_lengths_fit(const Model *m, int vehicle, const int32_t *nodes, int len);
