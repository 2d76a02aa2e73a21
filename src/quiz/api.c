/* Quizzes for programs and phones. */
#include "quiz/api.h"

#include <sodium.h>

static bool is(Str word, const char *text)
{
    return str_eq(word, str_of(text));
}

static Str lang_here(const Req *r)
{
    return str_of(lang_tag(r->lang));
}

/* ---- quizzes ---- */

typedef struct QuizJson {
    Id id;
    Str title, about, mode, channel;
    int64_t questions, time_s, question_s, attempts, pass_percent;
    Str feedback, marks;
    Time open_at, close_at;
    bool has_open_at, has_close_at;
} QuizJson;
static const Field quiz_json_fields[] = {
    FIELD(QuizJson, id, FIELD_ID),
    FIELD(QuizJson, title, FIELD_STR),
    FIELD(QuizJson, about, FIELD_STR, .label = "Markdown"),
    FIELD(QuizJson, mode, FIELD_STR, .label = "practice, daily, weekly, special, challenge, match or exam"),
    FIELD(QuizJson, channel, FIELD_STR, .label = "Slug of its channel, or empty"),
    FIELD(QuizJson, questions, FIELD_INT, .label = "How many are asked"),
    FIELD(QuizJson, time_s, FIELD_INT, .label = "For all of it, in seconds; 0: no limit"),
    FIELD(QuizJson, question_s, FIELD_INT, .label = "For each question; 0: no limit"),
    FIELD(QuizJson, attempts, FIELD_INT, .label = "How often one person may; 0: as they like; of a day for daily, of a week for weekly"),
    FIELD(QuizJson, pass_percent, FIELD_INT, .label = "0: nobody fails"),
    FIELD(QuizJson, feedback, FIELD_STR, .label = "When right answers are shown: immediate, after or never"),
    FIELD(QuizJson, marks, FIELD_STR, .label = "Who sees a person's marks: me (nobody else) or coach"),
    FIELD(QuizJson, open_at, FIELD_TIME, HAS(QuizJson, open_at)),
    FIELD(QuizJson, close_at, FIELD_TIME, HAS(QuizJson, close_at)),
};
const Shape quiz_json_shape = SHAPE(QuizJson, "Quiz", quiz_json_fields);

static QuizJson quiz_json(const Quiz *q)
{
    bool part = q->draw && q->draw < q->questions && !is(q->selection, "fixed");
    return (QuizJson){.id = q->id, .title = q->title, .about = q->about, .mode = q->mode, .channel = q->channel,
                      .questions = part ? q->draw : q->questions, .time_s = q->time_s, .question_s = q->question_s, .attempts = q->attempts,
                      .pass_percent = q->pass_ppm / 10000, .feedback = q->feedback, .marks = q->marks, .open_at = q->open_at,
                      .close_at = q->close_at, .has_open_at = q->has_open_at, .has_close_at = q->has_close_at};
}

typedef struct QuizzesQuery {
    Id after;
    int64_t limit;
    bool has_limit;
} QuizzesQuery;
static const Field quizzes_query_fields[] = {
    FIELD(QuizzesQuery, after, FIELD_ID, .label = "The next of the page before"),
    FIELD(QuizzesQuery, limit, FIELD_INT, HAS(QuizzesQuery, limit), .min = 1, .max = 100, .label = "20 unless said"),
};
const Shape quizzes_query_shape = SHAPE(QuizzesQuery, "QuizzesQuery", quizzes_query_fields);

Err *list_quizzes_json(Req *r)
{
    QuizzesQuery query = {0};
    QuizList rows;
    TRY(take_query(r, &quizzes_query_shape, &query));
    size_t limit = query.has_limit ? (size_t)query.limit : 20;
    TRY(quiz_list(&r->db, lang_here(r), query.after, (int64_t)limit + 1, &rows));
    bool more = rows.len > limit;
    rows.len = more ? limit : rows.len;
    QuizJson *out = NEW_ARRAY(r->arena, QuizJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        out[i] = quiz_json(&rows.at[i]);
    return reply_json_list(r, &quiz_json_shape, out, rows.len, more ? id_text(r->arena, out[rows.len - 1].id) : STR(""));
}

Err *quiz_seen(Req *r, Id id, Quiz *out)
{
    TRY(quiz_read(&r->db, id, lang_here(r), out));
    return is(out->state, "published") || quiz_authors(r, out->org) ? NULL : err_new(r->arena, ERR_MISSING, "quiz.missing");
}

Err *show_quiz_json(Req *r)
{
    Quiz quiz;
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(quiz_seen(r, id, &quiz));
    QuizJson out = quiz_json(&quiz);
    return reply_json(r, 200, &quiz_json_shape, &out);
}

/* ---- attempts ---- */

typedef struct GapJson {
    Str before, kind;
    StrList options;
} GapJson;
static const Field gap_json_fields[] = {
    FIELD(GapJson, before, FIELD_STR),
    FIELD(GapJson, kind, FIELD_STR, .label = "choice, short or numeric"),
    FIELD(GapJson, options, FIELD_STRS, .label = "Of a choice"),
};
static const Shape gap_json_shape = SHAPE(GapJson, "PaperGap", gap_json_fields);

typedef struct AskedJson {
    int64_t position;
    Str type, prompt, format, hint, media, media_alt;
    StrList options, left;
    struct { GapJson *at; size_t len; } gaps;
    Str tail, response;
    bool answered;
    int64_t share;
    bool has_share;
    Str right, feedback;
} AskedJson;
static const Field asked_json_fields[] = {
    FIELD(AskedJson, position, FIELD_INT, .label = "From 0: how answers name it"),
    FIELD(AskedJson, type, FIELD_STR, .label = "single, multiple, truefalse, short, numeric, matching, ordering, cloze, hotspot or open"),
    FIELD(AskedJson, prompt, FIELD_STR),
    FIELD(AskedJson, format, FIELD_STR, .label = "markdown or plain"),
    FIELD(AskedJson, hint, FIELD_STR),
    FIELD(AskedJson, media, FIELD_STR),
    FIELD(AskedJson, media_alt, FIELD_STR),
    FIELD(AskedJson, options, FIELD_STRS, .label = "Choices, items to order or right sides, as shown; a response names them by their place from 0"),
    FIELD(AskedJson, left, FIELD_STRS, .label = "Left sides of pairs"),
    FIELD(AskedJson, gaps, FIELD_LIST, .shape = &gap_json_shape),
    FIELD(AskedJson, tail, FIELD_STR),
    FIELD(AskedJson, answered, FIELD_BOOL),
    FIELD(AskedJson, response, FIELD_STR, .label = "What was answered and counts"),
    FIELD(AskedJson, share, FIELD_INT, HAS(AskedJson, share), .label = "Its mark in ten-millionths, when it may be shown"),
    FIELD(AskedJson, right, FIELD_STR, .label = "The right answer in words, when it may be shown"),
    FIELD(AskedJson, feedback, FIELD_STR),
};
static const Shape asked_json_shape = SHAPE(AskedJson, "PaperQuestion", asked_json_fields);

typedef struct AttemptJson {
    Id id, quiz, match;
    Str mode, lang, feedback, state;
    Time started_at, due_at;
    bool has_due_at;
    int64_t grace_s, question_s, asked, answered, next;
    struct { AskedJson *at; size_t len; } questions;
    int64_t share, waits;
    bool has_share, passed;
} AttemptJson;
static const Field attempt_json_fields[] = {
    FIELD(AttemptJson, id, FIELD_ID),
    FIELD(AttemptJson, quiz, FIELD_ID),
    FIELD(AttemptJson, match, FIELD_ID),
    FIELD(AttemptJson, mode, FIELD_STR),
    FIELD(AttemptJson, lang, FIELD_STR),
    FIELD(AttemptJson, feedback, FIELD_STR),
    FIELD(AttemptJson, state, FIELD_STR, .label = "open or ended"),
    FIELD(AttemptJson, started_at, FIELD_TIME),
    FIELD(AttemptJson, due_at, FIELD_TIME, HAS(AttemptJson, due_at)),
    FIELD(AttemptJson, grace_s, FIELD_INT, .label = "Answers this much later still count"),
    FIELD(AttemptJson, question_s, FIELD_INT),
    FIELD(AttemptJson, asked, FIELD_INT, .label = "Questions on the paper"),
    FIELD(AttemptJson, answered, FIELD_INT),
    FIELD(AttemptJson, next, FIELD_INT, .label = "The first without an answer; asked when there is none"),
    FIELD(AttemptJson, questions, FIELD_LIST, .shape = &asked_json_shape, .label = "With a time for each question: only those up to the next"),
    FIELD(AttemptJson, share, FIELD_INT, HAS(AttemptJson, share), .label = "Result in ten-millionths, once ended"),
    FIELD(AttemptJson, waits, FIELD_INT, .label = "Open answers that no coach has marked yet"),
    FIELD(AttemptJson, passed, FIELD_BOOL),
};
const Shape attempt_json_shape = SHAPE(AttemptJson, "Attempt", attempt_json_fields);

static StrList texts_shown(Arena *arena, const OptionList *options, const int64_t *shown, size_t len, bool match)
{
    StrList out = {NEW_ARRAY(arena, Str, len + 1), len};
    for (size_t i = 0; i < len; i++)
        out.at[i] = match ? options->at[shown[i]].match : options->at[shown[i]].text;
    return out;
}

static AskedJson asked_json(Arena *arena, const PaperQuestion *p)
{
    const Question *q = &p->question;
    bool pairs = is(q->type, "matching");
    AskedJson out = {.position = p->position, .type = q->type, .prompt = q->prompt, .format = q->format, .hint = q->hint, .media = q->media,
                     .media_alt = q->media_alt, .tail = q->tail};
    out.options = texts_shown(arena, &q->options, p->shown.options, p->shown.options_len, pairs);
    out.left = texts_shown(arena, &q->options, p->shown.left, p->shown.left_len, false);
    out.gaps.at = NEW_ARRAY(arena, GapJson, p->shown.gaps_len + 1);
    for (size_t i = 0; i < p->shown.gaps_len; i++) {
        bool choice = is(q->gaps.at[i].kind, "choice");
        out.gaps.at[out.gaps.len++] = (GapJson){q->gaps.at[i].before, q->gaps.at[i].kind,
                                               texts_shown(arena, &q->gaps.at[i].options, p->shown.gaps[i].options, choice ? p->shown.gaps[i].len : 0, false)};
    }
    return out;
}

/* What was answered, and what may be said about it now. */
static Err *answered_part(Req *r, const Attempt *a, const Tally *tally, const PaperQuestion *p, bool told, AskedJson *out)
{
    const AttemptEvent *e = tally->counted[p->position];
    bool at_once = is(a->feedback, "immediate") && e;
    Judgement judged;
    if (e) {
        out->answered = true;
        out->response = e->response;
    }
    if (!told && !at_once)
        return NULL;
    const AttemptMark *mark = tally->marked[p->position];
    out->has_share = e && (!e->waits || mark);
    out->share = !e || !e->counts ? 0 : mark ? mark->share : e->share;
    out->right = question_right_words(r->arena, &p->question);
    TRY(question_judge(r->arena, &p->question, &p->shown, e ? e->response : (Str){0}, &judged));
    Str general = out->share == SHARE_FULL ? p->question.feedback_right : p->question.feedback_wrong;
    out->feedback = str_trim(str_format(r->arena, "%.*s\n%.*s\n%.*s", STR_ARG(judged.feedback), STR_ARG(general), STR_ARG(p->question.feedback)));
    return NULL;
}

static Err *attempt_questions(Req *r, const Attempt *a, const Tally *tally, AttemptJson *out)
{
    Paper paper;
    bool ended = a->has_ended_at, told = feedback_open(a, r->now);
    TRY(paper_load(&r->db, a, &paper));
    size_t shown = a->question_s && !ended ? (size_t)tally->next + 1 : paper.len;
    shown = shown < paper.len ? shown : paper.len;
    out->questions.at = NEW_ARRAY(r->arena, AskedJson, shown + 1);
    for (size_t i = 0; i < shown; i++) {
        AskedJson *one = &out->questions.at[out->questions.len++];
        *one = asked_json(r->arena, &paper.at[i]);
        TRY(answered_part(r, a, tally, &paper.at[i], told, one));
    }
    return NULL;
}

static Err *attempt_reply(Req *r, int status, Id id)
{
    Attempt a;
    Tally tally;
    TRY(attempt_read(&r->db, id, &a));
    TRY(attempt_tally(&r->db, &a, &tally));
    AttemptJson out = {.id = a.id, .quiz = a.quiz, .match = a.has_quiz_match ? a.quiz_match : 0, .mode = a.mode, .lang = a.lang, .feedback = a.feedback,
                       .state = a.has_ended_at ? STR("ended") : STR("open"), .started_at = a.started_at, .due_at = a.due_at,
                       .has_due_at = a.has_due_at, .grace_s = a.grace_s, .question_s = a.question_s, .asked = a.asked, .answered = tally.answered,
                       .next = tally.next, .has_share = a.has_ended_at, .share = a.share, .waits = a.waits, .passed = a.passed};
    TRY(attempt_questions(r, &a, &tally, &out));
    return reply_json(r, status, &attempt_json_shape, &out);
}

typedef struct StartJson {
    Str device, lang;
    int64_t seq;
    Id match;
    bool offline;
} StartJson;
static const Field start_json_fields[] = {
    FIELD(StartJson, device, FIELD_STR, .required = true, .min = 1, .max = DEVICE_MAX, .label = "A random name that this device keeps"),
    FIELD(StartJson, seq, FIELD_INT, .required = true, .min = 0, .max = INT64_MAX, .label = "A number that it never uses again: the same again is the same attempt"),
    FIELD(StartJson, lang, FIELD_STR, .max = 20, .label = "Language of the paper; the reader's unless said"),
    FIELD(StartJson, match, FIELD_ID, .label = "The match it belongs to"),
    FIELD(StartJson, offline, FIELD_BOOL, .label = "To be answered without a network: refused for quizzes that run by the clock"),
};
const Shape start_json_shape = SHAPE(StartJson, "NewAttempt", start_json_fields);

static Err *start_write(Tx *tx, void *arg)
{
    AttemptStart *start = arg;
    if (start->quiz_match)
        TRY(match_enter(tx, start->quiz_match, start->person));
    return attempt_start(tx, start, time_now());
}

Err *attempt_begin(Req *r, Id quiz, Id match, Str device, int64_t device_seq, Str lang, Id *out)
{
    Quiz seen;
    AttemptStart start = {.quiz = quiz, .person = r->who, .lang = lang.len && lang_find(lang) ? str_of(lang_tag(lang_find(lang))) : lang_here(r),
                          .device = device, .device_seq = device_seq, .seed = seed_random(), .quiz_match = match, .id = attempt_mint()};
    TRY(quiz_seen(r, quiz, &seen));
    start.author = quiz_authors(r, seen.org) && !is(seen.state, "published");
    if (match) {
        QuizMatch m;
        bool found;
        TRY(match_by_id(&r->db, match, &m, &found));
        if (!found || m.quiz != quiz)
            return err_new(r->arena, ERR_MISSING, "match.missing");
        start.seed = (uint64_t)m.seed;
        start.device = str_format(r->arena, "match-%.*s", STR_ARG(id_text(r->arena, match))); /* one attempt each */
        start.device_seq = 0;
    }
    TRY(db_write(r->store, r->arena, start_write, &start));
    *out = start.id;
    return NULL;
}

/* What runs by the clock, or by the moment of each answer, needs the server beside it. */
static Err *may_leave(Req *r, Id id)
{
    Quiz quiz;
    TRY(quiz_seen(r, id, &quiz));
    bool clock = quiz.time_s || quiz.question_s || quiz.has_close_at || is(quiz.mode, "exam") || is(quiz.mode, "match") || is(quiz.mode, "challenge");
    return clock ? err_new(r->arena, ERR_CONFLICT, "quiz.needs_network") : NULL;
}

Err *start_attempt_json(Req *r)
{
    StartJson in = {0};
    Id quiz, id;
    TRY(take_id(r, 0, &quiz));
    TRY(take(r, &start_json_shape, &in));
    if (in.offline)
        TRY(may_leave(r, quiz));
    TRY(attempt_begin(r, quiz, in.match, in.device, in.seq, in.lang, &id));
    return attempt_reply(r, 201, id);
}

Err *attempt_own(Req *r, int param, Attempt *out)
{
    Id id;
    TRY(take_id(r, param, &id));
    TRY(attempt_read(&r->db, id, out));
    return out->person == r->who ? NULL : err_new(r->arena, ERR_MISSING, "attempt.missing");
}

Err *show_attempt_json(Req *r)
{
    Attempt a;
    TRY(attempt_own(r, 0, &a));
    if (!a.has_ended_at && attempt_over(&a, r->now))
        TRY(attempt_end_now(r, a.id));
    return attempt_reply(r, 200, a.id);
}

/* ---- answers ---- */

typedef struct AnswerJson {
    int64_t seq, position, ms;
    Str response;
    bool hinted;
    Time answered_at;
} AnswerJson;
static const Field answer_json_fields[] = {
    FIELD(AnswerJson, seq, FIELD_INT, .required = true, .min = 0, .max = INT64_MAX, .label = "This device's number for the answer: the same again is the same answer"),
    FIELD(AnswerJson, position, FIELD_INT, .required = true, .min = 0, .max = PAPER_QUESTIONS_MAX, .label = "Of the question on the paper"),
    FIELD(AnswerJson, response, FIELD_STR, .max = RESPONSE_BYTES_MAX, .label = "See docs/quizzes.md; empty: left out"),
    FIELD(AnswerJson, ms, FIELD_INT, .min = 0, .max = DAY_MS, .label = "How long it took"),
    FIELD(AnswerJson, hinted, FIELD_BOOL),
    FIELD(AnswerJson, answered_at, FIELD_TIME, .label = "By the device's clock"),
};
static const Shape answer_json_shape = SHAPE(AnswerJson, "Answer", answer_json_fields);

typedef struct AnswersJson {
    Str device;
    struct { AnswerJson *at; size_t len; } answers;
} AnswersJson;
static const Field answers_json_fields[] = {
    FIELD(AnswersJson, device, FIELD_STR, .required = true, .min = 1, .max = DEVICE_MAX),
    FIELD(AnswersJson, answers, FIELD_LIST, .required = true, .min = 1, .max = ANSWERS_MAX, .shape = &answer_json_shape),
};
const Shape answers_json_shape = SHAPE(AnswersJson, "Answers", answers_json_fields);

typedef struct KeptJson {
    int64_t seq, position, share;
    bool known, late, has_share;
    Str right, feedback;
} KeptJson;
static const Field kept_json_fields[] = {
    FIELD(KeptJson, seq, FIELD_INT),
    FIELD(KeptJson, position, FIELD_INT),
    FIELD(KeptJson, known, FIELD_BOOL, .label = "It was here already"),
    FIELD(KeptJson, late, FIELD_BOOL, .label = "Kept, but it came after its time"),
    FIELD(KeptJson, share, FIELD_INT, HAS(KeptJson, share), .label = "When it may be shown"),
    FIELD(KeptJson, right, FIELD_STR),
    FIELD(KeptJson, feedback, FIELD_STR),
};
static const Shape kept_json_shape = SHAPE(KeptJson, "KeptAnswer", kept_json_fields);

typedef struct AnsweredJson {
    struct { KeptJson *at; size_t len; } answers;
    bool ended;
} AnsweredJson;
static const Field answered_json_fields[] = {
    FIELD(AnsweredJson, answers, FIELD_LIST, .shape = &kept_json_shape),
    FIELD(AnsweredJson, ended, FIELD_BOOL, .label = "The attempt ended by it"),
};
const Shape answered_json_shape = SHAPE(AnsweredJson, "Answered", answered_json_fields);

static KeptJson kept_json(Arena *arena, const Attempt *a, const Given *answer)
{
    bool told = is(a->feedback, "immediate") && answer->of && !answer->judged.waits;
    KeptJson out = {.seq = answer->seq, .position = answer->position, .known = answer->known, .late = answer->late};
    if (!told)
        return out;
    out.has_share = true;
    out.share = answer->late ? 0 : answer->judged.share;
    out.right = question_right_words(arena, &answer->of->question);
    out.feedback = str_trim(str_format(arena, "%.*s\n%.*s", STR_ARG(answer->judged.feedback), STR_ARG(answer->of->question.feedback)));
    return out;
}

/* The last step of an answer: what is said about those that are on disk now. */
static Err *answered_reply(Req *r, const AnswerBatch *batch)
{
    AnsweredJson out = {.answers = {NEW_ARRAY(r->arena, KeptJson, batch->len), batch->len}, .ended = batch->ended};
    for (size_t i = 0; i < batch->len; i++)
        out.answers.at[i] = kept_json(r->arena, batch->attempt, &batch->at[i]);
    return reply_json(r, 200, &answered_json_shape, &out);
}

/* Of an attempt that runs what never changes is known already; else it is read. */
static Err *attempt_answered(Req *r, size_t answers, Attempt *out)
{
    Id id;
    TRY(take_id(r, 0, &id));
    if (running_find(r->arena, id, (int64_t)answers, out) && out->person == r->who)
        return NULL;
    TRY(attempt_own(r, 0, out));
    running_keep(out);
    return NULL;
}

static Err *answers_on_disk(Req *r)
{
    return answered_reply(r, r->for_later);
}

Err *answer_attempt_json(Req *r)
{
    AnswersJson in = {0};
    Attempt *a = NEW(r->arena, Attempt);
    AnswerBatch *batch = NEW(r->arena, AnswerBatch);
    TRY(take(r, &answers_json_shape, &in));
    TRY(attempt_answered(r, in.answers.len, a));
    *batch = (AnswerBatch){.attempt = a, .device = in.device, .at = NEW_ARRAY(r->arena, Given, in.answers.len), .len = in.answers.len, .now = time_now()};
    for (size_t i = 0; i < in.answers.len; i++) {
        const AnswerJson *one = &in.answers.at[i];
        batch->at[i] = (Given){.seq = one->seq, .position = one->position, .response = one->response, .ms = one->ms, .hinted = one->hinted,
                               .answered_at = one->answered_at};
    }
    TRY(attempt_judge(&r->db, batch));
    return batch->all_known ? answered_reply(r, batch) : reply_later(r, attempt_keep, batch, answers_on_disk);
}

typedef struct Ending {
    Id attempt;
    Time now;
} Ending;

static Err *end_write(Tx *tx, void *arg)
{
    const Ending *ending = arg;
    return attempt_finish(tx, ending->attempt, ending->now);
}

Err *attempt_end_now(Req *r, Id attempt)
{
    Ending ending = {attempt, time_now()};
    return db_write(r->store, r->arena, end_write, &ending);
}

Err *end_attempt_json(Req *r)
{
    Attempt a;
    TRY(attempt_own(r, 0, &a));
    TRY(attempt_end_now(r, a.id));
    return attempt_reply(r, 200, a.id);
}
