/* A basket being filled beside the baskets of others. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "solve/recommend/recommend.h"

enum { SESSIONS_MAX = 5000, NEIGHBOURS = 100, SESSION_ITEMS_MAX = 100 };

struct SessionIndex {
    const Baskets *sessions;
    size_t *start;     /* sessions of each item, oldest first */
    uint32_t *session;
};

SessionIndex *session_index(Arena *arena, const Baskets *sessions)
{
    SessionIndex *index = NEW(arena, SessionIndex);
    size_t total = sessions->start[sessions->users], *next = NEW_ARRAY(arena, size_t, sessions->items + 1);
    *index = (SessionIndex){sessions, NEW_ARRAY(arena, size_t, sessions->items + 2), NEW_ARRAY(arena, uint32_t, total + 1)};
    for (size_t k = 0; k < total; k++)
        index->start[sessions->item[k] + 1]++;
    for (size_t i = 0; i < sessions->items; i++)
        next[i] = index->start[i], index->start[i + 1] += index->start[i];
    for (size_t s = 0; s < sessions->users; s++)
        for (size_t k = sessions->start[s]; k < sessions->start[s + 1]; k++)
            index->session[next[sessions->item[k]]++] = (uint32_t)s;
    return index;
}

typedef struct Near {
    float likeness;
    uint32_t session;
} Near;

static int by_likeness(const void *a, const void *b)
{
    const Near *x = a, *y = b;
    if (x->likeness != y->likeness)
        return x->likeness < y->likeness ? 1 : -1;
    return (x->session < y->session) - (x->session > y->session); /* the newer one first */
}

/* Sessions that share an item: w(position) = position / length, over the root of both lengths. */
static size_t neighbours_find(const SessionIndex *index, Arena *scratch, const uint32_t *session, size_t len, Near **out)
{
    const Baskets *all = index->sessions;
    float *sum = NEW_ARRAY(scratch, float, all->users + 1);
    uint32_t *seen = NEW_ARRAY(scratch, uint32_t, (size_t)SESSIONS_MAX * 2 + 1);
    size_t found = 0, share = SESSIONS_MAX / (len ? len : 1) + 1;
    for (size_t i = 0; i < len; i++) {
        if (session[i] >= all->items)
            continue;
        size_t from = index->start[session[i]], to = index->start[session[i] + 1];
        for (size_t k = to; k > from && to - k < share; k--) { /* the newest ones */
            uint32_t s = index->session[k - 1];
            if (sum[s] == 0)
                seen[found++] = s;
            sum[s] += (float)(i + 1) / (float)len;
        }
    }
    *out = NEW_ARRAY(scratch, Near, found + 1);
    for (size_t k = 0; k < found; k++) {
        uint32_t s = seen[k];
        (*out)[k] = (Near){sum[s] / sqrtf((float)len * (float)(all->start[s + 1] - all->start[s])), s};
    }
    qsort(*out, found, sizeof **out, by_likeness);
    return found < NEIGHBOURS ? found : NEIGHBOURS;
}

typedef struct Vote {
    float score, most;
    uint32_t because;
} Vote;

/* One neighbour's votes; the farther the last shared item lies from the end of this session, the less they count. */
static void vote(const SessionIndex *index, const Near *near, const uint32_t *place, Vote *votes, size_t len)
{
    const Baskets *all = index->sessions;
    size_t from = all->start[near->session], to = all->start[near->session + 1];
    uint32_t last = 0, shared = UINT32_MAX;
    for (size_t k = from; k < to; k++)
        if (place[all->item[k]] > last) {
            last = place[all->item[k]];
            shared = all->item[k];
        }
    float decay = 1 - 0.1f * (float)(len - last);
    if (last == 0 || decay <= 0)
        return;
    for (size_t k = from; k < to; k++) {
        uint32_t item = all->item[k];
        if (place[item])
            continue;
        float idf = logf((float)(all->users + 1) / (float)(index->start[item + 1] - index->start[item]));
        float score = near->likeness * decay * (idf > 0.1f ? idf : 0.1f);
        votes[item].score += score;
        if (score > votes[item].most) {
            votes[item].most = score;
            votes[item].because = shared;
        }
    }
}

size_t session_score(const SessionIndex *index, Arena *scratch, const uint32_t *session, size_t session_len, Suggestion *out, size_t len)
{
    const Baskets *all = index->sessions;
    size_t found = 0;
    if (session_len > SESSION_ITEMS_MAX) {
        session += session_len - SESSION_ITEMS_MAX;
        session_len = SESSION_ITEMS_MAX;
    }
    Near *near;
    uint32_t *place = NEW_ARRAY(scratch, uint32_t, all->items + 1);
    Vote *votes = NEW_ARRAY(scratch, Vote, all->items + 1);
    for (size_t i = 0; i < session_len; i++)
        if (session[i] < all->items)
            place[session[i]] = (uint32_t)i + 1;
    size_t near_len = neighbours_find(index, scratch, session, session_len, &near);
    for (size_t k = 0; k < near_len; k++)
        vote(index, &near[k], place, votes, session_len);
    for (uint32_t item = 0; item < all->items && len; item++) {
        if (votes[item].score <= 0 || (found == len && votes[item].score <= out[len - 1].score))
            continue;
        size_t at = found < len ? found++ : len - 1;
        for (; at > 0 && out[at - 1].score < votes[item].score; at--)
            out[at] = out[at - 1];
        out[at] = (Suggestion){item, votes[item].score, {votes[item].because, UINT32_MAX}};
    }
    return found;
}
