/* What programs send and get: the shapes of /api/v1 of the market. Fields are only ever added. */
#pragma once
#include "market/inside.h"
#include "market/rights.h"
#include "market/shelf.h"
#include "web/web.h"

typedef struct OfferJson {
    Id id;
    Str title, pack;
    Money price;              /* for one whole priced_unit */
    Str unit;
    int64_t scale, step, min_steps, available_steps;
    Str priced_unit;
    Money unit_price;         /* for one kilogram or litre */
    bool has_unit_price;
    Str unit_price_unit;
    Id product, seller;
    Str seller_name;
    Str state;
} OfferJson;
extern const Shape offer_json_shape;

extern const Shape offer_query_shape, new_offer_shape, offer_patch_shape, order_ask_shape, order_json_shape, order_brief_shape,
    pickup_json_shape, category_json_shape, after_query_shape;

Err *list_offers_json(Req *r);
Err *show_offer_json(Req *r);
Err *make_offer_json(Req *r);
Err *change_offer_json(Req *r);
Err *list_categories_json(Req *r);
Err *list_pickups_json(Req *r);
Err *list_orders_json(Req *r);
Err *make_order_json(Req *r);
Err *show_order_json(Req *r);
Err *order_reply(Req *r, int status, const OrderSeen *seen);
Err *cancel_order_json(Req *r);
Err *collect_order_json(Req *r);
Err *pack_order_json(Req *r);
