/* What the files of the village simulator share. */
#pragma once
#include "pay/call.h"
#include "pay/recon.h"
#include "pay/simulate.h"

enum { MEMBERS = 24, FARMS = 5, OPEN_MAX = 400, LINES = 64, RAIL_CALLS = 400 };

typedef enum RailFault { RAIL_HONEST, RAIL_LATE, RAIL_SILENT, RAIL_LOST, RAIL_TWICE, RAIL_FORGED, RAIL_WRONG, RAIL_FAULTS } RailFault;
typedef struct SimulatedCall { /* what the service itself knows */
    Id call;                   /* ours, that it was told of */
    int64_t amount;            /* that moves, when it does */
    RailFault fault;
    Time begun;
    bool fails, settled;
} SimulatedCall;
typedef struct SimulatedRail {
    SimulatedCall open[RAIL_CALLS];
    size_t len;
    int64_t settled; /* what came to our account there and is booked */
} SimulatedRail;

typedef struct OpenOrder {
    Id id, part;
    int buyer;
    bool wallet, collected;
} OpenOrder;

typedef struct World {
    const SimulateOptions *options;
    SimulateResult *result;
    StoreOptions store_options;
    Store *store;
    Arena *arena;    /* of the day */
    Db db;
    uint64_t chance;
    Time now;
    int64_t day, keys;
    Id coop, pickup, till, treasurer, second, agent;
    Id members[MEMBERS], farms[FARMS], offers[FARMS];
    OpenOrder open[OPEN_MAX];
    size_t open_len;
    int64_t cash, bank; /* what really lies in the till and at the bank */
    SimulatedRail rail; /* a mobile money service that lies */
    RailLine line;
    Str folder;         /* where the database is now: a power cut moves it */
    StatementLine statement[LINES];
    size_t statement_len;
    Buf findings;
} World;

/* splitmix64: the same sequence for the same seed, everywhere. */
static inline uint64_t simulate_chance(World *w)
{
    uint64_t z = w->chance += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int64_t simulate_below(World *w, int64_t n)
{
    return (int64_t)(simulate_chance(w) % (uint64_t)n);
}

/* A finding: what, and its detail. */
void simulate_wrong(World *w, const char *what, Str detail);
/* An honest act may meet a limit; anything that breaks is a finding. True when it was done. */
bool simulate_honest(World *w, const char *what, Err *err);
Err *simulate_act(World *w, Err *(*run)(Tx *tx, World *w, void *arg), void *arg);

/* ---- simulate_rail.c ---- */
void simulate_rail_begin(World *w);
void simulate_member_pays_in(World *w, int member);
void simulate_rail_day(World *w);   /* the job runs a few times, and the service calls */
void simulate_rail_check(World *w); /* the book holds what came, no more and no less */

/* ---- simulate_power.c ---- */
Err *simulate_power_cut(World *w);  /* the process dies while a write is half on disk; everything acknowledged is there again */
