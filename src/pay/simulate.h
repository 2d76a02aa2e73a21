/* A village that lives for years in a minute: the real code, a fake clock, one seed. */
#pragma once
#include "pay/inside.h"

typedef struct SimulateOptions {
    uint64_t seed;
    int64_t days;
    const char *data;  /* an empty folder for its database; NULL: in memory is not durable enough to restart, so a path is needed */
    void (*progress)(void *whose, int64_t day, int64_t days);
    void *whose;
} SimulateOptions;

typedef struct SimulateResult {
    int64_t days, orders, transfers, refusals, restarts, disputes, payouts, lines;
    int64_t torn;              /* of the restarts: power cuts in the middle of a write */
    int64_t phone, lies, asked; /* payments by phone, those the service lied about, questions it was asked */
    Money wallets, escrow, earned, cash, bank, mobile, fees; /* in the book, at the end */
    int64_t wrong; /* findings */
    Str findings;  /* what was wrong, with the day */
} SimulateResult;

/* Ends on the first day with a finding. The clock is real again afterwards. */
Err *simulate(Arena *arena, const SimulateOptions *options, SimulateResult *out);
