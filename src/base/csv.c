/* CSV rows, forgiving where programs differ, strict where guessing would lose data. */
#include "base/csv.h"

#include <string.h>

static char guess_separator(Str text)
{
    size_t counts[4] = {0};
    const char marks[] = ",;\t|";
    bool quoted = false;
    for (size_t i = 0; i < text.len && (quoted || text.at[i] != '\n'); i++) {
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
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    return (Csv){.arena = arena,
                 .text = text,
                 .separator = separator ? separator : guess_separator(text),
                 .quotes = true,
                 .line = 1,
                 .next_line = 1};
}

static Err *csv_error(Csv *csv, const char *code)
{
    while (csv->text.len && csv->text.at[0] != '\n')
        csv->text = str_slice(csv->text, 1, csv->text.len);
    csv->text = str_slice(csv->text, 1, csv->text.len);
    csv->next_line++;
    return err_arg(csv->arena, err_new(csv->arena, ERR_INVALID, code), "line",
                   str_format(csv->arena, "%zu", csv->line));
}

static bool ends_field(const Csv *csv, Str rest)
{
    return rest.len == 0 || rest.at[0] == csv->separator || rest.at[0] == '\n' ||
           (rest.at[0] == '\r' && (rest.len == 1 || rest.at[1] == '\n'));
}

/* rest stands after the opening quote; false when it is never closed or text follows the closing one */
static bool quoted_field(Csv *csv, Str *rest, Str *field)
{
    Buf buf = buf_new(csv->arena, rest->len + 1);
    Str s = *rest;
    for (;;) {
        const char *quote = s.len ? memchr(s.at, '"', s.len) : NULL;
        if (!quote)
            return false;
        size_t len = (size_t)(quote - s.at);
        for (size_t i = 0; i < len; i++)
            csv->next_line += s.at[i] == '\n';
        bool doubled = len + 1 < s.len && s.at[len + 1] == '"';
        buf_add(&buf, (Str){s.at, len + doubled});
        s = str_slice(s, len + 1 + doubled, s.len);
        if (!doubled)
            break;
    }
    *rest = s;
    *field = buf_str(&buf);
    return ends_field(csv, s);
}

static void skip_blank_lines(Csv *csv)
{
    while (csv->text.len && (csv->text.at[0] == '\n' || csv->text.at[0] == '\r')) {
        csv->next_line += csv->text.at[0] == '\n';
        csv->text = str_slice(csv->text, 1, csv->text.len);
    }
}

Err *csv_row(Csv *csv, StrList *row, bool *more)
{
    Str fields[CSV_FIELDS_MAX];
    size_t len = 0;
    skip_blank_lines(csv);
    csv->line = csv->next_line;
    *row = (StrList){0};
    *more = csv->text.len > 0;
    if (!*more)
        return NULL;
    Str rest = csv->text;
    for (;;) {
        if (len == CSV_FIELDS_MAX)
            return csv_error(csv, "csv.too_many_fields");
        Str field = {0};
        if (csv->quotes && rest.len && rest.at[0] == '"') {
            size_t line = csv->next_line;
            rest = str_slice(rest, 1, rest.len);
            if (!quoted_field(csv, &rest, &field)) {
                csv->next_line = line;
                return csv_error(csv, "csv.quote");
            }
        } else {
            size_t i = 0;
            while (!ends_field(csv, str_slice(rest, i, rest.len)))
                i++;
            field = str_slice(rest, 0, i);
            rest = str_slice(rest, i, rest.len);
        }
        fields[len++] = field;
        if (rest.len && rest.at[0] == csv->separator) {
            rest = str_slice(rest, 1, rest.len);
            continue;
        }
        if (rest.len && rest.at[0] == '\r')
            rest = str_slice(rest, 1, rest.len);
        if (rest.len) {
            rest = str_slice(rest, 1, rest.len);
            csv->next_line++;
        }
        break;
    }
    csv->text = rest;
    *row = (StrList){arena_copy(csv->arena, fields, len * sizeof *fields), len};
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
