/* What an attempt leaves in somebody's memory: one review for each skill it asked. */
#include "quiz/inside.h"

enum { SLOW_MS = 90 * 1000 };

double days_between(Time from, Time until)
{
    return until.ms > from.ms ? (double)(until.ms - from.ms) / (double)DAY_MS : 0;
}

MemorySettings memory_of_person(Db *db, Id person)
{
    MemorySettings settings = memory_settings();
    MemoryWish wish;
    bool found = false;
    settings.max_days = SEASON_DAYS;
    if (!memory_wish_of(db, person, &wish, &found) && found)
        settings.retention = (double)wish.retention_ppm / 1e6;
    return settings;
}

int64_t memory_known_ppm(const MemorySettings *settings, double stability, Time reviewed, Time now)
{
    return (int64_t)(memory_retrievability(settings, stability, days_between(reviewed, now)) * 1e6);
}

typedef struct Review {
    Id skill;
    bool right, hinted, slow; /* of all its questions together: one wrong makes it wrong */
    Window recent;
} Review;

/* Whole days, as FSRS counts them; less than one is the same day. */
static double whole_days(Time from, Time until)
{
    return (double)(int64_t)days_between(from, until);
}

static Err *review_keep(Tx *tx, Id person, const MemorySettings *settings, const Review *review, const Tally *tally, const PaperSkills *paper, Time now)
{
    MemoryState m;
    bool found;
    TRY(memory_at(&tx->db, person, review->skill, &m, &found));
    Criterion criterion = criterion_default();
    if (!found)
        m = (MemoryState){.criterion_m = criterion.m, .criterion_n = criterion.n, .criterion_r = criterion.retrievability};
    Window window = {(uint32_t)m.recent, m.recent_len};
    for (size_t i = 0; i < paper->len; i++)
        if (paper->at[i] == review->skill && tally->counted[i] && !tally->counted[i]->waits)
            window = window_add(window, tally->counted[i]->share == SHARE_FULL);
    int64_t days;
    Memory after = memory_review(settings, (Memory){m.stability, m.difficulty}, found ? whole_days(m.reviewed_at, now) : 0,
                                 memory_rating(review->right, review->hinted, review->slow), &days);
    if (days > SEASON_DAYS)
        days = SEASON_DAYS;
    return memory_put(tx, &(MemoryPutArgs){.person = person, .skill = review->skill, .stability = after.stability, .difficulty = after.difficulty,
                                           .reps = m.reps + 1, .lapses = m.lapses + !review->right, .recent = window.bits, .recent_len = window.len,
                                           .criterion_m = m.criterion_m, .criterion_n = m.criterion_n, .criterion_r = m.criterion_r,
                                           .now = now, .due_at = {now.ms + days * DAY_MS}});
}

static Review *review_of(Review *reviews, size_t *len, Id skill)
{
    for (size_t i = 0; i < *len; i++)
        if (reviews[i].skill == skill)
            return &reviews[i];
    reviews[*len] = (Review){.skill = skill, .right = true};
    return &reviews[(*len)++];
}

Err *attempt_remember(Tx *tx, const Attempt *attempt, const PaperSkills *paper, const Tally *tally, Time now)
{
    Review reviews[PAPER_QUESTIONS_MAX];
    MemorySettings settings = memory_of_person(&tx->db, attempt->person);
    size_t len = 0;
    for (size_t i = 0; i < paper->len; i++) {
        const AttemptEvent *event = tally->counted[i];
        if (!paper->at[i] || !event || event->waits)
            continue;
        Review *review = review_of(reviews, &len, paper->at[i]);
        review->right &= event->share == SHARE_FULL;
        review->hinted |= event->hinted;
        review->slow |= event->ms > SLOW_MS;
    }
    for (size_t i = 0; i < len; i++)
        TRY(review_keep(tx, attempt->person, &settings, &reviews[i], tally, paper, now));
    return NULL;
}
