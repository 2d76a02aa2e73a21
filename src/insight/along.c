/* A basket beside the baskets of others, and orders that teach within a minute. */
#include <stdlib.h>

#include "insight/inside.h"
#include "solve/recommend/recommend.h"

enum { SESSIONS = 500, ALONG = 4, TOGETHER_LEAST = 2 };

typedef struct Sessions { /* the newest orders as rows of item numbers; items are numbered by product */
    Id *products;
    size_t items;
    uint32_t *item;
    size_t *start, len;
} Sessions;

static int by_id(const void *a, const void *b)
{
    Id x = *(const Id *)a, y = *(const Id *)b;
    return (x > y) - (x < y);
}

static uint32_t number_of(const Sessions *all, Id product)
{
    const Id *found = all->items ? bsearch(&product, all->products, all->items, sizeof product, by_id) : NULL;
    return found ? (uint32_t)(found - all->products) : UINT32_MAX;
}

static Sessions sessions_make(Arena *arena, const SessionLineList *lines)
{
    Sessions all = {NEW_ARRAY(arena, Id, lines->len + 1), 0, NEW_ARRAY(arena, uint32_t, lines->len + 1), NEW_ARRAY(arena, size_t, SESSIONS + 1), 0};
    for (size_t i = 0; i < lines->len; i++)
        all.products[i] = lines->at[i].product;
    if (lines->len)
        qsort(all.products, lines->len, sizeof *all.products, by_id);
    for (size_t i = 0; i < lines->len; i++)
        if (i == 0 || all.products[i] != all.products[i - 1])
            all.products[all.items++] = all.products[i];
    size_t at = 0;
    for (size_t i = 0; i < lines->len; i++) {
        uint32_t item = number_of(&all, lines->at[i].product);
        bool fresh = i == 0 || lines->at[i].order_group != lines->at[i - 1].order_group, twice = false;
        all.len += fresh;
        for (size_t k = fresh ? at : all.start[all.len - 1]; k < at; k++)
            twice |= all.item[k] == item; /* two packs of the same thing */
        if (!twice)
            all.item[at++] = item;
        all.start[all.len] = at;
    }
    return all;
}

static int64_t together(const Sessions *all, uint32_t a, uint32_t b)
{
    int64_t count = 0;
    for (size_t s = 0; s < all->len; s++) {
        bool has_a = false, has_b = false;
        for (size_t k = all->start[s]; k < all->start[s + 1]; k++) {
            has_a |= all->item[k] == a;
            has_b |= all->item[k] == b;
        }
        count += has_a && has_b;
    }
    return count;
}

static Err *along_add(Req *r, const Sessions *all, const Suggestion *one, Beside *beside)
{
    InsightText name;
    bool found;
    uint32_t because = one->because[0];
    int64_t count = because < all->items ? together(all, one->item, because) : 0;
    if (count < TOGETHER_LEAST) /* one basket is chance */
        return NULL;
    TRY(insight_product_name(&r->db, all->products[because], str_of(lang_tag(r->lang)), &name, &found));
    const TextArg args[] = {{"n", say_int(r->arena, r->lang, count)}, {"good", found ? name.words : STR("")}};
    beside_add(beside, all->products[one->item],
               tr_fill(r->arena, tr_plural(r->lang, "In {n} of the last baskets with {good}", "In {n} of the last baskets with {good}", count), args, 2));
    return NULL;
}

Err *insight_along(Req *r, const Id *products, size_t len, Beside *beside)
{
    InsightChoice choice;
    SessionLineList lines;
    bool found = false;
    if (r->who)
        TRY(insight_choice_of(&r->db, r->who, &choice, &found));
    if (found && !choice.wanted)
        return NULL;
    TRY(session_lines(&r->db, SESSIONS, &lines));
    Sessions all = sessions_make(r->arena, &lines);
    if (!all.len)
        return NULL;
    const Baskets rows = {all.len, all.items, all.item, all.start};
    uint32_t *session = NEW_ARRAY(r->arena, uint32_t, len + 1);
    size_t known = 0;
    for (size_t i = 0; i < len; i++) {
        uint32_t item = number_of(&all, products[i]);
        if (item != UINT32_MAX)
            session[known++] = item;
    }
    Suggestion best[2 * ALONG];
    size_t count = known ? session_score(session_index(r->arena, &rows), r->arena, session, known, best, 2 * ALONG) : 0;
    for (size_t i = 0; i < count; i++)
        TRY(along_add(r, &all, &best[i], beside));
    return NULL;
}

typedef struct Taking {
    Id after, newest;
} Taking;

static Err *orders_take(Tx *tx, void *arg)
{
    const Taking *taking = arg;
    int64_t count;
    TRY(goods_near_take(tx, taking->after, taking->newest, &count));
    TRY(goods_bond_take(tx, taking->after, taking->newest, &count));
    return goods_taken_write(tx, taking->newest);
}

Err *insight_take_orders(Store *store, Arena *arena)
{
    Db db;
    GoodsTaken taken;
    OrderNewest now;
    bool found;
    TRY(db_read(store, arena, &db));
    TRY(goods_taken_read(&db, &taken, &found));
    TRY(order_newest(&db, &now));
    if (!found || now.newest <= taken.newest)
        return NULL; /* before the first night nothing is known that could be added to */
    return db_write(store, arena, orders_take, &(Taking){taken.newest, now.newest});
}
