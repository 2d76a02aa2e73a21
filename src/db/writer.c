/* The writer: one thread that runs the waiting writes in one transaction, each in its own savepoint, commits them together
   and only then wakes their owners (group commit). A write that comes while nobody writes is run by its owner at once: two
   changes of threads take as long as a third of the sync of a good disk. Whoever runs holds the turn. */
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/node.h"

enum { BATCH_MAX = 256, ATTEMPTS = 10, SLOW_US = 5000, IDLE_MS = 1000 };

/* One waiting db_write; lives on its owner's stack, or in its arena when nobody waits. */
typedef struct Task {
    struct Task *next;
    WriteFn fn;
    void *arg;
    Err *(*alone)(DbConn *conn, Arena *arena); /* instead of fn */
    Arena *arena; /* the owner's, who sleeps meanwhile */
    Err *err;
    int64_t statements;
    void (*later)(void *who, Err *err); /* instead of done */
    void *who;
    sem_t done;
} Task;

struct Writer {
    Store *store;
    pthread_t thread;
    Arena *arena; /* reset after each batch */
    Err *disk;    /* why no write is taken any more; only who has the turn touches it; from broken */
    Arena *broken;
    int64_t node_due_us;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t filled;
    Task *first, **last;
    size_t waiting;
    bool stop;
    bool turn; /* somebody runs: the thread, or an owner; the connection, disk, the lease and the arena are theirs */
};

static _Thread_local bool inside_write;

/* ---- running a batch ---- */

static void task_run(Writer *writer, Task *task)
{
    Store *store = writer->store;
    DbConn *conn = store->writing;
    int64_t before = db_statements_run(), began = store->trace ? time_monotonic_us() : 0;
    conn->failed = NULL;
    Err *err = store->driver->job_begin(conn, task->arena);
    if (!err) {
        Tx tx = {{store, conn, task->arena}};
        err = task->fn(&tx, task->arg);
        if (!err)
            err = conn->failed;
        Err *end = conn->trouble ? NULL : store->driver->job_end(conn, task->arena, !err);
        if (!err)
            err = end;
    }
    conn->failed = NULL;
    task->err = err_copy(task->arena, err);
    task->statements = db_statements_run() - before;
    if (store->trace && time_monotonic_us() - began > SLOW_US)
        fprintf(stderr, "db_slow_write us=%lld statements=%lld last=%s\n", (long long)(time_monotonic_us() - began),
                (long long)task->statements, conn->last ? conn->last : "none");
}

/* One attempt at the whole batch. The trouble says what became of it; *why is set when there is any. */
static Trouble batch_try(Writer *writer, Task **tasks, size_t len, Err **why)
{
    DbConn *conn = writer->store->writing;
    const Driver *driver = writer->store->driver;
    conn->trouble = TROUBLE_NONE;
    *why = driver->begin(conn, writer->arena);
    if (*why)
        return conn->trouble ? conn->trouble : TROUBLE_BEFORE;
    for (size_t i = 0; i < len; i++) {
        task_run(writer, tasks[i]);
        if (conn->trouble) {
            *why = err_copy(writer->arena, tasks[i]->err);
            return conn->trouble;
        }
    }
    *why = driver->commit(conn, writer->arena);
    return *why ? conn->trouble : TROUBLE_NONE;
}

static void batch_fail(Task **tasks, size_t len, const Err *why)
{
    for (size_t i = 0; i < len; i++)
        tasks[i]->err = err_copy(tasks[i]->arena, why);
}

static void pause_ms(int64_t ms)
{
    struct timespec span = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&span, NULL);
}

static void disk_failed(Writer *writer, const Err *why)
{
    writer->disk = err_detail(writer->broken, ERR_BROKEN, "disk.failed",
                              "the disk failed while writing; restart when it is mended: %.*s", STR_ARG(err_text(writer->arena, why)));
}

static void batch_run(Writer *writer, Task **tasks, size_t len)
{
    Err *why = writer->disk;
    for (int attempt = 0; attempt < ATTEMPTS && !writer->disk; attempt++) {
        Trouble trouble = batch_try(writer, tasks, len, &why);
        if (trouble == TROUBLE_NONE)
            return;
        writer->store->driver->rollback(writer->store->writing);
        if (trouble == TROUBLE_DISK) {
            disk_failed(writer, why);
        } else if (trouble == TROUBLE_GONE) {
            if (len == 1)
                break;
            for (size_t i = 0; i < len; i++) /* one of them may be at fault: only that one shall suffer */
                batch_run(writer, &tasks[i], 1);
            return;
        } else if (trouble != TROUBLE_RETRY) {
            break;
        } else {
            pause_ms(attempt < 2 ? 1 : 1 << attempt);
        }
    }
    batch_fail(tasks, len, writer->disk ? writer->disk : why);
}

/* Between batches: the log into the file, if it is time. A disk that fails there is as bad as one that fails in a commit. */
static void rest(Writer *writer, bool idle)
{
    DbConn *conn = writer->store->writing;
    if (writer->disk)
        return;
    conn->trouble = TROUBLE_NONE;
    writer->store->driver->rest(conn, idle);
    if (conn->trouble == TROUBLE_DISK)
        disk_failed(writer, err_new(writer->arena, ERR_BROKEN, "db.checkpoint"));
}

/* ---- the queue ---- */

/* Now and then, between batches: the lease of our node number. A failure is tried again soon; the lease outlasts several. */
static void keep_node(Writer *writer)
{
    Store *store = writer->store;
    int64_t now = time_monotonic_us();
    if (!store->node.held || now < writer->node_due_us)
        return;
    store->node.now = time_real();
    Task task = {.fn = node_renew, .arg = &store->node, .arena = writer->arena}, *tasks[] = {&task};
    batch_run(writer, tasks, 1);
    if (!task.err)
        id_set_node((int)store->node.node);
    writer->node_due_us = now + (task.err ? NODE_RENEW_MS / 10 : NODE_RENEW_MS) * 1000;
}

static struct timespec from_now(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

static void idle(Writer *writer)
{
    writer->turn = true;
    pthread_mutex_unlock(&writer->mutex);
    rest(writer, true);
    keep_node(writer);
    pthread_mutex_lock(&writer->mutex);
    writer->turn = false;
}

/* Waits for work and takes the turn with it; 0 means stop. */
static size_t batch_take(Writer *writer, Task **tasks)
{
    size_t len = 0;
    pthread_mutex_lock(&writer->mutex);
    while (writer->turn || (!writer->first && !writer->stop)) {
        struct timespec until = from_now(IDLE_MS);
        if (pthread_cond_timedwait(&writer->filled, &writer->mutex, &until) == ETIMEDOUT && !writer->turn && !writer->first && !writer->stop)
            idle(writer);
    }
    writer->turn = true;
    while (writer->first && len < BATCH_MAX && len < writer->store->driver->batch_max && !(len && writer->first->alone)) {
        tasks[len++] = writer->first;
        writer->first = writer->first->next;
        if (tasks[len - 1]->alone)
            break;
    }
    if (!writer->first)
        writer->last = &writer->first;
    writer->waiting -= len;
    pthread_mutex_unlock(&writer->mutex);
    return len;
}

static void count_changes(Store *store, DbConn *conn)
{
    if (conn->changed)
        atomic_fetch_add(&store->version, 1);
    for (int i = 0; i < FOLDERS_MAX && conn->folders >> i; i++)
        if (conn->folders >> i & 1)
            atomic_fetch_add(&store->versions[i], 1);
    conn->changed = false;
    conn->folders = 0;
}

/* After this the task is no longer ours to read. */
static void task_done(Task *task)
{
    if (task->later)
        task->later(task->who, task->err);
    else
        sem_post(&task->done);
}

/* What follows a batch; wake: its owners, who do not wait for the rest. */
static void batch_after(Writer *writer, Task **wake, size_t len)
{
    DbConn *conn = writer->store->writing;
    count_changes(writer->store, conn);
    for (size_t i = 0; i < len; i++)
        task_done(wake[i]);
    rest(writer, false);
    keep_node(writer);
    arena_reset(writer->arena);
}

static void *writer_thread(void *arg)
{
    Writer *writer = arg;
    DbConn *conn = writer->store->writing;
    Task *tasks[BATCH_MAX];
    size_t len;
    inside_write = true;
    while ((len = batch_take(writer, tasks)) > 0) {
        if (tasks[0]->alone)
            tasks[0]->err = writer->disk ? err_copy(tasks[0]->arena, writer->disk) : tasks[0]->alone(conn, tasks[0]->arena);
        else
            batch_run(writer, tasks, len);
        batch_after(writer, tasks, len);
        pthread_mutex_lock(&writer->mutex);
        writer->turn = false; /* here and nowhere before: when the thread starts, an owner may have the turn already */
        pthread_mutex_unlock(&writer->mutex);
    }
    return NULL;
}

/* The turn was taken for it. */
static void run_here(Writer *writer, Task *task)
{
    inside_write = true;
    batch_run(writer, &task, 1);
    batch_after(writer, NULL, 0);
    inside_write = false;
    pthread_mutex_lock(&writer->mutex);
    writer->turn = false;
    if (writer->first || writer->stop)
        pthread_cond_signal(&writer->filled);
    pthread_mutex_unlock(&writer->mutex);
}

/* The mutex is held. */
static bool enqueue(Writer *writer, Task *task)
{
    if (writer->waiting >= (size_t)writer->store->queue_max || writer->stop)
        return false;
    *writer->last = task;
    writer->last = &task->next;
    writer->waiting++;
    pthread_cond_signal(&writer->filled);
    return true;
}

static Err *nested(Arena *arena)
{
    return err_detail(arena, ERR_BROKEN, "db.nested", "db_write was called inside a write: use the Tx at hand");
}

static Err *queue_full(Arena *arena, const Store *store)
{
    return err_detail(arena, ERR_BUSY, "db.busy", "%d writes wait already", store->queue_max);
}

static Err *wait_for(Store *store, Task *task)
{
    Writer *writer = store->writer;
    if (inside_write)
        return nested(task->arena);
    pthread_mutex_lock(&writer->mutex);
    bool full = writer->waiting >= (size_t)store->queue_max || writer->stop, here = !full && !writer->turn && !writer->first && !task->alone;
    if (here) {
        writer->turn = true;
        pthread_mutex_unlock(&writer->mutex);
        run_here(writer, task);
        return task->err;
    }
    sem_init(&task->done, 0, 0);
    full = !enqueue(writer, task);
    pthread_mutex_unlock(&writer->mutex);
    if (!full)
        while (sem_wait(&task->done) && errno == EINTR)
            continue;
    sem_destroy(&task->done);
    if (full)
        return queue_full(task->arena, store);
    db_statements_count(task->statements);
    return task->err;
}

Err *db_write_later(Store *store, Arena *arena, const LaterWrite *write)
{
    Writer *writer = store->writer;
    if (inside_write)
        return nested(arena);
    Task *task = NEW(arena, Task);
    *task = (Task){.fn = write->fn, .arg = write->arg, .arena = arena, .later = write->done, .who = write->who};
    pthread_mutex_lock(&writer->mutex);
    bool taken = enqueue(writer, task);
    pthread_mutex_unlock(&writer->mutex);
    return taken ? NULL : queue_full(arena, store);
}

Err *db_write(Store *store, Arena *arena, WriteFn fn, void *arg)
{
    Task task = {.fn = fn, .arg = arg, .arena = arena};
    return wait_for(store, &task);
}

Err *writer_alone(Store *store, Arena *arena, Err *(*alone)(DbConn *conn, Arena *arena))
{
    Task task = {.alone = alone, .arena = arena};
    return wait_for(store, &task);
}

Err *writer_start(Store *store, Arena *arena)
{
    Writer *writer = NEW(store->arena, Writer);
    writer->store = store;
    writer->arena = arena_new();
    writer->broken = arena_new();
    writer->last = &writer->first;
    writer->node_due_us = time_monotonic_us() + NODE_RENEW_MS * 1000;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&writer->filled, &clock);
    pthread_condattr_destroy(&clock);
    pthread_mutex_init(&writer->mutex, NULL);
    int code = pthread_create(&writer->thread, NULL, writer_thread, writer);
    if (code)
        return err_detail(arena, ERR_BROKEN, "db.failed", "no thread for the writer: %s", strerror(code));
    store->writer = writer;
    return NULL;
}

void writer_stop(Store *store)
{
    Writer *writer = store->writer;
    if (!writer)
        return;
    pthread_mutex_lock(&writer->mutex);
    writer->stop = true;
    pthread_cond_signal(&writer->filled);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->filled);
    pthread_mutex_destroy(&writer->mutex);
    arena_free(writer->arena);
    arena_free(writer->broken);
}
