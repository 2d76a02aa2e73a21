/* The routes of quizzes and the Module record. */
#include "quiz/api.h"

static const Route routes[] = {
    GET("/api/v1/quizzes", list_quizzes_json, ANYONE, "Quizzes that everybody may take.", .query = &quizzes_query_shape, .gives = &quiz_json_shape,
        .gives_list = true, .shared = true),
    GET("/api/v1/quizzes/{id}", show_quiz_json, ANYONE, "One quiz and its rules.", .gives = &quiz_json_shape),
    POST("/api/v1/quizzes/{id}/attempts", start_attempt_json, SIGNED_IN, "Starts an attempt, or gives the one that this device began.",
         .takes = &start_json_shape, .gives = &attempt_json_shape, .status = 201, .scope = "learn"),
    GET("/api/v1/attempts/{id}", show_attempt_json, SIGNED_IN, "An attempt of mine: its paper and what may be said about it.", .gives = &attempt_json_shape),
    POST("/api/v1/attempts/{id}/answers", answer_attempt_json, SIGNED_IN, "Keeps answers, each once by device and seq.", .takes = &answers_json_shape,
         .gives = &answered_json_shape, .scope = "learn"),
    POST("/api/v1/attempts/{id}/end", end_attempt_json, SIGNED_IN, "Hands it in.", .gives = &attempt_json_shape, .scope = "learn"),
    POST("/api/v1/attempts/{id}/marks", mark_attempt_json, SIGNED_IN, "A coach marks an open answer.", .takes = &mark_json_shape, .status = 204,
         .scope = "learn"),
    GET("/api/v1/quizzes/{id}/results", show_results_json, HAS_ROLE, "Counts of at least five people; persons only where the quiz said so before.",
        .roles = ROLE_COACH | ROLE_ADMIN, .query = &results_query_shape, .gives = &results_json_shape),
    POST("/api/v1/matches", make_match_json, SIGNED_IN, "Begins a match of two.", .takes = &match_make_shape, .gives = &match_json_shape, .status = 201,
         .scope = "learn"),
    POST("/api/v1/matches/join", join_match_json, SIGNED_IN, "Joins one by its code.", .takes = &match_join_shape, .gives = &match_json_shape,
         .scope = "learn", .limit = LIMIT_SIGN_IN),
    GET("/api/v1/matches/{id}", show_match_json, SIGNED_IN, "A match of mine; the other one's result when both have ended.", .gives = &match_json_shape),
    GET("/api/v1/memory", list_memory_json, SIGNED_IN, "What I remember, what is due.", .gives = &memory_json_shape, .gives_list = true),
};
const Module quiz_module = MODULE("quiz", routes, .errors = quiz_errors, .jobs = quiz_jobs, .checks = quiz_checks,
                                  .erase_person = quiz_erase_person, .export_person = quiz_export_person);
