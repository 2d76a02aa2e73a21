/* Any bytes as a question file, read as each format: it always comes to an end, and whatever is kept is a question that can be judged,
   written in every format and, as GIFT and Moodle XML hold it, read back. */
#include <stdlib.h>

#include "quiz_io/quiz_io.h"

static void use(Arena *arena, const Book *book)
{
    for (size_t i = 0; i < book->len && i < 20; i++) {
        const Question *q = &book->entries[i].question;
        Shown shown;
        Judgement judged;
        question_show(q, 7, i, true, &shown);
        if (!question_judge(arena, q, &shown, STR("0"), &judged) && (judged.share < 0 || judged.share > SHARE_FULL))
            abort();
        if (question_judge(arena, q, &shown, STR(""), &judged) || judged.share != 0)
            abort();
        (void)question_right_words(arena, q);
    }
}

static void write_all(Arena *arena, const Book *book)
{
    static const char *const formats[] = {"gift", "aiken", "moodle", "qti"};
    size_t len = book->len < 20 ? book->len : 20;
    Question *questions = NEW_ARRAY(arena, Question, len + 1);
    for (size_t i = 0; i < len; i++)
        questions[i] = book->entries[i].question;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        Book notes, back;
        Str file;
        if (book_write(arena, formats[i], &(BookWrite){.questions = questions, .len = len}, &file, &notes) || len == notes.refused)
            continue;
        (void)book_read(arena, file, formats[i], &back);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {NULL, "gift", "aiken", "moodle", "qti"};
    static Arena *arena;
    if (!arena)
        arena = arena_new();
    for (size_t i = 0; i < sizeof formats / sizeof *formats && size < 1 << 16; i++) {
        Book book;
        if (!book_read(arena, (Str){(const char *)data, size}, formats[i], &book)) {
            use(arena, &book);
            write_all(arena, &book);
        }
        arena_reset(arena);
    }
    return 0;
}
