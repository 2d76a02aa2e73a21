/* Shopify's product CSV: the rows of one handle follow each other; the first carries title and text, each may carry a
   variant, a picture, or both. Headings of the classic template and of the one that followed it. */
#include <string.h>

#include "trade/trade.h"

#define OPTION(n)                                \
    {                                            \
        "Option" n " Value", "Option" n " value" \
    }

/* "Large · Blue"; a single "Default Title" means that there is nothing to choose. */
static Str pack_of(const Columns *row)
{
    static const char *const options[][2] = {OPTION("1"), OPTION("2"), OPTION("3")};
    Buf out = buf_new(row->book->arena, 400);
    for (size_t i = 0; i < 3; i++) {
        Str value = column(row, options[i][0], options[i][1], NULL);
        if (value.len && !str_eq_nocase(value, STR("Default Title")))
            buf_addf(&out, "%s%.*s", out.len ? " · " : "", STR_ARG(value));
    }
    return buf_str(&out);
}

static void begin_product(const Columns *row, Str handle)
{
    TradeBook *book = row->book;
    TradeProduct *product = trade_product(book, row->line, str_format(book->arena, "shopify:%.*s", STR_ARG(handle)));
    Str status = column(row, "Status", NULL), published = column(row, "Published", "Published on online store", NULL);
    product->sku = handle;
    product->name = html_text(book->arena, column(row, "Title", NULL), 200);
    product->story =
        html_text(book->arena, column(row, "Body (HTML)", "Body HTML", "Description", NULL), TRADE_STORY_MAX);
    product->category =
        str_format(book->arena, "%.*s %.*s %.*s", STR_ARG(column(row, "Product Category", "Product category", NULL)),
                   STR_ARG(column(row, "Type", NULL)), STR_ARG(column(row, "Tags", NULL)));
    product->draft =
        (status.len && !str_eq_nocase(status, STR("active"))) || (published.len && !column_true(published));
    if (!product->name.len) {
        product->refused = true;
        trade_note(book, LEVEL_REFUSED, row->line, "Title", err_new(book->arena, ERR_INVALID, "import.name"));
    } else if (column_true(column(row, "Gift Card", "Gift card", NULL))) {
        product->moved = true; /* left out, with its rows */
        trade_note(book, LEVEL_WARNED, row->line, "Gift Card", err_new(book->arena, ERR_INVALID, "import.gift_card"));
    }
}

static void add_variant(const Columns *row, TradeProduct *product, Str price)
{
    TradeBook *book = row->book;
    TradeVariant *variant = trade_variant(book, product, row->line);
    Str grams = column(row, "Variant Grams", "Weight value (grams)", NULL);
    if (!variant || !trade_price(book, row->line, "Variant Price", price, &variant->price)) {
        product->refused = true;
        return;
    }
    variant->sku = column(row, "Variant SKU", "SKU", NULL);
    variant->gtin = column(row, "Variant Barcode", "Barcode", NULL);
    variant->pack = pack_of(row);
    double weight;
    if (grams.len && !(str_to_real(grams, &weight) && weight == 0) && !trade_content(grams, STR("g"), variant))
        trade_note(book, LEVEL_WARNED, row->line, "Variant Grams",
                   err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.weight"), "value", grams));
    trade_stock(book, row->line, "Variant Inventory Qty",
                column(row, "Variant Inventory Qty", "Inventory quantity", NULL), variant);
    Str policy = column(row, "Variant Inventory Policy", "Continue selling when out of stock", NULL);
    variant->oversell = str_eq_nocase(policy, STR("continue")) || column_true(policy);
    if (!variant->counted)
        trade_note(book, LEVEL_NOTE, row->line, "Variant Inventory Qty",
                   err_new(book->arena, ERR_INVALID, "import.uncounted"));
    trade_own_column(column(row, "Millet (product.metafields.custom.millet)", NULL), product, variant);
    Str before = column(row, "Variant Compare At Price", "Compare-at price", NULL);
    if (before.len)
        trade_note(book, LEVEL_NOTE, row->line, "Variant Compare At Price",
                   err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.sale"), "regular", before));
}

Err *shopify_row(TradeBook *book, const Columns *row)
{
    Str handle = column(row, "Handle", "URL handle", NULL), title = column(row, "Title", NULL);
    if (!handle.len && title.len)
        handle = title; /* the one column that Shopify demands */
    TradeProduct *last = book->len ? &book->products[book->len - 1] : NULL;
    if (!handle.len) {
        trade_note(book, LEVEL_REFUSED, row->line, "Handle", err_new(book->arena, ERR_INVALID, "import.handle"));
        return NULL;
    }
    if (!last || !str_eq(last->sku, handle)) {
        begin_product(row, handle);
        last = &book->products[book->len - 1];
    }
    Str price = column(row, "Variant Price", "Price", NULL);
    bool only_picture = !price.len && last->variants_len && !pack_of(row).len;
    trade_images(book, last, column(row, "Image Src", "Product image URL", NULL), 0);
    if (!only_picture)
        add_variant(row, last, price);
    return NULL;
}
