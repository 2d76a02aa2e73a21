/* Delivery rounds: which vehicle visits which stops in which order. A pure library: arrays in, a plan out; no database,
   no clock but for the time limit, no network.

   Amounts, times and distances are whole numbers in units the caller chooses (VROOM JSON: seconds and metres); nothing
   here is a float, so a plan is the same on every machine for a seed and an iteration budget. */
#pragma once
#include "base/base.h"

enum {
    ROUTE_STOPS_MAX = 4000,
    ROUTE_PLACES_MAX = 5000,
    ROUTE_VEHICLES_MAX = 2000,
    ROUTE_DIMS_MAX = 8,
    ROUTE_WINDOWS_MAX = 32, /* of one stop or break */
    ROUTE_BREAKS_MAX = 8,   /* of one vehicle */
    ROUTE_SKILL_MAX = 255,  /* skills are numbers 0..255 */
    ROUTE_TRIPS_MAX = 20,
    ROUTE_PRIORITY_MAX = 100,
};

#define ROUTE_AMOUNT_MAX INT64_C(1000000000)   /* of one stop or vehicle; all stops together too, per dimension */
#define ROUTE_TIME_MAX INT64_C(4000000000000)  /* of any time or duration */
#define ROUTE_EDGE_MAX INT64_C(2000000000)     /* of one entry of a matrix, and of one leg's cost */
#define ROUTE_NEVER INT64_C(4611686018427387904) /* "no limit" for times, durations and distances */

typedef struct RouteWindow {
    int64_t from, to; /* both included; service must begin inside */
} RouteWindow;

typedef struct RouteSkills {
    uint64_t bits[4];
} RouteSkills;

typedef enum RouteNeed {
    ROUTE_REQUIRED, /* left out only when no plan can hold it; higher priority is kept first */
    ROUTE_OPTIONAL, /* left out when serving it costs more than skip_cost */
} RouteNeed;

/* One thing to do at one place. A shipment is two stops: the pickup names its delivery in pair and the other way
   round; both ride in the same vehicle, pickup first, without passing a reload. */
typedef struct RouteStop {
    int32_t place;                     /* row of the matrices */
    int32_t pair;                      /* the other stop of the shipment, or -1 */
    int64_t delivery[ROUTE_DIMS_MAX];  /* brought from the depot; of a shipment's second stop: what leaves the vehicle */
    int64_t pickup[ROUTE_DIMS_MAX];    /* taken to the depot; of a shipment's first stop: what enters the vehicle */
    const RouteWindow *windows;        /* in order, not overlapping; none: any time */
    size_t window_len;
    int64_t service;                   /* spent at the stop */
    int64_t setup;                     /* spent too unless the vehicle comes from a stop at the same place */
    int64_t release;                   /* the trip that carries it may not leave earlier */
    RouteSkills skills;                /* the vehicle must have them all */
    RouteNeed need;
    int32_t priority;                  /* 0..100 */
    int64_t skip_cost;                 /* ROUTE_OPTIONAL only */
    int32_t vehicle;                   /* pinned to this vehicle, or -1 */
} RouteStop;

typedef struct RouteBreak {
    const RouteWindow *windows; /* at least one */
    size_t window_len;
    int64_t service;
    int64_t max_load[ROUTE_DIMS_MAX]; /* on board during it; ROUTE_NEVER where any load may be */
} RouteBreak;

/* How one kind of vehicle travels: place_len x place_len numbers each, row by row, from x to. */
typedef struct RouteProfile {
    const int32_t *time;
    const int32_t *distance;
    const int32_t *cost; /* NULL: made of time and distance by the vehicle's prices */
} RouteProfile;

typedef struct RouteVehicle {
    int32_t profile;
    int32_t start, end;         /* places, or -1: begins at its first stop, ends at its last */
    int64_t capacity[ROUTE_DIMS_MAX]; /* ROUTE_NEVER: unlimited */
    RouteWindow shift;
    int64_t max_duration;       /* from leaving to coming home, breaks included; ROUTE_NEVER: unlimited; so the next two */
    int64_t max_travel;         /* driving time */
    int64_t max_distance;
    int32_t max_stops;          /* INT32_MAX: unlimited */
    int64_t fixed_cost;         /* when used at all */
    int64_t time_price;         /* cost of a million units of driving time */
    int64_t distance_price;     /* cost of a million units of distance */
    int64_t speed_ppm;          /* driving time is time * 1,000,000 / speed_ppm; 1,000,000: as in the profile */
    RouteSkills skills;
    const RouteBreak *breaks;
    size_t break_len;
    int32_t trips;              /* how often it may leave its start with a new load; 1: no reload */
    int64_t reload_time;        /* spent at its start before each further trip */
    const int32_t *planned;     /* warm start: stops in order; may be empty */
    size_t planned_len;
    size_t done_len;            /* the first of them are driven already or told to people: order and vehicle are kept */
} RouteVehicle;

typedef struct RouteProblem {
    int32_t dims;               /* how many of the amounts count; 0..8 */
    int32_t place_len;
    const double *x, *y;        /* of places, for neighbourhoods; NULL when unknown */
    const RouteProfile *profiles;
    size_t profile_len;
    const RouteStop *stops;
    size_t stop_len;
    const RouteVehicle *vehicles;
    size_t vehicle_len;
    bool fewest_vehicles;       /* the number of vehicles used counts before cost */
} RouteProblem;

/* ---- the plan ---- */

typedef enum RouteVisitKind { ROUTE_START, ROUTE_STOP, ROUTE_BREAK, ROUTE_RELOAD, ROUTE_END } RouteVisitKind;

typedef struct RouteVisit {
    RouteVisitKind kind;
    int32_t index;   /* of the stop, or of the break in its vehicle */
    int32_t place;   /* -1 for a break, and for a start or end that is nowhere */
    int64_t arrival; /* then wait, setup, service */
    int64_t wait, setup, service;
    int64_t travel, distance;           /* driven since the start */
    int64_t load[ROUTE_DIMS_MAX];       /* when leaving */
} RouteVisit;

typedef struct RouteLine {
    int32_t vehicle;
    RouteVisit *visits; /* start, ..., end */
    size_t visit_len;
    int64_t cost, fixed_cost, distance, travel, service, setup, wait, begin, finish;
} RouteLine;

typedef enum RouteRule {
    ROUTE_RULE_NONE,
    ROUTE_RULE_SKILLS,       /* no vehicle has the skills (or it is pinned to one that has not) */
    ROUTE_RULE_CAPACITY,     /* larger than any vehicle that may serve it */
    ROUTE_RULE_UNREACHABLE,  /* no road leads there, or back */
    ROUTE_RULE_WINDOW,       /* even a vehicle that does nothing else comes too late */
    ROUTE_RULE_SHIFT,        /* even a vehicle that does nothing else is not home in time, or drives too long */
    ROUTE_RULE_FULL,         /* it could be served, but every suitable vehicle is full: load */
    ROUTE_RULE_BUSY,         /* it could be served, but every suitable vehicle's time is used by others */
    ROUTE_RULE_PRICE,        /* optional, and serving it costs more than leaving it out */
} RouteRule;

typedef enum RouteRelax {
    ROUTE_RELAX_NONE,
    ROUTE_RELAX_SKILL,    /* give vehicle the missing skills */
    ROUTE_RELAX_LOAD,     /* amount more room in vehicle (dimension dim), or that much less ordered */
    ROUTE_RELAX_WINDOW,   /* the stop's window open amount longer, served by vehicle */
    ROUTE_RELAX_SHIFT,    /* vehicle on the road amount longer */
    ROUTE_RELAX_VEHICLE,  /* one more vehicle like vehicle */
    ROUTE_RELAX_PRICE,    /* serving it costs amount more than its skip cost */
} RouteRelax;

typedef struct RouteLeftOut {
    int32_t stop; /* of a shipment: the pickup */
    RouteRule rule;
    RouteRelax relax; /* the cheapest change that would let it in */
    int32_t vehicle;  /* -1: none */
    int32_t dim;
    int64_t amount;
} RouteLeftOut;

typedef struct RoutePlan {
    RouteLine *lines; /* vehicles that are used, in order of vehicle */
    size_t line_len;
    RouteLeftOut *left_out;
    size_t left_out_len;
    int64_t cost; /* lines with fixed cost, plus skip costs of what is left out */
    int64_t distance, travel;
    int64_t iterations; /* done */
} RoutePlan;

/* ---- solving ---- */

typedef struct RouteProgress {
    int64_t cost;          /* of the best plan so far */
    int64_t first_cost;    /* of the first plan */
    int32_t left_out, vehicles_used;
    int64_t iterations;
    double seconds;        /* CPU time since the start */
    const RoutePlan *plan; /* the best plan when it is new since the last call, else NULL; lives during the call */
} RouteProgress;

typedef struct RouteOptions {
    double seconds;          /* CPU time per thread; 0: 5 seconds when iterations is 0 too, else no limit */
    int64_t iterations;      /* per thread; 0: no limit. With seconds 0 the plan depends on problem and seed alone */
    uint64_t seed;
    int32_t threads;         /* 1..2; 0: 1 */
    /* Called from the calling thread, at most about five times a second; false ends the search with the best plan. */
    bool (*progress)(void *arg, const RouteProgress *now);
    void *arg;
    const _Atomic bool *cancel; /* set from anywhere to end the search; NULL: none */
} RouteOptions;

/* Refuses what cannot be a problem: sizes past the limits above, places outside the matrices, windows that end before
   they begin, pairs that do not point at each other, amounts or edges out of range. Codes: route.size, route.place,
   route.window, route.pair, route.amount, route.edge, route.vehicle, route.planned; arg "where" names the item. */
Err *route_check_problem(Arena *arena, const RouteProblem *problem);

/* Checks, then searches. The first plan stands after milliseconds; every plan returned keeps every rule. A stop that does
   not fit is in left_out with its reason, never silently gone. A planned start whose done part breaks a rule is
   route.planned. Ruin and recreate under simulated annealing after Christiaens and Vanden Berghe (2020, "SISRs"), tails exchanged
   between tours after Potvin and Rousseau (1995, "2-opt*"), and for up to some hundred stops a population after Vidal (2022,
   "HGS-CVRP"). */
Err *route_solve(Arena *arena, const RouteProblem *problem, const RouteOptions *options, RoutePlan *out);

/* The plan for given sequences (stops in order for each vehicle; breaks, reloads and times are set here), for a person
   who drags a stop to another round. route.planned when a rule is broken; arg "where" names the first stop where. */
Err *route_plan_of(Arena *arena, const RouteProblem *problem, const int32_t *const *sequences, const size_t *lens,
                   RoutePlan *out);

/* What people do without a solver, for honest comparison: always drive to the nearest next stop that still fits; and the
   parallel savings of Clarke and Wright (1964). Both keep every rule but breaks, pairs and reloads, which they refuse
   (route.baseline). */
Err *route_nearest(Arena *arena, const RouteProblem *problem, RoutePlan *out);
Err *route_savings(Arena *arena, const RouteProblem *problem, RoutePlan *out);

bool route_has_skills(RouteSkills vehicle, RouteSkills needed);
void route_add_skill(RouteSkills *skills, int skill); /* 0..255, others are ignored */

/* ---- checking, independently of the solver (check.c shares no code with it) ---- */

typedef struct RouteFault {
    int32_t vehicle, stop; /* -1: none */
    const char *rule;      /* "capacity", "window", "shift", "order", ... */
    Str text;              /* a sentence */
} RouteFault;

typedef struct RouteFaults {
    RouteFault *at;
    size_t len; /* at most 100 are kept */
} RouteFaults;

/* Drives the plan again from the problem alone: each stop once or left out, skills, loads at every moment, windows, shifts,
   durations, breaks, pairs, reloads, releases, pins, and every number the plan states. No faults: the plan is sound. */
void route_check_plan(Arena *arena, const RouteProblem *problem, const RoutePlan *plan, RouteFaults *out);

/* The same from sequences alone (stops in order, by vehicle), for problems without breaks and reloads: it times each sequence
   itself. cost is what it comes to. */
void route_check_order(Arena *arena, const RouteProblem *problem, const int32_t *const *sequences, const size_t *lens,
                       RouteFaults *out, int64_t *cost);
