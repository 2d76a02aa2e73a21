/* Goods: making and changing products, variants, offers and prices, always together with what the shelf shows. */
#include "base/text.h"
#include "market/inside.h"
#include "media/media.h"

enum { NAME_MAX_BYTES = 200, STORY_MAX_BYTES = 8000, PACK_MAX_BYTES = 100, CODE_MAX_BYTES = 64, URI_MAX_BYTES = 500 };

/* Where an organisation keeps its goods until it says otherwise; made with its first goods. */
static Err *place_of(Tx *tx, Id org, Time now, Id *place)
{
    MarketId row;
    bool found;
    TRY(stock_place_by_org(&tx->db, org, &row, &found));
    *place = found ? row.id : id_mint();
    return found ? NULL : stock_place_insert(tx, *place, org, STR(""), now);
}

static Str bounded(Arena *arena, Str text, size_t max)
{
    return str_trim(utf8_cut(utf8_clean(arena, str_trim(text)), max));
}

static Err *texts_put(Tx *tx, Id product, const LangTextList *texts)
{
    Arena *arena = tx->db.arena;
    for (size_t i = 0; i < texts->len; i++) {
        Str name = bounded(arena, texts->at[i].name, NAME_MAX_BYTES);
        if (name.len)
            TRY(product_text_put(tx, product, texts->at[i].lang, name, bounded(arena, texts->at[i].story, STORY_MAX_BYTES)));
        else if (i == 0)
            return err_field(arena, "product.name", "title");
    }
    return NULL;
}

static Err *photos_put(Tx *tx, Id product, const NewPhotoList *photos)
{
    for (size_t i = 0; i < photos->len && i < PHOTOS_MAX; i++) {
        TRY(media_keep(tx, photos->at[i].media));
        TRY(product_photo_put(tx, product, (int64_t)i, photos->at[i].media,
                              bounded(tx->db.arena, photos->at[i].alt, NAME_MAX_BYTES)));
    }
    return NULL;
}

static Err *variant_err(Arena *arena, size_t position, Err *err)
{
    if (err && err->field.len)
        err->field = str_format(arena, "variants.%zu.%.*s", position, STR_ARG(err->field));
    return err;
}

/* The numbers of a variant, with what was left out filled in. */
static Err *variant_check(Arena *arena, NewVariant *v)
{
    TRY(measure_check(arena, &v->measure));
    v->step = v->step ? v->step : 1;
    v->min_steps = v->min_steps ? v->min_steps : v->step;
    if (v->step < 1 || v->step > STEPS_MAX)
        return err_field(arena, "stock.range", "step");
    if (v->min_steps < 1 || v->min_steps > STEPS_MAX || v->min_steps % v->step)
        return err_field(arena, "variant.minimum", "min_steps");
    if (v->max_steps < 0 || v->max_steps > STEPS_MAX || (v->max_steps && v->max_steps < v->min_steps))
        return err_field(arena, "variant.maximum", "max_steps");
    if (v->on_hand_steps < 0 || v->on_hand_steps > STEPS_MAX)
        return err_field(arena, "stock.range", "on_hand_steps");
    if (v->price.minor < 0 || v->price.minor > PRICE_MAX)
        return err_field(arena, "price.range", "price");
    if (v->content_unit.len && !str_eq(v->content_unit, STR("KGM")) && !str_eq(v->content_unit, STR("LTR")))
        return err_field(arena, "measure.unit", "content_unit");
    return NULL;
}

typedef struct Making {
    Id product, org, place, who;
    Time now;
} Making;

static Err *variant_row(Tx *tx, const Making *making, const NewVariant *v, size_t position, Id *variant)
{
    Arena *arena = tx->db.arena;
    Str sku = bounded(arena, v->sku, CODE_MAX_BYTES), gtin = bounded(arena, v->gtin, CODE_MAX_BYTES);
    bool content = v->content_unit.len && v->content_milli > 0;
    *variant = id_mint();
    TRY(variant_insert(tx, &(VariantInsertArgs){
                               .id = *variant, .product = making->product, .position = (int64_t)position,
                               .sku = sku.len ? &sku : NULL, .gtin = gtin.len ? &gtin : NULL,
                               .sold_unit = v->measure.sold_unit, .sold_scale = v->measure.sold_scale, .step = v->step,
                               .min_steps = v->min_steps, .max_steps = v->max_steps ? &v->max_steps : NULL,
                               .priced_unit = v->measure.priced_unit, .priced_scale = v->measure.priced_scale,
                               .nominal_priced_steps = v->measure.nominal_priced_steps ? &v->measure.nominal_priced_steps : NULL,
                               .tolerance_ppm = v->tolerance_ppm, .tare_steps = v->tare_steps,
                               .content_unit = content ? &v->content_unit : NULL,
                               .content_milli = content ? &v->content_milli : NULL, .now = making->now}));
    for (size_t i = 0; i < v->packs.len; i++) {
        Str pack = bounded(arena, v->packs.at[i].name, PACK_MAX_BYTES);
        if (pack.len)
            TRY(variant_text_put(tx, *variant, v->packs.at[i].lang, pack));
    }
    return NULL;
}

static Err *variant_add(Tx *tx, const Making *making, NewVariant *v, size_t position)
{
    Id variant, stock = id_mint();
    bool done = true;
    TRY(variant_row(tx, making, v, position, &variant));
    v->offer = id_mint();
    TRY(offer_insert(tx, &(OfferInsertArgs){.id = v->offer, .variant = variant, .product = making->product, .org = making->org,
                                            .place = making->place, .now = making->now}));
    TRY(price_insert(tx, id_mint(), v->offer, v->price, making->now, making->who ? &making->who : NULL));
    TRY(stock_insert(tx, stock, variant, making->place, v->oversell));
    StockMark after;
    StockAct act = {.stock = stock, .kind = "receipt", .on_hand = v->on_hand_steps, .who = making->who};
    if (v->on_hand_steps)
        TRY(stock_act(tx, &act, making->now, &after, &done));
    return done ? listing_add(tx, v->offer) : err_new(tx->db.arena, ERR_BROKEN, "stock.first_move");
}

static Err *product_row(Tx *tx, const NewProduct *product, Id id, Time now)
{
    Arena *arena = tx->db.arena;
    Id category = product->category;
    Str uri = bounded(arena, product->uri, URI_MAX_BYTES);
    MarketId taken;
    bool found = false;
    if (uri.len)
        TRY(product_id_by_uri(&tx->db, product->org, uri, &taken, &found));
    if (found)
        return err_new(arena, ERR_CONFLICT, "product.uri_taken");
    if (!category)
        TRY(category_find(&tx->db, STR("other"), &category));
    TRY(product_insert(tx, &(ProductInsertArgs){.id = id, .org = product->org, .category = category,
                                                .lang = product->texts.at[0].lang,
                                                .state = product->draft ? STR("draft") : STR("live"),
                                                .season_months = product->season_months & 0xFFF,
                                                .keeps_days = product->keeps_days > 0 ? &product->keeps_days : NULL,
                                                .uri = uri.len ? &uri : NULL, .now = now}));
    TRY(texts_put(tx, id, &product->texts));
    return photos_put(tx, id, &product->photos);
}

Err *product_add(Tx *tx, const NewProduct *product, Id who, Time now, Id *made)
{
    Arena *arena = tx->db.arena;
    if (!product->texts.len)
        return err_field(arena, "product.name", "title");
    if (!product->variants.len || product->variants.len > VARIANTS_MAX)
        return err_new(arena, ERR_INVALID, "product.no_variant");
    for (size_t i = 0; i < product->variants.len; i++)
        TRY(variant_err(arena, i, variant_check(arena, &product->variants.at[i])));
    Making making = {.product = id_mint(), .org = product->org, .who = who, .now = now};
    TRY(place_of(tx, product->org, now, &making.place));
    TRY(product_row(tx, product, making.product, now));
    for (size_t i = 0; i < product->variants.len; i++)
        TRY(variant_add(tx, &making, &product->variants.at[i], i));
    *made = making.product;
    return audit(tx, now, who, "product.add", making.product, STR(""));
}

Err *product_by_uri(Db *db, Id org, Str uri, Id *found)
{
    MarketId row;
    bool there;
    TRY(product_id_by_uri(db, org, uri, &row, &there));
    *found = there ? row.id : 0;
    return NULL;
}

Err *product_edit(Tx *tx, Id product, const ProductEdit *edit, Id who, Time now)
{
    int64_t count;
    TRY(product_change(tx, product, edit->category, edit->season_months & 0xFFF, edit->keeps_days > 0 ? &edit->keeps_days : NULL, now,
                       &count));
    if (!count)
        return err_new(tx->db.arena, ERR_MISSING, "product.missing");
    TRY(texts_put(tx, product, &edit->texts));
    TRY(listing_refresh_product(tx, product));
    return audit(tx, now, who, "product.edit", product, STR(""));
}

Err *product_photo_set(Tx *tx, Id product, int64_t position, const NewPhoto *photo, Id who, Time now)
{
    ProductPhotoList there;
    TRY(product_photos(&tx->db, product, &there));
    for (size_t i = 0; i < there.len; i++)
        if (there.at[i].position == position)
            TRY(media_drop(tx, there.at[i].media, now));
    TRY(media_keep(tx, photo->media));
    if (photo->media.len)
        TRY(product_photo_put(tx, product, position, photo->media, bounded(tx->db.arena, photo->alt, NAME_MAX_BYTES)));
    else
        TRY(product_photo_drop(tx, product, position));
    TRY(listing_refresh_product(tx, product));
    return audit(tx, now, who, "product.photo", product, STR(""));
}

Err *product_show(Tx *tx, Id product, Str state, Id who, Time now)
{
    int64_t count;
    TRY(product_state_put(tx, product, state, now, &count));
    if (!count)
        return NULL; /* it is so already */
    TRY(listing_refresh_product(tx, product));
    return audit(tx, now, who, "product.state", product, state);
}

Err *offer_show(Tx *tx, Id offer, Str state, Id who, Time now)
{
    int64_t count;
    TRY(offer_state_put(tx, offer, state, now, &count));
    if (!count)
        return NULL;
    TRY(listing_refresh(tx, offer));
    return audit(tx, now, who, "offer.state", offer, state);
}

Err *offer_price_put(Tx *tx, Id offer, Money price, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    Offer row;
    bool found;
    int64_t count;
    TRY(offer_by_id(&tx->db, offer, &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "offer.missing");
    if (price.minor < 0 || price.minor > PRICE_MAX)
        return err_field(arena, "price.range", "price");
    if (price.minor == row.price.minor)
        return NULL;
    TRY(price_end(tx, offer, now, &count));
    TRY(price_insert(tx, id_mint(), offer, price, now, who ? &who : NULL));
    TRY(listing_refresh(tx, offer));
    return audit(tx, now, who, "offer.price", offer,
                 str_format(arena, "from=%lld to=%lld", (long long)row.price.minor, (long long)price.minor));
}

Err *producer_put(Tx *tx, const NewProducer *producer, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    if (!producer->texts.len)
        return err_field(arena, "product.name", "name");
    MarketText before;
    bool found;
    TRY(producer_photo(&tx->db, producer->org, &before, &found));
    if (!found || !str_eq(before.words, producer->photo)) {
        TRY(media_keep(tx, producer->photo));
        TRY(media_drop(tx, found ? before.words : STR(""), now));
    }
    TRY(producer_row_put(tx, producer->org, producer->texts.at[0].lang, producer->photo, now));
    TRY(producer_text_clear(tx, producer->org));
    for (size_t i = 0; i < producer->texts.len; i++) {
        const LangText *text = &producer->texts.at[i];
        Str name = bounded(arena, text->name, NAME_MAX_BYTES);
        if (!name.len)
            return err_field(arena, "product.name", "name");
        Str place = i < producer->places.len ? bounded(arena, producer->places.at[i], NAME_MAX_BYTES) : STR("");
        TRY(producer_text_put(tx, producer->org, text->lang, name, place, bounded(arena, text->story, STORY_MAX_BYTES)));
    }
    TRY(listing_refresh_org(tx, producer->org));
    return audit(tx, now, who, "producer.edit", producer->org, STR(""));
}

Err *product_offers(Db *db, Id product, ProductOfferList *out)
{
    ProductOfferRowList rows;
    TRY(product_offer_list(db, product, &rows));
    *out = (ProductOfferList){NEW_ARRAY(db->arena, ProductOffer, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (ProductOffer){rows.at[i].offer, rows.at[i].variant, rows.at[i].position, rows.at[i].sku, rows.at[i].pack, rows.at[i].price, rows.at[i].on_hand};
    return NULL;
}

Err *product_brief(Db *db, Id product, Str lang, ProductBrief *out)
{
    Product row;
    bool found;
    TRY(product_by_id(db, product, lang, &row, &found));
    if (!found)
        return err_new(db->arena, ERR_MISSING, "product.missing");
    *out = (ProductBrief){row.category, row.season_months, row.has_keeps_days ? row.keeps_days : 0, row.state, row.name, row.story};
    return NULL;
}

Err *product_variant_add(Tx *tx, Id product, NewVariant *variant, Id who, Time now)
{
    Arena *arena = tx->db.arena;
    ProductOfferList there;
    Product row;
    bool found;
    TRY(product_by_id(&tx->db, product, STR("en"), &row, &found));
    if (!found)
        return err_new(arena, ERR_MISSING, "product.missing");
    TRY(product_offers(&tx->db, product, &there));
    if (there.len >= VARIANTS_MAX)
        return err_new(arena, ERR_INVALID, "product.no_variant");
    TRY(variant_check(arena, variant));
    Making making = {.product = product, .org = row.org, .who = who, .now = now};
    TRY(place_of(tx, row.org, now, &making.place));
    TRY(variant_add(tx, &making, variant, there.len ? (size_t)there.at[there.len - 1].position + 1 : 0));
    return audit(tx, now, who, "product.variant", product, STR(""));
}
