/* What learning knows of a person: taken along, and forgotten. */
#include "base/json.h"
#include "learn/points.h"
#include "media/media.h"

static void member(Buf *out, const char *name, Str value, bool first)
{
    buf_addf(out, "%s\"%s\":", first ? "" : ",", name);
    json_write_str(out, value);
}

static Err *points_take(Db *db, Id person, Buf *out)
{
    PointEntryList rows;
    TRY(point_list(db, person, &rows));
    buf_add(out, STR(",\"points\":["));
    for (size_t i = 0; i < rows.len; i++) {
        const PointEntry *row = &rows.at[i];
        buf_addf(out, "%s{\"n\":%lld,\"delta\":%lld", i ? "," : "", (long long)row->n, (long long)row->delta);
        member(out, "rule", row->rule, false);
        member(out, "ref", id_text(out->arena, row->ref), false);
        member(out, "day", date_text(out->arena, row->day), false);
        member(out, "at", time_text(out->arena, row->at), false);
        member(out, "line", points_line(out->arena, i ? rows.at[i - 1].hash : STR(""), row), false);
        member(out, "sha256", row->hash, false);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return NULL;
}

static Err *courses_take(Db *db, Id person, Buf *out)
{
    MyCourseList courses;
    DoneLineList done;
    PaperList papers;
    MyTaskList tasks;
    TRY(enrolment_list(db, person, STR("en"), &courses));
    TRY(learner_export(db, person, &done));
    TRY(paper_list(db, person, &papers));
    TRY(task_mine_all(db, person, &tasks));
    buf_add(out, STR(",\"courses\":["));
    for (size_t i = 0; i < courses.len; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        member(out, "course", courses.at[i].title, true);
        buf_addf(out, ",\"steps\":%lld,\"done\":%lld}", (long long)courses.at[i].steps, (long long)courses.at[i].done);
    }
    buf_add(out, STR("],\"steps_done\":["));
    for (size_t i = 0; i < done.len; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        member(out, "step", id_text(out->arena, done.at[i].step), true);
        member(out, "how", done.at[i].how, false);
        member(out, "at", time_text(out->arena, done.at[i].at), false);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("],\"tasks\":["));
    for (size_t i = 0; i < tasks.len; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        member(out, "words", tasks.at[i].words, true);
        member(out, "photo", tasks.at[i].photo, false);
        member(out, "state", tasks.at[i].state, false);
        member(out, "at", time_text(out->arena, tasks.at[i].sent_at), false);
        buf_add_char(out, '}');
    }
    buf_add(out, STR("],\"certificates\":["));
    for (size_t i = 0; i < papers.len; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        member(out, "code", papers.at[i].code, true);
        member(out, "at", time_text(out->arena, papers.at[i].at), false);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    return NULL;
}

Err *learn_export_person(Db *db, Id person, Buf *json_members)
{
    SubscriptionList channels;
    ReadLineList read;
    Buf *out = json_members;
    TRY(subscription_list(db, person, &channels));
    TRY(item_read_list(db, person, &read));
    buf_add(out, STR("\"subscriptions\":["));
    for (size_t i = 0; i < channels.len; i++) {
        buf_add(out, i ? STR(",") : STR(""));
        json_write_str(out, channels.at[i].slug);
    }
    buf_add(out, STR("],\"read\":["));
    for (size_t i = 0; i < read.len; i++) {
        buf_add(out, i ? STR(",{") : STR("{"));
        member(out, "item", id_text(out->arena, read.at[i].item), true);
        member(out, "at", time_text(out->arena, read.at[i].at), false);
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
    TRY(courses_take(db, person, out));
    return points_take(db, person, out);
}

Err *learn_erase_person(Tx *tx, Id person, Time now)
{
    MyTaskList tasks;
    TRY(task_mine_all(&tx->db, person, &tasks));
    for (size_t i = 0; i < tasks.len; i++)
        TRY(media_drop(tx, tasks.at[i].photo, now));
    Err *(*const forget[])(Tx *, Id) = {subscription_erase, item_read_erase, enrolment_erase, step_done_erase, task_erase, paper_erase,
                                        cohort_erase, channel_erase_person, item_author_erase, item_revision_author_erase,
                                        item_event_who_erase, task_coach_erase, feed_erase, point_erase, point_choice_erase};
    for (size_t i = 0; i < sizeof forget / sizeof *forget; i++)
        TRY(forget[i](tx, person));
    return NULL;
}
