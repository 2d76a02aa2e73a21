/* What the daily quiz asks somebody: what is due, then the weakest, then one thing of the season. */
#include "quiz/inside.h"

#include <stdlib.h>

typedef struct Candidate {
    int64_t slot;
    int group;     /* 0 due, 1 known but weak, 2 never asked, 3 still known well */
    double known;  /* chance to know it now */
    int64_t lot;   /* place in the draw: among equals the seed decides */
    bool season;
} Candidate;

static int by_need(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;
    if (x->group != y->group)
        return x->group - y->group;
    if (x->known < y->known || x->known > y->known)
        return x->known < y->known ? -1 : 1;
    return x->lot < y->lot ? -1 : x->lot > y->lot;
}

static void judge_need(Candidate *c, const PoolSlot *slot, const MemoryRowList *memory, const MemorySettings *settings, Time now)
{
    c->group = 2;
    for (size_t i = 0; slot->has_skill && i < memory->len; i++) {
        const MemoryRow *m = &memory->at[i];
        if (m->skill != slot->skill)
            continue;
        c->known = memory_retrievability(settings, m->stability, days_between(m->reviewed_at, now));
        c->group = m->due_at.ms <= now.ms ? 0 : c->known < 0.9 ? 1 : 3;
    }
}

/* At most DUE_CAP due questions a day: who was away for a month is not punished for it. */
static size_t cap_due(Candidate *all, size_t len)
{
    size_t due = 0;
    for (size_t i = 0; i < len; i++)
        if (all[i].group == 0 && ++due > DUE_CAP)
            all[i].group = 3;
    return due;
}

/* The last place goes to something of this month, when the choice so far holds nothing of it. */
static void seat_season(Candidate *all, size_t len, size_t asked)
{
    for (size_t i = 0; i < asked; i++)
        if (all[i].season)
            return;
    for (size_t i = asked; i < len && asked > 1; i++)
        if (all[i].season) {
            Candidate kept = all[asked - 1];
            all[asked - 1] = all[i];
            all[i] = kept;
            return;
        }
}

static size_t candidates(Db *db, const PoolSlotList *pool, const MemoryRowList *memory, Id person, uint64_t seed, Time now, Candidate *out)
{
    int64_t lots[PAPER_QUESTIONS_MAX];
    MemorySettings settings = memory_of_person(db, person);
    size_t len = pool->len < PAPER_QUESTIONS_MAX ? pool->len : PAPER_QUESTIONS_MAX;
    int month = time_clock(now, village_at(db).zone).month;
    paper_order(seed, 1, len, lots);
    for (size_t i = 0; i < len; i++) {
        out[i] = (Candidate){.slot = pool->at[i].position, .lot = lots[i], .season = pool->at[i].months >> (month - 1) & 1};
        judge_need(&out[i], &pool->at[i], memory, &settings, now);
    }
    return len;
}

Err *choose_due(Db *db, const Quiz *quiz, Id person, uint64_t seed, Time now, Str *paper, int64_t *asked)
{
    Candidate all[PAPER_QUESTIONS_MAX];
    PoolSlotList pool;
    MemoryRowList memory;
    TRY(pool_slots(db, quiz->rev, &pool));
    TRY(memory_of(db, person, STR("en"), &memory));
    size_t len = candidates(db, &pool, &memory, person, seed, now, all);
    qsort(all, len, sizeof *all, by_need);
    if (cap_due(all, len) > DUE_CAP)
        qsort(all, len, sizeof *all, by_need);
    size_t take = quiz->draw && (size_t)quiz->draw < len ? (size_t)quiz->draw : len;
    seat_season(all, len, take);
    Buf out = buf_new(db->arena, 4096);
    for (size_t i = 0; i < take; i++)
        buf_addf(&out, "%s%lld", i ? "," : "", (long long)all[i].slot);
    *paper = buf_str(&out);
    *asked = (int64_t)take;
    return NULL;
}
