/* Leaving, the trail of changes, and the checks. */
#include "identity/test_fair.h"

#include "identity/leave.h"

static const char *grant_body(App *app, Id org, const char *role)
{
    return say(app_arena(app), "org=%.*s&role=%s", STR_ARG(id_text(app_arena(app), org)), role);
}

/* ---- leaving ---- */

static void everything_known_about_a_person_is_in_their_export(void **state)
{
    App *app = fair(state);
    person_with(app,
                (NewPerson){.name = STR("Li \"Hua\""), .phone = STR("138 1234 5678"), .email = STR("li@example.org")},
                ROLE_SELLER);
    User *li = guest(app);
    sign_in_as(app, li, "li@example.org", RIGHT);
    const Answer *file = ask(app, li, "GET", "/me/export", NULL);
    assert_status(file, 200);
    assert_true(str_starts(answer_header(file, "Content-Disposition"), STR("attachment")));
    assert_str(json_text(file, "identity.name"), "Li \"Hua\"");
    assert_str(json_text(file, "identity.phone"), "138 1234 5678");
    assert_int_equal(json_number(file, "identity.roles"), 2);
    assert_silent(file, "argon2");
}

static Err *run_erase(App *app)
{
    JobContext context = {.store = app_store(app), .arena = app_arena(app), .now = time_now()};
    return identity_erase_due(&context);
}

static int64_t left_of(App *app, const char *planted)
{
    static const char *const texts[] = {"person.name",       "person.sign_name", "person.sign_key",  "person.phone",
                                        "person.phone_tail", "person.email",     "person.email_key", "person.search",
                                        "audit.detail",      "audit.action",     "outbox.payload",   "household.name",
                                        "invitation.note",   "session.device"};
    int64_t found = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Str table, column;
        str_cut(str_of(texts[i]), '.', &table, &column);
        found += test_int(app_store(app), say(app_arena(app), "SELECT count(*) FROM %.*s WHERE %.*s LIKE '%%%s%%'",
                                              STR_ARG(table), STR_ARG(column), planted));
    }
    return found;
}

static void who_leaves_is_erased_after_seven_days_and_not_a_name_is_left(void **state)
{
    App *app = fair(state);
    person_with(app,
                (NewPerson){.name = STR("Zaphod"), .phone = STR("138 777 66655"), .email = STR("zaphod@example.org")},
                ROLE_SELLER);
    User *browser = guest(app);
    sign_in_as(app, browser, "Zaphod", RIGHT);
    Id id = id_of(app, "zaphod");
    assert_goes_to(ask(app, browser, "POST", "/me/leave", ""), "/me");
    assert_says(ask(app, browser, "GET", "/me", NULL), "Your account will be erased");
    clock_forward(6 * (int64_t)DAY_MS);
    assert_fine(run_erase(app));
    assert_true(left_of(app, "zaphod") > 0);
    clock_forward(DAY_MS + 1);
    assert_fine(run_erase(app));
    assert_int_equal(left_of(app, "zaphod"), 0);
    assert_int_equal(left_of(app, "Zaphod"), 0);
    assert_int_equal(left_of(app, "66655"), 0);
    assert_int_equal(
        test_int(app_store(app), say(app_arena(app), "SELECT count(*) FROM person WHERE id = %lld AND state = 'erased'",
                                     (long long)id)),
        1);
    assert_goes_to(ask(app, browser, "GET", "/me", NULL), "/sign-in");
    assert_status(sign_in_as(app, guest(app), "Zaphod", RIGHT), 422);
    Db db;
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    assert_str(person_name(&db, NULL, id), "(left)");
    person_with(app, (NewPerson){.name = STR("Zaphod")}, 0); /* the name is free again */
    time_fake((Time){0});
}

static void within_seven_days_one_may_change_ones_mind(void **state)
{
    App *app = fair(state);
    person_with(app, (NewPerson){.name = STR("Zaphod")}, 0);
    User *browser = guest(app), *other = guest(app);
    sign_in_as(app, browser, "Zaphod", RIGHT);
    ask(app, browser, "POST", "/me/leave", "");
    assert_goes_to(sign_in_as(app, other, "Zaphod", RIGHT), "/");
    assert_goes_to(ask(app, other, "POST", "/me/stay", ""), "/me");
    clock_forward(8 * (int64_t)DAY_MS);
    assert_fine(run_erase(app));
    assert_true(id_of(app, "zaphod") != 0);
    assert_status(ask(app, other, "POST", "/me/stay", ""), 409);
    time_fake((Time){0});
}

/* ---- the trail and the checks ---- */

static void each_change_leaves_a_row_without_names(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    int64_t before = test_int(app_store(app), "SELECT count(*) FROM audit");
    Id id = person_with(app, (NewPerson){.name = STR("Quetzal"), .phone = STR("138 777 66655")}, ROLE_SELLER);
    ask(app, staff, "POST", person_path(app, id, "/roles"), grant_body(app, app_org(app), "packer"));
    ask(app, staff, "POST", person_path(app, id, "/slip"), "");
    ask(app, staff, "POST", person_path(app, id, "/disable"), "");
    assert_true(test_int(app_store(app), "SELECT count(*) FROM audit") >= before + 6);
    assert_int_equal(
        test_int(app_store(app), "SELECT count(*) FROM audit WHERE detail LIKE '%uetzal%' OR detail LIKE '%66655%'"),
        0);
}

static const Check *check_named(const char *name)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const Check *check = house_modules[i]->checks; check && check->name; check++)
            if (strcmp(check->name, name) == 0)
                return check;
    fail_msg("no check %s", name);
    return NULL;
}

static int64_t wrong_by(App *app, const char *name)
{
    Arena *arena = arena_new();
    Db db;
    Findings findings = {.out = buf_new(arena, 64 * 1024)};
    assert_fine(db_read(app_store(app), arena, &db));
    assert_fine(check_named(name)->run(&db, &findings));
    arena_free(arena);
    return findings.wrong;
}

static void verify_finds_what_was_tampered_with(void **state)
{
    App *app = fair(state);
    Store *store = app_store(app);
    Arena *arena = app_arena(app);
    Id id = person_with(app, (NewPerson){.name = STR("Li"), .phone = STR("13812345678")}, 0);
    assert_int_equal(wrong_by(app, "identity.people"), 0);
    assert_fine(test_sql(store, arena,
                         say(arena, "UPDATE person SET sign_key = 'someone else' WHERE id = %lld", (long long)id)));
    assert_int_equal(wrong_by(app, "identity.people"), 1);
    assert_fine(
        test_sql(store, arena,
                 say(arena, "UPDATE person SET sign_key = 'li', phone_tail = '1' WHERE id = %lld", (long long)id)));
    assert_int_equal(wrong_by(app, "identity.people"), 1);
    assert_fine(test_sql(
        store, arena,
        say(arena, "UPDATE person SET phone_tail = '12345678', state = 'erased' WHERE id = %lld", (long long)id)));
    assert_int_equal(wrong_by(app, "identity.people"), 1);
    assert_int_equal(wrong_by(app, "identity.erased"), 1); /* a password was left */
    assert_fine(
        test_sql(store, arena, say(arena, "UPDATE person SET state = 'active' WHERE id = %lld", (long long)id)));
    assert_fine(test_sql(store, arena, "UPDATE role_grant SET role = 'emperor' WHERE role = 'admin'"));
    assert_int_equal(wrong_by(app, "identity.grants"), 1);
    assert_int_equal(wrong_by(app, "identity.admin"), 1);
    assert_fine(test_sql(store, arena, "UPDATE role_grant SET role = 'admin' WHERE role = 'emperor'"));
    assert_int_equal(wrong_by(app, "identity.admin"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(everything_known_about_a_person_is_in_their_export),
        TEST_DB(who_leaves_is_erased_after_seven_days_and_not_a_name_is_left),
        TEST_DB(within_seven_days_one_may_change_ones_mind),
        TEST_DB(each_change_leaves_a_row_without_names),
        TEST_DB(verify_finds_what_was_tampered_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
