/* Two tours exchange their tails: a move that taking out strings and putting stops back one by one rarely finds, as everything
   behind a point must change vehicles at once ("2-opt*", Potvin and Rousseau, An exchange heuristic for routeing
   problems with time windows, 1995). */
#pragma once
#include "solve/route/ruin.h"

/* Whether the problem is one this knows: no loads to be followed on the way, no breaks, nothing pinned. */
bool tails_apply(const Model *m);
/* Tries one exchange at a random stop. Carries it out when the plan then keeps every rule and costs less than limit; it is
   then not to be undone. */
bool tails_try(Ruiner *x, double limit);
