/* An attempt from its start to its end: the log of answers is the truth, everything else is counted from it. */
#include "quiz/inside.h"

#include <sodium.h>

#include "learn/learn.h"

uint64_t seed_random(void)
{
    uint64_t bits;
    randombytes_buf(&bits, sizeof bits);
    return bits >> 1;
}

static Err *conflict(Arena *arena, const char *code)
{
    return err_new(arena, ERR_CONFLICT, code);
}

static bool is(Str word, const char *text)
{
    return str_eq(word, str_of(text));
}

/* ---- the start ---- */

/* The local day or week that an attempt counts for. */
static int64_t period_of(Db *db, Str mode, Time now)
{
    int64_t day = time_date(now, village_at(db).zone).days;
    return is(mode, "daily") ? day : is(mode, "weekly") ? (day + 3) / 7 : 0; /* 1 January 1970 was a Thursday */
}

/* A weekly quiz is the same paper for everybody that week. */
static uint64_t seed_of(const Quiz *quiz, int64_t period, uint64_t drawn)
{
    return is(quiz->mode, "weekly") ? ((uint64_t)quiz->id * 0x9E3779B97F4A7C15u ^ (uint64_t)period * 0xBF58476D1CE4E5B9u) >> 1 : drawn;
}

static Err *may_start(Db *db, const AttemptStart *start, const Quiz *quiz, int64_t period, Time now, Id *open)
{
    AttemptCounts counts;
    if (!is(quiz->state, "published") && !start->author)
        return err_new(db->arena, ERR_MISSING, "quiz.missing");
    TRY(attempt_counts(db, quiz->id, start->person, period, &counts));
    *open = start->quiz_match ? 0 : counts.open;
    if (*open)
        return NULL;
    if (!quiz->questions)
        return conflict(db->arena, "quiz.empty");
    if (quiz->has_open_at && now.ms < quiz->open_at.ms && !start->author)
        return conflict(db->arena, "quiz.not_open");
    if (quiz->has_close_at && now.ms >= quiz->close_at.ms && !start->author)
        return conflict(db->arena, "quiz.closed");
    if (is(quiz->mode, "match") && !start->quiz_match)
        return conflict(db->arena, "quiz.needs_match");
    int64_t used = is(quiz->mode, "daily") || is(quiz->mode, "weekly") ? counts.in_period : counts.total;
    return quiz->attempts && used >= quiz->attempts && !start->author ? conflict(db->arena, "quiz.no_more_attempts") : NULL;
}

static Err *paper_choose(Db *db, const Quiz *quiz, const AttemptStart *start, uint64_t seed, Time now, Str *paper, int64_t *asked)
{
    *paper = (Str){0};
    *asked = !is(quiz->selection, "fixed") && quiz->draw && quiz->draw < quiz->questions ? quiz->draw : quiz->questions;
    return is(quiz->selection, "due") ? choose_due(db, quiz, start->person, seed, now, paper, asked) : NULL;
}

/* A start that was sent again gives the attempt it made; one that is open already goes on. */
static Err *again(Db *db, AttemptStart *start, bool *found)
{
    AttemptKey key;
    TRY(attempt_by_device(db, start->person, start->device, start->device_seq, &key, found));
    if (*found && key.quiz != start->quiz)
        return conflict(db->arena, "attempt.key_used");
    start->again = *found;
    start->id = *found ? key.id : start->id;
    return NULL;
}

Err *attempt_start(Tx *tx, AttemptStart *start, Time now)
{
    Db *db = &tx->db;
    Quiz quiz;
    Id open = 0;
    Str paper;
    int64_t asked, made;
    bool found;
    TRY(again(db, start, &found));
    if (found)
        return NULL;
    TRY(quiz_read(db, start->quiz, start->lang, &quiz));
    int64_t period = period_of(db, quiz.mode, now);
    TRY(may_start(db, start, &quiz, period, now, &open));
    if (open) {
        Attempt running;
        TRY(attempt_read(db, open, &running));
        start->again = !attempt_over(&running, now);
        if (start->again) {
            start->id = open;
            return NULL;
        }
        TRY(attempt_finish(tx, open, now)); /* its time ran out unseen */
        return attempt_start(tx, start, now);
    }
    uint64_t seed = seed_of(&quiz, period, start->seed);
    TRY(paper_choose(db, &quiz, start, seed, now, &paper, &asked));
    start->again = false;
    Time due = {now.ms + quiz.time_s * SECOND_MS};
    if (quiz.time_s && quiz.has_close_at && is(quiz.mode, "exam") && quiz.close_at.ms < due.ms)
        due = quiz.close_at;
    TRY(attempt_insert(tx, &(AttemptInsertArgs){.id = start->id, .quiz = quiz.id, .quiz_rev = quiz.rev, .person = start->person, .lang = start->lang,
                                                .seed = (int64_t)seed, .asked = asked, .paper = paper, .device = start->device,
                                                .device_seq = start->device_seq, .quiz_match = start->quiz_match ? &start->quiz_match : NULL,
                                                .period = period, .now = now, .due_at = quiz.time_s ? &due : NULL}, &made));
    if (!made)
        return conflict(db->arena, "attempt.key_used");
    return is(quiz.mode, "exam") ? audit(tx, now, start->person, "quiz.exam_start", start->id, STR("")) : NULL;
}

Err *attempt_read(Db *db, Id id, Attempt *out)
{
    bool found;
    TRY(attempt_by_id(db, id, out, &found));
    return found ? NULL : err_new(db->arena, ERR_MISSING, "attempt.missing");
}

bool attempt_over(const Attempt *a, Time now)
{
    return a->has_ended_at || (a->has_due_at && now.ms > a->due_at.ms + a->grace_s * SECOND_MS);
}

bool feedback_open(const Attempt *a, Time now)
{
    if (is(a->feedback, "never") || !a->has_ended_at)
        return false;
    /* an exam that others may still be writing shows its answers when it is closed */
    return !is(a->mode, "exam") || !a->has_close_at || now.ms >= a->close_at.ms;
}

/* ---- counting ---- */

/* With answers shown at once the first one counts, else the last that came in time. Events come in their order. */
static void pick(const Attempt *a, const AttemptEventList *events, Tally *out)
{
    bool first = is(a->feedback, "immediate");
    for (size_t i = 0; i < events->len; i++) {
        const AttemptEvent *e = &events->at[i];
        out->last_at = e->received_at.ms > out->last_at.ms ? e->received_at : out->last_at;
        if (e->position < 0 || e->position >= a->asked || e->position >= PAPER_QUESTIONS_MAX)
            continue;
        /* a late answer stands for "no mark" so that the paper goes on, but never in the place of one that counts */
        const AttemptEvent *before = out->counted[e->position];
        if (!before || (!before->counts && e->counts) || (!first && e->counts))
            out->counted[e->position] = e;
    }
}

static void add_up(const Attempt *a, Tally *out)
{
    int64_t sum = 0;
    bool challenge = is(a->mode, "challenge");
    out->next = a->asked;
    for (int64_t i = a->asked - 1; i >= 0; i--)
        out->next = out->counted[i] ? out->next : i;
    for (int64_t i = 0; i < a->asked && !out->dead; i++) {
        const AttemptEvent *e = out->counted[i];
        const AttemptMark *m = out->marked[i];
        if (!e)
            continue;
        int64_t share = !e->counts ? 0 : m ? m->share : e->share;
        out->answered++;
        out->right += share == SHARE_FULL;
        out->waits += e->counts && e->waits && !m;
        out->dead = challenge && share != SHARE_FULL;
        sum += share;
    }
    out->share = a->asked ? sum / a->asked : 0;
    out->passed = !out->waits && (!a->pass_ppm || out->share >= a->pass_ppm * (SHARE_FULL / 1000000));
}

Err *attempt_tally(Db *db, const Attempt *a, Tally *out)
{
    AttemptEventList events;
    AttemptMarkList marks;
    *out = (Tally){.last_at = a->started_at};
    TRY(attempt_events(db, a->id, &events));
    TRY(attempt_marks(db, a->id, &marks));
    pick(a, &events, out);
    for (size_t i = 0; i < marks.len; i++)
        if (marks.at[i].position >= 0 && marks.at[i].position < PAPER_QUESTIONS_MAX)
            out->marked[marks.at[i].position] = &marks.at[i];
    add_up(a, out);
    return NULL;
}

/* ---- answers ---- */

/* One after the other, where the answer is shown at once or each has its own time. */
static bool one_by_one(const Attempt *a)
{
    return is(a->feedback, "immediate") || a->question_s > 0;
}

static Err *judge_one(Db *db, AnswerBatch *batch, Given *answer, Tally *tally, Time now)
{
    const Attempt *a = batch->attempt;
    PaperQuestion *q = NEW(db->arena, PaperQuestion);
    TRY(paper_question(db, a, answer->position, q));
    TRY(question_judge(db->arena, &q->question, &q->shown, answer->response, &answer->judged));
    answer->of = q;
    answer->late = a->has_due_at && now.ms > a->due_at.ms + a->grace_s * SECOND_MS;
    if (!one_by_one(a))
        return NULL;
    if (answer->position > tally->next && a->question_s)
        return err_field(db->arena, "attempt.not_yet", "position");
    if (a->question_s && answer->position == tally->next) {
        answer->late |= now.ms > tally->last_at.ms + (a->question_s + a->grace_s) * SECOND_MS;
        tally->last_at = now;
        tally->next++;
    }
    return NULL;
}

static Err *known_before(Db *db, const AnswerBatch *batch, Given *answer)
{
    AttemptEvent e;
    TRY(attempt_event_by_key(db, batch->attempt->id, batch->device, answer->seq, &e, &answer->known));
    if (answer->known) {
        answer->late = !e.counts;
        answer->judged = (Judgement){.waits = e.waits, .share = e.share};
    }
    return NULL;
}

static Err *keep_one(Tx *tx, const AnswerBatch *batch, Given *answer, Time now)
{
    int64_t kept;
    TRY(attempt_event_insert(tx, &(AttemptEventInsertArgs){.attempt = batch->attempt->id, .device = batch->device, .seq = answer->seq,
                                                           .position = answer->position, .response = answer->response,
                                                           .share = answer->judged.share, .waits = answer->judged.waits, .counts = !answer->late,
                                                           .hinted = answer->hinted, .ms = answer->ms, .answered_at = answer->answered_at, .now = now},
                             &kept));
    answer->known = false;
    if (kept)
        return NULL;
    TRY(known_before(&tx->db, batch, answer));
    return answer->known ? NULL : conflict(tx->db.arena, "attempt.ended");
}

Err *attempt_keep(Tx *tx, void *arg)
{
    AnswerBatch *batch = arg;
    bool wrong = false;
    for (size_t i = 0; i < batch->len; i++) {
        TRY(keep_one(tx, batch, &batch->at[i], batch->now));
        wrong |= batch->at[i].judged.share != SHARE_FULL || batch->at[i].late;
    }
    batch->ended = is(batch->attempt->mode, "challenge") && wrong;
    return batch->ended ? attempt_finish(tx, batch->attempt->id, batch->now) : NULL;
}

Err *attempt_judge(Db *db, AnswerBatch *batch)
{
    Tally tally = {0};
    if (!batch->len || batch->len > ANSWERS_MAX || batch->attempt->events + (int64_t)batch->len > EVENTS_MAX)
        return err_field(db->arena, "attempt.too_many", "answers");
    if (one_by_one(batch->attempt)) {
        if (batch->attempt->question_s && batch->len > 1)
            return err_field(db->arena, "attempt.one_at_a_time", "answers");
        TRY(attempt_tally(db, batch->attempt, &tally));
    }
    for (size_t i = 0; i < batch->len; i++) {
        Given *answer = &batch->at[i];
        if (batch->attempt->question_s || batch->attempt->has_ended_at) /* sent again after its time: the first one holds */
            TRY(known_before(db, batch, answer));
        if (answer->known)
            continue;
        if (batch->attempt->has_ended_at)
            return conflict(db->arena, "attempt.ended");
        TRY(judge_one(db, batch, answer, &tally, batch->now));
    }
    batch->all_known = true;
    for (size_t i = 0; i < batch->len; i++)
        batch->all_known &= batch->at[i].known;
    return NULL;
}

Err *attempt_answer(Store *store, Db *db, AnswerBatch *batch)
{
    TRY(attempt_judge(db, batch));
    return batch->all_known ? NULL : db_write(store, db->arena, attempt_keep, batch);
}

/* ---- the end ---- */

Err *attempt_finish(Tx *tx, Id id, Time now)
{
    Attempt a;
    PaperSkills paper;
    Tally tally;
    int64_t changed;
    TRY(attempt_read(&tx->db, id, &a));
    if (a.has_ended_at)
        return NULL;
    TRY(paper_skills(&tx->db, &a, &paper));
    TRY(attempt_tally(&tx->db, &a, &tally));
    TRY(attempt_end(tx, id, tally.share, tally.waits, tally.passed, now, &changed));
    if (is(a.mode, "exam"))
        TRY(audit(tx, now, a.person, "quiz.exam_end", id, STR("")));
    if (!a.person)
        return NULL;
    TRY(attempt_remember(tx, &a, &paper, &tally, now));
    return tally.passed && tally.answered ? learn_quiz_passed(tx, now, a.person, a.quiz) : NULL;
}

Err *attempt_mark(Tx *tx, Time now, Id by, Id id, int64_t position, int64_t share, Str note)
{
    Attempt a;
    Tally tally;
    int64_t changed;
    TRY(attempt_read(&tx->db, id, &a));
    TRY(attempt_tally(&tx->db, &a, &tally));
    if (!a.has_ended_at || position < 0 || position >= a.asked || !tally.counted[position] || !tally.counted[position]->waits)
        return conflict(tx->db.arena, "attempt.not_marked");
    TRY(attempt_mark_insert(tx, &(AttemptMarkInsertArgs){.attempt = id, .position = position, .at = now, .share = share, .note = note, .marked_by = by}));
    TRY(attempt_tally(&tx->db, &a, &tally));
    TRY(attempt_share_put(tx, id, tally.share, tally.waits, tally.passed, &changed));
    if (tally.passed && !a.passed && a.person)
        TRY(learn_quiz_passed(tx, now, a.person, a.quiz));
    return audit(tx, now, by, "quiz.mark", id, STR(""));
}

Id attempt_mint(void)
{
    return id_mint();
}
