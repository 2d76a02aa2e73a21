/* The talk's routes and its Module record. */
#include "talk/handlers.h"

static const Route routes[] = {
    GET("/api/v1/comments", list_comments_json, ANYONE, "Comments on a piece or question, answers below what they answer.",
        .query = &comments_query_shape, .gives = &comment_json_shape, .gives_list = true, .shared = true),
    POST("/api/v1/comments", write_comment_json, SIGNED_IN, "Writes a comment; the same device and seq again gives the first one back.",
         .takes = &comment_ask_shape, .gives = &comment_json_shape, .status = 201),
    DELETE("/api/v1/comments/{id}", take_back_json, SIGNED_IN, "Its author takes it back.", .status = 204),
    POST("/api/v1/comments/{id}/report", report_json, SIGNED_IN, "Tells the moderators that it breaks a rule.", .takes = &report_ask_shape,
         .status = 204),
    POST("/api/v1/comments/{id}/approve", approve_json, SIGNED_IN, "A moderator shows it.", .gives = &comment_json_shape),
    POST("/api/v1/comments/{id}/hide", hide_json, SIGNED_IN, "A moderator takes it away, with rule and reason.", .takes = &hide_ask_shape,
         .gives = &comment_json_shape),
    POST("/api/v1/decisions/{id}/appeal", appeal_json, SIGNED_IN, "Its author appeals, once.", .takes = &appeal_ask_shape, .status = 204),
    POST("/api/v1/decisions/{id}/decide", decide_json, SIGNED_IN, "Another moderator decides the appeal.", .takes = &decide_ask_shape,
         .status = 204),
    GET("/api/v1/decisions", list_decisions_json, ANYONE, "The public log of moderation.", .query = &log_query_shape,
        .gives = &decision_json_shape, .gives_list = true, .shared = true),
    GET("/api/v1/talk-rules", list_rules_json, ANYONE, "The rules of the talk.", .gives = &rule_json_shape, .gives_list = true,
        .shared = true),
};

const Module talk_module = MODULE("talk", routes, .errors = talk_errors, .checks = talk_checks, .start = talk_start,
                                  .erase_person = talk_erase_person, .export_person = talk_export_person);
