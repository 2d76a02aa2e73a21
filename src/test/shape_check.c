/* Compares answers with Shapes. */
#include "shape_check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

typedef struct Why {
    char *at;
    size_t size;
} Why;

static bool object_matches(const json_t *object, const Shape *shape, Why *why);

static bool no(Why *why, const char *field, const char *what)
{
    snprintf(why->at, why->size, "\"%s\" %s", field, what);
    return false;
}

static bool money_matches(const json_t *value)
{
    return json_is_object(value) && json_is_integer(json_object_get(value, "minor")) &&
           json_is_string(json_object_get(value, "currency")) && json_object_size(value) == 2;
}

static bool list_matches(const json_t *list, const Field *field, Why *why)
{
    if (!json_is_array(list))
        return no(why, field->name, "is no list");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (field->type == FIELD_STRS ? !json_is_string(item) : !object_matches(item, field->shape, why))
            return field->type == FIELD_STRS ? no(why, field->name, "holds something else than texts") : false;
    }
    return true;
}

static bool id_matches(const json_t *value)
{
    Id id;
    return json_is_null(value) || (json_is_string(value) && id_parse(str_of(json_string_value(value)), &id));
}

static bool value_matches(const json_t *value, const Field *field, Why *why)
{
    Time time;
    Date date;
    const char *text = json_string_value(value);
    switch (field->type) {
    case FIELD_STR:
        return text ? true : no(why, field->name, "is no text");
    case FIELD_INT:
        return json_is_integer(value) ? true : no(why, field->name, "is no whole number");
    case FIELD_REAL:
        return json_is_number(value) ? true : no(why, field->name, "is no number");
    case FIELD_BOOL:
        return json_is_boolean(value) ? true : no(why, field->name, "is neither true nor false");
    case FIELD_ID:
        return id_matches(value) ? true : no(why, field->name, "is no id");
    case FIELD_MONEY:
        return money_matches(value) ? true : no(why, field->name, "is no money");
    case FIELD_TIME:
        return text && time_parse(str_of(text), &time) ? true : no(why, field->name, "is no time");
    case FIELD_DATE:
        return text && date_parse(str_of(text), &date) ? true : no(why, field->name, "is no date");
    case FIELD_ONE:
        return object_matches(value, field->shape, why);
    case FIELD_STRS:
    case FIELD_LIST:
        return list_matches(value, field, why);
    }
    return false;
}

static bool object_matches(const json_t *object, const Shape *shape, Why *why)
{
    if (!json_is_object(object))
        return no(why, shape->name, "is no object");
    for (size_t i = 0; i < shape->len; i++) {
        const Field *field = &shape->fields[i];
        const json_t *value = json_object_get(object, field->name);
        if (!value)
            return no(why, field->name, "is missing");
        if (field->has_offset && json_is_null(value))
            continue;
        if (!value_matches(value, field, why))
            return false;
    }
    return json_object_size(object) == shape->len ? true : no(why, shape->name, "has fields that it does not describe");
}

static bool page_matches(const json_t *page, const Shape *shape, Why *why)
{
    const json_t *next = json_object_get(page, "next");
    if (!next || !(json_is_null(next) || json_is_string(next)))
        return no(why, "next", "is neither text nor null");
    const Field items = {.name = "items", .type = FIELD_LIST, .shape = shape};
    return list_matches(json_object_get(page, "items"), &items, why);
}

bool shape_matches(Str text, const Shape *shape, bool list, char *why, size_t why_size)
{
    Why reason = {why, why_size};
    json_error_t error;
    json_t *root = json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        snprintf(why, why_size, "not JSON: %s", error.text);
        return false;
    }
    bool matches = list ? page_matches(root, shape, &reason) : object_matches(root, shape, &reason);
    json_decref(root);
    return matches;
}
