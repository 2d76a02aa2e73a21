/* The views of the templates in this folder. */
#pragma once
#include "web/web.h"

typedef struct CaseOffer {
    Id id;
    Str title;
    const char *unit;
    Money price;
    int state;
    StrList marks;
} CaseOffer;

typedef struct CaseOfferList {
    CaseOffer *at;
    size_t len;
} CaseOfferList;

enum { CASE_OPEN = 1, CASE_SOLD };

typedef struct CaseView {
    Id id;
    Str title, url, query, phone;
    int64_t count;
    bool open;
    Html body;
    Time at;
    Date day;
    Quantity left;
    CaseOfferList offers;
    const CaseOffer *best;
    CaseOffer first;
} CaseView;
