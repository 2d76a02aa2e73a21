/* "Delivered" before a door is handing over: once, with all that follows from it, and taken back with the report. */
#include "rounds/test_valley.h"

#include "pay/pay.h"

typedef struct Doors {
    Valley v;
    Store *store;
    Id cash, wallet;      /* orders: paid at the door, paid from a wallet */
    Id fetch, at_cash, at_wallet; /* stops */
    User *packer;
} Doors;

typedef struct Filling {
    Id agent, buyer;
} Filling;

static Err *wallet_fill(Tx *tx, void *arg)
{
    const Filling *f = arg;
    Id till, agent = f->agent;
    TRY(till_open(tx, &(NewTill){.name = STR("Desk"), .agent = agent, .most = {5000000}, .per_person = {1000000}}, agent, time_now(), &till));
    return cash_act(tx, &(CashAct){.till = till, .person = f->buyer, .amount = {500000}, .by = agent, .key = STR("k")}, time_now());
}

static Id door_order(Doors *d, const char *payment, const char *address)
{
    Valley *v = &d->v;
    const char *body = form(v, "{\"lines\":[{\"offer\":\"%.*s\",\"steps\":4000}],\"pickup\":\"%.*s\",\"payment\":\"%s\",\"name\":\"Old Zhao\",\"phone\":\"13900001111\",\"address\":\"%s\"}",
                            IDT(v, v->offers[0]), IDT(v, v->pickups[0]), payment, address);
    assert_status(ask(v->app, v->buyer, "POST", "/api/v1/orders", body), 201);
    return (Id)test_int(d->store, "SELECT max(id) FROM order_group");
}

static Id stop_of(Doors *d, Id place)
{
    return (Id)test_int(d->store, form(&d->v, "SELECT id FROM round_stop WHERE place = %lld", (long long)place));
}

/* Two doors, one pickup place, one farm; locked. */
static Doors doors_make(void **state)
{
    Doors d = {.v = valley_make(state)};
    Valley *v = &d.v;
    d.store = app_store(v->app);
    gates_all(v);
    vehicle_new(v, "Van", 700);
    d.packer = user(v->app, "Packer", 0, ROLE_PACKER);
    assert_fine(test_sql(d.store, v->arena, form(v, "INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm) VALUES (%lld, 800, 0, NULL, 0, 0)", (long long)v->pickups[0])));
    Filling filling = {user_id(user(v->app, "Agent", 0, ROLE_CASHIER)), user_id(v->buyer)};
    assert_fine(db_write(d.store, v->arena, wallet_fill, &filling));
    order(v, 0, 1, 30000);
    d.cash = door_order(&d, "at_pickup", "Mill lane 3");
    d.wallet = door_order(&d, "wallet", "Bridge 9");
    assert_goes_to(plan(v), "/rounds/");
    assert_goes_to(post(v, "/rounds/%.*s/door", plan_id(v), form(v, "order=%.*s&at=28.45,119.49", IDT(v, d.cash))), "/rounds/");
    assert_goes_to(post(v, "/rounds/%.*s/door", plan_id(v), form(v, "order=%.*s&at=28.46,119.50", IDT(v, d.wallet))), "/rounds/");
    assert_goes_to(post(v, "/rounds/%.*s/lock", plan_id(v), ""), "/rounds/");
    d.fetch = stop_of(&d, v->farms[0]);
    d.at_cash = stop_of(&d, d.cash);
    d.at_wallet = stop_of(&d, d.wallet);
    return d;
}

static void said(Doors *d, Id stop, const char *verb, int seq)
{
    const char *body = form(&d->v, "{\"stop\":\"%.*s\",\"verb\":\"%s\",\"device\":\"0123456789abcdef0123456789abcdef\",\"seq\":%d}", IDT(&d->v, stop), verb, seq);
    assert_status(ask(d->v.app, d->v.driver, "POST", "/api/v1/round-reports", body), 200);
}

static int64_t orders(Doors *d, Id order, const char *test)
{
    return test_int(d->store, form(&d->v, "SELECT count(*) FROM order_group g JOIN seller_order s ON s.order_group = g.id WHERE g.id = %lld AND %s", (long long)order, test));
}

static int64_t money(Doors *d, const char *state)
{
    return test_int(d->store, form(&d->v, "SELECT count(*) FROM pay_part p JOIN seller_order s ON s.id = p.part WHERE s.order_group = %lld AND p.state IN (%s)", (long long)d->wallet, state));
}

static int64_t events(Doors *d)
{
    return test_int(d->store, "SELECT count(*) FROM order_event");
}

#define OPEN "g.open = 1 AND s.placement IN ('placed', 'confirmed')"
#define HANDED "g.open = 0 AND s.placement = 'completed' AND g.payment = 'captured'"

static void delivered_at_a_door_hands_the_order_over_and_pays_the_farm(void **state)
{
    Doors d = doors_make(state);
    said(&d, d.fetch, "done", 1);
    assert_int_equal(orders(&d, d.cash, OPEN), 1); /* on board is not there yet */
    said(&d, d.at_cash, "arrived", 2);
    assert_int_equal(orders(&d, d.cash, OPEN), 1);
    int64_t on_hand = test_int(d.store, "SELECT sum(on_hand) FROM stock");
    said(&d, d.at_cash, "done", 3);
    assert_int_equal(orders(&d, d.cash, HANDED), 1);
    assert_int_equal(on_hand - test_int(d.store, "SELECT sum(on_hand) FROM stock"), 4000);
    assert_int_equal(orders(&d, d.wallet, OPEN), 1); /* another door's is its own */
    assert_int_equal(money(&d, "'held'"), 1);
    said(&d, d.at_wallet, "done", 4);
    assert_int_equal(orders(&d, d.wallet, HANDED), 1);
    assert_int_equal(money(&d, "'due', 'released'"), 1);
    assert_int_equal(test_int(d.store, "SELECT count(*) FROM order_group WHERE open = 1"), 1); /* what waits at the pickup place */
    said(&d, (Id)test_int(d.store, form(&d.v, "SELECT id FROM round_stop WHERE place = %lld", (long long)d.v.pickups[1])), "done", 5);
    assert_int_equal(test_int(d.store, "SELECT count(*) FROM order_group WHERE open = 1"), 1); /* goes on waiting there for its buyer */
    assert_says(get(&d.v, d.v.buyer, "/orders/%.*s", d.cash), "Your goods were handed over at");
}

static void delivered_twice_is_delivered_once(void **state)
{
    Doors d = doors_make(state);
    said(&d, d.fetch, "done", 1);
    said(&d, d.at_cash, "done", 2);
    int64_t before = events(&d), on_hand = test_int(d.store, "SELECT sum(on_hand) FROM stock");
    said(&d, d.at_cash, "done", 2); /* sent again by a phone that heard no answer */
    said(&d, d.at_cash, "done", 3); /* pressed again */
    assert_int_equal(events(&d), before);
    assert_int_equal(test_int(d.store, "SELECT sum(on_hand) FROM stock"), on_hand);
    assert_int_equal(orders(&d, d.cash, HANDED), 1);
}

static void a_wrong_press_is_taken_back_with_all_that_followed(void **state)
{
    Doors d = doors_make(state);
    int64_t on_hand = test_int(d.store, "SELECT sum(on_hand) FROM stock"), reserved = test_int(d.store, "SELECT sum(reserved) FROM stock");
    said(&d, d.fetch, "done", 1);
    said(&d, d.at_wallet, "done", 2);
    said(&d, d.at_cash, "done", 3);
    said(&d, d.at_wallet, "undo", 4);
    said(&d, d.at_cash, "failed", 5); /* nobody was home after all */
    assert_int_equal(orders(&d, d.wallet, OPEN " AND g.payment = 'held'"), 1);
    assert_int_equal(orders(&d, d.cash, OPEN " AND g.payment = 'due_at_pickup'"), 1);
    assert_int_equal(money(&d, "'held'"), 1);
    assert_int_equal(test_int(d.store, "SELECT sum(on_hand) FROM stock"), on_hand);
    assert_int_equal(test_int(d.store, "SELECT sum(reserved) FROM stock"), reserved);
    said(&d, d.at_wallet, "undo", 6); /* nothing more to take back */
    assert_int_equal(orders(&d, d.wallet, OPEN), 1);
    said(&d, d.at_wallet, "done", 7);
    assert_int_equal(orders(&d, d.wallet, HANDED), 1);
    assert_int_equal(money(&d, "'due', 'released'"), 1);
}

static void what_a_packer_handed_over_or_a_buyer_cancelled_is_left_alone(void **state)
{
    Doors d = doors_make(state);
    said(&d, d.fetch, "done", 1);
    assert_status(ask(d.v.app, d.packer, "POST", form(&d.v, "/handover/%.*s/collect", IDT(&d.v, d.cash)), ""), 303);
    assert_status(ask(d.v.app, d.v.buyer, "POST", form(&d.v, "/orders/%.*s/cancel", IDT(&d.v, d.wallet)), ""), 303);
    int64_t before = events(&d);
    said(&d, d.at_cash, "done", 2);
    said(&d, d.at_cash, "undo", 3);
    said(&d, d.at_wallet, "done", 4);
    said(&d, d.at_wallet, "undo", 5);
    assert_int_equal(events(&d), before);
    assert_int_equal(orders(&d, d.cash, HANDED), 1);
    assert_int_equal(orders(&d, d.wallet, "s.placement = 'cancelled'"), 1);
}

static void what_its_farm_did_not_give_is_not_handed_over(void **state)
{
    Doors d = doors_make(state);
    said(&d, d.fetch, "failed", 1);
    said(&d, d.at_cash, "done", 2);
    assert_int_equal(orders(&d, d.cash, OPEN), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(delivered_at_a_door_hands_the_order_over_and_pays_the_farm),
        TEST_DB(delivered_twice_is_delivered_once),
        TEST_DB(a_wrong_press_is_taken_back_with_all_that_followed),
        TEST_DB(what_a_packer_handed_over_or_a_buyer_cancelled_is_left_alone),
        TEST_DB(what_its_farm_did_not_give_is_not_handed_over),
    };
    return cmocka_run_group_tests_name("rounds_doors", tests, NULL, NULL);
}
