/* The handlers of learning; the table in routes.c names them. */
#pragma once
#include "learn/inside.h"

/* api.c */
Err *list_channels_json(Req *r);
Err *list_items_json(Req *r);
Err *show_item_json(Req *r);
extern const Shape channels_query_shape, channel_json_shape, items_query_shape, item_brief_shape, item_json_shape;

/* read_pages.c, revision_pages.c, feed_out.c */
Err *show_learn(Req *r);
Err *show_channel(Req *r);
Err *subscribe(Req *r);
Err *leave_channel(Req *r);
Err *show_item(Req *r);
Err *tick_read(Req *r);
Err *tick_read_json(Req *r);
Err *show_revisions(Req *r);
Err *show_rss(Req *r);
Err *show_atom(Req *r);
/* The piece of /learn/{channel}/{item}, when this person may see it. */
Err *item_here(Req *r, Item *out, bool *edits);
extern const Shape read_form;

/* edit_pages.c */
Err *show_editor(Req *r);
Err *show_new_item(Req *r);
Err *make_item(Req *r);
Err *show_edit_item(Req *r);
Err *change_item(Req *r);
Err *act_on_item(Req *r);
Err *show_new_channel(Req *r);
Err *make_channel(Req *r);
Err *show_edit_channel(Req *r);
Err *change_channel(Req *r);
