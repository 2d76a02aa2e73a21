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
    size_t neighbours; /* candidates of an item when the catalogue is large; 200 */
    size_t dense_max;  /* up to this many items one dense inverse is taken; 4000 */
} RecommendOptions;
RecommendOptions recommend_defaults(void);

/* Sparse item-to-item weights: column by column of B in y = x B, held by row for scoring. */
typedef struct RecommendModel {
    size_t items;
    const size_t *start;  /* items + 1 */
    const uint32_t *to;
    const float *weight;
    const uint32_t *sold; /* users who have each item */
} RecommendModel;

/* User-weighted EDLAE. Small catalogues: one Cholesky factor and inverse of the whole weighted co-occurrence matrix
   (Steck 2019, eq. 8). Large ones: the same ridge problem for each item over the items most bound to it, which is exact
   when the rest have no weight. Errors: recommend.blas (OpenBLAS is not installed), recommend.empty, recommend.too_large. */
Err *recommend_fit(Arena *arena, const Baskets *baskets, const RecommendOptions *options, RecommendModel *model);

typedef struct Suggestion {
    uint32_t item;
    float score;
    uint32_t because[2]; /* the owned items that speak most for it; UINT32_MAX: none */
} Suggestion;

/* The best len items not owned, best first; returns how many there are. With nothing owned, or too few suggestions, the
   most sold items follow with score 0. scratch: of recommend_scratch, one per thread. */
typedef struct Scratch Scratch;
Scratch *recommend_scratch(Arena *arena, const RecommendModel *model);
size_t recommend_score(const RecommendModel *model, Scratch *scratch, const uint32_t *owned, size_t owned_len,
                       Suggestion *out, size_t len);

typedef struct RecommendScores {
    size_t users;
    double recall20, ndcg20, ndcg100; /* binary relevance, ideal over min(k, held out) */
    double coverage;                  /* share of the catalogue that was suggested to anyone in the top 20 */
    double gini;                      /* of how often items were suggested in the top 20 */
    double score_us;                  /* CPU microseconds to score one user */
} RecommendScores;
/* test: the held-out items of the same users. */
void recommend_evaluate(Arena *arena, const RecommendModel *model, const Baskets *train, const Baskets *test,
                        RecommendScores *out);
