/* Reading the shelf. Each way of asking has its own index; the cursor is the last card's place in it. */
#include "market/shelf.h"

#include "base/search.h"

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

/* A cursor of a search: the walk, the way the words were understood, the last offer: "i0123". */
typedef struct Cursor {
    bool gone; /* the walk over what is sold out */
    SearchMode mode;
    Id before;
} Cursor;

static bool cursor_read(Str text, Cursor *out)
{
    *out = (Cursor){.before = INT64_MAX};
    if (!text.len)
        return true;
    out->gone = text.at[0] == 'o';
    if (text.len < 3 || (text.at[0] != 'i' && text.at[0] != 'o') || text.at[1] < '0' || text.at[1] > '0' + SEARCH_APART)
        return false;
    out->mode = (SearchMode)(text.at[1] - '0');
    return str_to_int(str_slice(text, 2, text.len), &out->before);
}

static Err *find(Db *db, const ShelfAsk *ask, Id pickup, Str words, const Cursor *from, ShelfPage *out)
{
    CardList here = {0}, gone = {0};
    if (!from->gone)
        TRY(found_walk(db, ask, pickup, words, true, from->before, ask->limit + 1, &here));
    if (!ask->in_stock && here.len <= (size_t)ask->limit)
        TRY(found_walk(db, ask, pickup, words, false, from->gone ? from->before : INT64_MAX,
                       ask->limit + 1 - (int64_t)here.len, &gone));
    out->cards = join(db->arena, &here, &gone);
    if (trim(&out->cards, ask->limit)) {
        const Card *last = &out->cards.at[out->cards.len - 1];
        out->next = str_format(db->arena, "%c%d%lld", last->rank > 0 ? 'i' : 'o', (int)from->mode, (long long)last->offer);
    }
    return NULL;
}

/* First the words as they stand; only when nothing has them, more and more freely. */
static Err *search(Db *db, const ShelfAsk *ask, Id pickup, ShelfPage *out)
{
    bool postgres = store_is_postgres(db->store);
    Cursor from;
    Str before = {0};
    if (!cursor_read(ask->after, &from))
        return bad_cursor(db->arena);
    for (; from.mode <= SEARCH_APART && !out->cards.len; from.mode++) {
        Str words = search_words(db->arena, postgres, ask->search, from.mode);
        if (words.len && !str_eq(words, before))
            TRY(find(db, ask, pickup, words, &from, out));
        out->loosened = from.mode == SEARCH_APART && out->cards.len;
        before = words;
        if (ask->after.len)
            break;
    }
    return NULL;
}

Err *shelf_page(Db *db, const ShelfAsk *ask, ShelfPage *out)
{
    Id pickup;
    *out = (ShelfPage){0};
    TRY(pickup_filter(db, ask->pickup, &pickup));
    return str_trim(ask->search).len ? search(db, ask, pickup, out) : browse(db, ask, pickup, out);
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
