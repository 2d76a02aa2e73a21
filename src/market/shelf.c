/* Reading the shelf. Each way of asking has its own index; the cursor is the last card's place in it. */
#include "market/shelf.h"

#include "base/text.h"

/* A pickup place that takes everyone's goods narrows nothing. */
static Err *pickup_filter(Db *db, Id pickup, Id *filter)
{
    PickupRule rule;
    bool found = false;
    if (pickup)
        TRY(pickup_rule(db, pickup, &rule, &found));
    *filter = found && rule.everyone ? 0 : pickup;
    return NULL;
}

static Err *bad_cursor(Arena *arena)
{
    return err_field(arena, "shelf.after", "after");
}

/* One more than asked for was read, to know whether more follow. */
static bool trim(CardList *cards, int64_t limit)
{
    bool more = cards->len > (size_t)limit;
    if (more)
        cards->len = (size_t)limit;
    return more;
}

static Err *browse(Db *db, const ShelfAsk *ask, Id pickup, ShelfPage *out)
{
    int64_t before = INT64_MAX, floor = ask->in_stock ? 0 : INT64_MIN;
    if (ask->after.len && !str_to_int(ask->after, &before))
        return bad_cursor(db->arena);
    if (ask->category)
        TRY(listing_page_by_category(db, &(ListingPageByCategoryArgs){.lang = ask->lang, .before = before, .floor = floor,
                                                                      .category = ask->category, .org = ask->org,
                                                                      .pickup = pickup, .limit = ask->limit + 1},
                                     &out->cards));
    else if (ask->org)
        TRY(listing_page_by_org(db, ask->lang, before, floor, ask->org, ask->limit + 1, &out->cards));
    else
        TRY(listing_page(db, ask->lang, before, floor, pickup, ask->limit + 1, &out->cards));
    if (trim(&out->cards, ask->limit))
        out->next = str_format(db->arena, "%lld", (long long)out->cards.at[out->cards.len - 1].rank);
    return NULL;
}

/* Found goods come newest first, those in stock before those sold out: two walks, "i" and "o" in the cursor. */
static Err *found_walk(Db *db, const ShelfAsk *ask, Id pickup, Str words, bool in_stock, Id before, int64_t limit, CardList *out)
{
    return listing_page_found(db, &(ListingPageFoundArgs){.lang = ask->lang, .words = words, .before = before,
                                                          .in_stock = in_stock, .category = ask->category, .org = ask->org,
                                                          .pickup = pickup, .limit = limit},
                              out);
}

static CardList join(Arena *arena, const CardList *a, const CardList *b)
{
    CardList both = {NEW_ARRAY(arena, Card, a->len + b->len + 1), a->len + b->len};
    for (size_t i = 0; i < a->len; i++)
        both.at[i] = a->at[i];
    for (size_t i = 0; i < b->len; i++)
        both.at[a->len + i] = b->at[i];
    return both;
}

static Err *find(Db *db, const ShelfAsk *ask, Id pickup, Str words, ShelfPage *out)
{
    CardList here = {0}, gone = {0};
    Id before = INT64_MAX;
    bool second = str_starts(ask->after, STR("o"));
    if (ask->after.len && (!(second || str_starts(ask->after, STR("i"))) ||
                           !str_to_int(str_slice(ask->after, 1, ask->after.len), &before)))
        return bad_cursor(db->arena);
    if (!second)
        TRY(found_walk(db, ask, pickup, words, true, before, ask->limit + 1, &here));
    if (!ask->in_stock && here.len <= (size_t)ask->limit)
        TRY(found_walk(db, ask, pickup, words, false, second ? before : INT64_MAX, ask->limit + 1 - (int64_t)here.len, &gone));
    out->cards = join(db->arena, &here, &gone);
    if (trim(&out->cards, ask->limit)) {
        const Card *last = &out->cards.at[out->cards.len - 1];
        out->next = str_format(db->arena, "%c%lld", last->rank > 0 ? 'i' : 'o', (long long)last->offer);
    }
    return NULL;
}

/* Typed words apart from one another: "有机鸡蛋" also finds goods that say 鸡蛋 and 有机 in different places. */
static Str apart(Arena *arena, Str typed)
{
    return text_search(arena, utf8_cut(typed, 200));
}

Err *shelf_page(Db *db, const ShelfAsk *ask, ShelfPage *out)
{
    Id pickup;
    *out = (ShelfPage){0};
    TRY(pickup_filter(db, ask->pickup, &pickup));
    if (!str_trim(ask->search).len)
        return browse(db, ask, pickup, out);
    bool postgres = store_is_postgres(db->store);
    Str words = search_words(db->arena, postgres, ask->search);
    if (!words.len)
        return NULL; /* nothing but signs: nothing is found */
    TRY(find(db, ask, pickup, words, out));
    Str loose = search_words(db->arena, postgres, apart(db->arena, ask->search));
    if (out->cards.len || ask->after.len || str_eq(loose, words))
        return NULL;
    out->loosened = true;
    return find(db, ask, pickup, loose, out);
}

Measure card_measure(const Card *card)
{
    return (Measure){card->sold_unit, card->sold_scale, card->priced_unit, 3, card->has_nominal_milli ? card->nominal_milli : 0};
}

bool card_unit_price(const Card *card, Money *price, Str *unit)
{
    Measure measure = card_measure(card);
    return measure_unit_price(&measure, card->price, card->has_content_unit ? card->content_unit : STR(""),
                              card->has_content_milli ? card->content_milli : 0, price, unit);
}
