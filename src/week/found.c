/* Who lives in the village, what grows there, and what the farmers expect of the week. */
#include "cycle/cycle.h"
#include "fee/fee.h"
#include "identity/identity.h"
#include "market/market.h"
#include "pay/pay.h"
#include "week/inside.h"

/* clang-format off */
const WeekGood week_goods[WEEK_GOODS] = {
    {"Tomatoes",        "番茄",   "",           0, "GRM", "KGM", 0, 250,    0,  980,  60000,  95000, 120000},
    {"Spring greens",   "小青菜", "bunch",      0, "C62", "C62", 0,   1,    0,  350,    120,    180,    240},
    {"New potatoes",    "新土豆", "",           0, "GRM", "KGM", 0, 500,    0,  560, 100000, 150000, 180000},
    {"Eggs",            "鸡蛋",   "box of ten", 1, "C62", "C62", 0,   1,    0, 1800,    100,    140,    160},
    {"Chicken",         "土鸡",   "whole",      1, "C62", "KGM", 0,   1, 1800, 4200,     30,     50,     60},
    {"Terrace rice",    "梯田米", "",           2, "GRM", "KGM", 0, 500,    0, 1280, 200000, 300000, 300000},
    {"Grass carp",      "草鱼",   "whole",      2, "C62", "KGM", 0,   1, 1400, 2600,     25,     45,     60},
    {"Red apples",      "红苹果", "",           3, "GRM", "KGM", 0, 500,    0,  899, 120000, 160000, 200000},
    {"Wildflower honey", "百花蜜", "500 g jar",  3, "C62", "C62", 0,   1,    0, 5800,     40,     60,     60},
};
static const char *const farm_names[WEEK_FARMS][2] = {
    {"Chen's vegetable garden", "陈家菜园"}, {"Walking hens", "跑山鸡场"}, {"Upper terraces", "上梯田"}, {"Peach hollow", "桃坞果园"}};
static const char *const family[] = {"Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu"};
static const char *const given[] = {"Mei", "Jun", "Fang", "Lei", "Na", "Tao"};
/* clang-format on */

typedef struct Founded {
    Week *week;
    Str hash;
} Founded;

static Err *found_people(Tx *tx, Week *week, Str hash)
{
    Arena *arena = tx->db.arena;
    for (int i = 0; i < WEEK_MEMBERS; i++) {
        Str name = str_format(arena, "%s %s", family[i % 10], given[i / 10]);
        NewPerson person = {.name = name, .phone = str_format(arena, "1380000%04d", i), .lang = STR("en"), .state = "active"};
        week->names[i] = str_copy(week->arena, name);
        TRY(person_add(tx, week->now, 0, &person, &week->members[i]));
        TRY(grant_add(tx, week->now, 0, week->members[i], week->coop, ROLE_MEMBER));
    }
    week->admin = week->members[0];
    TRY(grant_add(tx, week->now, 0, week->admin, week->coop, ROLE_ADMIN));
    TRY(grant_add(tx, week->now, 0, week->admin, week->coop, ROLE_PACKER));
    week->treasurer = week->members[1];
    week->second = week->members[2];
    week->cashier = week->members[3];
    TRY(grant_add(tx, week->now, 0, week->treasurer, week->coop, ROLE_TREASURER));
    TRY(grant_add(tx, week->now, 0, week->second, week->coop, ROLE_TREASURER)); /* payouts need two */
    TRY(grant_add(tx, week->now, 0, week->cashier, week->coop, ROLE_CASHIER));
    return hash.len ? password_set(tx, week->now, week->admin, hash) : NULL;
}

static Err *found_farm(Tx *tx, Week *week, int i)
{
    Id permission;
    NewOrg org = {.kind = "farm", .name = str_of(farm_names[i][0]), .place = STR("Green valley"), .langs = STR("en zh-CN")};
    LangText texts[] = {{STR("en"), str_of(farm_names[i][0]), STR("")}, {STR("zh-CN"), str_of(farm_names[i][1]), STR("")}};
    TRY(org_add(tx, week->now, week->admin, &org, &week->farms[i]));
    TRY(producer_put(tx, &(NewProducer){.org = week->farms[i], .texts = {texts, 2}}, week->admin, week->now));
    TRY(permission_offer(tx, week->farms[i], week->coop, STR("list_my_goods"), week->admin, week->now, &permission));
    return permission_act(tx, permission, "accept", week->admin, week->now);
}

/* Offered is what the farmer holds likely: more may be sold than will grow. */
static Err *found_good(Tx *tx, Week *week, int i)
{
    const WeekGood *good = &week_goods[i];
    LangText texts[] = {{STR("en"), str_of(good->en), STR("")}, {STR("zh-CN"), str_of(good->zh), STR("")}};
    LangText packs[] = {{STR("en"), str_of(good->pack), STR("")}};
    NewVariant variant = {.measure = {str_of(good->sold), good->sold_scale, str_of(good->priced), 3, good->nominal},
                          .step = good->step,
                          .packs = {packs, good->pack[0] ? 1 : 0},
                          .price = {good->fen},
                          .on_hand_steps = i == WEEK_HONEY ? 0 : good->likely};
    NewProduct product = {.org = week->farms[good->farm], .texts = {texts, 2}, .variants = {&variant, 1}};
    ProductOfferList offers;
    Id made;
    TRY(product_add(tx, &product, week->admin, week->now, &made));
    TRY(product_offers(&tx->db, made, &offers));
    week->offers[i] = offers.at[0].offer;
    week->variants[i] = offers.at[0].variant;
    return NULL;
}

static Err *found_rest(Tx *tx, Week *week)
{
    Id rule;
    LangText hall[] = {{STR("en"), STR("Co-operative hall"), STR("Bring a bag.")}, {STR("zh-CN"), STR("合作社大院"), STR("请自带袋子。")}};
    PickupHours hours[] = {{6, 9 * 60, 12 * 60}};
    NewPickup pickup = {.org = week->coop, .texts = {hall, 2}, .hours = hours, .hours_len = 1, .everyone = true};
    NewFee sales = {.receiver = week->coop, .kind = STR("sales"), .base = STR("percent"), .rate = 80000};
    NewFee packing = {.receiver = week->coop, .kind = STR("packing"), .on_top = true, .base = STR("order"), .rate = 200};
    TRY(pickup_add(tx, &pickup, week->admin, week->now, &week->pickup));
    TRY(fee_add(tx, &sales, week->admin, week->now, &rule));
    return fee_add(tx, &packing, week->admin, week->now, &rule);
}

/* Where each farm is paid; the orchard wrote its number wrong. */
static Err *found_money(Tx *tx, Week *week)
{
    const PaySettings settings = {.release_days = 1, .cash_orders = true, .bank_name = STR("Green Valley Co-operative"), .bank_account = STR(WEEK_ACCOUNT)};
    const NewTill till = {.name = STR("Co-operative hall"), .agent = week->cashier, .most = {10000000}, .per_person = {200000}};
    TRY(pay_settings_put(tx, &settings, week->treasurer, week->now));
    TRY(till_open(tx, &till, week->treasurer, week->now, &week->till));
    for (int i = 0; i < WEEK_FARMS; i++) {
        NewDestination to = {.org = week->farms[i], .rail = STR("bank"), .name = str_of(farm_names[i][0]),
                             .number = str_format(tx->db.arena, "62220000000000%02d", i == WEEK_FARMS - 1 ? 99 : 10 + i)};
        TRY(destination_set(tx, &to, week->treasurer, week->now));
    }
    return NULL;
}

static Err *found_all(Tx *tx, void *arg)
{
    const Founded *founded = arg;
    Week *week = founded->week;
    const Founding founding = {STR("Green Valley 青谷合作社"), STR("Green valley"), STR("en"), STR("CNY"), STR("Asia/Shanghai")};
    TRY(village_found(tx, week->now, &founding, &week->coop));
    TRY(found_people(tx, week, founded->hash));
    for (int i = 0; i < WEEK_FARMS; i++)
        TRY(found_farm(tx, week, i));
    for (int i = 0; i < WEEK_GOODS; i++)
        TRY(found_good(tx, week, i));
    TRY(found_rest(tx, week));
    return found_money(tx, week);
}

Err *week_found(Week *week)
{
    Founded founded = {.week = week};
    week_until(week, 0, 8, 0);
    if (week->password)
        TRY(password_hash(week->arena, str_of(week->password), &founded.hash));
    TRY(db_write(week->store, week->arena, found_all, &founded));
    week_say(week, "%d households, %d farms. What the farmers expect (low, likely, high):", WEEK_MEMBERS, WEEK_FARMS);
    for (int i = 0; i < WEEK_GOODS; i++) {
        const WeekGood *good = &week_goods[i];
        week_say(week, "  %-17s %7lld %7lld %7lld %s", good->en, (long long)good->low, (long long)good->likely, (long long)good->high,
                 good->sold[0] == 'G' ? "g" : good->pack);
    }
    return NULL;
}
