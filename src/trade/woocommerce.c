/* WooCommerce's product CSV: a row a product, variations point at their parent ("id:741" or its SKU), which may come
   later. Columns: the plugin's own schema page; English headings. */
#include <string.h>

#include "base/text.h"
#include "trade/trade.h"

/* Types may be several: "simple, downloadable, virtual". */
static bool is_type(Str types, const char *wanted)
{
    Str one;
    while (types.len) {
        str_cut(types, ',', &one, &types);
        if (str_eq_nocase(str_trim(one), str_of(wanted)))
            return true;
    }
    return false;
}

static void left_out(TradeBook *book, size_t line, const char *code)
{
    trade_note(book, LEVEL_WARNED, line, "Type", err_new(book->arena, ERR_INVALID, code));
}

/* The day a sale begins or ends: "2026-11-21" or with a time behind. */
static bool sale_now(const Columns *row)
{
    Date from, to, today = time_date(row->book->now, STR("UTC"));
    Str begins = str_slice(column(row, "Date sale price starts", NULL), 0, 10),
        ends = str_slice(column(row, "Date sale price ends", NULL), 0, 10);
    return !(date_parse(begins, &from) && today.days < from.days) && !(date_parse(ends, &to) && today.days > to.days);
}

static bool price_of(const Columns *row, Money *out)
{
    Str sale = column(row, "Sale price", NULL), regular = column(row, "Regular price", NULL);
    if (sale.len && sale_now(row)) {
        trade_note(
            row->book, LEVEL_NOTE, row->line, "Sale price",
            err_arg(row->book->arena, err_new(row->book->arena, ERR_INVALID, "import.sale"), "regular", regular));
        return trade_price(row->book, row->line, "Sale price", sale, out);
    }
    return trade_price(row->book, row->line, "Regular price", regular, out);
}

static Str weight_of(const Columns *row, Str *unit)
{
    static const char *const headings[][2] = {
        {"Weight (kg)", "kg"}, {"Weight (g)", "g"}, {"Weight (lbs)", "lbs"}, {"Weight (oz)", "oz"}};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        Str found = column(row, headings[i][0], NULL);
        *unit = str_of(headings[i][1]);
        if (found.len)
            return found;
    }
    return (Str){0};
}

/* "Large · Blue" from "Attribute 1 value(s)" and its sisters */
static Str pack_of(const Columns *row)
{
    Buf out = buf_new(row->book->arena, 400);
    for (int i = 1; i <= 9; i++) {
        Str heading = str_format(row->book->arena, "Attribute %d value(s)", i);
        Str value = column(row, str_z(row->book->arena, heading), NULL);
        if (value.len)
            buf_addf(&out, "%s%.*s", out.len ? " · " : "", STR_ARG(value));
    }
    return buf_str(&out);
}

static void fill_stock(const Columns *row, TradeVariant *variant)
{
    Str in_stock = column(row, "In stock?", NULL), more = column(row, "Backorders allowed?", NULL);
    trade_stock(row->book, row->line, "Stock", column(row, "Stock", NULL), variant);
    variant->oversell = column_true(more) || str_eq_nocase(more, STR("notify"));
    if (!variant->counted && in_stock.len && !column_true(in_stock))
        variant->counted = true; /* "not in stock", and no number: nothing is there */
    if (!variant->counted)
        trade_note(row->book, LEVEL_NOTE, row->line, "Stock",
                   err_new(row->book->arena, ERR_INVALID, "import.uncounted"));
}

static bool fill_variant(const Columns *row, TradeProduct *product)
{
    TradeVariant *variant = trade_variant(row->book, product, row->line);
    Str unit, weight = weight_of(row, &unit);
    if (!variant || !price_of(row, &variant->price)) {
        product->refused = true;
        return false;
    }
    variant->sku = column(row, "SKU", NULL);
    variant->gtin = column(row, "GTIN, UPC, EAN, or ISBN", NULL);
    if (weight.len && !trade_content(weight, unit, variant))
        trade_note(row->book, LEVEL_WARNED, row->line, "Weight",
                   err_arg(row->book->arena, err_new(row->book->arena, ERR_INVALID, "import.weight"), "value",
                           utf8_cut(weight, 40)));
    fill_stock(row, variant);
    trade_own_column(column(row, "Meta: _millet", NULL), product, variant);
    return true;
}

static bool fill_product(const Columns *row, TradeProduct *product)
{
    TradeBook *book = row->book;
    Str visible = column(row, "Visibility in catalog", NULL), published = column(row, "Published", NULL);
    Str text = column(row, "Description", "Short description", NULL);
    product->name = html_text(book->arena, column(row, "Name", NULL), 200);
    product->story = html_text(book->arena, text, TRADE_STORY_MAX);
    product->category = str_format(book->arena, "%.*s %.*s", STR_ARG(column(row, "Categories", NULL)),
                                   STR_ARG(column(row, "Tags", NULL)));
    product->draft = (published.len && !column_true(published)) || str_eq_nocase(visible, STR("hidden"));
    if (str_eq_nocase(visible, STR("hidden")))
        trade_note(book, LEVEL_NOTE, row->line, "Visibility in catalog",
                   err_new(book->arena, ERR_INVALID, "import.hidden"));
    trade_images(book, product, column(row, "Images", NULL), ',');
    if (product->name.len)
        return true;
    product->refused = true;
    trade_note(book, LEVEL_REFUSED, row->line, "Name", err_new(book->arena, ERR_INVALID, "import.name"));
    return false;
}

Err *woocommerce_row(TradeBook *book, const Columns *row)
{
    Str types = column(row, "Type", NULL), id = column(row, "ID", NULL), sku = column(row, "SKU", NULL);
    if (is_type(types, "grouped")) {
        left_out(book, row->line, "import.grouped");
        return NULL;
    }
    if (is_type(types, "external")) {
        left_out(book, row->line, "import.external");
        return NULL;
    }
    Str uri = id.len ? str_format(book->arena, "woocommerce:%.*s", STR_ARG(id))
                     : str_format(book->arena, "woocommerce:sku:%.*s", STR_ARG(sku));
    if (!id.len && !sku.len)
        uri = str_format(book->arena, "woocommerce:name:%.*s", STR_ARG(column(row, "Name", NULL)));
    TradeProduct *product = trade_product(book, row->line, uri);
    if (is_type(types, "variation")) {
        product->parent = column(row, "Parent", NULL);
        if (!product->parent.len)
            product->parent = STR("?");
        if (fill_variant(row, product))
            product->variants[0].pack = pack_of(row);
        return NULL;
    }
    if (is_type(types, "virtual") || is_type(types, "downloadable"))
        left_out(book, row->line, "import.digital");
    fill_product(row, product);
    product->sku = sku;
    if (!is_type(types, "variable") && fill_variant(row, product) && product->variants[0].measure.given)
        product->variants[0].pack = pack_of(row); /* elsewhere the attributes of a simple product say other things */
    return NULL;
}

static TradeProduct *parent_find(TradeBook *book, Str parent)
{
    Str id = str_starts(parent, STR("id:")) ? str_slice(parent, 3, parent.len) : (Str){0};
    Str uri = str_format(book->arena, "woocommerce:%.*s", STR_ARG(id));
    for (size_t i = 0; i < book->len; i++) {
        TradeProduct *product = &book->products[i];
        if (!product->parent.len && (id.len ? str_eq(product->uri, uri) : str_eq(product->sku, parent)))
            return product;
    }
    return NULL;
}

static void variation_join(TradeProduct *parent, const TradeProduct *child, TradeVariant *variant)
{
    *variant = child->variants[0];
    if (child->id) { /* a file of our own says it in every row */
        parent->id = child->id;
        parent->category_slug = child->category_slug;
        parent->season_months = child->season_months;
        parent->keeps_days = child->keeps_days;
    }
}

/* Every variation goes to its parent; a parent that is refused takes its variations along. */
Err *woocommerce_end(TradeBook *book)
{
    for (size_t i = 0; i < book->len; i++) {
        TradeProduct *child = &book->products[i];
        if (!child->parent.len)
            continue;
        TradeProduct *parent = parent_find(book, child->parent);
        TradeVariant *variant = parent && child->variants_len ? trade_variant(book, parent, child->line) : NULL;
        child->moved = true;
        if (!parent) {
            Err *err = err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.parent"), "value",
                               utf8_cut(child->parent, 60));
            trade_note(book, LEVEL_REFUSED, child->line, "Parent", err);
        } else if (child->refused)
            parent->refused = true;
        else if (variant)
            variation_join(parent, child, variant);
    }
    for (size_t i = 0; i < book->len; i++) {
        TradeProduct *product = &book->products[i];
        if (product->moved || product->variants_len || product->refused)
            continue;
        product->refused = true;
        trade_note(book, LEVEL_REFUSED, product->line, "Type",
                   err_new(book->arena, ERR_INVALID, "import.no_variations"));
    }
    return NULL;
}
