/* The market's API, as a program sees it. */
#include "ask.h"
#include "market/inside.h"

typedef struct Shop {
    App *app;
    User *seller, *buyer, *packer;
    Id pickup;
    const char *eggs; /* offer */
} Shop;

static Err *pickup_write(Tx *tx, void *arg)
{
    Shop *shop = arg;
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("Ask for Mei.")}, {STR("zh-CN"), STR("老磨坊"), STR("")}};
    PickupHours hours[] = {{6, 9 * 60, 11 * 60}};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {mill, 2}, .hours = hours, .hours_len = 1, .everyone = true};
    return pickup_add(tx, &pickup, 0, time_now(), &shop->pickup);
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
    shop.eggs = offer_of(&shop, "{\"title\":\"Eggs\",\"title_zh\":\"鸡蛋\",\"price_minor\":150,\"on_hand_steps\":10,\"category\":\"eggs\"}");
    return shop;
}

static const char *path_of(Shop *shop, const char *format, const char *id)
{
    return str_z(app_arena(shop->app), str_format(app_arena(shop->app), format, id));
}

static const char *order_body(Shop *shop, const char *offer, int steps, const char *more)
{
    Arena *arena = app_arena(shop->app);
    return str_z(arena, str_format(arena, "{\"lines\":[{\"offer\":\"%s\",\"steps\":%d}],\"pickup\":\"%.*s\",\"payment\":\"at_pickup\"%s}", offer,
                                   steps, STR_ARG(id_text(arena, shop->pickup)), more));
}

static void an_offer_is_listed_found_and_shown(void **state)
{
    Shop shop = shop_make(state);
    const Answer *list = ask(shop.app, NULL, "GET", "/api/v1/offers", NULL);
    assert_status(list, 200);
    assert_int_equal(json_number(list, "items"), 1);
    assert_str(json_text(list, "items.0.id"), shop.eggs);
    assert_str(json_text(list, "items.0.title"), "Eggs");
    assert_int_equal(json_number(list, "items.0.price.minor"), 150);
    assert_str(json_text(list, "items.0.price.currency"), "CNY");
    assert_str(json_text(list, "items.0.unit"), "C62");
    assert_int_equal(json_number(list, "items.0.available_steps"), 10);
    const Answer *one = ask(shop.app, NULL, "GET", path_of(&shop, "/api/v1/offers/%s", shop.eggs), NULL);
    assert_status(one, 200);
    assert_str(json_text(one, "title"), "Eggs");
    assert_refused(ask(shop.app, NULL, "GET", "/api/v1/offers/0000000000001", NULL), 404, "offer.missing");
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?search=egg", NULL), "items"), 1);
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?search=%E9%B8%A1%E8%9B%8B", NULL), "items"), 1); /* 鸡蛋 */
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?search=%E8%9B%8B", NULL), "items"), 1);          /* 蛋 */
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?search=duck", NULL), "items"), 0);
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?category=eggs", NULL), "items"), 1);
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/offers?category=meat", NULL), "items"), 0);
    assert_refused(ask(shop.app, NULL, "GET", "/api/v1/offers?after=x", NULL), 422, "shelf.after");
}

static void only_a_seller_makes_an_offer(void **state)
{
    Shop shop = shop_make(state);
    const char *body = "{\"title\":\"Rice\",\"price\":{\"minor\":1250,\"currency\":\"CNY\"},\"unit\":\"KGM\",\"scale\":3,\"step\":50}";
    assert_refused(ask(shop.app, NULL, "POST", "/api/v1/offers", body), 401, "access.sign_in");
    assert_refused(ask(shop.app, shop.buyer, "POST", "/api/v1/offers", body), 403, "access.role");
    assert_status(ask(shop.app, shop.seller, "POST", "/api/v1/offers", body), 201);
    assert_refused(ask(shop.app, shop.seller, "POST", "/api/v1/offers", "{\"title\":\"Rice\"}"), 422, "field.required");
    assert_refused(ask(shop.app, shop.seller, "POST", "/api/v1/offers", "{\"title\":\"Rice\",\"price_minor\":-1}"), 422, "field.range");
    assert_refused(ask(shop.app, shop.seller, "POST", "/api/v1/offers", "{\"title\":\"Rice\",\"price_minor\":1,\"unit\":\"XXX\"}"), 422,
                   "measure.unit");
}

static void its_seller_changes_stock_and_price(void **state)
{
    Shop shop = shop_make(state);
    const char *path = path_of(&shop, "/api/v1/offers/%s", shop.eggs);
    assert_status(ask(shop.app, shop.seller, "PATCH", path, "{\"on_hand_steps\":1}"), 200);
    assert_status(ask(shop.app, shop.seller, "PATCH", path, "{\"price_minor\":175}"), 200);
    const Answer *now = ask(shop.app, NULL, "GET", path, NULL);
    assert_int_equal(json_number(now, "available_steps"), 1);
    assert_int_equal(json_number(now, "price.minor"), 175);
    assert_status(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, "")), 201);
    assert_refused(ask(shop.app, shop.seller, "PATCH", path, "{\"on_hand_steps\":0}"), 409, "stock.below_reserved");
    assert_refused(ask(shop.app, shop.buyer, "PATCH", path, "{\"on_hand_steps\":5}"), 403, "access.role");
    assert_status(ask(shop.app, user(shop.app, "Root", 0, ROLE_ADMIN), "PATCH", path, "{\"on_hand_steps\":5}"), 200);
}

static void the_last_one_is_sold_once(void **state)
{
    Shop shop = shop_make(state);
    assert_status(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 10, "")), 201);
    const Answer *late = ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, ""));
    assert_refused(late, 409, "stock.sold_out");
    assert_str(json_text(late, "field"), "lines.0");
}

static void a_guest_orders_with_name_and_phone(void **state)
{
    Shop shop = shop_make(state);
    assert_refused(ask(shop.app, NULL, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, "")), 422, "order.contact");
    const Answer *made = ask(shop.app, NULL, "POST", "/api/v1/orders",
                             order_body(&shop, shop.eggs, 2, ",\"name\":\"Bo\",\"phone\":\"555\""));
    assert_status(made, 201);
    assert_str(json_text(made, "state"), "placed");
    assert_str(json_text(made, "payment"), "due_at_pickup");
    assert_int_equal(json_number(made, "total.minor"), 300);
    assert_int_equal(json_number(made, "lines"), 1);
    Str link = json_text(made, "link"), id = json_text(made, "id");
    assert_true(str_starts(link, STR("/o/")));
    const char *secret = str_z(app_arena(shop.app), str_slice(link, 3, link.len)), *key = str_z(app_arena(shop.app), id);
    assert_refused(ask(shop.app, NULL, "GET", path_of(&shop, "/api/v1/orders/%s", key), NULL), 404, "order.missing");
    assert_refused(ask(shop.app, shop.buyer, "GET", path_of(&shop, "/api/v1/orders/%s", key), NULL), 404, "order.missing");
    assert_status(ask(shop.app, shop.packer, "GET", path_of(&shop, "/api/v1/orders/%s", key), NULL), 200);
    assert_status(ask(shop.app, NULL, "GET", path_of(&shop, "/api/v1/orders/%s", secret), NULL), 200);
    const Answer *cancelled = ask(shop.app, NULL, "POST", path_of(&shop, "/api/v1/orders/%s/cancel", secret), "{}");
    assert_status(cancelled, 200);
    assert_str(json_text(cancelled, "state"), "cancelled");
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", path_of(&shop, "/api/v1/offers/%s", shop.eggs), NULL), "available_steps"), 10);
}

static void a_key_sent_twice_is_one_order(void **state)
{
    Shop shop = shop_make(state);
    const char *body = order_body(&shop, shop.eggs, 3, "");
    const Answer *first = ask_with(shop.app, shop.buyer, "POST", "/api/v1/orders", "Idempotency-Key: k1", body);
    const Answer *again = ask_with(shop.app, shop.buyer, "POST", "/api/v1/orders", "Idempotency-Key: k1", body);
    assert_status(first, 201);
    assert_status(again, 201);
    assert_true(str_eq(json_text(first, "id"), json_text(again, "id")));
    assert_refused(ask_with(shop.app, shop.buyer, "POST", "/api/v1/orders", "Idempotency-Key: k1", order_body(&shop, shop.eggs, 4, "")), 422,
                   "idempotency.other_body");
    assert_int_equal(json_number(ask(shop.app, shop.buyer, "GET", "/api/v1/orders", NULL), "items"), 1);
}

static void the_packer_hands_over(void **state)
{
    Shop shop = shop_make(state);
    const Answer *made = ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 2, ""));
    const char *id = str_z(app_arena(shop.app), json_text(made, "id"));
    assert_refused(ask(shop.app, shop.buyer, "POST", path_of(&shop, "/api/v1/orders/%s/collect", id), "{}"), 403, "access.role");
    assert_status(ask(shop.app, shop.seller, "POST", path_of(&shop, "/api/v1/orders/%s/pack", id), "{}"), 200);
    assert_refused(ask(shop.app, shop.buyer, "POST", path_of(&shop, "/api/v1/orders/%s/cancel", id), "{}"), 409, "order.already_packed");
    const Answer *done = ask(shop.app, shop.packer, "POST", path_of(&shop, "/api/v1/orders/%s/collect", id), "{}");
    assert_status(done, 200);
    assert_str(json_text(done, "state"), "completed");
    assert_str(json_text(done, "payment"), "captured");
    assert_refused(ask(shop.app, shop.packer, "POST", path_of(&shop, "/api/v1/orders/%s/collect", id), "{}"), 409, "order.not_now");
}

static void places_and_categories_are_listed(void **state)
{
    Shop shop = shop_make(state);
    const Answer *pickups = ask(shop.app, NULL, "GET", "/api/v1/pickups", NULL);
    assert_status(pickups, 200);
    assert_str(json_text(pickups, "items.0.name"), "Old mill");
    assert_str(json_text(pickups, "items.0.hours.0.from"), "09:00");
    const Answer *categories = ask(shop.app, NULL, "GET", "/api/v1/categories", NULL);
    assert_status(categories, 200);
    assert_true(json_number(categories, "items") >= 10);
}

static void a_token_needs_the_scope(void **state)
{
    Shop shop = shop_make(state);
    User *reader = program(shop.app, shop.buyer, "read"), *orders = program(shop.app, shop.buyer, "orders");
    assert_status(ask(shop.app, reader, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, "")), 403);
    assert_status(ask(shop.app, orders, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, "")), 201);
}

static void orders_with_nonsense_are_refused(void **state)
{
    Shop shop = shop_make(state);
    const char *none = "{\"lines\":[],\"pickup\":\"0000000000001\"}";
    assert_status(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", none), 422);
    assert_refused(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, "0000000000001", 1, "")), 422, "order.line");
    assert_status(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 0, "")), 422);
    assert_status(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", order_body(&shop, shop.eggs, 1, ",\"x\":1")), 422);
    assert_refused(ask(shop.app, shop.buyer, "POST", "/api/v1/orders", "{\"lines\":"), 400, "json.syntax");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_offer_is_listed_found_and_shown),
        TEST_DB(only_a_seller_makes_an_offer),
        TEST_DB(its_seller_changes_stock_and_price),
        TEST_DB(the_last_one_is_sold_once),
        TEST_DB(a_guest_orders_with_name_and_phone),
        TEST_DB(a_key_sent_twice_is_one_order),
        TEST_DB(the_packer_hands_over),
        TEST_DB(places_and_categories_are_listed),
        TEST_DB(a_token_needs_the_scope),
        TEST_DB(orders_with_nonsense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
