/* Fills the data of a village with N products of six growers, for benchmarks: fill DATA ORG N (no server may run). */
#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "market/market.h"

enum { BATCH = 500 };

typedef struct Fill {
    Id org;
    int from, to;
} Fill;

static const char *const goods[] = {"Brown eggs", "Red rice", "Honey of lime trees", "Pak choi", "Dried mushrooms", "Goat cheese",
                                    "Apples", "Soy sauce", "Green tea", "Sweet potatoes"};
static const char *const goods_zh[] = {"土鸡蛋", "红米", "椴树蜜", "小白菜", "干香菇", "山羊奶酪", "苹果", "酱油", "绿茶", "红薯"};

static Err *fill_batch(Tx *tx, void *arg)
{
    Fill *fill = arg;
    for (int i = fill->from; i < fill->to; i++) {
        Arena *a = tx->db.arena;
        Str story = STR("Grown on the south slope, picked by hand on the morning it is sold.");
        LangText texts[] = {{STR("en"), str_format(a, "%s %d", goods[i % 10], i), story},
                            {STR("zh-CN"), str_format(a, "%s %d", goods_zh[i % 10], i), STR("长在向阳坡，当天早晨手工采摘。")}};
        bool loose = i % 3 == 0;
        NewVariant variant = {.measure = {loose ? STR("GRM") : STR("C62"), 0, loose ? STR("KGM") : STR("C62"), 0, 0},
                              .step = loose ? 50 : 1,
                              .price = {300 + i * 37 % 9000},
                              .on_hand_steps = loose ? 500000 : 1000};
        NewProduct product = {.org = fill->org, .texts = {texts, 2}, .variants = {&variant, 1}};
        Id made;
        TRY(product_add(tx, &product, 0, time_now(), &made));
    }
    return NULL;
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    Store *store;
    Fill fill = {0};
    if (argc != 4 || !id_parse(str_of(argv[2]), &fill.org)) {
        fputs("usage: fill DATA ORG N\n", stderr);
        return 2;
    }
    Err *err = store_open(arena, &(StoreOptions){.data = argv[1]}, &store);
    for (int n = atoi(argv[3]); !err && fill.from < n; fill.from = fill.to) {
        fill.to = fill.from + BATCH < n ? fill.from + BATCH : n;
        Arena *one = arena_new();
        err = err_copy(arena, db_write(store, one, fill_batch, &fill));
        arena_free(one);
    }
    if (err) {
        Str text = err_text(arena, err);
        fprintf(stderr, "fill: %.*s\n", STR_ARG(text));
        return 1;
    }
    store_close(store);
    arena_free(arena);
    return 0;
}
