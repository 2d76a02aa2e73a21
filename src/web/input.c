/* What a handler may take from a request: form or JSON body by Shape, query, path names, headers, cookies, uploads. */
#include <string.h>

#include "base/json.h"
#include "web/inside.h"

BodyKind body_kind(Str content_type)
{
    Str kind, rest;
    str_cut(content_type, ';', &kind, &rest);
    kind = str_trim(kind);
    if (kind.len == 0)
        return BODY_NONE;
    if (str_eq_nocase(kind, STR("application/x-www-form-urlencoded")))
        return BODY_FORM;
    if (str_eq_nocase(kind, STR("multipart/form-data")))
        return BODY_MULTIPART;
    if (str_eq_nocase(kind, STR("application/json")) ||
        (kind.len > 5 && str_eq_nocase(str_slice(kind, kind.len - 5, kind.len), STR("+json"))))
        return BODY_JSON;
    return BODY_OTHER;
}

/* ---- texts by Shape ---- */

typedef struct Reading {
    Req *r;
    const Pairs *pairs;
    Err *first; /* the first thing that is wrong; the rest is read all the same, so that the form can come back full */
} Reading;

static void shape_take(Reading *reading, const Shape *shape, Str prefix, void *into);

/* The error names the field as the form does: "lines.0.steps". */
static void note(Reading *reading, Str name, Err *err)
{
    if (!err || reading->first)
        return;
    err->field = str_copy(reading->r->arena, name);
    reading->first = err;
}

static void strs_take(Reading *reading, const Field *field, Str name, void *into)
{
    int places = reading->r->village.currency_places;
    bool any = false;
    for (size_t i = 0; i < reading->pairs->len; i++)
        if (str_eq(reading->pairs->at[i].name, name)) {
            any = true;
            note(reading, name, field_read(reading->r->arena, field, places, reading->pairs->at[i].value, into));
        }
    if (!any && field->required)
        note(reading, name, err_field(reading->r->arena, "field.required", field->name));
}

/* "lines.0.offer", "lines.1.offer": as many as there are without a gap; a row that is left empty ends the list. */
static size_t list_len(const Reading *reading, Str name)
{
    Arena *arena = reading->r->arena;
    size_t len = 0;
    for (; len < PAIRS_MAX; len++) {
        Str row = str_format(arena, "%.*s.%zu.", STR_ARG(name), len);
        bool any = false;
        for (size_t i = 0; i < reading->pairs->len && !any; i++)
            any = str_starts(reading->pairs->at[i].name, row) && str_trim(reading->pairs->at[i].value).len;
        if (!any)
            break;
    }
    return len;
}

static void list_take(Reading *reading, const Field *field, Str name, void *into)
{
    Arena *arena = reading->r->arena;
    struct { char *at; size_t len; } *list = (void *)((char *)into + field->offset);
    list->len = list_len(reading, name);
    list->at = list->len ? arena_alloc(arena, array_bytes(list->len, field->shape->size)) : NULL;
    for (size_t i = 0; i < list->len; i++)
        shape_take(reading, field->shape, str_format(arena, "%.*s.%zu.", STR_ARG(name), i),
                   list->at + i * field->shape->size);
    note(reading, name, field_check(arena, field, into));
}

static void field_take(Reading *reading, const Field *field, Str prefix, void *into)
{
    Arena *arena = reading->r->arena;
    Str name = prefix.len ? str_format(arena, "%.*s%s", STR_ARG(prefix), field->name) : str_of(field->name);
    switch (field->type) {
    case FIELD_STRS:
        strs_take(reading, field, name, into);
        return;
    case FIELD_LIST:
        list_take(reading, field, name, into);
        return;
    case FIELD_ONE:
        shape_take(reading, field->shape, str_format(arena, "%.*s.", STR_ARG(name)), (char *)into + field->offset);
        return;
    case FIELD_BOOL:
    case FIELD_STR:
    case FIELD_INT:
    case FIELD_REAL:
    case FIELD_ID:
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_DATE:
        break;
    }
    const Pair *pair = pairs_find(reading->pairs, name);
    note(reading, name,
         field_read(arena, field, reading->r->village.currency_places, pair ? pair->value : (Str){0}, into));
}

static void shape_take(Reading *reading, const Shape *shape, Str prefix, void *into)
{
    for (size_t i = 0; i < shape->len; i++)
        field_take(reading, &shape->fields[i], prefix, into);
}

Err *take(Req *r, const Shape *shape, void *into)
{
    memset(into, 0, shape->size);
    r->form_shape = shape;
    if (r->in->body_kind == BODY_JSON) {
        r->form_values = into;
        return json_read_in(r->arena, r->body, shape, r->village.currency, into);
    }
    if (!r->in->has_form && r->in->body_kind == BODY_OTHER)
        return err_new(r->arena, ERR_INVALID, "http.bad_type");
    Reading reading = {.r = r, .pairs = &r->in->form};
    shape_take(&reading, shape, (Str){0}, into);
    r->form_values = arena_copy(r->arena, into, shape->size); /* outlives the handler's own variable */
    return reading.first;
}

Err *take_query(Req *r, const Shape *shape, void *into)
{
    memset(into, 0, shape->size);
    if (!r->in->has_query) {
        TRY(pairs_read(r->arena, r->query, &r->in->query));
        r->in->has_query = true;
    }
    Reading reading = {.r = r, .pairs = &r->in->query};
    shape_take(&reading, shape, (Str){0}, into);
    return reading.first;
}

Str take_typed(Req *r, const char *name)
{
    const Pair *pair = r->in ? pairs_find(&r->in->form, str_of(name)) : NULL;
    return pair ? pair->value : (Str){0};
}

/* ---- path ---- */

Str take_param(Req *r, int param)
{
    Str decoded = {0};
    if (param < 0 || param >= PARAMS_MAX || !url_decode(r->arena, r->params[param], false, &decoded))
        return (Str){0};
    return decoded;
}

Err *take_id(Req *r, int param, Id *out)
{
    return id_parse(take_param(r, param), out) ? NULL : err_new(r->arena, ERR_MISSING, "web.missing");
}

/* ---- header ---- */

Str req_header(const Req *r, const char *name)
{
    Str wanted = str_of(name);
    for (size_t i = 0; i < r->headers_len; i++)
        if (str_eq_nocase(r->headers[i].name, wanted))
            return r->headers[i].value;
    return (Str){0};
}

static bool cookie_named(Str pair_name, bool https, const char *name)
{
    Str wanted = str_of(name);
    Str prefix = STR("__Host-");
    if (!https)
        return str_eq(pair_name, wanted);
    return str_starts(pair_name, prefix) && str_eq(str_slice(pair_name, prefix.len, SIZE_MAX), wanted);
}

Str req_cookie(const Req *r, const char *name)
{
    for (size_t i = 0; i < r->headers_len; i++) { /* HTTP/2 front ends may split the cookies over several lines */
        if (!str_eq_nocase(r->headers[i].name, STR("cookie")))
            continue;
        Str rest = r->headers[i].value, piece;
        for (bool more = true; more;) {
            Str key, value;
            more = str_cut(rest, ';', &piece, &rest);
            if (str_cut(str_trim(piece), '=', &key, &value) && cookie_named(key, r->https, name))
                return value;
        }
    }
    return (Str){0};
}

const Upload *take_upload(const Req *r, const char *field)
{
    for (size_t i = 0; i < r->uploads_len; i++)
        if (str_eq(r->uploads[i].field, str_of(field)))
            return &r->uploads[i];
    return NULL;
}

/* ---- who ---- */

bool has_role(const Req *r, Id org, unsigned roles)
{
    for (size_t i = 0; i < r->grants.len; i++) {
        const Grant *grant = &r->grants.at[i];
        if ((grant->org == org || org == 0) && (grant->roles & roles))
            return true;
        if (grant->org == r->village.org && (grant->roles & roles & ROLE_ADMIN))
            return true;
    }
    return false;
}

Err *need_role(Req *r, Id org, unsigned roles)
{
    if (has_role(r, org, roles))
        return NULL;
    return r->asleep & roles ? err_new(r->arena, ERR_DENIED, "access.confirm") : denied(r);
}

Err *denied(Req *r)
{
    return err_new(r->arena, ERR_DENIED, r->who ? "access.role" : "access.sign_in");
}
