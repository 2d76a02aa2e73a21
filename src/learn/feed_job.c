/* A channel fed by another site: what is due is fetched by a leased job; when to ask again follows from what the other side says
   and is kept in the database. */
#include "learn/feed_job.h"

#include <sodium.h>

#include "core/fetch.h"
#include "core/log.h"

enum { AT_ONCE = 20, RUN_MS = 120 * 1000, QUIET_TIMES = 8, URL_MAX = 1000 };
static const int64_t LEAST_MS = HOUR_MS, MOST_MS = DAY_MS;

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

Time feed_next(const FeedAsked *asked, Time now, uint32_t random)
{
    int64_t most_s = MOST_MS / SECOND_MS;
    int64_t wait = larger(LEAST_MS, SECOND_MS * larger(smaller(asked->wait_s, most_s), smaller(asked->ttl_s, most_s)));
    for (int64_t i = 1; i < asked->failures && wait < MOST_MS; i++)
        wait *= 2;
    for (int64_t i = QUIET_TIMES; i <= asked->quiet && wait < MOST_MS; i += QUIET_TIMES)
        wait *= 2;
    wait = smaller(wait, MOST_MS);
    return (Time){now.ms + wait / 10000 * (9000 + (int64_t)(random % 2001))};
}

/* ---- one feed ---- */

typedef struct Asking {
    const FeedSource *feed;
    FetchResult got;
    FeedBook book;
    FeedTriedArgs row; /* how it went */
    Time taken_at, now;
    int64_t count;
} Asking;

static Err *tried_write(Tx *tx, void *arg)
{
    Asking *a = arg;
    return feed_tried(tx, &a->row, &a->count);
}

static void failed(Asking *a, const char *code)
{
    a->row.failures = a->feed->failures + 1;
    a->row.said = str_of(code);
}

/* Said once it may be a mistake of theirs; said twice it is where the feed lives. */
static void follow_move(Asking *a)
{
    Str moved = a->got.moved;
    bool again = moved.len && str_eq(moved, a->feed->moved);
    a->row.moved = again ? STR("") : moved;
    a->row.url = again ? moved : a->feed->url;
}

static Str lang_of(const Asking *a)
{
    const Lang *lang = a->feed->lang.len ? lang_find(a->feed->lang) : lang_find(a->book.lang);
    return lang ? str_of(lang_tag(lang)) : a->feed->channel_lang;
}

static Err *take_over(Store *store, Arena *arena, Asking *a)
{
    TRY(feed_read(arena, a->got.body, a->got.charset, &a->book));
    FeedWrite write = {.book = &a->book, .channel = a->feed->channel, .lang = lang_of(a), .now = a->now};
    if (a->book.refused < a->book.len)
        TRY(feed_write(store, arena, &write));
    bool news = write.made || write.revised;
    a->taken_at = news ? a->now : a->taken_at;
    a->row.quiet = news ? 0 : a->feed->quiet + 1;
    a->row.kept = (int64_t)(a->book.len - a->book.refused);
    a->row.refused = (int64_t)a->book.refused;
    a->row.ttl_s = a->book.ttl_s;
    a->row.etag = a->got.etag; /* only now: what could not be read is asked for again */
    a->row.modified = a->got.modified;
    return NULL;
}

static void judge(Store *store, Arena *arena, Asking *a)
{
    int64_t status = a->got.status;
    Err *err = NULL;
    a->row.failures = 0;
    a->row.said = STR("");
    if (status == 200 || status == 304)
        follow_move(a);
    if (status == 200)
        err = take_over(store, arena, a);
    else if (status == 304)
        a->row.quiet = a->feed->quiet + 1;
    else if (status == 410)
        a->row.state = STR("gone");
    else
        failed(a, status == 429 || status == 503 ? "feed.later" : "feed.status");
    if (err)
        failed(a, err->code);
}

Err *feed_ask(Store *store, Arena *arena, const FeedSource *feed, Time now)
{
    const FetchAsk ask = {.url = feed->url, .etag = feed->etag, .modified = feed->modified, .inside = config_bool("fetch_inside"),
                          .accept = STR("application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"),
                          .agent = STR("Millet/" MILLET_VERSION " (feed reader of a village)")};
    Asking a = {.feed = feed, .now = now, .taken_at = feed->taken_at,
                .row = {.channel = feed->channel, .was = feed->url, .url = feed->url, .state = STR("on"), .etag = feed->etag,
                        .modified = feed->modified, .moved = feed->moved, .now = now, .quiet = feed->quiet, .ttl_s = feed->ttl_s,
                        .kept = feed->kept, .refused = feed->refused}};
    Err *err = fetch(arena, &ask, &a.got);
    if (err)
        failed(&a, err->code);
    else
        judge(store, arena, &a);
    const FeedAsked asked = {a.got.wait_s, a.row.ttl_s, a.row.failures, a.row.quiet};
    a.row.next_at = feed_next(&asked, now, randombytes_random());
    a.row.status = a.got.status;
    a.row.taken_at = a.taken_at.ms ? &a.taken_at : NULL;
    log_line("feed", "status=%lld kept=%lld code=%.*s detail=\"%.*s\"", (long long)a.row.status, (long long)a.row.kept, STR_ARG(a.row.said),
             STR_ARG(err ? err->detail : STR("")));
    return db_write(store, arena, tried_write, &a);
}

/* The one that has waited longest, in arena; the connection goes back before anybody is asked. */
static Err *next_due(Store *store, Arena *arena, Time now, FeedSource *out, bool *found)
{
    FeedSourceList due;
    Db db;
    Arena *own = arena_new();
    Err *err = db_read(store, own, &db);
    if (!err)
        err = feeds_due(&db, now, 1, &due);
    *found = !err && due.len;
    if (*found) {
        *out = due.at[0];
        Str *const texts[] = {&out->url, &out->lang, &out->state, &out->etag, &out->modified, &out->moved, &out->said, &out->channel_lang};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            *texts[i] = str_copy(arena, *texts[i]);
    }
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

Err *feeds_job(JobContext *context)
{
    int64_t until = time_monotonic_us() / 1000 + RUN_MS;
    for (int i = 0; i < AT_ONCE && !jobs_stopping() && time_monotonic_us() / 1000 < until; i++) {
        FeedSource feed;
        bool found;
        arena_reset(context->arena); /* one feed's megabytes go before the next one's come */
        TRY(next_due(context->store, context->arena, context->now, &feed, &found));
        if (!found)
            break;
        TRY(feed_ask(context->store, context->arena, &feed, context->now));
    }
    return NULL;
}

/* ---- adding one ---- */

Err *feed_set(Tx *tx, Time now, Id by, Id channel, Str url, Str lang)
{
    bool web = str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
    for (size_t i = 0; i < url.len; i++)
        web &= (unsigned char)url.at[i] > ' ' && url.at[i] != 127;
    if (!web || url.len > URL_MAX)
        return err_field(tx->db.arena, "feed.url", "url");
    TRY(feed_put(tx, channel, url, lang, by ? &by : NULL, now));
    return audit(tx, now, by, "learn.feed_set", channel, STR(""));
}
