/* The handlers of the cycles' pages; the table in routes.c names them. */
#pragma once
#include "cycle/view.h"

/* buyer_pages.c */
Err *list_cycles(Req *r);
Err *show_cycle(Req *r);
extern const Shape cycle_after_query;

/* hub_pages.c */
Err *show_hub(Req *r);
Err *show_new_cycle(Req *r);
Err *make_cycle(Req *r);
Err *show_hub_cycle(Req *r);
Err *change_cycle(Req *r);
Err *act_on_cycle(Req *r);
Err *add_slots(Req *r);
Err *drop_slot(Req *r);
Err *change_goods(Req *r);
Err *repeat_cycle(Req *r);
Err *stop_series(Req *r);

/* hub_day.c */
Err *show_day(Req *r);

/* supply_pages.c */
Err *show_supply(Req *r);
Err *show_sheet_page(Req *r);
Err *print_sheet(Req *r);
Err *send_sheet_csv(Req *r);
Err *answer_sheet(Req *r);
Err *cycle_today(Req *r, Today *today);

/* partner_pages.c */
Err *show_partners(Req *r);
Err *offer_permission(Req *r);
Err *act_on_permission(Req *r);
Err *add_certificate(Req *r);
Err *withdraw_certificate(Req *r);

/* promise_pages.c */
Err *list_promises(Req *r);
Err *show_harvest(Req *r);
Err *preorder_harvest(Req *r);
Err *leave_harvest(Req *r);
Err *share_harvest(Req *r);
Err *show_together(Req *r);
Err *join_together(Req *r);
Err *leave_together(Req *r);

/* promise_new.c */
Err *show_new_promise(Req *r);
Err *make_harvest(Req *r);
Err *make_together(Req *r);

/* standing_pages.c */
Err *list_standing(Req *r);
Err *make_standing(Req *r);
Err *act_on_standing(Req *r);
Err *cycle_erase_person(Tx *tx, Id person, Time now);

/* api.c */
Err *list_cycles_json(Req *r);
Err *show_cycle_json(Req *r);
Err *list_slots_json(Req *r);
Err *list_cycle_offers_json(Req *r);
Err *enter_cycle_json(Req *r);
extern const Shape cycle_json_shape, slot_json_shape, cycle_offer_json_shape, pass_json_shape;

/* leg_pages.c */
Err *legs_view(Req *r, const Cycle *cycle, LegViewList *out);
Err *change_leg(Req *r);
