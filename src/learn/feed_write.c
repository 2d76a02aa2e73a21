/* Feeds into a channel: the same piece at the next import is found again, a changed one gets a revision. */
#include "learn/feed.h"

static Err *piece_write(Tx *tx, FeedWrite *write, const FeedPiece *piece)
{
    LearnId known;
    Id item;
    bool found, changed = true;
    LearnText text = {write->lang, piece->title, STR(""), piece->text};
    NewItem words = {.channel = write->channel, .texts = {&text, 1}, .source_name = write->book->title, .source_url = piece->link, .guid = piece->guid};
    TRY(item_by_guid(&tx->db, write->channel, piece->guid, &known, &found));
    if (found) {
        Item row;
        TRY(item_must(&tx->db, known.id, &row));
        if (str_eq(row.state, STR("withdrawn"))) { /* an editor took it away: it stays away */
            write->same++;
            return NULL;
        }
        item = known.id;
        TRY(item_revise(tx, write->now, write->by, item, &words, &changed));
        write->revised += changed;
        write->same += !changed;
    } else {
        TRY(item_add(tx, write->now, write->by, &words, &item));
        write->made++;
    }
    if (!changed)
        return NULL;
    return item_act(tx, &(ItemAct){.item = item, .by = write->by, .verb = "publish", .publish_at = piece->has_at ? piece->at : (Time){0}, .dated = true},
                    write->now);
}

static Err *book_write(Tx *tx, void *arg)
{
    FeedWrite *write = arg;
    write->made = write->revised = write->same = 0;
    for (size_t i = write->book->len; i-- > 0;) /* feeds begin with the newest */
        if (!write->book->at[i].refused)
            TRY(piece_write(tx, write, &write->book->at[i]));
    return NULL;
}

Err *feed_write(Store *store, Arena *arena, FeedWrite *write)
{
    return db_write(store, arena, book_write, write);
}
