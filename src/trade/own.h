/* Of writing only: one offer as it leaves, and what our own files say besides. */
#pragma once
#include "trade/queries.h"
#include "trade/trade.h"

Str own_column(Arena *arena, const GoodOut *good);
Str own_html(Arena *arena, Str text);

/* Writers call this for each piece; the arena is given back after each good. */
typedef struct Walk {
    TradeOut *out;
    Arena *arena;      /* of one good */
    Buf line;
    Id product, seller; /* of the good before */
    int64_t number;     /* of the good within its product and seller, from 0 */
    Db *db;
} Walk;

Str good_address(Walk *walk, const GoodOut *good); /* the page of the offer */
Str good_picture(Walk *walk, const GoodOut *good); /* empty: none */
Str good_price(Walk *walk, const GoodOut *good);   /* "12.50" */

Err *dfc_begin(Walk *walk);
Err *dfc_good(Walk *walk, const GoodOut *good);
Err *dfc_end(Walk *walk);
Err *schema_begin(Walk *walk);
Err *schema_good(Walk *walk, const GoodOut *good);
Err *schema_end(Walk *walk);
Err *walk_put(Walk *walk); /* what stands in line; empties it */
