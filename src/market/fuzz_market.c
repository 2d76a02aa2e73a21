/* What strangers type into the market: searches, amounts, opening hours, stories. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "market/handlers.h"
#include "base/search.h"

static void must(bool good)
{
    if (!good)
        abort();
}

/* Quotes and signs of the query language stand only where we put them. */
static void search(Arena *arena, Str text)
{
    for (SearchMode mode = SEARCH_PHRASES; mode <= SEARCH_APART; mode++) {
        Str lite = search_words(arena, false, text, mode), post = search_words(arena, true, text, mode);
        int quotes = 0, depth = 0;
        for (size_t i = 0; i < lite.len; i++) {
            quotes += lite.at[i] == '"';
            must(quotes % 2 || strchr("\" *AND", lite.at[i]));
        }
        must(quotes % 2 == 0);
        bool quoted = false;
        for (size_t i = 0; i < post.len; i++) {
            quoted ^= post.at[i] == '\'';
            depth += quoted ? 0 : (post.at[i] == '(') - (post.at[i] == ')');
            must(quoted || strchr("'() &<->:*", post.at[i]));
        }
        must(depth == 0 && !quoted);
    }
    Str index = search_index(arena, text);
    must(utf8_valid(index) || index.len == 0);
}

static void amounts(Arena *arena, Str text)
{
    for (int64_t scale = 0; scale <= SCALE_MAX; scale++) {
        int64_t steps, again;
        if (!amount_read(text, scale, &steps))
            continue;
        must(steps >= 0);
        must(amount_read(amount_text(arena, steps, scale), scale, &again) && again == steps);
    }
}

static void hours(Arena *arena, Str text)
{
    PickupHours out[8];
    size_t len = 0;
    if (!hours_read(arena, text, 3, out, &len, 8))
        return;
    must(len <= 8);
    for (size_t i = 0; i < len; i++)
        must(out[i].weekday == 3 && out[i].from_minute >= 0 && out[i].to_minute > out[i].from_minute && out[i].to_minute <= 24 * 60);
}

static void stories(Arena *arena, Str text)
{
    StrList parts = paragraphs(arena, text, 5);
    must(parts.len <= 5);
    for (size_t i = 0; i < parts.len; i++)
        must(parts.at[i].len > 0 && parts.at[i].at >= text.at && parts.at[i].at + parts.at[i].len <= text.at + text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    Arena *arena = arena_new();
    Str text = str_copy(arena, (Str){(const char *)data, size});
    search(arena, text);
    amounts(arena, text);
    hours(arena, text);
    stories(arena, text);
    arena_free(arena);
    return 0;
}
