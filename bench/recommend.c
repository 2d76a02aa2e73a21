/* Suggestions beside plain rivals written here, from the same baskets: recommend core TRAIN TEST LEAST (the dense core: users and
   items with at least LEAST purchases), recommend speed (the shape of MovieLens-1M: 6,022 users, 3,043 items, 796,244 pairs).
   Each rival's one parameter, and all of ours, are chosen on the same cut of the training data. CPU seconds of one thread. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "solve/numeric/numeric.h"
#include "solve/recommend/baskets.h"
#include "solve/recommend/blas.h"

enum { TOP = 20, NEIGHBOURS = 200, READ_MAX = 1 << 30 };

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

typedef struct Quality {
    double recall, ndcg;
} Quality;

/* Scores every item of a user from dense weights (items x items, row: owned) or, without weights, by sales. */
static Quality judge(const Baskets *train, const Baskets *test, const float *weight, const float *sold)
{
    size_t n = train->items, users = 0;
    float *score = calloc(n, sizeof *score);
    bool *wanted = calloc(n, sizeof *wanted);
    Quality q = {0};
    for (size_t u = 0; u < test->users; u++) {
        size_t held = test->start[u + 1] - test->start[u];
        if (!held)
            continue;
        memcpy(score, sold, n * sizeof *score);
        if (weight) {
            memset(score, 0, n * sizeof *score);
            for (size_t k = train->start[u]; k < train->start[u + 1]; k++)
                for (size_t j = 0; j < n; j++)
                    score[j] += weight[train->item[k] * n + j];
        }
        for (size_t k = train->start[u]; k < train->start[u + 1]; k++)
            score[train->item[k]] = -INFINITY;
        for (size_t k = test->start[u]; k < test->start[u + 1]; k++)
            wanted[test->item[k]] = true;
        double hits = 0, dcg = 0, ideal = 0;
        for (size_t place = 0; place < TOP; place++) {
            size_t best = 0;
            for (size_t j = 1; j < n; j++)
                best = score[j] > score[best] ? j : best;
            if (wanted[best] && score[best] > -INFINITY) {
                hits++;
                dcg += 1 / log2((double)place + 2);
            }
            score[best] = -INFINITY;
        }
        for (size_t place = 0; place < TOP && place < held; place++)
            ideal += 1 / log2((double)place + 2);
        for (size_t k = test->start[u]; k < test->start[u + 1]; k++)
            wanted[test->item[k]] = false;
        q.recall += hits / (double)held;
        q.ndcg += dcg / ideal;
        users++;
    }
    free(score);
    free(wanted);
    return (Quality){q.recall / (double)users, q.ndcg / (double)users};
}

static float *gram(const Baskets *x)
{
    size_t n = x->items;
    float *g = calloc(n * n, sizeof *g);
    for (size_t u = 0; u < x->users; u++)
        for (size_t a = x->start[u]; a < x->start[u + 1]; a++)
            for (size_t b = x->start[u]; b < x->start[u + 1]; b++)
                g[x->item[a] * n + x->item[b]]++;
    return g;
}

/* Steck 2019: B = I - P diag(1 / P), P = (X'X + lambda I)^-1. */
static float *ease(const Baskets *x, float lambda)
{
    size_t n = x->items;
    float *g = gram(x), *b = calloc(n * n, sizeof *b);
    int size = (int)n, info = 0;
    Blas blas;
    blas_open(&blas);
    for (size_t i = 0; i < n; i++)
        g[i * n + i] += lambda;
    blas.spotrf("U", &size, g, &size, &info);
    blas.spotri("U", &size, g, &size, &info);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            b[i * n + j] = i == j ? 0 : -(i > j ? g[i * n + j] : g[j * n + i]) / g[j * n + j];
    free(g);
    return b;
}

/* Cosine between items, the 200 nearest kept for each. */
static float *item_knn(const Baskets *x, float shrink)
{
    size_t n = x->items;
    float *g = gram(x), *b = calloc(n * n, sizeof *b);
    double *sorted = calloc(n, sizeof *sorted);
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < n; i++) {
            float norm = sqrtf(g[i * n + i] * g[j * n + j]) + shrink;
            b[i * n + j] = i == j || norm <= 0 ? 0 : g[i * n + j] / norm;
            sorted[i] = -(double)b[i * n + j];
        }
        sort_doubles(sorted, n);
        float least = n > NEIGHBOURS ? (float)-sorted[NEIGHBOURS] : 0;
        for (size_t i = 0; i < n; i++)
            b[i * n + j] = b[i * n + j] < least ? 0 : b[i * n + j];
    }
    free(g);
    free(sorted);
    return b;
}

typedef float *(*Rival)(const Baskets *, float);

static void rival_run(const char *name, Rival rival, const float *choices, size_t len, const Baskets *train, const Baskets *test, const Baskets *a,
                      const Baskets *b)
{
    float *sold = calloc(train->items, sizeof *sold), best = 0;
    double best_ndcg = -1;
    for (size_t k = 0; k < len; k++) {
        float *w = rival(a, choices[k]);
        Quality q = judge(a, b, w, sold);
        best = q.ndcg > best_ndcg ? choices[k] : best;
        best_ndcg = q.ndcg > best_ndcg ? q.ndcg : best_ndcg;
        free(w);
    }
    double begin = cpu_seconds();
    float *w = rival(train, best);
    double cost = cpu_seconds() - begin;
    Quality q = judge(train, test, w, sold);
    printf("%-12s Recall@20 %.4f NDCG@20 %.4f fit %.2f CPU-s (parameter %g)\n", name, q.recall, q.ndcg, cost, (double)best);
    free(w);
    free(sold);
}

static void ours(Arena *arena, const Baskets *train, const Baskets *test)
{
    RecommendOptions best = recommend_defaults();
    RecommendScores s;
    RecommendModel model;
    if (recommend_choose(arena, train, &best, NULL, NULL))
        exit(1);
    double begin = cpu_seconds();
    if (recommend_fit(arena, train, &best, &model))
        exit(1);
    double cost = cpu_seconds() - begin;
    recommend_evaluate(arena, &model, train, test, &s);
    printf("%-12s Recall@20 %.4f NDCG@20 %.4f fit %.2f CPU-s (ridge %g, user power %g, dropout %g, popularity %g), %.0f us a user\n", "ours",
           s.recall20, s.ndcg20, cost, best.ridge, best.user_power, best.dropout, best.popularity, s.score_us);
}

/* Users and items with at least least purchases each, again and again until nothing changes. */
static void core_cut(Arena *arena, const Baskets *train, const Baskets *test, size_t least, Baskets *core_train, Baskets *core_test)
{
    size_t n = train->items, *sold = calloc(n, sizeof *sold), kept = 0;
    bool *user = calloc(train->users, sizeof *user), *item = calloc(n, sizeof *item), changed = true;
    uint32_t *number = calloc(n, sizeof *number);
    memset(user, 1, train->users);
    memset(item, 1, n);
    while (changed) {
        changed = false;
        memset(sold, 0, n * sizeof *sold);
        for (size_t u = 0; u < train->users; u++) {
            size_t has = 0;
            for (size_t k = train->start[u]; k < train->start[u + 1] && user[u]; k++)
                has += item[train->item[k]];
            changed |= user[u] && has < least;
            user[u] = user[u] && has >= least;
            for (size_t k = train->start[u]; k < train->start[u + 1] && user[u]; k++)
                sold[train->item[k]]++;
        }
        for (size_t i = 0; i < n; i++) {
            changed |= item[i] && sold[i] < least;
            item[i] = item[i] && sold[i] >= least;
        }
    }
    for (size_t i = 0; i < n; i++)
        number[i] = item[i] ? (uint32_t)kept++ : 0;
    const Baskets *from[] = {train, test};
    Baskets *to[] = {core_train, core_test};
    for (int part = 0; part < 2; part++) {
        uint32_t *items = NEW_ARRAY(arena, uint32_t, from[part]->start[from[part]->users] + 1);
        size_t *start = NEW_ARRAY(arena, size_t, train->users + 1), users = 0, at = 0;
        for (size_t u = 0; u < train->users; u++) {
            if (!user[u])
                continue;
            for (size_t k = u < from[part]->users ? from[part]->start[u] : 0; u < from[part]->users && k < from[part]->start[u + 1]; k++)
                if (from[part]->item[k] < n && item[from[part]->item[k]])
                    items[at++] = number[from[part]->item[k]];
            start[++users] = at;
        }
        *to[part] = (Baskets){users, kept, items, start};
    }
    free(sold);
    free(user);
    free(item);
    free(number);
}

static int core(Arena *arena, const char *train_path, const char *test_path, size_t least)
{
    NameBook *users = names_new(arena), *items = names_new(arena);
    Baskets all_train, all_test, train, test, a, b;
    Str text, first;
    size_t refused;
    if (file_read(arena, train_path, READ_MAX, &text) || baskets_read(arena, text, users, items, &all_train, &refused, &first) ||
        file_read(arena, test_path, READ_MAX, &text) || baskets_read(arena, text, users, items, &all_test, &refused, &first))
        return 1;
    core_cut(arena, &all_train, &all_test, least, &train, &test);
    if (!train.users || !train.items) {
        printf("core of at least %zu: nobody is left\n", least);
        return 1;
    }
    baskets_split(arena, &train, 0.2, &a, &b);
    printf("core of at least %zu: %zu users, %zu items, %zu + %zu pairs, %.2f %% dense\n", least, train.users, train.items,
           train.start[train.users], test.start[test.users], 100 * (double)train.start[train.users] / ((double)train.users * (double)train.items));
    float *sold = calloc(train.items, sizeof *sold);
    for (size_t k = 0; k < train.start[train.users]; k++)
        sold[train.item[k]]++;
    Quality q = judge(&train, &test, NULL, sold);
    printf("%-12s Recall@20 %.4f NDCG@20 %.4f\n", "popularity", q.recall, q.ndcg);
    free(sold);
    rival_run("item kNN", item_knn, (const float[]){0, 10, 50}, 3, &train, &test, &a, &b);
    rival_run("plain EASE", ease, (const float[]){20, 50, 100, 200, 500}, 5, &train, &test, &a, &b);
    ours(arena, &train, &test);
    return 0;
}

/* People and films of the same numbers, popularity falling like a power, thirty tastes. */
static int speed(Arena *arena)
{
    enum { USERS = 6022, ITEMS = 3043, PAIRS = 796244, TASTES = 30 };
    Rng rng = rng_new(1, 1);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, PAIRS + USERS);
    size_t *start = NEW_ARRAY(arena, size_t, USERS + 1), at = 0;
    bool *has = calloc(ITEMS, sizeof *has);
    for (size_t u = 0; u < USERS; u++) {
        double share = -log(1 - rng_unit(&rng)); /* few buy very much */
        size_t left = (size_t)PAIRS - at, wanted = (size_t)(share * (double)left / (double)(USERS - u)) + 10;
        wanted = u + 1 == USERS ? left : wanted > left ? left : wanted;
        wanted = wanted > ITEMS / 2 ? ITEMS / 2 : wanted;
        uint32_t taste = rng_below(&rng, TASTES);
        for (size_t tries = 0; wanted && tries < 20000; tries++) {
            uint32_t i = (uint32_t)(pow(rng_unit(&rng), 2.2) * ITEMS);
            if (has[i] || (rng_below(&rng, 3) && i % TASTES != taste))
                continue;
            has[i] = true;
            item[at++] = i;
            wanted--;
        }
        start[u + 1] = at;
        for (size_t k = start[u]; k < at; k++)
            has[item[k]] = false;
    }
    free(has);
    const Baskets x = {USERS, ITEMS, item, start};
    RecommendOptions options = recommend_defaults();
    RecommendModel model;
    Baskets train, held;
    RecommendScores s;
    Blas blas;
    baskets_split(arena, &x, 0.1, &train, &held);
    double begin = cpu_seconds();
    if (recommend_fit(arena, &train, &options, &model))
        return 1;
    double cost = cpu_seconds() - begin;
    recommend_evaluate(arena, &model, &train, &held, &s);
    printf("%d users, %d items, %zu pairs (made up; the shape of MovieLens-1M), %s: fit %.2f CPU-s (to reach 1), score %.0f us a user (to reach 100)\n",
           USERS, ITEMS, at, blas_open(&blas) ? "OpenBLAS" : "plain C", cost, s.score_us);
    return 0;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    int status = 2;
    if (argc == 5 && strcmp(argv[1], "core") == 0)
        status = core(arena, argv[2], argv[3], (size_t)atoi(argv[4]));
    else if (argc == 2 && strcmp(argv[1], "speed") == 0)
        status = speed(arena);
    else
        fputs("recommend core TRAIN TEST LEAST | recommend speed\n", stderr);
    arena_free(arena);
    return status;
}
