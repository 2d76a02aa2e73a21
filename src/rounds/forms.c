/* The shapes of the forms of rounds/. */
#include "rounds/forms.h"

#include "core/core.h"

enum { LOADS_BYTES = 3000 }; /* ids of the loads of one stop */

static const Field day_fields[] = {FIELD(DayForm, day, FIELD_DATE, .required = true, .label = N_("Day"))};
const Shape round_day_form = SHAPE(DayForm, "RoundsDay", day_fields);

const char *const vehicle_kinds[] = {N_("Van or car"), N_("Small truck"), N_("Tractor"), N_("Cargo bike"), N_("On foot")};
static const Field vehicle_fields[] = {
    FIELD(VehicleForm, name, FIELD_STR, .required = true, .max = 80, .label = N_("Name"), .help = N_("As you call it: the white van")),
    FIELD(VehicleForm, profile, FIELD_STR, .required = true, .one_of = "van|truck|tractor|bike|foot", .one_of_labels = vehicle_kinds,
          .input = "select", .label = N_("Kind")),
    FIELD(VehicleForm, kilograms, FIELD_INT, .required = true, .min = 1, .max = 40000, .label = N_("Carries, kg")),
    FIELD(VehicleForm, crates, FIELD_INT, .required = true, .min = 1, .max = 5000, .label = N_("Holds, crates"),
          .help = N_("A crate is about 15 kg of vegetables.")),
    FIELD(VehicleForm, cold_crates, FIELD_INT, .max = 5000, .label = N_("Of these in cold boxes"), .help = N_("0: it keeps nothing cold.")),
    FIELD(VehicleForm, from, FIELD_STR, .required = true, .max = 5, .label = N_("Leaves at the earliest"), .help = N_("Like 5:30")),
    FIELD(VehicleForm, to, FIELD_STR, .required = true, .max = 5, .label = N_("Back at the latest")),
    FIELD(VehicleForm, co2_grams, FIELD_INT, .max = 5000, .label = N_("CO₂, grams a kilometre"), .help = N_("A van about 200, a truck 600, a bike 0.")),
    FIELD(VehicleForm, driver, FIELD_ID),
    FIELD(VehicleForm, org, FIELD_ID),
    FIELD(VehicleForm, animals, FIELD_BOOL, .label = N_("May carry live animals")),
    FIELD(VehicleForm, narrow, FIELD_BOOL, .label = N_("Gets through narrow lanes")),
    FIELD(VehicleForm, resting, FIELD_BOOL, .label = N_("Not in use now")),
};
const Shape vehicle_form = SHAPE(VehicleForm, "Vehicle", vehicle_fields);

static const Field gate_fields[] = {
    FIELD(GateForm, org, FIELD_ID, .required = true),
    FIELD(GateForm, at, FIELD_STR, .required = true, .max = 60, .label = N_("Latitude, longitude")),
    FIELD(GateForm, narrow, FIELD_BOOL, .label = N_("Only small vehicles get there")),
};
const Shape round_gate_form = SHAPE(GateForm, "Gate", gate_fields);

static const char *const need_labels[] = {N_("Nothing special"), N_("A cold box"), N_("Room for live animals")};
static const Field need_fields[] = {
    FIELD(NeedForm, category, FIELD_ID, .required = true),
    FIELD(NeedForm, need, FIELD_STR, .required = true, .one_of = "none|cold|animals", .one_of_labels = need_labels, .input = "select", .label = N_("Needs")),
};
const Shape round_need_form = SHAPE(NeedForm, "RoundNeed", need_fields);

static const Field cost_query[] = {FIELD(CostQuery, what, FIELD_STR, .required = true, .max = LOADS_BYTES, .label = N_("Ids of loads, with commas between")), FIELD(CostQuery, vehicle, FIELD_ID)};
const Shape rounds_cost_query = SHAPE(CostQuery, "CostQuery", cost_query);
static const Field cost_fields[] = {
    FIELD(CostAnswer, fits, FIELD_BOOL), FIELD(CostAnswer, text, FIELD_STR, .label = N_("What it costs, in words")), FIELD(CostAnswer, why, FIELD_STR, .label = N_("Why it does not fit")),
    FIELD(CostAnswer, metres, FIELD_INT), FIELD(CostAnswer, seconds, FIELD_INT),
};
const Shape rounds_cost_json = SHAPE(CostAnswer, "MoveCost", cost_fields);

static const Field door_fields[] = {FIELD(DoorForm, order, FIELD_ID, .required = true),
                                    FIELD(DoorForm, at, FIELD_STR, .required = true, .max = 60, .label = N_("Latitude, longitude"))};
const Shape round_door_form = SHAPE(DoorForm, "Door", door_fields);

static const Field move_fields[] = {FIELD(MoveForm, consignment, FIELD_STR, .required = true, .max = LOADS_BYTES, .label = N_("Ids of loads, with commas between")), FIELD(MoveForm, vehicle, FIELD_ID)};
const Shape round_move_form = SHAPE(MoveForm, "MoveGoods", move_fields);

static const Field driver_fields[] = {FIELD(DriverForm, round, FIELD_ID, .required = true), FIELD(DriverForm, driver, FIELD_ID)};
const Shape round_driver_form = SHAPE(DriverForm, "RoundDriver", driver_fields);

static const Field report_fields[] = {
    FIELD(ReportForm, stop, FIELD_ID, .required = true, .label = N_("Which stop")),
    FIELD(ReportForm, verb, FIELD_STR, .required = true, .one_of = "arrived|done|failed|undo", .label = N_("What happened there")),
    FIELD(ReportForm, note, FIELD_STR, .max = 500, .label = N_("Note")),
    FIELD(ReportForm, signature, FIELD_STR, .max = 80, .label = N_("Taken over by")),
    FIELD(ReportForm, drawn, FIELD_STR, .max = 12000, .label = N_("Signature as drawn: strokes of points, x,y x,y;x,y")),
    FIELD(ReportForm, photo, FIELD_STR, .max = 420000, .label = N_("Photo in base64, at most 300 KB")),
    FIELD(ReportForm, device, FIELD_STR, .required = true, .min = 8, .max = 40, .label = N_("The phone's own random name")),
    FIELD(ReportForm, seq, FIELD_INT, .required = true, .min = 1, .max = 1000000000, .label = N_("Number of this report on that phone")),
    FIELD(ReportForm, said_at, FIELD_TIME, HAS(ReportForm, said_at), .label = N_("When, by the phone's clock")),
};
const Shape round_report_form = SHAPE(ReportForm, "RoundReport", report_fields);

static const Field answer_fields[] = {FIELD(ReportAnswer, stop, FIELD_ID), FIELD(ReportAnswer, state, FIELD_STR)};
const Shape round_report_answer = SHAPE(ReportAnswer, "RoundStopState", answer_fields);

static const Field query_fields[] = {FIELD(PlanQuery, was, FIELD_INT, .max = 1000000000), FIELD(PlanQuery, what, FIELD_STR, .max = LOADS_BYTES),
                                     FIELD(PlanQuery, from, FIELD_ID)};
const Shape rounds_plan_query = SHAPE(PlanQuery, "PlanQuery", query_fields);
