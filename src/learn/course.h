/* Inside learning: courses, those who take them and those who coach. */
#pragma once
#include "learn/inside.h"

typedef struct NewStep {
    const char *kind;    /* "article", "quiz", "task", "media" */
    Id item, quiz, media;
    LearnTextList texts; /* title and body; may be empty for an article or quiz, which have their own */
} NewStep;

typedef struct NewLesson {
    LearnTextList texts; /* titles */
    bool after_before;
    NewStep *steps;
    size_t steps_len;
} NewLesson;

typedef struct NewCourse {
    Id channel;
    Str slug;            /* empty: made of the first title */
    LearnTextList texts; /* title, and the summary as what one can do afterwards */
    Str picture, picture_alt, licence;
    Str origin;          /* of one from a pack or file; empty: made here */
    bool certificate;
} NewCourse;

/* Codes: course.title, course.slug_taken. */
Err *course_add(Tx *tx, Time now, Id by, const NewCourse *course, Id *out);
Err *course_must(Db *db, Str slug, Str lang, Course *out); /* ERR_MISSING "course.missing" */
/* Codes: course.title, course.step, course.full. */
Err *lesson_add(Tx *tx, Id course, int64_t position, const NewLesson *lesson, Id *out);
Err *step_add(Tx *tx, Id lesson, int64_t position, const NewStep *step, Id *out);
/* "publish", "withdraw" (with a reason). Codes: course.empty, course.reason, course.not_now. */
Err *course_act(Tx *tx, Time now, Id by, Id course, const char *verb, Str reason);

/* How a step came to be done: "tick" by the learner, "quiz", "task". Gives points, and the certificate with the last one.
   Codes: step.missing, step.not_yours (a quiz or task is not ticked), step.not_open (the lesson before is not done). */
Err *step_finish(Tx *tx, Time now, Id person, Id step, const char *how);
Err *step_untick(Tx *tx, Id person, Id step);
Err *lesson_open_for(Db *db, Id lesson, Id person, bool *open);

typedef struct NewTask {
    Id id, step, person;
    Str photo, words, device;
    int64_t seq;
} NewTask;
Err *task_send(Tx *tx, Time now, const NewTask *task, Id *out); /* the same device and seq again: the first one */
Err *task_judge(Tx *tx, Time now, Id coach, Id task, bool good, Str remark);

enum { CODE_LEN = 10 };
void code_mint(char out[CODE_LEN + 1]); /* letters and digits that cannot be mistaken for others */
const QuizSeam *quiz_seam(void);        /* never NULL; members may be */
