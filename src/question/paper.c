/* Drawing a paper from a seed: which questions, in which order, their choices in which order. */
#include "question/question.h"

/* splitmix64 (Steele, Lea, Flood 2014), as base/test_money.c has it for tests; its constants are part of what a seed means. */
static uint64_t next_bits(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* 0 .. below - 1 without bias: what does not fill a whole round is drawn again. */
static uint64_t below(uint64_t *state, uint64_t limit)
{
    uint64_t round = UINT64_MAX - UINT64_MAX % limit, bits;
    do
        bits = next_bits(state);
    while (bits >= round);
    return bits % limit;
}

static void shuffle(uint64_t seed, size_t len, int64_t *out)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (int64_t)i;
    for (size_t i = len; i > 1; i--) { /* Fisher-Yates */
        size_t k = (size_t)below(&seed, i);
        int64_t kept = out[i - 1];
        out[i - 1] = out[k];
        out[k] = kept;
    }
}

void paper_order(uint64_t seed, uint64_t key, size_t len, int64_t *out)
{
    uint64_t state = key;
    shuffle(seed ^ next_bits(&state), len, out);
}

/* Drawing without shuffling keeps what was drawn in the order of the pool: a small sort by insertion. */
static void in_order(int64_t *at, size_t len)
{
    for (size_t i = 1; i < len; i++)
        for (size_t k = i; k > 0 && at[k - 1] > at[k]; k--) {
            int64_t kept = at[k];
            at[k] = at[k - 1];
            at[k - 1] = kept;
        }
}

size_t paper_draw(uint64_t seed, size_t available, size_t draw, bool shuffled, int64_t *out)
{
    size_t len = draw && draw < available ? draw : available;
    paper_order(seed, 0, available, out);
    if (!shuffled)
        in_order(out, len);
    return len;
}

static void straight(size_t len, int64_t *out)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (int64_t)i;
}

static size_t show_options(const OptionList *options, uint64_t seed, uint64_t key, bool shuffled, int64_t *out)
{
    size_t len = options->len < QUESTION_OPTIONS_MAX ? options->len : QUESTION_OPTIONS_MAX;
    if (shuffled)
        paper_order(seed, key, len, out);
    else
        straight(len, out);
    return len;
}

void question_show(const Question *q, uint64_t seed, uint64_t position, bool shuffled, Shown *out)
{
    uint64_t key = (position + 1) * 64;
    bool moves = shuffled && !q->keep_order;
    QuestionType type = question_type_find(q->type);
    *out = (Shown){0};
    if (type == QUESTION_SINGLE || type == QUESTION_MULTIPLE)
        out->options_len = show_options(&q->options, seed, key, moves, out->options);
    else if (type == QUESTION_TRUE_FALSE)
        out->options_len = show_options(&q->options, seed, key, false, out->options);
    else if (type == QUESTION_MATCHING || type == QUESTION_ORDERING)
        out->options_len = show_options(&q->options, seed, key, true, out->options);
    for (size_t i = 0; type == QUESTION_MATCHING && i < out->options_len; i++)
        if (str_trim(q->options.at[i].text).len)
            out->left[out->left_len++] = (int64_t)i;
    /* A list to order that came out in its right order would give the answer away, and tell those who look that it is. */
    bool told = type == QUESTION_ORDERING && out->options_len > 1;
    for (size_t i = 0; told && i < out->options_len; i++)
        told = out->options[i] == (int64_t)i;
    if (told) {
        out->options[0] = 1;
        out->options[1] = 0;
    }
    out->gaps_len = type == QUESTION_CLOZE ? q->gaps.len < QUESTION_GAPS_MAX ? q->gaps.len : QUESTION_GAPS_MAX : 0;
    for (size_t i = 0; i < out->gaps_len; i++)
        out->gaps[i].len = show_options(&q->gaps.at[i].options, seed, key + 1 + i, moves && str_eq(q->gaps.at[i].kind, STR("choice")),
                                        out->gaps[i].options);
}
