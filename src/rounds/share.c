/* What each order's goods stand for of the round that carries them. Every part of an order takes the same share: a crate of
   cabbage and a dozen eggs make the driver stop alike. */
#include "rounds/inside.h"

/* The i-th of n shares of a whole: all of them together are exactly the whole. */
static int64_t share(int64_t whole, size_t i, size_t n)
{
    int64_t many = (int64_t)n, at = (int64_t)i;
    return whole * (at + 1) / many - whole * at / many;
}

static Err *round_share(Tx *tx, const Round *round)
{
    RoundPartList parts;
    int64_t count;
    TRY(round_part_list(&tx->db, round->id, &parts));
    for (size_t i = 0; i < parts.len; i++)
        TRY(round_part_share(tx, parts.at[i].part, share(round->distance_m, i, parts.len), share(round->drive_s, i, parts.len),
                             share(round->emitted_grams, i, parts.len), &count));
    return NULL;
}

Err *rounds_share_write(Tx *tx, Id plan)
{
    RoundList rounds;
    int64_t count;
    TRY(round_share_clear(tx, plan, &count));
    TRY(round_list(&tx->db, plan, &rounds));
    for (size_t i = 0; i < rounds.len; i++)
        TRY(round_share(tx, &rounds.at[i]));
    return NULL;
}
