/* A village with an exam of 20 questions and N learners who are signed in, for the benchmark and the kill test of quizzes:
   quiz_fill DATA ORG LEARNERS ATTEMPTS prints the exam's id, then a token a line. ATTEMPTS finished ones of other people with five
   answers each are there already. No server may run. */
#include <stdio.h>
#include <stdlib.h>

#include "identity/identity.h"
#include "quiz/queries.h"
#include "quiz/quiz.h"

enum { QUESTIONS = 20, BATCH = 2000, ANSWERS = 5 };

typedef struct Fill {
    Id org, quiz, rev;
    int from, to;
    NewToken *tokens;
} Fill;

static Err *exam_write(Tx *tx, void *arg)
{
    Fill *fill = arg;
    Id revs[QUESTIONS];
    QuizText text = {STR("en"), STR("Exam of the bench"), STR("")};
    for (int i = 0; i < QUESTIONS; i++) {
        Option options[] = {{.text = STR("The right one"), .share = SHARE_FULL}, {.text = STR("Another")}, {.text = STR("A third")}};
        QuestionWords words = {STR("en"), {.type = STR("single"), .format = STR("plain"), .skill = str_format(tx->db.arena, "bench/%d", i % 5),
                                           .prompt = str_format(tx->db.arena, "Which of these is right, number %d?", i + 1), .options = {options, 3}}};
        TRY(quiz_question_add(tx, time_now(), 0, &(NewQuestion){.org = fill->org, .texts = &words, .len = 1, .origin = "desk"}, &revs[i]));
    }
    NewQuiz quiz = {.org = fill->org, .rules = quiz_rules(STR("exam")), .texts = &text, .texts_len = 1, .question_revs = revs, .questions_len = QUESTIONS};
    TRY(quiz_add(tx, time_now(), 0, &quiz, &fill->quiz));
    return quiz_show(tx, time_now(), 0, fill->quiz, STR("published"));
}

static Err *people_write(Tx *tx, void *arg)
{
    Fill *fill = arg;
    for (int i = fill->from; i < fill->to; i++) {
        NewPerson person = {.name = str_format(tx->db.arena, "Learner %.*s %d", STR_ARG(id_text(tx->db.arena, fill->quiz)), i), .state = "active"};
        Id id;
        TRY(person_add(tx, time_now(), 0, &person, &id));
        TRY(grant_add(tx, time_now(), 0, id, fill->org, ROLE_MEMBER));
        token_mint(tx->db.arena, id, STR("bench"), STR("*"), &fill->tokens[i]);
        TRY(token_start(tx, time_now(), &fill->tokens[i]));
        printf("%.*s\n", STR_ARG(fill->tokens[i].token));
    }
    return NULL;
}

static Err *attempts_write(Tx *tx, void *arg)
{
    Fill *fill = arg;
    Time now = time_now();
    int64_t done;
    for (int i = fill->from; i < fill->to; i++) {
        Id id = id_mint();
        TRY(attempt_insert(tx, &(AttemptInsertArgs){.id = id, .quiz = fill->quiz, .quiz_rev = fill->rev, .person = 1000 + i % 50000, .lang = STR("en"),
                                                    .seed = i, .asked = QUESTIONS, .paper = STR(""), .device = STR("old"), .device_seq = i, .now = now},
                           &done));
        for (int k = 0; k < ANSWERS; k++)
            TRY(attempt_event_insert(tx, &(AttemptEventInsertArgs){.attempt = id, .device = STR("old"), .seq = k, .position = k, .response = STR(""),
                                                                   .counts = true, .answered_at = now, .now = now}, &done));
        TRY(attempt_end(tx, id, 0, 0, false, now, &done));
    }
    return NULL;
}

static Err *in_batches(Store *store, Arena *arena, WriteFn fn, Fill *fill, int n, int batch)
{
    Err *err = NULL;
    for (fill->from = 0; !err && fill->from < n; fill->from = fill->to) {
        fill->to = fill->from + batch < n ? fill->from + batch : n;
        Arena *one = arena_new();
        err = err_copy(arena, db_write(store, one, fn, fill));
        arena_free(one);
    }
    return err;
}

static Err *fill_all(Store *store, Arena *arena, Fill *fill, int learners, int attempts)
{
    Db db;
    Quiz quiz;
    bool found;
    TRY(db_write(store, arena, exam_write, fill));
    TRY(db_read(store, arena, &db));
    TRY(quiz_by_id(&db, fill->quiz, STR("en"), &quiz, &found));
    fill->rev = quiz.rev;
    printf("%.*s\n", STR_ARG(id_text(arena, fill->quiz)));
    fill->tokens = NEW_ARRAY(arena, NewToken, (size_t)learners + 1);
    TRY(in_batches(store, arena, people_write, fill, learners, 100));
    return in_batches(store, arena, attempts_write, fill, attempts, BATCH);
}

int main(int argc, char **argv)
{
    Arena *arena = arena_new();
    Store *store;
    Fill fill = {0};
    if (argc != 5 || !id_parse(str_of(argv[2]), &fill.org)) {
        fputs("usage: quiz_fill DATA ORG LEARNERS ATTEMPTS\n", stderr);
        return 2;
    }
    Err *err = store_open(arena, &(StoreOptions){.data = argv[1]}, &store);
    if (!err)
        err = fill_all(store, arena, &fill, atoi(argv[3]), atoi(argv[4]));
    if (err) {
        Str text = err_text(arena, err);
        fprintf(stderr, "quiz_fill: %.*s\n", STR_ARG(text));
        return 1;
    }
    store_close(store);
    arena_free(arena);
    return 0;
}
