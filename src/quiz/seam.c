/* What courses need of a quiz: its card, its pages without a network, itself as one JSON text and back. */
#include "learn/learn.h"
#include "media/media.h"
#include "quiz/inside.h"

#include "base/json.h"

static Err *card(Db *db, Id id, Str lang, QuizCard *out, bool *found)
{
    Quiz quiz;
    TRY(quiz_by_id(db, id, lang, &quiz, found));
    *found = *found && str_eq(quiz.state, STR("published"));
    if (!*found)
        return NULL;
    TextArg arg = {"n", str_format(db->arena, "%lld", (long long)(quiz.draw && quiz.draw < quiz.questions ? quiz.draw : quiz.questions))};
    const Lang *words = lang_find(lang) ? lang_find(lang) : lang_find(STR("en"));
    *out = (QuizCard){.title = quiz.title, .path = str_format(db->arena, "/quizzes/%.*s", STR_ARG(id_text(db->arena, id))),
                      .about = tr_fill(db->arena, tr_plural(words, "{n} question", "{n} questions", quiz.questions), &arg, 1), .bytes = 30 * 1024};
    return NULL;
}

static Err *offline(Db *db, Id id, StrList *paths)
{
    Str *more = NEW_ARRAY(db->arena, Str, paths->len + 1);
    for (size_t i = 0; i < paths->len; i++)
        more[i] = paths->at[i];
    more[paths->len] = str_format(db->arena, "/quizzes/%.*s", STR_ARG(id_text(db->arena, id)));
    *paths = (StrList){more, paths->len + 1};
    return NULL;
}

static Err *of_channel(Db *db, Str slug, Id *out, size_t max, size_t *len)
{
    QuizIdList rows;
    TRY(quiz_ids_by_channel(db, slug, (int64_t)max, &rows));
    for (*len = 0; *len < rows.len; ++*len)
        out[*len] = rows.at[*len].id;
    return NULL;
}

/* ---- packs ---- */

typedef struct PackWords {
    Str lang, title, about;
} PackWords;
static const Field pack_words_fields[] = {FIELD(PackWords, lang, FIELD_STR), FIELD(PackWords, title, FIELD_STR, .max = QUIZ_TITLE_MAX),
                                          FIELD(PackWords, about, FIELD_STR, .max = QUIZ_ABOUT_MAX)};
static const Shape pack_words_shape = SHAPE(PackWords, "PackWords", pack_words_fields);
typedef struct PackText {
    Str lang;
    Question question;
} PackText;
static const Field pack_text_fields[] = {FIELD(PackText, lang, FIELD_STR, .required = true), FIELD(PackText, question, FIELD_ONE, .shape = &question_shape)};
static const Shape pack_text_shape = SHAPE(PackText, "PackText", pack_text_fields);
typedef struct PackQuestion {
    int64_t months;
    struct { PackText *at; size_t len; } texts;
} PackQuestion;
static const Field pack_question_fields[] = {FIELD(PackQuestion, months, FIELD_INT), FIELD(PackQuestion, texts, FIELD_LIST, .shape = &pack_text_shape, .max = QUIZ_LANGS_MAX)};
static const Shape pack_question_shape = SHAPE(PackQuestion, "PackQuestion", pack_question_fields);
typedef struct Pack {
    Str id, mode, selection, feedback, marks;
    int64_t draw, time_s, question_s, grace_s, attempts, pass_ppm;
    bool shuffle;
    struct { PackWords *at; size_t len; } words;
    struct { PackQuestion *at; size_t len; } questions;
} Pack;
static const Field pack_fields[] = {
    FIELD(Pack, id, FIELD_STR, .required = true), FIELD(Pack, mode, FIELD_STR, .required = true), FIELD(Pack, selection, FIELD_STR),
    FIELD(Pack, feedback, FIELD_STR), FIELD(Pack, marks, FIELD_STR), FIELD(Pack, draw, FIELD_INT), FIELD(Pack, time_s, FIELD_INT),
    FIELD(Pack, question_s, FIELD_INT), FIELD(Pack, grace_s, FIELD_INT), FIELD(Pack, attempts, FIELD_INT), FIELD(Pack, pass_ppm, FIELD_INT),
    FIELD(Pack, shuffle, FIELD_BOOL), FIELD(Pack, words, FIELD_LIST, .shape = &pack_words_shape, .max = QUIZ_LANGS_MAX),
    FIELD(Pack, questions, FIELD_LIST, .shape = &pack_question_shape, .max = PAPER_QUESTIONS_MAX),
};
static const Shape pack_shape = SHAPE(Pack, "QuizPack", pack_fields);

static Err *pack_question(Db *db, Id rev, PackQuestion *out)
{
    QuestionTextList texts;
    QuestionRow row;
    bool found;
    TRY(question_by_rev(db, rev, &row, &found));
    TRY(question_texts(db, rev, &texts));
    out->months = found ? row.months : 0;
    out->texts.at = NEW_ARRAY(db->arena, PackText, texts.len + 1);
    for (size_t i = 0; i < texts.len; i++) {
        PackText *one = &out->texts.at[out->texts.len++];
        one->lang = texts.at[i].lang;
        TRY(question_read(db->arena, texts.at[i].body, &one->question));
    }
    return NULL;
}

static Err *pack(Db *db, Id id, Buf *json)
{
    NewQuiz quiz;
    TRY(quiz_edit(db, id, &quiz));
    const QuizRules *rules = &quiz.rules;
    Pack out = {.id = id_text(db->arena, id), .mode = rules->mode, .selection = rules->selection, .feedback = rules->feedback, .marks = rules->marks,
                .draw = rules->draw, .time_s = rules->time_s, .question_s = rules->question_s, .grace_s = rules->grace_s, .attempts = rules->attempts,
                .pass_ppm = rules->pass_ppm, .shuffle = rules->shuffle};
    out.words.at = NEW_ARRAY(db->arena, PackWords, quiz.texts_len + 1);
    for (size_t i = 0; i < quiz.texts_len; i++)
        out.words.at[out.words.len++] = (PackWords){quiz.texts[i].lang, quiz.texts[i].title, quiz.texts[i].about};
    out.questions.at = NEW_ARRAY(db->arena, PackQuestion, quiz.questions_len + 1);
    for (size_t i = 0; i < quiz.questions_len; i++)
        TRY(pack_question(db, quiz.question_revs[i], &out.questions.at[out.questions.len++]));
    json_write(json, &pack_shape, &out, STR(""));
    return NULL;
}

static Err *unpack_questions(Tx *tx, Time now, Id by, Id org, const Pack *in, Id *revs)
{
    for (size_t i = 0; i < in->questions.len; i++) {
        const PackQuestion *q = &in->questions.at[i];
        QuestionWords words[QUIZ_LANGS_MAX];
        for (size_t k = 0; k < q->texts.len; k++) {
            words[k] = (QuestionWords){q->texts.at[k].lang, q->texts.at[k].question};
            if (words[k].question.media.len) /* pictures come with the pack; one that did not is left out */
                TRY(media_keep(tx, words[k].question.media));
        }
        TRY(quiz_question_add(tx, now, by, &(NewQuestion){.org = org, .texts = words, .len = q->texts.len, .months = q->months, .origin = "pack"}, &revs[i]));
    }
    return NULL;
}

/* The same quiz again keeps its Id: when it is here already, nothing is made. */
static Err *unpack(Tx *tx, Time now, Id by, Id channel, Str json, Id *quiz)
{
    Pack in = {0};
    Quiz there;
    bool found;
    Id id;
    (void)channel;
    TRY(json_read(tx->db.arena, json, &pack_shape, &in));
    if (id_parse(in.id, &id)) {
        TRY(quiz_by_id(&tx->db, id, STR("en"), &there, &found));
        *quiz = id;
        if (found)
            return NULL;
    }
    Id org = village_at(&tx->db).org, *revs = NEW_ARRAY(tx->db.arena, Id, in.questions.len + 1);
    QuizText texts[QUIZ_LANGS_MAX];
    TRY(unpack_questions(tx, now, by, org, &in, revs));
    for (size_t i = 0; i < in.words.len; i++)
        texts[i] = (QuizText){in.words.at[i].lang, in.words.at[i].title, in.words.at[i].about};
    NewQuiz new = {.org = org, .texts = texts, .texts_len = in.words.len, .question_revs = revs, .questions_len = in.questions.len, .known = *quiz};
    new.rules = (QuizRules){.mode = in.mode, .selection = in.selection, .draw = in.draw, .time_s = in.time_s, .question_s = in.question_s,
                            .grace_s = in.grace_s, .attempts = in.attempts, .feedback = in.feedback, .pass_ppm = in.pass_ppm, .shuffle = in.shuffle,
                            .marks = in.marks};
    TRY(quiz_add(tx, now, by, &new, quiz));
    return quiz_show(tx, now, by, *quiz, STR("published"));
}

Err *quiz_start(Store *store, Arena *arena)
{
    static const QuizSeam seam = {.card = card, .pack = pack, .unpack = unpack, .offline = offline, .of_channel = of_channel};
    (void)store, (void)arena;
    learn_quiz_seam(&seam);
    return NULL;
}

/* ---- today ---- */

Err *quiz_today(Req *r, Today *today)
{
    MemoryRowList memory;
    AttemptWaitingList waiting = {0};
    int64_t due = 0;
    TRY(memory_of(&r->db, r->who, STR("en"), &memory));
    for (size_t i = 0; i < memory.len; i++)
        due += memory.at[i].due_at.ms <= r->now.ms && due < DUE_CAP;
    if (due) {
        TextArg arg = {"n", say_int(r->arena, r->lang, due)};
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, "{n} skill is due", "{n} skills are due", due), &arg, 1), "/memory", "star", 300});
    }
    if (quiz_coaches(r, r->village.org))
        TRY(attempts_waiting(&r->db, r->village.org, 100, &waiting));
    if (waiting.len) {
        TextArg arg = {"n", say_int(r->arena, r->lang, (int64_t)waiting.len)};
        const char *one = N_("{n} open answer waits for a mark"), *many = N_("{n} open answers wait for a mark");
        today_add(today, (TodayItem){tr_fill(r->arena, tr(r->lang, waiting.len == 1 ? one : many), &arg, 1), "/quizzes/marks", "list-checks", 120});
    }
    return NULL;
}
