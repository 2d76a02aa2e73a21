/* Reading texts into fields and checking values against their description. */
#include "base/shape.h"

#include <string.h>

#include "base/text.h"

const Field *shape_field(const Shape *shape, Str name)
{
    for (size_t i = 0; i < shape->len; i++)
        if (str_eq(name, str_of(shape->fields[i].name)))
            return &shape->fields[i];
    return NULL;
}

static Err *range_error(Arena *arena, const Field *field, const char *code, Str min, Str max)
{
    Err *err = err_field(arena, code, field->name);
    if (min.len)
        err_arg(arena, err, "min", min);
    if (max.len)
        err_arg(arena, err, "max", max);
    return err;
}

static Str limit_text(Arena *arena, const Field *field, int64_t value, int places)
{
    return field->type == FIELD_MONEY ? money_plain(arena, (Money){value}, places)
                                      : str_format(arena, "%lld", (long long)value);
}

/* A range is named when min or max is; a max below min means that only min counts. */
static Err *check_number(Arena *arena, const Field *field, int64_t value, int places)
{
    if (!field->min && !field->max)
        return NULL;
    bool open = field->max < field->min;
    if (value >= field->min && (open || value <= field->max))
        return NULL;
    Str min = limit_text(arena, field, field->min, places);
    if (open)
        return range_error(arena, field, "field.too_small", min, (Str){0});
    return range_error(arena, field, "field.range", min, limit_text(arena, field, field->max, places));
}

static Err *check_real(Arena *arena, const Field *field, double value)
{
    if (!field->min && !field->max)
        return NULL;
    bool open = field->max < field->min;
    if (value >= (double)field->min && (open || value <= (double)field->max))
        return NULL;
    Str min = limit_text(arena, field, field->min, 0);
    if (open)
        return range_error(arena, field, "field.too_small", min, (Str){0});
    return range_error(arena, field, "field.range", min, limit_text(arena, field, field->max, 0));
}

static Err *check_length(Arena *arena, const Field *field, size_t len, int64_t standard)
{
    int64_t max = field->max > 0 ? field->max : standard;
    if ((int64_t)len > max)
        return range_error(arena, field, "field.too_long", (Str){0}, str_format(arena, "%lld", (long long)max));
    if ((int64_t)len < field->min)
        return range_error(arena, field, "field.too_short", str_format(arena, "%lld", (long long)field->min), (Str){0});
    return NULL;
}

static bool among(const char *choices, Str text)
{
    Str rest = str_of(choices), one;
    bool more = true;
    while (more) {
        more = str_cut(rest, '|', &one, &rest);
        if (str_eq(one, text))
            return true;
    }
    return false;
}

/* An empty text that is not required passes: it is "not given", whatever min says. */
static Err *check_text(Arena *arena, const Field *field, Str text)
{
    if (text.len == 0)
        return field->required ? err_field(arena, "field.required", field->name) : NULL;
    TRY(check_length(arena, field, text.len, TEXT_BYTES_MAX));
    if (!utf8_valid(text))
        return err_field(arena, "field.not_text", field->name);
    if (field->one_of && !among(field->one_of, text))
        return err_arg(arena, err_field(arena, "field.not_choice", field->name), "choices", str_of(field->one_of));
    return NULL;
}

/* min and max of a list of texts count its texts; each may have TEXT_BYTES_MAX bytes. */
static Err *check_texts(Arena *arena, const Field *field, StrList list)
{
    if (list.len == 0)
        return field->required ? err_field(arena, "field.required", field->name) : NULL;
    TRY(check_length(arena, field, list.len, LIST_LEN_MAX));
    const Field one = {.name = field->name, .type = FIELD_STR, .one_of = field->one_of};
    for (size_t i = 0; i < list.len; i++)
        TRY(check_text(arena, &one, list.at[i]));
    return NULL;
}

static Err *check_value(Arena *arena, const Field *field, int places, const void *value)
{
    switch (field->type) {
    case FIELD_STR:
        return check_text(arena, field, *(const Str *)value);
    case FIELD_INT:
        return check_number(arena, field, *(const int64_t *)value, 0);
    case FIELD_MONEY:
        return check_number(arena, field, ((const Money *)value)->minor, places);
    case FIELD_REAL:
        return check_real(arena, field, *(const double *)value);
    case FIELD_ID:
        return field->required && *(const Id *)value == 0 ? err_field(arena, "field.required", field->name) : NULL;
    case FIELD_STRS:
        return check_texts(arena, field, *(const StrList *)value);
    case FIELD_LIST: { /* every list struct begins with its pointer and its length */
        size_t len = ((const StrList *)value)->len;
        if (len == 0)
            return field->required ? err_field(arena, "field.required", field->name) : NULL;
        return check_length(arena, field, len, LIST_LEN_MAX);
    }
    case FIELD_BOOL:
    case FIELD_TIME:
    case FIELD_DATE:
    case FIELD_ONE:
        break;
    }
    return NULL;
}

Err *field_check(Arena *arena, const Field *field, const void *of)
{
    return check_value(arena, field, 2, (const char *)of + field->offset);
}

static bool read_bool(Str text, bool *out)
{
    *out = among("1|on|true|yes", text);
    return *out || among("0|off|false|no", text);
}

static Err *add_text(Arena *arena, const Field *field, Str text, StrList *list)
{
    int64_t max = field->max > 0 ? field->max : LIST_LEN_MAX;
    if ((int64_t)list->len >= max)
        return range_error(arena, field, "field.too_long", (Str){0}, str_format(arena, "%lld", (long long)max));
    const Field one = {.name = field->name, .type = FIELD_STR, .one_of = field->one_of};
    TRY(check_text(arena, &one, text));
    if ((list->len & (list->len - 1)) == 0) { /* room doubles at 0, 1, 2, 4, 8 ... */
        Str *at = NEW_ARRAY(arena, Str, list->len ? list->len * 2 : 1);
        if (list->len)
            memcpy(at, list->at, list->len * sizeof *at);
        list->at = at;
    }
    list->at[list->len++] = str_copy(arena, text);
    return NULL;
}

/* What a text must look like, by type: the code when it does not; NULL when *value was set. */
static const char *convert(Arena *arena, const Field *field, int places, Str text, void *value)
{
    switch (field->type) {
    case FIELD_STR:
        *(Str *)value = str_copy(arena, text);
        return NULL;
    case FIELD_INT:
        return str_to_int(text, value) ? NULL : "field.not_number";
    case FIELD_REAL:
        return str_to_real(text, value) ? NULL : "field.not_number";
    case FIELD_BOOL:
        return read_bool(text, value) ? NULL : "field.not_choice";
    case FIELD_ID:
        return id_parse(text, value) ? NULL : "field.not_id";
    case FIELD_MONEY:
        return money_parse(text, places, value) ? NULL : "field.not_money";
    case FIELD_TIME:
        return time_parse(text, value) ? NULL : "field.not_time";
    case FIELD_DATE:
        return date_parse(text, value) ? NULL : "field.not_date";
    case FIELD_STRS:
    case FIELD_ONE:
    case FIELD_LIST:
        break;
    }
    return "field.not_text"; /* nested values have no text form */
}

Err *field_read(Arena *arena, const Field *field, int money_places, Str text, void *into)
{
    void *value = (char *)into + field->offset;
    bool secret = field->input && strcmp(field->input, "password") == 0; /* spaces count in a password */
    if (!secret)
        text = str_trim(text);
    if (text.len == 0)
        return field->required ? err_field(arena, "field.required", field->name) : NULL;
    if (field->type == FIELD_STRS) {
        TRY(add_text(arena, field, text, value));
    } else {
        if (field->type == FIELD_STR) /* checked before it is copied: it may be long */
            TRY(check_text(arena, field, text));
        const char *code = convert(arena, field, money_places, text, value);
        if (code)
            return err_field(arena, code, field->name);
        TRY(check_value(arena, field, money_places, value));
    }
    if (field->has_offset)
        *(bool *)((char *)into + field->has_offset) = true;
    return NULL;
}
