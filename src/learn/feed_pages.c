/* A channel's feed of another site, as its editor sees it: the address, how the last fetching went, when the next one is. */
#include "learn/feed_job.h"
#include "learn/handlers.h"
#include "learn/templates.h"
#include "learn/view.h"

static void feed_view(Req *r, const FeedSource *feed, FeedView *view)
{
    view->there = true;
    view->on = str_eq(feed->state, STR("on"));
    view->gone = str_eq(feed->state, STR("gone"));
    view->new_soon = view->on && feed->next_at.ms <= r->now.ms;
    view->status = str_eq(feed->said, STR("feed.status")) ? feed->status : 0;
    view->kept = feed->kept;
    view->refused = feed->refused;
    view->failures = feed->failures;
    view->tried = feed->has_tried_at;
    view->tried_at = feed->tried_at;
    view->taken = feed->has_taken_at;
    view->taken_at = feed->taken_at;
    view->next_at = feed->next_at;
    if (feed->said.len)
        view->trouble = err_say(r->arena, r->lang, err_new(r->arena, ERR_INVALID, str_z(r->arena, feed->said)));
}

Err *show_feed(Req *r)
{
    Channel channel;
    FeedSource feed;
    bool found;
    TRY(channel_mine(r, &channel));
    TRY(feed_of(&r->db, channel.id, &feed, &found));
    FeedForm form = {.in_lang = STR("auto")};
    if (found)
        form = (FeedForm){.url = feed.url, .in_lang = feed.lang.len ? feed.lang : STR("auto")};
    FeedView view = {.channel = channel.title, .slug = channel.slug, .form = r->form_shape == &feed_form ? r->form_values : &form};
    if (found)
        feed_view(r, &feed, &view);
    Page *p = page_begin(r, &(PageHead){.title = tr(r->lang, N_("Feed")), .place = "/editor",
                                        .back = str_format(r->arena, "/editor/channels/%.*s", STR_ARG(channel.slug))});
    learn_feed(p, &view);
    return page_end(p);
}

typedef struct Feeding {
    Id channel, who;
    Time now;
    FeedForm form;
} Feeding;

static Err *feed_change(Tx *tx, void *arg)
{
    const Feeding *f = arg;
    int64_t count;
    if (str_eq(f->form.verb, STR("save")))
        return feed_set(tx, f->now, f->who, f->channel, f->form.url, str_eq(f->form.in_lang, STR("auto")) ? STR("") : f->form.in_lang);
    bool stop = str_eq(f->form.verb, STR("stop"));
    TRY(feed_turn(tx, f->channel, stop ? STR("off") : STR("on"), f->now, &count));
    return count ? audit(tx, f->now, f->who, stop ? "learn.feed_stop" : "learn.feed_start", f->channel, STR(""))
                 : err_new(tx->db.arena, ERR_MISSING, "feed.missing");
}

static Err *change_try(Req *r)
{
    Channel channel;
    Feeding f = {.who = r->who, .now = r->now};
    TRY(channel_mine(r, &channel));
    TRY(take(r, &feed_form, &f.form));
    f.channel = channel.id;
    TRY(db_write(r->store, r->arena, feed_change, &f));
    reply_notice(r, str_eq(f.form.verb, STR("stop")) ? N_("Stopped.") : N_("It is asked within a minute."));
    return reply_see(r, "/editor/channels/%.*s/feed", STR_ARG(channel.slug));
}

Err *change_feed(Req *r)
{
    Err *err = change_try(r);
    return err ? reply_form_again(r, err, show_feed) : NULL;
}
