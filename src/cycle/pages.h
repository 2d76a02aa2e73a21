/* What the pages of the cycles show. */
#pragma once
#include "cycle/forms.h"
#include "media/media.h"
#include "web/web.h"

typedef struct CycleSlotView {
    Id id;
    Str place;
    Time from, until;
    int64_t left, taken, capacity;
    bool full, few, past, can_drop;
} CycleSlotView;

typedef struct CycleSlotViewList {
    CycleSlotView *at;
    size_t len;
} CycleSlotViewList;

typedef struct CycleRow {
    Id id;
    Str name, hub, note;
    Date day;
    Str state;
    const char *badge;
    Time opens_at, closes_at;
    bool open, soon, over;
    int64_t orders;
    Money turnover;
} CycleRow;

typedef struct CycleRowList {
    CycleRow *at;
    size_t len;
} CycleRowList;

typedef struct CyclesView {
    CycleRowList open, soon;
    bool staff;
} CyclesView;

typedef struct CycleCardView {
    Id offer, product;
    Str title, pack, producer;
    Picture picture;
    Money price;
    Str unit;      /* of the price; empty: a piece */
    bool sold_out;
    Str add;       /* least amount, as the form sends it */
    Str back;
} CycleCardView;

typedef struct CycleCardViewList {
    CycleCardView *at;
    size_t len;
} CycleCardViewList;

typedef struct CycleView {
    CycleRow row;
    CycleSlotViewList slots;
    CycleCardViewList cards;
    bool everything;
    Str next;              /* page of goods; empty: no more */
    CycleRowList others;   /* when this one is not open: what is */
} CycleView;

/* ---- the hub's own ---- */

typedef struct CycleLink {
    Str href, label;
    bool chosen;
} CycleLink;

typedef struct CycleLinkList {
    CycleLink *at;
    size_t len;
} CycleLinkList;

typedef struct HubView {
    CycleLinkList hubs;    /* when this person works for several */
    Str org;
    CycleRowList current, past;
    struct { struct SeriesView *at; size_t len; } series;
} HubView;

typedef struct SeriesView {
    Id id;
    Str name, rule;
    bool running, has_next;
    Date next;
} SeriesView;

typedef struct CyclePlaceList {
    struct CyclePlaceView *at;
    size_t len;
} CyclePlaceList;

typedef struct CyclePlaceView {
    Id id;
    Str name;
    bool chosen;
} CyclePlaceView;

typedef struct HubNewView {
    Id org;
    CyclePlaceList places;
    bool has_last;
    const CycleForm *form;
} HubNewView;

typedef struct VerbView {
    const char *verb;
    Str label;
    bool main, danger;
} VerbView;

typedef struct VerbViewList {
    VerbView *at;
    size_t len;
} VerbViewList;

typedef struct SheetRow {
    Id id;
    Str producer, cycle, hub, state;
    const char *badge;
    Date day;
    Money total;
    Str note;
    bool has_due;
    Time due_at;
    int64_t version;
} SheetRow;

typedef struct SheetRowList {
    SheetRow *at;
    size_t len;
} SheetRowList;

typedef struct OfferChoiceView {
    Id id;
    Str title, seller;
    Money price;
    Str unit;
    bool chosen;
    Str expected;        /* what the forecast says for the week of handing over: "28 kg, between 22 and 40 kg"; empty: nothing */
} OfferChoiceView;

typedef struct OfferChoiceViewList {
    OfferChoiceView *at;
    size_t len;
} OfferChoiceViewList;

typedef struct LegView {
    Id org;
    Str producer, note, day, clock; /* day and clock as the form sends them */
    bool has_due;
    Time due_at;
} LegView;

typedef struct LegViewList {
    LegView *at;
    size_t len;
} LegViewList;

typedef struct HubCycleView {
    LegViewList legs;
    CycleRow row;
    VerbView main;
    bool has_main, editable, repeats, everything, only, closed;
    VerbViewList verbs;
    CycleSlotViewList slots;
    CyclePlaceList places;
    SheetRowList sheets;
    OfferChoiceViewList goods;
    int64_t goods_count;
    const CycleForm *form;
    const SlotForm *slot;
    const RepeatForm *repeat;
} HubCycleView;

typedef struct ComingRow {
    Id order;
    Str name, code, state;
    const char *badge;
    Money total;
    bool packed, collected, late;
} ComingRow;

typedef struct ComingRowList {
    ComingRow *at;
    size_t len;
} ComingRowList;

typedef struct ComingSlot {
    Str place;
    bool timed;
    Time from, until;
    ComingRowList rows;
    int64_t packed, collected;
} ComingSlot;

typedef struct ComingSlotList {
    ComingSlot *at;
    size_t len;
} ComingSlotList;

typedef struct DayGood {
    Str title, pack, producer;
    Quantity quantity;
    int64_t orders;
} DayGood;

typedef struct DayGoodList {
    DayGood *at;
    size_t len;
} DayGoodList;

typedef struct HubDayView {
    CycleRow row;
    SheetRowList arrives;
    DayGoodList pack;
    ComingSlotList coming;
    SheetRowList short_sheets;
    ComingRowList late;
    int64_t unanswered, orders, packed, collected;
    bool nothing_missing;
} HubDayView;

/* ---- producers ---- */

typedef struct SheetLineView {
    Str title, pack;
    Quantity quantity;
    int64_t orders;
    Money amount;
} SheetLineView;

typedef struct SheetLineViewList {
    SheetLineView *at;
    size_t len;
} SheetLineViewList;

typedef struct SheetView {
    SheetRow row;
    SheetLineViewList lines;
    Str bring, version;
    bool can_answer, mine;
    const SheetForm *form;
} SheetView;

typedef struct SupplyView {
    CycleLinkList orgs;
    Str org;
    SheetRowList sheets;
} SupplyView;

/* ---- partners ---- */

typedef struct PermissionRow {
    Id id;
    Str what, with;
    bool given;      /* by this organisation; else received */
    bool offered;    /* not answered yet */
    bool can_accept;
} PermissionRow;

typedef struct PermissionRowList {
    PermissionRow *at;
    size_t len;
} PermissionRowList;

typedef struct CertificateRow {
    Id id;
    Str scheme, number;
    Date from, until;
    bool valid, soon;
} CertificateRow;

typedef struct CertificateRowList {
    CertificateRow *at;
    size_t len;
} CertificateRowList;

typedef struct PartnersView {
    CycleLinkList orgs;
    Str org, name;
    PermissionRowList given, received;
    CyclePlaceList others;
    CertificateRowList certificates;
    const PermissionForm *form;
    const CertificateForm *certificate;
} PartnersView;

/* ---- promises: harvests to come, buying together, standing orders ---- */

typedef struct PromiseRow {
    Id id;
    Str title, seller, unit;
    Money price;
    Time until;
    Date day;
    Quantity low, likely, promised, least, left;
} PromiseRow;

typedef struct PromiseRowList {
    PromiseRow *at;
    size_t len;
} PromiseRowList;

typedef struct TierRow {
    Quantity from;
    Money price;
    bool reached;
} TierRow;

typedef struct TierRowList {
    TierRow *at;
    size_t len;
} TierRowList;

typedef struct PromisesView {
    PromiseRowList harvests, together;
    bool seller;
} PromisesView;

typedef struct ShareRow {
    Str number;     /* the id that is drawn */
    Time at;
    Quantity wanted, got;
    bool mine, shared;
} ShareRow;

typedef struct ShareRowList {
    ShareRow *at;
    size_t len;
} ShareRowList;

typedef struct PromiseView {
    PromiseRow row;
    Str rule, seed, seed_hash;
    bool open, shared, lottery, signed_in, joined, mine;
    Quantity wanted, sure, harvest;
    TierRowList tiers;
    ShareRowList shares;
    CyclePlaceList places;
    const AmountForm *form;
    bool hinted;
    Quantity hint_low, hint_likely, hint_high;
    Str hint_reason;
} PromiseView;

typedef struct ScoreView { /* of harvests that came: how far off the farmer was, and the forecast */
    int64_t harvests, farmer_percent, model_percent;
} ScoreView;

typedef struct PromiseNewView {
    OfferChoiceViewList goods;
    const ForecastForm *harvest;
    const GroupForm *together;
    Str org;
    bool hinted, no_hint;  /* the forecast was asked; it knows nothing */
    Str low, likely, high, reason;
    bool range, corrected; /* the farmer's own number is in it */
    Str day;
    ScoreView score;
} PromiseNewView;

typedef struct StandingRow {
    Id id;
    Str hub, place, lines, last;
    bool running;
} StandingRow;

typedef struct StandingRowList {
    StandingRow *at;
    size_t len;
} StandingRowList;

typedef struct StandingView {
    StandingRowList rows;
} StandingView;
