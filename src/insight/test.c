/* Forecast and suggestion pages over the real house, with the real child. */
#include "ask.h"

#include <string.h>

#include "insight/inside.h"
#include "insight/wire.h"
#include "identity/identity.h"
#include "market/market.h"

static const Time today = {1795000000000}; /* Wednesday, 18 November 2026 */

typedef struct Shop {
    App *app;
    Id farm, orchard, pickup, rice, eggs, apples;
    User *farmer, *other, *buyer, *admin;
    int64_t week; /* of the orders being made */
} Shop;

static Err *good_add(Tx *tx, Id org, const char *title, int64_t months, Id *offer)
{
    LangText text = {STR("en"), str_of(title), STR("")};
    NewVariant variant = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .step = 1, .price = {500}, .on_hand_steps = 100000};
    NewProduct product = {.org = org, .texts = {&text, 1}, .season_months = months, .variants = {&variant, 1}};
    Id made;
    TRY(product_add(tx, &product, 0, (Time){today.ms - 500 * (int64_t)DAY_MS}, &made));
    *offer = variant.offer;
    return NULL;
}

static Err *shop_fill(Tx *tx, void *arg)
{
    Shop *shop = arg;
    NewOrg farm = {.kind = "farm", .name = STR("Lin farm"), .place = STR("")}, orchard = {.kind = "farm", .name = STR("Orchard"), .place = STR("")};
    TRY(org_add(tx, today, 0, &farm, &shop->farm));
    TRY(org_add(tx, today, 0, &orchard, &shop->orchard));
    TRY(good_add(tx, shop->farm, "Rice", 0, &shop->rice));
    TRY(good_add(tx, shop->farm, "Eggs", 0, &shop->eggs));
    TRY(good_add(tx, shop->orchard, "Apples", 1 << 5, &shop->apples)); /* June only */
    LangText mill = {STR("en"), STR("Old mill"), STR("")};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {&mill, 1}, .everyone = true};
    return pickup_add(tx, &pickup, 0, today, &shop->pickup);
}

/* Every week so many orders of rice and eggs together by the buyer, and rice alone by guests. */
static Err *week_fill(Tx *tx, void *arg)
{
    const Shop *shop = arg;
    Time at = {today.ms - shop->week * 7 * (int64_t)DAY_MS};
    for (int64_t k = 0; k < 4 + (shop->week + 60) % 3; k++) {
        OrderAskLine lines[] = {{shop->rice, 5}, {shop->eggs, 10}};
        OrderAsk ask = {.lines = lines, .lines_len = k ? 1 : 2, .lang = STR("en"), .currency = STR("CNY"), .pickup = shop->pickup,
                        .payment = STR("at_pickup"), .channel = "shop", .buyer = k ? 0 : user_id(shop->buyer),
                        .name = k ? STR("Ana") : STR(""), .phone = k ? STR("5551234") : STR("")};
        OrderMade made;
        order_mint(tx->db.arena, &ask.secret, &ask.code);
        TRY(order_insert(tx, &ask, at, &made));
        TRY(order_act(tx, &(OrderAct){.order = made.id, .verb = "collect"}, at));
    }
    return NULL;
}

static Shop shop_open(void **state, int64_t weeks)
{
    time_fake(today);
    Shop shop = {.app = app_of(state)};
    Arena *arena = app_arena(shop.app);
    assert_fine(db_write(app_store(shop.app), arena, shop_fill, &shop));
    shop.farmer = user(shop.app, "farmer", shop.farm, ROLE_SELLER);
    shop.other = user(shop.app, "other", shop.orchard, ROLE_SELLER);
    shop.buyer = user(shop.app, "buyer", 0, ROLE_MEMBER);
    shop.admin = user(shop.app, "admin", 0, ROLE_ADMIN);
    for (shop.week = weeks; shop.week > 0; shop.week--)
        assert_fine(db_write(app_store(shop.app), arena, week_fill, &shop));
    return shop;
}

static const char *path_of(const Shop *shop, const char *format, Id id)
{
    return str_z(app_arena(shop->app), str_format(app_arena(shop->app), format, STR_ARG(id_text(app_arena(shop->app), id))));
}

static Err *fit(const Shop *shop)
{
    return insight_fit(app_store(shop->app), app_arena(shop->app), time_now());
}

static void a_night_turns_orders_into_numbers_a_farmer_can_read(void **state)
{
    Shop shop = shop_open(state, 40);
    assert_fine(fit(&shop));
    Store *store = app_store(shop.app);
    assert_int_equal(test_int(store, "SELECT count(*) FROM insight_model"), 2);
    const Answer *list = ask(shop.app, shop.farmer, "GET", "/outlook", NULL);
    assert_status(list, 200);
    assert_says(list, "Rice");
    assert_silent(list, "Apples");
    const Answer *good = ask(shop.app, shop.farmer, "GET", path_of(&shop, "/outlook/%.*s", shop.rice), NULL);
    assert_status(good, 200);
    assert_says(good, "<svg class=\"chart\"");
    assert_says(good, "role=\"img\" aria-label=\"Rice: in the last four weeks");
    int64_t likely = test_int(store, "SELECT w.likely FROM forecast_week w JOIN offer o ON o.id = w.offer JOIN product_text t ON t.product = o.product "
                                     "WHERE t.name = 'Rice' ORDER BY w.week DESC LIMIT 1");
    assert_in_range(likely, 20, 30); /* four to six orders of five */
    time_fake((Time){0});
}

static void nobody_sees_how_another_farm_sells(void **state)
{
    Shop shop = shop_open(state, 12);
    assert_fine(fit(&shop));
    const char *rice = path_of(&shop, "/outlook/%.*s", shop.rice);
    assert_status(ask(shop.app, shop.other, "GET", rice, NULL), 403);
    assert_status(ask(shop.app, shop.other, "GET", path_of(&shop, "/outlook?org=%.*s", shop.farm), NULL), 403);
    assert_status(ask(shop.app, shop.buyer, "GET", "/outlook", NULL), 403);
    assert_status(ask(shop.app, shop.admin, "GET", rice, NULL), 200);
    const Answer *all = ask(shop.app, shop.admin, "GET", "/outlook?org=all", NULL);
    assert_says(all, "Lin farm");
    assert_says(all, "Orchard");
    assert_status(ask(shop.app, shop.farmer, "GET", "/outlook?org=nonsense", NULL), 422);
    assert_status(ask(shop.app, shop.admin, "GET", path_of(&shop, "/outlook/%.*s", shop.farm), NULL), 404);
    time_fake((Time){0});
}

static void out_of_season_nothing_is_expected(void **state)
{
    Shop shop = shop_open(state, 12);
    assert_fine(fit(&shop));
    assert_says(ask(shop.app, shop.other, "GET", "/outlook", NULL), "Out of season until June.");
    assert_int_equal(test_int(app_store(shop.app), "SELECT sum(w.likely) FROM forecast_week w JOIN offer o ON o.id = w.offer JOIN product_text t "
                                                   "ON t.product = o.product WHERE t.name = 'Apples'"), 0);
    time_fake((Time){0});
}

static void the_farmers_number_counts_until_it_is_taken_back(void **state)
{
    Shop shop = shop_open(state, 30);
    Arena *arena = app_arena(shop.app);
    Outlook before, after;
    bool found;
    Db db;
    assert_fine(fit(&shop));
    assert_fine(db_read(app_store(shop.app), arena, &db));
    Date monday = week_of(time_date(today, STR("Asia/Shanghai"))), next = {monday.days + 7}, end = {monday.days + 14};
    assert_fine(insight_outlook(&db, lang_at(0), shop.rice, next, end, &before, &found));
    assert_true(found && before.low <= before.likely && before.likely <= before.high && !before.corrected);
    const char *path = str_z(arena, str_format(arena, "/outlook/%.*s/%.*s", STR_ARG(id_text(arena, shop.rice)), STR_ARG(date_text(arena, next))));
    assert_status(ask(shop.app, shop.other, "POST", path, "amount=77"), 403);
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount=many"), 422);
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount=3+crates"), 303); /* a measure of the place */
    assert_fine(insight_outlook(&db, lang_at(0), shop.rice, next, end, &after, &found));
    assert_true(found && after.corrected && after.likely == 3);
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount=900000"), 303);
    assert_says(ask(shop.app, shop.farmer, "GET", "/outlook", NULL), "To make ready now:");
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount=77"), 303);
    assert_fine(insight_outlook(&db, lang_at(0), shop.rice, next, end, &after, &found));
    assert_true(found && after.corrected && after.likely == 77);
    assert_fine(fit(&shop)); /* the night does not take the farmer's number away */
    assert_says(ask(shop.app, shop.farmer, "GET", "/outlook", NULL), "your number");
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount="), 303);
    assert_fine(insight_outlook(&db, lang_at(0), shop.rice, next, end, &after, &found));
    assert_true(found && !after.corrected);
    assert_status(ask(shop.app, shop.farmer, "POST", path_of(&shop, "/outlook/%.*s/2020-01-06", shop.rice), "amount=1"), 404);
    assert_fine(insight_outlook(&db, lang_at(0), shop.rice, next, (Date){end.days + 400}, &after, &found));
    assert_false(found);
    time_fake((Time){0});
}

static void after_the_week_both_are_held_against_what_sold(void **state)
{
    Shop shop = shop_open(state, 30);
    Arena *arena = app_arena(shop.app);
    assert_fine(fit(&shop));
    Date monday = week_of(time_date(today, STR("Asia/Shanghai")));
    const char *path = str_z(arena, str_format(arena, "/outlook/%.*s/%.*s", STR_ARG(id_text(arena, shop.rice)), STR_ARG(date_text(arena, monday))));
    assert_status(ask(shop.app, shop.farmer, "POST", path, "amount=15"), 303);
    shop.week = 0;
    assert_fine(db_write(app_store(shop.app), arena, week_fill, &shop)); /* today: four orders of five */
    time_fake((Time){today.ms + 7 * (int64_t)DAY_MS});
    assert_fine(fit(&shop));
    const Answer *good = ask(shop.app, shop.farmer, "GET", path_of(&shop, "/outlook/%.*s", shop.rice), NULL);
    assert_says(good, "Who was right");
    assert_says(good, "you were off by 25 %"); /* 15 for 20 */
    const Answer *json = ask(shop.app, shop.farmer, "GET", path_of(&shop, "/api/v1/outlook/%.*s", shop.rice), NULL);
    assert_status(json, 200);
    assert_int_equal(json_number(json, "items.0.sold"), 20);
    assert_int_equal(json_number(json, "items.0.farmer"), 15);
    time_fake((Time){0});
}

static void an_empty_shelf_is_not_taken_for_lack_of_interest(void **state)
{
    Shop shop = shop_open(state, 20);
    Arena *arena = app_arena(shop.app);
    /* all of the eggs are gone for the last six weeks */
    assert_fine(test_sql(app_store(shop.app), arena,
                         str_z(arena, str_format(arena, "UPDATE stock_move SET at = %lld WHERE kind = 'count'", (long long)(today.ms - 300 * (int64_t)DAY_MS)))));
    assert_fine(fit(&shop));
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM forecast_offer WHERE past LIKE '%-%' AND reason NOT LIKE 'Out of%'"), 0);
    time_fake((Time){0});
}

typedef struct Erasing {
    Id person;
} Erasing;

static Err *erase_write(Tx *tx, void *arg)
{
    return insight_erase_person(tx, ((const Erasing *)arg)->person, today);
}

static void suggestions_say_why_and_can_be_switched_off(void **state)
{
    Shop shop = shop_open(state, 30);
    assert_fine(fit(&shop));
    const Answer *page = ask(shop.app, shop.buyer, "GET", "/for-you", NULL);
    assert_status(page, 200);
    assert_says(page, "Your choice");
    assert_status(ask(shop.app, guest(shop.app), "GET", "/for-you", NULL), 303);
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/wanted", "wanted=0"), 303);
    page = ask(shop.app, shop.buyer, "GET", "/for-you", NULL);
    assert_says(page, "Suggestions are off.");
    assert_silent(page, "Rice");
    assert_fine(fit(&shop)); /* the buyer teaches nothing any more */
    assert_int_equal(test_int(app_store(shop.app), "SELECT people FROM insight_model WHERE kind = 'goods' ORDER BY id DESC LIMIT 1"), 0);
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/wanted", "wanted=1"), 303);
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/forget", ""), 303);
    const Answer *data = ask(shop.app, shop.buyer, "GET", "/for-you/data", NULL);
    assert_status(data, 200);
    assert_says(data, "\"products_known\":0");
    time_fake((Time){0});
}

static void a_product_shows_what_was_bought_with_it(void **state)
{
    Shop shop = shop_open(state, 60);
    assert_fine(fit(&shop));
    int64_t product = test_int(app_store(shop.app), "SELECT product FROM product_text WHERE name = 'Eggs'");
    assert_true(test_int(app_store(shop.app), "SELECT count(*) FROM goods_bond WHERE together > 0") > 0);
    const Answer *page = ask(shop.app, guest(shop.app), "GET", path_of(&shop, "/market/%.*s", product), NULL);
    assert_status(page, 200);
    assert_says(page, "Goes well with");
    assert_says(page, "60 orders held both");
    time_fake((Time){0});
}

static const char *cart_form(const Shop *shop, Id offer)
{
    Arena *arena = app_arena(shop->app);
    return str_z(arena, str_format(arena, "offer=%.*s&amount=5", STR_ARG(id_text(arena, offer))));
}

static void a_basket_shows_what_like_baskets_held_and_the_switch_hides_it(void **state)
{
    Shop shop = shop_open(state, 20); /* no night was needed: it looks at the orders themselves */
    assert_status(ask(shop.app, shop.other, "POST", "/cart", cart_form(&shop, shop.rice)), 303);
    const Answer *cart = ask(shop.app, shop.other, "GET", "/cart", NULL);
    assert_says(cart, "People with a basket like this also took");
    assert_says(cart, "Eggs");
    assert_says(cart, "In 20 of the last baskets with Rice");
    assert_status(ask(shop.app, shop.other, "POST", "/for-you/wanted", "wanted=0"), 303);
    assert_silent(ask(shop.app, shop.other, "GET", "/cart", NULL), "also took");
    /* the only one who bought both wants none of it either: nothing of theirs is used */
    assert_status(ask(shop.app, shop.other, "POST", "/for-you/wanted", "wanted=1"), 303);
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/wanted", "wanted=0"), 303);
    assert_silent(ask(shop.app, shop.other, "GET", "/cart", NULL), "also took");
    time_fake((Time){0});
}

static void new_orders_teach_by_day_and_not_when_it_is_switched_off(void **state)
{
    Shop shop = shop_open(state, 30);
    Store *store = app_store(shop.app);
    static const char together[] = "SELECT sum(together) FROM goods_bond", near[] = "SELECT sum(orders) FROM goods_near";
    assert_fine(fit(&shop));
    int64_t both = test_int(store, together), orders = test_int(store, near);
    shop.week = 0;
    assert_fine(db_write(store, app_arena(shop.app), week_fill, &shop)); /* four orders of rice, one of them with eggs */
    assert_int_equal(test_int(store, together), both); /* an order's own commit does not wait for it */
    assert_fine(insight_take_orders(store, app_arena(shop.app)));
    assert_int_equal(test_int(store, together), both + 2);
    assert_int_equal(test_int(store, near), orders + 5);
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/wanted", "wanted=0"), 303);
    assert_fine(db_write(store, app_arena(shop.app), week_fill, &shop)); /* the guests alone teach now */
    assert_fine(insight_take_orders(store, app_arena(shop.app)));
    assert_fine(insight_take_orders(store, app_arena(shop.app))); /* nothing new: nothing twice */
    assert_int_equal(test_int(store, together), both + 2);
    assert_int_equal(test_int(store, near), orders + 8);
    time_fake((Time){0});
}

static void the_page_today_tells_a_farmer_what_will_sell(void **state)
{
    Shop shop = shop_open(state, 30);
    assert_silent(ask(shop.app, shop.farmer, "GET", "/today", NULL), "What will sell next week");
    assert_fine(fit(&shop));
    const Answer *page = ask(shop.app, shop.farmer, "GET", "/today", NULL);
    assert_says(page, "What will sell next week:");
    assert_says(page, "Rice");
    assert_silent(ask(shop.app, shop.other, "GET", "/today", NULL), "What will sell next week"); /* apples are out of season */
    assert_silent(ask(shop.app, shop.buyer, "GET", "/today", NULL), "What will sell next week");
    time_fake((Time){0});
}

static void the_hub_sees_how_each_farm_is_shown(void **state)
{
    Shop shop = shop_open(state, 60);
    assert_says(ask(shop.app, shop.admin, "GET", "/outlook/farms", NULL), "Nothing to say yet");
    assert_fine(fit(&shop));
    const Answer *page = ask(shop.app, shop.admin, "GET", "/outlook/farms", NULL);
    assert_status(page, 200);
    assert_says(page, "Lin farm");
    assert_says(page, "Orchard");
    assert_says(page, "25.0 %"); /* half of an equal share of two farms */
    assert_says(page, "Gini of the shares");
    assert_status(ask(shop.app, shop.farmer, "GET", "/outlook/farms", NULL), 403);
    time_fake((Time){0});
}

static void a_person_sees_forgets_takes_along_and_is_forgotten(void **state)
{
    Shop shop = shop_open(state, 30);
    Store *store = app_store(shop.app);
    assert_fine(fit(&shop));
    const Answer *data = ask(shop.app, shop.buyer, "GET", "/for-you/data", NULL);
    assert_says(data, "\"wanted\":true");
    assert_says(data, "\"products_known\":2");
    assert_status(ask(shop.app, shop.buyer, "POST", "/for-you/forget", ""), 303);
    const Answer *page = ask(shop.app, shop.buyer, "GET", "/for-you", NULL);
    assert_says(page, "Orders before");
    assert_silent(page, "Because you bought");
    assert_says(ask(shop.app, shop.buyer, "GET", "/for-you/data", NULL), "\"products_known\":0");
    assert_fine(fit(&shop)); /* what was forgotten teaches no more */
    assert_int_equal(test_int(store, "SELECT people FROM insight_model WHERE kind = 'goods' ORDER BY id DESC LIMIT 1"), 0);
    int64_t asked = test_int(store, "SELECT count(*) FROM audit WHERE action = 'insight.forget'");
    assert_int_equal(asked, 1);
    Erasing erasing = {user_id(shop.buyer)};
    assert_fine(db_write(store, app_arena(shop.app), erase_write, &erasing));
    assert_int_equal(test_int(store, "SELECT count(*) FROM insight_choice"), 0);
    time_fake((Time){0});
}

static void a_shop_without_a_sale_is_told_so(void **state)
{
    Shop shop = shop_open(state, 0);
    assert_says(ask(shop.app, shop.farmer, "GET", "/outlook", NULL), "Nothing to say yet");
    assert_says(ask(shop.app, shop.buyer, "GET", "/for-you", NULL), "Nothing to suggest yet");
    assert_fine(fit(&shop));
    assert_status(ask(shop.app, shop.farmer, "GET", "/outlook", NULL), 200);
    assert_says(ask(shop.app, shop.farmer, "GET", path_of(&shop, "/outlook/%.*s", shop.rice), NULL), "Nothing was sold yet");
    time_fake((Time){0});
}

static void the_child_refuses_what_is_no_question(void **state)
{
    (void)state;
    Cursor cursor = {.rest = STR("abc")};
    char out[8];
    assert_false(cursor_take(&cursor, out, sizeof out));
    assert_true(cursor.bad);
    Arena *arena = test_arena(state);
    Cursor many = {.rest = STR("0123456789abcdef")};
    assert_null(cursor_list(&many, arena, UINT64_MAX / 2, 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_night_turns_orders_into_numbers_a_farmer_can_read),
        TEST_DB(nobody_sees_how_another_farm_sells),
        TEST_DB(out_of_season_nothing_is_expected),
        TEST_DB(the_farmers_number_counts_until_it_is_taken_back),
        TEST_DB(after_the_week_both_are_held_against_what_sold),
        TEST_DB(an_empty_shelf_is_not_taken_for_lack_of_interest),
        TEST_DB(suggestions_say_why_and_can_be_switched_off),
        TEST_DB(a_product_shows_what_was_bought_with_it),
        TEST_DB(a_basket_shows_what_like_baskets_held_and_the_switch_hides_it),
        TEST_DB(new_orders_teach_by_day_and_not_when_it_is_switched_off),
        TEST_DB(the_page_today_tells_a_farmer_what_will_sell),
        TEST_DB(the_hub_sees_how_each_farm_is_shown),
        TEST_DB(a_person_sees_forgets_takes_along_and_is_forgotten),
        TEST_DB(a_shop_without_a_sale_is_told_so),
        TEST(the_child_refuses_what_is_no_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
