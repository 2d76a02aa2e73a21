/* A stretch of a sequence seen from outside: how long it takes, how much it must be late, and between which departures that
   holds; two of them join in constant time (Vidal, Crainic, Gendreau and Prins 2013, section 4.2). */
#pragma once
#include <stdint.h>

typedef struct Segment {
    int64_t duration; /* least, waiting included */
    int64_t warp;     /* time that would have to be turned back to be on time everywhere */
    int64_t early, late; /* earliest and latest start with least duration and warp */
} Segment;

static inline int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline Segment segment_of(int64_t open, int64_t close, int64_t service)
{
    return (Segment){service, 0, open, close};
}

/* a, then leg, then b. */
static inline Segment segment_join(Segment a, int64_t leg, Segment b)
{
    int64_t delta = a.duration - a.warp + leg;
    int64_t wait = larger(b.early - delta - a.late, 0);
    int64_t warp = larger(a.early + delta - b.late, 0);
    return (Segment){a.duration + b.duration + leg + wait, a.warp + b.warp + warp,
                     larger(b.early - delta, a.early) - wait, smaller(b.late - delta, a.late) + warp};
}
