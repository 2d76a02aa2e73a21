/* Special prices and tags as a seller makes them, and what buyers pay then. */
#include "ask.h"
#include "market/market.h"

typedef struct Shop {
    App *app;
    User *seller, *buyer;
    Id pickup;
    const char *offer, *product;
} Shop;

static Err *pickup_write(Tx *tx, void *arg)
{
    Shop *shop = arg;
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("")}};
    PickupHours hours[] = {{6, 9 * 60, 11 * 60}};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {mill, 1}, .hours = hours, .hours_len = 1, .everyone = true};
    return pickup_add(tx, &pickup, 0, time_now(), &shop->pickup);
}

static const char *text(const Shop *shop, const char *format, const char *a)
{
    return str_z(app_arena(shop->app), str_format(app_arena(shop->app), format, a));
}

static Shop shop_open(void **state)
{
    Shop shop = {.app = app_of(state)};
    shop.seller = user(shop.app, "Lin", 0, ROLE_SELLER);
    shop.buyer = user(shop.app, "Ana", 0, ROLE_MEMBER);
    const Answer *made = ask(shop.app, shop.seller, "POST", "/api/v1/offers", "{\"title\":\"Honey\",\"price_minor\":4000,\"on_hand_steps\":100}");
    assert_status(made, 201);
    shop.offer = str_z(app_arena(shop.app), json_text(made, "id"));
    shop.product = str_z(app_arena(shop.app), json_text(made, "product"));
    assert_fine(db_write(app_store(shop.app), app_arena(shop.app), pickup_write, &shop));
    return shop;
}

static int64_t pays(const Shop *shop, int steps)
{
    Arena *arena = app_arena(shop->app);
    const char *body = str_z(arena, str_format(arena, "{\"lines\":[{\"offer\":\"%s\",\"steps\":%d}],\"pickup\":\"%.*s\",\"payment\":\"at_pickup\"}", shop->offer, steps,
                                               STR_ARG(id_text(arena, shop->pickup))));
    const Answer *made = ask(shop->app, shop->buyer, "POST", "/api/v1/orders", body);
    assert_status(made, 201);
    return json_number(made, "total.minor");
}

static const char *prices(const Shop *shop)
{
    return text(shop, "/goods/offers/%s/prices", shop->offer);
}

static void who_buys_much_pays_less(void **state)
{
    Shop shop = shop_open(state);
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=5&price=35.00&tag="), 303);
    assert_says(ask(shop.app, shop.seller, "GET", prices(&shop), NULL), "From 5 pieces");
    assert_int_equal(pays(&shop, 4), 16000);
    assert_int_equal(pays(&shop, 5), 17500);
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=5&price=30.00&tag="), 303); /* takes its place */
    assert_int_equal(pays(&shop, 5), 15000);
    assert_int_equal(json_number(ask(shop.app, shop.seller, "GET", text(&shop, "/api/v1/offers/%s/prices", shop.offer), NULL), "items"), 1);
    const char *id = str_z(app_arena(shop.app), id_text(app_arena(shop.app), test_int(app_store(shop.app), "SELECT id FROM price WHERE min_steps = 5 AND valid_to IS NULL")));
    const char *end = text(&shop, "/goods/offers/%s/prices/", shop.offer);
    assert_status(ask(shop.app, shop.seller, "POST", str_z(app_arena(shop.app), str_format(app_arena(shop.app), "%s%s/end", end, id)), ""), 303);
    assert_int_equal(pays(&shop, 5), 20000);
    assert_status(ask(shop.app, shop.seller, "POST", str_z(app_arena(shop.app), str_format(app_arena(shop.app), "%s%s/end", end, id)), ""), 404);
}

static void a_tag_has_its_own_price(void **state)
{
    Shop shop = shop_open(state);
    const char *org = str_z(app_arena(shop.app), id_text(app_arena(shop.app), app_org(shop.app)));
    assert_says(ask(shop.app, shop.seller, "GET", "/buyers/tags", NULL), "No tags yet");
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=&price=20.00&tag=Restaurant"), 303);
    assert_int_equal(pays(&shop, 1), 4000);
    assert_status(ask(shop.app, shop.seller, "POST", "/buyers/tags", text(&shop, "org=%s&person=ana&tag=restaurant", org)), 303);
    assert_says(ask(shop.app, shop.seller, "GET", "/buyers/tags", NULL), "restaurant");
    assert_int_equal(pays(&shop, 1), 2000);
    const Answer *wrong = ask(shop.app, shop.seller, "POST", "/buyers/tags", text(&shop, "org=%s&person=nobody&tag=x", org));
    assert_status(wrong, 422);
    assert_says(wrong, "Nobody here has this name");
    const char *drop = str_z(app_arena(shop.app), str_format(app_arena(shop.app), "org=%s&person=%.*s&tag=restaurant", org, STR_ARG(id_text(app_arena(shop.app), user_id(shop.buyer)))));
    assert_status(ask(shop.app, shop.seller, "POST", "/buyers/tags/drop", drop), 303);
    assert_int_equal(pays(&shop, 1), 4000);
}

static void a_price_that_would_never_count_is_refused(void **state)
{
    Shop shop = shop_open(state);
    assert_says(ask(shop.app, shop.seller, "POST", prices(&shop), "from=5&price=40.00&tag="), "not below the usual price");
    assert_says(ask(shop.app, shop.seller, "POST", prices(&shop), "from=&price=30.00&tag="), "Say from how much");
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=many&price=30.00&tag="), 422);
    assert_status(ask(shop.app, shop.buyer, "GET", prices(&shop), NULL), 403);
    assert_status(ask(shop.app, user(shop.app, "Elsewhere", 0, 0), "POST", prices(&shop), "from=5&price=30&tag="), 403);
    assert_status(ask(shop.app, shop.buyer, "GET", "/buyers/tags", NULL), 403);
    assert_status(ask(shop.app, shop.seller, "GET", "/goods/offers/0000000000001/prices", NULL), 404);
}

static void the_tax_in_a_price_is_in_the_order(void **state)
{
    Shop shop = shop_open(state);
    assert_status(ask(shop.app, shop.seller, "POST", text(&shop, "/goods/offers/%s/tax", shop.offer), "tax=9"), 303);
    assert_says(ask(shop.app, shop.seller, "GET", prices(&shop), NULL), "value=\"9\"");
    pays(&shop, 1);
    assert_int_equal(test_int(app_store(shop.app), "SELECT tax FROM order_line"), 330); /* 40.00 * 9 / 109 */
    assert_status(ask(shop.app, shop.seller, "POST", text(&shop, "/goods/offers/%s/tax", shop.offer), "tax=a+lot"), 422);
    assert_status(ask(shop.app, shop.seller, "POST", text(&shop, "/goods/offers/%s/tax", shop.offer), "tax="), 303);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM product_tax"), 0);
}

static void an_amount_is_typed_in_the_unit_of_the_price(void **state)
{
    Shop shop = shop_open(state);
    const Answer *made = ask(shop.app, shop.seller, "POST", "/api/v1/offers",
                             "{\"title\":\"Rice\",\"price_minor\":1280,\"unit\":\"GRM\",\"scale\":0,\"step\":500,\"priced_unit\":\"KGM\",\"on_hand_steps\":100000}");
    assert_status(made, 201);
    shop.offer = str_z(app_arena(shop.app), json_text(made, "id"));
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=2.5&price=10.00&tag="), 303); /* kilograms */
    assert_int_equal(pays(&shop, 2000), 2560);
    assert_int_equal(pays(&shop, 2500), 2500);
    assert_status(ask(shop.app, shop.seller, "POST", prices(&shop), "from=2.3&price=9.00&tag="), 422);
}

static void a_program_makes_and_ends_special_prices(void **state)
{
    Shop shop = shop_open(state);
    User *tool = program(shop.app, shop.seller, "offers");
    const Answer *made = ask(shop.app, tool, "POST", text(&shop, "/api/v1/offers/%s/prices", shop.offer), "{\"min_steps\":10,\"price\":{\"minor\":3000,\"currency\":\"CNY\"}}");
    assert_status(made, 201);
    const char *id = str_z(app_arena(shop.app), json_text(made, "id"));
    assert_int_equal(pays(&shop, 10), 30000);
    const char *one = str_z(app_arena(shop.app), str_format(app_arena(shop.app), "/api/v1/offers/%s/prices/%s", shop.offer, id));
    assert_status(ask(shop.app, tool, "DELETE", one, NULL), 204);
    assert_refused(ask(shop.app, tool, "DELETE", one, NULL), 404, "price.missing");
    assert_refused(ask(shop.app, tool, "POST", text(&shop, "/api/v1/offers/%s/prices", shop.offer), "{\"price\":{\"minor\":3000,\"currency\":\"CNY\"}}"), 422, "price.standard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(who_buys_much_pays_less),
        TEST_DB(a_tag_has_its_own_price),
        TEST_DB(a_price_that_would_never_count_is_refused),
        TEST_DB(the_tax_in_a_price_is_in_the_order),
        TEST_DB(an_amount_is_typed_in_the_unit_of_the_price),
        TEST_DB(a_program_makes_and_ends_special_prices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
