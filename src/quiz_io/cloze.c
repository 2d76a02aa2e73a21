/* Moodle's notation for gaps inside a text: "{2:SHORTANSWER:=hen~%50%chick#nearly}". Source: docs.moodle.org "Embedded Answers". */
#include "quiz_io/inside.h"

#include <string.h>

static const struct { const char *word, *kind; bool case_sensitive; } kinds[] = {
    {"MULTICHOICE", "choice", false}, {"MC", "choice", false},   {"MULTICHOICE_V", "choice", false}, {"MCV", "choice", false},
    {"MULTICHOICE_H", "choice", false}, {"MCH", "choice", false}, {"MULTICHOICE_S", "choice", false}, {"MCS", "choice", false},
    {"MULTICHOICE_VS", "choice", false}, {"MCVS", "choice", false}, {"MULTICHOICE_HS", "choice", false}, {"MCHS", "choice", false},
    {"SHORTANSWER", "short", false}, {"SA", "short", false},     {"MW", "short", false},
    {"SHORTANSWER_C", "short", true}, {"SAC", "short", true},    {"MWC", "short", true},
    {"NUMERICAL", "numeric", false}, {"NM", "numeric", false},
};

/* Backslashes taken off: "\}" is "}". */
static Str plain(Arena *arena, Str text)
{
    Buf out = buf_new(arena, BOOK_FILE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\\' && i + 1 < text.len && strchr("~#{}:\\=%", text.at[i + 1]))
            i++;
        buf_add_char(&out, text.at[i]);
    }
    return str_trim(buf_str(&out));
}

static size_t find(Str text, const char *any, size_t from)
{
    for (size_t i = from; i < text.len; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (strchr(any, text.at[i]) && text.at[i])
            return i;
    }
    return text.len;
}

static Err *read_option(Arena *arena, Gap *gap, Str text)
{
    Option option = {0};
    if (str_starts(text, STR("="))) {
        option.share = SHARE_FULL;
        text = str_slice(text, 1, text.len);
    }
    if (str_starts(text, STR("%"))) {
        size_t end = str_find(str_slice(text, 1, text.len), STR("%"));
        if (end == SIZE_MAX || !share_read(str_slice(text, 1, end + 1), &option.share))
            return err_new(arena, ERR_INVALID, "book.weight");
        text = str_slice(text, end + 2, text.len);
    }
    size_t hash = find(text, "#", 0);
    option.feedback = plain(arena, str_slice(text, hash + 1, text.len));
    option.text = plain(arena, str_slice(text, 0, hash));
    if (str_eq(gap->kind, STR("numeric"))) {
        Str value, tolerance;
        bool tolerant = str_cut(option.text, ':', &value, &tolerance);
        if (str_eq(option.text, STR("*"))) /* anything: only its feedback would count */
            return NULL;
        if (!number_read(arena, value, &option.value) || (tolerant && !number_read(arena, tolerance, &option.tolerance)))
            return err_new(arena, ERR_INVALID, "book.number");
        option.text = (Str){0};
    }
    option_add(arena, &gap->options, option);
    return NULL;
}

/* inside: what stands between the braces; false: it is no gap, the braces are just braces. */
static bool read_gap(Arena *arena, Str inside, Gap *gap, Err **err)
{
    Str weight, rest, kind, answers;
    *gap = (Gap){.weight = 1};
    if (!str_cut(inside, ':', &weight, &rest) || !str_cut(rest, ':', &kind, &answers))
        return false;
    if (str_trim(weight).len && !str_to_int(str_trim(weight), &gap->weight))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !gap->kind.len; i++)
        if (str_eq_nocase(str_trim(kind), str_of(kinds[i].word))) {
            gap->kind = str_of(kinds[i].kind);
            gap->case_sensitive = kinds[i].case_sensitive;
        }
    if (!gap->kind.len) {
        *err = err_arg(arena, err_new(arena, ERR_INVALID, "book.gap_kind"), "kind", str_trim(kind));
        return true;
    }
    if (str_starts(answers, STR("~")))
        answers = str_slice(answers, 1, answers.len);
    while (answers.len && !*err) {
        size_t end = find(answers, "~", 0);
        *err = read_option(arena, gap, str_slice(answers, 0, end));
        answers = str_slice(answers, end + 1, answers.len);
    }
    return true;
}

Err *cloze_read(Arena *arena, Str text, Question *out)
{
    size_t from = 0;
    Err *err = NULL;
    out->type = STR("cloze");
    for (size_t open = find(text, "{", 0); open < text.len; open = find(text, "{", open + 1)) {
        size_t close = find(text, "}", open + 1);
        Gap gap;
        if (close >= text.len || !read_gap(arena, str_slice(text, open + 1, close), &gap, &err))
            continue;
        if (err)
            return err;
        gap.before = str_slice(text, from, open);
        gap_add(arena, &out->gaps, gap);
        from = close + 1;
        open = close;
    }
    out->tail = str_slice(text, from, text.len);
    return NULL;
}

static void put(Buf *out, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("~#{}\\=%", text.at[i]) && text.at[i])
            buf_add_char(out, '\\');
        buf_add_char(out, text.at[i]);
    }
}

static void put_option(Buf *out, const Gap *gap, const Option *o, bool first)
{
    if (!first)
        buf_add_char(out, '~');
    if (o->share == SHARE_FULL)
        buf_add_char(out, '=');
    else if (o->share)
        buf_addf(out, "%%%.*s%%", STR_ARG(share_text(out->arena, o->share)));
    if (str_eq(gap->kind, STR("numeric")))
        buf_addf(out, "%.*s:%.*s", STR_ARG(number_text(out->arena, o->value)), STR_ARG(number_text(out->arena, o->tolerance)));
    else
        put(out, o->text);
    if (o->feedback.len) {
        buf_add_char(out, '#');
        put(out, o->feedback);
    }
}

void cloze_write(Buf *out, const Question *q)
{
    for (size_t i = 0; i < q->gaps.len; i++) {
        const Gap *gap = &q->gaps.at[i];
        const char *word = str_eq(gap->kind, STR("choice")) ? "MULTICHOICE" : str_eq(gap->kind, STR("numeric")) ? "NUMERICAL" :
                           gap->case_sensitive ? "SHORTANSWER_C" : "SHORTANSWER";
        buf_add(out, gap->before);
        buf_addf(out, "{%lld:%s:", (long long)gap->weight, word);
        for (size_t k = 0; k < gap->options.len; k++)
            put_option(out, gap, &gap->options.at[k], k == 0);
        buf_add_char(out, '}');
    }
    buf_add(out, q->tail);
}
