/* An order that was looked at and found good, ready to be written or only shown. */
#pragma once
#include "fee/fee.h"
#include "market/inside.h"

typedef struct Prepared {
    const OrderAsk *ask;
    Time now;
    OfferForOrder *offers; /* one a line */
    Money *amounts;        /* one a line */
    Id *line_ids;          /* one a line, minted here */
    Id *sellers;           /* distinct, in the order of the lines */
    Id *parts;             /* their seller orders, minted here */
    QuotePart *sums;       /* one a seller */
    size_t sellers_len;
    FeeTermList *terms;    /* one a seller: the fees that hold for it */
    FeeShare **shares;     /* one a seller: its lines times its terms */
    DiscountCutList cuts;
    Money goods, delivery, total;
    Id carrier;            /* who brings it; 0: collected */
    int64_t carrier_tax;   /* millionths inside the delivery charge */
    bool by_pickup;        /* a pickup place was asked for */
    Str body;              /* SHA-256 of what is asked */
} Prepared;

/* Reads only. The key is looked for when something is refused: then made->again, and no error, for the order it made before. An order
   that is good goes on to the transaction, which finds a key that was used. */
Err *order_prepare(Db *db, const OrderAsk *ask, Time now, Prepared *p, OrderMade *made);
/* One offer as an order of so many steps would have it, without a place. */
Err *offer_read(Db *db, Id offer, Str lang, int64_t steps, Id buyer, OfferForOrder *out, bool *found);
/* The order that this key made before; ->again says whether there is one. */
Err *order_key_look(Db *db, const Prepared *p, OrderMade *made);
Err *order_sold_out(Arena *arena, const OfferForOrder *offer, size_t line, int64_t left);
/* Whether so many steps of an offer may be ordered: order.steps, order.step, order.minimum, order.maximum at "lines.<line>". */
Err *order_line_check(Arena *arena, int64_t steps, const OfferForOrder *offer, size_t line);
Measure offer_measure(const OfferForOrder *offer);
/* Steps that lines 0..i together want of the stock of line i. */
int64_t order_demand(const Prepared *p, size_t i);

/* order_fees.c: what is written for the fees, discounts and delivery of a new order. */
Err *order_charges_write(Tx *tx, const Prepared *p, Id group);
/* Rows as a JSON array, so that one statement writes all of them. */
Buf rows_begin(Arena *arena);
Err *rows_write(Tx *tx, Buf *rows, Err *(*insert)(Tx *tx, Str packed, int64_t *count));
/* A line as the fee rules see it. weighed < 0: not weighed. */
FeeLine fee_line(const Measure *measure, Money amount, int64_t steps, int64_t weighed);
/* Adds to the row of this kind and label. */
void charge_sum(QuoteChargeList *out, const char *kind, Str label, Money amount);
Str fee_label(Str label, Str kind, Str lang); /* the co-operative's words, else the name of its kind */

/* order.c: a line as it is written. */
typedef struct NewLine {
    Id id, part;
    int64_t position;
    const OfferForOrder *offer;
    int64_t steps;
    Money price, amount;
} NewLine;
void order_line_row(Buf *rows, const NewLine *line);
Err *order_lines_write(Tx *tx, Buf *rows, Id group); /* of rows_begin; ends the array */
