/* What people type finds what they mean, on both databases. */
#include "base/search.h"
#include "market/shelf.h"
#include "market/test_fair.h"

static size_t found(Fair *fair, const char *typed)
{
    ShelfPage page;
    ShelfAsk shelf = {.search = str_of(typed), .limit = 20, .lang = STR("en")};
    assert_fine(shelf_page(&fair->db, &shelf, &page));
    return page.cards.len;
}

static void one_and_two_chinese_characters_are_found(void **state)
{
    Fair fair = fair_make(state);
    assert_int_equal(found(&fair, "米"), 1);
    assert_int_equal(found(&fair, "鸡蛋"), 1);
    assert_int_equal(found(&fair, "鸡"), 2); /* eggs and the chicken */
    assert_int_equal(found(&fair, "蛋鸡"), 1); /* nowhere together, so apart */
    assert_int_equal(found(&fair, "鱼"), 0);
    assert_int_equal(found(&fair, "大米 有机"), 1);
    assert_int_equal(found(&fair, "大米　有机"), 1); /* with the wide space */
}

static void words_are_found_in_one_and_many(void **state)
{
    Fair fair = fair_make(state);
    assert_int_equal(found(&fair, "egg"), 1);
    assert_int_equal(found(&fair, "EGGS"), 1);
    assert_int_equal(found(&fair, "apple"), 1);
    assert_int_equal(found(&fair, "mount"), 1); /* unfinished */
    assert_int_equal(found(&fair, "rice mountain"), 1);
    assert_int_equal(found(&fair, "Ápples"), 1);
    assert_int_equal(found(&fair, "mountain apples"), 0);
    assert_int_equal(found(&fair, "lin"), 3); /* the farm's name */
}

static void plurals_meet_their_singulars(void **state)
{
    Arena *arena = test_arena(state);
    assert_str(search_index(arena, STR("Berries tomatoes radishes boxes Eggs glass hummus 有机鸡蛋")),
               "berry tomato radish box egg glass hummus 有 机 鸡 蛋");
}

static void nothing_typed_is_a_command(void **state)
{
    Fair fair = fair_make(state);
    static const char *const typed[] = {"\"", "eggs\" OR \"rice", "NEAR(", "words:eggs", "*", "eggs*", "-eggs", "' & '", "eggs | rice", "!rice",
                                        "a:*", "\\", "<->", "(", "^eggs", "{words}:eggs", "AND", "\xff\xfe", "%", "_"};
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        found(&fair, typed[i]);
    assert_int_equal(found(&fair, "eggs | rice"), 0);
    assert_int_equal(found(&fair, "\"eggs\""), 1);
}

static void a_search_goes_on_where_it_stopped(void **state)
{
    Fair fair = fair_make(state);
    ShelfPage first, second, none;
    ShelfAsk shelf = {.search = STR("lin"), .limit = 2, .lang = STR("en")};
    assert_fine(shelf_page(&fair.db, &shelf, &first));
    assert_int_equal(first.cards.len, 2);
    assert_true(first.next.len > 0);
    shelf.after = first.next;
    assert_fine(shelf_page(&fair.db, &shelf, &second));
    assert_int_equal(second.cards.len, 1);
    assert_int_equal(second.next.len, 0);
    static const char *const bad[] = {"x", "i", "i9", "i0x", "o", "12", "i01x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        shelf.after = str_of(bad[i]);
        assert_err(shelf_page(&fair.db, &shelf, &none), "shelf.after");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(one_and_two_chinese_characters_are_found), TEST_DB(words_are_found_in_one_and_many),
        TEST(plurals_meet_their_singulars),                TEST_DB(nothing_typed_is_a_command),
        TEST_DB(a_search_goes_on_where_it_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
