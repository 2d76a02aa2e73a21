/* Any bytes as CSV: the rows that are read, written and read again are the same; the reader always comes to the end. */
#include <stdlib.h>

#include "base/csv.h"

static Str write_row(Arena *arena, StrList row)
{
    Buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < row.len; i++)
        csv_write_plain(&out, row.at[i], i + 1 == row.len);
    return buf_str(&out);
}

static void same_again(Arena *arena, StrList row)
{
    bool blank = row.len == 1 && row.at[0].len == 0; /* a blank line: no row when read */
    Str text = write_row(arena, row);
    Csv csv = csv_open(arena, text, ',');
    StrList back;
    bool more;
    if (csv.text.len != text.len || csv.newline != '\n')
        return; /* begins like a mark of byte order or "sep=": read as such */
    if (csv_row(&csv, &back, &more) || (!more && !blank))
        abort();
    if (blank)
        return;
    if (back.len != row.len)
        abort();
    for (size_t i = 0; i < row.len; i++)
        if (!str_eq(back.at[i], row.at[i]))
            abort();
}

static void read_all(Str text, char separator, bool quotes)
{
    Arena *arena = arena_new(), *scratch = arena_new();
    Csv csv = csv_open(arena, text, separator);
    csv.quotes = quotes;
    size_t lines = 0;
    for (bool more = true; more;) {
        StrList row;
        size_t left = csv.text.len, line = csv.line;
        Err *err = csv_row(&csv, &row, &more);
        if ((more || err) && csv.text.len >= left)
            abort(); /* no step forward */
        if (csv.line < line || csv.next_line < csv.line)
            abort();
        if (!err && more)
            same_again(scratch, row);
        arena_reset(scratch);
        lines++;
        more = more || err;
    }
    if (lines > text.len + 1)
        abort();
    arena_free(scratch);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    read_all(text, 0, true);
    read_all(text, '\t', false);
    return 0;
}
