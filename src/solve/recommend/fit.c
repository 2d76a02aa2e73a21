/* Fitting: G = X' D X with user weights D, then B column by column (Steck 2019 "Embarrassingly shallow autoencoders",
   2020 "Autoencoders that don't overfit towards the identity"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/recommend/blas.h"
#include "solve/recommend/recommend.h"

enum { ITEMS_MAX = 2000000, DENSE_MAX = 12000, NEIGHBOURS_MAX = 2000 };

RecommendOptions recommend_defaults(void)
{
    return (RecommendOptions){.user_power = 0.3, .dropout = 0.33, .ridge = 120, .popularity = 0.2, .neighbours = 200, .dense_max = 4000, .attribute_share = 0.1};
}

typedef struct Fit {
    Arena *arena;
    const Baskets *x;
    Baskets all;    /* x with the attributes behind the people */
    size_t people;
    RecommendOptions o;
    Blas blas;
    float *user_weight;
    size_t *owner_start; /* X by column */
    uint32_t *owner;
    uint32_t *sold;
    float *diagonal;
    double ridge;        /* lambda scaled */
    /* sparse row of G being gathered */
    float *row;
    uint32_t *touched;
    size_t touched_len;
    /* B as triplets, column after column */
    uint32_t *from;
    float *weight;
    size_t *column_end;
    size_t len, room;
} Fit;

static void *grow(void *at, size_t count, size_t size)
{
    void *wider = realloc(at, array_bytes(count, size));
    if (!wider)
        abort();
    return wider;
}

/* Attributes as further users, each of whom "owns" what has it: collective EASE, G' = X'DX + gamma T'T, with gamma so that
   tr(gamma T'T) is attribute_share of tr(X'DX). */
static void extend(Fit *f)
{
    const Baskets *x = f->x, *t = f->o.attributes;
    double trace = 0, plain = 0;
    size_t extra = t ? t->users : 0;
    f->user_weight = NEW_ARRAY(f->arena, float, x->users + extra);
    f->people = x->users;
    for (size_t u = 0; u < x->users; u++) {
        size_t n = x->start[u + 1] - x->start[u];
        f->user_weight[u] = n ? (float)pow((double)n, -f->o.user_power) : 0;
        trace += n ? (double)f->user_weight[u] * (double)n : 0;
    }
    if (!t || t->start[t->users] == 0)
        return;
    size_t mine = x->start[x->users], theirs = t->start[t->users];
    uint32_t *item = NEW_ARRAY(f->arena, uint32_t, mine + theirs);
    size_t *start = NEW_ARRAY(f->arena, size_t, x->users + extra + 1);
    memcpy(item, x->item, mine * sizeof *item);
    memcpy(item + mine, t->item, theirs * sizeof *item);
    memcpy(start, x->start, (x->users + 1) * sizeof *start);
    plain = (double)theirs;
    for (size_t a = 0; a < extra; a++) {
        start[x->users + a + 1] = mine + t->start[a + 1];
        f->user_weight[x->users + a] = (float)(f->o.attribute_share * trace / plain);
    }
    f->all = (Baskets){x->users + extra, x->items, item, start};
    f->x = &f->all;
}

static void transpose(Fit *f)
{
    const Baskets *x = f->x;
    size_t total = x->start[x->users], *next = NEW_ARRAY(f->arena, size_t, x->items + 1);
    f->owner_start = NEW_ARRAY(f->arena, size_t, x->items + 1);
    f->owner = NEW_ARRAY(f->arena, uint32_t, total);
    f->sold = NEW_ARRAY(f->arena, uint32_t, x->items);
    for (size_t i = 0; i < total; i++) {
        f->owner_start[x->item[i] + 1]++;
        f->sold[x->item[i]] += i < x->start[f->people];
    }
    for (size_t i = 0; i < x->items; i++)
        next[i + 1] = f->owner_start[i + 1] += f->owner_start[i];
    next[0] = 0;
    for (size_t u = 0; u < x->users; u++) {
        for (size_t i = x->start[u]; i < x->start[u + 1]; i++)
            f->owner[next[x->item[i]]++] = (uint32_t)u;
    }
}

/* Row i of G into f->row, its places into f->touched. row_clear afterwards. */
static void row_gather(Fit *f, size_t i)
{
    f->touched_len = 0;
    for (size_t k = f->owner_start[i]; k < f->owner_start[i + 1]; k++) {
        uint32_t u = f->owner[k];
        float w = f->user_weight[u];
        for (size_t a = f->x->start[u]; a < f->x->start[u + 1]; a++) {
            uint32_t j = f->x->item[a];
            if (f->row[j] == 0)
                f->touched[f->touched_len++] = j;
            f->row[j] += w;
        }
    }
}

static void row_clear(Fit *f)
{
    for (size_t k = 0; k < f->touched_len; k++)
        f->row[f->touched[k]] = 0;
}

static void scale_ridge(Fit *f)
{
    double trace = 0, plain = 0;
    for (size_t i = 0; i < f->x->items; i++) {
        for (size_t k = f->owner_start[i]; k < f->owner_start[i + 1]; k++)
            f->diagonal[i] += f->user_weight[f->owner[k]];
        trace += (double)f->diagonal[i];
        plain += (double)(f->owner_start[i + 1] - f->owner_start[i]);
    }
    f->ridge = f->o.ridge * trace / plain;
}

static float regularised(const Fit *f, size_t i)
{
    double p = f->o.dropout;
    return (float)((double)f->diagonal[i] * (1 + p / (1 - p)) + f->ridge);
}

static void weight_add(Fit *f, uint32_t from, float weight)
{
    if (f->len == f->room) {
        f->room = f->room ? f->room * 2 : 1 << 16;
        f->from = grow(f->from, f->room, sizeof *f->from);
        f->weight = grow(f->weight, f->room, sizeof *f->weight);
    }
    f->from[f->len] = from;
    f->weight[f->len++] = weight;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The lower half of G + L: each user's items in rising order, so that a row ends at its diagonal. */
static void lower_gather(Fit *f, float *a)
{
    size_t n = f->x->items, total = f->x->start[f->x->users];
    uint32_t *item = NEW_ARRAY(f->arena, uint32_t, total + 1), *at = NEW_ARRAY(f->arena, uint32_t, total + 1);
    memcpy(item, f->x->item, total * sizeof *item);
    size_t *next = NEW_ARRAY(f->arena, size_t, n + 1);
    memcpy(next, f->owner_start, n * sizeof *next);
    for (size_t u = 0; u < f->x->users; u++) {
        size_t from = f->x->start[u], len = f->x->start[u + 1] - from;
        if (len)
            qsort(item + from, len, sizeof *item, by_number);
        for (size_t k = 0; k < len; k++) { /* where this item stands in its user's row */
            size_t place = next[item[from + k]]++;
            f->owner[place] = (uint32_t)u;
            at[place] = (uint32_t)k;
        }
    }
    for (size_t i = 0; i < n; i++) {
        float *row = a + i * n;
        for (size_t k = f->owner_start[i]; k < f->owner_start[i + 1]; k++) {
            float w = f->user_weight[f->owner[k]];
            const uint32_t *own = item + f->x->start[f->owner[k]];
            for (size_t q = 0; q < at[k]; q++)
                row[own[q]] += w;
        }
        row[i] = regularised(f, i);
    }
}

static void mirror(float *a, size_t n)
{
    enum { BLOCK = 32 };
    for (size_t bi = 0; bi < n; bi += BLOCK)
        for (size_t bj = 0; bj <= bi; bj += BLOCK)
            for (size_t i = bi; i < bi + BLOCK && i < n; i++)
                for (size_t j = bj; j < bj + BLOCK && j < i; j++)
                    a[j * n + i] = a[i * n + j];
}

/* B by rows. Small weights are dropped: they move no ranking and fill memory. */
static void dense_rows(Fit *f, const float *a, RecommendModel *model)
{
    size_t n = f->x->items, *start = NEW_ARRAY(f->arena, size_t, n + 1), len = 0;
    float *largest = NEW_ARRAY(f->arena, float, n + 1), *factor = NEW_ARRAY(f->arena, float, n + 1);
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < n; i++)
            largest[j] = i != j && fabsf(a[j * n + i]) > largest[j] ? fabsf(a[j * n + i]) : largest[j];
        largest[j] *= 1e-3f;
        factor[j] = -1 / a[j * n + j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            len += i != j && fabsf(a[i * n + j]) > largest[j];
    uint32_t *to = NEW_ARRAY(f->arena, uint32_t, len + 1);
    float *weight = NEW_ARRAY(f->arena, float, len + 1);
    len = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            if (i != j && fabsf(a[i * n + j]) > largest[j]) {
                to[len] = (uint32_t)j;
                weight[len++] = a[i * n + j] * factor[j];
            }
        start[i + 1] = len;
    }
    *model = (RecommendModel){.items = n, .start = start, .to = to, .weight = weight, .sold = f->sold};
}

/* P = (G + L)^-1, B_ij = -P_ij / P_jj. */
static Err *fit_dense(Fit *f, RecommendModel *model)
{
    size_t n = f->x->items;
    float *a = calloc(n * n, sizeof *a);
    int size = (int)n, info = 0;
    if (!a)
        return err_detail(f->arena, ERR_BROKEN, "recommend.too_large", "%zu items need %zu MB", n, n * n * 4 >> 20);
    lower_gather(f, a); /* lower by rows is upper by columns */
    f->blas.spotrf("U", &size, a, &size, &info);
    if (!info)
        f->blas.spotri("U", &size, a, &size, &info);
    if (!info) {
        mirror(a, n);
        dense_rows(f, a, model);
    }
    free(a);
    return info ? err_detail(f->arena, ERR_BROKEN, "recommend.blas", "the matrix is not positive definite at %d", info) : NULL;
}

typedef struct Bond {
    float bond;
    uint32_t item;
} Bond;

static int by_bond(const void *a, const void *b)
{
    const Bond *x = a, *y = b;
    if (x->bond != y->bond)
        return x->bond < y->bond ? 1 : -1;
    return (x->item > y->item) - (x->item < y->item);
}

/* All rows of G, compressed, so that each small system can be cut out of them. */
typedef struct Gram {
    size_t *start;
    uint32_t *column;
    float *value;
} Gram;

static Gram gram_make(Fit *f)
{
    Gram g = {.start = NEW_ARRAY(f->arena, size_t, f->x->items + 1)};
    size_t room = 1 << 20;
    g.column = grow(NULL, room, sizeof *g.column);
    g.value = grow(NULL, room, sizeof *g.value);
    for (size_t i = 0; i < f->x->items; i++) {
        row_gather(f, i);
        size_t at = g.start[i];
        while (at + f->touched_len > room) {
            room *= 2;
            g.column = grow(g.column, room, sizeof *g.column);
            g.value = grow(g.value, room, sizeof *g.value);
        }
        for (size_t k = 0; k < f->touched_len; k++, at++) {
            g.column[at] = f->touched[k];
            g.value[at] = f->row[f->touched[k]];
        }
        g.start[i + 1] = at;
        row_clear(f);
    }
    return g;
}

/* The items most bound to j: co-occurrence against the root of how often they are bought. */
static size_t choose_bonds(const Fit *f, const Gram *g, size_t j, Bond *bonds)
{
    size_t len = 0;
    for (size_t k = g->start[j]; k < g->start[j + 1]; k++)
        if (g->column[k] != j)
            bonds[len++] = (Bond){g->value[k] / sqrtf(f->diagonal[g->column[k]] + 0.01f), g->column[k]};
    if (len > f->o.neighbours) {
        qsort(bonds, len, sizeof *bonds, by_bond);
        len = f->o.neighbours;
    }
    return len;
}

static Err *fit_local(Fit *f)
{
    size_t n = f->x->items, k_max = f->o.neighbours;
    Gram g = gram_make(f);
    Bond *bonds = NEW_ARRAY(f->arena, Bond, n);
    int32_t *place = NEW_ARRAY(f->arena, int32_t, n);
    float *a = NEW_ARRAY(f->arena, float, k_max *k_max), *b = NEW_ARRAY(f->arena, float, k_max);
    int info = 0, one = 1;
    for (size_t i = 0; i < n; i++)
        place[i] = -1;
    for (size_t j = 0; j < n && !info; j++) {
        size_t len = choose_bonds(f, &g, j, bonds);
        int size = (int)len;
        for (size_t k = 0; k < len; k++)
            place[bonds[k].item] = (int32_t)k;
        memset(a, 0, len * len * sizeof *a);
        for (size_t k = 0; k < len; k++) {
            size_t i = bonds[k].item;
            for (size_t q = g.start[i]; q < g.start[i + 1]; q++) {
                if (place[g.column[q]] >= 0)
                    a[k * len + (size_t)place[g.column[q]]] = g.value[q];
                if (g.column[q] == j)
                    b[k] = g.value[q];
            }
            a[k * len + k] = regularised(f, i);
        }
        if (len) {
            f->blas.spotrf("U", &size, a, &size, &info);
            if (!info)
                f->blas.spotrs("U", &size, &one, a, &size, b, &size, &info);
        }
        for (size_t k = 0; k < len; k++) {
            place[bonds[k].item] = -1;
            weight_add(f, bonds[k].item, b[k]);
        }
        f->column_end[j] = f->len;
    }
    free(g.column);
    free(g.value);
    return info ? err_detail(f->arena, ERR_BROKEN, "recommend.blas", "a matrix is not positive definite") : NULL;
}

/* Columns to rows. */
static void model_make(Fit *f, RecommendModel *model)
{
    size_t n = f->x->items, *start = NEW_ARRAY(f->arena, size_t, n + 1), *next = NEW_ARRAY(f->arena, size_t, n + 1);
    uint32_t *to = NEW_ARRAY(f->arena, uint32_t, f->len + 1);
    float *weight = NEW_ARRAY(f->arena, float, f->len + 1);
    for (size_t k = 0; k < f->len; k++)
        start[f->from[k] + 1]++;
    for (size_t i = 0; i < n; i++)
        next[i + 1] = start[i + 1] += start[i];
    for (size_t j = 0, k = 0; j < n; j++)
        for (; k < f->column_end[j]; k++) {
            size_t at = next[f->from[k]]++;
            to[at] = (uint32_t)j;
            weight[at] = f->weight[k];
        }
    *model = (RecommendModel){.items = n, .start = start, .to = to, .weight = weight, .sold = f->sold};
}

Err *recommend_fit(Arena *arena, const Baskets *baskets, const RecommendOptions *options, RecommendModel *model)
{
    Fit f = {.arena = arena, .x = baskets, .o = *options};
    if (baskets->items == 0 || baskets->users == 0 || baskets->start[baskets->users] == 0)
        return err_new(arena, ERR_INVALID, "recommend.empty");
    if (baskets->items > ITEMS_MAX || options->neighbours > NEIGHBOURS_MAX || options->dense_max > DENSE_MAX)
        return err_detail(arena, ERR_INVALID, "recommend.too_large", "at most %d items, %d neighbours, %d items at once",
                          ITEMS_MAX, NEIGHBOURS_MAX, DENSE_MAX);
    blas_open(&f.blas);
    extend(&f);
    transpose(&f);
    f.diagonal = NEW_ARRAY(arena, float, baskets->items);
    f.row = NEW_ARRAY(arena, float, baskets->items);
    f.touched = NEW_ARRAY(arena, uint32_t, baskets->items);
    f.column_end = NEW_ARRAY(arena, size_t, baskets->items);
    scale_ridge(&f);
    bool dense = baskets->items <= options->dense_max;
    Err *err = dense ? fit_dense(&f, model) : fit_local(&f);
    if (!err && !dense)
        model_make(&f, model);
    if (!err) {
        recommend_popularity(model, options->popularity);
        recommend_dense(arena, model);
    }
    free(f.from);
    free(f.weight);
    return err;
}
