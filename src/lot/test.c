/* Harvests: the shortest keeping goes first, buyers read where theirs came from, a recall finds everybody who got of it. */
#include "test/ask.h"

#include <string.h>

#include "lot/inside.h"

typedef struct Barn {
    App *app;
    User *seller, *buyer;
    const char *offer_text, *product_text;
} Barn;

static const char *text(App *app, const char *format, const char *value)
{
    return str_z(app_arena(app), str_format(app_arena(app), format, value));
}

static int64_t number(const Barn *b, const char *sql)
{
    return test_int(app_store(b->app), sql);
}

static const char *value(const Barn *b, const Answer *answer, const char *path)
{
    return str_z(app_arena(b->app), json_text(answer, path));
}

static Barn barn_open(void **state, const char *goods)
{
    Barn b = {.app = app_of(state)};
    b.seller = user(b.app, "Lin", 0, ROLE_ADMIN | ROLE_SELLER | ROLE_PACKER);
    b.buyer = user(b.app, "Ana", 0, ROLE_MEMBER);
    const Answer *made = ask(b.app, b.seller, "POST", "/api/v1/offers", goods);
    assert_status(made, 201);
    b.offer_text = value(&b, made, "id");
    b.product_text = value(&b, made, "product");
    assert_status(ask(b.app, b.seller, "POST", "/pickups/new", "name=Old+mill"), 303);
    return b;
}

static void receive(const Barn *b, const char *form)
{
    assert_status(ask(b->app, b->seller, "POST", text(b->app, "/goods/offers/%s/stock", b->offer_text), form), 303);
}

/* Orders so many, for the member; the order's id. */
static const char *order(const Barn *b, int steps)
{
    const Answer *places = ask(b->app, NULL, "GET", "/api/v1/pickups", NULL);
    const char *body = str_z(app_arena(b->app), str_format(app_arena(b->app), "{\"lines\":[{\"offer\":\"%s\",\"steps\":%d}],\"pickup\":\"%s\"}", b->offer_text,
                                                           steps, value(b, places, "items.0.id")));
    const Answer *made = ask(b->app, b->buyer, "POST", "/api/v1/orders", body);
    assert_status(made, 201);
    return value(b, made, "id");
}

static void act(const Barn *b, const char *format, const char *id)
{
    assert_status(ask(b->app, b->seller, "POST", text(b->app, format, id), "{}"), 200);
}

static const char *lot(const Barn *b, const char *code)
{
    Id id = number(b, text(b->app, "SELECT id FROM lot WHERE code = '%s'", code));
    return str_z(app_arena(b->app), id_text(app_arena(b->app), id));
}

static int64_t left(const Barn *b, const char *code)
{
    return number(b, text(b->app, "SELECT sum(s.left_steps) FROM lot l JOIN lot_stock s ON s.lot = l.id WHERE l.code = '%s'", code));
}

static Err *farm_write(Tx *tx, void *arg)
{
    return org_add(tx, time_now(), 0, &(NewOrg){.kind = "farm", .name = STR("Other farm")}, arg);
}

static Id other_farm(const Barn *b)
{
    Id id;
    assert_fine(db_write(app_store(b->app), app_arena(b->app), farm_write, &id));
    return id;
}

#define EGGS "{\"title\":\"Eggs\",\"price_minor\":150,\"on_hand_steps\":5}"
#define EARLY "kind=receipt&amount=10&harvested_on=2026-11-10&best_before=2099-12-01&field=Upper+coop&code=E1"
#define LATE "kind=receipt&amount=10&harvested_on=2026-11-12&best_before=2099-12-05&field=Lower+coop&code=L1"

static void what_keeps_the_shortest_is_packed_first(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, LATE);
    receive(&b, EARLY);
    const char *id = order(&b, 12);
    assert_says(ask(b.app, b.seller, "GET", "/sales", NULL), "Take first:");
    assert_says(ask(b.app, b.seller, "GET", "/sales", NULL), "Upper coop");
    assert_int_equal(left(&b, "E1"), 10);
    act(&b, "/api/v1/orders/%s/pack", id);
    assert_int_equal(left(&b, "E1"), 0);
    assert_int_equal(left(&b, "L1"), 8);
    const Answer *page = ask(b.app, b.buyer, "GET", text(b.app, "/orders/%s", id), NULL);
    assert_says(page, "Harvested");
    assert_says(page, "Upper coop");
    assert_says(page, "Lower coop");
}

static void unpacking_and_cancelling_give_back(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    const char *id = order(&b, 4);
    act(&b, "/api/v1/orders/%s/pack", id);
    assert_int_equal(left(&b, "E1"), 6);
    act(&b, "/api/v1/orders/%s/cancel", id);
    assert_int_equal(left(&b, "E1"), 10);
    assert_int_equal(number(&b, "SELECT count(*) FROM lot_take"), 0);
}

static void what_is_handed_over_unpacked_is_traced_too(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    act(&b, "/api/v1/orders/%s/collect", order(&b, 3));
    assert_int_equal(left(&b, "E1"), 7);
    assert_int_equal(number(&b, "SELECT sum(steps) FROM lot_take"), 3);
}

static void what_waits_in_parcels_is_counted_until_it_is_gone(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    const char *id = order(&b, 4);
    act(&b, "/api/v1/orders/%s/pack", id);
    assert_int_equal(number(&b, "SELECT packed_steps FROM lot_stock"), 4);
    act(&b, "/api/v1/orders/%s/collect", id);
    assert_int_equal(number(&b, "SELECT packed_steps FROM lot_stock"), 0);
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "/handover/%s/undo", id), ""), 303);
    assert_int_equal(number(&b, "SELECT packed_steps FROM lot_stock"), 4);
    act(&b, "/api/v1/orders/%s/miss", id);
    const char *part = str_z(app_arena(b.app), id_text(app_arena(b.app), number(&b, "SELECT id FROM seller_order")));
    const char *form = str_z(app_arena(b.app), str_format(app_arena(b.app), "order=%s&part=%s&verb=donate", id, part));
    assert_status(ask(b.app, b.seller, "POST", "/missed", form), 303);
    assert_int_equal(number(&b, "SELECT packed_steps FROM lot_stock"), 0);
    assert_int_equal(left(&b, "E1"), 6);
    assert_says(ask(b.app, b.seller, "GET", text(b.app, "/lots/%s", lot(&b, "E1")), NULL), "Given away");
}

static void goods_past_their_date_are_never_packed_as_such(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, "kind=receipt&amount=10&best_before=2020-01-01&code=OLD");
    assert_says(ask(b.app, b.seller, "GET", "/today", NULL), "1 harvest is past its date");
    act(&b, "/api/v1/orders/%s/pack", order(&b, 3));
    assert_int_equal(number(&b, "SELECT count(*) FROM lot_take"), 0);
    assert_int_equal(left(&b, "OLD"), 10);
    assert_says(ask(b.app, b.seller, "GET", "/lots", NULL), "Past its date");
}

static void a_count_takes_the_oldest_away_and_spoilage_may_name_its_harvest(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    receive(&b, LATE);
    receive(&b, "kind=count&amount=14");
    assert_int_equal(left(&b, "E1"), 4);
    const char *path = text(b.app, "/lots/%s", lot(&b, "L1"));
    const char *stock = str_z(app_arena(b.app), id_text(app_arena(b.app), number(&b, "SELECT id FROM stock")));
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/spoil", path), text(b.app, "stock=%s&amount=11", stock)), 409);
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/spoil", path), text(b.app, "stock=%s&amount=x", stock)), 422);
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/spoil", path), text(b.app, "stock=%s&amount=3&note=Cracked", stock)), 303);
    assert_int_equal(left(&b, "L1"), 7);
    assert_int_equal(number(&b, "SELECT on_hand FROM stock"), 11);
    assert_says(ask(b.app, b.seller, "GET", path, NULL), "Spoilt or gone");
    assert_says(ask(b.app, b.seller, "GET", text(b.app, "/lots?offer=%s", b.offer_text), NULL), "Lower coop");
}

static void a_recall_finds_and_tells_everybody_who_got_of_it(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    const char *first = order(&b, 4);
    act(&b, "/api/v1/orders/%s/pack", first);
    act(&b, "/api/v1/orders/%s/collect", first);
    const char *path = text(b.app, "/lots/%s", lot(&b, "E1"));
    assert_says(ask(b.app, b.seller, "GET", path, NULL), "Ana");
    assert_says(ask(b.app, b.seller, "GET", text(b.app, "%s/print", path), NULL), "Ana");
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/recall", path), "reason="), 422);
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/recall", path), "reason=Salmonella"), 303);
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "%s/recall", path), "reason=Again"), 409);
    assert_says(ask(b.app, b.buyer, "GET", text(b.app, "/orders/%s", first), NULL), "Salmonella");
    assert_says(ask(b.app, b.buyer, "GET", "/notices", NULL), "is called back");
    act(&b, "/api/v1/orders/%s/pack", order(&b, 2)); /* nobody gets of it any more */
    assert_int_equal(number(&b, "SELECT sum(steps) FROM lot_take"), 4);
}

static void strangers_and_other_sellers_see_no_harvest(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    User *other = user(b.app, "Bo", other_farm(&b), ROLE_SELLER);
    const char *path = text(b.app, "/lots/%s", lot(&b, "E1"));
    assert_status(ask(b.app, other, "GET", path, NULL), 403);
    assert_status(ask(b.app, b.buyer, "GET", path, NULL), 403);
    assert_status(ask(b.app, other, "POST", text(b.app, "%s/recall", path), "reason=Mine"), 403);
    assert_silent(ask(b.app, other, "GET", "/lots", NULL), "Upper coop");
}

static void carrying_is_a_pair_of_moves_and_the_harvest_goes_along(void **state)
{
    Barn b = barn_open(state, EGGS);
    receive(&b, EARLY);
    const char *org = str_z(app_arena(b.app), id_text(app_arena(b.app), app_org(b.app)));
    const char *stock = str_z(app_arena(b.app), id_text(app_arena(b.app), number(&b, "SELECT id FROM stock")));
    const char *carry = text(b.app, "/stores/%s/carry", stock);
    assert_says(ask(b.app, b.seller, "GET", carry, NULL), "There is only one place");
    assert_status(ask(b.app, b.seller, "POST", "/stores", text(b.app, "org=%s&name=", org)), 422);
    assert_status(ask(b.app, b.seller, "POST", "/stores", text(b.app, "org=%s&name=Cold+room", org)), 303);
    const char *place = str_z(app_arena(b.app), id_text(app_arena(b.app), number(&b, "SELECT id FROM stock_place WHERE name = 'Cold room'")));
    assert_status(ask(b.app, b.seller, "POST", text(b.app, "/stores/%s/name", place), "name=Cellar"), 303);
    order(&b, 2);
    assert_status(ask(b.app, b.seller, "POST", carry, text(b.app, "place=%s&amount=14", place)), 409); /* two are promised */
    assert_status(ask(b.app, b.seller, "POST", carry, text(b.app, "place=%s&amount=6&note=Frost", place)), 303);
    assert_int_equal(left(&b, "E1"), 10);
    assert_int_equal(number(&b, "SELECT left_steps FROM lot_stock WHERE left_steps < 5"), 4);
    assert_int_equal(number(&b, "SELECT sum(on_hand_change) FROM stock_move WHERE kind = 'transfer'"), 0);
    const Answer *page = ask(b.app, b.seller, "GET", "/stores", NULL);
    assert_says(page, "Main store → Cellar");
    assert_says(page, "kept here, not on sale from here");
    assert_says(ask(b.app, b.seller, "GET", carry, NULL), "Upper coop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(what_keeps_the_shortest_is_packed_first),
        TEST_DB(unpacking_and_cancelling_give_back),
        TEST_DB(what_is_handed_over_unpacked_is_traced_too),
        TEST_DB(what_waits_in_parcels_is_counted_until_it_is_gone),
        TEST_DB(goods_past_their_date_are_never_packed_as_such),
        TEST_DB(a_count_takes_the_oldest_away_and_spoilage_may_name_its_harvest),
        TEST_DB(a_recall_finds_and_tells_everybody_who_got_of_it),
        TEST_DB(strangers_and_other_sellers_see_no_harvest),
        TEST_DB(carrying_is_a_pair_of_moves_and_the_harvest_goes_along),
    };
    return cmocka_run_group_tests_name("lot", tests, NULL, NULL);
}
