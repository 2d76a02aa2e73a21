/* From rows to what pages show. */
#pragma once
#include "market/forms.h"
#include "market/pages.h"
#include "market/rights.h"

PriceView price_view(const Card *card);
CardView card_view(Req *r, const Card *card, Str back);
CardViewList card_views(Req *r, const CardList *cards, Str back);
StrList paragraphs(Arena *arena, Str text, size_t most); /* parted by empty lines */
Str initials_of(Arena *arena, Str name);
/* Open pickup places that serve all of these sellers, with hours and the next opening; sellers_len 0: all. */
Err *pickup_views(Req *r, const Id *sellers, size_t sellers_len, PickupViewList *out);
Err *pickup_view(Req *r, Id pickup, PickupView *out);
bool season_now(Req *r, int64_t months);
Str season_text(Req *r, int64_t months);
/* How an amount is typed: "1.25" of a unit. */
Str amount_text(Arena *arena, int64_t steps, int64_t scale);
/* The same with a word for the measure, "3 斤"; code cart.amount at this field. */
Err *amount_given(Req *r, Str typed, Str unit, int64_t scale, const char *field, int64_t *steps);
bool amount_read(Str typed, int64_t scale, int64_t *steps); /* accepts a decimal comma */
Str query_link(Arena *arena, Str path, const char *const *names, const Str *values, size_t len); /* empty values left out */
Page *market_page(Req *r, Str title, const char *place, const char *script);
/* Different things in the visitor's basket; *known is false on pages that are shared among guests. */
Err *basket_size(Req *r, int64_t *size);
const char *part_word(const SellerOrder *part);  /* a state for people, marked for translation */
const char *part_badge(const SellerOrder *part); /* class of its badge */
Err *order_view(Req *r, const OrderSeen *seen, OrderView *out);
/* "Harvested Sat 21 Nov, upper field"; empty when neither is known. */
Str harvest_text(Req *r, bool dated, Date day, Str field);
