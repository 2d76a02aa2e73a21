/* Placing both stops of a shipment in one vehicle. */
#pragma once
#include "solve/route/place.h"

Place pair_find(Placer *placer, int first);
void pair_try(Placer *placer, int first, int vehicle, Place *best);

/* A reload node of this vehicle that is not in use, or -1. */
void pair_try_new_trip(Placer *placer, int first, int vehicle, Place *best);

int reload_spare(const Rounds *r, int vehicle);
