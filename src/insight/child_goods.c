/* In the child: who bought what to what goes with what. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/inside.h"
#include "insight/wire.h"
#include "solve/recommend/baskets.h"
#include "solve/recommend/blas.h"

enum { FIRST = 10, ENOUGH_PAIRS = 200 };

typedef struct Asked {
    AskGoods head;
    uint32_t *farm, *shelf;
    AskPair *pairs;
    AskBuy *buys;
    Baskets baskets, attributes;
} Asked;

void recommend_ready(void)
{
    Blas blas;
    blas_open(&blas);
}

static Baskets rows_of(Arena *arena, const AskPair *pairs, size_t len, size_t users, size_t items)
{
    uint32_t *item = NEW_ARRAY(arena, uint32_t, len + 1);
    size_t *start = NEW_ARRAY(arena, size_t, users + 1);
    for (size_t k = 0; k < len; k++) {
        start[pairs[k].user + 1] = k + 1;
        item[k] = pairs[k].item;
    }
    for (size_t u = 0; u < users; u++)
        start[u + 1] = start[u + 1] ? start[u + 1] : start[u];
    return (Baskets){users, items, item, start};
}

/* Each shelf and each farm is an attribute: a good nobody bought yet stands near its neighbours. */
static Baskets attributes_of(Arena *arena, const Asked *asked)
{
    size_t n = asked->head.items, rows = asked->head.shelves + asked->head.farms, len = 0;
    AskPair *pairs = NEW_ARRAY(arena, AskPair, 2 * n + 1);
    for (uint32_t a = 0; a < rows; a++)
        for (uint32_t i = 0; i < n; i++)
            if (a < asked->head.shelves ? asked->shelf[i] == a : asked->farm[i] == a - asked->head.shelves)
                pairs[len++] = (AskPair){a, i};
    return rows_of(arena, pairs, len, rows, n);
}

static bool asked_read(Arena *arena, Str question, Asked *asked)
{
    Cursor cursor = {.rest = question};
    if (!cursor_take(&cursor, &asked->head, sizeof asked->head) || !asked->head.items || asked->head.items > 20000 ||
        asked->head.farms > 20000 || asked->head.shelves > 20000 || asked->head.users > 2000000 ||
        asked->head.orders > asked->head.users)
        return false;
    asked->farm = cursor_list(&cursor, arena, asked->head.items, sizeof *asked->farm);
    asked->shelf = cursor_list(&cursor, arena, asked->head.items, sizeof *asked->shelf);
    asked->pairs = cursor_list(&cursor, arena, asked->head.pairs, sizeof *asked->pairs);
    asked->buys = cursor_list(&cursor, arena, asked->head.buys, sizeof *asked->buys);
    if (cursor.bad || cursor.rest.len)
        return false;
    for (size_t i = 0; i < asked->head.items; i++)
        if (asked->farm[i] >= asked->head.farms || asked->shelf[i] >= asked->head.shelves)
            return false;
    for (size_t k = 0; k < asked->head.pairs; k++)
        if (asked->pairs[k].user >= asked->head.users || asked->pairs[k].item >= asked->head.items ||
            (k && asked->pairs[k].user < asked->pairs[k - 1].user))
            return false;
    asked->baskets = rows_of(arena, asked->pairs, asked->head.pairs, asked->head.users, asked->head.items);
    asked->attributes = attributes_of(arena, asked);
    return true;
}

/* Share of the held-out goods among the first ten suggestions; model NULL: simply what sells most. */
static double found_first(Arena *arena, const RecommendModel *model, const Baskets *train, const Baskets *held, bool plain)
{
    Scratch *scratch = recommend_scratch(arena, model);
    Suggestion top[FIRST];
    double found = 0, wanted = 0;
    uint32_t *order = NEW_ARRAY(arena, uint32_t, model->items + 1);
    for (size_t i = 0; i < model->items; i++)
        order[i] = (uint32_t)i;
    for (size_t i = 1; i < model->items; i++) /* by sales; a village has few goods */
        for (size_t k = i; k > 0 && model->sold[order[k - 1]] < model->sold[order[k]]; k--) {
            uint32_t swap = order[k];
            order[k] = order[k - 1];
            order[k - 1] = swap;
        }
    for (size_t u = 0; u < train->users; u++) {
        size_t mine = train->start[u + 1] - train->start[u], len = 0;
        const uint32_t *owned = train->item + train->start[u];
        if (held->start[u] == held->start[u + 1])
            continue;
        if (!plain)
            len = recommend_score(model, scratch, owned, mine, top, FIRST);
        for (size_t i = 0; plain && i < model->items && len < FIRST; i++) {
            bool has = false;
            for (size_t k = 0; k < mine; k++)
                has |= owned[k] == order[i];
            if (!has)
                top[len++].item = order[i];
        }
        for (size_t k = held->start[u]; k < held->start[u + 1]; k++)
            for (size_t i = 0; i < len; i++)
                found += top[i].item == held->item[k];
        double most = (double)(held->start[u + 1] - held->start[u]);
        wanted += most < FIRST ? most : FIRST;
    }
    return wanted > 0 ? found / wanted : 0;
}

/* Strength, weight of people and drop-out: chosen on a cut of the purchases, one after the other. */
static Err *choose(Arena *arena, const Asked *asked, RecommendOptions *o, TellWorth *worth)
{
    static const double ridges[] = {1, 4, 15, 60, 240}, powers[] = {0.3, 0, 0.5}, dropouts[] = {0.33, 0.1, 0.6};
    Baskets train, held;
    Baskets orders = {asked->head.orders, asked->baskets.items, asked->baskets.item, asked->baskets.start};
    baskets_split(arena, &orders, 0.2, &train, &held); /* a person's row holds what was held out of its orders */
    *worth = (TellWorth){.score = -1};
    RecommendOptions best = *o;
    for (size_t k = 0; k < 9; k++) {
        RecommendOptions one = best;
        RecommendModel model;
        if (k < 5)
            one.ridge = ridges[k];
        else if (k < 7)
            one.user_power = powers[k - 4];
        else
            one.dropout = dropouts[k - 6];
        TRY(recommend_fit(arena, &train, &one, &model));
        double score = found_first(arena, &model, &train, &held, false);
        if (score > worth->score) {
            worth->score = score;
            *o = one;
        }
        if (k == 0)
            worth->plain_score = found_first(arena, &model, &train, &held, true);
        if (k == 4 || k == 6)
            best = *o;
    }
    worth->ridge = o->ridge;
    worth->user_power = o->user_power;
    worth->dropout = o->dropout;
    return NULL;
}

static int by_weight(const void *a, const void *b)
{
    float x = ((const TellBond *)a)->weight, y = ((const TellBond *)b)->weight;
    return (x < y) - (x > y);
}

static void tell_bonds(WorkerReply *answer, const RecommendModel *model)
{
    TellBond *row = NEW_ARRAY(answer->arena, TellBond, model->items + 1);
    Buf out = buf_new(answer->arena, TELL_BYTES_MAX / 2);
    for (size_t i = 0; i < model->items; i++) {
        size_t len = 0;
        for (size_t k = model->start[i]; k < model->start[i + 1]; k++)
            if (model->weight[k] > 0)
                row[len++] = (TellBond){(uint32_t)i, model->to[k], model->weight[k]};
        if (len)
            qsort(row, len, sizeof *row, by_weight);
        for (size_t k = 0; k < len && k < BONDS_PER_GOOD; k++)
            buf_add(&out, WIRE(row[k]));
    }
    worker_reply(answer, TELL_BONDS, buf_str(&out));
}

static void tell_again(WorkerReply *answer, const Asked *asked)
{
    RepeatItem *items = NEW_ARRAY(answer->arena, RepeatItem, asked->head.items + 1);
    Buf out = buf_new(answer->arena, TELL_BYTES_MAX / 4);
    _Static_assert(sizeof(Purchase) == sizeof(AskBuy), "the same numbers");
    Purchase *buys = arena_copy(answer->arena, asked->buys, asked->head.buys * sizeof *buys);
    repeat_fit(answer->arena, buys, asked->head.buys, asked->shelf, asked->head.items, asked->head.shelves, items);
    for (uint32_t i = 0; i < asked->head.items; i++)
        if (items[i].gaps >= 3) {
            TellAgain one = {i, items[i].gaps, items[i].log_days, items[i].spread};
            buf_add(&out, WIRE(one));
        }
    worker_reply(answer, TELL_AGAIN, buf_str(&out));
}

static void tell_lifts(WorkerReply *answer, const Asked *asked, const RecommendModel *model, TellWorth *worth)
{
    FloorShares shares;
    Buf out = buf_new(answer->arena, TELL_BYTES_MAX / 4);
    recommend_floor(answer->arena, model, &asked->baskets, asked->farm, asked->head.farms, INSIGHT_FLOOR, FIRST, &shares);
    for (uint32_t f = 0; f < asked->head.farms; f++) {
        TellLift one = {f, shares.lift[f], shares.before[f], shares.after[f]};
        buf_add(&out, WIRE(one));
    }
    worth->gini_before = shares.gini_before;
    worth->gini_after = shares.gini_after;
    worth->coverage = shares.coverage;
    worker_reply(answer, TELL_LIFTS, buf_str(&out));
}

Err *answer_goods(WorkerReply *answer, Str question)
{
    Asked asked = {0};
    TellWorth worth = {.score = -1, .plain_score = -1};
    RecommendOptions options = recommend_defaults();
    RecommendModel model;
    if (!asked_read(answer->arena, question, &asked))
        return err_new(answer->arena, ERR_INVALID, "insight.question");
    options.attributes = &asked.attributes;
    if (asked.head.pairs >= ENOUGH_PAIRS)
        TRY(choose(answer->arena, &asked, &options, &worth));
    if (asked.head.pairs) {
        TRY(recommend_fit(answer->arena, &asked.baskets, &options, &model));
        tell_bonds(answer, &model);
        tell_lifts(answer, &asked, &model, &worth);
    }
    tell_again(answer, &asked);
    worker_reply(answer, TELL_WORTH, WIRE(worth));
    return NULL;
}
