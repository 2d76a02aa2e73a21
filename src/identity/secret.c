/* Random secrets, their hashes, and reading what people type of them. Only this file and password.c know libsodium. */
#include "identity/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char LETTERS[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void need_sodium(void)
{
    if (sodium_init() < 0)
        abort(); /* no random numbers: nothing safe can be done */
}

static Str secret_of(Arena *arena, size_t len, uint32_t choices)
{
    need_sodium();
    char *at = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        at[i] = LETTERS[randombytes_uniform(choices)];
    return (Str){at, len};
}

Str secret_letters(Arena *arena, size_t len)
{
    return secret_of(arena, len, 32);
}
Str secret_digits(Arena *arena, size_t len)
{
    return secret_of(arena, len, 10);
}

Str secret_hash(Arena *arena, const char *kind, Str text)
{
    need_sodium();
    unsigned char hash[crypto_generichash_BYTES];
    /* The kind is the key, so that a hash of one table never fits another. */
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.at, text.len, (const unsigned char *)kind,
                       strlen(kind));
    char *out = arena_alloc(arena, 2 * sizeof hash + 1);
    sodium_bin2hex(out, 2 * sizeof hash + 1, hash, sizeof hash);
    return (Str){out, 2 * sizeof hash};
}

bool secret_same(Str a, Str b)
{
    return a.len == b.len && sodium_memcmp(a.at ? a.at : "", b.at ? b.at : "", a.len) == 0;
}

Str secret_typed(Arena *arena, Str typed)
{
    char *out = arena_alloc(arena, typed.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c == 'o')
            c = '0';
        if (c == 'i' || c == 'l')
            c = '1';
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
            out[len++] = c;
    }
    return (Str){out, len};
}

Str secret_groups(Arena *arena, Str code, size_t group)
{
    char *out = arena_alloc(arena, code.len * 2 + 1);
    size_t len = 0;
    for (size_t i = 0; i < code.len; i++) {
        if (i && i % group == 0)
            out[len++] = '-';
        out[len++] = code.at[i];
    }
    return (Str){out, len};
}
