/* Measures people use beside the metric ones: jin and mu, crate and bunch. Kept as data by the co-operative, typed and shown like any other. */
#pragma once
#include "db/db.h"

/* Reads "2", "1,25", "3 斤", "2 crates", "500 g" as steps of 10^-scale of unit. Without a word it is an amount of unit itself. False when it is no
   number, the word no measure we know, of another kind (kilograms of eggs sold by the piece), or the amount not whole steps. */
Err *measure_typed(Db *db, Str typed, Str unit, int64_t scale, int64_t *steps, bool *good);
/* The measures that are shown to readers of this language beside the metric ones; read once a page. */
typedef struct Measures {
    const struct UnitsRow *at;
    size_t len;
} Measures;
Err *measures_shown(Db *db, Str lang, Measures *out);
/* The same amount in the first of them that fits, "6 斤"; else empty. */
Str measure_local(Arena *arena, const Measures *measures, Quantity quantity);
/* Words a reader may choose between when typing an amount of this unit: the unit's own is not among them. */
Err *units_for(Db *db, Str lang, Str unit, StrList *out);
