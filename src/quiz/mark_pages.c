/* What coaches read and mark: own words, only of quizzes that said so before. */
#include "quiz/templates.h"
#include "quiz/view.h"

enum { MARKS_PAGE = 30 };

static Err *waiting_of(Req *r, const AttemptWaiting *row, MarksView *view)
{
    Attempt a;
    Paper paper;
    Tally tally;
    Quiz quiz;
    bool found;
    TRY(attempt_read(&r->db, row->id, &a));
    TRY(paper_load(&r->db, &a, &paper));
    TRY(attempt_tally(&r->db, &a, &tally));
    TRY(quiz_by_rev(&r->db, a.quiz_rev, str_of(lang_tag(r->lang)), &quiz, &found));
    for (size_t i = 0; i < paper.len && view->answers.len < MARKS_PAGE; i++) {
        const AttemptEvent *e = tally.counted[i];
        if (e && e->counts && e->waits && !tally.marked[i])
            view->answers.at[view->answers.len++] =
                (WaitingView){.attempt = a.id, .position = (int64_t)i, .person = person_name(&r->db, r->lang, a.person), .title = quiz.title,
                              .words = e->response, .prompt = words_html(r->arena, paper.at[i].question.prompt, paper.at[i].question.format)};
    }
    return NULL;
}

Err *show_marks(Req *r)
{
    MarksView view = {.answers = {NEW_ARRAY(r->arena, WaitingView, MARKS_PAGE), 0}};
    AttemptWaitingList rows;
    if (!quiz_coaches(r, r->village.org))
        return denied(r);
    TRY(attempts_waiting(&r->db, r->village.org, MARKS_PAGE, &rows));
    for (size_t i = 0; i < rows.len; i++)
        TRY(waiting_of(r, &rows.at[i], &view));
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Open answers")), .place = "/quizzes", .back = STR("/quizzes")});
    quiz_marks(page, &view);
    return page_end(page);
}

Err *give_mark(Req *r)
{
    Err *err = mark_given(r);
    if (err)
        return reply_form_again(r, err, show_marks);
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/quizzes/marks");
}
