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
/* The channel of /editor/channels/{channel}, when this person may write in it. */
Err *channel_mine(Req *r, Channel *out);

/* feed_pages.c */
Err *show_feed(Req *r);
Err *change_feed(Req *r);

/* course_pages.c, coach_pages.c, course_edit_pages.c, points_pages.c */
Err *show_courses(Req *r);
Err *show_course(Req *r);
Err *tick_step(Req *r);
Err *tick_step_json(Req *r);
Err *join_group(Req *r);
Err *show_task(Req *r);
Err *send_task(Req *r);
Err *send_task_json(Req *r);
Err *show_certificate(Req *r);
Err *check_certificate(Req *r);
Err *show_coach(Req *r);
Err *judge_task(Req *r);
Err *open_group(Req *r);
Err *show_group(Req *r);
Err *change_group(Req *r);
bool coaches(const Req *r, Id org);
Err *learn_today(Req *r, Today *today);
Err *show_new_course(Req *r);
Err *make_course(Req *r);
Err *show_edit_course(Req *r);
Err *add_lesson(Req *r);
Err *add_step(Req *r);
Err *remove_step(Req *r);
Err *act_on_course(Req *r);
Err *change_need(Req *r);
Err *show_points(Req *r);
Err *change_points(Req *r);
Err *export_points(Req *r);
Err *list_kept(Req *r);
Err *show_kept(Req *r);
extern const Shape kept_json_shape;
