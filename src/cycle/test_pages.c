/* The cycles' pages and API, as browsers without a script and programs see them: a hub's week from permission to handing over. */
#include "ask.h"
#include "cycle/inside.h"
#include "identity/identity.h"

#include <string.h>

typedef struct Valley {
    App *app;
    Arena *arena;
    User *lin, *hana, *stranger; /* sells at the farm; runs the hub; a member of neither */
    Id farm, hub, pickup, eggs;
    const char *cycle;
} Valley;

static const Time monday = {1794877200000}; /* 17 November 2026, 09:00 in Shanghai */

static Err *valley_write(Tx *tx, void *arg)
{
    Valley *v = arg;
    Id product;
    TRY(org_add(tx, monday, 0, &(NewOrg){.kind = "farm", .name = STR("Lin farm"), .place = STR("Upper valley")}, &v->farm));
    TRY(org_add(tx, monday, 0, &(NewOrg){.kind = "hub", .name = STR("Valley hub"), .place = STR("Bridge")}, &v->hub));
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("Ask for Mei.")}};
    TRY(pickup_add(tx, &(NewPickup){.org = app_org(v->app), .texts = {mill, 1}, .everyone = true}, 0, monday, &v->pickup));
    LangText texts[] = {{STR("en"), STR("Brown eggs"), STR("")}};
    NewVariant variant = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .price = {150}, .on_hand_steps = 60};
    NewProduct eggs = {.org = v->farm, .texts = {texts, 1}, .variants = {&variant, 1}};
    TRY(product_add(tx, &eggs, 0, monday, &product));
    v->eggs = variant.offer;
    return NULL;
}

static Valley valley_make(void **state)
{
    time_fake(monday);
    Valley v = {.app = app_of(state)};
    v.arena = app_arena(v.app);
    assert_fine(db_write(app_store(v.app), v.arena, valley_write, &v));
    v.lin = user(v.app, "Lin", v.farm, ROLE_SELLER);
    v.hana = user(v.app, "Hana", v.hub, ROLE_ADMIN);
    v.stranger = user(v.app, "Ana", 0, ROLE_MEMBER);
    return v;
}

static int valley_end(void **state)
{
    int end = test_teardown(state);
    time_fake((Time){0});
    return end;
}
#define TEST_VALLEY(name) cmocka_unit_test_setup_teardown(name, test_setup_db, valley_end)

static const char *text(Valley *v, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Valley *v, const char *format, ...)
{
    Buf out = buf_new(v->arena, 8192);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

static const char *id_z(Valley *v, Id id)
{
    return str_z(v->arena, id_text(v->arena, id));
}

/* What stands in the body between the first before and the next quote. */
static const char *between(Valley *v, const Answer *answer, const char *before)
{
    size_t at = str_find(answer->body, str_of(before));
    Str found, rest;
    if (at == SIZE_MAX)
        print_error("%.*s does not say %s\n", STR_ARG(answer->asked), before);
    assert_true(at != SIZE_MAX);
    str_cut(str_slice(answer->body, at + strlen(before), answer->body.len), '"', &found, &rest);
    return str_z(v->arena, found);
}

static void allow(Valley *v)
{
    const char *farm = id_z(v, v->farm), *hub = id_z(v, v->hub);
    assert_goes_to(ask(v->app, v->lin, "POST", "/partners", text(v, "org=%s&to=%s&permission=list_my_goods", farm, hub)), "/partners");
    const Answer *asked = ask(v->app, v->hana, "GET", "/partners", NULL);
    assert_says(asked, "May sell my goods");
    const char *path = text(v, "/partners/%s/act", str_z(v->arena, str_slice(str_of(between(v, asked, "action=\"/partners/")), 0, 13)));
    assert_status(ask(v->app, v->stranger, "POST", path, "verb=accept"), 403);
    assert_status(ask(v->app, v->lin, "POST", path, "verb=accept"), 403); /* only the other side accepts */
    assert_goes_to(ask(v->app, v->hana, "POST", path, "verb=accept"), "/partners");
}

#define PLAN "name=Saturday+box&day=2026-11-21&opens_day=2026-11-17&opens_time=08:00&closes_day=2026-11-19&closes_time=20:00&grace_minutes=30"

static void plan(Valley *v, const char *more)
{
    const Answer *made = ask(v->app, v->hana, "POST", "/hub/new",
                             text(v, PLAN "&org=%s&pickup=%s&times=9-10,+10-11&places=1&%s", id_z(v, v->hub), id_z(v, v->pickup), more));
    assert_goes_to(made, "/hub/");
    v->cycle = str_z(v->arena, str_slice(answer_header(made, "Location"), 5, 18));
}

static void open_cycle(Valley *v, const char *more)
{
    allow(v);
    plan(v, more);
    assert_goes_to(ask(v->app, v->hana, "POST", text(v, "/hub/%s/act", v->cycle), "verb=open"), "/hub/");
}

static const Answer *checkout(Valley *v, User *who, const char *pickup)
{
    assert_goes_to(ask(v->app, who, "POST", "/cart", text(v, "offer=%s&amount=4&back=/market", id_z(v, v->eggs))), "/market");
    const Answer *page = ask(v->app, who, "GET", "/checkout", NULL);
    assert_status(page, 200);
    if (!pickup)
        return page;
    return ask(v->app, who, "POST", "/checkout", text(v, "name=Bo&phone=555&pickup=%s&key=%s&seen=600", pickup, between(v, page, "name=\"key\" value=\"")));
}

static void a_hub_runs_its_week(void **state)
{
    Valley v = valley_make(state);
    open_cycle(&v, "goods=allowed");
    assert_says(ask(v.app, NULL, "GET", "/cycles", NULL), "Saturday box");
    const Answer *cycle = ask(v.app, NULL, "GET", text(&v, "/cycles/%s", v.cycle), NULL);
    assert_says(cycle, "Brown eggs");
    assert_says(cycle, "Old mill");
    User *bo = guest(v.app);
    const Answer *page = checkout(&v, bo, NULL);
    assert_says(page, "1 place left");
    const char *slots = text(&v, "/api/v1/cycles/%s/slots", v.cycle);
    const char *slot = str_z(v.arena, json_text(ask(v.app, NULL, "GET", slots, NULL), "items.0.id"));
    assert_says(page, slot);
    const Answer *made = ask(v.app, bo, "POST", "/checkout", text(&v, "name=Bo&phone=555&pickup=%s&key=k1&seen=600", slot));
    assert_goes_to(made, "/o/");
    assert_says(follow(v.app, bo, made), "Saturday box");
    assert_int_equal(json_number(ask(v.app, NULL, "GET", slots, NULL), "items.0.left"), 0);
    const Answer *full = checkout(&v, guest(v.app), slot);
    assert_status(full, 409);
    assert_says(full, "This time of collecting is full now");
    const char *act = text(&v, "/hub/%s/act", v.cycle);
    assert_goes_to(ask(v.app, v.hana, "POST", act, "verb=close"), "/hub/");
    assert_goes_to(ask(v.app, v.hana, "POST", act, "verb=seal"), "/hub/");
    assert_says(ask(v.app, v.hana, "GET", text(&v, "/hub/%s", v.cycle), NULL), "Lin farm");
    const Answer *day = ask(v.app, v.hana, "GET", text(&v, "/hub/%s/day", v.cycle), NULL);
    assert_says(day, "1 producer has not confirmed yet.");
    assert_says(day, "Brown eggs");
    assert_says(day, "Bo");
    assert_says(ask(v.app, v.lin, "GET", "/today", NULL), "1 sheet to confirm");
    const Answer *supply = ask(v.app, v.lin, "GET", "/supply", NULL);
    assert_says(supply, "Sent");
    const char *sheet = text(&v, "/supply/%s", str_z(v.arena, str_slice(str_of(between(&v, supply, "href=\"/supply/")), 0, 13)));
    assert_status(ask(v.app, v.stranger, "GET", sheet, NULL), 403);
    assert_says(ask(v.app, v.lin, "GET", sheet, NULL), "Brown eggs");
    assert_says(ask(v.app, v.lin, "GET", "/supply", NULL), "Seen");
    assert_says(ask(v.app, v.hana, "GET", text(&v, "%s/print", sheet), NULL), "Brown eggs");
    assert_says(ask(v.app, v.lin, "GET", text(&v, "%s/csv", sheet), NULL), "Saturday box,2026-11-21,Lin farm,Brown eggs,,4,C62,1,600");
    assert_status(ask(v.app, v.lin, "POST", sheet, "answer=short&version=1&note="), 422);
    assert_goes_to(ask(v.app, v.lin, "POST", sheet, "answer=short&version=1&note=Two+broke"), "/supply/");
    assert_says(ask(v.app, v.hana, "GET", text(&v, "/hub/%s/day", v.cycle), NULL), "Two broke");
    assert_goes_to(ask(v.app, v.lin, "POST", sheet, "answer=all&version=1&note="), "/supply/");
    assert_says(ask(v.app, v.hana, "GET", text(&v, "/hub/%s/day", v.cycle), NULL), "Nothing that we know of.");
}

static void a_basket_at_the_checkout_is_not_lost_when_the_cycle_closes(void **state)
{
    Valley v = valley_make(state);
    open_cycle(&v, "goods=allowed&only=1");
    User *bo = guest(v.app), *late = guest(v.app);
    const Time closes = {monday.ms + 2 * (int64_t)DAY_MS + 11 * HOUR_MS};
    const char *slot = str_z(v.arena, json_text(ask(v.app, NULL, "GET", text(&v, "/api/v1/cycles/%s/slots", v.cycle), NULL), "items.0.id"));
    time_fake((Time){closes.ms - MINUTE_MS});
    const Answer *page = checkout(&v, bo, NULL);
    time_fake((Time){closes.ms + 10 * MINUTE_MS});
    assert_says(checkout(&v, late, NULL), "none is open now");
    assert_status(ask(v.app, late, "POST", "/checkout", text(&v, "name=Bo&phone=555&pickup=%s&key=k9&seen=600", slot)), 409);
    assert_goes_to(ask(v.app, bo, "POST", "/checkout", text(&v, "name=Bo&phone=555&pickup=%s&key=%s&seen=600", slot, between(&v, page, "name=\"key\" value=\""))), "/o/");
}

static void programs_order_in_a_cycle(void **state)
{
    Valley v = valley_make(state);
    open_cycle(&v, "goods=allowed");
    const Answer *cycles = ask(v.app, NULL, "GET", "/api/v1/cycles", NULL);
    assert_str(json_text(cycles, "items.0.state"), "open");
    const char *one = text(&v, "/api/v1/cycles/%s", v.cycle);
    assert_str(json_text(ask(v.app, NULL, "GET", one, NULL), "name"), "Saturday box");
    assert_str(json_text(ask(v.app, NULL, "GET", text(&v, "%s/offers", one), NULL), "items.0.title"), "Brown eggs");
    const char *slot = str_z(v.arena, json_text(ask(v.app, NULL, "GET", text(&v, "%s/slots", one), NULL), "items.1.id"));
    const Answer *pass = ask(v.app, NULL, "POST", text(&v, "%s/checkouts", one), "{}");
    assert_status(pass, 201);
    const char *body = text(&v, "{\"lines\":[{\"offer\":\"%s\",\"steps\":2}],\"pickup\":\"%s\",\"cycle\":\"%s\",\"slot\":\"%s\",\"pass\":\"%s\",\"name\":\"Bo\",\"phone\":\"5\"}",
                            id_z(&v, v.eggs), id_z(&v, v.pickup), v.cycle, slot, str_z(v.arena, json_text(pass, "pass")));
    const Answer *made = ask(v.app, NULL, "POST", "/api/v1/orders", body);
    assert_status(made, 201);
    assert_str(json_text(made, "cycle"), v.cycle);
    assert_str(json_text(made, "slot"), slot);
    assert_refused(ask(v.app, NULL, "POST", "/api/v1/orders", body), 409, "cycle.slot_full");
    const char *wrong = text(&v, "{\"lines\":[{\"offer\":\"%s\",\"steps\":2}],\"pickup\":\"%s\",\"cycle\":\"%s\",\"name\":\"Bo\",\"phone\":\"5\"}",
                             id_z(&v, v.eggs), id_z(&v, v.pickup), id_z(&v, v.pickup));
    assert_refused(ask(v.app, NULL, "POST", "/api/v1/orders", wrong), 422, "cycle.unknown");
    assert_status(ask(v.app, NULL, "GET", "/api/v1/cycles/0000000000001", NULL), 404);
}

static void only_its_hub_sees_and_changes_a_draft(void **state)
{
    Valley v = valley_make(state);
    allow(&v);
    plan(&v, "goods=everything");
    const char *hub = text(&v, "/hub/%s", v.cycle);
    assert_status(ask(v.app, NULL, "GET", text(&v, "/cycles/%s", v.cycle), NULL), 404);
    assert_status(ask(v.app, NULL, "GET", text(&v, "/api/v1/cycles/%s", v.cycle), NULL), 404);
    assert_status(ask(v.app, v.lin, "GET", hub, NULL), 403);
    assert_status(ask(v.app, v.lin, "POST", hub, PLAN), 403);
    assert_status(ask(v.app, v.lin, "POST", text(&v, "%s/act", hub), "verb=open"), 403);
    assert_says(ask(v.app, v.hana, "GET", hub, NULL), "Draft");
    assert_goes_to(ask(v.app, v.hana, "POST", hub, PLAN "&max_orders=50"), "/hub/");
    const Answer *wrong = ask(v.app, v.hana, "POST", hub, "name=X&day=2026-11-21&opens_day=2026-11-19&opens_time=8:00&closes_day=2026-11-17&closes_time=8:00");
    assert_status(wrong, 422);
    assert_says(wrong, "It would close before it opens.");
    wrong = ask(v.app, v.hana, "POST", text(&v, "%s/act", hub), "verb=pack");
    assert_true(wrong->status >= 400);
    assert_says(wrong, "not possible in this state");
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/act", hub), "verb=schedule"), "/hub/");
    assert_status(ask(v.app, NULL, "GET", text(&v, "/cycles/%s", v.cycle), NULL), 200);
}

static void a_hub_adds_times_and_goods_and_lets_it_repeat(void **state)
{
    Valley v = valley_make(state);
    allow(&v);
    plan(&v, "goods=allowed");
    const char *hub = text(&v, "/hub/%s", v.cycle), *place = id_z(&v, v.pickup);
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/slots", hub), text(&v, "pickup=%s&times=16:30–17:30&places=5", place)), "/hub/");
    assert_says(ask(v.app, v.hana, "POST", text(&v, "%s/slots", hub), text(&v, "pickup=%s&times=soon&places=5", place)), "Write the times like");
    const char *slots = text(&v, "SELECT count(*) FROM cycle_slot");
    assert_int_equal(test_int(app_store(v.app), slots), 3);
    const char *page = str_z(v.arena, ask(v.app, v.hana, "GET", hub, NULL)->body);
    const char *drop = strstr(page, "/slots/");
    assert_non_null(drop);
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/slots/%.13s/remove", hub, drop + 7), ""), "/hub/");
    assert_int_equal(test_int(app_store(v.app), slots), 2);
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/goods", hub), text(&v, "act=remove&offers=%s", id_z(&v, v.eggs))), "/hub/");
    assert_says(ask(v.app, v.hana, "GET", hub, NULL), "1 more good could be sold");
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/goods", hub), text(&v, "act=add&offers=%s", id_z(&v, v.eggs))), "/hub/");
    assert_says(ask(v.app, v.hana, "POST", text(&v, "%s/repeat", hub), "how=rule&rrule=often"), "The rule cannot be read");
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "%s/repeat", hub), "how=week"), "/hub");
    const Answer *list = ask(v.app, v.hana, "GET", "/hub", NULL);
    assert_says(list, "Every Saturday");
    assert_true(test_int(app_store(v.app), "SELECT count(*) FROM cycle") > 1);
    const char *series = strstr(str_z(v.arena, list->body), "/hub/series/");
    assert_non_null(series);
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "/hub/series/%.13s/stop", series + 12), ""), "/hub");
    assert_says(ask(v.app, v.hana, "GET", "/hub", NULL), "Stopped");
    assert_says(ask(v.app, v.hana, "GET", "/hub/new", NULL), "New cycle");
}

static void certificates_have_an_end(void **state)
{
    Valley v = valley_make(state);
    const char *farm = id_z(&v, v.farm);
    const Answer *wrong = ask(v.app, v.lin, "POST", "/partners/certificates", text(&v, "org=%s&scheme=EU+organic&valid_from=2026-01-01&valid_until=2025-01-01", farm));
    assert_says(wrong, "The last day lies before the first one.");
    assert_goes_to(ask(v.app, v.lin, "POST", "/partners/certificates", text(&v, "org=%s&scheme=EU+organic&number=7&valid_from=2026-01-01&valid_until=2026-12-01", farm)), "/partners");
    const Answer *page = ask(v.app, v.lin, "GET", "/partners", NULL);
    assert_says(page, "Ends soon");
    const char *remove = text(&v, "/partners/certificates/%s/remove", str_z(v.arena, str_slice(str_of(between(&v, page, "action=\"/partners/certificates/")), 0, 13)));
    assert_status(ask(v.app, v.hana, "POST", remove, text(&v, "org=%s", farm)), 403);
    assert_goes_to(ask(v.app, v.lin, "POST", remove, text(&v, "org=%s", farm)), "/partners");
    assert_silent(ask(v.app, v.lin, "GET", "/partners", NULL), "Ends soon");
}

static void a_harvest_is_ordered_before_it_is_there(void **state)
{
    Valley v = valley_make(state);
    const char *eggs = id_z(&v, v.eggs), *place = id_z(&v, v.pickup);
    assert_says(ask(v.app, v.lin, "GET", "/promises/new", NULL), "Brown eggs");
    const char *form = "low=10&likely=20&high=40&rule=%s&day=2026-12-01&closes_day=2026-11-30&closes_time=18:00&offer=%s";
    assert_status(ask(v.app, v.hana, "POST", "/promises/harvests", text(&v, form, "lottery", eggs)), 403);
    assert_says(ask(v.app, v.lin, "POST", "/promises/harvests", text(&v, "low=30&likely=20&high=40&rule=lottery&day=2026-12-01&closes_day=2026-11-30&closes_time=18:00&offer=%s", eggs)), "likely lies between");
    const Answer *made = ask(v.app, v.lin, "POST", "/promises/harvests", text(&v, form, "lottery", eggs));
    assert_goes_to(made, "/promises/");
    const char *path = str_z(v.arena, answer_header(made, "Location"));
    assert_says(ask(v.app, NULL, "GET", "/promises", NULL), "Brown eggs");
    assert_says(ask(v.app, NULL, "GET", path, NULL), "Sign in to pre-order");
    assert_goes_to(ask(v.app, v.stranger, "POST", path, text(&v, "amount=12&pickup=%s", place)), "/promises/");
    assert_says(ask(v.app, v.stranger, "GET", path, NULL), "10 pieces of it is almost sure");
    assert_says(ask(v.app, v.hana, "POST", path, text(&v, "amount=9&pickup=%s", place)), "8 can still be promised");
    assert_goes_to(ask(v.app, v.stranger, "POST", text(&v, "%s/leave", path), ""), "/promises/");
    assert_goes_to(ask(v.app, v.stranger, "POST", path, text(&v, "amount=6&pickup=%s", place)), "/promises/");
    assert_status(ask(v.app, v.hana, "POST", text(&v, "%s/share", path), "amount=4"), 403);
    assert_goes_to(ask(v.app, v.lin, "POST", text(&v, "%s/share", path), "amount=4"), "/promises/");
    assert_says(ask(v.app, NULL, "GET", path, NULL), "The seed is");
    assert_says(ask(v.app, v.stranger, "GET", "/orders", NULL), "Brown eggs");
}

/* Two weeks of the forecast, 28 each, between 21 and 42: their Mondays are 16 and 23 November 2026. */
static void forecast_two_weeks(Valley *v)
{
    Store *store = app_store(v->app);
    assert_fine(test_sql(store, v->arena, "INSERT INTO insight_model (id, kind, fitted_at, from_day, to_day, goods, people, parameters, measure, sentence) "
                                          "VALUES (1, 'sales', 0, 20000, 20700, 1, 0, '', 'share off', '')"));
    assert_fine(test_sql(store, v->arena, text(v, "INSERT INTO forecast_offer (offer, model, demand, weeks, models, note, chance, miss, reason, reason_value, past) "
                                                  "VALUES (%lld, 1, 'smooth', 30, '', '', 1, 0.2, 'Sales rise before the New Year.', 0, '')", (long long)v->eggs)));
    for (int week = 0; week < 2; week++)
        assert_fine(test_sql(store, v->arena, text(v, "INSERT INTO forecast_week (offer, week, likely, low, high, made_at) VALUES (%lld, %d, 28, 21, 42, 0)",
                                                   (long long)v->eggs, 20773 + 7 * week)));
}

static void the_offering_of_a_cycle_says_what_is_expected(void **state)
{
    Valley v = valley_make(state);
    allow(&v);
    plan(&v, "goods=allowed");
    const char *page = text(&v, "/hub/%s", v.cycle);
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "/hub/%s/goods", v.cycle), text(&v, "act=remove&offers=%s", id_z(&v, v.eggs))), "/hub/");
    assert_silent(ask(v.app, v.hana, "GET", page, NULL), "Expected in that week");
    forecast_two_weeks(&v);
    assert_says(ask(v.app, v.hana, "GET", page, NULL), "Expected in that week: 28 pieces (");
}

static void the_forecast_is_a_beginning_that_the_farmer_corrects(void **state)
{
    Valley v = valley_make(state);
    const char *eggs = id_z(&v, v.eggs), *place = id_z(&v, v.pickup);
    Store *store = app_store(v.app);
    const char *asked = text(&v, "/promises/new?offer=%s&day=2026-11-24", eggs);
    assert_says(ask(v.app, v.lin, "GET", asked, NULL), "knows too little");
    assert_fine(test_sql(store, v.arena, "INSERT INTO insight_model (id, kind, fitted_at, from_day, to_day, goods, people, parameters, measure, sentence) "
                                         "VALUES (1, 'sales', 0, 20000, 20700, 1, 0, '', 'share off', '')"));
    assert_fine(test_sql(store, v.arena, text(&v, "INSERT INTO forecast_offer (offer, model, demand, weeks, models, note, chance, miss, reason, reason_value, past) "
                                                  "VALUES (%lld, 1, 'smooth', 30, '', '', 1, 0.2, 'Sales rise before the New Year.', 0, '')", (long long)v.eggs)));
    for (int week = 0; week < 2; week++) /* the Mondays 23 and 30 November 2026 */
        assert_fine(test_sql(store, v.arena, text(&v, "INSERT INTO forecast_week (offer, week, likely, low, high, made_at) VALUES (%lld, %d, 28, 21, 42, 0)",
                                                  (long long)v.eggs, 20780 + 7 * week)));
    assert_status(ask(v.app, v.lin, "GET", text(&v, "/promises/new?offer=%s&day=2026-11-24", id_z(&v, v.farm)), NULL), 403); /* no goods of theirs */
    const Answer *hint = ask(v.app, v.lin, "GET", asked, NULL);
    assert_says(hint, "The forecast says 28, between 22 and 40."); /* of two weeks, 6 and 1 days: 28 - sqrt(6² + 1²), 28 + sqrt(12² + 2²) */
    assert_says(hint, "Sales rise before the New Year.");
    assert_says(hint, "value=\"28\"");
    const Answer *made = ask(v.app, v.lin, "POST", "/promises/harvests",
                             text(&v, "low=15&likely=20&high=25&rule=pro_rata&day=2026-11-24&closes_day=2026-11-23&closes_time=18:00&offer=%s", eggs));
    const char *path = str_z(v.arena, answer_header(made, "Location"));
    assert_says(ask(v.app, v.lin, "GET", path, NULL), "The forecast said 28 pieces, between 22 pieces and 40 pieces.");
    assert_silent(ask(v.app, v.stranger, "GET", path, NULL), "The forecast said"); /* the farmer's own */
    assert_goes_to(ask(v.app, v.stranger, "POST", path, text(&v, "amount=6&pickup=%s", place)), "/promises/");
    assert_goes_to(ask(v.app, v.lin, "POST", text(&v, "%s/share", path), "amount=25"), "/promises/");
    assert_says(ask(v.app, v.lin, "GET", "/promises/new", NULL), "Over 1 harvest you were 20 % off, the forecast 12 %.");
}

static void a_hub_says_when_each_producer_brings_the_goods(void **state)
{
    Valley v = valley_make(state);
    open_cycle(&v, "goods=allowed");
    const char *page = text(&v, "/hub/%s", v.cycle), *legs = text(&v, "/hub/%s/legs", v.cycle), *farm = id_z(&v, v.farm);
    assert_says(ask(v.app, v.hana, "GET", page, NULL), "When producers bring it");
    assert_status(ask(v.app, v.lin, "POST", legs, text(&v, "org=%s&day=2026-11-20&time=17:30&note=Back+door", farm)), 403);
    assert_goes_to(ask(v.app, v.hana, "POST", legs, text(&v, "org=%s&day=2026-11-20&time=17:30&note=Back+door", farm)), "/hub/");
    assert_says(ask(v.app, v.hana, "GET", page, NULL), "Back door");
    assert_says(ask(v.app, v.hana, "GET", page, NULL), "value=\"17:30\"");
    assert_status(ask(v.app, v.hana, "POST", legs, text(&v, "org=%s&day=2026-11-20&time=25:30", farm)), 422);
    assert_says(ask(v.app, v.hana, "POST", legs, text(&v, "org=%s&day=2026-11-22&time=17:30", farm)), "on the day of handing over at the latest");
    assert_says(ask(v.app, v.hana, "POST", legs, text(&v, "org=%s&day=2026-11-20&time=17:30", id_z(&v, v.hub))), "brings nothing to this cycle");
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "/hub/%s/act", v.cycle), "verb=close"), "/hub/");
    assert_goes_to(ask(v.app, v.hana, "POST", text(&v, "/hub/%s/act", v.cycle), "verb=seal"), "/hub/");
}

static void many_buy_together(void **state)
{
    Valley v = valley_make(state);
    const char *eggs = id_z(&v, v.eggs), *place = id_z(&v, v.pickup);
    const char *when = "closes_day=2026-11-30&closes_time=18:00";
    assert_says(ask(v.app, v.lin, "POST", "/promises/together", text(&v, "offer=%s&from1=10&price1=1.20&from2=5&price2=1.00&%s", eggs, when)), "Each step needs more");
    const Answer *made = ask(v.app, v.lin, "POST", "/promises/together", text(&v, "offer=%s&from1=10&price1=1.20&from2=20&price2=1.00&%s", eggs, when));
    assert_goes_to(made, "/together/");
    const char *path = str_z(v.arena, answer_header(made, "Location"));
    assert_goes_to(ask(v.app, v.stranger, "POST", path, text(&v, "amount=10&pickup=%s", place)), "/together/");
    assert_says(ask(v.app, v.stranger, "GET", path, NULL), "Reached");
    assert_goes_to(ask(v.app, v.stranger, "POST", text(&v, "%s/leave", path), ""), "/together/");
    assert_silent(ask(v.app, v.stranger, "GET", path, NULL), "Reached");
    assert_says(ask(v.app, NULL, "GET", "/promises", NULL), "Buying together");
}

static void a_member_orders_the_same_in_every_cycle(void **state)
{
    Valley v = valley_make(state);
    open_cycle(&v, "goods=allowed");
    const char *slot = str_z(v.arena, json_text(ask(v.app, NULL, "GET", text(&v, "/api/v1/cycles/%s/slots", v.cycle), NULL), "items.0.id"));
    const Answer *made = checkout(&v, v.stranger, slot);
    assert_goes_to(made, "/orders/");
    const Answer *order = follow(v.app, v.stranger, made);
    assert_says(order, "Order this in every cycle");
    const char *id = between(&v, order, "name=\"order\" value=\"");
    assert_status(ask(v.app, v.hana, "POST", "/standing", text(&v, "order=%s", id)), 404);
    assert_goes_to(ask(v.app, v.stranger, "POST", "/standing", text(&v, "order=%s", id)), "/standing");
    const Answer *list = ask(v.app, v.stranger, "GET", "/standing", NULL);
    assert_says(list, "Brown eggs 4 pieces");
    assert_says(list, "Ordered for");
    const char *act = text(&v, "/standing/%s", str_z(v.arena, str_slice(str_of(between(&v, list, "action=\"/standing/")), 0, 13)));
    assert_status(ask(v.app, v.hana, "POST", act, "verb=pause"), 404);
    assert_goes_to(ask(v.app, v.stranger, "POST", act, "verb=pause"), "/standing");
    assert_says(ask(v.app, v.stranger, "GET", "/standing", NULL), "Paused");
    assert_goes_to(ask(v.app, v.stranger, "POST", act, "verb=end"), "/standing");
    assert_says(ask(v.app, v.stranger, "GET", "/standing", NULL), "No standing order yet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_VALLEY(a_hub_runs_its_week),
        TEST_VALLEY(a_basket_at_the_checkout_is_not_lost_when_the_cycle_closes),
        TEST_VALLEY(programs_order_in_a_cycle),
        TEST_VALLEY(only_its_hub_sees_and_changes_a_draft),
        TEST_VALLEY(a_hub_adds_times_and_goods_and_lets_it_repeat),
        TEST_VALLEY(certificates_have_an_end),
        TEST_VALLEY(a_harvest_is_ordered_before_it_is_there),
        TEST_VALLEY(the_forecast_is_a_beginning_that_the_farmer_corrects),
        TEST_VALLEY(the_offering_of_a_cycle_says_what_is_expected),
        TEST_VALLEY(a_hub_says_when_each_producer_brings_the_goods),
        TEST_VALLEY(many_buy_together),
        TEST_VALLEY(a_member_orders_the_same_in_every_cycle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
