/* Scoring a customer or a basket, and measuring how good the suggestions are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "solve/recommend/recommend.h"

enum { EVALUATE_MAX = 100 };

struct Scratch {
    float *score, *most, *second; /* per item; contributions of the two strongest owned items */
    uint32_t *first_item, *second_item, *touched, *popular;
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
    s->score = NEW_ARRAY(arena, float, model->items);
    s->most = NEW_ARRAY(arena, float, model->items);
    s->second = NEW_ARRAY(arena, float, model->items);
    s->first_item = NEW_ARRAY(arena, uint32_t, model->items);
    s->second_item = NEW_ARRAY(arena, uint32_t, model->items);
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

static void add_weights(const RecommendModel *model, Scratch *s, uint32_t item)
{
    for (size_t k = model->start[item]; k < model->start[item + 1]; k++) {
        uint32_t to = model->to[k];
        float w = model->weight[k];
        if (!s->seen[to]) {
            s->seen[to] = true;
            s->touched[s->touched_len++] = to;
            s->score[to] = s->most[to] = s->second[to] = 0;
            s->first_item[to] = s->second_item[to] = UINT32_MAX;
        }
        s->score[to] += w;
        if (w > s->most[to]) {
            s->second[to] = s->most[to];
            s->second_item[to] = s->first_item[to];
            s->most[to] = w;
            s->first_item[to] = item;
        } else if (w > s->second[to]) {
            s->second[to] = w;
            s->second_item[to] = item;
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
    s->touched_len = 0;
    for (size_t i = 0; i < owned_len; i++)
        if (owned[i] < model->items)
            s->owned[owned[i]] = true;
    for (size_t i = 0; i < owned_len; i++)
        if (owned[i] < model->items)
            add_weights(model, s, owned[i]);
    for (size_t k = 0; k < s->touched_len && len; k++) {
        uint32_t item = s->touched[k];
        if (s->owned[item] || s->score[item] <= 0 || (found == len && s->score[item] <= out[len - 1].score))
            continue;
        found = insert(out, found, len, (Suggestion){item, s->score[item], {s->first_item[item], s->second_item[item]}});
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
    for (size_t k = 0; k < s->touched_len; k++)
        s->seen[s->touched[k]] = false;
    return found;
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
