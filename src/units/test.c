/* Measures of the place: typed exactly or refused, shown beside the metric amount, kept by the administrators. */
#include "test/ask.h"

#include "market/market.h"
#include "units/units.h"

static Db db_of(void **state)
{
    Db db;
    App *app = app_of(state);
    assert_fine(db_read(app_store(app), app_arena(app), &db));
    return db;
}

static void amounts_are_read_with_the_word_people_say(void **state)
{
    static const struct {
        const char *typed, *unit;
        int64_t scale, steps; /* -1: refused */
    } cases[] = {
        {"2", "C62", 0, 2},          {"1,25", "KGM", 3, 1250},   {"3 斤", "KGM", 3, 1500},   {"3斤", "GRM", 0, 1500},    {"2 jin", "GRM", 0, 1000},
        {"500 g", "KGM", 3, 500},    {"1.5 kg", "GRM", 0, 1500}, {"2 crates", "C62", 0, 2},  {"2 Bunches", "C62", 0, 2}, {"1 担", "KGM", 3, 50000},
        {"2 kg", "C62", 0, -1},      {"3 斤", "C62", 0, -1},      {"斤", "KGM", 3, -1},        {"", "KGM", 3, -1},         {"3 moons", "KGM", 3, -1},
        {"0.001 斤", "KGM", 3, -1},   {"-3", "C62", 0, -1},       {"1.2.3 kg", "KGM", 3, -1}, {"999999999999999999 斤", "GRM", 0, -1},
    };
    Db db = db_of(state);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t steps = -1;
        bool good;
        assert_fine(measure_typed(&db, str_of(cases[i].typed), str_of(cases[i].unit), cases[i].scale, &steps, &good));
        if (good != (cases[i].steps >= 0) || (good && steps != cases[i].steps))
            fail_msg("“%s” in %s is %lld", cases[i].typed, cases[i].unit, good ? (long long)steps : -1LL);
    }
}

static void an_amount_is_said_in_the_readers_own_measure(void **state)
{
    Db db = db_of(state);
    Measures chinese, english;
    assert_fine(measures_shown(&db, STR("zh-CN"), &chinese));
    assert_fine(measures_shown(&db, STR("en"), &english));
    assert_str(measure_local(db.arena, &chinese, (Quantity){1250, STR("GRM"), 0}), "2.5 斤");
    assert_str(measure_local(db.arena, &chinese, (Quantity){3, STR("C62"), 0}), "");
    assert_str(measure_local(db.arena, &english, (Quantity){1250, STR("GRM"), 0}), "");
}

static void only_administrators_keep_the_measures(void **state)
{
    App *app = app_of(state);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN), *lin = user(app, "Lin", 0, ROLE_SELLER);
    assert_status(ask(app, lin, "GET", "/units", NULL), 403);
    assert_status(ask(app, lin, "POST", "/units", "name=basket&amount=4&unit=KGM&lang=all"), 403);
    assert_says(ask(app, mei, "GET", "/units", NULL), "斤");
    assert_status(ask(app, mei, "POST", "/units", "name=basket&amount=none&unit=KGM&lang=all"), 422);
    assert_status(ask(app, mei, "POST", "/units", "name=3&amount=1&unit=KGM&lang=all"), 422);
    assert_status(ask(app, mei, "POST", "/units", "name=basket&amount=4&unit=KGM&lang=all&priced=1"), 303);
    assert_status(ask(app, mei, "POST", "/units", "name=basket&amount=5&unit=KGM&lang=all"), 422); /* the name is taken */
    Id id = test_int(app_store(app), "SELECT id FROM local_unit WHERE name = 'basket'");
    const char *path = str_z(app_arena(app), str_format(app_arena(app), "/units/%.*s", STR_ARG(id_text(app_arena(app), id))));
    assert_status(ask(app, mei, "POST", path, "name=basket&amount=0&unit=KGM&lang=all"), 422);
    assert_status(ask(app, mei, "POST", path, "name=basket&amount=4.5&unit=KGM&lang=en&priced=1"), 303);
    assert_says(ask(app, mei, "GET", "/units", NULL), "4.5 kg");
    path = str_z(app_arena(app), str_format(app_arena(app), "%s/remove", path));
    assert_status(ask(app, lin, "POST", path, ""), 403);
    assert_status(ask(app, mei, "POST", path, ""), 303);
    assert_status(ask(app, mei, "POST", path, ""), 404);
    assert_silent(ask(app, mei, "GET", "/units", NULL), "basket");
}

/* A place 10 km north of the farm, two prices, rice by the kilogram. */
static void a_product_page_says_measures_price_steps_and_distance(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    User *mei = user(app, "Mei", 0, ROLE_ADMIN | ROLE_SELLER), *ana = user(app, "Ana", 0, ROLE_MEMBER);
    const Answer *made = ask(app, mei, "POST", "/api/v1/offers",
                             "{\"title\":\"Rice\",\"price_minor\":1200,\"on_hand_steps\":90000,\"unit\":\"KGM\",\"scale\":3,\"step\":50,\"priced_unit\":\"KGM\",\"priced_scale\":3}");
    assert_status(made, 201);
    const char *offer = str_z(arena, json_text(made, "id")), *page = str_z(arena, str_format(arena, "/market/%.*s", STR_ARG(json_text(made, "product"))));
    assert_status(ask(app, mei, "POST", "/pickups/new", "name=Old+mill&position=30.09%2C100"), 303);
    assert_fine(test_sql(app_store(app), arena, str_z(arena, str_format(arena, "INSERT INTO round_gate (org, latitude, longitude, narrow, changed_at) VALUES (%lld, 30.0, 100.0, 0, 0)", (long long)app_org(app)))));
    assert_status(ask(app, mei, "POST", str_z(arena, str_format(arena, "/goods/offers/%s/prices", offer)), "from=5&price=10.00"), 303);
    const Answer *shown = ask(app, NULL, "GET", page, NULL);
    assert_says(shown, "from 5 kg");
    assert_says(shown, "¥10.00");
    assert_says(shown, "10 km from the farm");
    user_language(ana, "zh-CN");
    assert_says(ask(app, ana, "GET", page, NULL), "<option value=\"斤\">");
    assert_status(ask(app, ana, "POST", "/cart", str_z(arena, str_format(arena, "offer=%s&amount=3&unit=%%E6%%96%%A4&back=/market", offer))), 303);
    assert_int_equal(test_int(app_store(app), "SELECT steps FROM cart_line"), 1500);
    assert_says(ask(app, ana, "GET", "/cart", NULL), "3 斤");
    assert_refused(ask_with(app, ana, "POST", "/cart", "Accept: application/json", str_z(arena, str_format(arena, "offer=%s&amount=3&unit=moons&back=/market", offer))), 422, "cart.amount");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(amounts_are_read_with_the_word_people_say),
        TEST_DB(an_amount_is_said_in_the_readers_own_measure),
        TEST_DB(only_administrators_keep_the_measures),
        TEST_DB(a_product_page_says_measures_price_steps_and_distance),
    };
    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
