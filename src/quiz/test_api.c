/* Quizzes as phones and programs see them: starting, answering, ending, time, matches, who sees what. */
#include "test_fair.h"

#include <string.h>

static const char *begin(School *s, User *who, Id quiz, int seq)
{
    const Answer *a = ask(s->app, who, "POST", path(s, "/api/v1/quizzes/%s/attempts", quiz), str_z(s->arena, str_format(s->arena, "{\"device\":\"phone\",\"seq\":%d}", seq)));
    assert_status(a, 201);
    return str_z(s->arena, json_text(a, "id"));
}

static const Answer *answer(School *s, User *who, const char *attempt, int seq, int position, const char *response)
{
    return ask(s->app, who, "POST", str_z(s->arena, str_format(s->arena, "/api/v1/attempts/%s/answers", attempt)),
               str_z(s->arena, str_format(s->arena, "{\"device\":\"phone\",\"answers\":[{\"seq\":%d,\"position\":%d,\"response\":\"%s\"}]}", seq, position, response)));
}

static const Answer *end(School *s, User *who, const char *attempt)
{
    return ask(s->app, who, "POST", str_z(s->arena, str_format(s->arena, "/api/v1/attempts/%s/end", attempt)), "{}");
}

static const Answer *look(School *s, User *who, const char *attempt)
{
    return ask(s->app, who, "GET", str_z(s->arena, str_format(s->arena, "/api/v1/attempts/%s", attempt)), NULL);
}

static const char *const right[] = {"0", "0", "0", "21", "0"};

static void quizzes_are_listed_and_drafts_are_not(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "practice"), draft = plain_quiz(&s, "exam");
    draft.state = NULL;
    make_quiz(&m);
    make_quiz(&draft);
    const Answer *list = ask(s.app, NULL, "GET", "/api/v1/quizzes", NULL);
    assert_status(list, 200);
    assert_int_equal(json_number(list, "items"), 1);
    assert_str(json_text(list, "items.0.title"), "About hens");
    assert_int_equal(json_number(list, "items.0.questions"), 5);
    assert_status(ask(s.app, NULL, "GET", path(&s, "/api/v1/quizzes/%s", m.id), NULL), 200);
    assert_refused(ask(s.app, s.ana, "GET", path(&s, "/api/v1/quizzes/%s", draft.id), NULL), 404, "quiz.missing");
    assert_status(ask(s.app, s.editor, "GET", path(&s, "/api/v1/quizzes/%s", draft.id), NULL), 200);
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", draft.id), "{\"device\":\"d\",\"seq\":1}"), 404, "quiz.missing");
    assert_refused(ask(s.app, NULL, "POST", path(&s, "/api/v1/quizzes/%s/attempts", m.id), "{\"device\":\"d\",\"seq\":1}"), 401, "access.sign_in");
}

static void practice_says_at_once_and_counts_the_first_answer(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "practice");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    const Answer *a = answer(&s, s.ana, attempt, 1, 0, "1");
    assert_status(a, 200);
    assert_int_equal(json_number(a, "answers.0.share"), 0);
    assert_str(json_text(a, "answers.0.right"), "Water");
    assert_str(json_text(a, "answers.0.feedback"), "No.");
    assert_status(answer(&s, s.ana, attempt, 2, 0, "0"), 200); /* too late to know better */
    for (int i = 1; i < 5; i++)
        assert_status(answer(&s, s.ana, attempt, i + 2, i, right[i]), 200);
    a = end(&s, s.ana, attempt);
    assert_status(a, 200);
    assert_int_equal(json_number(a, "share"), SHARE_FULL * 4 / 5);
    assert_str(json_text(a, "state"), "ended");
    assert_refused(answer(&s, s.ana, attempt, 9, 0, "0"), 409, "attempt.ended");
    assert_status(end(&s, s.ana, attempt), 200); /* again is the same */
}

static void an_answer_sent_twice_is_kept_once(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 7);
    assert_string_equal(begin(&s, s.ana, m.id, 7), attempt); /* the start too */
    assert_status(answer(&s, s.ana, attempt, 1, 0, "1"), 200);
    const Answer *a = answer(&s, s.ana, attempt, 1, 0, "1");
    assert_status(a, 200);
    assert_true(str_find(a->body, STR("\"known\":true")) != SIZE_MAX);
    assert_status(answer(&s, s.ana, attempt, 2, 0, "0"), 200); /* the last one counts here */
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt_event"), 2);
    assert_int_equal(json_number(end(&s, s.ana, attempt), "share"), SHARE_FULL / 5);
    a = answer(&s, s.ana, attempt, 2, 0, "0"); /* a phone that did not hear the answer sends it again after the end */
    assert_status(a, 200);
    assert_true(str_find(a->body, STR("\"known\":true")) != SIZE_MAX);
    const char *another = begin(&s, s.ana, m.id, 8);
    assert_string_not_equal(another, attempt);
    Making other = plain_quiz(&s, "special");
    make_quiz(&other);
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", other.id), "{\"device\":\"phone\",\"seq\":7}"), 409, "attempt.key_used");
}

static void an_answer_of_an_exam_that_runs_reads_nothing_but_the_village(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_status(answer(&s, s.ana, attempt, 1, 0, "1"), 200);
    int64_t before = db_statements_run();
    assert_status(answer(&s, s.ana, attempt, 2, 1, "1"), 200);
    /* the village's settings are read anew for two seconds after they were made; on PostgreSQL who asks is read each time */
    assert_in_range(db_statements_run() - before, 1, store_is_postgres(app_store(s.app)) ? 4 : 2);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt_event"), 2);
    assert_refused(answer(&s, s.bo, attempt, 3, 2, "1"), 404, "attempt.missing"); /* what is known of it opens it to nobody else */
    assert_refused(answer(&s, s.ana, attempt, 3, 9, "1"), 422, "attempt.position");
    assert_status(end(&s, s.ana, attempt), 200);
    assert_refused(answer(&s, s.ana, attempt, 4, 2, "1"), 409, "attempt.ended");
    assert_status(answer(&s, s.ana, attempt, 2, 1, "1"), 200); /* sent again: it was there */
}

static void only_what_does_not_run_by_the_clock_is_kept_for_the_road(void **state)
{
    School s = school_make(state);
    Making practice = plain_quiz(&s, "practice"), exam = plain_quiz(&s, "exam"), challenge = plain_quiz(&s, "challenge");
    make_quiz(&practice);
    make_quiz(&exam);
    make_quiz(&challenge);
    const char *offline = "{\"device\":\"phone\",\"seq\":1,\"offline\":true}";
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", exam.id), offline), 409, "quiz.needs_network");
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", challenge.id), offline), 409, "quiz.needs_network");
    const Answer *a = ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", practice.id), offline);
    assert_status(a, 201);
    const char *attempt = str_z(s.arena, json_text(a, "id"));
    a = ask(s.app, s.ana, "GET", str_z(s.arena, str_format(s.arena, "/attempts/%s?all=1", attempt)), NULL);
    assert_says(a, "id=\"sheet\"");
    for (int i = 0; i < 5; i++)
        assert_says(a, str_z(s.arena, str_format(s.arena, "data-position=\"%d\"", i)));
    assert_silent(ask(s.app, s.ana, "GET", path(&s, "/quizzes/%s", practice.id), NULL), attempt); /* kept ready is not begun */
    a = ask(s.app, s.ana, "POST", str_z(s.arena, str_format(s.arena, "/api/v1/attempts/%s/answers", attempt)),
            "{\"device\":\"phone\",\"answers\":[{\"seq\":0,\"position\":0,\"response\":\"0\"},{\"seq\":1,\"position\":1,\"response\":\"0\"},"
            "{\"seq\":2,\"position\":2,\"response\":\"\"},{\"seq\":3,\"position\":3,\"response\":\"21\"},{\"seq\":4,\"position\":4,\"response\":\"0\"}]}");
    assert_status(a, 200);
    assert_int_equal(json_number(end(&s, s.ana, attempt), "share"), SHARE_FULL * 4 / 5);
    assert_says(ask(s.app, s.ana, "GET", path(&s, "/quizzes/%s", practice.id), NULL), attempt);
}

static void nobody_reads_or_answers_for_another(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "practice");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_refused(look(&s, s.bo, attempt), 404, "attempt.missing");
    assert_refused(look(&s, s.coach, attempt), 404, "attempt.missing");
    assert_refused(answer(&s, s.bo, attempt, 1, 0, "0"), 404, "attempt.missing");
    assert_refused(end(&s, s.bo, attempt), 404, "attempt.missing");
}

static void answers_that_do_not_fit_are_refused_and_not_kept(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_refused(answer(&s, s.ana, attempt, 1, 0, "7"), 422, "response.bad");
    assert_refused(answer(&s, s.ana, attempt, 1, 5, "0"), 422, "attempt.position");
    assert_refused(answer(&s, s.ana, attempt, -1, 0, "0"), 422, "field.range");
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt_event"), 0);
}

static void a_paper_never_tells_its_answers_before_the_end(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    m.rules.shuffle = true;
    m.close_at = (Time){time_now().ms + HOUR_MS};
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_status(answer(&s, s.ana, attempt, 1, 0, "0"), 200);
    const Answer *a = look(&s, s.ana, attempt);
    assert_silent(a, "Well seen");
    assert_silent(a, "\"right\":\"Water\"");
    a = end(&s, s.ana, attempt); /* others may still be writing */
    assert_silent(a, "\"right\":\"Water\"");
    time_fake((Time){time_real().ms + 2 * HOUR_MS});
    assert_says(look(&s, s.ana, attempt), "\"right\":\"Water\"");
    time_fake((Time){0});
}

static void an_exam_opens_and_closes_and_is_taken_once(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    Time start = time_real();
    m.open_at = (Time){start.ms + HOUR_MS};
    m.close_at = (Time){start.ms + 2 * HOUR_MS};
    make_quiz(&m);
    const char *target = path(&s, "/api/v1/quizzes/%s/attempts", m.id);
    assert_refused(ask(s.app, s.ana, "POST", target, "{\"device\":\"phone\",\"seq\":1}"), 409, "quiz.not_open");
    time_fake((Time){start.ms + HOUR_MS});
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_string_equal(begin(&s, s.ana, m.id, 2), attempt); /* another phone goes on with it */
    end(&s, s.ana, attempt);
    assert_refused(ask(s.app, s.ana, "POST", target, "{\"device\":\"phone\",\"seq\":3}"), 409, "quiz.no_more_attempts");
    time_fake((Time){start.ms + 2 * HOUR_MS});
    assert_refused(ask(s.app, s.bo, "POST", target, "{\"device\":\"phone\",\"seq\":1}"), 409, "quiz.closed");
    time_fake((Time){0});
}

static void time_is_kept_by_the_server_with_grace(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    Time start = time_real();
    m.rules.time_s = 60;
    m.rules.grace_s = 30;
    m.rules.attempts = 0;
    make_quiz(&m);
    time_fake(start);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    time_fake((Time){start.ms + 89 * SECOND_MS});
    assert_true(str_find(answer(&s, s.ana, attempt, 1, 0, "0")->body, STR("\"late\":false")) != SIZE_MAX); /* a bad link */
    time_fake((Time){start.ms + 91 * SECOND_MS});
    assert_true(str_find(answer(&s, s.ana, attempt, 2, 1, "0")->body, STR("\"late\":true")) != SIZE_MAX);
    const Answer *a = look(&s, s.ana, attempt); /* looking at it after its time hands it in */
    assert_str(json_text(a, "state"), "ended");
    assert_int_equal(json_number(a, "share"), SHARE_FULL / 5);
    const char *unseen = begin(&s, s.bo, m.id, 1);
    time_fake((Time){start.ms + 300 * SECOND_MS});
    JobContext job = {app_store(s.app), arena_new(), time_now()};
    assert_fine(quiz_jobs[0].run(&job));
    arena_free(job.arena);
    assert_str(json_text(look(&s, s.bo, unseen), "state"), "ended");
    time_fake((Time){0});
}

static void a_challenge_ends_with_the_first_wrong_answer(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "challenge");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    assert_int_equal(json_number(look(&s, s.ana, attempt), "questions"), 1); /* nobody reads ahead */
    assert_refused(answer(&s, s.ana, attempt, 1, 2, "0"), 422, "attempt.not_yet");
    assert_status(answer(&s, s.ana, attempt, 1, 0, "0"), 200);
    assert_int_equal(json_number(look(&s, s.ana, attempt), "questions"), 2);
    const Answer *a = answer(&s, s.ana, attempt, 2, 1, "1");
    assert_true(str_find(a->body, STR("\"ended\":true")) != SIZE_MAX);
    a = look(&s, s.ana, attempt);
    assert_str(json_text(a, "state"), "ended");
    assert_int_equal(json_number(a, "share"), SHARE_FULL / 5);
}

static void a_challenge_gives_45_seconds_a_question(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "challenge");
    Time start = time_real();
    make_quiz(&m);
    time_fake(start);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    time_fake((Time){start.ms + 54 * SECOND_MS}); /* within 45 s and 10 s of grace */
    assert_true(str_find(answer(&s, s.ana, attempt, 1, 0, "0")->body, STR("\"ended\":false")) != SIZE_MAX);
    time_fake((Time){start.ms + 110 * SECOND_MS});
    assert_true(str_find(answer(&s, s.ana, attempt, 2, 1, "0")->body, STR("\"ended\":true")) != SIZE_MAX);
    time_fake((Time){0});
}

static void the_daily_quiz_asks_what_is_due_first_and_once_a_day(void **state)
{
    School s = school_make(state);
    Making practice = plain_quiz(&s, "practice"), daily = plain_quiz(&s, "daily");
    Time start = time_real();
    daily.rules.draw = 2;
    make_quiz(&practice);
    make_quiz(&daily);
    time_fake(start);
    const char *attempt = begin(&s, s.ana, practice.id, 1);
    for (int i = 0; i < 5; i++) /* feed (2, 3) is forgotten, water and soil are known */
        assert_status(answer(&s, s.ana, attempt, i, i, i == 2 ? "1" : right[i]), 200);
    end(&s, s.ana, attempt);
    const Answer *memory = ask(s.app, s.ana, "GET", "/api/v1/memory", NULL);
    assert_int_equal(json_number(memory, "items"), 3);
    assert_str(json_text(memory, "items.0.name"), "poultry/feed"); /* due first */
    time_fake((Time){start.ms + 1 * (int64_t)DAY_MS + HOUR_MS});
    attempt = begin(&s, s.ana, daily.id, 2);
    const Answer *paper = look(&s, s.ana, attempt);
    assert_int_equal(json_number(paper, "questions"), 2);
    for (int i = 0; i < 2; i++) {
        Str prompt = json_text(paper, i ? "questions.1.prompt" : "questions.0.prompt");
        assert_true(str_eq(prompt, STR("Hens eat")) || str_eq(prompt, STR("Chicks come out after how many days?")));
    }
    end(&s, s.ana, attempt);
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", daily.id), "{\"device\":\"phone\",\"seq\":3}"), 409, "quiz.no_more_attempts");
    time_fake((Time){start.ms + 2 * (int64_t)DAY_MS + 2 * HOUR_MS});
    begin(&s, s.ana, daily.id, 4); /* tomorrow again */
    time_fake((Time){0});
}

static void something_of_the_season_has_a_seat_in_the_daily_quiz(void **state)
{
    School s = school_make(state);
    Making daily = plain_quiz(&s, "daily");
    daily.rules.draw = 2;
    daily.months_first = 0xFFF;
    make_quiz(&daily);
    for (int i = 0; i < 4; i++) {
        User *who = user(s.app, str_z(s.arena, str_format(s.arena, "U%d", i)), 0, ROLE_MEMBER);
        assert_says(look(&s, who, begin(&s, who, daily.id, 1)), "What do hens drink?");
    }
}

static void the_weekly_quiz_is_the_same_paper_for_everybody(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "weekly");
    m.rules.draw = 3;
    make_quiz(&m);
    const Answer *a = look(&s, s.ana, begin(&s, s.ana, m.id, 1)), *b = look(&s, s.bo, begin(&s, s.bo, m.id, 1));
    for (int i = 0; i < 3; i++) {
        const char *at = str_z(s.arena, str_format(s.arena, "questions.%d.prompt", i));
        assert_true(str_eq(json_text(a, at), json_text(b, at)));
    }
}

static void two_play_a_match_and_see_each_other_at_the_end(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "match");
    make_quiz(&m);
    assert_refused(ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", m.id), "{\"device\":\"phone\",\"seq\":1}"), 409, "quiz.needs_match");
    const Answer *made = ask(s.app, s.ana, "POST", "/api/v1/matches", str_z(s.arena, str_format(s.arena, "{\"quiz\":\"%.*s\"}", STR_ARG(id_text(s.arena, m.id)))));
    assert_status(made, 201);
    const char *id = str_z(s.arena, json_text(made, "id")), *code = str_z(s.arena, json_text(made, "code"));
    assert_refused(ask(s.app, s.bo, "GET", str_z(s.arena, str_format(s.arena, "/api/v1/matches/%s", id)), NULL), 404, "match.missing");
    const char *body = str_z(s.arena, str_format(s.arena, "{\"code\":\"%s\"}", code));
    assert_status(ask(s.app, s.bo, "POST", "/api/v1/matches/join", body), 200);
    assert_refused(ask(s.app, s.coach, "POST", "/api/v1/matches/join", body), 409, "match.full");
    assert_refused(ask(s.app, s.bo, "POST", "/api/v1/matches/join", "{\"code\":\"x\"}"), 422, "match.missing");
    const char *start = str_z(s.arena, str_format(s.arena, "{\"device\":\"phone\",\"seq\":1,\"match\":\"%s\"}", id));
    const Answer *a = ask(s.app, s.ana, "POST", path(&s, "/api/v1/quizzes/%s/attempts", m.id), start);
    const Answer *b = ask(s.app, s.bo, "POST", path(&s, "/api/v1/quizzes/%s/attempts", m.id), start);
    assert_status(a, 201);
    assert_status(b, 201);
    assert_true(str_eq(json_text(a, "questions.0.prompt"), json_text(b, "questions.0.prompt")));
    const char *mine = str_z(s.arena, json_text(a, "id")), *theirs = str_z(s.arena, json_text(b, "id"));
    assert_status(answer(&s, s.ana, mine, 1, 0, "0"), 200);
    end(&s, s.ana, mine);
    const Answer *seen = ask(s.app, s.ana, "GET", str_z(s.arena, str_format(s.arena, "/api/v1/matches/%s", id)), NULL);
    assert_str(json_text(seen, "state"), "playing");
    end(&s, s.bo, theirs);
    seen = ask(s.app, s.ana, "GET", str_z(s.arena, str_format(s.arena, "/api/v1/matches/%s", id)), NULL);
    assert_str(json_text(seen, "state"), "over");
    assert_int_equal(json_number(seen, "theirs"), 0);
    assert_refused(ask(s.app, user(s.app, "Cy", 0, ROLE_MEMBER), "POST", path(&s, "/api/v1/quizzes/%s/attempts", m.id), start), 409, "match.full");
}

static void only_counts_of_five_and_marks_that_were_announced_are_seen(void **state)
{
    School s = school_make(state);
    Making open = plain_quiz(&s, "exam"), mine = plain_quiz(&s, "special");
    make_quiz(&open); /* says: coaches see marks */
    make_quiz(&mine); /* says: nobody but me */
    const char *results = path(&s, "/api/v1/quizzes/%s/results", mine.id);
    assert_refused(ask(s.app, s.ana, "GET", results, NULL), 403, "access.role");
    for (int i = 0; i < 5; i++) {
        User *who = user(s.app, str_z(s.arena, str_format(s.arena, "U%d", i)), 0, ROLE_MEMBER);
        const char *attempt = begin(&s, who, mine.id, 1);
        if (i < 4)
            answer(&s, who, attempt, 1, 0, "0");
        end(&s, who, attempt);
        const Answer *seen = ask(s.app, s.coach, "GET", results, NULL);
        assert_status(seen, 200);
        assert_int_equal(json_number(seen, "people"), i < 4 ? 0 : 5);
        assert_int_equal(json_number(seen, "persons"), 0);
    }
    end(&s, s.ana, begin(&s, s.ana, open.id, 1));
    const Answer *seen = ask(s.app, s.coach, "GET", path(&s, "/api/v1/quizzes/%s/results", open.id), NULL);
    assert_int_equal(json_number(seen, "persons"), 1);
    assert_str(json_text(seen, "persons.0.name"), "Ana");
}

static void a_coach_marks_open_words_only_where_it_was_said(void **state)
{
    School s = school_make(state);
    Making open = plain_quiz(&s, "exam"), shut = plain_quiz(&s, "special");
    open.gift = shut.gift = STR("Tell how you keep hens. {}\n\nHens drink {=water ~oil} ");
    make_quiz(&open);
    make_quiz(&shut);
    const char *attempt = begin(&s, s.ana, open.id, 1);
    assert_status(answer(&s, s.ana, attempt, 1, 0, "With care."), 200);
    assert_status(answer(&s, s.ana, attempt, 2, 1, "0"), 200);
    const Answer *a = end(&s, s.ana, attempt);
    assert_int_equal(json_number(a, "waits"), 1);
    const char *marks = str_z(s.arena, str_format(s.arena, "/api/v1/attempts/%s/marks", attempt));
    assert_refused(ask(s.app, s.bo, "POST", marks, "{\"position\":0,\"percent\":80}"), 404, "attempt.missing");
    assert_refused(ask(s.app, s.coach, "POST", marks, "{\"position\":1,\"percent\":80}"), 409, "attempt.not_marked");
    assert_status(ask(s.app, s.coach, "POST", marks, "{\"position\":0,\"percent\":80,\"note\":\"Good\"}"), 204);
    a = look(&s, s.ana, attempt);
    assert_int_equal(json_number(a, "share"), SHARE_FULL * 9 / 10);
    assert_int_equal(json_number(a, "waits"), 0);
    const char *other = begin(&s, s.ana, shut.id, 2);
    answer(&s, s.ana, other, 1, 0, "x");
    end(&s, s.ana, other);
    assert_refused(ask(s.app, s.coach, "POST", str_z(s.arena, str_format(s.arena, "/api/v1/attempts/%s/marks", other)), "{\"position\":0,\"percent\":80}"), 404, "attempt.missing");
}

typedef struct Leaving {
    Id person;
} Leaving;

static Err *leave_write(Tx *tx, void *arg)
{
    return quiz_erase_person(tx, ((Leaving *)arg)->person, time_now());
}

static void who_leaves_takes_words_and_memory_along_and_counts_stay(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    m.gift = STR("$CATEGORY: a\n\nTell. {}\n\nQ {=a ~b}");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    answer(&s, s.ana, attempt, 1, 0, "My secret");
    answer(&s, s.ana, attempt, 2, 1, "0");
    end(&s, s.ana, attempt);
    Buf out = buf_new(s.arena, 1 << 16);
    Db db;
    assert_fine(db_read(app_store(s.app), s.arena, &db));
    assert_fine(quiz_export_person(&db, user_id(s.ana), &out));
    assert_true(str_find(buf_str(&out), STR("My secret")) != SIZE_MAX);
    Leaving leaving = {user_id(s.ana)};
    assert_fine(db_write(app_store(s.app), s.arena, leave_write, &leaving));
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM memory"), 0);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt_event WHERE response LIKE '%secret%'"), 0);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt WHERE person = 0"), 1);
}

static void a_new_revision_leaves_running_attempts_alone(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    Making other = {.school = &s, .gift = STR("Another? {=yes ~no}"), .rules = m.rules};
    make_quiz(&other);
    assert_fine(test_sql(app_store(s.app), s.arena, str_z(s.arena, str_format(s.arena, "UPDATE quiz SET rev = (SELECT rev FROM quiz WHERE id = %lld) WHERE id = %lld", (long long)other.id, (long long)m.id))));
    assert_says(look(&s, s.ana, attempt), "What do hens drink?");
    assert_status(answer(&s, s.ana, attempt, 1, 4, "0"), 200);
    assert_int_equal(json_number(end(&s, s.ana, attempt), "share"), SHARE_FULL / 5);
}

static void verify_finds_a_mark_that_was_tampered_with(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    make_quiz(&m);
    const char *attempt = begin(&s, s.ana, m.id, 1);
    answer(&s, s.ana, attempt, 1, 0, "1");
    end(&s, s.ana, attempt);
    static const char *const wrongs[] = {"UPDATE attempt_event SET share = 10000000", "UPDATE attempt SET share = 10000000", "UPDATE attempt_event SET response = '0'"};
    static const char *const back[] = {"UPDATE attempt_event SET share = 0", "UPDATE attempt SET share = 0", "UPDATE attempt_event SET response = '1'"};
    for (size_t i = 0; i < 3; i++) {
        Arena *arena = arena_new();
        Findings findings = {.out = buf_new(arena, 1 << 16)};
        Db db;
        assert_fine(test_sql(app_store(s.app), arena, wrongs[i]));
        assert_fine(db_read(app_store(s.app), arena, &db));
        assert_fine(quiz_checks[0].run(&db, &findings));
        assert_true(findings.wrong > 0);
        arena_reset(arena);
        assert_fine(test_sql(app_store(s.app), arena, back[i]));
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(quizzes_are_listed_and_drafts_are_not),
        TEST_DB(practice_says_at_once_and_counts_the_first_answer),
        TEST_DB(an_answer_sent_twice_is_kept_once),
        TEST_DB(an_answer_of_an_exam_that_runs_reads_nothing_but_the_village),
        TEST_DB(only_what_does_not_run_by_the_clock_is_kept_for_the_road),
        TEST_DB(nobody_reads_or_answers_for_another),
        TEST_DB(answers_that_do_not_fit_are_refused_and_not_kept),
        TEST_DB(a_paper_never_tells_its_answers_before_the_end),
        TEST_DB(an_exam_opens_and_closes_and_is_taken_once),
        TEST_DB(time_is_kept_by_the_server_with_grace),
        TEST_DB(a_challenge_ends_with_the_first_wrong_answer),
        TEST_DB(a_challenge_gives_45_seconds_a_question),
        TEST_DB(the_daily_quiz_asks_what_is_due_first_and_once_a_day),
        TEST_DB(something_of_the_season_has_a_seat_in_the_daily_quiz),
        TEST_DB(the_weekly_quiz_is_the_same_paper_for_everybody),
        TEST_DB(two_play_a_match_and_see_each_other_at_the_end),
        TEST_DB(only_counts_of_five_and_marks_that_were_announced_are_seen),
        TEST_DB(a_coach_marks_open_words_only_where_it_was_said),
        TEST_DB(who_leaves_takes_words_and_memory_along_and_counts_stay),
        TEST_DB(a_new_revision_leaves_running_attempts_alone),
        TEST_DB(verify_finds_a_mark_that_was_tampered_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
