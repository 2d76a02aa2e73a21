/* Answering on a page: one question after the other, or the whole paper; then the result. Works without script. */
#include "quiz/templates.h"
#include "quiz/view.h"

#define PAGE_DEVICE STR("page")


static Err *title_of(Req *r, const Attempt *a, Str *title)
{
    Quiz quiz;
    bool found;
    TRY(quiz_by_rev(&r->db, a->quiz_rev, a->lang, &quiz, &found));
    *title = found ? quiz.title : STR("");
    return NULL;
}

static bool one_by_one(const Attempt *a)
{
    return str_eq(a->feedback, STR("immediate")) || a->question_s > 0;
}

static Err *result_part(Req *r, const Attempt *a, const Tally *tally, const Paper *paper, AttemptView *view)
{
    view->percent = percent_of(a->share);
    view->right = tally->right;
    view->passed = a->passed;
    view->fails = a->pass_ppm > 0;
    view->waits = a->waits > 0;
    if (!feedback_open(a, r->now)) {
        view->told_later = str_eq(a->feedback, STR("after"));
        view->close_at = a->close_at;
        return NULL;
    }
    size_t last = paper->len;
    if (tally->dead) /* a challenge ends where it went wrong; what came after is kept for the next time */
        last = (size_t)tally->next < last ? (size_t)tally->next : last;
    for (size_t i = 0; i < last; i++) {
        AskedView *solved = &view->questions.at[view->questions.len++];
        TRY(solved_view(r, &paper->at[i], tally->counted[i], tally->marked[i], solved));
        solved->talk = paper->at[i].question_id;
    }
    return NULL;
}

static Err *one_part(Req *r, const Attempt *a, const Tally *tally, const Paper *paper, AttemptView *view)
{
    int64_t next = tally->next;
    view->one = true;
    view->has_asked = next < a->asked;
    view->number = view->has_asked ? next + 1 : a->asked;
    if (view->has_asked)
        view->now = asked_view(r, &paper->at[next], response_typed(r, &paper->at[next]));
    if (a->question_s) {
        int64_t left = a->question_s - (r->now.ms - tally->last_at.ms) / SECOND_MS;
        view->answer_s = left > 0 ? left : 1;
    }
    view->has_before = next > 0 && str_eq(a->feedback, STR("immediate")) && !r->form_error;
    return view->has_before ? solved_view(r, &paper->at[next - 1], tally->counted[next - 1], NULL, &view->before) : NULL;
}

typedef struct AttemptQuery {
    bool all;
} AttemptQuery;
static const Field attempt_query_fields[] = {FIELD(AttemptQuery, all, FIELD_BOOL, .label = "The whole paper on one page, also where it is asked one by one")};
const Shape attempt_query = SHAPE(AttemptQuery, "AttemptQuery", attempt_query_fields);

static void all_part(Req *r, const Tally *tally, const Paper *paper, AttemptView *view)
{
    for (size_t i = 0; i < paper->len; i++) {
        Str typed = r->form_error ? response_typed(r, &paper->at[i]) : (Str){0};
        Str kept = tally->counted[i] ? tally->counted[i]->response : (Str){0};
        view->questions.at[view->questions.len++] = asked_view(r, &paper->at[i], typed.len ? typed : kept);
    }
}

static Err *attempt_page(Req *r, const Attempt *a)
{
    AttemptView view = {.id = a->id, .quiz = a->quiz, .mode = a->mode, .ended = a->has_ended_at, .has_due_at = a->has_due_at, .due_at = a->due_at,
                        .asked = a->asked, .match = a->has_quiz_match};
    AttemptQuery query = {0};
    Tally tally;
    Paper paper;
    if (r->method == METHOD_GET)
        TRY(take_query(r, &attempt_query, &query));
    view.sheet = query.all && !a->has_ended_at && !a->question_s && !a->has_due_at;
    view.who = r->who;
    TRY(paper_load(&r->db, a, &paper));
    TRY(attempt_tally(&r->db, a, &tally));
    TRY(title_of(r, a, &view.title));
    view.questions.at = NEW_ARRAY(r->arena, AskedView, paper.len + 1);
    view.answered = tally.answered;
    view.seconds = a->has_due_at && a->due_at.ms > r->now.ms ? (a->due_at.ms - r->now.ms) / SECOND_MS : 0;
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    if (a->has_ended_at)
        TRY(result_part(r, a, &tally, &paper, &view));
    else if (one_by_one(a) && !view.sheet)
        TRY(one_part(r, a, &tally, &paper, &view));
    else
        all_part(r, &tally, &paper, &view);
    Page *page = page_begin(r, &(PageHead){.title = view.title, .place = "/quizzes", .back = STR("/quizzes"), .script = a->has_ended_at ? NULL : view.sheet ? "sheet.js" : "quiz.js"});
    quiz_attempt(page, &view);
    return page_end(page);
}

Err *show_attempt(Req *r)
{
    Attempt a;
    TRY(attempt_own(r, 0, &a));
    if (!a.has_ended_at && attempt_over(&a, r->now)) {
        TRY(attempt_end_now(r, a.id));
        TRY(attempt_own(r, 0, &a));
    }
    return attempt_page(r, &a);
}

/* ---- answers of a form ---- */

static Err *keep_one(Req *r, const Attempt *a, const PaperQuestion *p)
{
    Given given = {.seq = p->position, .position = p->position, .response = response_typed(r, p), .answered_at = time_now()};
    AnswerBatch batch = {.attempt = a, .device = PAGE_DEVICE, .at = &given, .len = 1, .now = time_now()};
    return attempt_answer(r->store, &r->db, &batch); /* the number is the position: sent twice is kept once */
}

/* The whole paper: only what changed since is a new event. */
static Err *keep_changed(Req *r, const Attempt *a, const Paper *paper, const Tally *tally)
{
    AnswerBatch batch = {.attempt = a, .device = PAGE_DEVICE, .at = NEW_ARRAY(r->arena, Given, paper->len + 1), .now = time_now()};
    for (size_t i = 0; i < paper->len && i < ANSWERS_MAX; i++) {
        Str response = response_typed(r, &paper->at[i]), before = tally->counted[i] ? tally->counted[i]->response : (Str){0};
        if (!str_eq(response, before))
            batch.at[batch.len++] = (Given){.seq = attempt_mint(), .position = (int64_t)i, .response = response, .answered_at = time_now()};
    }
    return batch.len ? attempt_answer(r->store, &r->db, &batch) : NULL;
}

static Err *keep_form(Req *r, const Attempt *a)
{
    Paper paper;
    Tally tally;
    int64_t at;
    TRY(paper_load(&r->db, a, &paper));
    TRY(attempt_tally(&r->db, a, &tally));
    if (!one_by_one(a) || (str_eq(take_typed(r, "do"), STR("sheet")) && !a->question_s))
        return keep_changed(r, a, &paper, &tally);
    if (!str_to_int(take_typed(r, "at"), &at) || at < 0 || at >= (int64_t)paper.len)
        return NULL;
    return keep_one(r, a, &paper.at[at]);
}

Err *answer_attempt(Req *r)
{
    Attempt a;
    TRY(attempt_own(r, 0, &a));
    Str act = take_typed(r, "do");
    if (!a.has_ended_at) {
        Err *err = keep_form(r, &a);
        if (err && err->kind != ERR_INVALID && err->kind != ERR_CONFLICT)
            return err;
        if (err)
            return reply_form_again(r, err, show_attempt);
        if (str_eq(act, STR("end")) || str_eq(act, STR("sheet")))
            TRY(attempt_end_now(r, a.id));
    }
    if (str_eq(act, STR("autosave")))
        return reply_empty(r, 204);
    if (str_eq(act, STR("save")) && !a.has_ended_at) {
        reply_notice(r, N_("Saved. Go on whenever you like."));
        return reply_see(r, "/quizzes/%.*s", STR_ARG(id_text(r->arena, a.quiz)));
    }
    if (a.has_quiz_match && str_eq(act, STR("end")))
        return reply_see(r, "/matches/%.*s", STR_ARG(id_text(r->arena, a.quiz_match)));
    return reply_see(r, "/attempts/%.*s", STR_ARG(id_text(r->arena, a.id)));
}
