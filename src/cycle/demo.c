/* The demo village's week: one round that is open and repeats, a harvest to pre-order, a permission. Everything can still be
   ordered without them. */
#include "cycle/inside.h"

enum { DEMO_GOODS = 30, HANDOVER_DAY = 6 };

typedef struct Making {
    Demo *demo;
    Str zone, seed, seed_hash;
    Id offers[DEMO_GOODS], rice, pickup, village, gardeners;
    size_t len;
} Making;

static Err *allow(Tx *tx, const Making *m)
{
    Id made;
    TRY(permission_offer(tx, m->gardeners, m->village, STR("list_my_goods"), 0, m->demo->now, &made));
    return permission_act(tx, made, "accept", 0, m->demo->now);
}

/* Handed over on the Saturday after the next Thursday evening, in three times. */
static Err *week(Tx *tx, const Making *m)
{
    Time now = m->demo->now;
    Id made, series;
    Date today = time_date(now, m->zone);
    int to_saturday = (HANDOVER_DAY - date_weekday(today) + 7) % 7;
    Date day = {today.days + (to_saturday < 3 ? to_saturday + 7 : to_saturday)};
    NewSlot slots[3];
    for (int i = 0; i < 3; i++)
        slots[i] = (NewSlot){m->pickup, time_of(m->zone, day, 8 + i, 30), time_of(m->zone, day, 9 + i, 30), 12};
    NewCycle plan = {.org = m->village, .day = day, .name = STR("周六菜箱 Saturday box"), .note = STR("割好当天送到。Cut the same morning."),
                     .opens_at = time_of(m->zone, (Date){day.days - 9}, 8, 0), .closes_at = time_of(m->zone, (Date){day.days - 2}, 20, 0),
                     .grace_minutes = 30, .offers = m->offers, .offers_len = m->len, .slots = slots, .slots_len = 3};
    TRY(cycle_add(tx, &plan, 0, now, &made));
    TRY(cycle_act(tx, made, "open", 0, now));
    NewSeries weekly = {.org = m->village, .name = plan.name, .rrule = STR("FREQ=WEEKLY;BYDAY=SA"), .first_day = day, .open_days = 9,
                        .open_minute = 8 * 60, .close_days = 2, .close_minute = 20 * 60, .template = made};
    return series_add(tx, &weekly, 0, now, &series);
}

static Err *make_write(Tx *tx, void *arg)
{
    const Making *m = arg;
    Time now = m->demo->now;
    Id made;
    TRY(allow(tx, m));
    TRY(week(tx, m));
    if (!m->rice)
        return NULL;
    Date day = {time_date(now, m->zone).days + 30};
    NewForecast harvest = {.offer = m->rice, .day = day, .closes_at = {now.ms + 25 * (int64_t)DAY_MS}, .low = 40000, .likely = 60000,
                           .high = 90000, .rule = STR("pro_rata"), .seed = m->seed, .seed_hash = m->seed_hash};
    return forecast_add(tx, &harvest, 0, now, &made);
}

Err *cycle_demo(Demo *demo)
{
    Db db;
    Making m = {.demo = demo, .village = demo_id(demo, "village"), .gardeners = demo_id(demo, "org:garden-sisters"),
                .pickup = demo_id(demo, "pickup:Co-operative house")};
    TRY(db_read(demo->store, demo->arena, &db));
    m.zone = village_at(&db).zone;
    for (size_t i = 0; i < demo->names_len; i++) {
        CycleGood good;
        bool found;
        Str name = demo->names[i].name;
        if (str_starts(name, STR("offer:garden-sisters/")) && m.len < DEMO_GOODS)
            m.offers[m.len++] = demo->names[i].id;
        if (m.rice || !str_starts(name, STR("offer:chen-terraces/")))
            continue;
        TRY(cycle_offer_of(&db, demo->names[i].id, &good, &found));
        if (found && str_eq(good.sold_unit, STR("GRM")) && 20000 % good.step == 0)
            m.rice = demo->names[i].id;
    }
    if (!m.village || !m.gardeners || !m.pickup || !m.len)
        return NULL; /* another village than ours */
    forecast_seed(demo->arena, &m.seed, &m.seed_hash);
    return db_write(demo->store, demo->arena, make_write, &m);
}
