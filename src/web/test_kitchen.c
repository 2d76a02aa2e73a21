/* What the web layer does for any module: routes, forms, JSON, uploads, access, CSRF, limits. */
#include "web/test_kitchen.h"

/* ---- routes ---- */

static void a_literal_segment_wins_over_a_name(void **state)
{
    App *app = kitchen(state);
    assert_says(ask(app, NULL, "GET", "/kitchen/dish/soup", NULL), "soup");
    assert_says(ask(app, NULL, "GET", "/kitchen/dish/bread", NULL), "<form>");
    assert_status(ask(app, NULL, "GET", "/kitchen/dish", NULL), 404);
    assert_status(ask(app, NULL, "GET", "/kitchen/dish/", NULL), 404);
    assert_status(ask(app, NULL, "GET", "/kitchen/dish/soup/more", NULL), 404);
}

static void names_of_the_path_are_decoded_once_and_a_slash_in_them_is_no_segment(void **state)
{
    App *app = kitchen(state);
    assert_str(ask(app, NULL, "GET", "/kitchen/dish/%E7%B1%B3%20%2525", NULL)->body, "米 %25");
    assert_str(ask(app, NULL, "GET", "/kitchen/dish/a%2Fb", NULL)->body, "a/b");
    assert_str(ask(app, NULL, "GET", "/kitchen/left/files/a/b/c", NULL)->body, "a/b/c");
}

static void an_id_that_is_none_is_missing_not_an_error(void **state)
{
    App *app = kitchen(state);
    assert_status(ask(app, NULL, "GET", "/kitchen/id/nonsense", NULL), 404);
    Id id = id_mint();
    Str path = str_format(app_arena(app), "/kitchen/id/%.*s", STR_ARG(id_text(app_arena(app), id)));
    assert_status(ask(app, NULL, "GET", str_z(app_arena(app), path), NULL), 200);
}

/* ---- forms and JSON ---- */

static void a_good_form_is_carried_out(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, guest(app), "POST", "/kitchen", "name=%E7%B1%B3&pieces=3&hot=on&tags=a&tags=b&price=12.50");
    assert_goes_to(answer, "/kitchen/dish/");
    assert_int_equal(cooked, 1);
}

static void a_bad_form_comes_back_with_what_was_typed_and_the_error_at_its_field(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, guest(app), "POST", "/kitchen", "name=Soup&pieces=99");
    assert_status(answer, 422);
    assert_says(answer, "name=Soup");
    assert_says(answer, "field=pieces");
    assert_says(answer, "error=field.range");
    assert_int_equal(cooked, 0);
}

static void the_first_bad_field_of_json_is_named(void **state)
{
    App *app = kitchen(state);
    const char *path = "/api/v1/kitchen";
    assert_refused(ask(app, NULL, "POST", path, "{\"pieces\":1}"), 422, "field.required");
    const Answer *answer = ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"pieces\":0}");
    assert_refused(answer, 422, "field.range");
    assert_str(json_text(answer, "field"), "pieces");
    assert_refused(ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"colour\":1}"), 422, "json.unknown_field");
    assert_refused(ask(app, NULL, "POST", path, "{\"name\":\"Soup\""), 400, "json.syntax");
    assert_status(ask(app, NULL, "POST", path, "{\"name\":\"Soup\",\"price\":{\"minor\":1250,\"currency\":\"CNY\"}}"), 201);
    assert_int_equal(cooked, 1);
}

static void lists_in_forms_are_read_by_their_numbers(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    const Answer *answer = ask(app, wang, "POST", "/api/v1/kitchen/menu",
                               "title=Lunch&dishes.0.name=Soup&dishes.0.pieces=2&dishes.1.name=Bread&dishes.1.tags=x");
    assert_status(answer, 200);
    assert_str(json_text(answer, "dishes.1.name"), "Bread");
    assert_int_equal(json_number(answer, "dishes.0.pieces"), 2);
    answer = ask(app, wang, "POST", "/api/v1/kitchen/menu", "title=Lunch&dishes.0.name=Soup&dishes.0.pieces=77");
    assert_refused(answer, 422, "field.range");
    assert_str(json_text(answer, "field"), "dishes.0.pieces");
    assert_refused(ask(app, wang, "POST", "/api/v1/kitchen/menu", "title=Lunch"), 422, "field.required");
}

static void broken_and_hostile_bodies_are_refused(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=%zz"), 400);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=a%00b"), 400);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=%ff%fe"), 400);
    assert_status(ask_with(app, wang, "POST", "/kitchen", "Content-Type: text/yaml", "name=a"), 400); /* two types */
    Buf fields = buf_new(app_arena(app), 10000);
    for (int i = 0; i < 201; i++)
        buf_add(&fields, STR("a=1&"));
    assert_status(ask(app, wang, "POST", "/kitchen", str_z(app_arena(app), buf_str(&fields))), 413);
    Buf large = buf_new(app_arena(app), 100000);
    buf_add(&large, STR("name="));
    for (int i = 0; i < 66000; i++)
        buf_add_char(&large, 'a');
    assert_status(ask(app, wang, "POST", "/kitchen", str_z(app_arena(app), buf_str(&large))), 413);
    assert_int_equal(cooked, 0);
}

/* ---- uploads ---- */

static int files_left(void)
{
    Str folder = config_text("data");
    char command[200];
    snprintf(command, sizeof command, "ls %.*s/tmp | wc -l", STR_ARG(folder));
    FILE *out = popen(command, "r");
    int count = -1;
    if (!out || fscanf(out, "%d", &count) != 1)
        abort();
    pclose(out);
    return count;
}

static void an_upload_is_on_disk_while_the_handler_runs_and_gone_afterwards(void **state)
{
    App *app = kitchen(state);
    const AskFile file = {"picture", "C:\\photos\\egg.jpg", "image/jpeg", STR("not really a picture")};
    const Answer *answer = ask_upload(app, guest(app), "/kitchen/picture", &file, "title=Egg");
    assert_str(answer->body, "egg.jpg|image/jpeg|20|Egg|not really a picture");
    assert_int_equal(files_left(), 0);
}

static void uploads_keep_to_their_limits(void **state)
{
    App *app = kitchen(state);
    char *big = arena_alloc(app_arena(app), 300001);
    memset(big, 'x', 300000);
    const AskFile large = {"picture", "a.jpg", "image/jpeg", {big, 300000}};
    assert_status(ask_upload(app, guest(app), "/kitchen/picture", &large, ""), 413);
    const AskFile small = {"picture", "a.jpg", "image/jpeg", STR("x")};
    assert_status(ask_upload(app, guest(app), "/kitchen/fields", &small, "name=Soup"), 415);
    Buf parts = buf_new(app_arena(app), 1000);
    for (int i = 0; i < 21; i++)
        buf_add(&parts, STR("a=1&"));
    buf_add(&parts, STR("b=2"));
    assert_status(ask_upload(app, guest(app), "/kitchen/picture", NULL, str_z(app_arena(app), buf_str(&parts))), 413);
    assert_int_equal(files_left(), 0);
}

/* ---- who may ---- */

static void a_stranger_is_led_to_the_door_and_back(void **state)
{
    App *app = kitchen(state);
    assert_goes_to(ask(app, guest(app), "GET", "/kitchen/inside?a=1", NULL), "/sign-in?back=%2Fkitchen%2Finside%3Fa%3D1");
    assert_refused(ask_with(app, NULL, "GET", "/kitchen/inside", "Accept: application/json", NULL), 401, "access.sign_in");
}

static Str token_of(const Answer *answer)
{
    size_t at = str_find(answer->body, STR("value=\""));
    assert_true(at != SIZE_MAX);
    Str rest = str_slice(answer->body, at + 7, SIZE_MAX);
    return str_slice(rest, 0, str_find(rest, STR("\"")));
}

static const char *with_token(App *app, Str token)
{
    return str_z(app_arena(app), str_format(app_arena(app), "name=Soup&csrf=%.*s", STR_ARG(token)));
}

static void where_the_browser_says_nothing_the_form_token_decides(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    assert_status(ask(app, wang, "POST", "/kitchen", "name=Soup"), 403);
    Str token = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    assert_true(user_cookie(wang, "visit").len > 0);
    assert_goes_to(ask(app, wang, "POST", "/kitchen", with_token(app, token)), "/kitchen/dish/Soup");
    assert_goes_to(ask_with(app, wang, "POST", "/kitchen", "Origin: null", with_token(app, token)), "/kitchen/dish/Soup");
    User *other = guest(app);
    user_forged(other);
    ask(app, other, "GET", "/kitchen", NULL);
    assert_status(ask(app, other, "POST", "/kitchen", with_token(app, token)), 403);
    assert_int_equal(cooked, 2);
}

static void a_token_is_masked_anew_on_each_page_and_stays_good(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    Str one = token_of(ask(app, wang, "GET", "/kitchen", NULL)), two = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    assert_false(str_eq(one, two));
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, one)), 303);
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, two)), 303);
}

static void other_sites_are_refused_whatever_token_they_bring(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    Str token = token_of(ask(app, wang, "GET", "/kitchen", NULL));
    static const char *const bad[] = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example",
                                      "Origin: http://millet.test.evil.example"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_status(ask_with(app, wang, "POST", "/kitchen", bad[i], with_token(app, token)), 403);
    assert_status(ask_with(app, wang, "POST", "/kitchen", "Origin: http://millet.test", "name=Soup"), 303);
    assert_int_equal(cooked, 1);
}

static void the_token_of_shared_pages_opens_everything_but_the_door(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_forged(wang);
    const Answer *list = ask(app, wang, "GET", "/kitchen/list", NULL);
    size_t at = str_find(list->body, STR("csrf=")) + 5;
    Str token = str_slice(list->body, at, at + 43);
    assert_status(ask(app, wang, "POST", "/kitchen", with_token(app, token)), 303);
    assert_status(ask(app, wang, "POST", "/kitchen/sign-in", with_token(app, token)), 403);
}

static void a_program_without_cookies_needs_no_token_for_json(void **state)
{
    App *app = kitchen(state);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen", "{\"name\":\"Soup\"}"), 201);
    assert_status(ask(app, NULL, "POST", "/api/v1/kitchen", "name=Soup"), 403);
    assert_status(ask_with(app, NULL, "POST", "/api/v1/kitchen", "Sec-Fetch-Site: cross-site", "{\"name\":\"Soup\"}"), 403);
}

static void posting_is_limited_and_the_refusal_says_when_to_come_back(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_address(wang, "198.51.100.20");
    int fine = 0;
    const Answer *answer = NULL;
    for (int i = 0; i < 25; i++) {
        answer = ask(app, wang, "POST", "/kitchen/post", "name=Soup");
        fine += answer->status == 303;
    }
    assert_int_equal(fine, 20);
    assert_status(answer, 429);
    assert_true(answer_header(answer, "Retry-After").len > 0);
    User *li = guest(app);
    user_address(li, "198.51.100.21");
    assert_status(ask(app, li, "POST", "/kitchen/post", "name=Soup"), 303);
}

static void one_export_of_a_person_runs_at_a_time(void **state)
{
    App *app = kitchen(state);
    export_app = app;
    exporter = guest(app);
    user_address(exporter, "198.51.100.30");
    assert_says(ask(app, exporter, "GET", "/kitchen/export", NULL), "inner=429");
    assert_says(ask(app, exporter, "GET", "/kitchen/export", NULL), "inner=429"); /* the place was given back */
}

static void signing_in_well_is_never_limited_but_guessing_is(void **state)
{
    App *app = kitchen(state);
    User *wang = guest(app);
    user_address(wang, "2001:db8:1:2::7");
    for (int i = 0; i < 40; i++)
        assert_status(ask(app, wang, "POST", "/kitchen/sign-in", "name=Soup"), 303);
    int guesses = 0;
    for (int i = 0; i < 30; i++) {
        char address[64];
        snprintf(address, sizeof address, "2001:db8:1:2::%d", i + 10); /* one household, many addresses */
        user_address(wang, address);
        guesses += ask(app, wang, "POST", "/kitchen/sign-in", "name=")->status == 422;
    }
    assert_int_equal(guesses, 20);
}

/* ---- failures ---- */

static void a_failure_of_ours_tells_no_details(void **state)
{
    App *app = kitchen(state);
    const Answer *answer = ask(app, NULL, "GET", "/kitchen/broken", NULL);
    assert_status(answer, 500);
    assert_silent(answer, "secret detail");
    assert_says(answer, "The kitchen burns.");
    assert_status(ask(app, NULL, "GET", "/kitchen/silent", NULL), 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_literal_segment_wins_over_a_name),
        TEST_DB(names_of_the_path_are_decoded_once_and_a_slash_in_them_is_no_segment),
        TEST_DB(an_id_that_is_none_is_missing_not_an_error),
        TEST_DB(a_good_form_is_carried_out),
        TEST_DB(a_bad_form_comes_back_with_what_was_typed_and_the_error_at_its_field),
        TEST_DB(the_first_bad_field_of_json_is_named),
        TEST_DB(lists_in_forms_are_read_by_their_numbers),
        TEST_DB(broken_and_hostile_bodies_are_refused),
        TEST_DB(an_upload_is_on_disk_while_the_handler_runs_and_gone_afterwards),
        TEST_DB(uploads_keep_to_their_limits),
        TEST_DB(a_stranger_is_led_to_the_door_and_back),
        TEST_DB(where_the_browser_says_nothing_the_form_token_decides),
        TEST_DB(a_token_is_masked_anew_on_each_page_and_stays_good),
        TEST_DB(other_sites_are_refused_whatever_token_they_bring),
        TEST_DB(the_token_of_shared_pages_opens_everything_but_the_door),
        TEST_DB(a_program_without_cookies_needs_no_token_for_json),
        TEST_DB(posting_is_limited_and_the_refusal_says_when_to_come_back),
        TEST_DB(one_export_of_a_person_runs_at_a_time),
        TEST_DB(signing_in_well_is_never_limited_but_guessing_is),
        TEST_DB(a_failure_of_ours_tells_no_details),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
