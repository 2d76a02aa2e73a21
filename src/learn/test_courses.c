/* Courses: made, taken, ticked; tasks and coaches; certificates; nobody sees what another person reads. */
#include "ask.h"
#include "learn/course.h"
#include "learn/course_file.h"
#include "learn/feed.h"
#include "learn/pack.h"

#include <string.h>

typedef struct School {
    App *app;
    Arena *arena;
    Store *store;
    User *editor, *coach, *ana;
    Id channel;
    CourseFile file;
    Id course;
    Str first, second, task; /* steps */
} School;

static Err *channel_write(Tx *tx, void *arg)
{
    School *s = arg;
    LearnText text = {STR("en"), STR("Soil"), STR(""), STR("")};
    return channel_add(tx, time_now(), 0, &(NewChannel){.slug = STR("soil"), .kind = "training", .visibility = "public", .comment_mode = "first", .texts = {&text, 1}}, &s->channel);
}

static const char course_text[] = "title: Living soil\nabout: Makes good compost.\nlang: en\ncertificate: yes\n\n# Begin\n## What soil is\nSoil lives.\n\n# Compost\n"
                                  "## How a heap works\nLayers.\n## Task: Photograph your heap\nOne photo, please.\n## Empty\n";

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

static Str id_behind(Str body, const char *mark)
{
    size_t at = str_find(body, str_of(mark));
    assert_true(at != SIZE_MAX);
    at += str_of(mark).len;
    return str_slice(body, at, at + ID_TEXT_LEN);
}

static School school_make(void **state)
{
    School s = {.app = app_of(state)};
    s.arena = app_arena(s.app);
    s.store = app_store(s.app);
    s.editor = user(s.app, "Su Wen", 0, ROLE_EDITOR);
    s.coach = user(s.app, "Coach", 0, ROLE_COACH);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    assert_fine(db_write(s.store, s.arena, channel_write, &s));
    assert_fine(course_file_read(s.arena, str_of(course_text), &s.file));
    assert_int_equal(s.file.kept, 3);
    assert_int_equal(s.file.refusals_len, 1);
    assert_int_equal(s.file.refusals[0].line, 15);
    assert_fine(course_file_write(s.store, s.arena, &s.file, s.channel, time_now(), &s.course));
    const Answer *page = ask(s.app, s.ana, "GET", "/courses/living-soil", NULL);
    s.first = id_behind(page->body, "/api/v1/steps/");
    s.task = id_behind(ask(s.app, NULL, "GET", "/courses/living-soil", NULL)->body, "href=\"/courses/living-soil/");
    return s;
}

static void a_learner_ticks_hands_in_and_gets_a_certificate(void **state)
{
    School s = school_make(state);
    assert_says(ask(s.app, NULL, "GET", "/courses", NULL), "Living soil");
    assert_says(ask(s.app, s.ana, "GET", "/courses/living-soil", NULL), "Opens when the lesson before is done.");
    const char *task = text(&s, "/courses/living-soil/%.*s", STR_ARG(s.task));
    assert_says(ask(s.app, s.ana, "GET", task, NULL), "First finish the lesson before.");
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/task", STR_ARG(s.task)), "{\"words\":\"early\"}"), 409);
    assert_goes_to(ask(s.app, s.ana, "POST", text(&s, "/courses/living-soil/%.*s/tick", STR_ARG(s.first)), "done=1"), "/courses/living-soil");
    const Answer *page = ask(s.app, s.ana, "GET", "/courses/living-soil", NULL);
    assert_says(page, "1 of 3 steps done");
    Str rest = str_slice(page->body, str_find(page->body, STR("How a heap works")), page->body.len);
    s.second = id_behind(rest, "/api/v1/steps/");
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.second)), "{\"done\":true}"), 204);
    assert_refused(ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.task)), "{\"done\":true}"), 409, "step.not_yours");
    const char *hand = "{\"words\":\"My heap steams\",\"device\":\"phone\",\"seq\":4}";
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/task", STR_ARG(s.task)), hand), 204);
    assert_status(ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/task", STR_ARG(s.task)), hand), 204);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM task_answer"), 1);
    assert_status(ask_upload(s.app, s.ana, text(&s, "%s/task", task), NULL, "words="), 422);
    const Answer *coach = ask(s.app, s.coach, "GET", "/coach", NULL);
    assert_says(coach, "My heap steams");
    const char *judge = text(&s, "/coach/tasks/%.*s", STR_ARG(id_behind(coach->body, "/coach/tasks/")));
    assert_status(ask(s.app, s.ana, "POST", judge, "verdict=good"), 403);
    assert_status(ask(s.app, s.coach, "POST", judge, "verdict=again"), 422);
    assert_goes_to(ask(s.app, s.coach, "POST", judge, "verdict=good&remark=Fine"), "/coach");
    assert_status(ask(s.app, s.coach, "POST", judge, "verdict=good"), 409);
    assert_says(ask(s.app, s.ana, "GET", task, NULL), "This task is done.");
    assert_says(ask(s.app, s.ana, "GET", "/courses/living-soil", NULL), "You have done all of it.");
    const Answer *paper = ask(s.app, s.ana, "GET", "/courses/living-soil/certificate", NULL);
    assert_says(paper, "Ana");
    size_t at = str_find(paper->body, STR("class=\"code\" translate=\"no\">"));
    Str code = str_slice(paper->body, at + 28, at + 28 + CODE_LEN);
    assert_says(ask(s.app, NULL, "GET", text(&s, "/certificates?code=%.*s", STR_ARG(code)), NULL), "It is genuine");
    assert_says(ask(s.app, NULL, "GET", "/certificates?code=AAAAAAAAAA", NULL), "No certificate has this code");
    assert_status(ask(s.app, s.coach, "GET", "/courses/living-soil/certificate", NULL), 404);
}

static void points_are_private_capped_and_can_be_checked(void **state)
{
    School s = school_make(state);
    ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":true}");
    ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":false}");
    ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":true}");
    assert_says(ask(s.app, s.ana, "GET", "/points", NULL), "A lesson done");
    assert_int_equal(test_int(s.store, "SELECT sum(delta) FROM point_entry"), 4); /* read 1, lesson 3, once each */
    const Answer *file = ask(s.app, s.ana, "GET", "/points/export", NULL);
    Str line, hash, rest, one;
    str_cut(file->body, '\n', &one, &rest);
    assert_true(str_cut(one, '\t', &line, &hash));
    assert_true(str_starts(line, STR(" 1 read ")));
    assert_true(str_starts(rest, hash)); /* the next line begins with the hash of this one */
    assert_goes_to(ask(s.app, s.ana, "POST", "/points", "used=0"), "/points");
    assert_says(ask(s.app, s.ana, "GET", "/points", NULL), "You have switched points off.");
    assert_silent(ask(s.app, s.coach, "GET", "/points/export", NULL), "read");
}

static void a_coach_never_sees_a_small_number(void **state)
{
    School s = school_make(state);
    Str course = id_behind(ask(s.app, s.coach, "GET", "/coach", NULL)->body, "<option value=\"");
    const Answer *made = ask(s.app, s.coach, "POST", "/coach/groups", text(&s, "course=%.*s&name=Monday", STR_ARG(course)));
    assert_goes_to(made, "/coach/groups/");
    const char *group = str_z(s.arena, answer_header(made, "Location"));
    Str page = ask(s.app, s.coach, "GET", group, NULL)->body;
    size_t at = str_find(page, STR("class=\"code\" translate=\"no\">"));
    const char *join = text(&s, "code=%.*s", CODE_LEN, page.at + at + 28);
    assert_status(ask(s.app, s.ana, "GET", group, NULL), 403);
    assert_status(ask(s.app, s.ana, "POST", "/courses/living-soil/join", "code=WRONG"), 422);
    for (int i = 1; i <= 12; i++) {
        User *who = user(s.app, text(&s, "Pupil %d", i), 0, ROLE_MEMBER);
        assert_goes_to(ask(s.app, who, "POST", "/courses/living-soil/join", join), "/courses/living-soil");
        ask(s.app, who, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":true}");
        const Answer *seen = ask(s.app, s.coach, "GET", group, NULL);
        assert_silent(seen, "Pupil");
        assert_silent(seen, "10 or more</td>"); /* twelve of twelve would tell about each of them */
        if (i < 10)
            assert_silent(seen, "5 or more</td>");
    }
    assert_says(ask(s.app, s.coach, "GET", group, NULL), "<td class=\"num\">5 or more</td>");
    assert_goes_to(ask(s.app, s.coach, "POST", group, "used=0"), group);
    assert_status(ask(s.app, s.ana, "POST", "/courses/living-soil/join", join), 422);
}

static void what_a_phone_keeps_is_named(void **state)
{
    School s = school_make(state);
    ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":true}");
    ask(s.app, s.ana, "POST", "/learn/soil/subscribe", "");
    const Answer *kept = ask(s.app, s.ana, "GET", "/api/v1/kept", NULL);
    assert_says(kept, "/courses/living-soil/");
    assert_says(kept, "/learn/soil/");
    assert_status(ask(s.app, NULL, "GET", "/api/v1/kept", NULL), 401);
    assert_says(ask(s.app, s.ana, "GET", "/kept", NULL), "Kept for reading");
}

static void an_editor_makes_a_course_in_the_browser(void **state)
{
    School s = school_make(state);
    assert_says(ask(s.app, s.editor, "GET", "/editor/courses/new", NULL), "Soil");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/new", text(&s, "channel=%.*s&title=Hens&certificate=1", STR_ARG(id_text(s.arena, s.channel)))), "/editor/courses/hens");
    assert_status(ask(s.app, s.ana, "GET", "/editor/courses/hens", NULL), 403);
    assert_status(ask(s.app, NULL, "GET", "/courses/hens", NULL), 404);
    assert_status(ask(s.app, s.editor, "POST", "/editor/courses/hens/act", "verb=publish"), 409);
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/lessons", "title=Water"), "/editor/courses/hens");
    const Answer *page = ask(s.app, s.editor, "GET", "/editor/courses/hens", NULL);
    Str lesson = id_behind(page->body, "name=\"lesson\" value=\""), item = id_behind(page->body, "–</option><option value=\"");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/steps", text(&s, "lesson=%.*s&kind=article&item=%.*s", STR_ARG(lesson), STR_ARG(item))), "/editor/courses/hens");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/steps", text(&s, "lesson=%.*s&kind=task&title=Fill+it&body=Show+us", STR_ARG(lesson))), "/editor/courses/hens");
    assert_status(ask(s.app, s.editor, "POST", "/editor/courses/hens/steps", text(&s, "lesson=%.*s&kind=quiz", STR_ARG(lesson))), 422);
    Str step = id_behind(ask(s.app, s.editor, "GET", "/editor/courses/hens", NULL)->body, "/courses/hens/steps/");
    assert_goes_to(ask(s.app, s.editor, "POST", text(&s, "/editor/courses/hens/steps/%.*s/remove", STR_ARG(step)), ""), "/editor/courses/hens");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/act", "verb=publish"), "/editor/courses/hens");
    assert_says(ask(s.app, NULL, "GET", "/courses/hens", NULL), "Fill it");
    const char *needs = text(&s, "course=%.*s&done=1", STR_ARG(id_text(s.arena, test_int(s.store, "SELECT id FROM course WHERE slug = 'living-soil'"))));
    assert_status(ask(s.app, s.ana, "POST", "/editor/courses/hens/needs", needs), 403);
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/needs", needs), "/editor/courses/hens");
    assert_says(ask(s.app, s.ana, "GET", "/courses/hens", NULL), "Living soil");
    const char *circle = text(&s, "course=%.*s&done=1", STR_ARG(id_text(s.arena, test_int(s.store, "SELECT id FROM course WHERE slug = 'hens'"))));
    assert_says(ask(s.app, s.editor, "POST", "/editor/courses/living-soil/needs", circle), "nobody could begin");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/needs", text(&s, "%.*s0", (int)strlen(needs) - 1, needs)), "/editor/courses/hens");
    assert_silent(ask(s.app, s.ana, "GET", "/courses/hens", NULL), "Living soil");
    assert_goes_to(ask(s.app, s.editor, "POST", "/editor/courses/hens/act", "verb=withdraw&reason=Old"), "/editor/courses/hens");
    assert_says(ask(s.app, NULL, "GET", "/courses/hens", NULL), "This course was withdrawn: Old");
}

static void a_pack_moves_a_course_and_goes_on_where_it_was_cut(void **state)
{
    School s = school_make(state);
    PackMade made, again;
    PackTaken taken = {0};
    assert_fine(pack_write(s.store, s.arena, STR("living-soil"), time_now(), &made));
    assert_int_equal(made.objects, 3); /* the course and two pieces */
    /* as if in another Millet: nothing of it is here */
    static const char *const tables[] = {"step_text", "step", "lesson_text", "lesson", "course_text", "course"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        assert_fine(test_sql(s.store, s.arena, text(&s, "DELETE FROM %s", tables[i])));
    assert_fine(test_sql(s.store, s.arena, "UPDATE item SET guid = NULL"));
    assert_err(pack_read(s.store, s.arena, made.bytes, STR("soil"), STR("00"), time_now(), &taken), "pack.key");
    char *spoilt = arena_copy(s.arena, made.bytes.at, made.bytes.len);
    spoilt[20] ^= 1;
    assert_err(pack_read(s.store, s.arena, (Str){spoilt, made.bytes.len}, STR("soil"), STR(""), time_now(), &taken), "pack.signature");
    spoilt[20] ^= 1;
    spoilt[made.bytes.len - 3] ^= 1;
    assert_err(pack_read(s.store, s.arena, (Str){spoilt, made.bytes.len}, STR("soil"), STR(""), time_now(), &taken), "pack.object");
    taken = (PackTaken){0};
    assert_fine(pack_read(s.store, s.arena, str_slice(made.bytes, 0, made.bytes.len - 5), STR("soil"), STR(""), time_now(), &taken));
    assert_int_equal(taken.missing, 1);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM course"), 0);
    taken = (PackTaken){0};
    assert_fine(pack_read(s.store, s.arena, made.bytes, STR("soil"), made.key, time_now(), &taken));
    assert_int_equal(taken.missing, 0);
    assert_says(ask(s.app, NULL, "GET", "/courses/living-soil", NULL), "Photograph your heap");
    taken = (PackTaken){0};
    assert_fine(pack_read(s.store, s.arena, made.bytes, STR("soil"), STR(""), time_now(), &taken));
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM course"), 1);
    assert_fine(pack_write(s.store, s.arena, STR("living-soil"), time_now(), &again));
    assert_int_equal(again.objects, 3);
    Str tail = str_slice(made.bytes, made.bytes.len - 40, made.bytes.len);
    assert_true(str_find(again.bytes, STR("Photograph your heap")) != SIZE_MAX && tail.len == 40);
}

typedef struct Rewriting {
    NewItem words;
    Id item;
    bool publish, changed;
} Rewriting;

static Err *rewrite_write(Tx *tx, void *arg)
{
    Rewriting *w = arg;
    TRY(item_revise(tx, time_now(), 0, w->item, &w->words, &w->changed));
    return w->publish ? item_act(tx, &(ItemAct){.item = w->item, .verb = "publish"}, time_now()) : NULL;
}

static void rewrite(School *s, Id item, const char *title, const char *note, bool publish)
{
    LearnText words = {STR("en"), str_of(title), STR(""), STR("Text.")};
    Rewriting w = {.words = {.channel = s->channel, .texts = {&words, 1}, .note = str_of(note)}, .item = item, .publish = publish};
    assert_fine(db_write(s->store, s->arena, rewrite_write, &w));
}

static int64_t revisions_of(School *s)
{
    return test_int(s->store, "SELECT max(newest) FROM item WHERE guid IS NOT NULL");
}

static void a_pack_carries_what_readers_could_see_before_and_no_draft(void **state)
{
    School s = school_make(state);
    PackMade made;
    PackTaken taken = {0};
    Id item = test_int(s.store, "SELECT min(item) FROM step WHERE item IS NOT NULL");
    rewrite(&s, item, "Second words", "Clearer", true);
    rewrite(&s, item, "Never shown", "", false);
    rewrite(&s, item, "Third words", "Clearer still", true);
    rewrite(&s, item, "A draft", "", false);
    const char *here = text(&s, "/learn/soil/%.*s/revisions", STR_ARG(id_text(s.arena, item)));
    assert_says(ask(s.app, NULL, "GET", here, NULL), "?from=2&amp;to=4");
    assert_says(ask(s.app, NULL, "GET", text(&s, "%s?from=2&to=4", here), NULL), "<ins>Third words</ins>");
    assert_silent(ask(s.app, NULL, "GET", text(&s, "%s?from=2&to=3", here), NULL), "Never shown"); /* nobody published it */
    assert_says(ask(s.app, s.editor, "GET", text(&s, "%s?from=2&to=3", here), NULL), "<ins>Never shown</ins>");
    assert_fine(pack_write(s.store, s.arena, STR("living-soil"), time_now(), &made));
    assert_true(str_find(made.bytes, STR("Never shown")) == SIZE_MAX && str_find(made.bytes, STR("A draft")) == SIZE_MAX);
    static const char *const tables[] = {"step_text", "step", "lesson_text", "lesson", "course_text", "course"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) /* as if in another Millet */
        assert_fine(test_sql(s.store, s.arena, text(&s, "DELETE FROM %s", tables[i])));
    int64_t written = test_int(s.store, "SELECT min(r.at) FROM item_revision r JOIN item i ON i.id = r.item WHERE i.guid IS NOT NULL");
    assert_fine(test_sql(s.store, s.arena, "UPDATE item SET guid = NULL"));
    assert_fine(pack_read(s.store, s.arena, made.bytes, STR("soil"), STR(""), time_now(), &taken));
    assert_int_equal(revisions_of(&s), 3);
    assert_int_equal(test_int(s.store, "SELECT min(r.at) FROM item_revision r JOIN item i ON i.id = r.item WHERE i.guid IS NOT NULL"), written);
    Id there = test_int(s.store, "SELECT id FROM item WHERE guid IS NOT NULL AND newest = 3");
    const char *path = text(&s, "/learn/soil/%.*s", STR_ARG(id_text(s.arena, there)));
    assert_says(ask(s.app, NULL, "GET", path, NULL), "Third words");
    const Answer *seen = ask(s.app, NULL, "GET", text(&s, "%s/revisions?from=1&to=2", path), NULL);
    assert_says(seen, "<ins>Second words</ins>");
    assert_says(seen, "Clearer still");
    taken = (PackTaken){0};
    assert_fine(pack_read(s.store, s.arena, made.bytes, STR("soil"), STR(""), time_now(), &taken)); /* again: nothing twice */
    assert_int_equal(revisions_of(&s), 3);
    rewrite(&s, there, "Fourth words", "On the other side", true);
    taken = (PackTaken){0};
    assert_fine(pack_write(s.store, s.arena, STR("living-soil"), time_now(), &made));
    assert_fine(pack_read(s.store, s.arena, made.bytes, STR("soil"), STR(""), time_now(), &taken));
    assert_int_equal(revisions_of(&s), 4);
}

static Err *erase_write(Tx *tx, void *arg)
{
    return learn_erase_person(tx, *(const Id *)arg, time_now());
}

static void a_person_takes_everything_along_and_is_forgotten(void **state)
{
    School s = school_make(state);
    Id ana = user_id(s.ana);
    Db db;
    Buf out = buf_new(s.arena, 1 << 16);
    ask(s.app, s.ana, "POST", "/learn/soil/subscribe", "");
    ask(s.app, s.ana, "POST", text(&s, "/api/v1/steps/%.*s/tick", STR_ARG(s.first)), "{\"done\":true}");
    assert_fine(db_read(s.store, s.arena, &db));
    assert_fine(learn_export_person(&db, ana, &out));
    assert_true(str_find(buf_str(&out), STR("\"subscriptions\":[\"soil\"]")) != SIZE_MAX);
    assert_true(str_find(buf_str(&out), STR("\"how\":\"tick\"")) != SIZE_MAX);
    assert_true(str_find(buf_str(&out), STR("\"rule\":\"lesson\"")) != SIZE_MAX);
    assert_fine(db_write(s.store, s.arena, erase_write, &ana));
    static const char *const tables[] = {"subscription", "enrolment", "step_done", "point_entry"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        assert_int_equal(test_int(s.store, text(&s, "SELECT count(*) FROM %s", tables[i])), 0);
}

static void feeds_come_in_once_and_changes_are_revisions(void **state)
{
    School s = school_make(state);
    static const char rss[] = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Hill radio</title>\n"
                              "<item><title>Frost %s</title><link>https://example.org/a</link><guid>a</guid><pubDate>Sat, 5 Dec 20 09:30:00 +0800</pubDate><description>Cover &lt;b&gt;seedlings&lt;/b&gt; *now*</description></item>\n"
                              "<item><guid>b</guid></item>\n<item><title>Twice</title><guid>a</guid></item></channel></rss>";
    FeedBook book;
    for (int round = 0; round < 3; round++) {
        assert_fine(feed_read(s.arena, str_of(text(&s, rss, round < 2 ? "tonight" : "all week")), STR(""), &book));
        assert_int_equal(book.len, 3);
        assert_int_equal(book.refused, 2);
        assert_int_equal(book.at[1].line, 4);
        assert_err(book.at[1].refused, "feed.no_words");
        assert_err(book.at[2].refused, "feed.twice");
        FeedWrite write = {.book = &book, .channel = s.channel, .lang = STR("en"), .now = time_now()};
        assert_fine(feed_write(s.store, s.arena, &write));
        assert_int_equal(write.made, round == 0);
        assert_int_equal(write.revised, round == 2);
    }
    assert_int_equal(test_int(s.store, "SELECT visible_at FROM item WHERE guid = 'a'"), 1607131800000);
    const Answer *found = ask(s.app, NULL, "GET", "/api/v1/items?search=frost", NULL);
    assert_str(json_text(found, "items.0.title"), "Frost all week");
    Str path = json_text(found, "items.0.path");
    assert_says(ask(s.app, NULL, "GET", str_z(s.arena, path), NULL), "Cover seedlings *now*");
}

static void feeds_of_every_kind_are_read(void **state)
{
    Arena *arena = test_arena(state);
    FeedBook book;
    assert_fine(feed_read(arena, STR("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\"><title>T</title><entry><id>u:1</id><title type=\"html\">&lt;b&gt;霜冻&lt;/b&gt;</title>"
                                     "<link rel=\"self\" href=\"https://x.org/self\"/><link href=\"https://x.org/1\"/><updated>2026-12-05T09:30:00Z</updated></entry></feed>"), STR(""), &book));
    assert_str(book.at[0].title, "霜冻");
    assert_str(book.at[0].link, "https://x.org/1");
    assert_str(book.lang, "zh-CN");
    assert_fine(feed_read(arena, STR("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"J\",\"items\":[{\"id\":\"1\",\"title\":\"T\",\"content_text\":\"x\"},7]}"), STR(""), &book));
    assert_int_equal(book.refused, 1);
    assert_fine(feed_read(arena, STR("<rss><channel><item><title>ok</title></item><item><title>bad</item><item><title>Last</title></item></channel>"), STR(""), &book));
    assert_true(book.mended);
    assert_int_equal(book.len, 3);
    assert_int_equal(book.refused, 1);
    assert_err(feed_read(arena, STR("<html><body>no</body></html>"), STR(""), &book), "feed.format");
    assert_err(feed_read(arena, STR("<rss><channel><title>T</title></channel></rss>"), STR(""), &book), "feed.empty");
    assert_fine(feed_read(arena, STR("<!DOCTYPE x [<!ENTITY a SYSTEM \"/etc/passwd\">]><rss><channel><item><title>A&a;B</title></item></channel></rss>"), STR(""), &book));
    assert_str(book.at[0].title, "AB");
    static const struct {
        const char *date;
        int64_t ms;
    } dates[] = {{"Sat, 05 Dec 2026 09:30:00 GMT", 1796463000000}, {"5 Dec 26 17:30 +0800", 1796463000000}, {"2026-12-05T09:30:00Z", 1796463000000},
                 {"Sat, 05 Dec 2026 04:30:00 EST", 1796463000000}, {"2026-12-05", 1796428800000}};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        Time at = {0};
        assert_true(feed_date(str_of(dates[i].date), &at));
        assert_int_equal(at.ms, dates[i].ms);
    }
    Time at;
    assert_false(feed_date(STR("yesterday"), &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(a_learner_ticks_hands_in_and_gets_a_certificate),
        TEST_DB(points_are_private_capped_and_can_be_checked),
        TEST_DB(a_coach_never_sees_a_small_number),
        TEST_DB(what_a_phone_keeps_is_named),
        TEST_DB(an_editor_makes_a_course_in_the_browser),
        TEST_DB(a_pack_moves_a_course_and_goes_on_where_it_was_cut),
        TEST_DB(a_pack_carries_what_readers_could_see_before_and_no_draft),
        TEST_DB(a_person_takes_everything_along_and_is_forgotten),
        TEST_DB(feeds_come_in_once_and_changes_are_revisions),
        TEST(feeds_of_every_kind_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
