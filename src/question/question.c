/* What a question is: its shape as JSON, when two are equal, and what it must hold to be asked. */
#include "question/question.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

static const char *const type_words[] = {"",          "single",   "multiple", "truefalse", "short", "numeric",
                                         "matching",  "ordering", "cloze",    "hotspot",   "open"};
enum { TYPES = sizeof type_words / sizeof *type_words };

const char *question_type_word(QuestionType type)
{
    return type >= 1 && (size_t)type < TYPES ? type_words[type] : "";
}

QuestionType question_type_find(Str word)
{
    for (size_t i = 1; i < TYPES; i++)
        if (str_eq(word, str_of(type_words[i])))
            return (QuestionType)i;
    return 0;
}

/* ---- JSON ---- */

#define SHARE_RANGE .min = -SHARE_FULL, .max = SHARE_FULL
#define PPM .min = 0, .max = 1000000

static const Field option_fields[] = {
    FIELD(Option, text, FIELD_STR, .max = OPTION_TEXT_MAX),
    FIELD(Option, match, FIELD_STR, .max = OPTION_TEXT_MAX),
    FIELD(Option, feedback, FIELD_STR, .max = OPTION_TEXT_MAX),
    FIELD(Option, share, FIELD_INT, SHARE_RANGE),
    FIELD(Option, value, FIELD_REAL),
    FIELD(Option, tolerance, FIELD_REAL),
    FIELD(Option, x, FIELD_INT, PPM),
    FIELD(Option, y, FIELD_INT, PPM),
    FIELD(Option, width, FIELD_INT, PPM),
    FIELD(Option, height, FIELD_INT, PPM),
    FIELD(Option, round, FIELD_BOOL),
};
static const Shape option_shape = SHAPE(Option, "QuestionOption", option_fields);

static const Field gap_fields[] = {
    FIELD(Gap, before, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Gap, kind, FIELD_STR, .one_of = "choice|short|numeric"),
    FIELD(Gap, case_sensitive, FIELD_BOOL),
    FIELD(Gap, weight, FIELD_INT, .min = 0, .max = 100),
    FIELD(Gap, options, FIELD_LIST, .shape = &option_shape, .max = QUESTION_OPTIONS_MAX),
};
static const Shape gap_shape = SHAPE(Gap, "QuestionGap", gap_fields);

static const Field question_fields[] = {
    FIELD(Question, type, FIELD_STR, .required = true,
          .one_of = "single|multiple|truefalse|short|numeric|matching|ordering|cloze|hotspot|open"),
    FIELD(Question, name, FIELD_STR, .max = 500),
    FIELD(Question, prompt, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, format, FIELD_STR, .one_of = "markdown|plain"),
    FIELD(Question, options, FIELD_LIST, .shape = &option_shape, .max = QUESTION_OPTIONS_MAX),
    FIELD(Question, gaps, FIELD_LIST, .shape = &gap_shape, .max = QUESTION_GAPS_MAX),
    FIELD(Question, tail, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, case_sensitive, FIELD_BOOL),
    FIELD(Question, keep_order, FIELD_BOOL),
    FIELD(Question, feedback, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, feedback_right, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, feedback_wrong, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, hint, FIELD_STR, .max = QUESTION_TEXT_MAX),
    FIELD(Question, media, FIELD_STR, .max = 300),
    FIELD(Question, media_alt, FIELD_STR, .max = 500),
    FIELD(Question, skill, FIELD_STR, .max = 300),
    FIELD(Question, photo, FIELD_BOOL),
};
const Shape question_shape = SHAPE(Question, "Question", question_fields);

Str question_json(Arena *arena, const Question *question)
{
    Buf out = buf_new(arena, 1 << 20);
    json_write(&out, &question_shape, question, STR(""));
    return buf_str(&out);
}

Err *question_read(Arena *arena, Str json, Question *out)
{
    *out = (Question){0};
    TRY(json_read(arena, json, &question_shape, out));
    return question_check(arena, out);
}

/* ---- equal ---- */

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b)) + 1e-12;
}

static bool option_equal(const Option *a, const Option *b)
{
    return str_eq(a->text, b->text) && str_eq(a->match, b->match) && str_eq(a->feedback, b->feedback) &&
           a->share == b->share && near(a->value, b->value) && near(a->tolerance, b->tolerance) && a->x == b->x &&
           a->y == b->y && a->width == b->width && a->height == b->height && a->round == b->round;
}

static bool options_equal(const OptionList *a, const OptionList *b)
{
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++)
        same = option_equal(&a->at[i], &b->at[i]);
    return same;
}

static bool gap_equal(const Gap *a, const Gap *b)
{
    return str_eq(a->before, b->before) && str_eq(a->kind, b->kind) && a->case_sensitive == b->case_sensitive &&
           a->weight == b->weight && options_equal(&a->options, &b->options);
}

bool question_equal(const Question *a, const Question *b)
{
    const Str x[] = {a->type, a->name, a->prompt, a->format, a->tail, a->feedback, a->feedback_right, a->feedback_wrong,
                     a->hint, a->media, a->media_alt, a->skill};
    const Str y[] = {b->type, b->name, b->prompt, b->format, b->tail, b->feedback, b->feedback_right, b->feedback_wrong,
                     b->hint, b->media, b->media_alt, b->skill};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (!str_eq(x[i], y[i]))
            return false;
    if (a->gaps.len != b->gaps.len || !options_equal(&a->options, &b->options))
        return false;
    for (size_t i = 0; i < a->gaps.len; i++)
        if (!gap_equal(&a->gaps.at[i], &b->gaps.at[i]))
            return false;
    return a->case_sensitive == b->case_sensitive && a->keep_order == b->keep_order && a->photo == b->photo;
}

/* ---- checking ---- */

static bool blank(Str text)
{
    return !str_trim(text).len;
}

static Err *range_check(Arena *arena, const OptionList *options, size_t least, const char *field)
{
    if (options->len < least)
        return err_arg(arena, err_field(arena, "question.options_few", field), "least", str_format(arena, "%zu", least));
    if (options->len > QUESTION_OPTIONS_MAX)
        return err_field(arena, "question.options_many", field);
    return NULL;
}

static Err *shares_check(Arena *arena, const OptionList *options, const char *field)
{
    int64_t best = 0;
    for (size_t i = 0; i < options->len; i++) {
        int64_t share = options->at[i].share;
        if (share < -SHARE_FULL || share > SHARE_FULL)
            return err_field(arena, "question.share", field);
        best = share > best ? share : best;
    }
    return best == SHARE_FULL ? NULL : err_field(arena, "question.no_right", field);
}

static Err *texts_check(Arena *arena, const OptionList *options, const char *field)
{
    for (size_t i = 0; i < options->len; i++) {
        if (blank(options->at[i].text))
            return err_field(arena, "question.option_empty", field);
        for (size_t k = 0; k < i; k++)
            if (str_eq(options->at[i].text, options->at[k].text))
                return err_arg(arena, err_field(arena, "question.twice", field), "text", options->at[i].text);
    }
    return NULL;
}

static Err *choice_check(Arena *arena, const OptionList *options, const char *field)
{
    TRY(range_check(arena, options, 2, field));
    TRY(texts_check(arena, options, field));
    return shares_check(arena, options, field);
}

/* All right ones together must give the full mark, or nobody could reach it. */
static Err *multiple_check(Arena *arena, const OptionList *options)
{
    int64_t sum = 0;
    TRY(range_check(arena, options, 2, "options"));
    TRY(texts_check(arena, options, "options"));
    for (size_t i = 0; i < options->len; i++) {
        if (options->at[i].share < -SHARE_FULL || options->at[i].share > SHARE_FULL)
            return err_field(arena, "question.share", "options");
        sum += options->at[i].share > 0 ? options->at[i].share : 0;
    }
    /* 3 times 33.33333 % is meant as all of it */
    return sum >= SHARE_FULL - SHARE_FULL / 100 ? NULL : err_field(arena, "question.no_right", "options");
}

static Err *numbers_check(Arena *arena, const OptionList *options, const char *field)
{
    TRY(range_check(arena, options, 1, field));
    for (size_t i = 0; i < options->len; i++)
        if (!isfinite(options->at[i].value) || !(options->at[i].tolerance >= 0) || !isfinite(options->at[i].tolerance))
            return err_field(arena, "question.number", field);
    return shares_check(arena, options, field);
}

static Err *accepted_check(Arena *arena, const OptionList *options, const char *field)
{
    TRY(range_check(arena, options, 1, field));
    for (size_t i = 0; i < options->len; i++)
        if (blank(options->at[i].text))
            return err_field(arena, "question.option_empty", field);
    return shares_check(arena, options, field);
}

static Err *pairs_check(Arena *arena, const OptionList *options)
{
    size_t pairs = 0;
    TRY(range_check(arena, options, 2, "options"));
    for (size_t i = 0; i < options->len; i++) {
        if (blank(options->at[i].match))
            return err_field(arena, "question.option_empty", "options");
        pairs += !blank(options->at[i].text);
    }
    return pairs >= 2 ? NULL : err_field(arena, "question.pairs", "options");
}

static Err *gaps_check(Arena *arena, const Question *q)
{
    if (!q->gaps.len || q->gaps.len > QUESTION_GAPS_MAX)
        return err_field(arena, "question.gaps", "gaps");
    for (size_t i = 0; i < q->gaps.len; i++) {
        const Gap *gap = &q->gaps.at[i];
        if (gap->weight < 1 || gap->weight > 100)
            return err_field(arena, "question.share", "gaps");
        if (str_eq(gap->kind, STR("choice")))
            TRY(choice_check(arena, &gap->options, "gaps"));
        else if (str_eq(gap->kind, STR("short")))
            TRY(accepted_check(arena, &gap->options, "gaps"));
        else if (str_eq(gap->kind, STR("numeric")))
            TRY(numbers_check(arena, &gap->options, "gaps"));
        else
            return err_field(arena, "question.gap_kind", "gaps");
    }
    return NULL;
}

static Err *regions_check(Arena *arena, const Question *q)
{
    int64_t sum = 0;
    if (blank(q->media))
        return err_field(arena, "question.picture", "media");
    TRY(range_check(arena, &q->options, 1, "options"));
    for (size_t i = 0; i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        if (o->x < 0 || o->y < 0 || o->width < 1 || o->height < 1 || o->x + o->width > 1000000 || o->y + o->height > 1000000)
            return err_field(arena, "question.region", "options");
        if (o->share < -SHARE_FULL || o->share > SHARE_FULL)
            return err_field(arena, "question.share", "options");
        sum += o->share > 0 ? o->share : 0;
    }
    return sum >= SHARE_FULL - SHARE_FULL / 100 ? NULL : err_field(arena, "question.no_right", "options");
}

static Err *kind_check(Arena *arena, const Question *q)
{
    switch (question_type_find(q->type)) {
    case QUESTION_SINGLE:
    case QUESTION_TRUE_FALSE:
        return choice_check(arena, &q->options, "options");
    case QUESTION_MULTIPLE:
        return multiple_check(arena, &q->options);
    case QUESTION_SHORT:
        return accepted_check(arena, &q->options, "options");
    case QUESTION_NUMERIC:
        return numbers_check(arena, &q->options, "options");
    case QUESTION_MATCHING:
        return pairs_check(arena, &q->options);
    case QUESTION_ORDERING:
        TRY(range_check(arena, &q->options, 2, "options"));
        return texts_check(arena, &q->options, "options");
    case QUESTION_CLOZE:
        return gaps_check(arena, q);
    case QUESTION_HOTSPOT:
        return regions_check(arena, q);
    case QUESTION_OPEN:
        return NULL;
    }
    return err_field(arena, "question.type", "type");
}

Err *question_check(Arena *arena, const Question *q)
{
    bool cloze = str_eq(q->type, STR("cloze"));
    if (!question_type_find(q->type))
        return err_field(arena, "question.type", "type");
    if (q->prompt.len > QUESTION_TEXT_MAX)
        return err_field(arena, "question.long", "prompt");
    if (blank(q->prompt) && !(cloze && q->gaps.len && (!blank(q->gaps.at[0].before) || !blank(q->tail))))
        return err_field(arena, "question.prompt", "prompt");
    if (!str_eq(q->format, STR("markdown")) && !str_eq(q->format, STR("plain")))
        return err_field(arena, "question.format", "format");
    return kind_check(arena, q);
}
