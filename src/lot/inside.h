/* What the files of this room share. */
#pragma once
#include "core/demo.h"
#include "identity/identity.h"
#include "lot/lot.h"
#include "lot/queries.h"
#include "web/web.h"

/* One step in the life of a harvest in one place: what is left of it follows its moves. */
typedef struct LotAct {
    Id lot, stock;
    const char *kind; /* of table lot_move */
    int64_t steps;    /* added, or taken when negative */
    Id subject, who;
} LotAct;
/* *done is false, and nothing is changed, when less is left. */
Err *lot_act(Tx *tx, const LotAct *act, Time now, bool *done);
/* Takes from harvests what a count or loss left no room for: no more can be left of all of them than lies there unpacked. */
Err *lots_fit(Tx *tx, Id stock, Time now);
/* Begins the history of harvests that came in before this room kept one. */
Err *lots_furnish(Store *store, Arena *arena);
extern const Hear lot_hears[];
extern const Check lot_checks[];
Err *lots_of_order_read(Db *db, Id order, LineLotList *out);
Err *lots_first_read(Db *db, Id seller, Date today, FirstLotList *out);
Err *lot_demo(Demo *demo);
