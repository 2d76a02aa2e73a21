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
    int64_t cold;
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
    Str vehicle, driver, km, hours, load, co2;
    Time leaves_at, back_at;
    StopViewList stops;
    CargoViewList cargo;
    ChoiceList drivers;
    bool full; /* heavier or fuller than 90 % at once */
} RoundView;
typedef struct RoundViewList {
    RoundView *at;
    size_t len;
} RoundViewList;

typedef struct PlanView {
    Id id;
    Date day;
    bool locked, improving, straight, has_nearest, has_saving, moved, longer, empty, begun, late;
    int64_t late_min;
    Str km, hours, co2, nearest_km, nearest_hours, nearest_co2, saved_km, moved_km;
    Str km_each, hours_each, co2_each, nearest_km_each, nearest_hours_each, nearest_co2_each; /* for each order */
    int64_t saved, stops, orders;
    Id moved_what, moved_from;
    Html map;
    RoundViewList rounds;
    CargoViewList left;
    Str revision;
} PlanView;

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
