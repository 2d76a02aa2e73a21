/* JSON-LD 1.1 (W3C), the part catalogues use: contexts with prefixes, terms and @vocab, @graph, @id, @type, @value, @language, @list,
   @set, things within things. jansson reads the JSON. */
#include "trade/linked.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { TERMS_MAX = 500, CONTEXTS_MAX = 20 };

typedef struct Term {
    Str name, means;
} Term;

typedef struct Context {
    const struct Context *outer;
    Term *terms;
    size_t len, room;
    Str vocab;
} Context;

typedef struct Lines { /* the line of each object, in the order of the file */
    size_t *at;
    size_t len;
} Lines;

typedef struct Reading {
    Linked *out;
    Lines lines;
    size_t object;   /* objects met so far */
    size_t document; /* blank names of two documents are two things */
    size_t blank;
} Reading;

/* ---- names ---- */

/* The namespaces of the Data Food Consortium moved often; what stands before the # tells them. */
static Str short_name(Arena *arena, Str iri)
{
    static const struct {
        const char *part, *prefix;
    } spaces[] = {{"DFC_BusinessOntology", "dfc-b"}, {"BusinessOntology", "dfc-b"}, {"DFC_TechnicalOntology", "dfc-t"}, {"measures.rdf", "dfc-m"},
                  {"productTypes.rdf", "dfc-pt"},    {"facets.rdf", "dfc-f"},       {"vocabulary.rdf", "dfc-v"},        {"2000/01/rdf-schema", "rdfs"},
                  {"2004/02/skos/core", "skos"}};
    Str space, local;
    if (str_starts(iri, STR("urn:millet:")))
        return str_format(arena, "millet:%.*s", STR_ARG(str_slice(iri, 11, iri.len)));
    if ((!str_starts(iri, STR("http://")) && !str_starts(iri, STR("https://"))) || !str_cut(iri, '#', &space, &local))
        return iri;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (str_find(space, str_of(spaces[i].part)) != SIZE_MAX)
            return str_format(arena, "%s:%.*s", spaces[i].prefix, STR_ARG(local));
    return iri;
}

static const Term *term_find(const Context *context, Str name)
{
    for (; context; context = context->outer)
        for (size_t i = context->len; i-- > 0;)
            if (str_eq(context->terms[i].name, name))
                return &context->terms[i];
    return NULL;
}

static Str expand(Arena *arena, const Context *context, Str name, bool vocab)
{
    Str prefix, local;
    const Term *term = vocab ? term_find(context, name) : NULL;
    if (term)
        name = term->means;
    if (str_starts(name, STR("@")) || str_starts(name, STR("_:")))
        return name;
    if (str_cut(name, ':', &prefix, &local) && !str_starts(local, STR("//"))) {
        const Term *space = term_find(context, prefix);
        return space ? short_name(arena, str_format(arena, "%.*s%.*s", STR_ARG(space->means), STR_ARG(local))) : short_name(arena, name);
    }
    if (vocab && context->vocab.len && str_find(name, STR(":")) == SIZE_MAX)
        return short_name(arena, str_format(arena, "%.*s%.*s", STR_ARG(context->vocab), STR_ARG(name)));
    return short_name(arena, name);
}

static Str text_of(Arena *arena, const json_t *value)
{
    char number[40];
    if (json_is_string(value))
        return utf8_clean(arena, str_copy(arena, (Str){json_string_value(value), json_string_length(value)}));
    if (json_is_integer(value))
        return str_format(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_real(value)) {
        snprintf(number, sizeof number, "%.15g", json_real_value(value));
        return str_copy(arena, str_of(number));
    }
    return json_is_boolean(value) ? json_is_true(value) ? STR("true") : STR("false") : (Str){0};
}

/* ---- contexts ---- */

static void *wider(Arena *arena, const void *old, size_t len, size_t *room, size_t size)
{
    *room = *room ? *room * 2 : 4;
    char *at = arena_alloc(arena, *room * size);
    if (len)
        memcpy(at, old, len * size);
    return at;
}

static void context_named(Reading *reading, Str address)
{
    StrList *unknown = &reading->out->unknown;
    bool ours = str_find(address, STR("datafoodconsortium")) != SIZE_MAX || str_find(address, STR("w3id.org/dfc")) != SIZE_MAX;
    for (size_t i = 0; i < unknown->len; i++)
        ours = ours || str_eq(unknown->at[i], address);
    if (!ours && unknown->len < CONTEXTS_MAX)
        unknown->at[unknown->len++] = address;
}

static void context_term(Arena *arena, Context *context, const char *name, const json_t *means)
{
    Str text = text_of(arena, json_is_object(means) ? json_object_get(means, "@id") : means);
    if (!text.len || context->len == TERMS_MAX)
        return;
    if (context->len == context->room)
        context->terms = wider(arena, context->terms, context->len, &context->room, sizeof(Term));
    if (strcmp(name, "@vocab") == 0)
        context->vocab = expand(arena, context, text, false);
    else if (name[0] != '@')
        context->terms[context->len++] = (Term){str_copy(arena, str_of(name)), text};
}

static void context_add(Reading *reading, Context *context, const json_t *from)
{
    const char *name;
    json_t *means;
    size_t i;
    if (json_is_string(from))
        context_named(reading, text_of(reading->out->arena, from));
    json_array_foreach(from, i, means) context_add(reading, context, means);
    json_object_foreach((json_t *)(uintptr_t)from, name, means) context_term(reading->out->arena, context, name, means);
}

/* ---- the graph ---- */

static size_t slot_of(const Linked *linked, Str id)
{
    uint64_t hash = 1469598103934665603U; /* FNV-1a */
    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (unsigned char)id.at[i]) * 1099511628211U;
    size_t slot = (size_t)(hash & (linked->slots_len - 1));
    while (linked->slots[slot] && !str_eq(linked->slots[slot]->id, id))
        slot = (slot + 1) & (linked->slots_len - 1);
    return slot;
}

const LinkedThing *linked_find(const Linked *linked, Str id)
{
    return id.len && linked->slots_len ? linked->slots[slot_of(linked, id)] : NULL;
}

static void slots_grow(Linked *linked)
{
    linked->slots_len = linked->slots_len ? linked->slots_len * 2 : 256;
    linked->slots = NEW_ARRAY(linked->arena, LinkedThing *, linked->slots_len);
    for (size_t i = 0; i < linked->len; i++)
        linked->slots[slot_of(linked, linked->at[i]->id)] = linked->at[i];
}

static Err *thing_of(Linked *linked, Str id, size_t line, LinkedThing **out)
{
    if (2 * (linked->len + 1) > linked->slots_len)
        slots_grow(linked);
    size_t slot = slot_of(linked, id);
    *out = linked->slots[slot];
    if (*out)
        return NULL;
    if (linked->len == LINKED_THINGS_MAX)
        return err_new(linked->arena, ERR_INVALID, "linked.too_many");
    if (linked->len == linked->room)
        linked->at = wider(linked->arena, linked->at, linked->len, &linked->room, sizeof(LinkedThing *));
    *out = NEW(linked->arena, LinkedThing);
    **out = (LinkedThing){.id = id, .line = line};
    linked->slots[slot] = linked->at[linked->len++] = *out;
    return NULL;
}

static void value_add(Linked *linked, LinkedThing *thing, Str name, LinkedValue value)
{
    LinkedProperty *property = NULL;
    for (size_t i = 0; i < thing->len && !property; i++)
        property = str_eq(thing->properties[i].name, name) ? &thing->properties[i] : NULL;
    if (!property) {
        if (thing->len == thing->room)
            thing->properties = wider(linked->arena, thing->properties, thing->len, &thing->room, sizeof(LinkedProperty));
        property = &thing->properties[thing->len++];
        *property = (LinkedProperty){.name = name};
    }
    if (property->len == property->room)
        property->at = wider(linked->arena, property->at, property->len, &property->room, sizeof(LinkedValue));
    property->at[property->len++] = value;
}

/* ---- walking the document: every object is met once, in the order of the file, so that its line is known ---- */

static Err *take_object(Reading *reading, const Context *outer, const json_t *from, int depth, LinkedThing **out);

static size_t objects_in(const json_t *value)
{
    const char *name;
    json_t *inner;
    size_t i, count = json_is_object(value);
    json_array_foreach(value, i, inner) count += objects_in(inner);
    json_object_foreach((json_t *)(uintptr_t)value, name, inner) count += objects_in(inner);
    return count;
}

static Str own_id(Reading *reading, Str id)
{
    Arena *arena = reading->out->arena;
    return reading->document && str_starts(id, STR("_:")) ? str_format(arena, "_:%zu-%.*s", reading->document, STR_ARG(str_slice(id, 2, id.len))) : id;
}

static Err *take_value(Reading *reading, const Context *context, LinkedThing *thing, Str name, const json_t *from, int depth)
{
    Linked *out = reading->out;
    if (depth > LINKED_DEPTH_MAX)
        return err_new(out->arena, ERR_INVALID, "linked.deep");
    if (json_is_array(from)) {
        for (size_t i = 0; i < json_array_size(from); i++)
            TRY(take_value(reading, context, thing, name, json_array_get(from, i), depth + 1));
        return NULL;
    }
    if (!json_is_object(from)) {
        Str text = text_of(out->arena, from);
        if (!json_is_null(from))
            value_add(out, thing, name, (LinkedValue){.text = text, .name = own_id(reading, expand(out->arena, context, text, str_eq(name, STR("@type"))))});
        return NULL;
    }
    const json_t *inner = json_object_get(from, "@value"), *list = json_object_get(from, "@list"), *set = json_object_get(from, "@set");
    if (inner) {
        Str text = text_of(out->arena, inner);
        reading->object += objects_in(from);
        value_add(out, thing, name, (LinkedValue){text, expand(out->arena, context, text, false), text_of(out->arena, json_object_get(from, "@language"))});
        return NULL;
    }
    if (list || set) {
        reading->object++;
        return take_value(reading, context, thing, name, list ? list : set, depth + 1);
    }
    LinkedThing *named;
    TRY(take_object(reading, context, from, depth + 1, &named));
    value_add(out, thing, name, (LinkedValue){.text = named->id, .name = named->id});
    return NULL;
}

static Err *take_members(Reading *reading, const Context *context, const json_t *from, int depth, LinkedThing *thing)
{
    Arena *arena = reading->out->arena;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)from, key, value)
    {
        Str name = expand(arena, context, str_copy(arena, str_of(key)), true);
        if (str_eq(name, STR("@context")) || str_eq(name, STR("@id"))) {
            reading->object += objects_in(value);
        } else if (str_eq(name, STR("@graph")) || str_eq(name, STR("@included"))) {
            LinkedThing *ignored;
            if (json_is_object(value))
                TRY(take_object(reading, context, value, depth + 1, &ignored));
            for (size_t i = 0; i < json_array_size(value); i++)
                if (json_is_object(json_array_get(value, i)))
                    TRY(take_object(reading, context, json_array_get(value, i), depth + 1, &ignored));
                else
                    reading->object += objects_in(json_array_get(value, i));
        } else {
            TRY(take_value(reading, context, thing, name, value, depth + 1));
        }
    }
    return NULL;
}

static Err *take_object(Reading *reading, const Context *outer, const json_t *from, int depth, LinkedThing **out)
{
    Linked *linked = reading->out;
    const Context *context = outer;
    const json_t *inner = json_object_get(from, "@context");
    size_t line = reading->object < reading->lines.len ? reading->lines.at[reading->object] : 0;
    if (depth > LINKED_DEPTH_MAX)
        return err_new(linked->arena, ERR_INVALID, "linked.deep");
    reading->object++;
    if (inner) {
        Context *own = NEW(linked->arena, Context);
        *own = (Context){.outer = outer, .vocab = outer->vocab};
        context_add(reading, own, inner);
        context = own;
    }
    Str id = text_of(linked->arena, json_object_get(from, "@id"));
    id = id.len ? own_id(reading, expand(linked->arena, context, id, false)) : str_format(linked->arena, "_:unnamed-%zu", reading->blank++);
    TRY(thing_of(linked, id, line, out));
    if (linked_values(*out, "@type") == NULL && json_object_get(from, "@type"))
        (*out)->line = line; /* where it is described, not where it is spoken of first */
    return take_members(reading, context, from, depth, *out);
}

static Lines lines_of(Arena *arena, Str text)
{
    Lines lines = {0};
    size_t line = 1, count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '{';
    lines.at = NEW_ARRAY(arena, size_t, count + 1);
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        line += c == '\n';
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == '{' && !quoted)
            lines.at[lines.len++] = line;
    }
    return lines;
}

static Err *take_documents(Reading *reading, const json_t *root)
{
    Context *none = NEW(reading->out->arena, Context);
    LinkedThing *ignored;
    if (json_is_object(root))
        return take_object(reading, none, root, 0, &ignored);
    for (size_t i = 0; i < json_array_size(root); i++) {
        const json_t *document = json_array_get(root, i);
        reading->document = i + 1;
        if (json_is_object(document))
            TRY(take_object(reading, none, document, 1, &ignored));
        else
            reading->object += objects_in(document);
    }
    return NULL;
}

Err *linked_read(Arena *arena, Str text, Linked *out)
{
    json_error_t error;
    *out = (Linked){.arena = arena, .unknown = {NEW_ARRAY(arena, Str, CONTEXTS_MAX), 0}};
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_slice(text, 3, text.len);
    json_t *root = json_loadb(text.len ? text.at : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        Err *err = err_arg(arena, err_new(arena, ERR_INVALID, "linked.json"), "line", str_format(arena, "%d", error.line));
        return err_arg(arena, err, "why", utf8_clean(arena, str_copy(arena, str_of(error.text))));
    }
    Reading reading = {.out = out, .lines = lines_of(arena, text)};
    Err *err = take_documents(&reading, root);
    json_decref(root);
    return err;
}

/* ---- asking ---- */

const LinkedProperty *linked_values(const LinkedThing *thing, const char *name)
{
    for (size_t i = 0; thing && i < thing->len; i++)
        if (str_eq(thing->properties[i].name, str_of(name)))
            return &thing->properties[i];
    return NULL;
}

bool linked_is(const LinkedThing *thing, const char *type)
{
    const LinkedProperty *types = linked_values(thing, "@type");
    for (size_t i = 0; types && i < types->len; i++)
        if (str_eq(types->at[i].name, str_of(type)))
            return true;
    return false;
}

Str linked_text(const LinkedThing *thing, const char *name)
{
    const LinkedProperty *values = linked_values(thing, name);
    return values ? str_trim(values->at[0].text) : (Str){0};
}

Str linked_name(const LinkedThing *thing, const char *name)
{
    const LinkedProperty *values = linked_values(thing, name);
    return values ? values->at[0].name : (Str){0};
}

const LinkedThing *linked_follow(const Linked *linked, const LinkedThing *thing, const char *name)
{
    return linked_find(linked, linked_name(thing, name));
}
