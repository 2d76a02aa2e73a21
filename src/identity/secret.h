/* Inside identity: random secrets and how they are kept. */
#pragma once
#include "base/base.h"

/* len letters and digits that cannot be mixed up (Crockford base 32, lower case), 5 bits each, from the system's
 * generator. */
Str secret_letters(Arena *arena, size_t len);
Str secret_digits(Arena *arena, size_t len);
/* Hexadecimal BLAKE2b-256 of the text: for secrets of 60 bits and more, which need no slow hash. kind keeps uses apart.
 */
Str secret_hash(Arena *arena, const char *kind, Str text);
bool secret_same(Str a, Str b); /* takes equally long wherever they differ */
/* What people type of a code: lower case, without spaces and dashes, with o, i, l read as 0, 1, 1. */
Str secret_typed(Arena *arena, Str typed);
Str secret_groups(Arena *arena, Str code, size_t group); /* "abcd-efgh" */

/* ---- passwords ---- */
extern const char common_passwords[]; /* lower case, " a b c " */
extern const size_t common_passwords_len;

typedef struct PasswordFor { /* whose: a password must not be one of these */
    Str name, sign_name, phone, email, village;
} PasswordFor;
/* ERR_INVALID at the field: password.short (8 characters), password.long (1,024 bytes), password.common, password.own.
 */
Err *password_check(Arena *arena, Str password, const PasswordFor *whose, const char *field);
/* True when hash is of this password. hash empty: does the same work for nobody and answers false. */
Err *password_verify(Arena *arena, Str hash, Str password, bool *right, bool *outdated);

/* ---- wrong tries (tries.c) ---- */
typedef enum TryKind { TRY_ACCOUNT, TRY_SLIP, TRY_ADDRESS, TRY_DEVICE, TRY_SETUP } TryKind;
/* Milliseconds to wait before the next try is looked at; 0: go on. */
int64_t tries_wait(TryKind kind, Str key, Time now);
/* Counts a wrong one. */
void tries_wrong(TryKind kind, Str key, Time now);
void tries_forget(TryKind kind, Str key); /* after a right one: accounts and devices */
void tries_reset(void);                   /* tests */
