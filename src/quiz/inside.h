/* What the files of this room share with each other and with nobody else. */
#pragma once
#include "identity/identity.h"
#include "quiz/queries.h"
#include "quiz/quiz.h"
#include "solve/memory/memory.h"

enum {
    DEVICE_MAX = 64,
    ANSWERS_MAX = 200,      /* in one request */
    EVENTS_MAX = 2000,      /* of one attempt */
    DUE_CAP = 10,           /* skills that one day asks for; the rest waits, nobody owes it */
    SEASON_DAYS = 180,      /* longest interval */
    K_LEAST = 5,            /* counts of fewer people are not shown */
    MATCH_HOURS = 24,
};

/* ---- author.c ---- */
Err *quiz_read(Db *db, Id quiz, Str lang, Quiz *out); /* quiz.missing */
/* The newest revision of a quiz with its questions, to be changed and given to quiz_revise. */
Err *quiz_edit(Db *db, Id quiz, NewQuiz *out);
bool quiz_authors(const Req *r, Id org); /* may write and see drafts: editors, coaches, admins of org */
bool quiz_coaches(const Req *r, Id org); /* may see marks where the quiz says so */

/* ---- paper.c ---- */
typedef struct PaperQuestion {
    int64_t position; /* in the paper */
    int64_t slot;     /* in the quiz revision */
    Id question_id, question_rev, skill;
    Str lang;
    Question question;
    Shown shown;
} PaperQuestion;
typedef struct Paper {
    PaperQuestion *at;
    size_t len;
} Paper;
/* Positions of the quiz's questions in the order of this paper. */
Err *paper_slots(Arena *arena, const Attempt *attempt, int64_t *slots, size_t *len);
Err *paper_load(Db *db, const Attempt *attempt, Paper *out);
Err *paper_question(Db *db, const Attempt *attempt, int64_t position, PaperQuestion *out); /* attempt.position */
typedef struct PaperSkills { /* what each of its questions trains; 0: nothing named */
    Id at[PAPER_QUESTIONS_MAX];
    size_t len;
} PaperSkills;
Err *paper_skills(Db *db, const Attempt *attempt, PaperSkills *out);

/* ---- choose.c ---- */
/* For selection "due": what is due first, then the weakest, then something of the season. Writes positions by commas. */
Err *choose_due(Db *db, const Quiz *quiz, Id person, uint64_t seed, Time now, Str *paper, int64_t *asked);

/* ---- attempt.c ---- */
typedef struct AttemptStart {
    Id quiz, person;
    Str lang, device;
    int64_t device_seq;
    uint64_t seed;   /* drawn outside of the transaction */
    Id quiz_match;   /* 0: none */
    bool author;     /* may start a draft */
    Id id;           /* out */
    bool again;      /* out: it was there already */
} AttemptStart;
/* Codes: quiz.missing, quiz.not_open, quiz.closed, quiz.no_more_attempts, quiz.empty, attempt.key_used. */
Err *attempt_start(Tx *tx, AttemptStart *start, Time now);
Id attempt_mint(void);

typedef struct Given {
    int64_t seq, position;
    Str response;
    int64_t ms;
    bool hinted;
    Time answered_at;
    /* out */
    bool known, late;
    Judgement judged;
    const PaperQuestion *of;
} Given;
typedef struct AnswerBatch {
    const Attempt *attempt;
    Str device;
    Given *at;
    size_t len;
    Time now;
    bool all_known; /* out: nothing is left to write */
    bool ended;     /* out: the attempt ended by it */
} AnswerBatch;
/* Judges all of them, then keeps them in one transaction. Codes: response.bad, attempt.position, attempt.ended, attempt.not_yet,
   attempt.too_many. A refused one stops the batch before anything is written. */
Err *attempt_answer(Store *store, Db *db, AnswerBatch *batch);
/* Its two halves: what is judged, then, unless all_known, the write (a WriteFn with the batch). */
Err *attempt_judge(Db *db, AnswerBatch *batch);
Err *attempt_keep(Tx *tx, void *batch);
Err *attempt_finish(Tx *tx, Id attempt, Time now); /* ends it, counts, remembers; ended already: nothing */
Err *attempt_read(Db *db, Id id, Attempt *out);    /* attempt.missing */
bool attempt_over(const Attempt *attempt, Time now); /* ended, or its time and grace are over */

typedef struct Tally {
    int64_t share;  /* ten-millionths of the whole paper */
    int64_t right, answered, waits;
    bool passed;
    int64_t next;   /* the first position without an answer; asked when all have one */
    bool dead;      /* challenge: a wrong answer ended it */
    Time last_at;   /* of the newest event, or the start */
    const AttemptEvent *counted[PAPER_QUESTIONS_MAX]; /* by position; NULL: none */
    const AttemptMark *marked[PAPER_QUESTIONS_MAX];
} Tally;
Err *attempt_tally(Db *db, const Attempt *attempt, Tally *out);
Err *attempt_mark(Tx *tx, Time now, Id by, Id attempt, int64_t position, int64_t share, Str note);
bool feedback_open(const Attempt *attempt, Time now); /* whether right answers of the whole paper may be shown */

/* ---- running.c ---- */
void running_keep(const Attempt *attempt); /* when it is one whose answers need nothing from the database */
/* As it was when it was kept; `more` events are counted to it. Enough to judge answers and keep them (attempt_keep). */
bool running_find(Arena *arena, Id id, int64_t more, Attempt *out);

/* ---- remember.c ---- */
MemorySettings memory_of_person(Db *db, Id person);
Err *attempt_remember(Tx *tx, const Attempt *attempt, const PaperSkills *paper, const Tally *tally, Time now);
double days_between(Time from, Time until);
int64_t memory_known_ppm(const MemorySettings *settings, double stability, Time reviewed, Time now);

/* ---- match.c ---- */
typedef struct MatchMake {
    Id quiz, person;
    Str code;
    uint64_t seed;
    Id id; /* minted before, or out for join */
} MatchMake;
Err *match_make(Tx *tx, const MatchMake *make, Time now);          /* quiz.not_match */
Err *match_enter(Tx *tx, Id match, Id person);                     /* match.full, match.missing */
Err *match_find(Db *db, Str code, Time now, QuizMatch *out);       /* match.missing */
uint64_t seed_random(void); /* 63 bits */

/* ---- the rest ---- */
extern const ErrText quiz_errors[];
extern const Check quiz_checks[];
extern const Job quiz_jobs[];
/* ---- talk_pages.c ---- */
/* Where people comment on the questions of a quiz that is published; in the transaction that publishes it. */
Err *question_places_put(Tx *tx, Time now, Id quiz);
/* ---- file_pages.c ---- */
bool quiz_picture(void *unused, Arena *arena, Str media, Str *bytes); /* for BookWrite */
/* ---- seam.c ---- */
Err *quiz_start(Store *store, Arena *arena); /* tells learn/ how to show, pack and finish a quiz */
Err *quiz_today(Req *r, Today *today);
Err *quiz_demo(Demo *demo); /* demo.c */

Err *quiz_erase_person(Tx *tx, Id person, Time now);
Err *quiz_export_person(Db *db, Id person, Buf *json_members);
