/* Every night: what goes with what, what is bought again and when, what is bought where. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/fit.h"
#include "insight/inside.h"

enum { WINDOW_DAYS = 730, NEAR_DAYS = 56, RECENT_DAYS = 28, HALF_LIFE_DAYS = 14, YEAR_DAYS = 365, PICKUP_MAX = 200, LINES_MAX = 3000000 };

typedef struct Line {
    Id person; /* 0: a guest, whose order stands by itself */
    Id order;
    uint32_t item;
    int32_t day;
} Line;

typedef struct Near {
    Id pickup;
    double *score;
    int64_t *orders;
} Near;

typedef struct Goods {
    Store *store;
    Arena *arena;
    Time now;
    Str zone;
    Date today, first;
    InsightProductList products; /* by id */
    InsightChoiceList choices;
    uint32_t *farm, *shelf;
    Id *farms, *shelves;
    size_t farms_len, shelves_len;
    Line *lines;
    size_t len, room, people;
    Near near[PICKUP_MAX];
    size_t near_len;
    uint32_t *together; /* items x items: orders with both; only for small catalogues */
    MessageList answer;
    TellWorth worth;
    Id model, newest; /* newest: the order after which insight_take_orders goes on */
} Goods;

static uint32_t item_of(const Goods *goods, Id product)
{
    size_t low = 0, high = goods->products.len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (goods->products.at[middle].id < product)
            low = middle + 1;
        else
            high = middle;
    }
    return low < goods->products.len && goods->products.at[low].id == product ? (uint32_t)low : UINT32_MAX;
}

static uint32_t number_of(Id *ids, size_t *len, Id id)
{
    for (size_t i = *len; i > 0; i--)
        if (ids[i - 1] == id)
            return (uint32_t)(i - 1);
    ids[*len] = id;
    return (uint32_t)(*len)++;
}

/* Somebody who wants no suggestions teaches nothing either; what was forgotten stays forgotten. */
static bool may_learn(const Goods *goods, Id person, Time at)
{
    for (size_t i = 0; i < goods->choices.len; i++)
        if (goods->choices.at[i].person == person)
            return goods->choices.at[i].wanted && (!goods->choices.at[i].has_since || at.ms >= goods->choices.at[i].since.ms);
    return true;
}

static void near_add(Goods *goods, const InsightSale *sale, uint32_t item, int32_t day)
{
    int32_t age = goods->today.days - day, season = age < NEAR_DAYS ? age : abs(age - YEAR_DAYS) + HALF_LIFE_DAYS;
    if (season > NEAR_DAYS)
        return;
    size_t k = 0;
    while (k < goods->near_len && goods->near[k].pickup != sale->pickup)
        k++;
    if (k == goods->near_len) {
        if (k == PICKUP_MAX)
            return;
        goods->near[goods->near_len++] = (Near){sale->pickup, NEW_ARRAY(goods->arena, double, goods->products.len + 1),
                                                NEW_ARRAY(goods->arena, int64_t, goods->products.len + 1)};
    }
    goods->near[k].score[item] += exp2(-(double)season / HALF_LIFE_DAYS);
    goods->near[k].orders[item] += age >= 0 && age < RECENT_DAYS;
}

static Err *line_add(void *arg, const InsightSale *sale)
{
    Goods *goods = arg;
    uint32_t item = item_of(goods, sale->product);
    if (item == UINT32_MAX || goods->len == LINES_MAX)
        return NULL;
    int32_t day = time_date(sale->placed_at, goods->zone).days;
    if (sale->has_buyer && !may_learn(goods, sale->buyer, sale->placed_at))
        return NULL;
    near_add(goods, sale, item, day);
    if (goods->len == goods->room) {
        goods->room = goods->room ? goods->room * 2 : 4096;
        Line *wider = NEW_ARRAY(goods->arena, Line, goods->room);
        if (goods->len)
            memcpy(wider, goods->lines, goods->len * sizeof *wider);
        goods->lines = wider;
    }
    goods->lines[goods->len++] = (Line){sale->has_buyer ? sale->buyer : 0, sale->order_group, item, day};
    return NULL;
}

static int by_order(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->item > y->item) - (x->item < y->item);
}

static int by_person(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

/* A village has few people and many baskets: each order teaches as a user of its own, and each member as one more. */
static void pairs_write(Goods *goods, Buf *pairs, AskGoods *head)
{
    qsort(goods->lines, goods->len, sizeof *goods->lines, by_order);
    uint32_t user = 0;
    for (size_t k = 0; k < goods->len; k++) {
        bool fresh = k == 0 || goods->lines[k].order != goods->lines[k - 1].order;
        user += fresh && k > 0;
        if (!fresh && goods->lines[k].item == goods->lines[k - 1].item)
            continue;
        AskPair pair = {user, goods->lines[k].item};
        buf_add(pairs, WIRE(pair));
        head->pairs++;
    }
    head->orders = goods->len ? user + 1 : 0;
    size_t n = goods->products.len;
    for (size_t k = 0, end; k < goods->len && goods->together; k = end) {
        for (end = k; end < goods->len && goods->lines[end].order == goods->lines[k].order;)
            end++;
        for (size_t a = k; a < end; a++)
            for (size_t b = k; b < end; b++)
                goods->together[goods->lines[a].item * n + goods->lines[b].item] += a != b;
    }
    qsort(goods->lines, goods->len, sizeof *goods->lines, by_person);
    for (size_t k = 0; k < goods->len; k++) {
        const Line *line = &goods->lines[k], *before = k ? &goods->lines[k - 1] : NULL;
        if (!line->person)
            continue;
        bool fresh = !before || before->person != line->person;
        goods->people += fresh;
        user += fresh;
        if (!fresh && before->item == line->item)
            continue;
        AskPair pair = {user, line->item};
        buf_add(pairs, WIRE(pair));
        head->pairs++;
    }
    head->users = user + 1;
}

static void buys_write(const Goods *goods, Buf *buys, AskGoods *head)
{
    uint32_t person = 0;
    for (size_t k = 0; k < goods->len; k++) {
        const Line *line = &goods->lines[k];
        person += k && line->person != goods->lines[k - 1].person;
        if (!line->person)
            continue;
        AskBuy buy = {person, line->item, line->day};
        buf_add(buys, WIRE(buy));
        head->buys++;
    }
}

static Str question_write(Goods *goods)
{
    AskGoods head = {.items = (uint32_t)goods->products.len, .farms = (uint32_t)goods->farms_len, .shelves = (uint32_t)goods->shelves_len};
    Buf out = buf_new(goods->arena, ASK_BYTES_MAX), pairs = buf_new(goods->arena, ASK_BYTES_MAX / 2), buys = buf_new(goods->arena, ASK_BYTES_MAX / 2);
    pairs_write(goods, &pairs, &head);
    buys_write(goods, &buys, &head);
    buf_add(&out, WIRE(head));
    buf_add(&out, (Str){(const char *)goods->farm, goods->products.len * sizeof *goods->farm});
    buf_add(&out, (Str){(const char *)goods->shelf, goods->products.len * sizeof *goods->shelf});
    buf_add(&out, buf_str(&pairs));
    buf_add(&out, buf_str(&buys));
    return buf_str(&out);
}

static Err *read_goods(Goods *goods, Db *db)
{
    enum { SMALL = 2000 };
    OrderNewest newest;
    TRY(order_newest(db, &newest));
    goods->newest = newest.newest;
    TRY(insight_products(db, &goods->products));
    TRY(insight_unwilling(db, &goods->choices));
    size_t n = goods->products.len;
    goods->farm = NEW_ARRAY(goods->arena, uint32_t, n + 1);
    goods->shelf = NEW_ARRAY(goods->arena, uint32_t, n + 1);
    goods->farms = NEW_ARRAY(goods->arena, Id, n + 1);
    goods->shelves = NEW_ARRAY(goods->arena, Id, n + 1);
    goods->together = n <= SMALL ? NEW_ARRAY(goods->arena, uint32_t, n * n + 1) : NULL;
    for (size_t i = 0; i < n; i++) {
        goods->farm[i] = number_of(goods->farms, &goods->farms_len, goods->products.at[i].org);
        goods->shelf[i] = number_of(goods->shelves, &goods->shelves_len, goods->products.at[i].category);
    }
    return insight_sales(db, day_begin(goods->first, goods->zone), line_add, goods);
}

/* ---- what came back ---- */

static Err *bonds_write(Tx *tx, const Goods *goods, Str body)
{
    size_t n = goods->products.len;
    for (size_t k = 0; k + sizeof(TellBond) <= body.len; k += sizeof(TellBond)) {
        TellBond bond;
        memcpy(&bond, body.at + k, sizeof bond);
        if (bond.from < n && bond.to < n && isfinite(bond.weight))
            TRY(goods_bond_add(tx, goods->products.at[bond.from].id, goods->products.at[bond.to].id, (double)bond.weight,
                               goods->together ? goods->together[bond.from * n + bond.to] : 1));
    }
    return NULL;
}

static Err *again_write(Tx *tx, const Goods *goods, Str body)
{
    for (size_t k = 0; k + sizeof(TellAgain) <= body.len; k += sizeof(TellAgain)) {
        TellAgain again;
        memcpy(&again, body.at + k, sizeof again);
        if (again.item < goods->products.len && isfinite(again.log_days) && isfinite(again.spread))
            TRY(goods_again_put(tx, goods->products.at[again.item].id, again.log_days, again.spread, again.gaps));
    }
    return NULL;
}

static Err *lifts_write(Tx *tx, const Goods *goods, Str body)
{
    for (size_t k = 0; k + sizeof(TellLift) <= body.len; k += sizeof(TellLift)) {
        TellLift lift;
        memcpy(&lift, body.at + k, sizeof lift);
        if (lift.farm < goods->farms_len && isfinite(lift.lift))
            TRY(goods_lift_add(tx, goods->farms[lift.farm], lift.lift, lift.before, lift.after));
    }
    return NULL;
}

static Err *near_write(Tx *tx, const Goods *goods)
{
    for (size_t k = 0; k < goods->near_len; k++)
        for (size_t i = 0; i < goods->products.len; i++)
            if (goods->near[k].score[i] > 0.05)
                TRY(goods_near_add(tx, goods->near[k].pickup, goods->products.at[i].id, goods->near[k].score[i], goods->near[k].orders[i]));
    return NULL;
}

static Err *model_write(Tx *tx, const Goods *goods)
{
    const TellWorth *worth = &goods->worth;
    bool scored = worth->score >= 0;
    const char *sentence = !scored                             ? N_("There are too few purchases yet: what sells most near by is shown instead.")
                           : worth->score > worth->plain_score ? N_("Of the things people went on to buy, {ours} of a hundred were among the first ten suggestions; showing what sells most would have found {theirs}.")
                                                               : N_("Of the things people went on to buy, {ours} of a hundred were among the first ten suggestions, no more than showing what sells most ({theirs}).");
    Str parameters = str_format(tx->db.arena, "EDLAE; ridge %g, user power %g, dropout %g, attributes: shelf and farm; farms shown: %.0f %%, Gini over farms %.2f, with the floor %.2f",
                                worth->ridge, worth->user_power, worth->dropout, worth->coverage * 100, worth->gini_before, worth->gini_after);
    return insight_model_add(tx, &(InsightModelAddArgs){.id = goods->model, .kind = STR("goods"), .fitted_at = goods->now, .from_day = goods->first,
                                                        .to_day = goods->today, .goods = (int64_t)goods->products.len, .people = (int64_t)goods->people,
                                                        .parameters = parameters, .measure = STR("found of ten"),
                                                        .score = scored ? &worth->score : NULL, .plain_score = scored ? &worth->plain_score : NULL,
                                                        .sentence = str_of(sentence)});
}

static Err *all_write(Tx *tx, void *arg)
{
    Goods *goods = arg;
    int64_t count;
    TRY(goods_bond_clear(tx, &count));
    TRY(goods_again_clear(tx, &count));
    TRY(goods_near_clear(tx, &count));
    TRY(goods_lift_clear(tx, &count));
    for (size_t i = 0; i < goods->answer.len; i++) {
        const Message *message = &goods->answer.at[i];
        if (message->type == TELL_BONDS)
            TRY(bonds_write(tx, goods, message->body));
        else if (message->type == TELL_AGAIN)
            TRY(again_write(tx, goods, message->body));
        else if (message->type == TELL_LIFTS)
            TRY(lifts_write(tx, goods, message->body));
        else if (message->type == TELL_WORTH && message->body.len == sizeof goods->worth)
            memcpy(&goods->worth, message->body.at, sizeof goods->worth);
    }
    TRY(near_write(tx, goods));
    TRY(goods_taken_write(tx, goods->newest));
    return model_write(tx, goods);
}

Err *insight_fit_goods(Store *store, Arena *arena, Time now)
{
    Db db;
    Village here = village(store, arena);
    Goods goods = {.store = store, .arena = arena, .now = now, .zone = here.zone, .today = time_date(now, here.zone), .model = id_mint(),
                   .worth = {.score = -1, .plain_score = -1}};
    goods.first = (Date){goods.today.days - WINDOW_DAYS};
    TRY(db_read(store, arena, &db));
    TRY(read_goods(&goods, &db));
    if (goods.products.len && goods.len)
        TRY(insight_ask(arena, ASK_GOODS, question_write(&goods), &goods.answer));
    return db_write(store, arena, all_write, &goods);
}

Err *insight_fit(Store *store, Arena *arena, Time now)
{
    TRY(insight_fit_sales(store, arena, now));
    return insight_fit_goods(store, arena, now);
}

static Err *run_sales(JobContext *context)
{
    return insight_fit_sales(context->store, context->arena, context->now);
}

static Err *run_goods(JobContext *context)
{
    return insight_fit_goods(context->store, context->arena, context->now);
}

static Err *run_take(JobContext *context)
{
    return insight_take_orders(context->store, context->arena);
}

const Job insight_jobs[] = {
    {.name = "insight.take", .every_ms = MINUTE_MS, .run = run_take, .about = N_("Learns from new orders what is bought together and near by.")},
    {.name = "insight.sales", .daily_minute = 3 * 60 + 10, .run = run_sales, .about = N_("Says anew what will sell in the next weeks, and notes how right it was.")},
    {.name = "insight.goods", .daily_minute = 3 * 60 + 40, .run = run_goods, .about = N_("Looks anew which goods go together, for suggestions.")},
    {0},
};
