/* jansson's document, copied into the arena so that nothing has to be released. */
#include "solve/route_io/tree.h"

#include <jansson.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

static Err *too_deep(Arena *arena)
{
    Err *err = err_detail(arena, ERR_INVALID, "route.json", "the document is nested too deeply");
    return err_arg(arena, err, "where", STR("the document"));
}

static Err *convert(Arena *arena, json_t *from, int depth, Tree *to)
{
    if (depth > DEPTH_MAX)
        return too_deep(arena);
    switch (json_typeof(from)) {
    case JSON_TRUE:
    case JSON_FALSE:
        *to = (Tree){.kind = TREE_BOOL, .truth = json_is_true(from)};
        break;
    case JSON_INTEGER:
        *to = (Tree){.kind = TREE_INT, .number = json_integer_value(from), .real = (double)json_integer_value(from)};
        break;
    case JSON_REAL:
        *to = (Tree){.kind = TREE_REAL, .real = json_real_value(from)};
        break;
    case JSON_STRING:
        *to = (Tree){.kind = TREE_TEXT};
        to->text = str_copy(arena, (Str){json_string_value(from), json_string_length(from)});
        break;
    case JSON_ARRAY:
        *to = (Tree){.kind = TREE_LIST, .len = json_array_size(from)};
        to->items = NEW_ARRAY(arena, Tree, to->len + 1);
        for (size_t i = 0; i < to->len; i++)
            TRY(convert(arena, json_array_get(from, i), depth + 1, &to->items[i]));
        break;
    case JSON_OBJECT: {
        *to = (Tree){.kind = TREE_OBJECT};
        to->items = NEW_ARRAY(arena, Tree, json_object_size(from) + 1);
        to->names = NEW_ARRAY(arena, Str, json_object_size(from) + 1);
        const char *name;
        json_t *value;
        json_object_foreach(from, name, value)
        {
            to->names[to->len] = str_copy(arena, str_of(name));
            TRY(convert(arena, value, depth + 1, &to->items[to->len++]));
        }
        break;
    }
    case JSON_NULL:
    default:
        *to = (Tree){0};
    }
    return NULL;
}

Err *tree_read(Arena *arena, Str text, Tree *out)
{
    json_error_t error;
    json_t *root = json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        Err *err = err_detail(arena, ERR_INVALID, "route.json", "line %d, column %d: %s", error.line, error.column, error.text);
        return err_arg(arena, err, "where", str_format(arena, "line %d", error.line));
    }
    Err *err = convert(arena, root, 0, out);
    json_decref(root);
    return err;
}

const Tree *tree_get(const Tree *object, const char *name)
{
    if (!object || object->kind != TREE_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->len; i++)
        if (str_eq(object->names[i], str_of(name)))
            return object->items[i].kind == TREE_NULL ? NULL : &object->items[i];
    return NULL;
}
