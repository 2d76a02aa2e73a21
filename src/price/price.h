/* Special prices: from an amount on, or for buyers with a tag. The market reads them when it reckons an order; this room makes them. */
#pragma once
#include "db/db.h"

typedef struct NewSpecial {
    Id offer;
    Str tag;           /* empty: for everybody */
    int64_t min_steps; /* 0: from the first; then there must be a tag */
    Money amount;      /* for one whole priced unit */
} NewSpecial;
/* A price never changes: one of the same tag and amount ends, this one begins. Codes: price.standard (neither tag nor amount),
   price.not_lower (it would never hold), price.step (no multiple of the offer's step), price.too_many, offer.missing. */
Err *special_add(Tx *tx, const NewSpecial *special, Id who, Time now, Id *made);
Err *special_end(Tx *tx, Id offer, Id price, Id who, Time now); /* price.missing */
typedef struct PriceStep { /* the price of one whole priced unit for who takes at least min_steps; for everybody */
    Id offer;
    int64_t min_steps;
    Money amount;
} PriceStep;
typedef struct PriceStepList {
    PriceStep *at;
    size_t len;
} PriceStepList;
Err *price_steps(Db *db, Id product, PriceStepList *out); /* of all its offers, from the smallest amount up */
/* Tax inside the price of a product, in millionths; 0: none. */
Err *product_tax_set(Tx *tx, Id product, int64_t tax_ppm, Id who, Time now);
