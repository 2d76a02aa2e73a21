/* A small fast random generator with a seed, the same on every machine (wyrand by Wang Yi). Not for secrets. */
#pragma once
#include <stdint.h>

typedef struct Random {
    uint64_t state;
} Random;

static inline uint64_t random_next(Random *random)
{
    random->state += UINT64_C(0xa0761d6478bd642f);
    __uint128_t t = (__uint128_t)random->state * (random->state ^ UINT64_C(0xe7037ed1a0b428db));
    return (uint64_t)(t >> 64) ^ (uint64_t)t;
}

/* 0 .. below-1; below must be positive. The bias is under 2^-32. */
static inline int random_below(Random *random, int below)
{
    return (int)(((random_next(random) >> 32) * (uint64_t)below) >> 32);
}

/* [0, 1) */
static inline double random_unit(Random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

static inline Random random_of(uint64_t seed)
{
    Random random = {seed * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x2545f4914f6cdd1d)};
    random_next(&random);
    return random;
}
