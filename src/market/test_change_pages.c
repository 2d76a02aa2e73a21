/* Pages and programs after an order was placed: weighing, changing, too little, not collected, money back. */
#include "ask.h"
#include "market/change.h"
#include "market/inside.h"

typedef struct Shop {
    App *app;
    User *seller, *buyer, *packer;
    Id pickup;
    const char *hen, *eggs; /* offers */
    const char *order, *hen_line, *egg_line;
} Shop;

static Err *pickup_write(Tx *tx, void *arg)
{
    Shop *shop = arg;
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("")}};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {mill, 1}, .everyone = true};
    return pickup_add(tx, &pickup, 0, time_now(), &shop->pickup);
}

static const char *say(Shop *shop, const char *format, const char *a, const char *b)
{
    return str_z(app_arena(shop->app), str_format(app_arena(shop->app), format, a, b));
}

static const char *offer_of(Shop *shop, const char *body)
{
    const Answer *made = ask(shop->app, shop->seller, "POST", "/api/v1/offers", body);
    assert_status(made, 201);
    return str_z(app_arena(shop->app), json_text(made, "id"));
}

static Shop shop_make(void **state)
{
    Shop shop = {.app = app_of(state)};
    shop.seller = user(shop.app, "Lin", 0, ROLE_SELLER);
    shop.buyer = user(shop.app, "Ana", 0, ROLE_MEMBER);
    shop.packer = user(shop.app, "Mei", 0, ROLE_PACKER);
    assert_fine(db_write(app_store(shop.app), app_arena(shop.app), pickup_write, &shop));
    shop.hen = offer_of(&shop, "{\"title\":\"Hen\",\"price_minor\":3200,\"on_hand_steps\":5,\"priced_unit\":\"KGM\",\"priced_scale\":3,\"nominal_priced_steps\":1800}");
    shop.eggs = offer_of(&shop, "{\"title\":\"Eggs\",\"price_minor\":150,\"on_hand_steps\":60}");
    const char *pickup = str_z(app_arena(shop.app), id_text(app_arena(shop.app), shop.pickup));
    const char *lines = say(&shop, "{\"lines\":[{\"offer\":\"%s\",\"steps\":2},{\"offer\":\"%s\",\"steps\":12}],", shop.hen, shop.eggs);
    const Answer *made = ask(shop.app, shop.buyer, "POST", "/api/v1/orders", say(&shop, "%s\"pickup\":\"%s\",\"missing\":\"replace\"}", lines, pickup));
    assert_status(made, 201);
    shop.order = str_z(app_arena(shop.app), json_text(made, "id"));
    shop.hen_line = str_z(app_arena(shop.app), json_text(made, "lines.0.id"));
    shop.egg_line = str_z(app_arena(shop.app), json_text(made, "lines.1.id"));
    return shop;
}

static void a_scale_label_is_read_and_a_damaged_one_refused(void **state)
{
    (void)state;
    int64_t grams;
    assert_true(scale_label_read(STR("2112345018508"), &grams)); /* 01850 g; 8 is its check digit */
    assert_int_equal(grams, 1850);
    assert_false(scale_label_read(STR("2112345018505"), &grams));
    assert_false(scale_label_read(STR("6912345018500"), &grams)); /* a maker's number, no scale's */
    assert_false(scale_label_read(STR("21123450185"), &grams));
    assert_false(scale_label_read(STR("21123450185x8"), &grams));
}

static void a_program_weighs_with_steps_or_a_label(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/api/v1/orders/%s/lines/%s/weigh", shop.order, shop.hen_line);
    assert_refused(ask(shop.app, shop.buyer, "POST", path, "{\"priced_steps\":3455}"), 403, "access.role");
    const Answer *weighed = ask(shop.app, shop.seller, "POST", path, "{\"priced_steps\":3455}");
    assert_status(weighed, 200);
    assert_int_equal(json_number(weighed, "amount.minor"), 11056);
    assert_int_equal(json_number(weighed, "total.minor"), 11056 + 1800);
    assert_refused(ask(shop.app, shop.packer, "POST", path, "{\"label\":\"2112345018508\"}"), 409, "weigh.unlikely");
    assert_int_equal(json_number(ask(shop.app, shop.packer, "POST", path, "{\"label\":\"2112345035000\"}"), "amount.minor"), 11200);
    assert_refused(ask(shop.app, shop.seller, "POST", path, "{\"label\":\"2112345035009\"}"), 422, "weigh.label");
    assert_refused(ask(shop.app, shop.seller, "POST", path, "{}"), 422, "field.required");
}

static void a_program_changes_amounts(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/api/v1/orders/%s/amend%s", shop.order, "");
    const char *body = say(&shop, "{\"lines\":[{\"line\":\"%s\",\"steps\":6}]}%s", shop.egg_line, "");
    assert_refused(ask(shop.app, shop.seller, "POST", path, body), 403, "access.role");
    const Answer *now = ask(shop.app, shop.buyer, "POST", path, body);
    assert_status(now, 200);
    assert_int_equal(json_number(now, "total.minor"), 11520 + 900);
    assert_int_equal(json_number(now, "lines.1.steps"), 6);
    assert_int_equal(json_number(now, "lines.1.ordered_steps"), 12);
    const char *too_much = say(&shop, "{\"lines\":[{\"line\":\"%s\",\"steps\":1},{\"line\":\"%s\",\"steps\":99}]}", shop.hen_line, shop.egg_line);
    const Answer *refused = ask(shop.app, shop.buyer, "POST", path, too_much);
    assert_refused(refused, 409, "stock.sold_out");
    assert_str(json_text(refused, "field"), "lines.1");
    const char *few = say(&shop, "/api/v1/orders/%s/lines/%s/short", shop.order, shop.egg_line);
    now = ask(shop.app, shop.seller, "POST", few, "{\"steps\":4,\"lost\":true,\"reason\":\"The fox\"}");
    assert_int_equal(json_number(now, "total.minor"), 11520 + 600);
    assert_status(ask(shop.app, shop.seller, "POST", say(&shop, "/api/v1/orders/%s/confirm%s", shop.order, ""), "{}"), 200);
    assert_refused(ask(shop.app, shop.seller, "POST", say(&shop, "/api/v1/orders/%s/confirm%s", shop.order, ""), "{}"), 409, "order.not_now");
    assert_status(ask(shop.app, shop.packer, "POST", say(&shop, "/api/v1/orders/%s/miss%s", shop.order, ""), "{}"), 200);
}

static void a_program_asks_for_money_back_and_gets_it(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/api/v1/orders/%s/refunds%s", shop.order, "");
    const char *body = say(&shop, "{\"line\":\"%s\",\"steps\":2,\"cause\":\"spoiled\"}%s", shop.egg_line, "");
    assert_refused(ask(shop.app, shop.buyer, "POST", path, body), 409, "order.not_now");
    assert_status(ask(shop.app, shop.packer, "POST", say(&shop, "/api/v1/orders/%s/collect%s", shop.order, ""), "{}"), 200);
    const Answer *asked = ask(shop.app, shop.buyer, "POST", path, body);
    assert_status(asked, 201);
    assert_int_equal(json_number(asked, "amount.minor"), 300);
    const char *one = say(&shop, "/api/v1/refunds/%s%s", str_z(app_arena(shop.app), json_text(asked, "id")), "");
    assert_refused(ask(shop.app, shop.buyer, "POST", one, "{\"verb\":\"approve\"}"), 403, "access.role");
    assert_refused(ask(shop.app, shop.packer, "POST", one, "{\"verb\":\"approve\"}"), 404, "refund.missing");
    assert_status(ask(shop.app, shop.seller, "POST", one, "{\"verb\":\"approve\",\"goods\":\"back\"}"), 200);
    assert_status(ask(shop.app, shop.seller, "POST", one, "{\"verb\":\"send\"}"), 200);
    assert_str(json_text(ask(shop.app, shop.buyer, "POST", one, "{\"verb\":\"confirm\"}"), "state"), "confirmed");
    assert_int_equal(json_number(ask(shop.app, shop.buyer, "GET", path, NULL), "items"), 1);
}

/* ---- pages ---- */

static void the_weigh_page_goes_from_line_to_line(void **state)
{
    Shop shop = shop_make(state);
    const Answer *page = ask(shop.app, shop.seller, "GET", "/weigh", NULL);
    assert_status(page, 200);
    assert_says(page, "0 of 1");
    assert_says(page, "3.6 kg");
    const char *form = say(&shop, "order=%s&line=%s&weight=", shop.order, shop.hen_line);
    page = ask(shop.app, shop.seller, "POST", "/weigh", say(&shop, "%s%s", form, "34,55"));
    assert_status(page, 409);
    assert_says(page, "far from");
    assert_status(ask(shop.app, shop.seller, "POST", "/weigh", say(&shop, "%s%s", form, "much")), 422);
    assert_status(ask(shop.app, shop.seller, "POST", "/weigh", say(&shop, "%s%s", form, "3.455")), 303);
    page = ask(shop.app, shop.seller, "GET", "/weigh", NULL);
    assert_says(page, "All weighed");
    assert_says(page, "3.455 kg");
    assert_says(ask(shop.app, shop.seller, "GET", "/sales", NULL), "3.455 kg");
}

static void a_buyer_changes_the_order_on_its_page(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/orders/%s/change%s", shop.order, "");
    assert_says(ask(shop.app, shop.buyer, "GET", path, NULL), "Hen");
    const char *form = say(&shop, "line=%s&amount=1&line=%s&amount=24", shop.hen_line, shop.egg_line);
    assert_status(ask(shop.app, shop.buyer, "POST", path, form), 303);
    assert_says(ask(shop.app, shop.buyer, "GET", say(&shop, "/orders/%s%s", shop.order, ""), NULL), "¥93.60");
    assert_status(ask(shop.app, shop.buyer, "POST", path, say(&shop, "line=%s&amount=many%s", shop.egg_line, "")), 422);
    const char *few = say(&shop, "/sales/%s/%s/short", shop.order, shop.egg_line);
    assert_says(ask(shop.app, shop.seller, "GET", few, NULL), "something like it instead");
    assert_status(ask(shop.app, shop.seller, "POST", few, "amount=99"), 422);
    assert_status(ask(shop.app, shop.seller, "POST", few, "amount=20&lost=1&reason=The+fox+came."), 303);
    const Answer *seen = ask(shop.app, shop.buyer, "GET", say(&shop, "/orders/%s%s", shop.order, ""), NULL);
    assert_says(seen, "The fox came.");
    assert_says(ask(shop.app, shop.buyer, "GET", "/today", NULL), "1 order of yours has changed");
}

static const char *part_of(Shop *shop)
{
    Arena *arena = app_arena(shop->app);
    return str_z(arena, id_text(arena, test_int(app_store(shop->app), "SELECT id FROM seller_order")));
}

static void what_nobody_fetched_is_settled_by_the_packer(void **state)
{
    Shop shop = shop_make(state);
    const char *part = part_of(&shop), *form = say(&shop, "order=%s&part=%s", shop.order, part);
    assert_status(ask(shop.app, shop.seller, "POST", say(&shop, "/sales/%s/%s/confirm", shop.order, part), ""), 303);
    assert_says(ask(shop.app, shop.seller, "GET", "/sales", NULL), "Confirmed");
    assert_status(ask(shop.app, shop.seller, "POST", say(&shop, "/sales/%s/%s/pack", shop.order, part), ""), 303);
    assert_says(ask(shop.app, shop.packer, "GET", "/missed", NULL), "Everything is collected");
    assert_status(ask(shop.app, shop.buyer, "POST", "/missed", say(&shop, "%s&verb=%s", form, "miss")), 403);
    assert_status(ask(shop.app, shop.packer, "POST", "/missed", say(&shop, "%s&verb=%s", form, "miss")), 303);
    assert_says(ask(shop.app, shop.packer, "GET", "/missed", NULL), "Back to the shelf");
    assert_status(ask(shop.app, shop.packer, "POST", "/missed", say(&shop, "%s&verb=%s", form, "restock")), 303);
    assert_int_equal(test_int(app_store(shop.app), "SELECT sum(reserved) FROM stock"), 0);
}

static void a_buyer_asks_for_money_back_on_the_order_page(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/orders/%s/return%s", shop.order, "");
    assert_status(ask(shop.app, shop.packer, "POST", say(&shop, "/api/v1/orders/%s/collect%s", shop.order, ""), "{}"), 200);
    assert_says(ask(shop.app, shop.buyer, "GET", path, NULL), "Eggs");
    assert_status(ask(shop.app, shop.buyer, "POST", path, say(&shop, "line=%s&amount=13&cause=spoiled%s", shop.egg_line, "")), 422);
    assert_status(ask(shop.app, shop.buyer, "POST", path, say(&shop, "line=%s&amount=3&cause=spoiled&reason=Broken%s", shop.egg_line, "")), 303);
    const Answer *page = ask(shop.app, shop.seller, "GET", "/refunds", NULL);
    assert_says(page, "Broken");
    assert_says(page, "¥4.50");
    Arena *arena = app_arena(shop.app);
    const char *one = say(&shop, "/refunds/%s%s", str_z(arena, id_text(arena, test_int(app_store(shop.app), "SELECT id FROM refund"))), "");
    assert_status(ask(shop.app, shop.packer, "POST", one, "verb=approve&goods=thrown"), 403);
    assert_status(ask(shop.app, shop.seller, "POST", one, "verb=approve&goods=thrown"), 303);
    assert_says(ask(shop.app, shop.buyer, "GET", say(&shop, "/orders/%s%s", shop.order, ""), NULL), "Granted");
    assert_status(ask(shop.app, shop.seller, "POST", one, "verb=send"), 303);
    assert_says(ask(shop.app, shop.seller, "GET", "/refunds", NULL), "Nobody asks");
}

static void a_guest_does_the_same_by_the_link(void **state)
{
    Shop shop = shop_make(state);
    Arena *arena = app_arena(shop.app);
    User *bo = guest(shop.app);
    const char *pickup = str_z(arena, id_text(arena, shop.pickup));
    const char *head = say(&shop, "{\"lines\":[{\"offer\":\"%s\",\"steps\":3}],\"pickup\":\"%s\"", shop.eggs, pickup);
    const Answer *made = ask(shop.app, bo, "POST", "/api/v1/orders", say(&shop, "%s,\"name\":\"Bo\",\"phone\":\"555\"}%s", head, ""));
    assert_status(made, 201);
    const char *link = str_z(arena, json_text(made, "link")), *line = str_z(arena, json_text(made, "lines.0.id"));
    const char *order = str_z(arena, json_text(made, "id"));
    assert_says(ask(shop.app, bo, "GET", say(&shop, "%s/change%s", link, ""), NULL), "Eggs");
    assert_status(ask(shop.app, bo, "POST", say(&shop, "%s/change%s", link, ""), say(&shop, "line=%s&amount=4%s", line, "")), 303);
    assert_status(ask(shop.app, shop.packer, "POST", say(&shop, "/api/v1/orders/%s/collect%s", order, ""), "{}"), 200);
    assert_says(ask(shop.app, bo, "GET", say(&shop, "%s/return%s", link, ""), NULL), "Eggs");
    assert_status(ask(shop.app, bo, "POST", say(&shop, "%s/return%s", link, ""), say(&shop, "line=%s&amount=1&cause=other%s", line, "")), 303);
}

/* ---- stock, ways of selling, pickup places ---- */

static void a_seller_keeps_the_stock_by_hand(void **state)
{
    Shop shop = shop_make(state);
    const char *path = say(&shop, "/goods/offers/%s/stock%s", shop.eggs, "");
    assert_says(ask(shop.app, shop.seller, "GET", path, NULL), "60 pieces");
    assert_status(ask(shop.app, shop.buyer, "GET", path, NULL), 403);
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=receipt&amount=40&harvested_on=2026-11-20&field=Plum+yard&grade=A"), 303);
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=spoil&amount=5&note=Frost"), 303);
    const Answer *page = ask(shop.app, shop.seller, "GET", path, NULL);
    assert_says(page, "95 pieces");
    assert_says(page, "Plum yard");
    assert_says(page, "Frost");
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=spoil&amount=84"), 409); /* twelve are promised */
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=count&amount=11"), 409);
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=count&amount=90"), 303);
    assert_status(ask(shop.app, shop.seller, "POST", path, "kind=spoil&amount=0"), 422);
    Arena *arena = app_arena(shop.app);
    const char *product = str_z(arena, id_text(arena, test_int(app_store(shop.app), "SELECT product FROM lot l JOIN variant v ON v.id = l.variant")));
    assert_says(ask(shop.app, NULL, "GET", say(&shop, "/market/%s%s", product, ""), NULL), "20 November 2026");
}

static void a_product_is_sold_in_one_more_way(void **state)
{
    Shop shop = shop_make(state);
    Arena *arena = app_arena(shop.app);
    const char *product = str_z(arena, id_text(arena, test_int(app_store(shop.app), "SELECT product FROM offer ORDER BY id DESC")));
    const char *path = say(&shop, "/goods/%s/variants%s", product, "");
    assert_status(ask(shop.app, shop.seller, "POST", path, "sold=piece&price=16.00&amount=2.5&pack=crate"), 422);
    assert_status(ask(shop.app, shop.seller, "POST", path, "sold=piece&price=16.00&amount=9&pack=crate+of+12"), 303);
    assert_says(ask(shop.app, shop.seller, "GET", say(&shop, "/goods/%s%s", product, ""), NULL), "crate of 12");
    assert_says(ask(shop.app, NULL, "GET", say(&shop, "/market/%s%s", product, ""), NULL), "¥16.00");
    assert_status(ask(shop.app, shop.buyer, "POST", path, "sold=piece&price=16.00&amount=9"), 403);
}

static void a_pickup_place_takes_some_sellers_or_brings_goods(void **state)
{
    Shop shop = shop_make(state);
    User *root = user(shop.app, "Root", 0, ROLE_ADMIN);
    Arena *arena = app_arena(shop.app);
    const char *org = str_z(arena, id_text(arena, app_org(shop.app)));
    const char *path = say(&shop, "/pickups/%s%s", str_z(arena, id_text(arena, shop.pickup)), "");
    assert_says(ask(shop.app, root, "GET", path, NULL), "These sellers");
    assert_status(ask(shop.app, root, "POST", path, "name=Town&position=over+there"), 422);
    assert_status(ask(shop.app, root, "POST", path, say(&shop, "name=Town&position=29.7153,+118.3164&some=1&sellers=%s&delivers=1&charge=8.00&free_from=100%s", org, "")), 303);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM pickup_seller"), 1);
    assert_int_equal(test_int(app_store(shop.app), "SELECT charge FROM delivery_zone"), 800);
    const char *body = say(&shop, "{\"lines\":[{\"offer\":\"%s\",\"steps\":2}],\"pickup\":\"%s\"", shop.eggs, str_z(arena, id_text(arena, shop.pickup)));
    assert_refused(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", say(&shop, "%s}%s", body, "")), 422, "order.address");
    const Answer *made = ask(shop.app, shop.buyer, "POST", "/api/v1/orders", say(&shop, "%s,\"address\":\"3 Mill Lane\"}%s", body, ""));
    assert_status(made, 201);
    assert_int_equal(json_number(made, "total.minor"), 1100);
    assert_str(json_text(made, "charges.0.kind"), "delivery");
    assert_status(ask(shop.app, root, "POST", path, "name=Town"), 303);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM delivery_zone"), 0);
}

static void a_discount_code_is_used_at_the_checkout(void **state)
{
    Shop shop = shop_make(state);
    User *root = user(shop.app, "Root", 0, ROLE_ADMIN);
    assert_status(ask(shop.app, root, "POST", "/fees/discounts", "label=Harvest&base=percent&rate=10&code=AUTUMN"), 303);
    assert_status(ask(shop.app, shop.buyer, "POST", "/cart", say(&shop, "offer=%s&amount=10%s", shop.eggs, "")), 303);
    assert_says(ask(shop.app, shop.buyer, "GET", "/checkout", NULL), "¥15.00");
    assert_says(ask(shop.app, shop.buyer, "POST", "/checkout", "use=1&coupon=autumn"), "¥13.50");
    assert_says(ask(shop.app, shop.buyer, "POST", "/checkout", "use=1&coupon=winter"), "We do not know this code");
    Arena *arena = app_arena(shop.app);
    const char *pickup = str_z(arena, id_text(arena, shop.pickup));
    assert_status(ask(shop.app, shop.buyer, "POST", "/checkout", say(&shop, "pickup=%s&coupon=autumn&seen=1350&missing=call&key=k1%s", pickup, "")), 303);
    assert_int_equal(test_int(app_store(shop.app), "SELECT total FROM order_group ORDER BY id DESC"), 1350);
    assert_says(ask(shop.app, shop.seller, "GET", "/sales", NULL), "Call me");
}

static void prices_are_shown_in_local_units_to_those_who_use_them(void **state)
{
    Shop shop = shop_make(state);
    Arena *arena = app_arena(shop.app);
    User *reader = guest(shop.app);
    const char *product = str_z(arena, id_text(arena, test_int(app_store(shop.app), "SELECT product FROM offer ORDER BY id")));
    user_language(reader, "zh-CN");
    const Answer *page = ask(shop.app, reader, "GET", say(&shop, "/market/%s%s", product, ""), NULL);
    assert_says(page, "¥16.00 / 斤"); /* half of the 32.00 a kilogram */
    user_language(reader, "en");
    assert_silent(ask(shop.app, reader, "GET", say(&shop, "/market/%s%s", product, ""), NULL), "¥16.00");
    const Answer *units = ask(shop.app, NULL, "GET", "/api/v1/units", NULL);
    assert_str(json_text(units, "items.0.slug"), "jin");
    assert_int_equal(json_number(units, "items.0.micro"), 500000);
}

static void the_market_asks_little_of_the_database(void **state)
{
    Shop shop = shop_make(state);
    static const struct {
        const char *path;
        int64_t most;
    } pages[] = {{"/market", 4}, {"/market?search=egg", 6}, {"/api/v1/offers", 4}};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        assert_fine(test_sql(app_store(shop.app), app_arena(shop.app), "UPDATE listing SET rank = rank")); /* nothing kept is true any more */
        int64_t before = db_statements_run();
        assert_status(ask(shop.app, NULL, "GET", pages[i].path, NULL), 200);
        int64_t run = db_statements_run() - before;
        print_message("# GET %s: %lld statements\n", pages[i].path, (long long)run);
        assert_true(run <= pages[i].most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scale_label_is_read_and_a_damaged_one_refused),
        TEST_DB(a_program_weighs_with_steps_or_a_label),
        TEST_DB(a_program_changes_amounts),
        TEST_DB(a_program_asks_for_money_back_and_gets_it),
        TEST_DB(the_weigh_page_goes_from_line_to_line),
        TEST_DB(a_buyer_changes_the_order_on_its_page),
        TEST_DB(what_nobody_fetched_is_settled_by_the_packer),
        TEST_DB(a_buyer_asks_for_money_back_on_the_order_page),
        TEST_DB(a_guest_does_the_same_by_the_link),
        TEST_DB(a_seller_keeps_the_stock_by_hand),
        TEST_DB(a_product_is_sold_in_one_more_way),
        TEST_DB(a_pickup_place_takes_some_sellers_or_brings_goods),
        TEST_DB(a_discount_code_is_used_at_the_checkout),
        TEST_DB(prices_are_shown_in_local_units_to_those_who_use_them),
        TEST_DB(the_market_asks_little_of_the_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
