/* A year of past sales, all closed (the shelves belong to whoever tries the demo), so that what Millet learns from sales makes sense to somebody who looks: people cook by recipe and by
   season, more of them week by week, and the lunar new year is the lunar new year. */
#include <stdlib.h>
#include <string.h>

#include "demo/inside.h"
#include "market/market.h"

enum { ORDERS_MAX = 70, LINES_MAX = 9, BATCH = 60, BUYERS_MAX = 40 };

/* What is bought together. Month weights: how likely in that month, January first, '0' never .. '9'. */
typedef struct Recipe {
    const char *months;
    const char *goods[7]; /* "grower/name"; the first ones are the heart of it */
} Recipe;

static const Recipe recipes[] = {
    {"986322223579", {"luo-tofu/Fresh tofu", "garden-sisters/Napa cabbage", "mushroom-house/Fresh shiitake", "mushroom-house/Oyster mushrooms",
                      "old-jar/Chilli sauce", "stone-mill/Sesame paste"}},
    {"777777777777", {"stone-mill/Steamed buns", "walking-hens/Free-range eggs", "goat-hill/Goat's milk", "walking-hens/Salted duck eggs",
                      "chen-terraces/Golden millet"}},
    {"654334455666", {"twin-rivers/Crucian carp, a pair", "luo-tofu/Fresh tofu", "garden-sisters/Ginger", "garden-sisters/Spring onions"}},
    {"763322233578", {"twin-rivers/Grass carp, whole", "old-jar/Pickled mustard greens", "garden-sisters/Ginger", "garden-sisters/Red chillies"}},
    {"000047998510", {"garden-sisters/Tomatoes", "garden-sisters/Cucumbers", "garden-sisters/Garlic", "old-jar/Aged rice vinegar",
                      "stone-mill/Sesame paste"}},
    {"000026999620", {"garden-sisters/Aubergines", "garden-sisters/Garlic", "garden-sisters/Red chillies", "old-jar/Sun-brewed soy sauce"}},
    {"764220024789", {"garden-sisters/White radish", "garden-sisters/Carrots", "garden-sisters/Potatoes", "walking-hens/Whole hen"}},
    {"665578877766", {"garden-sisters/Bok choy", "garden-sisters/Garlic", "stone-mill/Rapeseed oil, cold pressed", "chen-terraces/Terrace rice, new crop"}},
    {"310000137998", {"peach-hollow/Mountain apples", "peach-hollow/Crown pears", "peach-hollow/Mandarins", "peach-hollow/Kiwi fruit"}},
    {"420000003798", {"garden-sisters/Sweet potatoes", "peach-hollow/Chestnuts", "peach-hollow/Persimmons", "garden-sisters/Pumpkin"}},
    {"533443333456", {"half-hill-tea/Mountain black tea", "peach-hollow/Walnuts", "peach-hollow/Dried persimmons", "bamboo-creek/Wildflower honey"}},
    {"112897543211", {"half-hill-tea/Spring green tea", "half-hill-tea/Chrysanthemum tea", "bamboo-creek/Bee pollen"}},
    {"555556666555", {"goat-hill/Goat's yoghurt", "bamboo-creek/Wildflower honey", "peach-hollow/Walnuts"}},
    {"000993200000", {"garden-sisters/Tomato seedling", "garden-sisters/Spring onions"}},
    {"333333333333", {"chen-terraces/Soybeans", "chen-terraces/Black beans", "chen-terraces/Red rice", "chen-terraces/Buckwheat noodles"}},
    {"000000000000", {"twin-rivers/Smoked river fish", "walking-hens/Whole hen", "bamboo-creek/Winter honey of eurya", "stone-mill/Camellia seed oil",
                      "peach-hollow/Dried persimmons", "half-hill-tea/White tea cake"}}, /* only before the new year */
};
enum { RECIPES = sizeof recipes / sizeof *recipes, FEAST = RECIPES - 1 };

typedef struct YearOrder {
    OrderAsk ask;
    OrderAskLine lines[LINES_MAX];
    Time placed;
    bool cancelled;
} YearOrder;

typedef struct Year {
    Demo *demo;
    Id buyers[BUYERS_MAX];
    size_t buyers_len;
    YearOrder *orders;
    size_t len;
    int64_t *sold; /* steps of each good */
    size_t from;   /* of the batch being written */
    Time begin;
} Year;

static size_t good_number(const char *path)
{
    size_t i = 0;
    for (; goods[i].grower; i++) {
        size_t len = strlen(goods[i].grower);
        if (strncmp(path, goods[i].grower, len) == 0 && path[len] == '/' && strcmp(path + len + 1, goods[i].en) == 0)
            break;
    }
    return i;
}

static void line_add(Year *year, YearOrder *order, size_t good)
{
    const Good *g = &goods[good];
    if (!g->grower || order->ask.lines_len == LINES_MAX)
        return;
    Id offer = demo_id(year->demo, "offer:%s/%s", g->grower, g->en);
    for (size_t i = 0; i < order->ask.lines_len; i++)
        if (order->lines[i].offer == offer)
            return;
    int64_t times = 1 + demo_random(year->demo, g->sold == LOOSE ? 4 : 2);
    int64_t steps = g->sold == LOOSE ? g->grams * times : times;
    order->lines[order->ask.lines_len++] = (OrderAskLine){offer, steps};
    if (!order->cancelled)
        year->sold[good] += steps;
}

/* Weeks before the lunar new year (28 January to 18 February in 2020-2040: close enough to the middle of both). */
static bool feast_near(Time at)
{
    Clock clock = time_clock(at, STR("Asia/Shanghai"));
    return (clock.month == 1 && clock.day > 18) || (clock.month == 2 && clock.day < 16);
}

static void recipe_add(Year *year, YearOrder *order, int month)
{
    Demo *demo = year->demo;
    size_t chosen = FEAST;
    if (!feast_near(order->placed) || demo_random(demo, 10) < 4)
        do
            chosen = (size_t)demo_random(demo, RECIPES);
        while (demo_random(demo, 10) >= recipes[chosen].months[month - 1] - '0');
    for (size_t i = 0; i < 7 && recipes[chosen].goods[i]; i++)
        if (demo_random(demo, 100) < 88 - 9 * (int64_t)i)
            line_add(year, order, good_number(recipes[chosen].goods[i]));
}

static void order_plan(Year *year, Time week)
{
    static const char *const notes[] = {"", "", "", "", "", "请挑嫩一点的，谢谢", "袋子我自己带", ""};
    Demo *demo = year->demo;
    YearOrder *order = &year->orders[year->len];
    order->placed = (Time){week.ms + demo_random(demo, 7) * DAY_MS + demo_random(demo, 14 * 60) * MINUTE_MS};
    if (order->placed.ms > demo->now.ms - 2 * (int64_t)DAY_MS)
        return;
    order->cancelled = demo_random(demo, 40) == 0;
    order->ask = (OrderAsk){.lang = STR("zh-CN"), .currency = STR("CNY"), .payment = STR("at_pickup"), .channel = "shop",
                            .pickup = demo_id(demo, "pickup:%s", pickups[demo_random(demo, 4)].en), .note = str_of(notes[demo_random(demo, 8)])};
    if (demo_random(demo, 12)) {
        order->ask.buyer = year->buyers[(size_t)demo_random(demo, (int64_t)year->buyers_len)];
    } else {
        order->ask.name = STR("孙先生");
        order->ask.phone = STR("13700000021");
        order->ask.channel = "phone";
    }
    int month = time_clock(order->placed, STR("Asia/Shanghai")).month;
    recipe_add(year, order, month);
    if (demo_random(demo, 3) == 0)
        recipe_add(year, order, month);
    if (demo_random(demo, 8) == 0)
        line_add(year, order, (size_t)demo_random(demo, (int64_t)demo_goods_len()));
    order_mint(demo->arena, &order->ask.secret, &order->ask.code);
    year->len += order->ask.lines_len > 0;
}

/* What wilts is picked for a day or two, so that the page "What will sell" has something to say about it. */
static int64_t left_of(const Good *good)
{
    enum { WILTS_DAYS = 7, STEPS_LEFT = 10 };
    bool wilts = good->sold == LOOSE && good->keeps_days && good->keeps_days <= WILTS_DAYS;
    return wilts ? good->grams * STEPS_LEFT : good->stock;
}

static Err *shelves_fill(Tx *tx, void *arg)
{
    const Year *year = arg;
    for (size_t i = 0; goods[i].grower; i++)
        if (year->sold[i])
            TRY(offer_stock_count(tx, demo_id(year->demo, "offer:%s/%s", goods[i].grower, goods[i].en),
                                  left_of(&goods[i]) + year->sold[i], 0, year->begin));
    return NULL;
}

static Err *batch_write(Tx *tx, void *arg)
{
    const Year *year = arg;
    Id packer = demo_id(year->demo, "person:zhouqiang");
    for (size_t i = year->from; i < year->len && i < year->from + BATCH; i++) {
        const YearOrder *order = &year->orders[i];
        OrderMade made;
        TRY(order_insert(tx, &order->ask, order->placed, &made));
        OrderAct act = {.order = made.id, .who = packer, .verb = order->cancelled ? "cancel" : "pack"};
        TRY(order_act(tx, &act, (Time){order->placed.ms + 14 * (int64_t)HOUR_MS}));
        act.verb = "collect";
        if (!order->cancelled)
            TRY(order_act(tx, &act, (Time){order->placed.ms + 20 * (int64_t)HOUR_MS}));
    }
    return NULL;
}

static void buyers_list(Year *year)
{
    for (const Helper *h = helpers; h->sign_name; h++)
        year->buyers[year->buyers_len++] = demo_id(year->demo, "person:%s", h->sign_name);
    for (const Grower *g = growers; g->slug && year->buyers_len < BUYERS_MAX; g++)
        year->buyers[year->buyers_len++] = demo_id(year->demo, "person:%s", g->sign_name);
}

static int by_time(const void *a, const void *b)
{
    int64_t x = ((const YearOrder *)a)->placed.ms, y = ((const YearOrder *)b)->placed.ms;
    return (x > y) - (x < y);
}

Err *demo_orders(Demo *demo, int weeks, size_t *made)
{
    Year year = {.demo = demo, .begin = {demo->now.ms - (weeks * 7 + 7) * (int64_t)DAY_MS}};
    year.orders = NEW_ARRAY(demo->arena, YearOrder, (size_t)weeks * ORDERS_MAX);
    year.sold = NEW_ARRAY(demo->arena, int64_t, demo_goods_len());
    buyers_list(&year);
    for (int week = 0; week < weeks; week++) {
        Time from = {demo->now.ms - (weeks - week) * 7 * (int64_t)DAY_MS};
        int64_t busy = 34 + (DEMO_WEEKS - weeks + week) / 4 + demo_random(demo, 7) + (feast_near(from) ? 14 : 0);
        for (int64_t i = 0; i < busy && i < ORDERS_MAX; i++)
            order_plan(&year, from);
    }
    qsort(year.orders, year.len, sizeof *year.orders, by_time); /* ids follow the order of time */
    for (size_t i = 0; i < year.len; i++)
        year.orders[i].ask.lines = year.orders[i].lines;
    TRY(db_write(demo->store, demo->arena, shelves_fill, &year));
    *made = year.len;
    for (; year.from < year.len; year.from += BATCH)
        TRY(db_write(demo->store, demo->arena, batch_write, &year));
    return NULL;
}
