/* The paper of an attempt: made again from its seed and revision whenever it is needed. */
#include "quiz/inside.h"

static Err *broken(Arena *arena, Id attempt)
{
    return err_detail(arena, ERR_BROKEN, "attempt.paper", "attempt %lld", (long long)attempt);
}

Err *paper_slots(Arena *arena, const Attempt *a, int64_t *slots, size_t *len)
{
    *len = 0;
    if (a->questions < 0 || a->questions > PAPER_QUESTIONS_MAX)
        return broken(arena, a->id);
    if (!a->paper.len) {
        *len = paper_draw((uint64_t)a->seed, (size_t)a->questions, (size_t)a->asked, a->shuffle, slots);
        return *len == (size_t)a->asked ? NULL : broken(arena, a->id);
    }
    for (Str one, rest, text = a->paper; text.len; text = rest) {
        str_cut(text, ',', &one, &rest);
        if (*len >= PAPER_QUESTIONS_MAX || !str_to_int(one, &slots[*len]) || slots[*len] < 0 || slots[*len] >= a->questions)
            return broken(arena, a->id);
        ++*len;
    }
    return *len == (size_t)a->asked ? NULL : broken(arena, a->id);
}

static Err *fill(Arena *arena, const Attempt *a, int64_t position, const PaperText *row, PaperQuestion *out)
{
    *out = (PaperQuestion){.position = position, .slot = row->position, .question_rev = row->question_rev,
                           .skill = row->has_skill ? row->skill : 0, .lang = row->lang};
    TRY(question_read(arena, row->body, &out->question));
    question_show(&out->question, (uint64_t)a->seed, (uint64_t)position, a->shuffle, &out->shown);
    return NULL;
}

Err *paper_load(Db *db, const Attempt *a, Paper *out)
{
    int64_t slots[PAPER_QUESTIONS_MAX];
    size_t len;
    PaperTextList texts;
    TRY(paper_slots(db->arena, a, slots, &len));
    TRY(paper_texts(db, a->quiz_rev, a->lang, &texts));
    *out = (Paper){NEW_ARRAY(db->arena, PaperQuestion, len + 1), len};
    for (size_t i = 0; i < len; i++) {
        if (slots[i] >= (int64_t)texts.len)
            return broken(db->arena, a->id);
        TRY(fill(db->arena, a, (int64_t)i, &texts.at[slots[i]], &out->at[i]));
    }
    return NULL;
}

Err *paper_question(Db *db, const Attempt *a, int64_t position, PaperQuestion *out)
{
    int64_t slots[PAPER_QUESTIONS_MAX];
    size_t len;
    PaperText row;
    bool found;
    TRY(paper_slots(db->arena, a, slots, &len));
    if (position < 0 || position >= (int64_t)len)
        return err_field(db->arena, "attempt.position", "position");
    TRY(paper_text(db, a->quiz_rev, slots[position], a->lang, &row, &found));
    return found ? fill(db->arena, a, position, &row, out) : broken(db->arena, a->id);
}
