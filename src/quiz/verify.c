/* What must always be true: every result is what its answers are worth, judged anew. */
#include "quiz/inside.h"

typedef struct Checking {
    Db *db;
    Findings *findings;
} Checking;

static Err *check_event(Checking *c, const Attempt *a, const Paper *paper, const AttemptEvent *e)
{
    Judgement judged;
    if (e->position < 0 || (size_t)e->position >= paper->len) {
        finding(c->findings, "attempt %lld answers question %lld of %zu", (long long)a->id, (long long)e->position, paper->len);
        return NULL;
    }
    if (e->waits && !e->response.len)
        return NULL; /* the words of somebody who was erased */
    const PaperQuestion *q = &paper->at[e->position];
    Err *err = question_judge(c->db->arena, &q->question, &q->shown, e->response, &judged);
    if (err)
        finding(c->findings, "attempt %lld, answer %lld does not fit its question", (long long)a->id, (long long)e->seq);
    else if (judged.share != e->share || judged.waits != e->waits)
        finding(c->findings, "attempt %lld, answer %lld is worth %lld, not %lld", (long long)a->id, (long long)e->seq, (long long)judged.share,
                (long long)e->share);
    return NULL;
}

static Err *check_attempt(void *arg, const AttemptSums *sums)
{
    Checking *c = arg;
    Attempt a;
    Paper paper;
    Tally tally;
    AttemptEventList events;
    c->findings->checked++;
    TRY(attempt_read(c->db, sums->id, &a));
    TRY(paper_load(c->db, &a, &paper));
    TRY(attempt_events(c->db, a.id, &events));
    for (size_t i = 0; i < events.len; i++)
        TRY(check_event(c, &a, &paper, &events.at[i]));
    TRY(attempt_tally(c->db, &a, &tally));
    if (!a.has_share || tally.share != a.share || tally.waits != a.waits || tally.passed != a.passed)
        finding(c->findings, "attempt %lld says %lld, its answers come to %lld", (long long)a.id, (long long)a.share, (long long)tally.share);
    return NULL;
}

typedef struct Ids {
    Id *at;
    size_t len, room;
    AttemptSums *sums;
    Arena *arena;
} Ids;

static Err *gather(void *arg, const AttemptSums *row)
{
    Ids *ids = arg;
    if (ids->len == ids->room) {
        size_t room = ids->room ? ids->room * 2 : 1024;
        Id *more = NEW_ARRAY(ids->arena, Id, room);
        for (size_t i = 0; i < ids->len; i++)
            more[i] = ids->at[i];
        ids->at = more;
        ids->room = room;
    }
    ids->at[ids->len++] = row->id;
    return NULL;
}

/* Each attempt is judged in memory of its own, so that a million of them need no more than one. */
static Err *check_scores(Db *db, Findings *findings)
{
    Ids ids = {.arena = db->arena};
    TRY(verify_attempts(db, gather, &ids));
    Arena *arena = arena_new();
    Err *err = NULL;
    for (size_t i = 0; i < ids.len && !err; i++) {
        Db one = *db;
        one.arena = arena;
        Checking checking = {&one, findings};
        err = check_attempt(&checking, &(AttemptSums){.id = ids.at[i]});
        if (!err)
            arena_reset(arena);
    }
    err = err_copy(db->arena, err);
    arena_free(arena);
    return err;
}

static Err *check_rev(void *arg, const QuizRevSums *row)
{
    Findings *f = arg;
    f->checked++;
    if (row->questions != row->there)
        finding(f, "quiz revision %lld says %lld questions and holds %lld", (long long)row->id, (long long)row->questions, (long long)row->there);
    return NULL;
}

static Err *check_revs(Db *db, Findings *findings)
{
    return verify_revs(db, check_rev, findings);
}

static Err *check_late_one(void *arg, const LateEvent *row)
{
    finding(arg, "attempt %lld counts answer %lld, which came after its time", (long long)row->attempt, (long long)row->seq);
    return NULL;
}

static Err *check_late(Db *db, Findings *findings)
{
    return verify_late(db, check_late_one, findings);
}

/* Results again from the answers. */
static Err *rebuild_scores(Tx *tx, void *unused)
{
    Ids ids = {.arena = tx->db.arena};
    (void)unused;
    TRY(verify_attempts(&tx->db, gather, &ids));
    for (size_t i = 0; i < ids.len; i++) {
        Attempt a;
        Tally tally;
        int64_t changed;
        TRY(attempt_read(&tx->db, ids.at[i], &a));
        TRY(attempt_tally(&tx->db, &a, &tally));
        if (tally.share != a.share || tally.waits != a.waits || tally.passed != a.passed)
            TRY(attempt_share_put(tx, a.id, tally.share, tally.waits, tally.passed, &changed));
    }
    return NULL;
}

const Check quiz_checks[] = {
    {.name = "quiz.scores", .run = check_scores, .rebuild = rebuild_scores},
    {.name = "quiz.revisions", .run = check_revs},
    {.name = "quiz.late", .run = check_late},
    {0},
};
