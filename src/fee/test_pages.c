/* Fees and discounts as an administrator makes them, and as buyers see them. */
#include "ask.h"
#include "fee/fee.h"

static const char *made_offer(App *app, User *seller)
{
    const Answer *made = ask(app, seller, "POST", "/api/v1/offers", "{\"title\":\"Honey\",\"price_minor\":4000,\"on_hand_steps\":10}");
    assert_status(made, 201);
    return str_z(app_arena(app), json_text(made, "product"));
}

static const char *path_of(App *app, const char *format, const char *a)
{
    return str_z(app_arena(app), str_format(app_arena(app), format, a));
}

static const char *id_of(App *app, const char *sql)
{
    return str_z(app_arena(app), id_text(app_arena(app), test_int(app_store(app), sql)));
}

static void an_administrator_makes_a_fee_and_buyers_see_it(void **state)
{
    App *app = app_of(state);
    User *root = user(app, "Root", 0, ROLE_ADMIN), *seller = user(app, "Lin", 0, ROLE_SELLER);
    const char *product = made_offer(app, seller), *page = path_of(app, "/market/%s", product);
    assert_silent(ask(app, NULL, "GET", page, NULL), "Where your money goes");
    assert_status(ask(app, seller, "GET", "/fees", NULL), 403);
    assert_says(ask(app, root, "GET", "/fees", NULL), "No fees yet");
    const Answer *bad = ask(app, root, "POST", "/fees", "kind=admin&payer=seller&base=percent&rate=lots");
    assert_status(bad, 422);
    assert_says(bad, "a percentage is at most 100");
    assert_status(ask(app, root, "POST", "/fees", "kind=admin&payer=seller&base=percent&rate=8&tax=6"), 303);
    assert_status(ask(app, root, "POST", "/fees", "kind=packing&payer=buyer&base=line&rate=0.50"), 303);
    const Answer *shown = ask(app, NULL, "GET", page, NULL);
    assert_says(shown, "Where your money goes");
    assert_says(shown, "¥36.80"); /* the seller's, of 40.00 */
    assert_says(shown, "¥3.20");
    assert_says(shown, "¥40.50"); /* with packing */
    assert_int_equal(json_number(ask(app, NULL, "GET", "/api/v1/fees", NULL), "items"), 2);
    assert_status(ask(app, root, "POST", path_of(app, "/fees/%s/end", id_of(app, "SELECT id FROM fee_rule WHERE kind = 'packing'")), ""), 303);
    assert_int_equal(json_number(ask(app, NULL, "GET", "/api/v1/fees", NULL), "items"), 1);
    assert_status(ask(app, root, "POST", "/fees/0000000000001/end", ""), 404);
}

static void an_administrator_makes_discounts(void **state)
{
    App *app = app_of(state);
    User *root = user(app, "Root", 0, ROLE_ADMIN), *member = user(app, "Ana", 0, ROLE_MEMBER);
    assert_status(ask(app, root, "POST", "/fees/discounts", "label=Golden+leaves&base=percent&rate=10&code=AUTUMN&budget=50"), 303);
    assert_status(ask(app, root, "POST", "/fees/discounts", "label=Much&base=tiered&tiers=100%3A+5,+200%3A+8"), 303);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM discount_tier"), 2);
    assert_status(ask(app, root, "POST", "/fees/discounts", "label=Again&base=percent&rate=10&code=autumn"), 422);
    assert_status(ask(app, root, "POST", "/fees/discounts", "label=Wild&base=tiered&tiers=many"), 422);
    assert_says(ask(app, root, "GET", "/fees", NULL), "Golden leaves");
    assert_status(ask(app, root, "POST", path_of(app, "/fees/discounts/%s/end", id_of(app, "SELECT id FROM discount WHERE code <> ''")), ""), 303);
    assert_silent(ask(app, root, "GET", "/fees", NULL), "Golden leaves");
    const char *tag = path_of(app, "{\"person\":\"%s\",\"tag\":\"Restaurant\",\"has\":true}", str_z(app_arena(app), id_text(app_arena(app), user_id(member))));
    assert_refused(ask(app, member, "POST", "/api/v1/buyers/tags", tag), 403, "access.role");
    assert_status(ask(app, root, "POST", "/api/v1/buyers/tags", tag), 204);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM buyer_tag WHERE tag = 'restaurant'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_administrator_makes_a_fee_and_buyers_see_it),
        TEST_DB(an_administrator_makes_discounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
