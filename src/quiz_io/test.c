/* Question files in and out: the traps of each format, and what comes back after a round trip. */
#include "harness.h"
#include "quiz_io/quiz_io.h"
#include "zip/zip.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static Book read_as(Arena *arena, const char *text, const char *format)
{
    Book book;
    assert_fine(book_read(arena, str_of(text), format, &book));
    return book;
}

static const Question *only(const Book *book)
{
    if (book->refused)
        print_error("%s\n", book->notes[0].err->code);
    assert_int_equal(book->refused, 0);
    assert_int_equal(book->len, 1);
    return &book->entries[0].question;
}

#define assert_option(q, i, text_, share_)                  \
    do {                                                    \
        assert_str((q)->options.at[i].text, text_);         \
        assert_int_equal((q)->options.at[i].share, share_); \
    } while (0)

/* ---- GIFT ---- */

static void gift_knows_its_types(void **state)
{
    static const struct { const char *text, *type; } rows[] = {
        {"Q {=a ~b}", "single"},         {"Q {~%50%a ~%50%b ~%-50%c}", "multiple"}, {"Q {T}", "truefalse"},
        {"Q {FALSE#no#yes}", "truefalse"}, {"Q {=a =b}", "short"},                   {"Q {#3:0.1}", "numeric"},
        {"Q {#1..5}", "numeric"},        {"Q {=a -> b =c -> d}", "matching"},       {"Q {}", "open"},
        {"The hen {=lays ~sings} eggs.", "cloze"},                                  {"Q {#=3:0 =%50%3:1}", "numeric"},
    };
    Arena *arena = test_arena(state);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Book book = read_as(arena, rows[i].text, NULL);
        assert_string_equal(book.format, "gift");
        assert_str(only(&book)->type, rows[i].type);
    }
}

static void gift_escapes_are_undone(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "::a\\:\\:b::What is 1 \\= 1 \\{really\\}?\\nSay. {=x \\= y \\~ z ~\\#1 \\: c:\\\\d}", "gift");
    const Question *q = only(&book);
    assert_str(q->name, "a::b");
    assert_str(q->prompt, "What is 1 = 1 {really}?\nSay.");
    assert_option(q, 0, "x = y ~ z", SHARE_FULL);
    assert_option(q, 1, "#1 : c:\\d", 0);
}

static void gift_names_formats_comments_and_categories_are_read(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "// a comment\n$CATEGORY: $course$/top/soil/compost\n\n// another\n::One::[markdown]**Bold** {=a\n// inside\n~b\n}\n\n"
                               "[html]<p>What is <b>this</b> &amp; that?</p>{=a#<i>yes</i> ~b}\n\n[plain]3 * 4 {=12 ~7}\n", "gift");
    assert_int_equal(book.len, 3);
    const Question *q = &book.entries[0].question;
    assert_str(q->name, "One");
    assert_str(q->format, "markdown");
    assert_str(q->prompt, "**Bold**");
    assert_str(q->skill, "soil/compost");
    assert_int_equal(q->options.len, 2);
    assert_int_equal(book.entries[0].line, 5);
    q = &book.entries[1].question;
    assert_str(q->prompt, "What is **this** & that?");
    assert_str(q->options.at[0].feedback, "*yes*");
    assert_str(book.entries[2].question.prompt, "3 * 4");
    assert_str(book.entries[2].question.format, "plain");
}

static void gift_weights_and_feedback_are_read(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "Q {~%33.33333%a#one ~%66.66667%b#two ~%-100%c####in general}", "gift");
    const Question *q = only(&book);
    assert_option(q, 0, "a", 3333333);
    assert_option(q, 1, "b", 6666667);
    assert_option(q, 2, "c", -SHARE_FULL);
    assert_str(q->options.at[0].feedback, "one");
    assert_str(q->options.at[1].feedback, "two");
    assert_str(q->feedback, "in general");
    Book truth = read_as(arena, "Q {F#It is not.#Well seen.}", "gift");
    q = only(&truth);
    assert_option(q, 0, "true", 0);
    assert_str(q->options.at[0].feedback, "It is not.");
    assert_str(q->options.at[1].feedback, "Well seen.");
}

static void gift_survives_windows_marks_and_other_encodings(void **state)
{
    Arena *arena = test_arena(state);
    Book crlf = read_as(arena, "\xEF\xBB\xBF::One::Q1 {=a ~b}\r\n\r\n::Two::Q2\r\n{\r\n=c\r\n~d\r\n}\r\n", NULL);
    assert_int_equal(crlf.len, 2);
    assert_str(crlf.entries[1].question.options.at[0].text, "c");
    assert_int_equal(crlf.entries[1].line, 3);
    Book gb = read_as(arena, "\xCD\xC1\xC8\xC0 {=\xB6\xD4 ~\xB4\xED}", NULL); /* 土壤 {=对 ~错} in GB18030 */
    assert_str(only(&gb)->prompt, "土壤");
    assert_str(only(&gb)->options.at[0].text, "对");
    static const char wide[] = "\xFF\xFEQ\0 \0{\0=\0a\0~\0b\0}\0";
    Book utf16;
    assert_fine(book_read(arena, (Str){wide, sizeof wide - 1}, NULL, &utf16));
    assert_str(only(&utf16)->prompt, "Q");
}

static void gift_typed_with_full_width_marks_is_read(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "：：堆肥：：堆肥要多久翻一次？｛＝七天～一年｝\n\n：：判断：：鸡要喝水。｛对｝\n\n::普通::价格：多少？{=一元 ~两元}", NULL);
    assert_int_equal(book.len, 3);
    assert_str(book.entries[0].question.name, "堆肥");
    assert_option(&book.entries[0].question, 0, "七天", SHARE_FULL);
    assert_str(book.entries[1].question.type, "truefalse");
    assert_str(book.entries[2].question.prompt, "价格：多少？"); /* left as it is beside ASCII marks */
}

static void one_bad_question_never_loses_the_file(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "::A::Q {=a ~b}\n\n::B::Q {=a ~b\n\n::C::Q {=c ~d}\n\n::D::no answers\n\n::E::Q {~%x%a ~b}\n\n::F::Q {~%10%a ~b}\n\n::G::Q {#abc}\n\n"
                               "::H::Q {=a {b} ~c}\n\n::I::Q {=z\n\n~y}\n", NULL);
    static const struct { const char *name, *code; size_t line; } wrong[] = {
        {"B", "book.brace", 3}, {"D", "book.no_answers", 7}, {"E", "book.weight", 9},
        {"F", "question.no_right", 11}, {"G", "book.number", 13}, {"H", "book.brace", 15},
    };
    assert_int_equal(book.len, 3);
    assert_str(book.entries[1].question.name, "C");
    assert_str(book.entries[2].question.name, "I"); /* a blank line before an answer is air */
    assert_int_equal(book.refused, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_str(book.notes[i].name, wrong[i].name);
        assert_string_equal(book.notes[i].err->code, wrong[i].code);
        assert_int_equal(book.notes[i].line, wrong[i].line);
    }
}

static void a_gap_stands_in_its_sentence(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "A hen lays {=eggs ~milk} nearly every day.", "gift");
    const Question *q = only(&book);
    assert_int_equal(q->gaps.len, 1);
    assert_str(q->gaps.at[0].before, "A hen lays ");
    assert_str(q->gaps.at[0].kind, "choice");
    assert_str(q->tail, " nearly every day.");
}

static void what_is_no_question_file_is_said_so(void **state)
{
    Arena *arena = test_arena(state);
    Book book;
    assert_err(book_read(arena, STR("just a letter"), NULL, &book), "book.format");
    assert_err(book_read(arena, STR(""), NULL, &book), "book.format");
    assert_err(book_read(arena, STR("// nothing\n"), "gift", &book), "book.empty");
    assert_err(book_read(arena, STR("\xFF\xFF\xFF"), NULL, &book), "book.encoding");
    Question q;
    assert_err(book_read_one(arena, STR("Q {=a ~b}\n\nR {=a ~b}"), &q), "book.more_than_one");
    assert_fine(book_read_one(arena, STR("Q {=a ~b}"), &q));
}

/* ---- Aiken ---- */

static void aiken_is_read_with_its_lines(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "What do hens need?\nEvery day.\nA. Water\nB) Petrol\nANSWER: A\n\nQ2\nA. x\nB. y\nANSWER: C\n\nQ3\nA. x\nB. y\n\n"
                               "鸡几天出壳？\nＡ．7 天\nＢ、21 天\n答案：Ｂ\n\nQ5\nA. x\nC. y\nANSWER: A\n\nlast\nA. x\n", NULL);
    assert_string_equal(book.format, "aiken");
    assert_int_equal(book.len, 2);
    assert_str(book.entries[0].question.prompt, "What do hens need?\nEvery day.");
    assert_option(&book.entries[0].question, 0, "Water", SHARE_FULL);
    assert_option(&book.entries[0].question, 1, "Petrol", 0);
    assert_option(&book.entries[1].question, 1, "21 天", SHARE_FULL);
    static const struct { const char *code; size_t line; } wrong[] = {
        {"book.answer_letter", 7}, {"book.no_answer_line", 12}, {"book.letters", 21}, {"book.no_answer_line", 26}};
    assert_int_equal(book.refused, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(book.notes[i].err->code, wrong[i].code);
        assert_int_equal(book.notes[i].line, wrong[i].line);
    }
}

/* ---- Moodle XML ---- */

static void moodle_types_are_read(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena,
        "<?xml version=\"1.0\"?><quiz><question type=\"category\"><category><text>$course$/top/poultry</text></category></question>"
        "<question type=\"multichoice\"><name><text>One</text></name><questiontext format=\"html\"><text><![CDATA[<p>Pick <b>two</b></p>]]></text></questiontext>"
        "<single>false</single><shuffleanswers>0</shuffleanswers><answer fraction=\"50\"><text>a</text></answer><answer fraction=\"50\"><text>b</text>"
        "<feedback><text>good</text></feedback></answer><answer fraction=\"-100\"><text>c</text></answer></question>"
        "<question type=\"shortanswer\"><questiontext format=\"plain_text\"><text>Say</text></questiontext><usecase>1</usecase><answer fraction=\"100\"><text>Hen</text></answer></question>"
        "<question type=\"numerical\"><questiontext><text>How many?</text></questiontext><answer fraction=\"100\"><text>21</text><tolerance>0.5</tolerance></answer></question>"
        "<question type=\"cloze\"><questiontext format=\"plain_text\"><text>A {1:MULTICHOICE:~dog~=hen#yes} lays {2:NUMERICAL:=1:0} egg {:SA:=daily~%50%often}.</text></questiontext></question>"
        "<question type=\"gapselect\"><questiontext format=\"plain_text\"><text>Hens eat [[1]] and [[2]].</text></questiontext><selectoption><text>grain</text><group>1</group></selectoption>"
        "<selectoption><text>greens</text><group>1</group></selectoption></question>"
        "<question type=\"calculated\"><questiontext><text>x</text></questiontext></question>"
        "<question type=\"essay\"><questiontext><text>Tell</text></questiontext><attachments>1</attachments></question></quiz>", NULL);
    assert_string_equal(book.format, "moodle");
    assert_int_equal(book.len, 6);
    const Question *q = &book.entries[0].question;
    assert_str(q->type, "multiple");
    assert_str(q->prompt, "Pick **two**");
    assert_str(q->skill, "poultry");
    assert_true(q->keep_order);
    assert_str(q->options.at[1].feedback, "good");
    assert_true(book.entries[1].question.case_sensitive);
    assert_true(book.entries[2].question.options.at[0].tolerance > 0.49);
    q = &book.entries[3].question;
    assert_int_equal(q->gaps.len, 3);
    assert_str(q->gaps.at[0].options.at[1].feedback, "yes");
    assert_int_equal(q->gaps.at[1].weight, 2);
    assert_str(q->gaps.at[2].kind, "short");
    assert_str(q->tail, ".");
    assert_int_equal(book.entries[4].question.gaps.len, 2);
    assert_true(book.entries[5].question.photo);
    assert_int_equal(book.refused, 1);
    assert_string_equal(book.notes[0].err->code, "book.type");
}

static void a_moodle_file_that_breaks_off_keeps_what_was_whole(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "<quiz>\n<question type=\"truefalse\">\n<questiontext><text>A</text></questiontext>\n<answer fraction=\"100\"><text>true</text></answer>\n"
                               "<answer fraction=\"0\"><text>false</text></answer>\n</question>\n<question type=\"truefalse\">\n<questiontext><text>B</text></questiontext>\n<answer frac", NULL);
    assert_int_equal(book.len, 1);
    assert_int_equal(book.refused, 1);
    assert_string_equal(book.notes[0].err->code, "book.xml");
    assert_int_equal(book.notes[0].line, 7);
}

static void no_entity_reads_a_file_or_fills_the_memory(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena, "<!DOCTYPE quiz [<!ENTITY f SYSTEM \"file:///etc/passwd\"><!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
                               "<quiz><question type=\"essay\"><questiontext><text>x &f; &c; y</text></questiontext></question></quiz>", "moodle");
    for (size_t i = 0; i < book.len; i++) {
        assert_true(str_find(book.entries[i].question.prompt, STR("root:")) == SIZE_MAX);
        assert_true(book.entries[i].question.prompt.len < 1000);
    }
}

/* ---- round trips ---- */

#define FULL SHARE_FULL
#define OPTIONS(...) {(Option[]){__VA_ARGS__}, sizeof((Option[]){__VA_ARGS__}) / sizeof(Option)}
#define T(text_, ...) {.text = STR(text_), ##__VA_ARGS__}

static bool give_picture(void *arg, Arena *arena, Str media, Str *bytes)
{
    static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\xE8\0\0\x03\xE8\x08\x02\0\0\0";
    (void)arg, (void)arena, (void)media;
    *bytes = (Str){png, sizeof png - 1};
    return true;
}

static void same_after(Arena *arena, const char *format, const Question *questions, size_t len)
{
    BookWrite write = {.questions = questions, .len = len, .title = STR("Test"), .lang = STR("en"), .picture = give_picture};
    Book notes, back;
    Str file;
    assert_fine(book_write(arena, format, &write, &file, &notes));
    assert_int_equal(notes.refused, 0);
    assert_fine(book_read(arena, file, NULL, &back));
    assert_string_equal(back.format, format);
    if (back.refused)
        print_error("%s %s\n%.*s", back.notes[0].err->code, str_z(arena, back.notes[0].name), STR_ARG(file));
    assert_int_equal(back.refused, 0);
    assert_int_equal(back.len, len);
    for (size_t i = 0; i < len; i++) {
        Question q = questions[i];
        if (q.media.len)
            q.media = back.entries[i].question.media; /* a place in the file instead of a key */
        if (!question_equal(&q, &back.entries[i].question))
            print_error("%.*s\n%.*s\n%.*s\n", STR_ARG(question_json(arena, &q)), STR_ARG(question_json(arena, &back.entries[i].question)), STR_ARG(file));
        assert_true(question_equal(&q, &back.entries[i].question));
    }
}

#define PLAIN .format = STR("plain")

static void gift_comes_back_equal(void **state)
{
    Gap choice = {.before = STR("A hen lays "), .kind = STR("choice"), .weight = 1, .options = OPTIONS(T("eggs", .share = FULL), T("milk"))};
    Gap number = {.before = STR("After "), .kind = STR("numeric"), .weight = 1, .options = OPTIONS({.value = 21, .tolerance = 1, .share = FULL})};
    const Question questions[] = {
        {.type = STR("single"), .name = STR("a::b {c}"), .prompt = STR("1 = 1?\nSay ~ # : \\ it"), PLAIN, .skill = STR("soil/compost"),
         .options = OPTIONS(T("= yes", .share = FULL, .feedback = STR("so: it # is")), T("half", .share = 2500000), T("~no"))},
        {.type = STR("multiple"), .prompt = STR("**Which?**"), .format = STR("markdown"), .feedback = STR("All of it."),
         .options = OPTIONS(T("a", .share = 3333333), T("b", .share = 6666667), T("c", .share = -5000000), T("d"))},
        {.type = STR("truefalse"), .prompt = STR("True?"), PLAIN, .options = OPTIONS(T("true", .feedback = STR("no")), T("false", .share = FULL, .feedback = STR("yes")))},
        {.type = STR("truefalse"), .prompt = STR("True?"), PLAIN, .options = OPTIONS(T("true", .share = FULL), T("false"))},
        {.type = STR("short"), .prompt = STR("Which word?"), PLAIN, .options = OPTIONS(T("hen", .share = FULL), T("chick*", .share = 5000000))},
        {.type = STR("numeric"), .prompt = STR("How many?"), PLAIN, .options = OPTIONS({.value = 3.14159, .tolerance = 0.001, .share = FULL}, {.value = -2.5, .share = 5000000, .feedback = STR("nearly")})},
        {.type = STR("matching"), .prompt = STR("Pairs"), PLAIN, .options = OPTIONS(T("hen", .match = STR("egg")), T("bee", .match = STR("honey -> wax")), {.match = STR("silk")})},
        {.type = STR("open"), .prompt = STR("Tell us."), PLAIN, .feedback = STR("Thanks")},
        {.type = STR("cloze"), PLAIN, .gaps = {&choice, 1}, .tail = STR(" nearly daily.")},
        {.type = STR("cloze"), PLAIN, .gaps = {&number, 1}, .tail = STR(" days the chick comes out.")},
        {.type = STR("single"), .prompt = STR("[plain] // $CATEGORY: 价格：？"), PLAIN, .options = OPTIONS(T("｛甲｝", .share = FULL), T("＝乙"))},
    };
    same_after(test_arena(state), "gift", questions, sizeof questions / sizeof *questions);
}

static void aiken_comes_back_equal(void **state)
{
    const Question questions[] = {
        {.type = STR("single"), .prompt = STR("What?\nA second line"), PLAIN, .options = OPTIONS(T("one"), T("two", .share = FULL), T("ANSWER"))},
        {.type = STR("single"), .prompt = STR("鸡？"), PLAIN, .options = OPTIONS(T("是", .share = FULL), T("否"))},
    };
    same_after(test_arena(state), "aiken", questions, sizeof questions / sizeof *questions);
}

typedef struct Questions {
    const Question *at;
    size_t len;
} Questions;

static Questions all_types(Arena *arena)
{
    Gap three_gaps[] = {
    {.before = STR("A {strange} hen "), .kind = STR("choice"), .weight = 1, .options = OPTIONS(T("lays", .share = FULL, .feedback = STR("yes #1")), T("s}i~ngs"))},
    {.before = STR(" an egg in "), .kind = STR("numeric"), .weight = 3, .options = OPTIONS({.value = 24, .tolerance = 2, .share = FULL})},
    {.before = STR(" "), .kind = STR("short"), .case_sensitive = true, .weight = 1, .options = OPTIONS(T("hours", .share = FULL), T("h", .share = 5000000))},
};
    const Question all[] = {
    {.type = STR("single"), .name = STR("a < b & \"c\""), .prompt = STR("1 < 2?\nSay it"), PLAIN, .skill = STR("soil"), .keep_order = true, .hint = STR("Look"),
     .options = OPTIONS(T("yes & so", .share = FULL, .feedback = STR("<fine>")), T("no"))},
    {.type = STR("multiple"), .prompt = STR("**Which?**"), .format = STR("markdown"), .feedback = STR("All"), .skill = STR("soil"),
     .options = OPTIONS(T("a", .share = 5000000), T("b", .share = 5000000), T("c", .share = -5000000))},
    {.type = STR("truefalse"), .prompt = STR("True?"), PLAIN, .options = OPTIONS(T("true", .share = FULL), T("false"))},
    {.type = STR("short"), .prompt = STR("Which word?"), PLAIN, .case_sensitive = true, .options = OPTIONS(T("hen", .share = FULL), T("chick", .share = 5000000))},
    {.type = STR("numeric"), .prompt = STR("How many?"), PLAIN, .options = OPTIONS({.value = 3.5, .tolerance = 0.25, .share = FULL})},
    {.type = STR("matching"), .prompt = STR("Pairs"), PLAIN, .options = OPTIONS(T("hen", .match = STR("egg")), T("bee", .match = STR("honey")), {.match = STR("silk")})},
    {.type = STR("ordering"), .prompt = STR("In order"), PLAIN, .options = OPTIONS(T("dig"), T("sow"), T("reap"))},
    {.type = STR("cloze"), PLAIN, .gaps = {three_gaps, 3}, .tail = STR(".")},
    {.type = STR("hotspot"), .prompt = STR("Where is the rust?"), PLAIN, .media = STR("key"),
     .options = OPTIONS(T("spot", .x = 100000, .y = 200000, .width = 50000, .height = 50000, .round = true, .share = 5000000),
                        T("edge", .x = 500000, .y = 600000, .width = 100000, .height = 200000, .share = 5000000))},
    {.type = STR("open"), .prompt = STR("Tell us."), PLAIN, .photo = true},
};
    Question *kept = arena_copy(arena, all, sizeof all); /* the options are copied through JSON: they live in this call */
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_fine(question_read(arena, question_json(arena, &all[i]), &kept[i]));
    return (Questions){kept, sizeof all / sizeof *all};
}

static void moodle_brings_all_ten_types_back_equal(void **state)
{
    Questions all = all_types(test_arena(state));
    same_after(test_arena(state), "moodle", all.at, all.len);
}

static void qti_brings_its_eight_interactions_back_equal(void **state)
{
    Arena *arena = test_arena(state);
    Questions all = all_types(arena);
    Question *some = arena_copy(arena, all.at, all.len * sizeof *some);
    for (size_t i = 0; i < all.len; i++) { /* it knows no hint, no skill, no weights of gaps */
        some[i].hint = some[i].skill = (Str){0};
        for (size_t k = 0; k < some[i].gaps.len; k++)
            some[i].gaps.at[k].weight = 1;
    }
    some[7].gaps.at[0].options.at[0].feedback = (Str){0};
    same_after(arena, "qti", some, all.len);
}

static void qti_of_others_is_read_and_its_own_rules_are_refused(void **state)
{
    Arena *arena = test_arena(state);
    Book book = read_as(arena,
        "<items><assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" title=\"Old\"><responseDeclaration identifier=\"R\" cardinality=\"single\" baseType=\"identifier\">"
        "<correctResponse><value>B</value></correctResponse></responseDeclaration><itemBody><p>Pick <b>one</b>.</p><choiceInteraction responseIdentifier=\"R\" shuffle=\"true\" maxChoices=\"1\">"
        "<prompt>Now</prompt><simpleChoice identifier=\"A\">a</simpleChoice><simpleChoice identifier=\"B\">b</simpleChoice></choiceInteraction></itemBody>"
        "<responseProcessing template=\"http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct\"/></assessmentItem>"
        "<qti-assessment-item title=\"Gap\"><qti-response-declaration identifier=\"G\" cardinality=\"multiple\" base-type=\"directedPair\"><qti-correct-response><qti-value>W g1</qti-value></qti-correct-response></qti-response-declaration>"
        "<qti-item-body><qti-gap-match-interaction response-identifier=\"G\"><qti-gap-text identifier=\"W\" match-max=\"1\">water</qti-gap-text><qti-gap-text identifier=\"O\" match-max=\"1\">oil</qti-gap-text>"
        "<p>Hens drink <qti-gap identifier=\"g1\"/> daily.</p></qti-gap-match-interaction></qti-item-body></qti-assessment-item>"
        "<qti-assessment-item title=\"Own\"><qti-item-body><p>x</p><qti-extended-text-interaction response-identifier=\"R\"/></qti-item-body><qti-response-processing><qti-response-condition/></qti-response-processing></qti-assessment-item>"
        "<qti-assessment-item title=\"Slider\"><qti-item-body><p>x</p><qti-slider-interaction response-identifier=\"R\"/></qti-item-body></qti-assessment-item></items>", "qti");
    assert_int_equal(book.len, 2);
    const Question *q = &book.entries[0].question;
    assert_str(q->type, "single");
    assert_str(q->prompt, "Pick **one**.\n\nNow");
    assert_option(q, 1, "b", SHARE_FULL);
    assert_false(q->keep_order);
    q = &book.entries[1].question;
    assert_str(q->type, "cloze");
    assert_str(q->gaps.at[0].before, "Hens drink ");
    assert_int_equal(q->gaps.at[0].options.at[0].share, SHARE_FULL);
    assert_str(q->tail, " daily.");
    assert_int_equal(book.refused, 2);
    assert_string_equal(book.notes[0].err->code, "book.processing");
    assert_string_equal(book.notes[1].err->code, "book.interaction");
}

static void what_a_format_cannot_hold_is_named(void **state)
{
    Arena *arena = test_arena(state);
    Questions all = all_types(arena);
    BookWrite write = {.questions = all.at, .len = all.len, .picture = give_picture};
    Book notes;
    Str file;
    assert_fine(book_write(arena, "gift", &write, &file, &notes));
    assert_int_equal(notes.refused, 3); /* ordering, three gaps, hotspot */
    assert_int_equal(notes.notes[0].line, 1);
    assert_string_equal(notes.notes[0].err->code, "book.lost_hint");
    assert_fine(book_write(arena, "aiken", &write, &file, &notes));
    assert_int_equal(notes.refused, 8);
    assert_err(book_write(arena, "word", &write, &file, &notes), "book.format");
}

/* Every part that a question can have, one at a time, on each kind that can have it. */
static size_t variants(Arena *arena, Question *out)
{
    Questions all = all_types(arena);
    size_t len = 0;
    for (size_t i = 0; i < all.len; i++)
        for (int part = 0; part < 12; part++) {
            Question q = all.at[i];
            if (question_read(arena, question_json(arena, &q), &q)) /* lists of its own */
                continue;
            Option *o = q.options.len ? &q.options.at[0] : q.gaps.len ? &q.gaps.at[0].options.at[0] : NULL;
            q.hint = q.skill = q.feedback = (Str){0};
            switch (part) {
            case 0: q.hint = STR("A hint"); break;
            case 1: q.skill = STR("soil/compost"); break;
            case 2: q.feedback = STR("In any case"); break;
            case 3: q.feedback_right = STR("Right"); break;
            case 4: q.feedback_wrong = STR("Wrong"); break;
            case 5: q.media = STR("key"); q.media_alt = STR("A leaf"); break;
            case 6: q.format = STR("markdown"); break;
            case 7: q.name = STR("A name"); break;
            case 8: q.keep_order = !q.keep_order; break;
            case 9: q.case_sensitive = true; break;
            case 10: if (o) o->feedback = STR("So it is"); break;
            default: if (q.gaps.len) q.gaps.len = 1; break;
            }
            if (!question_check(arena, &q))
                out[len++] = q;
        }
    return len;
}

static bool noted(const Book *notes, size_t number)
{
    for (size_t i = 0; i < notes->notes_len; i++)
        if (notes->notes[i].line == number)
            return true;
    return false;
}

static bool means_the_same(const Question *a, const Question *b)
{
    Question x = *a;
    x.case_sensitive = str_eq(a->type, STR("short")) ? a->case_sensitive : b->case_sensitive;
    x.keep_order = b->keep_order;
    if (str_eq(a->format, STR("markdown")))
        x.prompt = b->prompt;
    return question_equal(&x, b);
}

static void what_no_note_says_is_lost_comes_back_equal(void **state)
{
    static const char *const formats[] = {"gift", "aiken", "moodle", "qti"};
    static Question some[200];
    Arena *arena = test_arena(state);
    size_t len = variants(arena, some), wrong = 0;
    assert_true(len > 90);
    for (size_t f = 0; f < 4; f++)
        for (size_t i = 0; i < len; i++) {
            BookWrite write = {.questions = &some[i], .len = 1, .title = STR("T"), .picture = give_picture};
            Book notes, back;
            Str file;
            assert_fine(book_write(arena, formats[f], &write, &file, &notes));
            if (noted(&notes, 1))
                continue;
            Err *err = book_read(arena, file, formats[f], &back);
            Question q = some[i];
            bool equal = !err && back.len == 1 && !back.refused;
            if (equal && q.media.len && back.entries[0].question.media.len)
                q.media = back.entries[0].question.media;
            equal = equal && question_equal(&q, &back.entries[0].question);
            if (!equal) /* what means nothing for its kind, and Markdown that reads the same, need no note */
                equal = !err && back.len == 1 && means_the_same(&q, &back.entries[0].question);
            wrong += !equal;
            if (!equal)
                print_error("%s: %.*s\n -> %.*s\n", formats[f], STR_ARG(question_json(arena, &q)), STR_ARG(!err && back.len ? question_json(arena, &back.entries[0].question) : STR("nothing")));
        }
    assert_int_equal(wrong, 0);
}

/* ---- packages ---- */

typedef struct PackFile {
    const char *name;
    Str bytes;
} PackFile;

static Str zipped(Arena *arena, const PackFile *files, size_t len)
{
    ZipOut *zip;
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_fine(zip_out_open(arena, fd, &zip));
    for (size_t i = 0; i < len; i++) {
        assert_fine(zip_out_begin(zip, files[i].name, true));
        assert_fine(zip_out_write(zip, files[i].bytes));
        assert_fine(zip_out_end(zip));
    }
    assert_fine(zip_out_close(zip));
    off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = arena_alloc(arena, (size_t)size);
    assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
    close(fd);
    return (Str){bytes, (size_t)size};
}

#define ITEM(title, body) STR("<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" title=\"" title "\"><qti-item-body>" body \
                              "<qti-extended-text-interaction response-identifier=\"R\"/></qti-item-body></qti-assessment-item>")
#define RESOURCE(href) "<resource identifier=\"x\" type=\"imsqti_item_xmlv3p0\" href=\"" href "\"/>"
#define PNG STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x03\xE8\0\0\x03\xE8\x08\x02\0\0\0")

static void a_package_of_others_is_read_in_its_order_with_its_pictures(void **state)
{
    Arena *arena = test_arena(state);
    Book book;
    const PackFile files[] = {
        {"bank/", {0}}, {"__MACOSX/._x", STR("junk")},
        {"bank/imsmanifest.xml", STR("<manifest><resources><resource identifier=\"t\" type=\"imsqti_test_xmlv3p0\" href=\"test.xml\"/>"
                                     RESOURCE("items/b.xml") RESOURCE("items/a%20one.xml") RESOURCE("items/gone.xml") RESOURCE("items/bad.xml") RESOURCE("items/nopic.xml") RESOURCE("../../../out.xml") "</resources></manifest>")},
        {"bank/items/a one.xml", ITEM("A", "<p>First <img src=\"../pictures/leaf.png\" alt=\"A leaf\"/></p>")},
        {"bank/items/b.xml", ITEM("B", "<p>Second <img src=\"../pictures/leaf.png\" alt=\"\"/></p>")},
        {"bank/items/bad.xml", STR("this is not XML")},
        {"bank/items/nopic.xml", ITEM("N", "<p>x <img src=\"https://example.org/spy.png\" alt=\"\"/></p>")},
        {"bank/pictures/leaf.png", PNG},
    };
    assert_fine(book_read(arena, zipped(arena, files, sizeof files / sizeof *files), NULL, &book));
    assert_string_equal(book.format, "qti");
    assert_int_equal(book.len, 2);
    assert_str(book.entries[0].question.name, "B");
    assert_str(book.entries[1].question.name, "A");
    assert_str(book.entries[1].question.prompt, "First");
    assert_str(book.entries[1].question.media, "picture:0");
    assert_str(book.entries[1].question.media_alt, "A leaf");
    assert_str(book.entries[0].question.media, "picture:0"); /* one file, kept once */
    assert_int_equal(book.pictures_len, 1);
    assert_int_equal(book.refused, 4);
    assert_string_equal(book.notes[0].err->code, "book.missing_file");
    assert_str(book.notes[0].name, "bank/items/gone.xml");
    assert_string_equal(book.notes[1].err->code, "book.xml");
    assert_string_equal(book.notes[2].err->code, "book.missing_file");
    assert_str(book.notes[2].name, "bank/items/nopic.xml: N");
    assert_str(book.notes[3].name, "out.xml");
    const PackFile loose[] = {{"q/one.xml", ITEM("One", "<p>x</p>")}, {"q/two.xml", ITEM("Two", "<p>y</p>")}};
    assert_fine(book_read(arena, zipped(arena, loose, 2), NULL, &book));
    assert_int_equal(book.len, 2);
    const PackFile none[] = {{"readme.txt", STR("Hello")}};
    assert_err(book_read(arena, zipped(arena, none, 1), NULL, &book), "book.empty");
    Str whole = zipped(arena, loose, 2);
    assert_err(book_read(arena, str_slice(whole, 0, whole.len / 2), NULL, &book), "book.archive");
    assert_err(book_read(arena, whole, "gift", &book), "book.format");
}

static void a_package_that_swells_is_stopped(void **state)
{
    enum { LARGE = 5 << 20, MANY = 20, PICTURE = 15 << 20 };
    Arena *arena = test_arena(state);
    Book book;
    char *spaces = arena_alloc(arena, PICTURE);
    memset(spaces, ' ', PICTURE);
    memcpy(spaces, PNG.at, PNG.len);
    const PackFile one[] = {{"big.xml", {spaces, LARGE}}, {"good.xml", ITEM("Good", "<p>x</p>")}};
    Str file = zipped(arena, one, 2);
    assert_true(file.len < LARGE / 100);
    assert_fine(book_read(arena, file, NULL, &book));
    assert_int_equal(book.len, 1);
    assert_string_equal(book.notes[0].err->code, "book.large_file");
    PackFile many[2 * 6];
    for (size_t i = 0; i < 6; i++) { /* 90 MB of pictures in 100 KB */
        const char *picture = str_z(arena, str_format(arena, "p%zu.png", i));
        Str item = str_format(arena, "<qti-assessment-item title=\"%zu\"><qti-item-body><p>x<img src=\"%s\" alt=\"\"/></p><qti-extended-text-interaction/></qti-item-body></qti-assessment-item>", i, picture);
        many[2 * i] = (PackFile){str_z(arena, str_format(arena, "i%zu.xml", i)), item};
        many[2 * i + 1] = (PackFile){picture, {spaces, PICTURE}};
    }
    assert_fine(book_read(arena, zipped(arena, many, 12), NULL, &book));
    assert_int_equal(book.len, 4);
    assert_int_equal(book.refused, 2);
    assert_string_equal(book.notes[0].err->code, "book.large_file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gift_knows_its_types),
        TEST(gift_escapes_are_undone),
        TEST(gift_names_formats_comments_and_categories_are_read),
        TEST(gift_weights_and_feedback_are_read),
        TEST(gift_survives_windows_marks_and_other_encodings),
        TEST(gift_typed_with_full_width_marks_is_read),
        TEST(one_bad_question_never_loses_the_file),
        TEST(a_gap_stands_in_its_sentence),
        TEST(what_is_no_question_file_is_said_so),
        TEST(aiken_is_read_with_its_lines),
        TEST(moodle_types_are_read),
        TEST(a_moodle_file_that_breaks_off_keeps_what_was_whole),
        TEST(no_entity_reads_a_file_or_fills_the_memory),
        TEST(gift_comes_back_equal),
        TEST(aiken_comes_back_equal),
        TEST(moodle_brings_all_ten_types_back_equal),
        TEST(qti_brings_its_eight_interactions_back_equal),
        TEST(qti_of_others_is_read_and_its_own_rules_are_refused),
        TEST(what_a_format_cannot_hold_is_named),
        TEST(what_no_note_says_is_lost_comes_back_equal),
        TEST(a_package_of_others_is_read_in_its_order_with_its_pictures),
        TEST(a_package_that_swells_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
