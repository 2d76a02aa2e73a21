/* Shape: one description of a struct, used by the form reader, the JSON reader and writer, and OpenAPI. */
#pragma once
#include <stddef.h>

#include "base/err.h"
#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

typedef enum FieldType {
    FIELD_STR,   /* Str */
    FIELD_INT,   /* int64_t */
    FIELD_REAL,  /* double */
    FIELD_BOOL,  /* bool */
    FIELD_ID,    /* Id; JSON string, 13 base-32 characters; 0 is written as null */
    FIELD_MONEY, /* Money; JSON {"minor":1250,"currency":"CNY"}; in a form "12.50" */
    FIELD_TIME,  /* Time; RFC 3339 */
    FIELD_DATE,  /* Date; "2026-11-21" */
    FIELD_STRS,  /* StrList; in a form the name repeated */
    FIELD_ONE,   /* a nested struct of .shape, in place */
    FIELD_LIST,  /* struct { T *at; size_t len; } of .shape */
} FieldType;

typedef struct Shape Shape;

typedef struct Field {
    const char *name;
    FieldType type;
    size_t offset;
    size_t has_offset;    /* of the bool has_x that says the value is there; 0: no such bool */
    bool required;        /* reading: absent or empty is "field.required" */
    int64_t min, max;     /* value for numbers and money, bytes for texts, length for lists; both 0: defaults below */
    const char *one_of;   /* texts: "draft|open|closed" */
    const char *const *one_of_labels; /* for people, in the order of one_of, marked N_(); NULL: the words themselves */
    const Shape *shape;   /* FIELD_ONE, FIELD_LIST */
    const char *label;    /* for people, marked N_(); also OpenAPI's description */
    const char *help;     /* a sentence under the field, marked N_(), or NULL */
    const char *input;    /* HTML hint: "password", "tel", "email", "number", "textarea", "hidden", "date"...; NULL by type */
    const char *complete; /* HTML autocomplete name, or NULL */
    bool digits;          /* texts that people take for numbers ("2010"): JSON may give a whole number */
} Field;

struct Shape {
    const char *name; /* as OpenAPI names it */
    const Field *fields;
    size_t len;
    size_t size; /* bytes of the struct */
};

enum { TEXT_BYTES_MAX = 2000, LIST_LEN_MAX = 1000 }; /* limits where a field names none */

/* FIELD(OfferForm, title, FIELD_STR, .required = true, .max = 120, .label = N_("Name")) */
#define FIELD(Type, member, kind, ...) {.name = #member, .type = (kind), .offset = offsetof(Type, member), __VA_ARGS__}
#define HAS(Type, member) .has_offset = offsetof(Type, has_##member)
#define SHAPE(Type, shape_name, table)                                                                                 \
    {.name = (shape_name), .fields = (table), .len = sizeof(table) / sizeof *(table), .size = sizeof(Type)}

/* Reads one text into the field (forms, query strings, CSV): trims, checks type, range, length, one_of, UTF-8.
   Errors are ERR_INVALID at the field: field.required, field.too_long, field.too_short, field.not_number, field.range,
   field.too_small (only min is named: max below min means no upper limit), field.not_money, field.not_date,
   field.not_time, field.not_id, field.not_choice, field.not_text, with args min, max, choices. A password is not
   trimmed; FIELD_STRS appends. An empty text leaves the field as it was. */
Err *field_read(Arena *arena, const Field *field, int money_places, Str text, void *into);
/* Range, length, one_of and UTF-8 of a value that is already there (JSON). */
Err *field_check(Arena *arena, const Field *field, const void *of);
const Field *shape_field(const Shape *shape, Str name); /* NULL when absent */
