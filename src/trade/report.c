/* What an import has to say, line by line. */
#include <stdlib.h>

#include "core/core.h"
#include "trade/trade.h"

const char *level_name(Level level)
{
    static const char *const names[] = {N_("kept"), N_("note"), N_("warned"), N_("refused")};
    return names[level];
}

size_t trade_kept(const TradeBook *book)
{
    size_t kept = 0;
    for (size_t i = 0; i < book->len; i++)
        kept += !book->products[i].refused && !book->products[i].moved;
    return kept;
}

static int by_line(const void *a, const void *b)
{
    const ReportLine *first = a, *second = b;
    if (first->line != second->line)
        return first->line < second->line ? -1 : 1;
    return (int)first->level - (int)second->level;
}

static Str product_text(Arena *arena, const Lang *lang, const TradeProduct *product)
{
    TextArg args[] = {{"name", product->name}, {"n", say_int(arena, lang, (int64_t)product->variants_len)}};
    Str pattern = tr_plural(lang, "{name}", "{name}, {n} variants", (int64_t)product->variants_len);
    return tr_fill(arena, pattern, args, 2);
}

static Str pictures_text(Arena *arena, const Lang *lang, const TradeProduct *product)
{
    TextArg args[] = {{"n", say_int(arena, lang, (int64_t)product->images.len)}, {"first", product->images.at[0]}};
    Str pattern = tr_plural(lang, "Its picture was not fetched: {first}",
                            "Its {n} pictures were not fetched; the first is {first}", (int64_t)product->images.len);
    return tr_fill(arena, pattern, args, 2);
}

static Str variant_text(Arena *arena, const TradeProduct *product, const TradeVariant *variant)
{
    return str_format(arena, "%.*s: %.*s", STR_ARG(product->name), STR_ARG(variant->pack));
}

static size_t variants_of(const TradeBook *book)
{
    size_t len = 0;
    for (size_t i = 0; i < book->len; i++)
        len += book->products[i].variants_len;
    return len;
}

ReportLineList trade_report(Arena *arena, const Lang *lang, const TradeBook *book, bool quiet)
{
    ReportLineList out = {NEW_ARRAY(arena, ReportLine, book->len * 2 + variants_of(book) + book->notes_len + 1), 0};
    for (size_t i = 0; i < book->len && !quiet; i++) {
        const TradeProduct *product = &book->products[i];
        if (product->moved || product->refused)
            continue;
        out.at[out.len++] = (ReportLine){product->line, LEVEL_KEPT, {0}, product_text(arena, lang, product)};
        if (product->images.len)
            out.at[out.len++] = (ReportLine){product->line, LEVEL_NOTE, {0}, pictures_text(arena, lang, product)};
        for (size_t k = 0; k < product->variants_len; k++)
            if (product->variants[k].line != product->line)
                out.at[out.len++] = (ReportLine){
                    product->variants[k].line, LEVEL_KEPT, {0}, variant_text(arena, product, &product->variants[k])};
    }
    for (size_t i = 0; i < book->notes_len; i++) {
        const TradeNote *note = &book->notes[i];
        if (!quiet || note->level >= LEVEL_WARNED)
            out.at[out.len++] = (ReportLine){note->line, note->level, note->column, err_say(arena, lang, note->why)};
    }
    qsort(out.at, out.len, sizeof *out.at, by_line);
    return out;
}
