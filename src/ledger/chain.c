/* The chain of hashes through the journal. OpenSSL's plain functions use the processor's own SHA-256, several times quicker than
   libsodium's; they are called old since OpenSSL 3, whose new ones cost more to begin than such a short text to hash. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <string.h>

#include "ledger/inside.h"

/* The numbers of a transfer in the order of the canonical form. */
enum { NUMBERS = 15, TEXTS_MAX = TRANSFER_KIND_MAX + TRANSFER_REF_MAX, CANONICAL_MAX = 3 + CHAIN_HASH_LEN + 16 + NUMBERS * 8 + 16 + TEXTS_MAX };

static unsigned char *add_number(unsigned char *at, int64_t number)
{
    uint64_t bits = (uint64_t)number;
    for (int i = 0; i < 8; i++)
        *at++ = (unsigned char)(bits >> 8 * i);
    return at;
}

static unsigned char *add_text(unsigned char *at, Str text, size_t max)
{
    size_t len = text.len < max ? text.len : max; /* longer than the engine takes: damaged, and then the length differs */
    at = add_number(at, (int64_t)text.len);
    if (len)
        memcpy(at, text.at, len);
    return at + len;
}

void chain_hash(const unsigned char before[CHAIN_HASH_LEN], const Transfer *t, unsigned char out[CHAIN_HASH_LEN])
{
    const int64_t numbers[NUMBERS] = {t->seq, t->debit, t->credit, t->amount, t->flags, t->refers, t->group_seq,
                                      t->effective_on.days, t->recorded_at, t->expires_at, t->actor, t->dr_prev, t->cr_prev,
                                      t->dr_after, t->cr_after};
    unsigned char canonical[CANONICAL_MAX] = {'V', 'L', '1'}, *at = canonical + 3;
    memcpy(at, before, CHAIN_HASH_LEN);
    at += CHAIN_HASH_LEN;
    memcpy(at, t->id.at, t->id.len < 16 ? t->id.len : 16);
    at += 16;
    for (size_t i = 0; i < NUMBERS; i++)
        at = add_number(at, numbers[i]);
    at = add_text(at, t->kind, TRANSFER_KIND_MAX);
    at = add_text(at, t->ref, TRANSFER_REF_MAX);
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, canonical, (size_t)(at - canonical));
    SHA256_Final(out, &context);
}
