/* What insight's pages show. */
#pragma once
#include "insight/forms.h"
#include "insight/inside.h"
#include "media/media.h"

typedef struct ShopLink {
    Str href, label;
    bool here;
} ShopLink;

typedef struct ShopLinkList {
    ShopLink *at;
    size_t len;
} ShopLinkList;

typedef struct OutlookRow {
    Id offer;
    Str title, pack, farm, reason;
    Str rest, next, range, have, make; /* amounts with their unit; range and make may be empty */
    Str next_local, make_local;        /* the same in the measure of the place; may be empty */
    bool corrected, first_of_farm, sells; /* sells: something is expected next week */
    double urgency;
} OutlookRow;

typedef struct OutlookRowList {
    OutlookRow *at;
    size_t len;
} OutlookRowList;

typedef struct OutlookView {
    ShopLinkList shops;
    Str shop;
    bool hub;          /* all farms: what to order instead of what to pick */
    OutlookRowList rows;
    Str wanted;        /* "Cucumbers 0.5 kg, ..."; empty: there is enough of everything */
    Str sentence;      /* how far to trust it */
    Str parameters;
    Date from, until;  /* the orders it was learned from */
    Time fitted_at;
    bool fitted;
    Date next_from, next_until;
} OutlookView;

typedef struct FarmRow { /* how a farm is seen in suggestions */
    Id org;
    Str name, before, after, lift; /* "12 %"; lift empty: none is needed */
    int64_t goods;
    int64_t bar, bar_before;       /* of 200 */
    bool below;                    /* less than the floor all the same */
} FarmRow;

typedef struct FarmRowList {
    FarmRow *at;
    size_t len;
} FarmRowList;

typedef struct FarmsView {
    FarmRowList rows;
    Str gini_before, gini_after; /* "0.23" */
    Str floor, equal;            /* shares in percent */
    int64_t shown, farms;        /* farms that somebody is shown; farms with goods */
    int64_t floor_x;             /* of 200: where the floor stands in each bar */
    Str sentence, parameters;
    Date from, until;            /* the orders it was learned from */
    bool fitted;
    Time fitted_at;
} FarmsView;

typedef struct ChartLabel {
    int64_t x, y;
    Str text;
} ChartLabel;

typedef struct ChartLabelList {
    ChartLabel *at;
    size_t len;
} ChartLabelList;

typedef struct ChartView {
    Str grid, past, ahead, band, now; /* paths; empty where there is nothing */
    ChartLabelList labels;            /* along the axes */
    ChartLabel mark;                  /* the next week's number, beside its dot */
    int64_t dot_x, dot_y;
    Str about;                        /* the same in a sentence */
} ChartView;

typedef struct WeekView {
    Id offer;
    Date week;
    Str span, likely, range, farmer, sold;
    Str typed, unit;   /* the number field and the unit behind it */
    Str path;          /* where the form goes */
    bool open, corrected;
    Str error;
    int64_t number;
} WeekView;

typedef struct WeekViewList {
    WeekView *at;
    size_t len;
} WeekViewList;

typedef struct OutlookGoodView {
    Str title, pack, farm, reason, next, next_local, range, have, make;
    Date next_from, next_until;
    ChartView chart;
    WeekViewList ahead, before;
    bool hub;
    Str kept;          /* how right both were */
    Str trust;         /* how far to trust this good's numbers */
    Str models, note, demand;
    int64_t weeks;
    Time fitted_at;
    Str product_path;
} OutlookGoodView;

typedef struct TipView { /* one suggestion */
    Id product;
    Str title, pack, producer, reason;
    Money price;
    Str unit;
    Picture picture;
    bool sold_out;
} TipView;

typedef struct TipViewList {
    TipView *at;
    size_t len;
} TipViewList;

typedef struct ForYouView {
    bool wanted, has_since;
    Time since;
    int64_t bought;
    TipViewList again, fresh, near;
    Str pickup;        /* where "near you" is; empty: the whole co-operative */
    Str sentence;      /* how far to trust it; empty when nothing was fitted */
} ForYouView;
