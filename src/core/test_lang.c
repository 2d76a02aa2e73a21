/* Languages: choosing one, and how money, quantities, dates and times read in English and Chinese. */
#include "core/core.h"
#include "harness.h"

#define assert_says(arena, text, expected) assert_says_at((arena), (text), (expected), __FILE__, __LINE__)
static void assert_says_at(Arena *arena, Str text, const char *expected, const char *file, int line)
{
    _assert_string_equal(str_z(arena, text), expected, file, line);
}

static const Lang *en(void)
{
    return lang_find(STR("en"));
}

static const Lang *zh(void)
{
    return lang_find(STR("zh-CN"));
}

static void a_tag_finds_the_language_or_its_nearest_kin(void **state)
{
    (void)state;
    static const char *const chinese[] = {"zh-CN", "zh-cn", "zh", "zh-Hans-SG", "zh-TW"};
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        assert_string_equal(lang_tag(lang_find(str_of(chinese[i]))), "zh-CN");
    assert_string_equal(lang_tag(lang_find(STR("en-KE"))), "en");
    assert_null(lang_find(STR("tlh")));
    assert_null(lang_find(STR("")));
    assert_string_equal(lang_name(zh()), "简体中文");
}

static void the_browser_says_which_language_it_prefers(void **state)
{
    (void)state;
    static const char *const wishes[][2] = {
        {"zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"}, {"en-GB,en;q=0.9,zh;q=0.5", "en"}, {"fr,de;q=0.9,zh;q=0.1", "zh-CN"},
        {"zh;q=0.3,en;q=0.7", "en"},          {"", "en"},                         {"xx, yy", "en"},
        {"zh;q=0", "en"},                     {"zh;q=abc,en;q=0.2", "en"},        {",,;;q=,zh", "zh-CN"},
        {"*;q=0.5, zh-Hans", "zh-CN"},
    };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        assert_string_equal(lang_tag(lang_negotiate(str_of(wishes[i][0]))), wishes[i][1]);
}

static void a_text_is_translated_and_an_unknown_one_stays(void **state)
{
    Arena *arena = test_arena(state);
    assert_says(arena, tr(zh(), "Save"), "保存");
    assert_says(arena, tr(en(), "Save"), "Save");
    assert_says(arena, tr(zh(), "nobody has translated this"), "nobody has translated this");
    assert_says(arena, tr(en(), NP_("month", "May")), "May"); /* the context is for the translator only */
    assert_says(arena, tr(zh(), NP_("month", "May")), "5月");
}

static void plurals_follow_the_language(void **state)
{
    Arena *arena = test_arena(state);
    assert_says(arena, tr_plural(en(), "{n} piece", "{n} pieces", 1), "{n} piece");
    assert_says(arena, tr_plural(en(), "{n} piece", "{n} pieces", 0), "{n} pieces");
    assert_says(arena, tr_plural(en(), "{n} piece", "{n} pieces", -1), "{n} piece");
    assert_says(arena, tr_plural(zh(), "{n} piece", "{n} pieces", 7), "{n} 件");
    assert_says(arena, tr_plural(zh(), "{n} unheard", "{n} unheards", 2), "{n} unheards");
}

static void names_in_a_text_are_filled_and_unknown_ones_stay(void **state)
{
    Arena *arena = test_arena(state);
    const TextArg args[] = {{"place", STR("the hall")}, {"n", STR("{place}")}};
    assert_says(arena, tr_fill(arena, STR("At {place}, {n} of {x} {"), args, 2), "At the hall, {place} of {x} {");
    assert_says(arena, tr_fill(arena, STR(""), args, 2), "");
}

static void money_reads_as_people_write_it(void **state)
{
    Arena *arena = test_arena(state);
    assert_says(arena, say_money(arena, en(), (Money){1250}, STR("CNY")), "¥12.50");
    assert_says(arena, say_money(arena, zh(), (Money){1250}, STR("CNY")), "¥12.50");
    assert_says(arena, say_money(arena, en(), (Money){120000}, STR("KES")), "KSh 1,200.00");
    assert_says(arena, say_money(arena, en(), (Money){-5}, STR("EUR")), "-€0.05");
    assert_says(arena, say_money(arena, en(), (Money){1234567}, STR("JPY")), "¥1,234,567");
    assert_says(arena, say_money(arena, en(), (Money){100}, STR("XYZ")), "XYZ 1.00");
    assert_says(arena, say_money(arena, en(), (Money){INT64_MAX}, STR("CNY")), "¥92,233,720,368,547,758.07");
    assert_says(arena, say_money(arena, en(), (Money){INT64_MIN}, STR("CNY")), "-¥92,233,720,368,547,758.08");
}

static void numbers_are_grouped(void **state)
{
    Arena *arena = test_arena(state);
    assert_says(arena, say_int(arena, en(), 0), "0");
    assert_says(arena, say_int(arena, en(), 999), "999");
    assert_says(arena, say_int(arena, en(), 1000), "1,000");
    assert_says(arena, say_int(arena, en(), -1234567), "-1,234,567");
    assert_says(arena, say_int(arena, en(), INT64_MIN), "-9,223,372,036,854,775,808");
    assert_says(arena, say_decimal(arena, en(), 1234500, 3), "1,234.5");
}

static void quantities_name_their_unit(void **state)
{
    Arena *arena = test_arena(state);
    assert_says(arena, say_quantity(arena, en(), (Quantity){1250, STR("KGM"), 3}), "1.25 kg");
    assert_says(arena, say_quantity(arena, zh(), (Quantity){1250, STR("KGM"), 3}), "1.25 公斤");
    assert_says(arena, say_quantity(arena, en(), (Quantity){999, STR("GRM"), 0}), "999 g");
    assert_says(arena, say_quantity(arena, en(), (Quantity){60000, STR("GRM"), 0}), "60 kg");
    assert_says(arena, say_quantity(arena, zh(), (Quantity){-1500, STR("MLT"), 0}), "-1.5 升");
    assert_says(arena, say_quantity(arena, en(), (Quantity){9999, STR("GRM"), 1}), "999.9 g");
    assert_says(arena, say_quantity(arena, en(), (Quantity){1, STR("C62"), 0}), "1 piece");
    assert_says(arena, say_quantity(arena, en(), (Quantity){3, STR("C62"), 0}), "3 pieces");
    assert_says(arena, say_quantity(arena, en(), (Quantity){15, STR("C62"), 1}), "1.5 pieces");
    assert_says(arena, say_quantity(arena, en(), (Quantity){10, STR("C62"), 1}), "1 piece");
    assert_says(arena, say_quantity(arena, zh(), (Quantity){3, STR("C62"), 0}), "3 件");
    assert_says(arena, say_quantity(arena, en(), (Quantity){2, STR("DZN"), 0}), "2 dozen");
    assert_says(arena, say_quantity(arena, en(), (Quantity){2, STR("QQQ"), 0}), "2 QQQ");
    assert_says(arena, say_unit(arena, en(), STR("KGM")), "kg");
    assert_says(arena, say_unit(arena, en(), STR("C62")), "piece");
    assert_says(arena, say_unit(arena, zh(), STR("MTK")), "平方米");
}

/* Every unit of the table is a word or symbol in Chinese too: none was forgotten. */
static void every_unit_has_a_chinese_name(void **state)
{
    Arena *arena = test_arena(state);
    for (size_t i = 0; unit_at(i); i++) {
        Str name = say_unit(arena, zh(), str_of(unit_at(i)->code));
        assert_true(name.len > 0 && (unsigned char)name.at[0] >= 0xE3);
    }
}

static void dates_and_times_read_as_the_language_does(void **state)
{
    Arena *arena = test_arena(state);
    Str zone = STR("Asia/Shanghai");
    time_fake(time_of(zone, date_of(2026, 11, 21), 12, 0));
    Date day = date_of(2026, 12, 5);
    assert_says(arena, say_date(arena, en(), day), "Sat 5 Dec");
    assert_says(arena, say_date(arena, zh(), day), "12月5日 周六");
    assert_says(arena, say_date(arena, en(), date_of(2027, 1, 1)), "Fri 1 Jan 2027");
    assert_says(arena, say_date(arena, zh(), date_of(2027, 1, 1)), "2027年1月1日 周五");
    assert_says(arena, say_date_full(arena, en(), day), "5 December 2026");
    assert_says(arena, say_date_full(arena, zh(), day), "2026年12月5日");
    Time nine = time_of(zone, day, 9, 0), half = time_of(zone, day, 9, 30), eleven = time_of(zone, day, 11, 0);
    assert_says(arena, say_time(arena, en(), half, zone), "Sat 5 Dec, 9:30");
    assert_says(arena, say_time(arena, zh(), nine, zone), "12月5日 周六 9:00");
    assert_says(arena, say_clock(arena, en(), half, zone), "9:30");
    assert_says(arena, say_span(arena, en(), nine, eleven, zone), "Sat 5 Dec, 9–11");
    assert_says(arena, say_span(arena, en(), half, eleven, zone), "Sat 5 Dec, 9:30–11:00");
    assert_says(arena, say_span(arena, zh(), nine, eleven, zone), "12月5日 周六 9:00–11:00");
    Time next = time_of(zone, date_of(2026, 12, 6), 11, 0);
    assert_says(arena, say_span(arena, en(), nine, next, zone), "Sat 5 Dec, 9:00 – Sun 6 Dec, 11:00");
    assert_says(arena, say_time(arena, en(), half, STR("Africa/Nairobi")), "Sat 5 Dec, 4:30");
    time_fake((Time){0});
}

static void an_error_is_said_in_the_persons_language(void **state)
{
    Arena *arena = test_arena(state);
    Err *err = err_arg(arena, err_field(arena, "field.too_short", "name"), "min", STR("3"));
    assert_says(arena, err_say(arena, en(), err), "Too short: at least 3.");
    assert_says(arena, err_say(arena, zh(), err), "太短了：至少 3。");
    Err *unknown = err_new(arena, ERR_BROKEN, "no.such_code");
    assert_says(arena, err_say(arena, en(), unknown), "Something went wrong on our side. Please try again in a moment.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_tag_finds_the_language_or_its_nearest_kin),
        TEST(the_browser_says_which_language_it_prefers),
        TEST(a_text_is_translated_and_an_unknown_one_stays),
        TEST(plurals_follow_the_language),
        TEST(names_in_a_text_are_filled_and_unknown_ones_stay),
        TEST(money_reads_as_people_write_it),
        TEST(numbers_are_grouped),
        TEST(quantities_name_their_unit),
        TEST(every_unit_has_a_chinese_name),
        TEST(dates_and_times_read_as_the_language_does),
        TEST(an_error_is_said_in_the_persons_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
