/* Delivery rounds: what other rooms may ask. */
#pragma once
#include "core/core.h"

/* When a pickup place's goods come next, as drivers were told: for those who wait. *found is false when no locked round goes
   there after from. */
typedef struct RoundsComing {
    Time at;     /* planned arrival */
    bool there;  /* the driver has said so already */
} RoundsComing;
Err *rounds_coming(Db *db, Id pickup, Time from, RoundsComing *out, bool *found);

/* An organisation's gate, where its goods are fetched. Codes: round.place. */
Err *rounds_gate_put(Tx *tx, Id org, double latitude, double longitude, Id who, Time now);
