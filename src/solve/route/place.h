/* Finding the cheapest feasible place for a stop, or for both stops of a shipment. */
#pragma once
#include "solve/route/sequence.h"
#include "solve/route/tour.h"

typedef enum PlaceReload { RELOAD_NONE, RELOAD_FIRST, RELOAD_THEN } PlaceReload;

typedef struct Place {
    int64_t delta;   /* cost, fixed cost included */
    int32_t after;   /* the stop comes behind this node; -1: nowhere */
    int32_t second;  /* a shipment's second stop comes behind this node (maybe the first stop itself) */
    PlaceReload reload; /* a reload is put before or behind the stop */
} Place;

typedef struct Placer {
    Rounds *r;
    Random random;
    int blink;           /* positions until the next is overlooked */
    double blink_rate;   /* 0: never */
    int near_len;        /* how many neighbours are looked at */
    int32_t *mark;       /* by vehicle: the last search that saw it */
    int32_t marks;
    int32_t *list;       /* vehicles to look at */
    int16_t pause[1024]; /* draws of the geometric distribution */
} Placer;

Placer placer_new(Arena *arena, Rounds *r, uint64_t seed, double blink_rate);

/* stop: a single one, or the first of a shipment. after is -1 when it fits nowhere. */
Place place_find(Placer *placer, int stop);
/* The same in one vehicle, every position. */
Place place_find_in(Placer *placer, int stop, int vehicle);
