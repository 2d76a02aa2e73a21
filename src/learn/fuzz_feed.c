/* Any bytes as a feed: refused or read; what was read can be a piece, and its words show no markup of strangers. */
#include <stdlib.h>

#include "base/text.h"
#include "learn/feed.h"

static void must(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    FeedBook book;
    Time at;
    Str file = {(const char *)data, size}, charset, rest;
    str_cut(str_slice(file, 0, 30), '\n', &charset, &rest); /* what a server might call it */
    feed_date(file, &at);
    if (!feed_read(arena, file, charset, &book)) {
        size_t refused = 0;
        must(book.len > 0 && book.len <= FEED_ENTRIES_MAX && book.format);
        for (size_t i = 0; i < book.len; i++) {
            const FeedPiece *piece = &book.at[i];
            refused += piece->refused != NULL;
            if (piece->refused)
                continue;
            must(piece->title.len && piece->title.len <= TITLE_MAX && piece->guid.len && piece->text.len <= BODY_MAX);
            must(utf8_valid(piece->title) && utf8_valid(piece->text) && piece->link.len <= 1000);
        }
        must(refused == book.refused);
    }
    arena_free(arena);
    return 0;
}
