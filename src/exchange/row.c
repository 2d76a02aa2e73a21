/* One row as one line of JSON, and back: exactly what the database holds, in words people can read. */
#include "exchange/row.h"

#include <math.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

#define YEAR_10000_MS INT64_C(253402300800000)
enum { DAYS_MAX = 2932896 }; /* 9999-12-31 */

typedef enum Form { FORM_INT, FORM_ID, FORM_TIME, FORM_DATE, FORM_BOOL, FORM_REAL, FORM_TEXT, FORM_BLOB } Form;

static Form form_of(const TableColumn *column)
{
    static const struct {
        const char *word;
        Form form;
    } words[] = {{"ID", FORM_ID},     {"TIME", FORM_TIME}, {"DATE", FORM_DATE}, {"BOOL", FORM_BOOL},
                 {"REAL", FORM_REAL}, {"TEXT", FORM_TEXT}, {"BLOB", FORM_BLOB}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(column->word, words[i].word) == 0)
            return words[i].form;
    return FORM_INT;
}

/* ---- writing ---- */

static void write_base64(Arena *arena, Buf *out, Str bytes)
{
    size_t room = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, room);
    sodium_bin2base64(text, room, (const unsigned char *)bytes.at, bytes.len, sodium_base64_VARIANT_ORIGINAL);
    json_write_str(out, str_of(text));
}

static Err *write_value(Arena *arena, Buf *out, const TableDef *def, const TableColumn *column, const Cell *cell)
{
    Form form = form_of(column);
    int64_t value = cell->integer;
    if (!cell->has)
        buf_add(out, STR("null"));
    else if (form == FORM_TEXT && !utf8_valid(cell->text))
        return err_arg(arena, err_arg(arena, err_new(arena, ERR_BROKEN, "bundle.text"), "table", str_of(def->name)), "column",
                       str_of(column->name));
    else if (form == FORM_TEXT)
        json_write_str(out, cell->text);
    else if (form == FORM_BLOB)
        write_base64(arena, out, cell->text);
    else if (form == FORM_REAL)
        buf_addf(out, "%.17g", cell->real);
    else if (form == FORM_ID && value > 0)
        json_write_str(out, id_text(arena, value));
    else if (form == FORM_TIME && value >= 0 && value < YEAR_10000_MS)
        json_write_str(out, time_text(arena, (Time){value}));
    else if (form == FORM_DATE && value >= 0 && value <= DAYS_MAX)
        json_write_str(out, date_text(arena, (Date){(int32_t)value}));
    else if (form == FORM_BOOL && (value == 0 || value == 1))
        buf_add(out, value ? STR("true") : STR("false"));
    else
        buf_add_int(out, value);
    return NULL;
}

Err *row_write(Arena *arena, Buf *out, const TableDef *def, const Cell *cells)
{
    for (size_t i = 0; i < def->columns_len; i++) {
        buf_addf(out, "%s\"%s\":", i ? "," : "{", def->columns[i].name);
        TRY(write_value(arena, out, def, &def->columns[i], &cells[i]));
    }
    buf_add(out, STR("}\n"));
    return NULL;
}

/* ---- reading: a flat object of plain values ---- */

typedef struct Reader {
    Arena *arena;
    Str text;
    size_t at;
    const char *why; /* the first thing that is wrong */
} Reader;

static bool fail(Reader *reader, const char *why)
{
    if (!reader->why)
        reader->why = why;
    return false;
}

static void skip_space(Reader *reader)
{
    while (reader->at < reader->text.len && memchr(" \t\r\n", reader->text.at[reader->at], 4))
        reader->at++;
}

static bool take_char(Reader *reader, char c)
{
    skip_space(reader);
    if (reader->at >= reader->text.len || reader->text.at[reader->at] != c)
        return false;
    reader->at++;
    return true;
}

static bool read_hex4(Reader *reader, uint32_t *out)
{
    *out = 0;
    if (reader->text.len - reader->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = reader->text.at[reader->at++];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

static bool read_unicode(Reader *reader, Buf *out)
{
    uint32_t high, low;
    if (!read_hex4(reader, &high) || high == 0 || (high >= 0xDC00 && high < 0xE000))
        return false;
    if (high >= 0xD800 && high < 0xDC00) {
        Str next = str_slice(reader->text, reader->at, reader->at + 2);
        reader->at += 2;
        if (!str_eq(next, STR("\\u")) || !read_hex4(reader, &low) || low < 0xDC00 || low >= 0xE000)
            return false;
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    utf8_put(out, (int32_t)high);
    return true;
}

static bool read_escape(Reader *reader, Buf *out)
{
    static const char names[] = "bfnrt\"\\/", letters[] = "\b\f\n\r\t\"\\/";
    if (reader->at >= reader->text.len)
        return false;
    char c = reader->text.at[reader->at++];
    if (c == 'u')
        return read_unicode(reader, out);
    const char *found = c ? strchr(names, c) : NULL;
    if (found)
        buf_add_char(out, letters[found - names]);
    return found != NULL;
}

static bool read_text(Reader *reader, Str *out)
{
    Buf buf = buf_new(reader->arena, reader->text.len + 1);
    if (!take_char(reader, '"'))
        return fail(reader, "a text is missing its quotes");
    for (;;) {
        size_t from = reader->at;
        while (reader->at < reader->text.len && reader->text.at[reader->at] != '"' && reader->text.at[reader->at] != '\\')
            if ((unsigned char)reader->text.at[reader->at++] < 0x20)
                return fail(reader, "a text holds a control character");
        buf_add(&buf, str_slice(reader->text, from, reader->at));
        if (reader->at >= reader->text.len)
            return fail(reader, "a text never ends");
        if (reader->text.at[reader->at++] == '"')
            break;
        if (!read_escape(reader, &buf))
            return fail(reader, "a text has a wrong escape");
    }
    *out = buf_str(&buf);
    return utf8_valid(*out) || fail(reader, "a text is not UTF-8");
}

/* What stands until the next comma, brace or space. */
static Str read_word(Reader *reader)
{
    skip_space(reader);
    size_t from = reader->at;
    while (reader->at < reader->text.len && !memchr(",}\" \t\r\n", reader->text.at[reader->at], 7))
        reader->at++;
    return str_slice(reader->text, from, reader->at);
}

static bool from_text(Reader *reader, Form form, Str text, Cell *cell)
{
    Time time;
    Date date;
    size_t len = 0;
    unsigned char *bytes;
    switch (form) {
    case FORM_TEXT:
        cell->text = text;
        return true;
    case FORM_ID:
        return id_parse(text, &cell->integer) || fail(reader, "this is no id");
    case FORM_TIME:
        if (!time_parse(text, &time))
            return fail(reader, "this is no time");
        cell->integer = time.ms;
        return true;
    case FORM_DATE:
        if (!date_parse(text, &date))
            return fail(reader, "this is no date");
        cell->integer = date.days;
        return true;
    case FORM_BLOB:
        bytes = arena_alloc(reader->arena, text.len + 1);
        if (sodium_base642bin(bytes, text.len, text.at, text.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
            return fail(reader, "this is no base64");
        cell->text = (Str){(const char *)bytes, len};
        return true;
    default:
        return fail(reader, "a number stands in quotes");
    }
}

static bool from_word(Reader *reader, const TableColumn *column, Form form, Str word, Cell *cell)
{
    if (str_eq(word, STR("null"))) {
        cell->has = false;
        return column->null || fail(reader, "null where something must stand");
    }
    if (form == FORM_BOOL && (str_eq(word, STR("true")) || str_eq(word, STR("false")))) {
        cell->integer = word.at[0] == 't';
        return true;
    }
    if (form == FORM_TEXT || form == FORM_BLOB)
        return fail(reader, "a text is missing its quotes");
    if (form == FORM_REAL)
        return str_to_real(word, &cell->real) || fail(reader, "this is no number");
    return str_to_int(word, &cell->integer) || fail(reader, "this is no whole number");
}

static bool read_value(Reader *reader, const TableColumn *column, Cell *cell)
{
    Str text;
    Form form = form_of(column);
    *cell = (Cell){.has = true};
    skip_space(reader);
    if (reader->at < reader->text.len && reader->text.at[reader->at] == '"')
        return read_text(reader, &text) && from_text(reader, form, text, cell);
    return from_word(reader, column, form, read_word(reader), cell);
}

static bool read_pair(Reader *reader, const TableDef *def, const bool *expected, bool *seen, Cell *cells)
{
    Str name;
    if (!read_text(reader, &name))
        return false;
    if (!take_char(reader, ':'))
        return fail(reader, "a colon is missing");
    for (size_t i = 0; i < def->columns_len; i++)
        if (str_eq(name, str_of(def->columns[i].name)) && expected[i]) {
            if (seen[i])
                return fail(reader, "a column stands twice");
            seen[i] = true;
            return read_value(reader, &def->columns[i], &cells[i]);
        }
    return fail(reader, "there is a column the manifest does not name");
}

static bool read_object(Reader *reader, const TableDef *def, const bool *expected, Cell *cells)
{
    bool *seen = NEW_ARRAY(reader->arena, bool, def->columns_len + 1);
    if (!take_char(reader, '{'))
        return fail(reader, "the line is no JSON object");
    do {
        if (!read_pair(reader, def, expected, seen, cells))
            return false;
    } while (take_char(reader, ','));
    if (!take_char(reader, '}'))
        return fail(reader, "the object never ends");
    skip_space(reader);
    if (reader->at != reader->text.len)
        return fail(reader, "something stands behind the object");
    for (size_t i = 0; i < def->columns_len; i++)
        if (expected[i] && !seen[i])
            return fail(reader, "a column is missing");
    return true;
}

Err *row_read(Arena *arena, Str line, const TableDef *def, const bool *expected, Cell *cells)
{
    Reader reader = {.arena = arena, .text = line};
    if (read_object(&reader, def, expected, cells))
        return NULL;
    return err_arg(arena, err_new(arena, ERR_INVALID, "bundle.row"), "why", str_of(reader.why));
}
