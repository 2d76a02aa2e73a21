/* A small village for pay's tests: a farm with eggs and apples, a buyer with a wallet, two officers, an agent with a till. */
#pragma once
#include "ask.h"
#include "fee/fee.h"
#include "identity/identity.h"
#include "market/market.h"
#include "pay/inside.h"
#include "pay/recon.h"

typedef struct Fold {
    App *app;
    Arena *arena;
    Store *store;
    Db db;
    User *ana, *bo, *tess, *olga, *gus, *lin; /* buyer, another member, treasurer, second officer, agent, seller of the farm */
    Id farm, mill, pickup, eggs, till;
    int acts; /* so far: keys of what people do */
} Fold;

typedef struct FoldAct {
    Fold *v;
    Err *(*act)(Tx *tx, Fold *v, void *arg);
    void *arg;
} FoldAct;

static Err *fold_act_write(Tx *tx, void *arg)
{
    FoldAct *act = arg;
    return act->act(tx, act->v, act->arg);
}

__attribute__((unused)) static Err *fold_do(Fold *v, Err *(*act)(Tx *tx, Fold *v, void *arg), void *arg)
{
    FoldAct doing = {v, act, arg};
    return db_write(v->store, v->arena, fold_act_write, &doing);
}

static Err *fold_fill(Tx *tx, Fold *v, void *arg)
{
    (void)arg;
    Time now = time_now();
    TRY(org_add(tx, now, 0, &(NewOrg){.kind = "farm", .name = STR("Lin farm"), .place = STR("Upper valley")}, &v->farm));
    TRY(org_add(tx, now, 0, &(NewOrg){.kind = "hub", .name = STR("Mill hub"), .place = STR("Ford")}, &v->mill));
    LangText place[] = {{STR("en"), STR("Old mill"), STR("")}};
    TRY(pickup_add(tx, &(NewPickup){.org = app_org(v->app), .texts = {place, 1}, .everyone = true}, 0, now, &v->pickup));
    LangText texts[] = {{STR("en"), STR("Eggs"), STR("")}};
    NewVariant variant = {.measure = {STR("C62"), 0, STR("C62"), 0, 0}, .price = {150}, .on_hand_steps = 100000};
    Id made;
    TRY(product_add(tx, &(NewProduct){.org = v->farm, .texts = {texts, 1}, .variants = {&variant, 1}}, 0, now, &made));
    v->eggs = variant.offer;
    return NULL;
}

static Err *fold_till(Tx *tx, Fold *v, void *arg)
{
    (void)arg;
    return till_open(tx, &(NewTill){.name = STR("House"), .agent = user_id(v->gus), .most = {1000000}, .per_person = {500000}},
                     user_id(v->tess), time_now(), &v->till);
}

__attribute__((unused)) static Fold fold_make(void **state)
{
    Fold v = {.app = app_of(state)};
    v.arena = app_arena(v.app);
    v.store = app_store(v.app);
    assert_fine(db_read(v.store, v.arena, &v.db));
    assert_fine(fold_do(&v, fold_fill, NULL));
    v.ana = user(v.app, "Ana", 0, ROLE_MEMBER);
    v.bo = user(v.app, "Bo", 0, ROLE_MEMBER);
    v.tess = user(v.app, "Tess", 0, ROLE_MEMBER | ROLE_TREASURER);
    v.olga = user(v.app, "Olga", 0, ROLE_MEMBER | ROLE_TREASURER);
    v.gus = user(v.app, "Gus", 0, ROLE_MEMBER | ROLE_CASHIER);
    v.lin = user(v.app, "Lin", v.farm, ROLE_SELLER);
    assert_fine(fold_do(&v, fold_till, NULL));
    return v;
}

static Err *fold_cash(Tx *tx, Fold *v, void *arg)
{
    CashAct *act = arg;
    (void)v;
    return cash_act(tx, act, time_now());
}

__attribute__((unused)) static Err *cash_in(Fold *v, User *who, int64_t amount)
{
    CashAct act = {.till = v->till, .person = user_id(who), .amount = {amount}, .by = user_id(v->gus),
                   .key = str_format(v->arena, "k%d", v->acts++)};
    return fold_do(v, fold_cash, &act);
}

__attribute__((unused)) static Err *buy(Fold *v, User *who, int64_t eggs, OrderMade *made)
{
    OrderAskLine line = {v->eggs, eggs};
    OrderAsk ask = {.lines = &line, .lines_len = 1, .buyer = user_id(who), .lang = STR("en"), .currency = STR("CNY"), .pickup = v->pickup,
                    .payment = STR("wallet"), .channel = "shop", .hold_ms = 7 * (int64_t)DAY_MS};
    return order_place(&v->db, &ask, time_now(), made);
}

typedef struct FoldVerb {
    Id order;
    const char *verb;
} FoldVerb;

static Err *fold_order_act(Tx *tx, Fold *v, void *arg)
{
    const FoldVerb *verb = arg;
    (void)v;
    return order_act(tx, &(OrderAct){.order = verb->order, .verb = verb->verb}, time_now());
}

__attribute__((unused)) static Err *act_on(Fold *v, Id order, const char *verb)
{
    FoldVerb doing = {order, verb};
    return fold_do(v, fold_order_act, &doing);
}

__attribute__((unused)) static int64_t balance_of(Fold *v, Str key)
{
    AccountView view;
    bool found;
    assert_fine(account_find(&v->db, 0, key, &view, &found));
    return found ? view.balance : 0;
}

__attribute__((unused)) static int64_t wallet_of(Fold *v, User *who)
{
    return balance_of(v, pay_key(v->arena, "wallet", user_id(who)));
}

__attribute__((unused)) static int64_t earnings_of(Fold *v, Id org)
{
    return balance_of(v, pay_key(v->arena, "earnings", org));
}

__attribute__((unused)) static int64_t escrow_of(Fold *v, Id order)
{
    return balance_of(v, pay_key(v->arena, "escrow", order));
}

static Err *fold_settings(Tx *tx, Fold *v, void *arg)
{
    return pay_settings_put(tx, arg, user_id(v->tess), time_now());
}

__attribute__((unused)) static void set(Fold *v, PaySettings settings)
{
    assert_fine(fold_do(v, fold_settings, &settings));
}

static Err *fold_fee(Tx *tx, Fold *v, void *arg)
{
    Id made;
    return fee_add(tx, &(NewFee){.receiver = app_org(v->app), .kind = STR("sales"), .base = STR("percent"), .rate = *(int64_t *)arg}, 0,
                   time_now(), &made);
}

/* So many millionths of the goods go to the co-operative. */
__attribute__((unused)) static void fee(Fold *v, int64_t ppm)
{
    assert_fine(fold_do(v, fold_fee, &ppm));
}

__attribute__((unused)) static Id part_of(Fold *v, Id order)
{
    (void)v;
    return test_int(v->store, str_z(v->arena, str_format(v->arena, "SELECT part FROM pay_part WHERE order_group = %lld", (long long)order)));
}

typedef struct Reading {
    ImportAct act;
    Id made;
    int64_t fresh;
} Reading;

__attribute__((unused)) static Err *import_act(Tx *tx, Fold *v, void *arg)
{
    Reading *r = arg;
    (void)v;
    return statement_import(tx, &r->act, &r->made, &r->fresh);
}

/* A statement of this rail with these lines is read in by Tess; how many of them are new. */
__attribute__((unused)) static int64_t import(Fold *v, const char *rail, const StatementLine *lines, size_t len)
{
    BankStatement statement = {.lines = {arena_copy(v->arena, lines, len * sizeof *lines), len}};
    Reading r = {.act = {.source = str_of(rail), .name = STR("x.csv"), .hash = STR("h"), .statement = &statement, .by = user_id(v->tess), .now = time_now()}};
    assert_fine(fold_do(v, import_act, &r));
    return r.fresh;
}
