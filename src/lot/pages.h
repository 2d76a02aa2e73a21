/* What the pages of the lots show. */
#pragma once
#include "lot/inside.h"

typedef struct LotLink {
    Str href, label;
    bool here;
} LotLink;
typedef struct LotLinkList {
    LotLink *at;
    size_t len;
} LotLinkList;

typedef struct LotRow {
    Id id;
    Str title, pack, name; /* name: "Harvested 18 Nov, upper field" */
    Quantity left, received;
    bool has_best_before, past, soon, recalled, gone;
    Date best_before;
} LotRow;
typedef struct LotRowList {
    LotRow *at;
    size_t len;
} LotRowList;
typedef struct LotsView {
    LotLinkList orgs;
    LotRowList rows;
    Str next, good; /* good: the title when only one good's are shown */
    bool one;
    Id offer;
} LotsView;

typedef struct LotPlaceView {
    Id stock;
    Str name;
    Quantity left;
} LotPlaceView;
typedef struct LotPlaceViewList {
    LotPlaceView *at;
    size_t len;
} LotPlaceViewList;
typedef struct LotMoveView {
    Str what, where, change;
    Time at;
} LotMoveView;
typedef struct LotMoveViewList {
    LotMoveView *at;
    size_t len;
} LotMoveViewList;
typedef struct LotOrderView {
    Id order;
    Str code, name, phone, pickup, state;
    Quantity quantity;
    Time placed_at;
    bool collected;
} LotOrderView;
typedef struct LotOrderViewList {
    LotOrderView *at;
    size_t len;
} LotOrderViewList;

typedef struct LotSpoilForm {
    Id stock;
    Str amount, note;
} LotSpoilForm;
extern const Shape lot_spoil_form;
typedef struct LotRecallForm {
    Str reason;
} LotRecallForm;
extern const Shape lot_recall_form;

typedef struct LotView {
    LotRow row;
    Id product;
    Str code, field, grade;
    bool has_harvested_on;
    Date harvested_on;
    Quantity packed; /* for orders, handed over or not */
    LotPlaceViewList places;
    LotMoveViewList moves;
    LotOrderViewList orders;
    bool has_recalled_at;
    Time recalled_at;
    Str reason;
    int64_t uncollected; /* parts that wait for their buyer */
    const LotSpoilForm *spoil;
    const LotRecallForm *recall;
    Date day;
} LotView;

typedef struct StoreGood {
    Id stock;
    Str title, pack;
    Quantity on_hand, reserved;
    bool sold_here;
} StoreGood;
typedef struct StoreGoodList {
    StoreGood *at;
    size_t len;
} StoreGoodList;
typedef struct StoreView {
    Id id;
    Str name;
    StoreGoodList goods;
} StoreView;
typedef struct StoreViewList {
    StoreView *at;
    size_t len;
} StoreViewList;
typedef struct TransferView {
    Str title, way, note; /* way: "Barn → Cold room" */
    Quantity quantity;
    Time at;
} TransferView;
typedef struct TransferViewList {
    TransferView *at;
    size_t len;
} TransferViewList;
typedef struct StoreForm {
    Id org;
    Str name;
} StoreForm;
extern const Shape store_form;
typedef struct StoresView {
    LotLinkList orgs;
    Id org;
    StoreViewList stores;
    TransferViewList transfers;
    const StoreForm *form;
    bool many; /* places: there is somewhere to carry goods to */
} StoresView;

typedef struct CarryForm {
    Str amount, note;
    Id place, lot;
} CarryForm;
extern const Shape carry_form;
typedef struct CarryChoice {
    Id id;
    Str label;
    bool chosen;
} CarryChoice;
typedef struct CarryChoiceList {
    CarryChoice *at;
    size_t len;
} CarryChoiceList;
typedef struct CarryView {
    Id stock;
    Str title, pack, from, path;
    Quantity free;
    CarryChoiceList places, lots;
    const CarryForm *form;
} CarryView;
