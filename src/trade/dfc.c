/* Catalogues of the Data Food Consortium (Open Food Network, LiteFarm and others; contexts 1.x and 2.0) into the book. A supplied
   product finds its catalogue item by either end: programs write `references`, `referencedBy`, or both. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "trade/linked.h"
#include "trade/trade.h"

enum { LANGS_MAX = 20 };

typedef struct Pairs { /* (what is named, who names it), sorted */
    const LinkedThing *(*at)[2];
    size_t len;
} Pairs;

typedef struct Catalogue {
    TradeBook *book;
    Linked linked;
    Pairs items, offers; /* a product's items, an item's offers */
    TradeProduct **groups; /* products of the book by uri, an open hash: places are indexes + 1 */
    size_t *slots, slots_len;
} Catalogue;

/* ---- who names whom ---- */

static int by_named(const void *a, const void *b)
{
    const LinkedThing *const *first = a, *const *second = b;
    int order = (first[0] > second[0]) - (first[0] < second[0]);
    return order ? order : first[1]->line < second[1]->line ? -1 : 1;
}

/* All pairs of a thing named by `forth` of another, or naming it by `back`. */
static Pairs pairs_of(const Linked *linked, const char *type, const char *forth, const char *back)
{
    size_t room = 0;
    for (size_t i = 0; i < linked->len; i++) {
        const LinkedProperty *one = linked_values(linked->at[i], forth), *two = linked_values(linked->at[i], back);
        room += (one ? one->len : 0) + (two ? two->len : 0);
    }
    Pairs pairs = {arena_alloc(linked->arena, (room + 1) * sizeof *pairs.at), 0};
    for (size_t i = 0; i < linked->len; i++) {
        const LinkedThing *thing = linked->at[i];
        const LinkedProperty *one = linked_values(thing, forth), *two = linked_values(thing, back);
        for (size_t k = 0; one && k < one->len; k++) {
            const LinkedThing *other = linked_find(linked, one->at[k].name);
            if (other && linked_is(thing, type))
                pairs.at[pairs.len][0] = other, pairs.at[pairs.len++][1] = thing;
        }
        for (size_t k = 0; two && k < two->len; k++) {
            const LinkedThing *other = linked_find(linked, two->at[k].name);
            if (other && linked_is(other, type))
                pairs.at[pairs.len][0] = thing, pairs.at[pairs.len++][1] = other;
        }
    }
    if (pairs.len)
        qsort(pairs.at, pairs.len, sizeof *pairs.at, by_named);
    return pairs;
}

/* The first of the things that stand beside this one; NULL when there is none. */
static const LinkedThing *first_of(const Pairs *pairs, const LinkedThing *named)
{
    size_t from = 0, until = pairs->len;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (pairs->at[middle][0] < named)
            from = middle + 1;
        else
            until = middle;
    }
    return from < pairs->len && pairs->at[from][0] == named ? pairs->at[from][1] : NULL;
}

/* ---- texts ---- */

static Str in_lang(const LinkedThing *thing, const char *name, Str lang)
{
    const LinkedProperty *values = linked_values(thing, name);
    for (size_t i = 0; values && i < values->len; i++)
        if (str_eq(values->at[i].lang, lang))
            return values->at[i].text;
    return (Str){0};
}

/* One text for each language in which the thing has a label; the language of our own file's product first. */
static TradeTexts texts_of(Catalogue *catalogue, const LinkedThing *thing, const char *name, const char *story, Str first)
{
    const LinkedProperty *labels = linked_values(thing, name);
    TradeTexts texts = {NEW_ARRAY(catalogue->book->arena, TradeText, LANGS_MAX), 0};
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; labels && i < labels->len && texts.len < LANGS_MAX; i++)
            if (labels->at[i].lang.len && labels->at[i].lang.len <= 20 && str_eq(labels->at[i].lang, first) == (turn == 0))
                texts.at[texts.len++] = (TradeText){labels->at[i].lang, str_trim(utf8_cut(labels->at[i].text, 200)),
                                                    story ? utf8_cut(in_lang(thing, story, labels->at[i].lang), TRADE_STORY_MAX) : (Str){0}};
    return texts;
}

static void note(Catalogue *catalogue, Level level, const LinkedThing *thing, const char *where, const char *code, Str value)
{
    Err *why = err_new(catalogue->book->arena, ERR_INVALID, code);
    trade_note(catalogue->book, level, thing->line, where, value.len ? err_arg(catalogue->book->arena, why, "value", utf8_cut(value, 120)) : why);
}

/* ---- how much of what, and for how much ---- */

static const char *unit_word(Str code)
{
    return str_eq(code, STR("KGM"))   ? "kg"
           : str_eq(code, STR("GRM")) ? "g"
           : str_eq(code, STR("LTR")) ? "l"
           : str_eq(code, STR("MLT")) ? "ml"
           : str_eq(code, STR("CLT")) ? "cl"
           : str_eq(code, STR("LBR")) ? "lb"
           : str_eq(code, STR("ONZ")) ? "oz"
                                      : NULL;
}

/* "500.000" -> "500": the places behind are more than a weight is read with. */
static Str number_trim(Str text)
{
    if (str_find(text, STR(".")) == SIZE_MAX)
        return text;
    while (str_ends(text, STR("0")))
        text.len--;
    return str_ends(text, STR(".")) ? str_slice(text, 0, text.len - 1) : text;
}

static void fill_content(Catalogue *catalogue, const LinkedThing *thing, TradeVariant *variant)
{
    const LinkedThing *quantity = linked_follow(&catalogue->linked, thing, "dfc-b:hasQuantity");
    Str value = number_trim(linked_text(quantity, "dfc-b:value")), term = linked_name(quantity, "dfc-b:hasUnit"), code = dfc_unit_code(term);
    const char *word = unit_word(code);
    if (!value.len || str_eq(value, STR("0")) || variant->measure.given)
        return; /* nothing is said; or our own file says more */
    if (word && !trade_content(value, str_of(word), variant))
        note(catalogue, LEVEL_WARNED, thing, "dfc-b:hasQuantity", "import.weight", value);
    else if (!word && !str_eq(code, STR("C62")))
        note(catalogue, LEVEL_WARNED, thing, "dfc-b:hasUnit", "import.unit", term);
    else if (!word && !str_eq(value, STR("1")) && !variant->pack.len)
        variant->pack = str_format(catalogue->book->arena, "%.*s ×", STR_ARG(utf8_cut(value, 20)));
}

static bool fill_price(Catalogue *catalogue, const LinkedThing *thing, const LinkedThing *offer, TradeVariant *variant)
{
    const LinkedThing *price = linked_follow(&catalogue->linked, offer, "dfc-b:hasPrice");
    Str value = price ? linked_text(price, "dfc-b:value") : linked_text(offer, "dfc-b:hasPrice"), term = linked_name(price, "dfc-b:hasUnit");
    Str currency = dfc_currency_code(term);
    size_t line = offer ? offer->line : thing->line;
    if (!offer) {
        note(catalogue, LEVEL_REFUSED, thing, "dfc-b:offeredThrough", "import.no_offer", (Str){0});
        return false;
    }
    if (term.len && !currency.len) {
        note(catalogue, LEVEL_REFUSED, offer, "dfc-b:hasUnit", "import.currency_word", term);
        return false;
    }
    if (currency.len)
        value = str_format(catalogue->book->arena, "%.*s %.*s", STR_ARG(value), STR_ARG(currency));
    return trade_price(catalogue->book, line, "dfc-b:hasPrice", value, &variant->price);
}

/* Our own file counts in the unit of sale ("12.5" of kilograms); others in pieces. */
static void fill_stock(Catalogue *catalogue, const LinkedThing *thing, const LinkedThing *item, TradeVariant *variant)
{
    Str limit = linked_text(item, "dfc-b:stockLimitation");
    if (variant->counted)
        return; /* our own file said it in steps */
    if (str_starts(limit, STR("-")) && variant->measure.given)
        limit = STR("0");
    if (variant->measure.given)
        variant->counted = quantity_parse(limit, variant->measure.sold_scale, &variant->stock);
    else
        trade_stock(catalogue->book, item ? item->line : thing->line, "dfc-b:stockLimitation", limit, variant);
    if (!variant->counted && !variant->oversell)
        note(catalogue, LEVEL_NOTE, item ? item : thing, "dfc-b:stockLimitation", "import.uncounted", (Str){0});
}

/* ---- a product of ours: all things that are variants of one ---- */

static size_t *slot_of(Catalogue *catalogue, Str uri)
{
    uint64_t hash = 1469598103934665603U; /* FNV-1a */
    for (size_t i = 0; i < uri.len; i++)
        hash = (hash ^ (unsigned char)uri.at[i]) * 1099511628211U;
    size_t slot = (size_t)(hash & (catalogue->slots_len - 1));
    while (catalogue->slots[slot] && !str_eq(catalogue->book->products[catalogue->slots[slot] - 1].uri, uri))
        slot = (slot + 1) & (catalogue->slots_len - 1);
    return &catalogue->slots[slot];
}

static void begin_product(Catalogue *catalogue, TradeProduct *product, const LinkedThing *thing, const LinkedThing *group)
{
    Arena *arena = catalogue->book->arena;
    Str group_name = linked_text(group, "dfc-b:name"), type = linked_name(thing, "dfc-b:hasType");
    Str story = linked_text(thing, "dfc-b:description");
    product->name = html_text(arena, group_name.len ? group_name : linked_text(thing, "dfc-b:name"), 200);
    product->story = html_text(arena, story.len ? story : linked_text(group, "dfc-b:description"), TRADE_STORY_MAX);
    product->dfc_type = type.len ? type : linked_name(group, "dfc-b:hasType");
    size_t colon = str_find(product->dfc_type, STR(":"));
    Str words = str_format(arena, "%.*s %.*s", STR_ARG(colon == SIZE_MAX ? product->dfc_type : str_slice(product->dfc_type, colon + 1, product->dfc_type.len)),
                           STR_ARG(product->name));
    product->category = words;
    if (!product->name.len) {
        product->refused = true;
        note(catalogue, LEVEL_REFUSED, thing, "dfc-b:name", "import.name", (Str){0});
    }
}

static void take_own(Catalogue *catalogue, const LinkedThing *thing, TradeProduct *product, TradeVariant *variant)
{
    Str own = linked_text(thing, "millet:own"), at = str_find(own, STR(";lang=")) == SIZE_MAX ? (Str){0} : str_slice(own, str_find(own, STR(";lang=")) + 6, own.len);
    Str lang, rest;
    trade_own_column(own, product, variant);
    str_cut(at, ';', &lang, &rest);
    if (own.len && product->variants_len == 1) {
        product->texts = texts_of(catalogue, thing, "rdfs:label", "rdfs:comment", lang);
        if (product->texts.len) {
            product->name = product->texts.at[0].name;
            product->story = product->texts.at[0].story;
        }
    }
    variant->packs = texts_of(catalogue, thing, "millet:pack", NULL, lang);
    if (variant->packs.len)
        variant->pack = variant->packs.at[0].name;
}

static Err *take_product(Catalogue *catalogue, const LinkedThing *thing)
{
    TradeBook *book = catalogue->book;
    const LinkedThing *item = first_of(&catalogue->items, thing), *offer = item ? first_of(&catalogue->offers, item) : NULL;
    Str group = linked_name(thing, "dfc-b:isVariantOf"), own = linked_text(thing, "millet:own");
    Str uri = str_format(book->arena, "dfc:%.*s", STR_ARG(group.len ? group : thing->id));
    size_t *slot = slot_of(catalogue, uri);
    bool first = !*slot;
    book->lines++;
    if (book->len >= TRADE_PRODUCTS_MAX && first)
        return err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.too_many"), "max", STR("10000"));
    TradeProduct *product = first ? trade_product(book, thing->line, uri) : &book->products[*slot - 1];
    if (first) {
        *slot = book->len;
        begin_product(catalogue, product, thing, linked_find(&catalogue->linked, group));
    }
    TradeVariant *variant = trade_variant(book, product, thing->line);
    if (!variant)
        return NULL;
    Str name = html_text(book->arena, linked_text(thing, "dfc-b:name"), 200);
    variant->sku = linked_text(item, "dfc-b:sku");
    if (group.len && !own.len && !str_eq(name, product->name))
        variant->pack = str_starts(name, str_format(book->arena, "%.*s - ", STR_ARG(product->name))) ? str_slice(name, product->name.len + 3, name.len) : name;
    take_own(catalogue, thing, product, variant);
    fill_content(catalogue, thing, variant);
    if (!item)
        note(catalogue, LEVEL_WARNED, thing, "dfc-b:referencedBy", "import.no_item", (Str){0});
    if (!fill_price(catalogue, thing, offer, variant))
        product->refused = true;
    fill_stock(catalogue, thing, item, variant);
    trade_images(book, product, linked_text(thing, "dfc-b:image"), 0);
    return NULL;
}

/* Goods of several suppliers in one file all go to the one seller who was named: that must be known. */
static void look_at_suppliers(Catalogue *catalogue)
{
    Str first = {0};
    for (size_t i = 0; i < catalogue->linked.len; i++) {
        Str supplier = linked_name(catalogue->linked.at[i], "dfc-b:suppliedBy");
        if (!linked_is(catalogue->linked.at[i], "dfc-b:SuppliedProduct") || !supplier.len)
            continue;
        if (first.len && !str_eq(first, supplier)) {
            note(catalogue, LEVEL_NOTE, catalogue->linked.at[i], "dfc-b:suppliedBy", "import.suppliers", supplier);
            return;
        }
        first = supplier;
    }
}

Err *dfc_read(TradeBook *book, Str file)
{
    Catalogue catalogue = {.book = book, .slots_len = 2};
    TRY(linked_read(book->arena, file, &catalogue.linked));
    const Linked *linked = &catalogue.linked;
    book->format = "dfc";
    while (catalogue.slots_len < 2 * linked->len + 2)
        catalogue.slots_len *= 2;
    catalogue.slots = NEW_ARRAY(book->arena, size_t, catalogue.slots_len);
    for (size_t i = 0; i < linked->unknown.len; i++)
        trade_note(book, LEVEL_WARNED, 1, "@context",
                   err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.context"), "value", utf8_cut(linked->unknown.at[i], 120)));
    catalogue.items = pairs_of(linked, "dfc-b:CatalogItem", "dfc-b:references", "dfc-b:referencedBy");
    catalogue.offers = pairs_of(linked, "dfc-b:Offer", "dfc-b:offers", "dfc-b:offeredThrough");
    for (size_t i = 0; i < linked->len; i++)
        if (linked_is(linked->at[i], "dfc-b:SuppliedProduct"))
            TRY(take_product(&catalogue, linked->at[i]));
    look_at_suppliers(&catalogue);
    return book->lines ? NULL : err_new(book->arena, ERR_INVALID, "import.empty");
}
