/* Buyers hear of their orders: in the app, by mail and by the gateway, as they chose; nobody hears of what they did themselves. */
#include "ask.h"
#include "loopback.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config.h"
#include "core/deliver.h"
#include "core/outbox.h"
#include "market/market.h"
#include "notice/notice.h"

/* ---- a shop with one order ---- */

typedef struct Shop {
    App *app;
    User *buyer, *seller, *root;
    Id pickup;
    const char *order;
} Shop;

static const char *path_of(App *app, const char *format, const char *a)
{
    return str_z(app_arena(app), str_format(app_arena(app), format, a));
}

static const char *id_of(App *app, const char *sql)
{
    return str_z(app_arena(app), id_text(app_arena(app), test_int(app_store(app), sql)));
}

static Err *pickup_write(Tx *tx, void *arg)
{
    Shop *shop = arg;
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("Ask for Mei.")}, {STR("zh-CN"), STR("老磨坊"), STR("")}};
    PickupHours hours[] = {{6, 9 * 60, 11 * 60}};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {mill, 2}, .hours = hours, .hours_len = 1, .everyone = true};
    return pickup_add(tx, &pickup, 0, time_now(), &shop->pickup);
}

static const char *ordered(const Shop *shop)
{
    Arena *arena = app_arena(shop->app);
    const char *body = str_z(arena, str_format(arena, "{\"lines\":[{\"offer\":\"%s\",\"steps\":3}],\"pickup\":\"%.*s\",\"payment\":\"at_pickup\"}",
                                               id_of(shop->app, "SELECT min(id) FROM offer"), STR_ARG(id_text(arena, shop->pickup))));
    const Answer *made = ask(shop->app, shop->buyer, "POST", "/api/v1/orders", body);
    assert_status(made, 201);
    return str_z(app_arena(shop->app), json_text(made, "id"));
}

static Shop shop_open(void **state)
{
    Shop shop = {.app = app_of(state)};
    shop.root = user(shop.app, "Root", 0, ROLE_ADMIN);
    shop.seller = user(shop.app, "Lin", 0, ROLE_SELLER | ROLE_PACKER);
    shop.buyer = user(shop.app, "Ana", 0, ROLE_MEMBER);
    assert_status(ask(shop.app, shop.seller, "POST", "/api/v1/offers", "{\"title\":\"Honey\",\"price_minor\":4000,\"on_hand_steps\":100}"), 201);
    assert_fine(db_write(app_store(shop.app), app_arena(shop.app), pickup_write, &shop));
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/profile", "name=Ana&sign_name=Ana&phone=%2B86+138+0000+0000&email=ana%40example.org&lang="), 303);
    shop.order = ordered(&shop);
    return shop;
}

static void pack(const Shop *shop)
{
    assert_status(ask(shop->app, shop->seller, "POST", path_of(shop->app, "/api/v1/orders/%s/pack", shop->order), ""), 200);
}

static int64_t outbox_of(const Shop *shop, const char *kind)
{
    return test_int(app_store(shop->app), path_of(shop->app, "SELECT count(*) FROM outbox WHERE kind = '%s'", kind));
}

/* ---- in the app ---- */

static void a_buyer_reads_that_an_order_is_ready(void **state)
{
    Shop shop = shop_open(state);
    assert_says(ask(shop.app, shop.buyer, "GET", "/notices", NULL), "Nothing yet");
    pack(&shop);
    assert_says(ask(shop.app, shop.buyer, "GET", "/today", NULL), "1 new message about your orders");
    const Answer *shown = ask(shop.app, shop.buyer, "GET", "/notices", NULL);
    assert_says(shown, "is ready to be collected");
    assert_says(shown, path_of(shop.app, "/orders/%s", shop.order));
    const Answer *listed = ask(shop.app, shop.buyer, "GET", "/api/v1/notices", NULL);
    assert_str(json_text(listed, "items.0.type"), "order.packed");
    assert_status(ask(shop.app, shop.buyer, "POST", "/notices/read", ""), 303);
    assert_silent(ask(shop.app, shop.buyer, "GET", "/today", NULL), "new message about your orders");
    assert_silent(ask(shop.app, shop.seller, "GET", "/notices", NULL), "ready to be collected");
}

static void nobody_is_told_of_what_they_did_themselves(void **state)
{
    Shop shop = shop_open(state);
    assert_status(ask(shop.app, shop.buyer, "POST", path_of(shop.app, "/api/v1/orders/%s/cancel", shop.order), ""), 200);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM notice"), 0);
    shop.order = ordered(&shop);
    assert_status(ask(shop.app, shop.seller, "POST", path_of(shop.app, "/api/v1/orders/%s/cancel", shop.order), ""), 200);
    assert_says(ask(shop.app, shop.buyer, "GET", "/notices", NULL), "was cancelled");
}

static Err *short_of(Tx *tx, void *arg)
{
    const Id *ids = arg;
    return order_short(tx, &(OrderShort){.line = ids[0], .steps = ids[2], .lost = true, .who = ids[1]}, time_now());
}

static void make_short(const Shop *shop, int64_t steps)
{
    Id args[] = {test_int(app_store(shop->app), "SELECT max(id) FROM order_line"), user_id(shop->seller), steps};
    assert_fine(db_write(app_store(shop->app), app_arena(shop->app), short_of, args));
}

static void too_little_and_a_missed_pickup_are_told(void **state)
{
    Shop shop = shop_open(state);
    make_short(&shop, 1);
    pack(&shop);
    assert_status(ask(shop.app, shop.seller, "POST", path_of(shop.app, "/api/v1/orders/%s/miss", shop.order), ""), 200);
    const Answer *shown = ask(shop.app, shop.buyer, "GET", "/notices", NULL);
    assert_says(shown, "Something is missing in your order");
    assert_says(shown, "¥40.00"); /* what is left of 120.00 */
    assert_says(shown, "Nobody collected your order");
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM notice"), 3);
}

/* ---- ways ---- */

static void everybody_chooses_what_they_are_told_and_how(void **state)
{
    Shop shop = shop_open(state);
    assert_says(ask(shop.app, shop.buyer, "GET", "/me/notices", NULL), "name=\"ready_app\" value=\"1\" checked");
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/notices", "changed_app=1&missed_app=1"), 303);
    assert_silent(ask(shop.app, shop.buyer, "GET", "/me/notices", NULL), "name=\"ready_app\" value=\"1\" checked");
    pack(&shop);
    assert_silent(ask(shop.app, shop.buyer, "GET", "/today", NULL), "new message about your orders");
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/notices/off", ""), 303);
    assert_says(ask(shop.app, shop.buyer, "GET", "/me/notices", NULL), "name=\"ready_app\" value=\"1\" checked");
}

static void mail_and_a_signed_call_leave_after_the_commit(void **state)
{
    Loopback mail, gateway;
    char url[100];
    Shop shop = shop_open(state);
    int64_t delivered, failed;
    loopback_open(&mail, true);
    loopback_open(&gateway, false);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%d", mail.port);
    assert_fine(config_set(app_arena(shop.app), "smtp_url", url));
    assert_fine(config_set(app_arena(shop.app), "mail_from", "shop@example.org"));
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/profile", "name=Ana&sign_name=Ana&phone=%2B86+138+0000+0000&email=ana%40example.org&lang=zh-CN"), 303);
    snprintf(url, sizeof url, "url=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2Fsms", gateway.port);
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", url), 303);
    pack(&shop);
    assert_int_equal(outbox_of(&shop, "mail"), 1);
    assert_int_equal(outbox_of(&shop, "webhook"), 1);
    assert_fine(outbox_deliver_due(app_store(shop.app), app_arena(shop.app), time_now(), &delivered, &failed));
    assert_fine(config_set(app_arena(shop.app), "smtp_url", ""));
    loopback_close(&mail);
    loopback_close(&gateway);
    assert_int_equal(delivered, 2);
    assert_non_null(strstr(mail.heard, "RCPT TO:<ana@example.org>"));
    assert_non_null(strstr(gateway.heard, "webhook-signature: v1,"));
    assert_non_null(strstr(gateway.heard, "+86 138 0000 0000"));
    assert_non_null(strstr(gateway.heard, "\"language\":\"zh-CN\""));
    assert_non_null(strstr(gateway.heard, "\"type\":\"order.packed\""));
}

static void the_same_again_at_once_is_sent_once(void **state)
{
    Shop shop = shop_open(state);
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url=http%3A%2F%2F127.0.0.1%3A9%2Fsms"), 303);
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/notices", "changed_app=1&changed_text=1"), 303);
    make_short(&shop, 2);
    make_short(&shop, 1);
    assert_int_equal(outbox_of(&shop, "webhook"), 1);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM notice"), 1);
}

static void a_gateway_is_the_administrators_and_its_secret_stays_here(void **state)
{
    Shop shop = shop_open(state);
    assert_status(ask(shop.app, shop.buyer, "GET", "/notices/gateway", NULL), 403);
    assert_status(ask(shop.app, shop.buyer, "POST", "/notices/gateway", "url="), 403);
    assert_status(ask(shop.app, shop.buyer, "POST", "/notices/gateway/try", ""), 403);
    assert_refused(ask_with(shop.app, shop.root, "POST", "/notices/gateway/try", "Accept: application/json", ""), 409, "notice.none");
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url=gopher%3A%2F%2Fx"), 422);
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url=https%3A%2F%2Fsms.example.org%2Fa"), 303);
    assert_says(ask(shop.app, shop.root, "GET", "/notices/gateway", NULL), "whsec_");
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway/try", ""), 303);
    assert_int_equal(outbox_of(&shop, "webhook"), 1);
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url="), 303);
    assert_silent(ask(shop.app, shop.root, "GET", "/notices/gateway", NULL), "whsec_");
}

/* A guest of three jars, with phone and mail; its link. */
static const char *guest_orders(const Shop *shop)
{
    Arena *arena = app_arena(shop->app);
    const char *body = str_z(arena, str_format(arena, "{\"lines\":[{\"offer\":\"%s\",\"steps\":3}],\"pickup\":\"%.*s\",\"name\":\"Bo\",\"phone\":\"+86 139\",\"email\":\"bo@example.org\"}",
                                               id_of(shop->app, "SELECT min(id) FROM offer"), STR_ARG(id_text(arena, shop->pickup))));
    const Answer *made = ask(shop->app, guest(shop->app), "POST", "/api/v1/orders", body);
    assert_status(made, 201);
    return str_z(arena, json_text(made, "id"));
}

static void guests_placed_run(const Shop *shop)
{
    JobContext context = {.store = app_store(shop->app), .arena = app_arena(shop->app), .now = time_now()};
    assert_fine(guests_placed(&context));
}

static void a_guest_hears_of_the_order_by_what_they_left(void **state)
{
    Shop shop = shop_open(state);
    assert_fine(config_set(app_arena(shop.app), "smtp_url", "smtp://127.0.0.1:9"));
    assert_fine(config_set(app_arena(shop.app), "mail_from", "shop@example.org"));
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url=http%3A%2F%2F127.0.0.1%3A9%2Fsms"), 303);
    shop.order = guest_orders(&shop);
    guests_placed_run(&shop);
    guests_placed_run(&shop); /* told once */
    assert_int_equal(outbox_of(&shop, "mail"), 1);
    assert_int_equal(outbox_of(&shop, "webhook"), 1);
    pack(&shop);
    assert_int_equal(outbox_of(&shop, "mail"), 2);
    assert_int_equal(outbox_of(&shop, "webhook"), 2);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM notice"), 0);
    assert_fine(config_set(app_arena(shop.app), "smtp_url", ""));
}

static void a_guest_is_told_nothing_where_there_is_no_way(void **state)
{
    Shop shop = shop_open(state);
    shop.order = guest_orders(&shop);
    guests_placed_run(&shop);
    pack(&shop);
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM notice_guest"), 0);
}

static void only_ways_that_lead_somewhere_are_offered(void **state)
{
    Shop shop = shop_open(state);
    const Answer *page = ask(shop.app, shop.buyer, "GET", "/me/notices", NULL);
    assert_silent(page, "name=\"ready_mail\"");
    assert_silent(page, "name=\"ready_text\"");
    assert_says(page, "Mail is not offered");
    assert_says(page, "Text messages are not offered");
    assert_status(ask(shop.app, shop.buyer, "POST", "/me/notices", "ready_app=1"), 303);
    assert_status(ask(shop.app, shop.root, "POST", "/notices/gateway", "url=http%3A%2F%2F127.0.0.1%3A9%2Fsms"), 303);
    assert_says(ask(shop.app, shop.buyer, "GET", "/me/notices", NULL), "name=\"ready_text\" value=\"1\" checked"); /* what was hidden was not lost */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_buyer_reads_that_an_order_is_ready),
        TEST_DB(nobody_is_told_of_what_they_did_themselves),
        TEST_DB(too_little_and_a_missed_pickup_are_told),
        TEST_DB(everybody_chooses_what_they_are_told_and_how),
        TEST_DB(mail_and_a_signed_call_leave_after_the_commit),
        TEST_DB(the_same_again_at_once_is_sent_once),
        TEST_DB(a_guest_hears_of_the_order_by_what_they_left),
        TEST_DB(a_guest_is_told_nothing_where_there_is_no_way),
        TEST_DB(only_ways_that_lead_somewhere_are_offered),
        TEST_DB(a_gateway_is_the_administrators_and_its_secret_stays_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
