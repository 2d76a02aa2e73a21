/* Channels and pieces: who sees what, when; revisions stay; search; programs. */
#include "ask.h"
#include "learn/inside.h"

typedef struct School {
    App *app;
    Arena *arena;
    Store *store;
    User *editor, *ana, *stranger;
    Id channel, members;
} School;

static Err *school_write(Tx *tx, void *arg)
{
    School *s = arg;
    LearnText soil[] = {{STR("en"), STR("Soil"), STR("The ground we stand on."), STR("")}, {STR("zh-CN"), STR("土壤"), STR("脚下的土。"), STR("")}};
    LearnText inner[] = {{STR("en"), STR("For members"), STR(""), STR("")}};
    TRY(channel_add(tx, time_now(), 0, &(NewChannel){.slug = STR("soil"), .kind = "training", .visibility = "public", .comment_mode = "first", .texts = {soil, 2}},
                    &s->channel));
    return channel_add(tx, time_now(), 0, &(NewChannel){.kind = "news", .visibility = "members", .comment_mode = "none", .texts = {inner, 1}}, &s->members);
}

static School school_make(void **state)
{
    School s = {.app = app_of(state)};
    s.arena = app_arena(s.app);
    s.store = app_store(s.app);
    s.editor = user(s.app, "Su Wen", 0, ROLE_EDITOR);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    s.stranger = guest(s.app);
    assert_fine(db_write(s.store, s.arena, school_write, &s));
    return s;
}

typedef struct Making {
    NewItem item;
    ItemAct act;
    Id id;
    Time now;
    bool changed;
} Making;

static Err *make_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return item_add(tx, m->now, 0, &m->item, &m->id);
}

static Err *act_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return item_act(tx, &m->act, m->now);
}

static Err *revise_write(Tx *tx, void *arg)
{
    Making *m = arg;
    return item_revise(tx, m->now, 0, m->id, &m->item, &m->changed);
}

static LearnText *two(School *s, const char *en, const char *zh, const char *body)
{
    LearnText *texts = NEW_ARRAY(s->arena, LearnText, 2);
    texts[0] = (LearnText){STR("en"), str_of(en), STR("In short."), str_of(body)};
    texts[1] = (LearnText){STR("zh-CN"), str_of(zh), STR("简单说。"), STR("有机堆肥")};
    return texts;
}

static Id make(School *s, Id channel, const char *en, const char *zh, const char *body)
{
    Making m = {.item = {.channel = channel, .texts = {two(s, en, zh, body), 2}}, .now = time_now()};
    assert_fine(db_write(s->store, s->arena, make_write, &m));
    return m.id;
}

static Err *act(School *s, Id item, const char *verb, const char *reason, Time publish_at, Time embargo)
{
    Making m = {.act = {.item = item, .verb = verb, .reason = str_of(reason), .publish_at = publish_at, .embargo = embargo}, .now = time_now()};
    return db_write(s->store, s->arena, act_write, &m);
}

static void publish(School *s, Id item)
{
    assert_fine(act(s, item, "publish", "", (Time){0}, (Time){0}));
}

static const char *api_of(School *s, Id item)
{
    return str_z(s->arena, str_format(s->arena, "/api/v1/items/%.*s", STR_ARG(id_text(s->arena, item))));
}

static void channels_are_public_and_members_see_theirs(void **state)
{
    School s = school_make(state);
    const Answer *seen = ask(s.app, NULL, "GET", "/api/v1/channels", NULL);
    assert_status(seen, 200);
    assert_int_equal(json_number(seen, "items"), 1);
    assert_str(json_text(seen, "items.0.slug"), "soil");
    assert_str(json_text(seen, "items.0.title"), "Soil");
    assert_int_equal(json_number(ask(s.app, s.ana, "GET", "/api/v1/channels", NULL), "items"), 2);
    const Answer *zh = ask_with(s.app, NULL, "GET", "/api/v1/channels", "Accept-Language: zh-CN", NULL);
    assert_str(json_text(zh, "items.0.title"), "土壤");
}

static void a_draft_is_seen_by_nobody_and_a_withdrawn_piece_neither(void **state)
{
    School s = school_make(state);
    Id item = make(&s, s.channel, "Compost", "堆肥", "Turn the heap.");
    assert_status(ask(s.app, NULL, "GET", api_of(&s, item), NULL), 404);
    assert_err(act(&s, item, "withdraw", "", (Time){0}, (Time){0}), "item.reason");
    publish(&s, item);
    const Answer *there = ask(s.app, NULL, "GET", api_of(&s, item), NULL);
    assert_str(json_text(there, "title"), "Compost");
    assert_int_equal(json_number(there, "revision"), 1);
    assert_true(json_number(there, "bytes") > 0);
    assert_fine(act(&s, item, "withdraw", "The dose was wrong.", (Time){0}, (Time){0}));
    assert_status(ask(s.app, NULL, "GET", api_of(&s, item), NULL), 404);
    assert_int_equal(json_number(ask(s.app, NULL, "GET", "/api/v1/items?search=compost", NULL), "items"), 0);
    assert_err(act(&s, item, "publish", "", (Time){0}, (Time){0}), "item.not_now");
    assert_fine(act(&s, item, "restore", "", (Time){0}, (Time){0}));
    publish(&s, item);
    assert_status(ask(s.app, NULL, "GET", api_of(&s, item), NULL), 200);
}

static void schedule_and_embargo_hold(void **state)
{
    School s = school_make(state);
    Time now = time_now();
    Id late = make(&s, s.channel, "Later", "以后", "x"), secret = make(&s, s.channel, "Secret", "保密", "x");
    assert_fine(act(&s, late, "publish", "", (Time){now.ms + HOUR_MS}, (Time){0}));
    assert_fine(act(&s, secret, "publish", "", (Time){0}, (Time){now.ms + 2 * HOUR_MS}));
    publish(&s, secret); /* again at once: the embargo holds all the same */
    assert_int_equal(json_number(ask(s.app, NULL, "GET", "/api/v1/items", NULL), "items"), 0);
    time_fake((Time){now.ms + HOUR_MS + 1});
    const Answer *one = ask(s.app, NULL, "GET", "/api/v1/items?limit=5", NULL);
    assert_int_equal(json_number(one, "items"), 1);
    assert_str(json_text(one, "items.0.title"), "Later");
    time_fake((Time){now.ms + 2 * HOUR_MS + 1});
    assert_int_equal(json_number(ask(s.app, NULL, "GET", "/api/v1/items?limit=6", NULL), "items"), 2);
    time_fake((Time){0});
}

static void revisions_stay_as_they_were(void **state)
{
    School s = school_make(state);
    Id item = make(&s, s.channel, "Lime", "石灰", "One spoon.");
    publish(&s, item);
    Making m = {.id = item, .item = {.channel = s.channel, .texts = {two(&s, "Lime", "石灰", "Two spoons."), 2}, .note = STR("Dose corrected")}, .now = time_now()};
    assert_fine(db_write(s.store, s.arena, revise_write, &m));
    assert_true(m.changed);
    assert_str(json_text(ask(s.app, NULL, "GET", api_of(&s, item), NULL), "body"), "One spoon."); /* not published yet */
    assert_fine(db_write(s.store, s.arena, revise_write, &m));
    assert_false(m.changed); /* the same words make no revision */
    publish(&s, item);
    const Answer *now = ask(s.app, NULL, "GET", api_of(&s, item), NULL);
    assert_str(json_text(now, "body"), "Two spoons.");
    assert_int_equal(json_number(now, "revision"), 2);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM item_revision"), 2);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM item_text WHERE body = 'One spoon.'"), 1);
}

static void members_pieces_are_not_there_for_strangers(void **state)
{
    School s = school_make(state);
    Id item = make(&s, s.members, "Inside", "内部", "For us.");
    publish(&s, item);
    assert_status(ask(s.app, NULL, "GET", api_of(&s, item), NULL), 404);
    assert_int_equal(json_number(ask(s.app, NULL, "GET", "/api/v1/items?search=inside", NULL), "items"), 0);
    assert_status(ask(s.app, s.ana, "GET", api_of(&s, item), NULL), 200);
    assert_int_equal(json_number(ask(s.app, s.ana, "GET", "/api/v1/items?search=inside", NULL), "items"), 1);
}

static void words_are_found_in_both_languages(void **state)
{
    School s = school_make(state);
    publish(&s, make(&s, s.channel, "Healthy hens", "健康的母鸡", "Clean water every morning."));
    publish(&s, make(&s, s.channel, "Egg prices", "鸡蛋价格", "Sell by phone."));
    static const struct {
        const char *typed;
        int found;
    } tries[] = {{"hen", 1}, {"%E9%B8%A1", 2}, {"%E9%B8%A1%E8%9B%8B", 1}, {"%E5%A0%86%E8%82%A5", 2}, {"morn", 1}, {"goats", 0}, {"%22%20OR%20%22", 0}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        const Answer *found = ask(s.app, NULL, "GET", str_z(s.arena, str_format(s.arena, "/api/v1/items?search=%s", tries[i].typed)), NULL);
        assert_status(found, 200);
        assert_int_equal(json_number(found, "items"), tries[i].found);
    }
}

static void a_list_goes_on_where_it_stopped(void **state)
{
    School s = school_make(state);
    for (int i = 0; i < 7; i++)
        publish(&s, make(&s, s.channel, str_z(s.arena, str_format(s.arena, "Piece %d", i)), "文", "same words"));
    for (int k = 0; k < 2; k++) {
        Str next = {0};
        int seen = 0;
        do {
            const Answer *page = ask(s.app, NULL, "GET",
                                     str_z(s.arena, str_format(s.arena, "/api/v1/items?limit=3%s&after=%.*s", k ? "&search=words" : "", STR_ARG(next))), NULL);
            seen += (int)json_number(page, "items");
            next = str_find(page->body, STR("\"next\":null")) == SIZE_MAX ? json_text(page, "next") : STR("");
        } while (next.len);
        assert_int_equal(seen, 7);
    }
    assert_refused(ask(s.app, NULL, "GET", "/api/v1/items?after=nonsense", NULL), 422, "learn.after");
    assert_refused(ask(s.app, NULL, "GET", "/api/v1/items?channel=nowhere", NULL), 404, "channel.missing");
}

static void bad_words_are_refused(void **state)
{
    School s = school_make(state);
    Making m = {.item = {.channel = s.channel, .texts = {two(&s, " ", "文", "x"), 2}}, .now = time_now()};
    assert_err(db_write(s.store, s.arena, make_write, &m), "item.title");
    m.item.texts.at = two(&s, "Fine", "文", "x");
    m.item.texts.at[1].lang = STR("en");
    assert_err(db_write(s.store, s.arena, make_write, &m), "item.languages");
    m.item.texts.len = 1;
    m.item.source_url = STR("javascript:alert(1)");
    assert_err(db_write(s.store, s.arena, make_write, &m), "item.url");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(channels_are_public_and_members_see_theirs),
        TEST_DB(a_draft_is_seen_by_nobody_and_a_withdrawn_piece_neither),
        TEST_DB(schedule_and_embargo_hold),
        TEST_DB(revisions_stay_as_they_were),
        TEST_DB(members_pieces_are_not_there_for_strangers),
        TEST_DB(words_are_found_in_both_languages),
        TEST_DB(a_list_goes_on_where_it_stopped),
        TEST_DB(bad_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
