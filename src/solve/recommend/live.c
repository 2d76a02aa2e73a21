/* A model that takes each order in at once: rank-one corrections of the inverse instead of a new fit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/recommend/recommend.h"

struct RecommendLive {
    size_t items;
    RecommendOptions o;
    double *inverse; /* P = (G + L)^-1, all of it */
    double *work;    /* items */
    double *sold;    /* buyers of each item */
};

static Err *invert(Arena *arena, const double *a, size_t n, double *out)
{
    double *l = NEW_ARRAY(arena, double, n *n), *row = NEW_ARRAY(arena, double, n + 1);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= l[i * n + k] * l[j * n + k];
            if (i == j && sum <= 0)
                return err_detail(arena, ERR_BROKEN, "recommend.blas", "the matrix is not positive definite at %zu", i);
            l[i * n + j] = i == j ? sqrt(sum) : sum / l[j * n + j];
        }
    for (size_t i = 0; i < n; i++) {
        memset(row, 0, (i + 1) * sizeof *row);
        row[i] = 1;
        for (size_t k = 0; k < i; k++)
            for (size_t j = 0; j <= k; j++)
                row[j] -= l[i * n + k] * out[k * n + j];
        for (size_t j = 0; j <= i; j++)
            out[i * n + j] = row[j] / l[i * n + i];
    }
    for (size_t i = 0; i < n; i++) {
        memset(row, 0, (i + 1) * sizeof *row);
        for (size_t k = i; k < n; k++)
            for (size_t j = 0; j <= i; j++)
                row[j] += out[k * n + i] * out[k * n + j];
        memcpy(out + i * n, row, (i + 1) * sizeof *row);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            out[i * n + j] = out[j * n + i];
    return NULL;
}

static double weight_of(const RecommendLive *live, size_t n)
{
    return n ? pow((double)n, -live->o.user_power) : 0;
}

Err *recommend_live_new(Arena *arena, const Baskets *x, const RecommendOptions *options, RecommendLive **out)
{
    size_t n = x->items;
    if (n == 0 || x->users == 0 || x->start[x->users] == 0)
        return err_new(arena, ERR_INVALID, "recommend.empty");
    if (n > options->dense_max)
        return err_detail(arena, ERR_INVALID, "recommend.too_large", "at most %zu items at once", options->dense_max);
    RecommendLive *live = NEW(arena, RecommendLive);
    *live = (RecommendLive){n, *options, NEW_ARRAY(arena, double, n *n), NEW_ARRAY(arena, double, n), NEW_ARRAY(arena, double, n)};
    double *a = NEW_ARRAY(arena, double, n *n), trace = 0, p = options->dropout;
    for (size_t u = 0; u < x->users; u++) {
        double w = weight_of(live, x->start[u + 1] - x->start[u]);
        for (size_t i = x->start[u]; i < x->start[u + 1]; i++) {
            live->sold[x->item[i]]++;
            for (size_t j = x->start[u]; j < x->start[u + 1]; j++)
                a[x->item[i] * n + x->item[j]] += w;
        }
    }
    for (size_t i = 0; i < n; i++)
        trace += a[i * n + i];
    for (size_t i = 0; i < n; i++)
        a[i * n + i] = a[i * n + i] * (1 + p / (1 - p)) + options->ridge * trace / (double)x->start[x->users];
    *out = live;
    return invert(arena, a, n, live->inverse);
}

/* P for A + times x x', x given by its ones. */
static void rank_one(RecommendLive *live, const uint32_t *ones, size_t len, double times)
{
    size_t n = live->items;
    double *px = live->work, inner = 0;
    memset(px, 0, n * sizeof *px);
    for (size_t k = 0; k < len; k++)
        for (size_t j = 0; j < n; j++)
            px[j] += live->inverse[ones[k] * n + j];
    for (size_t k = 0; k < len; k++)
        inner += px[ones[k]];
    double scale = times / (1 + times * inner);
    for (size_t i = 0; i < n; i++) {
        double mine = scale * px[i];
        for (size_t j = 0; j < n && mine != 0; j++)
            live->inverse[i * n + j] -= mine * px[j];
    }
}

void recommend_live_add(RecommendLive *live, const uint32_t *had, size_t had_len, const uint32_t *bought, size_t bought_len)
{
    uint32_t *all = malloc((had_len + bought_len + 1) * sizeof *all);
    size_t old = 0, len;
    if (!all)
        abort();
    for (size_t i = 0; i < had_len; i++)
        if (had[i] < live->items)
            all[old++] = had[i];
    len = old;
    for (size_t i = 0; i < bought_len; i++) {
        bool known = bought[i] >= live->items;
        for (size_t k = 0; k < len && !known; k++)
            known = all[k] == bought[i];
        if (!known)
            all[len++] = bought[i];
    }
    double before = weight_of(live, old), after = weight_of(live, len), c = live->o.dropout / (1 - live->o.dropout);
    if (len > old) { /* what is added first: the matrix stays positive definite all the way */
        rank_one(live, all, len, after);
        for (size_t i = old; i < len; i++) {
            rank_one(live, &all[i], 1, c * after);
            live->sold[all[i]]++;
        }
        if (old)
            rank_one(live, all, old, -before);
        for (size_t i = 0; i < old; i++)
            rank_one(live, &all[i], 1, c * (after - before));
    }
    free(all);
}

size_t recommend_live_score(const RecommendLive *live, const uint32_t *owned, size_t owned_len, Suggestion *out, size_t len)
{
    size_t n = live->items, found = 0;
    for (uint32_t j = 0; j < n && len; j++) {
        double score = 0, most = 0, second = 0, rarity = pow(1 + live->sold[j], -live->o.popularity);
        Suggestion one = {j, 0, {UINT32_MAX, UINT32_MAX}};
        bool mine = false;
        for (size_t k = 0; k < owned_len && !mine; k++) {
            if (owned[k] >= n)
                continue;
            mine = owned[k] == j;
            double w = -live->inverse[owned[k] * n + j] / live->inverse[j * n + j] * rarity;
            score += w;
            if (w > most) {
                second = most;
                one.because[1] = one.because[0];
                most = w;
                one.because[0] = owned[k];
            } else if (w > second) {
                second = w;
                one.because[1] = owned[k];
            }
        }
        one.score = (float)score;
        if (mine || score <= 0 || (found == len && one.score <= out[len - 1].score))
            continue;
        size_t at = found < len ? found++ : len - 1;
        for (; at > 0 && out[at - 1].score < one.score; at--)
            out[at] = out[at - 1];
        out[at] = one;
    }
    return found;
}
