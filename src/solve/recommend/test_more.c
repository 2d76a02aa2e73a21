/* Goods nobody bought, an order at a time, baskets being filled, buying again, and a floor for every farm. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solve/numeric/numeric.h"
#include "solve/recommend/blas.h"
#include "solve/recommend/recommend.h"

static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* Two tastes: even items for even users, odd for odd ones. */
static Baskets village(size_t users, size_t items, size_t each, uint64_t seed)
{
    Rng rng = rng_new(seed, 3);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, users * each);
    size_t *start = NEW_ARRAY(arena, size_t, users + 1), at = 0;
    for (size_t u = 0; u < users; u++) {
        for (size_t k = 0; k < each; k++) {
            uint32_t i = rng_below(&rng, (uint32_t)items / 2) * 2 + (uint32_t)(u % 2);
            bool again = false;
            for (size_t a = start[u]; a < at; a++)
                again |= item[a] == i;
            if (!again)
                item[at++] = i;
        }
        start[u + 1] = at;
    }
    return (Baskets){users, items, item, start};
}

static void without_openblas_the_numbers_are_the_same(void **state)
{
    (void)state;
    enum { N = 37 };
    float a[N * N] = {0}, b[N * N], x[N], y[N];
    int n = N, one = 1, info;
    Rng rng = rng_new(5, 5);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * N + j] = a[j * N + i] = (float)rng_unit(&rng) * 0.3f + (i == j ? N * 0.5f : 0);
    memcpy(b, a, sizeof b);
    Blas blas;
    blas_plain(&blas);
    blas.spotrf("U", &n, b, &n, &info);
    assert_int_equal(info, 0);
    for (size_t i = 0; i < N; i++)
        x[i] = y[i] = (float)i - 11;
    blas.spotrs("U", &n, &one, b, &n, x, &n, &info);
    for (size_t i = 0; i < N; i++) { /* a x = y again */
        float sum = 0;
        for (size_t j = 0; j < N; j++)
            sum += a[i * N + j] * x[j];
        assert_true(fabsf(sum - y[i]) < 1e-3f);
    }
    blas.spotri("U", &n, b, &n, &info);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            float sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += a[i * N + k] * (k >= j ? b[k * N + j] : b[j * N + k]);
            assert_true(fabsf(sum - (i == j ? 1.0f : 0.0f)) < 1e-4f);
        }
    float bad[1] = {-1};
    int size = 1;
    blas.spotrf("U", &size, bad, &size, &info);
    assert_int_equal(info, 1);
}

static void a_good_nobody_bought_is_suggested_beside_its_like(void **state)
{
    (void)state;
    Baskets x = village(120, 20, 5, 1);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, x.start[x.users]);
    size_t *start = NEW_ARRAY(arena, size_t, x.users + 1), at = 0;
    for (size_t u = 0; u < x.users; u++) { /* item 4 is new */
        for (size_t k = x.start[u]; k < x.start[u + 1]; k++)
            if (x.item[k] != 4)
                item[at++] = x.item[k];
        start[u + 1] = at;
    }
    const Baskets without = {x.users, x.items, item, start};
    uint32_t likes[20];
    for (uint32_t i = 0; i < 10; i++) {
        likes[i] = 2 * i;
        likes[10 + i] = 2 * i + 1;
    }
    const size_t rows[] = {0, 10, 20};
    const Baskets attributes = {2, 20, likes, rows};
    RecommendOptions options = recommend_defaults();
    options.ridge = 5;
    RecommendModel model;
    Suggestion out[20];
    const uint32_t evens[] = {0, 2, 6}, odds[] = {1, 3, 5};
    assert_null(recommend_fit(arena, &without, &options, &model));
    size_t len = recommend_score(&model, recommend_scratch(arena, &model), evens, 3, out, 20);
    for (size_t k = 0; k < len; k++)
        assert_int_not_equal(out[k].item, 4);
    options.attributes = &attributes;
    assert_null(recommend_fit(arena, &without, &options, &model));
    assert_int_equal(model.sold[4], 0);
    float even = 0, odd = 0;
    len = recommend_score(&model, recommend_scratch(arena, &model), evens, 3, out, 20);
    for (size_t k = 0; k < len; k++)
        even = out[k].item == 4 ? out[k].score : even;
    len = recommend_score(&model, recommend_scratch(arena, &model), odds, 3, out, 20);
    for (size_t k = 0; k < len; k++)
        odd = out[k].item == 4 ? out[k].score : odd;
    assert_true(even > 0 && even > odd);
}

static void an_order_taken_in_at_once_is_a_new_fit(void **state)
{
    (void)state;
    Baskets x = village(40, 14, 4, 2);
    RecommendOptions options = recommend_defaults();
    options.user_power = 0.5;
    /* the scale of the ridge is that of the first fit, so hold it by hand: ridge * trace / pairs */
    double trace_before = 0, trace_after = 0;
    RecommendLive *live, *fresh;
    assert_null(recommend_live_new(arena, &x, &options, &live));
    const uint32_t bought[] = {0, 1, 7};
    size_t user = 5, old = x.start[6] - x.start[5];
    recommend_live_add(live, x.item + x.start[user], old, bought, 3);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, x.start[x.users] + 3);
    size_t *start = NEW_ARRAY(arena, size_t, x.users + 1), at = 0;
    for (size_t u = 0; u < x.users; u++) {
        for (size_t k = x.start[u]; k < x.start[u + 1]; k++)
            item[at++] = x.item[k];
        for (size_t k = 0; k < 3 && u == user; k++) {
            bool has = false;
            for (size_t a = start[u]; a < at; a++)
                has |= item[a] == bought[k];
            if (!has)
                item[at++] = bought[k];
        }
        start[u + 1] = at;
    }
    const Baskets after = {x.users, x.items, item, start};
    for (size_t u = 0; u < x.users; u++) {
        trace_before += pow((double)(x.start[u + 1] - x.start[u]), 0.5);
        trace_after += pow((double)(start[u + 1] - start[u]), 0.5);
    }
    options.ridge *= trace_before / (double)x.start[x.users] / (trace_after / (double)start[x.users]);
    assert_null(recommend_live_new(arena, &after, &options, &fresh));
    Suggestion a[14], b[14];
    const uint32_t mine[] = {0, 2, 9};
    size_t len = recommend_live_score(live, mine, 3, a, 14);
    assert_int_equal(recommend_live_score(fresh, mine, 3, b, 14), len);
    assert_true(len > 3);
    for (size_t k = 0; k < len; k++) {
        assert_int_equal(a[k].item, b[k].item);
        assert_true(fabsf(a[k].score - b[k].score) < 1e-6f);
    }
}

static void the_live_model_is_the_closed_form_too(void **state)
{
    (void)state;
    Baskets x = village(60, 12, 4, 4);
    RecommendOptions options = recommend_defaults();
    RecommendLive *live;
    RecommendModel model;
    Suggestion a[12], b[12];
    const uint32_t mine[] = {1, 3};
    assert_null(recommend_live_new(arena, &x, &options, &live));
    assert_null(recommend_fit(arena, &x, &options, &model));
    size_t len = recommend_live_score(live, mine, 2, a, 12);
    recommend_score(&model, recommend_scratch(arena, &model), mine, 2, b, 12);
    for (size_t k = 0; k < len && a[k].score > 1e-3f; k++) {
        assert_int_equal(a[k].item, b[k].item);
        assert_true(fabsf(a[k].score - b[k].score) < 1e-4f);
    }
}

static void a_basket_finds_what_like_baskets_held(void **state)
{
    (void)state;
    const uint32_t item[] = {0, 1, 2, /**/ 0, 1, 2, /**/ 3, 4, 5, /**/ 0, 1, 5};
    const size_t start[] = {0, 3, 6, 9, 12};
    const Baskets sessions = {4, 6, item, start};
    SessionIndex *index = session_index(arena, &sessions);
    const uint32_t basket[] = {0, 1}, strange[] = {99}, alone[] = {3};
    Suggestion out[6];
    size_t len = session_score(index, arena, basket, 2, out, 6);
    assert_int_equal(len, 2);
    assert_int_equal(out[0].item, 2); /* two like baskets against one */
    assert_int_equal(out[1].item, 5);
    assert_true(out[0].because[0] == 1);
    assert_int_equal(session_score(index, arena, strange, 1, out, 6), 0);
    assert_int_equal(session_score(index, arena, alone, 1, out, 1), 1);
    assert_int_equal(session_score(index, arena, basket, 0, out, 6), 0);
}

static void what_is_bought_every_week_is_due_after_a_week(void **state)
{
    (void)state;
    Purchase buys[200];
    size_t len = 0;
    for (uint32_t person = 0; person < 5; person++)
        for (int32_t week = 0; week < 20; week++)
            buys[len++] = (Purchase){person, 0, week * 7 + (int32_t)(person + (uint32_t)week) % 2};
    for (uint32_t person = 0; person < 5; person++)
        for (int32_t k = 0; k < 2; k++)
            buys[len++] = (Purchase){person + 10, 1, k * 60};
    const uint32_t shelf[] = {0, 0, 1};
    RepeatItem items[3];
    repeat_fit(arena, buys, len, shelf, 3, 2, items);
    assert_int_equal(items[0].gaps, 95);
    assert_true(fabs(exp(items[0].log_days) - 7) < 0.5);
    assert_true(repeat_due(&items[0], 3) < 0.2 && repeat_due(&items[0], 12) > 0.8);
    assert_true(repeat_hazard(&items[0], 8) > repeat_hazard(&items[0], 3));
    assert_true(items[1].log_days > items[0].log_days); /* shrunk towards its shelf, still longer */
    assert_true(items[2].gaps == 0 && items[2].spread > 0); /* nothing known: what is usual */
    RepeatItem none[1];
    repeat_fit(arena, buys, 1, shelf, 1, 1, none);
    assert_true(repeat_due(none, 10) <= 0 && repeat_hazard(none, 10) <= 0);
}

static void a_farm_that_would_hardly_be_seen_gets_its_floor(void **state)
{
    (void)state;
    enum { ITEMS = 30 };
    Baskets x = village(200, ITEMS, 6, 9);
    uint32_t farm[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++)
        farm[i] = i < 27 ? i % 3 : 3 + i % 3 % 2; /* three large farms, two small ones */
    RecommendOptions options = recommend_defaults();
    RecommendModel model;
    FloorShares none, half;
    assert_null(recommend_fit(arena, &x, &options, &model));
    recommend_floor(arena, &model, &x, farm, 5, 0, 5, &none);
    recommend_floor(arena, &model, &x, farm, 5, 0.9, 5, &half);
    double before = 0, after = 0;
    for (size_t f = 0; f < 5; f++) {
        before += half.before[f];
        after += half.after[f];
        assert_true(none.lift[f] <= 1 && half.lift[f] >= 1 && half.lift[f] <= 4);
    }
    assert_true(fabs(before - 1) < 1e-9 && fabs(after - 1) < 1e-9);
    assert_true(half.gini_after < half.gini_before);
    assert_true(half.after[3] > half.before[3]);
    const double equal[] = {1, 1, 1, 1}, one[] = {0, 0, 0, 1};
    assert_true(fabs(recommend_gini(equal, 4)) < 1e-12 && fabs(recommend_gini(one, 4) - 0.75) < 1e-12);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_openblas_the_numbers_are_the_same),
        TEST(a_good_nobody_bought_is_suggested_beside_its_like),
        TEST(an_order_taken_in_at_once_is_a_new_fit),
        TEST(the_live_model_is_the_closed_form_too),
        TEST(a_basket_finds_what_like_baskets_held),
        TEST(what_is_bought_every_week_is_due_after_a_week),
        TEST(a_farm_that_would_hardly_be_seen_gets_its_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
