/* The demo's questions: two hundred, complete in both languages, each answerable. */
#include "test_fair.h"

#include "core/demo.h"

static void two_hundred_questions_stand_in_both_languages(void **state)
{
    School s = school_make(state);
    Demo demo = {.store = app_store(s.app), .arena = s.arena, .now = time_now(), .seed = 1};
    static DemoName names[DEMO_NAMES_MAX];
    demo.names = names;
    assert_fine(quiz_demo(&demo));
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM question"), 200);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM question_text"), 400);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM quiz WHERE state = 'published'"), 10);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM skill s WHERE NOT EXISTS (SELECT 1 FROM skill_text t WHERE t.skill = s.id AND t.lang = 'zh-CN')"), 0);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(DISTINCT body) FROM question_text"), 400); /* none twice */
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST_DB(two_hundred_questions_stand_in_both_languages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
