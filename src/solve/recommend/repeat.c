/* When somebody buys the same again: the gaps are log-normal, product by product, shrunk where there are few. */
#include <math.h>

#include "solve/recommend/recommend.h"

enum { SHRINK_ITEM = 5, SHRINK_SHELF = 10 }; /* so many gaps weigh as much as what stands behind */

typedef struct Moments {
    double sum, squares, len;
} Moments;

static void moments_add(Moments *m, double value)
{
    m->sum += value;
    m->squares += value * value;
    m->len++;
}

static double variance_of(const Moments *m)
{
    double mean = m->sum / m->len;
    return fmax(0, m->squares / m->len - mean * mean);
}

/* Mean and variance of m pulled towards those behind. */
static void shrink(const Moments *m, double towards, double variance, double strength, double *mean, double *spread2)
{
    *mean = (m->sum + strength * towards) / (m->len + strength);
    *spread2 = ((m->len > 0 ? variance_of(m) * m->len : 0) + strength * variance) / (m->len + strength);
}

void repeat_fit(Arena *arena, const Purchase *purchases, size_t len, const uint32_t *shelf, size_t items, size_t shelves, RepeatItem *out)
{
    Moments *of_item = NEW_ARRAY(arena, Moments, items + 1), *of_shelf = NEW_ARRAY(arena, Moments, shelves + 1), all = {0};
    for (size_t k = 1; k < len; k++) {
        const Purchase *a = &purchases[k - 1], *b = &purchases[k];
        if (a->person != b->person || a->item != b->item || b->day <= a->day || b->item >= items)
            continue;
        double gap = log((double)(b->day - a->day));
        moments_add(&of_item[b->item], gap);
        moments_add(&all, gap);
        if (shelf[b->item] < shelves)
            moments_add(&of_shelf[shelf[b->item]], gap);
    }
    for (size_t i = 0; i < items; i++) {
        out[i] = (RepeatItem){.gaps = (uint32_t)of_item[i].len};
        if (all.len < 2)
            continue;
        double mean = all.sum / all.len, spread2 = variance_of(&all), shelf_mean = mean, shelf_spread2 = spread2;
        if (shelf[i] < shelves)
            shrink(&of_shelf[shelf[i]], mean, spread2, SHRINK_SHELF, &shelf_mean, &shelf_spread2);
        shrink(&of_item[i], shelf_mean, shelf_spread2, SHRINK_ITEM, &out[i].log_days, &spread2);
        out[i].spread = fmax(sqrt(spread2), 0.1);
    }
}

double repeat_due(const RepeatItem *item, double days)
{
    if (item->spread <= 0 || days <= 0)
        return 0;
    return 0.5 * erfc(-(log(days) - item->log_days) / item->spread * M_SQRT1_2);
}

double repeat_hazard(const RepeatItem *item, double days)
{
    if (item->spread <= 0 || days <= 0)
        return 0;
    double z = (log(days) - item->log_days) / item->spread, left = 0.5 * erfc(z * M_SQRT1_2);
    double density = exp(-z * z / 2) / (days * item->spread * sqrt(2 * M_PI));
    return left > 1e-12 ? density / left : 1 / days;
}
