/* The forms of rounds/. */
#pragma once
#include "base/base.h"

typedef struct DayForm {
    Date day;
} DayForm;
typedef struct VehicleForm {
    Str name, profile;
    int64_t kilograms, crates, cold_crates, co2_grams;
    Str from, to; /* "5:30" */
    Id driver, org;
    bool animals, narrow, resting;
} VehicleForm;
typedef struct GateForm {
    Id org;
    Str at;
    bool narrow;
} GateForm;
typedef struct NeedForm {
    Id category;
    Str need;
} NeedForm;
typedef struct CostQuery {
    Str what; /* ids of loads, with commas between */
    Id vehicle;
} CostQuery;
typedef struct CostAnswer {
    bool fits;
    Str text;      /* "3.2 km and 8 min more" */
    Str why;
    int64_t metres, seconds; /* more than now; less when negative */
} CostAnswer;
typedef struct DoorForm {
    Id order;
    Str at;
} DoorForm;
typedef struct MoveForm {
    Str consignment; /* ids of loads, with commas between */
    Id vehicle;      /* 0: whichever is best */
} MoveForm;
typedef struct DriverForm {
    Id round, driver;
} DriverForm;
typedef struct ReportForm {
    Id stop;
    Str verb, note, signature, device, drawn, photo;
    int64_t seq;
    Time said_at;
    bool has_said_at;
} ReportForm;
typedef struct ReportAnswer {
    Id stop;
    Str state;
} ReportAnswer;
typedef struct PlanQuery {
    int64_t was;      /* metres before something was moved; 0: nothing was */
    Str what;
    Id from;
} PlanQuery;
/* What people call each RoadsProfile, in its order; marked N_(). */
extern const char *const vehicle_kinds[];
extern const Shape round_day_form, vehicle_form, round_gate_form, round_need_form, rounds_cost_query, rounds_cost_json, round_move_form, round_driver_form, round_report_form, round_report_answer, rounds_plan_query, round_door_form;
