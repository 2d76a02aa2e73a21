/* UUIDs (RFC 9562) as names of transfers. */
#include <sodium.h>
#include <string.h>

#include "ledger/inside.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool uuid_parse(Str text, Uuid *out)
{
    Uuid uuid = {0};
    size_t digits = 0;
    bool any = false;
    if (text.len != UUID_TEXT_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text.at[i] != '-')
                return false;
            continue;
        }
        int digit = hex_digit(text.at[i]);
        if (digit < 0)
            return false;
        any = any || digit;
        uuid.at[digits / 2] = (unsigned char)(uuid.at[digits / 2] << 4 | digit);
        digits++;
    }
    if (any)
        *out = uuid;
    return any;
}

Str uuid_text(Arena *arena, Uuid uuid)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, UUID_TEXT_LEN + 1), *at = text;
    for (size_t i = 0; i < sizeof uuid.at; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[uuid.at[i] >> 4];
        *at++ = digits[uuid.at[i] & 15];
    }
    return (Str){text, UUID_TEXT_LEN};
}

static Uuid with_version(Uuid uuid, int version)
{
    uuid.at[6] = (unsigned char)((uuid.at[6] & 0x0F) | version << 4);
    uuid.at[8] = (unsigned char)((uuid.at[8] & 0x3F) | 0x80);
    return uuid;
}

/* Time in the first 48 bits; the low bits of a house id, which count up within a millisecond, keep the order inside it. */
Uuid uuid_mint(void)
{
    Uuid uuid;
    Id id = id_mint();
    uint64_t ms = (uint64_t)id_time_ms(id);
    randombytes_buf(uuid.at, sizeof uuid.at);
    for (size_t i = 0; i < 6; i++)
        uuid.at[i] = (unsigned char)(ms >> (40 - 8 * i));
    uuid.at[6] = (unsigned char)(id >> 10 & 0x0F); /* 4 of the 14 bits of the sequence, */
    uuid.at[7] = (unsigned char)(id >> 2);         /* then 8 more, */
    uuid.at[8] = (unsigned char)((uuid.at[8] & 0x0F) | (id & 3) << 4); /* then the last two */
    return with_version(uuid, 7);
}

Uuid uuid_named(Str words)
{
    Uuid uuid;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)words.at, words.len);
    memcpy(uuid.at, hash, sizeof uuid.at);
    return with_version(uuid, 8);
}
