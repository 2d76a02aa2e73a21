/* The handlers of rounds/; the table in routes.c names them. */
#pragma once
#include "rounds/pages.h"

#define PLANNERS (ROLE_DISPATCHER | ROLE_ADMIN)

/* plan_pages.c */
Err *list_rounds(Req *r);
Err *make_rounds(Req *r);
Err *show_rounds(Req *r);
Err *rounds_again(Req *r);
Err *move_consignment(Req *r);
Err *lock_rounds(Req *r);
Err *open_rounds(Req *r);
Err *set_round_driver(Req *r);
Err *show_round_sheet(Req *r);
Err *show_rounds_json(Req *r);
Err *show_move_cost(Req *r);
Err *rounds_rest_again(Req *r);
extern const Shape rounds_plan_json;
Work *rounds_work_new(Req *r, const DayPlan *plan);
Err *rounds_plan_of(Req *r, DayPlan *plan);
Err *rounds_open_plan_of(Req *r, DayPlan *plan); /* round.locked when drivers have it */
Err *rounds_solve_and_store(Req *r, Work *work, bool fresh); /* round.changed when somebody was faster */

/* choose_pages.c */
Err *show_choose(Req *r);
Err *choose_rounds(Req *r);
Err *discard_rounds(Req *r);
Err *set_door(Req *r);
Err *rounds_today(Req *r, Today *today);

/* plan_view.c */
Err *rounds_plan_read(Req *r, const DayPlan *plan, bool map, PlanView *out);
Err *rounds_round_read(Req *r, const Round *row, int64_t number, RoundView *out, RoundStopList *stops);
Str say_hours(Req *r, int64_t seconds);
Str say_co2(Req *r, int64_t grams);
Str say_load(Req *r, int64_t grams, int64_t crates);
Str say_km(Req *r, int64_t metres);
CargoView rounds_cargo_view(Req *r, const Consignment *c);
Str rounds_vehicle_says(Req *r, const Vehicle *v); /* "Van, 800 kg, 40 crates" */
Err *rounds_gate_parse(Req *r, Str at, double *latitude, double *longitude); /* "28.4512, 119.4821"; round.place */
Str say_left_out(Req *r, const RouteLeftOut *left);
Err *roads_if_there(Arena *arena, Roads **out);

/* hand_view.c */
/* For the driver and the sheet: whom to call, whose orders, how much cash. */
Err *rounds_hands_read(Req *r, RoundView *out);
/* What comes on and off at each stop, and how the vehicle is loaded. */
void rounds_goods_fill(Req *r, const ConsignmentList *cargo, RoundView *out);

/* fleet_pages.c */
Err *list_vehicles(Req *r);
Err *show_new_vehicle(Req *r);
Err *make_vehicle(Req *r);
Err *show_vehicle(Req *r);
Err *change_vehicle(Req *r);
Err *list_gates(Req *r);
Err *set_gate(Req *r);
Err *list_needs(Req *r);
Err *set_need(Req *r);

/* arrive.c */
Err *rounds_order_notes(Req *r, Id order, OrderNotes *notes);

/* drive_pages.c */
Err *list_drives(Req *r);
Err *show_drive(Req *r);
Err *post_round_form(Req *r);
Err *post_round_report(Req *r);
