/* The talk for programs, and for phones that send what was written without a network. */
#include "talk/handlers.h"

static const Field comments_query_fields[] = {FIELD(CommentAsk, subject, FIELD_ID, .required = true)};
const Shape comments_query_shape = SHAPE(CommentAsk, "CommentsQuery", comments_query_fields);

static const Field comment_ask_fields[] = {
    FIELD(CommentAsk, subject, FIELD_ID, .required = true, .label = "What is commented on: the id of a piece or a question"),
    FIELD(CommentAsk, parent, FIELD_ID, .label = "The comment it answers to"),
    FIELD(CommentAsk, body, FIELD_STR, .required = true, .max = 4 * COMMENT_MAX, .label = N_("Your comment"), .input = "textarea"),
    FIELD(CommentAsk, device, FIELD_STR, .max = 64, .label = "Of a phone that may send it twice: its name for itself"),
    FIELD(CommentAsk, seq, FIELD_INT, .min = 0, .max = INT64_MAX, .label = "and a number that it gives once"),
};
const Shape comment_ask_shape = SHAPE(CommentAsk, "CommentAsk", comment_ask_fields);

typedef struct CommentJson {
    Id id;
    Str author, body, state;
    Time at;
    bool mine, answer;
} CommentJson;
static const Field comment_json_fields[] = {
    FIELD(CommentJson, id, FIELD_ID),
    FIELD(CommentJson, author, FIELD_STR),
    FIELD(CommentJson, body, FIELD_STR, .label = "Plain text; empty when it was taken away"),
    FIELD(CommentJson, state, FIELD_STR, .one_of = "visible|pending|hidden|deleted"),
    FIELD(CommentJson, at, FIELD_TIME),
    FIELD(CommentJson, mine, FIELD_BOOL),
    FIELD(CommentJson, answer, FIELD_BOOL, .label = "It answers the one above it"),
};
const Shape comment_json_shape = SHAPE(CommentJson, "Comment", comment_json_fields);

Err *list_comments_json(Req *r)
{
    CommentAsk query = {0};
    TalkSpot spot;
    TalkView view;
    TRY(take_query(r, &comments_query_shape, &query));
    TRY(spot_readable(r, query.subject, &spot));
    TRY(talk_view(r, query.subject, &view));
    CommentJson *list = NEW_ARRAY(r->arena, CommentJson, view.comments.len + 1);
    for (size_t i = 0; i < view.comments.len; i++) {
        const TalkComment *c = &view.comments.at[i];
        list[i] = (CommentJson){c->id, c->author, c->body,
                                c->hidden ? STR("hidden") : c->deleted ? STR("deleted") : c->waiting ? STR("pending") : STR("visible"),
                                c->at, c->mine, c->answer};
    }
    return reply_json_list(r, &comment_json_shape, list, view.comments.len, STR(""));
}

static Err *comment_reply(Req *r, Id id, int status)
{
    Comment row;
    TRY(comment_must(&r->db, id, &row));
    CommentJson json = {id, r->who_name, row.body, row.state, row.at, row.has_author && row.author == r->who, row.has_parent};
    return reply_json(r, status, &comment_json_shape, &json);
}

Err *write_comment_json(Req *r)
{
    CommentAsk asked = {0};
    Id made;
    TRY(take(r, &comment_ask_shape, &asked));
    TRY(comment_send(r, &asked, &made));
    return comment_reply(r, made, 201);
}

Err *take_back_json(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(take_back_send(r, id));
    return reply_empty(r, 204);
}

static const Field report_ask_fields[] = {
    FIELD(RuleAsk, rule, FIELD_ID, .required = true, .label = "Which rule it breaks"),
    FIELD(RuleAsk, reason, FIELD_STR, .max = 4 * REASON_MAX, .label = N_("What is wrong with it?"), .input = "textarea"),
};
const Shape report_ask_shape = SHAPE(RuleAsk, "ReportAsk", report_ask_fields);
static const Field hide_ask_fields[] = {
    FIELD(RuleAsk, rule, FIELD_ID, .required = true, .label = "Which rule it breaks"),
    FIELD(RuleAsk, reason, FIELD_STR, .required = true, .max = 4 * REASON_MAX, .label = N_("Why"), .input = "textarea",
          .help = N_("The author and everybody can read it in the public log. Name nobody.")),
};
const Shape hide_ask_shape = SHAPE(RuleAsk, "HideAsk", hide_ask_fields);
static const Field appeal_ask_fields[] = {
    FIELD(RuleAsk, reason, FIELD_STR, .required = true, .max = 4 * REASON_MAX, .label = N_("Why should it come back?"), .input = "textarea"),
};
const Shape appeal_ask_shape = SHAPE(RuleAsk, "AppealAsk", appeal_ask_fields);
static const Field decide_ask_fields[] = {
    FIELD(RuleAsk, reversed, FIELD_BOOL, .label = "true: the comment comes back"),
    FIELD(RuleAsk, reason, FIELD_STR, .required = true, .max = 4 * REASON_MAX, .label = N_("Why"), .input = "textarea"),
};
const Shape decide_ask_shape = SHAPE(RuleAsk, "DecideAsk", decide_ask_fields);

static Err *take_rule(Req *r, const Shape *shape, Id *id, RuleAsk *asked)
{
    *asked = (RuleAsk){0};
    TRY(take_id(r, 0, id));
    return take(r, shape, asked);
}

Err *report_json(Req *r)
{
    RuleAsk asked;
    Id id;
    TRY(take_rule(r, &report_ask_shape, &id, &asked));
    TRY(report_send(r, id, asked.rule, asked.reason));
    return reply_empty(r, 204);
}

Err *hide_json(Req *r)
{
    RuleAsk asked;
    Id id, decision;
    TRY(take_rule(r, &hide_ask_shape, &id, &asked));
    TRY(hide_send(r, id, asked.rule, asked.reason, &decision));
    return comment_reply(r, id, 200);
}

Err *approve_json(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(approve_send(r, id));
    return comment_reply(r, id, 200);
}

Err *appeal_json(Req *r)
{
    RuleAsk asked;
    Id id;
    TRY(take_rule(r, &appeal_ask_shape, &id, &asked));
    TRY(appeal_send(r, id, asked.reason));
    return reply_empty(r, 204);
}

Err *decide_json(Req *r)
{
    RuleAsk asked;
    Id id;
    TRY(take_rule(r, &decide_ask_shape, &id, &asked));
    TRY(decide_send(r, id, asked.reversed, asked.reason));
    return reply_empty(r, 204);
}

/* ---- the public log ---- */

static const Field log_query_fields[] = {FIELD(LogQuery, before, FIELD_ID), FIELD(LogQuery, limit, FIELD_INT, .min = 1, .max = 100)};
const Shape log_query_shape = SHAPE(LogQuery, "LogQuery", log_query_fields);

typedef struct DecisionJson {
    Id id;
    Str decision_visibility, decision_ground, content_type, rule, decision_facts, source_type, role, about, appeal;
    bool automated_detection, automated_decision;
    Time application_date;
} DecisionJson;
static const Field decision_json_fields[] = {
    FIELD(DecisionJson, id, FIELD_ID),
    FIELD(DecisionJson, decision_visibility, FIELD_STR, .one_of = "CONTENT_REMOVED|CONTENT_RESTORED"),
    FIELD(DecisionJson, decision_ground, FIELD_STR),
    FIELD(DecisionJson, content_type, FIELD_STR),
    FIELD(DecisionJson, rule, FIELD_STR),
    FIELD(DecisionJson, decision_facts, FIELD_STR, .label = "The reason; names nobody"),
    FIELD(DecisionJson, source_type, FIELD_STR, .one_of = "notice|own_initiative|appeal"),
    FIELD(DecisionJson, role, FIELD_STR),
    FIELD(DecisionJson, about, FIELD_STR, .label = "Under what the comment stood"),
    FIELD(DecisionJson, appeal, FIELD_STR, .label = "open, upheld, reversed, or empty"),
    FIELD(DecisionJson, automated_detection, FIELD_BOOL, .label = "Found by the word list"),
    FIELD(DecisionJson, automated_decision, FIELD_BOOL, .label = "Always false: a person decides"),
    FIELD(DecisionJson, application_date, FIELD_TIME),
};
const Shape decision_json_shape = SHAPE(DecisionJson, "Decision", decision_json_fields);

Err *list_decisions_json(Req *r)
{
    LogQuery query = {0};
    LogLineList rows;
    TRY(take_query(r, &log_query_shape, &query));
    int64_t limit = query.limit ? query.limit : 50;
    TRY(talk_decision_log(&r->db, query.before ? query.before : INT64_MAX, limit + 1, &rows));
    bool more = rows.len > (size_t)limit;
    rows.len = more ? (size_t)limit : rows.len;
    DecisionJson *list = NEW_ARRAY(r->arena, DecisionJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++) {
        const LogLine *d = &rows.at[i];
        list[i] = (DecisionJson){.id = d->id, .decision_visibility = d->visibility, .decision_ground = d->ground, .content_type = STR("TEXT"),
                                 .rule = rule_title(r->lang, d->title_en, d->title_zh), .decision_facts = d->reason,
                                 .source_type = d->source, .role = d->role, .about = d->title, .appeal = d->has_appeal ? d->appeal : STR(""),
                                 .automated_detection = d->automated, .application_date = d->at};
    }
    return reply_json_list(r, &decision_json_shape, list, rows.len, more ? id_text(r->arena, rows.at[rows.len - 1].id) : STR(""));
}

typedef struct RuleJson {
    Id id;
    int64_t position;
    Str title, text;
} RuleJson;
static const Field rule_json_fields[] = {
    FIELD(RuleJson, id, FIELD_ID),
    FIELD(RuleJson, position, FIELD_INT),
    FIELD(RuleJson, title, FIELD_STR),
    FIELD(RuleJson, text, FIELD_STR),
};
const Shape rule_json_shape = SHAPE(RuleJson, "TalkRule", rule_json_fields);

Err *list_rules_json(Req *r)
{
    TalkRuleList rows;
    TRY(talk_rule_list(&r->db, &rows));
    RuleJson *list = NEW_ARRAY(r->arena, RuleJson, rows.len + 1);
    for (size_t i = 0; i < rows.len; i++)
        list[i] = (RuleJson){rows.at[i].id, rows.at[i].position, rule_title(r->lang, rows.at[i].title_en, rows.at[i].title_zh),
                             rule_title(r->lang, rows.at[i].text_en, rows.at[i].text_zh)};
    return reply_json_list(r, &rule_json_shape, list, rows.len, STR(""));
}
