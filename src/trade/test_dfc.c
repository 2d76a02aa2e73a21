/* Catalogues of the Data Food Consortium, in and out again. All files here are our own, in the shapes that Open Food Network, LiteFarm
   and linked data in general give them. */

#include "trade/test_village.h"

#include <stdio.h>
#include <string.h>

#include "market/market.h"

static TradeBook read_text(Arena *arena, const char *file)
{
    TradeBook book = {.arena = arena, .places = 2, .currency = STR("EUR"), .now = now};
    assert_fine(trade_read(str_of(file), NULL, &book));
    return book;
}

#define assert_noted(book, code, level_, line_)           \
    do {                                                  \
        const TradeNote *noted = note_of((book), (code)); \
        if (!noted)                                       \
            fail_msg("not noted: %s", code);              \
        assert_int_equal(noted->level, (level_));         \
        assert_int_equal(noted->line, (line_));           \
    } while (0)

#define CONTEXT "{\"@context\":\"https://w3id.org/dfc/ontology/context/context_1.16.0.json\",\"@graph\":[\n"
#define PRODUCT(id, name, more) "{\"@id\":\"" id "\",\"@type\":\"dfc-b:SuppliedProduct\",\"dfc-b:name\":\"" name "\"" more "}"
#define ITEM(id, more) "{\"@id\":\"" id "\",\"@type\":\"dfc-b:CatalogItem\"" more "}"
#define OFFER(id, price, more) \
    "{\"@id\":\"" id "\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"@type\":\"dfc-b:Price\",\"dfc-b:value\":" price ",\"dfc-b:hasUnit\":\"dfc-m:Euro\"}" more "}"

/* ---- reading ---- */

static void an_item_is_found_by_either_end(void **state)
{
    TradeBook book = read_text(test_arena(state),
                               CONTEXT PRODUCT("http://x/p1", "Leeks", ",\"dfc-b:referencedBy\":\"http://x/i1\"") ",\n" ITEM(
                                   "http://x/i1", ",\"dfc-b:offeredThrough\":{\"@id\":\"http://x/o1\"},\"dfc-b:sku\":\"L1\",\"dfc-b:stockLimitation\":4") ",\n"
                               OFFER("http://x/o1", "2.5", "") ",\n" PRODUCT("http://x/p2", "Kale", "") ",\n" ITEM(
                                   "http://x/i2", ",\"dfc-b:references\":\"http://x/p2\",\"dfc-b:stockLimitation\":\"11\"") ",\n"
                               OFFER("http://x/o2", "\"3.10\"", ",\"dfc-b:offers\":\"http://x/i2\"") "]}");
    assert_int_equal(book.refused, 0);
    assert_int_equal(trade_kept(&book), 2);
    assert_int_equal(book.products[0].variants[0].price.minor, 250);
    assert_str(book.products[0].variants[0].sku, "L1");
    assert_int_equal(book.products[0].variants[0].stock, 4);
    assert_int_equal(book.products[1].variants[0].price.minor, 310);
    assert_int_equal(book.products[1].variants[0].stock, 11);
    assert_str(book.products[1].uri, "dfc:http://x/p2");
}

static void things_stand_apart_with_blank_names_as_open_food_network_writes_them(void **state)
{
    TradeBook book = read_text(test_arena(state), "{\"@context\":\"https://www.datafoodconsortium.org\",\"@graph\":[\n"
                                                  "{\"@id\":\"_:b1\",\"@type\":\"dfc-b:QuantitativeValue\",\"dfc-b:hasUnit\":\"dfc-m:Gram\",\"dfc-b:value\":\"500.0\"},\n"
                                                  "{\"@id\":\"_:b2\",\"@type\":\"dfc-b:Price\",\"dfc-b:hasUnit\":\"dfc-m:Euro\",\"dfc-b:value\":\"12.06\"},\n"
                                                  "{\"@id\":\"http://f/1\",\"@type\":\"dfc-b:SuppliedProduct\",\"dfc-b:hasQuantity\":\"_:b1\",\"dfc-b:name\":\"Steak\","
                                                  "\"dfc-b:description\":\"<p>From <b>here</b></p>\",\"dfc-b:referencedBy\":\"http://f/1/c\"},\n"
                                                  "{\"@id\":\"http://f/1/c\",\"@type\":\"dfc-b:CatalogItem\",\"dfc-b:offeredThrough\":\"http://f/1/o\"},\n"
                                                  "{\"@id\":\"http://f/1/o\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"@id\":\"_:b2\"}}]}");
    assert_int_equal(book.refused, 0);
    const TradeVariant *steak = &book.products[0].variants[0];
    assert_int_equal(steak->price.minor, 1206);
    assert_int_equal(steak->content_milli, 500);
    assert_str(steak->content_unit, "KGM");
    assert_str(book.products[0].story, "From here");
    assert_noted(&book, "import.uncounted", LEVEL_NOTE, 5); /* no limit is no stock of nothing */
    assert_int_equal(book.products[0].line, 4);
}

static void full_addresses_and_contexts_in_the_file_say_the_same(void **state)
{
    TradeBook book = read_text(
        test_arena(state),
        "[{\"@context\":{\"b\":\"http://w3id.org/dfc/ontology/v2.0.0/src/DFC_BusinessOntology.owl#\",\"title\":\"b:name\",\"m\":\"http://w3id.org/dfc/taxonomies/v2.0.0/measures.rdf#\"},\n"
        "\"@id\":\"_:p\",\"@type\":[\"b:SuppliedProduct\"],\"title\":{\"@value\":\"Eggs\"},\n"
        "\"b:referencedBy\":{\"@type\":\"b:CatalogItem\",\"b:offeredThrough\":{\"@set\":[{\"@type\":\"b:Offer\",\"b:hasPrice\":{\"b:value\":{\"@value\":4},\"b:hasUnit\":{\"@id\":\"m:Euro\"}}}]}}},\n"
        "{\"@id\":\"_:p\",\"@type\":\"https://github.com/datafoodconsortium/ontology/releases/latest/download/DFC_BusinessOntology.owl#SuppliedProduct\",\n"
        "\"http://w3id.org/dfc/ontology/v2.0.0/src/DFC_BusinessOntology.owl#name\":\"Milk\",\n"
        "\"https://github.com/datafoodconsortium/ontology/releases/latest/download/DFC_BusinessOntology.owl#referencedBy\":{\"@type\":\"dfc-b:CatalogItem\",\"dfc-b:offeredThrough\":\n"
        "{\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":1.25}}}]");
    assert_int_equal(book.refused, 0);
    assert_int_equal(trade_kept(&book), 2); /* the same blank name in two documents is two things */
    assert_str(book.products[0].name, "Eggs");
    assert_int_equal(book.products[0].variants[0].price.minor, 400);
    assert_str(book.products[1].name, "Milk");
    assert_int_equal(book.products[1].variants[0].price.minor, 125);
}

static void variants_of_one_group_are_one_product(void **state)
{
    TradeBook book = read_text(test_arena(state),
                               CONTEXT "{\"@id\":\"http://x/g\",\"@type\":\"dfc-b:ProductGroup\",\"dfc-b:name\":\"Honey\",\"dfc-b:hasType\":\"dfc-pt:honey\"},\n" PRODUCT(
                                   "http://x/1", "Honey - 250 g", ",\"dfc-b:isVariantOf\":[\"http://x/g\"],\"dfc-b:referencedBy\":\"http://x/1i\"") ",\n"
                               PRODUCT("http://x/2", "Large jar", ",\"dfc-b:isVariantOf\":\"http://x/g\",\"dfc-b:referencedBy\":\"http://x/2i\"") ",\n"
                               ITEM("http://x/1i", ",\"dfc-b:offeredThrough\":\"http://x/1o\"") ",\n" ITEM("http://x/2i", ",\"dfc-b:offeredThrough\":\"http://x/2o\"") ",\n"
                               OFFER("http://x/1o", "5", "") ",\n" OFFER("http://x/2o", "9", "") "]}");
    assert_int_equal(trade_kept(&book), 1);
    assert_str(book.products[0].name, "Honey");
    assert_str(book.products[0].dfc_type, "dfc-pt:honey");
    assert_int_equal(book.products[0].variants_len, 2);
    assert_str(book.products[0].variants[0].pack, "250 g");
    assert_str(book.products[0].variants[1].pack, "Large jar");
}

static void each_refusal_names_its_line_and_the_rest_is_read(void **state)
{
    TradeBook book = read_text(test_arena(state),
                               CONTEXT PRODUCT("http://x/1", "No offer", "") ",\n" PRODUCT("http://x/2", "", ",\"dfc-b:referencedBy\":\"http://x/2i\"") ",\n"
                               ITEM("http://x/2i", ",\"dfc-b:offeredThrough\":\"http://x/2o\"") ",\n" OFFER("http://x/2o", "1", "") ",\n"
                               PRODUCT("http://x/3", "Pounds", ",\"dfc-b:referencedBy\":\"http://x/3i\"") ",\n" ITEM("http://x/3i", ",\"dfc-b:offeredThrough\":\"http://x/3o\"") ",\n"
                               "{\"@id\":\"http://x/3o\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"dfc-b:value\":3,\"dfc-b:hasUnit\":\"dfc-m:PoundSterling\"}},\n"
                               PRODUCT("http://x/4", "Words", ",\"dfc-b:referencedBy\":\"http://x/4i\"") ",\n" ITEM("http://x/4i", ",\"dfc-b:offeredThrough\":\"http://x/4o\"") ",\n"
                               "{\"@id\":\"http://x/4o\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"dfc-b:value\":\"cheap\",\"dfc-b:hasUnit\":\"dfc-m:Euro\"}},\n"
                               PRODUCT("http://x/5", "Fine", ",\"dfc-b:referencedBy\":\"http://x/5i\"") ",\n" ITEM("http://x/5i", ",\"dfc-b:offeredThrough\":\"http://x/5o\"") ",\n"
                               OFFER("http://x/5o", "1", "") "]}");
    assert_noted(&book, "import.no_offer", LEVEL_REFUSED, 2);
    assert_noted(&book, "import.name", LEVEL_REFUSED, 3);
    assert_noted(&book, "import.currency", LEVEL_REFUSED, 8);
    assert_noted(&book, "import.price", LEVEL_REFUSED, 11);
    assert_int_equal(book.refused, 4);
    assert_int_equal(trade_kept(&book), 1);
}

static void what_is_no_catalogue_is_said(void **state)
{
    Arena *arena = test_arena(state);
    TradeBook book = {.arena = arena, .places = 2, .currency = STR("EUR"), .now = now};
    assert_err(trade_read(STR("{\"@graph\":[\n{\"a\":}]}"), NULL, &book), "linked.json");
    assert_err(trade_read(STR("{}"), NULL, &book), "import.empty");
    assert_err(trade_read(STR("[1,2]"), NULL, &book), "import.empty");
    assert_err(trade_read(STR("{\"@id\":\"a\",\"@id\":\"b\"}"), NULL, &book), "linked.json");
    Buf deep = buf_new(arena, 4000);
    for (int i = 0; i < 100; i++)
        buf_add(&deep, STR("{\"dfc-b:x\":"));
    buf_add(&deep, STR("1"));
    for (int i = 0; i < 100; i++)
        buf_add_char(&deep, '}');
    assert_err(trade_read(buf_str(&deep), NULL, &book), "linked.deep");
    book = read_text(arena, "{\"@context\":\"http://elsewhere.example/context\",\"@graph\":[\n" PRODUCT("http://x/1", "A", "") "]}");
    assert_noted(&book, "import.context", LEVEL_WARNED, 1);
}

/* ---- there and back ---- */

static Str written(App *app, Id org, bool v2)
{
    Buf *buf = NEW(app_arena(app), Buf);
    *buf = buf_new(app_arena(app), 8 << 20);
    Arena *own = arena_new();
    TradeOut out = {.store = app_store(app), .arena = own, .org = org, .lang = STR("en"), .currency = STR("CNY"), .places = 2,
                    .base = STR("https://shop.example.org"), .v2 = v2, .put = put, .put_arg = buf};
    assert_fine(trade_out(&out, "dfc"));
    assert_true(out.lines > 2);
    arena_free(own);
    return buf_str(buf);
}

static TradeCounts taken(App *app, Str file, Id org)
{
    TradeBook book = {.arena = app_arena(app), .places = 2, .currency = STR("CNY"), .now = now};
    assert_fine(trade_read(file, NULL, &book));
    for (size_t i = 0; i < book.notes_len; i++)
        if (book.notes[i].level >= LEVEL_NOTE)
            fail_msg("line %zu: %s", book.notes[i].line, book.notes[i].why->code);
    TradeWrite write = {.book = &book, .org = org, .lang = STR("en")};
    assert_fine(trade_write(app_store(app), app_arena(app), &write));
    return write.counts;
}

/* Ids are of the place they were made in: each becomes the number of its first appearance. */
static Str numbered(Arena *arena, Str text)
{
    Buf out = buf_new(arena, 2 * text.len);
    Id seen[4000], id;
    size_t len = 0;
    for (size_t i = 0; i < text.len;) {
        bool starts = i && (text.at[i - 1] == '/' || text.at[i - 1] == '=') && i + 13 <= text.len && id_parse(str_slice(text, i, i + 13), &id);
        if (!starts) {
            buf_add_char(&out, text.at[i++]);
            continue;
        }
        size_t k = 0;
        while (k < len && seen[k] != id)
            k++;
        assert_true(k < sizeof seen / sizeof *seen);
        if (k == len)
            seen[len++] = id;
        buf_addf(&out, "#%zu", k);
        i += 13;
    }
    return buf_str(&out);
}

/* The files are too long to be shown whole. */
static void assert_same_lines(Str one, Str two)
{
    Str left, right;
    while (one.len || two.len) {
        str_cut(one, '\n', &left, &one);
        str_cut(two, '\n', &right, &two);
        size_t same = 0;
        while (same < left.len && same < right.len && left.at[same] == right.at[same])
            same++;
        if (!str_eq(left, right))
            fail_msg("...%.*s\nis not\n...%.*s", STR_ARG(str_slice(left, same, same + 200)), STR_ARG(str_slice(right, same, same + 200)));
    }
}

typedef struct Twin {
    Id of, made;
} Twin;

static Err *make_twin(Tx *tx, void *arg)
{
    Twin *twin = arg;
    OrgCard card;
    TRY(org_card(&tx->db, twin->of, &card));
    return org_add(tx, now, 0, &(NewOrg){.kind = "farm", .name = card.name, .place = card.place, .story = card.story, .langs = STR("en")}, &twin->made);
}

static void a_catalogue_goes_elsewhere_and_comes_back_equal(void **state)
{
    Twin twin;
    App *app = village_app(state, &twin.of);
    for (int v2 = 0; v2 < 2; v2++) {
        assert_fine(db_write(app_store(app), app_arena(app), make_twin, &twin));
        Str file = written(app, twin.of, v2);
        TradeCounts counts = taken(app, file, twin.made);
        assert_true(counts.made > 2 && counts.changed == 0);
        Str again = written(app, twin.made, v2);
        assert_same_lines(numbered(app_arena(app), again), numbered(app_arena(app), file));
        assert_true(str_find(file, STR("\"@language\":\"zh-CN\"")) != SIZE_MAX);
        assert_true(str_find(again, STR("\"@language\":\"zh-CN\"")) != SIZE_MAX);
    }
}

static void a_catalogue_changes_nothing_where_it_came_from(void **state)
{
    Id farm;
    App *app = village_app(state, &farm);
    Str file = written(app, farm, false);
    TradeCounts counts = taken(app, file, farm);
    assert_int_equal(counts.made, 0);
    assert_int_equal(counts.changed, 0);
    assert_true(counts.same > 2);
    Str again = written(app, farm, false);
    assert_true(str_eq(file, again));
}

/* ---- by program ---- */

static const char small[] = CONTEXT PRODUCT("http://x/1", "Beet", ",\"dfc-b:referencedBy\":\"http://x/1i\"") ",\n"
    ITEM("http://x/1i", ",\"dfc-b:stockLimitation\":7,\"dfc-b:offeredThrough\":\"http://x/1o\"") ",\n"
    "{\"@id\":\"http://x/1o\",\"@type\":\"dfc-b:Offer\",\"dfc-b:hasPrice\":{\"dfc-b:value\":2.2,\"dfc-b:hasUnit\":\"urn:iso:std:iso:4217:CNY\"}}]}";

static const char *at(App *app, const char *rest)
{
    return str_z(app_arena(app), str_format(app_arena(app), "/api/dfc/enterprises/%.*s%s", STR_ARG(id_text(app_arena(app), app_org(app))), rest));
}

static void a_program_brings_a_catalogue_and_anybody_reads_it(void **state)
{
    App *app = app_of(state);
    User *seller = program(app, user(app, "seller", 0, ROLE_SELLER), "offers");
    const Answer *tried = ask(app, seller, "POST", at(app, "/catalog_items?dry_run=1"), small);
    assert_status(tried, 200);
    assert_int_equal(json_number(tried, "made"), 1);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 0);
    assert_int_equal(json_number(ask(app, seller, "POST", at(app, "/catalog_items"), small), "made"), 1);
    assert_int_equal(json_number(ask(app, seller, "POST", at(app, "/catalog_items"), small), "same"), 1);
    const Answer *read = ask(app, NULL, "GET", at(app, "/catalog_items"), NULL);
    assert_status(read, 200);
    assert_says(read, "\"dfc-b:name\":\"Beet\"");
    assert_says(read, "dfc-b:Enterprise");
    const Answer *second = ask_with(app, NULL, "GET", at(app, "/supplied_products"), "Accept: application/ld+json; profile=\"dfc-v2\"\n", NULL);
    assert_says(second, "context_2.0.0.json");
    assert_str(answer_header(second, "Content-Type"), "application/ld+json; profile=\"dfc-v2\"");
    assert_status(ask(app, NULL, "GET", at(app, ""), NULL), 200);
}

static Err *draft_all(Tx *tx, void *org)
{
    Id product;
    TRY(product_by_uri(&tx->db, *(Id *)org, STR("dfc:http://x/1"), &product));
    return product_show(tx, product, STR("draft"), 0, now);
}

static void every_address_in_a_catalogue_leads_to_the_thing(void **state)
{
    App *app = app_of(state);
    Arena *arena = app_arena(app);
    User *seller = program(app, user(app, "seller", 0, ROLE_SELLER), "offers");
    Id org = app_org(app);
    assert_status(ask(app, seller, "POST", at(app, "/catalog_items"), small), 200);
    Str variant = id_text(arena, test_int(app_store(app), "SELECT id FROM variant")), offer = id_text(arena, test_int(app_store(app), "SELECT id FROM offer"));
    assert_says(ask(app, NULL, "GET", at(app, str_z(arena, str_format(arena, "/catalog_items/%.*s", STR_ARG(variant)))), NULL), "Beet");
    assert_says(ask(app, NULL, "GET", at(app, str_z(arena, str_format(arena, "/supplied_products/%.*s", STR_ARG(variant)))), NULL), "Beet");
    assert_says(ask(app, NULL, "GET", at(app, str_z(arena, str_format(arena, "/offers/%.*s", STR_ARG(offer)))), NULL), "Beet");
    Str product = id_text(arena, test_int(app_store(app), "SELECT id FROM product"));
    const char *group = at(app, str_z(arena, str_format(arena, "/products/%.*s", STR_ARG(product))));
    const Answer *all = ask(app, NULL, "GET", group, NULL); /* what isVariantOf names is there */
    assert_says(all, "Beet");
    assert_says(all, str_z(arena, str_format(arena, "%s\"", group)));
    assert_status(ask(app, NULL, "GET", at(app, str_z(arena, str_format(arena, "/products/%.*s", STR_ARG(offer)))), NULL), 404);
    assert_refused(ask(app, NULL, "GET", at(app, str_z(arena, str_format(arena, "/offers/%.*s", STR_ARG(variant)))), NULL), 404, "export.missing");
    assert_fine(db_write(app_store(app), arena, draft_all, &org));
    assert_silent(ask(app, NULL, "GET", at(app, "/catalog_items"), NULL), "Beet");
}

static void a_program_hears_what_is_wrong_and_nothing_is_written(void **state)
{
    App *app = app_of(state);
    User *seller = program(app, user(app, "seller", 0, ROLE_SELLER), "offers");
    const Answer *answer = ask(app, seller, "POST", at(app, "/catalog_items"), CONTEXT PRODUCT("http://x/1", "Beet", "") "]}");
    assert_status(answer, 422);
    assert_str(json_text(answer, "notes.1.code"), "import.no_offer");
    assert_int_equal(json_number(answer, "notes.1.line"), 2);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 0);
    assert_refused(ask(app, seller, "POST", at(app, "/catalog_items"), "{\"@graph\":"), 422, "linked.json");
    assert_refused(ask(app, program(app, user(app, "buyer", 0, 0), "offers"), "POST", at(app, "/catalog_items"), small), 403, "access.role");
    assert_status(ask(app, NULL, "POST", at(app, "/catalog_items"), small), 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_item_is_found_by_either_end),
        TEST(things_stand_apart_with_blank_names_as_open_food_network_writes_them),
        TEST(full_addresses_and_contexts_in_the_file_say_the_same),
        TEST(variants_of_one_group_are_one_product),
        TEST(each_refusal_names_its_line_and_the_rest_is_read),
        TEST(what_is_no_catalogue_is_said),
        TEST_DB(a_catalogue_goes_elsewhere_and_comes_back_equal),
        TEST_DB(a_catalogue_changes_nothing_where_it_came_from),
        TEST_DB(a_program_brings_a_catalogue_and_anybody_reads_it),
        TEST_DB(every_address_in_a_catalogue_leads_to_the_thing),
        TEST_DB(a_program_hears_what_is_wrong_and_nothing_is_written),
    };
    return cmocka_run_group_tests_name("dfc", tests, NULL, NULL);
}
