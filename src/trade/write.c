/* The book into the market: one transaction, new goods made, known ones changed where they differ. */
#include "market/market.h"
#include "trade/queries.h"
#include "trade/trade.h"

typedef struct Writing {
    TradeWrite *write;
    const TradeProduct *at; /* what the market was asked last */
    const TradeVariant *variant;
    StrList pictures, alts; /* one a product */
} Writing;

static LangTextList lang_texts(Arena *arena, const TradeTexts *texts)
{
    LangTextList list = {NEW_ARRAY(arena, LangText, texts->len), texts->len};
    for (size_t i = 0; i < texts->len; i++)
        list.at[i] = (LangText){texts->at[i].lang, texts->at[i].name, texts->at[i].story};
    return list;
}

/* The product's name and story: in every language the file has, else in the one the import was told. */
static LangTextList product_texts(Arena *arena, const TradeWrite *write, const TradeProduct *from)
{
    if (from->texts.len)
        return lang_texts(arena, &from->texts);
    LangTextList list = {NEW(arena, LangText), 1};
    list.at[0] = (LangText){write->lang, from->name, from->story};
    return list;
}

static NewVariant variant_of(Arena *arena, const TradeWrite *write, const TradeVariant *from)
{
    NewVariant variant = {.sku = from->sku,
                          .gtin = from->gtin,
                          .measure = {.sold_unit = STR("C62"), .priced_unit = STR("C62")},
                          .content_unit = from->content_unit,
                          .content_milli = from->content_milli,
                          .price = from->price,
                          .on_hand_steps = from->counted ? from->stock : 0,
                          .oversell = from->oversell || !from->counted};
    const TradeMeasure *m = &from->measure;
    if (m->given) {
        variant.measure = (Measure){m->sold_unit, m->sold_scale, m->priced_unit, m->priced_scale, m->nominal};
        variant.step = m->step, variant.min_steps = m->min_steps, variant.max_steps = m->max_steps;
        variant.tolerance_ppm = m->tolerance_ppm, variant.tare_steps = m->tare_steps;
    }
    if (from->packs.len) {
        variant.packs = lang_texts(arena, &from->packs);
    } else if (from->pack.len) {
        variant.packs = (LangTextList){NEW(arena, LangText), 1};
        variant.packs.at[0] = (LangText){.lang = write->lang, .name = from->pack};
    }
    return variant;
}

static Err *make(Tx *tx, Writing *writing, size_t index)
{
    TradeWrite *write = writing->write;
    const TradeProduct *from = writing->at;
    Arena *arena = tx->db.arena;
    CategoryOf typed;
    bool found = false;
    NewPhoto photo = {writing->pictures.at[index], writing->alts.at[index]};
    NewProduct product = {.org = write->org,
                          .texts = product_texts(arena, write, from),
                          .uri = from->uri,
                          .season_months = from->season_months,
                          .keeps_days = from->keeps_days,
                          .draft = from->draft,
                          .photos = {&photo, photo.media.len ? 1 : 0}};
    Id made;
    product.variants = (NewVariantList){NEW_ARRAY(arena, NewVariant, from->variants_len), from->variants_len};
    for (size_t i = 0; i < from->variants_len; i++)
        product.variants.at[i] = variant_of(arena, write, &from->variants[i]);
    if (from->category_slug.len)
        TRY(category_find(&tx->db, from->category_slug, &product.category));
    if (!product.category && from->dfc_type.len)
        TRY(category_of_type(&tx->db, from->dfc_type, &typed, &found));
    if (found)
        TRY(category_find(&tx->db, typed.slug, &product.category));
    if (!product.category)
        TRY(category_guess(&tx->db, from->category, &product.category));
    write->counts.made++;
    return product_add(tx, &product, write->who, write->book->now, &made);
}

/* ---- known goods ---- */

static Err *change_words(Tx *tx, const Writing *writing, Id product, bool *changed)
{
    const TradeWrite *write = writing->write;
    const TradeProduct *from = writing->at;
    Time now = write->book->now;
    LangTextList texts = product_texts(tx->db.arena, write, from);
    ProductBrief there;
    for (size_t i = 0; i < texts.len; i++) {
        TRY(product_brief(&tx->db, product, texts.at[i].lang, &there));
        if (str_eq(there.name, texts.at[i].name) && str_eq(there.story, texts.at[i].story))
            continue;
        const ProductEdit edit = {there.category, there.season_months, there.keeps_days, {&texts.at[i], 1}};
        TRY(product_edit(tx, product, &edit, write->who, now));
        *changed = true;
    }
    bool draft = str_eq(there.state, STR("draft")),
         live = str_eq(there.state, STR("live")); /* withdrawn by hand stays so */
    if ((from->draft && live) || (!from->draft && draft)) {
        TRY(product_show(tx, product, from->draft ? STR("draft") : STR("live"), write->who, now));
        *changed = true;
    }
    return NULL;
}

/* By SKU, else by pack, else the only one there is. */
static const ProductOffer *offer_find(const ProductOfferList *there, const TradeProduct *from,
                                      const TradeVariant *variant)
{
    for (size_t i = 0; i < there->len && variant->sku.len; i++)
        if (str_eq(there->at[i].sku, variant->sku))
            return &there->at[i];
    for (size_t i = 0; i < there->len; i++)
        if (str_eq(there->at[i].pack, variant->pack) && (!there->at[i].sku.len || !variant->sku.len))
            return &there->at[i];
    return there->len == 1 && from->variants_len == 1 ? &there->at[0] : NULL;
}

static Err *change_variant(Tx *tx, Writing *writing, Id product, const ProductOfferList *there, bool *changed)
{
    const TradeWrite *write = writing->write;
    const TradeVariant *from = writing->variant;
    const ProductOffer *offer = offer_find(there, writing->at, from);
    Time now = write->book->now;
    if (!offer) {
        NewVariant fresh = variant_of(tx->db.arena, write, from);
        *changed = true;
        return product_variant_add(tx, product, &fresh, write->who, now);
    }
    if (offer->price.minor != from->price.minor) {
        TRY(offer_price_put(tx, offer->offer, from->price, write->who, now));
        *changed = true;
    }
    if (from->counted && offer->on_hand != from->stock) {
        TRY(offer_stock_count(tx, offer->offer, from->stock, write->who, now));
        *changed = true;
    }
    return NULL;
}

static Err *change(Tx *tx, Writing *writing, Id product)
{
    TradeWrite *write = writing->write;
    ProductOfferList there;
    bool changed = false;
    TRY(change_words(tx, writing, product, &changed));
    TRY(product_offers(&tx->db, product, &there));
    for (size_t i = 0; i < writing->at->variants_len; i++) {
        writing->variant = &writing->at->variants[i];
        TRY(change_variant(tx, writing, product, &there, &changed));
    }
    if (changed)
        write->counts.changed++;
    else
        write->counts.same++;
    return NULL;
}

/* By its address elsewhere; a file that was exported here names it. */
static Err *product_known(Tx *tx, const Writing *writing, Id *known)
{
    ProductHere here;
    bool found = false;
    *known = 0;
    if (writing->at->id)
        TRY(product_of_org(&tx->db, writing->at->id, writing->write->org, &here, &found));
    if (found)
        *known = writing->at->id;
    return found ? NULL : product_by_uri(&tx->db, writing->write->org, writing->at->uri, known);
}

static Err *write_all(Tx *tx, void *arg)
{
    Writing *writing = arg;
    TradeWrite *write = writing->write;
    TradeBook *book = write->book;
    write->counts = (TradeCounts){0};
    for (size_t i = 0; i < book->len; i++) {
        Id known = 0;
        writing->at = &book->products[i];
        writing->variant = NULL;
        if (writing->at->refused || writing->at->moved)
            continue;
        write->counts.drafts += writing->at->draft;
        TRY(product_known(tx, writing, &known));
        TRY(known ? change(tx, writing, known) : make(tx, writing, i));
        if (write->progress)
            write->progress(write->progress_arg, (int64_t)i + 1, (int64_t)book->len);
    }
    return write->trial ? err_new(tx->db.arena, ERR_CONFLICT, "import.trial") : NULL; /* which undoes all of it */
}

Err *trade_write(Store *store, Arena *arena, TradeWrite *write)
{
    TradeBook *book = write->book;
    Writing writing = {.write = write,
                       .pictures = {NEW_ARRAY(arena, Str, book->len + 1), book->len},
                       .alts = {NEW_ARRAY(arena, Str, book->len + 1), book->len}};
    for (size_t i = 0; write->picture && !write->trial && i < book->len; i++) /* slow, so before the write */
        if (!book->products[i].refused && !book->products[i].moved)
            writing.pictures.at[i] = write->picture(write->picture_arg, &book->products[i], &writing.alts.at[i]);
    Err *err = db_write(store, arena, write_all, &writing);
    if (!err || err_is(err, "import.trial"))
        return NULL;
    if (err->kind == ERR_BROKEN || err->kind == ERR_BUSY || !writing.at)
        return err;
    trade_note(book, LEVEL_REFUSED, writing.variant ? writing.variant->line : writing.at->line, "",
               err_copy(book->arena, err));
    return err_new(arena, ERR_CONFLICT, "import.refused");
}
