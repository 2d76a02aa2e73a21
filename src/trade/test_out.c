/* Goods leave in the words of other programs; our own files come back as the same goods. */

#include "trade/test_village.h"

#include <jansson.h>
#include <string.h>

static Str written(App *app, const char *format, Id org)
{
    Buf *buf = NEW(app_arena(app), Buf);
    *buf = buf_new(app_arena(app), 8 << 20);
    Arena *own = arena_new();
    TradeOut out = {.store = app_store(app), .arena = own, .org = org, .lang = STR("en"), .currency = STR("CNY"), .places = 2,
                    .base = STR("https://shop.example.org"), .put = put, .put_arg = buf};
    assert_fine(trade_out(&out, format));
    assert_true(out.lines > 0);
    arena_free(own);
    return buf_str(buf);
}

static TradeCounts taken(App *app, Str file, Id org)
{
    TradeBook book = {.arena = app_arena(app), .places = 2, .currency = STR("CNY"), .now = now};
    assert_fine(trade_read(file, NULL, &book));
    for (size_t i = 0; i < book.notes_len; i++)
        if (book.notes[i].level == LEVEL_REFUSED)
            fail_msg("line %zu: %s", book.notes[i].line, book.notes[i].why->code);
    TradeWrite write = {.book = &book, .org = org, .lang = STR("en")};
    assert_fine(trade_write(app_store(app), app_arena(app), &write));
    return write.counts;
}

static Err *another(Tx *tx, void *org)
{
    return org_add(tx, now, 0, &(NewOrg){.kind = "farm", .name = STR("Other farm"), .place = STR("Elsewhere"), .langs = STR("en")}, org);
}

#define GOODS_OF                                                                                                               \
    "SELECT t.name, t.story, c.slug, p.state, p.season_months, coalesce(p.keeps_days, 0), v.sold_unit, v.sold_scale, v.step, " \
    "v.min_steps, coalesce(v.max_steps, 0), v.priced_unit, v.priced_scale, coalesce(v.nominal_priced_steps, 0), "              \
    "v.tolerance_ppm, a.amount, s.on_hand, s.oversell, coalesce((SELECT x.pack FROM variant_text x WHERE x.variant = v.id AND x.lang = 'en'), '') " \
    "FROM offer o JOIN variant v ON v.id = o.variant JOIN product p ON p.id = o.product JOIN category c ON c.id = p.category " \
    "JOIN product_text t ON t.product = p.id AND t.lang = 'en' JOIN price a ON a.offer = o.id AND a.valid_to IS NULL "          \
    "JOIN stock s ON s.variant = v.id AND s.place = o.place WHERE o.org = %lld"

static int64_t differing(App *app, Id a, Id b)
{
    Str sql = str_format(app_arena(app), "SELECT count(*) FROM (" GOODS_OF " EXCEPT " GOODS_OF ") d", (long long)a, (long long)b);
    return test_int(app_store(app), str_z(app_arena(app), sql));
}

static void our_own_file_gives_the_same_goods_in_another_shop(void **state)
{
    static const char *const formats[] = {"woocommerce", "shopify", "google"};
    Id farm, other;
    App *app = village_app(state, &farm);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        assert_fine(db_write(app_store(app), app_arena(app), another, &other));
        TradeCounts counts = taken(app, written(app, formats[i], farm), other);
        assert_true(counts.made > 2 && counts.changed == 0);
        assert_int_equal(differing(app, farm, other), 0);
        assert_int_equal(differing(app, other, farm), 0);
    }
}

static void our_own_file_changes_nothing_where_it_came_from(void **state)
{
    static const char *const formats[] = {"woocommerce", "shopify", "google"};
    Id farm;
    App *app = village_app(state, &farm);
    int64_t products = test_int(app_store(app), "SELECT count(*) FROM product");
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        TradeCounts counts = taken(app, written(app, formats[i], farm), farm);
        assert_int_equal(counts.made, 0);
        assert_int_equal(counts.changed, 0);
        assert_true(counts.same > 2);
    }
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), products);
}

/* ---- linked data ---- */

static json_t *graph_of(Str text)
{
    json_error_t error;
    json_t *root = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        fail_msg("line %d: %s", error.line, error.text);
    return root;
}

static const json_t *thing(const json_t *graph, const char *id)
{
    size_t i;
    const json_t *at;
    json_array_foreach(graph, i, at) if (id && strcmp(json_string_value(json_object_get(at, "@id")), id) == 0) return at;
    return NULL;
}

static const char *word(const json_t *of, const char *name)
{
    return json_string_value(json_object_get(of, name));
}

static void every_item_of_the_food_consortium_refers_both_ways(void **state)
{
    Id farm;
    App *app = village_app(state, &farm);
    json_t *root = graph_of(written(app, "dfc", 0));
    const json_t *graph = json_object_get(root, "@graph"), *at;
    size_t i, items = 0, chinese = 0;
    json_array_foreach(graph, i, at)
    {
        const char *type = word(at, "@type");
        if (strcmp(type, "dfc-b:CatalogItem") == 0) {
            const json_t *product = thing(graph, word(at, "dfc-b:references")), *offer = thing(graph, word(at, "dfc-b:offeredThrough"));
            assert_non_null(product);
            assert_string_equal(word(product, "dfc-b:referencedBy"), word(at, "@id"));
            assert_non_null(thing(graph, word(product, "dfc-b:suppliedBy")));
            assert_non_null(thing(graph, word(at, "dfc-b:managedBy")));
            assert_string_equal(word(offer, "dfc-b:offers"), word(at, "@id"));
            assert_true(json_number_value(json_object_get(json_object_get(offer, "dfc-b:hasPrice"), "dfc-b:value")) > 0);
            items++;
        }
        if (strcmp(type, "dfc-b:SuppliedProduct") == 0)
            for (size_t k = 0; k < json_array_size(json_object_get(at, "rdfs:label")); k++)
                chinese += strcmp(word(json_array_get(json_object_get(at, "rdfs:label"), k), "@language"), "zh-CN") == 0;
    }
    assert_int_equal(items, test_int(app_store(app), "SELECT count(*) FROM offer"));
    assert_int_equal(chinese, items);
    json_decref(root);
}

static void search_engines_read_price_and_unit(void **state)
{
    Id farm;
    App *app = village_app(state, &farm);
    json_t *root = graph_of(written(app, "schema", farm));
    const json_t *graph = json_object_get(root, "@graph"), *at;
    size_t i;
    json_array_foreach(graph, i, at)
    {
        const json_t *offer = json_object_get(at, "offers");
        assert_string_equal(word(offer, "priceCurrency"), "CNY");
        assert_non_null(word(json_object_get(json_object_get(offer, "priceSpecification"), "referenceQuantity"), "unitCode"));
    }
    assert_true(i > 2);
    json_decref(root);
}

static void an_unknown_format_is_named(void **state)
{
    App *app = app_of(state);
    TradeOut out = {.store = app_store(app), .arena = app_arena(app)};
    assert_err(trade_out(&out, "fax"), "export.format");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(our_own_file_gives_the_same_goods_in_another_shop),
        TEST_DB(our_own_file_changes_nothing_where_it_came_from),
        TEST_DB(every_item_of_the_food_consortium_refers_both_ways),
        TEST_DB(search_engines_read_price_and_unit),
        TEST_DB(an_unknown_format_is_named),
    };
    return cmocka_run_group_tests_name("trade_out", tests, NULL, NULL);
}
