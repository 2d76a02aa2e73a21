/* Exports as other programs write them, and as people break them. All files here are our own. */

#include "trade/test_village.h"

#include <stdio.h>
#include <string.h>

static TradeBook read_as(Arena *arena, const char *format, const char *file)
{
    TradeBook book = {.arena = arena, .places = 2, .currency = STR("CNY"), .now = now};
    assert_fine(trade_read(str_of(file), format, &book));
    return book;
}

#define assert_noted(book, code, level_, line_)           \
    do {                                                  \
        const TradeNote *noted = note_of((book), (code)); \
        assert_non_null(noted);                           \
        assert_int_equal(noted->level, (level_));         \
        assert_int_equal(noted->line, (line_));           \
    } while (0)

#define WOO                                                                                                          \
    "ID,Type,SKU,Name,Published,Visibility in catalog,Description,In stock?,Stock,Backorders allowed?,Weight "       \
    "(kg),Sale price,Regular price,Categories,Tags,Images,Parent,Date sale price ends,Attribute 1 name,Attribute 1 " \
    "value(s),Attribute 2 value(s)\n"
#define SHOP                                                                                                         \
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Value,Variant "          \
    "SKU,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image " \
    "Src,Gift Card,Status\n"

/* ---- WooCommerce ---- */

static void variations_find_their_parent_by_id_or_sku_wherever_it_stands(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             WOO "11,variation,h-s,Honey small,1,visible,,1,5,0,0.25,,18,,,,id:10,,Size,Small,\n"
                                 "10,variable,h,Honey,1,visible,Good,1,,0,,,,Food > Honey,,,,,Size,\"Small, Large\",\n"
                                 "12,variation,h-l,Honey large,1,visible,,1,3,0,0.5,,32.5,,,,h,,Size,Large,Glass\n");
    assert_int_equal(book.refused, 0);
    assert_int_equal(trade_kept(&book), 1);
    const TradeProduct *honey = &book.products[1];
    assert_int_equal(honey->variants_len, 2);
    assert_str(honey->uri, "woocommerce:10");
    assert_str(honey->variants[0].pack, "Small");
    assert_str(honey->variants[1].pack, "Large · Glass");
    assert_int_equal(honey->variants[1].price.minor, 3250);
    assert_int_equal(honey->variants[0].content_milli, 250);
    assert_str(honey->variants[0].content_unit, "KGM");
}

static void html_quoted_newlines_and_entities_become_plain_text(void **state)
{
    TradeBook book = read_as(
        test_arena(state), NULL,
        WOO "1,simple,a,Rice &amp; beans,1,visible,\"<p>Soft <b>and</b> "
            "\"\"sweet\"\".</p>\n<ul><li>one</li><li>two</li></ul><script>alert(1)</script>\",1,5,0,,,9.5,,,,,,,,\n");
    assert_str(book.products[0].name, "Rice & beans");
    assert_str(book.products[0].story, "Soft and \"sweet\".\n\n- one\n- two");
    assert_int_equal(book.products[0].variants[0].price.minor, 950);
}

static void sale_prices_count_while_they_last(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             WOO "1,simple,a,On sale,1,visible,,1,5,0,,8,10,,,,,2026-12-01,,,\n"
                                 "2,simple,b,Over,1,visible,,1,5,0,,8,10,,,,,2026-01-01,,,\n");
    assert_int_equal(book.products[0].variants[0].price.minor, 800);
    assert_int_equal(book.products[1].variants[0].price.minor, 1000);
    assert_noted(&book, "import.sale", LEVEL_NOTE, 2);
}

static void drafts_and_hidden_goods_become_drafts_and_what_cannot_be_sold_is_left_out(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             WOO "1,simple,a,Draft,-1,visible,,1,5,0,,,10,,,,,,,,\n"
                                 "2,simple,b,Hidden,1,hidden,,1,5,0,,,10,,,,,,,,\n"
                                 "3,grouped,c,Box,1,visible,,1,,0,,,,,,,,,,,\n"
                                 "4,external,d,Gift,1,visible,,1,,0,,,5,,,,,,,,\n");
    assert_true(book.products[0].draft && book.products[1].draft);
    assert_int_equal(trade_kept(&book), 2);
    assert_int_equal(book.refused, 0);
    assert_noted(&book, "import.grouped", LEVEL_WARNED, 4);
    assert_noted(&book, "import.external", LEVEL_WARNED, 5);
}

static void stock_that_is_not_counted_there_is_not_counted_here(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             WOO "1,simple,a,Endless,1,visible,,1,,0,,,10,,,,,,,,\n"
                                 "2,simple,b,Gone,1,visible,,0,,0,,,10,,,,,,,,\n"
                                 "3,simple,c,Ordered,1,visible,,1,-2,notify,,,10,,,,,,,,\n");
    assert_false(book.products[0].variants[0].counted);
    assert_true(book.products[1].variants[0].counted);
    assert_int_equal(book.products[1].variants[0].stock, 0);
    assert_true(book.products[2].variants[0].oversell);
    assert_noted(&book, "import.stock_negative", LEVEL_WARNED, 4);
}

static void what_is_missing_is_refused_with_its_line_and_column(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             WOO "1,simple,a,,1,visible,,1,5,0,,,10,,,,,,,,\n"
                                 "2,simple,b,No price,1,visible,,1,5,0,,,,,,,,,,,\n"
                                 "3,simple,c,Odd price,1,visible,,1,5,0,,,ten,,,,,,,,\n"
                                 "4,variation,d,Orphan,1,visible,,1,5,0,,,3,,,,id:99,,,,\n"
                                 "1,simple,e,Twice,1,visible,,1,5,0,,,10,,,,,,,,\n"
                                 "6,simple,f,Too,1,visible,,1,5,0,,,1,,,,,,,,,extra,columns\n");
    assert_noted(&book, "import.name", LEVEL_REFUSED, 2);
    assert_noted(&book, "import.price_missing", LEVEL_REFUSED, 3);
    assert_str(note_of(&book, "import.price_missing")->column, "Regular price");
    assert_noted(&book, "import.price", LEVEL_REFUSED, 4);
    assert_noted(&book, "import.parent", LEVEL_REFUSED, 5);
    assert_noted(&book, "import.twice", LEVEL_REFUSED, 6);
    assert_noted(&book, "import.columns", LEVEL_REFUSED, 7);
    assert_int_equal(trade_kept(&book), 0);
}

/* ---- Shopify ---- */

static void rows_of_one_handle_are_one_product(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             SHOP "pot,Clay pot,<p>Good</p>,Us,Outdoor,\"Pot, "
                                  "Plants\",true,Size,Small,Red,p1,400,3,deny,9.99,,a.jpg,false,active\n"
                                  "pot,,,,,,,,Large,Red,p2,900,-1,continue,15.99,20,b.jpg,,\n"
                                  "pot,,,,,,,,,,,,,,,,c.jpg,,\n"
                                  "cup,Cup,,Us,,,true,Title,Default Title,,,,2,deny,5,,,false,draft\n"
                                  "card,Gift card,,Us,,,true,Title,Default Title,,,,2,deny,50,,,true,active\n");
    assert_int_equal(book.refused, 0);
    assert_int_equal(trade_kept(&book), 2);
    const TradeProduct *pot = &book.products[0];
    assert_int_equal(pot->variants_len, 2);
    assert_str(pot->variants[1].pack, "Large · Red");
    assert_int_equal(pot->variants[1].content_milli, 900);
    assert_true(pot->variants[1].oversell);
    assert_int_equal(pot->images.len, 3);
    assert_true(book.products[1].draft);
    assert_str(book.products[1].variants[0].pack, "");
    assert_noted(&book, "import.gift_card", LEVEL_WARNED, 6);
}

static void the_newer_headings_of_shopify_are_known_too(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL,
                             "Title,URL handle,Description,Published on online store,Status,SKU,Option1 "
                             "value,Price,Inventory quantity,Weight value (grams)\n"
                             "Tea,tea,Fine,TRUE,Active,t1,100 g,25.00,7,100\n");
    assert_string_equal(book.format, "shopify");
    assert_str(book.products[0].variants[0].pack, "100 g");
    assert_int_equal(book.products[0].variants[0].stock, 7);
    assert_int_equal(book.products[0].variants[0].content_milli, 100);
}

/* ---- Google ---- */

static void a_google_file_is_read_with_groups_units_and_currency(void **state)
{
    TradeBook book =
        read_as(test_arena(state), NULL,
                "id\ttitle\tdescription\tlink\tImage Link\tavailability\tprice\tsale price\titem group "
                "id\tsize\tunit_pricing_measure\tproduct_type\n"
                "h1\tHoney\t\"Sweet\" & wild\thttps://x\thttps://x/1.jpg\tin_stock\t38.00 CNY\t\tH\t250 g\t250 g\tFood "
                "> Honey\n"
                "h2\tHoney\tx\thttps://x\t\tout_of_stock\t68.00 CNY\t60 CNY\tH\t500 g\t0.5 kg\tFood > Honey\n"
                "o1\tOil\tx\thttps://x\t\tpreorder\t58.00 CNY\t\t\t\t1000 ml\tOil\n"
                "e1\tEuro\tx\thttps://x\t\tin_stock\t9.00 EUR\t\t\t\t\t\n");
    assert_int_equal(trade_kept(&book), 2);
    assert_int_equal(book.products[0].variants_len, 2);
    assert_str(book.products[0].story, "\"Sweet\" & wild");
    assert_int_equal(book.products[0].variants[1].price.minor, 6000);
    assert_int_equal(book.products[0].variants[1].content_milli, 500);
    assert_true(book.products[0].variants[1].counted);
    assert_str(book.products[1].variants[0].content_unit, "LTR");
    assert_true(book.products[1].variants[0].oversell);
    assert_noted(&book, "import.currency", LEVEL_REFUSED, 5);
}

/* ---- any file ---- */

static void a_file_that_is_none_of_these_is_refused_clearly(void **state)
{
    Arena *arena = test_arena(state);
    TradeBook book = {.arena = arena, .places = 2, .currency = STR("CNY"), .now = now};
    assert_err(trade_read(STR("a,b,c\n1,2,3\n"), NULL, &book), "import.format");
    assert_err(trade_read(STR(""), NULL, &book), "import.empty");
    assert_err(trade_read(STR("\xD6\xD0\xCE\xC4,x\n"), NULL, &book), "import.encoding");
    assert_err(trade_read(STR("\xFF\xFEI\0D\0"), NULL, &book), "import.encoding");
    assert_err(trade_read(STR(WOO), "shopify", &book), "import.format");
}

static void a_quote_that_is_never_closed_is_named_by_its_line(void **state)
{
    TradeBook book = read_as(test_arena(state), NULL, WOO "1,simple,a,\"Open,1,visible,,1,5,0,,,10,,,,,,,,\n");
    assert_noted(&book, "csv.quote", LEVEL_REFUSED, 2);
}

static void html_is_never_kept(void **state)
{
    Arena *arena = test_arena(state);
    static const char *const cases[][2] = {{"<img src=x onerror=alert(1)>", ""},
                                           {"a<script>alert('</p>')</script>b", "ab"},
                                           {"<style>p{}</style>x", "x"},
                                           {"&lt;script&gt;", "<script>"},
                                           {"2 < 3 & 4 > 1", "2 < 3 & 4 > 1"},
                                           {"a<br>b<br/>c", "a\nb\nc"},
                                           {"<p>a</p>\n\n<p>b</p>", "a\n\nb"},
                                           {"<!-- <p>no</p> -->yes", "yes"},
                                           {"<script>never closed", ""},
                                           {"<a title='>'>x</a>", "x"},
                                           {"&#x4E2D;&#25991;&bogus;&", "中文&bogus;&"},
                                           {"<p", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(html_text(arena, str_of(cases[i][0]), 1000), cases[i][1]);
}

/* ---- into the market ---- */

static TradeCounts write_book(App *app, const char *file, bool trial, const char *code)
{
    TradeBook book = read_as(app_arena(app), NULL, file);
    TradeWrite write = {.book = &book, .org = app_org(app), .lang = STR("en"), .trial = trial};
    Err *err = trade_write(app_store(app), app_arena(app), &write);
    if (code)
        assert_err(err, code);
    else
        assert_fine(err);
    return write.counts;
}

static const char two_goods[] =
    WOO "10,variable,h,Honey,1,visible,Good,1,,0,,,,Food > Honey,,,,,Size,\"Small, Large\",\n"
        "11,variation,h-s,,1,visible,,1,5,0,0.25,,18,,,,id:10,,Size,Small,\n"
        "12,variation,h-l,,1,visible,,1,3,0,0.5,,32.5,,,,id:10,,Size,Large,\n"
        "20,simple,r,Rice,1,visible,White,1,40,0,5,,60,Grain,,,,,,,\n";

static void imported_goods_stand_on_the_shelf(void **state)
{
    App *app = app_of(state);
    assert_int_equal(write_book(app, two_goods, false, NULL).made, 2);
    const Answer *shelf = ask(app, guest(app), "GET", "/api/v1/offers", NULL);
    assert_status(shelf, 200);
    assert_int_equal(json_number(shelf, "items"), 3);
}

static void a_second_import_changes_what_differs_and_doubles_nothing(void **state)
{
    App *app = app_of(state);
    write_book(app, two_goods, false, NULL);
    TradeCounts again = write_book(app, two_goods, false, NULL);
    assert_int_equal(again.made, 0);
    assert_int_equal(again.changed, 0);
    assert_int_equal(again.same, 2);
    TradeCounts third = write_book(app,
                                   WOO "20,simple,r,Better rice,1,visible,White,1,41,0,5,,61,Grain,,,,,,,\n"
                                       "10,variable,h,Honey,1,visible,Good,1,,0,,,,Food > Honey,,,,,Size,,\n"
                                       "11,variation,h-s,,1,visible,,1,5,0,0.25,,18,,,,id:10,,Size,Small,\n"
                                       "13,variation,h-xl,,1,visible,,1,2,0,1,,60,,,,id:10,,Size,Huge,\n",
                                   false, NULL);
    assert_int_equal(third.changed, 2);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 2);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM offer"), 4);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM price WHERE valid_to IS NULL AND amount = 6100"),
                     1);
}

static void a_trial_writes_nothing(void **state)
{
    App *app = app_of(state);
    assert_int_equal(write_book(app, two_goods, true, NULL).made, 2);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 0);
}

static void what_the_market_refuses_undoes_all_and_names_the_line(void **state)
{
    App *app = app_of(state);
    TradeBook book = read_as(app_arena(app), NULL,
                             WOO "1,simple,a,Fine,1,visible,,1,5,0,,,10,,,,,,,,\n"
                                 "2,simple,b,Dear,1,visible,,1,5,0,,,99999999999.99,,,,,,,,\n");
    TradeWrite write = {.book = &book, .org = app_org(app), .lang = STR("en")};
    assert_err(trade_write(app_store(app), app_arena(app), &write), "import.refused");
    assert_int_equal(book.notes[book.notes_len - 1].line, 3);
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 0);
}

/* ---- the pages ---- */

static const char *text_between(App *app, Str body, const char *before, char end)
{
    size_t at = str_find(body, str_of(before));
    assert_true(at != SIZE_MAX);
    Str rest = str_slice(body, at + strlen(before), body.len), value, after;
    str_cut(rest, end, &value, &after);
    return str_z(app_arena(app), value);
}

static void a_seller_looks_first_and_then_imports(void **state)
{
    App *app = app_of(state);
    User *li = user(app, "Li", 0, ROLE_SELLER);
    Str seller = id_text(app_arena(app), app_org(app));
    AskFile file = {"file", "export.csv", "text/csv", str_of(two_goods)};
    const Answer *looked =
        ask_upload(app, li, "/market/import", &file,
                   str_z(app_arena(app), str_format(app_arena(app), "seller=%.*s", STR_ARG(seller))));
    assert_status(looked, 200);
    assert_says(looked, "Honey, 2 variants");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 0);
    const char *hash = text_between(app, looked->body, "name=\"hash\" value=\"", '"');
    Str form = str_format(app_arena(app), "seller=%.*s&hash=%s", STR_ARG(seller), hash);
    assert_goes_to(ask(app, li, "POST", "/market/import/write", str_z(app_arena(app), form)), "/goods");
    assert_int_equal(test_int(app_store(app), "SELECT count(*) FROM product"), 2);
    const Answer *again = ask(app, li, "POST", "/market/import/write", str_z(app_arena(app), form));
    assert_int_equal(again->status, 409);
}

static void a_file_with_a_bad_line_shows_it_and_offers_to_leave_it_out(void **state)
{
    App *app = app_of(state);
    User *li = user(app, "Li", 0, ROLE_SELLER);
    AskFile file = {
        "file", "export.csv", "text/csv",
        STR(WOO "1,simple,a,Fine,1,visible,,1,5,0,,,10,,,,,,,,\n2,simple,b,,1,visible,,1,5,0,,,10,,,,,,,,\n")};
    Str seller = str_format(app_arena(app), "seller=%.*s", STR_ARG(id_text(app_arena(app), app_org(app))));
    const Answer *looked = ask_upload(app, li, "/market/import", &file, str_z(app_arena(app), seller));
    assert_status(looked, 200);
    assert_says(looked, "The name is missing");
    assert_says(looked, "Import the others");
}

static void only_sellers_import_and_only_for_their_own(void **state)
{
    App *app = app_of(state);
    User *li = user(app, "Li", 0, ROLE_MEMBER);
    assert_int_equal(ask(app, li, "GET", "/market/import", NULL)->status, 403);
    AskFile file = {"file", "export.csv", "text/csv", str_of(two_goods)};
    User *other = user(app, "Wu", 0, ROLE_SELLER);
    Str seller = str_format(app_arena(app), "seller=%.*s", STR_ARG(id_text(app_arena(app), id_mint())));
    assert_int_equal(ask_upload(app, other, "/market/import", &file, str_z(app_arena(app), seller))->status, 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(variations_find_their_parent_by_id_or_sku_wherever_it_stands),
        TEST(html_quoted_newlines_and_entities_become_plain_text),
        TEST(sale_prices_count_while_they_last),
        TEST(drafts_and_hidden_goods_become_drafts_and_what_cannot_be_sold_is_left_out),
        TEST(stock_that_is_not_counted_there_is_not_counted_here),
        TEST(what_is_missing_is_refused_with_its_line_and_column),
        TEST(rows_of_one_handle_are_one_product),
        TEST(the_newer_headings_of_shopify_are_known_too),
        TEST(a_google_file_is_read_with_groups_units_and_currency),
        TEST(a_file_that_is_none_of_these_is_refused_clearly),
        TEST(a_quote_that_is_never_closed_is_named_by_its_line),
        TEST(html_is_never_kept),
        TEST_DB(imported_goods_stand_on_the_shelf),
        TEST_DB(a_second_import_changes_what_differs_and_doubles_nothing),
        TEST_DB(a_trial_writes_nothing),
        TEST_DB(what_the_market_refuses_undoes_all_and_names_the_line),
        TEST_DB(a_seller_looks_first_and_then_imports),
        TEST_DB(a_file_with_a_bad_line_shows_it_and_offers_to_leave_it_out),
        TEST_DB(only_sellers_import_and_only_for_their_own),
    };
    return cmocka_run_group_tests_name("trade", tests, NULL, NULL);
}
