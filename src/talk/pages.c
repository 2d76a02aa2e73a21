/* The pages of the talk for those who write: commenting, reporting, the public log, one's own notices. */
#include "talk/pages.h"

#include "talk/handlers.h"
#include "talk/templates.h"

enum { LOG_PAGE = 30, LOG_DAYS = 30 };

Err *rules_view(Req *r, RuleViewList *out)
{
    TalkRuleList rows;
    TRY(talk_rule_list(&r->db, &rows));
    *out = (RuleViewList){NEW_ARRAY(r->arena, RuleView, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++)
        out->at[i] = (RuleView){rows.at[i].id, (int64_t)i + 1, rule_title(r->lang, rows.at[i].title_en, rows.at[i].title_zh),
                                rule_title(r->lang, rows.at[i].text_en, rows.at[i].text_zh)};
    return NULL;
}

static Err *back_to(Req *r, Id comment)
{
    Comment row;
    TRY(comment_must(&r->db, comment, &row));
    return reply_see(r, "%.*s#c%.*s", STR_ARG(row.path), STR_ARG(id_text(r->arena, comment)));
}

/* A refused comment goes back to its page with the reason on top; the words are still in the browser's form. */
Err *write_comment(Req *r)
{
    CommentAsk asked = {0};
    TalkSpot spot;
    Comment row;
    Id made;
    TRY(take(r, &comment_ask_shape, &asked));
    TRY(spot_readable(r, asked.subject, &spot));
    TRY(comment_send(r, &asked, &made));
    TRY(comment_must(&r->db, made, &row));
    if (str_eq(row.state, STR("pending")))
        reply_notice(r, N_("Thank you. A moderator reads it before others do."));
    return back_to(r, made);
}

Err *take_back_comment(Req *r)
{
    Id id;
    Comment row;
    TRY(take_id(r, 0, &id));
    TRY(comment_must(&r->db, id, &row));
    TRY(take_back_send(r, id));
    reply_notice(r, N_("Your comment is taken back."));
    return reply_see(r, "%.*s", STR_ARG(row.path));
}

Err *show_report(Req *r)
{
    Id id;
    Comment row;
    HideView view = {0};
    TRY(take_id(r, 0, &id));
    TRY(comment_must(&r->db, id, &row));
    if (!str_eq(row.state, STR("visible")) || (row.members && !r->roles))
        return err_new(r->arena, ERR_MISSING, "talk.missing");
    TRY(rules_view(r, &view.rules));
    view.comment = id;
    view.body = row.body;
    view.path = row.path;
    view.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("");
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Report a comment")), .place = "/learn", .back = row.path});
    talk_report(p, &view);
    return page_end(p);
}

static Err *report_try(Req *r)
{
    RuleAsk asked = {0};
    Comment row;
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(take(r, &report_ask_shape, &asked));
    TRY(report_send(r, id, asked.rule, asked.reason));
    TRY(comment_must(&r->db, id, &row));
    reply_notice(r, N_("Thank you. A moderator will look at it."));
    return reply_see(r, "%.*s", STR_ARG(row.path));
}

Err *file_report(Req *r)
{
    Err *err = report_try(r);
    return err ? reply_form_again(r, err, show_report) : NULL;
}

/* ---- the public log ---- */

static Str appeal_word(const Req *r, Str state)
{
    if (str_eq(state, STR("open")))
        return tr(r->lang, N_("appealed, not decided yet"));
    if (str_eq(state, STR("upheld")))
        return tr(r->lang, N_("appealed, it stays away"));
    return str_eq(state, STR("reversed")) ? tr(r->lang, N_("appealed, given back")) : STR("");
}

Err *show_moderation(Req *r)
{
    LogQuery query = {0};
    LogLineList rows;
    LogCounts counts;
    ModerationView view = {.moderates = r->who && (r->roles & (ROLE_MODERATOR | ROLE_ADMIN))};
    TRY(take_query(r, &log_query_shape, &query));
    TRY(rules_view(r, &view.rules));
    TRY(talk_log_counts(&r->db, (Time){r->now.ms - LOG_DAYS * (int64_t)DAY_MS}, &counts));
    TRY(talk_decision_log(&r->db, query.before ? query.before : INT64_MAX, LOG_PAGE + 1, &rows));
    bool more = rows.len > LOG_PAGE;
    view.log = (LogViewList){NEW_ARRAY(r->arena, LogView, rows.len + 1), more ? LOG_PAGE : rows.len};
    for (size_t i = 0; i < view.log.len; i++) {
        const LogLine *d = &rows.at[i];
        view.log.at[i] = (LogView){.rule = rule_title(r->lang, d->title_en, d->title_zh), .reason = d->reason, .about = d->title,
                                   .appeal = d->has_appeal ? appeal_word(r, d->appeal) : STR(""), .at = d->at,
                                   .restored = str_eq(d->act, STR("restore")), .automated = d->automated,
                                   .noticed = str_eq(d->source, STR("notice"))};
    }
    if (more)
        view.next = str_format(r->arena, "/moderation?before=%.*s", STR_ARG(id_text(r->arena, rows.at[LOG_PAGE - 1].id)));
    view.written = counts.written;
    view.removed = counts.removed;
    view.restored = counts.restored;
    view.appeals = counts.appeals;
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("How comments are moderated")), .place = "/learn", .back = STR("/learn")});
    talk_moderation(p, &view);
    return page_end(p);
}

/* ---- one's own notices ---- */

typedef struct Opening {
    Id person;
    Time now;
} Opening;

static Err *opened_write(Tx *tx, void *arg)
{
    const Opening *opening = arg;
    int64_t count;
    return talk_notice_read(tx, opening->person, opening->now, &count);
}

Err *show_notices(Req *r)
{
    NoticeLineList rows;
    NoticesView view = {.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("")};
    bool fresh = false;
    TRY(talk_notice_list(&r->db, r->who, 100, &rows));
    view.notices = (NoticeViewList){NEW_ARRAY(r->arena, NoticeView, rows.len + 1), rows.len};
    for (size_t i = 0; i < rows.len; i++) {
        const NoticeLine *n = &rows.at[i];
        bool removed = str_eq(n->kind, STR("removed"));
        fresh |= !n->has_read_at;
        view.notices.at[i] = (NoticeView){.decision = n->decision, .reason = n->reason, .rule = rule_title(r->lang, n->title_en, n->title_zh),
                                          .rule_text = rule_title(r->lang, n->text_en, n->text_zh), .body = n->body, .about = n->title,
                                          .path = n->path, .appeal = n->has_appeal ? appeal_word(r, n->appeal) : STR(""),
                                          .appeal_reason = n->has_appeal_reason ? n->appeal_reason : STR(""), .at = n->at,
                                          .until = n->appeal_until, .removed = removed, .restored = str_eq(n->kind, STR("restored")),
                                          .may_appeal = removed && !n->has_appeal && n->appeal_until.ms > r->now.ms};
    }
    Opening opening = {r->who, r->now};
    if (fresh)
        TRY(db_write(r->store, r->arena, opened_write, &opening));
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("About my comments")), .place = "/me", .back = STR("/me")});
    talk_notices(p, &view);
    return page_end(p);
}

static Err *appeal_try(Req *r)
{
    RuleAsk asked = {0};
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(take(r, &appeal_ask_shape, &asked));
    TRY(appeal_send(r, id, asked.reason));
    reply_notice(r, N_("Your appeal is with the moderators. Somebody else decides it."));
    return reply_see(r, "/my-comments");
}

Err *file_appeal(Req *r)
{
    Err *err = appeal_try(r);
    return err ? reply_form_again(r, err, show_notices) : NULL;
}

Err *talk_today(Req *r, Today *today)
{
    TalkCount unread;
    TRY(talk_notice_unread(&r->db, r->who, &unread));
    if (unread.total)
        today_add(today, (TodayItem){tr(r->lang, N_("A moderator decided about a comment of yours")), "/my-comments", "chat", 20});
    return queue_today(r, today);
}
