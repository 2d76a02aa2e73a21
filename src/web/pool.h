/* The workers: a fixed number of threads and a bounded queue before them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

typedef struct Pool Pool;

/* work(job) runs on one of the workers. */
Pool *pool_start(int workers, size_t queue_max, void (*work)(void *job));
bool pool_add(Pool *pool, void *job); /* false: the queue is full; the caller keeps the job */
size_t pool_waiting(Pool *pool);
void pool_stop(Pool *pool); /* everything that waits is done first; NULL is allowed */
