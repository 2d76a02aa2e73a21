/* Cycles: what may be sold, who may still order, and that places and limits are exact. */
#include "cycle/test_fair.h"

#include <pthread.h>

static Hub open_hub(void **state, const char *what)
{
    static Id offers[3];
    static NewSlot slots[2];
    Hub hub = hub_make(state);
    NewCycle plan = hub_plan(&hub, offers, slots);
    plan.only = str_eq(str_of(what), STR("only"));
    plan.max_orders = str_eq(str_of(what), STR("count")) ? 2 : 0;
    plan.max_turnover.minor = str_eq(str_of(what), STR("turnover")) ? 1000 : 0;
    plan.close_full = str_eq(str_of(what), STR("full"));
    if (str_eq(str_of(what), STR("no grace")))
        plan.grace_minutes = 0;
    hub_open(&hub, &plan);
    return hub;
}

static void a_hub_sells_only_what_it_was_allowed_to_list(void **state)
{
    Id offers[3], made;
    NewSlot slots[2];
    Hub hub = hub_make(state);
    NewCycle plan = hub_plan(&hub, offers, slots);
    offers[2] = hub.fair.apples;
    assert_err(hub_plan_try(&hub, &plan, false, &made), "cycle.offer");
    allow(&hub, hub.fair.orchard, hub.hub, "list_my_goods");
    assert_fine(hub_plan_try(&hub, &plan, false, &made));
}

static void an_ended_permission_counts_no_more(void **state)
{
    Hub hub = hub_make(state);
    PartyGrant grant;
    bool yes;
    assert_fine(permission_holds(&hub.fair.db, hub.fair.farm, hub.hub, "list_my_goods", &yes));
    assert_true(yes);
    assert_fine(permission_holds(&hub.fair.db, hub.fair.farm, hub.hub, "weigh_my_lines", &yes));
    assert_false(yes);
    assert_fine(permission_holds(&hub.fair.db, hub.hub, hub.fair.farm, "list_my_goods", &yes));
    assert_false(yes);
    assert_fine(party_grant_now(&hub.fair.db, hub.fair.farm, hub.hub, STR("list_my_goods"), &grant, &yes));
    assert_fine(test_sql(hub.fair.store, hub.fair.arena, "UPDATE party_grant SET state = 'ended', ended_at = 1"));
    assert_fine(permission_holds(&hub.fair.db, hub.fair.farm, hub.hub, "list_my_goods", &yes));
    assert_false(yes);
}

static void a_cycle_without_goods_does_not_open(void **state)
{
    Id offers[3], made;
    NewSlot slots[2];
    Hub hub = hub_make(state);
    NewCycle plan = hub_plan(&hub, offers, slots);
    plan.offers_len = 0;
    assert_err(hub_plan_try(&hub, &plan, true, &made), "cycle.goods");
    plan.offers_len = 3;
    plan.closes_at = plan.opens_at;
    assert_err(hub_plan_try(&hub, &plan, true, &made), "cycle.times");
}

static void an_order_takes_its_place(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    assert_fine(hub_order(&hub, hub.slots[0], (const int64_t[]){hub.fair.eggs, 10, 0}, &made));
    Cycle cycle = hub_cycle(&hub);
    assert_int_equal(cycle.orders, 1);
    assert_int_equal(cycle.turnover.minor, 1500);
    assert_int_equal(test_int(hub.fair.store, "SELECT taken FROM cycle_slot ORDER BY id LIMIT 1"), 1);
    assert_fine(fair_act(&hub.fair, made.id, "cancel"));
    cycle = hub_cycle(&hub);
    assert_int_equal(cycle.orders, 0);
    assert_int_equal(cycle.turnover.minor, 0);
    assert_int_equal(test_int(hub.fair.store, "SELECT sum(taken) FROM cycle_slot"), 0);
    assert_fine(fair_act(&hub.fair, made.id, "restore"));
    assert_int_equal(hub_cycle(&hub).orders, 1);
}

static void a_full_time_is_refused_and_costs_no_goods(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made, first;
    const int64_t eggs[] = {hub.fair.eggs, 10, 0};
    assert_fine(hub_order(&hub, hub.slots[1], eggs, &first));
    assert_err(hub_order(&hub, hub.slots[1], eggs, &made), "cycle.slot_full");
    assert_int_equal(fair_free(&hub.fair, hub.fair.eggs), 50);
    assert_fine(fair_act(&hub.fair, first.id, "cancel"));
    assert_fine(hub_order(&hub, hub.slots[1], eggs, &made));
    assert_err(fair_act(&hub.fair, first.id, "restore"), "cycle.slot_full"); /* somebody else has the place now */
    assert_int_equal(fair_free(&hub.fair, hub.fair.eggs), 50);
}

static void a_time_of_another_place_is_refused(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    OrderAsk ask = fair_ask(&hub.fair, (const int64_t[]){hub.fair.eggs, 1, 0});
    ask.cycle = hub.cycle;
    ask.slot = hub.slots[0];
    ask.pickup = hub.fair.farm_pickup;
    assert_err(order_place(&hub.fair.db, &ask, hub.fair.now, &made), "cycle.slot");
    ask.slot = hub.cycle;
    assert_err(order_place(&hub.fair.db, &ask, hub.fair.now, &made), "cycle.slot");
    ask.slot = 0;
    ask.cycle = hub.slots[0];
    assert_err(order_place(&hub.fair.db, &ask, hub.fair.now, &made), "cycle.unknown");
}

static void goods_of_no_cycle_are_not_ordered_in_one(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    Err *err = hub_order(&hub, 0, (const int64_t[]){hub.fair.eggs, 1, hub.fair.apples, 500, 0}, &made);
    assert_err(err, "cycle.offer_outside");
    assert_str(err->field, "lines.1");
    assert_fine(fair_order(&hub.fair, (const int64_t[]){hub.fair.eggs, 1, hub.fair.apples, 500, 0}, &made)); /* as ever */
    assert_int_equal(hub_cycle(&hub).orders, 0);
}

static void goods_sold_in_cycles_only_join_the_open_one_or_wait(void **state)
{
    Hub hub = open_hub(state, "only");
    OrderMade made;
    assert_fine(fair_order(&hub.fair, (const int64_t[]){hub.fair.eggs, 2, 0}, &made)); /* an old program names no cycle */
    assert_int_equal(hub_cycle(&hub).orders, 1);
    assert_err(fair_order(&hub.fair, (const int64_t[]){hub.fair.eggs, 2, hub.fair.apples, 500, 0}, &made), "cycle.only");
    hub.fair.now.ms += 4 * (int64_t)DAY_MS;
    assert_err(fair_order(&hub.fair, (const int64_t[]){hub.fair.eggs, 2, 0}, &made), "cycle.only");
    assert_fine(fair_order(&hub.fair, (const int64_t[]){hub.fair.apples, 500, 0}, &made));
}

static void the_clock_decides_also_when_no_job_ran(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    const int64_t eggs[] = {hub.fair.eggs, 1, 0};
    Time closes = hub_cycle(&hub).closes_at;
    hub.fair.now.ms = closes.ms - 1;
    assert_fine(hub_order(&hub, 0, eggs, &made));
    hub.fair.now = closes;
    assert_err(hub_order(&hub, 0, eggs, &made), "cycle.closed");
}

static void a_begun_checkout_ends_within_the_grace(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    Id pass, late;
    Time closes = hub_cycle(&hub).closes_at;
    hub.fair.now.ms = closes.ms - 1000;
    assert_fine(cycle_enter(hub.fair.store, hub.fair.arena, hub.cycle, 0, hub.fair.now, &pass));
    OrderAsk ask = fair_ask(&hub.fair, (const int64_t[]){hub.fair.eggs, 1, 0});
    ask.cycle = hub.cycle;
    ask.pass = pass;
    hub.fair.now.ms = closes.ms + 29 * MINUTE_MS;
    assert_err(cycle_enter(hub.fair.store, hub.fair.arena, hub.cycle, 0, hub.fair.now, &late), "cycle.closed");
    assert_fine(order_place(&hub.fair.db, &ask, hub.fair.now, &made));
    assert_str(hub_cycle(&hub).state, "closing");
    hub.fair.now.ms = closes.ms + 30 * MINUTE_MS;
    assert_err(order_place(&hub.fair.db, &ask, hub.fair.now, &made), "cycle.closed");
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_str(hub_cycle(&hub).state, "closed");
    assert_int_equal(hub_cycle(&hub).orders, 1);
}

static void the_door_closes_at_the_limit_of_orders(void **state)
{
    Hub hub = open_hub(state, "count");
    OrderMade made;
    const int64_t eggs[] = {hub.fair.eggs, 1, 0};
    assert_fine(hub_order(&hub, 0, eggs, &made));
    assert_str(hub_cycle(&hub).state, "open");
    assert_fine(hub_order(&hub, 0, eggs, &made));
    assert_str(hub_cycle(&hub).state, "closing");
    assert_err(hub_order(&hub, 0, eggs, &made), "cycle.closed");
    assert_int_equal(hub_cycle(&hub).orders, 2);
}

static void the_door_closes_at_the_limit_of_turnover(void **state)
{
    Hub hub = open_hub(state, "turnover");
    OrderMade made;
    assert_fine(hub_order(&hub, 0, (const int64_t[]){hub.fair.eggs, 10, 0}, &made));
    assert_str(hub_cycle(&hub).state, "closing");
}

/* ---- what is in an order changes ---- */

static Err *weigh_first(Tx *tx, void *arg)
{
    OrderLineList lines;
    TRY(order_lines(&tx->db, *(Id *)arg, &lines));
    return order_weigh(tx, &(OrderWeigh){.line = lines.at[0].id, .priced_steps = 2000}, fair_day);
}

typedef struct Amending {
    Id order;
    int64_t steps;
    Time now;
} Amending;

static Err *amend_first(Tx *tx, void *arg)
{
    const Amending *a = arg;
    OrderLineList lines;
    TRY(order_lines(&tx->db, a->order, &lines));
    return order_amend(tx, &(OrderAmend){.order = a->order, .line = lines.at[0].id, .steps = a->steps}, a->now);
}

static Err *amend_to(Hub *hub, Id order, int64_t steps)
{
    return db_write(hub->fair.store, hub->fair.arena, amend_first, &(Amending){order, steps, hub->fair.now});
}

static void the_turnover_is_what_the_scale_says(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    assert_fine(hub_order(&hub, 0, (const int64_t[]){hub.fair.chicken, 1, 0}, &made));
    assert_int_equal(hub_cycle(&hub).turnover.minor, 5760); /* 1.8 kg expected */
    assert_fine(db_write(hub.fair.store, hub.fair.arena, weigh_first, &made.id));
    assert_int_equal(hub_cycle(&hub).turnover.minor, 6400);
}

static void more_is_ordered_in_an_open_cycle_only(void **state)
{
    Hub hub = open_hub(state, "no grace");
    OrderMade made;
    SheetLineList lines;
    SheetList sheets;
    assert_fine(hub_order(&hub, 0, (const int64_t[]){hub.fair.eggs, 4, 0}, &made));
    assert_fine(amend_to(&hub, made.id, 6));
    assert_int_equal(hub_cycle(&hub).turnover.minor, 900);
    assert_fine(hub_act(&hub, "close"));
    assert_err(amend_to(&hub, made.id, 7), "cycle.closed");
    assert_fine(amend_to(&hub, made.id, 2)); /* less is like cancelling: the producer is told */
    assert_int_equal(hub_cycle(&hub).turnover.minor, 300);
    assert_fine(sheet_list_by_cycle(&hub.fair.db, hub.cycle, &sheets));
    assert_int_equal(sheets.len, 1);
    assert_int_equal(sheets.at[0].version, 2);
    assert_fine(sheet_lines(&hub.fair.db, sheets.at[0].id, STR("en"), &lines));
    assert_int_equal(lines.at[0].steps, 2);
}

static void an_order_that_grows_to_the_limit_closes_the_door(void **state)
{
    Hub hub = open_hub(state, "turnover");
    OrderMade made;
    assert_fine(hub_order(&hub, 0, (const int64_t[]){hub.fair.eggs, 1, 0}, &made));
    assert_str(hub_cycle(&hub).state, "open");
    assert_fine(amend_to(&hub, made.id, 10));
    assert_str(hub_cycle(&hub).state, "closing");
}

static void the_door_closes_when_every_time_is_full(void **state)
{
    Hub hub = open_hub(state, "full");
    OrderMade made;
    const int64_t eggs[] = {hub.fair.eggs, 1, 0};
    assert_fine(hub_order(&hub, hub.slots[0], eggs, &made));
    assert_fine(hub_order(&hub, hub.slots[0], eggs, &made));
    assert_str(hub_cycle(&hub).state, "open");
    assert_fine(hub_order(&hub, hub.slots[1], eggs, &made));
    assert_str(hub_cycle(&hub).state, "closing");
}

static void a_cycle_walks_from_closed_to_settled(void **state)
{
    Hub hub = open_hub(state, "no grace");
    OrderMade made;
    assert_fine(hub_order(&hub, hub.slots[0], (const int64_t[]){hub.fair.eggs, 1, 0}, &made));
    assert_err(hub_act(&hub, "pack"), "cycle.not_now");
    assert_fine(hub_act(&hub, "close"));
    assert_str(hub_cycle(&hub).state, "closed");
    assert_fine(hub_act(&hub, "consolidate"));
    assert_fine(hub_act(&hub, "harvest"));
    assert_fine(hub_act(&hub, "pack"));
    assert_fine(hub_act(&hub, "distribute"));
    assert_err(hub_act(&hub, "settle"), "cycle.open_orders");
    assert_fine(fair_act(&hub.fair, made.id, "collect"));
    assert_fine(hub_act(&hub, "settle"));
    assert_err(hub_act(&hub, "cancel"), "cycle.not_now");
}

static void a_cancelled_cycle_cancels_its_orders(void **state)
{
    Hub hub = open_hub(state, "");
    OrderMade made;
    assert_fine(hub_order(&hub, hub.slots[0], (const int64_t[]){hub.fair.eggs, 10, 0}, &made));
    assert_fine(hub_act(&hub, "cancel"));
    assert_int_equal(fair_free(&hub.fair, hub.fair.eggs), 60);
    assert_int_equal(hub_cycle(&hub).orders, 0);
}

static void a_closed_cycle_opens_again_with_a_later_end(void **state)
{
    Hub hub = open_hub(state, "no grace");
    hub.fair.now = hub_cycle(&hub).closes_at;
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_str(hub_cycle(&hub).state, "closed");
    assert_err(hub_act(&hub, "reopen"), "cycle.close_past");
    assert_fine(test_sql(hub.fair.store, hub.fair.arena, "UPDATE cycle SET closes_at = closes_at + 3600000"));
    assert_fine(hub_act(&hub, "reopen"));
    OrderMade made;
    assert_fine(hub_order(&hub, 0, (const int64_t[]){hub.fair.eggs, 1, 0}, &made));
}

/* ---- series ---- */

static Err *series_write(Tx *tx, void *arg)
{
    Hub *hub = arg;
    Id made;
    NewSeries series = {.org = hub->hub, .name = STR("Saturday box"), .rrule = STR("FREQ=WEEKLY"), .first_day = hub_cycle(hub).day,
                        .open_days = 5, .open_minute = 8 * 60, .close_days = 2, .close_minute = 20 * 60, .template = hub->cycle};
    return series_add(tx, &series, 0, hub->fair.now, &made);
}

static void a_series_makes_the_next_cycles_with_goods_and_times(void **state)
{
    Hub hub = open_hub(state, "");
    assert_fine(test_sql(hub.fair.store, hub.fair.arena, "INSERT INTO setting (name, value) VALUES ('village.zone', 'Asia/Shanghai')"));
    assert_fine(db_write(hub.fair.store, hub.fair.arena, series_write, &hub));
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle"), 3); /* this one and those that open within two weeks */
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle WHERE state = 'scheduled'"), 2);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle_offer"), 9);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle_slot"), 6);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle_leg WHERE direction = 'in'"), 3);
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now)); /* again makes none twice */
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle"), 3);
    assert_int_equal(test_int(hub.fair.store, "SELECT max(day) - min(day) FROM cycle"), 14);
    hub.fair.now.ms += 6 * (int64_t)DAY_MS;
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle WHERE state = 'open'"), 1);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM cycle WHERE state = 'closed'"), 1);
}

/* ---- races ---- */

enum { RACERS = 24 };

typedef struct Racer {
    const Hub *hub;
    Err *err;
    Arena *arena;
} Racer;

static Err *race_write(Tx *tx, void *arg)
{
    const OrderAsk *ask = arg;
    OrderMade made;
    return order_insert(tx, ask, fair_day, &made);
}

static void *race_run(void *arg)
{
    Racer *racer = arg;
    OrderAsk ask = fair_ask(&racer->hub->fair, (const int64_t[]){racer->hub->fair.eggs, 1, 0});
    ask.cycle = racer->hub->cycle;
    ask.slot = racer->hub->slots[0];
    order_mint(racer->arena, &ask.secret, &ask.code);
    racer->err = db_write(racer->hub->fair.store, racer->arena, race_write, &ask);
    return NULL;
}

static void places_are_exact_when_many_ask_at_once(void **state)
{
    Hub hub = open_hub(state, "");
    Racer racers[RACERS];
    Hub hubs[RACERS];
    pthread_t threads[RACERS];
    int won = 0;
    for (int i = 0; i < RACERS; i++) {
        hubs[i] = hub;
        hubs[i].fair.arena = arena_new();
        racers[i] = (Racer){.hub = &hubs[i], .arena = hubs[i].fair.arena};
        assert_int_equal(pthread_create(&threads[i], NULL, race_run, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        if (racers[i].err)
            assert_err(racers[i].err, "cycle.slot_full");
        won += !racers[i].err;
        arena_free(racers[i].arena);
    }
    assert_int_equal(won, 2);
    assert_int_equal(fair_free(&hub.fair, hub.fair.eggs), 58);
}

/* A guest's checkout with everything: a key, fees in and on the price, a discount looked for, a cycle of chosen goods, a time of
   collecting, delivery, the reports and the audit. */
static void a_checkout_in_a_cycle_stays_within_its_statements(void **state)
{
    Hub hub = hub_make(state);
    Fair *fair = &hub.fair;
    Id offers[3];
    NewSlot slots[2];
    OrderMade made;
    NewCycle plan = hub_plan(&hub, offers, slots);
    slots[0].capacity = 20;
    hub_open(&hub, &plan);
    fair_fee(fair, "admin", "percent", 80000, false);
    fair_fee(fair, "packing", "order", 200, true);
    for (int delivered = 0; delivered <= 1; delivered++) {
        if (delivered)
            assert_fine(test_sql(fair->store, fair->arena, str_z(fair->arena, str_format(fair->arena, "INSERT INTO delivery_zone (pickup, charge, per_kg, free_from, min_goods, tax_ppm) VALUES (%lld, 800, 0, NULL, 0, 0)", (long long)fair->pickup))));
        for (int lines = 1; lines <= 3; lines++) {
            const int64_t all[] = {fair->eggs, 1, fair->rice, 50, fair->chicken, 1};
            int64_t pairs[7] = {0};
            for (int i = 0; i < 2 * lines; i++)
                pairs[i] = all[i];
            OrderAsk ask = fair_ask(fair, pairs);
            ask.key = str_format(fair->arena, "key %d %d", delivered, lines);
            ask.address = STR("3 Mill Lane");
            ask.cycle = hub.cycle;
            ask.slot = hub.slots[0];
            int64_t before = db_statements_run();
            assert_fine(order_place(&fair->db, &ask, fair->now, &made));
            int64_t run = db_statements_run() - before;
            print_message("# in a cycle%s, %d lines: %lld statements\n", delivered ? " with delivery" : "", lines, (long long)run);
            assert_true(run <= 15 + 4 * lines);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_hub_sells_only_what_it_was_allowed_to_list),
        TEST_DB(an_ended_permission_counts_no_more),
        TEST_DB(a_cycle_without_goods_does_not_open),
        TEST_DB(an_order_takes_its_place),
        TEST_DB(a_full_time_is_refused_and_costs_no_goods),
        TEST_DB(a_time_of_another_place_is_refused),
        TEST_DB(goods_of_no_cycle_are_not_ordered_in_one),
        TEST_DB(goods_sold_in_cycles_only_join_the_open_one_or_wait),
        TEST_DB(the_clock_decides_also_when_no_job_ran),
        TEST_DB(a_begun_checkout_ends_within_the_grace),
        TEST_DB(the_door_closes_at_the_limit_of_orders),
        TEST_DB(the_door_closes_at_the_limit_of_turnover),
        TEST_DB(the_turnover_is_what_the_scale_says),
        TEST_DB(more_is_ordered_in_an_open_cycle_only),
        TEST_DB(an_order_that_grows_to_the_limit_closes_the_door),
        TEST_DB(the_door_closes_when_every_time_is_full),
        TEST_DB(a_cycle_walks_from_closed_to_settled),
        TEST_DB(a_cancelled_cycle_cancels_its_orders),
        TEST_DB(a_closed_cycle_opens_again_with_a_later_end),
        TEST_DB(a_series_makes_the_next_cycles_with_goods_and_times),
        TEST_DB(places_are_exact_when_many_ask_at_once),
        TEST_DB(a_checkout_in_a_cycle_stays_within_its_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
