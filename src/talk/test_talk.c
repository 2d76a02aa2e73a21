/* Comments and their moderation, as programs see them. */
#include "ask.h"
#include "talk/inside.h"

typedef struct Square {
    App *app;
    Arena *arena;
    Store *store;
    User *ana, *bo, *mod, *mod2, *stranger;
    Id subject;
    Str rule;
} Square;

typedef struct Placing {
    Id subject, org;
    const char *mode;
} Placing;

static Err *place_write(Tx *tx, void *arg)
{
    const Placing *p = arg;
    return talk_place_put(tx, time_now(), &(TalkPlace){.subject = p->subject, .kind = "item", .org = p->org, .mode = str_of(p->mode),
                                                       .path = STR("/learn/soil/x"), .title = STR("Compost")});
}

static void mode(Square *s, const char *word)
{
    Placing p = {s->subject, app_org(s->app), word};
    assert_fine(db_write(s->store, s->arena, place_write, &p));
}

static Square square_make(void **state)
{
    Square s = {.app = app_of(state), .subject = id_mint()};
    s.arena = app_arena(s.app);
    s.store = app_store(s.app);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    s.bo = user(s.app, "Bo", 0, ROLE_MEMBER);
    s.mod = user(s.app, "Su Wen", 0, ROLE_MODERATOR);
    s.mod2 = user(s.app, "Deng Fei", 0, ROLE_MODERATOR);
    s.stranger = guest(s.app);
    mode(&s, "first");
    s.rule = json_text(ask(s.app, NULL, "GET", "/api/v1/talk-rules", NULL), "items.0.id");
    return s;
}

static const char *text(Square *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *text(Square *s, const char *format, ...)
{
    Buf out = buf_new(s->arena, 32768);
    va_list args;
    va_start(args, format);
    buf_addv(&out, format, args);
    va_end(args);
    return str_z(s->arena, buf_str(&out));
}

static const Answer *say(Square *s, User *who, const char *body)
{
    return ask(s->app, who, "POST", "/api/v1/comments",
               text(s, "{\"subject\":\"%.*s\",\"body\":\"%s\"}", STR_ARG(id_text(s->arena, s->subject)), body));
}

static int64_t seen(Square *s, User *who)
{
    return json_number(ask(s->app, who, "GET", text(s, "/api/v1/comments?subject=%.*s", STR_ARG(id_text(s->arena, s->subject))), NULL), "items");
}

static const Answer *moderate(Square *s, User *who, Str id, const char *verb, const char *body)
{
    return ask(s->app, who, "POST", text(s, "/api/v1/comments/%.*s/%s", STR_ARG(id), verb), body);
}

static const Answer *hide(Square *s, User *who, Str id, const char *reason)
{
    return moderate(s, who, id, "hide", text(s, "{\"rule\":\"%.*s\",\"reason\":\"%s\"}", STR_ARG(s->rule), reason));
}

static void first_comments_wait_and_known_authors_do_not(void **state)
{
    Square s = square_make(state);
    assert_status(say(&s, s.stranger, "hello"), 401);
    for (int i = 0; i < TRUST_KNOWN; i++) {
        const Answer *made = say(&s, s.ana, text(&s, "Comment %d", i));
        assert_status(made, 201);
        assert_str(json_text(made, "state"), "pending");
        assert_int_equal(seen(&s, NULL), i);
        assert_int_equal(seen(&s, s.ana), i + 1); /* her own, waiting */
        assert_status(moderate(&s, s.bo, json_text(made, "id"), "approve", ""), 403);
        assert_status(moderate(&s, s.mod, json_text(made, "id"), "approve", ""), 200);
    }
    assert_str(json_text(say(&s, s.ana, "Now I am known"), "state"), "visible");
    mode(&s, "all");
    assert_str(json_text(say(&s, s.ana, "All wait"), "state"), "pending");
    mode(&s, "none");
    assert_refused(say(&s, s.ana, "Closed"), 409, "talk.closed");
    assert_refused(say(&s, s.ana, "   "), 422, "talk.empty");
}

static void a_comment_sent_twice_is_there_once(void **state)
{
    Square s = square_make(state);
    const char *body = text(&s, "{\"subject\":\"%.*s\",\"body\":\"From the field\",\"device\":\"phone-1\",\"seq\":7}", STR_ARG(id_text(s.arena, s.subject)));
    const Answer *first = ask(s.app, s.ana, "POST", "/api/v1/comments", body), *again = ask(s.app, s.ana, "POST", "/api/v1/comments", body);
    assert_status(again, 201);
    assert_true(str_eq(json_text(first, "id"), json_text(again, "id")));
    ask(s.app, s.bo, "POST", "/api/v1/comments", body); /* another person's phone may count the same */
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM comment"), 2);
}

static void a_removal_carries_rule_reason_notice_and_one_appeal(void **state)
{
    Square s = square_make(state);
    Str id = json_text(say(&s, s.ana, "You are all fools"), "id");
    assert_status(hide(&s, s.bo, id, "no"), 403);
    assert_refused(hide(&s, s.mod, id, " "), 422, "talk.reason");
    assert_status(hide(&s, s.mod, id, "Insults the readers."), 200);
    assert_refused(hide(&s, s.mod, id, "Again."), 409, "talk.not_now");
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM talk_decision d JOIN talk_notice n ON n.id = d.notice JOIN comment c ON c.decision = d.id"), 1);
    const Answer *log = ask(s.app, NULL, "GET", "/api/v1/decisions", NULL);
    assert_str(json_text(log, "items.0.decision_facts"), "Insults the readers.");
    assert_str(json_text(log, "items.0.rule"), "Be kind");
    assert_silent(log, "Ana");
    assert_silent(log, "fools");
    Str decision = json_text(log, "items.0.id");
    const char *appeal = text(&s, "/api/v1/decisions/%.*s/appeal", STR_ARG(decision)), *decide = text(&s, "/api/v1/decisions/%.*s/decide", STR_ARG(decision));
    assert_status(ask(s.app, s.bo, "POST", appeal, "{\"reason\":\"Not mine\"}"), 404);
    assert_status(ask(s.app, s.ana, "POST", appeal, "{\"reason\":\"It was a joke\"}"), 204);
    assert_refused(ask(s.app, s.ana, "POST", appeal, "{\"reason\":\"Once more\"}"), 409, "talk.appealed");
    assert_refused(ask(s.app, s.mod, "POST", decide, "{\"reversed\":true,\"reason\":\"I was right\"}"), 409, "talk.same_moderator");
    assert_status(ask(s.app, s.mod2, "POST", decide, "{\"reversed\":true,\"reason\":\"A joke among friends.\"}"), 204);
    const Answer *after = ask(s.app, NULL, "GET", "/api/v1/decisions?limit=3", NULL);
    assert_str(json_text(after, "items.0.decision_visibility"), "CONTENT_RESTORED");
    assert_str(json_text(after, "items.1.appeal"), "reversed");
    assert_int_equal(seen(&s, NULL), 1);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM talk_notice"), 2);
}

static void the_database_itself_refuses_a_removal_without_its_decision(void **state)
{
    Square s = square_make(state);
    say(&s, s.ana, "Plain words");
    assert_non_null(test_sql(s.store, s.arena, "UPDATE comment SET state = 'hidden'"));
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM comment WHERE state = 'pending'"), 1);
}

static void an_appeal_has_its_time(void **state)
{
    Square s = square_make(state);
    Str id = json_text(say(&s, s.ana, "Old words"), "id");
    hide(&s, s.mod, id, "Off topic.");
    Str decision = json_text(ask(s.app, NULL, "GET", "/api/v1/decisions", NULL), "items.0.id");
    assert_fine(test_sql(s.store, s.arena, "UPDATE talk_decision SET at = 1000, appeal_until = 1000 + 1209600000"));
    assert_refused(ask(s.app, s.ana, "POST", text(&s, "/api/v1/decisions/%.*s/appeal", STR_ARG(decision)), "{\"reason\":\"Late\"}"), 409, "talk.appeal_late");
}

static void answers_stand_under_their_comment(void **state)
{
    Square s = square_make(state);
    Str first = json_text(say(&s, s.mod, "Who has tried it?"), "id");
    say(&s, s.mod2, "Another thread");
    const Answer *made = ask(s.app, s.mod, "POST", "/api/v1/comments",
                             text(&s, "{\"subject\":\"%.*s\",\"parent\":\"%.*s\",\"body\":\"I have\"}", STR_ARG(id_text(s.arena, s.subject)), STR_ARG(first)));
    assert_status(made, 201);
    const Answer *list = ask(s.app, NULL, "GET", text(&s, "/api/v1/comments?subject=%.*s", STR_ARG(id_text(s.arena, s.subject))), NULL);
    assert_str(json_text(list, "items.1.body"), "I have");
    assert_str(json_text(list, "items.2.body"), "Another thread");
    assert_refused(ask(s.app, s.mod, "POST", "/api/v1/comments",
                       text(&s, "{\"subject\":\"%.*s\",\"parent\":\"0000000000001\",\"body\":\"x\"}", STR_ARG(id_text(s.arena, s.subject)))), 422, "talk.parent");
}

static void an_author_takes_it_back_and_nobody_else(void **state)
{
    Square s = square_make(state);
    Str id = json_text(say(&s, s.ana, "Oops"), "id");
    const char *path = text(&s, "/api/v1/comments/%.*s", STR_ARG(id));
    assert_status(ask(s.app, s.bo, "DELETE", path, NULL), 404);
    assert_status(ask(s.app, s.ana, "DELETE", path, NULL), 204);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM comment WHERE body <> ''"), 0);
    assert_int_equal(seen(&s, s.ana), 0);
}

static void nobody_floods_the_square(void **state)
{
    Square s = square_make(state);
    for (int i = 0; i < BURST; i++)
        assert_status(say(&s, s.ana, text(&s, "Again %d", i)), 201);
    assert_refused(say(&s, s.ana, "Too much"), 429, "limit.comments");
}

static void reports_reach_the_moderators_once_each(void **state)
{
    Square s = square_make(state);
    Str id = json_text(say(&s, s.mod, "Sold as organic"), "id");
    const char *report = text(&s, "{\"rule\":\"%.*s\",\"reason\":\"It is not\"}", STR_ARG(s.rule));
    assert_status(moderate(&s, s.ana, id, "report", report), 204);
    assert_status(moderate(&s, s.ana, id, "report", report), 204);
    assert_status(moderate(&s, s.bo, id, "report", report), 204);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM comment_report WHERE done_at IS NULL"), 2);
    assert_status(moderate(&s, s.mod2, id, "approve", ""), 200);
    assert_int_equal(test_int(s.store, "SELECT count(*) FROM comment_report WHERE done_at IS NULL"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(first_comments_wait_and_known_authors_do_not),
        TEST_DB(a_comment_sent_twice_is_there_once),
        TEST_DB(a_removal_carries_rule_reason_notice_and_one_appeal),
        TEST_DB(the_database_itself_refuses_a_removal_without_its_decision),
        TEST_DB(an_appeal_has_its_time),
        TEST_DB(answers_stand_under_their_comment),
        TEST_DB(an_author_takes_it_back_and_nobody_else),
        TEST_DB(nobody_floods_the_square),
        TEST_DB(reports_reach_the_moderators_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
