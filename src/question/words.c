/* Answers as people read them. */
#include "question/question.h"

static void part(Buf *out, Str text, const char *between)
{
    if (out->len)
        buf_add(out, str_of(between));
    buf_add(out, text);
}

static void number_part(Arena *arena, Buf *out, const Option *o)
{
    Str text = number_text(arena, o->value);
    if (o->tolerance > 0)
        text = str_format(arena, "%.*s \xC2\xB1 %.*s", STR_ARG(text), STR_ARG(number_text(arena, o->tolerance)));
    part(out, text, ", ");
}

/* Of several accepted answers the first full one is enough; of a choice of several all that count. */
static void best_options(Arena *arena, Buf *out, const OptionList *options, bool numeric, bool all)
{
    for (size_t i = 0; i < options->len; i++) {
        const Option *o = &options->at[i];
        if (all ? o->share <= 0 : o->share < SHARE_FULL)
            continue;
        if (numeric)
            number_part(arena, out, o);
        else
            part(out, o->text, "; ");
        if (!all)
            return;
    }
}

Str question_right_words(Arena *arena, const Question *q)
{
    Buf out = buf_new(arena, 1 << 16);
    QuestionType type = question_type_find(q->type);
    bool several = type == QUESTION_MULTIPLE || type == QUESTION_HOTSPOT;
    if (type == QUESTION_MATCHING || type == QUESTION_ORDERING) {
        for (size_t i = 0; i < q->options.len; i++)
            if (type == QUESTION_ORDERING)
                part(&out, q->options.at[i].text, " \xE2\x86\x92 ");
            else if (str_trim(q->options.at[i].text).len)
                part(&out, str_format(arena, "%.*s: %.*s", STR_ARG(q->options.at[i].text), STR_ARG(q->options.at[i].match)), "; ");
    } else if (type != QUESTION_OPEN && type != QUESTION_CLOZE) {
        best_options(arena, &out, &q->options, type == QUESTION_NUMERIC, several);
    }
    for (size_t i = 0; i < q->gaps.len; i++) {
        Buf one = buf_new(arena, 1 << 14);
        best_options(arena, &one, &q->gaps.at[i].options, str_eq(q->gaps.at[i].kind, STR("numeric")), false);
        part(&out, buf_str(&one), " / ");
    }
    return buf_str(&out);
}

static Str shown_text(const OptionList *options, const int64_t *shown, size_t len, Str index, bool match)
{
    int64_t at;
    if (!str_to_int(str_trim(index), &at) || at < 0 || at >= (int64_t)len)
        return (Str){0};
    return match ? options->at[shown[at]].match : options->at[shown[at]].text;
}

static void pair_words(Arena *arena, Buf *out, const Question *q, const Shown *shown, Str item)
{
    Str left, right;
    str_cut(item, ':', &left, &right);
    part(out,
         str_format(arena, "%.*s: %.*s", STR_ARG(shown_text(&q->options, shown->left, shown->left_len, left, false)),
                    STR_ARG(shown_text(&q->options, shown->options, shown->options_len, right, true))),
         "; ");
}

static void gap_words(Buf *out, const Question *q, const Shown *shown, Str response)
{
    for (size_t i = 0; i < shown->gaps_len; i++) {
        Str line, rest;
        str_cut(response, '\n', &line, &rest);
        response = rest;
        bool choice = str_eq(q->gaps.at[i].kind, STR("choice"));
        Str text = choice ? shown_text(&q->gaps.at[i].options, shown->gaps[i].options, shown->gaps[i].len, line, false) : str_trim(line);
        part(out, text.len ? text : STR("\xE2\x80\x93"), " / ");
    }
}

Str response_words(Arena *arena, const Question *q, const Shown *shown, Str response)
{
    Buf out = buf_new(arena, 1 << 16);
    QuestionType type = question_type_find(q->type);
    if (type == QUESTION_SHORT || type == QUESTION_NUMERIC || type == QUESTION_OPEN)
        return str_trim(response);
    if (type == QUESTION_CLOZE) {
        gap_words(&out, q, shown, response);
        return buf_str(&out);
    }
    for (Str item, rest; type != QUESTION_HOTSPOT && response.len; response = rest) {
        str_cut(response, ',', &item, &rest);
        if (type == QUESTION_MATCHING)
            pair_words(arena, &out, q, shown, item);
        else
            part(&out, shown_text(&q->options, shown->options, shown->options_len, item, false),
                 type == QUESTION_ORDERING ? " \xE2\x86\x92 " : "; ");
    }
    for (size_t i = 0; type == QUESTION_HOTSPOT && i < q->options.len; i++) {
        Judgement one;
        Question alone = *q;
        alone.options = (OptionList){&q->options.at[i], 1};
        if (!question_judge(arena, &alone, shown, response, &one) && one.share > 0)
            part(&out, q->options.at[i].text, "; ");
    }
    return buf_str(&out);
}
