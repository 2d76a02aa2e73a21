/* Standing orders, pre-orders of a harvest, and buying together. */
#include "cycle/test_fair.h"
#include "identity/identity.h"

typedef struct Adding {
    const char *name;
    Id id;
} Adding;

static Err *person_write(Tx *tx, void *arg)
{
    Adding *a = arg;
    return person_add(tx, fair_day, 0, &(NewPerson){.name = str_of(a->name), .lang = STR("en"), .state = "active"}, &a->id);
}

static Id person(Hub *hub, const char *name)
{
    Adding adding = {name, 0};
    assert_fine(db_write(hub->fair.store, hub->fair.arena, person_write, &adding));
    return adding.id;
}

/* One write, its function and what it needs. */
typedef struct Call {
    Err *(*run)(Tx *tx, const struct Call *call);
    const void *what;
    Id id, who;
    int64_t steps;
    Str verb;
    Time now;
    Id *made;
} Call;

static Err *call_write(Tx *tx, void *arg)
{
    const Call *call = arg;
    return call->run(tx, call);
}

static Err *doing(Hub *hub, Call call)
{
    call.now = hub->fair.now;
    return db_write(hub->fair.store, hub->fair.arena, call_write, &call);
}

static Err *run_forecast(Tx *tx, const Call *c) { return forecast_add(tx, c->what, 0, c->now, c->made); }
static Err *run_preorder(Tx *tx, const Call *c) { Id made; return preorder_add(tx, c->what, c->now, &made); }
static Err *run_drop(Tx *tx, const Call *c) { return preorder_drop(tx, c->id, c->who, c->now); }
static Err *run_share(Tx *tx, const Call *c) { return forecast_share_out(tx, c->id, c->steps, 0, c->now); }
static Err *run_group(Tx *tx, const Call *c) { return group_buy_add(tx, c->what, 0, c->now, c->made); }
static Err *run_join(Tx *tx, const Call *c) { Id made; return group_buy_join(tx, c->what, c->now, &made); }
static Err *run_leave(Tx *tx, const Call *c) { return group_buy_leave(tx, c->id, c->who, c->now); }
static Err *run_standing(Tx *tx, const Call *c) { const Hub *hub = c->what; return standing_add(tx, c->id, c->who, hub->hub, hub->fair.pickup, c->now, c->made); }
static Err *run_act(Tx *tx, const Call *c) { return standing_act(tx, c->id, c->verb, c->who, c->now); }

static Id forecast_of(Hub *hub, int64_t low, int64_t likely, const char *rule)
{
    Id made;
    NewForecast f = {.offer = hub->fair.eggs, .day = {20780}, .closes_at = {hub->fair.now.ms + DAY_MS}, .low = low, .likely = likely,
                     .high = likely * 2, .rule = str_of(rule)};
    forecast_seed(hub->fair.arena, &f.seed, &f.seed_hash);
    assert_fine(doing(hub, (Call){.run = run_forecast, .what = &f, .made = &made}));
    return made;
}

static Err *preorder(Hub *hub, Id forecast, Id who, int64_t steps)
{
    NewPreorder p = {forecast, who, hub->fair.pickup, true, steps};
    return doing(hub, (Call){.run = run_preorder, .what = &p});
}

static void a_harvest_is_promised_up_to_what_is_likely(void **state)
{
    Hub hub = hub_make(state);
    Id f = forecast_of(&hub, 10, 20, "pro_rata"), ana = person(&hub, "Ana"), bo = person(&hub, "Bo"), cai = person(&hub, "Cai");
    assert_fine(preorder(&hub, f, ana, 8));
    assert_fine(preorder(&hub, f, bo, 8));
    assert_int_equal(test_int(hub.fair.store, "SELECT sum(sure) FROM preorder"), 10); /* 8 and 2 of them are sure */
    assert_err(preorder(&hub, f, cai, 5), "forecast.full");
    assert_err(preorder(&hub, f, ana, 1), "forecast.again");
    assert_fine(doing(&hub, (Call){.run = run_drop, .id = f, .who = ana}));
    assert_fine(preorder(&hub, f, cai, 5));
    hub.fair.now.ms += 2 * (int64_t)DAY_MS;
    assert_err(preorder(&hub, f, ana, 1), "forecast.closed");
}

static void a_short_harvest_becomes_orders_by_the_rule(void **state)
{
    Hub hub = hub_make(state);
    Id f = forecast_of(&hub, 10, 60, "pro_rata"), ana = person(&hub, "Ana"), bo = person(&hub, "Bo");
    assert_fine(preorder(&hub, f, ana, 10));
    assert_fine(preorder(&hub, f, bo, 30));
    assert_fine(doing(&hub, (Call){.run = run_share, .id = f, .steps = 20}));
    assert_int_equal(test_int(hub.fair.store, "SELECT got FROM preorder ORDER BY id LIMIT 1"), 5);
    assert_int_equal(test_int(hub.fair.store, "SELECT sum(got) FROM preorder"), 20);
    assert_int_equal(test_int(hub.fair.store, "SELECT sum(steps) FROM order_line"), 20);
    assert_int_equal(fair_free(&hub.fair, hub.fair.eggs), 40);
    assert_err(doing(&hub, (Call){.run = run_share, .id = f, .steps = 20}), "forecast.closed");
}

static void more_than_lies_there_is_not_shared(void **state)
{
    Hub hub = hub_make(state);
    Id f = forecast_of(&hub, 10, 90, "first_come"), ana = person(&hub, "Ana");
    assert_fine(preorder(&hub, f, ana, 70));
    assert_err(doing(&hub, (Call){.run = run_share, .id = f, .steps = 70}), "forecast.stock");
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM order_line"), 0);
    assert_fine(doing(&hub, (Call){.run = run_share, .id = f, .steps = 50}));
    assert_int_equal(test_int(hub.fair.store, "SELECT got FROM preorder"), 50);
}

static Id group_of(Hub *hub)
{
    static const Tier tiers[] = {{10, {140}}, {30, {120}}};
    Id made;
    NewGroupBuy g = {.offer = hub->fair.eggs, .deadline = {hub->fair.now.ms + DAY_MS}, .max_each = 40, .tiers = tiers, .tiers_len = 2};
    assert_fine(doing(hub, (Call){.run = run_group, .what = &g, .made = &made}));
    return made;
}

static Err *pledge(Hub *hub, Id group, Id who, int64_t steps)
{
    NewPledge p = {group, who, hub->fair.pickup, steps};
    return doing(hub, (Call){.run = run_join, .what = &p});
}

static void many_together_pay_less_and_the_price_goes_back(void **state)
{
    Hub hub = hub_make(state);
    Id g = group_of(&hub), ana = person(&hub, "Ana"), bo = person(&hub, "Bo");
    assert_err(pledge(&hub, g, ana, 41), "group_buy.amount");
    assert_fine(pledge(&hub, g, ana, 15));
    assert_fine(pledge(&hub, g, bo, 15));
    assert_err(pledge(&hub, g, bo, 1), "group_buy.again");
    hub.fair.now.ms += DAY_MS;
    assert_err(pledge(&hub, g, person(&hub, "Cai"), 1), "group_buy.over");
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM order_line WHERE price = 120 AND amount = 1800"), 2);
    assert_int_equal(fair_offer(&hub.fair, hub.fair.eggs).price.minor, 150);
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now)); /* decided once */
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM order_line"), 2);
}

static void too_few_together_buy_nothing(void **state)
{
    Hub hub = hub_make(state);
    Id g = group_of(&hub), ana = person(&hub, "Ana"), bo = person(&hub, "Bo");
    assert_fine(pledge(&hub, g, ana, 9));
    assert_fine(pledge(&hub, g, bo, 9));
    assert_fine(doing(&hub, (Call){.run = run_leave, .id = g, .who = bo}));
    hub.fair.now.ms += DAY_MS;
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM order_line"), 0);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM group_pledge WHERE state = 'released'"), 1);
}

static void a_standing_order_rests_out_of_season_and_comes_back(void **state)
{
    Id offers[3], standing, ana;
    NewSlot slots[2];
    OrderMade made;
    Hub hub = hub_make(state);
    NewCycle plan = hub_plan(&hub, offers, slots);
    ana = person(&hub, "Ana");
    OrderAsk ask = fair_ask(&hub.fair, (const int64_t[]){hub.fair.eggs, 3, hub.fair.rice, 100, 0});
    ask.buyer = ana;
    assert_fine(order_place(&hub.fair.db, &ask, hub.fair.now, &made));
    assert_fine(doing(&hub, (Call){.run = run_standing, .what = &hub, .id = made.id, .who = ana, .made = &standing}));
    assert_fine(test_sql(hub.fair.store, hub.fair.arena, "UPDATE product SET season_months = 64 WHERE id = (SELECT product FROM offer ORDER BY id LIMIT 1)"));
    hub_open(&hub, &plan);
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(hub_cycle(&hub).orders, 1);
    assert_int_equal(test_int(hub.fair.store, "SELECT left_out FROM standing_run"), 1); /* eggs are laid in July here */
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(hub_cycle(&hub).orders, 1);
    assert_fine(doing(&hub, (Call){.run = run_act, .id = standing, .who = ana, .verb = STR("pause")}));
    hub_open(&hub, &plan);
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(hub_cycle(&hub).orders, 0);
    assert_fine(doing(&hub, (Call){.run = run_act, .id = standing, .who = ana, .verb = STR("resume")}));
    assert_fine(test_sql(hub.fair.store, hub.fair.arena, "UPDATE product SET season_months = 0"));
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(hub_cycle(&hub).orders, 1);
    assert_int_equal(test_int(hub.fair.store, "SELECT count(*) FROM standing_run WHERE left_out = 0"), 1);
    assert_err(doing(&hub, (Call){.run = run_act, .id = standing, .who = ana, .verb = STR("resume")}), "standing.not_now");
    assert_err(doing(&hub, (Call){.run = run_act, .id = standing, .who = hub.hub, .verb = STR("end")}), "standing.missing");
}

static void a_standing_order_leaves_out_what_is_gone(void **state)
{
    Id offers[3], standing, ana;
    NewSlot slots[2];
    OrderMade made, other;
    Hub hub = hub_make(state);
    NewCycle plan = hub_plan(&hub, offers, slots);
    ana = person(&hub, "Ana");
    OrderAsk ask = fair_ask(&hub.fair, (const int64_t[]){hub.fair.eggs, 3, hub.fair.chicken, 2, 0});
    ask.buyer = ana;
    assert_fine(order_place(&hub.fair.db, &ask, hub.fair.now, &made));
    assert_fine(doing(&hub, (Call){.run = run_standing, .what = &hub, .id = made.id, .who = ana, .made = &standing}));
    assert_fine(fair_order(&hub.fair, (const int64_t[]){hub.fair.chicken, 3, 0}, &other));
    hub_open(&hub, &plan);
    assert_fine(cycle_tick(hub.fair.store, hub.fair.arena, hub.fair.now));
    assert_int_equal(hub_cycle(&hub).orders, 1);
    assert_int_equal(hub_cycle(&hub).turnover.minor, 450);
    assert_int_equal(test_int(hub.fair.store, "SELECT left_out FROM standing_run"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_harvest_is_promised_up_to_what_is_likely),
        TEST_DB(a_short_harvest_becomes_orders_by_the_rule),
        TEST_DB(more_than_lies_there_is_not_shared),
        TEST_DB(many_together_pay_less_and_the_price_goes_back),
        TEST_DB(too_few_together_buy_nothing),
        TEST_DB(a_standing_order_rests_out_of_season_and_comes_back),
        TEST_DB(a_standing_order_leaves_out_what_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
