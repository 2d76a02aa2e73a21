/* Which program wrote a file, and its rows one by one. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "trade/trade.h"

static const struct Format {
    const char *name;
    const char *headings[4]; /* all of them are there */
    TradeReader row;
    Err *(*end)(TradeBook *book);
} formats[] = {
    {"woocommerce", {"Type", "Name", "Regular price", NULL}, woocommerce_row, woocommerce_end},
    {"shopify", {"Handle", "Title", "Variant Price", NULL}, shopify_row, NULL},
    {"shopify", {"Title", "Price", "URL handle", NULL}, shopify_row, NULL},
    {"google", {"id", "title", "price", NULL}, google_row, NULL},
};

static const struct Format *format_find(const Columns *row, const char *wanted)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        bool all = !wanted || strcmp(wanted, formats[i].name) == 0;
        for (int k = 0; all && formats[i].headings[k]; k++)
            all = column_there(row, formats[i].headings[k]);
        if (all)
            return &formats[i];
    }
    return NULL;
}

/* "Image Link" -> "image_link" where a file is Google's: told by its tabs */
static void headings_clean(Arena *arena, StrList *headings, bool tabs)
{
    headings->at =
        arena_copy(arena, headings->at, headings->len * sizeof *headings->at); /* the reader uses its row again */
    for (size_t i = 0; i < headings->len; i++) {
        Str heading = str_trim(headings->at[i]);
        if (tabs) {
            char *copy = arena_copy(arena, heading.at, heading.len + 0);
            for (size_t k = 0; k < heading.len; k++)
                copy[k] = copy[k] == ' ' ? '_' : copy[k];
            heading = (Str){copy, heading.len};
        }
        headings->at[i] = heading;
    }
}

/* A tab-separated text may hold a quote that is only a quote: such a row is read again without quoting. */
static Err *next_row(Csv *csv, StrList *fields, bool *more)
{
    Csv before = *csv;
    Err *err = csv_row(csv, fields, more);
    if (!err_is(err, "csv.quote") || csv->separator != '\t')
        return err;
    *csv = before;
    csv->quotes = false;
    err = csv_row(csv, fields, more);
    csv->quotes = true;
    return err;
}

static Err *read_rows(TradeBook *book, Csv *csv, const struct Format *format, StrList headings)
{
    for (bool more = true; more;) {
        Columns row = {.book = book, .headings = headings};
        Err *err = next_row(csv, &row.fields, &more);
        row.line = csv->line;
        if (err) {
            trade_note(book, LEVEL_REFUSED, csv->line, "", err);
            more = csv->text.len > 0;
            continue;
        }
        if (!more)
            break;
        bool blank = true;
        for (size_t i = 0; i < row.fields.len; i++)
            blank = blank && !str_trim(row.fields.at[i]).len;
        if (blank)
            continue;
        if (row.fields.len > headings.len) {
            trade_note(book, LEVEL_REFUSED, row.line, "", err_new(book->arena, ERR_INVALID, "import.columns"));
            continue;
        }
        if (book->len >= TRADE_PRODUCTS_MAX)
            return err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.too_many"), "max", STR("10000"));
        book->lines++;
        TRY(format->row(book, &row));
    }
    return format->end ? format->end(book) : NULL;
}

static int by_uri(const void *a, const void *b)
{
    const TradeProduct *const *first = a, *const *second = b;
    int order = str_compare((*first)->uri, (*second)->uri);
    return order ? order : (*first)->line < (*second)->line ? -1 : 1;
}

/* The same thing twice in one file would overwrite itself. */
static void refuse_doubles(TradeBook *book)
{
    TradeProduct **sorted = NEW_ARRAY(book->arena, TradeProduct *, book->len + 1);
    size_t len = 0;
    for (size_t i = 0; i < book->len; i++)
        if (!book->products[i].moved)
            sorted[len++] = &book->products[i];
    qsort(sorted, len, sizeof *sorted, by_uri);
    for (size_t i = 1; i < len; i++)
        if (str_eq(sorted[i]->uri, sorted[i - 1]->uri)) {
            Err *err = err_arg(book->arena, err_new(book->arena, ERR_INVALID, "import.twice"), "first",
                               str_format(book->arena, "%zu", sorted[i - 1]->line));
            trade_note(book, LEVEL_REFUSED, sorted[i]->line, "", err);
            sorted[i]->refused = true;
        }
}

Err *trade_read(Str file, const char *format, TradeBook *book)
{
    Arena *arena = book->arena;
    if (str_starts(file, STR("\xFF\xFE")) || str_starts(file, STR("\xFE\xFF")) || !utf8_valid(file))
        return err_new(arena, ERR_INVALID, "import.encoding");
    size_t from = str_starts(file, STR("\xEF\xBB\xBF")) ? 3 : 0;
    while (from < file.len && strchr(" \t\r\n", file.at[from]))
        from++;
    bool linked = from < file.len && (file.at[from] == '{' || file.at[from] == '[');
    if (format ? strcmp(format, "dfc") == 0 : linked) {
        TRY(dfc_read(book, file));
        refuse_doubles(book);
        return NULL;
    }
    Csv csv = csv_open(arena, file, 0);
    Columns first = {.book = book};
    bool more;
    TRY(csv_row(&csv, &first.headings, &more));
    if (!more)
        return err_new(arena, ERR_INVALID, "import.empty");
    headings_clean(arena, &first.headings, csv.separator == '\t');
    const struct Format *found = format_find(&first, format);
    if (!found)
        return err_new(arena, ERR_INVALID, "import.format");
    book->format = found->name;
    TRY(read_rows(book, &csv, found, first.headings));
    refuse_doubles(book);
    return book->lines || book->notes_len ? NULL : err_new(arena, ERR_INVALID, "import.empty");
}
