/* A small fair for the market's tests: a co-operative, a farm, an orchard and a few goods. */
#pragma once
#include "harness.h"
#include "identity/identity.h"
#include "fee/fee.h"
#include "market/inside.h"

typedef struct Fair {
    Arena *arena;
    Store *store;
    Db db; /* the one reading connection of the test */
    Id coop, farm, orchard;
    Id pickup, farm_pickup;         /* for everyone's goods; for the farm's only */
    Id eggs, rice, chicken, apples; /* offers; the apples are the orchard's */
    Time now;
} Fair;

typedef struct FairGoods {
    const char *title, *zh;
    const char *unit;
    int64_t scale, step, price, on_hand;
    const char *priced_unit; /* NULL: as unit */
    int64_t nominal;
    Id *offer;
} FairGoods;

static const Time fair_day = {1795000000000}; /* 18 November 2026 */

/* Every test ends with the market's checks. */
__attribute__((unused)) static void fair_check(Store *store, Arena *arena)
{
    Findings findings = {.out = buf_new(arena, 1 << 16)};
    Db db;
    assert_fine(db_read(store, arena, &db));
    for (const Check *check = market_checks; check->name; check++)
        assert_fine(check->run(&db, &findings));
    if (findings.wrong)
        print_error("%.*s", STR_ARG(buf_str(&findings.out)));
    assert_int_equal(findings.wrong, 0);
}

__attribute__((unused)) static Err *fair_goods(Tx *tx, Id org, const FairGoods *goods, Time now)
{
    LangText texts[] = {{STR("en"), str_of(goods->title), STR("Grown here.")}, {STR("zh-CN"), str_of(goods->zh), STR("")}};
    NewVariant variant = {.measure = {str_of(goods->unit), goods->scale,
                                      str_of(goods->priced_unit ? goods->priced_unit : goods->unit),
                                      goods->priced_unit ? 3 : goods->scale, goods->nominal},
                          .step = goods->step,
                          .price = {goods->price},
                          .on_hand_steps = goods->on_hand};
    NewProduct product = {.org = org, .texts = {texts, goods->zh ? 2 : 1}, .variants = {&variant, 1}};
    Id made;
    TRY(product_add(tx, &product, 0, now, &made));
    if (goods->offer)
        *goods->offer = variant.offer;
    return NULL;
}

static Err *fair_fill(Tx *tx, void *arg)
{
    Fair *fair = arg;
    Id eggs_category;
    TRY(category_find(&tx->db, STR("eggs"), &eggs_category));
    const FairGoods eggs = {"Eggs", "鸡蛋", "C62", 0, 1, 150, 60, NULL, 0, &fair->eggs};
    const FairGoods rice = {"Mountain rice", "有机大米", "GRM", 0, 50, 1250, 10000, "KGM", 0, &fair->rice};
    const FairGoods chicken = {"Chicken", "土鸡", "C62", 0, 1, 3200, 5, "KGM", 1800, &fair->chicken};
    const FairGoods apples = {"Red apples", "红苹果", "KGM", 3, 500, 899, 20000, NULL, 0, &fair->apples};
    TRY(fair_goods(tx, fair->farm, &eggs, fair->now));
    TRY(fair_goods(tx, fair->farm, &rice, fair->now));
    TRY(fair_goods(tx, fair->farm, &chicken, fair->now));
    TRY(fair_goods(tx, fair->orchard, &apples, fair->now));
    LangText mill[] = {{STR("en"), STR("Old mill"), STR("Ask for Mei.")}, {STR("zh-CN"), STR("老磨坊"), STR("")}};
    PickupHours hours[] = {{6, 9 * 60, 11 * 60}};
    NewPickup pickup = {.org = fair->coop, .texts = {mill, 2}, .hours = hours, .hours_len = 1, .everyone = true};
    TRY(pickup_add(tx, &pickup, 0, fair->now, &fair->pickup));
    LangText gate[] = {{STR("en"), STR("Farm gate"), STR("")}};
    NewPickup farm = {.org = fair->farm, .texts = {gate, 1}, .sellers = &fair->farm, .sellers_len = 1};
    return pickup_add(tx, &farm, 0, fair->now, &fair->farm_pickup);
}

typedef struct FairOrg {
    NewOrg org;
    Time now;
    Id id;
} FairOrg;

static Err *fair_org_write(Tx *tx, void *arg)
{
    FairOrg *making = arg;
    return org_add(tx, making->now, 0, &making->org, &making->id);
}

__attribute__((unused)) static Id fair_org(Fair *fair, const char *kind, const char *name)
{
    FairOrg making = {.org = {.kind = kind, .name = str_of(name), .place = STR("Upper valley")}, .now = fair->now};
    assert_fine(db_write(fair->store, fair->arena, fair_org_write, &making));
    return making.id;
}

__attribute__((unused)) static Fair fair_make(void **state)
{
    Fair fair = {.arena = test_arena(state), .store = test_store(state), .now = fair_day};
    test_after_each(fair_check);
    assert_fine(db_read(fair.store, fair.arena, &fair.db));
    fair.coop = fair_org(&fair, "cooperative", "Millet valley");
    fair.farm = fair_org(&fair, "farm", "Lin farm");
    fair.orchard = fair_org(&fair, "farm", "Orchard");
    assert_fine(category_start(fair.store, fair.arena));
    assert_fine(db_write(fair.store, fair.arena, fair_fill, &fair));
    return fair;
}

/* A guest's order of offers and steps in pairs, ending with 0. */
__attribute__((unused)) static OrderAsk fair_ask(const Fair *fair, const int64_t *pairs)
{
    OrderAskLine *lines = NEW_ARRAY(fair->arena, OrderAskLine, 64);
    size_t len = 0;
    for (; pairs[2 * len]; len++)
        lines[len] = (OrderAskLine){pairs[2 * len], pairs[2 * len + 1]};
    return (OrderAsk){.lines = lines, .lines_len = len, .name = STR("Ana"), .phone = STR("555 1234"), .lang = STR("en"),
                      .currency = STR("CNY"), .pickup = fair->pickup, .payment = STR("at_pickup"), .channel = "shop",
                      .hold_ms = 7 * (int64_t)DAY_MS};
}

__attribute__((unused)) static Err *fair_order(Fair *fair, const int64_t *pairs, OrderMade *made)
{
    OrderAsk ask = fair_ask(fair, pairs);
    return order_place(&fair->db, &ask, fair->now, made);
}

typedef struct FairAct {
    OrderAct act;
    Time now;
} FairAct;

static Err *fair_act_write(Tx *tx, void *arg)
{
    const FairAct *act = arg;
    return order_act(tx, &act->act, act->now);
}

__attribute__((unused)) static Err *fair_act(Fair *fair, Id order, const char *verb)
{
    FairAct act = {{.order = order, .verb = verb}, fair->now};
    return db_write(fair->store, fair->arena, fair_act_write, &act);
}

__attribute__((unused)) static Offer fair_offer(Fair *fair, Id id)
{
    Offer offer;
    bool found;
    assert_fine(offer_by_id(&fair->db, id, &offer, &found));
    assert_true(found);
    return offer;
}

__attribute__((unused)) static int64_t fair_free(Fair *fair, Id id)
{
    Offer offer = fair_offer(fair, id);
    return offer.on_hand - offer.reserved;
}

typedef struct FairFee {
    NewFee fee;
    Time now;
    Id made;
} FairFee;

static Err *fair_fee_write(Tx *tx, void *arg)
{
    FairFee *f = arg;
    return fee_add(tx, &f->fee, 0, f->now, &f->made);
}

/* A fee on everybody's goods for the co-operative, with 6 % tax inside. */
__attribute__((unused)) static Id fair_fee(Fair *fair, const char *kind, const char *base, int64_t rate, bool on_top)
{
    FairFee f = {{.receiver = fair->coop, .kind = str_of(kind), .on_top = on_top, .base = str_of(base), .rate = rate, .tax_ppm = 60000}, fair->now, 0};
    assert_fine(db_write(fair->store, fair->arena, fair_fee_write, &f));
    return f.made;
}
