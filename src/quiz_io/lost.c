/* What a format could not hold, found by reading back what was written: nothing is lost unsaid, whatever a writer forgets. */
#include "quiz_io/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "web/markdown.h"

enum { PLACE_NEAR = 5000, SHARE_NEAR = 10 }; /* pixels and percents are rounded */

/* As people see it: Markdown by what it becomes, a single end of line being a space. */
static Str seen(Arena *arena, Str text, Str format)
{
    Str html = str_eq(format, STR("markdown")) ? markdown(arena, text).raw : text;
    Buf out = buf_new(arena, html.len + 1);
    for (size_t i = 0; i < html.len; i++) {
        bool space = strchr(" \n\t\r", html.at[i]) && str_eq(format, STR("markdown"));
        if (!space)
            buf_add_char(&out, html.at[i]);
        else if (out.len && out.at[out.len - 1] != ' ')
            buf_add_char(&out, ' ');
    }
    return str_trim(buf_str(&out));
}

typedef struct Pair {
    Arena *arena;
    const Question *a, *b; /* before, and as it came back */
} Pair;

static bool same_text(const Pair *p, Str a, Str b)
{
    return str_eq(a, b) || str_eq(seen(p->arena, a, p->a->format), seen(p->arena, b, p->b->format));
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b)) + 1e-12;
}

static bool same_place(const Option *a, const Option *b)
{
    return llabs(a->x - b->x) <= PLACE_NEAR && llabs(a->y - b->y) <= PLACE_NEAR && llabs(a->width - b->width) <= PLACE_NEAR &&
           llabs(a->height - b->height) <= PLACE_NEAR && a->round == b->round;
}

static bool same_answers(const Pair *p, const OptionList *a, const OptionList *b)
{
    bool same = a->len == b->len;
    for (size_t i = 0; same && i < a->len; i++) {
        const Option *x = &a->at[i], *y = &b->at[i];
        same = same_text(p, x->text, y->text) && same_text(p, x->match, y->match) && llabs(x->share - y->share) <= SHARE_NEAR &&
               near(x->value, y->value) && near(x->tolerance, y->tolerance) && same_place(x, y);
    }
    return same;
}

static bool same_feedback(const Pair *p, const OptionList *a, const OptionList *b)
{
    bool same = true;
    for (size_t i = 0; same && i < a->len && i < b->len; i++)
        same = same_text(p, a->at[i].feedback, b->at[i].feedback);
    return same;
}

static bool gaps_same(const Pair *p, bool (*same)(const Pair *, const OptionList *, const OptionList *))
{
    const GapList *a = &p->a->gaps, *b = &p->b->gaps;
    bool equal = a->len == b->len;
    for (size_t i = 0; equal && i < a->len; i++)
        equal = same(p, &a->at[i].options, &b->at[i].options);
    return equal;
}

static bool type_kept(const Pair *p)
{
    return str_eq(p->a->type, p->b->type);
}

static bool text_kept(const Pair *p)
{
    bool same = same_text(p, p->a->prompt, p->b->prompt) && same_text(p, p->a->tail, p->b->tail);
    for (size_t i = 0; same && i < p->a->gaps.len && i < p->b->gaps.len; i++)
        same = same_text(p, p->a->gaps.at[i].before, p->b->gaps.at[i].before);
    return same;
}

static bool answers_kept(const Pair *p)
{
    bool same = same_answers(p, &p->a->options, &p->b->options) && gaps_same(p, same_answers);
    for (size_t i = 0; same && i < p->a->gaps.len; i++)
        same = str_eq(p->a->gaps.at[i].kind, p->b->gaps.at[i].kind);
    return same;
}

static bool feedback_kept(const Pair *p)
{
    return same_text(p, p->a->feedback, p->b->feedback) && same_text(p, p->a->feedback_right, p->b->feedback_right) &&
           same_text(p, p->a->feedback_wrong, p->b->feedback_wrong) && same_feedback(p, &p->a->options, &p->b->options) && gaps_same(p, same_feedback);
}

static bool name_kept(const Pair *p)
{
    return str_eq(p->a->name, p->b->name);
}

static bool hint_kept(const Pair *p)
{
    return same_text(p, p->a->hint, p->b->hint);
}

static bool skill_kept(const Pair *p)
{
    return str_eq(p->a->skill, p->b->skill);
}

static bool picture_kept(const Pair *p)
{
    return !p->a->media.len == !p->b->media.len && (!p->a->media.len || str_eq(p->a->media_alt, p->b->media_alt));
}

static bool weights_kept(const Pair *p)
{
    for (size_t i = 0; i < p->a->gaps.len && i < p->b->gaps.len; i++)
        if (p->a->gaps.at[i].weight != p->b->gaps.at[i].weight)
            return false;
    return true;
}

static bool case_kept(const Pair *p)
{
    bool same = p->a->case_sensitive == p->b->case_sensitive || !str_eq(p->a->type, STR("short"));
    for (size_t i = 0; same && i < p->a->gaps.len && i < p->b->gaps.len; i++)
        same = p->a->gaps.at[i].case_sensitive == p->b->gaps.at[i].case_sensitive || !str_eq(p->a->gaps.at[i].kind, STR("short"));
    return same;
}

static bool order_kept(const Pair *p)
{
    static const char *const shuffled[] = {"single", "multiple", "truefalse", "cloze"};
    for (size_t i = 0; i < sizeof shuffled / sizeof *shuffled; i++)
        if (str_eq(p->a->type, str_of(shuffled[i])))
            return p->a->keep_order == p->b->keep_order;
    return true;
}

static bool photo_kept(const Pair *p)
{
    return p->a->photo == p->b->photo || !str_eq(p->a->type, STR("open"));
}

static void say(Book *book, size_t number, const Question *q, const char *code)
{
    book_note(book, number, q->name.len ? q->name : book_first_words(q->prompt), false, err_new(book->arena, ERR_INVALID, code));
}

static void compare(Book *book, size_t number, const Question *q, const Question *back)
{
    static const struct { const char *code; bool (*kept)(const Pair *p); } parts[] = {
        {"book.lost_type", type_kept}, {"book.lost_text", text_kept}, {"book.lost_answers", answers_kept}, {"book.lost_feedback", feedback_kept},
        {"book.lost_name", name_kept}, {"book.lost_hint", hint_kept}, {"book.lost_skill", skill_kept}, {"book.lost_picture", picture_kept},
        {"book.lost_weights", weights_kept}, {"book.lost_case", case_kept}, {"book.lost_order", order_kept}, {"book.lost_photo", photo_kept},
    };
    Pair pair = {book->arena, q, back};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!parts[i].kept(&pair))
            say(book, number, q, parts[i].code);
}

static bool left_out(const Book *book, size_t notes, size_t number)
{
    for (size_t i = 0; i < notes; i++)
        if (book->notes[i].line == number && book->notes[i].refused)
            return true;
    return false;
}

/* The number's place among the notes, which go by number. */
static int by_number(const void *a, const void *b)
{
    const BookNote *x = a, *y = b;
    return (x->line > y->line) - (x->line < y->line);
}

void book_say_lost(Book *book, const char *format, const BookWrite *write)
{
    size_t notes = book->notes_len;
    for (size_t i = 0; i < write->len; i++) {
        BookWrite alone = *write;
        Book said, back;
        Str file;
        if (left_out(book, notes, i + 1))
            continue;
        alone.questions = &write->questions[i];
        alone.len = 1;
        bool read = !book_write_as(book->arena, format, &alone, &file, &said) && !book_read(book->arena, file, format, &back) && back.len == 1;
        if (read)
            compare(book, i + 1, &write->questions[i], &back.entries[0].question);
        else
            say(book, i + 1, &write->questions[i], "book.lost_text");
    }
    if (book->notes_len)
        qsort(book->notes, book->notes_len, sizeof *book->notes, by_number);
}
