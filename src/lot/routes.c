/* The routes of the lots and what this room offers to the house. */
#include "lot/handlers.h"

static Err *lot_today(Req *r, Today *today)
{
    int64_t past = 0;
    for (size_t i = 0; i < r->grants.len; i++) {
        LotCount count = {0};
        if (r->grants.at[i].roles & ROLE_SELLER)
            TRY(lots_past(&r->db, r->grants.at[i].org, time_date(r->now, r->village.zone), &count));
        past += count.total;
    }
    if (past) {
        TextArg n = {"n", say_int(r->arena, r->lang, past)};
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, "{n} harvest is past its date", "{n} harvests are past their date", past), &n, 1), "/lots", "clock", 40});
    }
    return NULL;
}

static Err *start(Store *store, Arena *arena)
{
    static const LotTeller teller = {.of_order = lots_of_order_read, .first = lots_first_read};
    (void)store, (void)arena;
    lots_set(&teller);
    return NULL;
}

static const ErrText errors[] = {
    {"lot.missing", N_("There is no such harvest.")},
    {"lot.range", N_("So much of this harvest is not there.")},
    {"lot.recalled", N_("This harvest is called back already.")},
    {"lot.place_missing", N_("There is no such place.")},
    {0},
};

static const Place places[] = {
    {.path = "/lots", .label = N_("Harvests"), .icon = "sprout", .order = 33, .roles = KEEPERS},
    {0},
};

static const Route routes[] = {
    GET("/lots", list_lots, HAS_ROLE, "Harvests and batches: what is left of each.", .roles = KEEPERS, .query = &lot_query),
    GET("/lots/{id}", show_lot, HAS_ROLE, "One harvest: where it lies, what happened to it, who got of it.", .roles = PACKERS),
    GET("/lots/{id}/print", print_lot, HAS_ROLE, "Who got of it, for paper.", .roles = PACKERS),
    POST("/lots/{id}/spoil", spoil_lot, HAS_ROLE, "Some of it is spoilt.", .roles = PACKERS, .takes = &lot_spoil_form),
    POST("/lots/{id}/recall", recall_lot, HAS_ROLE, "Calls it back: whoever got of it is told.", .roles = PACKERS, .takes = &lot_recall_form),
    GET("/stores", list_stores, HAS_ROLE, "Where goods lie.", .roles = KEEPERS, .query = &lot_query),
    POST("/stores", add_store, HAS_ROLE, "One more place for goods.", .roles = KEEPERS, .takes = &store_form),
    POST("/stores/{id}/name", rename_store, HAS_ROLE, "Another name for it.", .roles = KEEPERS, .takes = &store_form),
    GET("/stores/{stock}/carry", show_carry, HAS_ROLE, "Carrying goods to another place.", .roles = KEEPERS),
    POST("/stores/{stock}/carry", carry_goods, HAS_ROLE, "Carries them.", .roles = KEEPERS, .takes = &carry_form),
};
const Module lot_module = MODULE("lot", routes, .errors = errors, .places = places, .hears = lot_hears, .checks = lot_checks, .furnish = lots_furnish,
                                 .start = start, .today = lot_today, .demo = lot_demo);
