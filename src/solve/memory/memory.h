/* What somebody still remembers, and when to ask again: FSRS-6 (Free Spaced Repetition Scheduler), pure functions.
   Source of the formulas: github.com/open-spaced-repetition, "The Algorithm", FSRS-6; defaults of ts-fsrs "FSRS-6.0". */
#pragma once
#include "base/base.h"

enum { MEMORY_WEIGHTS = 21, MEMORY_ALGO = 6 };

typedef enum Rating { RATING_AGAIN = 1, RATING_HARD, RATING_GOOD, RATING_EASY } Rating;

typedef struct MemorySettings {
    double w[MEMORY_WEIGHTS];
    double retention;  /* share that should still be known when it comes up again: 0.70 to 0.97 */
    int64_t max_days;  /* longest interval */
    bool same_day;     /* reviews less than a day apart follow the formula for the same day */
} MemorySettings;

typedef struct Memory { /* of one thing that was asked at least once; all zero: never */
    double stability;   /* days until the chance to know it has sunk to 90 % */
    double difficulty;  /* 1 .. 10 */
} Memory;

MemorySettings memory_settings(void); /* the defaults: retention 0.9, at most 36,500 days, same_day */

/* The chance, 0 .. 1, that it is known now; 0 for what was never asked. Negative days count as 0. */
double memory_retrievability(const MemorySettings *settings, double stability, double elapsed_days);

/* After one review elapsed_days (0 or more; whole days as FSRS counts them) after the last. Values are rounded to eight
   decimals as the reference does, so that every machine keeps the same history. days: until it is due; never 0, and the
   four candidate intervals are kept in order (again <= hard < good < easy). */
Memory memory_review(const MemorySettings *settings, Memory before, double elapsed_days, Rating rating, int64_t *days);

/* How an answer is rated: wrong is Again (never Hard), hinted or slow is Hard, right is Good. */
Rating memory_rating(bool right, bool hinted, bool slow);

/* ---- the badge: m of the last n right, and still remembered ---- */

typedef struct Criterion { /* frozen in the record when somebody begins, so that it cannot change midway */
    int64_t m, n;          /* 1 <= m <= n <= 32 */
    double retrievability; /* 0.85 */
} Criterion;

Criterion criterion_default(void);
/* Bits of the last answers, the newest lowest; len of them count so far (at most 32). */
typedef struct Window {
    uint32_t bits;
    int64_t len;
} Window;
Window window_add(Window window, bool right);
int64_t window_right(Window window, int64_t n); /* how many of the last n were right */
bool mastery_reached(const Criterion *criterion, Window window, double retrievability);

/* ---- the queue ---- */

typedef struct DueItem {
    Id id;
    double retrievability; /* now */
    double days_late;      /* negative: not due yet */
} DueItem;

/* Chooses what to ask today: what is due, most forgotten first, at most cap. A backlog is forgiven: the rest simply waits,
   nobody owes it. Sorts items in place; the result is how many of its front to take. */
int64_t memory_queue(DueItem *items, size_t len, int64_t cap);
