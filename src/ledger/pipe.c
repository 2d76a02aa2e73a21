/* Reading the journal on one processor while another one proves it: the reader copies lines into one of two baskets, and hands it
   over when it is full. */
#include <pthread.h>
#include <string.h>

#include "ledger/audit.h"

enum { LINES = 2048, LINE_BYTES = 16 + CHAIN_HASH_LEN + TRANSFER_KIND_MAX + TRANSFER_REF_MAX };

typedef struct Basket {
    Transfer at[LINES];
    size_t len;
    char *bytes; /* of the texts */
    size_t used;
    bool full;
} Basket;

typedef struct Pipe {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    Basket baskets[2];
    int filling;
    bool ended;
    void (*prove)(void *arg, const Transfer *line);
    void *arg;
} Pipe;

/* ---- the proving side ---- */

static Basket *basket_wait(Pipe *pipe, int at)
{
    Basket *basket = &pipe->baskets[at];
    pthread_mutex_lock(&pipe->mutex);
    while (!basket->full && !pipe->ended)
        pthread_cond_wait(&pipe->moved, &pipe->mutex);
    bool full = basket->full;
    pthread_mutex_unlock(&pipe->mutex);
    return full ? basket : NULL;
}

static void *prove_all(void *arg)
{
    Pipe *pipe = arg;
    Basket *basket;
    for (int at = 0; (basket = basket_wait(pipe, at)) != NULL; at = !at) {
        for (size_t i = 0; i < basket->len; i++)
            pipe->prove(pipe->arg, &basket->at[i]);
        pthread_mutex_lock(&pipe->mutex);
        basket->full = false;
        basket->len = basket->used = 0;
        pthread_cond_signal(&pipe->moved);
        pthread_mutex_unlock(&pipe->mutex);
    }
    return NULL;
}

/* ---- the reading side ---- */

static void hand_over(Pipe *pipe)
{
    pthread_mutex_lock(&pipe->mutex);
    pipe->baskets[pipe->filling].full = true;
    pipe->filling = !pipe->filling;
    pthread_cond_signal(&pipe->moved);
    while (pipe->baskets[pipe->filling].full)
        pthread_cond_wait(&pipe->moved, &pipe->mutex);
    pthread_mutex_unlock(&pipe->mutex);
}

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
    Pipe *pipe = arg;
    Basket *basket = &pipe->baskets[pipe->filling];
    Transfer *copy = &basket->at[basket->len++];
    *copy = *line;
    copy->id = keep(basket, line->id, 16);
    copy->hash = keep(basket, line->hash, CHAIN_HASH_LEN);
    copy->kind = keep(basket, line->kind, TRANSFER_KIND_MAX);
    copy->ref = keep(basket, line->ref, TRANSFER_REF_MAX);
    if (copy->id.len != line->id.len || copy->hash.len != line->hash.len || copy->kind.len != line->kind.len || copy->ref.len != line->ref.len)
        copy->hash.len = 0; /* wrong whatever else it says */
    if (basket->len == LINES)
        hand_over(pipe);
    return NULL;
}

Err *journal_prove(Db *db, Arena *arena, void (*prove)(void *arg, const Transfer *line), void *arg)
{
    Pipe *pipe = NEW(arena, Pipe);
    pthread_t thread;
    pipe->prove = prove;
    pipe->arg = arg;
    pthread_mutex_init(&pipe->mutex, NULL);
    pthread_cond_init(&pipe->moved, NULL);
    for (int i = 0; i < 2; i++)
        pipe->baskets[i].bytes = arena_alloc(arena, (size_t)LINES * LINE_BYTES);
    if (pthread_create(&thread, NULL, prove_all, pipe))
        return err_detail(db->arena, ERR_BUSY, "db.busy", "no thread to prove the journal");
    Err *err = transfer_each(db, 0, INT64_MAX, line_read, pipe);
    if (pipe->baskets[pipe->filling].len)
        hand_over(pipe);
    pthread_mutex_lock(&pipe->mutex);
    pipe->ended = true;
    pthread_cond_signal(&pipe->moved);
    pthread_mutex_unlock(&pipe->mutex);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&pipe->moved);
    pthread_mutex_destroy(&pipe->mutex);
    return err;
}
