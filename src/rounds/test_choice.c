/* What a dispatcher chooses about a day: loads, vehicles, drivers, doors, or none of it; and what a plan says of itself. */
#include "rounds/test_valley.h"

#include <string.h>

#include "core/jobs.h"

/* The choice form with every vehicle driving but one, every load fetched at its farm but one. */
static const Answer *choose(Valley *v, Id rests, Id load, const char *word)
{
    Store *store = app_store(v->app);
    Buf body = buf_new(v->arena, 8000);
    int64_t vehicles = test_int(store, "SELECT count(*) FROM vehicle"), loads = test_int(store, "SELECT count(*) FROM consignment");
    for (int64_t i = 0; i < vehicles; i++) {
        Id id = (Id)test_int(store, form(v, "SELECT id FROM vehicle ORDER BY id LIMIT 1 OFFSET %lld", (long long)i));
        buf_addf(&body, "driver-%.*s=%.*s&", IDT(v, id), IDT(v, user_id(v->driver)));
        if (id != rests)
            buf_addf(&body, "drives-%.*s=1&", IDT(v, id));
    }
    for (int64_t i = 0; i < loads; i++) {
        Id id = (Id)test_int(store, form(v, "SELECT id FROM consignment ORDER BY id LIMIT 1 OFFSET %lld", (long long)i));
        buf_addf(&body, "load-%.*s=%s&", IDT(v, id), id == load ? word : "farm");
    }
    return post(v, "/rounds/%.*s/choose", plan_id(v), str_z(v->arena, buf_str(&body)));
}

static Id first_load(Valley *v)
{
    return (Id)test_int(app_store(v->app), "SELECT id FROM consignment ORDER BY id LIMIT 1");
}

static Valley two_farms(void **state)
{
    Valley v = valley_make(state);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    return v;
}

static void a_load_that_stays_back_is_on_no_round_and_another_day_takes_it(void **state)
{
    Valley v = two_farms(state);
    Store *store = app_store(v.app);
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s/choose", plan_id(&v));
    assert_says(page, "Upper farm");
    assert_says(page, "Not on this day");
    Id load = first_load(&v), first = plan_id(&v);
    assert_goes_to(choose(&v, 0, load, "none"), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL AND kept = 1 AND rule = 'kept'"), 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 2);
    page = get(&v, v.dispatcher, "/rounds/%.*s", first);
    assert_says(page, "1 load stays back, as chosen");
    assert_silent(page, "is on no round");
    assert_goes_to(post(&v, "/rounds/%.*s/again", first, ""), "/rounds/"); /* what was chosen stays chosen */
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE kept = 1"), 1);
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/"); /* the first day is not even locked */
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE kept = 1"), 0);
    assert_int_equal(test_int(store, "SELECT sum(grams) FROM consignment"), 50000);
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
}

static void what_a_farm_brings_to_the_hub_is_fetched_there(void **state)
{
    Valley v = two_farms(state);
    Store *store = app_store(v.app);
    int64_t metres = test_int(store, "SELECT distance_m FROM day_plan");
    Id load = first_load(&v), farm = (Id)test_int(store, "SELECT org FROM consignment ORDER BY id LIMIT 1");
    assert_goes_to(choose(&v, 0, load, "hub"), "/rounds/");
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM round_stop WHERE kind = 'collect' AND place = %lld", (long long)app_org(v.app))), 1);
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM round_stop WHERE place = %lld", (long long)farm)), 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 4);
    assert_true(test_int(store, "SELECT distance_m FROM day_plan") < metres);
    assert_goes_to(choose(&v, 0, load, "farm"), "/rounds/");
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM round_stop WHERE kind = 'collect' AND place = %lld", (long long)farm)), 1);
}

static void a_vehicle_rests_for_a_day_and_a_better_plan_keeps_the_days_driver(void **state)
{
    Valley v = two_farms(state);
    Store *store = app_store(v.app);
    Id van = (Id)test_int(store, "SELECT id FROM vehicle"), second = vehicle_new(&v, "Second van", 700);
    assert_goes_to(choose(&v, van, 0, ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round"), 1);
    assert_true((Id)test_int(store, "SELECT vehicle FROM round") == second);
    assert_int_equal(test_int(store, "SELECT count(*) FROM vehicle WHERE active = 1"), 2); /* on other days it drives */
    User *other = user(v.app, "Another driver", 0, ROLE_DRIVER);
    Id round = (Id)test_int(store, "SELECT id FROM round");
    assert_goes_to(post(&v, "/rounds/%.*s/driver", plan_id(&v), form(&v, "round=%.*s&driver=%.*s", IDT(&v, round), IDT(&v, user_id(other)))), "/rounds/");
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_true((Id)test_int(store, "SELECT driver FROM round") == user_id(other));
    assert_true((Id)test_int(store, "SELECT vehicle FROM round") == second);
    /* Nobody drives: that is no plan. A driver who is none: neither. */
    assert_status(post(&v, "/rounds/%.*s/choose", plan_id(&v), ""), 422);
    assert_status(post(&v, "/rounds/%.*s/choose", plan_id(&v), form(&v, "drives-%.*s=1&driver-%.*s=%.*s", IDT(&v, van), IDT(&v, van), IDT(&v, user_id(v.buyer)))), 422);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_status(choose(&v, 0, 0, ""), 409);
    assert_status(get(&v, v.dispatcher, "/rounds/%.*s/choose", plan_id(&v)), 409);
    assert_status(get(&v, v.buyer, "/rounds/%.*s/choose", plan_id(&v)), 403);
}

static void a_discarded_plan_gives_its_orders_free(void **state)
{
    Valley v = two_farms(state);
    Store *store = app_store(v.app);
    Id first = plan_id(&v);
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/");
    Id second = (Id)test_int(store, "SELECT max(id) FROM day_plan");
    assert_says(get(&v, v.dispatcher, "/rounds/%.*s", second), "Nothing to carry on this day"); /* they are in the first one */
    assert_goes_to(post(&v, "/rounds/%.*s/discard", first, ""), "/rounds");
    assert_int_equal(test_int(store, "SELECT count(*) FROM day_plan"), 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 0);
    assert_goes_to(post(&v, "/rounds/%.*s/again", second, ""), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 4);
    assert_goes_to(post(&v, "/rounds/%.*s/lock", second, ""), "/rounds/");
    assert_status(post(&v, "/rounds/%.*s/discard", second, ""), 409); /* the drivers have it */
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 4);
}

static void orders_of_a_cycle_wait_for_its_day(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    assert_fine(test_sql(store, v.arena, form(&v, "INSERT INTO cycle (id, org, series, day, name, note, state, opens_at, closes_at, grace_minutes, everything, sold_only, close_full, orders, turnover, made_at, changed_at) "
                                                  "VALUES (77, %lld, NULL, %lld, 'Week', '', 'open', 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)", (long long)app_org(v.app), (long long)v.day.days + 1)));
    assert_fine(test_sql(store, v.arena, "INSERT INTO cycle_order (order_group, cycle, slot, held, amount, at) SELECT min(id), 77, NULL, 0, 0, 0 FROM order_group"));
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT sum(grams) FROM consignment"), 20000);
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT sum(grams) FROM consignment"), 50000);
    assert_fine(test_sql(store, v.arena, "DELETE FROM cycle_order"));
    assert_fine(test_sql(store, v.arena, "DELETE FROM cycle"));
}

static void order_to_door(Valley *v, const char *address)
{
    const char *body = form(v, "{\"lines\":[{\"offer\":\"%.*s\",\"steps\":4000}],\"pickup\":\"%.*s\",\"payment\":\"at_pickup\",\"name\":\"Old Zhao\",\"phone\":\"13900001111\",\"address\":\"%s\"}",
                            IDT(v, v->offers[0]), IDT(v, v->pickups[0]), address);
    assert_status(ask(v->app, v->buyer, "POST", "/api/v1/orders", body), 201);
}

static void goods_are_brought_to_doors_and_the_next_order_finds_them(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    vehicle_new(&v, "Van", 700);
    assert_fine(test_sql(store, v.arena, form(&v, "INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm) VALUES (%lld, 0, 0, NULL, 0, 0)", (long long)v.pickups[0])));
    order_to_door(&v, "Mill lane 3");
    order_to_door(&v, "Bridge 9");
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE door <> 0 AND rule = 'no_door'"), 2); /* a load for each door */
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "Nobody has said where this door is.");
    assert_says(page, "Bridge 9");
    Id one = (Id)test_int(store, "SELECT min(id) FROM order_group"), two = (Id)test_int(store, "SELECT max(id) FROM order_group");
    assert_status(post(&v, "/rounds/%.*s/door", plan_id(&v), form(&v, "order=%.*s&at=nowhere", IDT(&v, one))), 422);
    assert_status(post(&v, "/rounds/%.*s/door", plan_id(&v), form(&v, "order=%.*s&at=28.45,119.49", IDT(&v, v.farms[0]))), 404);
    assert_goes_to(post(&v, "/rounds/%.*s/door", plan_id(&v), form(&v, "order=%.*s&at=28.45,119.49", IDT(&v, one))), "/rounds/");
    assert_goes_to(post(&v, "/rounds/%.*s/door", plan_id(&v), form(&v, "order=%.*s&at=28.46,119.50", IDT(&v, two))), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'deliver'"), 2);
    /* Its hours are 10 to 12: nobody is rung up before (parking comes first), nobody waits longer. */
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM round_stop WHERE kind = 'deliver' AND arrives_at <= due_at AND arrives_at >= due_at - %d", 2 * HOUR_MS + PARK_S * SECOND_MS)), 2);
    page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "Bring to Old Zhao");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    Id round = (Id)test_int(store, "SELECT id FROM round");
    page = get(&v, v.driver, "/drive/%.*s", round);
    assert_says(page, "Mill lane 3");
    assert_says(page, "tel:13900001111");
    assert_says(page, "Nobody home");
    assert_says(get(&v, v.buyer, "/orders/%.*s", one), "They come to your door on");
    /* The same buyer, the same address, another day. */
    order_to_door(&v, "Mill lane 3");
    v.day.days++;
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE plan = (SELECT max(id) FROM day_plan) AND round IS NOT NULL"), 1);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_door"), 2);
    /* A person who leaves takes the doors along; a guest's is forgotten by itself. */
    assert_fine(test_sql(store, v.arena, "UPDATE round_door SET buyer = NULL, changed_at = 1"));
    for (size_t i = 0; house_modules[i]; i++)
        for (const Job *job = house_modules[i]->jobs; job && job->name; job++)
            if (strcmp(job->name, "rounds.forget") == 0)
                assert_fine(job->run(&(JobContext){store, v.arena, time_now()}));
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_door"), 0);
    assert_fine(test_sql(store, v.arena, "DELETE FROM delivery_zone"));
}

static void a_whole_stop_moves_and_comes_back(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700), second = vehicle_new(&v, "Second van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 0, 1, 20000);
    order(&v, 1, 1, 1000);
    assert_goes_to(plan(&v), "/rounds/");
    Id was = (Id)test_int(store, "SELECT vehicle FROM round ORDER BY id LIMIT 1"), other = was == van ? second : van;
    Id a = (Id)test_int(store, form(&v, "SELECT min(id) FROM consignment WHERE org = %lld", (long long)v.farms[0])),
       b = (Id)test_int(store, form(&v, "SELECT max(id) FROM consignment WHERE org = %lld", (long long)v.farms[0]));
    Str both = str_format(v.arena, "%.*s,%.*s", IDT(&v, a), IDT(&v, b));
    const Answer *cost = get(&v, v.dispatcher, form(&v, "/api/v1/rounds/%%.*s/cost?what=%.*s&vehicle=%.*s", STR_ARG(both), IDT(&v, other)), plan_id(&v));
    assert_status(cost, 200);
    assert_true(json_number(cost, "metres") > 0);
    const Answer *moved = post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s&vehicle=%.*s", STR_ARG(both), IDT(&v, other)));
    assert_goes_to(moved, "/rounds/");
    assert_says(follow(v.app, v.dispatcher, moved), str_z(v.arena, both)); /* for Undo */
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM consignment c JOIN round r ON r.id = c.round WHERE r.vehicle = %lld AND c.org = %lld", (long long)other, (long long)v.farms[0])), 2);
    assert_status(post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s,nonsense&vehicle=%.*s", IDT(&v, a), IDT(&v, was))), 404);
    assert_status(post(&v, "/rounds/%.*s/move", plan_id(&v), form(&v, "consignment=%.*s,%.*s&vehicle=%.*s", IDT(&v, a), IDT(&v, van), IDT(&v, was))), 404);
    assert_int_equal(test_int(store, form(&v, "SELECT count(*) FROM consignment WHERE pinned = %lld", (long long)other)), 2); /* a refused move pins nothing */
}

static void a_plan_says_why_each_stop_is_where_it_is_and_what_it_is_compared_with(void **state)
{
    Valley v = two_farms(state);
    Store *store = app_store(v.app);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'deliver' AND due_at IS NOT NULL AND arrives_at <= due_at"), 2);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'collect' AND due_at IS NOT NULL"), 0);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE more_m < 0"), 0);
    assert_true(test_int(store, "SELECT sum(more_m) FROM round_stop") > 0);
    assert_int_equal(test_int(store, "SELECT sum(distance_m) FROM day_nearest"), test_int(store, "SELECT nearest_m FROM day_plan"));
    assert_int_equal(test_int(store, "SELECT sum(drive_s) FROM day_nearest"), test_int(store, "SELECT nearest_s FROM day_plan"));
    assert_int_equal(test_int(store, "SELECT first_m - distance_m FROM day_plan"), 0);
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "to spare");
    assert_says(page, "adds ");
    assert_says(page, "<progress");
    assert_says(page, "All rounds");
    const Answer *json = get(&v, v.dispatcher, "/api/v1/rounds/%.*s", plan_id(&v));
    assert_int_equal(json_number(json, "looked_s"), 0);
    assert_int_equal(json_number(json, "look_s"), IMPROVE_MS / 1000);
    for (int i = 0; i < 4; i++) /* 1, 2, 4 and 8 seconds at most: then it rests */
        assert_fine(rounds_improve(&(JobContext){store, v.arena, time_now()}));
    assert_int_equal(test_int(store, "SELECT improve_ms FROM day_plan"), 0);
    assert_silent(get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v)), "<progress");
}

static void the_way_without_a_plan_is_compared_even_when_it_comes_too_late(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gates_all(&v);
    Id van = vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 1, 1, 20000);
    order(&v, 0, 1, 20000);
    order(&v, 1, 0, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    int64_t ends = test_int(store, "SELECT max(arrives_at) FROM round_stop WHERE kind = 'deliver'"), opens = test_int(store, "SELECT min(due_at) FROM round_stop"),
            begins = test_int(store, "SELECT min(leaves_at) FROM round");
    assert_true(ends <= opens);
    for (int64_t spare = 2; spare == 2 || test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"); spare++) { /* it leaves so late that the best way only just comes in time */
        int64_t minutes = 600 - (ends - begins) / MINUTE_MS - spare;
        assert_goes_to(post(&v, "/vehicles/%.*s", van, form(&v, "name=Van&profile=van&kilograms=700&crates=200&from=%lld:%02lld&to=24:00", (long long)minutes / 60, (long long)minutes % 60)), "/vehicles");
        assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    }
    assert_int_equal(test_int(store, "SELECT count(*) FROM day_plan WHERE nearest_m > 0 AND nearest_m >= distance_m"), 1);
    assert_true(test_int(store, "SELECT nearest_late_min FROM day_plan") > 0);
    const Answer *page = get(&v, v.dispatcher, "/rounds/%.*s", plan_id(&v));
    assert_says(page, "always driving to the nearest next stop");
    assert_says(page, "that would also come");
    assert_int_equal(test_int(store, "SELECT count(*) FROM consignment WHERE round IS NULL"), 0);
}

/* Two loads of one farm on a way that is driven out and back: fetched at once, though twice would be no longer. */
static void nobody_stops_twice_where_once_will_do(void **state)
{
    Valley v = valley_make(state);
    Store *store = app_store(v.app);
    gate(&v, app_org(v.app), "28.4500%2C119.4800");
    gate(&v, v.farms[0], "28.4900%2C119.4800");
    gate(&v, v.farms[1], "28.5300%2C119.4800");
    vehicle_new(&v, "Van", 700);
    order(&v, 0, 0, 30000);
    order(&v, 0, 1, 20000);
    order(&v, 1, 0, 20000);
    order(&v, 1, 1, 20000);
    assert_goes_to(plan(&v), "/rounds/");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'collect'"), 2);
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop WHERE kind = 'deliver'"), 2);
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    assert_fine(test_sql(store, v.arena, "UPDATE order_group SET open = 0")); /* all handed over meanwhile: asking again wipes nothing out */
    assert_says(follow(v.app, v.dispatcher, post(&v, "/rounds/%.*s/again", plan_id(&v), "")), "The plan stays as it was.");
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop"), 4);
    assert_fine(test_sql(store, v.arena, "UPDATE order_group SET open = 1"));
    assert_int_equal(test_int(store, "SELECT count(*) FROM round_stop s JOIN round r ON r.id = s.round WHERE s.position = 1 AND s.arrives_at < s.leaves_at AND r.leaves_at <= s.arrives_at"), 1);
    /* Nobody gets up earlier than need be: half an hour to spare, within the time it takes to unload. */
    assert_true(test_int(store, "SELECT min(due_at - arrives_at) FROM round_stop WHERE due_at IS NOT NULL") >= 30 * MINUTE_MS);
    assert_true(test_int(store, "SELECT min(due_at - arrives_at) FROM round_stop WHERE due_at IS NOT NULL") < 60 * MINUTE_MS);
}

static void the_sheet_says_how_to_load_and_what_goes_where(void **state)
{
    Valley v = two_farms(state);
    order(&v, 0, 1, 5000); /* the school is brought goods of both farms */
    assert_goes_to(post(&v, "/rounds/%.*s/again", plan_id(&v), ""), "/rounds/");
    const Answer *sheet = get(&v, v.dispatcher, "/rounds/%.*s/sheet", plan_id(&v));
    assert_says(sheet, "Load order");
    assert_says(sheet, "(innermost)");
    assert_says(sheet, "for School: ");
    assert_says(sheet, "from Lower farm: ");
}

static void today_says_what_is_not_locked_and_who_drives(void **state)
{
    Valley v = two_farms(state);
    assert_says(ask(v.app, v.dispatcher, "GET", "/today", NULL), "are not locked: drivers do not see them yet");
    assert_silent(ask(v.app, v.driver, "GET", "/today", NULL), "You drive: Van");
    assert_goes_to(post(&v, "/rounds/%.*s/lock", plan_id(&v), ""), "/rounds/");
    assert_silent(ask(v.app, v.dispatcher, "GET", "/today", NULL), "are not locked: drivers do not see them yet");
    assert_says(ask(v.app, v.driver, "GET", "/today", NULL), "You drive: Van");
    assert_fine(test_sql(app_store(v.app), v.arena, "UPDATE round_stop SET state = 'done'"));
    assert_silent(ask(v.app, v.driver, "GET", "/today", NULL), "You drive: Van");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_load_that_stays_back_is_on_no_round_and_another_day_takes_it),
        TEST_DB(what_a_farm_brings_to_the_hub_is_fetched_there),
        TEST_DB(a_vehicle_rests_for_a_day_and_a_better_plan_keeps_the_days_driver),
        TEST_DB(a_discarded_plan_gives_its_orders_free),
        TEST_DB(orders_of_a_cycle_wait_for_its_day),
        TEST_DB(goods_are_brought_to_doors_and_the_next_order_finds_them),
        TEST_DB(a_whole_stop_moves_and_comes_back),
        TEST_DB(a_plan_says_why_each_stop_is_where_it_is_and_what_it_is_compared_with),
        TEST_DB(the_way_without_a_plan_is_compared_even_when_it_comes_too_late),
        TEST_DB(nobody_stops_twice_where_once_will_do),
        TEST_DB(the_sheet_says_how_to_load_and_what_goes_where),
        TEST_DB(today_says_what_is_not_locked_and_who_drives),
    };
    return cmocka_run_group_tests_name("choosing a day", tests, NULL, NULL);
}
