/* Aiken: the plainest format. A question, its choices "A. ...", and "ANSWER: B". */
#include "quiz_io/inside.h"

#include <string.h>

typedef struct Aiken {
    Book *book;
    Question q;
    size_t line;   /* where the question began; 0: none is open */
    Buf prompt;
    bool bad;      /* a choice came out of its turn */
} Aiken;

/* "A. text", "A) text", with full-width marks too: the letter's place, or -1. */
static int choice_of(Str line, Str *text)
{
    static const char *const marks[] = {".", ")", "．", "）", "、"};
    size_t letter_len = 1;
    int letter = -1;
    if (line.len && line.at[0] >= 'A' && line.at[0] <= 'Z')
        letter = line.at[0] - 'A';
    for (int i = 0; letter < 0 && i < 26; i++) /* full-width capital letters: U+FF21 .. */
        if (line.len >= 3 && line.at[0] == '\xEF' && line.at[1] == '\xBC' && line.at[2] == (char)(0xA1 + i)) {
            letter = i;
            letter_len = 3;
        }
    Str rest = str_slice(line, letter_len, line.len);
    for (size_t i = 0; letter >= 0 && i < sizeof marks / sizeof *marks; i++)
        if (str_starts(rest, str_of(marks[i]))) {
            *text = str_trim(str_slice(rest, strlen(marks[i]), rest.len));
            return letter;
        }
    return -1;
}

/* "ANSWER: B": the text behind the colon. */
static bool answer_of(Str line, Str *answer)
{
    static const char *const words[] = {"ANSWER:", "ANSWER：", "答案:", "答案："};
    for (size_t i = 0; i < 4; i++) {
        size_t len = strlen(words[i]);
        if (line.len >= len && str_eq_nocase(str_slice(line, 0, len), str_of(words[i]))) {
            *answer = str_trim(str_slice(line, len, line.len));
            return true;
        }
    }
    return false;
}

static void begin(Aiken *a)
{
    a->q = (Question){.type = STR("single"), .format = STR("plain")};
    a->prompt = buf_new(a->book->arena, QUESTION_TEXT_MAX * 2);
    a->line = 0;
    a->bad = false;
}

static void refuse(Aiken *a, const char *code)
{
    Str name = a->prompt.len ? buf_str(&a->prompt) : a->q.options.len ? a->q.options.at[0].text : (Str){0};
    book_note(a->book, a->line, book_first_words(name), true, err_new(a->book->arena, ERR_INVALID, code));
    begin(a);
}

static void answered(Aiken *a, Str answer)
{
    Str text = {0};
    int letter = choice_of(str_format(a->book->arena, "%.*s.", STR_ARG(answer)), &text);
    if (letter < 0 && answer.len == 1 && answer.at[0] >= 'a' && answer.at[0] <= 'z')
        letter = answer.at[0] - 'a';
    if (a->bad) {
        refuse(a, "book.letters");
    } else if (letter < 0 || (size_t)letter >= a->q.options.len) {
        refuse(a, "book.answer_letter");
    } else {
        a->q.options.at[letter].share = SHARE_FULL;
        a->q.prompt = str_trim(buf_str(&a->prompt));
        book_take(a->book, a->line, &a->q);
        begin(a);
    }
}

static void read_line(Aiken *a, Str line, size_t number)
{
    Str text;
    int letter = choice_of(line, &text);
    if (a->line && answer_of(line, &text)) {
        answered(a, text);
    } else if (letter >= 0 && (a->q.options.len || letter == 0) && a->line) {
        a->bad |= (size_t)letter != a->q.options.len;
        option_add(a->book->arena, &a->q.options, (Option){.text = text});
    } else {
        if (a->q.options.len) /* words behind the choices: the answer is missing and the next question begins */
            refuse(a, "book.no_answer_line");
        if (!a->line)
            a->line = number;
        if (a->prompt.len)
            buf_add_char(&a->prompt, '\n');
        buf_add(&a->prompt, line);
    }
}

void aiken_read(Book *book, Str text)
{
    Aiken a = {.book = book};
    size_t number = 0;
    begin(&a);
    for (Str line, rest; text.len; text = rest) {
        str_cut(text, '\n', &line, &rest);
        number++;
        if (str_trim(line).len)
            read_line(&a, str_trim(line), number);
    }
    if (a.line)
        refuse(&a, a.q.options.len ? "book.no_answer_line" : "book.no_answers");
}

/* ---- out ---- */

static bool one_line(Str text)
{
    return str_find(text, STR("\n")) == SIZE_MAX;
}

static bool can_hold(const Question *q)
{
    size_t right = 0;
    Str unused;
    bool choice = str_eq(q->type, STR("single")) || str_eq(q->type, STR("truefalse"));
    for (size_t i = 0; choice && i < q->options.len; i++) {
        const Option *o = &q->options.at[i];
        right += o->share == SHARE_FULL;
        if ((o->share && o->share != SHARE_FULL) || !one_line(o->text))
            return false;
    }
    /* a line of the prompt that reads like a choice or an answer would be taken for one */
    for (Str line, rest, text = q->prompt; text.len; text = rest) {
        str_cut(text, '\n', &line, &rest);
        line = str_trim(line);
        if (!line.len || choice_of(line, &unused) >= 0 || answer_of(line, &unused))
            return false;
    }
    return choice && right == 1 && q->options.len <= 26 && !q->media.len;
}

static void put_question(Buf *out, const Question *q)
{
    size_t right = 0;
    buf_addf(out, "%.*s\n", STR_ARG(str_trim(q->prompt)));
    for (size_t i = 0; i < q->options.len; i++) {
        buf_addf(out, "%c. %.*s\n", (char)('A' + i), STR_ARG(str_trim(q->options.at[i].text)));
        right = q->options.at[i].share == SHARE_FULL ? i : right;
    }
    buf_addf(out, "ANSWER: %c\n\n", (char)('A' + right));
}

void aiken_write(Buf *out, const BookWrite *write, Book *book)
{
    for (size_t i = 0; i < write->len; i++) {
        const Question *q = &write->questions[i];
        if (!can_hold(q)) {
            book_left_out(book, i + 1, q);
            continue;
        }
        put_question(out, q);
    }
}
