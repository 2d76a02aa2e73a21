/* Simulated annealing over ruin and recreate. */
#pragma once
#include "solve/route/clock.h"
#include "solve/route/ruin.h"

typedef struct Anneal {
    double hot, cold;     /* temperatures at the start and the end, in cost */
    int64_t iterations;   /* at most; 0: until until */
    double until;         /* Watch seconds; 0: no limit */
} Anneal;

/* Improves x->r from where it stands and leaves best at the best plan seen (which may be what best holds already).
   Returns how many steps were done. */
int64_t anneal(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best);
/* Fewer stops left out: those that are hard to place push others out, which are then placed elsewhere, absent ones weighing by
   how often they were absent. Ends when nothing is left out. */
int64_t anneal_complete(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best);
/* Fewer vehicles: empties one tour after another and tries to place its stops elsewhere, absent ones weighing by how often
   they were absent (section 5.3 of the paper). best only changes for plans with nothing more left out and fewer vehicles. */
int64_t anneal_fleet(Ruiner *x, const Anneal *how, Watch *watch, Snapshot *best);
