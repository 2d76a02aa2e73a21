/* What may sell in a period of rare demand: nothing, or one of the sizes seen. */
#pragma once
#include <stddef.h>

#include "base/arena.h"

typedef struct CountLaw {
    double none;         /* P(nothing sells) */
    const double *sizes; /* rising; each alike */
    size_t len;
} CountLaw;

/* From n values, and the chance that anything sells. len is 0 where nothing ever sold. */
CountLaw count_law(Arena *arena, const double *y, size_t n, double chance);
double count_below(const CountLaw *law, double value); /* P(sold < value) */
double count_upto(const CountLaw *law, double value);  /* P(sold <= value) */
/* The smallest value, 0 or a size seen, with P(sold <= value) >= share. */
double count_reaching(const CountLaw *law, double share);
