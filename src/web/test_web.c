/* The dispatcher, asked as people and programs ask. */
#include "test/ask.h"

#include "core/config.h"
#include "web/inside.h"
#include "web/url.h"

static void the_house_says_that_it_is_well(void **state)
{
    App *app = app_of(state);
    const Answer *answer = ask(app, NULL, "GET", "/healthz", NULL);
    assert_status(answer, 200);
    assert_str(json_text(answer, "status"), "ok");
}

static void an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(void **state)
{
    App *app = app_of(state);
    const Answer *page = ask(app, NULL, "GET", "/no/such/place", NULL);
    assert_status(page, 404);
    assert_str(answer_header(page, "Content-Type"), "text/html; charset=utf-8");
    assert_says(page, "There is nothing at this address");
    assert_refused(ask(app, NULL, "GET", "/api/v1/nothing", NULL), 404, "web.missing");
}

static void a_wrong_method_names_the_right_ones(void **state)
{
    App *app = app_of(state);
    const Answer *answer = ask(app, NULL, "POST", "/healthz", "a=1");
    assert_status(answer, 405);
    assert_str(answer_header(answer, "Allow"), "GET, HEAD, OPTIONS");
    answer = ask(app, NULL, "OPTIONS", "/healthz", NULL);
    assert_status(answer, 204);
    assert_str(answer_header(answer, "Allow"), "GET, HEAD, OPTIONS");
}

static void every_answer_carries_the_security_headers(void **state)
{
    App *app = app_of(state);
    static const char *const paths[] = {"/healthz", "/no/such/place", "/api/v1/nothing"};
    for (size_t i = 0; i < 3; i++) {
        const Answer *answer = ask(app, NULL, "GET", paths[i], NULL);
        Str csp = answer_header(answer, "Content-Security-Policy");
        assert_true(str_starts(csp, STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;")));
        assert_true(str_find(csp, STR("manifest-src 'self'; worker-src 'self'")) != SIZE_MAX);
        assert_true(str_find(csp, STR("frame-ancestors 'none'")) != SIZE_MAX);
        assert_str(answer_header(answer, "X-Content-Type-Options"), "nosniff");
        assert_str(answer_header(answer, "Referrer-Policy"), "no-referrer");
        assert_str(answer_header(answer, "Cross-Origin-Resource-Policy"), "same-origin");
        assert_str(answer_header(answer, "Cross-Origin-Opener-Policy"), "same-origin");
        assert_str(answer_header(answer, "X-Frame-Options"), "DENY");
        assert_str(answer_header(answer, "Permissions-Policy"),
                   "geolocation=(), camera=(), microphone=(), payment=(), usb=()");
        assert_str(answer_header(answer, "Cache-Control"), "no-store");
        assert_int_equal(answer_header(answer, "Strict-Transport-Security").len, 0);
        assert_int_equal(answer_header(answer, "X-Request-Id").len, ID_TEXT_LEN);
    }
}

static void over_https_cookies_are_strict_and_the_browser_is_told_to_stay(void **state)
{
    App *app = app_of(state);
    const Answer *plain = ask(app, guest(app), "GET", "/language?to=zh-CN&back=/healthz", NULL);
    assert_goes_to(plain, "/healthz");
    assert_str(answer_header(plain, "Set-Cookie"), "lang=zh-CN; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000");
    User *strict = guest(app);
    user_https(strict);
    const Answer *secure = ask(app, strict, "GET", "/language?to=zh-CN&back=/healthz", NULL);
    assert_str(answer_header(secure, "Set-Cookie"),
               "__Host-lang=zh-CN; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=31536000");
    assert_str(answer_header(secure, "Strict-Transport-Security"), "max-age=63072000; includeSubDomains");
}

static void a_link_cannot_send_a_person_to_another_site(void **state)
{
    App *app = app_of(state);
    static const char *const bad[] = {"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Buf target = buf_new(app_arena(app), 200);
        buf_add(&target, STR("/language?to=en&back="));
        url_encode(&target, str_of(bad[i]));
        const Answer *answer = ask(app, guest(app), "GET", str_z(app_arena(app), buf_str(&target)), NULL);
        assert_str(answer_header(answer, "Location"), "/");
    }
}

static void hostile_paths_are_refused(void **state)
{
    App *app = app_of(state);
    static const char *const bad[] = {"/../etc/passwd", "/a/../b",     "/%2e%2e/etc/passwd", "/a/%2E%2e",   "/a%00b",
                                      "/a%zz",          "/a%4",        "/%ff%fe",            "/a\\..\\b",   "/a%0d%0ab",
                                      "/%c0%ae%c0%ae/", "/./healthz",  "/a%5c..%5cb",        "/%ed%a0%80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const Answer *answer = ask_with(app, NULL, "GET", bad[i], "Accept: application/json", NULL);
        assert_status(answer, 400);
    }
}

static void doubled_and_conflicting_headers_are_refused(void **state)
{
    App *app = app_of(state);
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/openapi.json", "Host: other.test", NULL), 400, "http.doubled_header");
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/openapi.json", "Content-Length: 1\nContent-Length: 1", NULL), 400,
                   "http.doubled_header");
    assert_refused(
        ask_with(app, NULL, "GET", "/api/v1/openapi.json", "Content-Length: 1\nTransfer-Encoding: chunked", NULL), 400,
        "http.bad_length");
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/openapi.json", "X-Name: \xff\xfe", NULL), 400, "http.bad_header");
}

static void refusals_speak_the_language_of_the_person(void **state)
{
    App *app = app_of(state);
    User *wang = guest(app);
    user_language(wang, "zh-CN,zh;q=0.9");
    const Answer *answer = ask(app, wang, "GET", "/no/such/place", NULL);
    assert_says(answer, "lang=\"zh-CN\"");
}

static void the_description_of_the_api_is_json(void **state)
{
    App *app = app_of(state);
    const Answer *answer = ask(app, NULL, "GET", "/api/v1/openapi.json", NULL);
    assert_status(answer, 200);
    assert_str(json_text(answer, "openapi"), "3.1.0");
    assert_str(json_text(answer, "components.schemas.Money.type"), "object");
}

static void metrics_are_readable_by_prometheus(void **state)
{
    App *app = app_of(state);
    const Answer *answer = ask(app, NULL, "GET", "/metrics", NULL);
    assert_status(answer, 200);
    assert_true(str_starts(answer_header(answer, "Content-Type"), STR("text/plain; version=0.0.4")));
}

static void an_asset_that_is_not_there_is_missing(void **state)
{
    assert_status(ask(app_of(state), NULL, "GET", "/assets/nothing.css", NULL), 404);
}

static void a_browser_that_asks_for_favicon_ico_finds_the_picture(void **state)
{
    App *app = app_of(state);
    const Answer *picture = follow(app, NULL, ask(app, NULL, "GET", "/favicon.ico", NULL));
    assert_status(picture, 200);
    assert_str(answer_header(picture, "Content-Type"), "image/svg+xml");
    assert_str(answer_header(picture, "Cache-Control"), "public, max-age=31536000, immutable");
}

static void where_the_village_wants_it_http_leads_to_https(void **state)
{
    App *app = app_of(state);
    const char *off[] = {"/", "/sign-in", "/trust"};
    for (size_t i = 0; i < 3; i++)
        assert_true(ask(app, NULL, "GET", off[i], NULL)->status != 308);
    assert_fine(config_set(app_arena(app), "https_redirect", "true"));
    assert_fine(config_set(app_arena(app), "listen_tls", "0.0.0.0:9443"));
    assert_fine(web_start(app_store(app), app_arena(app)));
    const Answer *there = ask(app, NULL, "GET", "/sign-in?back=/me", NULL);
    assert_status(there, 308);
    assert_str(answer_header(there, "Location"), "https://millet.test:9443/sign-in?back=/me");
    assert_status(ask(app, NULL, "POST", "/sign-in", "name=a&password=b"), 308);
    assert_status(ask(app, NULL, "GET", "/healthz", NULL), 200);
    User *safe = guest(app);
    user_https(safe);
    assert_true(ask(app, safe, "GET", "/sign-in", NULL)->status != 308);
    assert_fine(config_set(app_arena(app), "public_url", "https://shop.example.org/"));
    assert_str(answer_header(ask(app, NULL, "GET", "/sign-in", NULL), "Location"), "https://shop.example.org/sign-in");
    assert_fine(config_set(app_arena(app), "public_url", ""));
    assert_fine(config_set(app_arena(app), "listen_tls", ""));
    assert_fine(config_set(app_arena(app), "https_redirect", "false"));
    assert_fine(web_start(app_store(app), app_arena(app)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(the_house_says_that_it_is_well),
        TEST_DB(an_unknown_address_is_a_page_for_people_and_a_problem_for_programs),
        TEST_DB(a_wrong_method_names_the_right_ones),
        TEST_DB(every_answer_carries_the_security_headers),
        TEST_DB(where_the_village_wants_it_http_leads_to_https),
        TEST_DB(over_https_cookies_are_strict_and_the_browser_is_told_to_stay),
        TEST_DB(a_link_cannot_send_a_person_to_another_site),
        TEST_DB(hostile_paths_are_refused),
        TEST_DB(doubled_and_conflicting_headers_are_refused),
        TEST_DB(refusals_speak_the_language_of_the_person),
        TEST_DB(the_description_of_the_api_is_json),
        TEST_DB(metrics_are_readable_by_prometheus),
        TEST_DB(an_asset_that_is_not_there_is_missing),
        TEST_DB(a_browser_that_asks_for_favicon_ico_finds_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
