/* What one organisation allows another is all that it may do: each refusal, the permission, and its end. */
#include "ask.h"
#include "cycle/inside.h"
#include "identity/identity.h"

#include <string.h>

typedef struct Vale {
    App *app;
    Arena *arena;
    User *lin, *hana; /* sells at the farm; runs the hub */
    Id farm, hub, pickup, eggs, chicken, product, order, egg_line, chicken_line;
} Vale;

static const Time monday = {1794877200000}; /* 17 November 2026, 09:00 in Shanghai */

static Err *vale_write(Tx *tx, void *arg)
{
    Vale *v = arg;
    Id permission;
    TRY(org_add(tx, monday, 0, &(NewOrg){.kind = "farm", .name = STR("Lin farm"), .place = STR("Upper valley")}, &v->farm));
    TRY(org_add(tx, monday, 0, &(NewOrg){.kind = "hub", .name = STR("Valley hub"), .place = STR("Bridge")}, &v->hub));
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("")}};
    TRY(pickup_add(tx, &(NewPickup){.org = app_org(v->app), .texts = {mill, 1}, .everyone = true}, 0, monday, &v->pickup));
    LangText words[] = {{STR("en"), STR("Brown eggs"), STR("")}}, hen[] = {{STR("en"), STR("Chicken"), STR("")}};
    NewVariant egg = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .price = {150}, .on_hand_steps = 60};
    TRY(product_add(tx, &(NewProduct){.org = v->farm, .texts = {words, 1}, .variants = {&egg, 1}}, 0, monday, &v->product));
    v->eggs = egg.offer;
    NewVariant whole = {.measure = {STR("C62"), 0, STR("KGM"), 3, 1800}, .price = {3200}, .on_hand_steps = 9, .tolerance_ppm = 200000};
    TRY(product_add(tx, &(NewProduct){.org = v->farm, .texts = {hen, 1}, .variants = {&whole, 1}}, 0, monday, &permission));
    v->chicken = whole.offer;
    TRY(permission_offer(tx, v->farm, v->hub, STR("list_my_goods"), 0, monday, &permission));
    return permission_act(tx, permission, "accept", 0, monday);
}

static Err *order_write(Tx *tx, void *arg)
{
    Vale *v = arg;
    Id offers[] = {v->eggs, v->chicken}, cycle;
    OrderMade made;
    NewCycle plan = {.org = v->hub, .day = {time_date(monday, STR("UTC")).days + 3}, .name = STR("Saturday box"), .opens_at = monday,
                     .closes_at = {monday.ms + 2 * (int64_t)DAY_MS}, .offers = offers, .offers_len = 2};
    TRY(cycle_add(tx, &plan, 0, monday, &cycle));
    TRY(cycle_act(tx, cycle, "open", 0, monday));
    OrderAskLine lines[] = {{v->eggs, 4}, {v->chicken, 1}};
    OrderAsk ask = {.lines = lines, .lines_len = 2, .name = STR("Bo Li"), .phone = STR("555 0199"), .lang = STR("en"), .currency = STR("CNY"),
                    .pickup = v->pickup, .payment = STR("at_pickup"), .channel = "shop", .cycle = cycle,
                    .secret = STR("0123456789abcdefghjkmnpqrs"), .code = STR("123456")};
    TRY(order_insert(tx, &ask, monday, &made));
    v->order = made.id;
    return NULL;
}

static Vale vale_make(void **state)
{
    time_fake(monday);
    Vale v = {.app = app_of(state)};
    v.arena = app_arena(v.app);
    assert_fine(db_write(app_store(v.app), v.arena, vale_write, &v));
    assert_fine(db_write(app_store(v.app), v.arena, order_write, &v));
    v.lin = user(v.app, "Lin", v.farm, ROLE_SELLER);
    v.hana = user(v.app, "Hana", v.hub, ROLE_SELLER);
    v.egg_line = test_int(app_store(v.app), "SELECT id FROM order_line ORDER BY position");
    v.chicken_line = test_int(app_store(v.app), "SELECT id FROM order_line ORDER BY position DESC");
    return v;
}

static int vale_end(void **state)
{
    int end = test_teardown(state);
    time_fake((Time){0});
    return end;
}
#define TEST_VALE(name) cmocka_unit_test_setup_teardown(name, test_setup_db, vale_end)

static const char *text(Vale *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Vale *v, const char *format, ...)
{
    Buf out = buf_new(v->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

static const char *z(Vale *v, Id id)
{
    return str_z(v->arena, id_text(v->arena, id));
}

/* Given and accepted on the page Partners. */
static void give(Vale *v, User *giver, Id from, User *receiver, Id to, const char *permission)
{
    assert_goes_to(ask(v->app, giver, "POST", "/partners", text(v, "org=%s&to=%s&permission=%s", z(v, from), z(v, to), permission)), "/partners");
    Id id = test_int(app_store(v->app), "SELECT id FROM party_grant WHERE state = 'offered'");
    assert_goes_to(ask(v->app, receiver, "POST", text(v, "/partners/%s/act", z(v, id)), "verb=accept"), "/partners");
}

static void withdraw(Vale *v, User *giver, const char *permission)
{
    Id id = test_int(app_store(v->app), text(v, "SELECT id FROM party_grant WHERE state = 'accepted' AND permission = '%s'", permission));
    assert_goes_to(ask(v->app, giver, "POST", text(v, "/partners/%s/act", z(v, id)), "verb=end"), "/partners");
}

static void a_hub_weighs_a_farms_lines_only_when_allowed(void **state)
{
    Vale v = vale_make(state);
    const char *page = text(&v, "/weigh?org=%s", z(&v, v.farm));
    const char *form = text(&v, "org=%s&order=%s&line=%s&weight=1.750", z(&v, v.farm), z(&v, v.order), z(&v, v.chicken_line));
    const char *api = text(&v, "/api/v1/orders/%s/lines/%s/weigh", z(&v, v.order), z(&v, v.chicken_line));
    assert_status(ask(v.app, v.hana, "GET", page, NULL), 403);
    assert_status(ask(v.app, v.hana, "POST", "/weigh", form), 404);
    assert_status(ask(v.app, v.hana, "POST", api, "{\"priced_steps\":1750}"), 404);
    give(&v, v.lin, v.farm, v.hana, v.hub, "weigh_my_lines");
    const Answer *weigh = ask(v.app, v.hana, "GET", page, NULL);
    assert_says(weigh, "Chicken");
    assert_says(weigh, "A buyer of the hub"); /* weighing is not knowing who bought */
    assert_goes_to(ask(v.app, v.hana, "POST", "/weigh", form), "/weigh");
    assert_status(ask(v.app, v.hana, "POST", api, "{\"priced_steps\":1760}"), 200);
    assert_int_equal(test_int(app_store(v.app), "SELECT weighed_priced_steps FROM order_line ORDER BY position DESC"), 1760);
    const char *shortage = text(&v, "/sales/%s/%s/short", z(&v, v.order), z(&v, v.egg_line));
    assert_status(ask(v.app, v.hana, "GET", shortage, NULL), 404); /* weighing is not changing */
    withdraw(&v, v.lin, "weigh_my_lines");
    assert_status(ask(v.app, v.hana, "GET", page, NULL), 403);
    assert_status(ask(v.app, v.hana, "POST", "/weigh", form), 404);
}

static void a_hub_changes_a_farms_lines_only_when_allowed(void **state)
{
    Vale v = vale_make(state);
    const char *page = text(&v, "/sales/%s/%s/short", z(&v, v.order), z(&v, v.egg_line));
    const char *api = text(&v, "/api/v1/orders/%s/lines/%s/short", z(&v, v.order), z(&v, v.egg_line));
    assert_status(ask(v.app, v.hana, "GET", page, NULL), 404);
    assert_status(ask(v.app, v.hana, "POST", page, "amount=3"), 404);
    assert_status(ask(v.app, v.hana, "POST", api, "{\"steps\":3}"), 404);
    give(&v, v.lin, v.farm, v.hana, v.hub, "edit_my_lines");
    assert_silent(ask(v.app, v.hana, "GET", page, NULL), "555 0199");
    assert_status(ask(v.app, v.hana, "POST", page, "amount=3&reason=Two+broke"), 303);
    assert_int_equal(test_int(app_store(v.app), "SELECT steps FROM order_line ORDER BY position"), 3);
    assert_status(ask(v.app, v.hana, "POST", api, "{\"steps\":2}"), 200);
    assert_int_equal(test_int(app_store(v.app), "SELECT steps FROM order_line ORDER BY position"), 2);
    withdraw(&v, v.lin, "edit_my_lines");
    assert_status(ask(v.app, v.hana, "POST", page, "amount=2"), 404);
}

static void a_hub_sets_a_farms_prices_and_nothing_else_when_allowed(void **state)
{
    Vale v = vale_make(state);
    const char *quick = text(&v, "/goods/offers/%s", z(&v, v.eggs)), *api = text(&v, "/api/v1/offers/%s", z(&v, v.eggs));
    assert_status(ask(v.app, v.hana, "GET", text(&v, "/goods?org=%s", z(&v, v.farm)), NULL), 403);
    assert_status(ask(v.app, v.hana, "POST", quick, "price=1.80&amount=1"), 403);
    assert_status(ask(v.app, v.hana, "PATCH", api, "{\"price_minor\":180}"), 403);
    give(&v, v.lin, v.farm, v.hana, v.hub, "price_my_goods");
    const Answer *goods = ask(v.app, v.hana, "GET", text(&v, "/goods?org=%s", z(&v, v.farm)), NULL);
    assert_says(goods, "lets you set the prices");
    assert_silent(goods, "In stock");
    assert_status(ask(v.app, v.hana, "POST", quick, "price=1.80&amount=1"), 303);
    assert_int_equal(test_int(app_store(v.app), "SELECT count(*) FROM price WHERE amount = 180 AND valid_to IS NULL"), 1);
    assert_int_equal(test_int(app_store(v.app), "SELECT max(on_hand) FROM stock"), 60); /* what lies there is the farm's to say */
    assert_status(ask(v.app, v.hana, "PATCH", api, "{\"price_minor\":190}"), 200);
    assert_status(ask(v.app, v.hana, "PATCH", api, "{\"on_hand_steps\":5}"), 403);
    assert_status(ask(v.app, v.hana, "PATCH", api, "{\"state\":\"closed\"}"), 403);
    assert_status(ask(v.app, v.hana, "POST", text(&v, "%s/show", quick), "state=paused"), 403);
    withdraw(&v, v.lin, "price_my_goods");
    assert_status(ask(v.app, v.hana, "POST", quick, "price=2.00&amount=1"), 403);
}

static void a_hub_edits_a_farms_words_only_when_allowed(void **state)
{
    Vale v = vale_make(state);
    const char *good = text(&v, "/goods/%s", z(&v, v.product));
    assert_status(ask(v.app, v.hana, "GET", good, NULL), 403);
    assert_status(ask(v.app, v.hana, "POST", good, "title=White+eggs&category=eggs"), 403);
    give(&v, v.lin, v.farm, v.hana, v.hub, "edit_my_listing");
    assert_silent(ask(v.app, v.hana, "GET", good, NULL), "How it is sold");
    assert_status(ask(v.app, v.hana, "POST", good, "title=White+eggs&category=eggs"), 303);
    assert_status(ask(v.app, v.hana, "POST", text(&v, "%s/state", good), "state=withdrawn"), 403);
    assert_status(ask(v.app, v.hana, "POST", text(&v, "%s/variants", good), "sold=piece&price=1&amount=1"), 403);
    withdraw(&v, v.lin, "edit_my_listing");
    assert_status(ask(v.app, v.hana, "POST", good, "title=Red+eggs&category=eggs"), 403);
}

static void a_farm_knows_a_hubs_buyers_only_when_the_hub_allows_it(void **state)
{
    Vale v = vale_make(state);
    const char *order = text(&v, "/orders/%s", z(&v, v.order));
    assert_silent(ask(v.app, v.lin, "GET", "/sales", NULL), "Bo Li");
    assert_silent(ask(v.app, v.lin, "GET", "/sales", NULL), "555 0199");
    assert_silent(ask(v.app, v.lin, "GET", "/sales/sheet", NULL), "Bo Li");
    assert_silent(ask(v.app, v.lin, "GET", order, NULL), "Bo Li");
    assert_silent(ask(v.app, v.lin, "GET", "/weigh", NULL), "Bo Li");
    assert_says(ask(v.app, v.lin, "GET", "/sales", NULL), "123 456"); /* the six digits are enough to pack */
    give(&v, v.hana, v.hub, v.lin, v.farm, "see_customer_name");
    assert_says(ask(v.app, v.lin, "GET", "/sales", NULL), "Bo Li");
    assert_says(ask(v.app, v.lin, "GET", "/weigh", NULL), "Bo Li");
    assert_silent(ask(v.app, v.lin, "GET", "/sales", NULL), "555 0199");
    assert_silent(ask(v.app, v.lin, "GET", order, NULL), "555 0199");
    give(&v, v.hana, v.hub, v.lin, v.farm, "see_customer_phone");
    assert_says(ask(v.app, v.lin, "GET", "/sales", NULL), "555 0199");
    withdraw(&v, v.hana, "see_customer_name");
    withdraw(&v, v.hana, "see_customer_phone");
    assert_silent(ask(v.app, v.lin, "GET", "/sales", NULL), "Bo Li");
    assert_silent(ask(v.app, v.lin, "GET", "/sales", NULL), "555 0199");
}

static void certificates_are_shown_while_they_are_valid(void **state)
{
    Vale v = vale_make(state);
    const char *farm = text(&v, "/producers/%s", z(&v, v.farm)), *product = text(&v, "/market/%s", z(&v, v.product));
    assert_goes_to(ask(v.app, v.lin, "POST", "/partners/certificates", text(&v, "org=%s&scheme=Green+Food&number=GF-1&valid_from=2026-01-01&valid_until=2027-01-31", z(&v, v.farm))), "/partners");
    assert_goes_to(ask(v.app, v.lin, "POST", "/partners/certificates", text(&v, "org=%s&scheme=Old+Paper&number=GF-0&valid_from=2025-01-01&valid_until=2026-01-31", z(&v, v.farm))), "/partners");
    assert_says(ask(v.app, NULL, "GET", farm, NULL), "Green Food");
    assert_says(ask(v.app, NULL, "GET", farm, NULL), "Valid until 31 January 2027");
    assert_says(ask(v.app, NULL, "GET", product, NULL), "Green Food");
    assert_silent(ask(v.app, NULL, "GET", farm, NULL), "Old Paper");
    assert_says(ask(v.app, v.lin, "GET", text(&v, "/partners?org=%s", z(&v, v.farm)), NULL), "Not valid now");
    assert_status(ask(v.app, v.hana, "POST", "/partners/certificates", text(&v, "org=%s&scheme=Mine&number=1&valid_from=2026-01-01&valid_until=2027-01-31", z(&v, v.farm))), 403);
    time_fake((Time){monday.ms + 90 * (int64_t)DAY_MS});
    assert_silent(ask(v.app, NULL, "GET", farm, NULL), "Green Food");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_VALE(a_hub_weighs_a_farms_lines_only_when_allowed),
        TEST_VALE(a_hub_changes_a_farms_lines_only_when_allowed),
        TEST_VALE(a_hub_sets_a_farms_prices_and_nothing_else_when_allowed),
        TEST_VALE(a_hub_edits_a_farms_words_only_when_allowed),
        TEST_VALE(a_farm_knows_a_hubs_buyers_only_when_the_hub_allows_it),
        TEST_VALE(certificates_are_shown_while_they_are_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
