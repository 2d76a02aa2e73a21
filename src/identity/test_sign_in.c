/* Signing in, staying signed in, and getting back in. */
#include "identity/test_fair.h"

#include <time.h>

#include "identity/sign_in.h"

/* ---- by password ---- */

static void a_person_signs_in_by_name_phone_or_email(void **state)
{
    App *app = fair_with_li_hua(state);
    const char *names[] = {"Li Hua",          "  li   HUA ",       "ＬＩ ＨＵＡ", "13812345678", "+86 138-1234-5678",
                           "008613812345678", "li.hua@EXAMPLE.org"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        User *browser = guest(app);
        assert_false(is_in(app, browser));
        assert_goes_to(sign_in_as(app, browser, names[i], RIGHT), "/");
        assert_true(is_in(app, browser));
    }
}

static void an_unknown_name_gets_the_same_answer_as_a_wrong_password(void **state)
{
    App *app = fair_with_li_hua(state);
    const Answer *wrong = sign_in_as(app, guest(app), "Li Hua", "wrong wrong wrong"),
                 *unknown = sign_in_as(app, guest(app), "No Body", "wrong wrong wrong");
    assert_status(wrong, 422);
    assert_status(unknown, 422);
    assert_says(wrong, "do not go together");
    assert_says(unknown, "do not go together");
    assert_says(wrong, "value=\"Li Hua\""); /* what was typed is still there, but never the password */
    assert_silent(wrong, "wrong wrong wrong");
}

static void an_unknown_name_takes_as_long_as_a_known_one(void **state)
{
    App *app = fair_with_li_hua(state);
    Db db;
    Person person;
    bool outdated;
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    int64_t spent[2] = {INT64_MAX, INT64_MAX};
    const char *names[] = {"Li Hua", "Nobody Here"};
    for (int round = 0; round < 40 && (round < 4 || spent[1] * 100 / spent[0] < 70 || spent[1] * 100 / spent[0] > 140); round++)
        for (int i = 0; i < 2; i++) {
            SignIn in = {.typed = str_of(names[i]), .password = STR("not this one"), .address = STR("127.0.0.1")};
            struct timespec before, after;
            tries_reset();
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
            assert_err(sign_in_check(&db, time_now(), &in, &person, &outdated), "sign_in.wrong");
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
            int64_t us = (after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000;
            spent[i] = us < spent[i] ? us : spent[i];
        }
    assert_true(spent[0] > 1000); /* it is the hash that takes the time */
    assert_in_range(spent[1] * 100 / spent[0], 70, 140);
}

static void a_phone_that_two_people_share_signs_in_nobody(void **state)
{
    App *app = fair_with_li_hua(state);
    person_with(app, (NewPerson){.name = STR("Li Ming"), .phone = STR("13812345678")}, 0);
    assert_status(sign_in_as(app, guest(app), "13812345678", RIGHT), 422);
    assert_goes_to(sign_in_as(app, guest(app), "Li Ming", RIGHT), "/");
}

static void a_guest_of_the_shop_cannot_sign_in(void **state)
{
    App *app = fair_with_li_hua(state);
    person_with(app, (NewPerson){.name = STR("Passer By"), .phone = STR("555 0001 9999"), .state = "guest"}, 0);
    assert_status(sign_in_as(app, guest(app), "Passer By", RIGHT), 422);
    assert_status(sign_in_as(app, guest(app), "55500019999", RIGHT), 422);
}

static void nobody_is_sent_to_another_site_after_signing_in(void **state)
{
    App *app = fair_with_li_hua(state);
    const char *backs[] = {"//evil.example/",     "/\\evil.example",        "https://evil.example/",
                           "javascript:alert(1)", "/me\r\nSet-Cookie: a=b", ""};
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++) {
        const Answer *in = ask(app, guest(app), "POST", "/sign-in",
                               form(app_arena(app), "name", "Li Hua", "password", RIGHT, "back", backs[i], NULL));
        assert_status(in, 303);
        assert_str(answer_header(in, "Location"), "/");
    }
    assert_str(
        answer_header(ask(app, guest(app), "POST", "/sign-in",
                          form(app_arena(app), "name", "Li Hua", "password", RIGHT, "back", "/me/profile?x=1", NULL)),
                      "Location"),
        "/me/profile?x=1");
}

static void a_page_of_members_leads_to_signing_in_and_back(void **state)
{
    App *app = fair_with_li_hua(state);
    const Answer *sent = ask(app, guest(app), "GET", "/me/devices", NULL);
    assert_goes_to(sent, "/sign-in?back=%2Fme%2Fdevices");
    assert_says(follow(app, guest(app), sent), "value=\"/me/devices\"");
}

/* ---- wrong tries ---- */

static void after_five_wrong_tries_one_must_wait_but_never_longer_than_15_minutes(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    for (int i = 0; i < 5; i++)
        assert_status(sign_in_as(app, browser, "Li Hua", "wrong wrong wrong"), 422);
    const Answer *sixth = sign_in_as(app, browser, "Li Hua", RIGHT);
    assert_status(sixth, 429);
    assert_says(sixth, "Too many wrong tries");
    assert_true(answer_header(sixth, "Retry-After").len > 0);
    clock_forward(31 * SECOND_MS);
    assert_goes_to(sign_in_as(app, browser, "Li Hua", RIGHT), "/");
    /* However many were wrong: a quarter of an hour at most. */
    Time now = {1000000};
    for (int i = 0; i < 200; i++)
        tries_wrong(TRY_ACCOUNT, STR("somebody"), now);
    assert_int_equal(tries_wait(TRY_ACCOUNT, STR("somebody"), now), 15 * MINUTE_MS);
    assert_int_equal(tries_wait(TRY_ACCOUNT, STR("somebody"), (Time){now.ms + 15 * MINUTE_MS}), 0);
    time_fake((Time){0});
}

static void asking_again_while_waiting_does_not_make_the_wait_longer(void **state)
{
    (void)state;
    tries_reset();
    Time now = {1000000};
    for (int i = 0; i < 5; i++)
        tries_wrong(TRY_ACCOUNT, STR("x"), now);
    assert_int_equal(tries_wait(TRY_ACCOUNT, STR("x"), now), 30 * SECOND_MS);
    for (int i = 0; i < 50; i++)
        assert_int_equal(tries_wait(TRY_ACCOUNT, STR("x"), (Time){now.ms + 10 * SECOND_MS}), 20 * SECOND_MS);
    assert_int_equal(tries_wait(TRY_ACCOUNT, STR("somebody else"), now), 0);
}

static void wrong_tries_are_forgotten_after_a_quiet_quarter_of_an_hour(void **state)
{
    (void)state;
    tries_reset();
    Time now = {1000000};
    for (int i = 0; i < 4; i++)
        tries_wrong(TRY_ACCOUNT, STR("x"), now);
    now.ms += 15 * MINUTE_MS + 1;
    tries_wrong(TRY_ACCOUNT, STR("x"), now);
    assert_int_equal(tries_wait(TRY_ACCOUNT, STR("x"), now), 0);
}

static void strangers_who_guess_do_not_slow_a_browser_that_was_here_before(void **state)
{
    App *app = fair_with_li_hua(state);
    User *own = guest(app), *stranger = guest(app);
    assert_goes_to(sign_in_as(app, own, "Li Hua", RIGHT), "/");
    assert_goes_to(ask(app, own, "POST", "/sign-out", ""), "/");
    for (int i = 0; i < 6; i++)
        (void)sign_in_as(app, stranger, "Li Hua", "wrong wrong wrong");
    assert_status(sign_in_as(app, stranger, "Li Hua", RIGHT), 429);
    assert_goes_to(sign_in_as(app, own, "Li Hua", RIGHT), "/");
}

static void one_address_may_be_wrong_twenty_times_an_hour_and_ipv6_counts_by_64(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    Arena *arena = app_arena(app);
    for (int i = 0; i < 20; i++) {
        user_address(browser, say(arena, "2001:db8:1:2:%x::1", i)); /* the same /64 */
        assert_status(sign_in_as(app, browser, say(arena, "name %c%c", 'a' + i, 'a' + i), "wrong wrong wrong"), 422);
    }
    user_address(browser, "2001:db8:1:2:ffff::9");
    assert_status(sign_in_as(app, browser, "Li Hua", RIGHT), 429);
    user_address(browser, "2001:db8:1:3::9");
    assert_goes_to(sign_in_as(app, browser, "Li Hua", RIGHT), "/");
}

static void this_machine_itself_is_never_made_to_wait_as_an_address(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    user_address(browser, "127.0.0.1");
    for (int i = 0; i < 25; i++)
        (void)sign_in_as(app, browser, say(app_arena(app), "name %c%c", 'a' + i, 'a' + i), "wrong wrong wrong");
    assert_goes_to(sign_in_as(app, browser, "Li Hua", RIGHT), "/");
}

/* ---- ways back in ---- */

static StrList codes_of(App *app, User *user)
{
    const Answer *made = ask(app, user, "POST", "/me/codes", "");
    assert_status(made, 200);
    StrList codes = {NEW_ARRAY(app_arena(app), Str, 32), 0};
    for (Str rest = made->body; codes.len < 32;) {
        size_t at = str_find(rest, STR("<li><code>"));
        if (at == SIZE_MAX)
            break;
        rest = str_slice(rest, at + 10, SIZE_MAX);
        codes.at[codes.len++] = str_slice(rest, 0, str_find(rest, STR("<")));
    }
    return codes;
}

static const Answer *code_in(App *app, User *user, const char *name, Str code)
{
    return ask(app, user, "POST", "/sign-in/code",
               form(app_arena(app), "name", name, "code", str_z(app_arena(app), code), NULL));
}

static void a_recovery_code_works_at_once_however_many_tries_were_wrong_and_only_once(void **state)
{
    App *app = fair_with_li_hua(state);
    User *own = guest(app), *lost = guest(app);
    sign_in_as(app, own, "Li Hua", RIGHT);
    StrList codes = codes_of(app, own);
    assert_int_equal(codes.len, 10);
    for (int i = 0; i < 30; i++)
        (void)sign_in_as(app, lost, "Li Hua", "wrong wrong wrong");
    assert_status(sign_in_as(app, lost, "Li Hua", RIGHT), 429);
    Str shouted = str_format(app_arena(app), " %.*s ", STR_ARG(codes.at[4]));
    for (size_t i = 0; i < shouted.len; i++)
        if (shouted.at[i] >= 'a' && shouted.at[i] <= 'z')
            ((char *)shouted.at)[i] = (char)(shouted.at[i] - 32);
    assert_goes_to(code_in(app, lost, "13812345678", shouted), "/me/password");
    assert_true(is_in(app, lost));
    assert_status(code_in(app, guest(app), "Li Hua", codes.at[4]), 422);
    assert_goes_to(code_in(app, guest(app), "Li Hua", codes.at[5]), "/me/password");
    /* It lets the person set a password without the old one; whoever knew the old one is out. */
    assert_goes_to(ask(app, lost, "POST", "/me/password", "password=a+brand+new+barn+door"), "/me");
    assert_false(is_in(app, own));
    assert_true(is_in(app, lost));
    tries_reset();
    assert_goes_to(sign_in_as(app, guest(app), "Li Hua", "a brand new barn door"), "/");
}

static void a_code_of_somebody_else_does_not_work(void **state)
{
    App *app = fair_with_li_hua(state);
    User *own = guest(app);
    person_with(app, (NewPerson){.name = STR("Wang")}, 0);
    sign_in_as(app, own, "Li Hua", RIGHT);
    StrList codes = codes_of(app, own);
    assert_status(code_in(app, guest(app), "Wang", codes.at[0]), 422);
    assert_status(code_in(app, guest(app), "Nobody", codes.at[0]), 422);
    StrList fresh = codes_of(app, own); /* the old sheet ends with the new one */
    assert_status(code_in(app, guest(app), "Li Hua", codes.at[0]), 422);
    assert_goes_to(code_in(app, guest(app), "Li Hua", fresh.at[0]), "/me/password");
}

static void a_slip_signs_in_once_within_a_day_and_opening_it_does_not_use_it_up(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    User *staff = user(app, "Office", 0, ROLE_ADMIN | ROLE_MEMBER), *old = guest(app);
    Id grandma = person_with(app, (NewPerson){.name = STR("Grandma Zhao"), .phone = STR("139 2222 3333")}, 0);
    const char *print = say(arena, "/people/%.*s/slip", STR_ARG(id_text(arena, grandma)));
    const Answer *sheet = ask(app, staff, "POST", print, "");
    assert_status(sheet, 200);
    const char *digits = str_z(arena, between(sheet, "<p class=\"code\">", "<"));
    assert_int_equal(strlen(digits), 14); /* 1234-5678-9012 */
    const char *typed = form(arena, "name", "13922223333", "code", digits, NULL);
    assert_status(
        ask(app, old, "POST", "/sign-in/slip", form(arena, "name", "13922223333", "code", "0000-0000-0000", NULL)),
        422);
    assert_goes_to(ask(app, old, "POST", "/sign-in/slip", typed), "/me/password");
    assert_true(is_in(app, old));
    assert_status(ask(app, guest(app), "POST", "/sign-in/slip", typed), 422);
    sheet = ask(app, staff, "POST", print, "");
    digits = str_z(arena, between(sheet, "<p class=\"code\">", "<"));
    clock_forward(DAY_MS + 1);
    assert_status(
        ask(app, guest(app), "POST", "/sign-in/slip", form(arena, "name", "Grandma Zhao", "code", digits, NULL)), 422);
    time_fake((Time){0});
}

static Err *put_slip(Tx *tx, void *arg)
{
    return slip_put(tx, time_now(), arg);
}

static void the_qr_of_a_slip_works_once_and_looking_at_it_is_free(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    Db db;
    Person person;
    bool found;
    NewSlip slip;
    assert_fine(db_read(app_store(app), arena, &db));
    assert_fine(person_find(&db, STR("Li Hua"), &person, &found));
    assert_fine(slip_mint(arena, person.id, person.id, &slip));
    assert_fine(db_write(app_store(app), arena, put_slip, &slip));
    const char *link = say(arena, "/slip/%.*s", STR_ARG(slip.link));
    for (int i = 0; i < 3; i++)
        assert_says(ask(app, guest(app), "GET", link, NULL), "Hello, Li Hua");
    User *phone = guest(app);
    assert_goes_to(ask(app, phone, "POST", link, ""), "/me/password");
    assert_true(is_in(app, phone));
    assert_status(ask(app, guest(app), "POST", link, ""), 404);
    assert_status(ask(app, guest(app), "GET", link, NULL), 404);
    assert_status(ask(app, guest(app), "GET", "/slip/0123456789abcdefghjkmnpqrs", NULL), 404);
}

/* ---- sessions ---- */

static void the_cookie_is_strict_over_https_and_still_works_on_a_village_network_without(void **state)
{
    App *app = fair_with_li_hua(state);
    User *plain = guest(app), *tls = guest(app);
    Str over_http = {0}, over_https = {0};
    const Answer *in = sign_in_as(app, plain, "Li Hua", RIGHT);
    for (size_t i = 0; i < in->headers_len; i++)
        if (str_starts(in->headers[i].value, STR("sid=")))
            over_http = in->headers[i].value;
    assert_true(is_in(app, plain));
    user_https(tls);
    in = sign_in_as(app, tls, "Li Hua", RIGHT);
    for (size_t i = 0; i < in->headers_len; i++)
        if (str_starts(in->headers[i].value, STR("__Host-sid=")))
            over_https = in->headers[i].value;
    assert_true(is_in(app, tls));
    const char *both[] = {"; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=7776000"};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        assert_int_not_equal(str_find(over_http, str_of(both[i])), SIZE_MAX);
        assert_int_not_equal(str_find(over_https, str_of(both[i])), SIZE_MAX);
    }
    assert_int_equal(str_find(over_http, STR("Secure")), SIZE_MAX);
    assert_int_not_equal(str_find(over_https, STR("; Secure")), SIZE_MAX);
}

static void a_form_of_another_site_can_neither_sign_in_nor_change_anything(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    User *browser = guest(app);
    const char *body = form(arena, "name", "Li Hua", "password", RIGHT, NULL);
    user_forged(browser); /* an old browser on plain HTTP: only the token in the form can tell */
    assert_status(ask_with(app, browser, "POST", "/sign-in", "Sec-Fetch-Site: cross-site", body), 403);
    assert_status(ask_with(app, browser, "POST", "/sign-in", "Origin: http://evil.example", body), 403);
    assert_status(ask(app, browser, "POST", "/sign-in", body), 403);
    Str token = between(ask(app, browser, "GET", "/sign-in", NULL), "name=\"csrf\" value=\"", "\"");
    assert_goes_to(ask(app, browser, "POST", "/sign-in",
                       form(arena, "csrf", str_z(arena, token), "name", "Li Hua", "password", RIGHT, NULL)),
                   "/");
    assert_status(ask(app, browser, "POST", "/me/devices/sign-out", ""), 403);
    assert_status(ask(app, browser, "POST", "/me/devices/sign-out", form(arena, "csrf", str_z(arena, token), NULL)),
                  403); /* of before */
    token = between(ask(app, browser, "GET", "/me", NULL), "name=\"csrf\" value=\"", "\"");
    assert_goes_to(ask(app, browser, "POST", "/me/devices/sign-out", form(arena, "csrf", str_z(arena, token), NULL)),
                   "/me/devices");
}

static void signing_out_ends_the_session_not_only_the_cookie(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    User *thief = user_copy(browser);
    assert_true(is_in(app, thief));
    assert_goes_to(ask(app, browser, "POST", "/sign-out", ""), "/");
    assert_false(is_in(app, browser));
    assert_false(is_in(app, thief));
}

static void signing_in_again_gives_a_new_session_and_ends_the_one_before(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    User *planted = user_copy(browser);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    assert_false(str_eq(user_cookie(browser, SESSION_COOKIE), user_cookie(planted, SESSION_COOKIE)));
    assert_false(is_in(app, planted));
    assert_true(is_in(app, browser));
}

static void a_session_ends_after_14_quiet_days_and_after_90_in_any_case(void **state)
{
    App *app = fair_with_li_hua(state);
    User *quiet = guest(app), *busy = guest(app);
    sign_in_as(app, quiet, "Li Hua", RIGHT);
    sign_in_as(app, busy, "Li Hua", RIGHT);
    clock_forward(13 * DAY_MS);
    assert_true(is_in(app, busy));
    clock_forward(DAY_MS + 1000);
    assert_false(is_in(app, quiet));
    for (int day = 14; day < 89; day += 5) {
        assert_true(is_in(app, busy));
        clock_forward(5 * (int64_t)DAY_MS);
    }
    clock_forward(2 * (int64_t)DAY_MS);
    assert_false(is_in(app, busy));
    time_fake((Time){0});
}

static void only_the_hash_of_a_session_is_kept(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    const char *token = str_z(app_arena(app), user_cookie(browser, SESSION_COOKIE));
    assert_int_equal(strlen(token), 52);
    assert_int_equal(
        test_int(app_store(app),
                 say(app_arena(app), "SELECT count(*) FROM session WHERE token_hash LIKE '%%%s%%'", token)),
        0);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM session"), 1);
}

static void the_rights_of_staff_sleep_after_half_an_hour_and_wake_with_the_password(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    person_with(app, (NewPerson){.name = STR("Office")}, ROLE_ADMIN);
    User *staff = guest(app);
    sign_in_as(app, staff, "Office", RIGHT);
    assert_status(ask(app, staff, "GET", "/people", NULL), 200);
    clock_forward(31 * MINUTE_MS);
    assert_goes_to(ask(app, staff, "GET", "/people?search=x", NULL), "/confirm?back=%2Fpeople%3Fsearch%3Dx");
    assert_true(is_in(app, staff));                                      /* as a member they stay */
    assert_goes_to(ask(app, staff, "GET", "/people", NULL), "/confirm"); /* and being active again does not wake them */
    assert_status(
        ask(app, staff, "POST", "/confirm", form(arena, "password", "wrong wrong wrong", "back", "/people", NULL)),
        422);
    assert_goes_to(ask(app, staff, "POST", "/confirm", form(arena, "password", RIGHT, "back", "/people", NULL)),
                   "/people");
    assert_status(ask(app, staff, "GET", "/people", NULL), 200);
    for (int i = 0; i < 12 * 60 / 25; i++) {
        assert_status(ask(app, staff, "GET", "/people", NULL), 200);
        clock_forward(25 * MINUTE_MS);
    }
    clock_forward(25 * MINUTE_MS);
    assert_goes_to(ask(app, staff, "GET", "/people", NULL), "/confirm"); /* twelve hours */
    time_fake((Time){0});
}

static void what_cannot_be_undone_asks_for_the_password_again_after_ten_minutes(void **state)
{
    App *app = fair_with_li_hua(state);
    User *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    clock_forward(11 * MINUTE_MS);
    assert_goes_to(ask(app, browser, "POST", "/me/codes", ""), "/confirm?back=%2Fme%2Fcodes");
    assert_goes_to(ask(app, browser, "POST", "/me/leave", ""), "/confirm?back=%2Fme");
    assert_goes_to(ask(app, browser, "POST", "/confirm", form(app_arena(app), "password", RIGHT, NULL)), "/me");
    assert_status(ask(app, browser, "POST", "/me/codes", ""), 200);
    time_fake((Time){0});
}

static void somebody_blocked_keeps_their_own_pages_and_loses_the_rest(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    User *staff = user(app, "Office", 0, ROLE_ADMIN | ROLE_MEMBER), *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    Id li = (Id)test_int(app_store(app), "SELECT id FROM person WHERE sign_key = 'li hua'");
    assert_goes_to(ask(app, staff, "POST", say(arena, "/people/%.*s/disable", STR_ARG(id_text(arena, li))), ""),
                   "/people/");
    assert_false(is_in(app, browser)); /* signed out everywhere */
    assert_goes_to(sign_in_as(app, browser, "Li Hua", RIGHT), "/");
    assert_says(ask(app, browser, "GET", "/me", NULL), "Your account is blocked");
    assert_status(ask(app, browser, "GET", "/me/export", NULL), 200);
    assert_goes_to(ask(app, browser, "GET", "/today", NULL), "/sign-in");
    assert_goes_to(ask(app, staff, "POST", say(arena, "/people/%.*s/enable", STR_ARG(id_text(arena, li))), ""),
                   "/people/");
    assert_status(ask(app, browser, "GET", "/today", NULL), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_person_signs_in_by_name_phone_or_email),
        TEST_DB(an_unknown_name_gets_the_same_answer_as_a_wrong_password),
        TEST_DB(an_unknown_name_takes_as_long_as_a_known_one),
        TEST_DB(a_phone_that_two_people_share_signs_in_nobody),
        TEST_DB(a_guest_of_the_shop_cannot_sign_in),
        TEST_DB(nobody_is_sent_to_another_site_after_signing_in),
        TEST_DB(a_page_of_members_leads_to_signing_in_and_back),
        TEST_DB(after_five_wrong_tries_one_must_wait_but_never_longer_than_15_minutes),
        TEST(asking_again_while_waiting_does_not_make_the_wait_longer),
        TEST(wrong_tries_are_forgotten_after_a_quiet_quarter_of_an_hour),
        TEST_DB(strangers_who_guess_do_not_slow_a_browser_that_was_here_before),
        TEST_DB(one_address_may_be_wrong_twenty_times_an_hour_and_ipv6_counts_by_64),
        TEST_DB(this_machine_itself_is_never_made_to_wait_as_an_address),
        TEST_DB(a_recovery_code_works_at_once_however_many_tries_were_wrong_and_only_once),
        TEST_DB(a_code_of_somebody_else_does_not_work),
        TEST_DB(a_slip_signs_in_once_within_a_day_and_opening_it_does_not_use_it_up),
        TEST_DB(the_qr_of_a_slip_works_once_and_looking_at_it_is_free),
        TEST_DB(the_cookie_is_strict_over_https_and_still_works_on_a_village_network_without),
        TEST_DB(a_form_of_another_site_can_neither_sign_in_nor_change_anything),
        TEST_DB(signing_out_ends_the_session_not_only_the_cookie),
        TEST_DB(signing_in_again_gives_a_new_session_and_ends_the_one_before),
        TEST_DB(a_session_ends_after_14_quiet_days_and_after_90_in_any_case),
        TEST_DB(only_the_hash_of_a_session_is_kept),
        TEST_DB(the_rights_of_staff_sleep_after_half_an_hour_and_wake_with_the_password),
        TEST_DB(what_cannot_be_undone_asks_for_the_password_again_after_ten_minutes),
        TEST_DB(somebody_blocked_keeps_their_own_pages_and_loses_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
