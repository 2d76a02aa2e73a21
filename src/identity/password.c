/* Passwords: which may be chosen, argon2id, and never more than two hashes at once. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "identity/identity.h"
#include "identity/secret.h"

enum {
    PASSWORD_CHARACTERS_MIN = 8,
    PASSWORD_BYTES_MAX = 1024,
    ONE_PASS_BYTES_MIN = 46 * 1024 * 1024,
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int64_t running, waiting;
} slots = {.lock = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER};

/* Whoever waits for a hash holds a thread that could serve the shop: a quarter of them stays free for it, however many
   sign in at once. */
static int64_t waiting_most(int64_t running_max)
{
    int64_t workers = config_int("workers"), wanted = config_int("hashes_waiting");
    if (!workers)
        workers = sysconf(_SC_NPROCESSORS_ONLN) * 8; /* as the server does */
    int64_t most = workers * 3 / 4 - running_max;
    return most < 1 ? 1 : most < wanted ? most : wanted;
}

static Err *slot_take(Arena *arena)
{
    /* Each takes some 46 MiB for a moment: on a machine with 512 MB two at once are what we can spare. */
    int64_t running_max = config_int("hashes_running"), waiting_max = waiting_most(running_max);
    pthread_mutex_lock(&slots.lock);
    if (slots.running >= running_max && slots.waiting >= waiting_max) {
        pthread_mutex_unlock(&slots.lock);
        return err_new(arena, ERR_BUSY, "identity.busy");
    }
    slots.waiting++;
    while (slots.running >= running_max)
        pthread_cond_wait(&slots.freed, &slots.lock);
    slots.waiting--;
    slots.running++;
    pthread_mutex_unlock(&slots.lock);
    return NULL;
}

static void slot_give(void)
{
    pthread_mutex_lock(&slots.lock);
    slots.running--;
    pthread_cond_signal(&slots.freed);
    pthread_mutex_unlock(&slots.lock);
}

/* RFC 9106 argon2id, p = 1. The floors of OWASP's table: 46 MiB with one pass, or 19 MiB with two; the configuration
   refuses less memory. */
static size_t memory_bytes(void)
{
    return (size_t)config_int("hash_memory");
}
static unsigned long long passes(void)
{
    int64_t wanted = config_int("hash_passes");
    return wanted < 2 && memory_bytes() < ONE_PASS_BYTES_MIN ? 2 : (unsigned long long)wanted;
}

Err *password_hash(Arena *arena, Str password, Str *hash)
{
    if (sodium_init() < 0)
        return err_new(arena, ERR_BROKEN, "identity.broken");
    TRY(slot_take(arena));
    char *out = arena_alloc(arena, crypto_pwhash_STRBYTES);
    int failed = crypto_pwhash_str_alg(out, password.at ? password.at : "", password.len, passes(), memory_bytes(),
                                       crypto_pwhash_ALG_ARGON2ID13);
    slot_give();
    if (failed) /* no memory for it: somebody may try again */
        return err_detail(arena, ERR_BUSY, "identity.busy", "argon2id could not get %zu bytes", memory_bytes());
    *hash = str_of(out);
    return NULL;
}

/* A hash of nobody's password with today's parameters: an unknown account costs as long as a known one. */
static Err *dummy_hash(Arena *arena, Str *out)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static char kept[crypto_pwhash_STRBYTES];
    Err *err = NULL;
    pthread_mutex_lock(&lock);
    if (!kept[0] || crypto_pwhash_str_needs_rehash(kept, passes(), memory_bytes()) != 0) {
        Str made;
        err = password_hash(arena, secret_letters(arena, 26), &made);
        if (!err) {
            memcpy(kept, made.at, made.len);
            kept[made.len] = 0;
        }
    }
    if (!err)
        *out = str_copy(arena, str_of(kept));
    pthread_mutex_unlock(&lock);
    return err;
}

Err *password_verify(Arena *arena, Str hash, Str password, bool *right, bool *outdated)
{
    bool nobody = hash.len == 0 || hash.len >= crypto_pwhash_STRBYTES;
    *right = *outdated = false;
    if (sodium_init() < 0)
        return err_new(arena, ERR_BROKEN, "identity.broken");
    if (nobody)
        TRY(dummy_hash(arena, &hash));
    char text[crypto_pwhash_STRBYTES] = {0};
    memcpy(text, hash.at, hash.len);
    TRY(slot_take(arena));
    int wrong = crypto_pwhash_str_verify(text, password.at ? password.at : "", password.len);
    slot_give();
    *right = !wrong && !nobody;
    *outdated = *right && crypto_pwhash_str_needs_rehash(text, passes(), memory_bytes()) != 0;
    return NULL;
}

/* ---- which may be chosen ---- */

static bool only_digits(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return true;
}

/* One character again and again, or a run up or down the digits or the alphabet. */
static bool is_run(Str s)
{
    int step = s.len > 1 ? s.at[1] - s.at[0] : 0;
    if (step < -1 || step > 1)
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.at[i] - s.at[i - 1] != step)
            return false;
    return true;
}

static int64_t number(Str s, size_t from, size_t len)
{
    int64_t n = 0;
    return str_to_int(str_slice(s, from, from + len), &n) ? n : 0;
}

/* A birthday in any common order: 19820514, 14051982, 05141982. The first guess about people one knows. */
static bool is_date(Str s)
{
    if (s.len != 8 || !only_digits(s))
        return false;
    int64_t year_first = number(s, 0, 4), year_last = number(s, 4, 4);
    int64_t a = year_first >= 1900 && year_first < 2100 ? number(s, 4, 2) : number(s, 0, 2);
    int64_t b = year_first >= 1900 && year_first < 2100 ? number(s, 6, 2) : number(s, 2, 2);
    bool has_year = (year_first >= 1900 && year_first < 2100) || (year_last >= 1900 && year_last < 2100);
    return has_year && a >= 1 && b >= 1 && a <= 31 && b <= 31 && (a <= 12 || b <= 12);
}

static bool is_common(Arena *arena, Str folded)
{
    Str wanted = str_format(arena, " %.*s ", STR_ARG(folded));
    if (memchr(folded.at, ' ', folded.len)) /* the list's own separator */
        return false;
    return memmem(common_passwords, common_passwords_len, wanted.at, wanted.len) != NULL;
}

/* The word itself, with up to three characters before or after it: "lihua123". */
static bool is_about(Arena *arena, Str folded, Str word)
{
    Str own = text_fold(arena, word);
    if (own.len < 4 || folded.len < own.len || folded.len > own.len + 3)
        return false;
    return str_find(folded, own) != SIZE_MAX;
}

Err *password_check(Arena *arena, Str password, const PasswordFor *whose, const char *field)
{
    if (!utf8_valid(password))
        return err_field(arena, "field.not_text", field);
    if (utf8_count(password) < PASSWORD_CHARACTERS_MIN)
        return err_field(arena, "password.short", field);
    if (password.len > PASSWORD_BYTES_MAX)
        return err_field(arena, "password.long", field);
    Str folded = text_fold(arena, password);
    if (is_run(folded) || is_date(folded) || is_common(arena, folded))
        return err_field(arena, "password.common", field);
    Str before, after;
    str_cut(whose->email, '@', &before, &after);
    const Str own[] = {whose->name, whose->sign_name, whose->phone, whose->email, before, whose->village};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (is_about(arena, folded, own[i]))
            return err_field(arena, "password.own", field);
    return NULL;
}
