/* Garden: everybody sees the list, members add to it. */
#include "test/ask.h"

static void a_member_writes_a_thing_down_and_everybody_sees_it(void **state)
{
    App *app = app_of(state);
    User *mei = user(app, "Mei", 0, ROLE_MEMBER);
    assert_says(ask(app, NULL, "GET", "/garden", NULL), "Nothing here yet");
    assert_goes_to(ask(app, mei, "POST", "/garden", "name=Apple+tree"), "/garden");
    assert_says(ask(app, NULL, "GET", "/garden", NULL), "Apple tree");
    assert_str(json_text(ask(app, NULL, "GET", "/api/v1/garden", NULL), "items.0.name"), "Apple tree");
}

static void a_stranger_cannot_add_and_a_name_is_needed(void **state)
{
    App *app = app_of(state);
    User *mei = user(app, "Mei", 0, ROLE_MEMBER);
    ask(app, NULL, "POST", "/garden", "name=Weed");
    assert_silent(ask(app, NULL, "GET", "/garden", NULL), "Weed");
    assert_status(ask(app, mei, "POST", "/garden", "name="), 422);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_member_writes_a_thing_down_and_everybody_sees_it),
        TEST_DB(a_stranger_cannot_add_and_a_name_is_needed),
    };
    return cmocka_run_group_tests_name("garden", tests, NULL, NULL);
}
