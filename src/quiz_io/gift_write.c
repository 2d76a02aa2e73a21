/* GIFT out. */
#include "quiz_io/inside.h"

#include <string.h>

/* Trimmed by readers unless a space is asked for: the gap of a sentence keeps its own. */
static void put(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '\n') {
            buf_add(out, STR("\\n"));
            continue;
        }
        if (strchr("~=#{}:\\", c) && c)
            buf_add_char(out, '\\');
        buf_add_char(out, c);
    }
}

static void put_feedback(Buf *out, Str feedback)
{
    if (!feedback.len)
        return;
    buf_add(out, STR(" #"));
    put(out, feedback);
}

static void put_numbers(Buf *out, const OptionList *options)
{
    buf_add_char(out, '#');
    for (size_t i = 0; i < options->len; i++) {
        const Option *o = &options->at[i];
        buf_add(out, STR("\n\t="));
        if (o->share != SHARE_FULL)
            buf_addf(out, "%%%.*s%%", STR_ARG(share_text(out->arena, o->share)));
        buf_add(out, number_text(out->arena, o->value));
        buf_addf(out, ":%.*s", STR_ARG(number_text(out->arena, o->tolerance)));
        put_feedback(out, o->feedback);
    }
}

/* all_tildes: a choice of several, where each right one carries its weight. */
static void put_list(Buf *out, const OptionList *options, bool all_tildes, bool all_equals)
{
    for (size_t i = 0; i < options->len; i++) {
        const Option *o = &options->at[i];
        bool equals = all_equals || (!all_tildes && o->share == SHARE_FULL);
        buf_add(out, equals ? STR("\n\t=") : STR("\n\t~"));
        if (equals ? o->share != SHARE_FULL : o->share != 0)
            buf_addf(out, "%%%.*s%%", STR_ARG(share_text(out->arena, o->share)));
        put(out, o->text);
        put_feedback(out, o->feedback);
    }
}

static void put_pairs(Buf *out, const OptionList *options)
{
    for (size_t i = 0; i < options->len; i++) {
        buf_add(out, STR("\n\t="));
        put(out, options->at[i].text);
        buf_add(out, STR(" -> "));
        put(out, options->at[i].match);
        put_feedback(out, options->at[i].feedback);
    }
}

static void put_truth(Buf *out, const OptionList *options)
{
    size_t right = options->at[0].share == SHARE_FULL ? 0 : 1;
    buf_add_char(out, right ? 'F' : 'T');
    if (!options->at[0].feedback.len && !options->at[1].feedback.len)
        return;
    buf_add_char(out, '#');
    put(out, options->at[!right].feedback);
    buf_add_char(out, '#');
    put(out, options->at[right].feedback);
}

static void put_kind(Buf *out, Str kind, const OptionList *options)
{
    if (str_eq(kind, STR("numeric")))
        put_numbers(out, options);
    else
        put_list(out, options, false, str_eq(kind, STR("short")));
}

static void put_answers(Buf *out, const Question *q)
{
    QuestionType type = question_type_find(q->type);
    buf_add_char(out, '{');
    if (type == QUESTION_TRUE_FALSE)
        put_truth(out, &q->options);
    else if (type == QUESTION_MATCHING)
        put_pairs(out, &q->options);
    else if (type == QUESTION_CLOZE)
        put_kind(out, q->gaps.at[0].kind, &q->gaps.at[0].options);
    else if (type == QUESTION_NUMERIC)
        put_numbers(out, &q->options);
    else if (type != QUESTION_OPEN)
        put_list(out, &q->options, type == QUESTION_MULTIPLE, type == QUESTION_SHORT);
    if (q->feedback.len) {
        buf_add(out, STR("\n\t####"));
        put(out, q->feedback);
    }
    if (buf_str(out).at[out->len - 1] != '{' && type != QUESTION_TRUE_FALSE)
        buf_add_char(out, '\n');
    buf_add_char(out, '}');
}

/* What this format can say without changing it. */
static bool can_hold(const Question *q)
{
    QuestionType type = question_type_find(q->type);
    if (type == QUESTION_ORDERING || type == QUESTION_HOTSPOT || q->media.len)
        return false;
    for (size_t i = 0; type == QUESTION_MATCHING && i < q->options.len; i++)
        if (str_find(q->options.at[i].text, STR("->")) != SIZE_MAX || q->options.at[i].share)
            return false;
    for (size_t i = 0; (type == QUESTION_SHORT || type == QUESTION_SINGLE) && i < q->options.len; i++)
        if (str_find(q->options.at[i].text, STR("->")) != SIZE_MAX)
            return false;
    /* a truth with part marks, or two right ones, is a choice */
    if (type == QUESTION_TRUE_FALSE && (q->options.len != 2 || (q->options.at[0].share == SHARE_FULL) == (q->options.at[1].share == SHARE_FULL)))
        return false;
    return type != QUESTION_CLOZE || (q->gaps.len == 1 && str_trim(q->tail).len && !q->prompt.len);
}

static void put_question(Buf *out, const Question *q)
{
    bool cloze = str_eq(q->type, STR("cloze"));
    if (q->name.len) {
        buf_add(out, STR("::"));
        put(out, q->name);
        buf_add(out, STR("::"));
    }
    buf_addf(out, "[%.*s]", STR_ARG(q->format));
    put(out, cloze ? q->gaps.at[0].before : q->prompt);
    if (!cloze)
        buf_add_char(out, ' ');
    put_answers(out, q);
    if (cloze)
        put(out, q->tail);
    buf_add(out, STR("\n\n"));
}

void gift_write(Buf *out, const BookWrite *write, Book *book)
{
    Str category = {0};
    if (write->title.len)
        buf_addf(out, "// %.*s\n\n", STR_ARG(book_first_words(write->title)));
    for (size_t i = 0; i < write->len; i++) {
        const Question *q = &write->questions[i];
        if (!can_hold(q)) {
            book_left_out(book, i + 1, q);
            continue;
        }
        if (!str_eq(category, q->skill)) {
            buf_add(out, STR("$CATEGORY: "));
            put(out, q->skill);
            buf_add(out, STR("\n\n"));
            category = q->skill;
        }
        put_question(out, q);
    }
}
