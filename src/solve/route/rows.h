/* Matrices by row (one row per stop, one per distinct start or end) and the neighbour lists made of them. */
#pragma once
#include "solve/route/model.h"

/* Gives every node its row; returns how many rows there are. */
int rows_assign(const Model *m, Node *nodes);
/* Fills cost, time and distance of each kind; kinds that travel alike share them. */
void rows_fill(Arena *arena, Model *m, Kind *kinds);
/* The longest leg's cost; sets mean_edge, gaps and symmetric. */
int32_t rows_measure(Model *m);
/* Whether every way takes as long back. */
bool rows_times_even(const Model *m);
void rows_neighbours(Arena *arena, Model *m);
