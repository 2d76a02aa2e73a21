/* The demo's open orders: for tomorrow's pickup places, for four doors, and a few for places that open on other days. Goods of which
   there is plenty, so that whoever tries the shop finds full shelves. */
#include "core/demo.h"

#include <string.h>

#include "market/market.h"
#include "rounds/inside.h"

enum { BASKET_LINES = 4, PLACES_MAX = 40, AT_FIRST = 9, AT_OTHERS = 7, ON_OTHER_DAYS = 3, HOURS_AGO = 3, APART_MIN = 37 };

typedef struct Basket {
    struct {
        const char *good; /* "grower/name" */
        int64_t steps;    /* pieces, or grams */
    } lines[BASKET_LINES];
} Basket;

static const Basket baskets[] = {
    {{{"luo-tofu/Smoked dried tofu", 1}, {"chen-terraces/Terrace rice, new crop", 5000}, {"walking-hens/Free-range eggs", 1}}},
    {{{"stone-mill/Stone-ground flour", 1}, {"goat-hill/Goat's milk", 2}, {"walking-hens/Free-range eggs", 2}}},
    {{{"peach-hollow/Mountain apples", 3000}, {"goat-hill/Goat's yoghurt", 1}, {"bamboo-creek/Wildflower honey", 1}}},
    {{{"chen-terraces/Golden millet", 2000}, {"old-jar/Pickled mustard greens", 2}, {"luo-tofu/Tofu skin rolls", 1}}},
    {{{"peach-hollow/Mandarins", 4000}, {"walking-hens/Salted duck eggs", 1}, {"stone-mill/Steamed buns", 1}}},
    {{{"chen-terraces/Soybeans", 2500}, {"old-jar/Chilli sauce", 1}, {"luo-tofu/Fresh tofu", 2}}},
    {{{"stone-mill/Rapeseed oil, cold pressed", 1}, {"chen-terraces/Terrace rice, new crop", 10000}}},
    {{{"mushroom-house/Fresh shiitake", 500}, {"luo-tofu/Fresh tofu", 1}, {"old-jar/Sun-brewed soy sauce", 1}}},
};

static const struct {
    const char *sign_name;     /* NULL: a guest */
    const char *name, *phone;
} buyers[] = {{"xiaoyu", NULL, NULL}, {"anna", NULL, NULL}, {NULL, "孙先生", "13700000021"}, {"zhaolei", NULL, NULL}, {"suwen", NULL, NULL},
              {NULL, "吴老师 Teacher Wu", "13700000022"}, {"hejing", NULL, NULL}, {"zhouqiang", NULL, NULL}, {NULL, "何医生 Doctor He", "13700000023"}};

static const struct {
    const char *address, *note;
    size_t buyer, basket;
    double latitude, longitude;
} doors[] = {{"老街12号 Old Street 12", "", 0, 1, 28.4478, 119.4859},
             {"晒谷场7号 Threshing Yard 7", "狗不咬人，直接进院", 2, 6, 28.4526, 119.4838},
             {"桥头5号 Bridge End 5", "", 3, 3, 28.4405, 119.4987},
             {"卫生所楼上 Above the clinic", "Ring twice, please.", 1, 2, 28.4558, 119.4792}};

typedef struct Selling {
    Demo *demo;
    Id village, zone, places[PLACES_MAX], later[PLACES_MAX];
    size_t places_len, later_len, made;
} Selling;

static Err *zone_open(Tx *tx, Selling *s)
{
    LangText texts[] = {{STR("en"), STR("To your door, Green Ear"), STR("We knock between half past eight and half past twelve.")},
                        {STR("zh-CN"), STR("青穗村送货上门"), STR("上午八点半到十二点半送到，会敲门。")}};
    Str addresses[] = {STR("Green Ear and Old Street"), STR("青穗村、老街一带")};
    PickupHours hours[7];
    for (int day = 1; day <= 7; day++)
        hours[day - 1] = (PickupHours){day, 8 * 60 + 30, 12 * 60 + 30};
    const DeliveryZone zone = {.charge = {500}, .free_from = {20000}};
    const NewPickup fresh = {.org = s->village, .texts = {texts, 2}, .addresses = {addresses, 2}, .hours = hours, .hours_len = 7, .everyone = true, .zone = &zone};
    TRY(pickup_add(tx, &fresh, 0, s->demo->now, &s->zone));
    demo_name(s->demo, s->zone, "pickup:To your door");
    return NULL;
}

static Err *order_make(Tx *tx, Selling *s, Id pickup, size_t buyer, size_t basket, const char *address, const char *note, Id *order)
{
    const Basket *b = &baskets[basket % (sizeof baskets / sizeof *baskets)];
    buyer %= sizeof buyers / sizeof *buyers;
    OrderAskLine lines[BASKET_LINES];
    OrderMade made = {0};
    OrderAsk ask = {.lines = lines, .lang = STR("zh-CN"), .currency = STR("CNY"), .payment = STR("at_pickup"), .channel = "shop", .pickup = pickup,
                    .address = str_of(address), .note = str_of(note)};
    for (size_t i = 0; i < BASKET_LINES && b->lines[i].good; i++) {
        Id offer = demo_id(s->demo, "offer:%s", b->lines[i].good);
        if (offer)
            lines[ask.lines_len++] = (OrderAskLine){offer, b->lines[i].steps};
    }
    *order = 0;
    if (!ask.lines_len)
        return NULL; /* another village than ours */
    if (buyers[buyer].sign_name) {
        ask.buyer = demo_id(s->demo, "person:%s", buyers[buyer].sign_name);
    } else {
        ask.name = str_of(buyers[buyer].name);
        ask.phone = str_of(buyers[buyer].phone);
        ask.channel = "phone";
    }
    Time placed = {s->demo->now.ms - HOURS_AGO * (int64_t)HOUR_MS - (40 - (int64_t)s->made) * APART_MIN * MINUTE_MS}; /* one after another */
    order_mint(tx->db.arena, &ask.secret, &ask.code);
    TRY(order_insert(tx, &ask, placed, &made));
    s->made++;
    *order = made.id;
    return NULL;
}

static Err *doors_order(Tx *tx, Selling *s)
{
    int64_t count;
    Id order;
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        TRY(order_make(tx, s, s->zone, doors[i].buyer, doors[i].basket, doors[i].address, doors[i].note, &order));
        if (order)
            TRY(round_door_put(tx, order, doors[i].latitude, doors[i].longitude, s->demo->now, &count));
    }
    return NULL;
}

static Err *orders_write(Tx *tx, void *arg)
{
    Selling *s = arg;
    Id order;
    TRY(zone_open(tx, s));
    for (size_t p = 0; p < s->places_len && p < 2; p++)
        for (size_t i = 0; i < (p ? AT_OTHERS : AT_FIRST); i++)
            TRY(order_make(tx, s, s->places[p], s->made, s->made, "", "", &order));
    for (size_t p = 0; p < s->later_len && p < 2; p++)
        for (size_t i = 0; i < ON_OTHER_DAYS; i++)
            TRY(order_make(tx, s, s->later[p], s->made, s->made, "", "", &order));
    return doors_order(tx, s);
}

static bool opens_then(const RoundPickupList *rows, Id pickup)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->at[i].id == pickup)
            return true;
    return false;
}

Err *rounds_demo_orders(Demo *demo, Date day)
{
    Db db;
    RoundPickupList rows;
    Selling s = {.demo = demo, .village = demo_id(demo, "village")};
    TRY(db_read(demo->store, demo->arena, &db));
    TRY(round_pickup_list(&db, date_weekday(day), day, STR("en"), &rows));
    for (size_t i = 0; i < demo->names_len; i++) {
        if (!str_starts(demo->names[i].name, STR("pickup:")))
            continue;
        bool opens = opens_then(&rows, demo->names[i].id);
        if (opens && s.places_len < PLACES_MAX)
            s.places[s.places_len++] = demo->names[i].id;
        else if (!opens && s.later_len < PLACES_MAX)
            s.later[s.later_len++] = demo->names[i].id;
    }
    return db_write(demo->store, demo->arena, orders_write, &s);
}
