/* What the pages of sellers and packers show; part of pages.h. */
#pragma once
#include "market/pages.h"

/* ---- sellers ---- */

typedef struct GoodView {
    Id offer, product;
    Str title, pack;
    Picture picture;
    Quantity on_hand, reserved;
    Str amount;          /* on hand, as typed */
    Str unit;
    Str price_plain;
    Str price_unit;      /* code */
    bool shown, sold_out;
    Str error;           /* what was wrong with the last edit of this row */
} GoodView;

typedef struct GoodViewList {
    GoodView *at;
    size_t len;
} GoodViewList;

typedef struct GoodsView {
    LinkViewList shops;   /* when this person sells for several */
    Str shop, org;
    GoodViewList goods;
    Str next;
    bool partner;      /* not its own shop: prices only */
} GoodsView;

typedef struct SaleView {
    Id part, order;
    Str code, buyer, phone, note, pickup;
    Time placed_at;
    Money total;
    bool packed, paid, confirmed;
    OrderLineViewList lines;
    Str address, missing; /* where to bring it; what the buyer wants when something is missing, in words */
} SaleView;

typedef struct SaleViewList {
    SaleView *at;
    size_t len;
} SaleViewList;

typedef struct NeedView {    /* how much of one thing all orders together want */
    Str title, pack;
    Quantity quantity;
    int64_t orders;
    Str first;           /* which harvest to take first; may be empty */
    Id lot;
} NeedView;

typedef struct NeedViewList {
    NeedView *at;
    size_t len;
} NeedViewList;

typedef struct SalesView {
    LinkViewList shops;
    Str shop, org;
    SaleViewList waiting, packed;
    NeedViewList needs;
    Date day;
    bool slip;               /* for a roll of 80 mm */
    Str paper_switch;
    Money sum;
    int64_t to_weigh, refunds; /* lines, open requests */
} SalesView;

typedef struct ComingView {
    Id order;
    Str name, code, pickup;
    Money total;
    bool packed;
} ComingView;

typedef struct ComingViewList {
    ComingView *at;
    size_t len;
} ComingViewList;

typedef struct HandoverView {
    ComingViewList coming;
    Str code, error;
    bool secure;             /* the page may use the camera */
} HandoverView;

typedef struct PickupRow {
    Id id;
    Str name, address;
    bool open;
} PickupRow;

typedef struct PickupRowList {
    PickupRow *at;
    size_t len;
} PickupRowList;

typedef struct PickupsView {
    PickupRowList pickups;
} PickupsView;

typedef struct MonthView {
    int64_t number;
    Str label;
    bool chosen;
} MonthView;

typedef struct MonthList {
    struct { MonthView *at; size_t len; } months;
} MonthList;

typedef struct GoodNewView {
    Id org;
    Str shop;            /* named when this person sells for several */
    LinkViewList shelves; /* href is the slug */
    MonthList months;
    const GoodForm *form;
} GoodNewView;

typedef struct PhotoEdit {
    Picture picture;
    int64_t position;
} PhotoEdit;

typedef struct PhotoEditList {
    PhotoEdit *at;
    size_t len;
} PhotoEditList;

typedef struct GoodEditView {
    Id product;
    Str title;
    bool live;
    PhotoEditList photos;
    LinkViewList shelves;
    MonthList months;
    const GoodEditForm *form;
    GoodViewList ways;   /* how it is sold */
    const VariantForm *variant;
    bool partner;      /* not its own goods: words and photos only */
} GoodEditView;

typedef struct StockMoveView {
    Str kind, change, more;
    bool promise;        /* nothing came or went, it was only promised or given back */
    Time at;
} StockMoveView;
typedef struct StockView {
    Id offer, product, org;
    Str title;
    Quantity on_hand, reserved, free;
    struct { StockMoveView *at; size_t len; } moves;
    const StockForm *form;
} StockView;

typedef struct StoryView {
    Id org;
    Picture picture;
    bool other;
    const StoryForm *form;
} StoryView;

typedef struct PickupEditView {
    ChoiceList sellers;
    Str action, name;
    bool other;
    const PickupForm *form;
} PickupEditView;
