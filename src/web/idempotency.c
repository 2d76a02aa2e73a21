/* Idempotency-Key: what was asked once is not done twice, however often a weak connection makes the client ask again.
   The answer is stored in the transaction of its effect, so there is no moment at which only one of them exists. */
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "web/inside.h"
#include "web/queries.h"

enum { FLIGHTS_MAX = 8192, KEY_BYTES_MAX = 255, HASH_LEN = 16 };

static struct Flights { /* keys whose first request still runs in this process; other processes meet at the unique index */
    pthread_mutex_t lock;
    uint64_t at[FLIGHTS_MAX]; /* an open hash; 0: free */
    size_t len;
} flights = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- hashes ---- */

static void hash_add(crypto_generichash_state *state, Str text)
{
    uint64_t len = text.len; /* each part with its length, so that no two requests read alike */
    crypto_generichash_update(state, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(state, (const unsigned char *)text.at, text.len);
}

static Str hash_text(Arena *arena, crypto_generichash_state *state)
{
    unsigned char hash[HASH_LEN];
    crypto_generichash_final(state, hash, sizeof hash);
    char *text = arena_alloc(arena, HASH_LEN * 2 + 1);
    sodium_bin2hex(text, HASH_LEN * 2 + 1, hash, sizeof hash);
    return str_of(text);
}

/* A form is compared by its fields: the CSRF token is masked anew on each page and does not count. */
static Str request_hash(Req *r)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_LEN);
    hash_add(&state, str_of(method_name(r->method)));
    hash_add(&state, r->path);
    hash_add(&state, r->query);
    if (!r->in->has_form)
        hash_add(&state, r->body);
    for (size_t i = 0; i < r->in->form.len; i++)
        if (!str_eq(r->in->form.at[i].name, STR("csrf"))) {
            hash_add(&state, r->in->form.at[i].name);
            hash_add(&state, r->in->form.at[i].value);
        }
    for (size_t i = 0; i < r->uploads_len; i++) {
        hash_add(&state, r->uploads[i].name);
        hash_add(&state, str_format(r->arena, "%lld", (long long)r->uploads[i].bytes));
    }
    return hash_text(r->arena, &state);
}

static Str person_owner(Arena *arena, Id person)
{
    return str_format(arena, "p%.*s", STR_ARG(id_text(arena, person)));
}

static Str owner_of(Req *r)
{
    if (r->who)
        return person_owner(r->arena, r->who);
    Str visit = req_cookie(r, "visit");
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_LEN);
    hash_add(&state, visit.len ? visit : r->address);
    Str hash = hash_text(r->arena, &state); /* STR_ARG would evaluate it three times */
    return str_format(r->arena, "%c%.*s", visit.len ? 'v' : 'a', STR_ARG(hash));
}

/* ---- in flight ---- */

static uint64_t flight_of(const Once *once)
{
    unsigned char hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    hash_add(&state, once->owner);
    hash_add(&state, once->key);
    crypto_generichash_final(&state, hash, sizeof hash);
    uint64_t flight;
    memcpy(&flight, hash, sizeof flight);
    return flight ? flight : 1;
}

static size_t flight_place(uint64_t flight)
{
    size_t at = flight % FLIGHTS_MAX;
    while (flights.at[at] && flights.at[at] != flight)
        at = (at + 1) % FLIGHTS_MAX;
    return at;
}

static bool flight_begin(uint64_t flight)
{
    pthread_mutex_lock(&flights.lock);
    size_t at = flight_place(flight);
    bool free = !flights.at[at] && flights.len < FLIGHTS_MAX / 2;
    if (free) {
        flights.at[at] = flight;
        flights.len++;
    }
    pthread_mutex_unlock(&flights.lock);
    return free;
}

static void flight_end(uint64_t flight)
{
    pthread_mutex_lock(&flights.lock);
    size_t at = flight_place(flight);
    if (flights.at[at]) {
        flights.at[at] = 0;
        flights.len--;
        for (size_t next = (at + 1) % FLIGHTS_MAX; flights.at[next]; next = (next + 1) % FLIGHTS_MAX) {
            uint64_t moved = flights.at[next]; /* it may have stepped over the place that is free now */
            flights.at[next] = 0;
            flights.at[flight_place(moved)] = moved;
        }
    }
    pthread_mutex_unlock(&flights.lock);
}

/* ---- before and after the handler ---- */

static Err *key_take(Req *r, Str *key)
{
    *key = req_header(r, "Idempotency-Key");
    if (!key->len)
        *key = take_typed(r, "once");
    if (key->len > KEY_BYTES_MAX)
        return err_field(r->arena, "idempotency.bad_key", "Idempotency-Key");
    for (size_t i = 0; i < key->len; i++)
        if ((unsigned char)key->at[i] <= 0x20 || (unsigned char)key->at[i] >= 0x7f)
            return err_field(r->arena, "idempotency.bad_key", "Idempotency-Key");
    return NULL;
}

static Err *answered_before(Req *r, bool *answered)
{
    OnceAnswer row;
    TRY(once_find(&r->db, r->in->once.owner, r->in->once.key, &row, answered));
    if (!*answered)
        return NULL;
    if (!str_eq(row.request, r->in->once.request)) {
        *answered = false;
        return err_field(r->arena, "idempotency.other_request", "Idempotency-Key");
    }
    if (row.location.len)
        reply_header(r, "Location", row.location);
    reply_header(r, "Idempotent-Replayed", STR("true"));
    if (row.content_type.len)
        return reply_bytes(r, (int)row.status, str_z(r->arena, row.content_type), row.body);
    return reply_empty(r, (int)row.status);
}

Err *once_start(Req *r, bool *answered)
{
    *answered = false;
    Once *once = &r->in->once;
    if (!r->route->idempotent)
        return NULL;
    TRY(key_take(r, &once->key));
    if (!once->key.len)
        return NULL;
    once->owner = owner_of(r);
    once->request = request_hash(r);
    uint64_t flight = flight_of(once);
    if (!flight_begin(flight))
        return err_new(r->arena, ERR_CONFLICT, "idempotency.in_flight");
    once->flight = flight;
    return answered_before(r, answered); /* looked up while in flight: the first may have ended a moment ago */
}

void once_finish(Req *r, bool failed)
{
    Once *once = &r->in->once;
    if (!once->flight)
        return;
    flight_end(once->flight);
    if (!failed && !once->stored && r->reply->status < 400 && !str_eq(r->in->once.request, (Str){0}))
        log_line("error", "path=%.*s text=\"the handler of an idempotent route stored no answer\"", STR_ARG(r->path));
}

/* ---- what write functions say ---- */

static Err *answer_store(Tx *tx, Req *r)
{
    Once *once = &r->in->once;
    if (!once->flight)
        return NULL;
    const OnceAddArgs args = {.id = id_mint(),
                              .owner = once->owner,
                              .once_key = once->key,
                              .request = once->request,
                              .status = once->answer.status,
                              .content_type = once->type,
                              .location = once->location,
                              .body = once->answer.body,
                              .made_at = r->now};
    int64_t count;
    TRY(once_add(tx, &args, &count));
    once->stored = true;
    return count ? NULL : err_new(tx->db.arena, ERR_CONFLICT, "idempotency.in_flight"); /* another process was first */
}

Err *answer_json(Tx *tx, Req *r, int status, const Shape *shape, const void *value)
{
    Buf out = buf_new(r->arena, REPLY_BYTES_MAX);
    json_write(&out, shape, value, r->village.currency);
    if (out.overflowed)
        return err_new(r->arena, ERR_BROKEN, "web.reply_too_large");
    r->in->once.answer = (Reply){.status = status, .body = buf_str(&out)};
    r->in->once.type = STR("application/json");
    r->in->once.location = (Str){0};
    return answer_store(tx, r);
}

Err *answer_see(Tx *tx, Req *r, const char *format, ...)
{
    Buf path = buf_new(r->arena, 4096);
    va_list args;
    va_start(args, format);
    buf_addv(&path, format, args);
    va_end(args);
    r->in->once.answer = (Reply){.status = 303};
    r->in->once.type = (Str){0};
    r->in->once.location = path_of_ours(buf_str(&path), path.overflowed);
    return answer_store(tx, r);
}

Err *reply_answer(Req *r)
{
    const Once *once = &r->in->once;
    if (!once->answer.status)
        return err_detail(r->arena, ERR_BROKEN, "web.no_reply", "reply_answer without answer_json or answer_see");
    if (once->location.len)
        reply_header(r, "Location", once->location);
    if (once->type.len)
        return reply_bytes(r, once->answer.status, str_z(r->arena, once->type), once->answer.body);
    return reply_empty(r, once->answer.status);
}

Str once_new(Req *r)
{
    return id_text(r->arena, id_mint());
}

Err *once_erase_person(Tx *tx, Id person, Time now)
{
    (void)now;
    return once_forget(tx, person_owner(tx->db.arena, person));
}
