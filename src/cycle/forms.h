/* What people type into the forms of the cycles. */
#pragma once
#include "base/base.h"

typedef struct CycleForm {
    Str name, note, opens_time, closes_time, goods, times;
    Date day, opens_day, closes_day;
    int64_t grace_minutes, max_orders, places;
    Money max_turnover;
    bool close_full, only;
    Id org, pickup;
} CycleForm;
extern const Shape cycle_new_form, cycle_edit_form;

typedef struct SlotForm {
    Id pickup;
    Str times;
    int64_t places;
} SlotForm;
extern const Shape slot_form;

typedef struct LegForm { /* when a producer brings the goods */
    Id org;
    Date day;
    bool has_day;
    Str time, note;
} LegForm;
extern const Shape leg_form;

typedef struct RepeatForm {
    Str how, rrule;
} RepeatForm;
extern const Shape repeat_form;

typedef struct VerbForm {
    Str verb;
} VerbForm;
extern const Shape verb_form;

typedef struct GoodsForm {
    StrList offers;
    Str act;
} GoodsForm;
extern const Shape goods_form;

typedef struct SheetForm {
    Str answer, note;
    int64_t version;
} SheetForm;
extern const Shape sheet_form;

typedef struct PermissionForm {
    Id org, to;
    Str permission;
} PermissionForm;
extern const Shape permission_form;

typedef struct CertificateForm {
    Id org;
    Str scheme, number;
    Date valid_from, valid_until;
} CertificateForm;
extern const Shape certificate_form;

typedef struct CycleOrgQuery {
    Id org;
} CycleOrgQuery;
extern const Shape cycle_org_query;

typedef struct AmountForm {
    Str amount;
    Id pickup;
} AmountForm;
extern const Shape amount_form, harvest_form;

typedef struct ForecastForm {
    Id offer;
    Str low, likely, high, rule, closes_time;
    Date day, closes_day;
} ForecastForm;
extern const Shape forecast_form;

typedef struct HintQuery { /* what the forecast says of these goods around that day */
    Id offer;
    Date day;
    bool has_day;
} HintQuery;
extern const Shape hint_query;

typedef struct GroupForm {
    Id offer;
    Str from1, from2, from3, closes_time;
    Money price1, price2, price3;
    Date closes_day;
} GroupForm;
extern const Shape group_form;

typedef struct StandingForm {
    Id order;
    Str verb;
} StandingForm;
extern const Shape standing_form;

/* "8:30", "8", "20:00" as a minute of the day; false when it is none. */
bool minute_read(Str text, int64_t *minute);

typedef struct MinuteSpan {
    int64_t from, to;
} MinuteSpan;
enum { SPANS_MAX = 24 };
/* "9-10, 10:30–11:30" in minutes of the day, each ending after it begins; false when it cannot be read or holds none. */
bool spans_read(Str text, MinuteSpan out[SPANS_MAX], size_t *len);
