/* Unicode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/text.h"

static void same(Arena *arena, Str got, const char *wanted)
{
    assert_string_equal(str_z(arena, got), wanted);
}

static void search_words_keep_each_han_character_apart(void **state)
{
    Arena *arena = *state;
    same(arena, text_search(arena, str_of("有机鸡蛋 Rice")), "有 机 鸡 蛋 rice");
    same(arena, text_search(arena, str_of("  Crème-brûlée, 2 kg! ")), "creme brulee 2 kg");
    same(arena, text_search(arena, str_of("米")), "米");
    same(arena, text_search(arena, str_of("1斤米")), "1 斤 米");
    same(arena, text_search(arena, str_of("!?")), "");
    same(arena, text_search(arena, str_of("Ünal's Æbleskiver Straße")), "unal s aebleskiver strasse");
}

static void folding_keeps_marks_that_spell(void **state)
{
    Arena *arena = *state;
    same(arena, text_fold(arena, str_of("ＡＢＣ")), "abc");
    same(arena, text_fold(arena, str_of("がぎ")), "がぎ");
    same(arena, text_fold(arena, str_of("Łódź")), "lodz");
    same(arena, text_fold(arena, str_of("ข้าว")), "ข้าว");
}

static void slugs_are_short_and_clean(void **state)
{
    Arena *arena = *state;
    same(arena, text_slug(arena, str_of("Fresh Eggs & Bread!"), 60), "fresh-eggs-bread");
    same(arena, text_slug(arena, str_of("有机鸡蛋"), 60), "有机鸡蛋");
    same(arena, text_slug(arena, str_of("有机鸡蛋"), 7), "有机");
    same(arena, text_slug(arena, str_of("ab cd"), 3), "ab");
    same(arena, text_slug(arena, str_of("***"), 60), "");
}

static void bad_bytes_are_refused_or_replaced(void **state)
{
    Arena *arena = *state;
    static const char *const bad[] = {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",    "\x80",
                                      "\xE2\x82", "\xFF",         "\xF8\x88\x80\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(utf8_valid(str_of(bad[i])));
        assert_true(utf8_valid(utf8_clean(arena, str_of(bad[i]))));
    }
    assert_false(utf8_valid((Str){"a\0b", 3}));
    assert_true(utf8_valid(STR("plain ascii text, quite long")));
    assert_true(utf8_valid(str_of("米\xF0\x9F\x8C\xBE")));
    same(arena, utf8_clean(arena, str_of("a\x01\r\n\tb")), "a\n\tb");
    same(arena, utf8_clean(arena, str_of("e\xCC\x81")), "é");
}

static void cutting_never_splits_a_character(void **state)
{
    (void)state;
    Str s = str_of("a米\xF0\x9F\x8C\xBE");
    static const size_t wanted[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(utf8_cut(s, i).len, wanted[i]);
    assert_int_equal(utf8_count(s), 3);
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
        cmocka_unit_test(search_words_keep_each_han_character_apart),
        cmocka_unit_test(folding_keeps_marks_that_spell),
        cmocka_unit_test(slugs_are_short_and_clean),
        cmocka_unit_test(bad_bytes_are_refused_or_replaced),
        cmocka_unit_test(cutting_never_splits_a_character),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
