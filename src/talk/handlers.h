/* The handlers of the talk; the table in routes.c names them. */
#pragma once
#include "talk/inside.h"

/* api.c */
Err *list_comments_json(Req *r);
Err *write_comment_json(Req *r);
Err *take_back_json(Req *r);
Err *report_json(Req *r);
Err *hide_json(Req *r);
Err *approve_json(Req *r);
Err *appeal_json(Req *r);
Err *decide_json(Req *r);
Err *list_decisions_json(Req *r);
Err *list_rules_json(Req *r);
extern const Shape comments_query_shape, comment_json_shape, comment_ask_shape, report_ask_shape, hide_ask_shape, appeal_ask_shape,
    decide_ask_shape, decision_json_shape, log_query_shape, rule_json_shape;

/* act.c: one place for what pages and programs both do */
typedef struct CommentAsk {
    Id subject, parent;
    Str body, device;
    int64_t seq;
} CommentAsk;
Err *comment_send(Req *r, const CommentAsk *asked, Id *made);
Err *hide_send(Req *r, Id comment, Id rule, Str reason, Id *decision);
Err *approve_send(Req *r, Id comment);
Err *appeal_send(Req *r, Id decision, Str words);
Err *decide_send(Req *r, Id decision, bool reversed, Str reason);
Err *report_send(Req *r, Id comment, Id rule, Str words);
Err *take_back_send(Req *r, Id comment);

/* view.c */
Err *spot_readable(Req *r, Id subject, TalkSpot *out);

/* pages.c, queue.c */
Err *write_comment(Req *r);
Err *take_back_comment(Req *r);
Err *show_report(Req *r);
Err *file_report(Req *r);
Err *show_moderation(Req *r);
Err *show_queue(Req *r);
Err *approve_comment(Req *r);
Err *show_hide(Req *r);
Err *hide_comment(Req *r);
Err *show_notices(Req *r);
Err *file_appeal(Req *r);
Err *decide_appeal(Req *r);
Err *add_word(Req *r);
Err *drop_word(Req *r);
Err *talk_today(Req *r, Today *today);
Err *queue_today(Req *r, Today *today);
extern const Shape word_form;

typedef struct RuleAsk {
    Id rule;
    Str reason;
    bool reversed;
} RuleAsk;
typedef struct LogQuery {
    Id before;
    int64_t limit;
} LogQuery;
