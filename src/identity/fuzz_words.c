/* Fuzzes what strangers type: names, phones, codes, passwords, and what their browser says it is. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "identity/people.h"
#include "identity/secret.h"
#include "identity/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Str text = {(const char *)data, size > 4096 ? 4096 : size}, rest;
    Str key = sign_key_of(arena, text);
    must(!utf8_valid(text) ||
         str_eq(sign_key_of(arena, key), key)); /* folding twice changes nothing: what is stored is found */
    Str digits = phone_digits(arena, text), tail = phone_tail(arena, text);
    must(str_ends(digits, tail) && tail.len <= 8);
    must(!digits.len || digits.at[digits.len - 1] == '0' || phone_same(arena, text, text));
    Str typed = secret_typed(arena, text);
    must(str_eq(secret_typed(arena, secret_groups(arena, typed, 4)), typed));
    must(secret_hash(arena, "millet.fuzz", text).len == 64);
    (void)device_name(arena, text);
    str_cut(text, '\n', &text, &rest);
    PasswordFor whose = {.name = rest, .phone = rest, .email = rest};
    (void)password_check(arena, text, &whose, "password");
    (void)person_search_text(arena, text, rest, text);
    arena_free(arena);
    return 0;
}
