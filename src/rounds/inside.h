/* What the files of rounds/ share. */
#pragma once
#include "core/core.h"
#include "rounds/queries.h"
#include "rounds/rounds.h"
#include "solve/roads/roads.h"
#include "solve/route/route.h"

enum {
    SHIPMENTS_MAX = 1000,     /* of one day: one seller's goods for one pickup place each */
    IMPROVE_MS = 15000,       /* CPU time spent on a better plan after the first one stands */
    IMPROVE_SLICE_MS = 1000,  /* of it at first; each further slice is as long as all before it and this one: 1, 2, 4, 8 s */
    CRATE_GRAMS = 15000,
    PARK_S = 180,             /* to stop, open, greet, sign */
    CRATE_S = 20,             /* to carry one crate */
    HOURS_MAX = 4,            /* windows of one door on one day */
    DETOUR_PPM = 1350000,     /* road by straight line where there are no roads to ask: insight 3.2, step 3 */
};

/* Bits of vehicle.skills and consignment.skills; the bit's number is the solver's skill. */
enum { SKILL_ANIMALS = 1, SKILL_NARROW = 2, SKILLS_LEN = 2 };
enum { DIM_GRAMS, DIM_CRATES, DIM_COLD, DIMS };

/* One seller's goods for one pickup place, or for one door. */
typedef struct Shipment {
    Id id;         /* of its consignment */
    Id org, pickup;
    Id door;       /* the order that is brought to its buyer's door; 0: it is collected at the pickup place */
    bool kept;     /* stays back on this day, as a person chose */
    bool at_hub;   /* its farm brings it to the hub itself */
    int64_t grams, crates, orders;
    int64_t cold_grams, cold_crates; /* of them */
    unsigned skills; /* what its goods need of the vehicle */
    Id pinned;     /* vehicle, or 0 */
    Id *parts;     /* seller orders */
    size_t parts_len;
    int32_t from, to; /* places of the problem, -1: nobody knows where */
    int32_t stop;     /* its first stop in the problem; -1: it is not in it */
} Shipment;

typedef struct Spot { /* a place of the problem */
    Id id;
    double latitude, longitude;
    int64_t opens; /* minute by which goods must be there; -1: whenever */
    bool narrow;   /* only small vehicles get there */
    RouteWindow windows[HOURS_MAX]; /* of a door: when somebody is home, seconds */
    size_t windows_len;
} Spot;

/* Everything that a day's plan is made of. */
typedef struct Work {
    Arena *arena;
    DayPlan plan;
    Id hub;                 /* where farms bring what they bring themselves */
    Str zone, lang;
    int64_t looks;          /* of the search, instead of a time; 0: as long as it is told */
    Shipment *shipments;
    size_t shipments_len;
    VehicleList vehicles;   /* active ones with a gate */
    Spot *spots;
    size_t spots_len;
    Roads *roads;           /* NULL: straight lines */
    RouteProblem problem;
    int32_t *owner;         /* by stop of the problem: its shipment */
    bool *brings;           /* by stop of the problem: goods leave the vehicle there */
    RoutePlan best;
    bool has_nearest;
    int64_t nearest_m, nearest_s, nearest_grams, nearest_late_s;
    DayNearest *nearest;    /* by vehicle that drives then */
    size_t nearest_len;
} Work;

/* ---- gather.c: what there is to carry ---- */
Err *work_gather(Db *db, Work *work);       /* from open orders */
Err *work_again(Db *db, Work *work);        /* from the plan's own consignments */

/* ---- problem.c ---- */
/* The day as a routing problem: seconds since local midnight, metres. Opens the road file of the data folder when there is one. */
Err *work_problem(Db *db, Work *work);
const char *rounds_roads_path(Arena *arena);
int32_t spot_add(Work *work, Id id, bool known, double latitude, double longitude, int64_t opens); /* -1: not known */
Err *work_tables(Work *work); /* of all spots, by the kinds of vehicles there are */
Time work_time(const Work *work, int64_t seconds);

/* ---- plan.c ---- */
Err *work_solve(Work *work, double seconds); /* fills best; starts from what is planned, if anything is */
Err *work_plan(Work *work, double seconds);  /* the same for a day nobody drives yet: each round leaves as late as it can with half an hour to spare */
Err *work_warm(Db *db, Work *work);          /* takes the stored rounds as the search's beginning */
typedef struct PlanStore {
    Work *work;
    bool fresh;         /* consignments are written too */
    int64_t improve_ms; /* left */
    int64_t first_m, first_s; /* of the plan it began with; 0: this is it */
    Id who;
    Time now;
    bool stale;         /* out: somebody changed the plan meanwhile; nothing is written */
} PlanStore;
Err *rounds_plan_store(Tx *tx, void *rounds_plan_store);
/* Stops of a line, numbered on from position; those in old (may be NULL) of the same kind and place keep their names. */
Err *work_stops_write(Tx *tx, const Work *work, const RouteLine *line, Id round, int64_t position, const RoundStopList *old);
Err *work_left_out_write(Tx *tx, const Work *work);
const char *rounds_rule_word(RouteRule rule); /* as consignment.rule has it */
Err *rounds_improve(JobContext *context);

/* The way along places, as the map draws it: "longitude,latitude ..." */
Str work_path(const Work *work, RoadsProfile profile, const Spot *const *spots, size_t len);

/* CO2 in grams of so many metres by one vehicle of the problem. */
int64_t work_grams(const Work *work, size_t vehicle, int64_t metres);

/* ---- share.c ---- */
/* What each order's goods stand for of their round: way, driving and CO2, each part of an order the same. Written when drivers are told. */
Err *rounds_share_write(Tx *tx, Id plan);

/* ---- replan.c ---- */
typedef struct Replan {
    Work *work;
    Id who;
    Time now;
    int64_t late_min; /* out: later than promised at most */
    bool stale;       /* out: somebody changed the plan meanwhile */
    bool nothing;     /* out: nothing is left to drive */
} Replan;
/* Plans what is still to be driven from where each vehicle is now: what was reported stays, what is on board stays on board, and
   pickup places get their goods when they were promised, or as little later as can be. */
Err *rounds_replan(Store *store, Replan *replan);

/* ---- nearest.c ---- */
/* What a driver without a plan does with the goods that the plan carries: always to the nearest next stop that fits on board. It may
   come too late (nearest_late_s). work->has_nearest is false when it cannot carry them all. */
Err *work_nearest(Work *work);

/* ---- demo.c, demo_orders.c ---- */
Err *rounds_demo(Demo *demo);
Err *rounds_demo_orders(Demo *demo, Date day);
/* ---- network.c ---- */
Err *rounds_network(Demo *demo);

/* ---- check.c ---- */
extern const Check rounds_checks[];
