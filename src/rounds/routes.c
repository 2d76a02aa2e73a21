/* Delivery rounds: the Module record. */
#include "rounds/handlers.h"

static const ErrText errors[] = {
    {"round.missing", N_("This round, stop or vehicle does not exist, or is not yours.")},
    {"round.day", N_("Choose today or a day in the next two months.")},
    {"round.no_vehicle", N_("No vehicle can drive: add one under Vehicles, and say under Gates where it starts.")},
    {"round.too_many", N_("More than 1,000 loads on one day: plan pickup places on different days.")},
    {"round.changed", N_("Somebody changed this plan meanwhile. Look at it again, then repeat what you did.")},
    {"round.locked", N_("The drivers have these rounds already. Open the plan again before you change it.")},
    {"round.open", N_("The dispatcher is changing this round. Wait until it is locked again.")},
    {"round.driver", N_("Choose somebody who has the role of a driver.")},
    {"round.clock", N_("Write a time like 5:30; the second one must be later than the first.")},
    {"round.place", N_("Write latitude and longitude with a comma between: 28.4512, 119.4821")},
    {"round.begun", N_("Drivers have reported stops of these rounds already. Plan the rest again instead of opening them.")},
    {"round.not_locked", N_("These rounds are not locked yet: change them, then lock them.")},
    {"round.nothing_drives", N_("Choose at least one vehicle that drives on this day.")},
    {"round.no_way_on", N_("{name} has goods on board that it cannot bring on: its room or the ways to the pickup place have changed. Put that right, or have its driver report what became of them.")},
    {"round.aboard", N_("{name} is not in use but has goods on board. Put it back into use, or have its driver report what became of them.")},
    {"round.photo", N_("This is no photo, or it is larger than 300 KB.")},
    {"round.drawing", N_("The drawn signature came damaged. Draw it again.")},
    {"roads.format", N_("This is no OpenStreetMap file, or it is damaged. Fetch the .osm.pbf of your region again.")},
    {"roads.size", N_("Too much at once: a road network has at most 20 million points, a table 5,000 on a side. Cut the file to your region.")},
    {"roads.empty", N_("There is no road in this file.")},
    {"roads.cancelled", N_("Stopped before it was finished. Nothing was changed.")},
    {"roads.version", N_("The road network was made by another version. Run millet import roads again.")},
    {"roads.damaged", N_("The road network is damaged. Run millet import roads again.")},
    {"roads.no_way", N_("No road leads from one place to the other.")},
    {"roads.point", N_("Write a point as longitude and latitude with a comma between: 119.4821,28.4512")},
    {"route.file", N_("This file does not follow its format.")},
    {"route.json", N_("This is no problem in VROOM's JSON.")},
    {"route.size", N_("The problem is larger than can be planned at once: 4,000 stops, 5,000 places, 2,000 vehicles.")},
    {"route.place", N_("A stop or vehicle names a place that the tables do not have.")},
    {"route.window", N_("A time window ends before it begins, or overlaps the one before it.")},
    {"route.pair", N_("The two stops of a shipment must name each other.")},
    {"route.amount", N_("An amount is negative or too large.")},
    {"route.edge", N_("A time or distance in the tables is negative or too large.")},
    {"route.vehicle", N_("A vehicle's numbers cannot be right, or there is none.")},
    {"route.planned", N_("The given order of stops breaks a rule.")},
    {"route.baseline", N_("The simple methods to compare with know no shipments, breaks or reloads.")},
    {"round.unsound", N_("The plan broke a rule and was not kept. Please report this to whoever runs your server.")},
    {0},
};

enum { GUEST_DAYS = 90 };

typedef struct Before {
    Time at;
} Before;

static Err *forget_guests(Tx *tx, void *arg)
{
    const Before *before = arg;
    int64_t count;
    return round_door_forget_guests(tx, before->at, &count);
}

static Err *rounds_forget(JobContext *context)
{
    Before before = {{context->now.ms - (int64_t)GUEST_DAYS * DAY_MS}};
    return db_write(context->store, context->arena, forget_guests, &before);
}

static const Job jobs[] = {
    {.name = "rounds.improve", .every_ms = 2 * SECOND_MS, .run = rounds_improve, .about = N_("Looks for better rounds while the dispatcher looks at the first ones.")},
    {.name = "rounds.forget", .daily_minute = 3 * 60 + 40, .run = rounds_forget, .about = N_("Forgets where doors of guests are, when their addresses are forgotten.")},
    {0},
};

static const Place places[] = {
    {.path = "/rounds", .label = N_("Rounds"), .icon = "route", .order = 46, .roles = PLANNERS},
    {.path = "/drive", .label = N_("My rounds"), .icon = "truck", .order = 47, .roles = ROLE_DRIVER},
    {0},
};

static Err *forget(Tx *tx, Id person, Time now)
{
    int64_t count;
    (void)now;
    TRY(round_report_forget(tx, person, &count));
    TRY(round_driver_forget(tx, person, &count));
    TRY(day_vehicle_forget(tx, person, &count));
    TRY(round_door_forget(tx, person, &count));
    return vehicle_driver_forget(tx, person, &count);
}

static const Route routes[] = {
    GET("/rounds", list_rounds, HAS_ROLE, "Days with rounds.", .roles = PLANNERS),
    POST("/rounds", make_rounds, HAS_ROLE, "Plans a day's rounds from its open orders.", .roles = PLANNERS, .takes = &round_day_form),
    GET("/rounds/gates", list_gates, HAS_ROLE, "Where each organisation's goods are fetched.", .roles = PLANNERS),
    POST("/rounds/gates", set_gate, HAS_ROLE, "Sets one of them.", .roles = PLANNERS, .takes = &round_gate_form),
    GET("/rounds/needs", list_needs, HAS_ROLE, "What goods of each category need on the road.", .roles = PLANNERS),
    POST("/rounds/needs", set_need, HAS_ROLE, "Sets one of them.", .roles = PLANNERS, .takes = &round_need_form),
    GET("/rounds/{id}", show_rounds, HAS_ROLE, "A day's rounds on map and list.", .roles = PLANNERS, .query = &rounds_plan_query),
    POST("/rounds/{id}/again", rounds_again, HAS_ROLE, "Plans anew from the orders as they are now.", .roles = PLANNERS),
    GET("/rounds/{id}/choose", show_choose, HAS_ROLE, "Which loads go along, which vehicles drive, who drives them.", .roles = PLANNERS),
    POST("/rounds/{id}/choose", choose_rounds, HAS_ROLE, "Plans with what was chosen.", .roles = PLANNERS),
    POST("/rounds/{id}/door", set_door, HAS_ROLE, "Where the door is that an order is brought to.", .roles = PLANNERS, .takes = &round_door_form),
    POST("/rounds/{id}/discard", discard_rounds, HAS_ROLE, "Gives a day's orders free again.", .roles = PLANNERS),
    POST("/rounds/{id}/move", move_consignment, HAS_ROLE, "Puts goods on another round.", .roles = PLANNERS, .takes = &round_move_form),
    POST("/rounds/{id}/lock", lock_rounds, HAS_ROLE, "Tells the drivers.", .roles = PLANNERS),
    POST("/rounds/{id}/open", open_rounds, HAS_ROLE, "Takes it back for changes.", .roles = PLANNERS),
    POST("/rounds/{id}/rest", rounds_rest_again, HAS_ROLE, "Plans what is left again, from where every vehicle is.", .roles = PLANNERS),
    POST("/rounds/{id}/driver", set_round_driver, HAS_ROLE, "Who drives a round.", .roles = PLANNERS, .takes = &round_driver_form),
    GET("/rounds/{id}/sheet", show_round_sheet, HAS_ROLE, "Round sheets to print.", .roles = PLANNERS),
    GET("/api/v1/rounds/{id}", show_rounds_json, HAS_ROLE, "The numbers of a day's rounds.", .roles = PLANNERS, .gives = &rounds_plan_json),
    GET("/api/v1/rounds/{id}/cost", show_move_cost, HAS_ROLE, "What it would cost to move goods to another vehicle.", .roles = PLANNERS, .query = &rounds_cost_query, .gives = &rounds_cost_json),
    GET("/vehicles", list_vehicles, HAS_ROLE, "What drives the rounds.", .roles = PLANNERS),
    GET("/vehicles/new", show_new_vehicle, HAS_ROLE, "The form for a new one.", .roles = PLANNERS),
    POST("/vehicles/new", make_vehicle, HAS_ROLE, "Adds one.", .roles = PLANNERS, .takes = &vehicle_form),
    GET("/vehicles/{id}", show_vehicle, HAS_ROLE, "One vehicle.", .roles = PLANNERS),
    POST("/vehicles/{id}", change_vehicle, HAS_ROLE, "Changes it.", .roles = PLANNERS, .takes = &vehicle_form),
    GET("/drive", list_drives, HAS_ROLE, "The rounds I drive.", .roles = ROLE_DRIVER | PLANNERS),
    GET("/drive/{id}", show_drive, HAS_ROLE, "One round, stop by stop.", .roles = ROLE_DRIVER | PLANNERS),
    POST("/drive/report", post_round_form, HAS_ROLE, "What happened at a stop, by form.", .roles = ROLE_DRIVER | PLANNERS, .takes = &round_report_form, .upload = true),
    POST("/api/v1/round-reports", post_round_report, HAS_ROLE, "The same from a phone's queue: each device and number counts once.",
         .roles = ROLE_DRIVER | PLANNERS, .takes = &round_report_form, .gives = &round_report_answer, .max_body = 500 * 1024),
};
const Module rounds_module = MODULE("rounds", routes, .errors = errors, .jobs = jobs, .checks = rounds_checks, .places = places,
                                    .erase_person = forget, .order_notes = rounds_order_notes, .today = rounds_today, .demo = rounds_demo);
