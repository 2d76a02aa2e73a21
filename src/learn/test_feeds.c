/* Channels fed by another site: a web service of our own answers, the job asks, the editor sees how it went. */
#include "ask.h"
#include "loopback.h"

#include <stdio.h>
#include <string.h>

#include "core/config.h"
#include "learn/feed_job.h"

/* ---- when to ask again ---- */

static int64_t wait_minutes(const FeedAsked *asked)
{
    Time now = {INT64_C(1800000000000)};
    int64_t least = feed_next(asked, now, 0).ms - now.ms, most = feed_next(asked, now, 2000).ms - now.ms, middle = feed_next(asked, now, 1000).ms - now.ms;
    assert_int_equal(least * 10, middle * 9);
    assert_int_equal(most * 10, middle * 11);
    return middle / MINUTE_MS;
}

static void a_feed_is_asked_hourly_at_most_and_daily_at_least(void **state)
{
    (void)state;
    assert_int_equal(wait_minutes(&(FeedAsked){0}), 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.wait_s = 60, .ttl_s = 600}), 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.wait_s = 7200}), 120);
    assert_int_equal(wait_minutes(&(FeedAsked){.ttl_s = 10800, .wait_s = 7200}), 180);
    assert_int_equal(wait_minutes(&(FeedAsked){.wait_s = 1 << 30}), 24 * 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.quiet = 7}), 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.quiet = 8}), 120);
    assert_int_equal(wait_minutes(&(FeedAsked){.quiet = 16}), 240);
    assert_int_equal(wait_minutes(&(FeedAsked){.quiet = 4000}), 24 * 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.failures = 1}), 60);
    assert_int_equal(wait_minutes(&(FeedAsked){.failures = 4}), 480);
    assert_int_equal(wait_minutes(&(FeedAsked){.failures = 400}), 24 * 60);
}

/* ---- encodings ---- */

static Str title_of(Arena *arena, Str file, const char *charset)
{
    FeedBook book;
    assert_fine(feed_read(arena, file, str_of(charset), &book));
    return book.at[0].title;
}

#define ITEM(declaration, title) declaration "<rss><channel><item><title>" title "</title></item></channel></rss>"

static void a_feed_is_read_in_the_encoding_that_it_the_mark_or_http_names(void **state)
{
    Arena *arena = test_arena(state);
    assert_str(title_of(arena, STR(ITEM("<?xml version=\"1.0\" encoding=\"gb2312\"?>", "\xCD\xC1\xC8\xC0")), "utf-8"), "土壤");
    assert_str(title_of(arena, STR(ITEM("", "\xCD\xC1\xC8\xC0")), "gb18030"), "土壤");
    assert_str(title_of(arena, STR(ITEM("", "\xCD\xC1\xC8\xC0")), ""), "土壤");
    assert_str(title_of(arena, STR(ITEM("", "\xA4\x67")), "Big5"), "土");
    assert_str(title_of(arena, STR(ITEM("", "\x93y")), "Shift_JIS"), "土");
    assert_str(title_of(arena, STR(ITEM("", "caf\xE9 \x96 bar")), "ISO-8859-1"), "café – bar");
    assert_str(title_of(arena, STR(ITEM("", "土")), "ISO-8859-1"), "土"); /* a server that does not know says Latin-1 */
    assert_str(title_of(arena, STR("\xEF\xBB\xBF" ITEM("<?xml version=\"1.0\" encoding=\"GBK\"?>", "土")), ""), "土");
    assert_str(title_of(arena, STR(ITEM("<?xml version=\"1.0\" encoding=\"nonsense//IGNORE\"?>", "soil")), "no/such"), "soil");
    assert_str(title_of(arena, STR(ITEM("<?xml version=\"1.0\" encoding=\"gb2312\"?>", "\xCD\xC1 \xFF!")), ""), "土 �!");
    assert_str(title_of(arena, STR("<rss><channel><item><title>\xCD\xC1\xC8\xC0</title></item><bad></channel>"), "gbk"), "土壤"); /* also ill-formed */
    Buf wide = buf_new(arena, 1000);
    const char *plain = ITEM("<?xml version=\"1.0\" encoding=\"UTF-16\"?>", "soil");
    for (buf_add(&wide, STR("\xFF\xFE")); *plain; plain++) {
        buf_add_char(&wide, *plain);
        buf_add_char(&wide, 0);
    }
    assert_str(title_of(arena, buf_str(&wide), ""), "soil");
}

/* ---- the whole way ---- */

static const char *next_answer; /* of the service; changed only while nobody asks */

static void answer(Loopback *server, int fd, const char *request)
{
    (void)server, (void)request;
    loopback_say(fd, next_answer, strlen(next_answer));
}

typedef struct School {
    App *app;
    Arena *arena;
    Store *store;
    User *editor, *ana;
    Loopback *server;
    Time now;
} School;

static const char *text(School *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(School *s, const char *format, ...)
{
    Buf out = buf_new(s->arena, 65536);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(s->arena, buf_str(&out));
}

static School school_make(void **state, Loopback *server)
{
    School s = {.app = app_of(state), .server = server, .now = time_now()};
    s.arena = app_arena(s.app);
    s.store = app_store(s.app);
    s.editor = user(s.app, "Su Wen", 0, ROLE_EDITOR);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    loopback_open(server, false);
    server->reply = answer;
    assert_fine(config_set(s.arena, "fetch_inside", "true"));
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/channels/new", "title=Radio&kind=news&visibility=public&comment_mode=none"), "/editor");
    return s;
}

static void school_end(School *s)
{
    loopback_close(s->server);
    assert_fine(config_set(s->arena, "fetch_inside", "false"));
}

static const char *const page = "/editor/channels/radio/feed";

static void take_feed(School *s, const char *path)
{
    assert_goes_to(ask(s->app, s->editor, "POST", page, text(s, "verb=save&in_lang=auto&url=http%%3A%%2F%%2F127.0.0.1%%3A%d%s", s->server->port, path)), page);
}

/* So much later (0: now) the job runs, and hears this. */
static void later(School *s, int64_t ms, const char *says)
{
    Arena *own = arena_new();
    next_answer = says;
    s->now = ms ? (Time){s->now.ms + ms} : time_now();
    assert_fine(feeds_job(&(JobContext){s->store, own, s->now}));
    arena_free(own);
}

static int64_t pieces(School *s)
{
    return test_int(s->store, "SELECT count(*) FROM item");
}

#define OK "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nConnection: close\r\n\r\n"
#define EMPTY "Content-Length: 0\r\nConnection: close\r\n\r\n"
#define FEED(title) "<rss><channel><title>Hill radio</title><language>zh-CN</language><ttl>90</ttl><item><title>" title "</title><guid>a</guid></item><item><guid>x</guid></item></channel></rss>"

static void an_editor_adds_a_feed_and_its_pieces_come_by_themselves(void **state)
{
    Loopback server;
    School s = school_make(state, &server);
    assert_status(ask(s.app, s.ana, "GET", page, NULL), 403);
    assert_status(ask(s.app, s.ana, "POST", page, "verb=save&url=http://x.org/"), 403);
    assert_says(ask(s.app, s.editor, "GET", "/editor/channels/radio", NULL), "/editor/channels/radio/feed");
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "Take it over");
    assert_status(ask(s.app, s.editor, "POST", page, "verb=now"), 404);
    assert_status(ask(s.app, s.editor, "POST", page, "verb=save&in_lang=auto&url=javascript%3Aalert"), 422);
    assert_says(ask(s.app, s.editor, "POST", page, "verb=save&in_lang=auto&url=gopher%3A%2F%2Fx"), "gopher://x");
    take_feed(&s, "/feed");
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "within a minute");
    later(&s, 0, OK FEED("Frost"));
    assert_int_equal(pieces(&s), 1);
    assert_says(ask(s.app, NULL, "GET", "/learn/radio", NULL), "Frost");
    const Answer *seen = ask(s.app, s.editor, "GET", page, NULL);
    assert_says(seen, "It works.");
    assert_says(seen, "1 could not be taken");
    assert_int_equal(test_int(s.store, "SELECT ttl_s FROM feed"), 5400);
    later(&s, HOUR_MS, OK FEED("never asked"));
    assert_int_equal(server.requests, 1); /* its own <ttl> says 90 minutes */
    later(&s, HOUR_MS, "HTTP/1.1 304 Not Modified\r\n" EMPTY);
    assert_int_equal(server.requests, 2);
    assert_int_equal(test_int(s.store, "SELECT quiet FROM feed"), 1);
    later(&s, 2 * HOUR_MS, OK FEED("Frost again"));
    assert_int_equal(pieces(&s), 1);
    assert_int_equal(test_int(s.store, "SELECT newest FROM item"), 2); /* a changed headline is a revision */
    assert_goes_to(ask(s.app, s.editor, "POST", page, "verb=stop"), page);
    later(&s, DAY_MS, OK FEED("never asked"));
    assert_int_equal(server.requests, 3);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "it is stopped");
    assert_goes_to(ask(s.app, s.editor, "POST", page, "verb=start"), page);
    later(&s, SECOND_MS, "HTTP/1.1 304 Not Modified\r\n" EMPTY);
    school_end(&s);
    assert_int_equal(server.requests, 4);
    assert_non_null(strstr(server.heard, "If-None-Match: \"1\""));
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM audit WHERE action LIKE 'learn.feed%'"), 3);
}

static void trouble_is_shown_kept_and_waited_for(void **state)
{
    Loopback server;
    School s = school_make(state, &server);
    take_feed(&s, "/feed");
    later(&s, 0, OK FEED("Frost"));
    later(&s, DAY_MS, "HTTP/1.1 200 OK\r\nETag: \"2\"\r\nConnection: close\r\n\r\n<html><body>Sorry</body></html>");
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "neither RSS nor Atom");
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM feed WHERE etag = '\"1\"' AND failures = 1"), 1); /* of what could be read */
    later(&s, DAY_MS, "HTTP/1.1 500 X\r\n" EMPTY);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "(Answer 500)");
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "It failed 2 times in a row.");
    later(&s, DAY_MS, "HTTP/1.1 429 X\r\nRetry-After: 18000\r\n" EMPTY);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "come back later");
    int64_t wait = test_int(s.store, "SELECT next_at FROM feed") - s.now.ms;
    assert_true(wait > 4 * HOUR_MS);
    later(&s, DAY_MS, "HTTP/1.1 301 X\r\nLocation: /new\r\n" EMPTY);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "leads on and on");
    assert_int_equal(pieces(&s), 1);
    later(&s, 2 * DAY_MS, "HTTP/1.1 410 Gone\r\n" EMPTY);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "no more");
    later(&s, 10 * DAY_MS, OK FEED("never asked"));
    int asked = server.requests;
    later(&s, 10 * DAY_MS, OK FEED("never asked"));
    assert_int_equal(server.requests, asked);
    school_end(&s);
}

static void answer_moved(Loopback *server, int fd, const char *request)
{
    const char *says = strstr(request, "GET /old") ? "HTTP/1.1 301 X\r\nLocation: /new\r\n" EMPTY : OK FEED("Moved");
    (void)server;
    loopback_say(fd, says, strlen(says));
}

static void a_feed_that_has_moved_twice_over_lives_there(void **state)
{
    Loopback server;
    School s = school_make(state, &server);
    server.reply = answer_moved;
    take_feed(&s, "/old");
    later(&s, 0, "");
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM feed WHERE url LIKE '%/old' AND moved LIKE '%/new'"), 1);
    later(&s, DAY_MS, "");
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM feed WHERE url LIKE '%/new' AND moved = ''"), 1);
    assert_int_equal(pieces(&s), 1);
    school_end(&s);
}

static void inner_addresses_are_refused_unless_the_settings_allow_them(void **state)
{
    Loopback server;
    School s = school_make(state, &server);
    assert_fine(config_set(s.arena, "fetch_inside", "false"));
    take_feed(&s, "/feed");
    later(&s, 0, OK FEED("Frost"));
    assert_int_equal(pieces(&s), 0);
    assert_int_equal(server.requests, 0);
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "lead to a public place");
    school_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_feed_is_asked_hourly_at_most_and_daily_at_least),
        TEST(a_feed_is_read_in_the_encoding_that_it_the_mark_or_http_names),
        TEST_DB(an_editor_adds_a_feed_and_its_pieces_come_by_themselves),
        TEST_DB(trouble_is_shown_kept_and_waited_for),
        TEST_DB(a_feed_that_has_moved_twice_over_lives_there),
        TEST_DB(inner_addresses_are_refused_unless_the_settings_allow_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
