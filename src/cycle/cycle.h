/* Order cycles, permissions between organisations, and promises of a harvest: what other rooms may call. Rules: README.md. */
#pragma once
#include "db/db.h"

/* ---- permissions: what one organisation allows another ----
   "list_my_goods" "price_my_goods" "edit_my_listing" "weigh_my_lines" "edit_my_lines" "see_customer_name" "see_customer_phone" */

/* An offer of a permission, to be accepted by the other side. Offering what stands changes nothing (*made is the one there).
   Codes: permission.unknown, permission.self, org.missing. */
Err *permission_offer(Tx *tx, Id from, Id to, Str permission, Id who, Time now, Id *made);
/* verb: "accept" or "decline" by the receiver, "end" by either side. Ending list_my_goods closes the receiver's offers of
   those goods. Code: permission.not_now. */
Err *permission_act(Tx *tx, Id permission, const char *verb, Id who, Time now);
/* Whether to may do so with what is from's, now. An organisation may do everything with its own. */
Err *permission_holds(Db *db, Id from, Id to, const char *permission, bool *yes);

/* ---- cycles ---- */

typedef struct NewSlot {
    Id pickup;
    Time from, until;
    int64_t capacity; /* orders, 1..CYCLE_CAPACITY_MAX */
} NewSlot;

typedef struct NewCycle {
    Id org;               /* the hub */
    Id series;            /* 0: of none */
    Date day;             /* the day of handing over */
    Str name, note;       /* note: shown to buyers */
    Time opens_at, closes_at;
    int64_t grace_minutes; /* how long a begun checkout may still end after closing */
    bool everything;      /* every good of the market; else offers */
    bool only;            /* its offers are sold in cycles only */
    const Id *offers;     /* of the hub or of producers, in the order shown */
    size_t offers_len;
    const NewSlot *slots; /* times of collecting; none: no particular time */
    size_t slots_len;
    int64_t max_orders;   /* closes by itself when reached; 0: never */
    Money max_turnover;   /* the same */
    bool close_full;      /* closes when every slot is full */
} NewCycle;

enum { CYCLE_OFFERS_MAX = 20000, CYCLE_SLOTS_MAX = 200, CYCLE_CAPACITY_MAX = 100000, CYCLE_GRACE_MAX = 240 };

/* A draft. Codes: cycle.times, cycle.grace, cycle.goods (none), cycle.offer (unknown, or a producer's that did not allow
   the hub to list it), cycle.slot, cycle.limit, cycle.name. */
Err *cycle_add(Tx *tx, const NewCycle *cycle, Id who, Time now, Id *made);

/* What may happen to a cycle: the table in cycle_state.c says from where to where. verb: "schedule" "open" "close" (the door;
   begun checkouts may still end) "seal" (the grace is over: sheets are made) "reopen" "consolidate" "harvest" "pack"
   "distribute" "settle" "cancel" (cancels its open orders). who 0: the house. Code: cycle.not_now (args verb, state). */
Err *cycle_act(Tx *tx, Id cycle, const char *verb, Id who, Time now);

/* Everything that is due at now: makes the next cycles of series, opens, closes, seals, orders standing orders, ends
   pre-orders and group buys. The jobs of this room do the same every minute; simulations call it after moving the clock. */
Err *cycle_tick(Store *store, Arena *arena, Time now);

typedef struct CycleBrief {
    Id id, org;
    Str name, state; /* as the clock says, also when no job ran since */
    Date day;
    Time opens_at, closes_at;
    int64_t orders;
    Money turnover;
} CycleBrief;
Err *cycle_brief(Db *db, Id cycle, Time now, CycleBrief *out); /* cycle.missing */

typedef struct SlotBrief {
    Id id, pickup;
    Time from, until;
    int64_t capacity, taken;
} SlotBrief;
typedef struct SlotBriefList {
    SlotBrief *at;
    size_t len;
} SlotBriefList;
Err *cycle_slot_briefs(Db *db, Id cycle, SlotBriefList *out);

/* Orders join a cycle through the market: set OrderAsk.cycle, .slot and .pickup (market/market.h) and call order_place or
   order_insert. Codes there: cycle.closed, cycle.not_open, cycle.offer_outside, cycle.slot_full, cycle.slot. An order of goods
   sold in cycles only that names none joins the open cycle that holds them all, or is refused: cycle.only. */

/* Entering the checkout: with this pass an order still ends within the grace after closing. cart: 0 for programs. */
Err *cycle_enter(Store *store, Arena *arena, Id cycle, Id cart, Time now, Id *pass);

/* ---- allocation: who gets how much of a short harvest. Pure. ---- */

typedef enum AllocationRule {
    ALLOCATE_FIRST_COME = 1, /* by time, then id */
    ALLOCATE_PRO_RATA,       /* in proportion, by largest remainder */
    ALLOCATE_MEMBERS_FIRST,  /* members by time, then the others by time */
    ALLOCATE_LOTTERY,        /* by SHA-256 of "seed:id" in base-32 text: anybody can draw again */
} AllocationRule;

typedef struct Claim {
    Id id;
    Time at;
    bool member;
    int64_t wanted; /* steps, a multiple of step */
    int64_t got;    /* out: a multiple of step, 0 or at least `least`, never above wanted */
} Claim;

/* Shares harvest among claims, which keep their places. step >= 1; least: the smallest amount worth giving (0: step). The
   sum of got never exceeds harvest; no whole step stays over while anybody could take one. Returns what was given in all. */
int64_t allocate(Arena *arena, AllocationRule rule, Str seed, int64_t harvest, int64_t step, int64_t least, Claim *claims,
                 size_t len);
AllocationRule allocation_rule(Str name); /* "first_come" "pro_rata" "members_first" "lottery"; 0: unknown */

/* ---- promises: pre-orders of a harvest that is not there yet ---- */

typedef struct NewForecast {
    Id offer;
    Date day;
    Time closes_at;
    int64_t low, likely, high; /* steps */
    Str rule;                  /* of allocation_rule */
    Str seed, seed_hash;       /* of forecast_seed: minted outside of the transaction */
} NewForecast;
void forecast_seed(Arena *arena, Str *seed, Str *hash);
Err *forecast_add(Tx *tx, const NewForecast *forecast, Id who, Time now, Id *made);
typedef struct NewPreorder {
    Id forecast, buyer, pickup;
    bool member;
    int64_t steps;
} NewPreorder;
/* Promised up to the likely amount, exactly. Codes: forecast.step, forecast.full (arg left), forecast.closed, forecast.again. */
Err *preorder_add(Tx *tx, const NewPreorder *preorder, Time now, Id *made);
Err *preorder_drop(Tx *tx, Id forecast, Id buyer, Time now);
/* Shares the harvest by the forecast's rule and makes an order of each share. Code: forecast.stock (less lies there). */
Err *forecast_share_out(Tx *tx, Id forecast, int64_t harvest, Id who, Time now);
