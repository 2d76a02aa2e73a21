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

Err *lots_of_order(Db *db, Id order, LineLotList *out); /* what another room tells; empty without it */
Err *lots_first(Db *db, Id seller, Date today, FirstLotList *out);

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
Err *times_chosen(Db *db, Id chosen, Time now, OrderAsk *ask);
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

/* ---- order_fees.c ---- */

typedef struct LineFacts { /* what an amount follows from */
    Measure measure;
    Money price;
    int64_t steps, tolerance_ppm, weighed; /* weighed < 0: not weighed */
} LineFacts;
LineFacts line_facts(const OrderLine *line);
/* What the buyer pays for a line: by the scale up to the limit of its tolerance, else by steps. False on overflow. */
bool line_amount(const LineFacts *facts, Money *out);

typedef struct PartChange { /* why a part comes to something else now */
    const char *kind;       /* of table order_change */
    Id line;
    int64_t steps_before, steps_after;
    Str reason;
    Id who;
} PartChange;
/* What is paid beside the lines of the parts that stand. */
Err *order_charges_seen(Db *db, const SellerOrderList *parts, Str lang, QuoteChargeList *out);
/* Reckons fees, discounts and sums of a part anew from its lines, and notes the change. */
Err *part_follow(Tx *tx, Id order, Id part, const PartChange *change, Time now);

/* ---- order_state.c ---- */

/* order_act, with change called for each part that moves, before the sums of the whole order follow. */
Err *order_act_with(Tx *tx, const OrderAct *act, Time now, Err *(*change)(Tx *tx, const SellerOrder *part, void *arg), void *arg);


typedef struct StateStep {
    const char *axis, *verb, *from, *to;
} StateStep;
extern const StateStep state_steps[]; /* ends with an empty row */
/* The payment of an order that something is still to be done for: "held" when it is paid into escrow from a wallet. */
Str payment_while_open(Str method);
const StateStep *state_step(const char *axis, Str verb, Str from); /* NULL: not allowed */
