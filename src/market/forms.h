/* What people type into the market's forms. */
#pragma once
#include "base/base.h"

typedef struct AddForm { /* into the basket */
    Id offer;
    Str amount, back, unit; /* unit: another measure than the goods' own, as people write it */
} AddForm;
extern const Shape add_form;

typedef struct ChangeForm {
    Id offer;
    Str amount, to; /* to: the value of a − or + button, which wins */
} ChangeForm;
extern const Shape change_form;

typedef struct CheckoutForm {
    Str name, phone, email, note, key, payment, coupon, missing, address, use;
    Id pickup;
    bool plain; /* no times were offered: pickup names a place */
    int64_t seen;
} CheckoutForm;
extern const Shape checkout_form, checkout_member_form;

typedef struct GoodForm {
    Str title, title_other, story, story_other, category, sold, pack, pack_other, amount, content, nominal;
    Money price;
    int64_t keeps_days;
    StrList season;
    Id org;
} GoodForm;
extern const Shape good_form;

typedef struct GoodEditForm {
    Str title, title_other, story, story_other, category;
    int64_t keeps_days;
    StrList season;
} GoodEditForm;
extern const Shape good_edit_form;

typedef struct QuickForm {
    Str amount;
    Money price;
} QuickForm;
extern const Shape quick_form;

typedef struct StateForm {
    Str state;
} StateForm;
extern const Shape show_form;

typedef struct StoryForm {
    Str name, name_other, place, place_other, story, story_other;
    Id org;
} StoryForm;
extern const Shape story_form;

typedef struct HandoverForm {
    Str code;
} HandoverForm;
extern const Shape handover_form;

typedef struct PickupForm {
    Str name, name_other, address, address_other, instructions, instructions_other;
    Str hours1, hours2, hours3, hours4, hours5, hours6, hours7, position;
    bool closed, some, delivers;
    StrList sellers;
    Money charge, per_kg, free_from, min_goods;
} PickupForm;
extern const Shape pickup_form;

/* The seller has too little of a line. */
typedef struct ShortForm {
    Str amount, reason, other_amount;
    Id other;
    bool lost;
} ShortForm;
extern const Shape short_form;

/* The buyer asks for money back. */
typedef struct ReturnForm {
    Id line;
    Str amount, cause, reason;
} ReturnForm;
extern const Shape return_form;
extern const char *const cause_labels[];

typedef struct StockForm { /* what came in, spoiled or was counted */
    Str kind, amount, field, grade, code, note;
    Date harvested_on, best_before;
    bool has_harvested_on, has_best_before;
} StockForm;
extern const Shape stock_form;

typedef struct VariantForm { /* one more way a product is sold */
    Str sold, pack, pack_other, amount, content, nominal;
    Money price;
} VariantForm;
extern const Shape variant_form;
