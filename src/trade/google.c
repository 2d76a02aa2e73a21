/* Google Merchant Center's product file: tab-separated, a row a variant, grouped by item_group_id. Attribute names may
   be written with spaces or underscores: read.c has made underscores of them. */
#include <string.h>

#include "trade/trade.h"

static Str pack_of(const Columns *row)
{
    static const char *const options[] = {"size", "color", "colour", "material", "pattern"};
    Buf out = buf_new(row->book->arena, 400);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        Str value = column(row, options[i], NULL);
        if (value.len)
            buf_addf(&out, "%s%.*s", out.len ? " · " : "", STR_ARG(value));
    }
    return buf_str(&out);
}

/* "2026-11-01T00:00+0800/2026-11-30T23:59+0800": days are exact enough here */
static bool sale_now(const Columns *row)
{
    Str from_text, to_text;
    Date from, to, today = time_date(row->book->now, STR("UTC"));
    str_cut(column(row, "sale_price_effective_date", NULL), '/', &from_text, &to_text);
    return !(date_parse(str_slice(from_text, 0, 10), &from) && today.days < from.days) &&
           !(date_parse(str_slice(str_trim(to_text), 0, 10), &to) && today.days > to.days);
}

/* "750 g", "1.5kg" */
static bool content_of(Str text, TradeVariant *into)
{
    size_t len = 0;
    while (len < text.len && ((text.at[len] >= '0' && text.at[len] <= '9') || text.at[len] == '.'))
        len++;
    return len && trade_content(str_slice(text, 0, len), str_trim(str_slice(text, len, text.len)), into);
}

static TradeProduct *group_find(TradeBook *book, Str uri, Str group)
{
    size_t last = book->len > 200 ? book->len - 200 : 0; /* variants of a group stand together */
    for (size_t i = book->len; group.len && i-- > last;)
        if (str_eq(book->products[i].uri, uri))
            return &book->products[i];
    return NULL;
}

static void fill_stock(const Columns *row, TradeVariant *variant)
{
    TradeBook *book = row->book;
    Str there = column(row, "availability", NULL);
    trade_stock(book, row->line, "quantity", column(row, "quantity", "sell_on_google_quantity", NULL), variant);
    bool order = str_eq_nocase(there, STR("preorder")) || str_eq_nocase(there, STR("backorder"));
    bool out = str_eq_nocase(there, STR("out_of_stock")) || str_eq_nocase(there, STR("out of stock"));
    variant->oversell = order;
    if (out)
        variant->counted = true, variant->stock = 0;
    if (!variant->counted)
        trade_note(book, LEVEL_NOTE, row->line, "availability", err_new(book->arena, ERR_INVALID, "import.uncounted"));
}

static void begin_product(const Columns *row, Str uri)
{
    TradeBook *book = row->book;
    TradeProduct *product = trade_product(book, row->line, uri);
    product->name = html_text(book->arena, column(row, "title", "structured_title", NULL), 200);
    product->story =
        html_text(book->arena, column(row, "description", "structured_description", NULL), TRADE_STORY_MAX);
    product->category = column(row, "product_type", "google_product_category", NULL);
    product->draft = column_true(column(row, "pause", NULL)) || str_eq_nocase(column(row, "pause", NULL), STR("ads"));
    if (product->name.len)
        return;
    product->refused = true;
    trade_note(book, LEVEL_REFUSED, row->line, "title", err_new(book->arena, ERR_INVALID, "import.name"));
}

Err *google_row(TradeBook *book, const Columns *row)
{
    Str id = column(row, "id", NULL), group = column(row, "item_group_id", NULL);
    if (!id.len) {
        trade_note(book, LEVEL_REFUSED, row->line, "id", err_new(book->arena, ERR_INVALID, "import.id"));
        return NULL;
    }
    Str uri = str_format(book->arena, group.len ? "google:group:%.*s" : "google:%.*s", STR_ARG(group.len ? group : id));
    TradeProduct *product = group_find(book, uri, group);
    if (!product) {
        begin_product(row, uri);
        product = &book->products[book->len - 1];
    }
    TradeVariant *variant = trade_variant(book, product, row->line);
    Str sale = column(row, "sale_price", NULL), price = column(row, "price", NULL);
    bool cheaper = sale.len && sale_now(row);
    if (cheaper)
        trade_note(book, LEVEL_NOTE, row->line, "sale_price",
                   err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.sale"), "regular", price));
    if (!variant ||
        !trade_price(book, row->line, cheaper ? "sale_price" : "price", cheaper ? sale : price, &variant->price)) {
        product->refused = true;
        return NULL;
    }
    variant->sku = id;
    variant->gtin = column(row, "gtin", NULL);
    variant->pack = group.len ? pack_of(row) : (Str){0};
    if (!content_of(column(row, "unit_pricing_measure", NULL), variant))
        content_of(column(row, "shipping_weight", "product_weight", NULL), variant);
    fill_stock(row, variant);
    trade_own_column(column(row, "millet", NULL), product, variant);
    trade_images(book, product, column(row, "image_link", NULL), 0);
    trade_images(book, product, column(row, "additional_image_link", NULL), ',');
    return NULL;
}
