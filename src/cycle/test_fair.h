/* The market's fair with a hub that runs cycles over the farm's goods. */
#pragma once
#include "cycle/inside.h"
#include "market/test_fair.h"

typedef struct Hub {
    Fair fair;
    Id hub, cycle, slots[2];
} Hub;

__attribute__((unused)) static void hub_check(Store *store, Arena *arena)
{
    Findings findings = {.out = buf_new(arena, 1 << 16)};
    Db db;
    assert_fine(db_read(store, arena, &db));
    for (const Check *check = cycle_checks; check->name; check++)
        assert_fine(check->run(&db, &findings));
    if (findings.wrong)
        print_error("%.*s", STR_ARG(buf_str(&findings.out)));
    assert_int_equal(findings.wrong, 0);
}

typedef struct Granting {
    Id from, to;
    const char *permission;
    Time now;
} Granting;

static Err *allow_write(Tx *tx, void *arg)
{
    const Granting *g = arg;
    Id made;
    TRY(permission_offer(tx, g->from, g->to, str_of(g->permission), 0, g->now, &made));
    return permission_act(tx, made, "accept", 0, g->now);
}

__attribute__((unused)) static void allow(Hub *hub, Id from, Id to, const char *permission)
{
    Granting granting = {from, to, permission, hub->fair.now};
    assert_fine(db_write(hub->fair.store, hub->fair.arena, allow_write, &granting));
}

/* Open from now for two days; two times of collecting at the mill on the third, with two places and one. */
__attribute__((unused)) static NewCycle hub_plan(const Hub *hub, Id *offers, NewSlot *slots)
{
    Time now = hub->fair.now;
    Date day = {time_date(now, STR("UTC")).days + 3};
    offers[0] = hub->fair.eggs;
    offers[1] = hub->fair.rice;
    offers[2] = hub->fair.chicken;
    slots[0] = (NewSlot){hub->fair.pickup, {now.ms + 3 * (int64_t)DAY_MS}, {now.ms + 3 * (int64_t)DAY_MS + HOUR_MS}, 2};
    slots[1] = (NewSlot){hub->fair.pickup, {now.ms + 3 * (int64_t)DAY_MS + HOUR_MS}, {now.ms + 3 * (int64_t)DAY_MS + 2 * HOUR_MS}, 1};
    return (NewCycle){.org = hub->hub, .day = day, .name = STR("Saturday box"), .opens_at = now,
                      .closes_at = {now.ms + 2 * (int64_t)DAY_MS}, .grace_minutes = 30, .offers = offers, .offers_len = 3,
                      .slots = slots, .slots_len = 2};
}

typedef struct Planning {
    NewCycle plan;
    Time now;
    bool open;
    Id made;
} Planning;

static Err *plan_write(Tx *tx, void *arg)
{
    Planning *p = arg;
    TRY(cycle_add(tx, &p->plan, 0, p->now, &p->made));
    return p->open ? cycle_act(tx, p->made, "open", 0, p->now) : NULL;
}

__attribute__((unused)) static Err *hub_plan_try(Hub *hub, const NewCycle *plan, bool open, Id *made)
{
    Planning planning = {*plan, hub->fair.now, open, 0};
    Err *err = db_write(hub->fair.store, hub->fair.arena, plan_write, &planning);
    *made = planning.made;
    return err;
}

__attribute__((unused)) static void hub_open(Hub *hub, const NewCycle *plan)
{
    CycleSlotList slots;
    assert_fine(hub_plan_try(hub, plan, true, &hub->cycle));
    assert_fine(cycle_slot_list(&hub->fair.db, hub->cycle, &slots));
    for (size_t i = 0; i < slots.len && i < 2; i++)
        hub->slots[i] = slots.at[i].id;
}

__attribute__((unused)) static Hub hub_make(void **state)
{
    Hub hub = {.fair = fair_make(state)};
    test_after_each(hub_check);
    cycle_join_start();
    hub.hub = fair_org(&hub.fair, "hub", "Valley hub");
    allow(&hub, hub.fair.farm, hub.hub, "list_my_goods");
    return hub;
}

__attribute__((unused)) static Err *hub_order(Hub *hub, Id slot, const int64_t *pairs, OrderMade *made)
{
    OrderAsk ask = fair_ask(&hub->fair, pairs);
    ask.cycle = hub->cycle;
    ask.slot = slot;
    return order_place(&hub->fair.db, &ask, hub->fair.now, made);
}

typedef struct HubAct {
    Id cycle;
    const char *verb;
    Time now;
} HubAct;

static Err *hub_act_write(Tx *tx, void *arg)
{
    const HubAct *act = arg;
    return cycle_act(tx, act->cycle, act->verb, 0, act->now);
}

__attribute__((unused)) static Err *hub_act(Hub *hub, const char *verb)
{
    HubAct act = {hub->cycle, verb, hub->fair.now};
    return db_write(hub->fair.store, hub->fair.arena, hub_act_write, &act);
}

__attribute__((unused)) static Cycle hub_cycle(Hub *hub)
{
    Cycle cycle;
    assert_fine(cycle_read(&hub->fair.db, hub->cycle, &cycle));
    return cycle;
}
