/* Pictures, producers and goods. */
#include <string.h>

#include "demo/inside.h"
#include "market/market.h"
#include "media/media.h"

enum { GOODS_MAX = 200, LANGS = 2, GRAMS = 3 /* scale of a kilogram in grams */, TOLERANCE_PPM = 150000 };

size_t demo_goods_len(void)
{
    size_t len = 0;
    while (goods[len].grower)
        len++;
    return len;
}

size_t demo_growers_len(void)
{
    size_t len = 0;
    while (growers[len].slug)
        len++;
    return len;
}

static const Grower *grower_of(const Good *good)
{
    const Grower *grower = growers;
    while (strcmp(grower->slug, good->grower) != 0)
        grower++;
    return grower;
}

Err *demo_draw(Demo *demo, DemoPictures *out, void (*progress)(void *arg, int64_t done, int64_t of), void *arg)
{
    size_t goods_len = demo_goods_len(), growers_len = demo_growers_len();
    *out = (DemoPictures){NEW_ARRAY(demo->arena, Str, goods_len), NEW_ARRAY(demo->arena, Str, growers_len)};
    for (size_t i = 0; i < goods_len + growers_len; i++) {
        Arena *arena = arena_new(); /* a drawing and its files weigh a quarter of a megabyte */
        bool good = i < goods_len;
        Drawing drawing = good ? goods[i].drawing : (Drawing){0};
        Str key = {0};
        if (good)
            drawing.ground = grower_of(&goods[i])->portrait.ground;
        Str svg = good ? drawing_svg(arena, &drawing) : portrait_svg(arena, &growers[i - goods_len].portrait);
        Err *err = err_copy(demo->arena, media_take_drawing(demo->store, arena, svg, demo->now, &key));
        if (good)
            out->goods[i] = str_copy(demo->arena, key);
        else
            out->growers[i - goods_len] = str_copy(demo->arena, key);
        arena_free(arena);
        TRY(err);
        if (progress)
            progress(arg, (int64_t)i + 1, (int64_t)(goods_len + growers_len));
    }
    return NULL;
}

static Measure measure_of(const Good *good)
{
    switch (good->sold) {
    case LOOSE:
        return (Measure){.sold_unit = STR("GRM"), .priced_unit = STR("KGM")};
    case CATCH:
        return (Measure){.sold_unit = STR("C62"),
                         .priced_unit = STR("KGM"),
                         .priced_scale = GRAMS,
                         .nominal_priced_steps = good->grams};
    case EACH:
        break;
    }
    return (Measure){.sold_unit = STR("C62"), .priced_unit = STR("C62")};
}

static NewVariant variant_of(Arena *arena, const Good *good, size_t number)
{
    NewVariant variant = {.sku = str_format(arena, "GE-%03zu", number + 1),
                          .measure = measure_of(good),
                          .step = good->sold == LOOSE ? good->grams : 1,
                          .tolerance_ppm = good->sold == CATCH ? TOLERANCE_PPM : 0,
                          .price = {good->fen},
                          .on_hand_steps = good->stock};
    if (good->sold == EACH && good->grams) {
        variant.content_unit = good->grams > 0 ? STR("KGM") : STR("LTR");
        variant.content_milli = good->grams > 0 ? good->grams : -good->grams;
    }
    variant.packs = (LangTextList){NEW_ARRAY(arena, LangText, LANGS), LANGS};
    variant.packs.at[0] = (LangText){STR("en"), str_of(good->pack_en), {0}};
    variant.packs.at[1] = (LangText){STR("zh-CN"), str_of(good->pack_zh), {0}};
    return variant;
}

static Err *good_add(Tx *tx, Demo *demo, const Good *good, size_t number, Str picture)
{
    Id made;
    Arena *arena = tx->db.arena;
    LangText texts[LANGS] = {{STR("en"), str_of(good->en), str_of(good->story_en)},
                             {STR("zh-CN"), str_of(good->zh), str_of(good->story_zh)}};
    NewPhoto photo = {picture, str_format(arena, "%s · %s", good->en, good->zh)};
    NewVariant variant = variant_of(arena, good, number);
    NewProduct product = {.org = demo_id(demo, "org:%s", good->grower),
                          .texts = {texts, LANGS},
                          .keeps_days = good->keeps_days,
                          .photos = {&photo, 1},
                          .variants = {&variant, 1}};
    TRY(category_find(&tx->db, str_of(good->category), &product.category));
    TRY(product_add(tx, &product, demo_id(demo, "person:%s", grower_of(good)->sign_name), demo->now, &made));
    demo_name(demo, made, "good:%s/%s", good->grower, good->en);
    demo_name(demo, variant.offer, "offer:%s/%s", good->grower, good->en);
    return NULL;
}

/* The newest stand first on the shelf: what a visitor should see first comes last, the rest mixed so that no producer
   stands in a block. */
static void shelve(size_t order[GOODS_MAX], size_t len)
{
    static const char *const front[] = {"Free-range eggs",
                                        "Mountain apples",
                                        "Tomatoes",
                                        "Wildflower honey",
                                        "Fresh tofu",
                                        "Bok choy",
                                        "Terrace rice, new crop",
                                        "Pumpkin",
                                        "Grass carp, whole",
                                        "Goat's cheese",
                                        "Spring green tea",
                                        "Mandarins",
                                        "Fresh shiitake",
                                        "Rapeseed oil, cold pressed",
                                        "Carrots",
                                        "Steamed buns, ten",
                                        "Market basket",
                                        "Chilli sauce"};
    enum { FRONT = sizeof front / sizeof *front, STRIDE = 17 };
    size_t at = 0;
    for (size_t i = 0; i < len; i++) {
        bool first = false;
        for (size_t k = 0; k < FRONT; k++)
            first |= strcmp(goods[i * STRIDE % len].en, front[k]) == 0;
        if (!first)
            order[at++] = i * STRIDE % len;
    }
    for (size_t k = FRONT; k-- > 0;)
        for (size_t i = 0; i < len; i++)
            if (strcmp(goods[i].en, front[k]) == 0)
                order[at++] = i;
}

typedef struct Stocking {
    Demo *demo;
    const DemoPictures *pictures;
} Stocking;

static Err *stock_up(Tx *tx, void *arg)
{
    const Stocking *stocking = arg;
    Demo *demo = stocking->demo;
    for (size_t i = 0; growers[i].slug; i++) {
        const Grower *g = &growers[i];
        LangText texts[LANGS] = {{STR("en"), str_of(g->en), str_of(g->story_en)},
                                 {STR("zh-CN"), str_of(g->zh), str_of(g->story_zh)}};
        Str places[LANGS] = {str_of(g->place_en), str_of(g->place_zh)};
        NewProducer producer = {
            demo_id(demo, "org:%s", g->slug), {texts, LANGS}, {places, LANGS}, stocking->pictures->growers[i]};
        TRY(producer_put(tx, &producer, demo_id(demo, "person:%s", g->sign_name), demo->now));
    }
    size_t len = demo_goods_len(), order[GOODS_MAX];
    shelve(order, len);
    for (size_t i = 0; i < len; i++)
        TRY(good_add(tx, demo, &goods[order[i]], order[i], stocking->pictures->goods[order[i]]));
    return NULL;
}

Err *demo_goods(Demo *demo, const DemoPictures *pictures)
{
    Stocking stocking = {demo, pictures};
    return db_write(demo->store, demo->arena, stock_up, &stocking);
}
