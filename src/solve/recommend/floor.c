/* No farm is left unseen: lifts for those that the scores alone would hardly show. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/recommend/recommend.h"

enum { USERS_LOOKED_AT = 2000, CANDIDATES = 100, ROUNDS = 40 };
static const double STEP = 1.12, LIFT_MAX = 4;

typedef struct Lists {
    Suggestion *at; /* CANDIDATES a user */
    size_t *len;
    size_t users;
} Lists;

static Lists lists_make(Arena *arena, const RecommendModel *model, const Baskets *x)
{
    size_t every = x->users / USERS_LOOKED_AT + 1, users = (x->users + every - 1) / every;
    Lists lists = {NEW_ARRAY(arena, Suggestion, users * CANDIDATES + 1), NEW_ARRAY(arena, size_t, users + 1), users};
    Scratch *scratch = recommend_scratch(arena, model);
    for (size_t k = 0; k < users; k++) {
        size_t u = k * every;
        lists.len[k] = recommend_score(model, scratch, x->item + x->start[u], x->start[u + 1] - x->start[u], lists.at + k * CANDIDATES, CANDIDATES);
    }
    return lists;
}

/* Shares of the first top places under these lifts; every farm's number may be too large: then nobody's. */
static void shares_of(const Lists *lists, const uint32_t *farm, size_t farms, const double *lift, size_t top, double *shares)
{
    double places = 0;
    memset(shares, 0, farms * sizeof *shares);
    for (size_t u = 0; u < lists->users; u++) {
        const Suggestion *list = lists->at + u * CANDIDATES;
        uint32_t best[CANDIDATES];
        double score[CANDIDATES];
        size_t len = 0;
        for (size_t k = 0; k < lists->len[u]; k++) {
            uint32_t f = farm[list[k].item];
            double s = (double)list[k].score * (f < farms ? lift[f] : 1);
            size_t at = len < top ? len++ : top;
            if (at == top && s <= score[top - 1])
                continue;
            at = at == top ? top - 1 : at;
            for (; at > 0 && score[at - 1] < s; at--) {
                score[at] = score[at - 1];
                best[at] = best[at - 1];
            }
            score[at] = s;
            best[at] = f;
        }
        for (size_t k = 0; k < len; k++)
            if (best[k] < farms)
                shares[best[k]]++;
        places += (double)len;
    }
    for (size_t f = 0; f < farms && places > 0; f++)
        shares[f] /= places;
}

static int by_share(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double recommend_gini(const double *shares, size_t len)
{
    double *sorted = malloc((len + 1) * sizeof *sorted), sum = 0, ranked = 0;
    if (!sorted || !len) {
        free(sorted);
        return 0;
    }
    memcpy(sorted, shares, len * sizeof *sorted);
    qsort(sorted, len, sizeof *sorted, by_share);
    for (size_t i = 0; i < len; i++) {
        sum += sorted[i];
        ranked += (double)(i + 1) * sorted[i];
    }
    free(sorted);
    return sum > 0 ? 2 * ranked / ((double)len * sum) - ((double)len + 1) / (double)len : 0;
}

/* The Gini over farms that have an item at all. */
static double gini_there(Arena *arena, const double *shares, const bool *there, size_t farms)
{
    double *kept = NEW_ARRAY(arena, double, farms + 1);
    size_t len = 0;
    for (size_t f = 0; f < farms; f++)
        if (there[f])
            kept[len++] = shares[f];
    return recommend_gini(kept, len);
}

void recommend_floor(Arena *arena, const RecommendModel *model, const Baskets *baskets, const uint32_t *farm, size_t farms, double floor,
                     size_t top, FloorShares *out)
{
    bool *there = NEW_ARRAY(arena, bool, farms + 1);
    size_t known = 0;
    top = top < 1 ? 1 : top > CANDIDATES / 2 ? CANDIDATES / 2 : top;
    *out = (FloorShares){.lift = NEW_ARRAY(arena, double, farms + 1), .before = NEW_ARRAY(arena, double, farms + 1),
                         .after = NEW_ARRAY(arena, double, farms + 1)};
    for (size_t i = 0; i < model->items; i++)
        if (farm[i] < farms && !there[farm[i]]) {
            there[farm[i]] = true;
            known++;
        }
    for (size_t f = 0; f < farms; f++)
        out->lift[f] = 1;
    Lists lists = lists_make(arena, model, baskets);
    shares_of(&lists, farm, farms, out->lift, top, out->before);
    memcpy(out->after, out->before, farms * sizeof *out->after);
    double least = known ? floor / (double)known : 0;
    for (int round = 0; round < ROUNDS; round++) {
        bool moved = false;
        for (size_t f = 0; f < farms; f++)
            if (there[f] && out->after[f] < least && out->lift[f] * STEP <= LIFT_MAX) {
                out->lift[f] *= STEP;
                moved = true;
            }
        if (!moved)
            break;
        shares_of(&lists, farm, farms, out->lift, top, out->after);
    }
    for (size_t f = 0; f < farms; f++) {
        out->below += there[f] && out->after[f] < least;
        out->coverage += there[f] && out->after[f] > 0 ? 1 / (double)known : 0;
    }
    out->gini_before = gini_there(arena, out->before, there, farms);
    out->gini_after = gini_there(arena, out->after, there, farms);
}
