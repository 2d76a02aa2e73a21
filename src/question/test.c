/* The ten types: what an answer is worth, what a paper holds, what a question must be. */
#include "harness.h"
#include "question/question.h"

#include <string.h>

static const Shown *straight(Arena *arena, const Question *q)
{
    Shown *shown = NEW(arena, Shown);
    question_show(q, 0, 0, false, shown);
    return shown;
}

static int64_t percent(Arena *arena, const Question *q, const char *response)
{
    Judgement judged;
    assert_fine(question_check(arena, q));
    assert_fine(question_judge(arena, q, straight(arena, q), str_of(response), &judged));
    assert_false(judged.waits);
    return (judged.share + SHARE_FULL / 200) / (SHARE_FULL / 100);
}

static void refused(Arena *arena, const Question *q, const char *response)
{
    Judgement judged;
    assert_err(question_judge(arena, q, straight(arena, q), str_of(response), &judged), "response.bad");
}

#define FULL SHARE_FULL
#define OPTIONS(...) {(Option[]){__VA_ARGS__}, sizeof((Option[]){__VA_ARGS__}) / sizeof(Option)}
#define T(text_, ...) {.text = STR(text_), ##__VA_ARGS__}
#define ASK(type_, ...) {.type = STR(type_), .prompt = STR("What?"), .format = STR("plain"), ##__VA_ARGS__}

static void one_choice_gives_its_own_mark(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("single", .options = OPTIONS(T("right", .share = FULL), T("half", .share = FULL / 2), T("bad", .share = -FULL)));
    assert_int_equal(percent(arena, &q, "0"), 100);
    assert_int_equal(percent(arena, &q, "1"), 50);
    assert_int_equal(percent(arena, &q, "2"), 0);
    assert_int_equal(percent(arena, &q, ""), 0);
    refused(arena, &q, "3");
    refused(arena, &q, "0,1");
    refused(arena, &q, "x");
    refused(arena, &q, "-1");
}

static void several_choices_add_up_and_wrong_ones_take_away(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("multiple", .options = OPTIONS(T("a", .share = 3333333), T("b", .share = 3333333), T("c", .share = 3333333),
                                                    T("d", .share = -5000000)));
    assert_int_equal(percent(arena, &q, "0,1,2"), 100);
    Judgement judged;
    assert_fine(question_judge(arena, &q, straight(arena, &q), STR("2,0,1"), &judged));
    assert_int_equal(judged.share, FULL); /* three times 33.33333 % is all of it */
    assert_int_equal(percent(arena, &q, "0"), 33);
    assert_int_equal(percent(arena, &q, "0,1,3"), 17);
    assert_int_equal(percent(arena, &q, "3"), 0);
    refused(arena, &q, "0,0");
}

static void a_word_is_compared_as_people_write(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("short", .options = OPTIONS(T("Compost", .share = FULL), T("humus", .share = FULL / 2), T("rot*", .share = FULL / 4)));
    assert_int_equal(percent(arena, &q, "  compost "), 100);
    assert_int_equal(percent(arena, &q, "ＣＯＭＰＯＳＴ"), 100); /* full width */
    assert_int_equal(percent(arena, &q, "HUMUS"), 50);
    assert_int_equal(percent(arena, &q, "rotting leaves"), 25);
    assert_int_equal(percent(arena, &q, ""), 0);
    assert_int_equal(percent(arena, &q, "manure"), 0);
    q.case_sensitive = true;
    assert_int_equal(percent(arena, &q, "compost"), 0);
    assert_int_equal(percent(arena, &q, "Compost"), 100);
    Question star = ASK("short", .options = OPTIONS(T("3 \\* 4", .share = FULL)));
    assert_int_equal(percent(arena, &star, "3 * 4"), 100);
    assert_int_equal(percent(arena, &star, "3 x 4"), 0);
}

static void a_number_has_a_tolerance(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("numeric", .options = OPTIONS({.value = 3, .tolerance = 0.1, .share = FULL}, {.value = 3, .tolerance = 1, .share = FULL / 2}));
    assert_int_equal(percent(arena, &q, "3"), 100);
    assert_int_equal(percent(arena, &q, "2.9"), 100);
    assert_int_equal(percent(arena, &q, "3,1"), 100);
    assert_int_equal(percent(arena, &q, "３．０"), 100);
    assert_int_equal(percent(arena, &q, "3.11"), 50);
    assert_int_equal(percent(arena, &q, "4.01"), 0);
    assert_int_equal(percent(arena, &q, "three"), 0);
    double n;
    assert_true(number_read(arena, STR("1,250.5"), &n));
    assert_true(n > 1250.4 && n < 1250.6);
    assert_true(number_read(arena, STR("−4"), &n) && n < -3.9);
    assert_false(number_read(arena, STR("1e999"), &n));
    assert_false(number_read(arena, STR(""), &n));
}

static void pairs_count_one_by_one(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("matching", .options = OPTIONS(T("hen", .match = STR("egg")), T("cow", .match = STR("milk")),
                                                    T("bee", .match = STR("honey")), {.match = STR("silk")}));
    Shown shown;
    Judgement judged;
    question_show(&q, 42, 3, true, &shown);
    assert_int_equal(shown.left_len, 3);
    assert_int_equal(shown.options_len, 4);
    int64_t of_hen = 0, of_cow = 0;
    for (int64_t i = 0; i < 4; i++) {
        of_hen = shown.options[i] == 0 ? i : of_hen;
        of_cow = shown.options[i] == 1 ? i : of_cow;
    }
    Str two = str_format(arena, "0:%lld,1:%lld,2:%lld", (long long)of_hen, (long long)of_cow, (long long)of_hen);
    assert_fine(question_judge(arena, &q, &shown, two, &judged));
    assert_int_equal(judged.share, FULL * 2 / 3);
    refused(arena, &q, "0:1,0:2");
    refused(arena, &q, "3:1"); /* the wrong right side has no left */
    refused(arena, &q, "0:9");
}

static void items_count_in_their_right_place(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("ordering", .options = OPTIONS(T("dig"), T("sow"), T("water"), T("reap")));
    Shown shown;
    Judgement judged;
    question_show(&q, 1, 0, true, &shown);
    int64_t at[4];
    for (int64_t i = 0; i < 4; i++)
        at[shown.options[i]] = i;
    Str right = str_format(arena, "%lld,%lld,%lld,%lld", (long long)at[0], (long long)at[1], (long long)at[2], (long long)at[3]);
    assert_fine(question_judge(arena, &q, &shown, right, &judged));
    assert_int_equal(judged.share, FULL);
    Str swapped = str_format(arena, "%lld,%lld,%lld,%lld", (long long)at[1], (long long)at[0], (long long)at[2], (long long)at[3]);
    assert_fine(question_judge(arena, &q, &shown, swapped, &judged));
    assert_int_equal(judged.share, FULL / 2);
    assert_err(question_judge(arena, &q, &shown, STR("0,1"), &judged), "response.bad");
    for (uint64_t seed = 0; seed < 300; seed++) { /* never shown in its right order */
        question_show(&q, seed, 0, true, &shown);
        assert_false(shown.options[0] == 0 && shown.options[1] == 1 && shown.options[2] == 2 && shown.options[3] == 3);
    }
}

static void gaps_count_by_weight(void **state)
{
    Arena *arena = test_arena(state);
    Gap gaps[] = {
        {.before = STR("A hen lays "), .kind = STR("choice"), .weight = 1, .options = OPTIONS(T("eggs", .share = FULL), T("milk"))},
        {.before = STR(", after "), .kind = STR("numeric"), .weight = 2, .options = OPTIONS({.value = 21, .share = FULL})},
        {.before = STR(" days a "), .kind = STR("short"), .weight = 1, .options = OPTIONS(T("chick", .share = FULL))},
    };
    Question q = ASK("cloze", .gaps = {gaps, 3}, .tail = STR(" comes out."));
    assert_int_equal(percent(arena, &q, "0\n21\nchick"), 100);
    assert_int_equal(percent(arena, &q, "0\n20\nchick"), 50);
    assert_int_equal(percent(arena, &q, "1\n21"), 50);
    assert_int_equal(percent(arena, &q, ""), 0);
    refused(arena, &q, "2");
    refused(arena, &q, "0\n21\nchick\nmore");
}

static void a_place_on_a_picture_is_hit_or_missed(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("hotspot", .media = STR("leaf.jpg"),
                     .options = OPTIONS({.text = STR("rust"), .x = 100000, .y = 100000, .width = 200000, .height = 200000, .round = true, .share = FULL},
                                        {.text = STR("vein"), .x = 600000, .y = 600000, .width = 100000, .height = 100000}));
    assert_int_equal(percent(arena, &q, "200000,200000"), 100);
    assert_int_equal(percent(arena, &q, "101000,101000"), 0); /* the corner of an ellipse */
    assert_int_equal(percent(arena, &q, "650000,650000"), 0);
    refused(arena, &q, "200000,200000;210000,210000"); /* one right region, one mark */
    refused(arena, &q, "1000001,0");
    q.media = STR("");
    assert_err(question_check(arena, &q), "question.picture");
}

static void open_words_wait_for_a_coach(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("open");
    Judgement judged;
    assert_fine(question_judge(arena, &q, straight(arena, &q), STR("I turn the heap."), &judged));
    assert_true(judged.waits);
    assert_fine(question_judge(arena, &q, straight(arena, &q), STR(" "), &judged));
    assert_false(judged.waits);
    assert_int_equal(judged.share, 0);
}

static void a_seed_gives_the_same_paper_for_ever(void **state)
{
    int64_t paper[8], again[8];
    size_t len = paper_draw(7, 8, 5, true, paper);
    (void)state;
    assert_int_equal(len, 5);
    static const int64_t golden[5] = {6, 2, 4, 3, 5}; /* worked out apart from this program */
    assert_memory_equal(paper, golden, sizeof golden);
    paper_draw(7, 8, 5, true, again);
    assert_memory_equal(paper, again, 5 * sizeof *paper);
    len = paper_draw(7, 8, 3, false, paper);
    assert_int_equal(len, 3);
    assert_true(paper[0] < paper[1] && paper[1] < paper[2]);
    assert_int_equal(paper_draw(1, 4, 0, false, paper), 4);
    assert_int_equal(paper_draw(1, 0, 5, true, paper), 0);
}

static void every_question_is_drawn_equally_often(void **state)
{
    int counts[10] = {0};
    int64_t paper[10];
    (void)state;
    for (uint64_t seed = 0; seed < 10000; seed++) {
        size_t len = paper_draw(seed, 10, 3, true, paper);
        for (size_t i = 0; i < len; i++)
            counts[paper[i]]++;
    }
    for (int i = 0; i < 10; i++)
        assert_in_range(counts[i], 2800, 3200); /* 3,000 each; 46 is one standard deviation */
}

static void what_cannot_be_asked_is_refused(void **state)
{
    Arena *arena = test_arena(state);
    Question no_right = ASK("single", .options = OPTIONS(T("a", .share = FULL / 2), T("b")));
    assert_err(question_check(arena, &no_right), "question.no_right");
    Question alone = ASK("single", .options = OPTIONS(T("a", .share = FULL)));
    assert_err(question_check(arena, &alone), "question.options_few");
    Question twice = ASK("single", .options = OPTIONS(T("a", .share = FULL), T("a")));
    assert_err(question_check(arena, &twice), "question.twice");
    Question empty = ASK("single", .options = OPTIONS(T("a", .share = FULL), T(" ")));
    assert_err(question_check(arena, &empty), "question.option_empty");
    Question pairs = ASK("matching", .options = OPTIONS(T("a", .match = STR("b")), {.match = STR("c")}));
    assert_err(question_check(arena, &pairs), "question.pairs");
    Question blank = {.type = STR("open"), .prompt = STR(" \n"), .format = STR("plain")};
    assert_err(question_check(arena, &blank), "question.prompt");
    Question odd = {.type = STR("riddle"), .prompt = STR("?"), .format = STR("plain")};
    assert_err(question_check(arena, &odd), "question.type");
}

static void json_brings_a_question_back_whole(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("single", .name = STR("土壤"), .hint = STR("Look \"down\""), .skill = STR("soil/compost"),
                     .options = OPTIONS(T("a", .share = FULL, .feedback = STR("yes\nindeed")), T("b", .share = -2500000)));
    Question back;
    assert_fine(question_read(arena, question_json(arena, &q), &back));
    assert_true(question_equal(&q, &back));
    back.options.at[1].share = 0;
    assert_false(question_equal(&q, &back));
    assert_err(question_read(arena, STR("{\"type\":\"single\"}"), &back), "question.prompt");
}

static void answers_read_as_words(void **state)
{
    Arena *arena = test_arena(state);
    Question q = ASK("multiple", .options = OPTIONS(T("straw", .share = FULL / 2), T("plastic", .share = -FULL), T("leaves", .share = FULL / 2)));
    assert_str(question_right_words(arena, &q), "straw; leaves");
    assert_str(response_words(arena, &q, straight(arena, &q), STR("1,2")), "plastic; leaves");
    Question n = ASK("numeric", .options = OPTIONS({.value = 0.1, .tolerance = 0.05, .share = FULL}));
    assert_str(question_right_words(arena, &n), "0.1 \xC2\xB1 0.05");
    assert_str(number_text(arena, 60), "60");
    assert_str(number_text(arena, 1200), "1200");
    assert_str(number_text(arena, -0.25), "-0.25");
    assert_str(number_text(arena, 0), "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_choice_gives_its_own_mark),
        TEST(several_choices_add_up_and_wrong_ones_take_away),
        TEST(a_word_is_compared_as_people_write),
        TEST(a_number_has_a_tolerance),
        TEST(pairs_count_one_by_one),
        TEST(items_count_in_their_right_place),
        TEST(gaps_count_by_weight),
        TEST(a_place_on_a_picture_is_hit_or_missed),
        TEST(open_words_wait_for_a_coach),
        TEST(a_seed_gives_the_same_paper_for_ever),
        TEST(every_question_is_drawn_equally_often),
        TEST(what_cannot_be_asked_is_refused),
        TEST(json_brings_a_question_back_whole),
        TEST(answers_read_as_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
