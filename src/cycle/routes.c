/* The cycles' routes and their Module record. */
#include "cycle/handlers.h"

static Err *start(Store *store, Arena *arena)
{
    (void)store;
    (void)arena;
    cycle_join_start();
    cycle_partners_start();
    return NULL;
}

#define SPEAKERS ROLE_SELLER | ROLE_ADMIN
#define WORKERS ROLE_SELLER | ROLE_ADMIN | ROLE_PACKER | ROLE_CASHIER

static const Place places[] = {
    {.path = "/cycles", .label = N_("Order cycles"), .icon = "calendar", .order = 23},
    {.path = "/promises", .label = N_("Harvests to come"), .icon = "sprout", .order = 24},
    {.path = "/hub", .label = N_("Run the cycles"), .icon = "calendar-check", .order = 33, .roles = WORKERS},
    {.path = "/supply", .label = N_("What I supply"), .icon = "clipboard", .order = 34, .roles = SPEAKERS},
    {.path = "/partners", .label = N_("Partners"), .icon = "link", .order = 41, .roles = SPEAKERS, .kind = PLACE_VILLAGE},
    {0},
};

static const Route routes[] = {
    GET("/cycles", list_cycles, ANYONE, "Order cycles that are open, and those that open soon.", .shared = true),
    GET("/cycles/{id}", show_cycle, ANYONE, "One cycle: when it closes, when it is collected, what it sells.", .query = &cycle_after_query,
        .shared = true),
    GET("/hub", show_hub, HAS_ROLE, "A hub's cycles.", .roles = WORKERS, .query = &cycle_org_query),
    GET("/hub/new", show_new_cycle, HAS_ROLE, "Planning a cycle.", .roles = SPEAKERS, .query = &cycle_org_query),
    POST("/hub/new", make_cycle, HAS_ROLE, "Makes its draft.", .roles = SPEAKERS, .takes = &cycle_new_form),
    GET("/hub/{id}", show_hub_cycle, HAS_ROLE, "One cycle of mine: plan, times, goods, sheets, next step.", .roles = SPEAKERS),
    POST("/hub/{id}", change_cycle, HAS_ROLE, "Changes its plan.", .roles = SPEAKERS, .takes = &cycle_edit_form),
    POST("/hub/{id}/act", act_on_cycle, HAS_ROLE, "Opens it, closes it, and so on.", .roles = SPEAKERS, .takes = &verb_form),
    POST("/hub/{id}/legs", change_leg, HAS_ROLE, "When a producer brings the goods.", .roles = SPEAKERS, .takes = &leg_form),
    POST("/hub/{id}/slots", add_slots, HAS_ROLE, "Adds times of collecting.", .roles = SPEAKERS, .takes = &slot_form),
    POST("/hub/{id}/slots/{slot}/remove", drop_slot, HAS_ROLE, "Takes away a time nobody has chosen.", .roles = SPEAKERS),
    POST("/hub/{id}/goods", change_goods, HAS_ROLE, "Adds goods or takes them out.", .roles = SPEAKERS, .takes = &goods_form),
    POST("/hub/{id}/repeat", repeat_cycle, HAS_ROLE, "Makes it repeat by a rule.", .roles = SPEAKERS, .takes = &repeat_form),
    POST("/hub/series/{id}/stop", stop_series, HAS_ROLE, "Stops a series, or lets it go on.", .roles = SPEAKERS),
    GET("/hub/{id}/day", show_day, HAS_ROLE, "The hub's day: what arrives, what to pack, who is coming, what is missing.", .roles = WORKERS),
    GET("/supply", show_supply, HAS_ROLE, "A producer's sheets.", .roles = SPEAKERS, .query = &cycle_org_query),
    GET("/supply/{id}", show_sheet_page, HAS_ROLE, "What to bring for one cycle; opening it says it was seen.", .roles = WORKERS),
    POST("/supply/{id}", answer_sheet, HAS_ROLE, "Confirms it, or says what is missing.", .roles = SPEAKERS, .takes = &sheet_form),
    GET("/supply/{id}/print", print_sheet, HAS_ROLE, "The sheet for paper.", .roles = WORKERS),
    GET("/supply/{id}/csv", send_sheet_csv, HAS_ROLE, "The sheet as a file.", .roles = WORKERS, .limit = LIMIT_EXPORT),
    GET("/partners", show_partners, HAS_ROLE, "Permissions between organisations, and certificates.", .roles = SPEAKERS,
        .query = &cycle_org_query),
    POST("/partners", offer_permission, HAS_ROLE, "Offers a permission.", .roles = SPEAKERS, .takes = &permission_form),
    POST("/partners/{id}/act", act_on_permission, HAS_ROLE, "Accepts, declines or ends one.", .roles = SPEAKERS, .takes = &verb_form),
    POST("/partners/certificates", add_certificate, HAS_ROLE, "Enters a certificate.", .roles = SPEAKERS, .takes = &certificate_form),
    POST("/partners/certificates/{id}/remove", withdraw_certificate, HAS_ROLE, "Takes one back.", .roles = SPEAKERS, .takes = &cycle_org_query),
    GET("/promises", list_promises, ANYONE, "Harvests that can be ordered before they are there, and buying together.", .shared = true),
    GET("/promises/new", show_new_promise, HAS_ROLE, "Announcing a harvest or a group buy; with offer and day: what the forecast says.", .roles = SPEAKERS, .query = &hint_query),
    POST("/promises/harvests", make_harvest, HAS_ROLE, "Announces a harvest.", .roles = SPEAKERS, .takes = &forecast_form),
    POST("/promises/together", make_together, HAS_ROLE, "Begins a group buy.", .roles = SPEAKERS, .takes = &group_form),
    GET("/promises/{id}", show_harvest, ANYONE, "One harvest to come: how much, by which rule, who gets what."),
    POST("/promises/{id}", preorder_harvest, SIGNED_IN, "Pre-orders.", .takes = &amount_form),
    POST("/promises/{id}/leave", leave_harvest, SIGNED_IN, "Takes the pre-order back."),
    POST("/promises/{id}/share", share_harvest, HAS_ROLE, "Shares the real harvest out.", .roles = SPEAKERS, .takes = &harvest_form),
    GET("/together/{id}", show_together, ANYONE, "One group buy: its prices and how far it is."),
    POST("/together/{id}", join_together, SIGNED_IN, "Takes part.", .takes = &amount_form),
    POST("/together/{id}/leave", leave_together, SIGNED_IN, "Takes part no more."),
    GET("/standing", list_standing, SIGNED_IN, "My standing orders."),
    POST("/standing", make_standing, SIGNED_IN, "Wants an order's goods in every cycle.", .takes = &standing_form),
    POST("/standing/{id}", act_on_standing, SIGNED_IN, "Pauses it, lets it go on, or ends it.", .takes = &standing_form),
    GET("/api/v1/cycles", list_cycles_json, ANYONE, "Cycles that are open or open soon; the first to close first.",
        .gives = &cycle_json_shape, .gives_list = true, .shared = true),
    GET("/api/v1/cycles/{id}", show_cycle_json, ANYONE, "One cycle.", .gives = &cycle_json_shape),
    GET("/api/v1/cycles/{id}/slots", list_slots_json, ANYONE, "Its times of collecting and the places left.", .gives = &slot_json_shape,
        .gives_list = true),
    GET("/api/v1/cycles/{id}/offers", list_cycle_offers_json, ANYONE, "What it sells, 100 at a time, in its order.",
        .query = &cycle_after_query, .gives = &cycle_offer_json_shape, .gives_list = true),
    POST("/api/v1/cycles/{id}/checkouts", enter_cycle_json, ANYONE, "Enters the checkout: an order with this pass may still end within the grace.",
         .gives = &pass_json_shape, .status = 201, .scope = "orders", .limit = LIMIT_POSTING),
};
const Module cycle_module = MODULE("cycle", routes, .errors = cycle_errors, .jobs = cycle_jobs, .checks = cycle_checks,
                                   .hears = cycle_hears, .places = places, .start = start, .today = cycle_today,
                                   .erase_person = cycle_erase_person, .demo = cycle_demo);
