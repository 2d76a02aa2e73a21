/* Who gets how much of a short harvest: known cases, and ten thousand at random against what must always hold. */
#include "harness.h"

#include <stdlib.h>

#include "cycle/cycle.h"

enum { CLAIMS = 6, CLAIMS_MAX = 40, ROUNDS = 10000 };

static void ask_for(Claim *claims, const int64_t *wanted, size_t len)
{
    for (size_t i = 0; i < len; i++)
        claims[i] = (Claim){.id = (Id)(100 + i), .at = {(int64_t)(1000 + i)}, .member = i % 2 == 1, .wanted = wanted[i]};
}

static void assert_got(const Claim *claims, const int64_t *wanted, size_t len)
{
    for (size_t i = 0; i < len; i++)
        assert_int_equal(claims[i].got, wanted[i]);
}

static void enough_for_all_is_given_to_all(void **state)
{
    const int64_t wanted[] = {10, 20, 30};
    for (AllocationRule rule = ALLOCATE_FIRST_COME; rule <= ALLOCATE_LOTTERY; rule++) {
        Claim claims[3];
        ask_for(claims, wanted, 3);
        assert_int_equal(allocate(test_arena(state), rule, STR("seed"), 70, 10, 0, claims, 3), 60);
        assert_got(claims, wanted, 3);
    }
}

static void who_came_first_is_served_first(void **state)
{
    Claim claims[3];
    ask_for(claims, (const int64_t[]){10, 20, 30}, 3);
    claims[2].at.ms = 1; /* the last in the list came first */
    assert_int_equal(allocate(test_arena(state), ALLOCATE_FIRST_COME, STR(""), 45, 10, 0, claims, 3), 40);
    assert_got(claims, (const int64_t[]){10, 0, 30}, 3);
}

static void members_come_before_others(void **state)
{
    Claim claims[4];
    ask_for(claims, (const int64_t[]){10, 10, 10, 10}, 4);
    allocate(test_arena(state), ALLOCATE_MEMBERS_FIRST, STR(""), 30, 1, 0, claims, 4);
    assert_got(claims, (const int64_t[]){10, 10, 0, 10}, 4);
}

static void a_short_harvest_is_shared_in_proportion(void **state)
{
    Claim claims[3];
    ask_for(claims, (const int64_t[]){10, 20, 30}, 3);
    assert_int_equal(allocate(test_arena(state), ALLOCATE_PRO_RATA, STR(""), 31, 1, 0, claims, 3), 31);
    assert_got(claims, (const int64_t[]){5, 10, 16}, 3); /* 5.17, 10.33, 15.5: the half gets the one left */
}

static void a_share_too_small_to_fetch_goes_to_the_others(void **state)
{
    Claim claims[3];
    ask_for(claims, (const int64_t[]){1000, 1000, 100}, 3);
    assert_int_equal(allocate(test_arena(state), ALLOCATE_PRO_RATA, STR(""), 1050, 50, 100, claims, 3), 1050);
    assert_got(claims, (const int64_t[]){550, 500, 0}, 3);
}

static void the_lottery_can_be_drawn_again_by_anybody(void **state)
{
    Claim a[CLAIMS], b[CLAIMS];
    bool differs = false;
    ask_for(a, (const int64_t[]){1, 1, 1, 1, 1, 1}, CLAIMS);
    ask_for(b, (const int64_t[]){1, 1, 1, 1, 1, 1}, CLAIMS);
    allocate(test_arena(state), ALLOCATE_LOTTERY, STR("autumn"), 3, 1, 0, a, CLAIMS);
    allocate(test_arena(state), ALLOCATE_LOTTERY, STR("autumn"), 3, 1, 0, b, CLAIMS);
    for (size_t i = 0; i < CLAIMS; i++)
        assert_int_equal(a[i].got, b[i].got);
    for (int seed = 0; seed < 20 && !differs; seed++) {
        allocate(test_arena(state), ALLOCATE_LOTTERY, str_format(test_arena(state), "%d", seed), 3, 1, 0, b, CLAIMS);
        for (size_t i = 0; i < CLAIMS; i++)
            differs |= a[i].got != b[i].got;
    }
    assert_true(differs);
}

static void nothing_to_share_gives_nothing(void **state)
{
    Claim claims[2];
    ask_for(claims, (const int64_t[]){10, 20}, 2);
    assert_int_equal(allocate(test_arena(state), ALLOCATE_PRO_RATA, STR(""), 0, 1, 0, claims, 2), 0);
    assert_int_equal(allocate(test_arena(state), ALLOCATE_PRO_RATA, STR(""), 100, 1, 0, claims, 0), 0);
    assert_got(claims, (const int64_t[]){0, 0}, 2);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static int64_t below(uint64_t *random, int64_t limit)
{
    uint64_t z = *random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)limit);
}

static void check_shares(const Claim *claims, size_t len, int64_t harvest, int64_t step, int64_t least, int64_t given)
{
    int64_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        int64_t enough = least < claims[i].wanted ? least : claims[i].wanted;
        assert_true(claims[i].got >= 0 && claims[i].got <= claims[i].wanted && claims[i].got % step == 0);
        assert_true(claims[i].got == 0 || claims[i].got >= enough);
        sum += claims[i].got;
    }
    assert_int_equal(sum, given);
    assert_true(sum <= harvest);
    for (size_t i = 0; i < len; i++) /* what stays over is of no use to anybody */
        assert_true(claims[i].got == claims[i].wanted || harvest - sum < step ||
                    (claims[i].got == 0 && harvest - sum < (least < claims[i].wanted ? least : claims[i].wanted)));
}

static void shares_never_exceed_the_harvest_or_the_wish(void **state)
{
    const char *said = getenv("MILLET_TEST_SEED");
    uint64_t seed = said ? strtoull(said, NULL, 10) : 20261122, random = seed;
    print_message("# allocate: seed %llu\n", (unsigned long long)seed);
    Arena *arena = arena_new();
    for (int round = 0; round < ROUNDS; round++) {
        Claim claims[CLAIMS_MAX];
        size_t len = (size_t)below(&random, CLAIMS_MAX);
        int64_t step = 1 + below(&random, 50), least = step * (1 + below(&random, 4)), harvest = below(&random, 20000);
        for (size_t i = 0; i < len; i++)
            claims[i] = (Claim){.id = (Id)(i + 1), .at = {below(&random, 5)}, .member = below(&random, 2), .wanted = step * (1 + below(&random, 40))};
        AllocationRule rule = (AllocationRule)(1 + below(&random, 4));
        int64_t given = allocate(arena, rule, STR("seed"), harvest, step, least, claims, len);
        check_shares(claims, len, harvest, step, least, given);
        arena_reset(arena);
    }
    arena_free(arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(enough_for_all_is_given_to_all),
        TEST(who_came_first_is_served_first),
        TEST(members_come_before_others),
        TEST(a_short_harvest_is_shared_in_proportion),
        TEST(a_share_too_small_to_fetch_goes_to_the_others),
        TEST(the_lottery_can_be_drawn_again_by_anybody),
        TEST(nothing_to_share_gives_nothing),
        TEST(shares_never_exceed_the_harvest_or_the_wish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
