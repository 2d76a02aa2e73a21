/* The handlers of learning; the table in routes.c names them. */
#pragma once
#include "learn/inside.h"

/* api.c */
Err *list_channels_json(Req *r);
Err *list_items_json(Req *r);
Err *show_item_json(Req *r);
extern const Shape channels_query_shape, channel_json_shape, items_query_shape, item_brief_shape, item_json_shape;
