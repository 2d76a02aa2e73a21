/* What /style shows. */
#pragma once
#include "web/web.h"

typedef struct StyleGood {
    Str title, producer, unit;
    Money price;
    bool few;
} StyleGood;

typedef struct StyleGoodList {
    StyleGood *at;
    size_t len;
} StyleGoodList;

typedef struct StyleForm {
    Str title, kind, story, phone, secret;
    Money price;
    Date until;
    bool has_until;
    bool shown;
    StrList marks;
} StyleForm;

extern const Shape style_form;

typedef struct StyleView {
    Str ink, saved, day;
    StyleGoodList goods;
    StyleForm form;
} StyleView;
