/* Money, quantities and ids: whole numbers only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/money.h"
#include "base/quantity.h"
#include "base/time.h"

static uint64_t seed = 7;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t z = (seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int64_t random_int(void) /* of any size, also the edges */
{
    static const int64_t edges[] = {0, 1, -1, 2, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1, 1000000};
    uint64_t bits = random_bits();
    if (bits % 8 == 0)
        return edges[random_bits() % (sizeof edges / sizeof *edges)];
    return (int64_t)random_bits() >> (bits % 63);
}

/* a * b / c rounded half away from zero, by schoolbook reasoning on absolute values. */
static bool oracle(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    bool negative = (a < 0) ^ (b < 0) ^ (c < 0);
    unsigned __int128 x = a < 0 ? -(unsigned __int128)a : (unsigned __int128)a;
    unsigned __int128 y = b < 0 ? -(unsigned __int128)b : (unsigned __int128)b;
    unsigned __int128 z = c < 0 ? -(unsigned __int128)c : (unsigned __int128)c;
    unsigned __int128 value = x * y / z, rest = x * y % z;
    if (rest * 2 >= z)
        value++;
    if (value > (unsigned __int128)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - (uint64_t)value) : (int64_t)value;
    return true;
}

static void mul_div_agrees_with_long_division(void **state)
{
    (void)state;
    for (int i = 0; i < 1000000; i++) {
        int64_t a = random_int(), b = random_int(), c = random_int(), got = 0, wanted = 0;
        if (c == 0)
            continue;
        bool fine = mul_div(a, b, c, &got), right = oracle(a, b, c, &wanted);
        if (fine != right || got != wanted)
            fail_msg("%lld * %lld / %lld: %d %lld, should be %d %lld", (long long)a, (long long)b, (long long)c, fine,
                     (long long)got, right, (long long)wanted);
    }
}

static void halves_are_rounded_away_from_zero_once(void **state)
{
    (void)state;
    int64_t out = 99;
    assert_true(mul_div(5, 1, 10, &out) && out == 1);
    assert_true(mul_div(-5, 1, 10, &out) && out == -1);
    assert_true(mul_div(4, 1, 10, &out) && out == 0);
    assert_true(mul_div(25, 1, 10, &out) && out == 3);
    assert_false(mul_div(INT64_MAX, 2, 1, &out));
    assert_int_equal(out, 3); /* untouched */
    Money rate;
    assert_true(money_rate((Money){1250}, 30000, &rate) && rate.minor == 38); /* 3 % of 12.50 is 0.375 */
    Money money = {5};
    assert_false(money_add((Money){INT64_MAX}, (Money){1}, &money));
    assert_false(money_sub((Money){INT64_MIN}, (Money){1}, &money));
    assert_int_equal(money.minor, 5);
}

static void the_parts_of_a_split_always_add_up(void **state)
{
    (void)state;
    int64_t weights[50];
    Money parts[50];
    for (int round = 0; round < 20000; round++) {
        size_t len = 1 + random_bits() % 50;
        Money total = {random_int()};
        __int128 sum_weights = 0, sum = 0;
        for (size_t i = 0; i < len; i++) {
            weights[i] = random_int();
            weights[i] = weights[i] < 0 ? ~weights[i] : weights[i];
            sum_weights += weights[i];
        }
        money_split(total, weights, len, parts);
        for (size_t i = 0; i < len; i++) {
            sum += parts[i].minor;
            if (sum_weights == 0)
                continue;
            __int128 exact = (__int128)total.minor * weights[i] / sum_weights; /* each within one unit of its share */
            __int128 far = parts[i].minor - exact;
            assert_true(far >= -1 && far <= 1);
            if (weights[i] == 0)
                assert_int_equal(parts[i].minor, 0);
        }
        assert_true(sum == total.minor);
    }
}

static void the_rest_of_a_split_goes_to_the_largest_remainders(void **state)
{
    (void)state;
    Money parts[4];
    money_split((Money){100}, (const int64_t[]){1, 1, 1}, 3, parts);
    assert_int_equal(parts[0].minor, 34);
    assert_int_equal(parts[1].minor, 33);
    assert_int_equal(parts[2].minor, 33);
    money_split((Money){-100}, (const int64_t[]){1, 1, 1}, 3, parts);
    assert_int_equal(parts[0].minor, -34);
    money_split((Money){10}, (const int64_t[]){600, 300, 100, 1}, 4, parts); /* 5.994 2.997 0.999 0.010 */
    assert_int_equal(parts[0].minor, 6);
    assert_int_equal(parts[1].minor, 3);
    assert_int_equal(parts[2].minor, 1);
    assert_int_equal(parts[3].minor, 0);
    money_split((Money){7}, (const int64_t[]){0, 0}, 2, parts);
    assert_int_equal(parts[0].minor, 7);
}

static void a_split_among_many_is_quick(void **state)
{
    Arena *arena = *state;
    enum { MANY = 100000 };
    int64_t *weights = NEW_ARRAY(arena, int64_t, MANY), sum = 0;
    Money *parts = NEW_ARRAY(arena, Money, MANY);
    for (int i = 0; i < MANY; i++)
        weights[i] = 1 + (int64_t)(random_bits() % 1000);
    clock_t start = clock();
    money_split((Money){99999999}, weights, MANY, parts);
    assert_true(clock() - start < 20 * CLOCKS_PER_SEC); /* one that compares each with each takes minutes */
    for (int i = 0; i < MANY; i++)
        sum += parts[i].minor;
    assert_int_equal(sum, 99999999);
}

static void amounts_are_read_as_people_write_them_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int places;
        int64_t minor;
    } good[] = {{"12.5", 2, 1250},
                {"1,250.00", 2, 125000},
                {"￥12", 2, 1200},
                {"¥12.50", 2, 1250},
                {"$3", 2, 300},
                {" 0.05 ", 2, 5},
                {"-7", 2, -700},
                {"1200", 0, 1200},
                {"€1.234", 3, 1234},
                {"1,234,567", 0, 1234567},
                {"92233720368547758.07", 2, INT64_MAX}};
    Money money;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(money_parse(str_of(good[i].text), good[i].places, &money));
        assert_int_equal(money.minor, good[i].minor);
    }
    static const char *const bad[] = {"",
                                      ".",
                                      "12.345",
                                      "1.2.3",
                                      "12,5",
                                      "1e3",
                                      "--1",
                                      "1 000",
                                      "abc",
                                      "12a",
                                      "0x10",
                                      "¥",
                                      "1,23",
                                      ",123",
                                      "1,2,3",
                                      "12.5,00",
                                      "1,,000",
                                      "1234,567",
                                      "92233720368547758.08",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (money_parse(str_of(bad[i]), 2, &money))
            fail_msg("\"%s\" was read as %lld", bad[i], (long long)money.minor);
}

static void amounts_are_written_and_read_back(void **state)
{
    Arena *arena = *state;
    Money money;
    assert_string_equal(str_z(arena, money_plain(arena, (Money){INT64_MIN}, 2)), "-92233720368547758.08");
    assert_string_equal(str_z(arena, money_plain(arena, (Money){5}, 2)), "0.05");
    assert_string_equal(str_z(arena, money_plain(arena, (Money){-1250}, 0)), "-1250");
    for (int i = 0; i < 20000; i++) {
        int64_t minor = random_int();
        int places = (int)(random_bits() % 4);
        if (minor == INT64_MIN)
            continue;
        assert_true(money_parse(money_plain(arena, (Money){minor}, places), places, &money));
        assert_int_equal(money.minor, minor);
    }
    assert_int_equal(currency_places(STR("JPY")), 0);
    assert_int_equal(currency_places(STR("CNY")), 2);
    assert_int_equal(currency_places(STR("XXX")), 2);
    assert_true(currency_known(STR("KES")));
    assert_false(currency_known(STR("kes")));
    assert_false(currency_known(STR("")));
}

static void quantities_convert_exactly_or_not_at_all(void **state)
{
    Arena *arena = *state;
    int64_t steps = 0;
    assert_true(quantity_convert((Quantity){1250, STR("GRM"), 0}, STR("KGM"), 3, &steps) && steps == 1250);
    assert_true(quantity_convert((Quantity){2, STR("DZN"), 0}, STR("C62"), 0, &steps) && steps == 24);
    assert_true(quantity_convert((Quantity){15, STR("HAR"), 1}, STR("MTK"), 0, &steps) && steps == 15000);
    assert_false(quantity_convert((Quantity){1255, STR("GRM"), 0}, STR("KGM"), 2, &steps)); /* 1.255 kg */
    assert_false(quantity_convert((Quantity){1, STR("KGM"), 0}, STR("LTR"), 0, &steps));
    assert_false(quantity_convert((Quantity){1, STR("XYZ"), 0}, STR("KGM"), 0, &steps));
    assert_false(quantity_convert((Quantity){INT64_MAX, STR("TNE"), 0}, STR("GRM"), 6, &steps));
    assert_string_equal(str_z(arena, quantity_plain(arena, 1250, 3)), "1.25");
    assert_string_equal(str_z(arena, quantity_plain(arena, 1000, 3)), "1");
    assert_string_equal(str_z(arena, quantity_plain(arena, 10, 0)), "10");
    assert_true(quantity_parse(STR("1.25"), 3, &steps) && steps == 1250);
    assert_true(quantity_parse(STR(".5"), 1, &steps) && steps == 5);
    static const char *const bad[] = {"", "-1", "+1", "1.2345", "1kg", "$1", "1.2.3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(quantity_parse(str_of(bad[i]), 3, &steps));
    for (size_t i = 0; unit_at(i); i++)
        assert_ptr_equal(unit_find(str_of(unit_at(i)->code)), unit_at(i));
}

/* ---- ids ---- */

enum { THREADS = 8, IDS = 50000 };

static void *mint_many(void *out)
{
    Id *ids = out;
    for (int i = 0; i < IDS; i++)
        ids[i] = id_mint();
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    return (*(const Id *)a > *(const Id *)b) - (*(const Id *)a < *(const Id *)b);
}

static void ids_are_unique_and_rising_in_every_thread(void **state)
{
    Arena *arena = *state;
    Id *ids = NEW_ARRAY(arena, Id, THREADS * IDS);
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, mint_many, ids + t * IDS), 0);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    for (int i = 1; i < THREADS * IDS; i++)
        assert_true(i % IDS == 0 || ids[i] > ids[i - 1]);
    qsort(ids, THREADS * IDS, sizeof *ids, by_value);
    for (int i = 1; i < THREADS * IDS; i++)
        assert_true(ids[i] != ids[i - 1]);
    int64_t far = time_real().ms - id_time_ms(id_mint()); /* a burst may run ahead of the clock */
    assert_true(far > -60000 && far < 1000);
}

static void ids_are_written_and_read_forgivingly(void **state)
{
    Arena *arena = *state;
    Id id;
    for (int i = 0; i < 10000; i++) {
        Id wanted = (Id)(random_bits() >> 1 | 1), got;
        assert_true(id_parse(id_text(arena, wanted), &got));
        assert_true(got == wanted);
    }
    assert_true(id_parse(STR("O00000000000L"), &id) && id == 1);
    assert_true(id_parse(STR("7ZZZZZZZZZZZZ"), &id) && id == INT64_MAX);
    static const char *const bad[] = {"",
                                      "0000000000000",
                                      "8000000000000",
                                      "000000000001",
                                      "00000000000001",
                                      "000000000000u",
                                      "000000000000-",
                                      "zzzzzzzzzzzzz"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(id_parse(str_of(bad[i]), &id));
    id_set_node(200);
    assert_int_equal(id_mint() >> 14 & 255, 200);
    id_set_node(0);
}

static int begin(void **state)
{
    *state = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mul_div_agrees_with_long_division),
        cmocka_unit_test(halves_are_rounded_away_from_zero_once),
        cmocka_unit_test(the_parts_of_a_split_always_add_up),
        cmocka_unit_test(the_rest_of_a_split_goes_to_the_largest_remainders),
        cmocka_unit_test(a_split_among_many_is_quick),
        cmocka_unit_test(amounts_are_read_as_people_write_them_or_refused),
        cmocka_unit_test(amounts_are_written_and_read_back),
        cmocka_unit_test(quantities_convert_exactly_or_not_at_all),
        cmocka_unit_test(ids_are_unique_and_rising_in_every_thread),
        cmocka_unit_test(ids_are_written_and_read_forgivingly),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
