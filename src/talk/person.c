/* What the talk knows of a person: taken along, and forgotten. */
#include "base/json.h"
#include "talk/inside.h"

typedef struct Taking {
    Buf *out;
    bool any;
} Taking;

static Err *comment_take(void *arg, const OwnComment *row)
{
    Taking *taking = arg;
    Arena *arena = taking->out->arena;
    const Str names[] = {STR("id"), STR("on"), STR("body"), STR("state"), STR("at")};
    const Str values[] = {id_text(arena, row->id), row->title, row->body, row->state, time_text(arena, row->at)};
    buf_add(taking->out, taking->any ? STR(",{") : STR("{"));
    for (size_t i = 0; i < 5; i++) {
        buf_addf(taking->out, "%s\"%.*s\":", i ? "," : "", STR_ARG(names[i]));
        json_write_str(taking->out, values[i]);
    }
    buf_add_char(taking->out, '}');
    taking->any = true;
    return NULL;
}

Err *talk_export_person(Db *db, Id person, Buf *json_members)
{
    Taking taking = {.out = json_members};
    buf_add(json_members, STR("\"comments\":["));
    TRY(comment_each_by(db, person, comment_take, &taking));
    buf_add_char(json_members, ']');
    return NULL;
}

Err *talk_erase_person(Tx *tx, Id person, Time now)
{
    TRY(talk_appeal_erase(tx, person));
    TRY(comment_erase(tx, person, now));
    TRY(talk_notice_erase(tx, person));
    TRY(comment_report_erase(tx, person));
    return talk_decision_erase(tx, person);
}
