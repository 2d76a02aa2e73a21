/* What the pages of prices and tags show. */
#pragma once
#include "price/queries.h"
#include "web/web.h"

typedef struct PriceForm {
    Str from, tag;
    Money price;
} PriceForm;
extern const Shape special_form;

typedef struct TaxForm {
    Str tax;
} TaxForm;
extern const Shape tax_form;

typedef struct TagForm {
    Id org;
    Str person, tag;
} TagForm;
extern const Shape tag_form;

typedef struct SpecialView {
    Id id;
    Str who, from;
    Money amount;
} SpecialView;
typedef struct WordList {
    Str *at;
    size_t len;
} WordList;

typedef struct PricesView {
    Id offer, product;
    Str title, pack, priced_unit, sold_unit;
    bool has_standard;
    Money standard;
    struct { SpecialView *at; size_t len; } specials;
    WordList tags;
    const PriceForm *form;
    const TaxForm *tax;
} PricesView;

typedef struct TaggedView {
    Id person;
    Str name;
} TaggedView;
typedef struct TagView {
    Str tag;
    Id org;
    struct { TaggedView *at; size_t len; } people;
} TagView;
typedef struct OrgView {
    Id id;
    Str name;
    bool chosen;
} OrgView;
typedef struct TagsView {
    struct { OrgView *at; size_t len; } orgs;
    struct { TagView *at; size_t len; } tags;
    Id org;
    const TagForm *form;
} TagsView;
