/* JSON-LD as far as catalogues need it: documents become one graph of things with expanded names. No context is fetched: those of
   the Data Food Consortium are known, one that stands in the file is obeyed, any other is named in `unknown`. */
#pragma once
#include "base/base.h"

enum { LINKED_THINGS_MAX = 200000, LINKED_DEPTH_MAX = 32 };

typedef struct LinkedValue {
    Str text; /* a text or number as it stands, or the id of a thing */
    Str name; /* the same as an expanded name: "dfc-m:Kilogram", whatever prefix or full address the file used */
    Str lang; /* or empty */
} LinkedValue;

typedef struct LinkedProperty {
    Str name;
    LinkedValue *at;
    size_t len, room;
} LinkedProperty;

typedef struct LinkedThing {
    Str id;      /* "_:..." when the file gives it none */
    size_t line; /* where it stands in the file */
    LinkedProperty *properties; /* "@type" is one of them */
    size_t len, room;
} LinkedThing;

typedef struct Linked {
    Arena *arena;
    LinkedThing **at; /* in the order of the file; what stands in several places is one */
    size_t len, room;
    StrList unknown;  /* contexts that were not known */
    LinkedThing **slots; /* by id */
    size_t slots_len;
} Linked;

/* Codes: linked.json (args line, why), linked.deep, linked.too_many. */
Err *linked_read(Arena *arena, Str text, Linked *out);
const LinkedThing *linked_find(const Linked *linked, Str id); /* NULL when the file does not hold it */
bool linked_is(const LinkedThing *thing, const char *type);   /* "dfc-b:Offer" */
/* All values of a property; NULL when it has none. thing may be NULL. */
const LinkedProperty *linked_values(const LinkedThing *thing, const char *name);
Str linked_text(const LinkedThing *thing, const char *name); /* of its first value; empty when absent */
Str linked_name(const LinkedThing *thing, const char *name); /* the first value's expanded name */
/* The thing a property's first value names; NULL when it names none that stands in the file. */
const LinkedThing *linked_follow(const Linked *linked, const LinkedThing *thing, const char *name);
