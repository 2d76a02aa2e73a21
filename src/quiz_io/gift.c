/* GIFT, Moodle's text format, in. Grammar: docs.moodle.org "GIFT format". */
#include "quiz_io/inside.h"

#include <string.h>

#include "base/text.h"

/* One block of lines without comments; lines[i] is where its i-th line stood in the file. */
typedef struct Block {
    Str text;
    size_t line;
} Block;

static Err *fail(Arena *arena, const char *code)
{
    return err_new(arena, ERR_INVALID, code);
}

/* Index of the next unescaped c at or after from, or SIZE_MAX. */
static size_t find_plain(Str text, char c, size_t from)
{
    for (size_t i = from; i < text.len; i++) {
        if (text.at[i] == '\\' && i + 1 < text.len)
            i++;
        else if (text.at[i] == c)
            return i;
    }
    return SIZE_MAX;
}

/* Trimmed, escapes undone: \~ \= \# \{ \} \: stand for themselves, \n is a new line. */
static Str plain(Arena *arena, Str text)
{
    Buf out = buf_new(arena, SIZE_MAX / 4);
    text = str_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i], next = i + 1 < text.len ? text.at[i + 1] : 0;
        if (c == '\\' && next == 'n') {
            buf_add_char(&out, '\n');
            i++;
        } else if (c == '\\' && next && strchr("~=#{}:\\", next)) {
            buf_add_char(&out, next);
            i++;
        } else {
            buf_add_char(&out, c);
        }
    }
    return buf_str(&out);
}

/* ---- texts in the format that the question names ---- */

static bool marked_up(Str text) /* holds something like <p> or &amp; */
{
    for (size_t i = 0; i + 2 < text.len; i++)
        if (text.at[i] == '<' && ((text.at[i + 1] | 32) >= 'a' && (text.at[i + 1] | 32) <= 'z'))
            return str_find(str_slice(text, i, text.len), STR(">")) != SIZE_MAX;
        else if (text.at[i] == '<' && text.at[i + 1] == '/')
            return true;
    return false;
}

typedef struct Reader {
    Book *book;
    Question *q;
    bool html; /* texts are HTML: [html], or [moodle] that looks like it */
} Reader;

static Str words(Reader *r, Str text)
{
    Str clean = plain(r->book->arena, text);
    return r->html ? html_to_markdown(r->book->arena, clean) : clean;
}

/* "[markdown]" and the like at the start of the question's text. */
static Str take_format(Reader *r, Str text)
{
    static const char *const names[] = {"[markdown]", "[plain]", "[html]", "[moodle]"};
    Str start = str_trim(text);
    text = start.len ? str_slice(text, (size_t)(start.at - text.at), text.len) : start; /* a space at its end may matter */
    r->q->format = STR("plain");
    for (size_t i = 0; i < 4; i++)
        if (text.len >= strlen(names[i]) && str_eq_nocase(str_slice(text, 0, strlen(names[i])), str_of(names[i]))) {
            text = str_slice(text, strlen(names[i]), text.len);
            r->html = i == 2 || (i == 3 && marked_up(text));
            r->q->format = i == 0 || r->html ? STR("markdown") : STR("plain");
            return text;
        }
    r->html = marked_up(text);
    r->q->format = r->html ? STR("markdown") : STR("plain");
    return text;
}

/* ---- answers ---- */

/* Cuts the feedback off: "answer#feedback". */
static Str cut_feedback(Reader *r, Str answer, Str *feedback)
{
    size_t at = find_plain(answer, '#', 0);
    *feedback = at == SIZE_MAX ? (Str){0} : words(r, str_slice(answer, at + 1, answer.len));
    return at == SIZE_MAX ? answer : str_slice(answer, 0, at);
}

/* "%50%text": the weight in front. *given is false when there is none. */
static Err *cut_weight(Arena *arena, Str *answer, int64_t *share, bool *given)
{
    Str text = str_trim(*answer);
    *given = text.len && text.at[0] == '%';
    if (!*given)
        return NULL;
    size_t end = str_find(str_slice(text, 1, text.len), STR("%"));
    if (end == SIZE_MAX || !share_read(str_slice(text, 1, end + 1), share))
        return fail(arena, "book.weight");
    *answer = str_slice(text, end + 2, text.len);
    return NULL;
}

/* The next answer of a list: its mark (= or ~) and its text up to the next mark. */
static bool next_answer(Str *rest, char *mark, Str *answer)
{
    *rest = str_trim(*rest);
    if (!rest->len || (rest->at[0] != '=' && rest->at[0] != '~'))
        return false;
    *mark = rest->at[0];
    size_t equals = find_plain(*rest, '=', 1), tilde = find_plain(*rest, '~', 1);
    size_t end = equals < tilde ? equals : tilde;
    end = end == SIZE_MAX ? rest->len : end;
    /* "~=right" is a common slip for "=right" */
    if (*mark == '~' && end == equals && !str_trim(str_slice(*rest, 1, end)).len) {
        *rest = str_slice(*rest, end, rest->len);
        return next_answer(rest, mark, answer);
    }
    *answer = str_slice(*rest, 1, end);
    *rest = str_slice(*rest, end, rest->len);
    return true;
}

static Err *read_number(Reader *r, Str text, Option *option)
{
    Arena *arena = r->book->arena;
    Str a, b, value = plain(arena, text);
    size_t range = str_find(value, STR(".."));
    double low, high;
    if (range != SIZE_MAX) {
        a = str_slice(value, 0, range);
        b = str_slice(value, range + 2, value.len);
        if (!number_read(arena, a, &low) || !number_read(arena, b, &high) || high < low)
            return fail(arena, "book.number");
        option->value = (low + high) / 2;
        option->tolerance = (high - low) / 2;
        return NULL;
    }
    bool tolerant = str_cut(value, ':', &a, &b);
    if (!number_read(arena, a, &option->value) || (tolerant && !number_read(arena, b, &option->tolerance)) || option->tolerance < 0)
        return fail(arena, "book.number");
    return NULL;
}

/* "#3:0.1", "#1..5", "#=3:0 =%50%3:1 ~#anything else" */
static Err *read_numbers(Reader *r, Str text, OptionList *options)
{
    Str rest = str_trim(text), answer;
    char mark;
    if (rest.len && rest.at[0] != '=' && rest.at[0] != '~') {
        Option option = {.share = SHARE_FULL};
        answer = cut_feedback(r, rest, &option.feedback);
        TRY(read_number(r, answer, &option));
        option_add(r->book->arena, options, option);
        return NULL;
    }
    while (next_answer(&rest, &mark, &answer)) {
        Option option = {.share = SHARE_FULL};
        bool given;
        answer = cut_feedback(r, answer, &option.feedback);
        TRY(cut_weight(r->book->arena, &answer, &option.share, &given));
        if (mark == '~') { /* what is said to whoever gives another number */
            r->q->feedback_wrong = option.feedback;
            continue;
        }
        TRY(read_number(r, answer, &option));
        option_add(r->book->arena, options, option);
    }
    return rest.len ? fail(r->book->arena, "book.answers") : NULL;
}

static bool true_word(Str word, bool *truth)
{
    static const char *const yes[] = {"T", "TRUE", "对", "正确"}, *const no[] = {"F", "FALSE", "错", "错误"};
    for (size_t i = 0; i < 4; i++) {
        if (str_eq_nocase(word, str_of(yes[i])) || str_eq_nocase(word, str_of(no[i]))) {
            *truth = str_eq_nocase(word, str_of(yes[i]));
            return true;
        }
    }
    return false;
}

/* "T#said to whoever is wrong#said to whoever is right" */
static bool read_truth(Reader *r, Str text)
{
    Str wrong = {0}, right = {0}, word = str_trim(text);
    size_t first = find_plain(text, '#', 0);
    bool truth;
    if (first != SIZE_MAX) {
        size_t second = find_plain(text, '#', first + 1);
        word = str_trim(str_slice(text, 0, first));
        wrong = words(r, str_slice(text, first + 1, second == SIZE_MAX ? text.len : second));
        right = second == SIZE_MAX ? right : words(r, str_slice(text, second + 1, text.len));
    }
    if (!true_word(word, &truth))
        return false;
    r->q->type = STR("truefalse");
    option_add(r->book->arena, &r->q->options,
               (Option){.text = STR("true"), .share = truth ? SHARE_FULL : 0, .feedback = truth ? right : wrong});
    option_add(r->book->arena, &r->q->options,
               (Option){.text = STR("false"), .share = truth ? 0 : SHARE_FULL, .feedback = truth ? wrong : right});
    return true;
}

static Err *read_pair(Reader *r, Str answer, size_t arrow)
{
    Option option = {0};
    Str right = cut_feedback(r, str_slice(answer, arrow + 2, answer.len), &option.feedback);
    option.text = words(r, str_slice(answer, 0, arrow));
    option.match = words(r, right);
    option_add(r->book->arena, &r->q->options, option);
    return NULL;
}

typedef struct Kinds {
    size_t equals, tildes, pairs, answers;
} Kinds;

static Err *read_answer(Reader *r, char mark, Str answer, OptionList *options, Kinds *kinds)
{
    Option option = {0};
    size_t arrow = str_find(answer, STR("->"));
    bool given;
    kinds->answers++;
    if (mark == '=' && arrow != SIZE_MAX) {
        kinds->pairs++;
        return read_pair(r, answer, arrow);
    }
    kinds->equals += mark == '=';
    kinds->tildes += mark == '~';
    option.share = mark == '=' ? SHARE_FULL : 0;
    TRY(cut_weight(r->book->arena, &answer, &option.share, &given));
    answer = cut_feedback(r, answer, &option.feedback);
    option.text = plain(r->book->arena, answer);
    option_add(r->book->arena, options, option);
    return NULL;
}

/* = and ~ answers: matching, a word, one of several, several of several. kind: what a gap of it would be. */
static Err *read_list(Reader *r, Str text, OptionList *options, const char **kind)
{
    Kinds kinds = {0};
    Str rest = text, answer;
    char mark;
    while (next_answer(&rest, &mark, &answer))
        TRY(read_answer(r, mark, answer, options, &kinds));
    if (rest.len || !kinds.answers || (kinds.pairs && kinds.pairs != kinds.answers))
        return fail(r->book->arena, "book.answers");
    *kind = kinds.tildes ? "choice" : "short";
    for (size_t i = 0; r->html && kinds.tildes && i < options->len; i++) /* a word to type has no markup */
        options->at[i].text = html_to_markdown(r->book->arena, options->at[i].text);
    r->q->type = kinds.pairs ? STR("matching") : !kinds.tildes ? STR("short") : kinds.equals ? STR("single") : STR("multiple");
    return NULL;
}

/* Everything between the braces. */
static Err *read_answers(Reader *r, Str text, OptionList *options, const char **kind)
{
    size_t general = 0;
    *kind = NULL;
    for (; general + 4 <= text.len; general++) {
        if (text.at[general] == '\\')
            general++;
        else if (memcmp(text.at + general, "####", 4) == 0)
            break;
    }
    if (general + 4 <= text.len) {
        r->q->feedback = words(r, str_slice(text, general + 4, text.len));
        text = str_slice(text, 0, general);
    }
    text = str_trim(text);
    if (!text.len) {
        r->q->type = STR("open");
        return NULL;
    }
    if (text.at[0] == '#') {
        r->q->type = STR("numeric");
        *kind = "numeric";
        return read_numbers(r, str_slice(text, 1, text.len), options);
    }
    return read_truth(r, text) ? NULL : read_list(r, text, options, kind);
}

/* ---- a question ---- */

/* Whoever types Chinese has full-width marks at hand; a block without an ASCII brace is read as if they were the others. */
static Str narrow_marks(Arena *arena, Str text)
{
    static const struct { const char *wide, *narrow; } marks[] = {{"｛", "{"}, {"｝", "}"}, {"＝", "="}, {"～", "~"},
                                                                 {"＃", "#"}, {"％", "%"}, {"：：", "::"}, {"－＞", "->"}};
    Buf out = buf_new(arena, SIZE_MAX / 4);
    if (find_plain(text, '{', 0) != SIZE_MAX || str_find(text, STR("｛")) == SIZE_MAX)
        return text;
    for (size_t i = 0; i < text.len;) {
        size_t k = 0;
        while (k < sizeof marks / sizeof *marks && !str_starts(str_slice(text, i, text.len), str_of(marks[k].wide)))
            k++;
        if (k < sizeof marks / sizeof *marks) {
            buf_add(&out, str_of(marks[k].narrow));
            i += strlen(marks[k].wide);
        } else {
            buf_add_char(&out, text.at[i++]);
        }
    }
    return buf_str(&out);
}

static Str take_name(Reader *r, Str text)
{
    text = str_trim(text);
    if (!str_starts(text, STR("::")))
        return text;
    for (size_t i = 2; i + 1 < text.len; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (text.at[i] == ':' && text.at[i + 1] == ':') {
            r->q->name = plain(r->book->arena, str_slice(text, 2, i));
            return str_slice(text, i + 2, text.len);
        }
    }
    return text;
}

/* Text behind the braces: the answer is a gap in a sentence. */
static void make_gap(Reader *r, Str prompt, const char *kind, Str tail)
{
    Question *q = r->q;
    gap_add(r->book->arena, &q->gaps, (Gap){.before = prompt, .kind = str_of(kind), .weight = 1, .options = q->options});
    q->options = (OptionList){0};
    q->type = STR("cloze");
    q->prompt = (Str){0};
    q->tail = tail;
}

/* Spaces beside a gap are part of the sentence: they are kept. */
static Str beside(Arena *arena, Str text, Str clean, bool before)
{
    bool space = text.len && (before ? text.at[text.len - 1] == ' ' : text.at[0] == ' ');
    if (!space || !clean.len)
        return clean;
    return before ? str_format(arena, "%.*s ", STR_ARG(clean)) : str_format(arena, " %.*s", STR_ARG(clean));
}

static Err *read_block(Reader *r, Str text)
{
    Arena *arena = r->book->arena;
    text = take_name(r, narrow_marks(arena, text));
    size_t open = find_plain(text, '{', 0);
    if (open == SIZE_MAX) {
        r->q->prompt = plain(arena, text);
        return fail(arena, find_plain(text, '}', 0) == SIZE_MAX ? "book.no_answers" : "book.brace");
    }
    Str stem = take_format(r, str_slice(text, 0, open));
    size_t close = find_plain(text, '}', open + 1);
    r->q->prompt = words(r, stem);
    if (close == SIZE_MAX || find_plain(str_slice(text, open + 1, close), '{', 0) != SIZE_MAX)
        return fail(arena, "book.brace");
    Str tail = str_slice(text, close + 1, text.len);
    if (find_plain(tail, '{', 0) != SIZE_MAX || find_plain(tail, '}', 0) != SIZE_MAX)
        return fail(arena, "book.brace");
    const char *kind = NULL;
    TRY(read_answers(r, str_slice(text, open + 1, close), &r->q->options, &kind));
    Str behind = words(r, tail);
    if (behind.len && kind && !str_eq(r->q->type, STR("matching")) && !str_eq(r->q->type, STR("multiple")))
        make_gap(r, beside(arena, stem, r->q->prompt, true), kind, beside(arena, tail, behind, false));
    else if (behind.len)
        r->q->prompt = str_format(arena, "%.*s _____ %.*s", STR_ARG(r->q->prompt), STR_ARG(behind));
    return NULL;
}

/* ---- blocks ---- */

typedef struct Lines {
    Str rest;
    size_t line;
    Str category;
} Lines;

static bool comment(Str line)
{
    return str_starts(str_trim(line), STR("//"));
}

static bool category_line(Book *book, Lines *lines, Str line)
{
    Str text = str_trim(line);
    if (!str_starts(text, STR("$CATEGORY:")))
        return false;
    text = plain(book->arena, str_slice(text, 10, text.len));
    if (str_starts(text, STR("$course$/")))
        text = str_slice(text, 9, text.len);
    if (str_starts(text, STR("top/")))
        text = str_slice(text, 4, text.len);
    lines->category = text;
    return true;
}

static bool goes_on(Str block, Str line) /* a blank line inside the braces was meant as air */
{
    size_t open = find_plain(block, '{', 0);
    line = str_trim(line);
    return open != SIZE_MAX && find_plain(block, '}', open) == SIZE_MAX && line.len && strchr("=~}#", line.at[0]);
}

static Str first_line(Str rest)
{
    Str line, after;
    for (; rest.len; rest = after) {
        str_cut(rest, '\n', &line, &after);
        if (str_trim(line).len && !comment(line))
            return line;
    }
    return (Str){0};
}

/* The next block of lines, false at the end. */
static bool next_block(Book *book, Lines *lines, Block *out)
{
    Buf text = buf_new(book->arena, SIZE_MAX / 4);
    *out = (Block){0};
    while (lines->rest.len) {
        Str line, rest;
        str_cut(lines->rest, '\n', &line, &rest);
        bool blank = !str_trim(line).len;
        if (blank && out->line && !goes_on(buf_str(&text), first_line(rest)))
            break;
        lines->rest = rest;
        lines->line++;
        if (blank || comment(line) || (!out->line && category_line(book, lines, line)))
            continue;
        if (!out->line)
            out->line = lines->line;
        buf_add(&text, line);
        buf_add_char(&text, '\n');
    }
    out->text = buf_str(&text);
    return out->line > 0;
}

void gift_read(Book *book, Str text)
{
    Lines lines = {.rest = text};
    Block block;
    while (next_block(book, &lines, &block)) {
        Question question = {.format = STR("plain"), .skill = lines.category};
        Reader reader = {.book = book, .q = &question};
        Err *err = read_block(&reader, block.text);
        if (err)
            book_note(book, block.line, question.name.len ? question.name : book_first_words(block.text), true, err);
        else
            book_take(book, block.line, &question);
    }
}
