/* States of travellers half through a restriction over several edges. */
#include "solve/roads/turns.h"

#include <stdlib.h>
#include <string.h>

bool turns_is_begin(const Turns *turns, int32_t state)
{
    return turns->begun[turns->states.at[state].came] == state;
}

/* What is half done after driving `by` from a state: restrictions that go on, then those that begin with it. */
static bool drive(const Turns *t, int32_t state, int32_t by, TurnState *out)
{
    *out = (TurnState){.came = by, .next = -1};
    for (int32_t i = 0; state >= 0 && i < t->states.at[state].len; i++) {
        TurnPart part = t->states.at[state].at[i];
        const LongTurn *rule = &t->net->long_turns.at[part.rule];
        bool follows = t->net->turn_edges.at[rule->first + (uint32_t)part.done] == by, last = part.done + 1 == (int32_t)rule->len;
        if (rule->only ? !follows : follows && last)
            return false;
        if (follows && !last && out->len < TURNS_AT_ONCE)
            out->at[out->len++] = (TurnPart){part.rule, part.done + 1};
    }
    return true;
}

static void begin_all(const Turns *t, TurnState *state)
{
    for (int32_t i = t->rule_of[state->came]; i >= 0; i = t->rule_next[i])
        if (state->len < TURNS_AT_ONCE)
            state->at[state->len++] = (TurnPart){i, 1};
}

static int32_t find(const Turns *t, const TurnState *wanted)
{
    for (int32_t s = t->state_of[wanted->came]; s >= 0; s = t->states.at[s].next)
        if (t->states.at[s].len == wanted->len &&
            memcmp(t->states.at[s].at, wanted->at, (size_t)wanted->len * sizeof *wanted->at) == 0)
            return s;
    return -1;
}

bool turns_next(const Turns *t, int32_t state, int32_t by, int32_t *next)
{
    TurnState to;
    *next = -1;
    if (!drive(t, state, by, &to))
        return false;
    if (to.len) {
        begin_all(t, &to);
        *next = find(t, &to);
    }
    return true;
}

static int32_t add(Turns *t, TurnState *state)
{
    int32_t known = find(t, state);
    if (known >= 0)
        return known;
    state->next = t->state_of[state->came];
    LIST_ADD(&t->states, *state);
    return t->state_of[state->came] = (int32_t)t->states.len - 1;
}

/* A restriction counts where its every edge may be driven. */
static bool counts(const Turns *t, const LongTurn *rule)
{
    if (!(rule->profiles & t->bit))
        return false;
    for (uint32_t i = 0; i < rule->len; i++)
        if (t->time[t->net->turn_edges.at[rule->first + i]] == ROADS_NONE)
            return false;
    return true;
}

void turns_find(Arena *arena, const Network *net, unsigned bit, const int32_t *time, Turns *out)
{
    size_t directed = 2 * net->edges.len + 1, bytes = directed * sizeof(int32_t);
    Turns *t = out;
    *t = (Turns){.net = net, .bit = bit, .time = time, .begun = NEW_ARRAY(arena, int32_t, directed),
                 .state_of = NEW_ARRAY(arena, int32_t, directed), .rule_of = NEW_ARRAY(arena, int32_t, directed),
                 .rule_next = NEW_ARRAY(arena, int32_t, net->long_turns.len + 1)};
    memset(t->begun, 0xff, bytes);
    memset(t->state_of, 0xff, bytes);
    memset(t->rule_of, 0xff, bytes);
    for (size_t i = 0; i < net->long_turns.len; i++) {
        const LongTurn *rule = &net->long_turns.at[i];
        if (!counts(t, rule))
            continue;
        int32_t first = net->turn_edges.at[rule->first];
        t->rule_next[i] = t->rule_of[first];
        t->rule_of[first] = (int32_t)i;
    }
    for (size_t i = 0; i + 1 < directed; i++) {
        TurnState state = {.came = (int32_t)i, .next = -1};
        begin_all(t, &state);
        if (state.len)
            t->begun[i] = add(t, &state);
    }
    /* From every state, each edge with which one of its restrictions goes on. */
    for (size_t s = 0; s < t->states.len; s++)
        for (int32_t k = 0; k < t->states.at[s].len; k++) {
            TurnPart part = t->states.at[s].at[k];
            TurnState to;
            int32_t by = net->turn_edges.at[net->long_turns.at[part.rule].first + (uint32_t)part.done];
            if (!drive(t, (int32_t)s, by, &to) || !to.len)
                continue;
            begin_all(t, &to);
            add(t, &to);
        }
}

void turns_free(Turns *turns)
{
    free(turns->states.at);
}
