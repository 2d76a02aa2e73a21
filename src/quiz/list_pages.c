/* The list of quizzes, one quiz before it is started, what somebody remembers, matches. */
#include "quiz/templates.h"
#include "quiz/view.h"
#include "web/markdown.h"

enum { QUIZZES_PAGE = 20, PAST_PAGE = 10 };

static Str lang_here(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

Page *quiz_page(Req *r, Str title, const char *script);

Page *quiz_page(Req *r, Str title, const char *script)
{
    return page_begin(r, &(PageHead){.title = title, .place = "/quizzes", .back = STR("/quizzes"), .script = script});
}

typedef struct ListQuery {
    Id after;
} ListQuery;
static const Field list_query_fields[] = {FIELD(ListQuery, after, FIELD_ID)};
const Shape list_query = SHAPE(ListQuery, "QuizListQuery", list_query_fields);

static Err *due_count(Req *r, int64_t *due)
{
    MemoryRowList memory;
    *due = 0;
    if (!r->who)
        return NULL;
    TRY(memory_of(&r->db, r->who, lang_here(r), &memory));
    for (size_t i = 0; i < memory.len; i++)
        *due += memory.at[i].due_at.ms <= r->now.ms;
    *due = *due < DUE_CAP ? *due : DUE_CAP; /* the rest waits: nobody owes a backlog */
    return NULL;
}

static Err *quizzes_page(Req *r, bool desk)
{
    ListQuery query = {0};
    QuizzesView view = {.signed_in = r->who != 0, .desk = desk, .author = r->roles & (ROLE_EDITOR | ROLE_COACH | ROLE_ADMIN)};
    QuizList rows;
    TRY(take_query(r, &list_query, &query));
    if (desk)
        TRY(quiz_list_by_org(&r->db, r->village.org, lang_here(r), query.after ? query.after : INT64_MAX, QUIZZES_PAGE + 1, &rows));
    else
        TRY(quiz_list(&r->db, lang_here(r), query.after, QUIZZES_PAGE + 1, &rows));
    bool more = rows.len > QUIZZES_PAGE;
    rows.len = more ? QUIZZES_PAGE : rows.len;
    view.quizzes.at = NEW_ARRAY(r->arena, QuizCardView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        view.quizzes.at[view.quizzes.len++] = quiz_card_view(r, &rows.at[i]);
    if (more)
        view.next = str_format(r->arena, "%s?after=%.*s", desk ? "/quizzes/desk" : "/quizzes", STR_ARG(id_text(r->arena, rows.at[rows.len - 1].id)));
    TRY(due_count(r, &view.due));
    if (r->form_error)
        view.code_error = err_say(r->arena, r->lang, r->form_error);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Quizzes")), .place = "/quizzes"});
    quiz_quizzes(page, &view);
    return page_end(page);
}

Err *list_quizzes(Req *r)
{
    return quizzes_page(r, false);
}

Err *list_desk(Req *r)
{
    return quizzes_page(r, true);
}

/* ---- one quiz ---- */

static const char *feedback_sentence(const Quiz *q)
{
    if (str_eq(q->feedback, STR("never")))
        return N_("They are not shown.");
    if (str_eq(q->feedback, STR("immediate")))
        return N_("Shown after each question.");
    return str_eq(q->mode, STR("exam")) && q->has_close_at ? N_("Shown when the exam has closed.") : N_("Shown when you have finished.");
}

static Str attempts_sentence(Req *r, const Quiz *q)
{
    if (!q->attempts)
        return tr(r->lang, N_("As often as you like"));
    const char *one = N_("{n} time"), *many = N_("{n} times");
    if (str_eq(q->mode, STR("daily")))
        one = N_("{n} time a day"), many = N_("{n} times a day");
    if (str_eq(q->mode, STR("weekly")))
        one = N_("{n} time a week"), many = N_("{n} times a week");
    TextArg arg = {"n", say_int(r->arena, r->lang, q->attempts)};
    return tr_fill(r->arena, tr(r->lang, q->attempts == 1 ? one : many), &arg, 1);
}

static Err *past_of(Req *r, Id quiz, PastViewList *out)
{
    AttemptBriefList rows;
    TRY(attempt_list_by_person(&r->db, r->who, INT64_MAX, 200, lang_here(r), &rows));
    *out = (PastViewList){NEW_ARRAY(r->arena, PastView, PAST_PAGE), 0};
    for (size_t i = 0; i < rows.len && out->len < PAST_PAGE; i++)
        if (rows.at[i].quiz == quiz && (rows.at[i].has_ended_at || rows.at[i].events)) /* what a phone only keeps ready was not begun */
            out->at[out->len++] = (PastView){rows.at[i].id, rows.at[i].started_at, rows.at[i].has_ended_at, rows.at[i].waits > 0, percent_of(rows.at[i].share)};
    return NULL;
}

Err *show_quiz(Req *r)
{
    QuizView view = {.signed_in = r->who != 0};
    Quiz quiz;
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(quiz_seen(r, id, &quiz));
    view.card = quiz_card_view(r, &quiz);
    view.about = quiz.about.len ? markdown(r->arena, quiz.about) : (Html){0};
    view.marks = tr(r->lang, str_eq(quiz.marks, STR("coach")) ? N_("You and the coaches of the co-operative. Nobody else.") : N_("Only you."));
    view.feedback = tr(r->lang, feedback_sentence(&quiz));
    view.attempts_text = attempts_sentence(r, &quiz);
    view.question_s = quiz.question_s;
    view.grace_s = quiz.grace_s;
    view.pass_percent = quiz.pass_ppm / 10000;
    view.match = str_eq(quiz.mode, STR("match"));
    view.author = quiz_authors(r, quiz.org);
    view.can_start = quiz.questions > 0 && ((!view.card.soon && !view.card.over) || view.author);
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    if (r->who)
        TRY(past_of(r, id, &view.past));
    Page *page = quiz_page(r, quiz.title, NULL);
    quiz_quiz(page, &view);
    return page_end(page);
}

Err *start_quiz(Req *r)
{
    Id quiz, attempt;
    TRY(take_id(r, 0, &quiz));
    /* a page has no number of its own: an attempt that is open goes on, so pressing twice makes one */
    Err *err = attempt_begin(r, quiz, 0, STR("page"), attempt_mint(), (Str){0}, &attempt);
    if (err)
        return err->kind == ERR_CONFLICT ? reply_form_again(r, err, show_quiz) : err;
    return reply_see(r, "/attempts/%.*s", STR_ARG(id_text(r->arena, attempt)));
}

/* ---- memory ---- */

typedef struct MemoryForm {
    Str keep;
} MemoryForm;
static const Field memory_fields[] = {
    FIELD(MemoryForm, keep, FIELD_STR, .required = true, .one_of = "800000|900000|950000", .label = N_("How well do you want to keep it?"))};
const Shape memory_form = SHAPE(MemoryForm, "MemoryForm", memory_fields);

static Err *daily_quiz(Req *r, Id *out)
{
    QuizList rows;
    TRY(quiz_list(&r->db, lang_here(r), 0, 100, &rows));
    for (size_t i = rows.len; i > 0; i--)
        if (str_eq(rows.at[i - 1].mode, STR("daily")))
            *out = rows.at[i - 1].id;
    return NULL;
}

Err *show_memory(Req *r)
{
    MemoriesView view = {0};
    MemoryRowList rows;
    MemorySettings settings = memory_of_person(&r->db, r->who);
    TRY(memory_of(&r->db, r->who, lang_here(r), &rows));
    TRY(daily_quiz(r, &view.daily));
    view.skills.at = NEW_ARRAY(r->arena, MemoryView, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const MemoryRow *m = &rows.at[i];
        Window window = {(uint32_t)m->recent, m->recent_len};
        Criterion criterion = {m->criterion_m, m->criterion_n, m->criterion_r};
        int64_t known = memory_known_ppm(&settings, m->stability, m->reviewed_at, r->now);
        bool due = m->due_at.ms <= r->now.ms, mastered = mastery_reached(&criterion, window, (double)known / 1e6);
        view.due += due && view.due < DUE_CAP;
        view.mastered += mastered;
        view.skills.at[view.skills.len++] = (MemoryView){m->name, (known + 5000) / 10000, window_right(window, m->criterion_n), m->criterion_n, due, mastered,
                                                         time_date(m->due_at, r->village.zone)};
    }
    view.keep = str_format(r->arena, "%lld", (long long)(settings.retention * 1e6 + 0.5));
    Page *page = quiz_page(r, tr(r->lang, N_("What I remember")), NULL);
    quiz_memory(page, &view);
    return page_end(page);
}

typedef struct Wishing {
    Id person;
    int64_t retention;
    Time now;
} Wishing;

static Err *wish_write(Tx *tx, void *arg)
{
    const Wishing *w = arg;
    TRY(memory_wish_put(tx, w->person, w->retention, w->now));
    return audit(tx, w->now, w->person, "quiz.memory_wish", w->person, STR(""));
}

Err *change_memory(Req *r)
{
    MemoryForm form = {0};
    Wishing wishing = {.person = r->who, .now = r->now};
    TRY(take(r, &memory_form, &form));
    str_to_int(form.keep, &wishing.retention);
    TRY(db_write(r->store, r->arena, wish_write, &wishing));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/memory");
}

/* ---- matches ---- */

Err *begin_match(Req *r)
{
    MatchMake made;
    Id quiz;
    TRY(take_id(r, 0, &quiz));
    TRY(match_begin(r, quiz, &made));
    return reply_see(r, "/matches/%.*s", STR_ARG(id_text(r->arena, made.id)));
}

Err *join_match(Req *r)
{
    struct { Str code; } form = {0};
    QuizMatch m;
    Err *err = take(r, &match_join_shape, &form);
    if (!err)
        err = match_join_now(r, form.code, &m);
    if (err)
        return reply_form_again(r, err, list_quizzes);
    return reply_see(r, "/matches/%.*s", STR_ARG(id_text(r->arena, m.id)));
}

static Err *match_mine(Req *r, QuizMatch *out)
{
    Id id;
    bool found;
    TRY(take_id(r, 0, &id));
    TRY(match_by_id(&r->db, id, out, &found));
    bool mine = found && (out->host == r->who || (out->has_guest && out->guest == r->who));
    return mine ? NULL : err_new(r->arena, ERR_MISSING, "match.missing");
}

Err *show_match(Req *r)
{
    QuizMatch m;
    MatchAttemptList attempts;
    Quiz quiz;
    TRY(match_mine(r, &m));
    TRY(quiz_read(&r->db, m.quiz, lang_here(r), &quiz));
    TRY(match_attempts(&r->db, m.id, &attempts));
    MatchView view = {.id = m.id, .quiz = m.quiz, .code = m.code, .title = quiz.title, .waiting = !m.has_guest};
    size_t ended = 0;
    int64_t shares[2] = {0};
    for (size_t i = 0; i < attempts.len; i++) {
        bool mine = attempts.at[i].person == r->who;
        ended += attempts.at[i].has_ended_at;
        shares[!mine] = attempts.at[i].share;
        view.attempt = mine ? attempts.at[i].id : view.attempt;
        view.mine_done |= mine && attempts.at[i].has_ended_at;
    }
    view.over = ended == 2;
    view.mine = percent_of(shares[0]);
    view.theirs = percent_of(shares[1]);
    view.won = shares[0] > shares[1];
    view.lost = shares[0] < shares[1];
    Page *page = quiz_page(r, quiz.title, NULL);
    quiz_match(page, &view);
    return page_end(page);
}

Err *start_match(Req *r)
{
    QuizMatch m;
    Id attempt;
    TRY(match_mine(r, &m));
    TRY(attempt_begin(r, m.quiz, m.id, STR("page"), 0, (Str){0}, &attempt));
    return reply_see(r, "/attempts/%.*s", STR_ARG(id_text(r->arena, attempt)));
}
