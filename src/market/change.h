/* Changing an order by hand or by program: who may, and what a scale says. */
#pragma once
#include "market/handlers.h"

typedef struct LineSeen {
    OrderSeen order;
    SellerOrder part;
    OrderLine line;
    bool seller; /* sells this part */
} LineSeen;

/* The line and its order for whoever may see the order; order.missing for others. */
Err *line_look(Req *r, Str order, Id line, LineSeen *out);
/* The same for its seller, the packers of its pickup place, and whoever the seller allowed so: "weigh_my_lines", "edit_my_lines". */
Err *line_staff(Req *r, Str order, Id line, const char *permission, LineSeen *out);
/* A scale's own EAN-13: 2, six digits of its own, five of weight in grams, check digit. */
bool scale_label_read(Str text, int64_t *grams);
/* A typed weight in the priced unit, or a scale's label; in priced steps. */
bool weight_read(Str typed, Str priced_unit, int64_t priced_scale, int64_t *steps);

Str order_path(Req *r, const OrderGroup *group); /* the order's page, for whoever looks */
const char *refund_word(Str state);             /* for people, marked for translation */

/* api_change.c */
extern const Shape weigh_json_shape, weighed_json_shape, amend_json_shape, short_json_shape, return_json_shape, refund_json_shape,
    refund_act_json_shape;
Err *weigh_line_json(Req *r);
Err *amend_order_json(Req *r);
Err *short_line_json(Req *r);
Err *return_goods_json(Req *r);
Err *list_refunds_json(Req *r);
Err *act_on_refund_json(Req *r);
Err *confirm_order_json(Req *r);
Err *miss_order_json(Req *r);

/* local_unit.c */
Err *local_units_start(Store *store, Arena *arena);
/* The price for one local unit; false when it says nothing of goods priced so. */
bool local_price(const LocalUnit *local, Money price, Str priced_unit, Money *out);
Err *local_prices(Req *r, const CardList *cards, VariantViewList *variants);
Err *list_units_json(Req *r);
extern const Shape local_unit_json_shape;

/* weigh_pages.c */
Err *show_weigh(Req *r);
Err *weigh_line(Req *r);
extern const Shape weigh_query_shape, weigh_form;

/* change_pages.c */
Err *show_amend(Req *r);
Err *amend_order(Req *r);
Err *show_short(Req *r);
Err *short_line(Req *r);
Err *confirm_part(Req *r);
Err *list_missed(Req *r);
Err *settle_missed(Req *r);
extern const Shape amend_form, missed_form;

/* refund_pages.c */
Err *show_return(Req *r);
Err *ask_return(Req *r);
Err *list_refunds(Req *r);
Err *settle_refund(Req *r);
extern const Shape refund_form;
