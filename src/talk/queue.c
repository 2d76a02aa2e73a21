/* The moderators' page: what waits, what was reported, appeals, the word list. */
#include "base/search.h"
#include "talk/handlers.h"
#include "talk/pages.h"
#include "talk/templates.h"

enum { QUEUE_MAX = 100 };

static Str why_word(const Req *r, Str state, Str held)
{
    if (!str_eq(state, STR("pending")))
        return tr(r->lang, N_("Can be read; somebody reported it."));
    if (str_eq(held, STR("word")))
        return tr(r->lang, N_("Holds a word of the list."));
    if (str_eq(held, STR("link")))
        return tr(r->lang, N_("A link from a new author."));
    return str_eq(held, STR("first")) ? tr(r->lang, N_("One of this author's first.")) : tr(r->lang, N_("Every comment waits here."));
}

static Err *comments_view(Req *r, QueueItemViewList *out)
{
    QueueLineList rows;
    TRY(comment_queue(&r->db, QUEUE_MAX, &rows));
    *out = (QueueItemViewList){NEW_ARRAY(r->arena, QueueItemView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        const QueueLine *row = &rows.at[i];
        if (moderates(r, row->org))
            out->at[out->len++] = (QueueItemView){.id = row->id, .author = row->has_name ? row->name : tr(r->lang, N_("(left)")),
                                                  .body = row->body, .about = row->title, .path = row->path,
                                                  .why = why_word(r, row->state, row->held), .report = row->report_words, .at = row->at,
                                                  .reports = row->reports};
    }
    return NULL;
}

static Err *appeals_view(Req *r, AppealViewList *out)
{
    AppealLineList rows;
    TRY(talk_appeal_list(&r->db, QUEUE_MAX, &rows));
    *out = (AppealViewList){NEW_ARRAY(r->arena, AppealView, rows.len + 1), 0};
    for (size_t i = 0; i < rows.len; i++) {
        const AppealLine *row = &rows.at[i];
        if (moderates(r, row->org))
            out->at[out->len++] = (AppealView){row->decision, row->words, row->body, row->reason,
                                               rule_title(r->lang, row->title_en, row->title_zh), row->title, row->at,
                                               row->has_moderator && row->moderator == r->who};
    }
    return NULL;
}

Err *show_queue(Req *r)
{
    TalkWordList words;
    QueueView view = {.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("")};
    TRY(comments_view(r, &view.comments));
    TRY(appeals_view(r, &view.appeals));
    TRY(talk_word_list(&r->db, &words));
    view.words = (WordViewList){NEW_ARRAY(r->arena, WordView, words.len + 1), words.len};
    for (size_t i = 0; i < words.len; i++)
        view.words.at[i].typed = words.at[i].typed;
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Moderation")), .place = "/talk"});
    talk_queue(p, &view);
    return page_end(p);
}

Err *approve_comment(Req *r)
{
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(approve_send(r, id));
    reply_notice(r, N_("Everybody can read it now."));
    return reply_see(r, "/talk");
}

Err *show_hide(Req *r)
{
    Id id;
    Comment row;
    HideView view = {0};
    TRY(take_id(r, 0, &id));
    TRY(comment_must(&r->db, id, &row));
    if (!moderates(r, row.org))
        return denied(r);
    TRY(rules_view(r, &view.rules));
    view.comment = id;
    view.body = row.body;
    view.error = r->form_error ? err_say(r->arena, r->lang, r->form_error) : STR("");
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Take a comment away")), .place = "/talk", .back = STR("/talk")});
    talk_hide(p, &view);
    return page_end(p);
}

static Err *hide_try(Req *r)
{
    RuleAsk asked = {0};
    Id id, decision;
    TRY(take_id(r, 0, &id));
    TRY(take(r, &hide_ask_shape, &asked));
    TRY(hide_send(r, id, asked.rule, asked.reason, &decision));
    reply_notice(r, N_("It is taken away. The author was told why, and everybody can read it in the public log."));
    return reply_see(r, "/talk");
}

Err *hide_comment(Req *r)
{
    Err *err = hide_try(r);
    return err ? reply_form_again(r, err, show_hide) : NULL;
}

static Err *decide_try(Req *r)
{
    RuleAsk asked = {0};
    Id id;
    TRY(take_id(r, 0, &id));
    TRY(take(r, &decide_ask_shape, &asked));
    TRY(decide_send(r, id, asked.reversed, asked.reason));
    reply_notice(r, N_("Decided. The author was told."));
    return reply_see(r, "/talk");
}

Err *decide_appeal(Req *r)
{
    Err *err = decide_try(r);
    return err ? reply_form_again(r, err, show_queue) : NULL;
}

/* ---- the word list ---- */

typedef struct WordForm {
    Str words;
} WordForm;
static const Field word_fields[] = {FIELD(WordForm, words, FIELD_STR, .required = true, .max = 300)};
const Shape word_form = SHAPE(WordForm, "TalkWordForm", word_fields);

typedef struct Wording {
    Str words, typed;
    Id who;
    Time now;
    bool gone;
} Wording;

static Err *word_write(Tx *tx, void *arg)
{
    const Wording *w = arg;
    int64_t count;
    TRY(w->gone ? talk_word_drop(tx, w->typed, &count) : talk_word_add(tx, w->words, w->typed, w->who, w->now, &count));
    return audit(tx, w->now, w->who, w->gone ? "talk.word_drop" : "talk.word_add", 0, STR(""));
}

static Err *word_change(Req *r, bool gone)
{
    WordForm form = {0};
    TRY(take(r, &word_form, &form));
    Wording w = {.words = search_index(r->arena, form.words), .typed = form.words, .who = r->who, .now = r->now, .gone = gone};
    if (!w.words.len)
        return err_field(r->arena, "talk.words", "words");
    TRY(db_write(r->store, r->arena, word_write, &w));
    return reply_see(r, "/talk");
}

Err *add_word(Req *r)
{
    Err *err = word_change(r, false);
    return err ? reply_form_again(r, err, show_queue) : NULL;
}

Err *drop_word(Req *r)
{
    return word_change(r, true);
}

Err *queue_today(Req *r, Today *today)
{
    QueueItemViewList waiting = {0};
    AppealViewList appeals = {0};
    if (!(r->roles & (ROLE_MODERATOR | ROLE_ADMIN)))
        return NULL;
    TRY(comments_view(r, &waiting));
    TRY(appeals_view(r, &appeals));
    int64_t n = (int64_t)(waiting.len + appeals.len);
    char number[24];
    Buf buf = {.at = number, .room = sizeof number, .limit = sizeof number};
    buf_add_int(&buf, n);
    if (n)
        today_add(today, (TodayItem){tr_fill(r->arena, tr_plural(r->lang, N_("{n} comment to look at"), N_("{n} comments to look at"), n),
                                             &(TextArg){"n", str_copy(r->arena, buf_str(&buf))}, 1),
                                     "/talk", "shield", 40});
    return NULL;
}
