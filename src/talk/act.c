/* What people and programs do with comments: rights are checked here, then one write. */
#include "talk/handlers.h"

static bool is(Str text, const char *word)
{
    return str_eq(text, str_of(word));
}

static const char *role_here(const Req *r, Id org)
{
    return has_role(r, org, ROLE_MODERATOR) ? "moderator" : "admin";
}

Err *spot_readable(Req *r, Id subject, TalkSpot *out)
{
    bool found;
    TRY(talk_place_by_subject(&r->db, subject, out, &found));
    return found && (!out->members || r->roles) ? NULL : err_new(r->arena, ERR_MISSING, "talk.missing");
}

typedef struct Writing {
    NewComment fresh;
    Time now;
    Id made;
} Writing;

static Err *writing_write(Tx *tx, void *arg)
{
    Writing *writing = arg;
    return comment_write(tx, writing->now, &writing->fresh, &writing->made);
}

Err *comment_send(Req *r, const CommentAsk *asked, Id *made)
{
    TalkSpot spot;
    TRY(spot_readable(r, asked->subject, &spot));
    Writing writing = {.fresh = {.id = id_mint(), .subject = asked->subject, .parent = asked->parent, .author = r->who,
                                 .body = asked->body, .device = asked->device, .seq = asked->seq, .member = r->roles != 0,
                                 .moderator = moderates(r, spot.org)},
                       .now = r->now};
    TRY(db_write(r->store, r->arena, writing_write, &writing));
    *made = writing.made;
    return NULL;
}

/* For moderators of its place; whether it exists is nobody else's business. */
static Err *comment_moderated(Req *r, Id comment, Comment *out)
{
    TRY(comment_must(&r->db, comment, out));
    return moderates(r, out->org) ? NULL : denied(r);
}

typedef struct Act {
    Hiding hiding;
    AppealEnd end;
    Id comment, decision, who, rule;
    Str words;
    Time now;
} Act;

static Err *hide_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return comment_remove(tx, act->now, &act->hiding);
}

Err *hide_send(Req *r, Id comment, Id rule, Str reason, Id *decision)
{
    Comment row;
    TRY(comment_moderated(r, comment, &row));
    Act act = {.hiding = {.comment = comment, .moderator = r->who, .rule = rule, .decision = id_mint(), .notice = id_mint(),
                          .reason = reason, .role = role_here(r, row.org)},
               .now = r->now};
    *decision = act.hiding.decision;
    return db_write(r->store, r->arena, hide_write, &act);
}

static Err *approve_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return comment_approve(tx, act->now, act->who, act->comment);
}

Err *approve_send(Req *r, Id comment)
{
    Comment row;
    TRY(comment_moderated(r, comment, &row));
    Act act = {.comment = comment, .who = r->who, .now = r->now};
    return db_write(r->store, r->arena, approve_write, &act);
}

static Err *appeal_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return decision_appeal(tx, act->now, act->who, act->decision, act->words);
}

Err *appeal_send(Req *r, Id decision, Str words)
{
    Act act = {.decision = decision, .who = r->who, .words = words, .now = r->now};
    return db_write(r->store, r->arena, appeal_write, &act);
}

static Err *decide_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return appeal_decide(tx, act->now, &act->end);
}

Err *decide_send(Req *r, Id decision, bool reversed, Str reason)
{
    Decision row;
    bool found;
    TRY(talk_decision_by_id(&r->db, decision, &row, &found));
    if (!found)
        return err_new(r->arena, ERR_MISSING, "talk.missing");
    if (!moderates(r, row.org))
        return denied(r);
    Act act = {.end = {.decision = decision, .moderator = r->who, .fresh = id_mint(), .notice = id_mint(), .reversed = reversed,
                       .reason = reason, .role = role_here(r, row.org)},
               .now = r->now};
    return db_write(r->store, r->arena, decide_write, &act);
}

static Err *report_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return comment_report_file(tx, act->now, act->who, act->comment, act->rule, act->words);
}

Err *report_send(Req *r, Id comment, Id rule, Str words)
{
    Comment row;
    TRY(comment_must(&r->db, comment, &row));
    if (row.members && !r->roles)
        return err_new(r->arena, ERR_MISSING, "talk.missing");
    Act act = {.comment = comment, .who = r->who, .rule = rule, .words = words, .now = r->now};
    return db_write(r->store, r->arena, report_write, &act);
}

static Err *take_back_write(Tx *tx, void *arg)
{
    const Act *act = arg;
    return comment_take_back(tx, act->now, act->who, act->comment);
}

Err *take_back_send(Req *r, Id comment)
{
    Act act = {.comment = comment, .who = r->who, .now = r->now};
    return db_write(r->store, r->arena, take_back_write, &act);
}

/* ---- what a page shows below its subject ---- */

static Err *lines_view(Req *r, const CommentLineList *rows, TalkCommentList *out)
{
    out->at = NEW_ARRAY(r->arena, TalkComment, rows->len + 1);
    for (size_t i = 0; i < rows->len; i++) {
        const CommentLine *row = &rows->at[i];
        bool hidden = is(row->state, "hidden"), deleted = is(row->state, "deleted");
        bool answered = i + 1 < rows->len && rows->at[i + 1].has_parent && rows->at[i + 1].parent == row->id;
        if (deleted && !answered)
            continue;
        TalkRule rule;
        bool found = false;
        if (hidden && row->has_rule)
            TRY(talk_rule_by_id(&r->db, row->rule, &rule, &found));
        out->at[out->len++] = (TalkComment){.id = row->id,
                                            .author = row->has_author ? row->name : tr(r->lang, N_("(left)")),
                                            .body = hidden || deleted ? STR("") : row->body,
                                            .at = row->at,
                                            .mine = row->has_author && row->author == r->who && r->who,
                                            .waiting = is(row->state, "pending"),
                                            .hidden = hidden,
                                            .deleted = deleted,
                                            .answer = row->has_parent,
                                            .rule = found ? rule_title(r->lang, rule.title_en, rule.title_zh) : STR("")};
    }
    return NULL;
}

Err *talk_view(Req *r, Id subject, TalkView *out)
{
    TalkSpot spot;
    CommentLineList rows;
    bool found;
    *out = (TalkView){.subject = subject};
    TRY(talk_place_by_subject(&r->db, subject, &spot, &found));
    if (!found || (spot.members && !r->roles))
        return NULL;
    TRY(comment_list(&r->db, subject, r->who, THREAD_MAX, &rows));
    TRY(lines_view(r, &rows, &out->comments));
    for (size_t i = 0; i < out->comments.len; i++)
        out->shown += !out->comments.at[i].waiting && !out->comments.at[i].hidden && !out->comments.at[i].deleted;
    out->open = !is(spot.mode, "none");
    out->may_write = out->open && r->who;
    out->moderates = moderates(r, spot.org);
    out->path = spot.path;
    out->mode = spot.mode;
    if (!r->who)
        out->sign_in = str_format(r->arena, "/sign-in?back=%.*s", STR_ARG(spot.path));
    return NULL;
}
