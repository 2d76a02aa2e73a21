/* The market's pages, as browsers without a script see them. */
#include "ask.h"
#include "fee/fee.h"
#include "market/inside.h"
#include "identity/identity.h"

#include <string.h>

typedef struct Shop {
    App *app;
    Arena *arena;
    User *lin, *mei, *ana; /* sells at the farm; packs at the co-operative; a member */
    Id farm, pickup;
} Shop;

static Err *shop_write(Tx *tx, void *arg)
{
    Shop *shop = arg;
    TRY(org_add(tx, time_now(), 0, &(NewOrg){.kind = "farm", .name = STR("Lin farm"), .place = STR("Upper valley")}, &shop->farm));
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("Ask for Mei.")}, {STR("zh-CN"), STR("老磨坊"), STR("")}};
    PickupHours hours[] = {{6, 9 * 60, 11 * 60}};
    NewPickup pickup = {.org = app_org(shop->app), .texts = {mill, 2}, .hours = hours, .hours_len = 1, .everyone = true};
    return pickup_add(tx, &pickup, 0, time_now(), &shop->pickup);
}

static Shop shop_make(void **state)
{
    Shop shop = {.app = app_of(state)};
    shop.arena = app_arena(shop.app);
    assert_fine(db_write(app_store(shop.app), shop.arena, shop_write, &shop));
    shop.lin = user(shop.app, "Lin", shop.farm, ROLE_SELLER);
    shop.mei = user(shop.app, "Mei", 0, ROLE_PACKER);
    shop.ana = user(shop.app, "Ana", 0, ROLE_MEMBER);
    return shop;
}

static const char *text(Shop *shop, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Shop *shop, const char *format, ...)
{
    Buf out = buf_new(shop->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(shop->arena, buf_str(&out));
}

/* Lists goods by the form, and gives the offer's id. */
static const char *list(Shop *shop, const char *fields)
{
    const Answer *made = ask_upload(shop->app, shop->lin, "/goods/new", NULL, fields);
    assert_goes_to(made, "/goods");
    const Answer *offers = ask(shop->app, NULL, "GET", "/api/v1/offers?limit=1", NULL);
    return str_z(shop->arena, json_text(offers, "items.0.id"));
}

static const char *eggs(Shop *shop)
{
    return list(shop, "title=Brown eggs&title_other=土鸡蛋&category=eggs&sold=piece&price=1.50&amount=30&story=From hens under trees.");
}

static const char *product_path(Shop *shop, const char *offer)
{
    const Answer *one = ask(shop->app, NULL, "GET", text(shop, "/api/v1/offers/%s", offer), NULL);
    return text(shop, "/market/%.*s", STR_ARG(json_text(one, "product")));
}

static void a_seller_lists_goods_and_everybody_sees_them(void **state)
{
    Shop shop = shop_make(state);
    assert_says(ask(shop.app, NULL, "GET", "/market", NULL), "being set up");
    const char *offer = eggs(&shop);
    const Answer *market = ask(shop.app, NULL, "GET", "/market", NULL);
    assert_status(market, 200);
    assert_says(market, "Brown eggs");
    assert_says(market, "Lin farm");
    assert_says(market, "¥1.50");
    const Answer *product = ask(shop.app, NULL, "GET", product_path(&shop, offer), NULL);
    assert_status(product, 200);
    assert_says(product, "From hens under trees.");
    assert_says(product, "application/ld+json");
    assert_says(product, "\"priceCurrency\":\"CNY\"");
    assert_says(product, "Old mill");
    User *chinese = guest(shop.app);
    user_language(chinese, "zh-CN");
    assert_says(ask(shop.app, chinese, "GET", "/market", NULL), "土鸡蛋");
    assert_says(ask(shop.app, NULL, "GET", "/market?search=eggs", NULL), "Brown eggs");
    assert_says(ask(shop.app, NULL, "GET", "/market?search=%E8%9B%8B", NULL), "Brown eggs");
    assert_says(ask(shop.app, NULL, "GET", "/market?search=goose", NULL), "Nothing found");
    assert_says(ask(shop.app, NULL, "GET", "/market?category=eggs", NULL), "Brown eggs");
    assert_silent(ask(shop.app, NULL, "GET", "/market?category=fish", NULL), "Brown eggs");
    assert_status(ask(shop.app, NULL, "GET", "/market?after=nonsense", NULL), 422);
    assert_status(ask(shop.app, NULL, "GET", "/market/0000000000001", NULL), 404);
}

static void each_finds_their_own_basket_beside_the_same_goods(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    assert_status(ask(shop.app, shop.ana, "POST", "/cart", text(&shop, "offer=%s&amount=2", offer)), 303);
    const Answer *anas = ask(shop.app, shop.ana, "GET", "/market", NULL), *meis = ask(shop.app, shop.mei, "GET", "/market", NULL);
    assert_says(anas, "data-count>1<");
    assert_says(anas, "Brown eggs");
    assert_silent(meis, "data-count");
    assert_says(meis, "Brown eggs");
    assert_silent(meis, "Ana");
    assert_str(answer_header(meis, "Cache-Control"), "no-store");
    /* the token in the goods' forms is the reader's own: the first form of the page is taken */
    Str csrf, rest;
    size_t at = str_find(meis->body, STR("name=\"csrf\" value=\""));
    assert_true(at != SIZE_MAX);
    str_cut(str_slice(meis->body, at + strlen("name=\"csrf\" value=\""), SIZE_MAX), '"', &csrf, &rest);
    assert_true(str_find(anas->body, csrf) == SIZE_MAX);
    assert_status(ask(shop.app, shop.lin, "POST", text(&shop, "/goods/offers/%s", offer), "price=1.75&amount=30"), 303);
    assert_says(ask(shop.app, shop.ana, "GET", "/market", NULL), "¥1.75");
}

static void a_list_goes_on_where_it_stopped(void **state)
{
    Shop shop = shop_make(state);
    for (int i = 0; i < 23; i++)
        list(&shop, text(&shop, "title=Thing %02d&category=other&sold=piece&price=1&amount=%d", i, i % 5 ? 3 : 0));
    const Answer *first = ask(shop.app, NULL, "GET", "/market", NULL);
    assert_says(first, "Thing 22");
    assert_says(first, "Show 20 more");
    assert_silent(first, "Thing 00"); /* sold out ones come last */
    size_t at = str_find(first->body, STR("/market?after="));
    assert_true(at != SIZE_MAX);
    Str href, rest;
    str_cut(str_slice(first->body, at, first->body.len), '"', &href, &rest);
    const Answer *second = ask(shop.app, NULL, "GET", str_z(shop.arena, href), NULL);
    assert_status(second, 200);
    assert_says(second, "Thing 00");
    assert_says(second, "Sold out");
    assert_silent(second, "Show 20 more");
    const Answer *stocked = ask(shop.app, NULL, "GET", "/market?in_stock=1", NULL);
    assert_silent(stocked, "Sold out");
    assert_silent(stocked, "Show 20 more");
}

/* Puts things into the guest's basket and orders them; gives the path of the order's page. */
static const char *order_as_guest(Shop *shop, User *who, const char *offer, const char *amount)
{
    assert_goes_to(ask(shop->app, who, "POST", "/cart", text(shop, "offer=%s&amount=%s&back=/market", offer, amount)), "/market");
    const Answer *cart = ask(shop->app, who, "GET", "/cart", NULL);
    assert_status(cart, 200);
    const Answer *checkout = ask(shop->app, who, "GET", "/checkout", NULL);
    assert_status(checkout, 200);
    size_t at = str_find(checkout->body, STR("name=\"seen\" value=\""));
    assert_true(at != SIZE_MAX);
    Str seen, rest;
    str_cut(str_slice(checkout->body, at + 19, checkout->body.len), '"', &seen, &rest);
    const Answer *made = ask(shop->app, who, "POST", "/checkout",
                             text(shop, "name=Bo+Li&phone=555+0101&note=Ring+twice&pickup=%.*s&key=k%s&seen=%.*s",
                                  STR_ARG(id_text(shop->arena, shop->pickup)), amount, STR_ARG(seen)));
    assert_status(made, 303);
    return str_z(shop->arena, answer_header(made, "Location"));
}

static void a_guest_buys_and_collects(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    const char *path = order_as_guest(&shop, bo, offer, "6");
    assert_true(str_starts(str_of(path), STR("/o/")));
    const Answer *order = ask(shop.app, bo, "GET", path, NULL);
    assert_says(order, "Thank you! Your order is placed.");
    assert_says(order, "¥9.00");
    assert_says(order, "<svg");
    assert_says(ask(shop.app, bo, "GET", "/cart", NULL), "Your basket is empty");
    const Answer *sales = ask(shop.app, shop.lin, "GET", "/sales", NULL);
    assert_says(sales, "Bo Li");
    assert_says(sales, "Ring twice");
    assert_says(sales, "6 pieces");
    assert_says(ask(shop.app, shop.lin, "GET", "/sales/sheet", NULL), "Packing list");
    assert_says(ask(shop.app, shop.lin, "GET", "/sales/sheet?paper=80mm", NULL), "slip");
    Str code = {0};
    size_t at = str_find(order->body, STR("class=\"code\">"));
    code = str_slice(order->body, at + 13, at + 20);
    assert_status(ask(shop.app, shop.ana, "GET", "/handover", NULL), 403);
    const Answer *found = ask(shop.app, shop.mei, "POST", "/handover", text(&shop, "code=%.*s+%.*s", STR_ARG(str_slice(code, 0, 3)), STR_ARG(str_slice(code, 4, 7))));
    assert_goes_to(found, "/handover/");
    const Answer *hand = follow(shop.app, shop.mei, found);
    assert_says(hand, "Bo Li");
    assert_says(hand, "¥9.00");
    const char *hand_path = str_z(shop.arena, answer_header(found, "Location"));
    assert_goes_to(ask(shop.app, shop.mei, "POST", text(&shop, "%s/collect", hand_path), ""), "/handover/");
    assert_says(ask(shop.app, shop.mei, "GET", hand_path, NULL), "Handed over to Bo Li");
    assert_goes_to(ask(shop.app, shop.mei, "POST", text(&shop, "%s/undo", hand_path), ""), "/handover/");
    assert_goes_to(ask(shop.app, shop.mei, "POST", text(&shop, "%s/collect", hand_path), ""), "/handover/");
    assert_says(ask(shop.app, bo, "GET", path, NULL), "Collected and paid");
    const char *plain = text(&shop, "%.*s", (int)(strlen("/o/") + 39), path);
    assert_status(ask(shop.app, bo, "POST", text(&shop, "%s/forget", plain), ""), 303);
    assert_says(ask(shop.app, shop.mei, "GET", hand_path, NULL), "forgotten");
}

static void pressing_the_button_twice_makes_one_order(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    const char *path = order_as_guest(&shop, bo, offer, "2");
    const Answer *again = ask(shop.app, bo, "POST", "/checkout",
                              text(&shop, "name=Bo&phone=1&pickup=%.*s&key=k2&seen=300", STR_ARG(id_text(shop.arena, shop.pickup))));
    assert_status(again, 303);
    assert_true(str_eq(answer_header(again, "Location"), str_of(path)));
    assert_int_equal(test_int(app_store(shop.app), "SELECT count(*) FROM order_group"), 1);
}

static void a_form_comes_back_with_what_was_typed(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    assert_goes_to(ask(shop.app, bo, "POST", "/cart", text(&shop, "offer=%s&amount=1", offer)), "/cart");
    const Answer *back = ask(shop.app, bo, "POST", "/checkout",
                             text(&shop, "name=Bo+Li&phone=&note=Hello&pickup=%.*s&key=a&seen=150", STR_ARG(id_text(shop.arena, shop.pickup))));
    assert_status(back, 422);
    assert_says(back, "Bo Li");
    assert_says(back, "Hello");
    assert_says(back, "aria-invalid");
    const Answer *good = ask_upload(shop.app, shop.lin, "/goods/new", NULL, "title=Goose&sold=weighed&price=30&amount=2&nominal=");
    assert_status(good, 422);
    assert_says(good, "Goose");
    assert_says(good, "weighs on average");
    assert_status(ask(shop.app, bo, "POST", "/cart", text(&shop, "offer=%s&amount=lots", offer)), 422);
    assert_status(ask(shop.app, bo, "POST", "/cart", text(&shop, "offer=%s&amount=40", offer)), 409);
}

static void a_basket_survives_signing_in(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    ask(shop.app, bo, "POST", "/cart", text(&shop, "offer=%s&amount=4", offer));
    Str cookie = user_cookie(bo, "basket");
    assert_true(cookie.len > 0);
    const Answer *cart = ask_with(shop.app, shop.ana, "GET", "/cart",
                                  text(&shop, "Cookie: basket=%.*s; sid=%.*s", STR_ARG(cookie), STR_ARG(user_cookie(shop.ana, "sid"))), NULL);
    assert_says(cart, "Brown eggs");
    assert_says(ask(shop.app, shop.ana, "GET", "/cart", NULL), "Brown eggs"); /* also without the cookie: it is theirs now */
    assert_says(ask(shop.app, bo, "GET", "/cart", NULL), "Your basket is empty");
}

static void a_member_orders_cancels_and_takes_it_back(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    ask(shop.app, shop.ana, "POST", "/cart", text(&shop, "offer=%s&amount=30", offer));
    const Answer *made = ask(shop.app, shop.ana, "POST", "/checkout",
                             text(&shop, "pickup=%.*s&key=z&seen=4500", STR_ARG(id_text(shop.arena, shop.pickup))));
    assert_goes_to(made, "/orders/");
    const char *path = text(&shop, "%.*s", 8 + 13, str_z(shop.arena, answer_header(made, "Location")));
    assert_says(ask(shop.app, shop.ana, "GET", "/orders", NULL), "Brown eggs");
    assert_status(ask(shop.app, shop.lin, "GET", "/orders", NULL), 200);
    assert_says(ask(shop.app, NULL, "GET", "/market", NULL), "Sold out");
    assert_goes_to(ask(shop.app, shop.ana, "POST", text(&shop, "%s/cancel", path), ""), path);
    assert_says(ask(shop.app, shop.ana, "GET", path, NULL), "Order cancelled");
    assert_silent(ask(shop.app, NULL, "GET", "/market", NULL), "Sold out");
    assert_goes_to(ask(shop.app, shop.ana, "POST", text(&shop, "%s/restore", path), ""), path);
    assert_says(ask(shop.app, shop.ana, "GET", path, NULL), "Your order");
    assert_goes_to(ask(shop.app, shop.ana, "POST", text(&shop, "%s/cancel", path), ""), path);
    assert_goes_to(ask(shop.app, shop.ana, "POST", text(&shop, "%s/again", path), ""), "/cart");
    assert_says(ask(shop.app, shop.ana, "GET", "/cart", NULL), "Brown eggs");
    User *other = user(shop.app, "Otto", 0, ROLE_MEMBER);
    assert_status(ask(shop.app, other, "GET", path, NULL), 404);
    assert_status(ask(shop.app, other, "POST", text(&shop, "%s/cancel", path), ""), 404);
}

static void a_seller_mends_stock_and_price_in_the_list(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    const char *path = text(&shop, "/goods/offers/%s", offer);
    assert_says(ask(shop.app, shop.lin, "GET", "/goods", NULL), "Brown eggs");
    assert_goes_to(ask(shop.app, shop.lin, "POST", path, "amount=12&price=2.20"), "/goods");
    assert_says(ask(shop.app, NULL, "GET", "/market", NULL), "Brown eggs");
    const Answer *bad = ask(shop.app, shop.lin, "POST", path, "amount=many&price=2");
    assert_status(bad, 422);
    assert_says(bad, "many");
    assert_goes_to(ask(shop.app, shop.lin, "POST", text(&shop, "%s/show", path), "state=paused"), "/goods");
    assert_silent(ask(shop.app, NULL, "GET", "/market", NULL), "Brown eggs");
    assert_says(ask(shop.app, shop.lin, "GET", "/goods", NULL), "Paused");
    assert_status(ask(shop.app, shop.ana, "GET", "/goods", NULL), 403);
    User *rival = user(shop.app, "Rival", 0, ROLE_SELLER);
    assert_status(ask(shop.app, rival, "POST", path, "amount=1&price=1"), 403);
}

static void a_seller_packs_and_unpacks(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    const char *order = order_as_guest(&shop, bo, offer, "3");
    Str id = id_text(shop.arena, test_int(app_store(shop.app), "SELECT id FROM order_group"));
    Str part = id_text(shop.arena, test_int(app_store(shop.app), "SELECT id FROM seller_order"));
    const char *base = text(&shop, "/sales/%.*s/%.*s", STR_ARG(id), STR_ARG(part));
    assert_goes_to(ask(shop.app, shop.lin, "POST", text(&shop, "%s/pack", base), ""), "/sales");
    assert_says(ask(shop.app, bo, "GET", order, NULL), "Your order is packed");
    assert_silent(ask(shop.app, bo, "GET", order, NULL), "Cancel the order");
    assert_status(ask(shop.app, bo, "POST", text(&shop, "%.42s/cancel", order), ""), 409);
    assert_goes_to(ask(shop.app, shop.lin, "POST", text(&shop, "%s/unpack", base), ""), "/sales");
    assert_goes_to(ask(shop.app, shop.lin, "POST", text(&shop, "%s/cancel", base), ""), "/sales");
    assert_says(ask(shop.app, bo, "GET", order, NULL), "Order cancelled");
    User *rival = user(shop.app, "Rival", 0, ROLE_SELLER);
    assert_status(ask(shop.app, rival, "POST", text(&shop, "%s/pack", base), ""), 404);
}

static void producers_have_pages_and_tell_their_story(void **state)
{
    Shop shop = shop_make(state);
    eggs(&shop);
    Str farm = id_text(shop.arena, shop.farm);
    assert_says(ask(shop.app, NULL, "GET", "/producers", NULL), "Lin farm");
    assert_goes_to(ask_upload(shop.app, shop.lin, "/goods/story", NULL,
                              text(&shop, "org=%.*s&name=Lin family farm&place=Upper valley&story=Three generations.&name_other=林家", STR_ARG(farm))),
                   "/producers/");
    assert_says(ask(shop.app, NULL, "GET", text(&shop, "/producers/%.*s", STR_ARG(farm)), NULL), "Three generations.");
    assert_says(ask(shop.app, NULL, "GET", "/market", NULL), "Lin family farm");
    User *chinese = guest(shop.app);
    user_language(chinese, "zh-CN");
    assert_says(ask(shop.app, chinese, "GET", "/market", NULL), "林家");
}

static void an_admin_keeps_the_pickup_places(void **state)
{
    Shop shop = shop_make(state);
    User *root = user(shop.app, "Root", 0, ROLE_ADMIN);
    assert_goes_to(ask(shop.app, root, "POST", "/pickups/new", "name=Hall&address=Main+street+1&hours6=9-11:30,+14:00-16:00"), "/pickups");
    const Answer *pickups = ask(shop.app, NULL, "GET", "/api/v1/pickups", NULL);
    assert_str(json_text(pickups, "items.1.name"), "Hall");
    assert_str(json_text(pickups, "items.1.hours.0.to"), "11:30");
    assert_str(json_text(pickups, "items.1.hours.1.from"), "14:00");
    const Answer *bad = ask(shop.app, root, "POST", "/pickups/new", "name=Hall&hours6=late");
    assert_status(bad, 422);
    assert_says(bad, "late");
    const char *path = text(&shop, "/pickups/%.*s", STR_ARG(json_text(pickups, "items.1.id")));
    assert_says(ask(shop.app, root, "GET", path, NULL), "9:00-11:30, 14:00-16:00");
    assert_goes_to(ask(shop.app, root, "POST", path, "name=Town+hall&closed=1"), "/pickups");
    assert_int_equal(json_number(ask(shop.app, NULL, "GET", "/api/v1/pickups", NULL), "items"), 1);
    assert_status(ask(shop.app, shop.lin, "GET", path, NULL), 403);
}

typedef struct Leaving {
    Id person;
} Leaving;

static Err *erase_write(Tx *tx, void *arg)
{
    const Leaving *leaving = arg;
    return market_erase_person(tx, leaving->person, time_now());
}

static void a_person_takes_orders_along_and_is_forgotten(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    ask(shop.app, shop.ana, "POST", "/cart", text(&shop, "offer=%s&amount=2", offer));
    assert_goes_to(ask(shop.app, shop.ana, "POST", "/checkout",
                       text(&shop, "pickup=%.*s&key=z&seen=300&note=For+Ana+only", STR_ARG(id_text(shop.arena, shop.pickup)))),
                   "/orders/");
    Db db;
    Buf out = buf_new(shop.arena, 65536);
    Arena *arena = arena_new();
    assert_fine(db_read(app_store(shop.app), arena, &db));
    assert_fine(market_export_person(&db, user_id(shop.ana), &out));
    arena_free(arena);
    assert_true(str_find(buf_str(&out), STR("\"title\":\"Brown eggs\"")) != SIZE_MAX);
    assert_true(str_ends(buf_str(&out), STR("}]}]")));
    assert_says(ask(shop.app, shop.lin, "GET", "/sales", NULL), "For Ana only");
    Leaving leaving = {user_id(shop.ana)};
    assert_fine(db_write(app_store(shop.app), shop.arena, erase_write, &leaving));
    assert_silent(ask(shop.app, shop.lin, "GET", "/sales", NULL), "For Ana only");
}

static void a_basket_is_changed_line_by_line(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    ask(shop.app, bo, "POST", "/cart", text(&shop, "offer=%s&amount=2", offer));
    assert_goes_to(ask(shop.app, bo, "POST", "/cart/change", text(&shop, "offer=%s&amount=5", offer)), "/cart");
    assert_says(ask(shop.app, bo, "GET", "/cart", NULL), "7.50");
    assert_goes_to(ask(shop.app, bo, "POST", "/cart/remove", text(&shop, "offer=%s", offer)), "/cart");
    assert_says(ask(shop.app, bo, "GET", "/cart", NULL), "Your basket is empty");
}

static void a_guest_takes_the_cancelling_back_and_orders_the_same_again(void **state)
{
    Shop shop = shop_make(state);
    const char *offer = eggs(&shop);
    User *bo = guest(shop.app);
    const char *order = text(&shop, "%.42s", order_as_guest(&shop, bo, offer, "3"));
    assert_status(ask(shop.app, bo, "POST", text(&shop, "%s/cancel", order), ""), 303);
    assert_says(ask(shop.app, bo, "GET", order, NULL), "Order cancelled");
    assert_status(ask(shop.app, bo, "POST", text(&shop, "%s/restore", order), ""), 303);
    assert_silent(ask(shop.app, bo, "GET", order, NULL), "Order cancelled");
    assert_goes_to(ask(shop.app, bo, "POST", text(&shop, "%s/again", order), ""), "/cart");
    assert_says(ask(shop.app, bo, "GET", "/cart", NULL), "Brown eggs");
}

static void a_seller_changes_words_photos_and_whether_goods_are_shown(void **state)
{
    Shop shop = shop_make(state);
    const char *good = text(&shop, "/goods/%s", product_path(&shop, eggs(&shop)) + 8);
    assert_status(ask(shop.app, shop.lin, "POST", good, "title=White+eggs&story=From+geese.&category=eggs"), 303);
    assert_says(ask(shop.app, shop.lin, "GET", good, NULL), "White eggs");
    assert_status(ask(shop.app, shop.ana, "POST", good, "title=Stolen+eggs"), 403);
    assert_status(ask_upload(shop.app, shop.lin, text(&shop, "%s/photos", good), NULL, "alt="), 422);
    int missing = ask(shop.app, shop.lin, "POST", text(&shop, "%s/photos/7/remove", good), "")->status;
    assert_true(missing == 303 || missing == 404); /* a photo that is not there */
    assert_status(ask(shop.app, shop.lin, "POST", text(&shop, "%s/state", good), "state=archived"), 422);
    assert_status(ask_upload(shop.app, shop.mei, "/handover/photo", NULL, "x="), 422);
}

static void a_list_takes_at_most_four_statements(void **state)
{
    Shop shop = shop_make(state);
    eggs(&shop);
    static const char *const paths[] = {"/market", "/market?search=eggs", "/market?category=eggs&in_stock=1", "/api/v1/offers",
                                        "/api/v1/offers?search=%E8%9B%8B"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        int64_t before = db_statements_run();
        assert_status(ask(shop.app, NULL, "GET", paths[i], NULL), 200);
        int64_t run = db_statements_run() - before;
        print_message("# %s: %lld statements\n", paths[i], (long long)run);
        assert_true(run <= 4);
    }
}

static Err *fees_write(Tx *tx, void *arg)
{
    const Shop *shop = arg;
    Id made;
    TRY(fee_add(tx, &(NewFee){.receiver = app_org(shop->app), .kind = STR("admin"), .base = STR("percent"), .rate = 80000}, 0, time_now(), &made));
    return fee_add(tx, &(NewFee){.receiver = app_org(shop->app), .kind = STR("packing"), .on_top = true, .base = STR("order"), .rate = 200}, 0, time_now(), &made);
}

/* The whole request as a browser sends it: basket, prices, fees, the order, the reports. */
static void pressing_the_button_stays_within_its_statements(void **state)
{
    Shop shop = shop_make(state);
    const char *offers[3] = {eggs(&shop), list(&shop, "title=Honey&category=honey&sold=piece&price=20.00&amount=9"),
                             list(&shop, "title=Rice&category=rice&sold=kg&price=12.50&amount=50")};
    assert_fine(db_write(app_store(shop.app), shop.arena, fees_write, &shop));
    for (int member = 0; member <= 1; member++)
        for (int lines = 1; lines <= 3; lines++) {
            User *buyer = member ? shop.ana : guest(shop.app);
            for (int i = 0; i < lines; i++)
                assert_goes_to(ask(shop.app, buyer, "POST", "/cart", text(&shop, "offer=%s&amount=1&back=/market", offers[i])), "/market");
            const Answer *checkout = ask(shop.app, buyer, "GET", "/checkout", NULL);
            Str seen, rest;
            str_cut(str_slice(checkout->body, str_find(checkout->body, STR("name=\"seen\" value=\"")) + 19, checkout->body.len), '"', &seen, &rest);
            int64_t before = db_statements_run();
            const Answer *made = ask(shop.app, buyer, "POST", "/checkout",
                                     text(&shop, "name=Bo&phone=555&pickup=%.*s&plain=1&key=%d%d&seen=%.*s", STR_ARG(id_text(shop.arena, shop.pickup)),
                                          member, lines, STR_ARG(seen)));
            int64_t run = db_statements_run() - before;
            assert_status(made, 303);
            assert_true(str_find(answer_header(made, "Location"), STR("thanks=1")) != SIZE_MAX);
            print_message("# POST /checkout of a %s, %d lines: %lld statements\n", member ? "member" : "guest", lines, (long long)run);
            /* Beside its own: who is signed in and with which rights (2), and the village's settings (1), which are read once in five seconds. */
            assert_true(run - 2 * member - 1 <= 15 + 4 * lines);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_seller_lists_goods_and_everybody_sees_them),
        TEST_DB(each_finds_their_own_basket_beside_the_same_goods),
        TEST_DB(a_list_goes_on_where_it_stopped),
        TEST_DB(a_guest_buys_and_collects),
        TEST_DB(pressing_the_button_twice_makes_one_order),
        TEST_DB(a_form_comes_back_with_what_was_typed),
        TEST_DB(a_basket_survives_signing_in),
        TEST_DB(a_member_orders_cancels_and_takes_it_back),
        TEST_DB(a_seller_mends_stock_and_price_in_the_list),
        TEST_DB(a_seller_packs_and_unpacks),
        TEST_DB(producers_have_pages_and_tell_their_story),
        TEST_DB(an_admin_keeps_the_pickup_places),
        TEST_DB(a_person_takes_orders_along_and_is_forgotten),
        TEST_DB(a_basket_is_changed_line_by_line),
        TEST_DB(a_guest_takes_the_cancelling_back_and_orders_the_same_again),
        TEST_DB(a_seller_changes_words_photos_and_whether_goods_are_shown),
        TEST_DB(a_list_takes_at_most_four_statements),
        TEST_DB(pressing_the_button_stays_within_its_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
