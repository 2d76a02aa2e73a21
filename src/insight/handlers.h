/* Handlers of insight's routes. */
#pragma once
#include "insight/pages.h"

enum { HUB = ROLE_ADMIN | ROLE_PACKER | ROLE_DISPATCHER, OUTLOOKERS = ROLE_SELLER | HUB };

Err *list_outlook(Req *r);
Err *show_outlook(Req *r);
Err *correct_outlook(Req *r);
Err *list_outlook_json(Req *r);
Err *show_farms(Req *r);
Err *show_for_you(Req *r);
Err *switch_for_you(Req *r);
Err *forget_for_you(Req *r);
Err *take_for_you(Req *r);
/* Who may look at an offer's outlook: those who sell for its organisation, and staff of the co-operative. */
bool outlook_may(const Req *r, Id org);
bool outlook_hub(const Req *r);
extern const ErrText insight_errors[];
