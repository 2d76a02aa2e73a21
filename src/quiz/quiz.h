/* Quizzes: what other modules may call. The rules are in README.md. */
#pragma once
#include "question/question.h"
#include "web/web.h"

enum { QUIZ_LANGS_MAX = 8, QUIZ_TITLE_MAX = 200, QUIZ_ABOUT_MAX = 4000 };

typedef struct QuestionWords { /* one language of a question */
    Str lang;
    Question question;
} QuestionWords;

typedef struct NewQuestion {
    Id org;
    const QuestionWords *texts; /* at least one; all of one type */
    size_t len;
    int64_t months;             /* bit 0 January ..: when it is of the season; 0: never especially */
    const char *origin;         /* "desk", "gift", "aiken", "moodle", "qti", "demo", "pack" */
} NewQuestion;
/* Its first revision. Codes: those of question_check, quiz.language, quiz.type_differs. */
Err *quiz_question_add(Tx *tx, Time now, Id by, const NewQuestion *question, Id *rev);

/* Another revision of the question that rev is one of, with these words instead; same codes. Quizzes keep the revision they name. */
Err *quiz_question_revise(Tx *tx, Time now, Id by, Id rev, const QuestionWords *texts, size_t len, Id *out);

typedef struct QuizRules {
    Str mode;           /* "practice", "daily", "weekly", "special", "challenge", "match", "exam" */
    Str selection;      /* "fixed", "draw", "due" */
    int64_t draw;       /* 0: all */
    int64_t time_s, question_s, grace_s;
    int64_t attempts;   /* 0: as often as one likes; daily: of a day, weekly: of a week */
    Str feedback;       /* "immediate", "after", "never" */
    int64_t pass_ppm;
    bool shuffle;
    Str marks;          /* "me", "coach" */
} QuizRules;
QuizRules quiz_rules(Str mode); /* what is usual for it; an unknown mode gives those of practice */

typedef struct QuizText {
    Str lang, title, about;
} QuizText;

typedef struct NewQuiz {
    Id org;
    Str channel;               /* slug, or empty */
    QuizRules rules;
    const QuizText *texts;     /* at least one */
    size_t texts_len;
    const Id *question_revs;   /* at most PAPER_QUESTIONS_MAX */
    size_t questions_len;
    Time open_at, close_at;    /* 0: none */
    Id known;                  /* the Id it has in a pack; 0: a new one */
} NewQuiz;
/* A draft with its first revision. Codes: quiz.title, quiz.rules, quiz.too_many, quiz.window, quiz.language. */
Err *quiz_add(Tx *tx, Time now, Id by, const NewQuiz *quiz, Id *out);
/* Another revision, published or not as the quiz is; attempts that run keep theirs. */
Err *quiz_revise(Tx *tx, Time now, Id by, Id quiz, const NewQuiz *words);
/* "published", "withdrawn", "draft". Codes: quiz.missing, quiz.empty. */
Err *quiz_show(Tx *tx, Time now, Id by, Id quiz, Str state);
/* A name for a skill in one language; made when it is not there. */
Err *quiz_skill_name(Tx *tx, Time now, Id org, Str path, Str lang, Str name);
