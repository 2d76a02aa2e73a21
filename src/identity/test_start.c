/* The first start. */
#include "identity/test_fair.h"

#include "identity/start.h"

static const char *start_body(App *app, const char *code, const char *password)
{
    return form(app_arena(app), "code", code, "village", "Green Valley", "place", "Heping", "lang", "zh-CN", "currency",
                "CNY", "zone", "Asia/Shanghai", "name", "Chen Mei", "phone", "138 0000 0000", "email", "", "password",
                password, NULL);
}

static void the_first_start_makes_the_co_operative_and_its_administrator_once(void **state)
{
    App *app = app_unfounded(state);
    User *front = guest(app);
    user_address(front, "127.0.0.1");
    assert_goes_to(ask(app, front, "GET", "/me", NULL), "/start");
    assert_says(ask(app, front, "GET", "/start", NULL), "Set up your co-operative");
    const char *body = str_z(app_arena(app), str_slice(str_of(start_body(app, "", RIGHT)), strlen("code=&"), SIZE_MAX));
    assert_goes_to(ask(app, front, "POST", "/start", body), "/today");
    assert_status(ask(app, front, "GET", "/people", NULL), 200);
    assert_int_equal(
        test_int(app_store(app), "SELECT count(*) FROM org WHERE kind = 'cooperative' AND name = 'Green Valley'"), 1);
    Village now = village(app_store(app), app_arena(app));
    assert_str(now.name, "Green Valley");
    assert_str(now.currency, "CNY");
    assert_true(now.org != 0);
    User *late = guest(app);
    user_address(late, "127.0.0.1");
    assert_status(ask(app, late, "POST", "/start", body), 409);
    assert_status(ask(app, late, "GET", "/start", NULL), 409);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM person"), 1);
}

static void from_elsewhere_the_first_start_asks_for_the_setup_code(void **state)
{
    App *app = app_unfounded(state);
    User *far = guest(app);
    tries_reset();
    user_address(far, "192.168.1.20");
    assert_says(ask(app, far, "GET", "/start", NULL), "Setup code");
    assert_status(ask(app, far, "POST", "/start", start_body(app, "", RIGHT)), 422);
    assert_status(ask(app, far, "POST", "/start", start_body(app, "00000000", RIGHT)), 422);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM org"), 0);
    Str code = setup_code();
    assert_int_equal(code.len, 8);
    const char *spaced = say(app_arena(app), "%.4s %.4s", code.at, code.at + 4);
    assert_goes_to(ask(app, far, "POST", "/start", start_body(app, spaced, RIGHT)), "/today");
}

static void a_proxy_on_this_machine_does_not_open_the_first_start_to_the_world(void **state)
{
    App *app = app_unfounded(state);
    User *proxied = guest(app);
    user_address(proxied, "127.0.0.1");
    assert_says(ask_with(app, proxied, "GET", "/start", "X-Forwarded-For: 203.0.113.9", NULL), "Setup code");
    assert_status(
        ask_with(app, proxied, "POST", "/start", "X-Forwarded-For: 203.0.113.9", start_body(app, "12345678", RIGHT)),
        422);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM org"), 0);
}

static void the_setup_code_cannot_be_guessed_through(void **state)
{
    App *app = app_unfounded(state);
    User *far = guest(app);
    tries_reset();
    int refused = 0;
    for (int i = 0; i < 15; i++)
        refused += ask(app, far, "POST", "/start", start_body(app, "99999999", RIGHT))->status == 429;
    assert_int_equal(refused, 5);
    tries_reset();
}

static void a_refused_first_start_leaves_nothing_behind_and_keeps_what_was_typed(void **state)
{
    App *app = app_unfounded(state);
    User *far = guest(app);
    tries_reset();
    const char *code = str_z(app_arena(app), setup_code());
    const Answer *again = ask(app, far, "POST", "/start", start_body(app, code, "password"));
    assert_status(again, 422);
    assert_says(again, "value=\"Green Valley\"");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM org"), 0);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM person"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(the_first_start_makes_the_co_operative_and_its_administrator_once),
        TEST_DB(from_elsewhere_the_first_start_asks_for_the_setup_code),
        TEST_DB(a_proxy_on_this_machine_does_not_open_the_first_start_to_the_world),
        TEST_DB(the_setup_code_cannot_be_guessed_through),
        TEST_DB(a_refused_first_start_leaves_nothing_behind_and_keeps_what_was_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
