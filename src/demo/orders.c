/* What was bought in the last three weeks. Nothing is left open: the shelves belong to whoever tries the demo. */
#include "demo/inside.h"
#include "market/market.h"

enum { LINES_MAX = 4, DAYS = 21 };

typedef struct Past {
    Demo *demo;
    int number;
    OrderAsk ask;
    OrderAskLine lines[LINES_MAX];
    Time placed;
    bool cancelled;
} Past;

static void choose_lines(Past *past)
{
    Demo *demo = past->demo;
    int64_t wanted = 1 + demo_random(demo, LINES_MAX), goods_len = (int64_t)demo_goods_len();
    int64_t first = demo_random(demo, goods_len);
    for (int64_t i = 0; i < wanted; i++) {
        const Good *good = &goods[(first + i * 17) % goods_len]; /* 17 and 71 share no factor: no good comes twice */
        int64_t times = 1 + demo_random(demo, 3);
        past->lines[i] = (OrderAskLine){demo_id(demo, "offer:%s/%s", good->grower, good->en),
                                        good->sold == LOOSE ? good->grams * times : times};
    }
    past->ask.lines = past->lines;
    past->ask.lines_len = (size_t)wanted;
}

static void plan(Past *past)
{
    static const char *const buyers[] = {"xiaoyu", "anna", "zhaolei", "liuyang"};
    static const char *const notes[] = {"", "", "请挑嫩一点的，谢谢", "", "I come on foot, a bag would be nice.", ""};
    Demo *demo = past->demo;
    size_t pickup = (size_t)demo_random(demo, 4), buyer = (size_t)demo_random(demo, 5);
    int64_t days_ago = DAYS - past->number * (DAYS - 2) / DEMO_ORDERS, minute = demo_random(demo, 240);
    past->placed = (Time){demo->now.ms - days_ago * DAY_MS - minute * MINUTE_MS};
    past->cancelled = past->number % 7 == 5;
    past->ask = (OrderAsk){.lang = STR("zh-CN"),
                           .currency = STR("CNY"),
                           .payment = STR("at_pickup"),
                           .channel = "shop",
                           .pickup = demo_id(demo, "pickup:%s", pickups[pickup].en),
                           .note = str_of(notes[demo_random(demo, 6)])};
    if (buyer < 4)
        past->ask.buyer = demo_id(demo, "person:%s", buyers[buyer]);
    else {
        past->ask.name = STR("孙先生");
        past->ask.phone = STR("13700000021");
        past->ask.channel = "phone";
    }
    choose_lines(past);
    order_mint(demo->arena, &past->ask.secret, &past->ask.code);
}

static Err *live_through(Tx *tx, void *arg)
{
    const Past *past = arg;
    OrderMade made;
    Id packer = demo_id(past->demo, "person:zhouqiang");
    OrderAct act = {.who = packer, .verb = past->cancelled ? "cancel" : "pack"};
    TRY(order_insert(tx, &past->ask, past->placed, &made));
    act.order = made.id;
    TRY(order_act(tx, &act, (Time){past->placed.ms + 14 * HOUR_MS}));
    if (past->cancelled)
        return NULL;
    act.verb = "collect";
    return order_act(tx, &act, (Time){past->placed.ms + 20 * HOUR_MS});
}

Err *demo_orders(Demo *demo)
{
    for (int i = 0; i < DEMO_ORDERS; i++) {
        Past past = {.demo = demo, .number = i};
        plan(&past);
        TRY(db_write(demo->store, demo->arena, live_through, &past));
    }
    return NULL;
}
