/* Suggestions: the closed form against a plain matrix inverse, the large-catalogue path against the dense one, odd input. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "solve/numeric/numeric.h"
#include "solve/recommend/baskets.h"

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

static Baskets read(const char *text, NameBook **items)
{
    NameBook *users = names_new(arena);
    Baskets out;
    size_t refused;
    Str first;
    *items = names_new(arena);
    assert_null(baskets_read(arena, str_of(text), users, *items, &out, &refused, &first));
    assert_int_equal(refused, 0);
    return out;
}

/* People of two tastes: even items for the one, odd for the other, with some noise. */
static Baskets village(size_t users, size_t items, uint64_t seed)
{
    Rng rng = rng_new(seed, 1);
    uint32_t *item = NEW_ARRAY(arena, uint32_t, users * 8);
    size_t *start = NEW_ARRAY(arena, size_t, users + 1), at = 0;
    for (size_t u = 0; u < users; u++) {
        for (int k = 0; k < 8; k++) {
            uint32_t i = rng_below(&rng, (uint32_t)items / 2) * 2 + (rng_below(&rng, 20) ? (uint32_t)(u % 2) : (uint32_t)((u + 1) % 2));
            bool again = false;
            for (size_t a = start[u]; a < at; a++)
                again = again || item[a] == i;
            if (!again && i < items)
                item[at++] = i;
        }
        start[u + 1] = at;
    }
    return (Baskets){users, items, item, start};
}

static double weight_of(const RecommendModel *m, size_t from, size_t to)
{
    for (size_t k = m->start[from]; k < m->start[from + 1]; k++)
        if (m->to[k] == to)
            return (double)m->weight[k];
    return 0;
}

/* Gauss-Jordan on doubles: slow, obvious. */
static void invert(double *a, double *inverse, size_t n)
{
    for (size_t i = 0; i < n * n; i++)
        inverse[i] = i % (n + 1) == 0;
    for (size_t c = 0; c < n; c++) {
        double pivot = a[c * n + c];
        for (size_t k = 0; k < n; k++) {
            a[c * n + k] /= pivot;
            inverse[c * n + k] /= pivot;
        }
        for (size_t r = 0; r < n; r++) {
            double by = r == c ? 0 : a[r * n + c];
            for (size_t k = 0; k < n && by != 0; k++) {
                a[r * n + k] -= by * a[c * n + k];
                inverse[r * n + k] -= by * inverse[c * n + k];
            }
        }
    }
}

typedef struct Tried {
    size_t count;
    double best;
    RecommendOptions options;
} Tried;

static void tried_note(void *arg, const RecommendOptions *options, double ndcg20)
{
    Tried *tried = arg;
    tried->count++;
    if (ndcg20 > tried->best) {
        tried->best = ndcg20;
        tried->options = *options;
    }
}

static void the_dense_model_is_the_closed_form(void **state)
{
    (void)state;
    enum { N = 30 };
    Baskets x = village(300, N, 5);
    RecommendOptions o = recommend_defaults();
    o.ridge = 10;
    RecommendModel m;
    assert_null(recommend_fit(arena, &x, &o, &m));
    double g[N * N] = {0}, p[N * N], trace = 0, plain = 0;
    for (size_t u = 0; u < x.users; u++) {
        double w = pow((double)(x.start[u + 1] - x.start[u]), -o.user_power);
        for (size_t a = x.start[u]; a < x.start[u + 1]; a++)
            for (size_t b = x.start[u]; b < x.start[u + 1]; b++)
                g[x.item[a] * N + x.item[b]] += w;
        plain += (double)(x.start[u + 1] - x.start[u]);
    }
    for (size_t i = 0; i < N; i++)
        trace += g[i * N + i];
    for (size_t i = 0; i < N; i++)
        g[i * N + i] += g[i * N + i] * o.dropout / (1 - o.dropout) + o.ridge * trace / plain;
    invert(g, p, N);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            if (i != j)
                assert_true(fabs(weight_of(&m, i, j) + p[i * N + j] / p[j * N + j] * pow(1 + (double)m.sold[j], -o.popularity)) < 2e-4);
}

static void what_everybody_buys_says_less_the_more_popularity_is_discounted(void **state)
{
    (void)state;
    Baskets x = village(300, 30, 5);
    RecommendOptions o = recommend_defaults();
    RecommendModel plain, rare;
    o.popularity = 0;
    assert_null(recommend_fit(arena, &x, &o, &plain));
    o.popularity = 0.3;
    assert_null(recommend_fit(arena, &x, &o, &rare));
    for (size_t i = 0; i < 30; i++)
        for (size_t j = 0; j < 30; j++)
            assert_true(fabs(weight_of(&rare, i, j) - weight_of(&plain, i, j) * pow(1 + (double)rare.sold[j], -0.3)) < 1e-6);
    recommend_popularity(&rare, -0.3);
    assert_true(fabs(weight_of(&rare, 2, 8) - weight_of(&plain, 2, 8)) < 1e-6);
}

static void parameters_are_chosen_on_a_cut_and_each_try_is_told(void **state)
{
    (void)state;
    Baskets x = village(400, 40, 8);
    RecommendOptions o = recommend_defaults();
    Tried tried = {.best = -1};
    assert_null(recommend_choose(arena, &x, &o, tried_note, &tried));
    assert_int_equal(tried.count, 16);
    assert_true(o.ridge == tried.options.ridge && o.popularity == tried.options.popularity && o.dropout == tried.options.dropout);
    assert_int_equal(o.neighbours, recommend_defaults().neighbours);
}

static void item_by_item_with_all_neighbours_is_the_dense_model(void **state)
{
    (void)state;
    Baskets x = village(6000, 40, 9); /* so many that every pair was bought together */
    RecommendOptions o = recommend_defaults();
    RecommendModel dense, local;
    o.ridge = 20;
    assert_null(recommend_fit(arena, &x, &o, &dense));
    o.dense_max = 0;
    o.neighbours = 40;
    assert_null(recommend_fit(arena, &x, &o, &local));
    for (size_t i = 0; i < 40; i++)
        for (size_t j = 0; j < 40; j++)
            assert_true(fabs(weight_of(&dense, i, j) - weight_of(&local, i, j)) < 1e-3);
}

static void a_taste_is_recognised_and_the_reason_is_what_was_bought(void **state)
{
    (void)state;
    Baskets x = village(1000, 60, 3);
    RecommendOptions o = recommend_defaults();
    RecommendModel m;
    assert_null(recommend_fit(arena, &x, &o, &m));
    Scratch *scratch = recommend_scratch(arena, &m);
    uint32_t owned[] = {0, 10, 20};
    Suggestion out[10];
    assert_int_equal(recommend_score(&m, scratch, owned, 3, out, 10), 10);
    recommend_reasons(&m, owned, 3, out, 10);
    for (size_t k = 0; k < 5; k++) {
        assert_int_equal(out[k].item % 2, 0);
        assert_true(out[k].item != 0 && out[k].item != 10 && out[k].item != 20);
        assert_true(out[k].because[0] == 0 || out[k].because[0] == 10 || out[k].because[0] == 20);
        assert_true(k == 0 || out[k - 1].score >= out[k].score);
    }
}

static void who_bought_nothing_is_shown_what_sells_most(void **state)
{
    (void)state;
    NameBook *items;
    Baskets x = read("a rice eggs\nb rice tea\nc rice eggs\n", &items);
    RecommendOptions o = recommend_defaults();
    RecommendModel m;
    Suggestion out[5];
    assert_null(recommend_fit(arena, &x, &o, &m));
    Scratch *scratch = recommend_scratch(arena, &m);
    assert_int_equal(recommend_score(&m, scratch, NULL, 0, out, 5), 3);
    assert_true(str_eq(names_at(items, out[0].item), STR("rice")));
    assert_true(str_eq(names_at(items, out[1].item), STR("eggs")));
    assert_true(out[0].score == 0 && out[0].because[0] == UINT32_MAX);
    uint32_t unknown[] = {4000000};
    assert_int_equal(recommend_score(&m, scratch, unknown, 1, out, 2), 2); /* goods that are no longer known are passed over */
}

static void held_out_goods_are_found_among_the_first_twenty(void **state)
{
    (void)state;
    Baskets x = village(600, 40, 8), train, held;
    RecommendOptions o = recommend_defaults();
    RecommendModel m;
    RecommendScores s;
    baskets_split(arena, &x, 0.2, &train, &held);
    assert_int_equal(train.start[train.users] + held.start[held.users], x.start[x.users]);
    assert_null(recommend_fit(arena, &train, &o, &m));
    recommend_evaluate(arena, &m, &train, &held, &s);
    assert_true(s.recall20 > 0.75 && s.recall20 <= 1); /* 20 of the 34 not owned, nearly all of the right taste */
    assert_true(s.ndcg20 > 0.2 && s.ndcg20 <= 1 && s.coverage > 0.9 && s.gini >= 0 && s.gini < 0.6);
}

static void both_formats_are_read_and_bad_lines_are_named(void **state)
{
    (void)state;
    NameBook *users = names_new(arena), *items = names_new(arena);
    Baskets x;
    size_t refused;
    Str first;
    assert_null(baskets_read(arena, STR("user,item,weight\nann,rice,1\nann,rice,1\nbo,tea,0\nbo,eggs\n,x\nbo,honey,much\n"), users, items, &x,
                             &refused, &first));
    assert_int_equal(x.start[x.users], 2);
    assert_int_equal(refused, 2);
    assert_true(str_starts(first, STR("line 6: ")) && str_find(first, STR("\nline 7: the weight must be")) != SIZE_MAX);
    assert_null(baskets_read(arena, STR("user,item\na,b\n\xC7\xE0,x\nonly\n"), names_new(arena), names_new(arena), &x, &refused, &first));
    assert_true(refused == 2 && str_eq(first, STR("line 3: the user or the item is too long or not UTF-8\nline 4: user,item expected")));
    assert_true(err_is(baskets_read(arena, STR("\n\n"), names_new(arena), names_new(arena), &x, &refused, &first), "baskets.empty"));
    assert_true(err_is(baskets_read(arena, STR("\xFF\xFEx"), names_new(arena), names_new(arena), &x, &refused, &first), "baskets.format"));
    RecommendModel m;
    RecommendOptions o = recommend_defaults();
    Baskets none = {.users = 1, .items = 1, .start = (size_t[]){0, 0}};
    assert_true(err_is(recommend_fit(arena, &none, &o, &m), "recommend.empty"));
    Baskets good = village(20, 10, 1);
    o.neighbours = 100000;
    assert_true(err_is(recommend_fit(arena, &good, &o, &m), "recommend.too_large"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_dense_model_is_the_closed_form),
        TEST(what_everybody_buys_says_less_the_more_popularity_is_discounted),
        TEST(parameters_are_chosen_on_a_cut_and_each_try_is_told),
        TEST(item_by_item_with_all_neighbours_is_the_dense_model),
        TEST(a_taste_is_recognised_and_the_reason_is_what_was_bought),
        TEST(who_bought_nothing_is_shown_what_sells_most),
        TEST(held_out_goods_are_found_among_the_first_twenty),
        TEST(both_formats_are_read_and_bad_lines_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
