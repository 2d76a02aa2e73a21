/* A dispatcher plans, moves, locks; a driver drives and reports; strangers see nothing. */
#include "rounds/test_valley.h"

#include <stdio.h>
#include <string.h>

static void a_days_orders_become_rounds(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "White+van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 0, 0, 5000);
    order(&v, 1, 1, 20000);
    order(&v, 1, 0, 1000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment"), 3);
    assert_int_equal(test_int(store, "SELECT sum(grams) FROM consignment"), 56000);
    assert_int_equal(test_int(store, "SELECT sum(orders) FROM consignment"), 4);
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round"), 1);
    /* Fetched before it is brought, and there before the place opens. */
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'deliver'"), 2);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop a JOIN round_stop b ON a.kind = 'collect' AND b.kind = 'deliver' AND b.position < a.position "
                                     "WHERE b.position = 1"), 0);
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "Upper farm");
    assert_says(page, "Old mill");
    assert_says(page, "White van");
    assert_says(page, "straight lines");
    const Answer *json = get(&v, v.dispatcher, "/api/v1/rounds/%.*s", plan_id(&v));
    assert_status(json, 200);
    assert_true(json_number(json, "distance_m") > 5000);
    assert_true(json_number(json, "nearest_m") >= json_number(json, "distance_m"));
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s/sheet", plan_id(&v)), "Lower farm");
    assert_says(ask(v.app, v.dispatcher, "GET", "/rounds", NULL), "Planned days");
}

/* The first order's page as the buyer sees it. */
static const Answer *order_page(Valley *v)
{
    Id order = (Id)test_int(app_store(v->app), "SELECT id FROM order_group ORDER BY id LIMIT 1");
    return get(v, v->buyer, "/orders/%.*s", order);
}

static void the_sheet_says_whom_to_call_and_what_cash_to_collect(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    user(v.app, "Wei the farmer", v.farms[0], ROLE_SELLER);
    assert_fine(test_sql(store, v.arena, "UPDATE person SET phone = '0578 2120001', phone_tail = '82120001' WHERE name = 'Wei the farmer'"));
    assert_fine(test_sql(store, v.arena, "UPDATE person SET phone = '13800138000', phone_tail = '00138000' WHERE name = 'Buyer'"));
    order(&v, 0, 0, 2000);  /* 2 kg at 12.50 */
    order(&v, 1, 0, 4000);
    assert_goes_to(plan(&v), "/rounds/");
    const Answer *sheet = get(&v, v.dispatcher, "/rounds/%.*s/sheet", plan_id(&v));
    assert_says(sheet, "0578 2120001");
    assert_says(sheet, "13800138000");
    assert_says(sheet, "Buyer");
    assert_says(sheet, "75.00"); /* both orders, paid where they are collected */
    assert_says(sheet, "50.00");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    Id round = (Id)test_int(store, "SELECT id FROM round");
    const Answer *drive = get(&v, v.driver, "/drive/%.*s", round);
    assert_says(drive, "href=\"tel:05782120001\"");
    assert_says(drive, "Call Wei the farmer");
    assert_says(drive, "To collect in cash: ");
    assert_fine(test_sql(store, v.arena, "UPDATE order_group SET payment = 'captured'")); /* paid meanwhile */
    assert_silent(get(&v, v.driver, "/drive/%.*s", round), "To collect in cash: ");
    assert_fine(test_sql(store, v.arena, "UPDATE order_group SET payment = 'due_at_pickup'"));
}

static void each_order_is_told_its_part_of_the_way_and_the_parts_add_up(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    for (int i = 0; i < 3; i++)
        order(&v, i % 2, i / 2, 3000 + 1000 * i);
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT sum(metres) FROM consignment_part"), 0); /* nobody was told yet */
    assert_silent(order_page(&v), "Your part of the round");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT sum(metres) FROM consignment_part"), test_int(store, "SELECT sum(distance_m) FROM round"));
    assert_int_equal(test_int(store, "SELECT sum(drive_s) FROM consignment_part"), test_int(store, "SELECT sum(drive_s) FROM round"));
    int64_t grams = test_int(store, "SELECT sum(emitted_grams) FROM consignment_part");
    assert_int_equal(grams, test_int(store, "SELECT emitted_grams FROM day_plan"));
    assert_int_equal(grams, test_int(store, "SELECT sum(distance_m) FROM round") * 200 / 1000);
    assert_int_equal(test_int(store, "SELECT max(metres) - min(metres) FROM consignment_part") <= 1, 1);
    assert_says(order_page(&v), "Your part of the round");
    assert_true(test_int(store, "SELECT nearest_grams FROM day_plan") >= grams);
    assert_true(test_int(store, "SELECT nearest_s FROM day_plan") > 0);
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "In numbers, and for each of 3 orders");
    assert_fine(test_sql(store, v.arena, "UPDATE vehicle SET co2_grams = 900")); /* what was, was */
    assert_int_equal(test_int(store, "SELECT sum(emitted_grams) FROM round"), grams);
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "In numbers");
}

static void what_does_not_fit_is_named_with_what_would_help(void **state)
{
    Valley v = valley_make(state);
    gate(&v, app_org(v.app), "28.4600%2C+119.4800");
    gate(&v, v.farms[0], "28.4900%2C+119.4700");
    vehicle_new(&v, "Trike", 20);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 2000);
    assert_goes_to(plan(&v), "/rounds/");
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "2 loads are on no round");
    assert_says(page, "More than any vehicle can carry. 10 kg more room would do.");
    assert_says(page, "Nobody has said where this farm is.");
    gate(&v, v.farms[1], "28.4400%2C119.5100");
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "1 load is on no round");
}

static void without_a_vehicle_or_with_a_bad_day_nothing_is_planned(void **state)
{
    Valley v = valley_make(state);
    assert_status(plan(&v), 409);
    assert_says(ask(v.app, v.dispatcher, "POST", "/rounds", "day=2020-01-01"), "Choose today");
    assert_says(ask(v.app, v.dispatcher, "POST", "/rounds/gates", form(&v, "org=%.*s&at=here", IDT(&v, v.farms[0]))), "Write latitude and longitude");
    assert_says(ask(v.app, v.dispatcher, "POST", "/rounds/gates", form(&v, "org=%.*s&at=91,0", IDT(&v, v.farms[0]))), "Write latitude and longitude");
    assert_says(ask(v.app, v.dispatcher, "POST", "/vehicles/new", "name=Van&profile=van&kilograms=5&crates=1&from=9&to=8"), "Write a time like 5:30");
    assert_says(ask(v.app, v.dispatcher, "GET", "/vehicles/new", NULL), "Starts at the gate of");
    assert_says(ask(v.app, v.dispatcher, "GET", "/rounds/gates", NULL), "Upper farm");
    assert_int_equal(test_int(app_store(v.app), "SELECT count(*) FROM vehicle"), 0);
}

static void goods_go_to_another_round_and_back(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700), truck = vehicle_new(&v, "Truck", 2000);
    assert_status(ask(v.app, v.dispatcher, "GET", form(&v, "/vehicles/%.*s", IDT(&v, truck)), NULL), 200);
    assert_goes_to(post(&v, "/vehicles/%.*s", truck, "name=Big+truck&profile=truck&kilograms=2000&crates=300&from=5&to=14"), "/vehicles");
    assert_says(ask(v.app, v.dispatcher, "GET", "/vehicles", NULL), "Big truck");
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id what = (Id)test_int(store, "SELECT id FROM consignment ORDER BY id LIMIT 1");
    Id was = (Id)test_int(store, "SELECT r.vehicle FROM consignment c JOIN round r ON r.id = c.round ORDER BY c.id LIMIT 1");
    Id other = was == van ? truck : van;
    const Answer *moved = post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s&vehicle=%.*s", IDT(&v, what), IDT(&v, other)));
    assert_goes_to(moved, "/rounds/");
    assert_says(follow(v.app, v.dispatcher, moved), "Moved. The rounds are");
    assert_true((Id)test_int(store, "SELECT r.vehicle FROM consignment c JOIN round r ON r.id = c.round ORDER BY c.id LIMIT 1") == other);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round"), 2);
    assert_status(post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s", IDT(&v, van))), 404);
    /* Locked, nothing moves. */
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_status(post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s", IDT(&v, what))), 409);
    assert_goes_to(post(&v, "/rounds/%.*s/open", plan_id(&v), ""), "/rounds/");
    assert_goes_to(post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s", IDT(&v, what))), "/rounds/");
}

static void a_better_plan_is_looked_for_and_never_a_worse_one_kept(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    order(&v, 0, 1, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    int64_t before = test_int(store, "SELECT cost FROM day_plan"), waits = test_int(store, "SELECT improve_ms FROM day_plan");
    assert_int_equal(waits, IMPROVE_MS);
    JobContext context = {store, arena_new(), time_now()};
    assert_fine(rounds_improve(&context));
    arena_free(context.arena);
    assert_true(test_int(store, "SELECT cost FROM day_plan") <= before);
    assert_int_equal(test_int(store, "SELECT improve_ms FROM day_plan"), IMPROVE_MS - IMPROVE_SLICE_MS);
}

static const Answer *report(Valley *v, User *who, Id stop, const char *verb, int seq)
{
    return ask(v->app, who, "POST", "/api/v1/round-reports",
               form(v, "{\"stop\":\"%.*s\",\"verb\":\"%s\",\"device\":\"phone-of-driver\",\"seq\":%d,\"note\":\"by the door\"}", IDT(v, stop), verb, seq));
}

static void a_driver_reports_each_thing_once_and_only_on_his_own_round(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id stop = (Id)test_int(store, "SELECT id FROM round_stop WHERE position = 1"), round = (Id)test_int(store, "SELECT id FROM round");
    assert_refused(report(&v, v.driver, stop, "arrived", 1), 409, "round.open");
    assert_says(ask(v.app, v.driver, "GET", "/drive", NULL), "No round for you");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_status(report(&v, v.driver, stop, "arrived", 1), 200);
    assert_str(json_text(report(&v, v.driver, stop, "done", 2), "state"), "done");
    assert_str(json_text(report(&v, v.driver, stop, "arrived", 1), "state"), "done"); /* sent again by a phone that heard no answer */
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_report"), 2);
    assert_says(get(&v, v.driver, "/drive/%.*s", round), "Old mill");
    User *other = user(v.app, "Another driver", 0, ROLE_DRIVER);
    assert_status(report(&v, other, stop, "failed", 3), 404);
    assert_status(get(&v, other, "/drive/%.*s", round), 404);
    assert_status(report(&v, v.buyer, stop, "failed", 3), 403);
    assert_status(ask(v.app, v.buyer, "GET", "/rounds", NULL), 403);
    assert_goes_to(ask(v.app, v.driver, "POST", "/drive/report",
                       form(&v, "stop=%.*s&verb=undo&device=page-0000001&seq=1", IDT(&v, stop))), "/drive/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE state = 'planned'"), 2);
    assert_goes_to(post(&v, "/rounds/%.*s/driver", plan_id(&v), form(&v, "round=%.*s&driver=%.*s", IDT(&v, round), IDT(&v, user_id(other)))), "/rounds/");
    assert_status(post(&v, "/rounds/%.*s/driver", plan_id(&v), form(&v, "round=%.*s&driver=%.*s", IDT(&v, round), IDT(&v, user_id(v.buyer)))), 422);
    assert_status(get(&v, other, "/drive/%.*s", round), 200);
}

static void a_buyer_sees_when_the_goods_come_and_when_they_are_there(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    assert_false(str_find(order_page(&v)->body, STR("on the road")) != SIZE_MAX); /* nobody has promised anything yet */
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_says(order_page(&v), "Your goods are on the road. They come on");
    Id fetch = (Id)test_int(store, "SELECT id FROM round_stop WHERE kind = 'collect'"), bring = (Id)test_int(store, "SELECT id FROM round_stop WHERE kind = 'deliver'");
    assert_status(report(&v, v.driver, fetch, "done", 1), 200);
    assert_status(report(&v, v.driver, bring, "done", 2), 200);
    assert_says(order_page(&v), "Your goods are here, since");
    assert_status(report(&v, v.driver, bring, "failed", 3), 200);
    assert_says(order_page(&v), "could not hand over");
}

/* Its buyer hears of it, it is asked for at no pickup place, and the next day's plan carries it. */
static void what_its_farm_did_not_give_is_planned_for_another_day(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id first = plan_id(&v);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", first, ""), "/rounds/");
    Id fetch = (Id)test_int(store, "SELECT id FROM round_stop WHERE kind = 'collect'");
    assert_status(report(&v, v.driver, fetch, "failed", 1), 200);
    assert_says(order_page(&v), "could not hand over");
    assert_goes_to(post(&v, "/rounds/%.*s/rest", first, ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 1); /* nobody drives to a pickup place with nothing */
    assert_says(order_page(&v), "could not hand over");
    assert_goes_to(post(&v, "/rounds/%.*s/rest", first, ""), "/rounds/");
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", first), "Nothing is left to drive.");
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/");
    Id second = (Id)test_int(store, "SELECT max(id) FROM day_plan");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 3);
    /* What has no room on a day that drives without it is not lost either: the day after takes it over. */
    order(&v, 1, 1, 50000);
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=40&crates=40&from=5:30&to=13:00"), "/vehicles");
    assert_goes_to(post(&v, "/rounds/%.*s/again", second, ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 1);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", second, ""), "/rounds/");
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&from=5:30&to=13:00"), "/vehicles");
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
    assert_int_equal(test_int(store, "SELECT sum(grams) FROM consignment WHERE plan = (SELECT max(id) FROM day_plan)"), 50000);
}

static void cold_goods_travel_in_cold_boxes_and_narrow_lanes_need_small_vehicles(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    Store *store = app_store(v.app);
    Id shelf = (Id)test_int(store, "SELECT category FROM product ORDER BY id LIMIT 1");
    assert_goes_to(ask(v.app, v.dispatcher, "POST", "/rounds/needs", form(&v, "category=%.*s&need=cold", IDT(&v, shelf))), "/rounds/needs");
    assert_status(ask(v.app, v.dispatcher, "POST", "/rounds/needs", form(&v, "category=%.*s&need=cold", IDT(&v, v.farms[0]))), 404);
    assert_says(ask(v.app, v.dispatcher, "GET", "/rounds/needs", NULL), "A cold box");
    Id van = vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT cold_crates FROM consignment"), 2);
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "2 more crates in a cold box would do.");
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&cold_crates=2&from=5:30&to=13:00"), "/vehicles");
    assert_says(ask(v.app, v.dispatcher, "GET", "/vehicles", NULL), "2 of them cold");
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "2 crates in the cold box");
    assert_goes_to(ask(v.app, v.dispatcher, "POST", "/rounds/gates", form(&v, "org=%.*s&at=28.49,119.47&narrow=1", IDT(&v, v.farms[0]))), "/rounds/gates");
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "A vehicle that gets through narrow lanes would do.");
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&cold_crates=2&from=5:30&to=13:00&narrow=1"), "/vehicles");
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
}

static void what_moving_costs_is_said_before_anything_moves(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700), trike = vehicle_new(&v, "Trike", 10);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id what = (Id)test_int(store, "SELECT id FROM consignment ORDER BY id LIMIT 1");
    const Answer *same = get(&v, v.dispatcher, form(&v, "/api/v1/rounds/%%.*s/cost?what=%.*s&vehicle=%.*s", IDT(&v, what), IDT(&v, van)), plan_id(&v));
    assert_status(same, 200);
    assert_int_equal(json_number(same, "metres"), 0);
    const Answer *other = get(&v, v.dispatcher, form(&v, "/api/v1/rounds/%%.*s/cost?what=%.*s&vehicle=%.*s", IDT(&v, what), IDT(&v, trike)), plan_id(&v));
    assert_says(other, "More than any vehicle can carry.");
    assert_int_equal(test_int(store, "SELECT revision FROM day_plan"), 1); /* nothing was written */
    assert_status(get(&v, v.dispatcher, form(&v, "/api/v1/rounds/%%.*s/cost?what=%.*s", IDT(&v, van)), plan_id(&v)), 404);
}

static void the_rest_is_planned_again_and_what_is_done_stays(void **state)
{
    Valley v = valley_make(state);
    v.day.days--; /* today: the way it is driven */
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700);
    assert_goes_to(post(&v, "/vehicles/%.*s", van, form(&v, "name=Van&profile=van&kilograms=700&crates=40&from=0:01&to=24:00&driver=%.*s", IDT(&v, user_id(v.driver)))), "/vehicles");
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    order(&v, 1, 0, 5000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id id = plan_id(&v);
    assert_status(post(&v, "/rounds/%.*s/rest", id, ""), 409);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", id, ""), "/rounds/");
    Id first = (Id)test_int(store, "SELECT id FROM round_stop WHERE position = 1"), last = (Id)test_int(store, "SELECT id FROM round_stop ORDER BY position DESC LIMIT 1");
    assert_status(report(&v, v.driver, first, "done", 1), 200);
    assert_status(post(&v, "/rounds/%.*s/open", id, ""), 409); /* drivers have begun */
    int64_t stops = test_int(store, "SELECT count(*) FROM round_stop");
    Id second = vehicle_new(&v, "Second van", 700);
    assert_goes_to(post(&v, "/vehicles/%.*s", second, "name=Second&profile=van&kilograms=700&crates=40&from=0:01&to=24:00"), "/vehicles");
    assert_goes_to(post(&v, "/rounds/%.*s/rest", id, ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE state = 'done' AND position = 1"), 1);
    assert_true((Id)test_int(store, "SELECT id FROM round_stop WHERE state = 'done'") == first);
    assert_true(test_int(store, "SELECT count(*) FROM round_stop") >= stops);
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'deliver' AND place NOT IN (SELECT pickup FROM consignment)"), 0);
    (void)last;
    /* What is on board stays: the van cannot be taken out of use before its driver says what became of it. */
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&from=0:01&to=24:00&resting=1"), "/vehicles");
    const Answer *refused = post(&v, "/rounds/%.*s/rest", id, "");
    assert_status(refused, 409);
    assert_says(refused, "has goods on board");
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=1&crates=40&from=0:01&to=24:00"), "/vehicles");
    refused = post(&v, "/rounds/%.*s/rest", id, ""); /* nor can it lose the room they lie in */
    assert_status(refused, 409);
    assert_says(refused, "its room or the ways");
    Findings findings = {.out = buf_new(v.arena, 4000)};
    Db db;
    assert_fine(db_read(store, v.arena, &db));
    assert_fine(rounds_checks[0].run(&db, &findings));
    assert_int_equal(findings.wrong, 0);
}

static void a_vehicle_that_fails_before_it_has_fetched_hands_its_goods_to_another(void **state)
{
    Valley v = valley_make(state);
    v.day.days--;
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700);
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&from=0:01&to=24:00"), "/vehicles");
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    Id second = vehicle_new(&v, "Second van", 700);
    assert_goes_to(post(&v, "/vehicles/%.*s", second, "name=Second&profile=van&kilograms=700&crates=40&from=0:01&to=24:00"), "/vehicles");
    assert_goes_to(post(&v, "/vehicles/%.*s", van, "name=Van&profile=van&kilograms=700&crates=40&from=0:01&to=24:00&resting=1"), "/vehicles");
    assert_goes_to(post(&v, "/rounds/%.*s/rest", plan_id(&v), ""), "/rounds/");
    assert_true((Id)test_int(store, "SELECT r.vehicle FROM consignment c JOIN round r ON r.id = c.round") == second);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round"), 1);
}

static void a_driver_brings_proof_and_nothing_that_is_none(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    assert_goes_to(plan(&v), "/rounds/");
    Store *store = app_store(v.app);
    Id stop = (Id)test_int(store, "SELECT id FROM round_stop WHERE position = 1");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    const char *body = "{\"stop\":\"%.*s\",\"verb\":\"done\",\"device\":\"phone-of-driver\",\"seq\":%d,\"drawn\":\"%s\"}";
    assert_status(ask(v.app, v.driver, "POST", "/api/v1/round-reports", form(&v, body, IDT(&v, stop), 1, "10,20 30,40;5,5")), 200);
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "M10,20L30,40M5,5");
    static const char *const bad[] = {"10,20\\\"/><script>", "M1,2", ",,", "1,2  3,4"};
    for (int i = 0; i < 4; i++)
        assert_refused(ask(v.app, v.driver, "POST", "/api/v1/round-reports", form(&v, body, IDT(&v, stop), 2 + i, bad[i])), 422, "round.drawing");
    const char *photo = "{\"stop\":\"%.*s\",\"verb\":\"done\",\"device\":\"phone-of-driver\",\"seq\":9,\"photo\":\"%s\"}";
    assert_refused(ask(v.app, v.driver, "POST", "/api/v1/round-reports", form(&v, photo, IDT(&v, stop), "***")), 422, "round.photo");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE drawn <> ''"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_days_orders_become_rounds),
        TEST_DB(the_sheet_says_whom_to_call_and_what_cash_to_collect),
        TEST_DB(each_order_is_told_its_part_of_the_way_and_the_parts_add_up),
        TEST_DB(what_does_not_fit_is_named_with_what_would_help),
        TEST_DB(without_a_vehicle_or_with_a_bad_day_nothing_is_planned),
        TEST_DB(goods_go_to_another_round_and_back),
        TEST_DB(a_better_plan_is_looked_for_and_never_a_worse_one_kept),
        TEST_DB(a_buyer_sees_when_the_goods_come_and_when_they_are_there),
        TEST_DB(what_its_farm_did_not_give_is_planned_for_another_day),
        TEST_DB(cold_goods_travel_in_cold_boxes_and_narrow_lanes_need_small_vehicles),
        TEST_DB(what_moving_costs_is_said_before_anything_moves),
        TEST_DB(the_rest_is_planned_again_and_what_is_done_stays),
        TEST_DB(a_vehicle_that_fails_before_it_has_fetched_hands_its_goods_to_another),
        TEST_DB(a_driver_brings_proof_and_nothing_that_is_none),
        TEST_DB(a_driver_reports_each_thing_once_and_only_on_his_own_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
