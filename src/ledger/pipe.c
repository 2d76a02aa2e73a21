/* Reading the journal on all processors while one of them proves it: two readers, each on a connection of its own, take turns at
   chunks of it; the prover takes the chunks in order. A reader copies lines into a basket and fills its other one while the
   first is proven. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/audit.h"

enum { READERS = 2, BASKETS = 2, LINES = 1024, LINE_BYTES = 16 + CHAIN_HASH_LEN + TRANSFER_KIND_MAX + TRANSFER_REF_MAX };

typedef struct Basket {
    Transfer at[LINES];
    size_t len;
    char *bytes; /* of the texts */
    size_t used;
    bool full;
    Arena *arena; /* of its reader, for an error */
} Basket;

struct Pipe;
typedef struct Reader {
    struct Pipe *pipe;
    Db db;
    int number, filling;
    Basket baskets[BASKETS];
    Err *err; /* in the arena of its db */
    pthread_t thread;
} Reader;

typedef struct Pipe {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    Reader readers[READERS];
    int count;
    int64_t last; /* no line has a higher number, as of the snapshot of whoever asks; a second connection may see more */
    bool ended;   /* a chunk without lines was proven, or a reader failed */
} Pipe;

/* ---- the reading side ---- */

/* A damaged line may hold longer texts than the engine writes: cut, so that it fits, with its length kept apart from the truth. */
static Str keep(Basket *basket, Str text, size_t max)
{
    size_t len = text.len <= max ? text.len : max;
    char *to = basket->bytes + basket->used;
    if (len)
        memcpy(to, text.at, len);
    basket->used += len;
    return (Str){to, len};
}

static Err *line_read(void *arg, const Transfer *line)
{
    Basket *basket = arg;
    if (basket->len == LINES)
        return err_detail(basket->arena, ERR_BROKEN, "ledger.damaged", "the number %lld is there more than once", (long long)line->seq);
    Transfer *copy = &basket->at[basket->len++];
    *copy = *line;
    copy->id = keep(basket, line->id, 16);
    copy->hash = keep(basket, line->hash, CHAIN_HASH_LEN);
    copy->kind = keep(basket, line->kind, TRANSFER_KIND_MAX);
    copy->ref = keep(basket, line->ref, TRANSFER_REF_MAX);
    if (copy->id.len != line->id.len || copy->hash.len != line->hash.len || copy->kind.len != line->kind.len || copy->ref.len != line->ref.len)
        copy->hash.len = 0; /* wrong whatever else it says */
    return NULL;
}

/* Waits until the basket was proven; false: nobody takes any more. */
static bool basket_free(Pipe *pipe, const Basket *basket)
{
    pthread_mutex_lock(&pipe->mutex);
    while (basket->full && !pipe->ended)
        pthread_cond_wait(&pipe->moved, &pipe->mutex);
    bool go_on = !pipe->ended;
    pthread_mutex_unlock(&pipe->mutex);
    return go_on;
}

static void hand_over(Pipe *pipe, Basket *basket, bool failed)
{
    pthread_mutex_lock(&pipe->mutex);
    basket->full = true;
    pipe->ended = pipe->ended || failed;
    pthread_cond_broadcast(&pipe->moved);
    pthread_mutex_unlock(&pipe->mutex);
}

static void *read_chunks(void *arg)
{
    Reader *reader = arg;
    Pipe *pipe = reader->pipe;
    for (int64_t chunk = reader->number;; chunk += pipe->count) {
        Basket *basket = &reader->baskets[reader->filling];
        int64_t after = chunk * LINES, last = after + LINES < pipe->last ? after + LINES : pipe->last;
        if (!basket_free(pipe, basket))
            return NULL;
        basket->len = basket->used = 0;
        reader->err = transfer_each(&reader->db, after, last, line_read, basket);
        hand_over(pipe, basket, reader->err != NULL);
        if (reader->err || !basket->len)
            return NULL;
        reader->filling = !reader->filling;
    }
}

/* ---- the proving side ---- */

typedef struct Prover {
    Pipe *pipe;
    void (*prove)(void *arg, const Transfer *line);
    void *arg;
    int64_t chunks; /* proven */
} Prover;

static bool basket_wait(Pipe *pipe, const Basket *basket)
{
    pthread_mutex_lock(&pipe->mutex);
    while (!basket->full && !pipe->ended)
        pthread_cond_wait(&pipe->moved, &pipe->mutex);
    bool full = basket->full && !pipe->ended;
    pthread_mutex_unlock(&pipe->mutex);
    return full;
}

static void basket_give_back(Pipe *pipe, Basket *basket, bool ends)
{
    pthread_mutex_lock(&pipe->mutex);
    basket->full = false;
    pipe->ended = pipe->ended || ends;
    pthread_cond_broadcast(&pipe->moved);
    pthread_mutex_unlock(&pipe->mutex);
}

static void *prove_chunks(void *arg)
{
    Prover *prover = arg;
    Pipe *pipe = prover->pipe;
    for (;; prover->chunks++) {
        Reader *reader = &pipe->readers[prover->chunks % pipe->count];
        Basket *basket = &reader->baskets[prover->chunks / pipe->count % BASKETS];
        if (!basket_wait(pipe, basket))
            return NULL;
        for (size_t i = 0; i < basket->len; i++)
            prover->prove(prover->arg, &basket->at[i]);
        bool ends = !basket->len;
        basket_give_back(pipe, basket, ends);
        if (ends)
            return NULL;
    }
}

static Err *prove_one(void *arg, const Transfer *line)
{
    Prover *prover = arg;
    prover->prove(prover->arg, line);
    return NULL;
}

/* ---- both ---- */

static void reader_make(Pipe *pipe, Arena *arena, const Db *db)
{
    Reader *reader = &pipe->readers[pipe->count];
    reader->pipe = pipe;
    reader->db = *db;
    reader->number = pipe->count++;
    for (int i = 0; i < BASKETS; i++) {
        reader->baskets[i].bytes = arena_alloc(arena, (size_t)LINES * LINE_BYTES);
        reader->baskets[i].arena = db->arena;
    }
}

static Err *run(Pipe *pipe, Prover *prover)
{
    pthread_t thread;
    Err *err = NULL;
    if (pthread_create(&thread, NULL, prove_chunks, prover))
        return err_detail(pipe->readers[0].db.arena, ERR_BUSY, "db.busy", "no thread to prove the journal");
    for (int i = 1; i < pipe->count; i++)
        if (pthread_create(&pipe->readers[i].thread, NULL, read_chunks, &pipe->readers[i]))
            abort(); /* its chunks would be missed */
    read_chunks(&pipe->readers[0]);
    for (int i = 1; i < pipe->count; i++)
        pthread_join(pipe->readers[i].thread, NULL);
    pthread_join(thread, NULL);
    for (int i = 0; i < pipe->count && !err; i++)
        err = pipe->readers[i].err;
    return err;
}

Err *journal_last(Db *db, int64_t *last)
{
    LedgerCount found;
    TRY(transfer_last(db, &found));
    *last = found.total;
    return NULL;
}

Err *journal_prove(Db *db, Arena *arena, void (*prove)(void *arg, const Transfer *line), void *arg)
{
    Pipe *pipe = NEW(arena, Pipe);
    Prover prover = {pipe, prove, arg, 0};
    Db other;
    TRY(journal_last(db, &pipe->last));
    Arena *second = arena_new();
    pthread_mutex_init(&pipe->mutex, NULL);
    pthread_cond_init(&pipe->moved, NULL);
    reader_make(pipe, arena, db);
    if (pipe->last > 2 * LINES && !db_is_write(db) && !db_read(db->store, second, &other)) /* without one: more slowly */
        reader_make(pipe, arena, &other);
    Err *err = err_copy(db->arena, run(pipe, &prover));
    if (!err) /* behind the first gap of a whole chunk, if there is anything */
        err = transfer_each(db, prover.chunks * LINES, INT64_MAX, prove_one, &prover);
    pthread_cond_destroy(&pipe->moved);
    pthread_mutex_destroy(&pipe->mutex);
    arena_free(second);
    return err;
}
