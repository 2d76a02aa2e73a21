/* What is known of a person here, and forgetting it; exams whose time is over. */
#include "quiz/inside.h"

#include "base/json.h"

/* Attempts stay without their person, so that counts stay true; words that they wrote themselves go. */
Err *quiz_erase_person(Tx *tx, Id person, Time now)
{
    (void)now;
    TRY(attempt_words_forget(tx, person));
    TRY(attempt_mark_notes_forget(tx, person));
    TRY(attempts_forget(tx, person));
    TRY(match_forget_host(tx, person));
    TRY(match_forget_guest(tx, person));
    TRY(memory_forget(tx, person));
    return memory_wish_forget(tx, person);
}

static Err *export_attempt(Db *db, Buf *out, const AttemptBrief *row)
{
    AttemptEventList events;
    TRY(attempt_events(db, row->id, &events));
    buf_addf(out, "{\"id\":\"%.*s\",\"quiz\":\"%.*s\",\"title\":", STR_ARG(id_text(db->arena, row->id)), STR_ARG(id_text(db->arena, row->quiz)));
    json_write_str(out, row->title);
    buf_addf(out, ",\"started_at\":\"%.*s\",\"share\":%lld,\"answers\":[", STR_ARG(time_text(db->arena, row->started_at)), (long long)row->share);
    for (size_t i = 0; i < events.len; i++) {
        buf_addf(out, "%s{\"position\":%lld,\"share\":%lld,\"response\":", i ? "," : "", (long long)events.at[i].position, (long long)events.at[i].share);
        json_write_str(out, events.at[i].response);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("]}"));
    return NULL;
}

Err *quiz_export_person(Db *db, Id person, Buf *out)
{
    MemoryRowList memory;
    Id before = INT64_MAX;
    bool first = true;
    buf_add(out, STR("\"quizzes\":["));
    for (AttemptBriefList rows; true; before = rows.at[rows.len - 1].id) {
        TRY(attempt_list_by_person(db, person, before, 200, STR("en"), &rows));
        if (!rows.len)
            break;
        for (size_t i = 0; i < rows.len; i++) {
            if (!first)
                buf_add_char(out, ',');
            first = false;
            TRY(export_attempt(db, out, &rows.at[i]));
        }
    }
    TRY(memory_of(db, person, STR("en"), &memory));
    buf_add(out, STR("],\"memory\":["));
    for (size_t i = 0; i < memory.len; i++) {
        const MemoryRow *m = &memory.at[i];
        buf_addf(out, "%s{\"skill\":", i ? "," : "");
        json_write_str(out, m->name);
        buf_addf(out, ",\"stability\":%.8f,\"difficulty\":%.8f,\"reviews\":%lld,\"due_at\":\"%.*s\"}", m->stability, m->difficulty,
                 (long long)m->reps, STR_ARG(time_text(db->arena, m->due_at)));
    }
    buf_add_char(out, ']');
    return NULL;
}

/* ---- exams whose time is over are handed in as they are ---- */

typedef struct Ending {
    Id attempt;
    Time now;
} Ending;

static Err *end_write(Tx *tx, void *arg)
{
    const Ending *ending = arg;
    return attempt_finish(tx, ending->attempt, ending->now);
}

static Err *end_overdue(JobContext *context)
{
    Db db;
    AttemptDueList rows;
    TRY(db_read(context->store, context->arena, &db));
    TRY(attempts_overdue(&db, context->now, 1000, &rows));
    for (size_t i = 0; i < rows.len; i++) {
        Ending ending = {rows.at[i].id, context->now};
        if (context->now.ms > rows.at[i].due_at.ms + rows.at[i].grace_s * SECOND_MS)
            TRY(db_write(context->store, context->arena, end_write, &ending));
    }
    return NULL;
}

const Job quiz_jobs[] = {
    {.name = "quiz.overdue", .every_ms = 30 * SECOND_MS, .run = end_overdue, .about = N_("Hands in exams whose time is over.")},
    {0},
};
