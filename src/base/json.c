/* JSON by Shape: our own writer; jansson parses, we check. */
#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- writing ---- */

static void write_escape(Buf *out, unsigned char c)
{
    static const char letters[] = "\b\f\n\r\t\"\\", names[] = "bfnrt\"\\";
    const char *found = c ? strchr(letters, c) : NULL;
    if (found)
        buf_addf(out, "\\%c", names[found - letters]);
    else
        buf_addf(out, "\\u%04x", c);
}

/* Bytes from i on that may stand as they are: printing, not quote nor backslash, well-formed UTF-8. */
static size_t plain_run(Str text, size_t i)
{
    size_t from = i;
    while (i < text.len) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F)
            break;
        size_t next = i;
        int32_t code_point = c < 0x80 ? (next++, c) : utf8_next(text, &next);
        if (next == i + 1 && code_point == 0xFFFD)
            break;
        i = next;
    }
    return i - from;
}

void json_write_str(Buf *out, Str text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len;) {
        size_t run = plain_run(text, i);
        buf_add(out, str_slice(text, i, i + run));
        i += run;
        if (i == text.len)
            break;
        unsigned char c = (unsigned char)text.at[i++];
        if (c < 0x80)
            write_escape(out, c);
        else
            utf8_put(out, 0xFFFD);
    }
    buf_add_char(out, '"');
}

/* The shortest of 15 and 17 digits that reads back the same; JSON has no infinity, so that is null. */
static void write_real(Buf *out, double value)
{
    char text[40];
    if (!isfinite(value)) {
        buf_add(out, STR("null"));
        return;
    }
    snprintf(text, sizeof text, "%.15g", value);
    double back;
    if (!str_to_real(str_of(text), &back) || back < value || back > value)
        snprintf(text, sizeof text, "%.17g", value);
    buf_add(out, str_of(text));
}

static void write_money(Buf *out, Money money, Str currency)
{
    buf_add(out, STR("{\"minor\":"));
    buf_add_int(out, money.minor);
    buf_add(out, STR(",\"currency\":"));
    json_write_str(out, currency);
    buf_add_char(out, '}');
}

static void write_list(Buf *out, const Field *field, const void *value, Str currency)
{
    const StrList *list = value; /* every list struct begins with its pointer and its length */
    buf_add_char(out, '[');
    for (size_t i = 0; i < list->len; i++) {
        if (i)
            buf_add_char(out, ',');
        if (field->type == FIELD_STRS)
            json_write_str(out, list->at[i]);
        else
            json_write(out, field->shape, (const char *)list->at + i * field->shape->size, currency);
    }
    buf_add_char(out, ']');
}

static void write_id(Buf *out, Id id)
{
    char text[ID_TEXT_LEN];
    id_write(id, text);
    if (id)
        json_write_str(out, (Str){text, sizeof text});
    else
        buf_add(out, STR("null"));
}

static void write_value(Buf *out, const Field *field, const void *value, Str currency)
{
    switch (field->type) {
    case FIELD_STR:
        json_write_str(out, *(const Str *)value);
        break;
    case FIELD_INT:
        buf_add_int(out, *(const int64_t *)value);
        break;
    case FIELD_REAL:
        write_real(out, *(const double *)value);
        break;
    case FIELD_BOOL:
        buf_add(out, *(const bool *)value ? STR("true") : STR("false"));
        break;
    case FIELD_ID:
        write_id(out, *(const Id *)value);
        break;
    case FIELD_MONEY:
        write_money(out, *(const Money *)value, currency);
        break;
    case FIELD_TIME:
        json_write_str(out, time_text(out->arena, *(const Time *)value));
        break;
    case FIELD_DATE:
        json_write_str(out, date_text(out->arena, *(const Date *)value));
        break;
    case FIELD_ONE:
        json_write(out, field->shape, value, currency);
        break;
    case FIELD_STRS:
    case FIELD_LIST:
        write_list(out, field, value, currency);
        break;
    }
}

void json_write(Buf *out, const Shape *shape, const void *value, Str currency)
{
    buf_add_char(out, '{');
    for (size_t i = 0; i < shape->len; i++) {
        const Field *field = &shape->fields[i];
        const char *base = value;
        if (i)
            buf_add_char(out, ',');
        json_write_str(out, str_of(field->name));
        buf_add_char(out, ':');
        if (field->has_offset && !*(const bool *)(base + field->has_offset))
            buf_add(out, STR("null"));
        else
            write_value(out, field, base + field->offset, currency);
    }
    buf_add_char(out, '}');
}

/* ---- reading ---- */

typedef struct Place { /* where we are in the document, for naming the bad field */
    const struct Place *outer;
    const char *name; /* of a member, or NULL */
    size_t index;     /* of an element, when name is NULL */
} Place;

typedef struct Reader {
    Arena *arena;
    Str currency; /* money must be in it; empty: any */
} Reader;

static void add_place(Buf *buf, const Place *place)
{
    if (!place)
        return;
    add_place(buf, place->outer);
    if (buf->len)
        buf_add_char(buf, '.');
    if (place->name)
        buf_add(buf, str_of(place->name));
    else
        buf_add_int(buf, (int64_t)place->index);
}

static Err *at_place(Arena *arena, Err *err, const Place *place)
{
    Buf buf = buf_new(arena, 1024);
    add_place(&buf, place);
    err->field = buf_str(&buf);
    return err;
}

static Err *wrong_type(Arena *arena, const Place *place, const char *wanted)
{
    Err *err = err_new(arena, ERR_INVALID, "json.type");
    return at_place(arena, err_arg(arena, err, "wanted", str_of(wanted)), place);
}

static Err *read_object(const Reader *in, json_t *object, const Shape *shape, const Place *outer, void *out);

static Str text_of(Arena *arena, json_t *value)
{
    return str_copy(arena, (Str){json_string_value(value), json_string_length(value)});
}

static Err *read_money(const Reader *in, json_t *value, const Place *place, Money *out)
{
    Arena *arena = in->arena;
    if (json_is_integer(value)) {
        out->minor = json_integer_value(value);
        return NULL;
    }
    json_t *minor = json_object_get(value, "minor"), *currency = json_object_get(value, "currency");
    size_t known = (minor ? 1u : 0u) + (currency ? 1u : 0u);
    if (!json_is_object(value) || !json_is_integer(minor) || json_object_size(value) != known ||
        (currency && !json_is_string(currency)))
        return wrong_type(arena, place, "{\"minor\":1250,\"currency\":\"CNY\"}");
    Str code = currency ? text_of(arena, currency) : in->currency;
    if (in->currency.len && !str_eq(code, in->currency)) {
        Err *err = err_arg(arena, err_new(arena, ERR_INVALID, "field.currency"), "currency", in->currency);
        return at_place(arena, err, place);
    }
    out->minor = json_integer_value(minor);
    return NULL;
}

static Err *read_list(const Reader *in, const Field *field, json_t *value, const Place *place, void *out)
{
    Arena *arena = in->arena;
    if (!json_is_array(value))
        return wrong_type(arena, place, "array");
    size_t len = json_array_size(value), max = field->max > 0 ? (size_t)field->max : LIST_LEN_MAX;
    if (len > max) {
        Err *err = err_new(arena, ERR_INVALID, "field.too_long");
        return at_place(arena, err_arg(arena, err, "max", str_format(arena, "%zu", max)), place);
    }
    size_t size = field->type == FIELD_STRS ? sizeof(Str) : field->shape->size;
    char *items = arena_alloc(arena, array_bytes(len, size));
    for (size_t i = 0; i < len; i++) {
        json_t *item = json_array_get(value, i);
        Place here = {.outer = place, .index = i};
        if (field->type == FIELD_LIST)
            TRY(read_object(in, item, field->shape, &here, items + i * size));
        else if (json_is_string(item))
            ((Str *)(void *)items)[i] = text_of(arena, item);
        else
            return wrong_type(arena, &here, "string");
    }
    *(StrList *)out = (StrList){(Str *)(void *)items, len};
    return NULL;
}

/* Texts that stand for an id, a time or a date. */
static Err *read_written(const Reader *in, const Field *field, json_t *value, const Place *place, void *out)
{
    if (!json_is_string(value))
        return wrong_type(in->arena, place, "string");
    Str text = {json_string_value(value), json_string_length(value)};
    const char *code = NULL;
    if (field->type == FIELD_ID)
        code = id_parse(text, out) ? NULL : "field.not_id";
    else if (field->type == FIELD_TIME)
        code = time_parse(text, out) ? NULL : "field.not_time";
    else
        code = date_parse(text, out) ? NULL : "field.not_date";
    return code ? at_place(in->arena, err_new(in->arena, ERR_INVALID, code), place) : NULL;
}

static Err *read_value(const Reader *in, const Field *field, json_t *value, const Place *place, void *out)
{
    switch (field->type) {
    case FIELD_STR:
        if (field->digits && json_is_integer(value)) {
            *(Str *)out = str_format(in->arena, "%lld", (long long)json_integer_value(value));
            return NULL;
        }
        if (!json_is_string(value))
            return wrong_type(in->arena, place, "string");
        *(Str *)out = text_of(in->arena, value);
        return NULL;
    case FIELD_INT:
        if (!json_is_integer(value))
            return wrong_type(in->arena, place, "integer");
        *(int64_t *)out = json_integer_value(value);
        return NULL;
    case FIELD_REAL:
        if (!json_is_number(value))
            return wrong_type(in->arena, place, "number");
        *(double *)out = json_number_value(value);
        return NULL;
    case FIELD_BOOL:
        if (!json_is_boolean(value))
            return wrong_type(in->arena, place, "boolean");
        *(bool *)out = json_is_true(value);
        return NULL;
    case FIELD_MONEY:
        return read_money(in, value, place, out);
    case FIELD_ID:
    case FIELD_TIME:
    case FIELD_DATE:
        return read_written(in, field, value, place, out);
    case FIELD_ONE:
        return read_object(in, value, field->shape, place, out);
    case FIELD_STRS:
    case FIELD_LIST:
        return read_list(in, field, value, place, out);
    }
    return NULL;
}

static Err *read_field(const Reader *in, const Field *field, json_t *value, const Place *outer, void *out)
{
    Place place = {.outer = outer, .name = field->name};
    if (!value || json_is_null(value))
        return field->required ? at_place(in->arena, err_new(in->arena, ERR_INVALID, "field.required"), &place) : NULL;
    TRY(read_value(in, field, value, &place, (char *)out + field->offset));
    Err *err = field_check(in->arena, field, out);
    if (err)
        return at_place(in->arena, err, &place);
    if (field->has_offset)
        *(bool *)((char *)out + field->has_offset) = true;
    return NULL;
}

static Err *read_object(const Reader *in, json_t *object, const Shape *shape, const Place *outer, void *out)
{
    if (!json_is_object(object))
        return wrong_type(in->arena, outer, "object");
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        if (shape_field(shape, str_of(name)))
            continue;
        Place place = {.outer = outer, .name = str_z(in->arena, utf8_cut(str_of(name), 100))};
        return at_place(in->arena, err_new(in->arena, ERR_INVALID, "json.unknown_field"), &place);
    }
    for (size_t i = 0; i < shape->len; i++)
        TRY(read_field(in, &shape->fields[i], json_object_get(object, shape->fields[i].name), outer, out));
    return NULL;
}

/* Counts brackets outside texts before anything is built, since jansson allows 2,048. */
static bool too_deep(Str body)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < body.len; i++) {
        char c = body.at[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '[') && ++depth > JSON_DEPTH_MAX)
            return true;
        else if (!quoted && (c == '}' || c == ']'))
            depth--;
    }
    return false;
}

static Err *syntax_error(Arena *arena, const json_error_t *problem)
{
    enum json_error_code reason = json_error_code(problem);
    const char *code = reason == json_error_duplicate_key      ? "json.doubled_field"
                       : reason == json_error_numeric_overflow ? "json.number"
                                                               : "json.syntax";
    Err *err = err_new(arena, ERR_INVALID, code);
    err->detail = str_copy(arena, str_of(problem->text));
    err_arg(arena, err, "line", str_format(arena, "%d", problem->line));
    return err_arg(arena, err, "column", str_format(arena, "%d", problem->column));
}

Err *json_read_in(Arena *arena, Str body, const Shape *shape, Str currency, void *out)
{
    if (too_deep(body))
        return err_arg(arena, err_new(arena, ERR_INVALID, "json.depth"), "max",
                       str_format(arena, "%d", JSON_DEPTH_MAX));
    json_error_t problem;
    json_t *root = json_loadb(body.at ? body.at : "", body.len, JSON_REJECT_DUPLICATES, &problem);
    if (!root)
        return syntax_error(arena, &problem);
    Reader in = {arena, currency};
    Err *err = read_object(&in, root, shape, NULL, out);
    json_decref(root);
    return err;
}

Err *json_read(Arena *arena, Str body, const Shape *shape, void *out)
{
    return json_read_in(arena, body, shape, (Str){0}, out);
}

static Str scalar_text(Arena *arena, const json_t *at)
{
    if (json_is_string(at))
        return str_copy(arena, (Str){json_string_value(at), json_string_length(at)});
    if (json_is_integer(at))
        return str_format(arena, "%lld", (long long)json_integer_value(at));
    if (json_is_real(at))
        return str_format(arena, "%.10g", json_real_value(at));
    return str_of(json_is_true(at) ? "true" : "false");
}

bool json_pick(Arena *arena, Str body, const char *path, Str *out)
{
    json_t *root = too_deep(body) ? NULL : json_loadb(body.at ? body.at : "", body.len, 0, NULL);
    const json_t *at = root;
    Str rest = str_of(path), step;
    while (at && rest.len) {
        int64_t index;
        str_cut(rest, '.', &step, &rest);
        bool number = str_to_int(step, &index) && index >= 0;
        at = json_is_array(at) && number ? json_array_get(at, (size_t)index) : json_object_get(at, str_z(arena, step));
    }
    bool found = json_is_string(at) || json_is_number(at) || json_is_boolean(at);
    if (found)
        *out = scalar_text(arena, at);
    json_decref(root);
    return found;
}
