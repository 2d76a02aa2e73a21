/* Marks, results, matches and memory for programs and phones. */
#include "quiz/api.h"

#include <sodium.h>

/* ---- marks of open answers ---- */

typedef struct MarkJson {
    int64_t position, percent;
    Str note;
} MarkJson;
static const Field mark_json_fields[] = {
    FIELD(MarkJson, position, FIELD_INT, .required = true, .min = 0, .max = PAPER_QUESTIONS_MAX),
    FIELD(MarkJson, percent, FIELD_INT, .required = true, .min = 0, .max = 100, .label = N_("Mark, percent")),
    FIELD(MarkJson, note, FIELD_STR, .max = 1000, .label = N_("Note to the learner"), .input = "textarea"),
};
const Shape mark_json_shape = SHAPE(MarkJson, "Mark", mark_json_fields);

typedef struct Marking {
    MarkJson in;
    Id attempt, by;
    Time now;
} Marking;

static Err *mark_write(Tx *tx, void *arg)
{
    const Marking *m = arg;
    return attempt_mark(tx, m->now, m->by, m->attempt, m->in.position, m->in.percent * (SHARE_FULL / 100), m->in.note);
}

/* Only where the quiz said so before, and only coaches of its organisation; anybody else does not even learn that it is there. */
Err *mark_given(Req *r)
{
    Marking marking = {.by = r->who, .now = time_now()};
    Attempt a;
    TRY(take_id(r, 0, &marking.attempt));
    TRY(attempt_read(&r->db, marking.attempt, &a));
    if (!str_eq(a.marks, STR("coach")) || !quiz_coaches(r, a.org))
        return err_new(r->arena, ERR_MISSING, "attempt.missing");
    TRY(take(r, &mark_json_shape, &marking.in));
    return db_write(r->store, r->arena, mark_write, &marking);
}

Err *mark_attempt_json(Req *r)
{
    TRY(mark_given(r));
    return reply_empty(r, 204);
}

/* ---- results ---- */

typedef struct PersonJson {
    Id attempt;
    Str name;
    int64_t share, waits;
    bool passed;
    Time ended_at;
} PersonJson;
static const Field person_json_fields[] = {
    FIELD(PersonJson, attempt, FIELD_ID),      FIELD(PersonJson, name, FIELD_STR),   FIELD(PersonJson, share, FIELD_INT),
    FIELD(PersonJson, waits, FIELD_INT),       FIELD(PersonJson, passed, FIELD_BOOL), FIELD(PersonJson, ended_at, FIELD_TIME),
};
static const Shape person_json_shape = SHAPE(PersonJson, "QuizPerson", person_json_fields);

typedef struct ResultsJson {
    bool few;
    int64_t people, attempts, passed, mean_share;
    struct { PersonJson *at; size_t len; } persons;
    Id next;
} ResultsJson;
static const Field results_json_fields[] = {
    FIELD(ResultsJson, few, FIELD_BOOL, .label = "Fewer than five people: no counts are shown"),
    FIELD(ResultsJson, people, FIELD_INT),
    FIELD(ResultsJson, attempts, FIELD_INT),
    FIELD(ResultsJson, passed, FIELD_INT),
    FIELD(ResultsJson, mean_share, FIELD_INT, .label = "In ten-millionths"),
    FIELD(ResultsJson, persons, FIELD_LIST, .shape = &person_json_shape, .label = "Only when the quiz said that coaches see marks"),
    FIELD(ResultsJson, next, FIELD_ID, .label = "after= of the next page; null at the end"),
};
const Shape results_json_shape = SHAPE(ResultsJson, "QuizResults", results_json_fields);

typedef struct ResultsQuery {
    Id after;
} ResultsQuery;
static const Field results_query_fields[] = {FIELD(ResultsQuery, after, FIELD_ID)};
const Shape results_query_shape = SHAPE(ResultsQuery, "QuizResultsQuery", results_query_fields);

Err *show_results_json(Req *r)
{
    ResultsQuery query = {0};
    ResultsJson out = {0};
    QuizTotals totals;
    QuizResultList rows;
    Quiz quiz;
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(take_query(r, &results_query_shape, &query));
    TRY(quiz_read(&r->db, id, STR("en"), &quiz));
    if (!quiz_coaches(r, quiz.org))
        return denied(r);
    TRY(quiz_totals(&r->db, id, &totals));
    TRY(quiz_results(&r->db, id, query.after, 101, &rows));
    out.few = totals.people < K_LEAST;
    if (!out.few) {
        out.people = totals.people;
        out.attempts = totals.attempts;
        /* how many of a few passed, or failed, says who */
        out.passed = totals.passed < K_LEAST || totals.people - totals.passed < K_LEAST ? 0 : totals.passed;
        out.mean_share = totals.sum / totals.attempts;
    }
    out.persons.at = NEW_ARRAY(r->arena, PersonJson, rows.len + 1);
    for (size_t i = 0; i < rows.len && i < 100; i++)
        out.persons.at[out.persons.len++] = (PersonJson){rows.at[i].id, person_name(&r->db, r->lang, rows.at[i].person), rows.at[i].share, rows.at[i].waits,
                                                         rows.at[i].passed, rows.at[i].ended_at};
    out.next = rows.len > 100 ? rows.at[99].id : 0;
    return reply_json(r, 200, &results_json_shape, &out);
}

/* ---- matches ---- */

typedef struct MatchJson {
    Id id, quiz, attempt;
    Str code, state;
    int64_t mine, theirs;
    bool has_mine, has_theirs;
} MatchJson;
static const Field match_json_fields[] = {
    FIELD(MatchJson, id, FIELD_ID),
    FIELD(MatchJson, quiz, FIELD_ID),
    FIELD(MatchJson, code, FIELD_STR, .label = "To tell the other one"),
    FIELD(MatchJson, state, FIELD_STR, .label = "waiting, playing or over"),
    FIELD(MatchJson, attempt, FIELD_ID, .label = "My attempt, once begun"),
    FIELD(MatchJson, mine, FIELD_INT, HAS(MatchJson, mine)),
    FIELD(MatchJson, theirs, FIELD_INT, HAS(MatchJson, theirs), .label = "Shown when both have ended"),
};
const Shape match_json_shape = SHAPE(MatchJson, "QuizMatch", match_json_fields);

typedef struct MatchMakeJson {
    Id quiz;
} MatchMakeJson;
static const Field match_make_fields[] = {FIELD(MatchMakeJson, quiz, FIELD_ID, .required = true)};
const Shape match_make_shape = SHAPE(MatchMakeJson, "NewQuizMatch", match_make_fields);
typedef struct MatchJoinJson {
    Str code;
} MatchJoinJson;
static const Field match_join_fields[] = {FIELD(MatchJoinJson, code, FIELD_STR, .required = true, .max = 12, .label = N_("Code of the match"))};
const Shape match_join_shape = SHAPE(MatchJoinJson, "JoinQuizMatch", match_join_fields);

static Err *make_write(Tx *tx, void *arg)
{
    return match_make(tx, arg, time_now());
}

Err *match_begin(Req *r, Id quiz, MatchMake *out)
{
    *out = (MatchMake){.quiz = quiz, .person = r->who, .seed = seed_random(), .id = id_mint(),
                       .code = str_format(r->arena, "%06u", randombytes_uniform(1000000))};
    return db_write(r->store, r->arena, make_write, out);
}

typedef struct Entering {
    Id match, person;
} Entering;

static Err *enter_write(Tx *tx, void *arg)
{
    const Entering *e = arg;
    return match_enter(tx, e->match, e->person);
}

Err *match_join_now(Req *r, Str code, QuizMatch *out)
{
    TRY(match_find(&r->db, code, r->now, out));
    Entering entering = {out->id, r->who};
    return db_write(r->store, r->arena, enter_write, &entering);
}

static Err *match_reply(Req *r, int status, Id id)
{
    QuizMatch m;
    MatchAttemptList attempts;
    bool found;
    size_t ended = 0;
    TRY(match_by_id(&r->db, id, &m, &found));
    if (!found || (m.host != r->who && !(m.has_guest && m.guest == r->who)))
        return err_new(r->arena, ERR_MISSING, "match.missing");
    TRY(match_attempts(&r->db, id, &attempts));
    MatchJson out = {.id = id, .quiz = m.quiz, .code = m.code};
    for (size_t i = 0; i < attempts.len; i++)
        ended += attempts.at[i].has_ended_at;
    bool over = ended == 2;
    for (size_t i = 0; i < attempts.len; i++) {
        const MatchAttempt *a = &attempts.at[i];
        if (a->person == r->who) {
            out.attempt = a->id;
            out.has_mine = a->has_ended_at;
            out.mine = a->share;
        } else {
            out.has_theirs = over;
            out.theirs = over ? a->share : 0;
        }
    }
    out.state = over ? STR("over") : m.has_guest ? STR("playing") : STR("waiting");
    return reply_json(r, status, &match_json_shape, &out);
}

Err *make_match_json(Req *r)
{
    MatchMakeJson in = {0};
    MatchMake made;
    TRY(take(r, &match_make_shape, &in));
    TRY(match_begin(r, in.quiz, &made));
    return match_reply(r, 201, made.id);
}

Err *join_match_json(Req *r)
{
    MatchJoinJson in = {0};
    QuizMatch m;
    TRY(take(r, &match_join_shape, &in));
    TRY(match_join_now(r, in.code, &m));
    return match_reply(r, 200, m.id);
}

Err *show_match_json(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    return match_reply(r, 200, id);
}

/* ---- memory ---- */

typedef struct MemoryJson {
    Id skill;
    Str name;
    int64_t known_ppm, reviews, right, of;
    bool due, mastered;
    Time due_at;
} MemoryJson;
static const Field memory_json_fields[] = {
    FIELD(MemoryJson, skill, FIELD_ID),
    FIELD(MemoryJson, name, FIELD_STR),
    FIELD(MemoryJson, known_ppm, FIELD_INT, .label = "The chance that it is still known, in millionths"),
    FIELD(MemoryJson, reviews, FIELD_INT),
    FIELD(MemoryJson, right, FIELD_INT, .label = "Right ones of the last few"),
    FIELD(MemoryJson, of, FIELD_INT, .label = "How many the last few are"),
    FIELD(MemoryJson, due, FIELD_BOOL),
    FIELD(MemoryJson, mastered, FIELD_BOOL),
    FIELD(MemoryJson, due_at, FIELD_TIME),
};
const Shape memory_json_shape = SHAPE(MemoryJson, "Memory", memory_json_fields);

Err *list_memory_json(Req *r)
{
    MemoryRowList rows;
    MemorySettings settings = memory_of_person(&r->db, r->who);
    TRY(memory_of(&r->db, r->who, str_of(lang_tag(r->lang)), &rows));
    MemoryJson *out = NEW_ARRAY(r->arena, MemoryJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const MemoryRow *m = &rows.at[i];
        Window window = {(uint32_t)m->recent, m->recent_len};
        Criterion criterion = {m->criterion_m, m->criterion_n, m->criterion_r};
        int64_t known = memory_known_ppm(&settings, m->stability, m->reviewed_at, r->now);
        out[i] = (MemoryJson){m->skill, m->name, known, m->reps, window_right(window, m->criterion_n), m->criterion_n, m->due_at.ms <= r->now.ms,
                              mastery_reached(&criterion, window, (double)known / 1e6), m->due_at};
    }
    return reply_json_list(r, &memory_json_shape, out, rows.len, STR(""));
}
