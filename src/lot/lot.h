/* Harvests and batches: what is left of each and where, who got of it, and carrying goods between places. Rules: README.md. */
#pragma once
#include "market/market.h"

/* Some of a harvest is spoilt: taken from it and from the stock it lies in. Codes: lot.range (more than is left of it there),
   stock.below_reserved. */
typedef struct LotSpoil {
    Id lot, stock;
    int64_t steps;
    Str note;
    Id who;
} LotSpoil;
Err *lot_spoil(Tx *tx, const LotSpoil *spoil, Time now);

/* Carried to another place of the same organisation; lot 0: what keeps the shortest goes along first. Codes of stock_transfer, lot.range. */
typedef struct LotTransfer {
    Id from, place, lot;
    int64_t steps;
    Str note;
    Id org, who;
} LotTransfer;
Err *lot_transfer(Tx *tx, const LotTransfer *transfer, Time now, Id *made);

/* Called back: nobody gets of it any more, and "order.recalled" is announced for each part of an order that did. Once only:
   lot.recalled (ERR_CONFLICT). *parts: how many. */
Err *lot_recall(Tx *tx, Id lot, Str reason, Id who, Time now, int64_t *parts);
