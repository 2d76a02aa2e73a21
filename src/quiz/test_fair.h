/* A small school for the tests of quizzes: questions, quizzes, a coach and learners. */
#pragma once
#include "ask.h"
#include "quiz/inside.h"
#include "quiz_io/quiz_io.h"

typedef struct School {
    App *app;
    Arena *arena;
    User *editor, *coach, *ana, *bo;
} School;

__attribute__((unused)) static School school_make(void **state)
{
    School s = {.app = app_of(state)};
    s.arena = app_arena(s.app);
    s.editor = user(s.app, "Ed", 0, ROLE_EDITOR);
    s.coach = user(s.app, "Co", 0, ROLE_COACH);
    s.ana = user(s.app, "Ana", 0, ROLE_MEMBER);
    s.bo = user(s.app, "Bo", 0, ROLE_MEMBER);
    return s;
}

typedef struct Making {
    School *school;
    Str gift;
    QuizRules rules;
    Time open_at, close_at;
    const char *state;
    Id id;
    int64_t months_first; /* of the first question */
} Making;

static Err *making_write(Tx *tx, void *arg)
{
    Making *m = arg;
    Book book;
    Id revs[PAPER_QUESTIONS_MAX];
    Time now = time_now();
    TRY(book_read(tx->db.arena, m->gift, "gift", &book));
    assert_int_equal(book.refused, 0);
    for (size_t i = 0; i < book.len; i++) {
        QuestionWords words = {STR("en"), book.entries[i].question};
        TRY(quiz_question_add(tx, now, 0, &(NewQuestion){.org = app_org(m->school->app), .texts = &words, .len = 1, .origin = "gift", .months = i ? 0 : m->months_first}, &revs[i]));
    }
    QuizText text = {STR("en"), STR("About hens"), STR("What *hens* need.")};
    TRY(quiz_add(tx, now, 0, &(NewQuiz){.org = app_org(m->school->app), .rules = m->rules, .texts = &text, .texts_len = 1, .question_revs = revs,
                                        .questions_len = book.len, .open_at = m->open_at, .close_at = m->close_at}, &m->id));
    return m->state ? quiz_show(tx, now, 0, m->id, str_of(m->state)) : NULL;
}

__attribute__((unused)) static void make_quiz(Making *m)
{
    assert_fine(db_write(app_store(m->school->app), m->school->arena, making_write, m));
}

/* Choices stay in their order: the right one is always the first, "0". */
#define FIVE "$CATEGORY: poultry/water\n\n::One::What do hens drink? {=Water#Well seen. ~Petrol#No.}\n\n::Two::How many eggs a day? {=One ~Ten}\n\n" \
             "$CATEGORY: poultry/feed\n\n::Three::Hens eat {=grain ~nails}\n\n::Four::Chicks come out after how many days? {#21:1}\n\n$CATEGORY: soil\n\n::Five::Worms are good. {T}\n"

__attribute__((unused)) static Making plain_quiz(School *s, const char *mode)
{
    Making m = {.school = s, .gift = STR(FIVE), .rules = quiz_rules(str_of(mode)), .state = "published"};
    m.rules.shuffle = false;
    return m;
}

__attribute__((unused)) static const char *path(School *s, const char *format, Id id)
{
    return str_z(s->arena, str_format(s->arena, format, str_z(s->arena, id_text(s->arena, id))));
}

