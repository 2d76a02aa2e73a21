/* The market's routes and its Module record. */
#include "market/api.h"
#include "market/handlers.h"

static Err *start(Store *store, Arena *arena)
{
    return category_start(store, arena);
}

static Err *erase_person(Tx *tx, Id person, Time now)
{
    int64_t count;
    return order_contact_erase_person(tx, person, now, &count);
}

#define STAFF ROLE_PACKER | ROLE_CASHIER | ROLE_SELLER | ROLE_ADMIN
#define SELLERS ROLE_SELLER | ROLE_ADMIN

static const Place places[] = {
    {.path = "/market", .label = N_("Market"), .icon = "market", .order = 10, .main = true},
    {.path = "/market", .label = N_("Search the market"), .icon = "search", .order = 11},
    {.path = "/cart", .label = N_("Basket"), .icon = "basket", .order = 20},
    {.path = "/orders", .label = N_("My orders"), .icon = "receipt", .order = 21},
    {.path = "/producers", .label = N_("Our producers"), .icon = "people", .order = 22},
    {.path = "/goods", .label = N_("My goods"), .icon = "tag", .order = 30, .roles = SELLERS},
    {.path = "/sales", .label = N_("Orders to pack"), .icon = "box", .order = 31, .roles = SELLERS},
    {.path = "/handover", .label = N_("Hand over"), .icon = "hand-coins", .order = 32, .roles = STAFF},
    {.path = "/pickups", .label = N_("Pickup places"), .icon = "map", .order = 40, .roles = ROLE_ADMIN},
    {0},
};

static const Route routes[] = {
    GET("/market", show_market, ANYONE, "What is on sale, with search and shelves.", .query = &market_query_shape, .shared = true,
        .limit = LIMIT_SEARCH),
    GET("/market/{id}", show_product, ANYONE, "One product: photos, price, story, where to collect.", .shared = true),
    GET("/producers", list_producers, ANYONE, "Who grows and makes it.", .query = &producers_query_shape, .shared = true),
    GET("/producers/{id}", show_producer, ANYONE, "A producer's story and goods.", .query = &producers_query_shape, .shared = true),
    GET("/cart", show_cart, ANYONE, "The visitor's basket."),
    GET("/cart.json", show_basket_json, ANYONE, "How much lies in the basket, for the script.", .gives = &basket_json_shape),
    POST("/cart", add_to_cart, ANYONE, "Puts goods into the basket.", .takes = &add_form),
    POST("/cart/change", change_cart, ANYONE, "Changes the amount of a line.", .takes = &change_form),
    POST("/cart/remove", remove_from_cart, ANYONE, "Takes a line out.", .takes = &change_form),
    GET("/checkout", show_checkout, ANYONE, "Who, where, how much."),
    POST("/checkout", make_order, ANYONE, "Places the order; pressing twice makes one.", .takes = &checkout_form),
    GET("/o/{key}", show_order, ANYONE, "An order by the secret link of its buyer."),
    POST("/o/{key}/cancel", cancel_order, ANYONE, "Cancels it."),
    POST("/o/{key}/restore", restore_order, ANYONE, "Takes the cancelling back."),
    POST("/o/{key}/again", repeat_order, ANYONE, "Puts the same into the basket."),
    POST("/o/{key}/forget", forget_guest, ANYONE, "Erases a guest's name and phone."),
    GET("/orders", list_orders, SIGNED_IN, "A member's orders."),
    GET("/orders/{id}", show_order, SIGNED_IN, "One order of mine."),
    POST("/orders/{id}/cancel", cancel_order, SIGNED_IN, "Cancels it."),
    POST("/orders/{id}/restore", restore_order, SIGNED_IN, "Takes the cancelling back."),
    POST("/orders/{id}/again", repeat_order, SIGNED_IN, "Puts the same into the basket."),
    GET("/goods", list_goods, HAS_ROLE, "My goods: stock and price at a glance.", .roles = SELLERS, .query = &org_query_shape),
    GET("/goods/new", show_new_good, HAS_ROLE, "Adding goods.", .roles = SELLERS, .query = &org_query_shape),
    POST("/goods/new", make_good, HAS_ROLE, "Puts new goods on sale, with a photo.", .roles = SELLERS, .takes = &good_form, .upload = true),
    GET("/goods/story", show_story, HAS_ROLE, "What a producer says about itself.", .roles = SELLERS, .query = &org_query_shape),
    POST("/goods/story", change_story, HAS_ROLE, "Changes it.", .roles = SELLERS, .takes = &story_form, .upload = true),
    GET("/goods/{id}", show_good, HAS_ROLE, "One product of mine.", .roles = SELLERS),
    POST("/goods/{id}", change_good, HAS_ROLE, "Changes its words, shelf and season.", .roles = SELLERS, .takes = &good_edit_form),
    POST("/goods/{id}/state", change_good_state, HAS_ROLE, "Takes it off the market, or puts it back.", .roles = SELLERS, .takes = &show_form),
    POST("/goods/{id}/photos", add_photo, HAS_ROLE, "Adds a photo.", .roles = SELLERS, .upload = true),
    POST("/goods/{id}/photos/{position}/remove", remove_photo, HAS_ROLE, "Takes a photo away.", .roles = SELLERS),
    POST("/goods/offers/{id}", quick_change, HAS_ROLE, "Sets stock and price.", .roles = SELLERS, .takes = &quick_form),
    POST("/goods/offers/{id}/show", show_or_pause, HAS_ROLE, "Puts it on sale, or pauses it.", .roles = SELLERS, .takes = &show_form),
    GET("/sales", list_sales, HAS_ROLE, "What to pack today.", .roles = SELLERS, .query = &org_query_shape),
    GET("/sales/sheet", show_sheet, HAS_ROLE, "The packing list, for paper.", .roles = SELLERS, .query = &sheet_query_shape),
    POST("/sales/{order}/{part}/pack", pack_part, HAS_ROLE, "It is packed.", .roles = STAFF),
    POST("/sales/{order}/{part}/unpack", unpack_part, HAS_ROLE, "It is not packed after all.", .roles = STAFF),
    POST("/sales/{order}/{part}/cancel", cancel_part, HAS_ROLE, "The seller cannot deliver.", .roles = STAFF),
    GET("/handover", show_handover, HAS_ROLE, "Scan or type the buyer's code.", .roles = STAFF, .camera = true),
    POST("/handover", find_order, HAS_ROLE, "Finds the order of a code.", .roles = STAFF, .takes = &handover_form),
    POST("/handover/photo", find_order_by_photo, HAS_ROLE, "Finds the order of a photographed QR code.", .roles = STAFF, .upload = true),
    GET("/handover/{id}", show_hand, HAS_ROLE, "What to hand over and the cash due.", .roles = STAFF),
    POST("/handover/{id}/collect", hand_over, HAS_ROLE, "Handed over and paid.", .roles = STAFF),
    POST("/handover/{id}/undo", undo_hand_over, HAS_ROLE, "Takes it back within 15 minutes.", .roles = STAFF),
    GET("/pickups", list_pickups, HAS_ROLE, "The pickup places.", .roles = ROLE_ADMIN),
    GET("/pickups/new", show_new_pickup, HAS_ROLE, "Adding a pickup place.", .roles = ROLE_ADMIN),
    POST("/pickups/new", make_pickup, HAS_ROLE, "Adds it.", .roles = ROLE_ADMIN, .takes = &pickup_form),
    GET("/pickups/{id}", show_pickup, HAS_ROLE, "One pickup place.", .roles = ROLE_ADMIN),
    POST("/pickups/{id}", change_pickup, HAS_ROLE, "Changes it.", .roles = ROLE_ADMIN, .takes = &pickup_form),
    GET("/api/v1/offers", list_offers_json, ANYONE, "What is on sale: in stock first, newest first.",
        .query = &offer_query_shape, .gives = &offer_json_shape, .gives_list = true, .limit = LIMIT_SEARCH, .shared = true),
    POST("/api/v1/offers", make_offer_json, SIGNED_IN, "Lists new goods.", .takes = &new_offer_shape,
         .gives = &offer_json_shape, .status = 201, .scope = "offers"),
    GET("/api/v1/offers/{id}", show_offer_json, ANYONE, "One offer.", .gives = &offer_json_shape, .shared = true),
    PATCH("/api/v1/offers/{id}", change_offer_json, SIGNED_IN, "Sets the counted stock, the price, or whether it is open.",
          .takes = &offer_patch_shape, .gives = &offer_json_shape, .scope = "offers"),
    GET("/api/v1/categories", list_categories_json, ANYONE, "The shelves.", .gives = &category_json_shape, .gives_list = true,
        .shared = true),
    GET("/api/v1/pickups", list_pickups_json, ANYONE, "Where orders can be collected.", .gives = &pickup_json_shape,
        .gives_list = true, .shared = true),
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
                                    .places = places,
                                    .start = start, .today = market_today, .erase_person = erase_person);
