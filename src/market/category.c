/* The shelves: a standard tree in both languages, made at the first start; a co-operative may add its own. */
#include "base/text.h"
#include "market/inside.h"

typedef struct Standard {
    const char *slug, *parent; /* parent "": at the top */
    const char *icon;
    const char *en, *zh;
    const char *words; /* folded words of other shops' exports that mean it */
} Standard;

/* clang-format off */
static const Standard standards[] = {
    {"vegetables",  "", "carrot",   "Vegetables",           "蔬菜",     "vegetable vegetables veg greens salad produce"},
    {"roots",       "vegetables", "carrot", "Roots and potatoes", "根茎薯类", "potato potatoes root roots carrot carrots"},
    {"leaves",      "vegetables", "leaf",   "Leaves and herbs",   "叶菜香草", "herb herbs lettuce leaf leaves spinach"},
    {"fruit-veg",   "vegetables", "salad", "Fruiting vegetables", "瓜果菜",  "tomato tomatoes cucumber pepper pumpkin squash"},
    {"mushrooms",   "vegetables", "sprout", "Mushrooms",          "菌菇",     "mushroom mushrooms fungi"},
    {"fruit",       "", "apple",    "Fruit and nuts",       "水果坚果", "fruit fruits berry berries nut nuts apple apples orchard"},
    {"grain",       "", "wheat",    "Rice, grain and beans", "粮油豆类", "grain grains rice millet flour bean beans cereal pasta"},
    {"oil",         "grain", "droplets", "Oil",                "食用油",   "oil oils"},
    {"eggs",        "", "egg",      "Eggs",                 "禽蛋",     "egg eggs"},
    {"meat",        "", "hen",     "Meat and poultry",     "肉禽",     "meat poultry chicken pork beef lamb duck sausage"},
    {"fish",        "", "fish",     "Fish",                 "水产",     "fish seafood shrimp"},
    {"dairy",       "", "milk",     "Milk and cheese",      "奶制品",   "milk dairy cheese yoghurt yogurt butter"},
    {"honey",       "", "candy",  "Honey and sweets",     "蜂蜜甜食", "honey jam jams syrup sweets preserves"},
    {"bakery",      "", "croissant", "Bread and cakes",     "面点糕饼", "bread bakery cake cakes"},
    {"pantry",      "", "pot", "Pickles and pantry", "酱腌干货", "pickle pickles sauce pantry spice spices dried food"},
    {"drinks",      "", "coffee", "Tea and drinks",       "茶饮酒水", "tea drink drinks juice coffee wine beer"},
    {"plants",      "", "flower",   "Plants and seeds",     "花木种苗", "plant plants seed seeds flower flowers garden gardening"},
    {"craft",       "", "scissors", "Crafts",               "手工艺品", "craft crafts textile pottery basket clothing decor home furniture accessories tshirts hoodies music"},
    {"other",       "", "box",  "Other",                "其他",     ""},
};
/* clang-format on */

static Err *standard_insert(Tx *tx, void *arg)
{
    Time now = *(const Time *)arg;
    MarketCount total;
    TRY(category_count(&tx->db, &total));
    if (total.total)
        return NULL; /* another process was first */
    Id ids[sizeof standards / sizeof *standards];
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++) {
        const Standard *s = &standards[i];
        const Id *parent = NULL;
        for (size_t k = 0; k < i; k++)
            if (str_eq(str_of(s->parent), str_of(standards[k].slug)))
                parent = &ids[k];
        ids[i] = id_mint();
        TRY(category_insert(tx, &(CategoryInsertArgs){.id = ids[i], .parent = parent, .slug = str_of(s->slug),
                                                      .position = (int64_t)i, .icon = str_of(s->icon), .now = now}));
        TRY(category_text_put(tx, ids[i], STR("en"), str_of(s->en)));
        TRY(category_text_put(tx, ids[i], STR("zh-CN"), str_of(s->zh)));
    }
    return NULL;
}

Err *category_start(Store *store, Arena *arena)
{
    Db db;
    MarketCount total;
    Time now = time_now();
    TRY(db_read(store, arena, &db));
    TRY(category_count(&db, &total));
    return total.total ? NULL : db_write(store, arena, standard_insert, &now);
}

Err *category_find(Db *db, Str slug, Id *found)
{
    MarketId row;
    bool there = false;
    *found = 0;
    if (slug.len)
        TRY(category_id_by_slug(db, slug, &row, &there));
    if (there)
        *found = row.id;
    return NULL;
}

static bool has_word(Str words, Str word)
{
    Str one, rest = words;
    while (rest.len) {
        str_cut(rest, ' ', &one, &rest);
        if (str_eq(one, word))
            return true;
    }
    return false;
}

Err *category_guess(Db *db, Str words, Id *found)
{
    Str folded = text_search(db->arena, utf8_cut(words, 400)), word;
    const char *slug = "other";
    for (Str rest = folded; rest.len;) { /* the last word that fits: exports go from wide to narrow */
        str_cut(rest, ' ', &word, &rest);
        for (size_t i = 0; word.len && i < sizeof standards / sizeof *standards; i++)
            if (has_word(str_of(standards[i].words), word))
                slug = standards[i].slug;
    }
    TRY(category_find(db, str_of(slug), found));
    return *found ? NULL : category_find(db, STR("other"), found);
}
