/* The test program is its own child here: it tries what a captured decoder would try. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker/worker.h"

enum { ASK_ECHO = WORKER_FIRST, ASK_DO, TELL_ECHO };

/* ---- the child ---- */

static void *thread_main(void *arg)
{
    *(int *)arg = 7;
    return NULL;
}

static bool try_thread(void)
{
    pthread_t thread;
    int done = 0;
    return pthread_create(&thread, NULL, thread_main, &done) == 0 && pthread_join(thread, NULL) == 0 && done == 7;
}

static bool try_connect(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0;
}

static bool try_memory(size_t bytes)
{
    char *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at != MAP_FAILED;
}

static void burn(void)
{
    for (volatile uint64_t i = 0;; i++)
        ;
}

static bool attempt(Str what)
{
    if (str_eq(what, STR("open")))
        return open("/etc/passwd", O_RDONLY) >= 0 || fopen("/etc/hostname", "re");
    if (str_eq(what, STR("write")))
        return open("/tmp/millet-worker-was-here", O_WRONLY | O_CREAT, 0600) >= 0;
    if (str_eq(what, STR("code")))
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
    if (str_eq(what, STR("thread")))
        return try_thread();
    if (str_eq(what, STR("memory")))
        return try_memory((size_t)256 << 20);
    if (str_eq(what, STR("connect")))
        return try_connect();
    if (str_eq(what, STR("fork")))
        return fork() >= 0;
    if (str_eq(what, STR("exec")))
        return execl("/bin/true", "true", (char *)NULL) == 0;
    if (str_eq(what, STR("kill")))
        return kill(getppid(), 0) == 0;
    if (str_eq(what, STR("burn")))
        burn();
    if (str_eq(what, STR("sleep")))
        sleep(100);
    if (str_eq(what, STR("crash")))
        raise(SIGSEGV);
    if (str_eq(what, STR("leave")))
        _exit(0);
    return false;
}

static void flood(WorkerReply *answer)
{
    Buf body = buf_new(answer->arena, 300000);
    for (int i = 0; i < 300000; i++)
        buf_add_char(&body, 'x');
    worker_reply(answer, TELL_ECHO, buf_str(&body));
}

static Err *child_answer(WorkerReply *answer, const Message *question)
{
    if (question->type == ASK_ECHO) {
        worker_reply(answer, TELL_ECHO, question->body);
        worker_reply(answer, TELL_ECHO, STR("end"));
        return NULL;
    }
    if (str_eq(question->body, STR("refuse")))
        return err_new(answer->arena, ERR_INVALID, "probe.damaged");
    if (str_eq(question->body, STR("lie")))
        return err_new(answer->arena, ERR_INVALID, "identity.you_are_admin");
    if (str_eq(question->body, STR("flood")))
        flood(answer);
    else if (str_eq(question->body, STR("chatter")))
        for (int i = 0; i < 1000; i++)
            worker_reply(answer, TELL_ECHO, STR("x"));
    else
        worker_reply(answer, TELL_ECHO, attempt(question->body) ? STR("did") : STR("could not"));
    return NULL;
}

static int child_main(void)
{
    const WorkerChild child = {.memory_bytes = 64 << 20,
                               .cpu_seconds = 1,
                               .restart_after = 5,
                               .question_bytes = 1 << 20,
                               .answer = child_answer};
    return worker_serve(&child);
}

/* ---- the tests ---- */

typedef struct Fixture {
    Arena *arena;
    Worker *worker;
} Fixture;

static int setup_within(void **state, int seconds)
{
    static Fixture fixture;
    fixture.arena = arena_new();
    fixture.worker = worker_new(&(WorkerOptions){
        .name = "probe", .restart_after = 5, .waiting_max = 2, .wall_seconds = seconds, .answer_bytes = 200000});
    *state = &fixture;
    return 0;
}

/* As long as a busy machine may need. */
static int setup(void **state)
{
    return setup_within(state, 120);
}

/* For what the clock on the wall ends; long enough that nothing else is ended by it. */
static int setup_hasty(void **state)
{
    return setup_within(state, 5);
}

static int teardown(void **state)
{
    Fixture *f = *state;
    worker_free(f->worker);
    arena_free(f->arena);
    return 0;
}

static Err *tell(Fixture *f, const char *what, Str *said)
{
    MessageList answer;
    Err *err = worker_ask(f->worker, f->arena, ASK_DO, str_of(what), &answer);
    *said = !err && answer.len ? answer.at[0].body : (Str){0};
    return err;
}

static void assert_works(Fixture *f)
{
    MessageList answer;
    assert_null(worker_ask(f->worker, f->arena, ASK_ECHO, STR("still there?"), &answer));
    assert_int_equal(answer.len, 2);
    assert_true(str_eq(answer.at[0].body, STR("still there?")));
    assert_true(str_eq(answer.at[1].body, STR("end")));
}

static void assert_cannot(Fixture *f, const char *what)
{
    Str said;
    assert_null(tell(f, what, &said));
    assert_true(str_eq(said, STR("could not")));
}

static void assert_dies(Fixture *f, const char *what, const char *code)
{
    Str said;
    assert_true(err_is(tell(f, what, &said), code));
    assert_works(f);
}

static void a_question_is_answered_by_a_child_in_a_sandbox(void **state)
{
    Fixture *f = *state;
    assert_works(f);
    unsigned stands = worker_sandbox(f->worker);
    assert_true(stands & SANDBOX_SECCOMP);
    assert_true((stands & SANDBOX_NOBODY) || geteuid() != 0);
}

static void a_child_may_start_threads_and_nothing_else(void **state)
{
    Fixture *f = *state;
    Str said;
    assert_null(tell(f, "thread", &said));
    assert_true(str_eq(said, STR("did")));
    assert_cannot(f, "open");
    assert_cannot(f, "write");
    assert_cannot(f, "code");
    assert_cannot(f, "fork");
}

static void a_child_that_reaches_out_is_killed(void **state)
{
    Fixture *f = *state;
    assert_dies(f, "connect", "worker.crashed");
    assert_dies(f, "exec", "worker.crashed");
    assert_dies(f, "kill", "worker.crashed");
}

static void a_child_cannot_take_all_memory(void **state)
{
    Fixture *f = *state;
    assert_works(f);
    if (worker_sandbox(f->worker) & SANDBOX_MEMORY) /* not with a sanitizer, whose own memory is beyond any limit */
        assert_cannot(f, "memory");
}

static void a_crash_costs_one_answer(void **state)
{
    Fixture *f = *state;
    assert_dies(f, "crash", "worker.crashed");
    assert_dies(f, "leave", "worker.crashed");
}

static void a_child_that_computes_for_ever_is_stopped(void **state)
{
    assert_dies(*state, "burn", "worker.crashed"); /* by its share of the processor, long before the clock */
}

static void a_child_that_sleeps_is_stopped_by_the_clock(void **state)
{
    assert_dies(*state, "sleep", "worker.timeout");
}

static void a_refusal_of_the_child_is_passed_on(void **state)
{
    assert_dies(*state, "refuse", "probe.damaged");
}

static void a_captured_child_cannot_speak_for_others(void **state)
{
    assert_dies(*state, "lie", "worker.broken");
}

static void a_child_that_talks_too_much_is_stopped(void **state)
{
    assert_dies(*state, "flood", "worker.broken");
    assert_dies(*state, "chatter", "worker.broken");
}

static void a_child_is_replaced_after_its_share_of_answers(void **state)
{
    Fixture *f = *state;
    for (int i = 0; i < 12; i++)
        assert_works(f);
}

/* False from when it is a zombie, or gone. */
static bool lives(pid_t pid)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    const char *state = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    return state && state[1] && state[2] != 'Z' && state[2] != 'X';
}

static void a_child_that_went_away_in_peace_is_replaced_unseen(void **state)
{
    Fixture *f = *state;
    assert_works(f);
    Str pids = {0};
    char path[64], line[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", getpid(), getpid());
    for (int i = 0; i < 2 && !pids.len; i++) { /* which of our threads made it is its own affair */
        FILE *file = fopen(path, "re");
        assert_non_null(file);
        if (fgets(line, sizeof line, file))
            pids = str_trim(str_of(line));
        fclose(file);
    }
    int64_t pid;
    assert_true(str_to_int(pids, &pid));
    assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
    while (lives((pid_t)pid))
        usleep(1000);
    assert_works(f);
}

static void no_child_stays_behind_as_a_zombie(void **state)
{
    Fixture *f = *state;
    Str said;
    assert_works(f);
    assert_non_null(tell(f, "crash", &said));
    worker_free(f->worker);
    f->worker = NULL;
    siginfo_t zombie;
    for (int i = 0; i < 120 * 1000 && waitid(P_ALL, 0, &zombie, WEXITED | WNOHANG | WNOWAIT) == 0; i++)
        usleep(1000); /* a thread waits for each child */
    assert_int_equal(waitid(P_ALL, 0, &zombie, WEXITED | WNOHANG | WNOWAIT), -1);
}

typedef struct Caller {
    Fixture *fixture;
    pthread_t thread;
    bool busy, fine;
} Caller;

static void *call_slowly(void *arg)
{
    Caller *caller = arg;
    Arena *arena = arena_new();
    MessageList answer;
    Err *err = worker_ask(caller->fixture->worker, arena, ASK_DO, STR("sleep"), &answer);
    caller->busy = err_is(err, "worker.busy");
    caller->fine = err_is(err, "worker.timeout");
    arena_free(arena);
    return NULL;
}

static void too_many_callers_hear_that_it_is_busy(void **state)
{
    Caller callers[5] = {0};
    int busy = 0, fine = 0;
    for (int i = 0; i < 5; i++) {
        callers[i].fixture = *state;
        pthread_create(&callers[i].thread, NULL, call_slowly, &callers[i]);
    }
    for (int i = 0; i < 5; i++) {
        pthread_join(callers[i].thread, NULL);
        busy += callers[i].busy;
        fine += callers[i].fine;
    }
    assert_int_equal(fine, 3); /* one served, two waiting */
    assert_int_equal(busy, 2);
}

static void a_missing_program_is_an_error_of_ours(void **state)
{
    Fixture *f = *state;
    Str said;
    worker_program("/nonexistent/millet");
    assert_true(err_is(tell(f, "thread", &said), "worker.broken"));
    worker_program("/bin/true");
    assert_true(err_is(tell(f, "thread", &said), "worker.broken"));
    worker_program("/proc/self/exe");
    assert_works(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HASTY(name) cmocka_unit_test_setup_teardown(name, setup_hasty, teardown)
int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0)
        return child_main();
    worker_program("/proc/self/exe");
    worker_patience(1); /* here the clock itself is tried */
    const struct CMUnitTest tests[] = {
        T(a_question_is_answered_by_a_child_in_a_sandbox),
        T(a_child_may_start_threads_and_nothing_else),
        T(a_child_that_reaches_out_is_killed),
        T(a_child_cannot_take_all_memory),
        T(a_crash_costs_one_answer),
        T(a_child_that_computes_for_ever_is_stopped),
        HASTY(a_child_that_sleeps_is_stopped_by_the_clock),
        T(a_refusal_of_the_child_is_passed_on),
        T(a_captured_child_cannot_speak_for_others),
        T(a_child_that_talks_too_much_is_stopped),
        T(a_child_is_replaced_after_its_share_of_answers),
        T(a_child_that_went_away_in_peace_is_replaced_unseen),
        T(no_child_stays_behind_as_a_zombie),
        HASTY(too_many_callers_hear_that_it_is_busy),
        T(a_missing_program_is_an_error_of_ours),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
