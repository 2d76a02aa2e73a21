/* The handlers of the market's pages; the table in routes.c names them. */
#pragma once
#include "market/view.h"

/* shop.c */
Err *show_market(Req *r);
Err *show_product(Req *r);
Err *list_producers(Req *r);
Err *show_producer(Req *r);
extern const Shape market_query_shape, producers_query_shape;

/* money_goes.c */
Err *money_goes(Req *r, const Card *card, MoneyGoesView *out);

/* cart_pages.c */
Err *show_cart(Req *r);
Err *add_to_cart(Req *r);
Err *change_cart(Req *r);
Err *remove_from_cart(Req *r);
Err *show_basket_json(Req *r);
extern const Shape basket_json_shape;

/* checkout.c */
Err *show_checkout(Req *r);
Err *make_order(Req *r);

/* order_pages.c */
Err *show_order(Req *r);
Err *list_orders(Req *r);
Err *cancel_order(Req *r);
Err *restore_order(Req *r);
Err *repeat_order(Req *r);
Err *forget_guest(Req *r);

/* goods.c and good_pages.c */
Err *list_goods(Req *r);
Err *show_new_good(Req *r);
Err *make_good(Req *r);
Err *show_good(Req *r);
Err *change_good(Req *r);
Err *change_good_state(Req *r);
Err *add_photo(Req *r);
Err *remove_photo(Req *r);
Err *quick_change(Req *r);
Err *show_or_pause(Req *r);
Err *show_story(Req *r);
Err *change_story(Req *r);
typedef struct OrgQuery {
    Id org, after;
} OrgQuery;
extern const Shape org_query_shape;
/* The organisation asked for, or this person's first; with links to the others it sells for. permission: also those that allowed it so;
   NULL: none. */
Err *shop_choose(Req *r, Id asked, const char *path, const char *permission, Id *org, Str *name, LinkViewList *shops);
Str other_lang(const Req *r); /* forms offer the page's language and one other */

/* stock_pages.c */
Err *show_stock(Req *r);
Err *change_stock(Req *r);

/* good_pages.c */
Err *add_variant(Req *r);

/* sales.c */
Err *list_sales(Req *r);
Err *show_sheet(Req *r);
Err *pack_part(Req *r);
Err *unpack_part(Req *r);
Err *cancel_part(Req *r);
extern const Shape sheet_query_shape;
Err *market_today(Req *r, Today *today);

/* handover.c */
Err *show_handover(Req *r);
Err *find_order(Req *r);
Err *find_order_by_photo(Req *r);
Err *show_hand(Req *r);
Err *hand_over(Req *r);
Err *undo_hand_over(Req *r);

/* pickup_pages.c */
Err *list_pickups(Req *r);
Err *show_new_pickup(Req *r);
Err *make_pickup(Req *r);
Err *show_pickup(Req *r);
Err *change_pickup(Req *r);
/* "9:00-11:30, 16-18" of one weekday, added to out; false when it cannot be read or runs backwards. */
bool hours_read(Arena *arena, Str text, int64_t weekday, PickupHours *out, size_t *len, size_t max);
