/* What the files of the market share with each other and with nobody else. */
#pragma once
#include "core/core.h"
#include "market/market.h"
#include "market/queries.h"

/* The number that orders the shelf: in stock first, newest first; see table listing. */
int64_t shelf_rank(Id offer, bool in_stock);

/* ---- stock.c ---- */

typedef struct StockAct {
    Id stock;
    const char *kind; /* of table stock_move */
    int64_t on_hand, reserved; /* changes in steps */
    Id subject;       /* order group, or 0 */
    Id who;           /* 0: a guest or the house */
} StockAct;
/* The one way to change stock: a conditional UPDATE and its move. *done is false, and nothing is changed, when fewer steps
   are free than the change needs. */
Err *stock_act(Tx *tx, const StockAct *act, Time now, StockMark *after, bool *done);
/* The same, and puts the offers of this stock where they now belong on the shelf. */
Err *stock_act_shown(Tx *tx, const StockAct *act, Time now, bool *done);
int64_t stock_free(int64_t on_hand, int64_t reserved, bool oversell);

/* ---- listing.c ---- */

Err *listing_add(Tx *tx, Id offer);     /* for an offer that has no listing yet */
Err *listing_refresh(Tx *tx, Id offer); /* makes it again; gone when nobody may see it */
Err *listing_refresh_product(Tx *tx, Id product);
Err *listing_refresh_org(Tx *tx, Id org);
Err *listing_move(Tx *tx, const StockMark *mark); /* to its place on the shelf after a change of stock */
Err *listing_rebuild(Tx *tx, void *unused);

/* ---- times.c ---- */
Err *times_check(Db *db, const OrderAsk *ask, Time now);
Err *times_joined(Tx *tx, const OrderAsk *ask, Id order, Money total, Time now);
/* Also notes that the basket has entered the checkout. */
Err *times_offered(Db *db, const OrderAsk *ask, Time now, OrderTimeChoices *out);
Err *times_chosen(Db *db, Id chosen, OrderAsk *ask);
Err *times_of_order(Db *db, Id order, OrderTime *out, bool *found);

/* ---- category.c ---- */
Err *category_start(Store *store, Arena *arena);

/* ---- person.c ---- */
Err *market_export_person(Db *db, Id person, Buf *json_members);
Err *market_erase_person(Tx *tx, Id person, Time now);

/* ---- verify.c ---- */
extern const Check market_checks[];

/* ---- errors.c ---- */
extern const ErrText market_errors[];

/* ---- jobs.c ---- */
Err *orders_expire(Store *store, Arena *arena, Time now);
extern const Job market_jobs[];

/* ---- order_state.c ---- */

typedef struct StateStep {
    const char *axis, *verb, *from, *to;
} StateStep;
extern const StateStep state_steps[]; /* ends with an empty row */
const StateStep *state_step(const char *axis, Str verb, Str from); /* NULL: not allowed */
