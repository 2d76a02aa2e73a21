/* From rows to what pages show, and from forms to responses. */
#pragma once
#include "quiz/api.h"
#include "quiz/pages.h"

Html words_html(Arena *arena, Str text, Str format); /* Markdown or plain */
const char *mode_label(Str mode);                    /* marked for translation */
const char *type_label(Str type);
const char *state_label(Str state);
QuizCardView quiz_card_view(Req *r, const Quiz *quiz);
/* A question to answer; response: what was answered so far. */
AskedView asked_view(Req *r, const PaperQuestion *q, Str response);
/* The same with its mark and the right answer. event NULL: left out. */
Err *solved_view(Req *r, const PaperQuestion *q, const AttemptEvent *event, const AttemptMark *mark, AskedView *out);
/* What the form says about this question, as a response. */
Str response_typed(Req *r, const PaperQuestion *q);
int64_t percent_of(int64_t share);

Err *list_quizzes(Req *r);
Err *show_quiz(Req *r);
Err *start_quiz(Req *r);
Err *show_attempt(Req *r);
Err *answer_attempt(Req *r);
Err *show_memory(Req *r);
Err *change_memory(Req *r);
Err *begin_match(Req *r);
Err *join_match(Req *r);
Err *show_match(Req *r);
Err *start_match(Req *r);
Err *list_desk(Req *r);
Err *show_desk_new(Req *r);
Err *make_desk(Req *r);
Err *show_desk(Req *r);
Err *change_desk(Req *r);
Err *show_desk_state(Req *r);
Err *add_desk_question(Req *r);
Err *preview_desk_question(Req *r);
Err *remove_desk_question(Req *r);
Err *import_desk(Req *r);
Err *show_marks(Req *r);
Err *give_mark(Req *r);
Err *export_desk(Req *r);
Err *show_files(Req *r);
/* The quiz of /quizzes/desk/{id}, when this person may write it. */
Err *desk_quiz(Req *r, Quiz *out);

/* talk_pages.c */
Err *show_question_talk(Req *r);
/* words_pages.c */
Err *show_words(Req *r);
Err *change_words(Req *r);
extern const Shape words_query, words_form;
extern const Shape attempt_query, attempt_form, memory_form, desk_state_form, desk_add_form, desk_remove_form, desk_export_query, list_query;
