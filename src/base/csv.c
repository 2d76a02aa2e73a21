/* CSV rows, forgiving where programs differ, strict where guessing would lose data. */
#include "base/csv.h"

#include <string.h>

static char guess_separator(Str text, char newline)
{
    size_t counts[4] = {0};
    const char marks[] = ",;\t|";
    bool quoted = false;
    for (size_t i = 0; i < text.len && (quoted || text.at[i] != newline); i++) {
        if (text.at[i] == '"')
            quoted = !quoted;
        const char *mark = quoted || !text.at[i] ? NULL : strchr(marks, text.at[i]);
        if (mark)
            counts[mark - marks]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < 4; i++)
        if (counts[i] > counts[best])
            best = i;
    return marks[best];
}

Csv csv_open(Arena *arena, Str text, char separator)
{
    Csv csv = {.arena = arena, .newline = '\n', .quotes = true, .line = 1, .next_line = 1};
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    if (text.len && !memchr(text.at, '\n', text.len) && memchr(text.at, '\r', text.len))
        csv.newline = '\r';
    bool told = text.len > 5 && str_eq_nocase(str_slice(text, 0, 4), STR("sep=")) &&
                (text.at[5] == csv.newline || text.at[5] == '\r');
    if (told) {
        separator = separator ? separator : text.at[4];
        text = str_slice(text, 5, text.len);
    }
    csv.text = text;
    csv.separator = separator ? separator : guess_separator(text, csv.newline);
    csv.fields = NEW_ARRAY(arena, Str, CSV_FIELDS_MAX);
    csv.unquoted = buf_new(arena, SIZE_MAX / 4);
    return csv;
}

/* The rest of the line where the row began is skipped, so that one bad line costs one line. */
static Err *csv_error(Csv *csv, const char *code)
{
    const char *end = csv->text.len ? memchr(csv->text.at, csv->newline, csv->text.len) : NULL;
    csv->text = end ? str_slice(csv->text, (size_t)(end - csv->text.at) + 1, csv->text.len) : (Str){0};
    csv->next_line = csv->line + 1;
    return err_arg(csv->arena, err_new(csv->arena, ERR_INVALID, code), "line",
                   str_format(csv->arena, "%zu", csv->line));
}

static bool ends_field(const Csv *csv, const char *at, const char *end)
{
    return at == end || *at == csv->separator || *at == csv->newline ||
           (*at == '\r' && (at + 1 == end || at[1] == '\n'));
}

/* at stands after the opening quote. NULL when it is never closed or text follows the closing one; else where the field
   ends. A field without doubled quotes stays where it is in the text. */
static const char *quoted_field(Csv *csv, const char *at, const char *end, Str *field)
{
    size_t kept = csv->unquoted.len;
    for (const char *from = at;;) {
        const char *quote = from < end ? memchr(from, '"', (size_t)(end - from)) : NULL;
        if (!quote)
            return NULL;
        if (quote + 1 < end && quote[1] == '"') {
            buf_add(&csv->unquoted, (Str){from, (size_t)(quote + 1 - from)});
            from = quote + 2;
            continue;
        }
        if (csv->unquoted.len == kept)
            *field = (Str){at, (size_t)(quote - at)};
        else {
            buf_add(&csv->unquoted, (Str){from, (size_t)(quote - from)});
            *field = (Str){csv->unquoted.at + kept, csv->unquoted.len - kept};
        }
        for (const char *line = at; (line = memchr(line, csv->newline, (size_t)(quote - line))); line++)
            csv->next_line++;
        return ends_field(csv, quote + 1, end) ? quote + 1 : NULL;
    }
}

static const char *plain_field(const Csv *csv, const char *at, const char *end)
{
    char separator = csv->separator, newline = csv->newline;
    for (; at < end; at++)
        if (*at == separator || *at == newline || (*at == '\r' && (at + 1 == end || at[1] == '\n')))
            break;
    return at;
}

static void skip_blank_lines(Csv *csv)
{
    size_t i = 0;
    for (; i < csv->text.len && (csv->text.at[i] == '\n' || csv->text.at[i] == '\r'); i++)
        csv->next_line += csv->text.at[i] == csv->newline;
    if (i)
        csv->text = str_slice(csv->text, i, csv->text.len);
}

/* at stands behind a row's last field */
static void end_row(Csv *csv, const char *at, const char *end)
{
    if (at < end && *at == '\r' && csv->newline != '\r')
        at++;
    if (at < end) {
        at++;
        csv->next_line++;
    }
    csv->text = (Str){at, (size_t)(end - at)};
}

Err *csv_row(Csv *csv, StrList *row, bool *more)
{
    size_t len = 0;
    skip_blank_lines(csv);
    csv->line = csv->next_line;
    csv->unquoted.len = 0;
    *row = (StrList){csv->fields, 0};
    *more = csv->text.len > 0;
    if (!*more)
        return NULL;
    const char *at = csv->text.at, *end = at + csv->text.len;
    for (;; at++) {
        if (len == CSV_FIELDS_MAX)
            return csv_error(csv, "csv.too_many_fields");
        Str *field = &csv->fields[len++];
        if (csv->quotes && at < end && *at == '"') {
            at = quoted_field(csv, at + 1, end, field);
            if (!at)
                return csv_error(csv, "csv.quote");
        } else {
            const char *from = at;
            at = plain_field(csv, at, end);
            *field = (Str){from, (size_t)(at - from)};
        }
        if (at == end || *at != csv->separator)
            break;
    }
    end_row(csv, at, end);
    row->len = len;
    return NULL;
}

void csv_write_plain(Buf *out, Str field, bool last)
{
    bool quote = false;
    for (size_t i = 0; i < field.len && !quote; i++)
        quote = field.at[i] == ',' || field.at[i] == '"' || field.at[i] == '\n' || field.at[i] == '\r';
    if (quote)
        buf_add_char(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.at[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, field.at[i]);
    }
    if (quote)
        buf_add_char(out, '"');
    buf_add(out, last ? STR("\r\n") : STR(","));
}

void csv_write(Buf *out, Str field, bool last)
{
    int64_t number;
    double real;
    bool formula = field.len && strchr("=+-@\t\r", field.at[0]) && field.at[0];
    if (formula && !str_to_int(field, &number) && !str_to_real(field, &real))
        field = str_format(out->arena, "'%.*s", STR_ARG(field));
    csv_write_plain(out, field, last);
}
