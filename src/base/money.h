/* Money: signed 64-bit minor units, checked for overflow, never a float. */
#pragma once
#include <stdint.h>

#include "base/str.h"

typedef struct Money {
    int64_t minor; /* the currency belongs to the book or order */
} Money;

/* False on overflow, with *out untouched. */
bool money_add(Money a, Money b, Money *out);
bool money_sub(Money a, Money b, Money *out);
/* a * b / c in 128 bits, rounded half away from zero, once. c must not be 0; false on overflow. */
bool mul_div(int64_t a, int64_t b, int64_t c, int64_t *out);
/* rate_ppm millionths of amount, rounded half up. */
bool money_rate(Money amount, int64_t rate_ppm, Money *out);

/* Cuts total into parts in proportion to weights by largest remainder (Hamilton's method; ties to the earlier part), so
   that the parts always add up to total. Weights are >= 0; when all are 0 everything goes to the first part.
   total may be negative. len >= 1. */
void money_split(Money total, const int64_t *weights, size_t len, Money *parts);

/* ISO 4217: how many decimal places a currency has (2 when unknown), and whether the code is known. */
int currency_places(Str code);
bool currency_known(Str code);
/* "12.50" for 1250 and two places; no grouping, no symbol, '-' in front. */
Str money_plain(Arena *arena, Money amount, int places);
/* Reads "12.5", "1,250.00", "￥12" in plain digits; more places than the currency has are refused, as is anything else. */
bool money_parse(Str text, int places, Money *out);
