/* Any bytes as a question and as a response to it: a judgement is within its bounds, or the response is refused. */
#include <stdlib.h>

#include "question/question.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena *arena;
    Str all = {(const char *)data, size}, json, response;
    Question q;
    if (!arena)
        arena = arena_new();
    str_cut(all, '\0', &json, &response);
    if (!question_read(arena, json, &q)) {
        Shown shown;
        Judgement judged;
        question_show(&q, size, 3, true, &shown);
        if (!question_judge(arena, &q, &shown, response, &judged) && (judged.share < 0 || judged.share > SHARE_FULL))
            abort();
        (void)response_words(arena, &q, &shown, response);
    }
    arena_reset(arena);
    return 0;
}
