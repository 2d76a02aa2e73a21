/* Learners who take the same exam over HTTP/1.1, each on a connection of its own:
     quiz_load PORT QUIZ TOKENS LEARNERS WITHIN_S THINK_MS [LOG]
   They start spread over WITHIN_S seconds, then send 20 answers one by one, THINK_MS apart (half to one and a half of it; 0: as fast
   as they are answered), then hand in. Each acknowledged answer is a line "ATTEMPT SEQ" in LOG at once. Prints what was answered,
   the rate of answers and the latencies. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LEARNERS_MAX = 5000, QUESTIONS = 20, IN_MAX = 32 * 1024 };

typedef struct Learner {
    int fd, step; /* 0: start; 1 .. 20: answer; 21: hand in; 22: done */
    bool waiting, broken;
    int64_t next_us, began_us;
    char token[128], attempt[16];
    char *in;
    size_t in_len;
} Learner;

static Learner *learners;
static int count, port, poll_fd;
static int64_t think_us;
static const char *quiz;
static FILE *log_file;
static uint32_t *latency, *answer_latency;
static long latencies, good, bad, broken, answers;
static int64_t first_answer_us, last_answer_us;

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void give_up(Learner *l)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    l->broken = true;
    broken += l->step <= QUESTIONS + 1; /* who is done may be hung up on */
}

static bool dial(Learner *l)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    l->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&to, sizeof to) != 0)
        return false;
    setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(l->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = l};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, l->fd, &event);
    return true;
}

static void ask(Learner *l)
{
    char body[300], path[80], out[1024];
    if (l->step == 0) {
        snprintf(path, sizeof path, "/api/v1/quizzes/%s/attempts", quiz);
        snprintf(body, sizeof body, "{\"device\":\"bench\",\"seq\":1}");
    } else if (l->step <= QUESTIONS) {
        snprintf(path, sizeof path, "/api/v1/attempts/%s/answers", l->attempt);
        snprintf(body, sizeof body, "{\"device\":\"bench\",\"answers\":[{\"seq\":%d,\"position\":%d,\"response\":\"%d\",\"ms\":4000}]}", l->step, l->step - 1,
                 (l->step + (int)(l - learners)) % 3);
    } else {
        snprintf(path, sizeof path, "/api/v1/attempts/%s/end", l->attempt);
        snprintf(body, sizeof body, "{}");
    }
    int len = snprintf(out, sizeof out, "POST %s HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                       path, l->token, strlen(body), body);
    l->began_us = now_us();
    l->waiting = true;
    l->in_len = 0;
    if (send(l->fd, out, (size_t)len, MSG_NOSIGNAL) != len)
        give_up(l);
}

static bool fine_answer(const Learner *l, int status)
{
    return status == 200 && l->step >= 1 && l->step <= QUESTIONS;
}

static void answered(Learner *l, int status)
{
    int64_t now = now_us();
    bool fine = status == 200 || status == 201;
    latency[latencies++] = (uint32_t)(now - l->began_us);
    if (fine_answer(l, status))
        answer_latency[answers] = latency[latencies - 1];
    l->waiting = false;
    good += fine;
    bad += !fine;
    if (!fine) {
        if (bad < 4)
            fprintf(stderr, "status %d at step %d: %.200s\n", status, l->step, strstr(l->in, "\r\n\r\n"));
        give_up(l);
        return;
    }
    if (l->step == 0) {
        const char *id = strstr(l->in, "\"id\":\"");
        snprintf(l->attempt, sizeof l->attempt, "%.13s", id ? id + 6 : "");
    } else if (l->step <= QUESTIONS) {
        answers++;
        first_answer_us = first_answer_us ? first_answer_us : now;
        last_answer_us = now;
        if (log_file) {
            fprintf(log_file, "%s %d\n", l->attempt, l->step);
            fflush(log_file);
        }
    }
    l->step++;
    l->next_us = now + (think_us ? think_us / 2 + random() % think_us : 0);
}

static void hear(Learner *l)
{
    for (;;) {
        ssize_t got = recv(l->fd, l->in + l->in_len, IN_MAX - 1 - l->in_len, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            give_up(l);
            return;
        }
        l->in_len += (size_t)got;
        l->in[l->in_len] = 0;
        char *body = strstr(l->in, "\r\n\r\n"), *length = strcasestr(l->in, "\r\nContent-Length:");
        if (!body || !l->waiting)
            continue;
        size_t len = (size_t)(body + 4 - l->in) + (length && length < body ? strtoul(length + 17, NULL, 10) : 0);
        if (l->in_len < len)
            continue;
        answered(l, atoi(l->in + 9));
        return;
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void run(void)
{
    struct epoll_event events[512];
    for (int left = count; left;) {
        int64_t now = now_us();
        left = 0;
        for (int i = 0; i < count; i++) {
            Learner *l = &learners[i];
            bool over = l->broken || l->step > QUESTIONS + 1;
            left += !over;
            if (over || l->waiting || now < l->next_us)
                continue;
            if (l->fd < 0 && !dial(l)) {
                give_up(l);
                continue;
            }
            ask(l);
        }
        int n = epoll_wait(poll_fd, events, 512, 1);
        for (int i = 0; i < n; i++)
            if (((Learner *)events[i].data.ptr)->fd >= 0)
                hear(events[i].data.ptr);
    }
}

int main(int argc, char **argv)
{
    struct rlimit files = {8192, 8192};
    if (argc < 7)
        return 2;
    port = atoi(argv[1]);
    quiz = argv[2];
    FILE *tokens = fopen(argv[3], "r");
    count = atoi(argv[4]) < LEARNERS_MAX ? atoi(argv[4]) : LEARNERS_MAX;
    int64_t within_us = (int64_t)(atof(argv[5]) * 1e6);
    think_us = atoll(argv[6]) * 1000;
    log_file = argc > 7 ? fopen(argv[7], "w") : NULL;
    setrlimit(RLIMIT_NOFILE, &files);
    learners = calloc((size_t)count, sizeof *learners);
    latency = calloc((size_t)count * (QUESTIONS + 4), sizeof *latency);
    answer_latency = calloc((size_t)count * (QUESTIONS + 1), sizeof *answer_latency);
    poll_fd = epoll_create1(0);
    int64_t start = now_us();
    for (int i = 0; i < count; i++) {
        Learner *l = &learners[i];
        *l = (Learner){.fd = -1, .in = malloc(IN_MAX), .next_us = start + within_us * i / count};
        if (!tokens || fscanf(tokens, "%127s", l->token) != 1)
            return 2;
    }
    run();
    qsort(latency, (size_t)latencies, sizeof *latency, compare);
    double seconds = (double)(last_answer_us - first_answer_us) / 1e6;
    printf("learners %d, good %ld, bad %ld, broken %ld, answers %ld in %.1f s: %.0f /s", count, good, bad, broken, answers, seconds,
           seconds > 0 ? (double)answers / seconds : 0);
    if (latencies)
        printf("; p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, max %.2f ms", latency[latencies / 2] / 1e3, latency[latencies * 95 / 100] / 1e3,
               latency[latencies * 99 / 100] / 1e3, latency[latencies - 1] / 1e3);
    if (answers) {
        qsort(answer_latency, (size_t)answers, sizeof *answer_latency, compare);
        printf("; answers alone p50 %.2f ms, p99 %.2f ms", answer_latency[answers / 2] / 1e3, answer_latency[answers * 99 / 100] / 1e3);
    }
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    double cpu_ms = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1e3 + (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e3;
    printf("; this client took %.3f CPU-ms an answer\n", answers ? cpu_ms / (double)answers : 0);
    return bad || (broken && argc <= 7) ? 1 : 0;
}
