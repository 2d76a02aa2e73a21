/* Joining, roles, invitations, households, organisations, leaving. */
#include "identity/test_fair.h"

#include "base/text.h"

/* ---- joining ---- */

static const char *join_body(App *app, const char *name, const char *phone)
{
    return form(app_arena(app), "name", name, "sign_name", "", "phone", phone, "email", "", "password", RIGHT,
                "request", "House 12", NULL);
}

static void who_asks_to_join_waits_until_somebody_lets_them_in(void **state)
{
    App *app = fair(state);
    User *staff = office(app), *asker = guest(app);
    assert_goes_to(ask(app, asker, "POST", "/join", join_body(app, "李华", "139 0000 1111")), "/me");
    assert_says(ask(app, asker, "GET", "/me", NULL), "Your request is with the co-operative");
    assert_goes_to(ask(app, asker, "GET", "/today", NULL), "/sign-in"); /* elsewhere still a visitor */
    assert_says(ask(app, staff, "GET", "/today", NULL), "1 person asks to join");
    assert_says(ask(app, staff, "GET", "/people", NULL), "House 12");
    Id id = id_of(app, "李华");
    assert_goes_to(ask(app, staff, "POST", person_path(app, id, "/approve"), ""), "/people/");
    assert_status(ask(app, asker, "GET", "/today", NULL), 200);
    assert_status(ask(app, staff, "POST", person_path(app, id, "/approve"), ""), 409);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM person WHERE request IS NOT NULL"), 0);
}

static void who_is_refused_leaves_nothing_behind(void **state)
{
    App *app = fair(state);
    User *staff = office(app), *asker = guest(app);
    ask(app, asker, "POST", "/join", join_body(app, "Spam Bot", "139 0000 1111"));
    Id id = id_of(app, "spam bot");
    assert_goes_to(ask(app, staff, "POST", person_path(app, id, "/refuse"), ""), "/people");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM person WHERE name <> '' AND state = 'erased'"), 0);
    assert_int_equal(id_of(app, "spam bot"), 0);
    assert_goes_to(ask(app, asker, "GET", "/me", NULL), "/sign-in");
}

static void joining_can_be_open_or_by_invitation_only(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    const char *village = "name=Green+Valley&place=Heping&lang=en&zone=Asia%%2FShanghai&joining=%s";
    assert_goes_to(ask(app, staff, "POST", "/village", say(app_arena(app), village, "open")), "/village");
    User *first = guest(app);
    assert_goes_to(ask(app, first, "POST", "/join", join_body(app, "First", "")), "/");
    assert_status(ask(app, first, "GET", "/today", NULL), 200);
    assert_goes_to(ask(app, staff, "POST", "/village", say(app_arena(app), village, "invitation")), "/village");
    assert_status(ask(app, guest(app), "GET", "/join", NULL), 403);
    assert_status(ask(app, guest(app), "POST", "/join", join_body(app, "Second", "")), 403);
    assert_silent(ask(app, guest(app), "GET", "/sign-in", NULL), "href=\"/join\"");
}

static void two_people_may_share_a_name_but_not_a_sign_in_name(void **state)
{
    App *app = fair(state);
    Arena *arena = app_arena(app);
    person_with(app, (NewPerson){.name = STR("Li Hua")}, 0);
    const Answer *shared = ask(app, guest(app), "POST", "/join", join_body(app, "ＬＩ  hua", ""));
    assert_status(shared, 422);
    assert_says(shared, "choose a sign-in name of your own here");
    assert_goes_to(ask(app, guest(app), "POST", "/join",
                       form(arena, "name", "Li Hua", "sign_name", "lihua2", "phone", "", "email", "", "password", RIGHT,
                            "request", "", NULL)),
                   "/me");
    assert_status(ask(app, guest(app), "POST", "/join", join_body(app, "Li\xe2\x80\x8b Hua", "")),
                  422); /* a space that nobody sees */
    const char *bad[] = {
        "a@b", "12345678", "", "+86 138", "\n", "Li\tHua", "\xe2\x80\xae\x61uH iL", "\xe2\x80\x8b\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_status(ask(app, guest(app), "POST", "/join", join_body(app, bad[i], "")), 422);
    const char *phones[] = {"call me", "12", "1234567890123456"};
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++)
        assert_status(ask(app, guest(app), "POST", "/join", join_body(app, "Somebody New", phones[i])), 422);
}

static void invitation_body_ask(App *app, User *staff, const char *role, Id org, int uses, const char **link)
{
    Arena *arena = app_arena(app);
    const Answer *made =
        ask(app, staff, "POST", "/invitations",
            say(arena, "org=%.*s&role=%s&note=for+Wang&uses=%d&days=7", STR_ARG(id_text(arena, org)), role, uses));
    assert_status(made, 200);
    Str url = between(made, "<code class=\"token\">", "<");
    *link = str_z(arena, str_slice(url, str_find(url, STR("/invite/")), SIZE_MAX));
}

static const char *invited_body(App *app, const char *name)
{
    return form(app_arena(app), "name", name, "sign_name", "", "phone", "", "email", "", "password", RIGHT, NULL);
}

static void an_invitation_lets_in_as_many_as_it_says_with_its_role(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    const char *link;
    invitation_body_ask(app, staff, "packer", app_org(app), 2, &link);
    User *one = guest(app);
    assert_says(ask(app, one, "GET", link, NULL), "Packer");
    assert_goes_to(ask(app, one, "POST", link, invited_body(app, "Wang Fang")), "/me");
    assert_says(ask(app, one, "GET", "/me", NULL), "Packer");
    assert_goes_to(ask(app, guest(app), "POST", link, invited_body(app, "Wang Er")), "/me");
    assert_status(ask(app, guest(app), "GET", link, NULL), 404);
    assert_status(ask(app, guest(app), "POST", link, invited_body(app, "Wang San")), 404);
    assert_int_equal(id_of(app, "wang san"), 0);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM invitation_use"), 2);
}

static void an_invitation_ends_with_its_days_or_when_it_is_taken_back(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    const char *link, *second;
    invitation_body_ask(app, staff, "member", app_org(app), 5, &link);
    clock_forward(7 * (int64_t)DAY_MS + 1);
    assert_status(ask(app, guest(app), "GET", link, NULL), 404);
    time_fake((Time){0});
    invitation_body_ask(app, staff, "member", app_org(app), 5, &second);
    Id id = (Id)test_int(app_store(app), "SELECT max(id) FROM invitation");
    assert_goes_to(
        ask(app, staff, "POST", say(app_arena(app), "/invitations/%.*s/end", STR_ARG(id_text(app_arena(app), id))), ""),
        "/invitations");
    assert_status(ask(app, guest(app), "POST", second, invited_body(app, "Late")), 404);
}

static void a_member_takes_an_invitation_with_the_account_they_have(void **state)
{
    App *app = fair(state);
    User *staff = office(app), *li = user(app, "Li", 0, ROLE_MEMBER);
    const char *link;
    invitation_body_ask(app, staff, "seller", app_org(app), 1, &link);
    assert_says(ask(app, li, "GET", link, NULL), "Take the invitation");
    assert_goes_to(ask(app, li, "POST", say(app_arena(app), "%s/accept", link), ""), "/me");
    assert_says(ask(app, li, "GET", "/me", NULL), "Seller");
}

/* ---- people, as staff see them ---- */

static void staff_find_people_by_a_character_a_word_or_digits(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    person_with(app, (NewPerson){.name = STR("王小米"), .phone = STR("138 1111 2222")}, 0);
    person_with(app, (NewPerson){.name = STR("Anna Müller"), .phone = STR("+49 30 555666")}, 0);
    const struct {
        const char *search, *found, *silent;
    } table[] = {{"米", "王小米", "Anna"},        {"小米", "王小米", "Anna"},   {"muller", "Anna", "王小米"},
                 {"ann", "Anna", "王小米"},       {"2222", "王小米", "Anna"},   {"30555", "Anna", "王小米"},
                 {"%", "Nobody found", "王小米"}, {"_", "Nobody found", "Anna"}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const Answer *list =
            ask(app, staff, "GET",
                say(app_arena(app), "/people?%s", form(app_arena(app), "search", table[i].search, NULL)), NULL);
        assert_status(list, 200);
        assert_says(list, table[i].found);
        assert_silent(list, table[i].silent);
    }
}

static void the_list_of_people_goes_on_after_twenty(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    for (int i = 0; i < 25; i++)
        person_with(app, (NewPerson){.name = str_of(say(app_arena(app), "Number %c%c", 'a' + i, 'a' + i))}, 0);
    const Answer *first = ask(app, staff, "GET", "/people", NULL);
    assert_says(first, "Number yy");
    assert_silent(first, "Number aa");
    Str next = between(first, "href=\"/people?before=", "\"");
    Buf plain = buf_new(app_arena(app), 1000);
    for (size_t i = 0; i < next.len; i++) /* &amp; as a browser reads it */
        if (str_starts(str_slice(next, i, SIZE_MAX), STR("&amp;"))) {
            buf_add_char(&plain, '&');
            i += 4;
        } else
            buf_add_char(&plain, next.at[i]);
    const Answer *second =
        ask(app, staff, "GET", say(app_arena(app), "/people?before=%.*s", STR_ARG(buf_str(&plain))), NULL);
    assert_says(second, "Number aa");
    assert_silent(second, "Number yy");
}

static void members_see_nothing_of_other_people(void **state)
{
    App *app = fair(state);
    User *li = user(app, "Li", 0, ROLE_MEMBER);
    Id other = person_with(app, (NewPerson){.name = STR("Wang")}, 0);
    const char *pages[] = {"/people", "/people/new", "/invitations", "/village", "/orgs/new"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_status(ask(app, li, "GET", pages[i], NULL), 403);
    assert_status(ask(app, li, "GET", person_path(app, other, ""), NULL), 403);
    assert_status(ask(app, li, "POST", person_path(app, other, "/slip"), ""), 403);
    assert_status(ask(app, li, "POST", person_path(app, other, "/disable"), ""), 403);
}

static const char *grant_body(App *app, Id org, const char *role)
{
    return say(app_arena(app), "org=%.*s&role=%s", STR_ARG(id_text(app_arena(app), org)), role);
}

static void roles_are_given_and_taken_and_the_past_is_kept(void **state)
{
    App *app = fair(state);
    User *staff = office(app), *li = user(app, "Li", 0, ROLE_MEMBER);
    const char *give = person_path(app, user_id(li), "/roles"), *take = person_path(app, user_id(li), "/roles/take");
    assert_goes_to(ask(app, staff, "POST", give, grant_body(app, app_org(app), "seller")), "/people/");
    assert_goes_to(ask(app, staff, "POST", give, grant_body(app, app_org(app), "seller")),
                   "/people/"); /* again changes nothing */
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM role_grant WHERE role = 'seller'"), 1);
    assert_str(json_text(ask(app, li, "GET", "/api/v1/me", NULL), "grants.0.roles.1"), "seller");
    assert_goes_to(ask(app, staff, "POST", take, grant_body(app, app_org(app), "seller")), "/people/");
    assert_int_equal(json_number(ask(app, li, "GET", "/api/v1/me", NULL), "grants.0.roles"), 1);
    assert_int_equal(
        test_int(
            app_store(app),
            "SELECT count(*) FROM role_grant WHERE role = 'seller' AND until IS NOT NULL AND ended_by IS NOT NULL"),
        1);
    assert_status(ask(app, staff, "POST", give, grant_body(app, app_org(app), "emperor")), 422);
    assert_status(ask(app, staff, "POST", give, grant_body(app, 1234567, "seller")), 404);
}

static void the_last_administrator_stays(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    Id founder = id_of(app, "founder");
    assert_goes_to(
        ask(app, staff, "POST", person_path(app, founder, "/roles/take"), grant_body(app, app_org(app), "admin")),
        "/people/");
    assert_status(ask(app, staff, "POST", person_path(app, user_id(staff), "/roles/take"),
                      grant_body(app, app_org(app), "admin")),
                  409);
    assert_status(ask(app, staff, "POST", person_path(app, user_id(staff), "/disable"), ""), 409);
    assert_status(ask(app, staff, "POST", "/me/leave", ""), 409);
    assert_goes_to(ask(app, staff, "POST", person_path(app, founder, "/roles"), grant_body(app, app_org(app), "admin")),
                   "/people/");
    assert_goes_to(ask(app, staff, "POST", person_path(app, user_id(staff), "/roles/take"),
                       grant_body(app, app_org(app), "admin")),
                   "/people/");
    assert_status(ask(app, staff, "GET", "/people", NULL), 403);
}

static Id farm_of(App *app, User *staff, const char *name)
{
    Arena *arena = app_arena(app);
    assert_status(
        ask(app, staff, "POST", "/orgs",
            form(arena, "kind", "farm", "name", name, "place", "Upper Heping", "story", "We grow **millet**.", NULL)),
        303);
    return (Id)test_int(app_store(app), "SELECT max(id) FROM org");
}

static void who_administers_a_farm_gives_roles_there_and_nowhere_else(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    Id farm = farm_of(app, staff, "Hill Farm");
    User *farmer = user(app, "Farmer", farm, ROLE_ADMIN | ROLE_SELLER);
    const char *link;
    invitation_body_ask(app, farmer, "seller", farm, 1, &link);
    assert_status(ask(app, farmer, "POST", "/invitations",
                      say(app_arena(app), "%s&note=&uses=1&days=1", grant_body(app, app_org(app), "admin"))),
                  403);
    assert_status(ask(app, farmer, "GET", "/people", NULL), 403); /* and sees nobody's phone */
    assert_goes_to(ask(app, farmer, "POST", "/orgs/hill-farm/edit",
                       form(app_arena(app), "name", "Hill Farm", "place", "", "story", "New.", NULL)),
                   "/orgs/hill-farm");
    assert_says(ask(app, farmer, "GET", "/orgs/hill-farm/edit", NULL), "New.");
    User *other = user(app, "Other", 0, ROLE_SELLER);
    assert_status(ask(app, other, "POST", "/orgs/hill-farm/edit",
                      form(app_arena(app), "name", "Mine now", "place", "", "story", "", NULL)),
                  403);
}

static void a_farm_shows_its_story_without_harm_and_slugs_do_not_collide(void **state)
{
    App *app = fair(state);
    User *staff = office(app);
    farm_of(app, staff, "Hill Farm");
    farm_of(app, staff, "Hill  Farm!");
    farm_of(app, staff, "和平农场");
    assert_says(ask(app, NULL, "GET", "/orgs/hill-farm", NULL), "<strong>millet</strong>");
    assert_status(ask(app, NULL, "GET", "/orgs/hill-farm-2", NULL), 200);
    assert_says(ask(app, NULL, "GET", "/orgs/%E5%92%8C%E5%B9%B3%E5%86%9C%E5%9C%BA", NULL), "和平农场");
    assert_status(ask(app, NULL, "GET", "/orgs/no-such", NULL), 404);
    assert_goes_to(ask(app, staff, "POST", "/orgs/hill-farm/edit",
                       form(app_arena(app), "name", "Hill Farm", "place", "", "story",
                            "<script>alert(1)</script> [x](javascript:alert(2))", NULL)),
                   "/orgs/hill-farm");
    assert_silent(ask(app, NULL, "GET", "/orgs/hill-farm", NULL), "alert(");
    assert_says(ask(app, NULL, "GET", "/orgs", NULL), "Upper Heping");
}

static void a_household_is_shared_by_its_link(void **state)
{
    App *app = fair(state);
    User *li = user(app, "Li", 0, ROLE_MEMBER), *wang = user(app, "Wang", 0, ROLE_MEMBER);
    assert_status(ask(app, li, "POST", "/me/household/invite", ""), 409);
    assert_goes_to(ask(app, li, "POST", "/me/household", "name=Family+Li"), "/me/household");
    Str url = between(ask(app, li, "POST", "/me/household/invite", ""), "<code class=\"token\">", "<");
    const char *link = str_z(app_arena(app), str_slice(url, str_find(url, STR("/invite/")), SIZE_MAX));
    assert_says(ask(app, wang, "GET", link, NULL), "household");
    assert_goes_to(ask(app, wang, "POST", say(app_arena(app), "%s/accept", link), ""), "/me");
    const Answer *home = ask(app, li, "GET", "/me/household", NULL);
    assert_says(home, "Wang");
    assert_goes_to(ask(app, wang, "POST", "/me/household/leave", ""), "/me/household");
    assert_silent(ask(app, li, "GET", "/me/household", NULL), "Wang");
}

/* ---- odd input ---- */

static uint64_t dice = 88172645463325252u; /* xorshift64, Marsaglia 2003: the same numbers in every run */
static uint64_t roll(void)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice;
}

/* Pieces that have broken other programs, and noise. */
static const char *odd_text(Arena *arena)
{
    static const char *const pieces[] = {"",
                                         " ",
                                         "@",
                                         "@@",
                                         "'",
                                         "\"",
                                         "<b>",
                                         "%",
                                         "%%00",
                                         "\\",
                                         "../",
                                         "\xff",
                                         "\xc0\x80",
                                         "\xed\xa0\x80",
                                         "\xe2\x80\xae",
                                         "\xcc\x81\xcc\x81\xcc\x81",
                                         "米",
                                         "ﬃ",
                                         "İ",
                                         "\x01",
                                         "\t",
                                         "\r\n",
                                         "0",
                                         "+86",
                                         "a",
                                         "-1",
                                         "9999999999999999999",
                                         "mlt_",
                                         "​"};
    Buf out = buf_new(arena, 8192);
    size_t count = roll() % 6;
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[roll() % (sizeof pieces / sizeof *pieces)];
        if (utf8_valid(str_of(piece)) || roll() % 8 == 0) /* broken UTF-8 is refused at the door: mostly go further */
            buf_add(&out, str_of(piece));
    }
    if (roll() % 12 == 0)
        for (int i = 0; i < 1500; i++)
            buf_add_char(&out, (char)('a' + roll() % 26));
    return str_z(arena, buf_str(&out));
}

static void odd_input_into_every_form_is_refused_or_taken_but_never_breaks(void **state)
{
    App *app = fair(state);
    Arena *arena = app_arena(app);
    User *staff = office(app);
    person_with(app, (NewPerson){.name = STR("Li Hua")}, 0);
    static const char *const forms[][8] = {{"/sign-in/code", "name", "code", NULL},
                                           {"/me/profile", "name", "sign_name", "phone", "email", "lang", NULL},
                                           {"/me/household", "name", NULL},
                                           {"/people", "name", "phone", "lang", NULL},
                                           {"/orgs", "kind", "name", "place", "story", NULL},
                                           {"/invitations", "org", "role", "uses", "days", NULL},
                                           {"/me/tokens", "name", "scopes", "days", NULL},
                                           {"/village", "name", "place", "lang", "zone", "joining", NULL},
                                           {"/invite/x", "name", "password", NULL}};
    for (int round = 0; round < 400; round++) {
        const char *const *row = forms[round % (int)(sizeof forms / sizeof *forms)];
        Buf body = buf_new(arena, 64 * 1024);
        for (int i = 1; row[i]; i++) {
            buf_addf(&body, "%s%s=", i > 1 ? "&" : "", row[i]);
            url_encode(&body, str_of(odd_text(arena)));
        }
        const Answer *answer = ask(app, staff, "POST", row[0], str_z(arena, buf_str(&body)));
        if (answer->status >= 500)
            print_error("%s with %.*s gives %d\n", row[0], STR_ARG(buf_str(&body)), answer->status);
        assert_in_range(answer->status, 200, 499);
    }
    for (int round = 0; round < 100; round++) { /* and into addresses */
        Buf path = buf_new(arena, 64 * 1024);
        static const char *const starts[] = {"/people/",        "/slip/",         "/invite/",       "/orgs/",
                                             "/people?search=", "/sign-in?back=", "/people?before="};
        buf_add(&path, str_of(starts[roll() % 7]));
        url_encode(&path, str_of(odd_text(arena)));
        assert_in_range(ask(app, staff, "GET", str_z(arena, buf_str(&path)), NULL)->status, 200, 499);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(who_asks_to_join_waits_until_somebody_lets_them_in),
        TEST_DB(who_is_refused_leaves_nothing_behind),
        TEST_DB(joining_can_be_open_or_by_invitation_only),
        TEST_DB(two_people_may_share_a_name_but_not_a_sign_in_name),
        TEST_DB(an_invitation_lets_in_as_many_as_it_says_with_its_role),
        TEST_DB(an_invitation_ends_with_its_days_or_when_it_is_taken_back),
        TEST_DB(a_member_takes_an_invitation_with_the_account_they_have),
        TEST_DB(staff_find_people_by_a_character_a_word_or_digits),
        TEST_DB(the_list_of_people_goes_on_after_twenty),
        TEST_DB(members_see_nothing_of_other_people),
        TEST_DB(roles_are_given_and_taken_and_the_past_is_kept),
        TEST_DB(the_last_administrator_stays),
        TEST_DB(who_administers_a_farm_gives_roles_there_and_nowhere_else),
        TEST_DB(a_farm_shows_its_story_without_harm_and_slugs_do_not_collide),
        TEST_DB(a_household_is_shared_by_its_link),
        TEST_DB(odd_input_into_every_form_is_refused_or_taken_but_never_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
