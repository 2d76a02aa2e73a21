/* The child's loop: a question in, messages out, until the parent leaves or falls silent. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "worker/worker.h"

enum { IDLE_MS = 60 * 1000 };

void worker_reply(WorkerReply *answer, uint32_t type, Str body)
{
    uint32_t head[2] = {type, (uint32_t)body.len};
    if (body.len > UINT32_MAX || answer->lost)
        answer->lost = true;
    else
        answer->lost = !fd_write(answer->fd, (Str){(const char *)head, sizeof head}) || !fd_write(answer->fd, body);
}

static bool next_question(int fd, size_t max_bytes, Arena *arena, Message *out)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    uint32_t head[2];
    if (poll(&wait, 1, IDLE_MS) != 1 || fd_read(fd, head, sizeof head) < sizeof head || head[1] > max_bytes)
        return false;
    char *body = arena_alloc(arena, head[1] + 1);
    *out = (Message){head[0], {body, head[1]}};
    return fd_read(fd, body, head[1]) == head[1];
}

/* Processor time of all threads; the signal's own action ends the process. */
static void alarm_after(int cpu_seconds)
{
    struct itimerval timer = {.it_value = {.tv_sec = cpu_seconds}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

int worker_serve(const WorkerChild *child)
{
    signal(SIGPIPE, SIG_IGN);
    Arena *arena = arena_new();
    WorkerReply answer = {.arena = arena, .fd = STDIN_FILENO};
    int cpu_seconds = child->cpu_seconds * child->restart_after + 10;
    unsigned stands = child->network ? sandbox_network(child->memory_bytes, cpu_seconds)
                                     : sandbox_enter(child->memory_bytes, cpu_seconds);
    if (!child->network && !(stands & SANDBOX_SECCOMP))
        _exit(3);
    worker_reply(&answer, WORKER_HELLO, (Str){(const char *)&stands, sizeof stands});
    for (int i = 0; i < child->restart_after && !answer.lost; i++) {
        Message question;
        if (!next_question(answer.fd, child->question_bytes, arena, &question))
            break;
        alarm_after(child->cpu_seconds);
        Err *err = child->answer(&answer, &question);
        alarm_after(0);
        worker_reply(&answer, err ? WORKER_FAILED : WORKER_DONE, err ? str_of(err->code) : (Str){0});
        arena_reset(arena);
    }
    _exit(0); /* no farewell of the libraries: they would want files */
}
