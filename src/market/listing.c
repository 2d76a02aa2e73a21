/* The shelf: a derived row for each offer that anybody may see, its texts, its categories and its search words. */
#include "market/inside.h"
#include "base/search.h"

int64_t shelf_rank(Id offer, bool in_stock)
{
    return in_stock ? offer : offer - INT64_MAX;
}

/* The texts of one language, each falling back to the product's or producer's own language. */
typedef struct Words {
    Str title, pack, producer;
} Words;

typedef struct Source {
    ListingSource row;
    ProductTextList products;
    VariantTextList packs;
    ProducerTextList producers;
} Source;

static Words words_in(const Source *source, Str lang)
{
    Words words = {.producer = source->row.org_name};
    for (size_t i = 0; i < source->producers.len; i++)
        if (str_eq(source->producers.at[i].lang, source->row.producer_lang))
            words.producer = source->producers.at[i].name;
    for (size_t i = 0; i < source->producers.len; i++)
        if (str_eq(source->producers.at[i].lang, lang))
            words.producer = source->producers.at[i].name;
    const Str order[] = {source->row.lang, lang};
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < source->products.len; i++)
            if (str_eq(source->products.at[i].lang, order[k]))
                words.title = source->products.at[i].name;
        for (size_t i = 0; i < source->packs.len; i++)
            if (str_eq(source->packs.at[i].lang, order[k]))
                words.pack = source->packs.at[i].pack;
    }
    return words;
}

static bool lang_seen(const Source *source, Str lang, size_t products, size_t packs, size_t producers)
{
    if (str_eq(lang, source->row.lang))
        return true;
    for (size_t i = 0; i < products; i++)
        if (str_eq(source->products.at[i].lang, lang))
            return true;
    for (size_t i = 0; i < packs; i++)
        if (str_eq(source->packs.at[i].lang, lang))
            return true;
    for (size_t i = 0; i < producers; i++)
        if (str_eq(source->producers.at[i].lang, lang))
            return true;
    return false;
}

static Err *text_insert(Tx *tx, const Source *source, Str lang)
{
    Words words = words_in(source, lang);
    return listing_text_insert(tx, source->row.id, lang, words.title, words.pack, words.producer);
}

/* One row for each language that has any text, besides the product's own. */
static Err *texts_insert(Tx *tx, const Source *source)
{
    for (size_t i = 0; i < source->products.len; i++)
        if (!lang_seen(source, source->products.at[i].lang, i, 0, 0))
            TRY(text_insert(tx, source, source->products.at[i].lang));
    for (size_t i = 0; i < source->packs.len; i++)
        if (!lang_seen(source, source->packs.at[i].lang, source->products.len, i, 0))
            TRY(text_insert(tx, source, source->packs.at[i].lang));
    for (size_t i = 0; i < source->producers.len; i++)
        if (!lang_seen(source, source->producers.at[i].lang, source->products.len, source->packs.len, i))
            TRY(text_insert(tx, source, source->producers.at[i].lang));
    return NULL;
}

static void add_words(Buf *out, Arena *arena, Str text)
{
    buf_add(out, search_index(arena, text));
    buf_add_char(out, ' ');
}

static Err *search_and_categories_insert(Tx *tx, const Source *source, int64_t rank)
{
    Arena *arena = tx->db.arena;
    Buf words = buf_new(arena, 16384);
    for (size_t i = 0; i < source->products.len; i++)
        add_words(&words, arena, source->products.at[i].name);
    for (size_t i = 0; i < source->packs.len; i++)
        add_words(&words, arena, source->packs.at[i].pack);
    for (size_t i = 0; i < source->producers.len; i++)
        add_words(&words, arena, source->producers.at[i].name);
    if (!source->producers.len)
        add_words(&words, arena, source->row.org_name);
    CategoryStepList path;
    TRY(category_path(&tx->db, source->row.category, &path));
    for (size_t i = 0; i < path.len; i++) {
        add_words(&words, arena, path.at[i].name);
        if (i == 0 || path.at[i].id != path.at[i - 1].id)
            TRY(listing_category_insert(tx, path.at[i].id, rank, source->row.id));
    }
    return listing_search_insert(tx, source->row.id, buf_str(&words));
}

/* Average thousandths of the priced unit in one sold unit, or 0 when it is not priced by weight. */
static int64_t nominal_milli(const ListingSource *row)
{
    int64_t milli = 0;
    if (!row->has_nominal_priced_steps)
        return 0;
    int64_t unit = 1;
    for (int64_t i = 0; i < row->priced_scale; i++)
        unit *= 10;
    return mul_div(row->nominal_priced_steps, 1000, unit, &milli) ? milli : 0;
}

Err *listing_add(Tx *tx, Id offer)
{
    Source source = {0};
    bool found;
    TRY(listing_source(&tx->db, offer, &source.row, &found));
    if (!found)
        return NULL;
    const ListingSource *row = &source.row;
    TRY(product_texts(&tx->db, row->product, &source.products));
    TRY(variant_texts(&tx->db, row->variant, &source.packs));
    TRY(producer_texts(&tx->db, row->producer, &source.producers));
    Words words = words_in(&source, row->lang);
    int64_t rank = shelf_rank(offer, row->available >= row->min_steps), nominal = nominal_milli(row);
    TRY(listing_insert(tx, &(ListingInsertArgs){
                               .offer = offer, .rank = rank, .product = row->product, .variant = row->variant, .org = row->org,
                               .producer = row->producer, .category = row->category, .place = row->place,
                               .title = words.title, .pack = words.pack, .producer_name = words.producer,
                               .price = row->price, .sold_unit = row->sold_unit, .sold_scale = row->sold_scale,
                               .step = row->step, .min_steps = row->min_steps, .priced_unit = row->priced_unit,
                               .nominal_milli = nominal ? &nominal : NULL,
                               .content_unit = row->has_content_unit ? &row->content_unit : NULL,
                               .content_milli = row->has_content_milli ? &row->content_milli : NULL,
                               .season_months = row->season_months, .photo = row->photo, .photo_alt = row->photo_alt}));
    TRY(texts_insert(tx, &source));
    return search_and_categories_insert(tx, &source, rank);
}

Err *listing_refresh(Tx *tx, Id offer)
{
    int64_t count;
    TRY(listing_category_drop(tx, offer));
    TRY(listing_text_drop(tx, offer));
    TRY(listing_search_drop(tx, offer));
    TRY(listing_drop(tx, offer, &count));
    return listing_add(tx, offer);
}

static Err *refresh_all(Tx *tx, const MarketIdList *offers)
{
    for (size_t i = 0; i < offers->len; i++)
        TRY(listing_refresh(tx, offers->at[i].id));
    return NULL;
}

Err *listing_refresh_product(Tx *tx, Id product)
{
    MarketIdList offers;
    TRY(offer_ids_by_product(&tx->db, product, &offers));
    return refresh_all(tx, &offers);
}

Err *listing_refresh_org(Tx *tx, Id org)
{
    MarketIdList offers;
    TRY(offer_ids_by_org(&tx->db, org, &offers));
    return refresh_all(tx, &offers);
}

Err *listing_rebuild(Tx *tx, void *unused)
{
    (void)unused;
    MarketIdList offers;
    Id after = 0;
    do {
        TRY(offer_ids_after(&tx->db, after, 500, &offers));
        TRY(refresh_all(tx, &offers));
        after = offers.len ? offers.at[offers.len - 1].id : 0;
    } while (offers.len);
    return NULL;
}

Err *listing_move(Tx *tx, const StockMark *mark)
{
    ListingMarkList offers;
    TRY(listing_marks(&tx->db, mark->variant, mark->place, &offers));
    int64_t free = stock_free(mark->on_hand, mark->reserved, mark->oversell), count;
    for (size_t i = 0; i < offers.len; i++) {
        int64_t rank = shelf_rank(offers.at[i].offer, free >= offers.at[i].min_steps);
        if (rank == offers.at[i].rank)
            continue;
        TRY(listing_rank_put(tx, offers.at[i].offer, rank, &count));
        TRY(listing_category_rank_put(tx, offers.at[i].offer, rank, &count));
    }
    return NULL;
}
