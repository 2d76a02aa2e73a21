/* What must happen after a change was written. */
#include "core/outbox.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "core/core.h"
#include "core/log.h"
#include "core/queries.h"

enum { DELIVERERS = 2, LOOK_MS = 2000, LEASE_MS = 120 * SECOND_MS };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    Store *store;
    _Atomic bool stopping;
    bool added;
    int alive;
} outbox = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

Err *outbox_add(Tx *tx, Time now, const char *kind, Str key, Str payload)
{
    TRY(outbox_put(tx, id_mint(), str_of(kind), key, payload, now));
    outbox_wake(); /* not committed yet: the deliverers look again a moment later too */
    return NULL;
}

/* ---- one message ---- */

typedef struct Delivery {
    OutboxRow row;
    Time now, real;
    int64_t count;
    Err *failed;
    bool dead;
    int64_t pause_ms;
} Delivery;

static Err *take_message(Tx *tx, void *arg)
{
    Delivery *d = arg;
    return outbox_lease(tx, d->row.id, d->real, (Time){d->real.ms + LEASE_MS}, &d->count);
}

static Err *settle_message(Tx *tx, void *arg)
{
    Delivery *d = arg;
    if (!d->failed)
        return outbox_delivered(tx, d->row.id, &d->count);
    Time due = {d->now.ms + d->pause_ms};
    if (!d->dead) /* what waits behind it in its key need not be looked at before */
        TRY(outbox_hold(tx, d->row.kind, d->row.key, due, &d->count));
    return outbox_failed(tx, d->row.id, d->row.attempts + 1, d->dead, due, str_of(d->failed->code), &d->count);
}

static const OutboxKind *kind_named(Str name)
{
    for (size_t i = 0; house_modules[i]; i++)
        for (const OutboxKind *kind = house_modules[i]->outbox; kind && kind->kind; kind++)
            if (str_eq(str_of(kind->kind), name))
                return kind;
    return NULL;
}

int64_t outbox_pause_ms(int64_t attempts, uint32_t random)
{
    int64_t pause = OUTBOX_FIRST_PAUSE_MS;
    for (int64_t i = 0; i < attempts && pause < OUTBOX_LONGEST_PAUSE_MS; i++)
        pause *= 2;
    pause = pause > OUTBOX_LONGEST_PAUSE_MS ? OUTBOX_LONGEST_PAUSE_MS : pause;
    return pause / 2 + (int64_t)((uint64_t)pause * random >> 32);
}

static void count_outcome(Arena *arena, const Delivery *d)
{
    const char *label = str_z(arena, str_format(arena, "kind=%.*s", STR_ARG(d->row.kind)));
    const char *name = !d->failed ? "millet_outbox_delivered_total"
                       : d->dead  ? "millet_outbox_dead_total"
                                  : "millet_outbox_failed_total";
    metric_add(name, label, 1);
    if (d->failed)
        log_line("outbox", "id=%.*s kind=%.*s attempts=%lld dead=%d code=%s detail=\"%.*s\"",
                 STR_ARG(id_text(arena, d->row.id)), STR_ARG(d->row.kind), (long long)d->row.attempts + 1, d->dead,
                 d->failed->code, STR_ARG(d->failed->detail));
}

static Err *deliver_message(Store *store, Arena *arena, Delivery *d)
{
    const OutboxKind *kind = kind_named(d->row.kind);
    int64_t start = time_monotonic_us();
    d->failed = kind ? kind->deliver(store, arena, d->row.id, d->row.key, d->row.payload)
                     : err_new(arena, ERR_INVALID, "outbox.unknown_kind");
    d->dead = d->failed && (d->failed->kind != ERR_BUSY || d->row.attempts + 1 >= config_int("outbox_attempts"));
    d->pause_ms = outbox_pause_ms(d->row.attempts, randombytes_random());
    metric_time("millet_outbox_seconds", str_z(arena, str_format(arena, "kind=%.*s", STR_ARG(d->row.kind))),
                time_monotonic_us() - start);
    count_outcome(arena, d);
    return db_write(store, arena, settle_message, d);
}

/* The next message that may go: due, unleased, and the first of its kind and key. */
static Err *find_message(Store *store, Arena *arena, Delivery *d, bool *found)
{
    Db db;
    OutboxRow row;
    Arena *own = arena_new(); /* gives the connection back before the slow part */
    Err *err = db_read(store, own, &db);
    if (!err)
        err = outbox_next(&db, d->now, d->real, &row, found);
    if (!err && *found)
        d->row = (OutboxRow){.id = row.id,
                             .kind = str_copy(arena, row.kind),
                             .key = str_copy(arena, row.key),
                             .payload = str_copy(arena, row.payload),
                             .attempts = row.attempts};
    err = err_copy(arena, err);
    arena_free(own);
    return err;
}

/* *more: there was one, delivered or not. */
static Err *deliver_next(Store *store, Arena *arena, Time now, Delivery *d, bool *more)
{
    *d = (Delivery){.now = now, .real = time_real()};
    TRY(find_message(store, arena, d, more));
    if (!*more)
        return NULL;
    TRY(db_write(store, arena, take_message, d));
    return d->count == 1 ? deliver_message(store, arena, d) : NULL; /* else another was quicker */
}

Err *outbox_deliver_due(Store *store, Arena *arena, Time now, int64_t *delivered, int64_t *failed)
{
    *delivered = *failed = 0;
    for (bool more = true; more;) {
        Delivery d;
        TRY(deliver_next(store, arena, now, &d, &more));
        if (!more)
            break;
        *delivered += d.failed == NULL;
        *failed += d.failed != NULL;
    }
    return NULL;
}

/* ---- threads ---- */

void outbox_wake(void)
{
    pthread_mutex_lock(&outbox.lock);
    outbox.added = true;
    pthread_cond_broadcast(&outbox.changed);
    pthread_mutex_unlock(&outbox.lock);
}

static bool wait_locked(int64_t milliseconds)
{
    int64_t ms = time_monotonic_us() / 1000 + milliseconds;
    struct timespec until = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    return pthread_cond_clockwait(&outbox.changed, &outbox.lock, CLOCK_MONOTONIC, &until) != ETIMEDOUT;
}

/* Until something is put in, or two seconds. What was put in may need a moment to be committed. */
static void rest(void)
{
    pthread_mutex_lock(&outbox.lock);
    if (!outbox.added && !outbox.stopping)
        wait_locked(LOOK_MS);
    bool added = outbox.added;
    outbox.added = false;
    pthread_mutex_unlock(&outbox.lock);
    struct timespec moment = {.tv_nsec = 20 * 1000000};
    if (added)
        nanosleep(&moment, NULL);
}

static void count_waiting(Store *store)
{
    static _Atomic int64_t last_us;
    int64_t now = time_monotonic_us();
    if (now - atomic_load(&last_us) < 10000000)
        return;
    atomic_store(&last_us, now);
    Db db;
    OutboxCount count;
    Arena *arena = arena_new();
    Err *err = db_read(store, arena, &db);
    if (!err)
        err = outbox_count(&db, &count);
    if (!err) {
        metric_set("millet_outbox_waiting", NULL, count.waiting);
        metric_set("millet_outbox_dead", NULL, count.dead);
    }
    arena_free(arena);
}

static void *deliverer(void *unused)
{
    (void)unused;
    Arena *arena = arena_new();
    while (!outbox.stopping) {
        Delivery d;
        bool more = false;
        Err *err = deliver_next(outbox.store, arena, time_now(), &d, &more);
        if (err)
            log_error("outbox", err);
        arena_reset(arena);
        count_waiting(outbox.store);
        if (!more || err)
            rest();
    }
    arena_free(arena);
    pthread_mutex_lock(&outbox.lock);
    outbox.alive--;
    pthread_cond_broadcast(&outbox.changed);
    pthread_mutex_unlock(&outbox.lock);
    return NULL;
}

Err *outbox_start(Arena *arena, Store *store)
{
    outbox.store = store;
    outbox.stopping = false;
    for (int i = 0; i < DELIVERERS; i++) {
        pthread_t thread;
        pthread_mutex_lock(&outbox.lock);
        bool fine = pthread_create(&thread, NULL, deliverer, NULL) == 0;
        outbox.alive += fine;
        pthread_mutex_unlock(&outbox.lock);
        if (!fine)
            return err_detail(arena, ERR_BROKEN, "start.threads", "the threads of the outbox cannot be made");
        pthread_detach(thread);
    }
    return NULL;
}

bool outbox_stop(int seconds)
{
    int64_t until_us = time_monotonic_us() + (int64_t)seconds * 1000000;
    pthread_mutex_lock(&outbox.lock);
    outbox.stopping = true;
    pthread_cond_broadcast(&outbox.changed);
    for (int64_t left; outbox.alive > 0 && (left = until_us - time_monotonic_us()) > 0;)
        wait_locked(left / 1000 + 1);
    bool quiet = outbox.alive == 0;
    pthread_mutex_unlock(&outbox.lock);
    return quiet;
}
