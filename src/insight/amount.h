/* Amounts of goods as people say them: whole kilograms where a variant counts grams. */
#pragma once
#include "insight/inside.h"
#include "units/units.h"
#include "web/web.h"

Quantity amount_of(int64_t steps, Str unit, int64_t scale);       /* rounded for reading */
Str amount_say(Req *r, int64_t steps, Str unit, int64_t scale);
Str amount_range(Req *r, int64_t low, int64_t high, Str unit, int64_t scale); /* "3–5.5 kg" */
Str amount_typed(Arena *arena, int64_t steps, Str unit, int64_t scale);       /* for a number field */
Str amount_unit(Str unit);                                        /* the unit the field is in */
Str amount_local(Req *r, const Measures *measures, int64_t steps, Str unit, int64_t scale); /* "11 斤"; empty where no measure is shown */
bool amount_take(Str typed, Str unit, int64_t scale, int64_t *steps);
