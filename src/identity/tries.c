/* Wrong tries, counted so that guessing is slow and nobody is locked out: after a few wrong ones the next must wait,
   twice as long each time, never longer than 15 minutes. Kept in memory only: no address is ever stored. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "core/core.h"
#include "identity/secret.h"

enum {
    SLOTS = 16384, /* 16 bytes each. Two keys that share one share their waiting, at most 15 minutes: harmless */
    FIRST_WAIT_MS = 30 * SECOND_MS,
    LONGEST_WAIT_MS = 15 * MINUTE_MS,
};

typedef struct Slot {
    int64_t last_ms; /* of the newest wrong try */
    int32_t wrong;   /* in the running window */
} Slot;

static struct {
    pthread_mutex_t lock;
    bool keyed;
    unsigned char key[crypto_shorthash_KEYBYTES]; /* so that nobody can aim at a slot */
    Slot slots[SLOTS];
} book = {.lock = PTHREAD_MUTEX_INITIALIZER};

typedef struct Rule {
    int64_t free;      /* wrong tries before waiting begins */
    int64_t window_ms; /* quiet for so long: forgotten */
} Rule;

static Rule rule_of(TryKind kind)
{
    if (kind == TRY_ADDRESS)
        return (Rule){config_int("sign_in_address"), HOUR_MS};
    if (kind == TRY_SETUP)
        return (Rule){10, 15 * MINUTE_MS};
    return (Rule){config_int("sign_in_account"), 15 * MINUTE_MS};
}

static Slot *slot_of(TryKind kind, Str key)
{
    if (!book.keyed) {
        if (sodium_init() >= 0)
            randombytes_buf(book.key, sizeof book.key);
        book.keyed = true;
    }
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number;
    crypto_shorthash(hash, (const unsigned char *)key.at, key.len, book.key);
    memcpy(&number, hash, sizeof number);
    number += (uint64_t)kind * 0x9e3779b97f4a7c15u;
    return &book.slots[(number ^ number >> 32) % SLOTS];
}

static int64_t wait_after(const Rule *rule, int64_t wrong)
{
    if (wrong < rule->free)
        return 0;
    int64_t doublings = wrong - rule->free;
    int64_t wait = doublings > 10 ? LONGEST_WAIT_MS : (int64_t)FIRST_WAIT_MS << doublings;
    return wait > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : wait;
}

int64_t tries_wait(TryKind kind, Str key, Time now)
{
    const Rule rule = rule_of(kind);
    pthread_mutex_lock(&book.lock);
    const Slot *slot = slot_of(kind, key);
    int64_t left = slot->last_ms + wait_after(&rule, slot->wrong) - now.ms;
    if (slot->wrong == 0 || slot->last_ms > now.ms) /* the clock was set back: do not make anybody wait for it */
        left = 0;
    pthread_mutex_unlock(&book.lock);
    return left > 0 ? left : 0;
}

void tries_wrong(TryKind kind, Str key, Time now)
{
    const Rule rule = rule_of(kind);
    pthread_mutex_lock(&book.lock);
    Slot *slot = slot_of(kind, key);
    if (now.ms - slot->last_ms > rule.window_ms + wait_after(&rule, slot->wrong) || now.ms < slot->last_ms)
        slot->wrong = 0;
    slot->wrong++;
    slot->last_ms = now.ms;
    pthread_mutex_unlock(&book.lock);
}

void tries_forget(TryKind kind, Str key)
{
    pthread_mutex_lock(&book.lock);
    slot_of(kind, key)->wrong = 0;
    pthread_mutex_unlock(&book.lock);
}

void tries_reset(void)
{
    pthread_mutex_lock(&book.lock);
    memset(book.slots, 0, sizeof book.slots);
    pthread_mutex_unlock(&book.lock);
}
