/* What the files of insight share. */
#pragma once
#include "insight/insight.h"
#include "insight/queries.h"

enum { WEEK_DAYS = 7, SCORE_WEEKS = 12, PAST_WEEKS = 53 };

#define INSIGHT_FLOOR 0.5 /* of an equal share of the places in suggestions: no farm gets less, if lifting can bring it about */

Date week_of(Date day);                  /* its Monday */
Time day_begin(Date day, Str zone);

/* ---- sales.c, goods.c: the nightly work; the newest models stand in the tables afterwards ---- */
Err *insight_fit_sales(Store *store, Arena *arena, Time now);
Err *insight_fit_goods(Store *store, Arena *arena, Time now);
extern const Job insight_jobs[];
extern const Check insight_checks[];

/* ---- child_goods.c ---- */
void recommend_ready(void);

/* ---- say.c: sentences ---- */
Str insight_sentence(Arena *arena, const Lang *lang, const InsightModel *model);
Str insight_reason(Arena *arena, const Lang *lang, Str reason, int64_t value);
/* The reason for a forecast: chosen by what the numbers do. value: for {percent} or {month}. */
typedef struct ReasonAsk {
    const double *past;   /* weeks that were, NaN: not known; oldest first */
    size_t past_len;
    const double *ahead;  /* likely, this week first */
    size_t ahead_len;
    Date week;            /* of ahead[0] */
    Str demand;
    int64_t season_months;
    double chance;
} ReasonAsk;
const char *reason_of(const ReasonAsk *ask, int64_t *value);
bool season_has(int64_t months, Date day);

/* ---- suggest.c ---- */
typedef struct Suggested {
    Id product;
    double score;
    Id because[2]; /* products; 0: none */
    int64_t days;  /* bought again: usual days between; or orders near by */
    int64_t since; /* days since it was last bought */
} Suggested;
typedef struct SuggestedList {
    Suggested *at;
    size_t len;
} SuggestedList;
typedef struct Suggestions {
    bool wanted;
    bool has_since;
    Time since;
    int64_t bought; /* different products that are known of this person */
    SuggestedList again, fresh, near;
    Id pickup;
} Suggestions;
Err *suggest_for(Db *db, Id person, Time now, size_t most, Suggestions *out);
Err *insight_beside(Req *r, Id product, Beside *beside);
/* What baskets like this one held besides (session nearest neighbours over the newest orders): nothing about a person is used. */
Err *insight_along(Req *r, const Id *products, size_t len, Beside *beside);
/* New orders teach within a minute what is bought near by and what was in one basket; the weights wait for the night. Outside
   of the orders' own commits, so that nobody at the till waits for it. */
Err *insight_take_orders(Store *store, Arena *arena);
Err *insight_today(Req *r, Today *today);
Err *insight_erase_person(Tx *tx, Id person, Time now);
Err *insight_export_person(Db *db, Id person, Buf *json_members);
