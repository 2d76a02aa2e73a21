/* A ring of waiting jobs under one lock. */
#include "web/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t added;
    void (*work)(void *job);
    void **ring;
    size_t room, first, len;
    bool stopping;
    int workers;
    pthread_t *threads;
};

static void *get(size_t count, size_t size)
{
    void *at = calloc(count, size);
    if (!at) {
        fputs("millet: out of memory\n", stderr);
        abort();
    }
    return at;
}

static void *worker(void *arg)
{
    Pool *pool = arg;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->len && !pool->stopping)
            pthread_cond_wait(&pool->added, &pool->lock);
        if (!pool->len)
            break;
        void *job = pool->ring[pool->first];
        pool->first = (pool->first + 1) % pool->room;
        pool->len--;
        pthread_mutex_unlock(&pool->lock);
        pool->work(job);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

Pool *pool_start(int workers, size_t queue_max, void (*work)(void *job))
{
    Pool *pool = get(1, sizeof *pool);
    *pool = (Pool){.work = work, .room = queue_max, .workers = workers};
    pool->ring = get(queue_max, sizeof *pool->ring);
    pool->threads = get((size_t)workers, sizeof *pool->threads);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->added, NULL);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 1024 * 1024); /* only what is touched costs memory */
    for (int i = 0; i < workers; i++)
        if (pthread_create(&pool->threads[i], &attributes, worker, pool) != 0) {
            fputs("millet: cannot start a thread\n", stderr);
            abort();
        }
    pthread_attr_destroy(&attributes);
    return pool;
}

bool pool_add(Pool *pool, void *job)
{
    pthread_mutex_lock(&pool->lock);
    bool fits = pool->len < pool->room && !pool->stopping;
    if (fits) {
        pool->ring[(pool->first + pool->len) % pool->room] = job;
        pool->len++;
        pthread_cond_signal(&pool->added);
    }
    pthread_mutex_unlock(&pool->lock);
    return fits;
}

size_t pool_waiting(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    size_t len = pool->len;
    pthread_mutex_unlock(&pool->lock);
    return len;
}

void pool_stop(Pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->added);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->workers; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->added);
    free(pool->threads);
    free(pool->ring);
    free(pool);
}
