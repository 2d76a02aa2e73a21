/* The demo's part: roads, gates, two vehicles with their drivers, open orders, and tomorrow's round. */
#include "core/demo.h"

#include "rounds/inside.h"

static const struct {
    const char *slug;
    double latitude, longitude;
} gates[] = {{"chen-terraces", 28.4719, 119.4631}, {"luo-tofu", 28.4493, 119.4903}};

typedef struct Making {
    Demo *demo;
    Id village, driver, second;
} Making;

static const Id *or_none(const Id *driver)
{
    return *driver ? driver : NULL;
}

static Err *gates_write(Tx *tx, Making *making)
{
    RoundGateList orgs;
    TRY(round_gate_put(tx, making->village, 28.4512, 119.4821, false, making->demo->now));
    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++) {
        Id org = demo_id(making->demo, "org:%s", gates[i].slug);
        if (org)
            TRY(round_gate_put(tx, org, gates[i].latitude, gates[i].longitude, false, making->demo->now));
    }
    TRY(round_gate_list(&tx->db, STR("en"), &orgs)); /* the other farms lie somewhere in the valley */
    for (size_t i = 0; i < orgs.len; i++)
        if (!orgs.at[i].has_latitude)
            TRY(round_gate_put(tx, orgs.at[i].org, 28.428 + (double)demo_random(making->demo, 500) / 10000,
                               119.458 + (double)demo_random(making->demo, 550) / 10000, false, making->demo->now));
    return NULL;
}

static Err *needs_write(Tx *tx)
{
    static const char *const cold[] = {"dairy", "meat", "fish"};
    RoundCategoryList rows;
    TRY(round_need_slugs(&tx->db, &rows));
    for (size_t i = 0; i < rows.len; i++)
        for (size_t k = 0; k < sizeof cold / sizeof *cold; k++)
            if (str_eq(rows.at[i].name, str_of(cold[k])))
                TRY(round_need_put(tx, rows.at[i].id, STR("cold")));
    return NULL;
}

static Err *fleet_write(Tx *tx, void *arg)
{
    Making *making = arg;
    TRY(gates_write(tx, making));
    TRY(needs_write(tx));
    TRY(vehicle_add(tx, &(VehicleAddArgs){id_mint(), making->village, STR("白色面包车 White van"), STR("van"), 700, 40, 5 * 60 + 30, 14 * 60, 210, or_none(&making->driver), true, 12, SKILL_ANIMALS, making->demo->now}));
    return vehicle_add(tx, &(VehicleAddArgs){id_mint(), making->village, STR("三轮车 Cargo trike"), STR("bike"), 120, 8, 6 * 60, 14 * 60, 0, or_none(&making->second), true, 0, SKILL_NARROW, making->demo->now});
}

enum { LOOKS = 300 }; /* a bounded search: the same plan on fast and slow machines */

static Err *plan_make(Tx *tx, void *arg)
{
    const Work *work = arg;
    return day_plan_add(tx, work->plan.id, work->plan.day, work->plan.seed, 0, work->plan.made_at);
}

static Err *plan_lock(Tx *tx, void *arg)
{
    const Work *work = arg;
    int64_t count;
    TRY(day_plan_state(tx, work->plan.id, STR("locked"), work->plan.made_at, &count));
    return rounds_share_write(tx, work->plan.id);
}

/* Tomorrow, at whatever hour of whatever day the demo is made. */
static Err *round_of_a_day(Demo *demo)
{
    Db db;
    Work *work = NEW(demo->arena, Work);
    TRY(db_read(demo->store, demo->arena, &db));
    Village here = village_at(&db);
    Date day = {time_date(demo->now, here.zone).days + 1};
    *work = (Work){.arena = demo->arena, .zone = here.zone, .lang = here.lang, .looks = LOOKS,
                   .plan = {.id = id_mint(), .day = day, .seed = 7, .made_at = demo->now}};
    TRY(rounds_demo_orders(demo, day));
    TRY(db_read(demo->store, demo->arena, &db));
    TRY(work_gather(&db, work));
    if (!work->shipments_len)
        return NULL;
    TRY(db_write(demo->store, demo->arena, plan_make, work));
    TRY(work_problem(&db, work));
    TRY(work_plan(work, 0));
    TRY(work_nearest(work));
    PlanStore store = {.work = work, .fresh = true, .now = demo->now};
    TRY(db_write(demo->store, demo->arena, rounds_plan_store, &store));
    return db_write(demo->store, demo->arena, plan_lock, work);
}

Err *rounds_demo(Demo *demo)
{
    Making making = {.demo = demo, .village = demo_id(demo, "village"), .driver = demo_id(demo, "person:dengfei"),
                     .second = demo_id(demo, "person:liuyang")};
    if (!making.village)
        return NULL;
    TRY(rounds_network(demo));
    TRY(db_write(demo->store, demo->arena, fleet_write, &making));
    return round_of_a_day(demo);
}
