/* Writing quizzes on the box: rules, questions one by one or from a file, preview, taking them along. */
#include "learn/learn.h"
#include "quiz/templates.h"
#include "quiz/view.h"
#include "quiz_io/quiz_io.h"

#include <string.h>

static bool is(Str word, const char *text)
{
    return str_eq(word, str_of(text));
}

/* ---- rules ---- */

static const char *const mode_labels[] = {N_("Practice"), N_("Today's quiz"), N_("Quiz of the week"), N_("Special topic"),
                                          N_("Challenge"), N_("Match of two"), N_("Exam")};
static const char *const feedback_labels[] = {N_("After each question"), N_("At the end"), N_("Never")};
static const char *const marks_labels[] = {N_("Only the learner"), N_("The learner and the coaches")};

static const Field desk_fields[] = {
    FIELD(DeskForm, title, FIELD_STR, .required = true, .max = QUIZ_TITLE_MAX, .label = N_("Title")),
    FIELD(DeskForm, title_other, FIELD_STR, .max = QUIZ_TITLE_MAX, .label = N_("Title in the other language")),
    FIELD(DeskForm, about, FIELD_STR, .max = QUIZ_ABOUT_MAX, .label = N_("What it is about"), .input = "textarea"),
    FIELD(DeskForm, about_other, FIELD_STR, .max = QUIZ_ABOUT_MAX, .label = N_("The same in the other language"), .input = "textarea"),
    FIELD(DeskForm, mode, FIELD_STR, .required = true, .one_of = "practice|daily|weekly|special|challenge|match|exam", .one_of_labels = mode_labels,
          .input = "select", .label = N_("How it is played")),
    FIELD(DeskForm, minutes, FIELD_INT, .min = 0, .max = 1440, .label = N_("Minutes for all of it"), .help = N_("0: no limit.")),
    FIELD(DeskForm, draw, FIELD_INT, .min = 0, .max = PAPER_QUESTIONS_MAX, .label = N_("How many questions are drawn"), .help = N_("0: all of them.")),
    FIELD(DeskForm, attempts, FIELD_INT, .min = 0, .max = 1000, .label = N_("How often one person may"), .help = N_("0: as often as they like.")),
    FIELD(DeskForm, pass_percent, FIELD_INT, .min = 0, .max = 100, .label = N_("Passed with, percent"), .help = N_("0: nobody fails.")),
    FIELD(DeskForm, feedback, FIELD_STR, .one_of = "immediate|after|never", .one_of_labels = feedback_labels, .input = "select",
          .label = N_("When right answers are shown")),
    FIELD(DeskForm, marks, FIELD_STR, .one_of = "me|coach", .one_of_labels = marks_labels, .input = "select", .label = N_("Who sees a learner's marks"),
          .help = N_("Learners are told before they start.")),
    FIELD(DeskForm, shuffle, FIELD_BOOL, .label = N_("Another order for everybody")),
    FIELD(DeskForm, open_on, FIELD_STR, .max = 40, .label = N_("Opens"), .help = N_("Like 2026-12-05 09:00, or empty.")),
    FIELD(DeskForm, close_on, FIELD_STR, .max = 40, .label = N_("Closes"), .help = N_("Like 2026-12-05 11:00, or empty.")),
    FIELD(DeskForm, channel, FIELD_STR, .max = 100, .label = N_("Channel"), .help = N_("The name in its address, or empty.")),
};
const Shape desk_form = SHAPE(DeskForm, "DeskForm", desk_fields);

static Str moment_text(Req *r, Time at)
{
    if (!at.ms)
        return (Str){0};
    Clock c = time_clock(at, r->village.zone);
    return str_format(r->arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

/* "2026-12-05 09:00" in the village's own time; "T" instead of the space is fine. */
static Err *moment_read(Req *r, Str text, const char *field, Time *out)
{
    Str hour_text, minute_text;
    int64_t hour = 0, minute = 0;
    Date day;
    text = str_trim(text);
    *out = (Time){0};
    if (!text.len)
        return NULL;
    Str clock = str_trim(str_slice(text, text.len > 11 ? 11 : text.len, text.len));
    bool fine = date_parse(str_slice(text, 0, 10), &day);
    if (fine && clock.len)
        fine = str_cut(clock, ':', &hour_text, &minute_text) && str_to_int(hour_text, &hour) && str_to_int(minute_text, &minute) && hour >= 0 && hour < 24 &&
               minute >= 0 && minute < 60;
    if (!fine)
        return err_field(r->arena, "field.not_time", field);
    *out = time_of(r->village.zone, day, (int)hour, (int)minute);
    return NULL;
}

static Str other_lang(const Req *r)
{
    return is(str_of(lang_tag(r->lang)), "zh-CN") ? STR("en") : STR("zh-CN");
}

/* The form over what stands: texts of languages that the form does not show stay. */
static Err *form_apply(Req *r, const DeskForm *form, NewQuiz *quiz)
{
    QuizText *texts = NEW_ARRAY(r->arena, QuizText, QUIZ_LANGS_MAX + 2);
    Str here = str_of(lang_tag(r->lang)), other = other_lang(r);
    size_t len = 0;
    Id channel, org;
    texts[len++] = (QuizText){here, form->title, form->about};
    for (size_t i = 0; i < quiz->texts_len && i < QUIZ_LANGS_MAX; i++) {
        if (!str_eq(quiz->texts[i].lang, here) && !str_eq(quiz->texts[i].lang, other))
            texts[len++] = quiz->texts[i];
    }
    if (form->title_other.len)
        texts[len++] = (QuizText){other, form->title_other, form->about_other};
    quiz->texts = texts;
    quiz->texts_len = len;
    QuizRules rules = quiz_rules(form->mode);
    rules.time_s = form->minutes * 60;
    rules.draw = form->draw;
    rules.selection = is(form->mode, "daily") ? STR("due") : form->draw ? STR("draw") : STR("fixed");
    rules.attempts = form->attempts;
    rules.pass_ppm = form->pass_percent * 10000;
    rules.feedback = form->feedback.len ? form->feedback : rules.feedback;
    rules.marks = form->marks.len ? form->marks : rules.marks;
    rules.shuffle = form->shuffle;
    quiz->rules = rules;
    quiz->channel = str_trim(form->channel);
    if (quiz->channel.len)
        TRY(channel_find(&r->db, quiz->channel, &channel, &org));
    TRY(moment_read(r, form->open_on, "open_on", &quiz->open_at));
    return moment_read(r, form->close_on, "close_on", &quiz->close_at);
}

static DeskForm *form_of(Req *r, const NewQuiz *quiz)
{
    DeskForm *form = NEW(r->arena, DeskForm);
    *form = (DeskForm){.mode = quiz->rules.mode, .channel = quiz->channel, .feedback = quiz->rules.feedback, .marks = quiz->rules.marks,
                       .draw = quiz->rules.draw, .minutes = quiz->rules.time_s / 60, .attempts = quiz->rules.attempts,
                       .pass_percent = quiz->rules.pass_ppm / 10000, .shuffle = quiz->rules.shuffle, .open_on = moment_text(r, quiz->open_at),
                       .close_on = moment_text(r, quiz->close_at)};
    for (size_t i = 0; i < quiz->texts_len; i++) {
        if (str_eq(quiz->texts[i].lang, str_of(lang_tag(r->lang)))) {
            form->title = quiz->texts[i].title;
            form->about = quiz->texts[i].about;
        } else if (str_eq(quiz->texts[i].lang, other_lang(r))) {
            form->title_other = quiz->texts[i].title;
            form->about_other = quiz->texts[i].about;
        }
    }
    return form;
}

/* ---- a new one ---- */

Err *show_desk_new(Req *r)
{
    DeskForm *form = NEW(r->arena, DeskForm);
    *form = (DeskForm){.mode = STR("practice"), .feedback = STR("immediate"), .marks = STR("me"), .shuffle = true};
    DeskNewView view = {.form = form};
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("New quiz")), .place = "/quizzes", .back = STR("/quizzes/desk")});
    quiz_desk_new(page, &view);
    return page_end(page);
}

typedef struct DeskWrite {
    NewQuiz quiz;
    Id id, by;
    Time now;
    const Question *adding; /* to its end, in lang */
    size_t adding_len;
    const char *origin;
    Str lang, state;
    int64_t drop; /* position to take out, or -1 */
} DeskWrite;

static Err *make_write(Tx *tx, void *arg)
{
    DeskWrite *w = arg;
    return quiz_add(tx, w->now, w->by, &w->quiz, &w->id);
}

Err *make_desk(Req *r)
{
    DeskForm form = {0};
    DeskWrite write = {.quiz = {.org = r->village.org}, .by = r->who, .now = r->now};
    Err *err = take(r, &desk_form, &form);
    if (!err)
        err = form_apply(r, &form, &write.quiz);
    if (!err)
        err = db_write(r->store, r->arena, make_write, &write);
    if (err)
        return reply_form_again(r, err, show_desk_new);
    return reply_see(r, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, write.id)));
}

/* ---- one of them ---- */

Err *desk_quiz(Req *r, Quiz *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(quiz_read(&r->db, id, str_of(lang_tag(r->lang)), out));
    return quiz_authors(r, out->org) ? NULL : denied(r);
}

/* The languages of the house, and which of them this question speaks. */
static DeskLangViewList tongues_of(Req *r, const QuestionLangList *langs, int64_t position)
{
    DeskLangViewList out = {NEW_ARRAY(r->arena, DeskLangView, QUIZ_LANGS_MAX), 0};
    for (size_t i = 0; lang_at(i) && out.len < QUIZ_LANGS_MAX; i++) {
        DeskLangView *to = &out.at[out.len++];
        *to = (DeskLangView){.tag = str_of(lang_tag(lang_at(i))), .name = str_of(lang_name(lang_at(i)))};
        for (size_t k = 0; k < langs->len; k++)
            to->has |= langs->at[k].position == position && str_eq(langs->at[k].lang, to->tag);
    }
    return out;
}

static Err *desk_questions(Req *r, const Quiz *quiz, DeskQuestionViewList *out)
{
    PaperTextList rows;
    QuestionLangList langs;
    TRY(paper_texts(&r->db, quiz->rev, str_of(lang_tag(r->lang)), &rows));
    TRY(question_langs(&r->db, quiz->rev, &langs));
    *out = (DeskQuestionViewList){NEW_ARRAY(r->arena, DeskQuestionView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        Question q;
        TRY(question_read(r->arena, rows.at[i].body, &q));
        Str prompt = q.prompt.len || !q.gaps.len ? q.prompt : str_format(r->arena, "%.*s _____ %.*s", STR_ARG(q.gaps.at[0].before), STR_ARG(q.tail));
        bool here = str_eq(rows.at[i].lang, str_of(lang_tag(r->lang)));
        out->at[out->len++] = (DeskQuestionView){rows.at[i].position, rows.at[i].position + 1, words_html(r->arena, prompt, q.format),
                                                 tr(r->lang, type_label(q.type)), question_right_words(r->arena, &q), here ? STR("") : rows.at[i].lang,
                                                 tongues_of(r, &langs, rows.at[i].position)};
    }
    return NULL;
}

static Err *desk_page(Req *r, const Quiz *quiz, DeskView *view)
{
    NewQuiz edit;
    TRY(quiz_edit(&r->db, quiz->id, &edit));
    TRY(desk_questions(r, quiz, &view->questions));
    view->card = quiz_card_view(r, quiz);
    view->state = view->card.state;
    view->published = is(quiz->state, "published");
    view->form = form_of(r, &edit);
    Page *page = page_begin(r, &(PageHead){.title = quiz->title, .place = "/quizzes", .back = STR("/quizzes/desk")});
    quiz_desk(page, view);
    return page_end(page);
}

Err *show_desk(Req *r)
{
    DeskView view = {0};
    Quiz quiz;
    TRY(desk_quiz(r, &quiz));
    if (r->form_error && r->form_shape == &desk_add_form) {
        view.gift = take_typed(r, "gift");
        view.gift_error = err_say(r->arena, r->lang, r->form_error);
    } else if (r->form_error && r->form_shape != &desk_form) {
        view.report_end = err_say(r->arena, r->lang, r->form_error);
    }
    return desk_page(r, &quiz, &view);
}

/* A revision with some questions more, or one less, or other rules. */
static Err *revise_write(Tx *tx, void *arg)
{
    DeskWrite *w = arg;
    Id *revs = NEW_ARRAY(tx->db.arena, Id, w->quiz.questions_len + w->adding_len + 1);
    size_t len = 0;
    for (size_t i = 0; i < w->quiz.questions_len; i++)
        if ((int64_t)i != w->drop)
            revs[len++] = w->quiz.question_revs[i];
    if (len + w->adding_len > PAPER_QUESTIONS_MAX)
        return err_new(tx->db.arena, ERR_INVALID, "quiz.too_many");
    for (size_t i = 0; i < w->adding_len; i++) {
        QuestionWords words = {w->lang, w->adding[i]};
        TRY(media_keep(tx, words.question.media));
        TRY(quiz_question_add(tx, w->now, w->by, &(NewQuestion){.org = w->quiz.org, .texts = &words, .len = 1, .origin = w->origin}, &revs[len++]));
    }
    NewQuiz quiz = w->quiz;
    quiz.question_revs = revs;
    quiz.questions_len = len;
    return quiz_revise(tx, w->now, w->by, w->id, &quiz);
}

static Err *revise(Req *r, DeskWrite *write)
{
    write->by = r->who;
    write->now = r->now;
    write->lang = str_of(lang_tag(r->lang));
    return db_write(r->store, r->arena, revise_write, write);
}

static Err *desk_begin(Req *r, Quiz *quiz, DeskWrite *write)
{
    TRY(desk_quiz(r, quiz));
    *write = (DeskWrite){.id = quiz->id, .drop = -1};
    return quiz_edit(&r->db, quiz->id, &write->quiz);
}

static Err *back_to_desk(Req *r, const Quiz *quiz, const char *notice)
{
    reply_notice(r, notice);
    return reply_see(r, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, quiz->id)));
}

Err *change_desk(Req *r)
{
    DeskForm form = {0};
    DeskWrite write;
    Quiz quiz;
    TRY(desk_begin(r, &quiz, &write));
    Err *err = take(r, &desk_form, &form);
    if (!err)
        err = form_apply(r, &form, &write.quiz);
    if (!err)
        err = revise(r, &write);
    return err ? reply_form_again(r, err, show_desk) : back_to_desk(r, &quiz, N_("Saved."));
}

/* ---- publishing ---- */

typedef struct DeskStateForm {
    Str state;
} DeskStateForm;
static const Field desk_state_fields[] = {FIELD(DeskStateForm, state, FIELD_STR, .required = true, .one_of = "published|withdrawn|draft")};
const Shape desk_state_form = SHAPE(DeskStateForm, "DeskStateForm", desk_state_fields);

static Err *state_write(Tx *tx, void *arg)
{
    const DeskWrite *w = arg;
    return quiz_show(tx, w->now, w->by, w->id, w->state);
}

Err *show_desk_state(Req *r)
{
    DeskStateForm form = {0};
    Quiz quiz;
    TRY(desk_quiz(r, &quiz));
    TRY(take(r, &desk_state_form, &form));
    DeskWrite write = {.id = quiz.id, .by = r->who, .now = r->now, .state = form.state};
    Err *err = db_write(r->store, r->arena, state_write, &write);
    return err ? reply_form_again(r, err, show_desk) : back_to_desk(r, &quiz, is(form.state, "published") ? N_("It is published now.") : N_("Saved."));
}

/* ---- questions ---- */

typedef struct DeskAddForm {
    Str gift, look;
} DeskAddForm;
static const Field desk_add_fields[] = {
    FIELD(DeskAddForm, gift, FIELD_STR, .required = true, .max = 8000, .label = N_("Question and answers"), .input = "textarea"),
    FIELD(DeskAddForm, look, FIELD_STR, .max = 4),
};
const Shape desk_add_form = SHAPE(DeskAddForm, "DeskAddForm", desk_add_fields);
typedef struct DeskRemoveForm {
    int64_t position;
} DeskRemoveForm;
static const Field desk_remove_fields[] = {FIELD(DeskRemoveForm, position, FIELD_INT, .required = true, .min = 0, .max = PAPER_QUESTIONS_MAX)};
const Shape desk_remove_form = SHAPE(DeskRemoveForm, "DeskRemoveForm", desk_remove_fields);

Err *add_desk_question(Req *r)
{
    DeskAddForm form = {0};
    DeskWrite write;
    Question question;
    Quiz quiz;
    TRY(desk_begin(r, &quiz, &write));
    Err *err = take(r, &desk_add_form, &form);
    if (!err)
        err = book_read_one(r->arena, form.gift, &question);
    write.adding = &question;
    write.adding_len = 1;
    write.origin = "desk";
    if (!err)
        err = revise(r, &write);
    return err ? reply_form_again(r, err, show_desk) : back_to_desk(r, &quiz, N_("Added."));
}

Err *preview_desk_question(Req *r)
{
    DeskAddForm form = {0};
    PaperQuestion p = {0};
    Quiz quiz;
    TRY(desk_quiz(r, &quiz));
    Err *err = take(r, &desk_add_form, &form);
    if (!err)
        err = book_read_one(r->arena, form.gift, &p.question);
    if (err)
        return reply_form_again(r, err, show_desk);
    question_show(&p.question, 1, 0, true, &p.shown);
    AskedView view = asked_view(r, &p, (Str){0});
    view.solution = question_right_words(r->arena, &p.question);
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Preview")), .place = "/quizzes",
                                           .back = str_format(r->arena, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, quiz.id)))});
    quiz_preview(page, &view);
    return page_end(page);
}

Err *remove_desk_question(Req *r)
{
    DeskRemoveForm form = {0};
    DeskWrite write;
    Quiz quiz;
    TRY(desk_begin(r, &quiz, &write));
    TRY(take(r, &desk_remove_form, &form));
    if (form.position >= (int64_t)write.quiz.questions_len)
        return err_field(r->arena, "quiz.position", "position");
    write.drop = form.position;
    Err *err = revise(r, &write);
    return err ? reply_form_again(r, err, show_desk) : back_to_desk(r, &quiz, N_("Taken out."));
}
