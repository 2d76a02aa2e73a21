/* Many callers, one commit: whoever comes while nobody writes takes everything that waits with it as one batch, decides all of
   it on one engine and writes it in one transaction; the others sleep until it is on disk. So the accounts that everybody pays
   are read and written once a batch, and PostgreSQL is asked a few times a batch instead of ten times a transfer. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

#include "ledger/inside.h"

enum { BATCH_TRANSFERS = 8192 };

typedef struct Waiting {
    struct Waiting *next;
    Store *store;
    const Submission *submission;
    Arena *arena; /* its owner's, who sleeps */
    Err *err;
    bool leads; /* woken to run the next batch instead of being done */
    sem_t woken;
} Waiting;

static struct Gate {
    pthread_mutex_t mutex;
    Waiting *first, **last;
    bool busy; /* somebody runs a batch */
} gate = {.mutex = PTHREAD_MUTEX_INITIALIZER, .last = &gate.first};

typedef struct Batch {
    Waiting *first;
    size_t transfers;
} Batch;

/* ---- inside the transaction ---- */

static Err *batch_write(Tx *tx, void *arg)
{
    const Batch *batch = arg;
    Engine engine;
    TRY(engine_start(&engine, tx, batch->transfers, 0, (Time){0}));
    for (Waiting *w = batch->first; w; w = w->next) {
        const Submission *s = w->submission;
        engine_for(&engine, s->actor, s->now);
        TRY(post_each(&engine, s->list, s->len, s->done));
        for (size_t i = 0; i < s->len; i++)
            s->done[i].refused = err_copy(w->arena, s->done[i].refused);
    }
    TRY(engine_write(&engine));
    for (Waiting *w = batch->first; w; w = w->next)
        if (w->submission->then)
            TRY(w->submission->then(tx, w->submission->arg));
    return NULL;
}

/* ---- the queue ---- */

/* Takes from the front what belongs to the same store and fits; the gate is locked. */
static Batch batch_take(Store *store)
{
    Batch batch = {0};
    Waiting **from = &gate.first, **end = &batch.first;
    while (*from) {
        Waiting *w = *from;
        if (w->store != store || (batch.first && batch.transfers + w->submission->len > BATCH_TRANSFERS)) {
            from = &w->next;
            continue;
        }
        *from = w->next;
        w->next = NULL;
        *end = w;
        end = &w->next;
        batch.transfers += w->submission->len;
    }
    gate.last = from;
    return batch;
}

/* When the batch as a whole fails, each runs alone, so that none suffers from another. */
static void batch_run(Store *store, Arena *arena, Batch batch)
{
    Err *err = db_write(store, arena, batch_write, &batch);
    bool again = err && err->kind != ERR_BUSY && batch.first->next;
    for (Waiting *w = batch.first, *next; w; w = next) {
        next = w->next;
        if (again) {
            w->next = NULL;
            w->err = db_write(store, w->arena, batch_write, &(Batch){w, w->submission->len});
            w->next = next;
        } else {
            w->err = err_copy(w->arena, err);
        }
    }
}

static void sleep_on(Waiting *w)
{
    while (sem_wait(&w->woken) && errno == EINTR)
        continue;
}

/* The front of the queue leads the next batch; the gate is locked. */
static void hand_over(void)
{
    gate.busy = gate.first != NULL;
    if (gate.first) {
        gate.first->leads = true;
        sem_post(&gate.first->woken);
    }
}

static void lead(Waiting *self)
{
    pthread_mutex_lock(&gate.mutex);
    Batch batch = batch_take(self->store); /* self is its first: it stood at the front, or came to an empty gate */
    pthread_mutex_unlock(&gate.mutex);
    batch_run(self->store, self->arena, batch);
    for (Waiting *w = batch.first, *next; w; w = next) {
        next = w->next; /* once woken it is its owner's again */
        if (w != self)
            sem_post(&w->woken);
    }
    pthread_mutex_lock(&gate.mutex);
    hand_over();
    pthread_mutex_unlock(&gate.mutex);
}

Err *ledger_submit(Store *store, Arena *arena, const Submission *submission)
{
    Waiting self = {.store = store, .submission = submission, .arena = arena};
    if (submission->len > TRANSFERS_MAX)
        return err_field(arena, "transfer.too_many", "transfers");
    sem_init(&self.woken, 0, 0);
    pthread_mutex_lock(&gate.mutex);
    *gate.last = &self;
    gate.last = &self.next;
    bool leads = !gate.busy;
    gate.busy = true;
    pthread_mutex_unlock(&gate.mutex);
    if (!leads)
        sleep_on(&self);
    if (leads || self.leads)
        lead(&self);
    sem_destroy(&self.woken);
    return self.err;
}
