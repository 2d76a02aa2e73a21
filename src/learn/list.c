/* Lists of pieces, newest first; the cursor is the last card's place. */
#include "learn/inside.h"

#include "base/search.h"

/* "1795000000000.0a1b2c3d4e5f6": moment and id. */
static bool cursor_read(Str text, Time *before, Id *id)
{
    Str moment, rest;
    *before = (Time){INT64_MAX};
    *id = INT64_MAX;
    if (!text.len)
        return true;
    return str_cut(text, '.', &moment, &rest) && str_to_int(moment, &before->ms) && id_parse(rest, id);
}

static bool trim(ItemCardList *cards, int64_t limit)
{
    bool more = cards->len > (size_t)limit;
    cards->len = more ? (size_t)limit : cards->len;
    return more;
}

static Err *browse(Db *db, const ItemAsk *ask, ItemPage *out)
{
    Time before;
    Id before_id;
    if (!cursor_read(ask->after, &before, &before_id))
        return err_field(db->arena, "learn.after", "after");
    int64_t limit = ask->limit + 1;
    if (ask->channel)
        TRY(item_page_of(db, &(ItemPageOfArgs){ask->channel, ask->lang, ask->now, before, before_id, limit}, &out->cards));
    else if (ask->person)
        TRY(item_page_mine(db, &(ItemPageMineArgs){ask->person, ask->lang, ask->now, before, before_id, limit}, &out->cards));
    else
        TRY(item_page(db, &(ItemPageArgs){ask->lang, ask->members, ask->now, before, before_id, limit}, &out->cards));
    if (trim(&out->cards, ask->limit)) {
        const ItemCard *last = &out->cards.at[out->cards.len - 1];
        out->next = str_format(db->arena, "%lld.%.*s", (long long)last->shown_at.ms, STR_ARG(id_text(db->arena, last->id)));
    }
    return NULL;
}

/* First the words as they stand; only when nothing has them, more and more freely. The cursor says how far that went. */
static Err *find(Db *db, const ItemAsk *ask, ItemPage *out)
{
    bool postgres = store_is_postgres(db->store);
    SearchMode mode = SEARCH_PHRASES;
    Id before = INT64_MAX;
    Str tried = {0};
    if (ask->after.len) {
        mode = (SearchMode)(ask->after.at[0] - '0');
        if (mode < SEARCH_PHRASES || mode > SEARCH_APART || !id_parse(str_slice(ask->after, 1, ask->after.len), &before))
            return err_field(db->arena, "learn.after", "after");
    }
    for (; mode <= SEARCH_APART && !out->cards.len; mode++) {
        Str words = search_words(db->arena, postgres, ask->search, mode);
        if (words.len && !str_eq(words, tried))
            TRY(item_page_found(db, &(ItemPageFoundArgs){words, ask->lang, ask->members, ask->channel, ask->now, before, ask->limit + 1},
                                &out->cards));
        tried = words;
        out->loosened = mode == SEARCH_APART && out->cards.len;
        if (trim(&out->cards, ask->limit))
            out->next = str_format(db->arena, "%d%.*s", (int)mode, STR_ARG(id_text(db->arena, out->cards.at[out->cards.len - 1].id)));
        if (ask->after.len)
            break;
    }
    return NULL;
}

Err *item_page_read(Db *db, const ItemAsk *ask, ItemPage *out)
{
    *out = (ItemPage){0};
    return str_trim(ask->search).len ? find(db, ask, out) : browse(db, ask, out);
}
