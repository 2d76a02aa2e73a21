/* The savings method as a beginning for the search. */
#pragma once
#include "solve/route/tour.h"

/* r must hold no stop and no pairs, breaks or reloads. Stops that fit nowhere stay absent. */
void savings_build(Arena *arena, Rounds *r);
