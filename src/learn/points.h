/* Inside learning: points. */
#pragma once
#include "learn/inside.h"

Err *points_start(Store *store, Arena *arena);
Err *points_used(Db *db, Id person, bool *used); /* false: this person has switched them off */
Str points_line(Arena *arena, Str before, const PointEntry *row); /* what the hash of an entry is made over */
Str points_hash(Arena *arena, Str before, const PointEntry *row); /* SHA-256 of that line, in hex */
Err *check_points(Db *db, Findings *findings);
