/* What this room's pages show. */
#pragma once
#include "fee/inside.h"
#include "web/web.h"

typedef struct FeeForm {
    Str kind, label, payer, base, rate, tax;
    Id receiver, seller;
} FeeForm;
extern const Shape fee_form;

typedef struct DiscountForm {
    Str label, code, tag, base, rate, tiers, to;
    Money min_goods, budget;
    int64_t uses_max, person_max;
    Id seller;
} DiscountForm;
extern const Shape discount_form;

typedef struct FeeRowView {
    Id id;
    Str what, who, seller, payer, rate;
    bool ended;
} FeeRowView;

typedef struct DiscountView {
    Id id;
    Str label, code, tag, rate, seller;
    bool has_budget;
    Money spent, budget;
    int64_t uses;
} DiscountView;

typedef struct OrgChoice {
    Id id;
    Str name;
    bool chosen;
} OrgChoice;
typedef struct OrgChoiceList {
    OrgChoice *at;
    size_t len;
} OrgChoiceList;

typedef struct FeesView {
    struct { FeeRowView *at; size_t len; } fees;
    struct { DiscountView *at; size_t len; } discounts;
    OrgChoiceList receivers, sellers;
    const FeeForm *fee;
    const DiscountForm *discount;
} FeesView;
