/* Which days a rule names. Expected days were counted on a calendar. */
#include "harness.h"

#include "cycle/view.h"

static Rrule rule_of(Arena *arena, const char *text)
{
    Rrule rule;
    assert_fine(rrule_parse(arena, str_of(text), &rule));
    return rule;
}

/* The next days of a rule, as one text. */
static void assert_days(void **state, const char *text, Date first, const char *wanted)
{
    Arena *arena = test_arena(state);
    Rrule rule = rule_of(arena, text);
    Buf out = buf_new(arena, 1000);
    Date after = {first.days - 1}, day;
    for (int i = 0; i < 5 && rrule_next(&rule, first, after, &day); i++, after = day) {
        if (i)
            buf_add_char(&out, ' ');
        buf_add(&out, date_text(arena, day));
    }
    assert_str(buf_str(&out), wanted);
}

static void every_week_on_the_same_day(void **state)
{
    assert_days(state, "FREQ=WEEKLY;BYDAY=SA", date_of(2026, 11, 21), "2026-11-21 2026-11-28 2026-12-05 2026-12-12 2026-12-19");
    assert_days(state, "FREQ=WEEKLY", date_of(2026, 11, 18), "2026-11-18 2026-11-25 2026-12-02 2026-12-09 2026-12-16");
}

static void every_second_week_counts_weeks_from_monday(void **state)
{
    assert_days(state, "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", date_of(2026, 11, 20), "2026-11-20 2026-11-30 2026-12-04 2026-12-14 2026-12-18");
}

static void the_first_and_the_last_saturday_of_a_month(void **state)
{
    assert_days(state, "FREQ=MONTHLY;BYDAY=1SA", date_of(2026, 11, 1), "2026-11-07 2026-12-05 2027-01-02 2027-02-06 2027-03-06");
    assert_days(state, "FREQ=MONTHLY;BYDAY=-1SA", date_of(2026, 11, 1), "2026-11-28 2026-12-26 2027-01-30 2027-02-27 2027-03-27");
}

static void days_of_the_month_count_from_both_ends(void **state)
{
    assert_days(state, "FREQ=MONTHLY;BYMONTHDAY=1,-1", date_of(2027, 1, 15), "2027-01-31 2027-02-01 2027-02-28 2027-03-01 2027-03-31");
    assert_days(state, "FREQ=MONTHLY", date_of(2027, 1, 31), "2027-01-31 2027-03-31 2027-05-31 2027-07-31 2027-08-31");
}

static void a_rule_rests_outside_its_months(void **state)
{
    assert_days(state, "FREQ=WEEKLY;BYDAY=SA;BYMONTH=4,5", date_of(2026, 5, 16), "2026-05-16 2026-05-23 2026-05-30 2027-04-03 2027-04-10");
}

static void a_rule_ends_by_count_or_by_day(void **state)
{
    assert_days(state, "FREQ=DAILY;INTERVAL=3;COUNT=3", date_of(2026, 12, 30), "2026-12-30 2027-01-02 2027-01-05");
    assert_days(state, "FREQ=WEEKLY;BYDAY=SA;UNTIL=20261128T220000Z", date_of(2026, 11, 21), "2026-11-21 2026-11-28");
    assert_days(state, "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", date_of(2026, 1, 1), "");
}

static void a_rule_is_said_in_both_languages(void **state)
{
    static const struct {
        const char *rule, *english, *chinese;
    } said[] = {
        {"FREQ=WEEKLY;BYDAY=SA", "Every Saturday", "每星期六"},
        {"FREQ=WEEKLY", "Every Saturday", "每星期六"},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SA", "Every second Wednesday and Saturday", "每隔一周的星期三和星期六"},
        {"FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", "Every 3 weeks on Friday", "每3周星期五"},
        {"FREQ=MONTHLY;BYDAY=1SA", "Every month on the first Saturday", "每月第一个星期六"},
        {"FREQ=MONTHLY;BYDAY=-1SU;COUNT=6", "Every month on the last Sunday, 6 times in all", "每月最后一个星期日，共6次"},
        {"FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "Every month on day 1, day 15 and the last day", "每月1日、15日和最后一天"},
        {"FREQ=MONTHLY", "Every month on day 21", "每月21日"},
        {"FREQ=DAILY;INTERVAL=3", "Every 3 days", "每3天"},
        {"FREQ=WEEKLY;BYDAY=SA;BYMONTH=4,5,6;UNTIL=20271031", "Every Saturday, in April, May and June, until 31 October 2027",
         "每星期六，限4月、5月和6月，到2027年10月31日为止"},
    };
    Arena *arena = test_arena(state);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        Rrule rule = rule_of(arena, said[i].rule);
        assert_str(rrule_say(arena, lang_find(STR("en")), &rule, date_of(2026, 11, 21)), said[i].english);
        assert_str(rrule_say(arena, lang_find(STR("zh-CN")), &rule, date_of(2026, 11, 21)), said[i].chinese);
    }
}

static void what_is_no_rule_is_refused(void **state)
{
    static const struct {
        const char *text, *code;
    } wrong[] = {
        {"", "rrule.bad"},
        {"FREQ", "rrule.bad"},
        {"FREQ=YEARLY", "rrule.bad"},
        {"BYDAY=SA", "rrule.freq"},
        {"FREQ=WEEKLY;FREQ=DAILY", "rrule.bad"},
        {"FREQ=WEEKLY;INTERVAL=0", "rrule.bad"},
        {"FREQ=WEEKLY;BYDAY=XX", "rrule.bad"},
        {"FREQ=WEEKLY;BYDAY=", "rrule.bad"},
        {"FREQ=WEEKLY;BYDAY=1SA", "rrule.bad"},
        {"FREQ=MONTHLY;BYDAY=6SA", "rrule.bad"},
        {"FREQ=MONTHLY;BYDAY=1SA,2SU", "rrule.bad"},
        {"FREQ=MONTHLY;BYDAY=1SA,SU", "rrule.bad"},
        {"FREQ=MONTHLY;BYMONTHDAY=32", "rrule.bad"},
        {"FREQ=WEEKLY;BYMONTHDAY=3", "rrule.bad"},
        {"FREQ=WEEKLY;BYMONTH=13", "rrule.bad"},
        {"FREQ=WEEKLY;UNTIL=20260230", "rrule.bad"},
        {"FREQ=WEEKLY;COUNT=3;UNTIL=20261231", "rrule.both"},
        {"FREQ=WEEKLY;COUNT=99999999999999999999", "rrule.bad"},
        {"FREQ=WEEKLY;BYSETPOS=1", "rrule.bad"},
        {"FREQ=WEEKLY;WKST=SU", "rrule.bad"},
    };
    Rrule rule;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_err(rrule_parse(test_arena(state), str_of(wrong[i].text), &rule), wrong[i].code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_week_on_the_same_day),
        TEST(every_second_week_counts_weeks_from_monday),
        TEST(the_first_and_the_last_saturday_of_a_month),
        TEST(days_of_the_month_count_from_both_ends),
        TEST(a_rule_rests_outside_its_months),
        TEST(a_rule_ends_by_count_or_by_day),
        TEST(a_rule_is_said_in_both_languages),
        TEST(what_is_no_rule_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
