/* Reading JSON Feed 1.1 (jsonfeed.org). */
#include "learn/feed.h"

#include <jansson.h>

#include "base/text.h"

static Str text_of(FeedBook *book, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return STR("");
    Str text = {json_string_value(value), json_string_length(value)};
    return utf8_clean(book->arena, text);
}

static void entry_take(FeedBook *book, const json_t *entry, size_t number)
{
    FeedPiece *piece = feed_piece(book, number);
    if (!piece)
        return;
    if (!json_is_object(entry)) {
        piece->refused = err_new(book->arena, ERR_INVALID, "feed.damaged");
        book->refused++;
        return;
    }
    Str html = text_of(book, entry, "content_html"), plain = text_of(book, entry, "content_text");
    piece->guid = text_of(book, entry, "id");
    piece->link = text_of(book, entry, "url");
    if (!piece->link.len)
        piece->link = text_of(book, entry, "external_url");
    piece->title = text_of(book, entry, "title");
    piece->text = feed_text(book->arena, html.len ? html : plain.len ? plain : text_of(book, entry, "summary"));
    piece->has_at = feed_date(text_of(book, entry, "date_published"), &piece->at) || feed_date(text_of(book, entry, "date_modified"), &piece->at);
    feed_piece_end(book, piece);
}

Err *feed_json_read(FeedBook *book, Str file)
{
    json_t *root = json_loadb(file.at, file.len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *items = json_object_get(root, "items");
    if (!json_is_array(items) || str_find(text_of(book, root, "version"), STR("jsonfeed.org")) == SIZE_MAX) {
        json_decref(root);
        return err_new(book->arena, ERR_INVALID, "feed.format");
    }
    book->format = "JSON Feed";
    book->lines = false;
    book->title = utf8_cut(text_of(book, root, "title"), 200);
    book->lang = text_of(book, root, "language");
    for (size_t i = 0; i < json_array_size(items) && i < FEED_ENTRIES_MAX; i++)
        entry_take(book, json_array_get(items, i), i + 1);
    json_decref(root);
    return NULL;
}
