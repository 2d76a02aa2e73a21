/* Who gets how much of a short harvest. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cycle/cycle.h"

typedef struct Turn { /* a claim's place in the queue */
    Claim *claim;
    bool later;                               /* behind all who are not */
    unsigned char lot[crypto_hash_sha256_BYTES]; /* zeros where nothing is drawn */
} Turn;

static int by_turn(const void *a, const void *b)
{
    const Turn *x = a, *y = b;
    if (x->later != y->later)
        return x->later - y->later;
    int lots = memcmp(x->lot, y->lot, sizeof x->lot);
    if (lots)
        return lots;
    if (x->claim->at.ms != y->claim->at.ms)
        return x->claim->at.ms < y->claim->at.ms ? -1 : 1;
    return (x->claim->id > y->claim->id) - (x->claim->id < y->claim->id);
}

static void draw(Arena *arena, Turn *turn, Str seed)
{
    Str id = id_text(arena, turn->claim->id);
    Str text = str_format(arena, "%.*s:%.*s", STR_ARG(seed), STR_ARG(id));
    crypto_hash_sha256(turn->lot, (const unsigned char *)text.at, text.len);
}

static Turn *queue(Arena *arena, AllocationRule rule, Str seed, Claim *claims, size_t len)
{
    Turn *turns = NEW_ARRAY(arena, Turn, len + 1);
    for (size_t i = 0; i < len; i++) {
        turns[i].claim = &claims[i];
        turns[i].later = rule == ALLOCATE_MEMBERS_FIRST && !claims[i].member;
        if (rule == ALLOCATE_LOTTERY)
            draw(arena, &turns[i], seed);
    }
    if (len)
        qsort(turns, len, sizeof *turns, by_turn);
    return turns;
}

/* One after the other gets all, the last one what is left; a rest too small for one goes to the next who wants so little. */
static int64_t one_by_one(Turn *turns, size_t len, int64_t harvest, int64_t step, int64_t least)
{
    int64_t left = harvest - harvest % step;
    for (size_t i = 0; i < len; i++) {
        Claim *claim = turns[i].claim;
        int64_t most = claim->wanted < left ? claim->wanted : left;
        int64_t enough = least < claim->wanted ? least : claim->wanted;
        claim->got = most >= enough ? most : 0;
        left -= claim->got;
    }
    return harvest - harvest % step - left;
}

typedef struct Rest {
    int64_t rest;
    size_t place; /* in the queue */
} Rest;

static int by_rest(const void *a, const void *b)
{
    const Rest *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* Hamilton's method over the first len of the queue, in whole steps: floors, then one more for the largest remainders. */
static void shares(Arena *arena, Turn *turns, size_t len, int64_t harvest, int64_t step)
{
    int64_t units = harvest / step, total = 0, given = 0;
    Rest *rests = NEW_ARRAY(arena, Rest, len + 1);
    for (size_t i = 0; i < len; i++)
        total += turns[i].claim->wanted / step;
    if (units > total)
        units = total;
    for (size_t i = 0; i < len && total; i++) {
        __extension__ typedef __int128 Wide;
        Wide part = (Wide)(turns[i].claim->wanted / step) * units;
        turns[i].claim->got = (int64_t)(part / total) * step;
        rests[i] = (Rest){(int64_t)(part % total), i};
        given += turns[i].claim->got / step;
    }
    if (len)
        qsort(rests, len, sizeof *rests, by_rest);
    for (size_t i = 0; i < len && given < units; i++, given++)
        turns[rests[i].place].claim->got += step;
}

/* Whoever would get less than is worth the way gives way, the latest first, until everybody's share is worth it. */
static int64_t in_proportion(Arena *arena, Turn *turns, size_t len, int64_t harvest, int64_t step, int64_t least)
{
    size_t left = len;
    int64_t given = 0;
    for (;;) {
        shares(arena, turns, left, harvest, step);
        size_t small = left;
        for (size_t i = left; i-- > 0 && small == left;) {
            const Claim *claim = turns[i].claim;
            if (claim->got < claim->wanted && claim->got < least)
                small = i;
        }
        if (small == left)
            break;
        Turn gone = turns[small];
        gone.claim->got = 0;
        memmove(&turns[small], &turns[small + 1], (left - small - 1) * sizeof *turns);
        turns[--left] = gone;
    }
    for (size_t i = 0; i < len; i++)
        given += turns[i].claim->got;
    int64_t over = harvest - harvest % step - given;
    for (size_t i = 0; i < len; i++) { /* what the last one left is enough for some who gave way before */
        Claim *claim = turns[i].claim;
        int64_t lacks = claim->wanted - claim->got, more = lacks < over ? lacks : over;
        if (claim->got + more >= (least < claim->wanted ? least : claim->wanted)) {
            claim->got += more;
            over -= more;
        }
    }
    return harvest - harvest % step - over;
}

int64_t allocate(Arena *arena, AllocationRule rule, Str seed, int64_t harvest, int64_t step, int64_t least, Claim *claims,
                 size_t len)
{
    for (size_t i = 0; i < len; i++)
        claims[i].got = 0;
    if (harvest <= 0 || step <= 0)
        return 0;
    if (least < step)
        least = step;
    Turn *turns = queue(arena, rule, seed, claims, len);
    return rule == ALLOCATE_PRO_RATA ? in_proportion(arena, turns, len, harvest, step, least)
                                     : one_by_one(turns, len, harvest, step, least);
}

AllocationRule allocation_rule(Str name)
{
    static const char *const names[] = {"", "first_come", "pro_rata", "members_first", "lottery"};
    for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
        if (str_eq(name, str_of(names[i])))
            return (AllocationRule)i;
    return 0;
}
