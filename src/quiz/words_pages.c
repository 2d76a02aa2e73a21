/* The words of one question in one language: writing a translation, or mending what stands. What is right stays as it is. */
#include "quiz/templates.h"
#include "quiz/view.h"

#include "base/text.h"

enum { PARTS_MAX = 400 };

typedef struct WordsForm {
    int64_t position;
    Str lang;
} WordsForm;
static const Field words_fields[] = {
    FIELD(WordsForm, position, FIELD_INT, .min = 0, .max = PAPER_QUESTIONS_MAX),
    FIELD(WordsForm, lang, FIELD_STR, .required = true, .max = 20),
};
const Shape words_query = SHAPE(WordsForm, "WordsQuery", words_fields);
const Shape words_form = SHAPE(WordsForm, "WordsForm", words_fields);

/* Where a question holds words, always in the same order. */
typedef struct Parts {
    Str *at[PARTS_MAX];
    const char *label[PARTS_MAX];
    size_t max[PARTS_MAX]; /* bytes */
    size_t len;
} Parts;

static void part(Parts *parts, const char *label, Str *text, size_t max)
{
    if (!str_trim(*text).len || parts->len == PARTS_MAX)
        return;
    parts->at[parts->len] = text;
    parts->label[parts->len] = label;
    parts->max[parts->len++] = max;
}

static void parts_of_options(Parts *parts, OptionList *options, bool fixed)
{
    for (size_t i = 0; i < options->len; i++) {
        Option *o = &options->at[i];
        if (!fixed) /* "true" and "false" are said by the page */
            part(parts, N_("Answer"), &o->text, OPTION_TEXT_MAX);
        part(parts, N_("Belongs to it"), &o->match, OPTION_TEXT_MAX);
        part(parts, N_("What is said about it"), &o->feedback, OPTION_TEXT_MAX);
    }
}

static Parts *parts_of(Arena *arena, Question *q)
{
    Parts *parts = NEW(arena, Parts);
    part(parts, N_("Question"), &q->prompt, QUESTION_TEXT_MAX);
    parts_of_options(parts, &q->options, str_eq(q->type, STR("truefalse")));
    for (size_t i = 0; i < q->gaps.len; i++) {
        part(parts, N_("Words before the gap"), &q->gaps.at[i].before, QUESTION_TEXT_MAX);
        parts_of_options(parts, &q->gaps.at[i].options, false);
    }
    part(parts, N_("Words behind the last gap"), &q->tail, QUESTION_TEXT_MAX);
    part(parts, N_("Said in any case"), &q->feedback, QUESTION_TEXT_MAX);
    part(parts, N_("Said when it was right"), &q->feedback_right, QUESTION_TEXT_MAX);
    part(parts, N_("Said when it was wrong"), &q->feedback_wrong, QUESTION_TEXT_MAX);
    part(parts, N_("Hint"), &q->hint, QUESTION_TEXT_MAX);
    part(parts, N_("What the picture shows"), &q->media_alt, OPTION_TEXT_MAX);
    return parts;
}

typedef struct Wording {
    Quiz quiz;
    WordsForm form;
    Id rev, by;
    Time now;
    Str from_lang;       /* of what is translated; its own when there is no other */
    Question from, to;   /* to: as it stands; else like from, without words */
    bool there;
    QuestionWords texts[QUIZ_LANGS_MAX]; /* of the other languages, then this one */
    size_t len;
    NewQuiz edit;
} Wording;

static Err *texts_read(Req *r, Wording *w)
{
    QuestionTextList rows;
    TRY(question_texts(&r->db, w->rev, &rows));
    for (size_t i = 0; i < rows.len && w->len + 1 < QUIZ_LANGS_MAX; i++) {
        Question question;
        TRY(question_read(r->arena, rows.at[i].body, &question));
        if (str_eq(rows.at[i].lang, w->form.lang)) {
            w->to = question;
            w->there = true;
            continue;
        }
        w->texts[w->len++] = (QuestionWords){rows.at[i].lang, question};
        if (!w->from_lang.len || str_eq(rows.at[i].lang, str_of(lang_tag(r->lang)))) {
            w->from_lang = rows.at[i].lang;
            w->from = question;
        }
    }
    if (!w->from_lang.len) {
        w->from_lang = w->form.lang;
        w->from = w->to;
    }
    return NULL;
}

static Err *wording_read(Req *r, const WordsForm *form, Wording *w)
{
    *w = (Wording){.form = *form, .by = r->who, .now = r->now};
    TRY(desk_quiz(r, &w->quiz));
    if (!lang_find(form->lang))
        return err_field(r->arena, "quiz.language", "lang");
    w->form.lang = str_of(lang_tag(lang_find(form->lang)));
    TRY(quiz_edit(&r->db, w->quiz.id, &w->edit));
    if (form->position >= (int64_t)w->edit.questions_len)
        return err_field(r->arena, "quiz.position", "position");
    w->rev = w->edit.question_revs[form->position];
    return texts_read(r, w);
}

static Str part_name(Req *r, size_t i)
{
    return str_format(r->arena, "t%zu", i);
}

Err *show_words(Req *r)
{
    WordsForm form = {0};
    Wording *w = NEW(r->arena, Wording);
    bool again = r->method == METHOD_POST;
    if (again) {
        form.lang = take_typed(r, "lang");
        str_to_int(take_typed(r, "position"), &form.position);
    } else {
        TRY(take_query(r, &words_query, &form));
    }
    TRY(wording_read(r, &form, w));
    Parts *from = parts_of(r->arena, &w->from), *to = parts_of(r->arena, &w->to);
    bool same = w->there && from->len == to->len, own = str_eq(w->from_lang, w->form.lang);
    WordsView view = {.quiz = w->quiz.id, .position = form.position, .number = form.position + 1, .tag = w->form.lang,
                      .into = str_of(lang_name(lang_find(w->form.lang))), .parts = {NEW_ARRAY(r->arena, WordsPart, from->len + 1), 0}};
    if (r->form_error)
        view.error = err_say(r->arena, r->lang, r->form_error);
    for (size_t i = 0; i < from->len; i++) {
        Str name = part_name(r, i);
        view.parts.at[view.parts.len++] = (WordsPart){
            .name = name, .label = tr(r->lang, from->label[i]), .from = own ? STR("") : *from->at[i],
            .to = again ? take_typed(r, str_z(r->arena, name)) : same ? *to->at[i] : STR(""), .large = from->max[i] == QUESTION_TEXT_MAX};
    }
    Page *page = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Words of a question")), .place = "/quizzes",
                                           .back = str_format(r->arena, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, w->quiz.id)))});
    quiz_words(page, &view);
    return page_end(page);
}

static Err *words_write(Tx *tx, void *arg)
{
    const Wording *w = arg;
    NewQuiz quiz = w->edit;
    Id *revs = NEW_ARRAY(tx->db.arena, Id, quiz.questions_len + 1);
    for (size_t i = 0; i < quiz.questions_len; i++)
        revs[i] = quiz.question_revs[i];
    for (size_t i = 0; i < w->len; i++)
        TRY(media_keep(tx, w->texts[i].question.media));
    TRY(quiz_question_revise(tx, w->now, w->by, w->rev, w->texts, w->len, &revs[w->form.position]));
    quiz.question_revs = revs;
    return quiz_revise(tx, w->now, w->by, w->quiz.id, &quiz);
}

static Err *change_try(Req *r)
{
    WordsForm form = {0};
    Wording *w = NEW(r->arena, Wording);
    Question words;
    TRY(take(r, &words_form, &form));
    TRY(wording_read(r, &form, w));
    TRY(question_read(r->arena, question_json(r->arena, &w->from), &words)); /* a copy whose texts may change */
    Parts *parts = parts_of(r->arena, &words);
    for (size_t i = 0; i < parts->len; i++) {
        Str typed = str_trim(take_typed(r, str_z(r->arena, part_name(r, i))));
        bool edge = parts->max[i] == QUESTION_TEXT_MAX && words.gaps.len; /* a space before a gap is meant */
        if (!typed.len || typed.len > parts->max[i] || !utf8_valid(typed))
            return err_field(r->arena, typed.len ? "question.long" : "quiz.words_missing", "lang");
        *parts->at[i] = edge ? take_typed(r, str_z(r->arena, part_name(r, i))) : typed;
    }
    w->texts[w->len++] = (QuestionWords){w->form.lang, words};
    TRY(db_write(r->store, r->arena, words_write, w));
    reply_notice(r, N_("Saved."));
    return reply_see(r, "/quizzes/desk/%.*s", STR_ARG(id_text(r->arena, w->quiz.id)));
}

Err *change_words(Req *r)
{
    Err *err = change_try(r);
    return err ? reply_form_again(r, err, show_words) : NULL;
}
