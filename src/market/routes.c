/* The market's routes and its Module record. */
#include "market/api.h"

static Err *start(Store *store, Arena *arena)
{
    return category_start(store, arena);
}

static Err *erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    return order_contact_erase_person(tx, person, now, &count);
}

static const Route routes[] = {
    GET("/api/v1/offers", list_offers_json, ANYONE, "What is on sale: in stock first, newest first.",
        .query = &offer_query_shape, .gives = &offer_json_shape, .gives_list = true, .limit = LIMIT_SEARCH),
    POST("/api/v1/offers", make_offer_json, SIGNED_IN, "Lists new goods.", .takes = &new_offer_shape,
         .gives = &offer_json_shape, .status = 201, .scope = "offers"),
    GET("/api/v1/offers/{id}", show_offer_json, ANYONE, "One offer.", .gives = &offer_json_shape),
    PATCH("/api/v1/offers/{id}", change_offer_json, SIGNED_IN, "Sets the counted stock, the price, or whether it is open.",
          .takes = &offer_patch_shape, .gives = &offer_json_shape, .scope = "offers"),
    GET("/api/v1/categories", list_categories_json, ANYONE, "The shelves.", .gives = &category_json_shape, .gives_list = true),
    GET("/api/v1/pickups", list_pickups_json, ANYONE, "Where orders can be collected.", .gives = &pickup_json_shape,
        .gives_list = true),
    POST("/api/v1/orders", make_order_json, ANYONE, "Orders goods; guests give a name and a phone. 409 stock.sold_out names the line.",
         .takes = &order_ask_shape, .gives = &order_json_shape, .status = 201, .scope = "orders", .idempotent = true),
    GET("/api/v1/orders", list_orders_json, SIGNED_IN, "What I ordered, newest first.", .query = &after_query_shape,
        .gives = &order_brief_shape, .gives_list = true),
    GET("/api/v1/orders/{id}", show_order_json, ANYONE, "One order, by its id or by the secret of its link.",
        .gives = &order_json_shape),
    POST("/api/v1/orders/{id}/cancel", cancel_order_json, ANYONE, "Cancels it and gives the goods back.",
         .gives = &order_json_shape, .scope = "orders"),
    POST("/api/v1/orders/{id}/pack", pack_order_json, SIGNED_IN, "Says that the goods are packed.", .gives = &order_json_shape,
         .scope = "orders"),
    POST("/api/v1/orders/{id}/collect", collect_order_json, SIGNED_IN, "Hands it over; the cash is paid.",
         .gives = &order_json_shape, .scope = "orders"),
};
const Module market_module = MODULE("market", routes, .errors = market_errors, .jobs = market_jobs, .checks = market_checks,
                                    .start = start, .erase_person = erase_person);
