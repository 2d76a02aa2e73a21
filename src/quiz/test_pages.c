/* Quizzes as people see them, without script. */
#include "pictures.h"
#include "test_fair.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "quiz_io/quiz_io.h"

extern const Command quiz_commands[];

static const char *at(School *s, const Answer *see)
{
    return str_z(s->arena, answer_header(see, "Location"));
}

static void somebody_practises_one_question_after_the_other(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "practice");
    make_quiz(&m);
    assert_says(ask(s.app, NULL, "GET", "/quizzes", NULL), "About hens");
    const Answer *intro = ask(s.app, s.ana, "GET", path(&s, "/quizzes/%s", m.id), NULL);
    assert_says(intro, "Only you.");
    assert_says(intro, "<em>hens</em>");
    const Answer *see = ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), "");
    assert_goes_to(see, "/attempts/");
    const char *attempt = at(&s, see);
    assert_string_equal(at(&s, ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), "")), attempt); /* pressed twice */
    assert_says(ask(s.app, s.ana, "GET", attempt, NULL), "What do hens drink?");
    assert_silent(ask(s.app, s.ana, "GET", attempt, NULL), "How many eggs a day?");
    const Answer *next = follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "at=0&do=next&q0=1"));
    assert_says(next, "Wrong");
    assert_says(next, "Water");
    assert_says(next, "How many eggs a day?");
    ask(s.app, s.ana, "POST", attempt, "at=0&do=next&q0=0"); /* going back changes nothing */
    ask(s.app, s.ana, "POST", attempt, "at=1&do=next&q1=0");
    ask(s.app, s.ana, "POST", attempt, "at=2&do=next&q2=0");
    ask(s.app, s.ana, "POST", attempt, "at=3&do=next&q3=21");
    assert_says(follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "at=4&do=next&q4=0")), "See the result");
    const Answer *result = follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "do=end"));
    assert_says(result, "80 %");
    assert_says(result, "4 of 5 right");
    assert_says(ask(s.app, s.ana, "GET", "/memory", NULL), "poultry/water");
    assert_says(ask(s.app, s.ana, "GET", path(&s, "/quizzes/%s", m.id), NULL), "80 %");
    assert_status(ask(s.app, s.bo, "GET", attempt, NULL), 404);
}

static void an_exam_is_one_page_that_is_saved_and_handed_in(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    make_quiz(&m);
    assert_says(ask(s.app, s.ana, "GET", path(&s, "/quizzes/%s", m.id), NULL), "You and the coaches of the co-operative");
    const char *attempt = at(&s, ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), ""));
    const Answer *paper = ask(s.app, s.ana, "GET", attempt, NULL);
    assert_says(paper, "Worms are good.");
    assert_silent(paper, "Well seen");
    assert_true(paper->body.len < 60 * 1024);
    assert_status(ask(s.app, s.ana, "POST", attempt, "do=autosave&q0=0&q1=1"), 204);
    assert_says(ask(s.app, s.ana, "GET", attempt, NULL), "value=\"0\" checked");
    assert_status(ask(s.app, s.ana, "POST", attempt, "do=autosave&q0=0&q1=1"), 204);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM attempt_event"), 2); /* what did not change is not written again */
    assert_goes_to(ask(s.app, s.ana, "POST", attempt, "do=save&q0=0&q1=0"), "/quizzes/");
    const Answer *result = follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "do=end&q0=0&q1=0&q2=0&q3=twenty&q4=0"));
    assert_says(result, "80 %");
    assert_says(result, "Passed");
    assert_says(ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), ""), "as often as it allows");
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM audit WHERE action = 'quiz.exam_start'"), 1);
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM audit WHERE action = 'quiz.exam_end'"), 1);
}

static void every_kind_of_question_can_be_answered_on_a_page(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "special");
    m.gift = STR("A {~%50%x ~%50%y ~%-100%z}\n\nB {=hen -> egg =bee -> honey}\n\nC {=word}\n\nThe hen {=lays ~sings} eggs.\n\nE {}\n\nF {#5}");
    make_quiz(&m);
    const char *attempt = at(&s, ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), ""));
    const Answer *paper = ask(s.app, s.ana, "GET", attempt, NULL);
    assert_says(paper, "name=\"q0_1\"");
    assert_says(paper, "Several may be right.");
    assert_says(paper, "honey");
    const Answer *refused = ask(s.app, s.ana, "POST", attempt, "do=end&q0_0=1&q3_0=9");
    assert_status(refused, 422); /* it keeps what was typed */
    assert_says(refused, "does not fit");
    assert_says(refused, "name=\"q0_0\" value=\"1\" checked");
    const Answer *result = follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "do=end&q0_0=1&q0_1=1&q1_0=0&q1_1=1&q2=WORD&q3_0=0&q4=Mine&q5=5"));
    assert_says(result, "With the coach");
}

static void an_author_writes_previews_imports_publishes_and_exports(void **state)
{
    School s = school_make(state);
    assert_status(ask(s.app, s.ana, "GET", "/quizzes/desk", NULL), 403);
    assert_says(ask(s.app, s.editor, "GET", "/quizzes/desk", NULL), "No quiz yet");
    assert_status(ask(s.app, s.editor, "GET", "/quizzes/desk/new", NULL), 200);
    assert_status(ask(s.app, s.editor, "POST", "/quizzes/desk/new", "title=&mode=practice"), 422);
    const Answer *made = ask(s.app, s.editor, "POST", "/quizzes/desk/new", "title=Soil&title_other=%E5%9C%9F%E5%A3%A4&mode=practice&minutes=0&draw=0&attempts=0&pass_percent=0&shuffle=1");
    assert_goes_to(made, "/quizzes/desk/");
    const char *desk = at(&s, made);
    const char *add = str_z(s.arena, str_format(s.arena, "%s/add", desk)), *state_path = str_z(s.arena, str_format(s.arena, "%s/state", desk));
    assert_says(ask(s.app, s.editor, "POST", state_path, "state=published"), "Add one first");
    assert_says(ask(s.app, s.editor, "POST", add, "gift=Q+%7B%3Da"), "curly brace");
    assert_says(ask(s.app, s.editor, "POST", str_z(s.arena, str_format(s.arena, "%s/preview", desk)), "gift=Q%3F+%7B%3Dyes+~no%7D"), "Preview");
    assert_goes_to(ask(s.app, s.editor, "POST", add, "gift=Q%3F+%7B%3Dyes+~no%7D"), desk);
    AskFile file = {"file", "bank.txt", "text/plain", STR("What?\nA. x\nB. y\nANSWER: B\n\nBad?\nA. x\nANSWER: C\n")};
    const Answer *report = ask_upload(s.app, s.editor, str_z(s.arena, str_format(s.arena, "%s/import", desk)), &file, "");
    assert_says(report, "1 kept, 1 refused");
    assert_says(report, "Line 6, refused");
    assert_goes_to(ask(s.app, s.editor, "POST", state_path, "state=published"), desk);
    assert_says(ask(s.app, NULL, "GET", "/quizzes", NULL), "Soil");
    User *chinese = guest(s.app);
    user_language(chinese, "zh-CN");
    assert_says(ask(s.app, chinese, "GET", "/quizzes", NULL), "土壤");
    const Answer *gift = ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s/export?format=gift", desk)), NULL);
    assert_says(gift, "=yes");
    const Answer *files = ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s/files", desk)), NULL);
    assert_says(files, "Holds all of it.");
    assert_says(files, "export?format=qti");
    assert_goes_to(ask(s.app, s.editor, "POST", str_z(s.arena, str_format(s.arena, "%s/remove", desk)), "position=0"), desk);
    assert_silent(ask(s.app, s.editor, "GET", desk, NULL), "<p>Q?</p>");
    assert_goes_to(ask(s.app, s.editor, "POST", desk, "title=Soil+and+worms&mode=exam&minutes=20&draw=0&attempts=1&pass_percent=50&feedback=after&marks=me&open_on=2026-12-05+09%3A00"), desk);
    assert_says(ask(s.app, s.editor, "GET", desk, NULL), "2026-12-05 09:00");
    assert_status(ask(s.app, s.editor, "POST", desk, "title=Soil&mode=exam&minutes=20&draw=0&attempts=1&pass_percent=50&open_on=soon"), 422);
}

static void two_match_on_pages_and_memory_has_one_knob(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "match");
    make_quiz(&m);
    const Answer *made = ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/match", m.id), "");
    assert_goes_to(made, "/matches/");
    const char *match = at(&s, made);
    int64_t code = test_int(app_store(s.app), "SELECT CAST(code AS INTEGER) FROM quiz_match");
    assert_goes_to(ask(s.app, s.bo, "POST", "/matches/join", str_z(s.arena, str_format(s.arena, "code=%06lld", (long long)code))), match);
    assert_status(ask(s.app, s.bo, "POST", "/matches/join", "code=nothing"), 422);
    assert_says(ask(s.app, s.bo, "GET", match, NULL), "Both of you are in");
    const char *start = str_z(s.arena, str_format(s.arena, "%s/start", match));
    const char *mine = at(&s, ask(s.app, s.ana, "POST", start, "")), *theirs = at(&s, ask(s.app, s.bo, "POST", start, ""));
    assert_goes_to(ask(s.app, s.ana, "POST", mine, "do=end&q0=0"), "/matches/");
    assert_says(ask(s.app, s.ana, "GET", match, NULL), "You are done");
    ask(s.app, s.bo, "POST", theirs, "do=end");
    assert_says(ask(s.app, s.ana, "GET", match, NULL), "You have more.");
    assert_goes_to(ask(s.app, s.ana, "POST", "/memory", "keep=950000"), "/memory");
    assert_says(ask(s.app, s.ana, "GET", "/memory", NULL), "value=\"950000\" checked");
}

static void a_coach_marks_on_a_page(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "exam");
    m.gift = STR("Tell how you store grain. {}");
    make_quiz(&m);
    const char *attempt = at(&s, ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), ""));
    ask(s.app, s.ana, "POST", attempt, "do=end&q0=Dry+and+high");
    assert_says(ask(s.app, s.coach, "GET", "/quizzes/marks", NULL), "Dry and high");
    assert_status(ask(s.app, s.editor, "GET", "/quizzes/marks", NULL), 403);
    Str id = str_slice(str_of(attempt), strlen("/attempts/"), SIZE_MAX);
    const char *mark = str_z(s.arena, str_format(s.arena, "/quizzes/marks/%.*s", STR_ARG(id)));
    assert_goes_to(ask(s.app, s.coach, "POST", mark, "position=0&percent=100&note=Well+done"), "/quizzes/marks");
    assert_says(ask(s.app, s.coach, "GET", "/quizzes/marks", NULL), "Nothing waits");
    assert_says(ask(s.app, s.ana, "GET", attempt, NULL), "Well done");
}

static int run(School *s, size_t which, int argc, const char **argv, char **said)
{
    size_t len;
    FILE *out = open_memstream(said, &len);
    Args args = {.arena = s->arena, .argc = argc, .argv = argv, .store = app_store(s->app), .in = stdin, .in_fd = -1, .out = out, .err = out};
    int status = quiz_commands[which].run(&args);
    fclose(out);
    return status;
}

static void a_file_is_imported_and_exported_by_command(void **state)
{
    School s = school_make(state);
    char name[] = "/tmp/millet-quiz-XXXXXX", out[] = "/tmp/millet-quiz-XXXXXX", *said;
    int fd = mkstemp(name), fd2 = mkstemp(out);
    static const char bank[] = "::A::Q1 {=a ~b}\n\n::B::Q2 {=a ~b\n\n::C::Q3 {T}\n";
    assert_int_equal(write(fd, bank, sizeof bank - 1), sizeof bank - 1);
    close(fd);
    close(fd2);
    assert_int_equal(run(&s, 0, 3, (const char *[]){name, "--mode", "special", NULL}, &said), 3);
    assert_non_null(strstr(said, "line 3      refused B: A curly brace"));
    assert_string_equal(strrchr(str_z(s.arena, str_slice(str_of(said), 0, strlen(said) - 1)), '\n') + 1, "kept 2, refused 1");
    const char *id = str_z(s.arena, str_slice(str_of(strstr(said, "quiz ")), 5, 5 + ID_TEXT_LEN));
    free(said);
    assert_int_equal(run(&s, 1, 4, (const char *[]){id, out, "--format", "gift", NULL}, &said), 0);
    free(said);
    Book before, after;
    Str text = {0};
    Args args = {.arena = s.arena, .out = stdout, .err = stderr};
    assert_fine(args_read(&args, out, 1 << 20, &text));
    assert_fine(book_read(s.arena, text, NULL, &after));
    assert_fine(book_read(s.arena, str_of(bank), NULL, &before));
    assert_int_equal(after.len, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(question_equal(&before.entries[i].question, &after.entries[i].question));
    assert_int_equal(run(&s, 0, 3, (const char *[]){name, "--channel", "nowhere", NULL}, &said), 1);
    assert_non_null(strstr(said, "no_channel"));
    free(said);
    assert_int_equal(run(&s, 0, 3, (const char *[]){name, "--mode", "riddle", NULL}, &said), 2);
    free(said);
    unlink(name);
    unlink(out);
}

static void a_question_is_translated_and_each_reads_their_own_language(void **state)
{
    School s = school_make(state);
    const char *desk = at(&s, ask(s.app, s.editor, "POST", "/quizzes/desk/new", "title=Hens&title_other=%E9%B8%A1&about=On+hens&about_other=%E5%85%B3%E4%BA%8E%E9%B8%A1&mode=practice"));
    const char *words = str_z(s.arena, str_format(s.arena, "%s/words", desk));
    assert_goes_to(ask(s.app, s.editor, "POST", str_z(s.arena, str_format(s.arena, "%s/add", desk)), "gift=What+do+hens+drink%3F+%7B%3DWater%23Yes+~Petrol%7D"), desk);
    assert_says(ask(s.app, s.editor, "GET", desk, NULL), "/words?position=0&amp;lang=zh-CN");
    const Answer *form = ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s?position=0&lang=zh-CN", words)), NULL);
    assert_says(form, "What do hens drink?");
    assert_says(form, "name=\"t3\"");
    assert_status(ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s?position=7&lang=zh-CN", words)), NULL), 422);
    assert_status(ask(s.app, s.ana, "POST", words, "position=0&lang=zh-CN&t0=x"), 403);
    const Answer *half = ask(s.app, s.editor, "POST", words, "position=0&lang=zh-CN&t0=%E9%B8%A1%E5%96%9D%E4%BB%80%E4%B9%88%EF%BC%9F&t1=%E6%B0%B4");
    assert_status(half, 422);
    assert_says(half, "鸡喝什么？");
    assert_goes_to(ask(s.app, s.editor, "POST", words, "position=0&lang=zh-CN&t0=%E9%B8%A1%E5%96%9D%E4%BB%80%E4%B9%88%EF%BC%9F&t1=%E6%B0%B4&t2=%E5%AF%B9&t3=%E6%B1%BD%E6%B2%B9"), desk);
    assert_goes_to(ask(s.app, s.editor, "POST", str_z(s.arena, str_format(s.arena, "%s/state", desk)), "state=published"), desk);
    Str id = str_slice(str_of(desk), sizeof "/quizzes/desk/" - 1, SIZE_MAX);
    user_language(s.ana, "zh-CN");
    const char *start = str_z(s.arena, str_format(s.arena, "/quizzes/%.*s/start", STR_ARG(id)));
    const Answer *mine = follow(s.app, s.ana, ask(s.app, s.ana, "POST", start, "")), *bos = follow(s.app, s.bo, ask(s.app, s.bo, "POST", start, ""));
    assert_says(mine, "鸡喝什么？");
    assert_says(bos, "What do hens drink?");
    assert_says(ask(s.app, s.ana, "GET", str_z(s.arena, str_format(s.arena, "/quizzes/%.*s", STR_ARG(id))), NULL), "关于鸡");
    assert_says(ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s?position=0&lang=en", words)), NULL), "value=\"Petrol\"");
    assert_int_equal(test_int(app_store(s.app), "SELECT count(*) FROM question_rev"), 2); /* the first is kept */
}

static void who_has_solved_a_question_may_talk_about_it(void **state)
{
    School s = school_make(state);
    Making m = plain_quiz(&s, "practice");
    make_quiz(&m);
    Id question = test_int(app_store(s.app), "SELECT min(id) FROM question");
    const char *page = str_z(s.arena, str_format(s.arena, "/questions/%.*s", STR_ARG(id_text(s.arena, question))));
    assert_goes_to(ask(s.app, guest(s.app), "GET", page, NULL), "/sign-in");
    assert_status(ask(s.app, s.ana, "GET", page, NULL), 403); /* the right answer stands there */
    assert_says(ask(s.app, s.editor, "GET", page, NULL), "About a question");
    const char *attempt = at(&s, ask(s.app, s.ana, "POST", path(&s, "/quizzes/%s/start", m.id), ""));
    for (int i = 0; i < 5; i++)
        ask(s.app, s.ana, "POST", attempt, str_z(s.arena, str_format(s.arena, "at=%d&do=next&q%d=0", i, i)));
    const Answer *result = follow(s.app, s.ana, ask(s.app, s.ana, "POST", attempt, "do=end"));
    assert_says(result, "Discuss this question");
    assert_says(result, page);
    assert_goes_to(ask(s.app, s.ana, "POST", "/comments", str_z(s.arena, str_format(s.arena, "subject=%.*s&body=Why+not+tea%%3F", STR_ARG(id_text(s.arena, question))))), page);
    assert_says(ask(s.app, s.ana, "GET", page, NULL), "Why not tea?");
    assert_status(ask(s.app, s.bo, "GET", page, NULL), 403);
    assert_silent(ask(s.app, s.editor, "GET", page, NULL), "Why not tea?"); /* a new author's comment waits for a moderator */
}

static Str leaf;

static bool leaf_picture(void *unused, Arena *arena, Str media, Str *bytes)
{
    (void)unused, (void)arena, (void)media;
    *bytes = leaf;
    return true;
}

static void a_place_on_a_picture_travels_in_a_package_and_back(void **state)
{
    School s = school_make(state);
    Option spots[] = {{.text = STR("rust"), .x = 250000, .y = 250000, .width = 100000, .height = 100000, .share = SHARE_FULL}};
    const Question question = {.type = STR("hotspot"), .name = STR("Leaf"), .prompt = STR("Where is the rust?"), .format = STR("plain"), .options = {spots, 1},
                               .media = STR("key"), .media_alt = STR("A bean leaf")};
    Book notes, back;
    Str package;
    leaf = png_make(s.arena, 400, 300, paint_corners);
    assert_fine(book_write(s.arena, "qti", &(BookWrite){.questions = &question, .len = 1, .picture = leaf_picture}, &package, &notes));
    assert_int_equal(notes.notes_len, 0);
    const char *desk = at(&s, ask(s.app, s.editor, "POST", "/quizzes/desk/new", "title=Leaves&mode=practice"));
    AskFile file = {"file", "leaves.zip", "application/zip", package};
    assert_says(ask_upload(s.app, s.editor, str_z(s.arena, str_format(s.arena, "%s/import", desk)), &file, ""), "1 kept, 0 refused");
    assert_says(ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s/files", desk)), NULL), "Holds all of it.");
    for (int i = 0; i < 2; i++) {
        const char *format = i ? "moodle" : "qti";
        const Answer *out = ask(s.app, s.editor, "GET", str_z(s.arena, str_format(s.arena, "%s/export?format=%s", desk, format)), NULL);
        assert_status(out, 200);
        assert_fine(book_read(s.arena, out->body, NULL, &back));
        assert_string_equal(back.format, format);
        assert_int_equal(back.len, 1);
        assert_int_equal(back.pictures_len, 1);
        assert_int_equal(back.entries[0].question.options.at[0].x, 250000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_DB(somebody_practises_one_question_after_the_other),
        TEST_DB(an_exam_is_one_page_that_is_saved_and_handed_in),
        TEST_DB(every_kind_of_question_can_be_answered_on_a_page),
        TEST_DB(an_author_writes_previews_imports_publishes_and_exports),
        TEST_DB(who_has_solved_a_question_may_talk_about_it),
        TEST_DB(a_question_is_translated_and_each_reads_their_own_language),
        TEST_DB(a_place_on_a_picture_travels_in_a_package_and_back),
        TEST_DB(two_match_on_pages_and_memory_has_one_knob),
        TEST_DB(a_coach_marks_on_a_page),
        TEST_DB(a_file_is_imported_and_exported_by_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
