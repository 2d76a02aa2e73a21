/* Recommendations from who bought what: a closed-form item-to-item model. No database, no files. */
#pragma once
#include "base/base.h"

/* Interactions in rows by user: user u owns items[start[u]] .. items[start[u + 1] - 1], each item once per user. */
typedef struct Baskets {
    size_t users, items;
    const uint32_t *item;
    const size_t *start; /* users + 1 */
} Baskets;

typedef struct RecommendOptions {
    double user_power; /* weight of a user with n items: n^-user_power; 0.3 unless chosen */
    double dropout;    /* p of EDLAE (Steck 2020): the regulariser gets p / (1 - p) times the diagonal; 0.33 */
    double ridge;      /* lambda, scaled by trace(G) / trace(X'X); 120 */
    double popularity; /* what sells everywhere says little about anybody: scores of an item with n buyers are multiplied by
                          (1 + n)^-popularity; 0.2 */
    size_t neighbours; /* candidates of an item when the catalogue is large; 200 */
    size_t dense_max;  /* up to this many items one dense inverse is taken; 4000 */
    const Baskets *attributes; /* for goods nobody bought yet: row a lists the items that have attribute a (a shelf, a farm, a
                                  season); NULL: none */
    double attribute_share;    /* how much they weigh against the purchases; 0.1 */
} RecommendOptions;
RecommendOptions recommend_defaults(void);

/* Sparse item-to-item weights: column by column of B in y = x B, held by row for scoring. */
typedef struct RecommendModel {
    size_t items;
    const size_t *start;  /* items + 1 */
    const uint32_t *to;
    const float *weight;
    const uint32_t *sold; /* users who have each item */
    const uint16_t *dense; /* the same as a full table where most pairs have a weight: row of dense_stride upper halves of floats;
                              NULL: sparse. Made by recommend_dense. */
    size_t dense_stride;
} RecommendModel;
/* Adds the full table where a fifth of all pairs or more have a weight and it stays below 64 MB: scoring is many times faster. */
void recommend_dense(Arena *arena, RecommendModel *model);

/* User-weighted EDLAE. Small catalogues: one Cholesky factor and inverse of the whole weighted co-occurrence matrix
   (Steck 2019, eq. 8). Large ones: the same ridge problem for each item over the items most bound to it, which is exact
   when the rest have no weight. Errors: recommend.blas (not positive definite), recommend.empty, recommend.too_large. */
Err *recommend_fit(Arena *arena, const Baskets *baskets, const RecommendOptions *options, RecommendModel *model);

/* Multiplies each item's weights by (1 + buyers)^-power: recommend_fit has done so with the power of its options; powers add up. */
void recommend_popularity(RecommendModel *model, double power);

typedef struct Suggestion {
    uint32_t item;
    float score;
    uint32_t because[2]; /* the owned items that speak most for it, see recommend_reasons; UINT32_MAX: none */
} Suggestion;

/* The best len items not owned, best first; returns how many there are. With nothing owned, or too few suggestions, the
   most sold items follow with score 0. scratch: of recommend_scratch, one per thread. */
typedef struct Scratch Scratch;
Scratch *recommend_scratch(Arena *arena, const RecommendModel *model);
size_t recommend_score(const RecommendModel *model, Scratch *scratch, const uint32_t *owned, size_t owned_len,
                       Suggestion *out, size_t len);

/* Fills because of those with a score: for the few that are shown. */
void recommend_reasons(const RecommendModel *model, const uint32_t *owned, size_t owned_len, Suggestion *suggestions, size_t len);

typedef struct RecommendScores {
    size_t users;
    double recall20, ndcg20, ndcg100; /* binary relevance, ideal over min(k, held out) */
    double coverage;                  /* share of the catalogue that was suggested to anyone in the top 20 */
    double gini;                      /* of how often items were suggested in the top 20 */
    double score_us;                  /* CPU microseconds to score one user */
} RecommendScores;
/* Ridge, user power, dropout and popularity, one after the other, by NDCG@20 on a cut of this data (a fifth of each user's items):
   the data to be judged on is never looked at. o: start in (its neighbours bound the search), best out. said: called after each
   try, or NULL. Errors: those of recommend_fit. */
typedef void (*RecommendTried)(void *arg, const RecommendOptions *tried, double ndcg20);
Err *recommend_choose(Arena *arena, const Baskets *all, RecommendOptions *o, RecommendTried said, void *arg);

/* test: the held-out items of the same users. */
void recommend_evaluate(Arena *arena, const RecommendModel *model, const Baskets *train, const Baskets *test,
                        RecommendScores *out);

/* ---- an order at a time ---- */

/* A dense model that learns from each order at once, without being fitted anew: the inverse is corrected by rank-one
   updates (Sherman and Morrison 1950), at a cost of items^2 for each item of the user. Exact but for rounding; the scale
   of the ridge stays that of the last fit. Users come with what they had before: the model keeps no lists of people.
   Codes: those of recommend_fit; recommend.too_large above dense_max. */
typedef struct RecommendLive RecommendLive;
Err *recommend_live_new(Arena *arena, const Baskets *baskets, const RecommendOptions *options, RecommendLive **out);
void recommend_live_add(RecommendLive *live, const uint32_t *had, size_t had_len, const uint32_t *bought, size_t bought_len);
/* As recommend_score, without what sells most. */
size_t recommend_live_score(const RecommendLive *live, const uint32_t *owned, size_t owned_len, Suggestion *out, size_t len);

/* ---- a basket being filled ---- */

/* Session nearest neighbours (VSKNN; Ludewig, Jannach 2018): the newest sessions_max sessions that share an item with this one,
   the 100 most alike, vote for what else they held; later items of the session count more, rare ones more (idf). sessions:
   rows oldest first, items in the order they were put in; must outlive the index. */
typedef struct SessionIndex SessionIndex;
SessionIndex *session_index(Arena *arena, const Baskets *sessions);
size_t session_score(const SessionIndex *index, Arena *scratch, const uint32_t *session, size_t session_len, Suggestion *out, size_t len);

/* ---- buying again ---- */

typedef struct Purchase { /* sorted by person, item, day */
    uint32_t person, item;
    int32_t day;
} Purchase;
typedef struct RepeatItem { /* gaps between purchases of one item by one person: log-normal */
    double log_days, spread;
    uint32_t gaps;
} RepeatItem;
/* out: items rows. shelf: which of shelves each item stands on: items with few gaps are shrunk towards their shelf, shelves
   towards all. spread is 0 where nothing was ever bought twice. */
void repeat_fit(Arena *arena, const Purchase *purchases, size_t len, const uint32_t *shelf, size_t items, size_t shelves, RepeatItem *out);
/* P(bought again within days of the last time). 0 when nothing is known. */
double repeat_due(const RepeatItem *item, double days);
/* The hazard after so many days: chance per day of buying again now, given that it did not happen yet. */
double repeat_hazard(const RepeatItem *item, double days);

/* ---- a floor for every farm ---- */

typedef struct FloorShares {
    double *lift;            /* per farm: factor on the scores of its items, from 1 to 4 */
    double *before, *after;  /* per farm: share of the places in everybody's first top suggestions */
    double gini_before, gini_after; /* of those shares, over farms that have an item */
    double coverage;         /* share of the farms with an item that are shown to somebody, after */
    size_t below;            /* farms still under the floor: not even the greatest lift got them there */
} FloorShares;
/* Lifts farms whose share of the first top places is below floor times an equal share, in small steps. At most 2,000 users
   are looked at, evenly spread. */
void recommend_floor(Arena *arena, const RecommendModel *model, const Baskets *baskets, const uint32_t *farm, size_t farms, double floor,
                     size_t top, FloorShares *out);
double recommend_gini(const double *shares, size_t len);
