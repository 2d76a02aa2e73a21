/* Minting and writing ids. Layout after the "Snowflake" scheme, alphabet after Crockford's base 32. */
#include "base/id.h"

#include <stdatomic.h>
#include <string.h>

#include "base/time.h"

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
static const int64_t epoch_ms = 1704067200000; /* 2024-01-01T00:00:00Z */

enum { NODE_BITS = 8, SEQUENCE_BITS = 14 };

static _Atomic int64_t last_tick; /* milliseconds << SEQUENCE_BITS | sequence */
static _Atomic int node_number;

void id_set_node(int node)
{
    atomic_store(&node_number, node & 255);
}

Id id_mint(void)
{
    int64_t now = (time_real().ms - epoch_ms) << SEQUENCE_BITS;
    int64_t last = atomic_load(&last_tick), tick;
    do
        tick = now > last ? now : last + 1;
    while (!atomic_compare_exchange_weak(&last_tick, &last, tick));
    int64_t ms = tick >> SEQUENCE_BITS, sequence = tick & ((1 << SEQUENCE_BITS) - 1);
    return ms << (NODE_BITS + SEQUENCE_BITS) | (int64_t)atomic_load(&node_number) << SEQUENCE_BITS | sequence;
}

int64_t id_time_ms(Id id)
{
    return (id >> (NODE_BITS + SEQUENCE_BITS)) + epoch_ms;
}

void id_write(Id id, char out[ID_TEXT_LEN])
{
    uint64_t rest = (uint64_t)id;
    for (int i = ID_TEXT_LEN - 1; i >= 0; i--) {
        out[i] = alphabet[rest & 31];
        rest >>= 5;
    }
}

Str id_text(Arena *arena, Id id)
{
    char *text = arena_alloc(arena, ID_TEXT_LEN);
    id_write(id, text);
    return (Str){text, ID_TEXT_LEN};
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c + 32);
    if (c == 'i' || c == 'l')
        c = '1';
    if (c == 'o')
        c = '0';
    const char *found = c ? strchr(alphabet, c) : NULL;
    return found ? (int)(found - alphabet) : -1;
}

bool id_parse(Str text, Id *out)
{
    if (text.len != ID_TEXT_LEN)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < ID_TEXT_LEN; i++) {
        int digit = digit_of(text.at[i]);
        if (digit < 0 || value >> 58) /* the next shift would pass 63 bits */
            return false;
        value = value << 5 | (uint64_t)digit;
    }
    if (value == 0)
        return false;
    *out = (Id)value;
    return true;
}
