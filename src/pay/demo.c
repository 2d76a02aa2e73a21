/* The demo village has a till, wallets with some money in them, and two orders that were paid from wallets. */
#include "core/demo.h"
#include "identity/identity.h"
#include "market/market.h"
#include "pay/inside.h"

typedef struct Filling {
    Demo *demo;
    Id till, order;
    const char *buyer;
} Filling;

static const struct {
    const char *person;
    int64_t fen;
} cash[] = {{"xiaoyu", 30000}, {"anna", 30000}, {"zhaolei", 15000}, {"liuyang", 15000}, {"linmei", 20000}, {"zhouqiang", 20000}, {"suwen", 10000}};

static const struct {
    const char *org, *name, *number;
} producers[] = {{"walking-hens", "Walking Hens", "6222000000000017"}, {"chen-terraces", "Chen Terraces", "6222000000000025"},
                 {"garden-sisters", "Garden Sisters", "6222000000000033"}};

static Err *wallets_fill(Tx *tx, void *arg)
{
    Filling *f = arg;
    Demo *demo = f->demo;
    Id agent = demo_id(demo, "person:hejing"), second = demo_id(demo, "person:suwen");
    const PaySettings settings = {.bank_name = STR("Millet Valley Co-operative"), .bank_account = STR("6222000000000009"),
                                  .qr_domain = STR("org.example.village"), .qr_account = STR("M0042"), .country = STR("CN")};
    TRY(grant_add(tx, demo->now, 0, second, demo_id(demo, "village"), ROLE_TREASURER)); /* payouts need two */
    TRY(pay_settings_put(tx, &settings, agent, demo->now));
    TRY(till_open(tx, &(NewTill){.name = STR("Co-operative house"), .agent = agent, .most = {500000}, .per_person = {100000}}, agent, demo->now, &f->till));
    for (size_t i = 0; i < sizeof cash / sizeof *cash; i++)
        TRY(cash_act(tx, &(CashAct){.till = f->till, .person = demo_id(demo, "person:%s", cash[i].person), .amount = {cash[i].fen}, .by = agent,
                                    .key = str_of(cash[i].person)}, demo->now));
    for (size_t i = 0; i < sizeof producers / sizeof *producers; i++)
        TRY(destination_set(tx, &(NewDestination){.org = demo_id(demo, "org:%s", producers[i].org), .rail = STR("bank"),
                                                  .name = str_of(producers[i].name), .number = str_of(producers[i].number)}, agent, demo->now));
    return NULL;
}

static Err *days_to_complain(Tx *tx, void *arg)
{
    const Filling *f = arg;
    PaySettings settings;
    TRY(pay_settings(&tx->db, &settings));
    settings.release_days = 2;
    return pay_settings_put(tx, &settings, demo_id(f->demo, "person:hejing"), f->demo->now);
}

static Err *order_pay(Tx *tx, void *arg)
{
    Filling *f = arg;
    Demo *demo = f->demo;
    const OrderAskLine lines[] = {{demo_id(demo, "offer:walking-hens/Free-range eggs"), 1}};
    OrderAsk ask = {.lines = lines, .lines_len = 1, .buyer = demo_id(demo, "person:%s", f->buyer), .lang = STR("en"), .currency = STR("CNY"),
                    .pickup = demo_id(demo, "pickup:Co-operative house"), .payment = STR("wallet"), .channel = "shop"};
    OrderMade made;
    order_mint(tx->db.arena, &ask.secret, &ask.code);
    TRY(order_insert(tx, &ask, demo->now, &made));
    f->order = made.id;
    return NULL;
}

static Err *order_collect(Tx *tx, void *arg)
{
    const Filling *f = arg;
    return order_act(tx, &(OrderAct){.order = f->order, .verb = "collect"}, f->demo->now);
}

Err *pay_demo(Demo *demo)
{
    Filling filling = {.demo = demo};
    if (!demo_id(demo, "person:hejing"))
        return NULL;
    TRY(db_write(demo->store, demo->arena, wallets_fill, &filling));
    filling.buyer = "xiaoyu"; /* paid out to everybody at once */
    TRY(db_write(demo->store, demo->arena, order_pay, &filling));
    TRY(db_write(demo->store, demo->arena, order_collect, &filling));
    filling.buyer = "anna"; /* waits for two days of silence */
    TRY(db_write(demo->store, demo->arena, days_to_complain, &filling));
    TRY(db_write(demo->store, demo->arena, order_pay, &filling));
    return db_write(demo->store, demo->arena, order_collect, &filling);
}
