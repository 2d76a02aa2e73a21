/* The addresses of insight. */
#include "core/demo.h"
#include "insight/handlers.h"

static const Route routes[] = {
    GET("/outlook", list_outlook, HAS_ROLE, "What will sell: all goods of a shop, or of all farms.", .roles = OUTLOOKERS, .query = &outlook_query_shape),
    GET("/outlook/farms", show_farms, HAS_ROLE, "How often each farm is seen in suggestions, with its floor.", .roles = HUB),
    GET("/outlook/{offer}", show_outlook, HAS_ROLE, "One good: past weeks, the next ones, and who was right.", .roles = OUTLOOKERS),
    POST("/outlook/{offer}/{week}", correct_outlook, HAS_ROLE, "The farmer's own number for a week.", .roles = OUTLOOKERS, .takes = &correct_form_shape),
    GET("/api/v1/outlook/{offer}", list_outlook_json, HAS_ROLE, "The weeks of one offer: expected, corrected, sold.", .roles = OUTLOOKERS,
        .gives = &outlook_week_shape, .gives_list = true),
    GET("/for-you", show_for_you, SIGNED_IN, "Suggestions, each with its reason."),
    POST("/for-you/wanted", switch_for_you, SIGNED_IN, "Switches suggestions on or off.", .takes = &wanted_form_shape),
    POST("/for-you/forget", forget_for_you, SIGNED_IN, "Purchases until now are not used any more."),
    GET("/for-you/data", take_for_you, SIGNED_IN, "All that suggestions know of me, as a file.", .limit = LIMIT_EXPORT),
};

static const Place places[] = {
    {.path = "/for-you", .label = N_("For you"), .icon = "heart", .order = 19},
    {.path = "/outlook", .label = N_("What will sell"), .icon = "chart", .order = 33, .roles = OUTLOOKERS},
    {0},
};

const ErrText insight_errors[] = {
    {"insight.question", N_("The part that learns from sales was asked something it does not understand. It has been written down.")},
    {"insight.child", N_("The part that learns from sales did not answer. It is tried again tomorrow night.")},
    {"outlook.missing", N_("Nothing is known yet about how this sells. Numbers come the night after it was listed.")},
    {"outlook.week", N_("Numbers can be given for this week and the ones after it that are shown, not for others.")},
    {"outlook.amount", N_("Give an amount like 12 or 12.5, or leave it empty for Millet's own number.")},
    {0},
};

static Err *demo(Demo *demo_village)
{
    return insight_fit(demo_village->store, demo_village->arena, demo_village->now);
}

const Module insight_module = MODULE("insight", routes, .errors = insight_errors, .jobs = insight_jobs, .checks = insight_checks, .places = places,
                                     .beside = insight_beside, .along = insight_along, .today = insight_today, .demo = demo, .erase_person = insight_erase_person,
                                     .export_person = insight_export_person);
