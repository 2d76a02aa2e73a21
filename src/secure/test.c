/* The page that shows a phone how to trust, and what it downloads. */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tls/tls.h"

static void make_authority(App *app)
{
    Str host = STR("hof.lan");
    assert_fine(
        tls_init(app_arena(app), config_text("data"), STR("Millet test"), (StrList){&host, 1}, true, time_now()));
}

static void without_an_authority_the_page_says_how_to_make_one(void **state)
{
    App *app = app_of(state);
    assert_int_equal(
        system(str_z(app_arena(app), str_format(app_arena(app), "rm -rf '%.*s/tls'", STR_ARG(config_text("data"))))),
        0);
    const Answer *page = ask(app, guest(app), "GET", "/trust", NULL);
    assert_status(page, 200);
    assert_says(page, "millet tls init");
    assert_int_equal(ask(app, guest(app), "GET", "/trust/ca.crt", NULL)->status, 404);
    assert_int_equal(ask(app, guest(app), "GET", "/trust/ca.mobileconfig", NULL)->status, 404);
}

static void a_phone_sees_the_words_of_the_certificate_it_downloads(void **state)
{
    App *app = app_of(state);
    Certificate authority;
    Str pem;
    make_authority(app);
    assert_fine(tls_authority(app_arena(app), config_text("data"), &authority, &pem));
    const Answer *page = ask(app, guest(app), "GET", "/trust", NULL);
    assert_status(page, 200);
    assert_says(page, fingerprint_words(app_arena(app), authority.fingerprint, false).at);
    assert_says(page, fingerprint_hex(app_arena(app), authority.fingerprint).at);
    User *chinese = guest(app);
    user_language(chinese, "zh-CN");
    assert_says(ask(app, chinese, "GET", "/trust", NULL),
                fingerprint_words(app_arena(app), authority.fingerprint, true).at);
    const Answer *file = ask(app, guest(app), "GET", "/trust/ca.crt", NULL);
    assert_str(answer_header(file, "Content-Type"), "application/x-x509-ca-cert");
    assert_true(str_eq(file->body, authority.der));
    const Answer *profile = ask(app, guest(app), "GET", "/trust/ca.mobileconfig", NULL);
    assert_str(answer_header(profile, "Content-Type"), "application/x-apple-aspen-config");
    assert_says(profile, "com.apple.security.root");
}

static void the_key_of_the_authority_is_never_served(void **state)
{
    App *app = app_of(state);
    make_authority(app);
    static const char *const paths[] = {"/trust/ca.key", "/trust/server.pem", "/tls/ca.key"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        assert_int_equal(ask(app, guest(app), "GET", paths[i], NULL)->status, 404);
    assert_silent(ask(app, guest(app), "GET", "/trust/ca.crt", NULL), "PRIVATE KEY");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(without_an_authority_the_page_says_how_to_make_one),
        TEST_DB(a_phone_sees_the_words_of_the_certificate_it_downloads),
        TEST_DB(the_key_of_the_authority_is_never_served),
    };
    return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
