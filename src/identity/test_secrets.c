/* Passwords, tokens, and what only the hash of is kept. */
#include "identity/test_fair.h"

#include <pthread.h>

#include "core/config.h"

/* ---- passwords ---- */

static void common_short_dated_and_own_passwords_are_refused(void **state)
{
    Arena *arena = test_arena(state);
    const PasswordFor whose = {STR("Li Hua"), STR("lihua"), STR("13812345678"), STR("green.farm@example.org"),
                               STR("Heping")};
    const struct {
        const char *password, *code;
    } table[] = {
        {"", "password.short"},          {"seven77", "password.short"},     {"米米米米米米米", "password.short"},
        {"password", "password.common"}, {"PassWord1", "password.common"},  {"woaini1314", "password.common"},
        {"11111111", "password.common"}, {"abcdefghij", "password.common"}, {"87654321", "password.common"},
        {"19820514", "password.common"}, {"14051982", "password.common"},   {"05141982", "password.common"},
        {"li hua 1", "password.own"},    {"lihua123", "password.own"},      {"13812345678", "password.own"},
        {"green.farm", "password.own"},  {"heping88", "password.own"},      {"\xff\xfe bad bytes", "field.not_text"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_err(password_check(arena, str_of(table[i].password), &whose, "password"), table[i].code);
    const char *fine[] = {"seven quiet ducks", "we grow millet here", "小米粥配咸菜最好吃", "zzzzzzzq", "        x"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        assert_fine(password_check(arena, str_of(fine[i]), &whose, "password"));
    char longest[1024], longer[1025];
    for (size_t i = 0; i < sizeof longer; i++)
        longer[i] = (char)('a' + (i * 7 + i / 5) % 26);
    memcpy(longest, longer, sizeof longest);
    assert_fine(password_check(arena, (Str){longest, sizeof longest}, &whose, "password"));
    assert_err(password_check(arena, (Str){longer, sizeof longer}, &whose, "password"), "password.long");
}

static void at_least_three_thousand_common_passwords_are_known(void **state)
{
    (void)state;
    size_t count = 0;
    for (size_t i = 1; i < common_passwords_len; i++)
        count += common_passwords[i] == ' ';
    assert_in_range(count, 3000, 10000);
    assert_int_equal(common_passwords[0], ' ');
    assert_int_equal(common_passwords[common_passwords_len - 1], ' ');
}

static void a_password_is_kept_as_argon2id_and_hashed_anew_when_the_parameters_rise(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    assert_int_equal(
        test_int(app_store(app), "SELECT count(*) FROM password WHERE hash LIKE '$argon2id$v=19$m=47104,t=1,p=1$%'"),
        1);
    assert_fine(config_set(arena, "hash_memory", "48M"));
    assert_fine(config_set(arena, "hash_passes", "2"));
    assert_goes_to(sign_in_as(app, guest(app), "Li Hua", RIGHT), "/");
    assert_int_equal(
        test_int(app_store(app), "SELECT count(*) FROM password WHERE hash LIKE '$argon2id$v=19$m=49152,t=2,p=1$%'"),
        1);
    assert_goes_to(sign_in_as(app, guest(app), "Li Hua", RIGHT), "/");
    /* Less memory than 46 MiB never goes with a single pass. */
    assert_fine(config_set(arena, "hash_memory", "19M"));
    assert_fine(config_set(arena, "hash_passes", "1"));
    Str hash;
    assert_fine(password_hash(arena, STR("x"), &hash));
    assert_int_not_equal(str_find(hash, STR("m=19456,t=2,")), SIZE_MAX);
    assert_fine(config_set(arena, "hash_memory", "46M"));
}

typedef struct Rush {
    int fine, busy;
    pthread_mutex_t lock;
} Rush;

static void *rush_one(void *arg)
{
    Rush *rush = arg;
    Arena *arena = arena_new();
    Str hash;
    Err *err = password_hash(arena, STR("seven quiet ducks"), &hash);
    pthread_mutex_lock(&rush->lock);
    rush->fine += !err;
    rush->busy += err_is(err, "identity.busy");
    pthread_mutex_unlock(&rush->lock);
    arena_free(arena);
    return NULL;
}

static void when_many_sign_in_at_once_some_wait_and_the_rest_are_asked_to_come_back(void **state)
{
    (void)state;
    enum { CROWD = 40 };
    Rush rush = {.lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[CROWD];
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, rush_one, &rush), 0);
    for (int i = 0; i < CROWD; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(rush.fine + rush.busy, CROWD);
    assert_in_range(rush.fine, 3, CROWD - 1); /* two at work and at least one waiting; the crowd is larger than that */
}

/* ---- tokens ---- */

static void a_token_does_what_its_scopes_say_until_it_ends_or_is_taken_back(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    User *browser = guest(app);
    sign_in_as(app, browser, "Li Hua", RIGHT);
    const Answer *made = ask(app, browser, "POST", "/me/tokens", "name=sheet&scopes=read&days=30");
    assert_status(made, 200);
    const char *token = str_z(arena, between(made, "<code class=\"token\">", "<"));
    const char *header = say(arena, "Authorization: Bearer %s", token);
    const Answer *me = ask_with(app, NULL, "GET", "/api/v1/me", header, NULL);
    assert_status(me, 200);
    assert_str(json_text(me, "name"), "Li Hua");
    assert_str(json_text(me, "grants.0.roles.0"), "member");
    assert_str(json_text(me, "scopes.0"), "read");
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/me", "Authorization: Bearer mlt_nonsense", NULL), 401,
                   "access.token");
    assert_refused(ask(app, NULL, "GET", "/api/v1/me", NULL), 401, "access.sign_in");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM api_token WHERE used_on IS NOT NULL"), 1);
    clock_forward(31 * (int64_t)DAY_MS);
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/me", header, NULL), 401, "access.token");
    time_fake((Time){0});
    Id id = (Id)test_int(app_store(app), "SELECT id FROM api_token");
    assert_goes_to(ask(app, browser, "POST", say(arena, "/me/tokens/%.*s/end", STR_ARG(id_text(arena, id))), ""),
                   "/me/tokens");
    assert_refused(ask_with(app, NULL, "GET", "/api/v1/me", header, NULL), 401, "access.token");
}

static void nobody_takes_back_the_token_or_signs_out_the_device_of_another(void **state)
{
    App *app = fair_with_li_hua(state);
    Arena *arena = app_arena(app);
    User *li = guest(app), *other = user(app, "Other", 0, ROLE_MEMBER);
    sign_in_as(app, li, "Li Hua", RIGHT);
    ask(app, li, "POST", "/me/tokens", "name=sheet&scopes=read&days=0");
    Id token = (Id)test_int(app_store(app), "SELECT id FROM api_token");
    Id session =
        (Id)test_int(app_store(app),
                     "SELECT min(id) FROM session WHERE person IN (SELECT id FROM person WHERE sign_key = 'li hua')");
    ask(app, other, "POST", say(arena, "/me/tokens/%.*s/end", STR_ARG(id_text(arena, token))), "");
    ask(app, other, "POST", say(arena, "/me/devices/%.*s/sign-out", STR_ARG(id_text(arena, session))), "");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM api_token WHERE ended_at IS NULL"), 1);
    assert_true(is_in(app, li));
}

static void a_token_cannot_do_what_asks_for_a_password(void **state)
{
    App *app = fair_with_li_hua(state);
    User *staff = user(app, "Office", 0, ROLE_ADMIN | ROLE_MEMBER), *robot = program(app, staff, "*");
    assert_status(ask(app, robot, "POST", "/me/codes", ""), 403);
    assert_status(ask(app, robot, "POST", "/me/tokens", "name=more&scopes=write&days=0"), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(common_short_dated_and_own_passwords_are_refused),
        TEST(at_least_three_thousand_common_passwords_are_known),
        TEST_DB(a_password_is_kept_as_argon2id_and_hashed_anew_when_the_parameters_rise),
        TEST(when_many_sign_in_at_once_some_wait_and_the_rest_are_asked_to_come_back),
        TEST_DB(a_token_does_what_its_scopes_say_until_it_ends_or_is_taken_back),
        TEST_DB(nobody_takes_back_the_token_or_signs_out_the_device_of_another),
        TEST_DB(a_token_cannot_do_what_asks_for_a_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
