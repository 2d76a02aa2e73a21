/* A valley of two farms and two pickup places that the tests of rounds share. */
#pragma once
#include "test/ask.h"

#include <unistd.h>

#include "identity/identity.h"
#include "market/market.h"
#include "rounds/inside.h"
#include "web/access.h"

typedef struct Valley {
    App *app;
    Arena *arena;
    User *dispatcher, *driver, *buyer;
    Id farms[2], pickups[2];
    Id offers[2];
    Date day;
} Valley;

typedef struct Making {
    Valley *valley;
    Time now;
} Making;

static inline Err *places_write(Tx *tx, void *arg)
{
    Making *making = arg;
    Valley *v = making->valley;
    static const char *const farms[] = {"Upper farm", "Lower farm"}, *const pickups[] = {"Old mill", "School"};
    for (int i = 0; i < 2; i++) {
        NewOrg farm = {.kind = "farm", .name = str_of(farms[i])};
        TRY(org_add(tx, making->now, 0, &farm, &v->farms[i]));
        LangText text = {STR("en"), str_of(pickups[i]), STR("")};
        PickupHours hours[7];
        for (int day = 1; day <= 7; day++)
            hours[day - 1] = (PickupHours){day, 10 * 60, 12 * 60};
        NewPickup pickup = {.org = app_org(v->app), .texts = {&text, 1}, .hours = hours, .hours_len = 7, .everyone = true,
                            .has_position = true, .latitude = 28.45 + 0.02 * i, .longitude = 119.48 + 0.03 * i};
        TRY(pickup_add(tx, &pickup, 0, making->now, &v->pickups[i]));
        NewVariant variant = {.measure = {STR("GRM"), 0, STR("KGM"), 0, 0}, .step = 50, .price = {1250}, .on_hand_steps = 900000};
        LangText name = {STR("en"), str_of(i ? "Rice" : "Beans"), STR("")};
        NewProduct product = {.org = v->farms[i], .texts = {&name, 1}, .variants = {&variant, 1}};
        Id made;
        TRY(product_add(tx, &product, 0, making->now, &made));
        v->offers[i] = variant.offer;
    }
    return NULL;
}

static inline const char *form(Valley *v, const char *format, ...)
{
    va_list args;
    Buf out = buf_new(v->arena, 2000);
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(v->arena, buf_str(&out));
}

#define IDT(v, id) STR_ARG(id_text((v)->arena, (id)))

static inline void order(Valley *v, int offer, int pickup, int64_t grams)
{
    const char *body = form(v, "{\"lines\":[{\"offer\":\"%.*s\",\"steps\":%lld}],\"pickup\":\"%.*s\",\"payment\":\"at_pickup\"}",
                            IDT(v, v->offers[offer]), (long long)grams, IDT(v, v->pickups[pickup]));
    assert_status(ask(v->app, v->buyer, "POST", "/api/v1/orders", body), 201);
}

static inline Id vehicle_new(Valley *v, const char *name, int kilograms)
{
    const char *body = form(v, "name=%s&profile=van&kilograms=%d&crates=200&co2_grams=200&from=5%%3A30&to=13&driver=%.*s", name, kilograms, IDT(v, user_id(v->driver)));
    assert_goes_to(ask(v->app, v->dispatcher, "POST", "/vehicles/new", body), "/vehicles");
    return (Id)test_int(app_store(v->app), "SELECT max(id) FROM vehicle");
}

static inline void gate(Valley *v, Id org, const char *at)
{
    assert_goes_to(ask(v->app, v->dispatcher, "POST", "/rounds/gates", form(v, "org=%.*s&at=%s", IDT(v, org), at)), "/rounds/gates");
}

static inline Valley valley_make(void **state)
{
    Valley v = {.app = app_of(state)};
    v.arena = app_arena(v.app);
    unlink(rounds_roads_path(v.arena));
    v.dispatcher = user(v.app, "Dispatcher", 0, ROLE_DISPATCHER);
    v.driver = user(v.app, "Driver", 0, ROLE_DRIVER);
    v.buyer = user(v.app, "Buyer", 0, ROLE_MEMBER);
    Making making = {&v, time_now()};
    assert_fine(db_write(app_store(v.app), v.arena, places_write, &making));
    v.day = (Date){time_date(time_now(), STR("Asia/Shanghai")).days + 1};
    return v;
}

static inline void gates_all(Valley *v)
{
    gate(v, app_org(v->app), "28.4600%2C+119.4800");
    gate(v, v->farms[0], "28.4900%2C+119.4700");
    gate(v, v->farms[1], "28.4400%2C119.5100");
}

static inline const Answer *plan(Valley *v)
{
    return ask(v->app, v->dispatcher, "POST", "/rounds", form(v, "day=%.*s", STR_ARG(date_text(v->arena, v->day))));
}

static inline Id plan_id(Valley *v)
{
    return (Id)test_int(app_store(v->app), "SELECT id FROM day_plan");
}

static inline const Answer *get(Valley *v, User *who, const char *format, Id id)
{
    return ask(v->app, who, "GET", str_z(v->arena, str_format(v->arena, format, IDT(v, id))), NULL);
}

static inline const Answer *post(Valley *v, const char *format, Id id, const char *body)
{
    return ask(v->app, v->dispatcher, "POST", str_z(v->arena, str_format(v->arena, format, IDT(v, id))), body);
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
