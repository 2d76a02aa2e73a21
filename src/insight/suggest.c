/* What is suggested to a member: computed when the page is asked for, from the member's own purchases and the tables of the
   night. Nothing about a person is stored but whether suggestions are wanted. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/inside.h"
#include "solve/recommend/recommend.h"

enum { WINDOW_DAYS = 730, AGAIN_MOST = 6, DAYS_MOST = 400 };

static int by_score(const void *a, const void *b)
{
    const Suggested *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->product > y->product) - (x->product < y->product);
}

static const PersonGood *good_of(const PersonGoodList *mine, Id product)
{
    for (size_t i = 0; i < mine->len; i++)
        if (mine->at[i].product == product)
            return &mine->at[i];
    return NULL;
}

/* y = x B, with the two owned goods that speak most for each; the lift of its farm makes sure that every farm is seen. */
static void fresh_sum(Arena *arena, const PersonBondList *bonds, const PersonGoodList *mine, SuggestedList *out)
{
    out->at = NEW_ARRAY(arena, Suggested, bonds->len + 1);
    for (size_t i = 0, end; i < bonds->len; i = end) { /* the rows of one good stand together */
        Suggested one = {.product = bonds->at[i].other};
        double most = 0, second = 0;
        for (end = i; end < bonds->len && bonds->at[end].other == one.product; end++) {
            double w = bonds->at[end].weight;
            one.score += w * bonds->at[end].lift;
            if (w > most) {
                second = most;
                one.because[1] = one.because[0];
                most = w;
                one.because[0] = bonds->at[end].product;
            } else if (w > second) {
                second = w;
                one.because[1] = bonds->at[end].product;
            }
        }
        if (one.score > 0 && !good_of(mine, one.product))
            out->at[out->len++] = one;
    }
    qsort(out->at, out->len, sizeof *out->at, by_score);
}

/* Due, and not so long past that it was given up. */
static void again_find(Arena *arena, const PersonAgainList *gaps, const PersonGoodList *mine, Time now, SuggestedList *out)
{
    out->at = NEW_ARRAY(arena, Suggested, gaps->len + 1);
    for (size_t i = 0; i < gaps->len; i++) {
        const PersonAgain *row = &gaps->at[i];
        const PersonGood *good = good_of(mine, row->product);
        const RepeatItem item = {row->log_days, row->spread, (uint32_t)row->gaps};
        if (!good || good->times < 2)
            continue;
        int64_t since = (now.ms - good->last_at.ms) / DAY_MS;
        double due = repeat_due(&item, (double)since);
        if (due < 0.4 || due > 0.99 || since > DAYS_MOST)
            continue;
        out->at[out->len++] = (Suggested){.product = row->product, .score = repeat_hazard(&item, (double)since) * (double)good->times,
                                          .days = llround(exp(row->log_days)), .since = since};
    }
    qsort(out->at, out->len, sizeof *out->at, by_score);
    out->len = out->len > AGAIN_MOST ? AGAIN_MOST : out->len;
}

static Err *near_find(Db *db, Id pickup, const PersonGoodList *mine, size_t most, SuggestedList *out)
{
    GoodsNearList rows;
    TRY(goods_near_list(db, pickup, 100, &rows));
    out->at = NEW_ARRAY(db->arena, Suggested, rows.len + 1);
    for (size_t i = 0; i < rows.len && out->len < most; i++)
        if (!mine || !good_of(mine, rows.at[i].product))
            out->at[out->len++] = (Suggested){.product = rows.at[i].product, .score = rows.at[i].score, .days = rows.at[i].orders};
    return NULL;
}

Err *suggest_for(Db *db, Id person, Time now, size_t most, Suggestions *out)
{
    InsightChoice choice;
    PersonGoodList mine = {0};
    PersonBondList bonds;
    PersonAgainList gaps;
    PersonPickup pickup = {0};
    bool found = false;
    *out = (Suggestions){.wanted = true};
    if (person) {
        TRY(insight_choice_of(db, person, &choice, &found));
        out->wanted = !found || choice.wanted;
        out->has_since = found && choice.has_since;
        out->since = out->has_since ? choice.since : (Time){0};
    }
    if (!out->wanted)
        return NULL;
    Time since = {now.ms - WINDOW_DAYS * (int64_t)DAY_MS};
    since = out->has_since && out->since.ms > since.ms ? out->since : since;
    if (person) {
        TRY(person_goods(db, person, since, &mine));
        TRY(person_bonds(db, person, since, &bonds));
        TRY(person_again(db, person, since, &gaps));
        TRY(person_pickup(db, person, &pickup, &found));
        out->pickup = found ? pickup.pickup : 0;
        fresh_sum(db->arena, &bonds, &mine, &out->fresh);
        again_find(db->arena, &gaps, &mine, now, &out->again);
    }
    out->bought = (int64_t)mine.len;
    out->fresh.len = out->fresh.len > most ? most : out->fresh.len;
    return near_find(db, out->pickup, mine.len > 30 ? NULL : &mine, most, &out->near);
}

Err *insight_beside(Req *r, Id product, Beside *beside)
{
    enum { BESIDE = 4 };
    GoodsBesideList rows;
    InsightChoice choice;
    bool found = false;
    if (r->who)
        TRY(insight_choice_of(&r->db, r->who, &choice, &found));
    if (found && !choice.wanted)
        return NULL;
    TRY(goods_beside(&r->db, product, BESIDE, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        const TextArg n = {"n", say_int(r->arena, r->lang, rows.at[i].together)};
        beside_add(beside, rows.at[i].product,
                   tr_fill(r->arena, tr_plural(r->lang, "{n} order held both", "{n} orders held both", rows.at[i].together), &n, 1));
    }
    return NULL;
}

Err *insight_erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    (void)now;
    return insight_choice_drop(tx, person, &count);
}
