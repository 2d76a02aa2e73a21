/* Delivery rounds: what other rooms may ask. */
#pragma once
#include "core/core.h"

/* When the goods of an order come to its pickup place, as drivers were told and as they report on the way; the last of them counts.
   *found is false when no locked round carries any of them. */
typedef struct RoundsComing {
    Time from, until; /* between these; there: since from */
    int64_t late_ms;  /* later than planned, by the driver's last word; negative: earlier */
    bool there;       /* all of them are */
    bool failed;      /* some could not be handed over */
    bool door;        /* brought to the buyer's door */
    bool over;        /* nothing of the order is open any more */
} RoundsComing;
Err *rounds_coming(Db *db, Id order, RoundsComing *out, bool *found);

/* An organisation's gate, where its goods are fetched. Codes: round.place. */
Err *rounds_gate_put(Tx *tx, Id org, double latitude, double longitude, bool narrow, Id who, Time now);
