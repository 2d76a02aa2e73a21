/* Offers, categories and pickup places for programs. Orders: api_order.c. */
#include "market/api.h"

#include <string.h>

#include "market/rights.h"

static const Field offer_json_fields[] = {
    FIELD(OfferJson, id, FIELD_ID, .label = "What to name in an order"),
    FIELD(OfferJson, title, FIELD_STR, .label = "In the language asked for"),
    FIELD(OfferJson, pack, FIELD_STR, .label = "How it is packed; may be empty"),
    FIELD(OfferJson, price, FIELD_MONEY, .label = "For one whole priced_unit"),
    FIELD(OfferJson, unit, FIELD_STR, .label = "UN/ECE Rec 20 code it is ordered in"),
    FIELD(OfferJson, scale, FIELD_INT, .label = "One step is 10^-scale of the unit"),
    FIELD(OfferJson, step, FIELD_INT, .label = "Orders are multiples of this many steps"),
    FIELD(OfferJson, min_steps, FIELD_INT, .label = "Least order"),
    FIELD(OfferJson, available_steps, FIELD_INT, .label = "Steps that can be ordered now"),
    FIELD(OfferJson, priced_unit, FIELD_STR, .label = "UN/ECE Rec 20 code the price is for"),
    FIELD(OfferJson, unit_price, FIELD_MONEY, HAS(OfferJson, unit_price), .label = "For one kilogram or litre, where it says more"),
    FIELD(OfferJson, unit_price_unit, FIELD_STR, .label = "KGM or LTR, or empty"),
    FIELD(OfferJson, product, FIELD_ID),
    FIELD(OfferJson, seller, FIELD_ID, .label = "Organisation"),
    FIELD(OfferJson, seller_name, FIELD_STR),
    FIELD(OfferJson, state, FIELD_STR, .label = "open, paused or closed"),
};
const Shape offer_json_shape = SHAPE(OfferJson, "Offer", offer_json_fields);

static OfferJson offer_json(const Card *card)
{
    OfferJson out = {.id = card->offer, .title = card->title, .pack = card->pack, .price = card->price, .unit = card->sold_unit,
                     .scale = card->sold_scale, .step = card->step, .min_steps = card->min_steps,
                     .available_steps = card->available > 0 ? card->available - card->available % card->step : 0,
                     .priced_unit = card->priced_unit, .product = card->product, .seller = card->org,
                     .seller_name = card->producer_name, .state = STR("open")};
    out.has_unit_price = card_unit_price(card, &out.unit_price, &out.unit_price_unit);
    return out;
}

typedef struct OfferQuery {
    Str search, category;
    Id seller, pickup;
    bool in_stock;
    int64_t limit;
    bool has_limit;
    Str after;
} OfferQuery;
static const Field offer_query_fields[] = {
    FIELD(OfferQuery, search, FIELD_STR, .max = 200, .label = "Words; Chinese needs no spaces"),
    FIELD(OfferQuery, category, FIELD_STR, .max = 100, .label = "Slug or id of a category; its children are included"),
    FIELD(OfferQuery, seller, FIELD_ID, .label = "Organisation"),
    FIELD(OfferQuery, pickup, FIELD_ID, .label = "What can be collected there"),
    FIELD(OfferQuery, in_stock, FIELD_BOOL, .label = "Only what can be had now"),
    FIELD(OfferQuery, limit, FIELD_INT, HAS(OfferQuery, limit), .min = 1, .max = 100, .label = "20 unless said"),
    FIELD(OfferQuery, after, FIELD_STR, .max = 40, .label = "The next of the page before"),
};
const Shape offer_query_shape = SHAPE(OfferQuery, "OfferQuery", offer_query_fields);

/* A slug or an id; *known is false when there is no such category: then nothing is found. */
static Err *category_of(Req *r, Str text, Id *id, bool *known)
{
    *known = true;
    *id = 0;
    if (!text.len)
        return NULL;
    TRY(category_find(&r->db, text, id));
    *known = *id || id_parse(text, id);
    return NULL;
}

Err *list_offers_json(Req *r)
{
    OfferQuery query = {0};
    ShelfPage page = {0};
    bool known;
    TRY(take_query(r, &offer_query_shape, &query));
    ShelfAsk shelf = {.search = query.search, .org = query.seller, .pickup = query.pickup, .in_stock = query.in_stock,
                      .after = query.after, .limit = query.has_limit ? query.limit : 20, .lang = lang_of(r)};
    TRY(category_of(r, query.category, &shelf.category, &known));
    if (known)
        TRY(shelf_page(&r->db, &shelf, &page));
    OfferJson *rows = NEW_ARRAY(r->arena, OfferJson, page.cards.len + 1);
    for (size_t i = 0; i < page.cards.len; i++)
        rows[i] = offer_json(&page.cards.at[i]);
    return reply_json_list(r, &offer_json_shape, rows, page.cards.len, page.next);
}

/* An offer that is on the shelf, for anybody; one that is not, for its seller. */
static Err *offer_reply(Req *r, int status, Id id)
{
    Card card;
    Offer row;
    Product product;
    bool found;
    TRY(listing_by_offer(&r->db, lang_of(r), id, &card, &found));
    if (found) {
        OfferJson out = offer_json(&card);
        return reply_json(r, status, &offer_json_shape, &out);
    }
    TRY(offer_by_id(&r->db, id, &row, &found));
    if (!found || !sells(r, row.org))
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    TRY(product_by_id(&r->db, row.product, lang_of(r), &product, &found));
    OfferJson out = {.id = row.id, .title = product.name, .price = row.price, .unit = row.sold_unit, .scale = row.sold_scale,
                     .step = row.step, .min_steps = row.min_steps,
                     .available_steps = stock_free(row.on_hand, row.reserved, row.oversell), .priced_unit = row.priced_unit,
                     .product = row.product, .seller = row.org, .state = row.state};
    return reply_json(r, status, &offer_json_shape, &out);
}

Err *show_offer_json(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    return offer_reply(r, 200, id);
}

/* ---- making and changing ---- */

typedef struct NewOffer {
    Str title, title_zh, story, pack, lang, category, unit, priced_unit, content_unit, sku, gtin;
    int64_t scale, step, min_steps, max_steps, on_hand_steps, priced_scale, nominal_priced_steps, content_milli, price_minor;
    bool has_price_minor;
    Money price;
    bool has_price;
    Id seller;
} NewOffer;
static const Field new_offer_fields[] = {
    FIELD(NewOffer, title, FIELD_STR, .required = true, .max = 200, .label = "Name"),
    FIELD(NewOffer, title_zh, FIELD_STR, .max = 200, .label = "Name in Chinese"),
    FIELD(NewOffer, story, FIELD_STR, .max = 8000),
    FIELD(NewOffer, pack, FIELD_STR, .max = 100, .label = "How it is packed"),
    FIELD(NewOffer, lang, FIELD_STR, .max = 20, .label = "Language of title, story and pack; en unless said"),
    FIELD(NewOffer, category, FIELD_STR, .max = 100, .label = "Slug or id"),
    FIELD(NewOffer, unit, FIELD_STR, .max = 3, .label = "UN/ECE Rec 20 code; C62 unless said"),
    FIELD(NewOffer, priced_unit, FIELD_STR, .max = 3, .label = "As unit unless said"),
    FIELD(NewOffer, content_unit, FIELD_STR, .max = 3, .label = "KGM or LTR: what one piece holds"),
    FIELD(NewOffer, sku, FIELD_STR, .max = 64),
    FIELD(NewOffer, gtin, FIELD_STR, .max = 14),
    FIELD(NewOffer, scale, FIELD_INT, .min = 0, .max = 6),
    FIELD(NewOffer, step, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, min_steps, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, max_steps, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, on_hand_steps, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, priced_scale, FIELD_INT, .min = 0, .max = 6),
    FIELD(NewOffer, nominal_priced_steps, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, content_milli, FIELD_INT, .min = 0, .max = STEPS_MAX),
    FIELD(NewOffer, price_minor, FIELD_INT, HAS(NewOffer, price_minor), .min = 0, .max = PRICE_MAX, .label = "Minor units; or send price"),
    FIELD(NewOffer, price, FIELD_MONEY, HAS(NewOffer, price), .min = 0, .max = PRICE_MAX),
    FIELD(NewOffer, seller, FIELD_ID, .label = "Organisation; needed when you sell for several"),
};
const Shape new_offer_shape = SHAPE(NewOffer, "NewOffer", new_offer_fields);

typedef struct Making {
    NewProduct product;
    Id who, made;
    Time now;
} Making;

static Err *make_write(Tx *tx, void *arg)
{
    Making *making = arg;
    return product_add(tx, &making->product, making->who, making->now, &making->made);
}

/* The organisation that is meant when none is named: the only one this person sells for. */
Id seller_org(const Req *r)
{
    for (size_t i = 0; i < r->grants.len; i++)
        if (r->grants.at[i].roles & ROLE_SELLER)
            return r->grants.at[i].org;
    return r->village.org;
}

Err *make_offer_json(Req *r)
{
    NewOffer in = {0};
    bool known;
    TRY(take(r, &new_offer_shape, &in));
    Id org = in.seller ? in.seller : seller_org(r), category;
    if (!sells(r, org))
        return denied(r);
    if (!in.has_price && !in.has_price_minor)
        return err_field(r->arena, "field.required", "price");
    TRY(category_of(r, in.category, &category, &known));
    if (!known)
        return err_field(r->arena, "category.missing", "category");
    Str lang = in.lang.len ? in.lang : STR("en"), unit = in.unit.len ? in.unit : STR("C62");
    if (!lang_find(lang))
        return err_field(r->arena, "field.not_choice", "lang");
    LangText texts[] = {{lang, in.title, in.story}, {STR("zh-CN"), in.title_zh, STR("")}}, pack = {lang, in.pack, STR("")};
    NewVariant variant = {.sku = in.sku, .gtin = in.gtin, .measure = {unit, in.scale, in.priced_unit.len ? in.priced_unit : unit,
                                                                      in.priced_scale, in.nominal_priced_steps},
                          .step = in.step, .min_steps = in.min_steps, .max_steps = in.max_steps,
                          .content_unit = in.content_unit, .content_milli = in.content_milli, .packs = {&pack, 1},
                          .price = in.has_price ? in.price : (Money){in.price_minor}, .on_hand_steps = in.on_hand_steps};
    Making making = {.product = {.org = org, .category = category, .texts = {texts, in.title_zh.len ? 2 : 1},
                                 .variants = {&variant, 1}}, .who = r->who, .now = r->now};
    Err *err = db_write(r->store, r->arena, make_write, &making);
    if (err && str_starts(err->field, STR("variants.0."))) /* here the variant's fields are the offer's */
        err->field = str_slice(err->field, strlen("variants.0."), err->field.len);
    TRY(err);
    reply_header(r, "Location", str_format(r->arena, "/api/v1/offers/%.*s", STR_ARG(id_text(r->arena, variant.offer))));
    return offer_reply(r, 201, variant.offer);
}

typedef struct OfferPatch {
    int64_t on_hand_steps, price_minor;
    bool has_on_hand_steps, has_price_minor;
    Money price;
    bool has_price;
    Str state;
    Id offer, who; /* not from outside */
    Time now;
} OfferPatch;
static const Field offer_patch_fields[] = {
    FIELD(OfferPatch, on_hand_steps, FIELD_INT, HAS(OfferPatch, on_hand_steps), .min = 0, .max = STEPS_MAX, .label = "As counted; 409 below what is reserved"),
    FIELD(OfferPatch, price_minor, FIELD_INT, HAS(OfferPatch, price_minor), .min = 0, .max = PRICE_MAX),
    FIELD(OfferPatch, price, FIELD_MONEY, HAS(OfferPatch, price), .min = 0, .max = PRICE_MAX),
    FIELD(OfferPatch, state, FIELD_STR, .one_of = "open|paused|closed"),
};
const Shape offer_patch_shape = SHAPE(OfferPatch, "OfferPatch", offer_patch_fields);

static Err *patch_write(Tx *tx, void *arg)
{
    const OfferPatch *patch = arg;
    if (patch->has_on_hand_steps)
        TRY(offer_stock_count(tx, patch->offer, patch->on_hand_steps, patch->who, patch->now));
    if (patch->has_price || patch->has_price_minor)
        TRY(offer_price_put(tx, patch->offer, patch->has_price ? patch->price : (Money){patch->price_minor}, patch->who, patch->now));
    return patch->state.len ? offer_show(tx, patch->offer, patch->state, patch->who, patch->now) : NULL;
}

Err *change_offer_json(Req *r)
{
    OfferPatch patch = {0};
    Offer row;
    bool found;
    TRY(take(r, &offer_patch_shape, &patch));
    TRY(take_id(r, 0, &patch.offer));
    patch.who = r->who;
    patch.now = r->now;
    TRY(offer_by_id(&r->db, patch.offer, &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "offer.missing");
    if (!sells(r, row.org) && (patch.has_on_hand_steps || patch.state.len))
        return denied(r);
    TRY(may_sell(r, row.org, "price_my_goods"));
    TRY(db_write(r->store, r->arena, patch_write, &patch));
    return offer_reply(r, 200, patch.offer);
}

/* ---- categories and pickup places ---- */

typedef struct CategoryJson {
    Id id, parent;
    Str slug, name;
} CategoryJson;
static const Field category_json_fields[] = {
    FIELD(CategoryJson, id, FIELD_ID),
    FIELD(CategoryJson, parent, FIELD_ID, .label = "null at the top"),
    FIELD(CategoryJson, slug, FIELD_STR),
    FIELD(CategoryJson, name, FIELD_STR),
};
const Shape category_json_shape = SHAPE(CategoryJson, "Category", category_json_fields);

Err *list_categories_json(Req *r)
{
    CategoryList rows;
    TRY(category_list(&r->db, lang_of(r), &rows));
    CategoryJson *out = NEW_ARRAY(r->arena, CategoryJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out[i] = (CategoryJson){rows.at[i].id, rows.at[i].has_parent ? rows.at[i].parent : 0, rows.at[i].slug, rows.at[i].name};
    return reply_json_list(r, &category_json_shape, out, rows.len, STR(""));
}

typedef struct HoursJson {
    int64_t weekday;
    Str from, to;
} HoursJson;
static const Field hours_json_fields[] = {
    FIELD(HoursJson, weekday, FIELD_INT, .label = "1 Monday .. 7 Sunday"),
    FIELD(HoursJson, from, FIELD_STR, .label = "Local time, 09:00"),
    FIELD(HoursJson, to, FIELD_STR),
};
static const Shape hours_json_shape = SHAPE(HoursJson, "PickupHours", hours_json_fields);

typedef struct PickupJson {
    Id id;
    Str name, address, instructions;
    double latitude, longitude;
    bool has_latitude, has_longitude;
    bool everyone;
    StrList sellers;
    struct { HoursJson *at; size_t len; } hours;
} PickupJson;
static const Field pickup_json_fields[] = {
    FIELD(PickupJson, id, FIELD_ID),
    FIELD(PickupJson, name, FIELD_STR),
    FIELD(PickupJson, address, FIELD_STR),
    FIELD(PickupJson, instructions, FIELD_STR),
    FIELD(PickupJson, latitude, FIELD_REAL, HAS(PickupJson, latitude)),
    FIELD(PickupJson, longitude, FIELD_REAL, HAS(PickupJson, longitude)),
    FIELD(PickupJson, everyone, FIELD_BOOL, .label = "Goods of every seller; else of sellers"),
    FIELD(PickupJson, sellers, FIELD_STRS, .label = "Ids of organisations"),
    FIELD(PickupJson, hours, FIELD_LIST, .shape = &hours_json_shape),
};
const Shape pickup_json_shape = SHAPE(PickupJson, "Pickup", pickup_json_fields);

static Str minute_text(Arena *arena, int64_t minute)
{
    return str_format(arena, "%02lld:%02lld", (long long)minute / 60, (long long)minute % 60);
}

static void pickup_lists(Arena *arena, PickupJson *out, const PickupHoursRowList *hours, const PickupSellerList *sellers)
{
    out->hours.at = NEW_ARRAY(arena, HoursJson, hours->len + 1);
    out->sellers.at = NEW_ARRAY(arena, Str, sellers->len + 1);
    for (size_t i = 0; i < hours->len; i++)
        if (hours->at[i].pickup == out->id)
            out->hours.at[out->hours.len++] = (HoursJson){hours->at[i].weekday, minute_text(arena, hours->at[i].from_minute),
                                                          minute_text(arena, hours->at[i].to_minute)};
    for (size_t i = 0; i < sellers->len; i++)
        if (sellers->at[i].pickup == out->id)
            out->sellers.at[out->sellers.len++] = id_text(arena, sellers->at[i].org);
}

Err *list_pickups_json(Req *r)
{
    PickupList rows;
    PickupHoursRowList hours;
    PickupSellerList sellers;
    TRY(pickup_list(&r->db, lang_of(r), false, &rows));
    TRY(pickup_hours_all(&r->db, &hours));
    TRY(pickup_sellers_all(&r->db, &sellers));
    PickupJson *out = NEW_ARRAY(r->arena, PickupJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const Pickup *p = &rows.at[i];
        out[i] = (PickupJson){.id = p->id, .name = p->name, .address = p->address, .instructions = p->instructions,
                              .latitude = p->latitude, .has_latitude = p->has_latitude, .longitude = p->longitude,
                              .has_longitude = p->has_longitude, .everyone = p->everyone};
        pickup_lists(r->arena, &out[i], &hours, &sellers);
    }
    return reply_json_list(r, &pickup_json_shape, out, rows.len, STR(""));
}
