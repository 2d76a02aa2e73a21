/* The talk's routes and its Module record. */
#include "talk/handlers.h"

#define MODERATORS ROLE_MODERATOR | ROLE_ADMIN

static const Place places[] = {
    {.path = "/talk", .label = N_("Moderation"), .icon = "shield", .order = 62, .roles = MODERATORS, .kind = PLACE_LEARNING},
    {0},
};

static const Route routes[] = {
    POST("/comments", write_comment, SIGNED_IN, "Writes a comment.", .takes = &comment_ask_shape),
    POST("/comments/{id}/delete", take_back_comment, SIGNED_IN, "Its author takes it back."),
    GET("/comments/{id}/report", show_report, SIGNED_IN, "Telling the moderators."),
    POST("/comments/{id}/report", file_report, SIGNED_IN, "Tells the moderators that it breaks a rule.", .takes = &report_ask_shape),
    POST("/comments/{id}/approve", approve_comment, HAS_ROLE, "A moderator shows it.", .roles = MODERATORS),
    GET("/comments/{id}/hide", show_hide, HAS_ROLE, "Taking it away: rule and reason.", .roles = MODERATORS),
    POST("/comments/{id}/hide", hide_comment, HAS_ROLE, "Takes it away.", .roles = MODERATORS, .takes = &hide_ask_shape),
    POST("/decisions/{id}/appeal", file_appeal, SIGNED_IN, "The author appeals, once.", .takes = &appeal_ask_shape),
    POST("/decisions/{id}/decide", decide_appeal, HAS_ROLE, "Another moderator decides.", .roles = MODERATORS, .takes = &decide_ask_shape),
    GET("/moderation", show_moderation, ANYONE, "The rules and the public log of moderation.", .query = &log_query_shape, .shared = true),
    GET("/my-comments", show_notices, SIGNED_IN, "What moderators decided about my comments."),
    GET("/talk", show_queue, HAS_ROLE, "What waits for a moderator.", .roles = MODERATORS),
    POST("/talk/words", add_word, HAS_ROLE, "A word that lets a comment wait.", .roles = MODERATORS, .takes = &word_form),
    POST("/talk/words/remove", drop_word, HAS_ROLE, "Takes it off the list.", .roles = MODERATORS, .takes = &word_form),
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

const Module talk_module = MODULE("talk", routes, .errors = talk_errors, .checks = talk_checks, .places = places,
                                  .start = talk_start, .today = talk_today,
                                  .erase_person = talk_erase_person, .export_person = talk_export_person);
