/* Quantity: integer steps of 10^-scale of a unit (UN/ECE Recommendation 20 code). No floats anywhere. */
#pragma once
#include <stdint.h>

#include "base/str.h"

enum { SCALE_MAX = 6 };

typedef struct Quantity {
    int64_t steps; /* one step is 10^-scale of the unit */
    Str unit;      /* "C62" one piece, "KGM", "GRM", "LTR" ... */
    int64_t scale; /* 0..SCALE_MAX */
} Quantity;

typedef enum UnitKind { UNIT_COUNT, UNIT_MASS, UNIT_VOLUME, UNIT_LENGTH, UNIT_AREA, UNIT_TIME } UnitKind;

typedef struct Unit {
    const char *code;   /* UN/ECE Rec 20 */
    UnitKind kind;
    int64_t micro;      /* millionths of the kind's base unit (piece, kg, litre, metre, m2, hour) */
    const char *symbol; /* "kg"; translated where it is a word */
    const char *name;   /* "kilogram", marked for translation */
} Unit;

const Unit *unit_find(Str code); /* NULL when unknown */
const Unit *unit_at(size_t index); /* walks the table; NULL past the end */

/* The amount without unit: "1.25" for 1250 steps at scale 3; trailing zeros dropped. */
Str quantity_plain(Arena *arena, int64_t steps, int64_t scale);
/* Reads "1.25" into steps at this scale; more places than scale, signs and anything else are refused. */
bool quantity_parse(Str text, int64_t scale, int64_t *steps);
/* The same amount in another unit of the same kind; false when kinds differ, on overflow, or when it is not exact. */
bool quantity_convert(Quantity from, Str to_unit, int64_t to_scale, int64_t *steps);
