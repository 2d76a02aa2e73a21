/* Moodle XML out. */
#include "quiz_io/inside.h"

static void element(Buf *out, const char *name, Str text)
{
    buf_addf(out, "    <%s>", name);
    buf_add_xml(out, text);
    buf_addf(out, "</%s>\n", name);
}

static const char *format_name(const Question *q)
{
    return str_eq(q->format, STR("markdown")) ? "markdown" : "plain_text";
}

static void words(Buf *out, const Question *q, const char *name, Str text, bool always)
{
    if (!text.len && !always)
        return;
    buf_addf(out, "    <%s format=\"%s\"><text>", name, format_name(q));
    buf_add_xml(out, text);
    buf_addf(out, "</text></%s>\n", name);
}

static void put_answer(Buf *out, const Question *q, Str text, const Option *o, bool marked)
{
    buf_addf(out, "    <answer fraction=\"%.*s\" format=\"%s\"><text>", STR_ARG(share_text(out->arena, o->share)),
             marked ? format_name(q) : "moodle_auto_format");
    buf_add_xml(out, text);
    buf_add(out, STR("</text>"));
    if (o->tolerance > 0)
        buf_addf(out, "<tolerance>%.*s</tolerance>", STR_ARG(number_text(out->arena, o->tolerance)));
    if (o->feedback.len) {
        buf_addf(out, "<feedback format=\"%s\"><text>", format_name(q));
        buf_add_xml(out, o->feedback);
        buf_add(out, STR("</text></feedback>"));
    }
    buf_add(out, STR("</answer>\n"));
}

static void put_pairs(Buf *out, const Question *q)
{
    element(out, "shuffleanswers", STR("true"));
    for (size_t i = 0; i < q->options.len; i++) {
        buf_addf(out, "    <subquestion format=\"%s\"><text>", format_name(q));
        buf_add_xml(out, q->options.at[i].text);
        buf_add(out, STR("</text><answer><text>"));
        buf_add_xml(out, q->options.at[i].match);
        buf_add(out, STR("</text></answer></subquestion>\n"));
    }
}

static bool put_hotspot(Buf *out, const Question *q, const BookWrite *write)
{
    int64_t width, height;
    buf_add(out, STR("    <file name=\"picture.jpg\" path=\"/\" encoding=\"base64\">"));
    if (!picture_give(out, write, q, &width, &height))
        return false;
    buf_add(out, STR("</file>\n"));
    for (size_t i = 0; i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        buf_addf(out, "    <drag><no>%zu</no><text>", i + 1);
        buf_add_xml(out, o->text);
        buf_add(out, STR("</text><noofdrags>1</noofdrags></drag>\n"));
    }
    for (size_t i = 0; i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        long long left = (long long)((o->x * width + 500000) / 1000000), top = (long long)((o->y * height + 500000) / 1000000);
        long long wide = (long long)((o->width * width + 500000) / 1000000), high = (long long)((o->height * height + 500000) / 1000000);
        buf_addf(out, "    <drop><no>%zu</no><shape>%s</shape>", i + 1, o->round ? "circle" : "rectangle");
        if (o->round)
            buf_addf(out, "<coords>%lld,%lld;%lld</coords>", left + wide / 2, top + high / 2, wide / 2);
        else
            buf_addf(out, "<coords>%lld,%lld;%lld,%lld</coords>", left, top, wide, high);
        buf_addf(out, "<choice>%zu</choice></drop>\n", i + 1);
    }
    return true;
}

static void put_options(Buf *out, const Question *q)
{
    QuestionType type = question_type_find(q->type);
    for (size_t i = 0; i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        Option place = {.share = (int64_t)(i + 1) * 100000, .feedback = o->feedback}; /* ordering: Moodle wants the place */
        if (type == QUESTION_NUMERIC)
            put_answer(out, q, number_text(out->arena, o->value), o, false);
        else if (type == QUESTION_ORDERING)
            put_answer(out, q, o->text, &place, true);
        else
            put_answer(out, q, o->text, o, type == QUESTION_SINGLE || type == QUESTION_MULTIPLE);
    }
}

static void put_settings(Buf *out, const Question *q, QuestionType type)
{
    if (type == QUESTION_SINGLE || type == QUESTION_MULTIPLE) {
        element(out, "single", type == QUESTION_SINGLE ? STR("true") : STR("false"));
        element(out, "shuffleanswers", q->keep_order ? STR("false") : STR("true"));
    }
    if (type == QUESTION_SHORT)
        element(out, "usecase", q->case_sensitive ? STR("1") : STR("0"));
    if (type == QUESTION_OPEN)
        element(out, "attachments", q->photo ? STR("1") : STR("0"));
}

static bool put_question(Buf *out, const Question *q, const BookWrite *write)
{
    static const char *const names[] = {"",         "multichoice", "multichoice", "truefalse", "shortanswer", "numerical",
                                        "matching", "ordering",    "cloze",       "ddmarker",  "essay"};
    QuestionType type = question_type_find(q->type);
    size_t begin = out->len;
    Buf cloze = buf_new(out->arena, BOOK_FILE_MAX);
    buf_addf(out, "  <question type=\"%s\">\n    <name><text>", names[type]);
    buf_add_xml(out, q->name);
    buf_add(out, STR("</text></name>\n"));
    if (type == QUESTION_CLOZE)
        cloze_write(&cloze, q);
    words(out, q, "questiontext", type == QUESTION_CLOZE ? buf_str(&cloze) : q->prompt, true);
    words(out, q, "generalfeedback", q->feedback, false);
    words(out, q, "correctfeedback", q->feedback_right, false);
    words(out, q, "incorrectfeedback", q->feedback_wrong, false);
    put_settings(out, q, type);
    if (type == QUESTION_MATCHING)
        put_pairs(out, q);
    else if (type == QUESTION_HOTSPOT && !put_hotspot(out, q, write)) {
        out->len = begin;
        return false;
    } else if (type != QUESTION_HOTSPOT)
        put_options(out, q);
    words(out, q, "hint", q->hint, false);
    buf_add(out, STR("  </question>\n"));
    return true;
}

void moodle_write(Buf *out, const BookWrite *write, Book *book)
{
    Str category = {0};
    buf_add(out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n"));
    for (size_t i = 0; i < write->len; i++) {
        const Question *q = &write->questions[i];
        bool cloze = str_eq(q->type, STR("cloze"));
        if (!str_eq(category, q->skill)) {
            buf_add(out, STR("  <question type=\"category\"><category><text>$course$/top/"));
            buf_add_xml(out, q->skill);
            buf_add(out, STR("</text></category></question>\n"));
            category = q->skill;
        }
        if (cloze && q->prompt.len) {
            book_left_out(book, i + 1, q);
            continue;
        }
        if (!put_question(out, q, write))
            book_left_out(book, i + 1, q);
    }
    buf_add(out, STR("</quiz>\n"));
}
