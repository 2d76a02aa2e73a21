/* Choosing the parameters on a cut of the training data, and how much popularity counts. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "solve/recommend/baskets.h"

void recommend_popularity(RecommendModel *model, double power)
{
    float *weight = (float *)(uintptr_t)model->weight; /* made by the fit that calls, or by a copy of its result */
    float *factor = malloc((model->items + 1) * sizeof *factor);
    if (!factor)
        abort();
    for (size_t i = 0; i < model->items; i++)
        factor[i] = (float)pow(1 + (double)model->sold[i], -power);
    for (size_t k = 0; power != 0 && k < model->start[model->items]; k++)
        weight[k] *= factor[model->to[k]];
    free(factor);
    model->dense = NULL;
}

typedef struct Search {
    Arena *work;
    Baskets train, held;
    RecommendOptions best;
    double best_ndcg;
    RecommendTried said;
    void *arg;
} Search;

static void judge(Search *s, const RecommendModel *model, const RecommendOptions *o)
{
    RecommendScores scores;
    recommend_evaluate(s->work, model, &s->train, &s->held, &scores);
    if (s->said)
        s->said(s->arg, o, scores.ndcg20);
    if (scores.ndcg20 > s->best_ndcg) {
        s->best_ndcg = scores.ndcg20;
        s->best = *o;
    }
}

static Err *try_one(Arena *arena, Search *s, const RecommendOptions *o)
{
    RecommendModel model;
    Err *err = err_copy(arena, recommend_fit(s->work, &s->train, o, &model));
    if (!err)
        judge(s, &model, o);
    arena_reset(s->work);
    return err;
}

/* One fit is enough: the power only multiplies the weights. */
static Err *try_popularity(Arena *arena, Search *s)
{
    static const double powers[] = {0, 0.1, 0.3, 0.4};
    RecommendModel model;
    RecommendOptions one = s->best;
    Err *err = err_copy(arena, recommend_fit(s->work, &s->train, &one, &model));
    for (size_t i = 0; i < sizeof powers / sizeof *powers && !err; i++) {
        recommend_popularity(&model, powers[i] - one.popularity);
        recommend_dense(s->work, &model);
        one.popularity = powers[i];
        judge(s, &model, &one);
    }
    return err;
}

Err *recommend_choose(Arena *arena, const Baskets *all, RecommendOptions *o, RecommendTried said, void *arg)
{
    enum { FEW = 60 }; /* neighbours: enough to compare */
    static const double ridges[] = {15, 30, 60, 120, 240, 480}, powers[] = {0, 0.15, 0.5}, dropouts[] = {0.1, 0.5, 0.65};
    Search s = {.work = arena_new(), .best = *o, .best_ndcg = -1, .said = said, .arg = arg};
    Err *err = NULL;
    baskets_split(arena, all, 0.2, &s.train, &s.held);
    s.best.neighbours = o->neighbours < FEW ? o->neighbours : FEW;
    for (size_t i = 0; i < 12 && !err; i++) {
        RecommendOptions one = s.best;
        if (i < 6)
            one.ridge = ridges[i];
        else if (i < 9)
            one.user_power = powers[i - 6];
        else
            one.dropout = dropouts[i - 9];
        err = try_one(arena, &s, &one);
    }
    if (!err)
        err = try_popularity(arena, &s);
    arena_free(s.work);
    s.best.neighbours = o->neighbours;
    *o = s.best;
    return err;
}
