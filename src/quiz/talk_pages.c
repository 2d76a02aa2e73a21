/* Talking about a question: those who have solved it, and those who write and moderate. It shows the right answer, so nobody else does. */
#include "learn/learn.h"
#include "quiz/templates.h"
#include "quiz/view.h"

#include "base/text.h"

static Str first_words(Str text)
{
    Str line, rest;
    str_cut(str_trim(text), '\n', &line, &rest);
    return str_trim(utf8_cut(line, 100));
}

static Str prompt_of(Arena *arena, const Question *q)
{
    return q->prompt.len || !q->gaps.len ? q->prompt : str_format(arena, "%.*s _____ %.*s", STR_ARG(q->gaps.at[0].before), STR_ARG(q->tail));
}

Err *question_places_put(Tx *tx, Time now, Id quiz)
{
    Arena *arena = tx->db.arena;
    Quiz row;
    PaperTextList rows;
    Str mode;
    TRY(quiz_read(&tx->db, quiz, STR("en"), &row));
    TRY(paper_texts(&tx->db, row.rev, STR("en"), &rows));
    TRY(channel_talk_mode(&tx->db, row.channel, &mode));
    for (size_t i = 0; i < rows.len; i++) {
        Question q;
        TRY(question_read(arena, rows.at[i].body, &q));
        TRY(talk_place_put(tx, now, &(TalkPlace){.subject = rows.at[i].question, .kind = "question", .org = row.org, .mode = mode, .members = true,
                                                 .path = str_format(arena, "/questions/%.*s", STR_ARG(id_text(arena, rows.at[i].question))),
                                                 .title = first_words(prompt_of(arena, &q))}));
    }
    return NULL;
}

static Err *may_read(Req *r, const QuestionNewest *row)
{
    QuizId attempt;
    bool found = quiz_authors(r, row->org) || has_role(r, row->org, ROLE_MODERATOR);
    if (!found)
        TRY(question_solved(&r->db, r->who, row->id, r->now, &attempt, &found));
    return found ? NULL : err_new(r->arena, ERR_DENIED, "quiz.solve_first");
}

Err *show_question_talk(Req *r)
{
    QuestionNewest row;
    QuestionTextList texts;
    Question question;
    QuestionTalkView view = {0};
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(question_newest(&r->db, id, &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "quiz.position");
    TRY(may_read(r, &row));
    TRY(question_texts(&r->db, row.rev, &texts));
    size_t at = 0;
    for (size_t i = 0; i < texts.len; i++)
        at = str_eq(texts.at[i].lang, str_of(lang_tag(r->lang))) ? i : at;
    if (!texts.len)
        return err_new(r->arena, ERR_MISSING, "quiz.position");
    TRY(question_read(r->arena, texts.at[at].body, &question));
    view.prompt = words_html(r->arena, prompt_of(r->arena, &question), question.format);
    view.solution = question_right_words(r->arena, &question);
    TRY(talk_view(r, id, &view.talk));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("About a question")), .place = "/quizzes", .back = STR("/quizzes")});
    quiz_question_talk(page, &view);
    return page_end(page);
}
