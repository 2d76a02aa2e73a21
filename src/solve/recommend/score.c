/* Scoring a customer or a basket, and measuring how good the suggestions are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solve/recommend/recommend.h"

enum { EVALUATE_MAX = 100, LANES = 16, DENSE_BYTES_MAX = 64 << 20 };

struct Scratch {
    float *score; /* per item, a little longer: see dense_stride */
    uint32_t *touched, *popular;
    bool *owned, *seen;
    size_t touched_len;
};

static const RecommendModel *sorting; /* qsort has no argument; only recommend_scratch sorts, under its own call */

static int by_sold(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (sorting->sold[x] != sorting->sold[y])
        return sorting->sold[x] < sorting->sold[y] ? 1 : -1;
    return (x > y) - (x < y);
}

Scratch *recommend_scratch(Arena *arena, const RecommendModel *model)
{
    Scratch *s = NEW(arena, Scratch);
    s->score = NEW_ARRAY(arena, float, model->items + LANES);
    s->touched = NEW_ARRAY(arena, uint32_t, model->items);
    s->popular = NEW_ARRAY(arena, uint32_t, model->items);
    s->owned = NEW_ARRAY(arena, bool, model->items);
    s->seen = NEW_ARRAY(arena, bool, model->items);
    for (size_t i = 0; i < model->items; i++)
        s->popular[i] = (uint32_t)i;
    sorting = model;
    qsort(s->popular, model->items, sizeof *s->popular, by_sold);
    return s;
}

static uint16_t upper_half(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16); /* rounded to the nearest */
}

static float from_half(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void recommend_dense(Arena *arena, RecommendModel *model)
{
    size_t n = model->items, stride = (n + LANES - 1) / LANES * LANES;
    if (model->start[n] < n * n / 5 || n * stride * sizeof(uint16_t) > DENSE_BYTES_MAX)
        return;
    uint16_t *dense = NEW_ARRAY(arena, uint16_t, n * stride + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t k = model->start[i]; k < model->start[i + 1]; k++)
            dense[i * stride + model->to[k]] = upper_half(model->weight[k]);
    model->dense = dense;
    model->dense_stride = stride;
}

/* score += four rows at once. Sixteen at a time, so that the compiler uses the wide registers. */
static void add_four(float *score, const uint16_t *const rows[4], size_t stride)
{
    for (size_t at = 0; at < stride; at += LANES)
        for (size_t k = 0; k < LANES; k++)
            score[at + k] += from_half(rows[0][at + k]) + from_half(rows[1][at + k]) + from_half(rows[2][at + k]) + from_half(rows[3][at + k]);
}

static void sum_dense(const RecommendModel *model, Scratch *s, const uint32_t *owned, size_t owned_len)
{
    static const uint16_t zeros[DENSE_BYTES_MAX / 4096] = {0}; /* longer than any row: n^2 * 2 bytes are below the limit */
    const uint16_t *rows[4];
    size_t filled = 0;
    memset(s->score, 0, model->dense_stride * sizeof *s->score);
    for (size_t i = 0; i < owned_len; i++) {
        if (owned[i] >= model->items)
            continue;
        rows[filled++] = model->dense + owned[i] * model->dense_stride;
        if (filled == 4) {
            add_four(s->score, rows, model->dense_stride);
            filled = 0;
        }
    }
    for (size_t k = filled; filled && k < 4; k++)
        rows[k] = zeros;
    if (filled)
        add_four(s->score, rows, model->dense_stride);
    s->touched_len = model->items;
}

static void sum_sparse(const RecommendModel *model, Scratch *s, const uint32_t *owned, size_t owned_len)
{
    s->touched_len = 0;
    for (size_t i = 0; i < owned_len; i++)
        for (size_t k = owned[i] < model->items ? model->start[owned[i]] : 1; owned[i] < model->items && k < model->start[owned[i] + 1]; k++) {
            uint32_t to = model->to[k];
            if (!s->seen[to]) {
                s->seen[to] = true;
                s->touched[s->touched_len++] = to;
                s->score[to] = 0;
            }
            s->score[to] += model->weight[k];
        }
    for (size_t k = 0; k < s->touched_len; k++)
        s->seen[s->touched[k]] = false;
}

/* The weight of a pair; rows are in rising order. */
static float weight_of(const RecommendModel *model, uint32_t from, uint32_t to)
{
    size_t low = model->start[from], high = model->start[from + 1];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (model->to[middle] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < model->start[from + 1] && model->to[low] == to ? model->weight[low] : 0;
}

/* The two owned items that speak most for it. */
static void reasons_find(const RecommendModel *model, const uint32_t *owned, size_t owned_len, Suggestion *one)
{
    float most = 0, second = 0;
    for (size_t i = 0; i < owned_len; i++) {
        float w = owned[i] < model->items ? weight_of(model, owned[i], one->item) : 0;
        if (w > most) {
            second = most;
            one->because[1] = one->because[0];
            most = w;
            one->because[0] = owned[i];
        } else if (w > second) {
            second = w;
            one->because[1] = owned[i];
        }
    }
}

static size_t insert(Suggestion *out, size_t len, size_t room, Suggestion one)
{
    size_t at = len < room ? len++ : room - 1;
    for (; at > 0 && out[at - 1].score < one.score; at--)
        out[at] = out[at - 1];
    out[at] = one;
    return len;
}

size_t recommend_score(const RecommendModel *model, Scratch *scratch, const uint32_t *owned, size_t owned_len,
                       Suggestion *out, size_t len)
{
    Scratch *s = scratch;
    size_t found = 0;
    for (size_t i = 0; i < owned_len; i++)
        if (owned[i] < model->items)
            s->owned[owned[i]] = true;
    if (model->dense)
        sum_dense(model, s, owned, owned_len);
    else
        sum_sparse(model, s, owned, owned_len);
    for (size_t k = 0; k < s->touched_len && len; k++) {
        uint32_t item = model->dense ? (uint32_t)k : s->touched[k];
        if (s->score[item] <= 0 || s->owned[item] || (found == len && s->score[item] <= out[len - 1].score))
            continue;
        found = insert(out, found, len, (Suggestion){item, s->score[item], {UINT32_MAX, UINT32_MAX}});
    }
    for (size_t k = 0; k < found; k++)
        s->owned[out[k].item] = true; /* so that the filling below leaves them out */
    size_t scored = found;
    for (size_t i = 0; i < model->items && found < len; i++)
        if (!s->owned[s->popular[i]] && model->sold[s->popular[i]])
            out[found++] = (Suggestion){s->popular[i], 0, {UINT32_MAX, UINT32_MAX}};
    for (size_t k = 0; k < scored; k++)
        s->owned[out[k].item] = false;
    for (size_t i = 0; i < owned_len; i++)
        if (owned[i] < model->items)
            s->owned[owned[i]] = false;
    return found;
}

void recommend_reasons(const RecommendModel *model, const uint32_t *owned, size_t owned_len, Suggestion *suggestions, size_t len)
{
    for (size_t k = 0; k < len; k++)
        if (suggestions[k].score > 0)
            reasons_find(model, owned, owned_len, &suggestions[k]);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_count(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double gini_of(uint32_t *counts, size_t len)
{
    double sum = 0, ranked = 0;
    qsort(counts, len, sizeof *counts, by_count);
    for (size_t i = 0; i < len; i++) {
        sum += counts[i];
        ranked += (double)(i + 1) * counts[i];
    }
    return sum > 0 ? 2 * ranked / ((double)len * sum) - ((double)len + 1) / (double)len : 0;
}

void recommend_evaluate(Arena *arena, const RecommendModel *model, const Baskets *train, const Baskets *test,
                        RecommendScores *out)
{
    Scratch *scratch = recommend_scratch(arena, model);
    bool *wanted = NEW_ARRAY(arena, bool, model->items + 1);
    uint32_t *shown = NEW_ARRAY(arena, uint32_t, model->items);
    double gain[EVALUATE_MAX], ideal[EVALUATE_MAX + 1] = {0};
    *out = (RecommendScores){0};
    for (size_t k = 0; k < EVALUATE_MAX; k++) {
        gain[k] = 1 / log2((double)k + 2);
        ideal[k + 1] = ideal[k] + gain[k];
    }
    double begin = cpu_seconds();
    for (size_t u = 0; u < test->users && u < train->users; u++) {
        Suggestion top[EVALUATE_MAX];
        size_t held = test->start[u + 1] - test->start[u];
        if (held == 0)
            continue;
        size_t len = recommend_score(model, scratch, train->item + train->start[u], train->start[u + 1] - train->start[u],
                                     top, EVALUATE_MAX);
        double hits = 0, dcg20 = 0, dcg100 = 0;
        for (size_t i = test->start[u]; i < test->start[u + 1]; i++)
            if (test->item[i] < model->items)
                wanted[test->item[i]] = true;
        for (size_t k = 0; k < len; k++) {
            if (k < 20)
                shown[top[k].item]++;
            if (!wanted[top[k].item])
                continue;
            dcg100 += gain[k];
            if (k < 20) {
                hits++;
                dcg20 += gain[k];
            }
        }
        for (size_t i = test->start[u]; i < test->start[u + 1]; i++)
            if (test->item[i] < model->items)
                wanted[test->item[i]] = false;
        out->recall20 += hits / (double)held;
        out->ndcg20 += dcg20 / ideal[held < 20 ? held : 20];
        out->ndcg100 += dcg100 / ideal[held < 100 ? held : 100];
        out->users++;
    }
    double users = out->users ? (double)out->users : 1;
    out->score_us = (cpu_seconds() - begin) * 1e6 / users;
    out->recall20 /= users;
    out->ndcg20 /= users;
    out->ndcg100 /= users;
    for (size_t i = 0; i < model->items; i++)
        out->coverage += shown[i] ? 1 / (double)model->items : 0;
    out->gini = gini_of(shown, model->items);
}
