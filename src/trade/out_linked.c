/* Goods as linked data: the Data Food Consortium's vocabulary (what Open Food Network speaks) and schema.org. */
#include "base/json.h"
#include "core/core.h"
#include "trade/own.h"

static void add_text(Buf *out, const char *name, Str value)
{
    buf_addf(out, ",\"%s\":", name);
    json_write_str(out, value);
}

/* ---- addresses, as Open Food Network has them ---- */

static Str dfc_id(Walk *walk, Id org, const char *kind, Id id)
{
    Arena *arena = walk->arena;
    Str base = str_format(arena, "%.*s/api/dfc/enterprises/%.*s", STR_ARG(walk->out->base), STR_ARG(id_text(arena, org)));
    return kind ? str_format(arena, "%.*s/%s/%.*s", STR_ARG(base), kind, STR_ARG(id_text(arena, id))) : base;
}

/* An Enterprise stands first in the graph, so everything else begins with a comma. */
static void begin_thing(Walk *walk, Str id, const char *type)
{
    buf_add(&walk->line, STR(",\n{\"@id\":"));
    json_write_str(&walk->line, id);
    buf_addf(&walk->line, ",\"@type\":\"dfc-b:%s\"", type);
}

/* DFC's names are plain texts; what each language calls it stands beside them, Chinese too. */
static void add_languages(Walk *walk, const char *name, const TextOutList *texts, bool story)
{
    const char *comma = "";
    buf_addf(&walk->line, ",\"%s\":[", name);
    for (size_t i = 0; i < texts->len; i++) {
        Str value = story ? texts->at[i].story : texts->at[i].name;
        if (!value.len)
            continue;
        buf_addf(&walk->line, "%s{\"@language\":", comma);
        json_write_str(&walk->line, texts->at[i].lang);
        add_text(&walk->line, "@value", value);
        buf_add_char(&walk->line, '}');
        comma = ",";
    }
    buf_add_char(&walk->line, ']');
}

static Err *add_labels(Walk *walk, const GoodOut *good)
{
    TextOutList texts, packs;
    Db db = *walk->db;
    db.arena = walk->arena;
    TRY(product_texts_out(&db, good->product, &texts));
    TRY(variant_texts_out(&db, good->variant, &packs));
    add_languages(walk, "rdfs:label", &texts, false);
    add_languages(walk, "rdfs:comment", &texts, true);
    if (packs.len)
        add_languages(walk, "millet:pack", &packs, false);
    return NULL;
}

/* ---- measures ---- */

/* What one sold piece is: its content, its average weight, or the step it is sold in. */
static void quantity_of(const GoodOut *good, Str *unit, int64_t *steps, int64_t *scale)
{
    *unit = good->sold_unit, *steps = good->step, *scale = good->sold_scale;
    if (good->content_milli)
        *unit = good->content_unit, *steps = good->content_milli, *scale = 3;
    else if (good->nominal)
        *unit = good->priced_unit, *steps = good->nominal, *scale = good->priced_scale;
}

static void add_quantity(Walk *walk, Str unit, int64_t steps, int64_t scale)
{
    buf_add(&walk->line, STR(",\"dfc-b:hasQuantity\":{\"@type\":\"dfc-b:QuantitativeValue\""));
    add_text(&walk->line, "dfc-b:hasUnit", dfc_unit_term(walk->arena, unit));
    buf_addf(&walk->line, ",\"dfc-b:value\":%.*s}", STR_ARG(quantity_plain(walk->arena, steps, scale)));
}

/* ---- DFC ---- */

static Err *add_enterprises(Walk *walk)
{
    OrgOutList orgs;
    Db db = *walk->db;
    db.arena = walk->out->arena;
    TRY(orgs_out(&db, walk->out->org, &orgs));
    for (size_t i = 0; i < orgs.len; i++) {
        buf_add(&walk->line, i ? STR(",\n{\"@id\":") : STR("\n{\"@id\":"));
        json_write_str(&walk->line, dfc_id(walk, orgs.at[i].id, NULL, 0));
        add_text(&walk->line, "@type", walk->out->v2 ? STR("dfc-b:Organization") : STR("dfc-b:Enterprise"));
        add_text(&walk->line, "dfc-b:name", orgs.at[i].name);
        add_text(&walk->line, "dfc-b:hasDescription", orgs.at[i].story);
        buf_add(&walk->line, STR(",\"dfc-b:hasAddress\":{\"@type\":\"dfc-b:Address\""));
        add_text(&walk->line, "dfc-b:hasCity", orgs.at[i].place);
        buf_add(&walk->line, STR("}}"));
        TRY(walk_put(walk));
    }
    return walk_put(walk);
}

Err *dfc_begin(Walk *walk)
{
    buf_addf(&walk->line,
             "{\"@context\":[\"https://w3id.org/dfc/ontology/context/context_%s.json\",{\"rdfs\":\"http://www.w3.org/2000/01/rdf-schema#\",\"millet\":\"urn:millet:\"}],"
             "\"@graph\":[",
             walk->out->v2 ? "2.0.0" : "1.16.0");
    return add_enterprises(walk);
}

static Err *put_supplied(Walk *walk, const GoodOut *good)
{
    Str unit, name = good->own_name;
    int64_t steps, scale;
    quantity_of(good, &unit, &steps, &scale);
    begin_thing(walk, dfc_id(walk, good->producer, "supplied_products", good->variant), "SuppliedProduct");
    add_text(&walk->line, "dfc-b:name",
             good->pack.len ? str_format(walk->arena, "%.*s - %.*s", STR_ARG(name), STR_ARG(good->pack)) : name);
    TRY(add_labels(walk, good));
    add_text(&walk->line, "dfc-b:description", good->own_story);
    if (good->dfc_type.len)
        add_text(&walk->line, "dfc-b:hasType", good->dfc_type);
    add_quantity(walk, unit, steps, scale);
    add_text(&walk->line, "dfc-b:suppliedBy", dfc_id(walk, good->producer, NULL, 0));
    add_text(&walk->line, "dfc-b:isVariantOf", dfc_id(walk, good->producer, "products", good->product));
    add_text(&walk->line, "dfc-b:referencedBy", dfc_id(walk, good->seller, "catalog_items", good->variant));
    Str picture = good_picture(walk, good);
    if (picture.len)
        add_text(&walk->line, "dfc-b:image", picture);
    add_text(&walk->line, "millet:own",
             str_format(walk->arena, "%.*s;content=%.*s:%lld;stock=%lld;oversell=%d;draft=%d;gtin=%.*s;lang=%.*s", STR_ARG(own_column(walk->arena, good)),
                        STR_ARG(good->content_unit), (long long)good->content_milli, (long long)good->on_hand, good->oversell, !str_eq(good->state, STR("live")), STR_ARG(good->gtin), STR_ARG(good->own_lang)));
    buf_add_char(&walk->line, '}');
    return walk_put(walk);
}

static Err *put_item(Walk *walk, const GoodOut *good)
{
    begin_thing(walk, dfc_id(walk, good->seller, "catalog_items", good->variant), "CatalogItem");
    add_text(&walk->line, "dfc-b:references", dfc_id(walk, good->producer, "supplied_products", good->variant));
    add_text(&walk->line, "dfc-b:managedBy", dfc_id(walk, good->seller, NULL, 0));
    add_text(&walk->line, "dfc-b:offeredThrough", dfc_id(walk, good->seller, "offers", good->offer));
    if (good->sku.len)
        add_text(&walk->line, "dfc-b:sku", good->sku);
    if (!good->oversell) /* no limit: nothing is said, as there is no agreed word for it */
        buf_addf(&walk->line, ",\"dfc-b:stockLimitation\":%.*s",
                 STR_ARG(quantity_plain(walk->arena, good->on_hand > good->reserved ? good->on_hand - good->reserved : 0, good->sold_scale)));
    buf_add_char(&walk->line, '}');
    return walk_put(walk);
}

Err *dfc_good(Walk *walk, const GoodOut *good)
{
    TRY(put_supplied(walk, good));
    TRY(put_item(walk, good));
    begin_thing(walk, dfc_id(walk, good->seller, "offers", good->offer), "Offer");
    add_text(&walk->line, "dfc-b:offersTo", dfc_id(walk, good->seller, "customer_categories", good->seller));
    add_text(&walk->line, "dfc-b:offers", dfc_id(walk, good->seller, "catalog_items", good->variant));
    buf_addf(&walk->line, ",\"dfc-b:hasPrice\":{\"@type\":\"dfc-b:Price\",\"dfc-b:value\":%.*s", STR_ARG(good_price(walk, good)));
    add_text(&walk->line, "dfc-b:hasUnit", dfc_currency_term(walk->arena, walk->out->currency));
    buf_add(&walk->line, STR("}"));
    add_quantity(walk, good->priced_unit, 1, 0); /* what the price is for */
    buf_add_char(&walk->line, '}');
    return walk_put(walk);
}

Err *dfc_end(Walk *walk)
{
    buf_add(&walk->line, STR("\n]}\n"));
    return walk_put(walk);
}

/* ---- schema.org ---- */

Err *schema_begin(Walk *walk)
{
    buf_add(&walk->line, STR("{\"@context\":\"https://schema.org\",\"@graph\":["));
    return walk_put(walk);
}

Err *schema_good(Walk *walk, const GoodOut *good)
{
    bool there = good->on_hand > good->reserved;
    Str address = good_address(walk, good), picture = good_picture(walk, good);
    buf_add(&walk->line, walk->out->lines ? STR(",\n{\"@type\":\"Product\"") : STR("\n{\"@type\":\"Product\""));
    add_text(&walk->line, "@id", address);
    add_text(&walk->line, "name", good->name);
    add_text(&walk->line, "description", good->story);
    add_text(&walk->line, "category", good->category);
    if (good->sku.len)
        add_text(&walk->line, "sku", good->sku);
    if (good->gtin.len)
        add_text(&walk->line, "gtin", good->gtin);
    if (picture.len)
        add_text(&walk->line, "image", picture);
    buf_add(&walk->line, STR(",\"brand\":{\"@type\":\"Brand\""));
    add_text(&walk->line, "name", good->producer_name);
    buf_add(&walk->line, STR("},\"offers\":{\"@type\":\"Offer\""));
    add_text(&walk->line, "url", address);
    buf_addf(&walk->line, ",\"price\":\"%.*s\"", STR_ARG(good_price(walk, good)));
    add_text(&walk->line, "priceCurrency", walk->out->currency);
    add_text(&walk->line, "availability", there ? STR("https://schema.org/InStock") : good->oversell ? STR("https://schema.org/PreOrder") : STR("https://schema.org/OutOfStock"));
    buf_add(&walk->line, STR(",\"seller\":{\"@type\":\"Organization\""));
    add_text(&walk->line, "name", good->seller_name);
    buf_addf(&walk->line, "},\"priceSpecification\":{\"@type\":\"UnitPriceSpecification\",\"price\":\"%.*s\"", STR_ARG(good_price(walk, good)));
    add_text(&walk->line, "priceCurrency", walk->out->currency);
    buf_add(&walk->line, STR(",\"referenceQuantity\":{\"@type\":\"QuantitativeValue\",\"value\":1"));
    add_text(&walk->line, "unitCode", good->priced_unit);
    buf_add(&walk->line, STR("}}}}"));
    return walk_put(walk);
}

Err *schema_end(Walk *walk)
{
    buf_add(&walk->line, STR("\n]}\n"));
    return walk_put(walk);
}
