/* Goods out of the market, into the tables of other shops. */
#include <string.h>

#include "base/csv.h"
#include "core/core.h"
#include "media/media.h"
#include "trade/own.h"

enum { LINE_MAX_OUT = 1 << 20 };

Err *walk_put(Walk *walk)
{
    Str text = buf_str(&walk->line);
    walk->line = buf_new(walk->arena, LINE_MAX_OUT);
    return walk->out->put(walk->out->put_arg, text);
}

Str good_address(Walk *walk, const GoodOut *good)
{
    return str_format(walk->arena, "%.*s/market/%.*s", STR_ARG(walk->out->base), STR_ARG(id_text(walk->arena, good->offer)));
}

Str good_picture(Walk *walk, const GoodOut *good)
{
    Str path = media_url(walk->arena, good->photo, 1280, "jpg");
    return path.len ? str_format(walk->arena, "%.*s%.*s", STR_ARG(walk->out->base), STR_ARG(path)) : path;
}

Str good_price(Walk *walk, const GoodOut *good)
{
    return money_plain(walk->arena, good->price, walk->out->places);
}

static Str number(Walk *walk, int64_t value)
{
    return str_format(walk->arena, "%lld", (long long)value);
}

static Str yes(bool is)
{
    return is ? STR("1") : STR("0");
}

/* "0.25" kg of "250 g" in the content; empty when not said or not a weight. */
static Str weight(Walk *walk, const GoodOut *good, int64_t scale)
{
    return str_eq(good->content_unit, STR("KGM")) && good->content_milli ? quantity_plain(walk->arena, good->content_milli, scale)
                                                                          : (Str){0};
}

static bool is_draft(const GoodOut *good)
{
    return str_eq(good->state, STR("draft")) || !str_eq(good->offer_state, STR("open"));
}

static Err *put_row(Walk *walk, const Str *fields, size_t len)
{
    for (size_t i = 0; i < len; i++)
        csv_write_plain(&walk->line, fields[i], i + 1 == len);
    return walk_put(walk);
}

/* ---- WooCommerce: a row a product; variations point at their parent by SKU ---- */

static const char woocommerce_head[] = "Type,SKU,\"GTIN, UPC, EAN, or ISBN\",Name,Published,Visibility in catalog,Description,In stock?,Stock,"
                                       "Backorders allowed?,Weight (kg),Regular price,Categories,Images,Parent,Attribute 1 name,"
                                       "Attribute 1 value(s),Attribute 1 visible,Attribute 1 global,Meta: _millet\n";

static Str parent_sku(Walk *walk, const GoodOut *good)
{
    return str_format(walk->arena, "millet-%.*s-%.*s", STR_ARG(id_text(walk->arena, good->product)), STR_ARG(id_text(walk->arena, good->seller)));
}

static Str own_sku(Walk *walk, const GoodOut *good)
{
    return good->sku.len ? good->sku : str_format(walk->arena, "millet-%.*s", STR_ARG(id_text(walk->arena, good->offer)));
}

static Err *woocommerce_parent(Walk *walk, const GoodOut *good)
{
    const Str fields[] = {STR("variable"), parent_sku(walk, good), {0}, own_html(walk->arena, good->name), yes(!is_draft(good)), STR("visible"),
                          own_html(walk->arena, good->story), STR("1"), {0}, STR("0"), {0}, {0}, good->category, good_picture(walk, good), {0},
                          STR("Pack"), {0}, STR("1"), STR("0"), {0}};
    return put_row(walk, fields, sizeof fields / sizeof *fields);
}

static Err *woocommerce_good(Walk *walk, const GoodOut *good)
{
    bool variation = good->sisters > 1;
    if (variation && walk->number == 0)
        TRY(woocommerce_parent(walk, good));
    Str name = own_html(walk->arena, good->name), none = {0};
    const Str fields[] = {variation ? STR("variation") : STR("simple"), own_sku(walk, good), good->gtin, name, yes(!is_draft(good)), STR("visible"),
                          variation ? none : own_html(walk->arena, good->story), yes(good->on_hand > 0 || good->oversell),
                          number(walk, good->on_hand), yes(good->oversell), weight(walk, good, 3), good_price(walk, good),
                          variation ? none : good->category, variation ? none : good_picture(walk, good),
                          variation ? parent_sku(walk, good) : none, good->pack.len || variation ? STR("Pack") : none, good->pack,
                          STR("1"), STR("0"), own_column(walk->arena, good)};
    return put_row(walk, fields, sizeof fields / sizeof *fields);
}

/* ---- Shopify: the rows of one handle are one product ---- */

static const char shopify_head[] = "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,"
                                   "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,"
                                   "Variant Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Status,"
                                   "Millet (product.metafields.custom.millet)\n";

static Err *shopify_good(Walk *walk, const GoodOut *good)
{
    bool first = walk->number == 0;
    Str none = {0}, pack = good->pack.len ? good->pack : good->sisters > 1 ? number(walk, good->position + 1) : STR("Default Title");
    const Str fields[] = {parent_sku(walk, good), first ? own_html(walk->arena, good->name) : none, first ? own_html(walk->arena, good->story) : none,
                          first ? good->producer_name : none, first ? good->category : none, first ? is_draft(good) ? STR("false") : STR("true") : none,
                          first ? good->pack.len || good->sisters > 1 ? STR("Pack") : STR("Title") : none, pack, own_sku(walk, good),
                          weight(walk, good, 0).len ? weight(walk, good, 0) : STR("0"), STR("shopify"), number(walk, good->on_hand),
                          good->oversell ? STR("continue") : STR("deny"), STR("manual"), good_price(walk, good), STR("true"), STR("true"),
                          good->gtin, first ? good_picture(walk, good) : none, first ? is_draft(good) ? STR("draft") : STR("active") : none,
                          own_column(walk->arena, good)};
    return put_row(walk, fields, sizeof fields / sizeof *fields);
}

/* ---- Google Merchant: tabs, a row a variant ---- */

static const char google_head[] = "id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tbrand\tproduct_type\tgtin\titem_group_id\tsize\t"
                                  "unit_pricing_measure\tunit_pricing_base_measure\tquantity\tcondition\tidentifier_exists\tpause\tmillet\n";

/* Tabs and ends of lines would end a field. */
static void put_field(Buf *out, Str field, bool last)
{
    for (size_t i = 0; i < field.len; i++)
        buf_add_char(out, (unsigned char)field.at[i] < 0x20 ? ' ' : field.at[i]);
    buf_add_char(out, last ? '\n' : '\t');
}

static void content_words(Walk *walk, const GoodOut *good, Str *measure, Str *base)
{
    const Unit *unit = good->content_milli ? unit_find(good->content_unit) : NULL;
    *measure = *base = (Str){0};
    if (!unit)
        return;
    const char *word = unit->kind == UNIT_VOLUME ? "l" : "kg";
    *measure = str_format(walk->arena, "%.*s %s", STR_ARG(quantity_plain(walk->arena, good->content_milli, 3)), word);
    *base = str_format(walk->arena, "1 %s", word);
}

static Err *google_good(Walk *walk, const GoodOut *good)
{
    Str measure, base;
    bool there = good->on_hand > good->reserved;
    content_words(walk, good, &measure, &base);
    const Str fields[] = {own_sku(walk, good), own_html(walk->arena, good->name), own_html(walk->arena, good->story), good_address(walk, good),
                          good_picture(walk, good), there ? STR("in_stock") : good->oversell ? STR("backorder") : STR("out_of_stock"),
                          str_format(walk->arena, "%.*s %.*s", STR_ARG(good_price(walk, good)), STR_ARG(walk->out->currency)),
                          good->producer_name, good->category, good->gtin, parent_sku(walk, good), good->pack, measure, base,
                          number(walk, good->on_hand > good->reserved ? good->on_hand - good->reserved : 0), STR("new"),
                          good->gtin.len ? STR("yes") : STR("no"), is_draft(good) ? STR("ads") : (Str){0}, own_column(walk->arena, good)};
    size_t len = sizeof fields / sizeof *fields;
    for (size_t i = 0; i < len; i++)
        put_field(&walk->line, fields[i], i + 1 == len);
    return walk_put(walk);
}

/* ---- all of them ---- */

static const struct OutFormat {
    const char *name;
    const char *head;
    Err *(*begin)(Walk *walk);
    Err *(*good)(Walk *walk, const GoodOut *good);
    Err *(*end)(Walk *walk);
} formats[] = {
    {"woocommerce", woocommerce_head, NULL, woocommerce_good, NULL},
    {"shopify", shopify_head, NULL, shopify_good, NULL},
    {"google", google_head, NULL, google_good, NULL},
    {"dfc", "", dfc_begin, dfc_good, dfc_end},
    {"schema", "", schema_begin, schema_good, schema_end},
};

typedef struct Each {
    Walk *walk;
    const struct OutFormat *format;
} Each;

static Err *each_good(void *arg, const GoodOut *good)
{
    Each *each = arg;
    Walk *walk = each->walk;
    if (!good->has_price)
        return NULL; /* nobody could buy it */
    walk->number = walk->product == good->product && walk->seller == good->seller ? walk->number + 1 : 0;
    walk->product = good->product;
    walk->seller = good->seller;
    walk->line = buf_new(walk->arena, LINE_MAX_OUT);
    Err *err = err_copy(walk->out->arena, each->format->good(walk, good));
    walk->out->lines++;
    arena_reset(walk->arena);
    return err;
}

static Err *write_format(Walk *walk, const struct OutFormat *format)
{
    Each each = {walk, format};
    walk->line = buf_new(walk->arena, LINE_MAX_OUT);
    if (format->head[0])
        TRY(walk->out->put(walk->out->put_arg, str_of(format->head)));
    if (format->begin)
        TRY(format->begin(walk));
    TRY(goods_out(walk->db, &(GoodsOutArgs){.org = walk->out->org, .lang = walk->out->lang, .product = walk->out->product, .variant = walk->out->variant,
                                             .offer = walk->out->offer, .open = walk->out->open}, each_good, &each));
    walk->line = buf_new(walk->arena, LINE_MAX_OUT);
    return format->end ? format->end(walk) : NULL;
}

Err *trade_out(TradeOut *out, const char *format)
{
    Db db;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, format) == 0) {
            TRY(db_read(out->store, out->arena, &db));
            TRY(db_snapshot(&db));
            Walk walk = {.out = out, .arena = arena_new(), .db = &db};
            Err *err = err_copy(out->arena, write_format(&walk, &formats[i]));
            arena_free(walk.arena);
            return err;
        }
    return err_arg(out->arena, err_new(out->arena, ERR_INVALID, "export.format"), "format", str_of(format));
}
