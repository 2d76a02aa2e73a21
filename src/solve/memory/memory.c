/* FSRS-6, the mastery badge and the queue of what is due. */
#include "solve/memory/memory.h"

#include <math.h>
#include <stdlib.h>

#define STABILITY_MIN 0.001
#define STABILITY_MAX 36500.0

MemorySettings memory_settings(void)
{
    return (MemorySettings){.w = {0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
                                  1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542},
                            .retention = 0.9,
                            .max_days = 36500,
                            .same_day = true};
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static double eight(double value)
{
    return floor(value * 1e8 + 0.5) / 1e8;
}

static double factor(const MemorySettings *s)
{
    return eight(exp(log(0.9) / -s->w[20]) - 1);
}

double memory_retrievability(const MemorySettings *s, double stability, double elapsed_days)
{
    if (!(stability > 0))
        return 0;
    double days = elapsed_days > 0 ? elapsed_days : 0;
    return eight(pow(1 + factor(s) * days / stability, -s->w[20]));
}

static double first_difficulty(const MemorySettings *s, Rating rating) /* not clamped */
{
    return eight(s->w[4] - exp(((int)rating - 1) * s->w[5]) + 1);
}

static double next_difficulty(const MemorySettings *s, double d, Rating rating)
{
    double delta = -s->w[6] * ((int)rating - 3);
    double next = d + eight(delta * (10 - d) / 9);
    return clamp(eight(s->w[7] * first_difficulty(s, RATING_EASY) + (1 - s->w[7]) * next), 1, 10);
}

static double recall(const MemorySettings *s, Memory m, double r, Rating rating)
{
    double hard = rating == RATING_HARD ? s->w[15] : 1, easy = rating == RATING_EASY ? s->w[16] : 1;
    double grown = m.stability * (1 + exp(s->w[8]) * (11 - m.difficulty) * pow(m.stability, -s->w[9]) *
                                          (exp((1 - r) * s->w[10]) - 1) * hard * easy);
    return eight(clamp(grown, STABILITY_MIN, STABILITY_MAX));
}

static double lapse(const MemorySettings *s, Memory m, double r)
{
    double left = s->w[11] * pow(m.difficulty, -s->w[12]) * (pow(m.stability + 1, s->w[13]) - 1) * exp((1 - r) * s->w[14]);
    left = eight(clamp(left, STABILITY_MIN, STABILITY_MAX));
    double most = eight(s->same_day ? m.stability / exp(s->w[17] * s->w[18]) : m.stability);
    return clamp(most, STABILITY_MIN, left);
}

static double within_a_day(const MemorySettings *s, Memory m, Rating rating)
{
    double grown = pow(m.stability, -s->w[19]) * exp(s->w[17] * ((int)rating - 3 + s->w[18]));
    if (rating >= RATING_GOOD && grown < 1)
        grown = 1;
    return eight(clamp(m.stability * grown, STABILITY_MIN, STABILITY_MAX));
}

static double next_stability(const MemorySettings *s, Memory m, double days, Rating rating)
{
    double r = memory_retrievability(s, m.stability, days);
    if (s->same_day && days < 1)
        return within_a_day(s, m, rating);
    return rating == RATING_AGAIN ? lapse(s, m, r) : recall(s, m, r, rating);
}

static int64_t interval(const MemorySettings *s, double stability)
{
    double modifier = eight((pow(s->retention, -1 / s->w[20]) - 1) / factor(s));
    double days = floor(stability * modifier + 0.5);
    return days < 1 ? 1 : days > (double)s->max_days ? s->max_days : (int64_t)days;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* again <= hard < good < easy, whatever the rounding says; then the cap of the season. */
static int64_t ordered_interval(const MemorySettings *s, const double stability[5], Rating rating)
{
    int64_t days[5];
    for (Rating g = RATING_AGAIN; g <= RATING_EASY; g++)
        days[g] = interval(s, stability[g]);
    days[1] = least(days[1], days[2]);
    days[2] = most(days[2], days[1] + 1);
    days[3] = most(days[3], days[2] + 1);
    days[4] = most(days[4], days[3] + 1);
    return days[rating];
}

Memory memory_review(const MemorySettings *s, Memory before, double elapsed_days, Rating rating, int64_t *days)
{
    bool first = !(before.stability > 0);
    double gone = elapsed_days > 0 ? elapsed_days : 0, stability[5];
    before.stability = first ? 0 : clamp(before.stability, STABILITY_MIN, STABILITY_MAX);
    before.difficulty = clamp(before.difficulty, 1, 10);
    for (Rating g = RATING_AGAIN; g <= RATING_EASY; g++)
        stability[g] = first ? fmax(s->w[g - 1], 0.1) : next_stability(s, before, gone, g);
    *days = ordered_interval(s, stability, rating);
    return (Memory){.stability = stability[rating],
                    .difficulty = first ? clamp(first_difficulty(s, rating), 1, 10) : next_difficulty(s, before.difficulty, rating)};
}

Rating memory_rating(bool right, bool hinted, bool slow)
{
    return !right ? RATING_AGAIN : hinted || slow ? RATING_HARD : RATING_GOOD;
}

/* ---- the badge ---- */

Criterion criterion_default(void)
{
    return (Criterion){.m = 4, .n = 5, .retrievability = 0.85};
}

Window window_add(Window window, bool right)
{
    return (Window){.bits = window.bits << 1 | right, .len = window.len < 32 ? window.len + 1 : 32};
}

int64_t window_right(Window window, int64_t n)
{
    int64_t seen = n < window.len ? n : window.len, right = 0;
    for (int64_t i = 0; i < seen; i++)
        right += window.bits >> i & 1;
    return right;
}

bool mastery_reached(const Criterion *criterion, Window window, double retrievability)
{
    return window_right(window, criterion->n) >= criterion->m && retrievability >= criterion->retrievability;
}

/* ---- the queue ---- */

static int most_forgotten_first(const void *a, const void *b)
{
    const DueItem *x = a, *y = b;
    bool x_due = x->days_late >= 0, y_due = y->days_late >= 0;
    if (x_due != y_due)
        return x_due ? -1 : 1;
    if (x->retrievability < y->retrievability || x->retrievability > y->retrievability)
        return x->retrievability < y->retrievability ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

int64_t memory_queue(DueItem *items, size_t len, int64_t cap)
{
    int64_t taken = 0;
    if (len)
        qsort(items, len, sizeof *items, most_forgotten_first);
    for (size_t i = 0; i < len && taken < cap && items[i].days_late >= 0; i++)
        taken++;
    return taken;
}
