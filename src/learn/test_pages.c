/* The pages of learning, as browsers without a script see them: an editor writes, readers read, moderators moderate. */
#include "ask.h"
#include "learn/inside.h"

typedef struct School {
    App *app;
    Arena *arena;
    User *editor, *author, *ana, *mod, *mod2;
} School;

static School school_make(void **state)
{
    School s = {.app = app_of(state)};
    s.arena = app_arena(s.app);
    s.editor = user(s.app, "Su Wen", 0, ROLE_EDITOR);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    s.mod = user(s.app, "Mo", 0, ROLE_MODERATOR);
    s.mod2 = user(s.app, "Fei", 0, ROLE_MODERATOR);
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/channels/new",
                       "title=Poultry&about=Hens+and+ducks&title_other=%E5%AE%B6%E7%A6%BD&kind=training&visibility=public&comment_mode=first"),
                   "/editor");
    return s;
}

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

static const char *channel_id(School *s)
{
    return str_z(s->arena, json_text(ask(s->app, s->editor, "GET", "/api/v1/channels", NULL), "items.0.id"));
}

/* Writes a piece by the form; gives its id. */
static const char *write_piece(School *s, const char *fields)
{
    const Answer *made = ask_upload(s->app, s->editor, "/editor/new", NULL, text(s, "channel=%s&%s", channel_id(s), fields));
    assert_goes_to(made, "/editor/items/");
    Str where = answer_header(made, "Location");
    return str_z(s->arena, str_slice(where, where.len - ID_TEXT_LEN, where.len));
}

static void act(School *s, const char *id, const char *fields)
{
    assert_goes_to(ask(s->app, s->editor, "POST", text(s, "/editor/items/%s/act", id), fields), "/editor/items/");
}

static void an_editor_writes_reviews_publishes_and_withdraws(void **state)
{
    School s = school_make(state);
    assert_status(ask(s.app, s.ana, "GET", text(&s, "/editor/new?channel=%s", channel_id(&s)), NULL), 403);
    assert_says(ask(s.app, s.editor, "GET", text(&s, "/editor/new?channel=%s", channel_id(&s)), NULL), "Save the draft");
    const Answer *refused = ask_upload(s.app, s.editor, "/editor/new", NULL, text(&s, "channel=%s&title=Water&source_url=javascript:x&body=Kept words", channel_id(&s)));
    assert_status(refused, 422);
    assert_says(refused, "Kept words");
    const char *id = write_piece(&s, "title=Clean water&summary=Every morning.&body=## Why\n\nHens drink **a lot**.<script>alert(1)</script>&title_other=干净的水&body_other=每天换水。");
    const char *path = text(&s, "/learn/poultry/%s", id), *edit = text(&s, "/editor/items/%s", id);
    assert_status(ask(s.app, NULL, "GET", path, NULL), 404);
    assert_says(ask(s.app, s.editor, "GET", path, NULL), "Preview: readers do not see this yet.");
    assert_says(ask(s.app, s.editor, "GET", edit, NULL), "Give to review");
    act(&s, id, "verb=submit");
    assert_says(ask(s.app, s.editor, "GET", "/editor", NULL), "In review");
    assert_status(ask(s.app, s.editor, "POST", text(&s, "%s/act", edit), "verb=return"), 422);
    act(&s, id, "verb=return&reason=Say+how+much");
    assert_says(ask(s.app, s.editor, "GET", edit, NULL), "Say how much");
    act(&s, id, "verb=publish");
    const Answer *page = ask(s.app, NULL, "GET", path, NULL);
    assert_says(page, "<strong>a lot</strong>");
    assert_silent(page, "<script>alert");
    assert_silent(page, "I have read this");
    assert_says(ask_with(s.app, NULL, "GET", path, "Accept-Language: zh-CN", NULL), "每天换水。");
    assert_goes_to(ask_upload(s.app, s.editor, edit, NULL, text(&s, "channel=%s&title=Clean water&body=Two litres a day for ten hens.&note=Amount added&title_other=干净的水&body_other=每天换水。", channel_id(&s))), "/editor/items/");
    assert_says(ask(s.app, NULL, "GET", path, NULL), "<strong>a lot</strong>"); /* not yet published */
    act(&s, id, "verb=publish");
    assert_says(ask(s.app, NULL, "GET", path, NULL), "Two litres a day");
    const Answer *diff = ask(s.app, NULL, "GET", text(&s, "%s/revisions?from=1&to=2", path), NULL);
    assert_says(diff, "<ins>Two litres a day for ten hens.</ins>");
    assert_says(diff, "<del>Hens drink **a lot**");
    assert_says(diff, "Amount added");
    act(&s, id, "verb=withdraw&reason=The+amount+was+wrong");
    const Answer *gone = ask(s.app, NULL, "GET", path, NULL);
    assert_status(gone, 410);
    assert_says(gone, "The amount was wrong");
    assert_status(ask(s.app, NULL, "GET", text(&s, "%s/revisions", path), NULL), 404);
    act(&s, id, "verb=restore");
    act(&s, id, "verb=publish&when=2099-01-01T09:30");
    assert_says(ask(s.app, s.editor, "GET", edit, NULL), "Readers see it from");
    assert_status(ask(s.app, s.editor, "POST", text(&s, "%s/act", edit), "verb=publish&when=tomorrow"), 422);
}

static void readers_subscribe_read_and_find(void **state)
{
    School s = school_make(state);
    const char *id = write_piece(&s, "title=Egg shells&body=Oyster shell helps.");
    act(&s, id, "verb=publish");
    assert_says(ask(s.app, NULL, "GET", "/learn", NULL), "Egg shells");
    assert_says(ask(s.app, NULL, "GET", "/learn?search=oyster", NULL), "Egg shells");
    assert_says(ask(s.app, NULL, "GET", "/learn?search=goat", NULL), "Nothing found");
    assert_says(ask(s.app, s.ana, "GET", "/learn?mine=1", NULL), "You follow no channel yet");
    assert_goes_to(ask(s.app, guest(s.app), "POST", "/learn/poultry/subscribe", ""), "/sign-in");
    assert_goes_to(ask(s.app, s.ana, "POST", "/learn/poultry/subscribe", ""), "/learn/poultry");
    assert_says(ask(s.app, s.ana, "GET", "/learn/poultry", NULL), "Subscribed");
    assert_silent(ask(s.app, NULL, "GET", "/learn/poultry", NULL), "people follow it");
    assert_says(ask(s.app, s.ana, "GET", "/learn?mine=1", NULL), "Egg shells");
    assert_goes_to(ask(s.app, s.ana, "POST", "/learn/poultry/leave", ""), "/learn/poultry");
    const char *path = text(&s, "/learn/poultry/%s", id);
    assert_goes_to(ask(s.app, s.ana, "POST", text(&s, "%s/read", path), "read=1"), path);
    assert_says(ask(s.app, s.ana, "GET", path, NULL), "name=\"read\" value=\"0\"");
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/api/v1/items/%s/read", id), "{\"read\":true}"), 204);
    assert_int_equal(test_int(app_store(s.app), "SELECT sum(delta) FROM point_entry"), 1); /* once, however often */
    assert_goes_to(ask(s.app, s.ana, "POST", text(&s, "%s/read", path), "read=0"), path);
    assert_says(ask(s.app, NULL, "GET", "/learn/nowhere", NULL), "There is no such channel.");
}

static void a_channel_is_a_feed(void **state)
{
    School s = school_make(state);
    act(&s, write_piece(&s, "title=Hens > <ducks>&summary=Both.&body=**Bold** plain&licence=CC BY 4.0"), "verb=publish");
    const Answer *rss = ask(s.app, NULL, "GET", "/learn/poultry/rss.xml", NULL), *atom = ask(s.app, NULL, "GET", "/learn/poultry/atom.xml", NULL);
    assert_str(answer_header(rss, "Content-Type"), "application/rss+xml; charset=utf-8");
    assert_says(rss, "<title>Hens &gt; &lt;ducks&gt;</title>");
    assert_says(rss, "&lt;strong&gt;Bold&lt;/strong&gt;");
    assert_says(atom, "<rights>CC BY 4.0</rights>");
    assert_says(atom, "xmlns=\"http://www.w3.org/2005/Atom\"");
    const char *channel = "/editor/channels/poultry";
    assert_says(ask(s.app, s.editor, "GET", channel, NULL), "Poultry");
    assert_status(ask(s.app, s.ana, "GET", channel, NULL), 403);
    assert_says(ask(s.app, s.editor, "GET", "/editor/channels/new", NULL), "New channel");
    assert_goes_to(ask(s.app, s.editor, "POST", channel, "title=Poultry&kind=training&visibility=members&comment_mode=first"), "/editor");
    assert_status(ask(s.app, NULL, "GET", "/learn/poultry/atom.xml", NULL), 404);
    assert_status(ask(s.app, NULL, "GET", "/learn/poultry", NULL), 404);
    assert_status(ask(s.app, s.ana, "GET", "/learn/poultry", NULL), 200);
    assert_status(ask(s.app, s.editor, "POST", channel, "title=&kind=training&visibility=members&comment_mode=first"), 422);
}

static const char *pending(School *s)
{
    const Answer *queue = ask(s->app, s->mod, "GET", "/talk", NULL);
    size_t at = str_find(queue->body, STR("/comments/"));
    assert_true(at != SIZE_MAX);
    return str_z(s->arena, str_slice(queue->body, at + 10, at + 10 + ID_TEXT_LEN));
}

static void comments_are_written_shown_taken_away_and_appealed(void **state)
{
    School s = school_make(state);
    const char *id = write_piece(&s, "title=Feed&body=Grain.");
    act(&s, id, "verb=publish");
    const char *path = text(&s, "/learn/poultry/%s", id);
    assert_says(ask(s.app, NULL, "GET", path, NULL), "Sign in to comment");
    assert_goes_to(ask(s.app, s.ana, "POST", "/comments", text(&s, "subject=%s&body=You+fools", id)), path);
    assert_says(ask(s.app, s.ana, "GET", path, NULL), "waits for a moderator");
    assert_silent(ask(s.app, NULL, "GET", path, NULL), "You fools");
    assert_says(ask(s.app, s.mod, "GET", "/talk", NULL), "One of this author&#39;s first.");
    const char *comment = pending(&s);
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/comments/%s/approve", comment), ""), 403);
    assert_goes_to(ask(s.app, s.mod, "POST", text(&s, "/comments/%s/approve", comment), ""), "/talk");
    assert_says(ask(s.app, NULL, "GET", path, NULL), "You fools");
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM point_entry WHERE rule = 'comment'"), 1);
    Str rule = json_text(ask(s.app, NULL, "GET", "/api/v1/talk-rules", NULL), "items.0.id");
    assert_says(ask(s.app, s.editor, "GET", text(&s, "/comments/%s/report", comment), NULL), "Be kind");
    assert_goes_to(ask(s.app, s.editor, "POST", text(&s, "/comments/%s/report", comment), text(&s, "rule=%.*s&reason=Rude", STR_ARG(rule))), path);
    assert_says(ask(s.app, s.mod, "GET", "/talk", NULL), "Rude");
    assert_says(ask(s.app, s.mod, "GET", text(&s, "/comments/%s/hide", comment), NULL), "You fools");
    assert_status(ask(s.app, s.mod, "POST", text(&s, "/comments/%s/hide", comment), text(&s, "rule=%.*s", STR_ARG(rule))), 422);
    assert_goes_to(ask(s.app, s.mod, "POST", text(&s, "/comments/%s/hide", comment), text(&s, "rule=%.*s&reason=Insults+readers", STR_ARG(rule))), "/talk");
    assert_says(ask(s.app, NULL, "GET", path, NULL), "Taken away by a moderator");
    const Answer *log = ask(s.app, NULL, "GET", "/moderation", NULL);
    assert_says(log, "Insults readers");
    assert_silent(log, "Ana");
    const Answer *notices = ask(s.app, s.ana, "GET", "/my-comments", NULL);
    assert_says(notices, "Your comment was taken away");
    size_t at = str_find(notices->body, STR("/decisions/"));
    const char *decision = str_z(s.arena, str_slice(notices->body, at + 11, at + 11 + ID_TEXT_LEN));
    assert_goes_to(ask(s.app, s.ana, "POST", text(&s, "/decisions/%s/appeal", decision), "reason=A+joke"), "/my-comments");
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/decisions/%s/appeal", decision), "reason=Again"), 409);
    assert_says(ask(s.app, s.mod, "GET", "/talk", NULL), "You took it away.");
    assert_status(ask(s.app, s.mod, "POST", text(&s, "/decisions/%s/decide", decision), "reversed=0&reason=No"), 409);
    assert_goes_to(ask(s.app, s.mod2, "POST", text(&s, "/decisions/%s/decide", decision), "reversed=1&reason=It+was+a+joke"), "/talk");
    assert_says(ask(s.app, NULL, "GET", path, NULL), "You fools");
    assert_says(ask(s.app, s.ana, "GET", "/my-comments", NULL), "Your comment is back");
    assert_goes_to(ask(s.app, s.ana, "POST", text(&s, "/comments/%s/delete", comment), ""), path);
    assert_silent(ask(s.app, NULL, "GET", path, NULL), "You fools");
}

static void listed_words_let_a_comment_wait(void **state)
{
    School s = school_make(state);
    const char *id = write_piece(&s, "title=Feed&body=Grain.");
    act(&s, id, "verb=publish");
    assert_goes_to(ask(s.app, s.mod, "POST", "/talk/words", "words=%E9%AB%98%E5%88%A9%E8%B4%B7"), "/talk");
    assert_status(ask(s.app, s.mod, "POST", "/talk/words", "words=%21%21"), 422);
    for (int i = 0; i < 3; i++) {
        ask(s.app, s.ana, "POST", "/comments", text(&s, "subject=%s&body=Fine+%d", id, i));
        ask(s.app, s.mod, "POST", text(&s, "/comments/%s/approve", pending(&s)), "");
    }
    ask(s.app, s.ana, "POST", "/comments", text(&s, "subject=%s&body=%%E6%%9D%%A5%%E5%%80%%9F%%E9%%AB%%98%%E5%%88%%A9%%E8%%B4%%B7%%E5%%90%%A7", id));
    assert_says(ask(s.app, s.mod, "GET", "/talk", NULL), "Holds a word of the list.");
    assert_goes_to(ask(s.app, s.mod, "POST", "/talk/words/remove", "words=%E9%AB%98%E5%88%A9%E8%B4%B7"), "/talk");
    assert_silent(ask(s.app, s.mod2, "GET", "/talk", NULL), "value=\"高利贷\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(an_editor_writes_reviews_publishes_and_withdraws),
        TEST_DB(readers_subscribe_read_and_find),
        TEST_DB(a_channel_is_a_feed),
        TEST_DB(comments_are_written_shown_taken_away_and_appealed),
        TEST_DB(listed_words_let_a_comment_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
