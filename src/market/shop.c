/* The public pages: the market, a product, the producers. */
#include <math.h>

#include "base/json.h"

#include "market/handlers.h"
#include "market/cart.h"
#include "market/change.h"
#include "market/templates.h"
#include "price/price.h"

enum { PAGE_CARDS = 20, PAGE_PRODUCERS = 20, OTHERS = 4 };

Err *basket_size(Req *r, int64_t *size)
{
    Id cart;
    MarketCount count = {0};
    *size = 0;
    if (!r->who) /* pages shared among guests hold nothing of one guest: market.js asks for the number */
        return NULL;
    TRY(cart_find(r, &cart));
    if (cart)
        TRY(cart_size(&r->db, cart, &count));
    *size = count.total;
    return NULL;
}

/* ---- the market ---- */

typedef struct MarketQuery {
    Str search, category, after;
    Id seller, pickup;
    bool in_stock;
} MarketQuery;
static const Field market_query_fields[] = {
    FIELD(MarketQuery, search, FIELD_STR, .max = 200),  FIELD(MarketQuery, category, FIELD_STR, .max = 100),
    FIELD(MarketQuery, after, FIELD_STR, .max = 40),    FIELD(MarketQuery, seller, FIELD_ID),
    FIELD(MarketQuery, pickup, FIELD_ID),               FIELD(MarketQuery, in_stock, FIELD_BOOL),
};
const Shape market_query_shape = SHAPE(MarketQuery, "MarketQuery", market_query_fields);

static Str market_link(Req *r, const MarketQuery *query)
{
    static const char *const names[] = {"search", "category", "seller", "pickup", "in_stock", "after"};
    const Str values[] = {query->search, query->category, query->seller ? id_text(r->arena, query->seller) : STR(""),
                          query->pickup ? id_text(r->arena, query->pickup) : STR(""), query->in_stock ? STR("1") : STR(""),
                          query->after};
    return query_link(r->arena, STR("/market"), names, values, sizeof names / sizeof *names);
}

static bool is_shelf(const MarketChoice *c)
{
    return str_eq(c->kind, STR("shelf"));
}

/* The top shelves; the chosen one and what is on it come first. */
static void shelves_view(Req *r, const MarketChoiceList *rows, const MarketQuery *query, LinkViewList *out)
{
    Id chosen = 0, top = 0;
    for (size_t i = 0; i < rows->len; i++)
        if (is_shelf(&rows->at[i]) && query->category.len && str_eq(rows->at[i].slug, query->category)) {
            chosen = rows->at[i].id;
            top = rows->at[i].parent ? rows->at[i].parent : chosen;
        }
    out->at = NEW_ARRAY(r->arena, LinkView, rows->len + 1);
    MarketQuery link = *query;
    link.after = link.category = STR("");
    out->at[out->len++] = (LinkView){market_link(r, &link), tr(r->lang, N_("Everything")), NULL, !chosen};
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < rows->len; i++) {
            const MarketChoice *c = &rows->at[i];
            bool near = top && (c->id == top || c->parent == top);
            if (!is_shelf(c) || (round == 0 ? !near : near || c->parent))
                continue;
            link.category = c->slug;
            out->at[out->len++] = (LinkView){market_link(r, &link), c->name, str_z(r->arena, c->icon), c->id == chosen};
        }
}

static void pickups_view(Req *r, const MarketChoiceList *rows, Id chosen, ChoiceList *out)
{
    out->at = NEW_ARRAY(r->arena, Choice, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++)
        if (!is_shelf(&rows->at[i]))
            out->at[out->len++] = (Choice){rows->at[i].id, rows->at[i].name, rows->at[i].id == chosen};
}

static Err *cards_read(Req *r, const MarketQuery *query, const MarketChoiceList *choices, MarketView *view)
{
    ShelfPage page = {0};
    ShelfAsk shelf = {.search = query->search, .org = query->seller, .pickup = query->pickup, .in_stock = query->in_stock,
                      .after = query->after, .limit = PAGE_CARDS, .lang = lang_of(r)};
    bool known = !query->category.len;
    for (size_t i = 0; i < choices->len && !known; i++)
        if (is_shelf(&choices->at[i]) && str_eq(choices->at[i].slug, query->category)) {
            shelf.category = choices->at[i].id;
            known = true;
        }
    if (known)
        TRY(shelf_page(&r->db, &shelf, &page));
    view->cards = card_views(r, &page.cards, market_link(r, query));
    view->loosened = page.loosened;
    MarketQuery next = *query;
    next.after = page.next;
    if (page.next.len)
        view->next = market_link(r, &next);
    return NULL;
}

/* Shelves, filter and goods: the same for everybody. */
static Err *market_part(Page *page, void *arg)
{
    Req *r = page->r;
    MarketQuery query = *(const MarketQuery *)arg;
    MarketView view = {0};
    MarketChoiceList choices;
    view.search = query.search;
    view.category = query.category;
    view.in_stock = query.in_stock;
    view.narrowed = query.pickup || query.in_stock;
    TRY(market_choices(&r->db, lang_of(r), &choices));
    shelves_view(r, &choices, &query, &view.shelves);
    pickups_view(r, &choices, query.pickup, &view.pickups);
    TRY(cards_read(r, &query, &choices, &view));
    if (query.seller) {
        view.seller = id_text(r->arena, query.seller);
        view.seller_name = view.cards.len ? view.cards.at[0].producer : STR("");
        MarketQuery all = query;
        all.seller = 0;
        all.after = STR("");
        view.all_sellers = market_link(r, &all);
    }
    market_market(page, &view);
    return NULL;
}

Err *show_market(Req *r)
{
    MarketQuery query = {0};
    BasketView basket;
    TRY(take_query(r, &market_query_shape, &query));
    TRY(basket_size(r, &basket.things));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Market")), .place = "/market", .script = "market.js",
                                           .about = tr(r->lang, N_("Fresh from the producers of our valley."))});
    market_market_top(page, &basket);
    TRY(page_part(page, "market", market_part, &query));
    return page_end(page);
}

/* ---- a product ---- */

static VariantView variant_view(Req *r, const Card *card, int64_t number)
{
    const Unit *unit = unit_find(card->sold_unit);
    CardView view = card_view(r, card, STR(""));
    return (VariantView){.offer = card->offer, .pack = card->pack, .price = view.price, .sold_out = view.sold_out, .few = view.few,
                         .left = view.left, .unit = card->sold_unit, .pieces = unit && unit->kind == UNIT_COUNT,
                         .amount = view.add, .least = view.add,
                         .most = amount_text(r->arena, card->available > STEPS_MAX ? STEPS_MAX : card->available, card->sold_scale),
                         .by = amount_text(r->arena, card->step, card->sold_scale), .number = number};
}

/* schema.org Product with an Offer for each way it is sold, for search engines. */
static Str product_json_ld(Req *r, const ProductView *view, const CardList *cards)
{
    Buf out = buf_new(r->arena, 32768);
    int places = r->village.currency_places;
    buf_add(&out, STR("{\"@context\":\"https://schema.org\",\"@type\":\"Product\",\"name\":"));
    json_write_str(&out, view->title);
    if (view->story.len) {
        buf_add(&out, STR(",\"description\":"));
        json_write_str(&out, view->story.at[0]);
    }
    if (view->pictures.len && view->pictures.at[0].key.len) {
        buf_add(&out, STR(",\"image\":"));
        json_write_str(&out, view->pictures.at[0].src);
    }
    buf_add(&out, STR(",\"brand\":{\"@type\":\"Brand\",\"name\":"));
    json_write_str(&out, view->producer);
    buf_add(&out, STR("},\"category\":"));
    json_write_str(&out, view->category);
    buf_add(&out, STR(",\"offers\":["));
    for (size_t i = 0; i < cards->len; i++) {
        const Card *card = &cards->at[i];
        Str price = money_plain(r->arena, card->price, places);
        buf_addf(&out, "%s{\"@type\":\"Offer\",\"price\":\"%.*s\",\"priceCurrency\":\"%.*s\",\"availability\":\"https://schema.org/%s\"",
                 i ? "," : "", STR_ARG(price), STR_ARG(r->village.currency),
                 card->available >= card->min_steps ? "InStock" : "OutOfStock");
        buf_addf(&out, ",\"priceSpecification\":{\"@type\":\"UnitPriceSpecification\",\"price\":\"%.*s\",\"priceCurrency\":\"%.*s\",",
                 STR_ARG(price), STR_ARG(r->village.currency));
        buf_addf(&out, "\"referenceQuantity\":{\"@type\":\"QuantitativeValue\",\"value\":1,\"unitCode\":\"%.*s\"}},\"seller\":{\"@type\":\"Organization\",\"name\":",
                 STR_ARG(card->priced_unit));
        json_write_str(&out, card->producer_name);
        buf_add(&out, STR("}}"));
    }
    buf_add(&out, STR("]}"));
    return buf_str(&out);
}

static Err *product_words(Req *r, const Product *product, ProductView *view)
{
    CategoryList categories;
    Producer producer;
    bool found;
    view->title = product->name;
    view->story = paragraphs(r->arena, product->story, 20);
    view->season = season_text(r, product->season_months);
    view->in_season = season_now(r, product->season_months);
    view->keeps_days = product->has_keeps_days ? product->keeps_days : 0;
    TRY(category_list(&r->db, lang_of(r), &categories));
    for (size_t i = 0; i < categories.len; i++)
        if (categories.at[i].id == product->category) {
            view->category = categories.at[i].name;
            Str slug = categories.at[i].slug;
            view->category_path = query_link(r->arena, STR("/market"), (const char *[]){"category"}, &slug, 1);
        }
    TRY(producer_by_org(&r->db, product->org, lang_of(r), &producer, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "product.missing");
    view->producer = producer.name;
    view->producer_place = producer.place;
    view->producer_story = paragraphs(r->arena, producer.story, 2);
    view->producer_picture = picture_of(r->arena, producer.photo, STR(""), SIZES_SMALL);
    view->producer_path = str_format(r->arena, "/producers/%.*s", STR_ARG(id_text(r->arena, producer.id)));
    return NULL;
}

static Err *product_pictures(Req *r, ProductView *view)
{
    ProductPhotoList rows;
    TRY(product_photos(&r->db, view->id, &rows));
    view->pictures.at = NEW_ARRAY(r->arena, Picture, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        Str alt = rows.at[i].alt.len ? rows.at[i].alt : i == 0 ? view->title : STR("");
        view->pictures.at[i] = picture_of(r->arena, rows.at[i].media, alt, SIZES_PAGE);
    }
    view->pictures.len = rows.len ? rows.len : 1; /* one empty frame where there is none */
    if (!rows.len)
        view->pictures.at[0] = picture_of(r->arena, STR(""), STR(""), SIZES_PAGE);
    view->pictures.at[0].first = true;
    return NULL;
}

static Err *product_others(Req *r, const Product *product, ProductView *view)
{
    CardList rows;
    TRY(listing_page_by_org(&r->db, lang_of(r), INT64_MAX, 0, product->org, OTHERS + 4, &rows));
    CardViewList all = card_views(r, &rows, r->path);
    view->others.at = NEW_ARRAY(r->arena, CardView, all.len + 1);
    for (size_t i = 0; i < all.len && view->others.len < OTHERS; i++)
        if (all.at[i].product != product->id) {
            all.at[i].picture.first = false;
            view->others.at[view->others.len++] = all.at[i];
        }
    return NULL;
}

struct Beside {
    Req *r;
    const BesideAsk *ask;
    BesideViewList *list;
    Err *err;
};

void beside_add(Beside *beside, Id product, Str reason)
{
    CardList rows = {0};
    Req *r = beside->r;
    BesideViewList *list = beside->list;
    for (size_t i = 0; i < list->len; i++)
        if (list->at[i].card.product == product)
            return;
    if (!beside->err)
        beside->err = listing_page_by_product(&r->db, lang_of(r), product, &rows);
    if (beside->err || !rows.len || list->len == beside->ask->most)
        return;
    rows.len = 1;
    list->at[list->len++] = (BesideView){card_views(r, &rows, r->path).at[0], reason};
    list->at[list->len - 1].card.picture.first = false;
}

Err *beside_read(Req *r, const BesideAsk *ask, BesideViewList *out)
{
    Beside beside = {.r = r, .ask = ask, .list = out};
    out->at = NEW_ARRAY(r->arena, BesideView, ask->most + 1);
    for (size_t i = 0; house_modules[i] && ask->len && !beside.err; i++) {
        const Module *room = house_modules[i];
        if (ask->basket && room->along)
            TRY(room->along(r, ask->products, ask->len, &beside));
        else if (!ask->basket && room->beside)
            TRY(room->beside(r, ask->products[0], &beside));
    }
    return beside.err;
}

/* What somebody pays who takes more: each amount that is cheaper than the one before. */
static Err *tiers_fill(Req *r, Id product, const CardList *cards, VariantViewList *variants)
{
    PriceStepList steps;
    TRY(price_steps(&r->db, product, &steps));
    for (size_t i = 0; i < cards->len && i < variants->len; i++) {
        Money least = cards->at[i].price;
        PriceTierViewList *tiers = &variants->at[i].tiers;
        tiers->at = NEW_ARRAY(r->arena, PriceTierView, steps.len + 1);
        for (size_t k = 0; k < steps.len; k++)
            if (steps.at[k].offer == cards->at[i].offer && steps.at[k].amount.minor < least.minor) {
                least = steps.at[k].amount;
                tiers->at[tiers->len++] = (PriceTierView){{steps.at[k].min_steps, cards->at[i].sold_unit, cards->at[i].sold_scale}, least};
            }
    }
    return NULL;
}

/* Kilometres between two places as the crow flies (haversine on a sphere of the earth's mean radius). */
static double kilometres(double lat1, double lon1, double lat2, double lon2)
{
    const double radius_km = 6371.0088, degree = 3.14159265358979323846 / 180;
    double a = sin((lat2 - lat1) * degree / 2), b = sin((lon2 - lon1) * degree / 2);
    double h = a * a + cos(lat1 * degree) * cos(lat2 * degree) * b * b;
    return 2 * radius_km * asin(sqrt(h < 1 ? h : 1));
}

/* How far each place of collecting is from the farm, in whole kilometres, where both are known. Nobody's own place is asked for. */
static Err *away_fill(Req *r, Id org, PickupViewList *pickups)
{
    FarmGate gate;
    bool found;
    TRY(farm_gate(&r->db, org, &gate, &found));
    for (size_t i = 0; found && i < pickups->len; i++) {
        PickupView *p = &pickups->at[i];
        int64_t km = p->placed ? (int64_t)(kilometres(gate.latitude, gate.longitude, p->latitude, p->longitude) + 0.5) : 0;
        TextArg arg = {"n", say_int(r->arena, r->lang, km)};
        if (p->placed)
            p->away = km ? tr_fill(r->arena, tr(r->lang, N_("{n} km from the farm")), &arg, 1) : tr(r->lang, N_("Right beside the farm"));
    }
    return NULL;
}

Err *show_product(Req *r)
{
    Id id;
    Product product;
    CardList cards;
    bool found;
    ProductView view = {0};
    TRY(take_id(r, 0, &id));
    TRY(product_by_id(&r->db, id, lang_of(r), &product, &found));
    if (!found || !str_eq(product.state, STR("live")))
        return err_new(r->arena, ERR_MISSING, "product.missing");
    view.id = id;
    TRY(product_words(r, &product, &view));
    TRY(product_pictures(r, &view));
    Freshest fresh;
    TRY(lot_freshest(&r->db, id, &fresh, &found));
    view.has_harvested_on = found && fresh.has_harvested_on;
    view.harvested_on = found ? fresh.harvested_on : (Date){0};
    TRY(listing_page_by_product(&r->db, lang_of(r), id, &cards));
    view.variants.at = NEW_ARRAY(r->arena, VariantView, cards.len + 1);
    for (size_t i = 0; i < cards.len; i++)
        view.variants.at[view.variants.len++] = variant_view(r, &cards.at[i], (int64_t)i);
    TRY(local_prices(r, &cards, &view.variants));
    TRY(tiers_fill(r, id, &cards, &view.variants));
    if (cards.len)
        TRY(money_goes(r, &cards.at[0], &view.goes));
    TRY(pickup_views(r, &product.org, 1, &view.pickups));
    TRY(away_fill(r, product.org, &view.pickups));
    TRY(certificates_of(r, product.org, id, &view.certificates));
    TRY(product_others(r, &product, &view));
    TRY(beside_read(r, &(BesideAsk){&view.id, 1, OTHERS, false}, &view.beside));
    TRY(basket_size(r, &view.basket));
    Page *page = page_begin(r, &(PageHead){.title = view.title, .place = "/market", .script = "market.js",
                                           .about = view.story.len ? view.story.at[0] : view.title,
                                           .json_ld = product_json_ld(r, &view, &cards)});
    market_product(page, &view);
    return page_end(page);
}

/* ---- producers ---- */

typedef struct ProducersQuery {
    Str after;
} ProducersQuery;
static const Field producers_query_fields[] = {FIELD(ProducersQuery, after, FIELD_STR, .max = 40)};
const Shape producers_query_shape = SHAPE(ProducersQuery, "ProducersQuery", producers_query_fields);

static ProducerCard producer_card(Req *r, const Producer *row)
{
    StrList first = paragraphs(r->arena, row->story, 1);
    return (ProducerCard){.id = row->id, .name = row->name, .place = row->place, .line = first.len ? first.at[0] : STR(""),
                          .picture = picture_of(r->arena, row->photo, STR(""), SIZES_SMALL),
                          .initials = initials_of(r->arena, row->name), .goods = row->goods};
}

Err *list_producers(Req *r)
{
    ProducersQuery query = {0};
    ProducersView view = {0};
    ProducerList rows;
    Id after = 0;
    TRY(take_query(r, &producers_query_shape, &query));
    if (query.after.len && !id_parse(query.after, &after))
        return err_field(r->arena, "shelf.after", "after");
    TRY(producer_list(&r->db, lang_of(r), after, PAGE_PRODUCERS + 1, &rows));
    bool more = rows.len > PAGE_PRODUCERS;
    rows.len = more ? PAGE_PRODUCERS : rows.len;
    view.producers.at = NEW_ARRAY(r->arena, ProducerCard, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view.producers.at[view.producers.len++] = producer_card(r, &rows.at[i]);
    if (more)
        view.next = str_format(r->arena, "/producers?after=%.*s", STR_ARG(id_text(r->arena, rows.at[rows.len - 1].id)));
    Page *page = market_page(r, tr(r->lang, N_("Our producers")), "/market", NULL);
    market_producers(page, &view);
    return page_end(page);
}

Err *show_producer(Req *r)
{
    Id id;
    Producer row;
    ShelfPage shelf = {0};
    ProducersQuery query = {0};
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(take_query(r, &producers_query_shape, &query));
    TRY(producer_by_org(&r->db, id, lang_of(r), &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "producer.missing");
    ProducerView view = {.card = producer_card(r, &row), .story = paragraphs(r->arena, row.story, 20), .mine = sells(r, id)};
    ShelfAsk ask = {.org = id, .after = query.after, .limit = PAGE_CARDS, .lang = lang_of(r)};
    TRY(shelf_page(&r->db, &ask, &shelf));
    view.cards = card_views(r, &shelf.cards, r->path);
    if (shelf.next.len)
        view.next = query_link(r->arena, r->path, (const char *[]){"after"}, &shelf.next, 1);
    TRY(pickup_views(r, &id, 1, &view.pickups));
    TRY(certificates_of(r, id, 0, &view.certificates));
    Page *page = page_begin(r, &(PageHead){.title = row.name, .place = "/market", .script = "market.js", .about = view.card.line,
                                           .back = STR("/producers")});
    market_producer(page, &view);
    return page_end(page);
}
