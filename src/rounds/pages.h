/* What the pages of rounds/ show. */
#pragma once
#include "rounds/forms.h"
#include "rounds/inside.h"
#include "identity/identity.h"
#include "media/media.h"
#include "web/web.h"

typedef struct PlanRow {
    Id id;
    Date day;
    bool locked;
    Str km;
    Str saved; /* "44 %"; empty: nothing to compare with */
} PlanRow;
typedef struct RoundsView {
    Str tomorrow; /* as a date field takes it */
    struct {
        PlanRow *at;
        size_t len;
    } plans;
    bool no_vehicles, no_gates;
} RoundsView;

typedef struct VehicleRow {
    Id id;
    Str name, driver, what; /* "Van · 800 kg · 40 crates" */
    bool active;
} VehicleRow;
typedef struct VehiclesView {
    struct {
        VehicleRow *at;
        size_t len;
    } vehicles;
} VehiclesView;
typedef struct Choice {
    Id id;
    Str name;
    bool chosen;
} Choice;
typedef struct ChoiceList {
    Choice *at;
    size_t len;
} ChoiceList;
typedef struct VehicleEditView {
    Str action, name;
    const VehicleForm *form;
    ChoiceList drivers, orgs;
    bool fresh;
} VehicleEditView;

typedef struct GateRow {
    Id org;
    Str name, place, at; /* "28.45120, 119.48210" or empty */
    bool narrow;
} GateRow;
typedef struct GatesView {
    struct {
        GateRow *at;
        size_t len;
    } gates;
    Str error;
    Id wrong;
} GatesView;

typedef struct NeedRow {
    Id category;
    Str name, shelf;
    bool cold, animals;
} NeedRow;
typedef struct NeedsView {
    struct {
        NeedRow *at;
        size_t len;
    } categories;
} NeedsView;

typedef struct GoodsLine { /* what is fetched or brought, by where it goes or comes from */
    Str who, load; /* "School", "3 crates, 42 kg" */
} GoodsLine;
typedef struct LoadRow { /* how the vehicle is loaded: what comes off last lies innermost */
    int64_t number, off;  /* 1: innermost; stop at which it comes off */
    Str what, load, from; /* "1, 3": stops at which it comes on */
} LoadRow;

typedef struct HandView { /* an order that comes off at a stop */
    Str code, name, phone, cash; /* cash: still to be paid; empty: nothing */
} HandView;

typedef struct StopView {
    Id id;
    int64_t number;
    bool fetch, next, arrived, done, failed;
    Str name, address, help, load; /* "3 crates · 42 kg" */
    Time arrives_at;
    int64_t orders;
    Str note, signature;
    Picture photo;
    Html drawn; /* the signature, as lines */
    bool door; /* brought to somebody's door */
    Str more;  /* "adds 3.1 km": the round is so much longer for it */
    Str due;   /* "there by 10:00, 48 min to spare"; empty: whenever */
    bool late; /* later than that */
    Str latitude, longitude;
    Str goods; /* ids of its loads, with commas between */
    struct {
        GoodsLine *at;
        size_t len;
    } lines;
    Str cold_load; /* "2 crates in the cold box"; empty: nothing of it is cold */
    Str device; /* a name for a report without script */
    Str phone, phone_of; /* whom to call; empty: nobody left a number */
    Str cash;   /* to collect there; empty: nothing */
    struct {
        HandView *at;
        size_t len;
    } hands;
} StopView;
typedef struct StopViewList {
    StopView *at;
    size_t len;
} StopViewList;

typedef struct CargoView {
    Id id;
    Str org, pickup, load, why;
    Str needs; /* "cold box: 2 crates"; empty: nothing */
    Str address;
    Id door;   /* the order brought to a door that nobody knows; 0: it is known or none */
    bool kept, at_hub, pinned;
    int64_t orders;
    ChoiceList vehicles; /* where else it could go */
} CargoView;
typedef struct CargoViewList {
    CargoView *at;
    size_t len;
} CargoViewList;

typedef struct RoundView {
    Id id, vehicle_id;
    int64_t number;
    Str vehicle, driver, km, hours, load, room, co2;
    Time leaves_at, back_at;
    StopViewList stops;
    CargoViewList cargo;
    ChoiceList drivers;
    struct {
        LoadRow *at;
        size_t len;
    } loading;
    bool full; /* heavier or fuller than 90 % at once */
} RoundView;
typedef struct RoundViewList {
    RoundView *at;
    size_t len;
} RoundViewList;

typedef struct NumberRow { /* one vehicle's day, or the whole of it */
    Str name, km, hours, co2, nearest_km, nearest_hours, nearest_co2;
} NumberRow;
typedef struct StrRows {
    Str *at;
    size_t len;
} StrRows;

typedef struct PlanView {
    Id id;
    Date day;
    bool locked, improving, straight, has_nearest, has_saving, moved, longer, empty, begun, late;
    Str km, hours, co2, nearest_km, nearest_hours, nearest_co2, saved_km, moved_km;
    Str km_each, hours_each, co2_each, nearest_km_each, nearest_hours_each, nearest_co2_each; /* for each order */
    int64_t saved, stops, orders;
    Str nearest_late, late_by; /* "13 h 47 min"; empty: in time */
    Str gained;    /* "2.3 km shorter than the first plan"; empty: nothing better was found */
    int64_t looked_s, look_s; /* seconds of search spent, of all there are */
    Str moved_what;
    Id moved_from;
    Html map;
    RoundViewList rounds;
    CargoViewList left, kept;
    struct {
        NumberRow *at;
        size_t len;
    } numbers;
    StrRows far; /* places far from any road */
    Str revision;
} PlanView;

typedef struct ChooseVehicle {
    Id id;
    Str name, what;
    bool drives;
    ChoiceList drivers;
} ChooseVehicle;
typedef struct ChooseView {
    Id id;
    Date day;
    struct {
        ChooseVehicle *at;
        size_t len;
    } vehicles;
    CargoViewList loads;
    Str hub;
} ChooseView;


typedef struct SheetView {
    PlanView plan;
    Str village;
} SheetView;

typedef struct DriveView {
    RoundViewList rounds;
} DriveView;
typedef struct DriveRoundView {
    RoundView round;
    StopView next;
    bool has_next, all_done;
    int64_t left;
    Html map;
    Id who;
} DriveRoundView;

/* ---- map.c ---- */
/* The day on a map of our own: roads from the road file, rounds as coloured lines, stops with their numbers. */
Html rounds_map(Arena *arena, const Roads *roads, const RoundList *rounds, const RoundStopList *stops, Str label);
