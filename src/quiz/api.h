/* Programs and phones: the handlers of api.c and their shapes. */
#pragma once
#include "quiz/inside.h"

Err *list_quizzes_json(Req *r);
Err *show_quiz_json(Req *r);
Err *start_attempt_json(Req *r);
Err *show_attempt_json(Req *r);
Err *answer_attempt_json(Req *r);
Err *end_attempt_json(Req *r);
Err *mark_attempt_json(Req *r);
Err *show_results_json(Req *r);
Err *make_match_json(Req *r);
Err *join_match_json(Req *r);
Err *show_match_json(Req *r);
Err *list_memory_json(Req *r);
extern const Shape quiz_json_shape, attempt_json_shape, answers_json_shape, answered_json_shape, start_json_shape, mark_json_shape,
    results_json_shape, match_make_shape, match_join_shape, match_json_shape, memory_json_shape, quizzes_query_shape, results_query_shape;

/* Shared with the pages. */
Err *quiz_seen(Req *r, Id id, Quiz *out);                 /* drafts only for their authors: quiz.missing */
Err *attempt_own(Req *r, int param, Attempt *out);        /* attempt.missing unless it is mine */
Err *attempt_begin(Req *r, Id quiz, Id match, Str device, int64_t device_seq, Str lang, Id *out);
Err *attempt_end_now(Req *r, Id attempt);
Err *mark_given(Req *r); /* takes mark_json_shape; attempt.missing unless I may mark it */
Err *match_begin(Req *r, Id quiz, MatchMake *out);
Err *match_join_now(Req *r, Str code, QuizMatch *out);
