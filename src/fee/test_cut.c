/* Cutting fees: whatever is cut adds up again. The seed is printed; MILLET_TEST_SEED repeats a run, MILLET_STEPS makes it longer. */
#include <stdlib.h>

#include "fee/fee.h"
#include "harness.h"

enum { LINES = 12, TERMS = 6 };

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int64_t below(uint64_t *state, int64_t limit)
{
    return (int64_t)(next(state) % (uint64_t)limit);
}

typedef struct Case {
    FeeLine lines[LINES];
    FeeTerm terms[TERMS];
    size_t lines_len, terms_len;
    FeeShare shares[LINES * TERMS];
} Case;

static void make(uint64_t *random, Case *c)
{
    int64_t scale = below(random, 3) ? 100000 : INT64_C(100000000000);
    c->lines_len = 1 + (size_t)below(random, LINES);
    c->terms_len = (size_t)below(random, TERMS + 1);
    for (size_t i = 0; i < c->lines_len; i++)
        c->lines[i] = (FeeLine){{below(random, 8) ? below(random, scale) : 0}, below(random, 1000000), below(random, 1000000)};
    for (size_t k = 0; k < c->terms_len; k++) {
        FeeBase base = (FeeBase)below(random, 5);
        int64_t rate = base == FEE_PERCENT ? below(random, 300000) : 1 + below(random, 5000);
        c->terms[k] = (FeeTerm){.on_top = below(random, 2), .base = base, .rate = rate,
                                .tax_ppm = below(random, 2) ? below(random, 250000) : 0};
    }
}

static void check_lines(const Case *c)
{
    for (size_t i = 0; i < c->lines_len; i++) {
        int64_t out = 0, percents = 0;
        bool fixed = false;
        for (size_t k = 0; k < c->terms_len; k++)
            percents += !c->terms[k].on_top && c->terms[k].base == FEE_PERCENT ? c->terms[k].rate : 0;
        for (size_t k = 0; k < c->terms_len; k++) {
            const FeeShare *s = &c->shares[i * c->terms_len + k];
            assert_true(s->amount.minor >= 0 && s->tax.minor >= 0 && s->tax.minor <= s->amount.minor);
            /* net is the amount without tax, to within the one unit that is rounded */
            __int128 exact = (__int128)s->amount.minor * c->terms[k].tax_ppm, whole = 1000000 + c->terms[k].tax_ppm;
            __int128 error = exact - (__int128)s->tax.minor * whole;
            assert_true(2 * (error < 0 ? -error : error) <= whole);
            if (!c->lines[i].amount.minor)
                assert_int_equal(s->amount.minor, 0);
            if (c->terms[k].on_top)
                continue;
            out += s->amount.minor;
            fixed |= c->terms[k].base != FEE_PERCENT;
            if (c->terms[k].base == FEE_PERCENT && percents < 1000000) { /* within one unit of the exact share */
                __int128 off = (__int128)s->amount.minor * 1000000 - (__int128)c->lines[i].amount.minor * c->terms[k].rate;
                assert_true((off < 0 ? -off : off) < 1000000);
            }
        }
        assert_true(out <= c->lines[i].amount.minor); /* what is left is the seller's: never less than nothing */
        if (!fixed && percents == 0)
            assert_int_equal(out, 0);
    }
}

/* A fee an order that is paid on top is its rate, however many lines it is cut over. */
static void check_orders(const Case *c)
{
    for (size_t k = 0; k < c->terms_len; k++) {
        int64_t sum = 0, goods = 0;
        for (size_t i = 0; i < c->lines_len; i++) {
            sum += c->shares[i * c->terms_len + k].amount.minor;
            goods |= c->lines[i].amount.minor;
        }
        if (c->terms[k].base == FEE_ORDER && c->terms[k].on_top)
            assert_int_equal(sum, goods ? c->terms[k].rate : 0);
    }
}

static void whatever_is_cut_adds_up_to_the_whole(void **state)
{
    (void)state;
    const char *steps_text = getenv("MILLET_STEPS");
    uint64_t random = test_seed();
    int64_t cases = steps_text ? strtoll(steps_text, NULL, 10) : 100000;
    print_message("# MILLET_STEPS=%lld\n", (long long)cases);
    Case c;
    Arena *arena = arena_new();
    for (int64_t n = 0; n < cases; n++) {
        make(&random, &c);
        assert_true(fees_cut(arena, c.lines, c.lines_len, c.terms, c.terms_len, c.shares));
        check_lines(&c);
        check_orders(&c);
        if (n % 1000 == 999)
            arena_reset(arena);
    }
    arena_free(arena);
}

static FeeTerm term(FeeBase base, int64_t rate, bool on_top)
{
    return (FeeTerm){.base = base, .rate = rate, .on_top = on_top};
}

static void a_co_operative_takes_its_part_out_of_the_price(void **state)
{
    const FeeLine line = {{3333}, 1000, 500};
    const FeeTerm terms[] = {term(FEE_PERCENT, 50000, false), term(FEE_WEIGHT, 100, false), term(FEE_ORDER, 200, true)};
    FeeShare shares[3];
    assert_true(fees_cut(test_arena(state), &line, 1, terms, 3, shares));
    assert_int_equal(shares[0].amount.minor, 167); /* 5 % of 33.33 is 1.6665 */
    assert_int_equal(shares[1].amount.minor, 50);  /* half a kilogram at 1.00 */
    assert_int_equal(shares[2].amount.minor, 200);
}

static void a_fixed_part_never_takes_more_than_there_is(void **state)
{
    const FeeLine line = {{80}, 1000, 0};
    const FeeTerm terms[] = {term(FEE_LINE, 60, false), term(FEE_UNIT, 60, false), term(FEE_WEIGHT, 60, false)};
    FeeShare shares[3];
    assert_true(fees_cut(test_arena(state), &line, 1, terms, 3, shares));
    assert_int_equal(shares[0].amount.minor, 60);
    assert_int_equal(shares[1].amount.minor, 20);
    assert_int_equal(shares[2].amount.minor, 0);
}

static void tax_is_inside_the_amount(void **state)
{
    (void)state;
    assert_int_equal(tax_inside((Money){10900}, 90000).minor, 900);
    assert_int_equal(tax_inside((Money){100}, 90000).minor, 8); /* 8.256 */
    assert_int_equal(tax_inside((Money){100}, 0).minor, 0);
    assert_int_equal(tax_inside((Money){0}, 90000).minor, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whatever_is_cut_adds_up_to_the_whole),
        TEST(a_co_operative_takes_its_part_out_of_the_price),
        TEST(a_fixed_part_never_takes_more_than_there_is),
        TEST(tax_is_inside_the_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
