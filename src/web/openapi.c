/* Writes OpenAPI 3.1 from the route tables. */
#include "web/openapi.h"

#include <pthread.h>
#include <string.h>

#include "base/json.h"
#include "web/inside.h"

enum { OPENAPI_BYTES_MAX = 4 * 1024 * 1024, SHAPES_MAX = 1000 };

typedef struct Writing {
    Buf out;
    const Shape *shapes[SHAPES_MAX]; /* named once, under components */
    size_t shapes_len;
} Writing;

static struct OpenApi {
    pthread_once_t once;
    Str text;
} openapi = {.once = PTHREAD_ONCE_INIT};

static void add(Writing *w, const char *text)
{
    buf_add(&w->out, str_of(text));
}

static void quoted(Writing *w, const char *text)
{
    json_write_str(&w->out, str_of(text));
}

static void shape_note(Writing *w, const Shape *shape)
{
    for (size_t i = 0; i < w->shapes_len; i++)
        if (strcmp(w->shapes[i]->name, shape->name) == 0)
            return;
    if (w->shapes_len < SHAPES_MAX)
        w->shapes[w->shapes_len++] = shape;
}

static void ref(Writing *w, const Shape *shape)
{
    shape_note(w, shape);
    buf_addf(&w->out, "{\"$ref\":\"#/components/schemas/%s\"}", shape->name);
}

static void length(Writing *w, const char *min_name, const char *max_name, const Field *field, int64_t standard)
{
    if (field->min > 0)
        buf_addf(&w->out, ",\"%s\":%lld", min_name, (long long)field->min);
    buf_addf(&w->out, ",\"%s\":%lld", max_name, (long long)(field->max > 0 ? field->max : standard));
}

static void range(Writing *w, const Field *field)
{
    if (!field->min && !field->max)
        return;
    buf_addf(&w->out, ",\"minimum\":%lld", (long long)field->min);
    if (field->max >= field->min)
        buf_addf(&w->out, ",\"maximum\":%lld", (long long)field->max);
}

static void choices(Writing *w, const char *one_of)
{
    add(w, ",\"enum\":[");
    Str rest = str_of(one_of), one;
    for (bool more = true, first = true; more; first = false) {
        more = str_cut(rest, '|', &one, &rest);
        if (!first)
            add(w, ",");
        json_write_str(&w->out, one);
    }
    add(w, "]");
}

static void about(Writing *w, const Field *field)
{
    if (!field->label)
        return;
    add(w, ",\"description\":");
    quoted(w, field->label);
}

static void field_schema(Writing *w, const Field *field)
{
    switch (field->type) {
    case FIELD_STR:
        add(w, "{\"type\":\"string\"");
        if (field->one_of)
            choices(w, field->one_of);
        else
            length(w, "minLength", "maxLength", field, TEXT_BYTES_MAX);
        break;
    case FIELD_INT:
        add(w, "{\"type\":\"integer\",\"format\":\"int64\"");
        range(w, field);
        break;
    case FIELD_REAL:
        add(w, "{\"type\":\"number\"");
        range(w, field);
        break;
    case FIELD_BOOL:
        add(w, "{\"type\":\"boolean\"");
        break;
    case FIELD_ID:
        add(w, "{\"type\":[\"string\",\"null\"],\"pattern\":\"^[0-9a-zA-Z]{13}$\"");
        break;
    case FIELD_MONEY:
        add(w, "{\"allOf\":[{\"$ref\":\"#/components/schemas/Money\"}]");
        break;
    case FIELD_TIME:
        add(w, "{\"type\":\"string\",\"format\":\"date-time\"");
        break;
    case FIELD_DATE:
        add(w, "{\"type\":\"string\",\"format\":\"date\"");
        break;
    case FIELD_STRS:
        add(w, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}");
        length(w, "minItems", "maxItems", field, LIST_LEN_MAX);
        break;
    case FIELD_ONE:
        add(w, "{\"allOf\":[");
        ref(w, field->shape);
        add(w, "]");
        break;
    case FIELD_LIST:
        add(w, "{\"type\":\"array\",\"items\":");
        ref(w, field->shape);
        length(w, "minItems", "maxItems", field, LIST_LEN_MAX);
        break;
    }
    about(w, field);
    add(w, "}");
}

static void shape_schema(Writing *w, const Shape *shape)
{
    quoted(w, shape->name);
    add(w, ":{\"type\":\"object\",\"properties\":{");
    bool required = false;
    for (size_t i = 0; i < shape->len; i++) {
        if (i)
            add(w, ",");
        quoted(w, shape->fields[i].name);
        add(w, ":");
        if (shape->fields[i].has_offset) { /* absent values are written as null */
            add(w, "{\"anyOf\":[");
            field_schema(w, &shape->fields[i]);
            add(w, ",{\"type\":\"null\"}]}");
        } else
            field_schema(w, &shape->fields[i]);
        required |= shape->fields[i].required;
    }
    add(w, "}");
    if (required) {
        add(w, ",\"required\":[");
        for (size_t i = 0, seen = 0; i < shape->len; i++)
            if (shape->fields[i].required) {
                if (seen++)
                    add(w, ",");
                quoted(w, shape->fields[i].name);
            }
        add(w, "]");
    }
    add(w, "}");
}

static void path_params(Writing *w, const Route *route, bool *any)
{
    Str rest = str_of(route->path), piece;
    for (bool more = true; more;) {
        more = str_cut(rest, '/', &piece, &rest);
        if (piece.len < 3 || piece.at[0] != '{')
            continue;
        add(w, *any ? "," : "");
        *any = true;
        add(w, "{\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"},\"name\":");
        json_write_str(&w->out, str_slice(piece, 1, piece.len - 1));
        add(w, "}");
    }
}

static void parameters(Writing *w, const Route *route)
{
    bool any = false;
    add(w, ",\"parameters\":[");
    path_params(w, route, &any);
    for (size_t i = 0; route->query && i < route->query->len; i++) {
        const Field *field = &route->query->fields[i];
        add(w, any ? "," : "");
        any = true;
        buf_addf(&w->out, "{\"in\":\"query\",\"required\":%s,\"name\":", field->required ? "true" : "false");
        quoted(w, field->name);
        add(w, ",\"schema\":");
        field_schema(w, field);
        add(w, "}");
    }
    if (route->idempotent) {
        add(w, any ? "," : "");
        add(w, "{\"in\":\"header\",\"name\":\"Idempotency-Key\",\"required\":false,\"schema\":{\"type\":\"string\","
               "\"maxLength\":255},\"description\":\"The same key and body get the same answer; nothing happens twice.\"}");
    }
    add(w, "]");
}

static void responses(Writing *w, const Route *route)
{
    buf_addf(&w->out, ",\"responses\":{\"%d\":{\"description\":\"Done\"", route->status ? route->status : 200);
    if (route->gives) {
        add(w, ",\"content\":{\"application/json\":{\"schema\":");
        if (route->gives_list)
            add(w, "{\"type\":\"object\",\"required\":[\"items\",\"next\"],\"properties\":{\"next\":{\"type\":[\"string\","
                   "\"null\"]},\"items\":{\"type\":\"array\",\"items\":");
        ref(w, route->gives);
        if (route->gives_list)
            add(w, "}}}");
        add(w, "}}");
    }
    add(w, "},\"default\":{\"description\":\"Refused\",\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":"
           "\"#/components/schemas/Problem\"}}}}}");
}

static void operation(Writing *w, const Route *route)
{
    Arena *arena = w->out.arena;
    json_write_str(&w->out, str_lower(arena, str_of(method_name(route->method))));
    add(w, ":{\"summary\":");
    quoted(w, route->about);
    parameters(w, route);
    if (route->takes) {
        add(w, ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":");
        ref(w, route->takes);
        add(w, "}}}");
    }
    if (route->access != ANYONE)
        buf_addf(&w->out, ",\"security\":[{\"token\":[%s%s%s]},{\"session\":[]}]", route->scope ? "\"" : "",
                 route->scope ? route->scope : "", route->scope ? "\"" : "");
    responses(w, route);
    add(w, "}");
}

/* True when an earlier route has the same path: its methods were written there. */
static bool seen_before(size_t index, const char *path)
{
    const Module *module;
    const Route *route;
    for (size_t i = 0; i < index && router_at(i, &module, &route); i++)
        if (strcmp(route->path, path) == 0)
            return true;
    return false;
}

static void paths(Writing *w)
{
    const Module *module;
    const Route *route, *other;
    bool any = false;
    for (size_t i = 0; router_at(i, &module, &route); i++) {
        if (!str_starts(str_of(route->path), STR("/api/v1/")) || seen_before(i, route->path))
            continue;
        add(w, any ? "," : "");
        any = true;
        quoted(w, route->path + strlen("/api/v1"));
        add(w, ":{");
        bool first = true;
        for (size_t k = i; router_at(k, &module, &other); k++)
            if (strcmp(other->path, route->path) == 0) {
                add(w, first ? "" : ",");
                first = false;
                operation(w, other);
            }
        add(w, "}");
    }
}

static void components(Writing *w)
{
    add(w, "\"components\":{\"securitySchemes\":{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":"
           "\"apiKey\",\"in\":\"cookie\",\"name\":\"sid\"}},\"schemas\":{\"Money\":{\"type\":\"object\",\"required\":["
           "\"minor\"],\"properties\":{\"minor\":{\"type\":\"integer\",\"format\":\"int64\"},\"currency\":{\"type\":"
           "\"string\"}}},\"Problem\":{\"type\":\"object\",\"required\":[\"title\",\"status\",\"code\",\"detail\"],"
           "\"properties\":{\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
           "\"code\":{\"type\":\"string\"},\"field\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},\"request\":{"
           "\"type\":\"string\"}}}");
    for (size_t i = 0; i < w->shapes_len; i++) { /* grows while it is written: shapes name shapes */
        add(w, ",");
        shape_schema(w, w->shapes[i]);
    }
    add(w, "}}");
}

static void openapi_make(void)
{
    Arena *arena = arena_new(); /* lives as long as the program */
    Writing *w = NEW(arena, Writing);
    w->out = buf_new(arena, OPENAPI_BYTES_MAX);
    add(w, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Millet\",\"version\":");
    quoted(w, MILLET_VERSION);
    add(w, "},\"servers\":[{\"url\":\"/api/v1\"}],\"paths\":{");
    paths(w);
    add(w, "},");
    components(w);
    add(w, "}");
    openapi.text = buf_str(&w->out);
}

Str openapi_text(void)
{
    pthread_once(&openapi.once, openapi_make);
    return openapi.text;
}
