/* Reading the shelf: pages of cards with a cursor, the same for people and for programs. */
#pragma once
#include "market/inside.h"

typedef struct ShelfAsk {
    Str search;        /* as typed; empty: everything */
    Id category, org, pickup; /* 0: any */
    bool in_stock;     /* only what can be had now */
    Str after;         /* cursor of the page before; empty: the beginning */
    int64_t limit;     /* 1..100 */
    Str lang;
} ShelfAsk;

typedef struct ShelfPage {
    CardList cards;
    Str next;          /* empty: that was all */
    bool loosened;     /* nothing had the words side by side: these have them somewhere */
} ShelfPage;

/* Codes: shelf.after (a cursor that is none). At most four statements. */
Err *shelf_page(Db *db, const ShelfAsk *ask, ShelfPage *out);

/* What a card says about measures, and the price of a kilogram or litre where that says more than the price. */
Measure card_measure(const Card *card);
bool card_unit_price(const Card *card, Money *price, Str *unit);
