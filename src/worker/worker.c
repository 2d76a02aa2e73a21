/* The parent's side: one warm child, a bounded queue before it, and the exchange of one question and its answer. */
#include "worker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUEUE_SECONDS = 30, MESSAGES_MAX = 64, CODE_MAX = 40, ENVIRONMENT_MAX = 16, STACK_BYTES = 128 * 1024 };

struct Worker {
    WorkerOptions options;
    pthread_mutex_t lock;
    pthread_cond_t free;
    bool taken;
    int waiting;
    unsigned sandbox;
    /* of the child; touched only by the thread that has taken the worker */
    int fd, process; /* socket and pidfd; -1: no child */
    int answered;
    pthread_t undertaker;
};

static char program[4096] = "/proc/self/exe";

static int patience = 1;

void worker_patience(int factor)
{
    patience = factor;
}

void worker_program(const char *path)
{
    strncpy(program, path, sizeof program - 1);
}

Worker *worker_new(const WorkerOptions *options)
{
    Worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        abort();
    worker->options = *options;
    worker->options.wall_seconds *= patience;
    worker->fd = worker->process = -1;
    pthread_mutex_init(&worker->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->free, &clock);
    pthread_condattr_destroy(&clock);
    return worker;
}

unsigned worker_sandbox(Worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    unsigned sandbox = worker->sandbox;
    pthread_mutex_unlock(&worker->lock);
    return sandbox;
}

/* ---- birth and death of a child ---- */

/* A child that goes to rest by itself must leave no zombie behind, so a thread waits for each. Killing goes by pidfd:
   it cannot meet a stranger who got the same number. */
static void *bury(void *arg)
{
    while (waitpid((pid_t)(intptr_t)arg, NULL, 0) < 0 && errno == EINTR)
        ;
    return NULL;
}

static bool watch(Worker *worker, pid_t pid)
{
    worker->process = pidfd_open(pid, 0);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, STACK_BYTES);
    bool watched =
        worker->process >= 0 && pthread_create(&worker->undertaker, &small, bury, (void *)(intptr_t)pid) == 0;
    pthread_attr_destroy(&small);
    if (!watched) {
        kill(pid, SIGKILL);
        bury((void *)(intptr_t)pid);
    }
    return watched;
}

static void child_end(Worker *worker)
{
    if (worker->fd >= 0)
        close(worker->fd);
    if (worker->process >= 0) {
        pidfd_send_signal(worker->process, SIGKILL, NULL, 0);
        pthread_join(worker->undertaker, NULL);
        close(worker->process);
    }
    worker->fd = worker->process = -1;
}

static int spawn(const Worker *worker, int socket, pid_t *pid)
{
    const char *argv[] = {"millet", "worker", worker->options.name, NULL};
    const char *environment[ENVIRONMENT_MAX + 1] = {0};
    size_t len = 0;
    for (const char *const *line = worker->options.environment; line && *line && len + 1 < ENVIRONMENT_MAX; line++)
        environment[len++] = *line;
    bool loud = getenv("MILLET_WORKER_LOG") != NULL; /* for whoever looks for a bug in a child */
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, socket, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!loud)
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &all);
    posix_spawnattr_setpgroup(&how, 0); /* Ctrl-C is for the parent, which may want the last picture */
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int error =
        posix_spawn(pid, program, &files, &how, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* ---- messages ---- */

/* Moves len bytes either way before the deadline. */
static bool move(int fd, void *at, size_t len, bool out, int64_t deadline_us)
{
    char *next = at;
    while (len) {
        int64_t left_us = deadline_us - time_monotonic_us();
        struct pollfd wait = {.fd = fd, .events = out ? POLLOUT : POLLIN};
        if (left_us <= 0) {
            errno = ETIMEDOUT;
            return false;
        }
        if (poll(&wait, 1, (int)(left_us / 1000) + 1) <= 0)
            continue;
        ssize_t did = out ? send(fd, next, len, MSG_NOSIGNAL | MSG_DONTWAIT) : recv(fd, next, len, MSG_DONTWAIT);
        if (did < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (did <= 0) {
            errno = did == 0 ? EPIPE : errno;
            return false;
        }
        next += did;
        len -= (size_t)did;
    }
    return true;
}

/* errno EPROTO when the child breaks the rules */
static bool message_read(const Worker *worker, Arena *arena, size_t room, int64_t deadline_us, Message *out)
{
    uint32_t head[2];
    if (!move(worker->fd, head, sizeof head, false, deadline_us))
        return false;
    if (head[1] > room) {
        errno = EPROTO;
        return false;
    }
    char *body = arena_alloc(arena, head[1] + 1);
    *out = (Message){head[0], {body, head[1]}};
    return move(worker->fd, body, head[1], false, deadline_us);
}

static Err *child_begin(Worker *worker, Arena *arena, int64_t deadline_us)
{
    int pair[2];
    pid_t pid;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return err_detail(arena, ERR_BROKEN, "worker.broken", "socketpair: %s", strerror(errno));
    int error = spawn(worker, pair[1], &pid);
    close(pair[1]);
    worker->fd = pair[0];
    worker->answered = 0;
    if (error || !watch(worker, pid)) {
        child_end(worker);
        return err_detail(arena, ERR_BROKEN, "worker.broken", "%s: %s", program, strerror(error ? error : errno));
    }
    Message hello;
    unsigned sandbox = 0;
    if (!message_read(worker, arena, sizeof sandbox, deadline_us, &hello) || hello.type != WORKER_HELLO ||
        hello.body.len != sizeof sandbox) {
        child_end(worker);
        return err_detail(arena, ERR_BROKEN, "worker.broken", "worker %s did not start", worker->options.name);
    }
    memcpy(&sandbox, hello.body.at, sizeof sandbox);
    pthread_mutex_lock(&worker->lock);
    worker->sandbox = sandbox;
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}

/* ---- one question ---- */

/* The child decoded what a stranger sent, so its words are not trusted: only a code of its own kind is passed on. */
static Err *child_refused(const Worker *worker, Arena *arena, Str code)
{
    size_t own = strlen(worker->options.name);
    bool fine = code.len > own + 1 && code.len <= CODE_MAX && memcmp(code.at, worker->options.name, own) == 0 &&
                code.at[own] == '.';
    for (size_t i = 0; i < code.len; i++)
        fine = fine && ((code.at[i] >= 'a' && code.at[i] <= 'z') || code.at[i] == '_' || code.at[i] == '.');
    if (!fine)
        return err_new(arena, ERR_BROKEN, "worker.broken");
    return err_new(arena, ERR_INVALID, str_z(arena, code));
}

static Err *exchange_failed(Worker *worker, Arena *arena)
{
    int why = errno;
    child_end(worker);
    if (why == ETIMEDOUT)
        return err_new(arena, ERR_INVALID, "worker.timeout");
    if (why == EPROTO)
        return err_detail(arena, ERR_BROKEN, "worker.broken", "worker %s broke the rules", worker->options.name);
    return err_new(arena, ERR_INVALID, "worker.crashed");
}

/* *silent: the child was gone before it said a word */
static Err *exchange(Worker *worker, Arena *arena, const Message *question, MessageList *answer, bool *silent)
{
    int64_t deadline_us = time_monotonic_us() + (int64_t)worker->options.wall_seconds * 1000000;
    uint32_t head[2] = {question->type, (uint32_t)question->body.len};
    size_t room = worker->options.answer_bytes;
    *answer = (MessageList){NEW_ARRAY(arena, Message, MESSAGES_MAX), 0};
    *silent = false;
    if (!move(worker->fd, head, sizeof head, true, deadline_us) ||
        !move(worker->fd, (void *)(uintptr_t)question->body.at, question->body.len, true, deadline_us)) {
        *silent = errno != ETIMEDOUT;
        return exchange_failed(worker, arena);
    }
    for (;;) {
        Message message;
        if (!message_read(worker, arena, room, deadline_us, &message)) {
            *silent = answer->len == 0 && (errno == EPIPE || errno == ECONNRESET);
            return exchange_failed(worker, arena);
        }
        room -= message.body.len;
        if (message.type == WORKER_DONE || message.type == WORKER_FAILED) {
            worker->answered++;
            return message.type == WORKER_DONE ? NULL : child_refused(worker, arena, message.body);
        }
        if (answer->len == MESSAGES_MAX) {
            errno = EPROTO;
            return exchange_failed(worker, arena);
        }
        answer->at[answer->len++] = message;
    }
}

static Err *ask(Worker *worker, Arena *arena, const Message *question, MessageList *answer)
{
    bool warm = worker->fd >= 0, silent;
    if (!warm)
        TRY(child_begin(worker, arena, time_monotonic_us() + (int64_t)worker->options.wall_seconds * 1000000));
    Err *err = exchange(worker, arena, question, answer, &silent);
    if (err && silent && warm) { /* it had gone to rest; a fresh one decides whether the input is to blame */
        TRY(child_begin(worker, arena, time_monotonic_us() + (int64_t)worker->options.wall_seconds * 1000000));
        err = exchange(worker, arena, question, answer, &silent);
    }
    if (worker->fd >= 0 && worker->answered >= worker->options.restart_after)
        child_end(worker);
    return err;
}

static bool take_turn(Worker *worker)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += QUEUE_SECONDS;
    pthread_mutex_lock(&worker->lock);
    bool mine = !worker->taken || worker->waiting < worker->options.waiting_max;
    worker->waiting++;
    while (mine && worker->taken)
        mine = pthread_cond_timedwait(&worker->free, &worker->lock, &until) == 0 || !worker->taken;
    worker->waiting--;
    if (mine)
        worker->taken = true;
    pthread_mutex_unlock(&worker->lock);
    return mine;
}

Err *worker_ask(Worker *worker, Arena *arena, uint32_t type, Str question, MessageList *answer)
{
    Message message = {type, question};
    if (question.len > UINT32_MAX)
        return err_new(arena, ERR_INVALID, "worker.crashed");
    if (!take_turn(worker))
        return err_new(arena, ERR_BUSY, "worker.busy");
    Err *err = ask(worker, arena, &message, answer);
    pthread_mutex_lock(&worker->lock);
    worker->taken = false;
    pthread_cond_signal(&worker->free);
    pthread_mutex_unlock(&worker->lock);
    return err;
}

void worker_free(Worker *worker)
{
    if (!worker)
        return;
    child_end(worker);
    pthread_cond_destroy(&worker->free);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}
